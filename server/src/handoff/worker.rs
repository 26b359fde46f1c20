//! One back-end's worker: takes movements whose turn it is, asks or tells, and writes down what became of them.

use super::{Answer, Away, BackEnd, Movement, Standing};
use crate::edge;
use crate::http::{App, Moved};
use crate::ledger::{Due, Settled, Stage};
use lotline_record::entry::Instant;
use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::Duration;
use tokio::task::JoinSet;

/// Other processes apply, pause and replay as well: looked for this often.
const LOOK: Duration = Duration::from_millis(500);
const LONGEST_WAIT_MS: i64 = 5 * 60 * 1000;
/// A back-end that answers again must not wait for long until it is noticed.
const LONGEST_AWAY_MS: i64 = 30 * 1000;
/// What a back-end may ask to be left alone for.
const LONGEST_ASKED: Duration = Duration::from_hours(1);

/// Full jitter: between nothing and 1 s · 2^tries, at most `longest`.
fn wait_ms(tries: u32, random: u32, longest: i64) -> i64 {
    let most = (1000_i64 << tries.min(16)).min(longest);
    100 + i64::from(random) * most / (1 << 32)
}

fn random() -> u32 {
    u32::from_le_bytes(edge::random())
}

/// Whether the back-end is there, as far as the last answers tell. While it is not, one request at a time finds out.
#[derive(Debug, Default)]
struct Pace {
    failures: u32,
    until: Option<tokio::time::Instant>,
}

impl Pace {
    fn answered(&mut self) {
        *self = Pace::default();
    }

    fn away(&mut self, how: Away, now: tokio::time::Instant) -> Duration {
        let wait = match how {
            Away::For(wait) => wait.min(LONGEST_ASKED),
            Away::Soon => {
                let ms = wait_ms(self.failures, random(), LONGEST_AWAY_MS);
                Duration::from_millis(ms.unsigned_abs())
            }
        };
        self.failures = self.failures.saturating_add(1);
        // Answers of requests that were on their way together: the longest of their waits holds.
        self.until = self.until.max(Some(now + wait));
        wait
    }

    /// How many requests may be on their way now, of `parallel`.
    fn room(&self, parallel: usize, now: tokio::time::Instant) -> usize {
        match self.until {
            Some(until) if until > now => 0,
            Some(_) => 1,
            None => parallel,
        }
    }
}

/// What one movement's turn brought.
struct Turn {
    due: Due,
    settled: Settled,
    /// None: the back-end answered.
    away: Option<Away>,
    answer: &'static str,
    seconds: f64,
    /// Seconds from when it happened to when the back-end had it.
    latency: Option<f64>,
}

fn later(ms: i64) -> Instant {
    Instant::from_unix_ms(edge::now().unix_ms() + ms)
}

#[allow(clippy::cast_precision_loss, reason = "milliseconds of centuries fit a double")]
fn latency(movement: &Movement) -> f64 {
    (edge::now().unix_ms() - movement.happened().unix_ms()).max(0) as f64 / 1_000.0
}

/// Asks where it may be there, and tells it where it is not.
async fn turn(back_end: Arc<BackEnd>, due: Due) -> Turn {
    let began = tokio::time::Instant::now();
    let movement = match Movement::of(due) {
        Ok(movement) => movement,
        Err(unread) => {
            let (due, why) = *unread;
            return Turn {
                due,
                settled: Settled::Rejected(why),
                away: None,
                answer: "rejected",
                seconds: 0.0,
                latency: None,
            };
        }
    };
    let wait = later(wait_ms(movement.due.tries, random(), LONGEST_WAIT_MS));
    let standing = match movement.due.stage {
        Stage::Queued => Standing::Absent,
        Stage::Sent | Stage::Accepted => back_end.connector.ask(&movement).await,
    };
    let mut away = None;
    let (settled, answer) = match standing {
        Standing::Applied(reference) => (Settled::Applied { reference }, "applied"),
        Standing::Rejected(why) => (Settled::Rejected(why), "rejected"),
        Standing::Pending => (
            Settled::Accepted {
                reference: None,
                at: wait,
            },
            "accepted",
        ),
        Standing::Unclear(reason) => {
            away = Some(Away::Soon);
            (Settled::Unknown { reason, at: wait }, "unknown")
        }
        Standing::Absent => match back_end.connector.tell(&movement).await {
            Answer::Applied(reference) => (Settled::Applied { reference }, "applied"),
            Answer::Accepted(reference) => (Settled::Accepted { reference, at: wait }, "accepted"),
            Answer::Rejected(why) => (Settled::Rejected(why), "rejected"),
            Answer::Unknown(reason) => {
                away = Some(Away::Soon);
                (Settled::Unknown { reason, at: wait }, "unknown")
            }
            Answer::NotDone { why, away: Some(how) } => {
                away = Some(how);
                // The back-end as a whole is left alone: its movements are due as soon as it is not.
                let at = edge::now();
                let (reason, failed) = (why, false);
                (Settled::NotDone { reason, at, failed }, "away")
            }
            Answer::NotDone { why, away: None } if movement.due.failed + 1 >= back_end.most_failures => {
                (Settled::Dead(why), "dead")
            }
            Answer::NotDone { why, away: None } => {
                let (reason, failed, at) = (why, true, wait);
                (Settled::NotDone { reason, at, failed }, "not_done")
            }
        },
    };
    let first = movement.due.stage != Stage::Accepted;
    let has = matches!(settled, Settled::Applied { .. } | Settled::Accepted { .. });
    Turn {
        latency: (first && has).then(|| latency(&movement)),
        due: movement.due,
        settled,
        away,
        answer,
        seconds: began.elapsed().as_secs_f64(),
    }
}

