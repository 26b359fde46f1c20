//! Facts that are older than a confirmed count of the same place and lot (domain §5): the count has seen what they left
//! behind, and its correction has booked it already. They go into history, and move nothing where the count was.
//!
//! What the count's correction took out of the place, or put into it, stands in the account of the unexplained; an absorbed
//! leg goes there instead, so that it is explained now, and the sum over all accounts stays zero at every prefix. Which of
//! the two was told first does not matter.

use super::Result;
use super::picture::Scene;
use lotline_record::entry::{Body, Entry, Position, Sealed, Stamp};
use lotline_record::model::{Account, Amount, Virtual};
use lotline_record::stock::{Effect, StockKey, effects};
use rusqlite::{OptionalExtension, params};

/// Counts of one place and lot that are looked at, the last ones first.
const MOST_COUNTS: i64 = 16;

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

fn entry_at(scene: &Scene<'_>, device: &str, position: Position) -> Result<Option<Entry>> {
    let bytes: Option<Vec<u8>> = scene
        .db
        .prepare_cached("SELECT bytes FROM entry WHERE device = ?1 AND epoch = ?2 AND seq = ?3 AND counted")?
        .query_row(params![device, position.epoch(), position.seq().cast_signed()], |row| {
            row.get(0)
        })
        .optional()?;
    // What cannot be read again has had no effect of its own.
    Ok(bytes.and_then(|bytes| Sealed::from_stored(position, bytes).open().ok()))
}

/// History of other devices where stock of a kind stands: rows of counts, or of what came or went after a cursor.
fn others(scene: &Scene<'_>, key: &StockKey, at: &Account, after: Option<u64>) -> Result<Vec<(String, Position)>> {
    let sql = if after.is_none() {
        "SELECT device, position FROM history
          WHERE site = ?1 AND owner = ?2 AND item = ?3 AND lot IS ?4 AND kind = 'counted' AND to_account = ?5
            AND device <> ?6 AND cursor > ?7 ORDER BY cursor DESC LIMIT ?8"
    } else {
        "SELECT device, position FROM history
          WHERE site = ?1 AND owner = ?2 AND item = ?3 AND lot IS ?4 AND kind <> 'counted'
            AND (from_account = ?5 OR to_account = ?5) AND device <> ?6 AND cursor > ?7 ORDER BY cursor LIMIT ?8"
    };
    let most = if after.is_none() { MOST_COUNTS } else { -1 };
    let mut statement = scene.db.prepare_cached(sql)?;
    let rows = statement.query_map(
        params![
            scene.site,
            key.owner.as_str(),
            key.item.as_str(),
            key.lot.as_ref().map(|lot| lot.number.as_str()),
            at.to_string(),
            scene.entry.device.as_str(),
            after.unwrap_or(0).cast_signed(),
            most
        ],
        |row| Ok((row.get(0)?, Position::from_raw(row.get(1)?))),
    )?;
    Ok(rows.collect::<rusqlite::Result<_>>()?)
}

/// Sends the legs of a fact that a count has absorbed to the unexplained instead. Gives the count, as `device/epoch/seq`.
pub(super) fn by_a_count(scene: &Scene<'_>, all: &mut [Effect]) -> Result<Option<String>> {
    let Some(at_ms) = certain_ms(&scene.entry.at).filter(|_| scene.entry.body.is_movement()) else {
        return Ok(None);
    };
    let mut by = None;
    for effect in all {
        let Effect::Stock { key, account, .. } = effect else {
            continue;
        };
        if account.place().is_none() {
            continue;
        }
        for (device, position) in others(scene, key, account, None)? {
            let Some(count) = entry_at(scene, &device, position)? else {
                continue;
            };
            let same = counted(&count.body).is_some_and(|(of, at)| of == *key && at == account);
            if same && certain_ms(&count.at).is_some_and(|count_ms| count_ms > at_ms) {
                by = Some(format!("{device}/{}/{}", position.epoch(), position.seq()));
                *account = Account::Virtual(Virtual::Unexplained);
                break;
            }
        }
    }
    Ok(by)
}

/// Facts that a count did not know of, though it has seen what they left behind: they were told to the gateway first. Gives
/// what takes them back where the count was, and how many they are.
pub(super) fn unknown_to(scene: &Scene<'_>) -> Result<(Vec<Effect>, usize)> {
    let (Some((key, at)), Some(count_ms)) = (counted(&scene.entry.body), certain_ms(&scene.entry.at)) else {
        return Ok((Vec::new(), 0));
    };
    let (mut sum, mut facts) = (Amount::ZERO, 0);
    for (device, position) in others(scene, &key, at, Some(scene.entry.cursor))? {
        let Some(fact) = entry_at(scene, &device, position)? else {
            continue;
        };
        if !fact.body.is_movement() || certain_ms(&fact.at).is_none_or(|at_ms| at_ms >= count_ms) {
            continue;
        }
        let mut legs = effects(&fact.body);
        let earlier = Scene { entry: &fact, ..*scene };
        // An older count may have absorbed it already.
        by_a_count(&earlier, &mut legs)?;
        for leg in &legs {
            if let Effect::Stock {
                key: of,
                account,
                delta,
            } = leg
                && *of == key
                && account == at
            {
                sum = sum.plus(*delta);
                facts += 1;
            }
        }
    }
    if sum == Amount::ZERO {
        return Ok((Vec::new(), facts));
    }
    let leg = |account, delta| Effect::Stock {
        key: key.clone(),
        account,
        delta,
    };
    let back = vec![leg(at.clone(), -sum), leg(Account::Virtual(Virtual::Unexplained), sum)];
    Ok((back, facts))
}
