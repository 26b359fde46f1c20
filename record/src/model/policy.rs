//! Policy: what a site decided, delivered by sync, so that no rule change needs an app release (C5).

use super::{
    Account, DeviceId, Duty, FormatRule, ItemId, NumberKind, OwnerId, PlaceId, Profile, ProfileRule, QueuePolicy,
    ReceiptPolicy, Virtual, WorkingSet, format, profile, working_set,
};
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
    /// Wrong PINs in a row on one device before a person is locked out on all.
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
    /// Whether the site is being opened: what lies there is counted wall to wall, and what the record does not know yet is
    /// its opening balance. Switched off once all is counted.
    pub opening: bool,
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
    /// Which tasks are offered where, and for how long one is kept for whoever has it.
    pub queue: QueuePolicy,
    /// The region the site is in, such as `EU`, for rules that hold in one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub region: Option<String>,
    /// What lot and serial numbers look like (C5).
    pub formats: Vec<FormatRule>,
    /// Regulations that are worked under (C6).
    pub profiles: Vec<ProfileRule>,
    /// What of the site which handhelds carry (domain §8).
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub working_sets: Vec<WorkingSet>,
}

/// Why a policy does not take effect.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum PolicyError {
    /// It is no policy.
    #[error("the policy cannot be read: {0}")]
    Unreadable(String),
    /// Two things in it cannot both hold.
    #[error("the policy contradicts itself at {at}: {why}")]
    Contradiction {
        /// Which setting or rule.
        at: String,
        /// What cannot be.
        why: String,
    },
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

pub(super) fn codes(codes: &[&str]) -> Vec<Reason> {
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
            opening: false,
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
            queue: QueuePolicy::default(),
            region: None,
            formats: Vec::new(),
            profiles: Vec::new(),
            working_sets: Vec::new(),
        }
    }
}

impl Policy {
    /// Reads a policy as it is delivered, JSON, and holds it against itself.
    ///
    /// # Errors
    /// [`PolicyError`]: such a policy never takes effect, the last good one stays.
    pub fn read(json: &str) -> Result<Self, PolicyError> {
        let policy: Policy = serde_json::from_str(json).map_err(|e| PolicyError::Unreadable(e.to_string()))?;
        match policy.contradiction() {
            None => Ok(policy),
            Some((at, why)) => Err(PolicyError::Contradiction { at, why }),
        }
    }

    fn contradiction(&self) -> Option<(String, String)> {
        let climate = |climate: &Climate| {
            let from_to = [Some(climate.celsius), climate.humidity];
            let (from, to) = from_to.into_iter().flatten().find(|(from, to)| from > to)?;
            Some((format!("climate {}", climate.class), format!("from {from} to {to}")))
        };
        format::contradiction(&self.formats)
            .or_else(|| self.climates.iter().find_map(climate))
            .or_else(|| working_set::contradiction(&self.working_sets))
    }

    /// What such numbers of an item look like, where a rule says so: the narrowest one.
    pub fn format(&self, of: NumberKind, owner: &OwnerId, item: &ItemId) -> Option<&FormatRule> {
        format::rule(&self.formats, of, (owner, item), self.region.as_deref())
    }

    /// What a device carries; `None`: the whole site.
    pub fn working_set(&self, device: &DeviceId) -> Option<&WorkingSet> {
        let own = self.working_sets.iter().find(|set| set.names(device));
        own.filter(|set| !set.is_everything())
    }

    /// The regulations that goods of an item are under.
    pub fn profiles_of(&self, owner: &OwnerId, item: &ItemId) -> Vec<Profile> {
        profile::of(&self.profiles, owner, item)
    }

    fn duties_of(&self, owner: &OwnerId, item: &ItemId) -> impl Iterator<Item = Duty> {
        profile::duties(self.profiles_of(owner, item))
    }

    fn sessions(&self) -> impl Iterator<Item = (u32, u32)> {
        profile::duties(self.profiles.iter().map(|rule| rule.profile)).filter_map(|duty| match duty {
            Duty::Session {
                idle_minutes,
                wrong_pins,
            } => Some((idle_minutes, wrong_pins)),
            _ => None,
        })
    }

    /// Minutes without input after which a session ends.
    pub fn idle_minutes(&self) -> u32 {
        self.sessions()
            .map(|(idle, _)| idle)
            .fold(self.idle_lock_minutes, u32::min)
    }

    /// Wrong PINs in a row before a person is locked out.
    pub fn wrong_pins(&self) -> u32 {
        self.sessions().map(|(_, pins)| pins).fold(self.lockout_after, u32::min)
    }

    /// Whether a returned unit of the item is unpickable until somebody outside verified it.
    pub fn verifies_returns(&self, owner: &OwnerId, item: &ItemId) -> bool {
        self.receipt.verify_returns || self.duties_of(owner, item).any(|duty| duty == Duty::VerifyReturns)
    }

    /// Whether another lot of the item than the rotation asks for is picked only with a second person's signature.
    pub fn signs_overrides(&self, owner: &OwnerId, item: &ItemId) -> bool {
        self.rotation_override_signed || self.duties_of(owner, item).any(|duty| duty == Duty::SignedOverrides)
    }

