//! What becomes of entries once they are stored.

use crate::device::*;
use lotline_record::entry::*;
use lotline_record::model::*;
use lotline_record::rules::{Facts, Ground, Outcome, Purpose, VERSION, Verdict};
use lotline_record::wire::Cell;
use lotline_server::Server;
use lotline_server::ledger::FIRST_BACK_END;
use std::sync::Arc;

fn signature(person: &str) -> Signature {
    Signature {
        person: person.parse().unwrap(),
        name_version: 1,
        meaning: "meaning-quarantine".into(),
        at: "2026-11-21T08:00:00.000Z".parse().unwrap(),
        components: vec!["badge".into(), "pin".into()],
    }
}

fn person(name: &str, role: &str) -> lotline_record::wire::Row {
    row(
        "person",
        &[
            ("person", text(name)),
            ("badge", text(name)),
            ("name", text("Printed Name")),
            ("name_version", Cell::Int(1)),
            ("role", text(role)),
            ("pin", text("x")),
            ("language", text("en")),
            ("active", Cell::Int(1)),
        ],
    )
}

#[tokio::test]
async fn an_adjustment_counts_whoever_signed_it_and_a_signature_that_may_not_be_given_is_an_exception() {
    let folder = tempfile::tempdir().unwrap();
    let running = start(folder.path()).await;
    let people = [
        person("p-1", "associate"),
        person("p-2", "associate"),
        person("s-1", "supervisor"),
    ];
    running.ledger().put_rows(&people).unwrap();
    let mut device = Device::enrolled(&running, "hh-1", 1).await;
    let adjusted = |who: Option<&str>| Body::Adjusted {
        goods: goods("L1", None, None),
        from: place("A-01"),
        to: Account::Virtual(Virtual::Unexplained),
        reason: "lost".into(),
        signature: who.map(signature),
    };
    let came = device.say(received(goods("L1", None, None), "A-01"));
    let refused = ["p-1", "p-2", "nobody"].map(|who| device.say(adjusted(Some(who))));
    let own = device.entry(Some("s-1"), adjusted(Some("s-1")));
    let own = device.append(&own);
    let plain = device.say(adjusted(None));
    let signed = device.say(adjusted(Some("s-1")));
    let all = [
        vec![came],
        refused.to_vec(),
        vec![own.clone(), plain.clone(), signed.clone()],
    ]
    .concat();
    device.push(&all).await.unwrap();
    settle(running.ledger()).await;
    for sealed in refused.iter().chain([&own]) {
        assert_eq!(device.verdict(sealed).await.unwrap().1.as_deref(), Some("no_authority"));
    }
    for sealed in [&plain, &signed] {
        assert_eq!(device.verdict(sealed).await.unwrap().0, "applied");
    }
    // One came, six are gone.
    assert_eq!(
        stock(running.ledger(), "P500"),
        [("place:A-01".to_owned(), "-5".to_owned())]
    );
}

#[tokio::test]
async fn a_block_is_released_by_who_may_and_never_by_who_placed_it() {
    let folder = tempfile::tempdir().unwrap();
    let running = start(folder.path()).await;
    let mut other = person("s-3", "supervisor");
    other.r[8] = text("OTHER");
    let people = [
        person("p-1", "associate"),
        person("s-1", "supervisor"),
        person("s-2", "supervisor"),
        other,
        person("q-1", "quality"),
    ];
    running.ledger().put_rows(&people).unwrap();
    let mut device = Device::enrolled(&running, "hh-1", 1).await;
    let lot = Scope::Lot {
        owner: "ACME".parse().unwrap(),
        item: "P500".parse().unwrap(),
        lot: "L1".parse().unwrap(),
    };
    let blocked = |name: &str, kind| Body::Blocked {
        block: Block {
            through: Vec::new(),
            block: name.parse().unwrap(),
            kind,
            scope: lot.clone(),
            reason: "damaged".into(),
            placed_by: None,
            part: None,
        },
    };
    let released = |name: &str, who: &str| Body::Released {
        block: name.parse().unwrap(),
        lot: None,
        scope: Some(lot.clone()),
        reason: "inspected".into(),
        signature: signature(who),
    };
    let came = device.say(received(goods("L1", None, None), "A-01"));
    let entry = device.entry(Some("s-1"), blocked("H-1", BlockKind::Hold));
    let held = device.append(&entry);
    let entry = device.entry(Some("s-1"), blocked("H-2", BlockKind::Quality));
    let quality = device.append(&entry);
    let refused = [
        ("H-1", "p-1"),
        ("H-1", "s-1"),
        ("H-1", "s-3"),
        ("H-1", "nobody"),
        ("H-2", "s-2"),
    ]
    .map(|(name, who)| device.say(released(name, who)));
    let good = [("H-1", "s-2"), ("H-2", "q-1")].map(|(name, who)| device.say(released(name, who)));
    device
        .push(&[vec![came, held, quality], refused.to_vec()].concat())
        .await
        .unwrap();
    settle(running.ledger()).await;
    for (sealed, who) in refused.iter().zip(["p-1", "s-1", "s-3", "nobody", "s-2"]) {
        assert_eq!(
            device.verdict(sealed).await.unwrap().1.as_deref(),
            Some("no_authority"),
            "{who}"
        );
    }
    let states = |page: lotline_record::wire::Page| {
        let blocks = page.rows.into_iter().filter(|r| r.t == "block");
        blocks.map(|r| r.r[7].clone()).collect::<Vec<_>>()
    };
    assert_eq!(
        states(device.page(0, 1_000).await.unwrap()),
        [text("open"), text("open")]
    );
    device.push(&good).await.unwrap();
    settle(running.ledger()).await;
    assert_eq!(
        states(device.page(0, 1_000).await.unwrap()),
        [text("released"), text("released")]
    );
    let history = running.ledger().history("L1", 100).unwrap();
    let blocked = history.iter().filter(|line| line.kind == "blocked");
    assert_eq!(blocked.count(), 2, "the lot's history tells of both");
}

