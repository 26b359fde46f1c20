//! HTTP/1.1 over one kept connection, as small as it can be: the clients must cost less than what they measure.

use std::io::{BufRead, BufReader, Error, Result, Write};
use std::net::{SocketAddr, TcpStream};
use std::time::Duration;

/// What was answered.
#[derive(Debug, Default)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    /// Seconds of `Retry-After`.
    pub(crate) retry_after: Option<u64>,
    /// The gateway's nonce for proofs.
    pub(crate) nonce: Option<String>,
    pub(crate) body: Vec<u8>,
    /// Of the whole answer, in bytes.
    length: u64,
}

/// A connection that is opened when it is needed.
#[derive(Debug)]
pub(crate) struct Http {
    address: SocketAddr,
    stream: Option<BufReader<TcpStream>>,
    /// Bytes sent and received, headers included.
    pub(super) carried: (u64, u64),
}

impl Http {
    pub(crate) fn new(address: SocketAddr) -> Self {
        Http {
            address,
            stream: None,
            carried: (0, 0),
        }
    }

    /// One request. `headers` are whole lines, each with its end.
    pub(crate) fn ask(&mut self, method: &str, path: &str, headers: &str, body: &[u8]) -> Result<Answer> {
        let mut stream = if let Some(stream) = self.stream.take() {
            stream
        } else {
            let stream = TcpStream::connect(self.address)?;
            stream.set_nodelay(true)?;
            stream.set_read_timeout(Some(Duration::from_mins(2)))?;
            BufReader::new(stream)
        };
        let mut whole = format!(
            "{method} {path} HTTP/1.1\r\nhost: {}\r\ncontent-length: {}\r\n{headers}\r\n",
            self.address,
            body.len()
        )
        .into_bytes();
        whole.extend_from_slice(body);
        stream.get_mut().write_all(&whole)?;
        let (answer, goes_on) = answer(&mut stream)?;
        self.carried.0 += whole.len() as u64;
        self.carried.1 += answer.length;
        if goes_on {
            self.stream = Some(stream);
        }
        Ok(answer)
    }
}

/// Reads an answer, and whether the connection stays open.
fn answer(stream: &mut impl BufRead) -> Result<(Answer, bool)> {
    let odd = |what: &str| Error::other(format!("an answer without {what}"));
    let mut line = String::new();
    let mut taken = stream.read_line(&mut line)?;
    let status = line.split(' ').nth(1).and_then(|word| word.parse().ok());
    let mut out = Answer {
        status: status.ok_or_else(|| odd("a status"))?,
        ..Answer::default()
    };
    let (mut length, mut goes_on) = (0, true);
    loop {
        line.clear();
        let read = stream.read_line(&mut line)?;
        if read == 0 {
            return Err(odd("an end"));
        }
        taken += read;
        let Some((name, value)) = line.trim_end().split_once(':') else {
            break;
        };
        let value = value.trim();
        match name.to_ascii_lowercase().as_str() {
            "content-length" => length = value.parse().map_err(|_| odd("a length"))?,
            "retry-after" => out.retry_after = value.parse().ok(),
            "dpop-nonce" => out.nonce = Some(value.to_owned()),
            "connection" => goes_on = !value.eq_ignore_ascii_case("close"),
            _ => {}
        }
    }
    out.body.resize(length, 0);
    stream.read_exact(&mut out.body)?;
    out.length = (taken + length) as u64;
    Ok((out, goes_on))
}
