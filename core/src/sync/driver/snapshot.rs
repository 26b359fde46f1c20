//! The picture's file, a slice at a time: between two slices whatever is captured goes up. What came stays on the disk.

use super::Driver;
use crate::sync::client::{Failure, FileHead};
use crate::sync::download::{self, Download, Left};
use crate::sync::engine::Event;
use crate::sync::port::OwnMark;
use crate::{Error, Remedy};
use std::time::Duration;
use tokio::time::Instant;

/// How long a slice takes at most.
const SLICE: Duration = Duration::from_millis(500);

/// A file that does not begin to come by then is asked for again.
const HEAD: Duration = Duration::from_secs(10);

/// A file on its way: the answer stays open from slice to slice.
pub(super) struct Incoming {
    response: reqwest::Response,
    download: Download,
}

impl Driver {
    // One slice. A wrong hash is tried once more, then it is an error.
    pub(super) async fn snapshot(&mut self) -> Result<Event, Failure> {
        let until = Instant::now() + SLICE;
        let path = self.store.download_path();
        let mut incoming = match self.incoming.take() {
            Some(incoming) => incoming,
            None => match download::left(&path, self.store.keeping(None)?.is_some()) {
                Left::Good(own) => return self.adopt(own),
                Left::Part { whole, bytes } if bytes == whole.length => {
                    let keeping = self.store.keeping(Some(&path))?;
                    let download = Download::go_on(&path, whole, bytes, keeping).map_err(|e| self.disk(&e))?;
                    return self.whole(download);
                }
                left => self.ask_for_the_file(left).await?,
            },
        };
        let mut came = false;
        loop {
            match tokio::time::timeout_at(until, incoming.response.chunk()).await {
                Ok(Ok(Some(chunk))) => {
                    incoming.download.write(&chunk).map_err(|e| self.disk(&e))?;
                    came = true;
                }
                Ok(Ok(None)) if incoming.download.is_whole() => {
                    self.reached(None);
                    return self.whole(incoming.download);
                }
                // It ended before its end, without saying so.
                Ok(Ok(None)) => return Err(Failure::Unreachable),
                Ok(Err(error)) => {
                    if came {
                        // A way that brings something each time is tried again soon.
                        self.happened(Event::PartFetched);
                    }
                    return Err(error.into());
                }
                Err(_) => {
                    self.store.fetching(Some(incoming.download.so_far()));
                    self.incoming = Some(incoming);
                    self.reached(None);
                    return Ok(Event::PartFetched);
                }
            }
        }
    }

    async fn ask_for_the_file(&mut self, left: Left) -> Result<Incoming, Failure> {
        let path = self.store.download_path();
        let (client, token, _) = self.client()?;
        let token = token.to_owned();
        let begun = match &left {
            Left::Part { whole, bytes } => whole.etag.as_deref().map(|etag| (etag, *bytes)),
            _ => None,
        };
        // The gateway may still make it, which takes its time: meanwhile what was captured goes up.
        let asked = tokio::time::timeout(HEAD, client.file(&token, "/v1/site", begun));
        let FileHead { response, whole, from } = asked.await.unwrap_or(Err(Failure::Timeout))?;
        let download = match left {
            // The own mark may have come anew with it; the file is the same.
            Left::Part { bytes, .. } if bytes == from => {
                Download::go_on(&path, whole, bytes, self.store.keeping(Some(&path))?)
            }
            _ => Download::begin(&path, whole, self.store.keeping(None)?),
        };
        let download = download.map_err(|e| self.disk(&e))?;
        self.store.fetching(Some(download.so_far()));
        Ok(Incoming { response, download })
    }

    fn whole(&mut self, download: Download) -> Result<Event, Failure> {
        let finished = download.finish().map_err(|e| self.disk(&e))?;
        if let Left::Good(own) = finished {
            self.wrong_files = 0;
            return self.adopt(own);
        }
        tracing::warn!("a snapshot does not match its hash");
        self.wrong_files += 1;
        if self.wrong_files < 2 {
            return Ok(Event::PartFetched);
        }
        self.wrong_files = 0;
        self.store.fetching(None);
        Ok(Event::BadSnapshot)
    }

    fn adopt(&mut self, own: Option<OwnMark>) -> Result<Event, Failure> {
        let path = self.store.download_path();
        let adopted = self.store.adopt_site(&path, own.as_ref());
        // An app that was frozen in between goes on with it. Anything else says that it is of no use: another one may come.
        if !adopted.as_ref().is_err_and(|error| error.fault().code == "suspended") {
            download::discard(&path).map_err(|e| self.disk(&e))?;
        }
        self.store.fetching(None);
        adopted?;
        Ok(Event::Adopted)
    }

    // The disk's word. A full one gets back what the file took, so that capture goes on.
    fn disk(&mut self, error: &std::io::Error) -> Failure {
        let full = error.kind() == std::io::ErrorKind::StorageFull;
        if full {
            self.incoming = None;
            self.store.fetching(None);
            if let Err(error) = download::discard(&self.store.download_path()) {
                tracing::error!(%error, "what came of a snapshot cannot be removed");
            }
        }
        Failure::Local(Error::new(
            if full { Remedy::FreeSpace } else { Remedy::Retry },
            "storage",
            format!("the snapshot cannot be written: {error}"),
        ))
    }
}
