//! `lotline explain`: why an entry was accepted, warned about or stopped, recomputed from its own facts.

use super::source::{From, Kept, Language, text};
use crate::config::Config;
use crate::failure::{Failure, Outcome};
use crate::out;
use lotline_record::entry::{Body, Entry, Instant};
use lotline_record::rules::{Outcome as Word, VERSION};
use lotline_record::text::Text;
use serde::Serialize;

const EXAMPLES: &str = "\
Examples:
  lotline explain --last                     the newest entry that did not simply pass
  lotline explain fork-2-ab12cd-1-17         an entry by device, epoch and sequence
  lotline explain 4f1c…                      or by its hash, or the beginning of it";

/// Which entry.
#[derive(Debug, clap::Args)]
#[command(after_help = EXAMPLES)]
pub struct Args {
    /// DEVICE-EPOCH-SEQ, or a hash, or the first eight or more digits of one
    #[arg(required_unless_present = "last")]
    entry: Option<String>,
    /// The newest entry that was warned about or stopped
    #[arg(long, conflicts_with = "entry")]
    last: bool,
    #[command(flatten)]
    from: From,
    /// The language of the explanation
    #[arg(long, env = "LOTLINE_LANGUAGE", value_parser = Language)]
    language: Option<String>,
    #[command(flatten)]
    form: out::Form,
}

#[derive(Serialize)]
struct Explained {
    entry: String,
    hash: String,
    kind: &'static str,
    at: Instant,
    person: Option<String>,
    outcome: Word,
    rules: u32,
    /// `recomputed`: this program judges by the same rules. `stored`: it knows others; the entry's own word is shown.
    basis: &'static str,
    /// Every recomputed ground agrees with the stored one.
    agrees: bool,
    /// What the gateway made of it, where that is known here.
    verdict: Option<String>,
    told: Option<String>,
    grounds: Vec<Shown>,
}

#[derive(Serialize)]
struct Shown {
    rule: &'static str,
    stored: Word,
    #[serde(skip_serializing_if = "Option::is_none")]
    recomputed: Option<Word>,
    #[serde(skip_serializing_if = "Option::is_none")]
    why: Option<String>,
    facts: serde_json::Value,
}

/// Explains an entry.
///
/// # Errors
/// When there is no such entry; a check failed when a recomputed verdict disagrees with the stored one.
pub fn run(args: &Args, config: &Config) -> Outcome {
    let words = text(&config.language(args.language.clone()))?;
    let source = args.from.open(config)?;
    source.tell_reach()?;
    let mut found: Option<(Kept, Entry)> = None;
    source.each(|kept| {
        let wanted = match &args.entry {
            Some(asked) => named(&kept, asked),
            None => true,
        };
        if wanted {
            let entry = kept.open()?;
            if args.entry.is_some() || entry.verdict.outcome != Word::Accept {
                found = Some((kept, entry));
                return Ok(args.last);
            }
        }
        Ok(true)
    })?;
    let Some((kept, entry)) = found else {
        let what = args
            .entry
            .as_deref()
            .map_or("no entry was warned about or stopped".into(), |e| {
                format!("no entry {e}")
            });
        return Err(Failure::usage(
            what,
            source.folder().display(),
            "`lotline trace` shows what there is",
        ));
    };
    let explained = explain(&kept, &entry, &words);
    args.form.print(&explained, say)?;
    if explained.agrees {
        return Ok(());
    }
    Err(Failure::check(
        "the stored verdict is not what its own facts give",
        format_args!("entry {}", explained.entry),
        "verify an export of this record: the entry was changed, or the core that wrote it is wrong",
    ))
}

fn named(kept: &Kept, asked: &str) -> bool {
    kept.name() == asked || (asked.len() >= 8 && kept.hash.to_string().starts_with(&asked.to_ascii_lowercase()))
}

fn explain(kept: &Kept, entry: &Entry, words: &Text) -> Explained {
    let same = entry.verdict.rules == VERSION;
    let mut agrees = true;
    let grounds = entry
        .verdict
        .grounds
        .iter()
        .map(|ground| {
            let judged = same.then(|| ground.facts.judge());
            agrees &= judged.as_ref().is_none_or(|judged| judged.outcome == ground.outcome);
            Shown {
                rule: ground.facts.rule(),
                stored: ground.outcome,
                recomputed: judged.as_ref().map(|judged| judged.outcome),
                why: judged
                    .and_then(|judged| judged.message)
                    .map(|message| words.explain(&message)),
                facts: serde_json::to_value(&ground.facts).unwrap_or_default(),
            }
        })
        .collect();
    let told = match &entry.body {
        Body::Refused { message, .. } | Body::Raised { message, .. } => Some(words.explain(message)),
        _ => None,
    };
    Explained {
        entry: kept.name(),
        hash: kept.hash.to_string(),
        kind: entry.body.kind(),
        at: entry.at.wall,
        person: entry.who.as_ref().map(|who| who.person.to_string()),
        outcome: entry.verdict.outcome,
        rules: entry.verdict.rules,
        basis: if same { "recomputed" } else { "stored" },
        agrees,
        verdict: kept.verdict.clone(),
        told,
        grounds,
    }
}

const fn word(outcome: Word) -> &'static str {
    match outcome {
        Word::Accept => "accept",
        Word::Warn => "warn",
        Word::Stop => "stop",
    }
}

fn say(explained: &Explained) -> String {
    use std::fmt::Write;
    let mut out = String::new();
    let person = explained.person.as_deref().unwrap_or("nobody signed in");
    // Writing to a String cannot fail.
    let _ = writeln!(
        out,
        "entry {}  {}  {}",
        explained.entry,
        explained.kind,
        word(explained.outcome)
    );
    let _ = writeln!(out, "  at {} by {person}", explained.at);
    if let Some(verdict) = &explained.verdict {
        let _ = writeln!(out, "  the gateway: {verdict}");
    }
    if let Some(told) = &explained.told {
        let _ = writeln!(out, "  told: {told}");
    }
    if explained.basis == "stored" {
        let _ = writeln!(
            out,
            "  judged by rules {}, this program has rules {VERSION}: the stored facts are shown, not judged again",
            explained.rules
        );
    }
    for ground in &explained.grounds {
        let again = match ground.recomputed {
            Some(now) if now == ground.stored => " (recomputed: the same)".to_owned(),
            Some(now) => format!(" (recomputed: {}!)", word(now)),
            None => String::new(),
        };
        let _ = writeln!(out, "  {:<22} {}{again}", ground.rule, word(ground.stored));
        if let Some(why) = &ground.why {
            let _ = writeln!(out, "    {why}");
        }
        let _ = writeln!(out, "    {}", ground.facts);
    }
    out
}
