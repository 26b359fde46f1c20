//! Packing: what was picked goes into cartons, and leaves in them.

use super::site::STAGE;
use super::{Shift, Tone};

impl Shift {
    /// Packs some of what waits for an order into a new carton.
    pub(super) fn pack(&mut self, hand: usize) {
        let orders = self.more(hand, "pack");
        let Some(order) = self.one_of(&orders, "document:") else {
            return self.home(hand);
        };
        if self.choose(hand, &order).id != "pack.carton" || self.choose(hand, "new").tone == Tone::Stop {
            return self.home(hand);
        }
        // It is on the label that comes out of the printer.
        let carton = self.printed(hand, "(00)");
        self.world.cartons.insert(carton.clone(), STAGE.to_owned());
        self.battery(hand);
        let mut packed = Vec::new();
        for thing in self.world.standing_at(STAGE) {
            let label = self.label(thing);
            if self.scan(hand, &label).is_some() {
                self.did("packed");
                self.carry(hand, thing, &carton);
                packed.push(thing);
            }
            self.battery(hand);
            if self.dice.one_in(8) && !packed.is_empty() && self.choose(hand, "undo").tone == Tone::Accept {
                self.carry(hand, packed.pop().unwrap(), STAGE);
            }
        }
        if !packed.is_empty() {
            self.choose(hand, "close");
            self.battery(hand);
            if self.choose(hand, "verify").id == "pack.confirm" {
                self.choose(hand, "verify");
            }
        }
        self.home(hand);
    }

    /// Onto the trailer, with all that is in it.
    pub(super) fn load_cartons(&mut self, hand: usize, trailer: &str) {
        for carton in self.world.cartons_at(STAGE) {
            if self.scan(hand, &format!("]C100{carton}")).is_some() {
                self.world.cartons.insert(carton, trailer.to_owned());
            }
            self.battery(hand);
        }
    }
}
