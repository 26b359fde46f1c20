//! `lotline config`: which setting holds, and where it comes from.

use crate::config::{Config, KEYS, Key, LISTEN};
use crate::edge;
use crate::failure::{Failure, Outcome};
use crate::out;
use serde::Serialize;
use serde_json::Value;
use std::path::Path;

const EXAMPLES: &str = "\
Examples:
  lotline config --show
  lotline --config /etc/lotline/lotline.toml config --show --json

A flag of a command wins over what is shown here; secrets are masked.";

/// What to do with the settings.
#[derive(Debug, clap::Args)]
#[command(after_help = EXAMPLES)]
pub struct Args {
    /// Print each setting, its value, and where that comes from
    #[arg(long, required = true)]
    show: bool,
    #[command(flatten)]
    form: out::Form,
}

/// A setting as it holds.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
struct Line {
    key: &'static str,
    /// `None`: it is not set, and there is no default.
    value: Option<String>,
    /// A variable, a file, or `default`.
    from: String,
}

/// Prints them.
///
/// # Errors
/// When the file cannot be read or says something that cannot be.
pub fn run(args: &Args, named: Option<&Path>) -> Outcome {
    let file = Config::file(named);
    let config = Config::load(named)?;
    let given = serde_json::to_value(&config).map_err(|e| Failure::usage(e, "settings", "report it"))?;
    let lines: Vec<Line> = KEYS
        .iter()
        .map(|key| {
            let written = said(&given[key.name]);
            let (value, from) = match (key.variable.and_then(edge::variable), written) {
                (Some(value), _) => (Some(value), key.variable.unwrap_or_default().to_owned()),
                (None, Some(value)) => (
                    Some(value),
                    file.as_ref().map_or_else(String::new, |f| f.display().to_string()),
                ),
                (None, None) => (otherwise(key.name, &config), "default".to_owned()),
            };
            Line {
                key: key.name,
                value: value.map(|value| masked(key, &value)),
                from,
            }
        })
        .collect();
    args.form.print(&lines, |lines| {
        let row = |line: &Line| {
            let value = line.value.as_deref().unwrap_or("-");
            format!("{:<14} {value:<40} {}", line.key, line.from)
        };
        lines.iter().map(row).collect::<Vec<_>>().join("\n")
    })
}

/// What the file says of a key, as it would be typed.
fn said(value: &Value) -> Option<String> {
    match value {
        Value::Null => None,
        Value::String(text) => Some(text.clone()),
        Value::Array(items) if items.is_empty() => None,
        Value::Array(items) => Some(items.iter().filter_map(said).collect::<Vec<_>>().join(",")),
        Value::Object(pairs) if pairs.is_empty() => None,
        Value::Object(pairs) => {
            let pair = |(key, value): (&String, &Value)| said(value).map(|value| format!("{key}={value}"));
            Some(pairs.iter().filter_map(pair).collect::<Vec<_>>().join(","))
        }
        other => Some(other.to_string()),
    }
}

/// What holds where nothing is said.
fn otherwise(key: &str, config: &Config) -> Option<String> {
    let limits = lotline_server::Limits::default();
    let usual = lotline_server::OidcConfig::new("", "");
    Some(match key {
        "data" => config.data().display().to_string(),
        "listen" => LISTEN.to_string(),
        "site" => config.site(None).ok()?.to_string(),
        "zone" => config.zone(None),
        "server" => config.server(None),
        "limit_device" => limits.device.to_string(),
        "limit_address" => limits.address.to_string(),
        "oidc_claim" => usual.claim,
        "oidc_name" => usual.name,
        "oidc_scopes" => usual.scopes.join(","),
        "oidc_second" => usual.second.join(","),
        "log_format" => "text".to_owned(),
        "language" => config.language(None),
        _ => return None,
    })
}

/// A secret as one may show it: that it is there; of an address all but the password.
fn masked(key: &Key, value: &str) -> String {
    if !key.secret {
        return value.to_owned();
    }
    if let Some((scheme, rest)) = value.split_once("://") {
        let Some((user, host)) = rest.rsplit_once('@') else {
            // An address may name its password behind a question mark, too.
            return format!("{scheme}://{}", rest.split('?').next().unwrap_or_default());
        };
        let user = user.split(':').next().unwrap_or_default();
        let host = host.split('?').next().unwrap_or_default();
        return format!("{scheme}://{user}:***@{host}");
    }
    "***".to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_secret_shows_that_it_is_there_and_where_it_leads_and_never_itself() {
        let secret = Key {
            secret: true,
            ..KEYS[0]
        };
        for (value, shown) in [
            ("0123456789abcdef", "***"),
            ("host=db password=hunter2", "***"),
            (
                "postgres://lotline:hunter2@db/lotline",
                "postgres://lotline:***@db/lotline",
            ),
            ("postgres://lotline:a@b@db/lotline", "postgres://lotline:***@db/lotline"),
            (
                "postgres://lotline@db/lotline?password=hunter2",
                "postgres://lotline:***@db/lotline",
            ),
            ("postgres://db/lotline?password=hunter2", "postgres://db/lotline"),
        ] {
            assert_eq!(masked(&secret, value), shown);
        }
    }
}
