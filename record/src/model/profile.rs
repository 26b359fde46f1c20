//! What a regulation asks for, as a named bundle of settings that a policy switches on (C6).

use super::{ItemId, OwnerId};
use serde::{Deserialize, Serialize};
use std::fmt;

/// A regulation that a site may work under.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Profile {
    /// Drug Supply Chain Security Act, United States.
    Dscsa,
    /// Falsified medicines, European Union: Delegated Regulation (EU) 2016/161.
    EuFmd,
    /// Food traceability, United States: 21 CFR 1 Subpart S.
    #[serde(rename = "fsma_204")]
    Fsma204,
    /// Electronic records and signatures, United States: 21 CFR 11.
    #[serde(rename = "part_11")]
    Part11,
    /// Unique device identification: Regulation (EU) 2017/745, 21 CFR 801 and 830.
    Udi,
    /// Conflict minerals: Regulation (EU) 2017/821, Dodd-Frank Act section 1502.
    ConflictMinerals,
}

/// A detail that goods must come with.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Field {
    /// The lot number.
    Lot,
    /// The serial number, on the pack levels that carry one.
    Serial,
    /// The expiry date.
    Expiry,
    /// A lot number or a serial number.
    LotOrSerial,
    /// The country of origin (AI 422 to 426), for a lot that the record does not know yet.
    Origin,
    /// Who sent the goods.
    Source,
}

impl Field {
    /// The stored word.
    pub const fn as_str(self) -> &'static str {
        match self {
            Field::Lot => "lot",
            Field::Serial => "serial",
            Field::Expiry => "expiry",
            Field::LotOrSerial => "lot_or_serial",
            Field::Origin => "origin",
            Field::Source => "source",
        }
    }
}

/// What a profile switches on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Duty {
    /// Goods come in only with it.
    Field(Field),
    /// A unit with a serial that comes back is unpickable until somebody outside verified it.
    VerifyReturns,
    /// A lot of more base units is pointed out, where policy says no other size.
    LotSize(u32),
    /// A lot that should leave later is picked first only with a second person's signature, whatever policy says.
    SignedOverrides,
    /// A session ends after so many minutes without input, and so many wrong PINs lock out, or fewer where policy says so.
    Session {
        /// Minutes.
        idle_minutes: u32,
        /// PINs.
        wrong_pins: u32,
    },
    /// Goods that are only repacked keep their lot. Holds without the profile, too.
    KeepsLotCode,
}

impl fmt::Display for Duty {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Duty::Field(field) => write!(f, "goods come in only with: {}", field.as_str()),
            Duty::VerifyReturns => f.write_str("returned serials wait for their verification"),
            Duty::LotSize(units) => write!(f, "lots above {units} units are pointed out"),
            Duty::SignedOverrides => f.write_str("another lot than the rotation asks for needs a signature"),
            Duty::Session {
                idle_minutes,
                wrong_pins,
            } => write!(
                f,
                "sessions end after {idle_minutes} minutes, {wrong_pins} wrong PINs lock out"
            ),
            Duty::KeepsLotCode => f.write_str("goods that are only repacked keep their lot (also without the profile)"),
        }
    }
}

/// A duty and what asks for it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Clause {
    /// What.
    pub duty: Duty,
    /// Where it is written, or that it is practice.
    pub source: &'static str,
}

const fn asks(duty: Duty, source: &'static str) -> Clause {
    Clause { duty, source }
}

