//! What is taken to be sent or to fill a pick face: picking, cross-docking, replenishing.

use super::cases::Warehouse;
use super::site::{DOCK, LOTS, STAGE};
use super::{Input, Screen, Shift, Tone};

/// The things of the item that stand there, units only, the first to expire first.
fn units_of(world: &Warehouse, place: &str, item: &str) -> Vec<usize> {
    let mut here = world.standing_at(place);
    here.retain(|n| world.things[*n].item == item && world.things[*n].holds == 1);
    here.sort_by_key(|n| LOTS.iter().position(|(lot, _)| *lot == world.things[*n].lot));
    here
}

fn field(screen: &Screen, label: &str) -> Option<String> {
    let field = screen.fields.iter().find(|field| field.label == label);
    field.map(|field| field.value.clone())
}

/// The item that a person reads from the screen.
fn asked_item(screen: &Screen) -> &'static str {
    match field(screen, "Item").as_deref() {
        Some("Monitor") => "MON",
        _ => "P500",
    }
}

impl Shift {
    pub(super) fn pick(&mut self, hand: usize) {
        self.home(hand);
        let orders = self.choose(hand, "pick");
        if let Some(order) = self.one_of(&orders, "document:") {
            let screen = self.choose(hand, &order);
            if self.walk(hand, screen) {
                self.did("picked");
            }
        }
        self.home(hand);
    }

    /// What just came in goes to an order that waits for it.
    pub(super) fn cross_dock(&mut self, hand: usize) {
        let here = self.world.standing_at(DOCK);
        if here.is_empty() {
            return;
        }
        let thing = *self.dice.of(&here);
        self.more(hand, "cross_dock");
        let label = self.label(thing);
        if let Some(screen) = self.scan(hand, &label) {
            self.battery(hand);
            if let Some(order) = self.one_of(&screen, "order:") {
                let screen = self.choose(hand, &order);
                if self.walk(hand, screen) {
                    self.did("cross-docked");
                }
            }
        }
        self.home(hand);
    }

    /// Does what the screen asks for, line by line, until nothing more is asked; whether something was staged.
    pub(super) fn walk(&mut self, hand: usize, mut screen: Screen) -> bool {
        let mut staged = false;
        let cart = self.hands[hand].cart.clone();
        let mut picked: Vec<(usize, String)> = Vec::new();
        for _ in 0..40 {
            match screen.id.as_str() {
                "pick.bin" => {
                    let item = asked_item(&screen);
                    screen = match field(&screen, "Go to") {
                        Some(bin) if !units_of(&self.world, &bin, item).is_empty() => {
                            self.act(hand, Input::scan(format!("]C0{bin}")))
                        }
                        Some(_) => self.choose(hand, "empty"),
                        None => self.choose(hand, "short"),
                    };
                }
                "pick.item" => {
                    let item = asked_item(&screen);
                    let at = field(&screen, "At");
                    let here = at.as_ref().map_or_else(Vec::new, |at| units_of(&self.world, at, item));
                    let Some(thing) = here.first().copied() else {
                        screen = self.choose(hand, "empty");
                        continue;
                    };
                    let label = self.label(thing);
                    match self.scan(hand, &label) {
                        Some(next) => {
                            picked.push((thing, at.unwrap()));
                            self.carry(hand, thing, &cart);
                            screen = next;
                        }
                        None => screen = self.choose(hand, "short"),
                    }
                    self.battery(hand);
                    if self.dice.one_in(8) {
                        let undone = self.choose(hand, "undo");
                        if undone.tone == Tone::Accept {
                            let (thing, from) = picked.pop().unwrap();
                            self.carry(hand, thing, &from);
                        }
                        screen = undone;
                    }
                }
                "pick.stage" => {
                    screen = self.act(hand, Input::scan(format!("]C0{STAGE}")));
                    for (thing, _) in std::mem::take(&mut picked) {
                        self.carry(hand, thing, STAGE);
                        staged = true;
                    }
                }
                // Nothing more of it is known: somebody waits for more, or says that it is short.
                "pick.none" if picked.is_empty() && !self.dice.one_in(3) => break,
                "pick.none" => screen = self.choose(hand, "short"),
                "pick.short" => {
                    let reason = self.one_of(&screen, "reason:").unwrap();
                    screen = self.choose(hand, &reason);
                }
                _ => break,
            }
            if screen.tone == Tone::Stop {
                screen = self.choose(hand, "acknowledge");
            }
        }
        assert!(picked.is_empty(), "{}\n{}", screen.to_json(), self.log.join("\n"));
        staged
    }

    /// Fills a pick face from the reserve; a case that does not fit is opened.
    pub(super) fn replenish(&mut self, hand: usize) {
        let screen = self.more(hand, "replenish");
        let Some(face) = self.one_of(&screen, "face:") else {
            return self.home(hand);
        };
        let screen = self.choose(hand, &face);
        let place = field(&screen, "Go to").unwrap();
        let Some(from) = field(&screen, "From") else {
            return self.home(hand);
        };
        let here = self.world.standing_at(&from);
        if self.scan(hand, &format!("]C0{from}")).is_none() {
            return self.home(hand);
        }
        let cart = self.hands[hand].cart.clone();
        let mut lifted = Vec::new();
        for thing in here {
            if lifted.len() > 5 || self.world.things[thing].item != "P500" {
                continue;
            }
            let label = self.label(thing);
            let Some(screen) = self.scan(hand, &label) else {
                continue;
            };
            self.battery(hand);
            let taken = if screen.id == "replenish.quantity" {
                let take = 1 + self.dice.below(3);
                let screen = self.act(hand, Input::enter("quantity", take.to_string()));
                if screen.tone == Tone::Stop {
                    self.choose(hand, "acknowledge");
                    continue;
                }
                let units = self.world.open(thing);
                units[..take].to_vec()
            } else {
                vec![thing]
            };
            self.carry_all(hand, &taken, &cart);
            lifted.push(taken);
            if self.dice.one_in(5) && self.choose(hand, "undo").tone == Tone::Accept {
                self.carry_all(hand, &lifted.pop().unwrap(), &from);
            }
        }
        if lifted.is_empty() {
            return self.home(hand);
        }
        if self.scan(hand, &format!("]C0{place}")).is_some() {
            self.did("replenished");
            self.carry_all(hand, &lifted.concat(), &place);
            self.battery(hand);
            if self.dice.one_in(4) && self.choose(hand, "undo").tone == Tone::Accept {
                // The last load is on the cart again, and is put down again.
                let last = lifted.pop().unwrap();
                self.carry_all(hand, &last, &cart);
                if self.scan(hand, &format!("]C0{place}")).is_some() {
                    self.carry_all(hand, &last, &place);
                } else {
                    lifted = vec![last];
                }
            }
        }
        // What may not be put there goes back to where it stood.
        for taken in lifted.into_iter().rev() {
            if self.world.things[taken[0]].at == cart && self.choose(hand, "undo").tone == Tone::Accept {
                self.carry_all(hand, &taken, &from);
            }
        }
        self.home(hand);
    }
}
