#if canImport(CryptoKit) && canImport(Security)
  import CryptoKit
  import Foundation
  import LotlineKit
  import Security

  /// Signing keys in the Secure Enclave. They cannot leave it; a blob is of use on the chip that made it alone. Used after the first
  /// unlock, because the background signs too; nobody is asked for a face or a finger: a shared device has none.
  public struct ChipEnclave: Enclave {
    /// The device's chip.
    public init() {}

    public func make() throws -> Data {
      guard SecureEnclave.isAvailable else {
        throw KeyError.Failed(reason: "this device has no Secure Enclave")
      }
      let when = kSecAttrAccessibleAfterFirstUnlockThisDeviceOnly
      guard let access = SecAccessControlCreateWithFlags(nil, when, .privateKeyUsage, nil) else {
        throw KeyError.Failed(reason: "no access control for a key")
      }
      return try SecureEnclave.P256.Signing.PrivateKey(accessControl: access).dataRepresentation
    }

    public func publicKey(of blob: Data) throws -> Data {
      try key(blob).publicKey.derRepresentation
    }

    public func sign(_ message: Data, with blob: Data) throws -> Data {
      // It hashes with SHA-256 inside.
      try key(blob).signature(for: message).derRepresentation
    }

    private func key(_ blob: Data) throws -> SecureEnclave.P256.Signing.PrivateKey {
      try SecureEnclave.P256.Signing.PrivateKey(dataRepresentation: blob)
    }
  }

  /// SHA-256 of CryptoKit.
  public enum Sha256 {
    /// Its 32 bytes.
    public static func hash(_ bytes: Data) -> Data {
      Data(SHA256.hash(data: bytes))
    }
  }

  /// AES-256-GCM of CryptoKit.
  public struct AesGcm: Sealer {
    /// CryptoKit's.
    public init() {}

    public func key() -> Data {
      SymmetricKey(size: .bits256).withUnsafeBytes { Data($0) }
    }

    public func seal(_ secret: Data, with key: Data) throws -> Data {
      let box = try AES.GCM.seal(secret, using: SymmetricKey(data: key))
      guard let sealed = box.combined else {
        throw KeyError.Failed(reason: "a nonce of another size")
      }
      return sealed
    }

    public func open(_ sealed: Data, with key: Data) throws -> Data {
      try AES.GCM.open(AES.GCM.SealedBox(combined: sealed), using: SymmetricKey(data: key))
    }
  }
#endif
