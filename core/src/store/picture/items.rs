//! Items with their pack levels, lots, serials and handling units.

use super::{Picture, included, parse, parse_some, unreadable, word};
use crate::Error;
use crate::store::behind::settle;
use crate::store::effects::lot_parts;
use crate::store::known::{KnownItem, learn};
use crate::store::open::lock;
use crate::work::facts::{LotFacts, PlateFacts, SerialAt, SerialFacts};
use lotline_record::model::{
    Account, ContentsKnown, Day, Item, ItemId, Level, Lifecycle, LotKey, OwnerId, PackLevel, PlateId, Rotation,
    SerialKey, SerialScheme, Tracking, Unit,
};
use lotline_record::stock::Effect;
use lotline_scan::Gtin;
use rusqlite::{Row, params};

/// The columns of an item, as [`ItemRow::read`] takes them.
macro_rules! item_columns {
    ($alias:literal) => {
        concat!(
            $alias,
            ".name, ",
            $alias,
            ".tracking, ",
            $alias,
            ".rotation, ",
            $alias,
            ".base_unit, ",
            $alias,
            ".shelf_in_days, ",
            $alias,
            ".shelf_out_days, ",
            $alias,
            ".expires"
        )
    };
}
pub(super) use item_columns;

/// An item as the site's row has it.
pub(super) struct ItemRow {
    texts: [String; 4],
    shelf_in_days: Option<u32>,
    shelf_out_days: Option<u32>,
    expires: bool,
}

impl ItemRow {
    /// Reads [`item_columns`] beginning at column `at`.
    pub(super) fn read(r: &Row<'_>, at: usize) -> rusqlite::Result<Self> {
        Ok(ItemRow {
            texts: [r.get(at)?, r.get(at + 1)?, r.get(at + 2)?, r.get(at + 3)?],
            shelf_in_days: r.get(at + 4)?,
            shelf_out_days: r.get(at + 5)?,
            expires: r.get(at + 6)?,
        })
    }

    pub(super) fn item(self, owner: &OwnerId, item: &ItemId) -> Result<(Item, bool), Error> {
        let [name, tracking, rotation, unit] = self.texts;
        let known = Item {
            owner: owner.clone(),
            item: item.clone(),
            name,
            tracking: word("tracking mode", &tracking, Tracking::from_word)?,
            rotation: word("rotation", &rotation, Rotation::from_word)?,
            base_unit: Unit(unit),
            shelf_in_days: self.shelf_in_days,
            shelf_out_days: self.shelf_out_days,
        };
        Ok((known, self.expires))
    }
}

