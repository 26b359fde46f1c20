//! The way to PostgreSQL over TLS: a real server with a certificate of the test's own authority.

use crate::postgres::{gateway, gun};
use lotline_record::model::SiteId;
use lotline_server::{Ledger, LedgerError};
use lotline_tests::gateway::site;
use lotline_tests::gun::{LONG, check_invariants, received};
use lotline_tests::postgres::{Cluster, database};
use rcgen::{BasicConstraints, CertificateParams, IsCa, Issuer, KeyPair};
use std::path::{Path, PathBuf};

/// An authority, and what it signs.
struct Authority {
    pem: String,
    issuer: Issuer<'static, KeyPair>,
}

impl Authority {
    fn new() -> Self {
        let key = KeyPair::generate().unwrap();
        let mut params = CertificateParams::new(Vec::new()).unwrap();
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        let pem = params.self_signed(&key).unwrap().pem();
        Authority {
            pem,
            issuer: Issuer::new(params, key),
        }
    }

    /// A certificate for `name` and its key.
    fn signs(&self, name: &str) -> (String, String) {
        let key = KeyPair::generate().unwrap();
        let params = CertificateParams::new(vec![name.to_owned()]).unwrap();
        (params.signed_by(&key, &self.issuer).unwrap().pem(), key.serialize_pem())
    }

    fn file(&self, folder: &Path, name: &str) -> PathBuf {
        let path = folder.join(name);
        std::fs::write(&path, &self.pem).unwrap();
        path
    }
}

/// The database of `of` over TCP, by the name that stands in the certificate.
fn over_tcp(cluster: &Cluster, of: &str, way: &str) -> String {
    let database = of.rsplit_once("dbname=").unwrap().1;
    let port = cluster.port();
    format!("host=db.lotline.test hostaddr=127.0.0.1 port={port} user=lotline dbname={database} {way}")
}

fn open(url: &str, folder: &Path) -> Result<Ledger, LedgerError> {
    let site: SiteId = site();
    Ledger::open_postgres(url, &site, &folder.join("replica.db"))
}

fn setting(ledger: &Ledger, name: &str) -> String {
    let found = ledger.settings().unwrap();
    found.into_iter().find(|(key, _)| key == name).unwrap().1
}

#[test]
fn postgres_over_tls_with_its_name_and_authority_a_gateway_works_and_the_server_says_that_it_is_encrypted() {
    let folder = tempfile::tempdir().unwrap();
    let authority = Authority::new();
    let (certificate, key) = authority.signs("db.lotline.test");
    let mut cluster = Cluster::listening(Some((&certificate, &key)));
    let ca = authority.file(folder.path(), "ca.pem");
    // Without a word of sslmode: a name that is not this machine's is looked at.
    let url = over_tcp(
        &cluster,
        &database(&cluster.url()),
        &format!("sslrootcert='{}'", ca.display()),
    );
    let gateway = gateway(url);
    let gun = gun("GUN-1", &gateway);
    gun.capture((0..30).map(|_| received(None, "A-01")));
    crate::postgres::drain(&gun);
    // Every connection of the gateway's, as PostgreSQL sees it.
    let mut beside = ::postgres::Client::connect(&cluster.url(), ::postgres::NoTls).unwrap();
    let seen = beside
        .query(
            "SELECT ssl, version FROM pg_stat_ssl JOIN pg_stat_activity USING (pid) WHERE application_name = 'lotline'",
            &[],
        )
        .unwrap();
    assert!(!seen.is_empty());
    for row in &seen {
        assert!(row.get::<_, bool>(0), "a connection in the clear");
        assert_eq!(row.get::<_, &str>(1), "TLSv1.3");
    }
    drop(beside);
    let ledger = gateway.ledger();
    assert_eq!(setting(&ledger, "sslmode"), "verify-full");
    assert!(
        setting(&ledger, "tls").starts_with("TLSv1.3 "),
        "{:?}",
        ledger.settings()
    );
    drop(ledger);
    // Somebody else stands there for a while: nothing is sent to them, and the device is told to come again.
    let (posing, its) = Authority::new().signs("db.lotline.test");
    cluster.kill();
    cluster.certify((&posing, &its));
    cluster.restart();
    gun.capture((0..10).map(|_| received(None, "A-02")));
    let report = gun.syncer.sync_now(LONG).unwrap();
    assert!(report.more && report.acknowledged == 0, "{report:?}");
    let metrics = crate::postgres::asked(&gateway, "/metrics").1;
    assert!(
        metrics.contains("status=\"503\"") && !metrics.contains("status=\"500\""),
        "{metrics}"
    );
    assert!(
        metrics.contains("lotline_ledger_errors_total{kind=\"untrusted\"}"),
        "{metrics}"
    );
    // It comes again over TLS by itself.
    cluster.kill();
    cluster.certify((&certificate, &key));
    cluster.restart();
    crate::postgres::drain(&gun);
    gateway.settled();
    check_invariants(&gateway, &[&gun]);
}

