//! What devices fetch.

use crate::device::*;
use lotline_record::entry::*;
use lotline_record::wire::{Cell, Code, Included, Row, SITE_FORMAT};
use rusqlite::Connection;
use std::collections::BTreeSet;
use std::time::Duration;

fn item(n: usize) -> Row {
    row(
        "item",
        &[
            ("owner", text("ACME")),
            ("item", text(&format!("I{n:04}"))),
            ("name", text("Paracetamol <b>500</b> mg")),
            ("tracking", text("lot")),
            ("rotation", text("fefo")),
            ("base_unit", text("EA")),
            ("expires", Cell::Int(1)),
        ],
    )
}

#[tokio::test]
async fn pages_bring_whole_changes_once_and_the_mark_of_the_device() {
    let folder = tempfile::tempdir().unwrap();
    let running = start(folder.path()).await;
    for n in 0..10 {
        let rows: Vec<Row> = (n * 7..n * 7 + 7).map(item).collect();
        running.ledger().put_rows(&rows).unwrap();
    }
    let mut device = Device::enrolled(&running, "hh-1", 1).await;
    assert_eq!(device.page(0, 5).await.unwrap().included, Included::default());
    let entries: Vec<Sealed> = (0..5)
        .map(|_| device.say(received(goods("L1", None, None), "DOCK-1")))
        .collect();
    device.push(&entries).await.unwrap();
    settle(running.ledger()).await;

    for limit in [1, 5, 7, 10, 20, 1_000] {
        let (mut cursor, mut items, mut pages) = (0, BTreeSet::new(), 0);
        loop {
            let page = device.page(cursor, limit).await.unwrap();
            assert_eq!(page.from, cursor);
            assert!(page.rows.iter().all(|row| row.c > cursor && row.c <= page.to));
            for c in page
                .rows
                .iter()
                .map(|row| row.c)
                .filter(|c| *c <= 10)
                .collect::<BTreeSet<_>>()
            {
                assert_eq!(
                    page.rows.iter().filter(|row| row.c == c).count(),
                    7,
                    "change {c} is whole"
                );
            }
            for row in page.rows.iter().filter(|row| row.t == "item") {
                assert!(items.insert(format!("{:?}", row.r[2])), "each row once");
            }
            assert_eq!((page.included.epoch, page.included.seq), (1, 5));
            assert_eq!((page.counts.at_gateway, page.counts.in_wms), (5, 0));
            pages += 1;
            assert!(page.to > cursor || !page.more);
            cursor = page.to;
            if !page.more {
                break;
            }
        }
        assert_eq!((items.len(), cursor), (70, 15));
        assert!(limit > 20 || pages > 3, "limit {limit}: {pages} pages");
    }
    let nothing = device.page(15, 10).await.unwrap();
    assert_eq!((nothing.to, nothing.more, nothing.rows.len()), (15, false, 0));
}

#[tokio::test]
async fn verdicts_go_to_their_own_device_alone() {
    let folder = tempfile::tempdir().unwrap();
    let running = start(folder.path()).await;
    let mut a = Device::enrolled(&running, "hh-a", 1).await;
    let b = Device::enrolled(&running, "hh-b", 2).await;
    let entry = a.say(received(goods("L1", None, None), "DOCK-1"));
    a.push(&[entry]).await.unwrap();
    settle(running.ledger()).await;
    let tables = |page: lotline_record::wire::Page| page.rows.into_iter().map(|row| row.t).collect::<BTreeSet<_>>();
    assert!(tables(a.page(0, 100).await.unwrap()).contains("verdict"));
    let of_b = tables(b.page(0, 100).await.unwrap());
    assert!(of_b.contains("history") && of_b.contains("stock") && !of_b.contains("verdict"));
}

#[tokio::test]
async fn row_41_a_cursor_of_another_history_asks_for_a_snapshot() {
    let folder = tempfile::tempdir().unwrap();
    let running = start(folder.path()).await;
    let device = Device::enrolled(&running, "hh-1", 1).await;
    let epoch = device.page(0, 1).await.unwrap().server_epoch;
    let device = &device;
    let get = |path: String| async move { answer::<lotline_record::wire::Page>(device.get(&path).await).await };
    assert_eq!(
        get("/v1/changes?cursor=99".into()).await.unwrap_err().code,
        Code::CursorUnknown
    );
    assert_eq!(
        get("/v1/changes?cursor=0&server_epoch=other".into())
            .await
            .unwrap_err()
            .code,
        Code::CursorUnknown
    );
    get(format!("/v1/changes?cursor=0&server_epoch={epoch}")).await.unwrap();
    assert_eq!(
        get("/v1/changes?cursor=x".into()).await.unwrap_err().code,
        Code::BadRequest
    );
}

