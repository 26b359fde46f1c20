//! `lotline backup`: all that a gateway cannot be made again without, in a folder, while it runs.

use super::{serve, user};
use crate::config::Config;
use crate::edge;
use crate::failure::{Failure, Outcome};
use crate::out;
use lotline_record::entry::{Hash, Instant, hex};
use lotline_record::model::{DeviceId, SiteId};
use lotline_server::Ledger;
use lotline_server::access::By;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use std::fs::File;
use std::io::{self, Read, Write};
use std::path::{Path, PathBuf};

const EXAMPLES: &str = "\
Examples:
  lotline backup --to /backups/monday                       the gateway goes on meanwhile
  lotline backup --to /backups/monday --postgres postgres://lotline@db/lotline
  lotline restore --from /backups/monday --data FRESH-FOLDER

Who has the backup has the site's key and the pepper of its PINs: keep it as you keep the gateway's folder.";

/// The first word of every manifest of this format.
pub const FORMAT: &str = "lotline backup v1";
/// The ledger's file in a backup.
pub const LEDGER: &str = "ledger.db";
/// The manifest's file.
pub const MANIFEST: &str = "manifest.json";
/// The site's key.
pub const KEY: &str = "site_key.pem";
/// What else of the gateway's folder cannot be made again: the key that devices pin. Not there without TLS of its own.
pub const BESIDE: [&str; 2] = ["tls/key.pem", "tls/cert.pem"];

/// Where from, where to.
#[derive(Debug, clap::Args)]
#[command(after_help = EXAMPLES)]
pub struct Args {
    /// The folder to make; it must not be there
    #[arg(long, value_name = "FOLDER")]
    to: PathBuf,
    /// The gateway's folder
    #[arg(long, env = "LOTLINE_SERVER_DATA", value_name = "FOLDER")]
    data: Option<PathBuf>,
    #[command(flatten)]
    form: out::Form,
}

/// What a backup holds.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Manifest {
    /// [`FORMAT`].
    pub format: String,
    /// The version that wrote it.
    pub version: String,
    /// Which site.
    pub site: SiteId,
    /// When.
    pub made_at: Instant,
    /// Which history of cursors it was.
    pub server_epoch: String,
    /// Entries in it.
    pub entries: u64,
    /// The last entry of each device.
    pub heads: Vec<HeadLine>,
    /// Its files.
    pub files: Vec<FileLine>,
}

/// The last entry of a device.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct HeadLine {
    /// Whose.
    pub device: DeviceId,
    /// Its epoch.
    pub epoch: u32,
    /// Its sequence.
    pub seq: u64,
    /// Its hash.
    pub hash: Hash,
}

/// A file of a backup.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FileLine {
    /// Its name in the folder.
    pub name: String,
    /// Its length.
    pub bytes: u64,
    /// SHA-256 of it, in hex.
    pub sha256: String,
}

#[derive(Serialize)]
struct Written<'a> {
    folder: &'a Path,
    #[serde(flatten)]
    manifest: &'a Manifest,
}

/// Makes the backup.
///
/// # Errors
/// When there is no gateway's database, what was copied is not sound, or the folder cannot be written; no half of a backup is
/// then left under its name.
pub fn run(args: Args, config: &Config) -> Outcome {
    let data = config.server_data(args.data);
    let ledger = serve::open(&data, config)?;
    let manifest = make(&ledger, &data, &args.to, &user::by()?)?;
    eprintln!(
        "warning: {} holds the site's key and the pepper of its PINs; only its owner may read it, here and wherever it goes",
        args.to.display()
    );
    let archived = ledger.archived().map_err(|e| Failure::ledger(&e, &data.join(LEDGER)))?;
    if let Some(last) = archived.last() {
        eprintln!(
            "note: entries that were received before {} are in archives, which are not in the backup: keep those beside it",
            last.month.next()
        );
    }
    let written = Written {
        folder: &args.to,
        manifest: &manifest,
    };
    args.form.print(&written, |w| {
        format!(
            "{}: {} entries of {} devices of {}, looked through\nput it back: lotline restore --from {} --data FRESH-FOLDER",
            w.folder.display(),
            w.manifest.entries,
            w.manifest.heads.len(),
            w.manifest.site,
            w.folder.display()
        )
    })
}

