//! Inspecting what waits for quality, and the signature that decides.

use crate::site::{Floor, accepted, case, each, is_refused, kinds, monitor, person, policy, stop, text, together};
use lotline_core::Input;
use lotline_core::screen::{AwaitKind, Screen, Tone};
use lotline_record::entry::{Body, Inspected, InspectionOutcome};
use lotline_record::rules;
use lotline_record::wire::Included;

const RULES: &str =
    r#"{"receipt":{"flag_bare_notices":false,"inspection_place":"STAGE-1","rules":[{"inspect":true}]}}"#;

/// Ana received two cases of lot NEW and three monitors, all of which wait at STAGE-1, and opens the inspection.
fn floor_of(json: &str) -> Floor {
    let floor = Floor::new();
    let mut other = person("tom", "B-6", "6666", "quality");
    other.r[8] = text("OTHER");
    let rows = vec![policy(json), person("eva", "B-5", "5555", "quality"), other];
    floor.page(rows, Included::default());
    floor.sign_in("B-1", "1111");
    floor.receive();
    for label in [new(), new(), monitor("SN1"), monitor("SN2"), monitor("SN3")] {
        floor.scan(&label);
    }
    floor.handheld().act(Input::Back).unwrap();
    open(&floor);
    floor
}

fn floor() -> Floor {
    floor_of(RULES)
}

fn open(floor: &Floor) {
    floor.choose("more");
    assert_eq!(floor.choose("inspect").id, "inspect.scan");
}

fn new() -> String {
    case("NEW", "280331")
}

fn field(screen: &Screen, label: &str) -> String {
    let found = screen.fields.iter().find(|f| f.label == label);
    found.map_or_else(String::new, |f| f.value.clone())
}

/// Up to the decision, with so many bad ones in the sample.
fn sampled(floor: &Floor, label: &str, bad: &str) -> Screen {
    accepted(&floor.scan(label));
    assert_eq!(floor.enter("bad", bad).id, "inspect.certificate");
    let screen = floor.choose("no_certificate");
    assert_eq!(screen.id, "inspect.outcome");
    screen
}

fn sign(floor: &Floor) -> Screen {
    let screen = floor.scan("B-5");
    assert_eq!(
        (screen.id.as_str(), screen.awaits.kind),
        ("inspect.pin", AwaitKind::Pin)
    );
    floor.enter("pin", "5555")
}

fn inspected(floor: &Floor) -> Inspected {
    let entry = floor.last();
    assert!(rules::recheck(&entry.verdict).is_ok());
    match entry.body {
        Body::Inspected(inspected) => *inspected,
        other => panic!("{other:?}"),
    }
}

/// Whether the case may be moved to a bin.
fn is_free(floor: &Floor, from: &str, label: &str) -> bool {
    floor.choose("more");
    floor.choose("move");
    floor.scan(from);
    floor.scan(label);
    let screen = floor.scan("]C0A-01");
    let free = screen.tone != Tone::Stop;
    if !free {
        assert_eq!(stop(&screen), "Stays where it is");
        floor.choose("acknowledge");
    }
    floor.choose("undo");
    if free {
        floor.choose("undo");
    }
    floor.choose("done");
    free
}

#[test]
fn what_passes_is_released_by_quality_with_sample_certificate_and_signature() {
    let floor = floor();
    let screen = floor.scan(&new());
    assert_eq!(
        (screen.id.as_str(), screen.awaits.kind),
        ("inspect.sample", AwaitKind::Quantity)
    );
    assert_eq!(
        (field(&screen, "Waits").as_str(), field(&screen, "Sample").as_str()),
        ("24", "2"),
        "of two cases"
    );
    floor.enter("bad", "0");
    let screen = floor.enter("certificate", " COA 77/26 ");
    assert_eq!(field(&screen, "Certificate"), "COA 77/26");
    assert_eq!(floor.choose("outcome:pass").id, "inspect.badge");
    let screen = sign(&floor);
    accepted(&screen);
    assert_eq!(screen.id, "inspect.scan");
    let said = inspected(&floor);
    assert_eq!(
        (said.sample.size, said.sample.bad, said.outcome),
        (2, 0, InspectionOutcome::Pass)
    );
    assert_eq!(said.certificate.as_deref(), Some("COA 77/26"));
    assert_eq!(said.signature.person.as_str(), "eva");
    assert_eq!(said.signature.components, ["badge", "pin"]);
    floor.choose("done");
    assert!(is_free(&floor, "]C0STAGE-1", &new()));
}

