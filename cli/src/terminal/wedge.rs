//! Keystrokes to inputs. A USB scanner types its label and then Enter, many characters in a few milliseconds; a person
//! types slowly. The difference decides only what the evidence says (`scan` or `typed`); what a text means is the core's
//! to judge.

use lotline_core::screen::{AwaitKind, ScanSource, Style};
use lotline_core::{Input, Screen};

/// A scanner leaves less than this between two characters, in milliseconds; no person keeps that up.
const SCANNER_GAP_MS: u64 = 35;
/// Texts shorter than this are too short to tell.
const SCANNER_LEAST: usize = 4;
/// A digit that is also a key counts as the key once nothing has followed for so long, in milliseconds.
const ALONE_MS: u64 = 120;
/// The longest text taken in.
const LONGEST: usize = 64 * 1024;

/// A key that was pressed, as far as it matters here.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Key {
    /// A character.
    Char(char),
    /// GS, as a scanner sends it: Ctrl-].
    Separator,
    /// Enter.
    Enter,
    /// Backspace.
    Erase,
    /// Escape.
    Back,
    /// F1 to F12.
    Function(u8),
}

/// What was typed and not yet sent.
#[derive(Debug, Clone, Default)]
pub struct Wedge {
    text: String,
    first_ms: u64,
    last_ms: u64,
}

impl Wedge {
    /// What was typed so far; hidden where a PIN is awaited.
    pub fn shown(&self, screen: &Screen) -> String {
        if screen.awaits.kind == AwaitKind::Pin {
            return "•".repeat(self.text.chars().count());
        }
        crate::out::printable(self.text.as_bytes())
    }

    /// Forgets what was typed.
    pub fn clear(&mut self) {
        self.text.clear();
    }

    /// A key at `now_ms` (any clock that runs forward).
    pub fn key(&mut self, screen: &Screen, key: Key, now_ms: u64) -> Option<Input> {
        match key {
            Key::Char(c) => self.push(c, now_ms),
            Key::Separator => self.push('\u{1d}', now_ms),
            Key::Erase => drop(self.text.pop()),
            Key::Back if self.text.is_empty() => return Some(Input::Back),
            Key::Back => self.text.clear(),
            Key::Function(n) => {
                self.text.clear();
                let name = format!("F{n}");
                return screen
                    .actions
                    .iter()
                    .find(|a| a.key == name)
                    .map(|a| Input::choose(&a.id));
            }
            Key::Enter => return self.enter(screen),
        }
        None
    }

    /// Time has passed without a key: a digit that stands alone was meant as a key.
    pub fn idle(&mut self, screen: &Screen, now_ms: u64) -> Option<Input> {
        let digits_are_keys = !matches!(
            screen.awaits.kind,
            AwaitKind::Pin | AwaitKind::Quantity | AwaitKind::Text
        );
        if !digits_are_keys || self.text.chars().count() != 1 || now_ms.saturating_sub(self.last_ms) < ALONE_MS {
            return None;
        }
        let action = screen.actions.iter().find(|a| a.key == self.text)?;
        self.text.clear();
        Some(Input::choose(&action.id))
    }

    /// A whole text at once: a paste.
    pub fn paste(&mut self, screen: &Screen, text: &str) -> Option<Input> {
        self.text.clear();
        let text = text.trim_end_matches(['\r', '\n']);
        if text.is_empty() {
            return None;
        }
        match screen.awaits.kind {
            AwaitKind::Text if is_scanned(text) => Some(Input::scan(bytes(text))),
            AwaitKind::Text | AwaitKind::Quantity | AwaitKind::Pin => Some(Input::enter(&screen.awaits.field, text)),
            _ => Some(Input::Scan {
                bytes: bytes(text),
                symbology: None,
                source: ScanSource::Scan,
            }),
        }
    }

    fn push(&mut self, c: char, now_ms: u64) {
        if self.text.is_empty() {
            self.first_ms = now_ms;
        }
        if self.text.len() < LONGEST {
            self.text.push(c);
        }
        self.last_ms = now_ms;
    }

    fn enter(&mut self, screen: &Screen) -> Option<Input> {
        let text = std::mem::take(&mut self.text);
        if text.is_empty() {
            return main_action(screen);
        }
        match screen.awaits.kind {
            AwaitKind::Pin | AwaitKind::Quantity => Some(Input::enter(&screen.awaits.field, text.trim())),
            AwaitKind::Text if is_scanned(&text) => Some(Input::scan(bytes(&text))),
            AwaitKind::Text => Some(match screen.actions.iter().find(|a| a.key == text.trim()) {
                Some(action) => Input::choose(&action.id),
                None => Input::enter(&screen.awaits.field, text.trim()),
            }),
            AwaitKind::Scan | AwaitKind::Choice | AwaitKind::None => {
                let source = if self.was_scanner(&text) {
                    ScanSource::Scan
                } else {
                    ScanSource::Typed
                };
                Some(Input::Scan {
                    bytes: bytes(text.trim_start_matches(' ')),
                    symbology: None,
                    source,
                })
            }
        }
    }

    fn was_scanner(&self, text: &str) -> bool {
        let gaps = text.chars().count().saturating_sub(1) as u64;
        text.chars().count() >= SCANNER_LEAST && self.last_ms.saturating_sub(self.first_ms) <= gaps * SCANNER_GAP_MS
    }
}

