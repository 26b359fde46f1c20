//! Whose revision of a recall counts, and recalled goods that have left: the device shipped them before it knew of the recall, or never knew (requirement F2).

use super::found::{self, Found};
use super::kin::Runs;
use super::picture::{Scene, json, lot_key};
use super::sqlite::noun;
use super::{Result, authority};
use lotline_record::entry::{Body, Load, Signature};
use lotline_record::model::{
    Account, Block, BlockId, BlockKind, DocumentKind, Goods, LotNumber, PlacedScope, PlateId, Scope, Virtual,
};
use lotline_record::rules::{Facts, Outcome};
use lotline_record::text::{Arg, Message};
use lotline_record::trace::kin::{self, Descent, Member};
use rusqlite::{OptionalExtension, params};

/// So many pallets on pallets are climbed; a record that goes in circles ends here.
const DEEPEST: usize = 8;

/// Whether a revision of a recall counts: `None` when it does. Covering more takes who may recall; letting go takes the
/// signature that a release of each part takes.
pub(super) fn revision(
    scene: &Scene<'_>,
    adds: &[Block],
    drops: &[Block],
    signature: Option<&Signature>,
) -> Result<Option<Found>> {
    if !drops.is_empty() {
        let Some(signature) = signature else {
            return Ok(Some(Found::new("no_authority", scene.entry)));
        };
        for part in drops {
            if let Some(found) = found::release(scene, &part.block, signature)? {
                return Ok(Some(found));
            }
        }
        return Ok(None);
    }
    let Some(author) = authority::author(scene)? else {
        return Ok(Some(Found::new("no_authority", scene.entry)));
    };
    let owners = adds.iter().filter_map(|part| part.scope.owner());
    let judgement = Facts::MayRecall {
        role: author.role,
        in_scope: owners.into_iter().all(|owner| author.works_for(owner.as_str())),
    }
    .judge();
    Ok((judgement.outcome == Outcome::Stop).then(|| Found::new("no_authority", scene.entry).saying(judgement.message)))
}

/// An intercept: somebody tells the consignee. One for each lot, order and recall.
pub(super) fn left(scene: &Scene<'_>) -> Result<Option<Found>> {
    let Body::Shipped {
        load: Load::Goods(goods),
        document,
        ..
    } = &scene.entry.body
    else {
        return Ok(None);
    };
    let Some(recall) = recall_of(scene, goods)? else {
        return Ok(None);
    };
    let partner: Option<String> = scene
        .db
        .prepare_cached(
            "SELECT coalesce(p.name, d.partner) FROM document d
               LEFT JOIN partner p ON p.site = d.site AND p.partner = d.partner
              WHERE d.site = ?1 AND d.kind = ?2 AND d.document = ?3",
        )?
        .query_row(
            params![scene.site, DocumentKind::Order.as_str(), document.as_str()],
            |row| row.get(0),
        )
        .optional()?
        .flatten();
    let subject = goods
        .lot
        .as_ref()
        .map_or_else(|| goods.item.to_string(), ToString::to_string);
    let message = Message::new("found-intercept")
        .with("recall", Arg::text(recall))
        .with("subject", Arg::Text(subject))
        .with("document", Arg::text(document))
        .with("partner", Arg::Text(partner.unwrap_or_else(|| "-".to_owned())));
    let open: Option<String> = scene
        .db
        .prepare_cached(
            "SELECT exception FROM exception
              WHERE site = ?1 AND code = 'intercept' AND state = 'open' AND message = ?2 LIMIT 1",
        )?
        .query_row(params![scene.site, json(&message)], |row| row.get(0))
        .optional()?;
    let found = Found::new("intercept", scene.entry)
        .saying(Some(message))
        .at(&Account::Virtual(Virtual::Customer));
    Ok(Some(match open {
        Some(open) => found.joining(open),
        None => found,
    }))
}