impl Picture<'_> {
    pub(super) fn read_levels(&self, gtin: &Gtin, today: Day) -> Result<Vec<(Item, PackLevel)>, Error> {
        let key = (*gtin, today);
        self.known(
            |known| known.levels.get(&key).cloned(),
            || self.levels_on_disk(gtin, today),
            |known, found| known.levels.put(key, found),
        )
    }

    fn levels_on_disk(&self, gtin: &Gtin, today: Day) -> Result<Vec<(Item, PackLevel)>, Error> {
        let generation = self.generation();
        let rows = self.all(
            concat!(
                "SELECT l.owner, l.item, l.level, l.unit, l.factor, l.valid_from, l.valid_to, ",
                item_columns!("i"),
                " FROM site.pack_level l INDEXED BY pack_level_gtin
                 JOIN site.item i ON i.site = l.site AND i.owner = l.owner AND i.item = l.item AND i.gone = 0
                 WHERE l.site = ?1 AND l.gtin = ?2 AND l.gone = 0 AND l.valid_from <= ?3 ORDER BY l.valid_from DESC"
            ),
            params![self.site(), gtin.as_str(), today.to_string()],
            |r| {
                let texts: [String; 4] = [r.get(0)?, r.get(1)?, r.get(2)?, r.get(3)?];
                let days: [Option<String>; 2] = [r.get(5)?, r.get(6)?];
                Ok((texts, r.get::<_, u32>(4)?, days, ItemRow::read(r, 7)?))
            },
        )?;
        let mut found: Vec<(Item, PackLevel)> = Vec::new();
        for ([owner, item, level, unit], factor, [from, to], row) in rows {
            let (owner, item): (OwnerId, ItemId) = (parse("owner", &owner)?, parse("item", &item)?);
            // The newest pack level that was valid: cases of the old factor may still be in stock, and say so themselves.
            if found.iter().any(|(i, _)| i.owner == owner && i.item == item) {
                continue;
            }
            let (known, expires) = row.item(&owner, &item)?;
            self.keep(generation, |k| {
                k.items.put((owner, item), Some((known.clone(), expires)));
            });
            let level = PackLevel {
                level: word("pack level", &level, Level::from_word)?,
                gtin: Some(*gtin),
                unit: Unit(unit),
                factor,
                valid_from: parse_some("day", from)?,
                valid_to: parse_some("day", to)?,
            };
            found.push((known, level));
        }
        Ok(found)
    }

    pub(super) fn read_levels_of(&self, owner: &OwnerId, item: &ItemId, today: Day) -> Result<Vec<PackLevel>, Error> {
        let rows: Vec<([Option<String>; 5], u32)> = self.all(
            "SELECT level, unit, gtin, valid_from, valid_to, factor FROM site.pack_level
              WHERE site = ?1 AND owner = ?2 AND item = ?3 AND gone = 0 AND valid_from <= ?4 ORDER BY valid_from DESC",
            params![self.site(), owner.as_str(), item.as_str(), today.to_string()],
            |r| Ok(([r.get(0)?, r.get(1)?, r.get(2)?, r.get(3)?, r.get(4)?], r.get(5)?)),
        )?;
        let mut found: Vec<PackLevel> = Vec::new();
        for ([level, unit, gtin, from, to], factor) in rows {
            let level = word("pack level", &level.unwrap_or_default(), Level::from_word)?;
            if found.iter().any(|known| known.level == level) {
                continue;
            }
            found.push(PackLevel {
                level,
                gtin: gtin.as_deref().and_then(|gtin| Gtin::parse(gtin).ok()),
                unit: Unit(unit.unwrap_or_default()),
                factor,
                valid_from: parse_some("day", from)?,
                valid_to: parse_some("day", to)?,
            });
        }
        Ok(found)
    }

    pub(super) fn read_item(&self, owner: &OwnerId, item: &ItemId) -> Result<KnownItem, Error> {
        let key = (owner.clone(), item.clone());
        self.known(
            |known| known.items.get(&key).cloned(),
            || {
                let row = self.one(
                    concat!(
                        "SELECT ",
                        item_columns!("i"),
                        " FROM site.item i WHERE site = ?1 AND owner = ?2 AND item = ?3 AND gone = 0"
                    ),
                    params![self.site(), owner.as_str(), item.as_str()],
                    |r| ItemRow::read(r, 0),
                )?;
                row.map(|row| row.item(owner, item)).transpose()
            },
            |known, found| known.items.put(key.clone(), found),
        )
    }

    pub(super) fn read_lot(&self, owner: &OwnerId, item: &ItemId, lot: &LotKey) -> Result<Option<LotFacts>, Error> {
        let key = (owner.clone(), item.clone(), lot.clone());
        self.known(
            |known| known.lots.get(&key).cloned(),
            || self.lot_on_disk(owner, item, lot),
            |known, found| known.lots.put(key.clone(), found),
        )
    }

    fn lot_on_disk(&self, owner: &OwnerId, item: &ItemId, lot: &LotKey) -> Result<Option<LotFacts>, Error> {
        let (number, maker) = lot_parts(Some(lot));
        self.settled_for(|effect| {
            matches!(effect, Effect::Lot { owner: of, item: its, lot: told, .. } if (of, its, told) == (owner, item, lot))
        })?;
        // The site's row first, then own ones in order.
        let rows = self.all_unsettled(
            concat!(
                "SELECT expiry, received_on, 0, 0 AS position, 0 AS n, supplier_lot FROM site.lot
                   WHERE site = ?5 AND owner = ?1 AND item = ?2 AND lot = ?3 AND maker = ?4 AND gone = 0
                 UNION ALL SELECT expiry, received_on, correct, position, n, NULL FROM effects.own_lot
                   WHERE owner = ?1 AND item = ?2 AND lot = ?3 AND maker = ?4 AND position > ",
                included!(),
                " ORDER BY position, n"
            ),
            params![owner.as_str(), item.as_str(), number, maker, self.site()],
            |r| {
                let words: [Option<String>; 3] = [r.get(0)?, r.get(1)?, r.get(5)?];
                Ok((words, r.get::<_, bool>(2)?))
            },
        )?;
        let mut found = None;
        for ([expiry, received_on, supplier_lot], correct) in rows {
            let facts = found.get_or_insert_with(LotFacts::default);
            facts.supplier_lot = facts.supplier_lot.take().or(parse_some("lot", supplier_lot)?);
            learn(
                facts,
                parse_some("day", expiry)?,
                parse_some("day", received_on)?,
                correct,
            );
        }
        Ok(found)
    }

    pub(super) fn read_serial(&self, serial: &SerialKey) -> Result<Option<SerialFacts>, Error> {
        if !lock(self.behind).is_silent_on(serial) {
            settle(self.connection, self.behind)?;
        }
        // A dispute stands until the gateway says that it is settled, whatever was done here meanwhile.
        let row: Option<(String, String, Option<String>)> = self.one_unsettled(
            concat!(
                "SELECT account, lifecycle, claimed, 0 AS position, 0 AS n FROM site.serial
                   WHERE site = ?4 AND scheme = ?3 AND maker_key = ?1 AND serial = ?2 AND gone = 0
                 UNION ALL SELECT account, lifecycle,
                     (SELECT claimed FROM site.serial
                       WHERE site = ?4 AND scheme = ?3 AND maker_key = ?1 AND serial = ?2 AND gone = 0), position, n FROM effects.own_serial
                   WHERE maker_key = ?1 AND serial = ?2 AND scheme = ?3 AND position > ",
                included!(),
                " ORDER BY position DESC, n DESC LIMIT 1"
            ),
            params![
                serial.maker_key,
                serial.serial.as_str(),
                serial.scheme.as_str(),
                self.site()
            ],
            |r| Ok((r.get(0)?, r.get(1)?, r.get(2)?)),
        )?;
        row.map(|(account, lifecycle, claimed)| {
            Ok(SerialFacts {
                account: parse("account", &account)?,
                lifecycle: word("lifecycle", &lifecycle, Lifecycle::from_word)?,
                claimed: parse_some("account", claimed)?,
            })
        })
        .transpose()
    }

    pub(super) fn read_own_unit(&self, unit: &str) -> Result<Option<SerialAt>, Error> {
        let row: Option<[String; 4]> = self.one(
            concat!(
                "SELECT maker_key, owner, item, lot, 0 AS position, 0 AS n FROM site.serial
                   WHERE site = ?2 AND scheme = 'own' AND serial = ?1 AND gone = 0
                 UNION ALL SELECT maker_key, owner, item, lot, position, n FROM effects.own_serial
                   WHERE serial = ?1 AND scheme = 'own' AND position > ",
                included!(),
                " ORDER BY position DESC, n DESC LIMIT 1"
            ),
            params![unit, self.site()],
            |r| Ok([r.get(0)?, r.get(1)?, r.get(2)?, r.get(3)?]),
        )?;
        row.map(|[maker_key, owner, item, lot]| {
            Ok(SerialAt {
                serial: SerialKey {
                    scheme: SerialScheme::Own,
                    maker_key,
                    serial: parse("serial", unit)?,
                },
                owner: parse("owner", &owner)?,
                item: parse("item", &item)?,
                lot: parse_some("lot", Some(lot))?.map(LotKey::of),
            })
        })
        .transpose()
    }

    pub(super) fn read_serials_in(&self, account: &Account) -> Result<Vec<SerialAt>, Error> {
        let rows: Vec<[String; 6]> = self.all(
            concat!(
                "SELECT scheme, maker_key, serial, owner, item, lot FROM site.serial
                   WHERE site = ?1 AND account = ?2 AND lifecycle = 'here' AND gone = 0
                 UNION SELECT scheme, maker_key, serial, owner, item, lot FROM effects.own_serial
                   WHERE account = ?2 AND lifecycle = 'here' AND position > ",
                included!(),
                " ORDER BY 4, 5, 2, 3"
            ),
            params![self.site(), account.to_string()],
            |r| Ok([r.get(0)?, r.get(1)?, r.get(2)?, r.get(3)?, r.get(4)?, r.get(5)?]),
        )?;
        let mut found = Vec::new();
        for row in rows {
            let at = serial_at(row)?;
            // An own entry may have moved it on since.
            if self.read_serial(&at.serial)?.is_some_and(|now| now.account == *account) {
                found.push(at);
            }
        }
        Ok(found)
    }

    /// Units whose serials carry the maker's key, with where each is. Reads them by their key.
    pub(super) fn read_serials_by_key(&self, maker_key: &str) -> Result<Vec<(SerialAt, Account)>, Error> {
        let rows: Vec<[String; 6]> = self.all(
            concat!(
                "SELECT scheme, maker_key, serial, owner, item, lot FROM site.serial
                   WHERE site = ?1 AND scheme IN ('gtin', 'hibc', 'part') AND maker_key = ?2 AND gone = 0
                 UNION SELECT scheme, maker_key, serial, owner, item, lot FROM effects.own_serial
                   WHERE maker_key = ?2 AND position > ",
                included!(),
                " ORDER BY 4, 5, 2, 3"
            ),
            params![self.site(), maker_key],
            |r| Ok([r.get(0)?, r.get(1)?, r.get(2)?, r.get(3)?, r.get(4)?, r.get(5)?]),
        )?;
        let mut found: Vec<(SerialAt, Account)> = Vec::new();
        for row in rows {
            let at = serial_at(row)?;
            if let Some(now) = self.read_serial(&at.serial)?
                && !found.iter().any(|(known, _)| known.serial == at.serial)
            {
                found.push((at, now.account));
            }
        }
        Ok(found)
    }

    /// Handling units in the warehouse of which nobody knows what is on them. Reads all of the site: not for a scan.
    pub(super) fn read_unknown_plates(&self) -> Result<Vec<(PlateId, Account)>, Error> {
        let names: Vec<String> = self.all(
            concat!(
                "SELECT plate FROM site.plate WHERE site = ?1 AND contents_known = 'unknown' AND gone = 0
                 UNION SELECT plate FROM effects.own_plate WHERE position > ",
                included!(),
                " ORDER BY 1"
            ),
            params![self.site()],
            |r| r.get(0),
        )?;
        let mut found = Vec::new();
        for name in names {
            let plate: PlateId = parse("plate", &name)?;
            if let Some(now) = self.read_plate(&plate)?
                && now.known == ContentsKnown::Unknown
                && now.account.is_physical()
                && self.read_stock_in(&Account::Plate(plate.clone()))?.is_empty()
            {
                found.push((plate, now.account));
            }
        }
        Ok(found)
    }

    pub(super) fn read_plates_in(&self, account: &Account) -> Result<Vec<PlateId>, Error> {
        self.settled_for(|effect| matches!(effect, Effect::Plate { .. }))?;
        let names: Vec<String> = self.all_unsettled(
            concat!(
                "SELECT plate FROM site.plate INDEXED BY plate_account WHERE site = ?1 AND account = ?2 AND gone = 0
                 UNION SELECT plate FROM effects.own_plate WHERE account = ?2 AND position > ",
                included!(),
                " ORDER BY 1"
            ),
            params![self.site(), account.to_string()],
            |r| r.get(0),
        )?;
        let mut found = Vec::new();
        for name in names {
            let plate: PlateId = parse("plate", &name)?;
            // An own entry may have moved it on since.
            if self.read_plate(&plate)?.is_some_and(|now| now.account == *account) {
                found.push(plate);
            }
        }
        Ok(found)
    }

    pub(super) fn read_plate(&self, plate: &PlateId) -> Result<Option<PlateFacts>, Error> {
        self.settled_for(|effect| matches!(effect, Effect::Plate { plate: of, .. } if of == plate))?;
        let rows: Vec<[Option<String>; 3]> = self.all_unsettled(
            concat!(
                "SELECT owner, account, contents_known, 0 AS position, 0 AS n FROM site.plate
                   WHERE site = ?2 AND plate = ?1 AND gone = 0
                 UNION ALL SELECT owner, account, known, position, n FROM effects.own_plate
                   WHERE plate = ?1 AND position > ",
                included!(),
                " ORDER BY position, n"
            ),
            params![plate.as_str(), self.site()],
            |r| Ok([r.get(0)?, r.get(1)?, r.get(2)?]),
        )?;
        let row = rows
            .into_iter()
            .reduce(|[old_owner, _, old_known], [owner, account, known]| {
                [owner.or(old_owner), account, known.or(old_known)]
            });
        row.map(|[owner, account, known]| {
            Ok(PlateFacts {
                owner: parse_some("owner", owner)?,
                account: parse_some("account", account)?.ok_or_else(|| unreadable("account", ""))?,
                known: known.map_or(Ok(ContentsKnown::Unknown), |k| {
                    word("word", &k, ContentsKnown::from_word)
                })?,
            })
        })
        .transpose()
    }
}

/// Scheme, maker's key, serial, owner, item and lot as stored.
fn serial_at([scheme, maker_key, serial, owner, item, lot]: [String; 6]) -> Result<SerialAt, Error> {
    Ok(SerialAt {
        serial: SerialKey {
            scheme: word("scheme", &scheme, SerialScheme::from_word)?,
            maker_key,
            serial: parse("serial", &serial)?,
        },
        owner: parse("owner", &owner)?,
        item: parse("item", &item)?,
        lot: parse_some("lot", Some(lot).filter(|lot| !lot.is_empty()))?.map(LotKey::of),
    })
}
