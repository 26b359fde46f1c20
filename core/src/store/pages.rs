//! Entries as a damaged journal still has them, found by looking at its pages one by one.
//!
//! SQLite gives up a table at its first bad page. An entry needs no table: its row stands whole in a leaf page (and the
//! overflow pages that follow it), in the file or in its write-ahead log, and its hash says whether its bytes are what was
//! written. The format is SQLite's, <https://sqlite.org/fileformat2.html>, sections 1.5, 1.6, 2.1 and 4.1.

use super::cipher::Cipher;
use lotline_record::entry::{Envelope, Hash, Position, Sealed};
use std::collections::{BTreeMap, HashMap};
use std::fs::File;
use std::io::{Read, Seek, SeekFrom};
use std::path::Path;

/// The page size of every journal that was written: SQLite's own choice.
const USUAL_PAGE: usize = 4_096;
const LOG_HEADER: u64 = 32;
const FRAME_HEADER: u64 = 24;
const TABLE_LEAF: u8 = 0x0d;

/// Every entry that stands in the file or its log and is what was written, by position. What cannot be read is left out.
pub(super) fn entries(journal: &Path, log: &Path, cipher: &Cipher) -> BTreeMap<Position, Sealed> {
    let mut pages = Pages::of(journal, log, Log::AllOfIt, cipher);
    let mut found = BTreeMap::new();
    let newest: Vec<u64> = pages.newer.keys().copied().collect();
    for number in 1..=pages.count {
        if let Some(page) = pages.in_file(number) {
            pages.look(number, &page, &mut found);
        }
    }
    for number in newest {
        if let Some(page) = pages.page(number) {
            pages.look(number, &page, &mut found);
        }
    }
    found
}

/// How much of a write-ahead log is believed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Log {
    /// As SQLite does: up to the first frame whose checksum is wrong.
    Sound,
    /// Whatever was committed, also behind a bad frame: for what is checked in another way.
    AllOfIt,
}

/// The pages of a database and its log, as SQLite would read them.
pub(super) struct Pages<'a> {
    cipher: &'a Cipher,
    file: Option<File>,
    log: Option<File>,
    size: usize,
    count: u64,
    /// Where the newest committed version of a page stands in the log.
    newer: HashMap<u64, u64>,
    /// How many pages there are after the log's last commit.
    committed: Option<u64>,
}

fn read_at(file: &mut Option<File>, at: u64, length: usize) -> Option<Vec<u8>> {
    let file = file.as_mut()?;
    let mut bytes = vec![0; length];
    file.seek(SeekFrom::Start(at)).ok()?;
    file.read_exact(&mut bytes).ok()?;
    Some(bytes)
}

fn number(bytes: &[u8], at: usize, length: usize) -> Option<u64> {
    let part = bytes.get(at..at + length)?;
    Some(part.iter().fold(0, |all, byte| all << 8 | u64::from(*byte)))
}

/// A variable-length integer and where it ends.
fn varint(bytes: &[u8], at: usize) -> Option<(u64, usize)> {
    let mut value = 0;
    for n in 0..9 {
        let byte = *bytes.get(at + n)?;
        if n == 8 {
            return Some((value << 8 | u64::from(byte), at + 9));
        }
        value = value << 7 | u64::from(byte & 0x7f);
        if byte < 0x80 {
            return Some((value, at + n + 1));
        }
    }
    None
}

/// The checksum of a log goes on from frame to frame.
#[derive(Clone, Copy, PartialEq, Eq)]
struct Sum(u32, u32);

impl Sum {
    fn read(bytes: &[u8], at: usize) -> Option<Self> {
        let word = |at| number(bytes, at, 4).and_then(|n| u32::try_from(n).ok());
        Some(Sum(word(at)?, word(at + 4)?))
    }

    /// Goes on over `bytes`, whose words begin with their greatest byte or their least.
    fn over(mut self, bytes: &[u8], greatest_first: bool) -> Self {
        for pair in bytes.chunks_exact(8) {
            let word = |part: &[u8]| {
                let bytes = [part[0], part[1], part[2], part[3]];
                if greatest_first {
                    u32::from_be_bytes(bytes)
                } else {
                    u32::from_le_bytes(bytes)
                }
            };
            self.0 = self.0.wrapping_add(word(&pair[..4])).wrapping_add(self.1);
            self.1 = self.1.wrapping_add(word(&pair[4..])).wrapping_add(self.0);
        }
        self
    }
}

impl<'a> Pages<'a> {
    pub(super) fn of(database: &Path, log: &Path, trust: Log, cipher: &'a Cipher) -> Self {
        let mut file = File::open(database).ok();
        let length = file.as_ref().and_then(|f| f.metadata().ok()).map_or(0, |m| m.len());
        let said = (Cipher::RESERVED == 0)
            .then(|| read_at(&mut file, 16, 2).and_then(|bytes| number(&bytes, 0, 2)))
            .flatten();
        // 1 stands for 65,536, which no journal has; anything else that is no power of two is damage.
        let size = said
            .and_then(|size| usize::try_from(size).ok())
            .filter(|size| size.is_power_of_two() && *size >= 512)
            .unwrap_or(USUAL_PAGE);
        let mut pages = Pages {
            cipher,
            file,
            log: File::open(log).ok(),
            size,
            count: length / size as u64,
            newer: HashMap::new(),
            committed: None,
        };
        pages.read_log(trust);
        pages
    }

