//! The gateway as its operator sees it: a process, its log and its commands.

use super::tool::Home;
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::io::{BufRead, BufReader};
use std::process::{Child, ChildStdout, Stdio};

/// A gateway's process with a site of the seed; its log goes to `gateway.log`.
pub struct Gateway {
    child: Child,
    _said: BufReader<ChildStdout>,
    pub url: String,
}

impl Gateway {
    pub fn start(home: &Home, arguments: &[&str]) -> Self {
        if !home.path("gw").exists() {
            home.run(&["seed", "--data", "gw", "--quick-pins"]).good();
        }
        let serve = ["serve", "--data", "gw", "--listen", "127.0.0.1:0", "--json", "--tied"];
        let mut child = home
            .command(&[&serve[..], arguments].concat())
            .env("LOTLINE_LOG", "info")
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(std::fs::File::create(home.path("gateway.log")).unwrap())
            .spawn()
            .unwrap();
        let mut said = BufReader::new(child.stdout.take().unwrap());
        let mut line = String::new();
        said.read_line(&mut line).unwrap();
        let started: Value = serde_json::from_str(&line).unwrap_or_else(|e| {
            let log = std::fs::read_to_string(home.path("gateway.log"));
            panic!("{e}: {line} {log:?}")
        });
        let url = started["url"].as_str().unwrap().to_owned();
        Gateway {
            child,
            _said: said,
            url,
        }
    }

    pub fn stop(mut self) {
        drop(self.child.stdin.take());
        assert!(self.child.wait().unwrap().success());
    }
}

/// A handheld that joins, or goes on, and syncs; gives its log.
fn handheld(home: &Home, join: Option<&str>) -> Vec<Value> {
    let mut arguments = vec!["--log-format", "json", "handheld", "--pipe", "--folder", "hh"];
    arguments.extend(join.iter().flat_map(|invitation| ["--join", invitation]));
    let mut command = home.command(&arguments);
    let mut child = command
        .env("LOTLINE_LOG", "lotline_core=debug")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let sync = json!({ "control": "sync" }).to_string() + "\n";
    std::io::Write::write_all(child.stdin.as_mut().unwrap(), sync.as_bytes()).unwrap();
    let output = child.wait_with_output().unwrap();
    let log = String::from_utf8(output.stderr).unwrap();
    assert!(output.status.success(), "{log}");
    lines(&log)
}

fn lines(log: &str) -> Vec<Value> {
    log.lines()
        .map(|line| serde_json::from_str(line).unwrap_or_else(|e| panic!("{e}: {line}")))
        .collect()
}

/// Names and paths of what the device asked.
fn asked(log: &[Value]) -> BTreeMap<String, String> {
    let asked = log.iter().filter(|line| line["message"] == "asked");
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    asked
        .map(|line| (text(&line["request"]), text(&line["path"])))
        .collect()
}

#[test]
fn a_request_has_one_name_from_the_device_to_the_ledger() {
    let home = Home::new();
    let gateway = Gateway::start(&home, &["--log-format", "json"]);
    let issued = home.run(&[
        "enrol",
        "Fork 2",
        "--data",
        "gw",
        "--server",
        &gateway.url,
        "--no-qr",
        "--json",
    ]);
    let issued = issued.json();
    let device = handheld(&home, issued["uri"].as_str());
    let asked_well = asked(&device);
    assert!(asked_well.len() >= 4, "{device:?}");

    // A ledger that lost a table: what it says of that stands under the name that the device knows.
    rusqlite::Connection::open(home.path("gw/ledger.db"))
        .unwrap()
        .execute_batch("DROP TABLE token")
        .unwrap();
    let device = handheld(&home, None);
    let refused = device.iter().find(|line| line["code"] == "internal").unwrap();
    let name = refused["request"].as_str().unwrap().to_owned();
    assert!(asked(&device).contains_key(&name), "{device:?}");
    gateway.stop();

    let log = lines(&std::fs::read_to_string(home.path("gateway.log")).unwrap());
    for (name, path) in &asked_well {
        let answered = |line: &&Value| line["message"] == "answered" && line["span"]["request"] == **name;
        let line = log
            .iter()
            .find(answered)
            .unwrap_or_else(|| panic!("{name} {path}: {log:?}"));
        assert_eq!(line["span"]["route"], **path);
        assert!(line["status"].is_u64() && line["seconds"].is_f64(), "{line}");
        if path == "/v1/changes" {
            assert!(line["span"]["device"].is_string(), "{line}");
        }
    }
    let failed = log.iter().find(|line| line["message"] == "the ledger failed").unwrap();
    assert_eq!(failed["span"]["request"], name, "{failed}");
    assert!(failed["error"].as_str().unwrap().contains("token"), "{failed}");
}

#[test]
fn a_ledger_in_its_folder_has_no_months_to_archive_and_few_months_to_keep_are_refused() {
    let home = Home::new();
    home.run(&["seed", "--data", "gw", "--quick-pins"]).good();
    let list: [&str; 4] = ["archive", "--data", "gw", "--keep-months"];
    let refused = home.run(&[&list[..], &["84"]].concat()).fails(2);
    assert!(
        refused.contains("only one in PostgreSQL") && refused.contains("--postgres"),
        "{refused}"
    );
    let month = ["--month", "2019-03", "--to", "archive"];
    let refused = home.run(&[&list[..], &["84"], &month[..]].concat()).fails(2);
    assert!(refused.contains("only one in PostgreSQL"), "{refused}");
    assert!(!home.path("archive").exists());
    let refused = home.run(&[&list[..], &["83"]].concat()).fails(2);
    assert!(refused.contains("83 months are less than 84"), "{refused}");
    for wrong in [
        &["--month", "2019-13", "--to", "x"][..],
        &["--month", "2019-03"],
        &["--drop"],
    ] {
        let ran = home.run(&[&["archive", "--data", "gw"][..], wrong].concat());
        assert_eq!(ran.code, 2, "{wrong:?}");
    }
}
