//! The network between handhelds and gateway: a TCP proxy that can really be cut. Cutting closes the port and every
//! connection; nothing is simulated.

use crate::edge;
use std::io::{self, Read, Write};
use std::net::{Ipv4Addr, Shutdown, SocketAddr, TcpListener, TcpStream};
use std::sync::atomic::{AtomicBool, AtomicU16, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::JoinHandle;
use std::time::Duration;

const LOOK: Duration = Duration::from_millis(5);

/// Ports that systems do not give to outgoing connections (Linux begins at 32,768, others at 49,152).
const ASIDE: std::ops::Range<u16> = 20_000..32_768;

/// Listens on a port of loopback that can be closed and opened again: an outgoing connection is never given it meanwhile,
/// not even the one that tries to reach it. (A connection that leaves from the port it goes to reaches itself.)
///
/// # Errors
/// When no port can be had.
pub fn listen_aside() -> io::Result<TcpListener> {
    static NEXT: AtomicU16 = AtomicU16::new(0);
    let ports = ASIDE.end - ASIDE.start;
    // Processes begin at places far from each other.
    let start = std::process::id().wrapping_mul(0x9E37_79B1) >> 16;
    for _ in 0..ports {
        let n = start.wrapping_add(NEXT.fetch_add(1, Ordering::Relaxed).into()) % u32::from(ports);
        let port = u16::try_from(n).map_or(ASIDE.start, |n| ASIDE.start + n);
        if let Ok(listener) = TcpListener::bind((Ipv4Addr::LOCALHOST, port)) {
            return Ok(listener);
        }
    }
    TcpListener::bind((Ipv4Addr::LOCALHOST, 0))
}

/// A network that can be cut.
pub struct Network {
    near: SocketAddr,
    far: SocketAddr,
    line: Option<Line>,
}

struct Line {
    cut: Arc<AtomicBool>,
    open: Arc<Mutex<Vec<TcpStream>>>,
    thread: JoinHandle<()>,
}

impl Network {
    /// A network to the gateway at `far`, up.
    ///
    /// # Errors
    /// When no port can be had.
    pub fn to(far: SocketAddr) -> io::Result<Self> {
        let mut network = Network {
            near: SocketAddr::from((Ipv4Addr::LOCALHOST, 0)),
            far,
            line: None,
        };
        network.restore()?;
        Ok(network)
    }

    /// Where handhelds connect.
    pub fn address(&self) -> SocketAddr {
        self.near
    }

    /// Brings it up, on the same port as before.
    ///
    /// # Errors
    /// When the port was taken meanwhile.
    pub fn restore(&mut self) -> io::Result<()> {
        if self.line.is_some() {
            return Ok(());
        }
        let listener = match self.near.port() {
            0 => listen_aside()?,
            _ => TcpListener::bind(self.near)?,
        };
        listener.set_nonblocking(true)?;
        self.near = listener.local_addr()?;
        let cut = Arc::new(AtomicBool::new(false));
        let open = Arc::new(Mutex::new(Vec::new()));
        let (far, told, kept) = (self.far, Arc::clone(&cut), Arc::clone(&open));
        let thread = std::thread::spawn(move || {
            while !told.load(Ordering::SeqCst) {
                match listener.accept() {
                    Ok((near, _)) => drop(connect(near, far, &kept)),
                    Err(_) => edge::pause(LOOK),
                }
            }
        });
        self.line = Some(Line { cut, open, thread });
        Ok(())
    }

    /// Cuts it: the port is closed and every connection torn.
    pub fn cut(&mut self) {
        let Some(line) = self.line.take() else { return };
        line.cut.store(true, Ordering::SeqCst);
        // Joined first, so that no connection is made behind our back.
        let _ = line.thread.join();
        for stream in line.open.lock().unwrap_or_else(PoisonError::into_inner).drain(..) {
            let _ = stream.shutdown(Shutdown::Both);
        }
    }
}

impl Drop for Network {
    fn drop(&mut self) {
        self.cut();
    }
}

fn connect(near: TcpStream, far: SocketAddr, open: &Mutex<Vec<TcpStream>>) -> io::Result<()> {
    near.set_nonblocking(false)?;
    let far = TcpStream::connect(far)?;
    {
        let mut open = open.lock().unwrap_or_else(PoisonError::into_inner);
        // Connections that have ended are let go.
        open.retain(|stream| stream.peer_addr().is_ok());
        open.push(near.try_clone()?);
        open.push(far.try_clone()?);
    }
    pump(near.try_clone()?, far.try_clone()?);
    pump(far, near);
    Ok(())
}

/// Carries bytes one way until either side ends.
fn pump(mut from: TcpStream, mut to: TcpStream) {
    std::thread::spawn(move || {
        let mut buffer = [0; 16 * 1024];
        while let Ok(count) = from.read(&mut buffer) {
            if count == 0 || to.write_all(&buffer[..count]).is_err() {
                break;
            }
        }
        let _ = to.shutdown(Shutdown::Write);
    });
}

#[cfg(test)]
mod tests {
    use super::*;

    fn echo() -> SocketAddr {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap();
        std::thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let other = stream.try_clone().unwrap();
                pump(stream, other);
            }
        });
        address
    }

    #[test]
    fn a_cut_network_refuses_and_tears_and_comes_back_on_the_same_port() {
        let mut network = Network::to(echo()).unwrap();
        let address = network.address();
        let mut stream = TcpStream::connect(address).unwrap();
        stream.write_all(b"hello").unwrap();
        let mut buffer = [0; 5];
        stream.read_exact(&mut buffer).unwrap();
        assert_eq!(&buffer, b"hello");
        network.cut();
        assert!(TcpStream::connect(address).is_err());
        assert!(matches!(stream.read(&mut buffer), Ok(0) | Err(_)));
        network.restore().unwrap();
        assert_eq!(network.address(), address);
        let mut stream = TcpStream::connect(address).unwrap();
        stream.write_all(b"again").unwrap();
        stream.read_exact(&mut buffer).unwrap();
        assert_eq!(&buffer, b"again");
    }
}
