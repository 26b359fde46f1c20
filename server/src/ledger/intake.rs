//! Receiving: the envelope is checked, the exact bytes are stored. What an entry *says* is not looked at (decision 2).

use super::sqlite::{hash, int};
use super::{LedgerError, Result, archive, site};
use crate::key;
use lotline_record::entry::{ChainError, Envelope, Hash, Instant, MOST_BYTES, Position, Sealed, Tip, genesis};
use lotline_record::model::{DeviceId, SiteId};
use lotline_record::wire::{PushReply, Receipt, StoredThrough};
use p256::ecdsa::SigningKey;
use rusqlite::{Connection, OptionalExtension, params};

/// A push, as it came.
#[derive(Debug, Clone, Copy)]
pub struct Push<'a> {
    /// Who sends, as the token says.
    pub device: &'a DeviceId,
    /// The body after decompression: one line an entry.
    pub body: &'a [u8],
    /// The signed head of the batch: epoch, seq, hash. `None` when the proof names none.
    pub head: Option<(u32, u64, Hash)>,
    /// Which entry of the device the batch follows, where it begins an epoch and the proof says so.
    pub follows: Option<StoredThrough>,
    /// The proof itself, kept as evidence.
    pub proof: &'a str,
    /// When it came.
    pub received: Instant,
}

/// What became of a push. Nothing of it is stored unless it is `Stored`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Outcome {
    /// Durable, now or before.
    Stored(PushReply),
    /// It jumps ahead; resume after this one. Also the answer when the two chains part somewhere below: the device then
    /// sends again from further back, until the last common entry is found.
    Gap(StoredThrough),
    /// Other bytes stand at a known sequence; this is the last entry both sides agree on.
    Fork(StoredThrough),
    /// Not a chain of that device, or not the one that was signed. Kept, alarmed.
    BadEnvelope(String),
    /// Something of it was written in training. Kept apart, alarmed.
    Training(String),
}

/// The entries of a body, a line each.
pub(crate) fn lines(body: &[u8]) -> impl Iterator<Item = &[u8]> {
    let ends = memchr::memchr_iter(b'\n', body).chain([body.len()]);
    let mut from = 0;
    ends.map(move |end| &body[std::mem::replace(&mut from, end + 1)..end])
        .filter(|line| !line.is_empty())
}

/// Receives one push in the transaction that is open: checks the envelope and stores the bytes, or says why not.
pub(super) fn receive(tx: &Connection, push: &Push<'_>, key: &SigningKey) -> Result<Outcome> {
    let outcome = match check(tx, push)? {
        Ok(fresh) => Outcome::Stored(keep(tx, push, &fresh, key)?),
        Err(outcome) => outcome,
    };
    match &outcome {
        Outcome::Stored(_) | Outcome::Gap(_) => {}
        Outcome::Fork(common) => {
            let detail = format!(
                "other bytes at a known sequence; common up to {}/{}",
                common.epoch, common.seq
            );
            alarm(tx, push.received, "fork", Some(push.device), &detail)?;
        }
        Outcome::BadEnvelope(why) => refuse(tx, push, "bad_envelope", why)?,
        Outcome::Training(why) => refuse(tx, push, "training", why)?,
    }
    Ok(outcome)
}

pub(super) fn alarm(tx: &Connection, at: Instant, code: &str, device: Option<&DeviceId>, detail: &str) -> Result<()> {
    tracing::warn!(code, device = device.map(DeviceId::as_str), detail, "alarm");
    tx.prepare_cached("INSERT INTO alarm (at_ms, code, device, detail) VALUES (?1, ?2, ?3, ?4)")?
        .execute(params![at.unix_ms(), code, device.map(DeviceId::as_str), detail])?;
    Ok(())
}

fn refuse(tx: &Connection, push: &Push<'_>, code: &str, why: &str) -> Result<()> {
    tx.execute(
        "INSERT INTO intake_refused (device, hash, reason, proof, bytes, first_ms) VALUES (?1, ?2, ?3, ?4, ?5, ?6)
         ON CONFLICT (device, hash) DO UPDATE SET times = times + 1",
        params![
            push.device.as_str(),
            Hash::of(&[push.body]).0.to_vec(),
            why,
            push.proof,
            push.body,
            push.received.unix_ms()
        ],
    )?;
    alarm(tx, push.received, code, Some(push.device), why)
}

