//! Exceptions the gateway finds: recorded, contradicting something, both sides shown. Named `srv-DEVICE-EPOCH-SEQ`, and
//! `srv-DEVICE-EPOCH-SEQ-later` where an entry that had one is judged again.

use super::picture::{Scene, json, lot_key};
use super::sqlite::{hash, noun};
use super::{LedgerError, Result};
use super::{authority, blocks};
use lotline_record::entry::{Body, Entry, EntryRef, Position, Resolution, Signature};
use lotline_record::model::{
    Account, Amount, BlockId, BlockKind, Day, ExceptionId, Goods, LineKey, OwnerId, PlacedScope,
};
use lotline_record::rules::{Facts, Outcome};
use lotline_record::stock::Effect;
use lotline_record::text::{Arg, Message};
use rusqlite::{OptionalExtension, params};

/// A contradiction, before it is written down.
pub(super) struct Found {
    pub code: &'static str,
    message: Message,
    goods: Option<Goods>,
    account: Option<Account>,
    known_expiry: Option<Day>,
    against: Option<EntryRef>,
    joins: Option<String>,
    later: bool,
}

impl Found {
    /// Of that code, about the goods of `entry`. The message is `found-CODE` until a rule says it better.
    pub(super) fn new(code: &'static str, entry: &Entry) -> Self {
        Found {
            code,
            message: Message {
                id: format!("found-{}", code.replace('_', "-")).into(),
                args: Vec::new(),
            },
            goods: entry.body.goods().cloned(),
            account: None,
            known_expiry: None,
            against: None,
            joins: None,
            later: false,
        }
    }

    pub(super) fn disagrees(entry: &Entry, here: Option<Message>) -> Self {
        let mut found = Found::new("verdict_disagrees", entry);
        if let Some(here) = here {
            found.message.args.push(("here".into(), Arg::Message(Box::new(here))));
        }
        found
    }

    pub(super) fn saying(mut self, message: Option<Message>) -> Self {
        self.message = message.unwrap_or(self.message);
        self
    }

    pub(super) fn at(mut self, account: &Account) -> Self {
        self.account = Some(account.clone());
        self
    }

    /// About these goods.
    pub(super) fn of(mut self, goods: Goods) -> Self {
        self.goods = Some(goods);
        self
    }

    /// The other side.
    pub(super) fn against(mut self, other: &EntryRef) -> Self {
        self.against = Some(other.clone());
        self
    }

    /// Adds its side to an exception that is open already.
    pub(super) fn joining(mut self, exception: String) -> Self {
        self.joins = Some(exception);
        self
    }

    /// Found when the entry was judged again, after its first exception was explained.
    pub(super) fn later(mut self) -> Self {
        self.later = true;
        self
    }

    /// Writes it down; gives the exception's name.
    pub(super) fn open(&self, scene: &Scene<'_>) -> Result<String> {
        let own = scene.entry.reference(scene.hash);
        if let Some(open) = &self.joins {
            scene
                .db
                .prepare_cached(
                    "UPDATE exception SET evidence = json_insert(coalesce(evidence, '[]'), '$[#]', json(?3)), cursor = ?4
                      WHERE site = ?1 AND exception = ?2",
                )?
                .execute(params![scene.site, open, json(&own), scene.change])?;
            return Ok(open.clone());
        }
        let suffix = if self.later { "-later" } else { "" };
        let name = format!("srv-{}-{}-{}{suffix}", own.device, own.epoch, own.seq);
        let sides: Vec<EntryRef> = self.against.iter().cloned().chain([own]).collect();
        insert(
            scene,
            &Row {
                exception: &name,
                code: self.code,
                message: &self.message,
                goods: self.goods.as_ref(),
                account: self.account.as_ref(),
                // The line counts the goods already, or never will: settling must not count them again.
                line: None,
                known_expiry: self.known_expiry,
                evidence: &sides,
            },
        )?;
        Ok(name)
    }
}

/// A row of the table `exception`, open.
pub(super) struct Row<'a> {
    pub exception: &'a str,
    pub code: &'a str,
    pub message: &'a Message,
    pub goods: Option<&'a Goods>,
    pub account: Option<&'a Account>,
    pub line: Option<&'a LineKey>,
    pub known_expiry: Option<Day>,
    pub evidence: &'a [EntryRef],
}

/// Opens an exception about the scene's entry. One of that name stays as it is.
pub(super) fn insert(scene: &Scene<'_>, row: &Row<'_>) -> Result<()> {
    let Row {
        exception,
        code,
        message,
        goods,
        account,
        line,
        known_expiry,
        evidence,
    } = row;
    let entry = scene.entry;
    scene
        .db
        .prepare_cached(
            "INSERT INTO exception (site, exception, code, state, owner, item, lot, serial, message, goods, account, line,
               known_expiry, raised_by, device, raised_ms, evidence, cursor)
             VALUES (?1, ?2, ?3, 'open', ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17)
             ON CONFLICT (site, exception) DO NOTHING",
        )?
        .execute(params![
            scene.site,
            exception,
            code,
            goods.map(|g| g.owner.as_str()),
            goods.map(|g| g.item.as_str()),
            goods.and_then(|g| g.lot.as_ref()).map(|l| l.number.as_str()),
            goods.and_then(|g| g.serial.as_ref()).map(|s| s.serial.as_str()),
            json(message),
            goods.map(json),
            account.map(ToString::to_string),
            line.map(json),
            known_expiry.map(|day| day.to_string()),
            entry.who.as_ref().map(|who| who.person.as_str()),
            entry.device.as_str(),
            entry.at.wall.unix_ms(),
            json(evidence),
            scene.change
        ])?;
    Ok(())
}

