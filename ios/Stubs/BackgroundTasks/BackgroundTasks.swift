// A stand-in for the compiler on Linux (see ../README.md): only what our sources use, as Apple documents it.
import Foundation

// https://developer.apple.com/documentation/backgroundtasks/bgtaskscheduler
public final class BGTaskScheduler: @unchecked Sendable {
  public static var shared: BGTaskScheduler { fatalError() }
  @discardableResult
  public func register(
    forTaskWithIdentifier identifier: String, using queue: DispatchQueue?,
    launchHandler: @escaping @Sendable (BGTask) -> Void
  ) -> Bool { fatalError() }
  public func submit(_ request: BGTaskRequest) throws { fatalError() }
  public func cancel(taskRequestWithIdentifier identifier: String) { fatalError() }
}
// https://developer.apple.com/documentation/backgroundtasks/bgtaskrequest
open class BGTaskRequest {
  public var earliestBeginDate: Date?
}
// https://developer.apple.com/documentation/backgroundtasks/bgapprefreshtaskrequest
public final class BGAppRefreshTaskRequest: BGTaskRequest {
  public init(identifier: String) { fatalError() }
}
// https://developer.apple.com/documentation/backgroundtasks/bgtask
open class BGTask: @unchecked Sendable {
  public var expirationHandler: (@Sendable () -> Void)?
  public func setTaskCompleted(success: Bool) { fatalError() }
}
