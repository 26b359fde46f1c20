//! The nouns of a warehouse. Parse, don't validate: a value in hand is a good one.

mod document;
mod format;
mod goods;
mod ids;
mod item;
mod member;
mod person;
mod pin;
mod place;
mod policy;
mod profile;
mod quantity;
mod receipt;
mod serial_range;
mod settings;
mod status;
mod task;
mod working_set;

pub use document::{DocumentKind, LineKey};
pub use format::{Characters, DateCode, DateForm, FormatRule, Mismatch, NumberFormat, NumberKind};
pub use goods::{ContentsKnown, Goods, LotKey, SerialKey, SerialScheme};
pub use ids::{
    BlockId, BootId, DeviceId, DocumentId, EntryId, ExceptionId, ItemId, LineId, LotNumber, MakerId, NameError,
    OwnerId, PersonId, PlaceId, PlateId, RunId, SerialNumber, SessionId, SiteId, TaskId,
};
pub use item::{Item, Level, PackLevel, Rotation, Tracking};
pub use member::{Made, Member};
pub use person::{Person, Role};
pub use pin::{PinCost, PinError, PinHash};
pub use place::{Account, AccountError, Place, PlaceKind, Virtual};
pub use policy::{AdjustReason, CatchWeight, Climate, Face, Mixing, Policy, PolicyError, Reason, Way};
pub use profile::{Clause, Duty, Field, Profile, ProfileRule};
pub use quantity::{Amount, Quantity, QuantityError, Unit};
pub use receipt::{ReceiptPolicy, ReceiptRule, ReceiptTerms, Sampling, Unexpected};
pub use serial_range::{MOST_IN_RANGE, RangeError, SerialRange};
pub use settings::{Setting, Settings, TEXT_PERCENT};
pub use status::{Block, BlockKind, Lifecycle, PlacedScope, RecallPart, Scope, SerialOrder};
pub use task::{QueuePolicy, Reservation, Task, TaskKind, TaskState};
pub use working_set::WorkingSet;

/// A calendar day. Printed and stored as ISO 8601 (`2027-06-30`).
pub type Day = chrono::NaiveDate;

/// So many days after `day`, or before it where `days` is negative; `day` itself beyond the ends of the calendar.
pub fn day_from(day: Day, days: i64) -> Day {
    let step = chrono::Days::new(days.unsigned_abs());
    let found = if days < 0 {
        day.checked_sub_days(step)
    } else {
        day.checked_add_days(step)
    };
    found.unwrap_or(day)
}
