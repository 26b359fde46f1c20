//! The simulator in CI: the kept seeds and two thousand more, each mutation, and that a seed replays.
//!
//! `LOTLINE_SIM_SEEDS=N` plays so many. A failing seed says how it is played again alone; it belongs into `sim/kept.txt`.

use lotline_tests::dice;
use lotline_tests::sim::{Mutation, OPEN, play, play_all, seeds};
use std::env;

#[test]
fn whatever_befalls_gateway_devices_and_network_nothing_is_lost_doubled_or_reordered() {
    let most = env::var("LOTLINE_SIM_SEEDS").map_or(2_000, |text| text.parse().unwrap());
    match play_all(&seeds(most), None, None) {
        Ok(report) => {
            println!("{report}");
            // A kind of fault that never came is a kind that is not shown to be survived.
            assert!(report.faults.len() >= 25 || most < 500, "{report}");
        }
        Err(failure) => panic!("{failure}"),
    }
}

#[test]
fn the_simulator_notices_each_mutation_within_two_hundred_seeds() {
    for (name, mutation) in Mutation::ALL {
        let seeds: Vec<u64> = (0..200).collect();
        match play_all(&seeds, Some(mutation), None) {
            Ok(report) => panic!("{name} is not noticed: {report}"),
            Err(failure) => println!("{name}: seed {}: {}", failure.seed, failure.broken.0),
        }
    }
}

#[test]
fn what_is_said_to_be_open_still_is() {
    for seed in dice::seeds(OPEN, 0) {
        assert!(
            play(seed, None).is_err(),
            "seed {seed} is mended: it belongs into kept.txt"
        );
    }
}

#[test]
fn a_seed_plays_the_same_world_again() {
    for seed in 0..20 {
        assert_eq!(play(seed, None), play(seed, None));
    }
}
