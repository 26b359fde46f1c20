//! The facts of each verdict, found again without a handheld: from the stored bytes of what its device could know at the
//! entry's cursor (domain §5), added up from nothing.

use lotline_record::entry::{Body, Entry, Position};
use lotline_record::model::{Account, Amount, LineKey};
use lotline_record::rules::Facts;
use lotline_record::stock::{Effect, StockKey, effects, overruling};
use rusqlite::Connection;
use std::path::Path;

/// An entry, and when it became part of the site's picture.
struct Told {
    entry: Entry,
    change: u64,
    counted: bool,
    effects: Vec<Effect>,
}

impl Told {
    fn position(&self) -> Position {
        Position::new(self.entry.epoch, self.entry.seq)
    }
}

fn all(ledger: &Path) -> Vec<Told> {
    let file = Connection::open(ledger).unwrap();
    let mut statement = file
        .prepare("SELECT change, counted, bytes FROM entry ORDER BY arrival")
        .unwrap();
    let rows = statement.query_map([], |row| {
        Ok((
            row.get::<_, i64>(0)?.cast_unsigned(),
            row.get::<_, Option<bool>>(1)?,
            row.get::<_, Vec<u8>>(2)?,
        ))
    });
    rows.unwrap()
        .map(|row| {
            let (change, counted, bytes) = row.unwrap();
            let entry: Entry = serde_json::from_slice(&bytes).unwrap();
            Told {
                effects: effects(&entry.body),
                entry,
                change,
                counted: counted.unwrap_or_default(),
            }
        })
        .collect()
}

/// What the device of `told` could know before it: what the picture had at its cursor, and what it had done itself since.
fn known<'a>(all: &'a [Told], told: &'a Told) -> (Vec<&'a Told>, Vec<&'a Told>) {
    let picture = |other: &&Told| other.change <= told.entry.cursor;
    let own = |other: &&Told| other.entry.device == told.entry.device && other.position() < told.position();
    let site = all.iter().filter(picture).filter(|other| other.counted);
    (
        site.collect(),
        all.iter().filter(|other| !picture(other) && own(other)).collect(),
    )
}

/// What stands at an account of what `of` takes, by all that the device of `told` could know.
fn there(all: &[Told], told: &Told, at: &Account, of: impl Fn(&StockKey) -> bool) -> Amount {
    let (site, own) = known(all, told);
    let counts: Vec<&Told> = site.iter().copied().filter(|other| count_of(other).is_some()).collect();
    let mut sum = Amount::ZERO;
    for (other, in_picture) in site.iter().map(|t| (t, true)).chain(own.iter().map(|t| (t, false))) {
        for effect in &other.effects {
            if let Effect::Stock { key, account, delta } = effect
                && account == at
                && of(key)
                && !(in_picture && is_absorbed(other, key, at, &counts))
            {
                sum = sum.plus(*delta);
            }
        }
    }
    sum
}

/// What a count that corrects loose goods is about.
fn count_of(told: &Told) -> Option<(StockKey, Account)> {
    match &told.entry.body {
        Body::Counted {
            owner,
            item,
            lot,
            level,
            at,
            by_serial: false,
            confirmed: true,
            ..
        } => {
            let key = StockKey {
                owner: owner.clone(),
                item: item.clone(),
                lot: lot.clone(),
                level: *level,
            };
            Some((key, at.clone()))
        }
        _ => None,
    }
}

/// A count is about a lot at all pack levels.
fn one_lot(one: &StockKey, other: &StockKey) -> bool {
    (&one.owner, &one.item, &one.lot) == (&other.owner, &other.item, &other.lot)
}

/// When it was by the gateway's clock; every handheld here has measured how far its own is off.
fn when(told: &Told) -> i64 {
    told.entry.at.wall.unix_ms() + told.entry.at.offset_ms.unwrap()
}

fn had_heard(count: &Told, of: &Told) -> bool {
    let Body::Counted { heard, .. } = &count.entry.body else {
        return false;
    };
    let heard = heard.iter().flatten();
    count.entry.device == of.entry.device
        || heard
            .into_iter()
            .any(|h| h.device == of.entry.device && of.position() <= h.through())
}

