import Foundation
import Testing

@testable import LotlineKit

/// A paired printer that takes a few bytes at a time and answers each question when it was asked.
private final class Paired: Accessory, AccessorySession, @unchecked Sendable {
  var now: Duration = .zero
  private(set) var serials: [String] = []
  private(set) var sent = Data()
  private(set) var closed = 0
  private(set) var turns = 0
  private let answers: Int
  private let room: Int
  private let there: Bool
  private var given = 0
  private var asked = 0
  private var full = false

  init(answers: Int, room: Int = 5, there: Bool = true) {
    self.answers = answers
    self.room = room
    self.there = there
  }

  static let ready = "\u{2}030,0,0\u{3}\r\n\u{2}000,0,0,0\u{3}\r\n\u{2}1234,0\u{3}\r\n"

  func open(serial: String) throws -> any AccessorySession {
    serials.append(serial)
    guard there else { throw LinkError(reason: "the printer is not paired, or is off") }
    return self
  }

  func write(_ bytes: Data) throws -> Int {
    // Every other time it has no room.
    full.toggle()
    guard !full, room > 0 else { return 0 }
    let some = bytes.prefix(room)
    sent += some
    asked = String(decoding: sent, as: UTF8.self).components(separatedBy: "~HS\r\n").count - 1
    return some.count
  }

  func read() throws -> Data {
    guard given < min(asked, answers) else { return Data() }
    given += 1
    return Data(Self.ready.utf8)
  }

  func turn() {
    turns += 1
    now += .milliseconds(10)
  }

  func close() { closed += 1 }
}

/// A printer that the device is paired with.
struct AccessoryTests {
  private let label = Data("^XA^FDa label^FS^XZ".utf8)

  private func print(_ paired: Paired) throws -> Printed {
    let named = AccessoryLink(address: "bluetooth://XXQ1-42", paired, clock: { paired.now })
    return ZplPrinter(try #require(named)).printZpl(zpl: label)
  }

  @Test func aLabelGoesOutInPiecesAndIsDoneWhenThePrinterSaysSo() throws {
    let paired = Paired(answers: 2)
    #expect(try print(paired) == .done)
    #expect(paired.serials == ["XXQ1-42"] && paired.closed == 1)
    let all = "~HS\r\n" + String(decoding: label, as: UTF8.self) + "~HS\r\n"
    #expect(String(decoding: paired.sent, as: UTF8.self) == all)
  }

  @Test func aPrinterThatFallsSilentBehindTheLabelLeavesItOpen() throws {
    let paired = Paired(answers: 1)
    #expect(try print(paired) == .unknown)
    #expect(paired.now >= AccessoryLink.patience && paired.now < .seconds(4))
  }

  @Test func aPrinterThatTakesNothingIsGivenUp() throws {
    let paired = Paired(answers: 0, room: 0)
    #expect(try print(paired) == .unknown)
    #expect(paired.sent.isEmpty && paired.closed == 1)
  }

  @Test func oneThatIsNotPairedBurnsNoNumber() throws {
    let away = Paired(answers: 2, there: false)
    #expect(try print(away) == .failed(reason: "the printer is not paired, or is off"))
  }

  @Test func anAddressOfAPairedPrinterIsItsSerialNumber() {
    #expect(AccessoryLink.serial(of: "bluetooth://AC:3F:A4:00:00:01") == "AC:3F:A4:00:00:01")
    for wrong in ["bluetooth://", "bluetooth://a b", "tcp://x", "XXQ1"] {
      #expect(AccessoryLink.serial(of: wrong) == nil, "\(wrong)")
    }
    #expect(Configuration(["printer": "bluetooth://XXQ1-42"]).printer == "bluetooth://XXQ1-42")
  }
}