    /// The size of a page in bytes.
    pub(super) fn size(&self) -> usize {
        self.size
    }

    /// The number of the last page; the first is 1.
    pub(super) fn last(&self) -> u64 {
        self.committed.unwrap_or(self.count)
    }

    /// Frames of the log's present round, up to the last that ends a commit.
    fn read_log(&mut self, trust: Log) -> Option<()> {
        let header = read_at(&mut self.log, 0, 32)?;
        let size = usize::try_from(number(&header, 8, 4)?).ok()?;
        if size != self.size {
            return None;
        }
        let greatest_first = header[3] & 1 == 1;
        let mut sum = Sum(0, 0).over(&header[..24], greatest_first);
        if trust == Log::Sound && Sum::read(&header, 24)? != sum {
            return None;
        }
        let (mut at, mut open) = (LOG_HEADER, Vec::new());
        while let Some(frame) = read_at(&mut self.log, at, 24) {
            if frame[8..16] != header[16..24] {
                break;
            }
            if trust == Log::Sound {
                let page = read_at(&mut self.log, at + FRAME_HEADER, self.size)?;
                sum = sum.over(&frame[..8], greatest_first).over(&page, greatest_first);
                if Sum::read(&frame, 16)? != sum {
                    break;
                }
            }
            open.push((number(&frame, 0, 4)?, at + FRAME_HEADER));
            let pages = number(&frame, 4, 4)?;
            if pages != 0 {
                self.newer.extend(open.drain(..));
                self.committed = Some(pages);
            }
            at += FRAME_HEADER + self.size as u64;
        }
        Some(())
    }

    fn in_file(&mut self, number: u64) -> Option<Vec<u8>> {
        let mut page = read_at(&mut self.file, number.checked_sub(1)? * self.size as u64, self.size)?;
        self.cipher.unseal(number, &mut page);
        Some(page)
    }

    /// A page as a reader would see it.
    pub(super) fn page(&mut self, number: u64) -> Option<Vec<u8>> {
        let Some(at) = self.newer.get(&number).copied() else {
            return self.in_file(number);
        };
        let mut page = read_at(&mut self.log, at, self.size)?;
        self.cipher.unseal(number, &mut page);
        Some(page)
    }

    fn look(&mut self, page_number: u64, page: &[u8], found: &mut BTreeMap<Position, Sealed>) {
        if page_number == 1 || page.first() != Some(&TABLE_LEAF) {
            return;
        }
        let cells = number(page, 3, 2).and_then(|n| usize::try_from(n).ok()).unwrap_or(0);
        for cell in 0..cells.min(self.size / 4) {
            let at = number(page, 8 + 2 * cell, 2).and_then(|at| usize::try_from(at).ok());
            if let Some(sealed) = at.and_then(|at| self.entry(page, at)) {
                found.insert(sealed.position, sealed);
            }
        }
    }

    /// The entry whose cell begins at `at`, if it is one and whole.
    fn entry(&mut self, page: &[u8], at: usize) -> Option<Sealed> {
        let (length, at) = varint(page, at)?;
        let (position, at) = varint(page, at)?;
        let length = usize::try_from(length).ok().filter(|length| *length < 1 << 20)?;
        let record = self.payload(page, at, length)?;
        // NULL for the position, which is the row's number; then two blobs.
        let (header, at) = varint(&record, 0)?;
        let (null, at) = varint(&record, at)?;
        let (hash, at) = varint(&record, at)?;
        let (bytes, _) = varint(&record, at)?;
        if null != 0 || hash != 12 + 2 * 32 || bytes < 12 || bytes % 2 != 0 {
            return None;
        }
        let begin = usize::try_from(header).ok()?;
        let hash = Hash::from_slice(record.get(begin..begin + 32)?)?;
        let bytes = record.get(begin + 32..begin + 32 + usize::try_from((bytes - 12) / 2).ok()?)?;
        let sealed = Sealed::from_stored(Position::from_raw(position.cast_signed()), bytes.to_vec());
        let envelope: Envelope = serde_json::from_slice(bytes).ok()?;
        let named = Position::new(envelope.epoch, envelope.seq);
        (sealed.hash == hash && sealed.position == named).then_some(sealed)
    }

    /// A record of `length` bytes, of which the first stand in the page at `at`.
    fn payload(&mut self, page: &[u8], at: usize, length: usize) -> Option<Vec<u8>> {
        let usable = self.size - Cipher::RESERVED;
        let most = usable - 35;
        if length <= most {
            return page.get(at..at + length).map(<[u8]>::to_vec);
        }
        let least = (usable - 12) * 32 / 255 - 23;
        let local = least + (length - least) % (usable - 4);
        let local = if local <= most { local } else { least };
        let mut record = page.get(at..at + local)?.to_vec();
        let mut next = number(page, at + local, 4)?;
        while record.len() < length {
            let overflow = self.page(next)?;
            next = number(&overflow, 0, 4)?;
            let part = (length - record.len()).min(usable - 4);
            record.extend_from_slice(&overflow[4..4 + part]);
        }
        Some(record)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_varint_is_read_as_sqlite_writes_it_and_ends_with_its_bytes() {
        assert_eq!(varint(&[0x7f], 0), Some((127, 1)));
        assert_eq!(varint(&[0x81, 0x00], 0), Some((128, 2)));
        assert_eq!(varint(&[0xff; 9], 0), Some((u64::MAX, 9)));
        assert_eq!(varint(&[0x81], 0), None);
    }
}
