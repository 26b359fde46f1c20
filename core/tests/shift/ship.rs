//! Loading an order onto a trailer, and shipping it.

use crate::site::{
    Floor, accepted, each, is_refused, kinds, monitor, person, policy, row, rows, stop, text, together, unit_at,
};
use lotline_core::Input;
use lotline_core::screen::{AwaitKind, Screen, Tone};
use lotline_record::entry::{Body, Entry};
use lotline_record::rules::{self, Outcome};
use lotline_record::wire::{Cell, Included, Row};

const PLATE: &str = "003456789012345670";

fn place(name: &str, kind: &str) -> Row {
    row(
        "place",
        &[
            text("S1"),
            text(name),
            text(kind),
            Cell::Null,
            Cell::Int(95),
            Cell::Null,
        ],
    )
}

fn order(name: &str, state: &str) -> Row {
    row(
        "document",
        &[
            text("S1"),
            text("order"),
            text(name),
            text("ACME"),
            text("P1"),
            text("STAGE-1"),
            text(state),
        ],
    )
}

fn line(n: &str, item: &str, eaches: i64) -> Row {
    row(
        "document_line",
        &[
            text("S1"),
            text("order"),
            text("5512"),
            text(n),
            text("ACME"),
            text(item),
            text("EA"),
            Cell::Int(1),
            Cell::Int(eaches * 1_000_000),
            Cell::Int(eaches * 1_000_000),
            Cell::Null,
            Cell::Null,
            Cell::Null,
            Cell::Int(0),
        ],
    )
}

fn stock(item: &str, lot: &str, account: &str, n: i64) -> Row {
    row(
        "stock",
        &[
            text("S1"),
            text("ACME"),
            text(item),
            text(lot),
            text(""),
            text("each"),
            text(account),
            Cell::Int(n * 1_000_000),
        ],
    )
}

fn serial(number: &str, at: &str) -> Row {
    unit_at(number, at, "here")
}

fn plate(known: &str) -> Row {
    row(
        "plate",
        &[
            text("S1"),
            text(PLATE),
            text("ACME"),
            text("place:STAGE-1"),
            text(known),
            Cell::Null,
        ],
    )
}

fn block(kind: &str, scope_of: &str, key: &str, scope: &str) -> Row {
    row(
        "block",
        &[
            text("S1"),
            text("R-1"),
            text(kind),
            text(scope_of),
            text(key),
            text(scope),
            text("R-2026-014"),
            text("open"),
        ],
    )
}

