//! Scenarios: steps in `NAME.json`, every screen they must give in `NAME.screens.jsonl`. Rust, the terminal, Kotlin and
//! Swift drive the same files through this one parser and compare the whole sequence.
//!
//! ```json
//! {"about": "…", "start": "2026-11-21T07:00:00Z", "zone_min": 60, "language": "en", "device": "HH-07", "resource": "CART-1",
//!  "policy": {"opening": true}, "rows": [{"table": "partner", "partner": "CUS-09", "name": "Night clinic"}],
//!  "series": [{"of": "sscc", "extension": 0, "prefix": "9521000"}],
//!  "steps": [{"scan": "B-1042"}, {"enter": {"field": "pin", "text": "4711"}}, {"choose": "receive"},
//!            {"type": "A-01-01"}, {"tags": [{"epc": "30342…", "rssi_dbm": -60}]}, "cut", "mend", "sync", "restart",
//!            {"wait": 60}, "tick", "back"]}
//! ```
//!
//! The site is the seeded one. `policy` says how its policy differs from the default, `rows` what else it has: by the name of
//! the table's columns, those that are left out empty, `site` the site's; `series` the own numbers its gateway leases.
//!
//! The clock stands still but for one second before each step, and what `wait` adds; ids and the device's key follow
//! from the scenario. So the same steps give the same screens, to the byte.

use crate::platform::{Clock, Ids, KeyStore, MemoryKey, Now, Platform};
use crate::screen::{Input, ScanSource, Tag};
use lotline_record::entry::{Hash, Instant};
use lotline_record::model::{Policy, SiteId};
use lotline_record::numbering::Series;
use lotline_record::wire::{Cell, Row, table};
use serde::Deserialize;
use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, AtomicU64, Ordering};

/// Why a scenario cannot be read.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ScenarioError {
    /// A file cannot be read.
    #[error("{file}: {reason}")]
    File {
        /// Which.
        file: String,
        /// The system's word.
        reason: String,
    },
    /// It is not a scenario.
    #[error("{file}: line {line}, column {column}: {reason}")]
    Text {
        /// Which.
        file: String,
        /// Line, from 1.
        line: u64,
        /// Column, from 1.
        column: u64,
        /// What is wrong there.
        reason: String,
    },
}

/// What a driver does next. After each step it looks at the screen and compares it.
#[derive(Debug, Clone, PartialEq, Eq)]
#[cfg_attr(feature = "uniffi", derive(uniffi::Enum))]
pub enum Step {
    /// Hands the input to the handheld.
    Act {
        /// It.
        input: Input,
    },
    /// Has the network cut.
    Cut,
    /// Has it mended.
    Mend,
    /// Has the gateway settle, syncs, and does both once more: what was sent has then come back as a verdict.
    Sync,
    /// Drops the handheld and opens the folder again, as after a battery change.
    Restart,
    /// Nothing: only the clock went on.
    Wait,
}

#[derive(Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
enum Written {
    Scan(String),
    Type(String),
    Tags(Vec<Tag>),
    Enter { field: String, text: String },
    Choose(String),
    Photo { name: String, sha256: String, size: u64 },
    Tick,
    Back,
    Cut,
    Mend,
    Sync,
    Restart,
    Wait(u32),
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    about: String,
    start: Instant,
    zone_min: i32,
    language: String,
    device: String,
    resource: String,
    #[serde(default)]
    policy: Option<Policy>,
    #[serde(default)]
    rows: Vec<Named>,
    #[serde(default)]
    series: Vec<Series>,
    steps: Vec<Written>,
}

/// A row, by the names of its table's columns.
#[derive(Clone, Deserialize)]
#[serde(try_from = "BTreeMap<String, Cell>")]
struct Named(Row);

impl TryFrom<BTreeMap<String, Cell>> for Named {
    type Error = String;

    fn try_from(mut cells: BTreeMap<String, Cell>) -> Result<Self, String> {
        let Some(Cell::Text(t)) = cells.remove("table") else {
            return Err("a row names its `table`".to_owned());
        };
        let columns = table(&t).ok_or_else(|| format!("there is no table {t:?}"))?.columns;
        let r = columns.iter().map(|name| cells.remove(*name).unwrap_or(Cell::Null));
        let row = Row {
            r: r.collect(),
            c: 0,
            gone: false,
            t,
        };
        match cells.keys().next() {
            Some(name) => Err(format!("{} has no column {name:?}", row.t)),
            None => Ok(Named(row)),
        }
    }
}

/// A scenario, and the clock that its steps move.
#[derive(Debug)]
pub struct Scenario {
    name: String,
    file: File,
    clock: Arc<StepClock>,
    expected: Vec<String>,
}

impl std::fmt::Debug for File {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{} ({} steps)", self.about, self.steps.len())
    }
}

fn unreadable(path: &Path, e: &std::io::Error) -> ScenarioError {
    ScenarioError::File {
        file: path.display().to_string(),
        reason: e.to_string(),
    }
}

