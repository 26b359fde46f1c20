//! `lotline report`: what the record comes to, for people and for other programs: the exceptions of a day, what expires, what
//! has been here longest.

use super::picture::{By, Picture};
use super::source::{From, Language, Source, text};
use crate::config::Config;
use crate::failure::{Failure, Outcome};
use crate::out;
use chrono::TimeDelta as Days;
use clap::Subcommand;
use lotline_record::entry::Instant;
use lotline_record::model::Day;
use lotline_record::text::Text;
use lotline_record::trace::report::{Cell, Report, aging, exceptions, expiring, span};
use serde_json::{Map, Value, json};

const EXAMPLES: &str = "\
Examples:
  lotline report exceptions                            those of today
  lotline report exceptions --day 2026-11-20 --html > exceptions.html
  lotline report exceptions --csv --language de
  lotline report expiring                              what expires within the policy's days, and what has
  lotline report expiring --days 90 --from hh --html > expiring.html
  lotline report aging --days 60                       what came in 60 days ago or earlier";

/// Which report.
#[derive(Debug, clap::Args)]
#[command(after_help = EXAMPLES)]
pub struct Args {
    #[command(subcommand)]
    which: Which,
}

#[derive(Debug, Subcommand)]
enum Which {
    /// What was raised, settled or waited on a day
    Exceptions {
        /// The day, by the site's zone [default: today]
        #[arg(long, value_name = "YYYY-MM-DD")]
        day: Option<Day>,
        #[command(flatten)]
        from: From,
        #[command(flatten)]
        form: Form,
    },
    /// Stock whose lot expires soon, or has
    Expiring {
        /// Within so many days [default: as the site's policy warns]
        #[arg(long, value_name = "DAYS", value_parser = clap::value_parser!(u32).range(..=MOST_DAYS))]
        days: Option<u32>,
        #[command(flatten)]
        from: From,
        #[command(flatten)]
        form: Form,
    },
    /// Stock that has been here longest
    Aging {
        /// That came in so many days ago or earlier
        #[arg(long, value_name = "DAYS", default_value_t = 30, value_parser = clap::value_parser!(u32).range(..=MOST_DAYS))]
        days: u32,
        #[command(flatten)]
        from: From,
        #[command(flatten)]
        form: Form,
    },
}

/// As many days as anybody asks for: 100 years.
const MOST_DAYS: i64 = 36_500;

/// How a report is written.
#[derive(Debug, Clone, Default, clap::Args)]
pub struct Form {
    /// Print JSON for programs instead of text for people
    #[arg(long, group = "form")]
    pub json: bool,
    /// Print CSV for a spreadsheet
    #[arg(long, group = "form")]
    pub csv: bool,
    /// Print one HTML page, to read and to print on paper
    #[arg(long, group = "form")]
    pub html: bool,
    /// The language of the words
    #[arg(long, env = "LOTLINE_LANGUAGE", value_parser = Language)]
    pub language: Option<String>,
}

impl Form {
    /// Prints the report.
    ///
    /// # Errors
    /// When Lotline does not speak the language, or standard output is gone.
    pub fn print(&self, report: &Report, config: &Config) -> Outcome {
        let text = text(&config.language(self.language.clone()))?;
        let said = if self.json {
            as_json(report, &text).to_string()
        } else if self.csv {
            report.csv(&text)
        } else if self.html {
            report.page(&text)
        } else {
            as_text(report, &text)
        };
        out::line_out(said.trim_end_matches(['\r', '\n']))
    }
}

fn as_json(report: &Report, text: &Text) -> Value {
    let value = |cell: &Cell| match cell {
        Cell::Empty => Value::Null,
        Cell::Text(words) => words.as_str().into(),
        Cell::Number(n) => (*n).into(),
        Cell::Amount(amount) => amount.to_string().into(),
        Cell::Day(day) => day.to_string().into(),
        Cell::Time(ms, _) => Instant::from_unix_ms(*ms).to_string().into(),
        Cell::Account(account) => account.to_string().into(),
        Cell::Words(message) => text.say(message).into(),
    };
    let row = |cells: &[Cell]| -> Map<String, Value> {
        let named = report.columns.iter().zip(cells);
        named.map(|(name, cell)| ((*name).to_owned(), value(cell))).collect()
    };
    json!({
        "report": report.name,
        "title": text.say(&report.title),
        "at": Instant::from_unix_ms(report.known.at_ms).to_string(),
        "cursor": report.known.cursor,
        "summary": report.summary.iter().map(|line| text.say(line)).collect::<Vec<_>>(),
        "cut": report.cut,
        "rows": report.rows.iter().map(|one| row(&one.cells)).collect::<Vec<_>>(),
    })
}

fn as_text(report: &Report, text: &Text) -> String {
    let mut lines = vec![text.say(&report.title), text.say(&report.known.said())];
    lines.extend(report.notes().iter().map(|note| text.say(note)));
    for row in &report.rows {
        lines.push(format!("  {}  |  {}", text.say(&row.text), text.say(&row.detail)));
    }
    lines.join("\n")
}

/// Writes the report.
///
/// # Errors
/// When there is no record, or it cannot be read.
pub fn run(args: &Args, config: &Config) -> Outcome {
    let (Which::Exceptions { from, form, .. } | Which::Expiring { from, form, .. } | Which::Aging { from, form, .. }) =
        &args.which;
    let source = from.open(config)?;
    let picture = Picture::open(&source)?;
    let known = picture.known;
    let policy = picture.policy();
    let today = Instant::from_unix_ms(known.at_ms).day(known.zone_min);
    let alert = policy.expiry_alert_days;
    let report = match &args.which {
        Which::Exceptions { day, .. } => {
            let day = day.unwrap_or(today);
            let (from_ms, to_ms) = span(day, known.zone_min);
            picture
                .exceptions(from_ms, to_ms)
                .map(|(told, cut)| exceptions(told, day, policy.exception_target_minutes, cut, known))
        }
        Which::Expiring { days, .. } => {
            let days = days.unwrap_or(alert);
            picture
                .dated(By::Expiry, today + Days::days(i64::from(days)))
                .map(|(stock, cut)| expiring(stock, days, alert, today, cut, known))
        }
        Which::Aging { days, .. } => picture
            .dated(By::Received, today - Days::days(i64::from(*days)))
            .map(|(stock, cut)| aging(stock, *days, alert, today, cut, known)),
    };
    form.print(&report.map_err(|e| unreadable(&e, &source))?, config)
}

/// A picture whose rows cannot be read.
pub fn unreadable(error: &rusqlite::Error, source: &Source) -> Failure {
    Failure::usage(
        error,
        source.folder().display(),
        "update lotline, or let the handheld fetch its picture again",
    )
}
