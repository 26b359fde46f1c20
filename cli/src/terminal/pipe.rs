//! A handheld on a pipe: one JSON line in, one JSON line out, in order.
//!
//! In: an `Input` (`{"input":"scan","bytes":"…"}`), or `{"control":"screen|sync|live|offline|reachable|suspend|resume"}`. Out: the
//! canonical screen, or `{"error":{"code":"…","remedy":"…","message":"…"}}`. The process ends when the input does.

use crate::failure::{Failure, Outcome};
use lotline_core::{Error, Handheld, Input};
use serde::Deserialize;
use serde_json::json;
use std::io::{self, BufRead, Read, Write};

/// The longest line taken in: 64 KiB of label in base64url, and then some.
const LONGEST_LINE: u64 = 1024 * 1024;
const SYNC_MS: u64 = 20_000;

#[derive(Deserialize)]
#[serde(rename_all = "snake_case")]
enum Control {
    Screen,
    Sync,
    Live,
    Offline,
    /// There is a network again: what waits for a later try is tried now.
    Reachable,
    Suspend,
    Resume,
}

#[derive(Deserialize)]
struct Asked {
    control: Control,
}

/// Serves standard input until it ends.
///
/// # Errors
/// When input or output fails; a bad line is answered, not a failure.
pub fn run(handheld: &Handheld) -> Outcome {
    serve(handheld, io::stdin().lock(), io::stdout().lock()).map_err(|e| Failure::io(&e, "pipe"))
}

fn serve(handheld: &Handheld, mut input: impl BufRead, mut output: impl Write) -> io::Result<()> {
    let mut line = Vec::new();
    loop {
        line.clear();
        if input.by_ref().take(LONGEST_LINE).read_until(b'\n', &mut line)? == 0 {
            return Ok(());
        }
        let whole = line.last() == Some(&b'\n');
        let answer = if whole || (line.len() as u64) < LONGEST_LINE {
            answer(handheld, &line)
        } else {
            // The rest of the line is passed over: it is not the beginning of another one.
            skip_line(&mut input)?;
            refused(
                "bad_request",
                format_args!("a line is longer than {LONGEST_LINE} bytes"),
            )
        };
        writeln!(output, "{answer}")?;
        output.flush()?;
    }
}

fn skip_line(input: &mut impl BufRead) -> io::Result<()> {
    loop {
        let buffer = input.fill_buf()?;
        let (used, over) = match buffer.iter().position(|b| *b == b'\n') {
            Some(at) => (at + 1, true),
            None => (buffer.len(), buffer.is_empty()),
        };
        input.consume(used);
        if over {
            return Ok(());
        }
    }
}

fn answer(handheld: &Handheld, line: &[u8]) -> String {
    let asked = serde_json::from_slice::<Asked>(line);
    let result = match asked {
        Ok(Asked { control }) => steer(handheld, &control),
        Err(_) => match serde_json::from_slice::<Input>(line) {
            Ok(input) => handheld.act(input),
            Err(why) => return refused("bad_request", format_args!("neither an input nor a control: {why}")),
        },
    };
    match result {
        Ok(screen) => screen.to_json(),
        Err(error) => {
            let fault = error.fault();
            json!({ "error": {
                "code": fault.code,
                "remedy": format!("{:?}", fault.remedy),
                "message": fault.message,
            }})
            .to_string()
        }
    }
}

fn steer(handheld: &Handheld, control: &Control) -> Result<lotline_core::Screen, Error> {
    match control {
        Control::Screen => {}
        Control::Sync => drop(handheld.sync_now(SYNC_MS)?),
        Control::Live => handheld.start_live()?,
        Control::Offline => handheld.stop_live(),
        Control::Reachable => handheld.network_changed(),
        Control::Suspend => handheld.suspend(),
        Control::Resume => handheld.resume()?,
    }
    handheld.screen()
}

fn refused(code: &str, message: impl std::fmt::Display) -> String {
    json!({ "error": { "code": code, "remedy": "Retry", "message": message.to_string() } }).to_string()
}
