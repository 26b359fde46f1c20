//! Signing in at the console by an identity provider: who gets in, as whom, and each way in which nobody does.

use crate::console::{PASSWORD, acts, add, by, name, now};
use crate::device::*;
use crate::stand_in::{CLIENT, SECRET, StandIn, Twist};
use lotline_server::access::{Role, Secret};
use lotline_server::ledger::Ledger;
use lotline_server::{OidcConfig, OidcError, Running, Server, ServerError};
use serde_json::{Value, json};
use std::collections::HashMap;
use std::path::Path;
use std::time::Duration;

fn wanted(provider: &StandIn) -> OidcConfig {
    wanted_of(&provider.issuer)
}

pub fn wanted_of(issuer: &str) -> OidcConfig {
    let mut oidc = OidcConfig::new(issuer, CLIENT);
    oidc.client_secret = Some(SECRET.into());
    oidc.roles = [
        ("readers", Role::Auditor),
        ("floor", Role::Supervisor),
        ("wms-admins", Role::Administrator),
    ]
    .map(|(value, role)| (value.to_owned(), role))
    .into();
    oidc
}

async fn gateway(folder: &Path, provider: &StandIn) -> Running {
    let mut config = config(folder);
    config.oidc = Some(wanted(provider));
    Server::start(config).await.unwrap()
}

pub struct Said {
    pub status: u16,
    pub to: String,
    set: Vec<String>,
    pub text: String,
}

/// A browser with a jar.
pub struct Browser {
    pub base: String,
    http: reqwest::Client,
    jar: HashMap<String, String>,
    /// What the gateway is told of the way it was reached.
    headers: Vec<(&'static str, &'static str)>,
}

impl Browser {
    pub fn new(running: &Running) -> Self {
        drop(client());
        let http = reqwest::Client::builder().redirect(reqwest::redirect::Policy::none());
        Browser {
            base: format!("http://{}", running.addr()),
            http: http.build().unwrap(),
            jar: HashMap::new(),
            headers: Vec::new(),
        }
    }

    async fn send(&mut self, request: reqwest::RequestBuilder) -> Said {
        let jar = self.jar.iter().map(|(name, value)| format!("{name}={value}"));
        let mut request = request.header("cookie", jar.collect::<Vec<_>>().join("; "));
        for (name, value) in &self.headers {
            request = request.header(*name, *value);
        }
        let response = request.send().await.unwrap();
        let all = response.headers().get_all("set-cookie").iter();
        let set: Vec<String> = all.map(|set| set.to_str().unwrap().to_owned()).collect();
        for line in &set {
            let (name, value) = line.split(';').next().unwrap().split_once('=').unwrap();
            if line.contains("Max-Age=0") {
                self.jar.remove(name);
            } else {
                self.jar.insert(name.to_owned(), value.to_owned());
            }
        }
        let to = response.headers().get("location").map_or("", |to| to.to_str().unwrap());
        Said {
            status: response.status().as_u16(),
            to: to.to_owned(),
            set,
            text: response.text().await.unwrap(),
        }
    }

    pub async fn get(&mut self, path: &str) -> Said {
        self.send(self.http.get(format!("{}{path}", self.base))).await
    }

    async fn post(&mut self, path: &str, fields: &[(&str, &str)]) -> Said {
        let request = self.http.post(format!("{}{path}", self.base));
        let request = request.header("content-type", "application/x-www-form-urlencoded");
        let body = serde_urlencoded::to_string(fields).unwrap();
        let origin = self.base.clone();
        self.send(request.header("origin", origin).body(body)).await
    }

    /// Goes to the provider: what it is asked there.
    async fn leave(&mut self) -> HashMap<String, String> {
        let said = self.get("/sign-in/oidc").await;
        assert_eq!(said.status, 303, "{}", said.text);
        let url = reqwest::Url::parse(&said.to).unwrap();
        url.query_pairs().into_owned().collect()
    }

    async fn back(&mut self, pairs: &[(&str, &str)]) -> Said {
        let query = serde_urlencoded::to_string(pairs).unwrap();
        self.get(&format!("/sign-in/oidc/back?{query}")).await
    }

    /// There, a yes from the person, and back.
    async fn through(&mut self, provider: &StandIn) -> Said {
        let asked = self.leave().await;
        let code = provider.agree(&asked);
        self.back(&[("code", &code), ("state", &asked["state"]), ("iss", &provider.issuer)])
            .await
    }

    fn is_in(&self) -> bool {
        self.jar.contains_key("lotline")
    }
}

