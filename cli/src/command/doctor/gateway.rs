//! What a gateway needs, seen from beside it, whether it runs or not.

use super::{Args, Finding, long, others_read, room};
use crate::command::backup::{KEY, LEDGER};
use crate::command::{export, serve};
use crate::config::Config;
use crate::failure::Outcome;
use lotline_record::entry::Instant;
use lotline_server::ledger::FORMAT;
use lotline_server::{Ledger, OidcFault};
use rusqlite::{Connection, OpenFlags};
use std::io::{Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::path::Path;
use std::time::Duration;

const DAY_MS: i64 = 86_400_000;

pub(super) fn look(args: &Args, config: Outcome<Config>, now: Instant) -> Vec<Finding> {
    let mut out = Vec::new();
    let config = match config {
        Ok(config) => {
            out.push(settings(&config));
            config
        }
        Err(failure) => {
            out.push(Finding::bad(
                "settings",
                failure,
                "correct lotline.toml; defaults are taken below",
            ));
            Config::default()
        }
    };
    let data = config.server_data(args.data.clone());
    out.push(folder(&data));
    out.push(room(nearest(&data)));
    out.push(key(&data));
    out.extend(certificate(&config, &data, now));
    out.push(address(
        config.listen(args.listen),
        config.tls.is_some() || config.tls_cert.is_some(),
    ));
    out.extend(provider(args, &config));
    match opened(&data, &config) {
        Ok(ledger) => {
            out.push(Finding::ok("ledger", "it opens"));
            out.extend(inside(&ledger, &data, &config, now));
        }
        Err(finding) => out.push(finding),
    }
    out
}

/// The folder itself, or the one above it that is there.
fn nearest(data: &Path) -> &Path {
    data.ancestors()
        .find(|path| !path.as_os_str().is_empty() && path.exists())
        .unwrap_or(Path::new("."))
}

/// Settings that contradict each other, or the world.
fn settings(config: &Config) -> Finding {
    let check = "settings";
    let far = config.listen.is_some_and(|listen| !listen.ip().is_loopback());
    let encrypted = config.tls.is_some() || config.tls_cert.is_some();
    if config.tls.is_some() && (config.tls_cert.is_some() || config.tls_key.is_some()) {
        return Finding::bad(
            check,
            "tls and tls_cert or tls_key say different things of one certificate",
            "keep tls = \"self\", or tls_cert with tls_key",
        );
    }
    if config.tls_cert.is_some() != config.tls_key.is_some() {
        return Finding::bad(
            check,
            "a certificate without its key, or a key without its certificate",
            "name tls_cert and tls_key",
        );
    }
    if let Err(failure) = config.metrics_token() {
        return Finding::bad(check, failure, "set a longer metrics_token");
    }
    if let Some(url) = config.public_url.as_deref().filter(|url| !url.starts_with("https://")) {
        return Finding::bad(
            check,
            format_args!("public_url {url} is not https"),
            "name the proxy's own https address",
        );
    }
    if far && !encrypted && config.public_url.is_none() {
        return Finding::warn(
            check,
            "it listens beyond this machine without TLS: devices do not speak with it, and its console is shut",
            "set tls = \"self\", tls_cert and tls_key, or public_url where a proxy has TLS",
        );
    }
    Finding::ok(check, "nothing contradicts")
}

fn folder(data: &Path) -> Finding {
    let check = "folder";
    if !data.is_dir() {
        return Finding::bad(
            check,
            format_args!("{} is not there", data.display()),
            "name it with --data, make a site with `lotline seed`, or restore a backup",
        );
    }
    match tempfile::Builder::new().prefix(".lotline-doctor-").tempfile_in(data) {
        Ok(_) => Finding::ok(check, format_args!("{} can be written", data.display())),
        Err(error) => Finding::bad(
            check,
            format_args!("{}: {error}", data.display()),
            "give it to the user that runs the gateway, or mount its disk for writing",
        ),
    }
}

fn key(data: &Path) -> Finding {
    let (check, path) = ("site key", data.join(KEY));
    match export::site_key(data) {
        Err(failure) => Finding::bad(check, failure, "put the key back from the backup"),
        Ok(None) if data.join(LEDGER).exists() => Finding::bad(
            check,
            format_args!(
                "{} is not there, and the gateway would make another one",
                path.display()
            ),
            "put the key back from the backup before the gateway starts",
        ),
        Ok(None) => Finding::warn(check, "there is none yet", "the gateway makes it when it first starts"),
        Ok(Some(_)) if others_read(&path) => Finding::bad(
            check,
            format_args!("{} can be read by others", path.display()),
            format_args!("chmod 600 {}", path.display()),
        ),
        Ok(Some(_)) => Finding::ok(check, "it is there, for its owner alone"),
    }
}

/// When the certificate that the gateway shows ends; nothing without TLS.
fn certificate(config: &Config, data: &Path, now: Instant) -> Option<Finding> {
    let check = "certificate";
    let own = config.tls.is_some();
    let path = match &config.tls_cert {
        Some(path) => path.clone(),
        None if own => data.join("tls/cert.pem"),
        None => return None,
    };
    if own && !path.exists() {
        return Some(Finding::warn(
            check,
            "there is none yet",
            "the gateway makes it when it first starts",
        ));
    }
    Some(match lotline_server::ends(&path) {
        Err(error) => Finding::bad(check, error, "name a PEM file with the gateway's certificate first"),
        Ok(end) => {
            let days = (end.unix_ms() - now.unix_ms()).div_euclid(DAY_MS);
            let seen = format!("{} ends in {days} days", path.display());
            match days {
                ..0 if own => Finding::warn(check, seen, "remove it: the gateway makes another with the same key"),
                ..0 => Finding::bad(
                    check,
                    seen,
                    "renew it: devices that pin its authority refuse it, and browsers do",
                ),
                0..30 => Finding::warn(check, seen, "renew it; the gateway reads the new one by itself"),
                _ => Finding::ok(check, seen),
            }
        }
    })
}

/// Whether people can sign in by the identity provider; nothing without one.
fn provider(args: &Args, config: &Config) -> Option<Finding> {
    let check = "identity";
    let wanted = match args.oidc.wanted(config) {
        Ok(wanted) => wanted?,
        Err(failure) => return Some(Finding::bad(check, failure, "see docs/guides/oidc.md")),
    };
    let issuer = wanted.issuer.clone();
    let asked = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .map(|runtime| runtime.block_on(lotline_server::ask_provider(wanted)));
    Some(match asked {
        Err(error) => Finding::bad(check, error, "see what the system says and try again"),
        Ok(Ok(answer)) => {
            let by = answer.algorithms.join(", ");
            Finding::ok(
                check,
                format_args!("{issuer} answers, signs by {by}, and {} of its keys fit", answer.keys),
            )
        }
        Ok(Err(fault)) => {
            let to_do = match &fault {
                OidcFault::Config(_) => "correct oidc_issuer, oidc_client_id or oidc_roles",
                OidcFault::Away(_) => {
                    "see that the provider runs, that this machine reaches it and trusts its certificate"
                }
                OidcFault::OtherIssuer(_) => "write oidc_issuer as the provider writes itself, to the last character",
                OidcFault::Nonsense(_) => {
                    "open issuer/.well-known/openid-configuration in a browser: the address may be wrong"
                }
                OidcFault::NoKey(_) => "have the provider sign ID tokens by a key that it publishes",
            };
            Finding::bad(check, format_args!("{issuer}: {fault}"), to_do)
        }
    })
}

fn address(listen: SocketAddr, encrypted: bool) -> Finding {
    let check = "address";
    match TcpListener::bind(listen) {
        Ok(_) => return Finding::ok(check, format_args!("{listen} is free: no gateway runs there")),
        Err(error) if error.kind() != std::io::ErrorKind::AddrInUse => {
            return Finding::bad(
                check,
                format_args!("{listen}: {error}"),
                "choose an address of this machine with listen",
            );
        }
        Err(_) => {}
    }
    if encrypted {
        return Finding::ok(
            check,
            format_args!("something listens on {listen}; over TLS it was not asked who"),
        );
    }
    let answers = || -> std::io::Result<bool> {
        let mut wire = TcpStream::connect_timeout(&listen, Duration::from_secs(2))?;
        wire.set_read_timeout(Some(Duration::from_secs(2)))?;
        wire.write_all(format!("GET /v1/health HTTP/1.1\r\nhost: {listen}\r\nconnection: close\r\n\r\n").as_bytes())?;
        let mut text = Vec::new();
        // A stranger may say more than one wants to hear.
        wire.take(4_096).read_to_end(&mut text)?;
        let text = String::from_utf8_lossy(&text).to_lowercase();
        Ok(text.starts_with("http/1.1 204") && text.contains("lotline-request:"))
    };
    match answers() {
        Ok(true) => Finding::ok(check, format_args!("a gateway answers on {listen}")),
        _ => Finding::bad(
            check,
            format_args!("something else listens on {listen}"),
            "stop it, or choose another address with listen",
        ),
    }
}

/// The ledger, unless opening it would change it.
fn opened(data: &Path, config: &Config) -> Result<Ledger, Finding> {
    let check = "ledger";
    let path = data.join(LEDGER);
    if config.postgres.is_none() && path.is_file() {
        let format = Connection::open_with_flags(&path, OpenFlags::SQLITE_OPEN_READ_ONLY)
            .and_then(|db| db.pragma_query_value(None, "user_version", |row| row.get::<_, u32>(0)));
        if let Ok(found @ 1..) = format
            && found < FORMAT
        {
            return Err(Finding::warn(
                check,
                format_args!("it has format {found}, and this version would bring it to {FORMAT}: it was not opened"),
                "make a backup; the gateway brings it up to date when it starts",
            ));
        }
    }
    serve::open(data, config).map_err(|failure| {
        let to_do = if config.postgres.is_some() {
            "see that PostgreSQL runs and that --postgres names it"
        } else {
            "restore a backup into a fresh folder: `lotline restore`"
        };
        Finding::bad(check, failure, to_do)
    })
}

fn inside(ledger: &Ledger, data: &Path, config: &Config, now: Instant) -> Vec<Finding> {
    let mut out = vec![record(ledger, data), clock(ledger, config, now)];
    out.extend(postgres(ledger));
    match ledger.counts(now) {
        Err(error) => out.push(Finding::bad("applying", error, "see the record above")),
        Ok(counts) => {
            let behind = counts.oldest.map_or(0, |at| now.unix_ms() - at.unix_ms());
            let seen = format!("{} entries wait, the oldest for {}", counts.to_apply, long(behind));
            out.push(match behind {
                ..60_000 => Finding::ok("applying", format_args!("{} entries wait", counts.to_apply)),
                60_000..600_000 => Finding::warn("applying", seen, "see that the gateway runs"),
                _ => Finding::bad(
                    "applying",
                    seen,
                    "start the gateway, and see what its log says of applying",
                ),
            });
            out.push(if counts.kept_aside == 0 {
                Finding::ok("kept aside", "no entry")
            } else {
                let seen = format!("{} entries that this version does not understand", counts.kept_aside);
                Finding::warn(
                    "kept aside",
                    seen,
                    "update the gateway: it tries them again when it starts",
                )
            });
        }
    }
    out
}

fn record(ledger: &Ledger, data: &Path) -> Finding {
    let check = "record";
    let Ok(Some(key)) = export::site_key(data) else {
        return Finding::warn(
            check,
            "not looked through without the site key",
            "see the site key above",
        );
    };
    match ledger.check(&key.0) {
        Ok(sound) => Finding::ok(
            check,
            format_args!(
                "{} entries of {} devices hold together, and {} rows of the audit trail",
                sound.entries,
                sound.heads.len(),
                sound.audit
            ),
        ),
        Err(error) => Finding::bad(
            check,
            error,
            "stop the gateway, keep the folder as it is, and restore a backup into a fresh one",
        ),
    }
}

/// This machine's clock against what it wrote itself, and the zone against the system's and the ledger's.
fn clock(ledger: &Ledger, config: &Config, now: Instant) -> Finding {
    let check = "clock";
    let newest = ledger
        .newest(1)
        .ok()
        .and_then(|lines| lines.first().map(|line| line.received));
    if let Some(newest) = newest.filter(|at| at.unix_ms() > now.unix_ms() + 60_000) {
        let seen = format!("it is {now}, and an entry came at {newest}");
        return Finding::bad(
            check,
            seen,
            "set this machine's clock, by NTP: receipts and audit rows carry its time",
        );
    }
    let Ok(site) = ledger.site() else {
        return Finding::ok(check, now);
    };
    if let Some(wanted) = config.zone.as_ref().filter(|zone| **zone != site.zone) {
        let seen = format!("zone is {wanted} here, and {} in the ledger, which stays", site.zone);
        return Finding::warn(check, seen, "write the ledger's zone into lotline.toml");
    }
    let zones = Path::new("/usr/share/zoneinfo");
    if zones.is_dir() && !zones.join(&site.zone).is_file() {
        let seen = format!("this system knows no zone {}", site.zone);
        return Finding::warn(check, seen, "see its name in the IANA database, or install tzdata");
    }
    Finding::ok(check, format_args!("{now}, the site is in {}", site.zone))
}

fn postgres(ledger: &Ledger) -> Vec<Finding> {
    let settings = match ledger.settings() {
        Ok(settings) if settings.is_empty() => return Vec::new(),
        Ok(settings) => settings,
        Err(error) => return vec![Finding::bad("postgres", error, "see that PostgreSQL runs")],
    };
    let of = |name: &str| {
        settings
            .iter()
            .find(|(found, _)| found == name)
            .map_or("", |(_, value)| value.as_str())
    };
    vec![durable(&of), way(&of)]
}

/// How PostgreSQL is reached: who could read along, or pose as it.
fn way<'s>(of: &dyn Fn(&str) -> &'s str) -> Finding {
    let check = "postgres tls";
    let to_do = "say sslmode=verify-full, and sslrootcert where its authority is not one of this machine's";
    match (of("sslmode"), of("tls"), of("way")) {
        ("verify-full", tls, _) if !tls.is_empty() => {
            Finding::ok(check, format_args!("{tls}, and its certificate is for that name"))
        }
        (_, "", "near") => Finding::ok(check, "in the clear, on this machine alone"),
        (_, "", _) => Finding::warn(
            check,
            "in the clear, over a network: whoever stands in between reads along",
            to_do,
        ),
        (_, tls, _) => Finding::warn(check, format_args!("{tls}, but nobody looked at who answers"), to_do),
    }
}

