//! The console's parts, filled from the ledger.

use super::gate::Visitor;
use crate::access::May;
use crate::edge;
use crate::ledger::{DeviceLine, EntryLine, ExceptionLine, HistoryLine, Ledger, LedgerError, Silent, StockLine};
use askama::Template;
use lotline_record::entry::{Entry, Instant};
use lotline_record::model::{Account, Amount, Day, LotNumber, PlateId};
use lotline_record::text::Text;
use lotline_record::trace;

pub(super) type Part = Result<askama::Result<String>, LedgerError>;

const ENTRIES: usize = 30;
const FOUND: usize = 200;

#[derive(Template)]
#[template(path = "console.html")]
struct FirstPage {
    site: String,
    lang: String,
    devices: String,
    entries: String,
    exceptions: String,
    user: String,
    word: String,
    may_read_audit: bool,
    may_manage: bool,
}

#[derive(Template)]
#[template(path = "devices.html")]
struct DevicesPart {
    silent: Vec<SilentDevice>,
    devices: Vec<Device>,
    may_cut_off: bool,
}

struct SilentDevice {
    line: Silent,
    since: String,
    ago: String,
    tasks: String,
    cart: String,
}

struct Device {
    line: DeviceLine,
    contact: String,
}

#[derive(Template)]
#[template(path = "entries.html")]
struct EntriesPart {
    entries: Vec<Shown>,
}

struct Shown {
    received: String,
    device: String,
    epoch: u32,
    seq: u64,
    kind: String,
    what: String,
    ends: String,
    verdict: String,
    verdict_words: String,
}

#[derive(Template)]
#[template(path = "exceptions.html")]
struct ExceptionsPart {
    dir: &'static str,
    exceptions: Vec<Exception>,
}

struct Exception {
    line: ExceptionLine,
    explanation: String,
    about: String,
    seen_by: String,
    raised: String,
    sides: usize,
}

#[derive(Template)]
#[template(path = "look.html")]
struct LookPart {
    q: String,
    stock: Vec<Stock>,
    history: Vec<History>,
    /// From which month on the entries are here, where those before are in an archive; else empty.
    online_from: String,
}

struct Stock {
    line: StockLine,
    place: String,
    name: String,
    expiry: String,
}

struct History {
    at: String,
    kind: String,
    what: String,
    from: String,
    to: String,
    amount: String,
    who: String,
    document: String,
}

pub(super) fn first(ledger: &Ledger, text: &Text, visitor: &Visitor) -> Part {
    let parts = (devices(ledger, visitor)?, entries(ledger)?, exceptions(ledger, text)?);
    let site = ledger.site()?.site.to_string();
    Ok((|| {
        FirstPage {
            site,
            lang: text.language().to_owned(),
            devices: parts.0?,
            entries: parts.1?,
            exceptions: parts.2?,
            user: visitor.name(),
            word: visitor.form_word(),
            may_read_audit: visitor.may(May::ReadAudit),
            may_manage: visitor.may(May::Manage),
        }
        .render()
    })())
}

/// `07:12:04 UTC` today, with the day before that.
pub(super) fn when(at: Instant) -> String {
    let shown = at.to_string();
    let (day, clock) = (
        shown.get(..10).unwrap_or_default(),
        shown.get(11..19).unwrap_or_default(),
    );
    if day == edge::now().to_string().get(..10).unwrap_or_default() {
        format!("{clock} UTC")
    } else {
        format!("{day} {clock} UTC")
    }
}

pub(super) fn ago(at: Option<Instant>) -> String {
    let Some(at) = at else { return "never".into() };
    let seconds = (edge::now().unix_ms() - at.unix_ms()).max(0) / 1000;
    match seconds {
        0..60 => format!("{seconds} s ago"),
        60..3_600 => format!("{} min ago", seconds / 60),
        3_600..86_400 => format!("{} h {} min ago", seconds / 3_600, seconds % 3_600 / 60),
        _ => when(at),
    }
}

fn words(parts: &[Option<String>]) -> String {
    parts
        .iter()
        .flatten()
        .filter(|part| !part.is_empty())
        .cloned()
        .collect::<Vec<_>>()
        .join(" · ")
}

fn labelled(label: &str, value: Option<&str>) -> Option<String> {
    value
        .filter(|value| !value.is_empty())
        .map(|value| format!("{label} {value}"))
}

pub(super) fn devices(ledger: &Ledger, visitor: &Visitor) -> Part {
    let devices = ledger
        .devices()?
        .into_iter()
        .map(|line| Device {
            contact: ago(line.contact),
            line,
        })
        .collect();
    let silent = ledger.silent(edge::now())?.into_iter().map(silent).collect();
    let may_cut_off = visitor.may(May::CutOff);
    let part = DevicesPart {
        silent,
        devices,
        may_cut_off,
    };
    Ok(part.render())
}

fn silent(line: Silent) -> SilentDevice {
    let goods = line.goods.iter().map(|(item, lot, amount)| {
        let lot = labelled("lot", Some(lot)).map_or_else(String::new, |lot| format!(" {lot}"));
        format!("{amount} of {item}{lot}")
    });
    let plates = line.plates.iter().map(|plate| format!("unit {plate}"));
    SilentDevice {
        since: when(line.since),
        ago: ago(Some(line.since)),
        tasks: line.tasks.join(", "),
        cart: goods.chain(plates).collect::<Vec<_>>().join(", "),
        line,
    }
}

