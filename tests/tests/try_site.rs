//! The handheld in the browser: by a newcomer in Chromium, and by those who should get nothing.

use fantoccini::{Client, Locator};
use lotline::edge;
use lotline::web::problem::Problem;
use lotline::web::room::{Ground, Limits, Room};
use lotline_tests::browser::Driver;
use lotline_tests::gateway::{Gateway, settled};
use lotline_tests::held::furnish;
use lotline_tests::try_site::TrySite;
use std::future::Future;
use std::time::Duration;

const BINARY: &str = env!("CARGO_BIN_EXE_try-site");
/// How long a page may take to show what it is told; the tests wait for the event, not for the time.
const PATIENCE: Duration = Duration::from_mins(1);

fn run(work: impl Future<Output = ()>) {
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
        .unwrap();
    runtime.block_on(work);
}

/// A page with a handheld.
struct Page(Client);

impl Page {
    async fn take(driver: &Driver, profile: &std::path::Path, site: &TrySite) -> Page {
        let page = Page(driver.browser(profile, (1280, 1000)).await);
        page.0.goto(&site.url("/try")).await.unwrap();
        page.click("form button").await;
        page.shows("[data-screen='sign_in.badge']").await;
        page
    }

    async fn shows(&self, css: &str) {
        let found = self.0.wait().at_most(PATIENCE).for_element(Locator::Css(css)).await;
        if let Err(error) = found {
            panic!("{css}: {error}: {}", self.text("body").await);
        }
    }

    /// A page that draws itself anew between looking and clicking is looked at again.
    async fn click(&self, css: &str) {
        loop {
            let found = self.0.find(Locator::Css(css)).await.unwrap();
            match found.click().await {
                Err(error) if error.is_stale_element_reference() => {}
                clicked => return clicked.unwrap(),
            }
        }
    }

    async fn scan(&self, label: &str) {
        self.click(&format!("button.label[value='{label}']")).await;
    }

    async fn text(&self, css: &str) -> String {
        loop {
            let found = self.0.find(Locator::Css(css)).await.unwrap();
            match found.text().await {
                Err(error) if error.is_stale_element_reference() => {}
                text => return text.unwrap(),
            }
        }
    }

    /// Types where the focus is.
    async fn keys(&self, keys: &str) {
        self.0.active_element().await.unwrap().send_keys(keys).await.unwrap();
    }

    async fn sign_in(&self) {
        self.scan("badge-1042").await;
        self.shows("[data-screen='sign_in.pin']").await;
        self.keys("4711\u{e007}").await;
        self.shows("#held:not([data-screen^='sign_in'])").await;
    }

    /// Signed in and receiving against the first notice.
    async fn receive(&self) {
        self.sign_in().await;
        self.click("[data-key='F1']").await;
        self.shows("[data-screen='receive.choose']").await;
        self.click("[value='document:80041']").await;
        self.shows("[data-screen='receive.scan']").await;
    }

    async fn step(&self) -> Vec<String> {
        let mut step = Vec::new();
        for css in ["#title", "#prompt", "#progress span", "#body"] {
            step.push(self.text(css).await);
        }
        step
    }
}

