//! What follows from the facts of each rule.

use super::authority::{may_resolve, may_sign};
use super::facts::{Facts, Purpose};
use super::release::{block_reason, may_release};
use super::{Judgement, climate, inbound, pack, pallet, picking, queue, recall, regulated, relabel, run};
use crate::model::{Block, BlockKind, Lifecycle, LotNumber, Made, PlaceId, Rotation, Scope};
use crate::text::{Arg, Message};

fn message(id: &'static str) -> Message {
    Message::new(id)
}

impl Facts {
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
            Facts::UnderTolerance { .. }
            | Facts::ListedLot { .. }
            | Facts::ListedSerial { .. }
            | Facts::SerialsCame { .. }
            | Facts::NoticeDetails { .. }
            | Facts::Sampled { .. }
            | Facts::Returned { .. }
            | Facts::BackToStock { .. }
            | Facts::LotSize { .. } => inbound::judge(self),
            Facts::TaskFree { .. } | Facts::HandOver { .. } | Facts::Reserved { .. } => queue::judge(self),
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
                // It came back and has not been moved since.
                (Some(at), Some(Lifecycle::Returned)) if at.is_physical() => Judgement::stop(
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
            Facts::Undisputed { serial, at, claimed } => match claimed {
                Some(claimed) => Judgement::stop(
                    message("stop-serial-disputed")
                        .with("serial", Arg::text(serial))
                        .with("at", Arg::account(at))
                        .with("claimed", Arg::account(claimed)),
                ),
                None => Judgement::ACCEPT,
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
            Facts::TrustedClock { wall, earliest, latest } => {
                let words = |id| {
                    message(id)
                        .with("clock", Arg::text(wall.minute()))
                        .with("earliest", Arg::text(earliest.minute()))
                        .with("latest", Arg::text(latest.minute()))
                };
                if wall < earliest {
                    Judgement::stop(words("stop-clock-back"))
                } else if wall > latest {
                    Judgement::stop(words("stop-clock-ahead"))
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
                let later = first_day.is_some() && method.order(*day, *first_day).is_gt();
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
            Facts::LotSwap { .. }
            | Facts::Overridden { .. }
            | Facts::RightTote { .. }
            | Facts::CatchWeight { .. }
            | Facts::FaceRoom { .. } => picking::judge(self),
            Facts::NumberFormat { .. } | Facts::ProfileFields { .. } => regulated::judge(self),
            Facts::TlcGuard { .. } | Facts::OutputExpiry { .. } | Facts::RunBalance { .. } => run::judge(self),
            Facts::DisposeExpired { reason, expiry, today } => match expiry {
                Some(expiry) if reason == "expired" && expiry >= today => {
                    Judgement::stop(message("stop-not-expired").with("expiry", Arg::Day(*expiry)))
                }
                _ => Judgement::ACCEPT,
            },
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
            Facts::SiteOpening { open } => {
                if *open {
                    Judgement::ACCEPT
                } else {
                    Judgement::stop(message("stop-opening-over"))
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
            Facts::PlateFree {
                plate,
                sscc,
                at,
                here,
                loaded,
            } => pallet::free(plate, *sscc, at.as_ref(), here, *loaded),
            Facts::Mixing {
                plate, differs, may, ..
            } => pallet::mixing(plate, differs, *may),
            Facts::Nesting {
                plate,
                onto,
                around,
                depth,
                most,
            } => pallet::nesting(plate, onto, *around, (*depth, *most)),
            Facts::PlateHeld { plate, blocks } => pallet::held(plate, blocks),
            Facts::ChildElsewhere { subject, on, at } => Judgement::warn(
                message("warn-child-elsewhere")
                    .with("subject", Arg::text(subject))
                    .with("plate", Arg::text(on))
                    .with("at", Arg::account(at)),
            ),
            Facts::PickedFor {
                subject,
                document,
                picked,
            } => pack::picked_for(subject, document, picked),
            Facts::CartonFree { plate, taken } => pack::carton_free(plate, *taken),
            Facts::PackShort {
                lines,
                missing,
                confirmed,
            } => pack::short(*lines, *missing, *confirmed),
            Facts::OwnLabel { label, ours } => relabel::own(label, *ours),
            Facts::KnownLot { subject, known } => relabel::known_lot(subject, *known),
            Facts::UnitHeld { subject, blocks } => relabel::held(subject, blocks),
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
            Facts::Plausible { .. } | Facts::InClimate { .. } => climate::judge(self),
            Facts::MayRecall { .. } | Facts::OfRecall { .. } | Facts::Narrower { .. } => recall::judge(self),
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
        (BlockKind::Recall, Purpose::Pick | Purpose::Ship | Purpose::Receive | Purpose::Consume) => {
            Judgement::stop(match chain(&block.through) {
                None => words("stop-recalled"),
                Some(chain) => words("stop-recalled-made").with("chain", Arg::Message(Box::new(chain))),
            })
        }
        // What is blocked or recalled may be destroyed; who signs for it is another question.
        (_, Purpose::Dispose) => Judgement::ACCEPT,
        (_, Purpose::Pick) => Judgement::stop(words("stop-blocked")),
        (_, Purpose::Consume) => Judgement::stop(words("stop-blocked-use")),
        (_, Purpose::Ship) => Judgement::stop(words("stop-blocked-load")),
        _ => Judgement::warn(words("warn-blocked")),
    }
}

/// How goods came from what is recalled, generation by generation; `None` where they are themselves.
fn chain(through: &[Made]) -> Option<Message> {
    let (made, rest) = through.split_first()?;
    let link = message("made-from")
        .with("made", Arg::Text(made.made.name()))
        .with("of", Arg::Text(made.of.name()))
        .with("run", Arg::text(&made.run));
    Some(match chain(rest) {
        None => link,
        Some(rest) => message("made-from-and")
            .with("link", Arg::Message(Box::new(link)))
            .with("rest", Arg::Message(Box::new(rest))),
    })
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
    // A block on goods in one place keeps them there; whoever took them up may put them back.
    let kept_at = |block: &Block| match &block.scope {
        Scope::Stock { place, .. } => Some(place.clone()),
        _ => None,
    };
    let elsewhere = blocks.iter().find_map(|block| Some((block, kept_at(block)?)));
    if let Some((block, at)) = elsewhere.filter(|(_, at)| at != place) {
        return Judgement::stop(words("stop-blocked-stays", subject, block).with("at", Arg::text(at)));
    }
    match (
        cage,
        blocks
            .iter()
            .filter(|block| kept_at(block).is_none())
            .min_by_key(|b| b.kind != BlockKind::Recall),
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
