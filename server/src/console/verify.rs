//! The auditor's page: the record is checked, this gateway's own or one in a file, as `lotline verify` does it; and it is
//! handed out, to be checked where nobody trusts this gateway.

use super::gate::{Visitor, notice, on_to};
use super::html;
use super::page::when;
use crate::edge;
use crate::http::{App, Failure};
use crate::ledger::{LedgerError, decompressed};
use askama::Template;
use axum::Extension;
use axum::body::{Body, Bytes};
use axum::extract::multipart::{MultipartError, MultipartRejection};
use axum::extract::{Multipart, State};
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use lotline_record::archive::{self, Check, Fault, Keys, Report, Writer};
use lotline_record::entry::Instant;
use lotline_record::model::DeviceId;
use lotline_record::wire::Code;
use std::io::{self, Seek, Write};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// The largest file that is taken: some ten million entries.
pub(super) const FILE_BYTES: u64 = 4 << 30;
/// Pieces of an export that wait for the browser.
const WAITING: usize = 8;
const PIECE: usize = 64 * 1024;

/// The check of this gateway's own record: one at a time, and the last one's outcome.
#[derive(Debug, Default)]
pub(crate) struct Checks(Mutex<Option<Checked>>);

#[derive(Debug, Clone)]
struct Checked {
    by: String,
    begun: Instant,
    of: u64,
    done: Arc<AtomicU64>,
    outcome: Option<Outcome>,
}

type Outcome = Result<Report, Fault>;

