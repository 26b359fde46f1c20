//! `lotline edi ship`: an order that has left, out of the gateway's ledger.

use super::put;
use crate::command::source::{From, Source};
use crate::config::Config;
use crate::failure::{Failure, Outcome};
use lotline_exchange::edi::read::is_gln;
use lotline_exchange::edi::shipped::{Head, shipped};
use lotline_exchange::edi::{Mapping, Moment, Numbers, Party, write};
use lotline_record::entry::{Body, Instant};
use lotline_record::model::DocumentId;
use lotline_scan::Gtin;
use rusqlite::{Connection, OpenFlags, OptionalExtension, params};
use std::collections::HashMap;
use std::path::Path;

/// Writes the notice.
///
/// # Errors
/// When nothing left with the order, or the mapping has no place for what did.
pub(super) fn run(order: &DocumentId, mapping: &Mapping, numbers: &Numbers, from: &From, config: &Config) -> Outcome {
    let source = from.open(config)?;
    let Source::Server { ledger, .. } = &source else {
        let remedy = "name the gateway's folder with --from";
        return Err(Failure::usage(
            "a handheld does not know all that left",
            source.folder().display(),
            remedy,
        ));
    };
    source.tell_reach()?;
    let mut bodies = Vec::new();
    let mut last: Option<(Instant, i32)> = None;
    let mut partner = None;
    source.each(|kept| {
        let entry = kept.open()?;
        let of = match &entry.body {
            Body::Shipped { document, .. } => document,
            Body::ShipConfirmed {
                document, partner: to, ..
            } => {
                if document == order {
                    partner.clone_from(to);
                }
                document
            }
            _ => return Ok(true),
        };
        if of == order && !entry.training {
            last = Some((entry.at.wall, entry.at.zone_min));
            bodies.push(entry.body);
        }
        Ok(true)
    })?;
    let none = || {
        let remedy = "ship it on a handheld first; `lotline trace` shows what left";
        Failure::usage(
            format_args!("nothing left with order {order}"),
            source.folder().display(),
            remedy,
        )
    };
    let (wall, zone_min) = last.ok_or_else(none)?;
    let path = ledger.file().to_owned();
    let site = ledger.site().map_err(|e| source.failed(&e))?.site.to_string();
    let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_URI;
    let picture = Connection::open_with_flags(&path, flags)
        .and_then(|db| Ok((gtins(&db, &site)?, { to_party(&db, &site, partner.as_deref())? })));
    let (gtins, customer) = picture.map_err(|e| wrong(&path, e))?;
    let mut parties = Vec::new();
    let own = &mapping.envelope.sender.id;
    if is_gln(own) {
        parties.push(Party {
            role: "ship_from".into(),
            gln: Some(own.clone()),
            ..Party::default()
        });
    }
    parties.extend(customer);
    let moment = |day, time: &str| Moment {
        day,
        time: Some(time.to_owned()),
        zone: None,
    };
    let local = Instant::from_unix_ms(wall.unix_ms() + i64::from(zone_min) * 60_000).to_string();
    let left = local.get(11..16).unwrap_or("00:00").replace(':', "");
    let head = Head {
        number: order.to_string(),
        created: moment(numbers.day, &numbers.time),
        shipped: moment(wall.day(zone_min), &left),
        parties,
    };
    let known = |owner: &_, item: &_, level: lotline_record::model::Level| {
        gtins.get(&format!("{owner}\n{item}\n{}", level.as_str())).copied()
    };
    let notice = shipped(&bodies, order, head, known).ok_or_else(none)?;
    let written = write(&notice, mapping, numbers).map_err(|e| {
        Failure::usage(
            e,
            format_args!("order {order}"),
            "take another mapping for this partner",
        )
    })?;
    put(&written)
}

fn wrong(path: &Path, error: rusqlite::Error) -> Failure {
    Failure::usage(error, path.display(), "let the gateway open it once, or fetch it again")
}

/// The GTIN of each pack level; of several in the course of time the newest.
fn gtins(db: &Connection, site: &str) -> rusqlite::Result<HashMap<String, Gtin>> {
    let sql = "SELECT owner, item, level, gtin FROM pack_level WHERE site = ?1 AND gtin IS NOT NULL AND gone = 0 \
               ORDER BY valid_from";
    let mut query = db.prepare(sql)?;
    let mut rows = query.query([site])?;
    let mut all = HashMap::new();
    while let Some(row) = rows.next()? {
        let [owner, item, level, gtin] = [0, 1, 2, 3].map(|at| row.get::<_, String>(at));
        if let Ok(gtin) = Gtin::parse(&gtin?) {
            all.insert(format!("{}\n{}\n{}", owner?, item?, level?), gtin);
        }
    }
    Ok(all)
}

/// The customer, as the partner's row has it.
fn to_party(db: &Connection, site: &str, partner: Option<&str>) -> rusqlite::Result<Option<Party>> {
    let Some(partner) = partner else { return Ok(None) };
    let sql = "SELECT name, gln FROM partner WHERE site = ?1 AND partner = ?2 AND gone = 0";
    let found: Option<(String, Option<String>)> = db
        .query_row(sql, params![site, partner], |row| Ok((row.get(0)?, row.get(1)?)))
        .optional()?;
    Ok(Some(match found {
        Some((name, gln)) => {
            let gln = gln.filter(|gln| is_gln(gln));
            Party {
                role: "ship_to".into(),
                name: Some(name),
                number: gln.is_none().then(|| partner.to_owned()),
                gln,
                ..Party::default()
            }
        }
        None => Party {
            role: "ship_to".into(),
            number: Some(partner.to_owned()),
            ..Party::default()
        },
    }))
}