/// Whether a scanner said so itself: an AIM identifier stands in front (ISO/IEC 15424). It is no part of what is entered.
pub(super) fn is_scanned(text: &str) -> bool {
    let mut first = text.chars();
    first.next() == Some(']')
        && first.next().is_some_and(|c| c.is_ascii_alphabetic())
        && first.next().is_some_and(|c| c.is_ascii_alphanumeric())
}

/// What Enter alone does.
pub fn main_action(screen: &Screen) -> Option<Input> {
    screen
        .actions
        .iter()
        .find(|a| a.style == Style::Main)
        .map(|a| Input::choose(&a.id))
}

/// Text to bytes as the symbol holds them: `<GS>` and `{GS}` stand for GS, as labels are printed here.
pub fn bytes(text: &str) -> Vec<u8> {
    text.replace("<GS>", "\u{1d}").replace("{GS}", "\u{1d}").into_bytes()
}

#[cfg(test)]
mod tests {
    use super::*;
    use lotline_core::screen::{Action, Awaits};

    fn screen(kind: AwaitKind) -> Screen {
        let action = |id: &str, key: &str, style| Action {
            id: id.into(),
            label: id.into(),
            key: key.into(),
            style,
        };
        Screen {
            actions: vec![action("done", "F1", Style::Main), action("put_away", "1", Style::Other)],
            awaits: Awaits {
                kind,
                field: "f".into(),
                label: String::new(),
            },
            ..Screen::default()
        }
    }

    fn typed(wedge: &mut Wedge, screen: &Screen, text: &str, gap_ms: u64) -> Option<Input> {
        let mut now = 1_000;
        for c in text.chars() {
            let key = if c == '\u{1d}' { Key::Separator } else { Key::Char(c) };
            assert_eq!(wedge.key(screen, key, now), None);
            now += gap_ms;
            assert_eq!(wedge.idle(screen, now), None, "{text} at {now}");
        }
        wedge.key(screen, Key::Enter, now)
    }

    #[test]
    fn a_scanner_that_types_gives_a_scan_with_its_separators() {
        let label = "]d20109506000134352\u{1d}10A1";
        let input = typed(&mut Wedge::default(), &screen(AwaitKind::Scan), label, 2);
        assert_eq!(input, Some(Input::scan(label)));
    }

    #[test]
    fn a_person_who_types_gives_typed_text() {
        let input = typed(&mut Wedge::default(), &screen(AwaitKind::Scan), "A-01-01", 90);
        assert_eq!(
            input,
            Some(Input::Scan {
                bytes: b"A-01-01".to_vec(),
                symbology: None,
                source: ScanSource::Typed
            })
        );
    }

    #[test]
    fn a_digit_alone_is_a_key_and_the_first_of_a_fast_code_is_not() {
        let screen = screen(AwaitKind::Scan);
        let mut wedge = Wedge::default();
        assert_eq!(wedge.key(&screen, Key::Char('1'), 0), None);
        assert_eq!(wedge.idle(&screen, 50), None);
        assert_eq!(wedge.idle(&screen, 200), Some(Input::choose("put_away")));
        assert_eq!(typed(&mut wedge, &screen, "12345670", 3), Some(Input::scan("12345670")));
    }

    #[test]
    fn digits_of_a_pin_are_never_keys_and_are_not_shown() {
        let screen = screen(AwaitKind::Pin);
        let mut wedge = Wedge::default();
        wedge.key(&screen, Key::Char('1'), 0);
        assert_eq!(wedge.idle(&screen, 10_000), None);
        assert_eq!(wedge.shown(&screen), "•");
        assert_eq!(wedge.key(&screen, Key::Enter, 10_000), Some(Input::enter("f", "1")));
    }

    #[test]
    fn a_code_that_is_scanned_where_text_is_awaited_is_a_scan_without_its_identifier_in_the_text() {
        let text = screen(AwaitKind::Text);
        let seal = Some(Input::scan("]C0SEAL-77"));
        assert_eq!(typed(&mut Wedge::default(), &text, "]C0SEAL-77", 2), seal);
        assert_eq!(Wedge::default().paste(&text, "]C0SEAL-77"), seal);
        for entered in ["SEAL-77", "]x", "[C0]"] {
            let input = typed(&mut Wedge::default(), &text, entered, 2);
            assert_eq!(input, Some(Input::enter("f", entered)));
        }
    }

    #[test]
    fn enter_alone_is_the_main_action_and_function_keys_their_own() {
        let screen = screen(AwaitKind::Scan);
        let mut wedge = Wedge::default();
        assert_eq!(wedge.key(&screen, Key::Enter, 0), Some(Input::choose("done")));
        assert_eq!(wedge.key(&screen, Key::Function(1), 0), Some(Input::choose("done")));
        assert_eq!(wedge.key(&screen, Key::Function(3), 0), None);
        assert_eq!(wedge.key(&screen, Key::Back, 0), Some(Input::Back));
    }

    #[test]
    fn a_pasted_label_is_one_scan_with_its_separators() {
        let input = Wedge::default().paste(&screen(AwaitKind::Scan), "]d20109506000134352<GS>10A1\n");
        assert_eq!(input, Some(Input::scan("]d20109506000134352\u{1d}10A1")));
    }
}
