//! How a receipt begins: a notice at its dock, a purchase order at a dock that is scanned, or no papers at all.

use super::Receive;
use super::inspected::Inspecting;
use crate::Error;
use crate::screen::AwaitKind;
use crate::store::Draft;
use crate::work::done::Done;
use crate::work::facts::{Document, DocumentLine};
use crate::work::load::{At, arrived, brings_goods, digits_first, digits_view, place};
use crate::work::{Context, Event, Feedback, Scanned, Step, View, ViewAction, ViewField, Work, not_a_document, refuse};
use lotline_record::entry::{Body, Refs};
use lotline_record::model::{DocumentId, DocumentKind, LineId, PlaceId, PlaceKind};
use lotline_record::rules::{Facts, Judge};
use lotline_record::stock::exception_name;
use lotline_record::text::{Arg, Message};
use serde::{Deserialize, Serialize};

/// The longest name of a supplier that is kept.
const MOST_NAME: usize = 60;

/// What has to be known before goods come in, where no notice tells it.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub(crate) struct Arrive {
    /// The purchase order; absent without papers.
    order: Option<DocumentId>,
    dock: Option<PlaceId>,
    /// The place whose check digits are asked for.
    checking: Option<PlaceId>,
}

impl Arrive {
    pub(crate) fn step(mut self, event: Event, context: &Context<'_>) -> Result<Step, Error> {
        if let Some(waiting) = self.checking.clone()
            && brings_goods(&event)
        {
            return Ok(digits_first(self, &waiting, context));
        }
        match event {
            Event::Scan(Scanned::Text(text)) | Event::Enter { text } => match self.dock.take() {
                None => self.at_dock(&text, context),
                Some(dock) => self.supplier(&text, dock, context),
            },
            Event::Scan(Scanned::Unreadable(message)) => Ok(refuse(Step::to(self), context, message)),
            Event::Scan(Scanned::Label(_)) => {
                let id = if self.dock.is_some() {
                    "stop-supplier-first"
                } else {
                    "stop-dock-first"
                };
                Ok(refuse(Step::to(self), context, Message::new(id)))
            }
            Event::Choose(id) if id != "back" => Ok(Step::to(self)),
            Event::Choose(_) | Event::Back => {
                let further_back = self.checking.take().is_none() && self.dock.take().is_none();
                Ok(if further_back {
                    Step::to(Work::Home)
                } else {
                    Step::to(self)
                })
            }
            Event::Pin { .. } => Ok(Step::to(self)),
        }
    }

    fn at_dock(mut self, text: &str, context: &Context<'_>) -> Result<Step, Error> {
        let (at, judge) = match place(text, &mut self.checking, context)? {
            At::Here(at, judge) => (at, judge),
            At::NotYet(not_yet) => return Ok(not_yet.again(self, Refs::default(), context)),
        };
        if !matches!(at.kind, PlaceKind::Dock | PlaceKind::Staging) {
            let message = Message::new("stop-not-a-dock").with("place", Arg::text(&at.place));
            return Ok(refuse(Step::to(self), context, message));
        }
        let Some(order) = self.order.take() else {
            self.dock = Some(at.place.clone());
            return Ok(arrived(self, &at.place, &judge, context));
        };
        match context.facts.document(DocumentKind::Purchase, &order)? {
            Some(document) => Receive::begin(document, DocumentKind::Purchase, at.place, context),
            // Somebody closed it meanwhile.
            None => Ok(refuse(Step::to(Work::Home), context, not_a_document(order.as_str()))),
        }
    }

    fn supplier(mut self, text: &str, dock: PlaceId, context: &Context<'_>) -> Result<Step, Error> {
        let name: String = text.trim().chars().take(MOST_NAME).collect();
        if name.is_empty() {
            self.dock = Some(dock);
            return Ok(Step::to(self));
        }
        let at = context.position(0);
        let document = DocumentId::new(format!("BLIND-{}-{}-{}", context.device, at.epoch(), at.seq()))
            .map_err(|e| Error::bug(e.to_string()))?;
        let flow = Receive {
            kind: DocumentKind::Blind,
            document,
            owner: None,
            vendor: Some(name.clone()),
            partner: name.clone(),
            dock,
            line: None,
            done: Done::default(),
            range: None,
            damaged: None,
            inspecting: Inspecting::default(),
            unplanned: 0,
            came: Vec::new(),
        };
        let draft = flow.opened(Some(name), context);
        Ok(Step::to(flow).write(draft))
    }

