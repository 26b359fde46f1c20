//! URIs (RFC 3986), times (RFC 3339) and offsets, as the standard's schema asks for them.

use chrono::{DateTime, FixedOffset};

/// An absolute URI with a scheme: RFC 3986 section 3, no relative references.
pub(super) fn is_uri(text: &str) -> bool {
    let Some((scheme, rest)) = text.split_once(':') else {
        return false;
    };
    let mut letters = scheme.bytes();
    if !letters.next().is_some_and(|first| first.is_ascii_alphabetic())
        || !letters.all(|b| b.is_ascii_alphanumeric() || matches!(b, b'+' | b'-' | b'.'))
    {
        return false;
    }
    let (rest, fragment) = rest.split_once('#').map_or((rest, ""), |(a, b)| (a, b));
    let (hierarchy, query) = rest.split_once('?').map_or((rest, ""), |(a, b)| (a, b));
    let path = match hierarchy.strip_prefix("//") {
        None => hierarchy,
        Some(behind) => {
            let at = behind.find('/').unwrap_or(behind.len());
            if !is_authority(&behind[..at]) {
                return false;
            }
            &behind[at..]
        }
    };
    has_only(path, b":@/") && has_only(query, b":@/?") && has_only(fragment, b":@/?")
}

fn is_authority(text: &str) -> bool {
    let (user, host) = text.rsplit_once('@').unwrap_or(("", text));
    let (host, port) = match host.strip_prefix('[') {
        Some(inside) => match inside.split_once(']') {
            Some((address, port)) => {
                if address.parse::<std::net::Ipv6Addr>().is_err() {
                    return false;
                }
                ("", port.strip_prefix(':').unwrap_or(port))
            }
            None => return false,
        },
        None => host.split_once(':').unwrap_or((host, "")),
    };
    has_only(user, b":") && has_only(host, b"") && port.bytes().all(|b| b.is_ascii_digit())
}

/// Unreserved characters, sub-delimiters, escapes, and `more` (RFC 3986 sections 2.2, 2.3 and 3.3).
fn has_only(text: &str, more: &[u8]) -> bool {
    let mut rest = text.as_bytes();
    while let [byte, tail @ ..] = rest {
        rest = match (byte, tail) {
            (b'%', [a, b, tail @ ..]) if a.is_ascii_hexdigit() && b.is_ascii_hexdigit() => tail,
            (b'%', _) => return false,
            (b, tail) if b.is_ascii_alphanumeric() || b"-._~!$&'()*+,;=".contains(b) || more.contains(b) => tail,
            _ => return false,
        };
    }
    true
}

/// A time with its offset: `2026-11-21T08:30:00.123+01:00`.
pub(super) fn time(text: &str) -> Option<DateTime<FixedOffset>> {
    let bytes = text.as_bytes();
    let t = bytes.get(10).is_some_and(|b| matches!(b, b'T' | b't'));
    // Four digits of a year; the parser takes more.
    if !t || !bytes.iter().take(4).all(u8::is_ascii_digit) || bytes.get(4) != Some(&b'-') || !text.is_ascii() {
        return None;
    }
    DateTime::parse_from_rfc3339(text).ok()
}

/// An offset of at most 14 hours (EPCIS 2.0 section 7.3.1; the schema's pattern).
pub(super) fn is_offset(text: &str) -> bool {
    let &[sign, h1, h2, b':', m1, m2] = text.as_bytes() else {
        return false;
    };
    if !matches!(sign, b'+' | b'-') || ![h1, h2, m1, m2].iter().all(u8::is_ascii_digit) {
        return false;
    }
    let (hours, minutes) = ((h1 - b'0') * 10 + (h2 - b'0'), (m1 - b'0') * 10 + (m2 - b'0'));
    hours < 14 && minutes < 60 || hours == 14 && minutes == 0
}
