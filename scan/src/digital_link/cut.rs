//! The parts of a URI, by position: nothing about the content of values.

use core::ops::Range;

use crate::ai::table::{self, Found};
use crate::code::Code;
use crate::error::ScanError;

/// A character that a URI may hold (RFC 3986 section 2, `%` among them).
const URI: u8 = 1;
/// It may not stand in a domain: `/` ends one.
const NO_DOMAIN: u8 = 2;
/// It stands for another one, in any part or in the query.
const ESCAPE: u8 = 4;
/// It needs no percent-encoding in a path or a query.
const UNRESERVED: u8 = 8;
/// A fragment or a query begins.
const MARK: u8 = 16;

static CLASSES: [u8; 256] = classes();

const fn classes() -> [u8; 256] {
    let mut table = [0; 256];
    let mut at = 0;
    let all = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~:/?#[]@!$&'()*+,;=%";
    while at < all.len() {
        table[all[at] as usize] |= if at < 66 { URI | UNRESERVED } else { URI };
        at += 1;
    }
    let no_domain = b"/_~?#@!$&'()*+,;=%";
    let mut at = 0;
    while at < no_domain.len() {
        table[no_domain[at] as usize] |= NO_DOMAIN;
        at += 1;
    }
    table[b'%' as usize] |= ESCAPE;
    table[b'+' as usize] |= ESCAPE;
    table[b'#' as usize] |= MARK;
    table[b'?' as usize] |= MARK;
    table
}

fn class(byte: u8) -> u8 {
    CLASSES[usize::from(byte)]
}

/// Needs no percent-encoding (RFC 3986 section 2.3).
pub(super) fn is_unreserved(byte: u8) -> bool {
    class(byte) & UNRESERVED != 0
}

/// Does data begin like a URI on the web? Like the reference engine: the scheme in small or in capital letters, not mixed.
#[inline]
pub(crate) fn is_uri(data: &[u8]) -> bool {
    scheme(data).is_some()
}

/// How long the scheme with `://` is.
#[inline]
fn scheme(data: &[u8]) -> Option<usize> {
    let starts: [&[u8]; 4] = [b"https://", b"HTTPS://", b"http://", b"HTTP://"];
    starts
        .iter()
        .find(|start| data.starts_with(start))
        .map(|start| start.len())
}

/// Where the parts lie in the data.
#[derive(Clone)]
pub(super) struct Cut {
    /// From the `/` before the primary key to the end of the path.
    pub path: Range<usize>,
    /// What stands behind `?`.
    pub query: Range<usize>,
    /// A `%` or `+` is there.
    pub escaped: bool,
}

/// Finds the parts of the URI in `data[from..to]`: the path from its primary key on, the last one there is.
pub(super) fn cut(data: &[u8], from: usize, to: usize, unknown_ais: bool) -> Result<Cut, ScanError> {
    let uri = &data[from..to];
    let (all, any) = uri.iter().fold((URI, 0), |(all, any), &byte| {
        let class = class(byte);
        (all & class, any | class)
    });
    if all & URI == 0 {
        let at = uri.iter().position(|&byte| class(byte) & URI == 0).unwrap_or(0);
        return Err(ScanError::at(Code::UriContainsIllegalCharacters, from + at));
    }
    let domain = from + scheme(uri).unwrap_or(0);
    // What ends a domain may not stand in one either.
    let next = |classes: u8, from: usize| {
        let found = data[from..to].iter().position(|&byte| class(byte) & classes != 0);
        found.map_or(to, |at| from + at)
    };
    let root = next(NO_DOMAIN, domain);
    if root < to && data[root] != b'/' {
        return Err(ScanError::at(Code::DomainContainsIllegalCharacters, root));
    }
    if root == to || root == domain {
        return Err(ScanError::at(Code::UriMissingDomainAndPathInfo, root));
    }
    let end = if any & MARK == 0 { to } else { next(MARK, root) };
    let query = if data[..to].get(end) == Some(&b'?') {
        let text = &data[end + 1..to];
        let len = text.iter().position(|&byte| byte == b'#').unwrap_or(text.len());
        end + 1..end + 1 + len
    } else {
        end..end
    };
    let Some(key) = primary_key(&data[..end], root, unknown_ais) else {
        return Err(ScanError::at(Code::NoGs1DlKeysFoundInPathInfo, root));
    };
    Ok(Cut {
        path: key..end,
        query,
        escaped: any & ESCAPE != 0,
    })
}

