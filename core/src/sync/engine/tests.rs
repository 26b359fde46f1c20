use super::*;
use lotline_record::entry::Hash;
use proptest::prelude::*;
use std::collections::BTreeSet;

const HALF: u64 = JITTER / 2;

fn through(epoch: u32, seq: u64) -> StoredThrough {
    StoredThrough {
        epoch,
        seq,
        hash: Hash([u8::try_from(seq % 251).unwrap(); 32]),
    }
}

fn queue(acknowledged: u64, tip: u64) -> Queue {
    Queue {
        tip: through(1, tip),
        acknowledged: through(1, acknowledged),
        pending: tip - acknowledged,
    }
}

fn cursor() -> Cursor {
    Cursor {
        server_epoch: "a".into(),
        at: 7,
    }
}

// An engine with a token, up to date but for what the queue holds.
fn engine() -> Engine {
    let mut engine = Engine::new();
    assert_eq!(engine.next(&queue(0, 0), Some(&cursor()), 0), Command::Token);
    engine.happened(Event::TokenGiven { good_ms: u64::MAX }, 0, 0);
    assert!(matches!(
        engine.next(&queue(0, 0), Some(&cursor()), 0),
        Command::Pull { limit: PAGE_ROWS, .. }
    ));
    engine.happened(
        Event::Pulled {
            more: false,
            included: Position::START,
        },
        0,
        0,
    );
    engine
}

fn refuse(engine: &mut Engine, code: Code, now: u64) {
    let event = Event::Refused {
        problem: Problem::new(code, "x"),
        known: false,
        retry_after_ms: None,
        sent: 1_000,
    };
    engine.happened(event, now, HALF);
}

fn push_of(command: &Command) -> (Position, usize, usize) {
    let Command::Push { after, entries, bytes } = command else {
        panic!("{command:?}")
    };
    (*after, *entries, *bytes)
}

fn wait_of(command: &Command) -> u64 {
    let Command::Wait { until_mono_ms } = command else {
        panic!("{command:?}")
    };
    *until_mono_ms
}

#[test]
fn an_idle_engine_waits_for_nothing_and_sets_no_timer() {
    let mut engine = engine();
    assert_eq!(engine.next(&queue(0, 0), Some(&cursor()), 5), Command::Idle);
    assert_eq!(engine.next(&queue(0, 0), Some(&cursor()), 5_000_000), Command::Idle);
}

#[test]
fn the_queue_goes_up_from_the_mark_and_before_a_pull() {
    let mut engine = engine();
    engine.happened(Event::Changed, 0, 0);
    let (after, entries, bytes) = push_of(&engine.next(&queue(4, 10), Some(&cursor()), 0));
    assert_eq!(
        (after, entries, bytes),
        (Position::new(1, 4), BATCH_ENTRIES, BATCH_BYTES)
    );
    engine.happened(
        Event::Pushed {
            through: through(1, 10),
            on_chain: true,
            sent: 6,
        },
        0,
        0,
    );
    assert!(matches!(
        engine.next(&queue(10, 10), Some(&cursor()), 0),
        Command::Pull { .. }
    ));
}

#[test]
fn a_long_backlog_lets_a_pull_through() {
    let mut engine = engine();
    engine.happened(Event::Changed, 0, 0);
    for n in 0..8 {
        push_of(&engine.next(&queue(n, 1_000), Some(&cursor()), 0));
        engine.happened(
            Event::Pushed {
                through: through(1, n + 1),
                on_chain: true,
                sent: 1,
            },
            0,
            0,
        );
    }
    assert!(matches!(
        engine.next(&queue(8, 1_000), Some(&cursor()), 0),
        Command::Pull { .. }
    ));
}

#[test]
fn a_device_without_a_picture_fetches_one_after_its_queue() {
    let mut engine = Engine::new();
    engine.happened(Event::TokenGiven { good_ms: u64::MAX }, 0, 0);
    assert_eq!(
        engine.next(&queue(0, 3), None, 0),
        Command::Urgent,
        "who may work, and on what not, comes first"
    );
    engine.happened(Event::UrgentPulled { more: true }, 0, 0);
    assert_eq!(engine.next(&queue(0, 3), None, 0), Command::Urgent, "it is here");
    engine.happened(Event::UrgentPulled { more: false }, 0, 0);
    assert_eq!(engine.next(&queue(0, 3), None, 0), Command::Focus, "then today's work");
    engine.happened(Event::Focused, 0, 0);
    push_of(&engine.next(&queue(0, 3), None, 0));
    engine.happened(
        Event::Pushed {
            through: through(1, 3),
            on_chain: true,
            sent: 3,
        },
        0,
        0,
    );
    assert_eq!(engine.next(&queue(3, 3), None, 0), Command::Snapshot);
    engine.happened(Event::Adopted, 0, 0);
    assert!(
        matches!(engine.next(&queue(3, 3), Some(&cursor()), 0), Command::Pull { .. }),
        "nothing is checked again"
    );
}

#[test]
fn what_goes_ahead_is_fetched_before_a_long_queue_once_an_occasion_and_after_each_loss() {
    let long = BATCH_ENTRIES as u64 + 1;
    let mut engine = engine();
    push_of(&engine.next(&queue(0, long), Some(&cursor()), 0));
    engine.happened(Event::Foreground, 0, 0);
    push_of(&engine.next(&queue(0, long - 1), Some(&cursor()), 0));
    assert_eq!(engine.next(&queue(0, long), Some(&cursor()), 0), Command::Urgent);
    engine.happened(Event::UrgentPulled { more: false }, 0, 0);
    push_of(&engine.next(&queue(0, long), Some(&cursor()), 0));
    engine.happened(Event::Timeout, 0, 0);
    let now = BACKOFF_MOST_MS;
    assert_eq!(engine.next(&queue(0, long), Some(&cursor()), now), Command::Urgent);
}

