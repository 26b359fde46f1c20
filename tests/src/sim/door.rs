//! The gateway behind its door: the real ledger, who may ask, and what an answer is. As `server::http` has it, without HTTP.

use super::Mutation;
use super::clock::BEGINS_MS;
use lotline_core::sync::{Cursor, OwnMark};
use lotline_record::entry::{Hash, Instant, Position, Sealed};
use lotline_record::model::{DeviceId, PlaceId, SiteId};
use lotline_record::wire::{
    Cell, Code, EnrolReply, EnrolRequest, Included, Page, Problem, PushReply, Row, StoredThrough,
};
use lotline_server::Ledger;
use lotline_server::ledger::{Outcome, Push};
use p256::ecdsa::SigningKey;
use p256::pkcs8::EncodePublicKey;
use rusqlite::{Connection, OptionalExtension, params};
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::OnceLock;

/// How long a token is good for, in milliseconds.
pub const TOKEN_MS: u64 = 15 * 60_000;

/// What a device asks.
#[derive(Debug, Clone)]
pub enum Ask {
    /// A token.
    Token,
    /// To take these lines, with the head that its proof signs.
    Push {
        /// One line an entry.
        body: Vec<u8>,
        /// The last.
        last: StoredThrough,
        /// How many.
        sent: usize,
        /// What they follow, where they begin an epoch.
        follows: Option<StoredThrough>,
    },
    /// What changed.
    Pull {
        /// After this.
        cursor: Cursor,
        /// The most rows.
        limit: usize,
    },
    /// What goes ahead of everything else, after this.
    Urgent(Option<Cursor>),
    /// Today's work.
    Focus,
    /// The whole picture.
    Snapshot,
    /// To be told when something changes.
    Stream,
}

/// What the gateway answers.
#[derive(Debug, Clone)]
pub enum Answer {
    /// A token, by its number.
    Token(u64),
    /// Stored.
    Pushed(PushReply),
    /// Rows.
    Page(Page),
    /// A file and its SHA-256.
    Site(Vec<u8>, Hash, OwnMark),
    /// The stream is open.
    Stream,
    /// Not so.
    Refused(Problem, Option<u64>),
}

/// The gateway.
pub struct Door {
    folder: PathBuf,
    ledger: Option<Ledger>,
    key: SigningKey,
    pepper: Vec<u8>,
    tokens: BTreeMap<u64, (DeviceId, u64)>,
    given: u64,
    revoked: Vec<DeviceId>,
    /// How often it was restored from a backup.
    pub life: u32,
    mutation: Option<Mutation>,
    looker: Option<Connection>,
    /// Dies before what it says it stored is durable, for the mutation that answers too early.
    pub dies_early: bool,
}

impl std::fmt::Debug for Door {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Door")
    }
}

const FILES: [&str; 2] = ["ledger.db", "ledger.db-wal"];

/// Copies those of `files` that are there, and removes the others.
pub fn copy(files: &[&str], from: &Path, to: &Path) {
    std::fs::create_dir_all(to).unwrap();
    for file in files {
        let (from, to) = (from.join(file), to.join(file));
        if from.exists() {
            std::fs::copy(from, to).unwrap();
        } else if to.exists() {
            std::fs::remove_file(to).unwrap();
        }
    }
}

/// A ledger with a site, made once a process.
fn template() -> &'static [u8] {
    static MADE: OnceLock<Vec<u8>> = OnceLock::new();
    MADE.get_or_init(|| {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("ledger.db");
        let ledger = Ledger::open(&path).unwrap();
        ledger.create_site(&site(), "Europe/Berlin").unwrap();
        drop(ledger);
        std::fs::read(path).unwrap()
    })
}

/// The site.
pub fn site() -> SiteId {
    crate::gateway::site()
}

fn refused(code: Code, detail: &str) -> Answer {
    Answer::Refused(Problem::new(code, detail), None)
}

