// A stand-in for the compiler on Linux (see ../README.md): only what our sources use, as Apple documents it.
import Dispatch

// https://developer.apple.com/documentation/network/nwpath
public struct NWPath: Sendable {
  public enum Status: Sendable { case satisfied, unsatisfied, requiresConnection }
  public var status: Status { fatalError() }
}
// https://developer.apple.com/documentation/network/nwpathmonitor
public final class NWPathMonitor: @unchecked Sendable {
  public init() { fatalError() }
  public var pathUpdateHandler: (@Sendable (NWPath) -> Void)?
  public func start(queue: DispatchQueue) { fatalError() }
  public func cancel() { fatalError() }
}
