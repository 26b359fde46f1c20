//! What the drawn handheld looks like: one screen, what was typed, and the list of sample labels, in any size of
//! terminal. It knows nothing of keys or of the handheld.

use super::card;
use super::wedge::{self, Wedge};
use super::words::Words;
use crate::out;
use crate::seed::Sample;
use lotline_core::Screen;
use lotline_core::screen::{Look, Style as Weight, Tone};
use lotline_record::text::{Arg, Message};
use ratatui::Frame;
use ratatui::buffer::Buffer;
use ratatui::layout::{Constraint, Layout, Rect};
use ratatui::style::{Color, Modifier, Style};
use ratatui::text::{Line, Span};
use ratatui::widgets::{Block, Borders, List, ListItem, ListState, Paragraph};

/// Columns of a field's label with the blanks around it.
const LABEL: usize = 17;

/// Everything that is drawn.
#[derive(Debug)]
pub struct Face<'a> {
    /// The screen.
    pub screen: Screen,
    /// The words around it.
    pub words: Words,
    /// What was typed.
    pub wedge: Wedge,
    /// The list of sample labels, while it is open.
    pub list: Option<ListState>,
    /// An error or answer that is not the core's to put on a screen.
    pub note: Option<String>,
    /// Labels to try.
    pub samples: &'a [Sample],
    /// The address of the gateway's console.
    pub console: Option<&'a str>,
    /// Whether colours are seen.
    pub colours: bool,
}

