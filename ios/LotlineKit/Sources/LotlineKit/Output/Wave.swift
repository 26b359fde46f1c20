import Foundation

/// Tones as a file: WAVE, one channel of 16-bit samples (Microsoft, "Multimedia Programming Interface and Data Specifications 1.0").
public enum Wave {
  /// The file's bytes.
  public static func data(_ tones: [Beep]) -> Data {
    let samples = Beep.samples(tones)
    let size = UInt32(samples.count * 2)
    var data = Data()
    func put<Value: FixedWidthInteger>(_ value: Value) {
      withUnsafeBytes(of: value.littleEndian) { data.append(contentsOf: $0) }
    }
    data += Data("RIFF".utf8)
    put(36 + size)
    data += Data("WAVEfmt ".utf8)
    put(UInt32(16))
    // PCM, one channel.
    put(UInt16(1))
    put(UInt16(1))
    put(UInt32(Beep.rate))
    put(UInt32(Beep.rate * 2))
    put(UInt16(2))
    put(UInt16(16))
    data += Data("data".utf8)
    put(size)
    for sample in samples { put(Int16(sample * Float(Int16.max))) }
    return data
  }
}
