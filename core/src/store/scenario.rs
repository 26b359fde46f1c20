//! For simulations: entries that a test decides on go the way of an input's, without a flow.

use super::{Author, Draft, Store};
use crate::Error;
use crate::work::facts::Facts;
use lotline_record::entry::{Body, EntryRef};
use lotline_record::model::{Account, SiteId};

impl Store {
    /// Writes `bodies` as an input would: one transaction, one fsync.
    ///
    /// # Errors
    /// The store's.
    pub fn write_down(&self, bodies: Vec<Body>) -> Result<Vec<EntryRef>, Error> {
        let standing = self.standing()?;
        let author = Author {
            site: SiteId::new(standing.site.clone().unwrap_or_default()).map_err(|e| Error::bug(e.to_string()))?,
            device: standing.tip.device.clone(),
            who: None,
            now: self.platform.clock.now(),
            offset_ms: None,
            policy: 1,
            app: "0.1.0".into(),
            cursor: standing.cursor,
        };
        self.append(&author, bodies.into_iter().map(Draft::new).collect(), None)
    }

    /// What a screen would show as standing in `account`, in millionths of the base unit.
    ///
    /// # Errors
    /// The store's.
    pub fn stands_in(&self, account: &Account) -> Result<i64, Error> {
        self.picture(|picture| {
            let rows = picture.stock_in(account)?;
            Ok(rows.iter().map(|row| row.amount.micros()).sum())
        })
    }
}
