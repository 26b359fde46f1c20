//! Ports for machines without a platform key store: the command line, and tests.

use super::{Clock, Ids, KeyError, KeyStore, Now};
use p256::ecdsa::signature::Signer;
use p256::ecdsa::{Signature, SigningKey};
use std::path::Path;
use std::sync::Arc;

/// A P-256 key held in memory, read from a file of 32 bytes.
///
/// Shells never use it: their key lives in the Android Keystore or the Secure Enclave. It is what the terminal handheld
/// has, whose folder is as safe as the account it runs under.
pub struct MemoryKey {
    key: SigningKey,
    secret: [u8; 32],
}

impl std::fmt::Debug for MemoryKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("MemoryKey")
    }
}

impl MemoryKey {
    /// From 32 secret bytes.
    ///
    /// # Errors
    /// [`KeyError::Failed`] for the (astronomically rare) bytes that are no key.
    pub fn from_bytes(secret: [u8; 32]) -> Result<Self, KeyError> {
        let key = SigningKey::from_slice(&secret).map_err(|e| KeyError::Failed { reason: e.to_string() })?;
        Ok(MemoryKey { key, secret })
    }

    /// Reads the key file, or makes one that only its owner can read.
    ///
    /// # Errors
    /// [`KeyError`] when the file cannot be read, written or is no key.
    pub fn open(path: &Path) -> Result<Self, KeyError> {
        let failed = |e: std::io::Error| KeyError::Failed {
            reason: format!("{}: {e}", path.display()),
        };
        match std::fs::read(path) {
            Ok(bytes) => {
                let secret = bytes.as_slice().try_into().map_err(|_| KeyError::Failed {
                    reason: format!("{}: not 32 bytes", path.display()),
                })?;
                Self::from_bytes(secret)
            }
            Err(e) if e.kind() == std::io::ErrorKind::NotFound => {
                let secret = random_bytes().map_err(|reason| KeyError::Failed { reason })?;
                write_private(path, &secret).map_err(failed)?;
                Self::from_bytes(secret)
            }
            Err(e) => Err(failed(e)),
        }
    }
}

fn write_private(path: &Path, secret: &[u8]) -> std::io::Result<()> {
    use std::io::Write;
    let mut options = std::fs::OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    {
        use std::os::unix::fs::OpenOptionsExt;
        options.mode(0o600);
    }
    let mut file = options.open(path)?;
    file.write_all(secret)?;
    file.sync_all()
}

#[allow(clippy::disallowed_methods, reason = "this is the platform room")]
pub(crate) fn random_bytes<const N: usize>() -> Result<[u8; N], String> {
    let mut bytes = [0; N];
    getrandom::fill(&mut bytes).map_err(|e| e.to_string())?;
    Ok(bytes)
}

impl KeyStore for MemoryKey {
    fn public_key(&self) -> Result<Vec<u8>, KeyError> {
        use p256::pkcs8::EncodePublicKey;
        self.key
            .verifying_key()
            .to_public_key_der()
            .map(|der| der.as_bytes().to_vec())
            .map_err(|e| KeyError::Failed { reason: e.to_string() })
    }

    fn sign(&self, message: Vec<u8>) -> Result<Vec<u8>, KeyError> {
        let signature: Signature = self.key.sign(&message);
        Ok(signature.to_der().as_bytes().to_vec())
    }

    // XOR with a stream derived from the key: it keeps the pepper out of a copied database, which is all that a key
    // file beside it can promise.
    fn wrap(&self, secret: Vec<u8>) -> Result<Vec<u8>, KeyError> {
        let mut out = secret;
        for (n, chunk) in out.chunks_mut(32).enumerate() {
            let pad = lotline_record::entry::Hash::of(&[b"lotline wrap v1\n", &self.secret, &n.to_be_bytes()]);
            chunk.iter_mut().zip(pad.0).for_each(|(byte, pad)| *byte ^= pad);
        }
        Ok(out)
    }

    fn unwrap(&self, wrapped: Vec<u8>) -> Result<Vec<u8>, KeyError> {
        self.wrap(wrapped)
    }
}

/// The machine's own clocks.
#[derive(Debug)]
pub struct SystemClock {
    boot: String,
    started: std::time::Instant,
}

impl Default for SystemClock {
    fn default() -> Self {
        Self::new()
    }
}

impl SystemClock {
    /// Reads the boot id once.
    // This is the platform room: the one place that reads a clock.
    #[allow(clippy::disallowed_methods)]
    pub fn new() -> Self {
        let boot = std::fs::read_to_string("/proc/sys/kernel/random/boot_id")
            .map_or_else(|_| "unknown".to_owned(), |id| id.trim().to_owned());
        SystemClock {
            boot,
            started: std::time::Instant::now(),
        }
    }
}

impl Clock for SystemClock {
    #[allow(clippy::disallowed_methods)]
    fn now(&self) -> Now {
        let wall_ms = std::time::SystemTime::now()
            .duration_since(std::time::UNIX_EPOCH)
            .map_or(0, |d| i64::try_from(d.as_millis()).unwrap_or(i64::MAX));
        let zone_min = chrono::Local::now().offset().local_minus_utc() / 60;
        let mono_ms =
            since_boot_ms().unwrap_or_else(|| u64::try_from(self.started.elapsed().as_millis()).unwrap_or(u64::MAX));
        Now {
            wall_ms,
            zone_min,
            mono_ms,
            boot: self.boot.clone(),
        }
    }
}

/// Milliseconds since boot, through suspend.
#[cfg(any(target_os = "linux", target_os = "android"))]
fn since_boot_ms() -> Option<u64> {
    let time = rustix::time::clock_gettime(rustix::time::ClockId::Boottime);
    u64::try_from(time.tv_sec * 1_000 + time.tv_nsec / 1_000_000).ok()
}

/// Nobody says it here without unsafe code: the process's own clock has to do.
#[cfg(not(any(target_os = "linux", target_os = "android")))]
fn since_boot_ms() -> Option<u64> {
    None
}

struct SystemIds;

impl Ids for SystemIds {
    fn entry(&self, wall_ms: i64) -> String {
        let random = random_bytes::<10>().unwrap_or_default();
        uuid::Builder::from_unix_timestamp_millis(wall_ms.max(0).cast_unsigned(), &random)
            .into_uuid()
            .to_string()
    }

    fn below(&self, below: u64) -> u64 {
        let random = u64::from_be_bytes(random_bytes().unwrap_or_default());
        if below == 0 { 0 } else { random % below }
    }
}

/// Ids from the operating system's randomness.
pub fn system_ids() -> Arc<dyn Ids> {
    Arc::new(SystemIds)
}
