//! Lost separators: what the record knows settles them, a calibrated scanner has none, and everything else is asked again.

use crate::site::{CASE, Floor, accepted, case, kinds, stop};
use lotline_core::screen::Tone;
use lotline_record::entry::{Body, Seen};
use lotline_record::rules::{self, Facts, Outcome};
use lotline_scan::profile::CALIBRATION;

fn receiving() -> Floor {
    let floor = Floor::new();
    floor.sign_in("B-1", "1111");
    floor.receive();
    floor
}

fn calibration() -> String {
    format!("]d2{CALIBRATION}")
}

/// Lot and serial number of a case without the separator between them.
fn stripped(lot: &str, serial: &str) -> String {
    format!("{}21{serial}", case(lot, "280331"))
}

#[test]
fn a3_the_one_reading_with_a_known_lot_is_taken_and_the_entry_keeps_them_all() {
    let floor = receiving();
    let screen = floor.scan(&stripped("LATE", "X7"));
    accepted(&screen);
    let entry = floor.last();
    let Body::Received { goods, .. } = &entry.body else {
        panic!("{:?}", entry.body);
    };
    assert_eq!(goods.lot.as_ref().unwrap().number.as_str(), "LATE");
    assert_eq!(goods.serial.as_ref().unwrap().serial.as_str(), "X7");
    let Facts::OneReading {
        readings,
        fitting,
        taken,
    } = &entry.verdict.grounds[0].facts
    else {
        panic!("{:?}", entry.verdict);
    };
    let wanted = format!("(01){CASE}(17)280331(10)LATE(21)X7");
    assert_eq!((readings.len(), *fitting, taken.as_deref()), (2, 1, Some(&wanted[..])));
    assert_eq!(rules::recheck(&entry.verdict), Ok(()));
    assert!(entry.scan.is_some());
}

#[test]
fn a3_without_a_known_lot_or_with_another_expiry_the_label_is_asked_for_again() {
    let floor = receiving();
    // LATE is known, but not with this expiry.
    let other = format!("{}21X7", case("LATE", "280430"));
    for label in [stripped("NEW", "X7"), other] {
        let screen = floor.scan(&label);
        assert_eq!(stop(&screen), "Scan it again", "{label}");
        assert!(screen.message.contains("in 2 ways"), "{}", screen.message);
        let entry = floor.last();
        assert!(matches!(entry.body, Body::Refused { .. }));
        assert_eq!(entry.verdict.grounds[0].outcome, Outcome::Stop);
        assert_eq!(rules::recheck(&entry.verdict), Ok(()));
        floor.choose("acknowledge");
    }
    assert_eq!(floor.held("place:DOCK-1"), 0);
}

#[test]
fn a3_two_known_lots_are_one_too_many() {
    let floor = receiving();
    floor.scan(&calibration());
    accepted(&floor.scan(&case("LATE21X", "280331")));
    // From the camera nothing was learned.
    let camera = lotline_core::Input::Scan {
        bytes: stripped("LATE", "X").into_bytes(),
        symbology: None,
        source: lotline_core::screen::ScanSource::Camera,
    };
    let screen = floor.handheld().act(camera).unwrap();
    assert_eq!(stop(&screen), "Scan it again");
}

#[test]
fn a3_data_that_is_complete_in_one_way_only_is_settled_too() {
    let floor = receiving();
    // Read on to the end the count is no number: refused, but with one reading, whose lot is known.
    accepted(&floor.scan(&format!("]d201{CASE}1728033130110LATE")));
    let entry = floor.last();
    assert!(matches!(&entry.verdict.grounds[0].facts, Facts::OneReading { readings, .. } if readings.len() == 1));
    let screen = floor.scan(&format!("]d201{CASE}1728033130110NEW"));
    assert_eq!(stop(&screen), "Label cannot be read");
}

#[test]
fn a3_a_calibrated_scanner_is_believed_and_its_habits_are_undone_also_after_a_restart() {
    let mut floor = receiving();
    assert_eq!(stop(&floor.scan(&case("A210", "280331"))), "Scan it again");
    floor.choose("acknowledge");
    let taught = format!("*]d2{}*", CALIBRATION.replace('\u{1d}', "{GS}"));
    let screen = floor.scan(&taught);
    accepted(&screen);
    assert!(matches!(floor.last().body, Body::Seen(Seen::Calibration)));
    assert_eq!(floor.last().scan.unwrap().raw, taught.as_bytes());
    floor.restart();
    floor.sign_in("B-1", "1111");
    accepted(&floor.scan(&format!("*{}*", case("A210", "280331"))));
    accepted(&floor.scan(&format!("*{}{{GS}}21X7*", case("B", "280331"))));
    let Body::Received { goods, .. } = floor.last().body else {
        panic!("{:?}", kinds(&floor.entries()));
    };
    assert_eq!(goods.lot.unwrap().number.as_str(), "B");
    assert_eq!(goods.serial.unwrap().serial.as_str(), "X7");
}

#[test]
fn a3_a_calibration_that_teaches_nothing_says_why() {
    let floor = receiving();
    let screen = floor.scan(&CALIBRATION.to_uppercase());
    assert_eq!(stop(&screen), "Calibration failed");
    assert!(screen.message.contains("capitals"), "{}", screen.message);
    floor.choose("acknowledge");
    let screen = floor.scan(&CALIBRATION.replace('\u{1d}', ""));
    assert_eq!(screen.tone, Tone::Warn);
    assert_eq!(
        stop(&floor.scan(&case("A210", "280331"))),
        "Scan it again",
        "nothing is believed"
    );
}
