import LotlineCore

/// What the app does when it comes to the front, goes to the back, and is woken there.
///
/// In front: an open connection to the gateway. At the back: what is left is sent in the moment that the system grants, then the files
/// are closed, before the app is frozen: iOS ends an app that is frozen with a lock (0xdead10cc). What was not sent goes when the
/// system wakes the app. Calls come one after the other, in the order the system made them.
@MainActor
public final class Lifecycle {
  /// How long the sending may take that the app begins on its way to the back. The system grants some thirty seconds.
  public static let last: Duration = .seconds(15)
  /// How long it may take when the system wakes the app: half a minute is granted there.
  public static let woken: Duration = .seconds(20)

  /// Whether somebody is in front of the app.
  public private(set) var inFront = false

  private let model: HandheldModel
  private let scheduler: any Scheduler
  private let grace: any Grace
  private var plan = RefreshPlan()
  private var before: Task<Void, Never>?
  private var tick: Task<Void, Never>?

  /// Of the app that shows `model`.
  public init(_ model: HandheldModel, scheduler: any Scheduler, grace: any Grace) {
    self.model = model
    self.scheduler = scheduler
    self.grace = grace
  }

  /// Somebody is in front: the files are open again, at the same step as before, and the core sends after each capture.
  public func foreground() async {
    guard !inFront else { return }
    inFront = true
    grace.end()
    await inTurn { [model] in
      await model.resume()
      try? await model.inTurn { try $0.startLive() }
    }
    minutes()
  }

  /// Nobody is any more.
  public func background() async {
    guard inFront else { return }
    inFront = false
    tick?.cancel()
    tick = nil
    // It may be over before anything else is: then only the files matter.
    grace.begin { [model] in
      Task { try? await model.suspend() }
    }
    await inTurn { [self] in
      try? await model.inTurn { try $0.stopLive() }
      let queued = model.standing?.queued ?? 0
      if queued > 0 {
        _ = await send(Self.last)
      } else {
        // What an earlier time at the back asked for was sent in front.
        plan = RefreshPlan()
        scheduler.cancel()
      }
      // Somebody may have come back meanwhile: then the files stay open.
      guard !inFront else { return }
      try? await model.suspend()
      grace.end()
    }
  }

  /// The system woke the app to send what is left. Whether that came to an end.
  @discardableResult
  public func refresh() async -> Bool {
    var done = false
    await inTurn { [self] in
      guard !inFront else {
        done = true
        return
      }
      await model.resume()
      done = await send(Self.woken)
      guard !inFront else { return }
      try? await model.suspend()
    }
    return done
  }

  /// The system takes back the time it gave: the files are closed at once, and what runs gives up.
  public func expired() async {
    guard !inFront else { return }
    try? await model.suspend()
    grace.end()
  }

  /// The device has a network again, or another one.
  public func networkChanged() async {
    guard inFront else { return }
    try? await model.inTurn { try $0.networkChanged() }
  }

  /// Sends, and has the system wake the app for what is left. Whether nothing is.
  private func send(_ deadline: Duration) async -> Bool {
    let report = try? await model.sync(within: deadline)
    let next = plan.tried(report, queued: model.standing?.queued ?? 0)
    if let next { scheduler.wake(after: next) } else { scheduler.cancel() }
    return next == nil && report != nil
  }

  // The core counts how old things are: once a minute, in front only.
  private func minutes() {
    tick = Task { [weak self] in
      while true {
        try? await Task.sleep(for: .seconds(60))
        guard !Task.isCancelled, let self, self.inFront else { return }
        await self.model.send(.tick)
      }
    }
  }

  private func inTurn(_ work: @escaping @MainActor () async -> Void) async {
    let waiting = before
    let task = Task {
      await waiting?.value
      await work()
    }
    before = task
    await task.value
  }
}
