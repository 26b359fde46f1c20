//! A way of so many bits a second on loopback, as at the far end of a hall: shared by all connections of one device, in each
//! direction by itself. It takes 256 bytes at a time from each connection, in the order in which they come, and holds no more.

use lotline::demo::proxy::listen_aside;
use std::io::{Read, Write};
use std::net::{Shutdown, SocketAddr, TcpStream};
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

/// Taken from a connection at once on a slow way.
const PIECE: usize = 256;

/// One direction.
#[derive(Debug, Default)]
struct Direction {
    free_at: Mutex<Option<Instant>>,
}

#[derive(Debug, Default)]
struct Shared {
    /// 0: as fast as it goes.
    bits_per_second: AtomicU64,
    up: Direction,
    down: Direction,
    streams: AtomicUsize,
    bytes_down: AtomicU64,
}

/// The way. It ends with the process.
#[derive(Debug)]
pub struct Link {
    address: SocketAddr,
    shared: Arc<Shared>,
}

impl Link {
    /// Begins to forward to `upstream`, as fast as it goes.
    ///
    /// # Panics
    /// When loopback has no free port.
    pub fn start(upstream: SocketAddr) -> Self {
        let listener = listen_aside().expect("a free port on loopback");
        let address = listener.local_addr().expect("a bound socket has an address");
        let shared = Arc::<Shared>::default();
        let link = Link {
            address,
            shared: Arc::clone(&shared),
        };
        std::thread::spawn(move || {
            for client in listener.incoming().flatten() {
                let Ok(server) = TcpStream::connect(upstream) else {
                    continue;
                };
                let both = [&client, &server];
                if both.iter().any(|stream| stream.set_nodelay(true).is_err()) {
                    continue;
                }
                let (Ok(client_too), Ok(server_too)) = (client.try_clone(), server.try_clone()) else {
                    continue;
                };
                let (up, down) = (Arc::clone(&shared), Arc::clone(&shared));
                std::thread::spawn(move || forward(client, server, &up, true));
                std::thread::spawn(move || forward(server_too, client_too, &down, false));
            }
        });
        link
    }

    /// Base address for clients.
    pub fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// From now on so fast; `None`: as fast as it goes.
    pub fn pace(&self, bits_per_second: Option<u64>) {
        self.shared
            .bits_per_second
            .store(bits_per_second.unwrap_or(0), Ordering::SeqCst);
    }

    /// How many live streams were asked for.
    pub fn streams(&self) -> usize {
        self.shared.streams.load(Ordering::SeqCst)
    }

    /// Bytes that came down so far, headers and all.
    pub fn bytes_down(&self) -> u64 {
        self.shared.bytes_down.load(Ordering::SeqCst)
    }
}

#[allow(clippy::disallowed_methods, reason = "the pace of a network is the clock's")]
fn wait_turn(direction: &Direction, bytes: usize, bits_per_second: u64) {
    let takes = Duration::from_micros(bytes as u64 * 8 * 1_000_000 / bits_per_second);
    let until = {
        let mut free_at = direction.free_at.lock().expect("nobody panics with it");
        let now = Instant::now();
        let until = free_at.map_or(now, |at| at.max(now)) + takes;
        *free_at = Some(until);
        until
    };
    while let Some(left) = until
        .checked_duration_since(Instant::now())
        .filter(|left| !left.is_zero())
    {
        std::thread::park_timeout(left);
    }
}

// Whichever direction ends ends both.
fn forward(mut from: TcpStream, mut to: TcpStream, shared: &Shared, up: bool) {
    let mut buffer = vec![0; 64 * 1024];
    loop {
        let slow = shared.bits_per_second.load(Ordering::SeqCst);
        let most = if slow == 0 { buffer.len() } else { PIECE };
        let Ok(length @ 1..) = from.read(&mut buffer[..most]) else {
            break;
        };
        if up && buffer.starts_with(b"GET /v1/live") {
            shared.streams.fetch_add(1, Ordering::SeqCst);
        }
        // It may have been made slow while this waited for the next byte.
        let slow = shared.bits_per_second.load(Ordering::SeqCst);
        if slow > 0 {
            wait_turn(if up { &shared.up } else { &shared.down }, length, slow);
        }
        if !up {
            shared.bytes_down.fetch_add(length as u64, Ordering::SeqCst);
        }
        if to.write_all(&buffer[..length]).is_err() {
            break;
        }
    }
    // They may be closed already.
    let _ = from.shutdown(Shutdown::Both);
    let _ = to.shutdown(Shutdown::Both);
}
