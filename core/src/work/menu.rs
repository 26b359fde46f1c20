//! The screens before a flow: at rest, the list of further work, the list of documents.

use super::facts::Document;
use super::{
    Adjust, Arrive, Context, Count, CrossDock, Dispose, Drill, Event, Exceptions, Hold, Inspect, LookUp, Move,
    MySettings, Pack, Pallet, Pick, PutAway, Queue, Recall, Receive, Relabel, Replenish, Report, Returns, Run, Scanned,
    Sensor, Ship, Step, Sweep, Train, View, ViewAction, ViewField, Work, cut, refuse,
};
use crate::Error;
use lotline_record::model::{DocumentId, DocumentKind, Role};
use lotline_record::text::{Arg, Message};

pub(super) fn home(event: Event, context: &Context<'_>) -> Result<Step, Error> {
    match event {
        Event::Choose(id) => Ok(match id.as_str() {
            "receive" => Step::to(Work::ChooseNotice),
            "put_away" => Step::to(PutAway::default()),
            "pick" => Step::to(Work::ChooseOrder),
            "exceptions" => Step::to(Exceptions::default()),
            "look_up" => Step::to(LookUp::over(Work::Home)),
            "more" if further(context).next().is_some() => Step::to(Work::More { page: 0 }),
            _ => Step::to(Work::Home),
        }),
        // A scan at rest asks: what is this?
        scan @ Event::Scan(_) => LookUp::over(Work::Home).step(scan, context),
        Event::Enter { .. } | Event::Pin { .. } | Event::Back => Ok(Step::to(Work::Home)),
    }
}

pub(super) fn home_view(context: &Context<'_>) -> Result<View, Error> {
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
    if further(context).next().is_some() {
        view.actions.push(ViewAction::numbered("more", "action-more", 5));
    }
    view.awaits_scan();
    Ok(view)
}

/// Work that begins without a document: its name, what its action says, and the roles it is offered to.
const FURTHER: &[(&str, &str, &[Role])] = &[
    ("queue", "action-queue", FLOOR),
    ("move", "action-move", FLOOR),
    ("count", "action-count", FLOOR),
    ("replenish", "action-replenish", FLOOR),
    ("adjust", "action-adjust", FLOOR),
    ("pallet", "action-pallet", FLOOR),
    ("pack", "action-pack", &[Role::Associate, Role::Supervisor]),
    ("ship", "action-ship", &[Role::Associate, Role::Supervisor]),
    ("shift_end", "action-shift-end", FLOOR),
    ("hold", "action-hold", FLOOR),
    ("blind", "action-blind", FLOOR),
    ("returns", "action-returns", FLOOR),
    ("cross_dock", "action-cross-dock", FLOOR),
    ("inspect", "action-inspect", FLOOR),
    ("dispose", "action-dispose", FLOOR),
    ("relabel", "action-relabel-unit", FLOOR),
    ("run", "action-run", FLOOR),
    ("sweep", "action-sweep", FLOOR),
    ("sensor", "action-sensor", FLOOR),
    ("recall", "action-recall", &[Role::Supervisor, Role::Quality]),
    ("report", "action-reports", READERS),
    ("train", "action-train", FLOOR),
    ("opening", "action-opening", FLOOR),
    ("drill", "action-drill", FLOOR),
    ("settings", "action-settings", EVERYBODY),
];

/// Roles that handle goods.
const FLOOR: &[Role] = &[Role::Associate, Role::Supervisor, Role::Quality];

/// Roles that read the record: those, and who only reads it.
const READERS: &[Role] = &[Role::Associate, Role::Supervisor, Role::Quality, Role::Auditor];

const EVERYBODY: &[Role] = &[
    Role::Associate,
    Role::Supervisor,
    Role::Quality,
    Role::Auditor,
    Role::Administrator,
];

/// So many of them on a page: each has a digit, and 9 turns the page.
const PAGE: usize = 8;

fn further<'a>(context: &'a Context<'_>) -> impl Iterator<Item = (&'static str, &'static str)> + 'a {
    FURTHER
        .iter()
        .filter(|(id, _, roles)| roles.contains(&context.person.role) && (*id != "opening" || context.policy.opening))
        .map(|(id, label, _)| (*id, *label))
}

pub(super) fn more(page: usize, event: Event, context: &Context<'_>) -> Result<Step, Error> {
    match event {
        Event::Choose(id) if further(context).any(|(offered, _)| offered == id) => Ok(Step::to(match id.as_str() {
            "queue" => Work::from(Queue::default()),
            "move" => Work::from(Move::default()),
            "pallet" => Work::from(Pallet::default()),
            "adjust" => Work::from(Adjust::default()),
            "count" => Work::from(Count::default()),
            "opening" => Work::from(Count::opening()),
            "hold" => Work::from(Hold::default()),
            "run" => Work::from(Run::default()),
            "dispose" => Work::from(Dispose::default()),
            "shift_end" => Work::ShiftEnd,
            "pack" => Work::from(Pack::default()),
            "relabel" => Work::from(Relabel::default()),
            "report" => Work::from(Report::default()),
            "blind" => Work::from(Arrive::default()),
            "inspect" => Work::from(Inspect::default()),
            "returns" => Work::from(Returns::default()),
            "ship" => Work::from(Ship::default()),
            "replenish" => Work::from(Replenish::default()),
            "cross_dock" => Work::from(CrossDock::default()),
            "sweep" => Work::from(Sweep::default()),
            "sensor" => Work::from(Sensor::default()),
            "drill" => Work::from(Drill::default()),
            "settings" => Work::from(MySettings::default()),
            "train" => Work::from(Train::default()),
            "recall" => Work::from(Recall::default()),
            _ => Work::More { page },
        })),
        Event::Choose(id) if id == "next" => Ok(Step::to(Work::More { page: page + 1 })),
        Event::Choose(id) if id != "back" => Ok(Step::to(Work::More { page })),
        // A scan asks here, as at rest: what is this?
        scan @ Event::Scan(_) => LookUp::over(Work::More { page }).step(scan, context),
        _ => Ok(Step::to(Work::Home)),
    }
}

