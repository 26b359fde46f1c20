#if canImport(UIKit)
  import Foundation
  import LotlineKit
  import UIKit

  /// The battery as the system tells of it.
  @MainActor
  public final class DeviceBattery: Battery {
    private var watches: [NSObjectProtocol] = []

    /// The device's.
    public init() {}

    public func start(_ gauge: @escaping @MainActor (Charge?) -> Void) {
      stop()
      UIDevice.current.isBatteryMonitoringEnabled = true
      let news = [
        UIDevice.batteryLevelDidChangeNotification, UIDevice.batteryStateDidChangeNotification,
        Notification.Name.NSProcessInfoPowerStateDidChange,
      ]
      watches = news.map { name in
        NotificationCenter.default.addObserver(forName: name, object: nil, queue: .main) { _ in
          MainActor.assumeIsolated { gauge(Self.charge) }
        }
      }
      gauge(Self.charge)
    }

    public func stop() {
      watches.forEach(NotificationCenter.default.removeObserver)
      watches = []
    }

    private static var charge: Charge? {
      let device = UIDevice.current
      let charging = device.batteryState == .charging || device.batteryState == .full
      let saving = ProcessInfo.processInfo.isLowPowerModeEnabled
      return Charge(level: device.batteryLevel, charging: charging, saving: saving)
    }
  }
#endif
