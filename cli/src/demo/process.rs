//! Processes that the demo started: the gateway, the handhelds and the WMS stand-in. Each is ended by its own handle, never by name.

use crate::edge;
use crate::failure::{Failure, Outcome};
use crate::stand_in;
use lotline_core::{Input, Screen};
use serde::Deserialize;
use serde_json::{Value, json};
use std::io::{BufRead, BufReader, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, Command, Stdio};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{Receiver, RecvTimeoutError, channel};
use std::time::Duration;

/// The longest wait for an answer.
const PATIENCE: Duration = Duration::from_mins(1);
const LOOK: Duration = Duration::from_millis(100);
/// How long a process may take to end once it was told.
const FAREWELL: Duration = Duration::from_secs(10);

/// Set by Ctrl-C: everything that waits gives up.
pub static INTERRUPTED: AtomicBool = AtomicBool::new(false);

/// What is said when it was.
pub fn interrupted() -> Outcome {
    if INTERRUPTED.load(Ordering::SeqCst) {
        return Err(Failure::usage("interrupted", "demo", "start it again when you like"));
    }
    Ok(())
}

/// A process with lines in and lines out.
pub struct Process {
    name: String,
    child: Child,
    input: Option<ChildStdin>,
    lines: Receiver<String>,
}

impl Process {
    /// Starts `lotline` itself with `arguments`.
    ///
    /// # Errors
    /// When it cannot be started.
    pub fn start(name: &str, arguments: &[&str], errors: &Path) -> Outcome<Self> {
        let program = std::env::current_exe().map_err(|e| Failure::io(&e, "lotline"))?;
        Process::start_program(&program, name, arguments, errors)
    }

    /// As [`Process::start`], where `program` is `lotline`.
    ///
    /// # Errors
    /// When it cannot be started.
    pub fn start_program(program: &Path, name: &str, arguments: &[&str], errors: &Path) -> Outcome<Self> {
        let log = std::fs::OpenOptions::new()
            .create(true)
            .append(true)
            .open(errors)
            .map_err(|e| Failure::io(&e, errors.display()))?;
        let mut child = Command::new(program)
            .args(arguments)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(log)
            .spawn()
            .map_err(|e| Failure::io(&e, program.display()))?;
        let input = child.stdin.take();
        let output = child.stdout.take();
        let (sender, lines) = channel();
        std::thread::spawn(move || {
            let Some(output) = output else { return };
            for line in BufReader::new(output).lines().map_while(Result::ok) {
                if sender.send(line).is_err() {
                    return;
                }
            }
        });
        Ok(Process {
            name: name.to_owned(),
            child,
            input,
            lines,
        })
    }

    /// Its process id.
    pub fn id(&self) -> u32 {
        self.child.id()
    }

    /// The next line it writes.
    ///
    /// # Errors
    /// When it ends instead, or is silent for a minute.
    pub fn line(&mut self) -> Outcome<String> {
        let start = edge::mono();
        loop {
            interrupted()?;
            match self.lines.recv_timeout(LOOK) {
                Ok(line) => return Ok(line),
                Err(RecvTimeoutError::Timeout) if edge::since(start) < PATIENCE => {}
                Err(RecvTimeoutError::Timeout) => {
                    return Err(Failure::missing(
                        "no answer for a minute",
                        &self.name,
                        "see its log in the demo's folder",
                    ));
                }
                Err(RecvTimeoutError::Disconnected) => {
                    interrupted()?;
                    return Err(Failure::missing(
                        "the process ended",
                        &self.name,
                        "see its log in the demo's folder",
                    ));
                }
            }
        }
    }

    /// Prints what it writes until it ends. Gives whether it ended well, and the first problem it named (`!! …`).
    ///
    /// # Errors
    /// When standard output is gone.
    pub fn pass_on(&mut self) -> Outcome<(bool, Option<String>)> {
        let mut first = None;
        while let Ok(line) = self.lines.recv() {
            first = first.or_else(|| line.strip_prefix("!! ").map(str::to_owned));
            crate::out::line_out(&line)?;
        }
        let ended = self.child.wait().map_err(|e| Failure::io(&e, &self.name))?;
        Ok((ended.success(), first))
    }

    /// Writes a line to it.
    ///
    /// # Errors
    /// When it has ended.
    pub fn tell(&mut self, line: &str) -> Outcome {
        let told = self
            .input
            .as_mut()
            .map(|input| writeln!(input, "{line}").and_then(|()| input.flush()));
        match told {
            Some(Ok(())) => Ok(()),
            Some(Err(e)) => {
                interrupted()?;
                Err(Failure::io(&e, &self.name))
            }
            None => Err(Failure::missing("the process was ended", &self.name, "report it")),
        }
    }

    /// Ends it at once, as a pulled battery would (SIGKILL).
    pub fn kill(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }

    /// Lets it finish: its input ends.
    pub fn finish(&mut self) {
        drop(self.input.take());
        let start = edge::mono();
        while edge::since(start) < FAREWELL {
            if matches!(self.child.try_wait(), Ok(Some(_))) {
                return;
            }
            edge::pause(Duration::from_millis(10));
        }
        self.kill();
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        if matches!(self.child.try_wait(), Ok(None)) {
            self.kill();
        }
    }
}

