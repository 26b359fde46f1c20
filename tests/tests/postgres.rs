//! The ledger in PostgreSQL: what only that store can do wrong. The suites that hold for both ledgers run beside a cluster as
//! well (`cargo xtask test --postgres`); here each test has a cluster or a database of its own.

use clap::Parser;
use lotline_record::entry::{Body, Hash, Instant, Sealed};
use lotline_record::model::{DeviceId, PlaceId};
use lotline_record::wire::EnrolRequest;
use lotline_server::Ledger;
use lotline_server::ledger::{Outcome, Push};
use lotline_tests::gateway::{Gateway, site};
use lotline_tests::gun::{Gun, LONG, check_invariants, received};
use lotline_tests::postgres::{Cluster, database, dump, put_back, shared};
use p256::ecdsa::SigningKey;
use p256::pkcs8::EncodePublicKey;
use rusqlite::Connection;
use std::io::{Read, Write};
use std::net::{Shutdown, TcpListener, TcpStream};
use std::os::unix::net::UnixStream;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::Duration;

fn units(count: usize) -> impl Iterator<Item = Body> {
    (0..count).map(|n| received(None, ["A-01", "A-02"][n % 2]))
}

pub(crate) fn gateway(url: String) -> Gateway {
    Gateway::keeping(env!("CARGO_BIN_EXE_gateway"), None, Some(url))
}

pub(crate) fn gun(name: &str, gateway: &Gateway) -> Gun {
    Gun::enrolled(name, gateway, &format!("http://{}", gateway.address()))
}

/// Goes on after refusals and breaks until the queue is empty.
pub(crate) fn drain(gun: &Gun) {
    for _ in 0..300 {
        if gun.syncer.sync_now(LONG).is_ok_and(|report| !report.more) {
            return;
        }
        // A gateway that said when to come again is not asked before.
        std::thread::park_timeout(Duration::from_millis(100));
    }
    panic!("{} entries never arrived", gun.pending());
}

/// Every row of every table of a ledger's file, but for what a replica says of itself.
fn rows(file: &Path) -> Vec<String> {
    let db = Connection::open(file).unwrap();
    let tables: Vec<String> = {
        let sql =
            "SELECT name FROM sqlite_master WHERE type = 'table' AND name <> 'replica' AND name NOT LIKE 'sqlite_%'";
        let mut statement = db.prepare(sql).unwrap();
        statement
            .query_map([], |row| row.get(0))
            .unwrap()
            .map(Result::unwrap)
            .collect()
    };
    let mut out = Vec::new();
    for table in tables {
        let mut statement = db.prepare(&format!("SELECT * FROM {table:?}")).unwrap();
        let columns = statement.column_count();
        let mut found = statement.query([]).unwrap();
        while let Some(row) = found.next().unwrap() {
            let cells: Vec<_> = (0..columns)
                .map(|at| row.get::<_, rusqlite::types::Value>(at).unwrap())
                .collect();
            out.push(format!("{table}: {cells:?}"));
        }
    }
    out.sort();
    out
}

#[test]
fn postgres_killed_again_and_again_under_load_loses_nothing_and_counts_nothing_twice() {
    let mut cluster = Cluster::start();
    let gateway = gateway(database(&cluster.url()));
    let guns: Vec<Gun> = (1..=3).map(|n| gun(&format!("GUN-{n}"), &gateway)).collect();
    for round in 0..4 {
        std::thread::scope(|scope| {
            let syncing: Vec<_> = guns
                .iter()
                .map(|gun| {
                    scope.spawn(move || {
                        for _ in 0..10 {
                            gun.capture(units(20));
                            // Refused or cut off while PostgreSQL is down: the queue keeps it.
                            let _ = gun.syncer.sync_now(Duration::from_secs(2));
                        }
                    })
                })
                .collect();
            // In the middle of it, each round at another entry.
            let until = 40 + round * 170;
            while guns.iter().map(|gun| gun.store.entries().len()).sum::<usize>() < until + round * 600 {
                std::thread::yield_now();
            }
            cluster.kill();
            cluster.restart();
            for one in syncing {
                one.join().unwrap();
            }
        });
    }
    guns.iter().for_each(drain);
    gateway.settled();
    assert_eq!(gateway.number("SELECT count(*) FROM entry"), 3 * 4 * 200);
    check_invariants(&gateway, &guns.iter().collect::<Vec<_>>());
}

