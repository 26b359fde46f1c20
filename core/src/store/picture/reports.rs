//! What reports ask: lots by their days, and the exceptions of a day. Answered by the indexes of lots and exceptions; stock
//! is read lot by lot, by its key.

use super::exceptions::raised;
use super::{Picture, included, lot_key, parse, parse_some, unreadable};
use crate::Error;
use crate::store::behind::prune_included;
use crate::work::facts::By;
use lotline_record::model::{Account, Amount, Day, ItemId, OwnerId};
use lotline_record::trace::report::{Dated, Settled, Told};
use rusqlite::params;
use std::collections::BTreeMap;

/// Lots of one report.
const LOTS: usize = 2_000;
/// Exceptions of one report.
const EXCEPTIONS: usize = 2_000;

/// Lots that have stock, by one of their days, the earliest first; own lots and own stock beside the site's.
macro_rules! lots {
    ($column:literal, $index:literal) => {
        concat!(
            "SELECT owner, item, lot, maker, min(day) AS day FROM (
               SELECT owner, item, lot, maker, ",
            $column,
            " AS day FROM site.lot INDEXED BY ",
            $index,
            " WHERE site = ?1 AND ",
            $column,
            " <= ?2 AND ",
            $column,
            " IS NOT NULL AND gone = 0
               UNION ALL SELECT owner, item, lot, maker, ",
            $column,
            " FROM effects.own_lot WHERE ",
            $column,
            " <= ?2 AND position > ",
            included!(),
            ") l
             WHERE EXISTS (SELECT 1 FROM site.stock WHERE site = ?1 AND stock.owner = l.owner AND stock.item = l.item
                 AND stock.lot = l.lot AND stock.maker = l.maker AND stock.account NOT LIKE 'virtual:%' AND gone = 0)
               OR EXISTS (SELECT 1 FROM effects.own_stock_sum o WHERE o.owner = l.owner AND o.item = l.item AND o.lot = l.lot
                 AND o.maker = l.maker AND o.account NOT LIKE 'virtual:%')
             GROUP BY owner, item, lot, maker ORDER BY day, item, lot LIMIT ?3"
        )
    };
}

