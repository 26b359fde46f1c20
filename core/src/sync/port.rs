//! What the sync client asks of the store: the queue, the mark and the picture.
//!
//! The queue *is* the entries after the acknowledged mark; there is no state per entry. Every method is one short
//! transaction, may be called from the sync thread at any time, and holds no lock when it returns.

use crate::Error;
use lotline_record::entry::{Hash, Position, Sealed};
use lotline_record::model::{DeviceId, SiteId};
use lotline_record::wire::{
    EnrolReply, Included, NumbersReply, NumbersRequest, Page, Pin, Receipt, StoredThrough, WmsCounts,
};
use serde::{Deserialize, Serialize};
use std::path::{Path, PathBuf};

/// Where the device is enrolled.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Link {
    /// The server's base address, without a slash at the end.
    pub server: String,
    /// The device's name.
    pub device: DeviceId,
    /// Its site.
    pub site: SiteId,
    /// The site's public key (SPKI DER) that counter-signs receipts.
    pub site_key: Vec<u8>,
    /// The keys of which the server must show one; empty: the trusted roots decide.
    pub pins: Vec<Pin>,
}

/// Bytes of a page of the picture's file.
pub const PAGE: usize = lotline_record::wire::SITE_PAGE as usize;

/// Keeps the pages of a file otherwise than they come: encrypted. A page's number begins at 1.
pub trait Keeping: Send {
    /// Makes a page that came into one that is kept.
    ///
    /// # Errors
    /// What the system says; `InvalidData` for a page that cannot be kept so.
    fn keep(&self, number: u64, page: &mut [u8]) -> std::io::Result<()>;

    /// Makes a page that was kept into the one that came.
    fn read(&self, number: u64, page: &mut [u8]);
}

/// The queue as one look at the store gives it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Queue {
    /// The last own entry; seq 0 with the epoch's genesis hash before the first. Its epoch is the device's epoch.
    pub tip: StoredThrough,
    /// The mark: the server is durable up to here. Its epoch may be an earlier one than the tip's.
    pub acknowledged: StoredThrough,
    /// Entries after the mark.
    pub pending: u64,
}

/// How far the picture in `site.db` is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cursor {
    /// Which history of the server it belongs to.
    pub server_epoch: String,
    /// The last change it has.
    pub at: u64,
}

/// Why nothing is sent although the server can be reached. Capture goes on in every one of them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Blocked {
    /// The server knows neither the token nor, asked anew, the key.
    SignIn,
    /// The device was cut off; the queue is kept and can be exported.
    Revoked,
    /// The app is too old for this server.
    UpdateApp,
    /// Who answers at the server's address cannot show that it is the server: another network, something in between, or a
    /// server whose key was replaced without notice. Tried again as a lost network is.
    Untrusted,
    /// The server asked to wait until then (milliseconds since boot).
    Busy {
        /// Milliseconds since boot.
        until_mono_ms: u64,
    },
    /// Something that must not happen: a wrong signature, a refused envelope, a fork that does not end.
    Alarm {
        /// A problem code of the wire, or `bad_receipt`.
        code: String,
        /// What and where.
        message: String,
    },
}

/// What a picture that the gateway made for all counts of this device.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct OwnMark {
    /// Up to which own entry its rows count.
    pub included: Included,
    /// How far own movements had got.
    pub counts: WmsCounts,
}

/// How much of the picture's file is here.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Fetched {
    /// Bytes that are here.
    pub bytes: u64,
    /// Bytes of the whole.
    pub of: u64,
}

/// What the last request says about the way to the server: for the status line and the clock's offset.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Contact {
    /// It answered.
    Reached {
        /// Server clock minus the device's wall clock in milliseconds, where the answer said.
        offset_ms: Option<i64>,
    },
    /// Nobody, or somebody else, answered.
    Lost,
    /// It answered and nothing is sent until that changes.
    Blocked(Blocked),
}

/// The store, as the sync client sees it.
pub trait SyncStore: Send + Sync {
    /// Where the device is enrolled; `None` before.
    fn link(&self) -> Result<Option<Link>, Error>;

    /// Keeps what enrolment gave. The pepper is wrapped by the key store before it is written.
    fn save_link(&self, server: &str, pins: &[Pin], reply: &EnrolReply) -> Result<(), Error>;

    /// Replaces the pins of a device that has some.
    fn save_pins(&self, pins: &[Pin]) -> Result<(), Error>;