fn person(subject: &str, called: &str, groups: &[&str]) -> Value {
    json!({ "sub": subject, "preferred_username": called, "groups": groups })
}

pub fn role(ledger: &Ledger, user: &str) -> Option<Role> {
    let users = ledger.users().unwrap();
    users
        .into_iter()
        .find(|found| found.user.as_str() == user)
        .map(|found| found.role)
}

#[tokio::test]
async fn whom_the_provider_vouches_for_gets_in_and_the_role_follows_the_claim() {
    let folder = tempfile::tempdir().unwrap();
    let provider = StandIn::start().await;
    let running = gateway(folder.path(), &provider).await;
    let ledger = running.ledger().clone();
    let mut browser = Browser::new(&running);
    let page = browser.get("/sign-in").await.text;
    assert!(
        page.contains("href=\"/sign-in/oidc\"") && page.contains("Sign in with 127.0.0.1"),
        "{page}"
    );

    provider.set(person("s-1", "Sue", &["others", "readers", "floor"]), Twist::None);
    let said = browser.through(&provider).await;
    assert_eq!(said.status, 200, "{}", said.text);
    assert!(said.text.contains("url=/\""), "{}", said.text);
    let session = said.set.iter().find(|set| set.starts_with("lotline=")).unwrap();
    assert!(
        session.contains("HttpOnly") && session.contains("SameSite=Strict"),
        "{session}"
    );
    assert!(!browser.jar.contains_key("lotline-oidc"), "the journey is over");
    assert_eq!(
        role(&ledger, "sue"),
        Some(Role::Supervisor),
        "of two roles the one that may more"
    );
    assert_eq!(browser.get("/").await.status, 200);
    let page = browser.get("/account").await.text;
    assert!(
        page.contains(&provider.issuer) && !page.contains("name=\"password\""),
        "{page}"
    );

    // Another role there: the next sign-in has it, and what was opened with the old one ends.
    let mut second = Browser::new(&running);
    provider.set(person("s-1", "sue", &["readers"]), Twist::None);
    assert_eq!(second.through(&provider).await.status, 200);
    assert_eq!(role(&ledger, "sue"), Some(Role::Auditor));
    assert_eq!(browser.get("/").await.to, "/sign-in");
    assert_eq!(second.get("/console/cut-off").await.status, 403);

    // No role any more: neither a new session nor an old one.
    provider.set(person("s-1", "sue", &["others"]), Twist::None);
    let said = Browser::new(&running).through(&provider).await;
    assert_eq!(said.status, 403);
    assert!(
        said.text.contains("none of your groups there has a role"),
        "{}",
        said.text
    );
    assert_eq!(second.get("/").await.to, "/sign-in");
    provider.set(person("s-9", "eve", &[]), Twist::None);
    assert_eq!(Browser::new(&running).through(&provider).await.status, 403);
    assert_eq!(role(&ledger, "eve"), None);

    let told = acts(&ledger);
    let at = &provider.issuer;
    for row in [
        format!("{at} user_add: sue supervisor"),
        format!("sue sign_in_oidc: sue by {at} as s-1"),
        "sue sign_in: sue".to_owned(),
        format!("{at} user_role: sue auditor"),
        format!("nobody sign_in_oidc refused: sue by {at} as s-1: none of their groups is a role here"),
        format!("nobody sign_in_oidc refused: eve by {at} as s-9: none of their groups is a role here"),
    ] {
        assert!(told.contains(&row), "{row} is not in {told:#?}");
    }
    let signed_out = {
        provider.set(person("s-1", "sue", &["floor"]), Twist::None);
        browser.through(&provider).await;
        let page = browser.get("/account").await.text;
        let at = page.find("name=\"word\" value=\"").unwrap() + 19;
        browser.post("/sign-out", &[("word", &page[at..at + 64])]).await
    };
    assert!(signed_out.text.contains("You are signed out") && !browser.is_in());
}

