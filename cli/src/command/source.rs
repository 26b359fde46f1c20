//! Where a record is looked up: a gateway's ledger or a handheld's folder, found by what lies there.

use super::serve;
use crate::config::Config;
use crate::failure::{Failure, Outcome};
use clap::builder::{PossibleValue, StringValueParser, TypedValueParser};
use lotline_core::audit::{Audit, read_folder};
use lotline_record::entry::{Entry, Hash, Position, Sealed};
use lotline_record::model::{DeviceId, SiteId};
use lotline_record::text::{LANGUAGES, Text};
use lotline_server::Ledger;
use std::ffi::OsStr;
use std::path::{Path, PathBuf};

/// Which record.
#[derive(Debug, Clone, clap::Args)]
pub struct From {
    /// A gateway's folder or its ledger.db, or a handheld's folder [default: the gateway's folder, else the handheld's]
    #[arg(long, env = "LOTLINE_FROM", value_name = "DB")]
    pub from: Option<PathBuf>,
}

/// A record that is open.
pub enum Source {
    /// The gateway's.
    Server {
        /// Its folder.
        folder: PathBuf,
        /// Its ledger.
        ledger: Ledger,
    },
    /// A handheld's.
    Device {
        /// Its folder.
        folder: PathBuf,
        /// Its name.
        device: DeviceId,
        /// Its site.
        site: SiteId,
        /// Its two files, read afresh.
        audit: Box<Audit>,
    },
}

/// An entry with what became of it.
pub struct Kept {
    /// Whose.
    pub device: DeviceId,
    /// Where in its chain.
    pub position: Position,
    /// Its hash.
    pub hash: Hash,
    /// Its bytes.
    pub bytes: Vec<u8>,
    /// What the gateway made of it, where that is known here.
    pub verdict: Option<String>,
}

impl Kept {
    /// The hash is the stored one: whoever checks must see where the bytes no longer fit it.
    fn of(device: &DeviceId, sealed: &Sealed, stored: Hash) -> Self {
        Kept {
            device: device.clone(),
            position: sealed.position,
            hash: stored,
            bytes: sealed.bytes.clone(),
            verdict: None,
        }
    }

    /// `DEVICE-EPOCH-SEQ`.
    pub fn name(&self) -> String {
        format!("{}-{}-{}", self.device, self.position.epoch(), self.position.seq())
    }

    /// Reads the whole entry.
    ///
    /// # Errors
    /// When it is of a newer format, or damaged.
    pub fn open(&self) -> Outcome<Entry> {
        Sealed::from_stored(self.position, self.bytes.clone())
            .open()
            .map_err(|e| {
                Failure::check(
                    e,
                    format_args!("entry {}", self.name()),
                    "update lotline, or verify an export",
                )
            })
    }
}

fn folder_of(path: &Path) -> PathBuf {
    if path.is_file() {
        path.parent().map_or_else(|| PathBuf::from("."), Path::to_owned)
    } else {
        path.to_owned()
    }
}

fn device(folder: PathBuf) -> Outcome<Source> {
    let audit = read_folder(&folder).map_err(|e| Failure::core(&e, folder.display()))?;
    let unnamed = |e| Failure::usage(e, folder.display(), "enrol this handheld first: it has no record yet");
    let (device, site) = (
        audit.device.parse().map_err(unnamed)?,
        audit.site.parse().map_err(unnamed)?,
    );
    Ok(Source::Device {
        folder,
        device,
        site,
        audit: Box::new(audit),
    })
}

impl From {
    /// Opens it.
    ///
    /// # Errors
    /// When nothing that holds a record is there.
    pub fn open(&self, config: &Config) -> Outcome<Source> {
        let candidates = match &self.from {
            Some(path) => vec![folder_of(path)],
            None => vec![
                config.server_data(None),
                config.data().join("handheld"),
                config.data().join("demo"),
            ],
        };
        for folder in &candidates {
            let elsewhere = config.postgres.is_some() && !folder.join("journal.db").is_file();
            if elsewhere || folder.join("ledger.db").is_file() {
                let ledger = serve::open(folder, config)?;
                return Ok(Source::Server {
                    folder: folder.clone(),
                    ledger,
                });
            }
            if folder.join("journal.db").is_file() {
                return device(folder.clone());
            }
        }
        let place = candidates.first().map(|p| p.display().to_string()).unwrap_or_default();
        Err(Failure::usage(
            "there is neither a gateway's ledger.db nor a handheld's journal.db",
            place,
            "name the folder with --from",
        ))
    }
}

