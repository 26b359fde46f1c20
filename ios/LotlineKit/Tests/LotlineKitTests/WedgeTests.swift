import Foundation
import LotlineKit
import Testing

/// A screen that awaits this, with a main action on F1 and others on digits.
func screen(awaits kind: AwaitKind, field: String = "") -> Screen {
  let actions = [
    Action(id: "go", label: "Go", key: "F1", style: .main),
    Action(id: "one", label: "One", key: "1", style: .other),
  ]
  return Screen(
    id: "test", title: "", prompt: "", tone: .idle, message: "", fields: [], lines: [],
    progress: nil, actions: actions, awaits: Awaits(kind: kind, field: field),
    status: Status(
      offlineSince: nil, queued: 0, atGateway: 0, inWms: 0, recallListAge: nil, training: false,
      text: ""), cue: Cue(sound: "", vibration: ""))
}

/// Keyboards, ring scanners and other scanners that type.
struct WedgeTests {
  private let fast: Duration = .milliseconds(5)
  private let slow: Duration = .milliseconds(200)

  private func type(_ text: String, gap: Duration, on screen: Screen) -> Input? {
    var wedge = Wedge()
    var now: Duration = .seconds(10)
    for character in text {
      #expect(wedge.press(.character(character), on: screen, at: now) == nil)
      now += gap
    }
    let input = wedge.press(.enter, on: screen, at: now)
    #expect(wedge.text.isEmpty)
    return input
  }

  private func scan(_ text: String, _ source: ScanSource) -> Input {
    .scan(bytes: Data(text.utf8), symbology: nil, source: source)
  }

  @Test func aScannerIsToldFromAPersonByItsSpeed() {
    let awaits = screen(awaits: .scan)
    #expect(type("]C0A-01-01", gap: fast, on: awaits) == scan("]C0A-01-01", .scan))
    #expect(type("]C0A-01-01", gap: slow, on: awaits) == scan("]C0A-01-01", .typed))
    #expect(type("A1", gap: fast, on: awaits) == scan("A1", .typed), "too short to tell")
  }

  @Test func aGroupSeparatorGoesThroughAsItIs() {
    let text = "]d201095210000050061727020410L2511C\u{1d}21X"
    #expect(type(text, gap: fast, on: screen(awaits: .scan)) == scan(text, .scan))
  }

  @Test func whatIsAwaitedSaysWhatATextIs() {
    #expect(
      type(" 7 ", gap: slow, on: screen(awaits: .quantity, field: "q"))
        == .enter(field: "q", text: "7"))
    #expect(
      type("4711", gap: fast, on: screen(awaits: .pin, field: "pin"))
        == .enter(field: "pin", text: "4711"))
    let text = screen(awaits: .text, field: "why")
    #expect(type("it fell", gap: slow, on: text) == .enter(field: "why", text: "it fell"))
    #expect(type("1", gap: slow, on: text) == .choose(id: "one"))
    #expect(type("]C0DOCK", gap: fast, on: text) == scan("]C0DOCK", .scan))
  }

  @Test func keysDoWhatTheScreenSays() {
    var wedge = Wedge()
    let awaits = screen(awaits: .choice)
    #expect(wedge.press(.enter, on: awaits, at: .zero) == .choose(id: "go"))
    #expect(wedge.press(.function(1), on: awaits, at: .zero) == .choose(id: "go"))
    #expect(wedge.press(.function(9), on: awaits, at: .zero) == nil)
    #expect(wedge.press(.back, on: awaits, at: .zero) == .back)
    _ = wedge.press(.character("x"), on: awaits, at: .zero)
    _ = wedge.press(.character("y"), on: awaits, at: .zero)
    _ = wedge.press(.erase, on: awaits, at: .zero)
    #expect(wedge.text == "x")
    #expect(wedge.press(.back, on: awaits, at: .zero) == nil, "it takes back what was typed first")
    #expect(wedge.text.isEmpty)
  }

  @Test func aDigitThatStandsAloneIsAnActionAndOneInANumberIsNot() {
    var wedge = Wedge()
    let choice = screen(awaits: .choice)
    _ = wedge.press(.character("1"), on: choice, at: .zero)
    #expect(wedge.idle(on: choice, at: .milliseconds(119)) == nil)
    #expect(wedge.idle(on: choice, at: .milliseconds(120)) == .choose(id: "one"))
    let quantity = screen(awaits: .quantity, field: "q")
    _ = wedge.press(.character("1"), on: quantity, at: .zero)
    #expect(wedge.idle(on: quantity, at: .seconds(9)) == nil)
  }

  @Test func whatAnInputMethodPutThereIsAPersons() {
    var wedge = Wedge()
    let awaits = screen(awaits: .scan)
    wedge.replace("L2511C-LONG")
    #expect(wedge.press(.enter, on: awaits, at: .zero) == scan("L2511C-LONG", .typed))
  }
}
