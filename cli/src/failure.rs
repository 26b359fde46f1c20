//! Why a command did not do what was asked: `error: what (where): what to do`, and the exit code that goes with it.

use lotline_core::{Error, Remedy};
use lotline_server::ledger::Stays;
use lotline_server::{LedgerError, ServerError};
use std::fmt;
use std::path::Path;
use std::process::ExitCode;

/// What kind of failure it is; decides the exit code.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// A check failed: the data is not what it claims to be. Exit code 1.
    Check,
    /// Wrong usage or input. Exit code 2.
    Usage,
    /// A peer or tool is missing. Exit code 3.
    Missing,
}

/// A command's failure.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Failure {
    kind: Kind,
    what: String,
    place: String,
    remedy: String,
}

impl Failure {
    fn new(kind: Kind, what: impl fmt::Display, place: impl fmt::Display, remedy: impl fmt::Display) -> Self {
        Failure {
            kind,
            what: what.to_string(),
            place: place.to_string(),
            remedy: remedy.to_string(),
        }
    }

    /// A check failed.
    pub fn check(what: impl fmt::Display, place: impl fmt::Display, remedy: impl fmt::Display) -> Self {
        Self::new(Kind::Check, what, place, remedy)
    }

    /// Wrong usage or input.
    pub fn usage(what: impl fmt::Display, place: impl fmt::Display, remedy: impl fmt::Display) -> Self {
        Self::new(Kind::Usage, what, place, remedy)
    }

    /// A peer or tool is missing, or the machine said no.
    pub fn missing(what: impl fmt::Display, place: impl fmt::Display, remedy: impl fmt::Display) -> Self {
        Self::new(Kind::Missing, what, place, remedy)
    }

    /// The disk's or terminal's word about `place`.
    pub fn io(error: &std::io::Error, place: impl fmt::Display) -> Self {
        let remedy = match error.kind() {
            std::io::ErrorKind::NotFound => "name a file or folder that exists",
            std::io::ErrorKind::PermissionDenied => "run as the user that owns it",
            std::io::ErrorKind::StorageFull => "make room on the disk",
            _ => "see what the system says and try again",
        };
        Self::usage(error, place, remedy)
    }

    /// The ledger's word about the file at `path`.
    pub fn ledger(error: &LedgerError, path: &Path) -> Self {
        let remedy = match error {
            LedgerError::Newer { .. } => "update lotline; the file was left as it is",
            LedgerError::NotALedger => "name the folder that `lotline serve --data` uses",
            LedgerError::NoSite => "make one with `lotline seed`",
            LedgerError::Taken(_) => "name an empty database or folder: nothing is ever written over a ledger",
            LedgerError::OtherSite { .. } => "name that site with --site, or use another data folder",
            LedgerError::Damaged(_) => "restore the folder from its backup; the file was left as it is",
            LedgerError::NameTaken(_) | LedgerError::UserTaken(_) => "choose another name",
            LedgerError::UserOfProvider { .. } => "change it at the provider, or switch the account off",
            LedgerError::UnknownBackEnd(_) => "see `lotline back-end`",
            LedgerError::UnknownUser(_) => "see `lotline user list`",
            LedgerError::Address(_) => "write --postgres as postgres://user:password@host:port/database",
            LedgerError::AddressKey { .. } => "see docs/configuration.md, \"PostgreSQL over TLS\"",
            LedgerError::Untrusted { .. } => {
                "see that --postgres names the host as its certificate does, and sslrootcert the authority that issued it"
            }
            LedgerError::Away(_) => "see that it runs, and that --postgres names it",
            LedgerError::Postgres(_) => {
                "see what PostgreSQL says; the role of --postgres must own its schema `lotline`"
            }
            LedgerError::NoPartitions => "name the database with --postgres; a ledger in its folder stays whole",
            LedgerError::NoSuchMonth(_) => "see `lotline archive` for the months there are",
            LedgerError::NotArchived(_) => "archive it first, without --drop",
            LedgerError::MonthStays(stays) => stays_remedy(&stays.1),
            LedgerError::ArchiveFile(..) => {
                "move that file away to have it written anew; nothing was taken out of the database"
            }
            LedgerError::SeriesMeet(_) => "go on with that series, or give this one another extension, stem or prefix",
            _ => "see what the database says and try again",
        };
        let place = match error {
            LedgerError::Address(_)
            | LedgerError::AddressKey { .. }
            | LedgerError::Untrusted { .. }
            | LedgerError::Away(_)
            | LedgerError::Contended(_)
            | LedgerError::Postgres(_) => "--postgres".to_owned(),
            _ => path.display().to_string(),
        };
        match error {
            LedgerError::Damaged(_) | LedgerError::ArchiveFile(..) => Self::check(error, place, remedy),
            LedgerError::Away(_) => Self::missing(error, place, remedy),
            _ => Self::usage(error, place, remedy),
        }
    }

