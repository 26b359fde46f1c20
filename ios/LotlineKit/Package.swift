// swift-tools-version:6.0
import Foundation
import PackageDescription

// Linux: the library that cargo built, in the folder that LOTLINE_LIB_DIR names. Apple: an XCFramework of the same library.
// `cargo xtask bindgen` lays down Generated/, which is not kept in git.
#if os(Linux)
  let library = ProcessInfo.processInfo.environment["LOTLINE_LIB_DIR"] ?? "../../target/debug"
  let ffi: [Target] = [
    .systemLibrary(name: "LotlineFFI", path: "Generated/LotlineFFI"),
    .systemLibrary(name: "LotlineCoreFFI", path: "Generated/LotlineCoreFFI"),
  ]
  let linked: [LinkerSetting] = [
    .unsafeFlags(["-L\(library)", "-Xlinker", "-rpath", "-Xlinker", library]),
    .linkedLibrary("lotline"),
  ]
  let ffiOf: (String) -> Target.Dependency = { .target(name: $0) }
#else
  // One binary holds the symbols and both headers.
  let ffi: [Target] = [.binaryTarget(name: "LotlineFFI", path: "Lotline.xcframework")]
  let linked: [LinkerSetting] = []
  let ffiOf: (String) -> Target.Dependency = { _ in .target(name: "LotlineFFI") }
#endif

// Generated code is not ours to make ready for strict concurrency: its compiler crashes on it in mode 6.
let generated: [SwiftSetting] = [.swiftLanguageMode(.v5)]

let package = Package(
  name: "LotlineKit",
  platforms: [.iOS(.v17), .macOS(.v14)],
  products: [.library(name: "LotlineKit", targets: ["LotlineKit"])],
  targets: ffi + [
    .target(
      name: "LotlineCore", dependencies: [ffiOf("LotlineCoreFFI")], path: "Generated/LotlineCore",
      swiftSettings: generated, linkerSettings: linked),
    .target(
      name: "Lotline", dependencies: [ffiOf("LotlineFFI"), "LotlineCore"],
      path: "Generated/Lotline",
      swiftSettings: generated, linkerSettings: linked),
    .target(name: "LotlineKit", dependencies: ["Lotline", "LotlineCore"]),
    .testTarget(name: "LotlineKitTests", dependencies: ["LotlineKit"]),
  ]
)
