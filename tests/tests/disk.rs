//! Rows of the failure matrix on a disk that fails on demand: the real handheld on the site to learn with.

use crate::handhelds::{World, receiving, sync, world};
use lotline_core::audit::Audit;
use lotline_core::sync::SyncStore;
use lotline_core::{Error, Handheld, Input, Remedy};
use lotline_record::entry::{Tip, link};
use lotline_record::wire::{Included, Page, Row, WmsCounts};
use lotline_tests::disk::{Broken, Disk, Keeps};
use lotline_tests::held::{audit, check_record, sound, try_open};
use rusqlite::Connection;
use std::collections::BTreeMap;
use std::path::Path;

/// A handheld on a disk that fails on demand, and what it promised: the labels that were answered.
struct Shift {
    world: World,
    disk: Disk,
    promised: Vec<Vec<u8>>,
    scans: usize,
}

impl Shift {
    fn begin() -> Self {
        let world = world(None);
        let disk = Disk::watch(world.folder.path());
        Shift {
            world,
            disk,
            promised: Vec::new(),
            scans: 0,
        }
    }

    fn path(&self) -> &Path {
        self.world.folder.path()
    }

    /// Opened with everything sound, and at work.
    fn opened(&self) -> Handheld {
        let handheld = sound(self.path());
        receiving(&handheld);
        handheld
    }

    /// Scans a unit that nobody scanned before. What is answered is promised.
    fn scan(&mut self, handheld: &Handheld) -> Result<(), Error> {
        self.scans += 1;
        let label = self.world.unit(self.scans);
        handheld.act(Input::scan(label.as_bytes()))?;
        self.promised.push(label.into_bytes());
        Ok(())
    }

    /// A chain from its beginning without a hole, with each promise in it once, and no page of any file damaged.
    fn check(&self) -> Audit {
        for file in ["journal.db", "site.db", "effects.db"] {
            let sound: String = Connection::open(self.path().join(file))
                .unwrap()
                .query_row("PRAGMA integrity_check", [], |r| r.get(0))
                .unwrap();
            assert_eq!(sound, "ok", "{file}");
        }
        let audit = audit(self.path());
        let scanned = linked(&audit);
        for label in &self.promised {
            let label = String::from_utf8_lossy(label);
            assert_eq!(scanned.get(&*label), Some(&1), "{label} was answered");
        }
        audit
    }
}

/// How often each label stands in the chain, which hangs together from its beginning.
fn linked(audit: &Audit) -> BTreeMap<String, usize> {
    let device = audit.device.parse().unwrap();
    let mut tip = Tip::start(device, 1, None);
    let mut scanned = BTreeMap::new();
    for (entry, stored) in audit.entries.iter().zip(&audit.stored_hashes) {
        assert_eq!(entry.hash, *stored);
        if entry.position.epoch() == tip.epoch {
            link(&mut tip, &entry.bytes).unwrap_or_else(|e| panic!("{:?}: {e}", entry.position));
            assert_eq!((tip.seq, tip.hash), (entry.position.seq(), entry.hash), "no hole");
        } else {
            assert_eq!(entry.position.seq(), 1, "an epoch begins at its beginning");
            (tip.epoch, tip.seq, tip.hash) = (entry.position.epoch(), 1, entry.hash);
        }
        if let Some(scan) = entry.open().unwrap().scan {
            *scanned
                .entry(String::from_utf8_lossy(&scan.raw).into_owned())
                .or_default() += 1;
        }
    }
    scanned
}

/// A page of places, as the gateway might send it: enough of them to fill several pages of the file.
fn page(handheld: &Handheld, at: u64) -> Page {
    let store = handheld.store();
    let cursor = store.cursor().unwrap().unwrap();
    let rows = (0..40).map(|n| Row {
        t: "item".to_owned(),
        c: cursor.at + 1,
        gone: false,
        r: serde_json::from_value(serde_json::json!([
            "DC-1",
            "ACME",
            format!("NEW-{at}-{n}"),
            "Something new",
            "none",
            "none",
            "EA",
            0,
            null,
            null
        ]))
        .unwrap(),
    });
    Page {
        server_epoch: cursor.server_epoch,
        from: cursor.at,
        to: cursor.at + 1,
        more: false,
        included: Included { epoch: 1, seq: 0 },
        counts: WmsCounts::default(),
        now: lotline_record::entry::Instant::from_unix_ms(1_790_000_000_000),
        rows: rows.collect(),
    }
}

/// What a shift does while an operation fails: it captures, writes back and takes a page.
fn work(shift: &mut Shift, handheld: &Handheld, page: &Page) -> Vec<Error> {
    let mut errors = Vec::new();
    for _ in 0..2 {
        errors.extend(shift.scan(handheld).err());
    }
    errors.extend(handheld.tidy().err());
    errors.extend(shift.scan(handheld).err());
    errors.extend(handheld.store().apply_page(page).err());
    errors
}

