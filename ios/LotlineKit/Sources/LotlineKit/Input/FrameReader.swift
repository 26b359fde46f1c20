import Dispatch
import Foundation
import Lotline

/// Reads the codes in a camera's frames, one frame at a time, on a queue of its own. Of the frames that come meanwhile the newest
/// is read next, and those before it are let go: what is told is never older than one reading.
public final class FrameReader: Sendable {
  /// Takes the codes of a frame that has any. On the reading queue.
  public typealias Found = @Sendable (Luma, [FrameCode]) -> Void

  private struct State {
    var busy = false
    var next: Luma?
  }

  private let queue = DispatchQueue(label: "lotline.frames", qos: .userInitiated)
  private let state = Locked(State())
  private let read: @Sendable (Luma) throws -> [FrameCode]
  private let found: Found

  /// Reads with the core, which works as long as a preview allows.
  public convenience init(found: @escaping Found) {
    self.init(found: found) { luma in
      // Sizes that are no sizes are a fault of the core's, and not a crash of ours.
      let size = [luma.width, luma.height, luma.stride].map { UInt32(clamping: $0) }
      return try readFrame(luma: luma.bytes, width: size[0], height: size[1], stride: size[2])
    }
  }

  /// For tests: reads with `read`.
  init(found: @escaping Found, read: @escaping @Sendable (Luma) throws -> [FrameCode]) {
    self.found = found
    self.read = read
  }

  /// A frame, from any thread; returns at once.
  public func offer(_ luma: Luma) {
    let begins = state.with { state in
      state.next = luma
      defer { state.busy = true }
      return !state.busy
    }
    if begins { queue.async { self.work() } }
  }

  private func work() {
    while let luma = take() {
      // A buffer that is no frame: the next one may be.
      if let codes = try? read(luma), !codes.isEmpty { found(luma, codes) }
    }
  }

  private func take() -> Luma? {
    state.with { state in
      defer { state.next = nil }
      if state.next == nil { state.busy = false }
      return state.next
    }
  }
}

extension Luma {
  /// Of several codes the one that is aimed at: nearest to the middle of the frame. Nothing only of nothing.
  public func aimed(at codes: [FrameCode]) -> FrameCode? {
    codes.min { distance($0) < distance($1) }
  }

  // Of its middle from the frame's, squared, in pixels.
  private func distance(_ code: FrameCode) -> Double {
    let count = Double(max(1, code.corners.count))
    let x = code.corners.reduce(0) { $0 + Double($1.x) } / count - Double(width) / 2
    let y = code.corners.reduce(0) { $0 + Double($1.y) } / count - Double(height) / 2
    return x * x + y * y
  }
}
