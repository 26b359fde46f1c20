//! The stage: two handhelds, the network between them and the gateway, and the tape. It plays the script.

use super::Plan;
use super::process::{Hand, interrupted};
use super::proxy;
use super::script::{Act, Network, Scene, Step, Who};
use super::tape::Tape;
use crate::command::seed::Site;
use crate::failure::{Failure, Outcome};
use crate::seed::{self, Sample};
use crate::terminal::card;
use crate::terminal::words::Words;
use crate::{edge, out};
use lotline_core::screen::{AwaitKind, Style, Tone};
use lotline_core::{Input, Screen};
use lotline_record::model::DeviceId;
use std::collections::HashMap;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::time::Duration;

/// Two packs with the same label cannot be scanned closer together than this: the scanner's own double read is.
const BETWEEN: Duration = Duration::from_millis(330);
/// How long a handheld may take to notice that the network is gone.
const NOTICE: Duration = Duration::from_secs(10);
const WIDTH: usize = 66;

struct Worker {
    name: String,
    device: DeviceId,
    folder: PathBuf,
    hand: Hand,
    screen: Screen,
    words: Words,
    last: Option<(Vec<u8>, std::time::Instant)>,
}

/// No list has more pages.
const PAGES: usize = 9;

/// Everything that plays.
pub struct Stage {
    workers: Vec<Worker>,
    network: proxy::Network,
    tape: Tape,
    labels: HashMap<String, Sample>,
    colours: bool,
    brief: bool,
}

fn which(who: Who) -> usize {
    match who {
        Who::A => 0,
        Who::B => 1,
    }
}

impl Stage {
    /// Starts the handhelds; they enrol through the network that will be cut.
    pub fn open(folder: &Path, plan: &Plan, codes: &[String], gateway: SocketAddr, brief: bool) -> Outcome<Self> {
        let network = proxy::Network::to(gateway).map_err(|e| Failure::io(&e, "network"))?;
        let server = format!("http://{}", network.address());
        let site = Site {
            today: plan.today,
            ..Site::new(plan.site.clone())
        };
        let labels = seed::labels(&site.options(Vec::new()))
            .into_iter()
            .map(|s| (s.id.clone(), s))
            .collect();
        let mut workers = Vec::new();
        for ((device, place), code) in plan.hands.iter().zip(codes) {
            let folder = folder.join(place);
            let (mut hand, _) = Hand::start(place, &folder, Some((&server, code)))?;
            let screen = hand.steer("live")?;
            out::line_out(&format!(
                "handheld {place} (process {}) enrolled through {server}",
                hand.id()
            ))?;
            workers.push(Worker {
                name: place.clone(),
                device: device.clone(),
                words: Words::of(&folder, "en"),
                folder,
                hand,
                screen,
                last: None,
            });
        }
        Ok(Stage {
            workers,
            network,
            tape: Tape::new(folder)?,
            labels,
            colours: out::colours(),
            brief,
        })
    }

    /// Plays a scene.
    pub fn play(&mut self, scene: &Scene) -> Outcome {
        out::line_out(&format!("\n== {}", scene.title))?;
        match scene.network {
            Network::Same => {}
            Network::Cut => self.cut()?,
            Network::Back => self.network.restore().map_err(|e| Failure::io(&e, "network"))?,
        }
        for step in scene.steps {
            interrupted()?;
            self.step(step).map_err(|failure| self.in_scene(failure, scene, step))?;
        }
        Ok(())
    }

    /// Cuts the network and waits until both handhelds have noticed.
    fn cut(&mut self) -> Outcome {
        self.network.cut();
        for worker in &mut self.workers {
            let start = edge::mono();
            while worker.screen.status.offline_since.is_none() && edge::since(start) < NOTICE {
                worker.screen = worker.hand.steer("sync")?;
            }
        }
        Ok(())
    }

    fn in_scene(&self, failure: Failure, scene: &Scene, step: &Step) -> Failure {
        let worker = &self.workers[which(step.who)];
        // The screen tells more than the failure alone.
        let _ = out::line_out(&card::boxed(&worker.screen, &worker.words, WIDTH, self.colours));
        failure.within(format_args!("{}: {:?} in {:?}", worker.name, step.act, scene.title))
    }

