//! The way between a device and its server: counts requests and bytes, and can lose answers after the server gave them.

use super::message::Message;
use std::io::{BufReader, Result, Write};
use std::net::{Ipv4Addr, Shutdown, SocketAddr, TcpListener, TcpStream};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};

/// Of so many answers to requests that commit, the first is lost: 20 %.
const ONE_OF: u64 = 5;
/// The one answer without an end; its bytes pass as they come, and it is never lost.
const STREAM: &str = "/sync/stream";

/// What passed.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Counts {
    /// Requests, repeats among them.
    pub(super) requests: u64,
    /// Bytes towards the server, heads included.
    pub(super) up: u64,
    /// Bytes of the answers that came back.
    pub(super) down: u64,
    /// Answers that were lost.
    pub(super) lost: u64,
}

#[derive(Debug, Default)]
struct Shared {
    requests: AtomicU64,
    up: AtomicU64,
    down: AtomicU64,
    lost: AtomicU64,
    committing: AtomicU64,
    is_lossy: AtomicBool,
    ended: AtomicBool,
}

/// A proxy on a port of its own. It ends when it is dropped.
#[derive(Debug)]
pub(super) struct Proxy {
    address: SocketAddr,
    shared: Arc<Shared>,
}

/// Whether the server has something new on its disk when it answers this well. `/v1/entries` is our push, `/events` that of the
/// outboxes and of `PowerSync`'s connector, the others are writes of `CouchDB`'s replication protocol.
fn commits(method: &str, path: &str) -> bool {
    match method {
        "POST" => path == "/v1/entries" || path == "/events" || path.ends_with("/_bulk_docs"),
        "PUT" => path.contains("/_local"),
        _ => false,
    }
}

impl Proxy {
    /// To the server at `far`.
    pub(super) fn to(far: SocketAddr) -> Result<Self> {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?;
        let address = listener.local_addr()?;
        let shared = Arc::new(Shared::default());
        let kept = Arc::clone(&shared);
        std::thread::spawn(move || {
            for near in listener.incoming().flatten() {
                if kept.ended.load(Ordering::SeqCst) {
                    return;
                }
                let shared = Arc::clone(&kept);
                // A connection that breaks is the business of both ends.
                std::thread::spawn(move || drop(carry(&near, far, &shared)));
            }
        });
        Ok(Proxy { address, shared })
    }

    /// Where devices connect, as a URL.
    pub(super) fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// Begins or ends to lose one answer of five to requests that commit, beginning with the first.
    pub(super) fn lose(&self, is_lossy: bool) {
        self.shared.committing.store(0, Ordering::SeqCst);
        self.shared.is_lossy.store(is_lossy, Ordering::SeqCst);
    }

    /// What passed since it was last asked.
    pub(super) fn take(&self) -> Counts {
        let of = |counter: &AtomicU64| counter.swap(0, Ordering::SeqCst);
        Counts {
            requests: of(&self.shared.requests),
            up: of(&self.shared.up),
            down: of(&self.shared.down),
            lost: of(&self.shared.lost),
        }
    }
}

impl Drop for Proxy {
    fn drop(&mut self) {
        self.shared.ended.store(true, Ordering::SeqCst);
        // Wakes the listener; nobody may be there any more.
        let _ = TcpStream::connect(self.address);
    }
}

/// The server's side of a connection.
struct Far {
    address: SocketAddr,
    stream: BufReader<TcpStream>,
}

impl Far {
    fn connect(address: SocketAddr) -> Result<Self> {
        let stream = TcpStream::connect(address)?;
        stream.set_nodelay(true)?;
        Ok(Far {
            address,
            stream: BufReader::new(stream),
        })
    }

    /// Sends a request; the head of its answer. A server may close a connection that rested, and then has not read the request:
    /// it goes once more, on a new one.
    fn ask(&mut self, request: &Message) -> Result<Option<Message>> {
        let sent = self.stream.get_mut().write_all(&request.bytes);
        if let Ok(Some(head)) = sent.and_then(|()| Message::answer_head(&mut self.stream)) {
            return Ok(Some(head));
        }
        *self = Far::connect(self.address)?;
        self.stream.get_mut().write_all(&request.bytes)?;
        Message::answer_head(&mut self.stream)
    }
}

