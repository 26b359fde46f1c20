//! What recalls cover: where it is, and what has left for whom.

use super::{Picture, noun};
use lotline_record::model::{Account, Amount, Member, Scope};
use lotline_record::trace::kin::{self, Descent};
use lotline_record::trace::report::RecallLine;
use rusqlite::params;
use std::collections::BTreeMap;

impl Picture {
    /// Where all of what the scopes cover is, and what has left; and whether there is more.
    ///
    /// # Errors
    /// The database's.
    pub fn covered(&self, scopes: &[Scope]) -> rusqlite::Result<(Vec<RecallLine>, bool)> {
        let mut here: BTreeMap<(String, String, String), i64> = BTreeMap::new();
        let mut left: BTreeMap<[String; 4], i64> = BTreeMap::new();
        let mut cut = false;
        for scope in scopes {
            let (stock, gone) = filters(scope);
            if let Some((filter, values)) = stock {
                for (item, lot, account, amount) in self.stock(filter, &values)? {
                    here.insert((account, item, lot), amount);
                }
            }
            if let Scope::FromLot { owner, item, lot } = scope {
                let root = Member {
                    owner: owner.clone(),
                    item: item.clone(),
                    lot: Some(lot.clone()),
                    serial: None,
                };
                cut |= self.descendants(&root, &mut here, &mut left)?;
            }
            if let Scope::FromSerial {
                owner, item, serial, ..
            } = scope
            {
                let root = Member {
                    owner: owner.clone(),
                    item: item.clone(),
                    lot: None,
                    serial: Some(serial.clone()),
                };
                cut |= self.descendants(&root, &mut here, &mut left)?;
            }
            if let Scope::Serial { maker_key, .. } | Scope::SerialRange { maker_key, .. } = scope {
                self.units(maker_key, scope, &mut here, &mut left)?;
            }
            if let Some((filter, values)) = gone {
                self.left(filter, &values, &mut left)?;
            }
        }
        let mut lines = Vec::new();
        for ((account, item, lot), amount) in here {
            let account: Account = noun(&account)?;
            if amount != 0 {
                lines.push(RecallLine::Here {
                    item,
                    lot: Some(lot).filter(|lot| !lot.is_empty()),
                    collected: self.is_in_a_cage(&account)?,
                    account,
                    amount: Amount::from_micros(amount),
                });
            }
        }
        lines.sort_by_key(|line| matches!(line, RecallLine::Here { collected: true, .. }));
        for ([document, item, lot, serial], amount) in left {
            if amount > 0 {
                let partner: Option<String> = self
                    .db
                    .query_row(
                        "SELECT coalesce(p.name, d.partner) FROM document d
                           LEFT JOIN partner p ON p.site = d.site AND p.partner = d.partner
                          WHERE d.site = ?1 AND d.kind = 'order' AND d.document = ?2",
                        params![self.site, document],
                        |row| row.get(0),
                    )
                    .unwrap_or_default();
                lines.push(RecallLine::Left {
                    item,
                    lot: Some(lot).filter(|lot| !lot.is_empty()),
                    serial: Some(serial).filter(|serial| !serial.is_empty()),
                    document,
                    partner,
                    amount: Amount::from_micros(amount),
                });
            }
        }
        Ok((lines, cut))
    }

