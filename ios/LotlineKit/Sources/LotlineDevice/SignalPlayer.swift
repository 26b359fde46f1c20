#if canImport(AVFoundation) && canImport(CoreHaptics)
  import AVFoundation
  import CoreHaptics
  import Foundation
  import LotlineKit

  /// Plays what an answer sounds and feels like, and speaks it by whatever voice the device has. Without a voice, or without an engine
  /// for haptics (an iPad has none), the rest says it, too.
  @MainActor
  public final class SignalPlayer: Player {
    private let voice = AVSpeechSynthesizer()
    private var sound: AVAudioPlayer?
    private var haptics: CHHapticEngine?

    /// Plays on this device.
    public init() {
      // Heard over music and with the ring switch off: whether a scan counted is no decoration.
      try? AVAudioSession.sharedInstance().setCategory(.playback, options: [.duckOthers])
      if CHHapticEngine.capabilitiesForHardware().supportsHaptics {
        haptics = try? CHHapticEngine()
        haptics?.isAutoShutdownEnabled = true
      }
    }

    public func play(_ signal: Signal) {
      buzz(signal.buzz)
      sound?.stop()
      sound = signal.sound.isEmpty ? nil : try? AVAudioPlayer(data: Wave.data(signal.sound))
      sound?.volume = Float(signal.loudness)
      sound?.play()
      guard !signal.spoken.isEmpty else { return }
      voice.stopSpeaking(at: .immediate)
      for text in signal.spoken {
        let said = AVSpeechUtterance(string: text)
        said.voice = AVSpeechSynthesisVoice(language: signal.language)
        voice.speak(said)
      }
    }

    public func hush() {
      voice.stopSpeaking(at: .immediate)
      sound?.stop()
    }

    private func buzz(_ pattern: [Buzz]) {
      guard let haptics, !pattern.isEmpty else { return }
      var at = 0.0
      let events = pattern.map { buzz in
        at += Double(buzz.rest) / 1000
        defer { at += Double(buzz.ms) / 1000 }
        return CHHapticEvent(
          eventType: .hapticContinuous,
          parameters: [CHHapticEventParameter(parameterID: .hapticIntensity, value: 1)],
          relativeTime: at, duration: Double(buzz.ms) / 1000)
      }
      // A device whose engine is busy stays still.
      try? haptics.start()
      let pattern = try? CHHapticPattern(events: events, parameters: [])
      try? pattern.map { try haptics.makePlayer(with: $0).start(atTime: 0) }
    }
  }
#endif
