//! The console's gate: who may pass where, and what becomes of sessions, forms and the audit trail.

use crate::device::*;
use lotline_record::wire::Code;
use lotline_server::access::{By, Cost, May, Password, Role, Secret, UserName, recovery_codes, sealing_key};
use lotline_server::ledger::Ledger;
use lotline_server::{Running, Tls};
use reqwest::header::{CACHE_CONTROL, HeaderMap};
use std::path::Path;

pub const PASSWORD: &str = "blue rain on seven pallets";

pub fn by() -> By {
    By {
        actor: "os:tests(0)".into(),
        came_from: "command line".into(),
    }
}

pub fn name(text: &str) -> UserName {
    text.parse().unwrap()
}

pub fn add(ledger: &Ledger, user: &str, role: Role) {
    let hash = Password::new(PASSWORD, &[]).unwrap().hash(Cost::LEAST);
    ledger.add_user(&by(), &name(user), role, &hash).unwrap();
}

/// An administrator with a second factor, and its recovery codes.
fn administrator(ledger: &Ledger, folder: &Path, user: &str) -> (Secret, Vec<String>) {
    add(ledger, user, Role::Administrator);
    let (secret, codes) = (Secret::draw(), recovery_codes());
    let sealed = secret.seal(&sealing_key(folder).unwrap(), user);
    ledger
        .set_second_factor(&by(), &name(user), Some((&sealed, &codes)), 0)
        .unwrap();
    (secret, codes)
}

pub struct Said {
    pub status: u16,
    headers: HeaderMap,
    pub text: String,
}

impl Said {
    pub fn to(&self) -> &str {
        self.headers.get("location").map_or("", |to| to.to_str().unwrap())
    }

    fn cookie(&self) -> String {
        let set = self.headers.get("set-cookie").map_or("", |set| set.to_str().unwrap());
        set.split(';').next().unwrap().to_owned()
    }

    /// The word of the session that the page's forms carry.
    fn word(&self) -> String {
        let at = self
            .text
            .find("name=\"word\" value=\"")
            .unwrap_or_else(|| panic!("no form: {}", self.text));
        self.text[at + 19..at + 19 + 64].to_owned()
    }
}

/// Another hand in the ledger; a replica of it learns of that by the stamp.
fn meddle(folder: &Path, sql: &str) {
    tamper(
        folder,
        sql,
        &format!("{sql}; UPDATE ledger SET stamp = 'other {}'", unique()),
    );
}

/// A browser of one person.
pub struct Browser {
    pub base: String,
    pub http: reqwest::Client,
    pub cookie: String,
}

impl Browser {
    pub fn new(running: &Running) -> Self {
        let http = reqwest::Client::builder().redirect(reqwest::redirect::Policy::none());
        drop(client());
        Browser {
            base: format!("http://{}", running.addr()),
            http: http.build().unwrap(),
            cookie: String::new(),
        }
    }

    pub async fn send(&mut self, request: reqwest::RequestBuilder) -> Said {
        let response = request.header("cookie", &self.cookie).send().await.unwrap();
        let (status, headers) = (response.status().as_u16(), response.headers().clone());
        let said = Said {
            status,
            headers,
            text: response.text().await.unwrap(),
        };
        if said.headers.contains_key("set-cookie") {
            self.cookie = said.cookie();
        }
        said
    }

    pub async fn get(&mut self, path: &str) -> Said {
        self.send(self.http.get(format!("{}{path}", self.base))).await
    }

    async fn post_from(&mut self, origin: &str, path: &str, fields: &[(&str, &str)]) -> Said {
        let body = serde_urlencoded::to_string(fields).unwrap();
        let request = self.http.post(format!("{}{path}", self.base)).body(body);
        let request = request.header("content-type", "application/x-www-form-urlencoded");
        self.send(request.header("origin", origin)).await
    }

    pub async fn post(&mut self, path: &str, fields: &[(&str, &str)]) -> Said {
        let own = self.base.clone();
        self.post_from(&own, path, fields).await
    }

    async fn password(&mut self, user: &str, password: &str) -> Said {
        self.post("/sign-in", &[("user", user), ("password", password)]).await
    }

    async fn code(&mut self, code: &str) -> Said {
        let word = self.get("/sign-in/code").await.word();
        self.post("/sign-in/code", &[("word", &word), ("code", code)]).await
    }

