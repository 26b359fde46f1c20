//! Acts of authority by several people on devices that knew nothing of each other (domain §4).

use crate::device::*;
use lotline_record::entry::*;
use lotline_record::model::*;
use lotline_record::wire::{Cell, Row};
use lotline_server::Running;

fn person(name: &str, active: bool) -> Row {
    row(
        "person",
        &[
            ("person", text(name)),
            ("badge", text(name)),
            ("name", text("Printed Name")),
            ("name_version", Cell::Int(1)),
            ("role", text("supervisor")),
            ("pin", text("x")),
            ("language", text("en")),
            ("active", Cell::Int(i64::from(active))),
        ],
    )
}

fn signed(person: &str, at: &str) -> Signature {
    Signature {
        person: person.parse().unwrap(),
        name_version: 1,
        meaning: "meaning-quarantine".into(),
        at: at.parse().unwrap(),
        components: vec!["badge".into(), "pin".into()],
    }
}

const LINE: &str = "1";

fn raised(device: &mut Device) -> Sealed {
    let entry = device.entry(
        Some("ana"),
        Body::Raised {
            exception: "hh-1-1-1".parse().unwrap(),
            code: "shelf_life".into(),
            message: lotline_record::text::Message::new("stop-expired-receipt"),
            goods: Some(goods("L1", None, None)),
            at: Some(place("CAGE-1")),
            line: None,
            known_expiry: None,
        },
    );
    device.append(&entry)
}

fn set_aside(device: &mut Device) -> Sealed {
    device.say(Body::SetAside {
        goods: goods("L1", None, None),
        from: Account::Virtual(Virtual::Supplier),
        to: place("CAGE-1"),
        exception: "hh-1-1-1".parse().unwrap(),
    })
}

fn resolved(person: &str, resolution: Resolution) -> Body {
    Body::Resolved {
        exception: "hh-1-1-1".parse().unwrap(),
        resolution,
        reason: "seen".into(),
        goods: Some(goods("L1", None, None)),
        at: Some(place("CAGE-1")),
        line: Some(LineKey {
            kind: DocumentKind::Notice,
            document: "80041".parse().unwrap(),
            line: LINE.parse().unwrap(),
        }),
        signature: signed(person, "2026-11-21T08:00:00.000Z"),
    }
}

fn quarantine() -> Resolution {
    Resolution::Quarantine {
        block: Block {
            through: Vec::new(),
            block: "Q-1".parse().unwrap(),
            kind: BlockKind::Quarantine,
            scope: Scope::Place {
                place: "CAGE-1".parse().unwrap(),
            },
            reason: "shelf_life".into(),
            placed_by: None,
            part: None,
        },
    }
}

/// What stands at the end: the way out, whether the block holds, units in the cage, and units that fill the line.
async fn end(running: &Running, device: &mut Device) -> (String, bool, i64, i64) {
    settle(running.ledger()).await;
    let page = device.page(0, 1_000).await.unwrap();
    let of = |table: &'static str| page.rows.iter().filter(move |row| row.t == table && !row.gone);
    let exception = of("exception").find(|row| row.r[1] == text("hh-1-1-1")).unwrap();
    let Cell::Text(way) = &exception.r[16] else {
        panic!("{:?}", exception.r)
    };
    let micros = |cell: &Cell| match cell {
        Cell::Int(n) => n / 1_000_000,
        other => panic!("{other:?}"),
    };
    let cage = of("stock")
        .filter(|row| row.r[6] == text("place:CAGE-1"))
        .map(|row| micros(&row.r[7]))
        .sum();
    let line = of("document_line").map(|row| micros(&row.r[9])).sum();
    (way.clone(), of("block").any(|row| row.r[1] == text("Q-1")), cage, line)
}

async fn site(folder: &std::path::Path) -> Running {
    let running = start(folder).await;
    let line = row(
        "document_line",
        &[
            ("kind", text("notice")),
            ("document", text("80041")),
            ("line", text(LINE)),
            ("owner", text("ACME")),
            ("item", text("P500")),
            ("unit", text("EA")),
            ("factor", Cell::Int(1)),
            ("expected", Cell::Int(100_000_000)),
            ("done", Cell::Int(0)),
            ("allocated", Cell::Int(0)),
        ],
    );
    running
        .ledger()
        .put_rows(&[person("sam", true), person("eva", true), line])
        .unwrap();
    running
}

