//! `lotline verify`: proves an exported record without the gateway.

use crate::failure::{Failure, Outcome};
use crate::out;
use lotline_record::archive::{self, Keys, Report};
use lotline_server::ledger::decompressed;
use serde_json::json;
use std::fs::File;
use std::path::{Path, PathBuf};

const EXAMPLES: &str = "\
Examples:
  lotline verify record.ndjson.zst
  lotline verify record.ndjson.zst --keys keys.json    trust these keys, not those in the file

It checks that each entry continues its device's chain and hashes to what was stored, that each device's signature
fits its head and its key, and that the site's counter-signatures fit. The first bad entry is named; exit code 1.
Without --keys the keys in the file are believed: that proves the record whole, not whose it is.";

/// What to check, and by which keys.
#[derive(Debug, clap::Args)]
#[command(after_help = EXAMPLES)]
pub struct Args {
    /// The export
    file: PathBuf,
    /// Public keys that you had some other way, as `lotline export --keys` writes them
    #[arg(long, value_name = "FILE")]
    keys: Option<PathBuf>,
    #[command(flatten)]
    form: out::Form,
}

/// Checks the export.
///
/// # Errors
/// A failed check names the first bad entry.
pub fn run(args: &Args) -> Outcome {
    let keys = args.keys.as_deref().map(read_keys).transpose()?;
    let failed = |e: &std::io::Error| Failure::io(e, args.file.display());
    let file = File::open(&args.file).map_err(|e| failed(&e))?;
    let result = archive::verify(decompressed(file).map_err(|e| failed(&e))?, keys.as_ref());
    match result {
        Ok(report) => args
            .form
            .print(&json!({ "ok": true, "report": report }), |_| words(&report)),
        Err(fault) => {
            if args.form.json {
                out::line_out(&json!({ "ok": false, "fault": fault }).to_string())?;
            }
            let place = match &fault.entry {
                Some(name) => format!("{name}, line {} of {}", fault.line, args.file.display()),
                None => format!("line {} of {}", fault.line, args.file.display()),
            };
            Err(Failure::check(
                &fault.what,
                place,
                "the record is not what was signed from here on; get it from its origin again",
            ))
        }
    }
}

fn read_keys(path: &Path) -> Outcome<Keys> {
    let text = std::fs::read_to_string(path).map_err(|e| Failure::io(&e, path.display()))?;
    serde_json::from_str(&text)
        .map_err(|e| Failure::usage(e, path.display(), "give keys as `lotline export --keys` writes them"))
}

fn words(report: &Report) -> String {
    use std::fmt::Write;
    let mut out = String::new();
    // Writing to a String cannot fail.
    let _ = writeln!(
        out,
        "site {}: {} entries, {} signatures of devices, {} counter-signatures: all good",
        report.site, report.checked.entries, report.checked.proofs, report.checked.receipts
    );
    for (device, chain) in &report.chains {
        let key = if chain.key_pinned {
            "key given"
        } else {
            "key from the file"
        };
        let _ = writeln!(
            out,
            "  {device}: {} entries, {} signed, {} counter-signed, {key}",
            chain.entries, chain.signed, chain.counter_signed
        );
    }
    if !report.site_key_pinned {
        out.push_str("  the site's key is the one in the file: give --keys to know whose record it is\n");
    }
    out
}
