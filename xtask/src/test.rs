//! `cargo xtask test`: every part in turn, downloads meanwhile, and a table at the end.

use std::env;
use std::fmt::Write as _;
use std::process::Command;
use std::time::{Duration, Instant};

use crate::failure::Failure;
use crate::install::Kit;
use crate::run::Background;
use crate::{docc, encrypted, kotlin, openapi, run, swift, tree};

/// Which parts to run; all of them where none is named.
#[derive(Clone, Copy, Default, clap::Args)]
pub struct Parts {
    /// The Rust part alone: the workspace without its tests in a browser and beside PostgreSQL
    #[arg(long)]
    rust: bool,
    /// Kotlin on the JVM
    #[arg(long)]
    kotlin: bool,
    /// Swift on Linux
    #[arg(long)]
    swift: bool,
    /// The pages in headless Chromium
    #[arg(long)]
    browser: bool,
    /// The ledger in PostgreSQL: the gateway's tests and the failure matrix beside a private cluster
    #[arg(long)]
    postgres: bool,
    /// The gateway's answers against its OpenAPI document, asked by schemathesis
    #[arg(long)]
    openapi: bool,
    /// The device's files encrypted: the core's tests, and a round of each shell
    #[arg(long)]
    encrypted: bool,
    /// Record goldens, snapshots and schema dumps instead of comparing them; the commit says why each moved
    #[arg(long)]
    bless: bool,
}

impl Parts {
    fn or_all(self) -> Self {
        let named = [
            self.rust,
            self.kotlin,
            self.swift,
            self.browser,
            self.postgres,
            self.openapi,
            self.encrypted,
        ];
        if named.contains(&true) {
            return self;
        }
        // A shell whose project is not laid down yet has nothing to run; asked for by name, it fails and says so.
        let (kotlin, swift) = (kotlin::exists(), swift::exists());
        for (there, name) in [(kotlin, "kotlin"), (swift, "swift")] {
            if !there {
                println!("== {name}: this tree has no such project; nothing to run");
            }
        }
        Self {
            rust: true,
            kotlin,
            swift,
            browser: true,
            postgres: true,
            openapi: true,
            encrypted: true,
            ..self
        }
    }
}

/// What a part's runners said when they closed.
#[derive(Default)]
pub struct Summary {
    closing: Vec<String>,
    bless: bool,
}

impl Summary {
    /// Run with the output shown, keeping the runners' closing lines. Tests record where `LOTLINE_BLESS` is set.
    pub fn watch(&mut self, command: &mut Command) -> Result<(), Failure> {
        if self.bless {
            command.env("LOTLINE_BLESS", "1").env("INSTA_UPDATE", "always");
        } else {
            command.env_remove("LOTLINE_BLESS");
        }
        let mut before = String::new();
        run::watch(command, |line| {
            if is_closing_line(&before, line) {
                self.closing.push(line.trim().to_owned());
            }
            line.clone_into(&mut before);
        })
    }

    /// How many tests the closing lines say have run.
    fn tests(&self) -> u64 {
        self.closing.iter().filter_map(|line| tests_in(line)).sum()
    }
}

/// libtest's, Maven's, Swift's and schemathesis' last line about a whole run, not about one class or suite. XCTest closes each suite
/// with the same words and says only in the line `before` which suite it was.
fn is_closing_line(before: &str, line: &str) -> bool {
    let whole_run = before.starts_with("Test Suite 'All tests'") || before.starts_with("Test Suite 'Selected tests'");
    line.starts_with("test result: ")
        || (line.contains("Tests run: ") && !line.contains("Time elapsed"))
        || (whole_run && line.trim_start().starts_with("Executed "))
        || line.contains("Test run with ")
        || line
            .trim_start()
            .split_once(" generated, ")
            .is_some_and(|(count, _)| count.parse::<u64>().is_ok())
}

fn tests_in(line: &str) -> Option<u64> {
    let number_after = |mark: &str| {
        let rest = line.split_once(mark)?.1;
        rest.split(|c: char| !c.is_ascii_digit()).next()?.parse().ok()
    };
    if line.starts_with("test result: ") {
        // "test result: ok. 12 passed; 1 failed; …": what did not run is not counted.
        let word_before = |mark: &str| line.split_once(mark)?.0.rsplit(' ').next()?.parse::<u64>().ok();
        return Some(word_before(" passed")? + word_before(" failed")?);
    }
    if let Some((count, _)) = line.trim_start().split_once(" generated, ") {
        return count.parse().ok();
    }
    number_after("Tests run: ")
        .or_else(|| number_after("Executed "))
        .or_else(|| number_after("Test run with "))
}

/// One line of the table.
struct Row {
    name: &'static str,
    took: Duration,
    tests: u64,
    outcome: Result<(), Failure>,
}

