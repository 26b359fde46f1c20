import Foundation

/// A tone, or silence.
public struct Beep: Sendable, Equatable {
  /// Its frequency; 0 is silence.
  public let hertz: Int
  /// How long it sounds, in milliseconds.
  public let ms: Int

  /// A tone of `hertz` for `ms` milliseconds.
  public init(_ hertz: Int, _ ms: Int) {
    self.hertz = hertz
    self.ms = ms
  }

  /// What a cue sounds like (`Cue.sound`): accept one short high beep, warn two, stop a long low tone; nothing where the name
  /// is not known. The high ones lie where hearing is best and halls are quiet.
  public static func pattern(_ cue: String) -> [Beep] {
    switch cue {
    case "accept": [Beep(high, 90)]
    case "warn": [Beep(high, 90), Beep(0, 80), Beep(high, 90)]
    case "stop": [Beep(low, 700)]
    default: []
    }
  }

  /// Samples in a second.
  public static let rate = 22_050

  /// Tones as samples from -1 to 1, `rate` a second. Each begins and ends softly, so that none clicks.
  public static func samples(_ tones: [Beep]) -> [Float] {
    tones.flatMap { tone -> [Float] in
      let count = rate * tone.ms / 1000
      return (0..<count).map { at in
        let edge = min(1, Double(min(at, count - 1 - at)) / (Double(rate) * soft))
        return Float(sin(2 * .pi * Double(tone.hertz * at) / Double(rate)) * edge * loud)
      }
    }
  }

  private static let high = 2_400
  private static let low = 330
  private static let soft = 0.005
  private static let loud = 0.9
}

/// A buzz, and the rest before it.
public struct Buzz: Sendable, Equatable {
  /// Milliseconds of rest.
  public let rest: Int
  /// Milliseconds of vibration.
  public let ms: Int

  /// Rests for `rest` milliseconds, and buzzes for `ms`.
  public init(rest: Int, _ ms: Int) {
    self.rest = rest
    self.ms = ms
  }

  /// What a cue feels like (`Cue.vibration`): one short buzz, two, or three long ones; nothing where the name is not known.
  public static func pattern(_ cue: String) -> [Buzz] {
    switch cue {
    case "accept": [Buzz(rest: 0, 60)]
    case "warn": [Buzz(rest: 0, 60), Buzz(rest: 90, 60)]
    case "stop": [Buzz(rest: 0, 200), Buzz(rest: 120, 200), Buzz(rest: 120, 200)]
    default: []
    }
  }
}