    /// Tip, mark and count, in O(1).
    fn queue(&self) -> Result<Queue, Error>;

    /// Own entries after `after`, in order and without a hole: at most `entries`, at most `bytes` in sum, but at least
    /// one if there is any. All of one epoch. Entries at or below the mark are given too while they are retained.
    /// An earlier epoch's entries beyond the common entry at which the next began are never given: they travel inside
    /// `carried` entries. Empty: nothing after `after`, or the first one is no longer on the device.
    fn batch(&self, after: Position, entries: usize, bytes: usize) -> Result<Vec<Sealed>, Error>;

    /// The last entry before `first` that [`SyncStore::batch`] gives; the beginning of epoch 1 where there is none.
    fn before(&self, first: Position) -> Result<StoredThrough, Error>;

    /// Hash of the own entry there; for seq 0 the epoch's genesis; `None` when it is unknown or no longer kept.
    fn hash_at(&self, position: Position) -> Result<Option<Hash>, Error>;

    /// Moves the mark. `through` is always on the own chain ([`SyncStore::hash_at`] was compared). It moves back when
    /// a server restored from its backup says what it still has. A receipt is kept as evidence, its signature checked.
    fn acknowledge(&self, through: &StoredThrough, receipt: Option<&Receipt>) -> Result<(), Error>;

    /// After a fork: begins the next epoch at `genesis(device, epoch + 1, common's hash)`. The entries after `common`
    /// (after the mark, when nothing is in common) go up verbatim, wrapped in `carried` entries, before anything new.
    /// One transaction; the mark becomes seq 0 of the new epoch.
    fn begin_epoch(&self, common: Option<&StoredThrough>) -> Result<(), Error>;

    /// How far the picture is; `None` before first use.
    fn cursor(&self) -> Result<Option<Cursor>, Error>;

    /// Applies a page to `site.db`: rows, tombstones, cursor and `included` together. Prunes own effects afterwards.
    fn apply_page(&self, page: &Page) -> Result<(), Error>;

    /// Up to where what goes ahead of everything else is here (`Table::is_urgent`); `None`: nothing of it.
    fn urgent(&self) -> Result<Option<Cursor>, Error>;

    /// Applies a page of it: rows and the cursor of [`SyncStore::urgent`] together. That of the picture stays as it is.
    fn apply_urgent(&self, page: &Page) -> Result<(), Error>;

    /// Whether there is no picture yet, not even a small one of today's work.
    fn is_blank(&self) -> Result<bool, Error> {
        Ok(false)
    }

    /// Puts today's work and what it refers to into a picture that [`SyncStore::is_blank`]. It gets no cursor: the whole
    /// picture takes its place.
    fn apply_focus(&self, _page: &Page) -> Result<(), Error> {
        Ok(())
    }

    /// A file beside `site.db`, on the same file system, where a snapshot may be written. What is written there stays until
    /// it is whole, also over a restart.
    fn download_path(&self) -> PathBuf;

    /// How that file is kept; `None`: as it comes. `begun` is one that an earlier try left.
    ///
    /// # Errors
    /// `storage` where what was left cannot be read, `key_store`.
    fn keeping(&self, _begun: Option<&Path>) -> Result<Option<Box<dyn Keeping>>, Error> {
        Ok(None)
    }

    /// Swaps the downloaded file in as `site.db`. Its SHA-256 has been checked; format and site have not. `own` is written
    /// into it before; without one it stands there already.
    fn adopt_site(&self, file: &Path, own: Option<&OwnMark>) -> Result<(), Error>;

    /// The picture's file comes; `None`: it is here, or nobody fetches it now. Cheap: called a few times a second.
    fn fetching(&self, _so_far: Option<Fetched>) {}

    /// What to tell the gateway of own numbers, and whether any series runs low. `None`: this store has no numbers.
    fn numbers(&self) -> Result<Option<(NumbersRequest, bool)>, Error> {
        Ok(None)
    }

    /// Keeps what the gateway answered to [`SyncStore::numbers`].
    fn keep_numbers(&self, _reply: &NumbersReply) -> Result<(), Error> {
        Ok(())
    }

    /// Writes back what the write-ahead logs hold. Called when there is nothing else to do.
    fn tidy(&self) {}

    /// Notes what the last request says about the way to the server. Cheap: called after every request.
    fn contact(&self, contact: Contact);
}
