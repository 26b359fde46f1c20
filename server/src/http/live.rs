//! Live: the picture moved, come and fetch. What must stop work at once comes with the news. One stream while a screen is on.

use super::auth::authorize;
use super::{App, Failure, Moved};
use crate::{edge, metrics};
use axum::extract::{Query, State};
use axum::http::{HeaderMap, Method, Uri};
use axum::response::sse::{Event, KeepAlive, Sse};
use futures_util::{Stream, StreamExt, stream};
use lotline_record::model::DeviceId;
use lotline_record::wire::Code;
use serde::Deserialize;
use std::convert::Infallible;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::watch;
use tokio::time::Instant;

/// A sign of life after this time without an event. A device gives a stream up that is silent for 60 s.
const ALIVE: Duration = Duration::from_secs(25);
/// How often a live stream asks whether its device was cut off by another process.
const LOOK: Duration = Duration::from_secs(20);
/// A device is told of ordinary changes no more often: each time it pulls, and of many in a row one pull brings all.
const APART: Duration = Duration::from_millis(500);
/// Rows that come with the news; of more the device is told that they are there.
const ROWS: usize = 100;
/// The same in bytes: some seconds of a poor network.
const BYTES: usize = 16 * 1024;

#[derive(Deserialize)]
pub(super) struct From {
    urgent: Option<u64>,
    server_epoch: Option<String>,
}

/// The next look at how far the picture is; `None` when the server stops.
async fn next(moved: &mut watch::Receiver<Moved>, stop: &mut watch::Receiver<bool>) -> Option<Moved> {
    let open = tokio::select! {
        changed = moved.changed() => changed.is_ok(),
        _ = stop.wait_for(|stop| *stop) => false,
    };
    open.then(|| *moved.borrow_and_update())
}

fn changed(moved: Moved) -> Event {
    Event::default().event("changed").data(moved.cursor.to_string())
}

/// Events `changed` with the cursor as data: one at once, then one a change; ends when the server stops.
/// Counted as a stream to `to` while it is open.
pub(crate) fn events(app: &App, to: &'static str) -> impl Stream<Item = Result<Event, Infallible>> + use<> {
    let (mut moved, stop) = (app.moved(), app.stopped());
    moved.mark_changed();
    let open = app.metrics.stream(to);
    stream::unfold((moved, stop, open), |(mut moved, mut stop, open)| async move {
        let now = next(&mut moved, &mut stop).await?;
        Some((Ok(changed(now)), (moved, stop, open)))
    })
}

/// A device that has a stream open, for as long as this lives.
struct Listening {
    _counted: metrics::Stream,
    app: Arc<App>,
    device: DeviceId,
}

impl Listening {
    fn begin(app: Arc<App>, device: DeviceId) -> Self {
        *app.listening().entry(device.clone()).or_default() += 1;
        Listening {
            _counted: app.metrics.stream("device"),
            app,
            device,
        }
    }

    /// What must stop work at once and changed after `told`; `None` where it is too much to come with the news, or cannot be
    /// read now: the device then asks.
    async fn urgent(&self, told: u64) -> Option<(String, u64)> {
        let device = self.device.clone();
        let look = move |app: &App| app.ledger().urgent_page(&device, told, ROWS, edge::now());
        let page = self.app.run(look).await.ok()?;
        let text = serde_json::to_string(&page).ok()?;
        (!page.more && text.len() <= BYTES).then_some((text, page.to))
    }
}

impl Drop for Listening {
    fn drop(&mut self) {
        let mut listening = self.app.listening();
        if let Some(streams) = listening.get_mut(&self.device) {
            *streams -= 1;
            if *streams == 0 {
                listening.remove(&self.device);
            }
        }
    }
}

/// What a device is told that has what is urgent up to `told`: `urgent` ahead of each `changed`.
fn of_device(listening: Listening, told: u64) -> impl Stream<Item = Result<Event, Infallible>> {
    let (mut moved, stop) = (listening.app.moved(), listening.app.stopped());
    moved.mark_changed();
    stream::unfold(
        (moved, stop, listening, told, None::<Instant>),
        |(mut moved, mut stop, listening, mut told, said)| async move {
            let mut now = next(&mut moved, &mut stop).await?;
            if let Some(said) = said {
                // What must stop work at once does not wait.
                while now.urgent <= told {
                    tokio::select! {
                        () = tokio::time::sleep_until(said + APART) => break,
                        more = next(&mut moved, &mut stop) => now = more?,
                    }
                }
            }
            let mut events = Vec::new();
            if now.urgent > told {
                let (data, to) = listening.urgent(told).await.unwrap_or((String::new(), now.urgent));
                told = to;
                events.push(Ok(Event::default().event("urgent").data(data)));
            }
            events.push(Ok(changed(now)));
            let said = Some(Instant::now());
            Some((stream::iter(events), (moved, stop, listening, told, said)))
        },
    )
    .flatten()
}

/// Ends when `device` was cut off: at once by this process, within [`LOOK`] by another one at the same ledger.
async fn cut_off(app: Arc<App>, device: DeviceId) {
    let mut told = app.ledger().revocations();
    let mut look = tokio::time::interval(LOOK);
    loop {
        let asked = device.clone();
        match app.run(move |app| app.ledger().is_revoked(&asked)).await {
            Ok(false) => {}
            Ok(true) => return,
            // A ledger that is away says nothing of the device; every other request of it is refused meanwhile.
            Err(_) => tracing::warn!(
                device = device.as_str(),
                "it is not known whether this device was cut off"
            ),
        }
        tokio::select! {
            _ = told.changed() => {}
            _ = look.tick() => {}
        }
    }
}

pub(super) async fn live(
    State(app): State<Arc<App>>,
    method: Method,
    uri: Uri,
    headers: HeaderMap,
) -> Result<Sse<impl Stream<Item = Result<Event, Infallible>>>, Failure> {
    let from = Query::<From>::try_from_uri(&uri).map_err(|error| Failure::new(Code::BadRequest, error.body_text()));
    let device = authorize(&app, method, uri, headers).await?.device;
    let Query(From { urgent, server_epoch }) = from?;
    let whose = device.clone();
    let told = app
        .run(move |app| {
            // Another process may have written: who begins to listen hears of it now, and all others too.
            app.tell(Moved::of(app.ledger())?);
            // Who does not say what they have, or has it of another history, asks.
            let known = server_epoch == Some(app.ledger().history_of(&whose)?);
            match urgent {
                Some(urgent) if known => Ok(urgent),
                _ => app.ledger().urgent_cursor(),
            }
        })
        .await?;
    let listening = Listening::begin(Arc::clone(&app), device.clone());
    let events = of_device(listening, told).take_until(Box::pin(cut_off(app, device)));
    Ok(Sse::new(events).keep_alive(KeepAlive::new().interval(ALIVE)))
}
