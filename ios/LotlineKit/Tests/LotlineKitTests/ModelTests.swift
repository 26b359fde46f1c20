import Foundation
import LotlineKit
import Observation
import Testing

/// The observable model over the real library.
@MainActor
struct ModelTests {
  private let folder = Folder()

  private func scan(_ text: String) -> Input {
    .scan(bytes: Data(text.utf8), symbology: nil, source: .scan)
  }

  /// A handheld on the first scenario's clock and key, and where that scenario's file is.
  private func unenrolled() throws -> (Handheld, URL) {
    let file = scenarios.appendingPathComponent("first_shift.json")
    return (try Scenario.read(path: file.path).open(folder: folder.path), file)
  }

  /// A model of a handheld that is enrolled at a site.
  private func enrolled() throws -> (HandheldModel, Site) {
    let (handheld, file) = try unenrolled()
    let site = try Site(file)
    try handheld.enrol(server: site.server, code: site.code, name: "HH-07")
    return (HandheldModel(handheld), site)
  }

  @Test func eachAnswerIsShownInItsOrder() async throws {
    let (model, site) = try enrolled()
    await model.start()
    #expect(model.screen?.id == "sign_in.badge")
    await model.send(scan("B-1042"))
    #expect(model.screen?.id == "sign_in.pin")
    await model.send(.enter(field: "pin", text: "4711"))
    #expect(model.screen?.id == "home", "\(model.screen?.message ?? "")")
    #expect(model.fault == nil)
    _ = site
  }

  @Test func scansGoOnBesideASyncThatReportsWhatItDid() async throws {
    let (model, site) = try enrolled()
    await model.start()
    await model.send(scan("B-1042"))
    async let report = model.sync()
    await model.send(.enter(field: "pin", text: "4711"))
    let done = try await report
    #expect(done.reached)
    #expect(model.screen?.id == "home", "\(model.screen?.message ?? "")")
    _ = site
  }

  @Test func aScreenIsObserved() async throws {
    let (model, site) = try enrolled()
    await model.start()
    await confirmation { drawn in
      withObservationTracking {
        _ = model.screen
      } onChange: {
        drawn()
      }
      await model.send(scan("B-1042"))
    }
    _ = site
  }

  @Test func aCodeThatNobodyIssuedIsRefusedByName() throws {
    let (handheld, file) = try unenrolled()
    let site = try Site(file)
    do {
      try handheld.enrol(server: site.server, code: "AAAA-BBBB-CCCC", name: "HH-07")
      Issue.record("it was taken")
    } catch HandheldError.Failed(let fault) {
      #expect(fault.code == "bad_code")
      #expect(fault.remedy == .signIn)
    }
  }

  @Test func aModelThatListensCanGo() async throws {
    let (handheld, _) = try unenrolled()
    var model: HandheldModel? = HandheldModel(handheld)
    weak var gone = model
    await model?.start()
    model = nil
    #expect(gone == nil)
  }
}