/// Writes a backup of `ledger`, and of the keys in its folder `data`, into the new folder `to`, and looks it through.
///
/// # Errors
/// As [`run`].
pub fn make(ledger: &Ledger, data: &Path, to: &Path, by: &By) -> Outcome<Manifest> {
    if to.exists() {
        return Err(Failure::usage(
            "it is there already, and a backup is never written over",
            to.display(),
            "name a folder that is not there",
        ));
    }
    let failed = |e: &lotline_server::LedgerError| Failure::ledger(e, &data.join(LEDGER));
    ledger
        .note(by, "backup", &to.display().to_string(), true)
        .map_err(|e| failed(&e))?;
    let above = to
        .parent()
        .filter(|p| !p.as_os_str().is_empty())
        .unwrap_or(Path::new("."));
    std::fs::create_dir_all(above).map_err(|e| Failure::io(&e, above.display()))?;
    // Of its owner alone from the start; what fails leaves nothing behind.
    let part = tempfile::Builder::new()
        .prefix(".lotline-backup-")
        .tempdir_in(above)
        .map_err(|e| Failure::io(&e, above.display()))?;
    let folder = part.path();
    let copy = folder.join(LEDGER);
    ledger.copy(&copy).map_err(|e| failed(&e))?;
    let mut files = Vec::new();
    for name in [KEY].iter().chain(&BESIDE) {
        let from = data.join(name);
        if *name == KEY || from.exists() {
            files.push(take(&from, folder, name)?);
        }
    }
    let (site, sound) = {
        let copied = Ledger::open(&copy).map_err(|e| Failure::ledger(&e, &copy))?;
        let key = super::export::site_key(folder)?.map(|key| key.0).unwrap_or_default();
        let site = copied.site().map_err(|e| Failure::ledger(&e, &copy))?;
        (site, copied.check(&key).map_err(|e| Failure::ledger(&e, &copy))?)
    };
    Ledger::settle(&copy).map_err(|e| Failure::ledger(&e, &copy))?;
    private(&copy)?;
    files.insert(0, measured(&copy, LEDGER)?);
    let manifest = Manifest {
        format: FORMAT.into(),
        version: env!("CARGO_PKG_VERSION").into(),
        site: site.site,
        made_at: edge::now(),
        server_epoch: site.server_epoch,
        entries: sound.entries,
        heads: sound.heads.into_iter().map(HeadLine::from).collect(),
        files,
    };
    let text = serde_json::to_string_pretty(&manifest).map_err(|e| Failure::usage(e, "manifest", "report it"))?;
    let path = folder.join(MANIFEST);
    File::create(&path)
        .and_then(|mut file| file.write_all((text + "\n").as_bytes()).and_then(|()| file.sync_all()))
        .and_then(|()| sync(folder))
        .map_err(|e| Failure::io(&e, path.display()))?;
    private(&path)?;
    std::fs::rename(part.keep(), to).map_err(|e| Failure::io(&e, to.display()))?;
    sync(above).map_err(|e| Failure::io(&e, above.display()))?;
    Ok(manifest)
}

impl From<lotline_server::ledger::Head> for HeadLine {
    fn from(head: lotline_server::ledger::Head) -> Self {
        HeadLine {
            device: head.device,
            epoch: head.epoch,
            seq: head.seq,
            hash: head.hash,
        }
    }
}

/// Copies `from` to `name` in `folder`, synced and for its owner alone, and says what was copied.
///
/// # Errors
/// The disk's.
pub fn take(from: &Path, folder: &Path, name: &str) -> Outcome<FileLine> {
    let to = folder.join(name);
    if let Some(above) = to.parent() {
        std::fs::create_dir_all(above).map_err(|e| Failure::io(&e, above.display()))?;
    }
    let mut read = File::open(from).map_err(|e| Failure::io(&e, from.display()))?;
    let mut hash = Sha256::new();
    let mut bytes = 0;
    let written = (|| -> io::Result<()> {
        let mut options = std::fs::OpenOptions::new();
        options.write(true).create_new(true);
        #[cfg(unix)]
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
        let mut write = options.open(&to)?;
        let mut piece = vec![0; 1 << 20];
        loop {
            let n = read.read(&mut piece)?;
            if n == 0 {
                return write.sync_all();
            }
            hash.update(&piece[..n]);
            write.write_all(&piece[..n])?;
            bytes += n as u64;
        }
    })();
    written.map_err(|e| Failure::io(&e, to.display()))?;
    Ok(FileLine {
        name: name.to_owned(),
        bytes,
        sha256: hex(&hash.finalize()),
    })
}

/// Length and hash of a file.
fn measured(path: &Path, name: &str) -> Outcome<FileLine> {
    let read = || Hash::of_all(&mut File::open(path)?);
    let (sha256, bytes) = read().map_err(|e| Failure::io(&e, path.display()))?;
    Ok(FileLine {
        name: name.to_owned(),
        bytes,
        sha256: sha256.to_string(),
    })
}

/// For its owner alone.
///
/// # Errors
/// The disk's.
pub fn private(path: &Path) -> Outcome {
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        std::fs::set_permissions(path, std::fs::Permissions::from_mode(0o600))
            .map_err(|e| Failure::io(&e, path.display()))?;
    }
    #[cfg(not(unix))]
    let _ = path;
    Ok(())
}

/// Makes names in a folder durable.
///
/// # Errors
/// The disk's.
pub fn sync(folder: &Path) -> io::Result<()> {
    if cfg!(unix) {
        File::open(folder)?.sync_all()
    } else {
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Written by the first version that made backups: every later one reads it.
    const FIRST: &str = r#"{"format":"lotline backup v1","version":"0.1.0","site":"DC1","made_at":"2026-11-22T07:12:00.000Z","server_epoch":"00ff","entries":2,"heads":[{"device":"fork-2","epoch":1,"seq":2,"hash":"0707070707070707070707070707070707070707070707070707070707070707"}],"files":[{"name":"ledger.db","bytes":4096,"sha256":"00"}]}"#;

    #[test]
    fn a_manifest_reads_and_is_written_as_it_was_first_written() {
        let manifest: Manifest = serde_json::from_str(FIRST).unwrap();
        assert_eq!(manifest.format, FORMAT);
        assert_eq!(serde_json::to_string(&manifest).unwrap(), FIRST);
    }
}
