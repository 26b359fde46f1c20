/// A colour of the sRGB space, without transparency.
public struct Ink: Sendable, Equatable {
  /// Red, green and blue, eight bits each: `0xRRGGBB`.
  public let hex: UInt32

  /// Of `0xRRGGBB`.
  public init(_ hex: UInt32) {
    self.hex = hex
  }

  /// Red, green and blue, 0 to 1.
  public var parts: (red: Double, green: Double, blue: Double) {
    func part(_ shift: UInt32) -> Double { Double(hex >> shift & 0xFF) / 255 }
    return (part(16), part(8), part(0))
  }
}

/// Ink on its ground.
public struct Colours: Sendable, Equatable {
  /// What is below.
  public let ground: Ink
  /// What is written on it.
  public let ink: Ink

  init(_ ground: UInt32, _ ink: UInt32) {
    self.ground = Ink(ground)
    self.ink = Ink(ink)
  }
}

/// A theme: the Android app's. Every ink can be read on its ground: at least 7 to 1 (WCAG 2.2, 1.4.6).
public struct Palette: Sendable, Equatable {
  /// The page.
  public let page: Colours
  /// What matters less on it.
  public let quiet: Ink
  /// Another way than the main one.
  public let other: Colours
  /// A way to be careful with.
  public let careful: Colours
  /// Lines between things.
  public let rule: Ink
  /// The bar: what is done.
  public let done: Ink
  /// The bar: what is not yet.
  public let open: Ink
  /// The frame of a training.
  public let training: Colours

  /// The last input counted. The same in any light, as the next three are, so that they are known.
  public let accept = Colours(0x00501E, 0xFFFFFF)
  /// It counted, with a word.
  public let warn = Colours(0xFFC107, 0x000000)
  /// It did not count.
  public let stop = Colours(0x9E0016, 0xFFFFFF)
  /// The main way on.
  public let main = Colours(0x0B4A9E, 0xFFFFFF)

  /// Light on black: saves the battery, and the eyes in a dark aisle.
  public static let dark = Palette(
    page: Colours(0x000000, 0xFFFFFF), quiet: Ink(0xB9C4CF), other: Colours(0x26313D, 0xFFFFFF),
    careful: Colours(0x3D2A00, 0xFFD666), rule: Ink(0x4A5866), done: Ink(0x4CD07D),
    open: Ink(0x3A4652), training: Colours(0xE9B6FF, 0x000000))

  /// Dark on white: can be read where the sun falls on it.
  public static let sunlight = Palette(
    page: Colours(0xFFFFFF, 0x000000), quiet: Ink(0x3A444E), other: Colours(0xE3E9EF, 0x000000),
    careful: Colours(0xFFEBC2, 0x4A2D00), rule: Ink(0x6B7885), done: Ink(0x006B2B),
    open: Ink(0xC9D2DB), training: Colours(0x6A0F96, 0xFFFFFF))
}
