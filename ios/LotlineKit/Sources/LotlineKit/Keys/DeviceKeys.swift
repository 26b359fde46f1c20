import Foundation
import LotlineCore

/// Where signing keys are made and kept: the Secure Enclave. A key never leaves it; what stands outside is a blob that only the same
/// chip can use.
public protocol Enclave: Sendable {
  /// Makes a key, and gives its blob.
  func make() throws -> Data

  /// The public key of a blob: SPKI DER, ECDSA P-256.
  func publicKey(of blob: Data) throws -> Data

  /// ECDSA over SHA-256 of `message`, as DER.
  func sign(_ message: Data, with blob: Data) throws -> Data
}

/// A place for small secrets that does not go into copies, and not onto another device: the Keychain, this device only.
public protocol Vault: Sendable {
  /// What is kept under `name`; nothing where nothing is.
  func read(_ name: String) throws -> Data?

  /// Keeps `secret` under `name`, in place of what was there.
  func keep(_ secret: Data, as name: String) throws

  /// Takes it away. Nothing there is no error.
  func remove(_ name: String) throws
}

/// Authenticated encryption under a key of 32 bytes.
public protocol Sealer: Sendable {
  /// A new key, by the system's random numbers.
  func key() -> Data

  /// Seals a secret; the nonce is part of what comes back.
  func seal(_ secret: Data, with key: Data) throws -> Data

  /// Opens what `seal` gave. An error where it is another's, or was changed.
  func open(_ sealed: Data, with key: Data) throws -> Data
}

/// Where the files of a folder and the keys of this device stand to each other.
public enum KeyState: String, Sendable, Equatable {
  /// Neither is there: a device to be enrolled.
  case fresh
  /// The files were made under these keys.
  case ours
  /// The files are there and the keys are not: they were wiped, or the files were brought here from another device.
  case wiped
  /// Both are there and do not belong together: a restored copy of another device's files.
  case copied
}

/// The device's keys: one in the Secure Enclave to sign with, and one in the Keychain that wraps the key of the database and the
/// site's pepper.
///
/// They are made once, where the folder is new; afterwards a key that is missing is `KeyError.Lost`, never made anew under files that
/// want the old one. Which keys the files belong to stands in a mark beside them, so that files that are set aside take it along.
/// The Keychain outlives an app that is deleted, and files do not: a new folder gets keys of its own, under names of its own.
public final class DeviceKeys: KeyStore {
  /// What stands beside the files: `NAME FINGERPRINT`. Which names the keys have in the vault, and whose they are.
  public static let mark = "keys.mark"

  private let folder: URL
  private let enclave: any Enclave
  private let vault: any Vault
  private let sealer: any Sealer
  private let turn = Locked(())

  /// Keys for the files in `folder`.
  public init(folder: URL, enclave: any Enclave, vault: any Vault, sealer: any Sealer) {
    self.folder = folder
    self.enclave = enclave
    self.vault = vault
    self.sealer = sealer
  }

  /// How files and keys stand to each other. Blocks.
  public func state() throws -> KeyState {
    try asked { try self.lookedAt() }
  }

  /// Makes the keys of a new device, and refuses files that other keys belong to. To be called before the core puts its files there.
  /// With encrypted files the core would find that out by itself; without, only when it is to sign, and until then people would work
  /// on a copy.
  ///
  /// Throws the codes of docs/security.md: `lost_key`, `wrong_key`, `key_store`.
  public func claim() throws(HandheldError) {
    let state: KeyState
    do {
      state = try asked {
        if try self.lookedAt() == .fresh { try self.make() }
        return try self.lookedAt()
      }
    } catch {
      throw Self.failed(.retry, "key_store", String(describing: error))
    }
    switch state {
    case .ours: return
    case .copied:
      throw Self.failed(.callSupervisor, "wrong_key", "the files were made on another device")
    case .wiped, .fresh:
      throw Self.failed(.callSupervisor, "lost_key", "the device's keys are gone")
    }
  }

