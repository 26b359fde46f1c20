#if canImport(ExternalAccessory)
  import ExternalAccessory
  import Foundation
  import LotlineKit

  /// Zebra's label printers that were paired in the device's settings, by Apple's MFi. The app's `Info.plist` names their protocol under
  /// `UISupportedExternalAccessoryProtocols` (Zebra, "Link-OS SDK for iOS"). A printer that speaks Bluetooth Low Energy only is not found.
  public struct PairedPrinter: Accessory {
    /// Raw bytes to the printer, and back.
    public static let rawPort = "com.zebra.rawport"

    /// Those of this device.
    public init() {}

    public func open(serial: String) throws -> any AccessorySession {
      let there = EAAccessoryManager.shared().connectedAccessories
      let printer = there.first { printer in
        printer.isConnected && printer.serialNumber == serial
          && printer.protocolStrings.contains(Self.rawPort)
      }
      guard let printer else { throw LinkError(reason: "the printer is not paired, or is off") }
      guard let session = EASession(accessory: printer, forProtocol: Self.rawPort),
        let input = session.inputStream, let output = session.outputStream
      else { throw LinkError(reason: "the printer is taken, or its protocol is not the app's") }
      return PairedSession(session, input, output)
    }
  }

  /// Its streams work on the run loop of the thread that opened them.
  private final class PairedSession: AccessorySession {
    private let session: EASession
    private let input: InputStream
    private let output: OutputStream

    init(_ session: EASession, _ input: InputStream, _ output: OutputStream) {
      self.session = session
      self.input = input
      self.output = output
      for stream in [input, output] as [Stream] {
        stream.schedule(in: .current, forMode: .default)
        stream.open()
      }
    }

    func write(_ bytes: Data) throws -> Int {
      try check(output)
      guard output.hasSpaceAvailable else { return 0 }
      let count = bytes.withUnsafeBytes { room in
        output.write(room.bindMemory(to: UInt8.self).baseAddress!, maxLength: room.count)
      }
      guard count >= 0 else { throw Self.failure(output) }
      return count
    }

    func read() throws -> Data {
      try check(input)
      guard input.hasBytesAvailable else { return Data() }
      var room = [UInt8](repeating: 0, count: 1024)
      let count = input.read(&room, maxLength: room.count)
      guard count >= 0 else { throw Self.failure(input) }
      return Data(room.prefix(count))
    }

    func turn() {
      // Without anything to wait for, a run loop comes back at once.
      if !RunLoop.current.run(mode: .default, before: Date(timeIntervalSinceNow: 0.01)) {
        Thread.sleep(forTimeInterval: 0.01)
      }
    }

    func close() {
      for stream in [input, output] as [Stream] {
        stream.close()
        stream.remove(from: .current, forMode: .default)
      }
    }

    private func check(_ stream: Stream) throws {
      if stream.streamStatus == .error || stream.streamStatus == .atEnd {
        throw Self.failure(stream)
      }
    }

    private static func failure(_ stream: Stream) -> LinkError {
      LinkError(reason: stream.streamError?.localizedDescription ?? "the printer hung up")
    }
  }
#endif
