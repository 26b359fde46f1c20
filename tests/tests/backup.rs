//! The gateway's own safety: backups made while it works, and what comes back from them.

use lotline::command::backup::{LEDGER, MANIFEST, make};
use lotline::command::restore::{Restored, restore};
use lotline::failure::{Kind, Outcome};
use lotline_record::entry::Body;
use lotline_server::access::By;
use lotline_tests::gateway::Gateway;
use lotline_tests::gun::{Gun, LONG, check_invariants, received};
use std::path::Path;
use std::sync::atomic::{AtomicBool, Ordering};

fn by() -> By {
    By {
        actor: "os:test".into(),
        came_from: "command line".into(),
    }
}

fn gateway() -> Gateway {
    Gateway::start(env!("CARGO_BIN_EXE_gateway"))
}

fn gun(n: usize, gateway: &Gateway) -> Gun {
    Gun::enrolled(&format!("GUN-{n}"), gateway, &format!("http://{}", gateway.address()))
}

fn units(count: usize) -> impl Iterator<Item = Body> {
    (0..count).map(|n| received(None, ["A-01", "A-02"][n % 2]))
}

fn put_back(backup: &Path, gateway: &Gateway) -> Outcome<Restored> {
    restore(backup, gateway.data(), gateway.postgres(), &by())
}

/// Goes on until nothing is left to send or to fetch.
fn sync(gun: &Gun) {
    for _ in 0..20 {
        if gun
            .syncer
            .sync_now(LONG)
            .is_ok_and(|report| report.reached && !report.more)
        {
            return;
        }
    }
    panic!("{} entries never arrived", gun.pending());
}

#[test]
fn row_40_a_gateway_that_burnt_comes_back_from_its_backup_and_devices_fill_in_the_rest() {
    let mut gateway = gateway();
    let guns: Vec<Gun> = (1..=3).map(|n| gun(n, &gateway)).collect();
    for gun in &guns {
        gun.capture(units(40));
        sync(gun);
    }
    let epoch = gateway.ledger().site().unwrap().server_epoch;
    let kept = tempfile::tempdir().unwrap();
    let backup = kept.path().join("backup");
    // Devices send before, during and after it.
    let made = AtomicBool::new(false);
    let manifest = std::thread::scope(|scope| {
        for gun in &guns {
            let made = &made;
            scope.spawn(move || {
                while !made.load(Ordering::SeqCst) {
                    gun.capture(units(10));
                    sync(gun);
                }
            });
        }
        let manifest = make(&gateway.ledger(), gateway.data(), &backup, &by());
        made.store(true, Ordering::SeqCst);
        manifest.unwrap()
    });
    let mut names: Vec<_> = std::fs::read_dir(&backup)
        .unwrap()
        .map(|file| file.unwrap().file_name().into_string().unwrap())
        .collect();
    names.sort();
    assert_eq!(names, ["ledger.db", "manifest.json", "site_key.pem"]);
    assert!(manifest.entries >= 120 && manifest.heads.len() == 3, "{manifest:?}");
    for gun in &guns {
        gun.capture(units(60));
        sync(gun);
        assert_eq!(gun.pending(), 0, "the device takes them for durable");
    }
    gateway.lose();
    let restored = put_back(&backup, &gateway).unwrap();
    assert_eq!(restored.entries, manifest.entries);
    assert_ne!(restored.server_epoch, epoch, "another history");
    assert_eq!(gateway.ledger().site().unwrap().server_epoch, restored.server_epoch);
    gateway.restart();
    let lacking = gateway.number("SELECT count(*) FROM entry");
    assert_eq!(lacking.cast_unsigned(), manifest.entries);
    for gun in &guns {
        sync(gun);
    }
    check_invariants(&gateway, &guns.iter().collect::<Vec<_>>());
    let trail = gateway.ledger().audit(10).unwrap();
    assert!(trail.iter().any(|row| row.act == "restore"), "{trail:?}");
    gateway.ledger().check_audit().unwrap();
}

