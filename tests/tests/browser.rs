//! The console in a real browser.

use fantoccini::{Client, Locator};
use lotline_core::Input;
use lotline_record::model::DeviceId;
use lotline_server::access::{By, Cost, Password, Role, Secret};
use lotline_tests::browser::Driver;
use lotline_tests::gateway::Gateway;
use lotline_tests::held::{LABEL, furnish, sign_in, sound};
use lotline_tests::oidc::Provider;
use std::time::Duration;

/// How long a page may take to show what it is told; the test waits for the event, not for the time.
const PATIENCE: Duration = Duration::from_mins(1);

#[test]
fn browser_a_scan_on_a_handheld_shows_on_the_console_without_a_reload() {
    let gateway = Gateway::start(env!("CARGO_BIN_EXE_gateway"));
    furnish(&gateway);
    let folder = tempfile::tempdir().unwrap();
    let handheld = sound(folder.path());
    let server = format!("http://{}", gateway.address());
    let code = gateway.code(&DeviceId::new("GUN-1").unwrap(), "CART-1");
    handheld.enrol(&server, &code, "GUN-1").unwrap();
    handheld.sync_now(60_000).unwrap();

    let driver = Driver::start();
    let profile = tempfile::tempdir().unwrap();
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
        .unwrap();
    runtime.block_on(async {
        let browser = driver.browser(profile.path(), (1280, 900)).await;
        browser.goto(&server).await.unwrap();
        browser
            .wait()
            .at_most(PATIENCE)
            .for_element(Locator::Css("[data-device='GUN-1']"))
            .await
            .unwrap();
        let mark = "window.notReloaded = true; return document.querySelectorAll('[data-entry]').length";
        let before = browser.execute(mark, Vec::new()).await.unwrap().as_u64().unwrap();

        sign_in(&handheld);
        handheld.act(Input::choose("look_up")).unwrap();
        handheld.act(Input::scan(LABEL)).unwrap();
        let seq = lotline_tests::held::audit(folder.path())
            .entries
            .last()
            .unwrap()
            .position
            .seq();
        handheld.sync_now(60_000).unwrap();

        let entry = format!("[data-entry='GUN-1/1/{seq}']");
        browser
            .wait()
            .at_most(PATIENCE)
            .for_element(Locator::Css(&entry))
            .await
            .unwrap();
        let after = browser
            .execute(
                "return [window.notReloaded === true, document.querySelectorAll('[data-entry]').length]",
                Vec::new(),
            )
            .await
            .unwrap();
        assert_eq!(after[0], true, "the page was loaded again");
        assert!(after[1].as_u64().unwrap() > before);
        browser.close().await.unwrap();
    });
}

const PASSWORD: &str = "blue rain on seven pallets";

/// Fills the form's fields and sends it; gives the text of the page that follows.
async fn fill(browser: &Client, fields: &[(&str, &str)]) -> String {
    for (id, value) in fields {
        let field = browser.find(Locator::Id(id)).await.unwrap();
        field.clear().await.unwrap();
        field.send_keys(value).await.unwrap();
    }
    // By key, as one works without a mouse.
    let last = browser.find(Locator::Id(fields.last().unwrap().0)).await.unwrap();
    last.send_keys("\u{e007}").await.unwrap();
    text(browser).await
}

/// The text of the page, once it is all there.
async fn text(browser: &Client) -> String {
    let ready = "return document.readyState === 'complete' ? document.body.innerText : ''";
    loop {
        match browser.execute(ready, Vec::new()).await {
            Ok(text) if text != "" => return text.as_str().unwrap().to_owned(),
            // Between two pages there is none to ask.
            _ => {}
        }
    }
}

