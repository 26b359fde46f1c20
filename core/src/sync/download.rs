//! The picture's file while it comes. What is there stays over a cut and a kill and is gone on from; only the hash of the
//! whole says that it is good.
//!
//! Beside the file lies a note that says of which whole it is a part. A file without a note, or a note without a file, is
//! nothing. No write is synced before the last: what a power cut takes shows as a wrong hash, and the file begins anew.
//!
//! Where the store keeps its files encrypted, each page is before it is written; the rest of a page waits in memory.

use super::port::{Fetched, Keeping, OwnMark, PAGE};
use lotline_record::entry::Hash;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use std::fs::{File, OpenOptions};
use std::io::{BufReader, ErrorKind, Read, Result, Write};
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
pub(super) struct Download {
    path: PathBuf,
    whole: Whole,
    file: File,
    sha: Sha256,
    bytes: u64,
    keeping: Option<Box<dyn Keeping>>,
    // What came of a page that is not whole. Empty where pages are kept as they come.
    rest: Vec<u8>,
}

impl std::fmt::Debug for Download {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Download({}, {:?})", self.path.display(), self.so_far())
    }
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

/// Looks at what an earlier try left; only whole pages are of use where `by_pages`.
pub(super) fn left(path: &Path, by_pages: bool) -> Left {
    let Some(Note { whole, checked }) = note(path) else {
        return Left::Nothing;
    };
    let bytes = std::fs::metadata(path).map_or(0, |found| found.len());
    if checked && bytes >= whole.length {
        return Left::Good(whole.own);
    }
    let bytes = if by_pages { bytes - bytes % PAGE as u64 } else { bytes };
    // The whole and one byte more is no part of it.
    if !checked && whole.etag.is_some() && bytes > 0 && bytes <= whole.length {
        return Left::Part { whole, bytes };
    }
    Left::Nothing
}

impl Download {
    /// Begins anew.
    pub(super) fn begin(path: &Path, whole: Whole, keeping: Option<Box<dyn Keeping>>) -> Result<Self> {
        discard(path)?;
        write_note(path, &whole, false)?;
        Ok(Download {
            file: File::create(path)?,
            path: path.to_owned(),
            whole,
            sha: Sha256::new(),
            bytes: 0,
            keeping,
            rest: Vec::new(),
        })
    }

    /// Goes on after `bytes`, which an earlier try left of `whole`. What is there is read once, for the hash.
    pub(super) fn go_on(path: &Path, whole: Whole, bytes: u64, keeping: Option<Box<dyn Keeping>>) -> Result<Self> {
        let file = OpenOptions::new().read(true).append(true).open(path)?;
        file.set_len(bytes)?;
        let mut there = BufReader::with_capacity(1 << 16, &file);
        let (mut sha, mut page) = (Sha256::new(), vec![0; PAGE]);
        let mut number = 0;
        for from in (0..bytes).step_by(PAGE) {
            let length = usize::try_from(bytes - from).unwrap_or(PAGE).min(PAGE);
            let page = &mut page[..length];
            there.read_exact(page)?;
            number += 1;
            if let Some(keeping) = &keeping {
                keeping.read(number, page);
            }
            sha.update(page);
        }
        Ok(Download {
            path: path.to_owned(),
            whole,
            file,
            sha,
            bytes,
            keeping,
            rest: Vec::new(),
        })
    }

    /// The next bytes.
    pub(super) fn write(&mut self, chunk: &[u8]) -> Result<()> {
        self.sha.update(chunk);
        let Some(keeping) = &self.keeping else {
            self.bytes += chunk.len() as u64;
            return self.file.write_all(chunk);
        };
        let mut number = self.bytes / PAGE as u64;
        self.bytes += chunk.len() as u64;
        self.rest.extend_from_slice(chunk);
        let whole = self.rest.len() - self.rest.len() % PAGE;
        for page in self.rest[..whole].chunks_exact_mut(PAGE) {
            number += 1;
            keeping.keep(number, page)?;
        }
        self.file.write_all(&self.rest[..whole])?;
        self.rest.drain(..whole);
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
        // A database ends with a page.
        if self.rest.is_empty() && Hash::from_slice(&self.sha.finalize()) == Some(self.whole.sha256) {
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
        assert_eq!(left(&path, false), Left::Nothing);
        let mut download = Download::begin(&path, whole(b"a picture"), None).unwrap();
        download.write(b"a pi").unwrap();
        drop(download);
        let part = Left::Part {
            whole: whole(b"a picture"),
            bytes: 4,
        };
        assert_eq!(left(&path, false), part);
        let mut download = Download::go_on(&path, whole(b"a picture"), 4, None).unwrap();
        assert_eq!(download.so_far(), Fetched { bytes: 4, of: 9 });
        download.write(b"cture").unwrap();
        assert!(download.is_whole());
        assert_eq!(download.finish().unwrap(), Left::Good(None));
        assert_eq!(left(&path, false), Left::Good(None));
        assert_eq!(std::fs::read(&path).unwrap(), b"a picture");
        discard(&path).unwrap();
        assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 0);
    }

