//! Stock as balanced transfers (domain §3), and everything else an entry does to the picture.
//!
//! [`effects`] is the one place that says what an entry changes. The handheld applies the same effects to its own
//! journal that the gateway applies to the site's picture, so dropping a device's own effects and rebuilding them from
//! its entries gives the same rows.

mod inbound;
mod inside;
mod plate;
mod relabel;
mod task;

pub use task::Assigned;

use crate::entry::{Body, Load, Position, Resolution, VerificationAnswer};
use crate::model::{
    Account, Amount, Block, BlockId, ContentsKnown, Day, DeviceId, DocumentId, DocumentKind, ExceptionId, Goods,
    ItemId, Level, Lifecycle, LineKey, LotKey, OwnerId, PlaceId, PlateId, SerialKey, TaskId, Virtual,
};

/// Which stock: an owner's item, lot and pack level. The account says where.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct StockKey {
    /// Whose.
    pub owner: OwnerId,
    /// Which item.
    pub item: ItemId,
    /// Which lot.
    pub lot: Option<LotKey>,
    /// At which pack level it stands.
    pub level: Level,
}

/// What an entry changes in the picture.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Effect {
    /// One leg of a transfer. Legs come in pairs whose sum is zero.
    Stock {
        /// Which stock.
        key: StockKey,
        /// Where.
        account: Account,
        /// By how much, in base units.
        delta: Amount,
    },
    /// A label told something of a lot. Sets what is not known yet; never blanks or replaces.
    Lot {
        /// Whose.
        owner: OwnerId,
        /// Which item.
        item: ItemId,
        /// Which lot.
        lot: LotKey,
        /// Its expiry.
        expiry: Option<Day>,
        /// When it was made.
        produced: Option<Day>,
        /// True when a signed correction replaces the recorded expiry.
        correct: bool,
    },
    /// A serial is now here.
    Serial {
        /// Which.
        serial: SerialKey,
        /// Whose.
        owner: OwnerId,
        /// Which item.
        item: ItemId,
        /// Which lot.
        lot: Option<LotKey>,
        /// From where; the virtual supplier when it is new.
        from: Account,
        /// Where to.
        account: Account,
        /// Its lifecycle there.
        lifecycle: Lifecycle,
    },
    /// A handling unit is now here.
    Plate {
        /// Which.
        plate: PlateId,
        /// Whose goods, as far as known.
        owner: Option<OwnerId>,
        /// Where it stands.
        account: Account,
        /// How its contents are known, if this told it.
        known: Option<ContentsKnown>,
    },
    /// A document's line moved on.
    Line {
        /// Which.
        line: LineKey,
        /// By how much, in base units.
        delta: Amount,
    },
    /// A document was closed, and nothing more is expected on it; or opened again.
    Closed {
        /// Notice, order, …
        kind: DocumentKind,
        /// Which one.
        document: DocumentId,
        /// `done` or `short`; `open` when its closing was undone; an order goes on to `loading:TRAILER` and `shipped`.
        outcome: String,
    },
    /// An exception was opened.
    Opened {
        /// Which.
        exception: ExceptionId,
    },
    /// An exception was settled.
    Settled {
        /// Which.
        exception: ExceptionId,
        /// The word of the resolution.
        how: &'static str,
    },
    /// Something became of a task.
    Task {
        /// Which.
        task: TaskId,
        /// Whose goods it is about.
        owner: OwnerId,
        /// How far it is now.
        assigned: Box<Assigned>,
    },
    /// A block now holds.
    Block(Block),
    /// A block holds no more.
    Unblock(BlockId),
}

/// What the entry of `device` at `position` changes. Pure; the order of the effects is the order to apply them in.
pub fn effects(body: &Body) -> Vec<Effect> {
    let mut out = Vec::new();
    push(body, &mut out);
    out
}

/// What a more restrictive decision changes when it overrules one that had its effect: the line was advanced already, and
/// goods that go back to the supplier no longer fill it. Nothing for any other entry.
pub fn overruling(body: &Body) -> Vec<Effect> {
    let Body::Resolved { resolution, line, .. } = body else {
        return Vec::new();
    };
    let mut out = effects(body);
    out.retain(|effect| !matches!(effect, Effect::Line { .. }));
    if let (Resolution::Reject, Some(line), Some(goods)) = (resolution, line, body.goods()) {
        out.push(Effect::Line {
            line: line.clone(),
            delta: -goods.quantity.base().unwrap_or_default(),
        });
    }
    out
}

