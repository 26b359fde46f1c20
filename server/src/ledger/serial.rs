//! A serial is in at most one place (B4), whatever order its devices report in.
//!
//! Each way it went is kept. What is known at a time may have gaps: a device that saw the middle of the way may report
//! before one that saw its beginning (domain §8). Where the serial is follows from the set of ways alone ([`standing`]),
//! so that any order of arrival ends in one state. Two things are no gap: it came twice without having left, or two ways
//! lead out of a place that one led into. Both are shown in one exception (failure matrix, row 44); it still counts once,
//! and the exception is settled by itself if what arrives later explains it.
//!
//! A new label gives a unit another name ([`super::naming`]). What is told under any of its names is a way of the one unit.

use super::Result;
use super::found::{self, Found};
use super::naming::{self, Fate, Names};
use super::picture::{Scene, lot_key};
use super::rebooked;
use super::sqlite::noun;
use lotline_record::entry::{EntryRef, Position};
use lotline_record::model::{Account, Goods, ItemId, Lifecycle, LotKey, OwnerId, SerialKey, Virtual};
use lotline_record::rules::Facts;
use lotline_record::stock::Effect;
use rusqlite::{OptionalExtension, params};
use std::collections::BTreeMap;

/// One way from account to account.
#[derive(Debug, Clone)]
pub(super) struct Way {
    from: Account,
    to: Account,
    lifecycle: Lifecycle,
    counted: bool,
    told: Told,
}

/// By which clock a way was told, by which device, where in its chain, and the how manyth of that entry. Of no device: it
/// begins where the picture has the serial.
type Told = (i64, String, i64, i64);

/// Where a serial stands by all ways that are known.
#[derive(Debug, PartialEq)]
struct Standing {
    account: Account,
    lifecycle: Lifecycle,
    /// A second place that claims it.
    claimed: Option<Account>,
}

/// Times it came from outside less times it left.
fn came(ways: &[Way]) -> i64 {
    let outside = |account: &Account| i64::from(!account.is_physical());
    ways.iter()
        .filter(|way| way.counted)
        .map(|way| outside(&way.from) - outside(&way.to))
        .sum()
}

/// Ways into and out of each place, of those that count or of those that do not.
fn ends(ways: &[Way], counted: bool) -> BTreeMap<String, (i64, i64)> {
    let mut ends = BTreeMap::<String, (i64, i64)>::new();
    for way in ways.iter().filter(|way| way.counted == counted) {
        if way.to.is_physical() {
            ends.entry(way.to.to_string()).or_default().0 += 1;
        }
        if way.from.is_physical() {
            ends.entry(way.from.to_string()).or_default().1 += 1;
        }
    }
    ends
}

/// Whether two places claim it: more ways lead out of one than into it, which is no mere beginning, and several are open.
fn is_contested(ways: &[Way]) -> bool {
    let ends = ends(ways, true);
    let open = ends.values().filter(|(to, from)| to > from).count();
    open >= 2 && ends.values().any(|(to, from)| from > to && *to > 0) || ways.iter().any(|way| !way.counted)
}

/// Where it is. `ways` are in the order of the devices' clocks, which decides only while something is missing. `None`
/// without a way that counts.
fn standing(ways: &[Way]) -> Option<Standing> {
    let ends = ends(ways, true);
    let is_open = |account: &Account| ends.get(&account.to_string()).is_some_and(|(to, from)| to > from);
    let counted = || ways.iter().rev().filter(|way| way.counted);
    let left = || {
        counted()
            .find(|way| !way.from.is_physical() || !way.to.is_physical())
            .is_some_and(|way| !way.to.is_physical())
    };
    let out = || counted().find(|way| !way.to.is_physical());
    let last = match counted().find(|way| is_open(&way.to)) {
        Some(open) if came(ways) >= 1 || !left() => open,
        Some(_) => out()?,
        // Every place it came to it left again.
        None => out().or_else(|| counted().next())?,
    };
    let other = |way: &&Way| way.to != last.to && way.to.is_physical();
    let claimed = if is_contested(ways) {
        let uncounted = ways.iter().rev().filter(|way| !way.counted).find(other);
        uncounted.or_else(|| counted().filter(|way| is_open(&way.to)).find(other))
    } else {
        None
    };
    Some(Standing {
        account: last.to.clone(),
        lifecycle: last.lifecycle,
        claimed: claimed.map(|way| way.to.clone()),
    })
}

