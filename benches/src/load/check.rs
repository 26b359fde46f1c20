//! What really stands in the database: every row read back, each hash, link and signature checked.

use super::device::Device;
use super::gateway::Gateway;
use lotline_record::entry::{Hash, Instant, Tip, link};
use lotline_record::wire::Receipt;
use lotline_record::wire::proof::{self, PublicKey};
use postgres::fallible_iterator::FallibleIterator;
use rusqlite::{Connection, OpenFlags};
use std::collections::BTreeMap;

/// The gateway's database, read by nobody else's code.
pub(super) enum Database {
    Postgres(postgres::Client),
    Sqlite(Connection),
}

/// A row of whatever is read: whose, where in its chain, and what else it has.
struct Row {
    device: String,
    epoch: i64,
    seq: i64,
    hash: Vec<u8>,
    bytes: Vec<u8>,
    from: i64,
    at: i64,
}

/// What was read back.
#[derive(Debug, Default)]
pub(super) struct Found {
    /// Entries whose hash and link hold.
    pub(super) entries: u64,
    /// Signatures of devices over heads.
    pub(super) proofs: u64,
    /// Counter-signatures of the gateway.
    pub(super) receipts: u64,
    /// Where each device's chain ends.
    tips: BTreeMap<String, (u64, Hash)>,
    /// What does not hold.
    pub(super) wrong: Vec<String>,
}

impl Database {
    pub(super) fn of(gateway: &Gateway) -> Self {
        match gateway.postgres() {
            Some(url) => Database::Postgres(postgres::Client::connect(url, postgres::NoTls).unwrap()),
            None => Database::Sqlite(
                Connection::open_with_flags(gateway.data().join("ledger.db"), OpenFlags::SQLITE_OPEN_READ_ONLY)
                    .unwrap(),
            ),
        }
    }

    fn table(&self, name: &str) -> String {
        match self {
            Database::Postgres(_) => format!("lotline.{name}"),
            Database::Sqlite(_) => name.to_owned(),
        }
    }

    /// Rows of `table`: `columns` are its hash, its bytes, the first of its sequence numbers, and a time.
    fn each(&mut self, table: &str, seq: &str, columns: &str, mut on: impl FnMut(Row)) {
        let sql = format!(
            "SELECT device, epoch, {seq}, {columns} FROM {} ORDER BY device, epoch, {seq}",
            self.table(table)
        );
        match self {
            Database::Postgres(client) => {
                let mut rows = client.query_raw(&sql, Vec::<String>::new()).unwrap();
                while let Some(row) = rows.next().unwrap() {
                    on(Row {
                        device: row.get(0),
                        epoch: row.get(1),
                        seq: row.get(2),
                        hash: row.get(3),
                        bytes: row.get(4),
                        from: row.get(5),
                        at: row.get(6),
                    });
                }
            }
            Database::Sqlite(connection) => {
                let mut statement = connection.prepare(&sql).unwrap();
                let mut rows = statement.query([]).unwrap();
                while let Some(row) = rows.next().unwrap() {
                    on(Row {
                        device: row.get(0).unwrap(),
                        epoch: row.get(1).unwrap(),
                        seq: row.get(2).unwrap(),
                        hash: row.get(3).unwrap(),
                        bytes: row.get(4).unwrap(),
                        from: row.get(5).unwrap(),
                        at: row.get(6).unwrap(),
                    });
                }
            }
        }
    }

    /// One number of `table`.
    pub(super) fn number(&mut self, what: &str, table: &str, which: &str) -> i64 {
        let sql = format!("SELECT CAST({what} AS bigint) FROM {} {which}", self.table(table));
        match self {
            Database::Postgres(client) => client.query_one(&sql, &[]).unwrap().get(0),
            Database::Sqlite(connection) => connection.query_row(&sql, [], |row| row.get(0)).unwrap(),
        }
    }

    /// How often each word of `table` occurs.
    pub(super) fn counted(&mut self, word: &str, table: &str) -> BTreeMap<String, i64> {
        let sql = format!("SELECT {word}, count(*) FROM {} GROUP BY 1", self.table(table));
        match self {
            Database::Postgres(client) => {
                let rows = client.query(&sql, &[]).unwrap();
                rows.iter().map(|row| (row.get(0), row.get(1))).collect()
            }
            Database::Sqlite(connection) => {
                let mut statement = connection.prepare(&sql).unwrap();
                let rows = statement.query_map([], |row| Ok((row.get(0)?, row.get(1)?))).unwrap();
                rows.map(Result::unwrap).collect()
            }
        }
    }

