//! `lotline restore`: a gateway again, from its backup, as another history, so that devices fill in what it lacks.

use super::backup::{BESIDE, FORMAT, HeadLine, KEY, LEDGER, MANIFEST, Manifest, private, sync, take};
use super::{serve, user};
use crate::config::Config;
use crate::failure::{Failure, Outcome};
use crate::out;
use lotline_record::entry::Instant;
use lotline_record::model::SiteId;
use lotline_server::access::By;
use lotline_server::{Ledger, LedgerError};
use serde::Serialize;
use std::path::{Path, PathBuf};

const EXAMPLES: &str = "\
Examples:
  lotline restore --from /backups/monday --data FRESH-FOLDER
  lotline restore --from /backups/monday --data FRESH-FOLDER --postgres postgres://lotline@db/fresh
  lotline restore --renew --postgres postgres://lotline@db/lotline
                                   PostgreSQL was put back by its own tools: begin another history

Nothing is ever written over. Devices then fetch the picture anew and send again what the backup lacks.";

/// Where from, where to.
#[derive(Debug, clap::Args)]
#[command(after_help = EXAMPLES)]
pub struct Args {
    /// The backup's folder
    #[arg(
        long,
        value_name = "FOLDER",
        required_unless_present = "renew",
        conflicts_with = "renew"
    )]
    from: Option<PathBuf>,
    /// Only begin another history: the ledger that is there was put back by other means
    #[arg(long)]
    renew: bool,
    /// The gateway's folder; it must have neither ledger nor key
    #[arg(long, env = "LOTLINE_SERVER_DATA", value_name = "FOLDER")]
    data: Option<PathBuf>,
    #[command(flatten)]
    form: out::Form,
}

/// What was put back.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Restored {
    /// Which site.
    pub site: SiteId,
    /// When the backup was made; not known of a ledger that was put back by other means.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub made_at: Option<Instant>,
    /// Entries in it.
    pub entries: u64,
    /// The new history.
    pub server_epoch: String,
}

/// Puts it back.
///
/// # Errors
/// When something is there already, the backup is not what its manifest says, or it is not sound; nothing is then put in
/// place.
pub fn run(args: Args, config: &Config) -> Outcome {
    let data = config.server_data(args.data);
    let restored = match &args.from {
        Some(from) => restore(from, &data, config.postgres.as_deref(), &user::by()?)?,
        None => renew(&data, config)?,
    };
    args.form.print(&restored, |r| {
        let since = r.made_at.map_or_else(|| "that time".into(), |at| at.to_string());
        format!(
            "{} is back with {} entries, as history {}\n\
             devices send again what came after {since}; who or what was changed by people since then is not in it:\n\
             cut lost handhelds off again, and set roles and passwords again\nstart it: lotline serve --data {}",
            r.site,
            r.entries,
            r.server_epoch,
            data.display()
        )
    })
}

/// Begins another history in the ledger that is there, after it was looked through.
fn renew(data: &Path, config: &Config) -> Outcome<Restored> {
    let ledger = serve::open(data, config)?;
    let failed = |e: LedgerError| Failure::ledger(&e, &data.join(LEDGER));
    let sound = ledger.check(&key(data)?).map_err(failed)?;
    let server_epoch = ledger.renew(&user::by()?, "put back by other means").map_err(failed)?;
    Ok(Restored {
        site: ledger.site().map_err(failed)?.site,
        made_at: None,
        entries: sound.entries,
        server_epoch,
    })
}

fn key(folder: &Path) -> Outcome<Vec<u8>> {
    let missing = || {
        Failure::usage(
            "the site's key is not there, and without it no receipt can be signed as before",
            folder.join(KEY).display(),
            "put it there from the gateway's backup",
        )
    };
    Ok(super::export::site_key(folder)?.ok_or_else(missing)?.0)
}