#[test]
fn news_of_what_goes_ahead_is_fetched_at_once_and_until_nothing_came() {
    let mut engine = engine();
    engine.happened(Event::UrgentTold, 0, 0);
    for more in [true, true, false] {
        assert_eq!(engine.next(&queue(0, 9), Some(&cursor()), 0), Command::Urgent);
        engine.happened(Event::UrgentPulled { more }, 0, 0);
    }
    push_of(&engine.next(&queue(0, 9), Some(&cursor()), 0));
    // Of another history it comes with the whole picture.
    engine.happened(Event::UrgentTold, 0, 0);
    assert_eq!(engine.next(&queue(9, 9), Some(&cursor()), 0), Command::Urgent);
    refuse(&mut engine, Code::CursorUnknown, 0);
    assert_eq!(engine.next(&queue(9, 9), Some(&cursor()), 0), Command::Snapshot);
}

#[test]
fn row_17_a_refused_token_is_replaced_once_and_the_same_batch_goes_again() {
    let mut engine = engine();
    let first = push_of(&engine.next(&queue(0, 9), Some(&cursor()), 0));
    refuse(&mut engine, Code::Unauthorized, 0);
    assert_eq!(engine.next(&queue(0, 9), Some(&cursor()), 0), Command::Token);
    engine.happened(Event::TokenGiven { good_ms: u64::MAX }, 0, 0);
    assert_eq!(push_of(&engine.next(&queue(0, 9), Some(&cursor()), 0)), first);
}

#[test]
fn row_18_a_token_refused_twice_asks_for_a_sign_in_and_an_occasion_tries_again() {
    let mut engine = engine();
    for _ in 0..2 {
        assert_eq!(engine.blocked(), None);
        refuse(&mut engine, Code::Unauthorized, 0);
        engine.happened(Event::TokenGiven { good_ms: u64::MAX }, 0, 0);
    }
    assert_eq!(
        engine.next(&queue(0, 9), Some(&cursor()), 9_999_999),
        Command::Stop(Blocked::SignIn)
    );
    engine.happened(Event::Captured, 0, 0);
    assert_eq!(
        engine.blocked(),
        Some(Blocked::SignIn),
        "capture goes on and changes nothing"
    );
    engine.happened(Event::Foreground, 0, 0);
    push_of(&engine.next(&queue(0, 9), Some(&cursor()), 0));
}

#[test]
fn row_19_a_revoked_device_stops_until_a_person_asks() {
    let mut engine = engine();
    refuse(&mut engine, Code::Revoked, 0);
    for event in [Event::Captured, Event::Reachable, Event::Foreground, Event::Changed] {
        engine.happened(event, 0, 0);
        assert_eq!(
            engine.next(&queue(0, 9), Some(&cursor()), 9_999_999),
            Command::Stop(Blocked::Revoked)
        );
    }
    engine.happened(Event::PersonAsked, 0, 0);
    push_of(&engine.next(&queue(0, 9), Some(&cursor()), 0));
}

#[test]
fn row_21_an_app_that_is_too_old_pauses_the_upload_with_its_reason() {
    let mut engine = engine();
    refuse(&mut engine, Code::UpgradeRequired, 0);
    assert_eq!(
        engine.next(&queue(0, 9), Some(&cursor()), 0),
        Command::Stop(Blocked::UpdateApp)
    );
}

#[test]
fn row_25_a_batch_over_the_limit_is_halved_down_to_one_and_does_not_grow_beyond_it() {
    let mut engine = engine();
    let mut sizes = Vec::new();
    loop {
        let (_, entries, _) = push_of(&engine.next(&queue(0, 5_000), Some(&cursor()), 0));
        sizes.push(entries);
        if entries <= 3 {
            break;
        }
        let problem = Problem::new(Code::TooLarge, "x");
        engine.happened(
            Event::Refused {
                problem,
                known: false,
                retry_after_ms: None,
                sent: entries,
            },
            0,
            0,
        );
    }
    assert_eq!(sizes, [1_000, 500, 250, 125, 62, 31, 15, 7, 3]);
    engine.happened(
        Event::Pushed {
            through: through(1, 3),
            on_chain: true,
            sent: 3,
        },
        0,
        0,
    );
    assert_eq!(push_of(&engine.next(&queue(3, 5_000), Some(&cursor()), 0)).1, 3);
    engine.happened(Event::Reachable, 0, 0);
    engine.happened(
        Event::Pushed {
            through: through(1, 6),
            on_chain: true,
            sent: 3,
        },
        0,
        0,
    );
    assert_eq!(engine.next(&queue(6, 5_000), Some(&cursor()), 0), Command::Urgent);
    engine.happened(Event::UrgentPulled { more: false }, 0, 0);
    assert_eq!(
        push_of(&engine.next(&queue(6, 5_000), Some(&cursor()), 0)).1,
        6,
        "another way, another limit"
    );
}

#[test]
fn row_25_one_entry_that_is_too_large_is_not_ours_to_solve() {
    let mut engine = engine();
    push_of(&engine.next(&queue(0, 1), Some(&cursor()), 0));
    let problem = Problem::new(Code::TooLarge, "x");
    engine.happened(
        Event::Refused {
            problem,
            known: false,
            retry_after_ms: None,
            sent: 1,
        },
        0,
        HALF,
    );
    assert_eq!(wait_of(&engine.next(&queue(0, 1), Some(&cursor()), 0)), 500);
}

#[test]
fn row_26_nothing_shortens_the_time_the_server_asked_for_and_devices_spread_beyond_it() {
    let waits: Vec<u64> = [0, HALF, JITTER - 1]
        .into_iter()
        .map(|jitter| {
            let mut engine = engine();
            let problem = Problem::new(Code::RateLimited, "x");
            let event = Event::Refused {
                problem,
                known: false,
                retry_after_ms: Some(120_000),
                sent: 9,
            };
            engine.happened(event, 1_000, jitter);
            for event in [
                Event::Captured,
                Event::Foreground,
                Event::Reachable,
                Event::PersonAsked,
                Event::Unreachable,
            ] {
                engine.happened(event, 1_001, 0);
            }
            let until = wait_of(&engine.next(&queue(0, 9), Some(&cursor()), 1_001));
            assert_eq!(engine.blocked(), Some(Blocked::Busy { until_mono_ms: until }));
            push_of(&engine.next(&queue(0, 9), Some(&cursor()), until));
            until
        })
        .collect();
    assert_eq!(waits, [121_000, 136_500, 151_999]);
}

