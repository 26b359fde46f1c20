//! Who may open the console, and what for: names, roles, passwords, the second factor.
//!
//! Pure but for the hashing of passwords, which takes its time and its memory on purpose. What is kept of it stands in the
//! ledger; how a request is let in stands in `console::gate`.

mod password;
mod second;

pub use password::{Cost, Password, Weak, verify};
pub use second::{RECOVERY_CODES, Secret, recovery_codes, recovery_digest};
pub(crate) use second::{open, seal};

use crate::edge;
use lotline_record::entry::{Instant, hex};
use sha2::{Digest, Sha256};
use std::fmt;
use std::str::FromStr;

/// Wrong passwords and codes in a row until an account is locked.
pub const WRONG_AT_MOST: u32 = 5;
/// How long it is locked then.
pub const LOCKED_MINUTES: i64 = 15;
/// A session nobody uses ends after so long (ASVS 5.0, 7.3.1).
pub const IDLE_MINUTES: i64 = 30;
/// Any session ends after so long (ASVS 5.0, 7.3.2).
pub const SESSION_HOURS: i64 = 12;
/// Between password and code a session lives no longer than this.
pub const HALF_MINUTES: i64 = 10;

/// What somebody may do at the console. Each may read it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, serde::Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Role {
    /// Reads everything, the audit trail too; changes nothing.
    Auditor,
    /// Reads the floor, and cuts a lost handheld off.
    Supervisor,
    /// All of that, enrols handhelds and looks after accounts. Never without a second factor.
    Administrator,
}

impl Role {
    /// All of them.
    pub const ALL: [Role; 3] = [Role::Auditor, Role::Supervisor, Role::Administrator];

    /// As it is stored and asked for.
    pub const fn as_str(self) -> &'static str {
        match self {
            Role::Auditor => "auditor",
            Role::Supervisor => "supervisor",
            Role::Administrator => "administrator",
        }
    }

    /// Whether a password alone is not enough for it.
    pub const fn needs_second(self) -> bool {
        matches!(self, Role::Administrator)
    }

    /// Whether it may do that.
    pub const fn may(self, what: May) -> bool {
        match (what, self) {
            (May::Look, _) | (_, Role::Administrator) => true,
            (May::ReadAudit, role) => matches!(role, Role::Auditor),
            (May::CutOff, role) => matches!(role, Role::Supervisor),
            (May::Manage, _) => false,
        }
    }
}

impl fmt::Display for Role {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl FromStr for Role {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        Role::ALL
            .into_iter()
            .find(|role| role.as_str() == text)
            .ok_or_else(|| format!("{text:?} is no role: auditor, supervisor or administrator"))
    }
}

/// What there is to do at the console.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum May {
    /// See the floor.
    Look,
    /// Read the audit trail.
    ReadAudit,
    /// Cut a handheld off.
    CutOff,
    /// Issue enrolment codes, look after accounts.
    Manage,
}

/// The name of a user: 2 to 64 letters, digits and `._@+-`, lower case, beginning with a letter or digit.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize)]
#[serde(transparent)]
pub struct UserName(String);

impl UserName {
    /// The name.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for UserName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl FromStr for UserName {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let name = text.trim().to_ascii_lowercase();
        let fine = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || "._@+-".contains(c);
        let begins = name.starts_with(|c: char| c.is_ascii_alphanumeric());
        if begins && (2..=64).contains(&name.len()) && name.chars().all(fine) {
            return Ok(UserName(name));
        }
        Err("a user's name has 2 to 64 letters, digits and . _ @ + -, and begins with a letter or digit".into())
    }
}

/// By whom something is done, and from where: what the audit trail says of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct By {
    /// A user of the console, or `os:` and the system's user.
    pub actor: String,
    /// An address, or `command line`.
    pub came_from: String,
}