#[test]
fn postgres_that_does_not_prove_who_it_is_is_refused_with_what_and_where() {
    let folder = tempfile::tempdir().unwrap();
    let (authority, stranger) = (Authority::new(), Authority::new());
    let (certificate, key) = authority.signs("db.lotline.test");
    let cluster = Cluster::listening(Some((&certificate, &key)));
    let database = database(&cluster.url());
    let ca = authority.file(folder.path(), "ca.pem").display().to_string();
    let other = stranger.file(folder.path(), "other.pem").display().to_string();
    let refused = |url: &str| match open(url, folder.path()) {
        Err(LedgerError::Untrusted { at, why }) => (at, why),
        other => panic!("{url}: {other:?}"),
    };
    let (at, why) = refused(&over_tcp(
        &cluster,
        &database,
        &format!("sslmode=verify-full sslrootcert={other}"),
    ));
    assert_eq!(at, "db.lotline.test");
    assert_eq!(
        why,
        format!("no authority that {other} trusts has issued its certificate")
    );
    let (_, why) = refused(&over_tcp(&cluster, &database, ""));
    assert_eq!(why, "no authority that this machine trusts has issued its certificate");
    let misnamed = over_tcp(&cluster, &database, &format!("sslrootcert={ca}")).replace("db.lotline", "dc.lotline");
    assert_eq!(
        refused(&misnamed),
        (
            "dc.lotline.test".to_owned(),
            "its certificate is for another name".to_owned()
        )
    );
    // Encrypted to whoever answers, where that is asked for; and in the clear.
    for (way, tls) in [("sslmode=require", "TLSv1.3"), ("sslmode=disable", "")] {
        let ledger = open(&over_tcp(&cluster, &database, way), folder.path()).unwrap();
        let seen = setting(&ledger, "tls");
        assert!(
            if tls.is_empty() {
                seen.is_empty()
            } else {
                seen.starts_with(tls)
            },
            "{way}: {seen}"
        );
    }
}

#[test]
fn postgres_without_tls_is_refused_where_it_is_asked_for_and_nothing_is_said_in_the_clear() {
    let folder = tempfile::tempdir().unwrap();
    let cluster = Cluster::listening(None);
    let database = database(&cluster.url());
    for (way, mode) in [("sslmode=require", "require"), ("", "verify-full")] {
        match open(&over_tcp(&cluster, &database, way), folder.path()) {
            Err(LedgerError::Untrusted { at, why }) => {
                assert_eq!(at, "db.lotline.test");
                assert_eq!(why, format!("it speaks no TLS, and sslmode is {mode}"));
            }
            other => panic!("{way}: {other:?}"),
        }
    }
    let mut beside = ::postgres::Client::connect(&database, ::postgres::NoTls).unwrap();
    let made = "SELECT 1 FROM pg_namespace WHERE nspname = 'lotline'";
    assert!(beside.query(made, &[]).unwrap().is_empty());
}