    /// Why the gateway did not start.
    pub fn server(error: &ServerError, folder: &Path) -> Self {
        match error {
            ServerError::Ledger(error) => Self::ledger(error, &folder.join("ledger.db")),
            ServerError::Listen { .. } => Self::missing(
                error,
                "serve",
                "choose another address with --listen, or stop what uses it",
            ),
            ServerError::Tls(_) => Self::usage(
                error,
                "--tls",
                "name PEM files that belong together: the chain with --tls-cert, its key with --tls-key",
            ),
            ServerError::Oidc(_) => Self::usage(
                error,
                "oidc_issuer, oidc_client_id, oidc_roles",
                "see docs/guides/oidc.md",
            ),
            _ => Self::usage(error, folder.display(), "see what the system says and try again"),
        }
    }

    /// The handheld's word about `place`.
    pub fn core(error: &Error, place: impl fmt::Display) -> Self {
        let fault = error.fault();
        let remedy = match fault.remedy {
            Remedy::Retry => "try again",
            Remedy::Rescan => "check what was given and try again",
            Remedy::CallSupervisor => "ask a supervisor",
            Remedy::SignIn => "enrol with a fresh code from `lotline enrol`",
            Remedy::FreeSpace => "make room on the disk",
            Remedy::UpdateApp => "update lotline; nothing was changed",
            Remedy::Bug => "keep the folder and report it: this is a fault of lotline",
        };
        let what = format!("{} [{}]", fault.message, fault.code);
        match fault.remedy {
            Remedy::Retry => Self::missing(what, place, remedy),
            _ => Self::usage(what, place, remedy),
        }
    }

    /// The same failure, with where in a larger work it happened.
    #[must_use]
    pub fn within(mut self, place: impl fmt::Display) -> Self {
        self.place = format!("{}, {place}", self.place);
        self
    }

    /// What kind it is.
    pub const fn kind(&self) -> Kind {
        self.kind
    }

    /// The exit code.
    pub fn exit_code(&self) -> ExitCode {
        ExitCode::from(match self.kind {
            Kind::Check => 1,
            Kind::Usage => 2,
            Kind::Missing => 3,
        })
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} ({}): {}", self.what, self.place, self.remedy)
    }
}

impl std::error::Error for Failure {}

/// What a command gives back.
pub type Outcome<T = ()> = Result<T, Failure>;

/// What to do where a month stays.
fn stays_remedy(why: &Stays) -> &'static str {
    match why {
        Stays::NoRetention => "say keep_months in lotline.toml, or --keep-months",
        Stays::Young(_) => "wait until it is older",
        Stays::Earlier(_) => "archive that one first",
        Stays::NoKey(_) => "give its keys with --site-keys SITE=FILE, or keep site_key.pem in the gateway's folder",
        Stays::Unapplied { .. } | Stays::Queued { .. } => "run the gateway until they are done",
        Stays::KeptAside { .. } | Stays::ReleasedAhead { .. } => "see what they wait for at the console, and settle it",
        Stays::Future { .. } => "wait until then, and see to that device's clock",
        Stays::Format(_) | Stays::Moved(_) => "then try again",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_failure_says_what_where_and_what_to_do() {
        let failure = Failure::usage("not JSON", "line 3", "give one JSON object a line");
        assert_eq!(failure.to_string(), "not JSON (line 3): give one JSON object a line");
    }

    #[test]
    fn a_database_of_a_newer_version_is_named_with_its_file() {
        let failure = Failure::ledger(&LedgerError::Newer { found: 9, known: 1 }, Path::new("data/ledger.db"));
        let text = failure.to_string();
        assert!(
            text.contains("format 9") && text.contains("data/ledger.db") && text.contains("update"),
            "{text}"
        );
        assert_eq!(failure.kind(), Kind::Usage);
    }
}