/// The screens of a golden; none where there is no such file.
fn expected(golden: &Path) -> Result<Vec<String>, ScenarioError> {
    match std::fs::read_to_string(golden) {
        Ok(text) => Ok(text.lines().map(str::to_owned).collect()),
        Err(e) if e.kind() == std::io::ErrorKind::NotFound => Ok(Vec::new()),
        Err(e) => Err(unreadable(golden, &e)),
    }
}

impl Scenario {
    /// Reads `NAME.json` and, where it is there, `NAME.screens.jsonl` beside it.
    ///
    /// # Errors
    /// [`ScenarioError`] says which file and where.
    pub fn open(path: &Path) -> Result<Self, ScenarioError> {
        let text = std::fs::read_to_string(path).map_err(|e| unreadable(path, &e))?;
        let file: File = serde_json::from_str(&text).map_err(|e| ScenarioError::Text {
            file: path.display().to_string(),
            line: e.line() as u64,
            column: e.column() as u64,
            reason: e.to_string(),
        })?;
        Ok(Scenario {
            name: path.file_stem().unwrap_or_default().to_string_lossy().into_owned(),
            clock: Arc::new(StepClock::at(file.start.unix_ms(), file.zone_min)),
            expected: expected(&path.with_extension("screens.jsonl"))?,
            file,
        })
    }

    /// The same in another language, for everybody who signs in too; its screens stand in `NAME.LANGUAGE.screens.jsonl`.
    ///
    /// # Errors
    /// [`ScenarioError`] as [`Scenario::open`].
    pub fn open_in(path: &Path, language: &str) -> Result<Self, ScenarioError> {
        let mut scenario = Self::open(path)?;
        language.clone_into(&mut scenario.file.language);
        scenario.expected = expected(&path.with_extension(format!("{language}.screens.jsonl")))?;
        Ok(scenario)
    }

    /// Its file's name without ending.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The screens that must come, as canonical JSON: the first before any step, then one a step.
    pub fn expected(&self) -> &[String] {
        &self.expected
    }

    /// How many steps it has.
    pub fn len(&self) -> usize {
        self.file.steps.len()
    }

    /// Whether it has none.
    pub fn is_empty(&self) -> bool {
        self.file.steps.is_empty()
    }

    /// Moves the clock on and says what step `index` (from 0) asks for; `None` after the last.
    pub fn step(&self, index: usize) -> Option<Step> {
        let written = self.file.steps.get(index)?;
        self.clock.forward(1_000);
        let act = |input| Step::Act { input };
        Some(match written {
            Written::Scan(text) => act(Input::Scan {
                bytes: text.clone().into_bytes(),
                symbology: None,
                source: ScanSource::Scan,
            }),
            Written::Type(text) => act(Input::Scan {
                bytes: text.clone().into_bytes(),
                symbology: None,
                source: ScanSource::Typed,
            }),
            Written::Tags(tags) => act(Input::Tags { tags: tags.clone() }),
            Written::Enter { field, text } => act(Input::enter(field, text)),
            Written::Choose(id) => act(Input::choose(id)),
            Written::Photo { name, sha256, size } => act(Input::Photo {
                name: name.clone(),
                sha256: sha256.clone(),
                size: *size,
            }),
            Written::Tick => act(Input::Tick),
            Written::Back => act(Input::Back),
            Written::Cut => Step::Cut,
            Written::Mend => Step::Mend,
            Written::Sync => Step::Sync,
            Written::Restart => Step::Restart,
            Written::Wait(seconds) => {
                self.clock.forward(i64::from(*seconds) * 1_000);
                Step::Wait
            }
        })
    }

    /// What the clock says: milliseconds since 1970, UTC.
    pub fn now_ms(&self) -> i64 {
        self.clock.wall_ms.load(Ordering::SeqCst)
    }

    /// When it begins.
    pub fn start(&self) -> Instant {
        self.file.start
    }

    /// The language before anyone has signed in.
    pub fn language(&self) -> &str {
        &self.file.language
    }

    /// The device's name.
    pub fn device(&self) -> &str {
        &self.file.device
    }

    /// The place that stands for what the device's holder carries.
    pub fn resource(&self) -> &str {
        &self.file.resource
    }

    /// The policy of its site, where it is not the default one.
    pub fn policy(&self) -> Option<&Policy> {
        self.file.policy.as_ref()
    }

    /// The own numbers that its gateway leases.
    pub fn series(&self) -> &[Series] {
        &self.file.series
    }

    /// What `site` has beside the seeded rows.
    pub fn rows(&self, site: &SiteId) -> Vec<Row> {
        let mut rows: Vec<Row> = self.file.rows.iter().map(|named| named.0.clone()).collect();
        for first in rows.iter_mut().filter_map(|row| row.r.first_mut()) {
            *first = Cell::Text(site.as_str().to_owned());
        }
        rows
    }

