import Foundation
import LotlineCore

/// Makes a new device one of a site's: by the invitation that the fleet's management names, or by the QR code that somebody scans. An
/// enrolled device leaves invitations to the core, like any other scan.
@MainActor
public final class Enrolment {
  private let model: HandheldModel
  private let configuration: () -> Configuration
  private let name: @Sendable () throws -> String

  /// `name` is what a device is called for which the management has no name; asked for where waiting does no harm.
  public init(
    _ model: HandheldModel, configuration: @escaping () -> Configuration,
    name: @escaping @Sendable () throws -> String
  ) {
    self.model = model
    self.configuration = configuration
    self.name = name
  }

  /// Whether a read is an invitation.
  public static func isInvitation(_ input: Input) -> Bool {
    guard case .scan(let bytes, _, _) = input else { return false }
    return String(decoding: bytes, as: UTF8.self).contains(Configuration.scheme)
  }

  /// A read that is an invitation. Whether the device is enrolled by it: one that was before takes it as any other scan.
  public func scanned(_ input: Input) async throws(HandheldError) -> Bool {
    guard case .scan(let bytes, _, _) = input else { return false }
    let text = String(decoding: bytes, as: UTF8.self)
    // A reader may put an AIM identifier in front.
    guard let start = text.range(of: Configuration.scheme)?.lowerBound else { return false }
    return try await join(text[start...].trimmingCharacters(in: .whitespacesAndNewlines))
  }

  /// Takes the management's invitation, if there is one and the device is new. Whether it is enrolled by it.
  public func managed() async throws(HandheldError) -> Bool {
    guard let invitation = configuration().invitation else { return false }
    return try await join(invitation)
  }

  /// Enrols with what a person types: the gateway's address, and a one-time code.
  public func typed(server: String, code: String) async throws(HandheldError) {
    let named = configuration().deviceName
    let name = name
    try await model.beside { try $0.enrol(server: server, code: code, name: named ?? name()) }
    await model.refresh()
  }

  private func join(_ invitation: String) async throws(HandheldError) -> Bool {
    let named = configuration().deviceName
    let name = name
    let new = try await model.beside { handheld in
      // The core says so when it is to sync, and a device that is not enrolled asks nobody for that.
      do {
        _ = try handheld.syncNow(deadlineMs: 1_000)
        return false
      } catch HandheldError.Failed(let fault) where fault.code == "unknown_device" {
        try handheld.join(invitation: invitation, name: named ?? name())
        return true
      }
    }
    if new { await model.refresh() }
    return new
  }
}
