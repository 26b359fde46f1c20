import Foundation
import Lotline
import Synchronization
import Testing

@testable import LotlineKit

struct NewsLineTests {
  private final class Count: Sendable {
    let heard = Atomic(0)
  }

  @Test func aLineThatIsLetGoHearsNothingMore() throws {
    let folder = Folder()
    let file = scenarios.appendingPathComponent("first_shift.json")
    let handheld = try Scenario.read(path: file.path).open(folder: folder.path)
    let site = try Site(file)
    try handheld.enrol(server: site.server, code: site.code, name: "HH-07")
    let (gone, kept) = (Count(), Count())
    var line: NewsLine? = try NewsLine(handheld) { gone.heard.add(1, ordering: .relaxed) }
    let other = try NewsLine(handheld) { kept.heard.add(1, ordering: .relaxed) }
    #expect(line != nil)
    line = nil

    // The first one brings the site.
    _ = try handheld.syncNow(deadlineMs: 30_000)
    #expect(kept.heard.load(ordering: .relaxed) > 0)
    #expect(gone.heard.load(ordering: .relaxed) == 0)
    withExtendedLifetime((other, site, folder)) {}
  }
}
