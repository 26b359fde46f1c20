//! Blocks: is anything in the way of these goods or this place?

use super::{Picture, parse, unreadable, word};
use crate::Error;
use crate::store::ahead::blocks_included;
use lotline_record::model::{Block, BlockId, BlockKind, Goods, LotNumber, PlaceId, PlacedScope, PlateId, Scope};
use lotline_record::trace::kin::{self, Descent, Member};
use rusqlite::params;
use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

/// So many open blocks of a site are held in memory; with more, each question goes to the disk.
const MOST: u16 = 4_096;

/// Words for the scopes that follow runs.
const FROM: [&str; 2] = ["from_lot", "from_serial"];

/// All open blocks: the site's by kind of scope and key, own ones beside them.
#[derive(Debug, Default)]
pub(in crate::store) struct Blocks {
    site: HashMap<(String, String), Vec<Row>>,
    own: OwnBlocks,
    /// More than can be held: none of the site's are here.
    too_many: bool,
}

impl Blocks {
    /// Whether own entries placed or released any of them.
    pub(in crate::store) fn has_own(&self) -> bool {
        !self.own.is_empty()
    }

    /// Whether any covers what was made of something: else nobody follows runs.
    fn follows_runs(&self) -> bool {
        let of_own = |block: &Block| block.scope.follows_runs();
        self.too_many
            || self.site.keys().any(|(of, _)| FROM.contains(&of.as_str()))
            || self.own.values().flatten().any(of_own)
    }

    /// Whether any may cover a supplier's lot: else nobody asks for the supplier's number.
    fn has_supplier_lot(&self) -> bool {
        let of_own = |block: &Block| matches!(block.scope, Scope::SupplierLot { .. });
        self.too_many || self.site.keys().any(|(of, _)| of == "supplier_lot") || self.own.values().flatten().any(of_own)
    }
}

/// Own blocks by name; `None`: released.
type OwnBlocks = BTreeMap<String, Option<Block>>;

/// Name, kind, reason and scope of a block of the site, as stored.
type Row = [String; 4];

/// What a block may cover.
struct Asked<'a> {
    goods: Option<&'a Goods>,
    place: Option<&'a PlaceId>,
    supplier_lot: Option<LotNumber>,
}

