import Foundation
import Lotline

/// The camera at the back of the device, as frames or as a scanner of its own. All calls come on the main actor.
@MainActor
public protocol Camera: AnyObject {
  /// Whether it has a light.
  var lit: Bool { get }

  /// Asks the person, where the system wants it; whether it may be used.
  func allowed() async -> Bool

  /// Gives what it sees to `sight` until `close()`. Opening goes on after this returns.
  func open(_ sight: Sight)

  /// Its light, while it is open.
  func light(_ on: Bool)

  /// Gives the camera back.
  func close()
}

/// Who looks at what a camera sees. Any of it may be called on any thread.
public struct Sight: Sendable {
  /// A frame.
  public let frame: @Sendable (Luma) -> Void
  /// Codes that the system found by itself, the aimed one first.
  public let codes: @Sendable ([SeenCode]) -> Void
  /// The camera is gone: taken by another app, forbidden by the fleet's management, broken.
  public let lost: @Sendable () -> Void

  /// Looks with these.
  public init(
    frame: @escaping @Sendable (Luma) -> Void,
    codes: @escaping @Sendable ([SeenCode]) -> Void,
    lost: @escaping @Sendable () -> Void
  ) {
    self.frame = frame
    self.codes = codes
    self.lost = lost
  }
}

/// A code as `Input.scan` wants it.
public struct SeenCode: Sendable, Equatable {
  /// What a scanner would have sent: FNC1 between elements is GS (1Dh).
  public let bytes: Data
  /// The AIM identifier, such as `]d2` (ISO/IEC 15424), where it is known.
  public let symbology: String?

  /// A code of these bytes.
  public init(bytes: Data, symbology: String?) {
    self.bytes = bytes
    self.symbology = symbology
  }
}

/// A symbology as Apple's Vision names it.
public enum Aim {
  /// The AIM identifier (ISO/IEC 15424) for a `VNBarcodeSymbology`'s raw value; nothing where it is not known. `gs1` is what Vision
  /// says of the first character: FNC1, so that what follows are GS1 elements.
  public static func identifier(_ symbology: String, gs1: Bool) -> String? {
    switch symbology.replacingOccurrences(of: "VNBarcodeSymbology", with: "") {
    case "Code128": gs1 ? "]C1" : "]C0"
    case "DataMatrix": gs1 ? "]d2" : "]d1"
    case "QR": gs1 ? "]Q3" : "]Q1"
    case "Aztec": gs1 ? "]z1" : "]z0"
    case "GS1DataBar", "GS1DataBarExpanded", "GS1DataBarLimited": "]e0"
    case "EAN13": "]E0"
    case "EAN8": "]E4"
    case "UPCE": "]E0"
    case "I2of5", "I2of5Checksum", "ITF14": "]I0"
    case "Code39", "Code39Checksum", "Code39FullASCII", "Code39FullASCIIChecksum": "]A0"
    case "Code93", "Code93i": "]G0"
    case "PDF417": "]L0"
    default: nil
    }
  }
}
