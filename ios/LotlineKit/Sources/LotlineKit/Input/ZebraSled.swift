import Dispatch
import LotlineCore

/// What is used of Zebra's RFID SDK for iOS, in a protocol of our own: each call names the ones that it stands for (Zebra, "RFID SDK for
/// iOS", techdocs.zebra.com/dcs/rfid/sdk-ios-rfid/tutorial). Calls wait for the radio: never on the main thread.
public protocol ZebraSdk: AnyObject, Sendable {
  /// `srfidSetDelegate`, `srfidSetOperationalMode` with MFi, `srfidSubsribeForEvents`, `srfidEnableAvailableReadersDetection`.
  func begin(_ hears: any ZebraEvents) throws

  /// `srfidEstablishCommunicationSession`: the answer is `ZebraEvents.established`.
  func connect(_ reader: Int32) throws

  /// `srfidEstablishAsciiConnection`: from then on the reader takes orders.
  func speak(_ reader: Int32) throws

  /// `srfidStartInventory` of the EPC bank, with signal strength in its reports.
  func start(_ reader: Int32) throws

  /// `srfidStopInventory`.
  func stop(_ reader: Int32) throws

  /// `srfidTerminateCommunicationSession`.
  func disconnect(_ reader: Int32) throws

  /// `srfidEnableAvailableReadersDetection` off, `srfidUnsubsribeForEvents`.
  func end()
}

/// What Zebra's SDK tells (`srfidISdkApiDelegate`). On any of its threads.
public protocol ZebraEvents: AnyObject, Sendable {
  /// `srfidEventReaderAppeared`.
  func appeared(_ reader: Int32)

  /// `srfidEventCommunicationSessionEstablished`.
  func established(_ reader: Int32)

  /// `srfidEventCommunicationSessionTerminated`, `srfidEventReaderDisappeared`.
  func gone(_ reader: Int32)

  /// `srfidEventReadNotify`.
  func seen(_ reader: Int32, _ tag: Tag)

  /// `srfidEventTriggerNotify`, pressed or released.
  func trigger(_ reader: Int32, _ pressed: Bool)
}

/// The SDK did not do as it was told: `SRFID_RESULT` other than success.
public struct ZebraError: Swift.Error, Equatable {
  /// What it was to do.
  public let call: String
  /// What it said.
  public let result: Int32

  /// Of a call and its result.
  public init(call: String, result: Int32) {
    self.call = call
    self.result = result
  }
}

/// One of Zebra's sleds (RFD40, RFD90, RFD8500). The first that appears is taken. What fails there is a reader that is not there.
@MainActor
public final class ZebraSled: RfidReader {
  private let work: ZebraWork

  /// The sleds of this SDK.
  public init(_ sdk: any ZebraSdk) {
    work = ZebraWork(sdk)
  }

  public func open(_ sink: TagSink) { work.open(sink) }

  public func read() { work.read() }

  public func pause() { work.pause() }

  public func lock(_ locked: Bool) { work.lock(locked) }

  public func close() { work.close() }

  /// For tests: what was begun before is done when this returns.
  func settled() { work.settled() }
}

/// All that waits for the radio, one thing after the other.
private final class ZebraWork: ZebraEvents, @unchecked Sendable {
  private let queue = DispatchQueue(label: "lotline.zebra", qos: .userInitiated)
  private let sdk: any ZebraSdk

  // All of these only on `queue`.
  private var sink: TagSink?
  private var reader: Int32?
  private var ready = false
  private var locked = false

  init(_ sdk: any ZebraSdk) {
    self.sdk = sdk
  }

  func open(_ sink: TagSink) {
    queue.async {
      self.sink = sink
      do {
        try self.sdk.begin(self)
      } catch {
        // What it may tell all the same is for nobody.
        self.sink = nil
        self.sdk.end()
        sink.connected(false)
      }
    }
  }

  func read() { queue.async { self.begin() } }

  func pause() { queue.async { self.rest() } }

  func lock(_ locked: Bool) {
    queue.async {
      self.locked = locked
      if locked { self.rest() }
    }
  }

  func close() {
    queue.async {
      guard self.sink != nil else { return }
      self.rest()
      if let reader = self.reader { try? self.sdk.disconnect(reader) }
      self.sdk.end()
      self.sink = nil
      self.reader = nil
      self.ready = false
    }
  }

  func settled() { queue.sync {} }

  // What the SDK tells.

  func appeared(_ reader: Int32) {
    queue.async {
      guard self.sink != nil, self.reader == nil else { return }
      self.reader = reader
      self.attempt(reader) { try self.sdk.connect(reader) }
    }
  }

  func established(_ reader: Int32) {
    queue.async {
      // One that came back by itself is taken like one that was asked for.
      guard let sink = self.sink, self.reader == nil || self.reader == reader else { return }
      self.reader = reader
      self.attempt(reader) {
        try self.sdk.speak(reader)
        self.ready = true
        sink.connected(true)
      }
    }
  }

  func gone(_ reader: Int32) {
    queue.async { self.lost(reader) }
  }

  func seen(_ reader: Int32, _ tag: Tag) {
    queue.async {
      // Also of one that was just told to stop: what it saw, it saw.
      guard self.reader == reader else { return }
      self.sink?.seen([tag])
    }
  }

  func trigger(_ reader: Int32, _ pressed: Bool) {
    queue.async {
      guard self.reader == reader else { return }
      if pressed { self.begin() } else { self.rest() }
    }
  }

  private func begin() {
    guard let reader, ready, !locked else { return }
    try? sdk.start(reader)
  }

  // One that does not read says so, and that is no fault.
  private func rest() {
    guard let reader, ready else { return }
    try? sdk.stop(reader)
  }

  private func attempt(_ reader: Int32, _ call: () throws -> Void) {
    do {
      try call()
    } catch {
      try? sdk.disconnect(reader)
      lost(reader)
    }
  }

  private func lost(_ reader: Int32) {
    guard self.reader == reader else { return }
    self.reader = nil
    ready = false
    sink?.connected(false)
  }
}
