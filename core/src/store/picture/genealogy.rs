//! Genealogy: what went into a run and what came out of it, from the histories of this device and of the site.
//!
//! A run is named by its first entry, `DEVICE-EPOCH-SEQ`. Its entries follow in that device's chain, so they are found by
//! the key of the history and by nothing that would be looked for in all of it.

use super::{Picture, included, parse, parse_some};
use crate::Error;
use lotline_record::entry::Position;
use lotline_record::model::{Amount, ItemId, OwnerId, RunId};
use lotline_record::trace::kin::{Descent, Kin, Member, adds};
use rusqlite::params;
use std::collections::BTreeMap;

/// Lines of history in which runs are looked for.
const LOOKED_AT: usize = 1_000;
/// Runs that are followed from one subject.
const RUNS: usize = 100;

/// Kind, owner and item; lot and serial; amount.
type Row = ([String; 3], [Option<String>; 2], i64);

impl Picture<'_> {
    pub(super) fn read_kin(&self, of: &Member, descent: Descent) -> Result<Vec<Kin>, Error> {
        let (here, there) = descent.sides();
        let mut runs: BTreeMap<String, Amount> = BTreeMap::new();
        for line in self.read_runs(of, LOOKED_AT)? {
            let (Some(run), Some(sign)) = (line.document, adds(&line.kind, here)) else {
                continue;
            };
            let sum = runs.entry(run).or_default();
            *sum = if sign {
                sum.plus(line.amount)
            } else {
                sum.minus(line.amount)
            };
        }
        let mut kin = Vec::new();
        for (run, _) in runs.into_iter().filter(|(_, sum)| sum.is_positive()).take(RUNS) {
            kin.append(&mut self.members(&parse("run", &run)?, there)?);
        }
        Ok(kin)
    }

    /// What went into the run or came out of it, item by item.
    fn members(&self, run: &RunId, side: &str) -> Result<Vec<Kin>, Error> {
        let Some((device, (epoch, seq), next)) = run.stretch() else {
            return Ok(Vec::new());
        };
        let (from, to) = (Position::new(epoch, seq), Position::new(next, 0));
        let rows: Vec<Row> = self.all(
            concat!(
                "SELECT kind, owner, item, lot, serial, amount FROM site.history
                   WHERE site = ?1 AND device = ?2 AND position >= ?3 AND position < ?4 AND document = ?5 AND gone = 0
                     AND owner IS NOT NULL AND item IS NOT NULL
                 UNION ALL SELECT kind, owner, item, lot, serial, amount FROM main.own_history
                   WHERE position >= ?3 AND position < ?4 AND document = ?5
                     AND owner IS NOT NULL AND item IS NOT NULL AND position > ",
                included!()
            ),
            params![self.site(), device, from.raw(), to.raw(), run.as_str()],
            |r| Ok(([r.get(0)?, r.get(1)?, r.get(2)?], [r.get(3)?, r.get(4)?], r.get(5)?)),
        )?;
        let mut sums: BTreeMap<([String; 2], [Option<String>; 2]), i64> = BTreeMap::new();
        for ([kind, owner, item], rest, amount) in rows {
            let Some(sign) = adds(&kind, side) else { continue };
            let rest = rest.map(|text| text.filter(|text| !text.is_empty()));
            *sums.entry(([owner, item], rest)).or_default() += if sign { amount } else { -amount };
        }
        sums.into_iter()
            .filter(|(_, amount)| *amount > 0)
            .map(|(([owner, item], [lot, serial]), amount)| {
                Ok(Kin {
                    run: run.clone(),
                    member: Member {
                        owner: parse::<OwnerId>("owner", &owner)?,
                        item: parse::<ItemId>("item", &item)?,
                        lot: parse_some("lot", lot)?,
                        serial,
                    },
                    amount: Amount::from_micros(amount),
                })
            })
            .collect()
    }
}