#[test]
fn row_27_what_is_not_ours_is_offline_and_backs_off_up_to_five_minutes() {
    let mut engine = engine();
    let mut now = 0;
    let mut waits = Vec::new();
    for _ in 0..11 {
        push_of(&engine.next(&queue(0, 9), Some(&cursor()), now));
        engine.happened(Event::NotOurs, now, JITTER - 1);
        let until = wait_of(&engine.next(&queue(0, 9), Some(&cursor()), now));
        waits.push((until - now).div_ceil(1_000));
        now = until;
    }
    assert_eq!(waits, [1, 2, 4, 8, 16, 32, 64, 128, 256, 300, 300]);
    assert_eq!(engine.blocked(), None);
}

#[test]
fn an_answer_that_is_lost_on_a_way_that_was_good_is_asked_for_again_at_once_and_only_once() {
    let pushed = |seq| Event::Pushed {
        through: through(1, seq),
        on_chain: true,
        sent: 9,
    };
    let mut engine = engine();
    let lost = |engine: &mut Engine, now| {
        push_of(&engine.next(&queue(0, 9), Some(&cursor()), now));
        engine.happened(Event::Unreachable, now + 30, HALF);
        wait_of(&engine.next(&queue(0, 9), Some(&cursor()), now + 30))
    };
    // Nothing is known of the way yet.
    assert_eq!(lost(&mut engine, 0), 30 + 500);
    push_of(&engine.next(&queue(0, 9), Some(&cursor()), 1_000));
    engine.happened(pushed(9), 1_010, HALF);
    // A tenth of a second after the request that it was lost to, then as ever.
    assert_eq!(lost(&mut engine, 1_010), 1_110);
    assert_eq!(lost(&mut engine, 1_110), 1_140 + 500);
    assert_eq!(lost(&mut engine, 1_640), 1_670 + 1_000);
    // What the server asked for stands.
    push_of(&engine.next(&queue(0, 9), Some(&cursor()), 3_000));
    engine.happened(pushed(9), 3_010, HALF);
    let busy = Event::Refused {
        problem: Problem::new(Code::RateLimited, "x"),
        known: false,
        retry_after_ms: Some(120_000),
        sent: 9,
    };
    engine.happened(busy, 3_020, 0);
    engine.happened(Event::Unreachable, 3_030, 0);
    assert_eq!(wait_of(&engine.next(&queue(0, 9), Some(&cursor()), 3_030)), 123_020);
}

#[test]
fn occasions_end_a_back_off_and_a_capture_tries_at_most_once_a_second() {
    for (event, until) in [
        (Event::Reachable, None),
        (Event::Foreground, None),
        (Event::PersonAsked, None),
        (Event::Captured, Some(50_000 + 1_000)),
        (Event::Changed, Some(50_000 + 128_000)),
    ] {
        let mut engine = engine();
        for _ in 0..9 {
            engine.next(&queue(0, 9), Some(&cursor()), 50_000);
            engine.happened(Event::Unreachable, 50_000, HALF);
            engine.pause = engine.pause.filter(|(at, _)| *at >= 50_000 + 128_000);
        }
        engine.happened(event.clone(), 50_001, 0);
        match (engine.next(&queue(0, 9), Some(&cursor()), 50_001), until) {
            (Command::Push { .. }, None) => {}
            (Command::Wait { until_mono_ms }, Some(until)) => assert_eq!(until_mono_ms, until, "{event:?}"),
            (other, _) => panic!("{event:?}: {other:?}"),
        }
    }
}

#[test]
fn row_29_a_batch_that_is_too_slow_halves_and_grows_again() {
    let mut engine = engine();
    let mut now = 0;
    for expected in [1_000, 500, 250] {
        assert_eq!(
            push_of(&engine.next(&queue(0, 5_000), Some(&cursor()), now)).1,
            expected
        );
        engine.happened(Event::Timeout, now, HALF);
        now = wait_of(&engine.next(&queue(0, 5_000), Some(&cursor()), now));
    }
    let (_, entries, bytes) = push_of(&engine.next(&queue(0, 5_000), Some(&cursor()), now));
    assert_eq!((entries, bytes), (125, BATCH_BYTES / 8));
    engine.happened(
        Event::Pushed {
            through: through(1, 125),
            on_chain: true,
            sent: 125,
        },
        now,
        0,
    );
    assert_eq!(push_of(&engine.next(&queue(125, 5_000), Some(&cursor()), now)).1, 250);
}

#[test]
fn a_gap_goes_on_from_the_mark_it_moved() {
    let mut engine = engine();
    push_of(&engine.next(&queue(8, 9), Some(&cursor()), 0));
    let problem = Problem {
        resume_from: Some(through(1, 2)),
        ..Problem::new(Code::Gap, "x")
    };
    engine.happened(
        Event::Refused {
            problem,
            known: true,
            retry_after_ms: None,
            sent: 1,
        },
        0,
        0,
    );
    assert_eq!(
        push_of(&engine.next(&queue(2, 9), Some(&cursor()), 0)).0,
        Position::new(1, 2)
    );
}

#[test]
fn a_gap_that_never_ends_backs_off() {
    let mut engine = engine();
    let mut asked = 0;
    while matches!(engine.next(&queue(2, 9), Some(&cursor()), 0), Command::Push { .. }) {
        let problem = Problem {
            resume_from: Some(through(1, 2)),
            ..Problem::new(Code::Gap, "x")
        };
        engine.happened(
            Event::Refused {
                problem,
                known: true,
                retry_after_ms: None,
                sent: 1,
            },
            0,
            HALF,
        );
        asked += 1;
        assert!(asked < 100);
    }
    assert_eq!(asked, 33);
    assert!(wait_of(&engine.next(&queue(2, 9), Some(&cursor()), 0)) >= 100);
}

#[test]
fn a_fork_begins_a_new_epoch_after_the_common_entry() {
    let mut engine = engine();
    push_of(&engine.next(&queue(5, 9), Some(&cursor()), 0));
    let problem = Problem {
        common: Some(through(1, 5)),
        ..Problem::new(Code::Fork, "x")
    };
    engine.happened(
        Event::Refused {
            problem,
            known: true,
            retry_after_ms: None,
            sent: 4,
        },
        0,
        0,
    );
    let common = Some(through(1, 5));
    assert_eq!(
        engine.next(&queue(5, 9), Some(&cursor()), 0),
        Command::NewEpoch { common }
    );
    engine.happened(Event::EpochBegun, 0, 0);
    let carried = Queue {
        tip: through(2, 4),
        acknowledged: through(2, 0),
        pending: 4,
    };
    assert_eq!(
        push_of(&engine.next(&carried, Some(&cursor()), 0)).0,
        Position::new(2, 0)
    );
}

