//! The offline drill: scan with nothing being sent, let the network back, and see that all of it arrived once.
//!
//! The scans are captured and sent like any other and move no stock. What the drill says of them is read from the chain, the
//! counter-signatures and the picture. Its report is an entry, signed by whoever looked; one that found differences is too.
//! Stops: an unknown badge or a wrong PIN at the signature.

use super::facts::Reconciled;
use super::sign::{Badge, Signing, refuse_signature, signature};
use super::{Context, Event, Feedback, Scanned, Step, View, ViewAction, ViewField, Work};
use crate::Error;
use crate::screen::AwaitKind;
use crate::store::Draft;
use lotline_record::entry::{Body, Drilled, Position, Seen};
use lotline_record::model::PersonId;
use lotline_record::rules::Verdict;
use lotline_record::text::{Arg, Message};
use serde::{Deserialize, Serialize};

/// So many scans make a drill.
const LEAST: u32 = 5;

/// An offline drill.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub(crate) enum Drill {
    /// Nothing has happened yet.
    #[default]
    Begin,
    /// Nothing is sent: labels are scanned.
    Offline {
        /// Where its first entry stands.
        from: Position,
        /// Scans up to now.
        scans: u32,
    },
    /// The network is back.
    Back {
        /// What was captured.
        captured: Captured,
        /// The signature, once it is asked for.
        signing: Option<Signing>,
    },
}

/// What was captured offline.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Captured {
    from: Position,
    to: Position,
    scans: u32,
    /// Entries that nobody else had when the network was back.
    waited: u64,
    /// When it was back, milliseconds since 1970.
    back_ms: i64,
}

impl Captured {
    fn entries(&self) -> u64 {
        (self.to.seq() + 1).saturating_sub(self.from.seq())
    }

    fn is_all_there(&self, found: &Reconciled) -> bool {
        found.received == self.entries() && found.twice == 0 && found.chain && found.included
    }
}

impl Drill {
    /// Whether nothing may be sent now.
    pub(crate) const fn is_offline(&self) -> bool {
        matches!(self, Drill::Offline { .. })
    }

    /// Whose PIN is asked for.
    pub(crate) fn signer(&self) -> Option<&PersonId> {
        match self {
            Drill::Back { signing, .. } => signing.as_ref()?.signer.as_ref(),
            _ => None,
        }
    }

    pub(crate) fn step(self, event: Event, context: &Context<'_>) -> Result<Step, Error> {
        let left = matches!(&event, Event::Back) || matches!(&event, Event::Choose(id) if id == "back");
        match self {
            Drill::Back {
                captured,
                signing: Some(signing),
            } => sign(captured, &signing, event, context),
            _ if left => Ok(Step::to(Work::Home)),
            Drill::Begin => Ok(Step::to(match event {
                Event::Choose(id) if id == "begin" => Drill::Offline {
                    from: context.next,
                    scans: 0,
                },
                _ => Drill::Begin,
            })),
            Drill::Offline { from, scans } => offline(from, scans, event, context),
            Drill::Back {
                captured,
                signing: None,
            } => {
                let found = context.facts.drilled(captured.from, captured.to)?;
                let signing = match event {
                    Event::Choose(id) if id == "sign" && captured.is_all_there(&found) => Some(Signing::default()),
                    Event::Choose(id) if id == "sign_differences" => Some(Signing::default()),
                    _ => None,
                };
                Ok(Step::to(Drill::Back { captured, signing }))
            }
        }
    }

    pub(crate) fn view(&self, context: &Context<'_>) -> Result<View, Error> {
        let of = |id, prompt| View::new(id, Message::new("drill-title"), Message::new(prompt));
        match self {
            Drill::Begin => {
                let mut view = of("drill.begin", "drill-begin-prompt");
                view.fields
                    .push(ViewField::new("field-unsent", count(context.facts.unsent()?)));
                view.actions = vec![
                    ViewAction::main("begin", "action-drill-begin"),
                    ViewAction::other("back", "action-back"),
                ];
                Ok(view)
            }
            Drill::Offline { scans, .. } => {
                let mut view = of("drill.scan", "drill-scan-prompt");
                view.fields
                    .push(ViewField::new("field-drill-scans", Arg::Number((*scans).into())));
                if *scans >= LEAST {
                    view.actions.push(ViewAction::main("online", "action-drill-online"));
                }
                view.actions.push(ViewAction::other("back", "action-back"));
                view.awaits_scan();
                Ok(view)
            }
            Drill::Back { captured, signing } => {
                let found = context.facts.drilled(captured.from, captured.to)?;
                let all = captured.is_all_there(&found);
                let mut view = match signing.as_ref().map(|signing| signing.signer.is_some()) {
                    None if all => of("drill.back", "drill-sign-prompt"),
                    None => of("drill.back", "drill-wait-prompt"),
                    Some(false) => of("drill.badge", "sign-badge-prompt"),
                    Some(true) => of("drill.pin", "sign-pin-prompt"),
                };
                match signing.as_ref().map(|signing| signing.signer.is_some()) {
                    None if all => view.actions.push(ViewAction::main("sign", "action-drill-sign")),
                    None => view.actions.extend([
                        ViewAction::main("look", "action-drill-look"),
                        ViewAction::numbered("sign_differences", "action-drill-differences", 1),
                    ]),
                    Some(false) => view.awaits_scan(),
                    Some(true) => view.awaits = (AwaitKind::Pin, "pin"),
                }
                report(captured, &found, &mut view);
                view.actions.push(ViewAction::other("back", "action-back"));
                Ok(view)
            }
        }
    }
}