/// The stand-in for the warehouse's own system.
pub struct Wms {
    process: Process,
    /// Where movements go.
    pub url: String,
}

impl Wms {
    /// Starts it with its book at `book`.
    ///
    /// # Errors
    /// When it does not start.
    pub fn start(book: &Path) -> Outcome<Self> {
        let place = book.display().to_string();
        let mut process = Process::start("WMS stand-in", &["stand-in-wms", &place], &book.with_extension("log"))?;
        let line = process.line()?;
        let started: stand_in::Started = serde_json::from_str(&line)
            .map_err(|e| Failure::usage(e, "WMS stand-in", "see its log in the demo's folder"))?;
        Ok(Wms {
            process,
            url: started.url,
        })
    }

    /// Tells it how to misbehave next: a line of the table in [`stand_in`].
    ///
    /// # Errors
    /// When it does not know how.
    pub fn order(&mut self, order: &Value) -> Outcome {
        self.process.tell(&order.to_string())?;
        match self.process.line()?.as_str() {
            "ok" => Ok(()),
            answer => Err(Failure::usage(answer, "WMS stand-in", "report it")),
        }
    }

    /// Its process id.
    pub fn id(&self) -> u32 {
        self.process.id()
    }

    /// Lets it finish.
    pub fn stop(&mut self) {
        self.process.finish();
    }
}

/// The gateway.
pub struct Gateway {
    process: Process,
    data: PathBuf,
    wms: String,
    /// Where it listens.
    pub address: std::net::SocketAddr,
}

#[derive(Deserialize)]
struct Started {
    listening: std::net::SocketAddr,
}

impl Gateway {
    /// Starts it in `data` at `listen`; movements go to `wms`.
    ///
    /// # Errors
    /// When it does not start.
    pub fn start(data: &Path, listen: &str, wms: &str) -> Outcome<Self> {
        let folder = data.display().to_string();
        let arguments = [
            "serve", "--data", &folder, "--listen", listen, "--site", "S1", "--wms", wms, "--json", "--tied",
        ];
        let mut process = Process::start("gateway", &arguments, &data.with_extension("log"))?;
        let line = process.line()?;
        let started: Started = serde_json::from_str(&line)
            .map_err(|e| Failure::usage(e, "gateway", "see its log in the demo's folder"))?;
        Ok(Gateway {
            process,
            data: data.to_owned(),
            wms: wms.to_owned(),
            address: started.listening,
        })
    }

    /// Stops it, does `work` on its folder, and starts it again at the same address.
    ///
    /// # Errors
    /// When `work` fails or it does not start again.
    pub fn while_stopped(&mut self, work: impl FnOnce(&Path) -> Outcome) -> Outcome {
        self.process.finish();
        work(&self.data)?;
        *self = Gateway::start(&self.data, &self.address.to_string(), &self.wms)?;
        Ok(())
    }

    /// Its process id.
    pub fn id(&self) -> u32 {
        self.process.id()
    }

    /// Stops it.
    pub fn stop(&mut self) {
        self.process.finish();
    }
}

/// A handheld on a pipe.
pub struct Hand {
    process: Process,
}

impl Hand {
    /// Starts it on `folder`; with `enrol`, server and code, it joins first.
    ///
    /// # Errors
    /// When it does not start or is not taken.
    pub fn start(name: &str, folder: &Path, enrol: Option<(&str, &str)>) -> Outcome<(Self, Screen)> {
        let place = folder.display().to_string();
        let mut arguments = vec!["handheld", "--pipe", "--folder", &place, "--name", name];
        if let Some((server, code)) = enrol {
            arguments.extend(["--server", server, "--code", code]);
        }
        let process = Process::start(name, &arguments, &folder.with_extension("log"))?;
        let mut hand = Hand { process };
        let screen = hand.steer("screen")?;
        Ok((hand, screen))
    }

    fn ask(&mut self, line: &Value) -> Outcome<Screen> {
        self.process.tell(&line.to_string())?;
        let answer = self.process.line()?;
        let bad = |why: String| Failure::usage(why, &self.process.name, "see its log in the demo's folder");
        let value: Value = serde_json::from_str(&answer).map_err(|e| bad(e.to_string()))?;
        if let Some(error) = value.get("error") {
            return Err(bad(error.to_string()));
        }
        serde_json::from_value(value).map_err(|e| bad(e.to_string()))
    }

    /// Sends an input; the screen that comes back.
    ///
    /// # Errors
    /// When the handheld answers with an error, or not at all.
    pub fn act(&mut self, input: &Input) -> Outcome<Screen> {
        let value = serde_json::to_value(input).map_err(|e| Failure::usage(e, "input", "report it"))?;
        self.ask(&value)
    }

    /// `screen`, `sync`, `live` or `offline`.
    ///
    /// # Errors
    /// As [`Hand::act`].
    pub fn steer(&mut self, control: &str) -> Outcome<Screen> {
        self.ask(&json!({ "control": control }))
    }

    /// Its process id.
    pub fn id(&self) -> u32 {
        self.process.id()
    }

    /// Ends it at once (SIGKILL).
    pub fn kill(&mut self) {
        self.process.kill();
    }

    /// Lets it finish.
    pub fn finish(&mut self) {
        self.process.finish();
    }
}
