//! Recalls at the gateway: whose revisions count, and recalled goods that have left.

use crate::device::*;
use lotline_record::entry::*;
use lotline_record::model::*;
use lotline_record::wire::Cell;

fn person(name: &str, role: &str) -> lotline_record::wire::Row {
    let printed = [
        ("person", name),
        ("badge", name),
        ("name", "Printed Name"),
        ("role", role),
    ];
    let mut cells: Vec<(&str, Cell)> = printed.map(|(column, value)| (column, text(value))).into();
    cells.extend([("name_version", Cell::Int(1)), ("active", Cell::Int(1))]);
    cells.extend([("pin", text("x")), ("language", text("en"))]);
    row("person", &cells)
}

fn lot(number: &str) -> Scope {
    Scope::Lot {
        owner: "ACME".parse().unwrap(),
        item: "P500".parse().unwrap(),
        lot: number.parse().unwrap(),
    }
}

fn part(name: &str, scope: Scope, revision: u32, mock: bool) -> Block {
    Block {
        through: Vec::new(),
        block: name.parse().unwrap(),
        kind: BlockKind::Recall,
        scope,
        reason: "maker".into(),
        placed_by: None,
        part: Some(RecallPart {
            recall: "R-1".parse().unwrap(),
            revision,
            mock,
        }),
    }
}

fn recalled(change: Revision, adds: Vec<Block>, drops: Vec<Block>, signed: Option<&str>) -> Body {
    Body::Recalled {
        recall: "R-1".parse().unwrap(),
        revision: 1,
        change,
        adds,
        drops,
        reason: "maker".into(),
        signature: signed.map(|person| Signature {
            person: person.parse().unwrap(),
            name_version: 1,
            meaning: "meaning-release".into(),
            at: "2026-11-21T08:00:00.000Z".parse().unwrap(),
            components: vec!["badge".into(), "pin".into()],
        }),
    }
}

fn shipped(goods: Goods) -> Body {
    Body::Shipped {
        load: Load::Goods(goods),
        from: place("TRAILER-1"),
        document: "5512".parse().unwrap(),
    }
}

fn order() -> Vec<lotline_record::wire::Row> {
    let cells = [
        ("kind", "order"),
        ("document", "5512"),
        ("owner", "ACME"),
        ("partner", "P1"),
        ("place", "STAGE-1"),
        ("state", "done"),
    ];
    vec![
        row("document", &cells.map(|(column, value)| (column, text(value)))),
        row("partner", &[("partner", text("P1")), ("name", text("Nord Pharma"))]),
    ]
}

fn blocks(page: &lotline_record::wire::Page) -> Vec<(String, String)> {
    let word = |cell: &Cell| match cell {
        Cell::Text(word) => word.clone(),
        other => panic!("{other:?}"),
    };
    let rows = page.rows.iter().filter(|r| r.t == "block");
    rows.map(|r| (word(&r.r[1]), word(&r.r[7]))).collect()
}

#[tokio::test]
async fn a_recall_is_revised_by_who_may_and_narrowing_frees_what_it_lets_go() {
    let folder = tempfile::tempdir().unwrap();
    let running = start(folder.path()).await;
    let people = [
        person("p-1", "associate"),
        person("s-1", "supervisor"),
        person("q-1", "quality"),
        person("q-2", "quality"),
    ];
    running.ledger().put_rows(&people).unwrap();
    let mut device = Device::enrolled(&running, "hh-1", 1).await;
    let mut by = |who: &str, body: Body| {
        let entry = device.entry(Some(who), body);
        device.append(&entry)
    };
    let wide = || part("R-1", lot("L1"), 1, false);
    let unit = || {
        let serial = Scope::Serial {
            maker_key: "09506000134352".into(),
            serial: "7".into(),
        };
        part("R-2", serial, 2, false)
    };
    let other = || part("R-3", lot("L3"), 2, false);
    let came = by("p-1", received(goods("L1", None, None), "A-01"));
    let refused = [
        by("p-1", recalled(Revision::Open, vec![wide()], vec![], None)),
        by("nobody", recalled(Revision::Open, vec![wide()], vec![], None)),
    ];
    let opened = [
        by("q-1", recalled(Revision::Open, vec![wide()], vec![], None)),
        by("s-1", recalled(Revision::Widen, vec![other()], vec![], None)),
    ];
    let wrong = [
        by("q-1", recalled(Revision::Close, vec![], vec![wide()], None)),
        by("q-1", recalled(Revision::Close, vec![], vec![wide()], Some("s-1"))),
        by("q-1", recalled(Revision::Close, vec![], vec![wide()], Some("q-1"))),
    ];
    let narrowed = by(
        "q-1",
        recalled(Revision::Narrow, vec![unit()], vec![wide()], Some("q-2")),
    );
    device
        .push(&[vec![came], refused.to_vec(), opened.to_vec(), wrong.to_vec()].concat())
        .await
        .unwrap();
    settle(running.ledger()).await;
    for sealed in refused.iter().chain(&wrong) {
        assert_eq!(device.verdict(sealed).await.unwrap().1.as_deref(), Some("no_authority"));
    }
    let stands = |name: &str, state: &str| (name.to_owned(), state.to_owned());
    assert_eq!(
        blocks(&device.page(0, 1_000).await.unwrap()),
        [stands("R-1", "open"), stands("R-3", "open")]
    );
    device.push(std::slice::from_ref(&narrowed)).await.unwrap();
    settle(running.ledger()).await;
    assert_eq!(device.verdict(&narrowed).await.unwrap().0, "applied");
    let mut all = blocks(&device.page(0, 1_000).await.unwrap());
    all.sort();
    assert_eq!(
        all,
        [stands("R-1", "released"), stands("R-2", "open"), stands("R-3", "open")]
    );
    let history = running.ledger().history("L1", 100).unwrap();
    assert!(history.iter().any(|line| line.kind == "recalled:open"), "{history:?}");
}

