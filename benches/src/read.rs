//! Reading the label of a medicine: `lotline-scan` against `gs1-barcode-parser-mod` (npm) and `biip` (PyPI).
//!
//! One thread, one string, the call that the core makes for every scan, fully checked. In the same run it must refuse
//! twenty copies of the string with one character wrong; peers are asked for the same. Instructions are counted by
//! callgrind where it is installed: they do not depend on the machine's load and are the limit that decides.
//!
//! In the same run a GS1 Digital Link URI is read into a label, and a tag decoded into its GS1 elements.
//!
//! `read-once N`, `link-once N` and `tag-once N` only read N times: that is what callgrind watches.

use std::fs;
use std::hint::black_box;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode, Stdio};
use std::time::{Duration, Instant};

use lotline_scan::{Epc, Form, Options, Scratch, read, read_with};
use serde_json::Value;

/// `]d2`, GTIN, expiry, lot, GS, serial.
const LABEL: &str = "]d201095060001343521726063010ABC123\u{1d}21SN0000001";
const REFERENCE_YEAR: u16 = 2026;

/// Reads a second on a core of the kind that the limits were set on (design, section 9).
const WANTED: f64 = 6_500_000.0;
/// Instructions per read: the cap.
const CAP: u64 = 1_500;
/// The same label as a Digital Link URI, read with room for values that have escapes.
const LINK: &str = "https://id.gs1.org/01/09506000134352/10/ABC123/21/SN0000001?17=260630";
/// Four times GS1's engine, which does 0.6 M/s on the cores the limits were set on.
const WANTED_LINKS: f64 = 2_400_000.0;
const LINK_CAP: u64 = 5_500;

/// An SGTIN-96, the example of the EPC Tag Data Standard: decoded, and each element made.
const TAG: [u8; 12] = [0x30, 0x66, 0xC4, 0x40, 0x90, 0x47, 0xE1, 0x40, 0x07, 0x5B, 0xCD, 0x15];
const WANTED_TAGS: f64 = 10_000_000.0;
const TAG_CAP: u64 = 1_000;

/// How many times as fast as each peer at least. The engine that the limits are set against does 1.3 M/s, the peers 9 %
/// and 0.7 % of that; half of what follows for us is demanded, as the peers' run times vary with their own versions.
const TIMES_NPM: f64 = 28.0;
const TIMES_PYPI: f64 = 350.0;

/// One character of [`LABEL`] replaced: where, by what. None of these is a label.
const CORRUPTIONS: [(usize, char); 20] = [
    (1, 'x'), // no such symbology
    (3, 'X'), // AI 01: a letter
    (4, '5'), // AI 05 does not exist
    (5, '1'), // check digit of the GTIN, weight 3 ...
    (6, '8'), // ... weight 1
    (7, '6'),
    (10, '7'),
    (13, '8'),
    (14, 'O'), // a letter in the GTIN
    (18, '3'), // the check digit itself
    (19, '0'), // AI 07 does not exist
    (20, '4'), // AI 14 does not exist
    (23, '1'), // month 16
    (24, '0'), // month 00
    (25, '4'), // day 40
    (26, '1'), // 31 June
    (28, '4'), // AI 14 in the place of the lot
    (31, '~'), // outside character set 82
    (35, '#'), // the separator became a character that no lot has
    (45, ' '), // a blank in the serial number
];

/// What one contender did.
struct Outcome {
    name: String,
    /// Reads a second, `None` if it is not at hand.
    rate: Option<f64>,
    /// Of [`CORRUPTIONS`].
    refused: usize,
    note: String,
}

/// Runs the comparison. `--seconds N` (default 1) is spent on each contender.
#[must_use]
pub fn run(args: &[String]) -> ExitCode {
    let mut seconds = 1.0;
    let mut args = args.iter();
    while let Some(arg) = args.next() {
        let value = args.next().and_then(|value| value.parse().ok());
        match (arg.as_str(), value) {
            ("--seconds", Some(value)) if value > 0.0 => seconds = value,
            ("read-once" | "link-once" | "tag-once", Some(times)) => return read_times(arg, times),
            _ => {
                eprintln!("error: unknown argument ({arg}): say --seconds N");
                return ExitCode::from(2);
            }
        }
    }
    let cache = cache();
    let ours = ours(seconds);
    let engine = Outcome {
        name: "GS1 Barcode Syntax Engine (C)".to_owned(),
        rate: None,
        refused: 0,
        note: "comes in no package; 1.3 M/s was measured on two such cores".to_owned(),
    };
    let npm = npm(&cache, seconds);
    let pypi = pypi(&cache, seconds);
    let instructions = instructions("read-once");
    let label = report(&ours, &[engine, npm, pypi], instructions);
    let link = other("link-once", "a Digital Link URI", WANTED_LINKS, LINK_CAP, seconds);
    let tag = other("tag-once", "a tag and its elements", WANTED_TAGS, TAG_CAP, seconds);
    if label && link && tag {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    }
}

