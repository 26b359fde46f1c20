//! Stock by the day of its lot.

use super::{MOST, Picture, noun};
use lotline_record::model::{Amount, Day};
use lotline_record::trace::report::Dated;
use rusqlite::params;

/// Which day of a lot is asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum By {
    /// When it expires.
    Expiry,
    /// When it first came in.
    Received,
}

impl Picture {
    /// Stock of lots whose day is on `until` or before it, the earliest first; and whether there is more.
    ///
    /// # Errors
    /// The database's.
    pub fn dated(&self, by: By, until: Day) -> rusqlite::Result<(Vec<Dated>, bool)> {
        let day = match by {
            By::Expiry => "expiry",
            By::Received => "received_on",
        };
        let sql = format!(
            "SELECT s.owner, s.item, coalesce(i.name, s.item), s.lot, l.expiry, l.received_on, s.account, sum(s.amount)
               FROM lot l
               JOIN stock s ON s.site = l.site AND s.owner = l.owner AND s.item = l.item AND s.lot = l.lot
                 AND s.maker = l.maker AND s.gone = 0
               LEFT JOIN item i ON i.site = l.site AND i.owner = l.owner AND i.item = l.item AND i.gone = 0
              WHERE l.site = ?1 AND l.gone = 0 AND l.{day} <= ?2 AND s.account NOT LIKE 'virtual:%'
              GROUP BY l.owner, l.item, l.lot, l.maker, s.account HAVING sum(s.amount) <> 0
              ORDER BY l.{day}, s.item, s.lot, s.account LIMIT ?3"
        );
        let mut found = self.all(&sql, params![self.site, until.to_string(), MOST + 1], |row| {
            let day = |at: usize| -> rusqlite::Result<Option<Day>> {
                row.get::<_, Option<String>>(at)?.map(|day| noun(&day)).transpose()
            };
            Ok(Dated {
                owner: noun(&row.get::<_, String>(0)?)?,
                item: noun(&row.get::<_, String>(1)?)?,
                name: row.get(2)?,
                lot: noun(&row.get::<_, String>(3)?)?,
                expiry: day(4)?,
                received_on: day(5)?,
                account: noun(&row.get::<_, String>(6)?)?,
                amount: Amount::from_micros(row.get(7)?),
            })
        })?;
        let most = usize::try_from(MOST).unwrap_or(usize::MAX);
        let cut = found.len() > most;
        found.truncate(most);
        Ok((found, cut))
    }
}
