import Foundation
import Lotline
import LotlineCore
import Observation

/// Who wants to hear of each answer at once, beside what is observed. All calls come on the main actor.
@MainActor
public protocol Stage: AnyObject {
  /// This is shown now. `answers`: it answers something a person did, and `HandheldModel.signal` is to be played.
  func shown(_ screen: Screen, answers: Bool)

  /// A call failed; `HandheldModel.signal` is to be played.
  func failed(_ fault: Fault)
}

/// What an app draws and whom it asks: the current screen, the words around it, and the last fault if the last call failed.
///
/// The core runs off the main actor, one input after the other. A screen that comes back means that the disk has it: nothing is
/// drawn ahead of the core. The model decides nothing.
@MainActor
@Observable
public final class HandheldModel {
  /// The screen to draw; nothing before the first answer.
  public private(set) var screen: Screen?
  /// Why the last call failed, and what the person can do. The screen before it stays.
  public private(set) var fault: Fault?
  /// What is to be heard and felt of the last answer; nothing before the first.
  public private(set) var signal: Signal?
  /// The words around the screen, in its language.
  public private(set) var words: Words
  /// How full the battery is, where somebody tells.
  public var charge: Charge?
  /// What waits for whoever is signed in, as of the screen; nothing while nobody is, or nobody `showsQueue`.
  public private(set) var queue: WorkQueue?
  /// Whether there is room for it beside the step. It is asked for with each screen then, and right away.
  public var showsQueue = false {
    didSet {
      guard showsQueue != oldValue else { return }
      if showsQueue { Task { await refresh() } } else { queue = nil }
    }
  }
  /// How many syncs go on that somebody here asked for.
  public private(set) var syncing = 0

  /// Hears of each answer at once.
  @ObservationIgnored public weak var stage: (any Stage)?

  @ObservationIgnored let core: CoreQueue
  @ObservationIgnored private var news: NewsLine?
  @ObservationIgnored private var asked: UInt64 = 0
  @ObservationIgnored private var drawn: UInt64 = 0

  /// A model of a handheld that is open.
  public convenience init(_ handheld: Handheld) {
    self.init { handheld }
  }

  /// A model of a handheld that is opened when the first screen is asked for, because that waits for the disk. One that could
  /// not be opened is a fault, and the next call tries again. `language` is the tag of the words until the first screen.
  public init(language: String = "en", _ open: @escaping @Sendable () throws -> Handheld) {
    core = CoreQueue(open)
    words = Words.load(language: language)
  }

  /// How the device stands to its gateway; nothing before the first screen.
  public var standing: Standing? {
    screen.map { Standing($0.status) }
  }

  /// Hears of what sync changes from now on, and draws the first screen.
  public func start() async {
    await refresh()
  }

  /// Hands an input to the core, and shows its answer before this returns. Inputs keep the order of their calls.
  public func send(_ input: Input) async {
    await ask(waits: true, answers: input != .tick) { try $0.act(input: input) }
  }

  /// The same without waiting, for buttons and scanners.
  public func post(_ input: Input) {
    ask(waits: true, answers: input != .tick, { try $0.act(input: input) }, done: nil)
  }

  /// Does something else with the handheld that answers with a screen, in its turn, and shows that as the answer to what a person
  /// did.
  public func ask(_ call: @escaping @Sendable (Handheld) throws -> Screen) async {
    await ask(waits: true, answers: true, call)
  }

  /// Draws the screen as it is. While the files are closed the one that is shown stays: `resume()` draws it anew.
  public func refresh() async {
    await ask(waits: false, answers: false) { try $0.screen() }
  }

  /// Does something else with the handheld in its turn among the inputs: enrols, asks for what is to be printed. Blocking is
  /// allowed there. While the files are closed it is turned away, with the code `suspended`.
  public func inTurn<Value: Sendable>(
    _ call: @escaping @Sendable (Handheld) throws -> Value
  ) async throws(HandheldError) -> Value {
    try await core.inTurn(call)
  }

  /// The same beside the inputs, which go on meanwhile: for what waits for a network or a printer.
  public func beside<Value: Sendable>(
    _ call: @escaping @Sendable (Handheld) throws -> Value
  ) async throws(HandheldError) -> Value {
    try await core.beside(call)
  }