/// Run the parts; the failure of one does not keep the others from running.
pub fn run(parts: Parts) -> Result<(), Failure> {
    let parts = parts.or_all();
    if parts.bless && env::var_os("CI").is_some() {
        return Err(Failure::usage(
            "expectations are not recorded in CI",
            "--bless",
            "record at home and commit with reasons",
        ));
    }
    // The C compiler first: without it nothing is built. All else arrives while cargo builds.
    Kit::Rust.install()?;
    let arriving = |wanted: bool, kit: Kit| {
        if wanted {
            Background::start(move || kit.install())
        } else {
            Background::idle()
        }
    };
    let browser_tools = arriving(parts.browser, Kit::Browser);
    let provider = arriving(parts.rust, Kit::Oidc);
    let postgres = arriving(parts.postgres, Kit::Postgres);
    let schemathesis = arriving(parts.openapi, Kit::Openapi);
    let kotlin_tools = arriving(parts.kotlin, Kit::Kotlin);
    let swift_tools = arriving(parts.swift, Kit::Swift);

    let mut report = Report {
        bless: parts.bless,
        ..Report::default()
    };
    let built = report.part("build", |_| build());
    if built {
        if parts.rust {
            report.part("rust", |summary| {
                provider.wait()?;
                summary.watch(test_command().args(["--", "--skip", "browser_", "--skip", "postgres_"]))
            });
        }
        if parts.browser {
            report.part("browser", |summary| {
                browser_tools.wait()?;
                Kit::Oidc.install()?;
                summary.watch(test_command().args(["--test", "*", "--", "browser_"]))?;
                some_ran(summary, "browser_", "tests/")
            });
        }
        if parts.postgres {
            report.part("postgres", |summary| {
                postgres.wait()?;
                Kit::Oidc.install()?;
                summary.watch(beside_postgres().args(["--test", "gateway"]))?;
                summary.watch(beside_postgres().args(["--test", "all", "--", "row_", "postgres_"]))?;
                some_ran(summary, "postgres_", "tests/")
            });
        }
        if parts.openapi {
            report.part("openapi", |summary| {
                schemathesis.wait()?;
                openapi::test(summary)?;
                some_ran(summary, "openapi", "docs/openapi.json")
            });
        }
        if parts.kotlin {
            report.part("kotlin", |summary| {
                kotlin_tools.wait()?;
                kotlin::test(summary)?;
                some_ran(summary, "Kotlin", "android/")
            });
        }
        if parts.swift {
            report.part("swift", |summary| {
                swift_tools.wait()?;
                swift::test(summary)?;
                some_ran(summary, "Swift", "ios/LotlineKit")?;
                swift::app()?;
                swift::shown()?;
                docc::check()
            });
        }
        if parts.encrypted {
            report.part("encrypted", |summary| {
                encrypted::lint()?;
                encrypted::core(summary)?;
                encrypted::library()?;
                if parts.kotlin {
                    encrypted::kotlin(summary)?;
                }
                if parts.swift {
                    encrypted::swift(summary)?;
                }
                some_ran(summary, "encrypted", "core/")
            });
        }
    }
    report.close()
}

/// Libraries, programs and test programs in one pass and one feature set: the programs are there when tests start them
/// as processes, and the library is there for the bindings.
fn build() -> Result<(), Failure> {
    run::check(tree::cargo().args(["build", "--locked", "--workspace", "--lib", "--bins", "--tests"]))
}

/// `cargo test` over the workspace: with `--package` cargo would choose other features and build the tree again.
fn test_command() -> Command {
    let mut command = tree::cargo();
    // One failing test program must not hide what the others would say.
    command.args(["test", "--locked", "--workspace", "--no-fail-fast"]);
    command
}

/// The same beside a cluster of its own, which ends with it.
fn beside_postgres() -> Command {
    let tests = test_command();
    let mut command = Command::new(tree::target_dir().join("debug/with-postgres"));
    command
        .current_dir(tree::root())
        .arg("--unsynced")
        .arg(tests.get_program())
        .args(tests.get_args());
    for (name, value) in tests.get_envs() {
        match value {
            Some(value) => command.env(name, value),
            None => command.env_remove(name),
        };
    }
    command
}

/// A part in which nothing ran proves nothing.
fn some_ran(summary: &Summary, which: &str, place: &str) -> Result<(), Failure> {
    if summary.tests() > 0 {
        Ok(())
    } else {
        Err(Failure::check(
            format!("no {which} test ran"),
            place,
            "see the output above",
        ))
    }
}

/// What `df` says of the build's disk. A full one fails whatever needs it next, and in words of its own.
fn free_gigabytes() -> Option<f64> {
    let said = Command::new("df").arg("-Pk").arg(tree::root()).output().ok()?;
    let said = String::from_utf8(said.stdout).ok()?;
    let kilobytes: f64 = said.lines().nth(1)?.split_whitespace().nth(3)?.parse().ok()?;
    Some(kilobytes / 1e6)
}