#[tokio::test]
async fn the_snapshot_is_a_whole_site_db_that_pages_continue() {
    let folder = tempfile::tempdir().unwrap();
    let running = start(folder.path()).await;
    running
        .ledger()
        .put_rows(&(0..50).map(item).collect::<Vec<_>>())
        .unwrap();
    let mut device = Device::enrolled(&running, "hh-1", 1).await;
    let entries: Vec<Sealed> = (0..3)
        .map(|_| device.say(received(goods("L1", None, None), "DOCK-1")))
        .collect();
    device.push(&entries).await.unwrap();
    settle(running.ledger()).await;

    let response = device.get("/v1/site").await;
    assert_eq!(response.status(), 200);
    let header = |name: &str| response.headers()[name].to_str().unwrap().to_owned();
    let (cursor, sha) = (header("lotline-cursor"), header("lotline-sha256"));
    let (included, counts) = (header("lotline-included"), header("lotline-counts"));
    let bytes = response.bytes().await.unwrap();
    let actual: String = sha2_hex(&bytes);
    assert_eq!(actual, sha);
    let path = folder.path().join("site.db");
    std::fs::write(&path, &bytes).unwrap();
    let db = Connection::open(&path).unwrap();
    let meta = |key: &str| -> String {
        db.query_row("SELECT value FROM meta WHERE key = ?1", [key], |row| row.get(0))
            .unwrap()
    };
    assert_eq!(
        (meta("format"), meta("site"), meta("zone")),
        (SITE_FORMAT.to_string(), SITE.into(), "Europe/Berlin".into())
    );
    assert_eq!(meta("cursor"), cursor);
    assert_eq!((included.as_str(), counts.as_str()), ("1/3", "3/0"));
    assert_eq!(meta("server_epoch"), device.page(0, 1).await.unwrap().server_epoch);
    let count = |table: &str| -> i64 {
        db.query_row(&format!("SELECT count(*) FROM {table}"), [], |row| row.get(0))
            .unwrap()
    };
    // The file is the same for all: what became of one's own entries is not in it.
    assert_eq!((count("item"), count("verdict"), count("history")), (50, 0, 3));
    let check: String = db.query_row("PRAGMA integrity_check", [], |row| row.get(0)).unwrap();
    assert_eq!(check, "ok");
    assert!(device.page(cursor.parse().unwrap(), 10).await.unwrap().rows.is_empty());
}

#[tokio::test]
async fn the_snapshot_is_sent_by_ranges_and_another_one_from_its_beginning() {
    let folder = tempfile::tempdir().unwrap();
    let running = start(folder.path()).await;
    running
        .ledger()
        .put_rows(&(0..50).map(item).collect::<Vec<_>>())
        .unwrap();
    let mut device = Device::enrolled(&running, "hh-1", 1).await;
    let other = Device::enrolled(&running, "hh-2", 2).await;
    let first = device.get("/v1/site").await;
    assert_eq!(first.headers()["accept-ranges"], "bytes");
    let tag = first.headers()["etag"].to_str().unwrap().to_owned();
    let whole = first.bytes().await.unwrap();
    let length = whole.len();

    // What changes meanwhile comes by pull: who goes on gets the rest of the very same file, and who begins gets it too.
    let entry = device.say(received(goods("L1", None, None), "DOCK-1"));
    device.push(&[entry]).await.unwrap();
    settle(running.ledger()).await;
    let ask = |range: String, tag: &str| {
        let tag = tag.to_owned();
        let device = &device;
        async move {
            device
                .get_with("/v1/site", &[("range", &range), ("if-range", &tag)])
                .await
        }
    };
    let rest = ask("bytes=1000-".into(), &tag).await;
    assert_eq!(rest.status(), 206);
    assert_eq!(
        rest.headers()["content-range"].to_str().unwrap(),
        format!("bytes 1000-{}/{length}", length - 1)
    );
    assert_eq!(
        rest.headers()["content-length"].to_str().unwrap(),
        (length - 1000).to_string()
    );
    assert_eq!(rest.headers()["etag"].to_str().unwrap(), tag);
    assert_eq!(rest.headers()["lotline-included"], "0/0", "as of the file, not of now");
    assert_eq!(rest.bytes().await.unwrap(), whole[1000..]);
    assert_eq!(
        ask("bytes=10-19".into(), &tag).await.bytes().await.unwrap(),
        whole[10..20]
    );
    let beyond = ask(format!("bytes={length}-"), &tag).await;
    assert_eq!(beyond.status(), 416);
    assert_eq!(
        beyond.headers()["content-range"].to_str().unwrap(),
        format!("bytes */{length}")
    );
    assert_eq!(other.get("/v1/site").await.headers()["etag"].to_str().unwrap(), tag);

    // A tag of another file, or none of ours: from the beginning.
    for strange in [format!("\"{}\"", "0".repeat(64)), "\"x\"".into(), "W/\"x\"".into()] {
        let anew = ask("bytes=1000-".into(), &strange).await;
        assert_eq!(
            (anew.status().as_u16(), anew.headers().get("content-range")),
            (200, None)
        );
        assert_eq!(anew.bytes().await.unwrap(), whole);
    }
    let left = || std::fs::read_dir(folder.path().join("snapshots")).unwrap().count();
    assert_eq!(left(), 1, "one file for both devices and all their tries");
    running.stop().await;
}

