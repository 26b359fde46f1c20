//! `lotline numbers`: the own numbers that the gateway leases to its handhelds (domain: own serials, SSCCs, lots, units).

use super::serve;
use crate::config::Config;
use crate::failure::{Failure, Outcome};
use crate::out;
use clap::ValueEnum;
use lotline_record::model::{ItemId, OwnerId};
use lotline_record::numbering::{CompanyPrefix, NumberError, Series};
use lotline_scan::Gtin;
use serde::Serialize;
use std::fmt::Display;
use std::path::PathBuf;

const EXAMPLES: &str = "\
Examples:
  lotline numbers                                                      what is open, and how much is left
  lotline numbers --open sscc --prefix 9506000 --extension 3
  lotline numbers --open serial --prefix 9506000 --owner ACME --gtin 09506000134352 --block 500
  lotline numbers --open lot --prefix 9506000 --owner ACME --item GAUZE --gtin 09506000134352 --stem B26-
  lotline numbers --open unit --prefix 9506000 --owner ACME

Each handheld gets a block when it next syncs, and another before it has none. Numbers never come back.";

/// What to open or close; nothing lists them.
#[derive(Debug, clap::Args)]
#[command(after_help = EXAMPLES)]
pub struct Args {
    /// Lease numbers of this kind from now on
    #[arg(long, value_enum, value_name = "KIND", requires = "prefix")]
    open: Option<Kind>,
    /// Lease nothing more of this kind; what is leased can be used up
    #[arg(long, value_enum, value_name = "KIND", requires = "prefix", conflicts_with = "open")]
    close: Option<Kind>,
    /// Your GS1 Company Prefix, 4 to 12 digits
    #[arg(long, value_name = "DIGITS")]
    prefix: Option<CompanyPrefix>,
    /// Extension digit of an SSCC
    #[arg(long, value_name = "DIGIT", default_value_t = 0)]
    extension: u8,
    /// Whose goods
    #[arg(long)]
    owner: Option<OwnerId>,
    /// The item of a lot
    #[arg(long)]
    item: Option<ItemId>,
    /// The GTIN of a lot or serial: one of your own
    #[arg(long, value_parser = gtin)]
    gtin: Option<Gtin>,
    /// What stands before a lot's number, at most 12 characters
    #[arg(long, default_value = "", hide_default_value = true)]
    stem: String,
    /// Numbers in a lease
    #[arg(long, default_value_t = 200, value_parser = clap::value_parser!(u32).range(1..=100_000))]
    block: u32,
    /// The gateway's folder
    #[arg(long, env = "LOTLINE_SERVER_DATA", value_name = "FOLDER")]
    data: Option<PathBuf>,
    #[command(flatten)]
    form: out::Form,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Kind {
    /// Logistic units, AI 00
    Sscc,
    /// Serial numbers of an own item, AI 21
    Serial,
    /// Lot numbers of an own item, AI 10
    Lot,
    /// Single units, whoever made them, AI 8004
    Unit,
}

fn gtin(text: &str) -> Result<Gtin, String> {
    Gtin::parse(text).map_err(|error| error.to_string())
}

#[derive(Serialize)]
struct Line {
    pattern: String,
    left: u64,
    open_leases: u64,
    block: u32,
    closed: bool,
    series: Series,
}

fn needed<T: Clone>(value: Option<&T>, name: &str) -> Outcome<T> {
    value.cloned().ok_or_else(|| {
        Failure::usage(
            format_args!("{name} is missing"),
            "numbers",
            "see `lotline numbers --help`",
        )
    })
}

impl Args {
    fn series(&self, kind: Kind) -> Outcome<Series> {
        let prefix = needed(self.prefix.as_ref(), "--prefix")?;
        let owner = || needed(self.owner.as_ref(), "--owner");
        let gtin = || needed(self.gtin.as_ref(), "--gtin");
        let made = match kind {
            Kind::Sscc => Series::sscc(self.extension, prefix),
            Kind::Serial => Series::serial(owner()?, prefix, gtin()?),
            Kind::Lot => Series::lot(
                owner()?,
                needed(self.item.as_ref(), "--item")?,
                prefix,
                gtin()?,
                &self.stem,
            ),
            Kind::Unit => Ok(Series::asset(owner()?, prefix)),
        };
        made.map_err(|error: NumberError| Failure::usage(error, "numbers", "see `lotline numbers --help`"))
    }
}

/// Opens or closes a series, and lists them all.
///
/// # Errors
/// When there is no gateway's database in the folder, or the series is none or gives out labels that another one does.
pub fn run(args: &Args, config: &Config) -> Outcome {
    let data = config.server_data(args.data.clone());
    let ledger = serve::open(&data, config)?;
    let path = data.join("ledger.db");
    let told = |act: &str, series: &Series| {
        let by = super::user::by()?;
        ledger
            .note(&by, act, &series.pattern(), true)
            .map_err(|e| Failure::ledger(&e, &path))
    };
    if let Some(kind) = args.open {
        let series = args.series(kind)?;
        ledger
            .open_series(&series, args.block)
            .map_err(|e| Failure::ledger(&e, &path))?;
        told("numbers_open", &series)?;
    }
    if let Some(kind) = args.close {
        let series = args.series(kind)?;
        if !ledger.close_series(&series).map_err(|e| Failure::ledger(&e, &path))? {
            return Err(Failure::usage(
                format_args!("there is no series {}", series.pattern()),
                path.display(),
                "see `lotline numbers` for what is there",
            ));
        }
        told("numbers_close", &series)?;
    }
    let lines: Vec<Line> = ledger
        .series()
        .map_err(|e| Failure::ledger(&e, &path))?
        .into_iter()
        .map(|line| Line {
            pattern: line.series.pattern(),
            left: line.left,
            open_leases: line.open_leases,
            block: line.block,
            closed: line.closed,
            series: line.series,
        })
        .collect();
    args.form.print(&lines, |lines| text(lines))
}

fn text(lines: &[Line]) -> String {
    if lines.is_empty() {
        return "no series is open: see `lotline numbers --help`".to_owned();
    }
    let row = |pattern: &dyn Display, left: &dyn Display, leases: &dyn Display, block: &dyn Display, more: &str| {
        format!("{pattern:<44} {left:>18} {leases:>7} {block:>7}{more}\n")
    };
    let head = row(&"labels", &"never leased", &"leases", &"block", "");
    lines.iter().fold(head, |all, line| {
        let more = if line.closed { "  closed" } else { "" };
        all + &row(&line.pattern, &line.left, &line.open_leases, &line.block, more)
    })
}
