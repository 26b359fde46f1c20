//! Scenarios, for the shells' tests.

use crate::Handheld;
use lotline_core::scenario::Step;
use lotline_core::{Config, Error};
use std::path::Path;
use std::sync::Arc;

/// A scenario's steps and the screens they must give. See `lotline_core::scenario`.
#[derive(Debug, uniffi::Object)]
pub struct Scenario(lotline_core::scenario::Scenario);

#[uniffi::export]
impl Scenario {
    /// Reads `NAME.json`, and `NAME.screens.jsonl` beside it.
    #[uniffi::constructor]
    pub fn read(path: &str) -> Result<Arc<Self>, Error> {
        lotline_core::scenario::Scenario::open(Path::new(path))
            .map(|scenario| Arc::new(Scenario(scenario)))
            .map_err(|e| Error::bug(e.to_string()))
    }

    /// The same in another language, for everybody who signs in too; its screens stand in `NAME.LANGUAGE.screens.jsonl`,
    /// and where there is no such file none are expected.
    #[uniffi::constructor]
    pub fn read_in(path: &str, language: &str) -> Result<Arc<Self>, Error> {
        lotline_core::scenario::Scenario::open_in(Path::new(path), language)
            .map(|scenario| Arc::new(Scenario(scenario)))
            .map_err(|e| Error::bug(e.to_string()))
    }

    /// Opens a handheld on its clock, ids and key.
    pub fn open(&self, folder: String) -> Result<Arc<Handheld>, Error> {
        let config = Config {
            folder: folder.into(),
            app: "scenario".to_owned(),
            language: self.0.language().to_owned(),
        };
        Handheld::on(config, self.0.platform())
    }

    /// Moves the clock on and says what step `index` (from 0) asks for; nothing after the last.
    pub fn step(&self, index: u32) -> Option<Step> {
        self.0.step(index as usize)
    }

    /// The screens that must come, as canonical JSON: the first before any step, then one a step.
    pub fn expected(&self) -> Vec<String> {
        self.0.expected().to_vec()
    }

    /// What the clock says: milliseconds since 1970, UTC.
    pub fn now_ms(&self) -> i64 {
        self.0.now_ms()
    }

    /// The device's name.
    pub fn device(&self) -> String {
        self.0.device().to_owned()
    }
}
