//! Drives a scenario through the core, against the site in its own process. Kotlin and Swift do the same in their words.

use lotline_core::scenario::{Scenario, Step};
use lotline_core::{Config, Handheld, Screen};
use std::io::{BufRead, BufReader, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdout, Command, Stdio};

/// The site's process.
#[derive(Debug)]
pub struct Site {
    child: Child,
    said: BufReader<ChildStdout>,
    /// Where to enrol.
    pub server: String,
    /// The one-time code.
    pub code: String,
}

impl Site {
    /// Starts `binary` (the test's `CARGO_BIN_EXE_scenario-site`) on a scenario's file.
    pub fn start(binary: &str, scenario: &Path) -> Self {
        Self::start_in(binary, scenario, None)
    }

    /// As [`Site::start`]; everybody there reads `language`.
    pub fn start_in(binary: &str, scenario: &Path, language: Option<&str>) -> Self {
        let mut child = Command::new(PathBuf::from(binary))
            .arg(scenario)
            .args(language)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let mut said = BufReader::new(child.stdout.take().unwrap());
        let mut line = String::new();
        said.read_line(&mut line).unwrap();
        let first: serde_json::Value = serde_json::from_str(&line).unwrap_or_else(|e| panic!("{line:?}: {e}"));
        let word = |key: &str| first[key].as_str().unwrap().to_owned();
        Site {
            server: word("server"),
            code: word("code"),
            child,
            said,
        }
    }

    /// Has it do `cut`, `mend` or `settle MS`.
    pub fn tell(&mut self, command: &str) {
        writeln!(self.child.stdin.as_mut().unwrap(), "{command}").unwrap();
        let mut answer = String::new();
        self.said.read_line(&mut answer).unwrap();
        assert_eq!(answer.trim(), "ok", "{command}");
    }
}

impl Drop for Site {
    fn drop(&mut self) {
        drop(self.child.stdin.take());
        // It may be gone already.
        let _ = self.child.wait();
    }
}

/// Runs it on a new folder: the first screen after enrolment, then one a step.
pub fn run(scenario: &Scenario, site: &mut Site) -> Vec<Screen> {
    let mut screens = Vec::new();
    run_showing(scenario, site, |screen| screens.push(screen.clone()));
    screens
}

/// As [`run`]; each screen is shown to `seen` when it comes.
pub fn run_showing(scenario: &Scenario, site: &mut Site, mut seen: impl FnMut(&Screen)) {
    let folder = tempfile::tempdir().unwrap();
    let open = || {
        let config = Config {
            folder: folder.path().to_owned(),
            app: "scenario".to_owned(),
            language: scenario.language().to_owned(),
        };
        Handheld::open(config, scenario.platform()).unwrap()
    };
    let mut handheld = open();
    handheld.enrol(&site.server, &site.code, scenario.device()).unwrap();
    seen(&handheld.screen().unwrap());
    for index in 0..scenario.len() {
        match scenario.step(index).unwrap() {
            Step::Act { input } => seen(&handheld.act(input).unwrap()),
            step => {
                match step {
                    Step::Cut => site.tell("cut"),
                    Step::Mend => site.tell("mend"),
                    Step::Sync => {
                        for _ in 0..2 {
                            site.tell(&format!("settle {}", scenario.now_ms()));
                            handheld.sync_now(10_000).unwrap();
                        }
                    }
                    Step::Restart => {
                        drop(handheld);
                        handheld = open();
                    }
                    Step::Wait | Step::Act { .. } => {}
                }
                seen(&handheld.screen().unwrap());
            }
        }
    }
}
