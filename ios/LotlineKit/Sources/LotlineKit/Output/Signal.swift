import Foundation
import Lotline
import LotlineCore

/// How an answer is heard, felt and spoken, before the screen is looked at. To be played once.
public struct Signal: Sendable, Equatable {
  /// Counts up: another number is another answer, also where it sounds the same.
  public let number: UInt64
  /// Whether the input counted.
  public let tone: Tone
  /// What sounds.
  public let sound: [Beep]
  /// How loud, 0 to 1 of the device's own.
  public let loudness: Double
  /// What is felt.
  public let buzz: [Buzz]
  /// What is said, one after the other, where the person wants it.
  public let spoken: [String]
  /// The tag of the language it is said in.
  public let language: String

  /// Of a screen that answers an input. `word` is that of its tone.
  init(_ number: UInt64, _ screen: Screen, word: String, language: String) {
    self.number = number
    self.language = language
    tone = screen.tone
    sound = Beep.pattern(screen.cue.sound)
    buzz = Buzz.pattern(screen.cue.vibration)
    loudness = Double(min(100, screen.settings?.volumePercent ?? 100)) / 100
    let said = screen.settings?.voice == true ? [word, screen.message, screen.prompt] : []
    spoken = said.map(Self.plain).filter { !$0.isEmpty }
  }

  /// Of a call that failed: as a stop sounds and feels.
  init(failed number: UInt64, language: String) {
    self.number = number
    self.language = language
    tone = .stop
    sound = Beep.pattern("stop")
    buzz = Buzz.pattern("stop")
    loudness = 1
    spoken = []
  }

  // Marks of direction are for eyes.
  private static func plain(_ text: String) -> String {
    String(
      String.UnicodeScalarView(
        text.unicodeScalars.filter { $0.properties.generalCategory != .format }))
  }
}