    pub async fn word(&mut self) -> String {
        self.get("/account").await.word()
    }

    /// Signs in with all factors.
    pub async fn enter(&mut self, user: &str, secret: Option<&Secret>) {
        let said = self.password(user, PASSWORD).await;
        let Some(secret) = secret else {
            assert_eq!((said.status, said.to()), (303, "/"), "{}", said.text);
            return;
        };
        assert_eq!((said.status, said.to()), (303, "/sign-in/code"), "{}", said.text);
        let said = self.code(&secret.code(now())).await;
        assert_eq!((said.status, said.to()), (303, "/"), "{}", said.text);
    }
}

#[allow(clippy::disallowed_methods, reason = "the authenticator's own clock")]
pub fn now() -> lotline_record::entry::Instant {
    let since = std::time::SystemTime::now()
        .duration_since(std::time::UNIX_EPOCH)
        .unwrap();
    lotline_record::entry::Instant::from_unix_ms(i64::try_from(since.as_millis()).unwrap())
}

pub fn acts(ledger: &Ledger) -> Vec<String> {
    let rows = ledger.audit(100).unwrap().into_iter().rev();
    rows.map(|row| {
        let outcome = if row.done { "" } else { " refused" };
        format!("{} {}{outcome}: {}", row.actor, row.act, row.what)
    })
    .collect()
}

/// What each route asks for, as somebody decided it: a new route is refused here until it stands in this table.
const ROUTES: [(&str, &str, &str); 36] = [
    ("GET", "/", "look"),
    ("GET", "/console/devices", "look"),
    ("GET", "/console/entries", "look"),
    ("GET", "/console/exceptions", "look"),
    ("GET", "/console/look", "look"),
    ("GET", "/console/label", "look"),
    ("GET", "/console/label.svg", "look"),
    ("GET", "/console/label.zpl", "look"),
    ("GET", "/console/reach", "look"),
    ("GET", "/console/live", "look"),
    ("GET", "/console/cut-off", "cut off"),
    ("POST", "/console/cut-off", "cut off"),
    ("GET", "/console/enrol", "manage"),
    ("POST", "/console/enrol", "manage"),
    ("GET", "/console/people", "manage"),
    ("POST", "/console/people", "manage"),
    ("GET", "/console/audit", "audit"),
    ("GET", "/console/verify", "audit"),
    ("POST", "/console/verify", "audit"),
    ("POST", "/console/verify/file", "audit"),
    ("GET", "/console/verify/export", "audit"),
    ("GET", "/account", "look"),
    ("POST", "/account/password", "look"),
    ("POST", "/account/second-factor", "look"),
    ("POST", "/account/second-factor/confirm", "look"),
    ("POST", "/account/sign-out-everywhere", "look"),
    ("GET", "/sign-in", "anyone"),
    ("POST", "/sign-in", "anyone"),
    ("GET", "/sign-in/oidc", "anyone"),
    ("GET", "/sign-in/oidc/back", "anyone"),
    ("GET", "/sign-in/code", "half"),
    ("POST", "/sign-in/code", "half"),
    ("POST", "/sign-out", "half"),
    ("GET", "/console/htmx.min.js", "anyone"),
    ("GET", "/console/console.js", "anyone"),
    ("GET", "/console/console.css", "anyone"),
];

#[test]
fn every_route_of_the_console_says_who_may_pass() {
    let told: Vec<_> = lotline_server::console_routes()
        .into_iter()
        .map(|(method, path, may, anyone)| {
            let who = match may {
                Some(May::Look) => "look",
                Some(May::ReadAudit) => "audit",
                Some(May::CutOff) => "cut off",
                Some(May::Manage) => "manage",
                None if anyone => "anyone",
                None => "half",
            };
            (method, path, who)
        })
        .collect();
    assert_eq!(told, ROUTES);
}

