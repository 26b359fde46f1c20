use super::tool::Home;

const SERIAL: &[&str] = &[
    "numbers", "--open", "serial", "--prefix", "9506000", "--owner", "ACME", "--gtin",
];

fn home() -> Home {
    let home = Home::new();
    home.run(&["seed", "--quick-pins"]).good();
    home
}

#[test]
fn a_series_is_opened_listed_and_closed() {
    let home = home();
    assert!(home.run(&["numbers"]).good().contains("no series is open"));
    let sscc = ["--prefix", "9506000", "--extension", "3"];
    home.run(&[&["numbers", "--open", "sscc", "--block", "50"][..], &sscc].concat())
        .good();
    home.run(&[SERIAL, &["09506000134352"]].concat()).good();
    let lot = [
        "--owner",
        "ACME",
        "--item",
        "GAUZE",
        "--gtin",
        "09506000134352",
        "--stem",
        "B26-",
    ];
    home.run(&[&["numbers", "--open", "lot", "--prefix", "9506000"][..], &lot].concat())
        .good();
    let text = home
        .run(&["numbers", "--open", "unit", "--prefix", "9506000", "--owner", "ACME"])
        .good();
    for pattern in [
        "(00)39506000…",
        "(01)09506000134352(21)…",
        "(01)09506000134352(10)B26-…",
        "(8004)9506000…",
    ] {
        assert!(text.contains(pattern), "{text}");
    }
    let closed = home
        .run(&[&["numbers", "--close", "sscc"][..], &sscc, &["--json"]].concat())
        .json();
    let line = closed
        .as_array()
        .unwrap()
        .iter()
        .find(|line| line["pattern"] == "(00)39506000…")
        .unwrap();
    assert_eq!(
        (&line["closed"], &line["block"], &line["left"]),
        (&true.into(), &50.into(), &999_999_999.into())
    );
}

#[test]
fn another_company_s_gtin_gets_no_numbers_and_two_series_never_meet() {
    let home = home();
    let err = home.run(&[SERIAL, &["04012345678901"]].concat()).fails(2);
    assert!(
        err.contains("not of our own company prefixes") && err.contains("GIAI (8004)"),
        "{err}"
    );
    // What clap itself refuses.
    let wrong = [
        [SERIAL, &["09506000134353"]].concat(),
        vec!["numbers", "--open", "sscc"],
        vec!["numbers", "--open", "sscc", "--prefix", "95"],
    ];
    for arguments in wrong {
        assert_eq!(home.run(&arguments).code, 2, "{arguments:?}");
    }
    let err = home
        .run(&["numbers", "--open", "serial", "--prefix", "9506000"])
        .fails(2);
    assert!(err.contains("--owner is missing"), "{err}");
    home.run(&["numbers", "--open", "sscc", "--prefix", "9506000"]).good();
    let err = home.run(&["numbers", "--open", "sscc", "--prefix", "950600"]).fails(2);
    assert!(err.contains("would carry the same labels"), "{err}");
    home.run(&["numbers", "--close", "unit", "--prefix", "9506000", "--owner", "ACME"])
        .fails(2);
}