/// A user.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct User {
    /// The name.
    pub user: UserName,
    /// What they may do.
    pub role: Role,
    /// Whether they may sign in at all.
    pub active: bool,
    /// Whether a second factor is set up.
    pub second: bool,
    /// Until when wrong passwords have locked the account.
    #[serde(serialize_with = "as_text")]
    pub locked_until: Option<Instant>,
    /// Who made the account.
    pub made_by: String,
    /// The identity provider that vouches for them, by its issuer; without one they have a password here.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub issuer: Option<String>,
}

#[allow(clippy::ref_option, reason = "serde's signature")]
fn as_text<S: serde::Serializer>(at: &Option<Instant>, to: S) -> Result<S::Ok, S::Error> {
    match at {
        Some(at) => to.collect_str(at),
        None => to.serialize_none(),
    }
}

/// What a browser holds of a session: 32 random bytes, in hex. Only its hash is kept.
#[derive(Clone, PartialEq, Eq)]
pub struct Ticket(String);

/// Hex digits of 32 bytes.
const TICKET: usize = 64;

impl Ticket {
    /// A new one.
    pub fn draw() -> Self {
        Ticket(hex(&edge::random::<32>()))
    }

    /// What a cookie holds, if it has the shape of one.
    pub fn read(text: &str) -> Option<Self> {
        let hex = |b: u8| b.is_ascii_digit() || (b'a'..=b'f').contains(&b);
        (text.len() == TICKET && text.bytes().all(hex)).then(|| Ticket(text.to_owned()))
    }

    /// As the cookie holds it.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// What the ledger knows it by.
    pub fn hash(&self) -> String {
        hex(&Sha256::digest(self.0.as_bytes()))
    }

    /// The word that each form of the session carries: a page of another origin can neither read nor guess it.
    pub fn form_word(&self) -> String {
        hex(&Sha256::digest(format!("form {}", self.0)))
    }
}

// It opens a session: it is not for logs.
impl fmt::Debug for Ticket {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Ticket")
    }
}

/// The key that seals second factors: of the gateway whose data folder this is.
///
/// # Errors
/// The disk's, or a damaged key file.
pub fn sealing_key(folder: &std::path::Path) -> std::io::Result<[u8; 32]> {
    crate::key::load(folder).map(|key| crate::key::sealing(&key))
}

/// Whether two secrets are the same, in a time that does not tell where they differ.
pub(crate) fn same(a: &str, b: &str) -> bool {
    // Hashed first: equal lengths, and nothing of either in what is compared.
    Sha256::digest(a.as_bytes())
        .iter()
        .zip(Sha256::digest(b.as_bytes()))
        .fold(0, |differ, (a, b)| differ | (a ^ b))
        == 0
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_one_however_it_is_typed() {
        assert_eq!(" Ana.Lopez ".parse::<UserName>().unwrap().as_str(), "ana.lopez");
        for bad in ["", "a", "-ana", "ana lopez", "os:root", &"a".repeat(65), "añá"] {
            assert!(bad.parse::<UserName>().is_err(), "{bad}");
        }
    }

    #[test]
    fn only_what_has_the_shape_of_a_ticket_is_one() {
        let ticket = Ticket::draw();
        assert_eq!(Ticket::read(ticket.as_str()), Some(ticket.clone()));
        assert_ne!(ticket.hash(), ticket.form_word());
        for bad in [
            "",
            "ab",
            &ticket.as_str().to_uppercase(),
            &format!("{}0", ticket.as_str()),
        ] {
            assert_eq!(Ticket::read(bad), None, "{bad}");
        }
        assert_eq!(format!("{ticket:?}"), "Ticket");
    }

    #[test]
    fn only_an_administrator_manages_and_an_auditor_changes_nothing() {
        let may = |role: Role| [May::Look, May::ReadAudit, May::CutOff, May::Manage].map(|what| role.may(what));
        assert_eq!(may(Role::Auditor), [true, true, false, false]);
        assert_eq!(may(Role::Supervisor), [true, false, true, false]);
        assert_eq!(may(Role::Administrator), [true; 4]);
    }
}