pub fn recall_of(lot: &str) -> Row {
    block(
        "recall",
        "lot",
        &format!("ACME\u{1f}P500\u{1f}{lot}"),
        &format!(r#"{{"of":"lot","owner":"ACME","item":"P500","lot":"{lot}"}}"#),
    )
}

/// Order 5512 asks for three of paracetamol and one monitor, is picked, and stands at STAGE-1.
pub fn picture() -> Vec<Row> {
    let mut all: Vec<Row> = rows()
        .into_iter()
        .filter(|r| !(r.t == "document_line" && r.r[2] == text("5512") || r.t == "document" && r.r[2] == text("5512")))
        .collect();
    all.extend([
        place("TRAILER-1", "trailer"),
        place("TRAILER-2", "trailer"),
        order("5512", "done"),
        order("5513", "done"),
        order("5514", "open"),
        line("1", "P500", 3),
        line("2", "MON", 1),
        stock("P500", "SOON", "place:STAGE-1", 3),
        stock("P500", "OLD", "place:STAGE-1", 3),
        stock("MON", "", "place:STAGE-1", 1),
        serial("SN1", "place:STAGE-1"),
    ]);
    all
}

pub fn on(more: Vec<Row>, badge: &str, pin: &str) -> Floor {
    let mut all = picture();
    all.extend(more);
    let floor = Floor::on(all);
    floor.sign_in(badge, pin);
    floor.choose("more");
    assert_eq!(floor.choose("ship").id, "ship.choose");
    floor
}

/// At the trailer, ready to load.
pub fn loading(more: Vec<Row>) -> Floor {
    let floor = on(more, "B-1", "1111");
    assert_eq!(floor.choose("document:5512").id, "ship.trailer");
    assert_eq!(floor.scan("]C0TRAILER-1").id, "ship.load");
    floor
}

fn soon() -> String {
    each("SOON", "270331")
}

fn load_all(floor: &Floor) {
    for _ in 0..3 {
        loaded(&floor.scan(&soon()));
    }
    accepted(&floor.scan(&monitor("SN1")));
}

/// Warned at most: nothing was stopped.
fn loaded(screen: &Screen) {
    assert_eq!(screen.id, "ship.load", "{}", screen.to_json());
    assert_ne!(screen.tone, Tone::Stop);
}

fn seal(floor: &Floor, number: &str) -> Screen {
    assert_eq!(floor.choose("close").id, "ship.seal");
    floor.handheld().act(Input::enter("seal", number)).unwrap()
}

fn confirmed(entry: &Entry) -> (&str, Option<&str>, Vec<&str>) {
    let Body::ShipConfirmed {
        outcome, seal, silent, ..
    } = &entry.body
    else {
        panic!("{:?}", entry.body)
    };
    (
        outcome,
        seal.as_deref(),
        silent.iter().map(lotline_record::model::DeviceId::as_str).collect(),
    )
}

fn serial_row(floor: &Floor) -> Screen {
    floor.scan(&monitor("SN1"))
}

#[test]
fn a_picked_order_is_loaded_sealed_and_shipped_to_its_customer() {
    let floor = on(vec![], "B-1", "1111");
    let screen = floor.handheld().screen().unwrap();
    let offered: Vec<_> = screen.actions.iter().map(|a| a.id.as_str()).collect();
    assert!(
        offered.contains(&"document:5512") && !offered.contains(&"document:5514"),
        "{offered:?}"
    );
    assert_eq!(stop(&floor.scan("]C05514")), "Not picked yet");
    floor.choose("acknowledge");
    floor.choose("document:5512");
    assert_eq!(stop(&floor.scan(&soon())), "Trailer first");
    floor.choose("acknowledge");
    assert_eq!(stop(&floor.scan("]C0A-01")), "Not a trailer");
    floor.choose("acknowledge");
    floor.scan("]C0TRAILER-1");
    assert_eq!(floor.last().body.kind(), "load_begun");
    let screen = floor.scan(&soon());
    loaded(&screen);
    assert_eq!(
        (floor.held("place:STAGE-1"), floor.held("place:TRAILER-1")),
        (5, 1),
        "one fact a scan"
    );
    assert_eq!(screen.progress.as_ref().unwrap().text, "1 of 4 EA");
    floor.scan(&soon());
    floor.scan(&soon());
    let screen = floor.scan(&monitor("SN1"));
    accepted(&screen);
    assert!(
        screen.message.contains("min old"),
        "the age is in the message: {}",
        screen.message
    );
    assert!(
        screen
            .fields
            .iter()
            .any(|f| f.label == "Recall list" && f.value.contains("min old"))
    );
    let screen = seal(&floor, "SEAL-77");
    assert_eq!((screen.id.as_str(), screen.tone), ("ship.ready", Tone::Accept));
    let screen = floor.choose("ship");
    assert_eq!(screen.id, "home");
    assert_ne!(screen.tone, Tone::Stop, "{}", screen.to_json());
    assert_eq!((floor.held("place:TRAILER-1"), floor.held("virtual:customer")), (0, 3));
    assert_eq!(floor.held_of("MON", "virtual:customer"), 1);
    let claim = floor.last();
    assert_eq!(confirmed(&claim), ("done", Some("SEAL-77"), vec![]));
    assert_eq!(rules::recheck(&claim.verdict), Ok(()));
    assert_eq!(claim.refs.document.as_ref().unwrap().as_str(), "5512");
    assert_eq!(claim.owner.as_ref().unwrap().as_str(), "ACME");
    floor.choose("more");
    floor.choose("ship");
    assert_eq!(stop(&floor.scan("]C05512")), "Shipped already");
}

#[test]
fn what_was_shipped_says_to_whom_and_with_which_order_and_does_not_leave_twice() {
    let floor = loading(vec![]);
    load_all(&floor);
    seal(&floor, "S1");
    floor.choose("ship");
    let screen = serial_row(&floor);
    let at = screen.fields.iter().find(|f| f.label == "At").unwrap();
    assert_eq!(at.value, "customer");
    let shipped = screen.lines.iter().find(|l| l.text.contains("shipped")).unwrap();
    assert!(shipped.text.contains("shipped to Nord Pharma"), "{}", shipped.text);
    assert!(shipped.detail.contains("5512"), "{}", shipped.detail);
    floor.choose("back");
    floor.choose("more");
    floor.choose("move");
    floor.scan("]C0STAGE-1");
    assert_eq!(stop(&floor.scan(&monitor("SN1"))), "Serial was shipped");
}

#[test]
fn a_recalled_or_blocked_lot_is_stopped_at_the_trailer_and_at_the_gate() {
    let floor = loading(vec![recall_of("SOON")]);
    assert_eq!(stop(&floor.scan(&soon())), "Recalled");
    assert!(is_refused(&floor.last()));
    assert_eq!(floor.held("place:TRAILER-1"), 0);
    let held = block(
        "hold",
        "item",
        "ACME\u{1f}P500",
        r#"{"of":"item","owner":"ACME","item":"P500"}"#,
    );
    let floor = loading(vec![held]);
    assert_eq!(stop(&floor.scan(&soon())), "Blocked");
    // A recall that comes when everything is loaded stops the trailer.
    let floor = loading(vec![]);
    load_all(&floor);
    seal(&floor, "S1");
    floor.page(vec![recall_of("SOON")], Included::default());
    assert_eq!(stop(&floor.choose("ship")), "Recalled");
    assert_eq!(floor.held("virtual:customer"), 0);
}

#[test]
fn expired_goods_and_too_little_shelf_life_for_the_item_or_the_customer_do_not_leave() {
    let floor = loading(vec![]);
    assert_eq!(stop(&floor.scan(&each("OLD", "261101"))), "Expired");
    // SOON expires in 130 days; the item asks for 30.
    let floor = loading(vec![policy(
        r#"{"version":2,"customer_shelf_days":{"P1":131,"P2":900}}"#,
    )]);
    assert_eq!(stop(&floor.scan(&soon())), "Too little shelf life");
    let floor = loading(vec![policy(r#"{"version":2,"customer_shelf_days":{"P1":130}}"#)]);
    loaded(&floor.scan(&soon()));
}

#[test]
fn goods_that_the_order_does_not_ask_for_and_more_than_it_asks_for_stay_here() {
    let floor = loading(vec![]);
    load_all(&floor);
    let screen = floor.scan(&soon());
    assert_eq!(stop(&screen), "More than ordered");
    assert!(screen.message.contains("asks for 3"), "{}", screen.message);
    floor.choose("acknowledge");
    assert_eq!(floor.held("place:TRAILER-1"), 3);
    assert_eq!(stop(&floor.scan(&monitor("SN1"))), "Loaded already");
    let mut all = picture();
    all.retain(|r| !(r.t == "document_line" && r.r[3] == text("2") && r.r[2] == text("5512")));
    let floor = Floor::on(all);
    floor.sign_in("B-1", "1111");
    floor.choose("more");
    floor.choose("ship");
    floor.choose("document:5512");
    floor.scan("]C0TRAILER-1");
    assert_eq!(stop(&floor.scan(&monitor("SN1"))), "Not on 5512");
}

#[test]
fn goods_that_the_record_does_not_have_in_staging_are_loaded_with_a_warning() {
    let floor = loading(vec![serial("SN2", "place:A-01")]);
    let screen = floor.scan(&each("LATE", "280331"));
    loaded(&screen);
    assert_eq!(screen.tone, Tone::Warn);
    assert!(screen.message.contains("STAGE-1"), "{}", screen.message);
    assert_eq!(floor.held("place:TRAILER-1"), 1, "a person who carried it is right");
    let screen = floor.scan(&monitor("SN2"));
    assert_eq!(screen.tone, Tone::Warn);
    assert!(screen.message.contains("A-01"), "{}", screen.message);
}

#[test]
fn a_pallet_is_loaded_with_all_on_it_and_not_when_nobody_knows_what_that_is() {
    let on_it = stock("P500", "SOON", &format!("plate:{PLATE}"), 3);
    let floor = loading(vec![plate("scanned"), on_it.clone()]);
    accepted(&floor.scan(&format!("]C100{PLATE}")));
    assert_eq!(stop(&floor.scan(&format!("]C100{PLATE}"))), "Loaded already");
    floor.choose("acknowledge");
    assert_eq!(
        stop(&floor.scan(&soon())),
        "More than ordered",
        "what is on the pallet counts"
    );
    floor.choose("acknowledge");
    accepted(&floor.scan(&monitor("SN1")));
    seal(&floor, "S1");
    floor.choose("ship");
    assert_eq!(floor.held(&format!("plate:{PLATE}")), 0);
    assert_eq!(floor.held("virtual:customer"), 3);
    let screen = floor.scan(&format!("]C100{PLATE}"));
    assert_eq!(
        screen.fields.iter().find(|f| f.label == "At").unwrap().value,
        "customer"
    );

    let floor = loading(vec![plate("unknown")]);
    assert_eq!(stop(&floor.scan(&format!("]C100{PLATE}"))), "Unknown contents");
    let floor = loading(vec![plate("scanned"), on_it, recall_of("SOON")]);
    assert_eq!(stop(&floor.scan(&format!("]C100{PLATE}"))), "Recalled");
}

#[test]
fn a_trailer_takes_one_order_and_an_order_stays_on_its_trailer() {
    let floor = on(vec![order("5513", "loading:TRAILER-1")], "B-1", "1111");
    floor.choose("document:5512");
    let screen = floor.scan("]C0TRAILER-1");
    assert_eq!(stop(&screen), "Another order's trailer");
    assert!(screen.message.contains("5513"), "{}", screen.message);
    floor.choose("acknowledge");
    assert_eq!(floor.scan("]C0TRAILER-2").id, "ship.load");
    let floor = on(vec![order("5512", "loading:TRAILER-2")], "B-1", "1111");
    floor.choose("document:5512");
    assert_eq!(stop(&floor.scan("]C0TRAILER-1")), "Wrong place");
    floor.choose("acknowledge");
    assert_eq!(floor.scan("]C0TRAILER-2").id, "ship.load");
    assert_eq!(floor.last().body.kind(), "seen", "it was begun before");
}

#[test]
fn a_trailer_on_which_nothing_stands_is_free_again_when_one_goes_back() {
    let floor = loading(vec![]);
    floor.scan(&soon());
    floor.choose("undo");
    assert_eq!(floor.handheld().act(Input::Back).unwrap().id, "home");
    assert_eq!(floor.last().body.kind(), "undone");
    floor.choose("more");
    floor.choose("ship");
    floor.choose("document:5513");
    assert_eq!(floor.scan("]C0TRAILER-1").id, "ship.load");
}

#[test]
fn a_trailer_leaves_with_a_seal_unless_the_policy_asks_for_none() {
    let floor = loading(vec![]);
    assert_eq!(floor.choose("close").tone, Tone::Warn, "nothing is on it");
    load_all(&floor);
    floor.choose("close");
    assert_eq!(stop(&floor.choose("ship")), "No seal");
    floor.choose("acknowledge");
    assert_eq!(stop(&floor.scan(&soon())), "Loading is closed");
    floor.choose("acknowledge");
    let no = floor.handheld().act(Input::enter("seal", "?!")).unwrap();
    assert_eq!(stop(&no), "Not a seal");
    floor.choose("acknowledge");
    assert_eq!(floor.handheld().screen().unwrap().awaits.kind, AwaitKind::Text);
    accepted(&floor.scan("]C0SEAL-9"));
    accepted(&floor.choose("undo"));
    assert_eq!(floor.handheld().screen().unwrap().id, "ship.seal");
    let floor = loading(vec![policy(r#"{"version":2,"seal_required":false}"#)]);
    load_all(&floor);
    floor.choose("close");
    assert_eq!(floor.choose("ship").id, "home");
    assert_eq!(confirmed(&floor.last()), ("done", None, vec![]));
}

#[test]
fn short_shipping_says_what_is_missing_and_asks() {
    let floor = loading(vec![]);
    loaded(&floor.scan(&soon()));
    seal(&floor, "S1");
    let screen = floor.choose("ship");
    assert_eq!((screen.id.as_str(), screen.tone), ("ship.confirm", Tone::Warn));
    assert!(screen.message.starts_with("3 are missing"), "{}", screen.message);
    assert_eq!(screen.lines.len(), 2);
    assert_eq!(floor.held("virtual:customer"), 0);
    assert_eq!(floor.choose("back").id, "ship.ready");
    floor.choose("ship");
    let screen = floor.choose("ship");
    assert_eq!((screen.id.as_str(), screen.tone), ("home", Tone::Warn));
    assert_eq!(confirmed(&floor.last()), ("short", Some("S1"), vec![]));
    assert_eq!(floor.held("virtual:customer"), 1);
}

fn hours_later(floor: &Floor) {
    floor.wait_ms(5 * 3_600_000);
    floor.sign_in("B-1", "1111");
}

#[test]
fn a_recall_list_that_is_too_old_stops_loading_and_shipping_until_a_supervisor_signs() {
    let floor = loading(vec![]);
    hours_later(&floor);
    let screen = floor.scan(&soon());
    assert_eq!(stop(&screen), "Recall list too old");
    assert!(screen.message.contains("5 h"), "the age is said: {}", screen.message);
    floor.choose("acknowledge");
    assert_eq!(floor.held("place:TRAILER-1"), 0);
    assert_eq!(floor.choose("exception").id, "ship.badge");
    assert_eq!(stop(&floor.scan("B-1")), "Another person signs");
    floor.choose("acknowledge");
    assert_eq!(stop(&floor.scan("B-3")), "Not yours to decide");
    floor.choose("acknowledge");
    assert_eq!(floor.scan("B-2").id, "ship.pin");
    let pin = |pin: &str| floor.handheld().act(Input::enter("pin", pin)).unwrap();
    assert_eq!(stop(&pin("1111")), "Wrong PIN");
    floor.choose("acknowledge");
    floor.scan("B-2");
    assert_eq!(pin("2222").id, "ship.load");
    let entry = floor.last();
    let Body::StaleAccepted { signature, age_min, .. } = &entry.body else {
        panic!("{:?}", entry.body)
    };
    assert_eq!(signature.person.as_str(), "sam");
    assert!(age_min.is_some_and(|age| age >= 300), "{age_min:?}");
    let screen = floor.scan(&soon());
    assert_eq!(screen.tone, Tone::Warn);
    assert!(screen.message.contains("5 h"), "{}", screen.message);
    assert_eq!(floor.held("place:TRAILER-1"), 1);
    // Loaded in time, shipped too late.
    let floor = loading(vec![]);
    load_all(&floor);
    seal(&floor, "S1");
    hours_later(&floor);
    assert_eq!(stop(&floor.choose("ship")), "Recall list too old");
    floor.choose("acknowledge");
    floor.page(vec![], Included::default());
    assert_eq!(
        stop(&floor.choose("ship")),
        "Recall list too old",
        "a page as old as the first"
    );
}

#[test]
fn a_recall_list_that_never_came_whole_stops_like_one_that_is_too_old() {
    let floor = Floor::half_told(picture());
    floor.sign_in("B-1", "1111");
    for id in ["more", "ship", "document:5512"] {
        floor.choose(id);
    }
    floor.scan("]C0TRAILER-1");
    assert_eq!(stop(&floor.scan(&soon())), "No recall list");
    assert_eq!(floor.held("place:TRAILER-1"), 0);
}

#[test]
fn an_order_nobody_knows_or_without_a_staging_place_is_not_loaded() {
    let mut nowhere = order("5515", "done");
    nowhere.r[5] = Cell::Null;
    let floor = on(vec![nowhere], "B-1", "1111");
    assert_eq!(stop(&floor.scan("]C09999")), "Unknown document");
    floor.choose("acknowledge");
    assert_eq!(stop(&floor.scan(&soon())), "Not a document");
    floor.choose("acknowledge");
    assert_eq!(stop(&floor.scan("]C05515")), "No staging place");
    assert!(is_refused(&floor.last()));
}

#[test]
fn what_was_loaded_is_taken_back_one_by_one_while_the_trailer_is_open() {
    let floor = loading(vec![]);
    load_all(&floor);
    accepted(&floor.choose("undo"));
    assert_eq!(floor.held_of("MON", "place:TRAILER-1"), 0);
    assert_eq!(floor.held_of("MON", "place:STAGE-1"), 1);
    accepted(&floor.choose("undo"));
    assert_eq!((floor.held("place:STAGE-1"), floor.held("place:TRAILER-1")), (4, 2));
    loaded(&floor.scan(&soon()));
    accepted(&floor.scan(&monitor("SN1")));
    for _ in 0..4 {
        accepted(&floor.choose("undo"));
    }
    assert_eq!(floor.choose("undo").tone, Tone::Warn, "nothing is left to take back");
    assert_eq!((floor.held("place:STAGE-1"), floor.held("place:TRAILER-1")), (6, 0));
}

#[test]
fn a_killed_handheld_goes_on_at_every_step() {
    let mut floor = on(vec![], "B-1", "1111");
    floor.killed_at("ship.choose");
    floor.choose("document:5512");
    floor.killed_at("ship.trailer");
    floor.scan("]C0TRAILER-1");
    floor.killed_at("ship.load");
    floor.scan(&soon());
    floor.killed_at("ship.load");
    accepted(&floor.choose("undo"));
    for _ in 0..3 {
        floor.scan(&soon());
    }
    floor.choose("close");
    floor.killed_at("ship.seal");
    floor.scan("]C0SEAL-9");
    floor.killed_at("ship.ready");
    floor.choose("ship");
    floor.killed_at("ship.confirm");
    floor.choose("ship");
    floor.killed_at("home");
    assert_eq!(
        confirmed(&floor.last_of("ship_confirmed")),
        ("short", Some("SEAL-9"), vec![])
    );
    assert_eq!(floor.held("virtual:customer"), 3);
}

#[test]
fn what_two_devices_load_adds_up_and_closing_names_the_other_one() {
    let (here, there) = (loading(vec![]), loading(vec![]));
    loaded(&here.scan(&soon()));
    loaded(&there.scan(&soon()));
    loaded(&there.scan(&soon()));
    let sums = together(&[&here, &there]);
    assert_eq!((sums["place:TRAILER-1"], sums["place:STAGE-1"]), (3, -3));
    // What the other device told comes down to this one.
    let told = row(
        "history",
        &[
            text("S1"),
            text("d2"),
            Cell::Int(9),
            Cell::Int(1_795_248_000_000),
            Cell::Int(0),
            text("ola"),
            text("loaded"),
            text("ACME"),
            text("P500"),
            text("SOON"),
            Cell::Null,
            Cell::Null,
            text("place:STAGE-1"),
            text("place:TRAILER-1"),
            Cell::Int(1_000_000),
            text("5512"),
        ],
    );
    let came = stock("P500", "SOON", "place:TRAILER-1", 2);
    here.page(vec![told, came], Included::default());
    assert_eq!(stop(&here.scan(&soon())), "More than ordered", "its entries count here");
    here.choose("acknowledge");
    accepted(&here.scan(&monitor("SN1")));
    seal(&here, "S1");
    let screen = here.choose("ship");
    assert_eq!(screen.tone, Tone::Warn);
    assert!(screen.message.contains("d2"), "{}", screen.message);
    assert_eq!(confirmed(&here.last()), ("done", Some("S1"), vec!["d2"]));
    assert_eq!(here.held("virtual:customer"), 3);
}

#[test]
fn every_scan_of_a_loading_is_kept_with_what_it_was_judged_by() {
    let floor = loading(vec![]);
    loaded(&floor.scan(&soon()));
    let entry = floor.last();
    let asked: Vec<_> = entry.verdict.grounds.iter().map(|g| g.facts.rule()).collect();
    for rule in [
        "recall_list",
        "on_document",
        "blocked",
        "expiry",
        "open_load",
        "in_stock",
    ] {
        assert!(asked.contains(&rule), "{rule} is not in {asked:?}");
    }
    assert_eq!(rules::recheck(&entry.verdict), Ok(()));
    assert_eq!(entry.verdict.outcome, Outcome::Accept);
    let before = floor.entries().len();
    assert_eq!(stop(&floor.scan(&each("OLD", "261101"))), "Expired");
    assert_eq!(floor.entries().len(), before + 1);
    assert_eq!(kinds(&floor.entries()).last(), Some(&"refused"));
}

#[test]
fn loading_is_offered_to_associates_and_supervisors_only() {
    for (role, offered) in [("associate", true), ("supervisor", true), ("quality", false)] {
        let mut all = picture();
        all.push(person("eva", "B-9", "9999", role));
        let floor = Floor::on(all);
        floor.sign_in("B-9", "9999");
        let screen = floor.choose("more");
        assert_eq!(screen.actions.iter().any(|a| a.id == "ship"), offered, "{role}");
    }
}
