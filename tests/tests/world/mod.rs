//! Random shifts against a reference of physical cases (`cases`): several people, several handhelds that see the gateway
//! only now and then, batteries that die. In the end somebody walks through the warehouse.
//!
//! `LOTLINE_WORLD_SEEDS=N` runs so many histories; a failing one names its seed, and `LOTLINE_WORLD_SEED=S` runs it alone.

mod cases;
mod judge;
mod site;

use cases::{Found, OUTSIDE, Thing, Warehouse};
use lotline_core::screen::Tone;
use lotline_core::{Input, Screen};
use lotline_record::wire::Cell;
use site::{BINS, CAGE, CASE, DOCK, EACH, Hand, LOTS, MONITOR, PEOPLE, STAGE, Site};
use std::collections::{BTreeMap, BTreeSet};
use std::env;
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};

/// Numbers that follow from a seed (splitmix64).
struct Dice(u64);

impl Dice {
    fn roll(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    fn below(&mut self, n: usize) -> usize {
        usize::try_from(self.roll() % n as u64).unwrap()
    }

    fn one_in(&mut self, n: usize) -> bool {
        self.below(n) == 0
    }

    fn of<'a, T>(&mut self, all: &'a [T]) -> &'a T {
        &all[self.below(all.len())]
    }
}

/// A shift: who is where is known to the person who plays it, not to the handhelds.
struct Shift {
    dice: Dice,
    site: Site,
    hands: Vec<Hand>,
    /// Who holds which handheld.
    holders: Vec<usize>,
    world: Warehouse,
    serials: usize,
    /// What was done, for whoever has to find out why it failed.
    log: Vec<String>,
}

impl Shift {
    fn new(seed: u64) -> Self {
        let mut dice = Dice(seed);
        let site = Site::new();
        let count = 1 + dice.below(3);
        let hands: Vec<Hand> = (1..=count).map(|n| Hand::new(&site, n)).collect();
        let mut shift = Shift {
            dice,
            site,
            holders: vec![0; hands.len()],
            hands,
            world: Warehouse::default(),
            serials: 0,
            log: Vec::new(),
        };
        for hand in 0..shift.hands.len() {
            shift.sign_in(hand, hand % 2);
        }
        shift
    }

    fn note(&mut self, hand: usize, what: impl std::fmt::Display) {
        self.log.push(format!("{}: {what}", self.hands[hand].device));
    }

    fn act(&mut self, hand: usize, input: Input) -> Screen {
        let said = match &input {
            Input::Scan { bytes, .. } => format!("scan {}", String::from_utf8_lossy(bytes)),
            other => format!("{other:?}"),
        };
        let screen = self.hands[hand].act(input);
        self.note(
            hand,
            format!("{said} -> {} {:?} {}", screen.id, screen.tone, screen.message),
        );
        screen
    }

    fn sign_in(&mut self, hand: usize, person: usize) {
        let (_, badge, pin, _) = PEOPLE[person];
        self.act(hand, Input::scan(badge));
        let screen = self.act(hand, Input::enter("pin", pin));
        assert_ne!(screen.tone, Tone::Stop, "{}", screen.to_json());
        self.holders[hand] = person;
    }

    /// Scans it. `None`: it was stopped, the stop is read, and nobody does with their hands what it forbids.
    fn scan(&mut self, hand: usize, label: &str) -> Option<Screen> {
        let screen = self.act(hand, Input::scan(label));
        if screen.tone == Tone::Stop {
            self.act(hand, Input::choose("acknowledge"));
            return None;
        }
        Some(screen)
    }

    fn choose(&mut self, hand: usize, id: &str) -> Screen {
        self.act(hand, Input::choose(id))
    }

    /// Now and then the battery dies in the middle of everything; the same person goes on.
    fn battery(&mut self, hand: usize) {
        if self.dice.one_in(12) {
            self.note(hand, "the battery dies");
            let before = self.hands[hand].get().screen().unwrap();
            self.hands[hand].kill();
            let person = self.holders[hand];
            self.sign_in(hand, person);
            let after = self.hands[hand].get().screen().unwrap();
            assert_eq!((after.id, after.lines), (before.id, before.lines), "B6");
        }
    }

