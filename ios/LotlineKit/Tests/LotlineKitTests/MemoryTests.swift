import CMalloc
import Foundation
import LotlineKit
import XCTest

/// What crosses the boundary is let go again, on both sides of it. XCTest runs its tests before and apart from all others, so that
/// nothing else is counted.
final class MemoryTests: XCTestCase {
  // A screen is some 2 KB: ten thousand that were kept would be 20 MB. What waits to be written behind the entries comes and goes
  // by 3 MB.
  private static let most = 8 << 20

  func testTenThousandScansLeaveNothingBehind() async throws {
    let (before, after) = try await MemoryUse().ofScans(10_000)
    print("10,000 scans: \(before >> 10) KB in use before, \(after >> 10) KB after")
    XCTAssertLessThan(after - before, Self.most)
  }
}

@MainActor
private struct MemoryUse {
  func ofScans(_ count: Int) async throws -> (before: Int, after: Int) {
    let player = try await Player("first_shift")
    await player.signIn()
    await player.model.send(.choose(id: "look_up"))
    // Caches fill first: pages, statements, words.
    await scan(player, count / 5)
    let before = inUse()
    await scan(player, count)
    return (before, inUse())
  }

  private func scan(_ player: Player, _ count: Int) async {
    for _ in 0..<count {
      await player.scan("]C0A-01-01")
    }
    XCTAssertEqual(player.model.screen?.id, "look_up.found")
  }

  /// Bytes that the C library's allocator has given out, to Swift, the core and SQLite alike (mallinfo2(3)).
  private func inUse() -> Int {
    let told = mallinfo2()
    return Int(told.uordblks + told.hblkhd)
  }
}