/// That nothing hangs over the edge of a window so narrow, which is also what 200 % makes of one twice as wide; and its picture.
async fn fits(browser: &Client, name: &str) {
    browser.set_window_size(500, 900).await.unwrap();
    let wide = "const b = document.body; b.style.setProperty('width', '360px');
                const over = b.scrollWidth; b.style.removeProperty('width'); return over";
    let wide = browser.execute(wide, Vec::new()).await.unwrap();
    assert!(wide.as_u64().unwrap() <= 360, "{name} is {wide} wide");
    if let Some(folder) = std::env::var_os("LOTLINE_PICTURES") {
        let picture = browser.screenshot().await.unwrap();
        std::fs::write(std::path::Path::new(&folder).join(format!("{name}.png")), picture).unwrap();
    }
}

#[test]
fn browser_people_sign_in_with_password_and_code_do_what_their_role_includes_and_sign_out() {
    let gateway = Gateway::start(env!("CARGO_BIN_EXE_gateway"));
    let ledger = gateway.ledger();
    let by = By {
        actor: "os:tests(0)".into(),
        came_from: "command line".into(),
    };
    let hash = Password::new(PASSWORD, &[]).unwrap().hash(Cost::LEAST);
    for (name, role) in [("ada", Role::Administrator), ("sue", Role::Supervisor)] {
        ledger.add_user(&by, &name.parse().unwrap(), role, &hash).unwrap();
    }
    let driver = Driver::start();
    let profile = tempfile::tempdir().unwrap();
    let runtime = tokio::runtime::Runtime::new().unwrap();
    runtime.block_on(async {
        let server = format!("http://{}", gateway.address());
        let browser = driver.browser(profile.path(), (500, 900)).await;
        browser.goto(&server).await.unwrap();
        fits(&browser, "sign-in").await;
        let said = fill(&browser, &[("user", "ada"), ("password", "blue rain on six pallets")]).await;
        assert!(said.contains("That did not fit"), "{said}");

        // An administrator sets the second factor up before anything else.
        let said = fill(&browser, &[("user", "ada"), ("password", PASSWORD)]).await;
        assert!(said.contains("Set up the second factor"), "{said}");
        fits(&browser, "second-factor").await;
        let seen = "return document.querySelector('#qr svg').getBoundingClientRect().width";
        assert!(browser.execute(seen, Vec::new()).await.unwrap().as_f64().unwrap() > 150.0);
        let typed = browser.find(Locator::Id("secret")).await.unwrap().text().await.unwrap();
        let said = fill(&browser, &[("code", "000000")]).await;
        assert!(said.contains("not the code of now"), "{said}");
        let secret = Secret::from_typed(&typed).unwrap();
        let said = fill(&browser, &[("code", &secret.code(lotline_tests::browser::now()))]).await;
        assert!(said.contains("Recovery codes"), "{said}");
        fits(&browser, "recovery-codes").await;
        browser.goto(&server).await.unwrap();
        fits(&browser, "console").await;
        for page in ["people", "audit", "enrol"] {
            browser.goto(&format!("{server}/console/{page}")).await.unwrap();
            fits(&browser, page).await;
        }
        let said = fill(&browser, &[("name", "Fork 2"), ("resource", "CART-2")]).await;
        assert!(said.contains("Code for Fork 2"), "{said}");
        browser.goto(&format!("{server}/account")).await.unwrap();
        fits(&browser, "account").await;

        // A form that has not the word of this session does nothing.
        let forge = "document.querySelector('form [name=word]').value = '0'.repeat(64);
                     document.querySelector('form').submit()";
        browser.execute(forge, Vec::new()).await.unwrap();
        browser.wait().for_element(Locator::Css("#what")).await.unwrap();
        assert!(text(&browser).await.contains("Not from this console"));
        browser.goto(&server).await.unwrap();
        let out = Locator::Css("form[action='/sign-out'] button");
        browser.find(out).await.unwrap().click().await.unwrap();
        browser.wait().for_element(Locator::Css("#what")).await.unwrap();
        assert!(text(&browser).await.contains("You are signed out"));

        browser.goto(&server).await.unwrap();
        let said = fill(&browser, &[("user", "sue"), ("password", PASSWORD)]).await;
        assert!(said.contains("sue") && !said.contains("Audit trail"), "{said}");
        browser.goto(&format!("{server}/console/people")).await.unwrap();
        assert!(text(&browser).await.contains("Not for your role"));
        // Switched off meanwhile: the open page leads to the sign-in by itself, at the latest when it is told of news.
        browser.goto(&server).await.unwrap();
        ledger.set_user_active(&by, &"sue".parse().unwrap(), false).unwrap();
        browser
            .execute("window.htmx && htmx.trigger(document.body, 'changed')", Vec::new())
            .await
            .unwrap();
        browser
            .wait()
            .at_most(PATIENCE)
            .for_element(Locator::Id("user"))
            .await
            .unwrap();
        browser.close().await.unwrap();
    });
}

