//! Data whose separators are lost: what counts as a reading, and what a search may cost.

use lotline_scan::{Code, Form, MOST_READINGS, Options, Scratch, read, readings};

type Pairs = Vec<(String, String)>;

fn all_readings(data: &str) -> Vec<Pairs> {
    let mut scratch = Scratch::new();
    readings(data.as_bytes(), None, Form::Scan, &Options::new(2026), &mut scratch)
        .into_iter()
        .flatten()
        .take(MOST_READINGS)
        .map(|one| one.elements().map(|e| (e.ai.to_owned(), e.value.to_owned())).collect())
        .collect()
}

fn code(data: &str) -> Option<Code> {
    read(data.as_bytes(), None, Form::Scan, &Options::new(2026))
        .err()
        .map(|error| error.code)
}

#[test]
fn an_ai_that_comes_twice_says_the_same_in_every_reading() {
    let item = "0109506000134352";
    let twice = all_readings(&format!("]d2{item}{item}10ABC12321SN"));
    assert_eq!(twice.len(), 2, "{twice:?}");
    assert!(twice.iter().all(|one| one[0] == one[1]), "{twice:?}");
    assert_eq!(
        all_readings(&format!("]d2{item}010950600013436910ABC12321SN")),
        [] as [Pairs; 0]
    );
}

#[test]
fn the_item_of_a_composite_symbol_counts_as_its_first_element() {
    let same = all_readings("]E09506000134352|]e0010950600013435210ABC12321SN");
    assert_eq!(same.len(), 2, "{same:?}");
    assert!(same.iter().all(|one| one[0] == one[1]), "{same:?}");
    let other = all_readings("]E09506000134352|]e0010950600013436910ABC12321SN");
    assert_eq!(other, [] as [Pairs; 0]);
}

#[test]
fn data_as_long_as_a_symbol_can_hold_is_searched_to_its_end() {
    for len in 8_180..=8_192 {
        // A count whose value may be up to eight digits long, and is not made of digits.
        for end in ["37A", "3", "10A", ""] {
            let data = format!("]d210{}{end}", "A".repeat(len - 2 - end.len()));
            assert_eq!(all_readings(&data), [] as [Pairs; 0], "{len} bytes, {end}");
        }
    }
}

#[test]
fn a_search_that_has_to_be_given_up_leaves_the_data_ambiguous() {
    // Each of these may end behind any of the small elements that follow, and none is complete: the item is missing.
    let small = "20112011201120112011";
    let data: Vec<String> = ["10A", "21B", "22C", "240D", "241E", "250F", "400G"]
        .iter()
        .map(|start| format!("{start}{small}"))
        .collect();
    let data = format!("]d2{}", data.concat());
    assert_eq!(all_readings(&data), [] as [Pairs; 0]);
    assert_eq!(code(&data), Some(Code::Ambiguous));
    // Where the search comes to its end, the data is refused for what is wrong with it.
    assert_eq!(code("]d210A2011"), Some(Code::RequiredAisNotSatisfied));
}

#[test]
fn an_ai_that_is_not_allocated_is_read_only_where_that_is_asked_for() {
    let data = "]d201095060001343524399ABC\u{1d}10A1";
    assert_eq!(code(data), Some(Code::NoAiForPrefix));
    let options = Options {
        unknown_ais: true,
        ..Options::new(2026)
    };
    let label = read(data.as_bytes(), None, Form::Scan, &options).expect("asked for");
    assert_eq!((label.get("4399"), label.lot()), (Some("ABC"), Some("A1")));
}
