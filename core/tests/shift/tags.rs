//! What an RFID sled sees of a receipt, in bursts.

use crate::site::{Floor, MONITOR, accepted, expecting_monitors, stop};
use lotline_core::screen::Tone;
use lotline_core::{Input, Screen, Tag};
use lotline_record::entry::{Body, MOST_TAGS, Seen, Source};
use lotline_scan::Epc;

/// The tag of a monitor.
fn monitor(serial: u64) -> String {
    sgtin(MONITOR, serial)
}

fn sgtin(gtin: &str, serial: u64) -> String {
    let company = &gtin[1..8];
    let item = format!("{}{}", &gtin[..1], &gtin[8..13]);
    let uri = format!("urn:epc:tag:sgtin-96:1.{company}.{item}.{serial}");
    Epc::from_tag_uri(&uri).unwrap().encode().to_string()
}

fn burst(floor: &Floor, epcs: impl IntoIterator<Item = String>) -> Screen {
    let tags = epcs
        .into_iter()
        .map(|epc| Tag {
            epc,
            rssi_dbm: -52,
            antenna: 1,
            ..Tag::default()
        })
        .collect();
    floor.handheld().act(Input::Tags { tags }).unwrap()
}

fn receiving(monitors: i64) -> Floor {
    let floor = Floor::on(expecting_monitors(monitors));
    floor.sign_in("B-1", "1111");
    floor.receive();
    floor
}

fn at_dock(floor: &Floor) -> i64 {
    floor.held_of("MON", "place:DOCK-1")
}

fn kept(floor: &Floor) -> Vec<Vec<String>> {
    let entries = floor.entries();
    let tags = entries.into_iter().filter_map(|entry| match entry.body {
        Body::Seen(Seen::Tags { epcs }) => Some(epcs),
        _ => None,
    });
    tags.collect()
}

#[test]
fn b5_a_burst_receives_each_tag_of_the_notice_once_however_often_it_was_seen() {
    let floor = receiving(1_000);
    let before = floor.entries().len();
    // Each tag three times, as a sled sees them.
    let screen = burst(&floor, (0..3).flat_map(|_| (1..=400).map(monitor)));
    accepted(&screen);
    assert_eq!(screen.message, "400 tags counted");
    assert_eq!(at_dock(&floor), 400);
    let entries = floor.entries();
    assert_eq!(
        entries.len(),
        before + 400,
        "one entry for each serial, none for repeats"
    );
    let scan = floor.last().scan.unwrap();
    assert_eq!((scan.source, scan.raw), (Source::Rfid, monitor(400).into_bytes()));
    let screen = burst(&floor, (390..=410).map(monitor));
    assert_eq!(screen.message, "10 tags counted, 11 seen before");
    assert_eq!(at_dock(&floor), 410);
}

#[test]
fn b5_tags_of_something_else_do_not_count_are_kept_and_said() {
    let floor = receiving(10);
    let stray = sgtin("09506000199990", 7);
    let nonsense = "30FFFFFFFFFFFFFFFFFFFFFF".to_owned();
    let screen = burst(&floor, [monitor(1), stray.clone(), nonsense.clone(), monitor(2)]);
    assert_eq!(screen.tone, Tone::Warn);
    assert_eq!(
        screen.message,
        "2 tags counted, 2 are of something else and do not count."
    );
    assert_eq!(at_dock(&floor), 2);
    assert_eq!(kept(&floor), [vec![stray, nonsense]]);
}

#[test]
fn b5_more_tags_than_the_notice_tells_of_stop_once_and_none_is_lost() {
    let floor = receiving(3);
    let screen = burst(&floor, (1..=6).map(monitor));
    assert_eq!(stop(&screen), "Too many");
    assert_eq!(at_dock(&floor), 3);
    let refused = floor.last();
    assert_eq!(refused.body.kind(), "refused");
    assert_eq!(
        refused.scan.unwrap().raw,
        monitor(4).into_bytes(),
        "the first one too many"
    );
    assert_eq!(kept(&floor), [vec![monitor(5), monitor(6)]]);
    // While the stop stands nothing counts, and everything is kept.
    burst(&floor, [monitor(7)]);
    assert_eq!(at_dock(&floor), 3);
    assert_eq!(kept(&floor).last().unwrap(), &[monitor(7)]);
    floor.choose("acknowledge");
    accepted(&burst(&floor, [monitor(1)]));
}

#[test]
fn b6_undo_takes_a_burst_back_as_one_and_the_scan_after_it_alone() {
    let floor = receiving(50);
    burst(&floor, (1..=20).map(monitor));
    accepted(&floor.scan(&format!("]d201{MONITOR}21SN1")));
    accepted(&floor.choose("undo"));
    assert_eq!(at_dock(&floor), 20);
    accepted(&floor.choose("undo"));
    assert_eq!(at_dock(&floor), 0);
    assert_eq!(floor.choose("undo").tone, Tone::Warn, "nothing is left to take back");
    accepted(&burst(&floor, (1..=20).map(monitor)));
    assert_eq!(at_dock(&floor), 20);
}

#[test]
fn b6_a_killed_process_still_knows_which_tags_it_counted() {
    let mut floor = receiving(50);
    burst(&floor, (1..=20).map(monitor));
    floor.restart();
    floor.sign_in("B-1", "1111");
    let screen = burst(&floor, (11..=30).map(monitor));
    assert_eq!(screen.message, "10 tags counted, 10 seen before");
    accepted(&floor.choose("undo"));
    assert_eq!(at_dock(&floor), 20, "the second burst alone");
}

#[test]
fn b5_tags_that_nothing_awaits_are_kept_at_most_500_an_entry() {
    let floor = Floor::new();
    burst(&floor, [monitor(1)]);
    assert!(kept(&floor).is_empty(), "nobody is signed in");
    floor.sign_in("B-1", "1111");
    let screen = burst(&floor, (1..=1_200).map(monitor));
    assert_eq!(screen.tone, Tone::Warn);
    let lengths: Vec<usize> = kept(&floor).iter().map(Vec::len).collect();
    assert_eq!(lengths, [MOST_TAGS, MOST_TAGS, 200]);
}

#[test]
fn b5_a_burst_beyond_all_measure_is_refused_whole() {
    let floor = receiving(10);
    let before = floor.entries().len();
    let tags = vec![Tag::default(); 10_001];
    let error = floor.handheld().act(Input::Tags { tags }).unwrap_err();
    assert_eq!(error.fault().code, "too_large");
    assert_eq!(floor.entries().len(), before);
}