    pub(crate) fn view(&self) -> View {
        let (id, prompt) = match (&self.checking, &self.dock) {
            (Some(_), _) => ("receive.check", "receive-dock-prompt"),
            (None, None) => ("receive.dock", "receive-dock-prompt"),
            (None, Some(_)) => ("receive.supplier", "receive-supplier-prompt"),
        };
        let mut view = View::new(id, Message::new("receive-title"), Message::new(prompt));
        if let Some(order) = &self.order {
            view.fields.push(ViewField::new("field-document", Arg::text(order)));
        }
        if let Some(dock) = &self.dock {
            view.fields.push(ViewField::new("field-dock", Arg::text(dock)));
        }
        view.actions = vec![ViewAction::other("back", "action-back"), ViewAction::look_up()];
        match (&self.checking, &self.dock) {
            (Some(place), _) => digits_view(&mut view, place),
            (None, None) => view.awaits_scan(),
            (None, Some(_)) => view.awaits = (AwaitKind::Text, "supplier"),
        }
        view
    }
}

impl Receive {
    /// Begins at a document: a purchase order without a dock asks for one first.
    pub(crate) fn open(document: Document, kind: DocumentKind, context: &Context<'_>) -> Result<Step, Error> {
        match (document.place.clone(), kind) {
            (Some(dock), _) => Self::begin(document, kind, dock, context),
            (None, DocumentKind::Purchase) => Ok(Step::to(Arrive {
                order: Some(document.document),
                ..Arrive::default()
            })),
            (None, _) => {
                let message = Message::new("stop-no-dock").with("document", Arg::text(&document.document));
                Ok(refuse(Step::to(Work::ChooseNotice), context, message))
            }
        }
    }

    fn begin(document: Document, kind: DocumentKind, dock: PlaceId, context: &Context<'_>) -> Result<Step, Error> {
        let flow = Receive {
            kind,
            document: document.document,
            owner: Some(document.owner),
            partner: document.partner,
            vendor: document.partner_key,
            dock,
            line: None,
            done: Done::default(),
            range: None,
            damaged: None,
            inspecting: Inspecting::default(),
            unplanned: 0,
            came: Vec::new(),
        };
        let mut drafts = vec![flow.opened(None, context)];
        let told = flow.ask_details(&mut drafts, context)?;
        let mut step = Step::to(flow);
        step.drafts = drafts;
        step.feedback = told.map(Feedback::Warn);
        Ok(step)
    }

    fn opened(&self, partner: Option<String>, context: &Context<'_>) -> Draft {
        let mut draft = Draft::new(Body::Opened {
            line: None,
            at: self.dock.clone(),
            partner,
        });
        draft.owner.clone_from(&self.owner);
        draft.place = Some(self.dock.clone());
        draft.refs = self.refs(None);
        draft.scan = context.evidence.cloned();
        draft
    }

    /// A notice that does not tell the lots of what is kept by lot is an exception at once (B3): before anything of it
    /// has come, and once.
    fn ask_details(&self, drafts: &mut Vec<Draft>, context: &Context<'_>) -> Result<Option<Message>, Error> {
        let lines = self.lines(context)?;
        let begun = lines
            .iter()
            .any(|line| line.done != lotline_record::model::Amount::ZERO);
        if self.kind != DocumentKind::Notice || begun || !context.policy.receipt.flag_bare_notices {
            return Ok(None);
        }
        let mut bare: Vec<&DocumentLine> = Vec::new();
        for line in lines.iter().filter(|line| line.lot.is_none()) {
            let item = context.facts.item(&line.owner, &line.item)?;
            if item.is_some_and(|item| item.tracking.needs_lot()) {
                bare.push(line);
            }
        }
        let Some(first) = bare.first() else { return Ok(None) };
        let code = "notice_details";
        let known = context.facts.exceptions()?;
        if known
            .iter()
            .any(|e| e.code == code && e.line.as_ref().is_some_and(|l| l.document == self.document))
        {
            return Ok(None);
        }
        let mut judge = Judge::new();
        judge.ask(Facts::NoticeDetails {
            document: self.document.clone(),
            bare: bare
                .iter()
                .take(MOST_BARE)
                .map(|line| line.key.line.clone())
                .collect::<Vec<LineId>>(),
        });
        let Some(message) = judge.warnings().first().cloned() else {
            return Ok(None);
        };
        let exception = exception_name(context.device, context.position(drafts.len()))
            .ok_or_else(|| Error::bug("an exception without a name"))?;
        let mut raised = Draft::new(Body::Raised {
            exception,
            code: code.to_owned(),
            message: message.clone(),
            goods: None,
            at: None,
            line: Some(first.key.clone()),
            known_expiry: None,
        });
        raised.owner.clone_from(&self.owner);
        raised.place = Some(self.dock.clone());
        raised.refs = self.refs(Some(&first.key.line));
        raised.verdict = judge.verdict();
        drafts.push(raised);
        Ok(Some(message))
    }
}

/// The most lines of a notice that a verdict names.
const MOST_BARE: usize = 200;
