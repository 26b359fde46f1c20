//! Reports: the history and genealogy of a lot or serial, what expires when, what has been here longest, the exceptions of a
//! day (requirements C3, D4, F1). Read page by page, and saved as CSV or as a page to print.
//!
//! Steps: choose the report; scan what it is about, or enter the days; read it. Nothing is judged and nothing moves. What is
//! read is made afresh from the picture at each look. Stops: unknown item, nothing found, not a number of days.

use super::carried::not_carried;
use super::facts::{By, HistoryFacts, Subject};
use super::goods::{identify, name_of, observed};
use super::{
    Context, Event, Feedback, Scanned, Step, View, ViewAction, ViewField, ViewLine, Work, cut, refuse, stop_goods,
};
use crate::Error;
use crate::screen::{AwaitKind, Look};
use crate::store::Draft;
use lotline_record::entry::{Body, Refs, Seen};
use lotline_record::model::{Day, DocumentId, Goods, PlateId};
use lotline_record::rules::Judge;
use lotline_record::text::{Arg, Message};
use lotline_record::trace::kin::{self, Descent, Kin, Kinship, Member};
use lotline_record::trace::marks::Marks;
use lotline_record::trace::report::{self, Known, Past, Row};
use serde::{Deserialize, Serialize};

/// Rows on one screen.
const SHOWN: usize = 8;
/// Lines of a history in one report.
const LINES: usize = 2_000;
/// The most days that are asked for: ten years.
const MOST_DAYS: u32 = 3_650;

/// Reading a report.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub(crate) struct Report {
    kind: Option<Kind>,
    /// What it is about, where it is about something.
    about: Option<About>,
    /// How far it reaches, where that is asked.
    days: Option<u32>,
    /// Days before today, of the exceptions.
    #[serde(default)]
    back: u32,
    page: usize,
    /// A shell is to save it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    saving: Option<Format>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Kind {
    History,
    Genealogy,
    Expiring,
    Aging,
    Exceptions,
}

impl Kind {
    const ALL: [(Kind, &'static str, &'static str); 5] = [
        (Kind::History, "history", "action-report-history"),
        (Kind::Genealogy, "genealogy", "action-report-genealogy"),
        (Kind::Expiring, "expiring", "action-report-expiring"),
        (Kind::Aging, "aging", "action-report-aging"),
        (Kind::Exceptions, "exceptions", "action-report-exceptions"),
    ];

    fn of(word: &str) -> Option<Self> {
        Self::ALL.iter().find(|(_, id, _)| *id == word).map(|(kind, ..)| *kind)
    }
}

/// How a report is saved.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Format {
    /// For a spreadsheet.
    Csv,
    /// For a browser and a printer.
    Page,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
enum About {
    Goods(Box<Goods>),
    Plate(PlateId),
}

impl Report {
    /// The report that a shell is to save, and as what.
    pub(crate) fn waiting(&self, context: &Context<'_>) -> Result<Option<(report::Report, Format)>, Error> {
        match self.saving {
            Some(format) => Ok(self.made(context)?.map(|made| (made, format))),
            None => Ok(None),
        }
    }

    /// Nothing is to be saved any more: it is done, or could not be.
    pub(crate) const fn settle(&mut self) {
        self.saving = None;
    }

