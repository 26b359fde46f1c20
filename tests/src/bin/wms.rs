//! The stand-in for the warehouse's own system, in a process of its own: `wms BOOK`. Takes its orders a line each, as
//! `lotline::stand_in` says, and ends with its standard input.

use lotline::stand_in::{Args, run};

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let book = std::env::args().nth(1).ok_or("wms BOOK")?.into();
    let listen = "127.0.0.1:0".parse()?;
    Ok(run(&Args { book, listen })?)
}
