//! The work queue: tasks with what became of them, and what is kept for them.

use super::{Picture, included, lot_key, parse, parse_some, word};
use crate::Error;
use lotline_record::model::{
    Amount, DeviceId, DocumentId, ItemId, LotNumber, OwnerId, PersonId, PlaceId, Reservation, Task, TaskId, TaskKind,
    TaskState,
};
use rusqlite::{Row, params};

/// A row of `task` with what became of it, before it is read.
struct Raw {
    texts: [String; 4],
    priority: u32,
    options: [Option<String>; 9],
    numbers: [Option<i64>; 3],
}

impl Raw {
    fn read(row: &Row<'_>) -> rusqlite::Result<Self> {
        Ok(Raw {
            texts: [row.get(0)?, row.get(1)?, row.get(2)?, row.get(3)?],
            priority: row.get(4)?,
            options: [
                row.get(5)?,
                row.get(6)?,
                row.get(7)?,
                row.get(8)?,
                row.get(9)?,
                row.get(10)?,
                row.get(11)?,
                row.get(12)?,
                row.get(13)?,
            ],
            numbers: [row.get(14)?, row.get(15)?, row.get(16)?],
        })
    }

    fn task(self) -> Result<Task, Error> {
        let [task, kind, owner, state] = self.texts;
        let [place, zone, to, equipment, document, item, lot, person, device] = self.options;
        let [amount, due_ms, until_ms] = self.numbers;
        Ok(Task {
            task: parse("task", &task)?,
            kind: word("kind of task", &kind, TaskKind::from_word)?,
            owner: parse("owner", &owner)?,
            priority: self.priority,
            place: parse_some("place", place)?,
            zone,
            to: parse_some("place", to)?,
            equipment,
            document: parse_some::<DocumentId>("document", document)?,
            item: parse_some::<ItemId>("item", item)?,
            lot: parse_some::<LotNumber>("lot", lot)?,
            amount: amount.map(Amount::from_micros),
            due_ms,
            state: word("state of a task", &state, TaskState::from_word)?,
            person: parse_some::<PersonId>("person", person)?,
            device: parse_some::<DeviceId>("device", device)?,
            until_ms,
        })
    }
}

impl Picture<'_> {
    /// Tasks that are not done or withdrawn, at most 500, or `which` alone, whatever became of it. What the warehouse's own
    /// system took back is withdrawn, but for what was done before. What another device did is done, whatever this one has not
    /// told yet.
    pub(super) fn read_tasks(&self, which: Option<&TaskId>) -> Result<Vec<Task>, Error> {
        let rows = self.all(
            concat!(
                "WITH own AS (
                   SELECT task, state, person, device, until_ms, max(position) FROM effects.own_task
                    WHERE position > ",
                included!(),
                " GROUP BY task),
                 both AS (
                   SELECT t.task, t.kind, t.owner, CASE WHEN o.task IS NULL THEN coalesce(a.state, 'open') ELSE o.state END AS worked, t.state AS asked,
                     t.priority, t.place, t.zone, t.to_place, t.equipment, t.document, t.item, t.lot,
                     CASE WHEN o.task IS NULL THEN a.person ELSE o.person END AS person,
                     CASE WHEN o.task IS NULL THEN a.device ELSE o.device END AS device, t.amount, t.due_ms,
                     CASE WHEN o.task IS NULL THEN a.until_ms ELSE o.until_ms END AS until_ms
                   FROM site.task t
                   LEFT JOIN site.assignment a ON a.site = t.site AND a.task = t.task AND a.gone = 0
                   LEFT JOIN own o ON o.task = t.task AND NOT coalesce(a.state = 'done' AND a.device <> ?3, 0)
                   WHERE t.site = ?1 AND t.gone = 0 AND (?2 IS NULL OR t.task = ?2)),
                 now AS (
                   SELECT *, CASE WHEN asked = 'withdrawn' AND worked <> 'done' THEN 'withdrawn' ELSE worked END AS state
                   FROM both)
                 SELECT task, kind, owner, state, priority, place, zone, to_place, equipment, document, item, lot, person,
                   device, amount, due_ms, until_ms
                 FROM now WHERE ?2 IS NOT NULL OR state NOT IN ('done', 'withdrawn')
                 ORDER BY priority, due_ms, task LIMIT 500"
            ),
            params![self.site(), which.map(TaskId::as_str), self.standing.device.as_str()],
            Raw::read,
        )?;
        rows.into_iter().map(Raw::task).collect()
    }

    /// What of an item is kept for tasks.
    pub(super) fn read_reservations(&self, owner: &OwnerId, item: &ItemId) -> Result<Vec<Reservation>, Error> {
        let key = (owner.clone(), item.clone());
        self.known(
            |known| known.reservations.get(&key).cloned(),
            || self.reservations_on_disk(owner, item),
            |known, found| known.reservations.put(key.clone(), found),
        )
    }

    fn reservations_on_disk(&self, owner: &OwnerId, item: &ItemId) -> Result<Vec<Reservation>, Error> {
        let rows = self.all(
            "SELECT task, lot, maker, place, device, amount, until_ms
               FROM site.reservation INDEXED BY reservation_item
              WHERE site = ?1 AND owner = ?2 AND item = ?3 AND gone = 0",
            params![self.site(), owner.as_str(), item.as_str()],
            |r| {
                let texts: [String; 5] = [r.get(0)?, r.get(1)?, r.get(2)?, r.get(3)?, r.get(4)?];
                Ok((texts, r.get::<_, i64>(5)?, r.get::<_, i64>(6)?))
            },
        )?;
        rows.into_iter()
            .map(|([task, lot, maker, place, device], amount, until_ms)| {
                Ok(Reservation {
                    task: parse("task", &task)?,
                    lot: lot_key(&lot, &maker)?,
                    place: parse("place", &place)?,
                    amount: Amount::from_micros(amount),
                    device: parse("device", &device)?,
                    until_ms,
                })
            })
            .collect()
    }

    pub(super) fn read_docks(&self) -> Result<Vec<PlaceId>, Error> {
        let found: Vec<String> = self.all(
            "SELECT place FROM site.place WHERE site = ?1 AND kind = 'dock' AND gone = 0 ORDER BY walk, place LIMIT 50",
            [self.site()],
            |r| r.get(0),
        )?;
        found.iter().map(|place| parse("place", place)).collect()
    }

    /// The picture has no list of devices: a device is known by what it did.
    pub(super) fn read_is_device(&self, device: &DeviceId) -> Result<bool, Error> {
        let found: Option<bool> = self.one(
            "SELECT EXISTS (SELECT 1 FROM site.history WHERE site = ?1 AND device = ?2)
                 OR EXISTS (SELECT 1 FROM site.assignment WHERE site = ?1 AND device = ?2)",
            params![self.site(), device.as_str()],
            |r| r.get(0),
        )?;
        Ok(found.unwrap_or(false))
    }
}