#[tokio::test]
async fn what_is_loaded_and_shipped_is_the_customers_and_its_order_has_left() {
    let folder = tempfile::tempdir().unwrap();
    let running = start(folder.path()).await;
    let order = row(
        "document",
        &[
            ("kind", text("order")),
            ("document", text("5512")),
            ("owner", text("ACME")),
            ("partner", text("P1")),
            ("place", text("STAGE-1")),
            ("state", text("done")),
        ],
    );
    let people = [person("p-1", "associate"), person("s-1", "supervisor"), order];
    running.ledger().put_rows(&people).unwrap();
    let mut device = Device::enrolled(&running, "hh-1", 1).await;
    let document: DocumentId = "5512".parse().unwrap();
    let trailer: PlaceId = "TRAILER-1".parse().unwrap();
    let loaded = |goods| Body::Loaded {
        load: Load::Goods(goods),
        from: place("STAGE-1"),
        to: place("TRAILER-1"),
        document: document.clone(),
    };
    let shipped = |goods| Body::Shipped {
        load: Load::Goods(goods),
        from: place("TRAILER-1"),
        document: document.clone(),
    };
    let stale = |who: &str| Body::StaleAccepted {
        document: document.clone(),
        owner: "ACME".parse().unwrap(),
        age_min: Some(301),
        signature: signature(who),
    };
    let one = || goods("L1", None, Some("SN1"));
    let before = [
        device.say(received(one(), "STAGE-1")),
        device.say(received(goods("L1", None, None), "STAGE-1")),
        device.say(Body::LoadBegun {
            document: document.clone(),
            at: trailer.clone(),
        }),
        device.say(loaded(one())),
        device.say(loaded(goods("L1", None, None))),
    ];
    device.push(&before).await.unwrap();
    settle(running.ledger()).await;
    let state = |page: &lotline_record::wire::Page| {
        let order = page.rows.iter().rfind(|r| r.t == "document");
        order.map(|r| r.r[6].clone())
    };
    assert_eq!(
        state(&device.page(0, 1_000).await.unwrap()),
        Some(text("loading:TRAILER-1"))
    );
    let (refused, signed) = (device.say(stale("p-1")), device.say(stale("s-1")));
    let left = [
        device.say(shipped(one())),
        device.say(shipped(goods("L1", None, None))),
        device.say(Body::ShipConfirmed {
            document: document.clone(),
            at: trailer,
            seal: Some("SEAL-9".into()),
            outcome: "done".into(),
            partner: Some("P1".into()),
            silent: vec!["hh-2".parse().unwrap()],
        }),
    ];
    device
        .push(&[vec![refused.clone(), signed.clone()], left.to_vec()].concat())
        .await
        .unwrap();
    settle(running.ledger()).await;
    assert_eq!(
        device.verdict(&refused).await.unwrap().1.as_deref(),
        Some("no_authority")
    );
    for sealed in before.iter().chain([&signed]).chain(&left) {
        assert_eq!(device.verdict(sealed).await.unwrap().0, "applied");
    }
    assert!(stock(running.ledger(), "P500").is_empty(), "nothing is left here");
    let page = device.page(0, 1_000).await.unwrap();
    assert_eq!(state(&page), Some(text("shipped")));
    let serial = page.rows.iter().rfind(|r| r.t == "serial").unwrap();
    assert!(
        serial.r.contains(&text("shipped")) && serial.r.contains(&text("virtual:customer")),
        "{serial:?}"
    );
    let told = page
        .rows
        .iter()
        .filter(|r| r.t == "history" && r.r.contains(&text("shipped")));
    assert_eq!(told.count(), 2, "who received it stands in the history");
}

#[tokio::test]
async fn two_counts_of_one_lot_that_knew_nothing_of_each_other_correct_it_once() {
    let folder = tempfile::tempdir().unwrap();
    let running = start(folder.path()).await;
    let mut here = Device::enrolled(&running, "hh-1", 1).await;
    let mut there = Device::enrolled(&running, "hh-2", 2).await;
    let counted = |confirmed| Body::Counted {
        owner: "ACME".parse().unwrap(),
        item: "P500".parse().unwrap(),
        lot: Some(LotKey::of("L1".parse().unwrap())),
        level: Level::Each,
        at: place("A-01"),
        counted: Amount::ZERO,
        expected: Amount::whole(1),
        by_serial: false,
        confirmed,
        opening: false,
        heard: None,
    };
    let came = here.say(received(goods("L1", None, None), "A-01"));
    let seen = here.say(counted(false));
    let first = here.say(counted(true));
    here.push(&[came, seen, first.clone()]).await.unwrap();
    settle(running.ledger()).await;
    let second = there.say(counted(true));
    there.push(std::slice::from_ref(&second)).await.unwrap();
    settle(running.ledger()).await;
    assert_eq!(here.verdict(&first).await.unwrap().1, None);
    let (verdict, reason, ..) = there.verdict(&second).await.unwrap();
    assert_eq!(
        (verdict.as_str(), reason.as_deref()),
        ("applied", Some("absorbed by count hh-1/1/3"))
    );
    assert!(stock(running.ledger(), "P500").is_empty(), "one came, one is gone");
}

