//! The next batch, read while one is on its way. On a fast network the gateway would otherwise wait while the device reads.

use crate::Error;
use crate::sync::answer;
use crate::sync::port::SyncStore;
use lotline_record::entry::{Position, Sealed};

// Between steps the request goes on: they share one thread. About half a millisecond of reading.
const STEP: usize = 64;

/// What follows `after`, for a push of so many `entries` and `bytes` at most.
pub(super) struct Ahead {
    after: Position,
    entries: usize,
    bytes: usize,
    batch: Vec<Sealed>,
}

impl Ahead {
    /// Reads it in steps. Given up between two of them, nothing is left to do.
    ///
    /// # Errors
    /// The store's.
    pub(super) async fn read(
        store: &dyn SyncStore,
        after: Position,
        entries: usize,
        bytes: usize,
    ) -> Result<Self, Error> {
        let mut batch: Vec<Sealed> = Vec::new();
        let mut size = 0;
        while batch.len() < entries {
            tokio::task::yield_now().await;
            let last = batch.last().map_or(after, |entry| entry.position);
            let step = STEP.min(entries - batch.len());
            let found = answer::batch(store, last, step, bytes.saturating_sub(size))?.unwrap_or_default();
            let whole = found.len() == step;
            for entry in found {
                size += entry.bytes.len() + 1;
                let begins = batch
                    .last()
                    .is_some_and(|last| last.position.epoch() != entry.position.epoch());
                if begins || (!batch.is_empty() && size > bytes) {
                    return Ok(Ahead {
                        after,
                        entries,
                        bytes,
                        batch,
                    });
                }
                batch.push(entry);
            }
            if !whole {
                break;
            }
        }
        Ok(Ahead {
            after,
            entries,
            bytes,
            batch,
        })
    }

    /// The batch, if it is the one that is asked for now.
    pub(super) fn taken(self, after: Position, entries: usize, bytes: usize) -> Option<Vec<Sealed>> {
        let same = (self.after, self.entries, self.bytes) == (after, entries, bytes);
        (same && !self.batch.is_empty()).then_some(self.batch)
    }
}
