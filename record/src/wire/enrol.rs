//! Enrolment and tokens.

use super::Pin;
use crate::entry::b64;
use crate::model::{DeviceId, PlaceId, SiteId};
use serde::{Deserialize, Serialize};

/// `POST /v1/enrol`: a one-time code and the device's public key. The request carries a proof by that key.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct EnrolRequest {
    /// The one-time code.
    pub code: String,
    /// The device's public key, SPKI DER.
    #[serde(with = "b64")]
    pub public_key: Vec<u8>,
    /// What people call the device.
    pub name: String,
}

impl std::fmt::Debug for EnrolRequest {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("EnrolRequest")
            .field("name", &self.name)
            .finish_non_exhaustive()
    }
}

/// What a device gets at enrolment, once.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct EnrolReply {
    /// Its name from now on.
    pub device: DeviceId,
    /// The site it works for.
    pub site: SiteId,
    /// The cart, fork or hand it stands for: where a lifted load is booked.
    pub resource: PlaceId,
    /// The site's pepper for PINs; the device's key store wraps it.
    #[serde(with = "b64")]
    pub pepper: Vec<u8>,
    /// The site's public key (SPKI DER) that counter-signs receipts.
    #[serde(with = "b64")]
    pub site_key: Vec<u8>,
}

impl std::fmt::Debug for EnrolReply {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("EnrolReply")
            .field("device", &self.device)
            .field("site", &self.site)
            .finish_non_exhaustive()
    }
}

/// `POST /v1/token`: a short-lived access token bound to the key of the proof.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TokenReply {
    /// Opaque.
    pub access_token: String,
    /// Always `DPoP`.
    pub token_type: String,
    /// Seconds it is good for.
    pub expires_in: u32,
    /// The keys that the gateway's certificate has or will have. A device that was enrolled with pins keeps these from
    /// now on. Empty: the gateway does not know its certificate.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub pins: Vec<Pin>,
}

impl std::fmt::Debug for TokenReply {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("TokenReply")
            .field("expires_in", &self.expires_in)
            .finish_non_exhaustive()
    }
}