impl Door {
    /// A gateway with an empty site, in that folder.
    pub fn new(folder: PathBuf, mutation: Option<Mutation>) -> Self {
        std::fs::create_dir_all(&folder).unwrap();
        std::fs::write(folder.join("ledger.db"), template()).unwrap();
        let ledger = Ledger::open(&folder.join("ledger.db")).unwrap();
        Door {
            pepper: ledger.pepper().unwrap(),
            ledger: Some(ledger),
            folder,
            key: SigningKey::from_slice(&[9; 32]).unwrap(),
            tokens: BTreeMap::new(),
            given: 0,
            revoked: Vec::new(),
            life: 0,
            mutation,
            looker: None,
            dies_early: false,
        }
    }

    /// Its ledger.
    pub fn ledger(&self) -> &Ledger {
        self.ledger.as_ref().unwrap()
    }

    fn sql(&self) -> Connection {
        Connection::open(self.folder.join("ledger.db")).unwrap()
    }

    /// Lets a device send; what it is told then.
    pub fn enrol(&self, device: &DeviceId) -> EnrolReply {
        let resource = PlaceId::new(format!("CART-{device}")).unwrap();
        let code = self
            .ledger()
            .issue_code_for(device, device.as_str(), &resource)
            .unwrap();
        let request = EnrolRequest {
            code,
            public_key: device.as_str().as_bytes().to_vec(),
            name: device.to_string(),
        };
        self.ledger().enrol(&request, device.as_str()).unwrap().unwrap();
        EnrolReply {
            device: device.clone(),
            site: site(),
            resource,
            pepper: self.pepper.clone(),
            site_key: self
                .key
                .verifying_key()
                .to_public_key_der()
                .unwrap()
                .as_bytes()
                .to_vec(),
        }
    }

    /// Cuts a device off.
    pub fn revoke(&mut self, device: &DeviceId) {
        self.ledger().revoke(device).unwrap();
        self.revoked.push(device.clone());
    }

    /// Its process dies and starts again.
    pub fn restart(&mut self) {
        (self.ledger, self.looker) = (None, None);
        self.ledger = Some(Ledger::open(&self.folder.join("ledger.db")).unwrap());
        self.tokens.clear();
        self.ledger().retry_kept_aside(false).unwrap();
    }

    /// Keeps a copy of its files.
    pub fn back_up(&self) {
        copy(&FILES, &self.folder, &self.folder.join("backup"));
    }

    /// Starts again from the copy, as another history.
    pub fn restore(&mut self) {
        (self.ledger, self.looker) = (None, None);
        copy(&FILES, &self.folder.join("backup"), &self.folder);
        self.life += 1;
        let sql = "UPDATE site SET server_epoch = ?1";
        self.sql().execute(sql, [format!("restored-{}", self.life)]).unwrap();
        self.restart();
        for device in &self.revoked {
            self.ledger().revoke(device).unwrap();
        }
    }

    /// Brings in a change of master data.
    pub fn import(&self, number: u64, rows: u64) {
        let text = |text: String| Cell::Text(text);
        let rows: Vec<Row> = (0..rows)
            .map(|n| Row {
                t: "place".to_owned(),
                c: 0,
                gone: false,
                r: vec![
                    text(site().to_string()),
                    text(format!("P-{number}-{n}")),
                    text("bin".to_owned()),
                    Cell::Null,
                    Cell::Int(1),
                    Cell::Null,
                ],
            })
            .collect();
        self.ledger().put_rows(&rows).unwrap();
    }

    /// Applies what was received; the cursor after it.
    pub fn apply(&self) -> u64 {
        loop {
            let applied = self.ledger().apply(200, None).unwrap();
            if applied.entries == 0 {
                return applied.cursor;
            }
        }
    }

    /// Whether that entry is durable here.
    pub fn has(&mut self, device: &DeviceId, position: Position, hash: &Hash) -> bool {
        let looker = self.looker.take().unwrap_or_else(|| self.sql());
        let found: Option<Vec<u8>> = looker
            .prepare_cached("SELECT hash FROM entry WHERE device = ?1 AND epoch = ?2 AND seq = ?3")
            .unwrap()
            .query_row(
                params![device.as_str(), position.epoch(), position.seq().cast_signed()],
                |row| row.get(0),
            )
            .optional()
            .unwrap();
        self.looker = Some(looker);
        found.as_deref() == Some(&hash.0[..])
    }

