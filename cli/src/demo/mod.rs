//! `lotline demo`: the newcomer's shift. A gateway and two handhelds as processes of their own, real labels, a network
//! that is really cut, a process that is really killed, and a proof by another process that opens everything afresh.
//! Where the warehouse's own system would be is a stand-in, a process too.

pub mod check;
mod in_wms;
mod long;
pub(crate) mod process;
pub mod proxy;
mod sabotage;
mod script;
mod stage;
mod tape;

use crate::command::seed::{Site, fill};
use crate::command::serve;
use crate::failure::{Failure, Outcome};
use crate::{edge, out, seed};
use long::{FIGURES, LONG, ONLINE};
use lotline_record::model::{Day, DeviceId, PlaceId, SiteId};
use process::{Gateway, INTERRUPTED, Process, Wms};
use sabotage::Sabotage;
use script::{Network, REFUSED, SHIFT};
use serde::{Deserialize, Serialize};
use serde_json::json;
use stage::Stage;
use std::path::{Path, PathBuf};
use std::sync::atomic::Ordering;
use std::time::Duration;

const EXAMPLES: &str = "\
Examples:
  lotline demo                             the shift, and the proof at its end
  lotline demo --keep                      and keep the gateway serving, to look at the console
  lotline demo --sabotage drop-entry       damage one thing on the way: the proof must find it, exit code 1

The last line counts scans made and entries found, by a process of its own that opens the gateway's database and each
handheld's two files afresh and matches them to a tape that was written before each scan.";

/// How the shift is shown.
#[derive(Debug, clap::Args)]
#[command(after_help = EXAMPLES)]
pub struct Args {
    /// Keep the gateway serving at the end, until Ctrl-C
    #[arg(long)]
    keep: bool,
    /// A longer shift, through the rest of the work
    #[arg(long)]
    long: bool,
    /// Damage one thing on the way; the proof must find and name it
    #[arg(long, value_name = "KIND")]
    sabotage: Option<Sabotage>,
    /// Work in this folder, which must be empty, and leave it behind
    #[arg(long, value_name = "FOLDER")]
    folder: Option<PathBuf>,
    /// Draw no screens
    #[arg(long)]
    brief: bool,
}

/// What the proof must know of the shift besides its tape.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Plan {
    /// The site.
    pub site: SiteId,
    /// The day it was made on.
    pub today: Day,
    /// Each handheld and its folder within the demo's.
    pub hands: Vec<(DeviceId, String)>,
}

impl Plan {
    const FILE: &str = "plan.json";
    const SERVER: &str = "server";
    const WMS_BOOK: &str = "wms.jsonl";

    fn save(&self, folder: &Path) -> Outcome {
        let text = serde_json::to_string_pretty(self).map_err(|e| Failure::usage(e, "plan", "report it"))?;
        std::fs::write(folder.join(Self::FILE), text).map_err(|e| Failure::io(&e, folder.display()))
    }

    fn load(folder: &Path) -> Outcome<Self> {
        let path = folder.join(Self::FILE);
        let text = std::fs::read_to_string(&path).map_err(|e| Failure::io(&e, path.display()))?;
        serde_json::from_str(&text)
            .map_err(|e| Failure::usage(e, path.display(), "name a folder that `lotline demo` left"))
    }
}

/// A folder that goes away with the demo, unless it was asked for.
enum Room {
    Fresh(tempfile::TempDir),
    Asked(PathBuf),
}

impl Room {
    fn open(asked: Option<PathBuf>) -> Outcome<Self> {
        let Some(path) = asked else {
            let fresh = tempfile::Builder::new().prefix("lotline-demo-").tempdir();
            return fresh.map(Room::Fresh).map_err(|e| Failure::io(&e, "temporary folder"));
        };
        std::fs::create_dir_all(&path).map_err(|e| Failure::io(&e, path.display()))?;
        let used = std::fs::read_dir(&path)
            .map_err(|e| Failure::io(&e, path.display()))?
            .next()
            .is_some();
        if used {
            return Err(Failure::usage(
                "the folder is not empty",
                path.display(),
                "name an empty or new one",
            ));
        }
        Ok(Room::Asked(path))
    }

    fn path(&self) -> &Path {
        match self {
            Room::Fresh(folder) => folder.path(),
            Room::Asked(path) => path,
        }
    }
}

/// Why the WMS stand-in refuses a pick, once it has looked at it.
const WHY: &str = "order 5512 was changed in the office";

