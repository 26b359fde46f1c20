//! What must stop work at once goes ahead of everything else, and who was reached is known.

use crate::device::*;
use lotline_record::model::{BlockId, DeviceId, PlacedScope, Scope};
use lotline_record::wire::{Code, Page, Row};
use lotline_server::Running;

fn block(name: &str, lot: &str, state: &str) -> Row {
    let scope = Scope::Lot {
        owner: "ACME".parse().unwrap(),
        item: "P500".parse().unwrap(),
        lot: lot.parse().unwrap(),
    };
    let (of, key) = scope.key();
    let placed = PlacedScope {
        scope: scope.clone(),
        placed_by: None,
        part: None,
    };
    row(
        "block",
        &[
            ("block", text(name)),
            ("kind", text("recall")),
            ("scope_of", text(of)),
            ("scope_key", text(&key)),
            ("scope", text(&serde_json::to_string(&placed).unwrap())),
            ("reason", text("glass in it")),
            ("state", text(state)),
        ],
    )
}

fn partner(name: &str) -> Row {
    row("partner", &[("partner", text(name)), ("name", text("Acme"))])
}

fn since(running: &Running, block: &str) -> Vec<(String, bool)> {
    let found = running.ledger().reach_of(&BlockId::new(block).unwrap()).unwrap();
    let known = |device: lotline_server::ledger::DeviceReach| (device.device.to_string(), device.since.is_some());
    found.unwrap().into_iter().map(known).collect()
}

async fn urgent(device: &Device, cursor: u64) -> Answer<Page> {
    answer(device.get(&format!("/v1/urgent?cursor={cursor}")).await).await
}

#[tokio::test]
async fn who_asks_for_what_goes_ahead_gets_that_alone_and_says_by_asking_on_that_it_is_here() {
    let folder = tempfile::tempdir().unwrap();
    let running = start(folder.path()).await;
    let device = Device::enrolled(&running, "hh-1", 1).await;
    running.ledger().put_rows(&[partner("P1")]).unwrap();
    running.ledger().put_rows(&[block("R-1", "L1", "open")]).unwrap();
    running.ledger().put_rows(&[partner("P2")]).unwrap();
    let page = urgent(&device, 0).await.unwrap();
    let tables: Vec<_> = page.rows.iter().map(|row| row.t.as_str()).collect();
    assert_eq!((tables, page.from, page.to, page.more), (vec!["block"], 0, 3, false));
    assert_eq!(
        since(&running, "R-1"),
        [("hh-1".to_owned(), false)],
        "sent is not received"
    );
    assert!(urgent(&device, page.to).await.unwrap().rows.is_empty());
    assert_eq!(since(&running, "R-1"), [("hh-1".to_owned(), true)]);
    assert_eq!(urgent(&device, 99).await.unwrap_err().code, Code::CursorUnknown);

    // A pull says the same; a release is another thing to be told of.
    running
        .ledger()
        .put_rows(&[block("R-1", "L1", "released"), block("R-2", "L2", "open")])
        .unwrap();
    assert_eq!(since(&running, "R-1"), [("hh-1".to_owned(), false)]);
    device.page(3, 100).await.unwrap();
    assert_eq!(since(&running, "R-2"), [("hh-1".to_owned(), false)]);
    device.page(4, 100).await.unwrap();
    assert_eq!(since(&running, "R-2"), [("hh-1".to_owned(), true)]);
    let open = running.ledger().reach(10).unwrap();
    let open: Vec<_> = open
        .iter()
        .map(|line| (line.block.as_str(), line.has, line.missing.len()))
        .collect();
    assert_eq!(open, [("R-2", 1, 0)]);
}

#[tokio::test]
async fn the_console_says_who_was_not_reached_and_since_when_the_others_have_it() {
    let folder = tempfile::tempdir().unwrap();
    let running = start(folder.path()).await;
    let awake = Device::enrolled(&running, "hh-1", 1).await;
    let _asleep = Device::enrolled(&running, "hh-2", 2).await;
    let gone = Device::enrolled(&running, "hh-3", 3).await;
    running.ledger().revoke(&gone.id).unwrap();
    running.ledger().put_rows(&[block("R-1", "L1", "open")]).unwrap();
    let read = |path: &str| {
        let url = format!("http://{}{path}", running.addr());
        async move { client().get(url).send().await.unwrap().text().await.unwrap() }
    };
    let all = read("/console/reach").await;
    assert!(all.contains("data-block=\"R-1\"") && all.contains("0 of 2"), "{all}");
    let stream = awake.get("/v1/live?urgent=0").await;
    urgent(&awake, 1).await.unwrap();
    let all = read("/console/reach").await;
    assert!(all.contains("1 of 2") && all.contains("glass in it"), "{all}");
    let one = read("/console/reach?block=R-1").await;
    assert!(one.contains("data-device=\"hh-1\" data-has=\"true\""), "{one}");
    assert!(one.contains("data-device=\"hh-2\" data-has=\"false\""), "{one}");
    assert!(!one.contains("hh-3"), "who was cut off is not waited for");
    assert!(
        one.contains("<td>now</td>") && one.matches("not reached").count() == 1,
        "{one}"
    );
    drop(stream);
    let none = read("/console/reach?block=R-9").await;
    assert!(none.contains("No block is called so"), "{none}");
}

#[tokio::test]
async fn what_goes_ahead_comes_with_the_news_and_who_was_away_gets_what_came_meanwhile() {
    let folder = tempfile::tempdir().unwrap();
    let running = start(folder.path()).await;
    let device = Device::enrolled(&running, "hh-1", 1).await;
    running.ledger().put_rows(&[block("R-1", "L1", "open")]).unwrap();
    let epoch = device.page(0, 1).await.unwrap().server_epoch;
    let mut stream = device.get(&format!("/v1/live?urgent=0&server_epoch={epoch}")).await;
    let mut seen = String::new();
    let mut until = async |marks: [&str; 2]| {
        while !marks.iter().all(|mark| seen.contains(mark)) {
            let chunk = tokio::time::timeout(std::time::Duration::from_secs(10), stream.chunk());
            seen.push_str(std::str::from_utf8(&chunk.await.unwrap().unwrap().unwrap()).unwrap());
        }
        let found = marks.map(|mark| seen.find(mark).unwrap());
        assert!(found[0] < found[1], "{seen}");
    };
    until(["R-1", "event: changed"]).await;
    running.ledger().put_rows(&[block("R-2", "L2", "open")]).unwrap();
    until(["R-2", "data: 2\n"]).await;
    running.ledger().put_rows(&[partner("P1")]).unwrap();
    until(["data: 2\n", "data: 3\n"]).await;
    assert_eq!(seen.matches("event: urgent").count(), 2, "{seen}");
    // One that says nothing of what it has, or has it of another history, asks.
    for query in ["", "?urgent=0&server_epoch=other"] {
        let mut stream = device.get(&format!("/v1/live{query}")).await;
        let first = stream.chunk().await.unwrap().unwrap();
        assert!(first.starts_with(b"event: changed"), "{query}");
    }
}

#[tokio::test]
async fn a_device_that_was_never_enrolled_is_told_nothing_and_noted_nowhere() {
    let folder = tempfile::tempdir().unwrap();
    let running = start(folder.path()).await;
    running.ledger().put_rows(&[block("R-1", "L1", "open")]).unwrap();
    let nobody = DeviceId::new("nobody").unwrap();
    running
        .ledger()
        .told(&nobody, 1, lotline_record::entry::Instant::from_unix_ms(0))
        .unwrap();
    assert!(since(&running, "R-1").is_empty());
}
