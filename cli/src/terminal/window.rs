//! The handheld drawn in the terminal: keys in, [`Face`] out, and a list of sample labels on demand.

use super::face::Face;
use super::ports::Ports;
use super::wedge::Key;
use super::{Around, files};
use crate::edge;
use crate::failure::{Failure, Outcome};
use crate::out;
use crate::seed::Sample;
use lotline_core::{Handheld, Input};
use lotline_record::text::{Arg, Message};
use ratatui::DefaultTerminal;
use ratatui::crossterm::event::{
    self, DisableBracketedPaste, EnableBracketedPaste, Event, KeyCode, KeyEvent, KeyEventKind, KeyModifiers,
};
use ratatui::crossterm::execute;
use ratatui::widgets::ListState;
use std::io::{self, Write};
use std::path::Path;
use std::time::Duration;

/// How often the status line is looked at again.
const LOOK: Duration = Duration::from_millis(40);
const REFRESH_MS: u64 = 1_000;
const TICK_MS: u64 = 60_000;
const SYNC_MS: u64 = 10_000;
/// Between two sounds of one cue.
const BEAT: Duration = Duration::from_millis(140);

struct Window<'a> {
    handheld: &'a Handheld,
    folder: &'a Path,
    ports: Ports,
    quiet: bool,
    face: Face<'a>,
    /// Digits typed while the list is open.
    number: usize,
}

/// Works until the person leaves.
///
/// # Errors
/// When this is no terminal, or it fails.
pub fn run(handheld: &Handheld, around: Around<'_>, quiet: bool) -> Outcome {
    use std::io::IsTerminal;
    if !io::stdin().is_terminal() || !io::stdout().is_terminal() {
        return Err(Failure::usage(
            "this is not a terminal",
            "handheld",
            "use --plain for lines, or --pipe for JSON Lines",
        ));
    }
    let screen = handheld.screen().map_err(|e| Failure::core(&e, "handheld"))?;
    let mut terminal = ratatui::try_init().map_err(|e| Failure::io(&e, "terminal"))?;
    let _ = execute!(io::stdout(), EnableBracketedPaste);
    let mut window = Window {
        handheld,
        folder: around.folder,
        ports: around.ports,
        quiet,
        face: Face {
            samples: around.samples,
            console: around.console,
            ..Face::new(screen, around.words, out::colours())
        },
        number: 0,
    };
    let done = window.work(&mut terminal).map_err(|e| Failure::io(&e, "terminal"));
    let _ = execute!(io::stdout(), DisableBracketedPaste);
    ratatui::restore();
    done
}