/// Writes down what a turn brought. What cannot be written down now is asked for later: it counts as sent.
async fn note(app: &Arc<App>, name: &str, turned: &Turn) {
    app.metrics.told_back_end(name, turned.answer, turned.seconds);
    if let Some(seconds) = turned.latency {
        app.metrics.back_end_has(name, seconds);
    }
    let (due, settled) = (turned.due.clone(), turned.settled.clone());
    let noted = app
        .run(move |app| {
            app.ledger().settle_movement(&due, &settled, edge::now())?;
            Moved::of(app.ledger())
        })
        .await;
    if let Ok(moved) = noted {
        app.tell(moved);
    }
}

/// `holder` names this gateway among those that share a ledger.
pub(crate) async fn run(app: Arc<App>, back_end: BackEnd, holder: String) {
    let back_end = Arc::new(back_end);
    let name = back_end.name.clone();
    app.metrics.speaks_to(&name);
    let (mut stop, mut moved) = (app.stopped(), app.moved());
    let (mut turns, mut in_hand, mut pace) = (JoinSet::new(), BTreeSet::new(), Pace::default());
    while !*stop.borrow() {
        let room = pace
            .room(back_end.parallel, tokio::time::Instant::now())
            .saturating_sub(in_hand.len());
        let found = if room == 0 {
            Vec::new()
        } else {
            let (name, holder, known) = (name.clone(), holder.clone(), in_hand.clone());
            app.run(move |app| app.ledger().take_due(&name, &holder, edge::now(), room, &known))
                .await
                .unwrap_or_default()
        };
        for due in found {
            in_hand.insert(due.arrival);
            turns.spawn(turn(Arc::clone(&back_end), due));
        }
        tokio::select! {
            Some(turned) = turns.join_next() => match turned {
                Ok(turned) => {
                    match turned.away {
                        None => pace.answered(),
                        Some(how) => {
                            let wait = pace.away(how, tokio::time::Instant::now());
                            tracing::warn!(back_end = %name, tries = turned.due.tries, ?wait, outcome = ?turned.settled, "a back-end does not take movements");
                        }
                    }
                    note(&app, &name, &turned).await;
                    in_hand.remove(&turned.due.arrival);
                }
                Err(error) => {
                    // A bug in a connector: which movement it was is asked for anew.
                    tracing::error!(back_end = %name, %error, "telling a back-end failed");
                    while turns.join_next().await.is_some() {}
                    in_hand.clear();
                    pace.away(Away::Soon, tokio::time::Instant::now());
                }
            },
            _ = moved.changed() => {}
            () = tokio::time::sleep(LOOK) => {}
            _ = stop.changed() => {}
        }
    }
    // What is on its way is written down, so that nothing need be asked for after an orderly stop.
    while let Some(turned) = turns.join_next().await {
        if let Ok(turned) = turned {
            note(&app, &name, &turned).await;
        }
    }
    let _ = app.run(move |app| app.ledger().let_go(&name, &holder)).await;
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn waiting_grows_to_five_minutes_and_no_further() {
        let wait = |tries| wait_ms(tries, u32::MAX, LONGEST_WAIT_MS);
        assert!(wait(0) <= 1_100);
        assert!(wait(4) > 15_000);
        assert!(wait(4_000_000) <= LONGEST_WAIT_MS + 100);
        assert!(wait_ms(9, 0, LONGEST_WAIT_MS) >= 100);
    }

    #[test]
    fn a_back_end_that_asks_to_be_left_alone_is_then_asked_by_one_request_until_it_answers() {
        let (mut pace, now) = (Pace::default(), tokio::time::Instant::now());
        let after = |seconds| now + Duration::from_secs(seconds);
        assert_eq!(pace.room(8, now), 8);
        pace.away(Away::For(Duration::from_secs(7)), now);
        pace.away(Away::For(Duration::from_secs(2)), now);
        assert_eq!(pace.room(8, after(6)), 0, "the longest of its words holds");
        assert_eq!(pace.room(8, after(8)), 1);
        pace.answered();
        assert_eq!(pace.room(8, now), 8);
        assert_eq!(pace.away(Away::For(Duration::from_hours(24)), now), LONGEST_ASKED);
    }
}
