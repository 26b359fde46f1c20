import Foundation
import LotlineCore

/// How the device stands to its gateway. `Status.text` says the same in the person's language.
public struct Standing: Sendable, Equatable {
  /// Entries on this device only.
  public let queued: UInt64
  /// Since when the gateway is out of reach; nothing while it can be reached.
  public let offlineSince: Date?
  /// Minutes since the recall list was last known to be complete; nothing before it came.
  public let recallListAge: UInt64?
  /// Nothing here is real.
  public let training: Bool

  /// From what a screen says of the device.
  public init(_ status: Status) {
    queued = status.queued
    offlineSince = status.offlineSince.flatMap(Self.date)
    recallListAge = status.recallListAge
    training = status.training
  }

  /// For how long it has been out of reach at `now`; nothing while it can be reached, and never less than none.
  public func offline(at now: Date) -> Duration? {
    offlineSince.map { .milliseconds(Int64(max(0, now.timeIntervalSince($0)) * 1000)) }
  }

  // RFC 3339 as the core writes it: UTC, with milliseconds.
  private static func date(_ text: String) -> Date? {
    let style = Date.ISO8601FormatStyle(includingFractionalSeconds: true)
    return (try? style.parse(text)) ?? (try? Date.ISO8601FormatStyle().parse(text))
  }
}
