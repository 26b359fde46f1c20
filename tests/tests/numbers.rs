//! Own numbers over the whole way: a real gateway, real handhelds, and printers that fail.

use lotline_core::Handheld;
use lotline_core::platform::{Printed, Printer};
use lotline_record::model::DeviceId;
use lotline_record::numbering::{CompanyPrefix, Series};
use lotline_scan::{Form, Options, Scratch, read_with};
use lotline_tests::gateway::Gateway;
use lotline_tests::held::{Process, furnish, sign_in, sound};
use lotline_tests::proxy::{Fault, FaultProxy};
use std::collections::BTreeSet;
use std::path::Path;
use std::sync::Mutex;

const BLOCK: u32 = 8;

/// A stand-in for a label printer: it prints, fails, or says nothing, as told.
struct Paper {
    says: Printed,
    out: Mutex<Vec<String>>,
}

impl Paper {
    fn that_says(says: Printed) -> Self {
        let out = Mutex::default();
        Paper { says, out }
    }
}

impl Printer for Paper {
    fn print_zpl(&self, zpl: Vec<u8>) -> Printed {
        self.out.lock().unwrap().push(String::from_utf8(zpl).unwrap());
        self.says.clone()
    }
}

fn good() -> Paper {
    Paper::that_says(Printed::Done)
}

fn series() -> Series {
    Series::sscc(3, CompanyPrefix::new("9506000").unwrap()).unwrap()
}

fn key() -> String {
    serde_json::to_string(&series()).unwrap()
}

/// Pattern and numbers left of each series.
fn left(handheld: &Handheld) -> Vec<(String, u64)> {
    let series = handheld.number_series().unwrap().into_iter();
    series.map(|series| (series.pattern, series.left)).collect()
}

struct World {
    gateway: Gateway,
    proxy: FaultProxy,
    folders: Vec<tempfile::TempDir>,
}

impl World {
    fn with_series() -> Self {
        let gateway = Gateway::start(env!("CARGO_BIN_EXE_gateway"));
        furnish(&gateway);
        gateway.ledger().open_series(&series(), BLOCK).unwrap();
        let proxy = FaultProxy::start(gateway.address());
        let folders = Vec::new();
        World {
            gateway,
            proxy,
            folders,
        }
    }

    fn handheld(&mut self, name: &str) -> Handheld {
        let folder = tempfile::tempdir().unwrap();
        let handheld = sound(folder.path());
        self.folders.push(folder);
        let code = self.gateway.code(&DeviceId::new(name).unwrap(), "CART-1");
        handheld.enrol(&self.proxy.url(), &code, name).unwrap();
        sync(&handheld);
        handheld
    }
}

fn sync(handheld: &Handheld) {
    let report = handheld.sync_now(60_000).unwrap();
    assert!(report.reached && !report.more, "{report:?}");
}

fn code<T: std::fmt::Debug>(result: Result<T, lotline_core::Error>) -> String {
    result.unwrap_err().fault().code.clone()
}

/// Prints until there is no number left.
fn use_up(handheld: &Handheld, printer: &Paper, printed: &mut Vec<String>) {
    loop {
        match handheld.print_label(&key(), "Dock 4", printer) {
            Ok(label) => printed.push(label.label),
            Err(error) => {
                assert_eq!(error.fault().code, "no_number_left");
                return;
            }
        }
    }
}

#[test]
fn two_handhelds_offline_never_print_the_same_number() {
    let mut world = World::with_series();
    let both = [world.handheld("GUN-1"), world.handheld("GUN-2")];
    world.proxy.portal(true);
    let (paper, mut labels) = (good(), Vec::new());
    for handheld in &both {
        assert_eq!(left(handheld), [(series().pattern(), u64::from(BLOCK))]);
        use_up(handheld, &paper, &mut labels);
    }
    assert_eq!(labels.len(), 2 * BLOCK as usize);
    // Within reach again each gets more, and still no two are the same.
    world.proxy.portal(false);
    for handheld in &both {
        sync(handheld);
        use_up(handheld, &paper, &mut labels);
    }
    assert_eq!(labels.len(), 4 * BLOCK as usize);
    assert_eq!(labels.iter().collect::<BTreeSet<_>>().len(), labels.len(), "{labels:?}");
    for (label, zpl) in labels.iter().zip(paper.out.lock().unwrap().iter()) {
        let mut scratch = Scratch::new();
        let read = read_with(
            label.as_bytes(),
            None,
            Form::Bracketed,
            &Options::new(2026),
            &mut scratch,
        )
        .unwrap();
        let sscc = read.get("00").unwrap();
        assert!(zpl.contains(&format!(">;>800{sscc}")), "{label}: {zpl}");
    }
}

