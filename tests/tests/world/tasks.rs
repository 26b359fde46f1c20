//! The work queue: whoever has nothing else to do takes what comes next, and not everybody ends what they took.

use super::site::PEOPLE;
use super::{Input, Screen, Shift};

impl Shift {
    /// Takes the next task and does some of it.
    pub(super) fn queue(&mut self, hand: usize) {
        let screen = self.more(hand, "queue");
        let Some(take) = self.one_of(&screen, "take:") else {
            return self.own_work(hand, &screen);
        };
        let task = take.trim_start_matches("take:").to_owned();
        let screen = self.choose(hand, &take);
        if screen.actions.iter().any(|action| action.id == "acknowledge") {
            self.choose(hand, "acknowledge");
            return self.home(hand);
        }
        self.did("taken");
        self.battery(hand);
        match screen.id.split('.').next() {
            Some("move") => {
                let place = self.site_of(&screen);
                let here = self.world.standing_at(&place);
                let lifted = self.lift(hand, &place, here);
                self.put_down(hand, &lifted);
            }
            Some("pick") => {
                self.walk(hand, screen);
            }
            _ => {}
        }
        self.battery(hand);
        self.leave_task(hand, &task);
        self.home(hand);
    }

    /// Where the task begins, as the screen says it.
    fn site_of(&mut self, screen: &Screen) -> String {
        let bins = super::site::BINS;
        let said = screen.fields.iter().find(|field| bins.contains(&field.value.as_str()));
        said.map_or_else(|| (*self.dice.of(&bins)).to_owned(), |field| field.value.clone())
    }

    /// The task is still held: it is done, or parked, or somebody else is to do it, or something else is done first.
    fn leave_task(&mut self, hand: usize, task: &str) {
        let screen = self.hands[hand].get().screen().unwrap();
        if screen.id != "queue.task" && !screen.actions.iter().any(|action| action.id == "task") {
            self.did("ended");
            return;
        }
        let asked = if screen.id == "queue.task" {
            screen
        } else {
            self.choose(hand, "task")
        };
        assert_eq!(asked.id, "queue.task", "{task}: {}", asked.to_json());
        if self.dice.one_in(3) {
            self.choose(hand, "detour");
            self.battery(hand);
            self.choose(hand, "return");
            if self.choose(hand, "task").id != "queue.task" {
                return;
            }
            self.did("left and come back to");
        }
        match self.dice.below(3) {
            0 => {
                self.choose(hand, "done");
                self.did("ended");
            }
            1 => {
                let badge = self.dice.of(&PEOPLE[..2]).1;
                if self.choose(hand, "hand").id == "queue.hand" {
                    self.act(hand, Input::scan(badge));
                    self.did("handed over");
                }
            }
            _ => {
                self.choose(hand, "park");
                self.did("parked");
            }
        }
        self.battery(hand);
        if self.dice.one_in(4) {
            self.choose(hand, "undo");
        }
    }

    /// Nothing waits: what the picture says is left to do is looked at.
    fn own_work(&mut self, hand: usize, screen: &Screen) {
        if let Some(own) = self.one_of(screen, "own:") {
            self.choose(hand, &own);
            self.battery(hand);
        }
        self.home(hand);
    }
}
