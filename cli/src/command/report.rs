//! `lotline report`: what the record comes to, for people and for other programs: the exceptions of a day.

use super::picture::Picture;
use super::source::{From, Language, Source, text};
use crate::config::Config;
use crate::failure::{Failure, Outcome};
use crate::{edge, out};
use clap::Subcommand;
use lotline_record::entry::Instant;
use lotline_record::model::Day;
use lotline_record::text::Text;
use lotline_record::trace::report::{Cell, Report, exceptions, span};
use serde_json::{Map, Value, json};

const EXAMPLES: &str = "\
Examples:
  lotline report exceptions                            those of today
  lotline report exceptions --day 2026-11-20 --html > exceptions.html
  lotline report exceptions --csv --language de";

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
}

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
    let Which::Exceptions { day, from, form } = &args.which;
    let source = from.open(config)?;
    let picture = Picture::open(&source)?;
    let known = picture.known;
    let day = day.unwrap_or_else(|| Instant::from_unix_ms(edge::now().unix_ms()).day(known.zone_min));
    let (from_ms, to_ms) = span(day, known.zone_min);
    let (told, cut) = picture
        .exceptions(from_ms, to_ms)
        .map_err(|e| unreadable(&e, &source))?;
    form.print(&exceptions(told, day, picture.target_minutes(), cut, known), config)
}

/// A picture whose rows cannot be read.
pub fn unreadable(error: &rusqlite::Error, source: &Source) -> Failure {
    Failure::usage(
        error,
        source.folder().display(),
        "update lotline, or let the handheld fetch its picture again",
    )
}