fn sha2_hex(bytes: &[u8]) -> String {
    use sha2::Digest;
    lotline_record::entry::Hash(sha2::Sha256::digest(bytes).into()).to_string()
}

#[tokio::test]
async fn an_import_twice_changes_nothing_and_never_overwrites_the_record() {
    let folder = tempfile::tempdir().unwrap();
    let running = start(folder.path()).await;
    let line = row(
        "document_line",
        &[
            ("kind", text("notice")),
            ("document", text("80041")),
            ("line", text("1")),
            ("owner", text("ACME")),
            ("item", text("P500")),
            ("unit", text("EA")),
            ("factor", Cell::Int(1)),
            ("expected", Cell::Int(24_000_000)),
            ("done", Cell::Int(0)),
            ("allocated", Cell::Int(0)),
        ],
    );
    let opening = row(
        "stock",
        &[
            ("owner", text("ACME")),
            ("item", text("P500")),
            ("lot", text("L1")),
            ("maker", text("")),
            ("level", text("each")),
            ("account", text("place:DOCK-1")),
            ("amount", Cell::Int(5_000_000)),
        ],
    );
    let rows = [item(1), line, opening];
    let first = running.ledger().put_rows(&rows).unwrap();
    assert_eq!(running.ledger().put_rows(&rows).unwrap(), first, "nothing changed");
    let mut device = Device::enrolled(&running, "hh-1", 1).await;
    let Body::Received { goods, to, known, .. } = received(goods("L1", None, None), "DOCK-1") else {
        unreachable!()
    };
    let line = lotline_record::model::LineKey {
        kind: lotline_record::model::DocumentKind::Notice,
        document: "80041".parse().unwrap(),
        line: "1".parse().unwrap(),
    };
    let entry = device.say(Body::Received {
        goods,
        to,
        known,
        line: Some(line),
    });
    device.push(&[entry]).await.unwrap();
    settle(running.ledger()).await;
    let after = running.ledger().cursor().unwrap();
    assert_eq!(running.ledger().put_rows(&rows).unwrap(), after);
    let page = device.page(0, 100).await.unwrap();
    let done = page.rows.iter().find(|row| row.t == "document_line").unwrap();
    assert_eq!(done.r[9], Cell::Int(1_000_000));
    assert_eq!(
        stock(running.ledger(), "L1"),
        [("place:DOCK-1".to_owned(), "6".to_owned())]
    );

    let mut bad = item(2);
    bad.r.pop();
    let refused = running.ledger().put_rows(&[item(3), bad]).unwrap_err();
    assert!(refused.to_string().starts_with("row 1:"), "{refused}");
    let mut elsewhere = item(2);
    elsewhere.r[0] = text("DC9");
    assert!(running.ledger().put_rows(&[elsewhere]).is_err());
    assert_eq!(
        running.ledger().cursor().unwrap(),
        after,
        "nothing of a bad import stays"
    );
}

#[tokio::test]
async fn live_tells_that_the_picture_moved() {
    let folder = tempfile::tempdir().unwrap();
    let running = start(folder.path()).await;
    let mut device = Device::enrolled(&running, "hh-1", 1).await;
    for path in ["/v1/live", "/console/live"] {
        let mut stream = device.get(path).await;
        assert_eq!(stream.headers()["content-type"], "text/event-stream");
        let mut seen = String::from_utf8(stream.chunk().await.unwrap().unwrap().to_vec()).unwrap();
        assert!(seen.contains("event: changed"), "{seen}");
        let entry = device.say(received(goods("L1", None, None), "DOCK-1"));
        device.push(&[entry]).await.unwrap();
        settle(running.ledger()).await;
        let data = format!("data: {}", running.ledger().cursor().unwrap());
        while !seen.contains(&data) {
            let chunk = tokio::time::timeout(Duration::from_secs(5), stream.chunk())
                .await
                .unwrap()
                .unwrap()
                .unwrap();
            seen.push_str(std::str::from_utf8(&chunk).unwrap());
        }
    }
    tokio::time::timeout(Duration::from_secs(4), running.stop())
        .await
        .expect("open streams do not hold the stop");
}

