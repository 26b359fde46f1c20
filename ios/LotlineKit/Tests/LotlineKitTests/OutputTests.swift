import Foundation
import LotlineKit
import Testing

/// What is heard, felt and said.
struct SignalTests {
  @Test func everyToneSoundsAndFeelsOtherThanTheOthers() {
    let cues = ["accept", "warn", "stop"]
    #expect(cues.map { Beep.pattern($0).filter { $0.hertz > 0 }.count } == [1, 2, 1])
    #expect(cues.map { Buzz.pattern($0).count } == [1, 2, 3])
    #expect(Beep.pattern("accept")[0].hertz > 4 * Beep.pattern("stop")[0].hertz)
    #expect(Beep.pattern("").isEmpty && Buzz.pattern("nothing").isEmpty)
  }

  @Test func aToneBeginsAndEndsSoftly() throws {
    let samples = Beep.samples(Beep.pattern("stop"))
    #expect(samples.count == Beep.rate * 700 / 1000)
    let (first, last) = (try #require(samples.first), try #require(samples.last))
    #expect(abs(first) < 0.01 && abs(last) < 0.01)
    let loudest = try #require(samples.map(abs).max())
    #expect(loudest > 0.85 && loudest <= 1)
  }

  @Test func aBatteryThatTheSystemDoesNotKnowIsNotShown() {
    #expect(Charge(level: -1, charging: false, saving: false) == nil)
    #expect(Charge(level: 0.196, charging: false, saving: false)?.low == true)
    #expect(Charge(level: 0.1, charging: true, saving: false)?.low == false)
    #expect(Charge(level: 0.9, charging: false, saving: true)?.low == true)
  }
}

/// How the device stands.
struct StandingTests {
  @Test func theAgeOfBeingOffLineCountsFromWhatTheCoreSays() throws {
    var status = screen(awaits: .scan).status
    #expect(Standing(status).offline(at: Date()) == nil)
    status.offlineSince = "2026-11-21T07:00:04.500Z"
    status.queued = 143
    let standing = Standing(status)
    #expect(standing.queued == 143)
    let since = try #require(standing.offlineSince)
    #expect(abs(since.timeIntervalSince1970 - 1_795_244_404.5) < 0.001)
    #expect(standing.offline(at: since.addingTimeInterval(60)) == .seconds(60))
    #expect(standing.offline(at: since.addingTimeInterval(-60)) == .zero)
    status.offlineSince = "2026-11-21T07:00:04Z"
    #expect(Standing(status).offlineSince != nil)
  }
}

/// What a fleet's management says.
struct ConfigurationTests {
  @Test func whatCannotBeUsedIsLeftAndNamed() {
    let said = Configuration([
      "invitation": "https://example.com", "device_name": " HH-07 ", "language": "tlh",
      "printer": "tcp://printer.example:99999", "trust_roots": "none", "another": 1,
    ])
    #expect(said.deviceName == "HH-07")
    #expect(said.invitation == nil && said.language == nil && said.printer == nil)
    #expect(said.trustRoots.isEmpty)
    #expect(said.faults == ["invitation", "language", "printer", "trust_roots"])
  }

  @Test func whatIsEmptyOrMissingIsNoFault() {
    #expect(Configuration([:]).faults.isEmpty)
    #expect(Configuration(["printer": " ", "language": ""]).faults.isEmpty)
  }

  @Test func severalRootsAreTakenApart() {
    let one = "-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----"
    let said = Configuration(["trust_roots": "# ours\n\(one)\n\(one)\n", "language": "de"])
    #expect(said.trustRoots == [Data("\(one)\n".utf8), Data("\(one)\n".utf8)])
    #expect(said.language == "de" && said.faults.isEmpty)
  }

  @Test func itIsReadFromWhereAManagementPutsIt() throws {
    let defaults = try #require(UserDefaults(suiteName: "lotline.test.\(UUID().uuidString)"))
    defaults.set(["device_name": "HH-09"], forKey: Configuration.place)
    #expect(Configuration.read(defaults).deviceName == "HH-09")
  }

  @Test func anAddressOfAPrinterIsTakenApart() throws {
    let plain = try #require(NetworkLink(address: "tcp://printer-3.example"))
    #expect(plain.host == "printer-3.example" && plain.port == 9100)
    let six = try #require(NetworkLink(address: "tcp://[fe80::1]:6101"))
    #expect(six.host == "fe80::1" && six.port == 6101)
    #expect(NetworkLink(address: "tcp://[fe80::1]")?.port == 9100)
    for wrong in ["tcp://", "http://x", "tcp://x:0", "tcp://x:y", "tcp://a b"] {
      #expect(NetworkLink(address: wrong) == nil, "\(wrong)")
    }
  }
}
