//! Flows: one file each, each a state machine `step(state, event, context) -> Step`.
//!
//! No SQL, no clock, no randomness: what a flow knows comes from [`facts::Facts`] and [`Context`]; what it wants is in
//! the [`Step`]: entries to write, the next state, what to tell the person. `handheld` writes the entries and renders
//! the [`View`] in the person's language.

pub(crate) mod facts;

mod adjust;
mod cargo;
mod carried;
mod count;
mod cross_dock;
mod dated;
mod dispose;
mod done;
mod doubt;
mod drill;
mod exceptions;
mod goods;
mod hold;
mod inbound;
mod inspect;
mod join;
mod label;
mod load;
mod look_up;
mod menu;
mod move_goods;
mod outbound;
mod pack;
mod pallet;
mod pick;
mod plates;
mod put_away;
mod queue;
mod reason;
mod recall;
mod receive;
mod relabel;
mod replenish;
mod report;
mod reserved;
mod returns;
mod run;
mod sensor;
mod settings;
mod shift_end;
mod ship;
mod sign;
mod stop;
mod sweep;
mod tags;
mod train;
mod unreadable;
mod view;

pub(crate) use adjust::Adjust;
pub(crate) use count::Count;
pub(crate) use cross_dock::CrossDock;
pub(crate) use dispose::Dispose;
pub(crate) use doubt::settle;
pub(crate) use drill::Drill;
pub(crate) use exceptions::Exceptions;
pub(crate) use goods::{describe, own_unit};
pub(crate) use hold::Hold;
pub(crate) use inspect::Inspect;
pub(crate) use join::{Half, Joined, join};
pub(crate) use label::{Habits, LabelData, Scanned};
pub(crate) use look_up::LookUp;
pub(crate) use menu::{goods_before_document, not_a_document};
pub(crate) use move_goods::Move;
pub(crate) use pack::Pack;
pub(crate) use pallet::Pallet;
pub(crate) use pick::Pick;
pub(crate) use put_away::PutAway;
pub(crate) use queue::{Queue, beside};
pub(crate) use recall::Recall;
pub(crate) use receive::{Arrive, Receive};
pub(crate) use relabel::Relabel;
pub(crate) use replenish::Replenish;
pub(crate) use report::{Format, Report, saved};
pub(crate) use returns::Returns;
pub(crate) use run::Run;
pub(crate) use sensor::Sensor;
pub(crate) use settings::MySettings;
pub(crate) use ship::Ship;
pub(crate) use stop::{Stop, cut, put_aside, refuse, refuse_with, stop_goods, undo_at, undo_last};
pub(crate) use sweep::Sweep;
pub(crate) use tags::unwanted;
pub(crate) use train::Train;
pub(crate) use view::{KeptLine, View, ViewAction, ViewField, ViewLine, ViewProgress};

use crate::Error;
use crate::store::Draft;
use facts::Facts;
use lotline_record::entry::{Body, Evidence, LockedOut, Position};
use lotline_record::model::{
    Account, Day, DeviceId, DocumentId, DocumentKind, OwnerId, Person, PersonId, PlaceId, Policy, WorkingSet,
};
use lotline_record::numbering::{OwnNumber, OwnRef, Series};
use lotline_record::rules::Judge;
use lotline_record::text::Message;
use serde::{Deserialize, Serialize};

/// What a flow may know besides the picture.
pub(crate) struct Context<'a> {
    pub(crate) facts: &'a dyn Facts,
    pub(crate) person: &'a Person,
    pub(crate) device: &'a DeviceId,
    /// The cart, fork or hand this device stands for.
    pub(crate) resource: &'a PlaceId,
    pub(crate) policy: &'a Policy,
    /// Today at the site, by the trusted clock.
    pub(crate) today: Day,
    /// The latest day it can be: what expires is judged by it.
    pub(crate) latest: Day,
    /// Between which times the wall clock is believed, where a reboot cut it off from the gateway's.
    pub(crate) bounds: Option<crate::handheld::Bounds>,
    pub(crate) now_ms: i64,
    /// Minutes the site is ahead of UTC.
    pub(crate) zone_min: i32,
    /// What of the site this device knows: the picture's cursor.
    pub(crate) cursor: u64,
    /// When the recall list was last known to be complete, milliseconds since 1970.
    pub(crate) recall_list_ms: Option<i64>,
    /// What of the site the picture carries; `None`: all of it.
    pub(crate) working_set: Option<&'a WorkingSet>,
    /// Where the first entry of this step will stand in the chain.
    pub(crate) next: Position,
    /// What was scanned, to be kept with the first entry.
    pub(crate) evidence: Option<&'a Evidence>,
    /// The own number that was taken for this input, where its flow wants one and this device has one left.
    pub(crate) number: Option<&'a OwnNumber>,
    /// Series of which this device has numbers, where the open work prints labels.
    pub(crate) series: &'a [Series],
}

