use super::*;
use crate::access::By;
use crate::ledger::{Ledger, sqlite};
use std::path::Path;

fn terms(name: &str, order: Order) -> Terms {
    Terms {
        name: name.to_owned(),
        kind: "http",
        order,
        kinds: Vec::new(),
        from_start: false,
    }
}

fn now() -> Instant {
    Instant::from_unix_ms(1_000_000)
}

/// Entries 1 to `n` of a device, as far as the hand-off looks at them.
fn entries(db: &Connection, n: i64) {
    db.execute_batch(
        "INSERT OR IGNORE INTO site VALUES ('DC1', 'UTC', 'e', x'00', 7, 41);
         INSERT OR IGNORE INTO device (device, name, resource, public_key, thumbprint, enrolled_ms, hash)
           VALUES ('hh-1', 'HH', 'CART-1', x'00', 't', 0, x'00')",
    )
    .unwrap();
    for seq in 1..=n {
        db.execute(
            "INSERT INTO entry (arrival, device, epoch, seq, bytes, hash, received_ms, change, counted)
             VALUES (?1, 'hh-1', 1, ?1, x'7b7d', zeroblob(32), ?1, 1, 1)",
            [seq],
        )
        .unwrap();
        db.execute(
            "INSERT INTO verdict (site, device, position, verdict, wms, cursor) VALUES ('DC1', 'hh-1', ?1, 'applied', 'queued', 1)",
            [Position::new(1, seq.cast_unsigned()).raw()],
        )
        .unwrap();
    }
}

fn ledger(folder: &Path) -> Ledger {
    let path = folder.join("ledger.db");
    drop(Ledger::open(&path).unwrap());
    entries(&Connection::open(&path).unwrap(), 6);
    Ledger::open(&path).unwrap()
}

fn queued(ledger: &Ledger, arrival: i64, kind: &str, unit: &str) {
    ledger
        .store()
        .write(|tx| queue(tx, arrival, "hh-1", kind, unit, None))
        .unwrap();
}

fn taken(ledger: &Ledger, name: &str) -> Vec<(i64, Stage)> {
    let due = ledger.take_due(name, "", now(), 10, &BTreeSet::new()).unwrap();
    due.into_iter().map(|due| (due.arrival, due.stage)).collect()
}

fn settled(ledger: &Ledger, name: &str, arrival: i64, outcome: &Outcome) {
    let due = ledger.take_due(name, "", now(), 10, &BTreeSet::new()).unwrap();
    let due = due.into_iter().find(|due| due.arrival == arrival).unwrap();
    ledger.settle_movement(&due, outcome, now()).unwrap();
}

fn by() -> By {
    By {
        actor: "os:tests".into(),
        came_from: "command line".into(),
    }
}

const HAS: Outcome = Outcome::Applied { reference: None };

#[test]
fn a_ledger_of_format_6_keeps_each_movement_and_what_became_of_it() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("ledger.db");
    let old = sqlite::of_format(&path, 6);
    entries(&old, 5);
    old.execute_batch(
        "INSERT INTO wms_outbox (arrival, device, state, tries, due_ms, reason, legs) VALUES
           (1, 'hh-1', 'in_wms', 1, 0, NULL, NULL), (2, 'hh-1', 'refused', 1, 0, 'no such delivery', NULL),
           (3, 'hh-1', 'queued', 4, 77, NULL, '[]'), (4, 'hh-1', 'queued', 0, 0, NULL, NULL)",
    )
    .unwrap();
    drop(old);
    let ledger = Ledger::open(&path).unwrap();
    ledger
        .register_back_ends(&[terms(FIRST, Order::Device)], now())
        .unwrap();
    let line = &ledger.back_ends().unwrap()[0];
    assert_eq!(
        (line.applied, line.open, line.refused[0].1),
        (1, [("queued", 1), ("sent", 1), ("accepted", 0)], 1)
    );
    assert_eq!(ledger.refused_movements(9).unwrap()[0].reason, "no such delivery");
    let due = ledger.take_due(FIRST, "", now(), 10, &BTreeSet::new()).unwrap();
    assert_eq!(due.len(), 1, "the device's order holds");
    assert_eq!(
        (due[0].arrival, due[0].stage, due[0].tries),
        (3, Stage::Sent, 4),
        "it may be there: it is asked for"
    );
    assert_eq!(due[0].legs.as_deref(), Some("[]"));
    settled(&ledger, FIRST, 3, &HAS);
    assert_eq!(taken(&ledger, FIRST), [(4, Stage::Queued)]);
}

