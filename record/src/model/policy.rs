//! Policy: what a site decided, delivered by sync, so that no rule change needs an app release (C5).

use super::{Account, ItemId, OwnerId, PlaceId, ReceiptPolicy, Virtual};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// A site's settings. Unknown keys are ignored, missing ones take the default, so an older core reads a newer policy.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Policy {
    /// Number of this policy; every entry says under which one it was written.
    pub version: u64,
    /// Two identical reads less than this apart are one (milliseconds).
    pub double_fire_ms: u32,
    /// Within this time the item's code and the code with its lot are one label (milliseconds); 0: never.
    pub join_window_ms: u32,
    /// Wrong PINs in a row before a person is locked out on a device.
    pub lockout_after: u32,
    /// Minutes a lock-out lasts.
    pub lockout_minutes: u32,
    /// Minutes without input after which the session ends.
    pub idle_lock_minutes: u32,
    /// Percent of a line that may come over its expected quantity.
    pub over_receipt_percent: u32,
    /// What else holds at receipt, by vendor and item.
    pub receipt: ReceiptPolicy,
    /// Hours a recall list may be old before ship and load stop.
    pub recall_list_hours: u32,
    /// Days before expiry at which a lot is pointed out (C3).
    pub expiry_alert_days: u32,
    /// Target for settling an exception, in minutes (D2).
    pub exception_target_minutes: u32,
    /// Largest jump of the clock after a reboot that is believed, in hours.
    pub clock_jump_hours: u32,
    /// A place with check digits asks for them after its label was scanned, too: for sites where lists of labels go
    /// round. A place that is typed always asks.
    pub digits_after_scan: bool,
    /// Reasons for which stock may be adjusted, in the order shown.
    pub adjust_reasons: Vec<AdjustReason>,
    /// Base units that one person may adjust in one go; above it a second person signs.
    pub adjust_limit: u32,
    /// Base units by which a count may differ from the record and stand, for each lot at each pack level.
    pub count_tolerance: u32,
    /// The same in percent of what the record has; the larger of the two holds.
    pub count_tolerance_percent: u32,
    /// Whether a trailer leaves only with a seal.
    pub seal_required: bool,
    /// Whether a lot that should leave later is picked first only with a second person's signature; a reason is asked for
    /// always (C1).
    pub rotation_override_signed: bool,
    /// Reasons offered for picking another lot than the rotation asks for.
    pub override_reasons: Vec<Reason>,
    /// Reasons offered for ending an order's line short.
    pub short_reasons: Vec<Reason>,
    /// Reasons for which goods may be destroyed, in the order shown.
    pub dispose_reasons: Vec<Reason>,
    /// Whether goods are destroyed only with the reference of a certificate.
    pub dispose_certificate: bool,
    /// Whether goods whose label says a later expiry than what they are made of are stopped; else it warns.
    pub output_expiry_stops: bool,
    /// Places that are picked from and filled from the reserve.
    pub faces: Vec<Face>,
    /// Items sold by weight, by `OWNER/ITEM`: count and weight are both captured.
    pub catch_weight: BTreeMap<String, CatchWeight>,
    /// Days of shelf life that a customer asks for when goods leave, by the key of the partner; more than the item's own
    /// days counts, less does not (C2).
    pub customer_shelf_days: BTreeMap<String, u32>,
    /// What may stand together on one pallet.
    pub plate_mixing: Mixing,
    /// The same for a customer who wants it otherwise, by the key of the partner.
    pub customer_mixing: BTreeMap<String, Mixing>,
    /// How many handling units may stand on one another; three is a carton on a pallet on a slip sheet.
    pub plate_depth: u32,
    /// What the site's own plates, totes and cartons begin with: a text that begins so is one, though nobody knows it yet.
    pub plate_prefixes: Vec<String>,
    /// Whether a carton that is packed for an order is weighed before it is closed.
    pub pack_weight: bool,
    /// In what it is weighed.
    pub weight_unit: String,
    /// Temperature classes and their limits, the first that fits first.
    pub climates: Vec<Climate>,
}

