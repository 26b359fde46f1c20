//! What put-away and move share: loads on the cart, and the place they are put down at.

use super::goods::{name_of, plate_message};
use super::{Context, Event, Feedback, Scanned, Step, View, ViewLine, Work, cut, describe, refuse_with, undo_last};
use crate::Error;
use crate::screen::{AwaitKind, Look};
use crate::store::Draft;
use lotline_record::entry::{Body, Load, Position, Refs, Seen, Source};
use lotline_record::model::{Account, Goods, Place, PlaceId};
use lotline_record::rules::{Facts, Judge, Verdict};
use lotline_record::text::{Arg, Message};
use serde::{Deserialize, Serialize};

/// A lifted load.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(super) struct Carried {
    pub(super) load: Load,
    pub(super) said: Message,
    /// Where it was lifted, as long as that is known: a block on that place holds for what was taken out of it.
    #[serde(default)]
    pub(super) from: Option<Account>,
}

/// Loads on the cart of one flow, and what of them can be taken back.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub(super) struct Cart {
    /// What is on the cart from this flow.
    pub(super) carried: Vec<Carried>,
    /// Entries that can be taken back, oldest first.
    done: Vec<Position>,
    /// What those of them that put something down put down, oldest first.
    #[serde(default)]
    put_down: Vec<Carried>,
}

impl Cart {
    pub(super) fn is_empty(&self) -> bool {
        self.carried.is_empty()
    }

    /// Books a load onto the cart.
    pub(super) fn lift(
        &mut self,
        load: Load,
        said: Message,
        from: Account,
        judge: &Judge,
        context: &Context<'_>,
    ) -> Draft {
        let mut draft = Draft::new(Body::Lifted {
            load: load.clone(),
            from: from.clone(),
            to: context.cart(),
        });
        draft.place = from.place().cloned();
        if let Load::Plate(plate) = &load {
            draft.refs = Refs {
                plate: Some(plate.clone()),
                ..Refs::default()
            };
        }
        draft.scan = context.evidence.cloned();
        draft.verdict = judge.clone().verdict();
        self.carried.push(Carried {
            load: on_cart(load),
            said,
            from: Some(from),
        });
        self.done.push(context.position(0));
        draft
    }

    /// Books all that is on the cart down to `place`.
    pub(super) fn drop_at(&mut self, place: &PlaceId, verdict: &Verdict, context: &Context<'_>) -> Vec<Draft> {
        let mut drafts = Vec::new();
        for (n, carried) in self.carried.drain(..).enumerate() {
            let mut draft = Draft::new(Body::Dropped {
                load: carried.load.clone(),
                from: context.cart(),
                to: Account::Place(place.clone()),
            });
            draft.place = Some(place.clone());
            draft.scan = context.evidence.cloned();
            draft.verdict = verdict.clone();
            self.done.push(context.position(n));
            self.put_down.push(carried);
            drafts.push(draft);
        }
        drafts
    }

    /// Takes back the last lift or drop; `None` when there is none.
    pub(super) fn undo(&mut self, context: &Context<'_>) -> Result<Option<(Draft, Body)>, Error> {
        let Some((draft, body)) = undo_last(&mut self.done, context)? else {
            return Ok(None);
        };
        match &body {
            Body::Lifted { .. } => drop(self.carried.pop()),
            Body::Dropped { load, .. } => {
                let carried = match self.put_down.pop() {
                    Some(carried) => carried,
                    None => Carried {
                        load: load.clone(),
                        said: load_message(load, context)?,
                        from: None,
                    },
                };
                // In front: they come back in the order in which they were lifted, so that the last is the last.
                self.carried.insert(0, carried);
            }
            _ => {}
        }
        Ok(Some((draft, body)))
    }

    /// Its loads, one line each.
    pub(super) fn lines(&self) -> impl Iterator<Item = ViewLine> {
        self.carried.iter().map(|carried| ViewLine {
            text: carried.said.clone(),
            detail: Message::new("on-the-cart"),
            done: false,
            state: Look::Plain,
        })
    }
}

/// What a place's label led to.
pub(super) enum At {
    /// The person stands there.
    Here(Place, Judge),
    /// Not there yet.
    NotYet(NotYet),
}

/// Why a person does not count as standing at a place.
pub(super) enum NotYet {
    /// Its digits are asked for next: it is kept, and confirmed by them.
    Digits(PlaceId, Box<Draft>),
    /// It does not count.
    No(Message, Verdict),
}

