//! A clock that a reboot cut off from the gateway's.

use crate::site::{Floor, accepted, each, is_refused, monitor, stop};
use lotline_core::screen::{Screen, Tone};
use lotline_record::rules::{self, Facts};

const HOUR: i64 = 3_600_000;

/// Ana, after the gateway told the time.
fn anchored() -> Floor {
    let floor = Floor::new();
    floor.told_the_time();
    floor.sign_in("B-1", "1111");
    floor
}

/// The same after a reboot with a wall clock that is `off_ms` off.
fn rebooted(off_ms: i64) -> Floor {
    let mut floor = anchored();
    floor.reboot(off_ms);
    floor.sign_in("B-1", "1111");
    floor
}

fn pick(floor: &Floor, lot: &str, expiry: &str) -> Screen {
    floor.pick();
    floor.scan("]C0A-02");
    floor.scan(&each(lot, expiry))
}

fn asked(floor: &Floor) -> bool {
    let entry = floor.entries().pop().unwrap();
    assert_eq!(rules::recheck(&entry.verdict), Ok(()));
    entry
        .verdict
        .grounds
        .iter()
        .any(|g| matches!(g.facts, Facts::TrustedClock { .. }))
}

#[test]
fn after_a_reboot_a_clock_that_went_back_stops_what_expires_and_nothing_else() {
    let floor = rebooted(-HOUR);
    let screen = pick(&floor, "SOON", "270331");
    assert_eq!(stop(&screen), "Clock not trusted");
    assert!(
        screen.to_json().contains("went back to 2026-11-21 07:0"),
        "{}",
        screen.to_json()
    );
    assert!(
        is_refused(&floor.last()) && asked(&floor),
        "what the clock said is kept"
    );
    let floor = rebooted(-HOUR);
    floor.receive();
    assert_eq!(stop(&floor.scan(&each("NEW", "280331"))), "Clock not trusted");
    floor.choose("acknowledge");
    accepted(&floor.scan(&monitor("SN1")));
    floor.told_the_time();
    accepted(&floor.scan(&each("NEW", "280331")));
    assert!(!asked(&floor), "the gateway told the time");
}

#[test]
fn after_a_reboot_a_jump_larger_than_the_policy_allows_stops_what_expires_until_the_clock_is_set() {
    let floor = rebooted(25 * HOUR);
    let screen = pick(&floor, "SOON", "270331");
    assert_eq!(stop(&screen), "Clock not trusted");
    assert!(screen.to_json().contains("at most"), "{}", screen.to_json());
    floor.choose("acknowledge");
    floor.set_clock(23 * HOUR);
    accepted(&floor.scan(&each("SOON", "270331")));
    assert!(asked(&floor), "the bounds stand in the entry");
}

#[test]
fn after_a_reboot_expiry_is_judged_at_the_latest_time_it_can_be() {
    let known = |off: Option<i64>| {
        let mut rows = crate::site::rows();
        for row in rows
            .iter_mut()
            .filter(|r| r.t == "lot" && r.r[3] == crate::site::text("SOON"))
        {
            row.r[5] = crate::site::text("2026-12-21");
        }
        let mut floor = Floor::on(rows);
        floor.told_the_time();
        if let Some(off) = off {
            floor.sign_in("B-1", "1111");
            floor.reboot(off);
        }
        floor.sign_in("B-1", "1111");
        floor.pick();
        floor.scan("]C0A-02");
        floor.scan(&each("SOON", "261221"))
    };
    // The item asks for 30 days: there are 30 today, and 29 should it be tomorrow already.
    assert_eq!(known(None).tone, Tone::Accept);
    assert_eq!(stop(&known(Some(0))), "Too little shelf life");
}

#[test]
fn the_time_since_boot_is_believed_whatever_somebody_sets_the_clock_to() {
    let floor = anchored();
    floor.set_clock(400 * 24 * HOUR);
    accepted(&pick(&floor, "SOON", "270331"));
    assert!(!asked(&floor));
}
