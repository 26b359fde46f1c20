//! Temperature and humidity where goods stand.

use crate::site::{
    Floor, MONITOR, accepted, bin_with_digits, each, is_refused, kinds, person, row, stop, text, together,
};
use lotline_core::screen::{Screen, Tone};
use lotline_record::entry::Body;
use lotline_record::model::{Block, BlockKind, Scope};
use lotline_record::wire::{Cell, Included, Row};

/// A-01 and A-03 are cold; A-02 is dry, too; paracetamol is kept at room temperature.
fn climates() -> Row {
    let policy = r#"{"climates":[
        {"class":"cold","places":["A-01","A-03"],"celsius":[20,80]},
        {"class":"dry","places":["A-02"],"celsius":[150,250],"humidity":[300,600]},
        {"class":"room","items":["P500"],"celsius":[150,250]}]}"#;
    row("policy", &[text("S1"), Cell::Int(2), text(policy)])
}

fn monitor_at(place: &str) -> Vec<Row> {
    let mut unit: Vec<Cell> = ["S1", "gtin", MONITOR, "SN1", "ACME", "MON", "", place, "here"]
        .map(text)
        .into();
    unit.push(Cell::Null);
    let mut stock: Vec<Cell> = ["S1", "ACME", "MON", "", "", "each", place].map(text).into();
    stock.push(Cell::Int(1_000_000));
    vec![row("serial", &unit), row("stock", &stock)]
}

fn floor(rows: Vec<Row>) -> Floor {
    let floor = Floor::new();
    let eva = person("eva", "B-5", "5555", "quality");
    floor.page([vec![climates(), eva], rows].concat(), Included::default());
    floor.sign_in("B-1", "1111");
    open(&floor);
    floor
}

fn open(floor: &Floor) {
    floor.choose("more");
    assert_eq!(floor.choose("sensor").id, "sensor.scan");
}

fn measure(floor: &Floor, place: &str, celsius: &str) -> Screen {
    let screen = floor.scan(&format!("]C0{place}"));
    assert_eq!(screen.id, "sensor.celsius", "{}", screen.to_json());
    floor.enter("celsius", celsius)
}

fn blocks(floor: &Floor) -> Vec<Block> {
    let entries = floor.entries().into_iter();
    entries
        .filter_map(|e| match e.body {
            Body::Blocked { block } => Some(block),
            _ => None,
        })
        .collect()
}

fn lots(floor: &Floor) -> Vec<String> {
    let lot = |block: Block| match block.scope {
        Scope::Lot { lot, .. } => lot.to_string(),
        other => format!("{other:?}"),
    };
    let mut all: Vec<_> = blocks(floor).into_iter().map(lot).collect();
    all.sort();
    all
}

#[test]
fn a_reading_within_the_limits_is_a_fact_and_nothing_more() {
    let floor = floor(vec![]);
    let before = floor.entries().len();
    for value in ["2", "8,0", "4.56", "+7 °C"] {
        let screen = measure(&floor, "A-01", value);
        assert_eq!(
            (screen.id.as_str(), screen.tone),
            ("sensor.scan", Tone::Accept),
            "{value}"
        );
    }
    let entries = floor.entries();
    assert_eq!(kinds(&entries[before..]), ["seen", "measured"].repeat(4));
    let values = entries.iter().filter_map(|e| match &e.body {
        Body::Measured {
            at,
            celsius,
            class,
            humidity: None,
            ..
        } => Some((at.as_ref().unwrap().to_string(), *celsius, class.clone().unwrap())),
        _ => None,
    });
    let cold = |celsius| ("A-01".to_owned(), celsius, "cold".to_owned());
    assert_eq!(values.collect::<Vec<_>>(), [cold(20), cold(80), cold(46), cold(70)]);
    // Where the policy sets no limits there is nothing to be out of.
    accepted(&measure(&floor, "DOCK-1", "31"));
}

