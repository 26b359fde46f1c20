//! A handheld in another process that does what ours does, act for act: the same core behind a foreign language.

use lotline_core::Input;
use lotline_core::screen::{ScanSource, Screen};
use std::cell::RefCell;
use std::io::{BufRead, BufReader, Write};
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};
use std::time::Duration;

/// The process. It is told an input a line, its words parted by tabs, and answers with a line for each: nanoseconds, and what its
/// screen says.
pub struct Twin {
    child: Child,
    pipes: RefCell<(ChildStdin, BufReader<ChildStdout>)>,
}

/// What it did.
pub struct Done {
    /// From its call to its screen, without the time that other programs had the core.
    pub took: Duration,
    said: String,
}

impl Done {
    /// Whether it came to the same screen.
    ///
    /// # Errors
    /// When it did not.
    pub fn shows(&self, screen: &Screen) -> Result<(), String> {
        let ours = seen(screen);
        if self.said == ours {
            Ok(())
        } else {
            Err(format!("the twin shows {:?}, and we {ours:?}", self.said))
        }
    }
}

/// What both must show alike.
fn seen(screen: &Screen) -> String {
    let Screen { id, title, message, .. } = screen;
    let (fields, lines, actions) = (screen.fields.len(), screen.lines.len(), screen.actions.len());
    format!("{id} {title} {message} {fields} {lines} {actions}").replace(['\n', '\t'], " ")
}

impl Twin {
    /// Starts it.
    ///
    /// # Errors
    /// When it does not start.
    pub fn start(command: &mut Command) -> Result<Self, String> {
        let mut child = command
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .map_err(|e| format!("the twin: {e}"))?;
        let pipes = child.stdin.take().zip(child.stdout.take());
        let (told, said) = pipes.ok_or("the twin has no pipes")?;
        Ok(Twin {
            child,
            pipes: RefCell::new((told, BufReader::new(said))),
        })
    }

    /// Has it do the same.
    ///
    /// # Errors
    /// When it is gone, or could not.
    pub fn act(&self, input: &Input) -> Result<Done, String> {
        let line = match input {
            Input::Scan { bytes, source, .. } => {
                use std::fmt::Write;
                let hex = bytes.iter().fold(String::new(), |mut hex, byte| {
                    _ = write!(hex, "{byte:02x}");
                    hex
                });
                let source = if *source == ScanSource::Camera {
                    "CAMERA"
                } else {
                    "SCAN"
                };
                format!("scan\t{source}\t{hex}")
            }
            Input::Choose { id } => format!("choose\t{id}"),
            Input::Enter { field, text } => format!("enter\t{field}\t{text}"),
            Input::Back => "back".to_owned(),
            other => return Err(format!("no twin does {other:?}")),
        };
        let answer = self.tell(&line)?;
        let (took, said) = answer.split_once('\t').unwrap_or((&answer, ""));
        let nanos = took.parse().map_err(|_| format!("the twin says {answer}"))?;
        Ok(Done {
            took: Duration::from_nanos(nanos),
            said: said.to_owned(),
        })
    }

    /// Has it write its logs back.
    ///
    /// # Errors
    /// When it is gone, or could not.
    pub fn tidy(&self) -> Result<(), String> {
        self.tell("tidy").map(|_| ())
    }

    fn tell(&self, line: &str) -> Result<String, String> {
        let (told, said) = &mut *self.pipes.borrow_mut();
        let gone = |e: std::io::Error| format!("the twin at {line:?}: {e}");
        told.write_all(format!("{line}\n").as_bytes())
            .and_then(|()| told.flush())
            .map_err(gone)?;
        let mut answer = String::new();
        if said.read_line(&mut answer).map_err(gone)? == 0 {
            return Err(format!("the twin ended at {line:?}"));
        }
        Ok(answer.trim_end_matches('\n').to_owned())
    }
}

impl Drop for Twin {
    fn drop(&mut self) {
        // It may be gone already.
        _ = self.child.kill();
        _ = self.child.wait();
    }
}
