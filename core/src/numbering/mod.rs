//! Leased ranges of own serials, SSCCs and lots in `journal.db` (domain §2). What keeps numbers apart stands in
//! [`lotline_record::numbering`]; here it is kept on disk.
//!
//! The order is: take (committed, one fsync), print, settle. A process that dies between the first and the last leaves the
//! number in [`Store::open_numbers`]: a person looks whether the label came out, and it is printed or burnt, never new.

use crate::store::{Store, storage};
use crate::{Error, Remedy};
use lotline_record::model::DeviceId;
use lotline_record::numbering::{Held, Lease, LeaseId, NumberError, OwnNumber, Series};
use lotline_record::wire::{LEASES_SHOWN, NumbersReply, NumbersRequest, ShownLease, StoredThrough};
use rusqlite::{Connection, OptionalExtension, Transaction, TransactionBehavior, params};
use std::collections::BTreeMap;

#[cfg(test)]
mod tests;

/// The journal's second migration.
pub(crate) const MIGRATION: &str = include_str!("numbers.sql");

/// A number that was taken and of which nobody has said whether its label came out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OpenNumber {
    /// The lease it is from.
    pub lease: LeaseId,
    /// Its place in the series.
    pub number: u64,
    /// Its label, as bracketed text.
    pub label: String,
}

impl Store {
    /// Keeps a lease that the gateway gave. The same lease again changes nothing.
    ///
    /// # Errors
    /// `bad_lease` when it is another device's, of an epoch that ended, or covers numbers of one that is here; `storage`.
    pub fn grant(&self, lease: &Lease) -> Result<(), Error> {
        self.in_transaction(|transaction| {
            let held = Held::new(lease.clone()).map_err(|e| bad_lease(&e))?;
            let (device, epoch) = here(transaction)?;
            if lease.device != device || lease.epoch != epoch {
                return Err(bad_lease(&NumberError::Void {
                    lease: lease.id,
                    device: lease.device.clone(),
                    epoch: lease.epoch,
                }));
            }
            for other in held_all(transaction)? {
                if other.lease() == lease {
                    return Ok(());
                }
                if other.lease().id == lease.id || other.lease().overlaps(lease) {
                    return Err(Error::new(
                        Remedy::Bug,
                        "bad_lease",
                        format!("lease {} covers numbers of lease {}", lease.id, other.lease().id),
                    ));
                }
            }
            transaction
                .execute(
                    "INSERT INTO lease (id, series, device, epoch, first, last, next) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)",
                    params![
                        sql(lease.id.0)?,
                        series_text(&lease.series)?,
                        device.as_str(),
                        epoch,
                        sql(lease.first)?,
                        sql(lease.last)?,
                        sql(held.next())?
                    ],
                )
                .map_err(storage("keep a lease"))?;
            Ok(())
        })
    }

    /// Takes the next number of a series, durably: it is never given out again, whether or not its label comes out.
    ///
    /// # Errors
    /// `no_number_left` when this device has none: reach the gateway; `storage`.
    pub fn take_number(&self, series: &Series) -> Result<OwnNumber, Error> {
        self.in_transaction(|transaction| {
            let (device, epoch) = here(transaction)?;
            let mut leases = held_of(transaction, series, &device, epoch)?.into_iter();
            let Some(mut held) = leases.find(|held| held.left() > 0) else {
                let error = NumberError::NoneLeft(series.clone());
                return Err(Error::new(Remedy::Retry, "no_number_left", error.to_string()));
            };
            let own = held.take(&device, epoch).map_err(|e| bad_lease(&e))?;
            let (id, number) = (sql(own.lease.0)?, sql(own.number)?);
            transaction
                .execute("UPDATE lease SET next = ?2 WHERE id = ?1", [id, sql(held.next())?])
                .map_err(storage("take a number"))?;
            transaction
                .execute(
                    "INSERT INTO own_number (lease, number, label, state) VALUES (?1, ?2, ?3, 'taken')",
                    params![id, number, own.bracketed()],
                )
                .map_err(storage("take a number"))?;
            Ok(own)
        })
    }

    /// The label of a number came out of the printer. Gives how often it has by now: 1.
    ///
    /// # Errors
    /// `number_settled` when it was printed or burnt before; `storage`.
    pub fn printed(&self, lease: LeaseId, number: u64, at_ms: i64) -> Result<u32, Error> {
        self.in_transaction(|transaction| {
            settle(transaction, lease, number, "printed", None)?;
            print(transaction, lease, number, at_ms, None)
        })
    }

    /// The label did not come out, or not so that it can be read: the number stays used up.
    ///
    /// # Errors
    /// `number_settled` when it was printed or burnt before; `storage`.
    pub fn burnt(&self, lease: LeaseId, number: u64, reason: &str) -> Result<(), Error> {
        self.in_transaction(|transaction| settle(transaction, lease, number, "burnt", Some(reason)))
    }

    /// Whether a label may be printed once more, before it is: gives the label and how often it was printed by now.
    ///
    /// # Errors
    /// As [`Store::reprinted`].
    pub fn may_reprint(&self, lease: LeaseId, number: u64, reason: &str) -> Result<(String, u32), Error> {
        self.with_journal(|connection| reprintable(connection, lease, number, reason))
    }

