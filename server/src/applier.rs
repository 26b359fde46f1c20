//! Applying follows receiving: one task, woken by intake, that also picks up where the last run stopped.

use crate::edge;
use crate::http::{App, Moved};
use crate::ledger::{Hook, LedgerError};
use std::sync::Arc;
use std::time::Duration;

/// Entries a transaction: intake waits for the writer no longer than these take, and goes first for a moment between two.
const BATCH: usize = 200;
/// Entries that become events of EPCIS in one transaction.
const TOLD: u32 = 500;
/// Other processes write to the ledger as well (an import, a revocation): looked for this often.
const LOOK: Duration = Duration::from_secs(1);

pub(crate) async fn run(app: Arc<App>, hook: Option<Arc<Hook>>) {
    let mut stop = app.stopped();
    while !*stop.borrow() {
        app.beat();
        let (ledger, hook) = (app.ledger().clone(), hook.clone());
        let telling = app.epcis().is_open().then(|| app.gln().map(str::to_owned));
        let applied = tokio::task::spawn_blocking(move || {
            let applied = ledger.apply_between_pushes(BATCH, hook.as_deref())?;
            if let Some(gln) = telling {
                // What is left comes with the next round.
                ledger.tell_events(gln.as_deref(), TOLD, edge::now())?;
            }
            Ok::<_, LedgerError>((applied.entries, Moved::of(&ledger)?))
        })
        .await;
        match applied {
            Ok(Ok((entries, moved))) => {
                app.tell(moved);
                app.metrics.applied.inc_by(entries as u64);
                if entries > 0 {
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
