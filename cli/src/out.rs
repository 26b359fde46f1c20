//! Writing facts to standard output: as text for people, or as JSON for programs.

use crate::failure::{Failure, Outcome};
use crate::traces::Traces;
use serde::Serialize;
use std::io::{self, IsTerminal, Write};
use tracing_subscriber::filter::{EnvFilter, filter_fn};
use tracing_subscriber::layer::SubscriberExt;
use tracing_subscriber::util::SubscriberInitExt;
use tracing_subscriber::{Layer, Registry};

/// How facts are printed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::Args)]
pub struct Form {
    /// Print JSON for programs instead of text for people
    #[arg(long)]
    pub json: bool,
}

impl Form {
    /// Prints `facts` as one line of JSON, or what `text` makes of them.
    ///
    /// # Errors
    /// When standard output is gone.
    pub fn print<T: Serialize>(self, facts: &T, text: impl FnOnce(&T) -> String) -> Outcome {
        if self.json {
            let line = serde_json::to_string(facts).map_err(|e| Failure::usage(e, "output", "report it"))?;
            return line_out(&line);
        }
        let text = text(facts);
        line_out(text.trim_end_matches('\n'))
    }
}

/// Prints a line and flushes it. A reader that has gone away is no failure: `lotline … | head` is fine.
///
/// # Errors
/// When standard output fails otherwise.
pub fn line_out(line: &str) -> Outcome {
    let mut out = io::stdout().lock();
    match writeln!(out, "{line}").and_then(|()| out.flush()) {
        Err(e) if e.kind() != io::ErrorKind::BrokenPipe => Err(Failure::io(&e, "standard output")),
        _ => Ok(()),
    }
}

/// Whether colours would be seen: a terminal, and `NO_COLOR` not set.
pub fn colours() -> bool {
    io::stdout().is_terminal() && std::env::var_os("NO_COLOR").is_none_or(|v| v.is_empty())
}

/// Shows a raw scan so that a person can read and a terminal can print it: GS as `<GS>`.
pub fn printable(raw: &[u8]) -> String {
    let mut out = String::with_capacity(raw.len());
    for c in String::from_utf8_lossy(raw).chars() {
        match c {
            '\u{1d}' => out.push_str("<GS>"),
            c if c.is_control() => out.push('\u{fffd}'),
            c => out.push(c),
        }
    }
    out
}

/// How a line of the log looks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, clap::ValueEnum, serde::Deserialize, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum LogForm {
    /// For people.
    #[default]
    Text,
    /// One JSON object a line, for programs.
    Json,
}

/// Writes the log to standard error: what `LOTLINE_LOG` asks for, or else `otherwise`. Requests go to `traces` besides, however
/// little is logged.
pub fn log(otherwise: &str, form: LogForm, traces: Option<Traces>) {
    let filter = EnvFilter::try_from_env("LOTLINE_LOG").unwrap_or_else(|_| EnvFilter::new(otherwise));
    let lines = tracing_subscriber::fmt::layer().with_writer(std::io::stderr);
    let lines: Box<dyn Layer<Registry> + Send + Sync> = match form {
        LogForm::Text => lines.with_filter(filter).boxed(),
        LogForm::Json => lines
            .json()
            .flatten_event(true)
            .with_current_span(true)
            .with_span_list(false)
            .with_filter(filter)
            .boxed(),
    };
    let traces = traces.map(|traces| traces.with_filter(filter_fn(Traces::wants)));
    // A second subscriber in one process (tests) is no reason not to go on.
    let _ = tracing_subscriber::registry().with(lines).with(traces).try_init();
}
