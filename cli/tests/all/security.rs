//! A gateway with TLS of its own and a handheld that joined it by its invitation, both as processes that log all they can.

use super::tool::{Home, Ran, fed, text};
use base64::Engine;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use lotline_record::wire::proof::token_hash;
use lotline_record::wire::{Invitation, Pin};
use serde_json::{Value, json};
use std::io::{BufRead, BufReader, Read};
use std::path::Path;
use std::process::{Child, Stdio};

const TRACE: &str = "trace";

struct Gateway {
    child: Child,
    url: String,
    said: BufReader<std::process::ChildStdout>,
}

impl Gateway {
    fn start(home: &Home) -> Self {
        home.run(&["seed", "--data", "gw", "--quick-pins"]).good();
        let arguments = [
            "serve",
            "--data",
            "gw",
            "--listen",
            "127.0.0.1:0",
            "--tls",
            "self",
            "--json",
            "--tied",
        ];
        let mut child = home
            .command(&arguments)
            .env("LOTLINE_LOG", TRACE)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(std::fs::File::create(home.path("gateway.log")).unwrap())
            .spawn()
            .unwrap();
        let mut said = BufReader::new(child.stdout.take().unwrap());
        let mut line = String::new();
        said.read_line(&mut line).unwrap();
        let started: Value = serde_json::from_str(&line).unwrap_or_else(|e| panic!("{e}: {line}"));
        let url = started["url"].as_str().unwrap().to_owned();
        assert!(url.starts_with("https://127.0.0.1:"), "{url}");
        assert_eq!(started["pins"].as_array().unwrap().len(), 1);
        Gateway { child, url, said }
    }

    fn invites(&self, home: &Home) -> Invitation {
        let issued = home.run(&[
            "enrol", "Fork 2", "--data", "gw", "--server", &self.url, "--no-qr", "--json",
        ]);
        let issued = issued.json();
        issued["uri"].as_str().unwrap().parse().unwrap()
    }

    /// Everything it ever said.
    fn stop(mut self, home: &Home) -> String {
        drop(self.child.stdin.take());
        assert!(self.child.wait().unwrap().success());
        let mut said = String::new();
        self.said.read_to_string(&mut said).unwrap();
        said + &std::fs::read_to_string(home.path("gateway.log")).unwrap()
    }
}

fn scan(bytes: &[u8]) -> String {
    json!({ "input": "scan", "bytes": URL_SAFE_NO_PAD.encode(bytes) }).to_string()
}

/// One handheld's session: what it wrote, logs and screens.
fn session(home: &Home, invitation: &str, lines: &[String]) -> (i32, String, String) {
    let mut command = home.command(&["handheld", "--pipe", "--folder", "hh", "--join", invitation]);
    let Ran { code, out, err } = fed(command.env("LOTLINE_LOG", TRACE), lines.join("\n"));
    (code, out, err)
}

/// The ways in which secret bytes would be written.
fn spellings(secret: &[u8]) -> [String; 4] {
    let digit = |nibble: u8| char::from(b"0123456789abcdef"[usize::from(nibble)]);
    let hex = secret
        .iter()
        .flat_map(|byte| [digit(byte >> 4), digit(byte & 15)])
        .collect();
    let listed = secret.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ");
    [hex, listed, URL_SAFE_NO_PAD.encode(secret), STANDARD.encode(secret)]
}

/// A number as a word of its own: not within a time or a port.
fn says_number(said: &str, number: &str) -> bool {
    said.split(|c: char| !c.is_ascii_digit()).any(|word| word == number)
}

fn tokens(gateway: &Path) -> Vec<String> {
    let ledger = rusqlite::Connection::open(gateway.join("ledger.db")).unwrap();
    let mut all = ledger.prepare("SELECT hash FROM token").unwrap();
    let all = all.query_map([], |row| row.get(0)).unwrap();
    all.map(Result::unwrap).collect()
}

