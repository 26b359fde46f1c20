//! Settings: what holds, where it comes from, and that the page tells all of them.

use super::tool::Home;
use clap::CommandFactory;
use lotline::config::{Config, KEYS};
use std::collections::BTreeSet;

fn page() -> String {
    std::fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/../docs/configuration.md")).unwrap()
}

/// The words in backticks of the first cells of each row.
fn rows(page: &str) -> Vec<Vec<String>> {
    let rows = page.lines().filter(|line| line.starts_with("| `"));
    rows.map(|row| {
        row.split('|')
            .map(|cell| cell.trim().trim_matches('`').to_owned())
            .collect()
    })
    .collect()
}

fn variables(command: &clap::Command, out: &mut BTreeSet<String>) {
    for arg in command.get_arguments() {
        out.extend(arg.get_env().map(|name| name.to_string_lossy().into_owned()));
    }
    for below in command.get_subcommands() {
        variables(below, out);
    }
}

#[test]
fn the_page_tells_every_key_and_every_variable_that_there_is() {
    let page = page();
    let keys: Vec<_> = rows(&page).into_iter().filter(|row| row.len() == 6).collect();
    let told: Vec<(String, Option<String>)> = keys
        .iter()
        .map(|row| (row[1].clone(), Some(row[2].clone()).filter(|name| name != "none")))
        .collect();
    let known: Vec<_> = KEYS
        .iter()
        .map(|key| (key.name.to_owned(), key.variable.map(str::to_owned)))
        .collect();
    assert_eq!(told, known);
    let fields = serde_json::to_value(Config::default()).unwrap();
    let fields: BTreeSet<_> = fields.as_object().unwrap().keys().cloned().collect();
    assert_eq!(fields, KEYS.iter().map(|key| key.name.to_owned()).collect());

    let mut read = BTreeSet::from(["LOG", "METRICS_TOKEN", "EPCIS_TOKEN", "GLN"].map(|name| format!("LOTLINE_{name}")));
    variables(&lotline::cli::Cli::command(), &mut read);
    let told = rows(&page)
        .into_iter()
        .flatten()
        .filter(|cell| cell.starts_with("LOTLINE_"));
    assert_eq!(told.collect::<BTreeSet<_>>(), read);
}

#[test]
fn what_holds_is_shown_with_where_it_comes_from_and_no_secret() {
    let home = Home::new();
    let text = "listen = \"127.0.0.1:7401\"\nzone = \"Europe/Berlin\"\nmetrics_token = \"a-token-of-the-file\"\npin_certs = [\"a.pem\", \"b.pem\"]\n";
    std::fs::write(home.path("lotline.toml"), text).unwrap();
    let mut command = home.command(&["config", "--show", "--json"]);
    let output = command
        .env("LOTLINE_ZONE", "Europe/Paris")
        .env("LOTLINE_POSTGRES", "postgres://lotline:hunter2@db/lotline")
        .output()
        .unwrap();
    assert!(output.status.success());
    let said = String::from_utf8(output.stdout).unwrap();
    assert!(
        !said.contains("hunter2") && !said.contains("a-token-of-the-file"),
        "{said}"
    );
    let lines: Vec<serde_json::Value> = serde_json::from_str(&said).unwrap();
    let of = |key: &str| {
        let line = lines.iter().find(|line| line["key"] == key).unwrap();
        (
            line["value"].as_str().map(str::to_owned),
            line["from"].as_str().unwrap().to_owned(),
        )
    };
    let expect = |key: &str, value: Option<&str>, from: &str| {
        assert_eq!(of(key), (value.map(str::to_owned), from.to_owned()), "{key}");
    };
    expect("zone", Some("Europe/Paris"), "LOTLINE_ZONE");
    expect("listen", Some("127.0.0.1:7401"), "lotline.toml");
    expect("pin_certs", Some("a.pem,b.pem"), "lotline.toml");
    expect("metrics_token", Some("***"), "lotline.toml");
    expect(
        "postgres",
        Some("postgres://lotline:***@db/lotline"),
        "LOTLINE_POSTGRES",
    );
    expect("limit_device", Some("50"), "default");
    expect("server", Some("http://127.0.0.1:7401"), "default");
    expect("tls", None, "default");
    assert_eq!(lines.len(), KEYS.len());
    let table = home.run(&["config", "--show"]).good();
    assert!(
        table.contains("127.0.0.1:7401") && table.contains("lotline.toml"),
        "{table}"
    );
}
