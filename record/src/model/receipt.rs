//! What a site decided about receiving: tolerances, lot sizes, what is inspected, by vendor and item.

use super::{ItemId, OwnerId, PlaceId};
use serde::{Deserialize, Serialize};

/// A site's settings for receiving.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct ReceiptPolicy {
    /// Percent of a line that may be missing when its receipt is closed, and it counts as complete.
    pub under_percent: u32,
    /// Base units above which a lot is pointed out (C4): 5,000 is usual in pharma, 2,000 in electronics. Absent: never.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub max_lot_size: Option<u32>,
    /// Where goods wait for their inspection; absent: at the dock they came to.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub inspection_place: Option<PlaceId>,
    /// What a lot that the ship notice does not list leads to.
    pub unexpected_lot: Unexpected,
    /// What a unit leads to whose serial the ship notice does not tell, where it tells those of the item.
    pub unexpected_serial: Unexpected,
    /// Whether a ship notice that does not tell the lots of what is kept by lot is an exception at once (B3).
    pub flag_bare_notices: bool,
    /// Whether damaged goods are received only with a photo.
    pub damage_needs_photo: bool,
    /// Whether a unit with a serial that comes back is unpickable until somebody outside verified it (DSCSA).
    pub verify_returns: bool,
    /// How many of what waits for inspection are looked at.
    pub sample: Sampling,
    /// How many of the sample may be bad, and the whole may still pass.
    pub sample_may_be_bad: u32,
    /// Exceptions for vendors and items.
    pub rules: Vec<ReceiptRule>,
}

/// What follows when something came that the ship notice does not list.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Unexpected {
    /// It is put aside until somebody decides.
    #[default]
    Stop,
    /// It is taken in, and said.
    Warn,
}

/// How large a sample is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "by", rename_all = "snake_case")]
pub enum Sampling {
    /// The square root of what waits, and one.
    SquareRoot,
    /// Always so many.
    Fixed {
        /// How many.
        units: u32,
    },
    /// A part of what waits.
    Percent {
        /// How large.
        percent: u32,
    },
    /// All of it.
    All,
}

impl Sampling {
    /// How many of `waiting` units are looked at: at least one of some, at most all.
    pub fn size(self, waiting: u32) -> u32 {
        let asked = match self {
            Sampling::SquareRoot => {
                let root = waiting.isqrt();
                root + u32::from(root * root < waiting) + 1
            }
            Sampling::Fixed { units } => units,
            Sampling::Percent { percent } => {
                u32::try_from((u64::from(waiting) * u64::from(percent)).div_ceil(100)).unwrap_or(waiting)
            }
            Sampling::All => waiting,
        };
        asked.clamp(1.min(waiting), waiting)
    }
}

/// What holds for goods of one item, of one vendor, or of one item of one vendor. What it leaves out falls back to the
/// next wider rule, and at last to the site's own figure.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct ReceiptRule {
    /// The vendor, by the key of the partner; absent: every one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub vendor: Option<String>,
    /// Whose item; absent: every owner's.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub owner: Option<OwnerId>,
    /// The item; absent: every one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub item: Option<ItemId>,
    /// Percent of a line that may come over what it asks for.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub over_percent: Option<u32>,
    /// Percent of a line that may be missing when it is closed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub under_percent: Option<u32>,
    /// Base units above which a lot is pointed out.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub max_lot_size: Option<u32>,
    /// Whether the goods wait for an inspection.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub inspect: Option<bool>,
}

/// What holds for goods that come in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ReceiptTerms {
    /// Percent of a line that may come over what it asks for.
    pub over_percent: u32,
    /// Percent of a line that may be missing when it is closed.
    pub under_percent: u32,
    /// Base units above which a lot is pointed out.
    pub max_lot_size: Option<u32>,
    /// Whether the goods wait for an inspection.
    pub inspect: bool,
}

