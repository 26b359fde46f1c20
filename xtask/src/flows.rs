//! `cargo xtask flows`: flow × what must hold, read from the pages of `docs/flows` and held against the tests; and the
//! requirements of `docs/requirements.md`, the failure matrix of `docs/reliability.md` and the points of
//! `docs/security-tests.md`.
//!
//! A page names its tests: one for each stop, and a *Proof* table with one for each of [`ASPECTS`]. Checked here: the flow
//! has a page, no cell is blank, every test exists, and the test of a stop asks for that stop by its title. Beneath it stands
//! what the scenarios of each flow play.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::Path;
use std::{fs, io};

use crate::failure::Failure;
use crate::{played, tree};

/// What must hold of every flow besides its stops, as the pages word it, and as the table is headed.
const ASPECTS: [(&str, &str); 6] = [
    ("normal", "normal"),
    ("short or over", "short/over"),
    ("undo of a middle line", "undo"),
    ("kill and resume at every step", "kill"),
    ("two devices", "devices"),
    ("override", "override"),
];

/// Where tests are looked for: a test is `FILE::NAME`, or `FOLDER::NAME` for one in a `tests.rs` or `mod.rs`.
const TESTS: [&str; 9] = [
    "cli/tests",
    "core/tests",
    "core/src",
    "record/src",
    "scan/tests",
    "server",
    "tests",
    "android/app/src/test",
    "ios/LotlineKit/Tests",
];

/// Tests by name, with their text.
type Tests = BTreeMap<String, String>;

/// Print the table; fails and names every blank.
pub fn run() -> Result<(), Failure> {
    let root = tree::root();
    let read = |path: &Path| fs::read_to_string(path).map_err(|error| unreadable(path, &error));
    let mut tests = Tests::new();
    for folder in TESTS {
        collect(&root.join(folder), &mut tests).map_err(|error| unreadable(&root.join(folder), &error))?;
    }
    let rooms = read(&root.join("core/src/work/mod.rs"))?;
    let folder = root.join("docs/flows");
    let mut pages = Vec::new();
    for entry in fs::read_dir(&folder).map_err(|error| unreadable(&folder, &error))? {
        let path = entry.map_err(|error| unreadable(&folder, &error))?.path();
        let name = path.file_stem().unwrap_or_default().to_string_lossy().into_owned();
        if name != "README" {
            pages.push((name, read(&path)?));
        }
    }
    pages.sort();
    let mut blanks = without_page(&rooms, &pages);
    let mut table = header();
    for (name, text) in &pages {
        let page = Page::read(name, text);
        table.push_str(&page.row(&tests, &mut blanks));
    }
    print!("{table}");
    println!(
        "{} flows, {} tests named",
        pages.len(),
        pages.iter().map(|(_, text)| text.matches("::").count()).sum::<usize>()
    );
    let flows: Vec<String> = pages.iter().map(|(name, _)| name.replace('-', "_")).collect();
    let scenarios = root.join("tests/fixtures/scenarios");
    let table = played::table(&scenarios, &flows, &mut blanks).map_err(|error| unreadable(&scenarios, &error))?;
    print!("{table}");
    let requirements = read(&root.join("docs/requirements.md"))?;
    println!("{}", shown("requirements", &requirements, &tests, &mut blanks));
    let matrix = read(&root.join("docs/reliability.md"))?;
    println!("failure matrix: {}", shown("reliability", &matrix, &tests, &mut blanks));
    let security = read(&root.join("docs/security-tests.md"))?;
    println!("security: {}", shown("security-tests", &security, &tests, &mut blanks));
    if blanks.is_empty() {
        return Ok(());
    }
    for blank in &blanks {
        println!("blank: {blank}");
    }
    Err(Failure::check(
        format!("{} blanks in the table of flows", blanks.len()),
        "docs/flows",
        "write the test, and name it in the page",
    ))
}

/// Holds the page of requirements against the tests; says how many have one.
fn shown(page: &str, text: &str, tests: &Tests, blanks: &mut Vec<String>) -> String {
    let page = Page::read(page, text);
    let mut count = [0, 0];
    for (requirement, cell) in &page.proof {
        match page.judge(requirement, cell, tests, None) {
            Ok(named) => count[usize::from(named > 0)] += 1,
            Err(blank) => blanks.push(blank),
        }
    }
    format!("{} requirements with a test, {} without and why", count[1], count[0])
}

