//! What a shell draws, and what it sends back. One screen answers: what do I do now, did the last scan count, how far
//! am I, is something wrong with the device (screens.md)?
//!
//! A [`Screen`] holds final strings in the person's language; a shell decides nothing. [`Screen::to_json`] is the one
//! canonical form that snapshots, goldens and scenarios compare in every language.

use serde::{Deserialize, Serialize};

/// Whether the last input counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "uniffi", derive(uniffi::Enum))]
pub enum Tone {
    /// It counted, and is on disk.
    Accept,
    /// It counted; know this.
    Warn,
    /// It did not count; acknowledge before the next scan.
    Stop,
    /// Nothing was judged.
    #[default]
    Idle,
}

/// How a field or line is meant to look.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "uniffi", derive(uniffi::Enum))]
pub enum Look {
    /// As usual.
    #[default]
    Plain,
    /// The one that matters now.
    Current,
    /// Done.
    Done,
    /// Needs a look.
    Alert,
}

/// A labelled value.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "uniffi", derive(uniffi::Record))]
pub struct Field {
    /// What it is.
    pub label: String,
    /// What it says.
    pub value: String,
    /// How it looks.
    pub state: Look,
}

/// A row of a list.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "uniffi", derive(uniffi::Record))]
pub struct Line {
    /// The main text.
    pub text: String,
    /// The smaller text.
    pub detail: String,
    /// Finished.
    pub done: bool,
    /// How it looks.
    pub state: Look,
}

/// How far the work is.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "uniffi", derive(uniffi::Record))]
pub struct Progress {
    /// Done, as a decimal string.
    pub done: String,
    /// Of how many.
    pub total: String,
    /// The same in words: `7 of 24 cases`.
    pub text: String,
    /// Done in thousandths of the whole, 0 to 1000, for the bar.
    pub permille: u32,
}

/// How an action looks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "uniffi", derive(uniffi::Enum))]
pub enum Style {
    /// The main way on; also the enter key.
    Main,
    /// Another way.
    #[default]
    Other,
    /// Takes something back or ends something.
    Careful,
}

/// Something a person can choose. Actions keep their place and key on every screen.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "uniffi", derive(uniffi::Record))]
pub struct Action {
    /// What to send back in [`Input::Choose`].
    pub id: String,
    /// What it says.
    pub label: String,
    /// Its key: `F1` main, `F2` other way out, `F3` undo, `F4` look up, then `1`, `2`, …
    pub key: String,
    /// How it looks.
    pub style: Style,
}

/// Which kind of input is awaited.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "uniffi", derive(uniffi::Enum))]
pub enum AwaitKind {
    /// A scan.
    Scan,
    /// Text.
    Text,
    /// A quantity.
    Quantity,
    /// A PIN.
    Pin,
    /// One of the actions.
    Choice,
    /// Nothing.
    #[default]
    None,
}

/// What input is awaited.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "uniffi", derive(uniffi::Record))]
pub struct Awaits {
    /// Which kind.
    pub kind: AwaitKind,
    /// The field to name in [`Input::Enter`]; empty for scans and choices.
    pub field: String,
    /// What is to be entered: `Certificate`, `Humidity, %`. Empty where the kind says it all: a PIN, a quantity of goods.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    #[cfg_attr(feature = "uniffi", uniffi(default = ""))]
    pub label: String,
}

/// The device's own state: always visible, in small.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "uniffi", derive(uniffi::Record))]
pub struct Status {
    /// Since when the gateway is out of reach (RFC 3339), if it is.
    pub offline_since: Option<String>,
    /// Entries on this device only.
    pub queued: u64,
    /// Movements durable at the gateway and not yet in the warehouse's own system.
    pub at_gateway: u64,
    /// Movements in the warehouse's own system.
    pub in_wms: u64,
    /// Minutes since the recall list was last known to be complete.
    pub recall_list_age: Option<u64>,
    /// Training mode.
    pub training: bool,
    /// The line to show: `Offline 2 h 10 · 143 waiting`.
    pub text: String,
}

/// What the shell plays.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "uniffi", derive(uniffi::Record))]
pub struct Cue {
    /// Sound pattern: `accept`, `warn`, `stop` or empty.
    pub sound: String,
    /// Vibration pattern: `accept`, `warn`, `stop` or empty.
    pub vibration: String,
}

/// How the person who is signed in wants the device to be. What a shell has no way to do it leaves.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "uniffi", derive(uniffi::Record))]
pub struct Settings {
    /// The language of the texts, as a tag: they are in it already.
    pub language: String,
    /// Size of the text, in percent of the shell's own: 70 to 200.
    pub text_percent: u32,
    /// What is pressed stands at the left thumb; keys stay as they are.
    pub left_handed: bool,
    /// Dark on white, to be read in the sun; else light on black.
    pub sunlight: bool,
    /// Loudness of the tones, 0 to 100 percent of the device's own. At 0 `cue.sound` is empty.
    pub volume_percent: u32,
    /// Whether the device buzzes. If not, `cue.vibration` is empty, but for a stop that makes no sound.
    pub vibration: bool,
    /// Whether the prompt is spoken.
    pub voice: bool,
}

