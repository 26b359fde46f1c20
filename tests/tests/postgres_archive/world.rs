//! Two sites of one database, and devices that say what they are told to, when they are told to.

use lotline_record::archive::{Report, Spki, Writer, verify_all};
use lotline_record::entry::{Body, EntryRef, Hash, Heard, Instant, Sealed, genesis};
use lotline_record::model::{Amount, DeviceId, Level, PlaceId, SiteId};
use lotline_record::wire::proof::{Claims, PublicKey, Unsigned};
use lotline_record::wire::{EnrolRequest, StoredThrough};
use lotline_server::ledger::{
    Archiving, FIRST_BACK_END, Month, Order, Outcome, Push, Settled, State, Stays, Terms, decompressed,
};
use lotline_server::{Ledger, LedgerError};
use lotline_tests::gun::{plain, received};
pub(super) use lotline_tests::postgres::shared;
use p256::ecdsa::signature::Signer;
use p256::ecdsa::{Signature, SigningKey};
use p256::pkcs8::EncodePublicKey;
use std::collections::BTreeSet;
use std::fs::File;
use std::path::Path;

pub(super) const NOW: &str = "2026-11-22T12:00:00.000Z";
pub(super) const MARCH: &str = "2019-03";

pub(super) fn instant(text: &str) -> Instant {
    text.parse().unwrap()
}

pub(super) fn key_of(n: u8) -> SigningKey {
    SigningKey::from_slice(&[n; 32]).unwrap()
}

pub(super) fn spki(key: &SigningKey) -> Vec<u8> {
    key.verifying_key().to_public_key_der().unwrap().as_bytes().to_vec()
}

/// A site of a database, with its key and a replica of its own.
pub(super) struct Site {
    pub(super) site: SiteId,
    pub(super) key: SigningKey,
    pub(super) ledger: Ledger,
    pub(super) url: String,
    folder: tempfile::TempDir,
}

/// The back-end that every site here has.
pub(super) fn wms() -> Terms {
    Terms {
        name: FIRST_BACK_END.to_owned(),
        kind: "http",
        order: Order::Device,
        kinds: Vec::new(),
        from_start: false,
    }
}

impl Site {
    pub(super) fn at(url: &str, name: &str, key: u8) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let site = SiteId::new(name).unwrap();
        let ledger = Ledger::open_postgres(url, &site, &folder.path().join("replica.db")).unwrap();
        ledger.create_site(&site, "UTC").unwrap();
        ledger.register_back_ends(&[wms()], instant(NOW)).unwrap();
        Site {
            site,
            key: key_of(key),
            ledger,
            url: url.to_owned(),
            folder,
        }
    }

    /// Another gateway of the site, with a replica of its own.
    pub(super) fn beside(&self, name: &str) -> Ledger {
        Ledger::open_postgres(&self.url, &self.site, &self.folder.path().join(name)).unwrap()
    }

    pub(super) fn keys(&self, others: &[&Site]) -> std::collections::BTreeMap<SiteId, Spki> {
        let all = others.iter().copied().chain([self]);
        all.map(|site| (site.site.clone(), Spki(spki(&site.key)))).collect()
    }

    /// Everything has its verdict, and the warehouse's own system has it.
    pub(super) fn settle(&self) {
        while self.ledger.apply(1_000, None).unwrap().entries > 0 {}
        loop {
            let due = self
                .ledger
                .take_due(FIRST_BACK_END, "", instant(NOW), 100, &BTreeSet::new())
                .unwrap();
            if due.is_empty() {
                return;
            }
            for due in due {
                let has = Settled::Applied { reference: None };
                self.ledger.settle_movement(&due, &has, instant(NOW)).unwrap();
            }
        }
    }

    /// What became of an entry, and why.
    pub(super) fn verdict(&self, hand: &Hand, entry: &Sealed) -> (String, String) {
        let file = rusqlite::Connection::open(self.ledger.file()).unwrap();
        file.query_row(
            "SELECT verdict, coalesce(reason, '') FROM verdict WHERE device = ?1 AND position = ?2",
            (hand.device.as_str(), entry.position.raw()),
            |row| Ok((row.get(0)?, row.get(1)?)),
        )
        .unwrap()
    }

    pub(super) fn entries(&self) -> usize {
        self.ledger.entries(None, 0, 1_000_000).unwrap().len()
    }
}

