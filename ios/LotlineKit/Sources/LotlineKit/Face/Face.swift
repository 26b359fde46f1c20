import Lotline
import LotlineCore

/// Everything that is drawn, as values: what a shell of one's own may draw otherwise, and what our app draws. It decides nothing: it
/// puts what the core says, what was typed and how the device is into the order in which it is read.
public struct Face: Sendable {
  /// The screen.
  public let screen: Screen
  /// What was typed and not yet sent.
  public let typed: String
  /// A person wants to type what is not scanned.
  public let typing: Bool
  /// How the scan engine is.
  public let engine: EngineState
  /// Whether there is a keyboard: then no keys need to be drawn.
  public let hasKeys: Bool
  /// How full the battery is, where somebody tells.
  public let charge: Charge?
  /// What went wrong with the last call, in the person's words; nothing where nothing did.
  public let fault: String?

  /// What waits, to be drawn beside the step where there is room; nothing where there is none, or nobody is signed in.
  public let queue: WorkQueue?

  private let words: Words

  init(
    screen: Screen, words: Words, typed: String, typing: Bool, engine: EngineState, hasKeys: Bool,
    charge: Charge?, fault: Fault?, queue: WorkQueue? = nil
  ) {
    self.screen = screen
    self.words = words
    self.typed = typed
    self.typing = typing
    self.engine = engine
    self.hasKeys = hasKeys
    self.charge = charge
    self.queue = queue
    self.fault = fault.map { words.fault(remedy: $0.remedy) }
  }

  // How it stands.

  /// How the parts of a screen stand to each other.
  public enum Layout: Sendable, Equatable {
    /// One below the other.
    case upright
    /// What is known beside the step, what is pressed at the thumb's side.
    case lying
    /// The same with all of the step together, and the work queue beside it.
    case wide
  }

  /// The least width that has room for the work queue, in points: more than any iPhone held across, less than an iPad mini.
  public static let wideFrom = 1_000.0

  /// For a room of these sizes, in points.
  public static func layout(width: Double, height: Double) -> Layout {
    guard width > height else { return .upright }
    return width >= wideFrom ? .wide : .lying
  }

  /// Whether what is pressed scrolls with what is read: text is so large that the keys would leave it no room. `large`: the system's own
  /// size is one of those for accessibility, where the person chose none here.
  public func scrollsAll(large: Bool) -> Bool {
    textPercent.map { $0 >= 160 } ?? large
  }

  /// Whether the step awaits a picture.
  public var takesPhoto: Bool { screen.awaits.field == PhotoDesk.field }

  // How it is dressed.

  /// The colours that the person wants.
  public var palette: Palette { screen.settings?.sunlight == true ? .sunlight : .dark }

  /// Size of the text in percent, 70 to 200, that the person chose here; nothing: as the device has it.
  public var textPercent: Int? { screen.settings.map { min(200, max(70, Int($0.textPercent))) } }

  /// What is pressed stands at the left thumb.
  public var leftHanded: Bool { screen.settings?.leftHanded ?? false }

  /// It is written from right to left.
  public var rightToLeft: Bool { words.rightToLeft() }

  /// The tag of the language, for the shapes of its letters and its voice.
  public var language: String { words.language() }

  // Whether the last input counted.

  /// A tone, its word, and what it means.
  public struct Banner: Sendable, Equatable {
    /// Colour and sign follow from it.
    public let tone: Tone
    /// The tone in a word; empty where nothing was judged.
    public let word: String
    /// What it means.
    public let message: String
    /// Both as one sentence, to be read out.
    public var spoken: String { [word, message].filter { !$0.isEmpty }.joined(separator: ". ") }
    /// A symbol that says by its shape what the colour says: a name of SF Symbols.
    public var symbol: String {
      switch tone {
      case .accept: "checkmark.circle.fill"
      case .warn: "exclamationmark.triangle.fill"
      case .stop: "xmark.octagon.fill"
      case .idle: "info.circle"
      }
    }
  }