impl ReceiptRule {
    /// How narrow it is, when it is about these goods: an item of a vendor before an item before a vendor.
    fn fits(&self, vendor: Option<&str>, owner: &OwnerId, item: &ItemId) -> Option<u8> {
        let about = self.vendor.as_deref().is_none_or(|v| vendor == Some(v))
            && self.owner.as_ref().is_none_or(|o| o == owner)
            && self.item.as_ref().is_none_or(|i| i == item);
        about.then(|| {
            4 * u8::from(self.item.is_some()) + 2 * u8::from(self.vendor.is_some()) + u8::from(self.owner.is_some())
        })
    }
}

impl Default for ReceiptPolicy {
    fn default() -> Self {
        ReceiptPolicy {
            under_percent: 0,
            max_lot_size: None,
            inspection_place: None,
            unexpected_lot: Unexpected::Stop,
            unexpected_serial: Unexpected::Stop,
            flag_bare_notices: true,
            damage_needs_photo: false,
            verify_returns: false,
            sample: Sampling::SquareRoot,
            sample_may_be_bad: 0,
            rules: Vec::new(),
        }
    }
}

impl ReceiptPolicy {
    /// What holds for an item from a vendor (the key of a partner), where the site lets `over_percent` come over.
    pub fn terms(&self, vendor: Option<&str>, owner: &OwnerId, item: &ItemId, over_percent: u32) -> ReceiptTerms {
        let mut fitting: Vec<_> = self
            .rules
            .iter()
            .filter_map(|rule| rule.fits(vendor, owner, item).map(|narrow| (narrow, rule)))
            .collect();
        fitting.sort_by_key(|(narrow, _)| *narrow);
        let mut terms = ReceiptTerms {
            over_percent,
            under_percent: self.under_percent,
            max_lot_size: self.max_lot_size,
            inspect: false,
        };
        for (_, rule) in fitting {
            terms.over_percent = rule.over_percent.unwrap_or(terms.over_percent);
            terms.under_percent = rule.under_percent.unwrap_or(terms.under_percent);
            terms.max_lot_size = rule.max_lot_size.or(terms.max_lot_size);
            terms.inspect = rule.inspect.unwrap_or(terms.inspect);
        }
        terms
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sample_is_at_least_one_and_at_most_all() {
        let sizes = |by: Sampling| [0, 1, 2, 9, 10, 100, u32::MAX].map(|waiting| by.size(waiting));
        assert_eq!(sizes(Sampling::SquareRoot), [0, 1, 2, 4, 5, 11, 65_537]);
        assert_eq!(sizes(Sampling::Fixed { units: 5 }), [0, 1, 2, 5, 5, 5, 5]);
        assert_eq!(sizes(Sampling::Fixed { units: 0 })[..3], [0, 1, 1]);
        assert_eq!(sizes(Sampling::Percent { percent: 15 })[..6], [0, 1, 1, 2, 2, 15]);
        assert_eq!(sizes(Sampling::All)[6], u32::MAX);
    }

    #[test]
    fn the_rule_of_an_item_from_a_vendor_comes_before_the_wider_ones_and_falls_back_to_them() {
        let policy: ReceiptPolicy = serde_json::from_str(
            r#"{"under_percent":1,"rules":[
                {"vendor":"V1","item":"A","over_percent":7},
                {"item":"A","over_percent":5,"inspect":true},
                {"vendor":"V1","over_percent":3,"under_percent":9,"max_lot_size":40}]}"#,
        )
        .unwrap();
        let owner = OwnerId::new("ACME").unwrap();
        let terms = |vendor, item: &str| policy.terms(vendor, &owner, &ItemId::new(item).unwrap(), 2);
        let (narrow, item, vendor) = (terms(Some("V1"), "A"), terms(Some("V2"), "A"), terms(Some("V1"), "B"));
        assert_eq!((narrow.over_percent, narrow.under_percent), (7, 9));
        assert_eq!((narrow.max_lot_size, narrow.inspect), (Some(40), true));
        assert_eq!((item.over_percent, item.under_percent, item.inspect), (5, 1, true));
        assert_eq!(
            (vendor.over_percent, vendor.under_percent, vendor.inspect),
            (3, 9, false)
        );
        let plain = terms(None, "B");
        assert_eq!(
            (plain.over_percent, plain.under_percent, plain.max_lot_size),
            (2, 1, None)
        );
    }
}
