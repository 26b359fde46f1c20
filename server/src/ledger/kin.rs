//! Genealogy at the gateway: what went into a run and what came out of it, by the history of all devices.

use super::sqlite::noun;
use super::{LedgerError, Result};
use lotline_record::entry::Position;
use lotline_record::model::RunId;
use lotline_record::trace::kin::{Descent, Kin, Kinship, Member, standing};
use rusqlite::{Connection, params};

/// Lines of history in which runs are looked for.
const LOOKED_AT: i64 = 1_000;

/// The runs of a site.
pub(super) struct Runs<'a> {
    pub(super) db: &'a Connection,
    pub(super) site: &'a str,
}

impl Kinship for Runs<'_> {
    type Error = LedgerError;

    fn kin(&self, of: &Member, descent: Descent) -> Result<Vec<Kin>> {
        let (here, there) = descent.sides();
        let mut kin = Vec::new();
        for run in self.runs(of, here)? {
            kin.append(&mut self.members(&run, there)?);
        }
        Ok(kin)
    }
}

impl Runs<'_> {
    /// Runs on whose side the goods stand, what was taken back left out.
    fn runs(&self, of: &Member, side: &str) -> Result<Vec<String>> {
        let (index, filter) = match (&of.serial, &of.lot) {
            (Some(_), _) => ("history_serial", "serial = ?4 AND serial IS NOT NULL"),
            (None, Some(_)) => ("history_lot", "lot = ?4"),
            (None, None) => ("history_lot", "?4 = ''"),
        };
        let last = of.serial.clone().or_else(|| of.lot.as_ref().map(ToString::to_string));
        let mut statement = self.db.prepare_cached(&format!(
            "SELECT document, kind, amount FROM history INDEXED BY {index}
              WHERE site = ?1 AND owner = ?2 AND item = ?3 AND {filter} AND document IS NOT NULL AND gone = 0
                AND kind IN ('consumed', 'produced', 'undone:consumed', 'undone:produced')
              ORDER BY cursor LIMIT {LOOKED_AT}"
        ))?;
        let values = params![self.site, of.owner.as_str(), of.item.as_str(), last.unwrap_or_default()];
        let rows = statement.query_map(values, |row| {
            Ok((
                row.get::<_, String>(0)?,
                row.get::<_, String>(1)?,
                row.get::<_, i64>(2)?,
            ))
        })?;
        let lines: Vec<_> = rows.collect::<rusqlite::Result<_>>()?;
        Ok(standing(lines, side).map(|(run, _)| run).collect())
    }

    /// What stands on a side of a run. Its entries are those of one device from its first one on.
    fn members(&self, run: &str, side: &str) -> Result<Vec<Kin>> {
        let run: RunId = noun(run)?;
        let Some((device, from, to)) = run.stretch() else {
            return Ok(Vec::new());
        };
        let mut statement = self.db.prepare_cached(
            "SELECT kind, owner, item, lot, serial, amount FROM history
              WHERE site = ?1 AND device = ?2 AND position >= ?3 AND position < ?4 AND document = ?5 AND gone = 0
                AND owner IS NOT NULL AND item IS NOT NULL",
        )?;
        let (from, to) = (Position::new(from.0, from.1).raw(), Position::new(to, 0).raw());
        let rows = statement.query_map(params![self.site, device, from, to, run.as_str()], |row| {
            let texts: [String; 2] = [row.get(1)?, row.get(2)?];
            let options: [Option<String>; 2] = [row.get(3)?, row.get(4)?];
            let rest = options.map(|text| text.filter(|text| !text.is_empty()));
            Ok(((texts, rest), row.get(0)?, row.get(5)?))
        })?;
        let lines: Vec<_> = rows.collect::<rusqlite::Result<_>>()?;
        standing(lines, side)
            .map(|(([owner, item], [lot, serial]), amount)| {
                let member = Member {
                    owner: noun(&owner)?,
                    item: noun(&item)?,
                    lot: lot.map(|lot| noun(&lot)).transpose()?,
                    serial,
                };
                Ok(Kin {
                    run: run.clone(),
                    member,
                    amount,
                })
            })
            .collect()
    }
}
