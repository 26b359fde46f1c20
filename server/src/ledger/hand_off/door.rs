//! The ledger's door to the hand-off.

use super::{BackEndLine, Due, Outcome, RefusedLine, Terms, lines, person, register};
use crate::access::By;
use crate::ledger::{Ledger, Result};
use lotline_record::entry::Instant;
use std::collections::BTreeSet;

impl Ledger {
    /// The back-ends of the site are these from now on. The site's first is told of all that the ledger has, one that comes
    /// back of what came meanwhile, any other of what comes. What waits for one that is not among them stays.
    pub fn register_back_ends(&self, all: &[Terms], now: Instant) -> Result<()> {
        register::register(self.store(), all, now)
    }

    /// Up to `most` movements whose turn it is for a back-end, but those `in_hand`. What was queued counts as sent from here
    /// on. `holder` names this gateway among those that share a ledger: one of them tells a back-end at a time.
    pub fn take_due(
        &self,
        back_end: &str,
        holder: &str,
        now: Instant,
        most: usize,
        in_hand: &BTreeSet<i64>,
    ) -> Result<Vec<Due>> {
        super::take(self.store(), back_end, holder, now, most, in_hand)
    }

    /// Lets other gateways that share the ledger tell the back-end.
    pub fn let_go(&self, back_end: &str, holder: &str) -> Result<()> {
        super::let_go(self.store(), back_end, holder)
    }

    /// Writes down what became of a movement.
    pub fn settle_movement(&self, due: &Due, settled: &Outcome, now: Instant) -> Result<()> {
        super::settle(self.store(), due, settled, now)
    }

    /// Holds a back-end, or lets it go on; told in the audit trail.
    ///
    /// # Errors
    /// [`UnknownBackEnd`](crate::LedgerError::UnknownBackEnd).
    pub fn pause_back_end(&self, by: &By, back_end: &str, pause: bool, now: Instant) -> Result<()> {
        person::pause(self.store(), by, back_end, pause, now)
    }

    /// Has a back-end told once more of a movement that it refused or that failed too often, or of all of them; told in the
    /// audit trail. It is asked for first. Those whose bytes are in an archive stay. Gives how many.
    ///
    /// # Errors
    /// [`UnknownBackEnd`](crate::LedgerError::UnknownBackEnd).
    pub fn replay(&self, by: &By, back_end: &str, arrival: Option<i64>) -> Result<usize> {
        person::replay(self.store(), by, back_end, arrival)
    }

    /// Every back-end that the ledger knows, by name.
    pub fn back_ends(&self) -> Result<Vec<BackEndLine>> {
        lines::lines(self.store())
    }

    /// Movements that wait for a person, the newest first.
    pub fn refused_movements(&self, most: usize) -> Result<Vec<RefusedLine>> {
        lines::refusals(self.store(), most)
    }
}
