//! The work queue: which task comes next, taking, parking, handing over, a detour, a task done elsewhere, own work.

use crate::pick::{offers, refused};
use crate::site::{Floor, accepted, each, kinds, person, policy, row, rows, stock, stop, text, together};
use lotline_core::Input;
use lotline_core::screen::{Look, Screen, Tone};
use lotline_core::sync::SyncStore;
use lotline_record::entry::{Body, Entry, TaskAct};
use lotline_record::model::Amount;
use lotline_record::rules::Facts;
use lotline_record::wire::{Cell, Included, Row};

/// 2026-11-21T08:00Z, when the shift begins.
const EIGHT: i64 = 1_795_248_000_000;
const MINUTE: i64 = 60_000;

/// A task of ACME's paracetamol, open, of priority 2, with these columns otherwise.
fn task(name: &str, kind: &str, cells: &[(&str, Cell)]) -> Row {
    let columns = lotline_record::wire::table("task").unwrap().columns;
    let basic = [
        ("site", text("S1")),
        ("task", text(name)),
        ("kind", text(kind)),
        ("owner", text("ACME")),
        ("priority", Cell::Int(2)),
        ("state", text("open")),
    ];
    let of = |column: &&str| {
        let found = cells.iter().chain(&basic).find(|(name, _)| name == column);
        found.map_or(Cell::Null, |(_, cell)| cell.clone())
    };
    row("task", &columns.iter().map(of).collect::<Vec<_>>())
}

fn assigned(name: &str, state: &str, person: &str, device: &str, until_min: Option<i64>) -> Row {
    let until = until_min.map_or(Cell::Null, |minutes| Cell::Int(EIGHT + minutes * MINUTE));
    row(
        "assignment",
        &[text("S1"), text(name), text(state), text(person), text(device), until],
    )
}

fn kept(task: &str, lot: &str, place: &str, n: i64, until_min: i64) -> Row {
    let cells = ["S1", task, "ACME", "P500", lot, "", place].map(text).to_vec();
    let rest = [
        Cell::Int(n * 1_000_000),
        text("d2"),
        Cell::Int(EIGHT + until_min * MINUTE),
    ];
    row("reservation", &[cells, rest.to_vec()].concat())
}

/// Three eaches of LATE from A-01 to A-03.
fn move_task(name: &str) -> Row {
    let cells = [
        ("place", text("A-01")),
        ("to_place", text("A-03")),
        ("item", text("P500")),
        ("lot", text("LATE")),
        ("amount", Cell::Int(3_000_000)),
    ];
    task(name, "move", &cells)
}

fn pick_task(name: &str) -> Row {
    task(name, "pick", &[("place", text("A-02")), ("document", text("5512"))])
}

fn floor_of(more: Vec<Row>) -> Floor {
    let floor = Floor::on(rows().into_iter().chain(more).collect());
    floor.sign_in("B-1", "1111");
    floor.choose("more");
    floor.choose("queue");
    floor
}

fn screen(floor: &Floor) -> Screen {
    floor.handheld().screen().unwrap()
}

/// The number of the task that is offered.
fn next(floor: &Floor) -> String {
    let screen = screen(floor);
    let main = screen.actions.iter().find_map(|a| a.id.strip_prefix("take:"));
    main.unwrap_or_default().to_owned()
}

fn late() -> String {
    each("LATE", "280331")
}

/// The acts on tasks, in order.
fn acts(entries: &[Entry]) -> Vec<TaskAct> {
    let act = |entry: &Entry| match &entry.body {
        Body::Task(tasked) => Some(tasked.act.clone()),
        _ => None,
    };
    entries.iter().filter_map(act).collect()
}

/// Lifts three of LATE at A-01, one after the other.
fn lift_three(floor: &Floor) {
    floor.scan("]C0A-01");
    for _ in 0..3 {
        accepted(&floor.scan(&late()));
    }
}