    /// The same label once more. Gives how often it was printed by now.
    ///
    /// # Errors
    /// `reason_needed` without a reason; `not_printed` when this number never came out; `storage`.
    pub fn reprinted(&self, lease: LeaseId, number: u64, at_ms: i64, reason: &str) -> Result<u32, Error> {
        self.in_transaction(|transaction| {
            reprintable(transaction, lease, number, reason)?;
            print(transaction, lease, number, at_ms, Some(reason))
        })
    }

    /// Numbers taken and not settled: the process died, or nobody looked.
    ///
    /// # Errors
    /// `storage`.
    pub fn open_numbers(&self) -> Result<Vec<OpenNumber>, Error> {
        self.with_journal(|connection| {
            connection
                .prepare_cached(
                    "SELECT lease, number, label FROM own_number WHERE state = 'taken' ORDER BY lease, number",
                )
                .and_then(|mut s| {
                    s.query_map([], |r| {
                        Ok(OpenNumber {
                            lease: LeaseId(r.get::<_, i64>(0)?.cast_unsigned()),
                            number: r.get::<_, i64>(1)?.cast_unsigned(),
                            label: r.get(2)?,
                        })
                    })?
                    .collect()
                })
                .map_err(storage("read open numbers"))
        })
    }

    /// How many numbers of a series this device can give out, and whether it should ask for more.
    ///
    /// # Errors
    /// `storage`.
    pub fn numbers_left(&self, series: &Series) -> Result<(u64, bool), Error> {
        self.with_journal(|connection| {
            let (device, epoch) = here(connection)?;
            let held = held_of(connection, series, &device, epoch)?;
            Ok((held.iter().map(Held::left).sum(), Held::run_low(&held)))
        })
    }

    /// Every lease this journal knows, void ones too: what the gateway asks for after it was restored.
    ///
    /// # Errors
    /// `storage`.
    pub fn leases(&self) -> Result<Vec<Lease>, Error> {
        self.with_journal(|connection| Ok(held_all(connection)?.iter().map(|held| held.lease().clone()).collect()))
    }

    /// What the gateway is told of this device's numbers, and whether any series runs low. `mark` and `tip` are the
    /// queue's.
    pub(crate) fn numbers_shown(
        &self,
        tip: StoredThrough,
        mark: StoredThrough,
    ) -> Result<(NumbersRequest, bool), Error> {
        self.with_journal(|connection| {
            let (device, epoch) = here(connection)?;
            let all = held_all(connection)?;
            let live = |held: &Held| held.lease().device == device && held.lease().epoch == epoch && held.left() > 0;
            let mut series: BTreeMap<&Series, Vec<&Held>> = BTreeMap::new();
            for held in all.iter().filter(|held| held.lease().device == device) {
                series.entry(&held.lease().series).or_default().push(held);
            }
            let low = series
                .values()
                .any(|held| Held::run_low(held.iter().copied().filter(|held| live(held))));
            // The one that reaches furthest tells a restored gateway where to go on.
            let furthest: Vec<LeaseId> = series
                .values()
                .filter_map(|held| held.iter().max_by_key(|held| held.lease().last))
                .map(|held| held.lease().id)
                .collect();
            let held = all
                .iter()
                .filter(|held| live(held) || furthest.contains(&held.lease().id))
                .take(LEASES_SHOWN)
                .map(|held| ShownLease {
                    lease: held.lease().clone(),
                    next: held.next(),
                })
                .collect();
            Ok((NumbersRequest { tip, mark, held }, low))
        })
    }

    /// Keeps what the gateway answered: what is void is given out no more, and new leases are kept. One that cannot be
    /// kept is left out; its numbers are lost, and the others are not.
    pub(crate) fn keep_numbers(&self, reply: &NumbersReply) -> Result<(), Error> {
        self.in_transaction(|transaction| {
            for lease in &reply.void {
                transaction
                    .execute("UPDATE lease SET next = last + 1 WHERE id = ?1", [sql(lease.0)?])
                    .map_err(storage("end a lease"))?;
            }
            Ok(())
        })?;
        for lease in &reply.leases {
            match self.grant(lease) {
                Err(error) if error.fault().code == "bad_lease" => {
                    tracing::error!(%error, lease = lease.id.0, "the gateway gave a lease that is none");
                }
                done => done?,
            }
        }
        for series in &reply.exhausted {
            tracing::warn!(%series, "the gateway has no number left");
        }
        Ok(())
    }

