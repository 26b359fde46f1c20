//! What changes its kind or its name: runs that use goods up and make others, and new labels.

use super::cases::{CONSUMED, PRODUCED, Thing};
use super::site::{BINS, MONITOR};
use super::{Input, Shift, Tone};

impl Shift {
    /// Uses up what stands at a place, and makes kits of it, packs it anew, or makes nothing of it.
    pub(super) fn run(&mut self, hand: usize) {
        let place = *self.dice.of(&BINS);
        let mut things = self.world.standing_at(place);
        if things.is_empty() {
            return;
        }
        let kind = *self.dice.of(&["kit", "repack", "consume"]);
        if kind == "repack" {
            // One lot goes in, so that it stays.
            let first = self.world.things[*self.dice.of(&things)].clone();
            things.retain(|n| (self.world.things[*n].item, self.world.things[*n].lot) == (first.item, first.lot));
            if first.serial.is_some() {
                return;
            }
        }
        self.more(hand, "run");
        self.choose(hand, &format!("kind:{kind}"));
        if self.scan(hand, &format!("]C0{place}")).is_none() {
            return self.home(hand);
        }
        // In the order in which it was done: what went in, and what came out of it.
        let mut used = Vec::new();
        for thing in things.into_iter().take(1 + self.dice.below(3)) {
            if self.in_or_out(hand, thing) {
                self.carry(hand, thing, CONSUMED);
                self.did("used");
                used.push(thing);
            }
            self.battery(hand);
            if self.dice.one_in(8) && self.choose(hand, "undo").tone == Tone::Accept {
                self.carry(hand, used.pop().unwrap(), place);
            }
        }
        if kind != "consume" && !used.is_empty() {
            let of = self.world.things[used[0]].clone();
            let (item, lot) = if kind == "kit" {
                ("KIT", "SOON")
            } else {
                (of.item, of.lot)
            };
            self.choose(hand, "outputs");
            let mut made = Vec::new();
            for _ in 0..=self.dice.below(2) {
                let number = self.world.comes(Thing {
                    item,
                    lot,
                    ..Thing::new(PRODUCED)
                });
                if self.in_or_out(hand, number) {
                    self.carry(hand, number, place);
                    self.did("made");
                    made.push(number);
                }
                self.battery(hand);
            }
            // Taken back from the end: what came out, and what went in before it.
            while self.dice.one_in(3) && self.choose(hand, "undo").tone == Tone::Accept {
                match (made.pop(), used.len()) {
                    (Some(thing), _) => self.carry(hand, thing, PRODUCED),
                    (None, 0) => panic!("more was taken back than was done\n{}", self.log.join("\n")),
                    (None, _) => self.carry(hand, used.pop().unwrap(), place),
                }
            }
        }
        self.choose(hand, "done");
        self.home(hand);
    }

    /// Scans a thing, one of it; whether it was taken.
    fn in_or_out(&mut self, hand: usize, thing: usize) -> bool {
        let label = self.label(thing);
        match self.scan(hand, &label) {
            Some(screen) if screen.id == "run.quantity" => {
                self.battery(hand);
                let screen = self.act(hand, Input::enter("quantity", "1"));
                if screen.tone == Tone::Stop {
                    self.choose(hand, "acknowledge");
                    return false;
                }
                true
            }
            Some(_) => true,
            None => false,
        }
    }

    /// Gives a unit a label of the site's own: from then on that is what is read.
    pub(super) fn relabel(&mut self, hand: usize) {
        let Some((_, things)) = self.somewhere() else {
            return;
        };
        let thing = *self.dice.of(&things);
        let unit = self.world.things[thing].clone();
        let Some(serial) = unit.serial else {
            return;
        };
        self.more(hand, "relabel");
        // Now and then the maker's label can still be read, and whoever reads it has not heard of the other one.
        let label = format!("]d201{MONITOR}21{serial}");
        match self.scan(hand, &label) {
            Some(screen) if screen.id == "relabel.reason" => {}
            _ => return self.home(hand),
        }
        self.battery(hand);
        let screen = self.choose(hand, "reason:unreadable");
        if screen.tone == Tone::Stop {
            return self.home(hand);
        }
        // It is on the label that comes out of the printer.
        let printed = self.printed(hand, "(8004)");
        let labels = &mut self.world.things[thing].own_labels;
        labels.push(printed);
        let twice = labels.len() > 1;
        self.touch(hand, &unit.at);
        self.did("relabelled");
        if twice {
            self.did("relabelled twice");
        }
        self.battery(hand);
        if self.dice.one_in(4) && self.choose(hand, "undo").tone == Tone::Accept {
            self.world.things[thing].own_labels.pop();
        }
        self.home(hand);
    }
}
