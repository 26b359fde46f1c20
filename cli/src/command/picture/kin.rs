//! Genealogy in a picture: what went into a run and what came out of it.

use super::{MOST, Picture, noun};
use lotline_record::entry::Position;
use lotline_record::model::{Member, RunId};
use lotline_record::trace::kin::{Descent, Kin, Kinship, standing};
use rusqlite::params;

impl Kinship for Picture {
    type Error = rusqlite::Error;

    fn kin(&self, of: &Member, descent: Descent) -> rusqlite::Result<Vec<Kin>> {
        let (here, there) = descent.sides();
        let filter = match (&of.serial, &of.lot) {
            (Some(_), _) => "serial = ?4",
            (None, Some(_)) => "lot = ?4",
            (None, None) => "?4 = item",
        };
        let rows = self.all(
            &format!(
                "SELECT document, kind, amount FROM history
                  WHERE site = ?1 AND owner = ?2 AND item = ?3 AND {filter} AND document IS NOT NULL AND gone = 0
                    AND kind IN ('consumed', 'produced', 'undone:consumed', 'undone:produced') LIMIT {MOST}"
            ),
            params![self.site, of.owner.as_str(), of.item.as_str(), of.name()],
            |row| {
                Ok((
                    row.get::<_, String>(0)?,
                    row.get::<_, String>(1)?,
                    row.get::<_, i64>(2)?,
                ))
            },
        )?;
        let mut found = Vec::new();
        for (run, _) in standing(rows, here) {
            found.append(&mut self.side(&noun(&run)?, there)?);
        }
        Ok(found)
    }
}

impl Picture {
    fn side(&self, run: &RunId, side: &str) -> rusqlite::Result<Vec<Kin>> {
        let Some((device, (epoch, seq), next)) = run.stretch() else {
            return Ok(Vec::new());
        };
        let (from, to) = (Position::new(epoch, seq).raw(), Position::new(next, 0).raw());
        let rows = self.all(
            "SELECT kind, owner, item, lot, serial, amount FROM history
              WHERE site = ?1 AND device = ?2 AND position >= ?3 AND position < ?4 AND document = ?5 AND gone = 0
                AND owner IS NOT NULL AND item IS NOT NULL",
            params![self.site, device, from, to, run.as_str()],
            |row| {
                let member = Member {
                    owner: noun(&row.get::<_, String>(1)?)?,
                    item: noun(&row.get::<_, String>(2)?)?,
                    lot: row
                        .get::<_, Option<String>>(3)?
                        .filter(|lot| !lot.is_empty())
                        .map(|lot| noun(&lot))
                        .transpose()?,
                    serial: row.get::<_, Option<String>>(4)?.filter(|serial| !serial.is_empty()),
                };
                Ok((member, row.get(0)?, row.get(5)?))
            },
        )?;
        Ok(standing(rows, side)
            .map(|(member, amount)| Kin {
                run: run.clone(),
                member,
                amount,
            })
            .collect())
    }
}
