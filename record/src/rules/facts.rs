//! The rules: each variant holds its facts, `judge` says what follows.

use super::Judgement;
use super::release::{block_reason, may_release};
use crate::model::{
    Account, Amount, Block, BlockId, BlockKind, Day, DocumentId, ItemId, Lifecycle, LotNumber, OwnerId, PlaceId,
    Quantity, Role, Rotation, Tracking,
};
use crate::text::{Arg, Message};
use serde::{Deserialize, Serialize};

/// What the goods are wanted for. A recall stops some uses and allows others (domain §6).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Purpose {
    /// Taking in.
    Receive,
    /// Moving inside the warehouse.
    Move,
    /// Picking for an order.
    Pick,
    /// Leaving the warehouse.
    Ship,
}

impl Purpose {
    const fn is_outbound(self) -> bool {
        matches!(self, Purpose::Pick | Purpose::Ship)
    }
}

/// A rule with its facts. Written into entries, so a variant's fields never change meaning.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "rule", rename_all = "snake_case")]
pub enum Facts {
    /// The code must belong to exactly one item of the owners this person works for.
    KnownItem {
        /// The GTIN or other item key on the label.
        key: String,
        /// Owners whose items carry it.
        owners: Vec<OwnerId>,
    },
    /// A scan must carry what the item's tracking mode asks for (B3).
    Mandatory {
        /// The item's tracking mode.
        tracking: Tracking,
        /// Whether this pack level carries serials.
        serial_level: bool,
        /// Whether the item expires.
        expires: bool,
        /// The label has a lot.
        lot: bool,
        /// The label has a serial.
        serial: bool,
        /// The label or the record has an expiry.
        expiry: bool,
    },
    /// The document must ask for the item.
    OnDocument {
        /// The document.
        document: DocumentId,
        /// The item's name.
        item: String,
        /// Whether it has an open or full line for it.
        listed: bool,
    },
    /// The line may not be over-filled beyond the policy's tolerance.
    Tolerance {
        /// Expected, in base units.
        expected: Amount,
        /// Already there.
        done: Amount,
        /// To be added.
        adding: Amount,
        /// Percent that may come over.
        over_percent: u32,
        /// As the person sees it.
        shown: Quantity,
    },
    /// At receipt there must be enough shelf life left (C2).
    ShelfLife {
        /// On the label.
        expiry: Day,
        /// Today, at the site.
        today: Day,
        /// Days that must be left.
        min_days: u32,
        /// The lot.
        lot: Option<LotNumber>,
    },
    /// A known lot has one expiry; another one on a label is a stop (domain §2).
    ExpiryContradiction {
        /// The lot.
        lot: LotNumber,
        /// On the label.
        label: Day,
        /// In the record.
        known: Option<Day>,
        /// Base units in stock with the recorded expiry.
        units: Amount,
    },
    /// A serial is in at most one place (B4).
    SerialUnique {
        /// The serial as printed.
        serial: String,
        /// Where the record has it.
        at: Option<Account>,
        /// Its lifecycle there.
        lifecycle: Option<Lifecycle>,
    },
    /// A serial to be moved must be where it is taken from.
    SerialHere {
        /// The serial as printed.
        serial: String,
        /// From where it is taken.
        from: Account,
        /// Where the record has it.
        at: Option<Account>,
    },
    /// Blocks stop what they forbid.
    Blocked {
        /// What for.
        purpose: Purpose,
        /// What is meant, as the person sees it.
        subject: String,
        /// Every open block that covers it.
        blocks: Vec<Block>,
    },
    /// Expired goods do not leave; nor do those with less than the asked shelf life (C2).
    Expiry {
        /// The lot.
        lot: Option<LotNumber>,
        /// Its expiry.
        expiry: Day,
        /// Today, at the site, at the pessimistic end of the trusted time.
        today: Day,
        /// Days that must be left.
        min_days: u32,
        /// What for.
        purpose: Purpose,
        /// Days before expiry at which to point it out.
        alert_days: u32,
    },
    /// Stock leaves in the item's order of rotation, judged on this device's picture (C1).
    Rotation {
        /// FEFO, FIFO or none.
        method: Rotation,
        /// The lot in the hand.
        lot: Option<LotNumber>,
        /// Its rotation day: expiry (FEFO) or receipt day (FIFO).
        day: Option<Day>,
        /// The lot that should leave first.
        first: Option<LotNumber>,
        /// Its rotation day.
        first_day: Option<Day>,
        /// Where it lies.
        first_place: Option<PlaceId>,
        /// The warehouse's own system allocated the lot: rotation then only warns.
        allocated: bool,
    },
    /// The scanned place must be the asked one.
    RightPlace {
        /// Asked.
        asked: PlaceId,
        /// Scanned.
        scanned: PlaceId,
        /// Another place is fine when false is not meant strictly (put-away).
        strict: bool,
    },
    /// A place with check digits is confirmed by them: they stand at the bin and on no list (domain §2).
    CheckDigits {
        /// The place.
        place: PlaceId,
        /// What stands there.
        asked: String,
        /// What was entered or scanned.
        entered: String,
    },
    /// A serial that has left, or is used up or destroyed, is not moved as if it were here.
    SerialStatus {
        /// The serial as printed.
        serial: String,
        /// Its lifecycle, if the record knows it.
        lifecycle: Option<Lifecycle>,
    },
    /// Blocked goods may be moved, but stand nowhere but in a cage; and nothing is added to a blocked place (domain §6).
    MayStand {
        /// What, as the person sees it.
        subject: String,
        /// Open blocks on the goods, or on the place they were taken from.
        blocks: Vec<Block>,
        /// Where it would stand.
        place: PlaceId,
        /// Whether that is a cage.
        cage: bool,
        /// Open blocks on that place.
        place_blocks: Vec<Block>,
        /// A handling unit of which nobody knows what is on it.
        #[serde(default, skip_serializing_if = "std::ops::Not::not")]
        contents_unknown: bool,
    },
    /// What is adjusted without a second person stays within the policy's limit.
    AdjustLimit {
        /// Base units adjusted in this go already.
        booked: Amount,
        /// To be added.
        adding: Amount,
        /// Base units that one person may adjust.
        limit: Amount,
        /// Whether a second person signed.
        signed: bool,
    },
    /// What one person may not do alone is signed by another one, whose role may.
    SecondPerson {
        /// What is signed: `adjust`.
        act: String,
        /// The role of who signs.
        role: Role,
        /// Whether it is the person who did it.
        same: bool,
        /// Whether who signs works for this owner.
        in_scope: bool,
    },
    /// A count stands within the policy's tolerance, or when another person counted again.
    CountTolerance {
        /// Which item.
        item: ItemId,
        /// Base units that were counted.
        counted: Amount,
        /// Base units that the record has.
        expected: Amount,
        /// Base units by which it may differ.
        units: Amount,
        /// Percent of the record by which it may differ.
        percent: u32,
        /// Whether this is the count of another person.
        recount: bool,
    },
    /// A count of serials stands when each is where the record has it, or when another person counted again.
    CountSerials {
        /// Serials that are here and were not counted, or were counted and are not here.
        differing: usize,
        /// Whether this is the count of another person.
        recount: bool,
    },
    /// A count outside of the tolerance is counted again by another person.
    OtherCounter {
        /// Whether it is the person who counted first.
        same: bool,
    },
    /// Goods are loaded and shipped only by a recall list that is young enough, unless a second person signed (domain §5).
    RecallList {
        /// Minutes since the list was known to be complete; absent when it never was.
        age_min: Option<u64>,
        /// Minutes that it may be old.
        limit_min: u64,
        /// Whether a second person signed the exception.
        signed: bool,
    },
    /// A handling unit leaves only when it is known what is on it: it never passes a recall check silently (domain §6).
    KnownContents {
        /// The handling unit.
        subject: String,
        /// Whether it is known.
        known: bool,
    },
    /// A trailer takes one order at a time.
    TrailerFree {
        /// The trailer.
        trailer: PlaceId,
        /// The other order that is on it.
        other: Option<DocumentId>,
    },
    /// No more than an order asks for leaves with it.
    OpenLoad {
        /// The item's name.
        item: String,
        /// Asked by all lines of the order, in base units.
        asked: Amount,
        /// On the trailer, in base units.
        loaded: Amount,
        /// To be added.
        adding: Amount,
    },
    /// A trailer leaves with a seal, where the policy asks for one.
    Sealed {
        /// The seal.
        seal: Option<String>,
        /// Whether the policy asks for one.
        required: bool,
    },
    /// Less than ordered leaves only when a person confirmed it.
    ShipShort {
        /// Lines that are not full.
        lines: usize,
        /// Base units that are missing.
        missing: Amount,
        /// Whether it was confirmed.
        confirmed: bool,
    },
    /// The scanned item must be the asked one.
    RightItem {
        /// Asked, as the person sees it.
        asked: String,
        /// Scanned, as the person sees it.
        scanned: String,
        /// Whether they are the same.
        same: bool,
    },
    /// No more than is open may be picked.
    OpenQuantity {
        /// Asked, in base units.
        asked: Amount,
        /// Already there.
        done: Amount,
        /// To be added.
        adding: Amount,
    },
    /// The record must hold the goods where they are taken from; if not, a person may still be right.
    InStock {
        /// What, as the person sees it.
        subject: String,
        /// From where.
        from: Account,
        /// How much the record holds there.
        held: Amount,
        /// How much is taken.
        taking: Amount,
    },
    /// Goods nobody told this device about are accepted from their label (domain §8).
    Origin {
        /// What, as the person sees it.
        subject: String,
        /// Whether the record knows where it came from.
        known: bool,
    },
    /// A label whose separators may be lost counts only if what the record knows leaves one way to read it (A3).
    OneReading {
        /// Every way to read it, in brackets.
        readings: Vec<String>,
        /// How many of them name an item, lot and serial that the record knows.
        fitting: usize,
        /// The one that was taken.
        taken: Option<String>,
    },
    /// Who may release a block (domain §6, §7), and never one they placed themselves.
    Release {
        /// Which.
        block: BlockId,
        /// Why it was placed.
        kind: BlockKind,
        /// The role of who signs.
        role: Role,
        /// Whether the same person placed it.
        own: bool,
        /// Whether the person may work for the owner of what it covers.
        in_scope: bool,
    },
    /// Who may settle what (domain §7), and never over one's own scan.
    Authority {
        /// The exception's code.
        exception: String,
        /// The chosen way.
        resolution: String,
        /// The role of who decides.
        role: Role,
        /// Whether the same person made the scan.
        own_scan: bool,
        /// Whether the person may work for this owner.
        in_scope: bool,
    },
}

