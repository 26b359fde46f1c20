//! Months of a ledger in PostgreSQL that go to an archive (ADR 18): what is proved, what is refused, and that a run which ends
//! anywhere is gone on with.

mod world;

use lotline_record::archive::verify_all;
use lotline_record::entry::{Body, Hash, Sealed, genesis};
use lotline_server::ledger::{Month, Outcome, State, Stays, Step};
use lotline_server::{Ledger, LedgerError};
use lotline_tests::gun::received;
use lotline_tests::postgres::{Cluster, database};
use world::{Hand, MARCH, NOW, World, count, instant, online, proved, shared, spki, state};

#[test]
fn postgres_a_month_of_two_sites_is_archived_proved_and_its_bytes_are_gone() {
    let world = World::at(shared());
    let to = tempfile::tempdir().unwrap();
    let beside = world.one.beside("beside.db");
    assert_eq!(world.why(None, MARCH), [Stays::NoRetention]);
    assert_eq!(world.why(Some(84), "2019-04"), [Stays::Earlier(MARCH.parse().unwrap())]);
    assert_eq!(world.why(Some(84), "2026-11")[0], Stays::Young(84));
    assert_eq!(world.why(Some(93), MARCH), [Stays::Young(93)]);
    let before = world.size("lotline.entry_2019_03");
    assert_eq!(world.archive(to.path(), MARCH).unwrap(), 2);
    assert_eq!(world.archive(to.path(), MARCH).unwrap(), 0, "asking again does nothing");
    assert_eq!(
        world.size("lotline.archived_2019_03"),
        before,
        "nothing is lost before a person says so"
    );
    world
        .one
        .ledger
        .drop_aside(MARCH.parse().unwrap(), to.path(), &mut |_| Ok(()))
        .unwrap();
    assert_eq!(world.size("lotline.archived_2019_03"), -1);
    let after = world.size("lotline.entry_2019_03");
    assert!(after * 3 < before, "{after} of {before}");
    for (site, entries) in [(&world.one, 72), (&world.two, 3)] {
        site.ledger.freshen().unwrap();
        assert_eq!(site.entries(), entries, "each entry is still known");
        let report = proved(site, to.path());
        assert!(report.is_whole());
        assert_eq!(
            report.chains.values().map(|chain| chain.entries).sum::<u64>(),
            entries as u64
        );
        assert_eq!(site.ledger.archived().unwrap().len(), 1);
    }
    let alone = verify_all([online(&world.one).as_slice()], None).unwrap();
    assert_eq!(alone.chains[&world.a.device].follows.as_ref().unwrap().seq, 5);
    // Another gateway of the site learns of it.
    beside.freshen().unwrap();
    let gone = |ledger: &Ledger| {
        let all = ledger.entries(None, 0, 1_000).unwrap();
        all.iter().filter(|stored| stored.bytes.is_empty()).count()
    };
    assert_eq!((gone(&beside), gone(&world.one.ledger)), (65, 65));
    // April goes next, and the three prove each other.
    assert_eq!(world.archive(to.path(), "2019-04").unwrap(), 1);
    assert!(proved(&world.one, to.path()).is_whole());
    // A backup of it is sound, and goes into another database as it is.
    let copy = to.path().join("copy.db");
    world.one.ledger.copy(&copy).unwrap();
    let sound = Ledger::open(&copy).unwrap().check(&spki(&world.one.key)).unwrap();
    assert_eq!(sound.entries, 72);
    let folder = tempfile::tempdir().unwrap();
    let restored = Ledger::open_postgres(&shared(), &world.one.site, &folder.path().join("r.db")).unwrap();
    restored.fill(&copy).unwrap();
    assert!(matches!(
        state(&restored, None, MARCH),
        State::Archived { aside: false, .. }
    ));
    assert_eq!((gone(&restored), restored.archived().unwrap().len()), (69, 2));
    restored.check(&spki(&world.one.key)).unwrap();
}

