//! Notices that tell their units by serials.

use crate::device::*;
use lotline_record::wire::Row;

fn told(serial: &str) -> Row {
    row(
        "notice_serial",
        &[
            ("document", text("80041")),
            ("owner", text("ACME")),
            ("item", text("MON")),
            ("scheme", text("gtin")),
            ("maker_key", text("09506000134369")),
            ("serial", text(serial)),
            ("line", text("2")),
        ],
    )
}

#[tokio::test]
async fn the_serials_that_a_notice_tells_come_down_and_go_when_the_backend_takes_them_back() {
    let folder = tempfile::tempdir().unwrap();
    let running = start(folder.path()).await;
    running.ledger().put_rows(&[told("SN1"), told("SN2")]).unwrap();
    let device = Device::enrolled(&running, "hh-1", 1).await;
    let page = device.page(0, 1_000).await.unwrap();
    let rows: Vec<&Row> = page.rows.iter().filter(|row| row.t == "notice_serial").collect();
    assert_eq!(rows.len(), 2);
    assert_eq!((&rows[0].r[6], rows[0].gone), (&text("SN1"), false));

    // The same again is no change; a unit that is not coming any more is a tombstone.
    let before = page.to;
    running.ledger().put_rows(&[told("SN1")]).unwrap();
    let gone = Row {
        gone: true,
        ..told("SN2")
    };
    running.ledger().put_rows(&[gone]).unwrap();
    let page = device.page(before, 1_000).await.unwrap();
    let rows: Vec<&Row> = page.rows.iter().filter(|row| row.t == "notice_serial").collect();
    assert_eq!(rows.len(), 1);
    assert_eq!((&rows[0].r[6], rows[0].gone), (&text("SN2"), true));
}
