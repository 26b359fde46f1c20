//! A device's two files, opened afresh and read-only: for proofs by a process that took no part.

use crate::platform::KeyStore;
use crate::store::{Cipher, EFFECTS, JOURNAL, SITE, attach_own_effects, read_only};
use crate::{Error, Remedy};
use lotline_record::entry::{Hash, Position, Sealed};
use lotline_record::wire::Receipt;
use rusqlite::{Connection, OpenFlags};
use std::collections::BTreeMap;
use std::path::Path;

/// Which stock, as texts: owner, item, lot, maker, pack level, account.
pub type StockRow = [String; 6];

/// What a device's folder holds.
#[derive(Debug)]
pub struct Audit {
    /// The device's name.
    pub device: String,
    /// Its site.
    pub site: String,
    /// Whether it is a folder of training, which is no part of the record.
    pub training: bool,
    /// Every entry in order, with the hash recomputed from its bytes.
    pub entries: Vec<Sealed>,
    /// The hashes as the journal has them, in the same order.
    pub stored_hashes: Vec<Hash>,
    /// The mark: the server is durable up to here.
    pub acknowledged: Position,
    /// Counter-signatures of the server.
    pub receipts: Vec<Receipt>,
    /// The site's public key, SPKI DER in hex; empty before enrolment.
    pub site_key: String,
    /// The picture's stock: the site's rows plus own effects above `included`, millionths of the base unit, zero rows
    /// left out.
    pub stock: BTreeMap<StockRow, i64>,
}

fn bad(what: &Path) -> impl FnOnce(rusqlite::Error) -> Error + '_ {
    move |error| {
        Error::new(
            Remedy::CallSupervisor,
            "storage",
            format!("{}: {error}", what.display()),
        )
    }
}

fn open(path: &Path, cipher: &Cipher) -> Result<Connection, Error> {
    let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX | OpenFlags::SQLITE_OPEN_URI;
    cipher.open(path, flags).map_err(bad(path))
}

/// Opens one of a folder's databases as the device itself would, with its key where it has one: for tools and tests.
///
/// # Errors
/// As [`read_folder_with`].
pub fn database(folder: &Path, name: &str, keys: &dyn KeyStore) -> Result<Connection, Error> {
    let path = folder.join(name);
    let cipher = Cipher::there(folder, keys)?.unwrap_or_else(Cipher::none);
    cipher.open(&path, OpenFlags::default()).map_err(bad(&path))
}

/// Opens the journal with the other two attached, as the device's own statements see them.
///
/// # Errors
/// As [`read_folder_with`].
pub fn databases(folder: &Path, keys: &dyn KeyStore) -> Result<Connection, Error> {
    let journal = database(folder, JOURNAL, keys)?;
    let cipher = Cipher::there(folder, keys)?.unwrap_or_else(Cipher::none);
    for (file, name) in [(SITE, "site"), (EFFECTS, "effects")] {
        let path = folder.join(file);
        cipher.attach(&journal, &read_only(&path), name).map_err(bad(&path))?;
    }
    Ok(journal)
}

/// Opens both files of `folder` read-only and reads everything.
///
/// # Errors
/// `storage` when a file is missing, damaged, encrypted or not ours.
pub fn read_folder(folder: &Path) -> Result<Audit, Error> {
    read(folder, &Cipher::none())
}

/// As [`read_folder`], of a device whose key store is `keys`: where its files are encrypted, they are read with its key.
///
/// # Errors
/// As [`read_folder`], and what [`crate::store::KEY_FILE`]'s module lists.
pub fn read_folder_with(folder: &Path, keys: &dyn KeyStore) -> Result<Audit, Error> {
    let cipher = Cipher::there(folder, keys)?;
    read(folder, &cipher.unwrap_or_else(Cipher::none))
}

fn read(folder: &Path, cipher: &Cipher) -> Result<Audit, Error> {
    let (journal_path, site_path) = (folder.join(JOURNAL), folder.join(SITE));
    let journal = open(&journal_path, cipher)?;
    let meta = |key: &str| -> Result<String, Error> {
        let mut statement = journal
            .prepare("SELECT value FROM meta WHERE key = ?1")
            .map_err(bad(&journal_path))?;
        let mut rows = statement.query([key]).map_err(bad(&journal_path))?;
        let row = rows.next().map_err(bad(&journal_path))?;
        row.map_or_else(|| Ok(String::new()), |r| r.get(0))
            .map_err(bad(&journal_path))
    };
    let mut entries = Vec::new();
    let mut stored_hashes = Vec::new();
    {
        let mut statement = journal
            .prepare("SELECT position, hash, bytes FROM entry ORDER BY position")
            .map_err(bad(&journal_path))?;
        let rows = statement
            .query_map([], |r| {
                Ok((r.get::<_, i64>(0)?, r.get::<_, Vec<u8>>(1)?, r.get::<_, Vec<u8>>(2)?))
            })
            .map_err(bad(&journal_path))?;
        for row in rows {
            let (position, hash, bytes) = row.map_err(bad(&journal_path))?;
            entries.push(Sealed::from_stored(Position::from_raw(position), bytes));
            stored_hashes.push(Hash::from_slice(&hash).unwrap_or_default());
        }
    }
    let receipts = {
        let mut statement = journal
            .prepare("SELECT receipt FROM receipt ORDER BY position")
            .map_err(bad(&journal_path))?;
        let rows = statement
            .query_map([], |r| r.get::<_, String>(0))
            .map_err(bad(&journal_path))?;
        let mut receipts = Vec::new();
        for text in rows {
            let text = text.map_err(bad(&journal_path))?;
            let receipt = serde_json::from_str(&text).map_err(|e| {
                Error::new(
                    Remedy::CallSupervisor,
                    "storage",
                    format!("a receipt cannot be read: {e}"),
                )
            })?;
            receipts.push(receipt);
        }
        receipts
    };
    let mut stock = BTreeMap::new();
    let site = open(&site_path, cipher)?;
    sum(
        &site,
        &site_path,
        "SELECT owner, item, lot, maker, level, account, amount FROM stock WHERE gone = 0",
        &mut stock,
    )?;
    // By the entries: `effects.db` may end before them.
    cipher
        .attach(&journal, &read_only(&site_path), "site")
        .map_err(bad(&site_path))?;
    attach_own_effects(&journal)?;
    sum(
        &journal,
        &journal_path,
        "SELECT owner, item, lot, maker, level, account, delta FROM effects.own_stock",
        &mut stock,
    )?;
    stock.retain(|_, amount| *amount != 0);
    Ok(Audit {
        device: meta("device")?,
        site: meta("site")?,
        training: !meta("training")?.is_empty(),
        entries,
        stored_hashes,
        acknowledged: Position::from_raw(meta("acknowledged")?.parse().unwrap_or(0)),
        receipts,
        site_key: meta("site_key")?,
        stock,
    })
}

fn sum(connection: &Connection, path: &Path, sql: &str, stock: &mut BTreeMap<StockRow, i64>) -> Result<(), Error> {
    let mut statement = connection.prepare(sql).map_err(bad(path))?;
    let rows = statement
        .query_map([], |r| {
            let key: StockRow = [r.get(0)?, r.get(1)?, r.get(2)?, r.get(3)?, r.get(4)?, r.get(5)?];
            Ok((key, r.get::<_, i64>(6)?))
        })
        .map_err(bad(path))?;
    for row in rows {
        let (key, amount) = row.map_err(bad(path))?;
        *stock.entry(key).or_default() += amount;
    }
    Ok(())
}
