//! TLS and limits of `lotline serve`.

use crate::config::Config;
use crate::failure::{Failure, Outcome};
use lotline_server::{Config as ServerConfig, Tls};
use std::path::PathBuf;

/// Whose certificate, and how much may be asked.
#[derive(Debug, clap::Args)]
#[command(next_help_heading = "TLS and limits")]
#[group(skip)]
pub struct Args {
    /// `self`: with a certificate that the gateway makes and keeps itself
    #[arg(long, env = "LOTLINE_TLS", value_name = "self", conflicts_with_all = ["tls_cert", "tls_key"])]
    tls: Option<String>,
    /// The certificate chain, PEM, the gateway's own first; read again when it changes and on SIGHUP
    #[arg(long, env = "LOTLINE_TLS_CERT", value_name = "FILE", requires = "tls_key")]
    tls_cert: Option<PathBuf>,
    /// Its private key, PEM
    #[arg(long, env = "LOTLINE_TLS_KEY", value_name = "FILE", requires = "tls_cert")]
    tls_key: Option<PathBuf>,
    /// A host name or address for the gateway's own certificate; may be given again
    #[arg(long, env = "LOTLINE_TLS_NAME", value_name = "NAME", value_delimiter = ',')]
    tls_name: Vec<String>,
    /// Tell devices the key of this certificate, too: the next one, or that of a proxy in front
    #[arg(long, env = "LOTLINE_PIN_CERT", value_name = "FILE", value_delimiter = ',')]
    pin_cert: Vec<PathBuf>,
    /// Requests a second from one device [default: 50; 20 seconds' worth may come at once]
    #[arg(long, env = "LOTLINE_LIMIT_DEVICE", value_name = "N", value_parser = clap::value_parser!(u32).range(1..))]
    limit_device: Option<u32>,
    /// Enrolments and tokens a second from one address [default: 50, in the same way]
    #[arg(long, env = "LOTLINE_LIMIT_ADDRESS", value_name = "N", value_parser = clap::value_parser!(u32).range(1..))]
    limit_address: Option<u32>,
}

impl Args {
    /// Puts into `wanted` what is asked for here, or else in the file.
    ///
    /// # Errors
    /// When certificate and key are not both given, or `tls` says something else than `self`.
    pub fn set(&self, wanted: &mut ServerConfig, config: &Config) -> Outcome {
        let flagged = self.tls.is_some() || self.tls_cert.is_some();
        let (own, certificate, key) = if flagged {
            (&self.tls, &self.tls_cert, &self.tls_key)
        } else {
            (&config.tls, &config.tls_cert, &config.tls_key)
        };
        wanted.tls = match (own.as_deref(), certificate.clone(), key.clone()) {
            (None, None, None) => None,
            (Some("self"), None, None) => Some(Tls::Own {
                names: self.names(wanted, config),
            }),
            (None, Some(certificate), Some(key)) => Some(Tls::Files { certificate, key }),
            (Some(_), None, None) => {
                return Err(Failure::usage(
                    "only a certificate of the gateway's own is asked for by this",
                    "tls",
                    "write `self`, or name certificate and key with --tls-cert and --tls-key",
                ));
            }
            _ => {
                return Err(Failure::usage(
                    "a certificate needs its key, and takes the place of one of the gateway's own",
                    "tls, tls_cert, tls_key",
                    "name both tls_cert and tls_key, or write tls = \"self\" alone",
                ));
            }
        };
        wanted.pin_certificates = given(&self.pin_cert, &config.pin_certs);
        if let Some(device) = self.limit_device.or(config.limit_device) {
            wanted.limits.device = device;
        }
        if let Some(address) = self.limit_address.or(config.limit_address) {
            wanted.limits.address = address;
        }
        Ok(())
    }

    fn names(&self, wanted: &ServerConfig, config: &Config) -> Vec<String> {
        let mut names = given(&self.tls_name, &config.tls_names);
        if names.is_empty() {
            names.push("localhost".to_owned());
            let ip = wanted.listen.ip();
            if !ip.is_unspecified() {
                names.push(ip.to_string());
            }
        }
        names
    }
}

fn given<T: Clone>(flags: &[T], file: &[T]) -> Vec<T> {
    if flags.is_empty() { file } else { flags }.to_vec()
}
