//! Histories of lots, serials and handling units.

use super::{Picture, included, parse_some};
use crate::Error;
use crate::work::facts::{HistoryFacts, Subject};
use lotline_record::entry::Position;
use lotline_record::model::Amount;
use lotline_record::trace::kin::Member;
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
            " FROM main.own_history WHERE position > ",
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