#[tokio::test]
async fn the_console_shows_devices_entries_exceptions_and_histories_escaped() {
    let folder = tempfile::tempdir().unwrap();
    let running = start(folder.path()).await;
    running.ledger().put_rows(&[item(1)]).unwrap();
    let mut device = Device::enrolled(&running, "hh-1", 1).await;
    let entries = [
        device.say(received(goods("<i>L1</i>", Some("2028-03-31"), None), "DOCK-1")),
        device.say(received(goods("<i>L1</i>", Some("2027-09-30"), Some("S-1")), "DOCK-1")),
    ];
    device.push(&entries).await.unwrap();
    settle(running.ledger()).await;
    let base = format!("http://{}", running.addr());
    let get = |path: &str| {
        let url = format!("{base}{path}");
        async move { client().get(url).send().await.unwrap() }
    };
    let page = get("/").await;
    let policy = page.headers()["content-security-policy"].to_str().unwrap().to_owned();
    assert!(
        policy.contains("script-src 'self'") && !policy.contains("unsafe"),
        "{policy}"
    );
    let html = page.text().await.unwrap();
    for part in ["hh-1", "1/2", "CART-1", "DOCK-1", "srv-hh-1-1-2", "Open exceptions: 1"] {
        assert!(html.contains(part), "{part}\n{html}");
    }
    let scripts: Vec<&str> = html
        .match_indices("<script")
        .map(|(at, _)| &html[at..at + 12])
        .collect();
    assert!(
        scripts.iter().all(|script| *script == "<script src="),
        "no inline script"
    );
    let look = get("/console/look?q=S-1").await.text().await.unwrap();
    assert!(
        look.contains("What happened to S-1") && look.contains("received"),
        "{look}"
    );
    let lot = get("/console/look?q=%3Ci%3EL1%3C%2Fi%3E").await.text().await.unwrap();
    assert!(
        lot.contains("Where it is now") && lot.contains("What happened to"),
        "{lot}"
    );
    for text in [&html, &lot] {
        assert!(!text.contains("<i>L1"), "escaped");
    }
    assert!(get("/?lang=de").await.text().await.unwrap().contains("lang=\"de\""));
    for (lang, dir) in [("en", "ltr"), ("ar", "rtl")] {
        let part = get(&format!("/console/exceptions?lang={lang}"))
            .await
            .text()
            .await
            .unwrap();
        assert!(part.contains(&format!("<p dir=\"{dir}\">")), "{part}");
    }
    for asset in ["/console/htmx.min.js", "/console/console.js", "/console/console.css"] {
        assert_eq!(get(asset).await.status(), 200);
    }
    running.stop().await;

    let folder = tempfile::tempdir().unwrap();
    let mut open = config(folder.path());
    open.listen = "0.0.0.0:0".parse().unwrap();
    let running = lotline_server::Server::start(open).await.unwrap();
    let url = format!("http://127.0.0.1:{}/", running.addr().port());
    assert_eq!(
        client().get(url).send().await.unwrap().status(),
        403,
        "no console in the clear off loopback"
    );
}

#[tokio::test]
async fn c5_a_policy_that_contradicts_itself_is_refused_by_name_and_the_last_good_one_stays() {
    let folder = tempfile::tempdir().unwrap();
    let running = start(folder.path()).await;
    let policy = |version: i64, json: &str| row("policy", &[("version", Cell::Int(version)), ("policy", text(json))]);
    running.ledger().put_rows(&[policy(1, r#"{"version":1}"#)]).unwrap();
    let bad = r#"{"version":2,"formats":[{"name":"Lots of A","of":"lot","format":{"min":9,"max":4}}]}"#;
    let why = running
        .ledger()
        .put_rows(&[item(1), policy(2, bad)])
        .unwrap_err()
        .to_string();
    assert!(why.contains("Lots of A: at least 9 and at most 4 characters"), "{why}");
    assert!(running.ledger().put_rows(&[policy(2, "nonsense")]).is_err());
    let device = Device::enrolled(&running, "hh-1", 1).await;
    let page = device.page(0, 100).await.unwrap();
    let policies: Vec<_> = page.rows.iter().filter(|row| row.t == "policy").collect();
    assert_eq!(
        (policies.len(), &policies[0].r[1]),
        (1, &Cell::Int(1)),
        "and nothing of that import came in"
    );
    assert!(page.rows.iter().all(|row| row.t != "item"));
}
