//! `lotline doctor`: each bad row is provoked once.

use super::operations::Gateway;
use super::tool::{Home, text};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::{Value, json};
use std::io::{BufRead, BufReader, Write};
use std::path::Path;
use std::process::Stdio;

/// The rows of a doctor's answer, and its exit code.
fn doctor(home: &Home, arguments: &[&str]) -> (Vec<Value>, i32) {
    let ran = home.run(&[&["doctor", "--json"], arguments].concat());
    let rows = serde_json::from_str(ran.out.trim()).unwrap_or_else(|e| panic!("{e}: {} {}", ran.out, ran.err));
    (rows, ran.code)
}

fn row<'a>(rows: &'a [Value], check: &str) -> &'a Value {
    let found = rows.iter().find(|row| row["check"] == check);
    found.unwrap_or_else(|| panic!("no {check}: {rows:?}"))
}

/// Expects that row to stand so, with a word of what was seen; bad rows alone end with 1, and each says what to do.
fn stands(home: &Home, arguments: &[&str], check: &str, state: &str, seen: &str) {
    let (rows, code) = doctor(home, arguments);
    let found = row(&rows, check);
    assert_eq!(found["state"], state, "{found}");
    assert!(found["seen"].as_str().unwrap().contains(seen), "{found}");
    assert_eq!(code == 1, rows.iter().any(|row| row["state"] == "bad"), "{rows:?}");
    for row in rows.iter().filter(|row| row["state"] != "ok") {
        assert!(row["to_do"].as_str().is_some_and(|to_do| !to_do.is_empty()), "{row}");
    }
}

fn sql(path: &Path, sql: &str) {
    rusqlite::Connection::open(path).unwrap().execute_batch(sql).unwrap();
}

/// A site with a handheld that signed in and synced.
fn site() -> Home {
    let home = Home::new();
    let gateway = Gateway::start(&home, &[]);
    let issued = home
        .run(&[
            "enrol",
            "Fork 2",
            "--data",
            "gw",
            "--server",
            &gateway.url,
            "--no-qr",
            "--json",
        ])
        .json();
    let join = issued["uri"].as_str().unwrap();
    let badge = json!({ "input": "scan", "bytes": URL_SAFE_NO_PAD.encode(b"]C0B-1042") });
    let pin = json!({ "input": "enter", "field": "pin", "text": "4711" });
    let sync = json!({ "control": "sync" });
    let mut child = home
        .command(&["handheld", "--pipe", "--folder", "hh", "--join", join])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let lines = [&sync, &badge, &pin, &sync]
        .map(|line| line.to_string() + "\n")
        .concat();
    std::io::Write::write_all(child.stdin.as_mut().unwrap(), lines.as_bytes()).unwrap();
    let said = child.wait_with_output().unwrap();
    assert!(said.status.success());
    gateway.stop();
    home
}

#[test]
fn a_sound_gateway_and_a_sound_handheld_have_nothing_bad() {
    let home = site();
    let gateway = Gateway::start(&home, &[]);
    let address = gateway.url.trim_start_matches("http://").to_owned();
    let (rows, code) = doctor(&home, &["--data", "gw", "--listen", &address]);
    assert_eq!(code, 0, "{rows:?}");
    for check in [
        "settings",
        "folder",
        "site key",
        "address",
        "ledger",
        "record",
        "applying",
        "kept aside",
    ] {
        assert_eq!(row(&rows, check)["state"], "ok", "{rows:?}");
    }
    assert!(
        row(&rows, "address")["seen"]
            .as_str()
            .unwrap()
            .contains("a gateway answers"),
        "{rows:?}"
    );
    let (rows, code) = doctor(&home, &["--handheld", "--folder", "hh"]);
    assert_eq!(code, 0, "{rows:?}");
    for check in [
        "folder",
        "journal",
        "picture",
        "moved aside",
        "key",
        "chain",
        "queue",
        "enrolled",
        "contact",
        "pin",
    ] {
        assert_eq!(row(&rows, check)["state"], "ok", "{rows:?}");
    }
    gateway.stop();
    let table = home.run(&["doctor", "--data", "gw", "--listen", &address]).good();
    assert!(
        table.lines().any(|line| line.starts_with("record         ok")),
        "{table}"
    );
}