#[tokio::test]
async fn each_answer_that_is_not_the_providers_for_this_sign_in_is_refused_in_its_own_words() {
    let folder = tempfile::tempdir().unwrap();
    let provider = StandIn::start().await;
    let running = gateway(folder.path(), &provider).await;
    let ledger = running.ledger().clone();
    add(&ledger, "otto", Role::Auditor);
    for (twist, status, words) in [
        (Twist::OtherKey, 401, "not signed by the identity provider"),
        (Twist::UnknownKey, 401, "not signed by the identity provider"),
        (Twist::Unsigned, 401, "is not signed, so anybody could have written it"),
        (
            Twist::SharedSecret,
            401,
            "signed in a way that this console does not take",
        ),
        (Twist::Expired, 401, "has expired"),
        (Twist::OtherNonce, 401, "made for another sign-in"),
        (Twist::NoNonce, 401, "made for another sign-in"),
        (Twist::OtherIssuer, 401, "another identity provider&#39;s"),
        (Twist::OtherAudience, 401, "made for another program"),
        (Twist::OtherParty, 401, "made for another program"),
        (Twist::OtherAccessToken, 401, "does not say who you are"),
        (Twist::NoSubject, 401, "does not say who you are"),
        (Twist::NoToken, 401, "does not say who you are"),
        (Twist::SaysNo, 502, "did not accept this console"),
        (Twist::Nonsense, 502, "is no answer"),
    ] {
        let mut browser = Browser::new(&running);
        provider.set(person("s-1", "sue", &["floor"]), Twist::None);
        let asked = browser.leave().await;
        provider.set(person("s-1", "sue", &["floor"]), twist);
        let code = provider.agree(&asked);
        let said = browser
            .back(&[("code", &code), ("state", &asked["state"]), ("iss", &provider.issuer)])
            .await;
        assert_eq!(said.status, status, "{twist:?}: {}", said.text);
        assert!(said.text.contains(words), "{twist:?}: {}", said.text);
        assert!(!browser.is_in(), "{twist:?}");
        assert!(!browser.jar.contains_key("lotline-oidc"), "{twist:?}");
        let last = acts(&ledger).pop().unwrap();
        let row = format!("nobody sign_in_oidc refused: by {}", provider.issuer);
        assert!(last.starts_with(&row), "{twist:?}: {last}");
    }
    // What the address says, before anything is asked of the provider.
    provider.set(person("s-1", "sue", &["floor"]), Twist::None);
    for (pairs, words) in [
        (
            vec![("iss", "https://login.example")],
            "another identity provider&#39;s",
        ),
        (vec![], "another identity provider&#39;s"),
        (
            vec![("iss", provider.issuer.as_str()), ("error", "access_denied")],
            "did not sign you in",
        ),
        (vec![("iss", provider.issuer.as_str())], "is no answer"),
    ] {
        let mut browser = Browser::new(&running);
        let asked = browser.leave().await;
        let mut all = vec![("state", asked["state"].as_str())];
        all.extend(pairs);
        let said = browser.back(&all).await;
        assert!(said.text.contains(words), "{all:?}: {}", said.text);
        assert!(!browser.is_in());
    }
    // None of that made an account, and a password still opens one.
    assert_eq!(role(&ledger, "sue"), None);
    let mut browser = Browser::new(&running);
    let said = browser
        .post("/sign-in", &[("user", "otto"), ("password", PASSWORD)])
        .await;
    assert_eq!((said.status, said.to.as_str()), (303, "/"));
}

#[tokio::test]
async fn a_state_is_good_once_and_in_the_browser_that_began_alone() {
    let folder = tempfile::tempdir().unwrap();
    let provider = StandIn::start().await;
    let running = gateway(folder.path(), &provider).await;
    provider.set(person("s-1", "sue", &["floor"]), Twist::None);
    let mut browser = Browser::new(&running);
    let asked = browser.leave().await;
    let kept = browser.jar.clone();
    let code = provider.agree(&asked);
    let pairs = [
        ("code", code.as_str()),
        ("state", &asked["state"]),
        ("iss", &provider.issuer),
    ];

    let mut other = Browser::new(&running);
    let said = other.back(&pairs).await;
    assert_eq!(said.status, 400);
    assert!(said.text.contains("has not begun to sign in here"), "{}", said.text);
    other.leave().await;
    let said = other.back(&pairs).await;
    assert!(said.text.contains("belongs to another sign-in than"), "{}", said.text);
    assert!(!other.is_in());

    assert_eq!(browser.back(&pairs).await.status, 200);
    assert!(browser.is_in());
    let mut again = Browser::new(&running);
    again.jar = kept;
    let said = again.back(&pairs).await;
    assert!(said.text.contains("was used already"), "{}", said.text);
    assert!(!again.is_in());
}

