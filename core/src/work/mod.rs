//! Flows: one file each, each a state machine `step(state, event, context) -> Step`.
//!
//! No SQL, no clock, no randomness: what a flow knows comes from [`facts::Facts`] and [`Context`]; what it wants is in
//! the [`Step`]: entries to write, the next state, what to tell the person. `handheld` writes the entries and renders
//! the [`View`] in the person's language.

pub(crate) mod facts;

mod adjust;
mod count;
mod done;
mod doubt;
mod exceptions;
mod goods;
mod hold;
mod join;
mod label;
mod load;
mod look_up;
mod move_goods;
mod pick;
mod put_away;
mod receive;
mod shift_end;
mod ship;
mod sign;
mod tags;
mod view;

pub(crate) use adjust::Adjust;
pub(crate) use count::Count;
pub(crate) use doubt::settle;
pub(crate) use exceptions::{Exceptions, minutes_since};
pub(crate) use goods::describe;
pub(crate) use hold::Hold;
pub(crate) use join::{Half, Joined, join};
pub(crate) use label::{Habits, LabelData, Scanned};
pub(crate) use look_up::LookUp;
pub(crate) use move_goods::Move;
pub(crate) use pick::Pick;
pub(crate) use put_away::PutAway;
pub(crate) use receive::Receive;
pub(crate) use ship::Ship;
pub(crate) use tags::unwanted;
pub(crate) use view::{View, ViewAction, ViewField, ViewLine, ViewProgress};

use crate::Error;
use crate::store::Draft;
use facts::Facts;
use lotline_record::entry::{Body, Evidence, Position, Refs};
use lotline_record::model::{
    Account, Day, DeviceId, DocumentId, DocumentKind, ExceptionId, Goods, LineKey, Person, PersonId, PlaceId, Policy,
    Role,
};
use lotline_record::rules::{self, Judge, Verdict};
use lotline_record::stock::exception_name;
use lotline_record::text::{Arg, Message};
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
    pub(crate) now_ms: i64,
    /// When the recall list was last known to be complete, milliseconds since 1970.
    pub(crate) recall_list_ms: Option<i64>,
    /// Where the first entry of this step will stand in the chain.
    pub(crate) next: Position,
    /// What was scanned, to be kept with the first entry.
    pub(crate) evidence: Option<&'a Evidence>,
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

/// How the last input counted.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum Feedback {
    Accept(Message),
    Warn(Message),
}

/// A stop that waits to be acknowledged.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Stop {
    pub(crate) message: Message,
    /// What can be put aside as an exception, if a person may settle it.
    pub(crate) aside: Option<Aside>,
}

/// Goods in the hand that a rule stopped and a supervisor may settle.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Aside {
    pub(crate) code: String,
    pub(crate) goods: Goods,
    pub(crate) from: Account,
    pub(crate) line: Option<LineKey>,
    pub(crate) known_expiry: Option<Day>,
}

/// What a flow wants.
#[derive(Debug, Default)]
pub(crate) struct Step {
    pub(crate) drafts: Vec<Draft>,
    pub(crate) work: Work,
    pub(crate) feedback: Option<Feedback>,
    pub(crate) stop: Option<Stop>,
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
    PutAway(PutAway),
    ChooseOrder,
    Pick(Pick),
    LookUp(LookUp),
    Exceptions(Exceptions),
    /// The list of further work.
    More,
    Move(Move),
    Adjust(Adjust),
    Count(Count),
    Hold(Hold),
    /// What is left open, before somebody goes.
    ShiftEnd,
    Ship(Ship),
}

impl From<Receive> for Work {
    fn from(flow: Receive) -> Self {
        Work::Receive(flow)
    }
}
impl From<PutAway> for Work {
    fn from(flow: PutAway) -> Self {
        Work::PutAway(flow)
    }
}
impl From<Pick> for Work {
    fn from(flow: Pick) -> Self {
        Work::Pick(flow)
    }
}
impl From<LookUp> for Work {
    fn from(flow: LookUp) -> Self {
        Work::LookUp(flow)
    }
}
impl From<Exceptions> for Work {
    fn from(flow: Exceptions) -> Self {
        Work::Exceptions(flow)
    }
}
impl From<Move> for Work {
    fn from(flow: Move) -> Self {
        Work::Move(flow)
    }
}
impl From<Adjust> for Work {
    fn from(flow: Adjust) -> Self {
        Work::Adjust(flow)
    }
}
impl From<Hold> for Work {
    fn from(flow: Hold) -> Self {
        Work::Hold(flow)
    }
}
impl From<Count> for Work {
    fn from(flow: Count) -> Self {
        Work::Count(flow)
    }
}

