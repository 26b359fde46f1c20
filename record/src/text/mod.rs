//! Every message and explanation a person reads: Fluent files, one folder a language, one language loaded at a time.
//!
//! A [`Message`] is an id with arguments; it is what entries and exceptions store. [`Text`] turns it into words in the
//! person's language. A stop has three parts, each a sentence: `.what`, `.why`, `.do` (screens.md).

use crate::model::{Account, Amount, Day};
use fluent_bundle::concurrent::FluentBundle;
use fluent_bundle::{FluentArgs, FluentResource, FluentValue};
use foldhash::fast::FixedState;
use serde::{Deserialize, Serialize};
use std::borrow::Cow;
use std::collections::HashMap;
use std::fmt;
use std::sync::{Arc, Mutex, OnceLock, PoisonError};
use unic_langid::{CharacterDirection, LanguageIdentifier};

/// The Fluent files of one language, each with its name.
macro_rules! files {
    ($tag:literal) => {
        (
            $tag,
            &[
                ("screens.ftl", include_str!(concat!($tag, "/screens.ftl"))),
                ("rules.ftl", include_str!(concat!($tag, "/rules.ftl"))),
                ("terminal.ftl", include_str!(concat!($tag, "/terminal.ftl"))),
                ("shell.ftl", include_str!(concat!($tag, "/shell.ftl"))),
                ("codes.ftl", include_str!(concat!($tag, "/codes.ftl"))),
            ],
        )
    };
}

/// The languages there are, the first being the one others are compared with. `zh` is written in simplified characters.
pub const LANGUAGES: &[(&str, &[(&str, &str)])] = &[
    files!("en"),
    files!("de"),
    files!("es"),
    files!("fr"),
    files!("zh"),
    files!("ar"),
];

/// The way a language is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Direction {
    /// From left to right.
    Ltr,
    /// From right to left.
    Rtl,
}

impl Direction {
    /// As HTML's `dir` attribute wants it: `ltr` or `rtl`.
    pub const fn as_str(self) -> &'static str {
        match self {
            Direction::Ltr => "ltr",
            Direction::Rtl => "rtl",
        }
    }
}

/// An argument of a message.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Arg {
    /// Text as it is.
    Text(String),
    /// A whole number; chooses the plural.
    Number(i64),
    /// An amount of base units; chooses the plural.
    Amount(Amount),
    /// A day, written as the language writes days.
    Day(Day),
    /// An account, named as people name it.
    Account(Account),
    /// Another message, in place.
    Message(Box<Message>),
}

impl Arg {
    /// Text of anything printable.
    #[allow(
        clippy::needless_pass_by_value,
        reason = "callers hand over what they have, borrowed or made on the spot"
    )]
    pub fn text(text: impl ToString) -> Self {
        Arg::Text(text.to_string())
    }

    /// A count of things.
    pub fn count(n: usize) -> Self {
        Arg::Number(i64::try_from(n).unwrap_or(i64::MAX))
    }

    /// An amount.
    pub const fn amount(amount: Amount) -> Self {
        Arg::Amount(amount)
    }

    /// An account.
    pub fn account(account: &Account) -> Self {
        Arg::Account(account.clone())
    }
}

/// What to say, before it is said in a language.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Message {
    /// Its id in the Fluent files.
    pub id: Cow<'static, str>,
    /// Its arguments.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub args: Vec<(Cow<'static, str>, Arg)>,
}

impl Message {
    /// A message without arguments.
    pub const fn new(id: &'static str) -> Self {
        Message {
            id: Cow::Borrowed(id),
            args: Vec::new(),
        }
    }

    /// Adds an argument.
    #[must_use]
    pub fn with(mut self, name: &'static str, arg: Arg) -> Self {
        self.args.push((Cow::Borrowed(name), arg));
        self
    }

    /// Adds an argument if there is one; else an empty text, so that the message never shows a bare variable.
    #[must_use]
    pub fn maybe(self, name: &'static str, arg: Option<Arg>) -> Self {
        self.with(name, arg.unwrap_or_else(|| Arg::Text(String::new())))
    }
}

/// A message that many screens say: it keeps the words of the language it was said in first. Clones share them.
#[derive(Debug, Clone)]
pub struct Phrase(Arc<(Message, OnceLock<Said>)>);

/// A language and the words in it.
type Said = (String, String);

impl Phrase {
    /// The message.
    pub fn message(&self) -> &Message {
        &self.0.0
    }
}

impl From<Message> for Phrase {
    fn from(message: Message) -> Self {
        Phrase(Arc::new((message, OnceLock::new())))
    }
}

/// Why a language could not be loaded.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum TextError {
    /// Lotline does not speak it.
    #[error("the language {0:?} is not among the ones there are")]
    UnknownLanguage(String),
    /// A Fluent file is wrong.
    #[error("{file} of {language} cannot be read: {why}")]
    BadFile {
        /// Which file.
        file: &'static str,
        /// Of which language.
        language: String,
        /// The parser's words.
        why: String,
    },
}

/// One language, loaded.
pub struct Text {
    language: String,
    direction: Direction,
    bundle: FluentBundle<FluentResource>,
    /// What was said lately: most of a screen is what the one before it was.
    said: Mutex<HashMap<Message, String, FixedState>>,
}

/// Messages that are remembered; then it begins anew. Some 100 KB.
const MOST_SAID: usize = 512;

impl fmt::Debug for Text {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Text({})", self.language)
    }
}