/// Fails the n-th operation until none fails. Gives how many runs that took.
fn fail_each(broken: Broken, stays: bool, remedies: &[Remedy]) -> u64 {
    let mut shift = Shift::begin();
    let mut seen = 0;
    for n in 1.. {
        let handheld = shift.opened();
        let page = page(&handheld, n);
        shift.disk.plan(broken, n, stays);
        let errors = work(&mut shift, &handheld, &page);
        let fired = shift.disk.heal();
        for error in &errors {
            let fault = error.fault();
            assert!(remedies.contains(&fault.remedy), "{n}: {fault:?}");
            assert!(["storage", "damaged"].contains(&fault.code.as_str()), "{n}: {fault:?}");
        }
        seen += errors.len();
        // Sound again: the same handheld goes on, without being opened anew.
        shift.scan(&handheld).unwrap_or_else(|e| panic!("{n}: {e:?}"));
        drop(handheld);
        let audit = shift.check();
        assert!(audit.acknowledged.seq() <= audit.entries.len() as u64);
        if fired == 0 {
            assert!(errors.is_empty(), "{errors:?}");
            assert!(seen > 0, "what failed was told");
            let handheld = sound(shift.path());
            assert!(!sync(&handheld).more);
            drop(handheld);
            check_record(&shift.world.gateway, shift.path());
            return n;
        }
    }
    unreachable!("it ends when none fails")
}

#[test]
fn row_34_a_disk_full_at_any_write_of_a_capture_says_make_room_and_keeps_what_was_answered() {
    for stays in [false, true] {
        let runs = fail_each(Broken::Full, stays, &[Remedy::FreeSpace]);
        assert!(runs > 10, "{runs}");
    }
}

#[test]
fn row_35_a_disk_that_a_pull_filled_rolls_the_page_back_and_the_space_kept_for_captures_keeps_them_going() {
    let mut shift = Shift::begin();
    let reserve = shift.path().join("reserve");
    let handheld = shift.opened();
    assert!(
        std::fs::metadata(&reserve).unwrap().len() >= 4 << 20,
        "it is kept from the first"
    );
    let before = handheld.store().cursor().unwrap();
    shift.disk.plan(Broken::FullButForTheReserve, 1, true);
    let page = page(&handheld, 1);
    let error = handheld.store().apply_page(&page).unwrap_err();
    assert_eq!(error.fault().remedy, Remedy::FreeSpace);
    assert_eq!(
        handheld.store().cursor().unwrap(),
        before,
        "nothing of the page is there"
    );
    assert!(reserve.exists(), "a pull does not take what is kept for captures");
    for _ in 0..20 {
        shift.scan(&handheld).unwrap();
    }
    assert!(!reserve.exists(), "a capture does");
    // There is space again.
    shift.disk.heal();
    handheld.tidy().unwrap();
    assert!(reserve.exists(), "and it is kept again");
    handheld.store().apply_page(&page).unwrap();
    drop(handheld);
    shift.check();
    let handheld = shift.opened();
    shift.scan(&handheld).unwrap();
    assert!(!sync(&handheld).more);
    drop(handheld);
    check_record(&shift.world.gateway, shift.path());
}

#[test]
fn an_operation_of_the_disk_that_fails_is_told_and_loses_nothing_whichever_it_is() {
    for broken in [Broken::Fails, Broken::Torn, Broken::Short] {
        // What a short read leaves out looks like damage, until it is read once more.
        let runs = fail_each(broken, false, &[Remedy::CallSupervisor, Remedy::Retry]);
        assert!(runs > 5, "{broken:?}: {runs}");
    }
}

#[test]
fn an_operation_that_fails_while_the_files_are_opened_refuses_once_and_loses_nothing() {
    let mut shift = Shift::begin();
    for n in 1.. {
        shift.disk.plan(Broken::Fails, n, false);
        let opened = try_open(shift.path());
        let fired = shift.disk.heal();
        if let Err(error) = &opened {
            assert_eq!(error.fault().remedy, Remedy::CallSupervisor, "{n}: {error:?}");
        }
        drop(opened);
        let handheld = shift.opened();
        shift.scan(&handheld).unwrap();
        drop(handheld);
        shift.check();
        if fired == 0 {
            assert!(n > 20, "{n}");
            return;
        }
    }
}

/// Cuts the power at the n-th operation of what `work` does, for each n; what the disk kept of what was not synced differs
/// from cut to cut.
fn cut_each(work: impl Fn(&mut Shift, &Handheld) -> Result<(), Error>) -> u64 {
    let mut shift = Shift::begin();
    for n in 1.. {
        let handheld = shift.opened();
        shift.disk.plan(Broken::Dark, n, false);
        let done = work(&mut shift, &handheld);
        let cut = done.is_err();
        shift.disk.power_cut();
        drop(handheld);
        shift.disk.power_up(match n % 3 {
            0 => Keeps::Nothing,
            1 => Keeps::APrefix(n),
            _ => Keeps::Any(n),
        });
        shift.check();
        let handheld = shift.opened();
        shift.scan(&handheld).unwrap();
        if !cut {
            assert!(!sync(&handheld).more);
            drop(handheld);
            check_record(&shift.world.gateway, shift.path());
            return n;
        }
    }
    unreachable!("it ends when the work gets to its end")
}