#[test]
fn an_excursion_blocks_every_lot_that_stands_there_and_opens_an_exception() {
    let floor = floor(monitor_at("place:A-01"));
    let screen = measure(&floor, "A-01", "8.1");
    assert_eq!(stop(&screen), "Out of limits");
    assert!(screen.message.contains("cold is 2 to 8 °C"), "{}", screen.message);
    floor.choose("acknowledge");
    let all = blocks(&floor);
    assert!(
        all.iter()
            .all(|b| b.kind == BlockKind::Temperature && b.reason == "excursion")
    );
    let serial = Scope::Serial {
        maker_key: MONITOR.into(),
        serial: "SN1".into(),
    };
    assert_eq!(all.len(), 3);
    assert!(all.iter().any(|b| b.scope == serial), "what has no lot by its serial");
    assert_eq!(
        lots(&floor)[..2],
        ["LATE", "OLD"],
        "and not SOON, which stands elsewhere"
    );
    let Body::Raised { code, at, .. } = floor.last_of("raised").body else {
        unreachable!()
    };
    assert_eq!(
        (code.as_str(), at.unwrap().to_string().as_str()),
        ("excursion", "place:A-01")
    );
    // The reading itself is a fact, with what it was judged by.
    let measured = floor.last_of("measured");
    assert_eq!(measured.verdict.grounds.len(), 2);
    floor.choose("done");
    floor.pick();
    floor.scan("]C0A-02");
    let screen = floor.scan(&each("LATE", "280331"));
    assert_eq!(stop(&screen), "Blocked");
    assert!(screen.message.contains("temperature limits"), "{}", screen.message);
}

#[test]
fn an_exception_of_an_excursion_is_settled_by_who_may_and_the_blocks_stay() {
    let floor = floor(vec![]);
    measure(&floor, "A-01", "12");
    floor.choose("acknowledge");
    floor.choose("done");
    floor.choose("sign_out");
    floor.sign_in("B-5", "5555");
    let screen = floor.choose("exceptions");
    let id = screen
        .actions
        .iter()
        .find(|a| a.id.starts_with("exception:"))
        .unwrap()
        .id
        .clone();
    let screen = floor.choose(&id);
    assert!(
        screen.actions.iter().any(|a| a.id.contains("accept")),
        "{}",
        screen.to_json()
    );
    assert_eq!(blocks(&floor).len(), 2);
}

#[test]
fn humidity_is_asked_for_where_the_limits_name_one_and_is_judged_too() {
    let floor = floor(vec![]);
    let screen = measure(&floor, "A-02", "20");
    assert_eq!(screen.id, "sensor.humidity");
    assert_eq!(stop(&floor.enter("humidity", "61")), "Too damp or too dry");
    floor.choose("acknowledge");
    assert_eq!(lots(&floor), ["SOON"]);
    measure(&floor, "A-02", "20");
    accepted(&floor.enter("humidity", "55 %"));
    assert!(matches!(
        floor.last().body,
        Body::Measured {
            humidity: Some(550),
            ..
        }
    ));
    measure(&floor, "A-02", "20");
    accepted(&floor.choose("none"));
    assert!(matches!(floor.last().body, Body::Measured { humidity: None, .. }));
}

#[test]
fn a_reading_of_goods_is_judged_by_the_class_of_the_item_and_blocks_their_lot() {
    let floor = floor(vec![]);
    floor.scan(&each("SOON", "270331"));
    assert_eq!(stop(&floor.enter("celsius", "30")), "Out of limits");
    floor.choose("acknowledge");
    assert_eq!(lots(&floor), ["SOON"]);
    let Body::Measured {
        at: None,
        goods: Some(goods),
        ..
    } = floor.last_of("measured").body
    else {
        panic!()
    };
    assert_eq!(goods.lot.unwrap().to_string(), "SOON");
    floor.choose("look_up");
    let screen = floor.scan(&each("SOON", "270331"));
    assert!(
        screen.lines.iter().any(|l| l.text.contains("temperature measured")),
        "{}",
        screen.to_json()
    );
}

