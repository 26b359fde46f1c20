//! `lotline enrol`: a one-time code for a new handheld, and the same as a QR code.

use super::{export, serve};
use crate::config::Config;
use crate::failure::{Failure, Outcome};
use crate::out;
use lotline_record::model::{DeviceId, PlaceId};
use lotline_record::wire::{Invitation, Pin};
use serde::Serialize;
use std::path::PathBuf;

const EXAMPLES: &str = "\
Examples:
  lotline enrol \"Fork 2\" --resource CART-2
  lotline enrol \"Fork 2\" --server https://lotline.example --no-qr

Then, on the handheld:
  lotline handheld --join 'lotline://enrol?...'          as printed; or, by hand,
  lotline handheld --server URL --code XXXX-XXXX-XXXX";

/// Whom to enrol.
#[derive(Debug, clap::Args)]
#[command(after_help = EXAMPLES)]
pub struct Args {
    /// What people call the handheld
    name: String,
    /// The cart, fork or hand it stands for: where a lifted load is booked
    #[arg(long, default_value = "CART-1")]
    resource: PlaceId,
    /// The device's own name, where you decide it; made from the name otherwise
    #[arg(long)]
    device: Option<DeviceId>,
    /// The gateway's folder
    #[arg(long, env = "LOTLINE_SERVER_DATA", value_name = "FOLDER")]
    data: Option<PathBuf>,
    /// The gateway's address as the handheld reaches it
    #[arg(long, env = "LOTLINE_SERVER", value_name = "URL")]
    server: Option<String>,
    /// Print no QR code
    #[arg(long)]
    no_qr: bool,
    #[command(flatten)]
    form: out::Form,
}

#[derive(Serialize)]
struct Issued {
    code: String,
    server: String,
    name: String,
    resource: PlaceId,
    /// The keys that the gateway may show; empty where TLS ends elsewhere.
    pins: Vec<Pin>,
    /// What the QR code holds.
    uri: String,
}

/// Issues the code.
///
/// # Errors
/// When there is no gateway's database in the folder, or the name is taken.
pub fn run(args: Args, config: &Config) -> Outcome {
    let data = config.server_data(args.data);
    let ledger = serve::open(&data, config)?;
    let code = ledger
        .issue_code_by(&super::user::by()?, args.device.as_ref(), &args.name, &args.resource)
        .map_err(|e| Failure::ledger(&e, &data.join("ledger.db")))?;
    let server = config.server(args.server);
    // The site's key travels with the code, so that a device trusts no other site's counter-signatures.
    let site_key = export::site_key(&data)?.map(|key| key.0);
    // With a pin the device knows whom it speaks to before it says anything.
    let pins = lotline_server::pins(&data).map_err(|e| Failure::io(&e, data.join(lotline_server::PINS).display()))?;
    let pins = if server.starts_with("https://") {
        pins
    } else {
        Vec::new()
    };
    let uri = Invitation {
        server: server.clone(),
        code: code.clone(),
        site_key,
        pins: pins.clone(),
    }
    .to_string();
    let issued = Issued {
        code,
        server,
        name: args.name,
        resource: args.resource,
        pins,
        uri,
    };
    args.form.print(&issued, |issued| {
        let picture = if args.no_qr { String::new() } else { qr(&issued.uri) };
        format!(
            "{picture}code for {:?} (once, within 24 hours): {}\n  lotline handheld --join '{}'",
            issued.name, issued.code, issued.uri
        )
    })
}

/// Draws a QR code in half blocks, two modules a character; nothing when the text is too long for one.
pub(super) fn qr(text: &str) -> String {
    use qrcode::render::unicode::Dense1x2;
    qrcode::QrCode::new(text)
        .map(|code| {
            // Light modules are drawn: terminals are dark more often than not.
            let picture = code
                .render::<Dense1x2>()
                .dark_color(Dense1x2::Light)
                .light_color(Dense1x2::Dark)
                .build();
            format!("{picture}\n")
        })
        .unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_code_is_drawn() {
        assert!(
            qr("lotline://enrol?server=http://127.0.0.1:7400&code=AAAA-BBBB-CCCC")
                .lines()
                .count()
                > 15
        );
    }
}
