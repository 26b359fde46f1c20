//! Pushes that wait for the writer are written together, and too many of them are asked to come again.

use crate::device::*;
use lotline_record::entry::*;
use lotline_record::wire::{Code, StoredThrough};
use lotline_server::{Running, Server};
use std::path::Path;
use std::sync::mpsc::{Sender, channel};
use std::sync::{Arc, Mutex};
use std::thread::JoinHandle;
use std::time::Duration;

/// Somebody else writes to the ledger until this is let go.
struct Busy {
    over: Sender<()>,
    thread: JoinHandle<()>,
}

impl Busy {
    fn with(folder: &Path) -> Self {
        let (over, wait) = channel::<()>();
        let (has_it, begun) = channel();
        let (folder, url) = (folder.to_owned(), database(folder));
        let thread = std::thread::spawn(move || {
            let until = |begun: &dyn Fn()| {
                begun();
                let _ = wait.recv();
            };
            let begun = || has_it.send(()).unwrap();
            if let Some(url) = url {
                let mut client = postgres::Client::connect(&url, postgres::NoTls).unwrap();
                let mut held = client.transaction().unwrap();
                held.query("SELECT version FROM lotline.ledger FOR UPDATE", &[])
                    .unwrap();
                until(&begun);
                held.rollback().unwrap();
            } else {
                let db = rusqlite::Connection::open(folder.join("ledger.db")).unwrap();
                db.execute_batch("BEGIN IMMEDIATE").unwrap();
                until(&begun);
                db.execute_batch("ROLLBACK").unwrap();
            }
        });
        begun.recv().unwrap();
        Busy { over, thread }
    }

    fn end(self) {
        drop(self.over);
        self.thread.join().unwrap();
    }
}

fn pushes(running: &Running) -> (u64, u64) {
    let counts = running.ledger().counts(Instant::from_unix_ms(0)).unwrap();
    (counts.pushes_waiting, counts.push_transactions)
}

async fn until(what: &str, mut holds: impl FnMut() -> bool) {
    for _ in 0..1_000 {
        if holds() {
            return;
        }
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    panic!("never: {what}");
}

#[tokio::test(flavor = "multi_thread")]
async fn pushes_that_wait_for_the_writer_are_written_in_one_transaction_and_each_has_its_own_outcome() {
    let folder = tempfile::tempdir().unwrap();
    let running = start(folder.path()).await;
    let mut devices = Vec::new();
    for n in 1..=8 {
        devices.push(Device::enrolled(&running, &format!("hh-{n}"), n).await);
    }
    let (_, before) = pushes(&running);
    let busy = Busy::with(folder.path());
    let mut sent = Vec::new();
    for (n, device) in devices.into_iter().enumerate() {
        sent.push(tokio::spawn(async move {
            let mut device = device;
            let mut entries = scans(&mut device, 3);
            if n == 5 {
                // Another than the one that is signed.
                entries[1].bytes = entries[0].bytes.clone();
            }
            let answer = device.push(&entries).await;
            (n, device, answer)
        }));
        let waiting = n as u64;
        // The first leads: it waits for the writer, and the others for it.
        until("it waits", || pushes(&running) == (waiting, before + 1)).await;
    }
    busy.end();
    for one in sent {
        let (n, device, answer) = one.await.unwrap();
        let stored = running.ledger().export(Some(device.id.clone())).count();
        if n == 5 {
            assert_eq!(answer.unwrap_err().code, Code::BadEnvelope);
            assert_eq!(stored, 0, "nothing of it is stored");
        } else {
            assert_eq!(answer.unwrap().stored_through.seq, 3);
            assert_eq!(stored, 3);
        }
    }
    assert_eq!(pushes(&running), (0, before + 2), "the first, then all others");
    let alarms = running.ledger().alarms(10).unwrap();
    let about: Vec<_> = alarms.iter().map(|a| (a.code.as_str(), a.device.as_deref())).collect();
    assert_eq!(about, [("bad_envelope", Some("hh-6"))]);
    running.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_push_that_finds_too_many_waiting_is_told_when_to_come_again_and_loses_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let running = start(folder.path()).await;
    let mut device = Device::enrolled(&running, "hh-1", 1).await;
    let entries = Arc::new(scans(&mut device, 2));
    let device = Arc::new(device);
    let busy = Busy::with(folder.path());
    // A queue of the same push: each is a repeat of the one before.
    let mut sent = Vec::new();
    for n in 0..=256_u64 {
        let (device, entries) = (Arc::clone(&device), Arc::clone(&entries));
        sent.push(tokio::spawn(async move { device.push(&entries).await }));
        if n % 32 == 0 || n == 256 {
            until("all that were sent wait", || pushes(&running).0 == n).await;
        }
    }
    let refused = device.push(&entries).await.unwrap_err();
    assert_eq!(refused.code, Code::RateLimited);
    busy.end();
    let through = StoredThrough::from(&entries[1]);
    for one in sent {
        assert_eq!(one.await.unwrap().unwrap().stored_through, through);
    }
    assert_eq!(device.push(&entries).await.unwrap().stored_through, through);
    assert_eq!(running.ledger().export(None).count(), 2);
    running.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_push_that_comes_while_entries_are_applied_ends_their_batch() {
    let folder = tempfile::tempdir().unwrap();
    // The first entry of all waits for the second push to come, the one after a shortest batch for that push to be durable.
    let (came, first) = channel::<()>();
    let (durable, next) = channel::<()>();
    let waits = Mutex::new((0, first, next));
    let mut wanted = config(folder.path());
    wanted.apply_hook = Some(Arc::new(move |_| {
        let (applied, first, next) = &mut *waits.lock().unwrap();
        match *applied {
            0 => first.recv().unwrap(),
            32 => drop(next.recv()),
            _ => {}
        }
        *applied += 1;
    }));
    let running = Server::start(wanted).await.unwrap();
    let mut one = Device::enrolled(&running, "hh-1", 1).await;
    let mut other = Device::enrolled(&running, "hh-2", 2).await;
    let (many, few) = (scans(&mut one, 100), scans(&mut other, 2));
    one.push(&many).await.unwrap();
    let (_, before) = pushes(&running);
    let sent = tokio::spawn(async move { other.push(&few).await });
    until("the second push comes", || pushes(&running).1 == before + 1).await;
    came.send(()).unwrap();
    // In the same transaction the hook and the push would wait for each other.
    let stored = tokio::time::timeout(Duration::from_secs(10), sent).await;
    durable.send(()).unwrap();
    assert_eq!(stored.unwrap().unwrap().unwrap().stored_through.seq, 2);
    running.stop().await;
}
