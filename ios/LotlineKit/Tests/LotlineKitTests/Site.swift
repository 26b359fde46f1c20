import Foundation
import Testing

/// The seeded site on a real gateway, in a process of its own, behind a proxy that closes when told to.
final class Site {
  /// Where to enrol.
  let server: String
  /// The one-time code.
  let code: String

  private let process = Process()
  private let said: FileHandle
  private let told: FileHandle
  private var rest = Data()

  init(_ scenario: URL) throws {
    let (output, input) = (Pipe(), Pipe())
    let programs = try #require(
      ProcessInfo.processInfo.environment["LOTLINE_LIB_DIR"], "cargo xtask test sets it")
    process.executableURL = URL(fileURLWithPath: programs).appendingPathComponent("scenario-site")
    process.arguments = [scenario.path]
    process.standardOutput = output
    process.standardInput = input
    try process.run()
    said = output.fileHandleForReading
    told = input.fileHandleForWriting
    var line = Data()
    while let byte = try said.read(upToCount: 1), byte != Data([10]) { line += byte }
    let first = try JSONDecoder().decode([String: String].self, from: line)
    server = try #require(first["server"])
    code = try #require(first["code"])
  }

  /// `cut`, `mend`, `settle MS` or `lock FILE`, which has to be obeyed.
  func tell(_ command: String) throws {
    let answer = try ask(command)
    #expect(answer == "ok", "\(command)")
  }

  /// The same, and gives the answer: `ok` or `error: …`.
  func ask(_ command: String) throws -> String {
    try told.write(contentsOf: Data((command + "\n").utf8))
    var line = Data()
    while let byte = try said.read(upToCount: 1), byte != Data([10]) { line += byte }
    return String(decoding: line, as: UTF8.self)
  }

  deinit {
    try? told.close()
    process.waitUntilExit()
  }
}

/// The folder of scenarios that all languages share.
let scenarios = URL(fileURLWithPath: #filePath)
  .deletingLastPathComponent().appendingPathComponent("../../../../tests/fixtures/scenarios")
  .standardized

/// A new folder that is removed with its owner.
final class Folder {
  let path: String

  /// `inMemory`: where a write need not wait for a disk, if the machine has such a place.
  init(inMemory: Bool = false) {
    let memory = URL(fileURLWithPath: "/dev/shm")
    let there = FileManager.default.isWritableFile(atPath: memory.path)
    let place = inMemory && there ? memory : FileManager.default.temporaryDirectory
    path = place.appendingPathComponent(UUID().uuidString).path
  }

  deinit {
    try? FileManager.default.removeItem(atPath: path)
  }
}
