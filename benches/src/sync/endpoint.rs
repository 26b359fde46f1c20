//! What a careful team writes to receive scans: each request is one transaction of SQLite with `synchronous=FULL`, an event's id
//! is its key, and an id that is there already is answered as if it were new.
//!
//! Beside it the two doors that `PowerSync`'s client wants of its service: a stream that says nothing new, and a checkpoint.

use super::Done;
use super::message::Message;
use rusqlite::{Connection, params};
use serde_json::{Value, json};
use std::io::{BufReader, Result, Write};
use std::net::{Ipv4Addr, TcpListener, TcpStream};
use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

/// The word that makes this program an endpoint: `sync-endpoint FOLDER`.
pub const WORD: &str = "sync-endpoint";
/// Its database.
pub(super) const FILE: &str = "events.db";
/// A stream that says nothing is given up by its reader; the service says as often that the token is still good.
const PING: Duration = Duration::from_secs(10);

/// Serves until its standard input ends; says where it listens.
///
/// # Errors
/// What keeps it from starting.
pub(super) fn serve(folder: &Path) -> Done<()> {
    let database = open(folder).map_err(|error| error.to_string())?;
    let database = Arc::new(Mutex::new(database));
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).map_err(|error| error.to_string())?;
    println!("{}", listener.local_addr().map_err(|error| error.to_string())?);
    std::thread::spawn(move || {
        for stream in listener.incoming().flatten() {
            let database = Arc::clone(&database);
            // A connection that breaks is tried again by who made it.
            std::thread::spawn(move || drop(talk(stream, &database)));
        }
    });
    std::io::copy(&mut std::io::stdin(), &mut std::io::sink())
        .map(drop)
        .map_err(|error| error.to_string())
}

fn open(folder: &Path) -> rusqlite::Result<Connection> {
    let database = Connection::open(folder.join(FILE))?;
    database.execute_batch(
        "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL;
         CREATE TABLE IF NOT EXISTS event (id TEXT PRIMARY KEY, body TEXT NOT NULL) WITHOUT ROWID;",
    )?;
    Ok(database)
}

fn talk(stream: TcpStream, database: &Mutex<Connection>) -> Result<()> {
    stream.set_nodelay(true)?;
    let mut stream = BufReader::new(stream);
    while let Some(request) = Message::request(&mut stream)? {
        let (method, path) = request.target();
        let path = path.split('?').next().unwrap_or_default();
        let (status, body) = match (method.as_str(), path) {
            ("POST", "/events") => match store(&request, database) {
                Ok(count) => ("200 OK", json!({"stored": count})),
                Err(error) => ("500 Internal Server Error", json!({"error": error})),
            },
            ("GET", "/write-checkpoint2.json") => ("200 OK", json!({"data": {"write_checkpoint": "1"}})),
            ("POST", "/sync/stream") => return endless(stream.into_inner()),
            _ => ("404 Not Found", json!({})),
        };
        let body = body.to_string();
        let answer = format!(
            "HTTP/1.1 {status}\r\ncontent-type: application/json\r\ncontent-length: {}\r\n\r\n{body}",
            body.len()
        );
        stream.get_mut().write_all(answer.as_bytes())?;
    }
    Ok(())
}

/// One transaction: when this returns, all of it is on the disk.
fn store(request: &Message, database: &Mutex<Connection>) -> Done<usize> {
    let events: Vec<Value> = serde_json::from_slice(request.body()).map_err(|error| error.to_string())?;
    let mut database = database.lock().unwrap_or_else(PoisonError::into_inner);
    let transaction = database.transaction().map_err(|error| error.to_string())?;
    for event in &events {
        let id = event["id"].as_str().ok_or("an event without an id")?;
        transaction
            .prepare_cached("INSERT OR IGNORE INTO event (id, body) VALUES (?1, ?2)")
            .and_then(|mut insert| insert.execute(params![id, event.to_string()]))
            .map_err(|error| error.to_string())?;
    }
    transaction.commit().map_err(|error| error.to_string())?;
    Ok(events.len())
}

/// A checkpoint without anything in it, then pings until nobody listens.
fn endless(mut stream: TcpStream) -> Result<()> {
    let head = "HTTP/1.1 200 OK\r\ncontent-type: application/x-ndjson\r\nconnection: close\r\n\r\n";
    stream.write_all(head.as_bytes())?;
    for line in [
        json!({"checkpoint": {"last_op_id": "0", "buckets": []}}),
        json!({"checkpoint_complete": {"last_op_id": "0"}}),
    ] {
        stream.write_all(format!("{line}\n").as_bytes())?;
    }
    loop {
        stream.write_all(format!("{}\n", json!({"token_expires_in": 3600})).as_bytes())?;
        std::thread::park_timeout(PING);
    }
}