pub(super) fn more_view(page: usize, context: &Context<'_>) -> View {
    let mut view = View::new("more", Message::new("more-title"), Message::new("more-prompt"));
    let all: Vec<_> = further(context).collect();
    let pages = all.len().div_ceil(PAGE).max(1);
    for (n, (id, label)) in all.into_iter().skip(page % pages * PAGE).take(PAGE).enumerate() {
        view.actions.push(ViewAction::numbered(id, label, n + 1));
    }
    if pages > 1 {
        view.actions
            .push(ViewAction::numbered("next", "action-next-page", PAGE + 1));
    }
    view.actions.push(ViewAction::other("back", "action-back"));
    view.actions.push(ViewAction::look_up());
    view.awaits_scan();
    view
}

pub(super) fn choose(kind: DocumentKind, event: Event, context: &Context<'_>) -> Result<Step, Error> {
    let stay = || {
        Step::to(if kind == DocumentKind::Notice {
            Work::ChooseNotice
        } else {
            Work::ChooseOrder
        })
    };
    let mut kind = kind;
    let name = match event {
        Event::Back => return Ok(Step::to(Work::Home)),
        Event::Choose(id) if id == "back" => return Ok(Step::to(Work::Home)),
        Event::Choose(id) if id == "batch" && kind == DocumentKind::Order => return Ok(Step::to(Pick::batch())),
        Event::Choose(id) => match id.split_once(':') {
            Some(("document", name)) => name.to_owned(),
            Some(("purchase", name)) if kind == DocumentKind::Notice => {
                kind = DocumentKind::Purchase;
                name.to_owned()
            }
            _ => return Ok(stay()),
        },
        Event::Enter { text } | Event::Scan(Scanned::Text(text)) => text,
        Event::Scan(Scanned::Label(label)) => return Ok(refuse(stay(), context, goods_before_document(&label.text))),
        Event::Scan(Scanned::Unreadable(message)) => return Ok(refuse(stay(), context, message)),
        Event::Pin { .. } => return Ok(stay()),
    };
    let found = match DocumentId::new(name.trim()) {
        Ok(document) => match context.facts.document(kind, &document)? {
            // A purchase order is named like a notice, where no notice of that name is open.
            None if kind == DocumentKind::Notice => {
                kind = DocumentKind::Purchase;
                context.facts.document(kind, &document)?
            }
            found => found,
        },
        Err(_) => None,
    };
    let Some(document) = found else {
        return Ok(refuse(stay(), context, not_a_document(&name)));
    };
    match kind {
        DocumentKind::Order => Pick::open(document, context),
        DocumentKind::Notice | DocumentKind::Purchase | DocumentKind::Blind => Receive::open(document, kind, context),
    }
}

/// A label where a document is asked for: it names goods, whatever it says.
pub(crate) fn goods_before_document(label: &str) -> Message {
    Message::new("stop-not-a-document").with("label", cut(label, 60))
}

pub(crate) fn not_a_document(name: &str) -> Message {
    Message::new("stop-unknown-document").with("document", cut(name, 60))
}

pub(super) fn choose_view(kind: DocumentKind, context: &Context<'_>) -> Result<View, Error> {
    let (id, title, prompt) = match kind {
        DocumentKind::Order => ("pick.choose", "pick-title", "choose-order-prompt"),
        DocumentKind::Notice | DocumentKind::Purchase | DocumentKind::Blind => {
            ("receive.choose", "receive-title", "choose-notice-prompt")
        }
    };
    let mut view = View::new(id, Message::new(title), Message::new(prompt));
    let mut documents: Vec<_> = listed("document", kind, context)?.collect();
    if kind == DocumentKind::Notice {
        documents.extend(listed("purchase", DocumentKind::Purchase, context)?);
    }
    for (n, (word, document)) in documents.iter().enumerate() {
        let label = Message::new("document-line")
            .with("document", Arg::text(&document.document))
            .with("partner", Arg::text(&document.partner))
            .with("owner", Arg::text(&document.owner));
        view.actions.push(ViewAction {
            label,
            ..ViewAction::numbered(format!("{word}:{}", document.document), "document-line", n + 1)
        });
    }
    if kind == DocumentKind::Order && documents.len() > 1 {
        view.actions.push(ViewAction::main("batch", "action-batch"));
    }
    view.actions.push(ViewAction::other("back", "action-back"));
    view.awaits_scan();
    Ok(view)
}

fn listed(
    word: &'static str,
    kind: DocumentKind,
    context: &Context<'_>,
) -> Result<impl Iterator<Item = (&'static str, Document)>, Error> {
    Ok(context
        .facts
        .documents(kind)?
        .into_iter()
        .map(move |document| (word, document)))
}
