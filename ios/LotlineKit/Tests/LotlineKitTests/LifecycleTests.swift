import Foundation
import LotlineKit
import Testing

/// Time as the test says: what the system is asked to wake the app for, and when it does.
@MainActor
private final class VirtualClock: Scheduler {
  private(set) var now: Duration = .zero
  private(set) var due: Duration?
  private(set) var woken: [Duration] = []

  func wake(after delay: Duration) {
    due = now + delay
  }

  func cancel() {
    due = nil
  }

  /// Goes on to `time`, and wakes the app where it asked for it; `asleep` is called after each time.
  func go(to time: Duration, _ lifecycle: Lifecycle, asleep: () throws -> Void = {}) async throws {
    while let due, due <= time {
      now = due
      self.due = nil
      woken.append(now)
      await lifecycle.refresh()
      try asleep()
    }
    now = time
  }
}

/// The moment that the system grants.
@MainActor
private final class Moment: Grace {
  private(set) var over: (@MainActor () -> Void)?
  private(set) var begun = 0

  func begin(_ over: @escaping @MainActor () -> Void) {
    begun += 1
    self.over = over
  }

  func end() {
    over = nil
  }
}

/// In front, on the way to the back, and woken there.
@MainActor
struct LifecycleTests {
  private let clock = VirtualClock()
  private let moment = Moment()

  private func working() async throws -> (Player, Lifecycle) {
    let player = try await Player("first_shift")
    let lifecycle = Lifecycle(player.model, scheduler: clock, grace: moment)
    await player.signIn()
    return (player, lifecycle)
  }

  private func free(_ player: Player) throws {
    for file in ["journal.db", "site.db"] {
      try player.site.tell("lock \(player.folder.path)/\(file)")
    }
  }

  @Test func whatIsLeftIsSentOnTheWayToTheBackAndNothingIsAskedFor() async throws {
    let (player, lifecycle) = try await working()
    await lifecycle.foreground()
    #expect(lifecycle.inFront)
    await player.scan("]C0A-01-01")
    let before = player.model.screen
    await lifecycle.background()
    try free(player)
    #expect(clock.due == nil && moment.begun == 1 && moment.over == nil)
    await lifecycle.foreground()
    #expect(player.model.standing?.queued == 0)
    #expect(player.model.screen?.id == before?.id && player.model.screen?.prompt == before?.prompt)
    #expect(player.model.fault == nil)
    await lifecycle.background()
  }

  @Test func offLineTheAppIsWokenLessAndLessUntilAllIsSent() async throws {
    let (player, lifecycle) = try await working()
    try player.site.tell("cut")
    await lifecycle.foreground()
    await player.scan("]C0A-01-01")
    await lifecycle.background()
    try free(player)
    #expect(clock.due == .seconds(30))
    try await clock.go(to: .seconds(3_600), lifecycle) { try free(player) }
    #expect(clock.woken == [30, 90, 210, 450, 930, 1_890].map { .seconds($0) })
    try player.site.tell("mend")
    try await clock.go(to: .seconds(7_200), lifecycle) { try free(player) }
    #expect(clock.woken.count == 7 && clock.due == nil)
    await lifecycle.foreground()
    #expect(player.model.standing?.queued == 0)
    await lifecycle.background()
  }

  @Test func whatWasSentInFrontWakesNobodyAtTheBack() async throws {
    let (player, lifecycle) = try await working()
    try player.site.tell("cut")
    await lifecycle.foreground()
    await lifecycle.background()
    #expect(clock.due == .seconds(30))
    try player.site.tell("mend")
    await lifecycle.foreground()
    try await player.model.sync()
    #expect(player.model.standing?.queued == 0)
    await lifecycle.background()
    #expect(clock.due == nil)
    try free(player)
  }

  @Test func noWaitIsLongerThanFiveHours() async throws {
    let (player, lifecycle) = try await working()
    try player.site.tell("cut")
    await lifecycle.foreground()
    await lifecycle.background()
    try await clock.go(to: .seconds(3 * 86_400), lifecycle)
    let waits = zip(clock.woken.dropFirst(), clock.woken).map { $0 - $1 }
    #expect(waits.max() == .seconds(5 * 3_600))
    try free(player)
  }

