//! My settings: what a person chooses for themselves, and finds again on every device they sign in to (requirement I3).

use super::{Context, Event, Feedback, Step, View, ViewAction, ViewField, Work, refuse};
use crate::Error;
use crate::store::Draft;
use lotline_record::entry::{Body, Instant};
use lotline_record::model::{Person, Setting};
use lotline_record::text::{Arg, Message};
use serde::{Deserialize, Serialize};

/// The list of settings, or the one that is being chosen.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct MySettings {
    choosing: Option<String>,
}

/// What can be set: its name, what it is called, and what is offered, the first digit first.
const OFFERED: &[(&str, &str, &[&str])] = &[
    ("language", "setting-language", &["en", "de", "es", "fr", "zh", "ar"]),
    (
        "text_percent",
        "setting-text-percent",
        &["70", "85", "100", "115", "130", "150", "175", "200"],
    ),
    ("left_handed", "setting-left-handed", &["false", "true"]),
    ("sunlight", "setting-sunlight", &["false", "true"]),
    (
        "volume_percent",
        "setting-volume-percent",
        &["100", "75", "50", "25", "0"],
    ),
    ("vibration", "setting-vibration", &["true", "false"]),
    ("voice", "setting-voice", &["true", "false"]),
];

fn offered(name: &str) -> Option<&'static (&'static str, &'static str, &'static [&'static str])> {
    OFFERED.iter().find(|(of, ..)| *of == name)
}

/// What a person has now.
fn current(name: &str, person: &Person) -> Option<Setting> {
    // Of a tag such as de-CH only the language counts.
    let language = person.language.split(['-', '_']).next().unwrap_or_default();
    let mut all = person
        .settings
        .all()
        .into_iter()
        .chain([Setting::Language(language.to_owned())]);
    all.find(|setting| setting.name() == name)
}

/// A choice in words.
fn words(setting: &Setting) -> Message {
    let plain = |text: &str| Message::new("plain").with("text", Arg::text(text));
    let either = |on: bool, [yes, no]: [&'static str; 2]| Message::new(if on { yes } else { no });
    match setting {
        // Each by its own name: whoever cannot read the others finds theirs.
        Setting::Language(tag) => plain(match tag.as_str() {
            "en" => "English",
            "de" => "Deutsch",
            "es" => "Español",
            "fr" => "Français",
            "zh" => "中文",
            "ar" => "العربية",
            other => other,
        }),
        Setting::VolumePercent(0) => Message::new("setting-off"),
        Setting::TextPercent(n) | Setting::VolumePercent(n) => plain(&format!("{n} %")),
        Setting::LeftHanded(on) => either(*on, ["setting-left", "setting-right"]),
        Setting::Sunlight(on) => either(*on, ["setting-bright", "setting-dark"]),
        Setting::Vibration(on) | Setting::Voice(on) => either(*on, ["setting-on", "setting-off"]),
    }
}

impl MySettings {
    pub(super) fn step(self, event: Event, context: &Context<'_>) -> Result<Step, Error> {
        Ok(match event {
            Event::Choose(id) => return self.choose(&id, context),
            Event::Scan(_) => refuse(Step::to(self), context, Message::new("stop-scan-not-here")),
            Event::Back => self.back(),
            Event::Enter { .. } | Event::Pin { .. } => Step::to(self),
        })
    }

    fn back(self) -> Step {
        match self.choosing {
            Some(_) => Step::to(MySettings::default()),
            None => Step::to(Work::Home),
        }
    }

    fn choose(self, id: &str, context: &Context<'_>) -> Result<Step, Error> {
        let Some(name) = &self.choosing else {
            return Ok(match id {
                "back" => self.back(),
                _ => Step::to(MySettings {
                    choosing: offered(id).map(|(name, ..)| (*name).to_owned()),
                }),
            });
        };
        let asked = id.strip_prefix("set:").zip(offered(name));
        let asked = asked.filter(|(value, (.., values))| values.contains(value));
        let Some((setting, label)) =
            asked.and_then(|(value, (name, label, _))| Some((Setting::read(name, value)?, *label)))
        else {
            return Ok(if id == "back" { self.back() } else { Step::to(self) });
        };
        let said = Message::new("setting-kept")
            .with("what", Arg::Message(Box::new(Message::new(label))))
            .with("value", Arg::Message(Box::new(words(&setting))));
        let step = Step::to(MySettings::default());
        if current(name, context.person).as_ref() == Some(&setting) {
            return Ok(step.say(Feedback::Accept(said)));
        }
        // Whoever chooses knows what was chosen before, whatever the clock said then: this one is later.
        let before = context.facts.chosen_ms(&context.person.person, name)?;
        let at_ms = before.map_or(context.now_ms, |before| context.now_ms.max(before + 1));
        Ok(step
            .write(Draft::new(Body::Preferred {
                setting,
                at: Instant::from_unix_ms(at_ms),
            }))
            .say(Feedback::Accept(said)))
    }

    pub(super) fn view(&self, context: &Context<'_>) -> View {
        let title = Message::new("settings-title");
        let Some((name, label, values)) = self.choosing.as_deref().and_then(offered) else {
            let mut view = View::new("settings", title, Message::new("settings-prompt"));
            for (n, (name, label, _)) in (1..).zip(OFFERED) {
                if let Some(now) = current(name, context.person) {
                    let value = Arg::Message(Box::new(words(&now)));
                    view.fields.push(ViewField::new(label, value));
                }
                view.actions.push(ViewAction::numbered(*name, label, n));
            }
            view.actions.push(ViewAction::other("back", "action-back"));
            view.actions.push(ViewAction::look_up());
            return view;
        };
        let mut view = View::new("settings.choose", title, Message::new("settings-choose-prompt"));
        if let Some(now) = current(name, context.person) {
            view.fields
                .push(ViewField::new(label, Arg::Message(Box::new(words(&now)))));
        }
        for (n, setting) in (1..).zip(values.iter().filter_map(|value| Setting::read(name, value))) {
            view.actions.push(ViewAction {
                label: words(&setting),
                ..ViewAction::numbered(format!("set:{}", setting.value()), "plain", n)
            });
        }
        view.actions.push(ViewAction::other("back", "action-back"));
        view.actions.push(ViewAction::look_up());
        view
    }
}
