//! A recall in a store of many handhelds, behind `cargo xtask bench live`. Exit code 1: a limit was missed.

use clap::Parser;
use std::process::ExitCode;

#[derive(Parser)]
struct Live {
    /// Handhelds: a fifth sleeps, a fifth is slow
    #[arg(long, default_value_t = 132)]
    devices: usize,
}

fn main() -> ExitCode {
    let asked = Live::parse();
    let gateway = std::env::current_exe().map(|own| own.with_file_name("gateway"));
    let Ok(gateway) = gateway else {
        eprintln!("error: the gateway is not beside this program: build the workspace first");
        return ExitCode::from(3);
    };
    let report = lotline_tests::live::run(&gateway.to_string_lossy(), asked.devices, |said| eprintln!("{said}"));
    print!("{report}");
    if report.held() {
        println!("all limits held");
        return ExitCode::SUCCESS;
    }
    println!("a limit was missed");
    ExitCode::from(1)
}