/// One came to A-01; somebody counted none there at eight; another device, which nobody had heard of, carried it to B-01 at
/// `moved_at`. What stands where in the end, and what became of the two; whichever was told first.
async fn a_count_and_a_move(
    moved_at: &str,
    offset_ms: Option<i64>,
    count_first: bool,
) -> (Vec<(String, i64)>, [Option<String>; 2]) {
    let folder = tempfile::tempdir().unwrap();
    let running = start(folder.path()).await;
    let mut here = Device::enrolled(&running, "hh-1", 1).await;
    let mut there = Device::enrolled(&running, "hh-2", 2).await;
    let came = here.say(received(goods("L1", None, None), "A-01"));
    here.push(&[came]).await.unwrap();
    settle(running.ledger()).await;
    let cursor = here.page(0, 100).await.unwrap().to;
    let level = goods("L1", None, None).level;
    let body = Body::Counted {
        owner: "ACME".parse().unwrap(),
        item: "P500".parse().unwrap(),
        lot: Some(LotKey::of("L1".parse().unwrap())),
        level,
        at: place("A-01"),
        counted: Amount::ZERO,
        expected: goods("L1", None, None).quantity.base().unwrap(),
        by_serial: false,
        confirmed: true,
        opening: false,
        heard: None,
    };
    let at = |entry: &mut Entry, wall: &str, offset_ms| {
        entry.cursor = cursor;
        entry.at.wall = wall.parse().unwrap();
        entry.at.offset_ms = offset_ms;
    };
    let mut count = here.entry(None, body);
    at(&mut count, "2026-11-21T08:00:00.000Z", Some(0));
    let count = here.append(&count);
    let mut move_ = there.entry(None, moved(goods("L1", None, None), "A-01", "B-01"));
    at(&mut move_, moved_at, offset_ms);
    let move_ = there.append(&move_);
    for first in [count_first, !count_first] {
        if first {
            here.push(std::slice::from_ref(&count)).await.unwrap();
        } else {
            there.push(std::slice::from_ref(&move_)).await.unwrap();
        }
        settle(running.ledger()).await;
        let sum: i64 = accounts(&here).await.iter().map(|(_, n)| n).sum();
        assert_eq!(sum, 0, "at every prefix");
    }
    let reasons = [
        here.verdict(&count).await.unwrap().1,
        there.verdict(&move_).await.unwrap().1,
    ];
    let (terms, now) = (crate::wms::first(), "2026-11-22T00:00:00.000Z".parse().unwrap());
    running.ledger().register_back_ends(&[terms], now).unwrap();
    let due = running
        .ledger()
        .take_due(FIRST_BACK_END, "", now, 10, &std::collections::BTreeSet::new());
    let told = due
        .unwrap()
        .into_iter()
        .find(|due| due.entry.device.as_str() == "hh-2")
        .unwrap();
    let legs: Option<Vec<serde_json::Value>> = told.legs.map(|legs| serde_json::from_str(&legs).unwrap());
    assert_eq!(
        legs.is_some(),
        reasons[1].is_some(),
        "what was absorbed is told as it was booked"
    );
    assert!(
        legs.iter().flatten().all(|leg| leg["account"] != "place:A-01"),
        "or the warehouse's own system would book it there twice: {legs:?}"
    );
    (accounts(&here).await, reasons)
}

/// What every account holds, as a device is told, the ones outside of the four walls too.
async fn accounts(device: &Device) -> Vec<(String, i64)> {
    let page = device.page(0, 1_000).await.unwrap();
    let rows = page.rows.iter().filter(|row| row.t == "stock" && !row.gone);
    let mut all: Vec<_> = rows
        .map(|row| match (&row.r[6], &row.r[7]) {
            (Cell::Text(account), Cell::Int(amount)) => (account.clone(), amount / 1_000_000),
            other => panic!("{other:?}"),
        })
        .collect();
    all.sort();
    all
}

#[tokio::test]
async fn a_fact_older_than_a_count_moves_nothing_where_the_count_was_whichever_was_told_first() {
    let (older, younger) = ("2026-11-21T07:30:00.000Z", "2026-11-21T08:30:00.000Z");
    let (late, reasons) = a_count_and_a_move(older, Some(0), true).await;
    assert_eq!(reasons, [None, Some("absorbed by count hh-1/1/2".to_owned())]);
    let places: Vec<&str> = late.iter().map(|(at, _)| at.as_str()).collect();
    assert!(
        !places.contains(&"place:A-01") && !places.contains(&"virtual:unexplained"),
        "{late:?}"
    );
    assert!(places.contains(&"place:B-01"), "{late:?}");
    let (early, reasons) = a_count_and_a_move(older, Some(0), false).await;
    assert_eq!(
        reasons,
        [Some("absorbs 1 facts that it did not know of".to_owned()), None]
    );
    assert_eq!(early, late, "the order of telling changes nothing");

    let (after, reasons) = a_count_and_a_move(younger, Some(0), true).await;
    assert_eq!(reasons, [None, None]);
    assert!(
        after.iter().any(|(at, _)| at == "place:A-01"),
        "it is missing there since: {after:?}"
    );
    let (skewed, _) = a_count_and_a_move(younger, Some(-3_600_000), true).await;
    assert_eq!(skewed, late, "its clock was an hour ahead");
    let (unbounded, _) = a_count_and_a_move(older, None, true).await;
    assert_eq!(unbounded, after, "a time without a bound is not older");
}

