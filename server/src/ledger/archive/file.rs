//! A site's month in a file: written, synced, read back, proved, and compared with what the database has.

use super::super::export::decompressed;
use super::{Archiving, Month};
use crate::ledger::postgres::{Kept, Postgres};
use crate::ledger::{LedgerError, Result};
use lotline_record::archive::{self, FORMAT, Header, Line, Origin, Received, Spki, Writer};
use lotline_record::entry::{Body, Entry, Envelope, Hash, Instant};
use lotline_record::model::{DeviceId, SiteId};
use lotline_record::wire::StoredThrough;
use serde::Serialize;
use std::collections::BTreeMap;
use std::fs::File;
use std::io::{self, BufRead, BufWriter};
use std::path::Path;

/// Entries that are read at a time.
const PIECE: i64 = 2_000;

/// A site's month in its file, proved.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Written {
    /// Whose.
    pub site: SiteId,
    /// Name of the file.
    pub file: String,
    /// SHA-256 of it, in hex.
    pub sha256: String,
    /// Its entries.
    pub entries: u64,
    /// The month's end, or the time of its latest count.
    pub through: Instant,
    /// The last of them by its number of receipt.
    #[serde(skip)]
    pub(in crate::ledger) last: i64,
    /// What the first entry of each epoch in it names.
    #[serde(skip)]
    pub(in crate::ledger) begins: Vec<(DeviceId, u32, Hash)>,
}

/// A site's name as a file's: what no file system minds.
fn name(site: &SiteId, month: Month) -> String {
    let plain = |c: char| c.is_ascii_alphanumeric() || c == '-';
    let site: String = site
        .as_str()
        .chars()
        .flat_map(|c| {
            let escaped = if plain(c) {
                c.to_string()
            } else {
                format!("_{:x}_", u32::from(c))
            };
            escaped.chars().collect::<Vec<_>>()
        })
        .collect();
    format!("{site}-{month}.ndjson.zst")
}

/// Writes the month of one site, or finds it written by a run before this one, and proves it.
pub(super) fn write(behind: &Postgres, asked: &Archiving<'_>, kept: &Kept, key: &Spki) -> Result<Written> {
    let file = name(&kept.site, asked.month);
    let path = asked.to.join(&file);
    let devices = behind.device_keys(&kept.site)?;
    let header = Header {
        format: FORMAT.to_owned(),
        site: kept.site.clone(),
        from: Origin::Server,
        made_at: asked.now,
        received: Some(Received {
            from: asked.month.begins(),
            until: asked.month.next().begins(),
        }),
        site_key: Some(key.clone()),
        devices,
    };
    if !path.exists() {
        std::fs::create_dir_all(asked.to)?;
        let part = tempfile::NamedTempFile::new_in(asked.to)?;
        let out = zstd::Encoder::new(BufWriter::new(part), zstd::DEFAULT_COMPRESSION_LEVEL)?;
        let mut writer = Writer::new(out, &header)?;
        lines(behind, asked.month, &kept.site, |line| Ok(writer.line(line)?))?;
        let part = writer.finish()?.0.finish()?;
        let part = part.into_inner().map_err(io::IntoInnerError::into_error)?;
        part.as_file().sync_all()?;
        part.persist(&path).map_err(|error| error.error)?;
        sync(asked.to)?;
    }
    compare(behind, asked.month, &path, file, &header)
}

/// Makes names in a folder durable.
fn sync(folder: &Path) -> io::Result<()> {
    if cfg!(unix) {
        File::open(folder)?.sync_all()
    } else {
        Ok(())
    }
}

/// Every line of the month's export but the first and the last.
fn lines(behind: &Postgres, month: Month, site: &SiteId, mut line: impl FnMut(&Line) -> Result<()>) -> Result<()> {
    let mut after = 0;
    let mut last: BTreeMap<DeviceId, (u32, u64)> = BTreeMap::new();
    loop {
        let piece = behind.month_entries(month, site, after, PIECE)?;
        for entry in &piece {
            let before = last.insert(entry.device.clone(), (entry.epoch, entry.seq));
            let next = before.is_some_and(|(epoch, seq)| epoch == entry.epoch && seq + 1 == entry.seq);
            if !next
                && let Some(follows) = behind.before(site, &entry.device, entry.epoch, entry.seq)?
                && before != Some((follows.epoch, follows.seq))
            {
                let StoredThrough { epoch, seq, hash } = follows;
                let device = entry.device.clone();
                line(&Line::Follows {
                    device,
                    epoch,
                    seq,
                    hash,
                })?;
            }
            line(&Line::Entry {
                device: entry.device.clone(),
                epoch: entry.epoch,
                seq: entry.seq,
                hash: entry.hash,
                bytes: entry.bytes.clone(),
            })?;
            after = entry.arrival;
        }
        if piece.is_empty() {
            break;
        }
    }
    behind.month_signatures(month, site, |found| line(found))
}

