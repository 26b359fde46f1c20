//! The audit trail of electronic records (21 CFR Part 11): who did what and when, what it took back, what was signed and
//! what the signature means, and where a clock was set.
//!
//! | section | where it is |
//! |---|---|
//! | §11.10(e), time-stamped trail that obscures nothing earlier | a row for each entry; one that takes another back names it, and that one stays |
//! | §11.10(e), clocks whose changes can be seen | `clock`: the wall clock against the device's own counter, from entry to entry |
//! | §11.50(a), printed name, day and time, meaning | `signed_by`, `signed_at`, `meaning` |
//! | §11.70, signature bound to its record | both are in one entry; `lotline verify` proves the entry |
//!
//! Names of people stand outside the record, which knows pseudonyms: [`Names`] gives them as they are printed.

use lotline_record::entry::{Body, Entry, Instant};
use lotline_record::model::{DeviceId, PersonId};
use lotline_record::trace::report::csv_cell;
use lotline_record::trace::{Line, line};
use std::collections::BTreeMap;

/// Names as they are printed.
pub trait Names {
    /// That version of a person's name; `None` where it is not known (any more).
    fn printed(&self, person: &PersonId, version: u32) -> Option<String>;
    /// What a signature means, in words, by the id of its message.
    fn meaning(&self, id: &str) -> String;
}

/// A clock that differs by less from the device's counter was not set by hand, milliseconds.
const SET_MS: i64 = 2_000;

/// What the last entry of a device said of its clocks.
struct Clock {
    boot: String,
    wall_ms: i64,
    mono_ms: u64,
}

/// A row of the trail. Texts are empty where there is nothing to say.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Row {
    /// When, by the device's clock.
    pub at: Instant,
    /// Minutes local time was ahead of UTC.
    pub zone_min: i32,
    /// How far the gateway's clock was ahead, milliseconds, when the device last knew.
    pub offset_ms: Option<i64>,
    /// By how much the wall clock was set since the device's entry before, milliseconds; `None` where it was not, or the
    /// device was started anew in between.
    pub clock_set_ms: Option<i64>,
    /// Pseudonym of who did it; empty when nobody was signed in.
    pub person: String,
    /// The printed name.
    pub name: String,
    /// Which device.
    pub device: String,
    /// What: the entry's kind, with what belongs to it after a colon.
    pub act: String,
    /// To what: item, lot, serial and handling unit, as far as it is about them.
    pub subject: [String; 4],
    /// From where and to where.
    pub way: [String; 2],
    /// How much, in base units.
    pub amount: String,
    /// For which document.
    pub document: String,
    /// The entry that it takes back.
    pub takes_back: String,
    /// Printed name and pseudonym of who signed.
    pub signed_by: [String; 2],
    /// When they signed.
    pub signed_at: Option<Instant>,
    /// What it means.
    pub meaning: String,
    /// `DEVICE-EPOCH-SEQ`.
    pub entry: String,
}

/// Makes rows out of entries, each device's in the order of its chain.
#[derive(Default)]
pub struct Trail {
    clocks: BTreeMap<DeviceId, Clock>,
}