#[tokio::test]
async fn of_two_decisions_on_one_exception_the_more_restrictive_holds() {
    let ways = [
        ("accept", Resolution::Accept),
        ("quarantine", quarantine()),
        ("reject", Resolution::Reject),
    ];
    for first in 0..3 {
        for second in 0..3 {
            let folder = tempfile::tempdir().unwrap();
            let running = site(folder.path()).await;
            let mut one = Device::enrolled(&running, "hh-1", 1).await;
            let mut two = Device::enrolled(&running, "hh-2", 2).await;
            let entries = [
                raised(&mut one),
                set_aside(&mut one),
                one.say(resolved("sam", ways[first].1.clone())),
            ];
            one.push(&entries).await.unwrap();
            settle(running.ledger()).await;
            let late = two.say(resolved("eva", ways[second].1.clone()));
            two.push(std::slice::from_ref(&late)).await.unwrap();
            settle(running.ledger()).await;
            let holds = first.max(second);
            let units = goods("L1", None, None).quantity.base().unwrap().micros() / 1_000_000;
            let (cage, line) = if holds == 2 { (0, 0) } else { (units, units) };
            let (way, blocked, in_cage, on_line) = end(&running, &mut one).await;
            assert_eq!(
                (way.as_str(), in_cage, on_line),
                (ways[holds].0, cage, line),
                "{} then {}",
                ways[first].0,
                ways[second].0
            );
            assert_eq!(
                blocked,
                first == 1 || second == 1 && first == 0,
                "a block stays until it is released"
            );
            let code = if second > first {
                "exception_overruled"
            } else {
                "exception_settled"
            };
            assert_eq!(
                two.verdict(&late).await.unwrap().1.as_deref(),
                Some(code),
                "both are shown"
            );
        }
    }
}

#[tokio::test]
async fn what_a_supervisor_signed_before_they_were_revoked_holds_and_nothing_after() {
    for (at, holds) in [("2026-11-21T08:00:00.000Z", true), ("2999-01-01T00:00:00.000Z", false)] {
        let folder = tempfile::tempdir().unwrap();
        let running = site(folder.path()).await;
        let mut device = Device::enrolled(&running, "hh-1", 1).await;
        let blocked = device.say(Body::Blocked {
            block: Block {
                through: Vec::new(),
                block: "H-1".parse().unwrap(),
                kind: BlockKind::Hold,
                scope: Scope::Place {
                    place: "A-01".parse().unwrap(),
                },
                reason: "damaged".into(),
                placed_by: None,
                part: None,
            },
        });
        device.push(&[blocked]).await.unwrap();
        settle(running.ledger()).await;
        running.ledger().put_rows(&[person("sam", false)]).unwrap();
        let release = device.say(Body::Released {
            block: "H-1".parse().unwrap(),
            lot: None,
            scope: None,
            reason: "inspected".into(),
            signature: signed("sam", at),
        });
        device.push(std::slice::from_ref(&release)).await.unwrap();
        settle(running.ledger()).await;
        let page = device.page(0, 1_000).await.unwrap();
        let state = page
            .rows
            .iter()
            .rfind(|row| row.t == "block" && row.r[1] == text("H-1"))
            .unwrap();
        assert_eq!(state.r[7], text(if holds { "released" } else { "open" }), "signed {at}");
        let found = device.verdict(&release).await.unwrap().1;
        assert_eq!(found.as_deref(), (!holds).then_some("no_authority"), "signed {at}");
    }
}

fn waiting() -> Block {
    Block {
        through: Vec::new(),
        block: "I-1".parse().unwrap(),
        kind: BlockKind::Quality,
        scope: Scope::Place {
            place: "A-01".parse().unwrap(),
        },
        reason: "inspection".into(),
        placed_by: None,
        part: None,
    }
}

fn inspected(outcome: InspectionOutcome) -> Body {
    Body::Inspected(Box::new(Inspected {
        load: Load::Goods(goods("L1", None, None)),
        at: place("A-01"),
        amount: goods("L1", None, None).quantity.base().unwrap(),
        blocks: vec![waiting()],
        sample: Sample { size: 1, bad: 0 },
        certificate: None,
        outcome,
        rejected: None,
        signature: signed("quinn", "2026-11-21T08:00:00.000Z"),
    }))
}