/// Whether by these ways a unit went into a run.
pub(super) fn is_used_up(ways: &[Way]) -> bool {
    standing(ways).is_some_and(|standing| standing.lifecycle == Lifecycle::Consumed)
}

/// How often more it came from outside than it left to there: a return is no second receipt, whatever the clocks say.
fn origins(ways: &[Way]) -> i64 {
    let mut by_account = BTreeMap::<String, i64>::new();
    for way in ways {
        if !way.from.is_physical() {
            *by_account.entry(way.from.to_string()).or_default() += 1;
        }
        if !way.to.is_physical() {
            *by_account.entry(way.to.to_string()).or_default() -= 1;
        }
    }
    by_account.values().filter(|more| **more > 0).sum()
}

/// Which of the ways count, in the order of the clocks: all, unless it came twice and left in between by none of them. Follows
/// from the set alone, so that it does not matter which was told first.
fn counting(ways: &[Way]) -> Vec<bool> {
    if origins(ways) <= 1 {
        return vec![true; ways.len()];
    }
    let mut before: Vec<Way> = Vec::new();
    for way in ways {
        let counted = way.told.1.is_empty() || joins(&before, &way.from, &way.to) != Joins::CountsNot;
        before.push(Way { counted, ..way.clone() });
    }
    before.iter().map(|way| way.counted).collect()
}

/// How the next way joins those that are known.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Joins {
    /// It counts.
    Counts,
    /// It counts, and two places claim the serial from now on.
    Contests,
    /// It belongs to the side of a dispute that does not count.
    CountsNot,
}

fn joins(ways: &[Way], from: &Account, to: &Account) -> Joins {
    let at = from.to_string();
    let here = |counted| ends(ways, counted).get(&at).is_some_and(|(to, from)| to > from);
    if !from.is_physical() && to.is_physical() && came(ways) >= 1 || here(false) && !here(true) {
        return Joins::CountsNot;
    }
    let mut after = ways.to_vec();
    after.push(Way {
        from: from.clone(),
        to: to.clone(),
        lifecycle: Lifecycle::Here,
        counted: true,
        told: Told::default(),
    });
    if is_contested(&after) && !is_contested(ways) {
        Joins::Contests
    } else {
        Joins::Counts
    }
}

/// All ways of a unit under any of its names, by the devices' clocks. One that the picture has and nobody told of begins
/// where it stands.
pub(super) fn ways(scene: &Scene<'_>, names: &[SerialKey]) -> Result<Vec<Way>> {
    let mut all = Vec::new();
    for name in names {
        let mut statement = scene.db.prepare_cached(
            "SELECT wall_ms, device, position, n, from_account, to_account, lifecycle, counted FROM serial_way
              WHERE scheme = ?1 AND maker_key = ?2 AND serial = ?3 ORDER BY wall_ms, device, position, n",
        )?;
        let rows = statement.query_map(
            params![name.scheme.as_str(), name.maker_key, name.serial.as_str()],
            |row| {
                let told: Told = (row.get(0)?, row.get(1)?, row.get(2)?, row.get(3)?);
                let way: (String, String, String, bool) = (row.get(4)?, row.get(5)?, row.get(6)?, row.get(7)?);
                Ok((told, way))
            },
        )?;
        for row in rows {
            let (told, (from, to, lifecycle, counted)) = row?;
            let way = Way {
                from: noun(&from)?,
                to: noun(&to)?,
                lifecycle: word(&lifecycle)?,
                counted,
                told,
            };
            all.push(way);
        }
    }
    if !all.is_empty() {
        all.sort_by(|one: &Way, other| one.told.cmp(&other.told));
        return Ok(all);
    }
    // Once a unit has a new label, its row tells no more than where that was given: where the picture had it before has begun.
    for name in names.iter().filter(|_| names.len() == 1) {
        let known = scene
            .db
            .prepare_cached(
                "SELECT account, lifecycle FROM serial
                  WHERE site = ?1 AND scheme = ?2 AND maker_key = ?3 AND serial = ?4 AND gone = 0",
            )?
            .query_row(
                params![scene.site, name.scheme.as_str(), name.maker_key, name.serial.as_str()],
                |row| Ok((row.get::<_, String>(0)?, row.get::<_, String>(1)?)),
            )
            .optional()?;
        if let Some((account, lifecycle)) = known {
            let way = begin(scene, name, &noun(&account)?, word(&lifecycle)?)?;
            return Ok(vec![way]);
        }
    }
    Ok(Vec::new())
}

