//! The scenarios of `fixtures/scenarios`, through the core and the terminal, in English and in Arabic. `LOTLINE_BLESS=1`
//! records their screens.

use lotline::terminal::face::Face;
use lotline::terminal::wedge::Key;
use lotline::terminal::words::Words;
use lotline_core::scenario::{Scenario, Step};
use lotline_core::screen::{AwaitKind, ScanSource};
use lotline_core::{Input, Screen};
use lotline_tests::scenario::{Site, run};
use std::collections::BTreeSet;
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

fn files() -> Vec<PathBuf> {
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
    files
}

fn all_in(language: Option<&str>) {
    let files = files();
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

/// As wide as a terminal is, and as long as it takes.
const COLUMNS: u16 = 80;
const ROWS: u16 = 120;
/// Milliseconds between two characters of a scanner, of a person, and after which a digit alone is a key.
const SCANNER: u64 = 2;
const PERSON: u64 = 100;
const PAUSE: u64 = 500;

/// What the terminal makes of the keys that a person or a scanner would press to say `input`.
fn pressed(face: &mut Face<'_>, input: &Input) -> Option<Input> {
    let screen = face.screen.clone();
    let mut now = 0;
    let typed = matches!(input, Input::Scan { source, .. } if *source == ScanSource::Typed);
    let mut press = |key: Key| {
        now += if typed { PERSON } else { SCANNER };
        face.wedge.key(&screen, key, now)
    };
    match input {
        Input::Choose { id } => {
            let Some(action) = screen.actions.iter().find(|action| action.id == *id) else {
                // In the middle of work no key signs out: the lock does.
                return (id == "sign_out").then(|| input.clone());
            };
            let key = &action.key;
            if let Some(n) = key.strip_prefix('F') {
                return press(Key::Function(n.parse().ok()?));
            }
            let said = key.chars().map(Key::Char).find_map(&mut press);
            said.or_else(|| face.wedge.idle(&screen, PAUSE))
                .or_else(|| face.wedge.key(&screen, Key::Enter, PAUSE))
        }
        Input::Scan { bytes, .. } => {
            let text = String::from_utf8(bytes.clone()).ok()?;
            let key = |c| if c == '\u{1d}' { Key::Separator } else { Key::Char(c) };
            text.chars().map(key).chain([Key::Enter]).find_map(&mut press)
        }
        Input::Enter { text, .. } => text.chars().map(Key::Char).chain([Key::Enter]).find_map(&mut press),
        Input::Back => press(Key::Back),
        // A camera, a sled and the clock press no key.
        Input::Photo { .. } | Input::Tags { .. } | Input::Tick => Some(input.clone()),
    }
}

/// What a drawn terminal shows, without what breaks its lines.
fn drawn(face: &mut Face<'_>) -> String {
    let cells = face.cells(COLUMNS, ROWS);
    let shown = cells.content().iter().map(|cell| cell.symbol().to_owned());
    // A training's frame stands where a line is broken, too.
    shown.collect::<String>().replace('│', " ").split_whitespace().collect()
}

#[test]
fn every_step_of_every_scenario_has_its_keys_in_a_terminal_which_draws_every_screen() {
    for file in files() {
        let scenario = Scenario::open(&file).unwrap_or_else(|e| panic!("{e}"));
        for (n, screen) in scenario.expected().iter().enumerate() {
            let at = format!("{}: screen {n}", scenario.name());
            let screen: Screen = serde_json::from_str(screen).unwrap_or_else(|e| panic!("{at}: {e}"));
            let mut face = Face::new(screen.clone(), Words::new(scenario.language()), false);
            let shown = drawn(&mut face);
            let keys: BTreeSet<&str> = screen.actions.iter().map(|action| action.key.as_str()).collect();
            assert_eq!(keys.len(), screen.actions.len(), "{at}: two actions with one key");
            let labels = screen.actions.iter().map(|action| &action.label);
            for said in [&screen.title, &screen.prompt, &screen.message]
                .into_iter()
                .chain(labels)
            {
                let said: String = said.split_whitespace().collect();
                assert!(shown.contains(&said), "{at}: {said:?} is not drawn in {shown}");
            }
            if let Some(Step::Act { input }) = scenario.step(n) {
                assert_eq!(
                    pressed(&mut face, &input).as_ref(),
                    Some(&input),
                    "{at}: no keys for it"
                );
            }
        }
    }
}

#[test]
fn every_flow_has_a_scenario_and_every_scenario_a_stop_and_a_lost_battery() {
    let (mut seen, mut told) = (BTreeSet::new(), Vec::new());
    for file in files() {
        let scenario = Scenario::open(&file).unwrap_or_else(|e| panic!("{e}"));
        let (mut stops, mut restarts) = (false, false);
        for (n, screen) in scenario.expected().iter().enumerate() {
            let screen: Screen = serde_json::from_str(screen).unwrap_or_else(|e| panic!("{}: {e}", scenario.name()));
            stops |= screen.id == "stop";
            seen.insert(screen.id.split('.').next().unwrap_or_default().to_owned());
            match scenario.step(n) {
                Some(Step::Restart) => restarts = true,
                Some(Step::Act {
                    input: Input::Choose { id },
                }) => drop(seen.insert(id)),
                _ => {}
            }
        }
        if !(stops && restarts) {
            told.push(format!("{}: stop {stops}, lost battery {restarts}", scenario.name()));
        }
    }
    let pages = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../docs/flows");
    for page in std::fs::read_dir(pages).unwrap() {
        let flow = page
            .unwrap()
            .path()
            .file_stem()
            .unwrap()
            .to_string_lossy()
            .replace('-', "_");
        if flow != "README" && !seen.contains(&flow) {
            told.push(format!("{flow}: no scenario"));
        }
    }
    assert!(told.is_empty(), "{told:?}");
}

/// Every golden's screens in English and in Arabic, with where they stand.
fn golden_screens() -> Vec<(String, Screen)> {
    let mut all = Vec::new();
    for file in files() {
        for language in [None, Some("ar")] {
            let scenario = match language {
                Some(language) => Scenario::open_in(&file, language),
                None => Scenario::open(&file),
            };
            let scenario = scenario.unwrap_or_else(|e| panic!("{e}"));
            for (n, screen) in scenario.expected().iter().enumerate() {
                let at = format!("{} {}: screen {n}", scenario.name(), language.unwrap_or("en"));
                let screen = serde_json::from_str(screen).unwrap_or_else(|e| panic!("{at}: {e}"));
                all.push((at, screen));
            }
        }
    }
    all
}

#[test]
fn what_a_stop_asks_for_is_said_once() {
    let mut stops = 0;
    for (at, screen) in golden_screens().iter().filter(|(_, screen)| screen.id == "stop") {
        assert!(!screen.message.contains(&screen.prompt), "{at}: {:?}", screen.message);
        assert!(!screen.prompt.is_empty() && !screen.message.is_empty(), "{at}");
        stops += 1;
    }
    assert!(stops > 100, "{stops} stops");
}

#[test]
fn what_is_entered_as_text_has_a_name_and_a_terminal_says_it() {
    let mut named = BTreeSet::new();
    for (at, screen) in golden_screens() {
        if screen.awaits.kind == AwaitKind::Text {
            assert!(!screen.awaits.label.is_empty(), "{at}: {}", screen.awaits.field);
        }
        if !screen.awaits.label.is_empty() {
            assert_eq!(Words::new("en").hint(&screen), screen.awaits.label, "{at}");
            named.insert(screen.awaits.field);
        }
    }
    assert!(named.len() > 8, "{named:?}");
}
