import LotlineCore

/// When the system wakes the app to send what is left. All calls come on the main actor.
@MainActor
public protocol Scheduler: AnyObject {
  /// Wake the app no earlier than `delay` from now; in place of what was asked for before.
  func wake(after delay: Duration)

  /// Nothing is left to be woken for.
  func cancel()
}

/// Time that the system grants while nobody is in front. All calls come on the main actor.
@MainActor
public protocol Grace: AnyObject {
  /// Asks to go on for a while. `over` is called once where the system takes it back: then the files have to be closed at once.
  func begin(_ over: @escaping @MainActor () -> Void)

  /// It is not needed any more. Twice does no harm.
  func end()
}

/// When to be woken next. With nothing to send never: what others did comes down when somebody takes the device into the hand.
struct RefreshPlan: Equatable {
  /// After a try that left something: half a minute, then twice as long each time.
  static let first: Duration = .seconds(30)
  static let most: Duration = .seconds(5 * 3_600)

  private(set) var failures = 0

  /// A try is over. `report` is what came of it; nothing where it failed. `remedy` is what a person can do.
  mutating func tried(_ report: SyncReport?, queued: UInt64) -> Duration? {
    guard let report else {
      // A person has to act: sign in, enrol, update. To wake up again would change nothing.
      failures = 0
      return nil
    }
    if queued == 0 && !report.more && report.reached {
      failures = 0
      return nil
    }
    failures = report.reached ? 0 : failures + 1
    let doubled = Self.first * (1 << min(max(0, failures - 1), 10))
    return min(doubled, Self.most)
  }
}
