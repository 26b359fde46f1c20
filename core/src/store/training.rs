//! A training's two files: kept apart from the record by what they are, not by who asks.
//!
//! A row of `meta` makes a folder one of training. Its chain begins at [`training_genesis`], each entry says that it is of a
//! training, and nothing of it is ever given to a sync client ([`live_only`]).

use super::open::{Store, lock};
use super::queue::{meta, set_meta};
use super::{picture, storage};
use crate::Error;
use crate::sync::SyncStore;
use lotline_record::entry::{Instant, Position, training_genesis};
use lotline_record::model::{DeviceId, SiteId};
use lotline_record::wire::{self, Page};
use rusqlite::Connection;

/// The row of `meta` that makes a folder one of training, for as long as it is there.
pub(super) const TRAINING: &str = "training";

/// Its value while somebody is in the training.
const OPEN: &str = "open";
/// And while nobody is.
const CLOSED: &str = "closed";

pub(super) fn is_training(connection: &Connection) -> Result<bool, Error> {
    Ok(meta(connection, TRAINING)?.is_some())
}

/// What was written in training is never sent, carried or acknowledged, whoever asks.
pub(super) fn live_only(connection: &Connection) -> Result<(), Error> {
    if is_training(connection)? {
        return Err(Error::training("training is never sent"));
    }
    Ok(())
}

impl Store {
    /// Makes the folder one of training of that device, once and for all.
    pub(crate) fn become_training(&self, device: &DeviceId, site: &SiteId, resource: &str) -> Result<(), Error> {
        self.with_journal(|c| {
            let begun = c
                .query_row("SELECT EXISTS (SELECT 1 FROM epoch)", [], |r| r.get::<_, bool>(0))
                .map_err(storage("read the chain"))?;
            if begun && !is_training(c)? {
                return Err(Error::training("this folder holds a record"));
            }
            Ok(())
        })?;
        self.settle(
            device,
            site,
            resource,
            // No PIN is ever checked here, so the site's pepper stays where it is.
            &[],
            training_genesis(device, 1),
            Some(CLOSED),
        )
    }

    /// Whether somebody is in the training of this folder.
    pub(crate) fn training_is_open(&self) -> Result<bool, Error> {
        self.with_journal(|c| Ok(meta(c, TRAINING)?.is_some_and(|state| state == OPEN)))
    }

    /// Keeps whether somebody is: after a restart they are again.
    pub(crate) fn keep_training_open(&self, open: bool) -> Result<(), Error> {
        self.change_standing(|c| {
            if !is_training(c)? {
                return Err(Error::training("this folder holds a record"));
            }
            set_meta(c, TRAINING, if open { OPEN } else { CLOSED })
        })
    }

    /// Replaces the picture of a training by `rows`, which count as including every entry up to now.
    pub(crate) fn begin_picture(&self, rows: Vec<wire::Row>, now_ms: i64) -> Result<(), Error> {
        self.with_journal(|c| {
            if is_training(c)? {
                return Ok(());
            }
            Err(Error::training("only the picture of a training is replaced"))
        })?;
        self.with_site(|c| {
            let transaction = c.transaction().map_err(storage("begin"))?;
            for table in wire::TABLES {
                transaction
                    .execute(&format!("DELETE FROM {}", table.name), [])
                    .map_err(storage("empty the picture"))?;
            }
            transaction.commit().map_err(storage("commit"))
        })?;
        lock(&self.known).forget();
        let tip = self.queue()?.tip;
        let included = wire::Included {
            epoch: tip.epoch,
            seq: tip.seq,
        };
        self.add_to_picture(rows, included, now_ms)
    }

    /// Adds `rows` to the picture of a training.
    pub(crate) fn add_to_picture(
        &self,
        rows: Vec<wire::Row>,
        included: wire::Included,
        now_ms: i64,
    ) -> Result<(), Error> {
        self.apply_page(&Page {
            server_epoch: TRAINING.to_owned(),
            from: 0,
            to: 1,
            more: false,
            included,
            counts: wire::WmsCounts::default(),
            now: Instant::from_unix_ms(now_ms),
            rows,
        })
    }

    /// Up to which own entry the picture goes.
    pub(crate) fn included(&self) -> Result<Position, Error> {
        self.with_journal(|c| picture::included_through(c))
    }
}
