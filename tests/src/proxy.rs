//! A TCP proxy on loopback that fails on demand, as a warehouse's network does.
//!
//! It forwards bytes and reads no more of HTTP than the first line of each request, so that a fault can be aimed at one
//! kind of request. There is no pipelining in the protocol: bytes from the client after bytes from the server begin a
//! new request.

use lotline::demo::proxy::listen_aside;
use std::collections::{BTreeMap, VecDeque};
use std::io::{Read, Write};
use std::net::{Shutdown, SocketAddr, TcpListener, TcpStream};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread::JoinHandle;
use std::time::Duration;

/// What shall go wrong with one request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fault {
    /// Both ends are closed after so many bytes of the request went up.
    CloseUp(usize),
    /// Both ends are closed after so many bytes of the reply came down.
    CloseDown(usize),
    /// The server works and answers; the answer never comes down and the connection is closed.
    SwallowReply,
    /// The reply is held back for so long.
    Delay(Duration),
}

#[derive(Debug, Default)]
struct State {
    // Faults for the next requests whose first line begins so.
    armed: VecDeque<(String, Fault)>,
    // How many requests came, by method and path.
    requests: BTreeMap<String, usize>,
    // How many bytes the replies to them had as far as they went down, headers and all, one after the other.
    replies: Vec<(String, usize)>,
    portal: bool,
    cut: bool,
    closing: bool,
    open: Vec<TcpStream>,
}

#[derive(Debug, Default)]
struct Shared {
    state: Mutex<State>,
    changed: Condvar,
}

impl Shared {
    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The proxy. Closed when dropped.
#[derive(Debug)]
pub struct FaultProxy {
    address: SocketAddr,
    upstream: SocketAddr,
    shared: Arc<Shared>,
    accepting: Mutex<Option<JoinHandle<()>>>,
}

impl FaultProxy {
    /// Begins to forward to `upstream`.
    ///
    /// # Panics
    /// When loopback has no free port.
    pub fn start(upstream: SocketAddr) -> Self {
        let listener = listen_aside().expect("a free port on loopback");
        let address = listener.local_addr().expect("a bound socket has an address");
        let proxy = FaultProxy {
            address,
            upstream,
            shared: Arc::default(),
            accepting: Mutex::new(None),
        };
        proxy.accept(listener);
        proxy
    }

    /// Base address for clients.
    pub fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// The next request whose first line begins with `request` (such as `POST /v1/entries`) suffers `fault`.
    pub fn fail_next(&self, request: &str, fault: Fault) {
        self.shared.state().armed.push_back((request.to_owned(), fault));
    }

    /// Forgets the faults that have not met a request yet.
    pub fn disarm(&self) {
        self.shared.state().armed.clear();
    }

    /// Faults that have not met a request yet.
    pub fn armed(&self) -> usize {
        self.shared.state().armed.len()
    }

    /// Requests so far whose first line begins so.
    pub fn requests(&self, request: &str) -> usize {
        let state = self.shared.state();
        state
            .requests
            .iter()
            .filter(|(line, _)| line.starts_with(request))
            .map(|(_, count)| count)
            .sum()
    }

    /// Bytes that went down in reply to each of those requests, in their order, headers and all.
    pub fn replies(&self, request: &str) -> Vec<usize> {
        let state = self.shared.state();
        let found = state.replies.iter().filter(|(line, _)| line.starts_with(request));
        found.map(|(_, bytes)| *bytes).collect()
    }

    /// Waits until so many such requests have come.
    ///
    /// # Panics
    /// When they have not come within a minute.
    pub fn wait_for(&self, request: &str, count: usize) {
        let state = self.shared.state();
        let enough = |state: &mut State| {
            let found: usize = state
                .requests
                .iter()
                .filter(|(line, _)| line.starts_with(request))
                .map(|(_, count)| count)
                .sum();
            found < count
        };
        let waited = self
            .shared
            .changed
            .wait_timeout_while(state, Duration::from_mins(1), enough);
        let late = waited.is_ok_and(|(_, waited)| waited.timed_out());
        assert!(!late, "{count} × {request} did not come");
    }

    /// Answers everything with 200 and a page of its own, or stops doing so.
    pub fn portal(&self, on: bool) {
        let mut state = self.shared.state();
        state.portal = on;
        close_all(&mut state);
    }

    /// Closes the port and every connection: whoever tries is refused.
    pub fn cut(&self) {
        {
            let mut state = self.shared.state();
            state.cut = true;
            close_all(&mut state);
        }
        // Wakes the accepting thread, which then lets go of the port.
        drop(TcpStream::connect(self.address));
        if let Some(thread) = self.accepting.lock().unwrap_or_else(PoisonError::into_inner).take() {
            // A panic there shows in the test that meets it.
            let _ = thread.join();
        }
        close_all(&mut self.shared.state());
    }

