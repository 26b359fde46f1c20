import LotlineCore

extension HandheldError {
  /// What happened, and what the person can do about it.
  public var fault: Fault {
    switch self {
    case .Failed(let fault): fault
    }
  }

  /// What a call threw, as the one error that LotlineKit throws. Anything that is not the core's own is a fault of ours.
  static func of(_ error: any Swift.Error) -> HandheldError {
    (error as? HandheldError)
      ?? .Failed(fault: Fault(remedy: .bug, code: "boundary", message: String(describing: error)))
  }

  /// Nobody waits for the answer any more: the task was cancelled. What was begun goes on to its end.
  static let cancelled = HandheldError.Failed(
    fault: Fault(remedy: .retry, code: "cancelled", message: "the task was cancelled"))

  /// The files are closed until the app is in front again. The core says the same where it is asked.
  static let suspended = HandheldError.Failed(
    fault: Fault(remedy: .retry, code: "suspended", message: "the app is suspended"))

  /// The app has let the handheld go.
  static let closed = HandheldError.Failed(
    fault: Fault(remedy: .bug, code: "closed", message: "the handheld was closed"))
}
