import Foundation
import LotlineKit
import Observation
import Testing

/// An opening that fails once.
private final class Tries: @unchecked Sendable {
  private var fault: Fault?

  init(_ fault: Fault) {
    self.fault = fault
  }

  func open(_ handheld: Handheld) throws -> Handheld {
    if let fault {
      self.fault = nil
      throw HandheldError.Failed(fault: fault)
    }
    return handheld
  }
}

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

  @Test func aSyncThatIsCancelledIsToldAtOnceAndTheNextOneGoes() async throws {
    let (model, site) = try enrolled()
    await model.start()
    await model.send(scan("B-1042"))
    let task = Task { () -> String? in
      do {
        try await model.sync(within: .seconds(60))
        return nil
      } catch {
        return (error as? HandheldError)?.fault.code
      }
    }
    task.cancel()
    #expect(await task.value == "cancelled")
    #expect(model.fault == nil)
    await model.send(.enter(field: "pin", text: "4711"))
    try await model.sync()
    #expect(model.screen?.id == "home" && model.standing?.queued == 0)
    _ = site
  }

  @Test func aHandheldThatDoesNotOpenIsAFaultAndTheNextCallTriesAgain() async throws {
    let (handheld, _) = try unenrolled()
    let fault = Fault(remedy: .freeSpace, code: "storage", message: "the disk is full")
    let tries = Tries(fault)
    let model = HandheldModel { try tries.open(handheld) }
    await model.start()
    #expect(model.fault == fault && model.screen == nil)
    #expect(model.signal?.tone == .stop)
    await model.start()
    #expect(model.fault == nil && model.screen != nil)
  }

  @Test func whatIsThrownThatIsNotTheCoresIsAFaultOfOurs() async throws {
    let model = HandheldModel { throw CocoaError(.fileNoSuchFile) }
    await model.start()
    #expect(model.fault?.remedy == .bug && model.fault?.code == "boundary")
  }

  @Test func afterItWasClosedAModelTakesNothingMore() async throws {
    let (handheld, _) = try unenrolled()
    let model = HandheldModel(handheld)
    await model.start()
    await model.close()
    await model.send(scan("B-1042"))
    #expect(model.fault?.code == "closed" && model.screen?.id == "sign_in.badge")
  }

  @Test func inputsThatAreOnlyHandedOverKeepTheirOrder() async throws {
    let (model, site) = try enrolled()
    await model.start()
    model.post(scan("B-1042"))
    model.post(.enter(field: "pin", text: "4711"))
    model.post(.choose(id: "look_up"))
    await model.refresh()
    #expect(model.screen?.id.hasPrefix("look_up") == true, "\(model.screen?.id ?? "")")
    _ = site
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
