//! TLS at the gateway's own door: its certificate, read again while it runs, and the keys that devices pin.

use crate::edge;
use axum::serve::Listener;
use chrono::Datelike;
use lotline_record::wire::Pin;
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer, ServerName};
use rustls::server::{ClientHello, ParsedCertificate, ResolvesServerCert};
use rustls::sign::CertifiedKey;
use std::io::{self, Write};
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::sync::{Arc, PoisonError, RwLock};
use std::time::{Duration, SystemTime};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::mpsc;
use tokio::task::{JoinHandle, JoinSet};
use tokio_rustls::TlsAcceptor;
use tokio_rustls::server::TlsStream;

/// Where the gateway's certificate comes from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Tls {
    /// PEM files: the chain, the server's own certificate first, and its private key.
    Files {
        /// The chain.
        certificate: PathBuf,
        /// The key.
        key: PathBuf,
    },
    /// A certificate of the gateway's own making, for a site without an authority: `tls/cert.pem` and `tls/key.pem` in the
    /// data folder. Devices trust it by its pin.
    Own {
        /// The host names and addresses it is for; a browser compares them, a device does not.
        names: Vec<String>,
    },
}

/// Why there is no TLS with the files given.
#[derive(Debug, thiserror::Error)]
pub enum TlsError {
    /// A file cannot be read or written.
    #[error("{path}: {source}")]
    File {
        /// The file.
        path: PathBuf,
        /// The system's word.
        source: io::Error,
    },
    /// A file is not what it should be.
    #[error("{path}: {why}")]
    Content {
        /// The file.
        path: PathBuf,
        /// What is wrong.
        why: String,
    },
    /// Each file is good, and they do not belong together.
    #[error("{key}: this is not the key of the certificate in {certificate}")]
    Mismatch {
        /// The chain's file.
        certificate: PathBuf,
        /// The key's file.
        key: PathBuf,
    },
    /// No certificate can be made.
    #[error("no certificate can be made: {0}")]
    Own(String),
}

/// Who has not finished the handshake by then is let go.
const HANDSHAKE: Duration = Duration::from_secs(10);
/// Handshakes in progress at once; who comes meanwhile waits in the system's queue.
const HANDSHAKES_MOST: usize = 256;
/// How often the files are looked at.
const LOOK: Duration = Duration::from_mins(1);
/// Years that a certificate of the gateway's own is good for, after the one in which it is made.
const OWN_YEARS: i32 = 10;

/// The certificate in use. A new one is for the connections to come; those that are open stay.
pub(crate) struct Certificate {
    files: Option<(PathBuf, PathBuf)>,
    /// Certificates whose keys are announced besides: the next one's, or those of a proxy in front.
    also: Vec<PathBuf>,
    /// Where `lotline enrol` finds the pins.
    list: PathBuf,
    current: RwLock<Current>,
}

#[derive(Clone, Default)]
struct Current {
    key: Option<Arc<CertifiedKey>>,
    pins: Vec<Pin>,
    read: Vec<Option<SystemTime>>,
}

impl std::fmt::Debug for Certificate {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Certificate")
            .field("files", &self.files)
            .finish_non_exhaustive()
    }
}

impl Certificate {
    /// Reads or makes the certificate, and leaves the pins in `data`.
    pub(crate) fn open(tls: Option<Tls>, also: Vec<PathBuf>, data: &Path) -> Result<Self, TlsError> {
        let files = match tls {
            None => None,
            Some(Tls::Files { certificate, key }) => Some((certificate, key)),
            Some(Tls::Own { names }) => Some(own(&data.join("tls"), &names)?),
        };
        let opened = Certificate {
            files,
            also,
            list: data.join(PINS),
            current: RwLock::default(),
        };
        opened.reload()?;
        Ok(opened)
    }

