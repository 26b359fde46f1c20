//! What became of the entries of an offline drill: read from what is kept, not from what the flow remembers.

use super::{Picture, included_through};
use crate::Error;
use crate::store::storage;
use crate::work::facts::Reconciled;
use lotline_record::entry::{Envelope, Hash, Position, Tip, link};
use lotline_record::wire::Receipt;
use rusqlite::params;

impl Picture<'_> {
    pub(super) fn read_drilled(&self, from: Position, to: Position) -> Result<Reconciled, Error> {
        let mut found = Reconciled {
            chain: self.continues(from, to)?,
            included: included_through(self.connection)? >= to,
            ..Reconciled::default()
        };
        let entries = (to.seq() + 1).saturating_sub(from.seq());
        let mut times = vec![0_u32; usize::try_from(entries).unwrap_or(0)];
        for receipt in self.receipts(from)? {
            if receipt.epoch != from.epoch() || receipt.to < from.seq() || receipt.from > to.seq() {
                continue;
            }
            found.received_ms = found.received_ms.max(Some(receipt.received_at.unix_ms()));
            for seq in receipt.from.max(from.seq())..=receipt.to.min(to.seq()) {
                if let Some(n) = usize::try_from(seq - from.seq()).ok().and_then(|at| times.get_mut(at)) {
                    *n += 1;
                }
            }
        }
        let count = |least: u32| times.iter().filter(|n| **n >= least).count() as u64;
        (found.received, found.twice) = (count(1), count(2));
        Ok(found)
    }

    fn receipts(&self, from: Position) -> Result<Vec<Receipt>, Error> {
        let texts: Vec<String> = self
            .connection
            .prepare_cached("SELECT receipt FROM main.receipt WHERE position >= ?1 ORDER BY position")
            .and_then(|mut s| s.query_map([from.raw()], |r| r.get(0))?.collect())
            .map_err(storage("read the receipts"))?;
        // One that cannot be read proves nothing, and is counted so.
        Ok(texts
            .iter()
            .filter_map(|text| serde_json::from_str(text).ok())
            .collect())
    }

    /// Whether the entries stand there without a hole, each naming the hash of the one before and hashing to its own.
    fn continues(&self, from: Position, to: Position) -> Result<bool, Error> {
        let rows: Vec<(Vec<u8>, Vec<u8>)> = self
            .connection
            .prepare_cached("SELECT hash, bytes FROM main.entry WHERE position BETWEEN ?1 AND ?2 ORDER BY position")
            .and_then(|mut s| {
                s.query_map(params![from.raw(), to.raw()], |r| Ok((r.get(0)?, r.get(1)?)))?
                    .collect()
            })
            .map_err(storage("read the chain"))?;
        let first = rows.first();
        let Some(first) = first.and_then(|(_, bytes)| serde_json::from_slice::<Envelope>(bytes).ok()) else {
            return Ok(false);
        };
        let before: Option<Vec<u8>> = self.one(
            "SELECT hash FROM main.entry WHERE position = ?1",
            [Position::new(from.epoch(), from.seq().saturating_sub(1)).raw()],
            |r| r.get(0),
        )?;
        let mut tip = Tip {
            seq: from.seq().saturating_sub(1),
            epoch: from.epoch(),
            // The first entry of an epoch names the epoch's beginning.
            hash: before.and_then(|hash| Hash::from_slice(&hash)).unwrap_or(first.prev),
            ..self.standing.tip.clone()
        };
        let holds = rows
            .iter()
            .all(|(hash, bytes)| link(&mut tip, bytes).is_ok_and(|sealed| sealed.hash.0[..] == hash[..]));
        Ok(holds && tip.seq == to.seq())
    }
}