#[test]
fn what_fails_stays_blocked_and_may_be_inspected_again() {
    let floor = floor();
    sampled(&floor, &new(), "2");
    floor.choose("outcome:fail");
    accepted(&sign(&floor));
    assert_eq!(inspected(&floor).outcome, InspectionOutcome::Fail);
    assert_eq!(floor.held("place:STAGE-1"), 24);
    floor.choose("done");
    assert!(!is_free(&floor, "]C0STAGE-1", &new()));
    open(&floor);
    sampled(&floor, &new(), "0");
}

#[test]
fn a_part_is_released_and_the_bad_part_goes_to_the_cage_under_its_own_block() {
    let floor = floor();
    sampled(&floor, &each("NEW", "280331"), "1");
    assert_eq!(floor.choose("outcome:partial").id, "inspect.rejected");
    assert_eq!(floor.enter("quantity", "5").id, "inspect.badge");
    assert_eq!(floor.held("place:CAGE-1"), 0, "not before it is signed");
    accepted(&sign(&floor));
    assert_eq!((floor.held("place:STAGE-1"), floor.held("place:CAGE-1")), (19, 5));
    let rejected = inspected(&floor).rejected.unwrap();
    assert_eq!(rejected.block.reason, "failed");
    floor.choose("done");
    assert!(is_free(&floor, "]C0STAGE-1", &each("NEW", "280331")));
    assert!(!is_free(&floor, "]C0CAGE-1", &each("NEW", "280331")));
}

#[test]
fn bad_units_with_serials_are_named_one_by_one() {
    let floor = floor();
    sampled(&floor, &monitor("SN1"), "1");
    floor.choose("outcome:partial");
    accepted_or_idle(&floor.scan(&monitor("SN2")));
    for (label, title) in [
        (monitor("SN2"), "Counted already"),
        (monitor("SN9"), "Not inspected here"),
        (new(), "Not inspected here"),
    ] {
        assert_eq!(stop(&floor.scan(&label)), title);
        assert!(is_refused(&floor.last()));
        floor.choose("acknowledge");
    }
    assert_eq!(floor.choose("back").lines.len(), 1, "the last one is taken back");
    floor.scan(&monitor("SN2"));
    floor.scan(&monitor("SN3"));
    assert_eq!(
        stop(&floor.scan(&monitor("SN1"))),
        "Not a part",
        "all three are not a part"
    );
    floor.choose("acknowledge");
    floor.choose("sign");
    accepted(&sign(&floor));
    assert_eq!(
        (
            floor.held_of("MON", "place:STAGE-1"),
            floor.held_of("MON", "place:CAGE-1")
        ),
        (1, 2)
    );
}

fn accepted_or_idle(screen: &Screen) {
    assert!(screen.tone != Tone::Stop, "{}", screen.to_json());
}

#[test]
fn where_a_lot_waits_in_several_places_the_one_in_the_hand_is_decided() {
    let mut floor = Floor::new();
    floor.page(
        vec![policy(RULES), person("eva", "B-5", "5555", "quality")],
        Included::default(),
    );
    floor.sign_in("B-1", "1111");
    for partly_bad in [true, false] {
        floor.receive();
        floor.scan(&new());
        floor.handheld().act(Input::Back).unwrap();
        open(&floor);
        if partly_bad {
            sampled(&floor, &each("NEW", "280331"), "1");
            floor.choose("outcome:partial");
            floor.enter("quantity", "5");
            accepted(&sign(&floor));
            floor.choose("done");
        }
    }
    let screen = floor.scan(&each("NEW", "280331"));
    accepted(&screen);
    assert_eq!((screen.id.as_str(), screen.lines.len()), ("inspect.place", 2));
    assert!(floor.last().scan.is_some(), "the scan is kept");
    floor.killed_at("inspect.place");
    assert_eq!(stop(&floor.scan("]C0A-01")), "Not waiting there");
    assert!(is_refused(&floor.last()));
    floor.choose("acknowledge");
    assert_eq!(stop(&floor.scan(&new())), "Place first");
    floor.choose("acknowledge");
    assert_eq!(floor.choose("back").id, "inspect.scan");
    floor.scan(&each("NEW", "280331"));
    let screen = floor.scan("]C0CAGE-1");
    assert_eq!(
        (field(&screen, "At"), field(&screen, "Waits")),
        ("CAGE-1".into(), "5".into())
    );
    floor.choose("back");
    floor.scan(&each("NEW", "280331"));
    let screen = floor.scan("]C0STAGE-1");
    assert_eq!(
        (field(&screen, "At"), field(&screen, "Waits")),
        ("STAGE-1".into(), "19".into())
    );
}

