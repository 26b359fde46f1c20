//! The site key: P-256, in the data folder, readable by the server alone. It counter-signs receipts.

use crate::edge;
use p256::ecdsa::SigningKey;
use p256::pkcs8::{DecodePrivateKey, EncodePrivateKey, EncodePublicKey, LineEnding};
use std::io::{self, Write};
use std::path::Path;

const FILE: &str = "site_key.pem";

/// Reads the site key from `folder`, or makes it.
///
/// # Errors
/// The disk's; `InvalidData` when the file is no P-256 key in PKCS #8.
pub fn load(folder: &Path) -> io::Result<SigningKey> {
    let path = folder.join(FILE);
    let damaged = |why: String| io::Error::new(io::ErrorKind::InvalidData, format!("{}: {why}", path.display()));
    match std::fs::read_to_string(&path) {
        Ok(pem) => SigningKey::from_pkcs8_pem(&pem).map_err(|error| damaged(error.to_string())),
        Err(error) if error.kind() == io::ErrorKind::NotFound => {
            let key = draw();
            let pem = key
                .to_pkcs8_pem(LineEnding::LF)
                .map_err(|error| damaged(error.to_string()))?;
            let mut options = std::fs::OpenOptions::new();
            options.write(true).create_new(true);
            #[cfg(unix)]
            {
                use std::os::unix::fs::OpenOptionsExt;
                options.mode(0o600);
            }
            let mut file = options.open(&path)?;
            file.write_all(pem.as_bytes())?;
            file.sync_all()?;
            Ok(key)
        }
        Err(error) => Err(error),
    }
}

fn draw() -> SigningKey {
    loop {
        // All but one in 2^32 draws are below the order of the curve.
        if let Ok(key) = SigningKey::from_slice(&edge::random::<32>()) {
            return key;
        }
    }
}

/// The public half, SPKI DER.
pub fn public(key: &SigningKey) -> Vec<u8> {
    key.verifying_key()
        .to_public_key_der()
        .map(|der| der.as_bytes().to_vec())
        .unwrap_or_default()
}

/// The key's signature over `message` (ES256, r ‖ s): what stands in a receipt.
pub(crate) fn sign(key: &SigningKey, message: &[u8]) -> Vec<u8> {
    use ring::rand::SystemRandom;
    use ring::signature::{ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair};
    // A quarter of p256's time, and each push waits for one. Its nonce is drawn from key and message as well as from the
    // system, so a bad draw gives no key away.
    let (system, public) = (SystemRandom::new(), key.verifying_key().to_sec1_point(false));
    EcdsaKeyPair::from_private_key_and_public_key(
        &ECDSA_P256_SHA256_FIXED_SIGNING,
        &key.to_bytes(),
        public.as_bytes(),
        &system,
    )
    .ok()
    .and_then(|pair| pair.sign(&system, message).ok())
    .expect("invariant: the operating system gives random bytes, and a key fits itself")
    .as_ref()
    .to_vec()
}

/// The key that seals what the ledger must not hold in the clear, drawn from the site key (HKDF, RFC 5869).
pub fn sealing(key: &SigningKey) -> [u8; 32] {
    use ring::hkdf::{HKDF_SHA256, Salt};
    let drawn = Salt::new(HKDF_SHA256, b"lotline").extract(&key.to_bytes());
    let mut out = [0; 32];
    drawn
        .expand(&[b"second factors of the console"], HKDF_SHA256)
        .and_then(|okm| okm.fill(&mut out))
        .expect("invariant: a hash's length can be drawn");
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use p256::ecdsa::Signature;
    use p256::ecdsa::signature::Verifier;

    #[test]
    fn another_library_finds_the_site_keys_signature_good_for_that_message_alone() {
        let key = draw();
        for message in [&b""[..], b"receipt", &[7; 300]] {
            let signature = Signature::from_slice(&sign(&key, message)).unwrap();
            assert!(key.verifying_key().verify(message, &signature).is_ok());
            assert!(key.verifying_key().verify(b"another", &signature).is_err());
        }
    }
}