impl Context<'_> {
    /// Where the `n`-th entry of this step will stand.
    pub(crate) fn position(&self, n: usize) -> Position {
        Position::new(self.next.epoch(), self.next.seq() + n as u64)
    }

    /// The year that decides the century of two-digit years.
    pub(crate) fn year(&self) -> u16 {
        use chrono::Datelike;
        u16::try_from(self.today.year()).unwrap_or(2026)
    }

    /// Whether the picture has the units and the histories of an owner's goods. Where it has not, silence is no answer.
    pub(crate) fn carries(&self, owner: &OwnerId) -> bool {
        self.working_set.is_none_or(|set| set.carries(owner))
    }

    pub(crate) fn cart(&self) -> Account {
        Account::Place(self.resource.clone())
    }
}

/// What a person did, read.
#[derive(Debug, Clone)]
pub(crate) enum Event {
    Scan(Scanned),
    Choose(String),
    Enter {
        text: String,
    },
    /// A PIN was entered and checked.
    Pin {
        right: bool,
    },
    Back,
}

/// An own number that is wanted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Wanted<'a> {
    /// The AI that carries it.
    pub(crate) ai: &'static str,
    /// Whose goods it is for, where its series is one owner's alone.
    pub(crate) owner: Option<&'a OwnerId>,
}

/// How the last input counted.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum Feedback {
    Accept(Message),
    Warn(Message),
}

/// What a flow wants.
#[derive(Debug, Default)]
pub(crate) struct Step {
    pub(crate) drafts: Vec<Draft>,
    pub(crate) work: Work,
    pub(crate) feedback: Option<Feedback>,
    pub(crate) stop: Option<Stop>,
    /// Own numbers that nothing carries after all: they are burnt.
    pub(crate) unused: Vec<OwnRef>,
    /// Labels to be printed again, as bracketed text.
    pub(crate) print: Vec<String>,
}

impl Step {
    /// Go to `work` without a word.
    pub(crate) fn to(work: impl Into<Work>) -> Self {
        Step {
            work: work.into(),
            ..Step::default()
        }
    }

    pub(crate) fn write(mut self, draft: Draft) -> Self {
        self.drafts.push(draft);
        self
    }

    /// What was refused was a wrong PIN, which locks somebody out.
    pub(crate) fn locking(mut self, who: Option<&LockedOut>) -> Self {
        for draft in &mut self.drafts {
            if let Body::Refused { locks, .. } = &mut draft.body {
                *locks = who.cloned();
            }
        }
        self
    }

    pub(crate) fn say(mut self, feedback: Feedback) -> Self {
        self.feedback = Some(feedback);
        self
    }

    /// Says accept, or warn when the judge had something to say.
    pub(crate) fn judged(self, judge: &Judge, accept: Message) -> Self {
        match judge.warnings().first() {
            Some(warning) => self.say(Feedback::Warn(warning.clone())),
            None => self.say(Feedback::Accept(accept)),
        }
    }
}

/// The open flow.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(tag = "flow", rename_all = "snake_case")]
pub(crate) enum Work {
    #[default]
    Home,
    ChooseNotice,
    Receive(Receive),
    Arrive(Arrive),
    PutAway(PutAway),
    ChooseOrder,
    Pick(Pick),
    LookUp(LookUp),
    Exceptions(Exceptions),
    /// The list of further work.
    More {
        /// Which page of it, from 0; beyond the last one it begins again.
        #[serde(default)]
        page: usize,
    },
    Move(Move),
    Adjust(Adjust),
    Count(Count),
    Hold(Hold),
    Inspect(Inspect),
    Returns(Returns),
    /// What is left open, before somebody goes.
    ShiftEnd,
    Ship(Ship),
    Pallet(Pallet),
    Pack(Pack),
    Replenish(Replenish),
    CrossDock(CrossDock),
    Dispose(Dispose),
    Drill(Drill),
    Recall(Recall),
    Sensor(Sensor),
    Relabel(Relabel),
    Sweep(Sweep),
    Run(Run),
    Report(Report),
    /// The list of lessons: only in training.
    Train(Train),
    Queue(Queue),
    MySettings(MySettings),
}

