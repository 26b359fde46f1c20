#if canImport(Network)
  import Foundation
  import LotlineKit
  import Network

  /// Tells of each network that comes while the app is in front.
  @MainActor
  public final class NetworkWatch {
    private var monitor: NWPathMonitor?

    /// Tells nobody yet.
    public init() {}

    /// `changed` hears of each network that can be used, the present one first: harmless.
    public func start(_ changed: @escaping @Sendable @MainActor () async -> Void) {
      stop()
      let monitor = NWPathMonitor()
      monitor.pathUpdateHandler = { path in
        guard path.status == .satisfied else { return }
        Task { @MainActor in await changed() }
      }
      monitor.start(queue: .main)
      self.monitor = monitor
    }

    /// Tells nobody any more.
    public func stop() {
      monitor?.cancel()
      monitor = nil
    }
  }
#endif
