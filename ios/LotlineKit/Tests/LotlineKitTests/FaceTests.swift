import Foundation
import Testing

@testable import LotlineKit

/// What is drawn, as values.
struct FaceTests {
  private func face(
    _ screen: Screen, typed: String = "", typing: Bool = false, engine: EngineState = .ready,
    hasKeys: Bool = false, fault: Fault? = nil, language: String = "en"
  ) -> Face {
    Face(
      screen: screen, words: Words.load(language: language), typed: typed, typing: typing,
      engine: engine, hasKeys: hasKeys, charge: Charge(level: 0.6, charging: false, saving: false),
      fault: fault)
  }

  @Test func everyInkCanBeReadOnItsGround() {
    func light(_ ink: Ink) -> Double {
      let parts = [ink.parts.red, ink.parts.green, ink.parts.blue].map {
        $0 <= 0.04045 ? $0 / 12.92 : pow(($0 + 0.055) / 1.055, 2.4)
      }
      return 0.2126 * parts[0] + 0.7152 * parts[1] + 0.0722 * parts[2]
    }
    for palette in [Palette.dark, Palette.sunlight] {
      let quiet = (palette.page.ground, palette.quiet)
      let pairs = [
        palette.page, palette.other, palette.careful, palette.training, palette.accept,
        palette.warn, palette.stop, palette.main,
      ].map { ($0.ground, $0.ink) }
      for (ground, ink) in pairs + [quiet] {
        let (one, two) = (light(ground), light(ink))
        #expect((max(one, two) + 0.05) / (min(one, two) + 0.05) >= 7, "\(ground) \(ink)")
      }
    }
  }

  @Test func onlyARoomOfAnIPadsWidthHasTheQueueBesideTheStep() {
    // Points: iPhone upright and across, the largest iPhone across, iPad mini upright and across, an iPad beside another app.
    let rooms: [(Double, Double, Face.Layout)] = [
      (393, 852, .upright), (852, 393, .lying), (956, 440, .lying), (744, 1133, .upright),
      (1133, 744, .wide), (1180, 820, .wide), (820, 780, .lying), (600, 600, .upright),
    ]
    for (width, height, layout) in rooms {
      #expect(Face.layout(width: width, height: height) == layout, "\(width) x \(height)")
    }
  }

  @Test func textOfTheLargestSizesTakesTheKeysAlongWhenItScrolls() {
    var shown = screen(awaits: .quantity)
    #expect(face(shown).scrollsAll(large: true) && !face(shown).scrollsAll(large: false))
    // What the person chose here counts, whatever the device has.
    for (percent, all) in [(UInt32(100), false), (150, false), (160, true), (200, true)] {
      shown.settings = Settings(
        language: "en", textPercent: percent, leftHanded: false, sunlight: false,
        volumePercent: 50, vibration: true, voice: false)
      #expect(face(shown).scrollsAll(large: !all) == all, "\(percent)")
    }
  }

  @Test func actionsKeepTheirPlaceAtTheThumbOfEitherHand() {
    var shown = screen(awaits: .choice)
    shown.actions = ["F1", "F2", "F4", "1"].map { key in
      Action(id: key, label: key, key: key, style: .other)
    }
    #expect(face(shown).thumb.map { $0.map { $0?.key } } == [["F4", nil], ["F2", "F1"]])
    shown.settings = Settings(
      language: "en", textPercent: 500, leftHanded: true, sunlight: true, volumePercent: 50,
      vibration: true, voice: false)
    #expect(face(shown).thumb.map { $0.map { $0?.key } } == [[nil, "F4"], ["F1", "F2"]])
    #expect(face(shown).choices.map(\.key) == ["1"])
    #expect(face(shown).textPercent == 200 && face(shown).palette == .sunlight)
  }

  @Test func aToneIsColourAndSignAndWord() throws {
    var shown = screen(awaits: .scan)
    #expect(face(shown).banner == nil)
    var seen: Set<String> = []
    for tone in [Tone.accept, .warn, .stop] {
      shown.tone = tone
      let banner = try #require(face(shown).banner)
      #expect(
        !banner.word.isEmpty && seen.insert(banner.symbol).inserted
          && seen.insert(banner.word).inserted)
    }
    shown.tone = .accept
    shown.prompt = "Scan the bin"
    #expect(face(shown).announced.hasSuffix(". Scan the bin"))
    let fault = Fault(remedy: .freeSpace, code: "storage", message: "disk")
    let banner = try #require(face(shown, fault: fault).banner)
    #expect(banner.tone == .stop && banner.message.count > 10 && !banner.message.contains("disk"))
  }

  @Test func aPinIsNeitherShownNorReadOut() {
    let shown = screen(awaits: .pin, field: "pin")
    let pin = face(shown, typed: "4711")
    #expect(pin.shownTyped == "••••" && !pin.spokenTyped.contains("4711"))
    #expect(pin.entry == .pad(point: false))
    #expect(face(screen(awaits: .quantity), typed: "7").spokenTyped.hasSuffix("7"))
  }

  @Test func whatIsEnteredIsCalledByItsName() {
    var shown = screen(awaits: .text, field: "certificate")
    let kind = face(shown).hint
    shown.awaits.label = "Certificate"
    #expect(face(shown).hint == "Certificate" && kind != "Certificate")
    #expect(face(shown, typed: "COA 7").spokenTyped == "Certificate: COA 7")
  }

  @Test func whatIsDrawnToEnterFollowsFromWhatIsAwaited() {
    #expect(face(screen(awaits: .quantity)).entry == .pad(point: true))
    #expect(face(screen(awaits: .text)).entry == .keyboard)
    #expect(face(screen(awaits: .scan)).entry == .reach)
    #expect(face(screen(awaits: .scan), typing: true).entry == .keyboard)
    #expect(face(screen(awaits: .choice)).entry == .none)
    #expect(face(screen(awaits: .scan), hasKeys: true).entry == .none)
    #expect(face(screen(awaits: .pin), hasKeys: true).entry == .typed)
  }

  @Test func theStatusSaysWhatKeepsTheScanner() {
    var shown = screen(awaits: .scan)
    shown.status.text = "Offline 2 h 10 · 143 waiting"
    #expect(face(shown).status == "Offline 2 h 10 · 143 waiting")
    #expect(face(shown, engine: .locked).status.hasPrefix("Offline 2 h 10 · 143 waiting · "))
    #expect(
      face(shown, engine: .absent).status != face(shown, engine: .absent, hasKeys: true).status)
    shown.status.inWms = 3
    #expect(face(shown).status.contains("3"))
  }

  @Test func arabicIsWrittenFromRightToLeft() {
    #expect(face(screen(awaits: .scan), language: "ar").rightToLeft)
    #expect(!face(screen(awaits: .scan), language: "de").rightToLeft)
    #expect(face(screen(awaits: .scan)).battery?.contains("60") == true)
    #expect(face(screen(awaits: .scan)).batterySymbol == "battery.50percent")
  }

  @Test func filesThatWantOtherKeysCanBeSetAsideAndOthersNot() {
    let words = Words.load(language: "en")
    let lost = Fault(remedy: .callSupervisor, code: "lost_key", message: "")
    #expect(Screen.blank(lost, words).actions.map(\.id) == ["set_aside"])
    let full = Fault(remedy: .freeSpace, code: "storage", message: "")
    #expect(Screen.blank(full, words).actions.isEmpty)
  }
}
