//! The picture's file while it comes. What is there stays over a cut and a kill and is gone on from; only the hash of the
//! whole says that it is good.
//!
//! Beside the file lies a note that says of which whole it is a part. A file without a note, or a note without a file, is
//! nothing. No write is synced before the last: what a power cut takes shows as a wrong hash, and the file begins anew.

use super::port::{Fetched, OwnMark};
use lotline_record::entry::Hash;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use std::fs::{File, OpenOptions};
use std::io::{ErrorKind, Read, Result, Write};
use std::path::{Path, PathBuf};

/// What the gateway said of the whole.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Whole {
    /// The entity tag, as it came; without one nothing can be gone on with.
    pub(super) etag: Option<String>,
    /// Bytes of the whole.
    pub(super) length: u64,
    /// Its SHA-256.
    pub(super) sha256: Hash,
    /// What of this device it counts.
    pub(super) own: Option<OwnMark>,
}

#[derive(Serialize, Deserialize)]
struct Note {
    whole: Whole,
    // The hash was right. From then on the file may be written to.
    checked: bool,
}

/// What an earlier try left.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Left {
    /// Nothing of use.
    Nothing,
    /// So many first bytes of a whole that has a tag; perhaps all of them.
    Part { whole: Whole, bytes: u64 },
    /// A whole file whose hash was right.
    Good(Option<OwnMark>),
}

/// A file that grows.
#[derive(Debug)]
pub(super) struct Download {
    path: PathBuf,
    whole: Whole,
    file: File,
    sha: Sha256,
    bytes: u64,
}

fn beside(path: &Path, end: &str) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(end);
    name.into()
}

fn remove(path: &Path) -> Result<()> {
    match std::fs::remove_file(path) {
        Err(error) if error.kind() != ErrorKind::NotFound => Err(error),
        _ => Ok(()),
    }
}

fn note(path: &Path) -> Option<Note> {
    let text = std::fs::read(beside(path, ".json")).ok()?;
    serde_json::from_slice(&text).ok()
}

fn write_note(path: &Path, whole: &Whole, checked: bool) -> Result<()> {
    let text = serde_json::to_vec(&Note {
        whole: whole.clone(),
        checked,
    })?;
    let (new, name) = (beside(path, ".json.new"), beside(path, ".json"));
    let mut file = File::create(&new)?;
    file.write_all(&text)?;
    file.sync_all()?;
    std::fs::rename(new, name)
}

/// Throws away what is there. SQLite's own files too: a log of another file would be taken for this one's.
pub(super) fn discard(path: &Path) -> Result<()> {
    for end in [".json", ".json.new", "-journal", "-wal", "-shm", ""] {
        remove(&beside(path, end))?;
    }
    Ok(())
}

/// Looks at what an earlier try left.
pub(super) fn left(path: &Path) -> Left {
    let Some(Note { whole, checked }) = note(path) else {
        return Left::Nothing;
    };
    let bytes = std::fs::metadata(path).map_or(0, |found| found.len());
    if checked && bytes >= whole.length {
        return Left::Good(whole.own);
    }
    // The whole and one byte more is no part of it.
    if !checked && whole.etag.is_some() && bytes > 0 && bytes <= whole.length {
        return Left::Part { whole, bytes };
    }
    Left::Nothing
}

impl Download {
    /// Begins anew.
    pub(super) fn begin(path: &Path, whole: Whole) -> Result<Self> {
        discard(path)?;
        write_note(path, &whole, false)?;
        Ok(Download {
            file: File::create(path)?,
            path: path.to_owned(),
            whole,
            sha: Sha256::new(),
            bytes: 0,
        })
    }

    /// Goes on after `bytes`, which an earlier try left of `whole`. What is there is read once, for the hash.
    pub(super) fn go_on(path: &Path, whole: Whole, bytes: u64) -> Result<Self> {
        let mut file = OpenOptions::new().read(true).append(true).open(path)?;
        file.set_len(bytes)?;
        let (mut sha, mut buffer) = (Sha256::new(), vec![0; 1 << 16]);
        loop {
            match file.read(&mut buffer)? {
                0 => break,
                n => sha.update(&buffer[..n]),
            }
        }
        Ok(Download {
            path: path.to_owned(),
            whole,
            file,
            sha,
            bytes,
        })
    }

    /// The next bytes.
    pub(super) fn write(&mut self, chunk: &[u8]) -> Result<()> {
        self.file.write_all(chunk)?;
        self.sha.update(chunk);
        self.bytes += chunk.len() as u64;
        Ok(())
    }

    /// How far it is.
    pub(super) fn so_far(&self) -> Fetched {
        Fetched {
            bytes: self.bytes,
            of: self.whole.length,
        }
    }

    /// Whether all of it is here, or more.
    pub(super) fn is_whole(&self) -> bool {
        self.bytes >= self.whole.length
    }

    /// All of it came: [`Left::Good`], or thrown away.
    pub(super) fn finish(self) -> Result<Left> {
        self.file.sync_all()?;
        drop(self.file);
        if Hash::from_slice(&self.sha.finalize()) == Some(self.whole.sha256) {
            write_note(&self.path, &self.whole, true)?;
            return Ok(Left::Good(self.whole.own));
        }
        discard(&self.path)?;
        Ok(Left::Nothing)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn whole(bytes: &[u8]) -> Whole {
        Whole {
            etag: Some("\"one\"".into()),
            length: bytes.len() as u64,
            sha256: Hash::from_slice(&Sha256::digest(bytes)).unwrap(),
            own: None,
        }
    }

    #[test]
    fn what_came_before_a_kill_is_gone_on_from_and_hashed_with_the_rest() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("site.db.download");
        assert_eq!(left(&path), Left::Nothing);
        let mut download = Download::begin(&path, whole(b"a picture")).unwrap();
        download.write(b"a pi").unwrap();
        drop(download);
        let part = Left::Part {
            whole: whole(b"a picture"),
            bytes: 4,
        };
        assert_eq!(left(&path), part);
        let mut download = Download::go_on(&path, whole(b"a picture"), 4).unwrap();
        assert_eq!(download.so_far(), Fetched { bytes: 4, of: 9 });
        download.write(b"cture").unwrap();
        assert!(download.is_whole());
        assert_eq!(download.finish().unwrap(), Left::Good(None));
        assert_eq!(left(&path), Left::Good(None));
        assert_eq!(std::fs::read(&path).unwrap(), b"a picture");
        discard(&path).unwrap();
        assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 0);
    }

    #[test]
    fn a_wrong_file_leaves_nothing_and_an_old_log_never_meets_a_new_file() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("site.db.download");
        std::fs::write(beside(&path, "-journal"), b"of another file").unwrap();
        let mut download = Download::begin(&path, whole(b"a picture")).unwrap();
        assert!(!beside(&path, "-journal").exists());
        download.write(b"a pikture").unwrap();
        assert_eq!(download.finish().unwrap(), Left::Nothing);
        assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 0);
    }

    #[test]
    fn a_file_without_a_tag_or_with_a_byte_too_many_is_not_gone_on_from() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("site.db.download");
        let mut download = Download::begin(&path, whole(b"a picture")).unwrap();
        download.write(b"a pictures").unwrap();
        drop(download);
        assert_eq!(left(&path), Left::Nothing);
        let untagged = Whole {
            etag: None,
            ..whole(b"a picture")
        };
        Download::begin(&path, untagged).unwrap().write(b"a").unwrap();
        assert_eq!(left(&path), Left::Nothing);
        remove(&path).unwrap();
        assert_eq!(left(&path), Left::Nothing);
    }
}
