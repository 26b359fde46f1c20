use super::facts::{Facts, Purpose};
use crate::model::{
    Amount, Block, BlockId, BlockKind, Day, ItemId, LotNumber, OwnerId, Quantity, Role, Rotation, Scope,
};
use crate::rules::Outcome;
use crate::text::Text;

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
fn what_came_in_last_leaves_first_where_the_item_says_so() {
    let with = |chosen: Option<&str>| {
        let judgement = Facts::Rotation {
            method: Rotation::Lifo,
            lot: Some(lot("A")),
            day: chosen.map(day),
            first: Some(lot("B")),
            first_day: Some(day("2026-11-20")),
            first_place: None,
            allocated: false,
        }
        .judge();
        let words = judgement
            .message
            .map(|message| Text::load("en").unwrap().explain(&message))
            .unwrap_or_default();
        (judgement.outcome, words.contains("came in later"))
    };
    assert_eq!(with(Some("2026-10-01")), (Outcome::Stop, true));
    assert_eq!(with(None), (Outcome::Stop, true), "nobody knows when it came in");
    assert_eq!(with(Some("2026-11-20")), (Outcome::Accept, false));
    assert_eq!(with(Some("2026-11-21")), (Outcome::Accept, false));
}

#[test]
fn a_recall_stops_the_pick_and_allows_the_move_to_the_cage() {
    let blocks = vec![Block {
        through: Vec::new(),
        block: BlockId::new("R-1").unwrap(),
        kind: BlockKind::Recall,
        scope: Scope::Item {
            owner: OwnerId::new("ACME").unwrap(),
            item: ItemId::new("P").unwrap(),
        },
        reason: "R-2026-014".into(),
        placed_by: None,
        part: None,
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
