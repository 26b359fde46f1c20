//! One HTTP/1.1 message (RFC 9112) as it came, byte for byte: what the proxy carries and the endpoint reads.

use std::io::{BufRead, Error, Read, Result};

/// No message of this bench is longer.
const MOST: u64 = 64 * 1024 * 1024;

/// A request or an answer.
#[derive(Debug, Default)]
pub(super) struct Message {
    /// All of it.
    pub(super) bytes: Vec<u8>,
    // Where the body begins.
    body: usize,
}

impl Message {
    /// A request; `None` when the other side has closed instead.
    pub(super) fn request(from: &mut impl BufRead) -> Result<Option<Self>> {
        let Some(mut message) = Message::head(from)? else {
            return Ok(None);
        };
        if message.is_chunked() {
            message.chunks(from)?;
        } else {
            message.length(from, message.content_length().unwrap_or(0))?;
        }
        Ok(Some(message))
    }

    /// The head of an answer alone; `None` when the other side has closed instead.
    pub(super) fn answer_head(from: &mut impl BufRead) -> Result<Option<Self>> {
        Message::head(from)
    }

    /// The body of an answer to a request of that method.
    pub(super) fn answer_body(&mut self, from: &mut impl BufRead, method: &str) -> Result<()> {
        let status = self.status();
        if method == "HEAD" || status == 204 || status == 304 {
            Ok(())
        } else if self.is_chunked() {
            self.chunks(from)
        } else if let Some(length) = self.content_length() {
            self.length(from, length)
        } else {
            from.take(MOST).read_to_end(&mut self.bytes).map(drop)
        }
    }

    fn head(from: &mut impl BufRead) -> Result<Option<Self>> {
        let mut bytes = Vec::new();
        loop {
            let before = bytes.len();
            let count = from.take(MOST).read_until(b'\n', &mut bytes)?;
            if count == 0 && before == 0 {
                return Ok(None);
            }
            if count == 0 {
                return Err(Error::other("a message that ends in its head"));
            }
            if bytes[before..] == *b"\r\n" {
                let body = bytes.len();
                return Ok(Some(Message { bytes, body }));
            }
        }
    }

    fn length(&mut self, from: &mut impl BufRead, length: u64) -> Result<()> {
        let count = from.take(length.min(MOST)).read_to_end(&mut self.bytes)?;
        if count as u64 == length {
            Ok(())
        } else {
            Err(Error::other("a message that ends in its body"))
        }
    }

    /// Chunks stay as they are: nobody here looks into them.
    fn chunks(&mut self, from: &mut impl BufRead) -> Result<()> {
        loop {
            let line = self.line(from)?;
            let size = line.split(';').next().unwrap_or_default().trim();
            let size = u64::from_str_radix(size, 16).map_err(|_| Error::other(format!("a chunk of {size:?} bytes")))?;
            if size > 0 {
                self.length(from, size + 2)?;
                continue;
            }
            // Trailers, and the empty line after them.
            while !self.line(from)?.is_empty() {}
            return Ok(());
        }
    }

    fn line(&mut self, from: &mut impl BufRead) -> Result<String> {
        let before = self.bytes.len();
        if from.take(MOST).read_until(b'\n', &mut self.bytes)? == 0 {
            return Err(Error::other("a message that ends between its chunks"));
        }
        let line = String::from_utf8_lossy(&self.bytes[before..]);
        Ok(line.trim_end().to_owned())
    }

    fn words(&self) -> Vec<String> {
        let head = String::from_utf8_lossy(&self.bytes[..self.body]);
        let first = head.lines().next().unwrap_or_default();
        first.split(' ').map(ToOwned::to_owned).collect()
    }

    /// Method and path of a request.
    pub(super) fn target(&self) -> (String, String) {
        let mut words = self.words().into_iter();
        (words.next().unwrap_or_default(), words.next().unwrap_or_default())
    }

    /// The status of an answer; 0 where there is none.
    pub(super) fn status(&self) -> u16 {
        self.words().get(1).and_then(|word| word.parse().ok()).unwrap_or(0)
    }

    /// The body as it was sent.
    pub(super) fn body(&self) -> &[u8] {
        &self.bytes[self.body..]
    }

    /// The value of a header; `name` in lower case.
    fn header(&self, name: &str) -> Option<String> {
        let head = String::from_utf8_lossy(&self.bytes[..self.body]);
        head.lines().skip(1).find_map(|line| {
            let (found, value) = line.split_once(':')?;
            found
                .eq_ignore_ascii_case(name)
                .then(|| value.trim().to_ascii_lowercase())
        })
    }

    fn content_length(&self) -> Option<u64> {
        self.header("content-length")?.parse().ok()
    }

    fn is_chunked(&self) -> bool {
        self.header("transfer-encoding")
            .is_some_and(|value| value.contains("chunked"))
    }

    /// Whether the connection ends with it.
    pub(super) fn closes(&self) -> bool {
        self.header("connection").is_some_and(|value| value == "close")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn messages_are_taken_whole_one_after_the_other() {
        let two =
            b"POST /a HTTP/1.1\r\nContent-Length: 3\r\n\r\nabcPUT /b HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n\
                    2\r\nxy\r\n0\r\n\r\nGET /c HTTP/1.1\r\n\r\n";
        let mut from = &two[..];
        let mut seen = Vec::new();
        while let Some(message) = Message::request(&mut from).unwrap() {
            seen.push((message.target().1, message.body().to_vec()));
        }
        let paths: Vec<&str> = seen.iter().map(|(path, _)| path.as_str()).collect();
        assert_eq!(paths, ["/a", "/b", "/c"]);
        assert_eq!(seen[0].1, b"abc");
        assert_eq!(seen[1].1, b"2\r\nxy\r\n0\r\n\r\n");
    }

    #[test]
    fn an_answer_ends_where_its_head_says() {
        let mut from = &b"HTTP/1.1 200 OK\r\nconnection: close\r\n\r\nto the end"[..];
        let mut answer = Message::answer_head(&mut from).unwrap().unwrap();
        answer.answer_body(&mut from, "GET").unwrap();
        assert_eq!(
            (answer.status(), answer.closes(), answer.body()),
            (200, true, &b"to the end"[..])
        );
        let mut from = &b"HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nokrest"[..];
        let mut answer = Message::answer_head(&mut from).unwrap().unwrap();
        answer.answer_body(&mut from, "GET").unwrap();
        assert_eq!((answer.body(), from), (&b"ok"[..], &b"rest"[..]));
        assert!(Message::request(&mut &b"POST /a HTTP/1.1\r\ncontent-length: 9\r\n\r\nshort"[..]).is_err());
    }
}
