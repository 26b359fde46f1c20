//! Data whose separators may be lost: every way to read it.
//!
//! Without separators an element of variable length swallows what follows (General Specifications 7.8.6 asks for one
//! behind it), and the result often looks good. So data in which no separator was seen counts only if it can mean one thing.
//! A reading is complete if it uses all the data, holds nothing but the AIs of [`listed`], and each value and the AIs
//! together are good.

use crate::ai::associations::{self, Seen};
use crate::ai::table::{self, Entry, Found};
use crate::element_string::{self, Rules};
use crate::elements::{Elements, Slot};
use crate::key::Gtin;
use crate::label::Element;
use crate::options::Options;
use crate::reader::LONGEST;

/// How many readings are shown at most.
pub const MOST_READINGS: usize = 12;

/// Steps of one search. Where they do not suffice, the data counts as ambiguous.
const STEPS: u32 = 20_000;
const WORDS: usize = LONGEST / 64 + 1;

/// The AIs that readings are made of: those that a warehouse meets.
fn listed(ai: &str) -> bool {
    matches!(
        ai,
        "00" | "01"
            | "02"
            | "10"
            | "11"
            | "12"
            | "13"
            | "15"
            | "16"
            | "17"
            | "20"
            | "21"
            | "22"
            | "240"
            | "241"
            | "250"
            | "30"
            | "37"
            | "400"
            | "410"
            | "413"
            | "414"
            | "420"
            | "421"
            | "7003"
    ) || ai.starts_with("310")
}

/// One way to read data without separators.
#[derive(Clone, Copy)]
pub struct Reading<'a> {
    data: &'a [u8],
    elements: Elements,
    primary: Option<Gtin>,
}

impl Reading<'_> {
    /// The elements in the order of the data; of an EAN/UPC composite its digits first, as (01).
    pub fn elements(&self) -> impl Iterator<Item = Element<'_>> {
        let primary = self.primary.as_ref().map(|gtin| Element {
            ai: "01",
            value: gtin.as_str(),
        });
        let text = |bytes| core::str::from_utf8(bytes).unwrap_or("");
        primary.into_iter().chain(self.elements.iter().map(move |slot| Element {
            ai: text(slot.ai(self.data)),
            value: text(slot.value(self.data)),
        }))
    }
}

/// The complete readings of data, in the order of their elements: AI, then value, then the next element.
#[derive(Clone)]
pub struct Readings<'a> {
    /// Ends where the readings end.
    data: &'a [u8],
    from: usize,
    rules: Rules,
    associations: bool,
    primary: Option<Gtin>,
    /// A bit for each place, counted from `from`, from which a reading can reach the end.
    reaches_end: [u64; WORDS],
    path: Elements,
    started: bool,
    steps: u32,
}

impl<'a> Readings<'a> {
    /// The readings of `data[from..]`. `primary` is the item of an EAN/UPC symbol before its composite part.
    pub(crate) fn new(data: &'a [u8], from: usize, rules: Rules, options: Options, primary: Option<Gtin>) -> Self {
        let mut readings = Self {
            data,
            from,
            rules,
            associations: options.associations,
            primary,
            reaches_end: [0; WORDS],
            path: Elements::new(),
            started: false,
            steps: STEPS,
        };
        if data.len() - from < LONGEST {
            readings.mark(data.len());
            for at in (from..data.len()).rev() {
                if readings.shortest(at, 0).is_some() {
                    readings.mark(at);
                }
            }
        }
        readings
    }

    /// Was the search given up?
    pub(crate) fn gave_up(&self) -> bool {
        self.steps == 0
    }

    fn mark(&mut self, at: usize) {
        let at = at - self.from;
        self.reaches_end[at / 64] |= 1 << (at % 64);
    }

    fn marked(&self, at: usize) -> bool {
        let at = at - self.from;
        self.reaches_end[at / 64] >> (at % 64) & 1 == 1
    }

