//! The gateway in a process of its own, so that it can be killed: `gateway DATA ADDRESS`. Says where it listens, and runs
//! until its standard input ends.

use lotline_server::{Config, Server};
use std::io::Read;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mut arguments = std::env::args().skip(1);
    let (Some(data), Some(address)) = (arguments.next(), arguments.next()) else {
        return Err("gateway DATA ADDRESS".into());
    };
    let runtime = tokio::runtime::Runtime::new()?;
    let config = Config::new(address.parse()?, data.into(), "DC-1".parse()?, "Europe/Berlin");
    let running = runtime.block_on(Server::start(config))?;
    println!("{}", running.addr());
    std::io::stdin().read_to_end(&mut Vec::new())?;
    runtime.block_on(running.stop());
    Ok(())
}