impl Checks {
    fn lock(&self) -> MutexGuard<'_, Option<Checked>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

struct Chain {
    device: DeviceId,
    entries: u64,
    epochs: u32,
    signed: u64,
    counter_signed: u64,
    known: bool,
    /// The entry before its first one here, where that is in an archive.
    after: String,
}

/// An outcome, in words.
struct Told {
    good: bool,
    words: String,
    place: String,
    chains: Vec<Chain>,
}

impl Told {
    fn of(outcome: &Outcome) -> Self {
        match outcome {
            Ok(report) => Told {
                good: true,
                words: format!(
                    "Site {}: {} entries, {} signatures of devices, {} counter-signatures: all good.{}",
                    report.site,
                    report.checked.entries,
                    report.checked.proofs,
                    report.checked.receipts,
                    if report.is_whole() {
                        ""
                    } else {
                        " Some chains begin after entries that are in an archive: lotline verify proves them together."
                    }
                ),
                place: String::new(),
                chains: report
                    .chains
                    .iter()
                    .map(|(device, chain)| Chain {
                        device: device.clone(),
                        entries: chain.entries,
                        epochs: chain.epochs,
                        signed: chain.signed,
                        counter_signed: chain.counter_signed,
                        known: chain.key_pinned,
                        after: chain
                            .follows
                            .as_ref()
                            .map_or_else(String::new, |before| format!("after {}/{}", before.epoch, before.seq)),
                    })
                    .collect(),
            },
            Err(fault) => Told {
                good: false,
                words: fault.what.clone(),
                place: match &fault.entry {
                    Some(name) => format!("{name}, line {}", fault.line),
                    None => format!("line {}", fault.line),
                },
                chains: Vec::new(),
            },
        }
    }
}

#[derive(Template)]
#[template(path = "verify.html")]
struct Page {
    word: String,
    running: bool,
    done: u64,
    of: u64,
    by: String,
    at: String,
    told: Option<Told>,
    file: Option<(String, Told)>,
}

fn page_of(app: &App, visitor: &Visitor, file: Option<(String, Told)>) -> Page {
    let checked = app.checks.lock().clone();
    let mut page = Page {
        word: visitor.form_word(),
        running: false,
        done: 0,
        of: 0,
        by: String::new(),
        at: String::new(),
        told: None,
        file,
    };
    if let Some(checked) = checked {
        page.running = checked.outcome.is_none();
        page.done = checked.done.load(Ordering::Relaxed);
        page.of = checked.of;
        page.told = checked.outcome.as_ref().map(Told::of);
        page.by = checked.by;
        page.at = when(checked.begun);
    }
    page
}

pub(super) async fn page(
    State(app): State<Arc<App>>,
    Extension(visitor): Extension<Visitor>,
) -> Result<impl IntoResponse, Failure> {
    html(page_of(&app, &visitor, None).render())
}

/// Begins a check of this gateway's own record; where one runs, that one goes on.
pub(super) async fn start(
    State(app): State<Arc<App>>,
    Extension(visitor): Extension<Visitor>,
) -> Result<Response, Failure> {
    let name = visitor.name();
    let by = visitor.by.clone();
    app.run(move |app| app.ledger().note(&by, "verify", "this gateway's record", true))
        .await?;
    let done = Arc::new(AtomicU64::new(0));
    {
        let mut checked = app.checks.lock();
        if checked.as_ref().is_some_and(|checked| checked.outcome.is_none()) {
            return Ok(on_to("/console/verify"));
        }
        *checked = Some(Checked {
            by: name,
            begun: edge::now(),
            of: 0,
            done: Arc::clone(&done),
            outcome: None,
        });
    }
    let span = tracing::Span::current();
    tokio::task::spawn_blocking(move || {
        let outcome = span.in_scope(|| {
            let run = std::panic::AssertUnwindSafe(|| own_record(&app, &done));
            std::panic::catch_unwind(run).unwrap_or_else(|_| Err(unread("a bug in the gateway; it is logged")))
        });
        if let Err(fault) = &outcome {
            tracing::error!(?fault, "the record is not what was signed");
        }
        if let Some(checked) = app.checks.lock().as_mut() {
            checked.outcome = Some(outcome);
        }
    });
    Ok(on_to("/console/verify"))
}

fn unread(what: impl Into<String>) -> Fault {
    Fault {
        what: what.into(),
        line: 0,
        file: 0,
        entry: None,
    }
}

/// Checks the ledger as its export would be. The keys are this gateway's own and those that devices enrolled with.
fn own_record(app: &App, done: &AtomicU64) -> Outcome {
    let lost = |e: LedgerError| unread(format!("the ledger cannot be read: {e}"));
    let record = app
        .ledger()
        .record(Some(app.site_key().to_vec()), edge::now())
        .map_err(lost)?;
    if let Some(checked) = app.checks.lock().as_mut() {
        checked.of = record.arrivals();
    }
    let header = record.header().clone();
    let keys = Keys {
        site_key: header.site_key.clone(),
        devices: header.devices.clone(),
    };
    let mut check = Check::new(header, Some(&keys))?;
    let mut at = 1;
    for line in record.lines(app.ledger()) {
        at += 1;
        check.line(at, &line.map_err(lost)?)?;
        done.store(check.counts().entries, Ordering::Relaxed);
    }
    check.finish(at + 1)
}

/// Checks a file that was sent. Its devices' keys are compared with those this gateway knows.
pub(super) async fn file(
    State(app): State<Arc<App>>,
    Extension(visitor): Extension<Visitor>,
    form: Result<Multipart, MultipartRejection>,
) -> Result<Response, Failure> {
    let received = match form {
        Ok(form) => received(form).await,
        Err(_) => Ok(None),
    };
    let (name, file) = match received {
        Ok(Some(received)) => received,
        Ok(None) => {
            return Ok(refused(
                "No file came with the form. Choose one that `lotline export` has written.",
            ));
        }
        Err(Unreceived::Form(error)) => {
            return Ok(refused(&format!("The file did not come whole: {}.", error.body_text())));
        }
        Err(Unreceived::TooLarge) => {
            return Ok(refused(
                "The file is larger than 4 GiB. Check it at the command line: lotline verify FILE",
            ));
        }
        Err(Unreceived::Disk(error)) => {
            return Err(Failure::new(
                Code::Internal,
                format!("the file cannot be kept: {error}"),
            ));
        }
    };
    let by = visitor.by.clone();
    let noted = name.clone();
    let outcome = app
        .run(move |app| {
            app.ledger().note(&by, "verify", &noted, true)?;
            let site_key = Some(app.site_key().to_vec());
            let record = app.ledger().record(site_key, edge::now())?;
            Ok(sent(file, app.ledger().site()?.site.as_str(), record.header()))
        })
        .await?;
    let page = page_of(&app, &visitor, Some((name, Told::of(&outcome))));
    Ok(html(page.render())?.into_response())
}

fn refused(why: &str) -> Response {
    notice(
        StatusCode::UNPROCESSABLE_ENTITY,
        "Nothing was checked",
        why,
        "/console/verify",
    )
}

enum Unreceived {
    Form(MultipartError),
    TooLarge,
    Disk(io::Error),
}

/// The file of the form, with its name.
async fn received(mut form: Multipart) -> Result<Option<(String, std::fs::File)>, Unreceived> {
    while let Some(mut field) = form.next_field().await.map_err(Unreceived::Form)? {
        let Some(name) = field.file_name().filter(|name| !name.is_empty()).map(str::to_owned) else {
            continue;
        };
        let mut file = tempfile::tempfile().map_err(Unreceived::Disk)?;
        let mut bytes = 0;
        while let Some(chunk) = field.chunk().await.map_err(Unreceived::Form)? {
            bytes += chunk.len() as u64;
            if bytes > FILE_BYTES {
                return Err(Unreceived::TooLarge);
            }
            file.write_all(&chunk).map_err(Unreceived::Disk)?;
        }
        file.rewind().map_err(Unreceived::Disk)?;
        return Ok(Some((name, file)));
    }
    Ok(None)
}

fn sent(file: std::fs::File, site: &str, here: &archive::Header) -> Outcome {
    let lines = decompressed(file).map_err(|e| unread(format!("the file cannot be read: {e}")))?;
    let keys = Keys {
        site_key: here.site_key.clone(),
        devices: here.devices.clone(),
    };
    let report = archive::verify(lines, Some(&keys))?;
    if report.site.as_str() != site {
        return Err(unread(format!(
            "this is the record of site {}, not of {site}",
            report.site
        )));
    }
    Ok(report)
}

/// Hands the whole record out, as `lotline export` writes it.
pub(super) async fn export(
    State(app): State<Arc<App>>,
    Extension(visitor): Extension<Visitor>,
) -> Result<Response, Failure> {
    let by = visitor.by.clone();
    let (site, record) = app
        .run(move |app| {
            app.ledger().note(&by, "export", "to the browser", true)?;
            let record = app.ledger().record(Some(app.site_key().to_vec()), edge::now())?;
            Ok((app.ledger().site()?.site, record))
        })
        .await?;
    let (out, pieces) = tokio::sync::mpsc::channel::<io::Result<Bytes>>(WAITING);
    tokio::task::spawn_blocking(move || {
        let failed = out.clone();
        let write = || -> io::Result<()> {
            let out = zstd::Encoder::new(Pieces::new(out), zstd::DEFAULT_COMPRESSION_LEVEL)?;
            let header = record.header().clone();
            let mut writer = Writer::new(out, &header)?;
            for line in record.lines(app.ledger()) {
                writer.line(&line.map_err(io::Error::other)?)?;
            }
            writer.finish()?.0.finish()?.flush()
        };
        if let Err(error) = write() {
            tracing::warn!(%error, "an export was not handed out whole");
            // The browser must not take what came for all of it.
            _ = failed.blocking_send(Err(error));
        }
    });
    let body = futures_util::stream::unfold(pieces, |mut pieces| async {
        let piece = pieces.recv().await?;
        Some((piece, pieces))
    });
    let name = format!("attachment; filename=\"{site}.ndjson.zst\"");
    Ok((
        [
            (header::CONTENT_TYPE, "application/zstd".to_owned()),
            (header::CONTENT_DISPOSITION, name),
            (header::CACHE_CONTROL, "no-store".to_owned()),
        ],
        Body::from_stream(body),
    )
        .into_response())
}

/// Hands what is written on, piece by piece, and waits for whoever takes it.
struct Pieces {
    out: tokio::sync::mpsc::Sender<io::Result<Bytes>>,
    piece: Vec<u8>,
}

impl Pieces {
    fn new(out: tokio::sync::mpsc::Sender<io::Result<Bytes>>) -> Self {
        Pieces {
            out,
            piece: Vec::with_capacity(PIECE),
        }
    }
}

impl Write for Pieces {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.piece.extend_from_slice(bytes);
        if self.piece.len() >= PIECE {
            self.flush()?;
        }
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        let piece = std::mem::take(&mut self.piece);
        if piece.is_empty() {
            return Ok(());
        }
        self.out
            .blocking_send(Ok(piece.into()))
            .map_err(|_| io::Error::from(io::ErrorKind::BrokenPipe))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_written_comes_out_whole_and_in_order_and_who_is_gone_stops_it() {
        let (out, mut pieces) = tokio::sync::mpsc::channel(64);
        let mut writer = Pieces::new(out);
        let all: Vec<u8> = (0..200_000_u32).flat_map(u32::to_le_bytes).collect();
        all.chunks(977).for_each(|part| writer.write_all(part).unwrap());
        writer.flush().unwrap();
        let mut came = Vec::new();
        while let Ok(piece) = pieces.try_recv() {
            came.extend_from_slice(&piece.unwrap());
        }
        assert!(came == all);
        drop(pieces);
        assert_eq!(writer.write_all(&all).unwrap_err().kind(), io::ErrorKind::BrokenPipe);
    }
}
