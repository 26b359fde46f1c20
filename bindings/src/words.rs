//! What a shell says around a screen, in the person's language.

use crate::Handheld;
use lotline_core::Remedy;
use lotline_record::text::{Arg, Direction, Message, Text};
use std::sync::Arc;

// One table of the words: what a shell calls each, and its message in the language files.
macro_rules! words {
    ($($(#[$said:meta])* $word:ident => $id:literal,)*) => {
        /// A word or sentence that stands around a screen.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, uniffi::Enum)]
        pub enum Word {
            $($(#[$said])* $word,)*
        }

        impl Word {
            #[cfg(test)]
            const ALL: &[Word] = &[$(Word::$word),*];

            const fn id(self) -> &'static str {
                match self {
                    $(Word::$word => $id,)*
                }
            }
        }
    };
}

words! {
    /// It counted.
    Accept => "tone-accept",
    /// It counted; know this.
    Warn => "tone-warn",
    /// It did not count.
    Stop => "tone-stop",
    /// Nothing here is real.
    Training => "training-frame",
    /// A line is finished.
    Done => "line-done",
    /// The one that matters now.
    Current => "shell-current",
    /// Needs a look.
    Alert => "shell-alert",
    /// An action's key, which is `text`.
    Key => "shell-key",
    /// A scan is awaited.
    AwaitsScan => "hint-scan",
    /// Text is awaited.
    AwaitsText => "hint-text",
    /// A quantity is awaited.
    AwaitsQuantity => "hint-quantity",
    /// A PIN is awaited.
    AwaitsPin => "hint-pin",
    /// `n` movements are durable at the gateway, and not yet in the warehouse's own system.
    AtGateway => "standing-at-gateway",
    /// `n` movements are in the warehouse's own system.
    InWms => "standing-in-wms",
    /// The trigger on the screen.
    Scan => "shell-scan",
    /// To type what cannot be scanned.
    Type => "shell-type",
    /// The key that ends what is typed.
    Enter => "shell-enter",
    /// The key that takes the last character back.
    Erase => "shell-erase",
    /// `n` digits of a PIN were typed.
    Digits => "shell-digits",
    /// The battery has `n` percent.
    Battery => "shell-battery",
    /// The same, and that is little.
    BatteryLow => "shell-battery-low",
    /// The same, and it is becoming more.
    BatteryCharging => "shell-battery-charging",
    /// The device has no scan engine.
    EngineAbsent => "shell-engine-absent",
    /// It has one that cannot read now.
    EngineOff => "shell-engine-off",
    /// It reads when triggered.
    EngineReady => "shell-engine-ready",
    /// It reads now.
    EngineScanning => "shell-engine-scanning",
    /// It waits until a stop is acknowledged.
    EngineLocked => "shell-engine-locked",
    /// The label `text` went to the printer, and nobody knows what came of it: did it come out?
    LabelUnknown => "shell-label-unknown",
    /// The answer that it did.
    LabelCameOut => "shell-label-came-out",
    /// The answer that it did not.
    LabelDidNot => "shell-label-did-not",
    /// The label `text` was not printed.
    LabelFailed => "shell-label-failed",
    /// Why the camera is asked for.
    CameraWhy => "shell-camera-why",
    /// It was not allowed: what the person can do.
    CameraDenied => "shell-camera-denied",
    /// The camera's light.
    CameraLight => "shell-camera-light",
    /// To aim no more.
    CameraClose => "shell-camera-close",
    /// To take the picture that is awaited.
    Photo => "shell-photo",
    /// The device's own place for files, as a person is told where a report is.
    Files => "shell-files",
    /// Why a printer nearby is asked for.
    PrinterWhy => "shell-printer-why",
    /// The action that moves files aside which the device's keys do not open.
    SetAside => "shell-set-aside",
    /// What that means, before it is done.
    SetAsideWhy => "shell-set-aside-why",
}

/// One language, loaded.
#[derive(Debug, uniffi::Object)]
pub struct Words(Arc<Text>);

#[uniffi::export]
impl Words {
    /// Loads a language by its tag, such as `de-CH`; English where there is no such language.
    #[uniffi::constructor]
    pub fn load(language: &str) -> Arc<Self> {
        let text = Text::load(language).or_else(|_| Text::load("en"));
        // English is among the languages for certain: a test loads them all.
        let text = text.unwrap_or_else(|e| unreachable!("invariant: the built-in English texts load: {e}"));
        Arc::new(Words(Arc::new(text)))
    }

    /// Its tag.
    pub fn language(&self) -> String {
        self.0.language().to_owned()
    }

    /// Whether it is written from right to left.
    pub fn right_to_left(&self) -> bool {
        self.0.direction() == Direction::Rtl
    }

    /// The word; `text` and `n` are filled in where its description says so.
    #[uniffi::method(default(text = "", n = 0))]
    pub fn say(&self, word: Word, text: &str, n: i64) -> String {
        let message = Message::new(word.id());
        self.0
            .say(&message.with("text", Arg::text(text)).with("n", Arg::Number(n)))
    }

    /// What happened and what the person can do about it, in a sentence or two.
    pub fn fault(&self, remedy: Remedy) -> String {
        self.0.word(match remedy {
            Remedy::Retry => "shell-fault-retry",
            Remedy::Rescan => "shell-fault-rescan",
            Remedy::CallSupervisor => "shell-fault-supervisor",
            Remedy::SignIn => "shell-fault-sign-in",
            Remedy::FreeSpace => "shell-fault-space",
            Remedy::UpdateApp => "shell-fault-update",
            Remedy::Bug => "shell-fault-bug",
        })
    }
}

#[uniffi::export]
impl Handheld {
    /// The tag of the language that the last screen was in.
    pub fn language(&self) -> String {
        self.core().words().language().to_owned()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use lotline_record::text::LANGUAGES;

    #[test]
    fn every_word_and_every_remedy_is_said_in_every_language() {
        for (tag, _) in LANGUAGES {
            let words = Words::load(tag);
            assert_eq!(words.language(), *tag);
            for &word in Word::ALL {
                let said = words.say(word, "F1", 7);
                assert!(
                    said != word.id() && !said.is_empty() && !said.contains('$'),
                    "{tag}: {word:?}: {said}"
                );
            }
            let remedies = [Remedy::Retry, Remedy::Rescan, Remedy::CallSupervisor, Remedy::SignIn];
            for remedy in remedies
                .into_iter()
                .chain([Remedy::FreeSpace, Remedy::UpdateApp, Remedy::Bug])
            {
                assert!(!words.fault(remedy).starts_with("shell-"), "{tag}: {remedy:?}");
            }
        }
    }

    #[test]
    fn an_unknown_language_is_english_and_arabic_is_written_from_right_to_left() {
        assert_eq!(Words::load("tlh").say(Word::Key, "F1", 0), "key F1");
        assert_eq!(Words::load("en").say(Word::Digits, "", 1), "one digit typed");
        assert!(Words::load("ar-EG").right_to_left() && !Words::load("de").right_to_left());
    }
}