#[test]
fn the_next_task_follows_priority_then_time_then_way_then_place() {
    let at = |place: &str| ("place", text(place));
    let due = |minutes: i64| ("due_ms", Cell::Int(EIGHT + minutes * MINUTE));
    let mut floor = floor_of(vec![
        task("T-FAR", "count", &[at("A-03")]),
        task("T-NEAR", "count", &[at("A-01")]),
        task("T-DUE", "count", &[at("A-03"), due(60)]),
        task("T-LATE", "count", &[at("A-03"), due(-60)]),
        task("T-FIRST", "count", &[at("A-03"), ("priority", Cell::Int(1))]),
        task(
            "T-FORK",
            "count",
            &[at("A-01"), ("priority", Cell::Int(1)), ("equipment", text("fork"))],
        ),
        task(
            "T-GONE",
            "count",
            &[at("A-01"), ("priority", Cell::Int(1)), ("state", text("withdrawn"))],
        ),
    ]);
    let mut seen = Vec::new();
    for _ in 0..5 {
        let name = next(&floor);
        seen.push(name.clone());
        floor.choose(&format!("skip:{name}"));
        assert_eq!(screen(&floor).id, "queue.skip");
        accepted(&floor.choose("reason:too_heavy"));
    }
    assert_eq!(seen, ["T-FIRST", "T-LATE", "T-DUE", "T-NEAR", "T-FAR"]);
    assert_eq!(
        next(&floor),
        "T-FIRST",
        "what was skipped comes last, and in its order again"
    );
    floor.killed_at("queue.next");
    assert_eq!(next(&floor), "T-FIRST");
}

#[test]
fn a_task_is_offered_only_to_the_equipment_and_the_zone_it_asks_for() {
    let asks = [
        task("T-FORK", "count", &[("equipment", text("fork"))]),
        task("T-COLD", "count", &[("zone", text("COLD")), ("priority", Cell::Int(3))]),
    ];
    let shown = |json: &str| {
        let floor = floor_of([asks.to_vec(), vec![policy(json)]].concat());
        let first = next(&floor);
        let rest = screen(&floor).lines.len();
        (first, rest)
    };
    assert_eq!(shown("{}"), ("T-COLD".into(), 0));
    let fork = r#"{"queue":{"equipment":{"CART-1":["fork"]}}}"#;
    assert_eq!(shown(fork), ("T-FORK".into(), 1));
    let dry = r#"{"queue":{"equipment":{"CART-1":["fork"]},"zones":{"CART-1":["DRY"]}}}"#;
    assert_eq!(shown(dry), ("T-FORK".into(), 0), "it lies in no zone");
    let floor = floor_of(asks.to_vec());
    refused(&floor, &floor.enter("scan", "T-FORK"), "Not for this device");
}

#[test]
fn a_task_is_done_in_its_own_flow_and_the_next_one_follows() {
    let floor = floor_of(vec![move_task("T-1"), task("T-2", "count", &[("place", text("A-02"))])]);
    let shown = screen(&floor);
    assert_eq!(shown.prompt, "Take the next task");
    let fields: Vec<_> = shown
        .fields
        .iter()
        .map(|f| (f.label.as_str(), f.value.as_str()))
        .collect();
    assert_eq!(
        fields,
        [
            ("Task", "Move (T-1)"),
            ("Go to", "A-01"),
            ("Goods", "Paracetamol 500 mg: 3"),
            ("Lot", "LATE"),
            ("Goes to", "A-03"),
            ("Why", "Priority 2"),
        ]
    );
    assert_eq!(shown.lines[0].text, "Count (T-2), A-02");
    let shown = floor.choose("take:T-1");
    accepted(&shown);
    assert_eq!(
        (shown.id.as_str(), shown.fields[0].value.as_str()),
        ("move.from", "Move (T-1)")
    );
    lift_three(&floor);
    accepted(&floor.scan("]C0A-03"));
    assert_eq!(
        (screen(&floor).id.as_str(), next(&floor).as_str()),
        ("queue.next", "T-2")
    );
    assert_eq!(floor.held("place:A-03"), 3);
    let entries = floor.entries();
    let moves: Vec<_> = entries.iter().filter(|e| e.body.is_movement()).collect();
    assert_eq!(moves.len(), 6);
    assert!(moves.iter().all(|e| e.refs.task.as_deref() == Some("T-1")));
    let acts = acts(&entries);
    assert!(matches!(&acts[0], TaskAct::Taken { reserves, over: None, .. } if reserves[0].amount == Amount::whole(3)));
    assert_eq!(acts[1], TaskAct::Done { outcome: "done".into() });
    // The count is done by counting.
    floor.choose("take:T-2");
    floor.scan("]C0A-01");
    floor.choose("done");
    assert_eq!(
        floor.choose("empty").id,
        "count.place",
        "another place than the one that is asked for"
    );
    floor.scan("]C0A-02");
    floor.choose("done");
    let shown = floor.choose("empty");
    assert_eq!(
        (shown.id.as_str(), shown.tone),
        ("queue.own", Tone::Warn),
        "what the flow warns of is heard"
    );
}