macro_rules! flows {
    ($($flow:ident),* $(,)?) => {
        $(impl From<$flow> for Work {
            fn from(flow: $flow) -> Self {
                Work::$flow(flow)
            }
        })*
    };
}

flows!(
    Adjust, Arrive, Count, CrossDock, Dispose, Drill, Exceptions, Hold, Inspect, LookUp, Move, MySettings, Pack,
    Pallet, Pick, PutAway, Queue, Recall, Receive, Relabel, Replenish, Report, Returns, Run, Sensor, Ship, Sweep,
    Train,
);

impl Work {
    /// The flow that a person is in: that of a task, where one is done.
    pub(crate) fn within(&self) -> &Work {
        match self {
            Work::Queue(queue) => queue.within().map_or(self, Work::within),
            work => work,
        }
    }

    /// Goods of an open receipt were put aside, by that rule.
    pub(crate) fn was_put_aside(&mut self, code: &str) {
        match self {
            Work::Receive(flow) => flow.was_put_aside(code),
            Work::Queue(queue) => {
                if let Some(work) = queue.within_mut() {
                    work.was_put_aside(code);
                }
            }
            _ => {}
        }
    }

    /// Whether something is in the hand or on the cart that is to be put down first.
    pub(crate) fn carries(&self) -> bool {
        match self {
            Work::PutAway(flow) => flow.carries(),
            Work::Move(flow) => flow.carries(),
            Work::Replenish(flow) => flow.carries(),
            Work::Pick(flow) => flow.carries(),
            Work::Count(flow) => flow.carries(),
            _ => false,
        }
    }

    /// Whose PIN is asked for, if one is: that of the person signed in, or of who signs what one may not do alone.
    pub(crate) fn signer<'a>(&'a self, signed_in: &'a PersonId) -> Option<&'a PersonId> {
        match self.within() {
            Work::Adjust(flow) => flow.signer(),
            Work::Exceptions(flow) => flow.awaits_pin().then_some(signed_in),
            Work::Dispose(flow) => flow.signer(),
            Work::Drill(flow) => flow.signer(),
            Work::Hold(flow) => flow.signer(),
            Work::Pick(flow) => flow.signer(),
            Work::Recall(flow) => flow.signer(),
            Work::Inspect(flow) => flow.signer(),
            Work::Ship(flow) => flow.signer(),
            _ => None,
        }
    }

