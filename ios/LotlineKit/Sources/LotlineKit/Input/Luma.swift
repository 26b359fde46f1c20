import Foundation

/// A camera's luma plane: one byte a pixel, 0 black, `height` rows of `width` pixels, `stride` bytes apart.
public struct Luma: Sendable {
  /// At least `stride * (height - 1) + width` of them.
  public let bytes: Data
  /// Pixels in a row.
  public let width: Int
  /// Rows.
  public let height: Int
  /// Bytes from one row to the next.
  public let stride: Int

  /// A plane of these sizes. What does not fit is found by whoever reads it.
  public init(bytes: Data, width: Int, height: Int, stride: Int) {
    self.bytes = bytes
    self.width = width
    self.height = height
    self.stride = stride
  }
}
