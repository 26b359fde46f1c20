//! Running other programs: with their output shown, with it watched, or quietly into a log.

use std::fs::{self, File};
use std::io::{BufRead, BufReader, Read, Write};
use std::path::Path;
use std::process::{Command, Stdio};
use std::thread::{self, JoinHandle};
use std::time::Instant;

use crate::failure::Failure;
use crate::tree;

/// The command as a person would type it, for messages.
pub fn spelled(command: &Command) -> String {
    let mut text = command.get_program().to_string_lossy().into_owned();
    for arg in command.get_args() {
        text.push(' ');
        text.push_str(&arg.to_string_lossy());
    }
    if text.len() > 160 {
        text.truncate(text.floor_char_boundary(157));
        text.push('…');
    }
    text
}

fn could_not_start(command: &Command, error: &std::io::Error) -> Failure {
    let program = command.get_program().to_string_lossy().into_owned();
    Failure::missing(
        format!("{program} does not start: {error}"),
        spelled(command),
        format!("install {program}"),
    )
}

/// Run to the end with output shown; a non-zero exit is a failed check.
pub fn check(command: &mut Command) -> Result<(), Failure> {
    let status = command.status().map_err(|error| could_not_start(command, &error))?;
    if status.success() {
        Ok(())
    } else {
        Err(Failure::check(
            status.to_string(),
            spelled(command),
            "see the output above",
        ))
    }
}

/// Become `command`: signals and the exit code are its own. Returns only if it does not start.
pub fn replace_with(command: &mut Command) -> Failure {
    use std::os::unix::process::CommandExt;
    let error = command.exec();
    could_not_start(command, &error)
}

/// Run with standard output passed through line by line and shown to `seen`; standard error stays the terminal's.
pub fn watch(command: &mut Command, mut seen: impl FnMut(&str)) -> Result<(), Failure> {
    let mut child = command
        .stdout(Stdio::piped())
        .spawn()
        .map_err(|error| could_not_start(command, &error))?;
    if let Some(stdout) = child.stdout.take() {
        pass_on(stdout, std::io::stdout(), &mut seen);
    }
    let status = child.wait().map_err(|error| could_not_start(command, &error))?;
    if status.success() {
        Ok(())
    } else {
        Err(Failure::check(
            status.to_string(),
            spelled(command),
            "see the output above",
        ))
    }
}

/// Copy line by line, showing each to `seen` without its end.
fn pass_on(from: impl Read, mut to: impl Write, seen: &mut impl FnMut(&str)) {
    let mut lines = BufReader::new(from);
    let mut line = Vec::new();
    while matches!(lines.read_until(b'\n', &mut line), Ok(1..)) {
        // A closed standard output (`| head`) must not end the tests half way.
        _ = to.write_all(&line);
        seen(String::from_utf8_lossy(&line).trim_end());
        line.clear();
    }
}

/// Run with all output in a log of the cache folder; what it said last is shown where it fails.
pub fn quietly(name: &str, command: &mut Command) -> Result<(), Failure> {
    let log = tree::cache_dir().join("logs").join(format!("{name}.log"));
    let file = create(&log)?;
    let twin = file.try_clone().map_err(|error| unwritable(&log, &error))?;
    let status = command
        .stdin(Stdio::null())
        .stdout(file)
        .stderr(twin)
        .status()
        .map_err(|error| could_not_start(command, &error))?;
    if status.success() {
        return Ok(());
    }
    let said = fs::read(&log).unwrap_or_default();
    let said = String::from_utf8_lossy(&said);
    let last: Vec<&str> = said.lines().rev().take(20).collect();
    for line in last.iter().rev() {
        eprintln!("{line}");
    }
    Err(Failure::check(
        status.to_string(),
        spelled(command),
        format!("see {}", log.display()),
    ))
}

