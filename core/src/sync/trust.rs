//! Whom the device speaks TLS with: exactly the keys that its enrolment named, or else whoever a trusted root vouches for.

use crate::platform::Platform;
use crate::{Error, Remedy};
use lotline_record::wire::Pin;
use rustls::client::WebPkiServerVerifier;
use rustls::client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier};
use rustls::crypto::{CryptoProvider, verify_tls12_signature, verify_tls13_signature};
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, ServerName, UnixTime};
use rustls::server::ParsedCertificate;
use rustls::{CertificateError, DigitallySignedStruct, RootCertStore, SignatureScheme};
use std::sync::{Arc, Mutex, PoisonError};

/// The pin by which the last handshake was accepted; `None` before one, and without pins.
#[derive(Debug, Clone, Default)]
pub(super) struct AcceptedBy(Arc<Mutex<Option<Pin>>>);

impl AcceptedBy {
    /// See [`AcceptedBy`].
    pub(super) fn pin(&self) -> Option<Pin> {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn note(&self, pin: Pin) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = Some(pin);
    }
}

/// TLS for a device with these pins. Without any it trusts Mozilla's roots, and the platform's besides.
pub(super) fn tls(platform: &Platform, pins: &[Pin]) -> Result<(rustls::ClientConfig, AcceptedBy), Error> {
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let accepted = AcceptedBy::default();
    let builder = rustls::ClientConfig::builder_with_provider(Arc::clone(&provider))
        .with_safe_default_protocol_versions()
        .map_err(|e| Error::bug(format!("TLS: {e}")))?;
    let config = if pins.is_empty() {
        builder.with_root_certificates(roots(platform)?).with_no_client_auth()
    } else {
        let verifier = Pinned {
            pins: pins.to_vec(),
            provider,
            accepted: accepted.clone(),
        };
        // "Dangerous" is a verifier of one's own; this one is stricter than the roots.
        builder
            .dangerous()
            .with_custom_certificate_verifier(Arc::new(verifier))
            .with_no_client_auth()
    };
    Ok((config, accepted))
}

fn roots(platform: &Platform) -> Result<RootCertStore, Error> {
    let mut roots = RootCertStore {
        roots: webpki_roots::TLS_SERVER_ROOTS.to_vec(),
    };
    for pem in &platform.trust_roots {
        for root in CertificateDer::pem_slice_iter(pem) {
            let root = root.map_err(|e| Error::new(Remedy::Bug, "trust_roots", format!("a trusted root: {e}")))?;
            // A root that rustls cannot use (an old algorithm) is left out, as the platform's own verifier does.
            roots.add_parsable_certificates([root]);
        }
    }
    Ok(roots)
}

/// Accepts a server whose key is pinned, or whose certificate an authority with a pinned key has issued. That the server
/// holds its key is proven by the handshake's signature, which is checked as ever.
///
/// A server's own pinned key is taken whatever name and dates its certificate has: the key is the identity, and a handheld's
/// clock may stand in 1970. An authority's key vouches for others, so there name and dates count.
#[derive(Debug)]
struct Pinned {
    pins: Vec<Pin>,
    provider: Arc<CryptoProvider>,
    accepted: AcceptedBy,
}

impl Pinned {
    fn pin(&self, certificate: &CertificateDer<'_>) -> Option<Pin> {
        let parsed = ParsedCertificate::try_from(certificate).ok()?;
        let pin = Pin::of_spki(&parsed.subject_public_key_info());
        self.pins.contains(&pin).then_some(pin)
    }
}

impl ServerCertVerifier for Pinned {
    fn verify_server_cert(
        &self,
        end_entity: &CertificateDer<'_>,
        intermediates: &[CertificateDer<'_>],
        server_name: &ServerName<'_>,
        ocsp_response: &[u8],
        now: UnixTime,
    ) -> Result<ServerCertVerified, rustls::Error> {
        if let Some(pin) = self.pin(end_entity) {
            self.accepted.note(pin);
            return Ok(ServerCertVerified::assertion());
        }
        for authority in intermediates {
            let Some(pin) = self.pin(authority) else { continue };
            let mut roots = RootCertStore::empty();
            roots.add(authority.clone().into_owned())?;
            let by = WebPkiServerVerifier::builder_with_provider(Arc::new(roots), Arc::clone(&self.provider))
                .build()
                .map_err(|e| rustls::Error::General(e.to_string()))?;
            let verified = by.verify_server_cert(end_entity, intermediates, server_name, ocsp_response, now)?;
            self.accepted.note(pin);
            return Ok(verified);
        }
        Err(CertificateError::ApplicationVerificationFailure.into())
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signed: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        let algorithms = &self.provider.signature_verification_algorithms;
        verify_tls12_signature(message, certificate, signed, algorithms)
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signed: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        let algorithms = &self.provider.signature_verification_algorithms;
        verify_tls13_signature(message, certificate, signed, algorithms)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.provider.signature_verification_algorithms.supported_schemes()
    }
}

/// Whether a connection failed because of whom the other side claims to be: its certificate, or the proof that it holds
/// the certificate's key.
pub(super) fn is_mistrust(error: &(dyn std::error::Error + 'static)) -> bool {
    let mut next = Some(error);
    while let Some(error) = next {
        if let Some(rustls::Error::InvalidCertificate(_)) = error.downcast_ref() {
            return true;
        }
        // What an I/O error wraps is not its source, which is the source of what it wraps. Connectors wrap twice.
        let wrapped = error.downcast_ref().and_then(std::io::Error::get_ref);
        next = wrapped.map(|wrapped| wrapped as _).or_else(|| error.source());
    }
    false
}