#[test]
fn a_fork_without_a_known_common_entry_sends_the_epoch_from_its_start_to_find_it() {
    for first in [
        Event::Pushed {
            through: through(1, 12),
            on_chain: false,
            sent: 4,
        },
        Event::Refused {
            problem: Problem::new(Code::Fork, "x"),
            known: false,
            retry_after_ms: None,
            sent: 4,
        },
        Event::Refused {
            problem: Problem::new(Code::Gap, "x"),
            known: false,
            retry_after_ms: None,
            sent: 4,
        },
    ] {
        let mut engine = engine();
        push_of(&engine.next(&queue(5, 9), Some(&cursor()), 0));
        engine.happened(first, 0, 0);
        assert_eq!(
            push_of(&engine.next(&queue(5, 9), Some(&cursor()), 0)).0,
            Position::new(1, 0)
        );
        let mut found = engine.clone();
        let problem = Problem {
            common: Some(through(1, 3)),
            ..Problem::new(Code::Fork, "x")
        };
        found.happened(
            Event::Refused {
                problem,
                known: true,
                retry_after_ms: None,
                sent: 9,
            },
            0,
            0,
        );
        let common = Some(through(1, 3));
        assert_eq!(
            found.next(&queue(5, 9), Some(&cursor()), 0),
            Command::NewEpoch { common }
        );
        engine.happened(Event::NothingThere, 0, 0);
        assert_eq!(
            engine.next(&queue(5, 9), Some(&cursor()), 0),
            Command::NewEpoch { common: None }
        );
    }
}

#[test]
fn an_epoch_that_forks_at_once_is_an_alarm_and_not_a_loop() {
    let mut engine = engine();
    let fork = |engine: &mut Engine| {
        let problem = Problem {
            common: Some(through(1, 5)),
            ..Problem::new(Code::Fork, "x")
        };
        engine.happened(
            Event::Refused {
                problem,
                known: true,
                retry_after_ms: None,
                sent: 4,
            },
            0,
            HALF,
        );
    };
    fork(&mut engine);
    engine.happened(Event::EpochBegun, 0, 0);
    fork(&mut engine);
    assert!(matches!(engine.blocked(), Some(Blocked::Alarm { code, .. }) if code == "fork"));
    assert_eq!(wait_of(&engine.next(&queue(0, 9), Some(&cursor()), 0)), 225_000);
}

#[test]
fn row_40_and_41_another_history_of_the_server_means_a_snapshot_and_a_look_at_the_last_entry() {
    let mut engine = engine();
    refuse(&mut engine, Code::CursorUnknown, 0);
    assert_eq!(engine.next(&queue(9, 9), Some(&cursor()), 0), Command::Snapshot);
    engine.happened(Event::Adopted, 0, 0);
    let (after, entries, _) = push_of(&engine.next(&queue(9, 9), Some(&cursor()), 0));
    assert_eq!((after, entries), (Position::new(1, 8), 1));
    let mut pruned = engine.clone();
    pruned.happened(Event::NothingThere, 0, 0);
    assert!(matches!(
        pruned.next(&queue(9, 9), Some(&cursor()), 0),
        Command::Pull { .. }
    ));
    engine.happened(
        Event::Pushed {
            through: through(1, 9),
            on_chain: true,
            sent: 1,
        },
        0,
        0,
    );
    assert!(matches!(
        engine.next(&queue(9, 9), Some(&cursor()), 0),
        Command::Pull { .. }
    ));
}

#[test]
fn alarms_are_shown_and_outlast_captures_but_not_a_person() {
    let bad = Event::Refused {
        problem: Problem::new(Code::BadEnvelope, "x"),
        known: false,
        retry_after_ms: None,
        sent: 1,
    };
    for (event, code) in [
        (bad, "bad_envelope"),
        (Event::BadReceipt, "bad_receipt"),
        (Event::NothingThere, "queue_hole"),
    ] {
        let mut engine = engine();
        push_of(&engine.next(&queue(0, 9), Some(&cursor()), 0));
        engine.happened(event, 0, HALF);
        engine.happened(Event::Captured, 1, 0);
        assert!(matches!(engine.blocked(), Some(Blocked::Alarm { code: found, .. }) if found == code));
        assert_eq!(wait_of(&engine.next(&queue(0, 9), Some(&cursor()), 1)), 225_000);
        engine.happened(Event::PersonAsked, 1, 0);
        push_of(&engine.next(&queue(0, 9), Some(&cursor()), 1));
    }
}

#[test]
fn what_was_received_is_looked_for_until_it_counts_and_not_for_ever() {
    let mut engine = engine();
    engine.happened(
        Event::Pushed {
            through: through(1, 9),
            on_chain: true,
            sent: 9,
        },
        0,
        0,
    );
    let mut now = 0;
    let mut waits = Vec::new();
    loop {
        match engine.next(&queue(9, 9), Some(&cursor()), now) {
            Command::Wait { until_mono_ms } => {
                waits.push(until_mono_ms - now);
                now = until_mono_ms;
            }
            Command::Pull { .. } => {
                engine.happened(
                    Event::Pulled {
                        more: false,
                        included: Position::new(1, 8),
                    },
                    now,
                    0,
                );
            }
            Command::Idle => break,
            other => panic!("{other:?}"),
        }
    }
    assert_eq!(waits, [50, 100, 200, 400, 800, 1_600]);
    engine.happened(
        Event::Pushed {
            through: through(1, 9),
            on_chain: true,
            sent: 9,
        },
        now,
        0,
    );
    wait_of(&engine.next(&queue(9, 9), Some(&cursor()), now));
    engine.happened(Event::Changed, now, 0);
    assert!(matches!(
        engine.next(&queue(9, 9), Some(&cursor()), now),
        Command::Pull { .. }
    ));
    engine.happened(
        Event::Pulled {
            more: false,
            included: Position::new(1, 9),
        },
        now,
        0,
    );
    assert_eq!(engine.next(&queue(9, 9), Some(&cursor()), now), Command::Idle);
}