#[test]
fn a_ledger_of_format_6_that_told_nobody_tells_all_to_the_first_back_end_and_waits_for_none_before() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("ledger.db");
    let old = sqlite::of_format(&path, 6);
    entries(&old, 2);
    old.execute_batch(
        "INSERT INTO wms_outbox (arrival, device, state) VALUES (1, 'hh-1', 'queued'), (2, 'hh-1', 'queued')",
    )
    .unwrap();
    drop(old);
    let ledger = Ledger::open(&path).unwrap();
    assert!(ledger.back_ends().unwrap().is_empty());
    ledger
        .register_back_ends(&[terms("erp", Order::Device)], now())
        .unwrap();
    assert_eq!(ledger.back_ends().unwrap()[0].open[0].1, 2);
}

#[test]
fn units_keep_their_order_and_do_not_wait_for_each_other() {
    let folder = tempfile::tempdir().unwrap();
    let ledger = ledger(folder.path());
    ledger
        .register_back_ends(&[terms("a", Order::Unit), terms("b", Order::Device)], now())
        .unwrap();
    for (arrival, unit) in [(1, "plate:P"), (2, "plate:P"), (3, "task:T"), (4, "plate:P")] {
        queued(&ledger, arrival, "picked", unit);
    }
    assert_eq!(taken(&ledger, "a"), [(1, Stage::Queued), (3, Stage::Queued)]);
    assert_eq!(taken(&ledger, "b"), [(1, Stage::Queued)]);
    // A look again finds that the requests may have left.
    assert_eq!(taken(&ledger, "a"), [(1, Stage::Sent), (3, Stage::Sent)]);
    settled(&ledger, "a", 1, &Outcome::Rejected("no".into()));
    assert_eq!(
        taken(&ledger, "a"),
        [(2, Stage::Queued), (3, Stage::Sent)],
        "a refusal keeps nobody waiting"
    );
    // One that does not count any more gives its turn to the next.
    let gone = ledger.store().write(|tx| withdraw(tx, 4)).unwrap();
    assert!(gone, "nobody was told of it");
    settled(&ledger, "a", 2, &HAS);
    settled(&ledger, "a", 3, &HAS);
    assert_eq!(taken(&ledger, "a"), []);
    assert!(
        !ledger.store().write(|tx| withdraw(tx, 3)).unwrap(),
        "what was told was told"
    );
}

#[test]
fn a_movement_is_in_the_wms_once_every_back_end_that_gets_it_has_it() {
    let folder = tempfile::tempdir().unwrap();
    let ledger = ledger(folder.path());
    let mut few = terms("few", Order::Unit);
    few.kinds = vec!["received".into()];
    ledger
        .register_back_ends(&[terms("all", Order::Unit), few], now())
        .unwrap();
    queued(&ledger, 1, "received", "plate:P");
    queued(&ledger, 2, "picked", "plate:P");
    let in_wms = || ledger.devices().unwrap()[0].in_wms;
    settled(&ledger, "all", 1, &HAS);
    assert_eq!(in_wms(), 0);
    settled(&ledger, "few", 1, &HAS);
    assert_eq!(in_wms(), 1);
    settled(&ledger, "all", 2, &HAS);
    assert_eq!(in_wms(), 2, "the other one does not get picks");
    // A second word about the same movement changes nothing.
    assert_eq!(taken(&ledger, "all"), []);
}