fn message(id: &'static str) -> Message {
    Message::new(id)
}

impl Facts {
    /// The rule's name on the wire.
    pub const fn rule(&self) -> &'static str {
        match self {
            Facts::KnownItem { .. } => "known_item",
            Facts::Mandatory { .. } => "mandatory",
            Facts::OnDocument { .. } => "on_document",
            Facts::Tolerance { .. } => "tolerance",
            Facts::ShelfLife { .. } => "shelf_life",
            Facts::ExpiryContradiction { .. } => "expiry_contradiction",
            Facts::SerialUnique { .. } => "serial_unique",
            Facts::SerialHere { .. } => "serial_here",
            Facts::Blocked { .. } => "blocked",
            Facts::Expiry { .. } => "expiry",
            Facts::Rotation { .. } => "rotation",
            Facts::RightPlace { .. } => "right_place",
            Facts::CheckDigits { .. } => "check_digits",
            Facts::SerialStatus { .. } => "serial_status",
            Facts::MayStand { .. } => "may_stand",
            Facts::AdjustLimit { .. } => "adjust_limit",
            Facts::SecondPerson { .. } => "second_person",
            Facts::CountTolerance { .. } => "count_tolerance",
            Facts::CountSerials { .. } => "count_serials",
            Facts::OtherCounter { .. } => "other_counter",
            Facts::RecallList { .. } => "recall_list",
            Facts::KnownContents { .. } => "known_contents",
            Facts::TrailerFree { .. } => "trailer_free",
            Facts::OpenLoad { .. } => "open_load",
            Facts::Sealed { .. } => "sealed",
            Facts::ShipShort { .. } => "ship_short",
            Facts::RightItem { .. } => "right_item",
            Facts::OpenQuantity { .. } => "open_quantity",
            Facts::InStock { .. } => "in_stock",
            Facts::Origin { .. } => "origin",
            Facts::OneReading { .. } => "one_reading",
            Facts::Release { .. } => "release",
            Facts::Authority { .. } => "authority",
        }
    }

    /// What follows from the facts. Pure: the same facts give the same word for ever (within one rule version).
    pub fn judge(&self) -> Judgement {
        match self {
            Facts::KnownItem { key, owners } => match owners.len() {
                0 => Judgement::stop(message("stop-unknown-item").with("key", Arg::text(key))),
                1 => Judgement::ACCEPT,
                n => Judgement::stop(
                    message("stop-several-owners")
                        .with("key", Arg::text(key))
                        .with("count", Arg::count(n)),
                ),
            },
            Facts::Mandatory {
                tracking,
                serial_level,
                expires,
                lot,
                serial,
                expiry,
            } => {
                if tracking.needs_lot() && !lot {
                    Judgement::stop(message("stop-lot-missing"))
                } else if tracking.needs_serial() && *serial_level && !serial {
                    Judgement::stop(message("stop-serial-missing"))
                } else if *expires && !expiry {
                    Judgement::stop(message("stop-expiry-missing"))
                } else {
                    Judgement::ACCEPT
                }
            }
            Facts::OnDocument { document, item, listed } => {
                if *listed {
                    Judgement::ACCEPT
                } else {
                    Judgement::stop(
                        message("stop-not-on-document")
                            .with("document", Arg::text(document))
                            .with("item", Arg::text(item)),
                    )
                }
            }
            Facts::Tolerance {
                expected,
                done,
                adding,
                over_percent,
                shown,
            } => {
                let over = i128::from(expected.micros()) * i128::from(100 + *over_percent) / 100;
                if i128::from(done.micros()) + i128::from(adding.micros()) <= over {
                    Judgement::ACCEPT
                } else {
                    Judgement::stop(
                        message("stop-over-receipt")
                            .with("expected", Arg::amount(*expected))
                            .with("done", Arg::amount(*done))
                            .with("adding", Arg::text(shown)),
                    )
                }
            }
            Facts::ShelfLife {
                expiry,
                today,
                min_days,
                lot,
            } => {
                let left = (*expiry - *today).num_days();
                let base = |id| {
                    message(id)
                        .with("lot", Arg::text(lot.as_ref().map_or("-", LotNumber::as_str)))
                        .with("expiry", Arg::Day(*expiry))
                        .with("left", Arg::Number(left))
                        .with("need", Arg::Number(i64::from(*min_days)))
                };
                if left < 0 {
                    Judgement::stop(base("stop-expired-at-receipt"))
                } else if left < i64::from(*min_days) {
                    Judgement::stop(base("stop-short-shelf-life"))
                } else {
                    Judgement::ACCEPT
                }
            }
            Facts::ExpiryContradiction {
                lot,
                label,
                known,
                units,
            } => match known {
                Some(known) if known != label => Judgement::stop(
                    message("stop-expiry-contradiction")
                        .with("lot", Arg::text(lot))
                        .with("label", Arg::Day(*label))
                        .with("known", Arg::Day(*known))
                        .with("units", Arg::amount(*units)),
                ),
                _ => Judgement::ACCEPT,
            },
            Facts::SerialUnique { serial, at, lifecycle } => match (at, lifecycle) {
                (Some(at), Some(Lifecycle::Here)) => Judgement::stop(
                    message("stop-serial-known")
                        .with("serial", Arg::text(serial))
                        .with("at", Arg::account(at)),
                ),
                (_, Some(Lifecycle::Shipped)) => {
                    Judgement::stop(message("stop-serial-shipped").with("serial", Arg::text(serial)))
                }
                _ => Judgement::ACCEPT,
            },
            Facts::SerialHere { serial, from, at } => match at {
                Some(at) if at != from => Judgement::warn(
                    message("warn-serial-elsewhere")
                        .with("serial", Arg::text(serial))
                        .with("at", Arg::account(at))
                        .with("from", Arg::account(from)),
                ),
                _ => Judgement::ACCEPT,
            },
            Facts::Blocked {
                purpose,
                subject,
                blocks,
            } => judge_blocks(*purpose, subject, blocks),
            Facts::Expiry {
                lot,
                expiry,
                today,
                min_days,
                purpose,
                alert_days,
            } => {
                let left = (*expiry - *today).num_days();
                let base = |id| {
                    message(id)
                        .with("lot", Arg::text(lot.as_ref().map_or("-", LotNumber::as_str)))
                        .with("expiry", Arg::Day(*expiry))
                        .with("left", Arg::Number(left))
                        .with("need", Arg::Number(i64::from(*min_days)))
                };
                if left < 0 && purpose.is_outbound() {
                    Judgement::stop(base("stop-expired"))
                } else if left < i64::from(*min_days) && purpose.is_outbound() {
                    Judgement::stop(base("stop-short-shelf-life"))
                } else if left < 0 {
                    Judgement::warn(base("warn-expired"))
                } else if left < i64::from(*alert_days) {
                    Judgement::warn(base("warn-expires-soon"))
                } else {
                    Judgement::ACCEPT
                }
            }
            Facts::Rotation {
                method,
                lot,
                day,
                first,
                first_day,
                first_place,
                allocated,
            } => {
                let later = match (day, first_day) {
                    (Some(day), Some(first_day)) => day > first_day,
                    (None, Some(_)) => true,
                    _ => false,
                };
                if *method == Rotation::None || !later || lot == first {
                    return Judgement::ACCEPT;
                }
                let words = |id| {
                    message(id)
                        .with("lot", Arg::text(lot.as_ref().map_or("-", LotNumber::as_str)))
                        .with("first", Arg::text(first.as_ref().map_or("-", LotNumber::as_str)))
                        .with("place", Arg::text(first_place.as_ref().map_or("-", PlaceId::as_str)))
                        .with("method", Arg::text(method.as_str()))
                        .maybe("day", day.map(Arg::Day))
                        .maybe("firstday", first_day.map(Arg::Day))
                };
                if *allocated {
                    Judgement::warn(words("warn-rotation-allocated"))
                } else {
                    Judgement::stop(words("stop-rotation"))
                }
            }
            Facts::RightPlace { asked, scanned, strict } => {
                let words = |id| {
                    message(id)
                        .with("asked", Arg::text(asked))
                        .with("scanned", Arg::text(scanned))
                };
                match (asked == scanned, strict) {
                    (true, _) => Judgement::ACCEPT,
                    (false, true) => Judgement::stop(words("stop-wrong-place")),
                    (false, false) => Judgement::warn(words("warn-other-place")),
                }
            }
            Facts::CheckDigits { place, asked, entered } => {
                if asked == entered {
                    Judgement::ACCEPT
                } else {
                    Judgement::stop(
                        message("stop-check-digits")
                            .with("place", Arg::text(place))
                            .with("entered", Arg::text(entered)),
                    )
                }
            }
            Facts::SerialStatus { serial, lifecycle } => match lifecycle {
                Some(Lifecycle::Shipped) => {
                    Judgement::stop(message("stop-serial-shipped").with("serial", Arg::text(serial)))
                }
                Some(gone @ (Lifecycle::Consumed | Lifecycle::Disposed)) => Judgement::stop(
                    message("stop-serial-gone")
                        .with("serial", Arg::text(serial))
                        .with("status", Arg::text(gone.as_str())),
                ),
                _ => Judgement::ACCEPT,
            },
            Facts::MayStand {
                subject,
                blocks,
                place,
                cage,
                place_blocks,
                contents_unknown,
            } => judge_standing(subject, blocks, (place, *cage), place_blocks, *contents_unknown),
            Facts::AdjustLimit {
                booked,
                adding,
                limit,
                signed,
            } => {
                if *signed || booked.plus(*adding) <= *limit {
                    Judgement::ACCEPT
                } else {
                    Judgement::stop(message("stop-adjust-limit").with("limit", Arg::amount(*limit)))
                }
            }
            Facts::SecondPerson {
                act,
                role,
                same,
                in_scope,
            } => {
                if *same {
                    Judgement::stop(message("stop-same-person"))
                } else if !may_sign(act, *role) {
                    Judgement::stop(message("stop-no-authority").with("role", Arg::text(role.as_str())))
                } else if !*in_scope {
                    Judgement::stop(message("stop-out-of-scope"))
                } else {
                    Judgement::ACCEPT
                }
            }
            Facts::CountTolerance {
                counted,
                expected,
                units,
                percent,
                recount,
                ..
            } => {
                let off = i128::from(counted.micros()) - i128::from(expected.micros());
                let share = i128::from(expected.micros()).abs() * i128::from(*percent) / 100;
                if *recount || off.abs() <= share.max(i128::from(units.micros())) {
                    Judgement::ACCEPT
                } else {
                    Judgement::stop(message("stop-count-differs"))
                }
            }
            Facts::CountSerials { differing, recount } => {
                if *recount || *differing == 0 {
                    Judgement::ACCEPT
                } else {
                    Judgement::stop(message("stop-count-differs"))
                }
            }
            Facts::OtherCounter { same } => {
                if *same {
                    Judgement::stop(message("stop-own-count"))
                } else {
                    Judgement::ACCEPT
                }
            }
            Facts::RecallList {
                age_min,
                limit_min,
                signed,
            } => judge_recall_list(*age_min, *limit_min, *signed),
            Facts::KnownContents { subject, known } => {
                if *known {
                    Judgement::ACCEPT
                } else {
                    Judgement::stop(message("stop-contents-unknown").with("subject", Arg::text(subject)))
                }
            }
            Facts::TrailerFree { trailer, other } => match other {
                None => Judgement::ACCEPT,
                Some(other) => Judgement::stop(
                    message("stop-trailer-taken")
                        .with("trailer", Arg::text(trailer))
                        .with("document", Arg::text(other)),
                ),
            },
            Facts::OpenLoad {
                item,
                asked,
                loaded,
                adding,
            } => {
                if loaded.plus(*adding) <= *asked {
                    Judgement::ACCEPT
                } else {
                    Judgement::stop(
                        message("stop-over-load")
                            .with("item", Arg::text(item))
                            .with("asked", Arg::amount(*asked))
                            .with("total", Arg::amount(loaded.plus(*adding))),
                    )
                }
            }
            Facts::Sealed { seal, required } => {
                if seal.is_some() || !*required {
                    Judgement::ACCEPT
                } else {
                    Judgement::stop(message("stop-no-seal"))
                }
            }
            Facts::ShipShort {
                lines,
                missing,
                confirmed,
            } => {
                let words = |id| message(id).with("missing", Arg::amount(*missing));
                match (*lines, *confirmed) {
                    (0, _) => Judgement::ACCEPT,
                    (_, true) => Judgement::warn(words("warn-shipped-short")),
                    (_, false) => Judgement::stop(words("stop-ship-short")),
                }
            }
            Facts::RightItem { asked, scanned, same } => {
                if *same {
                    Judgement::ACCEPT
                } else {
                    Judgement::stop(
                        message("stop-wrong-item")
                            .with("asked", Arg::text(asked))
                            .with("scanned", Arg::text(scanned)),
                    )
                }
            }
            Facts::OpenQuantity { asked, done, adding } => {
                if done.plus(*adding) <= *asked {
                    Judgement::ACCEPT
                } else {
                    Judgement::stop(
                        message("stop-over-pick")
                            .with("asked", Arg::amount(*asked))
                            .with("done", Arg::amount(*done))
                            .with("adding", Arg::amount(*adding)),
                    )
                }
            }
            Facts::InStock {
                subject,
                from,
                held,
                taking,
            } => {
                if held >= taking {
                    Judgement::ACCEPT
                } else {
                    Judgement::warn(
                        message("warn-not-in-stock")
                            .with("subject", Arg::text(subject))
                            .with("from", Arg::account(from))
                            .with("held", Arg::amount(*held)),
                    )
                }
            }
            Facts::Origin { subject, known } => {
                if *known {
                    Judgement::ACCEPT
                } else {
                    Judgement::warn(message("warn-origin-unknown").with("subject", Arg::text(subject)))
                }
            }
            Facts::OneReading {
                readings,
                fitting,
                taken,
            } => {
                if *fitting == 1 && taken.is_some() {
                    Judgement::ACCEPT
                } else {
                    Judgement::stop(message("stop-ambiguous-label").with("count", Arg::count(readings.len())))
                }
            }
            Facts::Release {
                block,
                kind,
                role,
                own,
                in_scope,
            } => {
                if !may_release(*kind, *role) {
                    Judgement::stop(message("stop-no-authority").with("role", Arg::text(role.as_str())))
                } else if *own {
                    Judgement::stop(message("stop-own-block").with("block", Arg::text(block)))
                } else if !*in_scope {
                    Judgement::stop(message("stop-out-of-scope"))
                } else {
                    Judgement::ACCEPT
                }
            }
            Facts::Authority {
                exception,
                resolution,
                role,
                own_scan,
                in_scope,
            } => {
                if !may_resolve(exception, resolution, *role) {
                    Judgement::stop(message("stop-no-authority").with("role", Arg::text(role.as_str())))
                } else if *own_scan {
                    Judgement::stop(message("stop-own-scan"))
                } else if !*in_scope {
                    Judgement::stop(message("stop-out-of-scope"))
                } else {
                    Judgement::ACCEPT
                }
            }
        }
    }
}