impl From<Ship> for Work {
    fn from(flow: Ship) -> Self {
        Work::Ship(flow)
    }
}

impl Work {
    /// Whose PIN is asked for, if one is: that of the person signed in, or of who signs what one may not do alone.
    pub(crate) fn signer<'a>(&'a self, signed_in: &'a PersonId) -> Option<&'a PersonId> {
        match self {
            Work::Adjust(flow) => flow.signer(),
            Work::Exceptions(flow) => flow.awaits_pin().then_some(signed_in),
            Work::Hold(flow) => flow.signer(),
            Work::Ship(flow) => flow.signer(),
            _ => None,
        }
    }

    /// One step.
    pub(crate) fn step(self, event: Event, context: &Context<'_>) -> Result<Step, Error> {
        match (self, event) {
            (Work::Home, event) => home(event, context),
            // Looking something up is possible everywhere and comes back to the same step.
            (work, Event::Choose(id)) if id == "look_up" && !matches!(work, Work::LookUp(_)) => {
                Ok(Step::to(LookUp::over(work)))
            }
            (Work::ChooseNotice, event) => choose(DocumentKind::Notice, event, context),
            (Work::ChooseOrder, event) => choose(DocumentKind::Order, event, context),
            (Work::Receive(flow), event) => flow.step(event, context),
            (Work::PutAway(flow), event) => flow.step(event, context),
            (Work::Pick(flow), event) => flow.step(event, context),
            (Work::LookUp(flow), event) => flow.step(event, context),
            (Work::Exceptions(flow), event) => flow.step(event, context),
            (Work::More, event) => more(event, context),
            (Work::Move(flow), event) => flow.step(event, context),
            (Work::Adjust(flow), event) => flow.step(event, context),
            (Work::Count(flow), event) => flow.step(event, context),
            (Work::Hold(flow), event) => flow.step(event, context),
            (Work::ShiftEnd, event) => shift_end::step(event, context),
            (Work::Ship(flow), event) => flow.step(event, context),
        }
    }

    /// The document that is worked on.
    pub(crate) fn document(&self) -> Option<(DocumentKind, &DocumentId)> {
        match self {
            Work::Receive(flow) => Some((DocumentKind::Notice, flow.document())),
            Work::Pick(flow) => Some((DocumentKind::Order, flow.document())),
            Work::Ship(flow) => flow.document().map(|order| (DocumentKind::Order, order)),
            _ => None,
        }
    }

    /// What to draw.
    pub(crate) fn view(&self, context: &Context<'_>) -> Result<View, Error> {
        match self {
            Work::Home => home_view(context),
            Work::ChooseNotice => choose_view(DocumentKind::Notice, context),
            Work::ChooseOrder => choose_view(DocumentKind::Order, context),
            Work::Receive(flow) => flow.view(context),
            Work::PutAway(flow) => flow.view(context),
            Work::Pick(flow) => flow.view(context),
            Work::LookUp(flow) => flow.view(context),
            Work::Exceptions(flow) => flow.view(context),
            Work::More => Ok(more_view(context)),
            Work::Move(flow) => flow.view(context),
            Work::Adjust(flow) => flow.view(context),
            Work::Count(flow) => flow.view(context),
            Work::Hold(flow) => flow.view(context),
            Work::ShiftEnd => shift_end::view(context),
            Work::Ship(flow) => flow.view(context),
        }
    }
}

fn home(event: Event, context: &Context<'_>) -> Result<Step, Error> {
    match event {
        Event::Choose(id) => Ok(match id.as_str() {
            "receive" => Step::to(Work::ChooseNotice),
            "put_away" => Step::to(PutAway::default()),
            "pick" => Step::to(Work::ChooseOrder),
            "exceptions" => Step::to(Exceptions::default()),
            "look_up" => Step::to(LookUp::over(Work::Home)),
            "more" if further(context.person.role).next().is_some() => Step::to(Work::More),
            _ => Step::to(Work::Home),
        }),
        // A scan at rest asks: what is this?
        scan @ Event::Scan(_) => LookUp::over(Work::Home).step(scan, context),
        Event::Enter { .. } | Event::Pin { .. } | Event::Back => Ok(Step::to(Work::Home)),
    }
}