#[test]
fn postgres_a_month_stays_while_anything_of_it_waits_and_says_what() {
    let world = World::at(shared());
    let to = tempfile::tempdir().unwrap();
    let mut d = Hand::of(&world.two, "d", 4);
    d.work(&world.two, 2, "2019-03-09T08:00:00.000Z");
    let site = world.two.site.clone();
    let unapplied = Stays::Unapplied {
        site: site.clone(),
        count: 2,
    };
    assert_eq!(world.why(Some(84), MARCH), [unapplied]);
    assert!(matches!(
        world.archive(to.path(), MARCH),
        Err(LedgerError::MonthStays(_))
    ));
    world.two.ledger.apply(100, None).unwrap();
    let queued = Stays::Queued {
        site: site.clone(),
        count: 2,
    };
    assert_eq!(world.why(Some(84), MARCH), std::slice::from_ref(&queued));
    // Nothing waits for a back-end that is not there; one that comes back is told of what came meanwhile.
    world.two.ledger.register_back_ends(&[], instant(NOW)).unwrap();
    assert!(world.why(Some(84), MARCH).is_empty());
    world
        .two
        .ledger
        .register_back_ends(&[world::wms()], instant(NOW))
        .unwrap();
    assert_eq!(world.why(Some(84), MARCH), [queued]);
    world.two.settle();
    // A count that says it was made tomorrow: it could absorb what comes.
    d.say(count(&[]), "2026-11-23T08:00:00.000Z", Some(0));
    d.arrive(&world.two, 2, "2019-03-10T08:00:00.000Z");
    world.two.settle();
    assert!(world.why(Some(84), MARCH).is_empty());
    let refused = world.archive(to.path(), MARCH).unwrap_err();
    assert!(refused.to_string().contains("still to come"), "{refused}");
    // Nobody said by which key the other site signs.
    let mut asked = world.asking(to.path(), MARCH);
    asked.keys.remove(&site);
    let refused = world.one.ledger.archive(&asked, &mut |_| Ok(())).unwrap_err();
    assert!(refused.to_string().contains("key of DC-2"), "{refused}");
    assert!(proved(&world.one, to.path()).is_whole(), "and all of it is online");
    let alone = Ledger::open(&to.path().join("ledger.db")).unwrap();
    assert!(matches!(
        alone.months(Some(84), instant(NOW)),
        Err(LedgerError::NoPartitions)
    ));
}

#[test]
fn postgres_archiving_that_ends_after_any_step_is_gone_on_with_and_loses_nothing() {
    let mut cluster = Cluster::start();
    // Both by an error, and by a database that is killed in that moment.
    for kills in [false, true] {
        let world = World::at(database(&cluster.url()));
        let to = tempfile::tempdir().unwrap();
        let mut steps = 0;
        for stop in 1.. {
            let mut done = 0;
            let mut stopping = |step: &Step| {
                done += 1;
                steps = steps.max(done);
                if done != stop {
                    return Ok(());
                }
                if kills {
                    cluster.kill();
                    cluster.restart();
                }
                Err(LedgerError::Damaged(format!("stopped after {step:?}")))
            };
            let ended = world.one.ledger.archive(&world.asking(to.path(), MARCH), &mut stopping);
            let archived = matches!(
                state(&world.one.beside("seen.db"), Some(84), MARCH),
                State::Archived { .. }
            );
            assert_eq!(archived, stop >= 4, "after step {stop}: {ended:?}");
            // A connection that was lost is noticed, and made anew.
            world.one.ledger.freshen().unwrap();
            let report = proved(&world.one, to.path());
            assert!(report.is_whole());
            assert_eq!(report.chains.values().map(|chain| chain.entries).sum::<u64>(), 72);
            if ended.is_ok() {
                break;
            }
        }
        assert_eq!(steps, 4, "two files, the copy, the change");
        let month: Month = MARCH.parse().unwrap();
        let mut stopping = |step: &Step| Err(LedgerError::Damaged(format!("stopped after {step:?}")));
        world
            .one
            .ledger
            .drop_aside(month, to.path(), &mut stopping)
            .unwrap_err();
        assert!(world.size("lotline.archived_2019_03") > 0);
        // A file that somebody touched is no reason to let go of anything.
        let file = to.path().join("DC-2-2019-03.ndjson.zst");
        let good = std::fs::read(&file).unwrap();
        std::fs::write(&file, &good[..good.len() - 1]).unwrap();
        let refused = world
            .one
            .ledger
            .drop_aside(month, to.path(), &mut |_| Ok(()))
            .unwrap_err();
        assert!(matches!(refused, LedgerError::ArchiveFile(..)), "{refused}");
        assert!(world.size("lotline.archived_2019_03") > 0);
        std::fs::write(&file, &good).unwrap();
        for _ in 0..2 {
            world.one.ledger.drop_aside(month, to.path(), &mut |_| Ok(())).unwrap();
        }
        assert_eq!(world.size("lotline.archived_2019_03"), -1);
    }
}

