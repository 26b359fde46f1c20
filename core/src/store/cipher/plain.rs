//! No encryption: the terminal, tests. The same functions as the sealed one's, most of which do nothing.

#![allow(clippy::unused_self, reason = "callers do not know which of the two they have")]

use super::KEY_FILE;
use crate::platform::KeyStore;
use crate::sync::Keeping;
use crate::{Error, Remedy};
use rusqlite::{Connection, OpenFlags};
use std::path::Path;

/// Files as they are.
#[derive(Debug)]
pub(crate) struct Cipher;

impl Cipher {
    /// Bytes at the end of a page that are not SQLite's.
    pub(crate) const RESERVED: usize = 0;

    /// For a folder.
    ///
    /// # Errors
    /// `wrong_key` where its files are encrypted.
    pub(crate) fn of(folder: &Path, _: &dyn KeyStore) -> Result<Self, Error> {
        let key = folder.join(KEY_FILE);
        if key.exists() {
            return Err(Error::new(
                Remedy::CallSupervisor,
                "wrong_key",
                format!(
                    "{}: the files are encrypted, and this build is without encryption",
                    key.display()
                ),
            ));
        }
        Ok(Cipher)
    }

    /// For a folder, as it is.
    ///
    /// # Errors
    /// `wrong_key` where its files are encrypted.
    pub(crate) fn there(folder: &Path, keys: &dyn KeyStore) -> Result<Option<Self>, Error> {
        Self::of(folder, keys).map(Some)
    }

    /// For files that are not encrypted.
    pub(crate) fn none() -> Self {
        Cipher
    }

    /// Opens a database.
    pub(crate) fn open(&self, path: &Path, flags: OpenFlags) -> rusqlite::Result<Connection> {
        Connection::open_with_flags(path, flags)
    }

    /// Attaches a database, named by a URI, as `name`.
    pub(crate) fn attach(&self, connection: &Connection, uri: &str, name: &str) -> rusqlite::Result<()> {
        connection.execute(&format!("ATTACH ?1 AS {name}"), [uri]).map(|_| ())
    }

    /// A page as SQLite reads it.
    pub(crate) fn unseal(&self, _: u64, _: &mut [u8]) {}

    /// A line of a file that is no database, as it is kept.
    ///
    /// # Errors
    /// None.
    pub(crate) fn seal_line(&self, line: Vec<u8>) -> Result<Vec<u8>, Error> {
        Ok(line)
    }

    /// The line that was kept.
    pub(crate) fn unseal_line(&self, line: Vec<u8>) -> Option<Vec<u8>> {
        Some(line)
    }

    /// Makes pages of a new file.
    ///
    /// # Errors
    /// None.
    pub(crate) fn sealer(&self) -> Result<Sealer, Error> {
        Ok(Sealer)
    }

    /// How a picture's file is kept while it comes: as it comes.
    ///
    /// # Errors
    /// None.
    pub(crate) fn keeping(&self, _: Option<&Path>) -> Result<Option<Box<dyn Keeping>>, Error> {
        Ok(None)
    }
}

/// Makes the pages of one file.
pub(crate) struct Sealer;

impl Sealer {
    /// A page as it is kept.
    ///
    /// # Errors
    /// None.
    pub(crate) fn seal(&self, _: u64, _: &mut [u8]) -> Result<(), Error> {
        Ok(())
    }
}
