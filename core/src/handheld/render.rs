//! From a view to the screen: words in the person's language, tone, status line.

use crate::screen::{Action, AwaitKind, Awaits, Cue, Field, Line, Progress, Screen, Settings, Status, Style, Tone};
use crate::sync::{Blocked, Fetched};
use crate::work::{Feedback, Stop, View, ViewAction, ViewLine};
use lotline_record::entry::Instant;
use lotline_record::model::{Amount, Person};
use lotline_record::text::{Arg, Message, Text};

/// What the status line rests on.
pub(super) struct StatusFacts {
    pub(super) enrolled: bool,
    pub(super) training: bool,
    pub(super) lost_since_ms: Option<i64>,
    pub(super) blocked: Option<Blocked>,
    pub(super) queued: u64,
    pub(super) at_gateway: u64,
    pub(super) in_wms: u64,
    pub(super) recall_list_age: Option<u64>,
    pub(super) now_ms: i64,
    /// The picture's file, while it comes.
    pub(super) fetching: Option<Fetched>,
}

/// Bytes as megabytes of ten to the six, to a tenth.
fn megabytes(bytes: u64) -> Amount {
    let tenths = i64::try_from(bytes / 100_000).unwrap_or(i64::MAX / 100_000);
    Amount::from_micros(tenths.saturating_mul(100_000))
}

/// How far the picture's file is, for the bar of a screen that has no work's own.
pub(super) fn fetched(text: &Text, so_far: Fetched) -> Progress {
    let whole = u128::from(so_far.of.max(1));
    let permille = (u128::from(so_far.bytes) * 1000 / whole).min(1000);
    Progress {
        done: so_far.bytes.to_string(),
        total: so_far.of.to_string(),
        text: text.say(
            &Message::new("progress")
                .with("done", Arg::Amount(megabytes(so_far.bytes)))
                .with("total", Arg::Amount(megabytes(so_far.of)))
                .with("unit", Arg::text("MB")),
        ),
        permille: u32::try_from(permille).unwrap_or(1000),
    }
}

pub(super) fn status(text: &Text, facts: &StatusFacts) -> Status {
    let queued = Arg::Number(facts.queued.cast_signed());
    let words = match (&facts.blocked, facts.lost_since_ms, facts.fetching) {
        _ if !facts.enrolled => Message::new("status-alone").with("queued", queued),
        (Some(blocked), ..) => {
            let id = match blocked {
                Blocked::SignIn => "status-sign-in",
                Blocked::Revoked => "status-revoked",
                Blocked::UpdateApp => "status-update",
                Blocked::Untrusted => "status-untrusted",
                Blocked::Busy { .. } => "status-busy",
                Blocked::Alarm { .. } => "status-alarm",
            };
            Message::new(id).with("queued", queued)
        }
        (None, Some(since), _) => {
            let minutes = (facts.now_ms - since).max(0) / 60_000;
            Message::new("status-offline")
                .with("hours", Arg::Number(minutes / 60))
                .with("minutes", Arg::Number(minutes % 60))
                .with("queued", queued)
        }
        (None, None, Some(Fetched { bytes, of })) => Message::new("status-fetching")
            .with("done", Arg::Amount(megabytes(bytes)))
            .with("total", Arg::Amount(megabytes(of)))
            .with("queued", queued),
        (None, None, None) if facts.queued == 0 => Message::new("status-all-sent"),
        (None, None, None) => Message::new("status-sending").with("queued", queued),
    };
    Status {
        offline_since: facts.lost_since_ms.map(|ms| Instant::from_unix_ms(ms).to_string()),
        queued: facts.queued,
        at_gateway: facts.at_gateway,
        in_wms: facts.in_wms,
        recall_list_age: facts.recall_list_age,
        training: facts.training,
        text: text.say(&words),
    }
}

pub(super) fn screen(
    text: &Text,
    view: &View,
    feedback: Option<&Feedback>,
    stop: Option<&Stop>,
    equal_reads: u32,
    status: Status,
) -> Screen {
    if let Some(stop) = stop {
        return stopped(text, view, stop, status);
    }
    let (tone, message) = match feedback {
        None => (Tone::Idle, String::new()),
        Some(Feedback::Accept(message)) => (Tone::Accept, text.say(message)),
        Some(Feedback::Warn(message)) => (Tone::Warn, text.explain(message)),
    };
    // Two equal labels are two things, or one thing scanned twice: the person knows which, if told.
    let message = if equal_reads > 1 && !message.is_empty() {
        let equal = Message::new("equal-label")
            .with("said", Arg::Text(message))
            .with("times", Arg::Number(i64::from(equal_reads)));
        text.say(&equal)
    } else {
        message
    };
    Screen {
        id: view.id.to_owned(),
        title: text.say(&view.title),
        prompt: text.say(&view.prompt),
        tone,
        message,
        fields: fields(text, view),
        lines: lines(text, view),
        progress: view.progress.as_ref().map(|p| {
            let whole = p.total.micros().max(1);
            let permille = (i128::from(p.done.micros().max(0)) * 1000 / i128::from(whole)).min(1000);
            Progress {
                done: p.done.to_string(),
                total: p.total.to_string(),
                text: text.say(
                    &Message::new("progress")
                        .with("done", Arg::Amount(p.done))
                        .with("total", Arg::Amount(p.total))
                        .with("unit", Arg::text(&p.unit)),
                ),
                permille: u32::try_from(permille).unwrap_or(1000),
            }
        }),
        actions: view.actions.iter().map(|a| action(text, a)).collect(),
        awaits: awaits(text, view.awaits),
        status,
        cue: cue(tone),
        settings: None,
    }
}