#[test]
fn an_empty_place_is_a_count_too_and_another_lot_is_not_what_was_asked() {
    let floor = floor_of(vec![task("T-1", "count", &[("place", text("A-03"))]), move_task("T-2")]);
    floor.enter("scan", "T-1");
    floor.scan("]C0A-03");
    floor.choose("done");
    floor.choose("empty");
    assert_eq!(
        (next(&floor).as_str(), screen(&floor).message.as_str()),
        ("T-2", "Task T-1 is done")
    );
    floor.choose("take:T-2");
    floor.scan("]C0A-02");
    for _ in 0..2 {
        accepted(&floor.scan(&each("SOON", "270331")));
    }
    floor.scan("]C0A-03");
    assert_eq!(screen(&floor).id, "move.from");
    lift_three(&floor);
    let shown = floor.scan("]C0A-03");
    assert_eq!(shown.id, "queue.own");
}

#[test]
fn a_pick_task_keeps_its_lots_and_ends_with_its_order() {
    let floor = floor_of(vec![pick_task("T-1")]);
    assert_eq!(floor.choose("take:T-1").id, "pick.bin");
    let taken = acts(&floor.entries());
    let TaskAct::Taken { reserves, until, .. } = &taken[0] else {
        panic!("{taken:?}")
    };
    let kept: Vec<_> = reserves
        .iter()
        .map(|r| (r.place.as_str(), r.lot.as_ref().unwrap().number.as_str(), r.amount))
        .collect();
    assert_eq!(
        kept,
        [("A-02", "SOON", Amount::whole(2)), ("A-01", "LATE", Amount::whole(1))],
        "by the rotation, and no more than the order asks"
    );
    assert!((29..=31).contains(&((until.unix_ms() - EIGHT) / MINUTE - 1)), "{until}");
    floor.scan("]C0A-02");
    floor.scan(&each("SOON", "270331"));
    floor.scan(&each("SOON", "270331"));
    floor.scan("]C0A-01");
    floor.scan(&late());
    accepted(&floor.scan("]C0STAGE-1"));
    assert_eq!(screen(&floor).id, "queue.own");
    assert_eq!(
        acts(&floor.entries()).last(),
        Some(&TaskAct::Done { outcome: "done".into() })
    );
}

#[test]
fn what_is_kept_for_another_task_is_passed_over_until_its_time_is_over() {
    let floor = floor_of(vec![kept("T-9", "SOON", "A-02", 2, 30)]);
    floor.choose("back");
    let shown = floor.pick();
    assert_eq!(shown.prompt, "Go to A-01, scan the bin", "no supervisor is asked");
    floor.scan("]C0A-02");
    let shown = floor.scan(&each("SOON", "270331"));
    assert_eq!(shown.tone, Tone::Warn, "{}", shown.to_json());
    assert_eq!(floor.held("place:CART-1"), 1, "what is in the hand counts");
    let grounds = floor.last_of("picked").verdict.grounds;
    assert!(
        grounds.iter().any(|g| matches!(g.facts, Facts::Reserved { .. })),
        "{grounds:?}"
    );
    let floor = floor_of(vec![kept("T-9", "SOON", "A-02", 2, 0)]);
    floor.choose("back");
    assert_eq!(floor.pick().prompt, "Go to A-02, scan the bin", "its time is over");
    let floor = floor_of(vec![kept("T-9", "SOON", "A-02", 1, 30)]);
    floor.choose("back");
    assert_eq!(floor.pick().prompt, "Go to A-02, scan the bin", "one of two is free");
}

