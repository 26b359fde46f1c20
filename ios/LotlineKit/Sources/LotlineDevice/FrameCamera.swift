#if canImport(AVFoundation) && canImport(CoreVideo)
  import AVFoundation
  import CoreMedia
  import CoreVideo
  import Foundation
  import LotlineKit

  /// The camera at the back, as frames for the core's reader.
  @MainActor
  public final class FrameCamera: Camera {
    /// To be shown by a preview layer while the finder is open.
    public var session: AVCaptureSession { tap.session }

    private let tap = Tap()

    /// The device's camera, closed.
    public init() {}

    /// Whether the device has such a camera.
    public var there: Bool { tap.device != nil }

    public var lit: Bool { tap.device?.hasTorch ?? false }

    public func allowed() async -> Bool {
      switch AVCaptureDevice.authorizationStatus(for: .video) {
      case .authorized: true
      case .notDetermined: await AVCaptureDevice.requestAccess(for: .video)
      default: false
      }
    }

    public func open(_ sight: Sight) {
      tap.open(sight)
    }

    public func light(_ on: Bool) {
      tap.light(on)
    }

    public func close() {
      tap.close()
    }
  }

  /// What happens on the camera's queue: starting a camera takes longer than a screen may.
  private final class Tap: NSObject, AVCaptureVideoDataOutputSampleBufferDelegate,
    @unchecked Sendable
  {
    let session = AVCaptureSession()
    let device = AVCaptureDevice.default(.builtInWideAngleCamera, for: .video, position: .back)

    private let queue = DispatchQueue(label: "lotline.camera")
    // All of these only on the queue.
    private let output = AVCaptureVideoDataOutput()
    private var sight: Sight?
    private var ready = false
    private var watch: (any NSObjectProtocol)?

    func open(_ sight: Sight) {
      queue.async {
        self.sight = sight
        guard self.prepare() else { return sight.lost() }
        // Taken by another app, a call, a second app beside this one on an iPad.
        self.watch = NotificationCenter.default.addObserver(
          forName: AVCaptureSession.wasInterruptedNotification, object: self.session, queue: nil
        ) { _ in sight.lost() }
        self.session.startRunning()
      }
    }

    func light(_ on: Bool) {
      queue.async {
        guard let device = self.device, device.hasTorch, (try? device.lockForConfiguration()) != nil
        else { return }
        device.torchMode = on ? .on : .off
        device.unlockForConfiguration()
      }
    }

    func close() {
      queue.async {
        self.sight = nil
        if let watch = self.watch { NotificationCenter.default.removeObserver(watch) }
        self.watch = nil
        if self.ready { self.session.stopRunning() }
      }
    }

    private func prepare() -> Bool {
      if ready { return true }
      guard let device, let input = try? AVCaptureDeviceInput(device: device) else { return false }
      session.beginConfiguration()
      defer { session.commitConfiguration() }
      session.sessionPreset = .hd1280x720
      // The first plane of this format is luma, which is all that is read.
      output.videoSettings = [
        kCVPixelBufferPixelFormatTypeKey as String: kCVPixelFormatType_420YpCbCr8BiPlanarFullRange
      ]
      output.alwaysDiscardsLateVideoFrames = true
      output.setSampleBufferDelegate(self, queue: queue)
      guard session.canAddInput(input), session.canAddOutput(output) else { return false }
      session.addInput(input)
      session.addOutput(output)
      // Fifteen a second: more than are read, and half of what the battery would pay for thirty.
      if (try? device.lockForConfiguration()) != nil {
        device.activeVideoMinFrameDuration = CMTime(value: 1, timescale: 15)
        if device.isFocusModeSupported(.continuousAutoFocus) {
          device.focusMode = .continuousAutoFocus
        }
        device.unlockForConfiguration()
      }
      ready = true
      return true
    }

    func captureOutput(
      _ output: AVCaptureOutput, didOutput buffer: CMSampleBuffer,
      from connection: AVCaptureConnection
    ) {
      guard let sight, let picture = CMSampleBufferGetImageBuffer(buffer),
        let luma = Self.luma(picture)
      else { return }
      sight.frame(luma)
    }

    // A copy: the buffer is the camera's again when this returns.
    private static func luma(_ picture: CVPixelBuffer) -> Luma? {
      guard CVPixelBufferLockBaseAddress(picture, .readOnly) == kCVReturnSuccess else { return nil }
      defer { CVPixelBufferUnlockBaseAddress(picture, .readOnly) }
      guard let start = CVPixelBufferGetBaseAddressOfPlane(picture, 0) else { return nil }
      let (width, height) = (
        CVPixelBufferGetWidthOfPlane(picture, 0), CVPixelBufferGetHeightOfPlane(picture, 0)
      )
      let stride = CVPixelBufferGetBytesPerRowOfPlane(picture, 0)
      let bytes = Data(bytes: start, count: stride * height)
      return Luma(bytes: bytes, width: width, height: height, stride: stride)
    }
  }
#endif
