//! The tape: what was scanned, written down and on the disk before the handheld was told. It decides what must be in
//! the record.

use crate::failure::{Failure, Outcome};
use lotline_record::entry::b64;
use lotline_record::model::DeviceId;
use serde::{Deserialize, Serialize};
use std::fs::{File, OpenOptions};
use std::io::{BufRead, BufReader, Write};
use std::path::{Path, PathBuf};

/// The file in the demo's folder.
pub const FILE: &str = "tape.jsonl";

/// A scan.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Scan {
    /// Its number on the tape, from 1.
    pub n: u64,
    /// On which handheld.
    pub device: DeviceId,
    /// What the scanner delivered.
    #[serde(with = "b64")]
    pub bytes: Vec<u8>,
    /// What it is on, for people.
    pub caption: String,
    /// Made in a flow: it must be in the record. A badge at sign-in is not.
    pub flow: bool,
}

/// A tape that is being written.
pub struct Tape {
    file: File,
    path: PathBuf,
    count: u64,
}

impl Tape {
    /// A new tape in `folder`.
    ///
    /// # Errors
    /// The disk's.
    pub fn new(folder: &Path) -> Outcome<Self> {
        let path = folder.join(FILE);
        let file = OpenOptions::new()
            .append(true)
            .create_new(true)
            .open(&path)
            .map_err(|e| Failure::io(&e, path.display()))?;
        Ok(Tape { file, path, count: 0 })
    }

    /// Writes a scan down. It is on the disk when this returns.
    ///
    /// # Errors
    /// The disk's.
    pub fn write(&mut self, device: &DeviceId, bytes: &[u8], caption: &str, flow: bool) -> Outcome {
        self.count += 1;
        let scan = Scan {
            n: self.count,
            device: device.clone(),
            bytes: bytes.to_vec(),
            caption: caption.to_owned(),
            flow,
        };
        let mut line = serde_json::to_vec(&scan).map_err(|e| Failure::usage(e, "tape", "report it"))?;
        line.push(b'\n');
        self.file
            .write_all(&line)
            .and_then(|()| self.file.sync_data())
            .map_err(|e| Failure::io(&e, self.path.display()))
    }
}

/// Reads a tape.
///
/// # Errors
/// When there is none, or a line is not what it should be.
pub fn read(folder: &Path) -> Outcome<Vec<Scan>> {
    let path = folder.join(FILE);
    let file = File::open(&path).map_err(|e| Failure::io(&e, path.display()))?;
    let mut out = Vec::new();
    for (number, line) in (1..).zip(BufReader::new(file).lines()) {
        let line = line.map_err(|e| Failure::io(&e, path.display()))?;
        let scan = serde_json::from_str(&line).map_err(|e| {
            Failure::usage(
                e,
                format_args!("{}, line {number}", path.display()),
                "run the demo again",
            )
        })?;
        out.push(scan);
    }
    Ok(out)
}