/// The name of the exception that the entry at `position` of `device` raises.
pub fn exception_name(device: &DeviceId, position: Position) -> Option<ExceptionId> {
    ExceptionId::new(format!("{device}-{}-{}", position.epoch(), position.seq())).ok()
}

fn push(body: &Body, out: &mut Vec<Effect>) {
    match body {
        Body::Received { goods, to, known, line } => {
            learn(goods, out);
            if let Some(plate) = &goods.plate {
                out.push(Effect::Plate {
                    plate: plate.clone(),
                    owner: Some(goods.owner.clone()),
                    account: to.clone(),
                    known: Some(*known),
                });
            }
            let account = goods.plate.clone().map_or_else(|| to.clone(), Account::Plate);
            transfer(
                goods,
                Account::Virtual(Virtual::Supplier),
                account,
                Lifecycle::Here,
                out,
            );
            advance(line.as_ref(), goods, out);
        }
        Body::Damaged {
            goods, to, line, block, ..
        } => {
            learn(goods, out);
            let supplier = Account::Virtual(Virtual::Supplier);
            transfer(goods, supplier, to.clone(), Lifecycle::Here, out);
            advance(line.as_ref(), goods, out);
            out.push(Effect::Block(block.clone()));
        }
        Body::Picked { goods, from, to, line } => {
            transfer(goods, from.clone(), to.clone(), Lifecycle::Here, out);
            advance(Some(line), goods, out);
        }
        Body::Consumed { goods, from, .. } => inside::consume(goods, from, out),
        Body::Produced { goods, to, .. } => inside::produce(goods, to, out),
        Body::Disposed { goods, from, .. } => inside::dispose(goods, from, out),
        Body::SetAside { goods, from, to, .. } => transfer(goods, from.clone(), to.clone(), Lifecycle::Here, out),
        Body::Adjusted { goods, from, to, .. } => {
            learn(goods, out);
            transfer(goods, from.clone(), to.clone(), lifecycle_at(to), out);
        }
        Body::Lifted { load, from, to }
        | Body::Dropped { load, from, to }
        | Body::Loaded { load, from, to, .. }
        | Body::Packed { load, from, to, .. } => {
            carry(load, from, to, out);
        }
        Body::Shipped { load, from, .. } => carry(load, from, &Account::Virtual(Virtual::Customer), out),
        Body::PlateBuilt { .. } | Body::PlateBroken { .. } => plate::push(body, out),
        Body::Relabelled { goods, at, unit, .. } => relabel::push(goods, at, unit, out),
        Body::LoadBegun { document, at } => out.push(Effect::Closed {
            kind: DocumentKind::Order,
            document: document.clone(),
            outcome: loading_on(at),
        }),
        Body::ShipConfirmed { document, .. } => out.push(Effect::Closed {
            kind: DocumentKind::Order,
            document: document.clone(),
            outcome: SHIPPED.to_owned(),
        }),
        Body::Counted {
            owner,
            item,
            lot,
            level,
            at,
            counted,
            expected,
            by_serial: false,
            confirmed: true,
            opening,
            ..
        } if counted != expected => {
            let delta = counted.minus(*expected);
            let key = StockKey {
                owner: owner.clone(),
                item: item.clone(),
                lot: lot.clone(),
                level: *level,
            };
            out.push(Effect::Stock {
                key: key.clone(),
                account: Account::Virtual(if *opening {
                    Virtual::Opening
                } else {
                    Virtual::Unexplained
                }),
                delta: -delta,
            });
            out.push(Effect::Stock {
                key,
                account: at.clone(),
                delta,
            });
        }
        Body::Recounted { exception, .. } => out.push(Effect::Settled {
            exception: exception.clone(),
            how: "recounted",
        }),
        Body::Raised { exception, .. } => out.push(Effect::Opened {
            exception: exception.clone(),
        }),
        Body::Resolved {
            exception,
            resolution,
            goods,
            at,
            line,
            ..
        } => {
            settle(exception, resolution, goods.as_ref(), at.as_ref(), line.as_ref(), out);
        }
        Body::Closed {
            of, document, outcome, ..
        } => out.push(Effect::Closed {
            kind: *of,
            document: document.clone(),
            outcome: outcome.clone(),
        }),
        Body::Returned { goods, to, blocks, .. } => inbound::returned(goods, to, blocks, out),
        Body::Inspected(inspected) => inbound::inspected(inspected, out),
        Body::Task(tasked) => task::push(tasked, out),
        Body::Blocked { block } => out.push(Effect::Block(block.clone())),
        Body::Released { block, .. }
        | Body::Verified {
            block,
            answer: VerificationAnswer::Active,
            ..
        } => out.push(Effect::Unblock(block.clone())),
        Body::Recalled { adds, drops, .. } => {
            out.extend(drops.iter().map(|part| Effect::Unblock(part.block.clone())));
            out.extend(adds.iter().cloned().map(Effect::Block));
        }
        Body::Undone { body, .. } => undo(body, out),
        Body::Carried { bytes, .. } => {
            if let Ok(entry) = serde_json::from_slice::<crate::entry::Entry>(bytes) {
                push(&entry.body, out);
            }
        }
        Body::Counted { .. }
        | Body::Swept { .. }
        | Body::Measured { .. }
        | Body::Drilled(_)
        | Body::Verified { .. }
        | Body::Seen(_)
        | Body::Refused { .. }
        | Body::SignedIn
        | Body::SignedOut { .. }
        | Body::SignInRefused { .. }
        | Body::Preferred { .. }
        | Body::StaleAccepted { .. }
        | Body::CartonClosed { .. }
        | Body::Printed { .. }
        | Body::PackVerified { .. }
        | Body::Overridden { .. }
        | Body::Shorted { .. }
        | Body::Opened { .. } => {}
    }
}

