import Foundation
import LotlineKit
import XCTest

/// Every scenario, into the real library and over TCP to a real gateway.
final class ScenarioTests: XCTestCase {
  func testEveryScreenIsTheGoldens() throws {
    let files = try FileManager.default.contentsOfDirectory(
      at: scenarios, includingPropertiesForKeys: nil
    )
    .filter { $0.pathExtension == "json" }
    XCTAssertFalse(files.isEmpty, "no scenario found")
    for file in files.sorted(by: { $0.path < $1.path }) {
      let name = file.lastPathComponent
      let scenario = try Scenario.read(path: file.path)
      let screens = try drive(scenario, Site(file))
      for (n, (expected, got)) in zip(scenario.expected(), screens).enumerated() {
        XCTAssertEqual(expected, got, "\(name): screen \(n)")
      }
      XCTAssertEqual(scenario.expected().count, screens.count, "\(name): so many screens")
    }
  }

  private func drive(_ scenario: Scenario, _ site: Site) throws -> [String] {
    let folder = Folder()
    var handheld: Handheld? = try scenario.open(folder: folder.path)
    try handheld?.enrol(server: site.server, code: site.code, name: scenario.device())
    var screens = [try XCTUnwrap(handheld).screen()]
    var index: UInt32 = 0
    while let step = scenario.step(index: index) {
      index += 1
      switch step {
      case .act(let input):
        screens.append(try XCTUnwrap(handheld).act(input: input))
        continue
      case .cut: try site.tell("cut")
      case .mend: try site.tell("mend")
      case .sync:
        for _ in 0..<2 {
          try site.tell("settle \(scenario.nowMs())")
          _ = try handheld?.syncNow(deadlineMs: 10_000)
        }
      case .restart:
        handheld = nil
        handheld = try scenario.open(folder: folder.path)
      case .wait: break
      }
      screens.append(try XCTUnwrap(handheld).screen())
    }
    return screens.map { screenToJson(screen: $0) }
  }
}
