//! One session: a handheld of its own in a process of its own, with a folder, a network and a battery of its own.

use crate::demo::process::Process;
use crate::demo::proxy::Network;
use crate::failure::Failure;
use crate::terminal::words::Words;
use lotline_core::{Input, Screen};
use lotline_record::model::DeviceId;
use serde::Deserialize;
use serde_json::{Value, json};
use std::net::SocketAddr;
use std::path::PathBuf;

/// Where a session lives and whom it speaks to.
#[derive(Debug)]
pub struct Berth {
    /// `lotline` itself, to be started as a handheld.
    pub program: PathBuf,
    /// Its folder: made, and its own.
    pub folder: PathBuf,
    /// The device it is at the gateway.
    pub device: DeviceId,
    /// What people call it.
    pub name: String,
    /// Its one-time code.
    pub code: String,
    /// The gateway.
    pub gateway: SocketAddr,
    /// The language until somebody signs in.
    pub language: String,
}

/// A handheld that is on. Dropping it ends its process and removes its folder.
pub struct Session {
    berth: Berth,
    process: Process,
    network: Network,
    words: Words,
    screen: Screen,
    /// Counts what is seen, but for the status line: a page that shows this number is up to date.
    pub version: u64,
    /// Counts the changes of the status line.
    pub standing: u64,
    /// Whether the network is there.
    pub online: bool,
    /// What the page has to say beside the screen.
    pub note: String,
}

/// Why the handheld has no answer.
#[derive(Debug, thiserror::Error)]
enum Silence {
    #[error("{message} [{code}]")]
    Refused { code: String, message: String },
    #[error("the handheld does not answer: {0}. Pull its battery to start it again")]
    Gone(#[from] Failure),
    #[error("the handheld's answer cannot be read: {0}")]
    Garbled(#[from] serde_json::Error),
}

#[derive(Deserialize)]
struct Refusal {
    code: String,
    message: String,
}

#[derive(Deserialize)]
#[serde(untagged)]
enum Answer {
    Refused { error: Refusal },
    Screen(Box<Screen>),
}

fn ask(process: &mut Process, line: &Value) -> Result<Screen, Silence> {
    process.tell(&line.to_string())?;
    match serde_json::from_str(&process.line()?)? {
        Answer::Screen(screen) => Ok(*screen),
        Answer::Refused { error } => Err(Silence::Refused {
            code: error.code,
            message: error.message,
        }),
    }
}

fn steer(process: &mut Process, control: &str) -> Result<Screen, Silence> {
    ask(process, &json!({ "control": control }))
}

impl Berth {
    fn start(&self, server: Option<&str>) -> Result<(Process, Screen), Silence> {
        let folder = self.folder.display().to_string();
        let language = &self.language;
        let mut arguments = vec!["handheld", "--pipe", "--folder", &folder, "--language", language];
        if let Some(server) = server {
            arguments.extend(["--name", &self.name, "--server", server, "--code", &self.code]);
        }
        let log = self.folder.join("handheld.log");
        let mut process = Process::start_program(&self.program, &self.name, &arguments, &log)?;
        let screen = steer(&mut process, "live")?;
        Ok((process, screen))
    }
}

impl Session {
    /// Starts the handheld and enrols it through a network of its own.
    ///
    /// # Errors
    /// What went wrong, in words.
    pub fn start(berth: Berth) -> Result<Self, String> {
        let network = Network::to(berth.gateway).map_err(|e| e.to_string())?;
        let server = format!("http://{}", network.address());
        let started = berth.start(Some(&server)).map_err(|e| e.to_string());
        let (process, screen) = match started {
            Ok(started) => started,
            Err(why) => {
                drop(std::fs::remove_dir_all(&berth.folder));
                return Err(why);
            }
        };
        let words = Words::of(&berth.folder, &berth.language);
        let mut session = Session {
            berth,
            process,
            network,
            words,
            screen: Screen::default(),
            version: 0,
            standing: 0,
            online: true,
            note: String::new(),
        };
        session.take(Ok(screen));
        Ok(session)
    }

    /// What the handheld shows.
    pub fn screen(&self) -> &Screen {
        &self.screen
    }

    /// The words around it, in the language of whoever is signed in.
    pub fn words(&self) -> &Words {
        &self.words
    }

    /// What people call it.
    pub fn name(&self) -> &str {
        &self.berth.name
    }

    /// The device it is at the gateway.
    pub fn device(&self) -> &DeviceId {
        &self.berth.device
    }

    fn take(&mut self, answer: Result<Screen, Silence>) {
        let (screen, note) = match answer {
            Ok(screen) => (screen, String::new()),
            Err(why) => (self.screen.clone(), why.to_string()),
        };
        if screen.status != self.screen.status {
            self.standing += 1;
            self.screen.status = screen.status.clone();
        }
        if screen != self.screen || note != self.note {
            self.version += 1;
        }
        self.words.follow(&screen);
        (self.screen, self.note) = (screen, note);
    }

    /// Sends an input; the screen that comes back is shown.
    pub fn act(&mut self, input: &Input) {
        let answer = serde_json::to_value(input)
            .map_err(Silence::from)
            .and_then(|line| ask(&mut self.process, &line));
        self.take(answer);
        // The same screen again is an answer too: a page that waits for one must see it.
        self.version += 1;
    }

    /// Looks again: sync changes the status line, and what others decided comes down.
    pub fn look(&mut self) {
        // A process that is gone is told of once.
        if self.note.is_empty() {
            let answer = steer(&mut self.process, "screen");
            self.take(answer);
        }
    }

    /// Cuts the network: this session's port is closed and its connections are torn. Or brings it back.
    pub fn switch(&mut self, online: bool) {
        self.version += 1;
        if !online {
            self.network.cut();
            self.online = false;
        } else if let Err(error) = self.network.restore() {
            self.note = format!("the network does not come back: {error}. Try again");
            return;
        } else {
            self.online = true;
        }
        let answer = steer(&mut self.process, if online { "reachable" } else { "screen" });
        self.take(answer);
    }

    /// Pulls the battery, which is SIGKILL, and puts it back: the handheld opens what its files hold.
    pub fn battery(&mut self) {
        self.process.kill();
        self.version += 1;
        match self.berth.start(None) {
            Ok((process, screen)) => {
                self.process = process;
                self.words = Words::of(&self.berth.folder, &self.berth.language);
                self.take(Ok(screen));
            }
            Err(why) => self.note = why.to_string(),
        }
    }

    /// Sends what waits, as far as that is possible now.
    pub fn settle(&mut self) {
        if self.network.restore().is_ok() {
            let answer = steer(&mut self.process, "sync");
            self.take(answer);
        }
    }
}

impl Drop for Session {
    fn drop(&mut self) {
        self.process.kill();
        self.network.cut();
        if let Err(error) = std::fs::remove_dir_all(&self.berth.folder) {
            tracing::warn!(%error, folder = %self.berth.folder.display(), "a session's folder stays");
        }
    }
}

impl std::fmt::Debug for Session {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Session({})", self.berth.device)
    }
}
