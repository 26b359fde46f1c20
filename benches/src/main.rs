//! `lotline-benches read`: see the rooms of the library.

use std::process::ExitCode;

fn main() -> ExitCode {
    let args: Vec<String> = std::env::args().skip(1).collect();
    match args.split_first() {
        Some((what, rest)) if what == "act" => lotline_benches::act::run(rest),
        Some((what, rest)) if what == "read" => lotline_benches::read::run(rest),
        _ => {
            eprintln!("error: no such bench (lotline-benches): say `read` or `act`");
            ExitCode::from(2)
        }
    }
}
