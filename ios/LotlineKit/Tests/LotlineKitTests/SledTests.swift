import Foundation
import LotlineCore
import Testing

@testable import LotlineKit

/// Not the tests' own.
private typealias Tag = LotlineCore.Tag

/// A reader that does what the test says.
@MainActor
private final class StandInSled: RfidReader {
  private(set) var sink: TagSink?
  private(set) var said: [String] = []

  func open(_ sink: TagSink) {
    self.sink = sink
    said.append("open")
  }

  func read() { said.append("read") }

  func pause() { said.append("pause") }

  func lock(_ locked: Bool) { said.append(locked ? "lock" : "unlock") }

  func close() { said.append("close") }
}

@MainActor
private final class Ear: Reader {
  private(set) var inputs: [Input] = []
  private(set) var states: [EngineState] = []

  func read(_ input: Input) { inputs.append(input) }

  func engine(_ state: EngineState) { states.append(state) }
}

/// Tags of a sled.
@MainActor
struct SledTests {
  private let sled = StandInSled()
  private let ear = Ear()

  private func tags(_ count: Int, from: Int = 0) -> [Tag] {
    (from..<from + count).map {
      Tag(epc: String($0, radix: 16), rssiDbm: -50, antenna: 1, distanceMm: nil, atMs: 0)
    }
  }

  @Test func noTagIsDroppedAndNoneGoesTwice() {
    let due = Locked<[@Sendable @MainActor () -> Void]>([])
    let got = Locked<[[Tag]]>([])
    let stream = TagStream(
      batch: { tags in got.with { $0.append(tags) } },
      later: { flush in due.with { $0.append(flush) } })
    stream.add(tags(3))
    stream.add([])
    stream.add(tags(TagStream.most, from: 3))
    #expect(due.with { $0.count } == 1, "one batch is on its way")
    #expect(got.with { $0.isEmpty })
    for flush in due.with({ $0 }) { flush() }
    stream.flush()
    #expect(got.with { $0.map { $0.count } } == [TagStream.most, 3])
    #expect(got.with { $0.flatMap { $0 } } == tags(TagStream.most + 3))
    stream.add(tags(1))
    #expect(due.with { $0.count } == 2)
  }

  @Test func withoutAScannerTheTriggerOnTheScreenReadsTags() throws {
    let engine = WithSled(NoEngine(), sled)
    engine.start(ear)
    #expect(ear.states == [.off], "there is no scanner, and the sled is not there yet")
    let sink = try #require(sled.sink)
    engine.trigger(true)
    sink.seen(tags(2))
    engine.trigger(false)
    #expect(ear.inputs == [.tags(tags: tags(2))])
    engine.stop()
    #expect(sled.said == ["open", "read", "pause", "close"])
  }

  @Test func aStopLocksTheSledAndItsTrigger() {
    let engine = WithSled(NoEngine(), sled)
    engine.start(ear)
    engine.lock(true)
    engine.lock(true)
    engine.trigger(true)
    engine.lock(false)
    #expect(sled.said == ["open", "lock", "pause", "pause", "unlock"])
  }

  @Test func newsOfASledThatWasGivenBackAreForNobody() async throws {
    let engine = WithSled(NoEngine(), sled)
    engine.start(ear)
    let old = try #require(sled.sink)
    engine.stop()
    engine.start(ear)
    let before = ear.states
    old.connected(true)
    let sink = try #require(sled.sink)
    sink.connected(true)
    for _ in 0..<10_000 where ear.states == before { await Task.yield() }
    for _ in 0..<100 { await Task.yield() }
    #expect(ear.states == before + [.ready])
  }

  @Test func whatWaitsWhenTheReaderIsGivenBackIsStillSent() throws {
    let engine = WithSled(NoEngine(), sled)
    engine.start(ear)
    let sink = try #require(sled.sink)
    sink.seen(tags(5))
    engine.stop()
    #expect(ear.inputs == [.tags(tags: tags(5))])
    sink.seen(tags(1, from: 9))
    #expect(ear.inputs.count == 1)
  }
}
