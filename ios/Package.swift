// swift-tools-version:6.0
import Foundation
import PackageDescription

// Linux: the library that cargo built, in the folder that LOTLINE_LIB_DIR names. Apple: an XCFramework of the same library.
// `cargo xtask bindgen` lays down Generated/, which is not kept in git.

// Generated code is not ours to make ready for strict concurrency: its compiler crashes on it in mode 6.
let generated: [SwiftSetting] = [.swiftLanguageMode(.v5)]

#if os(Linux)
  let library = ProcessInfo.processInfo.environment["LOTLINE_LIB_DIR"] ?? "../target/debug"
  let ffi: [Target] = [
    .systemLibrary(name: "LotlineFFI", path: "Generated/LotlineFFI"),
    .systemLibrary(name: "LotlineCoreFFI", path: "Generated/LotlineCoreFFI"),
  ]
  let linked: [LinkerSetting] = [
    .unsafeFlags(["-L\(library)", "-Xlinker", "-rpath", "-Xlinker", library]),
    .linkedLibrary("lotline"),
  ]
  // They start the gateway that cargo built, and count what glibc has given out.
  let tests: [Target] = [
    .systemLibrary(name: "CMalloc", path: "LotlineKit/Tests/CMalloc"),
    .testTarget(
      name: "LotlineKitTests", dependencies: ["LotlineKit", "CMalloc"],
      path: "LotlineKit/Tests/LotlineKitTests"),
  ]
  let ffiOf: (String) -> Target.Dependency = { .target(name: $0) }
#else
  // One binary holds the symbols and both headers.
  let ffi: [Target] = [.binaryTarget(name: "LotlineFFI", path: "Lotline.xcframework")]
  let linked: [LinkerSetting] = []
  let tests: [Target] = []
  let ffiOf: (String) -> Target.Dependency = { _ in .target(name: "LotlineFFI") }
#endif

let ours: [Target] = [
  .target(
    name: "LotlineCore", dependencies: [ffiOf("LotlineCoreFFI")], path: "Generated/LotlineCore",
    swiftSettings: generated, linkerSettings: linked),
  .target(
    name: "Lotline", dependencies: [ffiOf("LotlineFFI"), "LotlineCore"], path: "Generated/Lotline",
    swiftSettings: generated, linkerSettings: linked),
  .target(
    name: "LotlineKit", dependencies: ["Lotline", "LotlineCore"],
    path: "LotlineKit/Sources/LotlineKit"),
]

let package = Package(
  name: "LotlineKit",
  platforms: [.iOS(.v17), .macOS(.v14)],
  products: [
    .library(name: "LotlineKit", targets: ["LotlineKit"]),
  ],
  targets: ffi + ours + tests
)
