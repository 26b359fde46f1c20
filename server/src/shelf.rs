//! Made pictures of the site, kept for a while: many devices fetch the same one, and one that was cut off goes on with it.
//! Each working set has its own.

use crate::ledger::{Carried, Ledger, LedgerError, Snapshot};
use prometheus_client::metrics::counter::Counter;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;
use tokio::time::Instant;
use tracing::Instrument;

/// A new fetch takes a made file up to this age; a pull brings the rest.
const FRESH: Duration = Duration::from_mins(10);
/// And no more changes behind than this, so that the pull after it stays short.
const BEHIND: u64 = 20_000;
/// A file that nobody asked for during this time goes.
const KEPT: Duration = Duration::from_hours(1);
/// So many of each working set stay at most. One that is being sent has its disk space until it is sent or cut off.
const MOST: usize = 3;

/// The files. Whoever fetches one holds it: it is deleted when nobody does.
#[derive(Debug)]
pub(crate) struct Shelf {
    made: Mutex<Vec<Made>>,
    most_behind: u64,
    /// One is made at a time: who comes meanwhile takes it, too.
    making: tokio::sync::Mutex<()>,
    /// How many were made.
    built: Counter,
}

impl Default for Shelf {
    fn default() -> Self {
        Shelf {
            made: Mutex::default(),
            most_behind: BEHIND,
            making: tokio::sync::Mutex::default(),
            built: Counter::default(),
        }
    }
}

#[derive(Debug)]
struct Made {
    snapshot: Arc<Snapshot>,
    made: Instant,
    used: Instant,
}

impl Shelf {
    /// One that counts with `built` how many it made.
    pub(crate) fn counting(built: Counter) -> Self {
        Shelf {
            built,
            ..Shelf::default()
        }
    }

    fn with<T>(&self, f: impl FnOnce(&mut Vec<Made>) -> T) -> T {
        f(&mut self.made.lock().unwrap_or_else(PoisonError::into_inner))
    }

    /// The file of that hash, if it is still here: to go on with.
    pub(crate) fn of(&self, sha256: &[u8; 32], now: Instant) -> Option<Arc<Snapshot>> {
        self.with(|made| {
            tidy(made, now);
            let found = made.iter_mut().find(|made| made.snapshot.sha256 == *sha256)?;
            found.used = now;
            Some(Arc::clone(&found.snapshot))
        })
    }

    /// A file to begin with: the newest, if it is fresh enough, else a new one. Who leaves meanwhile finds it made.
    pub(crate) async fn newest(
        self: &Arc<Self>,
        ledger: &Ledger,
        carried: Carried,
        now: Instant,
    ) -> Result<Arc<Snapshot>, LedgerError> {
        let (shelf, ledger) = (Arc::clone(self), ledger.clone());
        let making = tokio::spawn(async move { shelf.make(&ledger, &carried, now).await }.in_current_span());
        making
            .await
            .unwrap_or_else(|error| Err(LedgerError::Disk(std::io::Error::other(error))))
    }

    async fn make(&self, ledger: &Ledger, carried: &Carried, now: Instant) -> Result<Arc<Snapshot>, LedgerError> {
        let _turn = self.making.lock().await;
        let ledger = ledger.clone();
        let look = ledger.clone();
        let site = off(move || look.site()).await?;
        let epoch = carried.epoch(&site.server_epoch);
        let fresh = self.with(|made| {
            tidy(made, now);
            let found = made.iter_mut().rfind(|made| {
                made.snapshot.server_epoch == epoch
                    && made.snapshot.cursor <= site.change
                    && site.change - made.snapshot.cursor <= self.most_behind
                    && now.duration_since(made.made) <= FRESH
            })?;
            found.used = now;
            Some(Arc::clone(&found.snapshot))
        });
        if let Some(snapshot) = fresh {
            return Ok(snapshot);
        }
        let carried = carried.clone();
        let snapshot = Arc::new(off(move || ledger.snapshot(&carried)).await?);
        self.built.inc();
        self.with(|made| {
            // The same bytes again: nothing has changed.
            made.retain(|made| made.snapshot.sha256 != snapshot.sha256);
            made.push(Made {
                snapshot: Arc::clone(&snapshot),
                made: now,
                used: now,
            });
            tidy(made, now);
        });
        Ok(snapshot)
    }
}