#[test]
fn postgres_has_what_the_replica_has_and_a_replica_made_anew_is_the_same() {
    let mut gateway = gateway(shared());
    let guns = [gun("GUN-1", &gateway), gun("GUN-2", &gateway)];
    for n in 0..4 {
        guns[n % 2].capture(units(30));
        guns[n % 2].capture([received(Some(&format!("S{n}")), "A-01"), received(Some("S0"), "A-02")]);
        drain(&guns[n % 2]);
        if n == 1 {
            // Its start takes rows away: tokens.
            gateway.kill();
            gateway.restart();
        }
    }
    gateway.settled();
    // The observer has come to it step by step, the gateway has made it, the third reads it all at once.
    let kept = rows(&gateway.data().join("replica.db"));
    let anew = gateway.data().join("anew.db");
    drop(Ledger::open_postgres(gateway.postgres().unwrap(), &site(), &anew).unwrap());
    drop(gateway.database());
    assert!(kept.len() > 200, "{}", kept.len());
    assert_eq!(rows(&anew), kept);
    assert_eq!(rows(&gateway.data().join("observer.db")), kept);
}

#[test]
fn postgres_a_gateway_whose_replica_is_gone_goes_on_where_it_was() {
    let mut gateway = gateway(shared());
    let gun = gun("GUN-1", &gateway);
    gun.capture(units(40));
    drain(&gun);
    gateway.kill();
    for file in ["replica.db", "replica.db-wal", "replica.db-shm"] {
        // The last two may be gone already.
        let _ = std::fs::remove_file(gateway.data().join(file));
    }
    gateway.restart();
    gun.capture(units(40));
    drain(&gun);
    gateway.settled();
    check_invariants(&gateway, &[&gun]);
}

#[test]
fn postgres_two_gateways_of_one_site_write_one_after_the_other_and_see_each_other() {
    let url = shared();
    let (a, b) = (gateway(url.clone()), gateway(url));
    let guns = [gun("GUN-1", &a), gun("GUN-2", &b)];
    std::thread::scope(|scope| {
        for gun in &guns {
            scope.spawn(move || {
                for _ in 0..10 {
                    gun.capture(units(10));
                    drain(gun);
                }
            });
        }
    });
    a.settled();
    assert_eq!(a.number("SELECT count(*) FROM entry"), 200);
    assert_eq!(
        a.number("SELECT sum(amount) FROM stock WHERE account LIKE 'place:%'"),
        200_000_000
    );
    check_invariants(&a, &guns.iter().collect::<Vec<_>>());
    check_invariants(&b, &guns.iter().collect::<Vec<_>>());
}

#[test]
fn row_16_postgres_rolls_back_for_the_sake_of_another_and_the_device_sees_nothing() {
    let url = shared();
    let gateway = gateway(url.clone());
    let gun = gun("GUN-1", &gateway);
    let mut client = postgres::Client::connect(&url, postgres::NoTls).unwrap();
    // A sequence goes on where a transaction is rolled back: of three statements two fail, each another way.
    client
        .batch_execute(
            "CREATE SEQUENCE lotline.tries;
             CREATE FUNCTION lotline.contend() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
               CASE nextval('lotline.tries') % 3
                 WHEN 1 THEN RAISE EXCEPTION 'serialization' USING ERRCODE = '40001';
                 WHEN 2 THEN RAISE EXCEPTION 'deadlock' USING ERRCODE = '40P01';
                 ELSE RETURN NULL;
               END CASE;
             END $$;
             CREATE TRIGGER contend AFTER INSERT ON lotline.change_log FOR EACH STATEMENT EXECUTE FUNCTION lotline.contend()",
        )
        .unwrap();
    for _ in 0..5 {
        gun.capture(units(20));
        let report = gun.syncer.sync_now(LONG).unwrap();
        assert_eq!((report.more, report.acknowledged), (false, 20));
    }
    gateway.settled();
    let tries: i64 = client
        .query_one("SELECT last_value FROM lotline.tries", &[])
        .unwrap()
        .get(0);
    assert!(tries >= 15, "{tries}");
    check_invariants(&gateway, &[&gun]);
}

/// Hands everything through to a cluster's socket; once armed, it takes the reply to the next COMMIT and hangs up.
struct Wire {
    port: u16,
    armed: Arc<AtomicBool>,
    taken: Arc<AtomicUsize>,
}