#[test]
fn row_3_after_a_power_cut_at_any_operation_what_was_answered_is_there_or_no_tone_was_given() {
    let cuts = cut_each(|shift, handheld| {
        shift.scan(handheld)?;
        shift.scan(handheld)?;
        let page = page(handheld, 1);
        handheld.store().apply_page(&page)?;
        shift.scan(handheld)
    });
    assert!(cuts > 20, "{cuts}");
}

#[test]
fn row_4_a_power_cut_at_any_operation_of_a_checkpoint_loses_nothing_and_the_files_are_whole() {
    let cuts = cut_each(|_, handheld| handheld.tidy());
    assert!(cuts > 5, "{cuts}");
}

#[test]
fn a_disk_that_lied_about_its_syncs_leaves_a_prefix_without_a_hole_and_a_new_epoch_where_the_gateway_is_ahead() {
    let mut shift = Shift::begin();
    let handheld = shift.opened();
    shift.scan(&handheld).unwrap();
    handheld.tidy().unwrap();
    let kept = audit(shift.path()).entries.len();
    shift.disk.lie(true);
    let honest = shift.promised.len();
    for _ in 0..3 {
        shift.scan(&handheld).unwrap();
    }
    // The gateway has it all before the power goes.
    assert!(!sync(&handheld).more);
    shift.disk.power_cut();
    drop(handheld);
    shift.disk.power_up(Keeps::Nothing);
    shift.promised.truncate(honest);
    let before = shift.world.gateway.arrived(&crate::handhelds::device()).len();
    assert_eq!(shift.check().entries.len(), kept, "what was synced, and no more");

    let handheld = shift.opened();
    shift.scan(&handheld).unwrap();
    assert!(!sync(&handheld).more);
    drop(handheld);
    let audit = shift.check();
    assert_eq!(
        audit.entries.last().unwrap().position.epoch(),
        2,
        "the gateway was ahead"
    );
    let after = shift.world.gateway.arrived(&crate::handhelds::device());
    assert!(after.len() > before, "and has lost nothing");
    assert!(after.iter().all(|arrived| arrived.verdict.is_some()));
}

#[test]
fn a_gateways_ledger_on_a_full_or_failing_disk_takes_no_transaction_and_is_still_read() {
    let folder = tempfile::tempdir().unwrap();
    let disk = Disk::watch(folder.path());
    let ledger = lotline_server::Ledger::open(&folder.path().join("ledger.db")).unwrap();
    ledger.create_site(&lotline_tests::gateway::site(), "UTC").unwrap();
    ledger.check_writable().unwrap();
    let cursor = ledger.cursor().unwrap();
    for (broken, kind) in [(Broken::Full, "disk_full"), (Broken::Torn, "database")] {
        disk.plan(broken, 1, true);
        let error = ledger.check_writable().unwrap_err();
        assert_eq!(error.kind(), kind, "{error}");
        assert_eq!(ledger.cursor().unwrap(), cursor, "a read says nothing of it");
        assert!(disk.heal() > 0);
        ledger.check_writable().unwrap();
    }
}

#[test]
fn a_restore_whose_disk_fails_at_any_operation_says_so_or_left_a_whole_ledger() {
    let [from, kept] = [tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap()];
    let by = || lotline_server::access::By {
        actor: "os:test".into(),
        came_from: "command line".into(),
    };
    let config = lotline_server::Config::new(
        "127.0.0.1:0".parse().unwrap(),
        from.path().into(),
        lotline_tests::gateway::site(),
        "UTC",
    );
    // A gateway that ran once has its key.
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let running = runtime.block_on(lotline_server::Server::start(config)).unwrap();
    let backup = kept.path().join("backup");
    lotline::command::backup::make(running.ledger(), from.path(), &backup, &by()).unwrap();
    runtime.block_on(running.stop());
    let (mut at, mut refused) = (1, 0);
    loop {
        let into = tempfile::tempdir().unwrap();
        let disk = Disk::watch(into.path());
        disk.plan(Broken::Fails, at, false);
        let restored = lotline::command::restore::restore(&backup, into.path(), None, &by());
        let failed = disk.heal();
        match restored {
            Ok(restored) => {
                let ledger = lotline_server::Ledger::open(&into.path().join("ledger.db")).unwrap();
                assert_eq!(
                    ledger.site().unwrap().server_epoch,
                    restored.server_epoch,
                    "operation {at}"
                );
                assert_eq!(ledger.audit(1).unwrap()[0].act, "restore", "operation {at}");
            }
            Err(failure) => {
                refused += 1;
                let left: Vec<_> = std::fs::read_dir(into.path()).unwrap().collect();
                assert!(left.is_empty(), "operation {at}, {failure}: {left:?}");
            }
        }
        if failed == 0 {
            break;
        }
        at += 1;
    }
    assert!(refused > 10, "of {at} operations {refused} were told");
}
