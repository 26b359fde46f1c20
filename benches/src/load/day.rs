//! What a day of a large store costs each of its devices in bytes: one device listens while the others work, and every byte of
//! its requests and answers is counted where it enters and leaves the socket. Behind `cargo xtask bench day`.

use super::device::Device;
use super::entries::Shift;
use super::gateway::Gateway;
use super::{together, wall, well};
use lotline_record::model::{OwnerId, PlaceId, Policy, WorkingSet};
use lotline_record::wire::{Cell, Row};
use std::process::ExitCode;

/// Handhelds of the largest store we know the size of.
const DEVICES: usize = 132;
/// What each of them captures in a day: three a minute over eight hours.
const ENTRIES_A_DAY: usize = 1_440;
/// A working day.
const DAY_MS: usize = 8 * 3_600_000;
/// A device in the foreground is told of changes twice a second at most, one in the background pulls now and then.
const EVERY_MS: [usize; 4] = [500, 10_000, 60_000, 600_000];
/// Entries of one row of the table, about.
const MOST_ENTRIES: usize = 20_000;
/// Owners that share the store of the second table; the device carries one's.
const OWNERS: usize = 4;
/// Bytes of a day that a device may cost.
const MOST_BYTES: f64 = 1e9;

/// Plays a part of the day for each interval and prints what the whole of it comes to. Arguments: `--pulls N` a row.
pub fn run(args: &[String]) -> ExitCode {
    let pulls = match args {
        [] => 40,
        [name, value] if name == "--pulls" && value.parse::<usize>().is_ok_and(|n| n > 0) => value.parse().unwrap(),
        _ => {
            eprintln!("error: {} (bench day): say `--pulls 40`", args.join(" "));
            return ExitCode::from(2);
        }
    };
    println!(
        "{DEVICES} devices, {ENTRIES_A_DAY} entries each, {pulls} pulls a row; bytes on the socket, headers and proofs included"
    );
    println!("\nThe device carries the whole store:\n");
    let whole = table(Day::begin(0), pulls);
    println!("\nThe store has {OWNERS} owners, and the device carries one:\n");
    let part = table(Day::begin(OWNERS), pulls);
    if whole && part {
        ExitCode::SUCCESS
    } else {
        ExitCode::from(1)
    }
}

/// Plays and prints one table; whether each row is within the budget.
fn table(mut day: Day, pulls: usize) -> bool {
    println!(
        "| pulls every | entries between | rows a pull | up | down | of the day | |\n|---|---|---|---|---|---|---|"
    );
    let mut held = true;
    for every_ms in EVERY_MS {
        held &= day.row(every_ms, pulls);
    }
    let (up, down) = day.file();
    println!(
        "\nits picture, at the end: {:.1} MB down, {:.1} kB up",
        down / 1e6,
        up / 1e3
    );
    held
}

struct Day {
    gateway: Gateway,
    devices: Vec<Device>,
    shift: Shift,
    next: usize,
    cursor: u64,
    server_epoch: String,
}

impl Day {
    /// A store of one owner, or shared by several of whom the listener carries the first.
    fn begin(owners: usize) -> Self {
        let program = std::env::current_exe().unwrap();
        let gateway = Gateway::start(program, None);
        // The last one only listens.
        let mut devices: Vec<Device> = (0..=DEVICES)
            .map(|number| Device::new(number, gateway.address()))
            .collect();
        let ledger = gateway.ledger();
        for device in &mut devices {
            let resource = PlaceId::new(format!("CART-{}", device.number())).unwrap();
            let name = device.tip.device.clone();
            let code = ledger.issue_code_for(&name, name.as_str(), &resource).unwrap();
            device.enrol(&code).unwrap();
            device.sign_in().unwrap();
        }
        let owners: Vec<OwnerId> = (0..owners)
            .map(|n| OwnerId::new(format!("OWNER-{n}")).unwrap())
            .collect();
        let listener = devices[DEVICES].tip.device.clone();
        if let Some(first) = owners.first() {
            let policy = Policy {
                working_sets: vec![WorkingSet {
                    devices: vec![listener.to_string()],
                    owners: vec![first.clone()],
                    zones: Vec::new(),
                }],
                ..Policy::default()
            };
            let text = |text: String| Cell::Text(text);
            let policy = Row {
                t: "policy".into(),
                c: 0,
                gone: false,
                r: vec![
                    text(super::site().to_string()),
                    Cell::Int(1),
                    text(serde_json::to_string(&policy).unwrap()),
                ],
            };
            ledger.put_rows(&[policy]).unwrap();
        }
        let server_epoch = ledger.history_of(&listener).unwrap();
        Day {
            gateway,
            devices,
            shift: Shift::shared_by(owners),
            next: 0,
            cursor: 0,
            server_epoch,
        }
    }

    /// So many entries, each of the next device, received and applied.
    fn work(&mut self, entries: usize) {
        let last = self.next + entries;
        for n in self.next..last {
            self.devices[n % DEVICES].capture(&self.shift, wall());
        }
        self.next = last;
        let (working, _) = self.devices.split_at_mut(DEVICES);
        well(together(working, |device| device.drain(100)));
        let ledger = self.gateway.ledger();
        while ledger.counts(wall()).unwrap().to_apply > 0 {
            super::pause(std::time::Duration::from_millis(2));
        }
    }

    /// Pulls until nothing is left; gives the rows.
    fn pull(&mut self) -> usize {
        let listener = self.devices.last_mut().unwrap();
        let mut rows = 0;
        loop {
            let page = listener.pull(self.cursor, &self.server_epoch).unwrap();
            self.cursor = page.to;
            rows += page.rows.len();
            if !page.more {
                return rows;
            }
        }
    }

    /// One line of the table; whether it is within the budget.
    fn row(&mut self, every_ms: usize, most_pulls: usize) -> bool {
        let a_day = DAY_MS / every_ms;
        let between = (DEVICES * ENTRIES_A_DAY / a_day).max(1);
        // Few long intervals say as much as many short ones.
        let pulls = most_pulls.min(a_day).min(MOST_ENTRIES / between + 1);
        self.pull();
        let before = self.carried();
        let mut rows = 0;
        for _ in 0..pulls {
            self.work(between);
            rows += self.pull();
        }
        let after = self.carried();
        let of_the_day = |bytes: u64| bytes as f64 * a_day as f64 / pulls as f64;
        let (up, down) = (of_the_day(after.0 - before.0), of_the_day(after.1 - before.1));
        let held = up + down <= MOST_BYTES;
        println!(
            "| {} s | {between} | {} | {:.1} MB | {:.1} MB | {:.1} MB | {} |",
            every_ms as f64 / 1e3,
            rows / pulls,
            up / 1e6,
            down / 1e6,
            (up + down) / 1e6,
            if held { "held" } else { "**missed**" }
        );
        held
    }

    fn carried(&self) -> (u64, u64) {
        self.devices.last().map_or((0, 0), Device::carried)
    }

    /// Fetches the whole picture; bytes up and down.
    fn file(&mut self) -> (f64, f64) {
        let before = self.carried();
        self.devices.last_mut().unwrap().fetch("/v1/site").unwrap();
        let after = self.carried();
        ((after.0 - before.0) as f64, (after.1 - before.1) as f64)
    }
}