fn count(n: u64) -> Arg {
    Arg::Number(n.cast_signed())
}

/// Any read counts, whatever it says: that it was captured is what matters.
fn offline(from: Position, scans: u32, event: Event, context: &Context<'_>) -> Result<Step, Error> {
    match event {
        Event::Scan(_) => {
            let scans = scans.saturating_add(1);
            let mut draft = Draft::new(Body::Seen(Seen::Drill));
            draft.scan = context.evidence.cloned();
            let said = Message::new("drill-captured").with("scans", Arg::Number(scans.into()));
            let next = Drill::Offline { from, scans };
            Ok(Step::to(next).write(draft).say(Feedback::Accept(said)))
        }
        Event::Choose(id) if id == "online" && scans >= LEAST => {
            let to = Position::new(context.next.epoch(), context.next.seq().saturating_sub(1));
            let mut captured = Captured {
                from,
                to,
                scans,
                waited: 0,
                back_ms: context.now_ms,
            };
            captured.waited = context.facts.unsent()?.min(captured.entries());
            Ok(Step::to(Drill::Back {
                captured,
                signing: None,
            }))
        }
        _ => Ok(Step::to(Drill::Offline { from, scans })),
    }
}

fn sign(captured: Captured, signing: &Signing, event: Event, context: &Context<'_>) -> Result<Step, Error> {
    let with = |signing| Drill::Back {
        captured: captured.clone(),
        signing,
    };
    let again = |message, verdict| {
        Ok(refuse_signature(
            with(Some(Signing::default())),
            context,
            message,
            verdict,
        ))
    };
    match event {
        Event::Scan(Scanned::Text(badge)) | Event::Enter { text: badge } => {
            match Signing::badge_if(&badge, context, |_, _| Ok(true))? {
                Badge::May(person) => Ok(Step::to(with(Some(Signing { signer: Some(person) })))),
                Badge::No(message, verdict) => again(message, verdict),
            }
        }
        Event::Scan(_) => again(Message::new("stop-unknown-badge"), Verdict::default()),
        Event::Pin { right: true } => book(captured, signing, context),
        Event::Pin { right: false } => again(Message::new("stop-wrong-pin"), Verdict::default()),
        Event::Back => Ok(Step::to(with(None))),
        Event::Choose(id) if id == "back" => Ok(Step::to(with(None))),
        Event::Choose(_) => Ok(Step::to(with(Some(signing.clone())))),
    }
}

fn book(captured: Captured, signing: &Signing, context: &Context<'_>) -> Result<Step, Error> {
    let person = match &signing.signer {
        Some(signer) => context.facts.person(signer)?.filter(|person| person.active),
        None => None,
    };
    let Some(person) = person else {
        return Ok(Step::to(Drill::Back {
            captured,
            signing: Some(Signing::default()),
        }));
    };
    let found = context.facts.drilled(captured.from, captured.to)?;
    let (signature, _) = signature(&person, "drill", context);
    let report = Drilled {
        epoch: captured.from.epoch(),
        from: captured.from.seq(),
        to: captured.to.seq(),
        scans: captured.scans,
        waited: captured.waited,
        received: found.received,
        twice: found.twice,
        chain: found.chain,
        included: found.included,
        seconds: found
            .received_ms
            .map(|ms| (ms - captured.back_ms).max(0).cast_unsigned().div_ceil(1_000)),
        signature,
    };
    let said = Message::new("drill-signed")
        .with("entries", count(report.entries()))
        .with("lost", count(report.lost()))
        .with("twice", count(report.twice));
    let said = if report.is_clean() {
        Feedback::Accept(said)
    } else {
        Feedback::Warn(said)
    };
    Ok(Step::to(Work::Home)
        .write(Draft::new(Body::Drilled(Box::new(report))))
        .say(said))
}

fn report(captured: &Captured, found: &Reconciled, view: &mut View) {
    let mut add = |label, value, good: bool| {
        view.fields.push(if good {
            ViewField::new(label, value)
        } else {
            ViewField::alert(label, value)
        });
    };
    let yes = |yes| Arg::Message(Box::new(Message::new(if yes { "drill-yes" } else { "drill-no" })));
    let entries = captured.entries();
    add("field-drill-scans", Arg::Number(captured.scans.into()), true);
    add("field-drill-waited", count(captured.waited), captured.waited == entries);
    add("field-drill-received", count(found.received), found.received == entries);
    add("field-drill-twice", count(found.twice), found.twice == 0);
    add("field-drill-chain", yes(found.chain), found.chain);
    add("field-drill-included", yes(found.included), found.included);
}
