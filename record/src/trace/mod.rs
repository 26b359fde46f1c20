//! History: one line for each entry that touched a lot, serial or handling unit; genealogy and reports beside it.

pub mod kin;
pub mod marks;
pub mod report;

use crate::entry::{Body, Entry, Position};
use crate::model::{Account, Amount, DeviceId, ItemId, LotNumber, OwnerId, PersonId, PlateId, Scope, Virtual};

/// What one entry means for the history of what it touched. The same on the device and at the gateway.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Line {
    /// Which device wrote it.
    pub device: DeviceId,
    /// Where in that device's chain.
    pub position: Position,
    /// Wall clock of the device, milliseconds since 1970.
    pub at_ms: i64,
    /// Minutes local time was ahead of UTC.
    pub zone_min: i32,
    /// Who, as a pseudonym.
    pub person: Option<PersonId>,
    /// What: the entry's kind, `undone:` in front of the kind it took back, `refused` or an exception's code.
    pub kind: String,
    /// Whose goods.
    pub owner: Option<OwnerId>,
    /// Which item.
    pub item: Option<ItemId>,
    /// Which lot.
    pub lot: Option<LotNumber>,
    /// Which serial, as printed.
    pub serial: Option<String>,
    /// Which handling unit.
    pub plate: Option<PlateId>,
    /// From where.
    pub from: Option<Account>,
    /// Where to.
    pub to: Option<Account>,
    /// How much, in base units.
    pub amount: Amount,
    /// Document it was done for.
    pub document: Option<String>,
}

/// The history line of an entry, if it touched goods or a handling unit.
pub fn line(entry: &Entry) -> Option<Line> {
    let body = &entry.body;
    let goods = body.goods();
    let about = body.blocks().and_then(named);
    let plate = body.plate().cloned();
    let key = match body {
        Body::Counted { owner, item, lot, .. } => Some((owner, item, lot)),
        _ => goods.map(|g| (&g.owner, &g.item, &g.lot)),
    };
    if key.is_none() && plate.is_none() && about.is_none() {
        return None;
    }
    let about = about.unwrap_or_default();
    let (from, to) = ends(body);
    let amount = match body {
        Body::Counted { counted, .. } => *counted,
        Body::Inspected(inspected) => inspected.amount,
        _ => goods.and_then(|g| g.quantity.base().ok()).unwrap_or_default(),
    };
    Some(Line {
        device: entry.device.clone(),
        position: entry.position(),
        at_ms: entry.at.wall.unix_ms(),
        zone_min: entry.at.zone_min,
        person: entry.who.as_ref().map(|w| w.person.clone()),
        kind: kind(body),
        owner: key.map(|(owner, ..)| owner.clone()).or(about.owner),
        item: key.map(|(_, item, _)| item.clone()).or(about.item),
        lot: key
            .and_then(|(.., lot)| lot.as_ref())
            .map(|l| l.number.clone())
            .or(about.lot),
        serial: goods
            .and_then(|g| g.serial.as_ref())
            .map(|s| s.serial.to_string())
            .or(about.serial),
        plate: plate.or(about.plate),
        from,
        to,
        amount,
        // A run stands where a document would: all that was used up and made in it is found by it.
        document: body
            .run()
            .map(ToString::to_string)
            .or_else(|| entry.refs.document.as_ref().map(ToString::to_string)),
    })
}

/// What a block's scope names.
#[derive(Default)]
struct Named {
    owner: Option<OwnerId>,
    item: Option<ItemId>,
    lot: Option<LotNumber>,
    serial: Option<String>,
    plate: Option<PlateId>,
}

/// Nothing for a range or a place, which no history is told of.
fn named(scope: &Scope) -> Option<Named> {
    let mut found = Named::default();
    match scope {
        Scope::Item { owner, item } | Scope::SupplierLot { owner, item, .. } => {
            (found.owner, found.item) = (Some(owner.clone()), Some(item.clone()));
        }
        Scope::Lot { owner, item, lot } | Scope::FromLot { owner, item, lot } => {
            (found.owner, found.item) = (Some(owner.clone()), Some(item.clone()));
            found.lot = Some(lot.clone());
        }
        Scope::Stock { owner, item, lot, .. } => {
            (found.owner, found.item) = (Some(owner.clone()), Some(item.clone()));
            found.lot.clone_from(lot);
        }
        Scope::Serial { serial, .. } => found.serial = Some(serial.clone()),
        Scope::Plate { plate } => found.plate = Some(plate.clone()),
        Scope::FromSerial {
            owner, item, serial, ..
        } => {
            (found.owner, found.item) = (Some(owner.clone()), Some(item.clone()));
            found.serial = Some(serial.clone());
        }
        Scope::SerialRange { .. } | Scope::Place { .. } => return None,
    }
    Some(found)
}

fn kind(body: &Body) -> String {
    match body {
        Body::Undone { body, .. } => format!("undone:{}", body.kind()),
        Body::Raised { code, .. } => format!("raised:{code}"),
        // So that the history of the old name tells the new one, and that of the new one the old.
        Body::Relabelled { unit, .. } => format!("relabelled:{}", unit.serial),
        Body::Printed { of: Some(of), .. } => format!("label_for:{of}"),
        Body::Printed { reason, .. } => format!("reprinted:{reason}"),
        Body::Adjusted { reason, .. } => format!("adjusted:{reason}"),
        Body::Disposed { reason, .. } => format!("disposed:{reason}"),
        Body::Verified { answer, .. } => format!("verified:{}", answer.as_str()),
        Body::Inspected(inspected) => format!("inspected:{}", inspected.outcome.as_str()),
        Body::Counted { confirmed: false, .. } => "counted:open".to_owned(),
        Body::Resolved { resolution, .. } => format!("resolved:{}", resolution.as_str()),
        Body::Recalled { change, .. } => format!("recalled:{}", change.as_str()),
        other => other.kind().to_owned(),
    }
}

fn ends(body: &Body) -> (Option<Account>, Option<Account>) {
    match body {
        Body::Received { to, .. } | Body::Damaged { to, .. } => (None, Some(to.clone())),
        Body::Returned { to, .. } => (Some(Account::Virtual(Virtual::Customer)), Some(to.clone())),
        Body::Lifted { from, to, .. }
        | Body::Dropped { from, to, .. }
        | Body::Picked { from, to, .. }
        | Body::SetAside { from, to, .. }
        | Body::Loaded { from, to, .. }
        | Body::Packed { from, to, .. }
        | Body::Adjusted { from, to, .. } => (Some(from.clone()), Some(to.clone())),
        Body::Consumed { from, .. } => (Some(from.clone()), Some(Account::Virtual(Virtual::Consumed))),
        Body::Produced { to, .. } => (Some(Account::Virtual(Virtual::Produced)), Some(to.clone())),
        Body::Disposed { from, .. } => (Some(from.clone()), Some(Account::Virtual(Virtual::Disposed))),
        Body::Shipped { from, .. } => (Some(from.clone()), Some(Account::Virtual(Virtual::Customer))),
        Body::Relabelled { at, .. }
        | Body::Counted { at, .. }
        | Body::PlateBuilt { at, .. }
        | Body::PlateBroken { at, .. } => (None, Some(at.clone())),
        Body::Inspected(inspected) => (
            Some(inspected.at.clone()),
            inspected.rejected.as_ref().map(|rejected| rejected.to.clone()),
        ),
        Body::Raised { at, .. } | Body::Resolved { at, .. } => (None, at.clone()),
        Body::Undone { body, .. } => {
            let (from, to) = ends(body);
            (to, from)
        }
        _ => (None, None),
    }
}
