//! Proofs of possession: DPoP (RFC 9449) by ECDSA P-256, carrying the head of the chain.
//!
//! The proof of a push says `epoch`, `seq` and `head`, and is kept by the server: it is the device's signature over its
//! record. The private key never leaves the platform's key store; [`Unsigned`] gives the bytes to sign and takes the DER
//! signature back.

use super::StoredThrough;
use crate::entry::Hash;
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use p256::ecdsa::{Signature, VerifyingKey};
use p256::pkcs8::{DecodePublicKey, EncodePublicKey};
use ring::signature::{ECDSA_P256_SHA256_FIXED, UnparsedPublicKey};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

/// Why a key, signature or proof is not good.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ProofError {
    /// Not a P-256 public key.
    #[error("the public key cannot be read (SPKI DER, P-256 expected)")]
    BadKey,
    /// Not an ECDSA signature.
    #[error("the signature cannot be read")]
    BadSignature,
    /// Not a compact JWT of type `dpop+jwt` by ES256.
    #[error("the proof cannot be read: {0}")]
    Malformed(&'static str),
    /// The signature does not fit the key and the claims.
    #[error("the proof's signature does not fit")]
    Forged,
}

/// An ECDSA P-256 public key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PublicKey(VerifyingKey);

#[derive(Serialize, Deserialize)]
struct Jwk {
    crv: String,
    kty: String,
    x: String,
    y: String,
}

impl PublicKey {
    /// From SPKI DER, as platforms export it.
    ///
    /// # Errors
    /// [`ProofError::BadKey`].
    pub fn from_spki(der: &[u8]) -> Result<Self, ProofError> {
        VerifyingKey::from_public_key_der(der)
            .map(PublicKey)
            .map_err(|_| ProofError::BadKey)
    }

    /// As SPKI DER.
    pub fn to_spki(&self) -> Vec<u8> {
        self.0
            .to_public_key_der()
            .map(|der| der.as_bytes().to_vec())
            .unwrap_or_default()
    }

    /// Whether `signature` (r ‖ s, 64 bytes) is this key's over `message`.
    pub fn verifies(&self, message: &[u8], signature: &[u8]) -> bool {
        let point = self.0.to_sec1_point(false);
        UnparsedPublicKey::new(&ECDSA_P256_SHA256_FIXED, point.as_bytes())
            .verify(message, signature)
            .is_ok()
    }

    fn jwk(&self) -> Jwk {
        let point = self.0.to_sec1_point(false);
        let part = |bytes: &[u8]| URL_SAFE_NO_PAD.encode(bytes);
        // An uncompressed point is 0x04 ‖ x ‖ y.
        let (x, y) = point.as_bytes()[1..].split_at(32);
        Jwk {
            crv: "P-256".into(),
            kty: "EC".into(),
            x: part(x),
            y: part(y),
        }
    }

    fn from_jwk(jwk: &Jwk) -> Result<Self, ProofError> {
        if jwk.crv != "P-256" || jwk.kty != "EC" {
            return Err(ProofError::BadKey);
        }
        let mut point = vec![4];
        for part in [&jwk.x, &jwk.y] {
            let bytes = URL_SAFE_NO_PAD.decode(part).map_err(|_| ProofError::BadKey)?;
            if bytes.len() != 32 {
                return Err(ProofError::BadKey);
            }
            point.extend(bytes);
        }
        VerifyingKey::from_sec1_bytes(&point)
            .map(PublicKey)
            .map_err(|_| ProofError::BadKey)
    }

    /// The key's thumbprint (RFC 7638, SHA-256, base64url): what a token is bound to.
    pub fn thumbprint(&self) -> String {
        // serde_json writes a struct's fields in declared order, which is the lexicographic order RFC 7638 asks for.
        let text = serde_json::to_vec(&self.jwk()).unwrap_or_default();
        URL_SAFE_NO_PAD.encode(Sha256::digest(text))
    }
}

/// Converts a DER signature, as key stores give it, to r ‖ s.
///
/// # Errors
/// [`ProofError::BadSignature`].
pub fn raw_signature(der: &[u8]) -> Result<Vec<u8>, ProofError> {
    Signature::from_der(der)
        .map(|s| s.to_bytes().to_vec())
        .map_err(|_| ProofError::BadSignature)
}

/// What a proof says.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Claims {
    /// Unique name of the proof.
    pub jti: String,
    /// HTTP method.
    pub htm: String,
    /// Target without query and fragment.
    pub htu: String,
    /// Seconds since 1970, by the device's clock.
    pub iat: i64,
    /// The gateway's nonce, where it asked for one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub nonce: Option<String>,
    /// SHA-256 of the access token, base64url, where one is used.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ath: Option<String>,
    /// Epoch of the head, in the proof of a push.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub epoch: Option<u32>,
    /// Sequence of the head.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub seq: Option<u64>,
    /// Hash of the head.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub head: Option<Hash>,
    /// Where the batch begins an epoch: the device's last entry before it, 1/0 where there is none. Epochs between the two are empty.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub after: Option<StoredThrough>,
}

