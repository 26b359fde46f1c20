import Foundation
import LotlineKit
import Testing

/// A printer that keeps what it prints, and says what it is told to.
private final class Desk: Printer, @unchecked Sendable {
  var says: Printed = .done
  private(set) var labels = 0

  func printZpl(zpl: Data) -> Printed {
    labels += 1
    return says
  }
}

/// Labels that the core has waiting: one number is never printed twice unasked.
@MainActor
struct LabelTests {
  private let paper = Desk()

  /// Somebody signed in who relabels a unit: its label is open.
  private func relabelled(_ look: (LabelDesk) async -> Void) async throws -> (Player, LabelDesk) {
    let player = try await Player("relabel_own")
    try player.site.tell("settle \(player.scenario.nowMs())")
    try await player.model.sync()
    await player.signIn()
    let desk = LabelDesk(player.model, printer: { [paper] in paper })
    await look(desk)
    await player.model.send(.choose(id: "more"))
    for _ in 0..<6
    where player.model.screen?.actions.contains(where: { $0.id == "relabel" }) == false {
      await player.model.send(.choose(id: "next"))
    }
    await player.model.send(.choose(id: "relabel"))
    await player.scan("]d2010952100000250021AX41S00001\u{1d}1727071910AX41")
    await player.model.send(.choose(id: "reason:unreadable"))
    return (player, desk)
  }

  @Test func anOpenLabelIsPrintedOnce() async throws {
    let (player, desk) = try await relabelled { await $0.look() }
    await desk.look()
    await desk.look()
    #expect(paper.labels == 1 && desk.news.isEmpty)
    _ = player
  }

  @Test func aLabelOfWhichNobodyKnowsIsAskedAboutAndNotPrintedAgain() async throws {
    paper.says = .unknown
    let (player, desk) = try await relabelled { await $0.look() }
    await desk.look()
    await desk.look()
    #expect(paper.labels == 1)
    guard case .unknown(_, let lease, let number) = try #require(desk.news.first) else {
      Issue.record("\(desk.news)")
      return
    }
    #expect(desk.asks)
    desk.told()
    try await desk.settle(lease: lease, number: number, cameOut: true)
    #expect(!desk.asks)
    #expect(try await player.model.inTurn { try $0.openLabels() }.isEmpty)
  }

  @Test func aLabelThatWasOpenWhenTheAppBeganIsAskedAboutFirst() async throws {
    let (player, desk) = try await relabelled { _ in }
    await desk.look()
    #expect(paper.labels == 0 && desk.news.count == 1)
    _ = player
  }

  @Test func withoutAPrinterNobodyIsAsked() async throws {
    let (player, _) = try await relabelled { _ in }
    let desk = LabelDesk(player.model, printer: { nil })
    await desk.look()
    #expect(desk.news.isEmpty)
  }
}
