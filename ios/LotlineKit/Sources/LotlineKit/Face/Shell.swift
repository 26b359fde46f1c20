import Foundation
import Lotline
import LotlineCore
import Observation

/// Who plays what an answer sounds and feels like, and speaks it. All calls come on the main actor.
@MainActor
public protocol Player: AnyObject {
  /// Plays it, in place of what is being played.
  func play(_ signal: Signal)

  /// Nobody is in front: no more.
  func hush()
}

/// What stands between a device and its handheld: keys, reads and the trigger go in, a `Face` comes out. It keeps nothing: the core
/// holds the step, so that a lost battery, a turn of the device or another language comes back to the same screen.
@MainActor
@Observable
public final class Shell: Reader {
  /// The handheld.
  public let model: HandheldModel
  /// A person is to say whether files that the device's keys do not open may be set aside.
  public var asksToSetAside = false
  /// There is a keyboard, or a scanner that types.
  public var hasKeys = false

  private var wedge = Wedge()
  private var typing = false
  private var engine = EngineState.absent

  @ObservationIgnored private let scanner: any ScanEngine
  @ObservationIgnored private let player: (any Player)?
  @ObservationIgnored private let setAside: @Sendable () throws -> Void
  @ObservationIgnored private var alone: Task<Void, Never>?
  @ObservationIgnored private let clock = ContinuousClock()
  @ObservationIgnored private lazy var began = clock.now

  /// Makes new devices those of a site, where the app has that.
  @ObservationIgnored public var enrolment: Enrolment?
  /// Prints what the core has waiting, where the app has that.
  @ObservationIgnored public var labels: LabelDesk?
  /// Hands out reports as files, where the app can save them.
  @ObservationIgnored public var reports: ReportDesk?

  /// A shell of `model`. `setAside` moves files aside that cannot be opened; it may block.
  public init(
    _ model: HandheldModel, scanner: any ScanEngine, player: (any Player)? = nil,
    setAside: @escaping @Sendable () throws -> Void = {}
  ) {
    self.model = model
    self.scanner = scanner
    self.player = player
    self.setAside = setAside
    model.stage = self
  }

  /// What is to be drawn; nothing before the core has answered first.
  public var face: Face? {
    guard let screen = drawn else { return nil }
    return Face(
      screen: screen, words: model.words, typed: wedge.text, typing: typing, engine: engine,
      hasKeys: hasKeys, charge: model.charge, fault: model.fault, queue: model.queue)
  }

  private var drawn: Screen? {
    model.screen ?? model.fault.map { Screen.blank($0, model.words) }
  }

  /// The app is in front: the engine reads, and a new device takes the management's invitation.
  public func start() async {
    scanner.start(self)
    do {
      _ = try await enrolment?.managed()
    } catch {
      model.failed(error)
    }
    await labels?.look()
    await reports?.look()
  }

  /// It is not any more.
  public func stop() {
    alone?.cancel()
    player?.hush()
    scanner.stop()
  }

  // What the device says.

  public func read(_ input: Input) {
    // An invitation makes a new device one of the site's; for one that is enrolled it is a scan like any other.
    guard let enrolment, Enrolment.isInvitation(input) else { return model.post(input) }
    Task { await enrol(input, enrolment) }
  }

  private func enrol(_ input: Input, _ enrolment: Enrolment) async {
    do {
      if try await !enrolment.scanned(input) { model.post(input) }
    } catch {
      model.failed(error)
    }
  }

  public func engine(_ state: EngineState) {
    engine = state
  }

  // What a person does.

  /// An action was chosen.
  public func choose(_ action: Action) {
    wedge.clear()
    if model.screen == nil && action.id == Screen.setAside {
      asksToSetAside = true
    } else {
      model.post(.choose(id: action.id))
    }
  }

  /// Nothing is deleted, and yet somebody has to say so: the device begins anew.
  public func confirmSetAside() async {
    asksToSetAside = false
    let setAside = setAside
    do {
      try await Task.detached { try setAside() }.value
    } catch {
      return model.failed(HandheldError.of(error))
    }
    await model.refresh()
  }

  /// A key was pressed, on the device or on the screen.
  public func press(_ key: Key) {
    alone?.cancel()
    if key == .back && typing && wedge.text.isEmpty {
      typing = false
      return
    }
    guard let screen = model.screen else { return pressOnNothing(key) }
    if let input = wedge.press(key, on: screen, at: now) {
      model.post(input)
    } else {
      alone = Task { [weak self] in
        try? await Task.sleep(for: Wedge.alone)
        if !Task.isCancelled { self?.idle() }
      }
    }
  }

  /// What an input method wrote so far, to be bound to a field of text.
  public var text: String {
    get { wedge.text }
    set { wedge.replace(newValue) }
  }

  /// A person wants to type what is not scanned, or no more.
  public func types(_ on: Bool) {
    typing = on
  }

  /// The trigger on the screen, or a key that stands for it.
  public func trigger(_ pressed: Bool) {
    scanner.trigger(pressed)
  }

  /// Once more, after a fault.
  public func retry() async {
    await model.refresh()
  }

  private func pressOnNothing(_ key: Key) {
    if let action = drawn?.actions.first(where: { key == .function(Int($0.key.dropFirst()) ?? 0) })
    {
      choose(action)
    } else {
      Task { await retry() }
    }
  }

  private func idle() {
    guard let screen = model.screen else { return }
    if let input = wedge.idle(on: screen, at: now) { model.post(input) }
  }

  private var now: Duration { began.duration(to: clock.now) }
}

extension Shell: Stage {
  public func shown(_ screen: Screen, answers: Bool) {
    scanner.lock(screen.tone == .stop)
    guard answers else { return }
    typing = false
    if let signal = model.signal { player?.play(signal) }
    if let labels { Task { await labels.look() } }
    if let reports { Task { await reports.look() } }
  }

  public func failed(_ fault: Fault) {
    if let signal = model.signal { player?.play(signal) }
  }
}
