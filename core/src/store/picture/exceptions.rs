//! Open exceptions: the site's, own ones raised, own ones settled.

use super::{Picture, included, parse, parse_some, unreadable};
use crate::Error;
use crate::work::facts::ExceptionFacts;
use lotline_record::entry::{Body, Entry};
use lotline_record::model::DeviceId;
use std::collections::BTreeMap;

impl Picture<'_> {
    pub(super) fn read_exceptions(&self) -> Result<Vec<ExceptionFacts>, Error> {
        let mut found = BTreeMap::new();
        let rows = self.all(
            "SELECT exception, code, message, goods, account, line, known_expiry, raised_by, device, raised_ms
             FROM site.exception WHERE site = ?1 AND state = 'open' AND gone = 0",
            [self.site()],
            |r| {
                let texts: [String; 3] = [r.get(0)?, r.get(1)?, r.get(2)?];
                let options: [Option<String>; 5] = [r.get(3)?, r.get(4)?, r.get(5)?, r.get(6)?, r.get(7)?];
                Ok((texts, options, r.get::<_, String>(8)?, r.get::<_, i64>(9)?))
            },
        )?;
        let json = |text: &str| unreadable("exception", text);
        for ([exception, code, message], [goods, account, line, known, by], device, raised_ms) in rows {
            let facts = ExceptionFacts {
                exception: parse("exception", &exception)?,
                code,
                message: serde_json::from_str(&message).map_err(|_| json(&message))?,
                goods: goods
                    .map(|g| serde_json::from_str(&g).map_err(|_| json(&g)))
                    .transpose()?,
                at: parse_some("account", account)?,
                line: line
                    .map(|l| serde_json::from_str(&l).map_err(|_| json(&l)))
                    .transpose()?,
                known_expiry: parse_some("day", known)?,
                raised_by: parse_some("person", by)?,
                device: parse::<DeviceId>("device", &device)?,
                raised_ms,
            };
            found.insert(exception, facts);
        }
        let own = self.all(
            concat!(
                "SELECT exception, state, detail FROM effects.own_exception WHERE position > ",
                included!(),
                " ORDER BY position, n"
            ),
            [],
            |r| {
                Ok((
                    r.get::<_, String>(0)?,
                    r.get::<_, String>(1)?,
                    r.get::<_, Option<String>>(2)?,
                ))
            },
        )?;
        for (exception, state, detail) in own {
            if state != "open" {
                found.remove(&exception);
            } else if let Some(facts) = detail.as_deref().and_then(raised) {
                found.insert(exception, facts);
            }
        }
        let mut found: Vec<_> = found.into_values().collect();
        found.sort_by_key(|e| e.raised_ms);
        Ok(found)
    }
}

/// What the entry that raised an exception says of it.
pub(super) fn raised(detail: &str) -> Option<ExceptionFacts> {
    let entry: Entry = serde_json::from_str(detail).ok()?;
    let body = match entry.body {
        Body::Undone { body, .. } => *body,
        body => body,
    };
    let Body::Raised {
        exception,
        code,
        message,
        goods,
        at,
        line,
        known_expiry,
    } = body
    else {
        return None;
    };
    Some(ExceptionFacts {
        exception,
        code,
        message,
        goods,
        at,
        line,
        known_expiry,
        raised_by: entry.who.map(|w| w.person),
        device: entry.device,
        raised_ms: entry.at.wall.unix_ms(),
    })
}