#[test]
fn a_handheld_asks_for_more_before_it_has_none() {
    let mut world = World::with_series();
    let handheld = world.handheld("GUN-1");
    for rest in (2..BLOCK).rev() {
        handheld.print_label(&key(), "", &good()).unwrap();
        assert_eq!(left(&handheld)[0].1, u64::from(rest));
    }
    sync(&handheld);
    assert_eq!(left(&handheld)[0].1, u64::from(2 + BLOCK));
    sync(&handheld);
    assert_eq!(left(&handheld)[0].1, u64::from(2 + BLOCK), "and no more than it needs");
}

#[test]
fn a_new_series_reaches_a_handheld_that_has_enough_of_the_others() {
    let mut world = World::with_series();
    let handheld = world.handheld("GUN-1");
    let other = Series::sscc(4, CompanyPrefix::new("9506000").unwrap()).unwrap();
    world.gateway.ledger().open_series(&other, BLOCK).unwrap();
    sync(&handheld);
    let both = [
        (series().pattern(), u64::from(BLOCK)),
        (other.pattern(), u64::from(BLOCK)),
    ];
    assert_eq!(left(&handheld), both);
    assert_eq!(code(handheld.print_label("no key", "", &good())), "bad_series");
}

#[test]
fn a_device_without_numbers_says_why_and_what_to_do() {
    let mut world = World::with_series();
    let handheld = world.handheld("GUN-1");
    let mut labels = Vec::new();
    use_up(&handheld, &good(), &mut labels);
    let error = handheld.print_label(&key(), "", &good()).unwrap_err();
    let said = error.fault().message.clone();
    assert!(said.contains("(00)39506000…") && said.contains("network"), "{said}");
}

#[test]
fn a_number_of_a_failed_print_is_never_used_again_and_a_reprint_has_reason_and_count() {
    let mut world = World::with_series();
    let handheld = world.handheld("GUN-1");
    let torn = || Printed::Failed {
        reason: "ribbon".into(),
    };
    let failed = handheld.print_label(&key(), "", &Paper::that_says(torn())).unwrap();
    assert_eq!((failed.number, failed.times, &failed.printed), (1, 0, &torn()));
    assert_eq!(
        code(handheld.reprint_label(failed.lease, 1, "again", "", &good())),
        "not_printed"
    );
    let next = handheld.print_label(&key(), "", &good()).unwrap();
    assert_eq!((next.number, next.times), (2, 1));
    assert_eq!(
        code(handheld.reprint_label(next.lease, 2, " ", "", &good())),
        "reason_needed"
    );
    let again = handheld.reprint_label(next.lease, 2, "wet", "", &good()).unwrap();
    assert_eq!((&again.label, again.times), (&next.label, 2));
    let broken = handheld
        .reprint_label(next.lease, 2, "wet", "", &Paper::that_says(torn()))
        .unwrap();
    assert_eq!(broken.times, 2, "a copy that never came out is no copy");
    // Nobody knows: open until somebody looked, and used up either way.
    let unknown = handheld
        .print_label(&key(), "", &Paper::that_says(Printed::Unknown))
        .unwrap();
    let open: Vec<u64> = handheld.open_labels().unwrap().iter().map(|open| open.number).collect();
    assert_eq!((unknown.number, open), (3, vec![3]));
    handheld.settle_label(unknown.lease, 3, false).unwrap();
    assert!(handheld.open_labels().unwrap().is_empty());
    assert_eq!(code(handheld.settle_label(unknown.lease, 3, true)), "number_settled");
    assert_eq!(handheld.print_label(&key(), "", &good()).unwrap().number, 4);
    sync(&handheld);
}

fn copy(from: &Path, to: &Path) {
    for file in std::fs::read_dir(from).unwrap().map(Result::unwrap) {
        std::fs::copy(file.path(), to.join(file.file_name())).unwrap();
    }
}

