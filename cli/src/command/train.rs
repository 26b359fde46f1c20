//! `lotline train`: the lessons of a training without a site: listed, done by a person, or played by themselves.
//!
//! It is the training of a handheld in a folder that is gone afterwards. What is scanned is what the lesson holds out.

use super::source::{self, Language};
use crate::config::Config;
use crate::edge;
use crate::failure::{Failure, Outcome};
use crate::out;
use crate::seed::Sample;
use crate::terminal::ports::Ports;
use crate::terminal::words::Words;
use crate::terminal::{Around, plain, window};
use lotline_core::platform::{Clock, MemoryKey, Now, Platform, SystemClock, system_ids};
use lotline_core::screen::Screen;
use lotline_core::sync::SyncStore;
use lotline_core::training::{Lesson, LessonReport, labels, lessons};
use lotline_core::{Config as CoreConfig, Error, Handheld, Input};
use lotline_record::entry::Instant;
use lotline_record::model::{DeviceId, PinCost, PinHash, PlaceId, Role, SiteId};
use lotline_record::text::Text;
use lotline_record::wire::{Cell, Included, Page, Row, WmsCounts};
use serde::Serialize;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

const EXAMPLES: &str = "\
Examples:
  lotline train                          in this terminal: choose a lesson, F8 scans what it asks for
  lotline train --lesson recall          one lesson; `?` shows other labels, to see what happens
  lotline train --list                   what there is to learn
  lotline train --auto --json            every lesson played by itself, one report each

Exit code 1 where a lesson that was named, or played, was not passed.";

/// One trainee, whose badge and PIN nobody has to know.
const BADGE: &str = "T-BADGE";
const PIN: &str = "0000";
/// No lesson has so many steps: one that goes on and on is not passed.
const MOST_STEPS: usize = 200;

/// Which lesson, and who does it.
#[derive(Debug, clap::Args)]
#[command(after_help = EXAMPLES)]
pub struct Args {
    /// Only list the lessons
    #[arg(long, conflicts_with_all = ["lesson", "auto"])]
    list: bool,
    /// This lesson alone, by its name in --list
    #[arg(long, value_name = "NAME", value_parser = clap::builder::PossibleValuesParser::new(lessons().iter().map(|l| &*l.id)))]
    lesson: Option<String>,
    /// Play it by itself: without --lesson, every one of them
    #[arg(long)]
    auto: bool,
    /// Line by line, without colour and cursor movement
    #[arg(long, conflicts_with_all = ["list", "auto"])]
    plain: bool,
    /// The language of the lessons
    #[arg(long, env = "LOTLINE_LANGUAGE", value_parser = Language)]
    language: Option<String>,
    #[command(flatten)]
    form: out::Form,
}

/// The system's clock, a second on at each look: a person who scans the same label twice takes that long, too.
struct Paced {
    clock: SystemClock,
    ahead_ms: AtomicI64,
}

impl Clock for Paced {
    fn now(&self) -> Now {
        let ms = self.ahead_ms.fetch_add(1_000, Ordering::SeqCst);
        let mut now = self.clock.now();
        now.wall_ms += ms;
        now.mono_ms += ms.cast_unsigned();
        now
    }
}

#[derive(Serialize)]
struct Offered<'a> {
    lesson: &'a str,
    exception: bool,
    title: String,
}

/// A lesson that was played.
#[derive(Serialize)]
struct Played {
    #[serde(flatten)]
    report: LessonReport,
    /// What was asked for, and what was done for it.
    #[serde(skip)]
    told: Vec<String>,
}

/// Lists, plays, or hands over to a person.
///
/// # Errors
/// When a lesson is not passed, or the terminal fails.
pub fn run(args: &Args, config: &Config) -> Outcome {
    let language = config.language(args.language.clone());
    let text = source::text(&language)?;
    if args.list {
        return list(&text, args.form);
    }
    let folder = tempfile::Builder::new()
        .prefix("lotline-train-")
        .tempdir()
        .map_err(|e| Failure::io(&e, "the folder for what is temporary"))?;
    let failed = |e: &Error| Failure::core(e, "train");
    if args.auto {
        let clock = Paced {
            clock: SystemClock::new(),
            ahead_ms: AtomicI64::new(0),
        };
        let handheld = enter(folder.path(), &language, Arc::new(clock))?;
        return play(&handheld, args).map_err(|e| failed(&e))?;
    }
    let handheld = enter(folder.path(), &language, Arc::new(SystemClock::new()))?;
    if let Some(lesson) = &args.lesson {
        begin(&handheld, lesson).map_err(|e| failed(&e))?;
    }
    let samples: Vec<_> = labels(edge::today())
        .into_iter()
        .map(|(id, what, data)| Sample {
            id: id.to_owned(),
            caption: text.say(&what),
            data,
        })
        .collect();
    let around = Around {
        folder: folder.path(),
        samples: &samples,
        console: None,
        words: Words::new(&language),
        ports: Ports::default(),
    };
    if args.plain {
        plain::run(&handheld, around)?;
    } else {
        window::run(&handheld, around, false)?;
    }
    match &args.lesson {
        Some(lesson) if !handheld.lesson_passed(lesson).map_err(|e| failed(&e))? => Err(not_passed(lesson)),
        _ => Ok(()),
    }
}

