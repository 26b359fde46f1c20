//! Pages of a pull that has not come to its end. A page says up to which own entry the gateway counts, and a row travels in the
//! page of its last change: with a part of the pages the picture would lack what an own entry changed. So they wait in a file
//! until the last one is here, and go into the picture together. A cut or a kill costs none of them.
//!
//! The file is a page a line, encrypted where the databases are. It belongs to the picture whose cursor and history its first line continues; beside another one,
//! or where a line was torn, it ends there.

use super::cipher::Cipher;
use crate::sync::Cursor;
use lotline_record::wire::Page;
use std::fs::{File, OpenOptions};
use std::io::{BufRead, BufReader, Error, Result, Write};
use std::path::{Path, PathBuf};

/// Above so many bytes what waits goes into the picture as it is, so that neither the file nor the picture's log grows without
/// end: such a pull shows too little until its last page.
pub(super) const MOST: u64 = 4 * 1024 * 1024;

/// Up to where pages wait.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Aside {
    server_epoch: String,
    from: u64,
    to: u64,
    bytes: u64,
}

/// What is known of the file.
#[derive(Debug, Default)]
pub(super) struct Waiting {
    /// Whether somebody looked at what an earlier process left.
    pub(super) looked: bool,
    /// What waits.
    pub(super) pages: Option<Aside>,
}

fn path(folder: &Path) -> PathBuf {
    folder.join("site.pages")
}

/// Every whole page that waits after `picture`, and how many bytes they have.
fn pages(folder: &Path, cipher: &Cipher, picture: &Cursor) -> (Vec<Page>, u64) {
    let (mut found, mut bytes, mut at) = (Vec::new(), 0, picture.at);
    let Ok(file) = File::open(path(folder)) else {
        return (found, bytes);
    };
    for line in BufReader::new(file).split(b'\n') {
        let Ok(line) = line else { break };
        let length = line.len() as u64 + 1;
        let page = cipher
            .unseal_line(line)
            .map(|line| serde_json::from_slice::<Page>(&line));
        let Some(Ok(page)) = page else { break };
        if page.from != at || page.server_epoch != picture.server_epoch {
            break;
        }
        at = page.to;
        bytes += length;
        found.push(page);
    }
    (found, bytes)
}

impl Aside {
    /// What an earlier process left beside `picture`.
    pub(super) fn left(folder: &Path, cipher: &Cipher, picture: &Cursor) -> Option<Self> {
        let (pages, bytes) = pages(folder, cipher, picture);
        pages.last().map(|last| Aside {
            server_epoch: last.server_epoch.clone(),
            from: picture.at,
            to: last.to,
            bytes,
        })
    }

    /// Where the next page begins, if these pages belong to `picture`.
    pub(super) fn goes_on(&self, picture: &Cursor) -> Option<Cursor> {
        let belongs = self.from == picture.at && self.server_epoch == picture.server_epoch;
        belongs.then(|| Cursor {
            server_epoch: self.server_epoch.clone(),
            at: self.to,
        })
    }

    /// Whether it is time to make room.
    pub(super) fn is_full(&self) -> bool {
        self.bytes >= MOST
    }
}

/// Puts a page behind those that wait; `waiting` belongs to `picture`.
pub(super) fn put(
    folder: &Path,
    cipher: &Cipher,
    picture: &Cursor,
    waiting: Option<&Aside>,
    page: &Page,
) -> Result<Aside> {
    let mut line = cipher.seal_line(serde_json::to_vec(page)?).map_err(Error::other)?;
    line.push(b'\n');
    let mut file = OpenOptions::new()
        .create(true)
        .truncate(false)
        .write(true)
        .open(path(folder))?;
    let before = waiting.map_or(0, |waiting| waiting.bytes);
    // What stands behind it was torn, or is another picture's.
    file.set_len(before)?;
    std::io::Seek::seek(&mut file, std::io::SeekFrom::Start(before))?;
    file.write_all(&line)?;
    Ok(Aside {
        server_epoch: page.server_epoch.clone(),
        from: picture.at,
        to: page.to,
        bytes: before + line.len() as u64,
    })
}

/// The pages that wait after `picture`, in their order.
pub(super) fn take(folder: &Path, cipher: &Cipher, picture: &Cursor) -> Vec<Page> {
    pages(folder, cipher, picture).0
}

/// Lets go of them. What cannot be removed belongs to no picture any more.
pub(super) fn clear(folder: &Path) {
    let removed = std::fs::remove_file(path(folder));
    tracing::debug!(?removed, "pages that waited are in the picture");
}

#[cfg(test)]
mod tests {
    use super::*;
    use lotline_record::entry::Instant;
    use lotline_record::wire::{Included, WmsCounts};

    fn page(epoch: &str, from: u64, to: u64) -> Page {
        Page {
            server_epoch: epoch.into(),
            from,
            to,
            more: true,
            included: Included::default(),
            counts: WmsCounts::default(),
            now: Instant::from_unix_ms(0),
            rows: Vec::new(),
        }
    }

    fn at(epoch: &str, at: u64) -> Cursor {
        Cursor {
            server_epoch: epoch.into(),
            at,
        }
    }

    #[test]
    fn pages_wait_over_a_restart_and_a_torn_one_is_asked_for_again() {
        let folder = tempfile::tempdir().unwrap();
        let (folder, picture) = (folder.path(), at("e", 3));
        let first = put(folder, &Cipher::none(), &picture, None, &page("e", 3, 5)).unwrap();
        let second = put(folder, &Cipher::none(), &picture, Some(&first), &page("e", 5, 9)).unwrap();
        assert_eq!(Aside::left(folder, &Cipher::none(), &picture), Some(second.clone()));
        assert_eq!(second.goes_on(&picture), Some(at("e", 9)));
        let whole = std::fs::read(path(folder)).unwrap();
        std::fs::write(path(folder), &whole[..whole.len() - 2]).unwrap();
        let torn = Aside::left(folder, &Cipher::none(), &picture).unwrap();
        assert_eq!(torn, first);
        put(folder, &Cipher::none(), &picture, Some(&torn), &page("e", 5, 9)).unwrap();
        let waiting: Vec<(u64, u64)> = take(folder, &Cipher::none(), &picture)
            .iter()
            .map(|page| (page.from, page.to))
            .collect();
        assert_eq!(waiting, [(3, 5), (5, 9)]);
        clear(folder);
        assert_eq!(Aside::left(folder, &Cipher::none(), &picture), None);
    }

    #[test]
    fn pages_of_another_picture_are_not_taken_and_make_room() {
        let folder = tempfile::tempdir().unwrap();
        let folder = folder.path();
        let waiting = put(folder, &Cipher::none(), &at("e", 3), None, &page("e", 3, 5)).unwrap();
        for other in [at("e", 4), at("f", 3)] {
            assert_eq!(waiting.goes_on(&other), None);
            assert!(take(folder, &Cipher::none(), &other).is_empty());
        }
        put(folder, &Cipher::none(), &at("f", 0), None, &page("f", 0, 2)).unwrap();
        assert_eq!(take(folder, &Cipher::none(), &at("f", 0)).len(), 1);
        assert!(take(folder, &Cipher::none(), &at("e", 3)).is_empty());
    }
}