  public func publicKey() throws -> Data {
    try asked { try self.enclave.publicKey(of: self.ours().blob) }
  }

  public func sign(message: Data) throws -> Data {
    try asked { try self.enclave.sign(message, with: self.ours().blob) }
  }

  public func wrap(secret: Data) throws -> Data {
    try asked {
      [Self.format] + (try self.sealer.seal(secret, with: self.ours().wrapping))
    }
  }

  public func unwrap(wrapped: Data) throws -> Data {
    try asked {
      guard wrapped.first == Self.format else { throw KeyError.Lost }
      let key = try self.ours().wrapping
      // Another key's, or damaged: neither comes back by trying again.
      guard let secret = try? self.sealer.open(Data(wrapped.dropFirst()), with: key) else {
        throw KeyError.Lost
      }
      return secret
    }
  }

  // What wrapped secrets begin with, should another way of sealing ever join.
  private static let format: UInt8 = 1

  private struct Mark {
    let name: String
    let print: String
  }

  private func read() -> Mark? {
    guard
      let text = try? String(contentsOf: folder.appendingPathComponent(Self.mark), encoding: .utf8)
    else { return nil }
    let parts = text.split(whereSeparator: \.isWhitespace).map(String.init)
    return parts.count == 2 ? Mark(name: parts[0], print: parts[1]) : nil
  }

  private func lookedAt() throws -> KeyState {
    guard let mark = read() else {
      // Files without a mark are none that this app made under any key.
      let files = (try? FileManager.default.contentsOfDirectory(atPath: folder.path)) ?? []
      return files.contains { $0.hasSuffix(".db") } ? .wiped : .fresh
    }
    guard let blob = try vault.read(Self.signing(mark.name)),
      try vault.read(Self.wrapping(mark.name)) != nil
    else { return .wiped }
    // A blob of another chip is of no use here; so says the enclave.
    guard let key = try? enclave.publicKey(of: blob) else { return .copied }
    return Self.fingerprint(key) == mark.print ? .ours : .copied
  }

  private func make() throws {
    let blob = try enclave.make()
    let print = Self.fingerprint(try enclave.publicKey(of: blob))
    let name = UUID().uuidString.lowercased()
    try vault.keep(blob, as: Self.signing(name))
    try vault.keep(sealer.key(), as: Self.wrapping(name))
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    // Last: keys without a mark are nobody's, and a mark without keys would be files that have lost them.
    try Data("\(name) \(print)\n".utf8).write(
      to: folder.appendingPathComponent(Self.mark), options: .atomic)
  }

  private func ours() throws -> (blob: Data, wrapping: Data) {
    guard let mark = read(), let blob = try vault.read(Self.signing(mark.name)),
      let wrapping = try vault.read(Self.wrapping(mark.name))
    else { throw KeyError.Lost }
    return (blob, wrapping)
  }

  private func asked<Value>(_ call: () throws -> Value) throws -> Value {
    try turn.with { _ in
      do {
        return try call()
      } catch let error as KeyError {
        throw error
      } catch {
        throw KeyError.Failed(reason: String(describing: error))
      }
    }
  }

  private static func signing(_ name: String) -> String { "\(name).sign" }

  private static func wrapping(_ name: String) -> String { "\(name).wrap" }

  // FNV-1a, 128 bits in two halves: it tells keys apart, and defends nothing. What defends is that only this chip can sign.
  private static func fingerprint(_ key: Data) -> String {
    func hash(_ start: UInt64) -> UInt64 {
      key.reduce(start) { ($0 ^ UInt64($1)) &* 0x0100_0000_01b3 }
    }
    let halves = [hash(0xcbf2_9ce4_8422_2325), hash(0x8422_2325_cbf2_9ce4)]
    return halves.map { String($0, radix: 16) }.joined(separator: "-")
  }

  private static func failed(_ remedy: Remedy, _ code: String, _ message: String) -> HandheldError {
    .Failed(fault: Fault(remedy: remedy, code: code, message: message))
  }
}
