//! What goes in and what lies there: receiving, putting away, moving, adjusting, counting.

use super::cases::{DISPOSED, OPENING, SUPPLIER, Thing, UNEXPLAINED};
use super::site::{BINS, CAGE, DOCK, LOTS, STAGE};
use super::{Input, Shift, Tone};

impl Shift {
    /// A thing that a lorry brought, or that is found.
    pub(super) fn another(&mut self, origin: &'static str) -> Thing {
        let thing = Thing::new(origin);
        if self.dice.one_in(3) {
            self.serials += 1;
            return Thing {
                item: "MON",
                serial: Some(format!("SN{}", self.serials)),
                ..thing
            };
        }
        Thing {
            item: "P500",
            lot: self.dice.of(&LOTS).0,
            holds: if self.dice.one_in(2) { 1 } else { 12 },
            ..thing
        }
    }

    pub(super) fn receive(&mut self, hand: usize) {
        self.home(hand);
        self.choose(hand, "receive");
        let notice = *self.dice.of(&["document:N-1", "document:N-2"]);
        if self.choose(hand, notice).id != "receive.scan" {
            return self.home(hand);
        }
        let mut came = Vec::new();
        for _ in 0..=self.dice.below(3) {
            let thing = self.another(SUPPLIER);
            let number = self.world.comes(thing);
            let label = self.label(number);
            if self.scan(hand, &label).is_some() {
                self.carry(hand, number, DOCK);
                self.came_with.insert(number, notice);
                came.push(number);
                self.did("received");
            }
            self.battery(hand);
            if self.dice.one_in(6) && self.choose(hand, "undo").tone == Tone::Accept {
                // It goes back onto the lorry.
                self.carry(hand, came.pop().unwrap(), SUPPLIER);
            }
        }
        self.home(hand);
        if self.dice.one_in(2) && !came.is_empty() {
            self.put_away(hand, &came);
        }
    }

    /// Somebody else receives a unit that stands at the dock; whoever had not heard of it is not stopped.
    pub(super) fn receive_again(&mut self, hand: usize) {
        let mut here = self.world.standing_at(DOCK);
        here.retain(|n| self.world.things[*n].serial.is_some() && self.came_with.contains_key(n));
        if here.is_empty() {
            return;
        }
        let thing = *self.dice.of(&here);
        self.home(hand);
        self.choose(hand, "receive");
        let notice = self.came_with[&thing];
        if self.choose(hand, notice).id == "receive.scan" {
            let label = self.label(thing);
            if self.scan(hand, &label).is_some() {
                self.did("received twice");
            }
            self.battery(hand);
        }
        self.home(hand);
    }

    /// What stands in the bins when the record begins is counted.
    pub(super) fn open_the_site(&mut self, hand: usize) {
        self.more(hand, "opening");
        for place in BINS {
            let mut here = Vec::new();
            for _ in 0..self.dice.below(3) {
                let thing = self.another(OPENING);
                let number = self.world.comes(thing);
                self.carry(hand, number, place);
                here.push(number);
            }
            self.scan(hand, &format!("]C0{place}")).unwrap();
            for thing in here {
                let label = self.label(thing);
                if self.scan(hand, &label).unwrap().id == "count.quantity" {
                    self.battery(hand);
                    self.act(hand, Input::enter("quantity", "1"));
                }
                self.did("opened");
            }
            if self.choose(hand, "done").id == "count.empty" {
                self.choose(hand, "empty");
            }
            self.battery(hand);
        }
        self.home(hand);
        self.sync_all();
    }

    fn put_away(&mut self, hand: usize, things: &[usize]) {
        self.choose(hand, "put_away");
        let cart = self.hands[hand].cart.clone();
        let mut lifted = Vec::new();
        for thing in things {
            let label = self.label(*thing);
            if let Some(screen) = self.scan(hand, &label) {
                if screen.id == "put_away.from" {
                    self.battery(hand);
                    self.scan(hand, &format!("]C0{DOCK}")).unwrap();
                }
                self.carry(hand, *thing, &cart);
                lifted.push(*thing);
            }
            self.battery(hand);
        }
        self.put_down(hand, &lifted);
        self.home(hand);
    }

    /// Where it is not stopped: a bin, and the cage at last.
    pub(super) fn put_down(&mut self, hand: usize, things: &[usize]) {
        if things.is_empty() {
            return;
        }
        let bin = *self.dice.of(&BINS);
        for place in [bin, CAGE] {
            if self.scan(hand, &format!("]C0{place}")).is_some() {
                self.did("moved");
                for thing in things {
                    self.carry(hand, *thing, place);
                }
                self.battery(hand);
                return;
            }
        }
        panic!(
            "nothing can be put down: {}",
            self.hands[hand].get().screen().unwrap().to_json()
        );
    }