/// Reads the manifest of the backup in `from`.
///
/// # Errors
/// When it is not there, or not of this format.
pub fn manifest(from: &Path) -> Outcome<Manifest> {
    let path = from.join(MANIFEST);
    let text = std::fs::read_to_string(&path).map_err(|e| Failure::io(&e, path.display()))?;
    let manifest: Manifest = serde_json::from_str(&text)
        .map_err(|e| Failure::check(e, path.display(), "take another backup: this one's manifest is damaged"))?;
    if manifest.format != FORMAT {
        return Err(Failure::usage(
            format_args!("a backup of the format {:?}", manifest.format),
            path.display(),
            "update lotline",
        ));
    }
    Ok(manifest)
}

/// Puts the backup in `from` into the folder `data`, and its ledger into the database `postgres` where one is named.
///
/// # Errors
/// As [`run`].
pub fn restore(from: &Path, data: &Path, postgres: Option<&str>, by: &By) -> Outcome<Restored> {
    let manifest = manifest(from)?;
    for name in [LEDGER, KEY].iter().chain(&BESIDE) {
        let path = data.join(name);
        if path.exists() {
            return Err(Failure::usage(
                "it is there already, and nothing is written over",
                path.display(),
                "name a folder that is empty or not there",
            ));
        }
    }
    std::fs::create_dir_all(data).map_err(|e| Failure::io(&e, data.display()))?;
    let part = tempfile::Builder::new()
        .prefix(".lotline-restore-")
        .tempdir_in(data)
        .map_err(|e| Failure::io(&e, data.display()))?;
    for wanted in &manifest.files {
        // A manifest that somebody wrote must not lead out of the folder.
        if ![LEDGER, KEY].iter().chain(&BESIDE).any(|name| *name == wanted.name) {
            return Err(Failure::check(
                "no backup has a file of that name",
                &wanted.name,
                "take another backup",
            ));
        }
        let path = from.join(&wanted.name);
        let found = take(&path, part.path(), &wanted.name)?;
        if found != *wanted {
            return Err(Failure::check(
                "the file is not the one that was backed up",
                path.display(),
                "take another backup: this one was damaged or changed",
            ));
        }
    }
    let server_epoch = prepare(part.path(), &manifest, by).map_err(|failure| failure.within(from.display()))?;
    if let Some(url) = postgres {
        let replica = data.join("replica.db");
        let failed = |e: LedgerError| Failure::ledger(&e, &replica);
        let ledger = Ledger::open_postgres(url, &manifest.site, &replica).map_err(failed)?;
        ledger.fill(&part.path().join(LEDGER)).map_err(failed)?;
    }
    // The ledger last: until it stands there, there is no gateway.
    for name in BESIDE.iter().chain(&[KEY, LEDGER]) {
        let (path, to) = (part.path().join(name), data.join(name));
        if !path.exists() || (*name == LEDGER && postgres.is_some()) {
            continue;
        }
        let above = to.parent().unwrap_or(data);
        std::fs::create_dir_all(above)
            .and_then(|()| std::fs::rename(&path, &to))
            .and_then(|()| sync(above))
            .map_err(|e| Failure::io(&e, to.display()))?;
    }
    Ok(Restored {
        site: manifest.site,
        made_at: Some(manifest.made_at),
        entries: manifest.entries,
        server_epoch,
    })
}

/// Looks the copied ledger through, holds it against the manifest, and makes another history of it.
fn prepare(part: &Path, manifest: &Manifest, by: &By) -> Outcome<String> {
    let path = part.join(LEDGER);
    let failed = |e: LedgerError| Failure::ledger(&e, &path);
    let key = key(part)?;
    let ledger = Ledger::open(&path).map_err(failed)?;
    let sound = ledger.check(&key).map_err(failed)?;
    let heads: Vec<HeadLine> = sound.heads.into_iter().map(HeadLine::from).collect();
    let site = ledger.site().map_err(failed)?.site;
    if (&site, sound.entries, &heads) != (&manifest.site, manifest.entries, &manifest.heads) {
        return Err(Failure::check(
            "the ledger is not the one that its manifest tells of",
            MANIFEST,
            "take another backup",
        ));
    }
    let server_epoch = ledger
        .renew(by, &format!("backup of {}", manifest.made_at))
        .map_err(failed)?;
    drop(ledger);
    Ledger::settle(&path).map_err(failed)?;
    private(&path)?;
    Ok(server_epoch)
}