/// At A-01 stood twelve of L1 in a case; a device put three loose ones beside it, of which nobody had heard, and two others
/// counted there after each other: a case of eleven, then one of ten, and nothing else. What stands where, told in that order.
async fn two_counts(order: [usize; 3], second_heard: bool) -> Vec<(String, i64)> {
    let folder = tempfile::tempdir().unwrap();
    let running = start(folder.path()).await;
    let mut devices = Vec::new();
    for (n, name) in ["hh-1", "hh-2", "hh-3"].into_iter().enumerate() {
        devices.push(Device::enrolled(&running, name, u8::try_from(n + 1).unwrap()).await);
    }
    let case = Goods {
        level: Level::Case,
        quantity: Quantity::one(Unit("CS".into()), 12),
        ..goods("L1", None, None)
    };
    let came = devices[0].say(received(case, "A-01"));
    devices[0].push(&[came]).await.unwrap();
    settle(running.ledger()).await;
    // Loose ones that were put down beside the case: told last or first, the counts have seen them.
    let loose = Goods {
        quantity: Quantity::one(Unit::each(), 3),
        ..goods("L1", None, None)
    };
    let counted = |level, counted, expected, heard: &[(&str, u64)]| Body::Counted {
        owner: "ACME".parse().unwrap(),
        item: "P500".parse().unwrap(),
        lot: Some(LotKey::of("L1".parse().unwrap())),
        level,
        at: place("A-01"),
        counted: Amount::whole(counted),
        expected: Amount::whole(expected),
        by_serial: false,
        confirmed: true,
        opening: false,
        heard: Some(
            heard
                .iter()
                .map(|(device, seq)| Heard {
                    device: device.parse().unwrap(),
                    epoch: 1,
                    seq: *seq,
                })
                .collect(),
        ),
    };
    let heard: &[(&str, u64)] = if second_heard {
        &[("hh-1", 1), ("hh-2", 1)]
    } else {
        &[("hh-1", 1)]
    };
    let expected = if second_heard { 11 } else { 12 };
    let bodies = [
        moved(loose, "B-01", "A-01"),
        counted(Level::Case, 11, 12, &[("hh-1", 1)]),
        counted(Level::Case, 10, expected, heard),
    ];
    let walls = ["07:30", "08:00", "08:30"];
    let tellers = [2, 1, 0];
    let mut said = Vec::new();
    for n in 0..3 {
        let device = &mut devices[tellers[n]];
        let mut entry = device.entry(None, bodies[n].clone());
        entry.at.wall = format!("2026-11-21T{}:00.000Z", walls[n]).parse().unwrap();
        entry.at.offset_ms = Some(0);
        said.push(device.append(&entry));
    }
    for n in order {
        devices[tellers[n]].push(&said[n..=n]).await.unwrap();
        settle(running.ledger()).await;
        let sum: i64 = accounts(&devices[0]).await.iter().map(|(_, n)| n).sum();
        assert_eq!(sum, 0, "at every prefix");
    }
    let mut all = accounts(&devices[0]).await;
    all.retain(|(_, amount)| *amount != 0);
    all
}

#[tokio::test]
async fn of_two_counts_that_knew_nothing_of_each_other_the_last_stands_in_any_order() {
    let at = |place: &str, n: i64| (place.to_owned(), n);
    for order in [[0, 1, 2], [0, 2, 1], [1, 0, 2], [1, 2, 0], [2, 0, 1], [2, 1, 0]] {
        for second_heard in [false, true] {
            assert_eq!(
                two_counts(order, second_heard).await,
                [
                    at("place:A-01", 10),
                    at("place:B-01", -3),
                    at("virtual:supplier", -12),
                    at("virtual:unexplained", 2),
                    at("virtual:unexplained", 3)
                ],
                "{order:?} {second_heard}"
            );
        }
    }
}

#[tokio::test]
async fn a_count_is_settled_by_the_count_of_another_person() {
    let folder = tempfile::tempdir().unwrap();
    let running = start(folder.path()).await;
    let mut device = Device::enrolled(&running, "hh-1", 1).await;
    let exception: ExceptionId = "hh-1-1-1".parse().unwrap();
    let raised = device.say(Body::Raised {
        exception: exception.clone(),
        code: "count".into(),
        message: lotline_record::text::Message::new("count-differs"),
        goods: None,
        at: Some(place("A-01")),
        line: None,
        known_expiry: None,
    });
    let recounted = || Body::Recounted {
        exception: exception.clone(),
        at: place("A-01"),
    };
    let same = device.say(recounted());
    device.push(&[raised, same.clone()]).await.unwrap();
    settle(running.ledger()).await;
    assert_eq!(device.verdict(&same).await.unwrap().1.as_deref(), Some("no_authority"));
    let other = device.entry(Some("p-2"), recounted());
    let other = device.append(&other);
    device.push(std::slice::from_ref(&other)).await.unwrap();
    settle(running.ledger()).await;
    assert_eq!(device.verdict(&other).await.unwrap().0, "applied");
    let page = device.page(0, 1_000).await.unwrap();
    let row = page
        .rows
        .iter()
        .rfind(|r| r.t == "exception" && r.r[1] == text("hh-1-1-1"));
    assert_eq!(row.map(|r| &r.r[3]), Some(&text("settled")));
}

