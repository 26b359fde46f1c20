//! The handheld drawn in the terminal: the screen, what was typed, and a list of sample labels on demand.

use super::wedge::{Key, Wedge};
use super::{card, wedge};
use crate::edge;
use crate::failure::{Failure, Outcome};
use crate::out;
use crate::seed::Sample;
use lotline_core::screen::{Look, Style as Weight, Tone};
use lotline_core::{Handheld, Input, Screen};
use ratatui::crossterm::event::{
    self, DisableBracketedPaste, EnableBracketedPaste, Event, KeyCode, KeyEvent, KeyEventKind, KeyModifiers,
};
use ratatui::crossterm::execute;
use ratatui::layout::{Constraint, Layout, Rect};
use ratatui::style::{Color, Modifier, Style};
use ratatui::text::{Line, Span};
use ratatui::widgets::{Block, Borders, Gauge, List, ListItem, ListState, Paragraph, Wrap};
use ratatui::{DefaultTerminal, Frame};
use std::io::{self, Write};
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
    samples: &'a [Sample],
    console: Option<&'a str>,
    quiet: bool,
    colours: bool,
    screen: Screen,
    wedge: Wedge,
    list: Option<ListState>,
    /// Digits typed while the list is open.
    number: usize,
    /// An error that is not the core's to put on a screen.
    note: Option<String>,
}

