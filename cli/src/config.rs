//! `lotline.toml`: what is the same at every call. A flag wins over `LOTLINE_…` in the environment, that over the file,
//! the file over the default.

use crate::edge;
use crate::failure::{Failure, Outcome};
use crate::out::LogForm;
use lotline_record::model::SiteId;
use lotline_server::ledger::{LEAST_MONTHS, Order};
use lotline_server::{BackEndConfig, ConnectorConfig, HttpConfig, WebhookConfig};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::path::{Path, PathBuf};

/// Where the gateway listens unless told otherwise.
pub const LISTEN: SocketAddr = SocketAddr::new(IpAddr::V4(Ipv4Addr::LOCALHOST), 7400);

/// Where the environment has [`Config::epcis_token`].
const EPCIS_TOKEN: &str = "LOTLINE_EPCIS_TOKEN";
/// Where the environment has [`Config::metrics_token`].
pub const METRICS_TOKEN: &str = "LOTLINE_METRICS_TOKEN";

/// A key of the file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Key {
    /// Its name.
    pub name: &'static str,
    /// What wins over it in the environment.
    pub variable: Option<&'static str>,
    /// Whether what it says must not be shown.
    pub secret: bool,
}

const fn key(name: &'static str, variable: &'static str) -> Key {
    Key {
        name,
        variable: Some(variable),
        secret: false,
    }
}

/// Every key of the file, as `docs/configuration.md` lists them; a test holds both, and [`Config`], together.
pub const KEYS: [Key; 32] = [
    Key {
        name: "data",
        variable: None,
        secret: false,
    },
    key("listen", "LOTLINE_LISTEN"),
    Key {
        secret: true,
        ..key("postgres", "LOTLINE_POSTGRES")
    },
    key("keep_months", "LOTLINE_KEEP_MONTHS"),
    key("site", "LOTLINE_SITE"),
    key("zone", "LOTLINE_ZONE"),
    key("server", "LOTLINE_SERVER"),
    key("public_url", "LOTLINE_PUBLIC_URL"),
    key("tls", "LOTLINE_TLS"),
    key("tls_cert", "LOTLINE_TLS_CERT"),
    key("tls_key", "LOTLINE_TLS_KEY"),
    key("tls_names", "LOTLINE_TLS_NAME"),
    key("pin_certs", "LOTLINE_PIN_CERT"),
    key("limit_device", "LOTLINE_LIMIT_DEVICE"),
    key("limit_address", "LOTLINE_LIMIT_ADDRESS"),
    key("wms_url", "LOTLINE_WMS_URL"),
    Key {
        name: "back_end",
        variable: None,
        secret: false,
    },
    Key {
        name: "inbound",
        variable: None,
        secret: false,
    },
    Key {
        secret: true,
        ..key("metrics_token", METRICS_TOKEN)
    },
    Key {
        secret: true,
        ..key("epcis_token", EPCIS_TOKEN)
    },
    key("gln", "LOTLINE_GLN"),
    key("otlp_endpoint", "LOTLINE_OTLP_ENDPOINT"),
    key("oidc_issuer", "LOTLINE_OIDC_ISSUER"),
    key("oidc_client_id", "LOTLINE_OIDC_CLIENT_ID"),
    key("oidc_client_secret_file", "LOTLINE_OIDC_CLIENT_SECRET_FILE"),
    key("oidc_roles", "LOTLINE_OIDC_ROLE"),
    key("oidc_claim", "LOTLINE_OIDC_CLAIM"),
    key("oidc_name", "LOTLINE_OIDC_NAME"),
    key("oidc_scopes", "LOTLINE_OIDC_SCOPE"),
    key("oidc_second", "LOTLINE_OIDC_SECOND"),
    key("log_format", "LOTLINE_LOG_FORMAT"),
    key("language", "LOTLINE_LANGUAGE"),
];

