//! What a person chose for themselves: it follows them to every device.

use serde::{Deserialize, Serialize};

/// Percent of the shell's own size that text may have.
pub const TEXT_PERCENT: std::ops::RangeInclusive<u32> = 70..=200;

/// One choice.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "name", content = "value", rename_all = "snake_case")]
pub enum Setting {
    /// The language they read, as a tag such as `de`.
    Language(String),
    /// Size of the text, in percent of the shell's own: [`TEXT_PERCENT`].
    TextPercent(u32),
    /// Whether what is pressed stands at the left thumb.
    LeftHanded(bool),
    /// Dark on white, to be read in the sun; else light on black.
    Sunlight(bool),
    /// Loudness of the tones, 0 to 100 percent of the device's own.
    VolumePercent(u32),
    /// Whether the device buzzes.
    Vibration(bool),
    /// Whether what to do is spoken, where the shell can.
    Voice(bool),
}

impl Setting {
    /// The word it is stored by.
    pub const fn name(&self) -> &'static str {
        match self {
            Setting::Language(_) => "language",
            Setting::TextPercent(_) => "text_percent",
            Setting::LeftHanded(_) => "left_handed",
            Setting::Sunlight(_) => "sunlight",
            Setting::VolumePercent(_) => "volume_percent",
            Setting::Vibration(_) => "vibration",
            Setting::Voice(_) => "voice",
        }
    }

    /// What is stored under the name.
    pub fn value(&self) -> String {
        match self {
            Setting::Language(tag) => tag.clone(),
            Setting::TextPercent(n) | Setting::VolumePercent(n) => n.to_string(),
            Setting::LeftHanded(on) | Setting::Sunlight(on) | Setting::Vibration(on) | Setting::Voice(on) => {
                on.to_string()
            }
        }
    }

    /// Reads what was stored. `None`: a name or value that this version does not know, or that is out of range; whoever
    /// reads it goes on without.
    pub fn read(name: &str, value: &str) -> Option<Self> {
        let on = || value.parse().ok();
        let setting = match name {
            "language" => Setting::Language(value.to_owned()),
            "text_percent" => Setting::TextPercent(value.parse().ok()?),
            "left_handed" => Setting::LeftHanded(on()?),
            "sunlight" => Setting::Sunlight(on()?),
            "volume_percent" => Setting::VolumePercent(value.parse().ok()?),
            "vibration" => Setting::Vibration(on()?),
            "voice" => Setting::Voice(on()?),
            _ => return None,
        };
        setting.is_in_range().then_some(setting)
    }

    /// Whether a shell can do it.
    pub fn is_in_range(&self) -> bool {
        match self {
            Setting::Language(tag) => !tag.is_empty() && tag.len() <= 35,
            Setting::TextPercent(n) => TEXT_PERCENT.contains(n),
            Setting::VolumePercent(n) => *n <= 100,
            _ => true,
        }
    }
}

/// All that a person chose; what they did not choose is as here by default.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Settings {
    /// Size of the text, in percent of the shell's own.
    pub text_percent: u32,
    /// Whether what is pressed stands at the left thumb.
    pub left_handed: bool,
    /// Dark on white.
    pub sunlight: bool,
    /// Loudness of the tones, in percent of the device's own.
    pub volume_percent: u32,
    /// Whether the device buzzes.
    pub vibration: bool,
    /// Whether what to do is spoken.
    pub voice: bool,
    /// The language, where they chose one; else the directory's counts.
    pub language: Option<String>,
}

impl Default for Settings {
    fn default() -> Self {
        Settings {
            text_percent: 100,
            left_handed: false,
            sunlight: false,
            volume_percent: 100,
            vibration: true,
            voice: false,
            language: None,
        }
    }
}

impl Settings {
    /// All of it but the language, choice by choice.
    pub const fn all(&self) -> [Setting; 6] {
        [
            Setting::TextPercent(self.text_percent),
            Setting::LeftHanded(self.left_handed),
            Setting::Sunlight(self.sunlight),
            Setting::VolumePercent(self.volume_percent),
            Setting::Vibration(self.vibration),
            Setting::Voice(self.voice),
        ]
    }

    /// Takes a choice.
    pub fn put(&mut self, setting: Setting) {
        match setting {
            Setting::Language(tag) => self.language = Some(tag),
            Setting::TextPercent(n) => self.text_percent = n,
            Setting::LeftHanded(on) => self.left_handed = on,
            Setting::Sunlight(on) => self.sunlight = on,
            Setting::VolumePercent(n) => self.volume_percent = n,
            Setting::Vibration(on) => self.vibration = on,
            Setting::Voice(on) => self.voice = on,
        }
    }
}
