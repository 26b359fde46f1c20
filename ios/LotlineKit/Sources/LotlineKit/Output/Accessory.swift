import Foundation

/// A printer that the device is paired with, found by its serial number. Nothing is searched for, and nothing is paired from here.
public protocol Accessory: Sendable {
  /// Opens a way to it. Blocks. An error means that it is not there: nothing was sent.
  func open(serial: String) throws -> any AccessorySession
}

/// An open way to an accessory. All calls come on the thread that opened it, and none of them but `turn` waits.
public protocol AccessorySession: AnyObject {
  /// As much of it as there is room for; how many bytes that were.
  func write(_ bytes: Data) throws -> Int

  /// What came and was not yet taken; nothing where nothing came.
  func read() throws -> Data

  /// Lets the system work for a moment: ten milliseconds, or less where something happened.
  func turn()

  /// Nothing more is said.
  func close()
}

/// The way to a paired printer that is named `bluetooth://SERIAL`.
public struct AccessoryLink: Link {
  /// The printer's serial number, as the system knows it.
  public let serial: String
  private let accessory: any Accessory
  private let clock: @Sendable () -> Duration

  /// Turns of an idle line are at least that long together before it is given up.
  static let patience: Duration = .seconds(3)

  /// Of `bluetooth://SERIAL`; nothing of anything else.
  public init?(address: String, _ accessory: any Accessory) {
    let start = ContinuousClock.now
    self.init(address: address, accessory, clock: { start.duration(to: .now) })
  }

  init?(address: String, _ accessory: any Accessory, clock: @escaping @Sendable () -> Duration) {
    guard let serial = Self.serial(of: address) else { return nil }
    self.serial = serial
    self.accessory = accessory
    self.clock = clock
  }

  /// The serial number in an address; nothing where it names no paired printer.
  public static func serial(of address: String) -> String? {
    let scheme = "bluetooth://"
    guard address.hasPrefix(scheme) else { return nil }
    let serial = address.dropFirst(scheme.count)
    let named: (Character) -> Bool = {
      $0.isASCII && ($0.isLetter || $0.isNumber || "-_:".contains($0))
    }
    return serial.isEmpty || !serial.allSatisfy(named) ? nil : String(serial)
  }

  public func open() throws -> any PrinterLine {
    AccessoryLine(try accessory.open(serial: serial), clock)
  }
}

/// An accessory as a line: it waits where the accessory does not, and gives up where nothing happens for too long.
private final class AccessoryLine: PrinterLine {
  private let session: any AccessorySession
  private let clock: () -> Duration

  init(_ session: any AccessorySession, _ clock: @escaping () -> Duration) {
    self.session = session
    self.clock = clock
  }

  func send(_ bytes: Data) throws {
    var rest = bytes
    while !rest.isEmpty {
      let written = try patiently {
        let count = try session.write(rest)
        return count > 0 ? count : nil
      }
      rest = rest.dropFirst(written)
    }
  }

  func hear() throws -> Data {
    try patiently {
      let came = try session.read()
      return came.isEmpty ? nil : came
    }
  }

  func close() {
    session.close()
  }

  private func patiently<Value>(_ look: () throws -> Value?) throws -> Value {
    let began = clock()
    while true {
      if let value = try look() { return value }
      guard clock() - began < AccessoryLink.patience else {
        throw LinkError(reason: "the printer does not answer")
      }
      session.turn()
    }
  }
}