    /// Clock, key and ids that follow from the scenario.
    ///
    /// # Panics
    /// Never: the hash of a name is a key, but for a chance of 2^-32.
    pub fn platform(&self) -> Platform {
        let secret = Hash::of(&[b"lotline scenario key\n", self.name.as_bytes()]).0;
        let key = MemoryKey::from_bytes(secret).expect("invariant: the hash of a scenario's name is a key");
        Platform {
            clock: self.clock.clone(),
            keys: Arc::new(key) as Arc<dyn KeyStore>,
            ids: Arc::new(CountedIds::default()),
            trust_roots: Vec::new(),
        }
    }
}

/// A clock that moves when it is told to.
#[derive(Debug)]
struct StepClock {
    start_ms: i64,
    zone_min: i32,
    wall_ms: AtomicI64,
}

impl StepClock {
    fn at(start_ms: i64, zone_min: i32) -> Self {
        StepClock {
            start_ms,
            zone_min,
            wall_ms: AtomicI64::new(start_ms),
        }
    }

    fn forward(&self, ms: i64) {
        self.wall_ms.fetch_add(ms, Ordering::SeqCst);
    }
}

impl Clock for StepClock {
    fn now(&self) -> Now {
        let wall_ms = self.wall_ms.load(Ordering::SeqCst);
        Now {
            wall_ms,
            zone_min: self.zone_min,
            mono_ms: (wall_ms - self.start_ms).max(0).cast_unsigned(),
            boot: "scenario".to_owned(),
        }
    }
}

#[derive(Debug, Default)]
struct CountedIds(AtomicU64);

impl Ids for CountedIds {
    fn entry(&self, wall_ms: i64) -> String {
        let mut random = [0; 10];
        random[2..].copy_from_slice(&self.0.fetch_add(1, Ordering::SeqCst).to_be_bytes());
        uuid::Builder::from_unix_timestamp_millis(wall_ms.max(0).cast_unsigned(), &random)
            .into_uuid()
            .to_string()
    }

    fn below(&self, _: u64) -> u64 {
        0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn written(text: &str) -> Result<Scenario, ScenarioError> {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.json");
        std::fs::write(&path, text).unwrap();
        Scenario::open(&path)
    }

    const HEAD: &str =
        r#""about":"x","start":"2026-11-21T07:00:00Z","zone_min":60,"language":"en","device":"D","resource":"R""#;

    #[test]
    fn steps_come_in_order_and_move_the_clock() {
        let scenario = written(&format!(
            r#"{{{HEAD},"steps":[{{"scan":"]d2\u001d"}},"sync",{{"wait":60}},{{"enter":{{"field":"pin","text":"1"}}}},{{"tags":[{{"epc":"3034"}}]}}]}}"#
        ))
        .unwrap();
        let start = scenario.now_ms();
        assert_eq!(
            scenario.step(0),
            Some(Step::Act {
                input: Input::scan(*b"]d2\x1d")
            })
        );
        assert_eq!(scenario.step(1), Some(Step::Sync));
        assert_eq!(scenario.now_ms() - start, 2_000);
        assert_eq!(scenario.step(2), Some(Step::Wait));
        assert_eq!(scenario.now_ms() - start, 63_000);
        assert_eq!(
            scenario.step(3),
            Some(Step::Act {
                input: Input::enter("pin", "1")
            })
        );
        let tag = Tag {
            epc: "3034".to_owned(),
            ..Tag::default()
        };
        assert_eq!(
            scenario.step(4),
            Some(Step::Act {
                input: Input::Tags { tags: vec![tag] }
            })
        );
        assert_eq!(scenario.step(5), None);
    }

    #[test]
    fn a_site_is_told_by_column_and_what_its_tables_do_not_have_is_refused_with_its_place() {
        let row = |row: &str| written(&format!("{{{HEAD},\n\"rows\":[{row}],\"steps\":[]}}"));
        let site = SiteId::new("S1").unwrap();
        let rows = row(r#"{"table":"place","place":"F-1","walk":7}"#).unwrap().rows(&site);
        let cells = [
            Cell::Text("S1".to_owned()),
            Cell::Text("F-1".to_owned()),
            Cell::Null,
            Cell::Null,
            Cell::Int(7),
            Cell::Null,
        ];
        assert_eq!((rows[0].t.as_str(), rows[0].r.as_slice()), ("place", cells.as_slice()));
        let refused = [
            (r#"{"place":"F-1"}"#, "`table`"),
            (r#"{"table":"plaice"}"#, "\"plaice\""),
            (r#"{"table":"place","bay":1}"#, "\"bay\""),
        ];
        for (text, named) in refused {
            let ScenarioError::Text { line, reason, .. } = row(text).unwrap_err() else {
                panic!("{text}")
            };
            assert_eq!(line, 2, "{text}");
            assert!(reason.contains(named), "{reason}");
        }
    }

    #[test]
    fn a_step_that_nobody_knows_is_refused_with_its_place() {
        let error = written(&format!("{{{HEAD},\n\"steps\":[\"sink\"]}}")).unwrap_err();
        let ScenarioError::Text { line, reason, .. } = error else {
            panic!("{error}")
        };
        assert_eq!(line, 2);
        assert!(reason.contains("sink"), "{reason}");
    }
}
