//! The work queue: who has a task, what is kept for it, and what was done twice (domain §8).
//!
//! A task never suppresses a fact: what two devices did without knowing of each other, both have done. So the gateway keeps
//! who was first, and where a second device moved goods for a task that was done it opens an exception and a task that puts
//! them back (domain §4).

use super::found::Found;
use super::picture::{Scene, lot_key};
use super::{Result, archive};
use lotline_record::entry::{Body, Entry, Load, Position};
use lotline_record::model::{Account, Amount, DeviceId, Goods, OwnerId, PersonId, TaskId, TaskKind, TaskState};
use lotline_record::rules::is_held;
use lotline_record::stock::Assigned;
use lotline_record::text::{Arg, Message};
use rusqlite::{OptionalExtension, params};

/// Who has a task now.
struct Holder {
    state: String,
    device: Option<String>,
    until_ms: Option<i64>,
}

fn holder(scene: &Scene<'_>, task: &TaskId) -> Result<Option<Holder>> {
    Ok(scene
        .db
        .prepare_cached("SELECT state, device, until_ms FROM assignment WHERE site = ?1 AND task = ?2")?
        .query_row(params![scene.site, task.as_str()], |row| {
            Ok(Holder {
                state: row.get(0)?,
                device: row.get(1)?,
                until_ms: row.get(2)?,
            })
        })
        .optional()?)
}

impl Holder {
    fn is_other(&self, device: &DeviceId) -> bool {
        self.device.as_deref().is_some_and(|known| known != device.as_str())
    }

    /// Whether it stays as it is, whatever the device says of the task: another one did it, or has it and was not silent for
    /// longer than it may be when this was said.
    fn stays(&self, assigned: &Assigned, entry: &Entry) -> bool {
        if !self.is_other(&entry.device) {
            return false;
        }
        let at = entry.at.wall.unix_ms().saturating_add(entry.at.offset_ms.unwrap_or(0));
        match TaskState::from_word(&self.state) {
            Some(TaskState::Done) => true,
            Some(TaskState::Taken) if assigned.state == TaskState::Done => false,
            Some(TaskState::Taken) => {
                let over = assigned.over.as_ref().map(DeviceId::as_str);
                is_held(self.until_ms, at) && over != self.device.as_deref()
            }
            _ => false,
        }
    }
}

/// What became of a task. What is kept for it follows: a device keeps what it takes, and lets go of it with the task.
pub(super) fn assign(scene: &Scene<'_>, task: &TaskId, owner: &OwnerId, assigned: &Assigned) -> Result<()> {
    let Scene {
        db,
        site,
        change,
        entry,
        ..
    } = scene;
    let handed = assigned.state == TaskState::Handed;
    let stays = holder(scene, task)?.is_some_and(|holder| holder.stays(assigned, entry));
    if !stays {
        let author = entry.who.as_ref().map(|who| &who.person);
        let person = if handed { assigned.person.as_ref() } else { author };
        let device = if handed {
            assigned.device.as_ref()
        } else {
            Some(&entry.device)
        };
        db.prepare_cached(
            "INSERT INTO assignment (site, task, state, person, device, until_ms, cursor) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)
             ON CONFLICT (site, task) DO UPDATE SET state = excluded.state, person = excluded.person,
               device = excluded.device, until_ms = excluded.until_ms, cursor = excluded.cursor, gone = 0",
        )?
        .execute(params![
            site,
            task.as_str(),
            assigned.state.as_str(),
            person.map(PersonId::as_str),
            device.map(DeviceId::as_str),
            assigned.until_ms,
            change
        ])?;
    }
    // What another device keeps for the task it keeps until its time is over, unless the task is now this one's.
    db.prepare_cached(
        "UPDATE reservation SET gone = 1, cursor = ?4 WHERE site = ?1 AND task = ?2 AND gone = 0 AND (?5 OR device = ?3)",
    )?
    .execute(params![site, task.as_str(), entry.device.as_str(), change, !stays])?;
    let Some(until_ms) = assigned.until_ms.filter(|_| !stays) else {
        return Ok(());
    };
    for kept in &assigned.reserves {
        let (lot, maker) = lot_key(kept.lot.as_ref());
        db.prepare_cached(
            "INSERT INTO reservation (site, task, owner, item, lot, maker, place, amount, device, until_ms, cursor)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11)
             ON CONFLICT (site, task, owner, item, lot, maker, place) DO UPDATE SET amount = excluded.amount,
               device = excluded.device, until_ms = excluded.until_ms, cursor = excluded.cursor, gone = 0",
        )?
        .execute(params![
            site,
            task.as_str(),
            owner.as_str(),
            kept.item.as_str(),
            lot,
            maker,
            kept.place.as_str(),
            kept.amount.micros(),
            entry.device.as_str(),
            until_ms,
            change
        ])?;
    }
    Ok(())
}