    #[test]
    fn a_wrong_file_leaves_nothing_and_an_old_log_never_meets_a_new_file() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("site.db.download");
        std::fs::write(beside(&path, "-journal"), b"of another file").unwrap();
        let mut download = Download::begin(&path, whole(b"a picture"), None).unwrap();
        assert!(!beside(&path, "-journal").exists());
        download.write(b"a pikture").unwrap();
        assert_eq!(download.finish().unwrap(), Left::Nothing);
        assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 0);
    }

    #[test]
    fn a_file_without_a_tag_or_with_a_byte_too_many_is_not_gone_on_from() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("site.db.download");
        let mut download = Download::begin(&path, whole(b"a picture"), None).unwrap();
        download.write(b"a pictures").unwrap();
        drop(download);
        assert_eq!(left(&path, false), Left::Nothing);
        let untagged = Whole {
            etag: None,
            ..whole(b"a picture")
        };
        Download::begin(&path, untagged, None).unwrap().write(b"a").unwrap();
        assert_eq!(left(&path, false), Left::Nothing);
        remove(&path).unwrap();
        assert_eq!(left(&path, false), Left::Nothing);
    }

    /// A picture as the gateway sends it: plain, with so many free bytes at the end of each page.
    #[cfg(feature = "encrypted")]
    fn picture(folder: &Path, free: u8) -> Vec<u8> {
        let path = folder.join("plain.db");
        let page = u16::try_from(PAGE).unwrap();
        let mut empty = vec![0; PAGE];
        empty[..16].copy_from_slice(b"SQLite format 3\0");
        empty[16..18].copy_from_slice(&page.to_be_bytes());
        empty[18..24].copy_from_slice(&[1, 1, free, 64, 32, 32]);
        empty[100] = 0x0d;
        empty[105..107].copy_from_slice(&(page - u16::from(free)).to_be_bytes());
        std::fs::write(&path, empty).unwrap();
        let plain = rusqlite::Connection::open(&path).unwrap();
        plain
            .execute_batch(
                "PRAGMA journal_mode = OFF; CREATE TABLE lot (lot TEXT PRIMARY KEY, name TEXT);
                 WITH RECURSIVE n (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM n WHERE n < 5000)
                 INSERT INTO lot SELECT 'SECRET-' || n, hex(zeroblob(40)) FROM n",
            )
            .unwrap();
        drop(plain);
        std::fs::read(path).unwrap()
    }

    #[cfg(feature = "encrypted")]
    #[test]
    fn a_picture_is_encrypted_as_it_comes_also_over_a_kill_and_opens_with_the_key_alone() {
        use crate::platform::MemoryKey;
        use crate::store::Cipher;
        let folder = tempfile::tempdir().unwrap();
        let bytes = picture(folder.path(), 80);
        let other = tempfile::tempdir().unwrap();
        let cipher = Cipher::of(other.path(), &MemoryKey::from_bytes([7; 32]).unwrap()).unwrap();
        let path = other.path().join("site.db.download");
        let mut download = Download::begin(&path, whole(&bytes), cipher.keeping(None).unwrap()).unwrap();
        let (half, pieces) = (bytes.len() / 2 + 1_000, 777);
        bytes[..half]
            .chunks(pieces)
            .for_each(|chunk| download.write(chunk).unwrap());
        assert_eq!(download.so_far().bytes, half as u64);
        drop(download);
        let Left::Part { whole, bytes: there } = left(&path, true) else {
            panic!("a part is left");
        };
        assert!(there > 0 && there % PAGE as u64 == 0 && there <= half as u64);
        let keeping = cipher.keeping(Some(&path)).unwrap();
        let mut download = Download::go_on(&path, whole, there, keeping).unwrap();
        let there = usize::try_from(there).unwrap();
        bytes[there..]
            .chunks(pieces)
            .for_each(|chunk| download.write(chunk).unwrap());
        assert_eq!(download.finish().unwrap(), Left::Good(None));
        let kept = std::fs::read(&path).unwrap();
        assert_eq!(kept.len(), bytes.len());
        assert!(!kept.windows(7).any(|part| part == b"SECRET-" || part == b"SQLite "));
        let db = cipher.open(&path, rusqlite::OpenFlags::default()).unwrap();
        let found: (String, i64) = db
            .query_row(
                "SELECT (SELECT integrity_check FROM pragma_integrity_check), count(*) FROM lot",
                [],
                |r| Ok((r.get(0)?, r.get(1)?)),
            )
            .unwrap();
        assert_eq!(found, ("ok".to_owned(), 5_000));
        db.execute("UPDATE lot SET name = 'another'", []).unwrap();
        drop(db);
        let plain = rusqlite::Connection::open(&path).unwrap();
        assert!(plain.query_row("SELECT count(*) FROM lot", [], |_| Ok(())).is_err());
    }

    #[cfg(feature = "encrypted")]
    #[test]
    fn a_picture_without_room_for_encryption_is_refused_before_a_byte_of_it_is_kept() {
        use crate::platform::MemoryKey;
        use crate::store::Cipher;
        let folder = tempfile::tempdir().unwrap();
        let bytes = picture(folder.path(), 0);
        let other = tempfile::tempdir().unwrap();
        let cipher = Cipher::of(other.path(), &MemoryKey::from_bytes([7; 32]).unwrap()).unwrap();
        let path = other.path().join("site.db.download");
        let mut download = Download::begin(&path, whole(&bytes), cipher.keeping(None).unwrap()).unwrap();
        let error = download.write(&bytes).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::InvalidData, "{error}");
        assert_eq!(std::fs::metadata(&path).unwrap().len(), 0);
    }
}
