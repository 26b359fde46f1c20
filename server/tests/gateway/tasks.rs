//! The work queue at the gateway: who has a task, what is kept for it, what was done twice.

use crate::device::*;
use lotline_record::entry::*;
use lotline_record::model::*;
use lotline_record::wire::{Cell, Row};
use lotline_server::Running;

fn task(name: &str, state: &str) -> Row {
    row(
        "task",
        &[
            ("task", text(name)),
            ("kind", text("move")),
            ("owner", text("ACME")),
            ("priority", Cell::Int(1)),
            ("place", text("A-01")),
            ("to_place", text("A-02")),
            ("item", text("P500")),
            ("amount", Cell::Int(1_000_000)),
            ("state", text(state)),
        ],
    )
}

fn act(act: TaskAct) -> Body {
    Body::Task(Box::new(Tasked {
        task: "T-1".parse().unwrap(),
        owner: "ACME".parse().unwrap(),
        act,
    }))
}

/// Taken, and one of L1 at A-01 kept, until a time on the day of these tests, on which the clock of all stands at 07:12.
fn taken(until: &str, over: Option<&str>) -> Body {
    act(TaskAct::Taken {
        until: format!("2026-11-21T{until}:00.000Z").parse().unwrap(),
        over: over.map(|device| device.parse().unwrap()),
        reserves: vec![Reserve {
            item: "P500".parse().unwrap(),
            lot: Some(LotKey::of("L1".parse().unwrap())),
            place: "A-01".parse().unwrap(),
            amount: Amount::whole(1),
        }],
    })
}

fn done() -> Body {
    act(TaskAct::Done { outcome: "done".into() })
}

/// A device that says these of task T-1, one after the other.
async fn says(running: &Running, device: &mut Device, bodies: Vec<Body>) -> Vec<Sealed> {
    let mut all = Vec::new();
    for body in bodies {
        let mut entry = device.entry(Some("p-1"), body);
        entry.refs.task = Some("T-1".into());
        all.push(device.append(&entry));
    }
    device.push(&all).await.unwrap();
    settle(running.ledger()).await;
    all
}

/// The newest rows of a table that are not gone, as texts without the site.
async fn rows_of(device: &Device, table: &str) -> Vec<String> {
    let page = device.page(0, 10_000).await.unwrap();
    let told = |cell: &Cell| match cell {
        Cell::Null => "-".to_owned(),
        Cell::Int(n) => n.to_string(),
        Cell::Text(text) => text.clone(),
    };
    let rows = page.rows.iter().filter(|row| row.t == table && !row.gone);
    rows.map(|row| row.r[1..].iter().map(told).collect::<Vec<_>>().join(" "))
        .collect()
}

const NINE: i64 = 1_795_251_600_000;

#[tokio::test]
async fn what_a_device_takes_is_kept_for_it_and_told_to_all_until_the_task_ends() {
    let folder = tempfile::tempdir().unwrap();
    let running = start(folder.path()).await;
    running.ledger().put_rows(&[task("T-1", "open")]).unwrap();
    let mut a = Device::enrolled(&running, "hh-1", 1).await;
    let b = Device::enrolled(&running, "hh-2", 2).await;
    says(&running, &mut a, vec![taken("09:00", None)]).await;
    assert_eq!(rows_of(&b, "assignment").await, [format!("T-1 taken p-1 hh-1 {NINE}")]);
    let kept = format!("T-1 ACME P500 L1  A-01 1000000 hh-1 {NINE}");
    assert_eq!(rows_of(&b, "reservation").await, [kept]);
    // The warehouse's own system tells of its task again: what became of it stays.
    running.ledger().put_rows(&[task("T-1", "open")]).unwrap();
    assert_eq!(rows_of(&b, "assignment").await, [format!("T-1 taken p-1 hh-1 {NINE}")]);
    says(&running, &mut a, vec![act(TaskAct::Parked)]).await;
    assert_eq!(rows_of(&b, "assignment").await, ["T-1 parked p-1 hh-1 -"]);
    assert!(rows_of(&b, "reservation").await.is_empty(), "nothing is kept any more");
    let handed = TaskAct::Handed {
        person: Some("p-2".parse().unwrap()),
        device: None,
    };
    says(&running, &mut a, vec![taken("09:00", None), act(handed)]).await;
    assert_eq!(rows_of(&b, "assignment").await, ["T-1 handed p-2 - -"]);
}

