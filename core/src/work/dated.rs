//! Goods that expire, by a clock that can be trusted (domain §5).

use super::Context;
use lotline_record::entry::Instant;
use lotline_record::model::Day;
use lotline_record::rules::{Facts, Judge};

/// Whether the clock is good enough for what expires. Asked only where a reboot cut it off from the gateway's.
pub(crate) fn ask_clock(expiry: Option<Day>, judge: &mut Judge, context: &Context<'_>) -> bool {
    let (Some(_), Some(bounds)) = (expiry, context.bounds) else {
        return true;
    };
    judge.ask(Facts::TrustedClock {
        wall: Instant::from_unix_ms(bounds.wall_ms),
        earliest: Instant::from_unix_ms(bounds.earliest_ms),
        latest: Instant::from_unix_ms(bounds.latest_ms),
    })
}
