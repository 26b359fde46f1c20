import Foundation

/// What the fleet's own management says of this device (managed app configuration): docs/guides/ios.md says what each key means. The
/// keys are those of the Android app. A value that cannot be used is left as if it were not there, and `faults` names its key.
public struct Configuration: Sendable, Equatable {
  /// The gateway's invitation, for a device that is not enrolled; nothing where a person scans it.
  public let invitation: String?
  /// What the device is called; nothing: by its model and a piece of its key.
  public let deviceName: String?
  /// The language until somebody signs in; nothing: the device's.
  public let language: String?
  /// Roots to trust for TLS besides the built-in ones, each as PEM.
  public let trustRoots: [Data]
  /// Where labels are printed: `tcp://HOST` or `tcp://HOST:PORT`, or `bluetooth://SERIAL` of a paired printer; nothing: nowhere.
  public let printer: String?
  /// Keys whose values cannot be used, in order of the alphabet.
  public let faults: [String]

  /// What an invitation begins with (docs/protocol.md).
  public static let scheme = "lotline://enrol?"

  /// The languages of the core's texts.
  public static let languages = ["ar", "de", "en", "es", "fr", "zh"]

  /// Where a management's values stand in the app's defaults: Apple, "Managed app configuration".
  public static let place = "com.apple.configuration.managed"

  /// What is said now. To be asked for anew whenever the app comes to the front.
  public static func read(_ defaults: UserDefaults = .standard) -> Configuration {
    Configuration(defaults.dictionary(forKey: place) ?? [:])
  }

  /// From a management's dictionary.
  public init(_ values: [String: Any]) {
    var wrong: [String] = []
    func text<Value>(_ key: String, _ use: (String) -> Value?) -> Value? {
      guard let value = values[key] else { return nil }
      let said = (value as? String)?.trimmingCharacters(in: .whitespacesAndNewlines)
      // Some managements hand over every key, and those that are not set as empty.
      if said == "" { return nil }
      let used = said.flatMap(use)
      if used == nil { wrong.append(key) }
      return used
    }
    invitation = text("invitation") { $0.hasPrefix(Self.scheme) ? $0 : nil }
    deviceName = text("device_name") { name in
      let written = name.unicodeScalars.allSatisfy { $0.properties.generalCategory != .control }
      return name.count <= 64 && written ? name : nil
    }
    language = text("language") { Self.languages.contains($0) ? $0 : nil }
    trustRoots = text("trust_roots", Self.certificates) ?? []
    printer = text("printer") {
      NetworkLink(address: $0) == nil && AccessoryLink.serial(of: $0) == nil ? nil : $0
    }
    faults = wrong.sorted()
  }

  private static func certificates(_ text: String) -> [Data]? {
    let (begin, end) = ("-----BEGIN CERTIFICATE-----", "-----END CERTIFICATE-----")
    var found: [Data] = []
    var rest = text[...]
    while let start = rest.range(of: begin), let stop = rest[start.upperBound...].range(of: end) {
      found.append(Data((rest[start.lowerBound..<stop.upperBound] + "\n").utf8))
      rest = rest[stop.upperBound...]
    }
    return found.isEmpty ? nil : found
  }
}
