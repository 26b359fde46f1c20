//! The rules: each variant holds its facts, [`Facts::judge`] says what follows.

use super::pallet::Differs;
use crate::entry::Instant;
use crate::model::{
    Account, Amount, Block, BlockId, BlockKind, Climate, Day, DocumentId, FormatRule, ItemId, Lifecycle, LineId,
    LotNumber, Mixing, NumberKind, OwnerId, PlaceId, PlateId, Profile, Quantity, Role, Rotation, TaskId, TaskState,
    Tracking,
};
use serde::{Deserialize, Serialize};

/// What the goods are wanted for. A recall stops some uses and allows others (domain §6).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Purpose {
    /// Taking in.
    Receive,
    /// Moving inside the warehouse.
    Move,
    /// Picking for an order.
    Pick,
    /// Leaving the warehouse.
    Ship,
    /// Being destroyed.
    Dispose,
    /// Being used up for other goods.
    Consume,
}

impl Purpose {
    pub(super) const fn is_outbound(self) -> bool {
        matches!(self, Purpose::Pick | Purpose::Ship | Purpose::Consume)
    }
}

/// A rule with its facts. Written into entries, so a variant's fields never change meaning.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "rule", rename_all = "snake_case")]
pub enum Facts {
    /// The code must belong to exactly one item of the owners this person works for.
    KnownItem {
        /// The GTIN or other item key on the label.
        key: String,
        /// Owners whose items carry it.
        owners: Vec<OwnerId>,
    },
    /// A scan must carry what the item's tracking mode asks for (B3).
    Mandatory {
        /// The item's tracking mode.
        tracking: Tracking,
        /// Whether this pack level carries serials.
        serial_level: bool,
        /// Whether the item expires.
        expires: bool,
        /// The label has a lot.
        lot: bool,
        /// The label has a serial.
        serial: bool,
        /// The label or the record has an expiry.
        expiry: bool,
    },
    /// The document must ask for the item.
    OnDocument {
        /// The document.
        document: DocumentId,
        /// The item's name.
        item: String,
        /// Whether it has an open or full line for it.
        listed: bool,
    },
    /// The line may not be over-filled beyond the policy's tolerance.
    Tolerance {
        /// Expected, in base units.
        expected: Amount,
        /// Already there.
        done: Amount,
        /// To be added.
        adding: Amount,
        /// Percent that may come over.
        over_percent: u32,
        /// As the person sees it.
        shown: Quantity,
    },
    /// What a closed line may be short of and count as complete.
    UnderTolerance {
        /// The line.
        line: LineId,
        /// Expected, in base units.
        expected: Amount,
        /// There, in base units.
        done: Amount,
        /// Percent that may be missing.
        under_percent: u32,
    },
    /// A notice that lists the lots of an item lists each that comes.
    ListedLot {
        /// The notice.
        document: DocumentId,
        /// On the label.
        lot: Option<LotNumber>,
        /// On the notice, for that item; empty when it lists none.
        listed: Vec<LotNumber>,
        /// Whether another one is put aside, or only said.
        strict: bool,
    },
    /// A notice that tells the serials of an item tells each that comes.
    ListedSerial {
        /// The notice.
        document: DocumentId,
        /// On the label.
        serial: String,
        /// Whether the notice tells of it.
        listed: bool,
        /// Other open notices that tell of it.
        elsewhere: Vec<DocumentId>,
        /// Whether another one is put aside, or only said.
        strict: bool,
    },
    /// The serials that a notice tells have come when it is closed.
    SerialsCame {
        /// The notice.
        document: DocumentId,
        /// How many did not come.
        missing: u32,
        /// Which, the first of them in the order of their numbers.
        serials: Vec<String>,
    },
    /// A lot or serial number that comes in or is typed is written as the policy's rule asks for (C5).
    NumberFormat {
        /// Lot or serial.
        of: NumberKind,
        /// On the label.
        number: String,
        /// The rule.
        by: FormatRule,
    },
    /// Goods come in with what the regulations they are under ask for (C6).
    ProfileFields {
        /// The regulations.
        profiles: Vec<Profile>,
        /// The label has a lot.
        lot: bool,
        /// The label has a serial.
        serial: bool,
        /// Whether this pack level carries serials.
        serial_level: bool,
        /// The label or the record has an expiry.
        expiry: bool,
        /// The country of origin on the label (AI 422 to 426).
        #[serde(default, skip_serializing_if = "Option::is_none")]
        origin: Option<String>,
        /// Whether the record knew the lot before.
        known_lot: bool,
        /// Whether it is known who sent the goods.
        source: bool,
    },
    /// A notice tells the lot of what is kept by lot, so that a recall finds it before it is here (B3).
    NoticeDetails {
        /// The notice.
        document: DocumentId,
        /// Lines whose item is kept by lot and which tell none.
        bare: Vec<LineId>,
    },
    /// A task is done by whoever has it, and once.
    TaskFree {
        /// Which.
        task: TaskId,
        /// How far it is.
        state: TaskState,
        /// Whether it is this device's or was handed over to whoever asks.
        own: bool,
        /// Who has it or did it, as people call them.
        holder: Option<String>,
        /// Until when it is kept for them, milliseconds since 1970.
        until_ms: Option<i64>,
        /// Now by the trusted clock.
        now_ms: i64,
    },
    /// A task is handed over to a person or device of the site who may do it.
    HandOver {
        /// To whom.
        to: String,
        /// Whether the site knows them.
        known: bool,
        /// Whether they may work for the owner of the goods.
        in_scope: bool,
    },
    /// What is kept for another's task is left there.
    Reserved {
        /// What is taken, as the person sees it.
        subject: String,
        /// Where.
        place: PlaceId,
        /// What the record has there, in base units.
        here: Amount,
        /// What of it is kept for others.
        kept: Amount,
        /// To be taken.
        taking: Amount,
    },
    /// Goods come back only from whom we sent them to.
    Returned {
        /// What, as the person sees it.
        subject: String,
        /// Who sends it back.
        customer: String,
        /// Whether the record knows that it was shipped.
        shipped: bool,
        /// Whether it was shipped to them; absent where the record does not know to whom.
        same: Option<bool>,
        /// To whom it was shipped last.
        to: Option<String>,
    },
    /// What was recalled or expired does not go back to stock.
    BackToStock {
        /// What, as the person sees it.
        subject: String,
        /// Whether a recall covers it.
        recalled: bool,
        /// Whether it expired.
        expired: bool,
        /// Whether it would go back to stock.
        stock: bool,
    },
    /// A sample that was found bad does not let the whole pass.
    Sampled {
        /// How many were looked at.
        size: u32,
        /// How many were bad.
        bad: u32,
        /// How many may be.
        allowed: u32,
        /// Whether the whole would pass.
        pass: bool,
    },
    /// A lot larger than usual is pointed out (C4).
    LotSize {
        /// The lot.
        lot: LotNumber,
        /// In the warehouse, in base units.
        held: Amount,
        /// To be added.
        adding: Amount,
        /// From which size on.
        limit: Amount,
    },
    /// At receipt there must be enough shelf life left (C2).
    ShelfLife {
        /// On the label.
        expiry: Day,
        /// Today, at the site.
        today: Day,
        /// Days that must be left.
        min_days: u32,
        /// The lot.
        lot: Option<LotNumber>,
    },
    /// A known lot has one expiry; another one on a label is a stop (domain §2).
    ExpiryContradiction {
        /// The lot.
        lot: LotNumber,
        /// On the label.
        label: Day,
        /// In the record.
        known: Option<Day>,
        /// Base units in stock with the recorded expiry.
        units: Amount,
    },
    /// A serial is in at most one place (B4).
    SerialUnique {
        /// The serial as printed.
        serial: String,
        /// Where the record has it.
        at: Option<Account>,
        /// Its lifecycle there.
        lifecycle: Option<Lifecycle>,
    },
    /// A serial to be moved must be where it is taken from.
    SerialHere {
        /// The serial as printed.
        serial: String,
        /// From where it is taken.
        from: Account,
        /// Where the record has it.
        at: Option<Account>,
    },
    /// A serial that two places claim counts once and cannot be picked (domain §2).
    Undisputed {
        /// The serial as printed.
        serial: String,
        /// Where the record has it.
        at: Account,
        /// The other place that claims it, while that is not settled.
        claimed: Option<Account>,
    },
    /// Blocks stop what they forbid.
    Blocked {
        /// What for.
        purpose: Purpose,
        /// What is meant, as the person sees it.
        subject: String,
        /// Every open block that covers it.
        blocks: Vec<Block>,
    },
    /// What expires is judged by a clock that a reboot cut off from the gateway's only while it is within bounds: not before
    /// the last known time, and no larger jump than the policy allows (domain §5).
    TrustedClock {
        /// What the handheld's clock says.
        wall: Instant,
        /// The earliest it can be.
        earliest: Instant,
        /// The latest it can be.
        latest: Instant,
    },
    /// Expired goods do not leave; nor do those with less than the asked shelf life (C2).
    Expiry {
        /// The lot.
        lot: Option<LotNumber>,
        /// Its expiry.
        expiry: Day,
        /// Today, at the site, at the pessimistic end of the trusted time.
        today: Day,
        /// Days that must be left.
        min_days: u32,
        /// What for.
        purpose: Purpose,
        /// Days before expiry at which to point it out.
        alert_days: u32,
    },
    /// Stock leaves in the item's order of rotation, judged on this device's picture (C1).
    Rotation {
        /// FEFO, FIFO or none.
        method: Rotation,
        /// The lot in the hand.
        lot: Option<LotNumber>,
        /// Its rotation day: expiry (FEFO) or receipt day (FIFO).
        day: Option<Day>,
        /// The lot that should leave first.
        first: Option<LotNumber>,
        /// Its rotation day.
        first_day: Option<Day>,
        /// Where it lies.
        first_place: Option<PlaceId>,
        /// The warehouse's own system allocated the lot: rotation then only warns.
        allocated: bool,
    },
    /// Another lot than the line names is as good only where the office chose the lot, not the customer, and it leaves no
    /// later (C1).
    LotSwap {
        /// The lot that the line names.
        asked: LotNumber,
        /// Its rotation day.
        asked_day: Option<Day>,
        /// The lot in the hand.
        lot: Option<LotNumber>,
        /// Its rotation day.
        day: Option<Day>,
        /// Whether the warehouse's own system chose the lot; else the customer did.
        allocated: bool,
        /// The item's order of rotation; the day of expiry or receipt where an older entry does not say it.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        method: Option<Rotation>,
    },
    /// A lot is taken although a rule asks for another one first: with a reason, and a signature where policy asks for it.
    Overridden {
        /// The rule: `rotation` or `lot_swap`.
        over: String,
        /// The lot in the hand.
        lot: Option<LotNumber>,
        /// The reason that was given.
        reason: String,
        /// Whether policy asks for a second person.
        needs_signature: bool,
        /// Whether one signed.
        signed: bool,
    },
    /// Where the same goods come out that went in, their lot stays: a traceability lot code is assigned at initial packing or
    /// transformation, never at repacking or repalletising (21 CFR 1.1320).
    TlcGuard {
        /// `kit` or `repack`.
        work: String,
        /// Whether what comes out is the item of everything that went in.
        same_item: bool,
        /// The lot of what comes out.
        lot: Option<LotNumber>,
        /// The lots that went in.
        inputs: Vec<LotNumber>,
    },
    /// What is made lasts no longer than what it is made of.
    OutputExpiry {
        /// Its expiry.
        expiry: Option<Day>,
        /// The earliest expiry of what went in.
        first: Option<Day>,
        /// Whether the policy stops it; else it warns.
        stops: bool,
    },
    /// Something went in before anything comes out, and repacking makes no more of it.
    RunBalance {
        /// `kit` or `repack`.
        work: String,
        /// How many lines went in.
        inputs: usize,
        /// Base units that went in.
        consumed: Amount,
        /// Base units that came out.
        produced: Amount,
        /// To be added.
        adding: Amount,
    },
    /// Goods are not destroyed as expired before they are.
    DisposeExpired {
        /// The reason's code.
        reason: String,
        /// Their expiry.
        expiry: Option<Day>,
        /// Today, at the site.
        today: Day,
    },
    /// A pick face takes no more than its most.
    FaceRoom {
        /// The face.
        place: PlaceId,
        /// Base units that may stand there.
        most: Amount,
        /// Base units that stand there.
        held: Amount,
        /// Base units on the way there.
        adding: Amount,
    },
    /// What is picked goes into the tote of its order.
    RightTote {
        /// The order.
        document: DocumentId,
        /// Its tote.
        asked: PlaceId,
        /// What was scanned.
        scanned: String,
    },
    /// What is sold by weight weighs what so many of it may weigh (domain §2).
    CatchWeight {
        /// What, as the person sees it.
        subject: String,
        /// The weight, in grams.
        grams: u64,
        /// How many, in base units.
        count: Amount,
        /// Grams of one.
        nominal_g: u32,
        /// Percent by which it may differ.
        tolerance_percent: u32,
    },
    /// The scanned place must be the asked one.
    RightPlace {
        /// Asked.
        asked: PlaceId,
        /// Scanned.
        scanned: PlaceId,
        /// Another place is fine when false is not meant strictly (put-away).
        strict: bool,
    },
    /// A place with check digits is confirmed by them: they stand at the bin and on no list (domain §2).
    CheckDigits {
        /// The place.
        place: PlaceId,
        /// What stands there.
        asked: String,
        /// What was entered or scanned.
        entered: String,
    },
    /// A serial that has left, or is used up or destroyed, is not moved as if it were here.
    SerialStatus {
        /// The serial as printed.
        serial: String,
        /// Its lifecycle, if the record knows it.
        lifecycle: Option<Lifecycle>,
    },
    /// Blocked goods may be moved, but stand nowhere but in a cage; and nothing is added to a blocked place (domain §6).
    MayStand {
        /// What, as the person sees it.
        subject: String,
        /// Open blocks on the goods, or on the place they were taken from.
        blocks: Vec<Block>,
        /// Where it would stand.
        place: PlaceId,
        /// Whether that is a cage.
        cage: bool,
        /// Open blocks on that place.
        place_blocks: Vec<Block>,
        /// A handling unit of which nobody knows what is on it.
        #[serde(default, skip_serializing_if = "std::ops::Not::not")]
        contents_unknown: bool,
    },
    /// What is adjusted without a second person stays within the policy's limit.
    AdjustLimit {
        /// Base units adjusted in this go already.
        booked: Amount,
        /// To be added.
        adding: Amount,
        /// Base units that one person may adjust.
        limit: Amount,
        /// Whether a second person signed.
        signed: bool,
    },
    /// What one person may not do alone is signed by another one, whose role may.
    SecondPerson {
        /// What is signed: `adjust`.
        act: String,
        /// The role of who signs.
        role: Role,
        /// Whether it is the person who did it.
        same: bool,
        /// Whether who signs works for this owner.
        in_scope: bool,
    },
    /// A count stands within the policy's tolerance, or when another person counted again.
    CountTolerance {
        /// Which item.
        item: ItemId,
        /// Base units that were counted.
        counted: Amount,
        /// Base units that the record has.
        expected: Amount,
        /// Base units by which it may differ.
        units: Amount,
        /// Percent of the record by which it may differ.
        percent: u32,
        /// Whether this is the count of another person.
        recount: bool,
    },
    /// A count of serials stands when each is where the record has it, or when another person counted again.
    CountSerials {
        /// Serials that are here and were not counted, or were counted and are not here.
        differing: usize,
        /// Whether this is the count of another person.
        recount: bool,
    },
    /// What the record does not know is an opening balance only while the site is being opened.
    SiteOpening {
        /// Whether the policy says so.
        open: bool,
    },
    /// A count outside of the tolerance is counted again by another person.
    OtherCounter {
        /// Whether it is the person who counted first.
        same: bool,
    },
    /// Goods are loaded and shipped only by a recall list that is young enough, unless a second person signed (domain §5).
    RecallList {
        /// Minutes since the list was known to be complete; absent when it never was.
        age_min: Option<u64>,
        /// Minutes that it may be old.
        limit_min: u64,
        /// Whether a second person signed the exception.
        signed: bool,
    },
    /// A handling unit leaves only when it is known what is on it: it never passes a recall check silently (domain §6).
    KnownContents {
        /// The handling unit.
        subject: String,
        /// Whether it is known.
        known: bool,
    },
    /// A trailer takes one order at a time.
    TrailerFree {
        /// The trailer.
        trailer: PlaceId,
        /// The other order that is on it.
        other: Option<DocumentId>,
    },
    /// No more than an order asks for leaves with it.
    OpenLoad {
        /// The item's name.
        item: String,
        /// Asked by all lines of the order, in base units.
        asked: Amount,
        /// On the trailer, in base units.
        loaded: Amount,
        /// To be added.
        adding: Amount,
    },
    /// A trailer leaves with a seal, where the policy asks for one.
    Sealed {
        /// The seal.
        seal: Option<String>,
        /// Whether the policy asks for one.
        required: bool,
    },
    /// Less than ordered leaves only when a person confirmed it.
    ShipShort {
        /// Lines that are not full.
        lines: usize,
        /// Base units that are missing.
        missing: Amount,
        /// Whether it was confirmed.
        confirmed: bool,
    },
    /// The scanned item must be the asked one.
    RightItem {
        /// Asked, as the person sees it.
        asked: String,
        /// Scanned, as the person sees it.
        scanned: String,
        /// Whether they are the same.
        same: bool,
    },
    /// A label begins a pallet once: not one that left or was destroyed, and not one that stands elsewhere with goods on it.
    PlateFree {
        /// The handling unit.
        plate: PlateId,
        /// Its label is an SSCC, which nobody uses twice; a tote's comes back.
        sscc: bool,
        /// Where the record has it, beneath whatever it is on.
        at: Option<Account>,
        /// Where it would be used.
        here: PlaceId,
        /// Whether the record has something on it.
        loaded: bool,
    },
    /// What stands on one pallet differs in nothing but what the site, or the customer, lets differ.
    Mixing {
        /// The pallet.
        plate: PlateId,
        /// In what it would differ, the gravest first.
        differs: Vec<Differs>,
        /// What may differ.
        may: Mixing,
        /// Whose rule that is; the site's own when absent.
        customer: Option<String>,
    },
    /// A handling unit stands neither on itself nor on what is on it, and not on too many others.
    Nesting {
        /// What is put.
        plate: PlateId,
        /// Onto what.
        onto: PlateId,
        /// Whether the lower one stands on the upper one already, or is the same.
        around: bool,
        /// How many would stand on one another.
        depth: u32,
        /// How many may.
        most: u32,
    },
    /// Nothing is taken off a pallet that is blocked itself: it would leave its block behind (domain §6).
    PlateHeld {
        /// The pallet.
        plate: PlateId,
        /// Open blocks on it, or on what it stands on.
        blocks: Vec<Block>,
    },
    /// What the record has on another pallet, standing elsewhere, was taken off it without a word (domain §2).
    ChildElsewhere {
        /// What, as the person sees it.
        subject: String,
        /// The pallet the record has it on.
        on: PlateId,
        /// Where that stands.
        at: Account,
    },
    /// What is packed for an order is what was picked for it: its lot, its serial.
    PickedFor {
        /// What, as the person sees it.
        subject: String,
        /// The order.
        document: DocumentId,
        /// What was picked for it, as far as this device knows; empty when it knows nothing.
        picked: Vec<String>,
    },
    /// A carton takes one order.
    CartonFree {
        /// The carton.
        plate: PlateId,
        /// Whether something is in it that was not packed for this order.
        taken: bool,
    },
    /// Less than ordered is packed only when a person confirmed it.
    PackShort {
        /// Lines that are not full.
        lines: usize,
        /// Base units that are missing.
        missing: Amount,
        /// Whether it was confirmed.
        confirmed: bool,
    },
    /// A label is printed again only under the site's own prefix: a maker's label is the maker's (domain §2).
    OwnLabel {
        /// The label, as bracketed text.
        label: String,
        /// Whether a series of this site covers it.
        ours: bool,
    },
    /// A new label names a lot the record has: it never makes one, as a traceability lot code stays what it was (21 CFR 1.1320).
    KnownLot {
        /// What, as the person sees it.
        subject: String,
        /// Whether the record knows it.
        known: bool,
    },
    /// A unit that is blocked by its serial keeps its label: under another name it would slip out of the block.
    UnitHeld {
        /// What, as the person sees it.
        subject: String,
        /// Open blocks on its serial.
        blocks: Vec<Block>,
    },
    /// No more than is open may be picked.
    OpenQuantity {
        /// Asked, in base units.
        asked: Amount,
        /// Already there.
        done: Amount,
        /// To be added.
        adding: Amount,
    },
    /// The record must hold the goods where they are taken from; if not, a person may still be right.
    InStock {
        /// What, as the person sees it.
        subject: String,
        /// From where.
        from: Account,
        /// How much the record holds there.
        held: Amount,
        /// How much is taken.
        taking: Amount,
    },
    /// Goods nobody told this device about are accepted from their label (domain §8).
    Origin {
        /// What, as the person sees it.
        subject: String,
        /// Whether the record knows where it came from.
        known: bool,
    },
    /// A label whose separators may be lost counts only if what the record knows leaves one way to read it (A3).
    OneReading {
        /// Every way to read it, in brackets.
        readings: Vec<String>,
        /// How many of them name an item, lot and serial that the record knows.
        fitting: usize,
        /// The one that was taken.
        taken: Option<String>,
    },
    /// Who may release a block (domain §6, §7), and never one they placed themselves.
    Release {
        /// Which.
        block: BlockId,
        /// Why it was placed.
        kind: BlockKind,
        /// The role of who signs.
        role: Role,
        /// Whether the same person placed it.
        own: bool,
        /// Whether the person may work for the owner of what it covers.
        in_scope: bool,
    },
    /// Who may open a recall or widen it.
    MayRecall {
        /// The role of who does.
        role: Role,
        /// Whether the person may work for the owner of what it covers.
        in_scope: bool,
    },
    /// What is collected for a recall is what it covers.
    OfRecall {
        /// The recall.
        recall: BlockId,
        /// What was scanned, as the person sees it.
        subject: String,
        /// Whether it covers that.
        covered: bool,
    },
    /// What stays of a recall's part lies inside of it and is narrower.
    Narrower {
        /// The part.
        block: BlockId,
        /// Whether it is.
        narrower: bool,
    },
    /// A reading is one that a place can have.
    Plausible {
        /// Tenths of a degree Celsius.
        celsius: i32,
        /// Tenths of a percent of relative humidity.
        humidity: Option<i32>,
    },
    /// Where goods stand, it is as warm and as damp as their temperature class allows.
    InClimate {
        /// The place or the goods, as the person sees it.
        subject: String,
        /// The limits; absent where the policy has none.
        climate: Option<Climate>,
        /// Tenths of a degree Celsius.
        celsius: i32,
        /// Tenths of a percent of relative humidity.
        humidity: Option<i32>,
    },
    /// Who may settle what (domain §7), and never over one's own scan.
    Authority {
        /// The exception's code.
        exception: String,
        /// The chosen way.
        resolution: String,
        /// The role of who decides.
        role: Role,
        /// Whether the same person made the scan.
        own_scan: bool,
        /// Whether the person may work for this owner.
        in_scope: bool,
    },
}

