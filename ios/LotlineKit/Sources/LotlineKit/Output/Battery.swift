/// How full the battery is.
public struct Charge: Sendable, Equatable {
  /// 0 to 100.
  public let percent: Int
  /// It will not last long: the system saves power, or little is left.
  public let low: Bool
  /// It is on a cable or in a cradle.
  public let charging: Bool

  /// Where the system does not save power by itself, so much is little.
  public static let little = 20

  /// From what the system tells: `level` from 0 to 1, less than 0 where it does not know. Then there is no charge to show.
  public init?(level: Float, charging: Bool, saving: Bool) {
    guard level >= 0 else { return nil }
    percent = Int((min(1, level) * 100).rounded())
    self.charging = charging
    low = !charging && (saving || percent <= Self.little)
  }
}

/// The battery. All calls come and go on the main actor.
@MainActor
public protocol Battery: AnyObject {
  /// Each change goes to `gauge` until `stop()`, the present state first.
  func start(_ gauge: @escaping @MainActor (Charge?) -> Void)

  /// Nobody looks any more.
  func stop()
}