#[derive(Default)]
struct Report {
    bless: bool,
    rows: Vec<Row>,
    closing: Vec<String>,
}

impl Report {
    /// Run one part, time it, and say whether it passed.
    fn part(&mut self, name: &'static str, run: impl FnOnce(&mut Summary) -> Result<(), Failure>) -> bool {
        match free_gigabytes() {
            Some(free) => println!("== {name} ({free:.1} GB of disk free)"),
            None => println!("== {name}"),
        }
        let (start, mut summary) = (
            Instant::now(),
            Summary {
                bless: self.bless,
                ..Summary::default()
            },
        );
        let outcome = run(&mut summary);
        if let Err(failure) = &outcome {
            eprintln!("{failure}");
        }
        let passed = outcome.is_ok();
        self.rows.push(Row {
            name,
            took: start.elapsed(),
            tests: summary.tests(),
            outcome,
        });
        self.closing.append(&mut summary.closing);
        passed
    }

    /// The table, then the runners' own closing lines. The first failure is the command's.
    fn close(self) -> Result<(), Failure> {
        print!("\n{}", table(&self.rows));
        println!();
        for line in self.closing.iter().filter(|line| tests_in(line) != Some(0)) {
            println!("{line}");
        }
        self.rows.into_iter().try_for_each(|row| row.outcome)
    }
}

fn table(rows: &[Row]) -> String {
    let mut text = String::from("part       minutes    tests  outcome\n");
    for row in rows {
        let outcome = if row.outcome.is_ok() { "passed" } else { "FAILED" };
        _ = writeln!(
            text,
            "{:<10} {:>7.1} {:>8}  {outcome}",
            row.name,
            row.took.as_secs_f64() / 60.0,
            row.tests
        );
    }
    let all: Duration = rows.iter().map(|row| row.took).sum();
    let tests: u64 = rows.iter().map(|row| row.tests).sum();
    _ = writeln!(text, "{:<10} {:>7.1} {tests:>8}", "all", all.as_secs_f64() / 60.0);
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn closing_lines_of_all_runners_are_kept_and_counted() {
        let all = "Test Suite 'All tests' passed at 2026-11-21 04:35:19.967";
        for (before, line, count) in [
            (
                "",
                "test result: ok. 12 passed; 0 failed; 3 ignored; 0 measured; 0 filtered out; finished in 0.04s",
                12,
            ),
            (
                "",
                "test result: FAILED. 7 passed; 2 failed; 0 ignored; 0 measured; 0 filtered out; finished in 1.00s",
                9,
            ),
            ("[INFO] ", "[INFO] Tests run: 3, Failures: 0, Errors: 0, Skipped: 0", 3),
            (
                all,
                "\t Executed 7 tests, with 0 failures (0 unexpected) in 0.012 (0.012) seconds",
                7,
            ),
            (
                "✔ Suite A passed.",
                "✔ Test run with 2 tests passed after 0.001 seconds.",
                2,
            ),
            ("Test cases:", "  518 generated, 518 passed", 518),
        ] {
            assert!(is_closing_line(before, line), "{line}");
            assert_eq!(tests_in(line), Some(count), "{line}");
        }
    }

    #[test]
    fn the_lines_of_single_tests_and_suites_are_not_closing_lines() {
        let suite = "Test Suite 'RealRustTests' passed at 2026-11-21 04:35:19.967";
        for (before, line) in [
            ("", "test tree::tests::a_key_changes_with_one_byte ... ok"),
            (
                "",
                "[INFO] Tests run: 3, Failures: 0, Errors: 0, Skipped: 0, Time elapsed: 0.4 s - in lotline.CoreTest",
            ),
            ("", "Test Case 'XCTests.testRead' passed (0.001 seconds)"),
            (
                suite,
                "\t Executed 7 tests, with 0 failures (0 unexpected) in 0.012 (0.012) seconds",
            ),
        ] {
            assert!(!is_closing_line(before, line), "{line}");
        }
    }

    #[test]
    fn the_table_adds_up() {
        let row = |name, seconds, tests, outcome| Row {
            name,
            took: Duration::from_secs(seconds),
            tests,
            outcome,
        };
        let rows = [
            row("rust", 90, 40, Ok(())),
            row("swift", 30, 2, Err(Failure::check("a", "b", "c"))),
        ];
        let expected = "part       minutes    tests  outcome\n\
                        rust           1.5       40  passed\n\
                        swift          0.5        2  FAILED\n\
                        all            2.0       42\n";
        assert_eq!(table(&rows), expected);
    }

    #[test]
    fn without_a_flag_all_parts_run_that_the_tree_has() {
        let all = Parts::default().or_all();
        assert!(all.rust && all.browser);
        assert_eq!((all.kotlin, all.swift), (kotlin::exists(), swift::exists()));
        let one = Parts {
            swift: true,
            ..Parts::default()
        }
        .or_all();
        assert!(one.swift && !one.rust && !one.kotlin && !one.browser);
    }
}
