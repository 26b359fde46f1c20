// A stand-in for the compiler on Linux (see ../README.md): only what our sources use, as Apple documents it.
import Foundation
import UIKit
import Vision

// https://developer.apple.com/documentation/visionkit/recognizeditem
public enum RecognizedItem {
  case barcode(Barcode)
  case text(Text)
  public struct Text {}
  // https://developer.apple.com/documentation/visionkit/recognizeditem/barcode
  public struct Barcode {
    public var observation: VNBarcodeObservation { fatalError() }
    public var payloadStringValue: String? { fatalError() }
    public var bounds: Bounds { fatalError() }
  }
  public struct Bounds {
    public var topLeft: CGPoint { fatalError() }
    public var bottomRight: CGPoint { fatalError() }
  }
}
// https://developer.apple.com/documentation/visionkit/datascannerviewcontroller
@MainActor
public final class DataScannerViewController: UIViewController {
  public static var isSupported: Bool { fatalError() }
  public static var isAvailable: Bool { fatalError() }
  public enum QualityLevel: Int, Sendable { case balanced, fast, accurate }
  public struct RecognizedDataType: Hashable, Sendable {
    public static func barcode(symbologies: [VNBarcodeSymbology] = []) -> RecognizedDataType {
      fatalError()
    }
  }
  // https://developer.apple.com/documentation/visionkit/datascannerviewcontroller/scanningunavailable
  public enum ScanningUnavailable: Swift.Error { case unsupported, cameraRestricted }
  public init(
    recognizedDataTypes: Set<RecognizedDataType>, qualityLevel: QualityLevel = .balanced,
    recognizesMultipleItems: Bool = false, isHighFrameRateTrackingEnabled: Bool = true,
    isPinchToZoomEnabled: Bool = true, isGuidanceEnabled: Bool = true,
    isHighlightingEnabled: Bool = false
  ) { fatalError() }
  public weak var delegate: (any DataScannerViewControllerDelegate)?
  public var isScanning: Bool { fatalError() }
  public func startScanning() throws { fatalError() }
  public func stopScanning() { fatalError() }
}
// https://developer.apple.com/documentation/visionkit/datascannerviewcontrollerdelegate
@MainActor
public protocol DataScannerViewControllerDelegate: AnyObject {
  func dataScanner(
    _ dataScanner: DataScannerViewController, didAdd addedItems: [RecognizedItem],
    allItems: [RecognizedItem])
  func dataScanner(
    _ dataScanner: DataScannerViewController,
    becameUnavailableWithError error: DataScannerViewController.ScanningUnavailable)
}