#[test]
fn postgres_an_archived_entry_is_known_by_its_hash_and_a_fork_against_it_is_found() {
    let mut world = World::at(shared());
    let to = tempfile::tempdir().unwrap();
    // One that forked before, after its first entry.
    let mut e = Hand::of(&world.one, "e", 5);
    e.work(&world.one, 2, "2019-03-06T08:00:00.000Z");
    let second = genesis(&e.device, 2, Some(e.chain[0].hash));
    let at = "2019-03-07T08:00:00.000Z";
    e.chain.push(e.entry(2, 1, second, received(None, "A-01"), at, Some(0)));
    e.say(received(None, "A-01"), at, Some(0));
    e.arrive(&world.one, 2, at);
    world.one.settle();
    world.archive(to.path(), MARCH).unwrap();
    let one = &world.one;
    let before = one.entries();
    let again = world.a.push(&one.ledger, &one.key, &world.a.chain[..5], NOW);
    assert!(
        matches!(&again, Outcome::Stored(reply) if reply.receipt.is_none()),
        "{again:?}"
    );
    assert_eq!(one.entries(), before, "stored zero times more");
    // Other bytes at a place that is archived.
    let other = |seq: usize, prev| {
        let at = "2019-03-04T09:00:00.000Z";
        world.a.entry(1, seq as u64, prev, received(None, "B-01"), at, Some(0))
    };
    let forked = world
        .a
        .push(&one.ledger, &one.key, &[other(3, world.a.chain[1].hash)], NOW);
    let Outcome::Fork(common) = forked else {
        panic!("{forked:?}")
    };
    assert_eq!((common.epoch, common.seq, common.hash), (1, 2, world.a.chain[1].hash));
    // Where nothing of it is known: asked to come from further back, to what the first entry of its epoch follows.
    let stray = e.entry(2, 2, Hash([7; 32]), received(None, "B-01"), at, Some(0));
    let gap = e.push(&one.ledger, &one.key, &[stray], NOW);
    let Outcome::Gap(back) = gap else { panic!("{gap:?}") };
    assert_eq!((back.epoch, back.seq, back.hash), (2, 0, second));
    // And it begins another epoch at the beginning of that one.
    let begins = genesis(&e.device, 3, Some(second));
    e.chain.push(e.entry(
        3,
        1,
        begins,
        received(None, "A-01"),
        "2026-11-22T08:00:00.000Z",
        Some(0),
    ));
    e.arrive(one, 4, NOW);
    // It goes on in a new epoch after its last common entry, which is archived.
    let begins = genesis(&world.a.device, 2, Some(world.a.chain[1].hash));
    let next = world.a.entry(
        2,
        1,
        begins,
        received(None, "A-01"),
        "2026-11-22T08:00:00.000Z",
        Some(0),
    );
    world.a.chain.push(next);
    let from = world.a.chain.len() - 1;
    world.a.arrive(&world.one, from, NOW);
    world.one.settle();
    let report = proved(&world.one, to.path());
    assert_eq!((report.is_whole(), report.chains[&world.a.device].epochs), (true, 2));
    assert_eq!(report.chains[&e.device].epochs, 3);
    // So it does after a fork at the beginning of the first.
    let begins = genesis(&world.b.device, 2, Some(genesis(&world.b.device, 1, None)));
    let next = world.b.entry(
        2,
        1,
        begins,
        received(None, "A-01"),
        "2026-11-22T08:00:00.000Z",
        Some(0),
    );
    world.b.chain.push(next);
    let from = world.b.chain.len() - 1;
    world.b.arrive(&world.one, from, NOW);
}