#[test]
fn a_bad_sample_does_not_pass_unless_policy_lets_so_many_be_bad() {
    let floor = floor();
    sampled(&floor, &new(), "1");
    assert_eq!(stop(&floor.choose("outcome:pass")), "Sample is bad");
    floor.choose("acknowledge");
    assert_eq!(floor.choose("outcome:partial").id, "inspect.rejected");
    let lax = floor_of(&RULES.replace(
        r#""rules""#,
        r#""sample_may_be_bad":1,"sample":{"by":"fixed","units":1},"rules""#,
    ));
    let screen = sampled(&lax, &new(), "1");
    assert_eq!(field(&screen, "Sample"), "1");
    assert_eq!(lax.choose("outcome:pass").id, "inspect.badge");
}

#[test]
fn only_quality_signs_and_never_over_their_own_receipt() {
    let floor = floor();
    sampled(&floor, &new(), "0");
    floor.choose("outcome:pass");
    for (badge, title) in [
        ("B-99", "Unknown badge"),
        ("B-1", "Not yours to decide"),
        ("B-2", "Not yours to decide"),
        ("B-6", "Not your owner"),
    ] {
        assert_eq!(stop(&floor.scan(badge)), title);
        floor.choose("acknowledge");
    }
    floor.scan("B-5");
    assert_eq!(stop(&floor.enter("pin", "0000")), "Wrong PIN");
    floor.choose("acknowledge");
    accepted(&sign(&floor));
    // Eva receives herself: her own receipt is not hers to release.
    let own = Floor::new();
    own.page(
        vec![policy(RULES), person("eva", "B-5", "5555", "quality")],
        Included::default(),
    );
    own.sign_in("B-5", "5555");
    own.receive();
    own.scan(&new());
    own.handheld().act(Input::Back).unwrap();
    open(&own);
    sampled(&own, &new(), "0");
    own.choose("outcome:pass");
    assert_eq!(stop(&own.scan("B-5")), "Your own block");
    assert!(kinds(&own.entries()).iter().all(|kind| *kind != "inspected"));
}

#[test]
fn each_wrong_input_has_its_stop_and_its_entry() {
    let floor = floor();
    let after = |screen: Screen| {
        let title = stop(&screen).to_owned();
        assert!(is_refused(&floor.last()));
        floor.choose("acknowledge");
        title
    };
    assert_eq!(after(floor.scan("]d20109506000999999")), "Unknown item");
    assert_eq!(after(floor.scan(&each("LATE", "280331"))), "Nothing to inspect");
    assert_eq!(after(floor.scan("]C100003456789012345670")), "Nothing to inspect");
    assert_eq!(after(floor.scan("]C0WHAT")), "Nothing found");
    floor.scan(&new());
    for bad in ["3", "-1", "many", "1000000000000"] {
        assert_eq!(after(floor.enter("bad", bad)), "Not a number of the sample");
    }
    assert_eq!(after(floor.scan(&new())), "No scan needed");
    floor.enter("bad", "0");
    floor.choose("no_certificate");
    assert_eq!(after(floor.scan(&new())), "No scan needed");
    floor.choose("outcome:partial");
    assert_eq!(after(floor.enter("quantity", "0")), "Not a quantity");
    assert_eq!(after(floor.enter("quantity", "2")), "Not a part", "two cases are all");
    assert_eq!(after(floor.scan(&new())), "No scan needed");
    floor.enter("quantity", "1");
    assert_eq!(after(floor.scan(&new())), "No scan needed");
}

