//! A gateway that hands out handhelds in the browser, as a child process, and a browser's requests without a browser.

use serde_json::Value;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::path::Path;
use std::process::{Child, Command, Stdio};

/// Its process and data folder.
#[derive(Debug)]
pub struct TrySite {
    data: tempfile::TempDir,
    child: Child,
    /// Its address, as `127.0.0.1:7400`.
    pub host: String,
}

/// What came back.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Answer {
    /// The status.
    pub status: u16,
    /// The cookie that was set, as `name=value`.
    pub cookie: Option<String>,
    /// Status line and headers.
    pub head: String,
    /// The page.
    pub body: String,
}

impl TrySite {
    /// Starts `binary` (the test's `CARGO_BIN_EXE_try-site`) on a new site with at most `most` handhelds.
    pub fn start(binary: &str, most: u32) -> Self {
        let data = tempfile::tempdir().unwrap();
        let mut child = Command::new(binary)
            .args([
                "serve",
                "--seed",
                "--try",
                "--listen",
                "127.0.0.1:0",
                "--json",
                "--tied",
            ])
            .args(["--try-sessions", &most.to_string()])
            .arg("--data")
            .arg(data.path())
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let mut line = String::new();
        BufReader::new(child.stdout.take().unwrap())
            .read_line(&mut line)
            .unwrap();
        let started: Value = serde_json::from_str(&line).unwrap_or_else(|e| panic!("it did not start: {line:?}: {e}"));
        TrySite {
            data,
            child,
            host: started["listening"].as_str().unwrap().to_owned(),
        }
    }

    /// Its data folder.
    pub fn data(&self) -> &Path {
        self.data.path()
    }

    /// The address of a page.
    pub fn url(&self, path: &str) -> String {
        format!("http://{}{path}", self.host)
    }

    /// How many handhelds have their folder.
    pub fn folders(&self) -> usize {
        std::fs::read_dir(self.data().join("try")).unwrap().count()
    }

    /// A form that one of its own pages sends.
    pub fn post(&self, path: &str, cookie: &str, form: &str) -> Answer {
        let origin = format!("Origin: http://{}\r\n", self.host);
        self.ask(&format!("POST {path}"), &format!("{origin}Cookie: {cookie}\r\n"), form)
    }

    /// A page.
    pub fn get(&self, path: &str, cookie: &str) -> Answer {
        self.ask(&format!("GET {path}"), &format!("Cookie: {cookie}\r\n"), "")
    }

    /// A request with exactly these headers beside the host's.
    pub fn ask(&self, what: &str, headers: &str, form: &str) -> Answer {
        let host = if headers.contains("Host: ") {
            String::new()
        } else {
            format!("Host: {}\r\n", self.host)
        };
        let mut stream = TcpStream::connect(&self.host).unwrap();
        write!(
            stream,
            "{what} HTTP/1.1\r\n{host}{headers}Content-Type: application/x-www-form-urlencoded\r\n\
             Content-Length: {}\r\nConnection: close\r\n\r\n{form}",
            form.len()
        )
        .unwrap();
        let mut text = String::new();
        stream.read_to_string(&mut text).unwrap();
        let (head, body) = text.split_once("\r\n\r\n").unwrap();
        let cookie = head
            .lines()
            .find_map(|line| line.strip_prefix("set-cookie: "))
            .and_then(|cookie| cookie.split(';').next());
        Answer {
            status: head[9..12].parse().unwrap(),
            cookie: cookie.map(ToOwned::to_owned),
            head: head.to_owned(),
            body: body.to_owned(),
        }
    }

    /// A handheld: its cookie.
    pub fn enter(&self) -> String {
        let answer = self.post("/try", "", "");
        assert_eq!(answer.status, 303, "{answer:?}");
        answer.cookie.unwrap()
    }
}

impl Drop for TrySite {
    fn drop(&mut self) {
        drop(self.child.stdin.take());
        // It may be gone already.
        let _ = self.child.wait();
    }
}
