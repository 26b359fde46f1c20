// A stand-in for the compiler on Linux (see ../README.md): only what our sources use of Zebra's RFID SDK for iOS, as Swift sees its
// Objective-C. Written by hand from Zebra's public documents; the SDK itself is Zebra's, and no part of this repository:
// https://techdocs.zebra.com/dcs/rfid/sdk-ios-rfid/tutorial (calls, events, constants)
// https://techdocs.zebra.com/dcs/rfid/maui-ios/api/ (the list of calls with their types)
// Objective-C's own kind of pointer is not there on Linux: `nil` is handed over for it.
// Their names are Zebra's.
// swift-format-ignore-file
import Foundation

public struct SRFID_RESULT: RawRepresentable, Equatable, Sendable {
  public var rawValue: UInt32
  public init(rawValue: UInt32) { self.rawValue = rawValue }
}
public let SRFID_RESULT_SUCCESS = SRFID_RESULT(rawValue: 0)
public let SRFID_OPMODE_MFI = 1
public let SRFID_EVENT_READER_APPEARANCE = 1
public let SRFID_EVENT_READER_DISAPPEARANCE = 2
public let SRFID_EVENT_SESSION_ESTABLISHMENT = 4
public let SRFID_EVENT_SESSION_TERMINATION = 8
public let SRFID_EVENT_MASK_READ = 16
public let SRFID_EVENT_MASK_TRIGGER = 32
public struct SRFID_MEMORYBANK: RawRepresentable, Equatable, Sendable {
  public var rawValue: UInt32
  public init(rawValue: UInt32) { self.rawValue = rawValue }
}
public let SRFID_MEMORYBANK_EPC = SRFID_MEMORYBANK(rawValue: 1)
public struct SRFID_TRIGGEREVENT: RawRepresentable, Equatable, Sendable {
  public var rawValue: UInt32
  public init(rawValue: UInt32) { self.rawValue = rawValue }
}
public let SRFID_TRIGGEREVENT_PRESSED = SRFID_TRIGGEREVENT(rawValue: 0)
public let SRFID_TRIGGEREVENT_RELEASED = SRFID_TRIGGEREVENT(rawValue: 1)
public struct SRFID_EVENT_STATUS: RawRepresentable, Equatable, Sendable {
  public var rawValue: UInt32
  public init(rawValue: UInt32) { self.rawValue = rawValue }
}

open class srfidReaderInfo: NSObject { open func getReaderID() -> Int32 { fatalError() } }
open class srfidTagData: NSObject {
  open func getTagId() -> String! { fatalError() }
  open func getPeakRSSI() -> Int16 { fatalError() }
}
open class srfidReportConfig: NSObject { open func setIncRSSI(_ on: Bool) {} }
open class srfidAccessConfig: NSObject {}
open class srfidBatteryEvent: NSObject {}
open class srfidWlanScanList: NSObject {}
open class srfidIOTStatusEvent: NSObject {}
open class sfidConnectedInterfaceEvent: NSObject {}

public protocol srfidISdkApiDelegate: AnyObject {
  func srfidEventReaderAppeared(_ availableReader: srfidReaderInfo!)
  func srfidEventReaderDisappeared(_ readerID: Int32)
  func srfidEventCommunicationSessionEstablished(_ activeReader: srfidReaderInfo!)
  func srfidEventCommunicationSessionTerminated(_ readerID: Int32)
  func srfidEventReadNotify(_ readerID: Int32, aTagData tagData: srfidTagData!)
  func srfidEventStatusNotify(
    _ readerID: Int32, aEvent event: SRFID_EVENT_STATUS, aNotification notificationData: Any!)
  func srfidEventProximityNotify(_ readerID: Int32, aProximityPercent proximityPercent: Int32)
  func srfidEventMultiProximityNotify(_ readerID: Int32, aTagData tagData: srfidTagData!)
  func srfidEventTriggerNotify(_ readerID: Int32, aTriggerEvent triggerEvent: SRFID_TRIGGEREVENT)
  func srfidEventBatteryNotity(_ readerID: Int32, aBatteryEvent batteryEvent: srfidBatteryEvent!)
  func srfidEventWifiScan(_ readerID: Int32, wlanSCanObject wlanScanObject: srfidWlanScanList!)
  func srfidEventIOTSatusNotity(
    _ readerID: Int32, aIOTStatusEvent iotStatusEvent: srfidIOTStatusEvent!)
  func srfidEventConnectedInterfaceNotity(
    _ readerID: Int32, aConnectedInterfaceEvent connectedInterfaceEvent: sfidConnectedInterfaceEvent!)
}
public protocol srfidISdkApi: AnyObject {
  func srfidSetDelegate(_ delegate: (any srfidISdkApiDelegate)!) -> SRFID_RESULT
  func srfidSubsribe(forEvents sdkEventsMask: Int32) -> SRFID_RESULT
  func srfidUnsubsribe(forEvents sdkEventsMask: Int32) -> SRFID_RESULT
  func srfidSetOperationalMode(_ operationalMode: Int32) -> SRFID_RESULT
  func srfidEnableAvailableReadersDetection(_ enable: Bool) -> SRFID_RESULT
  func srfidEstablishCommunicationSession(_ readerID: Int32) -> SRFID_RESULT
  func srfidTerminateCommunicationSession(_ readerID: Int32) -> SRFID_RESULT
  func srfidEstablishAsciiConnection(_ readerID: Int32, aPassword password: String!) -> SRFID_RESULT
  func srfidStartInventory(
    _ readerID: Int32, aMemoryBank memoryBankID: SRFID_MEMORYBANK,
    aReportConfig reportConfig: srfidReportConfig!, aAccessConfig accessConfig: srfidAccessConfig!,
    aStatusMessage statusMessage: UnsafeMutablePointer<NSString?>!
  ) -> SRFID_RESULT
  func srfidStopInventory(
    _ readerID: Int32, aStatusMessage statusMessage: UnsafeMutablePointer<NSString?>!
  ) -> SRFID_RESULT
}
open class srfidSdkFactory: NSObject {
  open class func createRfidSdkApiInstance() -> (any srfidISdkApi)! { fatalError() }
}
