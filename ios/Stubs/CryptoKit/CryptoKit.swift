// A stand-in for the compiler on Linux (see ../README.md): only what our sources use, as Apple documents it.
import Foundation
import Security

// https://developer.apple.com/documentation/cryptokit/secureenclave
public enum SecureEnclave {
  // https://developer.apple.com/documentation/cryptokit/secureenclave/isavailable
  public static var isAvailable: Bool { fatalError() }
  public enum P256 {
    public enum Signing {
      // https://developer.apple.com/documentation/cryptokit/secureenclave/p256/signing/privatekey
      public struct PrivateKey: Sendable {
        public init(accessControl: SecAccessControl) throws { fatalError() }
        public init(dataRepresentation: Data) throws { fatalError() }
        public var dataRepresentation: Data { fatalError() }
        public var publicKey: CryptoKit.P256.Signing.PublicKey { fatalError() }
        public func signature<D: DataProtocol>(for data: D) throws
          -> CryptoKit.P256.Signing.ECDSASignature
        { fatalError() }
      }
    }
  }
}

// https://developer.apple.com/documentation/cryptokit/p256
public enum P256 {
  public enum Signing {
    // https://developer.apple.com/documentation/cryptokit/p256/signing/publickey
    public struct PublicKey: Sendable { public var derRepresentation: Data { fatalError() } }
    // https://developer.apple.com/documentation/cryptokit/p256/signing/ecdsasignature
    public struct ECDSASignature: Sendable { public var derRepresentation: Data { fatalError() } }
  }
}

// https://developer.apple.com/documentation/cryptokit/symmetrickeysize
public struct SymmetricKeySize: Sendable {
  public static var bits256: SymmetricKeySize { fatalError() }
}
// https://developer.apple.com/documentation/cryptokit/symmetrickey
public struct SymmetricKey: Sendable {
  public init(size: SymmetricKeySize) { fatalError() }
  public init<D: ContiguousBytes>(data: D) { fatalError() }
  public func withUnsafeBytes<R>(_ body: (UnsafeRawBufferPointer) throws -> R) rethrows -> R {
    fatalError()
  }
}

// https://developer.apple.com/documentation/cryptokit/aes/gcm
public enum AES {
  public enum GCM {
    public struct Nonce: Sendable {}
    // https://developer.apple.com/documentation/cryptokit/aes/gcm/sealedbox
    public struct SealedBox: Sendable {
      public init<D: DataProtocol>(combined: D) throws { fatalError() }
      public var combined: Data? { fatalError() }
    }
    // https://developer.apple.com/documentation/cryptokit/aes/gcm/seal(_:using:nonce:)
    public static func seal<D: DataProtocol>(
      _ message: D, using key: SymmetricKey, nonce: Nonce? = nil
    ) throws -> SealedBox { fatalError() }
    // https://developer.apple.com/documentation/cryptokit/aes/gcm/open(_:using:)
    public static func open(_ sealedBox: SealedBox, using key: SymmetricKey) throws -> Data {
      fatalError()
    }
  }
}

// https://developer.apple.com/documentation/cryptokit/sha256
public struct SHA256 {
  // https://developer.apple.com/documentation/cryptokit/sha256digest
  public struct Digest: Sequence {
    public func makeIterator() -> Data.Iterator { fatalError() }
  }
  public static func hash<D: DataProtocol>(data: D) -> Digest { fatalError() }
}
