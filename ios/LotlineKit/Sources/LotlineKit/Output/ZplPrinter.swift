import Foundation
import LotlineCore

/// A label printer that speaks ZPL II, on whatever way.
///
/// It is asked how it is before the label is sent, so that one without paper burns no number; and again behind it, since it answers
/// in its turn. From the label's first byte on, whatever breaks leaves it open whether the label came out: `Printed.unknown`, which
/// a person settles. The Android app and the command line do the same.
public final class ZplPrinter: Printer {
  private let link: any Link

  /// A printer at the end of `link`.
  public init(_ link: any Link) {
    self.link = link
  }

  public func printZpl(zpl: Data) -> Printed {
    let line: any PrinterLine
    do {
      line = try link.open()
    } catch {
      // Until the bytes are under way nothing can have come out.
      return .failed(reason: (error as? LinkError)?.reason ?? "the printer is not there")
    }
    defer { line.close() }
    // No word, as from one that only takes: it gets the label all the same, and somebody looks.
    let before = ask(line)
    if case .trouble(let reason) = before { return .failed(reason: reason) }
    do {
      try line.send(zpl)
    } catch {
      return .unknown
    }
    guard before == .ready else { return .unknown }
    return ask(line) == .ready ? .done : .unknown
  }

  private enum State: Equatable {
    case ready
    case trouble(String)
    case silent
  }

  private func ask(_ line: any PrinterLine) -> State {
    do {
      try line.send(Data("~HS\r\n".utf8))
      var said = Data()
      while said.count(where: { $0 == Self.end }) < Self.lines {
        guard said.count < Self.longest else { return .silent }
        said += try line.hear()
      }
      return Self.trouble(said).map(State.trouble) ?? .ready
    } catch {
      return .silent
    }
  }

  // The answer to `~HS` is three lines, each between STX and ETX (Zebra, "ZPL II Programming Guide", ~HS Host Status Return).
  private static let lines = 3
  private static let end: UInt8 = 0x03
  // The longest of them has 41 characters.
  private static let longest = 512

  // Paper out and pause in the first line, head open and ribbon out in the second.
  private static func trouble(_ said: Data) -> String? {
    let lines = String(decoding: said, as: UTF8.self).split(separator: "\u{3}").map { line in
      line.trimmingCharacters(in: .whitespacesAndNewlines.union(["\u{2}"]))
        .split(separator: ",", omittingEmptySubsequences: false)
    }
    func up(_ line: Int, _ at: Int) -> Bool {
      lines.indices.contains(line) && lines[line].indices.contains(at) && lines[line][at] == "1"
    }
    if up(0, 1) { return "paper out" }
    if up(0, 2) { return "paused" }
    if up(1, 2) { return "head open" }
    return up(1, 3) ? "ribbon out" : nil
  }
}