    pub(crate) fn step(mut self, event: Event, context: &Context<'_>) -> Result<Step, Error> {
        self.saving = None;
        match event {
            Event::Back => Ok(Step::to(self.back())),
            Event::Choose(id) if id == "back" => Ok(Step::to(self.back())),
            Event::Choose(id) => Ok(self.choose(&id, context)),
            Event::Scan(Scanned::Unreadable(message)) => Ok(refuse(Step::to(self), context, message)),
            Event::Scan(Scanned::Label(label)) if self.is_about_something() => {
                if let Some(plate) = label.sscc.clone().filter(|_| label.gtin.is_none()) {
                    return self.plate(plate, context);
                }
                let mut judge = Judge::new();
                let Some(hand) = identify(&label, None, &mut judge, context)? else {
                    return Ok(stop_goods(Step::to(self), context, judge, Refs::default(), None));
                };
                if !context.carries(&hand.goods.owner) {
                    return Ok(refuse(Step::to(self), context, not_carried(&hand.goods.owner)));
                }
                let mut draft = observed(hand.goods.clone(), context);
                draft.verdict = judge.verdict();
                draft.scan = context.evidence.cloned();
                self.about = Some(About::Goods(Box::new(hand.goods)));
                self.page = 0;
                Ok(Step::to(self).write(draft))
            }
            Event::Scan(Scanned::Text(text)) | Event::Enter { text } if self.is_about_something() => {
                match PlateId::new(text.trim()) {
                    Ok(plate) if context.facts.plate(&plate)?.is_some() => self.plate(plate, context),
                    _ => {
                        let message = Message::new("stop-not-found").with("text", cut(text.trim(), 60));
                        Ok(refuse(Step::to(self), context, message))
                    }
                }
            }
            Event::Enter { text } if self.wants_days() => {
                let days = text.trim().parse::<u32>().ok();
                let Some(days) = days.filter(|days| *days <= MOST_DAYS) else {
                    let message = Message::new("stop-not-days")
                        .with("text", cut(text.trim(), 60))
                        .with("most", Arg::Number(i64::from(MOST_DAYS)));
                    return Ok(refuse(Step::to(self), context, message));
                };
                self.days = Some(days);
                Ok(Step::to(self))
            }
            Event::Scan(_) => Ok(refuse(Step::to(self), context, Message::new("stop-scan-not-here"))),
            Event::Enter { .. } | Event::Pin { .. } => Ok(Step::to(self)),
        }
    }

    fn is_about_something(&self) -> bool {
        matches!(self.kind, Some(Kind::History | Kind::Genealogy))
    }

    fn wants_days(&self) -> bool {
        matches!(self.kind, Some(Kind::Expiring | Kind::Aging)) && self.days.is_none()
    }

    fn plate(mut self, plate: PlateId, context: &Context<'_>) -> Result<Step, Error> {
        let owner = context.facts.plate(&plate)?.and_then(|known| known.owner);
        if let Some(owner) = owner.filter(|owner| !context.carries(owner)) {
            return Ok(refuse(Step::to(self), context, not_carried(&owner)));
        }
        let mut draft = Draft::new(Body::Seen(Seen::Plate { plate: plate.clone() }));
        draft.refs.plate = Some(plate.clone());
        draft.scan = context.evidence.cloned();
        self.about = Some(About::Plate(plate));
        self.page = 0;
        Ok(Step::to(self).write(draft))
    }

    fn back(mut self) -> Work {
        if self.about.take().is_some() || self.days.take().is_some() {
            self.page = 0;
        } else if self.kind.is_some() {
            self = Report::default();
        } else {
            return Work::Home;
        }
        self.into()
    }

    fn choose(mut self, id: &str, context: &Context<'_>) -> Step {
        match (self.kind, id.split_once(':').unwrap_or((id, ""))) {
            (None, ("report", word)) => self.kind = Kind::of(word),
            (Some(_), ("policy_days", _)) if self.wants_days() => self.days = Some(context.policy.expiry_alert_days),
            (Some(_), ("next", _)) => self.page += 1,
            (Some(Kind::Exceptions), ("day_before", _)) => {
                self.back = self.back.saturating_add(1).min(MOST_DAYS);
                self.page = 0;
            }
            (Some(_), ("save", "csv")) => self.saving = Some(Format::Csv),
            (Some(_), ("save", "page")) => self.saving = Some(Format::Page),
            _ => {}
        }
        Step::to(self)
    }