    fn current(&self) -> Current {
        self.current.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// The keys that devices may pin: the one in use first.
    pub(crate) fn pins(&self) -> Vec<Pin> {
        self.current().pins
    }

    /// Whether the gateway itself speaks TLS.
    pub(crate) fn is_own_door(&self) -> bool {
        self.files.is_some()
    }

    /// Reads the files again. What cannot be used changes nothing.
    pub(crate) fn reload(&self) -> Result<(), TlsError> {
        let read = self.changed_at();
        let key = match &self.files {
            Some((certificate, key)) => Some(Arc::new(pair(certificate, key)?)),
            None => None,
        };
        let mut pins = Vec::new();
        if let (Some(pair), Some((path, _))) = (&key, &self.files) {
            pins.push(pin(path, pair.cert.first())?);
        }
        for path in &self.also {
            let pin = pin(path, chain(path)?.first())?;
            if !pins.contains(&pin) {
                pins.push(pin);
            }
        }
        let list = pins
            .iter()
            .fold(String::new(), |list, pin| list + &pin.to_string() + "\n");
        // Beside and over: `lotline enrol` never reads half a list.
        let part = self.list.with_extension("part");
        std::fs::write(&part, list)
            .and_then(|()| std::fs::rename(&part, &self.list))
            .map_err(|source| file(&self.list, source))?;
        *self.current.write().unwrap_or_else(PoisonError::into_inner) = Current { key, pins, read };
        Ok(())
    }

    fn changed_at(&self) -> Vec<Option<SystemTime>> {
        let own = self.files.iter().flat_map(|(certificate, key)| [certificate, key]);
        own.chain(&self.also)
            .map(|path| std::fs::metadata(path).and_then(|about| about.modified()).ok())
            .collect()
    }

    /// Reads the files again whenever they have changed.
    pub(crate) async fn follow(self: Arc<Self>) {
        loop {
            tokio::time::sleep(LOOK).await;
            let before = self.current().read;
            if self.changed_at() != before {
                self.renew();
            }
        }
    }

    fn renew(&self) {
        match self.reload() {
            Ok(()) => tracing::info!("the certificate was read again"),
            // Half a renewal, most likely: the next look finds the rest.
            Err(error) => tracing::error!(%error, "the new certificate cannot be used; the old one stays"),
        }
    }
}

/// The file in the data folder that names the pins, one a line.
pub const PINS: &str = "pins";

/// The pins that the gateway in `data` has left for invitations; none before its first start, and without TLS.
///
/// # Errors
/// The disk's; `InvalidData` when the file holds something else.
pub fn pins(data: &Path) -> io::Result<Vec<Pin>> {
    let text = match std::fs::read_to_string(data.join(PINS)) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
        text => text?,
    };
    text.lines()
        .map(|line| line.parse().map_err(|e| io::Error::new(io::ErrorKind::InvalidData, e)))
        .collect()
}

impl ResolvesServerCert for Certificate {
    fn resolve(&self, _: ClientHello<'_>) -> Option<Arc<CertifiedKey>> {
        self.current().key
    }
}

fn file(path: &Path, source: io::Error) -> TlsError {
    TlsError::File {
        path: path.into(),
        source,
    }
}

#[allow(clippy::needless_pass_by_value, reason = "`map_err` hands errors over")]
fn content(path: &Path, why: impl std::fmt::Display) -> TlsError {
    TlsError::Content {
        path: path.into(),
        why: why.to_string(),
    }
}

fn chain(path: &Path) -> Result<Vec<CertificateDer<'static>>, TlsError> {
    let pem = std::fs::read(path).map_err(|source| file(path, source))?;
    let chain: Result<Vec<_>, _> = CertificateDer::pem_slice_iter(&pem).collect();
    match chain {
        Ok(chain) if chain.is_empty() => Err(content(path, "no certificate in PEM")),
        Ok(chain) => Ok(chain),
        Err(error) => Err(content(path, error)),
    }
}