fn shown(line: EntryLine) -> Shown {
    let entry: Option<Entry> = serde_json::from_slice(&line.bytes).ok();
    let history = entry.as_ref().and_then(trace::line);
    let kind = match (&history, &entry) {
        (Some(history), _) => history.kind.clone(),
        (None, Some(entry)) => entry.body.kind().to_owned(),
        (None, None) => "unknown format".to_owned(),
    };
    let what = history.as_ref().map_or_else(String::new, |h| {
        words(&[
            (h.amount != Amount::ZERO).then(|| h.amount.to_string()),
            h.item.as_ref().map(ToString::to_string),
            labelled("lot", h.lot.as_ref().map(LotNumber::as_str)),
            labelled("serial", h.serial.as_deref()),
            labelled("unit", h.plate.as_ref().map(PlateId::as_str)),
        ])
    });
    let end = |account: &Option<Account>| account.as_ref().map_or_else(|| "–".to_owned(), plain);
    let ends = history
        .filter(|h| h.from.is_some() || h.to.is_some())
        .map_or_else(String::new, |h| format!("{} → {}", end(&h.from), end(&h.to)));
    let verdict = line.verdict.unwrap_or_else(|| "waiting".into());
    let mut verdict_words = verdict.replace('_', " ");
    match line.wms.as_deref() {
        Some("in_wms") => verdict_words.push_str(", in the WMS"),
        Some("refused") => verdict_words.push_str(", refused by the WMS"),
        _ => {}
    }
    Shown {
        received: when(line.received),
        device: line.device,
        epoch: line.epoch,
        seq: line.seq,
        kind: kind.replace('_', " "),
        what,
        ends,
        verdict,
        verdict_words,
    }
}

fn plain(account: &Account) -> String {
    match account {
        Account::Place(place) => place.to_string(),
        Account::Plate(plate) => format!("unit {plate}"),
        Account::Virtual(_) => account.to_string().replace("virtual:", ""),
    }
}

fn plain_text(account: &str) -> String {
    account
        .parse::<Account>()
        .map_or_else(|_| account.to_owned(), |account| plain(&account))
}

pub(super) fn entries(ledger: &Ledger) -> Part {
    let entries = ledger.newest(ENTRIES)?.into_iter().map(shown).collect();
    Ok(EntriesPart { entries }.render())
}

pub(super) fn exceptions(ledger: &Ledger, text: &Text) -> Part {
    let exceptions = ledger
        .open_exceptions()?
        .into_iter()
        .map(|line| Exception {
            explanation: line
                .message
                .as_ref()
                .map_or_else(|| line.code.replace('_', " "), |m| text.explain(m)),
            about: words(&[
                line.owner.clone(),
                line.item.clone(),
                labelled("lot", line.lot.as_deref()),
                labelled("serial", line.serial.as_deref()),
            ]),
            seen_by: line.raised_by.clone().unwrap_or_else(|| "nobody signed in".into()),
            raised: when(line.raised),
            sides: line
                .evidence
                .as_deref()
                .and_then(|json| serde_json::from_str::<Vec<serde_json::Value>>(json).ok())
                .map_or(0, |sides| sides.len()),
            line,
        })
        .collect();
    Ok(ExceptionsPart {
        dir: text.direction().as_str(),
        exceptions,
    }
    .render())
}

pub(super) fn look(ledger: &Ledger, text: &Text, q: &str) -> Part {
    let q: String = q.chars().take(90).collect();
    let (stock, history) = if q.is_empty() {
        (Vec::new(), Vec::new())
    } else {
        (ledger.stock(&q, FOUND)?, ledger.history(&q, FOUND)?)
    };
    let day = |day: &Option<String>| {
        day.as_deref().map_or_else(String::new, |d| {
            d.parse::<Day>().map_or_else(|_| d.to_owned(), |d| text.day(d))
        })
    };
    let stock = stock
        .into_iter()
        .map(|line| Stock {
            place: plain_text(&line.account),
            name: line.name.clone().unwrap_or_default(),
            expiry: day(&line.expiry),
            line,
        })
        .collect();
    let history = history.into_iter().map(|line| seen(text, line)).collect();
    Ok(LookPart {
        q,
        stock,
        history,
        online_from: online_from(ledger)?,
    }
    .render())
}

/// The month from which on the entries themselves are here; empty: all are.
pub(super) fn online_from(ledger: &Ledger) -> Result<String, LedgerError> {
    let archived = ledger.archived()?;
    Ok(archived
        .last()
        .map_or_else(String::new, |last| last.month.next().to_string()))
}

fn seen(text: &Text, line: HistoryLine) -> History {
    let (hours, minutes) = line.at.clock(line.zone_min);
    History {
        at: format!("{} {hours:02}:{minutes:02}", text.day(line.at.day(line.zone_min))),
        kind: line.kind.replace('_', " "),
        what: words(&[
            line.item,
            labelled("lot", line.lot.as_deref()),
            labelled("serial", line.serial.as_deref()),
            labelled("unit", line.plate.as_deref()),
        ]),
        from: line.from.as_deref().map_or_else(String::new, plain_text),
        to: line.to.as_deref().map_or_else(String::new, plain_text),
        amount: if line.amount == Amount::ZERO {
            String::new()
        } else {
            line.amount.to_string()
        },
        who: words(&[line.person, Some(line.device)]),
        document: line.document.unwrap_or_default(),
    }
}
