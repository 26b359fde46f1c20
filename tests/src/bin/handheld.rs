//! The real handheld in a process of its own: `handheld FOLDER`. Takes inputs a line each and answers each with the tone,
//! once `act` has returned. After `doom` it is killed before its next commit.

use lotline_core::Input;
use lotline_tests::held::open;
use std::io::BufRead;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let folder = std::env::args().nth(1).ok_or("handheld FOLDER")?;
    let doomed = Arc::new(AtomicBool::new(false));
    let handheld = open(folder.as_ref(), Arc::clone(&doomed));
    for line in std::io::stdin().lock().lines() {
        let line = line?;
        let (verb, rest) = line.split_once(' ').unwrap_or((&line, ""));
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