#[tokio::test]
async fn a_provider_that_is_down_slow_or_another_is_told_on_the_page_and_passwords_still_open() {
    let folder = tempfile::tempdir().unwrap();
    let provider = StandIn::start().await;
    let mut config = config(folder.path());
    let mut oidc = wanted(&provider);
    oidc.patience = Duration::from_millis(300);
    config.oidc = Some(oidc);
    let running = Server::start(config).await.unwrap();
    add(running.ledger(), "otto", Role::Auditor);
    let mut browser = Browser::new(&running);
    for (twist, words) in [
        (Twist::Breaks, "does not answer"),
        (Twist::Silent, "does not answer"),
        (Twist::Nonsense, "is no answer"),
    ] {
        provider.set(json!({}), twist);
        let said = browser.get("/sign-in/oidc").await;
        assert_eq!(said.status, 502, "{twist:?}");
        assert!(said.text.contains(words), "{twist:?}: {}", said.text);
    }
    provider.set(json!({}), Twist::None);
    provider.tell("issuer", "https://login.example".into());
    let said = browser.get("/sign-in/oidc").await;
    assert!(said.text.contains("another identity provider&#39;s"), "{}", said.text);
    let said = browser
        .post("/sign-in", &[("user", "otto"), ("password", PASSWORD)])
        .await;
    assert_eq!((said.status, said.to.as_str()), (303, "/"));
}

#[tokio::test]
async fn new_keys_of_the_provider_are_fetched_when_a_token_needs_them() {
    let folder = tempfile::tempdir().unwrap();
    let provider = StandIn::start().await;
    let running = gateway(folder.path(), &provider).await;
    provider.set(person("s-1", "sue", &["floor"]), Twist::None);
    assert_eq!(Browser::new(&running).through(&provider).await.status, 200);
    provider.change_keys();
    assert_eq!(Browser::new(&running).through(&provider).await.status, 200);
}

#[tokio::test]
async fn an_account_is_the_subjects_and_never_the_names() {
    let folder = tempfile::tempdir().unwrap();
    let provider = StandIn::start().await;
    let running = gateway(folder.path(), &provider).await;
    let ledger = running.ledger().clone();
    add(&ledger, "ada", Role::Supervisor);
    // A local account is not taken over by whoever has its name at the provider.
    provider.set(person("s-1", "ada", &["wms-admins"]), Twist::None);
    let said = Browser::new(&running).through(&provider).await;
    assert_eq!(said.status, 403);
    assert!(said.text.contains("already has your name"), "{}", said.text);
    assert_eq!(role(&ledger, "ada"), Some(Role::Supervisor));
    // Nor one of another subject; and a subject keeps its account under whatever name it comes.
    provider.set(person("s-2", "sue", &["floor"]), Twist::None);
    assert_eq!(Browser::new(&running).through(&provider).await.status, 200);
    provider.set(person("s-3", "sue", &["floor"]), Twist::None);
    assert_eq!(Browser::new(&running).through(&provider).await.status, 403);
    provider.set(person("s-2", "susan", &["floor"]), Twist::None);
    assert_eq!(Browser::new(&running).through(&provider).await.status, 200);
    assert_eq!(role(&ledger, "susan"), None);
    // No name that could be one's.
    provider.set(person("s-4", "Susan Miller", &["floor"]), Twist::None);
    let said = Browser::new(&running).through(&provider).await;
    assert!(said.text.contains("tells no name"), "{}", said.text);

    // Switched off here, it stays shut whatever the provider says.
    provider.set(person("s-2", "sue", &["floor"]), Twist::None);
    ledger.set_user_active(&by(), &name("sue"), false).unwrap();
    let said = Browser::new(&running).through(&provider).await;
    assert_eq!(said.status, 403);
    assert!(said.text.contains("switched off"), "{}", said.text);
    ledger.set_user_active(&by(), &name("sue"), true).unwrap();

    // There is no password to guess, to lock out by guessing, or to set; and no role to give here.
    let mut guesser = Browser::new(&running);
    for guess in ["", "a", PASSWORD, "b", "c", "d"] {
        let said = guesser.post("/sign-in", &[("user", "sue"), ("password", guess)]).await;
        assert_eq!(said.status, 401);
    }
    assert_eq!(Browser::new(&running).through(&provider).await.status, 200);
    let refused = ledger.set_user_password(&by(), &name("sue"), "hash", None).unwrap_err();
    assert!(refused.to_string().contains(&provider.issuer), "{refused}");
    assert!(ledger.set_user_role(&by(), &name("sue"), Role::Administrator).is_err());
}

