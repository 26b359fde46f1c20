//! The scenarios of `fixtures/scenarios`, through the core. `--bless` records their screens.

use lotline_core::Screen;
use lotline_core::scenario::Scenario;
use lotline_tests::scenario::{Site, run};
use std::path::PathBuf;

fn drive(name: &str) {
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("fixtures/scenarios");
    let file = folder.join(format!("{name}.json"));
    let scenario = Scenario::open(&file).unwrap_or_else(|e| panic!("{e}"));
    let mut site = Site::start(env!("CARGO_BIN_EXE_scenario-site"), &file);
    let screens: Vec<String> = run(&scenario, &mut site).iter().map(Screen::to_json).collect();
    if std::env::var_os("LOTLINE_BLESS").is_some() {
        std::fs::write(folder.join(format!("{name}.screens.jsonl")), screens.join("\n") + "\n").unwrap();
        return;
    }
    for (n, (got, expected)) in screens.iter().zip(scenario.expected()).enumerate() {
        assert_eq!(got, expected, "{name}: screen {n} (before step {n})");
    }
    assert_eq!(screens.len(), scenario.expected().len(), "{name}: so many screens");
}

#[test]
fn a_first_shift_gives_every_screen_of_its_golden() {
    drive("first_shift");
}
