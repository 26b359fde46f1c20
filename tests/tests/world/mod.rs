//! Random shifts against a reference of physical cases (`cases`): several people, several handhelds that see the gateway
//! only now and then, batteries that die. In the end somebody walks through the warehouse.
//!
//! `LOTLINE_WORLD_SEEDS=N` runs so many histories beside those of `kept.txt`, which failed once and go first; a failing one
//! says how it is played again alone.

mod cases;
mod floor;
mod judge;
mod make;
mod out;
mod pack;
mod pick;
mod quality;
mod site;
mod tasks;
mod walk;

use cases::Warehouse;
use lotline_core::screen::Tone;
use lotline_core::{Input, Screen};
use lotline_tests::dice::{Dice, seeds};
use site::{CASE, EACH, Hand, KIT, LOTS, MONITOR, PEOPLE, Site};
use std::collections::{BTreeMap, BTreeSet};
use std::env;
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};

/// Seeds of histories that failed once. A history follows from its seed as long as the player rolls the same dice: who adds an
/// act keeps the seeds, for what they meet then.
const KEPT: &str = include_str!("kept.txt");

/// How often something was done, by its name.
type Deeds = BTreeMap<&'static str, usize>;

/// What every run of many shifts must have done.
const ALL: [&str; 24] = [
    "opened",
    "received twice",
    "packed",
    "shipped in a carton",
    "counted",
    "received",
    "moved",
    "picked",
    "cross-docked",
    "replenished",
    "shipped",
    "returned",
    "disposed",
    "used",
    "made",
    "relabelled",
    "kept for quality",
    "inspected",
    "let in",
    "taken",
    "ended",
    "parked",
    "handed over",
    "left and come back to",
];

/// A shift: who is where is known to the person who plays it, not to the handhelds.
struct Shift {
    dice: Dice,
    site: Site,
    hands: Vec<Hand>,
    /// Who holds which handheld.
    holders: Vec<usize>,
    world: Warehouse,
    serials: usize,
    /// With which notice a thing came.
    came_with: BTreeMap<usize, &'static str>,
    /// With which order a thing left.
    sent: BTreeMap<usize, String>,
    /// What came and waits for quality to decide.
    waits: BTreeSet<usize>,
    /// How often goods were moved by what.
    deeds: Deeds,
    /// By handheld, the places where another one took, put or labelled a unit with a serial since it heard of all that was done.
    unheard: Vec<BTreeSet<String>>,
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
            unheard: vec![BTreeSet::new(); hands.len()],
            hands,
            world: Warehouse::default(),
            serials: 0,
            came_with: BTreeMap::new(),
            sent: BTreeMap::new(),
            waits: BTreeSet::new(),
            deeds: Deeds::new(),
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

    fn more(&mut self, hand: usize, flow: &str) -> Screen {
        self.home(hand);
        self.choose(hand, "more");
        for _ in 0..4 {
            let screen = self.hands[hand].get().screen().unwrap();
            if screen.actions.iter().any(|action| action.id == flow) {
                return self.choose(hand, flow);
            }
            self.choose(hand, "next");
        }
        panic!("{flow} is not offered");
    }

    /// One of the actions whose id begins so, if there is one.
    fn one_of(&mut self, screen: &Screen, begins: &str) -> Option<String> {
        let ids = screen.actions.iter().map(|action| action.id.clone());
        let found: Vec<String> = ids.filter(|id| id.starts_with(begins)).collect();
        (!found.is_empty()).then(|| self.dice.of(&found).clone())
    }

    /// The number on the last label that came out of the printer and begins so.
    fn printed(&self, hand: usize, begins: &str) -> String {
        let labels = self.hands[hand].get().open_labels().unwrap();
        let mut numbers = labels.iter().filter_map(|open| open.label.strip_prefix(begins));
        numbers.next_back().unwrap().to_owned()
    }

    fn did(&mut self, what: &'static str) {
        *self.deeds.entry(what).or_default() += 1;
    }

    fn touch(&mut self, hand: usize, place: &str) {
        for (other, places) in self.unheard.iter_mut().enumerate() {
            if other != hand {
                places.insert(place.to_owned());
            }
        }
    }

    /// Somebody carries it there, and the handheld knows.
    fn carry(&mut self, hand: usize, thing: usize, to: &str) {
        if self.world.things[thing].serial.is_some() {
            let from = self.world.things[thing].at.clone();
            self.touch(hand, &from);
            self.touch(hand, to);
        }
        self.world.carry(thing, to);
    }

    fn carry_all(&mut self, hand: usize, things: &[usize], to: &str) {
        for thing in things {
            self.carry(hand, *thing, to);
        }
    }

