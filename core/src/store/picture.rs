//! The picture: the site's rows and, over them, own effects above `included`.

use super::effects::lot_parts;
use super::storage;
use crate::work::facts::{
    Document, DocumentLine, ExceptionFacts, Facts, HistoryFacts, LotFacts, PlateFacts, SerialFacts, StockFacts, Subject,
};
use crate::{Error, Remedy};
use lotline_record::entry::{Body, Entry, EntryRef, Position, Sealed};
use lotline_record::model::{
    Account, Amount, Block, BlockId, BlockKind, ContentsKnown, Day, DeviceId, DocumentId, DocumentKind, Goods, Item,
    ItemId, Level, Lifecycle, LineId, LineKey, LotKey, LotNumber, MakerId, OwnerId, PackLevel, Person, PersonId, Place,
    PlaceId, PlaceKind, PlateId, Policy, Role, Rotation, Scope, SerialKey, Tracking, Unit,
};
use lotline_scan::Gtin;
use rusqlite::{Connection, OptionalExtension, Params, Row, params};
use std::collections::BTreeMap;

/// Reads within one transaction of the journal's connection.
pub(crate) struct Picture<'c> {
    connection: &'c Connection,
    site: String,
    included: i64,
}

/// Up to which own entry the site's rows count.
pub(super) fn included(connection: &Connection) -> Result<Position, Error> {
    Ok(site_meta(connection, "included")?
        .and_then(|p| p.parse().ok())
        .map_or(Position::START, Position::from_raw))
}

fn site_meta(connection: &Connection, key: &str) -> Result<Option<String>, Error> {
    connection
        .prepare_cached("SELECT value FROM site.meta WHERE key = ?1")
        .and_then(|mut s| s.query_row([key], |r| r.get(0)).optional())
        .map_err(storage("read the picture"))
}

/// A stored word or name that this version cannot read: damage, or a newer server.
fn unreadable(what: &str, value: &str) -> Error {
    Error::new(
        Remedy::Bug,
        "bad_picture",
        format!("the picture holds a {what} that cannot be read: {value:?}"),
    )
}

fn parse<T: std::str::FromStr>(what: &str, text: &str) -> Result<T, Error> {
    text.parse().map_err(|_| unreadable(what, text))
}

fn parse_some<T: std::str::FromStr>(what: &str, text: Option<String>) -> Result<Option<T>, Error> {
    text.filter(|t| !t.is_empty()).map(|t| parse(what, &t)).transpose()
}

fn word<T>(what: &str, text: &str, read: impl FnOnce(&str) -> Option<T>) -> Result<T, Error> {
    read(text).ok_or_else(|| unreadable(what, text))
}

fn lot_key(lot: &str, maker: &str) -> Result<Option<LotKey>, Error> {
    if lot.is_empty() {
        return Ok(None);
    }
    let maker = if maker.is_empty() {
        None
    } else {
        Some(parse::<MakerId>("maker", maker)?)
    };
    Ok(Some(LotKey {
        number: parse("lot", lot)?,
        maker,
    }))
}

impl<'c> Picture<'c> {
    pub(crate) fn new(connection: &'c Connection) -> Result<Self, Error> {
        let site = super::queue::meta(connection, "site")?
            .map_or_else(|| site_meta(connection, "site"), |site| Ok(Some(site)))?
            .unwrap_or_default();
        Ok(Picture {
            connection,
            site,
            included: included(connection)?.raw(),
        })
    }

    /// A value of the picture's `meta`.
    pub(crate) fn meta(&self, key: &str) -> Result<Option<String>, Error> {
        site_meta(self.connection, key)
    }

    pub(crate) fn policy(&self) -> Result<Policy, Error> {
        let text: Option<String> = self.one(
            "SELECT policy FROM site.policy WHERE site = ?1 AND gone = 0 ORDER BY version DESC LIMIT 1",
            [&self.site],
            |r| r.get(0),
        )?;
        text.map_or_else(
            || Ok(Policy::default()),
            |t| serde_json::from_str(&t).map_err(|_| unreadable("policy", &t)),
        )
    }