async fn off<T: Send + 'static>(
    work: impl FnOnce() -> Result<T, LedgerError> + Send + 'static,
) -> Result<T, LedgerError> {
    let span = tracing::Span::current();
    match tokio::task::spawn_blocking(move || span.in_scope(work)).await {
        Ok(out) => out,
        Err(error) => Err(LedgerError::Disk(std::io::Error::other(error))),
    }
}

/// Lets go of what nobody asked for lately, and of what is too much: the one that was asked for longest ago first.
fn tidy(made: &mut Vec<Made>, now: Instant) {
    made.retain(|made| now.duration_since(made.used) <= KEPT);
    let of_its_set = |made: &[Made], at: usize| {
        let epoch = &made[at].snapshot.server_epoch;
        made.iter().filter(|made| made.snapshot.server_epoch == *epoch).count()
    };
    while let Some(oldest) = (0..made.len())
        .filter(|at| of_its_set(made, *at) > MOST)
        .min_by_key(|at| made[*at].used)
    {
        made.remove(oldest);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use lotline_record::model::SiteId;
    use lotline_record::wire::{Cell, Row};

    fn ledger(folder: &std::path::Path) -> Ledger {
        let ledger = Ledger::open(&folder.join("ledger.db")).unwrap();
        ledger.create_site(&SiteId::new("DC-1").unwrap(), "UTC").unwrap();
        ledger
    }

    fn change(ledger: &Ledger, n: usize) {
        let text = |text: &str| Cell::Text(text.to_owned());
        ledger
            .put_rows(&[Row {
                t: "partner".into(),
                c: 0,
                gone: false,
                r: vec![text("DC-1"), text(&format!("P-{n}")), text("Acme"), Cell::Null],
            }])
            .unwrap();
    }

    fn files(folder: &std::path::Path) -> usize {
        std::fs::read_dir(folder.join("snapshots")).map_or(0, Iterator::count)
    }

    #[tokio::test]
    async fn one_file_serves_all_who_come_and_a_new_one_is_made_when_it_is_old_or_far_behind() {
        let folder = tempfile::tempdir().unwrap();
        let ledger = ledger(folder.path());
        let shelf = Arc::new(Shelf {
            most_behind: 2,
            ..Shelf::default()
        });
        let now = Instant::now();
        let first = shelf.newest(&ledger, Carried::default(), now).await.unwrap();
        change(&ledger, 0);
        assert!(Arc::ptr_eq(
            &first,
            &shelf.newest(&ledger, Carried::default(), now).await.unwrap()
        ));
        let now = now + FRESH + Duration::from_secs(1);
        let second = shelf.newest(&ledger, Carried::default(), now).await.unwrap();
        assert_eq!((first.cursor, second.cursor), (0, 1));
        change(&ledger, 1);
        change(&ledger, 2);
        assert!(Arc::ptr_eq(
            &second,
            &shelf.newest(&ledger, Carried::default(), now).await.unwrap()
        ));
        change(&ledger, 3);
        let third = shelf.newest(&ledger, Carried::default(), now).await.unwrap();
        assert_eq!(third.cursor, 4);
        for known in [&first, &second, &third] {
            let kept = shelf.of(&known.sha256, now).unwrap();
            assert!(Arc::ptr_eq(known, &kept), "it can be gone on with");
        }
    }

    #[tokio::test]
    async fn few_files_are_kept_and_none_that_nobody_asks_for() {
        let folder = tempfile::tempdir().unwrap();
        let (ledger, shelf) = (ledger(folder.path()), Arc::new(Shelf::default()));
        let (mut now, mut hashes) = (Instant::now(), Vec::new());
        for n in 0..=MOST {
            change(&ledger, n);
            hashes.push(shelf.newest(&ledger, Carried::default(), now).await.unwrap().sha256);
            now += FRESH + Duration::from_secs(1);
        }
        assert_eq!(files(folder.path()), MOST);
        assert!(shelf.of(&hashes[0], now).is_none(), "asked for longest ago");
        assert!(shelf.of(&hashes[1], now).is_some());
        let held = shelf.of(&hashes[2], now).unwrap();
        now += KEPT + Duration::from_secs(1);
        assert!(shelf.of(&hashes[1], now).is_none());
        assert_eq!(files(folder.path()), 1, "only what is held is left");
        drop(held);
        assert_eq!(files(folder.path()), 0);
        // What a killed process left goes at the start.
        std::fs::write(folder.path().join("snapshots/site-x.tmp"), "x").unwrap();
        ledger.clear_snapshots().unwrap();
        assert_eq!(files(folder.path()), 0);
    }
}