#[tokio::test]
async fn what_one_inspection_failed_stays_blocked_whatever_another_device_passed_and_whichever_is_told_first() {
    use InspectionOutcome::{Fail, Pass};
    // The first decision, the second one, and whether the second device had seen the first.
    for (first, second, seen, state) in [
        (Fail, Pass, false, "open"),
        (Pass, Fail, false, "open"),
        (Fail, Pass, true, "released"),
        (Pass, Pass, false, "released"),
        (Fail, Fail, false, "open"),
    ] {
        let folder = tempfile::tempdir().unwrap();
        let running = start(folder.path()).await;
        let mut quality = person("quinn", true);
        quality.r[5] = text("quality");
        running.ledger().put_rows(&[quality]).unwrap();
        let mut one = Device::enrolled(&running, "hh-1", 1).await;
        let mut two = Device::enrolled(&running, "hh-2", 2).await;
        let blocked = one.say(Body::Blocked { block: waiting() });
        one.push(&[blocked]).await.unwrap();
        settle(running.ledger()).await;
        let cursor = one.page(0, 100).await.unwrap().to;
        let say = |device: &mut Device, outcome, cursor| {
            let mut entry = device.entry(Some("eva"), inspected(outcome));
            entry.cursor = cursor;
            device.append(&entry)
        };
        let early = say(&mut one, first, cursor);
        one.push(std::slice::from_ref(&early)).await.unwrap();
        settle(running.ledger()).await;
        let then = if seen {
            two.page(0, 100).await.unwrap().to
        } else {
            cursor
        };
        let late = say(&mut two, second, then);
        two.push(std::slice::from_ref(&late)).await.unwrap();
        settle(running.ledger()).await;
        let page = one.page(0, 1_000).await.unwrap();
        let block = page
            .rows
            .iter()
            .rfind(|row| row.t == "block" && row.r[1] == text("I-1"))
            .unwrap();
        let case = format!("{first:?} then {second:?}, seen: {seen}");
        assert_eq!(block.r[7], text(state), "{case}");
        let found = two.verdict(&late).await.unwrap().1;
        let contested = first != second && !seen;
        assert_eq!(
            found.as_deref(),
            contested.then_some("inspection_failed"),
            "{case}: both are shown"
        );
    }
}

/// A gateway that lost its last hours is told again by each device, and the one that released may come first.
#[tokio::test]
async fn a_release_that_comes_before_its_block_holds_once_the_block_is_told_and_only_if_it_may_be_given() {
    use InspectionOutcome::{Fail, Pass};
    let released = |who: &str| Body::Released {
        block: "I-1".parse().unwrap(),
        lot: None,
        scope: None,
        reason: "inspected".into(),
        signature: signed(who, "2026-11-21T08:00:00.000Z"),
    };
    // What came before the block, by whom it was placed, and what holds in the end.
    for (early, placed_by, state) in [
        (released("quinn"), "ana", "released"),
        (released("quinn"), "quinn", "open"),
        (released("ana"), "ola", "open"),
        (inspected(Pass), "ana", "released"),
        (inspected(Fail), "ana", "open"),
    ] {
        let case = format!("{} by {placed_by}", early.kind());
        let folder = tempfile::tempdir().unwrap();
        let running = start(folder.path()).await;
        let mut quality = person("quinn", true);
        quality.r[5] = text("quality");
        running.ledger().put_rows(&[quality]).unwrap();
        let mut one = Device::enrolled(&running, "hh-1", 1).await;
        let mut two = Device::enrolled(&running, "hh-2", 2).await;
        let early = two.say(early);
        two.push(std::slice::from_ref(&early)).await.unwrap();
        settle(running.ledger()).await;
        let found = two.verdict(&early).await.unwrap();
        assert_eq!(found.1.as_deref(), Some("block_unknown"), "{case}");
        let entry = one.entry(Some(placed_by), Body::Blocked { block: waiting() });
        let placing = one.append(&entry);
        one.push(&[placing]).await.unwrap();
        settle(running.ledger()).await;
        let page = one.page(0, 1_000).await.unwrap();
        let of = |table: &'static str, id: &str| {
            let named = |row: &&Row| row.t == table && row.r[1] == text(id);
            page.rows.iter().rfind(named).unwrap().r.clone()
        };
        assert_eq!(of("block", "I-1")[7], text(state), "{case}");
        let explained = of("exception", &found.2.unwrap()).contains(&text("explained"));
        let holds = state == "released" || case.starts_with("inspected");
        assert_eq!(explained, holds, "{case}: the exception goes with its reason");
    }
}