    /// Reads all of it back.
    pub(super) fn read_back(&mut self, devices: &[Device], site_key: &PublicKey) -> Found {
        let mut found = Found::default();
        let keys: BTreeMap<&str, &PublicKey> = devices
            .iter()
            .map(|device| (device.tip.device.as_str(), device.public()))
            .collect();
        let heads = self.chains(&mut found);
        // `CAST(… AS …)` of a text to bytes has another name in each of them.
        let proof = match self {
            Database::Postgres(_) => "convert_to(proof, 'UTF8')",
            Database::Sqlite(_) => "CAST(proof AS BLOB)",
        };
        self.each(
            "push_proof",
            "seq",
            &format!("hash, {proof}, seq, received_ms"),
            |row| {
                let text = String::from_utf8_lossy(&row.bytes);
                let head = Hash::from_slice(&row.hash);
                let good = proof::verify(&text).is_ok_and(|(key, claims)| {
                    keys.get(row.device.as_str()) == Some(&&key)
                        && claims.head == head
                        && (claims.epoch.map(i64::from), claims.seq) == (Some(row.epoch), u64::try_from(row.seq).ok())
                });
                let stands = heads.get(&(row.device.clone(), row.epoch, row.seq)) == head.as_ref();
                found.judge(good && stands, &row, "the device's signature");
                found.proofs += 1;
            },
        );
        let columns = "hash, signature, from_seq, received_ms";
        self.each("receipt", "to_seq", columns, |row| {
            let head = Hash::from_slice(&row.hash).unwrap_or(Hash::of(&[]));
            let receipt = Receipt {
                device: row.device.parse().unwrap(),
                epoch: u32::try_from(row.epoch).unwrap(),
                from: row.from.cast_unsigned(),
                to: row.seq.cast_unsigned(),
                head,
                received_at: Instant::from_unix_ms(row.at),
                signature: Vec::new(),
            };
            let good = site_key.verifies(&receipt.message(), &row.bytes);
            let stands = heads.get(&(row.device.clone(), row.epoch, row.seq)) == Some(&head);
            found.judge(good && stands, &row, "the gateway's signature");
            found.receipts += 1;
        });
        found
    }

    /// Links every chain; gives the hash at each place.
    fn chains(&mut self, found: &mut Found) -> BTreeMap<(String, i64, i64), Hash> {
        let mut heads = BTreeMap::new();
        let mut tip: Option<Tip> = None;
        self.each("entry", "seq", "hash, bytes, seq, received_ms", |row| {
            let tip = match &mut tip {
                Some(tip) if tip.device.as_str() == row.device => tip,
                other => other.insert(Tip::start(row.device.parse().unwrap(), 1, None)),
            };
            let linked = link(tip, &row.bytes);
            let good = linked.as_ref().is_ok_and(|sealed| {
                sealed.hash.0[..] == row.hash[..]
                    && (i64::from(sealed.position.epoch()), sealed.position.seq())
                        == (row.epoch, row.seq.cast_unsigned())
            });
            found.judge(good, &row, "its hash or link");
            if good {
                found.entries += 1;
                found.tips.insert(row.device.clone(), (tip.seq, tip.hash));
                heads.insert((row.device, row.epoch, row.seq), tip.hash);
            }
        });
        heads
    }
}

impl Found {
    fn judge(&mut self, good: bool, row: &Row, what: &str) {
        if !good {
            let (device, epoch, seq) = (&row.device, row.epoch, row.seq);
            self.wrong.push(format!("{device} {epoch}/{seq}: {what} does not hold"));
        }
    }

    /// Where that device's chain ends.
    pub(super) fn end(&self, device: &Device) -> u64 {
        self.tips.get(device.tip.device.as_str()).map_or(0, |(seq, _)| *seq)
    }

    /// Whether the chains stand exactly as the devices have them.
    pub(super) fn is_all_of(&self, devices: &[Device]) -> bool {
        let ends = |device: &Device| {
            device.tip.seq == 0 || self.tips.get(device.tip.device.as_str()) == Some(&(device.tip.seq, device.tip.hash))
        };
        self.wrong.is_empty()
            && devices.iter().all(ends)
            && self.entries == devices.iter().map(|device| device.tip.seq).sum::<u64>()
    }
}
