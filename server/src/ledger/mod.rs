//! The ledger: what was received, what it did to the picture, and who may send.
//!
//! One ledger holds one site. Every method is one transaction and blocks: on the server's runtime call them from
//! `spawn_blocking`.

mod absorbed;
mod apply;
mod archive;
mod audit;
mod authority;
mod backup;
mod blocks;
mod brought;
mod carried;
mod counts;
mod device;
mod epcis;
mod error;
mod export;
mod focus;
mod food;
mod found;
mod group;
mod hand_off;
mod identity;
mod inspected;
mod intake;
mod kin;
mod naming;
mod numbers;
mod people;
mod picture;
mod plan;
mod plates;
mod postgres;
mod pull;
mod rebooked;
mod recall;
mod serial;
mod silent;
mod site;
mod snapshot;
mod sqlite;
mod tasks;
mod told;
mod users;
mod view;

pub use apply::{Applied, Hook};
pub use archive::{Archived, Archiving, LEAST_MONTHS, Month, MonthLine, NotAMonth, State, Stays, Step, Written};
pub use audit::Audited;
pub use backup::{Head, Sound};
pub use brought::{AsideLine, Fate};
pub use carried::Carried;
pub use counts::Counts;
pub(crate) use device::draw as draw_code;
pub use device::{Caller, Enrolled, TOKEN_SECONDS};
pub use epcis::{Behaviour, Job, Kept, Page as EventPage};
pub use error::LedgerError;
pub use export::{Alarm, Proof, Record, Stored, decompressed};
pub use food::{FoodAsked, FoodFound};
pub use hand_off::{BackEndLine, Due, FIRST as FIRST_BACK_END, Order, Outcome as Settled, RefusedLine, Stage, Terms};
pub use identity::{Identity, Shut};
pub(crate) use intake::lines;
pub use intake::{Outcome, Push};
pub use numbers::SeriesLine;
pub use silent::Silent;
pub use site::Site;
pub use snapshot::Snapshot;
pub use sqlite::FORMAT;
pub use told::{BlockReach, DeviceReach};
pub use users::{Credentials, Session};
pub use view::{DeviceLine, EntryLine, ExceptionLine, HistoryLine, StockLine};

use crate::access::{By, Role, Ticket, User, UserName};
use lotline_exchange::epcis::query::Query;
use lotline_exchange::epcis::{Event, Fault};
use lotline_record::entry::{Instant, Position};
use lotline_record::model::{BlockId, DeviceId, PersonId, PlaceId, SiteId};
use lotline_record::numbering::Series;
use lotline_record::wire::proof::PublicKey;
use lotline_record::wire::{EnrolRequest, NumbersReply, NumbersRequest, Page, Row, Table};
use p256::ecdsa::SigningKey;
use sqlite::Sqlite;
use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;
use tokio::sync::watch;

/// Result of the ledger.
pub type Result<T> = std::result::Result<T, LedgerError>;

/// The ledger, by the store that keeps it. Cheap to clone.
#[derive(Clone)]
pub enum Ledger {
    /// SQLite in the data folder.
    Sqlite(Arc<Sqlite>),
}

impl std::fmt::Debug for Ledger {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let Ledger::Sqlite(store) = self;
        write!(f, "Ledger({})", store.path().display())
    }
}

impl Ledger {
    /// Opens `path`, making it if it is not there.
    ///
    /// # Errors
    /// [`LedgerError::Newer`], [`LedgerError::NotALedger`], or the database's and the disk's own.
    pub fn open(path: &Path) -> Result<Self> {
        Sqlite::open(path).map(|store| Ledger::Sqlite(Arc::new(store)))
    }

    /// Opens the ledger of `site` in the PostgreSQL of `url`, making it if it is not there. `replica` is a file that it works
    /// on: made anew whenever it is not the very picture that PostgreSQL holds.
    ///
    /// # Errors
    /// [`LedgerError::Address`], [`LedgerError::Away`], [`LedgerError::Newer`], or the database's and the disk's own.
    pub fn open_postgres(url: &str, site: &SiteId, replica: &Path) -> Result<Self> {
        Sqlite::replica(replica, url, site).map(|store| Ledger::Sqlite(Arc::new(store)))
    }

