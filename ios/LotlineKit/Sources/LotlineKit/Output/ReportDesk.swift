import Lotline
import LotlineCore
import Observation

/// Hands out a report that a person asked to save, as a file: the app lets them say where it goes, and tells of it. The core makes the
/// bytes, in the person's language.
@MainActor
@Observable
public final class ReportDesk {
  /// What waits to be saved.
  public private(set) var report: ReportFile?

  /// Whether there is any, to be bound to what is shown. Setting it does nothing: `saved` and `left` take it away.
  public var asks: Bool {
    get { report != nil }
    set {}
  }

  @ObservationIgnored private let model: HandheldModel

  /// Of the handheld that `model` shows.
  public init(_ model: HandheldModel) {
    self.model = model
  }

  /// An input was answered: whether it asked for a file.
  public func look() async {
    // While the files are closed nobody asked for one.
    guard let waiting = try? await model.inTurn({ try $0.waitingReport() }) else { return }
    report = waiting
  }

  /// It stands in the device's files now, under `name`. The person is told.
  public func saved(as name: String) async {
    await settle("\(model.words.say(word: .files)), \(name)")
  }

  /// It could not be saved, or the person left it. The same report can be asked for again.
  public func left() async {
    await settle("")
  }

  private func settle(_ place: String) async {
    report = nil
    await model.ask { try $0.reportSaved(place: place) }
  }
}