fn unreadable(path: &Path, error: &io::Error) -> Failure {
    Failure::check(error.to_string(), path.display().to_string(), "run it in a whole clone")
}

/// Every flow that `core::work` knows is linked from a page.
fn without_page(rooms: &str, pages: &[(String, String)]) -> Vec<String> {
    let Some((_, listed)) = rooms.split_once("\nflows!(") else {
        return vec!["core/src/work/mod.rs: no `flows!` there".to_owned()];
    };
    let listed = listed.split(')').next().unwrap_or_default();
    let flows = listed.split(',').map(str::trim).filter(|flow| !flow.is_empty());
    let home = |flow: &str| {
        let lines = rooms.lines().filter_map(|line| line.strip_prefix("pub(crate) use "));
        lines
            .filter_map(|line| line.split_once("::"))
            .find_map(|(file, names)| {
                let mut names = names.split(|c: char| !c.is_alphanumeric());
                names.any(|name| name == flow).then(|| file.to_owned())
            })
    };
    flows
        .filter_map(|flow| match home(flow) {
            Some(file) => {
                let link = format!("core/src/work/{file}");
                let told = pages.iter().any(|(_, text)| {
                    let mut rest = text.match_indices(&link).map(|(at, _)| &text[at + link.len()..]);
                    rest.any(|rest| rest.starts_with(".rs") || rest.starts_with(['/', ')']))
                });
                (!told).then(|| format!("{flow}: no page links {link}"))
            }
            None => Some(format!("{flow}: its file is not re-exported by core/src/work/mod.rs")),
        })
        .collect()
}

fn collect(folder: &Path, tests: &mut Tests) -> io::Result<()> {
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        if path.is_dir() {
            collect(&path, tests)?;
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            let stem = |path: &Path| path.file_stem().unwrap_or_default().to_string_lossy().into_owned();
            let file = match stem(&path) {
                name if name == "tests" || name == "mod" => path.parent().map(stem).unwrap_or_default(),
                name => name,
            };
            for (name, body) in tests_of(&fs::read_to_string(&path)?) {
                tests.insert(format!("{file}::{name}"), body);
            }
        } else if let Some(named) = in_a_shell(&path) {
            let class = path.file_stem().unwrap_or_default().to_string_lossy();
            for name in marked(&fs::read_to_string(&path)?, named) {
                tests.insert(format!("{class}::{name}"), String::new());
            }
        }
    }
    Ok(())
}

/// The functions marked as tests, with their text up to the brace that closes them at their own depth.
fn tests_of(text: &str) -> Vec<(String, String)> {
    let lines: Vec<&str> = text.lines().collect();
    let mut found = Vec::new();
    for (at, line) in lines.iter().enumerate() {
        // `#[test]`, `#[tokio::test]`, or that with how it runs.
        let mark = line.trim();
        if !mark.starts_with("#[") || !(mark.ends_with("test]") || mark.contains("::test(")) {
            continue;
        }
        let named = |n: usize| {
            let line = lines[n].trim_start();
            line.strip_prefix("async ").unwrap_or(line).strip_prefix("fn ")
        };
        let Some((start, head)) = (at..lines.len().min(at + 5)).find_map(|n| Some((n, named(n)?))) else {
            continue;
        };
        let depth = lines[start].len() - lines[start].trim_start().len();
        let closing = format!("{}}}", " ".repeat(depth));
        let end = (start..lines.len())
            .find(|n| lines[*n] == closing)
            .unwrap_or(lines.len() - 1);
        let name = head.split('(').next().unwrap_or_default();
        found.push((name.to_owned(), lines[start..=end].join("\n")));
    }
    found
}

/// What a line calls the test that it begins, in the words of some language.
type Named = fn(&str) -> Option<&str>;

/// How a shell's language names its tests.
fn in_a_shell(path: &Path) -> Option<Named> {
    match path.extension()?.to_str()? {
        "kt" => Some(kotlin_test),
        "swift" => Some(swift_test),
        _ => None,
    }
}

/// Names are sentences between backticks.
fn kotlin_test(line: &str) -> Option<&str> {
    Some(line.strip_prefix("fun `")?.split_once('`')?.0)
}

