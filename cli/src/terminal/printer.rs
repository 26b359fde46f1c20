//! Where a terminal's labels go: a ZPL printer on the network, or a file.

use lotline_core::platform::{Printed, Printer};
use std::fmt;
use std::fs::OpenOptions;
use std::io::{self, Read, Write};
use std::net::{TcpStream, ToSocketAddrs};
use std::path::PathBuf;
use std::str::FromStr;
use std::time::Duration;

/// The port that label printers listen on for raw bytes.
const RAW: u16 = 9100;
/// Until a printer takes a connection, and until it has said how it is.
const PATIENCE: Duration = Duration::from_secs(3);
/// The longest answer that is read: three lines, of which the longest has 41 characters (ZPL II, `~HS`).
const LONGEST: u64 = 512;

/// Where to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Way {
    /// A printer: host and port.
    Network(String),
    /// A file, to which each label is added.
    File(PathBuf),
}

impl FromStr for Way {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let named = |rest: &str| (!rest.is_empty()).then(|| rest.to_owned());
        if let Some(path) = text.strip_prefix("file:").and_then(named) {
            return Ok(Way::File(path.trim_start_matches("//").into()));
        }
        let Some(host) = text.strip_prefix("tcp://").and_then(named) else {
            return Err("write tcp://HOST, tcp://HOST:PORT or file:PATH".to_owned());
        };
        let host = host.trim_end_matches('/');
        // An address of version 6 stands in brackets, and has colons of its own.
        let port = host.rsplit(']').next().is_some_and(|rest| rest.contains(':'));
        Ok(Way::Network(if port {
            host.to_owned()
        } else {
            format!("{host}:{RAW}")
        }))
    }
}

impl fmt::Display for Way {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Way::Network(address) => write!(f, "tcp://{address}"),
            Way::File(path) => write!(f, "file:{}", path.display()),
        }
    }
}

impl Printer for Way {
    fn print_zpl(&self, zpl: Vec<u8>) -> Printed {
        let failed = |error: &io::Error| Printed::Failed {
            reason: format!("{self}: {error}"),
        };
        match self {
            Way::File(path) => {
                let file = OpenOptions::new().create(true).append(true).open(path);
                match file.and_then(|mut file| file.write_all(&zpl).and_then(|()| file.sync_all())) {
                    Ok(()) => Printed::Done,
                    Err(error) => failed(&error),
                }
            }
            Way::Network(address) => {
                // Until the bytes are under way nothing can have come out.
                let printer = match reach(address) {
                    Ok(printer) => printer,
                    Err(error) => return failed(&error),
                };
                print(printer, &zpl)
            }
        }
    }
}

fn reach(address: &str) -> io::Result<TcpStream> {
    let mut last = io::Error::from(io::ErrorKind::AddrNotAvailable);
    for found in address.to_socket_addrs()? {
        match TcpStream::connect_timeout(&found, PATIENCE) {
            Ok(stream) => {
                stream.set_read_timeout(Some(PATIENCE))?;
                stream.set_write_timeout(Some(PATIENCE))?;
                return Ok(stream);
            }
            Err(error) => last = error,
        }
    }
    Err(last)
}

/// Asks how the printer is before the label is sent, so that one without paper burns no number; and again behind it, since
/// it answers in its turn. One that answers nothing may have printed.
fn print(mut printer: TcpStream, zpl: &[u8]) -> Printed {
    let Ok(before) = state(&mut printer) else {
        // No word, as from one that only takes: it gets the label all the same.
        return match printer.write_all(zpl).and_then(|()| printer.flush()) {
            Ok(()) | Err(_) => Printed::Unknown,
        };
    };
    if let Some(reason) = before {
        return Printed::Failed { reason };
    }
    if printer.write_all(zpl).is_err() {
        return Printed::Unknown;
    }
    match state(&mut printer) {
        Ok(None) => Printed::Done,
        Ok(Some(_)) | Err(_) => Printed::Unknown,
    }
}

