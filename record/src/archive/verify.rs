//! Checking an exported record, without trusting who exported it.
//!
//! A chain alone proves order, not origin: whoever rewrites all of it gets a good chain. So each device's signature over
//! its head must fit the hash that stands there, and the key must be the enrolled one; [`Keys`] pins keys from elsewhere.

use super::{Counts, FORMAT, Header, Line, Origin, Spki};
use crate::entry::{Hash, Tip, genesis, link};
use crate::model::{DeviceId, SiteId};
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

/// One device's chain, checked.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
pub struct Chain {
    /// Its entries.
    pub entries: u64,
    /// Epochs.
    pub epochs: u32,
    /// Entries up to the last head that the device signed.
    pub signed: u64,
    /// Entries the site has counter-signed.
    pub counter_signed: u64,
    /// Whether the key was given from elsewhere, or only stands in the export.
    pub key_pinned: bool,
}

/// A good record.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Report {
    /// Whose.
    pub site: SiteId,
    /// How much was checked.
    pub checked: Counts,
    /// Each device's chain.
    pub chains: BTreeMap<DeviceId, Chain>,
    /// Whether the site's key was given from elsewhere.
    pub site_key_pinned: bool,
}

/// Checks everything; stops at the first fault.
///
/// # Errors
/// The first [`Fault`].
pub fn verify(input: impl BufRead, keys: Option<&Keys>) -> Result<Report, Fault> {
    let mut lines = Lines {
        input,
        number: 0,
        buffer: Vec::new(),
    };
    let header: Header = lines.next()?.ok_or_else(|| fault(1, "the file is empty"))?;
    if header.format != FORMAT {
        return Err(fault(1, format!("the format is {:?}, not {FORMAT:?}", header.format)));
    }
    let mut check = Check::new(header, keys)?;
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
        return check.finish(at);
    }
}

