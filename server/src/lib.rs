//! The gateway: takes the handhelds' entries, keeps them, applies them to the site's picture, hands the picture down,
//! and tells the warehouse's own system.
//!
//! | room | what lives there |
//! |---|---|
//! | [`ledger`] | what was received, the picture, who may send; one transaction a method |
//! | `http` | the devices' door: enrol, token, push, pull, snapshot, live |
//! | `tls` | TLS at that door: the certificate, and the keys that devices pin |
//! | `shelf` | whole pictures that were made, kept for a while |
//! | `metrics` | what the gateway counts of itself |
//! | `openapi` | what is told of the devices' and machines' routes |
//! | `applier` | applying follows receiving, entry by entry |
//! | [`handoff`] | movements on their way to the warehouse's own systems |
//! | [`inbound`] | what they bring: items, lots, partners, documents, tasks |
//! | [`access`] | who may open the console, and what for |
//! | `oidc` | signing in there by an identity provider |
//! | `console` | the supervisor's pages, behind their gate |
//!
//! ```no_run
//! # async fn run() -> Result<(), lotline_server::ServerError> {
//! use lotline_server::{Config, Server};
//! let site = "DC1".parse().expect("a good name");
//! let running = Server::start(Config::new("127.0.0.1:7400".parse().expect("an address"), "data".into(), site, "Europe/Berlin")).await?;
//! println!("http://{}", running.addr());
//! running.stop().await;
//! # Ok(()) }
//! ```

#[cfg(all(feature = "scenario", not(debug_assertions)))]
compile_error!("the feature `scenario` stops the clock: it has no place in a release build");

pub mod access;
mod applier;
mod console;
mod edge;
mod epcis;
pub mod handoff;
mod http;
pub mod inbound;
mod key;
pub mod ledger;
mod metrics;
mod oidc;
mod openapi;
pub mod origin;
mod server;
mod shelf;
mod tls;

#[cfg(feature = "scenario")]
pub use edge::stand_at;
pub use handoff::{BackEndConfig, ConnectorConfig, HttpConfig, WebhookConfig};
pub use http::Limits;
pub use ledger::{Ledger, LedgerError};
pub use oidc::{OidcAnswer, OidcConfig, OidcError, OidcFault, ask_provider};
pub use server::{Config, Running, Server, ServerError};
pub use tls::{PINS, Tls, TlsError, ends, pins};

/// The console's routes: method, path, what a role must include for it, and whether anyone at all may pass. For tests.
#[doc(hidden)]
pub fn console_routes() -> Vec<(&'static str, &'static str, Option<access::May>, bool)> {
    console::table()
}
