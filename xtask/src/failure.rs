//! What went wrong, in the project's one form: `error: what (where): what to do`.

use std::fmt;
use std::process::ExitCode;

/// Who can mend it, which is also the exit code.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    /// A check ran and failed.
    Check,
    /// The command was called in a way that cannot be meant.
    Usage,
    /// A tool, a package or a peer is missing.
    Missing,
}

/// A failed command.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Failure {
    kind: Kind,
    what: String,
    place: String,
    remedy: String,
}

impl Failure {
    /// A check failed: exit code 1.
    pub fn check(what: impl Into<String>, place: impl Into<String>, remedy: impl Into<String>) -> Self {
        Self {
            kind: Kind::Check,
            what: what.into(),
            place: place.into(),
            remedy: remedy.into(),
        }
    }

    /// Wrong usage: exit code 2.
    pub fn usage(what: impl Into<String>, place: impl Into<String>, remedy: impl Into<String>) -> Self {
        Self {
            kind: Kind::Usage,
            what: what.into(),
            place: place.into(),
            remedy: remedy.into(),
        }
    }

    /// A tool or package is missing and could not be installed: exit code 3.
    pub fn missing(what: impl Into<String>, place: impl Into<String>, remedy: impl Into<String>) -> Self {
        Self {
            kind: Kind::Missing,
            what: what.into(),
            place: place.into(),
            remedy: remedy.into(),
        }
    }

    /// The code the process leaves with.
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
        write!(f, "error: {} ({}): {}", self.what, self.place, self.remedy)
    }
}

impl std::error::Error for Failure {}