fn fault(line: u64, what: impl Into<String>) -> Fault {
    Fault {
        what: what.into(),
        line,
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

struct Progress {
    tip: Tip,
    /// What the first entry of each epoch names as the one before it.
    begins: Vec<Hash>,
    /// The first entry after epochs that are not there, until the device's signature says that they are empty.
    jumped: Option<Name>,
    /// Hashes of the epoch in hand, by sequence.
    hashes: Vec<Hash>,
    /// Hashes of earlier epochs.
    earlier: BTreeMap<u32, Vec<Hash>>,
    signed: Option<(u32, u64)>,
    counter_signed: u64,
    entries: u64,
}

/// Checks line after line, wherever they come from.
pub struct Check<'k> {
    header: Header,
    keys: Option<&'k Keys>,
    site_key: Option<PublicKey>,
    devices: BTreeMap<DeviceId, Progress>,
    counts: Counts,
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
        })
    }

    fn entry(&mut self, name: &Name, stored: Hash, bytes: &[u8]) -> Result<(), String> {
        self.counts.entries += 1;
        let progress = self.devices.entry(name.device.clone()).or_insert_with(|| Progress {
            tip: Tip::start(name.device.clone(), name.epoch, None),
            begins: vec![genesis(&name.device, 1, None)],
            // The chain of a device begins in epoch 1.
            jumped: (name.epoch > 1).then(|| name.clone()),
            hashes: Vec::new(),
            earlier: BTreeMap::new(),
            signed: None,
            counter_signed: 0,
            entries: 0,
        });
        if name.epoch > progress.tip.epoch {
            progress.next_epoch(name, bytes);
        }
        let sealed = link(&mut progress.tip, bytes).map_err(|e| e.to_string())?;
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
        progress.hashes.push(sealed.hash);
        progress.entries += 1;
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
        let progress = self
            .devices
            .get_mut(&name.device)
            .ok_or("a head is signed, but there are no entries")?;
        match progress.hash(name.epoch, name.seq) {
            Some(hash) if hash == head => {}
            Some(hash) => return Err(format!("the device signed {head} here, but the entry hashes to {hash}")),
            None => return Err("the device signed an entry that is not there".into()),
        }
        progress.signed = progress.signed.max(Some((name.epoch, name.seq)));
        if progress.jumped.as_ref().is_some_and(|first| first.epoch == name.epoch)
            && claims.after.is_some_and(|after| progress.has(&after))
        {
            progress.jumped = None;
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
        let progress = self
            .devices
            .get_mut(&receipt.device)
            .ok_or("a counter-signature without entries")?;
        match progress.hash(receipt.epoch, receipt.to) {
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
        progress.counter_signed += receipt.to - receipt.from + 1;
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
            Line::Entry {
                device,
                epoch,
                seq,
                hash,
                bytes,
            } => {
                let name = name(device, *epoch, *seq);
                let checked = self.entry(&name, *hash, bytes);
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
        let mut chains = BTreeMap::new();
        for (device, progress) in self.devices {
            let signed = progress.signed.map_or(0, |(epoch, seq)| progress.up_to(epoch) + seq);
            if self.header.from == Origin::Server && signed < progress.entries {
                let seq = progress
                    .signed
                    .filter(|(epoch, _)| *epoch == progress.tip.epoch)
                    .map_or(1, |(_, seq)| seq + 1);
                let entry = Name {
                    device: device.clone(),
                    epoch: progress.tip.epoch,
                    seq,
                };
                let what = format!(
                    "{} entries from here on are not signed by device {device}",
                    progress.entries - signed
                );
                return Err(Fault {
                    what,
                    line: at,
                    entry: Some(entry),
                });
            }
            if let (Origin::Server, Some(first)) = (self.header.from, progress.jumped) {
                return Err(Fault {
                    what: format!(
                        "epochs before {} are missing, and device {device} has not signed that they are empty",
                        first.epoch
                    ),
                    line: at,
                    entry: Some(first),
                });
            }
            let chain = Chain {
                entries: progress.entries,
                epochs: u32::try_from(progress.earlier.len())
                    .unwrap_or(u32::MAX)
                    .saturating_add(1),
                signed,
                counter_signed: progress.counter_signed,
                key_pinned: self.keys.is_some_and(|keys| keys.devices.contains_key(&device)),
            };
            chains.insert(device, chain);
        }
        Ok(Report {
            site: self.header.site,
            checked: self.counts,
            chains,
            site_key_pinned: self.keys.is_some_and(|keys| keys.site_key.is_some()),
        })
    }
}

impl Progress {
    fn hash(&self, epoch: u32, seq: u64) -> Option<Hash> {
        let hashes = if epoch == self.tip.epoch {
            &self.hashes
        } else {
            self.earlier.get(&epoch)?
        };
        hashes.get(usize::try_from(seq.checked_sub(1)?).ok()?).copied()
    }

    /// Entries in the epochs before `epoch`.
    fn up_to(&self, epoch: u32) -> u64 {
        self.earlier.range(..epoch).map(|(_, hashes)| hashes.len() as u64).sum()
    }

    /// Whether an entry is here; the beginning of epoch 1 always is.
    fn has(&self, at: &StoredThrough) -> bool {
        match at.seq {
            0 => at.epoch == 1,
            seq => self.hash(at.epoch, seq) == Some(at.hash),
        }
    }

    /// A new epoch names the last entry that both sides had, the beginning of one of the epochs before, or none.
    fn next_epoch(&mut self, name: &Name, bytes: &[u8]) {
        if name.epoch > self.tip.epoch + 1 {
            self.jumped.get_or_insert_with(|| name.clone());
        }
        let hashes = std::mem::take(&mut self.hashes);
        self.earlier.insert(self.tip.epoch, hashes);
        let named = serde_json::from_slice::<crate::entry::Envelope>(bytes).map(|e| e.prev);
        let earlier = self.earlier.values().rev().flat_map(|hashes| hashes.iter().rev());
        // The few beginnings are tried before the many entries.
        let common = std::iter::once(None)
            .chain(self.begins.iter().chain(earlier).copied().map(Some))
            .find(|common| {
                named
                    .as_ref()
                    .is_ok_and(|named| *named == genesis(&name.device, name.epoch, *common))
            });
        self.tip = Tip::start(name.device.clone(), name.epoch, common.flatten());
        self.begins.push(self.tip.hash);
    }
}

#[cfg(test)]
mod tests;