#[test]
fn a_value_that_no_place_can_have_and_what_is_no_number_are_stopped_and_change_nothing() {
    let floor = floor(vec![]);
    floor.scan("]C0A-01");
    for (text, title) in [
        ("80.5", "Not a real value"),
        ("-91", "Not a real value"),
        ("1000000000000", "Not a number"),
        ("warm", "Not a number"),
        ("", "Not a number"),
    ] {
        assert_eq!(stop(&floor.enter("celsius", text)), title, "{text}");
        assert!(is_refused(&floor.last()), "{text}");
        assert_eq!(floor.choose("acknowledge").id, "sensor.celsius");
    }
    accepted(&floor.enter("celsius", "5"));
    measure(&floor, "A-02", "20");
    for text in ["101", "-1"] {
        assert_eq!(stop(&floor.enter("humidity", text)), "Not a real value");
        assert_eq!(floor.choose("acknowledge").id, "sensor.humidity");
    }
    floor.choose("back");
    floor.choose("back");
    for (label, title) in [("]C0NOWHERE", "Unknown place"), ("]d20100000000000017", "Unknown item")] {
        assert_eq!(stop(&floor.scan(label)), title);
        assert!(is_refused(&floor.last()));
        floor.choose("acknowledge");
    }
    assert!(blocks(&floor).is_empty());
}

#[test]
fn undo_takes_back_the_last_reading_with_its_blocks_then_the_one_before() {
    let floor = floor(vec![]);
    assert_eq!(stop(&measure(&floor, "A-01", "80")), "Not a real value");
    floor.choose("acknowledge");
    floor.choose("back");
    measure(&floor, "A-01", "50");
    floor.choose("acknowledge");
    accepted(&measure(&floor, "A-01", "5"));
    accepted(&floor.choose("undo"));
    let screen = floor.choose("undo");
    accepted(&screen);
    let undone = floor.entries().into_iter().filter_map(|e| match e.body {
        Body::Undone { body, .. } => Some(body.kind()),
        _ => None,
    });
    assert_eq!(
        undone.collect::<Vec<_>>(),
        ["measured", "blocked", "blocked", "measured"]
    );
    assert_eq!(floor.choose("undo").tone, Tone::Warn);
    floor.choose("look_up");
    let screen = floor.scan(&each("LATE", "280331"));
    assert!(
        screen.fields.iter().all(|f| f.label != "Blocked"),
        "{}",
        screen.to_json()
    );
}

#[test]
fn b6_a_reading_killed_at_any_step_goes_on_at_that_step() {
    let mut floor = floor(vec![bin_with_digits()]);
    floor.killed_at("sensor.scan");
    floor.enter("place", "A-03");
    floor.killed_at("sensor.check");
    floor.enter("check", "417");
    floor.killed_at("sensor.celsius");
    accepted(&floor.enter("celsius", "4"));
    measure(&floor, "A-02", "20");
    floor.killed_at("sensor.humidity");
    accepted(&floor.enter("humidity", "40"));
    assert_eq!(
        floor.entries().iter().filter(|e| e.body.kind() == "measured").count(),
        2
    );
}

#[test]
fn two_devices_that_measure_one_place_have_two_readings_and_each_its_blocks() {
    let (a, b) = (floor(vec![]), floor(vec![]));
    for floor in [&a, &b] {
        measure(floor, "A-02", "40");
        assert_eq!(stop(&floor.choose("none")), "Out of limits");
    }
    // Nothing moved, and both blocks stand until each is released.
    assert!(together(&[&a, &b]).is_empty());
    assert_eq!((lots(&a), lots(&b)), (vec!["SOON".to_owned()], vec!["SOON".to_owned()]));
}