/// The state of an order that left.
pub const SHIPPED: &str = "shipped";

/// The state of an order that is loaded onto a trailer: `loading:TRAILER-1`.
pub fn loading_on(trailer: &PlaceId) -> String {
    format!("loading:{trailer}")
}

/// The trailer in such a state.
pub fn loads_on(state: &str) -> Option<PlaceId> {
    state.strip_prefix("loading:").and_then(|name| PlaceId::new(name).ok())
}

/// A load goes from one account to another: goods, or a handling unit with all on it.
fn carry(load: &Load, from: &Account, to: &Account, out: &mut Vec<Effect>) {
    match load {
        Load::Goods(goods) => transfer(goods, from.clone(), to.clone(), lifecycle_at(to), out),
        Load::Plate(plate) => out.push(Effect::Plate {
            plate: plate.clone(),
            owner: None,
            account: to.clone(),
            known: None,
        }),
    }
}

/// What being in an account means for a serial. One that nobody can find is expected to turn up.
const fn lifecycle_at(account: &Account) -> Lifecycle {
    match account {
        Account::Place(_) | Account::Plate(_) => Lifecycle::Here,
        Account::Virtual(Virtual::Customer) => Lifecycle::Shipped,
        Account::Virtual(Virtual::Supplier) => Lifecycle::Returned,
        Account::Virtual(Virtual::Consumed) => Lifecycle::Consumed,
        Account::Virtual(Virtual::Disposed) => Lifecycle::Disposed,
        Account::Virtual(Virtual::Produced | Virtual::Opening | Virtual::Unexplained) => Lifecycle::Expected,
    }
}

fn learn(goods: &Goods, out: &mut Vec<Effect>) {
    if let Some(lot) = &goods.lot {
        out.push(Effect::Lot {
            owner: goods.owner.clone(),
            item: goods.item.clone(),
            lot: lot.clone(),
            expiry: goods.expiry,
            produced: goods.produced,
            correct: false,
        });
    }
}

fn transfer(goods: &Goods, from: Account, to: Account, lifecycle: Lifecycle, out: &mut Vec<Effect>) {
    // A quantity that could be captured has a base amount; one from a foreign entry that has none moves nothing and is
    // caught by the gateway's own check of the entry.
    let amount = goods.quantity.base().unwrap_or_default();
    let key = StockKey {
        owner: goods.owner.clone(),
        item: goods.item.clone(),
        lot: goods.lot.clone(),
        level: goods.level,
    };
    let opened = StockKey {
        level: goods.out_of.unwrap_or(goods.level),
        ..key.clone()
    };
    out.push(Effect::Stock {
        key: opened,
        account: from.clone(),
        delta: -amount,
    });
    out.push(Effect::Stock {
        key,
        account: to.clone(),
        delta: amount,
    });
    if let Some(serial) = &goods.serial {
        out.push(Effect::Serial {
            serial: serial.clone(),
            owner: goods.owner.clone(),
            item: goods.item.clone(),
            lot: goods.lot.clone(),
            from,
            account: to,
            lifecycle,
        });
    }
}

