//! What time it is, and how far that can be trusted (domain §5).
//!
//! A gateway that answers anchors the clock: from then on the time since boot tells it, whatever anybody sets. A reboot
//! cuts that: the time then lies between the last known one and a jump no larger than the policy allows, and the wall
//! clock is believed only within.

use crate::platform::Now;
use serde::{Deserialize, Serialize};

/// A moment of which the true time is known: what the gateway said, and the clock since boot then.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Anchor {
    boot: String,
    mono_ms: u64,
    true_ms: i64,
}

impl Anchor {
    /// The gateway answered now, and its clock was `offset_ms` ahead of the wall clock.
    pub(crate) fn new(now: &Now, offset_ms: i64) -> Self {
        Anchor {
            boot: now.boot.clone(),
            mono_ms: now.mono_ms,
            true_ms: now.wall_ms.saturating_add(offset_ms),
        }
    }
}

/// Between which times an earlier look was, to go on from.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Look {
    boot: String,
    mono_ms: u64,
    earliest_ms: i64,
    latest_ms: i64,
}

/// What time it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Time {
    /// The best guess: milliseconds since 1970.
    pub(crate) ms: i64,
    /// Where a reboot cut the gateway's time off: what the wall clock says, and the earliest and the latest it can be.
    pub(crate) bounds: Option<Bounds>,
}

/// The wall clock, and between which times it would be believed. Milliseconds since 1970.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Bounds {
    pub(crate) wall_ms: i64,
    pub(crate) earliest_ms: i64,
    pub(crate) latest_ms: i64,
}

impl Time {
    /// The latest it can be: what expires is judged by it.
    pub(crate) fn latest_ms(&self) -> i64 {
        self.bounds.map_or(self.ms, |bounds| bounds.latest_ms)
    }
}

fn since(then: u64, now: &Now) -> i64 {
    i64::try_from(now.mono_ms.saturating_sub(then)).unwrap_or(i64::MAX)
}

/// Reads the clocks. `wall_ms` is the wall clock corrected by the last measured offset; without an anchor, as before the
/// first contact, it is believed. Gives what to keep for the next look.
pub(super) fn read(
    now: &Now,
    wall_ms: i64,
    anchor: Option<&Anchor>,
    before: Option<&Look>,
    jump_hours: u32,
) -> (Time, Option<Look>) {
    let look = |earliest_ms, latest_ms| Look {
        boot: now.boot.clone(),
        mono_ms: now.mono_ms,
        earliest_ms,
        latest_ms,
    };
    let Some(anchor) = anchor else {
        let time = Time {
            ms: wall_ms,
            bounds: None,
        };
        return (time, None);
    };
    if anchor.boot == now.boot {
        let ms = anchor.true_ms.saturating_add(since(anchor.mono_ms, now));
        return (Time { ms, bounds: None }, Some(look(ms, ms)));
    }
    let (earliest_ms, latest_ms) = match before {
        Some(before) if before.boot == now.boot => {
            let gone = since(before.mono_ms, now);
            (
                before.earliest_ms.saturating_add(gone),
                before.latest_ms.saturating_add(gone),
            )
        }
        before => {
            let known = before.map_or((anchor.true_ms, anchor.true_ms), |b| (b.earliest_ms, b.latest_ms));
            // The gateway may have answered after the last input.
            let (from, to) = (known.0.max(anchor.true_ms), known.1.max(anchor.true_ms));
            (from, to.saturating_add(i64::from(jump_hours) * 3_600_000))
        }
    };
    let bounds = Bounds {
        wall_ms,
        earliest_ms,
        latest_ms,
    };
    let time = Time {
        ms: wall_ms.clamp(earliest_ms, latest_ms),
        bounds: Some(bounds),
    };
    (time, Some(look(earliest_ms, latest_ms)))
}

#[cfg(test)]
mod tests {
    use super::*;

    const HOUR: i64 = 3_600_000;

    fn at(boot: &str, mono_ms: u64, wall_ms: i64) -> Now {
        Now {
            wall_ms,
            zone_min: 0,
            mono_ms,
            boot: boot.to_owned(),
        }
    }

    #[test]
    fn an_anchored_clock_goes_on_by_the_time_since_boot_whatever_the_wall_clock_says() {
        let anchor = Anchor::new(&at("a", 1_000, 500), 100);
        let (time, look) = read(&at("a", 5_000, -9_999_999), -9_999_999, Some(&anchor), None, 24);
        assert_eq!((time.ms, time.bounds, time.latest_ms()), (4_600, None, 4_600));
        assert_eq!(look.map(|l| (l.earliest_ms, l.latest_ms)), Some((4_600, 4_600)));
    }

    #[test]
    fn without_an_anchor_the_wall_clock_is_believed() {
        let (time, look) = read(&at("a", 5_000, 77), 77, None, None, 24);
        assert_eq!((time.ms, time.bounds, look), (77, None, None));
    }

    #[test]
    fn a_reboot_leaves_bounds_that_move_on_and_another_one_widens_them() {
        let anchor = Anchor::new(&at("a", 0, 0), 0);
        let (_, known) = read(&at("a", 1_000, 0), 0, Some(&anchor), None, 1);
        let (time, look) = read(&at("b", 7, 2_000), 2_000, Some(&anchor), known.as_ref(), 1);
        let bounds = time.bounds.unwrap();
        assert_eq!(
            (bounds.earliest_ms, bounds.latest_ms, time.ms),
            (1_000, 1_000 + HOUR, 2_000)
        );
        let (time, look) = read(&at("b", 57, 0), 0, Some(&anchor), look.as_ref(), 1);
        let bounds = time.bounds.unwrap();
        assert_eq!((bounds.earliest_ms, bounds.latest_ms), (1_050, 1_050 + HOUR));
        assert_eq!(time.ms, 1_050, "never before what was known");
        let (time, _) = read(&at("c", 0, 99 * HOUR), 99 * HOUR, Some(&anchor), look.as_ref(), 1);
        let bounds = time.bounds.unwrap();
        assert_eq!((bounds.earliest_ms, bounds.latest_ms), (1_050, 1_050 + 2 * HOUR));
        assert_eq!(time.latest_ms(), bounds.latest_ms);
    }

    #[test]
    fn an_anchor_after_the_last_input_counts() {
        let anchor = Anchor::new(&at("a", 9_000, 9_000), 0);
        let before = Look {
            boot: "a".into(),
            mono_ms: 1_000,
            earliest_ms: 1_000,
            latest_ms: 1_000,
        };
        let (time, _) = read(&at("b", 0, 0), 0, Some(&anchor), Some(&before), 0);
        assert_eq!(time.bounds.map(|b| (b.earliest_ms, b.latest_ms)), Some((9_000, 9_000)));
    }
}
