//! The one place that reads the clock and draws randomness.

use lotline_record::entry::Instant;

/// Milliseconds since 1970, UTC, by this machine's clock.
#[allow(clippy::disallowed_methods, reason = "the gateway's one clock")]
pub fn now() -> Instant {
    let since = std::time::SystemTime::now()
        .duration_since(std::time::UNIX_EPOCH)
        .unwrap_or_default();
    Instant::from_unix_ms(i64::try_from(since.as_millis()).unwrap_or(i64::MAX))
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

/// Lower-case hex.
pub fn hex(bytes: &[u8]) -> String {
    use std::fmt::Write;
    bytes
        .iter()
        .fold(String::with_capacity(bytes.len() * 2), |mut text, byte| {
            // Writing to a String cannot fail.
            let _ = write!(text, "{byte:02x}");
            text
        })
}