    /// The own number that `event` takes, which is on disk before the step begins.
    pub(crate) fn wants(&self, event: &Event) -> Option<Wanted<'_>> {
        let sscc = |ai| Wanted { ai, owner: None };
        match self.within() {
            Work::Pallet(flow) => flow.wants(event).map(sscc),
            Work::Pack(flow) => flow.wants(event).map(sscc),
            Work::Relabel(flow) => flow.wants(event),
            Work::Run(flow) => flow.wants(event),
            _ => None,
        }
    }

    /// One step.
    pub(crate) fn step(self, event: Event, context: &Context<'_>) -> Result<Step, Error> {
        match (self, event) {
            (Work::Home, event) => menu::home(event, context),
            // Looking something up is possible everywhere and comes back to the same step.
            (work, Event::Choose(id)) if id == "look_up" && !matches!(work, Work::LookUp(_)) => {
                Ok(Step::to(LookUp::over(work)))
            }
            (Work::ChooseNotice, event) => menu::choose(DocumentKind::Notice, event, context),
            (Work::ChooseOrder, event) => menu::choose(DocumentKind::Order, event, context),
            (Work::Receive(flow), event) => flow.step(event, context),
            (Work::Arrive(flow), event) => flow.step(event, context),
            (Work::PutAway(flow), event) => flow.step(event, context),
            (Work::Pick(flow), event) => flow.step(event, context),
            (Work::LookUp(flow), event) => flow.step(event, context),
            (Work::Exceptions(flow), event) => flow.step(event, context),
            (Work::More { page }, event) => menu::more(page, event, context),
            (Work::Move(flow), event) => flow.step(event, context),
            (Work::Adjust(flow), event) => flow.step(event, context),
            (Work::Count(flow), event) => flow.step(event, context),
            (Work::Hold(flow), event) => flow.step(event, context),
            (Work::Inspect(flow), event) => flow.step(event, context),
            (Work::Returns(flow), event) => flow.step(event, context),
            (Work::ShiftEnd, event) => shift_end::step(event, context),
            (Work::Ship(flow), event) => flow.step(event, context),
            (Work::Replenish(flow), event) => flow.step(event, context),
            (Work::CrossDock(flow), event) => flow.step(event, context),
            (Work::Dispose(flow), event) => flow.step(event, context),
            (Work::Drill(flow), event) => flow.step(event, context),
            (Work::Run(flow), event) => flow.step(event, context),
            (Work::Queue(flow), event) => flow.step(event, context),
            (Work::MySettings(flow), event) => flow.step(event, context),
            (Work::Pallet(flow), event) => flow.step(event, context),
            (Work::Pack(flow), event) => flow.step(event, context),
            (Work::Recall(flow), event) => flow.step(event, context),
            (Work::Sensor(flow), event) => flow.step(event, context),
            (Work::Relabel(flow), event) => flow.step(event, context),
            (Work::Sweep(flow), event) => flow.step(event, context),
            (Work::Report(flow), event) => flow.step(event, context),
            (Work::Train(flow), event) => flow.step(event, context),
        }
    }

    /// The document that is worked on.
    pub(crate) fn document(&self) -> Option<(DocumentKind, &DocumentId)> {
        match self.within() {
            Work::Pick(flow) => flow.document().map(|order| (DocumentKind::Order, order)),
            Work::Receive(flow) => Some(flow.document()),
            Work::Ship(flow) => flow.document().map(|order| (DocumentKind::Order, order)),
            Work::Pack(flow) => flow.document().map(|order| (DocumentKind::Order, order)),
            _ => None,
        }
    }

    /// What to draw.
    pub(crate) fn view(&self, context: &Context<'_>) -> Result<View, Error> {
        match self {
            Work::Home => menu::home_view(context),
            Work::ChooseNotice => menu::choose_view(DocumentKind::Notice, context),
            Work::ChooseOrder => menu::choose_view(DocumentKind::Order, context),
            Work::Receive(flow) => flow.view(context),
            Work::Arrive(flow) => Ok(flow.view()),
            Work::PutAway(flow) => flow.view(context),
            Work::Pick(flow) => flow.view(context),
            Work::LookUp(flow) => flow.view(context),
            Work::Exceptions(flow) => flow.view(context),
            Work::More { page } => Ok(menu::more_view(*page, context)),
            Work::Move(flow) => flow.view(context),
            Work::Adjust(flow) => flow.view(context),
            Work::Count(flow) => flow.view(context),
            Work::Hold(flow) => flow.view(context),
            Work::Inspect(flow) => Ok(flow.view()),
            Work::Returns(flow) => Ok(flow.view()),
            Work::ShiftEnd => shift_end::view(context),
            Work::Ship(flow) => flow.view(context),
            Work::Replenish(flow) => flow.view(context),
            Work::CrossDock(flow) => flow.view(context),
            Work::Dispose(flow) => flow.view(context),
            Work::Drill(flow) => flow.view(context),
            Work::Run(flow) => flow.view(context),
            Work::Queue(flow) => flow.view(context),
            Work::MySettings(flow) => Ok(flow.view(context)),
            Work::Pallet(flow) => flow.view(context),
            Work::Pack(flow) => flow.view(context),
            Work::Recall(flow) => flow.view(context),
            Work::Sensor(flow) => Ok(flow.view(context)),
            Work::Relabel(flow) => flow.view(context),
            Work::Sweep(flow) => flow.view(context),
            Work::Report(flow) => flow.view(context),
            Work::Train(flow) => Ok(flow.view()),
        }
    }
}
