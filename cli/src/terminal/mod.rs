//! A handheld in the terminal. It draws a `Screen` and sends an `Input`; it decides nothing.
//!
//! | room | what lives there |
//! |---|---|
//! | [`local`] | a folder with a gateway of its own, for learning |
//! | [`wedge`] | keystrokes to inputs: a USB scanner types, and so does a person |
//! | [`window`] | keys and a scanner in, a drawn face out |
//! | [`face`] | what is drawn, in colour |
//! | [`plain`] | line by line, for dumb terminals and screen readers |
//! | [`pipe`] | JSON Lines, for other programs |
//! | [`card`] | a screen as text |
//! | [`files`] | reports that are saved |
//! | [`ports`] | a printer for labels, and who knows whether a unit is genuine |
//! | [`printer`] | ZPL to a printer on the network, or to a file |
//! | [`words`] | what the terminal itself says, in the person's language |
//! | [`picture`] | a drawn terminal as an SVG, for the docs |

pub mod card;
pub mod face;
pub mod files;
pub mod local;
pub mod picture;
pub mod pipe;
pub mod plain;
pub mod ports;
pub mod printer;
pub mod wedge;
pub mod window;
pub mod words;

use crate::command::seed::Site;
use crate::command::source::{self, Language};
use crate::config::Config;
use crate::failure::{Failure, Outcome};
use crate::out;
use crate::seed::{self, Sample};
use lotline_core::platform::{MemoryKey, Platform, SystemClock, system_ids};
use lotline_core::{Config as CoreConfig, Handheld};
use ports::{Ports, Provider};
use printer::Way;
use rusqlite::{Connection, OpenFlags};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use words::Words;

/// How long the first fetch of the site may take.
const FIRST_FETCH_MS: u64 = 120_000;

const EXAMPLES: &str = "\
Examples:
  lotline handheld --demo                            a site of its own, nothing else needed; `?` shows labels
  lotline handheld --code ABCD-EFGH-JKMN             join the gateway on this machine
  lotline handheld --server https://lotline.example --code ABCD-EFGH-JKMN --name \"Fork 2\"
  lotline handheld --plain                           line by line, without colour
  lotline handheld --printer tcp://10.0.0.7          labels to a ZPL printer; file:labels.zpl to a file

Keys: F1 or Enter the main way on · F2 the other way · F3 undo · F4 look up · digits as shown · Esc back
      ? or F5 sample labels · F6 send and fetch now · F10 or Ctrl-Q leave
A USB scanner that types works as it is; let it send the AIM identifier and GS. By hand, write GS as <GS>, and begin
with a blank where a code starts with a digit that is also a key.";

/// Which handheld, and how it is shown.
#[derive(Debug, clap::Args)]
#[command(after_help = EXAMPLES)]
pub struct Args {
    /// The handheld's folder: its journal, its picture of the site, its key
    #[arg(long, env = "LOTLINE_HANDHELD", value_name = "FOLDER")]
    folder: Option<PathBuf>,
    /// Work on a site of its own that needs no gateway elsewhere
    #[arg(long, conflicts_with_all = ["server", "code"])]
    demo: bool,
    /// The gateway to enrol with
    #[arg(long, env = "LOTLINE_SERVER", value_name = "URL")]
    server: Option<String>,
    /// The invitation that `lotline enrol` prints: address, code, and whom to trust
    #[arg(long, value_name = "lotline://enrol?…", conflicts_with_all = ["demo", "server", "code"])]
    join: Option<String>,
    /// The one-time code from `lotline enrol`
    #[arg(long)]
    code: Option<String>,
    /// What people call this handheld
    #[arg(long, default_value = "terminal")]
    name: String,
    /// The language before anybody has signed in
    #[arg(long, env = "LOTLINE_LANGUAGE", value_parser = Language)]
    language: Option<String>,
    /// Line by line, without colour and cursor movement
    #[arg(long, conflicts_with = "pipe")]
    plain: bool,
    /// Inputs as JSON Lines on standard input, screens as JSON Lines on standard output
    #[arg(long)]
    pipe: bool,
    /// No bell
    #[arg(long)]
    quiet: bool,
    /// Where labels are printed: by a ZPL printer at `tcp://HOST:PORT`, or into a file
    #[arg(
        long,
        env = "LOTLINE_PRINTER",
        value_name = "WAY",
        conflicts_with = "pipe",
        help = "Where labels are printed: tcp://HOST[:PORT] (a ZPL printer, port 9100) or file:PATH"
    )]
    printer: Option<Way>,
    /// Who says whether a returned unit is genuine: GET URL/GTIN/SERIAL gives {"answer": "active|inactive|alert"}; asked
    /// when one sends and fetches
    #[arg(long, env = "LOTLINE_VERIFIER", value_name = "URL", conflicts_with = "pipe")]
    verifier: Option<Provider>,
}

/// What stands around a handheld that somebody works with.
pub struct Around<'a> {
    /// Its folder.
    pub folder: &'a Path,
    /// Labels to try.
    pub samples: &'a [Sample],
    /// Where its gateway's console is.
    pub console: Option<&'a str>,
    /// What the terminal itself says.
    pub words: Words,
    /// Printer and verifier.
    pub ports: Ports,
}

