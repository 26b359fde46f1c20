//! A second person's signature of two components, badge and PIN, on this device (21 CFR 11.200): what one person may not
//! decide alone.

use super::{Context, View, refuse_with};
use super::{Step, Work};
use crate::Error;
use crate::screen::AwaitKind;
use lotline_record::entry::{Instant, Refs, Signature};
use lotline_record::model::{OwnerId, Person, PersonId};
use lotline_record::rules::{Facts, Judge, Verdict};
use lotline_record::text::{Arg, Message};
use serde::{Deserialize, Serialize};

/// A signature that is asked for.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Signing {
    /// Whose badge was scanned: their PIN comes next.
    pub(super) signer: Option<PersonId>,
}

/// What a badge led to.
pub(super) enum Badge {
    /// That person may sign.
    May(PersonId),
    /// It does not count.
    No(Message, Verdict),
}

impl Signing {
    /// Reads the badge of who would sign `act` for goods of `owner`.
    pub(super) fn badge(text: &str, act: &str, owner: Option<&OwnerId>, context: &Context<'_>) -> Result<Badge, Error> {
        Self::badge_if(text, context, |person, judge| ask(person, act, owner, judge, context))
    }

    /// Reads the badge of who would sign, if `may` lets that person.
    pub(super) fn badge_if(
        text: &str,
        context: &Context<'_>,
        may: impl FnOnce(&Person, &mut Judge) -> Result<bool, Error>,
    ) -> Result<Badge, Error> {
        let no = |id| Ok(Badge::No(Message::new(id), Verdict::default()));
        let Some(person) = context.facts.person_by_badge(text.trim())? else {
            return no("stop-unknown-badge");
        };
        if !person.active {
            return no("stop-inactive");
        }
        let mut judge = Judge::new();
        if may(&person, &mut judge)? {
            return Ok(Badge::May(person.person));
        }
        let message = judge
            .stopped()
            .cloned()
            .unwrap_or_else(|| Message::new("stop-unexplained"));
        Ok(Badge::No(message, judge.verdict()))
    }

    /// The signature, once the PIN was right. `None` when the person may no longer sign; the judge then says why.
    pub(super) fn sign(
        &self,
        act: &str,
        owner: Option<&OwnerId>,
        judge: &mut Judge,
        context: &Context<'_>,
    ) -> Result<Option<(Signature, Message)>, Error> {
        self.sign_if(act, judge, context, |person, judge| {
            ask(person, act, owner, judge, context)
        })
    }

    /// As [`Signing::sign`], if `may` still lets that person.
    pub(super) fn sign_if(
        &self,
        act: &str,
        judge: &mut Judge,
        context: &Context<'_>,
        may: impl FnOnce(&Person, &mut Judge) -> Result<bool, Error>,
    ) -> Result<Option<(Signature, Message)>, Error> {
        let Some(signer) = &self.signer else { return Ok(None) };
        let Some(person) = context.facts.person(signer)?.filter(|p| p.active) else {
            return Ok(None);
        };
        if !may(&person, judge)? {
            return Ok(None);
        }
        Ok(Some(signature(&person, act, context)))
    }

    /// Asks a supervisor for badge or PIN.
    pub(super) fn draw(&self, view: &mut View) {
        self.ask_for(view, ["sign-second-badge-prompt", "sign-second-pin-prompt"]);
    }

    /// Asks quality, where nobody else may sign.
    pub(super) fn draw_quality(&self, view: &mut View) {
        self.ask_for(view, ["sign-quality-badge-prompt", "sign-quality-pin-prompt"]);
    }

    fn ask_for(&self, view: &mut View, [badge, pin]: [&'static str; 2]) {
        if self.signer.is_some() {
            view.prompt = Message::new(pin);
            view.awaits = (AwaitKind::Pin, "pin");
        } else {
            view.prompt = Message::new(badge);
            view.awaits_scan();
        }
    }
}

/// What `person` signs now with badge and PIN, and what to say of it (21 CFR 11.50: name, time, meaning).
pub(super) fn signature(person: &Person, act: &str, context: &Context<'_>) -> (Signature, Message) {
    let meaning = format!("meaning-{}", act.replace('_', "-"));
    let words = Message {
        id: meaning.clone().into(),
        args: Vec::new(),
    };
    let said = Message::new("signed")
        .with("name", Arg::text(&person.name))
        .with("meaning", Arg::Message(Box::new(words)));
    let signature = Signature {
        person: person.person.clone(),
        name_version: person.name_version,
        meaning,
        at: Instant::from_unix_ms(context.now_ms),
        components: vec!["badge".into(), "pin".into()],
    };
    (signature, said)
}

fn ask(
    person: &Person,
    act: &str,
    owner: Option<&OwnerId>,
    judge: &mut Judge,
    context: &Context<'_>,
) -> Result<bool, Error> {
    let scope = context.facts.scope_of(&person.person)?;
    Ok(judge.ask(Facts::SecondPerson {
        act: act.to_owned(),
        role: person.role,
        same: person.person == context.person.person,
        in_scope: match (scope, owner) {
            (Some(scope), Some(owner)) => scope.contains(owner),
            _ => true,
        },
    }))
}

/// A wrong PIN, or a badge that does not count.
pub(super) fn refuse_signature(
    work: impl Into<Work>,
    context: &Context<'_>,
    message: Message,
    verdict: Verdict,
) -> Step {
    refuse_with(Step::to(work), context, message, verdict, Refs::default(), None)
}
