import Foundation

#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// A way to a printer.
public protocol Link: Sendable {
  /// Opens it. Blocks. An error means that nobody is there: nothing was sent.
  func open() throws -> any PrinterLine
}

/// An open way to a printer. Calls block, and give up with an error when it takes too long.
public protocol PrinterLine: AnyObject {
  /// Sends all of it.
  func send(_ bytes: Data) throws

  /// The next bytes that the printer says: at least one.
  func hear() throws -> Data

  /// Nothing more is said.
  func close()
}

/// Why a way broke, for a log.
public struct LinkError: Swift.Error, Equatable {
  /// In the system's words, or ours.
  public let reason: String

  /// For these reasons.
  public init(reason: String) {
    self.reason = reason
  }
}

/// A printer on the network, by TCP.
public struct NetworkLink: Link {
  /// Its name or address.
  public let host: String
  /// The port it listens on for raw bytes.
  public let port: UInt16
  // For each step, in milliseconds.
  private let patienceMs: Int32

  /// A printer at `host`, which is asked for three seconds at most with each step.
  public init(host: String, port: UInt16 = 9100) {
    self.init(host: host, port: port, patienceMs: 3_000)
  }

  init(host: String, port: UInt16, patienceMs: Int32) {
    self.host = host
    self.port = port
    self.patienceMs = patienceMs
  }

  /// Of `tcp://HOST` or `tcp://HOST:PORT`, an address of version 6 in brackets; nothing of anything else.
  public init?(address: String) {
    guard address.hasPrefix("tcp://") else { return nil }
    var place = Substring(address.dropFirst(6))
    var port: UInt16 = 9100
    if let colon = place.lastIndex(of: ":"), !place[colon...].contains("]") {
      guard let named = UInt16(place[place.index(after: colon)...]), named > 0 else { return nil }
      port = named
      place = place[..<colon]
    }
    if place.hasPrefix("["), place.hasSuffix("]") { place = place.dropFirst().dropLast() }
    let named: (Character) -> Bool = {
      $0.isASCII && ($0.isLetter || $0.isNumber || ".-:".contains($0))
    }
    guard !place.isEmpty, place.allSatisfy(named) else { return nil }
    self.init(host: String(place), port: port)
  }

  public func open() throws -> any PrinterLine {
    var hints = addrinfo()
    #if canImport(Glibc)
      hints.ai_socktype = Int32(SOCK_STREAM.rawValue)
    #else
      hints.ai_socktype = SOCK_STREAM
    #endif
    var found: UnsafeMutablePointer<addrinfo>?
    guard getaddrinfo(host, String(port), &hints, &found) == 0 else {
      throw LinkError(reason: "\(host) has no address")
    }
    defer { freeaddrinfo(found) }
    var last = LinkError(reason: "\(host) has no address")
    var next = found
    while let address = next {
      do {
        return try connected(address.pointee)
      } catch let error as LinkError {
        last = error
      }
      next = address.pointee.ai_next
    }
    throw last
  }

  private func connected(_ address: addrinfo) throws -> SocketLine {
    let line = try SocketLine(address, patienceMs: patienceMs)
    do {
      try line.connect(to: address)
      return line
    } catch {
      line.close()
      throw error
    }
  }
}

/// A socket that never waits for longer than `patienceMs` at a time.
private final class SocketLine: PrinterLine {
  private var socket: Int32
  private let patienceMs: Int32

  init(_ address: addrinfo, patienceMs: Int32) throws {
    self.patienceMs = patienceMs
    #if canImport(Glibc)
      socket = Glibc.socket(address.ai_family, address.ai_socktype, address.ai_protocol)
    #else
      socket = Darwin.socket(address.ai_family, address.ai_socktype, address.ai_protocol)
    #endif
    guard socket >= 0 else { throw Self.failure() }
    _ = fcntl(socket, F_SETFL, fcntl(socket, F_GETFL) | O_NONBLOCK)
    #if !canImport(Glibc)
      // A peer that is gone is an error, and no signal that ends the app.
      var on: Int32 = 1
      _ = setsockopt(socket, SOL_SOCKET, SO_NOSIGPIPE, &on, socklen_t(MemoryLayout<Int32>.size))
    #endif
  }

  deinit {
    close()
  }

  func connect(to address: addrinfo) throws {
    #if canImport(Glibc)
      let done = Glibc.connect(socket, address.ai_addr, address.ai_addrlen)
    #else
      let done = Darwin.connect(socket, address.ai_addr, address.ai_addrlen)
    #endif
    guard done != 0 else { return }
    guard errno == EINPROGRESS else { throw Self.failure() }
    try wait(for: Int16(POLLOUT))
    var failed: Int32 = 0
    var size = socklen_t(MemoryLayout<Int32>.size)
    _ = getsockopt(socket, SOL_SOCKET, SO_ERROR, &failed, &size)
    guard failed == 0 else { throw Self.failure(failed) }
  }

  func send(_ bytes: Data) throws {
    #if canImport(Glibc)
      let quietly = Int32(MSG_NOSIGNAL)
    #else
      let quietly: Int32 = 0
    #endif
    var rest = bytes
    while !rest.isEmpty {
      try wait(for: Int16(POLLOUT))
      let sent = rest.withUnsafeBytes { systemSend(socket, $0.baseAddress, $0.count, quietly) }
      if sent < 0 {
        guard errno == EAGAIN || errno == EINTR else { throw Self.failure() }
      } else {
        rest = rest.dropFirst(sent)
      }
    }
  }

  func hear() throws -> Data {
    var room = [UInt8](repeating: 0, count: 1024)
    while true {
      try wait(for: Int16(POLLIN))
      let count = recv(socket, &room, room.count, 0)
      if count > 0 { return Data(room.prefix(count)) }
      if count == 0 { throw LinkError(reason: "the printer hung up") }
      guard errno == EAGAIN || errno == EINTR else { throw Self.failure() }
    }
  }

  func close() {
    guard socket >= 0 else { return }
    #if canImport(Glibc)
      _ = Glibc.close(socket)
    #else
      _ = Darwin.close(socket)
    #endif
    socket = -1
  }

  private func wait(for events: Int16) throws {
    var asked = pollfd(fd: socket, events: events, revents: 0)
    let ready = poll(&asked, 1, patienceMs)
    if ready == 0 { throw LinkError(reason: "the printer does not answer") }
    if ready < 0, errno != EINTR { throw Self.failure() }
  }

  private static func failure(_ code: Int32 = errno) -> LinkError {
    LinkError(reason: String(cString: strerror(code)))
  }
}

// Inside of a class that has a `send` of its own.
private func systemSend(
  _ socket: Int32, _ bytes: UnsafeRawPointer?, _ count: Int, _ flags: Int32
) -> Int {
  send(socket, bytes, count, flags)
}