fn safe(said: &Said, path: &str) {
    let header = |name: &str| {
        said.headers
            .get(name)
            .map_or("", |value| value.to_str().unwrap())
            .to_owned()
    };
    let csp = header("content-security-policy");
    assert!(csp.starts_with("default-src 'none'"), "{path}: {csp}");
    assert!(
        csp.contains("frame-ancestors 'none'") && !csp.contains("unsafe"),
        "{path}: {csp}"
    );
    assert_eq!(header("x-content-type-options"), "nosniff", "{path}");
    assert_eq!(header("referrer-policy"), "same-origin", "{path}");
    assert_eq!(header("cross-origin-opener-policy"), "same-origin", "{path}");
    let assets = [".js", ".css"].iter().any(|end| path.ends_with(end));
    assert_eq!(header(CACHE_CONTROL.as_str()) == "no-store", !assets, "{path}");
    for inline in ["<script>", "style=\"", " onclick", " onload", "javascript:"] {
        assert!(assets || !said.text.contains(inline), "{path}: {inline}");
    }
}

#[tokio::test]
async fn every_route_refuses_whoever_has_not_the_role_and_every_answer_carries_the_safe_headers() {
    let folder = tempfile::tempdir().unwrap();
    let running = start(folder.path()).await;
    let ledger = running.ledger().clone();
    let (secret, _) = administrator(&ledger, folder.path(), "ada");
    add(&ledger, "sue", Role::Supervisor);
    add(&ledger, "otto", Role::Auditor);
    let mut nobody = Browser::new(&running);
    let mut half = Browser::new(&running);
    half.password("ada", PASSWORD).await;
    let mut people = vec![(Role::Administrator, Browser::new(&running))];
    people[0].1.enter("ada", Some(&secret)).await;
    for (role, user) in [(Role::Supervisor, "sue"), (Role::Auditor, "otto")] {
        let mut browser = Browser::new(&running);
        browser.enter(user, None).await;
        people.push((role, browser));
    }
    for (method, path, who) in ROUTES {
        if path == "/console/live" {
            // A stream: it is let in as the pages it tells of, and has no end to read to.
            let said = nobody.get(path).await;
            assert_eq!((said.status, said.to()), (303, "/sign-in"));
            continue;
        }
        let gone = ["/sign-out", "/account/sign-out-everywhere"].contains(&path);
        let said = match method {
            "GET" => nobody.get(path).await,
            _ => nobody.post(path, &[]).await,
        };
        safe(&said, path);
        match (method, who) {
            // Without an identity provider there is nothing behind these.
            ("GET", "anyone") if path.starts_with("/sign-in/oidc") => assert_eq!(said.status, 404, "{path}"),
            ("GET", "anyone") => assert_eq!(said.status, 200, "{path}"),
            ("GET", _) => assert_eq!((said.status, said.to()), (303, "/sign-in"), "{path}"),
            (_, _) => assert_eq!(said.status, 401, "{path}: {}", said.text),
        }
        if who != "anyone" && who != "half" {
            let said = match method {
                "GET" => half.get(path).await,
                _ => half.post(path, &[]).await,
            };
            let expected = if method == "GET" {
                (303, "/sign-in/code")
            } else {
                (401, "")
            };
            assert_eq!((said.status, said.to()), expected, "{path} with the password alone");
        }
        for (role, browser) in &mut people {
            let may = match who {
                "audit" => *role != Role::Supervisor,
                "cut off" => *role != Role::Auditor,
                "manage" => *role == Role::Administrator,
                _ => true,
            };
            if method == "POST" {
                // With the role, and still no word of the session in the form: nothing is done.
                let said = browser.post(path, &[]).await;
                safe(&said, path);
                let expected = if path == "/sign-in" { 401 } else { 403 };
                assert_eq!(
                    said.status, expected,
                    "{method} {path} as {role} without a word: {}",
                    said.text
                );
                let word = browser.word().await;
                // Beside a file the word stands in the address.
                let to = match path {
                    "/console/verify/file" => format!("{path}?word={word}"),
                    _ => path.to_owned(),
                };
                let said = browser.post_from("https://evil.example", &to, &[("word", &word)]).await;
                assert_eq!(
                    said.status, 403,
                    "{method} {path} as {role} from another page: {}",
                    said.text
                );
                if !may {
                    let said = browser.post(&to, &[("word", &word)]).await;
                    assert_eq!(said.status, 403, "{method} {path} as {role}");
                    assert!(said.text.contains("Not for your role"), "{}", said.text);
                } else if !gone && path != "/sign-in" {
                    let said = browser.post(&to, &[("word", &word)]).await;
                    assert!(
                        [200, 303, 401, 422].contains(&said.status),
                        "{path} as {role}: {}",
                        said.text
                    );
                    assert!(!said.text.contains("Not for your role"), "{path} as {role}");
                }
            } else {
                let said = browser.get(path).await;
                safe(&said, path);
                assert_eq!(said.status == 403, !may, "{method} {path} as {role}: {}", said.status);
            }
        }
    }
    assert!(acts(&ledger).contains(&"sue access refused: GET /console/people".to_owned()));
    for path in ["/v1/health", "/v1/changes", "/nothing", "/v1/enrol"] {
        safe(&nobody.get(path).await, path);
    }
    running.stop().await;
}