    fn stock(&self, filter: &str, values: &[String; 3]) -> rusqlite::Result<Vec<(String, String, String, i64)>> {
        self.all(
            &format!(
                "SELECT item, lot, account, sum(amount) FROM stock WHERE site = ?1 AND gone = 0 AND {filter}
                   AND account NOT LIKE 'virtual:%' GROUP BY owner, item, lot, account HAVING sum(amount) <> 0"
            ),
            params![self.site, values[0], values[1], values[2]],
            |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?, row.get(3)?)),
        )
    }

    fn left(&self, filter: &str, values: &[String; 3], left: &mut BTreeMap<[String; 4], i64>) -> rusqlite::Result<()> {
        let rows = self.all(
            &format!(
                "SELECT document, item, coalesce(lot, ''), coalesce(serial, ''),
                        sum(CASE kind WHEN 'shipped' THEN amount ELSE -amount END) FROM history
                  WHERE site = ?1 AND {filter} AND kind IN ('shipped', 'undone:shipped') AND document IS NOT NULL
                  GROUP BY 1, 2, 3, 4"
            ),
            params![self.site, values[0], values[1], values[2]],
            |row| {
                let key: [String; 4] = [row.get(0)?, row.get(1)?, row.get(2)?, row.get(3)?];
                Ok((key, row.get(4)?))
            },
        )?;
        left.extend(rows);
        Ok(())
    }

    fn units(
        &self,
        maker_key: &str,
        scope: &Scope,
        here: &mut BTreeMap<(String, String, String), i64>,
        left: &mut BTreeMap<[String; 4], i64>,
    ) -> rusqlite::Result<()> {
        let rows = self.all(
            "SELECT serial, item, lot, account FROM serial
              WHERE site = ?1 AND scheme IN ('gtin', 'hibc', 'part') AND maker_key = ?2 AND gone = 0",
            params![self.site, maker_key],
            |row| {
                let texts: [String; 4] = [row.get(0)?, row.get(1)?, row.get(2)?, row.get(3)?];
                Ok(texts)
            },
        )?;
        for [serial, item, lot, account] in rows {
            let inside = match scope {
                Scope::Serial { serial: one, .. } => *one == serial,
                Scope::SerialRange { first, last, order, .. } => {
                    order.is_within(first.as_str(), last.as_str(), &serial)
                }
                _ => false,
            };
            if inside && account.starts_with("virtual:") {
                let none = String::new();
                self.left("serial = ?2 AND item = ?3 AND ?4 = ''", &[serial, item, none], left)?;
            } else if inside {
                *here.entry((account, item, lot)).or_default() += Amount::SCALE;
            }
        }
        Ok(())
    }

    fn descendants(
        &self,
        root: &Member,
        here: &mut BTreeMap<(String, String, String), i64>,
        left: &mut BTreeMap<[String; 4], i64>,
    ) -> rusqlite::Result<bool> {
        let tree = kin::tree(self, root, Descent::Children)?;
        let all = std::iter::once(root).chain(tree.branches.iter().map(|branch| &branch.kin.member));
        for member in all {
            let key = [member.owner.to_string(), member.item.to_string(), member.name()];
            if member.serial.is_some() {
                self.left("owner = ?2 AND item = ?3 AND serial = ?4", &key, left)?;
                let rows = self.all(
                    "SELECT item, lot, account FROM serial WHERE site = ?1 AND owner = ?2 AND item = ?3 AND serial = ?4
                       AND gone = 0 AND account NOT LIKE 'virtual:%'",
                    params![self.site, key[0], key[1], key[2]],
                    |row| Ok((row.get(2)?, row.get(0)?, row.get(1)?)),
                )?;
                for row in rows {
                    *here.entry(row).or_default() += Amount::SCALE;
                }
            } else if member.lot.is_some() {
                self.left("owner = ?2 AND item = ?3 AND lot = ?4", &key, left)?;
                for (item, lot, account, amount) in self.stock("owner = ?2 AND item = ?3 AND lot = ?4", &key)? {
                    here.insert((account, item, lot), amount);
                }
            }
        }
        Ok(tree.cut)
    }

    /// Whether an account is a cage, or stands on pallets in one.
    fn is_in_a_cage(&self, account: &Account) -> rusqlite::Result<bool> {
        let mut account = account.clone();
        for _ in 0..8 {
            let plate = match &account {
                Account::Place(place) => {
                    let sql = "SELECT kind = 'cage' FROM place WHERE site = ?1 AND place = ?2";
                    let kind = self
                        .db
                        .query_row(sql, params![self.site, place.as_str()], |row| row.get(0));
                    return Ok(kind.unwrap_or_default());
                }
                Account::Plate(plate) => plate.clone(),
                Account::Virtual(_) => return Ok(false),
            };
            let sql = "SELECT account FROM plate WHERE site = ?1 AND plate = ?2 AND gone = 0";
            let on = self
                .db
                .query_row(sql, params![self.site, plate.as_str()], |row| row.get::<_, String>(0));
            match on {
                Ok(on) => account = noun(&on)?,
                Err(_) => return Ok(false),
            }
        }
        Ok(false)
    }
}

/// What finds the stock of a scope, and what of it has left; both take three texts.
type Filter = Option<(&'static str, [String; 3])>;

fn filters(scope: &Scope) -> (Filter, Filter) {
    let none = String::new;
    match scope {
        Scope::Item { owner, item } => {
            let key = [owner.to_string(), item.to_string(), none()];
            let filter = "owner = ?2 AND item = ?3 AND ?4 = ''";
            (Some((filter, key.clone())), Some((filter, key)))
        }
        Scope::Lot { owner, item, lot } => {
            let key = [owner.to_string(), item.to_string(), lot.to_string()];
            let filter = "owner = ?2 AND item = ?3 AND lot = ?4";
            (Some((filter, key.clone())), Some((filter, key)))
        }
        Scope::SupplierLot { owner, item, lot } => {
            let key = [owner.to_string(), item.to_string(), lot.to_string()];
            let filter = "owner = ?2 AND item = ?3
                AND lot IN (SELECT l.lot FROM lot l WHERE l.site = ?1 AND l.owner = ?2 AND l.item = ?3 AND l.supplier_lot = ?4)";
            (Some((filter, key.clone())), Some((filter, key)))
        }
        Scope::Stock {
            owner,
            item,
            lot,
            place,
        } => {
            let lot = lot.as_ref().map_or_else(none, ToString::to_string);
            let key = [owner.to_string(), item.to_string(), format!("{lot}\u{1f}place:{place}")];
            (
                Some(("owner = ?2 AND item = ?3 AND lot || char(31) || account = ?4", key)),
                None,
            )
        }
        Scope::Place { place } => (
            Some((
                "account = ?2 AND ?3 = '' AND ?4 = ''",
                [format!("place:{place}"), none(), none()],
            )),
            None,
        ),
        Scope::Plate { plate } => (
            Some((
                "account = ?2 AND ?3 = '' AND ?4 = ''",
                [format!("plate:{plate}"), none(), none()],
            )),
            Some((
                "plate = ?2 AND ?3 = '' AND ?4 = ''",
                [plate.to_string(), none(), none()],
            )),
        ),
        // Found by their maker's key, or as what comes from them.
        Scope::Serial { .. } | Scope::SerialRange { .. } | Scope::FromLot { .. } | Scope::FromSerial { .. } => {
            (None, None)
        }
    }
}
