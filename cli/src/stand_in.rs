//! A stand-in for the warehouse's own system: a process that takes movements over HTTP, keeps a book of what it took and
//! refused, and misbehaves when it is told to. The demo and the tests run it; nobody works with it.
//!
//! It speaks the port of `docs/wms.md`: `POST` of one movement with the header `Idempotency-Key`; 204 it has it, 202 it
//! will look at it (RFC 9110 §15.3.3), 422 it will not have it. That an answer may come long after the request is how
//! Oracle WMS Cloud takes its stage interface (`init_stage_interface`, `async` by default true).
//!
//! | on standard input | the next movement |
//! |---|---|
//! | `{"do":"down"}` | is answered 503; nothing is known of it afterwards |
//! | `{"do":"delay","ms":300}` | is answered after that time |
//! | `{"do":"drop"}` | is taken, and the connection closes without an answer |
//! | `{"do":"later"}` | is answered 202, and taken when it is asked for again |
//! | `{"do":"later","reason":"…"}` | is answered 202, and refused when it is asked for again |
//! | `{"do":"refuse","reason":"…"}` | is refused |
//! | `{"do":"lie"}` | is answered as taken, and forgotten |
//! | `{"do":"repeat"}` | is booked twice |
//! | `{"do":"up"}` | is taken: every order before is forgotten |
//!
//! `times` makes it the next so many, `kind` and `device` wait for such movements. Each line is answered with `ok`.

use crate::failure::{Failure, Outcome};
use crate::out;
use http_body_util::{BodyExt, Full, Limited};
use hyper::body::{Bytes, Incoming};
use hyper::service::service_fn;
use hyper::{Method, Request, Response, StatusCode};
use hyper_util::rt::TokioIo;
use lotline_record::entry::EntryRef;
use serde::{Deserialize, Serialize};
use std::collections::HashMap;
use std::fs::{File, OpenOptions};
use std::io::{BufRead, BufReader, Write};
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

/// The longest movement taken: an entry and its frame.
const LONGEST: usize = 128 * 1024;

/// Where it listens and what it writes.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// Its book: made if it is not there, taken up if it is
    pub book: PathBuf,
    /// Where to listen; port 0 takes a free one
    #[arg(long, default_value = "127.0.0.1:0")]
    pub listen: SocketAddr,
}

/// What it says when it listens: one line of JSON.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Started {
    /// Where movements go.
    pub url: String,
}

/// What it said about a movement for good.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Said {
    /// It has it.
    Taken,
    /// It will not have it.
    Refused,
}

/// A line of the book.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Booked {
    /// The movement's name there: the entry's id.
    pub id: String,
    /// Which entry.
    pub entry: EntryRef,
    /// What kind of movement: `received`, `picked`, …
    pub kind: String,
    /// What was said.
    pub said: Said,
    /// Why it was refused.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
}

/// Reads a book, in the order in which it was written.
///
/// # Errors
/// When there is none, or a line is not what it should be.
pub fn read(book: &Path) -> Outcome<Vec<Booked>> {
    let file = File::open(book).map_err(|e| Failure::io(&e, book.display()))?;
    let mut out = Vec::new();
    for (number, line) in (1..).zip(BufReader::new(file).lines()) {
        let line = line.map_err(|e| Failure::io(&e, book.display()))?;
        out.push(serde_json::from_str(&line).map_err(|e| {
            Failure::usage(
                e,
                format_args!("{}, line {number}", book.display()),
                "name a book that the stand-in wrote",
            )
        })?);
    }
    Ok(out)
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Do {
    Down,
    Delay,
    Drop,
    Later,
    Refuse,
    Lie,
    Repeat,
    Up,
}

/// How to misbehave.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
struct Order {
    r#do: Do,
    #[serde(default = "once")]
    times: u32,
    #[serde(default)]
    ms: u64,
    #[serde(default)]
    reason: Option<String>,
    #[serde(default)]
    kind: Option<String>,
    #[serde(default)]
    device: Option<String>,
}

const fn once() -> u32 {
    1
}

#[derive(Debug, Clone, Deserialize)]
struct Movement {
    id: String,
    entry: EntryRef,
    kind: String,
}

/// What is known of a movement.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Known {
    Taken,
    Refused(String),
    /// Asked for again, it is refused for that reason, or taken.
    Pending(Option<String>),
}