  /// What is said of the last input, a fault before all else; nothing where there is nothing to say.
  public var banner: Banner? {
    let tone = fault == nil ? screen.tone : .stop
    let message = fault ?? screen.message
    if tone == .idle && message.isEmpty { return nil }
    return Banner(tone: tone, word: words.say(tone), message: message)
  }

  /// What VoiceOver says of an answer by itself: how the input came out, and what to do now.
  public var announced: String {
    [banner?.spoken ?? "", screen.prompt].filter { !$0.isEmpty }.joined(separator: ". ")
  }

  /// Ink and ground of a tone.
  public func colours(of tone: Tone) -> Colours {
    switch tone {
    case .accept: palette.accept
    case .warn: palette.warn
    case .stop: palette.stop
    case .idle: palette.other
    }
  }

  // What can be chosen.

  /// From the thumb's corner: F1 below, F2 beside it, F3 above it, F4 beside that. Two rows, the upper first, each from left to right;
  /// a place without an action stays empty, so that nothing moves under the thumb. Nothing where none has a place.
  public var thumb: [[Action?]] {
    let rows = [["F3", "F4"], ["F1", "F2"]].map { keys in keys.map(action) }
    if rows.joined().allSatisfy({ $0 == nil }) { return [] }
    return leftHanded ? rows : rows.map { $0.reversed() }
  }

  /// What else can be chosen, in the core's order.
  public var choices: [Action] {
    screen.actions.filter { !["F1", "F2", "F3", "F4"].contains($0.key) }
  }

  private func action(_ key: String) -> Action? {
    screen.actions.first { $0.key == key }
  }

  /// An action as it is read out: with its key.
  public func spoken(_ action: Action) -> String {
    "\(action.label), \(words.say(word: .key, text: action.key))"
  }

  /// Ink and ground of an action.
  public func colours(of style: Style) -> Colours {
    switch style {
    case .main: palette.main
    case .careful: palette.careful
    case .other: palette.other
    }
  }

  // What is known.

  /// A field as it is read out.
  public func spoken(_ field: Field) -> String {
    join(["\(field.label): \(field.value)", look(field.state, done: false)])
  }

  /// A row as it is read out.
  public func spoken(_ line: Line) -> String {
    join([line.text, line.detail, look(line.state, done: line.done)])
  }

  /// The sign of a look, so that it is never colour alone: a name of SF Symbols; nothing for what is plain.
  public func symbol(_ look: Look, done: Bool = false) -> String? {
    if done { return "checkmark" }
    return switch look {
    case .plain: nil
    case .current: "arrowtriangle.forward.fill"
    case .done: "checkmark"
    case .alert: "exclamationmark.triangle.fill"
    }
  }

  private func look(_ look: Look, done: Bool) -> String {
    if done || look == .done { return words.say(word: .done) }
    return switch look {
    case .current: words.say(word: .current)
    case .alert: words.say(word: .alert)
    case .plain, .done: ""
    }
  }

  private func join(_ parts: [String]) -> String {
    parts.filter { !$0.isEmpty }.joined(separator: ", ")
  }

  // What is entered.

  /// What is drawn for what the screen awaits.
  public enum Entry: Sendable, Equatable {
    /// Nothing.
    case none
    /// The trigger, and the way to type instead.
    case reach
    /// Digits, and a point where `point`.
    case pad(point: Bool)
    /// The system's keyboard.
    case keyboard
    /// Only what was typed on keys of the device's own.
    case typed
  }

  /// See `Entry`.
  public var entry: Entry {
    let kind = screen.awaits.kind
    let enters = [.pin, .quantity, .text].contains(kind)
    if hasKeys { return enters || !typed.isEmpty ? .typed : .none }
    if kind == .text || (!enters && typing) { return .keyboard }
    switch kind {
    case .pin: return .pad(point: false)
    case .quantity: return .pad(point: true)
    case .scan: return .reach
    case .text, .choice, .none: return typed.isEmpty ? .none : .typed
    }
  }