/// The matrix stop × role × allowed resolution (domain §7), as data: exception code, ways out, roles that may choose
/// each.
pub(super) const MAY_RESOLVE: &[(&str, &[&str], &[Role])] = &[
    (
        "expiry_contradiction",
        &["quarantine", "correct_record", "relabel", "reject"],
        &[Role::Supervisor, Role::Quality],
    ),
    (
        "shelf_life",
        &["accept", "quarantine", "reject"],
        &[Role::Supervisor, Role::Quality],
    ),
    ("tolerance", &["accept", "quarantine", "reject"], &[Role::Supervisor]),
    ("on_document", &["accept", "quarantine", "reject"], &[Role::Supervisor]),
    (
        "serial_unique",
        &["quarantine", "reject"],
        &[Role::Supervisor, Role::Quality],
    ),
    ("blocked", &["quarantine", "reject"], &[Role::Quality]),
    (
        "disputed_serial",
        &["quarantine", "accept"],
        &[Role::Supervisor, Role::Quality],
    ),
    // Another person's count settles it; a supervisor may let the record stand.
    ("count", &["accept"], &[Role::Supervisor]),
    // What the gateway finds in an entry: it stands as recorded, and somebody has seen why it should not have been.
    ("block_unknown", &["accept"], &[Role::Supervisor, Role::Quality]),
    ("exception_settled", &["accept"], &[Role::Supervisor, Role::Quality]),
    ("exception_unknown", &["accept"], &[Role::Supervisor, Role::Quality]),
    ("no_authority", &["accept"], &[Role::Supervisor, Role::Quality]),
    ("undo_differs", &["accept"], &[Role::Supervisor]),
    ("undo_unknown", &["accept"], &[Role::Supervisor]),
    ("undone_twice", &["accept"], &[Role::Supervisor]),
    ("verdict_disagrees", &["accept"], &[Role::Supervisor]),
    ("wms_refused", &["accept"], &[Role::Supervisor]),
];