/// A device that says what it is told to, when it is told to.
pub(super) struct Hand {
    pub(super) device: DeviceId,
    pub(super) site: SiteId,
    pub(super) key: SigningKey,
    pub(super) chain: Vec<Sealed>,
}

pub(super) fn request(code: String, key: &SigningKey) -> EnrolRequest {
    EnrolRequest {
        code,
        public_key: spki(key),
        name: "MC33".into(),
    }
}

impl Hand {
    pub(super) fn of(site: &Site, name: &str, key: u8) -> Self {
        let device = DeviceId::new(name).unwrap();
        let key = key_of(key);
        let place = PlaceId::new(format!("CART-{name}")).unwrap();
        let code = site.ledger.issue_code_for(&device, name, &place).unwrap();
        site.ledger.enrol(&request(code, &key), name).unwrap().unwrap();
        Hand {
            device,
            site: site.site.clone(),
            key,
            chain: Vec::new(),
        }
    }

    pub(super) fn entry(
        &self,
        epoch: u32,
        seq: u64,
        prev: Hash,
        body: Body,
        at: &str,
        offset_ms: Option<i64>,
    ) -> Sealed {
        let mut entry = plain(&self.site, &self.device, (epoch, seq, prev), instant(at), body);
        entry.at.offset_ms = offset_ms;
        entry.seal().unwrap()
    }

    pub(super) fn say(&mut self, body: Body, at: &str, offset_ms: Option<i64>) -> Sealed {
        let (epoch, seq, prev) = match self.chain.last() {
            Some(last) => (last.position.epoch(), last.position.seq() + 1, last.hash),
            None => (1, 1, genesis(&self.device, 1, None)),
        };
        let sealed = self.entry(epoch, seq, prev, body, at, offset_ms);
        self.chain.push(sealed.clone());
        sealed
    }

    pub(super) fn push(&self, ledger: &Ledger, site_key: &SigningKey, entries: &[Sealed], received: &str) -> Outcome {
        let last = entries.last().unwrap();
        let claims = Claims {
            jti: last.hash.to_string(),
            htm: "POST".into(),
            htu: "http://x/v1/entries".into(),
            iat: 1,
            nonce: None,
            ath: None,
            epoch: Some(last.position.epoch()),
            seq: Some(last.position.seq()),
            head: Some(last.hash),
            after: None,
        };
        let unsigned = Unsigned::new(&PublicKey::from_spki(&spki(&self.key)).unwrap(), &claims);
        let signature: Signature = self.key.sign(unsigned.message());
        let proof = unsigned.sign(signature.to_der().as_bytes()).unwrap();
        let body: Vec<u8> = entries.iter().flat_map(|e| [&e.bytes[..], b"\n"].concat()).collect();
        let push = Push {
            device: &self.device,
            body: &body,
            head: Some((last.position.epoch(), last.position.seq(), last.hash)),
            follows: None,
            proof: &proof,
            received: instant(received),
        };
        ledger.receive(&push, site_key).unwrap()
    }

    /// Says so many things at that time, and the site receives them then.
    pub(super) fn work(&mut self, site: &Site, count: usize, at: &str) {
        let from = self.chain.len();
        for n in 0..count {
            self.say(received(None, ["A-01", "A-02"][n % 2]), at, Some(0));
        }
        self.arrive(site, from, at);
    }

    pub(super) fn arrive(&self, site: &Site, from: usize, received: &str) {
        let outcome = self.push(&site.ledger, &site.key, &self.chain[from..], received);
        assert!(matches!(outcome, Outcome::Stored(_)), "{outcome:?}");
    }

    /// The entry at `at` (from 0), as another one names it.
    pub(super) fn named(&self, at: usize) -> EntryRef {
        let StoredThrough { epoch, seq, hash } = (&self.chain[at]).into();
        EntryRef {
            device: self.device.clone(),
            epoch,
            seq,
            hash,
        }
    }
}

/// Two sites, three devices; March 2019, April 2019 and today.
pub(super) struct World {
    pub(super) url: String,
    pub(super) one: Site,
    pub(super) two: Site,
    pub(super) a: Hand,
    pub(super) b: Hand,
    pub(super) c: Hand,
}