    /// Answers.
    pub fn answer(&mut self, device: &DeviceId, ask: &Ask, token: Option<u64>, now_ms: u64) -> Answer {
        let caller = self.ledger().caller(device.as_str(), None).unwrap();
        match caller {
            None => return refused(Code::UnknownDevice, "no device is enrolled with this key"),
            Some(caller) if caller.revoked => return refused(Code::Revoked, "this device was cut off"),
            Some(_) => {}
        }
        if matches!(ask, Ask::Token) {
            self.given += 1;
            self.tokens.insert(self.given, (device.clone(), now_ms + TOKEN_MS));
            return Answer::Token(self.given);
        }
        let good = token
            .and_then(|token| self.tokens.get(&token))
            .is_some_and(|(whose, until_ms)| whose == device && *until_ms > now_ms);
        if !good {
            return refused(Code::Unauthorized, "the token is not this device's, or out of date");
        }
        match ask {
            Ask::Token | Ask::Stream => Answer::Stream,
            Ask::Push {
                body, last, follows, ..
            } => self.push(device, body, (*last, *follows), now_ms),
            Ask::Pull { cursor, limit } => self.pull(device, cursor, *limit, now_ms),
            Ask::Urgent(have) => self.urgent(device, have.as_ref(), now_ms),
            Ask::Focus => Answer::Page(self.ledger().focus(device, instant(now_ms)).unwrap()),
            Ask::Snapshot => self.snapshot(device),
        }
    }

    fn snapshot(&self, device: &DeviceId) -> Answer {
        // Before its first change the picture of this site is the same in each world, and for each device.
        static FIRST: OnceLock<(Vec<u8>, Hash, OwnMark)> = OnceLock::new();
        let built = || {
            let snapshot = self
                .ledger()
                .snapshot(&lotline_server::ledger::Carried::default())
                .unwrap();
            let (included, counts) = snapshot.mark(device);
            let included = Included {
                epoch: included.epoch(),
                seq: included.seq(),
            };
            let file = std::fs::read(snapshot.path()).unwrap();
            (file, Hash(snapshot.sha256), OwnMark { included, counts })
        };
        let (file, hash, own) = if self.life == 0 && self.ledger().cursor().unwrap() == 0 {
            FIRST.get_or_init(built).clone()
        } else {
            built()
        };
        Answer::Site(file, hash, own)
    }

    fn urgent(&self, device: &DeviceId, have: Option<&Cursor>, now_ms: u64) -> Answer {
        let at = have.map_or(0, |have| have.at);
        let page = self.ledger().urgent_page(device, at, 500, instant(now_ms)).unwrap();
        let other = have.is_some_and(|have| have.server_epoch != page.server_epoch);
        if at > self.ledger().cursor().unwrap() || other {
            return refused(Code::CursorUnknown, "the cursor belongs to another history");
        }
        self.ledger().told(device, at, instant(now_ms)).unwrap();
        Answer::Page(page)
    }

    fn pull(&self, device: &DeviceId, cursor: &Cursor, limit: usize, now_ms: u64) -> Answer {
        let page = self.ledger().page(device, cursor.at, limit, instant(now_ms)).unwrap();
        if cursor.at > self.ledger().cursor().unwrap() || cursor.server_epoch != page.server_epoch {
            return refused(Code::CursorUnknown, "the cursor belongs to another history");
        }
        Answer::Page(page)
    }