#[inline(never)]
fn accepts_link(options: Options, scratch: &mut Scratch) -> bool {
    let result = read_with(black_box(LINK.as_bytes()), None, Form::Raw, &options, scratch);
    black_box(&result).is_ok()
}

#[inline(never)]
fn accepts_tag() -> bool {
    let result = Epc::decode(black_box(&TAG));
    result.is_ok_and(|epc| {
        let made = epc.elements().inspect(|element| {
            black_box(element);
        });
        made.count() == 2
    })
}

/// A bench without peers: the rate, and the instructions that decide.
fn other(once: &str, what: &str, wanted: f64, cap: u64, seconds: f64) -> bool {
    let options = Options::new(REFERENCE_YEAR);
    let mut scratch = Scratch::new();
    let rate = match once {
        "link-once" => rates(seconds, || accepts_link(options, &mut scratch)),
        _ => rates(seconds, accepts_tag),
    };
    let counted = instructions(once);
    match (&rate, &counted) {
        (Some((median, best)), Ok(count)) => println!(
            "{what}: {:.2} M/s (best {:.2}, wanted {:.1}), {count} instructions (cap {cap})",
            median / 1e6,
            best / 1e6,
            wanted / 1e6
        ),
        (Some((median, best)), Err(note)) => println!(
            "{what}: {:.2} M/s (best {:.2}, wanted {:.1}), instructions: MISSING ({note})",
            median / 1e6,
            best / 1e6,
            wanted / 1e6
        ),
        (None, _) => eprintln!("error: limit missed (bench read): {what} is refused"),
    }
    let fits = counted.as_ref().is_ok_and(|&count| count <= cap) || counted.is_err();
    if !fits {
        eprintln!("error: limit missed (bench read): {what} takes more than {cap} instructions");
    }
    rate.is_some() && fits
}

/// The call that the core makes.
#[inline(never)]
fn accepts(data: &[u8], options: Options) -> bool {
    let result = read(black_box(data), None, Form::Scan, &options);
    black_box(&result).is_ok()
}

