use super::tool::Home;
use serde_json::Value;

#[test]
fn every_lesson_played_by_itself_is_passed_and_a_third_or_more_go_wrong_on_purpose() {
    let home = Home::new();
    let listed: Value = home.run(&["train", "--list", "--json"]).json();
    let played: Value = home.run(&["train", "--auto", "--json"]).json();
    let names = |of: &Value| -> Vec<String> {
        let all = of.as_array().unwrap().iter();
        all.map(|l| l["lesson"].as_str().unwrap().to_owned()).collect()
    };
    assert_eq!(names(&listed), names(&played));
    assert!(names(&listed).len() >= 10);
    for report in played.as_array().unwrap() {
        assert_eq!(report["passed"], true, "{report}");
        assert_eq!(report["done"], report["steps"], "{report}");
        assert_eq!(report["score"]["wrong_scans"], 0, "{report}");
    }
    let wrong = listed.as_array().unwrap().iter().filter(|l| l["exception"] == true);
    assert!(wrong.count() * 3 >= names(&listed).len());
    assert!(
        std::fs::read_dir(home.path(".")).unwrap().next().is_none(),
        "nothing stays"
    );
}

#[test]
fn a_lesson_played_by_itself_tells_what_is_asked_and_scanned_in_the_language_asked_for() {
    let home = Home::new();
    let out = home.run(&["train", "--lesson", "recall", "--auto"]).good();
    assert!(
        out.starts_with("recall: passed, steps 5 of 5; scans 2, wrong 0; stops 1, bypassed 0"),
        "{out}"
    );
    assert!(
        out.contains("Scan one piece of lot T-SOON  ]d20109506000010014"),
        "{out}"
    );
    let out = home.run(&["train", "--list", "--language", "de"]).good();
    assert!(out.contains("Ein Rückruf"), "{out}");
    let error = home.run(&["train", "--lesson", "bogus", "--auto"]);
    assert_eq!(error.code, 2, "{}", error.err);
    assert!(error.err.contains("midnight"), "the lessons are named: {}", error.err);
}

#[test]
fn a_lesson_by_hand_is_passed_by_its_keys_and_left_half_done_it_fails_the_check() {
    let home = Home::new();
    let by_hand = ["train", "--lesson", "serial", "--plain"];
    // The notice, the label that is held out, and back.
    let out = home.feed(&by_hand, "F1\n1\nF8\nback\nquit\n").good();
    assert!(out.contains("Do now: Passed."), "{out}");
    assert_eq!(out.matches("\nTRAINING\n").count(), 5, "on every screen: {out}");
    let out = home.feed(&by_hand, "F1\n1\nF8\n").fails(1);
    assert!(out.contains("the lesson serial was not passed"), "{out}");
    // Ended before it was done, it stays undone.
    home.feed(&by_hand, "F1\nF9\n").fails(1);
}

#[test]
fn what_happens_with_another_label_is_seen_by_scanning_it() {
    let home = Home::new();
    let listed = home.feed(&["train", "--plain"], "?\n").good();
    let torn = listed.lines().find(|line| line.contains("torn label")).unwrap();
    let key = torn.split_whitespace().next().unwrap();
    let out = home.feed(&["train", "--lesson", "serial", "--plain"], format!("F1\n1\n{key}\n"));
    assert_eq!(out.code, 1);
    assert!(out.out.contains("\nSTOP "), "{}", out.out);
}