#[tokio::test]
async fn recalled_goods_that_left_before_the_device_knew_open_an_intercept_that_names_the_consignee() {
    let folder = tempfile::tempdir().unwrap();
    let running = start(folder.path()).await;
    let people = vec![person("p-1", "associate"), person("q-1", "quality")];
    running.ledger().put_rows(&[people, order()].concat()).unwrap();
    let mut floor = Device::enrolled(&running, "hh-1", 1).await;
    let mut office = Device::enrolled(&running, "hh-2", 2).await;
    // Captured offline; the recall is placed meanwhile, and the drill too.
    let late = [
        shipped(goods("L1", None, None)),
        shipped(goods("L1", None, None)),
        shipped(goods("L2", None, None)),
        shipped(goods("L4", None, None)),
    ]
    .map(|body| floor.say(body));
    let adds = vec![part("R-1", lot("L1"), 1, false), part("R-4", lot("L4"), 1, true)];
    let entry = office.entry(Some("q-1"), recalled(Revision::Open, adds, vec![], None));
    let open = office.append(&entry);
    office.push(&[open]).await.unwrap();
    settle(running.ledger()).await;
    floor.push(&late).await.unwrap();
    settle(running.ledger()).await;
    let mut verdicts = Vec::new();
    for sealed in &late {
        verdicts.push(floor.verdict(sealed).await.unwrap().1);
    }
    let intercept = || Some("intercept".to_owned());
    assert_eq!(verdicts, [intercept(), intercept(), None, None]);
    let open = running.ledger().open_exceptions().unwrap();
    let found: Vec<_> = open.iter().filter(|x| x.code == "intercept").collect();
    assert_eq!(found.len(), 1, "one for the lot and the order");
    let said = format!("{:?}", found[0]);
    for part in ["Nord Pharma", "5512", "R-1", "L1"] {
        assert!(said.contains(part), "{part}: {said}");
    }
    // It has left all the same: a physical fact is never refused.
    let gone = stock(running.ledger(), "P500");
    assert!(
        gone.iter()
            .any(|(at, n)| at == "virtual:customer" || n.starts_with('-')),
        "{gone:?}"
    );
}

#[tokio::test]
async fn what_was_made_of_a_recalled_lot_and_left_opens_an_intercept_too() {
    let folder = tempfile::tempdir().unwrap();
    let running = start(folder.path()).await;
    let people = vec![person("p-1", "associate"), person("q-1", "quality")];
    running.ledger().put_rows(&[people, order()].concat()).unwrap();
    let mut floor = Device::enrolled(&running, "hh-1", 1).await;
    let run: RunId = "hh-1-1-1".parse().unwrap();
    let of = |item: &str, lot: &str| Goods {
        item: item.parse().unwrap(),
        ..goods(lot, None, None)
    };
    let used = |lot: &str| Body::Consumed {
        run: run.clone(),
        work: "kit".into(),
        goods: of("P500", lot),
        from: place("A-01"),
    };
    let made = |lot: &str| Body::Produced {
        run: run.clone(),
        work: "kit".into(),
        goods: of("KIT", lot),
        to: place("A-01"),
    };
    let adds = vec![part(
        "R-1",
        Scope::FromLot {
            owner: "ACME".parse().unwrap(),
            item: "P500".parse().unwrap(),
            lot: "L1".parse().unwrap(),
        },
        1,
        false,
    )];
    let work = [used("L1"), made("K1")].map(|body| floor.say(body));
    let entry = floor.entry(Some("q-1"), recalled(Revision::Open, adds, vec![], None));
    let open = floor.append(&entry);
    let left = [shipped(of("KIT", "K1")), shipped(of("KIT", "K2"))].map(|body| floor.say(body));
    floor
        .push(&[work.to_vec(), vec![open], left.to_vec()].concat())
        .await
        .unwrap();
    settle(running.ledger()).await;
    assert_eq!(floor.verdict(&left[0]).await.unwrap().1.as_deref(), Some("intercept"));
    assert_eq!(
        floor.verdict(&left[1]).await.unwrap().1,
        None,
        "another lot of the same item"
    );
}