#[tokio::test]
async fn an_administrator_shows_a_second_factor_there_or_gives_one_here() {
    let folder = tempfile::tempdir().unwrap();
    let provider = StandIn::start().await;
    let running = gateway(folder.path(), &provider).await;
    let ledger = running.ledger().clone();
    let mut ada = person("s-1", "ada", &["wms-admins"]);
    ada["amr"] = json!(["pwd"]);
    provider.set(ada.clone(), Twist::None);
    let mut browser = Browser::new(&running);
    let said = browser.through(&provider).await;
    assert!(said.text.contains("url=/sign-in/code\""), "{}", said.text);
    assert_eq!(browser.get("/console/people").await.to, "/sign-in/code");
    let page = browser.get("/sign-in/code").await.text;
    let at = page.find("id=\"secret\">").unwrap() + 12;
    let secret = Secret::from_typed(page[at..].split('<').next().unwrap()).unwrap();
    let at = page.find("name=\"word\" value=\"").unwrap() + 19;
    let word = page[at..at + 64].to_owned();
    let said = browser
        .post("/sign-in/code", &[("word", &word), ("code", &secret.code(now()))])
        .await;
    assert!(said.text.contains("Recovery codes"), "{}", said.text);
    assert_eq!(browser.get("/console/people").await.status, 200);

    // Five wrong codes lock it, for the provider's word too.
    let mut wrong = Browser::new(&running);
    wrong.through(&provider).await;
    for _ in 0..5 {
        let page = wrong.get("/sign-in/code").await.text;
        let at = page.find("name=\"word\" value=\"").unwrap() + 19;
        let word = page[at..at + 64].to_owned();
        wrong
            .post("/sign-in/code", &[("word", &word), ("code", "000000")])
            .await;
    }
    let said = Browser::new(&running).through(&provider).await;
    assert!(said.text.contains("locked after wrong codes"), "{}", said.text);
    ledger.set_user_active(&by(), &name("ada"), true).unwrap();

    for (claim, value) in [("amr", json!(["pwd", "mfa"])), ("acr", json!("mfa"))] {
        let mut ada = person("s-1", "ada", &["wms-admins"]);
        ada[claim] = value;
        provider.set(ada, Twist::None);
        let mut browser = Browser::new(&running);
        browser.through(&provider).await;
        assert_eq!(browser.get("/console/people").await.status, 200, "{claim}");
    }
}

#[tokio::test]
async fn behind_tls_the_journeys_cookie_is_of_this_host_alone_and_the_way_back_is_the_public_one() {
    let folder = tempfile::tempdir().unwrap();
    let provider = StandIn::start().await;
    let mut config = config(folder.path());
    config.oidc = Some(wanted(&provider));
    config.public_url = Some("https://console.example".into());
    let running = Server::start(config).await.unwrap();
    let mut browser = Browser::new(&running);
    browser.headers.push(("x-forwarded-for", "203.0.113.7"));
    let said = browser.get("/sign-in/oidc").await;
    let set = &said.set[0];
    for part in [
        "__Host-lotline-oidc=",
        "; Path=/;",
        "HttpOnly",
        "SameSite=Lax",
        "; Secure",
        "Max-Age=600",
    ] {
        assert!(set.contains(part), "{part}: {set}");
    }
    let asked: HashMap<String, String> = reqwest::Url::parse(&said.to)
        .unwrap()
        .query_pairs()
        .into_owned()
        .collect();
    assert_eq!(asked["redirect_uri"], "https://console.example/sign-in/oidc/back");
    assert_eq!(asked["tenant"], "1", "what the provider's own address says stays");
}

#[tokio::test]
async fn a_provider_in_the_clear_over_a_network_or_one_that_lets_nobody_in_does_not_start() {
    let folder = tempfile::tempdir().unwrap();
    let provider = StandIn::start().await;
    let why = async |change: fn(&mut OidcConfig)| {
        let mut config = config(folder.path());
        let mut oidc = wanted(&provider);
        change(&mut oidc);
        config.oidc = Some(oidc);
        match Server::start(config).await {
            Err(ServerError::Oidc(error)) => error,
            other => panic!("{other:?}"),
        }
    };
    let clear = why(|oidc| oidc.issuer = "http://login.example".into()).await;
    assert!(matches!(clear, OidcError::Clear(_)), "{clear}");
    let none = why(|oidc| oidc.issuer = "login".into()).await;
    assert!(matches!(none, OidcError::Issuer(..)), "{none}");
    let roles = why(|oidc| oidc.roles.clear()).await;
    assert!(matches!(roles, OidcError::NoRoles(_)), "{roles}");
    let client = why(|oidc| oidc.client_id.clear()).await;
    assert!(matches!(client, OidcError::NoClient), "{client}");
}
