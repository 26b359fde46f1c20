// A stand-in for the compiler on Linux (see ../README.md): only what our sources use, as Apple documents it.
// Their names are Apple's.
// swift-format-ignore-file
import Foundation

// https://developer.apple.com/documentation/externalaccessory/eaaccessorymanager
open class EAAccessoryManager: NSObject {
  public class func shared() -> EAAccessoryManager { fatalError() }
  open var connectedAccessories: [EAAccessory] { fatalError() }
}
// https://developer.apple.com/documentation/externalaccessory/eaaccessory
open class EAAccessory: NSObject {
  open var isConnected: Bool { fatalError() }
  open var serialNumber: String { fatalError() }
  open var protocolStrings: [String] { fatalError() }
}
// https://developer.apple.com/documentation/externalaccessory/easession
open class EASession: NSObject {
  public init?(accessory: EAAccessory, forProtocol protocolString: String) { fatalError() }
  open var inputStream: InputStream? { fatalError() }
  open var outputStream: OutputStream? { fatalError() }
}
