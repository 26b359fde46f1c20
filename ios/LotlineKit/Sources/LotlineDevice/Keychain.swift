#if canImport(Security)
  import Foundation
  import LotlineKit
  import Security

  /// Small secrets in the Keychain: on this device only, in no copy and no iCloud, to be read after the first unlock.
  public struct Keychain: Vault {
    private let service: String

    /// What is kept for `service`.
    public init(service: String = "lotline.keys") {
      self.service = service
    }

    public func read(_ name: String) throws -> Data? {
      var asked = item(name)
      asked[kSecReturnData as String] = true
      asked[kSecMatchLimit as String] = kSecMatchLimitOne
      var found: CFTypeRef?
      let status = SecItemCopyMatching(asked as CFDictionary, &found)
      if status == errSecItemNotFound { return nil }
      try check(status)
      return found as? Data
    }

    public func keep(_ secret: Data, as name: String) throws {
      try remove(name)
      var kept = item(name)
      kept[kSecValueData as String] = secret
      kept[kSecAttrAccessible as String] = kSecAttrAccessibleAfterFirstUnlockThisDeviceOnly
      try check(SecItemAdd(kept as CFDictionary, nil))
    }

    public func remove(_ name: String) throws {
      let status = SecItemDelete(item(name) as CFDictionary)
      if status != errSecItemNotFound { try check(status) }
    }

    private func item(_ name: String) -> [String: Any] {
      [
        kSecClass as String: kSecClassGenericPassword,
        kSecAttrService as String: service,
        kSecAttrAccount as String: name,
        kSecAttrSynchronizable as String: false,
      ]
    }

    // Before the first unlock it answers with an error, which is no key that is gone.
    private func check(_ status: OSStatus) throws {
      if status != errSecSuccess { throw KeyError.Failed(reason: "the Keychain says \(status)") }
    }
  }
#endif