impl Wire {
    fn start(cluster: &Cluster) -> Self {
        let socket = cluster.folder().join(".s.PGSQL.5432");
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let wire = Wire {
            port: listener.local_addr().unwrap().port(),
            armed: Arc::default(),
            taken: Arc::default(),
        };
        let (armed, taken) = (Arc::clone(&wire.armed), Arc::clone(&wire.taken));
        std::thread::spawn(move || {
            for client in listener.incoming().flatten() {
                let server = UnixStream::connect(&socket).unwrap();
                let (armed, taken) = (Arc::clone(&armed), Arc::clone(&taken));
                std::thread::spawn(move || carry(client, server, &armed, &taken));
            }
        });
        wire
    }
}

fn carry(client: TcpStream, server: UnixStream, armed: &AtomicBool, taken: &AtomicUsize) {
    let hang_up = Arc::new(AtomicBool::new(false));
    let (mut from_server, mut to_client) = (server.try_clone().unwrap(), client.try_clone().unwrap());
    let told = Arc::clone(&hang_up);
    let back = std::thread::spawn(move || {
        let mut buffer = vec![0; 1 << 16];
        while let Ok(n @ 1..) = from_server.read(&mut buffer) {
            if told.load(Ordering::SeqCst) || to_client.write_all(&buffer[..n]).is_err() {
                break;
            }
        }
        // Either side may be closed already.
        let _ = to_client.shutdown(Shutdown::Both);
        let _ = from_server.shutdown(Shutdown::Both);
    });
    let (mut from_client, mut to_server) = (client, server);
    let mut buffer = vec![0; 1 << 16];
    while let Ok(n @ 1..) = from_client.read(&mut buffer) {
        let commits = buffer[..n].windows(6).any(|word| word == b"COMMIT");
        if commits && armed.swap(false, Ordering::SeqCst) {
            hang_up.store(true, Ordering::SeqCst);
            taken.fetch_add(1, Ordering::SeqCst);
        }
        if to_server.write_all(&buffer[..n]).is_err() {
            break;
        }
    }
    let _ = to_server.shutdown(Shutdown::Both);
    back.join().unwrap();
}

#[test]
fn postgres_a_commit_whose_reply_is_lost_is_found_done_and_not_done_again() {
    let cluster = Cluster::start();
    let name = database(&cluster.url());
    let wire = Wire::start(&cluster);
    let dbname = name.rsplit_once("dbname=").unwrap().1;
    let gateway = gateway(format!(
        "host=127.0.0.1 port={} user=lotline dbname={dbname}",
        wire.port
    ));
    let gun = gun("GUN-1", &gateway);
    drain(&gun);
    for round in 1..=3 {
        gun.capture(units(20));
        wire.armed.store(true, Ordering::SeqCst);
        drain(&gun);
        gateway.settled();
        assert_eq!(wire.taken.load(Ordering::SeqCst), round);
    }
    check_invariants(&gateway, &[&gun]);
}

#[test]
fn postgres_who_reads_the_record_while_an_entry_is_applied_ends_nobodys_transaction() {
    let (_, _folder, ledger) = opened();
    let (device, key, gun) = alone(&ledger);
    gun.capture(units(3));
    let stored = send(
        &ledger,
        (&device, &key),
        &gun.store.entries(),
        "2026-11-20T07:12:00.000Z",
    );
    assert_eq!(stored, 3);

    // In the middle of the transaction that applies, an auditor asks for the whole record, and an operator for the settings.
    let (beside, looked) = (ledger.clone(), Arc::new(AtomicUsize::new(0)));
    let count = Arc::clone(&looked);
    let hook = move |_: &lotline_record::entry::Entry| {
        let record = beside.record(None, "2026-11-20T07:13:00.000Z".parse().unwrap());
        record.unwrap();
        assert_eq!(beside.export(None).filter_map(Result::ok).count(), 3);
        beside.settings().unwrap();
        count.fetch_add(1, Ordering::SeqCst);
    };
    while ledger.apply(1, Some(&hook)).unwrap().entries > 0 {}
    assert_eq!(looked.load(Ordering::SeqCst), 3);
    assert_eq!(ledger.applied(&device).unwrap().seq(), 3);
}