#[test]
fn browser_a_newcomer_receives_is_stopped_and_loses_network_and_battery_but_nothing_else() {
    let site = TrySite::start(BINARY, 4);
    let driver = Driver::start();
    let profile = tempfile::tempdir().unwrap();
    run(async {
        let page = Page::take(&driver, profile.path(), &site).await;
        let badge = page.text("button.label[value='badge-1042']").await;
        assert!(badge.contains("PIN 4711") && badge.contains("B-1042"), "{badge}");
        page.receive().await;
        page.scan("p500-case").await;
        page.shows("#held[data-tone='accept']").await;
        assert!(page.text("#message").await.contains("ACCEPT"), "colour is never alone");
        assert!(page.text("#cue").await.contains("high beep"));
        assert_eq!(page.text("#progress span").await, "1 of 6 CS");

        page.scan("p500-expired").await;
        page.shows("#held[data-tone='stop']").await;
        let message = page.text("#message").await;
        assert!(message.contains("STOP") && message.contains("expired on"), "{message}");
        page.scan("p500-case").await;
        page.shows("#held[data-tone='stop']").await;
        page.click("#actions [data-key='F2']").await;
        page.shows("[data-screen='receive.scan']").await;
        assert_eq!(
            page.text("#progress span").await,
            "1 of 6 CS",
            "what was scanned at a stop did not count"
        );
        page.shows("#status[data-queued='0']").await;

        page.click("#network").await;
        page.shows("#network[aria-checked='false']").await;
        page.shows("#status .offline").await;
        page.scan("p500-case-known").await;
        page.shows("#held[data-tone='accept'] #status[data-queued='1']").await;
        page.scan("amox-in-1").await;
        page.shows("#held[data-tone='accept'] #status[data-queued='2']").await;
        assert!(page.text("#status p").await.starts_with("Offline"));

        let before = page.step().await;
        page.click("#battery").await;
        page.shows("[data-screen='sign_in.badge']").await;
        page.shows("#network[aria-checked='false']").await;
        page.sign_in().await;
        page.shows("[data-screen='receive.scan']").await;
        assert_eq!(page.step().await, before, "the same step after the battery");
        assert_ne!(page.text("#queued").await, "0");

        page.click("#network").await;
        page.shows("#status[data-queued='0']").await;
        assert!(page.text("#status p").await.starts_with("On line"));
        settled(site.data());
        page.0.goto(&site.url("/")).await.unwrap();
        page.shows("[data-entry]").await;
        let entries = page.text("#entries").await;
        for lot in ["L2604D", "L2603A", "AX44"] {
            assert!(entries.contains(lot), "{lot} is not on the console: {entries}");
        }
        page.0.close().await.unwrap();
    });
}

#[test]
fn browser_keys_alone_reach_everything() {
    let site = TrySite::start(BINARY, 4);
    let driver = Driver::start();
    let profile = tempfile::tempdir().unwrap();
    let (enter, escape, f1) = ("\u{e007}", "\u{e00c}", "\u{e031}");
    let (f7, f8, f9) = ("\u{e037}", "\u{e038}", "\u{e039}");
    run(async {
        let page = Page(driver.browser(profile.path(), (1280, 1000)).await);
        page.0.goto(&site.url("/try")).await.unwrap();
        // A browser gives the focus after the page has loaded.
        page.shows("form button:focus").await;
        page.keys(enter).await;
        page.shows("[data-screen='sign_in.badge']").await;
        page.keys(f9).await;
        page.keys(&format!("b-1042{enter}")).await;
        page.shows("[data-screen='sign_in.pin']").await;
        page.keys(&format!("4711{enter}")).await;
        page.shows("[data-screen='home']").await;
        page.keys(f1).await;
        page.shows("[data-screen='receive.choose']").await;
        page.keys(&format!("1{enter}")).await;
        page.shows("[data-screen='receive.scan']").await;
        page.keys(f7).await;
        page.shows("#network[aria-checked='false']").await;
        page.keys(f9).await;
        page.keys(&format!("courier{enter}")).await;
        page.shows("#held[data-tone='stop']").await;
        page.keys(enter).await;
        page.shows("[data-screen='receive.scan']").await;
        // What a scanner in keyboard mode types.
        page.keys(&format!("PARCEL 7{enter}")).await;
        page.shows("#held[data-tone='stop']").await;
        page.keys(enter).await;
        page.shows("[data-screen='receive.scan']").await;
        page.keys(escape).await;
        page.shows("#held:not([data-screen='receive.scan'])").await;
        page.keys(f8).await;
        page.shows("[data-screen='sign_in.badge']").await;
        page.0.close().await.unwrap();
    });
}

#[test]
fn browser_two_handhelds_do_not_see_each_other() {
    let site = TrySite::start(BINARY, 4);
    let driver = Driver::start();
    let profiles = [tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap()];
    run(async {
        let a = Page::take(&driver, profiles[0].path(), &site).await;
        let b = Page::take(&driver, profiles[1].path(), &site).await;
        assert_eq!(site.folders(), 2);
        a.receive().await;
        a.click("#network").await;
        a.shows("#network[aria-checked='false']").await;
        a.scan("p500-case").await;
        a.shows("#status[data-queued='1']").await;
        b.0.refresh().await.unwrap();
        b.shows("[data-screen='sign_in.badge'] #status[data-queued='0']").await;
        b.shows("#network[aria-checked='true']").await;
        b.click("#battery").await;
        b.click("header button").await;
        b.shows("form[action='/try'] button").await;
        assert_eq!(site.folders(), 1, "what was given back is removed");
        a.0.refresh().await.unwrap();
        a.shows("[data-screen='receive.scan'] #status[data-queued='1']").await;
        a.0.close().await.unwrap();
        b.0.close().await.unwrap();
    });
}