fn tip(tx: &Connection, device: &DeviceId) -> Result<Tip> {
    let found = tx
        .prepare_cached("SELECT epoch, seq, hash FROM device WHERE device = ?1")?
        .query_row([device.as_str()], |row| {
            Ok((
                row.get(0)?,
                row.get::<_, i64>(1)?.cast_unsigned(),
                row.get::<_, Vec<u8>>(2)?,
            ))
        })
        .optional()?;
    let (epoch, seq, bytes) = found.ok_or_else(|| LedgerError::UnknownDevice(device.to_string()))?;
    Ok(Tip {
        device: device.clone(),
        epoch,
        seq,
        hash: hash(&bytes)?,
        training: false,
    })
}

fn stored_hash(tx: &Connection, device: &DeviceId, epoch: u32, seq: u64) -> Result<Option<Hash>> {
    let found = tx
        .prepare_cached("SELECT hash FROM entry WHERE device = ?1 AND epoch = ?2 AND seq = ?3")?
        .query_row(params![device.as_str(), epoch, int(seq)], |row| {
            row.get::<_, Vec<u8>>(0)
        })
        .optional()?;
    found.map(|bytes| hash(&bytes)).transpose()
}

type Checked = std::result::Result<Vec<Sealed>, Outcome>;

/// An entry of the batch whose envelope can be read.
struct Line {
    envelope: Envelope,
    sealed: Sealed,
}

/// What the batch itself must be, whatever is stored: entries of that device and site, in order, ending with the one
/// that was signed.
fn batch(push: &Push<'_>, site: &SiteId) -> std::result::Result<Vec<Line>, Box<Outcome>> {
    let mut out = Vec::new();
    let whole = read(push, site, &mut out);
    // Said by name, whatever else is wrong: a device that sends its training must be looked at.
    if let Some(line) = out.iter().find(|line| line.envelope.training) {
        let of = ChainError::Training {
            device: line.envelope.device.clone(),
            seq: line.envelope.seq,
        };
        return Err(Box::new(Outcome::Training(of.to_string())));
    }
    whole.map(|()| out).map_err(|why| Box::new(Outcome::BadEnvelope(why)))
}

fn read(push: &Push<'_>, site: &SiteId, out: &mut Vec<Line>) -> std::result::Result<(), String> {
    for bytes in lines(push.body) {
        if bytes.len() > MOST_BYTES {
            return Err(format!(
                "an entry of {} bytes, at most {MOST_BYTES} are allowed",
                bytes.len()
            ));
        }
        let envelope: Envelope =
            serde_json::from_slice(bytes).map_err(|error| format!("an entry's envelope cannot be read: {error}"))?;
        let (epoch, seq) = (envelope.epoch, envelope.seq);
        if envelope.device != *push.device {
            return Err(format!(
                "an entry of device {}, sent by {}",
                envelope.device, push.device
            ));
        }
        if envelope.site != *site {
            return Err(format!("an entry of site {}, this is {site}", envelope.site));
        }
        // What a position can hold.
        if epoch == 0 || epoch >= 1 << 22 || seq == 0 || seq >= 1 << 40 {
            return Err(format!("epoch {epoch}, seq {seq} is out of range"));
        }
        if let Some(last) = out.last().map(|line| &line.envelope) {
            let follows = (epoch == last.epoch && seq == last.seq + 1) || (epoch == last.epoch + 1 && seq == 1);
            if !follows {
                return Err(format!("{epoch}/{seq} after {}/{}: out of order", last.epoch, last.seq));
            }
        }
        let sealed = Sealed::from_stored(Position::new(epoch, seq), bytes.to_vec());
        out.push(Line { envelope, sealed });
    }
    let Some(last) = out.last() else {
        return Err("no entry in the batch".into());
    };
    let end = (last.envelope.epoch, last.envelope.seq, last.sealed.hash);
    match push.head {
        Some(signed) if signed == end => Ok(()),
        Some((epoch, seq, head)) => Err(format!(
            "the proof signs {epoch}/{seq} {head}, the batch ends with {}/{} {}",
            end.0, end.1, end.2
        )),
        None => Err("the proof does not sign the head of the batch".into()),
    }
}