/// The mark stands before the function or above it.
fn swift_test(line: &str) -> Option<&str> {
    Some(line.split_once("func ")?.1.split('(').next()?.trim())
}

/// The functions that are marked as tests.
fn marked(text: &str, named: Named) -> Vec<String> {
    let lines: Vec<&str> = text.lines().map(str::trim).collect();
    lines
        .iter()
        .enumerate()
        .filter(|(_, line)| line.starts_with("@Test"))
        .filter_map(|(at, _)| lines[at..].iter().take(5).find_map(|line| named(line)))
        .map(str::to_owned)
        .collect()
}

/// What a page says of its tests.
struct Page<'a> {
    name: &'a str,
    /// Titles of stops, and the cell that names their tests.
    stops: Vec<(Vec<&'a str>, &'a str)>,
    /// What must hold, and the cell that names its tests.
    proof: Vec<(&'a str, &'a str)>,
    /// Whether stops are told in a table, or the page says `Stops nothing`.
    tells_stops: bool,
}

impl<'a> Page<'a> {
    fn read(name: &'a str, text: &'a str) -> Self {
        let mut page = Page {
            name,
            stops: Vec::new(),
            proof: Vec::new(),
            tells_stops: text.contains("stops nothing"),
        };
        let mut head: Vec<&str> = Vec::new();
        for line in text.lines() {
            let Some(cells) = cells(line) else {
                head.clear();
                continue;
            };
            if head.is_empty() {
                head = cells;
                page.tells_stops |= head[0] == "stop";
                continue;
            }
            if cells.iter().all(|cell| cell.chars().all(|c| c == '-')) {
                continue;
            }
            let tests = head.iter().position(|title| *title == "test");
            let named = tests.and_then(|n| cells.get(n)).copied().unwrap_or_default();
            match head[0] {
                "stop" => page.stops.push((cells[0].split(", ").collect(), named)),
                "what must hold" | "requirement" => page.proof.push((cells[0], named)),
                _ => {}
            }
        }
        page
    }

    /// Its row in the table.
    fn row(&self, tests: &Tests, blanks: &mut Vec<String>) -> String {
        let mut row = format!("{:<12}", self.name);
        let mut word = |cell: &str, mark: String| {
            let _ = write!(row, " {mark:<10}", mark = if cell.is_empty() { "BLANK" } else { &mark });
        };
        for (aspect, _) in ASPECTS {
            let cell = self
                .proof
                .iter()
                .find(|(told, _)| *told == aspect)
                .map_or("", |(_, cell)| cell);
            match self.judge(aspect, cell, tests, None) {
                Ok(0) => word(cell, "-".to_owned()),
                Ok(count) => word(cell, format!("{count}")),
                Err(blank) => {
                    blanks.push(blank);
                    word("", String::new());
                }
            }
        }
        let mut proved = 0;
        let told: usize = self.stops.iter().map(|(titles, _)| titles.len()).sum();
        for (titles, cell) in &self.stops {
            for title in titles {
                match self.judge(title, cell, tests, Some(title)) {
                    Ok(_) => proved += 1,
                    Err(blank) => blanks.push(blank),
                }
            }
        }
        if !self.tells_stops {
            blanks.push(format!("{}: no table of stops", self.name));
        }
        let _ = writeln!(row, " {proved}/{told}");
        row
    }

    /// How many tests the cell names; 0 where it says why there is none.
    fn judge(&self, what: &str, cell: &str, tests: &Tests, title: Option<&str>) -> Result<usize, String> {
        let blank = |why: &str| Err(format!("{}: {what}: {why}", self.name));
        if let Some(why) = cell.strip_prefix("none:") {
            return if why.trim().is_empty() {
                blank("says `none` and not why")
            } else {
                Ok(0)
            };
        }
        let named: Vec<&str> = cell.split('`').skip(1).step_by(2).collect();
        if named.is_empty() {
            return blank("no test is named");
        }
        if let Some(missing) = named.iter().find(|name| !tests.contains_key(**name)) {
            return blank(&format!("there is no test {missing}"));
        }
        // `Not on …`: the rest of the title is a name of the day.
        let quoted = title.map(|title| format!("\"{}", title.split('…').next().unwrap_or_default()));
        match quoted {
            Some(quoted) if !named.iter().any(|name| tests[*name].contains(&quoted)) => {
                blank(&format!("{} does not ask for {quoted}\"", named.join(", ")))
            }
            _ => Ok(named.len()),
        }
    }
}