#[test]
fn postgres_what_needs_an_archived_entry_is_kept_aside_and_shown_and_all_else_is_judged() {
    let mut world = World::at(shared());
    let to = tempfile::tempdir().unwrap();
    world.archive(to.path(), MARCH).unwrap();
    let today = "2026-11-22T08:00:00.000Z";
    let undone = |hand: &Hand, at: usize| Body::Undone {
        entry: hand.named(at),
        body: Box::new(hand.chain[at].open().unwrap().body),
    };
    let from = world.a.chain.len();
    let archived = world.a.say(undone(&world.a, 0), today, Some(0));
    let here = world.a.say(undone(&world.a, from - 1), today, Some(0));
    let late = world.a.say(received(None, "A-02"), "2019-03-20T08:00:00.000Z", Some(0));
    let unset = world.a.say(received(None, "A-02"), "2019-03-20T08:00:00.000Z", None);
    let unheard = world.a.say(count(&[(&world.b, 10)]), today, Some(0));
    let heard = world.a.say(count(&[(&world.b, 61)]), today, Some(0));
    world.a.arrive(&world.one, from, NOW);
    world.one.settle();
    let told = |entry: &Sealed| world.one.verdict(&world.a, entry);
    for (entry, why) in [
        (&archived, "it needs entry a/1/1, which is in an archive"),
        (&late, "it was captured at 2019-03-20"),
        (&unheard, "it needs entry b/1/"),
    ] {
        let (verdict, reason) = told(entry);
        assert_eq!(verdict, "kept_aside", "{reason}");
        assert!(reason.contains(why), "{reason}");
    }
    for entry in [&here, &unset, &heard] {
        assert_eq!(told(entry).0, "applied", "{:?}", told(entry));
    }
    let alarms = world.one.ledger.alarms(10).unwrap();
    assert_eq!(alarms.iter().filter(|alarm| alarm.code == "kept_aside").count(), 3);
    assert_eq!(world.one.ledger.counts(instant(NOW)).unwrap().kept_aside, 3);
    // Nothing of it moved, and it moves nothing when it is tried again.
    world.one.ledger.retry_kept_aside(true).unwrap();
    world.one.settle();
    assert_eq!(told(&archived).0, "kept_aside");
}

#[test]
fn postgres_a_database_of_the_format_before_gains_its_tables_and_keeps_its_rows() {
    let url = shared();
    let world = World::at(url.clone());
    let before = world.one.entries();
    let mut client = postgres::Client::connect(&url, postgres::NoTls).unwrap();
    client
        .batch_execute(
            "DROP TABLE lotline.archived; DROP TABLE lotline.archived_epoch; UPDATE lotline.ledger SET format = 5;
             CREATE TABLE lotline.wms_outbox (site text, arrival bigint, device text, state text, tries bigint, due_ms bigint,
               reason text, legs text, PRIMARY KEY (site, arrival));
             INSERT INTO lotline.wms_outbox SELECT site, arrival, device, 'in_wms', 1, 0, NULL, legs FROM lotline.movement;
             UPDATE lotline.wms_outbox o SET state = 'queued', tries = 2
              WHERE arrival = (SELECT min(arrival) FROM lotline.wms_outbox m WHERE m.site = o.site);
             DROP TABLE lotline.delivery; DROP TABLE lotline.movement; DROP TABLE lotline.back_end",
        )
        .unwrap();
    let told = world.one.ledger.back_ends().unwrap()[0].applied;
    let anew = world.one.beside("anew.db");
    let line = &anew.back_ends().unwrap()[0];
    assert_eq!(
        (line.name.as_str(), line.applied),
        (lotline_server::ledger::FIRST_BACK_END, told - 1)
    );
    assert_eq!(
        line.open,
        [("queued", 0), ("sent", 1), ("accepted", 0)],
        "what was tried may be there"
    );
    let left: i64 = client
        .query_one("SELECT count(DISTINCT site) FROM lotline.wms_outbox", &[])
        .unwrap()
        .get(0);
    assert_eq!(left, 1, "the other site's wait for its own gateway");
    assert_eq!(anew.entries(None, 0, 1_000).unwrap().len(), before);
    let formats = "SELECT string_agg(site || format, ',' ORDER BY site) FROM lotline.ledger";
    let formats: String = client.query_one(formats, &[]).unwrap().get(0);
    assert_eq!(formats, "DC-18,DC-25", "each gateway brings its own");
    // What was tried is in that month, and nobody knows yet whether it is there.
    let tried = Stays::Queued {
        site: world.one.site.clone(),
        count: 1,
    };
    let why = state(&anew, Some(84), MARCH);
    assert!(
        matches!(&why, State::Stays { why } if why == &[tried, Stays::Format(world.two.site.clone())]),
        "{why:?}"
    );
    assert_eq!(world.c.chain.len(), 3);
}