/// Signs in as `user` on the provider's own pages: name and password, then its question whether that is wanted.
async fn on_the_providers_pages(browser: &Client, server: &str, user: &str) -> String {
    browser.goto(&format!("{server}/sign-in")).await.unwrap();
    let button = Locator::Css("a[href='/sign-in/oidc']");
    browser.find(button).await.unwrap().click().await.unwrap();
    let login = Locator::Css("input[name='login']");
    browser.wait().at_most(PATIENCE).for_element(login).await.unwrap();
    browser.find(login).await.unwrap().send_keys(user).await.unwrap();
    let password = browser.find(Locator::Css("input[name='password']")).await.unwrap();
    password.send_keys("any will do there\u{e007}").await.unwrap();
    let consent = Locator::Css("input[name='prompt'][value='consent']");
    browser.wait().at_most(PATIENCE).for_element(consent).await.unwrap();
    let go_on = Locator::Css("button[type='submit']");
    browser.find(go_on).await.unwrap().click().await.unwrap();
    let here = format!("return location.origin === '{server}' && location.pathname !== '/sign-in/oidc/back'");
    // The way back leads over a page of its own.
    let back = async {
        loop {
            if matches!(browser.execute(&here, Vec::new()).await, Ok(there) if there == true)
                || text(browser).await.contains("Not signed in")
            {
                return text(browser).await;
            }
        }
    };
    tokio::time::timeout(PATIENCE, back)
        .await
        .expect("the provider sends the browser back")
}

#[test]
fn browser_somebody_signs_in_on_the_page_of_a_real_identity_provider() {
    let mut gateway = Gateway::start(env!("CARGO_BIN_EXE_gateway"));
    let server = format!("http://{}", gateway.address());
    let people = serde_json::json!({
        "sue": { "groups": ["floor", "others"], "preferred_username": "sue" },
        "ada": { "groups": ["wms-admins"], "preferred_username": "ada" },
        "eve": { "groups": ["others"], "preferred_username": "eve" },
    });
    let provider = Provider::start(&format!("{server}/sign-in/oidc/back"), &people);
    gateway.vouched_for_by(&provider.issuer);
    let driver = Driver::start();
    let runtime = tokio::runtime::Runtime::new().unwrap();
    runtime.block_on(async {
        for (user, says) in [
            ("sue", "Blocks and recalls\nsue"),
            ("ada", "Set up the second factor"),
            ("eve", "none of your groups there has a role"),
        ] {
            // Each in a browser of their own: the provider keeps its own session.
            let profile = tempfile::tempdir().unwrap();
            let browser = driver.browser(profile.path(), (1280, 900)).await;
            let said = on_the_providers_pages(&browser, &server, user).await;
            assert!(said.contains(says), "{user}: {said}");
            if user == "sue" {
                let out = Locator::Css("form[action='/sign-out'] button");
                browser.find(out).await.unwrap().click().await.unwrap();
                browser.wait().for_element(Locator::Css("#what")).await.unwrap();
                assert!(text(&browser).await.contains("You are signed out"));
            }
            browser.close().await.unwrap();
        }
    });
    let users = gateway.ledger().users().unwrap();
    let users: Vec<_> = users.iter().map(|user| (user.user.as_str(), user.role)).collect();
    assert_eq!(users, [("ada", Role::Administrator), ("sue", Role::Supervisor)]);
}