#[tokio::test]
async fn of_two_devices_that_took_a_task_offline_the_first_has_it_and_a_silent_one_is_relieved() {
    let folder = tempfile::tempdir().unwrap();
    let running = start(folder.path()).await;
    running.ledger().put_rows(&[task("T-1", "open")]).unwrap();
    let mut a = Device::enrolled(&running, "hh-1", 1).await;
    let mut b = Device::enrolled(&running, "hh-2", 2).await;
    says(&running, &mut a, vec![taken("09:00", None)]).await;
    let second = says(&running, &mut b, vec![taken("10:00", None)]).await;
    assert_eq!(b.verdict(&second[0]).await.unwrap().0, "applied", "it is recorded");
    assert_eq!(rows_of(&b, "assignment").await, [format!("T-1 taken p-1 hh-1 {NINE}")]);
    assert_eq!(rows_of(&b, "reservation").await.len(), 1);
    // A time that was over when the other one took it.
    says(&running, &mut a, vec![taken("07:00", None)]).await;
    says(&running, &mut b, vec![taken("10:00", None)]).await;
    assert!(rows_of(&b, "assignment").await[0].starts_with("T-1 taken p-1 hh-2"));
    assert!(rows_of(&b, "reservation").await[0].contains(" hh-2 "));
    // What it has is taken over by name, whatever its clock says.
    says(&running, &mut a, vec![taken("11:00", Some("hh-2"))]).await;
    assert!(rows_of(&b, "assignment").await[0].starts_with("T-1 taken p-1 hh-1"));
    // The relieved device parks what is not its own any more.
    says(&running, &mut b, vec![act(TaskAct::Parked)]).await;
    assert!(rows_of(&b, "assignment").await[0].starts_with("T-1 taken p-1 hh-1"));
}

#[tokio::test]
async fn a_task_done_twice_counts_twice_and_somebody_puts_back_what_is_too_much() {
    let folder = tempfile::tempdir().unwrap();
    let running = start(folder.path()).await;
    running.ledger().put_rows(&[task("T-1", "open")]).unwrap();
    let mut a = Device::enrolled(&running, "hh-1", 1).await;
    let mut b = Device::enrolled(&running, "hh-2", 2).await;
    let mut c = Device::enrolled(&running, "hh-3", 3).await;
    let come = ["A-01"; 3].map(|at| received(goods("L1", None, None), at)).to_vec();
    says(&running, &mut c, come).await;
    let work = || {
        vec![
            taken("09:00", None),
            moved(goods("L1", None, None), "A-01", "A-02"),
            done(),
        ]
    };
    says(&running, &mut a, work()).await;
    let twice = says(&running, &mut b, work()).await;
    let (verdict, reason, ..) = b.verdict(&twice[1]).await.unwrap();
    assert_eq!((verdict.as_str(), reason), ("applied", None), "the fact counts");
    let (verdict, reason, ..) = b.verdict(&twice[2]).await.unwrap();
    assert_eq!(
        (verdict.as_str(), reason.as_deref()),
        ("exception", Some("task_done_twice"))
    );
    let mut at: Vec<_> = stock(running.ledger(), "P500");
    at.sort();
    let wanted = [("place:A-01", "1"), ("place:A-02", "2")];
    assert_eq!(at, wanted.map(|(at, n)| (at.to_owned(), n.to_owned())));
    assert!(
        rows_of(&c, "assignment").await[0].starts_with("T-1 done p-1 hh-1"),
        "the first did it"
    );
    let tasks = rows_of(&c, "task").await;
    let back = tasks.iter().find(|row| row.starts_with("BACK-hh-2-T-1")).unwrap();
    assert_eq!(
        back,
        "BACK-hh-2-T-1 put_back ACME 1 A-02 - A-01 - - P500 L1 1000000 - open"
    );
    // A device that did nothing for it ends it: that is no exception.
    let idle = says(&running, &mut c, vec![done()]).await;
    assert_eq!(c.verdict(&idle[0]).await.unwrap().0, "applied");
    assert_eq!(rows_of(&c, "task").await.len(), 2);
}