#[test]
fn postgres_a_reader_whose_connection_was_lost_while_it_lay_idle_reads_on() {
    let (url, _folder, ledger) = opened();
    ledger.settings().unwrap();

    let mut client = postgres::Client::connect(&url, postgres::NoTls).unwrap();
    let ended = "SELECT pg_terminate_backend(pid, 10000) FROM pg_stat_activity
                  WHERE datname = current_database() AND backend_type = 'client backend' AND pid <> pg_backend_pid()";
    assert_eq!(client.query(ended, &[]).unwrap().len(), 2, "who writes, and who reads");

    assert!(ledger.record(None, "2026-11-20T07:13:00.000Z".parse().unwrap()).is_ok());
    assert!(ledger.create_site(&site(), "Europe/Berlin").is_ok());
}

/// The address of a new database, the folder of a replica, and the ledger of both with its site.
fn opened() -> (String, tempfile::TempDir, Ledger) {
    let (url, folder) = (shared(), tempfile::tempdir().unwrap());
    let ledger = Ledger::open_postgres(&url, &site(), &folder.path().join("replica.db")).unwrap();
    ledger.create_site(&site(), "Europe/Berlin").unwrap();
    (url, folder, ledger)
}

/// Sends entries, and gives what the ledger has of the device after them.
fn send(ledger: &Ledger, (device, key): (&DeviceId, &SigningKey), entries: &[Sealed], received: &str) -> u64 {
    let body: Vec<u8> = entries.iter().flat_map(|e| [&e.bytes[..], b"\n"].concat()).collect();
    let last = entries.last().unwrap();
    let head: (u32, u64, Hash) = (last.position.epoch(), last.position.seq(), last.hash);
    let push = Push {
        device,
        body: &body,
        head: Some(head),
        follows: None,
        proof: "proof",
        received: received.parse::<Instant>().unwrap(),
    };
    match ledger.receive(&push, key).unwrap() {
        Outcome::Stored(reply) => reply.stored_through.seq,
        other => panic!("{other:?}"),
    }
}

/// A device of a ledger in this process.
fn alone(ledger: &Ledger) -> (DeviceId, SigningKey, Gun) {
    let (device, key) = (
        DeviceId::new("GUN-1").unwrap(),
        SigningKey::from_slice(&[7; 32]).unwrap(),
    );
    let code = ledger
        .issue_code_for(&device, "GUN-1", &PlaceId::new("CART-1").unwrap())
        .unwrap();
    let request = EnrolRequest {
        code,
        public_key: key.verifying_key().to_public_key_der().unwrap().as_bytes().to_vec(),
        name: "MC33".into(),
    };
    ledger.enrol(&request, "thumb").unwrap().unwrap();
    let gun = Gun::open(&device, lotline_tests::gun::Folder::Own(tempfile::tempdir().unwrap()));
    (device, key, gun)
}

#[test]
fn postgres_an_entry_sent_again_in_another_month_is_stored_once_and_months_are_partitions() {
    let (url, _folder, ledger) = opened();
    let (device, key, gun) = alone(&ledger);
    gun.capture(units(3));
    let entries = gun.store.entries();
    let push = |entries: &[Sealed], received: &str| send(&ledger, (&device, &key), entries, received);
    assert_eq!(push(&entries[..2], "2026-11-30T23:59:59.999Z"), 2);
    assert_eq!(push(&entries, "2026-12-01T00:00:00.000Z"), 3);
    assert_eq!(push(&entries, "1999-01-01T00:00:00.000Z"), 3);
    let mut client = postgres::Client::connect(&url, postgres::NoTls).unwrap();
    let sql = "SELECT c.relname::text, count(*) FROM lotline.entry e JOIN pg_class c ON c.oid = e.tableoid GROUP BY 1 ORDER BY 1";
    let months: Vec<(String, i64)> = client
        .query(sql, &[])
        .unwrap()
        .iter()
        .map(|row| (row.get(0), row.get(1)))
        .collect();
    assert_eq!(
        months,
        [("entry_2026_11".to_owned(), 2), ("entry_2026_12".to_owned(), 1)]
    );
}

/// Status and text of what the gateway answers to a GET.
pub(crate) fn asked(gateway: &Gateway, path: &str) -> (u16, String) {
    let mut wire = TcpStream::connect(gateway.address()).unwrap();
    let request = format!(
        "GET {path} HTTP/1.1\r\nhost: {}\r\nconnection: close\r\n\r\n",
        gateway.address()
    );
    wire.write_all(request.as_bytes()).unwrap();
    let mut text = String::new();
    wire.read_to_string(&mut text).unwrap();
    (text.split(' ').nth(1).unwrap().parse().unwrap(), text)
}

