//! The quick runs of the longer benches: what must hold on any machine, whatever it is busy with.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on stops")]

use std::process::Command;

/// What `cargo xtask bench ARGS` prints; it ends well.
fn said(args: &[&str]) -> String {
    let played = Command::new(env!("CARGO_BIN_EXE_lotline-benches"))
        .args(args)
        .env_remove("LOTLINE_TEST_POSTGRES")
        .output()
        .unwrap();
    let said = String::from_utf8(played.stdout).unwrap();
    let wrong = String::from_utf8_lossy(&played.stderr);
    assert!(played.status.success(), "{said}{wrong}");
    said
}

#[test]
fn bench_sync_no_scan_is_lost_or_double_after_a_kill_and_answers_that_never_came() {
    let said = said(&["sync", "--quick"]);
    let good = |name: &str| said.lines().any(|line| line.starts_with("ok") && line.contains(name));
    for name in ["lotline:", "outbox, one by one:", "outbox, batched:"] {
        assert!(good(name), "{name} {said}");
    }
}

#[test]
fn load_every_entry_arrives_once_and_whole_through_a_burst_a_stop_and_a_forger() {
    let said = said(&["load", "--quick"]);
    assert!(said.lines().last().unwrap().starts_with("all held"), "{said}");
}
