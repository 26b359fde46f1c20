//! SQLCipher 4 with a raw key: no passphrase, so opening derives nothing slow.
//!
//! Pages are read and made here too, for what SQLite itself cannot do: reading around damage, and keeping a plain picture
//! that comes from the gateway encrypted from its first byte on. The format is SQLCipher's,
//! <https://www.zetetic.net/sqlcipher/design/>: a page of 4,096 bytes is AES-256-CBC, with its initialisation vector (16
//! bytes) and an HMAC-SHA512 over both and the page's number (64) at its end; the first 16 bytes of the file are the salt of
//! the HMAC's key, and stand for SQLite's own first 16.

use super::KEY_FILE;
use crate::platform::memory::random_bytes;
use crate::platform::{KeyError, KeyStore};
use crate::store::open::{EFFECTS, JOURNAL, SITE};
use crate::sync::{Keeping, PAGE};
use crate::{Error, Remedy};
use aes::Aes256;
use cbc::cipher::block_padding::{NoPadding, Pkcs7};
use cbc::cipher::{BlockModeDecrypt, BlockModeEncrypt, KeyIvInit};
use hmac::{Hmac, KeyInit, Mac};
use lotline_record::entry::{Hash, b64};
use lotline_record::wire::SITE_RESERVED;
use rusqlite::{Connection, OpenFlags};
use serde::{Deserialize, Serialize};
use sha2::Sha512;
use std::io::{Read, Write};
use std::path::Path;
use zeroize::Zeroizing;

const VECTOR: usize = 16;
const CODE: usize = 64;
const SALT: usize = 16;
const _: () = assert!(
    VECTOR + CODE == SITE_RESERVED as usize,
    "the gateway leaves as much room as encryption takes"
);
/// What the salt stands for.
const MAGIC: &[u8; SALT] = b"SQLite format 3\0";

/// The key, as long as the files are open. Without one the files are plain: those of a terminal, looked at by this build.
pub(crate) struct Cipher {
    key: Option<Key>,
}

type Key = Zeroizing<[u8; 32]>;

impl std::fmt::Debug for Cipher {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Cipher")
    }
}

/// The key file.
#[derive(Serialize, Deserialize)]
struct Kept {
    format: u32,
    /// Tells a wrong key from a damaged database; says nothing of a key of 256 random bits.
    check: Hash,
    #[serde(with = "b64")]
    wrapped: Vec<u8>,
}

