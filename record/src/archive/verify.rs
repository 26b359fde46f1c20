//! Checking an exported record, without trusting who exported it.
//!
//! A chain alone proves order, not origin: whoever rewrites all of it gets a good chain. So each device's signature over
//! its head must fit the hash that stands there, and the key must be the enrolled one; [`Keys`] pins keys from elsewhere.

use super::join::{Part, Report, Stretch, join};
use super::run::{At, Run};
use super::{Counts, FORMAT, FORMAT_1, Header, Line, Origin, Spki};
use crate::entry::{Hash, link};
use crate::model::DeviceId;
use crate::wire::proof::{PublicKey, verify as open_proof};
use crate::wire::{Receipt, StoredThrough};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::io::{BufRead, Read};

/// The longest line taken in: an entry of 64 KiB in base64url with its envelope stays well below.
const LONGEST_LINE: u64 = 1024 * 1024;

/// Public keys that were had some other way than from the export itself.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Keys {
    /// The site's, which counter-signs.
    #[serde(default)]
    pub site_key: Option<Spki>,
    /// The devices'.
    #[serde(default)]
    pub devices: BTreeMap<DeviceId, Spki>,
}

/// What is wrong, and where.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Fault {
    /// In words.
    pub what: String,
    /// Line of the file, from 1.
    pub line: u64,
    /// Which of the files given, from 0.
    #[serde(skip)]
    pub file: usize,
    /// The first bad entry, where it is about one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub entry: Option<Name>,
}

/// Names an entry.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Name {
    /// Whose.
    pub device: DeviceId,
    /// Its epoch.
    pub epoch: u32,
    /// Its sequence.
    pub seq: u64,
}

impl std::fmt::Display for Name {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "entry {}-{}-{}", self.device, self.epoch, self.seq)
    }
}

/// Checks everything; stops at the first fault.
///
/// # Errors
/// The first [`Fault`].
pub fn verify(input: impl BufRead, keys: Option<&Keys>) -> Result<Report, Fault> {
    join(vec![part(input, 0, keys)?], keys)
}

/// Checks several exports, and that they are one record, in whatever order they are given: what two of them have must be the
/// same, and between them nothing may be missing.
///
/// # Errors
/// The first [`Fault`], with the file it is in.
pub fn verify_all<R: BufRead>(inputs: impl IntoIterator<Item = R>, keys: Option<&Keys>) -> Result<Report, Fault> {
    let parts = inputs
        .into_iter()
        .enumerate()
        .map(|(file, input)| part(input, file, keys).map_err(|fault| Fault { file, ..fault }));
    join(parts.collect::<Result<_, _>>()?, keys)
}

fn part(input: impl BufRead, file: usize, keys: Option<&Keys>) -> Result<Part, Fault> {
    let mut lines = Lines {
        input,
        number: 0,
        buffer: Vec::new(),
    };
    let header: Header = lines.next()?.ok_or_else(|| fault(1, "the file is empty"))?;
    if ![FORMAT, FORMAT_1].contains(&header.format.as_str()) {
        return Err(fault(1, format!("the format is {:?}, not {FORMAT:?}", header.format)));
    }
    let mut check = Check::new(header, keys)?;
    check.file = file;
    loop {
        let Some(line) = lines.next()? else {
            return Err(fault(
                lines.number + 1,
                "the file ends without its last line: it was cut",
            ));
        };
        let at = lines.number;
        let Line::End(counts) = line else {
            check.line(at, &line)?;
            continue;
        };
        if counts != check.counts {
            return Err(fault(
                at,
                format!("the last line counts {counts:?}, but there are {:?}", check.counts),
            ));
        }
        if lines.next::<serde::de::IgnoredAny>()?.is_some() {
            return Err(fault(at + 1, "something stands after the last line"));
        }
        return check.part(at);
    }
}

pub(super) fn fault(line: u64, what: impl Into<String>) -> Fault {
    Fault {
        what: what.into(),
        line,
        file: 0,
        entry: None,
    }
}

struct Lines<R> {
    input: R,
    number: u64,
    buffer: Vec<u8>,
}

impl<R: BufRead> Lines<R> {
    fn next<T: serde::de::DeserializeOwned>(&mut self) -> Result<Option<T>, Fault> {
        self.buffer.clear();
        let at = self.number + 1;
        let taken = self
            .input
            .by_ref()
            .take(LONGEST_LINE)
            .read_until(b'\n', &mut self.buffer)
            .map_err(|e| fault(at, format!("the file cannot be decompressed: {e}")))?;
        if taken == 0 {
            return Ok(None);
        }
        self.number = at;
        if self.buffer.pop() != Some(b'\n') {
            return Err(fault(at, "the line is cut or far too long"));
        }
        serde_json::from_slice(&self.buffer)
            .map(Some)
            .map_err(|e| fault(at, format!("the line cannot be read: {e}")))
    }
}

