import Foundation
import LotlineCore

#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// The device's clocks: what the wall says, and the time since boot, which goes on while the device sleeps and which nobody sets.
public final class BootClock: LotlineCore.Clock {
  private let boot = BootClock.bootName()

  /// The clocks of this device.
  public init() {}

  public func now() -> Now {
    let wall = Date()
    return Now(
      wallMs: Int64((wall.timeIntervalSince1970 * 1000).rounded(.down)),
      zoneMin: Int32(TimeZone.current.secondsFromGMT(for: wall) / 60),
      monoMs: Self.sinceBoot(), boot: boot)
  }

  private static func sinceBoot() -> UInt64 {
    var time = timespec()
    #if canImport(Glibc)
      // Through deep sleep: clock_gettime(2).
      clock_gettime(CLOCK_BOOTTIME, &time)
    #else
      // On Darwin the raw monotonic clock goes on through sleep, as `mach_continuous_time` does (clock_gettime(3) there).
      clock_gettime(CLOCK_MONOTONIC_RAW, &time)
    #endif
    return UInt64(time.tv_sec) * 1000 + UInt64(time.tv_nsec) / 1_000_000
  }

  // Where the system does not tell, each process is a boot of its own: the core then trusts the wall clock between two of them.
  private static func bootName() -> String {
    #if canImport(Glibc)
      let told = try? String(contentsOfFile: "/proc/sys/kernel/random/boot_id", encoding: .utf8)
      let name = told?.trimmingCharacters(in: .whitespacesAndNewlines) ?? ""
    #else
      var text = [CChar](repeating: 0, count: 64)
      var size = text.count
      let told = sysctlbyname("kern.bootsessionuuid", &text, &size, nil, 0) == 0
      let name = told ? String(cString: text) : ""
    #endif
    return name.isEmpty ? UUID().uuidString : name
  }
}
