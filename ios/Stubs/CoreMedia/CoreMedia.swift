// A stand-in for the compiler on Linux (see ../README.md): only what our sources use, as Apple documents it.
// https://developer.apple.com/documentation/coremedia/cmtime
public struct CMTime: Sendable {
  public init(value: Int64, timescale: Int32) { fatalError() }
}