    /// The report as the picture has it now; `None` while something is still asked.
    fn made(&self, context: &Context<'_>) -> Result<Option<report::Report>, Error> {
        let known = known(context);
        let alert = context.policy.expiry_alert_days;
        let today = context.today;
        let Some(kind) = self.kind else { return Ok(None) };
        Ok(Some(match (kind, &self.about, self.days) {
            (Kind::History, Some(about), _) => history(about, known, context)?,
            (Kind::Genealogy, Some(About::Goods(goods)), _) => tree(&Member::of(goods), context)?,
            // What stands on a pallet has its own origin.
            (Kind::Genealogy, Some(About::Plate(plate)), _) => history(&About::Plate(plate.clone()), known, context)?,
            (Kind::Expiring, _, Some(days)) => {
                let (stock, cut) = context.facts.dated(By::Expiry, later(today, i64::from(days)))?;
                report::expiring(stock, days, alert, today, cut, known)
            }
            (Kind::Aging, _, Some(days)) => {
                let (stock, cut) = context.facts.dated(By::Received, later(today, -i64::from(days)))?;
                report::aging(stock, days, alert, today, cut, known)
            }
            (Kind::Exceptions, ..) => {
                let day = later(today, -i64::from(self.back));
                let (from, to) = report::span(day, known.zone_min);
                let (told, cut) = context.facts.exceptions_between(from, to)?;
                report::exceptions(told, day, context.policy.exception_target_minutes, cut, known)
            }
            (Kind::History | Kind::Genealogy, None, _) | (Kind::Expiring | Kind::Aging, _, None) => return Ok(None),
        }))
    }

    pub(crate) fn view(&self, context: &Context<'_>) -> Result<View, Error> {
        let Some(made) = self.made(context)? else {
            return Ok(self.asking(context));
        };
        let mut view = View::new("report.read", made.title.clone(), Message::new("report-read-prompt"));
        view.fields
            .push(ViewField::new("field-known", Arg::Message(Box::new(made.known.said()))));
        for note in made.notes() {
            view.fields
                .push(ViewField::new("field-sum", Arg::Message(Box::new(note))));
        }
        let pages = made.rows.len().div_ceil(SHOWN).max(1);
        let page = self.page % pages;
        if pages > 1 {
            let at = Message::new("report-page")
                .with("page", Arg::count(page + 1))
                .with("pages", Arg::count(pages));
            view.fields
                .push(ViewField::new("field-page", Arg::Message(Box::new(at))));
        }
        view.lines
            .extend(made.rows.into_iter().skip(page * SHOWN).take(SHOWN).map(line));
        view.actions = vec![
            ViewAction::numbered("save:csv", "action-report-csv", 1),
            ViewAction::numbered("save:page", "action-report-page", 2),
        ];
        if self.kind == Some(Kind::Exceptions) {
            view.actions
                .push(ViewAction::numbered("day_before", "action-report-day-before", 3));
        }
        if pages > 1 {
            view.actions.push(ViewAction::numbered("next", "action-next-page", 9));
        }
        view.actions.push(ViewAction::other("back", "action-back"));
        view.actions.push(ViewAction::look_up());
        if self.is_about_something() {
            view.awaits_scan();
        }
        Ok(view)
    }

    /// What is still asked: which report, what about, how many days.
    fn asking(&self, context: &Context<'_>) -> View {
        let title = Message::new("report-title");
        let mut view;
        if self.kind.is_none() {
            view = View::new("report.choose", title, Message::new("report-choose-prompt"));
            for (n, (_, id, label)) in Kind::ALL.into_iter().enumerate() {
                view.actions
                    .push(ViewAction::numbered(format!("report:{id}"), label, n + 1));
            }
        } else if self.wants_days() {
            view = View::new("report.days", title, Message::new("report-days-prompt"));
            let label = Message::new("action-report-days")
                .with("days", Arg::Number(i64::from(context.policy.expiry_alert_days)));
            view.actions.push(ViewAction {
                label,
                ..ViewAction::main("policy_days", "action-report-days")
            });
            view.awaits = (AwaitKind::Quantity, "days");
        } else {
            view = View::new("report.scan", title, Message::new("report-scan-prompt"));
            view.awaits_scan();
        }
        view.actions.push(ViewAction::other("back", "action-back"));
        view.actions.push(ViewAction::look_up());
        view
    }
}

/// A row of a report on the screen.
pub(super) fn line(row: Row) -> ViewLine {
    ViewLine {
        text: row.text,
        detail: row.detail,
        done: !row.alert,
        state: if row.alert { Look::Alert } else { Look::Plain },
    }
}

pub(super) fn known(context: &Context<'_>) -> Known {
    Known {
        at_ms: context.now_ms,
        zone_min: context.zone_min,
        cursor: context.cursor,
    }
}

