//! What back-ends bring: taken once, never half, and named where it cannot be.

use crate::device::*;
use lotline_record::wire::Cell;
use lotline_server::ledger::Fate;
use lotline_server::{Running, Server};

const TOKEN: &str = "a-token-that-nobody-guesses";

async fn gateway(folder: &std::path::Path) -> Running {
    let mut config = config(folder);
    config.inbound = vec![("erp".into(), TOKEN.into())];
    Server::start(config).await.unwrap()
}

async fn bring(running: &Running, token: &str, body: String) -> (u16, serde_json::Value) {
    let client = reqwest::Client::new();
    let sent = client
        .post(format!("http://{}/v1/inbound", running.addr()))
        .header("authorization", format!("Bearer {token}"))
        .body(body)
        .send()
        .await
        .unwrap();
    let status = sent.status().as_u16();
    (status, serde_json::from_str(&sent.text().await.unwrap()).unwrap())
}

const ITEM: &str = r#"{"kind":"item","revision":1,"owner":"NEW","item":"SYR5","name":"Syringe 5 ml","tracking":"lot_and_serial","rotation":"fefo","base_unit":"EA","expires":true,"levels":[{"level":"each","gtin":"09521141012345","unit":"EA","factor":1},{"level":"case","gtin":"19521141012342","unit":"CS","factor":20}]}"#;

fn notice(revision: u32, lines: &str) -> String {
    format!(
        r#"{{"kind":"notice","revision":{revision},"document":"N7","owner":"NEW","place":"DOCK-1","lines":[{lines}]}}"#
    )
}

const TWO: &str = r#"{"line":"1","gtin":"9521141012345","quantity":"2","lot":"L1","expiry":"2028-03-31","plate":"095211410000000175","serials":["A1","A2"]},{"line":"2","gtin":"19521141012342","quantity":"3"}"#;

/// Rows of a table that hold for the document, as a device is told.
async fn rows(device: &Device, table: &str) -> Vec<Vec<Cell>> {
    let page = device.page(0, 10_000).await.unwrap();
    let of = |row: &&lotline_record::wire::Row| row.t == table && !row.gone;
    let mine = |row: &&lotline_record::wire::Row| {
        row.r
            .iter()
            .any(|cell| matches!(cell, Cell::Text(text) if text == "N7" || text == "SYR5"))
    };
    page.rows
        .iter()
        .filter(of)
        .filter(mine)
        .map(|row| row.r.clone())
        .collect()
}

#[tokio::test]
async fn a_notice_is_taken_once_and_its_next_revision_takes_away_what_it_no_longer_names() {
    let folder = tempfile::tempdir().unwrap();
    let running = gateway(folder.path()).await;
    let device = Device::enrolled(&running, "hh-1", 1).await;
    let body = format!("{ITEM}\n{}\n", notice(1, TWO));
    let (status, said) = bring(&running, TOKEN, body.clone()).await;
    assert_eq!(
        (status, &said["taken"], &said["aside"]),
        (200, &2.into(), &0.into()),
        "{said}"
    );
    assert_eq!(
        (
            rows(&device, "document_line").await.len(),
            rows(&device, "notice_serial").await.len()
        ),
        (2, 2)
    );
    let lines = rows(&device, "document_line").await;
    let expected: Vec<&Cell> = lines.iter().map(|line| &line[8]).collect();
    assert_eq!(
        expected,
        [&Cell::Int(2_000_000), &Cell::Int(60_000_000)],
        "three cases of twenty"
    );
    // The same again, in whatever order, changes nothing.
    let cursor = running.ledger().cursor().unwrap();
    let (_, said) = bring(&running, TOKEN, format!("[{},{ITEM}]", notice(1, TWO))).await;
    assert_eq!((&said["same"], running.ledger().cursor().unwrap()), (&2.into(), cursor));
    // Another word under the same revision is nobody's.
    let one = r#"{"line":"1","gtin":"09521141012345","quantity":"1","lot":"L1","serials":["A2"]}"#;
    let (_, said) = bring(&running, TOKEN, notice(1, one)).await;
    assert!(
        said["problems"][0]["why"].as_str().unwrap().contains("came before"),
        "{said}"
    );
    let (_, said) = bring(&running, TOKEN, notice(3, one)).await;
    assert_eq!(said["taken"], 1);
    assert_eq!(
        (
            rows(&device, "document_line").await.len(),
            rows(&device, "notice_serial").await.len()
        ),
        (1, 1)
    );
    let (_, said) = bring(&running, TOKEN, notice(2, TWO)).await;
    assert_eq!(said["older"], 1, "a late one does not win: {said}");
    assert_eq!(rows(&device, "document_line").await.len(), 1);
}

#[tokio::test]
async fn a_bad_record_is_kept_aside_and_named_and_keeps_no_other_out() {
    let folder = tempfile::tempdir().unwrap();
    let running = gateway(folder.path()).await;
    // Its second line names what nobody knows: nothing of the first may stand.
    let half = notice(
        1,
        &format!("{},{}", TWO, r#"{"line":"3","gtin":"09521141000014","quantity":"1"}"#),
    );
    let body = format!(
        "{ITEM}\n{half}\nnot json\n{}\n",
        r#"{"kind":"partner","revision":1,"partner":"SUP-9","name":"Nine"}"#
    );
    let (status, said) = bring(&running, TOKEN, body.clone()).await;
    assert_eq!(
        (status, &said["taken"], &said["aside"]),
        (200, &2.into(), &2.into()),
        "{said}"
    );
    let problem = &said["problems"][0];
    assert_eq!((&problem["record"], &problem["name"]), (&2.into(), &"notice N7".into()));
    assert!(
        problem["why"]
            .as_str()
            .unwrap()
            .contains("line 3: GTIN 09521141000014 is not known"),
        "{said}"
    );
    let device = Device::enrolled(&running, "hh-1", 1).await;
    assert!(rows(&device, "document_line").await.is_empty() && rows(&device, "document").await.is_empty());
    bring(&running, TOKEN, body).await;
    let aside = running.ledger().brought_aside(10).unwrap();
    assert_eq!(aside.len(), 2);
    assert!(
        aside
            .iter()
            .all(|line| (line.source.as_str(), line.times) == ("erp", 2)),
        "{aside:?}"
    );
    // Once what it names is known, the same bytes are taken.
    let fates = running.ledger().bring(
        "erp",
        &[
            ITEM.replace("SYR5", "OTHER")
                .replace("9521141012345", "9521141000014")
                .replace("19521141012342", "19521141000011")
                .into_bytes(),
            half.into_bytes(),
        ],
        instant(),
    );
    assert_eq!(fates.unwrap(), [Fate::Taken, Fate::Taken]);
}

fn instant() -> lotline_record::entry::Instant {
    "2026-11-23T00:00:00.000Z".parse().unwrap()
}

#[tokio::test]
async fn nobody_brings_anything_without_a_token_or_without_end() {
    let folder = tempfile::tempdir().unwrap();
    let running = gateway(folder.path()).await;
    let cursor = running.ledger().cursor().unwrap();
    for token in ["", "a-token-that-nobody-guesse", "another"] {
        assert_eq!(bring(&running, token, ITEM.into()).await.0, 401, "{token:?}");
    }
    assert_eq!(bring(&running, TOKEN, "[{".into()).await.0, 400);
    assert_eq!(bring(&running, TOKEN, "{}\n".repeat(5_001)).await.0, 413);
    assert_eq!(bring(&running, TOKEN, "x".repeat((8 << 20) + 1)).await.0, 413);
    assert_eq!(running.ledger().cursor().unwrap(), cursor);
}
