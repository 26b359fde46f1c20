//! Encryption at rest (ADR 7).
//!
//! With the feature `encrypted` every database in the folder is one of SQLCipher's, under a key of the device's own, which
//! stands beside them in [`KEY_FILE`] as the platform's key store wrapped it. Without the feature the files are plain, and a
//! folder that has such a key is left alone.
//!
//! | what is found | code of the error |
//! |---|---|
//! | the key store cannot unwrap it now | `key_store` |
//! | the key store's own key is gone, or the key file is missing or damaged | `lost_key` |
//! | another key came out than the one the files were made with; or this build cannot use it | `wrong_key` |
//! | files without encryption, in a build that encrypts | `not_encrypted` |
//!
//! In each of these states nothing in the folder is changed. [`set_aside`] keeps the ciphertext and makes room.

#[cfg(not(feature = "encrypted"))]
mod plain;
#[cfg(feature = "encrypted")]
mod sealed;

#[cfg(not(feature = "encrypted"))]
pub(crate) use plain::Cipher;
#[cfg(feature = "encrypted")]
pub(crate) use sealed::Cipher;

use crate::{Error, Remedy};
use std::path::{Path, PathBuf};

/// File name of the wrapped key.
pub const KEY_FILE: &str = "database.key";

/// Whether this build encrypts.
pub const ENCRYPTED: bool = cfg!(feature = "encrypted");

/// What the names of folders of files set aside begin with.
const ASIDE: &str = "aside-";

/// Moves every file of a folder that cannot be opened into a folder of its own within it, as it is, so that the device can
/// be enrolled anew and whoever has the key may read it later. Gives that folder.
///
/// # Errors
/// `storage`: what was moved so far stays there, and another call goes on with the rest.
pub fn set_aside(folder: &Path) -> Result<PathBuf, Error> {
    let failed = |path: &Path, error: &std::io::Error| {
        Error::new(
            Remedy::CallSupervisor,
            "storage",
            format!("{}: {error}", path.display()),
        )
    };
    let mut n = 1;
    let aside = loop {
        let aside = folder.join(format!("{ASIDE}{n}"));
        if !aside.exists() {
            break aside;
        }
        n += 1;
    };
    std::fs::create_dir(&aside).map_err(|e| failed(&aside, &e))?;
    let files = std::fs::read_dir(folder).map_err(|e| failed(folder, &e))?;
    // A training is a folder within.
    let is_aside =
        |path: &Path| path.is_dir() && path.file_name().is_some_and(|n| n.to_string_lossy().starts_with(ASIDE));
    let mut files: Vec<PathBuf> = files
        .flatten()
        .map(|file| file.path())
        .filter(|path| !is_aside(path))
        .collect();
    // The key goes last: without it the rest is not known to be encrypted.
    files.sort_by_key(|path| path.ends_with(KEY_FILE));
    for path in files {
        let to = aside.join(path.file_name().unwrap_or_default());
        std::fs::rename(&path, to).map_err(|e| failed(&path, &e))?;
    }
    Ok(aside)
}