    /// Learns what other processes wrote: another gateway of the site, a command beside it. A ledger in SQLite always knows.
    pub fn freshen(&self) -> Result<()> {
        self.store().freshen()
    }

    /// The SQLite file: the ledger itself, or the replica that it works on.
    pub fn file(&self) -> &Path {
        self.store().path()
    }

    fn store(&self) -> &Sqlite {
        let Ledger::Sqlite(store) = self;
        store
    }

    /// Makes the site with its pepper and history, or finds it: asking twice for the same site is fine.
    ///
    /// # Errors
    /// [`LedgerError::OtherSite`].
    pub fn create_site(&self, site: &SiteId, zone: &str) -> Result<Site> {
        site::create(self.store(), site, zone)
    }

    /// The site.
    ///
    /// # Errors
    /// [`LedgerError::NoSite`].
    pub fn site(&self) -> Result<Site> {
        self.store().read(|tx| site::load(tx))
    }

    /// The site's pepper for PINs (32 bytes).
    ///
    /// # Errors
    /// [`LedgerError::NoSite`].
    pub fn pepper(&self) -> Result<Vec<u8>> {
        self.site().map(|site| site.pepper)
    }

    /// The number of the last change: the newest cursor.
    pub fn cursor(&self) -> Result<u64> {
        self.site().map(|site| site.change)
    }

    /// Brings in master data: rows of any table that travels, inserted or replaced by their key, under one change
    /// number. Rows that say what stands there already are left alone, so the same import twice changes nothing. `c` of
    /// the rows is ignored; `gone` makes a tombstone. What the record itself moves on (stock, serials, plates, `done` of a
    /// line, exceptions, history) is set where the row is new and never overwritten. Gives the cursor after it.
    ///
    /// A page never splits a change, so bring large sets in calls of a few thousand rows.
    ///
    /// # Errors
    /// [`LedgerError::BadRow`] names the first row that does not fit; nothing is then brought in.
    pub fn put_rows(&self, rows: &[Row]) -> Result<u64> {
        site::put_rows(self.store(), rows)
    }

    /// Issues a one-time code, good for 24 hours. `name` is what people call the device, `resource` the cart, fork or
    /// hand it stands for. The device's own name is made from `name` with six random digits.
    pub fn issue_code(&self, name: &str, resource: &PlaceId) -> Result<String> {
        device::issue_code(self.store(), None, None, name, resource)
    }

    /// As [`Ledger::issue_code`], for a device whose own name is decided by who asks.
    ///
    /// # Errors
    /// [`LedgerError::NameTaken`].
    pub fn issue_code_for(&self, device: &DeviceId, name: &str, resource: &PlaceId) -> Result<String> {
        device::issue_code(self.store(), None, Some(device), name, resource)
    }

    /// As [`Ledger::issue_code`] or [`Ledger::issue_code_for`], told in the audit trail.
    ///
    /// # Errors
    /// [`LedgerError::NameTaken`].
    pub fn issue_code_by(&self, by: &By, device: Option<&DeviceId>, name: &str, resource: &PlaceId) -> Result<String> {
        device::issue_code(self.store(), Some(by), device, name, resource)
    }

    /// Uses a code. The same code by the same key again is answered the same way (a reply may get lost); a key that is
    /// enrolled already keeps its device. `None`: the code is unknown, used by another key or out of date.
    pub fn enrol(&self, request: &EnrolRequest, thumbprint: &str) -> Result<Option<Enrolled>> {
        device::enrol(self.store(), request, thumbprint)
    }

    /// Cuts a device off: its tokens are void and it gets no other.
    ///
    /// # Errors
    /// [`LedgerError::UnknownDevice`].
    pub fn revoke(&self, device: &DeviceId) -> Result<()> {
        device::revoke(self.store(), None, device)
    }

