// A stand-in for the compiler on Linux (see ../README.md): only what our sources use, as Apple documents it.
import CoreMedia
import CoreVideo
import Foundation
import UIKit

// https://developer.apple.com/documentation/avfoundation/avmediatype
public struct AVMediaType: Sendable { public static let video = AVMediaType() }
// https://developer.apple.com/documentation/avfoundation/avauthorizationstatus
public enum AVAuthorizationStatus: Int, Sendable {
  case notDetermined, restricted, denied, authorized
}
// https://developer.apple.com/documentation/avfoundation/avcapturedevice
public final class AVCaptureDevice: @unchecked Sendable {
  public struct DeviceType: Sendable { public static let builtInWideAngleCamera = DeviceType() }
  public enum Position: Int, Sendable { case unspecified, back, front }
  public enum TorchMode: Int, Sendable { case off, on, auto }
  public enum FocusMode: Int, Sendable { case locked, autoFocus, continuousAutoFocus }
  public static func `default`(_ type: DeviceType, for media: AVMediaType?, position: Position)
    -> AVCaptureDevice?
  { fatalError() }
  public static func authorizationStatus(for media: AVMediaType) -> AVAuthorizationStatus {
    fatalError()
  }
  public static func requestAccess(for media: AVMediaType) async -> Bool { fatalError() }
  public var hasTorch: Bool { fatalError() }
  public func lockForConfiguration() throws { fatalError() }
  public func unlockForConfiguration() { fatalError() }
  public var torchMode: TorchMode {
    get { fatalError() }
    set {}
  }
  public var focusMode: FocusMode {
    get { fatalError() }
    set {}
  }
  public func isFocusModeSupported(_ mode: FocusMode) -> Bool { fatalError() }
  public var activeVideoMinFrameDuration: CMTime {
    get { fatalError() }
    set {}
  }
}
// https://developer.apple.com/documentation/avfoundation/avcapturedeviceinput
open class AVCaptureInput {}
public final class AVCaptureDeviceInput: AVCaptureInput {
  public init(device: AVCaptureDevice) throws { fatalError() }
}
// https://developer.apple.com/documentation/avfoundation/avcapturevideodataoutput
open class AVCaptureOutput {}
public final class AVCaptureConnection {}
public final class AVCaptureVideoDataOutput: AVCaptureOutput {
  public override init() {}
  public var videoSettings: [String: Any]! = [:]
  public var alwaysDiscardsLateVideoFrames = true
  public func setSampleBufferDelegate(
    _ delegate: (any AVCaptureVideoDataOutputSampleBufferDelegate)?, queue: DispatchQueue?
  ) {}
}
// https://developer.apple.com/documentation/avfoundation/avcapturevideodataoutputsamplebufferdelegate
public protocol AVCaptureVideoDataOutputSampleBufferDelegate: AnyObject {
  func captureOutput(
    _ output: AVCaptureOutput, didOutput sampleBuffer: CMSampleBuffer,
    from connection: AVCaptureConnection)
}
// https://developer.apple.com/documentation/avfoundation/avcapturesession
public final class AVCaptureSession: @unchecked Sendable {
  public init() {}
  public struct Preset: Sendable { public static let hd1280x720 = Preset() }
  public var sessionPreset: Preset {
    get { fatalError() }
    set {}
  }
  public func beginConfiguration() {}
  public func commitConfiguration() {}
  public func canAddInput(_ input: AVCaptureInput) -> Bool { fatalError() }
  public func canAddOutput(_ output: AVCaptureOutput) -> Bool { fatalError() }
  public func addInput(_ input: AVCaptureInput) {}
  public func addOutput(_ output: AVCaptureOutput) {}
  public func startRunning() {}
  public func stopRunning() {}
  // https://developer.apple.com/documentation/avfoundation/avcapturesession/wasinterruptednotification
  public static let wasInterruptedNotification = Notification.Name("interrupted")
}
// https://developer.apple.com/documentation/avfoundation/avcapturevideopreviewlayer
public final class AVCaptureVideoPreviewLayer: CALayer {
  public init(session: AVCaptureSession) { fatalError() }
  public var videoGravity: AVLayerVideoGravity {
    get { fatalError() }
    set {}
  }
}
public struct AVLayerVideoGravity: Sendable {
  public static let resizeAspectFill = AVLayerVideoGravity()
}

// https://developer.apple.com/documentation/avfaudio/avaudiosession
public final class AVAudioSession {
  public struct Category: Sendable { public static let playback = Category() }
  public struct CategoryOptions: OptionSet, Sendable {
    public let rawValue: UInt
    public init(rawValue: UInt) { self.rawValue = rawValue }
    public static let duckOthers = CategoryOptions(rawValue: 2)
  }
  public static func sharedInstance() -> AVAudioSession { fatalError() }
  public func setCategory(_ category: Category, options: CategoryOptions = []) throws {
    fatalError()
  }
}
// https://developer.apple.com/documentation/avfaudio/avaudioplayer
public final class AVAudioPlayer {
  public init(data: Data) throws { fatalError() }
  public var volume: Float = 1
  @discardableResult public func play() -> Bool { fatalError() }
  public func stop() {}
}
// https://developer.apple.com/documentation/avfaudio/avspeechsynthesizer
public enum AVSpeechBoundary: Int, Sendable { case immediate, word }
public final class AVSpeechSynthesizer {
  public init() {}
  public func speak(_ utterance: AVSpeechUtterance) {}
  @discardableResult public func stopSpeaking(at boundary: AVSpeechBoundary) -> Bool {
    fatalError()
  }
}
public final class AVSpeechUtterance {
  public init(string: String) { fatalError() }
  public var voice: AVSpeechSynthesisVoice?
}
public final class AVSpeechSynthesisVoice {
  public init?(language: String?) { fatalError() }
}
