import Foundation
import LotlineDevice
import LotlineKit
import Observation
import UIKit

/// The process: the one handheld, and the ports of the device it runs on.
@MainActor
@Observable
final class Device {
  static let shared = Device()

  let shell: Shell
  let camera: CameraEngine
  /// The finder's picture; the system's own scanner where there is one.
  let frames: FrameCamera?
  let scanner: ScannerCamera?
  let labels: LabelDesk
  let reports: ReportDesk
  let photos: PhotoDesk

  @ObservationIgnored private let lifecycle: Lifecycle
  @ObservationIgnored private let battery = DeviceBattery()
  @ObservationIgnored private let network = NetworkWatch()
  @ObservationIgnored private var started = false

  private init() {
    let language = Configuration.read().language ?? Locale.current.language.languageCode?.identifier
    let model = HandheldModel(language: language ?? "en") { try Opened.handheld(language ?? "en") }
    scanner = ScannerCamera()
    frames = scanner == nil ? FrameCamera() : nil
    let eye: any Camera = scanner ?? frames ?? FrameCamera()
    camera = CameraEngine(eye)
    let there = scanner != nil || frames?.there == true
    shell = Shell(
      model, scanner: Self.sled(beside: there ? camera : NoEngine()), player: SignalPlayer(),
      setAside: { _ = try LotlineKit.setAside(folder: KeptFolder.prepare().path) })
    labels = LabelDesk(model) {
      Configuration.read().printer.flatMap(Self.link).map { ZplPrinter($0) }
    }
    reports = ReportDesk(model)
    photos = PhotoDesk(
      model, folder: { try KeptFolder.prepare("photos") }, hash: { Sha256.hash($0) })
    let kind = UIDevice.current.model
    shell.labels = labels
    shell.reports = reports
    shell.enrolment = Enrolment(
      model, configuration: { Configuration.read() }, name: { try Opened.name(kind) })
    let scheduler = SystemScheduler()
    lifecycle = Lifecycle(model, scheduler: scheduler, grace: SystemGrace())
    scheduler.listen(lifecycle)
  }

  /// The way to a printer: on the network, or paired.
  private nonisolated static func link(_ address: String) -> (any Link)? {
    NetworkLink(address: address) ?? AccessoryLink(address: address, PairedPrinter())
  }

  /// With Zebra's sleds, where the app was built with Zebra's library.
  private static func sled(beside scanner: any ScanEngine) -> any ScanEngine {
    #if canImport(ZebraRfidSdkFramework)
      if let sdk = ZebraRfid() { return WithSled(scanner, ZebraSled(sdk)) }
    #endif
    return scanner
  }

  /// Somebody is in front.
  func front() async {
    await lifecycle.foreground()
    if !started {
      started = true
      battery.start { [shell] charge in shell.model.charge = charge }
      network.start { [lifecycle] in await lifecycle.networkChanged() }
    }
    await shell.start()
  }

  /// Nobody is any more.
  func back() async {
    started = false
    battery.stop()
    network.stop()
    shell.stop()
    await lifecycle.background()
  }
}

/// What is opened where waiting does no harm.
private enum Opened {
  static func handheld(_ language: String) throws -> Handheld {
    let folder = try KeptFolder.prepare()
    let keys = keys(folder)
    try keys.claim()
    let info = Bundle.main.infoDictionary
    let version = info?["CFBundleShortVersionString"] as? String ?? "0"
    let build = info?["CFBundleVersion"] as? String ?? "0"
    let setup = Setup(
      folder: folder.path, app: "\(version)+\(build)", language: language,
      trustRoots: Configuration.read().trustRoots)
    return try Handheld.open(setup: setup, clock: BootClock(), keys: keys)
  }

  /// What a device is called that nobody named: its kind, and a piece of its key.
  static func name(_ kind: String) throws -> String {
    let key = try keys(KeptFolder.prepare()).publicKey()
    return "\(kind) " + key.suffix(2).map { String($0, radix: 16) }.joined()
  }

  private static func keys(_ folder: URL) -> DeviceKeys {
    DeviceKeys(folder: folder, enclave: ChipEnclave(), vault: Keychain(), sealer: AesGcm())
  }
}
