//! Genealogy: what went into a run and what came out of it, from the histories of this device and of the site.
//!
//! A run is named by its first entry, `DEVICE-EPOCH-SEQ`. Its entries follow in that device's chain, so they are found by
//! the key of the history and by nothing that would be looked for in all of it.

use super::{Picture, included, parse, parse_some};
use crate::Error;
use lotline_record::entry::Position;
use lotline_record::model::{ItemId, OwnerId, RunId};
use lotline_record::trace::kin::{Descent, Kin, Member, standing};
use rusqlite::params;

/// Lines of history in which runs are looked for.
const LOOKED_AT: usize = 1_000;
/// Runs that are followed from one subject.
const RUNS: usize = 100;

/// Owner and item, lot and serial; kind; amount.
type Row = (([String; 2], [Option<String>; 2]), String, i64);

impl Picture<'_> {
    pub(super) fn read_kin(&self, of: &Member, descent: Descent) -> Result<Vec<Kin>, Error> {
        let (here, there) = descent.sides();
        let lines = self.read_runs(of, LOOKED_AT)?.into_iter();
        let lines = lines.filter_map(|line| Some((line.document?, line.kind, line.amount.micros())));
        let mut kin = Vec::new();
        for (run, _) in standing(lines, here).take(RUNS) {
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
                 UNION ALL SELECT kind, owner, item, lot, serial, amount FROM effects.own_history
                   WHERE position >= ?3 AND position < ?4 AND document = ?5
                     AND owner IS NOT NULL AND item IS NOT NULL AND position > ",
                included!()
            ),
            params![self.site(), device, from.raw(), to.raw(), run.as_str()],
            |r| {
                let rest: [Option<String>; 2] = [r.get(3)?, r.get(4)?];
                let rest = rest.map(|text| text.filter(|text| !text.is_empty()));
                Ok((([r.get(1)?, r.get(2)?], rest), r.get(0)?, r.get(5)?))
            },
        )?;
        standing(rows, side)
            .map(|(([owner, item], [lot, serial]), amount)| {
                Ok(Kin {
                    run: run.clone(),
                    member: Member {
                        owner: parse::<OwnerId>("owner", &owner)?,
                        item: parse::<ItemId>("item", &item)?,
                        lot: parse_some("lot", lot)?,
                        serial,
                    },
                    amount,
                })
            })
            .collect()
    }
}
