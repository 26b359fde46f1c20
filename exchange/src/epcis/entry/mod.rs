//! Entries as events: what a device wrote, in the words that trading partners read.
//!
//! | entry | event, action | business step | disposition |
//! |---|---|---|---|
//! | `received`, `damaged`, `returned` | `ObjectEvent` OBSERVE | receiving | `in_progress`, damaged, returned |
//! | `lifted`, `dropped` | `ObjectEvent` OBSERVE | transporting, storing | `in_progress` |
//! | `picked`, `loaded`, `shipped` | `ObjectEvent` OBSERVE with the document | picking, loading, shipping | `in_progress`, shipped: `in_transit` |
//! | goods off or onto a handling unit, `packed`, `plate_broken` | `AggregationEvent` DELETE, ADD | unpacking, packing | `in_progress` |
//! | `plate_built` with a new number, `relabelled` | `ObjectEvent` ADD | commissioning | active |
//! | `carton_closed`, `pack_verified` | `ObjectEvent` OBSERVE | packing, inspecting | `container_closed`, `completeness_verified` or `mismatch_quantity` |
//! | `counted`, `adjusted`, a sweep by RFID | `ObjectEvent` OBSERVE | `cycle_counting`, `stock_taking` | what left the record: unknown |
//! | `consumed`, `produced` | `TransformationEvent` by the run | assembling, repackaging, other | active |
//! | `disposed`; a serial that ends | `ObjectEvent` DELETE | destroying, decommissioning | destroyed, inactive |
//! | `set_aside`, `blocked`, `released`, `recalled`, a resolution that quarantines | `ObjectEvent` OBSERVE | holding | lasting: set or unset |
//! | `inspected`, `verified` | `ObjectEvent` OBSERVE | inspecting | conformant, `non_conformant` |
//! | `measured` | `ObjectEvent` OBSERVE with sensors | `sensor_reporting` | |
//! | `undone` | the events of the entry it takes back, with an error declaration | as they were | as they were |
//!
//! Every other entry tells [`Untold`], with the reason. What an entry lacks (GTINs, the site's GLN) comes by [`Facts`];
//! without them names are our own URNs, `urn:x-lotline:…`, which say who may resolve them: nobody else.
//!
//! Each event names its entry in an extension, so that two acts at one moment are two events, and its name follows from
//! what it says ([`super::hash`]): however often an entry is exported, it is one event.

mod body;
mod make;

use super::Event;
use lotline_record::entry::{Entry, EntryRef};
use lotline_record::model::{ItemId, Level, OwnerId};

/// What an entry does not say itself.
pub trait Facts {
    /// The item's GTIN at a pack level, 14 digits.
    fn gtin(&self, owner: &OwnerId, item: &ItemId, level: Level) -> Option<String>;
    /// The site's GLN, 13 digits: places are extensions of it.
    fn gln(&self) -> Option<&str>;
    /// The partner that a document is from or for, as a URI.
    fn partner(&self, document: &str) -> Option<String>;
    /// An entry that another one takes back.
    fn entry(&self, of: &EntryRef) -> Option<Entry>;
}

/// Why an entry is no event.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Untold {
    /// Written in training: it never happened.
    #[error("written in training mode")]
    Training,
    /// It says who works and how: nothing happened to goods.
    #[error("about a person or a device, not about goods")]
    People,
    /// A claim about work on a document; what was done stands in entries of its own.
    #[error("about work on a document: what was done to goods stands in other entries")]
    Work,
    /// It was looked at or printed, and stayed what and where it was.
    #[error("nothing was done to the goods")]
    Looked,
    /// What it is about cannot be named as a thing or a class of goods.
    #[error("it covers a place or a range, which EPCIS cannot name as goods")]
    NotGoods,
    /// The entry that it is about is not here.
    #[error("the entry that it takes back is not here")]
    NotHere,
    /// It cannot be read, or made into no good event.
    #[error("it cannot be written as an event")]
    Unreadable,
}

/// The events of an entry, in their order, each with its name.
///
/// # Errors
/// Why there are none.
pub fn events(entry: &Entry, facts: &dyn Facts) -> Result<Vec<Event>, Untold> {
    if entry.training {
        return Err(Untold::Training);
    }
    body::told(entry, facts)
}