fn check(tx: &Connection, push: &Push<'_>) -> Result<Checked> {
    let bad = |why: String| Ok(Err(Outcome::BadEnvelope(why)));
    let batch = match batch(push, &site::load(tx)?.site) {
        Ok(batch) => batch,
        Err(outcome) => return Ok(Err(*outcome)),
    };
    let mut tip = tip(tx, push.device)?;
    let mut fresh = Vec::with_capacity(batch.len());
    // The last entry of this batch that is known here already.
    let mut common: Option<StoredThrough> = None;
    for Line { envelope, sealed } in batch {
        let Envelope { epoch, seq, prev, .. } = envelope;
        if (epoch, seq) <= (tip.epoch, tip.seq) {
            match stored_hash(tx, push.device, epoch, seq)? {
                Some(known) if known == sealed.hash => {
                    common = Some(StoredThrough {
                        epoch,
                        seq,
                        hash: known,
                    });
                }
                _ => return Ok(Err(parted(tx, push.device, common, epoch, seq, prev)?)),
            }
            continue;
        }
        // What an epoch follows, the device says by its proof; one that does not can only follow what was received last.
        let begins = seq == 1
            && match push.follows.filter(|_| fresh.is_empty()) {
                Some(before) => is_here(tx, push.device, &before)?,
                None => epoch == tip.epoch + 1,
            };
        if begins {
            if !names_a_common_entry(tx, push.device, epoch, prev)? {
                // It was stored, where this ledger was restored from a backup: then the device has what comes before.
                let why = format!("epoch {epoch} does not begin at an entry stored here");
                refuse(tx, push, "bad_envelope", &why)?;
                return Ok(Err(Outcome::Gap((&tip).into())));
            }
            tip = Tip {
                device: push.device.clone(),
                epoch,
                seq: 0,
                hash: prev,
                training: false,
            };
        } else if epoch != tip.epoch || seq > tip.seq + 1 {
            return Ok(Err(Outcome::Gap((&tip).into())));
        }
        match tip.follow(&envelope, sealed.hash) {
            Ok(()) => fresh.push(sealed),
            Err(error) => return bad(error.to_string()),
        }
    }
    Ok(Ok(fresh))
}

/// Whether the entry that a device names as its last one before a batch is stored here; the beginning of epoch 1 always is. Then
/// the epochs between are empty on the device. A ledger that was restored from its backup may have lost the entry, and then lacks
/// what comes before it as well.
fn is_here(tx: &Connection, device: &DeviceId, before: &StoredThrough) -> Result<bool> {
    match before.seq {
        0 => Ok(before.epoch == 1),
        seq => Ok(stored_hash(tx, device, before.epoch, seq)? == Some(before.hash)),
    }
}

/// Other bytes stand at `epoch`/`seq`. The last common entry is the one before where that is known to be the same;
/// otherwise the device is asked to send again from half as far, which finds it in a few rounds.
fn parted(
    tx: &Connection,
    device: &DeviceId,
    common: Option<StoredThrough>,
    epoch: u32,
    seq: u64,
    prev: Hash,
) -> Result<Outcome> {
    if let Some(common) = common {
        return Ok(Outcome::Fork(common));
    }
    if seq == 1 {
        return Ok(Outcome::Fork(StoredThrough {
            epoch,
            seq: 0,
            hash: prev,
        }));
    }
    if stored_hash(tx, device, epoch, seq - 1)? == Some(prev) {
        return Ok(Outcome::Fork(StoredThrough {
            epoch,
            seq: seq - 1,
            hash: prev,
        }));
    }
    let mut back = (seq - 1) / 2;
    while back > 0 {
        if let Some(hash) = stored_hash(tx, device, epoch, back)? {
            return Ok(Outcome::Gap(StoredThrough { epoch, seq: back, hash }));
        }
        back /= 2;
    }
    // The beginning of the epoch is what its first stored entry names.
    let first = tx
        .query_row(
            "SELECT bytes FROM entry WHERE device = ?1 AND epoch = ?2 AND seq = 1",
            params![device.as_str(), epoch],
            |row| row.get::<_, Vec<u8>>(0),
        )
        .optional()?;
    let hash = match first.and_then(|bytes| serde_json::from_slice::<Envelope>(&bytes).ok()) {
        Some(envelope) => envelope.prev,
        None => {
            archive::guard::epoch_begins(tx, device.as_str(), epoch)?.unwrap_or_else(|| genesis(device, epoch, None))
        }
    };
    Ok(Outcome::Gap(StoredThrough { epoch, seq: 0, hash }))
}

