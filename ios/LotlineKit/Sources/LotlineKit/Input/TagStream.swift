import LotlineCore

/// From a reader's tags to a few batches a second: the core writes what a batch means in one transaction. No tag is dropped, and
/// none goes twice.
public final class TagStream: Sendable {
  /// How long tags are gathered.
  public static let period: Duration = .milliseconds(200)
  /// The most in one batch: `MOST_TAGS_AT_ONCE` of the core.
  public static let most = 10_000

  private let waiting = Locked<[Tag]>([])
  private let later: @Sendable (@escaping @Sendable @MainActor () -> Void) -> Void
  private let batch: @Sendable @MainActor ([Tag]) -> Void

  /// `batch` takes up to `most` tags, in the order they came.
  public convenience init(batch: @escaping @Sendable @MainActor ([Tag]) -> Void) {
    self.init(batch: batch) { flush in
      Task { @MainActor in
        try? await Task.sleep(for: Self.period)
        flush()
      }
    }
  }

  /// `later` calls what it is given once `period` is over.
  init(
    batch: @escaping @Sendable @MainActor ([Tag]) -> Void,
    later: @escaping @Sendable (@escaping @Sendable @MainActor () -> Void) -> Void
  ) {
    self.batch = batch
    self.later = later
  }

  /// These were seen. From any thread; returns at once.
  public func add(_ tags: [Tag]) {
    guard !tags.isEmpty else { return }
    let first = waiting.with { waiting in
      defer { waiting += tags }
      return waiting.isEmpty
    }
    if first { later { self.flush() } }
  }

  /// What waits goes out now: the trigger was let go, or the reader is given back.
  @MainActor
  public func flush() {
    let tags = waiting.with { waiting in
      defer { waiting = [] }
      return waiting
    }
    for start in stride(from: 0, to: tags.count, by: Self.most) {
      batch(Array(tags[start..<min(start + Self.most, tags.count)]))
    }
  }
}