/// What goes back.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Answer {
    Taken,
    Pending,
    Refused(String),
    Down,
    Silence,
}

#[derive(Debug)]
struct Desk {
    file: File,
    known: HashMap<String, Known>,
    orders: Vec<Order>,
}

impl Desk {
    fn open(book: &Path) -> Outcome<Self> {
        let bad = |e: std::io::Error| Failure::io(&e, book.display());
        let known = if book.exists() { read(book)? } else { Vec::new() };
        let file = OpenOptions::new().create(true).append(true).open(book).map_err(bad)?;
        let known = known.into_iter().map(|booked| {
            let word = match booked.said {
                Said::Taken => Known::Taken,
                Said::Refused => Known::Refused(booked.reason.unwrap_or_default()),
            };
            (booked.id, word)
        });
        Ok(Desk {
            file,
            known: known.collect(),
            orders: Vec::new(),
        })
    }

    fn told(&mut self, order: Order) {
        if order.r#do == Do::Up {
            self.orders.clear();
        } else {
            self.orders.push(order);
        }
    }

    /// Takes the first order that waits for such a movement.
    fn order(&mut self, movement: &Movement) -> Option<Order> {
        let is = |wanted: &Option<String>, found: &str| wanted.as_deref().is_none_or(|wanted| wanted == found);
        let fits = |order: &Order| is(&order.kind, &movement.kind) && is(&order.device, movement.entry.device.as_str());
        let at = self.orders.iter().position(fits)?;
        let order = self.orders[at].clone();
        self.orders[at].times = self.orders[at].times.saturating_sub(1);
        if self.orders[at].times == 0 {
            self.orders.remove(at);
        }
        Some(order)
    }

    /// Writes down what is said for good, on the disk before it is said.
    fn book(&mut self, movement: &Movement, refused: Option<String>) -> std::io::Result<Answer> {
        let booked = Booked {
            id: movement.id.clone(),
            entry: movement.entry.clone(),
            kind: movement.kind.clone(),
            said: if refused.is_some() { Said::Refused } else { Said::Taken },
            reason: refused.clone(),
        };
        let mut line = serde_json::to_vec(&booked)?;
        line.push(b'\n');
        self.file.write_all(&line)?;
        self.file.sync_data()?;
        let (known, answer) = match refused {
            Some(why) => (Known::Refused(why.clone()), Answer::Refused(why)),
            None => (Known::Taken, Answer::Taken),
        };
        self.known.insert(movement.id.clone(), known);
        Ok(answer)
    }

    /// What to say to a movement, and how long to think first.
    fn take(&mut self, movement: &Movement) -> std::io::Result<(Answer, Duration)> {
        let at_once = |answer| (answer, Duration::ZERO);
        match self.known.get(&movement.id).cloned() {
            Some(Known::Taken) => return Ok(at_once(Answer::Taken)),
            Some(Known::Refused(why)) => return Ok(at_once(Answer::Refused(why))),
            Some(Known::Pending(refused)) => return self.book(movement, refused).map(at_once),
            None => {}
        }
        let Some(order) = self.order(movement) else {
            return self.book(movement, None).map(at_once);
        };
        Ok(match order.r#do {
            Do::Up => at_once(self.book(movement, None)?),
            Do::Down => at_once(Answer::Down),
            Do::Delay => (self.book(movement, None)?, Duration::from_millis(order.ms)),
            Do::Drop => {
                self.book(movement, None)?;
                at_once(Answer::Silence)
            }
            Do::Later => {
                self.known.insert(movement.id.clone(), Known::Pending(order.reason));
                at_once(Answer::Pending)
            }
            Do::Refuse => at_once(self.book(movement, Some(order.reason.unwrap_or_default()))?),
            Do::Lie => at_once(Answer::Taken),
            Do::Repeat => {
                self.book(movement, None)?;
                at_once(self.book(movement, None)?)
            }
        })
    }
}