/// Works until the person leaves.
///
/// # Errors
/// When this is no terminal, or it fails.
pub fn run(handheld: &Handheld, samples: &[Sample], console: Option<&str>, quiet: bool) -> Outcome {
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
        samples,
        console,
        quiet,
        colours: out::colours(),
        screen,
        wedge: Wedge::default(),
        list: None,
        number: 0,
        note: None,
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
            terminal.draw(|frame| self.draw(frame))?;
            let mut waited = LOOK;
            let mut quiet = true;
            // A scanner's burst is taken in whole before the screen is drawn again.
            while event::poll(waited)? {
                (waited, quiet) = (Duration::ZERO, false);
                match event::read()? {
                    Event::Key(key) if key.kind == KeyEventKind::Release => {}
                    Event::Key(key) if !self.key(key, now()) => return Ok(()),
                    Event::Paste(text) => {
                        self.list = None;
                        if let Some(input) = self.wedge.paste(&self.screen, &text) {
                            self.act(input);
                        }
                    }
                    _ => {}
                }
            }
            if quiet && let Some(input) = self.wedge.idle(&self.screen, now()) {
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
        if self.list.is_some() {
            self.list_key(key.code);
            return true;
        }
        let plain = match key.code {
            // Terminals report Ctrl-] (GS, 0x1D) as either.
            KeyCode::Char(']' | '5') if control => Key::Separator,
            KeyCode::Char(_) if control => return true,
            KeyCode::Char('?') if self.wedge.shown(&self.screen).is_empty() => return self.show_list(),
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
        if let Some(input) = self.wedge.key(&self.screen, plain, now_ms) {
            self.act(input);
        }
        true
    }

    fn show_list(&mut self) -> bool {
        if self.samples.is_empty() {
            self.note = Some("There are sample labels only on a site of one's own (--demo).".into());
        } else {
            self.number = 0;
            self.list = Some(ListState::default().with_selected(Some(0)));
        }
        true
    }

    fn list_key(&mut self, code: KeyCode) {
        let Some(list) = &mut self.list else { return };
        match code {
            KeyCode::Down | KeyCode::Char('j') => list.select_next(),
            KeyCode::Up | KeyCode::Char('k') => list.select_previous(),
            KeyCode::PageDown => list.scroll_down_by(10),
            KeyCode::PageUp => list.scroll_up_by(10),
            KeyCode::Enter => {
                let chosen = list.selected().and_then(|at| self.samples.get(at));
                self.list = None;
                if let Some(sample) = chosen {
                    self.act(Input::scan(sample.data.as_bytes()));
                }
            }
            KeyCode::Char(c) if c.is_ascii_digit() => {
                self.number = (self.number * 10 + c.to_digit(10).unwrap_or(0) as usize) % 1_000;
                if self.number > self.samples.len() {
                    self.number %= 10;
                }
                list.select(self.number.checked_sub(1).or(list.selected()));
            }
            // A letter jumps to the next caption that begins with it.
            KeyCode::Char(c) if c.is_ascii_alphabetic() => {
                let from = list.selected().map_or(0, |at| at + 1);
                let begins = |sample: &Sample| sample.caption.starts_with(c.to_ascii_uppercase());
                let rest = self.samples.iter().skip(from).position(begins).map(|at| at + from);
                list.select(
                    rest.or_else(|| self.samples.iter().position(begins))
                        .or(list.selected()),
                );
            }
            KeyCode::Esc | KeyCode::F(5) | KeyCode::Char('?') => self.list = None,
            _ => {}
        }
    }

    fn sync(&mut self) {
        self.note = match self.handheld.sync_now(SYNC_MS) {
            Ok(report) if report.reached => Some(format!(
                "Sent {}, fetched {} rows.",
                report.acknowledged, report.pulled_rows
            )),
            Ok(_) => Some("The gateway cannot be reached; the work goes on.".into()),
            Err(error) => Some(error.to_string()),
        };
        self.look();
    }

    /// Draws what is: only the status line changes by itself.
    fn look(&mut self) {
        match self.handheld.screen() {
            Ok(screen) => self.screen = screen,
            Err(error) => self.note = Some(error.to_string()),
        }
    }

    fn act(&mut self, input: Input) {
        let tick = input == Input::Tick;
        match self.handheld.act(input) {
            Ok(screen) => {
                self.screen = screen;
                self.note = None;
                if !tick {
                    self.sound();
                }
            }
            Err(error) => self.note = Some(error.to_string()),
        }
    }

    /// One bell for accept, two for warn, three for stop.
    fn sound(&self) {
        let times = match self.screen.cue.sound.as_str() {
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

    fn paint(&self, style: Style) -> Style {
        if self.colours {
            style
        } else {
            Style::default().add_modifier(style.add_modifier)
        }
    }

    fn draw(&mut self, frame: &mut Frame<'_>) {
        let mut area = frame.area();
        if self.screen.status.training {
            let border = Block::default()
                .borders(Borders::ALL)
                .title(" TRAINING ")
                .border_style(self.paint(Style::new().fg(Color::Magenta)));
            let inner = border.inner(area);
            frame.render_widget(border, area);
            area = inner;
        }
        let width = usize::from(area.width.max(1));
        let height = |text: &str| u16::try_from(card::wrap(text, width.saturating_sub(2).max(1)).len()).unwrap_or(1);
        let message = if self.screen.tone == Tone::Idle && self.screen.message.is_empty() {
            0
        } else {
            height(&self.screen.message).max(1) + 1
        };
        let progress = u16::from(self.screen.progress.is_some());
        let actions = u16::try_from(self.screen.actions.len()).unwrap_or(4).clamp(1, 9);
        let rows = Layout::vertical([
            Constraint::Length(1),
            Constraint::Length(message),
            Constraint::Length(3),
            Constraint::Length(progress),
            Constraint::Min(2),
            Constraint::Length(actions),
            Constraint::Length(1),
            Constraint::Length(1),
        ])
        .split(area);
        self.draw_head(frame, rows[0], rows[1], rows[2]);
        self.draw_progress(frame, rows[3]);
        self.draw_body(frame, rows[4]);
        self.draw_actions(frame, rows[5]);
        self.draw_input(frame, rows[6]);
        self.draw_status(frame, rows[7]);
        if self.list.is_some() {
            self.draw_list(frame, frame.area());
        }
    }

    fn tone(&self) -> Style {
        self.paint(match self.screen.tone {
            Tone::Accept => Style::new().fg(Color::Black).bg(Color::Green),
            Tone::Warn => Style::new().fg(Color::Black).bg(Color::Yellow),
            Tone::Stop => Style::new()
                .fg(Color::White)
                .bg(Color::Red)
                .add_modifier(Modifier::BOLD),
            Tone::Idle => Style::new(),
        })
    }

    fn draw_head(&self, frame: &mut Frame<'_>, title: Rect, message: Rect, prompt: Rect) {
        let screen = &self.screen;
        let reversed = Style::new().add_modifier(Modifier::REVERSED | Modifier::BOLD);
        frame.render_widget(Paragraph::new(format!(" {}", screen.title)).style(reversed), title);
        if message.height > 0 {
            let word = card::word(screen.tone);
            let lines = vec![
                Line::from(format!(" {} {word}", card::sign(screen.tone)).trim_end().to_owned()),
                Line::from(format!(" {}", screen.message)),
            ];
            frame.render_widget(
                Paragraph::new(lines).style(self.tone()).wrap(Wrap { trim: false }),
                message,
            );
        }
        let bold = self.paint(Style::new().fg(Color::Cyan).add_modifier(Modifier::BOLD));
        frame.render_widget(
            Paragraph::new(vec![Line::default(), Line::from(format!("  {}", screen.prompt))]).style(bold),
            prompt,
        );
    }

    fn draw_progress(&self, frame: &mut Frame<'_>, area: Rect) {
        if let Some(progress) = &self.screen.progress {
            let ratio = f64::from(progress.permille.min(1000)) / 1000.0;
            let style = self.paint(Style::new().fg(Color::Green));
            frame.render_widget(
                Gauge::default()
                    .ratio(ratio)
                    .label(progress.text.clone())
                    .gauge_style(style),
                area,
            );
        }
    }

    fn draw_body(&self, frame: &mut Frame<'_>, area: Rect) {
        let mut lines = Vec::new();
        for field in &self.screen.fields {
            let style = match field.state {
                Look::Alert => self.paint(Style::new().fg(Color::Yellow).add_modifier(Modifier::BOLD)),
                Look::Current => Style::new().add_modifier(Modifier::BOLD),
                Look::Plain | Look::Done => Style::new(),
            };
            let label = Span::styled(
                format!("  {:<14} ", field.label),
                Style::new().add_modifier(Modifier::DIM),
            );
            lines.push(Line::from(vec![label, Span::styled(field.value.clone(), style)]));
        }
        for line in &self.screen.lines {
            let sign = match (line.done, line.state) {
                (true, _) => '✔',
                (_, Look::Current) => '▶',
                (_, Look::Alert) => '!',
                _ => '·',
            };
            let style = if line.state == Look::Current {
                Style::new().add_modifier(Modifier::BOLD)
            } else {
                Style::new()
            };
            lines.push(Line::from(vec![
                Span::styled(format!("  {sign} {}", line.text), style),
                Span::styled(format!("   {}", line.detail), Style::new().add_modifier(Modifier::DIM)),
            ]));
        }
        frame.render_widget(Paragraph::new(lines).wrap(Wrap { trim: false }), area);
    }

    fn draw_actions(&self, frame: &mut Frame<'_>, area: Rect) {
        let lines: Vec<Line<'_>> = self
            .screen
            .actions
            .iter()
            .map(|action| {
                let style = match action.style {
                    Weight::Main => self.paint(Style::new().fg(Color::Green).add_modifier(Modifier::BOLD)),
                    Weight::Careful => self.paint(Style::new().fg(Color::Yellow)),
                    Weight::Other => Style::new(),
                };
                Line::from(vec![
                    Span::styled(
                        format!("  {:>3} ", action.key),
                        Style::new().add_modifier(Modifier::REVERSED),
                    ),
                    Span::styled(format!(" {}", action.label), style),
                ])
            })
            .collect();
        frame.render_widget(Paragraph::new(lines), area);
    }

    fn draw_input(&self, frame: &mut Frame<'_>, area: Rect) {
        let text = format!("  {}> {}▏", card::hint(&self.screen), self.wedge.shown(&self.screen));
        frame.render_widget(Paragraph::new(text), area);
    }

    fn draw_status(&self, frame: &mut Frame<'_>, area: Rect) {
        let left = self.note.clone().unwrap_or_else(|| self.screen.status.text.clone());
        let console = self.console.map(|url| format!(" · console {url}/")).unwrap_or_default();
        let help = if self.samples.is_empty() { "" } else { " · ? labels" };
        let style = Style::new().add_modifier(Modifier::DIM);
        frame.render_widget(
            Paragraph::new(format!(" {left}{help} · F10 leave{console}")).style(style),
            area,
        );
    }

    fn draw_list(&mut self, frame: &mut Frame<'_>, area: Rect) {
        let area = Rect {
            x: area.x + 1,
            y: area.y + 1,
            width: area.width.saturating_sub(2),
            height: area.height.saturating_sub(2),
        };
        let items: Vec<ListItem<'_>> = self
            .samples
            .iter()
            .zip(1..)
            .map(|(sample, n)| {
                ListItem::new(vec![
                    Line::from(format!("{n:>3} {}", sample.caption)),
                    Line::styled(
                        format!("    {}", out::printable(&wedge::bytes(&sample.data))),
                        Style::new().add_modifier(Modifier::DIM),
                    ),
                ])
            })
            .collect();
        let list = List::new(items)
            .block(
                Block::default()
                    .borders(Borders::ALL)
                    .title(" Labels: arrows or a number, Enter scans, Esc closes "),
            )
            .highlight_style(Style::new().add_modifier(Modifier::REVERSED));
        frame.render_widget(ratatui::widgets::Clear, area);
        if let Some(state) = &mut self.list {
            frame.render_stateful_widget(list, area, state);
        }
    }
}
