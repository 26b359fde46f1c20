#if canImport(BackgroundTasks) && canImport(UIKit)
  import BackgroundTasks
  import Foundation
  import LotlineKit
  import UIKit

  /// Has the system wake the app, in its own windows. The app's `Info.plist` names the task under
  /// `BGTaskSchedulerPermittedIdentifiers`.
  @MainActor
  public final class SystemScheduler: Scheduler {
    /// What the system knows the task by.
    public static let task = "lotline.refresh"

    /// The system's scheduler.
    public init() {}

    /// Has `lifecycle` hear of it when the system wakes the app. To be called once, before the app has finished launching.
    public func listen(_ lifecycle: Lifecycle) {
      BGTaskScheduler.shared.register(forTaskWithIdentifier: Self.task, using: .main) { task in
        MainActor.assumeIsolated {
          let work = Task { task.setTaskCompleted(success: await lifecycle.refresh()) }
          task.expirationHandler = {
            work.cancel()
            Task { @MainActor in await lifecycle.expired() }
          }
        }
      }
    }

    public func wake(after delay: Duration) {
      let request = BGAppRefreshTaskRequest(identifier: Self.task)
      request.earliestBeginDate = Date(timeIntervalSinceNow: delay / .seconds(1))
      // Switched off by the person or the management: then what is left goes when somebody takes the device into the hand.
      try? BGTaskScheduler.shared.submit(request)
    }

    public func cancel() {
      BGTaskScheduler.shared.cancel(taskRequestWithIdentifier: Self.task)
    }
  }

  /// The half minute that the system grants an app on its way to the back.
  @MainActor
  public final class SystemGrace: Grace {
    private var task = UIBackgroundTaskIdentifier.invalid

    /// The system's.
    public init() {}

    public func begin(_ over: @escaping @MainActor () -> Void) {
      end()
      task = UIApplication.shared.beginBackgroundTask(withName: "lotline.last") {
        over()
      }
    }

    public func end() {
      guard task != .invalid else { return }
      UIApplication.shared.endBackgroundTask(task)
      task = .invalid
    }
  }
#endif
