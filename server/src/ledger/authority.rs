//! Who may decide what, as it was when they signed; and which of two decisions holds (domain §4).

use super::Result;
use super::picture::Scene;
use crate::edge;
use lotline_record::entry::{Body, Instant, Signature};
use lotline_record::model::{PersonId, Role};
use lotline_record::rules::is_more_restrictive;
use lotline_record::wire::{Cell, Row, table};
use rusqlite::{Connection, OptionalExtension, params};

/// What a person may.
pub(super) struct Signer {
    pub role: Role,
    owners: Option<String>,
}

impl Signer {
    pub(super) fn works_for(&self, owner: &str) -> bool {
        self.owners
            .as_ref()
            .is_none_or(|owners| owners.split(',').any(|o| o.trim() == owner))
    }
}

/// What whoever signed might decide at the time they signed. `None`: nobody of that name was at work then. A signature
/// that was given before somebody left holds, however late it arrives; one given after does not, whatever the device knew.
pub(super) fn signer(scene: &Scene<'_>, signature: &Signature) -> Result<Option<Signer>> {
    at_work(scene, &signature.person, signature.at)
}

/// What whoever wrote the entry might decide when they did.
pub(super) fn author(scene: &Scene<'_>) -> Result<Option<Signer>> {
    match &scene.entry.who {
        Some(who) => at_work(scene, &who.person, scene.entry.at.wall),
        None => Ok(None),
    }
}

fn at_work(scene: &Scene<'_>, person: &PersonId, at: Instant) -> Result<Option<Signer>> {
    let row = scene
        .db
        .prepare_cached(
            "SELECT role, owners, active FROM (
               SELECT role, owners, active, until_ms FROM person_was WHERE site = ?1 AND person = ?2 AND until_ms > ?3
               UNION ALL
               SELECT role, owners, active AND NOT gone, 9223372036854775807 FROM person WHERE site = ?1 AND person = ?2
             ) ORDER BY until_ms LIMIT 1",
        )?
        .query_row(params![scene.site, person.as_str(), at.unix_ms()], |row| {
            Ok((
                row.get::<_, String>(0)?,
                row.get::<_, Option<String>>(1)?,
                row.get::<_, bool>(2)?,
            ))
        })
        .optional()?;
    Ok(row
        .filter(|(.., active)| *active)
        .and_then(|(role, owners, _)| Role::from_word(&role).map(|role| Signer { role, owners })))
}

/// Keeps what a person might decide until now, before `row` of the table `person` says otherwise.
pub(super) fn keep(tx: &Connection, row: &Row) -> Result<()> {
    let columns = table("person").map_or(&[][..], |table| table.columns);
    let cell = |name: &str| {
        columns
            .iter()
            .position(|column| *column == name)
            .and_then(|n| row.r.get(n))
    };
    let word = |name: &str| match cell(name) {
        Some(Cell::Text(text)) => Some(text.as_str()),
        _ => None,
    };
    let active = matches!(cell("active"), Some(Cell::Int(1))) && !row.gone;
    tx.prepare_cached(
        "INSERT INTO person_was (site, person, until_ms, role, owners, active)
         SELECT site, person, ?3, role, owners, active AND NOT gone FROM person
          WHERE site = ?1 AND person = ?2 AND (role IS NOT ?4 OR owners IS NOT ?5 OR (active AND NOT gone) IS NOT ?6)
         ON CONFLICT DO NOTHING",
    )?
    .execute(params![
        word("site"),
        word("person"),
        edge::now().unix_ms(),
        word("role"),
        word("owners"),
        active
    ])?;
    Ok(())
}

/// Whether the entry settles what is settled already, in a less restrictive way: this one then holds, the other is kept.
pub(super) fn overrules(scene: &Scene<'_>) -> Result<bool> {
    let Body::Resolved {
        exception, resolution, ..
    } = &scene.entry.body
    else {
        return Ok(false);
    };
    let settled: Option<String> = scene
        .db
        .prepare_cached(
            "SELECT resolution FROM exception WHERE site = ?1 AND exception = ?2 AND state = 'settled' AND signed_by IS NOT NULL",
        )?
        .query_row(params![scene.site, exception.as_str()], |row| row.get(0))
        .optional()?
        .flatten();
    Ok(settled.is_some_and(|settled| is_more_restrictive(resolution.as_str(), &settled)))
}