/// The `ath` of an access token.
pub fn token_hash(token: &str) -> String {
    URL_SAFE_NO_PAD.encode(Sha256::digest(token.as_bytes()))
}

#[derive(Serialize, Deserialize)]
struct Header {
    typ: String,
    alg: String,
    jwk: Jwk,
}

/// A proof that still wants its signature.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unsigned(String);

impl Unsigned {
    /// Writes header and claims.
    pub fn new(key: &PublicKey, claims: &Claims) -> Self {
        let header = Header {
            typ: "dpop+jwt".into(),
            alg: "ES256".into(),
            jwk: key.jwk(),
        };
        let part = |json: Result<Vec<u8>, _>| URL_SAFE_NO_PAD.encode(json.unwrap_or_default());
        Unsigned(format!(
            "{}.{}",
            part(serde_json::to_vec(&header)),
            part(serde_json::to_vec(claims))
        ))
    }

    /// The bytes to sign; the key store hashes them itself.
    pub fn message(&self) -> &[u8] {
        self.0.as_bytes()
    }

    /// The proof, from the key store's DER signature.
    ///
    /// # Errors
    /// [`ProofError::BadSignature`].
    pub fn sign(self, der: &[u8]) -> Result<String, ProofError> {
        Ok(format!("{}.{}", self.0, URL_SAFE_NO_PAD.encode(raw_signature(der)?)))
    }
}

/// Checks a proof's form and signature. Whether method, target, time and token fit is the caller's to judge.
///
/// # Errors
/// [`ProofError`] says what is wrong.
pub fn verify(proof: &str) -> Result<(PublicKey, Claims), ProofError> {
    let mut parts = proof.split('.');
    let (Some(header), Some(claims), Some(signature), None) = (parts.next(), parts.next(), parts.next(), parts.next())
    else {
        return Err(ProofError::Malformed("three parts expected"));
    };
    let decode = |part: &str| {
        URL_SAFE_NO_PAD
            .decode(part)
            .map_err(|_| ProofError::Malformed("not base64url"))
    };
    let parsed: Header = serde_json::from_slice(&decode(header)?).map_err(|_| ProofError::Malformed("header"))?;
    if parsed.typ != "dpop+jwt" || parsed.alg != "ES256" {
        return Err(ProofError::Malformed("typ dpop+jwt and alg ES256 expected"));
    }
    let key = PublicKey::from_jwk(&parsed.jwk)?;
    let message = &proof[..header.len() + 1 + claims.len()];
    if !key.verifies(message.as_bytes(), &decode(signature)?) {
        return Err(ProofError::Forged);
    }
    let claims = serde_json::from_slice(&decode(claims)?).map_err(|_| ProofError::Malformed("claims"))?;
    Ok((key, claims))
}

#[cfg(test)]
mod tests {
    use super::*;
    use p256::ecdsa::SigningKey;
    use p256::ecdsa::signature::Signer;

    fn key() -> SigningKey {
        SigningKey::from_slice(&[7; 32]).unwrap()
    }

    fn claims() -> Claims {
        Claims {
            jti: "a".into(),
            htm: "POST".into(),
            htu: "https://x/v1/entries".into(),
            iat: 1,
            nonce: None,
            ath: None,
            epoch: Some(1),
            seq: Some(2),
            head: Some(Hash([3; 32])),
            after: None,
        }
    }

    #[test]
    fn a_proof_verifies_and_a_changed_one_does_not() {
        let secret = key();
        let public = PublicKey(*secret.verifying_key());
        let unsigned = Unsigned::new(&public, &claims());
        let signature: Signature = secret.sign(unsigned.message());
        let proof = unsigned.sign(signature.to_der().as_bytes()).unwrap();
        let (found, got) = verify(&proof).unwrap();
        assert_eq!(got, claims());
        assert_eq!(found.thumbprint(), public.thumbprint());
        let other = Unsigned::new(
            &public,
            &Claims {
                seq: Some(3),
                ..claims()
            },
        );
        let forged = other.sign(signature.to_der().as_bytes()).unwrap();
        assert_eq!(verify(&forged), Err(ProofError::Forged));
        assert!(matches!(verify("a.b"), Err(ProofError::Malformed(_))));
    }

    #[test]
    fn a_key_reads_back_from_spki() {
        let public = PublicKey(*key().verifying_key());
        assert_eq!(PublicKey::from_spki(&public.to_spki()).unwrap(), public);
        assert_eq!(PublicKey::from_spki(b"nonsense"), Err(ProofError::BadKey));
    }
}