#[test]
fn a_stream_that_does_not_hold_paces_itself_and_lets_pushes_through() {
    let mut engine = engine();
    engine.happened(Event::StreamClosed, 0, JITTER - 1);
    engine.happened(Event::StreamClosed, 0, JITTER - 1);
    assert_eq!(engine.stream_at(), 1_999);
    push_of(&engine.next(&queue(0, 9), Some(&cursor()), 0));
    engine.happened(Event::StreamOpened, 0, 0);
    engine.happened(Event::StreamClosed, 0, JITTER - 1);
    assert_eq!(engine.stream_at(), 999);
}

#[test]
fn an_occasion_forgets_what_went_wrong_before_and_looks_for_news() {
    for occasion in [Event::Reachable, Event::Foreground, Event::PersonAsked, Event::Enrolled] {
        let mut engine = engine();
        engine.strikes = STRIKES;
        for _ in 0..3 {
            engine.happened(Event::StreamClosed, 0, JITTER - 1);
        }
        refuse(&mut engine, Code::Unauthorized, 0);
        engine.happened(occasion.clone(), 0, 0);
        assert_eq!((engine.strikes, engine.stream_at()), (0, 0), "{occasion:?}");
        refuse(&mut engine, Code::Unauthorized, 0);
        assert_eq!(engine.blocked(), None, "{occasion:?}");
        engine.happened(Event::TokenGiven { good_ms: u64::MAX }, 0, 0);
        assert!(
            matches!(engine.next(&queue(0, 0), Some(&cursor()), 0), Command::Pull { .. }),
            "{occasion:?}"
        );
        engine.happened(Event::StreamClosed, 0, JITTER - 1);
        assert_eq!(engine.stream_at(), 999, "{occasion:?}");
    }
}

#[test]
fn a_server_that_never_knows_its_own_cursor_is_not_asked_without_end() {
    let mut engine = engine();
    engine.happened(Event::Changed, 0, 0);
    let mut asked = 0;
    loop {
        match engine.next(&queue(0, 0), Some(&cursor()), 0) {
            Command::Pull { .. } => refuse(&mut engine, Code::CursorUnknown, 0),
            Command::Snapshot => engine.happened(Event::Adopted, 0, 0),
            Command::Push { .. } => engine.happened(Event::NothingThere, 0, 0),
            Command::Wait { .. } => break,
            other => panic!("{other:?}"),
        }
        asked += 1;
        assert!(asked < 200);
    }
}

#[test]
fn a_server_that_never_finds_the_fork_or_takes_no_batch_is_not_asked_without_end() {
    let fork = Event::Pushed {
        through: through(9, 9),
        on_chain: false,
        sent: 9,
    };
    let large = Event::Refused {
        problem: Problem::new(Code::TooLarge, "x"),
        known: false,
        retry_after_ms: None,
        sent: BATCH_ENTRIES,
    };
    for answer in [fork, large] {
        let mut engine = engine();
        let mut asked = 0;
        while !matches!(engine.next(&queue(0, 9), Some(&cursor()), 0), Command::Wait { .. }) {
            engine.last = Last::Push;
            engine.fork = Fork::None;
            engine.happened(answer.clone(), 0, 0);
            asked += 1;
            assert!(asked < 100, "{answer:?}");
        }
        assert_eq!(asked, 33);
    }
}

#[test]
fn a_gap_found_while_checking_the_last_entry_goes_on_from_the_mark_it_moved() {
    let mut engine = engine();
    engine.snapshot = true;
    engine.happened(Event::Adopted, 0, 0);
    assert_eq!(push_of(&engine.next(&queue(9, 9), Some(&cursor()), 0)).1, 1);
    let problem = Problem {
        resume_from: Some(through(1, 2)),
        ..Problem::new(Code::Gap, "x")
    };
    engine.happened(
        Event::Refused {
            problem,
            known: true,
            retry_after_ms: None,
            sent: 1,
        },
        0,
        0,
    );
    let (after, entries, _) = push_of(&engine.next(&queue(2, 9), Some(&cursor()), 0));
    assert_eq!((after, entries), (Position::new(1, 2), BATCH_ENTRIES));
}

#[test]
fn a_batch_shrinks_from_what_it_is_now() {
    let mut engine = engine();
    engine.last = Last::Push;
    engine.entries = 100;
    let problem = Problem::new(Code::TooLarge, "x");
    engine.happened(
        Event::Refused {
            problem,
            known: false,
            retry_after_ms: None,
            sent: 1_000,
        },
        0,
        0,
    );
    assert_eq!(push_of(&engine.next(&queue(0, 999), Some(&cursor()), 0)).1, 50);
}

// Every way in which the server says that it is there.
fn answers() -> [Event; 5] {
    [
        Event::TokenGiven { good_ms: u64::MAX },
        Event::StreamOpened,
        Event::Pushed {
            through: through(1, 1),
            on_chain: true,
            sent: 1,
        },
        Event::Pulled {
            more: false,
            included: Position::START,
        },
        Event::Adopted,
    ]
}

#[test]
fn any_answer_of_the_server_begins_the_back_off_anew() {
    let refused = |code| Event::Refused {
        problem: Problem::new(code, "x"),
        known: true,
        retry_after_ms: Some(1),
        sent: 1,
    };
    let refusals = [Code::Unauthorized, Code::Gap, Code::CursorUnknown, Code::RateLimited].map(refused);
    let occasions = [
        Event::Captured,
        Event::Reachable,
        Event::Foreground,
        Event::PersonAsked,
        Event::Enrolled,
    ];
    for answer in answers().into_iter().chain(refusals).chain(occasions) {
        let mut engine = engine();
        for _ in 0..5 {
            engine.happened(Event::Unreachable, 0, JITTER - 1);
        }
        assert_eq!(engine.failures(), 5);
        engine.happened(answer.clone(), 0, 0);
        assert_eq!(engine.failures(), 0, "{answer:?}");
    }
    let mut engine = engine();
    engine.happened(Event::Unreachable, 0, JITTER - 1);
    engine.happened(Event::StreamOpened, 0, 0);
    push_of(&engine.next(&queue(0, 9), Some(&cursor()), 0));
}

