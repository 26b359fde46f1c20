//! `cargo xtask bench sync -- --quick`: what must hold on any machine, whatever it is busy with.

use std::process::Command;

#[test]
fn bench_sync_no_scan_is_lost_or_double_after_a_kill_and_answers_that_never_came() {
    let played = Command::new(env!("CARGO_BIN_EXE_lotline-benches"))
        .args(["sync", "--quick"])
        .output()
        .unwrap();
    let said = String::from_utf8_lossy(&played.stdout);
    assert!(
        played.status.success(),
        "{said}{}",
        String::from_utf8_lossy(&played.stderr)
    );
    let good = |name: &str| said.lines().any(|line| line.starts_with("ok") && line.contains(name));
    for name in ["lotline:", "outbox, one by one:", "outbox, batched:"] {
        assert!(good(name), "{name} {said}");
    }
}
