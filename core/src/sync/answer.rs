//! What an answer means for the store, and the event it makes. No network and no clock: the driver calls it with what came
//! over HTTP, the simulator with what came through its pipes.

use super::engine::Event;
use super::port::{Cursor, Link, SyncStore};
use crate::Error;
use crate::points::{Point, reached};
use lotline_record::entry::{Position, Sealed};
use lotline_record::wire::proof::PublicKey;
use lotline_record::wire::{Code, Page, Problem, PushReply, Receipt, StoredThrough};

/// The entries after `after`, as [`SyncStore::batch`] gives them. `None`: the one that follows is not there.
///
/// # Errors
/// The store's.
pub fn batch(
    store: &dyn SyncStore,
    after: Position,
    entries: usize,
    bytes: usize,
) -> Result<Option<Vec<Sealed>>, Error> {
    let batch = store.batch(after, entries, bytes)?;
    let follows = batch
        .first()
        .is_some_and(|first| first.position.epoch() != after.epoch() || first.position.seq() == after.seq() + 1);
    Ok(follows.then_some(batch))
}

/// Which entry a batch follows that begins an epoch; `None` for one that goes on in its epoch.
///
/// # Errors
/// The store's.
pub fn before(store: &dyn SyncStore, batch: &[Sealed]) -> Result<Option<StoredThrough>, Error> {
    match batch.first().map(|first| first.position) {
        Some(first) if first.seq() == 1 && first.epoch() > 1 => store.before(first).map(Some),
        _ => Ok(None),
    }
}

/// 200 to a push of `sent` entries up to `last`: moves the mark where the answer is on the own chain and signed by the site.
/// An answer beyond `last` that is not on the own chain says that all that was sent is there: the mark moves to `last`.
///
/// # Errors
/// The store's.
pub fn pushed(
    store: &dyn SyncStore,
    link: &Link,
    reply: &PushReply,
    last: &StoredThrough,
    sent: usize,
) -> Result<Event, Error> {
    let through = reply.stored_through;
    if let Some(receipt) = &reply.receipt
        && !is_good(link, receipt, &through)
    {
        return Ok(Event::BadReceipt);
    }
    let on_chain = on_chain(store, &through)?;
    if on_chain {
        reached(Point::BeforeMark);
        store.acknowledge(&through, reply.receipt.as_ref())?;
    } else if (through.epoch, through.seq) > (last.epoch, last.seq) {
        store.acknowledge(last, None)?;
        return Ok(Event::PushedAhead { through });
    }
    Ok(Event::Pushed {
        through,
        on_chain,
        sent,
    })
}

/// One of our own error answers to a push of `sent` entries. A gap on the own chain moves the mark there.
///
/// # Errors
/// The store's.
pub fn refused(
    store: &dyn SyncStore,
    problem: Problem,
    retry_after_ms: Option<u64>,
    sent: usize,
) -> Result<Event, Error> {
    let known = match (problem.code, problem.resume_from, problem.common) {
        (Code::Gap, Some(from), _) if on_chain(store, &from)? => {
            store.acknowledge(&from, None)?;
            true
        }
        (Code::Fork, _, Some(common)) => on_chain(store, &common)?,
        _ => false,
    };
    Ok(Event::Refused {
        problem,
        known,
        retry_after_ms,
        sent,
    })
}

/// Whether a page is what was asked for at `cursor`, and goes on.
pub fn follows(page: &Page, cursor: &Cursor) -> bool {
    let goes_on = page.from == cursor.at && page.to >= page.from && (page.to > page.from || !page.more);
    page.server_epoch == cursor.server_epoch && goes_on
}

/// A page that follows: applies it.
///
/// # Errors
/// The store's.
pub fn paged(store: &dyn SyncStore, page: &Page) -> Result<Event, Error> {
    store.apply_page(page)?;
    Ok(Event::Pulled {
        more: page.more,
        included: Position::new(page.included.epoch, page.included.seq),
    })
}

/// Whether a page brings something that goes ahead of everything else: the server then hears at once that it came.
pub fn brings_urgent(page: &Page) -> bool {
    let urgent = |name: &str| lotline_record::wire::table(name).is_some_and(lotline_record::wire::Table::is_urgent);
    page.rows.iter().any(|row| urgent(&row.t))
}

/// Whether a page of what goes ahead begins where `have` ends, or before.
pub fn urgent_follows(page: &Page, have: Option<&Cursor>) -> bool {
    let at = have.map_or(0, |have| have.at);
    let same = have.is_none_or(|have| have.server_epoch == page.server_epoch);
    same && page.from <= at && page.to >= at && (page.to > page.from || !page.more)
}

/// A page of what goes ahead that follows: applies it.
///
/// # Errors
/// The store's.
pub fn urgent(store: &dyn SyncStore, page: &Page) -> Result<Event, Error> {
    store.apply_urgent(page)?;
    Ok(Event::UrgentPulled {
        // What came is acknowledged by asking from behind it.
        more: page.more || !page.rows.is_empty(),
    })
}

fn is_good(link: &Link, receipt: &Receipt, through: &StoredThrough) -> bool {
    receipt.device == link.device
        && (receipt.epoch, receipt.to, receipt.head) == (through.epoch, through.seq, through.hash)
        && PublicKey::from_spki(&link.site_key).is_ok_and(|key| key.verifies(&receipt.message(), &receipt.signature))
}

fn on_chain(store: &dyn SyncStore, through: &StoredThrough) -> Result<bool, Error> {
    let queue = store.queue()?;
    if queue.acknowledged == *through || queue.tip == *through {
        return Ok(true);
    }
    let here = store.hash_at(Position::new(through.epoch, through.seq))?;
    Ok(here == Some(through.hash))
}