/// The file. A key that is not known is an error: a misspelt one would silently do nothing.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Config {
    /// The data folder: gateway, handheld and demo each have theirs in it.
    pub data: Option<PathBuf>,
    /// Where the gateway listens.
    pub listen: Option<SocketAddr>,
    /// The PostgreSQL in which the gateway keeps its ledger, as `postgres://user@host/database`; without it in its folder.
    pub postgres: Option<String>,
    /// Months of receipt that stay in PostgreSQL with all their bytes; without it none goes to an archive.
    pub keep_months: Option<u32>,
    /// The site's name.
    pub site: Option<SiteId>,
    /// The site's time zone, as `Europe/Berlin`.
    pub zone: Option<String>,
    /// The gateway's address, for handhelds.
    pub server: Option<String>,
    /// What devices call the gateway where a proxy stands in front.
    pub public_url: Option<String>,
    /// `self`, or unset: the gateway makes its own certificate.
    pub tls: Option<String>,
    /// The gateway's certificate chain, PEM.
    pub tls_cert: Option<PathBuf>,
    /// Its private key, PEM.
    pub tls_key: Option<PathBuf>,
    /// Host names and addresses in a certificate of its own.
    pub tls_names: Vec<String>,
    /// Certificates whose keys devices are told besides.
    pub pin_certs: Vec<PathBuf>,
    /// Requests a second that the gateway takes from one device.
    pub limit_device: Option<u32>,
    /// The same from one address before it is known who asks.
    pub limit_address: Option<u32>,
    /// Where the warehouse's own system takes movements.
    pub wms_url: Option<String>,
    /// Further back-ends, each a table of its own.
    pub back_end: Vec<BackEnd>,
    /// Who may bring records, each with the file of the token that it shows.
    pub inbound: BTreeMap<String, PathBuf>,
    /// Who shows this may read the gateway's metrics; at least 16 bytes.
    pub metrics_token: Option<String>,
    /// Who shows this may capture EPCIS events and ask for them; at least 16 bytes.
    pub epcis_token: Option<String>,
    /// The site's GLN, by which its places are named in EPCIS events.
    pub gln: Option<String>,
    /// The collector that gets a trace of each request: its OTLP/HTTP address.
    pub otlp_endpoint: Option<String>,
    /// The identity provider that vouches for people at the console, as it writes itself.
    pub oidc_issuer: Option<String>,
    /// What the gateway is called there.
    pub oidc_client_id: Option<String>,
    /// The file with what the gateway proves itself with there.
    pub oidc_client_secret_file: Option<PathBuf>,
    /// Which value of `oidc_claim` gives which role.
    pub oidc_roles: BTreeMap<String, String>,
    /// The claim whose values give roles.
    pub oidc_claim: Option<String>,
    /// The claim that names a new account.
    pub oidc_name: Option<String>,
    /// What is asked for beside `openid`.
    pub oidc_scopes: Vec<String>,
    /// Values of `amr` or `acr` that tell of a second factor.
    pub oidc_second: Vec<String>,
    /// How the log is written: `text` for people, or `json`.
    pub log_format: Option<LogForm>,
    /// The language before anybody has signed in.
    pub language: Option<String>,
}

/// A back-end, as the file says it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct BackEnd {
    /// Its name: in the ledger, the console, the metrics.
    pub name: String,
    /// How it is spoken to.
    pub kind: BackEndKind,
    /// Where it takes movements.
    pub url: String,
    /// The file with what it is signed with; of a webhook alone.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub secret_file: Option<PathBuf>,
    /// Requests at once at most.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub parallel: Option<usize>,
    /// What keeps its order.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub order: Option<BackEndOrder>,
    /// Kinds of movements it gets; empty: all.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub kinds: Vec<String>,
    /// Tell it of all that the ledger has, also where it is not the site's first.
    #[serde(default)]
    pub from_start: bool,
    /// How often a movement may fail by its own fault before a person must look.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub most_failures: Option<u32>,
}

/// The connectors.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum BackEndKind {
    /// JSON over HTTP.
    Http,
    /// The same, signed.
    Webhook,
}

/// What keeps its order.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum BackEndOrder {
    /// Movements of a handling unit, else of a task, else of a device.
    Unit,
    /// Movements of a device.
    Device,
}

