import LotlineCore

/// What reads labels and tags: a camera, a sled. All calls come and go on the main actor.
@MainActor
public protocol ScanEngine: AnyObject {
  /// The app is in front: reads and news of the engine go to `reader` until `stop()`.
  func start(_ reader: any Reader)

  /// It is not any more: nobody hears of what is read.
  func stop()

  /// A stop waits to be acknowledged: the engine is locked while `locked`. Said anew with each screen.
  func lock(_ locked: Bool)

  /// The trigger that is drawn on the screen, or a key that stands for it, went down or up.
  func trigger(_ pressed: Bool)
}

/// Who hears of reads.
@MainActor
public protocol Reader: AnyObject {
  /// Something was read: a scan or tags, as raw as the engine has it.
  func read(_ input: Input)

  /// The engine is like this now.
  func engine(_ state: EngineState)
}

/// How a scan engine is.
public enum EngineState: Sendable, Equatable {
  /// The device has none that the app can use.
  case absent
  /// There is one, and it cannot read now: not allowed, taken by another app, gone.
  case off
  /// It reads when triggered.
  case ready
  /// It reads now.
  case scanning
  /// It waits until a stop is acknowledged.
  case locked
}

/// A device that reads nothing by itself: what is scanned is typed, or comes as keys.
public final class NoEngine: ScanEngine {
  /// Reads nothing.
  public init() {}

  public func start(_ reader: any Reader) {
    reader.engine(.absent)
  }

  public func stop() {}

  public func lock(_ locked: Bool) {}

  public func trigger(_ pressed: Bool) {}
}
