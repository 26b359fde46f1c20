//! The one place that reads the clock and draws randomness.

use lotline_record::entry::Instant;

/// Where the clock of a scenario stands: milliseconds since 1970; none while it is 0.
#[cfg(feature = "scenario")]
static STANDS_AT: std::sync::atomic::AtomicI64 = std::sync::atomic::AtomicI64::new(0);

/// Stops this process's gateway clock at `at`, for scenarios.
#[cfg(feature = "scenario")]
pub fn stand_at(at: Instant) {
    STANDS_AT.store(at.unix_ms(), std::sync::atomic::Ordering::SeqCst);
}

/// Milliseconds since 1970, UTC, by this machine's clock.
#[allow(clippy::disallowed_methods, reason = "the gateway's one clock")]
pub fn now() -> Instant {
    #[cfg(feature = "scenario")]
    match STANDS_AT.load(std::sync::atomic::Ordering::SeqCst) {
        0 => {}
        ms => return Instant::from_unix_ms(ms),
    }
    let since = std::time::SystemTime::now()
        .duration_since(std::time::UNIX_EPOCH)
        .unwrap_or_default();
    Instant::from_unix_ms(i64::try_from(since.as_millis()).unwrap_or(i64::MAX))
}

/// The calendar year, UTC: where a label's two-digit years are read from.
pub fn year() -> u16 {
    use chrono::Datelike;
    u16::try_from(now().day(0).year()).unwrap_or(2026)
}

/// `N` random bytes of the operating system.
///
/// # Panics
/// When the operating system has no randomness: nothing safe could follow.
#[allow(clippy::disallowed_methods, reason = "the gateway's one source of randomness")]
pub fn random<const N: usize>() -> [u8; N] {
    let mut bytes = [0; N];
    getrandom::fill(&mut bytes).expect("invariant: the operating system gives random bytes");
    bytes
}

/// Memory of this process that is in use, in bytes; `None` where the system has no `/proc` (proc(5), `VmRSS`).
pub fn resident_bytes() -> Option<u64> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"))?;
    let kib: u64 = line.trim().strip_suffix(" kB")?.trim().parse().ok()?;
    Some(kib * 1024)
}