    /// Opens the same port again.
    ///
    /// # Panics
    /// When somebody else has taken the port.
    pub fn restore(&self) {
        let listener = TcpListener::bind(self.address).expect("the port is still free");
        self.shared.state().cut = false;
        self.accept(listener);
    }

    fn accept(&self, listener: TcpListener) {
        let (shared, upstream) = (Arc::clone(&self.shared), self.upstream);
        let thread = std::thread::spawn(move || {
            for client in listener.incoming() {
                let Ok(client) = client else { continue };
                let (cut, portal) = {
                    let state = shared.state();
                    (state.cut || state.closing, state.portal)
                };
                if cut {
                    return;
                }
                let shared = Arc::clone(&shared);
                std::thread::spawn(move || {
                    // A connection that ends is what the proxy is for.
                    let _ = if portal {
                        welcome(client, &shared)
                    } else {
                        forward(client, upstream, &shared)
                    };
                });
            }
        });
        *self.accepting.lock().unwrap_or_else(PoisonError::into_inner) = Some(thread);
    }
}

impl Drop for FaultProxy {
    fn drop(&mut self) {
        self.shared.state().closing = true;
        self.cut();
    }
}

fn close_all(state: &mut State) {
    for stream in state.open.drain(..) {
        // It may be closed already.
        let _ = stream.shutdown(Shutdown::Both);
    }
}

// The fault that the request suffers, and its number.
fn note(shared: &Shared, chunk: &[u8]) -> (Option<Fault>, usize) {
    let line = chunk.split(|byte| *byte == b'\r').next().unwrap_or_default();
    let line = String::from_utf8_lossy(line);
    let name: String = line.split(' ').take(2).collect::<Vec<_>>().join(" ");
    let mut state = shared.state();
    let at = state
        .armed
        .iter()
        .position(|(request, _)| name.starts_with(request.as_str()));
    let fault = at.and_then(|at| state.armed.remove(at)).map(|(_, fault)| fault);
    *state.requests.entry(name.clone()).or_default() += 1;
    state.replies.push((name, 0));
    shared.changed.notify_all();
    (fault, state.replies.len() - 1)
}

fn welcome(mut client: TcpStream, shared: &Shared) -> std::io::Result<()> {
    let mut buffer = [0; 16 * 1024];
    let length = client.read(&mut buffer)?;
    note(shared, &buffer[..length]);
    let page = "<html><title>Free Wi-Fi</title>Please accept our terms.</html>";
    write!(
        client,
        "HTTP/1.1 200 OK\r\ncontent-type: text/html\r\ncontent-length: {}\r\nconnection: close\r\n\r\n{page}",
        page.len()
    )?;
    client.shutdown(Shutdown::Write)?;
    // Reads what is still coming, so that the page is not lost to a reset.
    while client.read(&mut buffer)? > 0 {}
    Ok(())
}

// One connection's two directions share this.
#[derive(Debug, Default)]
struct Exchange {
    // The reply to the last request has begun.
    answered: bool,
    fault: Option<Fault>,
    number: usize,
    down: usize,
}

fn forward(mut client: TcpStream, upstream: SocketAddr, shared: &Arc<Shared>) -> std::io::Result<()> {
    let mut server = TcpStream::connect(upstream)?;
    client.set_nodelay(true)?;
    server.set_nodelay(true)?;
    shared.state().open.extend([client.try_clone()?, server.try_clone()?]);
    let exchange = Arc::new(Mutex::new(Exchange {
        answered: true,
        ..Exchange::default()
    }));
    let down = {
        let (exchange, shared) = (Arc::clone(&exchange), Arc::clone(shared));
        let (server, client) = (server.try_clone()?, client.try_clone()?);
        std::thread::spawn(move || {
            // Whichever direction ends ends both.
            let _ = downwards(&server, &client, &exchange, &shared);
            let _ = server.shutdown(Shutdown::Both);
            let _ = client.shutdown(Shutdown::Both);
        })
    };
    let sent = upwards(&mut client, &mut server, &exchange, shared);
    let _ = server.shutdown(Shutdown::Both);
    let _ = client.shutdown(Shutdown::Both);
    let _ = down.join();
    sent
}

fn upwards(
    client: &mut TcpStream,
    server: &mut TcpStream,
    exchange: &Mutex<Exchange>,
    shared: &Shared,
) -> std::io::Result<()> {
    let mut buffer = vec![0; 64 * 1024];
    let mut up = 0;
    loop {
        let length = client.read(&mut buffer)?;
        if length == 0 {
            return Ok(());
        }
        let chunk = &buffer[..length];
        let fault = {
            let mut exchange = exchange.lock().unwrap_or_else(PoisonError::into_inner);
            if std::mem::take(&mut exchange.answered) {
                up = 0;
                exchange.down = 0;
                (exchange.fault, exchange.number) = note(shared, chunk);
            }
            exchange.fault
        };
        if let Some(Fault::CloseUp(most)) = fault
            && up + length >= most
        {
            return server.write_all(&chunk[..most - up]);
        }
        up += length;
        server.write_all(chunk)?;
    }
}

fn downwards(
    mut server: &TcpStream,
    mut client: &TcpStream,
    exchange: &Mutex<Exchange>,
    shared: &Shared,
) -> std::io::Result<()> {
    let mut buffer = vec![0; 64 * 1024];
    loop {
        let length = server.read(&mut buffer)?;
        if length == 0 {
            return Ok(());
        }
        let chunk = &buffer[..length];
        let (fault, number, before) = {
            let mut exchange = exchange.lock().unwrap_or_else(PoisonError::into_inner);
            exchange.answered = true;
            let before = exchange.down;
            exchange.down += length;
            (exchange.fault, exchange.number, before)
        };
        let goes_down = |bytes: usize| {
            if let Some((_, sum)) = shared.state().replies.get_mut(number) {
                *sum += bytes;
            }
        };
        match fault {
            Some(Fault::SwallowReply) => return Ok(()),
            Some(Fault::CloseDown(most)) if before + length >= most => {
                goes_down(most.saturating_sub(before));
                return client.write_all(&chunk[..most.saturating_sub(before)]);
            }
            Some(Fault::Delay(time)) if before == 0 => {
                let state = shared.state();
                // Ends early when the proxy is cut.
                drop(shared.changed.wait_timeout_while(state, time, |state| !state.cut));
            }
            _ => {}
        }
        goes_down(length);
        client.write_all(chunk)?;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    // Answers every request with the same five bytes.
    fn upstream() -> SocketAddr {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap();
        std::thread::spawn(move || {
            for stream in listener.incoming() {
                let mut stream = stream.unwrap();
                std::thread::spawn(move || {
                    let mut buffer = [0; 64];
                    while stream.read(&mut buffer).is_ok_and(|n| n > 0) && stream.write_all(b"reply").is_ok() {}
                });
            }
        });
        address
    }

    fn ask(proxy: &FaultProxy) -> std::io::Result<String> {
        let mut stream = TcpStream::connect(proxy.address)?;
        stream.write_all(b"POST /x HTTP/1.1\r\n\r\n")?;
        let mut buffer = [0; 64];
        let length = stream.read(&mut buffer)?;
        Ok(String::from_utf8_lossy(&buffer[..length]).into_owned())
    }

    #[test]
    fn each_fault_does_what_it_says_to_one_request() {
        let proxy = FaultProxy::start(upstream());
        assert_eq!(ask(&proxy).unwrap(), "reply");
        proxy.fail_next("POST /y", Fault::SwallowReply);
        proxy.fail_next("POST /x", Fault::SwallowReply);
        assert_eq!(ask(&proxy).unwrap_or_default(), "");
        proxy.fail_next("POST /x", Fault::CloseDown(2));
        assert_eq!(ask(&proxy).unwrap(), "re");
        proxy.fail_next("POST /x", Fault::CloseUp(4));
        assert!(ask(&proxy).unwrap_or_default().len() <= 5);
        proxy.fail_next("POST /x", Fault::Delay(Duration::from_millis(5)));
        assert_eq!(ask(&proxy).unwrap(), "reply");
        assert_eq!((proxy.armed(), proxy.requests("POST /x")), (1, 5));
    }

    #[test]
    fn a_cut_proxy_refuses_and_a_restored_one_forwards_again() {
        let proxy = FaultProxy::start(upstream());
        for _ in 0..3 {
            proxy.cut();
            assert_eq!(ask(&proxy).unwrap_err().kind(), std::io::ErrorKind::ConnectionRefused);
            proxy.restore();
            assert_eq!(ask(&proxy).unwrap(), "reply");
        }
        proxy.portal(true);
        assert!(ask(&proxy).unwrap().contains("text/html"));
        proxy.portal(false);
        assert_eq!(ask(&proxy).unwrap(), "reply");
    }
}