#[test]
fn a_certificate_may_be_scanned_and_the_scan_is_kept() {
    let floor = floor();
    floor.scan(&new());
    floor.enter("bad", "0");
    let screen = floor.scan("]C0COA-1");
    assert_eq!(field(&screen, "Certificate"), "COA-1");
    let entry = floor.last();
    assert!(entry.scan.is_some() && entry.body.kind() == "seen");
}

#[test]
fn back_goes_back_step_by_step_and_nothing_is_written_before_the_signature() {
    let floor = floor();
    sampled(&floor, &new(), "0");
    floor.choose("outcome:partial");
    floor.enter("quantity", "1");
    assert_eq!(floor.choose("back").id, "inspect.outcome");
    assert_eq!(floor.choose("back").id, "inspect.certificate");
    assert_eq!(floor.choose("back").id, "inspect.sample");
    assert_eq!(floor.choose("back").id, "inspect.scan");
    assert_eq!(floor.choose("back").id, "home");
    assert!(kinds(&floor.entries()).iter().all(|kind| *kind != "inspected"));
    assert_eq!(floor.held("place:STAGE-1"), 24);
}

#[test]
fn b6_an_inspection_killed_at_any_step_goes_on_at_that_step() {
    let mut floor = floor();
    floor.killed_at("inspect.scan");
    floor.scan(&each("NEW", "280331"));
    floor.killed_at("inspect.sample");
    floor.enter("bad", "1");
    floor.killed_at("inspect.certificate");
    floor.choose("no_certificate");
    floor.killed_at("inspect.outcome");
    floor.choose("outcome:partial");
    floor.killed_at("inspect.rejected");
    floor.enter("quantity", "3");
    floor.killed_at("inspect.badge");
    floor.scan("B-5");
    floor.killed_at("inspect.pin");
    accepted(&floor.enter("pin", "5555"));
    assert_eq!((floor.held("place:STAGE-1"), floor.held("place:CAGE-1")), (21, 3));
}

#[test]
fn two_devices_that_inspect_two_receipts_of_one_lot_release_what_each_saw() {
    let (a, b) = (floor(), floor());
    for floor in [&a, &b] {
        sampled(floor, &each("NEW", "280331"), "1");
        floor.choose("outcome:partial");
        floor.enter("quantity", "4");
        accepted(&sign(floor));
    }
    let sums = together(&[&a, &b]);
    assert_eq!((sums["place:STAGE-1"], sums["place:CAGE-1"]), (40, 8));
    assert_eq!(inspected(&a).blocks.len(), 1);
}

#[test]
fn a_pallet_passes_or_fails_as_a_whole() {
    let pallet = "003456789012345670";
    let floor = Floor::new();
    let mut rows = crate::site::rows();
    for row in rows.iter_mut().filter(|row| row.t == "document_line") {
        if row.r[2..4] == [text("80041"), text("1")] {
            (row.r[10], row.r[12]) = (text("NEW"), text(pallet));
        }
    }
    rows.extend([policy(RULES), person("eva", "B-5", "5555", "quality")]);
    floor.page(rows, Included::default());
    floor.sign_in("B-1", "1111");
    floor.receive();
    accepted(&floor.scan(&format!("]C100{pallet}")));
    let entries = floor.entries();
    assert_eq!(kinds(&entries[entries.len() - 2..]), ["received", "blocked"]);
    accepted(&floor.choose("undo"));
    assert_eq!(floor.held(&format!("plate:{pallet}")), 0);
    accepted(&floor.scan(&format!("]C100{pallet}")));
    floor.handheld().act(Input::Back).unwrap();
    open(&floor);
    let screen = sampled(&floor, &format!("]C100{pallet}"), "0");
    assert!(screen.actions.iter().all(|a| a.id != "outcome:partial"));
    floor.choose("outcome:pass");
    accepted(&sign(&floor));
    assert_eq!(inspected(&floor).amount.to_string(), "24");
    assert_eq!(stop(&floor.scan(&format!("]C100{pallet}"))), "Nothing to inspect");
}
