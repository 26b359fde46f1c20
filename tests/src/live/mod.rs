//! A recall in a store of many handhelds: who has it when, who was not reached, and how long a scan takes to the console. Real
//! handhelds and a real gateway in its own process; behind `cargo xtask bench live`.

mod report;

use crate::gateway::Gateway;
use crate::held;
use crate::link::Link;
use lotline_core::platform::Listener;
use lotline_core::sync::SyncStore;
use lotline_core::{Handheld, Input};
use lotline_record::model::DeviceId;
use rusqlite::{Connection, OpenFlags};
use std::collections::BTreeMap;
use std::io::{Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::path::Path;
use std::sync::mpsc::{Receiver, Sender, channel};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

pub use report::Report;

/// What a device at the far end of the hall has.
const SLOW: u64 = 20_000;
/// What such a device, and one that sleeps, has not sent: more than goes up at once.
const QUEUE: usize = 1_050;
/// A block or recall is on every device that listens within this time.
const REACHED: Duration = Duration::from_secs(2);
/// So many scans are followed to the console.
const SCANS: usize = 200;

/// How a device stands to the gateway.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Kind {
    /// In the foreground, on a good network.
    Good,
    /// In the foreground, at 20 kbit/s, with a long queue.
    Slow,
    /// Asleep with a long queue; it wakes when all others were asked.
    Asleep,
}

/// What became of one.
#[derive(Debug, Clone)]
pub struct Line {
    /// Its name.
    pub device: String,
    /// How it stands to the gateway.
    pub kind: Kind,
    /// Entries that were not sent when the recall was placed, or when it woke.
    pub queue: u64,
    /// From the placing, or from its waking, to the recall in its picture.
    pub has: Option<Duration>,
    /// From the placing to the console's page that says so.
    pub shown: Option<Duration>,
}

struct Seat {
    name: DeviceId,
    kind: Kind,
    link: Link,
    folder: tempfile::TempDir,
    handheld: Handheld,
}

/// The clock of the bench.
#[allow(clippy::disallowed_methods, reason = "a bench is the place that reads a clock")]
fn now() -> Instant {
    Instant::now()
}

fn pause(time: Duration) {
    let until = now() + time;
    while let Some(left) = until.checked_duration_since(now()).filter(|left| !left.is_zero()) {
        std::thread::park_timeout(left);
    }
}

/// A page of the console.
fn read(address: SocketAddr, path: &str) -> String {
    let ask = || -> std::io::Result<String> {
        let mut stream = TcpStream::connect(address)?;
        write!(
            stream,
            "GET {path} HTTP/1.1\r\nhost: {address}\r\nconnection: close\r\n\r\n"
        )?;
        let mut text = String::new();
        stream.read_to_string(&mut text)?;
        Ok(text)
    };
    ask().unwrap_or_default()
}

/// Tells when the recall is in a device's picture.
struct Watch {
    seat: usize,
    site: Mutex<Option<Connection>>,
    tell: Sender<(usize, Instant)>,
}

impl Watch {
    fn new(seat: usize, folder: &Path, tell: Sender<(usize, Instant)>) -> Self {
        let site = Connection::open_with_flags(folder.join("site.db"), OpenFlags::SQLITE_OPEN_READ_ONLY).unwrap();
        Watch {
            seat,
            site: Mutex::new(Some(site)),
            tell,
        }
    }
}

impl Listener for Watch {
    fn changed(&self) {
        let mut site = self.site.lock().unwrap();
        let Some(open) = site.as_ref() else { return };
        let found = open.query_row("SELECT EXISTS (SELECT 1 FROM block WHERE block = 'R-1')", [], |row| {
            row.get(0)
        });
        if found == Ok(true) {
            *site = None;
            // Nobody may ask any more.
            let _ = self.tell.send((self.seat, now()));
        }
    }
}

fn kind_of(n: usize, devices: usize) -> Kind {
    let fifth = devices / 5;
    match n {
        n if n < fifth => Kind::Asleep,
        n if n < 2 * fifth => Kind::Slow,
        _ => Kind::Good,
    }
}