/// Everything a shell draws.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "uniffi", derive(uniffi::Record))]
pub struct Screen {
    /// Which screen: `sign_in.badge`, `receive.scan`, `stop`, …
    pub id: String,
    /// Flow and document: `RECEIVE  ASN 80041  ACME`.
    pub title: String,
    /// What to do now: a verb first, at most six words.
    pub prompt: String,
    /// Whether the last input counted.
    pub tone: Tone,
    /// What the tone means, in words. For a stop: what is wrong and why we know; what to do is the prompt.
    pub message: String,
    /// Labelled values.
    pub fields: Vec<Field>,
    /// Rows.
    pub lines: Vec<Line>,
    /// How far.
    pub progress: Option<Progress>,
    /// What can be chosen.
    pub actions: Vec<Action>,
    /// What is awaited.
    pub awaits: Awaits,
    /// The device's own state.
    pub status: Status,
    /// What to play.
    pub cue: Cue,
    /// How the person wants the device to be; none while nobody is signed in, or where they chose nothing: then the shell is
    /// as it comes.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "uniffi", uniffi(default = None))]
    pub settings: Option<Settings>,
}

impl Screen {
    /// The canonical JSON: keys in declared order, no blanks.
    pub fn to_json(&self) -> String {
        // A struct of strings, numbers and lists always serialises.
        serde_json::to_string(self).unwrap_or_default()
    }
}

/// Where raw bytes came from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "uniffi", derive(uniffi::Enum))]
pub enum ScanSource {
    /// The scan engine.
    #[default]
    Scan,
    /// The camera.
    Camera,
    /// An RFID reader.
    Rfid,
    /// Typed by a person.
    Typed,
}

/// One RFID tag, as the reader reports it.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "uniffi", derive(uniffi::Record))]
pub struct Tag {
    /// The memory of its EPC bank from bit 20h on, in hexadecimal digits.
    pub epc: String,
    /// Received signal strength in dBm, usually -90 to -20.
    #[serde(default)]
    pub rssi_dbm: i32,
    /// Which antenna, from 1; 0 where the reader does not say.
    #[serde(default)]
    pub antenna: u32,
    /// Distance in millimetres, where the reader estimates one.
    #[serde(default)]
    pub distance_mm: Option<u32>,
    /// When, in milliseconds since 1970 by the reader's clock; 0 where it has none.
    #[serde(default)]
    pub at_ms: i64,
}

/// The most tags in one [`Input::Tags`].
pub const MOST_TAGS_AT_ONCE: usize = 10_000;

/// What a shell sends. One call to `act` for each.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "input", rename_all = "snake_case")]
#[cfg_attr(feature = "uniffi", derive(uniffi::Enum))]
pub enum Input {
    /// A read: raw bytes and symbology (AIM identifier or label type), never a keystroke string when bytes can be had.
    /// A badge is a scan too.
    Scan {
        /// The bytes, base64url without padding in JSON.
        #[serde(with = "lotline_record::entry::b64")]
        bytes: Vec<u8>,
        /// AIM identifier or DataWedge label type, if known.
        #[serde(default)]
        symbology: Option<String>,
        /// Where it came from.
        #[serde(default)]
        source: ScanSource,
    },
    /// Tags an RFID reader saw, in the order seen, repeats and all: at most [`MOST_TAGS_AT_ONCE`]. What they mean is
    /// written in one transaction.
    Tags {
        /// The tags.
        tags: Vec<Tag>,
    },
    /// An action of the screen.
    Choose {
        /// Its id.
        id: String,
    },
    /// Text for the awaited field.
    Enter {
        /// The field.
        field: String,
        /// The text.
        text: String,
    },
    /// A picture was taken. Its bytes stay with the shell; what they hash to goes into the record.
    Photo {
        /// What the shell calls the file, at most 200 characters.
        name: String,
        /// SHA-256 of its bytes, 64 lower-case hexadecimal digits.
        sha256: String,
        /// How many bytes it has.
        size: u64,
    },
    /// Once a minute in the foreground.
    Tick,
    /// One step back.
    Back,
}

impl Input {
    /// A scan by the engine of `bytes`, the AIM identifier in front or missing.
    pub fn scan(bytes: impl Into<Vec<u8>>) -> Self {
        Input::Scan {
            bytes: bytes.into(),
            symbology: None,
            source: ScanSource::Scan,
        }
    }

    /// An action.
    pub fn choose(id: impl Into<String>) -> Self {
        Input::Choose { id: id.into() }
    }

    /// Text for a field.
    pub fn enter(field: impl Into<String>, text: impl Into<String>) -> Self {
        Input::Enter {
            field: field.into(),
            text: text.into(),
        }
    }
}