    fn home(&mut self, hand: usize) {
        for _ in 0..8 {
            let screen = self.hands[hand].get().screen().unwrap();
            if screen.id == "home" {
                return;
            }
            if screen.actions.iter().any(|action| action.id == "acknowledge") {
                self.choose(hand, "acknowledge");
            }
            self.act(hand, Input::Back);
        }
        panic!(
            "no way home from {}",
            self.hands[hand].get().screen().unwrap().to_json()
        );
    }

    fn more(&mut self, hand: usize, flow: &str) {
        self.home(hand);
        self.choose(hand, "more");
        self.choose(hand, flow);
    }

    fn label(&self, thing: usize) -> String {
        let thing = &self.world.things[thing];
        if let Some(serial) = &thing.serial {
            return format!("]d201{MONITOR}21{serial}");
        }
        let expiry = LOTS.iter().find(|(lot, _)| *lot == thing.lot).unwrap().1;
        let gtin = if thing.holds == 1 { EACH } else { CASE };
        format!("]d201{gtin}17{expiry}10{}", thing.lot)
    }

    /// A thing that a lorry brought.
    fn delivered(&mut self) -> Thing {
        let at = OUTSIDE.to_owned();
        if self.dice.one_in(3) {
            self.serials += 1;
            let serial = Some(format!("SN{}", self.serials));
            return Thing {
                item: "MON",
                lot: "",
                serial,
                holds: 1,
                at,
            };
        }
        let lot = self.dice.of(&LOTS).0;
        let holds = if self.dice.one_in(2) { 1 } else { 12 };
        Thing {
            item: "P500",
            lot,
            serial: None,
            holds,
            at,
        }
    }

    fn receive(&mut self, hand: usize) {
        self.home(hand);
        self.choose(hand, "receive");
        let notice = *self.dice.of(&["document:N-1", "document:N-2"]);
        if self.choose(hand, notice).id != "receive.scan" {
            return self.home(hand);
        }
        let mut came = Vec::new();
        for _ in 0..=self.dice.below(3) {
            let thing = self.delivered();
            let number = self.world.comes(thing);
            let label = self.label(number);
            if self.scan(hand, &label).is_some() {
                self.world.carry(number, DOCK);
                came.push(number);
            }
            self.battery(hand);
            if self.dice.one_in(6) && self.choose(hand, "undo").tone == Tone::Accept {
                // It goes back onto the lorry.
                self.world.carry(came.pop().unwrap(), OUTSIDE);
            }
        }
        self.home(hand);
        if self.dice.one_in(2) && !came.is_empty() {
            self.put_away(hand, &came);
        }
    }

    fn put_away(&mut self, hand: usize, things: &[usize]) {
        self.choose(hand, "put_away");
        let cart = self.hands[hand].cart.clone();
        let mut lifted = Vec::new();
        for thing in things {
            let label = self.label(*thing);
            if self.scan(hand, &label).is_some() {
                self.world.carry(*thing, &cart);
                lifted.push(*thing);
            }
            self.battery(hand);
        }
        self.put_down(hand, &lifted);
        self.home(hand);
    }