#[tokio::test]
async fn what_a_relieved_device_did_counts_when_it_comes_back() {
    let folder = tempfile::tempdir().unwrap();
    let running = start(folder.path()).await;
    running.ledger().put_rows(&[task("T-1", "open")]).unwrap();
    let mut dead = Device::enrolled(&running, "hh-1", 1).await;
    let mut b = Device::enrolled(&running, "hh-2", 2).await;
    says(&running, &mut b, vec![received(goods("L1", None, None), "A-01"); 2]).await;
    says(&running, &mut dead, vec![taken("07:00", None)]).await;
    says(&running, &mut b, vec![taken("09:00", Some("hh-1")), done()]).await;
    // It comes back with what it had done before it died.
    let fact = says(
        &running,
        &mut dead,
        vec![moved(goods("L1", None, None), "A-01", "A-02")],
    )
    .await;
    assert_eq!(dead.verdict(&fact[0]).await.unwrap().0, "applied");
    assert!(stock(running.ledger(), "P500").contains(&("place:A-02".to_owned(), "1".to_owned())));
    let end = act(TaskAct::Done {
        outcome: "elsewhere".into(),
    });
    let end = says(&running, &mut dead, vec![end]).await;
    assert_eq!(
        dead.verdict(&end[0]).await.unwrap().1.as_deref(),
        Some("task_done_twice")
    );
}

#[tokio::test]
async fn a_device_that_holds_something_and_is_silent_for_too_long_is_on_the_console_with_what_it_holds() {
    let folder = tempfile::tempdir().unwrap();
    let running = start(folder.path()).await;
    let tasks = [task("T-1", "open"), task("T-2", "open"), task("T-3", "withdrawn")];
    running.ledger().put_rows(&tasks).unwrap();
    let mut a = Device::enrolled(&running, "hh-1", 1).await;
    let mut b = Device::enrolled(&running, "hh-2", 2).await;
    let nothing = Device::enrolled(&running, "hh-3", 3).await;
    let handed = TaskAct::Handed {
        person: None,
        device: Some("hh-2".parse().unwrap()),
    };
    says(
        &running,
        &mut a,
        vec![taken("09:00", None), received(goods("L1", None, None), "CART-1")],
    )
    .await;
    let of = |task: &str, act: TaskAct| {
        Body::Task(Box::new(Tasked {
            task: task.parse().unwrap(),
            owner: "ACME".parse().unwrap(),
            act,
        }))
    };
    says(&running, &mut b, vec![of("T-2", handed), of("T-3", TaskAct::Parked)]).await;
    let now = nothing.page(0, 1).await.unwrap().now;
    let after = |minutes: i64| Instant::from_unix_ms(now.unix_ms() + minutes * 60_000);
    let silent = |at: Instant| {
        let all = running.ledger().silent(at).unwrap();
        all.into_iter()
            .map(|s| (s.device, s.tasks, s.goods.len()))
            .collect::<Vec<_>>()
    };
    assert!(silent(after(29)).is_empty(), "for less than the policy's time");
    let held = |device: &str, task: &str, goods| (device.to_owned(), vec![task.to_owned()], goods);
    assert_eq!(
        silent(after(31)),
        [held("hh-1", "T-1", 1), held("hh-2", "T-2", 0)],
        "the one that holds nothing is not"
    );
    // Once its task is done and its cart empty it is not either.
    says(
        &running,
        &mut b,
        vec![of("T-2", TaskAct::Done { outcome: "done".into() })],
    )
    .await;
    assert_eq!(silent(after(31)), [held("hh-1", "T-1", 1)]);
    let console = async || {
        let url = format!("http://{}/console/devices", running.addr());
        client().get(url).send().await.unwrap().text().await.unwrap()
    };
    assert!(!console().await.contains("data-silent"));
    let policy = [
        ("version", Cell::Int(9)),
        ("policy", text(r#"{"queue":{"hold_minutes":0}}"#)),
    ];
    running.ledger().put_rows(&[row("policy", &policy)]).unwrap();
    let html = console().await;
    for part in [
        "data-silent=\"hh-1\"",
        "last heard of at",
        "Has T-1",
        "On CART-1: 1 of P500 lot L1",
    ] {
        assert!(html.contains(part), "{part}\n{html}");
    }
}
