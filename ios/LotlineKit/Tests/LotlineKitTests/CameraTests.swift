import Dispatch
import Foundation
import Testing

@testable import LotlineKit

/// A camera that does what the test says.
@MainActor
private final class StandIn: Camera {
  var lit = true
  var allows = true
  private(set) var sight: Sight?
  private(set) var lights: [Bool] = []

  func allowed() async -> Bool { allows }

  func open(_ sight: Sight) {
    self.sight = sight
  }

  func light(_ on: Bool) {
    lights.append(on)
  }

  func close() {
    sight = nil
  }
}

@MainActor
private final class Ear: Reader {
  private(set) var inputs: [Input] = []
  private(set) var states: [EngineState] = []

  func read(_ input: Input) {
    inputs.append(input)
  }

  func engine(_ state: EngineState) {
    states.append(state)
  }
}

/// The camera as a scan engine.
@MainActor
struct CameraTests {
  private let camera = StandIn()
  private let ear = Ear()
  private let code = SeenCode(bytes: Data("X".utf8), symbology: "]d2")

  /// Lets what was handed to the main actor run, until it is so.
  private func until(_ so: () -> Bool) async {
    for _ in 0..<10_000 where !so() { await Task.yield() }
    #expect(so())
  }

  private func aiming() async -> CameraEngine {
    let engine = CameraEngine(camera)
    engine.start(ear)
    engine.trigger(true)
    await until { engine.aiming }
    return engine
  }

  @Test func theFirstCodeIsTheScanAndClosesTheFinder() async throws {
    let engine = await aiming()
    let sight = try #require(camera.sight)
    sight.codes([code])
    sight.codes([code])
    await until { !engine.aiming }
    for _ in 0..<100 { await Task.yield() }
    #expect(ear.inputs == [.scan(bytes: code.bytes, symbology: "]d2", source: .camera)])
    #expect(ear.states == [.ready, .scanning, .ready])
    #expect(camera.sight == nil)
  }

  @Test func whatAFinderSawThatWasClosedIsForNobody() async throws {
    let engine = await aiming()
    let sight = try #require(camera.sight)
    engine.trigger(true)
    #expect(!engine.aiming)
    sight.codes([code])
    for _ in 0..<100 { await Task.yield() }
    #expect(ear.inputs.isEmpty)
  }

  @Test func aStopLocksItAndTakesTheFinderAway() async {
    let engine = await aiming()
    engine.light = true
    engine.lock(true)
    #expect(!engine.aiming && !engine.light && camera.sight == nil)
    engine.trigger(true)
    for _ in 0..<100 { await Task.yield() }
    #expect(!engine.aiming)
    engine.lock(false)
    #expect(ear.states.suffix(2) == [.locked, .ready])
    #expect(camera.lights.first == true)
  }

  @Test func aCameraThatIsNotAllowedIsSaid() async {
    camera.allows = false
    let engine = CameraEngine(camera)
    engine.start(ear)
    engine.trigger(true)
    await until { engine.denied }
    #expect(!engine.aiming && camera.sight == nil)
  }

  @Test func aCameraThatIsTakenAwayIsOffUntilTheAppComesBack() async throws {
    let engine = await aiming()
    try #require(camera.sight).lost()
    await until { !engine.aiming }
    #expect(ear.states.last == .off)
    engine.stop()
    engine.start(ear)
    #expect(ear.states.last == .ready)
  }

  @Test func ofTheFramesThatComeMeanwhileTheNewestIsReadNext() async {
    let gate = DispatchSemaphore(value: 0)
    let read = Locked<[Int]>([])
    let (begun, begins) = AsyncStream<Void>.makeStream()
    let reader = FrameReader(
      found: { _, _ in },
      read: { luma in
        read.with { $0.append(luma.width) }
        begins.yield()
        gate.wait()
        return []
      })
    var turns = begun.makeAsyncIterator()
    func offer(_ width: Int) {
      reader.offer(Luma(bytes: Data(), width: width, height: 1, stride: width))
    }
    offer(1)
    _ = await turns.next()
    for width in 2...30 { offer(width) }
    gate.signal()
    _ = await turns.next()
    gate.signal()
    #expect(read.with { $0 } == [1, 30])
    offer(31)
    _ = await turns.next()
    gate.signal()
    #expect(read.with { $0 } == [1, 30, 31])
  }

  @Test func ofSeveralCodesTheOneInTheMiddleIsAimedAt() {
    func code(_ text: String, x: Float, y: Float) -> FrameCode {
      let corners: [Point] = [(0, 0), (10, 0), (10, 10), (0, 10)].map {
        Point(x: x + $0, y: y + $1)
      }
      return FrameCode(bytes: Data(text.utf8), symbology: "]d2", corners: corners)
    }
    let luma = Luma(bytes: Data(), width: 200, height: 100, stride: 200)
    let codes = [
      code("left", x: 0, y: 0), code("middle", x: 90, y: 50), code("right", x: 180, y: 80),
    ]
    #expect(luma.aimed(at: codes)?.bytes == Data("middle".utf8))
    #expect(luma.aimed(at: []) == nil)
  }

  @Test func theCoreReadsTheCodesOfARealFrame() throws {
    // Code 128, code set B, by the widths of its bars and gaps (ISO/IEC 15417, table 1): start, "(", "!", "!", "!", check, stop; and
    // start, "-", " ", " ", "!", check, stop. Two of them in one frame.
    let upper = ["211214", "132212", "222122", "222122", "222122", "223211", "2331112"]
    let lower = ["211214", "122132", "212222", "212222", "222122", "223211", "2331112"]
    let (width, height) = (400, 240)
    var bytes = Data(repeating: 255, count: width * height)
    for (top, widths) in [(20, upper), (140, lower)] {
      var x = 60
      for (at, wide) in widths.joined().compactMap(\.wholeNumberValue).enumerated() {
        for y in top..<top + 80 where at % 2 == 0 {
          for dark in x..<x + wide * 2 { bytes[y * width + dark] = 0 }
        }
        x += wide * 2
      }
    }
    let codes = try readFrame(
      luma: bytes, width: UInt32(width), height: UInt32(height), stride: UInt32(width))
    #expect(Set(codes.map { String(decoding: $0.bytes, as: UTF8.self) }) == ["(!!!", "-  !"])
    #expect(codes.allSatisfy { $0.symbology == "]C0" && $0.corners.count == 4 })
  }

  @Test func aBufferThatIsNoFrameIsATypedFault() {
    #expect(throws: HandheldError.self) {
      try readFrame(luma: Data(count: 10), width: 10, height: 10, stride: 10)
    }
  }

  @Test func aSymbologyOfVisionsHasItsAimIdentifier() {
    #expect(Aim.identifier("VNBarcodeSymbologyDataMatrix", gs1: true) == "]d2")
    #expect(Aim.identifier("VNBarcodeSymbologyCode128", gs1: true) == "]C1")
    #expect(Aim.identifier("VNBarcodeSymbologyCode128", gs1: false) == "]C0")
    #expect(Aim.identifier("VNBarcodeSymbologyQR", gs1: true) == "]Q3")
    #expect(Aim.identifier("VNBarcodeSymbologyCodabar", gs1: false) == nil)
  }
}
