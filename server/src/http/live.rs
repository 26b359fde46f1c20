//! Live: the picture moved, come and fetch. One stream while a screen is on.

use super::auth::authorize;
use super::{App, Failure};
use axum::extract::State;
use axum::http::{HeaderMap, Method, Uri};
use axum::response::sse::{Event, KeepAlive, Sse};
use futures_util::{Stream, StreamExt};
use lotline_record::model::DeviceId;
use std::convert::Infallible;
use std::sync::Arc;
use std::time::Duration;

/// A sign of life after this time without an event.
const ALIVE: Duration = Duration::from_secs(15);
/// How often a live stream asks whether its device was cut off by another process.
const LOOK: Duration = Duration::from_secs(20);

/// Events `changed` with the cursor as data: one at once, then one a change; ends when the server stops.
/// Counted as a stream to `to` while it is open.
pub(crate) fn events(app: &App, to: &'static str) -> impl Stream<Item = Result<Event, Infallible>> + use<> {
    let (mut cursor, stop) = (app.cursor(), app.stopped());
    cursor.mark_changed();
    let open = app.metrics.stream(to);
    futures_util::stream::unfold((cursor, stop, open), |(mut cursor, mut stop, counted)| async move {
        let open = tokio::select! {
            changed = cursor.changed() => changed.is_ok(),
            _ = stop.wait_for(|stop| *stop) => false,
        };
        if !open {
            return None;
        }
        let now = *cursor.borrow_and_update();
        Some((
            Ok(Event::default().event("changed").data(now.to_string())),
            (cursor, stop, counted),
        ))
    })
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
    let device = authorize(&app, method, uri, headers).await?.device;
    let events = events(&app, "device").take_until(Box::pin(cut_off(app, device)));
    Ok(Sse::new(events).keep_alive(KeepAlive::new().interval(ALIVE)))
}