/// A device ends a task that another one has done: what it moved for it was moved twice. Gives the exception, and writes the
/// task that puts it back.
pub(super) fn done_twice(scene: &Scene<'_>) -> Result<Option<Found>> {
    let entry = scene.entry;
    let Body::Task(tasked) = &entry.body else {
        return Ok(None);
    };
    if tasked.act.state() != Some(TaskState::Done) {
        return Ok(None);
    }
    let Some(first) = holder(scene, &tasked.task)? else {
        return Ok(None);
    };
    if first.state != TaskState::Done.as_str() || !first.is_other(&entry.device) {
        return Ok(None);
    }
    let Some(moved) = Moved::of(scene, &tasked.task)? else {
        return Ok(None);
    };
    let back = TaskId::new(format!("BACK-{}-{}", entry.device, tasked.task)).ok();
    if let Some(back) = &back {
        put_back(scene, back, &tasked.task, &moved)?;
    }
    let message = Message::new("found-task-done-twice")
        .with("task", Arg::text(&tasked.task))
        .with("first", Arg::text(first.device.as_deref().unwrap_or("-")))
        .with("device", Arg::text(&entry.device))
        .with("amount", Arg::Amount(moved.amount))
        .with("back", Arg::text(back.as_ref().map_or("-", TaskId::as_str)));
    let mut found = Found::new("task_done_twice", entry)
        .saying(Some(message))
        .of(moved.goods);
    if let Some(at) = &moved.at {
        found = found.at(at);
    }
    Ok(Some(found))
}

/// What a device moved for a task.
struct Moved {
    /// Some of it.
    goods: Goods,
    amount: Amount,
    /// Where it put it down last.
    at: Option<Account>,
}

impl Moved {
    /// By the facts of the scene's device that name the task and were not taken back. Read only where a task was done twice,
    /// which is rare: it looks at all that device said.
    fn of(scene: &Scene<'_>, task: &TaskId) -> Result<Option<Self>> {
        let mut statement = scene.db.prepare_cached(
            "SELECT e.bytes FROM entry e
              WHERE e.device = ?1 AND e.counted = 1
                AND CASE WHEN length(e.bytes) > 0 THEN json_extract(CAST(e.bytes AS TEXT), '$.refs.task') END = ?2
                AND NOT EXISTS (SELECT 1 FROM undone u WHERE u.arrival = e.arrival) ORDER BY e.arrival",
        )?;
        let mut rows = statement.query(params![scene.entry.device.as_str(), task.as_str()])?;
        begins_here(scene, task)?;
        let (mut picked, mut dropped) = (Amount::ZERO, Amount::ZERO);
        let (mut goods, mut at) = (None, None);
        while let Some(row) = rows.next()? {
            let Ok(entry) = serde_json::from_slice::<Entry>(&row.get::<_, Vec<u8>>(0)?) else {
                continue;
            };
            match entry.body {
                Body::Picked { goods: some, .. } => {
                    picked = picked.plus(some.quantity.base().unwrap_or_default());
                    goods = Some(some);
                }
                Body::Dropped {
                    load: Load::Goods(some),
                    to,
                    ..
                } => {
                    dropped = dropped.plus(some.quantity.base().unwrap_or_default());
                    goods = Some(some);
                    at = Some(to);
                }
                Body::Dropped { to, .. } => at = Some(to),
                _ => {}
            }
        }
        let amount = if picked.is_positive() { picked } else { dropped };
        Ok(goods.map(|goods| Moved { goods, amount, at }))
    }
}

/// What a device did for a task is only known where its archived entries are from before that: the first one here that names the
/// task takes it, or the device has none in an archive.
fn begins_here(scene: &Scene<'_>, task: &TaskId) -> Result<()> {
    let device = scene.entry.device.as_str();
    let archived = scene
        .db
        .prepare_cached(
            "SELECT epoch, seq FROM entry WHERE device = ?1 AND length(bytes) = 0 ORDER BY arrival DESC LIMIT 1",
        )?
        .query_row([device], |row| {
            Ok(Position::new(row.get(0)?, row.get::<_, i64>(1)?.cast_unsigned()))
        })
        .optional()?;
    let Some(archived) = archived else { return Ok(()) };
    let first = scene
        .db
        .prepare_cached(
            "SELECT bytes FROM entry WHERE device = ?1
                AND CASE WHEN length(bytes) > 0 THEN json_extract(CAST(bytes AS TEXT), '$.refs.task') END = ?2
              ORDER BY arrival LIMIT 1",
        )?
        .query_row(params![device, task.as_str()], |row| row.get::<_, Vec<u8>>(0))
        .optional()?;
    let first = first.and_then(|bytes| serde_json::from_slice::<Entry>(&bytes).ok());
    match first.map(|entry| entry.body) {
        Some(Body::Task(tasked)) if tasked.act.state() != Some(TaskState::Done) => Ok(()),
        _ => Err(archive::guard::needs(device, archived)),
    }
}

/// The task that puts back what was moved twice, as urgent as the one it undoes.
fn put_back(scene: &Scene<'_>, back: &TaskId, of: &TaskId, moved: &Moved) -> Result<()> {
    let Goods { owner, item, lot, .. } = &moved.goods;
    let at = moved.at.as_ref().and_then(Account::place);
    scene
        .db
        .prepare_cached(
            "INSERT INTO task (site, task, kind, owner, priority, place, zone, to_place, item, lot, amount, state, cursor)
             VALUES (?1, ?2, ?3, ?4, coalesce((SELECT priority FROM task WHERE site = ?1 AND task = ?9), 1), ?5,
               (SELECT zone FROM place WHERE site = ?1 AND place = ?5),
               (SELECT place FROM task WHERE site = ?1 AND task = ?9), ?6, ?7, ?8, 'open', ?10)
             ON CONFLICT (site, task) DO NOTHING",
        )?
        .execute(params![
            scene.site,
            back.as_str(),
            TaskKind::PutBack.as_str(),
            owner.as_str(),
            at.map(lotline_record::model::PlaceId::as_str),
            item.as_str(),
            lot.as_ref().map(|lot| lot.number.as_str()),
            moved.amount.micros(),
            of.as_str(),
            scene.change
        ])?;
    Ok(())
}