    fn push(
        &mut self,
        device: &DeviceId,
        body: &[u8],
        (last, follows): (StoredThrough, Option<StoredThrough>),
        now_ms: u64,
    ) -> Answer {
        let head = (last.epoch, last.seq, last.hash);
        let push = Push {
            device,
            body,
            head: Some(head),
            follows,
            proof: "proof",
            received: instant(now_ms),
        };
        let early = self.mutation == Some(Mutation::AckBeforeCommit) && std::mem::take(&mut self.dies_early);
        if early {
            copy(&FILES, &self.folder, &self.folder.join("before"));
        }
        if self.mutation == Some(Mutation::CountTwice) {
            self.forget_that_it_was_applied(device, body);
        }
        let outcome = self.ledger().receive(&push, &self.key).unwrap();
        if early {
            (self.ledger, self.looker) = (None, None);
            copy(&FILES, &self.folder.join("before"), &self.folder);
            self.restart();
        }
        let as_if = Answer::Pushed(PushReply {
            stored_through: last,
            receipt: None,
        });
        let problem = match outcome {
            Outcome::Stored(reply) => return Answer::Pushed(reply),
            Outcome::Gap(from) => {
                if self.mutation == Some(Mutation::SkipPrev) {
                    self.store_unseen(device, body, head);
                    return as_if;
                }
                Problem {
                    resume_from: Some(from),
                    ..Problem::new(Code::Gap, "a jump ahead")
                }
            }
            Outcome::Fork(_) if self.mutation == Some(Mutation::IgnoreFork) => return as_if,
            Outcome::Fork(common) => Problem {
                common: Some(common),
                ..Problem::new(Code::Fork, "other bytes at a known sequence")
            },
            Outcome::BadEnvelope(why) => Problem::new(Code::BadEnvelope, why),
            Outcome::Training(why) => Problem::new(Code::Training, why),
        };
        Answer::Refused(problem, None)
    }

    fn lines(body: &[u8]) -> Vec<Sealed> {
        let lines = body.split(|byte| *byte == b'\n').filter(|line| !line.is_empty());
        let sealed = lines.filter_map(|line| {
            let envelope: serde_json::Value = serde_json::from_slice(line).ok()?;
            let epoch = u32::try_from(envelope["epoch"].as_u64()?).ok()?;
            Some(Sealed::from_stored(
                Position::new(epoch, envelope["seq"].as_u64()?),
                line.to_vec(),
            ))
        });
        sealed.collect()
    }

    // As an intake would that looks at no `prev`: what comes after the head is stored, whatever lies between.
    fn store_unseen(&self, device: &DeviceId, body: &[u8], head: (u32, u64, Hash)) {
        let connection = self.sql();
        let sql =
            "INSERT OR IGNORE INTO entry (device, epoch, seq, bytes, hash, received_ms) VALUES (?1, ?2, ?3, ?4, ?5, 0)";
        for sealed in Self::lines(body) {
            let seq = i64::try_from(sealed.position.seq()).unwrap();
            let values = params![
                device.as_str(),
                sealed.position.epoch(),
                seq,
                sealed.bytes,
                &sealed.hash.0[..]
            ];
            connection.execute(sql, values).unwrap();
        }
        let sql = "UPDATE device SET epoch = ?2, seq = ?3, hash = ?4 WHERE device = ?1";
        let seq = i64::try_from(head.1).unwrap();
        connection
            .execute(sql, params![device.as_str(), head.0, seq, &head.2.0[..]])
            .unwrap();
    }

    // As a ledger would that takes a resent entry for a new one.
    fn forget_that_it_was_applied(&self, device: &DeviceId, body: &[u8]) {
        let connection = self.sql();
        for sealed in Self::lines(body) {
            let at = StoredThrough::from(&sealed);
            for sql in [
                "DELETE FROM movement WHERE arrival = (SELECT arrival FROM entry
                   WHERE device = ?1 AND epoch = ?2 AND seq = ?3 AND hash = ?4)",
                "UPDATE entry SET change = NULL WHERE device = ?1 AND epoch = ?2 AND seq = ?3 AND hash = ?4",
            ] {
                let values = params![device.as_str(), at.epoch, at.seq.cast_signed(), &at.hash.0[..]];
                connection.execute(sql, values).unwrap();
            }
        }
    }
}

/// That moment of the world.
pub fn instant(now_ms: u64) -> Instant {
    Instant::from_unix_ms(BEGINS_MS + i64::try_from(now_ms).unwrap())
}
