import Foundation
import LotlineKit
import Testing

/// A printer that keeps what it prints, and says what it is told to.
private final class Paper: Printer, @unchecked Sendable {
  private(set) var labels: [String] = []
  private let says: Printed

  init(_ says: Printed = .done) {
    self.says = says
  }

  func printZpl(zpl: Data) -> Printed {
    labels.append(String(decoding: zpl, as: UTF8.self))
    return says
  }
}

/// Whoever made the units, as far as these tests know; without an answer nobody can be reached.
private final class Maker: Verifier, @unchecked Sendable {
  private(set) var asked: [AskedUnit] = []
  private let answer: Genuine?

  init(_ answer: Genuine?) {
    self.answer = answer
  }

  func verify(unit: AskedUnit) throws -> Genuine {
    asked.append(unit)
    guard let answer else { throw NoAnswer.Now(reason: "no network") }
    return answer
  }

  func name() -> String { "a maker of the tests" }
}

/// The doors beside `act`, on the real library: labels, copies, verification and reports.
struct PortTests {
  private let folder = Folder()
  private let unit = "]d2010952100000250021AX41S00001\u{1d}1727071910AX41"
  private let own = "952100000000000001"

  /// Somebody signed in at the site of a scenario.
  private func at(_ scenario: String) throws -> (Handheld, Site) {
    let file = scenarios.appendingPathComponent("\(scenario).json")
    let read = try Scenario.read(path: file.path)
    let handheld = try read.open(folder: folder.path)
    let site = try Site(file)
    try handheld.enrol(server: site.server, code: site.code, name: read.device())
    try site.tell("settle \(read.nowMs())")
    _ = try handheld.syncNow(deadlineMs: 10_000)
    try scan(handheld, "]C0B-1042")
    _ = try handheld.act(input: .enter(field: "pin", text: "4711"))
    return (handheld, site)
  }

  @discardableResult
  private func scan(_ handheld: Handheld, _ text: String) throws -> Screen {
    try handheld.act(input: .scan(bytes: Data(text.utf8), symbology: nil, source: .scan))
  }

  @discardableResult
  private func choose(_ handheld: Handheld, _ id: String) throws -> Screen {
    try handheld.act(input: .choose(id: id))
  }

  /// Begins a flow that stands under *More work*, on whichever of its pages.
  private func begin(_ handheld: Handheld, _ flow: String) throws {
    var screen = try choose(handheld, "more")
    for _ in 0..<6 where !screen.actions.contains(where: { $0.id == flow }) {
      screen = try choose(handheld, "next")
    }
    try choose(handheld, flow)
  }

  private func faultOf(_ call: () throws -> Void) -> String? {
    do {
      try call()
      return nil
    } catch HandheldError.Failed(let fault) {
      return fault.code
    } catch {
      return "\(error)"
    }
  }

  @Test func whatWasCapturedCanBeReadInTheFilesOnlyWhereTheLibraryDoesNotEncrypt() throws {
    #expect(encrypts() == (ProcessInfo.processInfo.environment["LOTLINE_ENCRYPTS"] == "1"))
    let (handheld, site) = try at("relabel_own")
    try begin(handheld, "relabel")
    try scan(handheld, unit)
    try handheld.tidy()
    let names = try FileManager.default.contentsOfDirectory(atPath: folder.path)
    let at = URL(fileURLWithPath: folder.path)
    let files = names.compactMap {
      FileManager.default.contents(atPath: at.appendingPathComponent($0).path)
    }
    for told in ["SQLite format 3", "CREATE TABLE", "Amoxicillin"] {
      let shown = files.contains { $0.range(of: Data(told.utf8)) != nil }
      #expect(shown == !encrypts(), "\(told)")
    }
    let aside = try setAside(folder: folder.path)
    #expect(try FileManager.default.contentsOfDirectory(atPath: aside).sorted() == names.sorted())
    withExtendedLifetime(site) {}
  }