#[test]
fn a_task_done_elsewhere_stops_whoever_has_not_begun() {
    let done = || vec![assigned("T-1", "done", "ola", "d2", None)];
    // It is shown here, and was done meanwhile.
    let floor = floor_of(vec![move_task("T-1")]);
    floor.page(done(), Included::default());
    refused(&floor, &floor.choose("take:T-1"), "Done elsewhere");
    assert!(
        floor.choose("take:T-1").message.contains("ola, d2 ended it."),
        "why we know"
    );
    // It was taken here, and nothing was done for it.
    let floor = floor_of(vec![move_task("T-1")]);
    floor.choose("take:T-1");
    floor.page(done(), Included::default());
    refused(&floor, &floor.scan("]C0A-01"), "Done elsewhere");
    assert_eq!(screen(&floor).id, "queue.own");
}

#[test]
fn what_was_done_for_a_task_that_was_done_elsewhere_too_counts() {
    let floor = floor_of(vec![move_task("T-1")]);
    floor.choose("take:T-1");
    floor.scan("]C0A-01");
    floor.scan(&late());
    floor.page(vec![assigned("T-1", "done", "ola", "d2", None)], Included::default());
    let shown = floor.scan(&late());
    assert_eq!(shown.tone, Tone::Warn, "{}", shown.to_json());
    assert!(shown.message.contains("no longer yours"));
    let shown = floor.scan("]C0A-03");
    assert_eq!(stop(&shown), "Done elsewhere");
    assert_eq!(floor.held("place:A-03"), 2, "both count");
    let entries = floor.entries();
    let last = kinds(&entries);
    assert_eq!(&last[last.len() - 4..], ["dropped", "dropped", "refused", "task"]);
    let outcome = "elsewhere".to_owned();
    assert_eq!(acts(&entries).last(), Some(&TaskAct::Done { outcome }));
}

#[test]
fn a_withdrawn_or_unknown_task_has_its_stop() {
    let floor = floor_of(vec![move_task("T-1")]);
    let mut gone = move_task("T-1");
    *gone.r.last_mut().unwrap() = text("withdrawn");
    floor.page(vec![gone], Included::default());
    refused(&floor, &floor.choose("take:T-1"), "Withdrawn");
    refused(&floor, &floor.scan("]C0T-404"), "Unknown task");
    assert_eq!(floor.scan("]C0A-01").id, "look_up.found", "a place is looked up");
}

#[test]
fn a_task_that_another_device_has_is_not_offered_until_that_device_is_silent_for_too_long() {
    let held = |until| vec![move_task("T-1"), assigned("T-1", "taken", "ola", "d2", Some(until))];
    let floor = floor_of(held(60));
    assert_eq!(screen(&floor).id, "queue.own");
    refused(&floor, &floor.enter("scan", "T-1"), "Somebody has it");
    let floor = floor_of(held(0));
    let shown = screen(&floor);
    let whose = shown.fields.iter().find(|f| f.label == "Whose").unwrap();
    assert_eq!(whose.state, Look::Alert);
    assert!(
        whose.value.contains("ola, d2") && whose.value.contains("unknown"),
        "{}",
        whose.value
    );
    assert_eq!(shown.actions[0].label, "Take it over");
    let shown = floor.choose("take:T-1");
    assert_eq!(shown.tone, Tone::Warn, "what it did is unknown");
    let over = |act: &TaskAct| matches!(act, TaskAct::Taken { over: Some(device), .. } if device.as_str() == "d2");
    assert!(acts(&floor.entries()).iter().any(over));
}

#[test]
fn two_devices_that_took_one_task_offline_have_both_done_it() {
    let (here, there) = (floor_of(vec![move_task("T-1")]), floor_of(vec![move_task("T-1")]));
    for floor in [&here, &there] {
        floor.choose("take:T-1");
        lift_three(floor);
        accepted(&floor.scan("]C0A-03"));
    }
    let sums: Vec<_> = together(&[&here, &there]).into_iter().collect();
    let wanted = [("place:A-01", -6), ("place:A-03", 6)];
    assert_eq!(sums, wanted.map(|(account, n)| (account.to_owned(), n)));
}

