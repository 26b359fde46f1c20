//! Where PostgreSQL is, and how it must prove to be the one: an address in libpq's words, with `sslmode` and `sslrootcert`
//! (PostgreSQL's documentation, "Database Connection Control Functions" and "SSL Support").

use super::session::words;
use crate::ledger::{LedgerError, Result};
use crate::origin;
use postgres::config::{Host, SslMode as Wanted};
use postgres::{Client, Config, NoTls};
use rustls::client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier};
use rustls::crypto::{CryptoProvider, ring, verify_tls12_signature, verify_tls13_signature};
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, ServerName, UnixTime};
use rustls::{CertificateError, ClientConfig, DigitallySignedStruct, RootCertStore, SignatureScheme};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;
use tokio_postgres_rustls::MakeRustlsConnect;

const MODE: &str = "sslmode";
const ROOTS: &str = "sslrootcert";
/// `sslrootcert` that stands for the authorities which this machine trusts.
const SYSTEM: &str = "system";

/// How far the way to PostgreSQL is trusted. libpq's other words promise less than they seem to: `allow` and `prefer` go on in the
/// clear when somebody in between says so, `verify-ca` takes every server that the authority ever vouched for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Mode {
    /// In the clear.
    Disable,
    /// Encrypted; who answers is not looked at.
    Require,
    /// Encrypted, with a certificate of that name from these authorities: a PEM file, or this machine's own.
    VerifyFull(Option<PathBuf>),
}

impl Mode {
    /// libpq's word.
    pub(super) fn word(&self) -> &'static str {
        match self {
            Mode::Disable => "disable",
            Mode::Require => "require",
            Mode::VerifyFull(_) => "verify-full",
        }
    }
}

/// The address, read.
#[derive(Debug, Clone)]
pub(super) struct Address {
    config: Config,
    mode: Mode,
    near: bool,
}

fn wrong(key: &'static str, why: impl Into<String>) -> LedgerError {
    LedgerError::AddressKey { key, why: why.into() }
}

impl Address {
    /// Reads `postgres://user@host/database?key=value` or `host=… key=…`. Without `sslmode`: in the clear through a socket or on
    /// loopback, `verify-full` to anywhere else.
    pub(super) fn read(text: &str) -> Result<Self> {
        let (rest, own) = take_out(text);
        let mut config = rest
            .parse::<Config>()
            .map_err(|error| LedgerError::Address(words(&error)))?;
        let of = |key| {
            own.iter()
                .rev()
                .find(|(found, _)| *found == key)
                .map(|(_, value)| value.as_str())
        };
        let roots = of(ROOTS);
        let near = is_near(&config);
        let file = roots.filter(|path| *path != SYSTEM).map(PathBuf::from);
        let mode = match of(MODE) {
            None if !near => Mode::VerifyFull(file),
            None if roots.is_some() => {
                return Err(wrong(MODE, "authorities are named, but not what for: say verify-full"));
            }
            None | Some("disable") => Mode::Disable,
            Some("require") => Mode::Require,
            Some("verify-full") => Mode::VerifyFull(file),
            Some(other) => return Err(wrong(MODE, format!("{other:?}: say disable, require or verify-full"))),
        };
        if roots.is_some() && !matches!(mode, Mode::VerifyFull(_)) {
            let why = format!("sslmode {} looks at no certificate: say verify-full", mode.word());
            return Err(wrong(ROOTS, why));
        }
        if mode != Mode::Disable && config.get_hosts().is_empty() {
            return Err(wrong(
                "host",
                "name the server as its certificate does, beside hostaddr",
            ));
        }
        let sockets = config.get_hosts().iter().all(|host| !matches!(host, Host::Tcp(_)));
        config
            // PostgreSQL speaks no TLS through a socket.
            .ssl_mode(if mode == Mode::Disable || sockets {
                Wanted::Disable
            } else {
                Wanted::Require
            })
            .application_name("lotline")
            .connect_timeout(Duration::from_secs(5))
            .keepalives_idle(Duration::from_secs(30))
            .tcp_user_timeout(Duration::from_secs(20));
        Ok(Address { config, mode, near })
    }