    fn label(&self, thing: usize) -> String {
        let thing = &self.world.things[thing];
        if let Some(own) = thing.own_labels.first() {
            return format!("]C18004{own}");
        }
        if let Some(serial) = &thing.serial {
            return format!("]d201{MONITOR}21{serial}");
        }
        let expiry = LOTS.iter().find(|(lot, _)| *lot == thing.lot).unwrap().1;
        let gtin = match (thing.item, thing.holds) {
            ("KIT", _) => KIT,
            (_, 1) => EACH,
            _ => CASE,
        };
        format!("]d201{gtin}17{expiry}10{}", thing.lot)
    }

    fn sync(&mut self, hand: usize) {
        self.log.push(format!("{}: sync", self.hands[hand].device));
        self.hands[hand].sync(&self.site);
    }

    /// Whatever was done is told, and this handheld heard of it.
    fn all_told(&mut self, hand: usize) {
        for other in 0..self.hands.len() {
            if other != hand {
                self.sync(other);
            }
        }
        self.sync(hand);
        self.unheard[hand].clear();
    }

    fn sync_all(&mut self) {
        for _ in 0..2 {
            for hand in 0..self.hands.len() {
                self.sync(hand);
            }
        }
    }

    fn step(&mut self) {
        let hand = self.dice.below(self.hands.len());
        match self.dice.below(31) {
            0..=5 => self.receive(hand),
            6..=9 => self.move_things(hand),
            10..=12 => self.pick(hand),
            13 => self.adjust(hand),
            14 => self.vanish(),
            15 | 16 => self.count(hand),
            17 => self.cross_dock(hand),
            18 => self.replenish(hand),
            19 | 20 => self.ship(hand),
            21 => self.returns(hand),
            22 => self.dispose(hand),
            23 => self.run(hand),
            24 => self.relabel(hand),
            25 | 26 => self.pack(hand),
            27 => self.receive_again(hand),
            _ => self.sync(hand),
        }
    }

    /// The end of the shift, when the queue and quality have their turn. Apart from `step`, so that the seeds that are kept mean
    /// what they meant.
    fn late_step(&mut self) {
        let hand = self.dice.below(self.hands.len());
        match self.dice.below(9) {
            0 => self.receive_for_inspection(hand),
            1 | 2 => self.inspect(hand),
            3 => self.leave_inspection(hand),
            4..=6 => self.queue(hand),
            _ => self.step(),
        }
    }
}

/// Plays it; gives how many facts of verdicts were found again, and what was done.
fn shift(seed: u64) -> (usize, Deeds) {
    let mut shift = Shift::new(seed);
    if shift.dice.one_in(3) {
        shift.open_the_site(0);
    }
    for step in 0..40 {
        // In some shifts an order is seen through, once there is something in the bins.
        if step == 6 && shift.dice.one_in(2) {
            shift.send_an_order(0);
        }
        shift.step();
    }
    for _ in 0..16 {
        shift.late_step();
    }
    let deeds = shift.deeds.clone();
    (shift.close(), deeds)
}

fn again(seed: u64) -> String {
    format!("played again by LOTLINE_WORLD_SEED={seed} cargo test --workspace --test all after_any_shift")
}

#[test]
fn after_any_shift_the_record_is_what_somebody_finds_who_walks_through_the_warehouse() {
    let number = |name: &str| env::var(name).ok().map(|text| text.parse::<u64>().unwrap());
    if let Some(seed) = number("LOTLINE_WORLD_SEED") {
        shift(seed);
        return;
    }
    let seeds = seeds(KEPT, number("LOTLINE_WORLD_SEEDS").unwrap_or(2_000));
    let (next, all) = (AtomicUsize::new(0), Mutex::new((0, Deeds::new())));
    std::thread::scope(|scope| {
        for _ in 0..2 {
            scope.spawn(|| {
                while let Some(seed) = seeds.get(next.fetch_add(1, Ordering::SeqCst)).copied() {
                    let done = std::panic::catch_unwind(|| shift(seed));
                    let (facts, deeds) = done.unwrap_or_else(|_| panic!("{}", again(seed)));
                    let mut all = all.lock().unwrap();
                    all.0 += facts;
                    for (what, times) in deeds {
                        *all.1.entry(what).or_default() += times;
                    }
                }
            });
        }
    });
    let (facts, deeds) = all.into_inner().unwrap();
    println!("{facts} facts found again; {deeds:?}");
    let least = seeds.len();
    assert!(facts > least * 10, "only {facts} facts of verdicts were found again");
    for what in ALL {
        let times = deeds.get(what).copied().unwrap_or_default();
        assert!(times >= least / 20, "in {least} shifts only {times} times {what}");
    }
}
