//! Rules of picking and of the faces it picks from: another lot than the line names, what was overridden, whose tote, what
//! it weighs, what fits.

use super::Judgement;
use super::facts::Facts;
use crate::model::{LotNumber, Rotation};
use crate::text::{Arg, Message};

/// What follows from the facts of a rule of this room; accepts those of another one.
pub(super) fn judge(facts: &Facts) -> Judgement {
    match facts {
        Facts::LotSwap {
            asked,
            asked_day,
            lot,
            day,
            allocated,
            method,
        } => {
            let method = method.unwrap_or(Rotation::Fefo);
            let later = asked_day.is_some() && method.order(*day, *asked_day).is_gt();
            let words = |id| {
                Message::new(id)
                    .with("asked", Arg::text(asked))
                    .with("lot", name(lot.as_ref()))
            };
            match (lot.as_ref() == Some(asked), allocated, later) {
                (true, ..) => Judgement::ACCEPT,
                (false, false, _) => Judgement::stop(words("stop-lot-asked")),
                (false, true, true) => Judgement::stop(words("stop-lot-swap")),
                (false, true, false) => Judgement::warn(words("warn-lot-swapped")),
            }
        }
        Facts::Overridden {
            lot,
            needs_signature,
            signed,
            ..
        } => {
            if *needs_signature && !signed {
                Judgement::stop(Message::new("stop-not-signed"))
            } else {
                Judgement::warn(Message::new("warn-overridden").with("lot", name(lot.as_ref())))
            }
        }
        Facts::RightTote {
            document,
            asked,
            scanned,
        } => {
            if asked.as_str() == scanned {
                Judgement::ACCEPT
            } else {
                Judgement::stop(
                    Message::new("stop-wrong-tote")
                        .with("document", Arg::text(document))
                        .with("asked", Arg::text(asked))
                        .with("scanned", Arg::text(scanned)),
                )
            }
        }
        Facts::CatchWeight {
            subject,
            grams,
            count,
            nominal_g,
            tolerance_percent,
        } => {
            // Millionths of a base unit times grams: i128 holds the largest of both.
            let nominal = i128::from(count.micros()) * i128::from(*nominal_g);
            let off = (i128::from(*grams) * 1_000_000 - nominal).abs();
            if off * 100 <= nominal * i128::from(*tolerance_percent) {
                Judgement::ACCEPT
            } else {
                Judgement::stop(
                    Message::new("stop-weight")
                        .with("subject", Arg::text(subject))
                        .with("weight", Arg::Text(kilograms(i128::from(*grams))))
                        .with("nominal", Arg::Text(kilograms(nominal / 1_000_000)))
                        .with("percent", Arg::Number(i64::from(*tolerance_percent))),
                )
            }
        }
        Facts::FaceRoom {
            place,
            most,
            held,
            adding,
        } => {
            if held.plus(*adding) <= *most {
                Judgement::ACCEPT
            } else {
                Judgement::stop(
                    Message::new("stop-face-full")
                        .with("place", Arg::text(place))
                        .with("most", Arg::amount(*most))
                        .with("total", Arg::amount(held.plus(*adding))),
                )
            }
        }
        _ => Judgement::ACCEPT,
    }
}

fn name(lot: Option<&LotNumber>) -> Arg {
    Arg::text(lot.map_or("-", LotNumber::as_str))
}

/// Grams as people read a scale: `1.250`.
fn kilograms(grams: i128) -> String {
    format!("{}.{:03}", grams / 1_000, (grams % 1_000).abs())
}