    /// The element at `at` with the shortest good value of at least `least` characters, from whose end a reading goes on.
    fn shortest(&self, at: usize, least: usize) -> Option<(Slot, usize)> {
        let rest = &self.data[at..];
        let index = table::known(rest)?;
        let entry: &'static Entry = table::entry(index);
        if !listed(entry.ai) {
            return None;
        }
        let value_at = at + entry.ai.len();
        let room = self.data.len() - value_at;
        (least.max(usize::from(entry.min))..=room.min(usize::from(entry.max))).find_map(|len| {
            let end = value_at + len;
            let good = self.marked(end)
                && element_string::check_value(entry, &self.data[value_at..end], self.rules.year)
                    .is_ok_and(|taken| taken == len);
            good.then(|| (Slot::new(&Found::Known(index), at, value_at, len), end))
        })
    }

    /// A repeated AI says the same each time.
    fn contradicts(&self, slot: Slot) -> bool {
        let other = |before: Slot| before.index() == slot.index() && before.value(self.data) != slot.value(self.data);
        let primary = self
            .primary
            .is_some_and(|gtin| slot.index() == Some(table::GTIN) && gtin.as_str().as_bytes() != slot.value(self.data));
        primary || self.path.iter().any(other)
    }

    /// Do the AIs of the path go together?
    fn fits(&self) -> bool {
        let mut seen = Seen::new();
        if self.primary.is_some() {
            seen.add(table::GTIN);
        }
        for index in self.path.iter().filter_map(Slot::index) {
            seen.add(index);
        }
        associations::check(&self.path, self.data, &seen, self.associations).is_ok()
    }

    /// The place of the last element of the path, which is taken off, and the length of value to go on with there.
    fn back(&mut self) -> Option<(usize, usize)> {
        let slot = self.path.pop()?;
        Some((slot.start() - slot.ai(self.data).len(), slot.len() + 1))
    }
}

impl<'a> Iterator for Readings<'a> {
    type Item = Reading<'a>;

    // Depth first, shorter values first. A place decides its AI, and a shorter value is the beginning of a longer one: so
    // this is the order of the lists of elements, and the first twelve found are the first twelve there are.
    fn next(&mut self) -> Option<Reading<'a>> {
        let (mut at, mut least) = if self.started {
            self.back()?
        } else {
            self.started = true;
            (self.from, 0)
        };
        loop {
            self.steps = self.steps.checked_sub(1)?;
            let Some((slot, end)) = self.shortest(at, least) else {
                (at, least) = self.back()?;
                continue;
            };
            if self.contradicts(slot) || !self.path.push(slot) {
                least = slot.len() + 1;
            } else if end < self.data.len() {
                (at, least) = (end, 0);
            } else if self.fits() {
                return Some(Reading {
                    data: self.data,
                    elements: self.path,
                    primary: self.primary,
                });
            } else {
                (at, least) = self.back()?;
            }
        }
    }
}

/// Are there two readings or more, or too many ways to tell?
#[cold]
pub(crate) fn is_ambiguous(data: &[u8], from: usize, rules: Rules, options: Options, primary: Option<Gtin>) -> bool {
    let mut readings = Readings::new(data, from, rules, options, primary);
    readings.by_ref().take(2).count() == 2 || readings.gave_up()
}

#[cfg(test)]
mod tests {
    use std::format;

    use super::{Readings, STEPS};
    use crate::element_string::Rules;
    use crate::key::Gtin;
    use crate::options::Options;

    /// How many steps the search takes until there are no more readings.
    fn steps(data: &str, primary: Option<&str>) -> u32 {
        let rules = Rules {
            separator: 0x1D,
            unknown_ais: false,
            lenient: true,
            year: 2026,
        };
        let primary = primary.and_then(|digits| Gtin::parse(digits).ok());
        let mut readings = Readings::new(data.as_bytes(), 0, rules, Options::new(2026), primary);
        assert_eq!(readings.by_ref().count(), 0, "{data}");
        STEPS - readings.steps
    }

    #[test]
    fn a_place_from_which_nothing_reaches_the_end_is_not_entered() {
        let tail = "-".repeat(40);
        assert_eq!(steps(&format!("010950600013435210A21B22C240D{tail}"), None), 1);
    }

    #[test]
    fn behind_a_contradiction_nothing_is_tried() {
        let rest = "10A21B22C240D250E";
        let data = format!("01095060001343520109506000134369{rest}");
        // The first item, the second one, and back twice.
        assert_eq!(steps(&data, None), 4);
        // The same as what a composite symbol says twice.
        assert_eq!(steps(&format!("0109506000134369{rest}"), Some("9506000134352")), 2);
    }
}