// Callgrind watches this; the count is a whole number given as one.
#[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)]
fn read_times(what: &str, times: f64) -> ExitCode {
    let options = Options::new(REFERENCE_YEAR);
    let mut scratch = Scratch::new();
    let good = (0..times as u64).all(|_| match what {
        "link-once" => accepts_link(options, &mut scratch),
        "tag-once" => accepts_tag(),
        _ => accepts(LABEL.as_bytes(), options),
    });
    if good { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

fn corrupted() -> impl Iterator<Item = String> {
    CORRUPTIONS.iter().map(|&(at, by)| {
        LABEL
            .chars()
            .enumerate()
            .map(|(i, c)| if i == at { by } else { c })
            .collect()
    })
}

fn ours(seconds: f64) -> Outcome {
    let options = Options::new(REFERENCE_YEAR);
    let rate = rates(seconds, || accepts(LABEL.as_bytes(), options));
    let refused = corrupted().filter(|data| !accepts(data.as_bytes(), options)).count();
    let best = rate.map_or(0.0, |(_, best)| best);
    Outcome {
        name: "lotline-scan".to_owned(),
        rate: rate.map(|(median, _)| median),
        refused,
        note: format!("best {:.2} M/s", best / 1e6),
    }
}

/// Rounds of a tenth of a second: the median, so that what else the machine does counts little, and the best. `None` if
/// anything was refused.
#[allow(clippy::disallowed_methods)] // a bench is the place that reads a clock
fn rates(seconds: f64, mut accepts: impl FnMut() -> bool) -> Option<(f64, f64)> {
    const BATCH: u32 = 20_000;
    let mut rates = Vec::new();
    let begin = Instant::now();
    let mut all_accepted = true;
    while begin.elapsed().as_secs_f64() < seconds || rates.len() < 5 {
        let round = Instant::now();
        let mut count = 0_u32;
        while round.elapsed() < Duration::from_millis(100) {
            for _ in 0..BATCH {
                all_accepted &= accepts();
            }
            count += BATCH;
        }
        rates.push(f64::from(count) / round.elapsed().as_secs_f64());
    }
    rates.sort_by(f64::total_cmp);
    all_accepted.then(|| (rates[rates.len() / 2], rates.last().copied().unwrap_or(0.0)))
}

pub(crate) fn cache() -> PathBuf {
    let base = directories::BaseDirs::new().map_or_else(std::env::temp_dir, |dirs| dirs.cache_dir().to_owned());
    base.join("lotline").join("bench")
}

fn source(file: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("read").join(file)
}

/// Runs a command in silence; what it said on standard output if it went well.
pub(crate) fn output(command: &mut Command) -> Result<String, String> {
    let name = command.get_program().to_string_lossy().into_owned();
    let result = command
        .stdin(Stdio::null())
        .output()
        .map_err(|error| format!("{name}: {error}"))?;
    if result.status.success() {
        return Ok(String::from_utf8_lossy(&result.stdout).into_owned());
    }
    let said = String::from_utf8_lossy(&result.stderr);
    Err(format!(
        "{name}: {}",
        said.lines().rfind(|line| !line.trim().is_empty()).unwrap_or("failed")
    ))
}

/// A peer's own loop, in its own process, timed by itself; it prints `{"rate": …, "refused": …}`.
fn peer(name: &str, version: &str, program: Result<Command, String>, seconds: f64) -> Outcome {
    let list = serde_json::json!(corrupted().collect::<Vec<_>>()).to_string();
    let answer = program
        .and_then(|mut command| output(command.args([LABEL, &seconds.to_string(), &list])))
        .and_then(|text| serde_json::from_str::<Value>(&text).map_err(|error| format!("{name}: {error}")));
    let name = format!("{name} {version}");
    match answer {
        Err(note) => Outcome {
            name,
            rate: None,
            refused: 0,
            note,
        },
        Ok(answer) => Outcome {
            name,
            rate: answer["rate"].as_f64(),
            refused: answer["refused"]
                .as_u64()
                .and_then(|n| usize::try_from(n).ok())
                .unwrap_or(0),
            note: String::new(),
        },
    }
}

/// `npm ci` by the lock file into the cache folder, once.
fn npm(cache: &Path, seconds: f64) -> Outcome {
    let folder = cache.join("npm-gs1-barcode-parser-mod-1.2.1");
    let install = || -> Result<Command, String> {
        if !folder.join("node_modules/gs1-barcode-parser-mod").exists() {
            copy(&["package.json", "package-lock.json"], &folder)?;
            output(
                Command::new("npm")
                    .args(["ci", "--no-audit", "--no-fund", "--ignore-scripts"])
                    .current_dir(&folder),
            )?;
        }
        copy(&["gs1-barcode-parser-mod.js"], &folder)?;
        let mut node = Command::new("node");
        node.arg("gs1-barcode-parser-mod.js").current_dir(&folder);
        Ok(node)
    };
    peer("gs1-barcode-parser-mod (npm)", "1.2.1", install(), seconds)
}

/// A virtual environment in the cache folder, once.
fn pypi(cache: &Path, seconds: f64) -> Outcome {
    let folder = cache.join("pypi-biip-5.2.0");
    let python = folder.join("venv/bin/python");
    let install = || -> Result<Command, String> {
        copy(&["requirements.txt", "biip_loop.py"], &folder)?;
        if output(Command::new(&python).args(["-c", "import biip"])).is_err() {
            output(
                Command::new("python3")
                    .args(["-m", "venv", "venv"])
                    .current_dir(&folder),
            )?;
            let install = ["-m", "pip", "install", "--quiet", "--no-deps", "-r", "requirements.txt"];
            output(Command::new(&python).args(install).current_dir(&folder))?;
        }
        let mut command = Command::new(&python);
        command.arg("biip_loop.py").current_dir(&folder);
        Ok(command)
    };
    peer("biip (PyPI)", "5.2.0", install(), seconds)
}

fn copy(files: &[&str], folder: &Path) -> Result<(), String> {
    fs::create_dir_all(folder).map_err(|error| format!("{}: {error}", folder.display()))?;
    for file in files {
        let from = source(file);
        fs::copy(&from, folder.join(file)).map_err(|error| format!("{}: {error}", from.display()))?;
    }
    Ok(())
}

/// Instructions per read: the difference between few and many reads, so that starting up does not count.
fn instructions(once: &str) -> Result<u64, String> {
    let myself = std::env::current_exe().map_err(|error| error.to_string())?;
    let collected = |times: u64| -> Result<u64, String> {
        let result = Command::new("valgrind")
            .args(["--tool=callgrind", "--callgrind-out-file=/dev/null"])
            .arg(&myself)
            .args(["read", once, &times.to_string()])
            .output()
            .map_err(|error| format!("valgrind: {error}"))?;
        let said = String::from_utf8_lossy(&result.stderr);
        let line = said.lines().find_map(|line| line.split_once("Collected : "));
        line.and_then(|(_, count)| count.trim().parse().ok())
            .ok_or_else(|| "valgrind counted nothing".to_owned())
    };
    let (few, many) = (100, 1_100);
    Ok(collected(many)?.saturating_sub(collected(few)?) / (many - few))
}

fn report(ours: &Outcome, peers: &[Outcome], instructions: Result<u64, String>) -> bool {
    let mut missed = Vec::new();
    println!(
        "read: {} characters of a GS1 DataMatrix, one thread, fully checked",
        LABEL.chars().count()
    );
    println!("{:<36} {:>12} {:>10} {:>9}", "", "reads/s", "ours is", "refused");
    for outcome in std::iter::once(ours).chain(peers) {
        let Some(rate) = outcome.rate else {
            println!(
                "{:<36} {:>12} {:>10} {:>9}  {}",
                outcome.name, "MISSING", "", "", outcome.note
            );
            continue;
        };
        let times = ours.rate.unwrap_or(0.0) / rate;
        let refused = format!("{}/{}", outcome.refused, CORRUPTIONS.len());
        println!(
            "{:<36} {:>12.0} {:>9.1}× {:>9}  {}",
            outcome.name, rate, times, refused, outcome.note
        );
        let floor = match outcome.name.as_str() {
            name if name.starts_with("gs1-barcode") => TIMES_NPM,
            name if name.starts_with("biip") => TIMES_PYPI,
            _ => 0.0,
        };
        if times < floor {
            missed.push(format!(
                "{} is only beaten {times:.1}×, {floor}× is the limit",
                outcome.name
            ));
        }
    }
    match instructions {
        Ok(count) => {
            println!("instructions per read: {count} (cap {CAP})");
            if count > CAP {
                missed.push(format!("{count} instructions per read, {CAP} is the cap"));
            }
        }
        Err(note) => println!("instructions per read: MISSING ({note})"),
    }
    match ours.rate {
        None => missed.push("the label itself is refused".to_owned()),
        Some(rate) if rate < WANTED => {
            println!(
                "note: below {:.1} M/s on this machine at this load; the instructions decide",
                WANTED / 1e6
            );
        }
        Some(_) => println!("above {:.1} M/s", WANTED / 1e6),
    }
    if ours.refused < CORRUPTIONS.len() {
        missed.push(format!(
            "{} corrupted labels were accepted",
            CORRUPTIONS.len() - ours.refused
        ));
    }
    for line in &missed {
        eprintln!("error: limit missed (bench read): {line}");
    }
    missed.is_empty()
}

#[cfg(test)]
mod tests {
    use super::{CORRUPTIONS, LABEL, REFERENCE_YEAR, accepts, corrupted};
    use lotline_scan::Options;

    #[test]
    fn the_label_is_read_and_every_corruption_changes_one_character_and_is_refused() {
        let options = Options::new(REFERENCE_YEAR);
        assert!(accepts(LABEL.as_bytes(), options));
        assert_eq!(corrupted().count(), CORRUPTIONS.len());
        for data in corrupted() {
            let changed = data.chars().zip(LABEL.chars()).filter(|(a, b)| a != b).count();
            assert_eq!(changed, 1, "{data:?}");
            assert!(!accepts(data.as_bytes(), options), "{data:?}");
        }
    }
}
