//! The gateway in a process of its own, so that it can be killed: `gateway DATA ADDRESS [WMS]`. Says where it listens, and
//! runs until its standard input ends. Movements go to the URL `WMS`, if there is one; the ledger stands in PostgreSQL where
//! `LOTLINE_POSTGRES` names one.

use lotline_server::{Config, Server, WmsConfig};
use std::io::Read;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mut arguments = std::env::args().skip(1);
    let (Some(data), Some(address)) = (arguments.next(), arguments.next()) else {
        return Err("gateway DATA ADDRESS [WMS]".into());
    };
    let runtime = tokio::runtime::Runtime::new()?;
    let mut config = Config::new(address.parse()?, data.into(), "DC-1".parse()?, "Europe/Berlin");
    config.postgres = std::env::var("LOTLINE_POSTGRES").ok();
    config.wms = arguments.next().map(|url| WmsConfig { url });
    let running = runtime.block_on(Server::start(config))?;
    println!("{}", running.addr());
    std::io::stdin().read_to_end(&mut Vec::new())?;
    runtime.block_on(running.stop());
    Ok(())
}