impl<'a> Face<'a> {
    /// A screen with nothing typed.
    pub fn new(screen: Screen, mut words: Words, colours: bool) -> Face<'a> {
        words.follow(&screen);
        Face {
            screen,
            words,
            wedge: Wedge::default(),
            list: None,
            note: None,
            samples: &[],
            console: None,
            colours,
        }
    }

    /// Puts another screen in its place.
    pub fn show(&mut self, screen: Screen) {
        self.words.follow(&screen);
        self.screen = screen;
    }

    /// The cells of a terminal of that size, as they would be drawn.
    pub fn cells(&mut self, columns: u16, rows: u16) -> Buffer {
        let mut terminal = ratatui::Terminal::new(ratatui::backend::TestBackend::new(columns, rows))
            .unwrap_or_else(|never| match never {});
        let drawn = terminal.draw(|frame| self.draw(frame));
        drawn.unwrap_or_else(|never| match never {}).buffer.clone()
    }

    /// Whether the person asked for dark on white.
    fn is_for_the_sun(&self) -> bool {
        self.screen.settings.as_ref().is_some_and(|settings| settings.sunlight)
    }

    fn paint(&self, style: Style) -> Style {
        if self.colours && style.bg.is_none() && self.is_for_the_sun() {
            // Yellow, cyan and green are for a dark ground; on white the words and the weight say it.
            Style { fg: None, ..style }
        } else if self.colours {
            style
        } else {
            Style::default().add_modifier(style.add_modifier)
        }
    }

    /// Draws it all.
    pub fn draw(&mut self, frame: &mut Frame<'_>) {
        let mut area = frame.area();
        if self.colours && self.is_for_the_sun() {
            let paper = Style::new().fg(Color::Black).bg(Color::White);
            frame.render_widget(Block::new().style(paper), area);
        }
        if self.screen.status.training {
            let border = Block::default()
                .borders(Borders::ALL)
                .title(format!(" {} ", self.words.word("training-frame")))
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
        let progress = if self.screen.progress.is_some() { 3 } else { 0 };
        let actions = u16::try_from(self.screen.actions.len()).unwrap_or(4).clamp(1, 12);
        let status = self.status(width.saturating_sub(2).max(1));
        let rows = Layout::vertical([
            Constraint::Length(1),
            Constraint::Length(message),
            Constraint::Length(3),
            Constraint::Length(progress),
            Constraint::Min(2),
            Constraint::Length(actions),
            Constraint::Length(1),
            Constraint::Length(u16::try_from(status.len()).unwrap_or(1).clamp(1, 4)),
        ])
        .split(area);
        self.draw_head(frame, rows[0], rows[1], rows[2]);
        self.draw_progress(frame, rows[3]);
        self.draw_body(frame, rows[4]);
        self.draw_actions(frame, rows[5]);
        self.draw_input(frame, rows[6]);
        let dim = Style::new().add_modifier(Modifier::DIM);
        let lines: Vec<Line<'_>> = status.into_iter().map(|line| Line::from(format!(" {line}"))).collect();
        frame.render_widget(Paragraph::new(lines).style(dim), rows[7]);
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
            let word = self.words.tone(screen.tone);
            let head = format!(" {} {word}", card::sign(screen.tone)).trim_end().to_owned();
            let said = card::wrap(&screen.message, usize::from(message.width).saturating_sub(2).max(1));
            let lines: Vec<Line<'_>> = std::iter::once(head)
                .chain(said.into_iter().map(|line| format!(" {line}")))
                .map(Line::from)
                .collect();
            frame.render_widget(Paragraph::new(lines).style(self.tone()), message);
        }
        let bold = self.paint(Style::new().fg(Color::Cyan).add_modifier(Modifier::BOLD));
        frame.render_widget(
            Paragraph::new(vec![Line::default(), Line::from(format!("  {}", screen.prompt))]).style(bold),
            prompt,
        );
    }

    /// How far: the figure first, then a bar across the screen.
    fn draw_progress(&self, frame: &mut Frame<'_>, area: Rect) {
        let Some(progress) = &self.screen.progress else { return };
        let width = usize::from(area.width.saturating_sub(4));
        let full = width * usize::try_from(progress.permille.min(1000)).unwrap_or(0) / 1000;
        let bold = Style::new().add_modifier(Modifier::BOLD);
        let lines = vec![
            Line::styled(format!("  {}", progress.text), bold),
            Line::from(vec![
                Span::styled(
                    format!("  {}", "█".repeat(full)),
                    self.paint(Style::new().fg(Color::Green)),
                ),
                Span::styled("░".repeat(width - full), Style::new().add_modifier(Modifier::DIM)),
            ]),
        ];
        frame.render_widget(Paragraph::new(lines), area);
    }

    fn draw_body(&self, frame: &mut Frame<'_>, area: Rect) {
        let width = usize::from(area.width);
        let dim = Style::new().add_modifier(Modifier::DIM);
        let bold = Style::new().add_modifier(Modifier::BOLD);
        let mut lines = Vec::new();
        for field in &self.screen.fields {
            let style = match field.state {
                Look::Alert => self.paint(Style::new().fg(Color::Yellow).add_modifier(Modifier::BOLD)),
                Look::Current => bold,
                Look::Plain | Look::Done => Style::new(),
            };
            // What does not fit goes on under its own beginning.
            let value = card::wrap(&field.value, width.saturating_sub(LABEL + 1).max(8));
            for (at, part) in value.into_iter().enumerate() {
                let label = if at == 0 { field.label.as_str() } else { "" };
                let label = format!("  {label:<width$} ", width = LABEL - 3);
                lines.push(Line::from(vec![Span::styled(label, dim), Span::styled(part, style)]));
            }
        }
        if !self.screen.fields.is_empty() && !self.screen.lines.is_empty() {
            lines.push(Line::default());
        }
        for line in &self.screen.lines {
            let sign = match (line.done, line.state) {
                (true, _) => '✔',
                (_, Look::Current) => '▶',
                (_, Look::Alert) => '!',
                _ => '·',
            };
            let style = if line.state == Look::Current {
                bold
            } else {
                Style::new()
            };
            let mut text = card::wrap(&line.text, width.saturating_sub(6).max(8)).into_iter();
            let first = format!("  {sign} {}", text.next().unwrap_or_default());
            let room = width.saturating_sub(first.chars().count() + 4);
            let mut row = vec![Span::styled(first, style)];
            let beside = text.len() == 0 && line.detail.chars().count() <= room;
            if beside {
                row.push(Span::styled(format!("   {}", line.detail), dim));
            }
            lines.push(Line::from(row));
            lines.extend(text.map(|part| Line::styled(format!("    {part}"), style)));
            if !beside {
                let detail = card::wrap(&line.detail, width.saturating_sub(6).max(8));
                lines.extend(detail.into_iter().map(|part| Line::styled(format!("    {part}"), dim)));
            }
        }
        frame.render_widget(Paragraph::new(lines), area);
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
        let text = format!(
            "  {}> {}▏",
            self.words.hint(&self.screen),
            self.wedge.shown(&self.screen)
        );
        frame.render_widget(Paragraph::new(text), area);
    }

    /// The status line and the keys of the terminal itself; where it does not fit, it breaks between them.
    fn status(&self, width: usize) -> Vec<String> {
        let mut parts = match &self.note {
            Some(note) => vec![note.clone()],
            None => self.words.standing(&self.screen),
        };
        if !self.samples.is_empty() {
            parts.push(self.words.word("key-labels"));
        }
        parts.push(self.words.word("key-leave"));
        if let Some(url) = self.console {
            let at = Message::new("console-at").with("url", Arg::text(format_args!("{url}/")));
            parts.push(self.words.say(&at));
        }
        let mut lines: Vec<String> = Vec::new();
        for part in parts {
            match lines.last_mut() {
                Some(line) if line.chars().count() + 3 + part.chars().count() <= width => {
                    line.push_str(" · ");
                    line.push_str(&part);
                }
                _ => lines.extend(card::wrap(&part, width)),
            }
        }
        lines
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
                    .title(format!(" {} ", self.words.word("labels-title"))),
            )
            .highlight_style(Style::new().add_modifier(Modifier::REVERSED));
        frame.render_widget(ratatui::widgets::Clear, area);
        if let Some(state) = &mut self.list {
            frame.render_stateful_widget(list, area, state);
        }
    }
}