    /// What an operator is told of the way: `sslmode`, and `way`, which is `near` where nobody can stand in between.
    pub(super) fn told(&self) -> [(String, String); 2] {
        let way = if self.near { "near" } else { "far" };
        [
            (MODE.to_owned(), self.mode.word().to_owned()),
            ("way".to_owned(), way.to_owned()),
        ]
    }

    /// Connects. The file of authorities is read each time, so that a new one needs no new start.
    pub(super) fn connect(&self) -> Result<Client> {
        let Some(tls) = self.tls()? else {
            return self.config.connect(NoTls).map_err(super::session::said);
        };
        self.config
            .connect(MakeRustlsConnect::new(tls))
            .map_err(|error| self.untrusted(&error).unwrap_or_else(|| super::session::said(error)))
    }

    fn tls(&self) -> Result<Option<ClientConfig>> {
        let provider = Arc::new(ring::default_provider());
        let builder = ClientConfig::builder_with_provider(Arc::clone(&provider))
            .with_safe_default_protocol_versions()
            .map_err(|error| wrong(MODE, error.to_string()))?;
        Ok(match &self.mode {
            Mode::Disable => None,
            Mode::Require => Some(
                builder
                    .dangerous()
                    .with_custom_certificate_verifier(Arc::new(Anybody(provider)))
                    .with_no_client_auth(),
            ),
            Mode::VerifyFull(file) => Some(
                builder
                    .with_root_certificates(authorities(file.as_deref())?)
                    .with_no_client_auth(),
            ),
        })
    }

    /// The hosts as they are named, for words.
    fn hosts(&self) -> String {
        let names = self.config.get_hosts().iter().map(|host| match host {
            Host::Tcp(name) => name.clone(),
            Host::Unix(path) => path.display().to_string(),
        });
        names.collect::<Vec<_>>().join(", ")
    }

    /// What a failed handshake was about, where it was about trust and not about the way.
    fn untrusted(&self, error: &postgres::Error) -> Option<LedgerError> {
        if error.code().is_some() {
            return None;
        }
        let cause = std::error::Error::source(error)?;
        let by = match &self.mode {
            Mode::VerifyFull(Some(file)) => file.display().to_string(),
            _ => "this machine".to_owned(),
        };
        let said = cause
            .downcast_ref::<std::io::Error>()
            .and_then(|error| error.get_ref())
            .and_then(|error| error.downcast_ref::<rustls::Error>());
        let why = match said {
            // A bad signature: an authority of that very name, and another one.
            Some(rustls::Error::InvalidCertificate(
                CertificateError::UnknownIssuer | CertificateError::BadSignature,
            )) => {
                format!("no authority that {by} trusts has issued its certificate")
            }
            Some(rustls::Error::InvalidCertificate(
                CertificateError::NotValidForName | CertificateError::NotValidForNameContext { .. },
            )) => "its certificate is for another name".to_owned(),
            Some(rustls::Error::InvalidCertificate(
                CertificateError::Expired | CertificateError::ExpiredContext { .. },
            )) => "its certificate has ended".to_owned(),
            Some(other) => other.to_string(),
            // The driver's own word, where the server answers that it has no TLS.
            None if cause.to_string() == "server does not support TLS" => {
                format!("it speaks no TLS, and sslmode is {}", self.mode.word())
            }
            None => return None,
        };
        Some(LedgerError::Untrusted { at: self.hosts(), why })
    }
}

/// Whether nobody can stand in between: a socket, or this machine itself.
fn is_near(config: &Config) -> bool {
    let hosts = config.get_hosts().iter().all(|host| match host {
        Host::Tcp(name) => origin::is_loopback(name),
        Host::Unix(_) => true,
    });
    hosts && config.get_hostaddrs().iter().all(std::net::IpAddr::is_loopback)
}

