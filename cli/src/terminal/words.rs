//! What the terminal itself says around a screen, in the language of whoever is signed in.

use lotline_core::Screen;
use lotline_core::screen::{AwaitKind, Tone};
use lotline_record::entry::{Body, Entry};
use lotline_record::text::{Arg, Message, Text};
use rusqlite::{Connection, OpenFlags};
use std::path::{Path, PathBuf};

/// The terminal's words.
#[derive(Debug)]
pub struct Words {
    text: Text,
    folder: Option<PathBuf>,
    signed_in: bool,
}

fn load(language: &str) -> Text {
    // English is among the languages for certain: a test loads them all.
    Text::load(language)
        .or_else(|_| Text::load("en"))
        .expect("invariant: the built-in English texts load")
}

impl Words {
    /// In `language`, or in English where there is no such language.
    pub fn new(language: &str) -> Self {
        Words {
            text: load(language),
            folder: None,
            signed_in: false,
        }
    }

    /// For the handheld in `folder`: in `language` until somebody signs in.
    pub fn of(folder: &Path, language: &str) -> Self {
        Words {
            folder: Some(folder.to_owned()),
            ..Words::new(language)
        }
    }

    /// Takes the language of the person who has just signed in, or has just chosen another one. Give it every screen before it is drawn: as on the screen
    /// itself, the language stays after they have signed out.
    pub fn follow(&mut self, screen: &Screen) {
        let signed_in = !screen.id.starts_with("sign_in");
        if signed_in
            && !self.signed_in
            && let Some(language) = self.folder.as_deref().and_then(language)
        {
            self.text = load(&language);
        }
        self.signed_in = signed_in;
        if let Some(chosen) = screen.settings.as_ref().map(|settings| &settings.language)
            && !chosen.starts_with(self.text.language())
        {
            self.text = load(chosen);
        }
    }

    /// A message of `terminal.ftl` without arguments.
    pub fn word(&self, id: &'static str) -> String {
        self.text.word(id)
    }

    /// A message of `terminal.ftl`.
    pub fn say(&self, message: &Message) -> String {
        self.text.say(message)
    }

    /// The word that goes with the colour: colour is never alone. Empty where nothing was judged.
    pub fn tone(&self, tone: Tone) -> String {
        match tone {
            Tone::Accept => self.word("tone-accept"),
            Tone::Warn => self.word("tone-warn"),
            Tone::Stop => self.word("tone-stop"),
            Tone::Idle => String::new(),
        }
    }

    /// What the person can do with the keyboard now: what is to be entered, by name where it has one.
    pub fn hint(&self, screen: &Screen) -> String {
        if !screen.awaits.label.is_empty() {
            return screen.awaits.label.clone();
        }
        self.word(match screen.awaits.kind {
            AwaitKind::Scan => "hint-scan",
            AwaitKind::Text => "hint-text",
            AwaitKind::Quantity => "hint-quantity",
            AwaitKind::Pin => "hint-pin",
            AwaitKind::Choice | AwaitKind::None => "hint-choose",
        })
    }

    /// The status line, and where the movements stand once the warehouse's own system has taken some: in parts.
    pub fn standing(&self, screen: &Screen) -> Vec<String> {
        let status = &screen.status;
        let mut parts = vec![status.text.clone()];
        if status.in_wms > 0 {
            for (id, n) in [
                ("standing-at-gateway", status.at_gateway),
                ("standing-in-wms", status.in_wms),
            ] {
                if n > 0 {
                    parts.push(self.say(&Message::new(id).with("n", Arg::Number(n.cast_signed()))));
                }
            }
        }
        parts
    }
}

/// The language of the person whose sign-in is the newest entry. `None` where it is not, or cannot be read: then the
/// words stay as they are.
fn language(folder: &Path) -> Option<String> {
    let open = |file: &str| Connection::open_with_flags(folder.join(file), OpenFlags::SQLITE_OPEN_READ_ONLY).ok();
    let newest = "SELECT bytes FROM entry ORDER BY position DESC LIMIT 1";
    let bytes: Vec<u8> = open("journal.db")?.query_row(newest, [], |row| row.get(0)).ok()?;
    let entry: Entry = serde_json::from_slice(&bytes).ok()?;
    let who = entry.who.filter(|_| entry.body == Body::SignedIn)?;
    let language = "SELECT language FROM person WHERE person = ?1";
    open("site.db")?
        .query_row(language, [who.person.as_str()], |row| row.get(0))
        .ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use lotline_core::screen::Status;

    #[test]
    fn where_the_movements_stand_is_said_once_the_wms_has_some() {
        let mut screen = Screen {
            status: Status {
                text: "On line · all sent".into(),
                at_gateway: 3,
                ..Status::default()
            },
            ..Screen::default()
        };
        let words = Words::new("en");
        assert_eq!(words.standing(&screen), ["On line · all sent"]);
        screen.status.in_wms = 40;
        let all = ["On line · all sent", "at the gateway 3", "in the WMS 40"];
        assert_eq!(words.standing(&screen), all);
        screen.status.at_gateway = 0;
        assert_eq!(Words::new("de").standing(&screen), ["On line · all sent", "im WMS 40"]);
    }

    #[test]
    fn a_tone_has_its_word_in_every_language_and_no_judgement_has_none() {
        for (language, accept, stop) in [
            ("en", "ACCEPT", "STOP"),
            ("de", "GEZÄHLT", "STOPP"),
            ("es", "CONTADO", "ALTO"),
            ("fr", "COMPTÉ", "ARRÊT"),
            ("zh", "已计数", "停止"),
            ("ar", "حُسب", "قف"),
        ] {
            let words = Words::new(language);
            assert_eq!(
                (words.tone(Tone::Accept).as_str(), words.tone(Tone::Stop).as_str()),
                (accept, stop)
            );
            assert_eq!(words.tone(Tone::Idle), "");
        }
        assert_eq!(Words::new("tlh").tone(Tone::Warn), "WARN");
    }
}