#[tokio::test]
async fn without_an_account_the_console_is_for_reading_on_this_machine_under_its_own_name() {
    let folder = tempfile::tempdir().unwrap();
    let running = start(folder.path()).await;
    let mut browser = Browser::new(&running);
    let said = browser.get("/").await;
    assert_eq!(said.status, 200);
    assert!(said.text.contains("lotline user add NAME"), "{}", said.text);
    assert!(browser.get("/sign-in").await.text.contains("lotline user add NAME"));
    for (method, path, who) in ROUTES {
        if method == "POST" {
            let said = browser.post(path, &[]).await;
            assert!([401, 403].contains(&said.status), "{path}: {}", said.status);
        } else if !["look", "anyone", "half"].contains(&who) {
            assert_eq!(browser.get(path).await.status, 403, "{path}");
        }
    }
    // A foreign name that was made to resolve to this machine.
    let request = browser.http.get(format!("{}/", browser.base));
    let said = browser.send(request.header("host", "evil.example")).await;
    assert_eq!(said.status, 403);
    running.stop().await;

    // A proxy brings the world: then somebody must sign in.
    let mut proxied = config(folder.path());
    proxied.public_url = Some("https://dc1.example".into());
    let running = lotline_server::Server::start(proxied).await.unwrap();
    assert_eq!(Browser::new(&running).get("/").await.status, 403);
    running.stop().await;
}