/// When the first certificate of the PEM file `path` ends (RFC 5280, 4.1.2.5).
///
/// # Errors
/// [`TlsError`] names the file.
pub fn ends(path: &Path) -> Result<lotline_record::entry::Instant, TlsError> {
    use p256::pkcs8::der::{Any, DateTime, Decode, Reader, SliceReader, asn1::GeneralizedTime, asn1::UtcTime};
    let chain = chain(path)?;
    let first = chain.first().ok_or_else(|| content(path, "no certificate in PEM"))?;
    // Certificate { tbs { [0] version, serial, algorithm, issuer, validity { from, to }, … }, … }
    let read = || -> p256::pkcs8::der::Result<DateTime> {
        let whole = Any::from_der(first)?;
        let inside = SliceReader::new(whole.value())?.decode::<Any>()?;
        let mut body = SliceReader::new(inside.value())?;
        let mut field = body.decode::<Any>()?;
        // Version 1 has no tag for its version.
        let before = if p256::pkcs8::der::Tagged::tag(&field).is_context_specific() {
            3
        } else {
            2
        };
        for _ in 0..before {
            field = body.decode::<Any>()?;
        }
        let _ = field;
        let validity = body.decode::<Any>()?;
        let mut times = SliceReader::new(validity.value())?;
        times.decode::<Any>()?;
        let end = times.decode::<Any>()?;
        end.decode_as::<UtcTime>()
            .map(|time| time.to_date_time())
            .or_else(|_| end.decode_as::<GeneralizedTime>().map(|time| time.to_date_time()))
    };
    let end = read().map_err(|error| content(path, error))?;
    let ms = i64::try_from(end.unix_duration().as_millis()).unwrap_or(i64::MAX);
    Ok(lotline_record::entry::Instant::from_unix_ms(ms))
}

fn pin(path: &Path, certificate: Option<&CertificateDer<'_>>) -> Result<Pin, TlsError> {
    let certificate = certificate.ok_or_else(|| content(path, "no certificate in PEM"))?;
    let parsed = ParsedCertificate::try_from(certificate).map_err(|e| content(path, e))?;
    Ok(Pin::of_spki(&parsed.subject_public_key_info()))
}

fn pair(certificate: &Path, key: &Path) -> Result<CertifiedKey, TlsError> {
    let chain = chain(certificate)?;
    let pem = std::fs::read(key).map_err(|source| file(key, source))?;
    let secret = PrivateKeyDer::from_pem_slice(&pem).map_err(|_| content(key, "no private key in PEM"))?;
    let provider = rustls::crypto::ring::default_provider();
    let signer = provider.key_provider.load_private_key(secret);
    let pair = CertifiedKey::new(chain, signer.map_err(|e| content(key, e))?);
    match pair.keys_match() {
        Ok(()) => Ok(pair),
        Err(rustls::Error::InconsistentKeys(_)) => Err(TlsError::Mismatch {
            certificate: certificate.into(),
            key: key.into(),
        }),
        Err(error) => Err(content(certificate, error)),
    }
}

/// Certificate and key in `folder`. The key is made once and kept, for devices know it; the certificate is made anew when it
/// is not there or lacks a name.
fn own(folder: &Path, names: &[String]) -> Result<(PathBuf, PathBuf), TlsError> {
    std::fs::create_dir_all(folder).map_err(|source| file(folder, source))?;
    let (certificate, key) = (folder.join("cert.pem"), folder.join("key.pem"));
    let made = |error: rcgen::Error| TlsError::Own(error.to_string());
    if !key.exists() {
        let pem = rcgen::KeyPair::generate().map_err(made)?.serialize_pem();
        write_private(&key, pem.as_bytes()).map_err(|source| file(&key, source))?;
    }
    if certificate.exists() && covers(&certificate, names)? {
        return Ok((certificate, key));
    }
    let pem = std::fs::read_to_string(&key).map_err(|source| file(&key, source))?;
    let secret = rcgen::KeyPair::from_pem(&pem).map_err(|e| content(&key, e))?;
    let mut wanted = rcgen::CertificateParams::new(names.to_vec()).map_err(made)?;
    let year = edge::now().day(0).year();
    // A clock that is a year behind still takes it.
    wanted.not_before = rcgen::date_time_ymd(year - 1, 1, 1);
    wanted.not_after = rcgen::date_time_ymd(year + OWN_YEARS, 1, 1);
    wanted
        .distinguished_name
        .push(rcgen::DnType::CommonName, "Lotline gateway");
    let signed = wanted.self_signed(&secret).map_err(made)?;
    std::fs::write(&certificate, signed.pem()).map_err(|source| file(&certificate, source))?;
    Ok((certificate, key))
}

