//! The ports: what only the platform can do. Short and synchronous; never called with the store's lock held.

pub(crate) mod memory;

pub use memory::{MemoryKey, SystemClock, system_ids};

use std::sync::Arc;

/// What the clocks say, read at once.
#[derive(Debug, Clone, PartialEq, Eq)]
#[cfg_attr(feature = "uniffi", derive(uniffi::Record))]
pub struct Now {
    /// Wall clock: milliseconds since 1970-01-01T00:00Z.
    pub wall_ms: i64,
    /// Minutes local time is ahead of UTC.
    pub zone_min: i32,
    /// Milliseconds since boot, through deep sleep.
    pub mono_ms: u64,
    /// Which boot.
    pub boot: String,
}

/// The platform's clocks.
#[cfg_attr(feature = "uniffi", uniffi::export(with_foreign))]
pub trait Clock: Send + Sync {
    /// Reads them.
    fn now(&self) -> Now;
}

/// Why the key store could not sign.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[cfg_attr(feature = "uniffi", derive(uniffi::Error))]
pub enum KeyError {
    /// The key is gone: wiped, or the database was restored on another device.
    #[error("the device's key is gone")]
    Lost,
    /// The key store answered with an error.
    #[error("the key store failed: {reason}")]
    Failed {
        /// Its words.
        reason: String,
    },
}

#[cfg(feature = "uniffi")]
impl From<uniffi::UnexpectedUniFFICallbackError> for KeyError {
    fn from(error: uniffi::UnexpectedUniFFICallbackError) -> Self {
        KeyError::Failed { reason: error.reason }
    }
}

/// The device's signing key. It never leaves the platform's key store.
#[cfg_attr(feature = "uniffi", uniffi::export(with_foreign))]
pub trait KeyStore: Send + Sync {
    /// The public key, SPKI DER (ECDSA P-256).
    fn public_key(&self) -> Result<Vec<u8>, KeyError>;
    /// ECDSA over SHA-256 of `message` (it hashes inside), as DER.
    fn sign(&self, message: Vec<u8>) -> Result<Vec<u8>, KeyError>;
    /// Wraps a small secret (the site's pepper) so that only this device can read it.
    fn wrap(&self, secret: Vec<u8>) -> Result<Vec<u8>, KeyError>;
    /// Unwraps it.
    fn unwrap(&self, wrapped: Vec<u8>) -> Result<Vec<u8>, KeyError>;
}

/// Somebody who draws screens and wants to know when sync may have changed the current one.
#[cfg_attr(feature = "uniffi", uniffi::export(with_foreign))]
pub trait Listener: Send + Sync {
    /// Status or picture may be new: ask for the screen. Called on the sync thread with no lock held; short, and never
    /// calls back into sync from here.
    fn changed(&self);
}

/// What a printer says of a label.
#[derive(Debug, Clone, PartialEq, Eq)]
#[cfg_attr(feature = "uniffi", derive(uniffi::Enum))]
pub enum Printed {
    /// It came out.
    Done,
    /// It did not come out, or not so that it can be read.
    Failed {
        /// The printer's words, or the shell's.
        reason: String,
    },
    /// The bytes went out, and nobody knows what came of them.
    Unknown,
}

/// A label printer that understands ZPL II. Called on the thread that asked for the label. Asked with no lock held; it answers when it knows, or [`Printed::Unknown`].
#[cfg_attr(feature = "uniffi", uniffi::export(with_foreign))]
pub trait Printer: Send + Sync {
    /// Prints one label.
    fn print_zpl(&self, zpl: Vec<u8>) -> Printed;
}

/// A unit that came back, whose maker is asked whether it is genuine.
#[derive(Debug, Clone, PartialEq, Eq)]
#[cfg_attr(feature = "uniffi", derive(uniffi::Record))]
pub struct AskedUnit {
    /// The maker's key: a GTIN of 14 digits.
    pub maker_key: String,
    /// The serial, as printed.
    pub serial: String,
}

/// What whoever knows a unit says of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[cfg_attr(feature = "uniffi", derive(uniffi::Enum))]
pub enum Genuine {
    /// Genuine, and may be sold.
    Active,
    /// Not to be sold: decommissioned, or not known.
    Inactive,
    /// Suspected of falsification.
    Alert,
}

/// Nobody answered. The unit waits on, and is asked for again.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[cfg_attr(feature = "uniffi", derive(uniffi::Error))]
pub enum NoAnswer {
    /// Why, for a log.
    #[error("no answer: {reason}")]
    Now {
        /// The provider's words, or the network's.
        reason: String,
    },
}

#[cfg(feature = "uniffi")]
impl From<uniffi::UnexpectedUniFFICallbackError> for NoAnswer {
    fn from(error: uniffi::UnexpectedUniFFICallbackError) -> Self {
        NoAnswer::Now { reason: error.reason }
    }
}

/// The way to whoever can say whether a unit is genuine: a verification router, a repository. Blocking, on the thread that
/// asked; no lock is held meanwhile.
#[cfg_attr(feature = "uniffi", uniffi::export(with_foreign))]
pub trait Verifier: Send + Sync {
    /// Asks for one unit.
    ///
    /// # Errors
    /// [`NoAnswer`] when there is none now.
    fn verify(&self, unit: AskedUnit) -> Result<Genuine, NoAnswer>;

    /// Who answers, as the record names it.
    fn name(&self) -> String;
}

/// New ids and jitter. Scenarios and the simulator give their own.
pub trait Ids: Send + Sync {
    /// A UUID, version 7, for `wall_ms`, as text.
    fn entry(&self, wall_ms: i64) -> String;
    /// A number in `0..below` (for back-off jitter).
    fn below(&self, below: u64) -> u64;
}

/// Everything the core asks of the platform.
#[derive(Clone)]
pub struct Platform {
    /// Clocks.
    pub clock: Arc<dyn Clock>,
    /// Key store.
    pub keys: Arc<dyn KeyStore>,
    /// Ids.
    pub ids: Arc<dyn Ids>,
    /// PEM of roots to trust for TLS besides the built-in ones; empty: none.
    pub trust_roots: Vec<Vec<u8>>,
}

impl std::fmt::Debug for Platform {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Platform")
    }
}
