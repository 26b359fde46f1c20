//! The real handheld in a process of its own: `handheld FOLDER`. Takes inputs a line each and answers each with the tone,
//! once `act` has returned. `print` prints the next label of the first series and answers with it. After `doom` it is
//! killed before its next commit of an entry, or when the printer has the next label. `sync` and `tidy` are the handheld's.
//! After `stop POINT N` it stands still the N-th time it reaches that point from then on (`Any`: any point), says `at POINT`
//! and waits to be killed.

use lotline_core::Input;
use lotline_core::platform::{Printed, Printer};
use lotline_core::points;
use lotline_tests::held::{kill_self, open};
use std::io::BufRead;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

/// A printer in whose hands a doomed process dies.
struct Jammed(Arc<AtomicBool>);

impl Printer for Jammed {
    fn print_zpl(&self, _zpl: Vec<u8>) -> Printed {
        if self.0.load(Ordering::SeqCst) {
            kill_self();
        }
        Printed::Done
    }
}

/// The name of a point, and how often it is reached until the process stands still there.
static STOP: Mutex<Option<(String, u64)>> = Mutex::new(None);

fn reached(point: points::Point) {
    let mut stop = STOP.lock().unwrap_or_else(PoisonError::into_inner);
    let name = format!("{point:?}");
    let Some((wanted, left)) = stop.as_mut() else { return };
    if *wanted != name && wanted != "Any" {
        return;
    }
    *left -= 1;
    if *left == 0 {
        println!("at {name}");
        loop {
            std::thread::park();
        }
    }
}

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let folder = std::env::args().nth(1).ok_or("handheld FOLDER")?;
    let doomed = Arc::new(AtomicBool::new(false));
    points::watch(reached);
    let handheld = open(folder.as_ref(), Arc::clone(&doomed));
    for line in std::io::stdin().lock().lines() {
        let line = line?;
        let (verb, rest) = line.split_once(' ').unwrap_or((&line, ""));
        if verb == "print" {
            let series = handheld.number_series()?.into_iter().next().ok_or("no series")?;
            println!(
                "{}",
                handheld
                    .print_label(&series.key, "", &Jammed(Arc::clone(&doomed)))?
                    .label
            );
            continue;
        }
        match verb {
            "stop" => {
                let (point, count) = rest.split_once(' ').ok_or("stop POINT N")?;
                *STOP.lock().unwrap_or_else(PoisonError::into_inner) = Some((point.to_owned(), count.parse()?));
                println!("will stop");
                continue;
            }
            "sync" => {
                println!("synced {}", !handheld.sync_now(60_000)?.more);
                continue;
            }
            "tidy" => {
                handheld.tidy()?;
                println!("tidied");
                continue;
            }
            _ => {}
        }
        let input = match verb {
            "scan" => Input::scan(rest),
            "choose" => Input::choose(rest),
            "enter" => {
                let (field, text) = rest.split_once(' ').unwrap_or((rest, ""));
                Input::enter(field, text)
            }
            _ => {
                doomed.store(true, Ordering::SeqCst);
                println!("doomed");
                continue;
            }
        };
        println!("{:?}", handheld.act(input)?.tone);
    }
    Ok(())
}
