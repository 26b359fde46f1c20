//! Facts that are older than a confirmed count of the same place and lot (domain §5): the count has seen what they left
//! behind, and its correction has booked it already. They go into history, and move nothing where the count was.
//!
//! What the count's correction took out of the place, or put into it, stands in the account of the unexplained; an absorbed
//! leg goes there instead, so that it is explained now, and the sum over all accounts stays zero at every prefix.
//!
//! A count absorbs what its device had not heard of and what is older: facts by the gateway's clock, and another count too,
//! whose correction it would book again. It is about the lot at every pack level: one that it does not name it did not find. An absorbed count absorbs nothing. All of that is written in the entries, so it does
//! not matter which of them was told first: each count that arrives weighs anew what stands at its place.

use super::picture::{Scene, json};
use super::{Result, archive};
use lotline_record::entry::{Body, Entry, Heard, Position, Sealed, Stamp};
use lotline_record::model::{Account, Amount, ItemId, Level, LotKey, OwnerId, Virtual};
use lotline_record::stock::{Effect, StockKey, effects};
use rusqlite::params;
use std::cmp::Reverse;

/// Counts of one place and lot that are looked at, the last ones first.
const MOST_COUNTS: i64 = 16;

/// What absorption changed.
#[derive(Default)]
pub(super) struct Absorbed {
    /// The count that absorbs the entry, as `device/epoch/seq`.
    pub by: Option<String>,
    /// How many facts the entry absorbs.
    pub facts: usize,
}

/// A leg of what was booked, for the warehouse's own system.
#[derive(serde::Serialize)]
struct Leg<'a> {
    owner: &'a OwnerId,
    item: &'a ItemId,
    lot: Option<&'a LotKey>,
    level: Level,
    account: &'a Account,
    delta: Amount,
}

impl Absorbed {
    /// What was booked, as JSON, where that is another thing than the entry says: else it would count twice there.
    pub(super) fn legs(&self, all: &[Effect]) -> Option<String> {
        if self.by.is_none() && self.facts == 0 {
            return None;
        }
        let mut legs: Vec<Leg<'_>> = Vec::new();
        for effect in all {
            let Effect::Stock { key, account, delta } = effect else {
                continue;
            };
            let same = |leg: &&mut Leg<'_>| {
                (leg.owner, leg.item, leg.lot) == (&key.owner, &key.item, key.lot.as_ref())
                    && (leg.level, leg.account) == (key.level, account)
            };
            match legs.iter_mut().find(same) {
                Some(leg) => leg.delta = leg.delta.plus(*delta),
                None => legs.push(Leg {
                    owner: &key.owner,
                    item: &key.item,
                    lot: key.lot.as_ref(),
                    level: key.level,
                    account,
                    delta: *delta,
                }),
            }
        }
        legs.retain(|leg| leg.delta != Amount::ZERO);
        Some(json(&legs))
    }
}

/// When it was, by the gateway's clock; `None` where the device had never measured how far its own is off: such a time has
/// no bound, and nothing is older or younger than it.
fn certain_ms(at: &Stamp) -> Option<i64> {
    Some(at.wall.unix_ms().saturating_add(at.offset_ms?))
}

/// What a count is about.
fn counted(body: &Body) -> Option<(StockKey, &Account)> {
    let Body::Counted {
        owner,
        item,
        lot,
        level,
        at,
        by_serial: false,
        confirmed: true,
        ..
    } = body
    else {
        return None;
    };
    let key = StockKey {
        owner: owner.clone(),
        item: item.clone(),
        lot: lot.clone(),
        level: *level,
    };
    Some((key, at))
}

/// An entry of which an archive has the bytes.
struct Gone {
    device: String,
    position: Position,
    change: i64,
    /// Whether it may be a count.
    counts: bool,
}

/// An entry that counts, and the change it did so by.
struct Told {
    entry: Entry,
    change: i64,
}

impl Told {
    fn name(&self) -> String {
        let Entry { device, epoch, seq, .. } = &self.entry;
        format!("{device}/{epoch}/{seq}")
    }

    /// By which of two counts that had not heard of each other the place was seen last. Between two clocks that say the same
    /// the name of the device decides.
    fn last(&self) -> (i64, Reverse<(String, i64)>) {
        let Entry { at, device, .. } = &self.entry;
        let ms = at.wall.unix_ms().saturating_add(at.offset_ms.unwrap_or(0));
        (ms, Reverse((device.to_string(), self.entry.position().raw())))
    }