#[tokio::test]
async fn row_11_a_contradiction_in_the_middle_of_a_batch_stops_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let running = start(folder.path()).await;
    let mut device = Device::enrolled(&running, "hh-1", 1).await;
    let entries: Vec<Sealed> = (1..=500)
        .map(|n| {
            let expiry = if n == 250 { "2027-09-30" } else { "2028-03-31" };
            device.say(received(goods("L2603A", Some(expiry), None), "DOCK-1"))
        })
        .collect();
    assert_eq!(device.push(&entries).await.unwrap().stored_through.seq, 500);
    settle(running.ledger()).await;

    let open = running.ledger().open_exceptions().unwrap();
    assert_eq!(open.len(), 1);
    assert_eq!(
        (open[0].exception.as_str(), open[0].code.as_str()),
        ("srv-hh-1-1-250", "expiry_contradiction")
    );
    assert_eq!(open[0].message.as_ref().unwrap().id, "stop-expiry-contradiction");
    let sides: Vec<EntryRef> = serde_json::from_str(open[0].evidence.as_ref().unwrap()).unwrap();
    assert_eq!(sides.iter().map(|s| s.seq).collect::<Vec<_>>(), [249, 250]);
    let verdicts: Vec<String> = running
        .ledger()
        .entries(None, 0, 1_000)
        .unwrap()
        .into_iter()
        .map(|s| s.verdict.unwrap())
        .collect();
    assert_eq!(verdicts.iter().filter(|v| *v == "applied").count(), 499);
    assert_eq!(verdicts[249], "exception");
    assert_eq!(
        stock(running.ledger(), "L2603A"),
        [("place:DOCK-1".to_owned(), "500".to_owned())]
    );
    let verdict = device.verdict(&entries[249]).await.unwrap();
    assert_eq!(verdict.2.as_deref(), Some("srv-hh-1-1-250"));
}

#[tokio::test]
async fn row_14_an_entry_that_panics_is_kept_aside_and_applied_after_the_fix() {
    let folder = tempfile::tempdir().unwrap();
    let mut broken = config(folder.path());
    broken.apply_hook = Some(Arc::new(|entry: &Entry| {
        assert!(entry.seq != 2, "a bug of this version");
    }));
    let running = Server::start(broken).await.unwrap();
    let mut device = Device::enrolled(&running, "hh-1", 1).await;
    let entries: Vec<Sealed> = (0..4)
        .map(|_| device.say(received(goods("L1", None, None), "DOCK-1")))
        .collect();
    device.push(&entries).await.unwrap();
    settle(running.ledger()).await;
    assert_eq!(stock(running.ledger(), "L1")[0].1, "3", "the others flow");
    assert_eq!(device.verdict(&entries[1]).await.unwrap().0, "kept_aside");
    assert_eq!(device.page(0, 1).await.unwrap().included.seq, 4);
    let alarms = running.ledger().alarms(10).unwrap();
    assert_eq!(alarms.len(), 1, "tried once");
    assert!(
        alarms[0].detail.contains("a bug of this version"),
        "{}",
        alarms[0].detail
    );
    running.stop().await;

    let running = start(folder.path()).await;
    assert_eq!(running.ledger().retry_kept_aside(true).unwrap(), 1);
    settle(running.ledger()).await;
    assert_eq!(stock(running.ledger(), "L1")[0].1, "4", "applied without the device");
    device.base = format!("http://{}", running.addr());
    device.refresh().await.unwrap();
    assert_eq!(device.verdict(&entries[1]).await.unwrap().0, "applied");
    assert_eq!(device.page(0, 1).await.unwrap().included.seq, 4);
}

#[tokio::test]
async fn row_24_an_unknown_format_is_stored_and_kept_aside() {
    let folder = tempfile::tempdir().unwrap();
    let running = start(folder.path()).await;
    let mut device = Device::enrolled(&running, "hh-1", 1).await;
    let entry = device.entry(None, Body::SignedIn);
    let plain = String::from_utf8(entry.seal().unwrap().bytes).unwrap();
    let newer = plain
        .replace("\"signed_in\"", "\"teleported\"")
        .replacen("\"v\":1", "\"v\":7", 1)
        .into_bytes();
    let unknown = link(&mut device.tip, &newer).unwrap();
    let after = device.say(received(goods("L1", None, None), "DOCK-1"));
    assert_eq!(
        device.push(&[unknown.clone(), after]).await.unwrap().stored_through.seq,
        2
    );
    settle(running.ledger()).await;
    assert_eq!(running.ledger().entries(None, 0, 1).unwrap()[0].bytes, newer);
    assert_eq!(device.verdict(&unknown).await.unwrap().0, "kept_aside");
    assert_eq!(stock(running.ledger(), "L1")[0].1, "1");
}

