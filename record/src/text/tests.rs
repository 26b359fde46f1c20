//! No key is missing in any language, and no message shows a bare variable.

use super::*;
use std::collections::{BTreeMap, BTreeSet};

/// Languages and keys where a translation is right to be the English text, with the reason.
const SAME_AS_ENGLISH: &[(&str, &str, &str)] = &[
    ("de", "hint-pin", "people say PIN"),
    ("de", "training-frame", "the word is German too"),
    ("es", "hint-pin", "people say PIN"),
    ("de", "action-train", "the word is German too"),
    ("de", "training-title", "the word is German too"),
    ("fr", "console-at", "the word is French too"),
    ("fr", "field-carton", "the word is French too"),
    ("fr", "field-lot", "the word is French too"),
    ("fr", "goods-lot", "the word is French too"),
    ("fr", "hint-pin", "people say PIN"),
    ("fr", "hint-scan", "people say scan"),
];

/// Languages and keys that choose no plural where English does, with the reason.
const NO_PLURAL: &[(&str, &str, &str)] = &[(
    "ar",
    "action-exceptions",
    "the count stands in brackets, nothing agrees with it",
)];

/// CLDR's categories of whole numbers, and numbers that fall into different ones. French `many` (a million) is written for
/// the day the plural rules know it.
const PLURALS: &[(&str, &[&str], &[i64])] = &[
    ("en", &["one", "other"], &[1, 2]),
    ("de", &["one", "other"], &[1, 2]),
    ("es", &["one", "other"], &[1, 2]),
    ("fr", &["one", "many", "other"], &[1, 2]),
    ("zh", &["other"], &[]),
    ("ar", &["zero", "one", "two", "few", "many", "other"], &[0, 1, 2, 3, 11]),
];

/// Keys (with attributes) and the Fluent source of each, by a plain reading of the files.
fn sources(language: &str) -> BTreeMap<String, String> {
    let (_, files) = LANGUAGES.iter().find(|(tag, _)| *tag == language).unwrap();
    let mut found: BTreeMap<String, String> = BTreeMap::new();
    let (mut message, mut key) = (String::new(), String::new());
    for line in files.iter().flat_map(|(_, text)| text.lines()) {
        let (head, tail) = line.split_once('=').unwrap_or((line, ""));
        let starts = if line.starts_with('#') {
            key.clear();
            continue;
        } else if !line.starts_with([' ', '}']) && line.contains('=') {
            head.trim().clone_into(&mut message);
            key.clone_from(&message);
            true
        } else {
            let attribute = line.trim_start().starts_with('.') && line.contains('=');
            if attribute {
                key = format!("{message}{}", head.trim());
            }
            attribute
        };
        if key.is_empty() {
            continue;
        }
        let source = found.entry(key.clone()).or_default();
        source.push_str(if starts { tail.trim() } else { line });
        source.push('\n');
    }
    found
}

/// Keys and the variables each uses, those of the messages that it names among them.
fn keys(language: &str) -> BTreeMap<String, BTreeSet<String>> {
    let sources = sources(language);
    let of = |source: &str| -> BTreeSet<String> {
        let variable = |part: &str| part.chars().take_while(char::is_ascii_alphanumeric).collect();
        source.split('$').skip(1).map(variable).collect()
    };
    let named = |source: &str| -> Vec<&String> {
        let braces = source.split('{').skip(1).filter_map(|part| part.split('}').next());
        braces.filter_map(|name| sources.get(name.trim())).collect()
    };
    let variables = |source: &String| {
        named(source)
            .into_iter()
            .chain([source])
            .flat_map(|source| of(source))
            .collect()
    };
    sources
        .iter()
        .map(|(key, source)| (key.clone(), variables(source)))
        .collect()
}

/// What stands outside of braces.
fn own_words(source: &str) -> String {
    let mut depth = 0_usize;
    let mut words = String::new();
    for c in source.trim().chars() {
        match c {
            '{' => depth += 1,
            '}' => depth = depth.saturating_sub(1),
            c if depth == 0 => words.push(c),
            _ => {}
        }
    }
    words
}

/// The plural categories among which a source chooses; none where it chooses by exact numbers or words only.
fn categories(source: &str) -> BTreeSet<&str> {
    let found: BTreeSet<&str> = source
        .lines()
        .filter_map(|line| line.trim_start().trim_start_matches('*').strip_prefix('['))
        .filter_map(|line| line.split(']').next())
        .filter(|name| ["zero", "one", "two", "few", "many", "other"].contains(name))
        .collect();
    if found.len() > 1 { found } else { BTreeSet::new() }
}

