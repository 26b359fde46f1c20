//! What a shell says around a screen, in the person's language.

use crate::Handheld;
use lotline_core::Remedy;
use lotline_record::text::{Arg, Direction, Message, Text};
use std::sync::Arc;

/// A word or sentence that stands around a screen.
#[derive(Debug, Clone, Copy, PartialEq, Eq, uniffi::Enum)]
pub enum Word {
    /// It counted.
    Accept,
    /// It counted; know this.
    Warn,
    /// It did not count.
    Stop,
    /// Nothing here is real.
    Training,
    /// A line is finished.
    Done,
    /// The one that matters now.
    Current,
    /// Needs a look.
    Alert,
    /// An action's key, which is `text`.
    Key,
    /// A scan is awaited.
    AwaitsScan,
    /// Text is awaited.
    AwaitsText,
    /// A quantity is awaited.
    AwaitsQuantity,
    /// A PIN is awaited.
    AwaitsPin,
    /// `n` movements are durable at the gateway, and not yet in the warehouse's own system.
    AtGateway,
    /// `n` movements are in the warehouse's own system.
    InWms,
    /// The trigger on the screen.
    Scan,
    /// To type what cannot be scanned.
    Type,
    /// The key that ends what is typed.
    Enter,
    /// The key that takes the last character back.
    Erase,
    /// `n` digits of a PIN were typed.
    Digits,
    /// The battery has `n` percent.
    Battery,
    /// The same, and that is little.
    BatteryLow,
    /// The same, and it is becoming more.
    BatteryCharging,
    /// The device has no scan engine.
    EngineAbsent,
    /// It has one that cannot read now.
    EngineOff,
    /// It reads when triggered.
    EngineReady,
    /// It reads now.
    EngineScanning,
    /// It waits until a stop is acknowledged.
    EngineLocked,
    /// The label `text` went to the printer, and nobody knows what came of it: did it come out?
    LabelUnknown,
    /// The answer that it did.
    LabelCameOut,
    /// The answer that it did not.
    LabelDidNot,
    /// The label `text` was not printed.
    LabelFailed,
}

impl Word {
    const fn id(self) -> &'static str {
        match self {
            Word::Accept => "tone-accept",
            Word::Warn => "tone-warn",
            Word::Stop => "tone-stop",
            Word::Training => "training-frame",
            Word::Done => "line-done",
            Word::Current => "shell-current",
            Word::Alert => "shell-alert",
            Word::Key => "shell-key",
            Word::AwaitsScan => "hint-scan",
            Word::AwaitsText => "hint-text",
            Word::AwaitsQuantity => "hint-quantity",
            Word::AwaitsPin => "hint-pin",
            Word::AtGateway => "standing-at-gateway",
            Word::InWms => "standing-in-wms",
            Word::Scan => "shell-scan",
            Word::Type => "shell-type",
            Word::Enter => "shell-enter",
            Word::Erase => "shell-erase",
            Word::Digits => "shell-digits",
            Word::Battery => "shell-battery",
            Word::BatteryLow => "shell-battery-low",
            Word::BatteryCharging => "shell-battery-charging",
            Word::EngineAbsent => "shell-engine-absent",
            Word::EngineOff => "shell-engine-off",
            Word::EngineReady => "shell-engine-ready",
            Word::EngineScanning => "shell-engine-scanning",
            Word::EngineLocked => "shell-engine-locked",
            Word::LabelUnknown => "shell-label-unknown",
            Word::LabelCameOut => "shell-label-came-out",
            Word::LabelDidNot => "shell-label-did-not",
            Word::LabelFailed => "shell-label-failed",
        }
    }
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

    const ALL: [Word; 31] = {
        use Word::{
            Accept, Alert, AtGateway, AwaitsPin, AwaitsQuantity, AwaitsScan, AwaitsText, Battery, BatteryCharging,
            BatteryLow, Current, Digits, Done, EngineAbsent, EngineLocked, EngineOff, EngineReady, EngineScanning,
            Enter, Erase, InWms, Key, LabelCameOut, LabelDidNot, LabelFailed, LabelUnknown, Scan, Stop, Training, Type,
            Warn,
        };
        [
            Accept,
            Warn,
            Stop,
            Training,
            Done,
            Current,
            Alert,
            Key,
            AwaitsScan,
            AwaitsText,
            AwaitsQuantity,
            AwaitsPin,
            AtGateway,
            InWms,
            Scan,
            Type,
            Enter,
            Erase,
            Digits,
            Battery,
            BatteryLow,
            BatteryCharging,
            EngineAbsent,
            EngineOff,
            EngineReady,
            EngineScanning,
            EngineLocked,
            LabelUnknown,
            LabelCameOut,
            LabelDidNot,
            LabelFailed,
        ]
    };

    #[test]
    fn every_word_and_every_remedy_is_said_in_every_language() {
        for (tag, _) in LANGUAGES {
            let words = Words::load(tag);
            assert_eq!(words.language(), *tag);
            for word in ALL {
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