fn word(lifecycle: &str) -> Result<Lifecycle> {
    Lifecycle::from_word(lifecycle).ok_or_else(|| super::LedgerError::Damaged(format!("lifecycle {lifecycle:?}")))
}

/// The first way of a serial that the picture has at `account`.
fn begin(scene: &Scene<'_>, serial: &SerialKey, account: &Account, lifecycle: Lifecycle) -> Result<Way> {
    let way = Way {
        from: Account::Virtual(Virtual::Opening),
        to: account.clone(),
        lifecycle,
        counted: true,
        told: Told::default(),
    };
    write(scene, serial, &way)?;
    Ok(way)
}

/// When this entry tells a way.
fn told_by(scene: &Scene<'_>) -> Told {
    let position = Position::new(scene.entry.epoch, scene.entry.seq).raw();
    (scene.told_ms(), scene.entry.device.to_string(), position, 0)
}

/// Keeps a way.
fn write(scene: &Scene<'_>, serial: &SerialKey, way: &Way) -> Result<()> {
    let (wall, device, position, _) = &way.told;
    scene
        .db
        .prepare_cached(
            "INSERT INTO serial_way (scheme, maker_key, serial, wall_ms, device, position, n, from_account, to_account,
               lifecycle, counted)
             SELECT ?1, ?2, ?3, ?4, ?5, ?6, count(*), ?7, ?8, ?9, ?10 FROM serial_way
              WHERE scheme = ?1 AND maker_key = ?2 AND serial = ?3 AND wall_ms = ?4 AND device = ?5 AND position = ?6",
        )?
        .execute(params![
            serial.scheme.as_str(),
            serial.maker_key,
            serial.serial.as_str(),
            wall,
            device,
            position,
            way.from.to_string(),
            way.to.to_string(),
            way.lifecycle.as_str(),
            way.counted
        ])?;
    Ok(())
}

/// What an entry claims of a serial that is elsewhere.
pub(super) struct Claim {
    /// The exception that shows both sides.
    pub found: Found,
    /// Whether the entry counts all the same.
    pub counts: bool,
}

/// Whether the entry claims a serial that is elsewhere. If it does not count for that, its ways are kept here.
pub(super) fn dispute(scene: &Scene<'_>, all: &[Effect]) -> Result<Option<Claim>> {
    for effect in all {
        let Effect::Serial {
            serial,
            from,
            account,
            item,
            owner,
            lot,
            lifecycle,
        } = effect
        else {
            continue;
        };
        let names = naming::names(scene, serial)?;
        let known = ways(scene, &names.all)?;
        let way = Way {
            from: from.clone(),
            to: account.clone(),
            lifecycle: *lifecycle,
            counted: true,
            told: told_by(scene),
        };
        let joins = joining(&known, &way);
        if joins == Joins::Counts {
            continue;
        }
        let at = standing(&known).map(|standing| standing.account);
        if joins == Joins::CountsNot {
            write(scene, serial, &Way { counted: false, ..way })?;
            recount(scene, &names)?;
            let lot = lot.as_ref();
            stands(scene, &names, &Of { owner, item, lot })?;
        }
        let claimed = if account.is_physical() { account } else { from };
        let message = Facts::SerialUnique {
            serial: serial.serial.to_string(),
            at,
            lifecycle: Some(Lifecycle::Here),
        }
        .judge()
        .message;
        let mut found = Found::new("disputed_serial", scene.entry).saying(message).at(claimed);
        let first = found::touched(
            scene,
            "owner = ?2 AND item = ?3 AND serial = ?4",
            [owner.as_str(), item.as_str(), serial.serial.as_str()],
        )?;
        if let Some(first) = &first {
            found = found.against(first);
        }
        if let Some(open) = open_dispute(scene, serial)? {
            found = found.joining(open);
        }
        return Ok(Some(Claim {
            found,
            counts: joins == Joins::Contests,
        }));
    }
    Ok(None)
}