#[test]
fn a_backup_that_was_changed_or_is_of_another_key_is_refused_and_nothing_is_put_in_place() {
    let mut gateway = gateway();
    let gun = gun(1, &gateway);
    gun.capture(units(5));
    sync(&gun);
    let kept = tempfile::tempdir().unwrap();
    let backup = kept.path().join("backup");
    make(&gateway.ledger(), gateway.data(), &backup, &by()).unwrap();
    let again = make(&gateway.ledger(), gateway.data(), &backup, &by()).unwrap_err();
    assert_eq!(again.kind(), Kind::Usage, "{again}");
    let over = put_back(&backup, &gateway).unwrap_err();
    assert!(over.to_string().contains("nothing is written over"), "{over}");
    gateway.lose();

    let spoilt = |name: &str, change: &dyn Fn(&Path)| {
        let copy = kept.path().join(name);
        std::fs::create_dir(&copy).unwrap();
        for file in ["ledger.db", "site_key.pem", "manifest.json"] {
            std::fs::copy(backup.join(file), copy.join(file)).unwrap();
        }
        change(&copy);
        let failure = put_back(&copy, &gateway).unwrap_err();
        assert_eq!(failure.kind(), Kind::Check, "{name}: {failure}");
        assert_eq!(
            std::fs::read_dir(gateway.data()).unwrap().count(),
            0,
            "{name}: nothing is left"
        );
        failure.to_string()
    };
    // As if somebody had made it so: the manifest agrees with the files.
    let agree = |folder: &Path| {
        let text = std::fs::read_to_string(folder.join(MANIFEST)).unwrap();
        let mut manifest: serde_json::Value = serde_json::from_str(&text).unwrap();
        for file in manifest["files"].as_array_mut().unwrap() {
            let bytes = std::fs::read(folder.join(file["name"].as_str().unwrap())).unwrap();
            file["bytes"] = bytes.len().into();
            file["sha256"] = lotline_record::entry::Hash::of(&[&bytes]).to_string().into();
        }
        std::fs::write(folder.join(MANIFEST), manifest.to_string()).unwrap();
    };
    let change = |folder: &Path, sql: &str| {
        let db = rusqlite::Connection::open(folder.join(LEDGER)).unwrap();
        db.execute_batch(sql).unwrap();
        db.pragma_update(None, "journal_mode", "DELETE").unwrap();
    };
    let said = spoilt("a byte", &|folder| {
        let path = folder.join(LEDGER);
        let mut bytes = std::fs::read(&path).unwrap();
        let middle = bytes.len() / 2;
        bytes[middle] ^= 1;
        std::fs::write(path, bytes).unwrap();
    });
    assert!(said.contains("not the one that was backed up"), "{said}");
    let said = spoilt("an entry", &|folder| {
        change(
            folder,
            "UPDATE entry SET bytes = CAST(replace(CAST(bytes AS TEXT), 'A-01', 'A-02') AS BLOB) WHERE arrival = 3",
        );
        agree(folder);
    });
    assert!(said.contains("its bytes are not those of its hash"), "{said}");
    let said = spoilt("a hole", &|folder| {
        change(folder, "PRAGMA foreign_keys = OFF; DELETE FROM entry WHERE arrival = 3");
        agree(folder);
    });
    assert!(said.contains("does not follow the one before it"), "{said}");
    let said = spoilt("the end", &|folder| {
        change(folder, "PRAGMA foreign_keys = OFF; DELETE FROM entry WHERE arrival = 5");
        agree(folder);
    });
    assert!(said.contains("is not its last entry"), "{said}");
    let said = spoilt("another key", &|folder| {
        let other = tempfile::tempdir().unwrap();
        let made = p256::ecdsa::SigningKey::from_slice(&[9; 32]).unwrap();
        let pem = p256::pkcs8::EncodePrivateKey::to_pkcs8_pem(&made, p256::pkcs8::LineEnding::LF).unwrap();
        std::fs::write(other.path().join("key"), pem.as_bytes()).unwrap();
        std::fs::copy(other.path().join("key"), folder.join("site_key.pem")).unwrap();
        agree(folder);
    });
    assert!(said.contains("another site's key"), "{said}");
    put_back(&backup, &gateway).unwrap();
    gateway.restart();
    sync(&gun);
    check_invariants(&gateway, &[&gun]);
}
