//! Where things stand: the clone, its target folder, the caches outside it.

use std::env;
use std::path::{Path, PathBuf};
use std::process::Command;

/// The top of the clone.
pub fn root() -> PathBuf {
    // Cargo says where this package stands now; the path at compile time would be wrong after the clone was moved.
    let package =
        env::var_os("CARGO_MANIFEST_DIR").map_or_else(|| PathBuf::from(env!("CARGO_MANIFEST_DIR")), PathBuf::from);
    package.parent().map_or_else(|| package.clone(), Path::to_path_buf)
}

/// The target folder that this command itself was built in, wherever `CARGO_TARGET_DIR` or a configuration puts it.
pub fn target_dir() -> PathBuf {
    env::current_exe()
        .ok()
        .and_then(|program| program.ancestors().nth(2).map(Path::to_path_buf))
        .unwrap_or_else(|| root().join("target"))
}

/// `${XDG_CACHE_HOME:-~/.cache}/lotline`: tools and the Swift root survive a fresh clone.
pub fn cache_dir() -> PathBuf {
    let base = env::var_os("XDG_CACHE_HOME")
        .filter(|dir| Path::new(dir).is_absolute())
        .map_or_else(
            || {
                env::var_os("HOME")
                    .map_or_else(env::temp_dir, PathBuf::from)
                    .join(".cache")
            },
            PathBuf::from,
        );
    base.join("lotline")
}

/// `cargo`, at the top of the clone and with the environment of a plain call.
///
/// `cargo run` describes this package in variables that build scripts (ring's among them) watch: handed on, they would
/// make every other call of cargo rebuild half of the tree.
pub fn cargo() -> Command {
    let mut command = Command::new("cargo");
    command.current_dir(root());
    for (name, _) in env::vars_os() {
        let text = name.to_string_lossy();
        if text.starts_with("CARGO_PKG_")
            || text.starts_with("CARGO_MANIFEST_")
            || text == "CARGO_BIN_NAME"
            || text == "LD_LIBRARY_PATH"
        {
            command.env_remove(&name);
        }
    }
    command
}

/// A short stable name for `content` (FNV-1a, 64 bit): caches are keyed by what they were made from.
pub fn key_of(content: &[u8]) -> String {
    let hash = content.iter().fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| {
        (hash ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3)
    });
    format!("{hash:016x}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_changes_with_one_byte() {
        assert_eq!(key_of(b""), "cbf29ce484222325");
        assert_eq!(key_of(b"a"), "af63dc4c8601ec8c");
        assert_ne!(key_of(b"swift 6.0"), key_of(b"swift 6.1"));
    }
}
