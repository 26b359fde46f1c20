//! First use of a large site, behind `cargo xtask bench pull`. Exit code 1: the limit was missed.

use clap::Parser;
use lotline_benches::site::Size;
use std::process::ExitCode;

#[derive(Parser)]
struct Pull {
    /// Items, with a case and an each
    #[arg(long, default_value_t = 100_000)]
    items: usize,
    /// Lots, each in stock
    #[arg(long, default_value_t = 500_000)]
    lots: usize,
    /// Serials
    #[arg(long, default_value_t = 2_000_000)]
    serials: usize,
}

fn main() -> ExitCode {
    let Pull { items, lots, serials } = Pull::parse();
    let Ok(gateway) = std::env::current_exe().map(|own| own.with_file_name("gateway")) else {
        eprintln!("error: the gateway is not beside this program: build the workspace first");
        return ExitCode::from(3);
    };
    let size = Size { items, lots, serials };
    let first = lotline_tests::first::run(&gateway.to_string_lossy(), &size, |said| eprintln!("{said}"));
    print!("{first}");
    if first.held() {
        println!("the limit held");
        return ExitCode::SUCCESS;
    }
    println!("the limit was missed");
    ExitCode::from(1)
}