fn home_view(context: &Context<'_>) -> Result<View, Error> {
    let open = context.facts.exceptions()?.len();
    let mut view = View::new("home", Message::new("home-title"), Message::new("home-prompt"));
    view.fields
        .push(ViewField::new("field-person", Arg::text(&context.person.name)));
    view.fields
        .push(ViewField::new("field-cart", Arg::text(context.resource)));
    view.actions = vec![
        ViewAction::main("receive", "action-receive"),
        ViewAction::other("pick", "action-pick"),
        ViewAction::numbered("put_away", "action-put-away", 1),
        ViewAction::look_up(),
        ViewAction {
            label: Message::new("action-exceptions").with("count", Arg::count(open)),
            ..ViewAction::numbered("exceptions", "action-exceptions", 2)
        },
        ViewAction::numbered("sign_out", "action-sign-out", 3),
    ];
    if further(context.person.role).next().is_some() {
        view.actions.push(ViewAction::numbered("more", "action-more", 5));
    }
    view.awaits_scan();
    Ok(view)
}

/// Work that begins without a document: its name, what its action says, and the roles it is offered to.
const FURTHER: &[(&str, &str, &[Role])] = &[
    ("move", "action-move", FLOOR),
    ("adjust", "action-adjust", FLOOR),
    ("count", "action-count", FLOOR),
    ("hold", "action-hold", FLOOR),
    ("shift_end", "action-shift-end", FLOOR),
    ("ship", "action-ship", &[Role::Associate, Role::Supervisor]),
];

/// Roles that handle goods.
const FLOOR: &[Role] = &[Role::Associate, Role::Supervisor, Role::Quality];

fn further(role: Role) -> impl Iterator<Item = (&'static str, &'static str)> {
    FURTHER
        .iter()
        .filter(move |(_, _, roles)| roles.contains(&role))
        .map(|(id, label, _)| (*id, *label))
}

fn more(event: Event, context: &Context<'_>) -> Result<Step, Error> {
    match event {
        Event::Choose(id) if further(context.person.role).any(|(offered, _)| offered == id) => {
            Ok(Step::to(match id.as_str() {
                "move" => Work::from(Move::default()),
                "adjust" => Work::from(Adjust::default()),
                "count" => Work::from(Count::default()),
                "hold" => Work::from(Hold::default()),
                "shift_end" => Work::ShiftEnd,
                "ship" => Work::from(Ship::default()),
                _ => Work::More,
            }))
        }
        Event::Choose(id) if id != "back" => Ok(Step::to(Work::More)),
        // A scan asks here, as at rest: what is this?
        scan @ Event::Scan(_) => LookUp::over(Work::More).step(scan, context),
        _ => Ok(Step::to(Work::Home)),
    }
}

fn more_view(context: &Context<'_>) -> View {
    let mut view = View::new("more", Message::new("more-title"), Message::new("more-prompt"));
    for (n, (id, label)) in further(context.person.role).enumerate() {
        view.actions.push(ViewAction::numbered(id, label, n + 1));
    }
    view.actions.push(ViewAction::other("back", "action-back"));
    view.actions.push(ViewAction::look_up());
    view.awaits_scan();
    view
}

fn choose(kind: DocumentKind, event: Event, context: &Context<'_>) -> Result<Step, Error> {
    let stay = || {
        Step::to(if kind == DocumentKind::Notice {
            Work::ChooseNotice
        } else {
            Work::ChooseOrder
        })
    };
    let name = match event {
        Event::Back => return Ok(Step::to(Work::Home)),
        Event::Choose(id) if id == "back" => return Ok(Step::to(Work::Home)),
        Event::Choose(id) => match id.split_once(':') {
            Some(("document", name)) => name.to_owned(),
            _ => return Ok(stay()),
        },
        Event::Enter { text } | Event::Scan(Scanned::Text(text)) => text,
        Event::Scan(Scanned::Label(label)) => return Ok(refuse(stay(), context, not_a_document(&label.text))),
        Event::Scan(Scanned::Unreadable(message)) => return Ok(refuse(stay(), context, message)),
        Event::Pin { .. } => return Ok(stay()),
    };
    let found = match DocumentId::new(name.trim()) {
        Ok(document) => context.facts.document(kind, &document)?,
        Err(_) => None,
    };
    let Some(document) = found else {
        return Ok(refuse(stay(), context, not_a_document(&name)));
    };
    match kind {
        DocumentKind::Notice => Receive::open(document, context),
        DocumentKind::Order => Pick::open(document, context),
    }
}

fn not_a_document(name: &str) -> Message {
    Message::new("stop-unknown-document").with("document", Arg::text(name.chars().take(60).collect::<String>()))
}

fn choose_view(kind: DocumentKind, context: &Context<'_>) -> Result<View, Error> {
    let (id, title, prompt) = match kind {
        DocumentKind::Notice => ("receive.choose", "receive-title", "choose-notice-prompt"),
        DocumentKind::Order => ("pick.choose", "pick-title", "choose-order-prompt"),
    };
    let mut view = View::new(id, Message::new(title), Message::new(prompt));
    let documents = context.facts.documents(kind)?;
    for (n, document) in documents.iter().enumerate() {
        let label = Message::new("document-line")
            .with("document", Arg::text(&document.document))
            .with("partner", Arg::text(&document.partner))
            .with("owner", Arg::text(&document.owner));
        view.actions.push(ViewAction {
            label,
            ..ViewAction::numbered(format!("document:{}", document.document), "document-line", n + 1)
        });
    }
    view.actions.push(ViewAction::other("back", "action-back"));
    view.awaits_scan();
    Ok(view)
}

