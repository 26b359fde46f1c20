//! Devices: one-time codes, keys, tokens.

use super::sqlite::{Sqlite, noun};
use super::{LedgerError, Result};
use super::{audit, numbers, site};
use crate::access::By;
use crate::edge;
use lotline_record::entry::{Position, genesis, hex};
use lotline_record::model::{DeviceId, PlaceId};
use lotline_record::wire::EnrolRequest;
use rusqlite::{Connection, OptionalExtension, params};
use sha2::{Digest, Sha256};

/// How long an access token is good for.
pub const TOKEN_SECONDS: u32 = 15 * 60;
const CODE_MS: i64 = 24 * 60 * 60 * 1000;

/// A device just enrolled, or found enrolled by the same key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Enrolled {
    /// Its name.
    pub device: DeviceId,
    /// What it stands for.
    pub resource: PlaceId,
    /// It was cut off before.
    pub revoked: bool,
}

/// Who holds a key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Caller {
    /// The device.
    pub device: DeviceId,
    /// Whether it was cut off.
    pub revoked: bool,
    /// Whether the token asked about is its own and still good.
    pub token_good: bool,
}

fn digest(code: &str) -> String {
    // A code is typed by people: case, blanks and dashes do not matter, and what looks like 0 or 1 is.
    let plain: String = code
        .chars()
        .filter(|c| !matches!(c, '-' | ' '))
        .map(|c| match c.to_ascii_uppercase() {
            'O' => '0',
            'I' | 'L' => '1',
            c => c,
        })
        .collect();
    hex(&Sha256::digest(plain.as_bytes()))
}

/// Twelve characters of Crockford's base 32: 60 bits, readable aloud.
pub(crate) fn draw() -> String {
    const ALPHABET: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";
    let letters = edge::random::<12>().map(|byte| char::from(ALPHABET[usize::from(byte & 31)]));
    let text: String = letters.iter().collect();
    format!("{}-{}-{}", &text[..4], &text[4..8], &text[8..])
}

fn named_after(name: &str) -> String {
    let plain: String = name
        .chars()
        .map(|c| {
            if c.is_ascii_alphanumeric() {
                c.to_ascii_lowercase()
            } else {
                '-'
            }
        })
        .take(24)
        .collect();
    let plain = plain.trim_matches('-');
    let tail = hex(&edge::random::<3>());
    if plain.is_empty() {
        format!("device-{tail}")
    } else {
        format!("{plain}-{tail}")
    }
}

pub(super) fn issue_code(
    store: &Sqlite,
    by: Option<&By>,
    device: Option<&DeviceId>,
    name: &str,
    resource: &PlaceId,
) -> Result<String> {
    let (code, now) = (draw(), edge::now().unix_ms());
    store.write(|tx| {
        site::load(tx)?;
        let device = device.map_or_else(|| named_after(name), ToString::to_string);
        let taken: bool = tx.query_row(
            "SELECT EXISTS (SELECT 1 FROM device WHERE device = ?1)
                 OR EXISTS (SELECT 1 FROM code WHERE device = ?1 AND used_by IS NULL AND expires_ms > ?2)",
            params![device, now],
            |row| row.get(0),
        )?;
        if taken {
            return Err(LedgerError::NameTaken(device));
        }
        tx.execute(
            "INSERT INTO code (hash, device, name, resource, expires_ms) VALUES (?1, ?2, ?3, ?4, ?5)",
            params![digest(&code), device, name, resource.as_str(), now + CODE_MS],
        )?;
        if let Some(by) = by {
            audit::append(tx, by, "enrolment_code", &format!("{device} for {resource}"), true)?;
        }
        Ok(code.clone())
    })
}

