//! A real identity provider, node-oidc-provider, in a process of its own: through its own forms, and back.

use crate::device::*;
use crate::oidc::Provider;
use crate::vouched::{Browser, role, wanted_of};
use lotline_server::Server;
use lotline_server::access::Role;
use std::collections::HashMap;

fn started(back: &str) -> Provider {
    let people = serde_json::json!({
        "sue": { "groups": ["floor", "others"], "preferred_username": "sue" },
        "eve": { "groups": ["others"], "preferred_username": "eve" },
    });
    Provider::start(back, &people)
}

/// Fills the provider's forms in as `user` until it sends the browser back: where to.
async fn forms(issuer: &str, first: &str, user: &str) -> String {
    let http = reqwest::Client::builder().redirect(reqwest::redirect::Policy::none());
    let http = http.build().unwrap();
    let mut jar: HashMap<String, String> = HashMap::new();
    let mut request = http.get(first);
    loop {
        let cookies = jar.iter().map(|(name, value)| format!("{name}={value}"));
        let cookies = cookies.collect::<Vec<_>>().join("; ");
        let response = request.header("cookie", cookies).send().await.unwrap();
        for set in response.headers().get_all("set-cookie") {
            let set = set.to_str().unwrap().split(';').next().unwrap();
            let (name, value) = set.split_once('=').unwrap();
            jar.insert(name.to_owned(), value.to_owned());
        }
        let (at, status) = (response.url().clone(), response.status());
        if let Some(to) = response.headers().get("location") {
            let to = at.join(to.to_str().unwrap()).unwrap();
            if !to.as_str().starts_with(issuer) {
                return to.to_string();
            }
            request = http.get(to);
            continue;
        }
        let page = response.text().await.unwrap();
        let asks = |prompt: &str| page.contains(&format!("name=\"prompt\" value=\"{prompt}\""));
        let body = if asks("login") {
            format!("prompt=login&login={user}&password=any")
        } else {
            assert!(asks("consent"), "{status} {page}");
            "prompt=consent".to_owned()
        };
        let form = http.post(at).body(body);
        request = form.header("content-type", "application/x-www-form-urlencoded");
    }
}

#[tokio::test]
async fn a_real_provider_that_is_asked_beforehand_has_keys_that_fit() {
    let provider = started("http://127.0.0.1:1/sign-in/oidc/back");
    let answer = lotline_server::ask_provider(wanted_of(&provider.issuer)).await.unwrap();
    assert!(answer.keys > 0, "{answer:?}");
    assert!(answer.algorithms.contains(&"RS256".to_owned()), "{answer:?}");
}

#[tokio::test]
async fn a_real_provider_lets_in_whom_it_vouches_for_by_its_own_forms() {
    let folder = tempfile::tempdir().unwrap();
    let free = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let listen = free.local_addr().unwrap();
    drop(free);
    let provider = started(&format!("http://{listen}/sign-in/oidc/back"));
    let mut config = config(folder.path());
    config.listen = listen;
    config.oidc = Some(wanted_of(&provider.issuer));
    let running = Server::start(config).await.unwrap();
    for (user, status) in [("sue", 200), ("eve", 403)] {
        let mut browser = Browser::new(&running);
        let said = browser.get("/sign-in/oidc").await;
        assert_eq!(said.status, 303, "{}", said.text);
        let back = forms(&provider.issuer, &said.to, user).await;
        let path = back.strip_prefix(&browser.base).unwrap();
        let said = browser.get(path).await;
        assert_eq!(said.status, status, "{user}: {}", said.text);
    }
    assert_eq!(role(running.ledger(), "sue"), Some(Role::Supervisor));
    assert_eq!(role(running.ledger(), "eve"), None);
}