    /// Base units above which a lot of the item is pointed out by the regulations it is under: the least.
    pub fn lot_size(&self, owner: &OwnerId, item: &ItemId) -> Option<u32> {
        let size = |duty| match duty {
            Duty::LotSize(units) => Some(units),
            _ => None,
        };
        self.duties_of(owner, item).filter_map(size).min()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_policy_that_contradicts_itself_or_cannot_be_read_is_refused_by_name() {
        let why = |json: &str| Policy::read(json).unwrap_err().to_string();
        let rule = r#"{"name":"Lots of A","of":"lot","format":{"min":9,"max":4}}"#;
        assert!(why(&format!(r#"{{"formats":[{rule}]}}"#)).contains("Lots of A: at least 9 and at most 4"));
        let twice = r#"{"name":"One","of":"lot","format":{}},{"name":"Two","of":"lot","format":{}}"#;
        assert!(why(&format!(r#"{{"formats":[{twice}]}}"#)).contains(r#"Two: "One" is about the same numbers"#));
        assert!(why(r#"{"formats":[{"name":"A","of":"lot","min":4,"format":{}}]}"#).contains("unknown field"));
        assert!(why(r#"{"profiles":[{"profile":"eu_fmdd"}]}"#).contains("cannot be read"));
        assert!(why("{").contains("cannot be read"));
        assert!(why(r#"{"climates":[{"class":"cold","celsius":[80,20]}]}"#).contains("climate cold"));
        assert_eq!(Policy::read("{}"), Ok(Policy::default()));
    }

    #[test]
    fn the_format_of_an_item_comes_before_that_of_the_region_and_the_owner_and_other_regions_have_none() {
        let json = r#"{"region":"EU","formats":[
            {"name":"all","of":"lot","format":{}},
            {"name":"eu","of":"lot","region":"EU","format":{}},
            {"name":"us","of":"lot","region":"US","item":"A","format":{}},
            {"name":"acme","of":"lot","owner":"ACME","format":{}},
            {"name":"a","of":"lot","item":"A","format":{}},
            {"name":"serials","of":"serial","region":"US","format":{}}]}"#;
        let policy = Policy::read(json).unwrap();
        let rule = |of, owner: &str, item: &str| {
            let (owner, item) = (OwnerId::new(owner).unwrap(), ItemId::new(item).unwrap());
            policy.format(of, &owner, &item).map(|rule| rule.name.clone())
        };
        assert_eq!(rule(NumberKind::Lot, "ACME", "A").as_deref(), Some("a"));
        assert_eq!(rule(NumberKind::Lot, "ACME", "B").as_deref(), Some("eu"));
        assert_eq!(
            rule(NumberKind::Serial, "ACME", "A"),
            None,
            "the site is not in that region"
        );
        let elsewhere = Policy {
            region: None,
            ..policy.clone()
        };
        let (owner, item) = (OwnerId::new("ACME").unwrap(), ItemId::new("B").unwrap());
        let found = elsewhere.format(NumberKind::Lot, &owner, &item);
        assert_eq!(found.map(|rule| rule.name.as_str()), Some("acme"));
    }

    #[test]
    fn each_profile_switches_on_what_it_says_and_nothing_is_on_without_it() {
        let (owner, item) = (OwnerId::new("ACME").unwrap(), ItemId::new("A").unwrap());
        let other = ItemId::new("B").unwrap();
        let with = |profile: &str| {
            let policy = format!(
                r#"{{"rotation_override_signed":false,"idle_lock_minutes":60,"lockout_after":9,
                    "profiles":[{{"profile":"{profile}","owner":"ACME","item":"A"}}]}}"#
            );
            Policy::read(&policy).unwrap()
        };
        let on = |p: &Policy, item: &ItemId| {
            (
                p.verifies_returns(&owner, item),
                p.signs_overrides(&owner, item),
                p.lot_size(&owner, item),
                (p.idle_minutes(), p.wrong_pins()),
            )
        };
        let off = (false, false, None, (60, 9));
        assert_eq!(on(&with("dscsa"), &item), (true, false, Some(5_000), (60, 9)));
        assert_eq!(on(&with("eu_fmd"), &item), (true, false, Some(5_000), (60, 9)));
        assert_eq!(on(&with("fsma_204"), &item), off);
        assert_eq!(on(&with("part_11"), &item), (false, true, None, (15, 5)));
        assert_eq!(on(&with("udi"), &item), off);
        assert_eq!(
            on(&with("conflict_minerals"), &item),
            (false, false, Some(2_000), (60, 9))
        );
        assert_eq!(on(&with("dscsa"), &other), off, "another item is under nothing");
        assert_eq!(with("dscsa").profiles_of(&OwnerId::new("NORD").unwrap(), &item), []);
    }

    #[test]
    fn every_duty_of_a_profile_stands_in_the_docs_with_its_source() {
        let page = include_str!("../../../docs/profiles.md");
        for profile in Profile::ALL {
            for clause in profile.clauses() {
                let line = format!("| `{}` | {} | {} |", profile.as_str(), clause.duty, clause.source);
                assert!(page.contains(&line), "{line}");
            }
        }
    }
}