/// `days` after a day, or the day itself where the calendar ends.
fn later(day: Day, days: i64) -> Day {
    day.checked_add_signed(chrono::TimeDelta::days(days)).unwrap_or(day)
}

/// The genealogy that this device knows.
pub(super) struct Record<'a, 'c>(pub(super) &'a Context<'c>);

impl Kinship for Record<'_, '_> {
    type Error = Error;

    fn kin(&self, of: &Member, descent: Descent) -> Result<Vec<Kin>, Error> {
        self.0.facts.kin(of, descent)
    }
}

/// What it was made of and what was made of it.
pub(super) fn tree(root: &Member, context: &Context<'_>) -> Result<report::Report, Error> {
    let up = kin::tree(&Record(context), root, Descent::Parents)?;
    let down = kin::tree(&Record(context), root, Descent::Children)?;
    let mut names = std::collections::BTreeMap::new();
    for branch in up.branches.iter().chain(&down.branches) {
        let member = &branch.kin.member;
        let key = (member.owner.clone(), member.item.clone());
        if let std::collections::btree_map::Entry::Vacant(entry) = names.entry(key) {
            entry.insert(name_of(&member.owner, &member.item, context)?);
        }
    }
    let name = |member: &Member| {
        let key = (member.owner.clone(), member.item.clone());
        names.get(&key).cloned().unwrap_or_else(|| member.item.to_string())
    };
    Ok(report::genealogy(root, &up, &down, name, known(context)))
}

fn history(about: &About, known: Known, context: &Context<'_>) -> Result<report::Report, Error> {
    let (subject, called) = match about {
        About::Plate(plate) => (Subject::Plate(plate.clone()), plate.to_string()),
        About::Goods(goods) => (subject_of(goods), Member::of(goods).name()),
    };
    let mut lines = context.facts.history(&subject, LINES + 1)?;
    let more = lines.len() > LINES;
    lines.truncate(LINES);
    let mut past = Vec::with_capacity(lines.len());
    for line in lines {
        past.push(past_of(line, context)?);
    }
    if let About::Goods(goods) = about {
        for line in &mut past {
            line.item.get_or_insert_with(|| goods.item.to_string());
        }
    }
    let marks = match about {
        About::Goods(goods) => context.facts.marks(&Member::of(goods))?,
        About::Plate(_) => Marks::default(),
    };
    Ok(report::history(&called, &past, &marks, more, known))
}

/// Whose history it is: of the unit, else of its lot, else of the item.
pub(super) fn subject_of(goods: &Goods) -> Subject {
    match (&goods.serial, &goods.lot) {
        (Some(serial), _) => Subject::Serial(serial.clone()),
        (None, lot) => Subject::Lot {
            owner: goods.owner.clone(),
            item: goods.item.clone(),
            lot: lot.as_ref().map(|l| l.number.clone()),
        },
    }
}

/// A line with the names that people know.
pub(super) fn past_of(line: HistoryFacts, context: &Context<'_>) -> Result<Past, Error> {
    let person = line
        .person
        .as_ref()
        .map(|person| context.facts.called(person))
        .transpose()?;
    // Who received it: the order says to whom it went.
    let partner = match line.document.as_deref().map(DocumentId::new) {
        Some(Ok(order)) if line.kind == "shipped" => context.facts.outbound(Some(&order))?.pop(),
        _ => None,
    };
    Ok(Past {
        at_ms: line.at_ms,
        zone_min: line.zone_min,
        device: line.device.as_ref().unwrap_or(context.device).to_string(),
        position: line.position,
        person,
        kind: line.kind,
        item: None,
        lot: line.lot,
        serial: line.serial,
        plate: None,
        from: line.from,
        to: line.to,
        amount: line.amount,
        document: line.document,
        partner: partner.map(|o| o.order.partner),
    })
}

/// What a person is told once a shell has saved it, or could not.
pub(crate) fn saved(place: Option<&str>) -> Feedback {
    match place {
        Some(place) => Feedback::Accept(Message::new("report-saved").with("place", Arg::text(place))),
        None => Feedback::Warn(Message::new("report-not-saved")),
    }
}
