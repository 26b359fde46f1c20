//! Flow × what its scenarios play: a stop, an exception, an undo and a lost battery, each once the flow has begun. A flow's
//! scenarios are `FLOW.json` and `FLOW_….json`; they are read line by line, a step and a screen a line, as they are written.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::Path;
use std::{fs, io};

/// What must be played, as the table is headed.
const MOMENTS: [&str; 4] = ["stop", "exception", "undo", "kill"];

/// What a flow cannot play, and why.
const CANNOT: [(&str, &str, &str); 11] = [
    ("drill", "exception", "its scans are seen, and move and raise nothing"),
    ("drill", "undo", "its scans are seen, and there is nothing to take back"),
    (
        "exceptions",
        "undo",
        "what was signed stands; of two decisions the more restrictive one holds",
    ),
    (
        "inspect",
        "undo",
        "nothing is written before the signature, and what was signed stands",
    ),
    (
        "opening",
        "exception",
        "nothing is recorded yet that a count could differ from",
    ),
    ("report", "undo", "it writes down that it was read"),
    ("sign_in", "exception", "a lock-out ends by itself"),
    ("sign_in", "undo", "nobody takes back that they were there"),
    (
        "settings",
        "exception",
        "nothing contradicts a choice; the later one holds",
    ),
    ("settings", "undo", "the choice before is chosen again"),
    ("shift_end", "undo", "it shows what is open, and is left"),
];

/// Which scenarios play each moment of a flow, by flow and moment.
type Played = BTreeMap<(String, &'static str), Vec<String>>;

/// The table of `flows`, as the pages are named; what is missing goes to `blanks`.
pub fn table(folder: &Path, flows: &[String], blanks: &mut Vec<String>) -> io::Result<String> {
    let mut played = Played::new();
    let mut files: Vec<_> = fs::read_dir(folder)?.collect::<io::Result<Vec<_>>>()?;
    files.sort_by_key(fs::DirEntry::file_name);
    let mut count = 0;
    for file in &files {
        let path = file.path();
        let name = path.file_stem().unwrap_or_default().to_string_lossy().into_owned();
        let whole = path.extension().is_some_and(|extension| extension == "json");
        let Some(flow) = flows.iter().find(|flow| whole && is_of(&name, flow)) else {
            continue;
        };
        count += 1;
        let screens = fs::read_to_string(path.with_extension("screens.jsonl")).unwrap_or_default();
        for moment in moments(flow, &fs::read_to_string(&path)?, &screens) {
            played.entry((flow.clone(), moment)).or_default().push(name.clone());
        }
    }
    Ok(drawn(flows, &played, blanks) + &format!("{count} scenarios of {} flows\n", flows.len()))
}

fn drawn(flows: &[String], played: &Played, blanks: &mut Vec<String>) -> String {
    let mut table = format!("{:<12}", "scenarios");
    for moment in MOMENTS {
        let _ = write!(table, " {moment:<10}");
    }
    table.push('\n');
    for flow in flows {
        let _ = write!(table, "{flow:<12}");
        for moment in MOMENTS {
            let by = played.get(&(flow.clone(), moment)).map_or(0, Vec::len);
            let cannot = CANNOT.iter().any(|(who, what, _)| (*who, *what) == (flow, moment));
            let cell = match (by, cannot) {
                (0, true) => "-".to_owned(),
                (0, false) => {
                    blanks.push(format!("{flow}: no scenario plays its {moment}"));
                    "BLANK".to_owned()
                }
                (by, false) => by.to_string(),
                (_, true) => {
                    blanks.push(format!(
                        "{flow}: a scenario plays its {moment}, which it is said not to have"
                    ));
                    "BLANK".to_owned()
                }
            };
            let _ = write!(table, " {cell:<10}");
        }
        table.push('\n');
    }
    table
}

/// Whether a scenario is one of the flow.
fn is_of(name: &str, flow: &str) -> bool {
    name.strip_prefix(flow)
        .is_some_and(|rest| rest.is_empty() || rest.starts_with('_'))
}

/// What a scenario plays once the flow's screens have begun; an exception also before, for the flow to live with.
fn moments(flow: &str, scenario: &str, screens: &str) -> Vec<&'static str> {
    let steps = scenario.lines().skip_while(|line| !line.contains("\"steps\"")).skip(1);
    let mut steps = steps.map(|line| line.trim().trim_end_matches(','));
    let mut found = Vec::new();
    let mut begun = false;
    for screen in screens.lines() {
        let id = screen
            .strip_prefix("{\"id\":\"")
            .and_then(|rest| rest.split('"').next());
        let id = id.unwrap_or_default();
        let (room, step) = id.split_once('.').unwrap_or((id, ""));
        let does = steps.next().unwrap_or_default();
        begun |= rooms(flow).contains(&room);
        let signs = step == "badge" && !["sign_in", "drill"].contains(&room);
        let waits = room == "exceptions" && !screen.contains("\"lines\":[]");
        if signs || waits || does == r#"{"choose": "put_aside"}"# {
            found.push("exception");
        }
        if begun && id == "stop" {
            found.push("stop");
        }
        if begun && does == r#"{"choose": "undo"}"# {
            found.push("undo");
        }
        if begun && does == r#""restart""# {
            found.push("kill");
        }
    }
    found.sort_unstable();
    found.dedup();
    found
}

/// What the screens of a flow are named by.
fn rooms(flow: &str) -> Vec<&str> {
    match flow {
        "exceptions" => vec!["exceptions", "exception"],
        "opening" => vec!["count"],
        _ => vec![flow],
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SCENARIO: &str = "{\n  \"steps\": [\n    {\"choose\": \"undo\"},\n    {\"choose\": \"put_aside\"},\n    \"restart\",\n    {\"choose\": \"undo\"}\n  ]\n}\n";

    fn screens(ids: &[&str]) -> String {
        let line = |id: &&str| format!("{{\"id\":\"{id}\",\"lines\":[]}}\n");
        ids.iter().map(line).collect()
    }

    #[test]
    fn a_moment_counts_once_the_flow_has_begun() {
        let found = |ids: &[&str]| moments("move", SCENARIO, &screens(ids));
        assert_eq!(found(&["home", "stop", "home", "home"]), ["exception"]);
        assert_eq!(
            found(&["home", "move.lift", "move.lift", "home"]),
            ["exception", "kill", "undo"]
        );
        assert_eq!(found(&["move.lift", "stop"]), ["exception", "stop", "undo"]);
    }

    #[test]
    fn a_flow_without_one_is_a_blank_unless_it_says_why() {
        let flows = ["move".to_owned(), "report".to_owned()];
        let mut played = Played::new();
        for moment in MOMENTS.iter().filter(|moment| **moment != "undo") {
            for flow in &flows {
                played.insert((flow.clone(), moment), vec![flow.clone()]);
            }
        }
        let mut blanks = Vec::new();
        drawn(&flows, &played, &mut blanks);
        assert_eq!(blanks, ["move: no scenario plays its undo"]);
    }

    #[test]
    fn a_scenario_is_of_the_flow_it_is_named_after() {
        assert!(is_of("pick_walk", "pick") && is_of("pick", "pick"));
        assert!(!is_of("picked", "pick") && !is_of("first_shift", "pick"));
    }
}
