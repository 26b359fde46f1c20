//! The end of a shift on one screen.

use crate::site::{Floor, accepted, case, each, is_refused, kinds, person, row, text};
use lotline_core::Input;
use lotline_core::screen::{Look, Screen};
use lotline_record::wire::{Cell, Included};

const PALLET: &str = "003456789012345670";

fn end(floor: &Floor) -> Screen {
    floor.choose("more");
    let screen = floor.choose("shift_end");
    assert_eq!(screen.id, "shift_end");
    screen
}

/// Unsent, on the cart, half done, own exceptions.
fn left(screen: &Screen) -> [i64; 4] {
    let of = |n: usize| screen.fields[n].value.parse().unwrap();
    [of(0), of(1), of(2), of(3)]
}

fn floor() -> Floor {
    let floor = Floor::new();
    let plate = row(
        "plate",
        &[
            text("S1"),
            text(PALLET),
            text("ACME"),
            text("place:DOCK-1"),
            text("scanned"),
            Cell::Null,
        ],
    );
    floor.page(vec![plate], Included::default());
    floor.sign_in("B-1", "1111");
    floor
}

#[test]
fn what_is_left_open_is_on_one_screen() {
    let floor = floor();
    let screen = end(&floor);
    assert_eq!(left(&screen)[1..], [0, 0, 0]);
    assert_eq!(screen.fields[1].state, Look::Plain);
    floor.choose("back");
    // A case received, one put aside, a pallet and a unit on the cart.
    floor.receive();
    accepted(&floor.scan(&case("NEW", "280331")));
    floor.scan(&case("LATE", "270930"));
    floor.choose("put_aside");
    floor.handheld().act(Input::Back).unwrap();
    floor.choose("more");
    floor.choose("move");
    floor.scan("]C0A-01");
    floor.scan(&each("LATE", "280331"));
    floor.scan(&format!("]C100{PALLET}"));
    // Nobody leaves a move with a load: the battery does.
    let mut floor = floor;
    floor.restart();
    floor.sign_in("B-3", "3333");
    let screen = end(&floor);
    let entries = i64::try_from(floor.entries().len()).unwrap();
    assert_eq!(left(&screen), [entries, 2, 1, 1], "{}", screen.to_json());
    assert_eq!(screen.fields[1].state, Look::Alert);
    let lines = screen.lines.iter().map(|l| l.text.as_str()).collect::<Vec<_>>();
    assert!(lines[0].contains(PALLET), "{lines:?}");
    assert!(lines[1].contains("Paracetamol"), "{lines:?}");
    assert!(lines[2].contains("80041"), "{lines:?}");
    assert_eq!(screen.lines[2].detail, "2 of 2 lines open");
    assert_eq!(lines[3], "Another expiry");
}

#[test]
fn a_pallet_that_was_put_down_is_no_longer_on_the_cart() {
    let floor = floor();
    floor.choose("more");
    floor.choose("move");
    floor.scan(&format!("]C100{PALLET}"));
    floor.scan("]C0A-02");
    floor.choose("done");
    assert_eq!(left(&end(&floor))[1], 0);
}

#[test]
fn an_exception_of_another_device_and_person_is_not_among_the_own() {
    let floor = floor();
    let exception = |name: &str, by: &str, device: &str| {
        let message = r#"{"id":"stop-lot-missing"}"#;
        let mut cells = vec![text("S1"), text(name), text("tolerance"), text("open")];
        let of = lotline_record::wire::table("exception").unwrap().columns;
        for column in &of[4..] {
            cells.push(match *column {
                "message" => text(message),
                "raised_by" => text(by),
                "device" => text(device),
                "raised_ms" => Cell::Int(1_795_248_000_000),
                _ => Cell::Null,
            });
        }
        row("exception", &cells)
    };
    floor.page(
        vec![
            exception("d2-1-1", "ola", "d2"),
            exception("d2-1-2", "ana", "d2"),
            exception("d1-9-9", "ola", "d1"),
        ],
        Included::default(),
    );
    assert_eq!(left(&end(&floor))[3], 2);
}

#[test]
fn from_the_end_of_a_shift_one_looks_up_settles_or_signs_out() {
    let mut floor = floor();
    end(&floor);
    assert_eq!(floor.scan("]C0A-01").id, "look_up.found");
    assert_eq!(floor.choose("back").id, "shift_end");
    assert_eq!(floor.scan("]C1\u{1d}").id, "stop");
    assert!(is_refused(&floor.last()));
    floor.choose("acknowledge");
    floor.restart();
    assert_eq!(
        floor.sign_in("B-1", "1111").id,
        "shift_end",
        "killed, it is shown again"
    );
    assert_eq!(floor.choose("exceptions").id, "exceptions");
    floor.choose("back");
    end(&floor);
    assert_eq!(floor.choose("sign_out").id, "sign_in.badge");
    assert_eq!(kinds(&floor.entries()).last(), Some(&"signed_out"));
    floor.restart();
    let home = floor.sign_in("B-2", "2222");
    assert_eq!(home.id, "home");
    assert!(
        home.actions.iter().all(|action| action.id != "take_over"),
        "what was ended is nobody's to take over, after a restart neither"
    );
}

#[test]
fn the_end_of_a_shift_is_for_those_who_work_on_the_floor() {
    let offered = |role: &str| {
        let floor = Floor::new();
        floor.page(vec![person("kim", "B-9", "9999", role)], Included::default());
        let screen = floor.sign_in("B-9", "9999");
        screen.actions.iter().any(|a| a.id == "more") && floor.further().iter().any(|id| id == "shift_end")
    };
    assert_eq!(
        ["associate", "supervisor", "quality", "auditor"].map(offered),
        [true, true, true, false]
    );
}
