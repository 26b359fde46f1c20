//! Who waits in `sync_now`, and what they are answered.

use crate::Error;
use crate::sync::SyncReport;
use std::cell::RefCell;
use std::rc::Rc;
use std::sync::mpsc::Sender;
use tokio::time::Instant;

// Somebody who waits in `sync_now`.
pub(super) struct Job {
    pub(super) deadline: Instant,
    pub(super) report: SyncReport,
    pub(super) reply: Sender<Result<SyncReport, Error>>,
}

// All who wait. Shared with the deadline's timer while a request runs.
#[derive(Clone, Default)]
pub(super) struct Jobs(pub(super) Rc<RefCell<Vec<Job>>>);

impl Jobs {
    pub(super) fn is_empty(&self) -> bool {
        self.0.borrow().is_empty()
    }

    pub(super) fn first_deadline(&self) -> Option<Instant> {
        self.0.borrow().iter().map(|job| job.deadline).min()
    }

    pub(super) fn note(&self, note: impl Fn(&mut SyncReport)) {
        self.0.borrow_mut().iter_mut().for_each(|job| note(&mut job.report));
    }

    // Answers every job that `outcome` has an answer for.
    pub(super) fn finish(&self, outcome: impl Fn(&Job) -> Option<Result<SyncReport, Error>>) {
        self.0.borrow_mut().retain(|job| match outcome(job) {
            Some(answer) => {
                // Who asked may be gone.
                let _ = job.reply.send(answer);
                false
            }
            None => true,
        });
    }

    // Whatever is left to do, they get what there is by now.
    pub(super) fn finish_with_more(&self) {
        self.finish(|job| {
            Some(Ok(SyncReport {
                more: true,
                ..job.report
            }))
        });
    }

    pub(super) fn finish_late(&self) {
        let now = Instant::now();
        self.finish(|job| {
            (job.deadline <= now).then_some(Ok(SyncReport {
                more: true,
                ..job.report
            }))
        });
    }

    pub(super) fn fail(&self, error: &Error) {
        self.finish(|_| Some(Err(error.clone())));
    }
}