/// Who may sign, as the second person, what one person may not do alone.
const MAY_SIGN: &[(&str, &[Role])] = &[("adjust", &[Role::Supervisor]), ("recall-list", &[Role::Supervisor])];

fn may_sign(act: &str, role: Role) -> bool {
    MAY_SIGN
        .iter()
        .any(|(signed, roles)| *signed == act && roles.contains(&role))
}

/// The ways out of an exception that `role` may choose, in the order shown: the safe one first.
pub(crate) fn ways_out(exception: &str, role: Role) -> impl Iterator<Item = &'static str> {
    MAY_RESOLVE
        .iter()
        .filter(move |(code, _, roles)| *code == exception && roles.contains(&role))
        .flat_map(|(_, ways, _)| ways.iter().copied())
}

fn may_resolve(exception: &str, resolution: &str, role: Role) -> bool {
    ways_out(exception, role).any(|way| way == resolution)
}

fn judge_blocks(purpose: Purpose, subject: &str, blocks: &[Block]) -> Judgement {
    // A recall is named before anything else: nobody overrides it.
    let Some(block) = blocks.iter().min_by_key(|b| b.kind != BlockKind::Recall) else {
        return Judgement::ACCEPT;
    };
    let words = |id| {
        message(id)
            .with("subject", Arg::text(subject))
            .with("block", Arg::text(&block.block))
            .with("kind", Arg::text(block.kind.as_str()))
            .with("reason", block_reason(&block.reason))
    };
    match (block.kind, purpose) {
        (BlockKind::Recall, Purpose::Pick | Purpose::Ship | Purpose::Receive) => {
            Judgement::stop(words("stop-recalled"))
        }
        (_, Purpose::Pick) => Judgement::stop(words("stop-blocked")),
        (_, Purpose::Ship) => Judgement::stop(words("stop-blocked-load")),
        _ => Judgement::warn(words("warn-blocked")),
    }
}