/// A stop without facts: the scan is kept as a refused one.
pub(crate) fn refuse(step: Step, context: &Context<'_>, message: Message) -> Step {
    refuse_with(step, context, message, Verdict::default(), Refs::default(), None)
}

/// A stop by a rule: the scan is kept with the verdict and its facts.
pub(crate) fn refuse_with(
    mut step: Step,
    context: &Context<'_>,
    message: Message,
    mut verdict: Verdict,
    refs: Refs,
    aside: Option<Aside>,
) -> Step {
    verdict.outcome = rules::Outcome::Stop;
    let mut draft = Draft::new(Body::Refused {
        message: message.clone(),
    });
    draft.owner = aside.as_ref().map(|a| a.goods.owner.clone());
    draft.scan = context.evidence.cloned();
    draft.verdict = verdict;
    draft.refs = refs;
    step.drafts.push(draft);
    step.stop = Some(Stop { message, aside });
    step
}

/// A rule's stop with its goods: whoever may settle it decides later; the work goes on.
pub(crate) fn stop_goods(
    step: Step,
    context: &Context<'_>,
    judge: Judge,
    refs: Refs,
    goods: Option<(Goods, Account, Option<LineKey>)>,
) -> Step {
    let message = judge
        .stopped()
        .cloned()
        .unwrap_or_else(|| Message::new("stop-unexplained"));
    let verdict = judge.verdict();
    let last = verdict.grounds.last().map(|ground| &ground.facts);
    let code = last.map_or("", |facts| facts.rule()).to_owned();
    let known_expiry = match last {
        Some(rules::Facts::ExpiryContradiction { known, .. }) => *known,
        _ => None,
    };
    let aside = goods
        .filter(|_| rules::can_be_resolved(&code))
        .map(|(goods, from, line)| Aside {
            code,
            goods,
            from,
            line,
            known_expiry,
        });
    refuse_with(step, context, message, verdict, refs, aside)
}

/// Puts stopped goods aside: raises the exception and books the goods into the cage, in one transaction.
pub(crate) fn put_aside(
    aside: Aside,
    message: Message,
    context: &Context<'_>,
) -> Result<(Vec<Draft>, Feedback), Error> {
    let exception: ExceptionId =
        exception_name(context.device, context.next).ok_or_else(|| Error::bug("an exception without a name"))?;
    let cage = context.facts.cage()?.unwrap_or_else(|| context.resource.clone());
    let at = Account::Place(cage.clone());
    let refs = Refs {
        document: aside.line.as_ref().map(|l| l.document.clone()),
        line: aside.line.as_ref().map(|l| l.line.clone()),
        ..Refs::default()
    };
    let mut raised = Draft::new(Body::Raised {
        exception: exception.clone(),
        code: aside.code,
        message,
        goods: Some(aside.goods.clone()),
        at: Some(at.clone()),
        line: aside.line,
        known_expiry: aside.known_expiry,
    });
    raised.refs = refs.clone();
    raised.place = Some(cage.clone());
    let mut moved = Draft::new(Body::SetAside {
        goods: aside.goods,
        from: aside.from,
        to: at,
        exception: exception.clone(),
    });
    moved.refs = refs;
    moved.place = Some(cage.clone());
    let said = Message::new("put-aside-done")
        .with("place", Arg::text(&cage))
        .with("exception", Arg::text(&exception));
    Ok((vec![raised, moved], Feedback::Warn(said)))
}

/// Takes back the last of `done`, if there is one.
pub(crate) fn undo_last(done: &mut Vec<Position>, context: &Context<'_>) -> Result<Option<(Draft, Body)>, Error> {
    match done.pop() {
        Some(position) => undo_at(position, context),
        None => Ok(None),
    }
}

/// Takes back an own entry; `None` if it is no longer here.
pub(crate) fn undo_at(position: Position, context: &Context<'_>) -> Result<Option<(Draft, Body)>, Error> {
    let Some((entry, body)) = context.facts.own_entry(position)? else {
        return Ok(None);
    };
    let mut draft = Draft::new(Body::Undone {
        entry,
        body: Box::new(body.clone()),
    });
    draft.owner = body.goods().map(|g| g.owner.clone());
    Ok(Some((draft, body)))
}
