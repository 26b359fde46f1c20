#if canImport(ZebraRfidSdkFramework)
  import Foundation
  import LotlineKit
  import ZebraRfidSdkFramework

  /// Zebra's RFID SDK for iOS, where the app was built with it: lay its framework beside `Package.swift`. Calls and events are those of
  /// techdocs.zebra.com/dcs/rfid/sdk-ios-rfid/tutorial. The app's `Info.plist` names the sleds' protocols under
  /// `UISupportedExternalAccessoryProtocols`.
  public final class ZebraRfid: ZebraSdk, @unchecked Sendable {
    // Called on one queue at a time, and told of on threads of its own.
    private let api: any srfidISdkApi
    private let ear = Ear()
    private let report = srfidReportConfig()

    private static let events = Int32(
      SRFID_EVENT_READER_APPEARANCE | SRFID_EVENT_READER_DISAPPEARANCE
        | SRFID_EVENT_SESSION_ESTABLISHMENT | SRFID_EVENT_SESSION_TERMINATION
        | SRFID_EVENT_MASK_READ | SRFID_EVENT_MASK_TRIGGER)

    /// The SDK; nothing where it gives no instance.
    public init?() {
      guard let api = srfidSdkFactory.createRfidSdkApiInstance() else { return nil }
      self.api = api
      report.setIncRSSI(true)
    }

    public func begin(_ hears: any ZebraEvents) throws {
      ear.hears = hears
      try check("srfidSetDelegate", api.srfidSetDelegate(ear))
      try check("srfidSetOperationalMode", api.srfidSetOperationalMode(Int32(SRFID_OPMODE_MFI)))
      try check("srfidSubsribeForEvents", api.srfidSubsribe(forEvents: Self.events))
      try check(
        "srfidEnableAvailableReadersDetection", api.srfidEnableAvailableReadersDetection(true))
    }

    public func connect(_ reader: Int32) throws {
      try check(
        "srfidEstablishCommunicationSession", api.srfidEstablishCommunicationSession(reader))
    }

    public func speak(_ reader: Int32) throws {
      try check(
        "srfidEstablishAsciiConnection",
        api.srfidEstablishAsciiConnection(reader, aPassword: nil))
    }

    public func start(_ reader: Int32) throws {
      try check(
        "srfidStartInventory",
        api.srfidStartInventory(
          reader, aMemoryBank: SRFID_MEMORYBANK_EPC, aReportConfig: report, aAccessConfig: nil,
          aStatusMessage: nil))
    }

    public func stop(_ reader: Int32) throws {
      try check("srfidStopInventory", api.srfidStopInventory(reader, aStatusMessage: nil))
    }

    public func disconnect(_ reader: Int32) throws {
      try check(
        "srfidTerminateCommunicationSession", api.srfidTerminateCommunicationSession(reader))
    }

    public func end() {
      _ = api.srfidEnableAvailableReadersDetection(false)
      _ = api.srfidUnsubsribe(forEvents: Self.events)
      ear.hears = nil
    }

    private func check(_ call: String, _ result: SRFID_RESULT) throws {
      guard result == SRFID_RESULT_SUCCESS else {
        throw ZebraError(call: call, result: Int32(bitPattern: result.rawValue))
      }
    }

    private final class Ear: NSObject, srfidISdkApiDelegate, @unchecked Sendable {
      private let lock = NSLock()
      private weak var told: (any ZebraEvents)?

      var hears: (any ZebraEvents)? {
        get { lock.withLock { told } }
        set { lock.withLock { told = newValue } }
      }

      func srfidEventReaderAppeared(_ availableReader: srfidReaderInfo!) {
        if let reader = availableReader { hears?.appeared(reader.getReaderID()) }
      }

      func srfidEventReaderDisappeared(_ readerID: Int32) { hears?.gone(readerID) }

      func srfidEventCommunicationSessionEstablished(_ activeReader: srfidReaderInfo!) {
        if let reader = activeReader { hears?.established(reader.getReaderID()) }
      }

      func srfidEventCommunicationSessionTerminated(_ readerID: Int32) { hears?.gone(readerID) }

      func srfidEventReadNotify(_ readerID: Int32, aTagData tagData: srfidTagData!) {
        guard let tagData, let epc = tagData.getTagId() else { return }
        // One antenna, and a clock that nobody set.
        let tag = Tag(
          epc: epc, rssiDbm: Int32(tagData.getPeakRSSI()), antenna: 0, distanceMm: nil, atMs: 0)
        hears?.seen(readerID, tag)
      }

      func srfidEventTriggerNotify(_ readerID: Int32, aTriggerEvent event: SRFID_TRIGGEREVENT) {
        if event == SRFID_TRIGGEREVENT_PRESSED { hears?.trigger(readerID, true) }
        if event == SRFID_TRIGGEREVENT_RELEASED { hears?.trigger(readerID, false) }
      }

      // The protocol wants these, too; nobody asked for them.

      func srfidEventStatusNotify(
        _ readerID: Int32, aEvent event: SRFID_EVENT_STATUS, aNotification notificationData: Any!
      ) {}

      func srfidEventProximityNotify(_ readerID: Int32, aProximityPercent proximityPercent: Int32) {
      }

      func srfidEventMultiProximityNotify(_ readerID: Int32, aTagData tagData: srfidTagData!) {}

      func srfidEventBatteryNotity(_ readerID: Int32, aBatteryEvent event: srfidBatteryEvent!) {}

      func srfidEventWifiScan(_ readerID: Int32, wlanSCanObject list: srfidWlanScanList!) {}

      func srfidEventIOTSatusNotity(_ readerID: Int32, aIOTStatusEvent event: srfidIOTStatusEvent!)
      {
      }

      func srfidEventConnectedInterfaceNotity(
        _ readerID: Int32, aConnectedInterfaceEvent event: sfidConnectedInterfaceEvent!
      ) {}
    }
  }
#endif
