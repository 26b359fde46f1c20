//! Whom a device trusts: pins, and the invitation that carries them.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use std::fmt;
use std::str::FromStr;

/// The SHA-256 of a certificate's `SubjectPublicKeyInfo` (DER), written as base64url: 43 characters. It names the key and
/// not the certificate, so a certificate may be renewed without anybody being told.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(into = "String", try_from = "String")]
pub struct Pin([u8; 32]);

/// A text that is no pin.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0:?} is no pin: 43 characters of base64url expected")]
pub struct BadPin(String);

impl Pin {
    /// Of a public key as a certificate has it, SPKI DER.
    pub fn of_spki(der: &[u8]) -> Self {
        Pin(Sha256::digest(der).into())
    }
}

impl fmt::Display for Pin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&URL_SAFE_NO_PAD.encode(self.0))
    }
}

impl FromStr for Pin {
    type Err = BadPin;

    fn from_str(text: &str) -> Result<Self, BadPin> {
        let bytes = URL_SAFE_NO_PAD.decode(text).ok();
        bytes
            .and_then(|bytes| bytes.try_into().ok())
            .map(Pin)
            .ok_or_else(|| BadPin(text.chars().take(60).collect()))
    }
}

impl From<Pin> for String {
    fn from(pin: Pin) -> Self {
        pin.to_string()
    }
}

impl TryFrom<String> for Pin {
    type Error = BadPin;

    fn try_from(text: String) -> Result<Self, BadPin> {
        text.parse()
    }
}

/// What the QR code of an enrolment says: `lotline://enrol?server=…&code=…&site_key=…&pin=…`, with any number of pins.
#[derive(Clone, PartialEq, Eq)]
pub struct Invitation {
    /// The gateway's address.
    pub server: String,
    /// The one-time code.
    pub code: String,
    /// The site's public key (SPKI DER) that counter-signs receipts.
    pub site_key: Option<Vec<u8>>,
    /// The keys of which the gateway must show one; none: its certificate must come from a root that the device trusts.
    pub pins: Vec<Pin>,
}

impl fmt::Debug for Invitation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Invitation")
            .field("server", &self.server)
            .field("pins", &self.pins)
            .finish_non_exhaustive()
    }
}

/// Why a text is no invitation. It never repeats the code.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum InvitationError {
    /// Something else was scanned.
    #[error("this is no invitation of a gateway: it does not begin with lotline://enrol?")]
    Foreign,
    /// A part cannot be read.
    #[error("the invitation's {0} cannot be read")]
    Damaged(&'static str),
    /// A part is not there.
    #[error("the invitation has no {0}")]
    Missing(&'static str),
}

const HEAD: &str = "lotline://enrol?";

impl fmt::Display for Invitation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{HEAD}server={}&code={}", percent(&self.server), percent(&self.code))?;
        if let Some(key) = &self.site_key {
            write!(f, "&site_key={}", URL_SAFE_NO_PAD.encode(key))?;
        }
        self.pins.iter().try_for_each(|pin| write!(f, "&pin={pin}"))
    }
}

impl FromStr for Invitation {
    type Err = InvitationError;

    /// Parts with other names are passed over: a newer gateway may say more.
    fn from_str(text: &str) -> Result<Self, InvitationError> {
        use InvitationError::{Damaged, Foreign, Missing};
        let query = text.trim().strip_prefix(HEAD).ok_or(Foreign)?;
        let (mut server, mut code, mut site_key, mut pins) = (None, None, None, Vec::new());
        for part in query.split('&') {
            match part.split_once('=').unwrap_or((part, "")) {
                ("server", value) => server = Some(plain(value).ok_or(Damaged("server"))?),
                ("code", value) => code = Some(plain(value).ok_or(Damaged("code"))?),
                ("site_key", value) => {
                    site_key = Some(URL_SAFE_NO_PAD.decode(value).map_err(|_| Damaged("site_key"))?);
                }
                ("pin", value) => pins.push(value.parse().map_err(|_| Damaged("pin"))?),
                _ => {}
            }
        }
        Ok(Invitation {
            server: server.filter(|s| !s.is_empty()).ok_or(Missing("server"))?,
            code: code.filter(|c| !c.is_empty()).ok_or(Missing("code"))?,
            site_key,
            pins,
        })
    }
}

/// Percent-encodes what may not stand in a query (RFC 3986, 3.4).
fn percent(text: &str) -> String {
    use fmt::Write;
    text.bytes().fold(String::new(), |mut out, byte| {
        if byte.is_ascii_alphanumeric() || b"-._~:/".contains(&byte) {
            out.push(char::from(byte));
        } else {
            // Writing to a String cannot fail.
            let _ = write!(out, "%{byte:02X}");
        }
        out
    })
}

fn plain(text: &str) -> Option<String> {
    let mut bytes = text.bytes();
    let mut out = Vec::with_capacity(text.len());
    let digit = |byte: Option<u8>| char::from(byte?).to_digit(16);
    while let Some(byte) = bytes.next() {
        out.push(match byte {
            b'%' => u8::try_from(digit(bytes.next())? * 16 + digit(bytes.next())?).ok()?,
            byte => byte,
        });
    }
    String::from_utf8(out).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn invitation() -> Invitation {
        Invitation {
            server: "https://a.example:7400/b?c=d&e".into(),
            code: "AAAA-BBBB-CCCC".into(),
            site_key: Some(vec![1, 2, 3]),
            pins: vec![Pin::of_spki(b"one"), Pin::of_spki(b"two")],
        }
    }

    #[test]
    fn an_invitation_reads_back_and_a_newer_part_is_passed_over() {
        let text = invitation().to_string();
        assert!(text.starts_with("lotline://enrol?server=https://a.example:7400/b%3Fc%3Dd%26e&code=AAAA"));
        assert_eq!(text.parse(), Ok(invitation()));
        assert_eq!(format!("{text}&newer=1").parse(), Ok(invitation()));
    }

    #[test]
    fn what_is_no_invitation_is_named_and_the_code_never_is() {
        use InvitationError::{Damaged, Foreign, Missing};
        let read = |text: &str| text.parse::<Invitation>().unwrap_err();
        assert_eq!(read("https://a.example"), Foreign);
        assert_eq!(read("lotline://enrol?code=AAAA"), Missing("server"));
        assert_eq!(read("lotline://enrol?server=https://a"), Missing("code"));
        assert_eq!(read("lotline://enrol?server=%4&code=A"), Damaged("server"));
        assert_eq!(read("lotline://enrol?server=a&code=A&pin=short"), Damaged("pin"));
        assert!(!format!("{:?}", invitation()).contains("AAAA"));
    }

    #[test]
    fn a_pin_reads_back_and_nothing_else_does() {
        let pin = Pin::of_spki(b"key");
        assert_eq!(pin.to_string().len(), 43);
        assert_eq!(pin.to_string().parse(), Ok(pin));
        assert_eq!(
            serde_json::from_str::<Pin>(&serde_json::to_string(&pin).unwrap()).unwrap(),
            pin
        );
        assert!("".parse::<Pin>().is_err());
        assert!(serde_json::from_str::<Pin>("\"x\"").is_err());
    }
}
