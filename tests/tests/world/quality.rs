//! What waits for quality: goods of a vendor that is not trusted, the inspection, and the way out of the place of inspection.

use super::cases::SUPPLIER;
use super::site::{BINS, CAGE, INSPECTION};
use super::{Input, Screen, Shift, Tone};

/// The notice of the vendor that is not trusted.
const NOTICE: &str = "document:N-3";

impl Shift {
    /// Goods come that wait for an inspection.
    pub(super) fn receive_for_inspection(&mut self, hand: usize) {
        self.home(hand);
        self.choose(hand, "receive");
        if self.choose(hand, NOTICE).id != "receive.scan" {
            return self.home(hand);
        }
        for _ in 0..=self.dice.below(3) {
            let thing = self.another(SUPPLIER);
            let number = self.world.comes(thing);
            let label = self.label(number);
            if self.scan(hand, &label).is_some() {
                self.carry(hand, number, INSPECTION);
                self.waits.insert(number);
                self.did("kept for quality");
            }
            self.battery(hand);
        }
        self.home(hand);
    }

    /// Quality decides on some of what stands there: all of it passes, some of it, or none.
    pub(super) fn inspect(&mut self, hand: usize) {
        let here = self.world.standing_at(INSPECTION);
        if here.is_empty() {
            return;
        }
        let thing = *self.dice.of(&here);
        let alike = self.alike(&here, thing);
        self.more(hand, "inspect");
        let label = self.label(thing);
        let Some(mut screen) = self.scan(hand, &label) else {
            return self.home(hand);
        };
        if screen.id == "inspect.place" {
            self.battery(hand);
            let Some(next) = self.scan(hand, &format!("]C0{INSPECTION}")) else {
                return self.home(hand);
            };
            screen = next;
        }
        let elsewhere = !screen.fields.iter().any(|field| field.value == INSPECTION);
        if elsewhere {
            // What is in the hand does not wait, by the record; what does is somewhere else.
            return self.home(hand);
        }
        assert_eq!(screen.id, "inspect.sample", "{}", self.story(&screen));
        let bad = usize::from(self.dice.one_in(2));
        self.act(hand, Input::enter("bad", bad.to_string()));
        self.battery(hand);
        self.choose(hand, "no_certificate");
        let outcomes: &[&str] = match bad {
            0 => &["outcome:pass", "outcome:fail"],
            _ => &["outcome:partial", "outcome:fail"],
        };
        let outcome = *self.dice.of(outcomes);
        let screen = self.choose(hand, outcome);
        let rejected = if screen.id == "inspect.rejected" {
            match self.reject(hand, thing, &alike) {
                Some(rejected) => rejected,
                None => return self.home(hand),
            }
        } else {
            Vec::new()
        };
        self.battery(hand);
        self.act(hand, Input::scan("B-5"));
        let screen = self.act(hand, Input::enter("pin", "5555"));
        assert_eq!(screen.id, "inspect.scan", "{}", self.story(&screen));
        self.did("inspected");
        if outcome != "outcome:fail" {
            let (item, lot) = (self.world.things[thing].item, self.world.things[thing].lot);
            let things = &self.world.things;
            self.waits
                .retain(|n| (things[*n].item, things[*n].lot) != (item, lot) || things[*n].at != INSPECTION);
        }
        // Who decided carries the bad ones away.
        self.carry_all(hand, &rejected, CAGE);
        self.battery(hand);
        self.home(hand);
    }

    /// Names one of the bad ones; `None` where none is left to be good.
    fn reject(&mut self, hand: usize, thing: usize, alike: &[usize]) -> Option<Vec<usize>> {
        let is_unit = self.world.things[thing].serial.is_some();
        let stopped = if is_unit {
            let label = self.label(thing);
            self.scan(hand, &label).is_none() || self.choose(hand, "sign").id != "inspect.badge"
        } else {
            self.act(hand, Input::enter("quantity", "1")).id != "inspect.badge"
        };
        if stopped {
            self.choose(hand, "acknowledge");
            return None;
        }
        if is_unit {
            return Some(vec![thing]);
        }
        alike.first().map(|first| vec![*first])
    }

    /// The things there that nobody can tell from this one.
    fn alike(&self, here: &[usize], thing: usize) -> Vec<usize> {
        let looks = |n: usize| {
            let thing = &self.world.things[n];
            (thing.item, thing.lot, thing.holds, thing.serial.is_some())
        };
        here.iter().copied().filter(|n| looks(*n) == looks(thing)).collect()
    }

    /// What stands there goes where it may. On a handheld that has heard of all, nothing goes to a bin undecided.
    pub(super) fn leave_inspection(&mut self, hand: usize) {
        let here = self.world.standing_at(INSPECTION);
        if here.is_empty() {
            return;
        }
        self.all_told(hand);
        self.more(hand, "move");
        let lifted = self.lift(hand, INSPECTION, here);
        let bin = *self.dice.of(&BINS);
        if !lifted.is_empty() && self.scan(hand, &format!("]C0{bin}")).is_some() {
            self.carry_all(hand, &lifted, bin);
            self.did("let in");
            let undecided = lifted.iter().find(|thing| self.waits.contains(thing));
            assert_eq!(
                undecided,
                None,
                "never decided on, and in a bin\n{}",
                self.log.join("\n")
            );
        }
        for thing in lifted.into_iter().rev() {
            // What stays where it is goes back there.
            if self.world.things[thing].at != bin && self.choose(hand, "undo").tone == Tone::Accept {
                self.carry(hand, thing, INSPECTION);
            }
        }
        self.battery(hand);
        self.home(hand);
    }

    fn story(&self, screen: &Screen) -> String {
        format!("{}\n{}", screen.to_json(), self.log.join("\n"))
    }
}
