//! The live stream: what the server says while a screen is on (server-sent events).

use crate::sync::client::SILENCE;
use lotline_record::wire::Page;
use std::collections::VecDeque;

/// A longer line is not kept: what it says is asked for.
const LINE: usize = 64 * 1024;

/// What was heard.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Told {
    /// Something changed.
    Changed,
    /// Something that goes ahead of everything else; the rows, if they came with it.
    Urgent(Option<Box<Page>>),
}

/// Bytes that become events.
#[derive(Debug, Default)]
struct Lines {
    line: Vec<u8>,
    event: String,
    data: String,
    heard: VecDeque<Told>,
}

impl Lines {
    fn take(&mut self, chunk: &[u8]) {
        for &byte in chunk {
            if byte != b'\n' {
                if self.line.len() < LINE {
                    self.line.push(byte);
                }
                continue;
            }
            let bytes = std::mem::take(&mut self.line);
            let line = String::from_utf8_lossy(&bytes);
            let line = line.trim_end_matches('\r');
            if line.is_empty() {
                self.end();
            } else if let Some(name) = line.strip_prefix("event:") {
                name.trim().clone_into(&mut self.event);
            } else if let Some(data) = line.strip_prefix("data:") {
                data.trim().clone_into(&mut self.data);
            }
        }
    }

    fn end(&mut self) {
        let (event, data) = (std::mem::take(&mut self.event), std::mem::take(&mut self.data));
        match event.as_str() {
            "changed" => self.heard.push_back(Told::Changed),
            // What cannot be read is asked for.
            "urgent" => self.heard.push_back(Told::Urgent(serde_json::from_str(&data).ok())),
            _ => {}
        }
    }
}

/// An open stream.
pub(super) struct Stream {
    response: reqwest::Response,
    lines: Lines,
}

impl Stream {
    pub(super) fn new(response: reqwest::Response) -> Self {
        Stream {
            response,
            lines: Lines::default(),
        }
    }

    /// What is heard next; `None` when the stream is over or silent for too long. May be given up and asked for again.
    pub(super) async fn told(&mut self) -> Option<Told> {
        loop {
            if let Some(told) = self.lines.heard.pop_front() {
                return Some(told);
            }
            let chunk = tokio::time::timeout(SILENCE, self.response.chunk())
                .await
                .ok()?
                .ok()??;
            self.lines.take(&chunk);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn events_are_heard_however_they_are_cut_and_what_cannot_be_read_is_asked_for() {
        let text = ": alive\n\nevent: changed\r\ndata: 7\r\n\r\nevent: urgent\ndata: nonsense\n\nevent: other\n\nevent: urgent\n\
                    data: {\"server_epoch\":\"e\",\"from\":1,\"to\":2,\"more\":false,\"included\":{\"epoch\":0,\"seq\":0},\
                    \"counts\":{\"at_gateway\":0,\"in_wms\":0},\"now\":\"2026-11-21T07:12:02.000Z\",\"rows\":[]}\n\n";
        for at_once in [1, 2, 7, text.len()] {
            let mut lines = Lines::default();
            text.as_bytes().chunks(at_once).for_each(|chunk| lines.take(chunk));
            let heard: Vec<Told> = lines.heard.into();
            assert_eq!(heard.len(), 3, "{heard:?}");
            assert_eq!((&heard[0], &heard[1]), (&Told::Changed, &Told::Urgent(None)));
            assert!(matches!(&heard[2], Told::Urgent(Some(page)) if (page.from, page.to) == (1, 2)));
        }
    }
}
