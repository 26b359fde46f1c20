//! What to draw, before it is said in a language.

use crate::screen::{AwaitKind, Look, Style};
use lotline_record::model::Amount;
use lotline_record::text::{Arg, Message, Phrase};

/// A screen without words.
#[derive(Debug, Clone)]
pub(crate) struct View {
    pub(crate) id: &'static str,
    pub(crate) title: Message,
    pub(crate) prompt: Message,
    pub(crate) fields: Vec<ViewField>,
    /// Lines whose words are kept from screen to screen: above the others.
    pub(crate) kept: Vec<KeptLine>,
    pub(crate) lines: Vec<ViewLine>,
    pub(crate) progress: Option<ViewProgress>,
    pub(crate) actions: Vec<ViewAction>,
    pub(crate) awaits: (AwaitKind, &'static str),
}

impl View {
    pub(crate) fn new(id: &'static str, title: Message, prompt: Message) -> Self {
        View {
            id,
            title,
            prompt,
            fields: Vec::new(),
            kept: Vec::new(),
            lines: Vec::new(),
            progress: None,
            actions: Vec::new(),
            awaits: (AwaitKind::Choice, ""),
        }
    }

    pub(crate) fn awaits_scan(&mut self) {
        self.awaits = (AwaitKind::Scan, "");
    }
}

#[derive(Debug, Clone)]
pub(crate) struct ViewField {
    pub(crate) label: &'static str,
    pub(crate) value: Arg,
    pub(crate) state: Look,
}

impl ViewField {
    pub(crate) fn new(label: &'static str, value: Arg) -> Self {
        ViewField {
            label,
            value,
            state: Look::Plain,
        }
    }

    pub(crate) fn alert(label: &'static str, value: Arg) -> Self {
        ViewField {
            label,
            value,
            state: Look::Alert,
        }
    }
}

#[derive(Debug, Clone)]
pub(crate) struct ViewLine {
    pub(crate) text: Message,
    pub(crate) detail: Message,
    pub(crate) done: bool,
    pub(crate) state: Look,
}

/// As [`ViewLine`]: text and detail.
#[derive(Debug, Clone)]
pub(crate) struct KeptLine {
    pub(crate) words: [Phrase; 2],
    pub(crate) done: bool,
    pub(crate) state: Look,
}

#[derive(Debug, Clone)]
pub(crate) struct ViewProgress {
    pub(crate) done: Amount,
    pub(crate) total: Amount,
    pub(crate) unit: String,
}

#[derive(Debug, Clone)]
pub(crate) struct ViewAction {
    pub(crate) id: String,
    pub(crate) label: Message,
    pub(crate) key: String,
    pub(crate) style: Style,
}

impl ViewAction {
    fn new(id: impl Into<String>, label: &'static str, key: impl Into<String>, style: Style) -> Self {
        ViewAction {
            id: id.into(),
            label: Message::new(label),
            key: key.into(),
            style,
        }
    }

    /// F1 and the enter key.
    pub(crate) fn main(id: impl Into<String>, label: &'static str) -> Self {
        Self::new(id, label, "F1", Style::Main)
    }

    /// F2: the other way out.
    pub(crate) fn other(id: impl Into<String>, label: &'static str) -> Self {
        Self::new(id, label, "F2", Style::Other)
    }

    /// F3.
    pub(crate) fn undo() -> Self {
        Self::new("undo", "action-undo", "F3", Style::Careful)
    }

    /// F4.
    pub(crate) fn look_up() -> Self {
        Self::new("look_up", "action-look-up", "F4", Style::Other)
    }

    /// A digit.
    pub(crate) fn numbered(id: impl Into<String>, label: &'static str, n: usize) -> Self {
        Self::new(id, label, n.to_string(), Style::Other)
    }
}
