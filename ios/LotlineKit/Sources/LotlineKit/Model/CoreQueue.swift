import Dispatch
import Lotline
import LotlineCore

/// The one handheld of a process, and the queues on which it is called.
///
/// Calls into the core block, so they run where waiting does no harm: inputs one after the other on a queue of their own, what
/// waits for the network beside them. While the app sleeps no file is open: inputs wait, and run in their order when it wakes;
/// all else is turned away, so that nobody who closes the files waits for somebody who waits for them.
final class CoreQueue: @unchecked Sendable {
  typealias Call<Value> = @Sendable (Handheld) throws -> Value

  private let inputs = DispatchQueue(label: "lotline.core")

  // All of these only on `inputs`.
  private var open: (@Sendable () throws -> Handheld)?
  private var handheld: Handheld?
  private var asleep = false
  private var waiting: [@Sendable () -> Void] = []

  /// `open` is called on the queue by whoever asks first, and again after it failed.
  init(_ open: @escaping @Sendable () throws -> Handheld) {
    self.open = open
  }

  /// Hands a call over, in its turn among the inputs: this returns at once. `done` is called on the queue. While the app sleeps
  /// the call waits, or is turned away with the code `suspended`.
  func begin<Value: Sendable>(
    waits: Bool, _ call: @escaping Call<Value>,
    done: @escaping @Sendable (Result<Value, HandheldError>) -> Void
  ) {
    let task = { @Sendable in
      done(Result { try call(self.opened()) }.mapError(HandheldError.of))
    }
    inputs.async {
      if !self.asleep {
        task()
      } else if waits {
        self.waiting.append(task)
      } else {
        done(.failure(.suspended))
      }
    }
  }

  /// A call in its turn, and its answer; turned away while the app sleeps.
  func inTurn<Value: Sendable>(_ call: @escaping Call<Value>) async throws(HandheldError) -> Value {
    let result = await withCheckedContinuation { done in
      begin(waits: false, call) { done.resume(returning: $0) }
    }
    return try result.get()
  }

  /// Beside the inputs: for what waits for the network. A task that is cancelled hears so at once; the call goes on to its end.
  func beside<Value: Sendable>(_ call: @escaping Call<Value>) async throws(HandheldError) -> Value {
    // Through the inputs first: there the handheld is opened, and there it is known whether the app sleeps.
    let handheld = try await inTurn { $0 }
    let answer = Once<Result<Value, HandheldError>>()
    let result = await withTaskCancellationHandler {
      await withCheckedContinuation { done in
        answer.wait(done)
        DispatchQueue.global(qos: .utility).async {
          answer.give(Result { try call(handheld) }.mapError(HandheldError.of))
        }
      }
    } onCancel: {
      answer.give(.failure(.cancelled))
    }
    return try result.get()
  }

  /// Closes the files, after the inputs before: nobody holds a lock on them when this returns.
  func sleep() async throws(HandheldError) {
    try await turn {
      guard !self.asleep else { return }
      self.asleep = true
      try self.handheld?.suspend()
    }
  }

  /// Opens them again, and runs what waited.
  func wake() async throws(HandheldError) {
    try await turn {
      guard self.asleep else { return }
      try self.handheld?.resume()
      self.asleep = false
      let waited = self.waiting
      self.waiting = []
      for task in waited { task() }
    }
  }

  /// Lets the handheld go once what was handed over before is done.
  func close() async {
    try? await turn {
      self.handheld = nil
      self.open = nil
    }
  }

  private func opened() throws -> Handheld {
    if let handheld { return handheld }
    guard let open else { throw HandheldError.closed }
    let opened = try open()
    handheld = opened
    return opened
  }

  /// In turn, asleep or not.
  private func turn(_ task: @escaping @Sendable () throws -> Void) async throws(HandheldError) {
    let result = await withCheckedContinuation { done in
      inputs.async { done.resume(returning: Result(catching: task).mapError(HandheldError.of)) }
    }
    try result.get()
  }
}

/// An answer that is given once, by whoever comes first.
private final class Once<Value: Sendable>: Sendable {
  private enum State {
    case open
    case waiting(CheckedContinuation<Value, Never>)
    case given(Value)
    case done
  }

  private let state = Locked(State.open)

  func wait(_ continuation: CheckedContinuation<Value, Never>) {
    let given: Value? = state.with { state in
      if case .given(let value) = state {
        state = .done
        return value
      }
      state = .waiting(continuation)
      return nil
    }
    if let given { continuation.resume(returning: given) }
  }

  func give(_ value: Value) {
    let waiting: CheckedContinuation<Value, Never>? = state.with { state in
      switch state {
      case .open:
        state = .given(value)
        return nil
      case .waiting(let continuation):
        state = .done
        return continuation
      case .given, .done:
        return nil
      }
    }
    waiting?.resume(returning: value)
  }
}