  /// Whether what is typed is hidden.
  public var secret: Bool { screen.awaits.kind == .pin }

  /// What was typed, as it is shown.
  public var shownTyped: String { secret ? String(repeating: "•", count: typed.count) : typed }

  /// What is awaited, in words: by its name, or by its kind where that says it all.
  public var hint: String {
    guard screen.awaits.label.isEmpty else { return screen.awaits.label }
    return switch screen.awaits.kind {
    case .pin: words.say(word: .awaitsPin)
    case .quantity: words.say(word: .awaitsQuantity)
    case .text: words.say(word: .awaitsText)
    case .scan, .choice, .none: words.say(word: .awaitsScan)
    }
  }

  /// What was typed, as it is read out: a PIN only by how much of it is there.
  public var spokenTyped: String {
    "\(hint): \(secret ? words.say(word: .digits, n: Int64(typed.count)) : typed)"
  }

  /// Whether the trigger on the screen does anything now.
  public var triggers: Bool { engine == .ready || engine == .scanning }

  /// A word around the screen.
  public func say(_ word: Word) -> String {
    words.say(word: word)
  }

  // The device's own state.

  /// Offline age and queue, what the warehouse's system has, and what keeps the scanner: in one line.
  public var status: String {
    let status = screen.status
    var parts = [status.text]
    // Where the movements stand is news only once the warehouse's own system takes some.
    if status.inWms > 0 {
      if status.atGateway > 0 {
        parts.append(words.say(word: .atGateway, n: Int64(status.atGateway)))
      }
      parts.append(words.say(word: .inWms, n: Int64(status.inWms)))
    }
    switch engine {
    case .off: parts.append(words.say(word: .engineOff))
    case .locked: parts.append(words.say(word: .engineLocked))
    case .scanning: parts.append(words.say(word: .engineScanning))
    // What is typed on keys, or comes from a scanner that types, needs no engine.
    case .absent: if !hasKeys { parts.append(words.say(word: .engineAbsent)) }
    case .ready: break
    }
    return parts.filter { !$0.isEmpty }.joined(separator: " · ")
  }

  /// The battery as it is read out; nothing where nobody tells of one.
  public var battery: String? {
    charge.map { charge in
      let word: Word = charge.charging ? .batteryCharging : charge.low ? .batteryLow : .battery
      return words.say(word: word, n: Int64(charge.percent))
    }
  }

  /// A symbol of how full it is: a name of SF Symbols.
  public var batterySymbol: String {
    guard let charge else { return "battery.0percent" }
    if charge.charging { return "battery.100percent.bolt" }
    let step =
      [0, 25, 50, 75, 100].min { abs($0 - charge.percent) < abs($1 - charge.percent) } ?? 0
    return "battery.\(step)percent"
  }
}

extension Screen {
  /// A screen with nothing on it: what is drawn under a fault when there was none yet, because the device's files could not be opened.
  /// Files that want other keys (docs/security.md) can be set aside from it.
  static func blank(_ fault: Fault?, _ words: Words) -> Screen {
    let foreign = ["lost_key", "wrong_key"].contains(fault?.code)
    let aside = Action(
      id: setAside, label: words.say(word: .setAside), key: "F4", style: .careful)
    return Screen(
      id: "", title: "", prompt: "", tone: .idle, message: "", fields: [], lines: [],
      progress: nil, actions: foreign ? [aside] : [], awaits: Awaits(kind: .none, field: ""),
      status: Status(
        offlineSince: nil, queued: 0, atGateway: 0, inWms: 0, recallListAge: nil, training: false,
        text: ""), cue: Cue(sound: "", vibration: ""))
  }

  /// The one action that is the shell's own: moves files aside which the device's keys do not open.
  static let setAside = "set_aside"
}