#[test]
fn a_back_end_that_is_held_is_told_nothing_and_one_that_comes_back_of_what_came_meanwhile() {
    let folder = tempfile::tempdir().unwrap();
    let ledger = ledger(folder.path());
    let both = [terms("a", Order::Unit), terms("b", Order::Unit)];
    let by = by();
    ledger.register_back_ends(&both[..1], now()).unwrap();
    queued(&ledger, 1, "received", "plate:P");
    ledger.register_back_ends(&both, now()).unwrap();
    assert_eq!(taken(&ledger, "b"), [], "a second one is told of what comes");
    ledger.pause_back_end(&by, "a", true, now()).unwrap();
    assert_eq!(taken(&ledger, "a"), []);
    assert!(ledger.pause_back_end(&by, "nobody", true, now()).is_err());
    ledger.pause_back_end(&by, "a", false, now()).unwrap();
    assert_eq!(taken(&ledger, "a"), [(1, Stage::Queued)]);
    ledger.register_back_ends(&both[1..], now()).unwrap();
    queued(&ledger, 2, "received", "plate:P");
    assert_eq!(taken(&ledger, "a"), [], "the gateway does not know how to speak to it");
    ledger.register_back_ends(&both, now()).unwrap();
    settled(&ledger, "a", 1, &HAS);
    assert_eq!(taken(&ledger, "a"), [(2, Stage::Queued)]);
}

#[test]
fn what_was_refused_is_asked_for_and_told_again_when_a_person_says_so() {
    let folder = tempfile::tempdir().unwrap();
    let ledger = ledger(folder.path());
    ledger.register_back_ends(&[terms("a", Order::Unit)], now()).unwrap();
    for arrival in 1..=3 {
        queued(&ledger, arrival, "received", "plate:P");
    }
    settled(&ledger, "a", 1, &Outcome::Rejected("closed".into()));
    settled(&ledger, "a", 2, &Outcome::Dead("locked".into()));
    assert_eq!(ledger.back_ends().unwrap()[0].refused, [("rejected", 1), ("dead", 1)]);
    let by = by();
    assert!(ledger.replay(&by, "nobody", None).is_err());
    assert_eq!(ledger.replay(&by, "a", Some(1)).unwrap(), 1);
    assert_eq!(ledger.replay(&by, "a", Some(1)).unwrap(), 0, "it is on its way");
    assert_eq!(
        taken(&ledger, "a"),
        [(3, Stage::Queued)],
        "it waits for the one that has its turn"
    );
    settled(&ledger, "a", 3, &HAS);
    assert_eq!(taken(&ledger, "a"), [(1, Stage::Sent)], "it may be there");
    settled(&ledger, "a", 1, &HAS);
    assert_eq!(ledger.devices().unwrap()[0].in_wms, 2);
}

#[test]
fn what_is_not_done_is_told_again_and_what_nobody_knows_is_asked_for() {
    let folder = tempfile::tempdir().unwrap();
    let ledger = ledger(folder.path());
    ledger.register_back_ends(&[terms("a", Order::Unit)], now()).unwrap();
    queued(&ledger, 1, "received", "plate:P");
    let at = now();
    let (reason, failed) = ("locked".to_owned(), true);
    settled(&ledger, "a", 1, &Outcome::NotDone { reason, at, failed });
    assert_eq!(ledger.back_ends().unwrap()[0].says.as_deref(), Some("locked"));
    assert_eq!(taken(&ledger, "a"), [(1, Stage::Queued)]);
    let reason = "timed out".to_owned();
    settled(
        &ledger,
        "a",
        1,
        &Outcome::Unknown {
            reason: reason.clone(),
            at,
        },
    );
    assert_eq!(taken(&ledger, "a"), [(1, Stage::Sent)]);
    let reference = Some("MSG-7".to_owned());
    settled(&ledger, "a", 1, &Outcome::Accepted { reference, at });
    settled(&ledger, "a", 1, &Outcome::Unknown { reason, at });
    let due = ledger.take_due("a", "", now(), 10, &BTreeSet::new()).unwrap();
    assert_eq!(
        (due[0].stage, due[0].reference.as_deref()),
        (Stage::Accepted, Some("MSG-7"))
    );
    assert_eq!((due[0].tries, due[0].failed), (4, 1));
}
