// A stand-in for the compiler on Linux (see ../README.md): only what our sources use, as Apple documents it.

// https://developer.apple.com/documentation/uniformtypeidentifiers/uttype-swift.struct
public struct UTType: Hashable, Sendable {
  // https://developer.apple.com/documentation/uniformtypeidentifiers/uttype-swift.struct/init(mimetype:conformingto:)
  public init?(mimeType: String, conformingTo supertype: UTType = .data) { fatalError() }
  public static var data: UTType { fatalError() }
  public static var html: UTType { fatalError() }
  public static var commaSeparatedText: UTType { fatalError() }
}
