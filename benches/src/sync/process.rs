//! A device or server in a process of its own that is spoken to in lines, can be killed, and whose syncs can be counted.

use super::Done;
use std::io::{BufRead, BufReader, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};

/// A child that reads and says lines.
#[derive(Debug)]
pub(super) struct Process {
    name: String,
    child: Child,
    // Ends with the child: who reads its input to the end ends with it.
    input: Option<ChildStdin>,
    output: BufReader<ChildStdout>,
}

impl Process {
    /// Starts `command`. `syncs`: where each of its calls that sync a file is written, a line each; see [`count`].
    ///
    /// # Errors
    /// When it does not start.
    pub(super) fn start(command: Command, syncs: Option<&Path>) -> Done<Self> {
        let name = command.get_program().to_string_lossy().into_owned();
        let mut command = match syncs {
            Some(file) => watched(&command, file),
            None => command,
        };
        let mut child = command
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .map_err(|error| format!("{name}: {error}"))?;
        let output = child.stdout.take().ok_or("a child without output")?;
        Ok(Process {
            name,
            input: child.stdin.take(),
            output: BufReader::new(output),
            child,
        })
    }

    /// The next line it says.
    ///
    /// # Errors
    /// When it ended instead.
    pub(super) fn hear(&mut self) -> Done<String> {
        let mut line = String::new();
        match self.output.read_line(&mut line) {
            Ok(count) if count > 0 => Ok(line.trim_end().to_owned()),
            _ => Err(format!("{} ended without an answer", self.name)),
        }
    }

    /// The next line, which begins with `word`; gives what follows.
    ///
    /// # Errors
    /// When it says something else, which is then the error.
    pub(super) fn hear_of(&mut self, word: &str) -> Done<String> {
        let line = self.hear()?;
        match line.strip_prefix(word) {
            Some(rest) => Ok(rest.trim().to_owned()),
            None => Err(format!("{} said {line:?} and not {word:?}", self.name)),
        }
    }

    /// Tells it a line.
    ///
    /// # Errors
    /// When it has ended.
    pub(super) fn tell(&mut self, line: &str) -> Done<()> {
        let input = self.input.as_mut().ok_or("a child without input")?;
        writeln!(input, "{line}")
            .and_then(|()| input.flush())
            .map_err(|error| format!("{}: {error}", self.name))
    }

    /// SIGKILL.
    ///
    /// # Errors
    /// When it could not be killed.
    pub(super) fn kill(&mut self) -> Done<()> {
        self.child
            .kill()
            .and_then(|()| self.child.wait())
            .map(drop)
            .map_err(|error| format!("{}: {error}", self.name))
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        // It may be gone already.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// `command` under `strace`, which stays beside it (`-D`): the child is the program itself, so that a kill hits that.
fn watched(command: &Command, file: &Path) -> Command {
    let mut strace = Command::new("strace");
    strace
        .args([
            "-D",
            "-f",
            "-qq",
            "-e",
            "trace=fsync,fdatasync",
            "-e",
            "signal=none",
            "-A",
            "-o",
        ])
        .arg(file)
        .arg(command.get_program())
        .args(command.get_args());
    if let Some(folder) = command.get_current_dir() {
        strace.current_dir(folder);
    }
    for (name, value) in command.get_envs() {
        match value {
            Some(value) => strace.env(name, value),
            None => strace.env_remove(name),
        };
    }
    strace
}

/// Calls that were written to `file` so far. `strace` writes a line before the caller goes on.
pub(super) fn count(file: &Path) -> u64 {
    let text = std::fs::read_to_string(file).unwrap_or_default();
    let begins = |line: &&str| line.contains("fsync(") || line.contains("fdatasync(");
    text.lines().filter(begins).count() as u64
}

/// Whether `strace` is there.
pub(super) fn can_count() -> bool {
    let silent = Command::new("strace").arg("-V").stdout(Stdio::null()).status();
    silent.is_ok_and(|status| status.success())
}

/// This program, in another of its roles.
///
/// # Errors
/// When it does not know where it is.
pub(super) fn own(words: &[&str]) -> Done<Command> {
    let program: PathBuf = std::env::current_exe().map_err(|error| error.to_string())?;
    let mut command = Command::new(program);
    command.args(words);
    Ok(command)
}

/// What a device does when it is told to.
pub(super) trait Device {
    /// What waits to be sent.
    ///
    /// # Errors
    /// The store's.
    fn pending(&self) -> Done<u64>;
    /// Signs in, or whatever comes before the first scan.
    ///
    /// # Errors
    /// What keeps it from that.
    fn prepare(&mut self, how: &str) -> Done<()>;
    /// Takes so many scans, one after the other.
    ///
    /// # Errors
    /// A scan that was not taken.
    fn capture(&mut self, scans: usize) -> Done<()>;
    /// Sends until nothing waits; calls `durable` when the server has said of the last scan that it is.
    ///
    /// # Errors
    /// What no further try can mend.
    fn drain(&mut self, durable: &(dyn Fn() + Sync)) -> Done<()>;
}

/// Says `ready N`, then does what it is told, line by line, until its input ends.
///
/// # Errors
/// The device's.
pub(super) fn serve(device: &mut impl Device) -> Done<()> {
    println!("ready {}", device.pending()?);
    for line in std::io::stdin().lock().lines() {
        let line = line.map_err(|error| error.to_string())?;
        let (verb, rest) = line.split_once(' ').unwrap_or((&line, ""));
        match verb {
            "prepare" => {
                device.prepare(rest)?;
                println!("prepared");
            }
            "capture" => {
                let scans = rest.parse().map_err(|_| format!("capture {rest}?"))?;
                device.capture(scans)?;
                println!("captured");
            }
            "drain" => {
                let told = std::sync::Once::new();
                let durable = || told.call_once(|| println!("durable"));
                device.drain(&durable)?;
                durable();
                println!("drained");
            }
            _ => return Err(format!("{verb}?")),
        }
    }
    Ok(())
}
