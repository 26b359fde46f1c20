//! What a sweep shows.

use super::{Find, Sweep, named};
use crate::Error;
use crate::screen::Look;
use crate::work::load::digits_view;
use crate::work::{Context, View, ViewAction, ViewField, ViewLine, ViewProgress};
use lotline_record::model::Amount;
use lotline_record::text::{Arg, Message};

/// So many lines are drawn of missing units and of strays; the counts tell of all.
const SHOWN: usize = 40;

impl Sweep {
    pub(crate) fn view(&self, context: &Context<'_>) -> Result<View, Error> {
        let (id, prompt) = match (&self.place, &self.find) {
            _ if self.checking.is_some() => ("sweep.check", "sweep-place-prompt"),
            (None, _) => ("sweep.place", "sweep-place-prompt"),
            (Some(_), None) => ("sweep.read", "sweep-read-prompt"),
            (Some(_), Some(Find::Choose)) => ("sweep.choose", "sweep-choose-prompt"),
            (Some(_), Some(Find::Walk(_))) => ("sweep.find", "sweep-find-prompt"),
        };
        let mut view = View::new(id, Message::new("sweep-title"), Message::new(prompt));
        view.awaits_scan();
        let Some(place) = &self.place else {
            view.actions = vec![ViewAction::main("done", "action-done"), ViewAction::look_up()];
            if let Some(place) = &self.checking {
                digits_view(&mut view, place);
            }
            return Ok(view);
        };
        view.fields.push(ViewField {
            state: Look::Current,
            ..ViewField::new("field-place", Arg::text(place))
        });
        match &self.find {
            None => self.read_view(&mut view, context)?,
            Some(Find::Choose) => {
                for (n, one) in self.missing().take(SHOWN).enumerate() {
                    let action = ViewAction::numbered(format!("missing:{}", one.serial.serial), "plain", n + 1);
                    let label = named(one, context)?;
                    view.actions.push(ViewAction { label, ..action });
                }
            }
            Some(Find::Walk(finding)) => {
                let what = Arg::Message(Box::new(named(&finding.one, context)?));
                view.fields.push(ViewField::new("field-what", what));
                for heard in finding.heard.iter().rev() {
                    let text = match heard {
                        Some(dbm) => Message::new("sweep-signal").with("signal", Arg::Number(i64::from(*dbm))),
                        None => Message::new("sweep-silent"),
                    };
                    let detail = Message::new("plain").with("text", Arg::Text(bar(*heard)));
                    view.lines.push(ViewLine {
                        text,
                        detail,
                        done: false,
                        state: Look::Plain,
                    });
                }
                if let Some(last) = view.lines.first_mut() {
                    last.state = Look::Current;
                }
            }
        }
        view.actions.push(ViewAction::other("back", "action-back"));
        if self.find.is_none() {
            view.actions.push(ViewAction::undo());
            view.actions.push(ViewAction::look_up());
        }
        Ok(view)
    }

    fn read_view(&self, view: &mut View, context: &Context<'_>) -> Result<(), Error> {
        let missing = self.missing().count();
        let all = self.expected.len();
        for (label, n, odd) in [
            ("field-expected", all, false),
            ("field-read", all - missing, false),
            ("field-missing", missing, missing > 0),
            ("field-strays", self.strays.len(), !self.strays.is_empty()),
            ("field-strange", self.strange, false),
        ] {
            let make = if odd { ViewField::alert } else { ViewField::new };
            view.fields.push(make(label, Arg::count(n)));
        }
        let whole = |n: usize| Amount::whole(u32::try_from(n).unwrap_or(u32::MAX));
        view.progress = (all > 0).then(|| ViewProgress {
            done: whole(all - missing),
            total: whole(all),
            unit: String::new(),
        });
        for one in self.strays.iter().take(SHOWN) {
            let at = context.facts.serial(&one.serial)?.map(|known| known.account);
            view.lines.push(ViewLine {
                text: named(one, context)?,
                detail: match at {
                    Some(at) => Message::new("sweep-stray").with("place", Arg::Account(at)),
                    None => Message::new("sweep-stray-unknown"),
                },
                done: false,
                state: Look::Alert,
            });
        }
        for one in self.missing().take(SHOWN) {
            view.lines.push(ViewLine {
                text: named(one, context)?,
                detail: Message::new("sweep-missing"),
                done: false,
                state: Look::Plain,
            });
        }
        view.actions.push(ViewAction::main("close", "action-sweep-close"));
        if missing > 0 {
            view.actions.push(ViewAction::numbered("find", "action-sweep-find", 1));
        }
        if !self.strays.is_empty() {
            view.actions
                .push(ViewAction::numbered("bring", "action-sweep-bring", 2));
        }
        Ok(())
    }
}

/// A strength from -90 to -30 dBm as a bar of twelve.
fn bar(heard: Option<i32>) -> String {
    let full = heard.map_or(0, |dbm| ((dbm + 90) / 5).clamp(0, 12));
    (0..12).map(|n| if n < full { '▮' } else { '▯' }).collect()
}