#[test]
fn a_session_over_tls_leaves_no_secret_in_any_log_or_screen_of_either_side() {
    let home = Home::new();
    let gateway = Gateway::start(&home);
    let invitation = gateway.invites(&home);
    let enter = |pin: &str| json!({ "input": "enter", "field": "pin", "text": pin }).to_string();
    let control = |name: &str| json!({ "control": name }).to_string();
    let lines = [
        scan(b"]C0B-1042"),
        enter("8362"),
        json!({ "input": "choose", "id": "acknowledge" }).to_string(),
        scan(b"]C0B-1042"),
        enter("4711"),
        control("sync"),
        control("live"),
        control("sync"),
        control("screen"),
    ];
    let (code, screens, log) = session(&home, &invitation.to_string(), &lines);
    assert_eq!(code, 0, "{log}");
    assert!(screens.contains("Signed in: A. Associate"), "{screens}");
    let last: Value = serde_json::from_str(screens.lines().last().unwrap()).unwrap();
    assert_eq!(last["status"]["queued"], 0, "{last}");
    assert!(log.contains("lotline"), "the handheld logs: {log}");
    let tokens = tokens(&home.path("gw"));
    let said = gateway.stop(&home) + &screens + &log;
    assert!(said.contains("enrolled"), "the gateway logs");

    let mut secrets = vec![invitation.code.clone(), invitation.code.replace('-', "")];
    secrets.extend(spellings(&std::fs::read(home.path("hh/device.key")).unwrap()));
    let ledger = lotline_server::Ledger::open(&home.path("gw/ledger.db")).unwrap();
    secrets.extend(spellings(&ledger.pepper().unwrap()));
    for file in ["gw/site_key.pem", "gw/tls/key.pem"] {
        let pem = std::fs::read_to_string(home.path(file)).unwrap();
        let lines = pem.lines().filter(|line| !line.starts_with('-') && !line.is_empty());
        secrets.extend(lines.map(str::to_owned));
    }
    for secret in &secrets {
        assert!(!said.contains(secret), "a secret was written: {secret}");
    }
    for pin in ["4711", "8362"] {
        assert!(!says_number(&said, pin), "a PIN was written: {pin}");
    }
    assert!(!tokens.is_empty());
    let words = said.split(|c: char| !(c.is_ascii_alphanumeric() || c == '-' || c == '_'));
    for word in words.filter(|word| word.len() >= 40) {
        assert!(!tokens.contains(&token_hash(word)), "a token was written");
    }
    assert!(!said.contains("eyJ0eXAiOiJkcG9wK2p3dCI"), "a proof was written");
}

#[test]
fn an_invitation_with_another_key_enrols_nobody_and_leaves_its_code_unused() {
    let home = Home::new();
    let gateway = Gateway::start(&home);
    let invitation = gateway.invites(&home);
    let wrong = Invitation {
        pins: vec![Pin::of_spki(b"another")],
        ..invitation.clone()
    };
    let (code, _, said) = session(&home, &wrong.to_string(), &[]);
    assert_eq!(code, 2, "{said}");
    assert!(said.contains("wrong_certificate"), "{said}");
    let (code, _, said) = session(&home, &invitation.to_string(), &[]);
    assert_eq!(code, 0, "{said}");
    gateway.stop(&home);
}

#[test]
fn a_certificate_with_another_key_is_named_at_the_start() {
    let home = Home::new();
    Gateway::start(&home).stop(&home);
    let key = home.path("gw/site_key.pem");
    let certificate = text(&home.path("gw/tls/cert.pem"));
    let arguments = [
        "serve",
        "--data",
        "gw",
        "--listen",
        "127.0.0.1:0",
        "--tls-cert",
        &certificate,
        "--tls-key",
    ];
    let error = home.run(&[&arguments[..], &[&text(&key)]].concat()).fails(2);
    assert!(
        error.contains(&text(&key)) && error.contains("not the key of the certificate"),
        "{error}"
    );
}