/// A key in words, with every variable of `variables` being `arg`.
fn said(text: &Text, key: &str, variables: &BTreeSet<String>, arg: &Arg) -> String {
    let (id, part) = key.split_once('.').map_or((key, None), |(id, part)| (id, Some(part)));
    let message = text.bundle.get_message(id).unwrap();
    let pattern = match part {
        None => message.value(),
        Some(part) => message.get_attribute(part).map(|a| a.value()),
    };
    let mut args = FluentArgs::new();
    for name in variables {
        args.set(name.as_str(), text.value(arg));
    }
    let mut errors = Vec::new();
    let said = text
        .bundle
        .format_pattern(pattern.unwrap(), Some(&args), &mut errors)
        .into_owned();
    assert!(errors.is_empty(), "{}: {key}: {errors:?}", text.language());
    said
}

#[test]
fn six_languages_are_spoken() {
    let tags: Vec<_> = LANGUAGES.iter().map(|(tag, _)| *tag).collect();
    assert_eq!(tags, ["en", "de", "es", "fr", "zh", "ar"]);
    assert_eq!(tags, PLURALS.iter().map(|(tag, ..)| *tag).collect::<Vec<_>>());
    for (tag, direction) in [("zh-Hans-CN", "ltr"), ("ar-EG", "rtl"), ("fr_CA", "ltr")] {
        assert_eq!(Text::load(tag).unwrap().direction().as_str(), direction);
    }
}

#[test]
fn no_message_is_left_in_english() {
    let english = sources("en");
    let mut excused: BTreeSet<_> = SAME_AS_ENGLISH
        .iter()
        .map(|(tag, key, _)| (*tag, key.to_string()))
        .collect();
    let mut left = Vec::new();
    for (tag, _) in &LANGUAGES[1..] {
        for (key, source) in sources(tag) {
            let words = source.contains("->") || own_words(&source).contains(char::is_alphabetic);
            if words && english.get(&key) == Some(&source) && !excused.remove(&(*tag, key.clone())) {
                left.push((*tag, key));
            }
        }
    }
    assert!(left.is_empty(), "the same as in English: {left:?}");
    assert!(excused.is_empty(), "excused and yet translated: {excused:?}");
}

#[test]
fn every_message_can_be_said_of_every_number() {
    let english = keys("en");
    for (tag, _) in LANGUAGES {
        let text = Text::load(tag).unwrap();
        for (key, variables) in &english {
            for n in [0, 1, 2, 3, 11, 100] {
                let said = said(&text, key, variables, &Arg::Number(n));
                assert!(
                    !said.trim().is_empty() && !said.contains(['{', '}', '$']),
                    "{tag}: {key}: {said}"
                );
            }
            said(&text, key, variables, &Arg::text("L2603A"));
        }
    }
}

#[test]
fn plurals_are_all_there_and_differ() {
    let english = sources("en");
    for (tag, all, samples) in PLURALS {
        let text = Text::load(tag).unwrap();
        let variables = keys(tag);
        let all: BTreeSet<_> = all.iter().copied().collect();
        for (key, source) in sources(tag) {
            let found = categories(&source);
            let excused = NO_PLURAL.iter().any(|(t, k, _)| (t, *k) == (tag, key.as_str()));
            let wanted = all.len() > 1 && !categories(&english[&key]).is_empty() && !excused;
            if found.is_empty() {
                assert!(!wanted, "{tag}: {key} chooses no plural");
                continue;
            }
            assert_eq!(found, all, "{tag}: {key}");
            // There the number stands in brackets beside a word that does not change.
            if key == "action-exceptions" {
                continue;
            }
            let shapes: BTreeSet<String> = samples
                .iter()
                .map(|n| said(&text, &key, &variables[&key], &Arg::Number(*n)))
                .map(|said| said.chars().filter(|c| !c.is_ascii_digit()).collect())
                .collect();
            assert_eq!(shapes.len(), samples.len(), "{tag}: {key}: {shapes:?}");
        }
    }
}

#[test]
fn a_prompt_is_short_and_nothing_is_invalid() {
    let never = [
        "invalid",
        "ungültig",
        "inválid",
        "no válid",
        "non valide",
        "无效",
        "غير صالح",
    ];
    for (tag, _) in LANGUAGES {
        let text = Text::load(tag).unwrap();
        for (key, variables) in keys(tag) {
            let said = said(&text, &key, &variables, &Arg::text("A1"));
            let words = said
                .split_whitespace()
                .filter(|w| w.contains(char::is_alphanumeric))
                .count();
            // Chinese puts no blanks between words; two characters make about one.
            let long = words > 6 || *tag == "zh" && said.chars().filter(|c| c.is_alphabetic()).count() > 12;
            assert!(!key.ends_with("-prompt") || !long, "{tag}: {key} is long: {said}");
            let said = said.to_lowercase();
            assert!(!never.iter().any(|word| said.contains(word)), "{tag}: {key}: {said}");
        }
    }
}

