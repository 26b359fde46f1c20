//! A working set comes, changes and goes while a real handheld has work that no gateway has.

use lotline_core::{Handheld, Input};
use lotline_record::model::DeviceId;
use lotline_record::wire::{Cell, Row, TABLES};
use lotline_tests::gateway::{Gateway, SITE};
use lotline_tests::held::{audit, check_record, furnish, sign_in, sound};
use rusqlite::{Connection, OpenFlags};
use std::path::Path;

fn row(table: &str, cells: &[(&str, &str)]) -> Row {
    let columns = TABLES.iter().find(|known| known.name == table).unwrap().columns;
    let value = |column: &&str| match cells.iter().find(|(name, _)| name == column) {
        Some((_, text)) => Cell::Text((*text).to_owned()),
        None if *column == "site" => Cell::Text(SITE.to_owned()),
        None => Cell::Null,
    };
    Row {
        t: table.to_owned(),
        c: 0,
        gone: false,
        r: columns.iter().map(value).collect(),
    }
}

fn policy(gateway: &Gateway, version: i64, sets: &str) {
    let mut policy = row(
        "policy",
        &[("policy", &format!(r#"{{"version":{version},"working_sets":{sets}}}"#))],
    );
    policy.r[1] = Cell::Int(version);
    gateway.ledger().put_rows(&[policy]).unwrap();
}

fn order(gateway: &Gateway, name: &str, owner: &str) {
    let cells = [
        ("kind", "order"),
        ("document", name),
        ("owner", owner),
        ("state", "open"),
    ];
    gateway.ledger().put_rows(&[row("document", &cells)]).unwrap();
}

/// The orders in the picture on the device's disk.
fn orders(folder: &Path) -> String {
    let db = Connection::open_with_flags(folder.join("site.db"), OpenFlags::SQLITE_OPEN_READ_ONLY).unwrap();
    db.query_row(
        "SELECT coalesce(group_concat(document, ' ' ORDER BY document), '') FROM document WHERE gone = 0",
        [],
        |row| row.get(0),
    )
    .unwrap()
}

/// Pulls until there is no more.
fn sync(handheld: &Handheld) {
    let mut tries = 0;
    while handheld.sync_now(60_000).unwrap().more {
        tries += 1;
        assert!(tries < 20, "it ends");
    }
}

#[test]
fn a_device_fetches_the_picture_of_its_working_set_and_loses_nothing_that_it_did_meanwhile() {
    let gateway = Gateway::start(env!("CARGO_BIN_EXE_gateway"));
    furnish(&gateway);
    order(&gateway, "SO-1", "ACME");
    order(&gateway, "SO-2", "BETA");
    let folder = tempfile::tempdir().unwrap();
    let handheld = sound(folder.path());
    let code = gateway.code(&DeviceId::new("DOCK-1").unwrap(), "DOCK-1");
    handheld
        .enrol(&format!("http://{}", gateway.address()), &code, "DOCK-1")
        .unwrap();
    sync(&handheld);
    assert_eq!(orders(folder.path()), "SO-1 SO-2");

    // Work that waits here, and a policy that gives this handheld a part.
    sign_in(&handheld);
    let waiting = audit(folder.path()).entries.len();
    assert!(waiting > 0);
    policy(&gateway, 2, r#"[{"devices":["DOCK-*"],"owners":["BETA"]}]"#);
    sync(&handheld);
    assert_eq!(orders(folder.path()), "SO-2");
    assert_eq!(
        handheld.act(Input::Tick).unwrap().id,
        "home",
        "whoever works is not disturbed"
    );

    // Pulls go on from there: what is not carried stays away, what comes into the set comes.
    order(&gateway, "SO-3", "ACME");
    order(&gateway, "SO-4", "BETA");
    order(&gateway, "SO-1", "BETA");
    sync(&handheld);
    assert_eq!(orders(folder.path()), "SO-1 SO-2 SO-4");
    order(&gateway, "SO-2", "ACME");
    sync(&handheld);
    assert_eq!(orders(folder.path()), "SO-1 SO-4");

    // And the whole site again.
    policy(&gateway, 3, "[]");
    sync(&handheld);
    assert_eq!(orders(folder.path()), "SO-1 SO-2 SO-3 SO-4");
    handheld.act(Input::choose("sign_out")).unwrap();
    sync(&handheld);
    gateway.settled();
    drop(handheld);
    check_record(&gateway, folder.path());
    assert!(gateway.arrived(&DeviceId::new("DOCK-1").unwrap()).len() > waiting);
}
