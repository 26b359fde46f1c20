//! Reasons that the policy offers, and what a person typed instead of one.

use super::{Event, View, ViewAction};
use lotline_record::model::Reason;
use lotline_record::text::{Arg, Message};

/// Most characters of a reason; an entry has its limit, and a screen too.
const MOST: usize = 200;

/// The code chosen among those offered, or what was typed.
pub(super) fn chosen(event: &Event, offered: &[Reason]) -> Option<String> {
    match event {
        Event::Choose(id) => {
            let code = id.strip_prefix("reason:")?;
            offered.iter().any(|r| r.code == code).then(|| code.to_owned())
        }
        Event::Enter { text } => {
            let text: String = text.trim().chars().filter(|c| !c.is_control()).take(MOST).collect();
            (!text.is_empty()).then_some(text)
        }
        _ => None,
    }
}

/// Offers them as numbered actions.
pub(super) fn offer(offered: &[Reason], view: &mut View) {
    for (n, reason) in offered.iter().enumerate() {
        view.actions.push(ViewAction {
            label: name(reason),
            ..ViewAction::numbered(format!("reason:{}", reason.code), "plain", n + 1)
        });
    }
}

/// What a reason is called: the site's words, else Lotline's for the codes it knows, else the code.
pub(super) fn name(reason: &Reason) -> Message {
    let plain = |text: &str| Message::new("plain").with("text", Arg::text(text));
    if !reason.name.is_empty() {
        return plain(&reason.name);
    }
    match reason.code.as_str() {
        "damaged" => Message::new("reason-damaged"),
        "expired" => Message::new("reason-expired"),
        "buried" => Message::new("reason-buried"),
        "customer" => Message::new("reason-customer"),
        "not_there" => Message::new("reason-not-there"),
        "recalled" => Message::new("reason-recalled"),
        "contaminated" => Message::new("reason-contaminated"),
        "label" => Message::new("reason-label"),
        "way_blocked" => Message::new("reason-way-blocked"),
        "too_heavy" => Message::new("reason-too-heavy"),
        code => plain(code),
    }
}
