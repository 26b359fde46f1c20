//! Several exports as one record: what each begins after must be where another one ends, and what two of them have must be the
//! same in both.

use super::run::{At, Jump, Run};
use super::verify::{Fault, Keys, Name, fault};
use super::{Counts, Header, Origin};
use crate::model::{DeviceId, SiteId};
use crate::wire::StoredThrough;
use serde::Serialize;
use std::collections::{BTreeMap, BTreeSet};

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
    /// The entry that the first one follows; `None`: the chain is here from its beginning.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub follows: Option<Name>,
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

impl Report {
    /// Whether every chain is there from its beginning.
    pub fn is_whole(&self) -> bool {
        self.chains.values().all(|chain| chain.follows.is_none())
    }
}

/// What one file has of a device.
#[derive(Debug, Default)]
pub(super) struct Stretch {
    pub(super) runs: Vec<Run>,
    /// Epoch, first and last sequence of each counter-signature.
    pub(super) counter_signed: BTreeSet<(u32, u64, u64)>,
}

/// A file, checked by itself.
#[derive(Debug)]
pub(super) struct Part {
    pub(super) header: Header,
    pub(super) counts: Counts,
    pub(super) file: usize,
    pub(super) devices: BTreeMap<DeviceId, Stretch>,
}

fn at(at: At, entry: Name, what: impl Into<String>) -> Fault {
    Fault {
        entry: Some(entry),
        file: at.file,
        ..fault(at.line, what)
    }
}

fn name(device: &DeviceId, epoch: u32, seq: u64) -> Name {
    Name {
        device: device.clone(),
        epoch,
        seq,
    }
}

/// All of them as one record, in whatever order they are given.
pub(super) fn join(parts: Vec<Part>, keys: Option<&Keys>) -> Result<Report, Fault> {
    one_site(&parts)?;
    let mut checked = Counts::default();
    let mut site = None;
    let mut devices: BTreeMap<DeviceId, Stretch> = BTreeMap::new();
    for part in parts {
        checked.entries += part.counts.entries;
        checked.proofs += part.counts.proofs;
        checked.receipts += part.counts.receipts;
        site.get_or_insert(part.header.site);
        for (device, mut stretch) in part.devices {
            if part.header.from == Origin::Device {
                // What a handheld has not sent yet nobody signed for: of empty epochs the site's files say it.
                stretch.runs.iter_mut().for_each(|run| run.jumps.clear());
            }
            let whole = devices.entry(device).or_default();
            whole.runs.extend(stretch.runs);
            whole.counter_signed.extend(stretch.counter_signed);
        }
    }
    let mut chains = BTreeMap::new();
    for (device, stretch) in devices {
        let run = one_run(&device, stretch.runs)?;
        if let Some(run) = run {
            let chain = chain(&run, &stretch.counter_signed)?;
            let key_pinned = keys.is_some_and(|keys| keys.devices.contains_key(&device));
            chains.insert(device, Chain { key_pinned, ..chain });
        }
    }
    Ok(Report {
        site: site.ok_or_else(|| fault(1, "there is no file"))?,
        checked,
        chains,
        site_key_pinned: keys.is_some_and(|keys| keys.site_key.is_some()),
    })
}

/// Files of two sites, or by two keys of one name, are no one record.
fn one_site(parts: &[Part]) -> Result<(), Fault> {
    let Some((first, others)) = parts.split_first() else {
        return Ok(());
    };
    let mut site_key = first.header.site_key.as_ref();
    let mut devices = first.header.devices.clone();
    for part in others {
        let wrong = |what: String| Fault {
            file: part.file,
            ..fault(1, what)
        };
        let header = &part.header;
        if header.site != first.header.site {
            let what = format!("it is of site {}, another file of {}", header.site, first.header.site);
            return Err(wrong(what));
        }
        if let (Some(known), Some(told)) = (site_key, &header.site_key)
            && known != told
        {
            return Err(wrong("it names another key of the site than another file".into()));
        }
        site_key = site_key.or(header.site_key.as_ref());
        for (device, key) in &header.devices {
            if devices.entry(device.clone()).or_insert_with(|| key.clone()) != key {
                return Err(wrong(format!(
                    "it names another key of device {device} than another file"
                )));
            }
        }
    }
    Ok(())
}