fn durable<'s>(of: &dyn Fn(&str) -> &'s str) -> Finding {
    let check = "postgres";
    for name in ["fsync", "full_page_writes"] {
        if of(name) != "on" {
            let seen = format!("{name} is {}", of(name));
            return Finding::bad(
                check,
                seen,
                format_args!("set {name} = on: a power cut loses what was acknowledged"),
            );
        }
    }
    let version = of("server_version");
    if of("server_version_num").parse::<u32>().unwrap_or(0) < 130_000 {
        return Finding::warn(
            check,
            format_args!("version {version}"),
            "update it: 13 and newer are looked after",
        );
    }
    Finding::ok(check, format_args!("version {version}, fsync on, full_page_writes on"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::command::doctor::State;

    #[test]
    fn a_way_to_the_database_on_which_somebody_may_stand_is_warned_of() {
        for (mode, tls, near, state) in [
            ("verify-full", "TLSv1.3 TLS_AES_256_GCM_SHA384", "far", State::Ok),
            ("disable", "", "near", State::Ok),
            ("disable", "", "far", State::Warn),
            ("require", "TLSv1.3 TLS_AES_256_GCM_SHA384", "far", State::Warn),
        ] {
            let found = way(&|name| match name {
                "sslmode" => mode,
                "tls" => tls,
                _ => near,
            });
            assert_eq!(found.state, state, "{mode}, {tls}, {near}: {found:?}");
            assert_eq!(found.to_do.is_empty(), state == State::Ok, "{found:?}");
        }
    }
}