fn judge_recall_list(age_min: Option<u64>, limit_min: u64, signed: bool) -> Judgement {
    let number = |n: u64| Arg::Number(i64::try_from(n).unwrap_or(i64::MAX));
    let words = |id, age: u64| {
        message(id)
            .with("hours", number(age / 60))
            .with("minutes", number(age % 60))
            .with("limit", number(limit_min / 60))
    };
    match (age_min, signed) {
        (Some(age), _) if age <= limit_min => Judgement::ACCEPT,
        (Some(age), true) => Judgement::warn(words("warn-list-old", age)),
        (Some(age), false) => Judgement::stop(words("stop-list-old", age)),
        (None, true) => Judgement::warn(message("warn-no-list")),
        (None, false) => Judgement::stop(message("stop-no-list")),
    }
}

fn judge_standing(
    subject: &str,
    blocks: &[Block],
    (place, cage): (&PlaceId, bool),
    place_blocks: &[Block],
    contents_unknown: bool,
) -> Judgement {
    let words = |id, subject: &str, block: &Block| {
        message(id)
            .with("subject", Arg::text(subject))
            .with("block", Arg::text(&block.block))
            .with("kind", Arg::text(block.kind.as_str()))
            .with("reason", block_reason(&block.reason))
    };
    match (
        cage,
        blocks.iter().min_by_key(|b| b.kind != BlockKind::Recall),
        place_blocks.first(),
    ) {
        (false, Some(block), _) => Judgement::stop(words("stop-blocked-goods", subject, block)),
        (false, None, Some(block)) => Judgement::stop(words("stop-blocked-place", place.as_str(), block)),
        (false, None, None) if contents_unknown => {
            Judgement::warn(message("warn-contents-unknown").with("subject", Arg::text(subject)))
        }
        (true, ..) | (false, None, None) => Judgement::ACCEPT,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{BlockId, ItemId, Scope};
    use crate::rules::Outcome;

    fn day(text: &str) -> Day {
        text.parse().unwrap()
    }

    fn lot(text: &str) -> LotNumber {
        LotNumber::new(text).unwrap()
    }

    #[test]
    fn an_expired_lot_cannot_be_picked_but_may_be_moved() {
        let at = |purpose, expiry: &str| {
            Facts::Expiry {
                lot: Some(lot("A")),
                expiry: day(expiry),
                today: day("2026-11-21"),
                min_days: 0,
                purpose,
                alert_days: 30,
            }
            .judge()
            .outcome
        };
        assert_eq!(at(Purpose::Pick, "2026-11-20"), Outcome::Stop);
        assert_eq!(
            at(Purpose::Pick, "2026-11-21"),
            Outcome::Warn,
            "good to the end of its last day"
        );
        assert_eq!(at(Purpose::Move, "2026-11-20"), Outcome::Warn);
        assert_eq!(at(Purpose::Pick, "2027-11-20"), Outcome::Accept);
    }

    #[test]
    fn a_known_lot_with_another_expiry_is_a_stop() {
        let with = |known| {
            Facts::ExpiryContradiction {
                lot: lot("A"),
                label: day("2027-09-30"),
                known,
                units: Amount::whole(240),
            }
            .judge()
            .outcome
        };
        assert_eq!(with(Some(day("2028-03-31"))), Outcome::Stop);
        assert_eq!(with(Some(day("2027-09-30"))), Outcome::Accept);
        assert_eq!(with(None), Outcome::Accept);
    }

    #[test]
    fn a_lot_that_expires_later_than_the_first_is_stopped_unless_allocated() {
        let with = |chosen: &str, allocated| {
            Facts::Rotation {
                method: Rotation::Fefo,
                lot: Some(lot("B")),
                day: Some(day(chosen)),
                first: Some(lot("A")),
                first_day: Some(day("2027-01-31")),
                first_place: None,
                allocated,
            }
            .judge()
            .outcome
        };
        assert_eq!(with("2027-06-30", false), Outcome::Stop);
        assert_eq!(with("2027-06-30", true), Outcome::Warn);
        assert_eq!(with("2027-01-31", false), Outcome::Accept, "an equal lot is as good");
        assert_eq!(with("2026-12-31", false), Outcome::Accept);
    }

    #[test]
    fn a_recall_stops_the_pick_and_allows_the_move_to_the_cage() {
        let blocks = vec![Block {
            block: BlockId::new("R-1").unwrap(),
            kind: BlockKind::Recall,
            scope: Scope::Item {
                owner: OwnerId::new("ACME").unwrap(),
                item: ItemId::new("P").unwrap(),
            },
            reason: "R-2026-014".into(),
            placed_by: None,
        }];
        let with = |purpose| {
            Facts::Blocked {
                purpose,
                subject: "lot A".into(),
                blocks: blocks.clone(),
            }
            .judge()
            .outcome
        };
        assert_eq!(with(Purpose::Pick), Outcome::Stop);
        assert_eq!(with(Purpose::Receive), Outcome::Stop);
        assert_eq!(with(Purpose::Move), Outcome::Warn);
    }

    #[test]
    fn nobody_settles_an_exception_over_their_own_scan_or_without_the_role() {
        let with = |role, own_scan, resolution: &str| {
            Facts::Authority {
                exception: "expiry_contradiction".into(),
                resolution: resolution.into(),
                role,
                own_scan,
                in_scope: true,
            }
            .judge()
            .outcome
        };
        assert_eq!(with(Role::Supervisor, false, "quarantine"), Outcome::Accept);
        assert_eq!(with(Role::Supervisor, true, "quarantine"), Outcome::Stop);
        assert_eq!(with(Role::Associate, false, "quarantine"), Outcome::Stop);
        assert_eq!(with(Role::Supervisor, false, "accept"), Outcome::Stop);
    }

    #[test]
    fn a_label_with_several_readings_counts_only_if_one_of_them_fits() {
        let with = |fitting, taken: Option<&str>| {
            Facts::OneReading {
                readings: vec!["(10)A(21)B".into(), "(10)A21B".into()],
                fitting,
                taken: taken.map(str::to_owned),
            }
            .judge()
            .outcome
        };
        assert_eq!(with(1, Some("(10)A21B")), Outcome::Accept);
        assert_eq!(with(0, None), Outcome::Stop);
        assert_eq!(with(2, None), Outcome::Stop);
    }

    #[test]
    fn a_line_may_not_be_filled_beyond_its_tolerance() {
        let with = |done, percent| {
            Facts::Tolerance {
                expected: Amount::whole(24),
                done: Amount::whole(done),
                adding: Amount::whole(12),
                over_percent: percent,
                shown: Quantity::one(crate::model::Unit("CS".into()), 12),
            }
            .judge()
            .outcome
        };
        assert_eq!(with(12, 0), Outcome::Accept);
        assert_eq!(with(13, 0), Outcome::Stop);
        assert_eq!(with(24, 50), Outcome::Accept);
    }
}
