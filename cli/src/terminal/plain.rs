//! A handheld line by line: for dumb terminals, screen readers and scripts. Each line is a key, a word, or a scan.

use super::words::Words;
use super::{Around, card, files, wedge};
use crate::failure::{Failure, Outcome};
use crate::out;
use crate::seed::Sample;
use lotline_core::screen::{AwaitKind, ScanSource, Tone};
use lotline_core::{Error, Handheld, Input, Screen};
use lotline_record::text::{Arg, Message};
use std::io::{self, BufRead};

const SYNC_MS: u64 = 10_000;

/// Works until the input ends or `quit` is read.
///
/// # Errors
/// When the terminal fails.
pub fn run(handheld: &Handheld, around: Around<'_>) -> Outcome {
    let Around {
        folder,
        samples,
        console,
        mut words,
        mut ports,
    } = around;
    out::line_out(&words.word("plain-help"))?;
    if let Some(url) = console {
        let at = Message::new("console-at").with("url", Arg::text(format_args!("{url}/")));
        out::line_out(&words.say(&at))?;
    }
    let mut screen = now(handheld)?;
    show(&screen, &mut words)?;
    for line in io::stdin().lock().lines() {
        let line = line.map_err(|e| Failure::io(&e, "standard input"))?;
        match line.trim() {
            "quit" => break,
            "?" => {
                for (n, sample) in (1..).zip(samples) {
                    out::line_out(&format!("?{n}  {}", sample.caption))?;
                }
                if samples.is_empty() {
                    out::line_out(&words.word("labels-none"))?;
                }
                continue;
            }
            "sync" => {
                if let Err(error) = handheld.sync_now(SYNC_MS) {
                    let failed = Message::new("sync-failed").with("why", Arg::text(error));
                    out::line_out(&words.say(&failed))?;
                }
                note(ports.asked(handheld, &words))?;
                screen = now(handheld)?;
            }
            _ => {
                let Some(input) = input(&screen, &line, samples) else {
                    out::line_out(&words.word("plain-no-key"))?;
                    continue;
                };
                let next = handheld.act(input);
                match next.and_then(|next| Ok(files::save(handheld, folder)?.unwrap_or(next))) {
                    Ok(next) => screen = next,
                    Err(error) => {
                        out::line_out(&format!("{} {error}", words.tone(Tone::Stop)))?;
                        continue;
                    }
                }
            }
        }
        show(&screen, &mut words)?;
        note(ports.print(handheld, &words))?;
    }
    Ok(())
}

/// What came of a label, or why nothing did.
fn note(said: Result<Option<String>, Error>) -> Outcome {
    match said {
        Ok(None) => Ok(()),
        Ok(Some(said)) => out::line_out(&said),
        Err(error) => out::line_out(&error.to_string()),
    }
}

fn now(handheld: &Handheld) -> Outcome<Screen> {
    handheld.screen().map_err(|e| Failure::core(&e, "handheld"))
}

fn show(screen: &Screen, words: &mut Words) -> Outcome {
    words.follow(screen);
    out::line_out("")?;
    for line in card::lines(screen, words) {
        out::line_out(&line)?;
    }
    out::line_out(&format!("[{}]", words.hint(screen)))
}

/// What a line means on this screen.
fn input(screen: &Screen, line: &str, samples: &[Sample]) -> Option<Input> {
    let line = line.trim_end_matches(['\r', '\n']);
    if let Some(n) = line.strip_prefix('?').and_then(|n| n.trim().parse::<usize>().ok()) {
        return samples
            .get(n.checked_sub(1)?)
            .map(|sample| Input::scan(sample.data.as_bytes()));
    }
    if line.trim() == "back" {
        return Some(Input::Back);
    }
    let secret = matches!(screen.awaits.kind, AwaitKind::Pin | AwaitKind::Quantity);
    let key = line.trim();
    if !secret && let Some(action) = screen.actions.iter().find(|a| a.key.eq_ignore_ascii_case(key)) {
        return Some(Input::choose(&action.id));
    }
    if key.is_empty() {
        return wedge::main_action(screen);
    }
    if screen.tone == Tone::Stop && key.len() < 3 {
        return None;
    }
    match screen.awaits.kind {
        AwaitKind::Text if wedge::is_scanned(key) => Some(Input::scan(wedge::bytes(key))),
        AwaitKind::Text | AwaitKind::Quantity | AwaitKind::Pin => Some(Input::enter(&screen.awaits.field, key)),
        // How fast a line was typed cannot be seen here: an AIM identifier in front is what scanners send.
        _ => Some(Input::Scan {
            bytes: wedge::bytes(line),
            symbology: None,
            source: if line.starts_with(']') {
                ScanSource::Scan
            } else {
                ScanSource::Typed
            },
        }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use lotline_core::screen::{Action, Awaits, Style};

    fn screen(kind: AwaitKind) -> Screen {
        Screen {
            actions: vec![Action {
                id: "done".into(),
                label: "Done".into(),
                key: "F1".into(),
                style: Style::Main,
            }],
            awaits: Awaits {
                kind,
                field: "pin".into(),
                label: String::new(),
            },
            ..Screen::default()
        }
    }

    #[test]
    fn a_line_is_a_key_where_it_names_one_and_a_scan_otherwise() {
        let scan = screen(AwaitKind::Scan);
        assert_eq!(input(&scan, "f1", &[]), Some(Input::choose("done")));
        assert_eq!(input(&scan, "", &[]), Some(Input::choose("done")));
        assert_eq!(input(&scan, "]C0A-01-01", &[]), Some(Input::scan("]C0A-01-01")));
        assert!(matches!(
            input(&scan, "A-01-01", &[]),
            Some(Input::Scan {
                source: ScanSource::Typed,
                ..
            })
        ));
        assert_eq!(
            input(&screen(AwaitKind::Pin), "4711", &[]),
            Some(Input::enter("pin", "4711"))
        );
    }
}
