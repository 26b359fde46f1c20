//! One request each: what is sent, what the answer means for the store, and the event it makes.

use super::Driver;
use super::ahead::Ahead;
use super::stream::Stream;
use crate::points::{Point, reached};
use crate::sync::answer;
use crate::sync::client::{self, Client, Failure};
use crate::sync::engine::{Command, Event};
use crate::sync::port::{Cursor, Link};
use crate::{Error, Remedy};
use lotline_record::entry::Position;
use lotline_record::wire::proof::PublicKey;
use lotline_record::wire::{
    Code, EnrolReply, EnrolRequest, Invitation, NumbersReply, Page, Pin, PushReply, StoredThrough, TokenReply,
};
use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;

/// A stream that is not open by then is given up for now: what waits goes on.
const OPENING: Duration = Duration::from_secs(10);

impl Driver {
    pub(super) fn client(&mut self) -> Result<(&mut Client, &str, &Link), Failure> {
        let Some(link) = &self.link else {
            return Err(Failure::Local(Error::bug("not enrolled")));
        };
        if self.client.is_none() {
            let server = client::address(&link.server)?;
            self.client = Some(Client::new(self.platform.clone(), server, &link.pins)?);
        }
        match &mut self.client {
            Some(client) => Ok((client, self.token.as_deref().unwrap_or_default(), link)),
            None => Err(Failure::Local(Error::bug("no client"))),
        }
    }

    pub(super) async fn request(&mut self, command: Command) -> Result<Event, Failure> {
        match command {
            Command::Token => {
                let (client, ..) = self.client()?;
                let reply = client.post::<TokenReply>("/v1/token", b"{}".to_vec()).await?;
                let TokenReply {
                    access_token,
                    expires_in,
                    pins,
                    ..
                } = reply.value;
                self.token = Some(access_token);
                self.reached(None);
                self.keep_pins(&pins)?;
                Ok(Event::TokenGiven {
                    good_ms: u64::from(expires_in) * 1_000,
                })
            }
            Command::Push { after, entries, bytes } => self.push(after, entries, bytes).await,
            Command::Urgent => self.urgent().await,
            Command::Pull { cursor, limit } => self.pull(&cursor, limit).await,
            Command::Focus => self.focus().await,
            Command::Snapshot => self.snapshot().await,
            Command::NewEpoch { common } => {
                tracing::warn!(?common, "the chain forked: a new epoch begins");
                self.store.begin_epoch(common.as_ref())?;
                Ok(Event::EpochBegun)
            }
            Command::Wait { .. } | Command::Idle | Command::Stop(_) => Ok(Event::Changed),
        }
    }

    // A device that was enrolled without pins trusts roots, and goes on so. What does not name the very key that was just
    // accepted is a mistake of the operator's: with it the device would be locked out.
    fn keep_pins(&mut self, pins: &[Pin]) -> Result<(), Error> {
        let (Some(link), Some(client)) = (&mut self.link, &self.client) else {
            return Ok(());
        };
        if link.pins.is_empty() || pins.is_empty() || link.pins == pins {
            return Ok(());
        }
        if !client.accepted_by().is_some_and(|pin| pins.contains(&pin)) {
            tracing::warn!("the server names pins without its own key; the known ones stay");
            return Ok(());
        }
        self.store.save_pins(pins)?;
        link.pins = pins.to_vec();
        // The next connection is judged by the new ones.
        self.client = None;
        Ok(())
    }

