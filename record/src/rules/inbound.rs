//! What is asked of goods that come in.

use super::{Facts, Judgement};
use crate::model::{DocumentId, LotNumber};
use crate::text::{Arg, Message};

/// The most serials that a sentence names.
const MOST_NAMED: usize = 3;

pub(super) fn judge(facts: &Facts) -> Judgement {
    match facts {
        Facts::UnderTolerance {
            line,
            expected,
            done,
            under_percent,
        } => {
            let least = i128::from(expected.micros()) * i128::from(100_u32.saturating_sub(*under_percent)) / 100;
            if i128::from(done.micros()) >= least {
                return Judgement::ACCEPT;
            }
            Judgement::warn(
                Message::new("warn-line-short")
                    .with("line", Arg::text(line))
                    .with("done", Arg::amount(*done))
                    .with("expected", Arg::amount(*expected)),
            )
        }
        Facts::ListedLot {
            document,
            lot,
            listed,
            strict,
        } => {
            if listed.is_empty() || lot.as_ref().is_some_and(|lot| listed.contains(lot)) {
                return Judgement::ACCEPT;
            }
            let names: Vec<&str> = listed.iter().map(LotNumber::as_str).collect();
            let words = |id| {
                Message::new(id)
                    .with("document", Arg::text(document))
                    .with("lot", Arg::text(lot.as_ref().map_or("-", LotNumber::as_str)))
                    .with("listed", Arg::text(names.join(", ")))
            };
            if *strict {
                Judgement::stop(words("stop-unexpected-lot"))
            } else {
                Judgement::warn(words("warn-unexpected-lot"))
            }
        }
        Facts::ListedSerial {
            document,
            serial,
            listed,
            elsewhere,
            strict,
        } => listed_serial(document, serial, *listed, elsewhere, *strict),
        Facts::SerialsCame {
            document,
            missing,
            serials,
        } => serials_came(document, *missing, serials),
        Facts::NoticeDetails { document, bare } => {
            if bare.is_empty() {
                return Judgement::ACCEPT;
            }
            Judgement::warn(
                Message::new("warn-notice-bare")
                    .with("document", Arg::text(document))
                    .with("count", Arg::count(bare.len())),
            )
        }
        Facts::Returned {
            subject,
            customer,
            shipped,
            same,
            to,
        } => {
            let words = |id| {
                Message::new(id)
                    .with("subject", Arg::text(subject))
                    .with("customer", Arg::text(customer))
                    .with("to", Arg::text(to.as_deref().unwrap_or("-")))
            };
            match (*shipped, *same) {
                (false, _) => Judgement::stop(words("stop-never-shipped")),
                (true, Some(false)) => Judgement::stop(words("stop-shipped-elsewhere")),
                (true, None) => Judgement::warn(words("warn-shipped-unknown")),
                (true, Some(true)) => Judgement::ACCEPT,
            }
        }
        Facts::BackToStock {
            subject,
            recalled,
            expired,
            stock,
        } => {
            let words = |id| Message::new(id).with("subject", Arg::text(subject));
            match (*stock, *recalled, *expired) {
                (true, true, _) => Judgement::stop(words("stop-recalled-to-stock")),
                (true, false, true) => Judgement::stop(words("stop-expired-to-stock")),
                _ => Judgement::ACCEPT,
            }
        }
        Facts::Sampled {
            size,
            bad,
            allowed,
            pass,
        } => {
            if !*pass || bad <= allowed {
                return Judgement::ACCEPT;
            }
            Judgement::stop(
                Message::new("stop-sample-bad")
                    .with("bad", Arg::Number(i64::from(*bad)))
                    .with("size", Arg::Number(i64::from(*size)))
                    .with("allowed", Arg::Number(i64::from(*allowed))),
            )
        }
        Facts::LotSize {
            lot,
            held,
            adding,
            limit,
        } => {
            let size = held.plus(*adding);
            if size <= *limit {
                return Judgement::ACCEPT;
            }
            Judgement::warn(
                Message::new("warn-lot-size")
                    .with("lot", Arg::text(lot))
                    .with("size", Arg::amount(size))
                    .with("limit", Arg::amount(*limit)),
            )
        }
        _ => Judgement::ACCEPT,
    }
}

/// A unit against the serials that the notice tells.
fn listed_serial(
    document: &DocumentId,
    serial: &str,
    listed: bool,
    elsewhere: &[DocumentId],
    strict: bool,
) -> Judgement {
    let others: Vec<&str> = elsewhere.iter().map(DocumentId::as_str).collect();
    let words = |id| {
        Message::new(id)
            .with("document", Arg::text(document))
            .with("serial", Arg::text(serial))
            .with("other", Arg::text(others.join(", ")))
    };
    match (listed, elsewhere.is_empty(), strict) {
        (true, true, _) => Judgement::ACCEPT,
        (true, false, _) => Judgement::warn(words("warn-serial-told-twice")),
        (false, true, true) => Judgement::stop(words("stop-unexpected-serial")),
        (false, false, true) => Judgement::stop(words("stop-serial-of-another")),
        (false, _, false) => Judgement::warn(words("warn-unexpected-serial")),
    }
}

/// Serials of a notice that did not come.
fn serials_came(document: &DocumentId, missing: u32, serials: &[String]) -> Judgement {
    if missing == 0 {
        return Judgement::ACCEPT;
    }
    let mut named = serials[..serials.len().min(MOST_NAMED)].join(", ");
    if missing as usize > MOST_NAMED {
        named.push_str(", …");
    }
    Judgement::warn(
        Message::new("warn-serials-missing")
            .with("document", Arg::text(document))
            .with("count", Arg::Number(i64::from(missing)))
            .with("serials", Arg::text(named)),
    )
}
