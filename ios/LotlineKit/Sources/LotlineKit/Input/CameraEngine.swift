import Foundation
import Lotline
import LotlineCore
import Observation

/// The camera as a scan engine, where the device has no other. The trigger opens the finder and closes it; the first code that is
/// aimed at is the scan, and closes it, too. The camera is held no longer than the finder is open.
@MainActor
@Observable
public final class CameraEngine: ScanEngine {
  /// Whether the finder is open: the app shows it while it is.
  public private(set) var aiming = false
  /// The person, or the fleet's management, did not allow the camera: `Word.cameraDenied` says what can be done.
  public var denied = false
  /// The camera's light, while the finder is open.
  public var light = false {
    didSet { if aiming { camera.light(light) } }
  }

  /// The same as `aiming`, to be bound to what is shown: set to `false` it aims no more.
  public var finder: Bool {
    get { aiming }
    set { if !newValue { close() } }
  }

  /// Whether there is a light to switch.
  public var lit: Bool { camera.lit }

  @ObservationIgnored private let camera: any Camera
  @ObservationIgnored private weak var reader: (any Reader)?
  @ObservationIgnored private var locked = false
  @ObservationIgnored private var broken = false
  @ObservationIgnored private var asking = false
  // Which opening of the finder this is: news of one that was closed before are for nobody.
  @ObservationIgnored private var opening = 0

  /// An engine of this camera.
  public init(_ camera: any Camera) {
    self.camera = camera
  }

  public func start(_ reader: any Reader) {
    self.reader = reader
    broken = false
    tell()
  }

  public func stop() {
    close()
    reader = nil
  }

  public func lock(_ locked: Bool) {
    guard self.locked != locked else { return }
    self.locked = locked
    if locked { close() }
    tell()
  }

  public func trigger(_ pressed: Bool) {
    guard pressed, !locked, reader != nil, !asking else { return }
    if aiming { return close() }
    asking = true
    Task {
      let allowed = await camera.allowed()
      asking = false
      denied = !allowed
      if allowed { open() } else { tell() }
    }
  }

  /// Aims no more.
  public func close() {
    guard aiming else { return }
    aiming = false
    opening += 1
    camera.close()
    light = false
    tell()
  }

  private func open() {
    // Meanwhile a stop may have come, or the app may have gone.
    guard !locked, reader != nil, !aiming else { return }
    opening += 1
    let mine = opening
    aiming = true
    broken = false
    let read: @Sendable (SeenCode) -> Void = { [weak self] code in
      Task { @MainActor in self?.read(code, of: mine) }
    }
    let frames = FrameReader { luma, codes in
      guard let code = luma.aimed(at: codes) else { return }
      read(SeenCode(bytes: code.bytes, symbology: code.symbology))
    }
    camera.open(
      Sight(
        frame: { frames.offer($0) },
        codes: { $0.first.map(read) },
        lost: { [weak self] in
          Task { @MainActor in self?.lost(mine) }
        }))
    tell()
  }

  private func read(_ code: SeenCode, of opening: Int) {
    guard aiming, opening == self.opening else { return }
    close()
    reader?.read(.scan(bytes: code.bytes, symbology: code.symbology, source: .camera))
  }

  private func lost(_ opening: Int) {
    guard aiming, opening == self.opening else { return }
    broken = true
    close()
  }

  private func tell() {
    let state: EngineState =
      if locked { .locked } else if aiming { .scanning } else if broken { .off } else { .ready }
    reader?.engine(state)
  }
}