/// Both were told before the block they decide on: its coming explains both, and shows that they contradict each other.
#[tokio::test]
async fn a_pass_and_a_fail_that_come_before_their_block_are_shown_as_a_contradiction_once_it_is_told() {
    use InspectionOutcome::{Fail, Pass};
    for (first, second) in [(Pass, Fail), (Fail, Pass)] {
        let case = format!("{first:?} then {second:?}");
        let folder = tempfile::tempdir().unwrap();
        let running = start(folder.path()).await;
        let mut quality = person("quinn", true);
        quality.r[5] = text("quality");
        running.ledger().put_rows(&[quality]).unwrap();
        let mut one = Device::enrolled(&running, "hh-1", 1).await;
        let mut two = Device::enrolled(&running, "hh-2", 2).await;
        let mut unknown = Vec::new();
        for (device, outcome) in [(&mut one, first), (&mut two, second)] {
            let early = device.say(inspected(outcome));
            device.push(std::slice::from_ref(&early)).await.unwrap();
            settle(running.ledger()).await;
            unknown.push(device.verdict(&early).await.unwrap().2.unwrap());
        }
        let entry = one.entry(Some("ana"), Body::Blocked { block: waiting() });
        let placing = one.append(&entry);
        one.push(&[placing]).await.unwrap();
        settle(running.ledger()).await;
        let open = running.ledger().open_exceptions().unwrap();
        let open: Vec<_> = open.iter().map(|e| (e.exception.as_str(), e.code.as_str())).collect();
        assert_eq!(
            open,
            [("srv-hh-2-1-1-later", "inspection_failed")],
            "{case}: {unknown:?}"
        );
        let page = one.page(0, 1_000).await.unwrap();
        let block = page
            .rows
            .iter()
            .rfind(|row| row.t == "block" && row.r[1] == text("I-1"));
        assert_eq!(block.unwrap().r[7], text("open"), "{case}");
    }
}

#[tokio::test]
async fn what_was_done_counts_whoever_signed_and_a_signature_that_may_not_be_given_releases_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let running = start(folder.path()).await;
    let mut device = Device::enrolled(&running, "hh-1", 1).await;
    let failed = Block {
        block: "F-1".parse().unwrap(),
        reason: "failed".into(),
        ..waiting()
    };
    let Body::Inspected(part) = inspected(InspectionOutcome::Partial) else {
        unreachable!()
    };
    let by_nobody = signed("nobody", "2026-11-21T08:00:00.000Z");
    let part = Body::Inspected(Box::new(Inspected {
        rejected: Some(Rejected {
            goods: vec![goods("L1", None, None)],
            to: place("CAGE-1"),
            block: failed,
        }),
        signature: by_nobody.clone(),
        ..*part
    }));
    let lost = Body::Adjusted {
        goods: goods("L1", None, None),
        from: place("A-01"),
        to: Account::Virtual(Virtual::Unexplained),
        reason: "lost".into(),
        signature: Some(by_nobody),
    };
    let said = [
        device.say(received(goods("L1", None, None), "A-01")),
        device.say(received(goods("L1", None, None), "A-01")),
        device.say(Body::Blocked { block: waiting() }),
        device.say(part),
        device.say(lost),
    ];
    device.push(&said).await.unwrap();
    settle(running.ledger()).await;
    for wrong in &said[3..] {
        assert_eq!(device.verdict(wrong).await.unwrap().1.as_deref(), Some("no_authority"));
    }
    assert_eq!(
        stock(running.ledger(), "P500"),
        [("place:CAGE-1".to_owned(), "1".to_owned())]
    );
    let page = device.page(0, 1_000).await.unwrap();
    for block in ["I-1", "F-1"] {
        let row = page
            .rows
            .iter()
            .rfind(|row| row.t == "block" && row.r[1] == text(block));
        assert_eq!(row.unwrap().r[7], text("open"), "{block}");
    }
}
