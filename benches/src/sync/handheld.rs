//! Ours: the real core with its real files and its real sync client, in a process of its own.

use super::Done;
use super::process::{Device, serve as serve_device};
use crate::act::shift::open;
use crate::site;
use lotline_core::platform::Listener;
use lotline_core::screen::{ScanSource, Tone};
use lotline_core::store::Store;
use lotline_core::sync::SyncStore;
use lotline_core::{Handheld, Input};
use lotline_scan::profile::CALIBRATION;
use std::path::Path;
use std::sync::Arc;
use std::sync::mpsc::{Sender, channel};

/// The word that makes this program a handheld: `sync-handheld FOLDER`.
pub const WORD: &str = "sync-handheld";
/// After so many scans the write-ahead log is written back, as the sync thread does it after a screen.
const TIDY: usize = 250;
/// A drain that takes longer has failed.
const DEADLINE_MS: u64 = 600_000;

/// Serves the handheld in `folder`.
///
/// # Errors
/// The core's, as text.
pub(super) fn serve(folder: &Path) -> Done<()> {
    serve_device(&mut Own {
        handheld: open(folder)?,
    })
}

struct Own {
    handheld: Handheld,
}

fn text(error: impl std::fmt::Display) -> String {
    error.to_string()
}

/// Says so when nothing waits any more. The sync client calls it after each request.
struct Drained {
    store: Arc<Store>,
    say: Sender<()>,
}

impl Listener for Drained {
    fn changed(&self) {
        if self.store.queue().is_ok_and(|queue| queue.pending == 0) {
            // Who listened may have heard it already.
            let _ = self.say.send(());
        }
    }
}

impl Own {
    fn act(&self, input: Input) -> Done<()> {
        let screen = self.handheld.act(input).map_err(text)?;
        if screen.tone == Tone::Stop {
            return Err(format!("stopped: {} {}", screen.title, screen.message));
        }
        Ok(())
    }
}

impl Device for Own {
    fn pending(&self) -> Done<u64> {
        self.handheld.store().queue().map(|queue| queue.pending).map_err(text)
    }

    /// `URL CODE`: enrols, fetches the picture, signs in and opens a notice.
    fn prepare(&mut self, how: &str) -> Done<()> {
        let (url, code) = how.split_once(' ').ok_or("prepare URL CODE")?;
        self.handheld.enrol(url, code, "bench").map_err(text)?;
        self.act(Input::scan("B-1"))?;
        self.act(Input::enter("pin", site::PIN))?;
        // As a device is set up: from here on it knows that separators come through.
        self.act(Input::Scan {
            bytes: format!("]d2{CALIBRATION}").into_bytes(),
            symbology: None,
            source: ScanSource::Scan,
        })?;
        self.act(Input::choose("receive"))?;
        self.act(Input::choose("document:80000"))
    }

    fn capture(&mut self, scans: usize) -> Done<()> {
        for scan in 0..scans {
            self.act(Input::scan(super::label(scan)))?;
            if (scan + 1).is_multiple_of(TIDY) {
                self.handheld.tidy().map_err(text)?;
            }
        }
        Ok(())
    }

    fn drain(&mut self, durable: &(dyn Fn() + Sync)) -> Done<()> {
        let (say, heard) = channel();
        let listener = Drained {
            store: Arc::clone(self.handheld.store()),
            say,
        };
        let subscription = self.handheld.subscribe(Arc::new(listener));
        std::thread::scope(|scope| {
            scope.spawn(move || {
                // All senders gone: it never drained.
                if heard.recv().is_ok() {
                    durable();
                }
            });
            let done = loop {
                match self.handheld.sync_now(DEADLINE_MS).map_err(text) {
                    // Three failures in a row end a call; a person, or the next job, asks again.
                    Ok(report) if report.more || self.pending()? > 0 => {}
                    other => break other.map(drop),
                }
            };
            drop(subscription);
            done
        })
    }
}