#[tokio::test]
async fn row_44_a_serial_scanned_on_two_offline_devices_counts_once_and_shows_both() {
    let folder = tempfile::tempdir().unwrap();
    let running = start(folder.path()).await;
    let mut a = Device::enrolled(&running, "hh-a", 1).await;
    let mut b = Device::enrolled(&running, "hh-b", 2).await;
    let unit = || goods("L1", None, Some("S-1"));
    let first = a.say(received(unit(), "DOCK-1"));
    a.push(std::slice::from_ref(&first)).await.unwrap();
    let second = b.say(received(unit(), "DOCK-2"));
    let third = b.say(moved(unit(), "DOCK-2", "A-01"));
    b.push(&[second.clone(), third]).await.unwrap();
    settle(running.ledger()).await;

    assert_eq!(
        running.ledger().entries(None, 0, 10).unwrap().len(),
        3,
        "all are recorded"
    );
    let open = running.ledger().open_exceptions().unwrap();
    assert_eq!(open.len(), 1, "one exception");
    assert_eq!(open[0].code, "disputed_serial");
    let sides: Vec<EntryRef> = serde_json::from_str(open[0].evidence.as_ref().unwrap()).unwrap();
    assert_eq!(
        sides.iter().map(|s| s.hash).take(2).collect::<Vec<_>>(),
        [first.hash, second.hash]
    );
    assert_eq!(sides.len(), 3);
    assert_eq!(
        stock(running.ledger(), "L1"),
        [("place:DOCK-1".to_owned(), "1".to_owned())],
        "it counts once"
    );
    let page = a.page(0, 1_000).await.unwrap();
    let serial = page.rows.iter().find(|row| row.t == "serial").unwrap();
    assert_eq!(serial.r[7], text("place:DOCK-1"));
    assert_eq!(serial.r[9], text("place:A-01"), "the second place that claims it");
}

#[tokio::test]
async fn a_move_that_reports_before_its_receipt_is_healed_and_disputes_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let running = start(folder.path()).await;
    let mut a = Device::enrolled(&running, "hh-a", 1).await;
    let mut b = Device::enrolled(&running, "hh-b", 2).await;
    let unit = || goods("L1", None, Some("S-1"));
    let put_away = b.say(moved(unit(), "DOCK-1", "A-01"));
    b.push(&[put_away]).await.unwrap();
    settle(running.ledger()).await;
    let receipt = a.say(received(unit(), "DOCK-1"));
    a.push(&[receipt]).await.unwrap();
    settle(running.ledger()).await;
    assert!(running.ledger().open_exceptions().unwrap().is_empty());
    assert_eq!(
        stock(running.ledger(), "L1"),
        [("place:A-01".to_owned(), "1".to_owned())]
    );
    let back = b.say(moved(unit(), "A-01", "DOCK-1"));
    b.push(&[back]).await.unwrap();
    settle(running.ledger()).await;
    assert!(running.ledger().open_exceptions().unwrap().is_empty());
    assert_eq!(
        stock(running.ledger(), "L1"),
        [("place:DOCK-1".to_owned(), "1".to_owned())]
    );
}

#[tokio::test]
async fn an_undo_takes_back_once_what_is_known_and_nothing_else() {
    let folder = tempfile::tempdir().unwrap();
    let running = start(folder.path()).await;
    let mut device = Device::enrolled(&running, "hh-1", 1).await;
    let body = received(goods("L1", None, None), "DOCK-1");
    let one = device.say(body.clone());
    let two = device.say(body.clone());
    let target = |sealed: &Sealed| EntryRef {
        device: "hh-1".parse().unwrap(),
        epoch: 1,
        seq: sealed.position.seq(),
        hash: sealed.hash,
    };
    let undone = |entry: EntryRef, body: Body| Body::Undone {
        entry,
        body: Box::new(body),
    };
    let good = device.say(undone(target(&two), body.clone()));
    let twice = device.say(undone(target(&two), body.clone()));
    let other = received(goods("L1", None, None), "DOCK-2");
    let differs = device.say(undone(target(&one), other));
    let unknown = device.say(undone(
        EntryRef {
            hash: Hash::of(&[b"x"]),
            ..target(&one)
        },
        body,
    ));
    device
        .push(&[one, two, good.clone(), twice.clone(), differs.clone(), unknown.clone()])
        .await
        .unwrap();
    settle(running.ledger()).await;
    assert_eq!(
        stock(running.ledger(), "L1"),
        [("place:DOCK-1".to_owned(), "1".to_owned())]
    );
    for (sealed, code) in [
        (twice, "undone_twice"),
        (differs, "undo_differs"),
        (unknown, "undo_unknown"),
    ] {
        let verdict = device.verdict(&sealed).await.unwrap();
        assert_eq!((verdict.0.as_str(), verdict.1.as_deref()), ("exception", Some(code)));
    }
    assert_eq!(device.verdict(&good).await.unwrap().0, "applied");
}