/// Opens the handheld in `folder`, making it where there is none.
///
/// # Errors
/// When the folder cannot be used, or holds the database of a newer version.
pub fn open(folder: &Path, language: &str) -> Outcome<Handheld> {
    std::fs::create_dir_all(folder).map_err(|e| Failure::io(&e, folder.display()))?;
    let key = folder.join("device.key");
    let keys = MemoryKey::open(&key)
        .map_err(|e| Failure::usage(e, key.display(), "restore the file, or enrol with another folder"))?;
    let platform = Platform {
        clock: Arc::new(SystemClock::new()),
        keys: Arc::new(keys),
        ids: system_ids(),
        trust_roots: Vec::new(),
    };
    let config = CoreConfig {
        folder: folder.to_owned(),
        app: concat!("terminal ", env!("CARGO_PKG_VERSION")).to_owned(),
        language: language.to_owned(),
    };
    Handheld::open(config, platform).map_err(|e| Failure::core(&e, folder.display()))
}

/// Enrols with a gateway and fetches its site.
///
/// # Errors
/// When the gateway is not there, or does not know the code.
pub fn enrol(handheld: &Handheld, server: &str, code: &str, name: &str) -> Outcome {
    handheld
        .enrol(server, code, name)
        .map_err(|e| Failure::core(&e, server))?;
    handheld
        .sync_now(FIRST_FETCH_MS)
        .map_err(|e| Failure::core(&e, server))
        .map(drop)
}

/// Whether the handheld of this folder belongs to a site. Looks without opening it for work.
pub fn is_enrolled(folder: &Path) -> bool {
    let flags = OpenFlags::SQLITE_OPEN_READ_ONLY;
    Connection::open_with_flags(folder.join("journal.db"), flags)
        .and_then(|journal| journal.query_row("SELECT 1 FROM meta WHERE key = 'server'", [], |_| Ok(())))
        .is_ok()
}

/// Runs the handheld.
///
/// # Errors
/// When it cannot be opened or enrolled, or the terminal fails.
pub fn run(args: &Args, config: &Config) -> Outcome {
    if args.pipe {
        // Elsewhere the terminal is the screen.
        out::log("off", config.log_format.unwrap_or_default(), None);
    }
    let language = config.language(args.language.clone());
    // Said before anything is made: a handheld that falls back to English would hide the misspelt tag.
    source::text(&language)?;
    let own = config.data().join("handheld");
    let joined = args.folder.clone().unwrap_or_else(|| own.clone());
    // Somebody who just cloned has neither a gateway nor a code: they get a site of their own.
    let newcomer = args.folder.is_none()
        && args.code.is_none()
        && args.join.is_none()
        && args.server.is_none()
        && !is_enrolled(&own);
    let demo = args.demo || newcomer || joined.join(local::FOLDER).is_dir();
    let folder = match (&args.folder, demo) {
        (Some(folder), _) => folder.clone(),
        (None, true) => config.data().join("demo"),
        (None, false) => own,
    };
    let mut gateway = None;
    if demo {
        if !args.pipe {
            eprintln!("a site of its own in {}", folder.display());
        }
        gateway = local::start(&folder, &Site::new(config.site(None)?))?;
    }
    let handheld = open(&folder, &language)?;
    if let Some(invitation) = &args.join {
        handheld
            .join(invitation, &args.name)
            .map_err(|e| Failure::core(&e, "--join"))?;
    } else if let Some(code) = &args.code {
        enrol(&handheld, &config.server(args.server.clone()), code, &args.name)?;
    } else if let Some(gateway) = &gateway
        && !is_enrolled(&folder)
    {
        gateway.enrol(&handheld)?;
    } else if !is_enrolled(&folder) && !args.pipe {
        return Err(Failure::usage(
            "this handheld is not enrolled",
            folder.display(),
            "give --code from `lotline enrol`, or work on a site of your own with --demo",
        ));
    }
    let samples = samples(&folder, config)?;
    let result = if args.pipe {
        pipe::run(&handheld)
    } else {
        handheld.start_live().map_err(|e| Failure::core(&e, "live"))?;
        let console = gateway.as_ref().map(|gateway| gateway.url.clone());
        let around = Around {
            folder: &folder,
            samples: &samples,
            console: console.as_deref(),
            words: Words::of(&folder, &language),
            ports: Ports::new(&handheld, args.printer.clone(), args.verifier.clone())
                .map_err(|e| Failure::core(&e, folder.display()))?,
        };
        let done = if args.plain {
            plain::run(&handheld, around)
        } else {
            window::run(&handheld, around, args.quiet)
        };
        handheld.stop_live();
        done
    };
    drop(handheld);
    drop(gateway);
    result
}

/// Labels to try: they only fit a site made by the seed, as of the day it was made.
fn samples(folder: &Path, config: &Config) -> Outcome<Vec<Sample>> {
    let Some(today) = local::day(folder) else {
        return Ok(Vec::new());
    };
    let site = Site {
        today,
        ..Site::new(config.site(None)?)
    };
    Ok(seed::labels(&site.options(Vec::new())))
}
