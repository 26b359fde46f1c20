//! The one place of the command line that reads the clock, draws randomness, sleeps and asks the platform for its folders.

use chrono::Datelike;
use lotline_record::entry::Instant;
use lotline_record::model::Day;
use std::path::PathBuf;
use std::time::Duration;

/// The wall clock.
#[allow(clippy::disallowed_methods, reason = "the command line's one clock")]
pub fn now() -> Instant {
    let since = std::time::SystemTime::now()
        .duration_since(std::time::UNIX_EPOCH)
        .unwrap_or_default();
    Instant::from_unix_ms(i64::try_from(since.as_millis()).unwrap_or(i64::MAX))
}

/// A clock that only runs forward.
#[allow(clippy::disallowed_methods, reason = "the command line's one clock")]
pub fn mono() -> std::time::Instant {
    std::time::Instant::now()
}

/// How long ago `since` was.
#[allow(clippy::disallowed_methods, reason = "the command line's one clock")]
pub fn since(since: std::time::Instant) -> Duration {
    since.elapsed()
}

/// Today in UTC.
pub fn today() -> Day {
    now().day(0)
}

/// The current year, for centuries of two-digit years.
pub fn year() -> u16 {
    u16::try_from(today().year()).unwrap_or(2000)
}

/// Waits.
#[allow(
    clippy::disallowed_methods,
    reason = "the demo paces itself and polls processes it started"
)]
pub fn pause(time: Duration) {
    std::thread::sleep(time);
}

/// `N` random bytes of the operating system.
///
/// # Errors
/// When it has none: nothing that must not be guessed can then be made.
#[allow(clippy::disallowed_methods, reason = "the command line's one source of randomness")]
pub fn random<const N: usize>() -> Result<[u8; N], std::io::Error> {
    let mut bytes = [0; N];
    getrandom::fill(&mut bytes).map_err(std::io::Error::other)?;
    Ok(bytes)
}

/// The system's user who runs this: the name as the environment has it, and the number as the system has it.
///
/// # Errors
/// When no temporary file can be made, whose owner tells the number.
pub fn system_user() -> std::io::Result<String> {
    let name = ["USER", "LOGNAME", "USERNAME"]
        .iter()
        .find_map(|key| std::env::var(key).ok())
        .unwrap_or_else(|| "unknown".into());
    #[cfg(unix)]
    {
        use std::os::unix::fs::MetadataExt;
        let number = tempfile::tempfile()?.metadata()?.uid();
        Ok(format!("{name}({number})"))
    }
    #[cfg(not(unix))]
    Ok(name)
}

/// Bytes free for this user and bytes in all, of the file system that `path` is on; `None` where the system does not say.
pub fn space(path: &std::path::Path) -> Option<(u64, u64)> {
    #[cfg(unix)]
    {
        let found = rustix::fs::statvfs(path).ok()?;
        Some((
            found.f_bavail.saturating_mul(found.f_frsize),
            found.f_blocks.saturating_mul(found.f_frsize),
        ))
    }
    #[cfg(not(unix))]
    {
        let _ = path;
        None
    }
}

/// What the environment has under `name`; not empty.
pub fn variable(name: &str) -> Option<String> {
    std::env::var(name).ok().filter(|value| !value.trim().is_empty())
}

fn folders() -> Option<directories::ProjectDirs> {
    directories::ProjectDirs::from("", "", "lotline")
}

/// The data folder by the platform's convention; the current folder where there is none.
pub fn data_folder() -> PathBuf {
    folders().map_or_else(|| PathBuf::from("lotline-data"), |dirs| dirs.data_dir().to_owned())
}

/// The configuration file by the platform's convention.
pub fn config_file() -> Option<PathBuf> {
    folders().map(|dirs| dirs.config_dir().join("lotline.toml"))
}
