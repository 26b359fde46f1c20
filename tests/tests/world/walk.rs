//! The walk through the warehouse when the shift is over: what stands there, and what each record says.

use super::cases::{ELSEWHERE, Found};
use super::site::Site;
use super::{Shift, judge};
use lotline_record::wire::Cell;
use std::collections::{BTreeMap, BTreeSet};

impl Shift {
    /// The stock of the gateway, by place or other account, item and lot, in smallest units; and the sum of each key.
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
            if let Some((_, place)) = word(6).split_once(':') {
                *places.entry((place.to_owned(), word(2), word(3))).or_default() += micros / 1_000_000;
            }
        }
        places.retain(|_, amount| *amount != 0);
        (places, sums)
    }

    /// Somebody walks through the warehouse and compares.
    /// Gives how many facts of verdicts were found again.
    pub(super) fn close(mut self) -> usize {
        for hand in 0..self.hands.len() {
            self.home(hand);
            self.rebuilt_is_kept(hand);
        }
        self.sync_all();
        let story = || self.log.join("\n");
        let (places, sums) = self.recorded();
        let lines = |all: &Found| all.iter().map(|line| format!("{line:?}")).collect();
        same(
            &lines(&places),
            &lines(
                &self
                    .world
                    .expected()
                    .into_iter()
                    .chain(self.world.elsewhere())
                    .collect(),
            ),
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
        self.each_carton_is_where_it_is();
        let shared = [
            "stock",
            "serial",
            "lot",
            "document",
            "document_line",
            "block",
            "plate",
            "task",
            "assignment",
            "reservation",
        ];
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
        judge::check(&self.site.file(), self.deeds.contains_key("received twice"), &self.log)
    }

    fn rebuilt_is_kept(&self, hand: usize) {
        let kept = self.hands[hand].own();
        self.hands[hand].get().store().rebuild_effects().unwrap();
        assert_eq!(self.hands[hand].own(), kept, "kept is rebuilt\n{}", self.log.join("\n"));
    }

    fn each_serial_is_where_it_is(&self) {
        let rows = self.site.picture(&["serial"]);
        for (label, at) in self.world.units() {
            let said = |what: &str| format!("Text({what:?})");
            let kind = match at {
                at if ELSEWHERE.contains(&at) => "virtual",
                at if self.world.cartons.contains_key(at) => "plate",
                _ => "place",
            };
            let row = rows.iter().find(|row| row.contains(&said(label)));
            assert!(
                row.is_some_and(|row| row.contains(&said(&format!("{kind}:{at}")))),
                "{label} is at {at}: {row:?}\n{}",
                self.log.join("\n")
            );
        }
    }

    fn each_carton_is_where_it_is(&self) {
        let rows = self.site.picture(&["plate"]);
        for (carton, at) in &self.world.cartons {
            let kind = if ELSEWHERE.contains(&at.as_str()) {
                "virtual"
            } else {
                "place"
            };
            let [name, account] = [carton.clone(), format!("{kind}:{at}")].map(|word| format!("Text({word:?})"));
            assert!(
                rows.iter().any(|row| row.contains(&name) && row.contains(&account)),
                "{carton} is at {at}: {rows:?}\n{}",
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
        // Who has a task is what the gateway was told first: it is asked for it, and so no fact.
        let mut shared = vec!["stock", "serial", "document_line", "plate"];
        // Whether one inspection had seen another is told by a cursor of the first gateway, which says nothing to the other.
        let contested = |site: &Site| {
            site.picture(&["exception"])
                .iter()
                .any(|row| row.contains("inspection_failed"))
        };
        if !contested(&self.site) && !contested(&other) {
            shared.push("block");
        }
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
