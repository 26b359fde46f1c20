//! Enrolment and tokens.

use super::auth::{known, prove};
use super::failure::NONCE;
use super::limit::network;
use super::{App, Failure};
use crate::edge;
use crate::ledger::TOKEN_SECONDS;
use axum::Json;
use axum::body::{Body, to_bytes};
use axum::extract::{ConnectInfo, State};
use axum::http::{HeaderMap, HeaderName, Method, Uri};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use lotline_record::wire::proof::{PublicKey, token_hash};
use lotline_record::wire::{Code, EnrolReply, EnrolRequest, TokenReply};
use std::net::SocketAddr;
use std::sync::Arc;

const ENROL_BYTES: usize = 16 * 1024;

pub(super) async fn enrol(
    State(app): State<Arc<App>>,
    ConnectInfo(peer): ConnectInfo<SocketAddr>,
    method: Method,
    uri: Uri,
    headers: HeaderMap,
    body: Body,
) -> Result<Json<EnrolReply>, Failure> {
    app.addresses.count(network(peer.ip()))?;
    app.wrong_codes.hold()?;
    let proven = prove(&app, &method, &uri, &headers)?;
    proven.fresh(&app)?;
    let body = to_bytes(body, ENROL_BYTES)
        .await
        .map_err(|_| Failure::new(Code::TooLarge, format!("an enrolment has at most {ENROL_BYTES} bytes")))?;
    let request: EnrolRequest =
        serde_json::from_slice(&body).map_err(|error| Failure::new(Code::BadRequest, error.to_string()))?;
    let key =
        PublicKey::from_spki(&request.public_key).map_err(|error| Failure::new(Code::BadRequest, error.to_string()))?;
    if key != proven.key {
        return Err(Failure::new(
            Code::Unauthorized,
            "the proof is by another key than the one to enrol",
        ));
    }
    let printable = !request.name.is_empty() && request.name.chars().count() <= 60;
    if !printable || request.name.chars().any(char::is_control) {
        return Err(Failure::new(
            Code::BadRequest,
            "the name has 1 to 60 printable characters",
        ));
    }
    let (enrolled, site) = app
        .run({
            let thumbprint = proven.thumbprint.clone();
            move |app| Ok((app.ledger.enrol(&request, &thumbprint)?, app.ledger.site()?))
        })
        .await?;
    let Some(enrolled) = enrolled else {
        app.wrong_codes.wrong();
        return Err(Failure::new(Code::BadCode, "the code is unknown, used or out of date"));
    };
    super::request::asked_by(&enrolled.device);
    // Whoever overheard this does not get the pepper by saying it again.
    proven.once(&app)?;
    if enrolled.revoked {
        return Err(Failure::new(Code::Revoked, "this device was cut off"));
    }
    tracing::info!(device = enrolled.device.as_str(), "enrolled");
    Ok(Json(EnrolReply {
        device: enrolled.device,
        site: site.site,
        resource: enrolled.resource,
        pepper: site.pepper,
        site_key: app.site_key.clone(),
    }))
}

pub(super) async fn token(
    State(app): State<Arc<App>>,
    ConnectInfo(peer): ConnectInfo<SocketAddr>,
    method: Method,
    uri: Uri,
    headers: HeaderMap,
) -> Result<([(HeaderName, String); 1], Json<TokenReply>), Failure> {
    app.addresses.count(network(peer.ip()))?;
    let proven = prove(&app, &method, &uri, &headers)?;
    proven.fresh(&app)?;
    let thumbprint = proven.thumbprint.clone();
    let caller = known(app.run(move |app| app.ledger.caller(&thumbprint, None)).await?)?;
    super::request::asked_by(&caller.device);
    proven.once(&app)?;
    app.devices.count(caller.device.clone())?;
    let access_token = URL_SAFE_NO_PAD.encode(edge::random::<32>());
    let hash = token_hash(&access_token);
    app.run(move |app| app.ledger.keep_token(&caller.device, &hash)).await?;
    let reply = TokenReply {
        access_token,
        token_type: "DPoP".into(),
        expires_in: TOKEN_SECONDS,
        pins: app.certificate.pins(),
    };
    Ok(([(NONCE, app.nonces.current())], Json(reply)))
}
