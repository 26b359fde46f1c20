//! A scan, read: a label, a plain text such as a bin or badge, or why it is neither.

use super::unreadable::{not_text, unreadable};
use lotline_record::model::{Day, LotNumber, OwnerId, PlateId, SerialNumber};
use lotline_record::text::Message;
use lotline_scan::{
    AimId, Code, Date, Form, Gtin, Kind, Label, MOST_READINGS, Options, Profile, Reading, Scratch, read, read_with,
    readings,
};
use rust_decimal::Decimal;

/// More readings than are ever shown: beyond that, no uniqueness is looked for.
const MOST_WEIGHED: usize = 4 * MOST_READINGS;

/// How the reads of one source of this device are read.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Habits<'a> {
    /// The reference year of the century window.
    pub(crate) year: u16,
    /// What the calibration label taught; the default where it was not scanned.
    pub(crate) profile: Profile<'a>,
}

impl Habits<'_> {
    fn options(&self) -> Options {
        self.profile.options(Options::new(self.year))
    }

    /// The data as the symbol holds it. What cannot be restored is read as it came.
    fn restored<'d>(&self, bytes: &'d [u8], room: &'d mut Option<Scratch>) -> &'d [u8] {
        if self.profile == Profile::default() {
            return bytes;
        }
        self.profile
            .restore(bytes, room.insert(Scratch::new()))
            .unwrap_or(bytes)
    }
}

fn form(bytes: &[u8]) -> Form {
    if bytes.first() == Some(&b'(') {
        Form::Bracketed
    } else {
        Form::Scan
    }
}

/// What a scan says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Scanned {
    Label(Box<LabelData>),
    Text(String),
    Unreadable(Message),
}

/// What a label says, owned, in the record's types.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(crate) struct LabelData {
    /// The GTIN of the thing itself, or of what is contained.
    pub(crate) gtin: Option<Gtin>,
    /// How many are contained (AI 30, 37).
    pub(crate) count: Option<u64>,
    pub(crate) lot: Option<LotNumber>,
    pub(crate) serial: Option<SerialNumber>,
    pub(crate) expiry: Option<Day>,
    pub(crate) produced: Option<Day>,
    pub(crate) sscc: Option<PlateId>,
    /// Net weight in kilograms (AI 310n).
    pub(crate) weight: Option<Decimal>,
    /// The country of origin (AI 422), or where it was first processed, processed, disassembled or fully processed (AI 423
    /// to 426), as ISO 3166 numbers.
    pub(crate) origin: Option<String>,
    /// An identifier of the unit that is neither item nor serial (AI 8004).
    pub(crate) giai: Option<String>,
    /// Whose goods it is on, where the record told that of the site's own identifier: its serial then is that identifier.
    pub(crate) own: Option<OwnerId>,
    /// As a person reads it.
    pub(crate) text: String,
}

impl Scanned {
    /// Reads raw bytes.
    pub(crate) fn read(bytes: &[u8], symbology: Option<&str>, habits: Habits<'_>) -> Self {
        let options = habits.options();
        let aim = symbology.and_then(|s| AimId::parse(s).ok());
        // Few labels need room of their own, and to clear some for all would cost more than to read them.
        let (mut room, mut scratch) = (None, None);
        let bytes = habits.restored(bytes, &mut room);
        let form = form(bytes);
        let read = match read(bytes, aim, form, &options) {
            Err(error) if error.code == Code::ScratchNeeded => {
                read_with(bytes, aim, form, &options, scratch.insert(Scratch::new()))
            }
            read => read,
        };
        match read {
            Ok(label) => match label.kind() {
                Kind::Plain => plain(label.content()),
                _ => labelled(&label),
            },
            // Bins, badges and typed codes come without an AIM identifier, or with the one of plain Code 128.
            Err(error) => {
                let code = error.code.as_str();
                if matches!(
                    code,
                    "MISSING_SYMBOLOGY_IDENTIFIER" | "UNSUPPORTED_SYMBOLOGY_IDENTIFIER" | "UNSUPPORTED_SYMBOLOGY"
                ) {
                    plain(strip_aim(bytes))
                } else if let Some(rest) = rest(bytes, aim, form, options) {
                    rest
                } else {
                    Scanned::Unreadable(unreadable(&error))
                }
            }
        }
    }
}

