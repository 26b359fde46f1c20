import Foundation
import LotlineKit
import Testing

/// The work queue beside the step.
@MainActor
struct QueueTests {
  private func told(_ model: HandheldModel) -> [String]? {
    model.queue?.lines.map { "\($0.text) \($0.state == .current ? "now" : "")" }
  }

  @Test func whatWaitsStandsBesideTheStepWhereThereIsRoom() async throws {
    let player = try await Player("queue")
    let model = player.model
    await player.signIn()
    #expect(model.queue == nil, "nobody asked for it")
    model.showsQueue = true
    await model.refresh()
    let queue = try #require(model.queue)
    #expect(queue.title == "TASKS" && queue.more == 0)
    #expect(queue.lines.first?.text.contains("T-701") == true, "\(queue.lines)")
    #expect(queue.lines.allSatisfy { $0.state != .current && !$0.detail.isEmpty })
    let before = queue.lines.count
    await model.send(.choose(id: "more"))
    await model.send(.choose(id: "queue"))
    await model.send(.choose(id: "take:T-701"))
    #expect(model.screen?.id != "queue.next")
    let first = try #require(model.queue?.lines.first)
    #expect(first.text.contains("T-701") && first.state == .current)
    #expect(model.queue?.lines.count == before, "it is done, and still waits")
    let shell = Shell(model, scanner: NoEngine())
    #expect(shell.face?.queue == model.queue)
    #expect(shell.face?.symbol(first.state) != nil, "never by weight alone")
    model.showsQueue = false
    #expect(model.queue == nil)
    await model.refresh()
    #expect(model.queue == nil)
  }

  @Test func whoSignsOutTakesTheQueueAlong() async throws {
    let player = try await Player("queue")
    player.model.showsQueue = true
    await player.signIn()
    #expect(player.model.queue?.lines.isEmpty == false)
    await player.model.send(.choose(id: "sign_out"))
    #expect(player.model.screen?.id == "sign_in.badge" && player.model.queue == nil)
  }
}

/// Reports as files.
@MainActor
struct ReportTests {
  private func chosen() async throws -> (Player, ReportDesk) {
    let player = try await Player("report")
    let desk = ReportDesk(player.model)
    try await player.go { $0.actions.contains { $0.id == "save:csv" } }
    await desk.look()
    #expect(!desk.asks, "nobody asked for a file")
    await player.model.send(.choose(id: "save:csv"))
    await desk.look()
    return (player, desk)
  }

  @Test func aReportWaitsUntilItIsSavedAndThePersonIsToldWhere() async throws {
    let (player, desk) = try await chosen()
    let report = try #require(desk.report)
    #expect(report.name.hasSuffix(".csv") && report.mediaType == "text/csv" && desk.asks)
    await desk.saved(as: report.name)
    #expect(!desk.asks && player.model.fault == nil)
    #expect(player.model.screen?.message.contains("Files, \(report.name)") == true)
    #expect(player.model.signal?.tone == .accept)
    await desk.look()
    #expect(!desk.asks)
  }

  @Test func aReportThatWasLeftIsSaidAndCanBeAskedForAgain() async throws {
    let (player, desk) = try await chosen()
    await desk.left()
    #expect(!desk.asks && player.model.screen?.tone == .warn)
    await player.model.send(.choose(id: "save:csv"))
    await desk.look()
    #expect(desk.asks)
  }

  @Test func theShellLooksForAReportAfterEachAnswer() async throws {
    let (player, desk) = try await chosen()
    await desk.left()
    let shell = Shell(player.model, scanner: NoEngine())
    shell.reports = desk
    await player.model.send(.choose(id: "save:csv"))
    for _ in 0..<1_000 where !desk.asks { try await Task.sleep(for: .milliseconds(5)) }
    #expect(desk.asks)
  }
}

/// Pictures of damage.
@MainActor
struct PhotoTests {
  private let folder = Folder()
  private let jpeg = Data([0xFF, 0xD8, 0xFF, 0xE0, 1, 2, 3])
  // No hash, but 32 bytes: the real one is CryptoKit's.
  private nonisolated static let digest = Data((0..<32).map { UInt8($0) })
  private let name = (0..<32).map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()

  private func desk(_ model: HandheldModel) throws -> PhotoDesk {
    let path = URL(fileURLWithPath: folder.path)
    try FileManager.default.createDirectory(at: path, withIntermediateDirectories: true)
    return PhotoDesk(model, folder: { path }, hash: { _ in Self.digest })
  }

  private func kept() -> [String] {
    (try? FileManager.default.contentsOfDirectory(atPath: folder.path)) ?? []
  }

  @Test func aPictureIsKeptAndTheRecordTellsOfIt() async throws {
    let player = try await Player("receive_blind")
    let desk = try desk(player.model)
    let shell = Shell(player.model, scanner: NoEngine())
    #expect(shell.face?.takesPhoto == false)
    try await player.go { $0.awaits.field == "photo" }
    #expect(shell.face?.takesPhoto == true)
    let queued = player.model.standing?.queued ?? 0
    await desk.taken(jpeg)
    #expect(player.model.fault == nil && player.model.screen?.id == "receive.scan")
    #expect(player.model.screen?.awaits.field != "photo")
    #expect((player.model.standing?.queued ?? 0) > queued)
    #expect(kept() == ["\(name).jpg"])
    let file = URL(fileURLWithPath: folder.path).appendingPathComponent("\(name).jpg")
    #expect(try Data(contentsOf: file) == jpeg)
  }

  @Test func aPictureThatNothingAsksForIsNotKept() async throws {
    let player = try await Player("receive_blind")
    await player.signIn()
    try await desk(player.model).taken(jpeg)
    #expect(player.model.screen?.tone == .warn && player.model.fault == nil)
    #expect(kept().isEmpty)
  }

  @Test func aPictureThatHasNoRoomIsAFaultAndTheStepStillAwaitsOne() async throws {
    let player = try await Player("receive_blind")
    let desk = PhotoDesk(
      player.model, folder: { throw CocoaError(.fileWriteOutOfSpace) }, hash: { _ in Self.digest })
    try await player.go { $0.awaits.field == "photo" }
    await desk.taken(jpeg)
    #expect(player.model.fault?.code == "photo" && player.model.fault?.remedy == .freeSpace)
    #expect(player.model.screen?.awaits.field == "photo")
  }
}
