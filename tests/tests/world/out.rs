//! What leaves the warehouse, and what comes back: shipping, returns, disposal.

use super::cases::{CUSTOMER, DISPOSED};
use super::site::{CAGE, DOCK, STAGE};
use super::{Input, Shift, Tone};

impl Shift {
    /// An order from the bins to its customer and some of it back, with what one handheld knows.
    pub(super) fn send_an_order(&mut self, hand: usize) {
        self.sync_all();
        for _ in 0..3 {
            self.pick(hand);
            self.ship(hand);
        }
        self.returns(hand);
    }

    /// Loads a picked order onto this handheld's trailer and lets it leave; or leaves it half loaded, to go on later.
    pub(super) fn ship(&mut self, hand: usize) {
        let orders = self.more(hand, "ship");
        let Some(order) = self.one_of(&orders, "document:") else {
            return self.home(hand);
        };
        let trailer = format!("TRAILER-{}", hand + 1);
        if self.choose(hand, &order).id != "ship.trailer" || self.scan(hand, &format!("]C0{trailer}")).is_none() {
            return self.home(hand);
        }
        let mut loaded = Vec::new();
        for thing in self.world.standing_at(STAGE) {
            let label = self.label(thing);
            if self.scan(hand, &label).is_some() {
                self.carry(hand, thing, &trailer);
                loaded.push(thing);
            }
            self.battery(hand);
            if self.dice.one_in(8) && self.choose(hand, "undo").tone == Tone::Accept {
                self.carry(hand, loaded.pop().unwrap(), STAGE);
            }
        }
        self.load_cartons(hand, &trailer);
        if self.dice.one_in(4) || self.choose(hand, "close").id != "ship.seal" {
            return self.home(hand);
        }
        self.act(hand, Input::enter("seal", "SEAL-7"));
        self.battery(hand);
        let mut screen = self.choose(hand, "ship");
        if screen.id != "home" && screen.tone != Tone::Stop {
            screen = self.choose(hand, "ship");
        }
        if screen.id == "home" && screen.tone != Tone::Stop {
            let order = order.trim_start_matches("document:");
            let mut gone = self.world.standing_at(&trailer);
            for carton in self.world.cartons_at(&trailer) {
                let inside = self.world.standing_at(&carton);
                if !inside.is_empty() {
                    self.did("shipped in a carton");
                }
                gone.extend(inside);
                self.world.cartons.insert(carton, CUSTOMER.to_owned());
            }
            for thing in gone {
                self.did("shipped");
                self.carry(hand, thing, CUSTOMER);
                self.sent.insert(thing, order.to_owned());
            }
        }
        self.home(hand);
    }

    /// A customer sends something back.
    pub(super) fn returns(&mut self, hand: usize) {
        let gone = self.world.standing_at(CUSTOMER);
        if gone.is_empty() {
            return;
        }
        let order = self.sent[self.dice.of(&gone)].clone();
        self.more(hand, "returns");
        if self.scan(hand, &format!("]C0{DOCK}")).is_none() {
            return self.home(hand);
        }
        self.act(hand, Input::enter("sender", order.clone()));
        let mut back = Vec::new();
        for thing in gone {
            if self.sent[&thing] != order || self.dice.one_in(2) {
                continue;
            }
            let label = self.label(thing);
            let Some(mut screen) = self.scan(hand, &label) else {
                continue;
            };
            self.battery(hand);
            if screen.id == "returns.quantity" {
                screen = self.act(hand, Input::enter("quantity", "1"));
            }
            assert_eq!(
                screen.id,
                "returns.decide",
                "{}\n{}",
                screen.to_json(),
                self.log.join("\n")
            );
            let (decision, to) = *self
                .dice
                .of(&[("stock", DOCK), ("quarantine", CAGE), ("dispose", CAGE)]);
            let screen = self.choose(hand, decision);
            let to = if screen.tone == Tone::Stop {
                self.choose(hand, "acknowledge");
                self.choose(hand, "quarantine");
                CAGE
            } else {
                to
            };
            self.carry(hand, thing, to);
            self.did("returned");
            back.push(thing);
            self.battery(hand);
        }
        while self.dice.one_in(4) && self.choose(hand, "undo").tone == Tone::Accept {
            // It was not theirs after all.
            self.carry(hand, back.pop().unwrap(), CUSTOMER);
        }
        self.home(hand);
    }

    /// Destroys some of what stands somewhere, once quality has signed.
    pub(super) fn dispose(&mut self, hand: usize) {
        let Some((place, things)) = self.somewhere() else {
            return;
        };
        self.more(hand, "dispose");
        if self.scan(hand, &format!("]C0{place}")).is_none() {
            return self.home(hand);
        }
        self.choose(hand, "reason:damaged");
        let mut noted = Vec::new();
        for thing in things.into_iter().take(1 + self.dice.below(3)) {
            let label = self.label(thing);
            let Some(screen) = self.scan(hand, &label) else {
                continue;
            };
            if screen.id == "dispose.quantity" {
                self.battery(hand);
                self.act(hand, Input::enter("quantity", "1"));
            }
            noted.push(thing);
            if self.dice.one_in(6) && self.choose(hand, "undo").tone == Tone::Accept {
                noted.pop();
            }
        }
        if noted.is_empty() {
            return self.home(hand);
        }
        self.choose(hand, "sign");
        self.choose(hand, "none");
        self.battery(hand);
        self.act(hand, Input::scan("B-5"));
        let screen = self.act(hand, Input::enter("pin", "5555"));
        assert!(
            screen.id == "dispose.scan" && screen.tone != Tone::Stop,
            "{}\n{}",
            screen.to_json(),
            self.log.join("\n")
        );
        self.did("disposed");
        self.carry_all(hand, &noted, DISPOSED);
        self.battery(hand);
        while self.dice.one_in(4) && self.choose(hand, "undo").tone == Tone::Accept {
            // It was not destroyed after all.
            let Some(thing) = noted.pop() else {
                panic!("more was taken back than was done\n{}", self.log.join("\n"))
            };
            self.carry(hand, thing, &place);
        }
        self.home(hand);
    }
}
