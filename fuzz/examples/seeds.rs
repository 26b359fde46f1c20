//! Cuts the seeds of every target from the fixtures: `cargo run --example seeds` writes `corpus/TARGET/NUMBER`.

use std::error::Error;
use std::fs;
use std::path::Path;

use lotline_scan::profile::CALIBRATION;
use serde_json::Value;

fn main() -> Result<(), Box<dyn Error>> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let fixtures = root.join("../scan/tests/fixtures");
    let mut rows = Vec::new();
    for name in [
        "gs1/unit_ai",
        "gs1/unit_scandata",
        "gs1/unit_dl_parse",
        "gs1/unit_dl_generate",
    ] {
        rows.extend(lines(&fixtures.join(name).with_extension("jsonl"))?);
    }
    for row in rows {
        let (Some(form), Some(input)) = (row["form"].as_str(), row["input"].as_str()) else {
            continue;
        };
        let target = match form {
            "scan" => "scan",
            "bracketed" => "bracketed",
            _ => "link",
        };
        keep(root, target, input.as_bytes())?;
        if form == "bracketed" {
            keep(root, "typed", input.replace(')', ") ").as_bytes())?;
            keep(root, "label", input.as_bytes())?;
        }
    }
    for name in ["epc/epcpy", "epc/tds_annex_e"] {
        for row in lines(&fixtures.join(name).with_extension("jsonl"))? {
            if let Some(hex) = row["hex"].as_str() {
                let pairs = hex.as_bytes().chunks(2).map(std::str::from_utf8);
                let bytes: Result<Vec<u8>, Box<dyn Error>> =
                    pairs.map(|pair| Ok(u8::from_str_radix(pair?, 16)?)).collect();
                keep(root, "epc", &bytes?)?;
            }
            for uri in [&row["tag_uri"], &row["id_uri"]] {
                keep(root, "epc_uri", uri.as_str().unwrap_or_default().as_bytes())?;
            }
        }
    }
    for (target, name) in [("x12", "sotpi.x12"), ("edifact", "sotpi.desadv")] {
        let sample = fs::read(root.join("../exchange/tests/fixtures/edi").join(name))?;
        keep(root, target, &sample)?;
    }
    for entry in fs::read_to_string(root.join("seeds/entry.jsonl"))?.lines() {
        keep(root, "entry", entry.as_bytes())?;
    }
    for (prefix, separator, suffix) in [("]d2", "\u{1d}", ""), ("", "{GS}", "\t"), ("]D2#", "|", "\r")] {
        let spoil = |text: &str| format!("{prefix}{}{suffix}", text.replace('\u{1d}', separator));
        let label = "010950600013435217260630\u{1d}10ABC123\u{1d}21SN0000001";
        keep(
            root,
            "profile",
            format!("{}\n{}", spoil(CALIBRATION), spoil(label)).as_bytes(),
        )?;
    }
    for (target, seed) in SEEDS {
        keep(root, target, seed.as_bytes())?;
    }
    Ok(())
}

/// What no fixture holds as a row.
const SEEDS: &[(&str, &str)] = &[
    ("agencies", "+A99912345/$$52001510X3/16D20111212/S77DEFG45A"),
    (
        "agencies",
        "+H123PARTNO1234567890120/$$420020216LOT123456789012345/SXYZ456789012345678/16D20130202C",
    ),
    ("agencies", "=A99971312345600"),
    ("agencies", "=+03000=A99971312345600=<E0791000&>0120341231"),
    (
        "agencies",
        "[)>\u{1e}06\u{1d}9N110375286414\u{1d}1T12345ABCD\u{1d}D150617\u{1d}S12345ABCDEF98765\u{1e}\u{4}",
    ),
    ("scan", "]d1+A99912345/$$52001510X3"),
    ("scan", "]C0=A99971312345600"),
    ("quantity", "12,5KG\u{1}\u{0}\u{0}\u{0}"),
];

fn lines(path: &Path) -> Result<Vec<Value>, Box<dyn Error>> {
    let text = fs::read_to_string(path).map_err(|error| format!("{}: {error}", path.display()))?;
    text.lines().map(|line| Ok(serde_json::from_str(line)?)).collect()
}

fn keep(root: &Path, target: &str, seed: &[u8]) -> Result<(), Box<dyn Error>> {
    let folder = root.join("corpus").join(target);
    fs::create_dir_all(&folder)?;
    // The same seed has the same name, so that running twice adds nothing.
    let name = seed.iter().fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| {
        (hash ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3)
    });
    fs::write(folder.join(format!("{name:016x}")), seed)?;
    Ok(())
}