fn advance(line: Option<&LineKey>, goods: &Goods, out: &mut Vec<Effect>) {
    if let Some(line) = line {
        out.push(Effect::Line {
            line: line.clone(),
            delta: goods.quantity.base().unwrap_or_default(),
        });
    }
}

fn settle(
    exception: &ExceptionId,
    resolution: &Resolution,
    goods: Option<&Goods>,
    at: Option<&Account>,
    line: Option<&LineKey>,
    out: &mut Vec<Effect>,
) {
    out.push(Effect::Settled {
        exception: exception.clone(),
        how: resolution.as_str(),
    });
    let Some(goods) = goods else { return };
    match resolution {
        Resolution::Accept | Resolution::Relabel => advance(line, goods, out),
        Resolution::CorrectRecord { expiry } => {
            if let Some(lot) = &goods.lot {
                out.push(Effect::Lot {
                    owner: goods.owner.clone(),
                    item: goods.item.clone(),
                    lot: lot.clone(),
                    expiry: Some(*expiry),
                    produced: None,
                    correct: true,
                });
            }
            advance(line, goods, out);
        }
        Resolution::Quarantine { block } => {
            out.push(Effect::Block(block.clone()));
            advance(line, goods, out);
        }
        Resolution::Reject => {
            if let Some(at) = at {
                transfer(
                    goods,
                    at.clone(),
                    Account::Virtual(Virtual::Supplier),
                    Lifecycle::Returned,
                    out,
                );
            }
        }
    }
}

/// The reverse of what `body` did. What was learned stays learned; what moved moves back.
fn undo(body: &Body, out: &mut Vec<Effect>) {
    // What it lets go takes a signature; whoever was wrong revises it again.
    if matches!(body, Body::Recalled { .. }) {
        return;
    }
    let mut forward = Vec::new();
    push(body, &mut forward);
    for effect in forward.into_iter().rev() {
        match effect {
            Effect::Stock { key, account, delta } => out.push(Effect::Stock {
                key,
                account,
                delta: -delta,
            }),
            Effect::Line { line, delta } => out.push(Effect::Line { line, delta: -delta }),
            Effect::Task { task, owner, assigned } => out.push(Effect::Task {
                task,
                owner,
                assigned: Box::new(assigned.undone()),
            }),
            Effect::Serial { serial, .. } if matches!(body, Body::Relabelled { unit, .. } if *unit == serial) => {
                relabel::burn(body, out);
            }
            Effect::Serial {
                serial,
                owner,
                item,
                lot,
                from,
                account,
                ..
            } => {
                let lifecycle = match &from {
                    // A return that was none: it is still with the customer.
                    Account::Virtual(Virtual::Customer) => Lifecycle::Shipped,
                    from if from.is_physical() => Lifecycle::Here,
                    _ => Lifecycle::Expected,
                };
                out.push(Effect::Serial {
                    serial,
                    owner,
                    item,
                    lot,
                    from: account,
                    account: from,
                    lifecycle,
                });
            }
            Effect::Plate { .. } if matches!(body, Body::PlateBuilt { .. } | Body::PlateBroken { .. }) => {
                plate::undo(body, out);
            }
            Effect::Plate {
                plate, owner, account, ..
            } => {
                let back = match body {
                    Body::Lifted { from, .. }
                    | Body::Dropped { from, .. }
                    | Body::Loaded { from, .. }
                    | Body::Packed { from, .. }
                    | Body::Shipped { from, .. } => from.clone(),
                    // It was never here: it may come again.
                    Body::Received { .. } => Account::Virtual(Virtual::Supplier),
                    _ => account,
                };
                out.push(Effect::Plate {
                    plate,
                    owner,
                    account: back,
                    known: None,
                });
            }
            Effect::Block(block) => out.push(Effect::Unblock(block.block)),
            Effect::Closed { kind, document, .. } => out.push(Effect::Closed {
                kind,
                document,
                outcome: match body {
                    Body::ShipConfirmed { at, .. } => loading_on(at),
                    Body::LoadBegun { .. } => "done".to_owned(),
                    _ => "open".to_owned(),
                },
            }),
            Effect::Lot { .. } | Effect::Opened { .. } | Effect::Settled { .. } | Effect::Unblock(_) => {}
        }
    }
}