/// What is awaited, with the name of what is entered: "Text" alone says nothing.
fn awaits(text: &Text, (kind, field): (AwaitKind, &'static str)) -> Awaits {
    let label = match field {
        "bad" => "field-bad",
        "celsius" => "field-celsius",
        "certificate" => "field-certificate",
        "check" => "field-check",
        "days" => "field-days",
        "humidity" => "field-humidity",
        "lot" => "field-lot",
        "reason" => "field-reason",
        "seal" => "field-seal",
        "sender" => "field-customer",
        "supplier" => "field-supplier",
        "supplier_lot" => "field-supplier-lot",
        "weight" => "field-weight",
        _ => "",
    };
    debug_assert!(kind != AwaitKind::Text || !label.is_empty(), "{field} has no name");
    Awaits {
        kind,
        field: field.to_owned(),
        label: if label.is_empty() {
            String::new()
        } else {
            text.word(label)
        },
    }
}

fn lines(text: &Text, view: &View) -> Vec<Line> {
    let kept = view.kept.iter().map(|line| {
        let [said, detail] = line.words.each_ref().map(|phrase| text.phrase(phrase));
        Line {
            text: said,
            detail,
            done: line.done,
            state: line.state,
        }
    });
    kept.chain(view.lines.iter().map(|others| line(text, others))).collect()
}

pub(super) fn line(text: &Text, line: &ViewLine) -> Line {
    Line {
        text: text.say(&line.text),
        detail: text.say(&line.detail),
        done: line.done,
        state: line.state,
    }
}

fn fields(text: &Text, view: &View) -> Vec<Field> {
    view.fields
        .iter()
        .map(|f| Field {
            label: text.word(f.label),
            value: value(text, &f.value),
            state: f.state,
        })
        .collect()
}

/// A stop: what is wrong, why we know, what to do now, and at most three ways on, the safe one first.
fn stopped(text: &Text, view: &View, stop: &Stop, status: Status) -> Screen {
    let mut actions = Vec::new();
    if stop.aside.is_some() {
        actions.push(ViewAction::main("put_aside", "action-put-aside"));
        actions.push(ViewAction::other("acknowledge", "action-scan-again"));
    } else {
        actions.push(ViewAction::main("acknowledge", "action-understood"));
    }
    Screen {
        id: "stop".to_owned(),
        title: text.say(&stop.message),
        prompt: text
            .part(&stop.message, "do")
            .unwrap_or_else(|| text.word("stop-prompt")),
        tone: Tone::Stop,
        // What to do is the prompt already: the largest on the screen, and said once.
        message: text.finding(&stop.message),
        fields: fields(text, view),
        lines: Vec::new(),
        progress: None,
        actions: actions.iter().map(|a| action(text, a)).collect(),
        awaits: awaits(text, (AwaitKind::Choice, "")),
        status,
        cue: cue(Tone::Stop),
        settings: None,
    }
}

fn action(text: &Text, action: &ViewAction) -> Action {
    Action {
        id: action.id.clone(),
        label: text.say(&action.label),
        key: action.key.clone(),
        style: if action.key == "F1" { Style::Main } else { action.style },
    }
}

fn value(text: &Text, arg: &Arg) -> String {
    match arg {
        Arg::Text(value) => value.clone(),
        Arg::Number(n) => n.to_string(),
        Arg::Amount(amount) => amount.to_string(),
        Arg::Day(day) => text.day(*day),
        Arg::Account(account) => text.account(account),
        Arg::Message(message) => text.say(message),
    }
}

/// The screen as `person` wants it. A stop is always heard or felt.
pub(super) fn suit(screen: &mut Screen, person: &Person) {
    let chosen = &person.settings;
    if *chosen == lotline_record::model::Settings::default() {
        return;
    }
    if chosen.volume_percent == 0 {
        screen.cue.sound.clear();
    }
    let must_be_felt = screen.tone == Tone::Stop && chosen.volume_percent == 0;
    if !chosen.vibration && !must_be_felt {
        screen.cue.vibration.clear();
    }
    screen.settings = Some(Settings {
        language: person.language.clone(),
        text_percent: chosen.text_percent,
        left_handed: chosen.left_handed,
        sunlight: chosen.sunlight,
        volume_percent: chosen.volume_percent,
        vibration: chosen.vibration,
        voice: chosen.voice,
    });
}

fn cue(tone: Tone) -> Cue {
    let pattern = match tone {
        Tone::Accept => "accept",
        Tone::Warn => "warn",
        Tone::Stop => "stop",
        Tone::Idle => "",
    };
    Cue {
        sound: pattern.to_owned(),
        vibration: pattern.to_owned(),
    }
}
