import Lotline
import LotlineCore
import Observation

/// What became of a label, to be told to whoever asked for it.
public enum LabelNews: Sendable, Equatable {
  /// It did not come out. Its number is used up; `reason` is the printer's word.
  case failed(label: String, reason: String)
  /// Nobody knows: a person looks, and `LabelDesk.settle` is told what they saw. It stays open until then, also through a restart.
  case unknown(label: String, lease: UInt64, number: UInt64)

  /// The elements on it, as bracketed text.
  public var label: String {
    switch self {
    case .failed(let label, _), .unknown(let label, _, _): label
    }
  }
}

/// Prints what the core has waiting, after each input: one number is never printed twice unasked. Labels that were open when the app
/// began are asked about, and not printed: they may have come out.
@MainActor
@Observable
public final class LabelDesk {
  /// What a person is to be told, the first first.
  public private(set) var news: [LabelNews] = []

  /// Whether there is any, to be bound to what is shown. Setting it does nothing: only answers take news away.
  public var asks: Bool {
    get { !news.isEmpty }
    set {}
  }

  @ObservationIgnored private let model: HandheldModel
  @ObservationIgnored private let printer: () -> (any Printer)?
  @ObservationIgnored private var seen: Set<Place>?
  @ObservationIgnored private var failed = 0
  @ObservationIgnored private var before: Task<Void, Never>?

  private struct Place: Hashable {
    let lease: UInt64
    let number: UInt64
  }

  /// `printer` is asked for each time; without one nothing is printed and nobody is asked: what is open waits at another desk.
  public init(_ model: HandheldModel, printer: @escaping () -> (any Printer)?) {
    self.model = model
    self.printer = printer
  }

  /// An input was answered: what it asked for is printed. One look after the other.
  public func look() async {
    let waiting = before
    let task = Task {
      await waiting?.value
      guard let printer = printer() else { return }
      // Whoever needs to know hears so from the next look.
      try? await print(on: printer)
    }
    before = task
    await task.value
  }

  /// A person was told of the first news.
  public func told() {
    if !news.isEmpty { news.removeFirst() }
  }

  /// A person looked: it came out, or it did not.
  public func settle(lease: UInt64, number: UInt64, cameOut: Bool) async throws(HandheldError) {
    try await model.inTurn {
      try $0.settleLabel(lease: lease, number: number, cameOut: cameOut)
    }
  }

  private func print(on printer: any Printer) async throws {
    for open in try await open(on: printer) {
      let print = try await model.beside {
        try $0.printOpenLabel(
          lease: open.lease, number: open.number, caption: "", printer: printer)
      }
      tell(print.label, print.printed, open)
    }
    var waiting = try await model.inTurn { try $0.waitingCopies() }
    if waiting.count < failed { failed = 0 }
    // One that failed goes on waiting; it is tried again when there are more.
    while waiting.count > failed, let label = waiting.first {
      let printed = try await model.beside { try $0.printCopy(caption: "", printer: printer) }
      if case .failed(let reason) = printed {
        news.append(.failed(label: label, reason: reason))
        failed = waiting.count
      }
      waiting = try await model.inTurn { try $0.waitingCopies() }
    }
  }

  /// Open labels that were not seen before.
  private func open(on printer: any Printer) async throws -> [Place] {
    let open = try await model.inTurn { try $0.openLabels() }
    let places = open.map { Place(lease: $0.lease, number: $0.number) }
    guard let known = seen else {
      seen = Set(places)
      for (label, place) in zip(open, places) { tell(label.label, .unknown, place) }
      return []
    }
    seen = known.union(places)
    return places.filter { !known.contains($0) }
  }

  private func tell(_ label: String, _ printed: Printed, _ place: Place) {
    switch printed {
    case .done: break
    case .failed(let reason): news.append(.failed(label: label, reason: reason))
    case .unknown:
      news.append(.unknown(label: label, lease: place.lease, number: place.number))
    }
  }
}