/// A temperature class: what it is called, where it holds, and its limits, both included.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Climate {
    /// What people call it: `cold`.
    pub class: String,
    /// Zones that are of it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub zones: Vec<String>,
    /// Single places that are of it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub places: Vec<String>,
    /// Items that are kept in it, for readings of goods themselves.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub items: Vec<ItemId>,
    /// Tenths of a degree Celsius, from and to.
    pub celsius: (i32, i32),
    /// Tenths of a percent of relative humidity, from and to.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub humidity: Option<(i32, i32)>,
}

/// What goods may differ in and still stand on one pallet.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Mixing {
    /// Several items.
    pub item: bool,
    /// Several lots of an item.
    pub lot: bool,
    /// Goods of several owners.
    pub owner: bool,
    /// Several expiry dates of an item.
    pub expiry: bool,
}

impl Default for Mixing {
    fn default() -> Self {
        Mixing {
            item: true,
            lot: true,
            owner: false,
            expiry: true,
        }
    }
}

/// A reason for which stock is adjusted.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AdjustReason {
    /// The code written into entries and told to the warehouse's own system: `lost`.
    pub code: String,
    /// What people call it; empty for Lotline's own words, where it has some for the code.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub name: String,
    /// Whether stock comes or goes.
    pub way: Way,
    /// The other side of the transfer, outside the four walls: `virtual:unexplained`, `virtual:disposed`.
    pub account: Account,
}

/// A reason that is offered; a person may type another one.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Reason {
    /// The code written into entries: `damaged`.
    pub code: String,
    /// What people call it; empty for Lotline's own words, where it has some for the code.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub name: String,
}

/// A pick face: a place from which an item is picked, filled from the reserve.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Face {
    /// Where.
    pub place: PlaceId,
    /// Whose item.
    pub owner: OwnerId,
    /// Which item.
    pub item: ItemId,
    /// Base units below which it is filled.
    pub min: u32,
    /// Base units to which it is filled.
    pub max: u32,
}

/// What one of an item that is sold by weight weighs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct CatchWeight {
    /// Grams of one base unit.
    pub nominal_g: u32,
    /// Percent by which so many may weigh less or more.
    pub tolerance_percent: u32,
}

fn codes(codes: &[&str]) -> Vec<Reason> {
    let reason = |code: &&str| Reason {
        code: (*code).to_owned(),
        name: String::new(),
    };
    codes.iter().map(reason).collect()
}

/// Which way an adjustment goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Way {
    /// Stock comes.
    In,
    /// Stock goes.
    Out,
}

fn adjust_reasons() -> Vec<AdjustReason> {
    let reason = |code: &str, way, other| AdjustReason {
        code: code.to_owned(),
        name: String::new(),
        way,
        account: Account::Virtual(other),
    };
    vec![
        reason("found", Way::In, Virtual::Unexplained),
        reason("lost", Way::Out, Virtual::Unexplained),
        reason("damaged", Way::Out, Virtual::Disposed),
        reason("expired", Way::Out, Virtual::Disposed),
    ]
}

impl Default for Policy {
    fn default() -> Self {
        Policy {
            version: 1,
            double_fire_ms: 300,
            join_window_ms: 10_000,
            lockout_after: 5,
            lockout_minutes: 15,
            idle_lock_minutes: 15,
            over_receipt_percent: 0,
            receipt: ReceiptPolicy::default(),
            recall_list_hours: 4,
            expiry_alert_days: 30,
            exception_target_minutes: 360,
            clock_jump_hours: 24,
            digits_after_scan: false,
            adjust_reasons: adjust_reasons(),
            adjust_limit: 10,
            count_tolerance: 0,
            count_tolerance_percent: 0,
            seal_required: true,
            rotation_override_signed: true,
            override_reasons: codes(&["buried", "damaged", "customer"]),
            short_reasons: codes(&["not_there", "damaged", "label"]),
            dispose_reasons: codes(&["damaged", "expired", "recalled", "contaminated"]),
            dispose_certificate: false,
            output_expiry_stops: true,
            faces: Vec::new(),
            catch_weight: BTreeMap::new(),
            customer_shelf_days: BTreeMap::new(),
            plate_mixing: Mixing::default(),
            customer_mixing: BTreeMap::new(),
            plate_depth: 5,
            plate_prefixes: ["PLT-", "TOTE-", "CTN-"].map(str::to_owned).to_vec(),
            pack_weight: false,
            weight_unit: "KG".to_owned(),
            climates: Vec::new(),
        }
    }
}
