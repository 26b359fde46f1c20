import Foundation
import LotlineKit
import Testing

/// The names of all scenarios: each is played.
let scenarioNames: [String] = {
  let files = try? FileManager.default.contentsOfDirectory(atPath: scenarios.path)
  return (files ?? []).filter { $0.hasSuffix(".json") }.map { String($0.dropLast(5)) }.sorted()
}()

/// Every scenario, through the model into the real library, and over TCP to a real gateway.
// One after the other: Foundation here loses its way among more than a thousand open files.
@MainActor @Suite(.serialized)
struct ScenarioTests {
  @Test func thereAreScenarios() {
    #expect(scenarioNames.count > 30)
  }

  @Test(arguments: scenarioNames)
  func everyScreenIsTheGoldens(_ name: String) async throws {
    let player = try await Player(name)
    try await player.play()
    player.compare(name)
  }
}
