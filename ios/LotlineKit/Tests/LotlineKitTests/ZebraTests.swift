import Foundation
import LotlineCore
import Testing

@testable import LotlineKit

/// Not the tests' own.
private typealias Tag = LotlineCore.Tag

/// Zebra's SDK as its documents tell of it: it does what it is told, and says what the test has it say.
private final class StandInSdk: ZebraSdk {
  private struct State {
    var calls: [String] = []
    var fails: Set<String> = []
  }

  private let state = Locked(State())
  private let events = Locked<(any ZebraEvents)?>(nil)

  var hears: (any ZebraEvents)? { events.with { $0 } }
  var calls: [String] { state.with { $0.calls } }

  func fail(_ call: String) { state.with { _ = $0.fails.insert(call) } }

  private func told(_ call: String, _ reader: Int32? = nil) throws {
    let fails = state.with { state in
      state.calls.append(reader.map { "\(call) \($0)" } ?? call)
      return state.fails.contains(call)
    }
    if fails { throw ZebraError(call: call, result: 1) }
  }

  func begin(_ hears: any ZebraEvents) throws {
    events.with { $0 = hears }
    try told("begin")
  }

  func connect(_ reader: Int32) throws { try told("connect", reader) }
  func speak(_ reader: Int32) throws { try told("speak", reader) }
  func start(_ reader: Int32) throws { try told("start", reader) }
  func stop(_ reader: Int32) throws { try told("stop", reader) }
  func disconnect(_ reader: Int32) throws { try told("disconnect", reader) }
  func end() { try? told("end") }
}

/// Zebra's sleds behind the RFID port.
@MainActor
struct ZebraTests {
  private let sdk = StandInSdk()
  private let connected = Locked<[Bool]>([])
  private let seen = Locked<[Tag]>([])

  private func sink() -> TagSink {
    TagSink(
      seen: { [seen] tags in seen.with { $0 += tags } },
      connected: { [connected] there in connected.with { $0.append(there) } })
  }

  private func tag(_ epc: String) -> Tag {
    Tag(epc: epc, rssiDbm: -48, antenna: 0, distanceMm: nil, atMs: 0)
  }

  /// A sled that was taken.
  private func taken(established: Bool = true) throws -> (ZebraSled, any ZebraEvents) {
    let sled = ZebraSled(sdk)
    sled.open(sink())
    sled.settled()
    let events = try #require(sdk.hears)
    events.appeared(7)
    if established { events.established(7) }
    sled.settled()
    return (sled, events)
  }

  @Test func theFirstSledThatAppearsIsTakenAndOneThatAppearsLaterIsNot() throws {
    let (sled, events) = try taken()
    events.appeared(8)
    events.established(8)
    sled.settled()
    #expect(sdk.calls == ["begin", "connect 7", "speak 7"])
    #expect(connected.with { $0 } == [true])
  }

  @Test func itsTriggerReadsTagsAndTheOneOnTheScreenToo() throws {
    let (sled, events) = try taken()
    events.trigger(7, true)
    events.seen(7, tag("30A1"))
    events.trigger(7, false)
    sled.read()
    events.seen(7, tag("30A1"))
    events.seen(9, tag("ANOTHER"))
    sled.pause()
    sled.settled()
    #expect(sdk.calls.suffix(4) == ["start 7", "stop 7", "start 7", "stop 7"])
    #expect(seen.with { $0 } == [tag("30A1"), tag("30A1")], "repeats and all, of this sled")
  }

  @Test func whileAStopWaitsItReadsNothingWhoeverPulls() throws {
    let (sled, events) = try taken()
    events.trigger(7, true)
    sled.lock(true)
    events.trigger(7, true)
    sled.read()
    sled.settled()
    #expect(sdk.calls.filter { $0.hasPrefix("start") }.count == 1)
    #expect(sdk.calls.last == "stop 7", "and what it did is ended")
    sled.lock(false)
    events.trigger(7, true)
    sled.settled()
    #expect(sdk.calls.last == "start 7")
  }

  @Test func oneThatGoesIsSaidAndTakenAgainWhenItComesBack() throws {
    let (sled, events) = try taken()
    events.gone(8)
    events.gone(7)
    events.gone(7)
    sled.read()
    sled.settled()
    #expect(connected.with { $0 } == [true, false])
    #expect(sdk.calls.last == "speak 7", "nothing is told to one that is not there")
    events.appeared(7)
    events.established(7)
    sled.settled()
    #expect(connected.with { $0 } == [true, false, true])
  }

  @Test(arguments: ["begin", "connect", "speak"])
  func whatFailsIsASledThatIsNotThere(_ call: String) throws {
    sdk.fail(call)
    let (sled, _) = try taken(established: call != "connect")
    sled.read()
    sled.settled()
    #expect(connected.with { $0 } == [false], "\(call)")
    #expect(!sdk.calls.contains("start 7"), "\(call)")
  }

  @Test func oneThatWasGivenBackTellsNobodyAnything() throws {
    let (sled, events) = try taken()
    sled.close()
    sled.close()
    events.seen(7, tag("30A1"))
    events.trigger(7, true)
    events.appeared(7)
    sled.settled()
    #expect(sdk.calls.suffix(3) == ["stop 7", "disconnect 7", "end"])
    #expect(seen.with { $0.isEmpty } && connected.with { $0 } == [true])
  }
}
