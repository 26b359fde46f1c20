//! What happened: physical facts, which are never refused, and claims, which are acts of authority (domain §4).

use super::{
    Disposition, Drilled, Hash, Heard, Inspected, Instant, Resolution, Revision, Signature, Tasked, VerificationAnswer,
    b64,
};
use crate::model::{
    Account, Amount, Block, BlockId, ContentsKnown, Day, DeviceId, DocumentId, DocumentKind, ExceptionId, Goods,
    ItemId, Level, LineKey, LotKey, OwnerId, PersonId, PlaceId, PlateId, Quantity, RunId, Scope, SerialKey, Setting,
};
use crate::numbering::OwnRef;
use crate::text::Message;
use serde::{Deserialize, Serialize};

/// Names another entry by its key and hash.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct EntryRef {
    /// Which device's chain.
    pub device: DeviceId,
    /// Which epoch.
    pub epoch: u32,
    /// Which entry.
    pub seq: u64,
    /// Its hash.
    pub hash: Hash,
}

/// What is lifted or dropped: goods by the unit, or a whole handling unit.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Load {
    /// Units of an item.
    Goods(Goods),
    /// A handling unit with all on it.
    Plate(PlateId),
}

/// So much of a line is not there.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Missing {
    /// Which line.
    pub line: LineKey,
    /// How much, in base units.
    pub amount: Amount,
}

/// The most RFID tags that one entry names.
pub const MOST_TAGS: usize = 500;

/// What a scan that moved nothing was good for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "what", rename_all = "snake_case")]
pub enum Seen {
    /// A place was confirmed.
    Place {
        /// Which.
        place: PlaceId,
    },
    /// Goods were looked up.
    Goods {
        /// Which.
        goods: Goods,
    },
    /// A handling unit was looked up or confirmed.
    Plate {
        /// Which.
        plate: PlateId,
    },
    /// A repeat of the read before it, within the policy's time: one effect, both reads kept.
    Repeat,
    /// A code that says nothing but its item: half of a split label, whose other code is awaited.
    Half,
    /// The calibration label: from here on this device's reads are read as this one taught.
    Calibration,
    /// Tags an RFID reader saw that did not count: of something else, or while nothing awaited them. At most
    /// [`MOST_TAGS`] in an entry.
    Tags {
        /// Their EPC memory from bit 20h on, in hexadecimal digits.
        epcs: Vec<String>,
    },
    /// Tags that were read for the first time in a sweep of a place. At most [`MOST_TAGS`] in an entry.
    Sweep {
        /// Which place.
        place: PlaceId,
        /// Their EPC memory from bit 20h on, in hexadecimal digits.
        epcs: Vec<String>,
    },
    /// The seal of a trailer was read.
    Seal {
        /// Its number, as it stands on it.
        seal: String,
    },
    /// A scan of an offline drill: it is captured and sent like any other, and says nothing of what was scanned.
    Drill,
    /// A person said the bin is empty.
    BinEmpty {
        /// Which.
        place: PlaceId,
    },
}

/// A picture that was taken of something. The bytes stay outside of the record; what they hash to is in it, so that
/// nobody can put another picture in its place.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Photo {
    /// SHA-256 of the file's bytes.
    pub sha256: Hash,
    /// How many bytes it has.
    pub size: u64,
    /// What the shell calls the file.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub name: String,
}

/// A person is locked out after too many wrong PINs: on this device at once, on every other one of the site once both have
/// synced.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LockedOut {
    /// Who.
    pub person: PersonId,
    /// Until when, by the device's trusted time. The gateway takes no later time than the policy's minutes after it heard of
    /// it, so that no clock locks anybody out for ever.
    pub until: Instant,
}