    /// Whether this count's device had heard of the other entry, or wrote it.
    fn heard_of(&self, other: &Told) -> bool {
        let Body::Counted { heard, .. } = &self.entry.body else {
            return true;
        };
        let through = |heard: &Heard| heard.device == other.entry.device && other.entry.position() <= heard.through();
        self.entry.device == other.entry.device
            || match heard {
                Some(heard) => heard.iter().any(through),
                // An entry from before that was written down.
                None => other.change <= self.entry.cursor.cast_signed(),
            }
    }

    /// As [`Told::heard_of`], of an entry of which only its place is known.
    fn heard_of_gone(&self, other: &Gone) -> bool {
        let Body::Counted { heard, .. } = &self.entry.body else {
            return true;
        };
        let through = |heard: &Heard| heard.device.as_str() == other.device && other.position <= heard.through();
        self.entry.device.as_str() == other.device
            || match heard {
                Some(heard) => heard.iter().any(through),
                None => other.change <= self.entry.cursor.cast_signed(),
            }
    }

    fn absorbs(&self, other: &Told) -> bool {
        if self.heard_of(other) {
            return false;
        }
        if counted(&other.entry.body).is_some() {
            return !other.heard_of(self) && other.last() < self.last();
        }
        let older = certain_ms(&other.entry.at) < certain_ms(&self.entry.at);
        other.entry.body.is_movement() && certain_ms(&other.entry.at).is_some() && older
    }

    /// What it changes of the lot there, by pack level.
    fn legs(&self, of: &StockKey, at: &Account) -> Vec<(StockKey, Amount)> {
        let effects = effects(&self.entry.body).into_iter();
        let legs = effects.filter_map(|effect| match effect {
            Effect::Stock { key, account, delta } if one_lot(&key, of) && account == *at => Some((key, delta)),
            _ => None,
        });
        legs.collect()
    }
}

/// Whether both are one lot, be it at another pack level.
fn one_lot(one: &StockKey, other: &StockKey) -> bool {
    (&one.owner, &one.item, &one.lot) == (&other.owner, &other.item, &other.lot)
}

/// Those of the counts that stand: no other one that stands absorbs them. `counts` are of one place and lot, the last first.
fn standing<'a>(counts: &[&'a Told]) -> Vec<&'a Told> {
    let mut stand: Vec<&Told> = Vec::new();
    for count in counts {
        if !stand.iter().any(|other| other.absorbs(count)) {
            stand.push(count);
        }
    }
    stand
}

/// What was told of the lot there: the last counts, or everything; and what of it is in an archive.
fn told(scene: &Scene<'_>, key: &StockKey, at: &Account, counts_only: bool) -> Result<(Vec<Told>, Vec<Gone>)> {
    let sql = if counts_only {
        "SELECT h.device, h.position, e.change, e.bytes FROM history h
           JOIN entry e ON e.device = h.device AND e.epoch = h.position >> 40 AND e.seq = (h.position & 0xffffffffff)
          WHERE h.site = ?1 AND h.owner = ?2 AND h.item = ?3 AND h.lot IS ?4 AND h.kind = 'counted' AND h.to_account = ?5
            AND e.counted ORDER BY h.cursor DESC LIMIT ?6"
    } else {
        "SELECT h.device, h.position, e.change, e.bytes FROM history h
           JOIN entry e ON e.device = h.device AND e.epoch = h.position >> 40 AND e.seq = (h.position & 0xffffffffff)
          WHERE h.site = ?1 AND h.owner = ?2 AND h.item = ?3 AND h.lot IS ?4 AND h.kind <> 'counted'
            AND (h.from_account = ?5 OR h.to_account = ?5) AND e.counted AND ?6 > 0"
    };
    let mut statement = scene.db.prepare_cached(sql)?;
    let lot = key.lot.as_ref().map(|lot| lot.number.as_str());
    let values = params![
        scene.site,
        key.owner.as_str(),
        key.item.as_str(),
        lot,
        at.to_string(),
        MOST_COUNTS
    ];
    let mut rows = statement.query(values)?;
    let (mut found, mut gone) = (Vec::new(), Vec::new());
    while let Some(row) = rows.next()? {
        let (position, bytes): (_, Vec<u8>) = (Position::from_raw(row.get(1)?), row.get(3)?);
        if archive::guard::is_gone(&bytes) {
            gone.push(Gone {
                device: row.get(0)?,
                position,
                change: row.get(2)?,
                counts: counts_only,
            });
            continue;
        }
        // What cannot be read again has had no effect of its own.
        if let Ok(entry) = Sealed::from_stored(position, bytes).open() {
            found.push(Told {
                entry,
                change: row.get(2)?,
            });
        }
    }
    if counts_only {
        found.retain(|told| counted(&told.entry.body).is_some_and(|(of, place)| one_lot(&of, key) && place == at));
    }
    Ok((found, gone))
}