/// Reads the file again: it proves itself, by the keys that the database has, and its entries are those of the month.
fn compare(behind: &Postgres, month: Month, path: &Path, file: String, header: &Header) -> Result<Written> {
    let wrong = |why: &str| LedgerError::ArchiveFile(path.display().to_string(), why.to_owned());
    let keys = archive::Keys {
        site_key: header.site_key.clone(),
        devices: header.devices.clone(),
    };
    archive::verify(decompressed(File::open(path)?)?, Some(&keys)).map_err(|fault| wrong(&fault.what))?;
    let mut found = decompressed(File::open(path)?)?.lines();
    let first: Header = match found.next() {
        Some(line) => serde_json::from_str(&line?).map_err(|error| wrong(&error.to_string()))?,
        None => return Err(wrong("it is empty")),
    };
    if (&first.site, first.received) != (&header.site, header.received) {
        return Err(wrong("it is of another site or month"));
    }
    let mut written = Written {
        site: header.site.clone(),
        file,
        sha256: sha256(path)?,
        entries: 0,
        through: month.next().begins(),
        last: 0,
        begins: Vec::new(),
    };
    let mut stored = Vec::new().into_iter();
    for line in found {
        let line: Line = serde_json::from_str(&line?).map_err(|error| wrong(&error.to_string()))?;
        let Line::Entry {
            device,
            epoch,
            seq,
            hash,
            bytes,
        } = line
        else {
            continue;
        };
        if stored.len() == 0 {
            stored = behind
                .month_hashes(month, &header.site, written.last, PIECE)?
                .into_iter();
        }
        let next = stored.next().filter(|(_, known)| *known == hash);
        let (arrival, _) = next.ok_or_else(|| wrong(&format!("the database has no {device}/{epoch}/{seq} there")))?;
        written.last = arrival;
        written.entries += 1;
        note(&mut written, device, epoch, seq, &bytes);
    }
    if stored.len() > 0 || !behind.month_hashes(month, &header.site, written.last, 1)?.is_empty() {
        return Err(wrong("the database has entries that are not in it"));
    }
    Ok(written)
}

/// What stays to be known of an entry whose bytes go.
fn note(written: &mut Written, device: DeviceId, epoch: u32, seq: u64, bytes: &[u8]) {
    if seq == 1
        && let Ok(envelope) = serde_json::from_slice::<Envelope>(bytes)
    {
        written.begins.push((device, epoch, envelope.prev));
    }
    // What cannot be read has had no effect of its own. A count that was carried is one as well.
    let entry = serde_json::from_slice::<Entry>(bytes)
        .ok()
        .and_then(|entry| match &entry.body {
            Body::Carried { bytes, .. } => serde_json::from_slice::<Entry>(bytes).ok(),
            _ => Some(entry),
        });
    if let Some(entry) = entry
        && matches!(entry.body, Body::Counted { .. })
    {
        let at = entry.at.wall.unix_ms().saturating_add(entry.at.offset_ms.unwrap_or(0));
        written.through = written.through.max(Instant::from_unix_ms(at.saturating_add(1)));
    }
}

/// Proves an archive again before the database lets go of what it holds.
pub(super) fn prove(folder: &Path, month: Month, kept: &Kept) -> Result<Written> {
    let file = kept.file.clone().unwrap_or_default();
    let path = folder.join(&file);
    let wrong = |why: String| LedgerError::ArchiveFile(path.display().to_string(), why);
    let sha256 = sha256(&path).map_err(|error| wrong(error.to_string()))?;
    if Some(&sha256) != kept.sha256.as_ref() {
        return Err(wrong("it is not the file that was written".to_owned()));
    }
    let report = archive::verify(decompressed(File::open(&path)?)?, None).map_err(|fault| wrong(fault.what))?;
    if report.checked.entries != kept.entries {
        return Err(wrong(format!(
            "it has {} entries, the month {}",
            report.checked.entries, kept.entries
        )));
    }
    Ok(Written {
        site: kept.site.clone(),
        file,
        sha256,
        entries: kept.entries,
        through: month.next().begins(),
        last: 0,
        begins: Vec::new(),
    })
}

fn sha256(path: &Path) -> io::Result<String> {
    Ok(Hash::of_all(&mut File::open(path)?)?.0.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_is_named_by_site_and_month_whatever_the_site_is_called() {
        let month: Month = "2019-03".parse().unwrap();
        let named = |site: &str| name(&SiteId::new(site).unwrap(), month);
        assert_eq!(named("DC-1"), "DC-1-2019-03.ndjson.zst");
        assert_eq!(named("../a b"), "_2e__2e__2f_a_20_b-2019-03.ndjson.zst");
    }
}
