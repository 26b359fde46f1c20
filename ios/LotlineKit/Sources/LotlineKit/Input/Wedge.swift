import Foundation
import LotlineCore

/// A key that was pressed, as far as it matters here.
public enum Key: Sendable, Equatable {
  /// A character; GS (1Dh) is one.
  case character(Character)
  /// Enter.
  case enter
  /// Backspace.
  case erase
  /// One step back.
  case back
  /// `F1` to `F12`.
  case function(Int)
}

/// Keys to inputs, for keyboards, ring scanners and other scanners that type. Such a scanner sends its label and then Enter, many
/// characters in a few milliseconds; a person types slowly. The difference decides only what the evidence says (`scan` or
/// `typed`); what a text means is the core's to judge.
public struct Wedge: Sendable {
  /// What was typed and not yet sent.
  public private(set) var text = ""

  private var first: Duration = .zero
  private var last: Duration = .zero

  /// A digit that is also an action's counts as that once nothing has followed for so long.
  public static let alone: Duration = .milliseconds(120)

  // A scanner leaves less than this between two characters; no person keeps that up.
  private static let scannerGap: Duration = .milliseconds(35)
  // Texts shorter than this are too short to tell.
  private static let scannerLeast = 4
  // The longest text taken in.
  private static let longest = 64 * 1024

  /// Nothing typed yet.
  public init() {}

  /// Forgets what was typed.
  public mutating func clear() {
    text = ""
  }

  /// What an input method put there in one piece: a person's.
  public mutating func replace(_ typed: String) {
    text = String(typed.prefix(Self.longest))
    first = .zero
    last = .seconds(Int64.max / 2)
  }

  /// A key at `now` (any clock that runs forward). Gives what it sends, if it does.
  public mutating func press(_ key: Key, on screen: Screen, at now: Duration) -> Input? {
    switch key {
    case .character(let character):
      push(character, at: now)
      return nil
    case .erase:
      if !text.isEmpty { text.removeLast() }
      return nil
    case .back:
      guard text.isEmpty else {
        clear()
        return nil
      }
      return .back
    case .function(let number):
      clear()
      return action("F\(number)", on: screen)
    case .enter:
      return enter(on: screen)
    }
  }

  /// Time has passed without a key: a digit that stands alone was meant as an action's.
  public mutating func idle(on screen: Screen, at now: Duration) -> Input? {
    let enters = [.pin, .quantity, .text].contains(screen.awaits.kind)
    guard !enters, text.count == 1, now - last >= Self.alone else { return nil }
    guard let input = action(text, on: screen) else { return nil }
    clear()
    return input
  }

  private mutating func push(_ character: Character, at now: Duration) {
    if text.isEmpty { first = now }
    if text.count < Self.longest { text.append(character) }
    last = now
  }

  private mutating func enter(on screen: Screen) -> Input? {
    let said = text
    let scanned = wasScanner
    clear()
    if said.isEmpty {
      return screen.actions.first { $0.style == .main }.map { .choose(id: $0.id) }
    }
    let trimmed = said.trimmingCharacters(in: .whitespaces)
    switch screen.awaits.kind {
    case .pin, .quantity:
      return .enter(field: screen.awaits.field, text: trimmed)
    case .text:
      if Self.isScanned(said) { return Self.scan(said, .scan) }
      return action(trimmed, on: screen) ?? .enter(field: screen.awaits.field, text: trimmed)
    case .scan, .choice, .none:
      return Self.scan(String(said.drop { $0 == " " }), scanned ? .scan : .typed)
    }
  }

  private var wasScanner: Bool {
    text.count >= Self.scannerLeast && last - first <= Self.scannerGap * (text.count - 1)
  }

  private func action(_ key: String, on screen: Screen) -> Input? {
    screen.actions.first { $0.key == key }.map { .choose(id: $0.id) }
  }

  private static func scan(_ text: String, _ source: ScanSource) -> Input {
    .scan(bytes: Data(text.utf8), symbology: nil, source: source)
  }

  /// Whether a scanner said so itself: an AIM identifier stands in front (ISO/IEC 15424). It is no part of what is entered.
  private static func isScanned(_ text: String) -> Bool {
    let head = Array(text.utf8.prefix(3))
    func letter(_ byte: UInt8) -> Bool { (65...90).contains(byte) || (97...122).contains(byte) }
    return head.count == 3 && head[0] == UInt8(ascii: "]") && letter(head[1])
      && (letter(head[2]) || (48...57).contains(head[2]))
  }
}