/// What an entry says.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Body {
    // Physical facts.
    /// Goods came in from a supplier.
    Received {
        /// What.
        goods: Goods,
        /// Where they stand now.
        to: Account,
        /// How the contents are known.
        known: ContentsKnown,
        /// The line they fill.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        line: Option<LineKey>,
    },
    /// Goods came in damaged: they stand apart under a block, with a photo of the damage.
    Damaged {
        /// What.
        goods: Goods,
        /// Where they stand now: a cage, as a rule.
        to: Account,
        /// The line they fill.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        line: Option<LineKey>,
        /// The photo; absent where none could be taken.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        photo: Option<Photo>,
        /// What keeps them there.
        block: Block,
    },
    /// Goods came back from a customer.
    Returned {
        /// What.
        goods: Goods,
        /// Where they stand now.
        to: Account,
        /// Who sent them back: key or name of the customer.
        customer: String,
        /// What becomes of them.
        disposition: Disposition,
        /// What keeps them from leaving again.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        blocks: Vec<Block>,
    },
    /// Whoever can say it was asked whether a unit is genuine, and answered.
    Verified {
        /// Which unit.
        serial: SerialKey,
        /// The block that waited for the answer.
        block: BlockId,
        /// What was answered.
        answer: VerificationAnswer,
        /// Who answered.
        by: String,
    },
    /// A load was taken onto a cart, fork or hand.
    Lifted {
        /// What.
        load: Load,
        /// From where.
        from: Account,
        /// Onto what.
        to: Account,
    },
    /// A load was put down.
    Dropped {
        /// What.
        load: Load,
        /// Off what.
        from: Account,
        /// To where.
        to: Account,
    },
    /// Goods were picked for an order.
    Picked {
        /// What.
        goods: Goods,
        /// From where.
        from: Account,
        /// Onto what.
        to: Account,
        /// The line they fill.
        line: LineKey,
    },
    /// Goods were put aside because of an exception; they are in the warehouse, but not in stock that may move.
    SetAside {
        /// What.
        goods: Goods,
        /// From where; the supplier for goods not yet received.
        from: Account,
        /// To where.
        to: Account,
        /// Why.
        exception: ExceptionId,
    },
    /// Stock came or went for a reason that no document tells.
    Adjusted {
        /// What.
        goods: Goods,
        /// From where; a virtual account for what was found.
        from: Account,
        /// To where; a virtual account for what is gone.
        to: Account,
        /// The policy's code of the reason.
        reason: String,
        /// The second person's signature, above the policy's limit.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        signature: Option<Signature>,
    },
    /// Goods were used up in a run.
    Consumed {
        /// Which run.
        run: RunId,
        /// `consume`, `kit` or `repack`.
        work: String,
        /// What.
        goods: Goods,
        /// From where.
        from: Account,
    },
    /// Goods were made in a run, out of all that was used up in it.
    Produced {
        /// Which run.
        run: RunId,
        /// `kit` or `repack`.
        work: String,
        /// What.
        goods: Goods,
        /// Where they stand.
        to: Account,
    },
    /// Goods were destroyed: they are in no place any more. Always signed by a second person.
    Disposed {
        /// What.
        goods: Goods,
        /// From where.
        from: Account,
        /// The policy's code of the reason.
        reason: String,
        /// Reference of the certificate of destruction, where there is one.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        certificate: Option<String>,
        /// The signature.
        signature: Signature,
    },
    /// What lies in a place was counted: one entry for each lot at each pack level that was counted or is recorded there.
    Counted {
        /// Whose.
        owner: OwnerId,
        /// Which item.
        item: ItemId,
        /// Which lot.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        lot: Option<LotKey>,
        /// At which pack level.
        level: Level,
        /// Where.
        at: Account,
        /// Base units that were counted.
        counted: Amount,
        /// Base units that the record had there, as the counting device knew it.
        expected: Amount,
        /// What differs is corrected serial by serial, in entries of its own.
        #[serde(default, skip_serializing_if = "std::ops::Not::not")]
        by_serial: bool,
        /// Whether the count stands: within the tolerance, or counted again by another person.
        confirmed: bool,
        /// The site's opening balance: what differs was here all along, and comes from `virtual:opening`.
        #[serde(default, skip_serializing_if = "std::ops::Not::not")]
        opening: bool,
        /// Up to where the counting device had heard of each other one that did something with the lot there; absent in
        /// entries from before this was written down.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        heard: Option<Vec<Heard>>,
    },
    /// A load was taken onto the trailer of an order.
    Loaded {
        /// What.
        load: Load,
        /// From where: the order's staging place, as a rule.
        from: Account,
        /// Onto which trailer.
        to: Account,
        /// For which order.
        document: DocumentId,
    },
    /// What was on the trailer left for the customer with the order.
    Shipped {
        /// What: goods, those on a handling unit too, and the handling units they are on.
        load: Load,
        /// The trailer, or the handling unit on it.
        from: Account,
        /// With which order.
        document: DocumentId,
    },
    /// A handling unit was begun: an empty one stands here, and from now on it is scanned what is put onto it.
    PlateBuilt {
        /// Which.
        plate: PlateId,
        /// Where.
        at: Account,
        /// The number, where this device gave it out.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        own: Option<OwnRef>,
        /// Where the record had it, empty, before: a tote comes back tomorrow with other contents.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        was: Option<Account>,
    },
    /// All was taken off a handling unit, in entries of their own before this one: it is empty.
    PlateBroken {
        /// Which.
        plate: PlateId,
        /// Where it stands.
        at: Account,
        /// How its contents were known.
        was: ContentsKnown,
    },
    /// What was picked for an order was packed into a carton of it.
    Packed {
        /// What.
        load: Load,
        /// From where: the order's staging place, as a rule.
        from: Account,
        /// Into which carton.
        to: Account,
        /// For which order.
        document: DocumentId,
    },
    /// A carton is closed.
    CartonClosed {
        /// Which.
        plate: PlateId,
        /// Of which order.
        document: DocumentId,
        /// What it weighs, where the policy asks for that.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        weight: Option<Quantity>,
    },
    /// What was packed was compared with the order, line by line: a claim that says what was found.
    PackVerified {
        /// Which order.
        document: DocumentId,
        /// Its cartons.
        cartons: Vec<PlateId>,
        /// `done` or `short`.
        outcome: String,
        /// What a person confirmed to be missing.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        missing: Vec<Missing>,
        /// Devices that packed for the order too and may not have told everything.
        silent: Vec<DeviceId>,
    },
    /// Goods whose label cannot be used got a label with a unit identifier of the site's own. Item, lot and expiry stay what
    /// they were; a serial they had ends, and its history leads here.
    Relabelled {
        /// What, as the record knows it, with the serial it had.
        goods: Goods,
        /// Where it stands.
        at: Account,
        /// By what it is known from now on.
        unit: SerialKey,
        /// The number.
        own: OwnRef,
        /// Why.
        reason: String,
    },
    /// A label was given to the printer.
    Printed {
        /// Its elements, as bracketed text.
        label: String,
        /// What it is on.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        goods: Option<Goods>,
        /// The handling unit it is on.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        plate: Option<PlateId>,
        /// Whether it was printed before: a copy.
        copy: bool,
        /// By what the goods were known before, where it stands for another label.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        of: Option<String>,
        /// Why.
        reason: String,
    },
    /// Another person counted again what an exception is about: it is settled.
    Recounted {
        /// Which.
        exception: ExceptionId,
        /// Where.
        at: Account,
    },
    /// A place was swept with an RFID reader: how much of what the record has there was read.
    Swept {
        /// Which place.
        at: PlaceId,
        /// Units with serials that the record had there.
        expected: u32,
        /// How many of them were not read.
        missing: u32,
        /// How many others were read there.
        strays: u32,
        /// Those that were not read, at most [`MOST_TAGS`].
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        missing_serials: Vec<SerialKey>,
        /// The others, at most [`MOST_TAGS`].
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        stray_serials: Vec<SerialKey>,
    },
    /// A temperature was measured, and the humidity where somebody read it.
    Measured {
        /// Where; absent for one of goods.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        at: Option<PlaceId>,
        /// Of which goods.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        goods: Option<Goods>,
        /// Tenths of a degree Celsius.
        celsius: i32,
        /// Tenths of a percent of relative humidity.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        humidity: Option<i32>,
        /// The temperature class whose limits held, if one did.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        class: Option<String>,
    },
    /// A scan that moved nothing.
    Seen(Seen),
    /// A scan or entry that was stopped; the verdict says by which rule.
    Refused {
        /// What the person was told.
        message: Message,
        /// Whom the wrong PIN of a signature locks out.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        locks: Option<LockedOut>,
    },

    // People.
    /// Someone signed in.
    SignedIn,
    /// A session ended.
    SignedOut {
        /// `person`, `idle`, `switch` or `restart`.
        reason: String,
    },
    /// A sign-in failed; says why, never the PIN.
    SignInRefused {
        /// `unknown_badge`, `wrong_pin`, `locked_out` or `inactive`.
        reason: String,
        /// The person whose badge it was, if known.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        person: Option<PersonId>,
        /// Whom this wrong PIN locks out.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        locks: Option<LockedOut>,
    },

    /// Someone chose how devices are to be for them.
    Preferred {
        /// What.
        setting: Setting,
        /// When, by the device's trusted time, and later than what they knew to be chosen before.
        at: Instant,
    },

    // Claims.
    /// Something became of a task of the work queue.
    Task(Box<Tasked>),
    /// Work on a document began.
    Opened {
        /// Notice or order, and where the goods go.
        line: Option<LineKey>,
        /// Where the work stands.
        at: PlaceId,
        /// From whom, for what came without papers: in the person's words, or the key of a partner.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        partner: Option<String>,
    },
    /// Work on a document ended: a claim that says which devices took part and had not reported.
    Closed {
        /// Notice or order.
        of: DocumentKind,
        /// Which one.
        document: DocumentId,
        /// `done` or `short`.
        outcome: String,
        /// Devices that took part and have not reported, as far as this one knows.
        silent: Vec<DeviceId>,
    },
    /// A lot is taken although a rule asks for another one first. What was taken stands in the entries after it.
    Overridden {
        /// The rule: `rotation` or `lot_swap`.
        rule: String,
        /// For which order.
        document: DocumentId,
        /// What is taken.
        goods: Goods,
        /// The policy's code of the reason, or the person's words.
        reason: String,
        /// The second person's signature, where policy asks for one.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        signature: Option<Signature>,
    },
    /// A line ends with less than it asks for.
    Shorted {
        /// Which.
        line: LineKey,
        /// Whose goods.
        owner: OwnerId,
        /// Base units that are missing.
        missing: Amount,
        /// The policy's code of the reason, or the person's words.
        reason: String,
    },
    /// The loading of an order began: the trailer is taken by it until it is shipped.
    LoadBegun {
        /// Which order.
        document: DocumentId,
        /// Which trailer.
        at: PlaceId,
    },
    /// A second person signed that an order is loaded and shipped although the recall list is older than the policy allows.
    StaleAccepted {
        /// Which order.
        document: DocumentId,
        /// Whose goods.
        owner: OwnerId,
        /// Minutes since the recall list was known to be complete; absent when it never was.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        age_min: Option<u64>,
        /// The signature.
        signature: Signature,
    },
    /// The trailer left: a claim that closes the order. What left stands in the `shipped` entries before it.
    ShipConfirmed {
        /// Which order.
        document: DocumentId,
        /// Which trailer.
        at: PlaceId,
        /// Its seal, where it has one.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        seal: Option<String>,
        /// `done` or `short`.
        outcome: String,
        /// To whom, by the key of the partner, as far as the order told.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        partner: Option<String>,
        /// Devices that loaded for the order too and may not have told everything.
        silent: Vec<DeviceId>,
    },
    /// Something contradicts; a person must decide.
    Raised {
        /// Its name.
        exception: ExceptionId,
        /// Which rule, such as `expiry_contradiction`.
        code: String,
        /// The explanation, as shown.
        message: Message,
        /// The goods it is about.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        goods: Option<Goods>,
        /// Where they are.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        at: Option<Account>,
        /// The line they would fill.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        line: Option<LineKey>,
        /// What the record says instead.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        known_expiry: Option<Day>,
    },
    /// A supervisor settled an exception and signed.
    Resolved {
        /// Which.
        exception: ExceptionId,
        /// How.
        resolution: Resolution,
        /// In the supervisor's words.
        reason: String,
        /// The goods it was about, restated so that the effect needs nothing else.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        goods: Option<Goods>,
        /// Where they are.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        at: Option<Account>,
        /// The line they fill once accepted.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        line: Option<LineKey>,
        /// The signature.
        signature: Signature,
    },
    /// Quality decided what becomes of goods that waited for it.
    Inspected(Box<Inspected>),
    /// A block was placed.
    Blocked {
        /// Which.
        block: Block,
    },
    /// A block was released; others stay.
    Released {
        /// Which.
        block: BlockId,
        /// Its lot, for display.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        lot: Option<LotKey>,
        /// What it covered, restated for the history of that.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        scope: Option<Scope>,
        /// In the person's words.
        reason: String,
        /// The signature.
        signature: Signature,
    },
    /// A recall was opened, widened, narrowed or closed. It is never undone, only revised again.
    Recalled {
        /// Which recall: the name of its first part.
        recall: BlockId,
        /// The number of the revision, from 1, as far as its author knew the earlier ones.
        revision: u32,
        /// What became of it.
        change: Revision,
        /// Parts that cover something from now on.
        adds: Vec<Block>,
        /// Parts that cover nothing any more, restated for whoever reads this alone.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        drops: Vec<Block>,
        /// In the person's words.
        reason: String,
        /// Of quality, for what is let go.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        signature: Option<Signature>,
    },
    /// An offline drill: what was captured with nothing being sent, and what came of it once there was a network again.
    Drilled(Box<Drilled>),
    /// A compensating entry: takes back what an earlier one did.
    Undone {
        /// Which.
        entry: EntryRef,
        /// What it said, restated so that the effect needs nothing else.
        body: Box<Body>,
    },
    /// An entry of a forked or restored epoch, verbatim; its effect is keyed by the original hash.
    Carried {
        /// Its epoch.
        epoch: u32,
        /// Its sequence.
        seq: u64,
        /// Its hash.
        hash: Hash,
        /// Its bytes.
        #[serde(with = "b64")]
        bytes: Vec<u8>,
    },
}
