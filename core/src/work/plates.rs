//! Handling units: what is on them, what they stand on, and what is known of both, however deep they are nested.

use super::facts::{SerialAt, StockFacts};
use super::goods::of_stock;
use super::{Context, Step, Work, refuse};
use crate::Error;
use crate::store::Draft;
use lotline_record::entry::{Body, Load};
use lotline_record::model::{Account, Amount, Block, ContentsKnown, Goods, PlaceId, PlateId, Quantity, Unit};
use lotline_record::numbering::OwnRef;
use lotline_record::text::{Arg, Message};

/// So deep is looked for what something stands on: two devices can put two pallets onto one another.
const DEEPEST: usize = 32;

/// All that stands in an account, by the unit and on handling units.
#[derive(Debug, Clone, Default)]
pub(super) struct Under {
    /// Stock; its account says on which handling unit.
    pub(super) rows: Vec<StockFacts>,
    /// Handling units, each after what it stands on.
    pub(super) plates: Vec<PlateId>,
}

/// What stands in an account. What is missing there does not.
pub(super) fn under(account: &Account, context: &Context<'_>) -> Result<Under, Error> {
    let mut all = Under::default();
    let mut open = vec![account.clone()];
    while let Some(account) = open.pop() {
        let rows = context.facts.stock_in(&account)?.into_iter();
        all.rows.extend(rows.filter(|row| row.amount.is_positive()));
        for child in context.facts.plates_in(&account)? {
            if !all.plates.contains(&child) {
                all.plates.push(child.clone());
                open.push(Account::Plate(child));
            }
        }
    }
    Ok(all)
}

/// What is on a handling unit.
pub(super) fn on_plate(plate: &PlateId, context: &Context<'_>) -> Result<Under, Error> {
    under(&Account::Plate(plate.clone()), context)
}

impl Under {
    /// Each row as goods on their handling unit, for asking rules.
    pub(super) fn goods(&self) -> impl Iterator<Item = Goods> {
        self.rows.iter().map(|row| Goods {
            plate: plate_of(&row.account),
            ..of_stock(row)
        })
    }

    /// How many handling units stand on one another here, beginning at `plate`, which counts as one.
    pub(super) fn depth(&self, plate: &PlateId, context: &Context<'_>) -> Result<usize, Error> {
        let mut deepest = 1;
        for child in &self.plates {
            let on = standing(child, context)?.map_or_else(Vec::new, |s| s.on);
            let above = on.iter().position(|parent| parent == plate).map_or(0, |n| n + 2);
            deepest = deepest.max(above);
        }
        Ok(deepest)
    }
}

/// The handling unit that an account is.
pub(super) fn plate_of(account: &Account) -> Option<PlateId> {
    match account {
        Account::Plate(plate) => Some(plate.clone()),
        _ => None,
    }
}

/// What a handling unit stands on.
#[derive(Debug, Clone)]
pub(super) struct Standing {
    /// Other handling units, the nearest first.
    pub(super) on: Vec<PlateId>,
    /// Where the lowest of them stands.
    pub(super) base: Account,
}

/// What a handling unit stands on; `None` when the record does not know it.
pub(super) fn standing(plate: &PlateId, context: &Context<'_>) -> Result<Option<Standing>, Error> {
    let Some(known) = context.facts.plate(plate)? else {
        return Ok(None);
    };
    let mut standing = Standing {
        on: Vec::new(),
        base: known.account,
    };
    while let Account::Plate(parent) = &standing.base {
        let parent = parent.clone();
        if standing.on.contains(&parent) || standing.on.len() == DEEPEST {
            break;
        }
        let below = context.facts.plate(&parent)?;
        standing.on.push(parent);
        match below {
            Some(below) => standing.base = below.account,
            None => break,
        }
    }
    Ok(Some(standing))
}

/// Where what is booked in an account stands, beneath all handling units.
pub(super) fn base(account: &Account, context: &Context<'_>) -> Result<Account, Error> {
    Ok(match account {
        Account::Plate(plate) => standing(plate, context)?.map_or_else(|| account.clone(), |standing| standing.base),
        other => other.clone(),
    })
}

/// The lowest handling unit beneath this one; itself when it stands on none.
pub(super) fn lowest(plate: &PlateId, context: &Context<'_>) -> Result<PlateId, Error> {
    let below = standing(plate, context)?.and_then(|mut standing| standing.on.pop());
    Ok(below.unwrap_or_else(|| plate.clone()))
}

/// Whether nobody knows what is on a handling unit, or on one that stands on it. One that was scanned may be empty.
pub(super) fn contents_unknown(plate: &PlateId, on_it: &Under, context: &Context<'_>) -> Result<bool, Error> {
    for each in std::iter::once(plate).chain(&on_it.plates) {
        let known = context.facts.plate(each)?.map(|known| known.known);
        let account = Account::Plate(each.clone());
        let told = match known {
            None | Some(ContentsKnown::Unknown) => false,
            Some(ContentsKnown::Scanned) => true,
            Some(ContentsKnown::Inferred) => {
                on_it.rows.iter().any(|row| row.account == account) || !context.facts.plates_in(&account)?.is_empty()
            }
        };
        if !told {
            return Ok(true);
        }
    }
    Ok(false)
}