  @Test func anOpenLabelIsPrintedOnce() throws {
    let (handheld, site) = try at("relabel_own")
    try begin(handheld, "relabel")
    try scan(handheld, unit)
    try choose(handheld, "reason:unreadable")
    let open = try #require(try handheld.openLabels().first)
    let paper = Paper()
    let print = try handheld.printOpenLabel(
      lease: open.lease, number: open.number, caption: "Amoxicillin", printer: paper)
    #expect(print.printed == .done && print.times == 1)
    let zpl = try #require(paper.labels.first)
    #expect(zpl.hasPrefix("^XA") && zpl.contains("Amoxicillin") && zpl.contains(own), "\(zpl)")
    #expect(try handheld.openLabels().isEmpty)
    let again = faultOf {
      _ = try handheld.printOpenLabel(
        lease: open.lease, number: open.number, caption: "", printer: paper)
    }
    #expect(again == "not_open")
    _ = site
  }

  @Test func aCopyWaitsUntilAPrinterHasPrintedIt() throws {
    let (handheld, site) = try at("relabel_own")
    try begin(handheld, "relabel")
    try scan(handheld, unit)
    try choose(handheld, "reason:unreadable")
    try scan(handheld, "]C18004\(own)")
    try choose(handheld, "reason:lost")
    let waiting = try handheld.waitingCopies()
    #expect(waiting == ["(8004)\(own)"])
    let jam = Printed.failed(reason: "paper out")
    #expect(try handheld.printCopy(caption: "", printer: Paper(jam)) == jam)
    #expect(try handheld.waitingCopies() == waiting)
    let paper = Paper()
    #expect(try handheld.printCopy(caption: "", printer: paper) == .done)
    #expect(paper.labels.first?.contains(own) == true)
    #expect(try handheld.waitingCopies().isEmpty)
    #expect(faultOf { _ = try handheld.printCopy(caption: "", printer: paper) } == "not_open")
    _ = site
  }

  @Test func aUnitThatCameBackWaitsUntilItsMakerAnswers() throws {
    let (handheld, site) = try at("returns")
    try begin(handheld, "returns")
    try scan(handheld, "]C0DOCK-2")
    _ = try handheld.act(input: .enter(field: "sender", text: "5400"))
    try scan(handheld, "]d2010952100000250021AX41S00091\u{1d}1727071910AX41")
    try choose(handheld, "stock")
    let none = try handheld.verifyNow(verifier: Maker(nil))
    #expect(none.waiting == 1 && none.unanswered == 1)
    let maker = Maker(.active)
    let answered = try handheld.verifyNow(verifier: maker)
    #expect(maker.asked == [AskedUnit(makerKey: "09521000002500", serial: "AX41S00091")])
    #expect(answered.active == 1 && answered.refused == 0)
    #expect(try handheld.verifyNow(verifier: Maker(.alert)).waiting == 0)
    _ = site
  }

  @Test func aReportIsHandedOutUntilSomebodySaysWhereItWasSaved() throws {
    let (handheld, site) = try at("report")
    try begin(handheld, "report")
    try choose(handheld, "report:expiring")
    try choose(handheld, "policy_days")
    #expect(try handheld.waitingReport() == nil)
    try choose(handheld, "save:csv")
    let csv = try #require(try handheld.waitingReport())
    #expect(csv.mediaType == "text/csv" && csv.name.hasSuffix(".csv"))
    #expect(String(decoding: csv.bytes, as: UTF8.self).contains("L2509X"))
    #expect(try handheld.reportSaved(place: "Documents").message.contains("Documents"))
    #expect(try handheld.waitingReport() == nil)
    try choose(handheld, "save:page")
    let page = try #require(try handheld.waitingReport())
    #expect(page.mediaType == "text/html")
    #expect(String(decoding: page.bytes, as: UTF8.self).contains("<html"))
    _ = try handheld.reportSaved(place: "")
    #expect(try handheld.waitingReport() == nil)
    _ = site
  }
}