const DSCSA: &[Clause] = &[
    asks(Duty::Field(Field::Lot), "21 USC 360eee(14)"),
    asks(Duty::Field(Field::Serial), "21 USC 360eee(14)"),
    asks(Duty::Field(Field::Expiry), "21 USC 360eee(14)"),
    asks(Duty::VerifyReturns, "21 USC 360eee-1(c)(4)(D)"),
    asks(Duty::LotSize(5_000), "practice in pharma"),
];
const EU_FMD: &[Clause] = &[
    asks(Duty::Field(Field::Lot), "(EU) 2016/161, Article 4(b)"),
    asks(Duty::Field(Field::Serial), "(EU) 2016/161, Article 4(b)"),
    asks(Duty::Field(Field::Expiry), "(EU) 2016/161, Article 4(b)"),
    asks(Duty::VerifyReturns, "(EU) 2016/161, Article 20"),
    asks(Duty::LotSize(5_000), "practice in pharma"),
];
const FSMA_204: &[Clause] = &[
    asks(Duty::Field(Field::Lot), "21 CFR 1.1345(a)"),
    asks(Duty::Field(Field::Source), "21 CFR 1.1345(a)"),
    asks(Duty::KeepsLotCode, "21 CFR 1.1320"),
];
const PART_11: &[Clause] = &[
    asks(Duty::SignedOverrides, "21 CFR 11.10(g), 11.50"),
    asks(
        Duty::Session {
            idle_minutes: 15,
            wrong_pins: 5,
        },
        "21 CFR 11.200, 11.300; the numbers are practice",
    ),
];
const UDI: &[Clause] = &[asks(
    Duty::Field(Field::LotOrSerial),
    "(EU) 2017/745, Annex VI part C; 21 CFR 801.40",
)];
const CONFLICT_MINERALS: &[Clause] = &[
    asks(Duty::Field(Field::Lot), "(EU) 2017/821, Article 4"),
    asks(Duty::Field(Field::Origin), "(EU) 2017/821, Article 4"),
    asks(Duty::LotSize(2_000), "practice in electronics"),
];

impl Profile {
    /// Every one.
    pub const ALL: [Profile; 6] = [
        Profile::Dscsa,
        Profile::EuFmd,
        Profile::Fsma204,
        Profile::Part11,
        Profile::Udi,
        Profile::ConflictMinerals,
    ];

    /// What it switches on.
    pub const fn clauses(self) -> &'static [Clause] {
        match self {
            Profile::Dscsa => DSCSA,
            Profile::EuFmd => EU_FMD,
            Profile::Fsma204 => FSMA_204,
            Profile::Part11 => PART_11,
            Profile::Udi => UDI,
            Profile::ConflictMinerals => CONFLICT_MINERALS,
        }
    }

    /// The stored word.
    pub const fn as_str(self) -> &'static str {
        match self {
            Profile::Dscsa => "dscsa",
            Profile::EuFmd => "eu_fmd",
            Profile::Fsma204 => "fsma_204",
            Profile::Part11 => "part_11",
            Profile::Udi => "udi",
            Profile::ConflictMinerals => "conflict_minerals",
        }
    }

    /// What people call it, in every language.
    pub const fn name(self) -> &'static str {
        match self {
            Profile::Dscsa => "DSCSA",
            Profile::EuFmd => "EU FMD",
            Profile::Fsma204 => "FSMA 204",
            Profile::Part11 => "21 CFR Part 11",
            Profile::Udi => "UDI",
            Profile::ConflictMinerals => "(EU) 2017/821",
        }
    }
}

/// A profile, switched on for the site, an owner or an item.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ProfileRule {
    /// Which.
    pub profile: Profile,
    /// Whose goods; absent: every owner's.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub owner: Option<OwnerId>,
    /// The item; absent: every one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub item: Option<ItemId>,
}

impl ProfileRule {
    fn is_about(&self, owner: &OwnerId, item: &ItemId) -> bool {
        self.owner.as_ref().is_none_or(|o| o == owner) && self.item.as_ref().is_none_or(|i| i == item)
    }
}

/// The profiles that hold for goods of an item, each once, in the order of [`Profile::ALL`].
pub(super) fn of(rules: &[ProfileRule], owner: &OwnerId, item: &ItemId) -> Vec<Profile> {
    let mut found: Vec<_> = rules
        .iter()
        .filter(|r| r.is_about(owner, item))
        .map(|r| r.profile)
        .collect();
    found.sort();
    found.dedup();
    found
}

/// Everything that some profiles switch on.
pub(super) fn duties(profiles: impl IntoIterator<Item = Profile>) -> impl Iterator<Item = Duty> {
    profiles
        .into_iter()
        .flat_map(|p| p.clauses().iter().map(|clause| clause.duty))
}
