//! `GET /v1/ready`: whether work that comes now is done now. `GET /v1/health` says only that the process lives.

use super::{App, Failure};
use axum::extract::State;
use axum::http::StatusCode;
use lotline_record::wire::Code;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;
use tokio::time::Instant;

/// An answer stands for so long: whoever asks, the ledger is asked no more often.
const STANDS: Duration = Duration::from_secs(1);
/// The ledger has this long for a transaction.
const LEDGER: Duration = Duration::from_secs(5);

/// What is known of being ready.
pub(super) struct Readiness {
    last: tokio::sync::Mutex<Option<(Instant, Vec<&'static str>)>>,
    /// When the applier began its latest round.
    beat: Mutex<Instant>,
    /// An applier that begins no round for so long stands still.
    silence: Duration,
}

impl Readiness {
    pub(super) fn new(silence: Duration) -> Self {
        Readiness {
            last: tokio::sync::Mutex::default(),
            beat: Mutex::new(Instant::now()),
            silence,
        }
    }

    fn applies(&self) -> bool {
        self.beat.lock().unwrap_or_else(PoisonError::into_inner).elapsed() <= self.silence
    }

    /// The applier begins a round.
    pub(super) fn beat(&self) {
        *self.beat.lock().unwrap_or_else(PoisonError::into_inner) = Instant::now();
    }

    /// What is in the way; one look at a time.
    async fn lacks(&self, app: &Arc<App>) -> Vec<&'static str> {
        let mut last = self.last.lock().await;
        if let Some((at, lacks)) = &*last
            && at.elapsed() < STANDS
        {
            return lacks.clone();
        }
        let mut lacks = Vec::new();
        let written = tokio::time::timeout(LEDGER, app.run(|app| app.ledger().check_writable())).await;
        if !matches!(written, Ok(Ok(()))) {
            lacks.push("the ledger takes no transaction");
        }
        if !self.applies() {
            lacks.push("applying stands still");
        }
        *last = Some((Instant::now(), lacks.clone()));
        lacks
    }
}

pub(super) async fn ready(State(app): State<Arc<App>>) -> Result<StatusCode, Failure> {
    let lacks = if *app.stop.borrow() {
        vec!["it is stopping"]
    } else {
        app.readiness.lacks(&app).await
    };
    if lacks.is_empty() {
        return Ok(StatusCode::NO_CONTENT);
    }
    // Why exactly is the operator's, in the log: anyone may ask here.
    Err(Failure::new(Code::Unavailable, format!("not ready: {}", lacks.join("; "))).after(5))
}
