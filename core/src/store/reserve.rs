//! Space that is kept for captures: a file of zeros beside the databases. A pull or a picture that fills the disk leaves it
//! alone; the capture that finds no space takes it, and the file comes back where there is space again.

use crate::{Error, Remedy};
use std::fs::{self, File};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

/// The file's name.
pub(super) const RESERVE: &str = "reserve";
/// Its length: a few hundred captures with their write-ahead log.
const BYTES: usize = 4 * 1024 * 1024;
const PIECE: usize = 16 * 1024;

fn path(folder: &Path) -> PathBuf {
    folder.join(RESERVE)
}

/// Makes the file, where it is not there and there is space. What cannot be made is tried again later.
pub(super) fn keep(folder: &Path) {
    let path = path(folder);
    if path.exists() {
        return;
    }
    // Zeros that are written: a file that is only made longer holds no space.
    let made = File::create(&path).and_then(|mut file| {
        for _ in 0..BYTES / PIECE {
            file.write_all(&[0; PIECE])?;
        }
        file.sync_all()
    });
    if let Err(error) = made {
        tracing::warn!(%error, "there is no space to keep for captures");
        let _ = fs::remove_file(&path);
    }
}

/// Does `write`, a transaction that is wholly rolled back where it fails; where there is no space for it, with what was kept.
pub(super) fn or_with(folder: &Path, mut write: impl FnMut() -> Result<(), Error>) -> Result<(), Error> {
    match write() {
        Err(error) if error.fault().remedy == Remedy::FreeSpace && give_up(folder) => write(),
        written => written,
    }
}

/// Gives the space up. False: it was given up already, or cannot be.
fn give_up(folder: &Path) -> bool {
    match fs::remove_file(path(folder)) {
        Ok(()) => {
            tracing::warn!("the disk is full: a capture takes the space that was kept for it");
            true
        }
        Err(error) if error.kind() == io::ErrorKind::NotFound => false,
        Err(error) => {
            tracing::warn!(%error, "the space kept for captures cannot be taken");
            false
        }
    }
}
