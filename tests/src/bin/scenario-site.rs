//! What a scenario runs against, in a process of its own: `scenario-site NAME.json [LANGUAGE]`. The seeded site on the real gateway,
//! a proxy in front that really closes, and the gateway's clock where the scenario says.
//!
//! It says `{"server": …, "code": …}` on its first line: where to enrol, and the one-time code. Then it answers each line
//! of its standard input: `cut`, `mend`, `settle MS` (the clock goes to MS, and everything received is applied) and `lock FILE`
//! (nobody else may have the SQLite file open: its lock is taken as another process would, and given back) with `ok`, anything
//! else with `error: …`. It ends with its standard input.

use lotline::seed::{self, Options};
use lotline_core::scenario::Scenario;
use lotline_record::entry::Instant;
use lotline_record::model::{DeviceId, PinCost, PlaceId, Policy};
use lotline_record::wire::{Cell, Row, table};
use lotline_server::{Config, Ledger, Server, stand_at};
use lotline_tests::gateway::settled;
use lotline_tests::proxy::FaultProxy;
use std::error::Error;
use std::io::BufRead;
use std::path::Path;

/// How many numbers of a series are leased at once.
const BLOCK: u32 = 100;

fn main() -> Result<(), Box<dyn Error>> {
    let path = std::env::args().nth(1).ok_or("scenario-site NAME.json [LANGUAGE]")?;
    let scenario = Scenario::open(Path::new(&path))?;
    stand_at(scenario.start());
    let data = tempfile::tempdir()?;
    let ledger = Ledger::open(&data.path().join("ledger.db"))?;
    let options = Options {
        pin_cost: PinCost::LEAST,
        ..Options::new(scenario.start().day(60), Vec::new())?
    };
    ledger.create_site(&options.site, "Europe/Berlin")?;
    let options = Options {
        pepper: ledger.pepper()?,
        ..options
    };
    let mut rows = seed::site(&options)?;
    if let Some(policy) = scenario.policy() {
        has_policy(policy, &mut rows)?;
    }
    rows.extend(scenario.rows(&options.site));
    if let Some(language) = std::env::args().nth(2) {
        everybody_reads(&language, &mut rows);
    }
    ledger.put_rows(&rows)?;
    for series in scenario.series() {
        ledger.open_series(series, BLOCK)?;
    }
    let device: DeviceId = scenario.device().parse()?;
    let code = ledger.issue_code_for(&device, device.as_str(), &PlaceId::new(scenario.resource())?)?;

    let runtime = tokio::runtime::Runtime::new()?;
    let listen = "127.0.0.1:0".parse()?;
    let config = Config::new(listen, data.path().to_owned(), options.site.clone(), "Europe/Berlin");
    let running = runtime.block_on(Server::start(config))?;
    let proxy = FaultProxy::start(running.addr());
    println!("{}", serde_json::json!({ "server": proxy.url(), "code": code }));

    for line in std::io::stdin().lock().lines() {
        println!(
            "{}",
            match obey(&line?, &proxy, data.path()) {
                Ok(()) => "ok".to_owned(),
                Err(e) => format!("error: {e}"),
            }
        );
    }
    runtime.block_on(running.stop());
    Ok(())
}

fn everybody_reads(language: &str, rows: &mut [Row]) {
    let column = table("person").and_then(|table| table.columns.iter().position(|name| *name == "language"));
    for row in rows.iter_mut().filter(|row| row.t == "person") {
        if let Some(cell) = column.and_then(|n| row.r.get_mut(n)) {
            *cell = Cell::Text(language.to_owned());
        }
    }
}

fn has_policy(policy: &Policy, rows: &mut [Row]) -> Result<(), serde_json::Error> {
    let text = serde_json::to_string(policy)?;
    for cell in rows
        .iter_mut()
        .filter(|row| row.t == "policy")
        .filter_map(|row| row.r.last_mut())
    {
        *cell = Cell::Text(text.clone());
    }
    Ok(())
}

/// In WAL mode every connection shares the file's lock for as long as it is open, and SQLite takes the EXCLUSIVE one before
/// anything is read where the mode asks for it (sqlite.org/wal.html, "Use of WAL Without Shared-Memory"). No patience: whoever
/// still has the file open is an error at once.
fn take_exclusively(file: &Path) -> rusqlite::Result<()> {
    let flags = rusqlite::OpenFlags::SQLITE_OPEN_READ_WRITE;
    let connection = rusqlite::Connection::open_with_flags(file, flags)?;
    connection.busy_timeout(std::time::Duration::ZERO)?;
    connection.pragma_update(None, "locking_mode", "exclusive")?;
    connection.execute_batch("BEGIN EXCLUSIVE; SELECT count(*) FROM sqlite_schema; ROLLBACK")
}

fn obey(line: &str, proxy: &FaultProxy, data: &Path) -> Result<(), Box<dyn Error>> {
    match line.split_once(' ').unwrap_or((line, "")) {
        ("cut", "") => proxy.cut(),
        ("mend", "") => proxy.restore(),
        ("settle", ms) => {
            stand_at(Instant::from_unix_ms(ms.parse()?));
            settled(data);
        }
        ("lock", file) => take_exclusively(Path::new(file))?,
        _ => return Err("cut, mend, settle MS or lock FILE".into()),
    }
    Ok(())
}