/// What an RFID tag says: the hexadecimal digits of its EPC bank from bit 20h on.
pub(crate) fn tag(epc: &str, year: u16) -> Scanned {
    let mut scratch = Scratch::new();
    match read_with(epc.as_bytes(), None, Form::Epc, &Options::new(year), &mut scratch) {
        Ok(label) => labelled(&label),
        Err(error) => Scanned::Unreadable(unreadable(&error)),
    }
}

/// Every way to read bytes that [`Scanned::read`] refuses since a separator may be lost; none where that is not why, or
/// where there are too many to weigh.
pub(crate) fn possible(bytes: &[u8], symbology: Option<&str>, habits: Habits<'_>) -> Vec<LabelData> {
    let aim = symbology.and_then(|s| AimId::parse(s).ok());
    let mut room = None;
    let bytes = habits.restored(bytes, &mut room);
    // The second code of a split label does not name its item.
    [true, false]
        .into_iter()
        .find_map(|associations| {
            let options = Options {
                associations,
                ..habits.options()
            };
            let mut scratch = Scratch::new();
            let found: Vec<LabelData> = readings(bytes, aim, form(bytes), &options, &mut scratch)?
                .take(MOST_WEIGHED + 1)
                .filter_map(|reading| data(&reading, options))
                .collect();
            (!found.is_empty() && found.len() <= MOST_WEIGHED).then_some(found)
        })
        .unwrap_or_default()
}

fn data(reading: &Reading<'_>, options: Options) -> Option<LabelData> {
    let mut text = String::new();
    for element in reading.elements() {
        text.extend(["(", element.ai, ")", &element.value.replace('(', "\\(")]);
    }
    let mut scratch = Scratch::new();
    let label = read_with(text.as_bytes(), None, Form::Bracketed, &options, &mut scratch).ok()?;
    match labelled(&label) {
        Scanned::Label(data) => Some(*data),
        Scanned::Text(_) | Scanned::Unreadable(_) => None,
    }
}

/// The code of a split label that does not name its item: read without the rule that it must.
fn rest(bytes: &[u8], aim: Option<AimId>, form: Form, options: Options) -> Option<Scanned> {
    let options = Options {
        associations: false,
        ..options
    };
    let mut scratch = Scratch::new();
    let label = read_with(bytes, aim, form, &options, &mut scratch).ok()?;
    let names_nothing = label.gtin().is_none() && label.content_gtin().is_none() && label.sscc().is_none();
    let belongs = label.lot().is_some() || label.serial().is_some() || label.expiry().is_some();
    (names_nothing && belongs).then(|| labelled(&label))
}

fn strip_aim(bytes: &[u8]) -> &[u8] {
    match bytes {
        [b']', letter, digit, rest @ ..] if letter.is_ascii_alphabetic() && digit.is_ascii_alphanumeric() => rest,
        _ => bytes,
    }
}

fn plain(bytes: &[u8]) -> Scanned {
    let text = std::str::from_utf8(bytes)
        .map(|t| t.trim_end_matches(['\r', '\n', '\t']))
        .unwrap_or_default();
    if text.is_empty() || text.len() > 200 || text.chars().any(char::is_control) {
        return Scanned::Unreadable(not_text(bytes.len()));
    }
    Scanned::Text(text.to_owned())
}

fn day(date: Date) -> Option<Day> {
    Day::from_ymd_opt(i32::from(date.year()), u32::from(date.month()), u32::from(date.day()))
}

fn labelled(label: &Label<'_>) -> Scanned {
    let text = label.bracketed().map_or_else(String::new, |b| b.to_string());
    // A parsed label holds only printable text, so these names are good; one that is not is left out and missed later.
    Scanned::Label(Box::new(LabelData {
        gtin: label.gtin().or_else(|| label.content_gtin()),
        count: label.count(),
        lot: label.lot().and_then(|l| LotNumber::new(l).ok()),
        serial: label.serial().and_then(|s| SerialNumber::new(s).ok()),
        expiry: label.expiry().or_else(|| label.best_before()).and_then(day),
        produced: label.production_date().and_then(day),
        weight: label
            .net_weight_kg()
            .and_then(|(digits, scale)| Some(Decimal::new(i64::try_from(digits).ok()?, u32::from(scale)).normalize())),
        sscc: label.sscc().and_then(|s| PlateId::new(s.as_str()).ok()),
        origin: ["422", "423", "424", "425", "426"]
            .into_iter()
            .find_map(|ai| label.get(ai))
            .map(str::to_owned),
        giai: label.get("8004").map(str::to_owned),
        own: None,
        text,
    }))
}
