// swift-tools-version:6.0
import Foundation
import PackageDescription

// One package, so that a build knows everything once: LotlineKit is for every shell, LotlineDevice puts Apple's frameworks
// behind its ports, LotlineApp is our own shell.
//
// Linux: the library that cargo built, in the folder that LOTLINE_LIB_DIR names, and stand-ins for Apple's modules (Stubs/),
// against which device and app are only compiled. Apple: an XCFramework of the same library (`cargo xtask ios`).
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
  // What Apple's own modules are built on is named behind each.
  let standIns: [String: [String]] = [
    "AVFoundation": ["CoreMedia", "CoreVideo", "UIKit"], "BackgroundTasks": [], "CoreHaptics": [],
    "CoreMedia": [], "CoreVideo": ["CoreMedia"], "CryptoKit": ["Security"],
    "ExternalAccessory": [], "Network": [], "Security": [],
    "SwiftUI": ["UIKit", "UniformTypeIdentifiers"],
    "UIKit": [], "UniformTypeIdentifiers": [], "Vision": [], "VisionKit": ["UIKit", "Vision"],
    "ZebraRfidSdkFramework": [],
  ]
  let apple: [Target.Dependency] = standIns.keys.sorted().map { .target(name: $0) }
  let stubs: [Target] = standIns.sorted { $0.key < $1.key }.map { name, under in
    let below: [Target.Dependency] = under.map { .target(name: $0) }
    return .target(
      name: name, dependencies: below, path: "Stubs/\(name)", swiftSettings: generated)
  }
  // Compiled here, and never linked or started.
  let main: [Target] = [
    .target(
      name: "LotlineMain", dependencies: ["LotlineApp"] + apple, path: "LotlineApp/App",
      exclude: ["Info.plist", "PrivacyInfo.xcprivacy"], sources: ["LotlineMain.swift"],
      swiftSettings: [.unsafeFlags(["-parse-as-library"])])
  ]
#else
  // One binary holds the symbols and both headers. What Rust's own library calls there is named by its linker's command line.
  let ffi: [Target] = [.binaryTarget(name: "LotlineFFI", path: "Lotline.xcframework")]
  let linked: [LinkerSetting] = [
    .linkedFramework("Security"), .linkedFramework("CoreFoundation"), .linkedLibrary("iconv"),
  ]
  let tests: [Target] = []
  // Zebra's own library, where somebody laid it beside this file: it is not ours to pass on.
  let zebra = "ZebraRfidSdkFramework"
  let sled = FileManager.default.fileExists(
    atPath: Context.packageDirectory + "/\(zebra).xcframework")
  let apple: [Target.Dependency] = sled ? [.target(name: zebra)] : []
  let stubs: [Target] = sled ? [.binaryTarget(name: zebra, path: "\(zebra).xcframework")] : []
  let main: [Target] = []
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
  .target(
    name: "LotlineDevice", dependencies: ["LotlineKit"] + apple,
    path: "LotlineKit/Sources/LotlineDevice"),
  .target(
    name: "LotlineApp", dependencies: ["LotlineKit", "LotlineDevice"] + apple,
    path: "LotlineApp/Sources"),
]

let package = Package(
  name: "LotlineKit",
  platforms: [.iOS(.v17), .macOS(.v14)],
  products: [
    .library(name: "LotlineKit", targets: ["LotlineKit"]),
    .library(name: "LotlineDevice", targets: ["LotlineDevice"]),
    .library(name: "LotlineApp", targets: ["LotlineApp"]),
  ],
  targets: ffi + ours + tests + stubs + main
)