fn covers(path: &Path, names: &[String]) -> Result<bool, TlsError> {
    let chain = chain(path)?;
    let first = chain.first().ok_or_else(|| content(path, "no certificate in PEM"))?;
    let parsed = ParsedCertificate::try_from(first).map_err(|e| content(path, e))?;
    Ok(names.iter().all(|name| {
        ServerName::try_from(name.as_str()).is_ok_and(|name| rustls::client::verify_server_name(&parsed, &name).is_ok())
    }))
}

fn write_private(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let mut options = std::fs::OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    {
        use std::os::unix::fs::OpenOptionsExt;
        options.mode(0o600);
    }
    let mut file = options.open(path)?;
    file.write_all(bytes)?;
    file.sync_all()
}

/// Takes connections and speaks TLS with them. Handshakes run beside each other, so that one that dawdles keeps nobody else
/// waiting.
pub(crate) struct Door {
    address: SocketAddr,
    ready: mpsc::Receiver<(TlsStream<TcpStream>, SocketAddr)>,
    taking: JoinHandle<()>,
}

impl Door {
    pub(crate) fn new(listener: TcpListener, certificate: Arc<Certificate>) -> Result<Self, TlsError> {
        let own = |e: &dyn std::fmt::Display| TlsError::Own(e.to_string());
        let address = listener.local_addr().map_err(|e| own(&e))?;
        let provider = Arc::new(rustls::crypto::ring::default_provider());
        let mut config = rustls::ServerConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()
            .map_err(|e| own(&e))?
            .with_no_client_auth()
            .with_cert_resolver(certificate);
        config.alpn_protocols = vec![b"http/1.1".to_vec()];
        let (sender, ready) = mpsc::channel(64);
        let acceptor = TlsAcceptor::from(Arc::new(config));
        Ok(Door {
            address,
            ready,
            taking: tokio::spawn(take(listener, acceptor, sender)),
        })
    }
}

async fn take(
    mut listener: TcpListener,
    acceptor: TlsAcceptor,
    ready: mpsc::Sender<(TlsStream<TcpStream>, SocketAddr)>,
) {
    // Dropped with this task, and with it every handshake in progress.
    let mut handshakes = JoinSet::new();
    loop {
        tokio::select! {
            (stream, peer) = Listener::accept(&mut listener), if handshakes.len() < HANDSHAKES_MOST => {
                let (acceptor, ready) = (acceptor.clone(), ready.clone());
                handshakes.spawn(async move {
                    match tokio::time::timeout(HANDSHAKE, acceptor.accept(stream)).await {
                        // A receiver that is gone is a gateway that stops.
                        Ok(Ok(stream)) => drop(ready.send((stream, peer)).await),
                        Ok(Err(error)) => tracing::debug!(%peer, %error, "a handshake failed"),
                        Err(_) => tracing::debug!(%peer, "a handshake was not finished"),
                    }
                });
            }
            Some(_) = handshakes.join_next() => {}
        }
    }
}

impl Drop for Door {
    fn drop(&mut self) {
        self.taking.abort();
    }
}

impl Listener for Door {
    type Io = TlsStream<TcpStream>;
    type Addr = SocketAddr;