#[test]
fn postgres_that_is_away_leaves_the_gateway_alive_and_not_ready_until_it_is_back() {
    let mut cluster = Cluster::start();
    let gateway = gateway(database(&cluster.url()));
    assert_eq!(asked(&gateway, "/v1/ready").0, 204);
    cluster.kill();
    let until = |status: u16| {
        for _ in 0..600 {
            let (found, text) = asked(&gateway, "/v1/ready");
            if found == status {
                return text;
            }
            std::thread::park_timeout(Duration::from_millis(50));
        }
        panic!("it never answered {status}");
    };
    let text = until(503);
    assert!(text.contains("the ledger takes no transaction"), "{text}");
    assert_eq!(asked(&gateway, "/v1/health").0, 204);
    let metrics = asked(&gateway, "/metrics").1;
    assert!(
        metrics.contains("lotline_ledger_errors_total{kind=\"away\"}"),
        "{metrics}"
    );
    cluster.restart();
    until(204);
}

#[test]
fn postgres_that_may_lose_what_it_acknowledged_is_bad_to_the_doctor() {
    let cluster = Cluster::start();
    let url = database(&cluster.url());
    let gateway = gateway(url.clone());
    let (data, file) = (gateway.data().to_str().unwrap(), gateway.data().join("lotline.toml"));
    std::fs::write(&file, "site = \"DC-1\"\nzone = \"Europe/Berlin\"\n").unwrap();
    let doctor = || {
        let arguments = [
            "lotline",
            "--config",
            file.to_str().unwrap(),
            "--postgres",
            &url,
            "doctor",
            "--data",
            data,
            "--listen",
            "127.0.0.1:0",
        ];
        lotline::cli::Cli::parse_from(arguments)
            .run()
            .map_err(|failure| failure.to_string())
    };
    let set = |setting: &str| {
        let mut client = postgres::Client::connect(&url, postgres::NoTls).unwrap();
        client.batch_execute(&format!("ALTER SYSTEM SET {setting}")).unwrap();
        client.batch_execute("SELECT pg_reload_conf()").unwrap();
    };
    set("fsync = on");
    set("full_page_writes = on");
    let becomes = |bad: bool| {
        for _ in 0..200 {
            let said = doctor();
            if said.as_ref().is_err_and(|said| said.contains("postgres")) == bad {
                return said;
            }
            std::thread::park_timeout(Duration::from_millis(50));
        }
        panic!("the doctor never said so");
    };
    assert_eq!(becomes(false), Ok(()));
    set("full_page_writes = off");
    becomes(true).unwrap_err();
}

#[test]
fn postgres_put_back_by_its_own_tools_and_renewed_is_another_history_that_devices_fill_in() {
    let url = shared();
    let mut gateway = gateway(url.clone());
    let guns: Vec<Gun> = (1..=2).map(|n| gun(&format!("GUN-{n}"), &gateway)).collect();
    for gun in &guns {
        gun.capture(units(30));
        drain(gun);
    }
    gateway.settled();
    let before = gateway.ledger().site().unwrap().server_epoch;
    let kept = dump(&url);
    for gun in &guns {
        gun.capture(units(25));
        drain(gun);
        assert_eq!(gun.pending(), 0, "the device takes them for durable");
    }
    gateway.kill();
    put_back(&url, &kept);
    let settings = gateway.data().join("lotline.toml");
    std::fs::write(&settings, "site = \"DC-1\"\n").unwrap();
    let (settings, data) = (settings.to_str().unwrap(), gateway.data().to_str().unwrap());
    let renew = [
        "lotline",
        "--config",
        settings,
        "--postgres",
        &url,
        "restore",
        "--renew",
        "--data",
        data,
    ];
    lotline::cli::Cli::parse_from(renew).run().unwrap();
    assert_ne!(gateway.ledger().site().unwrap().server_epoch, before, "another history");
    gateway.restart();
    assert_eq!(
        gateway.number("SELECT count(*) FROM entry"),
        60,
        "what came after the dump is not in it"
    );
    for gun in &guns {
        drain(gun);
    }
    // A pull tells a device that entries are missing; what it then sends may want another occasion.
    for gun in &guns {
        drain(gun);
    }
    check_invariants(&gateway, &guns.iter().collect::<Vec<_>>());
}
