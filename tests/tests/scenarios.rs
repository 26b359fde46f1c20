//! The scenarios of `fixtures/scenarios`, through the core, in English and in Arabic. `LOTLINE_BLESS=1` records their screens.

use lotline_core::Screen;
use lotline_core::scenario::Scenario;
use lotline_tests::scenario::{Site, run};
use std::path::{Path, PathBuf};

fn folder() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("fixtures/scenarios")
}

/// Runs it; gives the first difference from its golden, in words.
fn drive(file: &Path, language: Option<&str>) -> Option<String> {
    let scenario = match language {
        Some(language) => Scenario::open_in(file, language),
        None => Scenario::open(file),
    };
    let scenario = scenario.unwrap_or_else(|e| panic!("{e}"));
    let mut site = Site::start_in(env!("CARGO_BIN_EXE_scenario-site"), file, language);
    let screens: Vec<String> = run(&scenario, &mut site).iter().map(Screen::to_json).collect();
    let name = format!(
        "{}{}",
        scenario.name(),
        language.map(|l| format!(".{l}")).unwrap_or_default()
    );
    if std::env::var_os("LOTLINE_BLESS").is_some() {
        std::fs::write(
            folder().join(format!("{name}.screens.jsonl")),
            screens.join("\n") + "\n",
        )
        .unwrap();
        return None;
    }
    let expected = scenario.expected();
    if let Some(n) = (0..screens.len().min(expected.len())).find(|n| screens[*n] != expected[*n]) {
        return Some(format!(
            "{name}: screen {n} (before step {n})\n got {}\nfor {}",
            screens[n], expected[n]
        ));
    }
    let (got, asked) = (screens.len(), expected.len());
    (got != asked).then(|| format!("{name}: {got} screens, {asked} in the golden"))
}

fn all_in(language: Option<&str>) {
    let only = std::env::var("LOTLINE_SCENARIO").ok();
    let files = std::fs::read_dir(folder()).unwrap().map(|entry| entry.unwrap().path());
    let mut files: Vec<PathBuf> = files
        .filter(|path| path.extension().is_some_and(|e| e == "json"))
        .collect();
    files.retain(|path| {
        only.as_ref()
            .is_none_or(|only| path.file_stem().is_some_and(|stem| stem == only.as_str()))
    });
    files.sort();
    assert!(!files.is_empty(), "no scenario");
    let wrong: Vec<String> = files.iter().filter_map(|file| drive(file, language)).collect();
    assert!(wrong.is_empty(), "{}", wrong.join("\n\n"));
}

#[test]
fn every_scenario_gives_every_screen_of_its_golden() {
    all_in(None);
}

#[test]
fn every_scenario_gives_every_screen_of_its_golden_in_arabic() {
    all_in(Some("ar"));
}
