//! Where everything that a recall covers is, on this device's picture: bins, carts, cages, pallets on pallets, open lines.

use crate::Error;
use crate::work::Context;
use crate::work::facts::{DocumentLine, SerialAt, StockFacts, Subject};
use crate::work::plates::{base, on_plate, plate_of, standing, under};
use crate::work::report::Record;
use lotline_record::model::{
    Account, Amount, Block, DocumentKind, Level, LotNumber, Place, PlaceId, PlaceKind, PlateId, Scope,
};
use lotline_record::trace::kin::{self, Descent, Member};
use std::collections::BTreeMap;

/// Lines of a lot's history in which shipments are looked for.
const LOOKED_AT: usize = 500;

/// Some of what is covered, in one account.
#[derive(Debug, Clone)]
pub(super) struct Spot {
    /// Which stock; the amount is what is covered of it.
    pub(super) stock: StockFacts,
    /// The handling units it is on, the outermost first.
    pub(super) plates: Vec<PlateId>,
    /// The place it stands at, with them.
    pub(super) place: Option<Place>,
}

impl Spot {
    /// In a cage, where it was to be brought.
    pub(super) fn is_collected(&self) -> bool {
        self.place.as_ref().is_some_and(|place| place.kind == PlaceKind::Cage)
    }

    pub(super) fn is_at(&self, place: &PlaceId) -> bool {
        self.place.as_ref().is_some_and(|at| at.place == *place)
    }

    /// On a cart, fork or hand: nobody walks there.
    pub(super) fn is_carried(&self) -> bool {
        self.place.as_ref().is_some_and(|at| at.kind == PlaceKind::Resource)
    }
}

/// The parts, where one that follows runs stands as the lots and units that this device knows to come from it.
pub(in crate::work) fn followed(parts: &[Block], context: &Context<'_>) -> Result<Vec<Block>, Error> {
    let mut found = Vec::new();
    for part in parts {
        let (root, itself) = match &part.scope {
            Scope::FromLot { owner, item, lot } => (
                Member {
                    owner: owner.clone(),
                    item: item.clone(),
                    lot: Some(lot.clone()),
                    serial: None,
                },
                Scope::Lot {
                    owner: owner.clone(),
                    item: item.clone(),
                    lot: lot.clone(),
                },
            ),
            Scope::FromSerial {
                owner,
                item,
                maker_key,
                serial,
            } => (
                Member {
                    owner: owner.clone(),
                    item: item.clone(),
                    lot: None,
                    serial: Some(serial.clone()),
                },
                Scope::Serial {
                    maker_key: maker_key.clone(),
                    serial: serial.clone(),
                },
            ),
            _ => {
                found.push(part.clone());
                continue;
            }
        };
        let mut scopes = vec![itself];
        for branch in kin::tree(&Record(context), &root, Descent::Children)?.branches {
            let member = branch.kin.member;
            match (member.serial, member.lot) {
                // A history keeps the serial as printed; its maker's key is one of the item's.
                (Some(serial), _) => {
                    let levels = context.facts.levels_of(&member.owner, &member.item, context.today)?;
                    scopes.extend(levels.iter().filter_map(|level| level.gtin).map(|gtin| Scope::Serial {
                        maker_key: gtin.to_string(),
                        serial: serial.clone(),
                    }));
                }
                (None, Some(lot)) => scopes.push(Scope::Lot {
                    owner: member.owner,
                    item: member.item,
                    lot,
                }),
                // Goods without a lot cannot be told from others of their item.
                (None, None) => {}
            }
        }
        found.extend(scopes.into_iter().map(|scope| Block { scope, ..part.clone() }));
    }
    Ok(found)
}