fn cells(line: &str) -> Option<Vec<&str>> {
    let inner = line.trim().strip_prefix('|')?.strip_suffix('|')?;
    Some(inner.split('|').map(str::trim).collect())
}

fn header() -> String {
    let mut line = format!("{:<12}", "flow");
    for (_, short) in ASPECTS {
        let _ = write!(line, " {short:<10}");
    }
    line.push_str(" stops\n");
    line
}

#[cfg(test)]
mod tests {
    use super::*;

    const PAGE: &str = "\
# Move
| stop | when | test |
|---|---|---|
| Place first, Not on … | always | `move_goods::wrong` |

| what must hold | test |
|---|---|
| normal | `move_goods::right` |
| short or over | none: what is lifted is moved |
";

    fn tests() -> Tests {
        let text = "#[test]\nfn wrong() {\n    at(\"Place first\");\n    at(\"Not on 80041\");\n}\n\n#[test]\nfn right() {\n}\n";
        let named = |(name, body)| (format!("move_goods::{name}"), body);
        tests_of(text).into_iter().map(named).collect()
    }

    fn blanks(page: &str) -> Vec<String> {
        let mut blanks = Vec::new();
        Page::read("move", page).row(&tests(), &mut blanks);
        blanks
    }

    #[test]
    fn a_page_that_says_nothing_of_an_aspect_is_blank_there() {
        assert_eq!(
            blanks(PAGE),
            [
                "move: undo of a middle line: no test is named",
                "move: kill and resume at every step: no test is named",
                "move: two devices: no test is named",
                "move: override: no test is named",
            ]
        );
    }

    #[test]
    fn a_test_that_is_gone_or_asks_for_another_stop_is_a_blank() {
        let gone = blanks(&PAGE.replace("::right", "::left"));
        assert_eq!(gone[0], "move: normal: there is no test move_goods::left");
        let other = blanks(&PAGE.replace("Place first,", "Lot first,"));
        assert_eq!(
            other[4],
            "move: Lot first: move_goods::wrong does not ask for \"Lot first\""
        );
        let silent = blanks(&PAGE.replace("none: what is lifted is moved", "none:"));
        assert_eq!(silent[0], "move: short or over: says `none` and not why");
    }

    #[test]
    fn a_test_in_kotlin_is_found_by_its_sentence() {
        let text = "class JobTest {\n  @Test\n  @Config(sdk = [34])\n  fun `row 48 it goes on`() {\n  }\n  fun `no test`() {}\n}\n";
        assert_eq!(marked(text, kotlin_test), ["row 48 it goes on"]);
    }

    #[test]
    fn a_test_in_swift_is_found_beside_its_mark_or_under_it() {
        let text = "struct S {\n  @Test func here() {\n  }\n  @Test(arguments: names)\n  func under(_ name: String) async {\n  }\n  func none() {}\n}\n";
        assert_eq!(marked(text, swift_test), ["here", "under"]);
    }

    #[test]
    fn a_requirement_names_a_test_that_exists_or_says_why_there_is_none() {
        let page = "| requirement | test |\n|---|---|\n| B1 | `move_goods::right` |\n| B2 | none: not built |\n| B3 | `a::b` |\n| B4 | |\n";
        let mut blanks = Vec::new();
        assert_eq!(
            shown("requirements", page, &tests(), &mut blanks),
            "1 requirements with a test, 1 without and why"
        );
        assert_eq!(
            blanks,
            [
                "requirements: B3: there is no test a::b",
                "requirements: B4: no test is named"
            ]
        );
    }

    #[test]
    fn a_flow_without_a_page_is_named() {
        let rooms = "pub(crate) use move_goods::Move;\npub(crate) use load::{Cart, Load};\nflows!(Load, Move);\n";
        let linked = |link: &str| without_page(rooms, &[("move".to_owned(), format!("[x](../../{link})"))]);
        assert_eq!(
            linked("core/src/work/move_goods.rs"),
            ["Load: no page links core/src/work/load"]
        );
        assert_eq!(linked("core/src/work/loader.rs").len(), 2);
    }
}
