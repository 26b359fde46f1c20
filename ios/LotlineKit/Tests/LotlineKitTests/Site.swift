import Foundation
import XCTest

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
    let programs = try XCTUnwrap(
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
    server = try XCTUnwrap(first["server"])
    code = try XCTUnwrap(first["code"])
  }

  /// `cut`, `mend` or `settle MS`.
  func tell(_ command: String) throws {
    try told.write(contentsOf: Data((command + "\n").utf8))
    var line = Data()
    while let byte = try said.read(upToCount: 1), byte != Data([10]) { line += byte }
    XCTAssertEqual(String(decoding: line, as: UTF8.self), "ok", command)
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
  let path = FileManager.default.temporaryDirectory.appendingPathComponent(UUID().uuidString).path

  deinit {
    try? FileManager.default.removeItem(atPath: path)
  }
}