#[tokio::test]
async fn an_exception_is_settled_only_by_who_may() {
    let folder = tempfile::tempdir().unwrap();
    let running = start(folder.path()).await;
    running
        .ledger()
        .put_rows(&[
            person("p-1", "associate"),
            person("s-1", "supervisor"),
            person("s-2", "supervisor"),
        ])
        .unwrap();
    let mut device = Device::enrolled(&running, "hh-1", 1).await;
    let exception: ExceptionId = "hh-1-1-1".parse().unwrap();
    let entry = device.entry(
        Some("s-2"),
        Body::Raised {
            exception: exception.clone(),
            code: "expiry_contradiction".into(),
            message: lotline_record::text::Message::new("stop-expiry-contradiction"),
            goods: Some(goods("L1", None, None)),
            at: Some(place("CAGE-1")),
            line: None,
            known_expiry: None,
        },
    );
    let raised = device.append(&entry);
    let settle_by = |who: &str, resolution: Resolution| Body::Resolved {
        exception: exception.clone(),
        resolution,
        reason: "seen".into(),
        goods: Some(goods("L1", None, None)),
        at: Some(place("CAGE-1")),
        line: None,
        signature: signature(who),
    };
    let block = Block {
        through: Vec::new(),
        block: "Q-1".parse().unwrap(),
        kind: BlockKind::Quarantine,
        scope: Scope::Lot {
            owner: "ACME".parse().unwrap(),
            item: "P500".parse().unwrap(),
            lot: "L1".parse().unwrap(),
        },
        reason: "expiry".into(),
        placed_by: None,
        part: None,
    };
    let quarantine = || Resolution::Quarantine { block: block.clone() };
    let refused: Vec<Sealed> = [
        settle_by("p-1", quarantine()),
        settle_by("s-2", quarantine()),
        settle_by("nobody", quarantine()),
        settle_by("s-1", Resolution::Accept),
    ]
    .map(|body| device.say(body))
    .into();
    device.push(&[vec![raised], refused.clone()].concat()).await.unwrap();
    settle(running.ledger()).await;
    for sealed in &refused {
        assert_eq!(device.verdict(sealed).await.unwrap().1.as_deref(), Some("no_authority"));
    }
    let open = running.ledger().open_exceptions().unwrap();
    assert!(open.iter().any(|x| x.exception == "hh-1-1-1"), "it is still open");

    let good = device.say(settle_by("s-1", quarantine()));
    let late = device.say(settle_by("s-1", quarantine()));
    device.push(&[good.clone(), late.clone()]).await.unwrap();
    settle(running.ledger()).await;
    assert_eq!(device.verdict(&good).await.unwrap().0, "applied");
    assert_eq!(
        device.verdict(&late).await.unwrap().1.as_deref(),
        Some("exception_settled")
    );
    let page = device.page(0, 1_000).await.unwrap();
    let settled = page
        .rows
        .iter()
        .find(|r| r.t == "exception" && r.r[1] == text("hh-1-1-1"))
        .unwrap();
    assert_eq!(
        (&settled.r[3], &settled.r[16], &settled.r[18]),
        (&text("settled"), &text("quarantine"), &text("s-1"))
    );
    assert!(
        page.rows
            .iter()
            .any(|r| r.t == "block" && r.r[1] == text("Q-1") && r.r[7] == text("open"))
    );

    let release = |who: &str| Body::Released {
        block: "Q-1".parse().unwrap(),
        lot: None,
        scope: None,
        reason: "ok".into(),
        signature: signature(who),
    };
    let refused = device.say(release("p-1"));
    let good = device.say(release("s-1"));
    device.push(&[refused.clone(), good]).await.unwrap();
    settle(running.ledger()).await;
    assert_eq!(
        device.verdict(&refused).await.unwrap().1.as_deref(),
        Some("no_authority")
    );
    let page = device.page(0, 1_000).await.unwrap();
    assert!(page.rows.iter().any(|r| r.t == "block" && r.r[7] == text("released")));
}

#[tokio::test]
async fn a_verdict_that_its_own_facts_do_not_bear_is_alarmed_and_still_recorded() {
    let folder = tempfile::tempdir().unwrap();
    let running = start(folder.path()).await;
    let mut device = Device::enrolled(&running, "hh-1", 1).await;
    let mut entry = device.entry(Some("p-1"), received(goods("L1", None, None), "DOCK-1"));
    let facts = Facts::Expiry {
        lot: None,
        expiry: "2026-01-01".parse().unwrap(),
        today: "2026-11-21".parse().unwrap(),
        min_days: 0,
        purpose: Purpose::Pick,
        alert_days: 30,
    };
    entry.verdict = Verdict {
        outcome: Outcome::Accept,
        rules: VERSION,
        grounds: vec![Ground {
            outcome: Outcome::Accept,
            facts,
        }],
    };
    let sealed = device.append(&entry);
    device.push(std::slice::from_ref(&sealed)).await.unwrap();
    settle(running.ledger()).await;
    assert_eq!(
        device.verdict(&sealed).await.unwrap().1.as_deref(),
        Some("verdict_disagrees")
    );
    assert_eq!(running.ledger().alarms(1).unwrap()[0].code, "verdict_disagrees");
    assert_eq!(stock(running.ledger(), "L1")[0].1, "1");
}

#[tokio::test]
async fn a_unit_received_as_told_by_its_notice_counts_once() {
    let folder = tempfile::tempdir().unwrap();
    let running = start(folder.path()).await;
    let mut a = Device::enrolled(&running, "hh-a", 1).await;
    let mut b = Device::enrolled(&running, "hh-b", 2).await;
    let body = |known| Body::Received {
        goods: Goods {
            plate: Some("003456789012345675".parse().unwrap()),
            ..goods("L1", None, None)
        },
        to: place("DOCK-1"),
        known,
        line: None,
    };
    let first = a.say(body(ContentsKnown::Inferred));
    a.push(&[first]).await.unwrap();
    let second = b.say(body(ContentsKnown::Inferred));
    b.push(std::slice::from_ref(&second)).await.unwrap();
    settle(running.ledger()).await;
    assert_eq!(
        stock(running.ledger(), "L1"),
        [("plate:003456789012345675".to_owned(), "1".to_owned())]
    );
    let verdict = b.verdict(&second).await.unwrap();
    assert_eq!(
        (verdict.0.as_str(), verdict.1.as_deref()),
        ("applied", Some("counted by hh-a/1/1"))
    );
    let scanned = b.say(body(ContentsKnown::Scanned));
    b.push(&[scanned]).await.unwrap();
    settle(running.ledger()).await;
    assert_eq!(
        stock(running.ledger(), "L1")[0].1,
        "2",
        "each case scanned onto it counts"
    );
}

