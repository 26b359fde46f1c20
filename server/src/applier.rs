//! Applying follows receiving: one task, woken by intake, that also picks up where the last run stopped.

use crate::http::App;
use crate::ledger::Hook;
use std::sync::Arc;
use std::time::Duration;

/// Entries a transaction: intake waits for the writer no longer than these take.
const BATCH: usize = 200;
/// Other processes write to the ledger as well (an import, a revocation): looked for this often.
const LOOK: Duration = Duration::from_secs(1);

pub(crate) async fn run(app: Arc<App>, hook: Option<Arc<Hook>>) {
    let mut stop = app.stopped();
    while !*stop.borrow() {
        app.beat();
        let (ledger, hook) = (app.ledger().clone(), hook.clone());
        let applied = tokio::task::spawn_blocking(move || {
            ledger.freshen()?;
            ledger.apply(BATCH, hook.as_deref())
        })
        .await;
        match applied {
            Ok(Ok(applied)) => {
                app.tell(applied.cursor);
                app.metrics.applied.inc_by(applied.entries as u64);
                if applied.entries > 0 {
                    app.movements.notify_one();
                    continue;
                }
            }
            Ok(Err(error)) => {
                app.metrics.ledger_failed(&error);
                tracing::error!(%error, "applying waits");
            }
            Err(error) => tracing::error!(%error, "applying failed"),
        }
        tokio::select! {
            () = app.received.notified() => {}
            () = tokio::time::sleep(LOOK) => {}
            _ = stop.changed() => {}
        }
    }
}
