//! Which page a request came from, and under which name it reached this machine.

use axum::http::HeaderMap;
use axum::http::header::{HOST, HeaderName, ORIGIN};
use std::net::IpAddr;

const SITE: HeaderName = HeaderName::from_static("sec-fetch-site");

/// The one header of that name, as text.
pub fn text<'a>(headers: &'a HeaderMap, name: &HeaderName) -> Option<&'a str> {
    headers.get(name).and_then(|value| value.to_str().ok())
}

/// Whether the request names this machine by a name that cannot be made to resolve here from outside.
pub fn names_loopback(headers: &HeaderMap) -> bool {
    text(headers, &HOST).is_some_and(is_loopback)
}

/// Whether a form was sent by a page of `own` (`https://host`), or without one of the host that the request names (Fetch
/// Standard, `Origin`; Fetch Metadata, `Sec-Fetch-Site`). A browser sends `Origin` with every form.
pub fn is_own(headers: &HeaderMap, own: Option<&str>) -> bool {
    let (host, origin) = (text(headers, &HOST), text(headers, &ORIGIN));
    let (Some(host), Some(origin)) = (host, origin) else {
        return false;
    };
    let same = match own {
        Some(own) => origin == own.trim_end_matches('/'),
        None => origin.split_once("://").is_some_and(|(_, from)| from == host),
    };
    same && text(headers, &SITE).is_none_or(|site| site == "same-origin")
}

/// Whether a host, perhaps with a port, is this machine and cannot be made another from outside.
pub fn is_loopback(host: &str) -> bool {
    let name = match host.rsplit_once(':') {
        Some((name, port)) if port.bytes().all(|b| b.is_ascii_digit()) => name,
        _ => host,
    };
    let bare = name.trim_start_matches('[').trim_end_matches(']');
    bare.eq_ignore_ascii_case("localhost") || bare.parse::<IpAddr>().is_ok_and(|ip| ip.is_loopback())
}