#[test]
fn a_token_that_was_good_in_between_may_be_refused_again() {
    for answer in &answers()[1..] {
        let mut engine = engine();
        for _ in 0..3 {
            refuse(&mut engine, Code::Unauthorized, 0);
            engine.happened(Event::TokenGiven { good_ms: u64::MAX }, 0, 0);
            engine.happened(answer.clone(), 0, 0);
        }
        assert_eq!(engine.blocked(), None, "{answer:?}");
    }
}

#[test]
fn a_device_enrolled_anew_gets_a_new_token() {
    let mut engine = engine();
    engine.happened(Event::Enrolled, 0, 0);
    assert_eq!(engine.next(&queue(0, 9), Some(&cursor()), 0), Command::Token);
}

#[test]
fn a_pause_that_is_over_is_no_longer_shown() {
    let mut engine = engine();
    engine.happened(Event::BadReceipt, 0, 0);
    assert!(engine.blocked().is_some());
    push_of(&engine.next(&queue(0, 9), Some(&cursor()), 150_000));
    assert_eq!(engine.blocked(), None);
}

#[test]
fn only_the_request_that_was_too_slow_gets_smaller() {
    let late = |engine: &mut Engine, now: &mut u64| {
        engine.happened(Event::Timeout, *now, 0);
        *now += 200;
    };
    let mut now = 0;
    let mut engine = engine();
    // A token, then a file: the batch and the page keep their size.
    engine.token = Token::Wanted;
    engine.last = Last::Push;
    assert_eq!(engine.next(&queue(0, 9), Some(&cursor()), now), Command::Token);
    late(&mut engine, &mut now);
    engine.token = Token::InHand;
    engine.last = Last::Push;
    engine.snapshot = true;
    assert_eq!(engine.next(&queue(0, 0), Some(&cursor()), now), Command::Snapshot);
    late(&mut engine, &mut now);
    engine.snapshot = false;
    assert_eq!(
        push_of(&engine.next(&queue(0, 9), Some(&cursor()), now)).1,
        BATCH_ENTRIES
    );
    // A page down to its least and up again.
    let limit = |engine: &mut Engine, now| {
        engine.happened(Event::Changed, now, 0);
        let command = engine.next(&queue(0, 0), Some(&cursor()), now);
        let Command::Pull { limit, .. } = command else {
            panic!("{command:?}")
        };
        limit
    };
    for expected in [500, 250, 125, 62, 50, 50] {
        assert_eq!(limit(&mut engine, now), expected);
        late(&mut engine, &mut now);
    }
    for expected in [50, 100, 200, 400, 500, 500] {
        assert_eq!(limit(&mut engine, now), expected);
        engine.happened(
            Event::Pulled {
                more: false,
                included: Position::START,
            },
            now,
            0,
        );
    }
    assert_eq!(
        push_of(&engine.next(&queue(0, 9), Some(&cursor()), now)).1,
        BATCH_ENTRIES
    );
}

#[test]
fn a_batch_is_never_less_than_one_entry_and_grows_only_when_it_was_full() {
    let mut engine = engine();
    for _ in 0..20 {
        engine.last = Last::Push;
        engine.happened(Event::Timeout, 0, 0);
    }
    engine.happened(Event::Foreground, 0, 0);
    assert_eq!(engine.next(&queue(0, 99), Some(&cursor()), 0), Command::Urgent);
    engine.happened(Event::UrgentPulled { more: false }, 0, 0);
    let (_, entries, bytes) = push_of(&engine.next(&queue(0, 99), Some(&cursor()), 0));
    assert_eq!((entries, bytes), (1, BYTES_LEAST));
    let mut sizes = Vec::new();
    for sent in [1, 2, 1, 4] {
        engine.happened(
            Event::Pushed {
                through: through(1, 1),
                on_chain: true,
                sent,
            },
            0,
            0,
        );
        let (_, entries, bytes) = push_of(&engine.next(&queue(1, 99), Some(&cursor()), 0));
        sizes.push((entries, bytes / BYTES_LEAST));
    }
    assert_eq!(sizes, [(2, 2), (4, 4), (4, 8), (8, 16)]);
}

#[test]
fn answers_that_ask_for_more_count_only_until_the_queue_is_drained() {
    let mut engine = engine();
    let problem = Problem {
        resume_from: Some(through(1, 2)),
        ..Problem::new(Code::Gap, "x")
    };
    for _ in 0..3 {
        for _ in 0..30 {
            push_of(&engine.next(&queue(2, 9), Some(&cursor()), 0));
            let problem = problem.clone();
            engine.happened(
                Event::Refused {
                    problem,
                    known: true,
                    retry_after_ms: None,
                    sent: 1,
                },
                0,
                0,
            );
        }
        assert_eq!(engine.next(&queue(9, 9), Some(&cursor()), 0), Command::Idle);
    }
}

#[test]
fn an_epoch_that_was_taken_may_fork_another_time() {
    let mut engine = engine();
    for epoch in 1..4 {
        let problem = Problem {
            common: Some(through(epoch, 5)),
            ..Problem::new(Code::Fork, "x")
        };
        engine.happened(
            Event::Refused {
                problem,
                known: true,
                retry_after_ms: None,
                sent: 4,
            },
            0,
            0,
        );
        let common = Some(through(epoch, 5));
        assert_eq!(
            engine.next(&queue(0, 9), Some(&cursor()), 0),
            Command::NewEpoch { common }
        );
        engine.happened(Event::EpochBegun, 0, 0);
        push_of(&engine.next(&queue(0, 9), Some(&cursor()), 0));
        engine.happened(
            Event::Pushed {
                through: through(epoch + 1, 9),
                on_chain: true,
                sent: 9,
            },
            0,
            0,
        );
    }
    assert_eq!(engine.blocked(), None);
}

#[test]
fn a_fork_found_while_checking_the_last_entry_goes_on_from_the_mark() {
    let mut engine = engine();
    engine.snapshot = true;
    engine.happened(Event::Adopted, 0, 0);
    assert_eq!(push_of(&engine.next(&queue(9, 9), Some(&cursor()), 0)).1, 1);
    let problem = Problem {
        common: Some(through(1, 5)),
        ..Problem::new(Code::Fork, "x")
    };
    engine.happened(
        Event::Refused {
            problem,
            known: true,
            retry_after_ms: None,
            sent: 1,
        },
        0,
        0,
    );
    engine.happened(Event::EpochBegun, 0, 0);
    let (after, entries, _) = push_of(&engine.next(&queue(0, 4), Some(&cursor()), 0));
    assert_eq!((after, entries), (Position::new(1, 0), BATCH_ENTRIES));
}