/// What is in an archive can be left out of the weighing of a count where it makes no difference. It makes none where the count is
/// younger than every count in an archive, and nothing that it had not heard of could have been absorbed by one of those, or be in
/// an archive itself. Where another count falls by this one, the same must hold of every count that stands there: what the fallen
/// one had absorbed is given back.
fn without_gone(scene: &Scene<'_>, own: &Told, counts: &[Told], facts: &[Told], gone: &[Gone]) -> Result<()> {
    let Some(first) = gone.first() else { return Ok(()) };
    let through = archive::guard::through(scene.db)?.unwrap_or(i64::MAX);
    let needs = |gone: &Gone| Err(archive::guard::needs(&gone.device, gone.position));
    let of_then = |told: &Told| told.last().0 <= through;
    let counted_then = gone.iter().any(|gone| gone.counts);
    if counted_then && of_then(own) {
        return needs(first);
    }
    let falls = counts.iter().any(|count| !own.heard_of(count));
    for count in std::iter::once(own).chain(counts.iter().filter(|_| falls)) {
        if let Some(unheard) = gone.iter().find(|gone| !count.heard_of_gone(gone)) {
            return needs(unheard);
        }
        let same = |other: &Told| other.name() == count.name();
        let mut others = facts.iter().chain(counts).filter(|other| !same(other));
        if counted_then && others.any(|other| of_then(other) && !count.heard_of(other)) {
            return needs(first);
        }
    }
    Ok(())
}

/// Sends the legs of an entry that a count has absorbed to the unexplained instead; and for a count, what it absorbs itself,
/// and gives back what a count absorbed that stands no more.
pub(super) fn weigh(scene: &Scene<'_>, all: &mut Vec<Effect>) -> Result<Absorbed> {
    let mut absorbed = Absorbed::default();
    if !scene.entry.body.is_movement() {
        return Ok(absorbed);
    }
    let own = Told {
        entry: scene.entry.clone(),
        change: scene.change,
    };
    let mut more = Vec::new();
    if let Some((key, at)) = counted(&scene.entry.body) {
        let (counts, mut gone) = told(scene, &key, at, true)?;
        let mut before: Vec<&Told> = counts.iter().collect();
        before.sort_by_key(|count| Reverse(count.last()));
        let mut after = before.clone();
        after.push(&own);
        after.sort_by_key(|count| Reverse(count.last()));
        let (before, after) = (standing(&before), standing(&after));
        let (facts, more_gone) = told(scene, &key, at, false)?;
        gone.extend(more_gone);
        without_gone(scene, &own, &counts, &facts, &gone)?;
        let mut legs: Vec<(StockKey, Amount)> = Vec::new();
        for other in facts.iter().chain(&counts) {
            let by = |counts: &[&Told]| counts.iter().any(|count| count.absorbs(other));
            match (by(&before), by(&after)) {
                (false, true) => {
                    absorbed.facts += 1;
                    legs.extend(other.legs(&key, at).into_iter().map(|(key, delta)| (key, -delta)));
                }
                (true, false) => legs.extend(other.legs(&key, at)),
                _ => {}
            }
        }
        absorbed.by = after.iter().find(|count| count.absorbs(&own)).map(|count| count.name());
        for (key, delta) in legs {
            let leg = |account, delta| Effect::Stock {
                key: key.clone(),
                account,
                delta,
            };
            more.push(leg(at.clone(), delta));
            more.push(leg(Account::Virtual(Virtual::Unexplained), -delta));
        }
        if absorbed.by.is_some() {
            to_the_unexplained(all, &key, at);
        }
    } else {
        let mut legs: Vec<(StockKey, Account)> = Vec::new();
        for effect in all.iter() {
            if let Effect::Stock { key, account, .. } = effect
                && account.place().is_some()
                && !legs.iter().any(|(of, at)| one_lot(of, key) && at == account)
            {
                legs.push((key.clone(), account.clone()));
            }
        }
        for (key, at) in legs {
            // A count in an archive is older than the fact, or the fact had come too late ([`archive::guard::in_time`]).
            let (counts, _) = told(scene, &key, &at, true)?;
            let mut counts: Vec<&Told> = counts.iter().collect();
            counts.sort_by_key(|count| Reverse(count.last()));
            if let Some(count) = standing(&counts).iter().find(|count| count.absorbs(&own)) {
                absorbed.by = Some(count.name());
                to_the_unexplained(all, &key, &at);
            }
        }
    }
    all.extend(more);
    Ok(absorbed)
}

fn to_the_unexplained(all: &mut [Effect], key: &StockKey, at: &Account) {
    for effect in all {
        if let Effect::Stock { key: of, account, .. } = effect
            && one_lot(of, key)
            && account == at
        {
            *account = Account::Virtual(Virtual::Unexplained);
        }
    }
}