impl Text {
    /// Loads `language` (a tag such as `de` or `de-CH`; only the language of it counts).
    ///
    /// # Errors
    /// [`TextError`] when there is no such language or a file is damaged.
    pub fn load(language: &str) -> Result<Self, TextError> {
        let short = language.split(['-', '_']).next().unwrap_or(language);
        let (tag, files) = LANGUAGES
            .iter()
            .find(|(tag, _)| *tag == short)
            .ok_or_else(|| TextError::UnknownLanguage(language.into()))?;
        let id: LanguageIdentifier = tag.parse().map_err(|_| TextError::UnknownLanguage(language.into()))?;
        let direction = if id.character_direction() == CharacterDirection::RTL {
            Direction::Rtl
        } else {
            Direction::Ltr
        };
        let mut bundle = FluentBundle::new_concurrent(vec![id]);
        // Right to left, a bin 10-20-30 would be shown as 30-20-10 unless what is filled in is isolated (Unicode Standard
        // Annex 9, FSI and PDI). Left to right nothing is gained, and the marks would show as boxes on some terminals.
        bundle.set_use_isolating(direction == Direction::Rtl);
        for (file, source) in *files {
            let bad = |why| TextError::BadFile {
                file,
                language: (*tag).into(),
                why,
            };
            let resource = FluentResource::try_new((*source).to_owned()).map_err(|(_, e)| bad(format!("{e:?}")))?;
            bundle.add_resource(resource).map_err(|e| bad(format!("{e:?}")))?;
        }
        Ok(Text {
            language: (*tag).into(),
            direction,
            bundle,
            said: Mutex::default(),
        })
    }

    /// The tag of the language.
    pub fn language(&self) -> &str {
        &self.language
    }

    /// The way the language is written, for shells that do not find it in the text themselves.
    pub const fn direction(&self) -> Direction {
        self.direction
    }

    /// The message in words. An id that is missing comes back as the id itself; a test holds that none is.
    pub fn say(&self, message: &Message) -> String {
        // Half of what a screen says: the text itself, in every language.
        if message.id == "plain"
            && let [(_, Arg::Text(text))] = message.args.as_slice()
        {
            return text.clone();
        }
        let said = || self.said.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(words) = said().get(message) {
            return words.clone();
        }
        // Not under the lock: an argument may be a message itself.
        let words = self.pattern(message, None).unwrap_or_else(|| message.id.to_string());
        let mut said = said();
        if said.len() >= MOST_SAID {
            said.clear();
        }
        said.insert(message.clone(), words.clone());
        words
    }

    /// The phrase in words.
    pub fn phrase(&self, phrase: &Phrase) -> String {
        let (message, said) = &*phrase.0;
        let (language, words) = said.get_or_init(|| (self.language.clone(), self.say(message)));
        if *language == self.language {
            words.clone()
        } else {
            self.say(message)
        }
    }

    /// One part of a message (`what`, `why`, `do`), if it has it.
    pub fn part(&self, message: &Message, part: &str) -> Option<String> {
        self.pattern(message, Some(part))
    }

    /// The three sentences of a stop in one text; the bare message where it has no parts.
    pub fn explain(&self, message: &Message) -> String {
        self.joined(message, &["what", "why", "do"])
    }

    /// What is wrong and why we know it, without what to do; the bare message where it has neither part.
    pub fn finding(&self, message: &Message) -> String {
        self.joined(message, &["what", "why"])
    }

    fn joined(&self, message: &Message, parts: &[&str]) -> String {
        let parts: Vec<String> = parts.iter().filter_map(|part| self.part(message, part)).collect();
        if parts.is_empty() {
            self.say(message)
        } else {
            parts.join(" ")
        }
    }

    /// A message without arguments.
    pub fn word(&self, id: &'static str) -> String {
        self.say(&Message::new(id))
    }

    /// A day as the language writes it: `30 Jun 2027`, `30. Juni 2027`, `2027年6月30日`. Its digits are Western in every
    /// language, as all numbers here: labels and lots are printed so, and the two are compared by eye.
    pub fn day(&self, day: Day) -> String {
        use chrono::Datelike;
        let month = self.say(&Message {
            id: format!("month-{}", day.month()).into(),
            args: Vec::new(),
        });
        self.say(
            &Message::new("day")
                .with("day", Arg::text(day.day()))
                .with("month", Arg::text(month))
                .with("year", Arg::text(day.year())),
        )
    }

    /// An account as people name it.
    pub fn account(&self, account: &Account) -> String {
        match account {
            Account::Place(place) => place.to_string(),
            Account::Plate(plate) => self.say(&Message::new("plate-name").with("plate", Arg::text(plate))),
            Account::Virtual(_) => {
                let id = account.to_string().replace(':', "-");
                self.say(&Message {
                    id: id.into(),
                    args: Vec::new(),
                })
            }
        }
    }

    fn pattern(&self, message: &Message, part: Option<&str>) -> Option<String> {
        let found = self.bundle.get_message(&message.id)?;
        let pattern = match part {
            None => found.value()?,
            Some(part) => found.get_attribute(part)?.value(),
        };
        let mut args = FluentArgs::with_capacity(message.args.len());
        for (name, arg) in &message.args {
            args.set(name.as_ref(), self.value(arg));
        }
        let mut errors = Vec::new();
        Some(
            self.bundle
                .format_pattern(pattern, Some(&args), &mut errors)
                .into_owned(),
        )
    }

    fn value(&self, arg: &Arg) -> FluentValue<'static> {
        match arg {
            Arg::Text(text) => text.clone().into(),
            Arg::Number(n) => (*n).into(),
            Arg::Amount(amount) => {
                let text = amount.to_string();
                text.parse::<fluent_bundle::types::FluentNumber>()
                    .map_or_else(|_| FluentValue::from(text), FluentValue::Number)
            }
            Arg::Day(day) => self.day(*day).into(),
            Arg::Account(account) => self.account(account).into(),
            Arg::Message(message) => self.say(message).into(),
        }
    }
}

#[cfg(test)]
mod tests;