    /// As [`Ledger::revoke`], told in the audit trail.
    ///
    /// # Errors
    /// [`LedgerError::UnknownDevice`].
    pub fn revoke_by(&self, by: &By, device: &DeviceId) -> Result<()> {
        device::revoke(self.store(), Some(by), device)
    }

    /// Changes with each device that is cut off through this handle or its clones.
    pub fn revocations(&self) -> watch::Receiver<()> {
        self.store().revoked.subscribe()
    }

    /// Whether `device` was cut off; one that is not known counts as cut off.
    pub fn is_revoked(&self, device: &DeviceId) -> Result<bool> {
        device::is_revoked(self.store(), device)
    }

    /// Who holds the key of that thumbprint and, with `token` (the proof's `ath`), whether the token is theirs.
    pub fn caller(&self, thumbprint: &str, token: Option<&str>) -> Result<Option<Caller>> {
        device::caller(self.store(), thumbprint, token)
    }

    /// Keeps the hash of a new token for [`TOKEN_SECONDS`]; forgets those out of date.
    pub fn keep_token(&self, device: &DeviceId, hash: &str) -> Result<()> {
        device::keep_token(self.store(), device, hash)
    }

    /// Voids every token; the server does so when it starts, because it forgets which proofs it has seen.
    pub fn void_tokens(&self) -> Result<()> {
        device::void_tokens(self.store())
    }

    /// Receives a push: checks the envelope and stores the bytes, or says why not. Durable when it returns. Pushes that wait for
    /// the writer are written together.
    pub fn receive(&self, push: &Push<'_>, key: &SigningKey) -> Result<Outcome> {
        self.store().group.receive(self.store(), push, key)
    }

    /// Whether so many pushes wait for the writer that another had better come again.
    pub fn is_full(&self) -> bool {
        self.store().group.is_full()
    }

    /// As [`Ledger::apply`], and pushes go first: it waits a moment while they come, and ends the batch for one that comes
    /// meanwhile. What is received is durable, what is applied can wait that long.
    pub fn apply_between_pushes(&self, most: usize, hook: Option<&Hook>) -> Result<Applied> {
        let quiet = self.store().group.give_way();
        self.freshen()?;
        apply::apply(self.store(), most, quiet, hook)
    }

    /// Applies up to `most` received entries in the order of receipt. `hook` runs before each entry (tests panic there).
    pub fn apply(&self, most: usize, hook: Option<&Hook>) -> Result<Applied> {
        apply::apply(self.store(), most, false, hook)
    }

    /// Tries again what another version of the gateway kept aside; `all` tries everything. Gives how many wait now.
    pub fn retry_kept_aside(&self, all: bool) -> Result<usize> {
        apply::retry(self.store(), all)
    }

    /// Leases from a series in blocks of `block` numbers from now on; where it is open already, in blocks of that size.
    ///
    /// # Errors
    /// [`LedgerError::SeriesMeet`] where a series here gives out the same labels.
    pub fn open_series(&self, series: &Series, block: u32) -> Result<()> {
        numbers::open_series(self.store(), series, block)
    }

    /// Leases nothing more from a series; what is leased can be used up. False: there is no such series.
    pub fn close_series(&self, series: &Series) -> Result<bool> {
        numbers::close_series(self.store(), series)
    }

    /// The series, and how far each is.
    pub fn series(&self) -> Result<Vec<SeriesLine>> {
        numbers::lines(self.store())
    }

    /// Notes what a device has of its leases, ends those in doubt, and leases more where it runs low. A device whose mark
    /// is not this ledger's head for it gets nothing until it has pushed.
    pub fn numbers(&self, device: &DeviceId, asked: &NumbersRequest, now: Instant) -> Result<NumbersReply> {
        numbers::exchange(self.store(), device, asked, now)
    }

    /// Rows that changed after `cursor`, for `device`.
    pub fn page(&self, device: &DeviceId, cursor: u64, limit: usize, now: Instant) -> Result<Page> {
        pull::page(self.store(), device, cursor, limit, now, |_| true)
    }