/// Something on loopback that answers each path with what `of` gives for it; lives as long as the test.
fn answers(of: impl Fn(&str, &str) -> String + Send + 'static) -> String {
    let door = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let own = format!("http://{}", door.local_addr().unwrap());
    let issuer = own.clone();
    std::thread::spawn(move || {
        for wire in door.incoming() {
            let mut wire = wire.unwrap();
            let mut head = String::new();
            let mut lines = BufReader::new(wire.try_clone().unwrap());
            while lines.read_line(&mut head).unwrap() > 2 {}
            let path = head.split(' ').nth(1).unwrap();
            let body = of(path, &issuer);
            let length = body.len();
            // Whoever asked may be gone.
            let _ = write!(
                wire,
                "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: {length}\r\nconnection: close\r\n\r\n{body}"
            );
        }
    });
    own
}

/// A discovery document that calls itself `issuer`, and keys.
fn provider(issuer: &'static str, algorithms: &'static [&'static str], keys: Value) -> String {
    answers(move |path, own| match path {
        "/.well-known/openid-configuration" => json!({
            "issuer": if issuer.is_empty() { own } else { issuer },
            "authorization_endpoint": format!("{own}/auth"),
            "token_endpoint": format!("{own}/token"),
            "jwks_uri": format!("{own}/keys"),
            "response_types_supported": ["code"],
            "subject_types_supported": ["public"],
            "id_token_signing_alg_values_supported": algorithms,
        })
        .to_string(),
        "/keys" => json!({ "keys": keys }).to_string(),
        _ => "{}".to_owned(),
    })
}

#[test]
fn an_identity_provider_by_which_nobody_could_sign_in_is_bad_and_says_why() {
    let home = Home::new();
    // The public key of RFC 7517, appendix A.1.
    let key = json!({
        "kty": "EC", "crv": "P-256", "kid": "1", "use": "sig",
        "x": "MKBCTNIcKUSDii11ySs3526iDZ8AiTo7Tu6KPAqv7D4", "y": "4Etl6SRW2YiLUrN5vfvVHuhp7x8PxltmWWlbbM4IFyM",
    });
    let mut encrypts = key.clone();
    encrypts["use"] = json!("enc");
    let keys = |key: &Value| json!([key]);
    let free = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let away = format!("http://{}", free.local_addr().unwrap());
    drop(free);
    let role = "[oidc_roles]\nfloor = \"supervisor\"\n";
    for (issuer, roles, state, seen) in [
        (
            provider("", &["ES256"], keys(&key)),
            role,
            "ok",
            "signs by ES256, and 1 of its keys fit",
        ),
        (away, role, "bad", "does not answer"),
        (
            provider("https://elsewhere.example", &["ES256"], keys(&key)),
            role,
            "bad",
            "another issuer",
        ),
        (answers(|_, _| "<html>".to_owned()), role, "bad", "cannot be read"),
        (
            provider("", &["HS256"], keys(&key)),
            role,
            "bad",
            "in no way that is taken",
        ),
        (provider("", &["RS256"], keys(&key)), role, "bad", "no key for RS256"),
        (
            provider("", &["ES256"], keys(&encrypts)),
            role,
            "bad",
            "no key for ES256",
        ),
        (provider("", &["ES256"], keys(&key)), "", "bad", "gives a role"),
    ] {
        let text = format!("oidc_issuer = \"{issuer}\"\noidc_client_id = \"lotline\"\n{roles}");
        std::fs::write(home.path("lotline.toml"), text).unwrap();
        stands(&home, &["--data", "gw"], "identity", state, seen);
    }
    std::fs::write(home.path("lotline.toml"), "oidc_issuer = \"https://id.example\"").unwrap();
    stands(&home, &["--data", "gw"], "identity", "bad", "client id");
    std::fs::write(home.path("lotline.toml"), "").unwrap();
    let (rows, _) = doctor(&home, &["--data", "gw"]);
    assert!(rows.iter().all(|row| row["check"] != "identity"), "{rows:?}");
}

#[test]
fn settings_that_cannot_be_meant_are_bad() {
    let home = Home::new();
    for (text, seen) in [
        ("lissten = \"127.0.0.1:1\"", "lissten"),
        (
            "tls = \"self\"\ntls_cert = \"c.pem\"\ntls_key = \"k.pem\"",
            "different things",
        ),
        ("tls_key = \"k.pem\"", "without its certificate"),
        ("metrics_token = \"short\"", "can be guessed"),
        ("public_url = \"http://gw.example\"", "is not https"),
    ] {
        std::fs::write(home.path("lotline.toml"), text).unwrap();
        stands(&home, &["--data", "gw"], "settings", "bad", seen);
    }
    std::fs::write(home.path("lotline.toml"), "listen = \"0.0.0.0:7400\"").unwrap();
    stands(&home, &["--data", "gw"], "settings", "warn", "without TLS");
    stands(&home, &["--data", "gw"], "folder", "bad", "is not there");
    stands(&home, &["--data", "gw"], "ledger", "bad", "no gateway's database");
}

#[test]
fn a_site_key_that_is_gone_damaged_or_open_to_others_is_bad() {
    let home = site();
    let key = home.path("gw/site_key.pem");
    let pem = std::fs::read(&key).unwrap();
    std::fs::set_permissions(&key, std::os::unix::fs::PermissionsExt::from_mode(0o644)).unwrap();
    stands(&home, &["--data", "gw"], "site key", "bad", "can be read by others");
    std::fs::write(&key, "no key").unwrap();
    stands(&home, &["--data", "gw"], "site key", "bad", "site_key.pem");
    std::fs::remove_file(&key).unwrap();
    stands(&home, &["--data", "gw"], "site key", "bad", "would make another one");
    // Another site's key is a good key, and signed nothing here.
    home.run(&["seed", "--data", "other", "--quick-pins"]).good();
    let mut other = home.command(&["serve", "--data", "other", "--listen", "127.0.0.1:0", "--tied"]);
    assert!(
        other
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .status()
            .unwrap()
            .success()
    );
    std::fs::copy(home.path("other/site_key.pem"), &key).unwrap();
    stands(&home, &["--data", "gw"], "site key", "ok", "");
    stands(&home, &["--data", "gw"], "record", "bad", "another site's key");
    std::fs::write(&key, pem).unwrap();
    stands(&home, &["--data", "gw"], "record", "ok", "hold together");
}

#[test]
fn a_record_that_does_not_hold_a_clock_that_is_behind_and_applying_that_waits_are_bad() {
    let home = site();
    let ledger = home.path("gw/ledger.db");
    let hour = 3_600_000;
    sql(&ledger, &format!("UPDATE entry SET received_ms = received_ms + {hour}"));
    stands(&home, &["--data", "gw"], "clock", "bad", "an entry came at");
    sql(
        &ledger,
        &format!("UPDATE entry SET received_ms = received_ms - 2 * {hour}, change = NULL"),
    );
    stands(
        &home,
        &["--data", "gw"],
        "applying",
        "bad",
        "entries wait, the oldest for",
    );
    sql(
        &ledger,
        "UPDATE entry SET change = 1, kept_by = '9.9.9' WHERE arrival = 1",
    );
    stands(&home, &["--data", "gw"], "kept aside", "warn", "1 entries");
    sql(
        &ledger,
        "UPDATE entry SET bytes = CAST(replace(CAST(bytes AS TEXT), 'signed_in', 'signed_un') AS BLOB)",
    );
    stands(&home, &["--data", "gw"], "record", "bad", "not those of its hash");
    let mut bytes = std::fs::read(&ledger).unwrap();
    bytes[..16].fill(0);
    std::fs::write(&ledger, bytes).unwrap();
    stands(&home, &["--data", "gw"], "ledger", "bad", "ledger");
}

#[test]
fn a_certificate_that_has_ended_and_an_address_of_somebody_else_are_bad() {
    let home = Home::new();
    let made = |from: i32, to: i32| {
        let mut wanted = rcgen::CertificateParams::new(vec!["gw.example".to_owned()]).unwrap();
        wanted.not_before = rcgen::date_time_ymd(from, 1, 1);
        wanted.not_after = rcgen::date_time_ymd(to, 1, 1);
        wanted.self_signed(&rcgen::KeyPair::generate().unwrap()).unwrap().pem()
    };
    let (cert, key) = (home.path("cert.pem"), home.path("key.pem"));
    let settings = format!("tls_cert = {:?}\ntls_key = {:?}", text(&cert), text(&key));
    std::fs::write(home.path("lotline.toml"), settings).unwrap();
    stands(&home, &[], "certificate", "bad", "cert.pem");
    std::fs::write(&cert, made(2019, 2020)).unwrap();
    stands(&home, &[], "certificate", "bad", "ends in -");
    // Beyond 2049 a certificate writes its time in another form.
    for year in [2048, 2060] {
        std::fs::write(&cert, made(2019, year)).unwrap();
        stands(&home, &[], "certificate", "ok", "ends in ");
    }
    std::fs::remove_file(home.path("lotline.toml")).unwrap();
    let taken = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let address = taken.local_addr().unwrap().to_string();
    std::thread::spawn(move || {
        for stream in taken.incoming() {
            let _ = std::io::Write::write_all(&mut stream.unwrap(), b"SSH-2.0-somebody\r\n");
        }
    });
    stands(
        &home,
        &["--listen", &address],
        "address",
        "bad",
        "something else listens",
    );
    stands(&home, &["--listen", "192.0.2.1:7400"], "address", "bad", "192.0.2.1");
}

#[test]
fn a_handheld_that_is_damaged_without_its_key_or_not_enrolled_is_bad() {
    let home = site();
    let of = ["--handheld", "--folder", "hh"];
    stands(
        &home,
        &["--handheld", "--folder", "nowhere"],
        "folder",
        "bad",
        "holds no handheld",
    );
    let key = home.path("hh/device.key");
    std::fs::set_permissions(&key, std::os::unix::fs::PermissionsExt::from_mode(0o644)).unwrap();
    stands(&home, &of, "key", "bad", "can be read by others");
    std::fs::remove_file(&key).unwrap();
    stands(&home, &of, "key", "bad", "device.key");
    let journal = home.path("hh/journal.db");
    sql(&journal, "UPDATE meta SET value = '999999' WHERE key = 'offset_ms'");
    sql(&journal, "INSERT OR REPLACE INTO meta VALUES ('lost_since_ms', '1000')");
    sql(
        &journal,
        "UPDATE meta SET value = 'https://gw.example' WHERE key = 'server'",
    );
    stands(&home, &of, "contact", "warn", "no answer for");
    stands(&home, &of, "pin", "warn", "any certificate");
    std::fs::write(home.path("hh/site.db.corrupt-1"), "").unwrap();
    stands(&home, &of, "moved aside", "warn", "site.db.corrupt-1");
    sql(
        &journal,
        "UPDATE entry SET bytes = CAST(replace(CAST(bytes AS TEXT), 'signed_in', 'signed_un') AS BLOB)",
    );
    stands(&home, &of, "chain", "bad", "not those of its hash");
    sql(&journal, "DELETE FROM meta WHERE key = 'server'");
    stands(&home, &of, "enrolled", "bad", "it is not");
    for (file, check) in [("site.db", "picture"), ("journal.db", "journal")] {
        let path = home.path(&format!("hh/{file}"));
        let mut bytes = std::fs::read(&path).unwrap();
        bytes[..16].fill(0);
        std::fs::write(&path, bytes).unwrap();
        stands(&home, &of, check, "bad", file);
    }
}
