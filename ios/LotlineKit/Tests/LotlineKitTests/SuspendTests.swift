import Foundation
import LotlineKit
import Testing

/// iOS ends an app that holds a lock on a file when it is frozen (0xdead10cc; row 47 of the failure matrix). So at every step:
/// suspended, another process takes SQLite's EXCLUSIVE lock at once; resumed, the work goes on where it was.
// One after the other: Foundation here loses its way among more than a thousand open files.
@MainActor @Suite(.serialized)
struct SuspendTests {
  private static let files = ["journal.db", "site.db"]

  @Test(arguments: scenarioNames)
  func atEveryStepTheFilesAreFreeAndTheWorkGoesOn(_ name: String) async throws {
    let player = try await Player(name)
    try await player.play {
      let before = player.model.screen
      try await player.model.suspend()
      for file in Self.files {
        try player.site.tell("lock \(player.folder.path)/\(file)")
      }
      await player.model.resume()
      let after = player.model.screen
      // What the last input came to has been told; what is to be done is the same.
      #expect(before?.id == after?.id)
      #expect(before?.prompt == after?.prompt)
      #expect(before?.awaits == after?.awaits)
    }
    player.compare(name)
  }

  /// The check above would be worth nothing if the lock could be taken from an app that is awake.
  @Test func awakeTheFilesAreNotFree() async throws {
    let player = try await Player("first_shift")
    for file in Self.files {
      let said = try player.site.ask("lock \(player.folder.path)/\(file)")
      #expect(said == "error: database is locked", "\(file)")
    }
    try await player.model.suspend()
    try player.site.tell("lock \(player.folder.path)/journal.db")
  }

  @Test func whatIsScannedWhileTheFilesAreClosedWaitsAndKeepsItsOrder() async throws {
    let player = try await Player("first_shift")
    let model = player.model
    try await model.suspend()
    model.post(.scan(bytes: Data("]C0B-1042".utf8), symbology: nil, source: .scan))
    model.post(.enter(field: "pin", text: "4711"))
    #expect(model.screen?.id == "sign_in.badge")
    try player.site.tell("lock \(player.folder.path)/journal.db")
    await model.resume()
    #expect(model.fault == nil)
    #expect(model.screen?.id == "home")
  }

  @Test func aSyncThatIsSuspendedIsGivenUpAndSentAgain() async throws {
    let player = try await Player("first_shift")
    let model = player.model
    await player.signIn()
    let queued = try #require(model.standing).queued
    #expect(queued > 0)
    let given = Task { try? await model.sync(within: .seconds(60)) }
    try await model.suspend()
    try player.site.tell("lock \(player.folder.path)/journal.db")
    await model.resume()
    _ = await given.value
    try await model.sync()
    #expect(model.standing?.queued == 0)
  }

  @Test func suspendedTwiceAndResumedTwiceIsTheSameAsOnce() async throws {
    let player = try await Player("first_shift")
    try await player.model.suspend()
    try await player.model.suspend()
    try player.site.tell("lock \(player.folder.path)/site.db")
    await player.model.resume()
    await player.model.resume()
    #expect(try player.shown() == player.scenario.expected().first)
  }
}