    /// As [`Ledger::page`], of the tables alone whose rows go ahead of everything else ([`Table::is_urgent`]).
    pub fn urgent_page(&self, device: &DeviceId, cursor: u64, limit: usize, now: Instant) -> Result<Page> {
        pull::page(self.store(), device, cursor, limit, now, Table::is_urgent)
    }

    /// Today's work and what it refers to, for a device that has no picture yet.
    pub fn focus(&self, device: &DeviceId, now: Instant) -> Result<Page> {
        focus::page(self.store(), device, now)
    }

    /// The newest change of a table whose rows go ahead of everything else; 0: none.
    pub fn urgent_cursor(&self) -> Result<u64> {
        told::newest(self.store())
    }

    /// A device says at `now` that it has what changed up to `cursor`.
    pub fn told(&self, device: &DeviceId, cursor: u64, now: Instant) -> Result<()> {
        told::note(self.store(), device, cursor, now)
    }

    /// The newest open blocks and recalls, at most so many, each with the devices that do not have it.
    pub fn reach(&self, most: usize) -> Result<Vec<BlockReach>> {
        told::blocks(self.store(), most)
    }

    /// Every device that was not cut off, and since when it has that block; `None`: there is no such block.
    pub fn reach_of(&self, block: &BlockId) -> Result<Option<Vec<DeviceReach>>> {
        told::block(self.store(), block)
    }

    /// What of the picture `device` carries, by the policy in force.
    pub fn carried(&self, device: &DeviceId) -> Result<Carried> {
        self.store()
            .read(|tx| carried::of(tx, site::load(tx)?.site.as_str(), device))
    }

    /// Which history the cursors of `device` belong to: that of the ledger, and of what the device carries.
    pub fn history_of(&self, device: &DeviceId) -> Result<String> {
        self.store().read(|tx| {
            let site = site::load(tx)?;
            Ok(carried::of(tx, site.site.as_str(), device)?.epoch(&site.server_epoch))
        })
    }

    /// Builds a complete `site.db`, the same for every device that carries so much, in a temporary file beside the ledger.
    pub fn snapshot(&self, carried: &Carried) -> Result<Snapshot> {
        snapshot::build(self.store(), carried)
    }

    /// Deletes the files of snapshots that a process before this one left behind.
    pub fn clear_snapshots(&self) -> Result<()> {
        snapshot::clear(self.store())
    }

    /// Stored entries after `after` (0 to begin), at most `most`, in order of receipt; of one device or all. Call again
    /// with the last one's `arrival`.
    pub fn entries(&self, device: Option<&DeviceId>, after: i64, most: usize) -> Result<Vec<Stored>> {
        export::entries(self.store(), device, after, most)
    }

