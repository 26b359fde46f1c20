//! `lotline-benches read`: see the rooms of the library.

use std::process::ExitCode;

fn main() -> ExitCode {
    let args: Vec<String> = std::env::args().skip(1).collect();
    match args.split_first() {
        Some((what, rest)) if what == "act" => lotline_benches::act::run(rest),
        Some((what, rest)) if what == "jna" => lotline_benches::act::jna::run(rest),
        Some((what, rest)) if what == "read" => lotline_benches::read::run(rest),
        Some((what, rest)) if what == "load" => lotline_benches::load::run(rest),
        Some((what, rest)) if what == "sync" => lotline_benches::sync::run(rest),
        Some((what, rest)) if what == "day" => lotline_benches::load::day::run(rest),
        Some((what, rest)) if what == "gateway" => gateway(rest),
        other => other
            .and_then(|(what, rest)| lotline_benches::sync::role(what, rest))
            .unwrap_or_else(|| {
                eprintln!("error: no such bench (lotline-benches): say `read`, `act`, `jna`, `day`, `sync` or `load`");
                ExitCode::from(2)
            }),
    }
}

/// What is under load, in a process of its own: `gateway DATA ADDRESS`.
fn gateway(args: &[String]) -> ExitCode {
    let [data, address] = args else {
        eprintln!("error: not two words (gateway): gateway DATA ADDRESS");
        return ExitCode::from(2);
    };
    let served = match address.parse() {
        Ok(address) => lotline_benches::load::serve(data.as_ref(), address),
        Err(error) => Err(format!("{address}: {error}").into()),
    };
    match served {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error} (gateway): see what is in the way");
            ExitCode::from(1)
        }
    }
}