    pub(super) fn somewhere(&mut self) -> Option<(String, Vec<usize>)> {
        let places: Vec<&str> = BINS.into_iter().chain([DOCK, STAGE, CAGE]).collect();
        let place = *self.dice.of(&places);
        let things = self.world.standing_at(place);
        (!things.is_empty()).then(|| (place.to_owned(), things))
    }

    pub(super) fn move_things(&mut self, hand: usize) {
        let Some((place, things)) = self.somewhere() else {
            return;
        };
        self.more(hand, "move");
        let lifted = self.lift(hand, &place, things);
        self.put_down(hand, &lifted);
        self.home(hand);
    }

    /// Lifts some of what stands at the place, in the open move.
    pub(super) fn lift(&mut self, hand: usize, place: &str, things: Vec<usize>) -> Vec<usize> {
        let mut lifted = Vec::new();
        if self.scan(hand, &format!("]C0{place}")).is_none() {
            return lifted;
        }
        let cart = self.hands[hand].cart.clone();
        for thing in things.into_iter().take(1 + self.dice.below(3)) {
            let label = self.label(thing);
            if self.scan(hand, &label).is_some() {
                self.carry(hand, thing, &cart);
                lifted.push(thing);
            }
            self.battery(hand);
            if self.dice.one_in(8) && !lifted.is_empty() && self.choose(hand, "undo").tone == Tone::Accept {
                self.carry(hand, lifted.pop().unwrap(), place);
            }
        }
        lifted
    }

    pub(super) fn adjust(&mut self, hand: usize) {
        let Some((place, things)) = self.somewhere() else {
            return;
        };
        let found = self.dice.one_in(2);
        let thing = if found {
            let thing = self.another(UNEXPLAINED);
            self.world.comes(thing)
        } else {
            *self.dice.of(&things)
        };
        if self.world.things[thing].holds > 1 {
            return;
        }
        self.more(hand, "adjust");
        if self.scan(hand, &format!("]C0{place}")).is_none() {
            return self.home(hand);
        }
        self.choose(hand, if found { "reason:found" } else { "reason:damaged" });
        let label = self.label(thing);
        if let Some(mut screen) = self.scan(hand, &label) {
            if screen.id == "adjust.quantity" {
                self.battery(hand);
                screen = self.act(hand, Input::enter("quantity", "1"));
            }
            assert_eq!(screen.id, "adjust.scan", "{}", screen.to_json());
            self.carry(hand, thing, if found { &place } else { DISPOSED });
            self.battery(hand);
            if self.dice.one_in(5) && self.choose(hand, "undo").tone == Tone::Accept {
                self.carry(hand, thing, if found { UNEXPLAINED } else { &place });
            }
        }
        self.home(hand);
    }

    /// Something is gone, and nobody says so.
    pub(super) fn vanish(&mut self) {
        if let Some((place, things)) = self.somewhere() {
            let loose: Vec<usize> = things
                .into_iter()
                .filter(|n| self.world.things[*n].serial.is_none())
                .collect();
            if !loose.is_empty() {
                let thing = *self.dice.of(&loose);
                self.log.push(format!("thing {thing} vanishes from {place}"));
                self.world.vanish(thing);
            }
        }
    }

    /// Counts a place, and again by another person where that is asked for. What others did there nobody need know yet, but
    /// for two things. What became of a unit with a serial is told: a count writes off serial by serial what it misses. And
    /// where something vanished, the handheld knows what stood there: it counts to nothing only what it has heard of.
    pub(super) fn count(&mut self, hand: usize) {
        let place = (*self.dice.of(&BINS)).to_owned();
        let units = self.unheard[hand].contains(&place);
        if units || self.world.lacks(&place) || self.dice.one_in(4) {
            self.all_told(hand);
        }
        let first = self.holders[hand];
        for person in [first, (first + 1) % 2] {
            self.home(hand);
            if self.holders[hand] != person {
                self.choose(hand, "sign_out");
                self.sign_in(hand, person);
            }
            self.more(hand, "count");
            if self.scan(hand, &format!("]C0{place}")).is_none() {
                break;
            }
            for thing in self.world.standing_at(&place) {
                let label = self.label(thing);
                let screen = self
                    .scan(hand, &label)
                    .unwrap_or_else(|| panic!("{label} cannot be counted\n{}", self.log.join("\n")));
                if screen.id == "count.quantity" {
                    self.act(hand, Input::enter("quantity", "1"));
                }
                self.battery(hand);
            }
            let mut screen = self.choose(hand, "done");
            if screen.id == "count.empty" {
                screen = self.choose(hand, "empty");
            }
            assert_eq!(screen.id, "count.place", "{}", screen.to_json());
            if screen.tone != Tone::Warn {
                self.world.counted(&place);
                self.did("counted");
                break;
            }
        }
        self.home(hand);
    }
}