fn list(text: &Text, form: out::Form) -> Outcome {
    let offered = |lesson: &'static Lesson| Offered {
        lesson: &lesson.id,
        exception: lesson.exception,
        title: text.say(&lesson.title()),
    };
    let offered: Vec<_> = lessons().iter().map(offered).collect();
    form.print(&offered, |offered| {
        let line = |o: &Offered<'_>| {
            format!(
                "{:<14} {}{}\n",
                o.lesson,
                if o.exception { "! " } else { "  " },
                o.title
            )
        };
        offered.iter().map(line).collect()
    })
}

/// A handheld whose trainee stands before the list of lessons.
fn enter(folder: &Path, language: &str, clock: Arc<dyn Clock>) -> Outcome<Handheld> {
    let keys = MemoryKey::open(&folder.join("device.key")).map_err(|e| Failure::usage(e, "train", "try again"))?;
    let platform = Platform {
        clock,
        keys: Arc::new(keys),
        ids: system_ids(),
        trust_roots: Vec::new(),
    };
    let config = CoreConfig {
        folder: folder.to_owned(),
        app: concat!("train ", env!("CARGO_PKG_VERSION")).to_owned(),
        language: language.to_owned(),
    };
    let bug = |e: &dyn std::fmt::Display| Failure::usage(e, "train", "report it");
    let pepper = b"train";
    let pin = PinHash::new(PIN, [0; 16], pepper, PinCost::LEAST).map_err(|e| bug(&e))?;
    let site = SiteId::new("T-SITE").map_err(|e| bug(&e))?;
    let page = Page {
        server_epoch: "train".to_owned(),
        from: 0,
        to: 1,
        more: false,
        included: Included::default(),
        counts: WmsCounts::default(),
        now: Instant::from_unix_ms(platform.clock.now().wall_ms),
        rows: vec![trainee(&site, &pin, language)],
    };
    let device = DeviceId::new("T-DEVICE").map_err(|e| bug(&e))?;
    let cart = PlaceId::new("T-CART").map_err(|e| bug(&e))?;
    let begin = || {
        let handheld = Handheld::open(config, platform)?;
        handheld.become_device(&device, &site, &cart, pepper)?;
        handheld.store().apply_page(&page)?;
        handheld.act(Input::scan(BADGE))?;
        handheld.act(Input::enter("pin", PIN))?;
        let mut screen = handheld.act(Input::choose("more"))?;
        // The menu has pages; it comes round.
        for _ in 0..9 {
            if screen.actions.iter().any(|action| action.id == "train") {
                break;
            }
            screen = handheld.act(Input::choose("next"))?;
        }
        handheld.act(Input::choose("train"))?;
        Ok(handheld)
    };
    begin().map_err(|e: Error| Failure::core(&e, folder.display()))
}

fn trainee(site: &SiteId, pin: &PinHash, language: &str) -> Row {
    let text = |text: &str| Cell::Text(text.to_owned());
    Row {
        t: "person".to_owned(),
        c: 1,
        gone: false,
        r: vec![
            text(site.as_str()),
            text("t-trainee"),
            text(BADGE),
            text("T. Trainee"),
            Cell::Int(1),
            text(Role::Associate.as_str()),
            text(&pin.to_string()),
            text(language),
            Cell::Null,
            Cell::Int(1),
        ],
    }
}

fn begin(handheld: &Handheld, lesson: &str) -> Result<Screen, Error> {
    handheld.act(Input::choose(format!("lesson:{lesson}")))
}

/// Does what the lessons ask for and nothing else.
fn play(handheld: &Handheld, args: &Args) -> Result<Outcome, Error> {
    let mut played = Vec::new();
    let wanted = |lesson: &&Lesson| args.lesson.as_ref().is_none_or(|name| *name == lesson.id);
    for lesson in lessons().iter().filter(wanted) {
        let mut screen = begin(handheld, &lesson.id)?;
        let mut told = Vec::new();
        for _ in 0..MOST_STEPS {
            let Some(input) = handheld.lesson_input()? else { break };
            // The first two fields are the lesson's: which it is, and what to do now.
            let mut ask = screen
                .fields
                .get(1)
                .map_or_else(String::new, |field| field.value.clone());
            if let Input::Scan { bytes, .. } = &input {
                ask = format!("{ask}  {}", out::printable(bytes));
            }
            told.push(ask);
            screen = handheld.act(input)?;
        }
        if let Some(report) = handheld.lesson_report()? {
            played.push(Played { report, told });
        }
        handheld.act(Input::choose("lesson_end"))?;
    }
    let shown = args.form.print(&played, |played| played.iter().map(words).collect());
    let failed = played.iter().find(|played| !played.report.passed);
    Ok(shown.and_then(|()| failed.map_or(Ok(()), |played| Err(not_passed(&played.report.lesson)))))
}

fn words(played: &Played) -> String {
    let LessonReport {
        lesson,
        steps,
        done,
        passed,
        score,
        ..
    } = &played.report;
    let told = played.told.join("\n  ");
    format!(
        "{lesson}: {}, steps {done} of {steps}; scans {}, wrong {}; stops {}, bypassed {}; taken back {}\n  {told}\n",
        if *passed { "passed" } else { "NOT PASSED" },
        score.scans,
        score.wrong_scans,
        score.stops,
        score.bypassed,
        score.undone,
    )
}

fn not_passed(lesson: &str) -> Failure {
    Failure::check(
        format_args!("the lesson {lesson} was not passed"),
        "train",
        "do what it asks for, step by step",
    )
}
