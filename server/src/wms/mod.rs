//! The port to the warehouse's own system: movements go there once applied, each device's in order, until it has them
//! or says that it will not (failure matrix, row 50). `docs/wms.md` says what goes over the wire.

mod http;

use crate::edge;
use crate::http::{App, Moved};
use crate::ledger::{Due, Taken};
use lotline_record::entry::Instant;
use std::sync::Arc;
use std::time::Duration;

/// Where the warehouse's own system is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WmsConfig {
    /// Takes a `POST` of one movement as JSON.
    pub url: String,
}

/// A way to speak to it.
#[derive(Debug, Clone)]
pub(crate) enum Port {
    /// JSON over HTTP.
    Http(http::Http),
}

/// What one attempt brought.
enum Answer {
    Taken,
    /// It will look at it: neither taken nor refused yet.
    Pending,
    Refused(String),
    Unreachable(String),
}

impl Answer {
    fn name(&self) -> &'static str {
        match self {
            Answer::Taken => "taken",
            Answer::Pending => "pending",
            Answer::Refused(_) => "refused",
            Answer::Unreachable(_) => "unreachable",
        }
    }
}

impl Port {
    pub(crate) fn open(config: &WmsConfig) -> Result<Self, String> {
        http::Http::open(&config.url).map(Port::Http)
    }

    async fn tell(&self, due: &Due) -> Answer {
        match self {
            Port::Http(http) => http.tell(due).await,
        }
    }
}

const LOOK: Duration = Duration::from_millis(500);
const LONGEST_WAIT_MS: i64 = 5 * 60 * 1000;

/// Full jitter: between nothing and 1 s · 2^tries, at most five minutes. It never gives up.
fn wait_ms(tries: u32, random: u32) -> i64 {
    let most = (1000_i64 << tries.min(16)).min(LONGEST_WAIT_MS);
    100 + i64::from(random) * most / (1 << 32)
}

pub(crate) async fn run(app: Arc<App>, port: Port) {
    let mut stop = app.stopped();
    while !*stop.borrow() {
        let due = app
            .run(|app| app.ledger().wms_due(edge::now()))
            .await
            .unwrap_or_default();
        if due.is_empty() {
            tokio::select! {
                () = app.movements.notified() => {}
                () = tokio::time::sleep(LOOK) => {}
                _ = stop.changed() => {}
            }
            continue;
        }
        // One a device at a time keeps each device's order; devices do not wait for each other.
        let told = due.into_iter().map(|due| {
            let (app, port) = (Arc::clone(&app), port.clone());
            async move {
                let later = || {
                    let wait = wait_ms(due.tries, u32::from_le_bytes(edge::random()));
                    Taken::Later(Instant::from_unix_ms(edge::now().unix_ms() + wait))
                };
                let began = tokio::time::Instant::now();
                let answer = port.tell(&due).await;
                app.metrics.told_wms(answer.name(), began.elapsed().as_secs_f64());
                let taken = match answer {
                    Answer::Taken => Taken::InWms,
                    Answer::Refused(why) => Taken::Refused(why),
                    Answer::Pending => later(),
                    Answer::Unreachable(why) => {
                        tracing::warn!(why, tries = due.tries, "the warehouse's own system does not answer");
                        later()
                    }
                };
                // What cannot be written down now is told again: the reference keeps it from counting twice.
                let settled = app
                    .run(move |app| {
                        app.ledger().wms_settle(&due, &taken)?;
                        Moved::of(app.ledger())
                    })
                    .await;
                if let Ok(moved) = settled {
                    app.tell(moved);
                }
            }
        });
        futures_util::future::join_all(told).await;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn waiting_grows_to_five_minutes_and_no_further() {
        assert!(wait_ms(0, u32::MAX) <= 1_100);
        assert!(wait_ms(4, u32::MAX) > 15_000);
        assert!(wait_ms(4_000_000, u32::MAX) <= LONGEST_WAIT_MS + 100);
        assert!(wait_ms(9, 0) >= 100);
    }
}
