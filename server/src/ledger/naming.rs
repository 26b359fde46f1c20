//! The names of one unit: a new label gives it another one, and two devices may label it without knowing of each other.
//!
//! Where a unit is follows from all that is told of it under any of its names, and which name counts follows from its labels
//! alone: from the first name on, the label that was given first by the devices' clocks, unless it was taken back. So any order
//! of arrival ends in one state: a move that is told late under the old name moves the unit under its new one.

use super::Result;
use super::found::{self, Found};
use super::picture::{Scene, json};
use super::serial::{self, Of};
use super::sqlite::noun;
use lotline_record::entry::{Body, Position};
use lotline_record::model::{Account, Goods, SerialKey};
use rusqlite::params;

/// One label that stands for another.
struct Link {
    name: SerialKey,
    unit: SerialKey,
    at: Account,
    /// By which clock, whose, and where in its chain.
    when: (i64, String, i64),
    burnt: bool,
}

/// What became of a name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Fate {
    /// The unit is known by it.
    Current,
    /// The unit is known by another one since.
    Ended,
    /// Its label was taken back, and is gone.
    Burnt,
}

/// All names of a unit.
pub(super) struct Names {
    /// Each of them, the one that was asked for first.
    pub all: Vec<SerialKey>,
    /// The one it is known by.
    pub current: SerialKey,
    /// Where it got its last label, if it got one.
    pub labelled_at: Option<Account>,
    burnt: Vec<SerialKey>,
}

impl Names {
    pub(super) fn fate(&self, name: &SerialKey) -> Fate {
        if *name == self.current {
            Fate::Current
        } else if self.burnt.contains(name) {
            Fate::Burnt
        } else {
            Fate::Ended
        }
    }
}

/// The names of the unit that `serial` is one of.
pub(super) fn names(scene: &Scene<'_>, serial: &SerialKey) -> Result<Names> {
    let mut all = vec![serial.clone()];
    let mut links: Vec<Link> = Vec::new();
    let mut next = 0;
    while let Some(name) = all.get(next).cloned() {
        next += 1;
        for link in links_of(scene, &name)? {
            for end in [&link.name, &link.unit] {
                if !all.contains(end) {
                    all.push(end.clone());
                }
            }
            if !links
                .iter()
                .any(|known| (&known.name, &known.unit) == (&link.name, &link.unit))
            {
                links.push(link);
            }
        }
    }
    links.sort_by(|one, other| one.when.cmp(&other.when));
    let first = all.iter().find(|name| !links.iter().any(|link| link.unit == **name));
    let (current, labelled_at) = follow(&links, first.unwrap_or(serial));
    let live = |name: &SerialKey| links.iter().any(|link| link.unit == *name && !link.burnt);
    let taken_back = |name: &&SerialKey| links.iter().any(|link| link.unit == **name) && !live(name);
    let burnt = all.iter().filter(taken_back).cloned().collect();
    Ok(Names {
        all,
        current,
        labelled_at,
        burnt,
    })
}

/// From a name on to the one that counts, by the first label that was not taken back, or that has become another since.
fn follow(links: &[Link], first: &SerialKey) -> (SerialKey, Option<Account>) {
    let mut at = None;
    let mut name = first;
    // No way is longer than all labels.
    for _ in 0..links.len() {
        let counts = |link: &&Link| link.name == *name && (!link.burnt || leads_on(links, &link.unit));
        let Some(link) = links.iter().find(counts) else { break };
        (name, at) = (&link.unit, Some(link.at.clone()));
    }
    (name.clone(), at)
}

fn leads_on(links: &[Link], name: &SerialKey) -> bool {
    let mut next = vec![name];
    for _ in 0..links.len() {
        let Some(name) = next.pop() else { break };
        for link in links.iter().filter(|link| link.name == *name) {
            if !link.burnt {
                return true;
            }
            next.push(&link.unit);
        }
    }
    false
}

/// The labels that `name` got, or is one of.
fn links_of(scene: &Scene<'_>, name: &SerialKey) -> Result<Vec<Link>> {
    let mut statement = scene.db.prepare_cached(
        "SELECT name, unit, account, burnt, wall_ms, device, position FROM serial_name WHERE name = ?1 OR unit = ?1",
    )?;
    let rows = statement.query_map([json(name)], |row| {
        let texts: [String; 3] = [row.get(0)?, row.get(1)?, row.get(2)?];
        let when: (i64, String, i64) = (row.get(4)?, row.get(5)?, row.get(6)?);
        Ok((texts, row.get::<_, bool>(3)?, when))
    })?;
    rows.map(|row| {
        let ([name, unit, at], burnt, when) = row?;
        Ok(Link {
            name: key(&name)?,
            unit: key(&unit)?,
            at: noun(&at)?,
            when,
            burnt,
        })
    })
    .collect()
}

fn key(text: &str) -> Result<SerialKey> {
    serde_json::from_str(text).map_err(|error| super::LedgerError::Damaged(format!("serial {text:?}: {error}")))
}

/// A label that is given to a unit with a serial, or taken back from it.
pub(super) struct Label<'a> {
    goods: &'a Goods,
    old: &'a SerialKey,
    unit: &'a SerialKey,
    at: &'a Account,
    taken_back: bool,
}

/// The label that an entry gives, or takes back.
pub(super) fn label(body: &Body) -> Option<Label<'_>> {
    match body {
        Body::Relabelled { goods, at, unit, .. } => goods.serial.as_ref().map(|old| Label {
            goods,
            old,
            unit,
            at,
            taken_back: false,
        }),
        Body::Undone { body, .. } => label(body).map(|label| Label {
            taken_back: !label.taken_back,
            ..label
        }),
        _ => None,
    }
}

impl Label<'_> {
    /// Keeps it, and moves the names of the unit. Gives the exception, where the unit has another label, or has ended.
    pub(super) fn given(&self, scene: &Scene<'_>) -> Result<Option<Found>> {
        let before = names(scene, self.old)?;
        // Where the picture has it, it stands under its old name until now.
        let ways = serial::ways(scene, &before.all)?;
        let twice = !self.taken_back && (before.fate(self.old) != Fate::Current || serial::is_used_up(&ways));
        let found = if twice { Some(self.twice(scene)?) } else { None };
        let entry = scene.entry;
        scene
            .db
            .prepare_cached(
                "INSERT INTO serial_name (name, unit, account, wall_ms, device, position, burnt)
                 VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)
                 ON CONFLICT (name, unit) DO UPDATE SET burnt = burnt OR excluded.burnt",
            )?
            .execute(params![
                json(self.old),
                json(self.unit),
                self.at.to_string(),
                scene.told_ms(),
                entry.device.as_str(),
                Position::new(entry.epoch, entry.seq).raw(),
                self.taken_back
            ])?;
        let of = Of {
            owner: &self.goods.owner,
            item: &self.goods.item,
            lot: self.goods.lot.as_ref(),
        };
        let names = names(scene, self.old)?;
        serial::recount(scene, &names)?;
        serial::stands(scene, &names, &of)?;
        Ok(found)
    }

    fn twice(&self, scene: &Scene<'_>) -> Result<Found> {
        let found = Found::new("relabelled_twice", scene.entry).at(self.at);
        let serial = self.old.serial.as_str();
        let first = found::touched(scene, "serial = ?2 AND serial = ?3 AND serial = ?4", [serial; 3])?;
        Ok(match first {
            Some(first) => found.against(&first),
            None => found,
        })
    }
}
