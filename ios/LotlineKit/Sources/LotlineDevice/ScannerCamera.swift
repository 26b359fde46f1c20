#if canImport(VisionKit) && canImport(Vision) && canImport(UIKit) && canImport(AVFoundation)
  import AVFoundation
  import Foundation
  import LotlineKit
  import UIKit
  import Vision
  import VisionKit

  /// The system's own scanner (VisionKit), where there is one: it finds and reads codes by itself, several at once, with its own
  /// guidance. The core's reader takes over where it is missing.
  @MainActor
  public final class ScannerCamera: Camera {
    /// What the app shows while the finder is open.
    public let controller: DataScannerViewController
    private let delegate = Delegate()

    /// The scanner; nothing where the device has none. Devices before the A12 have none, and neither has a device whose management
    /// forbids the camera.
    public init?() {
      guard DataScannerViewController.isSupported else { return nil }
      controller = DataScannerViewController(
        recognizedDataTypes: [.barcode()], qualityLevel: .balanced,
        recognizesMultipleItems: true, isHighFrameRateTrackingEnabled: false,
        isHighlightingEnabled: true)
      controller.delegate = delegate
    }

    // It has no light that an app may switch.
    public var lit: Bool { false }

    public func allowed() async -> Bool {
      // It is available only once the person has allowed the camera, and asks nobody by itself.
      await AVCaptureDevice.requestAccess(for: .video) && DataScannerViewController.isAvailable
    }

    public func open(_ sight: Sight) {
      delegate.sight = sight
    }

    /// The controller is on the screen now: it scans only there.
    public func shown() {
      guard let sight = delegate.sight, !controller.isScanning else { return }
      do {
        try controller.startScanning()
      } catch {
        sight.lost()
      }
    }

    public func light(_ on: Bool) {}

    public func close() {
      delegate.sight = nil
      controller.stopScanning()
    }

    @MainActor
    private final class Delegate: DataScannerViewControllerDelegate {
      var sight: Sight?

      func dataScanner(
        _ scanner: DataScannerViewController, didAdd added: [RecognizedItem],
        allItems: [RecognizedItem]
      ) {
        let codes = allItems.compactMap { Self.code($0) }
        guard !codes.isEmpty else { return }
        // The one that is aimed at first: nearest to the middle of what is shown.
        let middle = CGPoint(x: scanner.view.bounds.midX, y: scanner.view.bounds.midY)
        sight?.codes(codes.sorted { $0.distance(middle) < $1.distance(middle) }.map(\.code))
      }

      func dataScanner(
        _ scanner: DataScannerViewController,
        becameUnavailableWithError error: DataScannerViewController.ScanningUnavailable
      ) {
        sight?.lost()
      }

      private struct Found {
        let code: SeenCode
        let place: CGPoint

        func distance(_ point: CGPoint) -> Double {
          let (x, y) = (Double(place.x - point.x), Double(place.y - point.y))
          return x * x + y * y
        }
      }

      private static func code(_ item: RecognizedItem) -> Found? {
        guard case .barcode(let barcode) = item else { return nil }
        let seen = barcode.observation
        // Bytes where they can be had: text may have lost a separator.
        guard let bytes = seen.payloadData ?? barcode.payloadStringValue.map({ Data($0.utf8) })
        else { return nil }
        let symbology = Aim.identifier(seen.symbology.rawValue, gs1: seen.isGS1DataCarrier)
        let (one, other) = (barcode.bounds.topLeft, barcode.bounds.bottomRight)
        let place = CGPoint(x: (one.x + other.x) / 2, y: (one.y + other.y) / 2)
        return Found(code: SeenCode(bytes: bytes, symbology: symbology), place: place)
      }
    }
  }
#endif