  @Test func timeThatIsTakenBackClosesTheFilesAtOnce() async throws {
    let (player, lifecycle) = try await working()
    await lifecycle.foreground()
    async let leaving: Void = lifecycle.background()
    while moment.over == nil { await Task.yield() }
    await lifecycle.expired()
    try free(player)
    await leaving
    try free(player)
    await lifecycle.foreground()
    #expect(player.model.screen?.id == "home" && player.model.fault == nil)
    await lifecycle.background()
  }

  @Test func whoComesBackAtOnceFindsTheFilesOpen() async throws {
    let (player, lifecycle) = try await working()
    await lifecycle.foreground()
    async let leaving: Void = lifecycle.background()
    await Task.yield()
    async let coming: Void = lifecycle.foreground()
    await leaving
    await coming
    await player.scan("]C0A-01-01")
    #expect(player.model.fault == nil && player.model.screen?.id != "sign_in.badge")
    await lifecycle.background()
    try free(player)
  }

  @Test func aDeviceThatIsNotEnrolledIsNotWoken() async throws {
    let scenario = try Scenario.read(
      path: scenarios.appendingPathComponent("first_shift.json").path)
    let folder = Folder()
    let path = folder.path
    let model = HandheldModel { try scenario.open(folder: path) }
    let lifecycle = Lifecycle(model, scheduler: clock, grace: moment)
    await lifecycle.foreground()
    await lifecycle.background()
    #expect(clock.due == nil)
    #expect(await lifecycle.refresh() == false)
    #expect(clock.due == nil)
  }
}

/// A new device becomes one of a site's.
@MainActor
struct EnrolmentTests {
  private let folder = Folder()

  private func new() throws -> (HandheldModel, Site) {
    let file = scenarios.appendingPathComponent("first_shift.json")
    let scenario = try Scenario.read(path: file.path)
    let path = folder.path
    return (HandheldModel { try scenario.open(folder: path) }, try Site(file))
  }

  private func invitation(_ site: Site) -> String {
    "\(Configuration.scheme)server=\(site.server)&code=\(site.code)"
  }

  private func scan(_ text: String) -> Input {
    .scan(bytes: Data(text.utf8), symbology: nil, source: .camera)
  }

  @Test func aScannedInvitationEnrolsANewDevice() async throws {
    let (model, site) = try new()
    let shell = Shell(model, scanner: NoEngine())
    shell.enrolment = Enrolment(
      model, configuration: { Configuration([:]) }, name: { "iPhone 4711" })
    await shell.start()
    await model.start()
    shell.read(scan("]Q1" + invitation(site)))
    // The shell waits for nobody: the next answers are asked for until it is one of the site's.
    for _ in 0..<1_000 where model.standing?.recallListAge == nil && model.fault == nil {
      try await Task.sleep(for: .milliseconds(10))
    }
    #expect(model.fault == nil && model.screen?.id == "sign_in.badge")
    #expect(try await model.sync().reached)
  }

  @Test func theManagementsInvitationEnrolsOnce() async throws {
    let (model, site) = try new()
    let said = Configuration(["invitation": invitation(site), "device_name": "HH-99"])
    let enrolment = Enrolment(model, configuration: { said }, name: { "iPhone" })
    #expect(try await enrolment.managed())
    #expect(try await !enrolment.managed(), "it is one of the site's now")
  }

  @Test func anInvitationThatIsUsedUpIsRefusedByName() async throws {
    let (model, site) = try new()
    let enrolment = Enrolment(model, configuration: { Configuration([:]) }, name: { "iPhone" })
    let wrong = "\(Configuration.scheme)server=\(site.server)&code=AAAA-BBBB-CCCC"
    await #expect(throws: HandheldError.self) { try await enrolment.scanned(scan(wrong)) }
    #expect(try await enrolment.scanned(scan(invitation(site))))
  }
}