/// A line that was sealed.
#[derive(Serialize, Deserialize)]
#[serde(transparent)]
struct Line(#[serde(with = "b64")] Vec<u8>);

fn check(key: &[u8; 32]) -> Hash {
    Hash::of(&[b"lotline database key v1\n", key])
}

/// The key as SQLCipher takes it.
fn literal(key: &Key) -> Zeroizing<String> {
    let mut text = Zeroizing::new(String::with_capacity(67));
    text.push_str("x'");
    for byte in key.iter() {
        for digit in [byte >> 4, byte & 15] {
            text.push(char::from_digit(u32::from(digit), 16).unwrap_or_default());
        }
    }
    text.push('\'');
    text
}

/// The code of a line, under a key of its own.
fn line_code(key: &Key, sealed: &[u8]) -> Result<Hmac<Sha512>, Error> {
    let mut code_key = Zeroizing::new([0; 32]);
    pbkdf2::pbkdf2_hmac::<Sha512>(key.as_slice(), b"lotline line v1", 2, code_key.as_mut_slice());
    let mut code = Hmac::<Sha512>::new_from_slice(code_key.as_slice()).map_err(|e| Error::bug(e.to_string()))?;
    code.update(sealed);
    Ok(code)
}

fn lost(path: &Path, why: impl std::fmt::Display) -> Error {
    Error::new(Remedy::CallSupervisor, "lost_key", format!("{}: {why}", path.display()))
}

fn refused(error: &KeyError) -> Error {
    match error {
        KeyError::Lost => Error::new(Remedy::CallSupervisor, "lost_key", error.to_string()),
        KeyError::Failed { .. } => Error::new(Remedy::Retry, "key_store", error.to_string()),
    }
}

impl Cipher {
    /// Bytes at the end of a page that are not SQLite's.
    pub(crate) const RESERVED: usize = SITE_RESERVED as usize;

    /// The key of a folder; a new one where nothing is there yet.
    ///
    /// # Errors
    /// `lost_key`, `wrong_key`, `key_store`, `not_encrypted`, `storage`: nothing was changed.
    pub(crate) fn of(folder: &Path, keys: &dyn KeyStore) -> Result<Self, Error> {
        if let Some(cipher) = Self::there(folder, keys)? {
            return Ok(cipher);
        }
        none_yet(folder)?;
        Self::make(&folder.join(KEY_FILE), keys)
    }

    /// The key of a folder that has one.
    ///
    /// # Errors
    /// `lost_key`, `wrong_key`, `key_store`, `storage`.
    pub(crate) fn there(folder: &Path, keys: &dyn KeyStore) -> Result<Option<Self>, Error> {
        let path = folder.join(KEY_FILE);
        let bytes = match std::fs::read(&path) {
            Ok(bytes) => bytes,
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(None),
            Err(error) => {
                let message = format!("{}: {error}", path.display());
                return Err(Error::new(Remedy::CallSupervisor, "storage", message));
            }
        };
        let kept: Kept = serde_json::from_slice(&bytes).map_err(|_| lost(&path, "the key is damaged"))?;
        if kept.format != 1 {
            let message = format!("{}: format {}, this app knows 1", path.display(), kept.format);
            return Err(Error::new(Remedy::UpdateApp, "newer_database", message));
        }
        let key = Zeroizing::new(keys.unwrap(kept.wrapped).map_err(|e| refused(&e))?);
        let key: Option<[u8; 32]> = key.as_slice().try_into().ok();
        match key.map(Zeroizing::new) {
            Some(key) if check(&key) == kept.check => Ok(Some(Cipher { key: Some(key) })),
            _ => Err(Error::new(
                Remedy::CallSupervisor,
                "wrong_key",
                format!(
                    "{}: the key store gives another key than the files have",
                    path.display()
                ),
            )),
        }
    }

    /// A new key, kept before anything is encrypted with it.
    fn make(path: &Path, keys: &dyn KeyStore) -> Result<Self, Error> {
        let key = Zeroizing::new(random_bytes::<32>().map_err(|reason| refused(&KeyError::Failed { reason }))?);
        let kept = Kept {
            format: 1,
            check: check(&key),
            wrapped: keys.wrap(key.to_vec()).map_err(|e| refused(&e))?,
        };
        let bytes = serde_json::to_vec(&kept).map_err(|e| Error::bug(e.to_string()))?;
        let new = path.with_extension("key-new");
        let write = || -> std::io::Result<()> {
            let mut file = std::fs::File::create(&new)?;
            file.write_all(&bytes)?;
            file.sync_all()?;
            std::fs::rename(&new, path)
        };
        write().map_err(|e| Error::new(Remedy::FreeSpace, "storage", format!("{}: {e}", path.display())))?;
        if let Some(folder) = path.parent()
            && let Err(error) = std::fs::File::open(folder).and_then(|folder| folder.sync_all())
        {
            tracing::debug!(%error, "the folder was not synced");
        }
        Ok(Cipher { key: Some(key) })
    }

    /// For files that are not encrypted.
    pub(crate) fn none() -> Self {
        Cipher { key: None }
    }

    /// Opens a database.
    pub(crate) fn open(&self, path: &Path, flags: OpenFlags) -> rusqlite::Result<Connection> {
        let connection = Connection::open_with_flags(path, flags)?;
        if let Some(key) = &self.key {
            // The statement holds the key: its error must not.
            connection
                .pragma_update(None, "key", literal(key).as_str())
                .map_err(|_| rusqlite::Error::InvalidQuery)?;
        }
        Ok(connection)
    }

    /// Attaches a database, named by a URI, as `name`.
    pub(crate) fn attach(&self, connection: &Connection, uri: &str, name: &str) -> rusqlite::Result<()> {
        // An empty key: not the one of the database that it is attached to.
        let key = self.key.as_ref().map_or_else(Zeroizing::default, literal);
        let sql = format!("ATTACH ?1 AS {name} KEY ?2");
        connection.execute(&sql, [uri, key.as_str()]).map(|_| ())
    }

    /// A page as SQLite reads it. What was damaged comes out as something else, in that block and the next.
    pub(crate) fn unseal(&self, number: u64, page: &mut [u8]) {
        let Some(key) = self.key.as_ref().filter(|_| page.len() == PAGE) else {
            return;
        };
        let from = if number == 1 { SALT } else { 0 };
        let (text, tail) = page.split_at_mut(PAGE - Self::RESERVED);
        let Ok(cipher) = cbc::Decryptor::<Aes256>::new_from_slices(key.as_slice(), &tail[..VECTOR]) else {
            return;
        };
        // Whole blocks, so nothing can fail.
        let done = cipher.decrypt_padded::<NoPadding>(&mut text[from..]);
        debug_assert!(done.is_ok());
        text[..from].copy_from_slice(&MAGIC[..from]);
        // As it came: SQLite leaves these bytes nought.
        tail.fill(0);
    }

    /// A line of a file that is no database, as it is kept: the vector, the text in AES-256-CBC, and an HMAC-SHA512 over both,
    /// in base64url, so that it stays a line.
    ///
    /// # Errors
    /// `key_store` where there is no randomness.
    pub(crate) fn seal_line(&self, line: Vec<u8>) -> Result<Vec<u8>, Error> {
        let Some(key) = &self.key else { return Ok(line) };
        let vector = random_bytes::<VECTOR>().map_err(|reason| refused(&KeyError::Failed { reason }))?;
        let cipher = cbc::Encryptor::<Aes256>::new_from_slices(key.as_slice(), &vector)
            .map_err(|e| Error::bug(e.to_string()))?;
        let mut sealed = vector.to_vec();
        sealed.extend(cipher.encrypt_padded_vec::<Pkcs7>(&line));
        let code = line_code(key, &sealed)?.finalize().into_bytes();
        sealed.extend_from_slice(&code);
        serde_json::to_vec(&Line(sealed)).map_err(|e| Error::bug(e.to_string()))
    }

    /// The line that was kept; nothing where it is not what was written.
    pub(crate) fn unseal_line(&self, line: Vec<u8>) -> Option<Vec<u8>> {
        let Some(key) = &self.key else { return Some(line) };
        let Line(sealed) = serde_json::from_slice(&line).ok()?;
        let (sealed, code) = sealed.split_at_checked(sealed.len().checked_sub(CODE)?)?;
        line_code(key, sealed).ok()?.verify_slice(code).ok()?;
        let (vector, text) = sealed.split_at_checked(VECTOR)?;
        let cipher = cbc::Decryptor::<Aes256>::new_from_slices(key.as_slice(), vector).ok()?;
        cipher.decrypt_padded_vec::<Pkcs7>(text).ok()
    }

    /// Makes pages of a new file.
    ///
    /// # Errors
    /// `key_store` where there is no randomness.
    pub(crate) fn sealer(&self) -> Result<Sealer, Error> {
        let salt = random_bytes::<SALT>().map_err(|reason| refused(&KeyError::Failed { reason }))?;
        self.sealer_with(salt)
    }

    fn sealer_with(&self, salt: [u8; SALT]) -> Result<Sealer, Error> {
        let key = self
            .key
            .clone()
            .ok_or_else(|| Error::bug("pages are made without a key"))?;
        let masked = salt.map(|byte| byte ^ 0x3a);
        let mut code_key = Zeroizing::new([0; 32]);
        pbkdf2::pbkdf2_hmac::<Sha512>(key.as_slice(), &masked, 2, code_key.as_mut_slice());
        Ok(Sealer { key, salt, code_key })
    }

    /// How a picture's file is kept while it comes: as the same pages, encrypted. The gateway leaves room in each for what
    /// that takes.
    ///
    /// # Errors
    /// `storage` where what was begun cannot be read; `key_store` where there is no randomness.
    pub(crate) fn keeping(&self, begun: Option<&Path>) -> Result<Option<Box<dyn Keeping>>, Error> {
        let Some(path) = begun else {
            return Ok(Some(Box::new(self.sealer()?)));
        };
        let mut salt = [0; SALT];
        std::fs::File::open(path)
            .and_then(|mut file| file.read_exact(&mut salt))
            .map_err(|e| Error::new(Remedy::Retry, "storage", format!("{}: {e}", path.display())))?;
        Ok(Some(Box::new(self.sealer_with(salt)?)))
    }
}

/// Makes the pages of one file.
pub(crate) struct Sealer {
    key: Key,
    salt: [u8; SALT],
    code_key: Zeroizing<[u8; 32]>,
}

impl Keeping for Sealer {
    fn keep(&self, number: u64, page: &mut [u8]) -> std::io::Result<()> {
        // Byte 20 of a database: how much of each page is not SQLite's.
        if number == 1 && usize::from(page[20]) != Cipher::RESERVED {
            let message = format!(
                "the picture leaves {} bytes of each page, and encryption takes {}",
                page[20],
                Cipher::RESERVED
            );
            return Err(std::io::Error::new(std::io::ErrorKind::InvalidData, message));
        }
        self.seal(number, page).map_err(std::io::Error::other)
    }

    fn read(&self, number: u64, page: &mut [u8]) {
        Cipher {
            key: Some(self.key.clone()),
        }
        .unseal(number, page);
    }
}

impl Sealer {
    /// A page as SQLCipher reads it, of one whose last [`Cipher::RESERVED`] bytes are not used.
    ///
    /// # Errors
    /// `key_store` where there is no randomness; a fault of ours for a page of another length.
    pub(crate) fn seal(&self, number: u64, page: &mut [u8]) -> Result<(), Error> {
        if page.len() != PAGE {
            return Err(Error::bug("a page of another length"));
        }
        let vector = random_bytes::<VECTOR>().map_err(|reason| refused(&KeyError::Failed { reason }))?;
        let from = if number == 1 { SALT } else { 0 };
        let end = PAGE - Cipher::RESERVED;
        let cipher = cbc::Encryptor::<Aes256>::new_from_slices(self.key.as_slice(), &vector)
            .map_err(|e| Error::bug(e.to_string()))?;
        cipher
            .encrypt_padded::<NoPadding>(&mut page[from..end], end - from)
            .map_err(|e| Error::bug(e.to_string()))?;
        page[end..end + VECTOR].copy_from_slice(&vector);
        let mut code =
            Hmac::<Sha512>::new_from_slice(self.code_key.as_slice()).map_err(|e| Error::bug(e.to_string()))?;
        code.update(&page[from..end + VECTOR]);
        // SQLCipher writes the number with its least byte first.
        code.update(&u32::try_from(number).unwrap_or(u32::MAX).to_le_bytes());
        page[end + VECTOR..].copy_from_slice(&code.finalize().into_bytes());
        page[..from].copy_from_slice(&self.salt[..from]);
        Ok(())
    }
}

/// That a folder without a key has no files either.
fn none_yet(folder: &Path) -> Result<(), Error> {
    for name in [JOURNAL, SITE, EFFECTS] {
        let path = folder.join(name);
        let Ok(mut file) = std::fs::File::open(&path) else {
            continue;
        };
        let mut begin = [0; SALT];
        match file.read_exact(&mut begin) {
            // Nothing was ever written to it.
            Err(_) => {}
            Ok(()) if begin == *MAGIC => {
                return Err(Error::new(
                    Remedy::CallSupervisor,
                    "not_encrypted",
                    format!("{}: a plain file, and this build keeps none", path.display()),
                ));
            }
            Ok(()) => return Err(lost(&folder.join(KEY_FILE), "the key is missing")),
        }
    }
    Ok(())
}
