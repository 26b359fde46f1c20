//! The pages, filled from a session.

use super::problem::Problem;
use super::room::Limits;
use super::session::Session;
use super::wall::{Hung, PARTS};
use crate::terminal::card;
use askama::Template;
use lotline_core::Screen;
use lotline_core::screen::{AwaitKind, Awaits, Look, Status, Style, Tone};

#[derive(Template)]
#[template(path = "try-start.html")]
struct StartPage<'a> {
    site: &'a str,
    /// Why there is none, where one was looked for.
    note: String,
    idle_minutes: u64,
    most: usize,
}

#[derive(Template)]
#[template(path = "try.html")]
struct WholePage<'a> {
    site: &'a str,
    held: String,
    parts: Vec<(&'static str, Vec<&'a Hung>)>,
}

#[derive(Template)]
#[template(path = "try-held.html")]
struct HeldPart<'a> {
    screen: &'a Screen,
    status: String,
    name: &'a str,
    online: bool,
    note: &'a str,
    tone: &'static str,
    sign: &'static str,
    tone_word: String,
    training: String,
    entry: Entry,
    cue: String,
}

#[derive(Template)]
#[template(path = "try-status.html")]
struct StatusPart<'a> {
    status: &'a Status,
    seen: u64,
    standing: u64,
}

/// The box to type into.
struct Entry {
    label: String,
    kind: &'static str,
    mode: &'static str,
    button: &'static str,
}

#[derive(Template)]
#[template(path = "try-problem.html")]
struct ProblemPage {
    what: String,
    todo: &'static str,
}

type Page = askama::Result<String>;

#[allow(clippy::trivially_copy_pass_by_ref, reason = "templates hand over references")]
const fn look(look: &Look) -> &'static str {
    match look {
        Look::Plain => "plain",
        Look::Current => "current",
        Look::Done => "done",
        Look::Alert => "alert",
    }
}

#[allow(clippy::trivially_copy_pass_by_ref, reason = "templates hand over references")]
const fn style(style: &Style) -> &'static str {
    match style {
        Style::Main => "main",
        Style::Other => "other",
        Style::Careful => "careful",
    }
}

/// What nobody can hear or feel here, in words.
fn cue(screen: &Screen) -> String {
    let sound = match screen.cue.sound.as_str() {
        "accept" => Some("one short high beep"),
        "warn" => Some("two beeps"),
        "stop" => Some("a low long tone"),
        _ => None,
    };
    let buzzes = match screen.cue.vibration.as_str() {
        "accept" => Some("one short buzz"),
        "warn" => Some("two buzzes"),
        "stop" => Some("three buzzes"),
        _ => None,
    };
    let all: Vec<_> = sound.into_iter().chain(buzzes).collect();
    if all.is_empty() {
        "nothing".to_owned()
    } else {
        all.join(", ")
    }
}

fn entry(awaits: &Awaits) -> Entry {
    let entry = |label: &str, kind, mode, button| Entry {
        label: if awaits.label.is_empty() {
            label.to_owned()
        } else {
            awaits.label.clone()
        },
        kind,
        mode,
        button,
    };
    match awaits.kind {
        AwaitKind::Pin => entry("PIN", "password", "numeric", "Enter"),
        AwaitKind::Quantity => entry("Quantity", "text", "decimal", "Enter"),
        AwaitKind::Text => entry("Text", "text", "text", "Enter"),
        AwaitKind::Scan | AwaitKind::Choice | AwaitKind::None => entry("Type or paste a scan", "text", "text", "Scan"),
    }
}

/// Nobody's handheld yet.
pub fn start(site: &str, limits: &Limits, note: Option<&Problem>) -> Page {
    StartPage {
        site,
        note: note.map(ToString::to_string).unwrap_or_default(),
        idle_minutes: limits.idle.as_secs().div_ceil(60),
        most: limits.most,
    }
    .render()
}

/// The handheld and the wall beside it.
pub fn whole(site: &str, session: &Session, wall: &[Hung]) -> Page {
    let parts = PARTS
        .iter()
        .map(|(part, title)| (*title, wall.iter().filter(|hung| hung.part == *part).collect()))
        .collect();
    WholePage {
        site,
        held: held(session)?,
        parts,
    }
    .render()
}

/// The handheld alone: what changes.
pub fn held(session: &Session) -> Page {
    let screen = session.screen();
    let words = session.words();
    HeldPart {
        screen,
        status: status(session)?,
        name: session.name(),
        online: session.online,
        note: &session.note,
        tone: match screen.tone {
            Tone::Accept => "accept",
            Tone::Warn => "warn",
            Tone::Stop => "stop",
            Tone::Idle => "idle",
        },
        sign: card::sign(screen.tone).trim(),
        tone_word: words.tone(screen.tone),
        training: if screen.status.training {
            words.word("training-frame")
        } else {
            String::new()
        },
        entry: entry(&screen.awaits),
        cue: cue(screen),
    }
    .render()
}

/// The status line alone: it changes by itself, and nothing that a person is about to press moves with it.
pub fn status(session: &Session) -> Page {
    StatusPart {
        status: &session.screen().status,
        seen: session.version,
        standing: session.standing,
    }
    .render()
}

/// What stands in the way.
pub fn problem(problem: &Problem) -> Page {
    ProblemPage {
        what: problem.to_string(),
        todo: problem.way_out(),
    }
    .render()
}
