//! The picture: the site's rows and, over them, own effects above `included`. One file a noun.
//!
//! Before a statement reads own effects, those that wait are written ([`super::behind`]). One that reads both files reads
//! `included` itself, so that it counts each own effect exactly once whatever the sync thread does meanwhile: a page is
//! committed to the site first, own effects are pruned after it, and pruning waits for the journal's lock, which a reader
//! holds.
//!
//! The site keeps no statistics, and without them SQLite takes one equal column of a primary key for better than two of an
//! index: it would read every row of the site. So each question that an index answers names it.

mod blocks;
mod documents;
mod drilled;
mod exceptions;
mod genealogy;
mod history;
mod items;
mod people;
mod places;
mod reports;
mod stock;
mod tasks;

pub(super) use blocks::Blocks;

use super::behind::{Behind, settle};
use super::known::{Known, Standing};
use super::open::{Store, lock};
use super::{standing, storage};
use crate::work::facts::{
    By, Document, DocumentLine, ExceptionFacts, Facts, HistoryFacts, LotFacts, Outbound, PlateFacts, Reconciled,
    SerialAt, SerialFacts, StockFacts, Subject, ToldSerial,
};
use crate::{Error, Remedy};
use lotline_record::entry::{Body, EntryRef, Heard, Position, Sealed};
use lotline_record::model::{
    Account, Block, Day, DeviceId, DocumentId, DocumentKind, Goods, Item, ItemId, LineId, LotKey, MakerId, OwnerId,
    PackLevel, Person, PersonId, Place, PlaceId, PlateId, Reservation, SerialKey, Task, TaskId,
};
use lotline_record::stock::Effect;
use lotline_record::trace::kin::{Descent, Kin, Kinship, Member};
use lotline_record::trace::marks::Marks;
use lotline_record::trace::report::{Dated, Told};
use lotline_scan::Gtin;
use rusqlite::{Connection, OptionalExtension, Params, Row};
use std::sync::{Arc, Mutex};

/// Up to which own entry the site's rows count, as an expression.
macro_rules! included {
    () => {
        "coalesce((SELECT CAST(value AS INTEGER) FROM site.meta WHERE key = 'included'), 0)"
    };
}
use included;

/// Reads with the journal's connection, while its lock is held.
pub(crate) struct Picture<'c> {
    connection: &'c Connection,
    known: &'c Mutex<Known>,
    behind: &'c Mutex<Behind>,
    standing: Arc<Standing>,
}

/// Up to which own entry the site's rows count.
pub(super) fn included_through(connection: &Connection) -> Result<Position, Error> {
    connection
        .prepare_cached(concat!("SELECT ", included!()))
        .and_then(|mut s| s.query_row([], |r| r.get(0)))
        .map(Position::from_raw)
        .map_err(storage("read the picture"))
}

/// A stored word or name that this version cannot read: damage, or a newer server.
fn unreadable(what: &str, value: &str) -> Error {
    Error::new(
        Remedy::Bug,
        "bad_picture",
        format!("the picture holds a {what} that cannot be read: {value:?}"),
    )
}

fn parse<T: std::str::FromStr>(what: &str, text: &str) -> Result<T, Error> {
    text.parse().map_err(|_| unreadable(what, text))
}

fn parse_some<T: std::str::FromStr>(what: &str, text: Option<String>) -> Result<Option<T>, Error> {
    text.filter(|t| !t.is_empty()).map(|t| parse(what, &t)).transpose()
}

fn word<T>(what: &str, text: &str, read: impl FnOnce(&str) -> Option<T>) -> Result<T, Error> {
    read(text).ok_or_else(|| unreadable(what, text))
}

fn lot_key(lot: &str, maker: &str) -> Result<Option<LotKey>, Error> {
    if lot.is_empty() {
        return Ok(None);
    }
    let maker = if maker.is_empty() {
        None
    } else {
        Some(parse::<MakerId>("maker", maker)?)
    };
    Ok(Some(LotKey {
        number: parse("lot", lot)?,
        maker,
    }))
}

impl Store {
    /// Runs `f` on the picture.
    pub(crate) fn picture<T>(&self, f: impl FnOnce(&Picture<'_>) -> Result<T, Error>) -> Result<T, Error> {
        self.with_journal(|connection| {
            f(&Picture {
                standing: standing::load(connection, &self.known)?,
                known: &self.known,
                behind: &self.behind,
                connection,
            })
        })
    }
}

impl Picture<'_> {
    fn site(&self) -> &str {
        &self.standing.picture_site
    }

    /// A fact from its shelf, or read and put there, unless something was forgotten meanwhile.
    fn known<T: Clone>(
        &self,
        look: impl FnOnce(&Known) -> Option<T>,
        read: impl FnOnce() -> Result<T, Error>,
        keep: impl FnOnce(&mut Known, T),
    ) -> Result<T, Error> {
        let generation = {
            let known = lock(self.known);
            if let Some(fact) = look(&known) {
                return Ok(fact);
            }
            known.generation()
        };
        let fact = read()?;
        self.keep(generation, |known| keep(known, fact.clone()));
        Ok(fact)
    }

