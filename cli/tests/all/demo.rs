use super::tool::{Home, Ran};
use std::collections::HashMap;
use std::io::{BufRead, BufReader};
use std::process::Stdio;
use std::sync::OnceLock;

fn last_line(ran: &Ran) -> String {
    ran.out.lines().last().unwrap_or_default().to_owned()
}

/// All four run side by side: a shift mostly waits for the double-read time of its own labels.
fn sabotaged(kind: &str) -> (String, String) {
    static RUNS: OnceLock<HashMap<&str, (String, i32, String)>> = OnceLock::new();
    let runs = RUNS.get_or_init(|| {
        let kinds = ["drop-entry", "apply-twice", "flip-byte", "stock-off-by-one"];
        let threads = kinds.map(|kind| {
            std::thread::spawn(move || {
                let ran = Home::new().run(&["demo", "--brief", "--sabotage", kind]);
                (kind, (last_line(&ran), ran.code, ran.err))
            })
        });
        threads.into_iter().map(|thread| thread.join().unwrap()).collect()
    });
    let (last, code, error) = &runs[kind];
    assert_eq!(*code, 1, "{last}\n{error}");
    (last.clone(), error.clone())
}

#[test]
fn the_shift_reconciles_and_says_so_in_its_last_line() {
    let home = Home::new();
    let ran = home.run(&["demo"]);
    assert_eq!(ran.code, 0, "{}\n{}", ran.out, ran.err);
    let last = last_line(&ran);
    let scans = last
        .strip_prefix("scans ")
        .and_then(|rest| rest.split(',').next())
        .unwrap_or_default();
    assert!(scans.parse::<u32>().is_ok_and(|n| n > 60), "{last}");
    let rest = format!("scans {scans}, entries {scans}, 0 lost, 0 double, chains 2/2 verified, stock equal");
    assert_eq!(last, rest);
    for seen in [
        "console at http://",
        "SIGKILL",
        "■ STOP",
        "Offline",
        "PIN of S. Supervisor",
        "in the WMS: ",
        " 1 refused, as the ledger says",
        "The warehouse's own system refused this",
    ] {
        assert!(ran.out.contains(seen), "{seen}: {}", ran.out);
    }
}

#[test]
fn the_long_shift_reconciles_and_tells_the_figures_of_the_drill_and_of_the_opening_balance() {
    let ran = Home::new().run(&["demo", "--long", "--brief"]);
    assert_eq!(ran.code, 0, "{}\n{}", ran.out, ran.err);
    let last = last_line(&ran);
    assert!(
        last.contains(" 0 lost, 0 double, chains 2/2 verified, stock equal"),
        "{last}"
    );
    for seen in [
        "drill of hand-b: 5 scans in 5 entries, 5 waited, 0 lost, 0 twice, clean",
        "opening balance: lots counted 1, places 1",
        "training: 0 of its entries in the record",
    ] {
        assert!(ran.out.contains(seen), "{seen}: {}", ran.out);
    }
}

#[test]
fn a_dropped_entry_is_found_as_lost() {
    let (last, error) = sabotaged("drop-entry");
    assert!(last.contains(" 1 lost, 0 double, chains 1/2 verified"), "{last}");
    assert!(error.contains("after seq"), "{error}");
}

#[test]
fn an_entry_applied_twice_is_found_and_named() {
    let (last, error) = sabotaged("apply-twice");
    assert!(
        last.ends_with("0 lost, 0 double, chains 2/2 verified, stock differs"),
        "{last}"
    );
    assert!(error.contains("was applied twice"), "{error}");
}

#[test]
fn a_flipped_byte_is_found_in_its_entry() {
    let (last, error) = sabotaged("flip-byte");
    assert!(last.contains("chains 1/2 verified"), "{last}");
    assert!(error.contains("was changed at the gateway"), "{error}");
}

#[test]
fn stock_that_is_off_by_one_is_found_where_it_is() {
    let (last, error) = sabotaged("stock-off-by-one");
    assert!(last.ends_with("stock differs"), "{last}");
    assert!(error.contains("(off by 1)"), "{error}");
}

/// Ids of the processes the demo said it started.
fn started(line: &str) -> Option<u32> {
    line.split("(process ").nth(1)?.split(')').next()?.parse().ok()
}

#[test]
#[cfg(target_os = "linux")]
fn an_interrupted_demo_ends_every_process_it_started() {
    let home = Home::new();
    let mut demo = home
        .command(&["demo"])
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    let mut ids = Vec::new();
    for line in BufReader::new(demo.stdout.take().unwrap())
        .lines()
        .map_while(Result::ok)
    {
        ids.extend(started(&line));
        if line.contains("p500-case") || line.contains("scan Paracetamol") {
            break;
        }
    }
    assert_eq!(ids.len(), 4, "a WMS stand-in, a gateway and two handhelds");
    let killed = std::process::Command::new("kill")
        .args(["-INT", &demo.id().to_string()])
        .status()
        .unwrap();
    assert!(killed.success());
    assert_eq!(demo.wait().unwrap().code(), Some(2));
    for id in ids {
        assert!(
            !std::path::Path::new(&format!("/proc/{id}")).exists(),
            "process {id} is still there"
        );
    }
}
