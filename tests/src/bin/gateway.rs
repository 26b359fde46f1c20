//! The gateway in a process of its own, so that it can be killed: `gateway DATA ADDRESS [WMS]`. Says where it listens, and
//! runs until its standard input ends. Movements go to the URL `WMS`, if there is one; the ledger stands in PostgreSQL where
//! `LOTLINE_POSTGRES` names one; people sign in by the provider that `LOTLINE_OIDC_ISSUER` names.

use lotline_server::access::Role;
use lotline_server::{BackEndConfig, Config, OidcConfig, Server};
use lotline_tests::oidc::{CLIENT, SECRET};
use std::io::Read;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mut arguments = std::env::args().skip(1);
    let (Some(data), Some(address)) = (arguments.next(), arguments.next()) else {
        return Err("gateway DATA ADDRESS [WMS]".into());
    };
    let runtime = tokio::runtime::Runtime::new()?;
    let mut config = Config::new(address.parse()?, data.into(), "DC-1".parse()?, "Europe/Berlin");
    config.postgres = std::env::var("LOTLINE_POSTGRES").ok();
    config.back_ends = arguments.next().map(BackEndConfig::http).into_iter().collect();
    config.oidc = std::env::var("LOTLINE_OIDC_ISSUER").ok().map(|issuer| {
        let mut oidc = OidcConfig::new(issuer, CLIENT);
        oidc.client_secret = Some(SECRET.into());
        oidc.roles = [("floor", Role::Supervisor), ("wms-admins", Role::Administrator)]
            .map(|(value, role)| (value.to_owned(), role))
            .into();
        oidc
    });
    let running = runtime.block_on(Server::start(config))?;
    println!("{}", running.addr());
    std::io::stdin().read_to_end(&mut Vec::new())?;
    runtime.block_on(running.stop());
    Ok(())
}