/// Whoever may vouch for PostgreSQL.
fn authorities(file: Option<&Path>) -> Result<RootCertStore> {
    let mut roots = RootCertStore::empty();
    let Some(path) = file else {
        let found = rustls_native_certs::load_native_certs();
        // One that rustls cannot use (an old algorithm) is left out, as elsewhere.
        roots.add_parsable_certificates(found.certs);
        if roots.is_empty() {
            return Err(wrong(ROOTS, "this machine trusts no authority: name a file of them"));
        }
        return Ok(roots);
    };
    let bad = |why: String| wrong(ROOTS, format!("{}: {why}", path.display()));
    let pem = std::fs::read(path).map_err(|error| bad(error.to_string()))?;
    for authority in CertificateDer::pem_slice_iter(&pem) {
        let authority = authority.map_err(|error| bad(error.to_string()))?;
        roots.add(authority).map_err(|error| bad(error.to_string()))?;
    }
    if roots.is_empty() {
        return Err(bad("there is no certificate in it".to_owned()));
    }
    Ok(roots)
}

/// The address without the keys that the driver does not know, and those. A key that stands twice counts as it stands last.
fn take_out(text: &str) -> (String, Vec<(&'static str, String)>) {
    let known = |name: &str| [MODE, ROOTS].into_iter().find(|key| *key == name);
    let mut own = Vec::new();
    if ["postgres://", "postgresql://"]
        .iter()
        .any(|scheme| text.starts_with(scheme))
    {
        // A question mark before the `@` is a password's.
        let after = text.find('@').unwrap_or(0);
        let Some(at) = text[after..].find('?').map(|at| after + at) else {
            return (text.to_owned(), own);
        };
        let mut rest = Vec::new();
        for pair in text[at + 1..].split('&') {
            let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
            match known(name) {
                Some(key) => own.push((key, percent_decoded(value))),
                None => rest.push(pair),
            }
        }
        let mark = if rest.is_empty() { "" } else { "?" };
        return (format!("{}{mark}{}", &text[..at], rest.join("&")), own);
    }
    let mut rest = String::new();
    let mut left = text;
    while let Some((pair, name, value, next)) = keyword(left) {
        match known(name) {
            Some(key) => own.push((key, value)),
            None => rest.push_str(pair),
        }
        left = next;
    }
    // What is no pair is for the driver to complain about.
    rest.push_str(left);
    (rest, own)
}

/// The next `name = value` with the space around it, its name and value, and what follows.
fn keyword(text: &str) -> Option<(&str, &str, String, &str)> {
    let equals = text.find('=')?;
    let name = text[..equals].trim();
    let begin = equals + 1 + (text[equals + 1..].len() - text[equals + 1..].trim_start().len());
    let quoted = text[begin..].starts_with('\'');
    let mut value = String::new();
    let mut signs = text[begin..].char_indices().skip(usize::from(quoted));
    let end = loop {
        match signs.next() {
            Some((at, '\'')) if quoted => break begin + at + 1,
            Some((at, sign)) if !quoted && sign.is_whitespace() => break begin + at,
            Some((_, '\\')) => value.extend(signs.next().map(|(_, sign)| sign)),
            Some((_, sign)) => value.push(sign),
            None if quoted => return None,
            None => break text.len(),
        }
    };
    Some((&text[..end], name, value, &text[end..]))
}

fn percent_decoded(text: &str) -> String {
    // The reader of forms takes a plus for a space; an address does not.
    let form = format!("v={}", text.replace('+', "%2B"));
    let read: Vec<(String, String)> = serde_urlencoded::from_str(&form).unwrap_or_default();
    read.into_iter()
        .next()
        .map_or_else(|| text.to_owned(), |(_, value)| value)
}

/// `sslmode=require`: whoever answers is taken, and what is said is for them alone.
#[derive(Debug)]
struct Anybody(Arc<CryptoProvider>);

impl ServerCertVerifier for Anybody {
    fn verify_server_cert(
        &self,
        _: &CertificateDer<'_>,
        _: &[CertificateDer<'_>],
        _: &ServerName<'_>,
        _: &[u8],
        _: UnixTime,
    ) -> std::result::Result<ServerCertVerified, rustls::Error> {
        Ok(ServerCertVerified::assertion())
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signed: &DigitallySignedStruct,
    ) -> std::result::Result<HandshakeSignatureValid, rustls::Error> {
        verify_tls12_signature(message, certificate, signed, &self.0.signature_verification_algorithms)
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signed: &DigitallySignedStruct,
    ) -> std::result::Result<HandshakeSignatureValid, rustls::Error> {
        verify_tls13_signature(message, certificate, signed, &self.0.signature_verification_algorithms)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.0.signature_verification_algorithms.supported_schemes()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn mode(text: &str) -> Mode {
        Address::read(text).unwrap().mode
    }

    #[test]
    fn without_sslmode_the_clear_is_for_sockets_and_loopback_alone() {
        for near in [
            "host=/run/postgresql user=lotline",
            "postgres://lotline@localhost/lotline",
            "postgres://lotline@127.0.0.1:5433/lotline",
            "host=db hostaddr=127.0.0.1 user=lotline sslmode=disable",
        ] {
            assert_eq!(mode(near), Mode::Disable, "{near}");
        }
        for far in [
            "postgres://lotline@db.example/lotline",
            "host=10.0.0.5 user=lotline",
            "host=localhost,db.example user=lotline",
            "host=localhost hostaddr=10.0.0.5 user=lotline",
        ] {
            assert_eq!(mode(far), Mode::VerifyFull(None), "{far}");
        }
    }

    #[test]
    fn libpqs_words_are_read_in_both_forms_and_the_rest_is_left_as_it_is() {
        let file = Mode::VerifyFull(Some("/etc/my ca.pem".into()));
        for text in [
            "postgres://lotline:p%3Fw@db/lotline?sslmode=verify-full&connect_timeout=3&sslrootcert=/etc/my%20ca.pem",
            "user = lotline password='p?w' host=db sslrootcert = '/etc/my ca.pem' sslmode=verify-full connect_timeout=3 dbname=lotline",
            r"host=db user=lotline password=p?w sslrootcert=/etc/my\ ca.pem dbname='lotline'",
        ] {
            let read = Address::read(text).unwrap();
            assert_eq!(read.mode, file, "{text}");
            assert_eq!(read.config.get_user(), Some("lotline"), "{text}");
            assert_eq!(read.config.get_password(), Some(&b"p?w"[..]), "{text}");
            assert_eq!(read.config.get_dbname(), Some("lotline"), "{text}");
            assert_eq!(read.config.get_ssl_mode(), Wanted::Require, "{text}");
        }
        assert_eq!(mode("postgres://u@db/d?sslmode=require"), Mode::Require);
        assert_eq!(mode("postgres://u@db/d?sslrootcert=system"), Mode::VerifyFull(None));
    }

    #[test]
    fn a_word_that_promises_less_than_it_seems_is_refused_by_name() {
        for (text, named) in [
            ("host=db user=u sslmode=prefer", MODE),
            ("host=db user=u sslmode=allow", MODE),
            ("host=db user=u sslmode=verify-ca", MODE),
            ("host=localhost user=u sslrootcert=/ca.pem", MODE),
            ("host=db user=u sslmode=require sslrootcert=/ca.pem", ROOTS),
            ("hostaddr=10.0.0.5 user=u", "host"),
        ] {
            let error = Address::read(text).unwrap_err();
            assert!(
                matches!(&error, LedgerError::AddressKey { key, .. } if *key == named),
                "{text}: {error}"
            );
        }
        let error = Address::read("host=db user=u sslcert=/me.pem").unwrap_err();
        assert!(error.to_string().contains("sslcert"), "{error}");
    }

    #[test]
    fn a_file_of_authorities_that_holds_none_is_named() {
        let folder = tempfile::tempdir().unwrap();
        let (absent, empty) = (folder.path().join("absent.pem"), folder.path().join("empty.pem"));
        std::fs::write(&empty, "nothing").unwrap();
        for path in [absent, empty] {
            let error = authorities(Some(&path)).unwrap_err();
            assert!(
                matches!(&error, LedgerError::AddressKey { key, why } if *key == ROOTS && why.contains(path.to_str().unwrap())),
                "{error}"
            );
        }
    }
}
