//! What is wrong with a document, and where.

use serde::Serialize;
use std::fmt;

/// Where something stands.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Place {
    /// The number of the segment in the file, from 1; 0 when it is no segment's.
    pub segment: usize,
    /// The number of the segment in its message, with ST or UNH as 1; 0 outside of one. AK301 and UCS01 count so.
    pub position: usize,
    /// The segment's tag.
    pub tag: String,
    /// Which element, from 1; 0 means the segment.
    pub element: usize,
    /// Which component, from 1; 0 means the element.
    pub component: usize,
    /// The segment's first byte in the file, from 0.
    pub offset: usize,
}

impl Place {
    /// The same segment, at an element.
    #[must_use]
    pub fn at(mut self, element: usize) -> Self {
        self.element = element;
        self
    }

    /// The same element, at a component.
    #[must_use]
    pub fn part(mut self, component: usize) -> Self {
        self.component = component;
        self
    }
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.segment > 0 {
            write!(f, "segment {} {}", self.segment, self.tag)?;
            if self.element > 0 {
                write!(f, "{:02}", self.element)?;
            }
            if self.component > 0 {
                write!(f, "-{}", self.component)?;
            }
            f.write_str(", ")?;
        }
        write!(f, "byte {}", self.offset)
    }
}

/// What was found wrong.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Finding {
    /// What.
    pub code: Code,
    /// What was found, at most 60 characters.
    pub found: String,
    /// Where.
    pub place: Place,
    /// The line of the notice, where it is about one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub line: Option<String>,
    /// Its item, as the partner names it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub item: Option<String>,
    /// The handling unit it is about or in.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub plate: Option<String>,
}

impl Finding {
    /// A finding at a place.
    pub fn new(code: Code, found: impl AsRef<str>, place: Place) -> Self {
        Finding {
            code,
            found: found.as_ref().chars().take(60).collect(),
            place,
            line: None,
            item: None,
            plate: None,
        }
    }
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.code.text())?;
        if !self.found.is_empty() {
            write!(f, ": {:?}", self.found)?;
        }
        write!(f, " ({}", self.place)?;
        for (name, value) in [("line", &self.line), ("item", &self.item), ("plate", &self.plate)] {
            if let Some(value) = value {
                write!(f, ", {name} {value}")?;
            }
        }
        f.write_str(")")
    }
}

macro_rules! codes {
    ($($(#[$doc:meta])* $name:ident $word:literal $text:literal $class:ident $x12:literal;)*) => {
        /// What can be wrong.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
        #[serde(rename_all = "snake_case")]
        pub enum Code {
            $(
                #[doc = $text]
                $name,
            )*
        }

        impl Code {
            /// Every code.
            pub const ALL: &'static [Code] = &[$(Code::$name),*];

            /// Its word, as a report writes it.
            pub const fn word(self) -> &'static str {
                match self { $(Code::$name => $word),* }
            }

            /// What it means.
            pub const fn text(self) -> &'static str {
                match self { $(Code::$name => $text),* }
            }

            /// What an answer has to say of it, and by which code.
            pub const fn class(self) -> (Class, &'static str) {
                match self { $(Code::$name => (Class::$class, $x12)),* }
            }
        }
    };
}

/// Where an answer reports a code.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Class {
    /// About the interchange: TA105 (X12 I18).
    Interchange,
    /// About the group: AK905 (X12 716).
    Group,
    /// About the transaction set: AK502 (X12 718).
    Set,
    /// About a segment: AK304 (X12 720).
    Segment,
    /// About an element: AK403 (X12 723).
    Element,
    /// About what it says, which syntax cannot tell: TED01 (X12 647).
    Advice,
    /// Worth telling, and no reason to refuse: TED01 as well.
    Note,
}

codes! {
    InterchangeControl "interchange_control" "the control numbers of the interchange's header and trailer differ" Interchange "001";
    GroupCount "group_count" "the interchange has another number of groups or messages than its trailer says" Interchange "021";
    GroupTrailer "group_trailer" "the group has no trailer" Group "3";
    GroupControl "group_control" "the control numbers of the group's header and trailer differ" Group "4";
    SetCount "set_count" "the group has another number of transaction sets than its trailer says" Group "5";
    SetUnknown "set_unknown" "this kind of message is not read here" Set "1";
    SetTrailer "set_trailer" "the message has no trailer" Set "2";
    SetControl "set_control" "the control numbers of the message's header and trailer differ" Set "3";
    SegmentCount "segment_count" "the message has another number of segments than its trailer says" Set "4";
    SetControlBad "set_control_bad" "the message has no usable control number" Set "7";
    SetControlTwice "set_control_twice" "the control number is used twice in its group" Set "23";
    SegmentMissing "segment_missing" "a mandatory segment is missing" Segment "3";
    SegmentUnexpected "segment_unexpected" "the segment cannot stand here" Segment "2";
    TooDeep "too_deep" "the hierarchy is deeper than is read" Segment "4";
    ElementMissing "element_missing" "a mandatory element is missing" Element "1";
    BadText "bad_text" "the value cannot be used" Element "6";
    BadCode "bad_code" "the code is none that is read here" Element "7";
    BadDate "bad_date" "this is no day of the calendar" Element "8";
    BadTime "bad_time" "this is no time of day" Element "9";
    BadNumber "bad_number" "this is no number that can be recorded" Element "6";
    ParentUnknown "parent_unknown" "the level hangs on one that does not exist" Element "7";
    ParentLater "parent_later" "the level hangs on itself or on one that comes later" Element "7";
    LevelTwice "level_twice" "two levels have one number" Element "7";
    BadSscc "bad_sscc" "this is no SSCC" Advice "848";
    BadGtin "bad_gtin" "this is no GTIN" Advice "848";
    BadGln "bad_gln" "this is no GLN" Note "848";
    SsccTwice "sscc_twice" "the SSCC is on two units of the notice" Advice "006";
    SsccInside "sscc_inside" "the SSCC is said to be inside itself" Advice "012";
    PackOutside "pack_outside" "a pack stands beside the plates, not in one" Advice "012";
    PlateMissing "plate_missing" "the unit has no SSCC" Note "007";
    UnitEmpty "unit_empty" "the unit holds nothing" Note "007";
    ItemMissing "item_missing" "the line names no item" Advice "007";
    ItemUnknown "item_unknown" "the item is not known here" Note "024";
    QuantityMissing "quantity_missing" "the line has no quantity above zero" Advice "007";
    LotMissing "lot_missing" "the item is kept by lot, and the line tells none" Advice "007";
    LotTwice "lot_twice" "the line tells several lots, and not how much of each" Advice "012";
    SerialMissing "serial_missing" "the item is kept by serial, and the line tells none" Advice "007";
    SerialCount "serial_count" "the line has another number of serials than of units" Advice "010";
    SerialTwice "serial_twice" "a serial of the item is told twice" Advice "006";
    SerialOfWhich "serial_of_which" "a pack tells serials, and it cannot be known of which line" Advice "012";
    RangeBad "range_bad" "the two numbers are no range that is read" Advice "012";
    PartsQuantity "parts_quantity" "the parts of the line do not add up to it" Advice "010";
    TotalLines "total_lines" "the notice has another number of lines than it says" Advice "010";
    TotalQuantity "total_quantity" "the quantities do not add up to the total it says" Advice "010";
    PackageCount "package_count" "the notice has another number of packages than it says" Note "010";
}

impl Code {
    /// Whether a document with this is refused.
    pub const fn refuses(self) -> bool {
        !matches!(self.class().0, Class::Note)
    }
}