    fn generation(&self) -> u64 {
        lock(self.known).generation()
    }

    fn keep(&self, generation: u64, put: impl FnOnce(&mut Known)) {
        let mut known = lock(self.known);
        if known.generation() == generation {
            put(&mut known);
        }
    }

    /// Before own effects are read they are all written.
    fn settled(&self, sql: &str) -> Result<(), Error> {
        if sql.contains(" effects.") {
            settle(self.connection, self.behind)
        } else {
            Ok(())
        }
    }

    /// The same, unless what waits does not bear on the question.
    fn settled_for(&self, bears: impl Fn(&Effect) -> bool) -> Result<(), Error> {
        if lock(self.behind).is_silent(bears) {
            return Ok(());
        }
        settle(self.connection, self.behind)
    }

    fn one<T>(
        &self,
        sql: &str,
        values: impl Params,
        read: impl FnOnce(&Row<'_>) -> rusqlite::Result<T>,
    ) -> Result<Option<T>, Error> {
        self.settled(sql)?;
        self.one_unsettled(sql, values, read)
    }

    /// The same where what waits to be written has nothing to say.
    fn one_unsettled<T>(
        &self,
        sql: &str,
        values: impl Params,
        read: impl FnOnce(&Row<'_>) -> rusqlite::Result<T>,
    ) -> Result<Option<T>, Error> {
        self.connection
            .prepare_cached(sql)
            .and_then(|mut s| s.query_row(values, read).optional())
            .map_err(storage("read the picture"))
    }

    fn all<T>(
        &self,
        sql: &str,
        values: impl Params,
        read: impl FnMut(&Row<'_>) -> rusqlite::Result<T>,
    ) -> Result<Vec<T>, Error> {
        self.settled(sql)?;
        self.all_unsettled(sql, values, read)
    }

    fn all_unsettled<T>(
        &self,
        sql: &str,
        values: impl Params,
        read: impl FnMut(&Row<'_>) -> rusqlite::Result<T>,
    ) -> Result<Vec<T>, Error> {
        self.connection
            .prepare_cached(sql)
            .and_then(|mut s| s.query_map(values, read)?.collect())
            .map_err(storage("read the picture"))
    }
}

impl Facts for Picture<'_> {
    fn items_by_gtin(&self, gtin: &Gtin, today: Day) -> Result<Vec<(Item, PackLevel)>, Error> {
        self.read_levels(gtin, today)
    }

    fn item(&self, owner: &OwnerId, item: &ItemId) -> Result<Option<Item>, Error> {
        Ok(self.read_item(owner, item)?.map(|(item, _)| item))
    }

    fn expires(&self, owner: &OwnerId, item: &ItemId) -> Result<bool, Error> {
        Ok(self.read_item(owner, item)?.is_some_and(|(_, expires)| expires))
    }

    fn lot(&self, owner: &OwnerId, item: &ItemId, lot: &LotKey) -> Result<Option<LotFacts>, Error> {
        self.read_lot(owner, item, lot)
    }

    fn serial(&self, serial: &SerialKey) -> Result<Option<SerialFacts>, Error> {
        self.read_serial(serial)
    }

    fn levels_of(&self, owner: &OwnerId, item: &ItemId, today: Day) -> Result<Vec<PackLevel>, Error> {
        self.read_levels_of(owner, item, today)
    }
    fn own_unit(&self, unit: &str) -> Result<Option<SerialAt>, Error> {
        self.read_own_unit(unit)
    }
    fn serials_in(&self, account: &Account) -> Result<Vec<SerialAt>, Error> {
        self.read_serials_in(account)
    }

    fn plate(&self, plate: &PlateId) -> Result<Option<PlateFacts>, Error> {
        self.read_plate(plate)
    }

    fn plates_in(&self, account: &Account) -> Result<Vec<PlateId>, Error> {
        self.read_plates_in(account)
    }

    fn drilled(&self, from: Position, to: Position) -> Result<Reconciled, Error> {
        self.read_drilled(from, to)
    }

    fn unsent(&self) -> Result<u64, Error> {
        Ok(self.standing.pending)
    }

    fn place(&self, place: &PlaceId) -> Result<Option<Place>, Error> {
        self.read_place(place)
    }

    fn cage(&self) -> Result<Option<PlaceId>, Error> {
        self.read_cage()
    }

    fn bin_after(&self, walk: u32, place: &PlaceId) -> Result<Option<Place>, Error> {
        self.read_bin_after(walk, place)
    }

    fn empty_bin(&self) -> Result<Option<PlaceId>, Error> {
        self.read_empty_bin()
    }

    fn stock_of(&self, owner: &OwnerId, item: &ItemId) -> Result<Vec<StockFacts>, Error> {
        self.read_stock_of(owner, item)
    }

    fn stock_in(&self, account: &Account) -> Result<Vec<StockFacts>, Error> {
        self.read_stock_in(account)
    }

    fn documents(&self, kind: DocumentKind) -> Result<Vec<Document>, Error> {
        self.read_documents(kind, None)
    }

    fn document(&self, kind: DocumentKind, document: &DocumentId) -> Result<Option<Document>, Error> {
        Ok(self.read_documents(kind, Some(document))?.pop())
    }

    fn outbound(&self, which: Option<&DocumentId>) -> Result<Vec<Outbound>, Error> {
        self.read_outbound(which)
    }

    fn lines(&self, kind: DocumentKind, document: &DocumentId) -> Result<Arc<Vec<DocumentLine>>, Error> {
        self.read_lines(kind, document)
    }

    fn blocks(&self, goods: Option<&Goods>, place: Option<&PlaceId>) -> Result<Vec<Block>, Error> {
        self.read_blocks(goods, place)
    }

    fn recalls(&self) -> Result<Vec<Block>, Error> {
        self.read_recalls()
    }

    fn serials_by_key(&self, maker_key: &str) -> Result<Vec<(SerialAt, Account)>, Error> {
        self.read_serials_by_key(maker_key)
    }

    fn unknown_plates(&self) -> Result<Vec<(PlateId, Account)>, Error> {
        self.read_unknown_plates()
    }

    fn told_serial(&self, notice: &DocumentId, serial: &SerialKey) -> Result<ToldSerial, Error> {
        self.read_told_serial(notice, serial)
    }

    fn told_serials(&self, notice: &DocumentId, line: Option<&LineId>) -> Result<Vec<SerialKey>, Error> {
        self.read_told_serials(notice, line)
    }

    fn blocks_on_plate(&self, plate: &PlateId) -> Result<Vec<Block>, Error> {
        self.read_blocks_on_plate(plate)
    }

    fn person_by_badge(&self, badge: &str) -> Result<Option<Person>, Error> {
        self.read_badge(badge)
    }

    fn person(&self, person: &PersonId) -> Result<Option<Person>, Error> {
        Ok(self.read_person(person)?.map(|known| known.person))
    }

    fn chosen_ms(&self, person: &PersonId, name: &str) -> Result<Option<i64>, Error> {
        self.read_chosen_ms(person, name)
    }

    fn scope_of(&self, person: &PersonId) -> Result<Option<Vec<OwnerId>>, Error> {
        Ok(self.read_person(person)?.and_then(|known| known.scope))
    }

    fn exceptions(&self) -> Result<Vec<ExceptionFacts>, Error> {
        self.read_exceptions()
    }

    fn own_entry(&self, position: Position) -> Result<Option<(EntryRef, Body)>, Error> {
        let bytes: Option<Vec<u8>> = self.one(
            "SELECT bytes FROM main.entry WHERE position = ?1",
            [position.raw()],
            |r| r.get(0),
        )?;
        bytes
            .map(|bytes| {
                let sealed = Sealed::from_stored(position, bytes);
                let entry = sealed
                    .open()
                    .map_err(|e| Error::bug(format!("an own entry cannot be read: {e}")))?;
                Ok((entry.reference(sealed.hash), entry.body))
            })
            .transpose()
    }

    fn kin(&self, of: &Member, descent: Descent) -> Result<Vec<Kin>, Error> {
        self.read_kin(of, descent)
    }

    fn marks(&self, of: &Member) -> Result<Marks, Error> {
        self.read_marks(of)
    }

    fn dated(&self, by: By, until: Day) -> Result<(Vec<Dated>, bool), Error> {
        self.read_dated(by, until)
    }

    fn exceptions_between(&self, from_ms: i64, to_ms: i64) -> Result<(Vec<Told>, bool), Error> {
        self.read_exceptions_between(from_ms, to_ms)
    }

    fn tasks(&self) -> Result<Vec<Task>, Error> {
        self.read_tasks(None)
    }

    fn task(&self, task: &TaskId) -> Result<Option<Task>, Error> {
        Ok(self.read_tasks(Some(task))?.pop())
    }

    fn reservations(&self, owner: &OwnerId, item: &ItemId) -> Result<Vec<Reservation>, Error> {
        self.read_reservations(owner, item)
    }

    fn docks(&self) -> Result<Vec<PlaceId>, Error> {
        self.read_docks()
    }

    fn is_device(&self, device: &DeviceId) -> Result<bool, Error> {
        self.read_is_device(device)
    }

    fn heard(&self, owner: &OwnerId, item: &ItemId, lot: Option<&LotKey>, at: &Account) -> Result<Vec<Heard>, Error> {
        self.read_heard(owner, item, lot, at)
    }

    fn history(&self, subject: &Subject, limit: usize) -> Result<Vec<HistoryFacts>, Error> {
        self.read_history(subject, limit)
    }
}

impl Kinship for Picture<'_> {
    type Error = Error;

    fn kin(&self, of: &Member, descent: Descent) -> Result<Vec<Kin>, Error> {
        self.read_kin(of, descent)
    }
}