#[test]
fn after_a_pull_eight_more_pushes_have_their_turn() {
    for answer in [
        Event::Pulled {
            more: true,
            included: Position::START,
        },
        Event::Adopted,
    ] {
        let mut engine = engine();
        engine.pushes = PUSHES_BEFORE_A_PULL;
        engine.happened(answer.clone(), 0, 0);
        push_of(&engine.next(&queue(0, 9), Some(&cursor()), 0));
        assert_eq!(engine.pushes, 0, "{answer:?}");
    }
}

#[test]
fn a_look_that_is_due_survives_a_new_token_and_a_push_begins_it_anew() {
    let mut engine = engine();
    let pushed = |engine: &mut Engine, now| {
        engine.happened(
            Event::Pushed {
                through: through(1, 9),
                on_chain: true,
                sent: 9,
            },
            now,
            0,
        );
    };
    pushed(&mut engine, 0);
    assert_eq!(wait_of(&engine.next(&queue(9, 9), Some(&cursor()), 0)), 50);
    pushed(&mut engine, 40);
    assert_eq!(wait_of(&engine.next(&queue(9, 9), Some(&cursor()), 40)), 90);
    engine.token = Token::Wanted;
    assert_eq!(engine.next(&queue(9, 9), Some(&cursor()), 90), Command::Token);
    engine.happened(Event::TokenGiven { good_ms: u64::MAX }, 90, 0);
    assert!(matches!(
        engine.next(&queue(9, 9), Some(&cursor()), 90),
        Command::Pull { .. }
    ));
}

// A server and a store that do what the protocol says, and a way between them that does not.
#[derive(Debug, Clone, Copy)]
enum Fault {
    None,
    ReplyLost,
    Lost,
    Late,
    NotOurs,
    Token,
    Limit,
    Busy,
    TooLarge,
}

fn fault() -> impl Strategy<Value = Fault> {
    prop_oneof![
        4 => Just(Fault::None),
        2 => Just(Fault::ReplyLost),
        1 => Just(Fault::Lost),
        1 => Just(Fault::Late),
        1 => Just(Fault::NotOurs),
        1 => Just(Fault::Token),
        1 => Just(Fault::Limit),
        1 => Just(Fault::Busy),
        1 => Just(Fault::TooLarge),
    ]
}

proptest! {
    #[test]
    fn whatever_the_way_does_each_entry_arrives_once_in_order_and_the_mark_never_leads(
        tip in 1_u64..3_000,
        faults in prop::collection::vec((fault(), 0..JITTER), 0..60),
        captures in prop::collection::vec(0_usize..200, 0..5),
    ) {
        let mut engine = engine();
        let (mut tip, mut acknowledged, mut server) = (tip, 0_u64, 0_u64);
        let mut stored = BTreeSet::new();
        let (mut now, mut not_before, mut requests) = (0, 0, 0);
        let mut faults = faults.into_iter();
        loop {
            if captures.contains(&requests) {
                tip += 1;
                engine.happened(Event::Captured, now, 0);
            }
            match engine.next(&queue(acknowledged, tip), Some(&cursor()), now) {
                Command::Wait { until_mono_ms } => {
                    prop_assert!(until_mono_ms > now && until_mono_ms - now <= BACKOFF_MOST_MS);
                    now = until_mono_ms;
                }
                Command::Idle => break,
                Command::Token => engine.happened(Event::TokenGiven { good_ms: u64::MAX }, now, 0),
                Command::Urgent => engine.happened(Event::UrgentPulled { more: false }, now, 0),
                Command::Pull { .. } => {
                    let included = Position::new(1, server);
                    engine.happened(Event::Pulled { more: false, included }, now, 0);
                }
                Command::Push { after, entries, .. } => {
                    requests += 1;
                    prop_assert!(now >= not_before, "earlier than Retry-After");
                    prop_assert!(requests < 4_000, "does not come to an end");
                    let (fault, jitter) = faults.next().unwrap_or((Fault::None, 0));
                    prop_assert_eq!(after, Position::new(1, acknowledged));
                    let last = tip.min(after.seq() + entries as u64);
                    let sent = usize::try_from(last - after.seq()).unwrap();
                    let refused = |code, retry_after_ms| Event::Refused {
                        problem: Problem::new(code, "x"), known: false, retry_after_ms, sent,
                    };
                    let event = match fault {
                        Fault::None | Fault::ReplyLost => {
                            for seq in after.seq() + 1..=last {
                                if seq > server {
                                    prop_assert_eq!(seq, server + 1);
                                    prop_assert!(stored.insert(seq));
                                    server = seq;
                                }
                            }
                            if matches!(fault, Fault::ReplyLost) {
                                Event::Timeout
                            } else {
                                acknowledged = server;
                                Event::Pushed { through: through(1, server), on_chain: true, sent }
                            }
                        }
                        Fault::Lost => Event::Unreachable,
                        Fault::Late => Event::Timeout,
                        Fault::NotOurs => Event::NotOurs,
                        Fault::Token => refused(Code::Unauthorized, None),
                        Fault::TooLarge => refused(Code::TooLarge, None),
                        Fault::Busy => refused(Code::Unavailable, None),
                        Fault::Limit => {
                            not_before = now + 7_000;
                            refused(Code::RateLimited, Some(7_000))
                        }
                    };
                    engine.happened(event, now, jitter);
                    prop_assert!(acknowledged <= server);
                }
                Command::Stop(Blocked::SignIn) => engine.happened(Event::Foreground, now, 0),
                other => panic!("{other:?}"),
            }
        }
        prop_assert_eq!(server, tip);
        prop_assert_eq!(acknowledged, tip);
        prop_assert_eq!(stored.len() as u64, tip);
    }
}

