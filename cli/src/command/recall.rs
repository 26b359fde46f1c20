//! `lotline recall`: where all of what a recall covers is, what has left and for whom, and how far collecting it is.

use super::picture::Picture;
use super::report::{Form, unreadable};
use super::source::From;
use crate::config::Config;
use crate::failure::{Failure, Outcome};
use crate::out;
use lotline_record::model::Scope;
use lotline_record::text::{Arg, Message};
use lotline_record::trace::report::recall;
use std::collections::BTreeSet;

const EXAMPLES: &str = "\
Examples:
  lotline recall                                       the open recalls, by name
  lotline recall R-2026-014                            where all of it is, and who received it
  lotline recall R-2026-014 --csv > recall.csv         for a spreadsheet; --html for paper
  lotline recall R-2026-014 --from hh                  what one handheld knows";

/// Which recall.
#[derive(Debug, clap::Args)]
#[command(after_help = EXAMPLES)]
pub struct Args {
    /// Its name; without one, the open recalls are listed
    recall: Option<String>,
    #[command(flatten)]
    from: From,
    #[command(flatten)]
    form: Form,
}

/// Reports it.
///
/// # Errors
/// When there is no record; a recall that nobody knows is exit code 1.
pub fn run(args: &Args, config: &Config) -> Outcome {
    let source = args.from.open(config)?;
    source.tell_reach()?;
    let picture = Picture::open(&source)?;
    let parts = picture.recalls().map_err(|e| unreadable(&e, &source))?;
    let Some(name) = &args.recall else {
        let open: BTreeSet<String> = parts
            .iter()
            .filter(|part| part.open)
            .map(|part| format!("{}  {}", part.block.recall(), part.block.reason))
            .collect();
        return out::line_out(&open.into_iter().collect::<Vec<_>>().join("\n"));
    };
    let of_it: Vec<_> = parts
        .iter()
        .filter(|part| part.block.recall().as_str() == name)
        .collect();
    if of_it.is_empty() {
        return Err(Failure::check(
            format_args!("there is no recall {name:?}"),
            source.folder().display(),
            "see `lotline recall` for those that are open",
        ));
    }
    let scopes: Vec<Scope> = of_it
        .iter()
        .filter(|part| part.open)
        .map(|part| part.block.scope.clone())
        .collect();
    let (lines, cut) = picture.covered(&scopes).map_err(|e| unreadable(&e, &source))?;
    let mut covers: Vec<Message> = scopes.iter().map(covers).collect();
    if scopes.is_empty() {
        covers.push(Message::new("report-recall-closed"));
    }
    args.form
        .print(&recall(name, covers, &lines, cut, picture.known), config)
}

/// What a part covers, by its key.
fn covers(scope: &Scope) -> Message {
    let (_, key) = scope.key();
    let subject = Arg::Text(key.replace('\u{1f}', " "));
    let id = if scope.follows_runs() {
        "report-recall-made-of"
    } else {
        "report-recall-covers"
    };
    Message::new(id).with("what", subject)
}