/// All of it in the warehouse, in walk order, what is collected last.
pub(super) fn spots(parts: &[Block], context: &Context<'_>) -> Result<Vec<Spot>, Error> {
    let parts = &followed(parts, context)?;
    let mut rows: Vec<StockFacts> = Vec::new();
    let mut units: Vec<(SerialAt, Account)> = Vec::new();
    for part in parts {
        match &part.scope {
            Scope::Serial { maker_key, .. } | Scope::SerialRange { maker_key, .. } => {
                for (unit, account) in context.facts.serials_by_key(maker_key)? {
                    let covered = part.scope.covers(Some(&unit.goods()), None, None);
                    if covered && account.is_physical() && !units.iter().any(|(known, _)| known.serial == unit.serial) {
                        units.push((unit, account));
                    }
                }
            }
            scope => {
                for row in stock(scope, context)? {
                    if row.amount.is_positive() && !rows.iter().any(|known| same(known, &row)) {
                        rows.push(row);
                    }
                }
            }
        }
    }
    for (unit, account) in units {
        let row = StockFacts {
            owner: unit.owner,
            item: unit.item,
            lot: unit.lot,
            level: Level::Each,
            account,
            amount: Amount::whole(1),
        };
        // Where all of the lot is covered there, the unit is among it.
        match rows.iter_mut().find(|known| same(known, &row)) {
            None => rows.push(row),
            Some(known) if part_covers_whole(parts, known) => {}
            Some(known) => known.amount = known.amount.plus(row.amount),
        }
    }
    let mut found = Vec::new();
    for stock in rows {
        let (plates, place) = stands(&stock.account, context)?;
        // Pallets that left took what is on them with them.
        if plates.is_empty() || place.is_some() {
            found.push(Spot { stock, plates, place });
        }
    }
    found.sort_by_key(|spot| {
        let place = spot.place.as_ref();
        (
            spot.is_collected(),
            place.map_or(0, |p| p.walk),
            place.map(|p| p.place.clone()),
            spot.plates.clone(),
            spot.stock.item.clone(),
            spot.stock.lot.clone(),
        )
    });
    Ok(found)
}

fn same(one: &StockFacts, other: &StockFacts) -> bool {
    (&one.owner, &one.item, &one.lot, one.level, &one.account)
        == (&other.owner, &other.item, &other.lot, other.level, &other.account)
}

/// Whether a part covers stock as a whole, and not by serials.
fn part_covers_whole(parts: &[Block], row: &StockFacts) -> bool {
    let goods = crate::work::goods::of_stock(row);
    parts.iter().any(|part| match &part.scope {
        Scope::Serial { .. } | Scope::SerialRange { .. } | Scope::FromLot { .. } | Scope::FromSerial { .. } => false,
        Scope::Item { .. } | Scope::Lot { .. } => part.scope.covers(Some(&goods), None, None),
        Scope::Stock { .. } => part.scope.covers(Some(&goods), None, row.account.place()),
        Scope::SupplierLot { .. } | Scope::Place { .. } | Scope::Plate { .. } => true,
    })
}

fn stock(scope: &Scope, context: &Context<'_>) -> Result<Vec<StockFacts>, Error> {
    match scope {
        Scope::Item { owner, item } => context.facts.stock_of(owner, item),
        Scope::Lot { owner, item, lot } => {
            let mut rows = context.facts.stock_of(owner, item)?;
            rows.retain(|row| row.lot.as_ref().is_some_and(|key| key.number == *lot));
            Ok(rows)
        }
        Scope::SupplierLot { owner, item, lot } => {
            let mut found = Vec::new();
            for row in context.facts.stock_of(owner, item)? {
                if let Some(key) = &row.lot
                    && context
                        .facts
                        .lot(owner, item, key)?
                        .and_then(|l| l.supplier_lot)
                        .as_ref()
                        == Some(lot)
                {
                    found.push(row);
                }
            }
            Ok(found)
        }
        Scope::Stock { owner, item, .. } => {
            let mut rows = context.facts.stock_of(owner, item)?;
            rows.retain(|row| scope.covers(Some(&crate::work::goods::of_stock(row)), None, row.account.place()));
            Ok(rows)
        }
        Scope::Place { place } => Ok(under(&Account::Place(place.clone()), context)?.rows),
        Scope::Plate { plate } => Ok(on_plate(plate, context)?.rows),
        // Found by their own key, or as what comes from them.
        Scope::Serial { .. } | Scope::SerialRange { .. } | Scope::FromLot { .. } | Scope::FromSerial { .. } => {
            Ok(Vec::new())
        }
    }
}

/// The handling units an account is on, the outermost first, and the place they stand at.
fn stands(account: &Account, context: &Context<'_>) -> Result<(Vec<PlateId>, Option<Place>), Error> {
    let plates = match plate_of(account) {
        Some(plate) => {
            let on = standing(&plate, context)?.map_or_else(Vec::new, |s| s.on);
            on.into_iter().rev().chain([plate]).collect()
        }
        None => Vec::new(),
    };
    let place = match base(account, context)?.place() {
        Some(place) => context.facts.place(place)?,
        None => None,
    };
    Ok((plates, place))
}

