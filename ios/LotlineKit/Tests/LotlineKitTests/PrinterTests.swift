import Dispatch
import Foundation
import Glibc
import Testing

@testable import LotlineKit

/// A printer that answers as it is told to, and keeps what it was sent.
private final class Paper: Link, PrinterLine, @unchecked Sendable {
  /// What it says to each question; nothing once they are used up.
  private var answers: [String]
  private let breaksAt: Int
  private(set) var sent: [String] = []
  private(set) var closed = false
  private let there: Bool

  init(_ answers: [String], breaksAt: Int = .max, there: Bool = true) {
    self.answers = answers
    self.breaksAt = breaksAt
    self.there = there
  }

  func open() throws -> any PrinterLine {
    if !there { throw LinkError(reason: "nobody there") }
    return self
  }

  func send(_ bytes: Data) throws {
    if sent.count >= breaksAt { throw LinkError(reason: "gone") }
    sent.append(String(decoding: bytes, as: UTF8.self))
  }

  func hear() throws -> Data {
    if answers.isEmpty { throw LinkError(reason: "silent") }
    return Data(answers.removeFirst().utf8)
  }

  func close() {
    closed = true
  }
}

/// A label printer that speaks ZPL II: one label is never lost and never printed twice unasked.
struct PrinterTests {
  private let label = Data("^XA^XZ".utf8)
  private let ready = "\u{2}030,0,0,1\u{3}\r\n\u{2}000,0,0,0\u{3}\r\n\u{2}1234,0\u{3}\r\n"

  @Test func aPrinterThatIsReadyBeforeAndBehindHasPrinted() {
    let paper = Paper([ready, ready])
    #expect(ZplPrinter(paper).printZpl(zpl: label) == .done)
    #expect(paper.sent == ["~HS\r\n", "^XA^XZ", "~HS\r\n"])
    #expect(paper.closed)
  }

  @Test func anAnswerMayComeInPieces() {
    let pieces = [ready, ready].flatMap { [String($0.prefix(7)), String($0.dropFirst(7))] }
    #expect(ZplPrinter(Paper(pieces)).printZpl(zpl: label) == .done)
  }

  @Test func troubleBeforeTheLabelBurnsNoNumber() {
    let answers = [
      "\u{2}030,1,0\u{3}\u{2}0,0,0,0\u{3}\u{2}0\u{3}": "paper out",
      "\u{2}030,0,1\u{3}\u{2}0,0,0,0\u{3}\u{2}0\u{3}": "paused",
      "\u{2}030,0,0\u{3}\u{2}0,0,1,0\u{3}\u{2}0\u{3}": "head open",
      "\u{2}030,0,0\u{3}\u{2}0,0,0,1\u{3}\u{2}0\u{3}": "ribbon out",
    ]
    for (answer, trouble) in answers {
      let paper = Paper([answer])
      #expect(ZplPrinter(paper).printZpl(zpl: label) == .failed(reason: trouble))
      #expect(paper.sent == ["~HS\r\n"], "\(trouble)")
    }
    let away = Paper([], there: false)
    #expect(ZplPrinter(away).printZpl(zpl: label) == .failed(reason: "nobody there"))
  }

  @Test func fromTheFirstByteOnWhateverBreaksLeavesItOpen() {
    #expect(ZplPrinter(Paper([ready], breaksAt: 1)).printZpl(zpl: label) == .unknown)
    #expect(ZplPrinter(Paper([ready], breaksAt: 2)).printZpl(zpl: label) == .unknown)
    #expect(ZplPrinter(Paper([ready])).printZpl(zpl: label) == .unknown)
    let only = Paper([])
    #expect(ZplPrinter(only).printZpl(zpl: label) == .unknown, "one that only takes")
    #expect(only.sent.contains("^XA^XZ"))
  }

  @Test func nobodyAtAPortIsAFailureAndNoSignal() {
    // A port that was free a moment ago, and that nobody listens on.
    let link = NetworkLink(host: "127.0.0.1", port: 1, patienceMs: 2_000)
    guard case .failed = ZplPrinter(link).printZpl(zpl: label) else {
      return #expect(Bool(false), "it went somewhere")
    }
  }

  @Test func overRealTcpALabelArrivesAndAHangUpLeavesItOpen() throws {
    let listener = try Listener()
    let link = NetworkLink(host: "127.0.0.1", port: listener.port, patienceMs: 5_000)
    let ready = self.ready
    let first = listener.serve([ready, "", ready])
    #expect(ZplPrinter(link).printZpl(zpl: label) == .done)
    #expect(first.wait() == "~HS\r\n^XA^XZ~HS\r\n")
    let second = listener.serve([ready])
    #expect(ZplPrinter(link).printZpl(zpl: label) == .unknown)
    #expect(second.wait().hasPrefix("~HS\r\n"))
  }
}

/// A socket that plays a printer, one connection at a time.
private final class Listener {
  let port: UInt16
  private let socket: Int32

  final class Heard: @unchecked Sendable {
    fileprivate var text = ""
    fileprivate let done = DispatchSemaphore(value: 0)

    func wait() -> String {
      done.wait()
      return text
    }
  }

  init() throws {
    socket = Glibc.socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_addr.s_addr = inet_addr("127.0.0.1")
    var size = socklen_t(MemoryLayout<sockaddr_in>.size)
    let socket = socket
    let bound = withUnsafeMutablePointer(to: &address) {
      $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        bind(socket, $0, size) == 0 && listen(socket, 4) == 0 && getsockname(socket, $0, &size) == 0
      }
    }
    try #require(bound)
    port = UInt16(bigEndian: address.sin_port)
  }

  deinit {
    close(socket)
  }

  /// Answers each line or label of the next connection in turn, then hangs up.
  func serve(_ answers: [String]) -> Heard {
    let heard = Heard()
    let socket = socket
    DispatchQueue.global().async {
      let line = accept(socket, nil, nil)
      for answer in answers {
        var text = ""
        while !text.hasSuffix("\r\n") && !text.hasSuffix("^XZ") {
          var byte: UInt8 = 0
          guard recv(line, &byte, 1, 0) == 1 else { break }
          text.append(Character(UnicodeScalar(byte)))
        }
        heard.text += text
        _ = answer.withCString { send(line, $0, strlen($0), Int32(MSG_NOSIGNAL)) }
      }
      close(line)
      heard.done.signal()
    }
    return heard
  }
}