impl Picture<'_> {
    pub(super) fn read_blocks(&self, goods: Option<&Goods>, place: Option<&PlaceId>) -> Result<Vec<Block>, Error> {
        let all = self.all_blocks()?;
        let supplier_lot = match goods {
            Some(goods) if all.has_supplier_lot() => self.supplier_lot(goods)?,
            _ => None,
        };
        let asked = Asked {
            goods,
            place,
            supplier_lot,
        };
        let mut found = self.site_blocks(&all, &scopes(&asked))?;
        if let Some(serial) = goods.and_then(|goods| goods.serial.as_ref()) {
            for row in self.site_rows(&all, "serial_range", &serial.maker_key)? {
                let placed = placed(&row).ok_or_else(|| unreadable("block", &row[3]))?;
                if placed.scope.covers(goods, None, None) {
                    found.push(block(&row, placed.scope)?);
                }
            }
        }
        let own = all.own.values().flatten();
        found.extend(
            own.filter(|b| !b.scope.follows_runs() && b.scope.covers(goods, asked.supplier_lot.as_ref(), place))
                .cloned(),
        );
        if let Some(goods) = goods.filter(|_| all.follows_runs()) {
            found.extend(self.blocks_by_runs(&all, goods)?);
        }
        // A drill stops nothing.
        found.retain(|block| !block.is_mock());
        Ok(found)
    }

    /// Blocks on what these goods were made of, each with the way to it. Runs that arrive later count when they arrive.
    fn blocks_by_runs(&self, all: &Blocks, goods: &Goods) -> Result<Vec<Block>, Error> {
        let mut open: Vec<Block> = Vec::new();
        for row in self.rows_by_runs(all)? {
            let placed = placed(&row).ok_or_else(|| unreadable("block", &row[3]))?;
            open.push(block(&row, placed.scope)?);
        }
        let own = all.own.values().flatten();
        open.extend(own.filter(|block| block.scope.follows_runs()).cloned());
        let root = Member::of(goods);
        let made_of = kin::tree(self, &root, Descent::Parents)?;
        let mut found = Vec::new();
        for mut block in open {
            if block.scope.covers(Some(goods), None, None) {
                found.push(block);
            } else if let Some(at) = made_of
                .branches
                .iter()
                .position(|branch| block.scope.begins_at(&branch.kin.member))
            {
                block.through = made_of.way(&root, at);
                found.push(block);
            }
        }
        Ok(found)
    }

    /// The site's open blocks that follow runs, without those that own entries released.
    fn rows_by_runs(&self, all: &Blocks) -> Result<Vec<Row>, Error> {
        let mut rows: Vec<Row> = if all.too_many {
            self.all(
                "SELECT block, kind, reason, scope FROM site.block INDEXED BY block_scope
                 WHERE site = ?1 AND scope_of IN (?2, ?3) AND state = 'open' AND gone = 0",
                params![self.site(), FROM[0], FROM[1]],
                |r| Ok([r.get(0)?, r.get(1)?, r.get(2)?, r.get(3)?]),
            )?
        } else {
            let of_runs = all.site.iter().filter(|((of, _), _)| FROM.contains(&of.as_str()));
            of_runs.flat_map(|(_, rows)| rows.clone()).collect()
        };
        rows.retain(|row| !all.own.contains_key(&row[0]));
        Ok(rows)
    }

    /// Open recalls and drills, part by part, in the order of their names.
    pub(super) fn read_recalls(&self) -> Result<Vec<Block>, Error> {
        let all = self.all_blocks()?;
        let rows: Vec<Row> = if all.too_many {
            self.all(
                "SELECT block, kind, reason, scope FROM site.block
                 WHERE site = ?1 AND kind = 'recall' AND state = 'open' AND gone = 0",
                params![self.site()],
                |r| Ok([r.get(0)?, r.get(1)?, r.get(2)?, r.get(3)?]),
            )?
        } else {
            all.site.values().flatten().cloned().collect()
        };
        let mut found = Vec::new();
        for row in rows {
            if row[1] == BlockKind::Recall.as_str() && !all.own.contains_key(&row[0]) {
                let placed = placed(&row).ok_or_else(|| unreadable("block", &row[3]))?;
                found.push(block(&row, placed.scope)?);
            }
        }
        let own = all.own.values().flatten();
        found.extend(own.filter(|block| block.kind == BlockKind::Recall).cloned());
        found.sort_by(|a, b| (a.recall(), &a.block).cmp(&(b.recall(), &b.block)));
        Ok(found)
    }

    pub(super) fn read_blocks_on_plate(&self, plate: &PlateId) -> Result<Vec<Block>, Error> {
        let all = self.all_blocks()?;
        let scope = Scope::Plate { plate: plate.clone() };
        let mut found = self.site_blocks(&all, std::slice::from_ref(&scope))?;
        found.extend(all.own.values().flatten().filter(|b| b.scope == scope).cloned());
        found.retain(|block| !block.is_mock());
        Ok(found)
    }

    /// Every open block of a kind. Reads the disk: for what runs beside the work.
    pub(crate) fn open_blocks(&self, kind: BlockKind) -> Result<Vec<Block>, Error> {
        let all = self.all_blocks()?;
        let rows: Vec<Row> = self.all(
            "SELECT block, kind, reason, scope FROM site.block
             WHERE site = ?1 AND kind = ?2 AND state = 'open' AND gone = 0 ORDER BY block",
            params![self.site(), kind.as_str()],
            |r| Ok([r.get(0)?, r.get(1)?, r.get(2)?, r.get(3)?]),
        )?;
        let mut found = Vec::new();
        for row in rows.iter().filter(|row| !all.own.contains_key(&row[0])) {
            let placed = placed(row).ok_or_else(|| unreadable("block", &row[3]))?;
            found.push(block(row, placed.scope)?);
        }
        found.extend(all.own.values().flatten().filter(|block| block.kind == kind).cloned());
        Ok(found)
    }

    fn site_blocks(&self, all: &Blocks, scopes: &[Scope]) -> Result<Vec<Block>, Error> {
        let mut found = Vec::new();
        for scope in scopes {
            let (of, key) = scope.key();
            for row in self.site_rows(all, of, &key)? {
                found.push(block(&row, scope.clone())?);
            }
        }
        Ok(found)
    }

    /// The site's open blocks of a kind of scope and key, without those that own entries released.
    fn site_rows(&self, all: &Blocks, of: &str, key: &str) -> Result<Vec<Row>, Error> {
        let mut rows = if all.too_many {
            self.all(
                "SELECT block, kind, reason, scope FROM site.block INDEXED BY block_scope
                 WHERE site = ?1 AND scope_of = ?2 AND scope_key = ?3 AND state = 'open' AND gone = 0",
                params![self.site(), of, key],
                |r| Ok([r.get(0)?, r.get(1)?, r.get(2)?, r.get(3)?]),
            )?
        } else {
            let key = (of.to_owned(), key.to_owned());
            all.site.get(&key).cloned().unwrap_or_default()
        };
        rows.retain(|row| !all.own.contains_key(&row[0]));
        Ok(rows)
    }

    fn supplier_lot(&self, goods: &Goods) -> Result<Option<LotNumber>, Error> {
        let Some(lot) = &goods.lot else { return Ok(None) };
        let known = self.read_lot(&goods.owner, &goods.item, lot)?;
        Ok(known.and_then(|lot| lot.supplier_lot))
    }

    fn all_blocks(&self) -> Result<Arc<Blocks>, Error> {
        self.known(
            |known| known.blocks.clone(),
            || {
                // The site's are marked by their scope, own ones have none.
                let rows = self.all(
                    concat!(
                        "SELECT * FROM (SELECT block, kind, reason, scope_of, scope_key, scope FROM site.block
                           WHERE site = ?1 AND state = 'open' AND gone = 0 LIMIT ?2)
                         UNION ALL SELECT * FROM (SELECT block, state, detail, NULL, NULL, NULL FROM effects.own_block
                           WHERE position > ",
                        blocks_included!(),
                        " ORDER BY position, n)"
                    ),
                    params![self.site(), MOST + 1],
                    |r| {
                        let texts: [Option<String>; 6] =
                            [r.get(0)?, r.get(1)?, r.get(2)?, r.get(3)?, r.get(4)?, r.get(5)?];
                        Ok(texts)
                    },
                )?;
                let mut all = Blocks::default();
                let mut held = 0;
                for [name, kind, detail, of, key, scope] in rows {
                    let (name, kind) = (name.unwrap_or_default(), kind.unwrap_or_default());
                    if let (Some(of), Some(key)) = (of, key) {
                        held += 1;
                        let row = [name, kind, detail.unwrap_or_default(), scope.unwrap_or_default()];
                        all.site.entry((of, key)).or_default().push(row);
                    } else {
                        let own = own_block(&kind, detail.as_deref())?;
                        all.own.insert(name, own);
                    }
                }
                if held > MOST {
                    all.site.clear();
                    all.too_many = true;
                }
                Ok(Arc::new(all))
            },
            |known, found| known.blocks = Some(found),
        )
    }
}

