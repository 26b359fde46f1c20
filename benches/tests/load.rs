//! `cargo xtask load --quick` on SQLite: what must hold on any machine, whatever it is busy with.

use std::process::Command;

#[test]
fn load_every_entry_arrives_once_and_whole_through_a_burst_a_stop_and_a_forger() {
    let played = Command::new(env!("CARGO_BIN_EXE_lotline-benches"))
        .args(["load", "--quick"])
        .env_remove("LOTLINE_TEST_POSTGRES")
        .output()
        .unwrap();
    let said = String::from_utf8_lossy(&played.stdout);
    assert!(
        played.status.success(),
        "{said}{}",
        String::from_utf8_lossy(&played.stderr)
    );
    assert!(said.ends_with("all budgets held\n"), "{said}");
}