#[test]
fn a_handheld_from_its_backup_prints_no_number_a_second_time_once_it_has_synced() {
    let mut world = World::with_series();
    let (paper, mut labels) = (good(), Vec::new());
    let handheld = world.handheld("GUN-1");
    let folder = world.folders[0].path().to_owned();
    labels.push(handheld.print_label(&key(), "", &paper).unwrap().label);
    handheld.suspend();
    let backup = tempfile::tempdir().unwrap();
    copy(&folder, backup.path());
    handheld.resume().unwrap();
    // What the backup does not know: numbers, and entries that the gateway received.
    labels.push(handheld.print_label(&key(), "", &paper).unwrap().label);
    sign_in(&handheld);
    sync(&handheld);
    drop(handheld);
    copy(backup.path(), &folder);
    let restored = sound(&folder);
    sync(&restored);
    // The chain is behind: nothing is given out before the new epoch has begun.
    assert_eq!(code(restored.print_label(&key(), "", &paper)), "no_number_left");
    sign_in(&restored);
    sync(&restored);
    sync(&restored);
    use_up(&restored, &paper, &mut labels);
    assert_eq!(labels.len(), 2 + BLOCK as usize, "{labels:?}");
    assert_eq!(labels.iter().collect::<BTreeSet<_>>().len(), labels.len(), "{labels:?}");
    assert_eq!(
        world
            .gateway
            .number("SELECT max(epoch) FROM number_lease WHERE ended IS NULL"),
        2
    );
}

#[test]
fn the_numbers_of_a_lost_handheld_are_nobody_elses() {
    let mut world = World::with_series();
    let (paper, mut labels) = (good(), Vec::new());
    let lost = world.handheld("GUN-1");
    labels.push(lost.print_label(&key(), "", &paper).unwrap().label);
    world.gateway.ledger().revoke(&DeviceId::new("GUN-1").unwrap()).unwrap();
    let other = world.handheld("GUN-2");
    use_up(&other, &paper, &mut labels);
    // It does not know, and prints on.
    use_up(&lost, &paper, &mut labels);
    assert_eq!(labels.len(), 2 * BLOCK as usize);
    assert_eq!(labels.iter().collect::<BTreeSet<_>>().len(), labels.len());
    assert_eq!(
        world
            .gateway
            .number("SELECT count(*) FROM number_lease WHERE ended = 'device_lost'"),
        1
    );
    let open = world.gateway.ledger().series().unwrap();
    assert_eq!(open[0].open_leases, 1);
}

#[test]
fn an_answer_that_is_lost_costs_numbers_and_nothing_else() {
    let mut world = World::with_series();
    let handheld = world.handheld("GUN-1");
    let (paper, mut labels) = (good(), Vec::new());
    use_up(&handheld, &paper, &mut labels);
    world.proxy.fail_next("POST /v1/numbers", Fault::SwallowReply);
    sync(&handheld);
    assert_eq!(world.proxy.armed(), 0);
    assert_eq!(code(handheld.print_label(&key(), "", &paper)), "no_number_left");
    sync(&handheld);
    use_up(&handheld, &paper, &mut labels);
    assert_eq!(labels.len(), 2 * BLOCK as usize);
    assert_eq!(labels.iter().collect::<BTreeSet<_>>().len(), labels.len());
    let unused = "SELECT count(*) FROM number_lease WHERE ended = 'not_shown'";
    assert_eq!(world.gateway.number(unused), 1);
}

#[test]
fn a_process_killed_between_taking_and_printing_leaves_the_number_taken() {
    let mut world = World::with_series();
    drop(world.handheld("GUN-1"));
    let folder = world.folders[0].path();
    let mut process = Process::start(env!("CARGO_BIN_EXE_handheld"), folder);
    assert_eq!(process.say("print").as_deref(), Some("(00)395060000000000016"));
    assert_eq!(process.say("doom").as_deref(), Some("doomed"));
    assert_eq!(process.say("print"), None);
    assert!(!process.ended().success());
    let handheld = sound(folder);
    let open = handheld.open_labels().unwrap();
    assert_eq!((open.len(), open[0].number), (1, 2));
    assert_eq!(handheld.print_label(&key(), "", &good()).unwrap().number, 3);
    handheld.settle_label(open[0].lease, 2, true).unwrap();
    let again = handheld
        .reprint_label(open[0].lease, 2, "nobody found it", "", &good())
        .unwrap();
    assert_eq!((again.label, again.times), (open[0].label.clone(), 2));
}