    fn step(&mut self, step: &Step) -> Outcome {
        let at = which(step.who);
        match step.act {
            Act::SignIn(badge) => self.sign_in(at, badge)?,
            Act::Scan(label) => self.scan(at, label, true)?,
            Act::ScanTimes(label, times) => {
                for _ in 0..times {
                    self.scan(at, label, true)?;
                }
            }
            Act::Raw(code) => self.read(at, code.as_bytes().to_vec(), code, true)?,
            Act::Enter(text) => self.enter(at, text)?,
            Act::Choose(id) => self.choose(at, id)?,
            Act::Acknowledge => self.acknowledge(at)?,
            Act::Back => {
                let screen = self.workers[at].hand.act(&Input::Back)?;
                self.told(at, "back", screen)?;
            }
            Act::Sign(badge) => self.sign(at, badge)?,
            Act::Kill(badge) => self.kill(at, badge)?,
            Act::Sync => {
                let screen = self.workers[at].hand.steer("sync")?;
                self.told(at, "sync", screen)?;
            }
        }
        let screen = &self.workers[at].screen;
        let fits = step.tone.map_or(screen.tone != Tone::Stop, |tone| screen.tone == tone);
        if !fits {
            let words = &self.workers[at].words;
            let expected = step.tone.map_or("no stop".to_owned(), |tone| words.tone(tone));
            return Err(Failure::check(
                format_args!(
                    "{expected} was expected, but {} came: {}",
                    words.tone(screen.tone),
                    screen.message
                ),
                "demo",
                "the shift is not what the script says",
            ));
        }
        if step.show {
            self.show(at)?;
        }
        Ok(())
    }

    fn show(&self, at: usize) -> Outcome {
        if self.brief {
            return Ok(());
        }
        let worker = &self.workers[at];
        out::line_out(&card::boxed(&worker.screen, &worker.words, WIDTH, self.colours))
    }

    fn told(&mut self, at: usize, what: &str, screen: Screen) -> Outcome {
        let worker = &mut self.workers[at];
        worker.words.follow(&screen);
        let (sign, word) = (card::sign(screen.tone), worker.words.tone(screen.tone));
        let said = if screen.tone == Tone::Idle {
            screen.prompt.clone()
        } else {
            format!("{sign} {word} {}", screen.message)
        };
        let said: String = said.chars().take(100).collect();
        let line = format!("{}  {what}  →  {said}", worker.name);
        let code = match screen.tone {
            Tone::Accept => "32",
            Tone::Warn => "33",
            Tone::Stop => "31",
            Tone::Idle => "0",
        };
        worker.screen = screen;
        out::line_out(&if self.colours {
            format!("\u{1b}[{code}m{line}\u{1b}[0m")
        } else {
            line
        })
    }

    fn label(&self, id: &str) -> Outcome<Sample> {
        self.labels
            .get(id)
            .cloned()
            .ok_or_else(|| Failure::usage(format_args!("no label {id}"), "script", "report it"))
    }

    fn scan(&mut self, at: usize, label: &str, flow: bool) -> Outcome {
        let sample = self.label(label)?;
        self.read(at, sample.data.into_bytes(), &sample.caption, flow)
    }

    fn read(&mut self, at: usize, bytes: Vec<u8>, caption: &str, flow: bool) -> Outcome {
        let worker = &mut self.workers[at];
        if let Some((last, when)) = &worker.last
            && *last == bytes
        {
            edge::pause(BETWEEN.saturating_sub(edge::since(*when)));
        }
        // On the tape before the handheld knows: a scan can be lost, but never unnoticed.
        self.tape.write(&worker.device, &bytes, caption, flow)?;
        let screen = worker.hand.act(&Input::scan(bytes.clone()))?;
        worker.last = Some((bytes, edge::mono()));
        self.told(at, &format!("scan {caption}"), screen)
    }

    fn enter(&mut self, at: usize, text: &str) -> Outcome {
        let worker = &mut self.workers[at];
        let field = worker.screen.awaits.field.clone();
        let screen = worker.hand.act(&Input::enter(field, text))?;
        self.told(at, &format!("[{text}]"), screen)
    }