  /// Pushes and pulls until nothing is left or the deadline is over. Scans go on meanwhile. Being offline is no error: the
  /// report says so. In a task that is cancelled this ends at once, with the code `cancelled`; what the core has begun goes on
  /// to its own end.
  @discardableResult
  public func sync(within deadline: Duration = .seconds(30)) async throws(HandheldError)
    -> SyncReport
  {
    let ms = UInt64(max(0, deadline / .milliseconds(1)))
    syncing += 1
    defer { syncing -= 1 }
    let report = try await core.beside { try $0.syncNow(deadlineMs: ms) }
    await refresh()
    return report
  }

  /// Closes the files before the app is frozen, after the inputs before: when this returns nobody holds a lock on them. Inputs
  /// that come afterwards wait until `resume()`. A sync that goes on is given up; nothing of it is lost.
  public func suspend() async throws(HandheldError) {
    try await core.sleep()
  }

  /// Opens the files again, runs what waited, and draws the screen: the same step as before.
  public func resume() async {
    do {
      try await core.wake()
    } catch {
      return note(error.fault, turn: next())
    }
    await refresh()
  }

  /// Finishes what was sent, then lets the handheld go. The model shows what it shows, and takes nothing more.
  public func close() async {
    news = nil
    await core.close()
  }

  /// A call outside of the inputs failed, and the person has to know.
  public func failed(_ error: HandheldError) {
    note(error.fault, turn: next())
  }

  /// What a call on the core's queue gives back.
  private struct Shown: Sendable {
    let screen: Screen
    let language: String
    let news: NewsLine?
    /// Nothing where nobody asked. One that failed leaves the screen alone, which is an answer.
    let queue: Result<WorkQueue?, any Swift.Error>?
  }

  private func ask(
    waits: Bool, answers: Bool, _ call: @escaping @Sendable (Handheld) throws -> Screen
  ) async {
    await withCheckedContinuation { done in
      ask(waits: waits, answers: answers, call) { done.resume() }
    }
  }

  // In its turn from this moment on. `done` is called when the answer is shown.
  private func ask(
    waits: Bool, answers: Bool, _ call: @escaping @Sendable (Handheld) throws -> Screen,
    done: (@Sendable @MainActor () -> Void)?
  ) {
    let turn = next()
    let (listens, wide) = (news == nil, showsQueue)
    let changed: @Sendable () -> Void = { [weak self] in
      Task { @MainActor in await self?.refresh() }
    }
    // An input waits until the files are open; the screen is asked for anew then.
    core.begin(waits: waits) { handheld in
      // Before the first screen, so that nothing after it goes unheard.
      let news = listens ? try NewsLine(handheld, changed: changed) : nil
      let screen = try call(handheld)
      // In the same turn, so that it never tells of another step than the screen does.
      let queue = wide ? Result { try handheld.workQueue() } : nil
      return Shown(screen: screen, language: handheld.language(), news: news, queue: queue)
    } done: { [weak self] result in
      Task { @MainActor in
        self?.take(result, turn: turn, answers: answers)
        done?()
      }
    }
    // Room on disk only: the next screen does not depend on it.
    core.begin(waits: false) {
      try $0.tidy()
    } done: { _ in
    }
  }

  private func take(_ result: Result<Shown, HandheldError>, turn: UInt64, answers: Bool) {
    switch result {
    case .failure(.suspended) where !answers: break
    case .failure(let error): note(error.fault, turn: turn)
    case .success(let shown):
      if news == nil { news = shown.news }
      if words.language() != shown.language { words = Words.load(language: shown.language) }
      if answers {
        let word = words.say(shown.screen.tone)
        signal = Signal(turn, shown.screen, word: word, language: shown.language)
      }
      // A later answer may be here before this one.
      guard turn > drawn else { return }
      drawn = turn
      screen = shown.screen
      if showsQueue, case .success(let told) = shown.queue { queue = told }
      fault = nil
      stage?.shown(shown.screen, answers: answers)
    }
  }

  private func note(_ fault: Fault, turn: UInt64) {
    signal = Signal(failed: turn, language: words.language())
    guard turn > drawn else { return }
    drawn = turn
    self.fault = fault
    stage?.failed(fault)
  }

  private func next() -> UInt64 {
    asked += 1
    return asked
  }
}