/// Why a connection closes without an answer.
#[derive(Debug, thiserror::Error)]
enum Silence {
    #[error("told to say nothing")]
    Told,
    #[error("the book: {0}")]
    Book(#[from] std::io::Error),
}

type Shared = Arc<Mutex<Desk>>;

fn lock(desk: &Shared) -> MutexGuard<'_, Desk> {
    desk.lock().unwrap_or_else(PoisonError::into_inner)
}

fn reply(status: StatusCode, body: String) -> Response<Full<Bytes>> {
    let mut response = Response::new(Full::new(Bytes::from(body)));
    *response.status_mut() = status;
    response
}

fn wrong(why: impl std::fmt::Display) -> Response<Full<Bytes>> {
    reply(
        StatusCode::BAD_REQUEST,
        serde_json::json!({ "reason": why.to_string() }).to_string(),
    )
}

async fn serve(desk: Shared, request: Request<Incoming>) -> Result<Response<Full<Bytes>>, Silence> {
    if request.method() != Method::POST {
        return Ok(reply(StatusCode::METHOD_NOT_ALLOWED, String::new()));
    }
    let key = request.headers().get("idempotency-key").cloned();
    let body = match Limited::new(request.into_body(), LONGEST).collect().await {
        Ok(body) => body.to_bytes(),
        Err(why) => return Ok(wrong(why)),
    };
    let movement: Movement = match serde_json::from_slice(&body) {
        Ok(movement) => movement,
        Err(why) => return Ok(wrong(why)),
    };
    if key.as_ref().map(hyper::header::HeaderValue::as_bytes) != Some(movement.id.as_bytes()) {
        return Ok(wrong("Idempotency-Key is not the movement's id"));
    }
    let (answer, think) = lock(&desk).take(&movement)?;
    tokio::time::sleep(think).await;
    Ok(match answer {
        Answer::Taken => reply(StatusCode::NO_CONTENT, String::new()),
        Answer::Pending => reply(StatusCode::ACCEPTED, String::new()),
        Answer::Refused(reason) => reply(
            StatusCode::UNPROCESSABLE_ENTITY,
            serde_json::json!({ "reason": reason }).to_string(),
        ),
        Answer::Down => reply(StatusCode::SERVICE_UNAVAILABLE, String::new()),
        Answer::Silence => return Err(Silence::Told),
    })
}

/// Serves until its standard input ends.
///
/// # Errors
/// When it cannot listen, or its book cannot be written.
pub fn run(args: &Args) -> Outcome {
    let desk = Arc::new(Mutex::new(Desk::open(&args.book)?));
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .map_err(|e| Failure::io(&e, "stand-in"))?;
    runtime.block_on(async {
        let bad = |e: std::io::Error| Failure::io(&e, args.listen);
        let listener = tokio::net::TcpListener::bind(args.listen).await.map_err(bad)?;
        let url = format!("http://{}/movements", listener.local_addr().map_err(bad)?);
        out::Form { json: true }.print(&Started { url }, |_| String::new())?;
        let mut ended = obey(Arc::clone(&desk));
        loop {
            let stream = tokio::select! {
                accepted = listener.accept() => accepted.map_err(bad)?.0,
                _ = &mut ended => return Ok(()),
            };
            let desk = Arc::clone(&desk);
            tokio::spawn(async move {
                let answer = service_fn(|request| serve(Arc::clone(&desk), request));
                // A connection that ends is what `drop` asks for; nobody waits for more.
                let _ = hyper::server::conn::http1::Builder::new()
                    .serve_connection(TokioIo::new(stream), answer)
                    .await;
            });
        }
    })
}

/// Takes orders from standard input, on a thread of its own. The receiver fires when it ends.
fn obey(desk: Shared) -> tokio::sync::oneshot::Receiver<()> {
    let (sender, ended) = tokio::sync::oneshot::channel();
    std::thread::spawn(move || {
        for line in std::io::stdin().lock().lines().map_while(Result::ok) {
            let answer = match serde_json::from_str::<Order>(&line) {
                Ok(order) if order.times > 0 => {
                    lock(&desk).told(order);
                    "ok".to_owned()
                }
                Ok(_) => "error: `times` is at least 1".to_owned(),
                Err(why) => format!("error: {why}"),
            };
            if out::line_out(&answer).is_err() {
                break;
            }
        }
        let _ = sender.send(());
    });
    ended
}

