import Foundation
import Testing

@testable import LotlineKit

/// A chip, a keychain and a cipher for tests of the way around them. They keep no secret: what is real of them is Apple's.
private final class Chip: Enclave, @unchecked Sendable {
  let name: String
  private var made = 0

  init(_ name: String) {
    self.name = name
  }

  func make() throws -> Data {
    made += 1
    return Data("\(name):\(made)".utf8)
  }

  func publicKey(of blob: Data) throws -> Data {
    guard String(decoding: blob, as: UTF8.self).hasPrefix("\(name):") else {
      throw LinkError(reason: "another chip's")
    }
    return Data("public ".utf8) + blob
  }

  func sign(_ message: Data, with blob: Data) throws -> Data {
    try publicKey(of: blob) + message
  }
}

private final class Drawer: Vault, @unchecked Sendable {
  var kept: [String: Data] = [:]
  var locked = false

  func read(_ name: String) throws -> Data? {
    if locked { throw LinkError(reason: "before the first unlock") }
    return kept[name]
  }

  func keep(_ secret: Data, as name: String) throws {
    kept[name] = secret
  }

  func remove(_ name: String) throws {
    kept[name] = nil
  }
}

private struct Seal: Sealer {
  func key() -> Data { Data(UUID().uuidString.utf8) }

  func seal(_ secret: Data, with key: Data) throws -> Data { key + secret }

  func open(_ sealed: Data, with key: Data) throws -> Data {
    guard sealed.starts(with: key) else { throw LinkError(reason: "another key's") }
    return Data(sealed.dropFirst(key.count))
  }
}

/// The device's keys: made once, and never anew under files that want the old ones.
struct KeyTests {
  private let folder = Folder()
  private let drawer = Drawer()
  private var place: URL { URL(fileURLWithPath: folder.path) }

  private func keys(_ chip: Chip = Chip("a"), _ drawer: Drawer? = nil) -> DeviceKeys {
    DeviceKeys(folder: place, enclave: chip, vault: drawer ?? self.drawer, sealer: Seal())
  }

  private func codeOf(_ keys: DeviceKeys) -> String? {
    do {
      try keys.claim()
      return nil
    } catch {
      return error.fault.code
    }
  }

  @Test func aNewFolderGetsKeysOfItsOwnAndKeepsThem() throws {
    #expect(try keys().state() == .fresh)
    try keys().claim()
    #expect(try keys().state() == .ours)
    let key = try keys().publicKey()
    try keys().claim()
    #expect(try keys().publicKey() == key)
    #expect(try keys().sign(message: Data("m".utf8)) == key + Data("m".utf8))
    let wrapped = try keys().wrap(secret: Data("pepper".utf8))
    #expect(try keys().unwrap(wrapped: wrapped) == Data("pepper".utf8))
  }

  @Test func filesWhoseKeysAreGoneHaveLostThem() throws {
    try keys().claim()
    let wrapped = try keys().wrap(secret: Data("pepper".utf8))
    drawer.kept = [:]
    #expect(try keys().state() == .wiped)
    #expect(codeOf(keys()) == "lost_key")
    #expect(throws: KeyError.Lost) { try keys().unwrap(wrapped: wrapped) }
    #expect(throws: KeyError.Lost) { try keys().sign(message: Data()) }
  }

  @Test func filesWithoutAMarkAreNobodys() throws {
    try FileManager.default.createDirectory(at: place, withIntermediateDirectories: true)
    try Data().write(to: place.appendingPathComponent("journal.db"))
    #expect(codeOf(keys()) == "lost_key")
  }

  @Test func filesOfAnotherDeviceAreToldAsSuch() throws {
    try keys().claim()
    #expect(try keys(Chip("b")).state() == .copied)
    #expect(codeOf(keys(Chip("b"))) == "wrong_key")
  }

  @Test func anotherKeyOfTheSameChipIsNotTheFilesOwn() throws {
    let chip = Chip("a")
    try keys(chip).claim()
    let name = try #require(drawer.kept.keys.first { $0.hasSuffix(".sign") })
    drawer.kept[name] = try chip.make()
    #expect(codeOf(keys(chip)) == "wrong_key")
  }

  @Test func aKeychainThatIsLockedIsNoKeyThatIsGone() throws {
    try keys().claim()
    drawer.locked = true
    #expect(codeOf(keys()) == "key_store")
    drawer.locked = false
    #expect(codeOf(keys()) == nil)
  }

  @Test func afterFilesWereSetAsideANewFolderHasOtherKeys() throws {
    try keys().claim()
    let chip = Chip("a")
    let before = try keys(chip).publicKey()
    _ = try chip.make()
    try FileManager.default.removeItem(at: place)
    try keys(chip).claim()
    let after = try keys(chip).publicKey()
    #expect(after != before)
    #expect(drawer.kept.count == 4, "what the old files want is kept")
  }

  @Test func anotherKeysSecretIsLostAndNotTriedAgain() throws {
    try keys().claim()
    #expect(throws: KeyError.Lost) { try keys().unwrap(wrapped: Data([1, 2, 3])) }
    #expect(throws: KeyError.Lost) { try keys().unwrap(wrapped: Data([9])) }
  }

  @Test func theClockSinceBootRunsForwardAndNamesItsBoot() {
    let (one, two) = (BootClock().now(), BootClock().now())
    #expect(one.boot == two.boot && !one.boot.isEmpty)
    #expect(two.monoMs >= one.monoMs)
    #expect(abs(Double(one.wallMs) / 1000 - Date().timeIntervalSince1970) < 60)
  }
}