impl World {
    pub(super) fn at(url: String) -> Self {
        let (one, two) = (Site::at(&url, "DC-1", 9), Site::at(&url, "DC-2", 8));
        let (mut a, mut b) = (Hand::of(&one, "a", 1), Hand::of(&one, "b", 2));
        let mut c = Hand::of(&two, "c", 3);
        a.work(&one, 5, "2019-03-04T08:00:00.000Z");
        b.work(&one, 60, "2019-03-05T08:00:00.000Z");
        c.work(&two, 3, "2019-03-31T23:59:59.999Z");
        a.work(&one, 4, "2019-04-01T00:00:00.000Z");
        a.work(&one, 2, "2026-11-21T08:00:00.000Z");
        b.work(&one, 1, "2026-11-21T09:00:00.000Z");
        for site in [&one, &two] {
            site.settle();
        }
        World { url, one, two, a, b, c }
    }

    pub(super) fn asking<'a>(&self, to: &'a Path, month: &str) -> Archiving<'a> {
        Archiving {
            month: month.parse().unwrap(),
            to,
            keep: Some(84),
            now: instant(NOW),
            keys: self.one.keys(&[&self.two]),
        }
    }

    pub(super) fn archive(&self, to: &Path, month: &str) -> Result<usize, LedgerError> {
        let written = self.one.ledger.archive(&self.asking(to, month), &mut |_| Ok(()))?;
        Ok(written.len())
    }

    pub(super) fn why(&self, keep: Option<u32>, month: &str) -> Vec<Stays> {
        match state(&self.one.ledger, keep, month) {
            State::Stays { why } => why,
            State::Ready => Vec::new(),
            other @ State::Archived { .. } => panic!("{other:?}"),
        }
    }

    pub(super) fn size(&self, table: &str) -> i64 {
        let mut client = postgres::Client::connect(&self.url, postgres::NoTls).unwrap();
        let sql = "SELECT coalesce(pg_relation_size(to_regclass($1)), -1)";
        client.query_one(sql, &[&table]).unwrap().get(0)
    }
}

pub(super) fn state(ledger: &Ledger, keep: Option<u32>, month: &str) -> State {
    let month: Month = month.parse().unwrap();
    let months = ledger.months(keep, instant(NOW)).unwrap();
    months.into_iter().find(|line| line.month == month).unwrap().state
}

/// What the site has online, as `lotline export` writes it.
pub(super) fn online(site: &Site) -> Vec<u8> {
    let record = site.ledger.record(Some(spki(&site.key)), instant(NOW)).unwrap();
    let mut writer = Writer::new(Vec::new(), &record.header().clone()).unwrap();
    for line in record.lines(&site.ledger) {
        writer.line(&line.unwrap()).unwrap();
    }
    writer.finish().unwrap().0
}

/// The site's files in the folder, and what it has online, as one record.
pub(super) fn proved(site: &Site, folder: &Path) -> Report {
    let mut files: Vec<Box<dyn std::io::BufRead>> = vec![Box::new(std::io::Cursor::new(online(site)))];
    let mut paths: Vec<_> = std::fs::read_dir(folder).unwrap().map(|f| f.unwrap().path()).collect();
    paths.retain(|path| {
        path.file_name()
            .unwrap()
            .to_str()
            .unwrap()
            .starts_with(site.site.as_str())
    });
    for path in paths {
        files.push(decompressed(File::open(path).unwrap()).unwrap());
    }
    verify_all(files, None).unwrap()
}

/// None was found in A-01, by a device that had heard of these.
pub(super) fn count(heard: &[(&Hand, u64)]) -> Body {
    let heard = heard.iter().map(|(hand, seq)| Heard {
        device: hand.device.clone(),
        epoch: 1,
        seq: *seq,
    });
    Body::Counted {
        owner: "ACME".parse().unwrap(),
        item: "SKU-1".parse().unwrap(),
        lot: None,
        level: Level::Each,
        at: "place:A-01".parse().unwrap(),
        counted: Amount::ZERO,
        expected: Amount::ZERO,
        by_serial: false,
        confirmed: true,
        opening: false,
        heard: Some(heard.collect()),
    }
}