/// How this entry's way joins those that are known, wherever in the order of the clocks it is.
fn joining(known: &[Way], way: &Way) -> Joins {
    let mut after = known.to_vec();
    let at = after.partition_point(|other| other.told <= way.told);
    after.insert(at, way.clone());
    let flags = counting(&after);
    for (way, counted) in after.iter_mut().zip(flags) {
        way.counted = counted;
    }
    if !after[at].counted {
        Joins::CountsNot
    } else if is_contested(&after) && !is_contested(known) {
        Joins::Contests
    } else {
        Joins::Counts
    }
}

/// What this entry tells may say of others that they count after all, or do not: they are booked, or booked back.
pub(super) fn recount(scene: &Scene<'_>, names: &Names) -> Result<()> {
    let own = told_by(scene);
    let ways = ways(scene, &names.all)?;
    for (way, counts) in ways.iter().zip(counting(&ways)) {
        let (wall, device, position, _) = &way.told;
        if way.counted == counts || device.is_empty() || (device, position) == (&own.1, &own.2) {
            continue;
        }
        scene
            .db
            .prepare_cached("UPDATE serial_way SET counted = ?4 WHERE wall_ms = ?1 AND device = ?2 AND position = ?3")?
            .execute(params![wall, device, position, counts])?;
        rebooked::rebook(scene, device, Position::from_raw(*position), counts)?;
    }
    Ok(())
}

/// Whether an entry told a way that does not count.
pub(super) fn is_aside(scene: &Scene<'_>, entry: &EntryRef) -> Result<bool> {
    Ok(scene
        .db
        .prepare_cached("SELECT EXISTS (SELECT 1 FROM serial_way WHERE device = ?1 AND position = ?2 AND NOT counted)")?
        .query_row(
            params![entry.device.as_str(), Position::new(entry.epoch, entry.seq).raw()],
            |row| row.get(0),
        )?)
}

/// The open exception about that serial: a third claim joins it.
fn open_dispute(scene: &Scene<'_>, serial: &SerialKey) -> Result<Option<String>> {
    let mut statement = scene.db.prepare_cached(
        "SELECT exception, goods FROM exception
          WHERE site = ?1 AND code = 'disputed_serial' AND state = 'open' AND serial = ?2",
    )?;
    let mut rows = statement.query(params![scene.site, serial.serial.as_str()])?;
    while let Some(row) = rows.next()? {
        let goods: Option<Goods> = row
            .get::<_, Option<String>>(1)?
            .and_then(|text| serde_json::from_str(&text).ok());
        if goods.and_then(|goods| goods.serial).as_ref() == Some(serial) {
            return Ok(Some(row.get(0)?));
        }
    }
    Ok(None)
}

/// Whose serial of which item and lot.
pub(super) struct Of<'a> {
    pub owner: &'a OwnerId,
    pub item: &'a ItemId,
    pub lot: Option<&'a LotKey>,
}

/// Books a way that counts, and where the serial stands now.
pub(super) fn moved(
    scene: &Scene<'_>,
    serial: &SerialKey,
    of: &Of<'_>,
    (from, to): (&Account, &Account),
    lifecycle: Lifecycle,
) -> Result<()> {
    let names = naming::names(scene, serial)?;
    let contested = is_contested(&ways(scene, &names.all)?);
    let way = Way {
        from: from.clone(),
        to: to.clone(),
        lifecycle,
        counted: true,
        told: told_by(scene),
    };
    write(scene, serial, &way)?;
    recount(scene, &names)?;
    let ways = stands(scene, &names, of)?;
    if contested
        && !is_contested(&ways)
        && let Some(open) = open_dispute(scene, serial)?
    {
        found::settle(scene, &open, "explained")?;
    }
    Ok(())
}

