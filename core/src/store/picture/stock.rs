//! Stock: the site's rows, own sums, and what of the sums the site already counts.

use super::{Picture, included, lot_key, parse, parse_some, word};
use crate::Error;
use crate::store::effects::lot_parts;
use crate::store::known::StockRowKey;
use crate::work::facts::{LotFacts, StockFacts};
use lotline_record::model::{Account, Amount, ItemId, Level, OwnerId, Place, PlaceKind};
use lotline_record::stock::Effect;
use rusqlite::{Row, params};
use std::collections::BTreeMap;

/// Own stock that the site does not count yet: the sums, less what a page has just included and nobody has pruned yet.
macro_rules! stock_where {
    ($index:literal, $site:literal, $own:literal) => {
        concat!(
            "SELECT owner, item, lot, maker, level, account, amount FROM site.stock ",
            $index,
            " WHERE ",
            $site,
            " AND gone = 0
             UNION ALL SELECT owner, item, lot, maker, level, account, delta FROM effects.own_stock_sum
               WHERE ",
            $own,
            " UNION ALL SELECT owner, item, lot, maker, level, account, -delta FROM effects.own_stock
               WHERE position <= ",
            included!(),
            " AND ",
            $own
        )
    };
}

/// A row of stock, with what else is asked of it next: its lot and its place.
struct Found {
    key: [String; 6],
    amount: i64,
    lot_is_plain: bool,
    lot_words: Option<[Option<String>; 3]>,
    place: Option<PlaceRow>,
}

struct PlaceRow {
    kind: String,
    zone: Option<String>,
    walk: u32,
    check_digits: Option<String>,
}

impl Found {
    fn read(r: &Row<'_>) -> rusqlite::Result<Self> {
        let kind: Option<String> = r.get(12)?;
        Ok(Found {
            key: [r.get(0)?, r.get(1)?, r.get(2)?, r.get(3)?, r.get(4)?, r.get(5)?],
            amount: r.get(6)?,
            lot_is_plain: r.get(7)?,
            lot_words: if r.get(8)? {
                Some([r.get(9)?, r.get(10)?, r.get(11)?])
            } else {
                None
            },
            place: kind
                .map(|kind| {
                    Ok::<_, rusqlite::Error>(PlaceRow {
                        kind,
                        zone: r.get(13)?,
                        walk: r.get(14)?,
                        check_digits: r.get(15)?,
                    })
                })
                .transpose()?,
        })
    }
}

fn facts(key: &[String; 6], amount: i64) -> Result<StockFacts, Error> {
    let [owner, item, lot, maker, level, account] = key;
    Ok(StockFacts {
        owner: parse("owner", owner)?,
        item: parse("item", item)?,
        lot: lot_key(lot, maker)?,
        level: word("pack level", level, Level::from_word)?,
        account: parse("account", account)?,
        amount: Amount::from_micros(amount),
    })
}

impl Picture<'_> {
    pub(super) fn read_stock_of(&self, owner: &OwnerId, item: &ItemId) -> Result<Vec<StockFacts>, Error> {
        let key = (owner.clone(), item.clone());
        self.known(
            |known| known.stock.get(&key).map(|rows| rows.values().cloned().collect()),
            || Ok(self.stock_on_disk(owner, item)?.into_values().collect::<Vec<_>>()),
            |_, _| {},
        )
    }

    /// Reads the stock of an item and puts it on its shelf, its lots and places beside it: who asks for stock asks for
    /// those next.
    fn stock_on_disk(&self, owner: &OwnerId, item: &ItemId) -> Result<BTreeMap<StockRowKey, StockFacts>, Error> {
        let generation = self.generation();
        let found = self.all(
            concat!(
                "SELECT s.owner, s.item, s.lot, s.maker, s.level, s.account, sum(s.amount),
                   NOT EXISTS (SELECT 1 FROM effects.own_lot o WHERE o.owner = s.owner AND o.item = s.item AND o.lot = s.lot),
                   l.site IS NOT NULL, l.expiry, l.received_on, l.supplier_lot, p.kind, p.zone, p.walk, p.check_digits
                 FROM (",
                stock_where!("", "site = ?1 AND owner = ?2 AND item = ?3",
                    "owner = ?2 AND item = ?3"
                ),
                ") s
                 LEFT JOIN site.lot l ON l.site = ?1 AND l.owner = s.owner AND l.item = s.item AND l.lot = s.lot
                   AND l.maker = s.maker AND l.gone = 0
                 LEFT JOIN site.place p ON p.site = ?1 AND p.place = substr(s.account, 7) AND s.account LIKE 'place:%'
                   AND p.gone = 0
                 WHERE s.account NOT LIKE 'virtual:%'
                 GROUP BY s.lot, s.maker, s.level, s.account HAVING sum(s.amount) <> 0"
            ),
            params![self.site(), owner.as_str(), item.as_str()],
            Found::read,
        )?;
        let mut rows = BTreeMap::new();
        for row in found {
            let stock = facts(&row.key, row.amount)?;
            if let Some(place) = row.place
                && let Account::Place(name) = &stock.account
            {
                let known = Place {
                    place: name.clone(),
                    kind: word("kind of place", &place.kind, PlaceKind::from_word)?,
                    zone: place.zone,
                    walk: place.walk,
                    check_digits: place.check_digits,
                };
                self.keep(generation, |k| k.places.put(name.clone(), Some(known)));
            }
            if row.lot_is_plain
                && let Some(lot) = &stock.lot
            {
                let days = row.lot_words.map(|[expiry, received_on, supplier_lot]| {
                    Ok::<_, Error>(LotFacts {
                        expiry: parse_some("day", expiry)?,
                        received_on: parse_some("day", received_on)?,
                        supplier_lot: parse_some("lot", supplier_lot)?,
                    })
                });
                let days = days.transpose()?;
                self.keep(generation, |k| {
                    k.lots.put((owner.clone(), item.clone(), lot.clone()), days);
                });
            }
            let (lot, maker) = lot_parts(stock.lot.as_ref());
            let key = [lot.to_owned(), maker.to_owned(), row.key[4].clone(), row.key[5].clone()];
            rows.insert(key, stock);
        }
        self.keep(generation, |k| k.keep_stock(owner.clone(), item.clone(), rows.clone()));
        Ok(rows)
    }

    pub(super) fn read_stock_in(&self, account: &Account) -> Result<Vec<StockFacts>, Error> {
        self.settled_for(|effect| matches!(effect, Effect::Stock { account: at, .. } if at == account))?;
        let rows = self.all_unsettled(
            concat!(
                "SELECT owner, item, lot, maker, level, account, sum(amount) FROM (",
                stock_where!("INDEXED BY stock_account", "site = ?1 AND account = ?2", "account = ?2"),
                ") GROUP BY owner, item, lot, maker, level HAVING sum(amount) <> 0
                 ORDER BY owner, item, lot, maker, level"
            ),
            params![self.site(), account.to_string()],
            |r| {
                let key = [r.get(0)?, r.get(1)?, r.get(2)?, r.get(3)?, r.get(4)?, r.get(5)?];
                Ok((key, r.get(6)?))
            },
        )?;
        rows.iter().map(|(key, amount)| facts(key, *amount)).collect()
    }
}