impl NotYet {
    /// The same step again, for the digits or for another place.
    pub(super) fn again(self, work: impl Into<Work>, refs: Refs, context: &Context<'_>) -> Step {
        match self {
            NotYet::Digits(_, draft) => Step::to(work).write(*draft),
            NotYet::No(message, verdict) => refuse_with(Step::to(work), context, message, verdict, refs, None),
        }
    }
}

/// Reads a place, or the digits of the place that waits for them. Digits are what stands at the bin and on no list, so
/// that nobody confirms a bin from afar (domain §2): whoever scans the label that hangs there need not, unless policy
/// says so. `checking` is the place that waits.
pub(super) fn place(text: &str, checking: &mut Option<PlaceId>, context: &Context<'_>) -> Result<At, Error> {
    let at = read_place(text, checking.as_ref(), context)?;
    match &at {
        At::Here(..) => *checking = None,
        At::NotYet(NotYet::Digits(place, _)) => *checking = Some(place.clone()),
        At::NotYet(NotYet::No(..)) => {}
    }
    Ok(at)
}

fn read_place(text: &str, waiting: Option<&PlaceId>, context: &Context<'_>) -> Result<At, Error> {
    let text = text.trim();
    let mut judge = Judge::new();
    let known = |name: &PlaceId| context.facts.place(name);
    let found = match PlaceId::new(text) {
        Ok(name) => known(&name)?,
        Err(_) => None,
    };
    if let (Some(waiting), None) = (waiting, &found)
        && let Some(place) = known(waiting)?
    {
        let passed = judge.ask(Facts::CheckDigits {
            place: place.place.clone(),
            asked: place.check_digits.clone().unwrap_or_default(),
            entered: text.chars().take(60).collect(),
        });
        if passed {
            return Ok(At::Here(place, judge));
        }
        let message = judge.stopped().cloned().unwrap_or_else(|| unknown(text));
        return Ok(At::NotYet(NotYet::No(message, judge.verdict())));
    }
    let Some(place) = found else {
        return Ok(At::NotYet(NotYet::No(unknown(text), judge.verdict())));
    };
    let scanned = context.evidence.is_some_and(|scan| scan.source != Source::Typed);
    if place.check_digits.is_none() || scanned && !context.policy.digits_after_scan {
        return Ok(At::Here(place, judge));
    }
    let draft = Box::new(seen(&place.place, context));
    Ok(At::NotYet(NotYet::Digits(place.place, draft)))
}

/// A place was confirmed.
pub(super) fn seen(place: &PlaceId, context: &Context<'_>) -> Draft {
    let mut draft = Draft::new(Body::Seen(Seen::Place { place: place.clone() }));
    draft.place = Some(place.clone());
    draft.scan = context.evidence.cloned();
    draft
}

/// The step that begins at a place, with what was judged of it.
pub(super) fn arrived(work: impl Into<Work>, place: &PlaceId, judge: &Judge, context: &Context<'_>) -> Step {
    let mut draft = seen(place, context);
    draft.verdict = judge.clone().verdict();
    let said = Message::new("at-bin").with("place", Arg::text(place));
    Step::to(work).write(draft).judged(judge, said)
}

fn unknown(text: &str) -> Message {
    Message::new("stop-unknown-place").with("place", cut(text, 60))
}

/// What came instead of the digits of a place.
pub(super) fn digits_first(work: impl Into<Work>, place: &PlaceId, context: &Context<'_>) -> Step {
    let message = Message::new("stop-digits-first").with("place", Arg::text(place));
    refuse_with(
        Step::to(work),
        context,
        message,
        Verdict::default(),
        Refs::default(),
        None,
    )
}

/// Whether the event brings goods, which do not count while digits are awaited.
pub(super) fn brings_goods(event: &Event) -> bool {
    matches!(event, Event::Scan(Scanned::Label(_)))
}

/// The step that asks for the digits of a place.
pub(super) fn digits_view(view: &mut View, place: &PlaceId) {
    view.prompt = Message::new("check-digits-prompt").with("place", Arg::text(place));
    view.awaits = (AwaitKind::Text, "check");
}

pub(super) fn nothing_to_undo(work: impl Into<Work>) -> Step {
    Step::to(work).say(Feedback::Warn(Message::new("nothing-to-undo")))
}

/// Once on the cart, what was opened is opened: the drop moves what the lift brought.
fn on_cart(load: Load) -> Load {
    match load {
        Load::Goods(goods) => Load::Goods(Goods { out_of: None, ..goods }),
        plate @ Load::Plate(_) => plate,
    }
}

fn load_message(load: &Load, context: &Context<'_>) -> Result<Message, Error> {
    Ok(match load {
        Load::Plate(plate) => plate_message(plate),
        Load::Goods(goods) => describe(&name_of(&goods.owner, &goods.item, context)?, goods),
    })
}
