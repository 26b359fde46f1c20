//! Why the ledger could not do what was asked.

use super::archive::{Month, Stays};
use lotline_record::model::SiteId;
use lotline_record::numbering::Series;
use rusqlite::ErrorCode;

/// Why the ledger could not do what was asked.
#[derive(Debug, thiserror::Error)]
pub enum LedgerError {
    /// Written by a newer version: left as it is.
    #[error("the ledger is of format {found}, this version knows up to {known}: use the newer version")]
    Newer {
        /// Its format.
        found: u32,
        /// The newest this version reads.
        known: u32,
    },
    /// Some other SQLite database.
    #[error("the file is not a ledger of Lotline")]
    NotALedger,
    /// No site was made in it yet.
    #[error("the ledger has no site yet: make one first")]
    NoSite,
    /// It holds another site.
    #[error("the ledger is of site {found}, not of {asked}")]
    OtherSite {
        /// Its site.
        found: SiteId,
        /// The site asked for.
        asked: SiteId,
    },
    /// A ledger that should be empty has a site.
    #[error("there is a ledger of site {0} already")]
    Taken(SiteId),
    /// A row that does not fit its table.
    #[error("row {at}: {why}")]
    BadRow {
        /// Which of the rows given, from 0.
        at: usize,
        /// What is wrong.
        why: String,
    },
    /// No such device.
    #[error("no device is called {0}")]
    UnknownDevice(String),
    /// The device's name is taken.
    #[error("a device or an open code is already called {0}")]
    NameTaken(String),
    /// No such user of the console.
    #[error("no user of the console is called {0}")]
    UnknownUser(String),
    /// No such back-end.
    #[error("no back-end is called {0}")]
    UnknownBackEnd(String),
    /// The user's name is taken.
    #[error("a user of the console is already called {0}")]
    UserTaken(String),
    /// An identity provider vouches for the user and says what they may do: there is no password and no role to set here.
    #[error("{user} signs in by {issuer}, which also says the role: there is nothing of it to set here")]
    UserOfProvider {
        /// The user.
        user: String,
        /// The provider's issuer.
        issuer: String,
    },
    /// A label of the one could be a label of the other, so they can't be leased side by side.
    #[error("{} would carry the same labels as {}", .0.0, .0.1)]
    SeriesMeet(Box<(Series, Series)>),
    /// Something stored cannot be read: damage, or another program's hand.
    #[error("stored data is damaged: {0}")]
    Damaged(String),
    /// The address of PostgreSQL cannot be read.
    #[error("the address of PostgreSQL: {0}")]
    Address(String),
    /// A key in the address of PostgreSQL says something that is not taken.
    #[error("the address of PostgreSQL: {key}: {why}")]
    AddressKey {
        /// The key, as libpq calls it.
        key: &'static str,
        /// What is wrong, and what to say.
        why: String,
    },
    /// What answers does not prove to be PostgreSQL as the address asks for.
    #[error("PostgreSQL at {at} is not trusted: {why}")]
    Untrusted {
        /// The host, as the address names it.
        at: String,
        /// What it lacks.
        why: String,
    },
    /// PostgreSQL cannot be reached, or went away. What was asked may have been done: ask again.
    #[error("PostgreSQL is away: {0}")]
    Away(String),
    /// PostgreSQL rolled the transaction back for the sake of others, again and again.
    #[error("PostgreSQL is contended: {0}")]
    Contended(String),
    /// PostgreSQL's word.
    #[error("PostgreSQL: {0}")]
    Postgres(String),
    /// A ledger in its folder has no partitions.
    #[error("a ledger in its folder has no months to archive: only one in PostgreSQL is kept by months")]
    NoPartitions,
    /// The database has no entries of that month.
    #[error("there are no entries of {0}")]
    NoSuchMonth(Month),
    /// The month is still online.
    #[error("{0} is not archived")]
    NotArchived(Month),
    /// The month stays online, and why.
    #[error("{} stays: {}", .0.0, .0.1)]
    MonthStays(Box<(Month, Stays)>),
    /// A file of an archive is not what it should be.
    #[error("{0}: {1}")]
    ArchiveFile(String, String),
    /// What was asked needs entries that are in an archive.
    #[error("{0}")]
    Archived(String),
    /// SQLite's word.
    #[error("the ledger's database: {0}")]
    Database(#[from] rusqlite::Error),
    /// The disk's word.
    #[error("the ledger's files: {0}")]
    Disk(#[from] std::io::Error),
}

impl LedgerError {
    /// Every word of [`LedgerError::kind`].
    pub const KINDS: [&str; 10] = [
        "away",
        "untrusted",
        "contended",
        "postgres",
        "damaged",
        "disk",
        "busy",
        "disk_full",
        "database",
        "refused",
    ];

    /// Whether it is about what was asked alone, so that the transaction it met can go on with other things.
    pub(super) fn is_of_what_was_asked(&self) -> bool {
        match self {
            LedgerError::Database(error) => matches!(
                error.sqlite_error_code(),
                Some(ErrorCode::ConstraintViolation | ErrorCode::TypeMismatch | ErrorCode::TooBig) | None
            ),
            LedgerError::Archived(_)
            | LedgerError::Damaged(_)
            | LedgerError::BadRow { .. }
            | LedgerError::UnknownDevice(_) => true,
            _ => false,
        }
    }

    /// The same, for somebody else whom it befell as well.
    pub(super) fn for_another(&self) -> Self {
        match self {
            LedgerError::Damaged(why) => LedgerError::Damaged(why.clone()),
            LedgerError::Away(why) => LedgerError::Away(why.clone()),
            LedgerError::AddressKey { key, why } => LedgerError::AddressKey { key, why: why.clone() },
            LedgerError::Untrusted { at, why } => LedgerError::Untrusted {
                at: at.clone(),
                why: why.clone(),
            },
            LedgerError::Contended(why) => LedgerError::Contended(why.clone()),
            LedgerError::Postgres(why) => LedgerError::Postgres(why.clone()),
            LedgerError::Database(rusqlite::Error::SqliteFailure(code, why)) => {
                LedgerError::Database(rusqlite::Error::SqliteFailure(*code, why.clone()))
            }
            LedgerError::Disk(error) => LedgerError::Disk(std::io::Error::new(error.kind(), error.to_string())),
            other => LedgerError::Disk(std::io::Error::other(other.to_string())),
        }
    }

    /// What kind of failure it is, in one word: for counting, and for whoever may not read the rest.
    pub fn kind(&self) -> &'static str {
        match self {
            LedgerError::Away(_) => "away",
            LedgerError::AddressKey { .. } | LedgerError::Untrusted { .. } => "untrusted",
            LedgerError::Contended(_) => "contended",
            LedgerError::Postgres(_) => "postgres",
            LedgerError::Damaged(_) => "damaged",
            LedgerError::Disk(_) => "disk",
            LedgerError::Database(error) => match error.sqlite_error_code() {
                Some(rusqlite::ErrorCode::DatabaseBusy | rusqlite::ErrorCode::DatabaseLocked) => "busy",
                Some(rusqlite::ErrorCode::DiskFull) => "disk_full",
                _ => "database",
            },
            _ => "refused",
        }
    }
}