    fn in_transaction<T>(&self, work: impl FnOnce(&Transaction<'_>) -> Result<T, Error>) -> Result<T, Error> {
        self.with_journal(|connection| {
            let transaction = connection
                .transaction_with_behavior(TransactionBehavior::Immediate)
                .map_err(storage("begin"))?;
            let done = work(&transaction)?;
            transaction.commit().map_err(storage("commit"))?;
            Ok(done)
        })
    }
}

fn settle(
    transaction: &Transaction<'_>,
    lease: LeaseId,
    number: u64,
    state: &str,
    reason: Option<&str>,
) -> Result<(), Error> {
    let changed = transaction
        .execute(
            "UPDATE own_number SET state = ?3, reason = ?4 WHERE lease = ?1 AND number = ?2 AND state = 'taken'",
            params![sql(lease.0)?, sql(number)?, state, reason],
        )
        .map_err(storage("settle a number"))?;
    if changed == 1 {
        return Ok(());
    }
    Err(Error::new(
        Remedy::CallSupervisor,
        "number_settled",
        format!("number {number} of lease {lease} is not waiting for a print"),
    ))
}

fn reprintable(connection: &Connection, lease: LeaseId, number: u64, reason: &str) -> Result<(String, u32), Error> {
    if reason.trim().is_empty() {
        return Err(Error::new(Remedy::Retry, "reason_needed", "a reprint needs a reason"));
    }
    connection
        .query_row(
            "SELECT label, (SELECT count(*) FROM label_print p WHERE p.lease = n.lease AND p.number = n.number)
               FROM own_number n WHERE lease = ?1 AND number = ?2 AND state = 'printed'",
            [sql(lease.0)?, sql(number)?],
            |r| Ok((r.get(0)?, r.get(1)?)),
        )
        .optional()
        .map_err(storage("look up a number"))?
        .ok_or_else(|| {
            Error::new(
                Remedy::CallSupervisor,
                "not_printed",
                format!("number {number} of lease {lease} was not printed by this device"),
            )
        })
}

fn print(
    transaction: &Transaction<'_>,
    lease: LeaseId,
    number: u64,
    at_ms: i64,
    reason: Option<&str>,
) -> Result<u32, Error> {
    transaction
        .query_row(
            "INSERT INTO label_print (lease, number, n, at_ms, reason)
             SELECT ?1, ?2, coalesce(max(n), 0) + 1, ?3, ?4 FROM label_print WHERE lease = ?1 AND number = ?2
             RETURNING n",
            params![sql(lease.0)?, sql(number)?, at_ms, reason],
            |r| r.get(0),
        )
        .map_err(storage("count a print"))
}

/// Which device this is, and in which epoch its chain stands.
fn here(connection: &Connection) -> Result<(DeviceId, u32), Error> {
    let (device, epoch): (Option<String>, u32) = connection
        .prepare_cached(
            "SELECT (SELECT value FROM main.meta WHERE key = 'device'), coalesce((SELECT max(epoch) FROM main.epoch), 1)",
        )
        .and_then(|mut s| s.query_row([], |r| Ok((r.get(0)?, r.get(1)?))))
        .map_err(storage("read what the device is"))?;
    let device = DeviceId::new(device.as_deref().unwrap_or("unenrolled")).map_err(|e| Error::bug(e.to_string()))?;
    Ok((device, epoch))
}

fn held_of(connection: &Connection, series: &Series, device: &DeviceId, epoch: u32) -> Result<Vec<Held>, Error> {
    let all = held_all(connection)?;
    let ours = |held: &Held| {
        let lease = held.lease();
        lease.series == *series && lease.device == *device && lease.epoch == epoch
    };
    Ok(all.into_iter().filter(ours).collect())
}

/// In the order in which they were leased, so that an older one is used up first.
fn held_all(connection: &Connection) -> Result<Vec<Held>, Error> {
    let rows: Vec<(i64, String, String, u32, [i64; 3])> = connection
        .prepare_cached("SELECT id, series, device, epoch, first, last, next FROM lease ORDER BY id")
        .and_then(|mut s| {
            s.query_map([], |r| {
                Ok((
                    r.get(0)?,
                    r.get(1)?,
                    r.get(2)?,
                    r.get(3)?,
                    [r.get(4)?, r.get(5)?, r.get(6)?],
                ))
            })?
            .collect()
        })
        .map_err(storage("read leases"))?;
    rows.into_iter()
        .map(|(id, series, device, epoch, numbers)| {
            let damaged = |e: &dyn std::fmt::Display| {
                Error::new(
                    Remedy::CallSupervisor,
                    "storage",
                    format!("lease {id} can't be read: {e}"),
                )
            };
            let [first, last, next] = numbers.map(i64::cast_unsigned);
            let lease = Lease {
                id: LeaseId(id.cast_unsigned()),
                series: serde_json::from_str(&series).map_err(|e| damaged(&e))?,
                device: DeviceId::new(device).map_err(|e| damaged(&e))?,
                epoch,
                first,
                last,
            };
            Held::resume(lease, next).map_err(|e| damaged(&e))
        })
        .collect()
}

fn bad_lease(error: &NumberError) -> Error {
    Error::new(Remedy::Bug, "bad_lease", error.to_string())
}

fn series_text(series: &Series) -> Result<String, Error> {
    serde_json::to_string(series).map_err(|e| Error::bug(e.to_string()))
}

/// SQLite's integers have a sign; no series reaches it.
fn sql(number: u64) -> Result<i64, Error> {
    i64::try_from(number).map_err(|_| Error::bug(format!("number {number} is beyond what a database holds")))
}