/// Runs the shift.
///
/// # Errors
/// When anything does not reconcile, or the sabotage was found: exit code 1.
pub fn run(args: Args) -> Outcome {
    // A second handler in one process (tests) is no reason not to run.
    let _ = ctrlc::set_handler(|| INTERRUPTED.store(true, Ordering::SeqCst));
    let start = edge::mono();
    let room = Room::open(args.folder)?;
    let folder = room.path();
    let (plan, codes) = prepare(folder)?;
    let mut wms = Wms::start(&folder.join(Plan::WMS_BOOK))?;
    // What a shift must live with: it is not there at first, and then takes a movement and says nothing.
    wms.order(&json!({ "do": "down", "times": 2 }))?;
    wms.order(&json!({ "do": "drop" }))?;
    out::line_out(&format!(
        "a stand-in for the warehouse's own system, the WMS (process {}) at {}: down for two tries, then it swallows a reply",
        wms.id(),
        wms.url
    ))?;
    let mut gateway = Gateway::start(&folder.join(Plan::SERVER), "127.0.0.1:0", &wms.url)?;
    out::line_out(&format!(
        "gateway (process {}) with its console at http://{}/",
        gateway.id(),
        gateway.address
    ))?;
    let mut stage = Stage::open(folder, &plan, &codes, gateway.address, args.brief)?;
    for scene in SHIFT {
        if scene.network == Network::Back {
            wms.order(&json!({ "do": "later", "kind": "picked", "device": "hand-a", "reason": WHY }))?;
            if args.long {
                LONG.iter().try_for_each(|scene| stage.play(scene))?;
            }
            if let Some(sabotage) = args.sabotage {
                out::line_out(&format!("\n!! sabotage: {}", sabotage.words()))?;
                gateway.while_stopped(|data| sabotage.damage(data))?;
            }
        }
        stage.play(scene)?;
    }
    if args.long {
        stage.play(&ONLINE)?;
    }
    stage.settle(1)?;
    if args.long {
        stage.play(&FIGURES)?;
    }
    stage.play(&REFUSED)?;
    stage.settle(1)?;
    stage.close();
    out::line_out(&format!(
        "\n== The proof, by another process ({:.0} s so far)",
        edge::since(start).as_secs_f64()
    ))?;
    if args.keep {
        out::line_out(&format!(
            "the console stays at http://{}/ until Ctrl-C",
            gateway.address
        ))?;
    } else {
        gateway.stop();
        wms.stop();
    }
    let proven = prove(folder);
    if args.keep && !INTERRUPTED.load(Ordering::SeqCst) {
        while !INTERRUPTED.load(Ordering::SeqCst) {
            edge::pause(Duration::from_millis(100));
        }
        gateway.stop();
        wms.stop();
    }
    proven
}

/// Makes the site and two codes.
fn prepare(folder: &Path) -> Outcome<(Plan, Vec<String>)> {
    let bad = |e: &dyn std::fmt::Display| Failure::usage(e, "demo", "report it");
    let site = Site::new(SiteId::new("S1").map_err(|e| bad(&e))?).quick();
    let data = folder.join(Plan::SERVER);
    let ledger = serve::create(&data, &site.site, "UTC", &crate::config::Config::default())?;
    fill(&ledger, &site, &data)?;
    ledger
        .put_rows(&[seed::policy_row(&site.site, &long::policy().map_err(|e| bad(&e))?).map_err(|e| bad(&e))?])
        .map_err(|e| Failure::ledger(&e, &data.join("ledger.db")))?;
    let (mut hands, mut codes) = (Vec::new(), Vec::new());
    for (name, cart) in [("hand-a", "CART-1"), ("hand-b", "CART-2")] {
        let device = DeviceId::new(name).map_err(|e| bad(&e))?;
        let cart = PlaceId::new(cart).map_err(|e| bad(&e))?;
        let code = ledger
            .issue_code_for(&device, name, &cart)
            .map_err(|e| Failure::ledger(&e, &data.join("ledger.db")))?;
        hands.push((device, name.to_owned()));
        codes.push(code);
    }
    let plan = Plan {
        site: site.site.clone(),
        today: site.today,
        hands,
    };
    plan.save(folder)?;
    Ok((plan, codes))
}

/// Starts the process that proves it, and passes on what it says.
fn prove(folder: &Path) -> Outcome {
    let place = folder.display().to_string();
    let mut process = Process::start("proof", &["demo-check", &place], &folder.join("proof.log"))?;
    let (good, first) = process.pass_on()?;
    if good {
        return Ok(());
    }
    let why = first.unwrap_or_else(|| std::fs::read_to_string(folder.join("proof.log")).unwrap_or_default());
    Err(Failure::check(
        why.trim(),
        "proof",
        "the shift does not reconcile; look at what is named",
    ))
}