/// Sum of all stock legs among `effects`: zero, always.
pub fn balance(effects: &[Effect]) -> Amount {
    effects
        .iter()
        .filter_map(|e| {
            if let Effect::Stock { delta, .. } = e {
                Some(*delta)
            } else {
                None
            }
        })
        .sum()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::entry::{EntryRef, Hash};
    use crate::model::{LineId, LotNumber, PlaceId, Quantity, Unit};
    use std::collections::BTreeMap;

    fn goods() -> Goods {
        Goods {
            owner: OwnerId::new("ACME").unwrap(),
            item: ItemId::new("P500").unwrap(),
            level: Level::Case,
            quantity: Quantity::one(Unit("CS".into()), 12),
            weight: None,
            lot: Some(LotKey::of(LotNumber::new("L1").unwrap())),
            supplier_lot: None,
            expiry: Some("2028-03-31".parse().unwrap()),
            produced: None,
            serial: None,
            plate: None,
            out_of: None,
        }
    }

    fn place(name: &str) -> Account {
        Account::Place(PlaceId::new(name).unwrap())
    }

    fn received() -> Body {
        Body::Received {
            goods: goods(),
            to: place("DOCK-1"),
            known: ContentsKnown::Scanned,
            line: Some(LineKey {
                kind: DocumentKind::Notice,
                document: DocumentId::new("80041").unwrap(),
                line: LineId::new("1").unwrap(),
            }),
        }
    }

    fn picture(bodies: &[Body]) -> BTreeMap<String, i64> {
        let mut rows = BTreeMap::new();
        for body in bodies {
            for effect in effects(body) {
                match effect {
                    Effect::Stock { account, delta, .. } => {
                        *rows.entry(account.to_string()).or_default() += delta.micros();
                    }
                    Effect::Line { line, delta } => {
                        *rows.entry(format!("line {}", line.line)).or_default() += delta.micros();
                    }
                    _ => {}
                }
            }
        }
        rows.retain(|_, n| *n != 0);
        rows
    }

    #[test]
    fn every_fact_is_balanced_and_its_undo_restores_the_picture() {
        let moves = [
            received(),
            Body::Lifted {
                load: Load::Goods(goods()),
                from: place("DOCK-1"),
                to: place("CART-1"),
            },
            Body::Dropped {
                load: Load::Goods(goods()),
                from: place("CART-1"),
                to: place("A-01"),
            },
        ];
        for (n, body) in moves.iter().enumerate() {
            assert_eq!(balance(&effects(body)), Amount::ZERO);
            let undone = Body::Undone {
                entry: EntryRef {
                    device: DeviceId::new("d").unwrap(),
                    epoch: 1,
                    seq: 1,
                    hash: Hash::default(),
                },
                body: Box::new(body.clone()),
            };
            assert_eq!(balance(&effects(&undone)), Amount::ZERO);
            let before = picture(&moves[..n]);
            let mut all = moves[..=n].to_vec();
            all.push(undone);
            assert_eq!(picture(&all), before, "undo of {}", body.kind());
        }
        assert_eq!(picture(&moves)["place:A-01"], Amount::whole(12).micros());
        assert_eq!(picture(&moves)["virtual:supplier"], -Amount::whole(12).micros());
    }

    #[test]
    fn goods_received_on_a_plate_stand_on_the_plate_and_the_plate_at_the_dock() {
        let plate = PlateId::new("003456789012345675").unwrap();
        let mut on_plate = goods();
        on_plate.plate = Some(plate.clone());
        let Body::Received { to, known, line, .. } = received() else {
            unreachable!()
        };
        let all = effects(&Body::Received {
            goods: on_plate,
            to,
            known,
            line,
        });
        assert!(
            all.iter()
                .any(|e| matches!(e, Effect::Plate { account, .. } if *account == place("DOCK-1")))
        );
        assert!(all.iter().any(
            |e| matches!(e, Effect::Stock { account: Account::Plate(p), delta, .. } if *p == plate && delta.is_positive())
        ));
    }
}