    /// Chooses it, turning the pages of a list until it is there.
    fn choose(&mut self, at: usize, id: &str) -> Outcome {
        for _ in 0..PAGES {
            let actions = &self.workers[at].screen.actions;
            let found = actions
                .iter()
                .find(|a| a.id == id)
                .or_else(|| actions.iter().find(|a| a.id.starts_with(id)))
                .or_else(|| actions.iter().find(|a| a.id == "next"));
            let Some(action) = found.cloned() else { break };
            // A lesson's label is scanned by its key: two equal ones, as by a scanner.
            if action.id == "lesson_scan" {
                edge::pause(BETWEEN);
            }
            let screen = self.workers[at].hand.act(&Input::choose(&action.id))?;
            self.told(at, &format!("[{}]", action.label), screen)?;
            if action.id != "next" {
                return Ok(());
            }
        }
        let ids: Vec<&str> = self.workers[at].screen.actions.iter().map(|a| a.id.as_str()).collect();
        Err(Failure::check(
            format_args!("no action {id} among {ids:?}"),
            "demo",
            "the shift is not what the script says",
        ))
    }

    fn acknowledge(&mut self, at: usize) -> Outcome {
        let actions = &self.workers[at].screen.actions;
        let main = actions
            .iter()
            .find(|a| a.id == "acknowledge")
            .or_else(|| actions.iter().find(|a| a.style == Style::Main));
        let id = main.map(|a| a.id.clone()).unwrap_or_default();
        self.choose(at, &id)
    }

    fn pin(&mut self, at: usize, badge: &str) -> Outcome {
        let person = seed::by_badge(badge)
            .ok_or_else(|| Failure::usage(format_args!("no badge {badge}"), "script", "report it"))?;
        let worker = &mut self.workers[at];
        if worker.screen.awaits.kind != AwaitKind::Pin {
            return Err(Failure::check(
                format_args!("a PIN was expected to be asked for, not {:?}", worker.screen.prompt),
                "demo",
                "the shift is not what the script says",
            ));
        }
        let field = worker.screen.awaits.field.clone();
        let screen = worker.hand.act(&Input::enter(field, person.pin))?;
        self.told(at, &format!("PIN of {}", person.name), screen)
    }

    fn sign_in(&mut self, at: usize, badge: &str) -> Outcome {
        self.scan(at, &format!("badge-{}", badge.trim_start_matches("B-")), false)?;
        self.pin(at, badge)
    }

    fn sign(&mut self, at: usize, badge: &str) -> Outcome {
        self.scan(at, &format!("badge-{}", badge.trim_start_matches("B-")), false)?;
        self.pin(at, badge)
    }

    /// SIGKILL between two scans of one line; the step before must be the step after.
    fn kill(&mut self, at: usize, badge: &str) -> Outcome {
        let worker = &mut self.workers[at];
        let before = worker.screen.clone();
        out::line_out(&format!(
            "{}: the step before SIGKILL of process {}",
            worker.name,
            worker.hand.id()
        ))?;
        out::line_out(&card::boxed(&before, &worker.words, WIDTH, self.colours))?;
        worker.hand.kill();
        let (mut hand, _) = Hand::start(&worker.name, &worker.folder, None)?;
        let screen = hand.steer("live")?;
        worker.hand = hand;
        worker.screen = screen;
        out::line_out(&format!(
            "{}: started again as process {}",
            worker.name,
            worker.hand.id()
        ))?;
        self.sign_in(at, badge)?;
        let after = &self.workers[at].screen;
        if (&after.id, &after.title, &after.prompt, &after.progress)
            != (&before.id, &before.title, &before.prompt, &before.progress)
        {
            return Err(Failure::check(
                format_args!("it came back to {:?}, not to {:?}", after.prompt, before.prompt),
                "demo",
                "a killed process must resume at the same line and quantity",
            ));
        }
        out::line_out(&format!("{}: the step after", self.workers[at].name))
    }

    /// Sends and fetches until every handheld has everything of every other, and all movements but `refused` are in the
    /// WMS. What does not come to that is for the proof to say.
    pub fn settle(&mut self, refused: u64) -> Outcome {
        for _ in 0..150 {
            let (mut queued, mut at_gateway) = (0, 0);
            for worker in &mut self.workers {
                worker.screen = worker.hand.steer("sync")?;
                queued += worker.screen.status.queued;
                at_gateway += worker.screen.status.at_gateway;
            }
            if queued == 0 && at_gateway <= refused {
                break;
            }
            edge::pause(Duration::from_millis(100));
        }
        // What the last push brought is applied after it was received, and then comes down.
        for _ in 0..3 {
            edge::pause(Duration::from_millis(400));
            for worker in &mut self.workers {
                worker.screen = worker.hand.steer("sync")?;
            }
        }
        Ok(())
    }

    /// Ends the handhelds.
    pub fn close(&mut self) {
        for worker in &mut self.workers {
            worker.hand.finish();
        }
    }
}