/// Checks line after line, wherever they come from.
pub struct Check<'k> {
    header: Header,
    keys: Option<&'k Keys>,
    site_key: Option<PublicKey>,
    devices: BTreeMap<DeviceId, Stretch>,
    counts: Counts,
    file: usize,
}

impl<'k> Check<'k> {
    /// Begins; with `keys` those in the header are not believed.
    ///
    /// # Errors
    /// A key that is none, or another than the one given.
    pub fn new(header: Header, keys: Option<&'k Keys>) -> Result<Self, Fault> {
        let pinned = keys.and_then(|keys| keys.site_key.as_ref());
        if let (Some(pinned), Some(told)) = (pinned, &header.site_key)
            && pinned != told
        {
            return Err(fault(1, "the site's key in the file is not the one given with --keys"));
        }
        let site_key = pinned
            .or(header.site_key.as_ref())
            .map(|spki| PublicKey::from_spki(&spki.0))
            .transpose()
            .map_err(|e| fault(1, format!("the site's key: {e}")))?;
        Ok(Check {
            header,
            keys,
            site_key,
            devices: BTreeMap::new(),
            counts: Counts::default(),
            file: 0,
        })
    }

    /// What comes next of the device follows an entry that stands elsewhere.
    fn follows(&mut self, line: u64, name: &Name, hash: Hash) -> Result<(), String> {
        if self.header.format == FORMAT_1 {
            return Err("an export of version 1 begins with each device's first entry".into());
        }
        if name.epoch == 0 || name.seq == 0 {
            return Err("an entry has an epoch and a sequence from 1".into());
        }
        let at = At { file: self.file, line };
        let runs = &mut self.devices.entry(name.device.clone()).or_default().runs;
        if let Some(last) = runs.last() {
            if last.is_empty() {
                return Err("between two lines that say what comes before stands no entry".into());
            }
            if (name.epoch, name.seq) <= (last.tip.epoch, last.tip.seq) {
                return Err("it stands in this file, or before what does".into());
            }
        }
        let follows = StoredThrough {
            epoch: name.epoch,
            seq: name.seq,
            hash,
        };
        runs.push(Run::after(at, &name.device, follows));
        Ok(())
    }

    fn entry(&mut self, line: u64, name: &Name, stored: Hash, bytes: &[u8]) -> Result<(), String> {
        self.counts.entries += 1;
        let at = At { file: self.file, line };
        let runs = &mut self.devices.entry(name.device.clone()).or_default().runs;
        if runs.is_empty() {
            runs.push(Run::whole(at, name));
        }
        let run = runs.last_mut().ok_or("no run")?;
        if name.epoch > run.tip.epoch {
            run.next_epoch(at, name, bytes);
        }
        let sealed = link(&mut run.tip, bytes).map_err(|e| e.to_string())?;
        if (sealed.position.epoch(), sealed.position.seq()) != (name.epoch, name.seq) {
            return Err("the entry says another epoch or sequence than its line".into());
        }
        if sealed.hash != stored {
            return Err(format!(
                "its bytes hash to {}, but {stored} was stored: they were changed",
                sealed.hash
            ));
        }
        let site = serde_json::from_slice::<crate::entry::Envelope>(bytes)
            .map_err(|e| e.to_string())?
            .site;
        if site != self.header.site {
            return Err(format!("it is of site {site}, not of {}", self.header.site));
        }
        run.push(name.seq, sealed.hash);
        Ok(())
    }

    /// The key of a device: the pinned one, or the one in the export.
    fn key(&self, device: &DeviceId) -> Result<Option<&Spki>, String> {
        let told = self.header.devices.get(device);
        let Some(keys) = self.keys else { return Ok(told) };
        match (keys.devices.get(device), told) {
            (None, _) => Err(format!("device {device} is not among the keys given")),
            (Some(pinned), Some(told)) if pinned != told => {
                Err(format!("the key of device {device} in the file is not the one given"))
            }
            (Some(pinned), _) => Ok(Some(pinned)),
        }
    }

    fn proof(&mut self, name: &Name, head: Hash, proof: &str) -> Result<(), String> {
        self.counts.proofs += 1;
        let (key, claims) = open_proof(proof).map_err(|e| format!("the device's signature: {e}"))?;
        match self.key(&name.device)? {
            Some(enrolled) if enrolled.0 != key.to_spki() => {
                return Err(format!(
                    "the head is signed by another key than that of device {}",
                    name.device
                ));
            }
            Some(_) => {}
            None => return Err(format!("no key of device {} is known", name.device)),
        }
        if (claims.epoch, claims.seq, claims.head) != (Some(name.epoch), Some(name.seq), Some(head)) {
            return Err("the device's signature is over another head".into());
        }
        let runs = &mut self
            .devices
            .get_mut(&name.device)
            .ok_or("a head is signed, but there are no entries")?
            .runs;
        let found = (0..runs.len()).find_map(|n| runs[n].hash(name.epoch, name.seq).map(|hash| (n, hash)));
        let run = match found {
            Some((n, hash)) if hash == head => n,
            Some((_, hash)) => return Err(format!("the device signed {head} here, but the entry hashes to {hash}")),
            None => return Err("the device signed an entry that is not there".into()),
        };
        let run = &mut runs[run];
        run.signed = run.signed.max(Some((name.epoch, name.seq)));
        if let Some(jump) = run.jumps.iter_mut().find(|jump| jump.first.epoch == name.epoch) {
            jump.after.extend(claims.after);
        }
        Ok(())
    }