fn carry(near: &TcpStream, far: SocketAddr, shared: &Shared) -> Result<()> {
    near.set_nodelay(true)?;
    let mut from = BufReader::new(near.try_clone()?);
    let mut near = near.try_clone()?;
    let mut far = Far::connect(far)?;
    while let Some(request) = Message::request(&mut from)? {
        let (method, path) = request.target();
        shared.requests.fetch_add(1, Ordering::SeqCst);
        shared.up.fetch_add(request.bytes.len() as u64, Ordering::SeqCst);
        let Some(mut answer) = far.ask(&request)? else { break };
        if path.starts_with(STREAM) {
            return pass(&mut near, &answer, far, shared);
        }
        answer.answer_body(&mut far.stream, &method)?;
        let is_good = (200..300).contains(&answer.status());
        if is_good && commits(&method, &path) && shared.is_lossy.load(Ordering::SeqCst) {
            let count = shared.committing.fetch_add(1, Ordering::SeqCst);
            if count.is_multiple_of(ONE_OF) {
                shared.lost.fetch_add(1, Ordering::SeqCst);
                break;
            }
        }
        shared.down.fetch_add(answer.bytes.len() as u64, Ordering::SeqCst);
        near.write_all(&answer.bytes)?;
        if answer.closes() {
            break;
        }
    }
    near.shutdown(Shutdown::Both)
}

/// An answer without an end.
fn pass(near: &mut TcpStream, head: &Message, far: Far, shared: &Shared) -> Result<()> {
    let mut send = |bytes: &[u8]| {
        shared.down.fetch_add(bytes.len() as u64, Ordering::SeqCst);
        near.write_all(bytes)
    };
    send(&head.bytes)?;
    let mut from = far.stream;
    loop {
        let bytes = std::io::BufRead::fill_buf(&mut from)?;
        let count = bytes.len();
        if count == 0 {
            return near.shutdown(Shutdown::Both);
        }
        send(bytes)?;
        std::io::BufRead::consume(&mut from, count);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A server that counts what it was asked and says so.
    fn server() -> (SocketAddr, Arc<AtomicU64>) {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
        let address = listener.local_addr().unwrap();
        let asked = Arc::new(AtomicU64::new(0));
        let count = Arc::clone(&asked);
        std::thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let count = Arc::clone(&count);
                std::thread::spawn(move || {
                    let mut stream = BufReader::new(stream);
                    while let Ok(Some(_)) = Message::request(&mut stream) {
                        count.fetch_add(1, Ordering::SeqCst);
                        let answer = b"HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok";
                        stream.get_mut().write_all(answer).unwrap();
                    }
                });
            }
        });
        (address, asked)
    }

    fn ask(proxy: &Proxy, method: &str, path: &str) -> Option<u16> {
        let mut stream = BufReader::new(TcpStream::connect(proxy.address).unwrap());
        let request = format!("{method} {path} HTTP/1.1\r\ncontent-length: 0\r\n\r\n");
        stream.get_mut().write_all(request.as_bytes()).unwrap();
        Message::answer_head(&mut stream)
            .ok()
            .flatten()
            .map(|answer| answer.status())
    }

    #[test]
    fn one_answer_of_five_is_lost_after_the_server_gave_it_and_only_to_requests_that_commit() {
        let (address, asked) = server();
        let proxy = Proxy::to(address).unwrap();
        proxy.lose(true);
        let answers: Vec<_> = (0..10).map(|_| ask(&proxy, "POST", "/events").is_some()).collect();
        let fate = [false, true, true, true, true, false, true, true, true, true];
        assert_eq!(answers, fate);
        assert_eq!(asked.load(Ordering::SeqCst), 10, "the server was asked each time");
        assert!((0..5).all(|_| ask(&proxy, "GET", "/events") == Some(200)));
        let counts = proxy.take();
        assert_eq!((counts.requests, counts.lost), (15, 2));
        proxy.lose(false);
        assert!((0..5).all(|_| ask(&proxy, "POST", "/events") == Some(200)));
        assert_eq!(proxy.take().lost, 0);
    }
}
