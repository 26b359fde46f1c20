//! Histories of lots, serials and handling units.

use super::{Picture, included, parse, parse_some};
use crate::Error;
use crate::work::facts::{HistoryFacts, Subject};
use lotline_record::entry::{Heard, Position};
use lotline_record::model::{Account, Amount, ItemId, LotKey, OwnerId};
use lotline_record::trace::kin::Member;
use lotline_record::trace::marks::{Mark, Marks, marks};
use rusqlite::params;

macro_rules! columns {
    () => {
        "position, at_ms, zone_min, person, kind, lot, serial, from_account, to_account, amount, document"
    };
}

/// The newest lines of the site and of this device, for the rows that `$filter` lets through.
macro_rules! history {
    ($index:literal, $filter:literal) => {
        concat!(
            "SELECT device, ",
            columns!(),
            " FROM site.history INDEXED BY ",
            $index,
            " WHERE site = ?4 AND gone = 0 AND ",
            $filter,
            " UNION ALL SELECT NULL, ",
            columns!(),
            " FROM effects.own_history WHERE position > ",
            included!(),
            " AND ",
            $filter,
            " ORDER BY 3 DESC, 2 DESC LIMIT ?5"
        )
    };
}

impl Picture<'_> {
    pub(super) fn read_history(&self, subject: &Subject, limit: usize) -> Result<Vec<HistoryFacts>, Error> {
        let none = String::new;
        let (sql, keys) = match subject {
            Subject::Lot {
                owner,
                item,
                lot: Some(lot),
            } => (
                history!("history_lot", "owner = ?1 AND item = ?2 AND lot = ?3"),
                [owner.to_string(), item.to_string(), lot.to_string()],
            ),
            Subject::Lot { owner, item, lot: None } => (
                history!("history_lot", "owner = ?1 AND item = ?2 AND ?3 = ''"),
                [owner.to_string(), item.to_string(), none()],
            ),
            Subject::Serial(serial) => (
                history!(
                    "history_serial",
                    "serial = ?1 AND serial IS NOT NULL AND ?2 = '' AND ?3 = ''"
                ),
                [serial.serial.to_string(), none(), none()],
            ),
            Subject::Plate(plate) => (
                history!(
                    "history_plate",
                    "plate = ?1 AND plate IS NOT NULL AND ?2 = '' AND ?3 = ''"
                ),
                [plate.to_string(), none(), none()],
            ),
        };
        self.history_lines(sql, &keys, limit)
    }

    pub(super) fn read_heard(
        &self,
        owner: &OwnerId,
        item: &ItemId,
        lot: Option<&LotKey>,
        at: &Account,
    ) -> Result<Vec<Heard>, Error> {
        let rows = self.all(
            "SELECT device, max(position) FROM site.history INDEXED BY history_lot
              WHERE site = ?1 AND owner = ?2 AND item = ?3 AND lot IS ?4 AND (from_account = ?5 OR to_account = ?5)
                AND device <> ?6 AND gone = 0 GROUP BY device ORDER BY device",
            params![
                self.site(),
                owner.as_str(),
                item.as_str(),
                lot.map(|lot| lot.number.as_str()),
                at.to_string(),
                self.standing.device.as_str()
            ],
            |r| Ok((r.get::<_, String>(0)?, Position::from_raw(r.get(1)?))),
        )?;
        rows.into_iter()
            .map(|(device, through)| {
                Ok(Heard {
                    device: parse("device", &device)?,
                    epoch: through.epoch(),
                    seq: through.seq(),
                })
            })
            .collect()
    }

    /// Lines of runs only: goods used up or made, and what was taken back of that.
    pub(super) fn read_runs(&self, of: &Member, limit: usize) -> Result<Vec<HistoryFacts>, Error> {
        let (sql, last) = match (&of.serial, &of.lot) {
            // One serial number may be on units of several items.
            (Some(serial), _) => (
                history!(
                    "history_serial",
                    "serial = ?3 AND serial IS NOT NULL AND owner = ?1 AND item = ?2
                     AND kind IN ('consumed', 'produced', 'undone:consumed', 'undone:produced')"
                ),
                serial.clone(),
            ),
            (None, lot) => (
                history!(
                    "history_lot",
                    "owner = ?1 AND item = ?2 AND (?3 = '' OR lot = ?3)
                     AND kind IN ('consumed', 'produced', 'undone:consumed', 'undone:produced')"
                ),
                lot.as_ref().map_or_else(String::new, ToString::to_string),
            ),
        };
        self.history_lines(sql, &[of.owner.to_string(), of.item.to_string(), last], limit)
    }

    /// The entries that made a serial and that shipped it, by one look at the index of serials.
    pub(super) fn read_marks(&self, of: &Member) -> Result<Marks, Error> {
        let Some(serial) = &of.serial else {
            return Ok(Marks::default());
        };
        let lines = self.all(
            concat!(
                "SELECT device, position, kind, at_ms, zone_min FROM site.history INDEXED BY history_serial
                   WHERE site = ?1 AND serial = ?2 AND serial IS NOT NULL AND owner = ?3 AND item = ?4 AND gone = 0
                     AND kind IN ('received', 'damaged', 'produced', 'shipped', 'undone:received', 'undone:damaged',
                       'undone:produced', 'undone:shipped')
                 UNION ALL SELECT ?5, position, kind, at_ms, zone_min FROM effects.own_history
                   WHERE serial = ?2 AND owner = ?3 AND item = ?4 AND position > ",
                included!(),
                " ORDER BY at_ms, device, position"
            ),
            params![
                self.site(),
                serial,
                of.owner.as_str(),
                of.item.as_str(),
                self.standing.device.as_str()
            ],
            |r| {
                Ok(Mark {
                    device: r.get(0)?,
                    position: Position::from_raw(r.get(1)?),
                    kind: r.get(2)?,
                    at_ms: r.get(3)?,
                    zone_min: r.get(4)?,
                })
            },
        )?;
        Ok(marks(lines))
    }

    fn history_lines(&self, sql: &str, keys: &[String; 3], limit: usize) -> Result<Vec<HistoryFacts>, Error> {
        let limit = i64::try_from(limit).unwrap_or(i64::MAX);
        let rows = self.all(sql, params![keys[0], keys[1], keys[2], self.site(), limit], |r| {
            Ok((
                HistoryFacts {
                    position: Position::from_raw(r.get(1)?),
                    at_ms: r.get(2)?,
                    zone_min: r.get(3)?,
                    device: None,
                    person: None,
                    kind: r.get(5)?,
                    lot: r.get(6)?,
                    serial: r.get(7)?,
                    from: None,
                    to: None,
                    amount: Amount::from_micros(r.get(10)?),
                    document: r.get(11)?,
                },
                [r.get::<_, Option<String>>(0)?, r.get(4)?, r.get(8)?, r.get(9)?],
            ))
        })?;
        rows.into_iter()
            .map(|(line, [device, person, from, to])| {
                Ok(HistoryFacts {
                    device: parse_some("device", device)?,
                    person: parse_some("person", person)?,
                    from: parse_some("account", from)?,
                    to: parse_some("account", to)?,
                    ..line
                })
            })
            .collect()
    }
}