// An engine that has just begun and fetched a page that counts own entries up to there.
fn begun(queue: &Queue, included: Position) -> Engine {
    let mut engine = Engine::new();
    assert_eq!(engine.next(queue, Some(&cursor()), 0), Command::Token);
    engine.happened(Event::TokenGiven { good_ms: u64::MAX }, 0, 0);
    assert!(matches!(engine.next(queue, Some(&cursor()), 0), Command::Pull { .. }));
    engine.happened(Event::Pulled { more: false, included }, 0, 0);
    engine
}

#[test]
fn row_39_a_picture_that_counts_entries_the_device_lost_means_a_new_epoch_before_the_next_capture() {
    let mut engine = begun(&queue(7, 7), Position::new(1, 8));
    let common = Some(through(1, 7));
    assert_eq!(
        engine.next(&queue(7, 7), Some(&cursor()), 0),
        Command::NewEpoch { common }
    );
    engine.happened(Event::EpochBegun, 0, 0);
    let second = |acknowledged: u64| Queue {
        tip: through(2, 0),
        acknowledged: through(2, acknowledged),
        pending: 0,
    };
    assert_eq!(engine.next(&second(0), Some(&cursor()), 0), Command::Idle);

    // The backup was older than an epoch: its number is taken as well.
    let mut engine = begun(&queue(7, 7), Position::new(2, 4));
    assert!(matches!(
        engine.next(&queue(7, 7), Some(&cursor()), 0),
        Command::NewEpoch { .. }
    ));
    engine.happened(Event::EpochBegun, 0, 0);
    assert_eq!(
        engine.next(&second(0), Some(&cursor()), 0),
        Command::NewEpoch { common: None }
    );
}

#[test]
fn row_39_a_new_epoch_whose_number_is_taken_is_followed_by_the_next() {
    let mut engine = engine();
    engine.next(&queue(5, 9), Some(&cursor()), 0);
    for (at, common) in [(through(1, 5), Some(through(1, 5))), (through(2, 0), None)] {
        let problem = Problem {
            common: Some(at),
            ..Problem::new(Code::Fork, "x")
        };
        engine.happened(
            Event::Refused {
                problem,
                known: true,
                retry_after_ms: None,
                sent: 4,
            },
            0,
            HALF,
        );
        assert_eq!(
            engine.next(&queue(5, 9), Some(&cursor()), 0),
            Command::NewEpoch { common }
        );
        engine.happened(Event::EpochBegun, 0, 0);
    }
    assert_eq!(engine.blocked(), None);
}

#[test]
fn row_40_an_engine_that_was_not_told_of_a_restored_server_looks_once_whether_it_has_the_last_entry() {
    let mut engine = begun(&queue(9, 9), Position::START);
    let (after, entries, _) = push_of(&engine.next(&queue(9, 9), Some(&cursor()), 0));
    assert_eq!((after, entries), (Position::new(1, 8), 1));
    engine.happened(Event::NothingThere, 0, 0);
    assert_eq!(engine.next(&queue(9, 9), Some(&cursor()), 0), Command::Idle, "once");
}

#[test]
fn row_39_an_answer_beyond_what_was_sent_says_that_what_was_sent_is_common() {
    let ahead = Event::PushedAhead { through: through(1, 9) };
    // All of it is there, and more that the device lost: nothing is carried.
    let mut engine = engine();
    engine.next(&queue(5, 7), Some(&cursor()), 0);
    engine.happened(ahead.clone(), 0, 0);
    let common = Some(through(1, 7));
    assert_eq!(
        engine.next(&queue(7, 7), Some(&cursor()), 0),
        Command::NewEpoch { common }
    );
    // More waits: the rest goes on from there, and the gateway names the last common entry.
    let mut engine = self::engine();
    engine.next(&queue(5, 8), Some(&cursor()), 0);
    engine.happened(ahead.clone(), 0, 0);
    let (after, ..) = push_of(&engine.next(&queue(7, 8), Some(&cursor()), 0));
    assert_eq!(after, Position::new(1, 7));
    // It took them after all: it was restored meanwhile, and what it had is of another history.
    let pushed = Event::Pushed {
        through: through(1, 8),
        on_chain: true,
        sent: 1,
    };
    engine.happened(pushed, 0, 0);
    assert!(!matches!(
        engine.next(&queue(8, 8), Some(&cursor()), 0),
        Command::NewEpoch { .. }
    ));
}

#[test]
fn row_40_of_an_epoch_that_has_just_begun_the_first_entry_before_it_tells_whether_the_server_was_restored() {
    let begun_epoch = Queue {
        tip: through(2, 0),
        acknowledged: through(2, 0),
        pending: 0,
    };
    let mut engine = begun(&begun_epoch, Position::START);
    let (after, entries, _) = push_of(&engine.next(&begun_epoch, Some(&cursor()), 0));
    assert_eq!((after, entries), (Position::new(1, 0), 1));
    // Nothing was ever in common: there is nothing to ask.
    engine.happened(Event::NothingThere, 0, 0);
    assert_eq!(engine.next(&begun_epoch, Some(&cursor()), 0), Command::Idle);
}

#[test]
fn a_token_is_replaced_ahead_of_its_end() {
    let (mut engine, queue) = (Engine::new(), queue(0, 0));
    assert_eq!(engine.next(&queue, Some(&cursor()), 0), Command::Token);
    engine.happened(Event::TokenGiven { good_ms: 900_000 }, 1_000, 0);
    engine.happened(Event::Changed, 1_000, 0);
    assert!(matches!(
        engine.next(&queue, Some(&cursor()), 720_999),
        Command::Pull { .. }
    ));
    assert_eq!(engine.next(&queue, Some(&cursor()), 721_000), Command::Token);
}

#[test]
fn somebody_who_is_not_the_server_is_shown_and_tried_again_like_a_lost_network() {
    let mut engine = Engine::new();
    engine.happened(Event::Untrusted, 0, 0);
    assert_eq!(engine.blocked(), Some(Blocked::Untrusted));
    assert_eq!(engine.failures(), 1);
    assert!(matches!(engine.next(&queue(0, 1), None, 0), Command::Wait { until_mono_ms } if until_mono_ms <= 1_000));
    engine.happened(Event::Reachable, 1, 0);
    assert_eq!(engine.blocked(), None);
    assert_eq!(engine.next(&queue(0, 1), None, 1), Command::Token);
    engine.happened(Event::Unreachable, 2, 0);
    assert_eq!(engine.blocked(), None, "nobody there is another thing");
}
