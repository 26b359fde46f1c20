import Foundation
import LotlineKit
import Testing

/// Plays a scenario as an app would: what the model shows is what counts.
@MainActor
final class Player {
  let scenario: Scenario
  let site: Site
  let folder: Folder
  private(set) var model: HandheldModel
  private var index: UInt32 = 0

  init(_ name: String, in folder: Folder = Folder(inMemory: true)) async throws {
    self.folder = folder
    let file = scenarios.appendingPathComponent("\(name).json")
    scenario = try Scenario.read(path: file.path)
    site = try Site(file)
    model = Self.model(scenario, folder.path)
    let (server, code, name) = (site.server, site.code, scenario.device())
    try await model.inTurn { try $0.enrol(server: server, code: code, name: name) }
    await model.start()
  }

  /// What was shown: first, and after each step.
  private(set) var screens: [String] = []

  /// Takes all steps; `between` is called before each of them.
  func play(between: () async throws -> Void = {}) async throws {
    screens = [try shown()]
    while let step = scenario.step(index: index) {
      index += 1
      try await between()
      try await take(step)
      screens.append(try shown())
    }
  }

  /// Takes steps until the screen is so.
  func go(until so: (Screen) -> Bool) async throws {
    while model.screen.map(so) == false, let step = scenario.step(index: index) {
      index += 1
      try await take(step)
    }
    #expect(model.screen.map(so) == true, "\(model.screen?.id ?? "")")
  }

  /// Whether that are the screens of the golden file, to the byte.
  func compare(_ name: String) {
    let expected = scenario.expected()
    #expect(expected.count == screens.count, "\(name): so many screens")
    for (n, (expected, got)) in zip(expected, screens).enumerated() where expected != got {
      Issue.record("\(name): screen \(n) is\n\(got)\nand not\n\(expected)")
    }
  }

  /// The screen that the model shows, as canonical JSON.
  func shown() throws -> String {
    #expect(model.fault == nil)
    return screenToJson(screen: try #require(model.screen))
  }

  /// A scan of `text`, and its answer.
  func scan(_ text: String) async {
    await model.send(.scan(bytes: Data(text.utf8), symbology: nil, source: .scan))
  }

  /// The person of most scenarios signs in.
  func signIn() async {
    await scan("]C0B-1042")
    await model.send(.enter(field: "pin", text: "4711"))
    #expect(model.screen?.id == "home", "\(model.screen?.message ?? "")")
  }

  private func take(_ step: Step) async throws {
    switch step {
    case .act(let input): return await model.send(input)
    case .cut: try site.tell("cut")
    case .mend: try site.tell("mend")
    case .sync:
      for _ in 0..<2 {
        try site.tell("settle \(scenario.nowMs())")
        try await model.sync(within: .seconds(10))
      }
    case .restart:
      await model.close()
      model = Self.model(scenario, folder.path)
    case .wait: break
    }
    await model.refresh()
  }

  private static func model(_ scenario: Scenario, _ folder: String) -> HandheldModel {
    HandheldModel { try scenario.open(folder: folder) }
  }
}