/// Writes down where a unit stands by all of its ways, under each of its names. Gives the ways.
pub(super) fn stands(scene: &Scene<'_>, names: &Names, of: &Of<'_>) -> Result<Vec<Way>> {
    let ways = ways(scene, &names.all)?;
    let standing = standing(&ways).or_else(|| {
        // Nobody told how it came there: it is where it got its label.
        names.labelled_at.clone().map(|account| Standing {
            account,
            lifecycle: Lifecycle::Here,
            claimed: None,
        })
    });
    let Some(standing) = standing else {
        return Ok(ways);
    };
    for name in &names.all {
        let (account, lifecycle, claimed) = match names.fate(name) {
            Fate::Current => (&standing.account, standing.lifecycle, standing.claimed.as_ref()),
            Fate::Ended => (&Account::Virtual(Virtual::Consumed), Lifecycle::Consumed, None),
            Fate::Burnt => (&Account::Virtual(Virtual::Disposed), Lifecycle::Disposed, None),
        };
        scene
            .db
            .prepare_cached(
                "INSERT INTO serial (site, scheme, maker_key, serial, owner, item, lot, account, lifecycle, claimed,
                   cursor)
                 VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11)
                 ON CONFLICT (site, scheme, maker_key, serial) DO UPDATE SET owner = excluded.owner,
                   item = excluded.item, lot = CASE excluded.lot WHEN '' THEN lot ELSE excluded.lot END,
                   account = excluded.account, lifecycle = excluded.lifecycle, claimed = excluded.claimed,
                   cursor = excluded.cursor, gone = 0",
            )?
            .execute(params![
                scene.site,
                name.scheme.as_str(),
                name.maker_key,
                name.serial.as_str(),
                of.owner.as_str(),
                of.item.as_str(),
                lot_key(of.lot).0,
                account.to_string(),
                lifecycle.as_str(),
                claimed.map(ToString::to_string),
                scene.change
            ])?;
    }
    Ok(ways)
}