impl Picture<'_> {
    pub(super) fn read_dated(&self, by: By, until: Day) -> Result<(Vec<Dated>, bool), Error> {
        let sql = match by {
            By::Expiry => lots!("expiry", "lot_expiry"),
            By::Received => lots!("received_on", "lot_received"),
        };
        // Each lot is a question of its own.
        prune_included(self.connection, self.behind)?;
        let most = i64::try_from(LOTS).unwrap_or(i64::MAX);
        let mut lots: Vec<[String; 4]> = self.all(sql, params![self.site(), until.to_string(), most + 1], |r| {
            Ok([r.get(0)?, r.get(1)?, r.get(2)?, r.get(3)?])
        })?;
        let cut = lots.len() > LOTS;
        lots.truncate(LOTS);
        let mut found = Vec::new();
        for [owner, item, lot, maker] in lots {
            let Some(key) = lot_key(&lot, &maker)? else { continue };
            let (owner, item): (OwnerId, ItemId) = (parse("owner", &owner)?, parse("item", &item)?);
            let known = self.read_lot(&owner, &item, &key)?.unwrap_or_default();
            let name = self
                .read_item(&owner, &item)?
                .map_or_else(|| item.to_string(), |(item, _)| item.name);
            let rows = self.all(
                concat!(
                    "SELECT account, sum(amount) FROM (
                       SELECT account, amount FROM site.stock
                         WHERE site = ?1 AND owner = ?2 AND item = ?3 AND lot = ?4 AND maker = ?5 AND gone = 0
                       UNION ALL SELECT account, delta FROM effects.own_stock_sum
                         WHERE owner = ?2 AND item = ?3 AND lot = ?4 AND maker = ?5
                       UNION ALL SELECT account, -delta FROM effects.own_stock
                         WHERE owner = ?2 AND item = ?3 AND lot = ?4 AND maker = ?5 AND position <= ",
                    included!(),
                    ") WHERE account NOT LIKE 'virtual:%' GROUP BY account HAVING sum(amount) <> 0"
                ),
                params![self.site(), owner.as_str(), item.as_str(), lot, maker],
                |r| Ok((r.get::<_, String>(0)?, r.get::<_, i64>(1)?)),
            )?;
            for (account, amount) in rows {
                found.push(Dated {
                    owner: owner.clone(),
                    item: item.clone(),
                    name: name.clone(),
                    lot: key.number.clone(),
                    expiry: known.expiry,
                    received_on: known.received_on,
                    account: parse::<Account>("account", &account)?,
                    amount: Amount::from_micros(amount),
                });
            }
        }
        Ok((found, cut))
    }

    pub(super) fn read_exceptions_between(&self, from_ms: i64, to_ms: i64) -> Result<(Vec<Told>, bool), Error> {
        let most = i64::try_from(EXCEPTIONS).unwrap_or(i64::MAX);
        let rows = self.all(
            "SELECT exception, code, message, owner, item, lot, serial, raised_by, device, raised_ms, state, resolution,
               signed_by, signed_ms FROM (
                 SELECT * FROM site.exception INDEXED BY exception_open
                   WHERE site = ?1 AND state = 'open' AND raised_ms < ?3
                 UNION SELECT * FROM site.exception INDEXED BY exception_raised
                   WHERE site = ?1 AND raised_ms >= ?2 AND raised_ms < ?3
                 UNION SELECT * FROM site.exception INDEXED BY exception_signed
                   WHERE site = ?1 AND signed_ms >= ?2 AND signed_ms IS NOT NULL AND raised_ms < ?3)
             WHERE gone = 0 ORDER BY raised_ms LIMIT ?4",
            params![self.site(), from_ms, to_ms, most + 1],
            |r| {
                let texts: [String; 5] = [r.get(0)?, r.get(1)?, r.get(2)?, r.get(8)?, r.get(10)?];
                let about: [Option<String>; 4] = [r.get(3)?, r.get(4)?, r.get(5)?, r.get(6)?];
                let people: [Option<String>; 3] = [r.get(7)?, r.get(11)?, r.get(12)?];
                Ok((texts, about, people, r.get::<_, i64>(9)?, r.get::<_, Option<i64>>(13)?))
            },
        )?;
        let cut = rows.len() > EXCEPTIONS;
        let mut found: BTreeMap<String, Told> = BTreeMap::new();
        for ([name, code, message, device, state], [owner, item, lot, serial], people, raised_ms, at_ms) in rows {
            let [raised_by, how, by] = people;
            let told = Told {
                message: serde_json::from_str(&message).map_err(|_| unreadable("exception", &message))?,
                raised_by: self.printed_name(raised_by)?,
                settled: if state == "open" {
                    None
                } else {
                    Some(Settled {
                        at_ms,
                        by: self.printed_name(by)?,
                        how: how.unwrap_or_default(),
                    })
                },
                exception: name.clone(),
                code,
                owner,
                item,
                lot,
                serial,
                device,
                raised_ms,
            };
            found.insert(name, told);
        }
        self.own_between(&mut found, to_ms)?;
        Ok((found.into_values().collect(), cut))
    }

    /// What own entries raised and settled that the site does not tell of yet.
    fn own_between(&self, found: &mut BTreeMap<String, Told>, to_ms: i64) -> Result<(), Error> {
        let own = self.all(
            concat!(
                "SELECT exception, state, detail, resolution, signed_by, signed_ms FROM effects.own_exception WHERE position > ",
                included!(),
                " ORDER BY position, n"
            ),
            [],
            |r| {
                let texts: [Option<String>; 5] = [r.get(0)?, r.get(1)?, r.get(2)?, r.get(3)?, r.get(4)?];
                Ok((texts, r.get::<_, Option<i64>>(5)?))
            },
        )?;
        for ([name, state, detail, how, by], at_ms) in own {
            let name = name.unwrap_or_default();
            if state.as_deref() != Some("open") {
                let by = self.printed_name(by)?;
                if let Some(told) = found.get_mut(&name) {
                    told.settled = Some(Settled {
                        at_ms,
                        by,
                        how: how.unwrap_or_default(),
                    });
                }
            } else if let Some(facts) = detail
                .as_deref()
                .and_then(raised)
                .filter(|facts| facts.raised_ms < to_ms)
            {
                let goods = facts.goods.as_ref();
                let told = Told {
                    exception: name.clone(),
                    code: facts.code,
                    message: facts.message,
                    owner: goods.map(|g| g.owner.to_string()),
                    item: goods.map(|g| g.item.to_string()),
                    lot: goods.and_then(|g| g.lot.as_ref()).map(ToString::to_string),
                    serial: goods.and_then(|g| g.serial.as_ref()).map(|key| key.serial.to_string()),
                    raised_by: self.printed_name(facts.raised_by.map(|p| p.to_string()))?,
                    device: facts.device.to_string(),
                    raised_ms: facts.raised_ms,
                    settled: None,
                };
                found.insert(name, told);
            }
        }
        Ok(())
    }

    /// The printed name of a person, or the pseudonym where the directory has none.
    fn printed_name(&self, person: Option<String>) -> Result<Option<String>, Error> {
        let Some(person) = parse_some("person", person)? else {
            return Ok(None);
        };
        let known = self.read_person(&person)?;
        Ok(Some(
            known.map_or_else(|| person.to_string(), |known| known.person.name),
        ))
    }
}