#[test]
fn right_to_left_codes_stay_as_they_are_printed() {
    let arabic = Text::load("ar").unwrap();
    let bin = Message::new("at-bin").with("place", Arg::text("10-20-30"));
    assert_eq!(arabic.say(&bin), "في \u{2068}10-20-30\u{2069}");
    let day = arabic.day("2027-06-30".parse().unwrap());
    let plain: String = day.chars().filter(|c| !('\u{2066}'..='\u{2069}').contains(c)).collect();
    assert_eq!(plain, "\u{200F}30 يونيو 2027");
    for (tag, _) in LANGUAGES {
        if Text::load(tag).unwrap().direction() == Direction::Ltr {
            continue;
        }
        // What is filled in is isolated and says nothing about the line around it: the line must say it itself.
        for (key, source) in sources(tag) {
            let own = own_words(&source);
            let says = source.contains("\\u200F") || own.contains(|c| ('\u{0620}'..='\u{064A}').contains(&c));
            assert!(
                own.is_empty() || says,
                "{tag}: {key} does not say that it runs from right to left"
            );
        }
    }
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

/// The words of entries that histories and reports name beside exceptions, by the message that names them.
const NAMED: &[(&str, &[&str])] = &[
    ("answer-of", &["active", "inactive", "alert"]),
    ("outcome-of", &["pass", "partial", "fail"]),
    (
        "reason-of",
        &[
            "damaged",
            "expired",
            "found",
            "lost",
            "not_there",
            "recalled",
            "contaminated",
            "label",
        ],
    ),
    ("label-reason-of", &["unreadable", "damaged", "wrong", "lost"]),
    (
        "act-of",
        &[
            "received",
            "damaged",
            "returned",
            "lifted",
            "dropped",
            "picked",
            "set_aside",
            "loaded",
            "shipped",
            "ship_confirmed",
            "plate_built",
            "plate_broken",
            "packed",
            "carton_closed",
            "pack_verified",
            "adjusted",
            "disposed",
            "consumed",
            "produced",
            "counted",
            "relabelled",
            "inspected",
            "measured",
            "blocked",
            "shorted",
            "overridden",
        ],
    ),
];

#[test]
fn no_code_of_the_record_is_shown_as_it_is_written() {
    let mut named: BTreeSet<(&str, &str)> = crate::rules::resolvable()
        .flat_map(|(code, ways)| {
            let ways = ways.iter().map(|way| ("way-out", *way));
            std::iter::once(("exception-code", code)).chain(ways)
        })
        .collect();
    named.insert(("exception-code", "task_done_twice"));
    // A count ends its exception without anybody signing.
    named.insert(("way-out", "recounted"));
    named.extend(
        NAMED
            .iter()
            .flat_map(|(id, codes)| codes.iter().map(|code| (*id, *code))),
    );
    for (tag, _) in LANGUAGES {
        let text = Text::load(tag).unwrap();
        for (id, code) in &named {
            let said = text.say(&Message::new(id).with("what", Arg::text(code)));
            // An English word may be the code itself.
            let same = *tag == "en" && !code.contains('_');
            assert!(
                !said.contains('_') && (same || said != *code),
                "{tag}: {id} {code}: {said}"
            );
        }
        // What a site named itself, and what a newer gateway may say.
        let own = text.say(&Message::new("exception-code").with("what", Arg::text("site_own")));
        assert!(own.contains("site_own"), "{tag}: {own}");
    }
}

#[test]
fn plain_is_the_text_itself_in_every_language() {
    for (tag, _) in LANGUAGES {
        let text = Text::load(tag).unwrap();
        let plain = Message::new("plain").with("text", Arg::text("Item 5 <&> {x}"));
        assert_eq!(text.pattern(&plain, None).as_deref(), Some("Item 5 <&> {x}"), "{tag}");
        assert_eq!(text.say(&plain), "Item 5 <&> {x}", "{tag}");
    }
}

#[test]
fn a_phrase_is_said_as_its_message_is_in_whatever_language_comes_next() {
    let message = Message::new("stop-prompt");
    let phrase = Phrase::from(message.clone());
    for tag in ["de", "en", "de", "ar"] {
        let text = Text::load(tag).unwrap();
        assert_eq!(text.phrase(&phrase), text.say(&message), "{tag}");
    }
}
