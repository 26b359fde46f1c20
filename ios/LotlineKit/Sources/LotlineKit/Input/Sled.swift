import LotlineCore

/// An RFID reader: a sled, a reader on a desk. Calls come on the main actor; a `TagSink` is called on any thread.
@MainActor
public protocol RfidReader: AnyObject {
  /// Takes the reader; what it sees goes to `sink` until `close()`. Taking may go on after this returns.
  func open(_ sink: TagSink)

  /// Reads, until `pause()`. Its own trigger does the same by itself.
  func read()

  /// Reads no more.
  func pause()

  /// Its own trigger does nothing while `locked`.
  func lock(_ locked: Bool)

  /// Gives the reader back.
  func close()
}

/// Who hears of tags. Called on any thread, from several at once.
public struct TagSink: Sendable {
  /// The reader saw these, in this order, repeats and all.
  public let seen: @Sendable ([Tag]) -> Void
  /// It is there and can read, or it is gone.
  public let connected: @Sendable (Bool) -> Void

  /// Hears with these.
  public init(
    seen: @escaping @Sendable ([Tag]) -> Void, connected: @escaping @Sendable (Bool) -> Void
  ) {
    self.seen = seen
    self.connected = connected
  }
}

/// A scan engine with an RFID reader beside it. The reader's own trigger reads tags, and the one on the screen reads labels; without
/// a scanner it reads tags.
@MainActor
public final class WithSled: ScanEngine, Reader {
  private let scanner: any ScanEngine
  private let sled: any RfidReader
  private weak var reader: (any Reader)?
  private var scannerAbsent = false
  private var locked = false
  // Which start this is: tags of one that was stopped before are for nobody.
  private var started = 0
  private var stream: TagStream?

  /// Labels from `scanner`, tags from `sled`.
  public init(_ scanner: any ScanEngine, _ sled: any RfidReader) {
    self.scanner = scanner
    self.sled = sled
  }

  public func start(_ reader: any Reader) {
    stop()
    self.reader = reader
    started += 1
    let mine = started
    let stream = TagStream { [weak self] tags in self?.send(tags, of: mine) }
    self.stream = stream
    scanner.start(self)
    sled.open(
      TagSink(
        seen: { stream.add($0) },
        connected: { [weak self] there in
          Task { @MainActor in self?.connected(there, of: mine) }
        }))
  }

  public func stop() {
    guard reader != nil else { return }
    scanner.stop()
    sled.close()
    stream?.flush()
    stream = nil
    reader = nil
  }

  public func lock(_ locked: Bool) {
    scanner.lock(locked)
    guard self.locked != locked else { return }
    self.locked = locked
    sled.lock(locked)
    if locked { sled.pause() }
  }

  public func trigger(_ pressed: Bool) {
    guard scannerAbsent else { return scanner.trigger(pressed) }
    if pressed && !locked { sled.read() } else { sled.pause() }
    if !pressed { stream?.flush() }
  }

  // What the scanner says goes on to the same reader; that there is none says nothing of the sled.

  public func read(_ input: Input) {
    reader?.read(input)
  }

  public func engine(_ state: EngineState) {
    scannerAbsent = state == .absent
    reader?.engine(scannerAbsent ? .off : state)
  }

  private func connected(_ there: Bool, of start: Int) {
    guard start == started, scannerAbsent else { return }
    reader?.engine(there ? .ready : .off)
  }

  private func send(_ tags: [Tag], of start: Int) {
    guard start == started else { return }
    reader?.read(.tags(tags: tags))
  }
}