    async fn push(&mut self, after: Position, entries: usize, bytes: usize) -> Result<Event, Failure> {
        let ahead = self.ahead.take().and_then(|ahead| ahead.taken(after, entries, bytes));
        let batch = match ahead {
            Some(batch) => batch,
            None => answer::batch(&*self.store, after, entries, bytes)?.unwrap_or_default(),
        };
        let (sent, Some(last)) = (batch.len(), batch.last().map(StoredThrough::from)) else {
            return Ok(Event::NothingThere);
        };
        let follows = answer::before(&*self.store, &batch)?;
        let store = Arc::clone(&self.store);
        let (client, token, link) = self.client()?;
        let (token, link) = (token.to_owned(), link.clone());
        reached(Point::BeforePush);
        let (outcome, next) = {
            let mut sending = pin!(client.push::<PushReply>(&token, &batch, follows));
            let mut reading = pin!(Ahead::read(
                &*store,
                Position::new(last.epoch, last.seq),
                entries,
                bytes
            ));
            let (outcome, next) = tokio::select! {
                biased;
                outcome = &mut sending => (outcome, None),
                next = &mut reading => (sending.await, Some(next)),
            };
            match (outcome, next) {
                (Ok(reply), None) => (Ok(reply), Some(reading.await)),
                known => known,
            }
        };
        self.jobs.note(|report| report.pushed += sent as u64);
        let reply = match outcome {
            Ok(reply) => reply,
            Err(failure) => {
                return Ok(match self.failed(failure, sent) {
                    Event::Refused {
                        problem,
                        retry_after_ms,
                        sent,
                        ..
                    } => answer::refused(&*self.store, problem, retry_after_ms, sent)?,
                    event => event,
                });
            }
        };
        let before = self.store.queue()?.pending;
        let event = answer::pushed(&*self.store, &link, &reply.value, &last, sent)?;
        let less = before.saturating_sub(self.store.queue()?.pending);
        self.jobs.note(|report| report.acknowledged += less);
        if matches!(event, Event::Pushed { on_chain: true, .. }) {
            // What could not be read is read again, and says why.
            self.ahead = next.and_then(Result::ok);
        }
        let receipt = reply.value.receipt.filter(|_| event != Event::BadReceipt);
        let offset = receipt.map(|receipt| self.offset_ms(receipt.received_at.unix_ms(), reply.took_ms));
        self.reached(offset);
        Ok(event)
    }

    // Server clock minus wall clock, taking half of the request's time for the way back.
    fn offset_ms(&self, server_ms: i64, took_ms: u64) -> i64 {
        let back = i64::try_from(took_ms / 2).unwrap_or(0);
        server_ms
            .saturating_add(back)
            .saturating_sub(self.platform.clock.now().wall_ms)
    }

    async fn pull(&mut self, cursor: &Cursor, limit: usize) -> Result<Event, Failure> {
        let (client, token, _) = self.client()?;
        let token = token.to_owned();
        let (at, limit) = (cursor.at.to_string(), limit.to_string());
        let query = [
            ("cursor", at.as_str()),
            ("limit", limit.as_str()),
            ("server_epoch", &cursor.server_epoch),
        ];
        let reply = client.get::<Page>(&token, "/v1/changes", &query).await?;
        let page = reply.value;
        if !answer::follows(&page, cursor) {
            return Err(Failure::NotOurs);
        }
        let offset = self.offset_ms(page.now.unix_ms(), reply.took_ms);
        self.reached(Some(offset));
        let event = answer::paged(&*self.store, &page)?;
        if answer::brings_urgent(&page) {
            self.happened(Event::UrgentTold);
        }
        self.jobs.note(|report| report.pulled_rows += page.rows.len() as u64);
        if !page.more {
            self.numbers().await;
        }
        Ok(event)
    }

    // A gateway from before it has the whole picture alone.
    async fn focus(&mut self) -> Result<Event, Failure> {
        if !self.store.is_blank()? {
            return Ok(Event::Focused);
        }
        let (client, token, _) = self.client()?;
        let token = token.to_owned();
        match client.get::<Page>(&token, "/v1/focus", &[]).await {
            Ok(reply) => {
                let offset = self.offset_ms(reply.value.now.unix_ms(), reply.took_ms);
                self.reached(Some(offset));
                if !reply.value.rows.is_empty() {
                    self.store.apply_focus(&reply.value)?;
                }
            }
            Err(Failure::Refused { problem, .. }) if problem.code == Code::NotFound => {}
            Err(failure) => return Err(failure),
        }
        Ok(Event::Focused)
    }

    // What goes ahead of everything else. Asking from behind what is here says that it is.
    async fn urgent(&mut self) -> Result<Event, Failure> {
        let have = self.store.urgent()?;
        let (client, token, _) = self.client()?;
        let token = token.to_owned();
        let at = have.as_ref().map_or(0, |have| have.at).to_string();
        let mut query = vec![("cursor", at.as_str())];
        query.extend(have.as_ref().map(|have| ("server_epoch", have.server_epoch.as_str())));
        let reply = match client.get::<Page>(&token, "/v1/urgent", &query).await {
            Ok(reply) => reply,
            // A gateway from before it: the pull brings it.
            Err(Failure::Refused { problem, .. }) if problem.code == Code::NotFound => {
                return Ok(Event::UrgentPulled { more: false });
            }
            Err(failure) => return Err(failure),
        };
        if !answer::urgent_follows(&reply.value, have.as_ref()) {
            return Err(Failure::NotOurs);
        }
        let offset = self.offset_ms(reply.value.now.unix_ms(), reply.took_ms);
        self.reached(Some(offset));
        Ok(answer::urgent(&*self.store, &reply.value)?)
    }

