//! What somebody finds who has the device's files and not its key (requirement G2, matrix row 38).
//!
//! These tests run in both builds: plain files must show what they hold, or looking for it in encrypted ones proves nothing.

use crate::site::{EACH, Floor, accepted, audit, case, keys, stock};
use lotline_core::platform::{KeyError, KeyStore, MemoryKey, Platform, system_ids};
use lotline_core::store::{ENCRYPTED, KEY_FILE, set_aside};
use lotline_core::{Config, Handheld, Remedy};
use lotline_record::wire::Included;
use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;

/// Every file of the folder, with its bytes.
fn files(folder: &Path) -> BTreeMap<String, Vec<u8>> {
    let mut all = BTreeMap::new();
    for entry in std::fs::read_dir(folder).unwrap() {
        let entry = entry.unwrap();
        if entry.path().is_file() {
            let name = entry.file_name().into_string().unwrap();
            all.insert(name, std::fs::read(entry.path()).unwrap());
        }
    }
    all
}

/// A handheld that died in the middle of a receipt: entries in the log, none of them written back.
fn dead_in_a_receipt() -> Floor {
    let mut floor = Floor::new();
    floor.sign_in("B-1", "1111");
    floor.receive();
    for lot in ["SECRET-LOT-1", "SECRET-LOT-2"] {
        accepted(&floor.scan(&case(lot, "280331")));
    }
    floor.die();
    floor
}

fn open(folder: &Path, keys: Arc<dyn KeyStore>) -> Result<Handheld, lotline_core::Error> {
    let config = Config {
        folder: folder.to_owned(),
        app: "test".into(),
        language: "en".into(),
    };
    let platform = Platform {
        clock: Arc::new(lotline_core::platform::SystemClock::new()),
        keys,
        ids: system_ids(),
        trust_roots: Vec::new(),
    };
    Handheld::open(config, platform)
}

/// Opening must fail with that code, and leave every byte as it is.
fn refused(floor: &Floor, keys: Arc<dyn KeyStore>) -> (Remedy, String) {
    let before = files(floor.path());
    let Err(error) = open(floor.path(), keys) else {
        panic!("a state of its own")
    };
    let fault = error.fault();
    assert!(files(floor.path()) == before, "{}: nothing is changed", fault.code);
    (fault.remedy, fault.code.clone())
}

/// A key store that has lost its key, or does not answer.
struct Broken(KeyError);

impl KeyStore for Broken {
    fn public_key(&self) -> Result<Vec<u8>, KeyError> {
        Err(self.0.clone())
    }
    fn sign(&self, _: Vec<u8>) -> Result<Vec<u8>, KeyError> {
        Err(self.0.clone())
    }
    fn wrap(&self, _: Vec<u8>) -> Result<Vec<u8>, KeyError> {
        Err(self.0.clone())
    }
    fn unwrap(&self, _: Vec<u8>) -> Result<Vec<u8>, KeyError> {
        Err(self.0.clone())
    }
}

#[test]
fn g2_no_lot_no_name_and_no_article_stand_readable_in_any_file_of_an_encrypted_device() {
    let mut floor = dead_in_a_receipt();
    // As it died, after a tidy, and with what SQLite writes when everything is written back.
    for round in 0..3 {
        let all: Vec<u8> = files(floor.path()).into_values().flatten().collect();
        for told in [
            "SECRET-LOT-1",
            "SECRET-LOT-2",
            "Paracetamol",
            EACH,
            "journal_mode",
            "CREATE TABLE",
            "ana",
        ] {
            let shown = all.windows(told.len()).any(|part| part == told.as_bytes());
            let expected = !ENCRYPTED && told != "journal_mode";
            assert_eq!(shown, expected, "{told} in round {round}");
        }
        for (name, bytes) in files(floor.path()) {
            let plain = bytes.starts_with(b"SQLite format 3\0");
            assert_eq!(
                plain,
                !ENCRYPTED && matches!(name.as_str(), "journal.db" | "site.db" | "effects.db"),
                "{name}"
            );
        }
        floor.restart();
        if round == 0 {
            // Pages that wait for the last one of their pull lie in a file of their own.
            floor.told_from(1, vec![stock("SECRET-LOT-1", "A-01", 1)], Included::default(), true);
            assert!(floor.path().join("site.pages").exists());
        }
        floor.handheld().tidy().unwrap();
        if round == 1 {
            floor.handheld().suspend();
            floor.die();
        }
    }
    let entries = audit(floor.path()).entries;
    let has = |lot: &str| entries.iter().any(|e| String::from_utf8_lossy(&e.bytes).contains(lot));
    assert!(
        has("SECRET-LOT-1") && has("SECRET-LOT-2"),
        "who has the key reads all of it"
    );
}