    /// Every stored entry of one device or all, in order of receipt, read in pieces: what `export` writes.
    pub fn export(&self, device: Option<DeviceId>) -> impl Iterator<Item = Result<Stored>> + '_ {
        export::all(self, device)
    }

    /// The signatures over heads that devices sent with their pushes.
    pub fn proofs(&self, device: Option<&DeviceId>) -> Result<Vec<Proof>> {
        export::proofs(self.store(), device)
    }

    /// The counter-signatures given.
    pub fn receipts(&self, device: Option<&DeviceId>) -> Result<Vec<lotline_record::wire::Receipt>> {
        export::receipts(self.store(), device)
    }

    /// The whole record as it stands at this moment, to be exported or checked; `site_key` is the public key (SPKI DER) that
    /// counter-signs.
    pub fn record(&self, site_key: Option<Vec<u8>>, made_at: Instant) -> Result<Record> {
        export::record(self.store(), site_key, made_at)
    }

    /// The months of receipt of the database, the oldest first, and whether each can go to an archive; `keep` of them stay online,
    /// [`LEAST_MONTHS`] at least.
    ///
    /// # Errors
    /// [`LedgerError::NoPartitions`] of a ledger in its folder.
    pub fn months(&self, keep: Option<u32>, now: Instant) -> Result<Vec<MonthLine>> {
        archive::months(self, keep, now)
    }

    /// Archives a month of all sites of the database; `done` hears of each step, and stops the rest by an error. What was begun
    /// before is gone on with; a month that is archived already gives no files.
    ///
    /// # Errors
    /// [`LedgerError::NoPartitions`], [`LedgerError::NoSuchMonth`], [`LedgerError::MonthStays`], [`LedgerError::ArchiveFile`].
    pub fn archive(&self, asked: &Archiving<'_>, done: &mut dyn FnMut(&Step) -> Result<()>) -> Result<Vec<Written>> {
        archive::archive(self, asked, done)
    }

    /// Drops what an archived month was before, once its files in the folder `from` are proved again.
    ///
    /// # Errors
    /// [`LedgerError::NoPartitions`], [`LedgerError::NoSuchMonth`], [`LedgerError::NotArchived`], [`LedgerError::ArchiveFile`].
    pub fn drop_aside(&self, month: Month, from: &Path, done: &mut dyn FnMut(&Step) -> Result<()>) -> Result<()> {
        archive::drop_aside(self, month, from, done)
    }

    /// The months of this site that are in an archive, the oldest first. What the record says of them stands; their entries' bytes
    /// do not.
    pub fn archived(&self) -> Result<Vec<Archived>> {
        archive::archived(self)
    }

    /// Writes all of it, as it stands at this moment, into the new file `to`; whoever reads and writes goes on meanwhile. The
    /// copy is a ledger in SQLite, whatever keeps this one.
    pub fn copy(&self, to: &Path) -> Result<()> {
        backup::copy(self.store(), to)
    }

    /// Makes one file of the ledger in `path`, which nobody has open any more, so that it can be moved or copied alone.
    pub fn settle(path: &Path) -> Result<()> {
        backup::settle(path)
    }

    /// Brings everything of the ledger file `from` into this one.
    ///
    /// # Errors
    /// [`LedgerError::Taken`] when this one has a site; nothing is then brought in.
    pub fn fill(&self, from: &Path) -> Result<()> {
        backup::fill(self.store(), from)
    }

    /// Looks through everything: the file, each entry's hash and link, the heads, the audit trail, and that `key` (SPKI DER)
    /// is the one that signed the newest receipt.
    ///
    /// # Errors
    /// [`LedgerError::Damaged`] names the first thing that does not hold.
    pub fn check(&self, key: &[u8]) -> Result<Sound> {
        let key = PublicKey::from_spki(key).map_err(|error| LedgerError::Damaged(format!("the site key: {error}")))?;
        backup::check(self.store(), &key)
    }

    /// Begins another history, because entries that were acknowledged may be missing: devices fetch the picture anew and send
    /// again what this ledger lacks. Tokens, sessions and unused codes end. Gives the history's name; `what` goes into the
    /// audit trail.
    ///
    /// # Errors
    /// [`LedgerError::NoSite`].
    pub fn renew(&self, by: &By, what: &str) -> Result<String> {
        backup::renew(self.store(), by, what)
    }

    /// How PostgreSQL is set where it matters for durability, as name and value by its own configuration; empty for a ledger in
    /// its folder, which sets what it needs itself.
    pub fn settings(&self) -> Result<Vec<(String, String)>> {
        self.store().settings()
    }

    /// Takes one transaction that changes nothing, as durable as any other.
    pub fn check_writable(&self) -> Result<()> {
        self.store().touch()
    }

    /// Captures a batch of EPCIS events under the job's name, durable with the job that tells of it.
    pub fn capture_events(
        &self,
        job: &str,
        events: &[std::result::Result<Event, Vec<Fault>>],
        behaviour: Behaviour,
        now: Instant,
    ) -> Result<Job> {
        epcis::capture(self.store(), job, events, behaviour, now)
    }

    /// Captures one EPCIS event.
    pub fn capture_event(&self, event: &Event, now: Instant) -> Result<Kept> {
        epcis::capture_one(self.store(), event, now)
    }

    /// A capture job by its name; without one the newest.
    pub fn capture_jobs(&self, name: Option<&str>, most: u32) -> Result<Vec<Job>> {
        epcis::jobs(self.store(), name, most)
    }

    /// The newest EPCIS event of that name.
    pub fn event(&self, id: &str) -> Result<Option<Event>> {
        epcis::by_id(self.store(), id)
    }

    /// EPCIS events that a query asks for: at most `most`, after the place where the last page ended.
    pub fn events(&self, query: &Query, after: Option<(i64, i64)>, most: usize) -> Result<EventPage> {
        epcis::page(self.store(), query, after, most)
    }

    /// Identifiers that EPCIS events are found by, in order, after one of them.
    pub fn event_keys(&self, after: &str, most: u32) -> Result<Vec<String>> {
        epcis::all_keys(self.store(), after, most)
    }

    /// Makes EPCIS events of up to `most` entries that were applied since; `gln` is the site's. Gives how many entries had
    /// their turn.
    pub fn tell_events(&self, gln: Option<&str>, most: u32, now: Instant) -> Result<usize> {
        epcis::tell(self.store(), gln, most, now)
    }

    /// Everybody's name as it is printed now, with its version, by pseudonym.
    pub fn names(&self) -> Result<BTreeMap<PersonId, (u32, String)>> {
        people::names(self.store())
    }

    /// The critical tracking events of a period, for the FDA (21 CFR 1 Subpart S). `locations`: descriptions by the key of a
    /// partner, a maker or the site.
    pub fn food(&self, asked: &FoodAsked, locations: &BTreeMap<String, String>) -> Result<FoodFound> {
        food::rows(self, asked, locations)
    }

    /// How much of what stands in it at `now`.
    pub fn counts(&self, now: Instant) -> Result<Counts> {
        counts::at(self.store(), now)
    }

    /// The newest alarms, newest first.
    pub fn alarms(&self, most: usize) -> Result<Vec<Alarm>> {
        export::alarms(self.store(), most)
    }

    /// How many refused pushes are kept.
    pub fn refused(&self) -> Result<u64> {
        export::refused(self.store())
    }

    /// The devices, by name.
    pub fn devices(&self) -> Result<Vec<DeviceLine>> {
        view::devices(self.store())
    }

    /// Devices that hold tasks or goods and were not heard of at `now` for longer than the policy's `hold_minutes`, the longest
    /// silent first.
    pub fn silent(&self, now: Instant) -> Result<Vec<Silent>> {
        silent::devices(self.store(), now)
    }

    /// The newest entries, newest first.
    pub fn newest(&self, most: usize) -> Result<Vec<EntryLine>> {
        view::newest(self.store(), most)
    }

    /// Open exceptions, oldest first.
    pub fn open_exceptions(&self) -> Result<Vec<ExceptionLine>> {
        view::open_exceptions(self.store())
    }

    /// The history of a lot, serial or handling unit by what is printed, oldest first.
    pub fn history(&self, printed: &str, most: usize) -> Result<Vec<HistoryLine>> {
        view::history(self.store(), printed, most)
    }

    /// Where stock of an item or lot, or in a place, is now.
    pub fn stock(&self, asked: &str, most: usize) -> Result<Vec<StockLine>> {
        view::stock(self.store(), asked, most)
    }

    /// Position up to which the picture counts the device's entries.
    pub fn applied(&self, device: &DeviceId) -> Result<Position> {
        self.store().read(|tx| device::applied(tx, device))
    }

    /// Whether the console has any account: without one it knows nobody.
    pub fn has_users(&self) -> Result<bool> {
        users::any(self.store())
    }

    /// The console's accounts, by name.
    pub fn users(&self) -> Result<Vec<User>> {
        users::all(self.store())
    }

    /// Makes an account with a password's hash (`access::Password::hash`).
    ///
    /// # Errors
    /// [`LedgerError::UserTaken`], [`LedgerError::NoSite`].
    pub fn add_user(&self, by: &By, name: &UserName, role: Role, password: &str) -> Result<()> {
        users::add(self.store(), by, name, role, password)
    }

    /// Lets somebody sign in or no longer, and unlocks; their sessions end.
    ///
    /// # Errors
    /// [`LedgerError::UnknownUser`].
    pub fn set_user_active(&self, by: &By, name: &UserName, active: bool) -> Result<()> {
        users::set_active(self.store(), by, name, active)
    }

    /// Gives another role; their sessions end.
    ///
    /// # Errors
    /// [`LedgerError::UnknownUser`].
    pub fn set_user_role(&self, by: &By, name: &UserName, role: Role) -> Result<()> {
        users::set_role(self.store(), by, name, role)
    }

    /// Sets the hash of a password and unlocks; their sessions end, but `keep`.
    ///
    /// # Errors
    /// [`LedgerError::UnknownUser`].
    pub fn set_user_password(&self, by: &By, name: &UserName, hash: &str, keep: Option<&Ticket>) -> Result<()> {
        users::set_password(self.store(), by, name, hash, keep)
    }

    /// Sets the second factor (sealed, with its recovery codes) or takes it away; their sessions end. `step` is that of the
    /// code it was confirmed with, 0 if with none.
    ///
    /// # Errors
    /// [`LedgerError::UnknownUser`].
    pub fn set_second_factor(
        &self,
        by: &By,
        name: &UserName,
        second: Option<(&[u8], &[String])>,
        step: u64,
    ) -> Result<()> {
        users::set_second(self.store(), by, name, second, step)
    }

    /// What a sign-in of that user is judged by.
    pub fn credentials(&self, name: &UserName) -> Result<Option<Credentials>> {
        users::credentials(self.store(), name)
    }

    /// Writes a failed sign-in down, and locks the account after too many in a row.
    pub fn sign_in_failed(&self, by: &By, name: &str, why: &str) -> Result<()> {
        users::failed(self.store(), by, name, why)
    }

    /// Takes the second factor's code of `step`; false where it or a later one was taken.
    pub fn take_step(&self, name: &UserName, step: u64) -> Result<bool> {
        users::take_step(self.store(), name, step)
    }

    /// Takes a recovery code, once.
    pub fn take_recovery(&self, by: &By, name: &UserName, code: &str) -> Result<bool> {
        users::take_recovery(self.store(), by, name, code)
    }

    /// Opens a session in place of `instead`; gives what the cookie holds.
    pub fn open_session(
        &self,
        by: &By,
        name: &UserName,
        complete: bool,
        agent: &str,
        instead: Option<&Ticket>,
    ) -> Result<Ticket> {
        users::open_session(self.store(), by, name, complete, agent, instead)
    }

    /// The session of a ticket while it lives; `used` by a person keeps it alive.
    pub fn session(&self, ticket: &Ticket, used: bool) -> Result<Option<Session>> {
        users::session(self.store(), ticket, used)
    }

    /// Keeps a second factor that is being set up in a session, sealed.
    pub fn set_pending(&self, ticket: &Ticket, sealed: &[u8]) -> Result<()> {
        users::set_pending(self.store(), ticket, sealed)
    }

    /// Living sessions of a user, the newest first.
    pub fn sessions(&self, name: &UserName) -> Result<Vec<Session>> {
        users::sessions(self.store(), name)
    }

    /// Ends one session of a user, or all.
    pub fn sign_out(&self, by: &By, name: &UserName, only: Option<&Ticket>) -> Result<()> {
        users::sign_out(self.store(), by, name, only)
    }

    /// Tells the audit trail of something that leaves no other mark in the ledger.
    pub fn note(&self, by: &By, act: &str, what: &str, done: bool) -> Result<()> {
        audit::note(self.store(), by, act, what, done)
    }

    /// The newest rows of the audit trail, newest first.
    pub fn audit(&self, most: usize) -> Result<Vec<Audited>> {
        audit::newest(self.store(), most)
    }

    /// Walks the whole audit trail; gives how many rows it has.
    ///
    /// # Errors
    /// [`LedgerError::Damaged`] names the first row that does not hold.
    pub fn check_audit(&self) -> Result<u64> {
        audit::check(self.store())
    }
}