#[tokio::test]
async fn over_tls_the_cookie_belongs_to_this_host_alone_and_forms_come_from_its_own_origin() {
    let folder = tempfile::tempdir().unwrap();
    let mut proxied = config(folder.path());
    proxied.public_url = Some("https://dc1.example".into());
    let running = lotline_server::Server::start(proxied).await.unwrap();
    add(running.ledger(), "otto", Role::Auditor);
    let mut browser = Browser::new(&running);
    assert_eq!(
        browser.password("otto", PASSWORD).await.status,
        403,
        "by the proxy's back door"
    );
    let fields = [("user", "otto"), ("password", PASSWORD)];
    let said = browser.post_from("https://dc1.example", "/sign-in", &fields).await;
    assert_eq!(said.status, 303);
    let cookie = said.headers["set-cookie"].to_str().unwrap();
    assert!(cookie.starts_with("__Host-lotline="), "{cookie}");
    assert!(
        cookie.ends_with("; Path=/; HttpOnly; SameSite=Strict; Secure") && !cookie.contains("Domain"),
        "{cookie}"
    );
    let page = browser.get("/").await;
    assert_eq!(page.status, 200);
    let strict = &page.headers["strict-transport-security"];
    assert_eq!(strict, "max-age=31536000");
    running.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn with_tls_of_its_own_the_console_is_open_on_any_address_and_its_cookie_secure() {
    let folder = tempfile::tempdir().unwrap();
    let mut encrypted = config(folder.path());
    encrypted.listen = "0.0.0.0:0".parse().unwrap();
    encrypted.tls = Some(Tls::Own {
        names: vec!["127.0.0.1".into()],
    });
    let running = lotline_server::Server::start(encrypted).await.unwrap();
    add(running.ledger(), "otto", Role::Auditor);
    let mut browser = Browser::new(&running);
    browser.base = format!("https://127.0.0.1:{}", running.addr().port());
    browser.http = trusting(folder.path());
    let fields = [("user", "otto"), ("password", PASSWORD)];
    let clear = browser.base.replace("https", "http");
    let said = browser.post_from(&clear, "/sign-in", &fields).await;
    assert_eq!(said.status, 403, "a page that came in the clear may be anybody's");
    let said = browser.password("otto", PASSWORD).await;
    assert_eq!((said.status, said.to()), (303, "/"), "{}", said.text);
    let cookie = said.headers["set-cookie"].to_str().unwrap();
    assert!(
        cookie.starts_with("__Host-lotline=") && cookie.ends_with("; Secure"),
        "{cookie}"
    );
    let page = browser.get("/").await;
    assert_eq!(page.status, 200);
    let strict = &page.headers["strict-transport-security"];
    assert_eq!(strict, "max-age=31536000");
    let row = &running.ledger().audit(1).unwrap()[0];
    assert_eq!((row.act.as_str(), row.came_from.as_str()), ("sign_in", "127.0.0.1"));
    running.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_device_that_is_cut_off_at_the_console_loses_its_live_stream_at_once() {
    let folder = tempfile::tempdir().unwrap();
    let running = start(folder.path()).await;
    let mut device = Device::enrolled(&running, "hh-1", 1).await;
    add(running.ledger(), "sue", Role::Supervisor);
    let mut sue = Browser::new(&running);
    sue.enter("sue", None).await;
    let mut live = device.get("/v1/live").await;
    assert!(live.chunk().await.unwrap().is_some());
    let word = sue.word().await;
    let asked = [("word", word.as_str()), ("device", "hh-1")];
    assert_eq!(sue.post("/console/cut-off", &asked).await.status, 200);
    ends_at_once(&mut live).await;
    assert_eq!(device.refresh().await.unwrap_err().code, Code::Revoked);
    running.stop().await;
}

#[tokio::test]
async fn an_account_is_locked_after_five_wrong_passwords_and_the_answer_does_not_say_so() {
    let folder = tempfile::tempdir().unwrap();
    let running = start(folder.path()).await;
    let ledger = running.ledger();
    add(ledger, "otto", Role::Auditor);
    let mut browser = Browser::new(&running);
    let unknown = browser.password("nobody-here", PASSWORD).await;
    for _ in 0..5 {
        let said = browser.password("otto", "blue rain on eight pallets").await;
        assert_eq!((said.status, &said.text), (401, &unknown.text));
    }
    let said = browser.password("otto", PASSWORD).await;
    assert_eq!(
        (said.status, &said.text),
        (401, &unknown.text),
        "locked, and it does not show"
    );
    assert!(ledger.users().unwrap()[0].locked_until.is_some());
    let acts = acts(ledger);
    assert_eq!(
        acts.iter().filter(|act| *act == "nobody sign_in refused: otto").count(),
        6
    );
    assert_eq!(acts.iter().filter(|act| act.contains("user_locked")).count(), 1);
    assert!(
        !acts.iter().any(|act| act.contains("nobody-here")),
        "what is typed as a name may be a password"
    );
    ledger.set_user_active(&by(), &name("otto"), true).unwrap();
    browser.enter("otto", None).await;
    running.stop().await;
}

#[tokio::test]
async fn an_administrator_does_nothing_before_the_second_factor_and_each_code_is_taken_once() {
    let folder = tempfile::tempdir().unwrap();
    let running = start(folder.path()).await;
    let ledger = running.ledger();
    add(ledger, "ada", Role::Administrator);
    let mut browser = Browser::new(&running);
    assert_eq!(browser.password("ada", PASSWORD).await.to(), "/sign-in/code");
    assert_eq!(browser.get("/console/people").await.to(), "/sign-in/code");
    let half = browser.cookie.clone();

    // Set up: the picture and the same as text.
    let page = browser.get("/sign-in/code").await;
    assert!(page.text.contains("<svg"), "{}", page.text);
    let shown = page
        .text
        .split("id=\"secret\">")
        .nth(1)
        .unwrap()
        .split('<')
        .next()
        .unwrap();
    assert_eq!(
        browser.get("/sign-in/code").await.text,
        page.text,
        "the same until it is confirmed"
    );
    assert_eq!(browser.code("000000").await.status, 401);
    let secret = Secret::from_typed(shown).unwrap();
    let code = secret.code(now());
    let said = browser.code(&code).await;
    assert_eq!(said.status, 200, "{}", said.text);
    let recovery: Vec<String> = said
        .text
        .split("<li><code>")
        .skip(1)
        .map(|rest| rest[..29].to_owned())
        .collect();
    assert_eq!(recovery.len(), 10);
    assert_eq!(browser.get("/console/people").await.status, 200);
    assert_ne!(browser.cookie, half, "another id after each factor");

    // The code is used up, a recovery code opens once, and each session is another.
    let mut other = Browser::new(&running);
    other.password("ada", PASSWORD).await;
    assert_eq!(other.code(&code).await.status, 401, "taken");
    assert_eq!(other.code(&recovery[0].to_lowercase()).await.status, 303);
    assert_eq!(other.get("/console/people").await.status, 200);
    let mut third = Browser::new(&running);
    third.password("ada", PASSWORD).await;
    assert_eq!(third.code(&recovery[0]).await.status, 401, "taken");
    let stored = std::fs::read(ledger.file()).unwrap();
    let plain = |text: &str| stored.windows(text.len()).any(|part| part == text.as_bytes());
    for secret in [shown, &shown.replace(' ', ""), recovery[1].as_str(), PASSWORD] {
        assert!(!plain(secret), "{secret} stands in the ledger");
    }
    running.stop().await;
}

#[tokio::test]
async fn a_session_ends_with_sign_out_everywhere_with_another_password_and_with_its_time() {
    let folder = tempfile::tempdir().unwrap();
    let running = start(folder.path()).await;
    let ledger = running.ledger();
    add(ledger, "otto", Role::Auditor);
    let (mut one, mut two) = (Browser::new(&running), Browser::new(&running));
    one.enter("otto", None).await;
    two.enter("otto", None).await;
    assert_eq!(one.get("/account").await.text.matches("data-session").count(), 2);
    let old = one.cookie.clone();
    let word = one.word().await;
    one.post("/sign-out", &[("word", &word)]).await;
    one.cookie = old;
    assert_eq!(
        one.get("/").await.to(),
        "/sign-in",
        "the id is good for nothing after that"
    );
    assert_eq!(two.get("/").await.status, 200, "only that one");

    // Another password ends the others and keeps one's own; a weak one changes nothing.
    one.enter("otto", None).await;
    let word = one.word().await;
    let weak = [
        ("word", word.as_str()),
        ("password", PASSWORD),
        ("new", "password12345"),
    ];
    assert_eq!(one.post("/account/password", &weak).await.status, 422);
    let wrong = [
        ("word", word.as_str()),
        ("password", "not it"),
        ("new", "seven grey forks in line"),
    ];
    assert_eq!(one.post("/account/password", &wrong).await.status, 401);
    let good = [
        ("word", word.as_str()),
        ("password", PASSWORD),
        ("new", "seven grey forks in line"),
    ];
    assert_eq!(one.post("/account/password", &good).await.status, 200);
    assert_eq!(one.get("/").await.status, 200);
    assert_eq!(two.get("/").await.to(), "/sign-in");
    assert_eq!(two.password("otto", PASSWORD).await.status, 401, "the old one");
    assert_eq!(two.password("otto", "seven grey forks in line").await.status, 303);

    let word = one.word().await;
    one.post("/account/sign-out-everywhere", &[("word", &word)]).await;
    assert_eq!(two.get("/").await.to(), "/sign-in");
    // Switched off: what is open ends at once.
    two.password("otto", "seven grey forks in line").await;
    assert_eq!(two.get("/").await.status, 200);
    ledger.set_user_active(&by(), &name("otto"), false).unwrap();
    assert_eq!(two.get("/").await.to(), "/sign-in");
    assert_eq!(two.password("otto", "seven grey forks in line").await.status, 401);
    running.stop().await;
}

#[tokio::test]
async fn a_session_that_nobody_used_for_half_an_hour_or_that_is_twelve_hours_old_is_over() {
    let folder = tempfile::tempdir().unwrap();
    for column in ["seen_ms", "made_ms"] {
        let running = start(folder.path()).await;
        if column == "seen_ms" {
            add(running.ledger(), "otto", Role::Auditor);
        }
        let mut browser = Browser::new(&running);
        browser.enter("otto", None).await;
        assert_eq!(browser.get("/").await.status, 200);
        running.stop().await;
        let minutes = if column == "seen_ms" { 30 } else { 12 * 60 };
        let back = |milliseconds: i64| {
            let sql = format!("UPDATE console_session SET {column} = {column} - {milliseconds}");
            meddle(folder.path(), &sql);
        };
        back((minutes - 1) * 60_000);
        let running = start(folder.path()).await;
        browser.base = format!("http://{}", running.addr());
        // A page that looks for news on its own is let in, and keeps nothing alive.
        assert_eq!(browser.get("/console/devices").await.status, 200, "{column}");
        running.stop().await;
        back(60_000);
        let running = start(folder.path()).await;
        browser.base = format!("http://{}", running.addr());
        assert_eq!(browser.get("/").await.to(), "/sign-in", "{column}");
        let part = browser.http.get(format!("{}/console/devices", browser.base));
        let said = browser.send(part.header("hx-request", "true")).await;
        assert_eq!(
            (said.status, said.headers["hx-redirect"].to_str().unwrap()),
            (401, "/sign-in")
        );
        running.stop().await;
    }
}

#[tokio::test]
async fn what_is_done_at_the_console_stands_in_the_audit_trail_and_a_changed_row_shows() {
    let folder = tempfile::tempdir().unwrap();
    let running = start(folder.path()).await;
    let ledger = running.ledger().clone();
    let device = Device::enrolled(&running, "hh-1", 1).await;
    let (secret, _) = administrator(&ledger, folder.path(), "ada");
    let mut ada = Browser::new(&running);
    ada.enter("ada", Some(&secret)).await;
    let word = ada.word().await;
    let asked = [("word", word.as_str()), ("name", "Fork <2>"), ("resource", "CART-2")];
    let page = ada.post("/console/enrol", &asked).await;
    assert!(page.text.contains("Fork &#60;2&#62;"), "{}", page.text);
    let code = page.text.split("id=\"code\">").nth(1).unwrap()[..14].to_owned();
    let asked = [("word", word.as_str()), ("device", "hh-1")];
    assert_eq!(ada.post("/console/cut-off", &asked).await.status, 200);
    assert!(device.page(0, 10).await.is_err(), "it is cut off");
    add(&ledger, "otto", Role::Auditor);
    let asked = [("word", word.as_str()), ("user", "otto"), ("active", "no")];
    assert_eq!(ada.post("/console/people", &asked).await.to(), "/console/people");
    let asked = [("word", word.as_str()), ("user", "ada"), ("active", "no")];
    assert_eq!(
        ada.post("/console/people", &asked).await.status,
        422,
        "nobody switches themselves off"
    );

    let told = acts(&ledger);
    let enrolled = told.iter().find(|act| act.starts_with("ada enrolment_code")).unwrap();
    assert!(enrolled.ends_with(" for CART-2"), "{enrolled}");
    for act in [
        "os:tests(0) user_add: ada administrator",
        "os:tests(0) second_factor_set: ada",
        "ada sign_in: ada",
        "ada device_cut_off: hh-1",
        "ada user_disable: otto",
    ] {
        assert!(told.iter().any(|told| told == act), "{act} is missing: {told:?}");
    }
    for secret in [code.as_str(), PASSWORD, word.as_str()] {
        assert!(
            !told.iter().any(|told| told.contains(secret)),
            "a secret stands in the trail"
        );
    }
    assert_eq!(ledger.audit(100).unwrap()[0].came_from, "127.0.0.1");
    let page = ada.get("/console/audit").await.text;
    assert!(
        page.contains("the trail is whole") && page.contains("data-act=\"device_cut_off\""),
        "{page}"
    );
    running.stop().await;

    let sql = "UPDATE audit SET actor = 'otto' WHERE act = 'device_cut_off'";
    meddle(folder.path(), sql);
    let running = start(folder.path()).await;
    let why = running.ledger().check_audit().unwrap_err().to_string();
    assert!(why.contains("does not hold together at row"), "{why}");
    running.stop().await;
    let sql = "DELETE FROM audit WHERE n = 1";
    meddle(folder.path(), sql);
    let running = start(folder.path()).await;
    assert!(
        running
            .ledger()
            .check_audit()
            .unwrap_err()
            .to_string()
            .contains("row 1:")
    );
    running.stop().await;
}
