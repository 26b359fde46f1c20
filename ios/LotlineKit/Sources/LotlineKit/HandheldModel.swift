import Foundation
import Observation

/// What an app draws and whom it asks: the current screen, and the last fault if the last call failed.
///
/// The core runs off the main actor, one input after the other. A screen that comes back means that the disk has it:
/// nothing is drawn ahead of the core.
@MainActor
@Observable
public final class HandheldModel {
  /// The screen to draw; nothing before the first answer.
  public private(set) var screen: Screen?
  /// Why the last call failed, and what the person can do. The screen before it stays.
  public private(set) var fault: Fault?

  @ObservationIgnored private let core: CoreQueue
  @ObservationIgnored private var news: NewsLine?

  /// A model of a handheld that is open.
  public init(_ handheld: Handheld) {
    core = CoreQueue(handheld)
  }

  /// Hears of what sync changes from now on, and draws the first screen.
  public func start() async {
    do {
      news = try NewsLine(core.handheld) { [weak self] in
        Task { @MainActor in await self?.refresh() }
      }
    } catch {
      note(error)
    }
    await refresh()
  }

  /// Hands an input to the core and shows its answer.
  public func send(_ input: Input) async {
    await take { try await core.inTurn { try $0.act(input: input) } }
    // Room on disk only: the next screen does not depend on it.
    try? await core.inTurn { try $0.tidy() }
  }

  /// Draws the screen as it is.
  public func refresh() async {
    await take { try await core.inTurn { try $0.screen() } }
  }

  /// Pushes and pulls until nothing is left or the deadline is over. Scans go on meanwhile.
  @discardableResult
  public func sync(within deadline: Duration = .seconds(30)) async throws -> SyncReport {
    let ms = UInt64(max(0, deadline / .milliseconds(1)))
    let report = try await core.beside { try $0.syncNow(deadlineMs: ms) }
    await refresh()
    return report
  }

  private func take(_ answer: () async throws -> Screen) async {
    do {
      screen = try await answer()
      fault = nil
    } catch {
      note(error)
    }
  }

  private func note(_ error: any Swift.Error) {
    fault =
      switch error {
      case HandheldError.Failed(let fault): fault
      default: Fault(remedy: .bug, code: "boundary", message: String(describing: error))
      }
  }
}

/// Calls into the core block, so they run on a queue that may wait, in their order.
private final class CoreQueue: Sendable {
  let handheld: Handheld
  private let inputs = DispatchQueue(label: "lotline.core")

  init(_ handheld: Handheld) {
    self.handheld = handheld
  }

  /// In its turn among the inputs.
  func inTurn<T: Sendable>(_ call: @escaping @Sendable (Handheld) throws -> T) async throws -> T {
    try await Self.on(inputs, handheld, call)
  }

  /// Beside them: for sync, which waits for the network.
  func beside<T: Sendable>(_ call: @escaping @Sendable (Handheld) throws -> T) async throws -> T {
    try await Self.on(.global(qos: .utility), handheld, call)
  }

  private static func on<T: Sendable>(
    _ queue: DispatchQueue, _ handheld: Handheld, _ call: @escaping @Sendable (Handheld) throws -> T
  ) async throws -> T {
    try await withCheckedThrowingContinuation { done in
      queue.async { done.resume(with: Result { try call(handheld) }) }
    }
  }
}

/// A subscription that ends with its owner.
private final class NewsLine: Sendable {
  private let subscription: Subscription

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