impl BackEnd {
    /// As the gateway takes it.
    ///
    /// # Errors
    /// When its secret cannot be read, is missing or has no place.
    fn read(&self) -> Outcome<BackEndConfig> {
        let secret = match &self.secret_file {
            Some(path) => Some(std::fs::read_to_string(path).map_err(|e| Failure::io(&e, path.display()))?),
            None => None,
        };
        let url = self.url.clone();
        let connector = match (self.kind, secret) {
            (BackEndKind::Http, None) => ConnectorConfig::Http(HttpConfig { url }),
            (BackEndKind::Webhook, Some(secret)) => ConnectorConfig::Webhook(WebhookConfig { url, secret }),
            (BackEndKind::Http, Some(_)) => {
                return Err(Failure::usage(
                    "the connector http signs nothing",
                    format_args!("back_end {}", self.name),
                    "take kind = \"webhook\", or leave out secret_file",
                ));
            }
            (BackEndKind::Webhook, None) => {
                return Err(Failure::usage(
                    "a webhook is signed, and there is no secret",
                    format_args!("back_end {}", self.name),
                    "make one: echo whsec_$(openssl rand -base64 32) > FILE, and name it as secret_file",
                ));
            }
        };
        let mut config = BackEndConfig::new(&self.name, connector);
        config.parallel = self.parallel;
        config.order = self.order.map(|order| match order {
            BackEndOrder::Unit => Order::Unit,
            BackEndOrder::Device => Order::Device,
        });
        config.kinds.clone_from(&self.kinds);
        config.from_start = self.from_start;
        config.most_failures = self.most_failures.unwrap_or(config.most_failures);
        Ok(config)
    }
}

impl Config {
    /// Reads `named`, or else `lotline.toml` here, or else the one in the platform's folder, or else nothing.
    ///
    /// # Errors
    /// When a file that was named is missing, or any is not what it should be.
    pub fn load(named: Option<&Path>) -> Outcome<Self> {
        match Self::file(named) {
            Some(path) => Self::read(&path),
            None => Ok(Config::default()),
        }
    }

    /// The file that [`Config::load`] reads, if there is one.
    pub fn file(named: Option<&Path>) -> Option<PathBuf> {
        if let Some(path) = named {
            return Some(path.to_owned());
        }
        let candidates = [Some(PathBuf::from("lotline.toml")), edge::config_file()];
        candidates.into_iter().flatten().find(|path| path.is_file())
    }

    fn read(path: &Path) -> Outcome<Self> {
        let text = std::fs::read_to_string(path).map_err(|e| Failure::io(&e, path.display()))?;
        toml::from_str(&text).map_err(|e| {
            let line = e.span().map_or(1, |span| text[..span.start].matches('\n').count() + 1);
            Failure::usage(
                e.message(),
                format_args!("{}, line {line}", path.display()),
                "correct or remove that line",
            )
        })
    }

    /// The data folder.
    pub fn data(&self) -> PathBuf {
        self.data.clone().unwrap_or_else(edge::data_folder)
    }

    /// The gateway's folder.
    pub fn server_data(&self, flag: Option<PathBuf>) -> PathBuf {
        flag.unwrap_or_else(|| self.data().join("server"))
    }

    /// The site.
    ///
    /// # Errors
    /// Never: `S1` is a good name.
    pub fn site(&self, flag: Option<SiteId>) -> Outcome<SiteId> {
        match flag.or_else(|| self.site.clone()) {
            Some(site) => Ok(site),
            None => SiteId::new("S1").map_err(|e| Failure::usage(e, "site", "name one with --site")),
        }
    }

    /// The site's time zone.
    pub fn zone(&self, flag: Option<String>) -> String {
        flag.or_else(|| self.zone.clone()).unwrap_or_else(|| "UTC".into())
    }

    /// Where the gateway listens.
    pub fn listen(&self, flag: Option<SocketAddr>) -> SocketAddr {
        flag.or(self.listen).unwrap_or(LISTEN)
    }

    /// The gateway's address, for handhelds.
    pub fn server(&self, flag: Option<String>) -> String {
        flag.or_else(|| self.server.clone()).unwrap_or_else(|| {
            let scheme = if self.tls.is_some() || self.tls_cert.is_some() {
                "https"
            } else {
                "http"
            };
            format!("{scheme}://{}", self.listen.unwrap_or(LISTEN))
        })
    }

    /// Months that stay online; `None`: all of them.
    ///
    /// # Errors
    /// When it is less than what the law asks for.
    pub fn keep_months(&self, flag: Option<u32>) -> Outcome<Option<u32>> {
        match flag.or(self.keep_months) {
            Some(months) if months < LEAST_MONTHS => Err(Failure::usage(
                format_args!("{months} months are less than {LEAST_MONTHS}, which a record is kept online for"),
                "keep_months",
                format_args!("say {LEAST_MONTHS} or more"),
            )),
            months => Ok(months),
        }
    }