/// A settled dispute: the serial has one place again, and what was told of it before is settled with it.
pub(super) fn settled(scene: &Scene<'_>, exception: &str) -> Result<()> {
    let goods: Option<String> = scene
        .db
        .prepare_cached("SELECT goods FROM exception WHERE site = ?1 AND exception = ?2 AND code = 'disputed_serial'")?
        .query_row(params![scene.site, exception], |row| row.get(0))
        .optional()?
        .flatten();
    let goods: Option<Goods> = goods.and_then(|text| serde_json::from_str(&text).ok());
    let Some(serial) = goods.and_then(|goods| goods.serial) else {
        return Ok(());
    };
    let names = naming::names(scene, &serial)?;
    if let Some(standing) = standing(&ways(scene, &names.all)?) {
        for name in &names.all {
            scene
                .db
                .prepare_cached("DELETE FROM serial_way WHERE scheme = ?1 AND maker_key = ?2 AND serial = ?3")?
                .execute(params![name.scheme.as_str(), name.maker_key, name.serial.as_str()])?;
        }
        begin(scene, &serial, &standing.account, standing.lifecycle)?;
    }
    scene
        .db
        .prepare_cached(
            "UPDATE serial SET claimed = NULL, cursor = ?5
              WHERE site = ?1 AND scheme = ?2 AND maker_key = ?3 AND serial = ?4",
        )?
        .execute(params![
            scene.site,
            names.current.scheme.as_str(),
            names.current.maker_key,
            names.current.serial.as_str(),
            scene.change
        ])?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    const OUT: Account = Account::Virtual(Virtual::Supplier);
    const SOLD: Account = Account::Virtual(Virtual::Customer);

    fn at(place: &str) -> Account {
        Account::Place(place.parse().unwrap())
    }

    fn way(from: &Account, to: &Account) -> Way {
        let lifecycle = if to.is_physical() {
            Lifecycle::Here
        } else {
            Lifecycle::Shipped
        };
        Way {
            from: from.clone(),
            to: to.clone(),
            lifecycle,
            counted: true,
            told: Told::default(),
        }
    }

    fn orders(of: usize) -> Vec<Vec<usize>> {
        if of == 0 {
            return vec![Vec::new()];
        }
        let shorter = orders(of - 1);
        let insert = |order: &Vec<usize>, n: usize| {
            let mut longer = order.clone();
            longer.insert(n, of - 1);
            longer
        };
        (0..of)
            .flat_map(|n| shorter.iter().map(move |order| insert(order, n)))
            .collect()
    }

    #[test]
    fn a_whole_way_ends_in_one_place_in_whatever_order_it_is_told() {
        let whole = [
            way(&OUT, &at("DOCK")),
            way(&at("DOCK"), &at("CART")),
            way(&at("CART"), &at("A-1")),
            way(&at("A-1"), &at("CART-2")),
            way(&at("CART-2"), &at("A-1")),
        ];
        let sold = way(&at("A-1"), &SOLD);
        for order in orders(whole.len()) {
            let told: Vec<Way> = order.iter().map(|n| whole[*n].clone()).collect();
            let standing = standing(&told).unwrap();
            assert_eq!((standing.account, standing.claimed), (at("A-1"), None), "{order:?}");
            assert!(!is_contested(&told), "{order:?}");
            for n in 0..told.len() {
                assert_ne!(
                    joins(&told[..n], &told[n].from, &told[n].to),
                    Joins::CountsNot,
                    "{order:?} {n}"
                );
            }
            let mut gone = told;
            gone.push(sold.clone());
            assert_eq!(super::standing(&gone).unwrap().account, SOLD, "{order:?}");
        }
    }

    #[test]
    fn what_was_disposed_of_is_gone_whichever_clock_is_ahead() {
        let gone = way(&at("A"), &Account::Virtual(Virtual::Disposed));
        let there = [way(&OUT, &at("DOCK")), way(&at("DOCK"), &at("A"))];
        for n in 0..=2 {
            let mut ways = there.to_vec();
            ways.insert(n, gone.clone());
            assert!(!standing(&ways).unwrap().account.is_physical(), "{n}");
        }
    }

    #[test]
    fn it_comes_once_until_it_has_left() {
        let mut ways = vec![way(&OUT, &at("DOCK"))];
        assert_eq!(joins(&ways, &OUT, &at("DOCK-2")), Joins::CountsNot);
        ways.push(way(&at("DOCK"), &SOLD));
        assert_eq!(
            joins(&ways, &SOLD, &at("DOCK-2")),
            Joins::Counts,
            "a return is no duplicate"
        );
    }

    #[test]
    fn two_ways_out_of_one_place_contest_it_until_a_third_leads_back() {
        let mut ways = vec![way(&OUT, &at("A")), way(&at("A"), &at("CART-1"))];
        assert_eq!(joins(&ways, &at("A"), &at("CART-2")), Joins::Contests);
        ways.push(way(&at("A"), &at("CART-2")));
        let standing = standing(&ways).unwrap();
        assert_eq!((standing.account, standing.claimed), (at("CART-2"), Some(at("CART-1"))));
        ways.push(way(&at("CART-1"), &at("A")));
        let standing = super::standing(&ways).unwrap();
        assert_eq!((standing.account, standing.claimed), (at("CART-2"), None));
    }

    #[test]
    fn what_left_is_gone_although_nobody_told_how_it_came_to_the_gate() {
        let ways = [way(&OUT, &at("DOCK")), way(&at("TRAILER"), &SOLD)];
        assert_eq!(standing(&ways).unwrap().account, SOLD);
        let back = [ways[0].clone(), ways[1].clone(), way(&SOLD, &at("DOCK-2"))];
        assert_eq!(standing(&back).unwrap().account, at("DOCK-2"));
    }
}
