//! Blocks: is anything in the way of these goods or this place?

use super::{Picture, included, parse, unreadable, word};
use crate::Error;
use lotline_record::model::{Block, BlockId, BlockKind, Goods, PlaceId, Scope};
use rusqlite::params;
use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

/// So many open blocks of a site are held in memory; with more, each question goes to the disk.
const MOST: u16 = 4_096;

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
}

/// Own blocks by name; `None`: released.
type OwnBlocks = BTreeMap<String, Option<Block>>;

/// Name, kind and reason of a block of the site, as stored.
type Row = [String; 3];

impl Picture<'_> {
    pub(super) fn read_blocks(&self, goods: Option<&Goods>, place: Option<&PlaceId>) -> Result<Vec<Block>, Error> {
        let scopes = scopes(goods, place);
        let mut found = Vec::new();
        let all = self.all_blocks()?;
        for scope in &scopes {
            let (of, key) = scope.key();
            let rows = if all.too_many {
                self.all(
                    "SELECT block, kind, reason FROM site.block INDEXED BY block_scope
                     WHERE site = ?1 AND scope_of = ?2 AND scope_key = ?3 AND state = 'open' AND gone = 0",
                    params![self.site(), of, key],
                    |r| Ok([r.get(0)?, r.get(1)?, r.get(2)?]),
                )?
            } else {
                all.site.get(&(of.to_owned(), key)).cloned().unwrap_or_default()
            };
            for row in rows.iter().filter(|row| !all.own.contains_key(&row[0])) {
                found.push(block(row, scope.clone())?);
            }
        }
        let own = all.own.values().flatten();
        found.extend(own.filter(|b| scopes.contains(&b.scope)).cloned());
        Ok(found)
    }

    fn all_blocks(&self) -> Result<Arc<Blocks>, Error> {
        self.known(
            |known| known.blocks.clone(),
            || {
                // The site's are marked by their scope, own ones have none.
                let rows = self.all(
                    concat!(
                        "SELECT * FROM (SELECT block, kind, reason, scope_of, scope_key FROM site.block
                           WHERE site = ?1 AND state = 'open' AND gone = 0 LIMIT ?2)
                         UNION ALL SELECT * FROM (SELECT block, state, detail, NULL, NULL FROM main.own_block
                           WHERE position > ",
                        included!(),
                        " ORDER BY position, n)"
                    ),
                    params![self.site(), MOST + 1],
                    |r| {
                        let texts: [Option<String>; 5] = [r.get(0)?, r.get(1)?, r.get(2)?, r.get(3)?, r.get(4)?];
                        Ok(texts)
                    },
                )?;
                let mut all = Blocks::default();
                let mut held = 0;
                for [name, kind, detail, of, key] in rows {
                    let (name, kind) = (name.unwrap_or_default(), kind.unwrap_or_default());
                    if let (Some(of), Some(key)) = (of, key) {
                        held += 1;
                        let row = [name, kind, detail.unwrap_or_default()];
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

fn block([name, kind, reason]: &Row, scope: Scope) -> Result<Block, Error> {
    Ok(Block {
        block: parse::<BlockId>("block", name)?,
        kind: word("kind of block", kind, BlockKind::from_word)?,
        scope,
        reason: reason.clone(),
    })
}

/// What a block could be placed on to cover these goods or this place, the narrowest first.
fn scopes(goods: Option<&Goods>, place: Option<&PlaceId>) -> Vec<Scope> {
    let mut scopes = Vec::new();
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
    scopes
}