impl Window<'_> {
    fn work(&mut self, terminal: &mut DefaultTerminal) -> io::Result<()> {
        let start = edge::mono();
        let now = || u64::try_from(edge::since(start).as_millis()).unwrap_or(u64::MAX);
        let (mut looked, mut ticked) = (0, 0);
        loop {
            terminal.draw(|frame| self.face.draw(frame))?;
            let mut waited = LOOK;
            let mut quiet = true;
            // A scanner's burst is taken in whole before the screen is drawn again.
            while event::poll(waited)? {
                (waited, quiet) = (Duration::ZERO, false);
                match event::read()? {
                    Event::Key(key) if key.kind == KeyEventKind::Release => {}
                    Event::Key(key) if !self.key(key, now()) => return Ok(()),
                    Event::Paste(text) => {
                        self.face.list = None;
                        if let Some(input) = self.face.wedge.paste(&self.face.screen, &text) {
                            self.act(input);
                        }
                    }
                    _ => {}
                }
            }
            if quiet && let Some(input) = self.face.wedge.idle(&self.face.screen, now()) {
                self.act(input);
            }
            if now() - ticked >= TICK_MS {
                ticked = now();
                self.act(Input::Tick);
            } else if now() - looked >= REFRESH_MS {
                looked = now();
                self.look();
            }
        }
    }

    /// Handles a key; false when the person leaves.
    fn key(&mut self, key: KeyEvent, now_ms: u64) -> bool {
        let control = key.modifiers.contains(KeyModifiers::CONTROL);
        if control && matches!(key.code, KeyCode::Char('c' | 'q')) || key.code == KeyCode::F(10) {
            return false;
        }
        if self.face.list.is_some() {
            self.list_key(key.code);
            return true;
        }
        let plain = match key.code {
            // Terminals report Ctrl-] (GS, 0x1D) as either.
            KeyCode::Char(']' | '5') if control => Key::Separator,
            KeyCode::Char(_) if control => return true,
            KeyCode::Char('?') if self.face.wedge.shown(&self.face.screen).is_empty() => return self.show_list(),
            KeyCode::F(5) => return self.show_list(),
            KeyCode::F(6) => {
                self.sync();
                return true;
            }
            KeyCode::Char(c) => Key::Char(c),
            KeyCode::Enter => Key::Enter,
            KeyCode::Backspace => Key::Erase,
            KeyCode::Esc => Key::Back,
            KeyCode::F(n) => Key::Function(n),
            _ => return true,
        };
        if let Some(input) = self.face.wedge.key(&self.face.screen, plain, now_ms) {
            self.act(input);
        }
        true
    }

    fn show_list(&mut self) -> bool {
        if self.face.samples.is_empty() {
            self.face.note = Some(self.face.words.word("labels-none"));
        } else {
            self.number = 0;
            self.face.list = Some(ListState::default().with_selected(Some(0)));
        }
        true
    }

    fn list_key(&mut self, code: KeyCode) {
        let samples = self.face.samples;
        let Some(list) = &mut self.face.list else { return };
        match code {
            KeyCode::Down | KeyCode::Char('j') => list.select_next(),
            KeyCode::Up | KeyCode::Char('k') => list.select_previous(),
            KeyCode::PageDown => list.scroll_down_by(10),
            KeyCode::PageUp => list.scroll_up_by(10),
            KeyCode::Enter => {
                let chosen = list.selected().and_then(|at| samples.get(at));
                self.face.list = None;
                if let Some(sample) = chosen {
                    self.act(Input::scan(sample.data.as_bytes()));
                }
            }
            KeyCode::Char(c) if c.is_ascii_digit() => {
                self.number = (self.number * 10 + c.to_digit(10).unwrap_or(0) as usize) % 1_000;
                if self.number > samples.len() {
                    self.number %= 10;
                }
                list.select(self.number.checked_sub(1).or(list.selected()));
            }
            // A letter jumps to the next caption that begins with it.
            KeyCode::Char(c) if c.is_ascii_alphabetic() => {
                let from = list.selected().map_or(0, |at| at + 1);
                let begins = |sample: &Sample| sample.caption.starts_with(c.to_ascii_uppercase());
                let rest = samples.iter().skip(from).position(begins).map(|at| at + from);
                list.select(rest.or_else(|| samples.iter().position(begins)).or(list.selected()));
            }
            KeyCode::Esc | KeyCode::F(5) | KeyCode::Char('?') => self.face.list = None,
            _ => {}
        }
    }

    fn sync(&mut self) {
        let words = &self.face.words;
        let note = match self.handheld.sync_now(SYNC_MS) {
            Ok(report) if report.reached => words.say(
                &Message::new("sync-done")
                    .with("sent", Arg::text(report.acknowledged))
                    .with("rows", Arg::Number(report.pulled_rows.cast_signed())),
            ),
            Ok(_) => words.word("sync-unreached"),
            Err(error) => error.to_string(),
        };
        let more = match self.ports.asked(self.handheld, words) {
            Ok(said) => said,
            Err(error) => Some(error.to_string()),
        };
        self.face.note = Some([Some(note), more].into_iter().flatten().collect::<Vec<_>>().join(" · "));
        self.look();
    }

    /// Draws what is: only the status line changes by itself.
    fn look(&mut self) {
        match self.handheld.screen() {
            Ok(screen) => self.face.show(screen),
            Err(error) => self.face.note = Some(error.to_string()),
        }
    }

    fn act(&mut self, input: Input) {
        let tick = input == Input::Tick;
        let next = self.handheld.act(input);
        match next.and_then(|next| Ok(files::save(self.handheld, self.folder)?.unwrap_or(next))) {
            Ok(screen) => {
                self.face.show(screen);
                self.face.note = None;
                if !tick {
                    self.sound();
                    self.print();
                }
            }
            Err(error) => self.face.note = Some(error.to_string()),
        }
    }

    /// Prints what the input asked for. The screen stands already; only the note waits for the printer.
    fn print(&mut self) {
        match self.ports.print(self.handheld, &self.face.words) {
            Ok(said) => self.face.note = said,
            Err(error) => self.face.note = Some(error.to_string()),
        }
    }

    /// One bell for accept, two for warn, three for stop.
    fn sound(&self) {
        let times = match self.face.screen.cue.sound.as_str() {
            "accept" => 1,
            "warn" => 2,
            "stop" => 3,
            _ => 0,
        };
        if self.quiet {
            return;
        }
        for at in 0..times {
            if at > 0 {
                edge::pause(BEAT);
            }
            let mut out = io::stdout();
            let _ = out.write_all(b"\x07").and_then(|()| out.flush());
        }
    }
}