#[cfg(test)]
mod tests {
    use super::*;
    use lotline_record::entry::Hash;

    fn movement(id: &str, kind: &str) -> Movement {
        Movement {
            id: id.into(),
            entry: EntryRef {
                device: "hand-a".parse().unwrap(),
                epoch: 1,
                seq: 1,
                hash: Hash([7; 32]),
            },
            kind: kind.into(),
        }
    }

    fn desk(folder: &Path, orders: &[&str]) -> Desk {
        let mut desk = Desk::open(&folder.join("book.jsonl")).unwrap();
        for order in orders {
            desk.told(serde_json::from_str(order).unwrap());
        }
        desk
    }

    fn words(folder: &Path) -> Vec<(String, Said)> {
        let book = read(&folder.join("book.jsonl")).unwrap();
        book.into_iter().map(|b| (b.id, b.said)).collect()
    }

    #[test]
    fn a_repeat_is_one_movement_and_the_same_answer_also_after_a_restart() {
        let folder = tempfile::tempdir().unwrap();
        let mut first = desk(
            folder.path(),
            &[r#"{"do":"refuse","reason":"no","kind":"picked","device":"hand-a"}"#],
        );
        for _ in 0..2 {
            assert_eq!(first.take(&movement("a", "received")).unwrap().0, Answer::Taken);
            assert_eq!(
                first.take(&movement("b", "picked")).unwrap().0,
                Answer::Refused("no".into())
            );
        }
        let mut again = desk(folder.path(), &[]);
        assert_eq!(again.take(&movement("a", "received")).unwrap().0, Answer::Taken);
        assert_eq!(
            again.take(&movement("b", "picked")).unwrap().0,
            Answer::Refused("no".into())
        );
        assert_eq!(
            words(folder.path()),
            [("a".into(), Said::Taken), ("b".into(), Said::Refused)]
        );
    }

    #[test]
    fn an_order_waits_for_the_movement_it_is_about() {
        let folder = tempfile::tempdir().unwrap();
        let orders = [
            r#"{"do":"down","kind":"picked"}"#,
            r#"{"do":"refuse","device":"hand-b"}"#,
        ];
        let mut desk = desk(folder.path(), &orders);
        assert_eq!(desk.take(&movement("a", "received")).unwrap().0, Answer::Taken);
        assert_eq!(desk.take(&movement("b", "picked")).unwrap().0, Answer::Down);
        assert_eq!(desk.take(&movement("b", "picked")).unwrap().0, Answer::Taken);
        assert_eq!(desk.orders.len(), 1, "hand-b has said nothing");
    }

    #[test]
    fn it_misbehaves_as_it_is_told_and_no_longer() {
        let folder = tempfile::tempdir().unwrap();
        let mut desk = desk(
            folder.path(),
            &[
                r#"{"do":"lie","times":9}"#,
                r#"{"do":"up"}"#,
                r#"{"do":"down","times":2}"#,
                r#"{"do":"drop"}"#,
                r#"{"do":"later","reason":"closed"}"#,
                r#"{"do":"lie"}"#,
                r#"{"do":"repeat"}"#,
                r#"{"do":"delay","ms":5}"#,
            ],
        );
        let mut say = |id: &str| desk.take(&movement(id, "received")).unwrap();
        assert_eq!([say("a").0, say("a").0], [Answer::Down, Answer::Down]);
        assert_eq!([say("a").0, say("a").0], [Answer::Silence, Answer::Taken]);
        assert_eq!(
            [say("b").0, say("b").0],
            [Answer::Pending, Answer::Refused("closed".into())]
        );
        assert_eq!([say("c").0, say("d").0], [Answer::Taken, Answer::Taken]);
        assert_eq!(say("e"), (Answer::Taken, Duration::from_millis(5)));
        assert_eq!(say("f"), (Answer::Taken, Duration::ZERO));
        let ids: String = words(folder.path()).into_iter().map(|(id, _)| id).collect();
        assert_eq!(ids, "abddef", "c was forgotten, d was booked twice");
    }
}