fn seat(gateway: &Gateway, n: usize, devices: usize) -> Seat {
    let name = DeviceId::new(format!("HH-{n:03}")).unwrap();
    let folder = tempfile::tempdir().unwrap();
    let link = Link::start(gateway.address());
    let handheld = held::sound(folder.path());
    let code = gateway.code(&name, &format!("CART-{n:03}"));
    handheld.enrol(&link.url(), &code, name.as_str()).unwrap();
    held::sign_in(&handheld);
    assert!(!handheld.sync_now(60_000).unwrap().more, "{name} is up to date");
    let kind = kind_of(n, devices);
    if kind != Kind::Good {
        // Nobody listens yet: what is captured stays.
        for _ in 0..QUEUE {
            handheld.act(Input::scan(held::LABEL)).unwrap();
        }
    }
    Seat {
        name,
        kind,
        link,
        folder,
        handheld,
    }
}

/// Waits until every one of `seats` has told, or the time is over.
fn collect(
    heard: &Receiver<(usize, Instant)>,
    from: Instant,
    most: Duration,
    has: &mut BTreeMap<usize, Duration>,
    count: usize,
) {
    while has.len() < count {
        let Some(left) = most.checked_sub(since(from)) else {
            return;
        };
        let Ok((seat, at)) = heard.recv_timeout(left) else {
            return;
        };
        has.insert(seat, at.duration_since(from));
    }
}

/// How long ago.
fn since(from: Instant) -> Duration {
    now().saturating_duration_since(from)
}

/// Plays it with so many devices; `binary` is the gateway's.
pub fn run(binary: &str, devices: usize, mut tell: impl FnMut(&str)) -> Report {
    let gateway = Gateway::start(binary);
    held::furnish(&gateway);
    let mut seats = Vec::new();
    for n in 0..devices {
        seats.push(seat(&gateway, n, devices));
        if (n + 1) % 20 == 0 {
            tell(&format!("{} of {devices} handhelds are enrolled", n + 1));
        }
    }
    let (sender, heard) = channel();
    let mut subscriptions = Vec::new();
    for (n, seat) in seats.iter().enumerate() {
        let watch = Watch::new(n, seat.folder.path(), sender.clone());
        subscriptions.push(seat.handheld.subscribe(Arc::new(watch)));
        if seat.kind == Kind::Slow {
            seat.link.pace(Some(SLOW));
        }
        if seat.kind == Kind::Asleep {
            seat.handheld.suspend();
        } else {
            seat.handheld.start_live().unwrap();
        }
    }
    let awake = |seat: &&Seat| seat.kind != Kind::Asleep;
    let count = seats.iter().filter(awake).count();
    while seats.iter().filter(awake).any(|seat| seat.link.streams() == 0) {
        pause(Duration::from_millis(50));
    }
    // The last stream that was asked for is open, and what came with it is over.
    pause(Duration::from_secs(5));
    tell(&format!("{count} handhelds listen; the recall is placed"));
    let queues: Vec<u64> = seats
        .iter()
        .map(|seat| {
            if seat.kind == Kind::Asleep {
                0
            } else {
                seat.handheld.store().queue().unwrap().pending
            }
        })
        .collect();

    let mut shown = BTreeMap::new();
    let mut has = BTreeMap::new();
    let placed = now();
    held::recall(&gateway);
    let told = now();
    std::thread::scope(|scope| {
        let watching = scope.spawn(|| console_says(gateway.address(), placed, devices, count));
        collect(&heard, placed, Duration::from_mins(1), &mut has, count);
        shown.extend(watching.join().unwrap());
    });
    let not_reached = read(gateway.address(), "/console/reach?block=R-1")
        .matches("not reached")
        .count();
    tell(&format!(
        "{} have it, the console names {not_reached} that have not; the others wake",
        has.len()
    ));

    let mut lines: Vec<Line> = Vec::new();
    let (mut woken, mut woken_has) = (BTreeMap::new(), BTreeMap::new());
    for (n, seat) in seats.iter().enumerate().filter(|(_, seat)| seat.kind == Kind::Asleep) {
        seat.handheld.resume().unwrap();
        woken.insert(n, (now(), seat.handheld.store().queue().unwrap().pending));
        seat.handheld.start_live().unwrap();
    }
    while woken_has.len() < woken.len() {
        let Ok((seat, at)) = heard.recv_timeout(Duration::from_mins(1)) else {
            break;
        };
        if let Some((from, _)) = woken.get(&seat) {
            woken_has.insert(seat, at.duration_since(*from));
        } else {
            has.insert(seat, at.duration_since(placed));
        }
    }
    for (n, seat) in seats.iter().enumerate() {
        lines.push(Line {
            device: seat.name.to_string(),
            kind: seat.kind,
            queue: woken.get(&n).map_or(queues[n], |(_, queue)| *queue),
            has: has.get(&n).or_else(|| woken_has.get(&n)).copied(),
            shown: shown.get(seat.name.as_str()).copied(),
        });
    }
    let behind = now();
    drained(gateway.address(), &seats);
    tell(&format!(
        "what the sleepers sent is applied after {} s; now the scans",
        since(behind).as_secs()
    ));
    let scans = to_the_console(&gateway, &seats);
    drop(subscriptions);
    Report {
        lines,
        not_reached,
        placing: told.duration_since(placed),
        scans,
        within: REACHED,
    }
}

