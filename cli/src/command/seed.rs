//! `lotline seed`: makes the site to learn and test with: in the gateway's folder, as rows on standard output, or as a
//! handheld's folder that is ready to work.

use super::serve;
use crate::config::Config;
use crate::failure::{Failure, Outcome};
use crate::seed::{self, Options, Sample, SeedError, Size};
use crate::{edge, out, terminal};
use lotline_record::model::{Day, PinCost, SiteId};
use lotline_server::Ledger;
use serde::Serialize;
use std::path::{Path, PathBuf};

const EXAMPLES: &str = "\
Examples:
  lotline seed                                        fill the gateway's folder; then `lotline serve`
  lotline seed --handheld hh                          a handheld's folder; then `lotline handheld --folder hh`
  lotline seed --labels                               what a scanner would deliver for these goods
  lotline seed --rows --pepper 00 --today 2026-11-21  the rows alone, the same bytes each time
  lotline seed --items 100000 --lots 5 --serials 2000000";

/// Rows brought in at once.
const PIECE: usize = 5_000;

/// How large, from which seed, and where to.
#[derive(Debug, clap::Args)]
#[command(after_help = EXAMPLES)]
pub struct Args {
    /// The gateway's folder
    #[arg(long, env = "LOTLINE_SERVER_DATA", value_name = "FOLDER")]
    data: Option<PathBuf>,
    /// The site's name
    #[arg(long, env = "LOTLINE_SITE")]
    site: Option<SiteId>,
    /// The site's time zone, as Europe/Berlin
    #[arg(long, env = "LOTLINE_ZONE")]
    zone: Option<String>,
    /// What everything drawn is drawn from
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// The day from which expiries count; today unless given
    #[arg(long, value_name = "YYYY-MM-DD")]
    today: Option<Day>,
    /// Items beside the hand-made ones
    #[arg(long, default_value_t = 0, value_parser = clap::value_parser!(u32).range(0..=999_999))]
    items: u32,
    /// Lots of each of those
    #[arg(long, default_value_t = 2, value_parser = clap::value_parser!(u32).range(0..=999))]
    lots: u32,
    /// Serials in all, dealt to those items
    #[arg(long, default_value_t = 0)]
    serials: u64,
    /// Hash PINs with the least cost: for tests and demonstrations
    #[arg(long)]
    quick_pins: bool,
    /// Make a handheld's folder with a gateway of its own instead
    #[arg(long, value_name = "FOLDER", conflicts_with_all = ["data", "rows", "labels", "json"])]
    handheld: Option<PathBuf>,
    /// Print the rows as JSON Lines and make nothing
    #[arg(long, conflicts_with_all = ["labels", "json"])]
    rows: bool,
    /// Pepper for --rows, in hex; elsewhere the site has its own
    #[arg(long, requires = "rows", default_value = "00", value_name = "HEX")]
    pepper: String,
    /// Print the labels on these goods and make nothing
    #[arg(long)]
    labels: bool,
    #[command(flatten)]
    form: out::Form,
}

/// Which site to make.
#[derive(Debug, Clone)]
pub struct Site {
    /// Its name.
    pub site: SiteId,
    /// What everything drawn is drawn from.
    pub seed: u64,
    /// The day from which expiries count.
    pub today: Day,
    /// How hard PINs are to guess.
    pub pin_cost: PinCost,
    /// The crowd.
    pub bulk: Size,
}

impl Site {
    /// The hand-made site as of today.
    pub fn new(site: SiteId) -> Self {
        Site {
            site,
            seed: 1,
            today: edge::today(),
            pin_cost: PinCost::FIELD,
            bulk: Size::default(),
        }
    }

    /// With PINs that are quick to check.
    #[must_use]
    pub fn quick(mut self) -> Self {
        self.pin_cost = PinCost::LEAST;
        self
    }

    /// As options of the seed.
    pub fn options(&self, pepper: Vec<u8>) -> Options {
        Options {
            site: self.site.clone(),
            seed: self.seed,
            today: self.today,
            pepper,
            pin_cost: self.pin_cost,
            bulk: self.bulk,
        }
    }
}

#[derive(Serialize)]
struct Made {
    site: SiteId,
    data: PathBuf,
    rows: u64,
    cursor: u64,
}

