//! Working sets: what of the site a device carries.

use crate::device::*;
use lotline_record::entry::Sealed;
use lotline_record::model::Goods;
use lotline_record::wire::{Cell, Code, Page, Row};
use lotline_server::Running;
use rusqlite::Connection;
use std::collections::BTreeSet;
use std::path::Path;

fn policy(version: i64, sets: &str) -> Row {
    let text = text(&format!(r#"{{"version": {version}, "working_sets": {sets}}}"#));
    row("policy", &[("version", Cell::Int(version)), ("policy", text)])
}

/// `DOCK-*` carries what is BETA's, and tasks in the cold.
const SETS: &str = r#"[{"devices": ["dock-*"], "owners": ["BETA"], "zones": ["COLD"]}]"#;

fn document(name: &str, owner: &str) -> Row {
    let cells = [
        ("kind", "order"),
        ("document", name),
        ("owner", owner),
        ("state", "open"),
    ];
    row("document", &cells.map(|(column, value)| (column, text(value))))
}

fn task(name: &str, owner: &str, zone: Option<&str>) -> Row {
    let mut cells = [("task", name), ("kind", "move"), ("owner", owner), ("state", "open")]
        .map(|(column, value)| (column, text(value)))
        .to_vec();
    cells.push(("priority", Cell::Int(1)));
    cells.extend(zone.map(|zone| ("zone", text(zone))));
    row("task", &cells)
}

fn of(owner: &str, serial: &str) -> Goods {
    Goods {
        owner: owner.parse().unwrap(),
        ..goods("L1", None, Some(serial))
    }
}

/// The named values of a page's rows of a table, in order; `None` where a row is told as gone.
fn told(page: &Page, table: &str, column: &str) -> Vec<(String, bool)> {
    let columns = lotline_record::wire::table(table).unwrap().columns;
    let at = columns.iter().position(|name| *name == column).unwrap();
    let rows = page.rows.iter().filter(|row| row.t == table);
    rows.map(|row| match &row.r[at] {
        Cell::Text(text) => (text.clone(), row.gone),
        other => (format!("{other:?}"), row.gone),
    })
    .collect()
}

/// A store with goods, documents and tasks of two owners, and two devices: one that carries all, one that carries a part.
async fn store(folder: &Path) -> (Running, Device, Device) {
    let running = start(folder).await;
    running
        .ledger()
        .put_rows(&[
            policy(2, SETS),
            document("SO-1", "ACME"),
            document("SO-2", "BETA"),
            task("T-1", "ACME", Some("COLD")),
            task("T-2", "BETA", Some("COLD")),
            task("T-3", "BETA", Some("DRY")),
            task("T-4", "BETA", None),
        ])
        .unwrap();
    let mut all = Device::enrolled(&running, "gun-1", 1).await;
    let part = Device::enrolled(&running, "dock-1", 2).await;
    let entries: Vec<Sealed> = [("ACME", "SN1"), ("BETA", "SN2")]
        .map(|(owner, serial)| all.say(received(of(owner, serial), "DOCK-1")))
        .into();
    all.push(&entries).await.unwrap();
    settle(running.ledger()).await;
    (running, all, part)
}

#[tokio::test]
async fn a_device_gets_the_units_histories_documents_and_tasks_of_its_set_and_all_that_must_be_complete() {
    let folder = tempfile::tempdir().unwrap();
    let (_running, all, part) = store(folder.path()).await;
    let whole = all.page(0, 1_000).await.unwrap();
    let page = part.page(0, 1_000).await.unwrap();
    let here = |page: &Page, table: &str, column: &str| -> BTreeSet<String> {
        let rows = told(page, table, column).into_iter();
        rows.filter(|(_, gone)| !gone).map(|(name, _)| name).collect()
    };
    let names = |names: &[&str]| names.iter().map(|name| (*name).to_owned()).collect::<BTreeSet<_>>();
    assert_eq!(here(&whole, "serial", "serial"), names(&["SN1", "SN2"]));
    assert_eq!(here(&page, "serial", "serial"), names(&["SN2"]));
    assert_eq!(here(&page, "history", "serial"), names(&["SN2"]));
    assert_eq!(here(&page, "document", "document"), names(&["SO-2"]));
    assert_eq!(here(&page, "task", "task"), names(&["T-2", "T-4"]));
    // Where goods lie decides which bin is empty and what a count finds, whoever owns them.
    for table in ["stock", "lot"] {
        assert_eq!(told(&page, table, "owner"), told(&whole, table, "owner"), "{table}");
        assert_eq!(here(&page, table, "owner"), names(&["ACME", "BETA"]));
    }
    assert_eq!(page.to, whole.to);

    // Of what it does not carry not even the place goes out.
    let bare = page.rows.iter().find(|row| row.t == "serial" && row.gone).unwrap();
    assert!(bare.r[4..].iter().all(|cell| *cell == Cell::Null), "{bare:?}");
    assert!(!format!("{page:?}").contains("SO-1\"), Text(\"ACME"));
}

#[tokio::test]
async fn what_leaves_a_set_is_told_as_gone_and_what_comes_into_it_is_told_whole() {
    let folder = tempfile::tempdir().unwrap();
    let (running, _all, part) = store(folder.path()).await;
    let before = part.page(0, 1_000).await.unwrap().to;
    running
        .ledger()
        .put_rows(&[
            document("SO-1", "BETA"),
            document("SO-2", "ACME"),
            task("T-2", "BETA", Some("DRY")),
            task("T-3", "BETA", Some("COLD")),
        ])
        .unwrap();
    let page = part.page(before, 1_000).await.unwrap();
    let is = |name: &str, gone: bool| (name.to_owned(), gone);
    assert_eq!(
        told(&page, "document", "document"),
        [is("SO-1", false), is("SO-2", true)]
    );
    assert_eq!(told(&page, "task", "task"), [is("T-2", true), is("T-3", false)]);
    // By pages of one change each it is the same.
    let mut cursor = before;
    let mut rows = Vec::new();
    while cursor < page.to {
        let one = part.page(cursor, 1).await.unwrap();
        cursor = one.to;
        rows.extend(one.rows);
    }
    assert_eq!(rows, page.rows);
}

#[tokio::test]
async fn the_picture_of_a_set_is_a_file_of_its_own_that_pages_continue_and_that_says_what_it_carries() {
    let folder = tempfile::tempdir().unwrap();
    let (running, all, part) = store(folder.path()).await;
    let other = Device::enrolled(&running, "dock-2", 3).await;
    let (whole, of_part, of_other) = (
        all.get("/v1/site").await,
        part.get("/v1/site").await,
        other.get("/v1/site").await,
    );
    assert_eq!(
        of_part.headers()["etag"],
        of_other.headers()["etag"],
        "one file for all of a set"
    );
    assert_ne!(of_part.headers()["etag"], whole.headers()["etag"]);
    let path = folder.path().join("part.db");
    std::fs::write(&path, of_part.bytes().await.unwrap()).unwrap();
    let db = Connection::open(&path).unwrap();
    let texts = |sql: &str| -> Vec<String> {
        let mut statement = db.prepare(sql).unwrap();
        let rows = statement.query_map([], |row| row.get(0)).unwrap();
        rows.collect::<Result<_, _>>().unwrap()
    };
    assert_eq!(texts("SELECT serial FROM serial"), ["SN2"]);
    assert_eq!(texts("SELECT DISTINCT serial FROM history"), ["SN2"]);
    assert_eq!(texts("SELECT document FROM document"), ["SO-2"]);
    assert_eq!(texts("SELECT task FROM task ORDER BY task"), ["T-2", "T-4"]);
    assert_eq!(
        texts("SELECT DISTINCT owner FROM stock ORDER BY owner"),
        ["ACME", "BETA"]
    );
    let set = texts("SELECT value FROM meta WHERE key = 'working_set'");
    assert!(
        set[0].contains(r#""owners":["BETA"]"#) && set[0].contains(r#""zones":["COLD"]"#),
        "{set:?}"
    );
    let epoch = texts("SELECT value FROM meta WHERE key = 'server_epoch'").remove(0);
    let page = part.page(0, 1).await.unwrap();
    assert_eq!(page.server_epoch, epoch);
    assert_ne!(all.page(0, 1).await.unwrap().server_epoch, epoch);
    // Its focus is of the set, and of the same history.
    let focus: Page = answer(part.get("/v1/focus").await).await.unwrap();
    assert_eq!(focus.server_epoch, epoch);
    assert_eq!(told(&focus, "document", "document"), [("SO-2".to_owned(), false)]);
}

#[tokio::test]
async fn another_set_is_another_history_so_that_a_device_fetches_what_it_now_carries() {
    let folder = tempfile::tempdir().unwrap();
    let (running, all, part) = store(folder.path()).await;
    let get = async |device: &Device, epoch: &str| {
        answer::<Page>(device.get(&format!("/v1/changes?cursor=0&server_epoch={epoch}")).await)
            .await
            .map(|page| page.server_epoch)
            .map_err(|problem| problem.code)
    };
    let epoch_of = async |device: &Device| device.page(0, 1).await.unwrap().server_epoch;
    let (whole, narrow) = (epoch_of(&all).await, epoch_of(&part).await);
    assert_eq!(get(&part, &whole).await, Err(Code::CursorUnknown));
    assert_eq!(get(&all, &narrow).await, Err(Code::CursorUnknown));
    assert_eq!(get(&part, &narrow).await, Ok(narrow.clone()));

    // Who else has the set, and what else a policy says, changes nothing of it.
    let more = SETS.replace(r#"["dock-*"]"#, r#"["dock-*", "yard-1"]"#);
    running.ledger().put_rows(&[policy(3, &more)]).unwrap();
    assert_eq!(get(&part, &narrow).await, Ok(narrow.clone()));
    running
        .ledger()
        .put_rows(&[policy(4, &SETS.replace("BETA", "ACME"))])
        .unwrap();
    assert_eq!(get(&part, &narrow).await, Err(Code::CursorUnknown));
    running.ledger().put_rows(&[policy(5, "[]")]).unwrap();
    assert_eq!(get(&part, &whole).await, Ok(whole));
}

#[tokio::test]
async fn an_owner_whose_name_looks_like_a_statement_is_a_name() {
    let folder = tempfile::tempdir().unwrap();
    let (running, _all, part) = store(folder.path()).await;
    let hostile = SETS.replace("COLD", "X') OR ('1'='1");
    running.ledger().put_rows(&[policy(3, &hostile)]).unwrap();
    let page = part.page(0, 1_000).await.unwrap();
    let tasks = told(&page, "task", "task").into_iter().filter(|(_, gone)| !gone);
    assert_eq!(tasks.map(|(name, _)| name).collect::<Vec<_>>(), ["T-4"]);
}
