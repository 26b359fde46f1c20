//! The stand-in for the warehouse's own system as a child process, and what its book says when it is opened afresh.

use lotline::stand_in::{Booked, Started, read};
use std::io::{BufRead, BufReader, Write};
use std::path::PathBuf;
use std::process::{Child, ChildStdout, Command, Stdio};

/// Its process and its book.
#[derive(Debug)]
pub struct Wms {
    folder: tempfile::TempDir,
    child: Child,
    said: BufReader<ChildStdout>,
    /// Where movements go.
    pub url: String,
}

impl Wms {
    /// Starts `binary` (the test's `CARGO_BIN_EXE_wms`) on a new book and a free port.
    pub fn start(binary: &str) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let mut child = Command::new(PathBuf::from(binary))
            .arg(folder.path().join("book.jsonl"))
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let mut said = BufReader::new(child.stdout.take().unwrap());
        let mut line = String::new();
        said.read_line(&mut line).unwrap();
        let started: Started = serde_json::from_str(&line).unwrap_or_else(|e| panic!("{line:?}: {e}"));
        Wms {
            folder,
            child,
            said,
            url: started.url,
        }
    }

    /// Tells it how to misbehave next: a line of the table in `lotline::stand_in`.
    pub fn order(&mut self, order: &str) {
        writeln!(self.child.stdin.as_mut().unwrap(), "{order}").unwrap();
        let mut answer = String::new();
        self.said.read_line(&mut answer).unwrap();
        assert_eq!(answer.trim(), "ok", "{order}");
    }

    /// Its book.
    pub fn book(&self) -> Vec<Booked> {
        read(&self.folder.path().join("book.jsonl")).unwrap()
    }
}

impl Drop for Wms {
    fn drop(&mut self) {
        drop(self.child.stdin.take());
        // It may be gone already.
        let _ = self.child.wait();
    }
}
