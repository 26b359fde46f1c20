// A stand-in for the compiler on Linux (see ../README.md): only what our sources use, as Apple documents it.
// Their names are Apple's.
// swift-format-ignore-file
@_exported import Foundation

// https://developer.apple.com/documentation/uikit/uidevice
@MainActor
public final class UIDevice {
  public static var current: UIDevice { fatalError() }
  public var isBatteryMonitoringEnabled = false
  public var batteryLevel: Float { fatalError() }
  // https://developer.apple.com/documentation/uikit/uidevice/batterystate-swift.enum
  public enum BatteryState: Int, Sendable { case unknown, unplugged, charging, full }
  public var batteryState: BatteryState { fatalError() }
  public var model: String { fatalError() }
  nonisolated public static let batteryLevelDidChangeNotification = Notification.Name("level")
  nonisolated public static let batteryStateDidChangeNotification = Notification.Name("state")
}

// https://developer.apple.com/documentation/foundation/nsnotification/name-swift.struct/nsprocessinfopowerstatedidchange
extension Notification.Name {
  public static let NSProcessInfoPowerStateDidChange = Notification.Name("power")
}
// https://developer.apple.com/documentation/foundation/processinfo/islowpowermodeenabled
extension ProcessInfo {
  public var isLowPowerModeEnabled: Bool { fatalError() }
}

// https://developer.apple.com/documentation/uikit/uibackgroundtaskidentifier
public struct UIBackgroundTaskIdentifier: RawRepresentable, Hashable, Sendable {
  public let rawValue: Int
  public init(rawValue: Int) { self.rawValue = rawValue }
  public static let invalid = UIBackgroundTaskIdentifier(rawValue: 0)
}
// https://developer.apple.com/documentation/uikit/uiapplication
@MainActor
public final class UIApplication {
  public static var shared: UIApplication { fatalError() }
  // https://developer.apple.com/documentation/uikit/uiapplication/beginbackgroundtask(withname:expirationhandler:)
  public func beginBackgroundTask(
    withName name: String?, expirationHandler: (@MainActor @Sendable () -> Void)? = nil
  ) -> UIBackgroundTaskIdentifier { fatalError() }
  public func endBackgroundTask(_ identifier: UIBackgroundTaskIdentifier) { fatalError() }
}

// https://developer.apple.com/documentation/uikit/uiview
@MainActor
open class UIView {
  public init() {}
  public var bounds: CGRect { fatalError() }
  public var layer: CALayer { fatalError() }
  open func layoutSubviews() {}
}
// https://developer.apple.com/documentation/quartzcore/calayer
@MainActor
open class CALayer {
  public init() {}
  public var frame: CGRect = .zero
  public func addSublayer(_ layer: CALayer) {}
}
// https://developer.apple.com/documentation/uikit/uiviewcontroller
@MainActor
open class UIViewController {
  public init() {}
  public var view: UIView { fatalError() }
}

// https://developer.apple.com/documentation/uikit/uiimage
public final class UIImage {
  // https://developer.apple.com/documentation/uikit/uiimage/jpegdata(compressionquality:)
  public func jpegData(compressionQuality: CGFloat) -> Data? { fatalError() }
}
// https://developer.apple.com/documentation/uikit/uiimagepickercontroller
@MainActor
open class UIImagePickerController: UIViewController {
  public enum SourceType: Int, Sendable { case photoLibrary, camera, savedPhotosAlbum }
  public struct InfoKey: Hashable, Sendable { public static let originalImage = InfoKey() }
  public static func isSourceTypeAvailable(_ type: SourceType) -> Bool { fatalError() }
  public var sourceType: SourceType = .camera
  public weak var delegate: (any UIImagePickerControllerDelegate & UINavigationControllerDelegate)?
}
// https://developer.apple.com/documentation/uikit/uiimagepickercontrollerdelegate
@MainActor
public protocol UIImagePickerControllerDelegate: AnyObject {
  func imagePickerController(
    _ picker: UIImagePickerController,
    didFinishPickingMediaWithInfo info: [UIImagePickerController.InfoKey: Any])
  func imagePickerControllerDidCancel(_ picker: UIImagePickerController)
}
// https://developer.apple.com/documentation/uikit/uinavigationcontrollerdelegate
@MainActor
public protocol UINavigationControllerDelegate: AnyObject {}