#[test]
fn a_parked_task_goes_on_at_the_step_where_it_was_left() {
    let floor = floor_of(vec![
        move_task("T-1"),
        task("T-2", "count", &[("priority", Cell::Int(1))]),
    ]);
    floor.enter("scan", "T-1");
    floor.scan("]C0A-01");
    accepted(&floor.scan(&late()));
    assert_eq!(floor.choose("task").id, "queue.task");
    assert_eq!(floor.choose("done").tone, Tone::Warn, "something is on the cart");
    accepted(&floor.choose("park"));
    assert_eq!(next(&floor), "T-2");
    let shown = floor.enter("scan", "T-1");
    assert_eq!(shown.id, "move.drop");
    assert_eq!(shown.lines.len(), 1, "what is on the cart");
    let acts = acts(&floor.entries());
    assert!(matches!(
        acts.as_slice(),
        [TaskAct::Taken { .. }, TaskAct::Parked, TaskAct::Taken { .. }]
    ));
}

#[test]
fn a_task_is_handed_over_to_a_badge_or_a_device_and_is_theirs_alone() {
    let history = row(
        "history",
        &[
            text("S1"),
            text("d2"),
            Cell::Int(1),
            Cell::Int(EIGHT),
            Cell::Int(0),
            Cell::Null,
            text("lifted"),
            Cell::Null,
            Cell::Null,
            Cell::Null,
            Cell::Null,
            Cell::Null,
            Cell::Null,
            Cell::Null,
            Cell::Int(0),
            Cell::Null,
        ],
    );
    let mut other = person("eve", "B-9", "9999", "associate");
    other.r[8] = text("OTHER");
    let floor = floor_of(vec![move_task("T-1"), move_task("T-2"), history, other]);
    floor.choose("take:T-1");
    floor.choose("task");
    assert_eq!(floor.choose("hand").id, "queue.hand");
    refused(&floor, &floor.scan("]C0B-404"), "Nobody known");
    refused(&floor, &floor.scan("]C0B-9"), "Not for them");
    let shown = floor.scan("]C0B-3");
    accepted(&shown);
    assert_eq!(shown.message, "Task T-1 waits for ola");
    assert_eq!(next(&floor), "T-2");
    refused(&floor, &floor.enter("scan", "T-1"), "Somebody has it");
    floor.choose("take:T-2");
    floor.choose("task");
    floor.choose("hand");
    accepted(&floor.enter("scan", "d2"));
    assert_eq!(screen(&floor).id, "queue.own");
    floor.choose("sign_out");
    floor.choose("back");
    // Ola finds it first, though it is nobody's turn.
    let floor = floor_of(vec![
        move_task("T-1"),
        task("T-0", "count", &[("priority", Cell::Int(1))]),
        row(
            "assignment",
            &[
                text("S1"),
                text("T-1"),
                text("handed"),
                text("ana"),
                Cell::Null,
                Cell::Null,
            ],
        ),
    ]);
    assert_eq!(next(&floor), "T-1");
    assert!(
        screen(&floor)
            .fields
            .iter()
            .any(|f| f.value == "It was handed over to you.")
    );
}

#[test]
fn something_else_is_done_first_and_the_task_goes_on_at_the_same_step() {
    let floor = floor_of(vec![move_task("T-1")]);
    floor.choose("take:T-1");
    floor.scan("]C0A-01");
    accepted(&floor.scan(&late()));
    floor.choose("task");
    let shown = floor.choose("detour");
    assert_eq!(
        (shown.id.as_str(), shown.fields[0].value.as_str()),
        ("queue.detour", "Move (T-1)")
    );
    assert!(offers(&shown, "return") && offers(&shown, "pick"));
    floor.choose("put_away");
    floor.scan(&each("SOON", "270331"));
    let entry = floor.last_of("lifted");
    assert_eq!(entry.refs.task, None, "it is no part of the task");
    floor.scan("]C0A-03");
    floor.choose("done");
    let shown = floor.choose("return");
    accepted(&shown);
    assert_eq!((shown.id.as_str(), shown.lines.len()), ("move.drop", 1));
    let acts = acts(&floor.entries());
    assert!(acts.contains(&TaskAct::DetourBegun) && acts.contains(&TaskAct::DetourEnded));
}

