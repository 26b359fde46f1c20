//! Live: the picture moved, come and fetch. One stream while a screen is on.

use super::auth::authorize;
use super::{App, Failure};
use axum::extract::State;
use axum::http::{HeaderMap, Method, Uri};
use axum::response::sse::{Event, KeepAlive, Sse};
use futures_util::Stream;
use std::convert::Infallible;
use std::sync::Arc;
use std::time::Duration;

/// Events `changed` with the cursor as data: one at once, then one a change; ends when the server stops.
pub(crate) fn events(app: &App) -> impl Stream<Item = Result<Event, Infallible>> + use<> {
    let (mut cursor, stop) = (app.cursor(), app.stopped());
    cursor.mark_changed();
    futures_util::stream::unfold((cursor, stop), |(mut cursor, mut stop)| async move {
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
            (cursor, stop),
        ))
    })
}

pub(super) async fn live(
    State(app): State<Arc<App>>,
    method: Method,
    uri: Uri,
    headers: HeaderMap,
) -> Result<Sse<impl Stream<Item = Result<Event, Infallible>>>, Failure> {
    authorize(&app, method, uri, headers).await?;
    Ok(Sse::new(events(&app)).keep_alive(KeepAlive::new().interval(Duration::from_secs(15))))
}