    async fn accept(&mut self) -> (Self::Io, Self::Addr) {
        match self.ready.recv().await {
            Some(taken) => taken,
            // Nobody takes connections any more: so does nobody here.
            None => std::future::pending().await,
        }
    }

    fn local_addr(&self) -> io::Result<SocketAddr> {
        Ok(self.address)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names() -> Vec<String> {
        vec!["localhost".to_owned(), "127.0.0.1".to_owned()]
    }

    fn files(folder: &Path) -> Tls {
        Tls::Files {
            certificate: folder.join("tls/cert.pem"),
            key: folder.join("tls/key.pem"),
        }
    }

    #[test]
    fn an_own_certificate_keeps_its_key_when_it_gets_another_name() {
        let folder = tempfile::tempdir().unwrap();
        let open = |names: Vec<String>| Certificate::open(Some(Tls::Own { names }), Vec::new(), folder.path()).unwrap();
        let first = open(names()).pins();
        let before = std::fs::read(folder.path().join("tls/cert.pem")).unwrap();
        assert_eq!(open(names()).pins(), first);
        assert_eq!(std::fs::read(folder.path().join("tls/cert.pem")).unwrap(), before);
        assert_eq!(open(vec!["gw.example".into()]).pins(), first);
        assert_ne!(std::fs::read(folder.path().join("tls/cert.pem")).unwrap(), before);
        assert_eq!(pins(folder.path()).unwrap(), first);
    }

    #[cfg(unix)]
    #[test]
    fn an_own_key_is_for_its_owner_alone() {
        use std::os::unix::fs::PermissionsExt;
        let folder = tempfile::tempdir().unwrap();
        Certificate::open(Some(Tls::Own { names: names() }), Vec::new(), folder.path()).unwrap();
        let about = std::fs::metadata(folder.path().join("tls/key.pem")).unwrap();
        assert_eq!(about.permissions().mode() & 0o777, 0o600);
    }

    #[test]
    fn a_wrong_file_is_named_and_a_reload_that_fails_changes_nothing() {
        let [folder, other] = [tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap()];
        for folder in [&folder, &other] {
            Certificate::open(Some(Tls::Own { names: names() }), Vec::new(), folder.path()).unwrap();
        }
        let key = folder.path().join("tls/key.pem");
        let opened = Certificate::open(Some(files(folder.path())), Vec::new(), folder.path()).unwrap();
        let (good, before) = (std::fs::read(&key).unwrap(), opened.pins());
        std::fs::copy(other.path().join("tls/key.pem"), &key).unwrap();
        let error = opened.reload().unwrap_err();
        assert!(
            matches!(&error, TlsError::Mismatch { key: named, .. } if *named == key),
            "{error}"
        );
        std::fs::write(&key, "nonsense").unwrap();
        let error = opened.reload().unwrap_err();
        assert!(
            matches!(&error, TlsError::Content { path, .. } if *path == key),
            "{error}"
        );
        std::fs::remove_file(&key).unwrap();
        let error = opened.reload().unwrap_err();
        assert!(matches!(&error, TlsError::File { path, .. } if *path == key), "{error}");
        assert_eq!(opened.pins(), before);
        assert!(opened.current().key.is_some());
        std::fs::write(&key, good).unwrap();
        opened.reload().unwrap();
    }

    #[test]
    fn the_next_certificates_key_is_announced_beside_the_one_in_use() {
        let [folder, next] = [tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap()];
        let own = Tls::Own { names: names() };
        let coming = Certificate::open(Some(own.clone()), Vec::new(), next.path())
            .unwrap()
            .pins();
        let path = next.path().join("tls/cert.pem");
        let opened = Certificate::open(Some(own), vec![path.clone()], folder.path()).unwrap();
        assert_eq!(opened.pins().len(), 2);
        assert_eq!(opened.pins()[1..], coming);
        let proxied = Certificate::open(None, vec![path], folder.path()).unwrap();
        assert_eq!(proxied.pins(), coming, "a proxy's, without TLS here");
    }
}