#[test]
fn postgres_what_comes_into_a_month_while_it_is_archived_keeps_it_where_it_is() {
    let world = World::at(shared());
    let to = tempfile::tempdir().unwrap();
    let mut late = Hand::of(&world.two, "d", 4);
    // The site's clock went back to that month after its file was proved.
    let mut copied = |step: &Step| {
        if *step == Step::Copied {
            late.work(&world.two, 1, "2019-03-30T08:00:00.000Z");
        }
        Ok(())
    };
    let refused = world.one.ledger.archive(&world.asking(to.path(), MARCH), &mut copied);
    let moved = Stays::Moved(world.two.site.clone());
    assert!(
        matches!(&refused, Err(LedgerError::MonthStays(why)) if why.1 == moved),
        "{refused:?}"
    );
    assert!(proved(&world.one, to.path()).is_whole());
    assert_eq!(world.size("lotline.archived_2019_03"), -1);
    world.two.settle();
    // The file lacks that entry: it is not taken for the month, and one that is written anew is.
    let refused = world.archive(to.path(), MARCH).unwrap_err();
    assert!(matches!(&refused, LedgerError::ArchiveFile(..)), "{refused}");
    std::fs::remove_file(to.path().join("DC-2-2019-03.ndjson.zst")).unwrap();
    assert_eq!(world.archive(to.path(), MARCH).unwrap(), 2);
    world.two.ledger.freshen().unwrap();
    assert_eq!(proved(&world.two, to.path()).chains[&late.device].entries, 1);
}

#[test]
fn postgres_a_count_where_an_archived_one_was_is_judged_only_where_that_can_make_no_difference() {
    let mut world = World::at(shared());
    let to = tempfile::tempdir().unwrap();
    let mut d = Hand::of(&world.one, "d", 4);
    let heard_then = count(&[(&world.a, 5), (&world.b, 60)]);
    d.say(heard_then, "2019-03-20T08:00:00.000Z", Some(0));
    d.arrive(&world.one, 0, "2019-03-20T08:00:00.000Z");
    world.one.settle();
    world.archive(to.path(), MARCH).unwrap();
    let from = world.a.chain.len();
    let today = "2026-11-22T08:00:00.000Z";
    let all = count(&[(&world.b, 61), (&d, 1)]);
    let knows = world.a.say(all.clone(), today, Some(0));
    // By a clock that was never set it may be older than the archived count.
    let older = world.a.say(all.clone(), "2019-03-10T08:00:00.000Z", None);
    let unheard = world.a.say(count(&[(&world.b, 61)]), today, Some(0));
    world.a.arrive(&world.one, from, NOW);
    // A fact that the archived count may have absorbed, and that the next one knows nothing of.
    let mut e = Hand::of(&world.one, "e", 5);
    e.say(received(None, "A-01"), "2019-03-19T08:00:00.000Z", None);
    e.arrive(&world.one, 0, NOW);
    let from = world.a.chain.len();
    let between = world.a.say(all, today, Some(0));
    let knows_it = world.a.say(count(&[(&world.b, 61), (&d, 1), (&e, 1)]), today, Some(0));
    world.a.arrive(&world.one, from, NOW);
    world.one.settle();
    for (entry, verdict) in [
        (&knows, "applied"),
        (&older, "kept_aside"),
        (&unheard, "kept_aside"),
        (&between, "kept_aside"),
        (&knows_it, "applied"),
    ] {
        let told = world.one.verdict(&world.a, entry);
        assert_eq!(told.0, verdict, "{:?}: {}", entry.position, told.1);
    }
}