/// Open lines that name what is covered: what will come, and what is asked for.
pub(super) fn lines(parts: &[Block], context: &Context<'_>) -> Result<Vec<(DocumentKind, DocumentLine)>, Error> {
    let parts = &followed(parts, context)?;
    let mut found = Vec::new();
    for kind in [DocumentKind::Notice, DocumentKind::Order] {
        for document in context.facts.documents(kind)? {
            let lines = context.facts.lines(kind, &document.document)?;
            let open = lines
                .iter()
                .filter(|line| line.done < line.expected && parts.iter().any(|part| names(&part.scope, line)));
            found.extend(open.map(|line| (kind, line.clone())));
        }
    }
    Ok(found)
}

fn names(scope: &Scope, line: &DocumentLine) -> bool {
    match scope {
        Scope::Item { owner, item } => (owner, item) == (&line.owner, &line.item),
        Scope::Lot { owner, item, lot } => (owner, item) == (&line.owner, &line.item) && line.lot.as_ref() == Some(lot),
        Scope::Plate { plate } => line.plate.as_ref() == Some(plate),
        _ => false,
    }
}

/// What has left, by order and consignee, in base units.
pub(super) fn left(parts: &[Block], context: &Context<'_>) -> Result<BTreeMap<(String, String), Amount>, Error> {
    let parts = &followed(parts, context)?;
    let mut subjects: Vec<Subject> = Vec::new();
    let mut of = |subject| {
        if !subjects.contains(&subject) {
            subjects.push(subject);
        }
    };
    for part in parts {
        match &part.scope {
            Scope::Item { owner, item } => of(lot_of(owner, item, None)),
            Scope::Lot { owner, item, lot } => of(lot_of(owner, item, Some(lot))),
            Scope::SupplierLot { owner, item, .. } => {
                for row in stock(&part.scope, context)? {
                    of(lot_of(owner, item, row.lot.as_ref().map(|lot| &lot.number)));
                }
            }
            Scope::Serial { maker_key, .. } | Scope::SerialRange { maker_key, .. } => {
                for (unit, account) in context.facts.serials_by_key(maker_key)? {
                    if !account.is_physical() && part.scope.covers(Some(&unit.goods()), None, None) {
                        of(Subject::Serial(unit.serial));
                    }
                }
            }
            Scope::Plate { plate } => of(Subject::Plate(plate.clone())),
            // What it covers is in one place.
            // Or stands in the list as what comes from it.
            Scope::Place { .. } | Scope::Stock { .. } | Scope::FromLot { .. } | Scope::FromSerial { .. } => {}
        }
    }
    let mut found: BTreeMap<(String, String), Amount> = BTreeMap::new();
    for subject in subjects {
        for line in context.facts.history(&subject, LOOKED_AT)? {
            let sign = match line.kind.as_str() {
                "shipped" => 1,
                "undone:shipped" => -1,
                _ => continue,
            };
            let Some(document) = line.document else { continue };
            let order = lotline_record::model::DocumentId::new(&document).ok();
            let partner = match &order {
                Some(order) => context.facts.outbound(Some(order))?.pop().map(|o| o.order.partner),
                None => None,
            };
            let sum = found.entry((document, partner.unwrap_or_default())).or_default();
            *sum = sum.plus(Amount::from_micros(sign * line.amount.micros()));
        }
    }
    found.retain(|_, amount| amount.is_positive());
    Ok(found)
}

fn lot_of(
    owner: &lotline_record::model::OwnerId,
    item: &lotline_record::model::ItemId,
    lot: Option<&LotNumber>,
) -> Subject {
    Subject::Lot {
        owner: owner.clone(),
        item: item.clone(),
        lot: lot.cloned(),
    }
}

/// What of it is where, in base units: all, collected in cages, on carts.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Sums {
    pub(super) all: Amount,
    pub(super) collected: Amount,
    pub(super) carried: Amount,
}

impl Sums {
    pub(super) fn of(spots: &[Spot]) -> Self {
        let sum = |of: fn(&Spot) -> bool| spots.iter().filter(|s| of(s)).map(|s| s.stock.amount).sum();
        Sums {
            all: sum(|_| true),
            collected: sum(Spot::is_collected),
            carried: sum(Spot::is_carried),
        }
    }

    pub(super) fn to_go(self) -> Amount {
        self.all.minus(self.collected).minus(self.carried)
    }
}