/// Standard output of a short command, or nothing if it fails or does not exist.
pub fn output(command: &mut Command) -> Option<String> {
    let output = command.stdin(Stdio::null()).stderr(Stdio::null()).output().ok()?;
    output
        .status
        .success()
        .then(|| String::from_utf8_lossy(&output.stdout).into_owned())
}

/// Standard output of a short command that must pass.
pub fn said(command: &mut Command) -> Result<String, Failure> {
    let output = command.stdin(Stdio::null()).output();
    let output = output.map_err(|error| Failure::missing(error.to_string(), spelled(command), "install it"))?;
    if output.status.success() {
        return Ok(String::from_utf8_lossy(&output.stdout).into_owned());
    }
    let why = String::from_utf8_lossy(&output.stderr).trim().to_owned();
    Err(Failure::check(why, spelled(command), "see what it says"))
}

fn create(log: &Path) -> Result<File, Failure> {
    if let Some(folder) = log.parent() {
        fs::create_dir_all(folder).map_err(|error| unwritable(folder, &error))?;
    }
    File::create(log).map_err(|error| unwritable(log, &error))
}

fn unwritable(path: &Path, error: &std::io::Error) -> Failure {
    Failure::missing(
        format!("cannot write: {error}"),
        path.display().to_string(),
        "make it writable, or set XDG_CACHE_HOME",
    )
}

/// Checks one after the other; the failure of one does not hide the others.
#[derive(Default)]
pub struct Checks(Vec<Failure>);

impl Checks {
    /// Run one, and say how long it took and whether it passed.
    pub fn check(&mut self, name: &str, check: impl FnOnce() -> Result<(), Failure>) {
        println!("== {name}");
        let start = Instant::now();
        let outcome = check();
        println!(
            "{name}: {} ({:.0} s)",
            if outcome.is_ok() { "passed" } else { "FAILED" },
            start.elapsed().as_secs_f64()
        );
        self.0.extend(outcome.err());
    }

    /// The first failure is the command's own, and is told last.
    pub fn close(self) -> Result<(), Failure> {
        let mut failures = self.0.into_iter();
        let first = failures.next();
        for failure in failures {
            eprintln!("{failure}");
        }
        first.map_or(Ok(()), Err)
    }
}

/// Work that goes on in the background: downloads while cargo builds.
pub struct Background(Option<JoinHandle<Result<(), Failure>>>);

impl Background {
    /// Start `work` on a thread of its own.
    pub fn start(work: impl FnOnce() -> Result<(), Failure> + Send + 'static) -> Self {
        Self(Some(thread::spawn(work)))
    }

    /// Nothing to wait for.
    pub fn idle() -> Self {
        Self(None)
    }

    /// Wait for it to end.
    pub fn wait(self) -> Result<(), Failure> {
        match self.0.map(JoinHandle::join) {
            None => Ok(()),
            Some(Ok(result)) => result,
            Some(Err(_)) => Err(Failure::check(
                "a background task panicked",
                "xtask",
                "see the output above",
            )),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_failing_command_is_a_failed_check_that_names_it() {
        let failure = check(Command::new("sh").args(["-c", "exit 7"])).unwrap_err();
        assert_eq!(
            failure.to_string(),
            "error: exit status: 7 (sh -c exit 7): see the output above"
        );
    }

    #[test]
    fn a_program_that_is_not_there_is_named_as_missing() {
        let failure = check(&mut Command::new("no-such-program-here")).unwrap_err();
        assert!(
            failure
                .to_string()
                .ends_with("(no-such-program-here): install no-such-program-here"),
            "{failure}"
        );
    }

    #[test]
    fn watched_lines_pass_unchanged_and_arrive_without_their_ends() {
        let said = b"one\r\ntwo\n\nthree";
        let (mut shown, mut lines) = (Vec::new(), Vec::new());
        pass_on(&said[..], &mut shown, &mut |line: &str| lines.push(line.to_owned()));
        assert_eq!(shown, said);
        assert_eq!(lines, ["one", "two", "", "three"]);
    }
}
