import Lotline
import LotlineCore

/// A subscription that ends with its owner.
final class NewsLine: Sendable {
  private let subscription: Subscription

  /// `changed` is called on the sync thread.
  init(_ handheld: Handheld, changed: @escaping @Sendable () -> Void) throws {
    subscription = try handheld.subscribe(listener: Ear(heard: changed))
  }

  deinit {
    subscription.cancel()
  }

  private final class Ear: Listener {
    let heard: @Sendable () -> Void

    init(heard: @escaping @Sendable () -> Void) {
      self.heard = heard
    }

    func changed() {
      heard()
    }
  }
}
