//! The real handheld in a process of its own: `handheld FOLDER`. Takes inputs a line each and answers each with the tone,
//! once `act` has returned. `print` prints the next label of the first series and answers with it. After `doom` it is
//! killed before its next commit of an entry, or when the printer has the next label.

use lotline_core::Input;
use lotline_core::platform::{Printed, Printer};
use lotline_tests::held::{kill_self, open};
use std::io::BufRead;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

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

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let folder = std::env::args().nth(1).ok_or("handheld FOLDER")?;
    let doomed = Arc::new(AtomicBool::new(false));
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
