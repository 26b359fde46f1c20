//! Bodies as they were first written: every one of them is read for ever, and written the same way again.

use super::{Body, ChainError, Hash, Tip, link};
use crate::model::{Amount, DeviceId, Level, Lifecycle};
use crate::stock::{Effect, balance, effects};

/// One body a line: its kind, and the bytes.
const WRITTEN: &[(&str, &str)] = &[
    (
        "received",
        r#"{"kind":"received","goods":{"owner":"ACME","item":"P500","level":"case","quantity":{"n":"1","u":"CS","f":12},"lot":{"number":"L1"},"expiry":"2028-03-31"},"to":"place:DOCK-1","known":"scanned"}"#,
    ),
    (
        "lifted",
        r#"{"kind":"lifted","load":{"plate":"003456789012345670"},"from":"place:DOCK-1","to":"place:CART-1"}"#,
    ),
    (
        "adjusted",
        r#"{"kind":"adjusted","goods":{"owner":"ACME","item":"P500","level":"each","quantity":{"n":"3","u":"EA"},"lot":{"number":"L1"}},"from":"place:A-01","to":"virtual:unexplained","reason":"lost"}"#,
    ),
    (
        "adjusted",
        r#"{"kind":"adjusted","goods":{"owner":"ACME","item":"MON","level":"each","quantity":{"n":"1","u":"EA"},"serial":{"scheme":"gtin","maker_key":"09506000134369","serial":"SN1"}},"from":"place:A-01","to":"virtual:disposed","reason":"damaged","signature":{"person":"sam","name_version":1,"meaning":"meaning-adjust","at":"2026-11-21T08:00:00.000Z","components":["badge","pin"]}}"#,
    ),
    (
        "counted",
        r#"{"kind":"counted","owner":"ACME","item":"P500","lot":{"number":"L1"},"level":"each","at":"place:A-01","counted":10000000,"expected":12000000,"confirmed":true}"#,
    ),
    (
        "counted",
        r#"{"kind":"counted","owner":"ACME","item":"MON","level":"each","at":"place:A-01","counted":1000000,"expected":2000000,"by_serial":true,"confirmed":true}"#,
    ),
    (
        "recounted",
        r#"{"kind":"recounted","exception":"d1-1-7","at":"place:A-01"}"#,
    ),
    (
        "load_begun",
        r#"{"kind":"load_begun","document":"5512","at":"TRAILER-1"}"#,
    ),
    (
        "loaded",
        r#"{"kind":"loaded","load":{"plate":"003456789012345670"},"from":"place:STAGE-1","to":"place:TRAILER-1","document":"5512"}"#,
    ),
    ("seen", r#"{"kind":"seen","what":"seal","seal":"SEAL-9"}"#),
    (
        "stale_accepted",
        r#"{"kind":"stale_accepted","document":"5512","owner":"ACME","age_min":301,"signature":{"person":"sam","name_version":1,"meaning":"meaning-recall-list","at":"2026-11-21T08:00:00.000Z","components":["badge","pin"]}}"#,
    ),
    (
        "consumed",
        r#"{"kind":"consumed","run":"d1-1-7","work":"kit","goods":{"owner":"ACME","item":"P500","level":"each","quantity":{"n":"1","u":"EA"}},"from":"place:A-01"}"#,
    ),
    (
        "produced",
        r#"{"kind":"produced","run":"d1-1-7","work":"kit","goods":{"owner":"ACME","item":"KIT","level":"each","quantity":{"n":"1","u":"EA"}},"to":"place:A-01"}"#,
    ),
    (
        "disposed",
        r#"{"kind":"disposed","goods":{"owner":"ACME","item":"P500","level":"each","quantity":{"n":"1","u":"EA"}},"from":"place:CAGE-1","reason":"expired","certificate":"C-77","signature":{"person":"sam","name_version":1,"meaning":"meaning-dispose","at":"2026-11-21T08:00:00.000Z","components":["badge","pin"]}}"#,
    ),
    (
        "overridden",
        r#"{"kind":"overridden","rule":"rotation","document":"5512","goods":{"owner":"ACME","item":"P500","level":"each","quantity":{"n":"1","u":"EA"}},"reason":"buried"}"#,
    ),
    (
        "shorted",
        r#"{"kind":"shorted","line":{"kind":"order","document":"5512","line":"1"},"owner":"ACME","missing":2000000,"reason":"not_there"}"#,
    ),
    (
        "seen",
        r#"{"kind":"seen","what":"sweep","place":"A-01","epcs":["3034257BF7194E4000001A85"]}"#,
    ),
    (
        "swept",
        r#"{"kind":"swept","at":"A-01","expected":4,"missing":1,"strays":0,"missing_serials":[{"scheme":"gtin","maker_key":"09506000134369","serial":"3"}]}"#,
    ),
    (
        "task",
        r#"{"kind":"task","task":"T-1","owner":"ACME","act":{"what":"taken","until":"2026-11-21T08:30:00.000Z","over":"d2","reserves":[{"item":"P500","lot":{"number":"L1"},"place":"A-01","amount":3000000}]}}"#,
    ),
    (
        "task",
        r#"{"kind":"task","task":"T-1","owner":"ACME","act":{"what":"handed","person":"ana"}}"#,
    ),
    (
        "task",
        r#"{"kind":"task","task":"T-1","owner":"ACME","act":{"what":"skipped","reason":"too_heavy"}}"#,
    ),
    (
        "task",
        r#"{"kind":"task","task":"T-1","owner":"ACME","act":{"what":"done","outcome":"elsewhere"}}"#,
    ),
    (
        "task",
        r#"{"kind":"task","task":"T-1","owner":"ACME","act":{"what":"parked"}}"#,
    ),
    (
        "task",
        r#"{"kind":"task","task":"T-1","owner":"ACME","act":{"what":"detour_begun"}}"#,
    ),
    (
        "preferred",
        r#"{"kind":"preferred","setting":{"name":"text_percent","value":130},"at":"2026-11-21T08:00:00.000Z"}"#,
    ),
    (
        "preferred",
        r#"{"kind":"preferred","setting":{"name":"language","value":"de"},"at":"2026-11-21T08:00:00.000Z"}"#,
    ),
    (
        "refused",
        r#"{"kind":"refused","message":{"id":"stop-locked-out"},"locks":{"person":"sam","until":"2026-11-21T08:15:00.000Z"}}"#,
    ),
    (
        "sign_in_refused",
        r#"{"kind":"sign_in_refused","reason":"locked_out","person":"ana","locks":{"person":"ana","until":"2026-11-21T08:15:00.000Z"}}"#,
    ),
    (
        "sign_in_refused",
        r#"{"kind":"sign_in_refused","reason":"unknown_badge"}"#,
    ),
    (
        "measured",
        r#"{"kind":"measured","at":"A-01","celsius":-185,"humidity":550,"class":"frozen"}"#,
    ),
    (
        "recalled",
        r#"{"kind":"recalled","recall":"R-1","revision":2,"change":"narrow","adds":[{"block":"R-d1-1-9","kind":"recall","scope":{"of":"serial","maker_key":"09506000134369","serial":"SN1"},"reason":"maker","placed_by":"eva","part":{"recall":"R-1","revision":2}}],"drops":[{"block":"R-1","kind":"recall","scope":{"of":"item","owner":"ACME","item":"MON"},"reason":"maker"}],"reason":"inspected","signature":{"person":"ivo","name_version":1,"meaning":"meaning-release","at":"2026-11-21T08:00:00.000Z","components":["badge","pin"]}}"#,
    ),
    (
        "recalled",
        r#"{"kind":"recalled","recall":"R-d1-1-4","revision":1,"change":"open","adds":[{"block":"R-d1-1-4","kind":"recall","scope":{"of":"place","place":"A-01"},"reason":"drill","part":{"recall":"R-d1-1-4","revision":1,"mock":true}}],"reason":"drill"}"#,
    ),
    (
        "recalled",
        r#"{"kind":"recalled","recall":"R-d1-1-5","revision":1,"change":"open","adds":[{"block":"R-d1-1-5","kind":"recall","scope":{"of":"from_lot","owner":"ACME","item":"P500","lot":"L1"},"reason":"maker","part":{"recall":"R-d1-1-5","revision":1}}],"reason":"maker"}"#,
    ),
    (
        "recalled",
        r#"{"kind":"recalled","recall":"R-d1-1-6","revision":1,"change":"open","adds":[{"block":"R-d1-1-6","kind":"recall","scope":{"of":"from_serial","owner":"ACME","item":"MON","maker_key":"09506000134369","serial":"SN1"},"reason":"maker","part":{"recall":"R-d1-1-6","revision":1}}],"reason":"maker"}"#,
    ),
    (
        "shipped",
        r#"{"kind":"shipped","load":{"goods":{"owner":"ACME","item":"MON","level":"each","quantity":{"n":"1","u":"EA"},"serial":{"scheme":"gtin","maker_key":"09506000134369","serial":"SN1"}}},"from":"place:TRAILER-1","document":"5512"}"#,
    ),
    (
        "ship_confirmed",
        r#"{"kind":"ship_confirmed","document":"5512","at":"TRAILER-1","seal":"SEAL-9","outcome":"done","partner":"P1","silent":["d2"]}"#,
    ),
    ("seen", r#"{"kind":"seen","what":"drill"}"#),
    (
        "drilled",
        r#"{"kind":"drilled","epoch":1,"from":5,"to":9,"scans":5,"waited":5,"received":5,"twice":0,"chain":true,"included":true,"seconds":2,"signature":{"person":"p-1","name_version":1,"meaning":"meaning-drill","at":"2026-11-21T07:12:00.000Z","components":["badge","pin"]}}"#,
    ),
];

#[test]
fn an_order_is_on_its_trailer_until_it_is_shipped_and_what_is_taken_back_puts_it_there_again() {
    let state = |written: &str| {
        let body: Body = serde_json::from_str(written).unwrap();
        effects(&body).into_iter().find_map(|effect| match effect {
            Effect::Closed { outcome, .. } => Some(outcome),
            _ => None,
        })
    };
    let undone = |written: &str| {
        let entry = r#"{"device":"d1","epoch":1,"seq":1,"hash":"HASH"}"#.replace("HASH", &"0".repeat(64));
        format!(r#"{{"kind":"undone","entry":{entry},"body":{written}}}"#)
    };
    let written = |kind: &str| WRITTEN.iter().find(|(k, _)| *k == kind).unwrap().1;
    assert_eq!(state(written("load_begun")).as_deref(), Some("loading:TRAILER-1"));
    assert_eq!(state(written("ship_confirmed")).as_deref(), Some("shipped"));
    assert_eq!(state(&undone(written("load_begun"))).as_deref(), Some("done"));
    assert_eq!(
        state(&undone(written("ship_confirmed"))).as_deref(),
        Some("loading:TRAILER-1")
    );
    let shipped: Body = serde_json::from_str(written("shipped")).unwrap();
    let left = effects(&shipped).into_iter().find_map(|effect| match effect {
        Effect::Serial { lifecycle, account, .. } => Some((lifecycle, account.to_string())),
        _ => None,
    });
    assert_eq!(left, Some((Lifecycle::Shipped, "virtual:customer".to_owned())));
    let back: Body = serde_json::from_str(&undone(written("loaded"))).unwrap();
    let stands = effects(&back).into_iter().find_map(|effect| match effect {
        Effect::Plate { account, .. } => Some(account.to_string()),
        _ => None,
    });
    assert_eq!(stands.as_deref(), Some("place:STAGE-1"));
    for kind in ["loaded", "shipped", "ship_confirmed"] {
        let body: Body = serde_json::from_str(written(kind)).unwrap();
        assert!(body.is_movement(), "the warehouse's own system is told of {kind}");
    }
}

#[test]
fn bodies_ever_written_are_read_and_written_the_same_way() {
    for (kind, written) in WRITTEN {
        let body: Body = serde_json::from_str(written).unwrap();
        assert_eq!(body.kind(), *kind);
        assert_eq!(serde_json::to_string(&body).unwrap(), *written);
        assert_eq!(balance(&effects(&body)), Amount::ZERO);
    }
}

#[test]
fn a_serial_that_is_adjusted_away_is_no_longer_here_and_one_that_was_lost_may_turn_up() {
    let of = |to: &str| {
        let body: Body = serde_json::from_str(&WRITTEN[3].1.replace("virtual:disposed", to)).unwrap();
        effects(&body).into_iter().find_map(|effect| match effect {
            Effect::Serial { lifecycle, .. } => Some(lifecycle),
            _ => None,
        })
    };
    let cases = [
        ("place:A-02", Lifecycle::Here),
        ("plate:003456789012345670", Lifecycle::Here),
        ("virtual:disposed", Lifecycle::Disposed),
        ("virtual:consumed", Lifecycle::Consumed),
        ("virtual:customer", Lifecycle::Shipped),
        ("virtual:supplier", Lifecycle::Returned),
        ("virtual:unexplained", Lifecycle::Expected),
    ];
    for (to, lifecycle) in cases {
        assert_eq!(of(to), Some(lifecycle), "{to}");
    }
    let body: Body = serde_json::from_str(WRITTEN[2].1).unwrap();
    assert_eq!(body.goods().map(|g| g.level), Some(Level::Each));
    assert!(body.is_movement(), "the warehouse's own system is told");
}

#[test]
fn a_count_moves_what_differs_only_when_it_stands_and_has_no_serials() {
    let moved = |written: &str| {
        let body: Body = serde_json::from_str(written).unwrap();
        let all = effects(&body).into_iter().filter_map(|effect| match effect {
            Effect::Stock { account, delta, .. } => Some((account.to_string(), delta.micros())),
            _ => None,
        });
        all.collect::<Vec<_>>()
    };
    let counted = WRITTEN[4].1;
    let wanted = [("virtual:unexplained", 2_000_000), ("place:A-01", -2_000_000)];
    assert_eq!(moved(counted), wanted.map(|(account, n)| (account.to_owned(), n)));
    assert!(moved(&counted.replace("\"confirmed\":true", "\"confirmed\":false")).is_empty());
    assert!(moved(&counted.replace("10000000", "12000000")).is_empty());
    assert!(moved(WRITTEN[5].1).is_empty());
}

#[test]
fn no_entry_of_a_training_continues_a_live_chain_nor_the_other_way_round() {
    let device: DeviceId = "d1".parse().unwrap();
    let written = |training: bool, prev: Hash| {
        let flag = if training { r#","training":true"# } else { "" };
        format!(r#"{{"v":1,"site":"S1","device":"d1","epoch":1,"seq":1,"prev":"{prev}"{flag}}}"#).into_bytes()
    };
    let live = || Tip::start(device.clone(), 1, None);
    let training = || Tip::start_training(device.clone(), 1);
    assert_ne!(live().hash, training().hash, "the two begin differently");
    assert!(link(&mut live(), &written(false, live().hash)).is_ok());
    assert!(link(&mut training(), &written(true, training().hash)).is_ok());
    // By its name, whatever it continues.
    for prev in [live().hash, training().hash] {
        let error = link(&mut live(), &written(true, prev)).unwrap_err();
        assert!(matches!(error, ChainError::Training { seq: 1, .. }), "{error}");
        let error = link(&mut training(), &written(false, prev)).unwrap_err();
        assert!(matches!(error, ChainError::NotTraining { seq: 1, .. }), "{error}");
    }
    // And by its root, where the flag is rubbed out or written in.
    let error = link(&mut live(), &written(false, training().hash)).unwrap_err();
    assert!(matches!(error, ChainError::Broken { .. }), "{error}");
    let error = link(&mut training(), &written(true, live().hash)).unwrap_err();
    assert!(matches!(error, ChainError::Broken { .. }), "{error}");
}