pub(super) fn enrol(store: &Sqlite, request: &EnrolRequest, thumbprint: &str) -> Result<Option<Enrolled>> {
    let now = edge::now().unix_ms();
    store.write(|tx| {
        let hash = digest(&request.code);
        let code = tx
            .query_row(
                "SELECT device, resource FROM code
                  WHERE hash = ?1 AND (used_by = ?2 OR (used_by IS NULL AND expires_ms > ?3))",
                params![hash, thumbprint, now],
                |row| Ok((row.get::<_, String>(0)?, row.get::<_, String>(1)?)),
            )
            .optional()?;
        let Some((mut device, resource)) = code else {
            return Ok(None);
        };
        tx.execute(
            "UPDATE code SET used_by = ?2 WHERE hash = ?1",
            params![hash, thumbprint],
        )?;
        let known = tx
            .query_row(
                "SELECT device, revoked_ms IS NOT NULL FROM device WHERE thumbprint = ?1",
                [thumbprint],
                |row| Ok((row.get::<_, String>(0)?, row.get::<_, bool>(1)?)),
            )
            .optional()?;
        let mut revoked = false;
        if let Some((name, cut_off)) = known {
            device = name;
            revoked = cut_off;
            tx.execute(
                "UPDATE device SET resource = ?2 WHERE device = ?1",
                params![device, resource],
            )?;
        } else {
            let start = genesis(&noun(&device)?, 1, None);
            tx.execute(
                "INSERT INTO device (device, name, resource, public_key, thumbprint, enrolled_ms, hash, contact_ms)
                 VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?6)",
                params![
                    device,
                    request.name,
                    resource,
                    request.public_key,
                    thumbprint,
                    now,
                    start.0.to_vec()
                ],
            )?;
        }
        Ok(Some(Enrolled {
            device: noun(&device)?,
            resource: noun(&resource)?,
            revoked,
        }))
    })
}

pub(super) fn revoke(store: &Sqlite, by: Option<&By>, device: &DeviceId) -> Result<()> {
    store.write(|tx| {
        let sql = "UPDATE device SET revoked_ms = coalesce(revoked_ms, ?2) WHERE device = ?1";
        if tx.execute(sql, params![device.as_str(), edge::now().unix_ms()])? == 0 {
            return Err(LedgerError::UnknownDevice(device.to_string()));
        }
        tx.execute("DELETE FROM token WHERE device = ?1", [device.as_str()])?;
        numbers::lost(tx, device)?;
        if let Some(by) = by {
            audit::append(tx, by, "device_cut_off", device.as_str(), true)?;
        }
        Ok(())
    })?;
    store.revoked.send_replace(());
    Ok(())
}

pub(super) fn is_revoked(store: &Sqlite, device: &DeviceId) -> Result<bool> {
    store.read(|tx| {
        let sql = "SELECT NOT EXISTS (SELECT 1 FROM device WHERE device = ?1 AND revoked_ms IS NULL)";
        Ok(tx.query_row(sql, [device.as_str()], |row| row.get(0))?)
    })
}

pub(super) fn caller(store: &Sqlite, thumbprint: &str, token: Option<&str>) -> Result<Option<Caller>> {
    let now = edge::now().unix_ms();
    store.read(|tx| {
        let found = tx
            .prepare_cached(
                "SELECT d.device, d.revoked_ms IS NOT NULL,
                        EXISTS (SELECT 1 FROM token t WHERE t.hash = ?2 AND t.device = d.device AND t.expires_ms > ?3)
                   FROM device d WHERE d.thumbprint = ?1",
            )?
            .query_row(params![thumbprint, token, now], |row| {
                Ok((row.get::<_, String>(0)?, row.get(1)?, row.get(2)?))
            })
            .optional()?;
        found
            .map(|(device, revoked, token_good)| {
                Ok(Caller {
                    device: noun(&device)?,
                    revoked,
                    token_good,
                })
            })
            .transpose()
    })
}

pub(super) fn keep_token(store: &Sqlite, device: &DeviceId, hash: &str) -> Result<()> {
    let now = edge::now().unix_ms();
    store.write(|tx| {
        tx.execute("DELETE FROM token WHERE expires_ms <= ?1", [now])?;
        let until = now + i64::from(TOKEN_SECONDS) * 1000;
        tx.execute(
            "INSERT INTO token (hash, device, expires_ms) VALUES (?1, ?2, ?3)",
            params![hash, device.as_str(), until],
        )?;
        tx.execute(
            "UPDATE device SET contact_ms = ?2 WHERE device = ?1",
            params![device.as_str(), now],
        )?;
        Ok(())
    })
}

pub(super) fn void_tokens(store: &Sqlite) -> Result<()> {
    store.write(|tx| Ok(tx.execute("DELETE FROM token", []).map(drop)?))
}

pub(super) fn applied(tx: &Connection, device: &DeviceId) -> Result<Position> {
    let raw = tx
        .prepare_cached("SELECT applied FROM device WHERE device = ?1")?
        .query_row([device.as_str()], |row| row.get(0))
        .optional()?;
    raw.map(Position::from_raw)
        .ok_or_else(|| LedgerError::UnknownDevice(device.to_string()))
}