    fn one<T>(
        &self,
        sql: &str,
        values: impl Params,
        read: impl FnOnce(&Row<'_>) -> rusqlite::Result<T>,
    ) -> Result<Option<T>, Error> {
        self.connection
            .prepare_cached(sql)
            .and_then(|mut s| s.query_row(values, read).optional())
            .map_err(storage("read the picture"))
    }

    fn all<T>(
        &self,
        sql: &str,
        values: impl Params,
        read: impl FnMut(&Row<'_>) -> rusqlite::Result<T>,
    ) -> Result<Vec<T>, Error> {
        self.connection
            .prepare_cached(sql)
            .and_then(|mut s| s.query_map(values, read)?.collect())
            .map_err(storage("read the picture"))
    }

    fn sums(rows: Vec<[String; 6]>, amounts: Vec<i64>) -> Result<Vec<StockFacts>, Error> {
        let mut sums: BTreeMap<[String; 6], i64> = BTreeMap::new();
        for (row, amount) in rows.into_iter().zip(amounts) {
            *sums.entry(row).or_default() += amount;
        }
        sums.into_iter()
            .filter(|(_, amount)| *amount != 0)
            .map(|([owner, item, lot, maker, level, account], amount)| {
                Ok(StockFacts {
                    owner: parse("owner", &owner)?,
                    item: parse("item", &item)?,
                    lot: lot_key(&lot, &maker)?,
                    level: word("pack level", &level, Level::from_word)?,
                    account: parse("account", &account)?,
                    amount: Amount::from_micros(amount),
                })
            })
            .collect()
    }

    fn document_row(&self, kind: DocumentKind, which: Option<&DocumentId>) -> Result<Vec<Document>, Error> {
        let rows = self.all(
            "SELECT d.document, d.owner, coalesce(p.name, d.partner, ''), d.place FROM site.document d
             LEFT JOIN site.partner p ON p.site = d.site AND p.partner = d.partner
             WHERE d.site = ?1 AND d.kind = ?2 AND d.state = 'open' AND d.gone = 0 AND (?3 IS NULL OR d.document = ?3)
             ORDER BY d.document LIMIT 200",
            params![self.site, kind.as_str(), which.map(DocumentId::as_str)],
            |r| {
                Ok((
                    r.get::<_, String>(0)?,
                    r.get::<_, String>(1)?,
                    r.get(2)?,
                    r.get::<_, Option<String>>(3)?,
                ))
            },
        )?;
        rows.into_iter()
            .map(|(document, owner, partner, place)| {
                Ok(Document {
                    document: parse("document", &document)?,
                    owner: parse("owner", &owner)?,
                    partner,
                    place: parse_some("place", place)?,
                })
            })
            .collect()
    }

    fn person_row(&self, sql: &str, key: &str) -> Result<Option<Person>, Error> {
        let row = self.one(sql, params![self.site, key], |r| {
            let texts: [String; 6] = [r.get(0)?, r.get(1)?, r.get(2)?, r.get(4)?, r.get(5)?, r.get(6)?];
            Ok((texts, r.get::<_, u32>(3)?, r.get::<_, bool>(7)?))
        })?;
        row.map(|([person, badge, name, role, pin, language], name_version, active)| {
            Ok(Person {
                person: parse("person", &person)?,
                badge,
                name,
                name_version,
                role: word("role", &role, Role::from_word)?,
                pin: pin.parse().map_err(|_| unreadable("PIN hash", "…"))?,
                language,
                active,
            })
        })
        .transpose()
    }

    fn own_blocks(&self) -> Result<BTreeMap<String, Option<Block>>, Error> {
        let rows = self.all(
            "SELECT block, state, detail FROM main.own_block WHERE position > ?1 ORDER BY position, n",
            [self.included],
            |r| {
                Ok((
                    r.get::<_, String>(0)?,
                    r.get::<_, String>(1)?,
                    r.get::<_, Option<String>>(2)?,
                ))
            },
        )?;
        let mut blocks = BTreeMap::new();
        for (name, state, detail) in rows {
            let block = match detail {
                Some(text) if state == "open" => {
                    Some(serde_json::from_str(&text).map_err(|_| unreadable("block", &text))?)
                }
                _ => None,
            };
            blocks.insert(name, block);
        }
        Ok(blocks)
    }
}

const PERSON: &str = "SELECT person, badge, name, name_version, role, pin, language, active FROM site.person
  WHERE site = ?1 AND gone = 0 AND";

impl Facts for Picture<'_> {
    fn items_by_gtin(&self, gtin: &Gtin, today: Day) -> Result<Vec<(Item, PackLevel)>, Error> {
        let rows = self.all(
            "SELECT owner, item, level, unit, factor, valid_from, valid_to FROM site.pack_level
             WHERE site = ?1 AND gtin = ?2 AND gone = 0 AND valid_from <= ?3 ORDER BY valid_from DESC",
            params![self.site, gtin.as_str(), today.to_string()],
            |r| {
                let texts: [String; 4] = [r.get(0)?, r.get(1)?, r.get(2)?, r.get(3)?];
                Ok((
                    texts,
                    r.get::<_, u32>(4)?,
                    r.get::<_, Option<String>>(5)?,
                    r.get::<_, Option<String>>(6)?,
                ))
            },
        )?;
        let mut found: Vec<(Item, PackLevel)> = Vec::new();
        for ([owner, item, level, unit], factor, from, to) in rows {
            let (owner, item): (OwnerId, ItemId) = (parse("owner", &owner)?, parse("item", &item)?);
            // The newest pack level that was valid: cases of the old factor may still be in stock, and say so themselves.
            if found.iter().any(|(i, _)| i.owner == owner && i.item == item) {
                continue;
            }
            let Some(item) = self.item(&owner, &item)? else {
                continue;
            };
            let level = PackLevel {
                level: word("pack level", &level, Level::from_word)?,
                gtin: Some(*gtin),
                unit: Unit(unit),
                factor,
                valid_from: parse_some("day", from)?,
                valid_to: parse_some("day", to)?,
            };
            found.push((item, level));
        }
        Ok(found)
    }

    fn item(&self, owner: &OwnerId, item: &ItemId) -> Result<Option<Item>, Error> {
        let row = self.one(
            "SELECT name, tracking, rotation, base_unit, shelf_in_days, shelf_out_days FROM site.item
             WHERE site = ?1 AND owner = ?2 AND item = ?3 AND gone = 0",
            params![self.site, owner.as_str(), item.as_str()],
            |r| {
                let texts: [String; 4] = [r.get(0)?, r.get(1)?, r.get(2)?, r.get(3)?];
                Ok((texts, r.get(4)?, r.get(5)?))
            },
        )?;
        row.map(|([name, tracking, rotation, unit], shelf_in_days, shelf_out_days)| {
            Ok(Item {
                owner: owner.clone(),
                item: item.clone(),
                name,
                tracking: word("tracking mode", &tracking, Tracking::from_word)?,
                rotation: word("rotation", &rotation, Rotation::from_word)?,
                base_unit: Unit(unit),
                shelf_in_days,
                shelf_out_days,
            })
        })
        .transpose()
    }

    fn expires(&self, owner: &OwnerId, item: &ItemId) -> Result<bool, Error> {
        let found = self.one(
            "SELECT expires FROM site.item WHERE site = ?1 AND owner = ?2 AND item = ?3 AND gone = 0",
            params![self.site, owner.as_str(), item.as_str()],
            |r| r.get(0),
        )?;
        Ok(found.unwrap_or(false))
    }

    fn lot(&self, owner: &OwnerId, item: &ItemId, lot: &LotKey) -> Result<Option<LotFacts>, Error> {
        let (number, maker) = lot_parts(Some(lot));
        let site: Option<(Option<String>, Option<String>)> = self.one(
            "SELECT expiry, received_on FROM site.lot
             WHERE site = ?1 AND owner = ?2 AND item = ?3 AND lot = ?4 AND maker = ?5 AND gone = 0",
            params![self.site, owner.as_str(), item.as_str(), number, maker],
            |r| Ok((r.get(0)?, r.get(1)?)),
        )?;
        let own = self.all(
            "SELECT expiry, received_on, correct FROM main.own_lot
             WHERE owner = ?1 AND item = ?2 AND lot = ?3 AND maker = ?4 AND position > ?5 ORDER BY position, n",
            params![owner.as_str(), item.as_str(), number, maker, self.included],
            |r| {
                Ok((
                    r.get::<_, Option<String>>(0)?,
                    r.get::<_, Option<String>>(1)?,
                    r.get::<_, bool>(2)?,
                ))
            },
        )?;
        if site.is_none() && own.is_empty() {
            return Ok(None);
        }
        let (mut expiry, mut received) = site.unwrap_or_default();
        for (own_expiry, own_received, correct) in own {
            if correct || expiry.is_none() {
                expiry = own_expiry.or(expiry);
            }
            received = received.or(own_received);
        }
        Ok(Some(LotFacts {
            expiry: parse_some("day", expiry)?,
            received_on: parse_some("day", received)?,
        }))
    }

    fn serial(&self, serial: &SerialKey) -> Result<Option<SerialFacts>, Error> {
        let own: Option<(String, String)> = self.one(
            "SELECT account, lifecycle FROM main.own_serial WHERE maker_key = ?1 AND serial = ?2 AND scheme = ?3
             AND position > ?4 ORDER BY position DESC, n DESC LIMIT 1",
            params![
                serial.maker_key,
                serial.serial.as_str(),
                serial.scheme.as_str(),
                self.included
            ],
            |r| Ok((r.get(0)?, r.get(1)?)),
        )?;
        let row = match own {
            Some(row) => Some(row),
            None => self.one(
                "SELECT account, lifecycle FROM site.serial
                 WHERE site = ?1 AND scheme = ?2 AND maker_key = ?3 AND serial = ?4 AND gone = 0",
                params![
                    self.site,
                    serial.scheme.as_str(),
                    serial.maker_key,
                    serial.serial.as_str()
                ],
                |r| Ok((r.get(0)?, r.get(1)?)),
            )?,
        };
        row.map(|(account, lifecycle)| {
            Ok(SerialFacts {
                account: parse("account", &account)?,
                lifecycle: word("lifecycle", &lifecycle, Lifecycle::from_word)?,
            })
        })
        .transpose()
    }

    fn plate(&self, plate: &PlateId) -> Result<Option<PlateFacts>, Error> {
        type PlateRow = (Option<String>, String, Option<String>);
        let site: Option<PlateRow> = self.one(
            "SELECT owner, account, contents_known FROM site.plate WHERE site = ?1 AND plate = ?2 AND gone = 0",
            params![self.site, plate.as_str()],
            |r| Ok((r.get(0)?, r.get(1)?, r.get(2)?)),
        )?;
        let own: Vec<PlateRow> = self.all(
            "SELECT owner, account, known FROM main.own_plate WHERE plate = ?1 AND position > ?2 ORDER BY position, n",
            params![plate.as_str(), self.included],
            |r| Ok((r.get(0)?, r.get(1)?, r.get(2)?)),
        )?;
        let row = own.into_iter().fold(site, |before, (owner, account, known)| {
            let (old_owner, old_known) = before.map_or((None, None), |(o, _, k)| (o, k));
            Some((owner.or(old_owner), account, known.or(old_known)))
        });
        row.map(|(owner, account, known)| {
            Ok(PlateFacts {
                owner: parse_some("owner", owner)?,
                account: parse("account", &account)?,
                known: known.map_or(Ok(ContentsKnown::Unknown), |k| {
                    word("word", &k, ContentsKnown::from_word)
                })?,
            })
        })
        .transpose()
    }

    fn place(&self, place: &PlaceId) -> Result<Option<Place>, Error> {
        let row = self.one(
            "SELECT kind, zone, walk, check_digits FROM site.place WHERE site = ?1 AND place = ?2 AND gone = 0",
            params![self.site, place.as_str()],
            |r| Ok((r.get::<_, String>(0)?, r.get(1)?, r.get(2)?, r.get(3)?)),
        )?;
        row.map(|(kind, zone, walk, check_digits)| {
            let kind = word("kind of place", &kind, PlaceKind::from_word)?;
            Ok(Place {
                place: place.clone(),
                kind,
                zone,
                walk,
                check_digits,
            })
        })
        .transpose()
    }

    fn cage(&self) -> Result<Option<PlaceId>, Error> {
        let found: Option<String> = self.one(
            "SELECT place FROM site.place WHERE site = ?1 AND kind = 'cage' AND gone = 0 ORDER BY walk LIMIT 1",
            [&self.site],
            |r| r.get(0),
        )?;
        parse_some("place", found)
    }

    fn empty_bin(&self) -> Result<Option<PlaceId>, Error> {
        let found: Option<String> = self.one(
            "SELECT p.place FROM site.place p WHERE p.site = ?1 AND p.kind = 'bin' AND p.gone = 0
               AND NOT EXISTS (SELECT 1 FROM site.stock s
                 WHERE s.site = p.site AND s.account = 'place:' || p.place AND s.amount <> 0 AND s.gone = 0)
               AND NOT EXISTS (SELECT 1 FROM site.plate t
                 WHERE t.site = p.site AND t.account = 'place:' || p.place AND t.gone = 0)
               AND NOT EXISTS (SELECT 1 FROM main.own_stock o
                 WHERE o.account = 'place:' || p.place AND o.position > ?2)
               AND NOT EXISTS (SELECT 1 FROM main.own_plate q
                 WHERE q.account = 'place:' || p.place AND q.position > ?2)
             ORDER BY p.walk LIMIT 1",
            params![self.site, self.included],
            |r| r.get(0),
        )?;
        parse_some("place", found)
    }

    fn stock_of(&self, owner: &OwnerId, item: &ItemId) -> Result<Vec<StockFacts>, Error> {
        let rows = self.all(
            "SELECT owner, item, lot, maker, level, account, amount FROM site.stock
               WHERE site = ?1 AND owner = ?2 AND item = ?3 AND gone = 0
             UNION ALL SELECT owner, item, lot, maker, level, account, delta FROM main.own_stock
               WHERE owner = ?2 AND item = ?3 AND position > ?4",
            params![self.site, owner.as_str(), item.as_str(), self.included],
            stock_row,
        )?;
        let (keys, amounts) = rows.into_iter().filter(|(k, _)| !k[5].starts_with("virtual:")).unzip();
        Self::sums(keys, amounts)
    }

    fn stock_in(&self, account: &Account) -> Result<Vec<StockFacts>, Error> {
        let rows = self.all(
            "SELECT owner, item, lot, maker, level, account, amount FROM site.stock
               WHERE site = ?1 AND account = ?2 AND gone = 0
             UNION ALL SELECT owner, item, lot, maker, level, account, delta FROM main.own_stock
               WHERE account = ?2 AND position > ?3",
            params![self.site, account.to_string(), self.included],
            stock_row,
        )?;
        let (keys, amounts) = rows.into_iter().unzip();
        Self::sums(keys, amounts)
    }

    fn documents(&self, kind: DocumentKind) -> Result<Vec<Document>, Error> {
        self.document_row(kind, None)
    }

    fn document(&self, kind: DocumentKind, document: &DocumentId) -> Result<Option<Document>, Error> {
        Ok(self.document_row(kind, Some(document))?.pop())
    }

    fn lines(&self, kind: DocumentKind, document: &DocumentId) -> Result<Vec<DocumentLine>, Error> {
        let rows = self.all(
            "SELECT l.line, l.owner, l.item, l.unit, l.factor, l.expected, l.done + coalesce((SELECT sum(o.delta)
                 FROM main.own_line o WHERE o.kind = l.kind AND o.document = l.document AND o.line = l.line
                   AND o.position > ?4), 0), l.lot, l.expiry, l.plate, l.allocated
             FROM site.document_line l WHERE l.site = ?1 AND l.kind = ?2 AND l.document = ?3 AND l.gone = 0
             ORDER BY length(l.line), l.line",
            params![self.site, kind.as_str(), document.as_str(), self.included],
            |r| {
                let texts: [String; 4] = [r.get(0)?, r.get(1)?, r.get(2)?, r.get(3)?];
                let options: [Option<String>; 3] = [r.get(7)?, r.get(8)?, r.get(9)?];
                Ok((
                    texts,
                    r.get::<_, u32>(4)?,
                    r.get::<_, i64>(5)?,
                    r.get::<_, i64>(6)?,
                    options,
                    r.get::<_, bool>(10)?,
                ))
            },
        )?;
        rows.into_iter()
            .map(
                |([line, owner, item, unit], factor, expected, done, [lot, expiry, plate], allocated)| {
                    Ok(DocumentLine {
                        key: LineKey {
                            kind,
                            document: document.clone(),
                            line: parse::<LineId>("line", &line)?,
                        },
                        owner: parse("owner", &owner)?,
                        item: parse("item", &item)?,
                        unit: Unit(unit),
                        factor,
                        expected: Amount::from_micros(expected),
                        done: Amount::from_micros(done),
                        lot: parse_some::<LotNumber>("lot", lot)?,
                        expiry: parse_some("day", expiry)?,
                        plate: parse_some::<PlateId>("plate", plate)?,
                        allocated,
                    })
                },
            )
            .collect()
    }

    fn blocks(&self, goods: Option<&Goods>, place: Option<&PlaceId>) -> Result<Vec<Block>, Error> {
        let mut scopes: Vec<Scope> = Vec::new();
        if let Some(goods) = goods {
            let (owner, item) = (goods.owner.clone(), goods.item.clone());
            if let Some(lot) = &goods.lot {
                scopes.push(Scope::Lot {
                    owner: owner.clone(),
                    item: item.clone(),
                    lot: lot.number.clone(),
                });
            }
            scopes.push(Scope::Item { owner, item });
            if let Some(serial) = &goods.serial {
                scopes.push(Scope::Serial {
                    maker_key: serial.maker_key.clone(),
                    serial: serial.serial.to_string(),
                });
            }
            scopes.extend(goods.plate.clone().map(|plate| Scope::Plate { plate }));
        }
        scopes.extend(place.cloned().map(|place| Scope::Place { place }));
        let own = self.own_blocks()?;
        let mut found = Vec::new();
        for scope in &scopes {
            let (of, key) = scope.key();
            let rows = self.all(
                "SELECT block, kind, reason FROM site.block
                 WHERE site = ?1 AND scope_of = ?2 AND scope_key = ?3 AND state = 'open' AND gone = 0",
                params![self.site, of, key],
                |r| Ok((r.get::<_, String>(0)?, r.get::<_, String>(1)?, r.get::<_, String>(2)?)),
            )?;
            for (block, kind, reason) in rows {
                if !own.contains_key(&block) {
                    found.push(Block {
                        block: parse::<BlockId>("block", &block)?,
                        kind: word("kind of block", &kind, BlockKind::from_word)?,
                        scope: scope.clone(),
                        reason,
                    });
                }
            }
        }
        found.extend(own.into_values().flatten().filter(|b| scopes.contains(&b.scope)));
        Ok(found)
    }

    fn person_by_badge(&self, badge: &str) -> Result<Option<Person>, Error> {
        self.person_row(&format!("{PERSON} badge = ?2"), badge)
    }

    fn person(&self, person: &PersonId) -> Result<Option<Person>, Error> {
        self.person_row(&format!("{PERSON} person = ?2"), person.as_str())
    }

    fn scope_of(&self, person: &PersonId) -> Result<Option<Vec<OwnerId>>, Error> {
        let owners: Option<Option<String>> = self.one(
            "SELECT owners FROM site.person WHERE site = ?1 AND person = ?2 AND gone = 0",
            params![self.site, person.as_str()],
            |r| r.get(0),
        )?;
        owners
            .flatten()
            .map(|list| {
                list.split(',')
                    .filter(|o| !o.is_empty())
                    .map(|o| parse("owner", o.trim()))
                    .collect()
            })
            .transpose()
    }

    fn exceptions(&self) -> Result<Vec<ExceptionFacts>, Error> {
        let mut found = BTreeMap::new();
        let rows = self.all(
            "SELECT exception, code, message, goods, account, line, known_expiry, raised_by, device, raised_ms
             FROM site.exception WHERE site = ?1 AND state = 'open' AND gone = 0",
            [&self.site],
            |r| {
                let texts: [String; 3] = [r.get(0)?, r.get(1)?, r.get(2)?];
                let options: [Option<String>; 5] = [r.get(3)?, r.get(4)?, r.get(5)?, r.get(6)?, r.get(7)?];
                Ok((texts, options, r.get::<_, String>(8)?, r.get::<_, i64>(9)?))
            },
        )?;
        let json = |text: &str| unreadable("exception", text);
        for ([exception, code, message], [goods, account, line, known, by], device, raised_ms) in rows {
            let facts = ExceptionFacts {
                exception: parse("exception", &exception)?,
                code,
                message: serde_json::from_str(&message).map_err(|_| json(&message))?,
                goods: goods
                    .map(|g| serde_json::from_str(&g).map_err(|_| json(&g)))
                    .transpose()?,
                at: parse_some("account", account)?,
                line: line
                    .map(|l| serde_json::from_str(&l).map_err(|_| json(&l)))
                    .transpose()?,
                known_expiry: parse_some("day", known)?,
                raised_by: parse_some("person", by)?,
                device: parse::<DeviceId>("device", &device)?,
                raised_ms,
            };
            found.insert(exception, facts);
        }
        let own = self.all(
            "SELECT exception, state, detail FROM main.own_exception WHERE position > ?1 ORDER BY position, n",
            [self.included],
            |r| {
                Ok((
                    r.get::<_, String>(0)?,
                    r.get::<_, String>(1)?,
                    r.get::<_, Option<String>>(2)?,
                ))
            },
        )?;
        for (exception, state, detail) in own {
            if state != "open" {
                found.remove(&exception);
            } else if let Some(facts) = detail.as_deref().and_then(raised) {
                found.insert(exception, facts);
            }
        }
        let mut found: Vec<_> = found.into_values().collect();
        found.sort_by_key(|e| e.raised_ms);
        Ok(found)
    }

    fn own_entry(&self, position: Position) -> Result<Option<(EntryRef, Body)>, Error> {
        let bytes: Option<Vec<u8>> = self.one(
            "SELECT bytes FROM main.entry WHERE position = ?1",
            [position.raw()],
            |r| r.get(0),
        )?;
        bytes
            .map(|bytes| {
                let sealed = Sealed::from_stored(position, bytes);
                let entry = sealed
                    .open()
                    .map_err(|e| Error::bug(format!("an own entry cannot be read: {e}")))?;
                Ok((entry.reference(sealed.hash), entry.body))
            })
            .transpose()
    }

    fn history(&self, subject: &Subject, limit: usize) -> Result<Vec<HistoryFacts>, Error> {
        let (filter, keys) = match subject {
            Subject::Lot {
                owner,
                item,
                lot: Some(lot),
            } => (
                "owner = ?1 AND item = ?2 AND lot = ?3",
                vec![owner.to_string(), item.to_string(), lot.to_string()],
            ),
            Subject::Lot { owner, item, lot: None } => (
                "owner = ?1 AND item = ?2 AND ?3 = ''",
                vec![owner.to_string(), item.to_string(), String::new()],
            ),
            Subject::Serial(serial) => (
                "serial = ?1 AND ?2 = '' AND ?3 = ''",
                vec![serial.serial.to_string(), String::new(), String::new()],
            ),
            Subject::Plate(plate) => (
                "plate = ?1 AND ?2 = '' AND ?3 = ''",
                vec![plate.to_string(), String::new(), String::new()],
            ),
        };
        let columns =
            "position, at_ms, zone_min, person, kind, lot, serial, from_account, to_account, amount, document";
        let sql = format!(
            "SELECT device, {columns} FROM site.history WHERE site = ?4 AND gone = 0 AND {filter}
             UNION ALL SELECT NULL, {columns} FROM main.own_history WHERE position > ?5 AND {filter}
             ORDER BY 3 DESC, 2 DESC LIMIT ?6"
        );
        let limit = i64::try_from(limit).unwrap_or(i64::MAX);
        let rows = self.all(
            &sql,
            params![keys[0], keys[1], keys[2], self.site, self.included, limit],
            |r| {
                Ok((
                    HistoryFacts {
                        position: Position::from_raw(r.get(1)?),
                        at_ms: r.get(2)?,
                        zone_min: r.get(3)?,
                        device: None,
                        person: None,
                        kind: r.get(5)?,
                        lot: r.get(6)?,
                        serial: r.get(7)?,
                        from: None,
                        to: None,
                        amount: Amount::from_micros(r.get(10)?),
                        document: r.get(11)?,
                    },
                    [r.get::<_, Option<String>>(0)?, r.get(4)?, r.get(8)?, r.get(9)?],
                ))
            },
        )?;
        rows.into_iter()
            .map(|(line, [device, person, from, to])| {
                Ok(HistoryFacts {
                    device: parse_some("device", device)?,
                    person: parse_some("person", person)?,
                    from: parse_some("account", from)?,
                    to: parse_some("account", to)?,
                    ..line
                })
            })
            .collect()
    }
}

fn stock_row(r: &Row<'_>) -> rusqlite::Result<([String; 6], i64)> {
    Ok((
        [r.get(0)?, r.get(1)?, r.get(2)?, r.get(3)?, r.get(4)?, r.get(5)?],
        r.get(6)?,
    ))
}

/// What the entry that raised an exception says of it.
fn raised(detail: &str) -> Option<ExceptionFacts> {
    let entry: Entry = serde_json::from_str(detail).ok()?;
    let body = match entry.body {
        Body::Undone { body, .. } => *body,
        body => body,
    };
    let Body::Raised {
        exception,
        code,
        message,
        goods,
        at,
        line,
        known_expiry,
    } = body
    else {
        return None;
    };
    Some(ExceptionFacts {
        exception,
        code,
        message,
        goods,
        at,
        line,
        known_expiry,
        raised_by: entry.who.map(|w| w.person),
        device: entry.device,
        raised_ms: entry.at.wall.unix_ms(),
    })
}