#[test]
fn row_38_a_wrong_or_lost_key_is_a_state_of_its_own_and_overwrites_nothing() {
    let floor = dead_in_a_receipt();
    if !ENCRYPTED {
        // A plain build beside encrypted files: the key is all it needs to see.
        std::fs::write(floor.path().join(KEY_FILE), b"{}").unwrap();
        assert_eq!(refused(&floor, keys()), (Remedy::CallSupervisor, "wrong_key".into()));
        return;
    }
    let code = |floor: &Floor, keys: Arc<dyn KeyStore>| refused(floor, keys);
    let other = Arc::new(MemoryKey::from_bytes([9; 32]).unwrap());
    assert_eq!(code(&floor, other), (Remedy::CallSupervisor, "wrong_key".into()));
    let lost = Arc::new(Broken(KeyError::Lost));
    assert_eq!(code(&floor, lost), (Remedy::CallSupervisor, "lost_key".into()));
    let reason = "busy".to_owned();
    let silent = Arc::new(Broken(KeyError::Failed { reason }));
    assert_eq!(code(&floor, silent), (Remedy::Retry, "key_store".into()));
    let key_file = floor.path().join(KEY_FILE);
    let key = std::fs::read(&key_file).unwrap();
    for damaged in [&key[..key.len() / 2], &[]] {
        std::fs::write(&key_file, damaged).unwrap();
        assert_eq!(code(&floor, keys()), (Remedy::CallSupervisor, "lost_key".into()));
    }
    std::fs::remove_file(&key_file).unwrap();
    assert_eq!(code(&floor, keys()), (Remedy::CallSupervisor, "lost_key".into()));
    std::fs::write(&key_file, &key).unwrap();
    open(floor.path(), keys()).unwrap();
    assert_eq!(
        audit(floor.path()).entries.len(),
        5,
        "all of it is there with the right key"
    );
}

#[test]
fn row_38_files_without_their_key_are_set_aside_as_they_are_and_the_device_begins_anew() {
    let floor = dead_in_a_receipt();
    let before = files(floor.path());
    if ENCRYPTED {
        let other = Arc::new(MemoryKey::from_bytes([9; 32]).unwrap());
        assert_eq!(refused(&floor, other).1, "wrong_key");
    }
    let aside = set_aside(floor.path()).unwrap();
    assert!(files(&aside) == before, "the ciphertext, byte for byte");
    let other = Arc::new(MemoryKey::from_bytes([9; 32]).unwrap());
    open(floor.path(), other).unwrap();
    assert!(aside.join("journal.db").exists());
    // Whoever finds the key again reads it there.
    assert_eq!(audit(&aside).entries.len(), 4);
    let again = set_aside(floor.path()).unwrap();
    assert_ne!(again, aside, "nothing that was set aside is touched");
    assert!(files(&aside).len() >= before.len());
}

#[cfg(feature = "encrypted")]
mod encrypted {
    use super::*;
    use lotline_record::entry::Hash;
    use std::fmt::Write;

    #[test]
    fn pages_that_wait_are_encrypted_and_come_out_with_the_key_alone_as_they_went_in() {
        let mut floor = Floor::new();
        floor.told_from(1, vec![stock("SECRET-LOT-9", "A-01", 7)], Included::default(), true);
        let waiting = files(floor.path()).remove("site.pages").unwrap();
        assert!(!waiting.is_empty() && !waiting.windows(12).any(|part| part == b"SECRET-LOT-9"));
        floor.restart();
        assert_eq!(
            floor.held("A-01"),
            Floor::new().held("A-01"),
            "not before the last page"
        );
        floor.told_from(2, Vec::new(), Included::default(), false);
        assert_eq!(floor.held("A-01"), Floor::new().held("A-01") + 7);
    }

    #[test]
    fn files_of_a_plain_build_are_refused_and_left_alone() {
        let folder = tempfile::tempdir().unwrap();
        let plain = rusqlite::Connection::open(folder.path().join("journal.db")).unwrap();
        plain.execute_batch("CREATE TABLE entry (a)").unwrap();
        drop(plain);
        let before = files(folder.path());
        let error = open(folder.path(), keys()).err().unwrap();
        assert_eq!(error.fault().code, "not_encrypted");
        assert!(files(folder.path()) == before);
    }