#[test]
fn a_foreign_cookie_gets_no_handheld_and_a_foreign_page_moves_none() {
    let site = TrySite::start(BINARY, 1);
    let own = site.enter();
    assert!(site.get("/try", &own).body.contains("data-screen=\"sign_in.badge\""));
    let forged = format!("lotline_try={}", "0".repeat(64));
    for cookie in [forged.as_str(), "", "lotline_try=", "other=1", &own[..own.len() - 1]] {
        let page = site.get("/try", cookie);
        assert!(!page.body.contains("data-screen"), "{cookie}: {page:?}");
        for (path, form) in [
            ("/try/act", "label=badge-1042"),
            ("/try/network", "online=false"),
            ("/try/battery", ""),
            ("/try/leave", ""),
        ] {
            let answer = site.post(path, cookie, form);
            assert_eq!(answer.status, 401, "{path} with {cookie}: {answer:?}");
            assert!(answer.body.contains("no handheld of yours"), "{answer:?}");
        }
        assert_eq!(site.get("/try/held", cookie).status, 401);
    }
    let form = "label=badge-1042";
    for headers in [
        format!("Cookie: {own}\r\n"),
        format!("Origin: http://evil.example\r\nCookie: {own}\r\n"),
        format!("Origin: null\r\nCookie: {own}\r\n"),
        format!("Host: evil.example\r\nOrigin: http://evil.example\r\nCookie: {own}\r\n"),
        format!(
            "Origin: http://{}\r\nSec-Fetch-Site: cross-site\r\nCookie: {own}\r\n",
            site.host
        ),
    ] {
        let answer = site.ask("POST /try/act", &headers, form);
        assert_eq!(answer.status, 403, "{headers}: {answer:?}");
        assert_eq!(site.ask("POST /try", &headers, "").status, 403);
    }
    assert!(
        site.get("/try", &own).body.contains("data-screen=\"sign_in.badge\""),
        "nothing moved"
    );
    assert_eq!(site.post("/try/act", &own, form).status, 303);
    assert!(site.get("/try", &own).body.contains("data-screen=\"sign_in.pin\""));
}

#[test]
fn in_a_training_the_page_is_framed_and_a_lessons_keys_pull_no_battery() {
    let site = TrySite::start(BINARY, 1);
    let own = site.enter();
    let battery = "data-key=\"F8\"><kbd>F8</kbd> Pull";
    for form in ["text=B-1042", "text=4711", "choose=more"] {
        assert!(site.get("/try/held", &own).body.contains(battery));
        site.post("/try/act", &own, form);
    }
    for _ in 0..4 {
        if site.get("/try/held", &own).body.contains("value=\"train\"") {
            break;
        }
        site.post("/try/act", &own, "choose=next");
    }
    for form in [
        "choose=train",
        "choose=lesson:serial",
        "choose=receive",
        "choose=document:T-100",
    ] {
        site.post("/try/act", &own, form);
        let page = site.get("/try/held", &own).body;
        assert!(page.contains("<p class=\"frame\">TRAINING</p>"), "{form}: {page}");
        assert!(
            page.contains("Pull the battery") && !page.contains(battery),
            "{form}: {page}"
        );
    }
    let page = site.get("/try/held", &own).body;
    assert!(page.contains("value=\"lesson_scan\" data-key=\"F8\""), "{page}");
}