/// Whether a count that stands saw what this left behind, and had not heard of it.
fn is_absorbed(told: &Told, key: &StockKey, at: &Account, counts: &[&Told]) -> bool {
    let here = counts
        .iter()
        .filter(|count| count_of(count).is_some_and(|(of, place)| one_lot(&of, key) && place == *at));
    let mut here: Vec<&Told> = here.copied().collect();
    here.sort_by_key(|count| std::cmp::Reverse(when(count)));
    let mut stand: Vec<&Told> = Vec::new();
    for count in here {
        let concurrent = |other: &&Told| !had_heard(other, count) && !had_heard(count, other);
        if !stand.iter().any(concurrent) {
            stand.push(count);
        }
    }
    if count_of(told).is_some() {
        return !stand
            .iter()
            .any(|count| count.position() == told.position() && count.entry.device == told.entry.device);
    }
    stand
        .iter()
        .any(|count| !had_heard(count, told) && when(told) < when(count))
}

fn done(all: &[Told], told: &Told, line: &LineKey) -> Amount {
    let (site, own) = known(all, told);
    let effects = site.into_iter().chain(own).flat_map(|other| &other.effects);
    effects
        .filter_map(|effect| match effect {
            Effect::Line { line: other, delta } if other == line => Some(*delta),
            _ => None,
        })
        .sum()
}

/// The facts of `told` that are not what its device could know, in words; and how many were looked at.
fn differences(all: &[Told], told: &Told) -> (Vec<String>, usize) {
    let mut looked = 0;
    let mut wrong = Vec::new();
    let mut is = |what: &str, said: Amount, found: Amount| {
        looked += 1;
        if said != found {
            wrong.push(format!(
                "{} {}/{} at cursor {}: {what} is {found}, said {said} by {:?}",
                told.entry.device, told.entry.epoch, told.entry.seq, told.entry.cursor, told.entry.body
            ));
        }
    };
    let goods = told.entry.body.goods();
    let line = match &told.entry.body {
        Body::Received { line, .. } => line.clone(),
        Body::Picked { line, .. } => Some(line.clone()),
        _ => None,
    };
    for ground in &told.entry.verdict.grounds {
        match (&ground.facts, goods, &line) {
            (Facts::InStock { from, held, .. }, Some(goods), _) => {
                let of = |key: &StockKey| (&key.owner, &key.item, &key.lot) == (&goods.owner, &goods.item, &goods.lot);
                is("held", *held, there(all, told, from, of));
            }
            (Facts::Tolerance { done: said, .. } | Facts::OpenQuantity { done: said, .. }, _, Some(line)) => {
                is("done", *said, done(all, told, line));
            }
            _ => {}
        }
    }
    if let Body::Counted {
        owner,
        item,
        lot,
        level,
        at,
        expected,
        ..
    } = &told.entry.body
    {
        let of = |key: &StockKey| (&key.owner, &key.item, &key.lot, &key.level) == (owner, item, lot, level);
        is("expected", *expected, there(all, told, at, of));
    }
    (wrong, looked)
}

/// Looks at every verdict of the ledger; gives how many facts were found again. Where a unit was received twice, which of the
/// two counted at a time is not told by which counts in the end: verdicts about units with serials are left out then.
pub fn check(ledger: &Path, twice: bool, log: &[String]) -> usize {
    let all = all(ledger);
    let mut looked = 0;
    let unit = |told: &&Told| told.entry.body.goods().is_some_and(|goods| goods.serial.is_some());
    for told in all.iter().filter(|told| !(twice && unit(told))) {
        assert!(
            overruling(&told.entry.body).is_empty(),
            "nothing is overruled in these shifts"
        );
        let (wrong, count) = differences(&all, told);
        assert!(
            wrong.is_empty(),
            "facts of a verdict\n{}\n{}",
            wrong.join("\n"),
            log.join("\n")
        );
        looked += count;
    }
    looked
}