/// Open blocks on a handling unit itself and on those it stands on.
pub(super) fn blocks_beneath(plate: &PlateId, context: &Context<'_>) -> Result<Vec<Block>, Error> {
    let mut all = context.facts.blocks_on_plate(plate)?;
    for parent in standing(plate, context)?.map_or_else(Vec::new, |s| s.on) {
        add(&mut all, context.facts.blocks_on_plate(&parent)?);
    }
    Ok(all)
}

/// Open blocks on a handling unit, on what it stands on, on anything on it, and on the place it is taken from.
pub(super) fn blocks_of(
    plate: &PlateId,
    on_it: &Under,
    from: Option<&PlaceId>,
    context: &Context<'_>,
) -> Result<Vec<Block>, Error> {
    let mut all = context.facts.blocks(None, from)?;
    for goods in on_it.goods() {
        add(&mut all, context.facts.blocks(Some(&goods), None)?);
    }
    add(&mut all, blocks_beneath(plate, context)?);
    for child in &on_it.plates {
        add(&mut all, context.facts.blocks_on_plate(child)?);
    }
    Ok(all)
}

fn add(all: &mut Vec<Block>, more: Vec<Block>) {
    for block in more {
        if !all.contains(&block) {
            all.push(block);
        }
    }
}

/// A row of stock as the goods that a fact names: each serial, and the rest by lot and pack level.
pub(super) fn units(row: &StockFacts, context: &Context<'_>) -> Result<Vec<Goods>, Error> {
    let item = context.facts.item(&row.owner, &row.item)?;
    let mut all = match &item {
        Some(item) if item.tracking.needs_serial() => serials(row, context)?,
        _ => Vec::new(),
    };
    let rest = all.iter().fold(row.amount, |rest, _| rest.minus(Amount::whole(1)));
    if rest.is_positive() {
        let base = item.map_or_else(Unit::each, |item| item.base_unit);
        all.push(Goods {
            quantity: Quantity::new(rest.decimal(), base, 1).map_err(|e| Error::bug(e.to_string()))?,
            ..of_stock(row)
        });
    }
    let plate = plate_of(&row.account);
    for goods in &mut all {
        goods.plate.clone_from(&plate);
    }
    Ok(all)
}

/// The serials that a row of stock stands for.
pub(super) fn serials(row: &StockFacts, context: &Context<'_>) -> Result<Vec<Goods>, Error> {
    let known = context.facts.serials_in(&row.account)?;
    Ok(known
        .iter()
        .filter(|at| at.owner == row.owner && at.item == row.item && at.lot == row.lot)
        .map(SerialAt::goods)
        .collect())
}

/// A load goes onto a handling unit, or off it.
pub(super) fn put(load: Load, from: Account, to: Account, plate: &PlateId) -> Draft {
    let load = match load {
        Load::Goods(goods) => Load::Goods(Goods {
            plate: Some(plate.clone()),
            ..goods
        }),
        nested @ Load::Plate(_) => nested,
    };
    let mut draft = Draft::new(Body::Dropped { load, from, to });
    draft.refs.plate = Some(plate.clone());
    draft
}

/// Whether a name is that of a handling unit whose label says SSCC, which nobody uses twice.
pub(super) fn is_sscc(plate: &PlateId) -> bool {
    plate.as_str().len() == 18 && plate.as_str().bytes().all(|byte| byte.is_ascii_digit())
}

/// The handling unit that a text names: one the record knows, or one of the site's own by what it begins with.
pub(super) fn named(text: &str, context: &Context<'_>) -> Result<Option<PlateId>, Error> {
    let text = text.trim();
    let Ok(plate) = PlateId::new(text) else {
        return Ok(None);
    };
    let ours = context
        .policy
        .plate_prefixes
        .iter()
        .any(|prefix| !prefix.is_empty() && text.starts_with(prefix.as_str()) && text.len() > prefix.len());
    Ok((ours || context.facts.plate(&plate)?.is_some()).then_some(plate))
}

/// Begins a handling unit under the number that was just taken for it. One that begins nothing is handed back, and burnt.
pub(super) fn begin_new<W: Into<Work>>(
    work: W,
    context: &Context<'_>,
    begin: impl FnOnce(W, PlateId, OwnRef) -> Result<Step, Error>,
) -> Result<Step, Error> {
    let Some(number) = context.number else {
        let message = Message::new("stop-no-number-left").with("series", Arg::text("(00)…"));
        return Ok(refuse(Step::to(work), context, message));
    };
    let own = number.reference();
    let plate = PlateId::new(&number.value).map_err(|e| Error::bug(e.to_string()))?;
    let mut step = begin(work, plate, own)?;
    if step.stop.is_some() {
        step.unused.push(own);
    }
    Ok(step)
}