    fn receipt(&mut self, receipt: &Receipt) -> Result<(), String> {
        self.counts.receipts += 1;
        let key = self
            .site_key
            .as_ref()
            .ok_or("there is a counter-signature, but no key of the site")?;
        if !key.verifies(&receipt.message(), &receipt.signature) {
            return Err("the site's counter-signature does not fit".into());
        }
        let stretch = self
            .devices
            .get_mut(&receipt.device)
            .ok_or("a counter-signature without entries")?;
        let found = stretch.runs.iter().find_map(|run| run.hash(receipt.epoch, receipt.to));
        match found {
            Some(hash) if hash == receipt.head => {}
            Some(hash) => {
                return Err(format!(
                    "the site received {} here, but the entry hashes to {hash}",
                    receipt.head
                ));
            }
            None => return Err("the site received an entry that is not there".into()),
        }
        if receipt.from == 0 || receipt.from > receipt.to {
            return Err(format!("a counter-signature over {} to {}", receipt.from, receipt.to));
        }
        let of = (receipt.epoch, receipt.from, receipt.to);
        stretch.counter_signed.insert(of);
        Ok(())
    }

    /// The next line, which stands at `at`, counted from 1. [`Line::End`] says nothing here.
    ///
    /// # Errors
    /// What does not fit, with the entry it is about.
    pub fn line(&mut self, at: u64, line: &Line) -> Result<(), Fault> {
        let name = |device: &DeviceId, epoch, seq| Name {
            device: device.clone(),
            epoch,
            seq,
        };
        let (name, checked) = match line {
            Line::Follows {
                device,
                epoch,
                seq,
                hash,
            } => {
                let name = name(device, *epoch, *seq);
                let checked = self.follows(at, &name, *hash);
                (name, checked)
            }
            Line::Entry {
                device,
                epoch,
                seq,
                hash,
                bytes,
            } => {
                let name = name(device, *epoch, *seq);
                let checked = self.entry(at, &name, *hash, bytes);
                (name, checked)
            }
            Line::Proof {
                device,
                epoch,
                seq,
                head,
                proof,
            } => {
                let name = name(device, *epoch, *seq);
                let checked = self.proof(&name, *head, proof);
                (name, checked)
            }
            Line::Receipt(receipt) => (name(&receipt.device, receipt.epoch, receipt.to), self.receipt(receipt)),
            Line::End(_) => return Ok(()),
        };
        checked.map_err(|what| Fault {
            what,
            line: at,
            file: self.file,
            entry: Some(name),
        })
    }

    /// How many lines of each kind there were.
    pub fn counts(&self) -> Counts {
        self.counts
    }

    /// All of it was there; `at` is the last line's number.
    ///
    /// # Errors
    /// Entries that their device did not sign.
    pub fn finish(self, at: u64) -> Result<Report, Fault> {
        let keys = self.keys;
        join(vec![self.part(at)?], keys)
    }

    fn part(self, at: u64) -> Result<Part, Fault> {
        for (device, stretch) in &self.devices {
            for run in &stretch.runs {
                let unsigned = |what: String, epoch, seq| Fault {
                    what,
                    line: at,
                    file: self.file,
                    entry: Some(Name {
                        device: device.clone(),
                        epoch,
                        seq,
                    }),
                };
                if run.is_empty() {
                    let what = format!("the file says what comes before entries of device {device}, but has none");
                    return Err(unsigned(what, run.tip.epoch, run.tip.seq));
                }
                let signed = run.signed.map_or(0, |signed| run.through(signed));
                if self.header.from == Origin::Server && signed < run.entries() {
                    let from = run.epochs.get(&run.tip.epoch).map_or(1, |epoch| epoch.from);
                    let last = run.signed.filter(|(epoch, _)| *epoch == run.tip.epoch);
                    let count = run.entries() - signed;
                    return Err(unsigned(
                        format!("{count} entries from here on are not signed by device {device}"),
                        run.tip.epoch,
                        last.map_or(from, |(_, seq)| seq + 1),
                    ));
                }
            }
        }
        Ok(Part {
            header: self.header,
            counts: self.counts,
            file: self.file,
            devices: self.devices,
        })
    }
}

#[cfg(test)]
pub(super) mod tests;