#[tokio::test]
async fn carried_entries_have_their_effect_once_by_their_own_hash() {
    let folder = tempfile::tempdir().unwrap();
    let running = start(folder.path()).await;
    let mut device = Device::enrolled(&running, "hh-1", 1).await;
    let stored = device.say(received(goods("L1", None, None), "DOCK-1"));
    device.push(std::slice::from_ref(&stored)).await.unwrap();
    let lost = device.say(received(goods("L1", None, None), "DOCK-1"));
    device.tip = Tip::start(device.id.clone(), 2, Some(stored.hash));
    let carry = |sealed: &Sealed| Body::Carried {
        epoch: 1,
        seq: sealed.position.seq(),
        hash: sealed.hash,
        bytes: sealed.bytes.clone(),
    };
    let entries = [
        device.say(carry(&stored)),
        device.say(carry(&lost)),
        device.say(carry(&lost)),
    ];
    device.push(&entries).await.unwrap();
    settle(running.ledger()).await;
    assert_eq!(
        stock(running.ledger(), "L1"),
        [("place:DOCK-1".to_owned(), "2".to_owned())]
    );
    let undo = device.say(Body::Undone {
        entry: EntryRef {
            device: device.id.clone(),
            epoch: 1,
            seq: 2,
            hash: lost.hash,
        },
        body: Box::new(received(goods("L1", None, None), "DOCK-1")),
    });
    device.push(std::slice::from_ref(&undo)).await.unwrap();
    settle(running.ledger()).await;
    assert_eq!(device.verdict(&undo).await.unwrap().0, "applied");
    assert_eq!(stock(running.ledger(), "L1")[0].1, "1");
}

#[tokio::test]
async fn the_sum_over_all_accounts_is_zero_and_empty_rows_are_tombstones() {
    let folder = tempfile::tempdir().unwrap();
    let running = start(folder.path()).await;
    let mut device = Device::enrolled(&running, "hh-1", 1).await;
    let unit = || goods("L1", Some("2028-03-31"), None);
    let entries = [
        device.say(received(unit(), "DOCK-1")),
        device.say(moved(unit(), "DOCK-1", "A-01")),
    ];
    device.push(&entries).await.unwrap();
    settle(running.ledger()).await;
    let page = device.page(0, 1_000).await.unwrap();
    let amounts: Vec<(String, i64, bool)> = page
        .rows
        .iter()
        .filter(|row| row.t == "stock")
        .map(|row| match (&row.r[6], &row.r[7]) {
            (Cell::Text(account), Cell::Int(amount)) => (account.clone(), *amount, row.gone),
            other => panic!("{other:?}"),
        })
        .collect();
    assert_eq!(amounts.iter().map(|(_, amount, _)| amount).sum::<i64>(), 0);
    assert!(amounts.contains(&("place:DOCK-1".into(), 0, true)));
    let lot = page.rows.iter().find(|row| row.t == "lot").unwrap();
    assert_eq!((&lot.r[5], &lot.r[8]), (&text("2028-03-31"), &text("2026-11-21")));
}

#[tokio::test]
async fn what_was_destroyed_or_taken_out_of_turn_counts_by_who_signed_and_a_run_moves_stock() {
    let folder = tempfile::tempdir().unwrap();
    let running = start(folder.path()).await;
    let people = [
        person("p-1", "associate"),
        person("s-1", "supervisor"),
        person("q-1", "quality"),
    ];
    running.ledger().put_rows(&people).unwrap();
    let mut device = Device::enrolled(&running, "hh-1", 1).await;
    let disposed = |who: &str| Body::Disposed {
        goods: goods("L1", None, None),
        from: place("A-01"),
        reason: "damaged".into(),
        certificate: None,
        signature: signature(who),
    };
    let overridden = |who: &str| Body::Overridden {
        rule: "rotation".into(),
        document: "5512".parse().unwrap(),
        goods: goods("L1", None, None),
        reason: "buried".into(),
        signature: Some(signature(who)),
    };
    let run: lotline_record::model::RunId = "hh-1-1-9".parse().unwrap();
    let good = [
        device.say(received(goods("L1", None, None), "A-01")),
        device.say(received(goods("L1", None, None), "A-01")),
        device.say(disposed("s-1")),
        device.say(overridden("s-1")),
        device.say(Body::Consumed {
            run: run.clone(),
            work: "kit".into(),
            goods: goods("L1", None, None),
            from: place("A-01"),
        }),
        device.say(Body::Produced {
            run,
            work: "kit".into(),
            goods: goods("L2", None, None),
            to: place("A-02"),
        }),
    ];
    let bad = [
        device.say(disposed("p-1")),
        device.say(overridden("p-1")),
        device.say(overridden("q-1")),
    ];
    device.push(&[good.to_vec(), bad.to_vec()].concat()).await.unwrap();
    settle(running.ledger()).await;
    for sealed in &good {
        assert_eq!(device.verdict(sealed).await.unwrap().0, "applied");
    }
    for sealed in &bad {
        assert_eq!(device.verdict(sealed).await.unwrap().1.as_deref(), Some("no_authority"));
    }
    let page = device.page(0, 1_000).await.unwrap();
    let of_run = |kind: &str| {
        page.rows
            .iter()
            .filter(|r| r.t == "history" && r.r.contains(&text(kind)) && r.r.contains(&text("hh-1-1-9")))
            .count()
    };
    assert_eq!(
        (of_run("consumed"), of_run("produced")),
        (1, 1),
        "its genealogy comes down"
    );
    let here = stock(running.ledger(), "P500");
    assert_eq!(here.len(), 1, "what was made is all that is left: {here:?}");
}
