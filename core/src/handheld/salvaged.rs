//! A record that was damaged: said once to who works here, and an exception for who looks after the handhelds.

use super::desk::Desk;
use super::{Handheld, Moment};
use crate::Error;
use crate::store::Draft;
use crate::work::Stop;
use lotline_record::entry::Body;
use lotline_record::stock::exception_name;
use lotline_record::text::{Arg, Message};

impl Handheld {
    /// Tells what was saved, unless it was told. While a stop stands it waits. Gives the moment after it.
    pub(super) fn tell_salvaged(&self, desk: &mut Desk, moment: Moment) -> Result<Moment, Error> {
        let Some(salvaged) = self.store.salvaged().filter(|_| desk.stop.is_none()) else {
            return Ok(moment);
        };
        let count = |count: u64| Arg::Number(i64::try_from(count).unwrap_or(i64::MAX));
        let message = Message::new("stop-journal-damaged")
            .with("saved", count(salvaged.saved))
            .with("lost", count(salvaged.lost))
            .with("file", Arg::text(&salvaged.file));
        let raised = Body::Raised {
            exception: exception_name(&moment.device, moment.next)
                .ok_or_else(|| Error::bug("an exception without a name"))?,
            code: "journal_damaged".to_owned(),
            message: message.clone(),
            goods: None,
            at: None,
            line: None,
            known_expiry: None,
        };
        desk.stop = Some(Stop { message, aside: None });
        // A folder that does not even know its device any more has no chain to write into.
        let known = self.store.standing()?.site.is_some();
        let drafts = known.then(|| Draft::new(raised)).into_iter().collect();
        self.commit(desk, &moment, drafts)?;
        self.store.salvage_told()?;
        self.moment(desk)
    }
}