#[test]
fn taking_ending_parking_and_handing_over_are_taken_back() {
    let floor = floor_of(vec![move_task("T-1")]);
    floor.choose("take:T-1");
    floor.scan("]C0A-01");
    accepted(&floor.scan(&late()));
    accepted(&floor.choose("undo"));
    assert_eq!(screen(&floor).id, "move.lift", "first the lift");
    accepted(&floor.choose("undo"));
    assert_eq!(next(&floor), "T-1", "then the taking");
    assert!(matches!(floor.last().body, Body::Undone { .. }));
    assert_eq!(screen(&floor).actions[0].label, "Take it", "it is nobody's");
    floor.choose("take:T-1");
    floor.choose("task");
    accepted(&floor.choose("park"));
    accepted(&floor.choose("undo"));
    assert_eq!(screen(&floor).actions[0].label, "Go on", "it is ours again");
    floor.choose("take:T-1");
    floor.choose("task");
    accepted(&floor.choose("done"));
    assert_eq!(screen(&floor).id, "queue.own");
    accepted(&floor.choose("undo"));
    assert_eq!(next(&floor), "T-1");
    assert_eq!(floor.choose("undo").tone, Tone::Warn);
}

#[test]
fn whoever_works_goes_on_having_the_task() {
    let floor = floor_of(vec![move_task("T-1")]);
    floor.choose("take:T-1");
    for _ in 0..3 {
        floor.wait_ms(10 * 60_000);
        floor.scan("]C0A-01");
    }
    let until = |act: &TaskAct| match act {
        TaskAct::Taken { until, reserves, .. } => Some((until.unix_ms(), reserves.len())),
        _ => None,
    };
    let taken: Vec<_> = acts(&floor.entries()).iter().filter_map(until).collect();
    assert_eq!(taken.len(), 2, "after more than half of the time, once");
    assert!(taken[1].0 > taken[0].0 && taken[1].1 == 1);
}

#[test]
fn what_is_scanned_where_something_is_chosen_is_kept_and_stopped() {
    let floor = floor_of(vec![task("T-1", "pick", &[("document", text("GONE"))])]);
    floor.choose("skip:T-1");
    refused(&floor, &floor.scan("]C0A-01"), "Reason first");
    refused(&floor, &floor.scan(&late()), "No scan needed");
    assert_eq!(screen(&floor).id, "queue.skip");
    accepted(&floor.enter("reason", "the lift is broken"));
    let reason = "the lift is broken".to_owned();
    assert_eq!(acts(&floor.entries()).last(), Some(&TaskAct::Skipped { reason }));
    // Its order is closed: a person says how it goes on.
    assert_eq!(floor.choose("take:T-1").id, "queue.task");
    refused(&floor, &floor.scan(&late()), "No scan needed");
    assert_eq!(floor.choose("go_on").id, "queue.task");
    accepted(&floor.choose("done"));
    assert_eq!(screen(&floor).id, "queue.own");
}

#[test]
fn where_no_task_waits_own_work_is_proposed_from_the_picture() {
    let faces = r#"{"faces":[{"place":"A-03","owner":"ACME","item":"P500","min":5,"max":10}]}"#;
    let floor = floor_of(vec![
        policy(faces),
        stock("SOON", "place:DOCK-1", 3),
        stock("SOON", "virtual:opening", -5),
    ]);
    let shown = screen(&floor);
    assert_eq!(
        (shown.id.as_str(), shown.prompt.as_str()),
        ("queue.own", "Choose what to do yourself")
    );
    let offered: Vec<_> = shown
        .actions
        .iter()
        .filter(|a| a.id.starts_with("own:"))
        .map(|a| a.label.as_str())
        .collect();
    assert_eq!(offered, ["Put away what stands at DOCK-1", "Fill A-03"]);
    assert_eq!(floor.choose("own:replenish:A-03/ACME/P500").id, "replenish.from");
    floor.choose("list");
    assert_eq!(floor.choose("done").id, "queue.own", "it comes back to the queue");
    assert_eq!(floor.choose("own:put_away:DOCK-1").id, "put_away.lift");
    accepted(&floor.scan(&each("SOON", "270331")));
    floor.scan("]C0A-02");
    floor.choose("done");
    assert_eq!(floor.choose("back").id, "home");
    let floor = floor_of(vec![]);
    assert_eq!(screen(&floor).prompt, "Nothing waits here");
}