/// Closes an exception that nobody signs for, as long as it is open.
pub(super) fn settle(scene: &Scene<'_>, exception: &str, how: &str) -> Result<()> {
    scene
        .db
        .prepare_cached(
            "UPDATE exception SET state = 'settled', resolution = ?3, cursor = ?4
              WHERE site = ?1 AND exception = ?2 AND state = 'open'",
        )?
        .execute(params![scene.site, exception, how, scene.change])?;
    Ok(())
}

/// Of history's rows that `condition` names, the last with its entry.
pub(super) fn last_touched(condition: &str) -> String {
    format!(
        "SELECT h.device, h.position, e.hash FROM history h
           JOIN entry e ON e.device = h.device AND e.epoch = h.position >> 40 AND e.seq = (h.position & 0xffffffffff)
          WHERE h.site = ?1 AND h.{} ORDER BY h.cursor DESC LIMIT 1",
        condition.replace(" AND ", " AND h.")
    )
}

/// The entry that last touched what `condition` (on `history`, parameters from ?2) names.
pub(super) fn touched(scene: &Scene<'_>, condition: &str, args: [&str; 3]) -> Result<Option<EntryRef>> {
    let found = scene
        .db
        .prepare_cached(&last_touched(condition))?
        .query_row(params![scene.site, args[0], args[1], args[2]], |row| {
            Ok((
                row.get::<_, String>(0)?,
                Position::from_raw(row.get(1)?),
                row.get::<_, Vec<u8>>(2)?,
            ))
        })
        .optional()?;
    found
        .map(|(device, position, bytes)| {
            Ok(EntryRef {
                device: noun(&device)?,
                epoch: position.epoch(),
                seq: position.seq(),
                hash: hash(&bytes)?,
            })
        })
        .transpose()
}

/// A label that gives a known lot another expiry: two devices that were offline, for instance. The first stays.
pub(super) fn expiry(scene: &Scene<'_>, effect: &Effect) -> Result<Option<Found>> {
    let Effect::Lot {
        owner,
        item,
        lot,
        expiry: Some(label),
        correct: false,
        ..
    } = effect
    else {
        return Ok(None);
    };
    let (number, maker) = lot_key(Some(lot));
    let known: Option<String> = scene
        .db
        .prepare_cached(
            "SELECT expiry FROM lot
              WHERE site = ?1 AND owner = ?2 AND item = ?3 AND lot = ?4 AND maker = ?5 AND gone = 0",
        )?
        .query_row(
            params![scene.site, owner.as_str(), item.as_str(), number, maker],
            |row| row.get(0),
        )
        .optional()?
        .flatten();
    let Some(known) = known else { return Ok(None) };
    let known: Day = noun(&known)?;
    if known == *label {
        return Ok(None);
    }
    let units: i64 = scene
        .db
        .prepare_cached(
            "SELECT coalesce(sum(amount), 0) FROM stock
              WHERE site = ?1 AND owner = ?2 AND item = ?3 AND lot = ?4 AND maker = ?5 AND account NOT LIKE 'virtual:%'",
        )?
        .query_row(params![scene.site, owner.as_str(), item.as_str(), number, maker], |row| row.get(0))?;
    let message = Facts::ExpiryContradiction {
        lot: lot.number.clone(),
        label: *label,
        known: Some(known),
        units: Amount::from_micros(units),
    }
    .judge()
    .message;
    let mut found = Found::new("expiry_contradiction", scene.entry).saying(message);
    found.known_expiry = Some(known);
    if let Body::Received { goods, to, .. } | Body::Damaged { goods, to, .. } = &scene.entry.body {
        found.account = Some(goods.plate.clone().map_or_else(|| to.clone(), Account::Plate));
    }
    if let Some(first) = touched(
        scene,
        "owner = ?2 AND item = ?3 AND lot = ?4",
        [owner.as_str(), item.as_str(), number],
    )? {
        found = found.against(&first);
    }
    Ok(Some(found))
}