/// Whether `prev` is the beginning of `epoch` after an entry that is stored here, after the beginning of an epoch, or
/// after nothing at all. Newest first: a fork is near the end.
fn names_a_common_entry(tx: &Connection, device: &DeviceId, epoch: u32, prev: Hash) -> Result<bool> {
    if prev == genesis(device, epoch, None) {
        return Ok(true);
    }
    let mut statement =
        tx.prepare("SELECT hash, seq, bytes, epoch FROM entry WHERE device = ?1 ORDER BY epoch DESC, seq DESC")?;
    let mut rows = statement.query([device.as_str()])?;
    while let Some(row) = rows.next()? {
        let stored = hash(row.get_ref(0)?.as_blob().unwrap_or_default())?;
        if prev == genesis(device, epoch, Some(stored)) {
            return Ok(true);
        }
        if row.get::<_, i64>(1)? == 1 {
            let first: Option<Envelope> = serde_json::from_slice(row.get_ref(2)?.as_blob().unwrap_or_default()).ok();
            let begins = match first {
                Some(first) => Some(first.prev),
                None => archive::guard::epoch_begins(tx, device.as_str(), row.get(3)?)?,
            };
            if begins.is_some_and(|begins| prev == genesis(device, epoch, Some(begins))) {
                return Ok(true);
            }
        }
    }
    // A fork at the very first entry, before anything of epoch 1 was stored.
    Ok(prev == genesis(device, epoch, Some(genesis(device, 1, None))))
}

fn keep(tx: &Connection, push: &Push<'_>, fresh: &[Sealed], key: &SigningKey) -> Result<PushReply> {
    let (device, at) = (push.device, push.received);
    let Some((first, last)) = fresh
        .first()
        .zip(fresh.last())
        .map(|(a, b)| (a.position, (b.position, b.hash)))
    else {
        tx.prepare_cached("UPDATE device SET contact_ms = ?2 WHERE device = ?1")?
            .execute(params![device.as_str(), at.unix_ms()])?;
        return Ok(PushReply {
            stored_through: (&tip(tx, device)?).into(),
            receipt: None,
        });
    };
    let (end, head) = last;
    {
        let mut insert = tx.prepare_cached(
            "INSERT INTO entry (device, epoch, seq, bytes, hash, received_ms) VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
        )?;
        for Sealed { position, hash, bytes } in fresh {
            let (epoch, seq) = (position.epoch(), int(position.seq()));
            insert.execute(params![device.as_str(), epoch, seq, bytes, &hash.0[..], at.unix_ms()])?;
        }
    }
    tx.prepare_cached("UPDATE device SET epoch = ?2, seq = ?3, hash = ?4, contact_ms = ?5 WHERE device = ?1")?
        .execute(params![
            device.as_str(),
            end.epoch(),
            int(end.seq()),
            &head.0[..],
            at.unix_ms()
        ])?;
    tx.prepare_cached(
        "INSERT OR REPLACE INTO push_proof (device, epoch, seq, hash, proof, received_ms) VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
    )?
    .execute(params![
        device.as_str(),
        end.epoch(),
        int(end.seq()),
        &head.0[..],
        push.proof,
        at.unix_ms()
    ])?;
    // A batch that crosses into a new epoch is receipted for the part in it; the head's hash covers all before.
    let from = if first.epoch() == end.epoch() { first.seq() } else { 1 };
    let mut receipt = Receipt {
        device: device.clone(),
        epoch: end.epoch(),
        from,
        to: end.seq(),
        head,
        received_at: at,
        signature: Vec::new(),
    };
    receipt.signature = key::sign(key, &receipt.message());
    tx.prepare_cached(
        "INSERT INTO receipt (device, epoch, from_seq, to_seq, hash, received_ms, signature)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)",
    )?
    .execute(params![
        device.as_str(),
        receipt.epoch,
        int(receipt.from),
        int(receipt.to),
        &head.0[..],
        at.unix_ms(),
        receipt.signature
    ])?;
    let stored_through = StoredThrough {
        epoch: end.epoch(),
        seq: end.seq(),
        hash: head,
    };
    Ok(PushReply {
        stored_through,
        receipt: Some(receipt),
    })
}

#[cfg(test)]
mod tests {
    use super::lines;

    #[test]
    fn an_entry_ends_with_its_line_or_with_the_body_and_an_empty_line_is_none() {
        let of = |body: &'static [u8]| lines(body).collect::<Vec<_>>();
        assert_eq!(of(b"a\nbc\n"), [&b"a"[..], b"bc"]);
        assert_eq!(of(b"\n\na\n\nbc"), [&b"a"[..], b"bc"]);
        assert!(of(b"\n").is_empty());
        assert!(of(b"").is_empty());
    }
}
