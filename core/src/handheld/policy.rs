//! A policy that came down and does not take effect: said once to who works here, and an exception for who publishes.

use super::desk::{Desk, Gate};
use super::{Handheld, Moment};
use crate::Error;
use crate::store::Draft;
use crate::work::Stop;
use lotline_record::entry::Body;
use lotline_record::stock::exception_name;

impl Handheld {
    /// Raises what was refused, unless it was already. While a stop stands it waits: it changes nothing on the floor.
    pub(super) fn tell_refused_policy(&self, desk: &mut Desk, moment: &Moment) -> Result<(), Error> {
        let Some(refused) = &moment.refused else { return Ok(()) };
        let waits = desk.stop.is_some() || !matches!(desk.gate, Gate::In(_));
        if waits || desk.refused_policy == Some(refused.version) {
            return Ok(());
        }
        let message = refused.message();
        let draft = Draft::new(Body::Raised {
            exception: exception_name(&moment.device, moment.next)
                .ok_or_else(|| Error::bug("an exception without a name"))?,
            code: "policy_refused".to_owned(),
            message: message.clone(),
            goods: None,
            at: None,
            line: None,
            known_expiry: None,
        });
        desk.refused_policy = Some(refused.version);
        desk.stop = Some(Stop { message, aside: None });
        self.commit(desk, moment, vec![draft])
    }
}