/// The recall that covers the goods, by their label, by what the record knows of their lot, or by the pallets they are on.
fn recall_of(scene: &Scene<'_>, goods: &Goods) -> Result<Option<BlockId>> {
    let supplier = supplier_lot(scene, goods)?;
    let (owner, item) = (&goods.owner, &goods.item);
    let mut scopes = vec![Scope::Item {
        owner: owner.clone(),
        item: item.clone(),
    }];
    scopes.extend(goods.lot.iter().map(|lot| Scope::Lot {
        owner: owner.clone(),
        item: item.clone(),
        lot: lot.number.clone(),
    }));
    scopes.extend(
        [&goods.supplier_lot, &supplier]
            .into_iter()
            .flatten()
            .map(|lot| Scope::SupplierLot {
                owner: owner.clone(),
                item: item.clone(),
                lot: lot.clone(),
            }),
    );
    scopes.extend(goods.serial.iter().map(|key| Scope::Serial {
        maker_key: key.maker_key.clone(),
        serial: key.serial.to_string(),
    }));
    let plates = plates(scene, goods)?;
    scopes.extend(plates.iter().map(|plate| Scope::Plate { plate: plate.clone() }));
    let mut keys: Vec<(&str, String)> = scopes.iter().map(Scope::key).collect();
    keys.extend(goods.serial.iter().map(|key| ("serial_range", key.maker_key.clone())));
    let mut statement = scene.db.prepare_cached(
        "SELECT block, scope FROM block
          WHERE site = ?1 AND scope_of = ?2 AND scope_key = ?3 AND kind = 'recall' AND state = 'open' AND gone = 0",
    )?;
    for (of, key) in keys {
        let rows = statement.query_map(params![scene.site, of, key], |row| {
            Ok((row.get::<_, String>(0)?, row.get::<_, String>(1)?))
        })?;
        for row in rows {
            let (name, placed) = row?;
            // One that cannot be read covers what it is looked up by.
            let placed: Option<PlacedScope> = serde_json::from_str(&placed).ok();
            let name: BlockId = noun(&name)?;
            let Some(PlacedScope { scope, part, .. }) = placed else {
                return Ok(Some(name));
            };
            let covers = !matches!(scope, Scope::SerialRange { .. }) || scope.covers(Some(goods), None, None);
            let block = Block {
                through: Vec::new(),
                block: name,
                kind: BlockKind::Recall,
                scope,
                reason: String::new(),
                placed_by: None,
                part,
            };
            if covers && !block.is_mock() {
                return Ok(Some(block.recall().clone()));
            }
        }
    }
    by_runs(scene, goods)
}

/// The recall of something that the goods were made of, by the runs that the gateway knows.
fn by_runs(scene: &Scene<'_>, goods: &Goods) -> Result<Option<BlockId>> {
    let mut statement = scene.db.prepare_cached(
        "SELECT block, scope FROM block
          WHERE site = ?1 AND scope_of IN ('from_lot', 'from_serial') AND kind = 'recall' AND state = 'open' AND gone = 0
          ORDER BY block",
    )?;
    let rows = statement.query_map([scene.site], |row| {
        Ok((row.get::<_, String>(0)?, row.get::<_, String>(1)?))
    })?;
    let open: Vec<(String, String)> = rows.collect::<rusqlite::Result<_>>()?;
    if open.is_empty() {
        return Ok(None);
    }
    let runs = Runs {
        db: scene.db,
        site: scene.site,
    };
    let made_of = kin::tree(&runs, &Member::of(goods), Descent::Parents)?;
    for (name, placed) in open {
        let Ok(PlacedScope { scope, part, .. }) = serde_json::from_str(&placed) else {
            continue;
        };
        let from = scope.covers(Some(goods), None, None)
            || made_of
                .branches
                .iter()
                .any(|branch| scope.begins_at(&branch.kin.member));
        if from && !part.as_ref().is_some_and(|part| part.mock) {
            let itself: BlockId = noun(&name)?;
            return Ok(Some(part.map_or(itself, |part| part.recall)));
        }
    }
    Ok(None)
}

fn supplier_lot(scene: &Scene<'_>, goods: &Goods) -> Result<Option<LotNumber>> {
    let (number, maker) = lot_key(goods.lot.as_ref());
    let found: Option<String> = scene
        .db
        .prepare_cached(
            "SELECT supplier_lot FROM lot
              WHERE site = ?1 AND owner = ?2 AND item = ?3 AND lot = ?4 AND maker = ?5 AND gone = 0",
        )?
        .query_row(
            params![scene.site, goods.owner.as_str(), goods.item.as_str(), number, maker],
            |row| row.get(0),
        )
        .optional()?
        .flatten();
    found.map(|lot| noun(&lot)).transpose()
}

/// The pallet the goods left on, and those that one stood on. Pallets leave after what is on them.
fn plates(scene: &Scene<'_>, goods: &Goods) -> Result<Vec<PlateId>> {
    let mut found = Vec::new();
    let mut next = goods.plate.clone();
    while let Some(plate) = next.take().filter(|plate| !found.contains(plate))
        && found.len() < DEEPEST
    {
        let account: Option<String> = scene
            .db
            .prepare_cached("SELECT account FROM plate WHERE site = ?1 AND plate = ?2 AND gone = 0")?
            .query_row(params![scene.site, plate.as_str()], |row| row.get(0))
            .optional()?;
        found.push(plate);
        if let Some(Account::Plate(on)) = account.map(|account| noun(&account)).transpose()? {
            next = Some(on);
        }
    }
    Ok(found)
}