#[test]
fn a_room_that_is_full_says_so_and_bad_forms_are_pages_too() {
    let site = TrySite::start(BINARY, 1);
    let own = site.enter();
    let full = site.post("/try", "", "");
    assert_eq!(full.status, 503);
    assert!(
        full.body.contains("in somebody&#39;s hands") && full.cookie.is_none(),
        "{full:?}"
    );
    assert!(
        full.head.contains("content-security-policy: default-src 'none'"),
        "{}",
        full.head
    );
    // Who has one may have another in its stead.
    let other = site.post("/try", &own, "").cookie.unwrap();
    assert_ne!(other, own);
    assert_eq!(site.folders(), 1);
    for (path, form, status) in [
        ("/try/act", "label=nothing", 404),
        ("/try/act", "label=%FF&label=a", 422),
        ("/try/network", "online=perhaps", 422),
        ("/try/network", "", 422),
    ] {
        let answer = site.post(path, &other, form);
        assert_eq!(answer.status, status, "{path} {form}: {answer:?}");
        assert!(answer.body.contains("id=\"problem\""), "{answer:?}");
    }
    let long = format!("text={}", "x".repeat(300 * 1024));
    assert_eq!(site.post("/try/act", &other, &long).status, 422);
    // What the handheld does not take is the handheld's to say.
    assert_eq!(site.post("/try/act", &other, "choose=nonsense").status, 303);
    assert!(site.get("/try", &other).body.contains("data-screen=\"sign_in.badge\""));
    assert_eq!(site.get("/try/label/badge-1042.svg", "").status, 200);
    assert_eq!(site.get("/try/label/nobody.svg", "").status, 404);
}

#[test]
fn a_handheld_that_nobody_uses_is_put_away_and_its_device_revoked() {
    let gateway = Gateway::start(env!("CARGO_BIN_EXE_gateway"));
    furnish(&gateway);
    let folder = tempfile::tempdir().unwrap();
    let limits = Limits {
        most: 2,
        idle: Duration::from_mins(30),
        age: Duration::from_mins(70),
    };
    let room = Room::new(folder.path().join("try"), limits, "en".into()).unwrap();
    let start = edge::mono();
    let at = |minutes| start + Duration::from_mins(minutes);
    assert_eq!(room.enter(start), Err(Problem::NotReady));
    room.open(Ground {
        gateway: gateway.address(),
        ledger: gateway.ledger(),
        program: BINARY.into(),
    });
    let (used, idle) = (room.enter(start).unwrap(), room.enter(start).unwrap());
    assert!(matches!(room.enter(start), Err(Problem::Full { most: 2, .. })));
    drop(room.seat(Some(&used), at(20), true).unwrap());
    // A page that only looks does not keep a handheld.
    drop(room.seat(Some(&idle), at(20), false).unwrap());
    assert_eq!(room.sweep(at(29)), 0);
    assert_eq!(room.sweep(at(30)), 1);
    assert_eq!(room.seat(Some(&idle), at(30), true).err(), Some(Problem::NoSession));
    drop(room.seat(Some(&used), at(45), true).unwrap());
    let folders = || std::fs::read_dir(folder.path().join("try")).unwrap().count();
    assert_eq!(folders(), 1);
    let revoked = "SELECT count(*) FROM device WHERE revoked_ms IS NOT NULL";
    assert_eq!(gateway.number(revoked), 1);
    drop(room.seat(Some(&used), at(69), true).unwrap());
    assert_eq!(room.sweep(at(70)), 1, "it is too old");
    assert_eq!((folders(), gateway.number(revoked)), (0, 2));
    room.close();
    assert_eq!(room.enter(at(70)), Err(Problem::NotReady));
}

#[test]
fn a_real_site_and_one_that_others_reach_hand_out_no_handhelds() {
    let folder = tempfile::tempdir().unwrap();
    let serve = |more: &[&str]| {
        let mut command = std::process::Command::new(BINARY);
        command.args(["serve", "--try", "--tied", "--data"]).arg(folder.path());
        // Its input ends at once: were it to start, it would stop and say so by 0.
        let out = command.args(more).stdin(std::process::Stdio::null()).output().unwrap();
        (out.status.code(), String::from_utf8(out.stderr).unwrap())
    };
    let (code, error) = serve(&["--listen", "127.0.0.1:0"]);
    assert!(code == Some(2) && error.contains("not made by the seed"), "{error}");
    let (code, error) = serve(&["--seed", "--listen", "0.0.0.0:0"]);
    assert!(code == Some(2) && error.contains("for this machine"), "{error}");
    let (code, error) = serve(&["--listen", "127.0.0.1:0", "--public-url", "https://lotline.example"]);
    assert!(code == Some(2) && error.contains("--public-url"), "{error}");
    assert_eq!(serve(&["--seed", "--listen", "127.0.0.1:0"]).0, Some(0));
}