#[test]
fn b6_a_task_killed_at_any_step_goes_on_at_that_step() {
    let mut floor = floor_of(vec![move_task("T-1"), move_task("T-2")]);
    let steps: [(&str, Input); 13] = [
        ("queue.skip", Input::choose("skip:T-1")),
        ("queue.next", Input::choose("reason:not_there")),
        ("move.from", Input::choose("take:T-2")),
        ("queue.task", Input::choose("task")),
        ("queue.hand", Input::choose("hand")),
        ("queue.task", Input::Back),
        ("queue.detour", Input::choose("detour")),
        ("put_away.lift", Input::choose("put_away")),
        ("queue.detour", Input::choose("done")),
        ("move.from", Input::choose("return")),
        ("move.lift", Input::scan("]C0A-01")),
        ("move.drop", Input::scan(late())),
        ("move.from", Input::scan("]C0A-03")),
    ];
    for (id, input) in steps {
        floor.handheld().act(input).unwrap();
        floor.killed_at(id);
    }
    assert_eq!(floor.held("place:A-03"), 1);
    floor.choose("done");
    assert_eq!(screen(&floor).id, "queue.task", "one of three: is it done?");
    floor.killed_at("queue.task");
    floor.choose("done");
    let outcome = "short".to_owned();
    assert_eq!(acts(&floor.entries()).last(), Some(&TaskAct::Done { outcome }));
}

#[test]
fn own_acts_count_before_the_gateway_has_them_and_are_rebuilt_from_the_entries() {
    let floor = floor_of(vec![move_task("T-1")]);
    floor.choose("take:T-1");
    floor.choose("task");
    floor.choose("hand");
    accepted(&floor.scan("]C0B-3"));
    assert_eq!(screen(&floor).id, "queue.own");
    floor.handheld().store().rebuild_effects().unwrap();
    assert_eq!(screen(&floor).id, "queue.own");
    // The gateway has them, and its row says so from now on.
    let tip = floor.handheld().store().queue().unwrap().tip;
    let included = Included {
        epoch: tip.epoch,
        seq: tip.seq,
    };
    floor.page(vec![assigned("T-1", "parked", "ola", "d2", None)], included);
    assert_eq!(next(&floor), "T-1");
}

#[test]
fn what_waits_is_told_beside_any_step_in_the_order_of_the_queue() {
    let floor = Floor::on(
        rows()
            .into_iter()
            .chain([
                move_task("T-1"),
                task("T-2", "count", &[("place", text("A-03")), ("priority", Cell::Int(1))]),
                task("T-3", "count", &[("due_ms", Cell::Int(EIGHT - MINUTE))]),
                task("T-4", "count", &[("state", text("withdrawn"))]),
            ])
            .chain((0..20).map(|n| task(&format!("U-{n:02}"), "count", &[("priority", Cell::Int(9))])))
            .collect(),
    );
    let beside = || floor.handheld().work_queue().unwrap();
    assert_eq!(beside(), None, "nobody is signed in");
    floor.sign_in("B-1", "1111");
    let told = |screen: &str| {
        assert_eq!(crate::queue::screen(&floor).id, screen);
        let queue = beside().unwrap();
        assert_eq!(queue.lines.len(), 20);
        (queue.title.clone(), queue.more, queue.lines)
    };
    let (title, more, lines) = told("home");
    assert_eq!((title.as_str(), more), ("TASKS", 3));
    let first: Vec<_> = lines.iter().take(3).map(|l| (l.text.as_str(), l.state)).collect();
    assert_eq!(
        first,
        [
            ("Count (T-2), A-03", Look::Plain),
            ("Count (T-3)", Look::Alert),
            ("Move (T-1), A-01", Look::Plain)
        ]
    );
    floor.choose("more");
    floor.choose("queue");
    floor.scan("]C0T-1");
    let (_, _, lines) = told("move.from");
    assert_eq!(
        (lines[0].text.as_str(), lines[0].state),
        ("Move (T-1), A-01", Look::Current)
    );
    floor.choose("task");
    floor.choose("detour");
    let (_, _, lines) = told("queue.detour");
    assert_eq!(lines[0].state, Look::Current);
    // A stop stands over the step, not over what waits.
    floor.scan("]C0NOWHERE");
    assert_eq!(beside().unwrap().lines[0].state, Look::Current);
}
