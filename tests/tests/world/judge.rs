//! The facts of each verdict, found again without a handheld: from the stored bytes of what its device could know at the
//! entry's cursor (domain §5), added up from nothing.

use lotline_record::entry::{Body, Entry, Position};
use lotline_record::model::{Amount, LineKey};
use lotline_record::rules::Facts;
use lotline_record::stock::{Effect, effects, overruling};
use rusqlite::Connection;
use std::path::Path;

/// An entry, and when it became part of the site's picture.
struct Told {
    entry: Entry,
    change: u64,
    counted: bool,
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
            Told {
                entry: serde_json::from_slice(&bytes).unwrap(),
                change,
                counted: counted.unwrap_or_default(),
            }
        })
        .collect()
}

/// What the device of `told` could know before it: what the picture had at its cursor, and what it had done itself since.
fn known<'a>(all: &'a [Told], told: &'a Told) -> impl Iterator<Item = Effect> + 'a {
    let known = all.iter().filter(move |other| {
        let in_picture = other.change <= told.entry.cursor;
        let own = other.entry.device == told.entry.device && other.position() < told.position();
        if in_picture { other.counted } else { own }
    });
    known.flat_map(|other| effects(&other.entry.body))
}

fn done(all: &[Told], told: &Told, line: &LineKey) -> Amount {
    known(all, told)
        .filter_map(|effect| match effect {
            Effect::Line { line: other, delta } if other == *line => Some(delta),
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
                let there = known(all, told).filter_map(|effect| match effect {
                    Effect::Stock { key, account, delta }
                        if account == *from
                            && (&key.owner, &key.item, &key.lot) == (&goods.owner, &goods.item, &goods.lot) =>
                    {
                        Some(delta)
                    }
                    _ => None,
                });
                is("held", *held, there.sum());
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
        let there = known(all, told).filter_map(|effect| match effect {
            Effect::Stock { key, account, delta }
                if account == *at && (&key.owner, &key.item, &key.lot, &key.level) == (owner, item, lot, level) =>
            {
                Some(delta)
            }
            _ => None,
        });
        is("expected", *expected, there.sum());
    }
    (wrong, looked)
}

/// Looks at every verdict of the ledger; gives how many facts were found again.
pub fn check(ledger: &Path, log: &[String]) -> usize {
    let all = all(ledger);
    let mut looked = 0;
    for told in &all {
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