/// Makes the site.
///
/// # Errors
/// When the folder holds another site or cannot be written.
pub fn run(args: Args, config: &Config) -> Outcome {
    let site = Site {
        site: config.site(args.site)?,
        seed: args.seed,
        today: args.today.unwrap_or_else(edge::today),
        pin_cost: if args.quick_pins {
            PinCost::LEAST
        } else {
            PinCost::FIELD
        },
        bulk: Size {
            items: args.items,
            lots: if args.items > 0 { args.lots } else { 0 },
            serials: if args.items > 0 { args.serials } else { 0 },
        },
    };
    if args.labels {
        return print_labels(&seed::labels(&site.options(Vec::new())), args.form);
    }
    if args.rows {
        return print_rows(&site, &args.pepper);
    }
    if let Some(folder) = args.handheld {
        return terminal::local::make(&folder, &site);
    }
    let data = config.server_data(args.data);
    let ledger = serve::create(&data, &site.site, &config.zone(args.zone), config)?;
    let (rows, cursor) = fill(&ledger, &site, &data)?;
    let made = Made {
        site: site.site,
        data,
        rows,
        cursor,
    };
    args.form.print(&made, |made| {
        format!(
            "site {} in {}: {} rows\nnext: lotline serve --data {}",
            made.site,
            made.data.display(),
            made.rows,
            made.data.display()
        )
    })
}

/// Names the day on which the site in a gateway's folder was made.
const DAY: &str = "day";

/// The day on which the site in a gateway's folder was made: its labels carry expiries that count from it. `None` where
/// the site was not made by the seed.
pub fn day(data: &Path) -> Option<Day> {
    let day = std::fs::read_to_string(data.join(DAY)).ok()?;
    day.trim().parse().ok()
}

/// Brings the site's rows into a ledger, and notes the day in its folder `data`. Gives how many there were and the cursor after them.
///
/// # Errors
/// When the ledger does not take them.
pub fn fill(ledger: &Ledger, site: &Site, data: &Path) -> Outcome<(u64, u64)> {
    let failed = |e: &lotline_server::LedgerError| Failure::ledger(e, &data.join("ledger.db"));
    let options = site.options(ledger.pepper().map_err(|e| failed(&e))?);
    let mut rows = seed::stream(&options).map_err(|e| bad(&e))?;
    let (mut count, mut cursor) = (0, 0);
    loop {
        let piece: Vec<_> = rows.by_ref().take(PIECE).collect();
        if piece.is_empty() {
            let note = data.join(DAY);
            std::fs::write(&note, site.today.to_string()).map_err(|e| Failure::io(&e, note.display()))?;
            return Ok((count, cursor));
        }
        count += piece.len() as u64;
        cursor = ledger.put_rows(&piece).map_err(|e| failed(&e))?;
    }
}

fn bad(error: &SeedError) -> Failure {
    Failure::usage(error, "seed", "report it: the tables of the seed are wrong")
}

fn print_rows(site: &Site, pepper: &str) -> Outcome {
    let pepper = hex(pepper).ok_or_else(|| {
        Failure::usage(
            "not an even number of hex digits",
            "--pepper",
            "give bytes as hex, such as 00ff",
        )
    })?;
    let options = site.options(pepper);
    for row in seed::stream(&options).map_err(|e| bad(&e))? {
        let line = serde_json::to_string(&row).map_err(|e| Failure::usage(e, "seed", "report it"))?;
        out::line_out(&line)?;
    }
    Ok(())
}

/// Bytes from an even number of hex digits.
pub(crate) fn hex(text: &str) -> Option<Vec<u8>> {
    let digits: Option<Vec<u32>> = text.chars().map(|c| c.to_digit(16)).collect();
    let digits = digits?;
    if digits.len() % 2 != 0 {
        return None;
    }
    Some(
        digits
            .chunks_exact(2)
            .map(|pair| u8::try_from(pair[0] << 4 | pair[1]).unwrap_or_default())
            .collect(),
    )
}

fn print_labels(samples: &[Sample], form: out::Form) -> Outcome {
    #[derive(Serialize)]
    struct Shown<'a> {
        id: &'a str,
        caption: &'a str,
        data: &'a str,
    }
    for sample in samples {
        let shown = Shown {
            id: &sample.id,
            caption: &sample.caption,
            data: &sample.data,
        };
        form.print(&shown, |s| {
            format!(
                "{:<24} {}\n{:<24} {}",
                s.id,
                s.caption,
                "",
                out::printable(s.data.as_bytes())
            )
        })?;
    }
    Ok(())
}
