import LotlineDevice
import LotlineKit
import SwiftUI

/// The app's one scene. An Xcode project's `@main` holds nothing but this (docs/guides/ios.md).
public struct LotlineScene: Scene {
  @State private var device: Device
  @Environment(\.scenePhase) private var phase

  /// The scene of the one device that the process is. To be made before the app has finished launching, because the system wants to
  /// know by then what it may wake the app for.
  @MainActor
  public init() {
    _device = State(initialValue: Device.shared)
  }

  public var body: some Scene {
    WindowGroup {
      HandheldView(device: device, camera: device.camera)
        .task { await device.front() }
    }
    .onChange(of: phase) { _, phase in
      switch phase {
      case .active: Task { await device.front() }
      case .background: Task { await device.back() }
      default: break
      }
    }
  }
}