    /// Bytes of one page, counted from nought, are not what was written. Gives the journal's.
    fn damage(floor: &mut Floor, page: usize) -> Vec<u8> {
        floor.restart();
        floor.handheld().tidy().unwrap();
        floor.die();
        std::fs::remove_file(floor.path().join("journal.db-wal")).unwrap();
        let journal = floor.path().join("journal.db");
        let mut bytes = std::fs::read(&journal).unwrap();
        let at = page * 4_096;
        bytes[at..at + 64].fill(0x55);
        std::fs::write(&journal, &bytes).unwrap();
        bytes
    }

    #[test]
    fn row_37_what_can_be_read_of_a_damaged_encrypted_journal_goes_on_in_a_sound_one() {
        for (damaged, least) in [(0, 5), (1, 3), (2, 3), (3, 3)] {
            let mut floor = dead_in_a_receipt();
            let bytes = damage(&mut floor, damaged);
            floor.restart();
            let there = audit(floor.path()).entries.len();
            assert!(there >= least, "page {damaged}: {there} entries");
            let aside = floor.path().join("journal.db.corrupt-1");
            assert!(std::fs::read(aside).unwrap() == bytes, "moved aside as it was");
            for (name, bytes) in files(floor.path()) {
                assert!(!bytes.windows(12).any(|part| part == b"SECRET-LOT-1"), "{name}");
            }
        }
    }

    /// Everything that is said at every level while files are opened, refused, damaged and mended.
    #[test]
    fn the_database_key_is_in_no_log_no_error_and_no_debug_text() {
        let said = Arc::new(std::sync::Mutex::new(String::new()));
        // For the whole process: what another thread has not registered is else not asked of this one.
        tracing::subscriber::set_global_default(Said(Arc::clone(&said))).unwrap();
        let mut floor = dead_in_a_receipt();
        let other = Arc::new(MemoryKey::from_bytes([9; 32]).unwrap());
        for keys in [other as Arc<dyn KeyStore>, Arc::new(Broken(KeyError::Lost))] {
            let error = open(floor.path(), keys).err().unwrap();
            writeln!(said.lock().unwrap(), "{error} {error:?}").unwrap();
        }
        damage(&mut floor, 1);
        floor.restart();
        writeln!(said.lock().unwrap(), "{:?}", floor.handheld().store()).unwrap();
        let kept: serde_json::Value =
            serde_json::from_slice(&std::fs::read(floor.path().join(KEY_FILE)).unwrap()).unwrap();
        let wrapped = kept["wrapped"].as_str().unwrap();
        let wrapped: Vec<u8> = serde_json::from_value::<Wrapped>(serde_json::json!({ "wrapped": wrapped }))
            .unwrap()
            .wrapped;
        let key = keys().unwrap(wrapped).unwrap();
        let said = said.lock().unwrap();
        assert!(said.contains("moved aside"), "something was said: {said}");
        let hex = Hash::from_slice(&key).unwrap().to_string();
        let listed = format!("{key:?}");
        for spelled in [hex.clone(), hex.to_uppercase(), listed] {
            assert!(!said.contains(&spelled), "{said}");
        }
        assert!(!said.contains(&hex[..16]), "not a part of it either");
    }

    #[derive(serde::Deserialize)]
    struct Wrapped {
        #[serde(with = "lotline_record::entry::b64")]
        wrapped: Vec<u8>,
    }

    /// Writes down every field of every event and span.
    struct Said(Arc<std::sync::Mutex<String>>);

    impl tracing::field::Visit for Said {
        fn record_debug(&mut self, field: &tracing::field::Field, value: &dyn std::fmt::Debug) {
            write!(self.0.lock().unwrap(), "{field}={value:?} ").unwrap();
        }
    }

    impl tracing::Subscriber for Said {
        fn enabled(&self, _: &tracing::Metadata<'_>) -> bool {
            true
        }
        fn new_span(&self, span: &tracing::span::Attributes<'_>) -> tracing::span::Id {
            span.record(&mut Said(Arc::clone(&self.0)));
            tracing::span::Id::from_u64(1)
        }
        fn record(&self, _: &tracing::span::Id, values: &tracing::span::Record<'_>) {
            values.record(&mut Said(Arc::clone(&self.0)));
        }
        fn record_follows_from(&self, _: &tracing::span::Id, _: &tracing::span::Id) {}
        fn event(&self, event: &tracing::Event<'_>) {
            event.record(&mut Said(Arc::clone(&self.0)));
        }
        fn enter(&self, _: &tracing::span::Id) {}
        fn exit(&self, _: &tracing::span::Id) {}
    }
}
