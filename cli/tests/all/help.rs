use super::tool::Home;

const COMMANDS: [&str; 28] = [
    "serve",
    "enrol",
    "seed",
    "handheld",
    "demo",
    "read",
    "read-image",
    "trace",
    "recall",
    "regulation",
    "report",
    "drill",
    "train",
    "edi",
    "explain",
    "epcis",
    "export",
    "import",
    "verify",
    "user",
    "audit",
    "archive",
    "back-end",
    "backup",
    "config",
    "doctor",
    "restore",
    "completions",
];

#[test]
fn every_command_answers_help_with_examples() {
    let home = Home::new();
    for command in COMMANDS {
        let help = home.run(&[command, "--help"]).good();
        assert!(help.contains("Example"), "{command}: {help}");
        assert!(help.contains(&format!("lotline {command}")), "{command}: {help}");
    }
    let help = home.run(&["--help"]).good();
    assert!(COMMANDS.iter().all(|command| help.contains(command)), "{help}");
    assert!(!help.contains("demo-check"), "an internal command is not offered");
    assert!(home.run(&["--version"]).good().starts_with("lotline "));
}

#[test]
fn wrong_usage_exits_with_2_and_a_missing_peer_with_3() {
    let home = Home::new();
    for arguments in [
        &["bogus"][..],
        &[],
        &["seed", "--today", "tomorrow"],
        &["demo", "--sabotage", "everything"],
    ] {
        assert_eq!(home.run(arguments).code, 2, "{arguments:?}");
    }
    home.run(&["trace", "L1"]).fails(2);
    home.run(&["verify", "nowhere"]).fails(2);
    home.run(&["enrol", "Fork"]).fails(2);
    let taken = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let address = taken.local_addr().unwrap().to_string();
    home.run(&["serve", "--data", "server", "--listen", &address]).fails(3);
}

#[test]
fn a_misspelt_setting_is_named_with_its_line() {
    let home = Home::new();
    std::fs::write(home.path("lotline.toml"), "site = \"S1\"\n\nsiet = \"S2\"\n").unwrap();
    let error = home.run(&["seed", "--labels"]).fails(2);
    assert!(error.contains("siet") && error.contains("line 3"), "{error}");
    std::fs::write(home.path("lotline.toml"), "site = \"S7\"\n").unwrap();
    let rows = home.run(&["seed", "--rows", "--quick-pins"]).good();
    assert!(rows.lines().all(|row| row.contains("\"S7\"")), "the file decides");
    let mut command = home.command(&["seed", "--rows", "--quick-pins"]);
    let rows = command.env("LOTLINE_SITE", "S8").output().unwrap().stdout;
    assert!(
        String::from_utf8(rows)
            .unwrap()
            .lines()
            .all(|row| row.contains("\"S8\"")),
        "the environment wins"
    );
}

#[test]
fn completions_name_every_command() {
    let home = Home::new();
    for shell in ["bash", "zsh", "fish"] {
        let script = home.run(&["completions", shell]).good();
        assert!(COMMANDS.iter().all(|command| script.contains(command)), "{shell}");
    }
}

#[test]
fn the_languages_are_offered_in_help_and_completion_and_named_where_one_is_unknown() {
    let home = Home::new();
    for command in ["handheld", "explain"] {
        let help = home.run(&[command, "--help"]).good();
        assert!(help.contains("en, de, es, fr, zh, ar"), "{help}");
    }
    assert!(
        home.run(&["completions", "bash"])
            .good()
            .contains("\"en de es fr zh ar\"")
    );
    let error = home
        .run(&["handheld", "--demo", "--plain", "--language", "tlh"])
        .fails(2);
    assert!(error.contains("en, de, es, fr, zh, ar"), "{error}");
    let arabic = home
        .feed(&["handheld", "--demo", "--plain", "--language", "ar-EG"], "quit\n")
        .good();
    assert!(arabic.contains("امسح بطاقتك"), "{arabic}");
}

#[test]
fn read_answers_line_by_line_and_refuses_what_is_not_json() {
    let home = Home::new();
    let input = "{\"data\": \"]d20109506000134352\"}\n{\"data\": \"]d20109506000134353\"}\n{\"data\": 1}\n";
    let out = home.feed(&["read"], input).good();
    let lines: Vec<serde_json::Value> = out.lines().map(|l| serde_json::from_str(l).unwrap()).collect();
    assert_eq!(lines.len(), 3);
    assert_eq!(lines[0]["label"]["gtin"], "09506000134352");
    assert_eq!((&lines[1]["ok"], &lines[2]["ok"]), (&false.into(), &false.into()));
    let error = home.feed(&["read"], "{\"data\": \"x\"}\n{\"data\": \n").fails(2);
    assert!(error.contains("line 2"), "{error}");
}