/// The runs of one device, one after the other.
fn one_run(device: &DeviceId, mut runs: Vec<Run>) -> Result<Option<Run>, Fault> {
    runs.sort_by_key(|run| run.follows.map(|follows| (follows.epoch, follows.seq)));
    let mut runs = runs.into_iter();
    let Some(mut whole) = runs.next() else {
        return Ok(None);
    };
    for run in runs {
        append(device, &mut whole, run)?;
    }
    Ok(Some(whole))
}

fn append(device: &DeviceId, whole: &mut Run, run: Run) -> Result<(), Fault> {
    let end = StoredThrough::from(&whole.tip);
    let here = |seen: &StoredThrough| (seen.epoch, seen.seq) <= (end.epoch, end.seq);
    // What stands in both, the entry it follows included, is the same in both, none left out.
    let mut before = run.follows;
    if let Some(follows) = before.filter(|follows| !here(follows)) {
        let first = if follows.epoch == end.epoch {
            name(device, end.epoch, end.seq + 1)
        } else {
            name(device, follows.epoch, follows.seq)
        };
        let what = format!(
            "{first} is missing: one file ends with {}/{}, the next begins after {}/{}",
            end.epoch, end.seq, follows.epoch, follows.seq
        );
        return Err(at(run.at, first, what));
    }
    let differs = |seen: &StoredThrough| {
        let entry = name(device, seen.epoch, seen.seq);
        let what = format!("{entry} is another one in another file");
        Err(at(run.at, entry, what))
    };
    if let Some(follows) = &before
        && !whole.has(follows)
    {
        return differs(follows);
    }
    for seen in run.each().take_while(here) {
        if whole.hash(seen.epoch, seen.seq) != Some(seen.hash) {
            return differs(&seen);
        }
        before = Some(seen);
    }
    let rest = run.each().any(|seen| !here(&seen));
    // What comes next says which entry it follows: nothing of the other file may stand between.
    if rest && before.is_some_and(|before| before != end) {
        return differs(&end);
    }
    for (number, epoch) in run.epochs {
        let into = whole.epochs.entry(number).or_default();
        if into.hashes.is_empty() {
            into.from = epoch.from;
        }
        let known = (into.from + into.hashes.len() as u64).saturating_sub(epoch.from);
        let known = usize::try_from(known).unwrap_or(usize::MAX);
        into.hashes.extend(epoch.hashes.into_iter().skip(known));
    }
    if rest {
        whole.tip = run.tip;
    }
    whole.begins.extend(run.begins);
    whole.loose.extend(run.loose);
    whole.jumps.extend(run.jumps);
    whole.signed = whole.signed.max(run.signed);
    Ok(())
}

/// What is known of a chain once all of it that there is stands together.
fn chain(run: &Run, counter_signed: &BTreeSet<(u32, u64, u64)>) -> Result<Chain, Fault> {
    // What a chain without its beginning names may stand before it.
    if run.follows.is_none() {
        for loose in &run.loose {
            if !run.begins_after(loose.first.epoch, loose.named) {
                let what = "it begins its epoch after an entry that is in none of the files";
                return Err(at(loose.at, loose.first.clone(), what));
            }
        }
        for Jump { at: line, first, after } in &run.jumps {
            if !after.iter().any(|after| run.has(after)) {
                let what = format!(
                    "epochs before {} are missing, and device {} has not signed that they are empty",
                    first.epoch, first.device
                );
                return Err(at(*line, first.clone(), what));
            }
        }
    }
    Ok(Chain {
        entries: run.entries(),
        epochs: u32::try_from(run.epochs.len()).unwrap_or(u32::MAX),
        signed: run.signed.map_or(0, |signed| run.through(signed)),
        counter_signed: counter_signed.iter().map(|(_, from, to)| to - from + 1).sum(),
        key_pinned: false,
        follows: run.follows.map(|at| name(&run.tip.device, at.epoch, at.seq)),
    })
}

#[cfg(test)]
mod tests;