/// What keeps the printer from printing, by its answer to `~HS` (ZPL II, Host Status Return).
fn state(printer: &mut TcpStream) -> io::Result<Option<String>> {
    printer.write_all(b"~HS\r\n")?;
    let mut said = Vec::new();
    let mut byte = [0_u8];
    let mut ends = 0;
    while ends < 3 && (said.len() as u64) < LONGEST {
        if printer.read(&mut byte)? == 0 {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
        ends += u8::from(byte[0] == 0x03);
        said.push(byte[0]);
    }
    Ok(trouble(&String::from_utf8_lossy(&said)).map(ToOwned::to_owned))
}

/// The first flag that is up: paper out and pause in the first line, head open and ribbon out in the second.
fn trouble(said: &str) -> Option<&'static str> {
    let mut lines = said.split('\u{3}').map(|line| line.trim().trim_start_matches('\u{2}'));
    let flag = |line: &str, at: usize| line.split(',').nth(at).is_some_and(|flag| flag.trim() == "1");
    let (first, second) = (lines.next().unwrap_or_default(), lines.next().unwrap_or_default());
    [
        (flag(first, 1), "paper out"),
        (flag(first, 2), "paused"),
        (flag(second, 2), "head open"),
        (flag(second, 3), "ribbon out"),
    ]
    .into_iter()
    .find_map(|(up, word)| up.then_some(word))
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::{BufRead, BufReader};
    use std::net::TcpListener;
    use std::thread::{JoinHandle, spawn};

    const READY: [&str; 3] = [
        "030,0,0,1245,000,0,0,0,000,0,0,0",
        "000,0,0,0,0,2,4,0,00000000,1,000",
        "1234,0",
    ];
    const NO_PAPER: [&str; 3] = ["030,1,0,1245,000,0,0,0,000,0,0,0", READY[1], READY[2]];

    /// A printer that answers each question with the next of `states`, and says what it was sent besides.
    fn printer(states: Vec<[&'static str; 3]>) -> (Way, JoinHandle<String>) {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let way = format!("tcp://{}", listener.local_addr().unwrap()).parse().unwrap();
        let works = spawn(move || {
            let (mut stream, _) = listener.accept().unwrap();
            let mut states = states.into_iter();
            let mut printed = String::new();
            for line in BufReader::new(stream.try_clone().unwrap()).lines() {
                let line = line.unwrap_or_default();
                let Some((label, _)) = line.split_once("~HS") else {
                    printed.push_str(&line);
                    continue;
                };
                printed.push_str(label);
                for said in states.next().into_iter().flatten() {
                    write!(stream, "\u{2}{said}\u{3}\r\n").unwrap();
                }
            }
            printed
        });
        (way, works)
    }

    #[test]
    fn a_printer_that_is_ready_before_and_behind_the_label_has_printed_it() {
        let (way, works) = printer(vec![READY, READY]);
        assert_eq!(way.print_zpl(b"^XA^XZ".to_vec()), Printed::Done);
        assert_eq!(works.join().unwrap(), "^XA^XZ");
    }

    #[test]
    fn a_printer_without_paper_is_sent_no_label() {
        let (way, works) = printer(vec![NO_PAPER]);
        let reason = "paper out".to_owned();
        assert_eq!(way.print_zpl(b"^XA^XZ".to_vec()), Printed::Failed { reason });
        assert_eq!(works.join().unwrap(), "");
    }

    #[test]
    fn a_printer_that_runs_out_of_paper_at_the_label_may_have_printed_it() {
        let (way, works) = printer(vec![READY, NO_PAPER]);
        assert_eq!(way.print_zpl(b"^XA^XZ".to_vec()), Printed::Unknown);
        works.join().unwrap();
    }

    #[test]
    fn a_printer_that_nobody_reaches_has_printed_nothing() {
        let address = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
        let way: Way = format!("tcp://{address}").parse().unwrap();
        assert!(matches!(way.print_zpl(b"^XA^XZ".to_vec()), Printed::Failed { .. }));
    }

    #[test]
    fn a_file_gets_one_label_behind_the_other() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("labels.zpl");
        let way: Way = format!("file:{}", path.display()).parse().unwrap();
        assert_eq!(way.print_zpl(b"^XA1^XZ".to_vec()), Printed::Done);
        assert_eq!(way.print_zpl(b"^XA2^XZ".to_vec()), Printed::Done);
        assert_eq!(std::fs::read_to_string(path).unwrap(), "^XA1^XZ^XA2^XZ");
    }

    #[test]
    fn a_way_is_written_with_its_scheme_and_9100_is_the_port_where_none_stands() {
        let network = |text: &str| Ok(Way::Network(text.to_owned()));
        assert_eq!("tcp://zd421".parse(), network("zd421:9100"));
        assert_eq!("tcp://10.0.0.7:6101/".parse(), network("10.0.0.7:6101"));
        assert_eq!("tcp://[fe80::1]".parse(), network("[fe80::1]:9100"));
        assert_eq!("file:///tmp/a.zpl".parse(), Ok(Way::File("/tmp/a.zpl".into())));
        for wrong in ["", "tcp://", "file:", "lp0", "http://zd421"] {
            assert!(wrong.parse::<Way>().is_err(), "{wrong}");
        }
    }
}