    /// What opens `/metrics`: from the environment, which no other user of this machine sees, or from the file.
    ///
    /// # Errors
    /// When it can be guessed.
    pub fn metrics_token(&self) -> Outcome<Option<String>> {
        hard_to_guess(METRICS_TOKEN, self.metrics_token.as_ref(), "metrics_token")
    }

    /// What opens `/epcis`, as [`Config::metrics_token`].
    ///
    /// # Errors
    /// When it can be guessed.
    pub fn epcis_token(&self) -> Outcome<Option<String>> {
        hard_to_guess(EPCIS_TOKEN, self.epcis_token.as_ref(), "epcis_token")
    }

    /// The site's GLN.
    ///
    /// # Errors
    /// When it is none: 13 digits, the last one the check digit.
    pub fn gln(&self) -> Outcome<Option<String>> {
        let gln = edge::variable("LOTLINE_GLN").or_else(|| self.gln.clone());
        match gln {
            Some(gln) if gln.len() != 13 || !lotline_scan::has_check_digit(gln.as_bytes()) => Err(Failure::usage(
                format_args!("{gln:?} is no GLN"),
                "gln",
                "say its 13 digits, the last one being the check digit",
            )),
            gln => Ok(gln),
        }
    }

    /// The back-ends: the one of `wms_url`, and those with a table of their own.
    ///
    /// # Errors
    /// As a secret cannot be read, is missing or has no place.
    pub fn back_ends(&self, wms: Option<String>) -> Outcome<Vec<BackEndConfig>> {
        let first = wms.or_else(|| self.wms_url.clone()).map(BackEndConfig::http);
        first
            .into_iter()
            .map(Ok)
            .chain(self.back_end.iter().map(BackEnd::read))
            .collect()
    }

    /// Who may bring records, and the token that each shows.
    ///
    /// # Errors
    /// When a file cannot be read, or its token can be guessed.
    pub fn inbound(&self) -> Outcome<Vec<(String, String)>> {
        let read = |(name, path): (&String, &PathBuf)| {
            let token = std::fs::read_to_string(path).map_err(|e| Failure::io(&e, path.display()))?;
            let token = token.trim();
            if token.len() < 16 {
                return Err(Failure::usage(
                    "a token of less than 16 characters can be guessed",
                    path.display(),
                    "make one: openssl rand -hex 32",
                ));
            }
            Ok((name.clone(), token.to_owned()))
        };
        self.inbound.iter().map(read).collect()
    }

    /// The language before anybody has signed in.
    pub fn language(&self, flag: Option<String>) -> String {
        flag.or_else(|| self.language.clone()).unwrap_or_else(|| "en".into())
    }
}

/// A token of the environment or the file that nobody guesses.
fn hard_to_guess(variable: &'static str, of_file: Option<&String>, key: &'static str) -> Outcome<Option<String>> {
    let (token, place) = match edge::variable(variable) {
        Some(token) => (Some(token), variable),
        None => (of_file.cloned(), key),
    };
    match &token {
        Some(token) if token.trim().len() < 16 => Err(Failure::usage(
            "a token of less than 16 characters can be guessed",
            place,
            "make one: openssl rand -hex 32",
        )),
        _ => Ok(token.map(|token| token.trim().to_owned())),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_misspelt_key_is_named_with_its_line() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("lotline.toml");
        std::fs::write(&path, "site = \"S1\"\nlissten = \"127.0.0.1:1\"\n").unwrap();
        let failure = Config::load(Some(&path)).unwrap_err().to_string();
        assert!(failure.contains("lissten") && failure.contains("line 2"), "{failure}");
    }

    #[test]
    fn a_flag_wins_over_the_file_and_the_file_over_the_default() {
        let config: Config = toml::from_str("listen = \"127.0.0.1:7401\"").unwrap();
        let flag = "127.0.0.1:7402".parse().unwrap();
        assert_eq!(config.listen(Some(flag)), flag);
        assert_eq!(config.listen(None).port(), 7401);
        assert_eq!(Config::default().listen(None), LISTEN);
        assert_eq!(config.server(None), "http://127.0.0.1:7401");
    }
}
