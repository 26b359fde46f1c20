// A stand-in for the compiler on Linux (see ../README.md): only what our sources use, as Apple documents it.
import Foundation

// https://developer.apple.com/documentation/vision/vnbarcodesymbology
public struct VNBarcodeSymbology: RawRepresentable, Hashable, Sendable {
  public let rawValue: String
  public init(rawValue: String) { self.rawValue = rawValue }
}
// https://developer.apple.com/documentation/vision/vnbarcodeobservation
public final class VNBarcodeObservation {
  public var symbology: VNBarcodeSymbology { fatalError() }
  // https://developer.apple.com/documentation/vision/vnbarcodeobservation/payloaddata (iOS 17)
  public var payloadData: Data? { fatalError() }
  // https://developer.apple.com/documentation/vision/vnbarcodeobservation/isgs1datacarrier (iOS 17)
  public var isGS1DataCarrier: Bool { fatalError() }
}