/// Walks `/AI/value` pairs from the end of the path back to a primary key; gives the `/` before it.
fn primary_key(path: &[u8], root: usize, unknown_ais: bool) -> Option<usize> {
    let slash_before = |end: usize| {
        path[root..end]
            .iter()
            .rposition(|&byte| byte == b'/')
            .map(|at| root + at)
    };
    let mut end = path.len();
    loop {
        let value = slash_before(end)?;
        let ai = slash_before(value)?;
        match table::exact(&path[ai + 1..value], unknown_ais)? {
            Found::Known(index) if table::entry(index).qualifiers.is_some() => return Some(ai),
            _ => end = ai,
        }
    }
}

/// The `/AI/value` pairs of a path, as ranges of the data.
pub(super) fn pairs(data: &[u8], path: Range<usize>) -> impl Iterator<Item = (Range<usize>, Range<usize>)> {
    let slash = move |from: usize| {
        let text = &data[from..path.end];
        from + text.iter().position(|&byte| byte == b'/').unwrap_or(text.len())
    };
    let mut at = path.start;
    core::iter::from_fn(move || {
        if at == path.end {
            return None;
        }
        let ai = at + 1..slash(at + 1);
        let value = (ai.end + 1).min(path.end);
        at = slash(value);
        Some((ai, value..at))
    })
}

/// One parameter of a query.
pub(super) enum Parameter {
    /// A number and what it is set to.
    Numbered(Range<usize>, Range<usize>),
    /// Anything else: it belongs to the web page, not to the label.
    Other(Range<usize>),
}

/// The parameters of a query, as ranges of the data.
pub(super) fn parameters(data: &[u8], query: Range<usize>) -> impl Iterator<Item = Parameter> {
    let mut at = query.start;
    core::iter::from_fn(move || {
        if at == query.end {
            return None;
        }
        // Any number of & stands between parameters; at the end they make an empty one, as in the reference engine.
        let text = &data[at..query.end];
        let from = at + text.iter().take_while(|&&byte| byte == b'&').count();
        let text = &data[from..query.end];
        at = from + text.iter().position(|&byte| byte == b'&').unwrap_or(text.len());
        let equals = data[from..at].iter().position(|&byte| byte == b'=').map(|n| from + n);
        Some(match equals {
            Some(equals) if crate::cset::all_digits(&data[from..equals]) => {
                Parameter::Numbered(from..equals, equals + 1..at)
            }
            _ => Parameter::Other(from..at),
        })
    })
}

/// The parameters of a URI's query that are no elements, as they are written.
#[derive(Clone)]
pub struct IgnoredParameters<'a> {
    data: &'a [u8],
    query: Range<usize>,
}

impl<'a> IgnoredParameters<'a> {
    /// Of the URI that `data` is, none if it is no Digital Link URI.
    pub(crate) fn of(data: &'a [u8]) -> Self {
        let query = if is_uri(data) {
            // A URI that was read has a primary key with unknown AIs permitted, too.
            cut(data, 0, data.len(), true).map_or(0..0, |cut| cut.query)
        } else {
            0..0
        };
        Self { data, query }
    }
}

impl<'a> Iterator for IgnoredParameters<'a> {
    type Item = &'a str;

    fn next(&mut self) -> Option<&'a str> {
        let mut rest = parameters(self.data, self.query.clone());
        loop {
            let (range, other) = match rest.next()? {
                Parameter::Numbered(_, value) => (value, false),
                Parameter::Other(range) => (range, true),
            };
            self.query.start = range.end;
            if other {
                return core::str::from_utf8(&self.data[range]).ok();
            }
            rest = parameters(self.data, self.query.clone());
        }
    }
}

/// A value with its escapes resolved, byte by byte, and where each byte stands in the data.
pub(super) struct Decoded<'d> {
    data: &'d [u8],
    rest: Range<usize>,
    query: bool,
}

impl<'d> Decoded<'d> {
    /// `query`: `+` stands for a blank there.
    pub fn new(data: &'d [u8], value: Range<usize>, query: bool) -> Self {
        Self {
            data,
            rest: value,
            query,
        }
    }
}

impl Iterator for Decoded<'_> {
    type Item = (u8, usize);

    fn next(&mut self) -> Option<(u8, usize)> {
        let at = self.rest.next()?;
        let byte = match self.data[at] {
            b'%' if self.rest.len() >= 2 => match (nibble(self.data[at + 1]), nibble(self.data[at + 2])) {
                (Some(high), Some(low)) => {
                    self.rest.start += 2;
                    high << 4 | low
                }
                // A percent sign that introduces nothing stands for itself.
                _ => b'%',
            },
            b'+' if self.query => b' ',
            byte => byte,
        };
        Some((byte, at))
    }
}

fn nibble(byte: u8) -> Option<u8> {
    match byte {
        b'0'..=b'9' => Some(byte - b'0'),
        b'A'..=b'F' => Some(byte - b'A' + 10),
        b'a'..=b'f' => Some(byte - b'a' + 10),
        _ => None,
    }
}
