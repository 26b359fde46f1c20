// A stand-in for the compiler on Linux (see ../README.md): only what our sources use, as Apple documents it.
import Foundation

// https://developer.apple.com/documentation/corehaptics/chhapticengine
public final class CHHapticEngine {
  public init() throws { fatalError() }
  public static func capabilitiesForHardware() -> any CHHapticDeviceCapability { fatalError() }
  public var isAutoShutdownEnabled = false
  public func start() throws { fatalError() }
  public func makePlayer(with pattern: CHHapticPattern) throws -> any CHHapticPatternPlayer {
    fatalError()
  }
}
public protocol CHHapticDeviceCapability { var supportsHaptics: Bool { get } }
public protocol CHHapticPatternPlayer { func start(atTime time: TimeInterval) throws }
// https://developer.apple.com/documentation/corehaptics/chhapticpattern
public final class CHHapticPattern {
  public init(events: [CHHapticEvent], parameters: [CHHapticDynamicParameter]) throws {
    fatalError()
  }
}
public final class CHHapticDynamicParameter {}
// https://developer.apple.com/documentation/corehaptics/chhapticevent
public final class CHHapticEvent {
  public struct EventType: Sendable { public static let hapticContinuous = EventType() }
  public struct ParameterID: Sendable { public static let hapticIntensity = ParameterID() }
  public init(
    eventType: EventType, parameters: [CHHapticEventParameter], relativeTime: TimeInterval,
    duration: TimeInterval
  ) { fatalError() }
}
public final class CHHapticEventParameter {
  public init(parameterID: CHHapticEvent.ParameterID, value: Float) { fatalError() }
}