impl Trail {
    /// The row of the next entry.
    pub fn row(&mut self, entry: &Entry, names: &dyn Names) -> Row {
        let told = line(entry);
        let of = |text: fn(&Line) -> Option<String>| told.as_ref().and_then(text).unwrap_or_default();
        let signature = entry.body.signature();
        let who = entry.who.as_ref();
        let name = |person: &PersonId, version| {
            names
                .printed(person, version)
                .unwrap_or_else(|| format!("name {version} of {person} is not known"))
        };
        Row {
            at: entry.at.wall,
            zone_min: entry.at.zone_min,
            offset_ms: entry.at.offset_ms,
            clock_set_ms: self.clock_set(entry),
            person: who.map_or_else(String::new, |who| who.person.to_string()),
            name: who.map_or_else(String::new, |who| name(&who.person, who.name_version)),
            device: entry.device.to_string(),
            act: told
                .as_ref()
                .map_or_else(|| entry.body.kind().to_owned(), |told| told.kind.clone()),
            subject: [
                of(|line| line.item.as_ref().map(ToString::to_string)),
                of(|line| line.lot.as_ref().map(ToString::to_string)),
                of(|line| line.serial.clone()),
                of(|line| line.plate.as_ref().map(ToString::to_string)),
            ],
            way: [
                of(|line| line.from.as_ref().map(ToString::to_string)),
                of(|line| line.to.as_ref().map(ToString::to_string)),
            ],
            amount: of(|line| line.item.as_ref().map(|_| line.amount.to_string())),
            document: of(|line| line.document.clone()),
            takes_back: match &entry.body {
                Body::Undone { entry: of, .. } => super::name_of(of),
                _ => String::new(),
            },
            signed_by: signature.map_or_else(Default::default, |signed| {
                [name(&signed.person, signed.name_version), signed.person.to_string()]
            }),
            signed_at: signature.map(|signed| signed.at),
            meaning: signature.map_or_else(String::new, |signed| names.meaning(&signed.meaning)),
            entry: format!("{}-{}-{}", entry.device, entry.epoch, entry.seq),
        }
    }

    fn clock_set(&mut self, entry: &Entry) -> Option<i64> {
        let now = Clock {
            boot: entry.at.boot.to_string(),
            wall_ms: entry.at.wall.unix_ms(),
            mono_ms: entry.at.mono_ms,
        };
        let before = self.clocks.get(&entry.device);
        let set = before.filter(|before| before.boot == now.boot).map(|before| {
            let counted =
                i64::try_from(now.mono_ms).unwrap_or(i64::MAX) - i64::try_from(before.mono_ms).unwrap_or(i64::MAX);
            now.wall_ms.saturating_sub(before.wall_ms).saturating_sub(counted)
        });
        self.clocks.insert(entry.device.clone(), now);
        set.filter(|set| set.abs() >= SET_MS)
    }
}

const COLUMNS: [&str; 21] = [
    "date",
    "time",
    "utc",
    "gateway_ahead_ms",
    "clock_set_ms",
    "person",
    "printed_name",
    "device",
    "act",
    "item",
    "lot",
    "serial",
    "handling_unit",
    "from",
    "to",
    "amount",
    "document",
    "takes_back",
    "signed_by",
    "signed_at_utc",
    "meaning",
];

/// The header of the trail's CSV (RFC 4180), without a line end.
#[must_use]
pub fn header() -> String {
    format!("{},record_entry", COLUMNS.join(","))
}

impl Row {
    /// The row as CSV, without a line end.
    #[must_use]
    pub fn csv(&self) -> String {
        let (hour, minute) = self.at.clock(self.zone_min);
        let number = |number: Option<i64>| number.map_or_else(String::new, |number| number.to_string());
        let text = [
            &self.person,
            &self.name,
            &self.device,
            &self.act,
            &self.subject[0],
            &self.subject[1],
            &self.subject[2],
            &self.subject[3],
            &self.way[0],
            &self.way[1],
        ];
        let [signer, pseudonym] = &self.signed_by;
        let signed_by = if pseudonym.is_empty() {
            String::new()
        } else {
            format!("{signer} ({pseudonym})")
        };
        let mut cells = vec![
            self.at.day(self.zone_min).to_string(),
            format!("{hour:02}:{minute:02}"),
            self.at.to_string(),
            // Numbers are numbers to a spreadsheet, with their sign.
            number(self.offset_ms),
            number(self.clock_set_ms),
        ];
        cells.extend(text.map(|text| csv_cell(text)));
        cells.push(self.amount.clone());
        let last = [
            &self.document,
            &self.takes_back,
            &signed_by,
            &self.signed_at.map_or_else(String::new, |at| at.to_string()),
            &self.meaning,
            &self.entry,
        ];
        cells.extend(last.map(|text| csv_cell(text)));
        cells.join(",")
    }
}