impl Facts {
    /// The rule's name on the wire.
    pub const fn rule(&self) -> &'static str {
        match self {
            Facts::KnownItem { .. } => "known_item",
            Facts::Mandatory { .. } => "mandatory",
            Facts::OnDocument { .. } => "on_document",
            Facts::Tolerance { .. } => "tolerance",
            Facts::UnderTolerance { .. } => "under_tolerance",
            Facts::ListedLot { .. } => "listed_lot",
            Facts::ListedSerial { .. } => "listed_serial",
            Facts::SerialsCame { .. } => "serials_came",
            Facts::TrustedClock { .. } => "trusted_clock",
            Facts::NumberFormat { .. } => "number_format",
            Facts::ProfileFields { .. } => "profile_fields",
            Facts::NoticeDetails { .. } => "notice_details",
            Facts::LotSize { .. } => "lot_size",
            Facts::Sampled { .. } => "sampled",
            Facts::TaskFree { .. } => "task_free",
            Facts::HandOver { .. } => "hand_over",
            Facts::Reserved { .. } => "reserved",
            Facts::Returned { .. } => "returned",
            Facts::BackToStock { .. } => "back_to_stock",
            Facts::ShelfLife { .. } => "shelf_life",
            Facts::ExpiryContradiction { .. } => "expiry_contradiction",
            Facts::SerialUnique { .. } => "serial_unique",
            Facts::SerialHere { .. } => "serial_here",
            Facts::Undisputed { .. } => "undisputed",
            Facts::Blocked { .. } => "blocked",
            Facts::Expiry { .. } => "expiry",
            Facts::Rotation { .. } => "rotation",
            Facts::LotSwap { .. } => "lot_swap",
            Facts::Overridden { .. } => "overridden",
            Facts::TlcGuard { .. } => "tlc_guard",
            Facts::OutputExpiry { .. } => "output_expiry",
            Facts::RunBalance { .. } => "run_balance",
            Facts::DisposeExpired { .. } => "dispose_expired",
            Facts::FaceRoom { .. } => "face_room",
            Facts::RightTote { .. } => "right_tote",
            Facts::CatchWeight { .. } => "catch_weight",
            Facts::RightPlace { .. } => "right_place",
            Facts::CheckDigits { .. } => "check_digits",
            Facts::SerialStatus { .. } => "serial_status",
            Facts::MayStand { .. } => "may_stand",
            Facts::AdjustLimit { .. } => "adjust_limit",
            Facts::SecondPerson { .. } => "second_person",
            Facts::CountTolerance { .. } => "count_tolerance",
            Facts::CountSerials { .. } => "count_serials",
            Facts::SiteOpening { .. } => "site_opening",
            Facts::OtherCounter { .. } => "other_counter",
            Facts::RecallList { .. } => "recall_list",
            Facts::KnownContents { .. } => "known_contents",
            Facts::TrailerFree { .. } => "trailer_free",
            Facts::OpenLoad { .. } => "open_load",
            Facts::Sealed { .. } => "sealed",
            Facts::ShipShort { .. } => "ship_short",
            Facts::RightItem { .. } => "right_item",
            Facts::PlateFree { .. } => "plate_free",
            Facts::Mixing { .. } => "mixing",
            Facts::Nesting { .. } => "nesting",
            Facts::PlateHeld { .. } => "plate_held",
            Facts::ChildElsewhere { .. } => "child_elsewhere",
            Facts::PickedFor { .. } => "picked_for",
            Facts::CartonFree { .. } => "carton_free",
            Facts::PackShort { .. } => "pack_short",
            Facts::OwnLabel { .. } => "own_label",
            Facts::KnownLot { .. } => "known_lot",
            Facts::UnitHeld { .. } => "unit_held",
            Facts::OpenQuantity { .. } => "open_quantity",
            Facts::InStock { .. } => "in_stock",
            Facts::Origin { .. } => "origin",
            Facts::OneReading { .. } => "one_reading",
            Facts::Release { .. } => "release",
            Facts::MayRecall { .. } => "may_recall",
            Facts::OfRecall { .. } => "of_recall",
            Facts::Narrower { .. } => "narrower",
            Facts::Plausible { .. } => "plausible",
            Facts::InClimate { .. } => "in_climate",
            Facts::Authority { .. } => "authority",
        }
    }
}
