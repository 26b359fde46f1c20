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
  lotline verify S1-2019-*.ndjson.zst record.ndjson.zst    archived months and what is online, as one record

It checks that each entry continues its device's chain and hashes to what was stored, that each device's signature
fits its head and its key, and that the site's counter-signatures fit. Of several files, in any order, it checks besides
that nothing is missing between them and that what two of them have is the same. The first bad entry is named; exit code 1.
Without --keys the keys in the files are believed: that proves the record whole, not whose it is.";

/// What to check, and by which keys.
#[derive(Debug, clap::Args)]
#[command(after_help = EXAMPLES)]
pub struct Args {
    /// The export, or several that are one record
    #[arg(required = true, value_name = "FILE")]
    files: Vec<PathBuf>,
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
    let lines = args.files.iter().map(|path| {
        let lines = File::open(path).and_then(decompressed);
        lines.map_err(|e| Failure::io(&e, path.display()))
    });
    let result = archive::verify_all(lines.collect::<Outcome<Vec<_>>>()?, keys.as_ref());
    match result {
        Ok(report) => args
            .form
            .print(&json!({ "ok": true, "report": report }), |_| words(&report)),
        Err(fault) => {
            let file = args.files.get(fault.file).map(|path| path.display().to_string());
            let file = file.unwrap_or_default();
            if args.form.json {
                out::line_out(&json!({ "ok": false, "fault": fault, "file": file }).to_string())?;
            }
            let place = match &fault.entry {
                Some(name) => format!("{name}, line {} of {file}", fault.line),
                None => format!("line {} of {file}", fault.line),
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
        let after = chain
            .follows
            .as_ref()
            .map_or_else(String::new, |before| format!(" after {}/{}", before.epoch, before.seq));
        let _ = writeln!(
            out,
            "  {device}: {} entries{after}, {} signed, {} counter-signed, {key}",
            chain.entries, chain.signed, chain.counter_signed
        );
    }
    if !report.is_whole() {
        out.push_str(
            "  it does not reach back to the beginning of every chain: give the archives of the months before, too\n",
        );
    }
    if !report.site_key_pinned {
        out.push_str("  the site's key is the one in the file: give --keys to know whose record it is\n");
    }
    out
}