/// When the console's page says of each device that it has the recall.
fn console_says(address: SocketAddr, placed: Instant, devices: usize, count: usize) -> BTreeMap<String, Duration> {
    let mut shown = BTreeMap::new();
    while shown.len() < count && since(placed) < Duration::from_mins(1) {
        let page = read(address, "/console/reach?block=R-1");
        let at = since(placed);
        for n in 0..devices {
            let name = format!("HH-{n:03}");
            if page.contains(&format!("data-device=\"{name}\" data-has=\"true\"")) {
                shown.entry(name).or_insert(at);
            }
        }
        pause(Duration::from_millis(100));
    }
    shown
}

/// How far the console says that a device's entries are received and applied: epoch and sequence, where nothing is left to apply.
fn applied(page: &str, device: &str) -> Option<(u32, u64)> {
    let (_, row) = page.split_once(&format!("<tr data-device=\"{device}\">"))?;
    let mut numbers = row
        .split("<td class=\"number\">")
        .skip(1)
        .map(|cell| cell.split('<').next().unwrap_or_default());
    let (epoch, seq) = numbers.next()?.split_once('/')?;
    let to_apply = numbers.next()?;
    (to_apply == "0").then(|| Some((epoch.parse().ok()?, seq.parse().ok()?)))?
}

/// Waits until what the devices on a good network and those that slept had to send is applied, for ten minutes at most.
fn drained(address: SocketAddr, seats: &[Seat]) {
    let begun = now();
    while since(begun) < Duration::from_mins(10) {
        let page = read(address, "/console/devices");
        let open = seats.iter().filter(|seat| seat.kind != Kind::Slow).any(|seat| {
            let tip = seat.handheld.store().queue().unwrap().tip;
            applied(&page, seat.name.as_str()).is_none_or(|upto| upto < (tip.epoch, tip.seq))
        });
        if !open {
            return;
        }
        pause(Duration::from_millis(500));
    }
}

/// How long each of some scans took from its tone to the console.
fn to_the_console(gateway: &Gateway, seats: &[Seat]) -> Vec<Option<Duration>> {
    let good: Vec<&Seat> = seats.iter().filter(|seat| seat.kind == Kind::Good).collect();
    let waiting = Mutex::new(Vec::new());
    let mut done = Vec::new();
    std::thread::scope(|scope| {
        let captured = scope.spawn(|| {
            for n in 0..SCANS {
                let seat = good[n % good.len()];
                seat.handheld.act(Input::scan(held::LABEL)).unwrap();
                let at = now();
                let tip = seat.handheld.store().queue().unwrap().tip;
                waiting
                    .lock()
                    .unwrap()
                    .push((seat.name.to_string(), (tip.epoch, tip.seq), at));
                pause(Duration::from_millis(50));
            }
        });
        let mut last = now();
        while !captured.is_finished() || since(last) < Duration::from_secs(10) {
            let page = read(gateway.address(), "/console/devices");
            let at = now();
            let mut waiting = waiting.lock().unwrap();
            if !captured.is_finished() {
                last = at;
            } else if waiting.is_empty() {
                break;
            }
            waiting.retain(|(device, place, from)| {
                let there = applied(&page, device).is_some_and(|upto| upto >= *place);
                if there {
                    done.push(Some(at.saturating_duration_since(*from)));
                }
                !there
            });
            drop(waiting);
            pause(Duration::from_millis(100));
        }
    });
    done.extend(waiting.into_inner().unwrap().iter().map(|_| None));
    done
}