impl Source {
    /// Its folder.
    pub fn folder(&self) -> &Path {
        match self {
            Source::Server { folder, .. } | Source::Device { folder, .. } => folder,
        }
    }

    /// A failure of the ledger.
    pub fn failed(&self, error: &lotline_server::LedgerError) -> Failure {
        Failure::ledger(error, &self.folder().join("ledger.db"))
    }

    /// From which month on the entries themselves are here, where those before are in an archive, in words.
    ///
    /// # Errors
    /// The database's.
    pub fn reach(&self) -> Outcome<Option<String>> {
        let Source::Server { ledger, .. } = self else {
            return Ok(None);
        };
        let archived = ledger.archived().map_err(|e| self.failed(&e))?;
        Ok(archived.last().map(|last| {
            format!(
                "entries that were received before {} are in an archive: see docs/operations.md, \"Archive\"",
                last.month.next()
            )
        }))
    }

    /// Says on standard error what [`Source::reach`] gives.
    ///
    /// # Errors
    /// The database's.
    pub fn tell_reach(&self) -> Outcome {
        if let Some(words) = self.reach()? {
            eprintln!("note: {words}");
        }
        Ok(())
    }

    /// Walks all entries that are here: in the order of receipt at the gateway, of the chain on a handheld.
    ///
    /// # Errors
    /// The database's, or what `each` returns.
    pub fn each(&self, mut each: impl FnMut(Kept) -> Outcome<bool>) -> Outcome {
        match self {
            Source::Server { ledger, .. } => {
                for stored in ledger.export(None) {
                    let stored = stored.map_err(|e| self.failed(&e))?;
                    // Its bytes are in an archive: [`Source::reach`] says so.
                    if stored.bytes.is_empty() {
                        continue;
                    }
                    let kept = Kept {
                        position: Position::new(stored.epoch, stored.seq),
                        device: stored.device,
                        hash: stored.hash,
                        bytes: stored.bytes,
                        verdict: stored.verdict,
                    };
                    if !each(kept)? {
                        break;
                    }
                }
            }
            Source::Device { device, audit, .. } => {
                for (sealed, stored) in audit.entries.iter().zip(&audit.stored_hashes) {
                    if !each(Kept::of(device, sealed, *stored))? {
                        break;
                    }
                }
            }
        }
        Ok(())
    }
}

/// The words of a language.
///
/// # Errors
/// When Lotline does not speak it.
pub fn text(language: &str) -> Outcome<Text> {
    Text::load(language).map_err(|e| Failure::usage(e, "--language", format!("use one of {}", languages().join(", "))))
}

/// The tags of the languages Lotline speaks.
pub fn languages() -> Vec<&'static str> {
    LANGUAGES.iter().map(|(tag, _)| *tag).collect()
}

/// Reads `--language`: help and shell completion offer the tags there are, and a region may follow one (`de-CH`).
#[derive(Debug, Clone, Copy)]
pub struct Language;

impl TypedValueParser for Language {
    type Value = String;

    fn parse_ref(
        &self,
        command: &clap::Command,
        arg: Option<&clap::Arg>,
        value: &OsStr,
    ) -> Result<String, clap::Error> {
        // Whether it is one is said where it is loaded, with the tags there are.
        StringValueParser::new().parse_ref(command, arg, value)
    }

    fn possible_values(&self) -> Option<Box<dyn Iterator<Item = PossibleValue> + '_>> {
        Some(Box::new(languages().into_iter().map(PossibleValue::new)))
    }
}