/// Whether the signature settles the exception: `None` when it does.
pub(super) fn resolution(
    scene: &Scene<'_>,
    exception: &ExceptionId,
    resolution: &Resolution,
    signature: &Signature,
) -> Result<Option<Found>> {
    let row = scene
        .db
        .prepare_cached("SELECT code, state, raised_by, owner FROM exception WHERE site = ?1 AND exception = ?2")?
        .query_row(params![scene.site, exception.as_str()], |row| {
            Ok((
                row.get::<_, String>(0)?,
                row.get::<_, String>(1)?,
                row.get::<_, Option<String>>(2)?,
                row.get::<_, Option<String>>(3)?,
            ))
        })
        .optional()?;
    let Some((code, state, raised_by, owner)) = row else {
        return Ok(Some(Found::new("exception_unknown", scene.entry)));
    };
    if state != "open" && !authority::overrules(scene)? {
        return Ok(Some(Found::new("exception_settled", scene.entry)));
    }
    let Some(signer) = authority::signer(scene, signature)? else {
        return Ok(Some(Found::new("no_authority", scene.entry)));
    };
    let in_scope = owner.as_deref().is_none_or(|owner| signer.works_for(owner));
    let judgement = Facts::Authority {
        exception: code,
        resolution: resolution.as_str().into(),
        role: signer.role,
        own_scan: raised_by.as_deref() == Some(signature.person.as_str()),
        in_scope,
    }
    .judge();
    Ok((judgement.outcome == Outcome::Stop).then(|| Found::new("no_authority", scene.entry).saying(judgement.message)))
}

/// Whether the recount settles the exception: `None` when it does, or when it is settled already.
pub(super) fn recount(scene: &Scene<'_>, exception: &ExceptionId) -> Result<Option<Found>> {
    let row = scene
        .db
        .prepare_cached("SELECT code, raised_by FROM exception WHERE site = ?1 AND exception = ?2")?
        .query_row(params![scene.site, exception.as_str()], |row| {
            Ok((row.get::<_, String>(0)?, row.get::<_, Option<String>>(1)?))
        })
        .optional()?;
    let Some((code, raised_by)) = row else {
        return Ok(Some(Found::new("exception_unknown", scene.entry)));
    };
    let who = scene.entry.who.as_ref().map(|who| who.person.as_str());
    let may = code == "count" && who.is_some() && raised_by.as_deref() != who;
    Ok((!may).then(|| Found::new("no_authority", scene.entry)))
}

/// Whether the second person's signature counts: `None` when it does.
pub(super) fn second_person(
    scene: &Scene<'_>,
    act: &str,
    owner: &OwnerId,
    signature: &Signature,
) -> Result<Option<Found>> {
    let Some(signer) = authority::signer(scene, signature)? else {
        return Ok(Some(Found::new("no_authority", scene.entry)));
    };
    let judgement = Facts::SecondPerson {
        act: act.to_owned(),
        role: signer.role,
        same: scene
            .entry
            .who
            .as_ref()
            .is_some_and(|who| who.person == signature.person),
        in_scope: signer.works_for(owner.as_str()),
    }
    .judge();
    Ok((judgement.outcome == Outcome::Stop).then(|| Found::new("no_authority", scene.entry).saying(judgement.message)))
}

/// An answer from outside releases nothing but a block that waits for one.
pub(super) fn verified(scene: &Scene<'_>, block: &BlockId) -> Result<Option<Found>> {
    let kind: Option<String> = scene
        .db
        .prepare_cached("SELECT kind FROM block WHERE site = ?1 AND block = ?2")?
        .query_row(params![scene.site, block.as_str()], |row| row.get(0))
        .optional()?;
    Ok(match kind.as_deref().and_then(BlockKind::from_word) {
        Some(BlockKind::Verification) => None,
        Some(_) => Some(Found::new("no_authority", scene.entry)),
        None => Some(Found::new(blocks::UNKNOWN, scene.entry)),
    })
}

/// Whether the signature releases the block: `None` when it does.
pub(super) fn release(scene: &Scene<'_>, block: &BlockId, signature: &Signature) -> Result<Option<Found>> {
    let row = scene
        .db
        .prepare_cached("SELECT kind, scope FROM block WHERE site = ?1 AND block = ?2")?
        .query_row(params![scene.site, block.as_str()], |row| {
            Ok((row.get::<_, String>(0)?, row.get::<_, String>(1)?))
        })
        .optional()?;
    let Some((kind, scope)) = row else {
        return Ok(Some(Found::new(blocks::UNKNOWN, scene.entry)));
    };
    let kind = BlockKind::from_word(&kind).ok_or_else(|| LedgerError::Damaged(format!("block kind {kind:?}")))?;
    let Some(signer) = authority::signer(scene, signature)? else {
        return Ok(Some(Found::new("no_authority", scene.entry)));
    };
    // A scope that cannot be read says neither who placed the block nor whose goods it covers.
    let placed: Option<PlacedScope> = serde_json::from_str(&scope).ok();
    let owner = placed.as_ref().and_then(|placed| placed.scope.owner());
    let judgement = Facts::Release {
        block: block.clone(),
        kind,
        role: signer.role,
        own: placed.as_ref().and_then(|placed| placed.placed_by.as_ref()) == Some(&signature.person),
        in_scope: owner.is_none_or(|owner| signer.works_for(owner.as_str())),
    }
    .judge();
    Ok((judgement.outcome == Outcome::Stop).then(|| Found::new("no_authority", scene.entry).saying(judgement.message)))
}
