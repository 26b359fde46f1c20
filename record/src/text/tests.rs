//! No key is missing in any language, and no message shows a bare variable.

use super::*;
use std::collections::{BTreeMap, BTreeSet};

/// Keys (with attributes) and the variables each uses, by a plain reading of the Fluent files.
fn keys(language: &str) -> BTreeMap<String, BTreeSet<String>> {
    let (_, files) = LANGUAGES.iter().find(|(tag, _)| *tag == language).unwrap();
    let mut found: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    let (mut message, mut key) = (String::new(), String::new());
    for line in files.iter().flat_map(|(_, text)| text.lines()) {
        let head = line.split('=').next().unwrap_or_default().trim();
        if !line.starts_with([' ', '#']) && line.contains('=') {
            head.clone_into(&mut message);
            key.clone_from(&message);
        } else if line.trim_start().starts_with('.') {
            key = format!("{message}{}", head.trim());
        }
        if key.is_empty() {
            continue;
        }
        let variables = found.entry(key.clone()).or_default();
        for part in line.split('$').skip(1) {
            variables.insert(part.chars().take_while(char::is_ascii_alphanumeric).collect());
        }
    }
    found
}

#[test]
fn every_language_has_every_key_with_the_same_variables() {
    let english = keys("en");
    assert!(
        english.len() > 250,
        "the plain reading of the files found only {} keys",
        english.len()
    );
    for (tag, _) in LANGUAGES {
        let other = keys(tag);
        for (key, variables) in &english {
            let found = other.get(key).unwrap_or_else(|| panic!("{tag} lacks {key}"));
            assert_eq!(found, variables, "{tag}: {key} uses other variables");
        }
        for key in other.keys() {
            assert!(english.contains_key(key), "{tag} has {key}, English does not");
        }
        Text::load(tag).unwrap();
    }
}

#[test]
fn a_stop_speaks_in_three_sentences() {
    for (tag, _) in LANGUAGES {
        let keys = keys(tag);
        for key in keys
            .keys()
            .filter(|k| k.starts_with("stop-") && !k.contains('.') && *k != "stop-prompt")
        {
            for part in ["what", "why", "do"] {
                assert!(
                    keys.contains_key(&format!("{key}.{part}")),
                    "{tag}: {key} does not say .{part}"
                );
            }
        }
    }
}

#[test]
fn every_message_id_in_the_code_is_in_the_files() {
    let english = keys("en");
    for source in [include_str!("../rules/facts.rs"), include_str!("../rules/mod.rs")] {
        for id in source
            .split('"')
            .filter(|t| t.starts_with("stop-") || t.starts_with("warn-"))
        {
            assert!(english.contains_key(id), "{id} is said by a rule and stands in no file");
        }
    }
}

#[test]
fn days_plurals_and_amounts_follow_the_language() {
    let message = |left: i64| {
        Message::new("warn-expires-soon")
            .with("lot", Arg::text("L1"))
            .with("expiry", Arg::Day("2027-06-30".parse().unwrap()))
            .with("left", Arg::Number(left))
    };
    let (english, german) = (Text::load("en-GB").unwrap(), Text::load("de").unwrap());
    assert_eq!(
        english.say(&message(1)),
        "Lot L1 expires on 30 Jun 2027, in one day. It counted."
    );
    assert_eq!(
        english.say(&message(9)),
        "Lot L1 expires on 30 Jun 2027, in 9 days. It counted."
    );
    assert_eq!(
        german.say(&message(9)),
        "Charge L1 verfällt am 30. Juni 2027, in 9 Tagen. Gezählt."
    );
    let amount = Message::new("stock-detail")
        .with("amount", Arg::Amount(Amount::from_micros(1_500_000)))
        .maybe("lot", None);
    assert_eq!(english.say(&amount).trim(), "1.5");
    assert!(matches!(Text::load("tlh"), Err(TextError::UnknownLanguage(_))));
}