    /// Where it is not stopped: a bin, and the cage at last.
    fn put_down(&mut self, hand: usize, things: &[usize]) {
        if things.is_empty() {
            return;
        }
        let bin = *self.dice.of(&BINS);
        for place in [bin, CAGE] {
            if self.scan(hand, &format!("]C0{place}")).is_some() {
                for thing in things {
                    self.world.carry(*thing, place);
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

    fn somewhere(&mut self) -> Option<(String, Vec<usize>)> {
        let places: Vec<&str> = BINS.into_iter().chain([DOCK, STAGE, CAGE]).collect();
        let place = *self.dice.of(&places);
        let things = self.world.standing_at(place);
        (!things.is_empty()).then(|| (place.to_owned(), things))
    }

    fn move_things(&mut self, hand: usize) {
        let Some((place, things)) = self.somewhere() else {
            return;
        };
        self.more(hand, "move");
        if self.scan(hand, &format!("]C0{place}")).is_none() {
            return self.home(hand);
        }
        let cart = self.hands[hand].cart.clone();
        let mut lifted = Vec::new();
        for thing in things.into_iter().take(1 + self.dice.below(3)) {
            let label = self.label(thing);
            if self.scan(hand, &label).is_some() {
                self.world.carry(thing, &cart);
                lifted.push(thing);
            }
            self.battery(hand);
            if self.dice.one_in(8) && self.choose(hand, "undo").tone == Tone::Accept {
                self.world.carry(lifted.pop().unwrap(), &place);
            }
        }
        self.put_down(hand, &lifted);
        self.home(hand);
    }

    fn pick(&mut self, hand: usize) {
        self.home(hand);
        let orders = self.choose(hand, "pick");
        let open: Vec<String> = orders
            .actions
            .into_iter()
            .map(|a| a.id)
            .filter(|id| id.starts_with("document:"))
            .collect();
        if open.is_empty() {
            return self.home(hand);
        }
        let order = self.dice.of(&open).clone();
        let mut screen = self.choose(hand, &order);
        let cart = self.hands[hand].cart.clone();
        let mut picked: Vec<(usize, String)> = Vec::new();
        for _ in 0..30 {
            match screen.id.as_str() {
                "pick.bin" => {
                    let asked = screen.fields.iter().find(|field| field.label == "Go to");
                    screen = match asked.map(|field| field.value.clone()) {
                        Some(bin) if !self.takable(&bin).is_empty() => self.act(hand, Input::scan(format!("]C0{bin}"))),
                        Some(_) => self.choose(hand, "empty"),
                        None => self.choose(hand, "short"),
                    };
                }
                "pick.item" => {
                    let at = screen
                        .fields
                        .iter()
                        .find(|field| field.label == "You are at")
                        .map(|field| field.value.clone());
                    let here = at.as_ref().map_or_else(Vec::new, |at| self.takable(at));
                    let Some(thing) = here.first().copied() else {
                        screen = self.choose(hand, "empty");
                        continue;
                    };
                    let label = self.label(thing);
                    match self.scan(hand, &label) {
                        Some(next) => {
                            picked.push((thing, at.unwrap()));
                            self.world.carry(thing, &cart);
                            screen = next;
                        }
                        None => screen = self.choose(hand, "short"),
                    }
                    self.battery(hand);
                    if self.dice.one_in(8) {
                        let undone = self.choose(hand, "undo");
                        if undone.tone == Tone::Accept {
                            let (thing, from) = picked.pop().unwrap();
                            self.world.carry(thing, &from);
                        }
                        screen = undone;
                    }
                }
                "pick.stage" => {
                    screen = self.act(hand, Input::scan(format!("]C0{STAGE}")));
                    for (thing, _) in picked.drain(..) {
                        self.world.carry(thing, STAGE);
                    }
                }
                _ => break,
            }
            if screen.tone == Tone::Stop {
                screen = self.choose(hand, "acknowledge");
            }
        }
        assert!(picked.is_empty(), "{}", screen.to_json());
        self.home(hand);
    }

    /// Eaches of the item that stand there.
    fn takable(&self, place: &str) -> Vec<usize> {
        let mut here = self.world.standing_at(place);
        here.retain(|n| self.world.things[*n].item == "P500" && self.world.things[*n].holds == 1);
        here.sort_by_key(|n| LOTS.iter().position(|(lot, _)| *lot == self.world.things[*n].lot));
        here
    }

    fn adjust(&mut self, hand: usize) {
        let Some((place, things)) = self.somewhere() else {
            return;
        };
        let found = self.dice.one_in(2);
        let thing = if found {
            let thing = self.delivered();
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
            self.world.carry(thing, if found { &place } else { OUTSIDE });
            self.battery(hand);
            if self.dice.one_in(5) && self.choose(hand, "undo").tone == Tone::Accept {
                self.world.carry(thing, if found { OUTSIDE } else { &place });
            }
        }
        self.home(hand);
    }

    /// Something is gone, and nobody says so.
    fn vanish(&mut self) {
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

    /// Counts the place, and again by another person where that is asked for. All have told what they know: what a device
    /// knows alone is another test's.
    fn count(&mut self, hand: usize) {
        self.sync_all();
        let place = (*self.dice.of(&BINS)).to_owned();
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
                for item in ["P500", "MON"] {
                    self.world.counted(&place, item);
                }
                break;
            }
        }
        self.home(hand);
        self.sync_all();
    }

    fn sync_all(&mut self) {
        for _ in 0..2 {
            for hand in &self.hands {
                hand.sync(&self.site);
            }
        }
    }

    fn step(&mut self) {
        let hand = self.dice.below(self.hands.len());
        match self.dice.below(16) {
            0..=4 => self.receive(hand),
            5..=8 => self.move_things(hand),
            9..=10 => self.pick(hand),
            11 => self.adjust(hand),
            12 => self.vanish(),
            13 => self.count(hand),
            _ => self.hands[hand].sync(&self.site),
        }
    }

    /// The stock of the gateway, by place, item and lot, in smallest units; everything else in accounts that are no place.
    fn recorded(&self) -> (Found, BTreeMap<String, i64>) {
        let page = self.site.ledger.page(
            &self.hands[0].device,
            0,
            1_000_000,
            lotline_record::entry::Instant::from_unix_ms(0),
        );
        let (mut places, mut sums) = (BTreeMap::new(), BTreeMap::new());
        for row in page.unwrap().rows.into_iter().filter(|row| row.t == "stock") {
            let word = |n: usize| match &row.r[n] {
                Cell::Text(text) => text.clone(),
                other => panic!("{other:?}"),
            };
            let Cell::Int(micros) = row.r[7] else {
                panic!("{:?}", row.r)
            };
            *sums.entry(format!("{} {} {}", word(2), word(3), word(5))).or_default() += micros;
            if let Some(place) = word(6).strip_prefix("place:") {
                *places.entry((place.to_owned(), word(2), word(3))).or_default() += micros / 1_000_000;
            }
        }
        places.retain(|_, amount| *amount != 0);
        (places, sums)
    }

    /// Somebody walks through the warehouse and compares.
    /// Gives how many facts of verdicts were found again.
    fn close(mut self) -> usize {
        for hand in 0..self.hands.len() {
            self.home(hand);
            self.rebuilt_is_kept(hand);
        }
        self.sync_all();
        let story = || self.log.join("\n");
        let (places, sums) = self.recorded();
        let lines =
            |all: &BTreeMap<(String, String, String), i64>| all.iter().map(|line| format!("{line:?}")).collect();
        same(
            &lines(&places),
            &lines(&self.world.expected()),
            "place by place, record and warehouse",
            &self.log,
        );
        for (key, sum) in &sums {
            // Levels of one lot add up together: a case that is opened becomes eaches.
            let of = |key: &str| key.rsplit_once(' ').map(|(rest, _)| rest.to_owned());
            let all: i64 = sums
                .iter()
                .filter(|(other, _)| of(other) == of(key))
                .map(|(_, sum)| sum)
                .sum();
            assert_eq!(all, 0, "conserved: {key} {sum}\n{}", story());
        }
        self.each_serial_is_where_it_is();
        let shared = ["stock", "serial", "lot", "document", "document_line", "block", "plate"];
        let server = self.site.picture(&shared);
        for hand in &self.hands {
            same(
                &hand.picture(&shared),
                &server,
                "a handheld has the gateway's picture",
                &self.log,
            );
        }
        self.another_order_of_arrival();
        judge::check(&self.site.file(), &self.log)
    }

    fn rebuilt_is_kept(&self, hand: usize) {
        let kept = self.hands[hand].own();
        self.hands[hand].get().store().rebuild_effects().unwrap();
        assert_eq!(self.hands[hand].own(), kept, "kept is rebuilt\n{}", self.log.join("\n"));
    }

    fn each_serial_is_where_it_is(&self) {
        let rows = self.site.picture(&["serial"]);
        for thing in self
            .world
            .things
            .iter()
            .filter(|thing| thing.serial.is_some() && thing.at != OUTSIDE)
        {
            let serial = format!("Text({:?})", thing.serial.as_deref().unwrap());
            let at = format!("Text(\"place:{}\")", thing.at);
            let row = rows.iter().find(|row| row.contains(&serial));
            assert!(
                row.is_some_and(|row| row.contains(&at)),
                "{thing:?} {row:?}\n{}",
                self.log.join("\n")
            );
        }
    }

    /// The same entries reach another gateway in another order between devices, and end in the same state.
    fn another_order_of_arrival(&mut self) {
        let all = self.site.ledger.entries(None, 0, 1_000_000).unwrap();
        let other = Site::new();
        let mut queues = Vec::new();
        for hand in &self.hands {
            other.enrol(&hand.device, &lotline_record::model::PlaceId::new(&hand.cart).unwrap());
            queues.push((
                &hand.device,
                all.iter()
                    .filter(|e| e.device == hand.device)
                    .collect::<std::collections::VecDeque<_>>(),
            ));
        }
        while queues.iter().any(|(_, queue)| !queue.is_empty()) {
            let (device, queue) = &mut queues[self.dice.below(self.hands.len())];
            let batch: Vec<_> = queue.drain(..(1 + self.dice.below(20)).min(queue.len())).collect();
            if let Some(last) = batch.last() {
                let lines: Vec<Vec<u8>> = batch.iter().map(|entry| entry.bytes.clone()).collect();
                let outcome = other.take(device, &lines, (last.epoch, last.seq, last.hash));
                assert!(
                    matches!(outcome, lotline_server::ledger::Outcome::Stored(_)),
                    "{outcome:?}"
                );
            }
        }
        let shared = ["stock", "serial", "document_line"];
        same(
            &other.picture(&shared),
            &self.site.picture(&shared),
            "any order ends in one state",
            &self.log,
        );
    }
}

/// Two pictures are one; says what only one of them has.
fn same(one: &BTreeSet<String>, other: &BTreeSet<String>, what: &str, log: &[String]) {
    let only = |one: &BTreeSet<String>, other| one.difference(other).cloned().collect::<Vec<_>>().join("\n");
    let (here, there) = (only(one, other), only(other, one));
    assert!(
        here.is_empty() && there.is_empty(),
        "{what}\n{here}\n-- and\n{there}\n{}",
        log.join("\n")
    );
}

fn shift(seed: u64) -> usize {
    let mut shift = Shift::new(seed);
    for _ in 0..30 {
        shift.step();
    }
    shift.close()
}

#[test]
fn after_any_shift_the_record_is_what_somebody_finds_who_walks_through_the_warehouse() {
    let number = |name: &str| env::var(name).ok().map(|text| text.parse::<u64>().unwrap());
    if let Some(seed) = number("LOTLINE_WORLD_SEED") {
        shift(seed);
        return;
    }
    let seeds = number("LOTLINE_WORLD_SEEDS").unwrap_or(1_000);
    let (next, facts) = (AtomicU64::new(0), AtomicUsize::new(0));
    std::thread::scope(|scope| {
        for _ in 0..2 {
            scope.spawn(|| {
                loop {
                    let seed = next.fetch_add(1, Ordering::SeqCst);
                    if seed >= seeds {
                        break;
                    }
                    let done = std::panic::catch_unwind(|| shift(seed));
                    let found = done.unwrap_or_else(|_| panic!("seed {seed}"));
                    facts.fetch_add(found, Ordering::SeqCst);
                }
            });
        }
    });
    let (facts, least) = (facts.into_inner(), usize::try_from(seeds).unwrap() * 10);
    assert!(facts > least, "only {facts} facts of verdicts were found again");
}