    // Own numbers come after the last page: on every occasion once, and then while a series runs low and something has
    // changed. They never stand in the way of the record: what fails here is tried again after another pull.
    async fn numbers(&mut self) {
        if let Err(failure) = self.exchange_numbers().await {
            tracing::warn!(?failure, "own numbers were not leased");
        }
    }

    async fn exchange_numbers(&mut self) -> Result<(), Failure> {
        let Some((asked, low)) = self.store.numbers()? else {
            return Ok(());
        };
        if self.numbers.as_ref().is_some_and(|before| !low || *before == asked) {
            return Ok(());
        }
        let body = serde_json::to_vec(&asked).map_err(|e| Error::bug(e.to_string()))?;
        let (client, token, _) = self.client()?;
        let token = token.to_owned();
        match client.post_with::<NumbersReply>(&token, "/v1/numbers", body).await {
            Ok(reply) => self.store.keep_numbers(&reply.value)?,
            // A gateway from before numbers leases none.
            Err(Failure::Refused { problem, .. }) if problem.code == Code::NotFound => {}
            Err(failure) => return Err(failure),
        }
        self.numbers = Some(asked);
        Ok(())
    }

    pub(super) async fn open_stream(&mut self) {
        if self.token.is_none() {
            // A pull gets one first, and says whether the server is there.
            self.happened(Event::Changed);
            return;
        }
        let mut halt = self.halt.clone();
        let outcome = {
            let open = async {
                let have = self.store.urgent()?;
                let (client, token, _) = self.client()?;
                let token = token.to_owned();
                client.stream(&token, have.as_ref()).await
            };
            tokio::select! {
                outcome = tokio::time::timeout(OPENING, open) => outcome.unwrap_or(Err(Failure::Timeout)),
                _ = halt.wait_for(|halt| *halt) => return,
            }
        };
        match outcome {
            Ok(response) => {
                self.stream = Some(Stream::new(response));
                self.reached(None);
                self.happened(Event::StreamOpened);
            }
            Err(failure) => {
                let event = self.failed(failure, 0);
                if matches!(event, Event::Refused { .. }) {
                    self.happened(event);
                }
                self.happened(Event::StreamClosed);
            }
        }
    }

    pub(super) async fn enrol(&mut self, to: &Invitation, name: &str) -> Result<(), Error> {
        let server = to.server.as_str();
        let url = client::address(server)?;
        // Pins that nobody would look at are no pins.
        if url.scheme() != "https" && !to.pins.is_empty() {
            return Err(Error::new(
                Remedy::Rescan,
                "bad_address",
                format!("server address {server:?}: an invitation with a pin needs https"),
            ));
        }
        let mut client = Client::new(self.platform.clone(), url, &to.pins)?;
        let request = EnrolRequest {
            code: to.code.clone(),
            public_key: client.public_key(),
            name: name.to_owned(),
        };
        let body = serde_json::to_vec(&request).map_err(|e| Error::bug(e.to_string()))?;
        let reply = client
            .post::<EnrolReply>("/v1/enrol", body)
            .await
            .map_err(|failure| match failure {
                Failure::Refused { problem, .. } => Error::wire(problem.code, problem.detail),
                Failure::Local(error) => error,
                Failure::Untrusted => untrusted(),
                _ => offline(server),
            })?;
        PublicKey::from_spki(&reply.value.site_key)
            .map_err(|e| Error::new(Remedy::CallSupervisor, "bad_site_key", format!("the site's key: {e}")))?;
        if to.site_key.as_ref().is_some_and(|key| *key != reply.value.site_key) {
            return Err(Error::new(
                Remedy::CallSupervisor,
                "bad_site_key",
                "the server signs receipts by another key than the invitation says",
            ));
        }
        self.store
            .save_link(server.trim_end_matches('/'), &to.pins, &reply.value)?;
        self.client = Some(client);
        self.link = None;
        self.token = None;
        self.stream = None;
        self.incoming = None;
        self.reached(None);
        self.happened(Event::Enrolled);
        Ok(())
    }
}

pub(super) fn untrusted() -> Error {
    Error::new(
        Remedy::CallSupervisor,
        "wrong_certificate",
        "who answers at the server's address cannot show the server's key; nothing was sent to it",
    )
}

pub(super) fn offline(what: &str) -> Error {
    Error::new(
        Remedy::Retry,
        "offline",
        format!("{what}: the server cannot be reached"),
    )
}
