import Foundation
import Lotline
import LotlineCore

/// Pictures of damage. The picture stays on this device, in a folder beside the core's files; what it hashes to goes into the record,
/// so that whoever has the picture can show later that it is the one.
@MainActor
public final class PhotoDesk {
  /// The field of a screen that awaits a picture.
  nonisolated static let field = "photo"

  private let model: HandheldModel
  private let folder: @Sendable () throws -> URL
  private let hash: @Sendable (Data) -> Data

  /// `folder` is where pictures are kept, made where it is not there; `hash` is SHA-256. Both are called where waiting does no harm.
  public init(
    _ model: HandheldModel, folder: @escaping @Sendable () throws -> URL,
    hash: @escaping @Sendable (Data) -> Data
  ) {
    self.model = model
    self.folder = folder
    self.hash = hash
  }

  /// A picture was taken, as JPEG. It is on disk before the record tells of it; one that the step does not want is not kept.
  public func taken(_ jpeg: Data) async {
    let (folder, hash) = (folder, hash)
    await model.ask { handheld in
      let digest = hash(jpeg).map { byte in
        let digits = String(byte, radix: 16)
        return digits.count == 1 ? "0" + digits : digits
      }.joined()
      let name = "\(digest).jpg"
      let file = try Self.keep(jpeg, as: name, in: folder)
      let wanted = try handheld.screen().awaits.field == Self.field
      let input = Input.photo(name: name, sha256: digest, size: UInt64(jpeg.count))
      do {
        let screen = try handheld.act(input: input)
        // Refused: the step still awaits one.
        if !wanted || screen.awaits.field == Self.field {
          try? FileManager.default.removeItem(at: file)
        }
        return screen
      } catch {
        try? FileManager.default.removeItem(at: file)
        throw error
      }
    }
  }

  nonisolated private static func keep(
    _ jpeg: Data, as name: String, in folder: () throws -> URL
  ) throws -> URL {
    do {
      let file = try folder().appendingPathComponent(name)
      try jpeg.write(to: file, options: .atomic)
      return file
    } catch {
      throw HandheldError.Failed(
        fault: Fault(remedy: .freeSpace, code: "photo", message: String(describing: error)))
    }
  }
}
