//! `lotline user` and `lotline audit`.

use super::tool::Home;

const PASSWORD: &str = "blue rain on seven pallets\n";

#[test]
fn the_first_administrator_is_made_here_and_no_password_is_an_argument() {
    let home = Home::new();
    let data = home.path("gateway");
    let data = data.to_str().unwrap();
    home.run(&["seed", "--data", data]).good();
    let add = ["user", "add", "Ada", "--role", "administrator", "--data", data];
    let why = home.feed(&add, "password12345\n").fails(2);
    assert!(why.contains("would be guessed soon"), "{why}");
    let why = home.feed(&add, "short\n").fails(2);
    assert!(why.contains("at least 12"), "{why}");
    home.feed(&add, PASSWORD).good();
    assert!(home.feed(&add, PASSWORD).fails(2).contains("already called ada"));
    let argument = home.run(&["user", "add", "bo", "--role", "supervisor", PASSWORD, "--data", data]);
    assert_eq!(argument.code, 2, "{}", argument.err);
    let listed = home.run(&["user", "list", "--data", data]).good();
    assert!(listed.contains("ada") && listed.contains("administrator"), "{listed}");
    let factor = home
        .run(&["user", "second-factor", "ada", "--json", "--data", data])
        .json();
    assert_eq!(factor["recovery_codes"].as_array().unwrap().len(), 10);
    assert!(factor["uri"].as_str().unwrap().starts_with("otpauth://totp/Lotline-"));
    home.run(&["user", "disable", "nobody", "--data", data]).fails(2);

    home.run(&["enrol", "Fork 2", "--no-qr", "--data", data]).good();
    let told = home.run(&["audit", "--json", "--data", data]).json();
    let acts: Vec<&str> = told
        .as_array()
        .unwrap()
        .iter()
        .rev()
        .map(|row| row["act"].as_str().unwrap())
        .collect();
    assert_eq!(acts, ["user_add", "second_factor_set", "enrolment_code"]);
    let row = &told[0];
    assert!(
        row["actor"].as_str().unwrap().starts_with("os:") && row["came_from"] == "command line",
        "{row}"
    );
    let csv = home.run(&["audit", "--csv", "--data", data]).good();
    assert!(
        csv.starts_with("n,at,actor,came_from,act,what,outcome,hash\r\n3,"),
        "{csv}"
    );

    let ledger = rusqlite::Connection::open(format!("{data}/ledger.db")).unwrap();
    ledger
        .execute_batch("UPDATE audit SET what = 'eve administrator' WHERE n = 1")
        .unwrap();
    let why = home.run(&["audit", "--data", data]).fails(1);
    assert!(why.contains("does not hold together at row 1"), "{why}");
}