fn own_block(state: &str, detail: Option<&str>) -> Result<Option<Block>, Error> {
    match detail {
        Some(text) if state == "open" => serde_json::from_str(text)
            .map(Some)
            .map_err(|_| unreadable("block", text)),
        _ => Ok(None),
    }
}

/// The scope as stored, with who placed the block; `None` where it says neither.
fn placed(row: &Row) -> Option<PlacedScope> {
    serde_json::from_str(&row[3]).ok()
}

fn block(row: &Row, scope: Scope) -> Result<Block, Error> {
    let [name, kind, reason, _] = row;
    let placed = placed(row);
    Ok(Block {
        through: Vec::new(),
        block: parse::<BlockId>("block", name)?,
        kind: word("kind of block", kind, BlockKind::from_word)?,
        scope,
        reason: reason.clone(),
        part: placed.as_ref().and_then(|placed| placed.part.clone()),
        placed_by: placed.and_then(|placed| placed.placed_by),
    })
}

/// What a block could be placed on to cover these goods or this place, the narrowest first. Ranges are asked apart.
fn scopes(asked: &Asked<'_>) -> Vec<Scope> {
    let mut scopes = Vec::new();
    if let Some(goods) = asked.goods {
        let (owner, item) = (goods.owner.clone(), goods.item.clone());
        if let Some(lot) = &goods.lot {
            scopes.push(Scope::Lot {
                owner: owner.clone(),
                item: item.clone(),
                lot: lot.number.clone(),
            });
        }
        for supplied in [&goods.supplier_lot, &asked.supplier_lot].into_iter().flatten() {
            let scope = Scope::SupplierLot {
                owner: owner.clone(),
                item: item.clone(),
                lot: supplied.clone(),
            };
            if !scopes.contains(&scope) {
                scopes.push(scope);
            }
        }
        scopes.extend(asked.place.cloned().map(|place| Scope::Stock {
            owner: owner.clone(),
            item: item.clone(),
            lot: goods.lot.as_ref().map(|lot| lot.number.clone()),
            place,
        }));
        scopes.push(Scope::Item { owner, item });
        if let Some(serial) = &goods.serial {
            scopes.push(Scope::Serial {
                maker_key: serial.maker_key.clone(),
                serial: serial.serial.to_string(),
            });
        }
        scopes.extend(goods.plate.clone().map(|plate| Scope::Plate { plate }));
    }
    scopes.extend(asked.place.cloned().map(|place| Scope::Place { place }));
    scopes
}
