//! `Handheld` as Kotlin and Swift see it.

use lotline_core::platform::{Clock, KeyStore, Listener, Platform, Verifier, system_ids};
use lotline_core::{Config, Error, Input, ReportFile, Screen, SyncReport, Verified, WorkQueue};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::PathBuf;
use std::sync::Arc;

/// Where and as what the handheld runs.
#[derive(Debug, Clone, uniffi::Record)]
pub struct Setup {
    /// Folder of the device's two files; made if it is not there.
    pub folder: String,
    /// Version of the app, written into every entry.
    pub app: String,
    /// Language until someone signs in: `en`, `de`.
    pub language: String,
    /// PEM of roots to trust for TLS besides the built-in ones.
    #[uniffi(default = [])]
    pub trust_roots: Vec<Vec<u8>>,
}

/// A handheld.
#[derive(Debug, uniffi::Object)]
pub struct Handheld(lotline_core::Handheld);

/// Somebody listens until this is cancelled or closed.
#[derive(Debug, uniffi::Object)]
pub struct Subscription(lotline_core::Subscription);

/// Runs `f`; a panic becomes a typed error.
pub(crate) fn caught<T>(f: impl FnOnce() -> Result<T, Error>) -> Result<T, Error> {
    catch_unwind(AssertUnwindSafe(f)).unwrap_or_else(|panic| Err(Error::caught(panic.as_ref())))
}

/// Moves the files of a folder that cannot be opened (`wrong_key`, `lost_key`) into a folder `aside-N` within it, byte for
/// byte, so that the device can be enrolled anew. Gives that folder. No handheld may be open there.
///
/// # Errors
/// `storage`.
#[uniffi::export]
pub fn set_aside(folder: String) -> Result<String, Error> {
    caught(|| lotline_core::store::set_aside(&PathBuf::from(folder))).map(|aside| aside.display().to_string())
}

/// Whether this library encrypts the device's files.
#[uniffi::export]
pub fn encrypts() -> bool {
    lotline_core::store::ENCRYPTED
}

impl Handheld {
    pub(crate) fn core(&self) -> &lotline_core::Handheld {
        &self.0
    }

    pub(crate) fn on(config: Config, platform: Platform) -> Result<Arc<Self>, Error> {
        caught(|| lotline_core::Handheld::open(config, platform)).map(|handheld| Arc::new(Handheld(handheld)))
    }
}

#[uniffi::export]
impl Handheld {
    /// Opens the folder, or prepares it when it is new. Nothing is ever deleted.
    #[uniffi::constructor]
    pub fn open(setup: Setup, clock: Arc<dyn Clock>, keys: Arc<dyn KeyStore>) -> Result<Arc<Self>, Error> {
        let config = Config {
            folder: PathBuf::from(setup.folder),
            app: setup.app,
            language: setup.language,
        };
        let platform = Platform {
            clock,
            keys,
            ids: system_ids(),
            trust_roots: setup.trust_roots,
        };
        Self::on(config, platform)
    }

    /// One input, one answer; what it means is on disk when this returns.
    pub fn act(&self, input: Input) -> Result<Screen, Error> {
        caught(|| self.0.act(input))
    }

    /// The screen as it is.
    pub fn screen(&self) -> Result<Screen, Error> {
        caught(|| self.0.screen())
    }

    /// What waits for whoever is signed in, for a shell that shows it beside the step; none while nobody is.
    pub fn work_queue(&self) -> Result<Option<WorkQueue>, Error> {
        caught(|| self.0.work_queue())
    }

    /// The report that a person asked to save and that was not saved yet: to be looked for after each screen of a report.
    pub fn waiting_report(&self) -> Result<Option<ReportFile>, Error> {
        caught(|| self.0.waiting_report())
    }

    /// It was saved at `place`, which the person is told; an empty one means that it could not be.
    pub fn report_saved(&self, place: &str) -> Result<Screen, Error> {
        caught(|| self.0.report_saved(Some(place).filter(|place| !place.is_empty())))
    }

    /// Asks `verifier` for each returned unit that waits for it; blocks for as long as it takes. Nobody answering is no
    /// error: those units wait on.
    #[allow(clippy::needless_pass_by_value, reason = "UniFFI hands a port over as its own Arc")]
    pub fn verify_now(&self, verifier: Arc<dyn Verifier>) -> Result<Verified, Error> {
        caught(|| self.0.verify_now(&*verifier))
    }

    /// Enrols at a server with a one-time code and fetches the first picture.
    pub fn enrol(&self, server: &str, code: &str, name: &str) -> Result<(), Error> {
        caught(|| self.0.enrol(server, code, name))
    }

    /// Enrols by the scanned invitation of a gateway, `lotline://enrol?…`, and fetches the first picture.
    pub fn join(&self, invitation: &str, name: &str) -> Result<(), Error> {
        caught(|| self.0.join(invitation, name))
    }

    /// Pushes and pulls until nothing is left, or for `deadline_ms` milliseconds. Capture goes on meanwhile. Being
    /// offline is not an error: the report says so.
    pub fn sync_now(&self, deadline_ms: u64) -> Result<SyncReport, Error> {
        caught(|| self.0.sync_now(deadline_ms))
    }

    /// Foreground: sync after each capture, and listen for news.
    pub fn start_live(&self) -> Result<(), Error> {
        caught(|| self.0.start_live())
    }

    /// Background: no connection, no timer.
    pub fn stop_live(&self) -> Result<(), Error> {
        caught(|| {
            self.0.stop_live();
            Ok(())
        })
    }

    /// There is a network again, or another one.
    pub fn network_changed(&self) -> Result<(), Error> {
        caught(|| {
            self.0.network_changed();
            Ok(())
        })
    }

    /// Has the listener told when sync may have changed the screen.
    pub fn subscribe(&self, listener: Arc<dyn Listener>) -> Result<Arc<Subscription>, Error> {
        caught(|| Ok(Arc::new(Subscription(self.0.subscribe(listener)))))
    }

    /// Writes back what the write-ahead logs hold: after a screen is drawn, never before.
    pub fn tidy(&self) -> Result<(), Error> {
        caught(|| self.0.tidy())
    }

    /// Closes both files before the app is frozen: after it nobody holds a lock.
    pub fn suspend(&self) -> Result<(), Error> {
        caught(|| {
            self.0.suspend();
            Ok(())
        })
    }

    /// Opens them again.
    pub fn resume(&self) -> Result<(), Error> {
        caught(|| self.0.resume())
    }
}

#[uniffi::export]
impl Subscription {
    /// Ends it. Twice does no harm.
    pub fn cancel(&self) {
        self.0.cancel();
    }
}

/// The canonical JSON of a screen: keys in declared order, no blanks.
#[uniffi::export]
pub fn screen_to_json(screen: &Screen) -> String {
    screen.to_json()
}

#[cfg(test)]
mod tests {
    use super::*;
    use lotline_core::Remedy;

    #[test]
    fn a_panic_below_the_door_is_a_typed_error() {
        let error = caught::<()>(|| panic!("a panic of the tests")).unwrap_err();
        assert_eq!(
            (error.fault().remedy, error.fault().code.as_str()),
            (Remedy::Bug, "panic")
        );
        assert_eq!(caught(|| Ok(1)), Ok(1));
    }
}
