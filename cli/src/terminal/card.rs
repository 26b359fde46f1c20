//! A screen as text: in a box for the demo, bare for screen readers.

use super::words::Words;
use lotline_core::Screen;
use lotline_core::screen::{Look, Tone};
use std::fmt::Write;

/// The sign that goes with the word.
pub const fn sign(tone: Tone) -> &'static str {
    match tone {
        Tone::Accept => "✔",
        Tone::Warn => "▲",
        Tone::Stop => "■",
        Tone::Idle => " ",
    }
}

/// The terminal's colour for a tone (SGR).
const fn sgr(tone: Tone) -> &'static str {
    match tone {
        Tone::Accept => "1;32",
        Tone::Warn => "1;33",
        Tone::Stop => "1;37;41",
        Tone::Idle => "0",
    }
}

/// Breaks text at blanks so that no line is longer than `width` characters.
pub fn wrap(text: &str, width: usize) -> Vec<String> {
    let mut out = Vec::new();
    for paragraph in text.lines() {
        let mut line = String::new();
        for word in paragraph.split_whitespace() {
            let mut word = word;
            // A code without blanks is cut where the line ends.
            while word.chars().count() > width {
                if !line.is_empty() {
                    out.push(std::mem::take(&mut line));
                }
                let cut = word.char_indices().nth(width).map_or(word.len(), |(at, _)| at);
                out.push(word[..cut].to_owned());
                word = &word[cut..];
            }
            let blank = usize::from(!line.is_empty());
            if line.chars().count() + blank + word.chars().count() > width {
                out.push(std::mem::take(&mut line));
            } else if blank == 1 {
                line.push(' ');
            }
            line.push_str(word);
        }
        out.push(line);
    }
    out
}

/// Everything on the screen, line by line, without colour.
pub fn lines(screen: &Screen, words: &Words) -> Vec<String> {
    let mut out = Vec::new();
    if screen.status.training {
        out.push(words.word("training-frame"));
    }
    out.push(screen.title.clone());
    if screen.tone != Tone::Idle || !screen.message.is_empty() {
        out.push(
            format!("{} {}", words.tone(screen.tone), screen.message)
                .trim()
                .to_owned(),
        );
    }
    out.push(screen.prompt.clone());
    if let Some(progress) = &screen.progress {
        out.push(progress.text.clone());
    }
    out.extend(
        screen
            .fields
            .iter()
            .map(|f| format!("{}: {}{}", f.label, f.value, mark(f.state))),
    );
    out.extend(screen.lines.iter().map(|l| {
        let done = if l.done {
            format!("{} ", words.word("line-done"))
        } else {
            String::new()
        };
        format!("- {done}{}  {}{}", l.text, l.detail, mark(l.state))
            .trim_end()
            .to_owned()
    }));
    out.extend(screen.actions.iter().map(|a| format!("[{}] {}", a.key, a.label)));
    out.push(words.standing(screen).join(" · "));
    out.retain(|line| !line.trim().is_empty());
    out
}

const fn mark(state: Look) -> &'static str {
    match state {
        Look::Alert => "  (!)",
        Look::Current => "  <",
        Look::Plain | Look::Done => "",
    }
}

/// The screen in a box of `width` columns (at least 30).
pub fn boxed(screen: &Screen, words: &Words, width: usize, colours: bool) -> String {
    let inner = width.max(30) - 4;
    let paint = |text: &str, code: &str| {
        if colours && code != "0" {
            format!("\u{1b}[{code}m{text}\u{1b}[0m")
        } else {
            text.to_owned()
        }
    };
    let mut rows: Vec<(String, &str)> = Vec::new();
    let mut add = |text: &str, code: &'static str| rows.extend(wrap(text, inner).into_iter().map(|line| (line, code)));
    if screen.status.training {
        add(&words.word("training-frame"), "1;35");
    }
    add(&screen.title, "1");
    if screen.tone != Tone::Idle {
        add(
            &format!("{} {}  {}", sign(screen.tone), words.tone(screen.tone), screen.message),
            sgr(screen.tone),
        );
    } else if !screen.message.is_empty() {
        add(&screen.message, "0");
    }
    add(&format!("> {}", screen.prompt), "1;36");
    if let Some(progress) = &screen.progress {
        let full = usize::try_from(progress.permille.min(1000)).unwrap_or(0) * inner.min(24) / 1000;
        let bar: String = (0..inner.min(24)).map(|at| if at < full { '█' } else { '░' }).collect();
        add(&progress.text, "1");
        add(&bar, "0");
    }
    for field in &screen.fields {
        let code = if field.state == Look::Alert { "1;33" } else { "0" };
        add(&format!("{}: {}", field.label, field.value), code);
    }
    for line in &screen.lines {
        let tick = if line.done { "✔" } else { "·" };
        add(
            &format!("{tick} {}  {}", line.text, line.detail),
            if line.state == Look::Current { "1" } else { "0" },
        );
    }
    let actions: Vec<String> = screen
        .actions
        .iter()
        .map(|a| format!("[{} {}]", a.key, a.label))
        .collect();
    add(&actions.join(" "), "2");
    add(&words.standing(screen).join(" · "), "2");
    let mut out = format!("┌{}┐\n", "─".repeat(inner + 2));
    for (text, code) in rows.iter().filter(|(text, _)| !text.is_empty()) {
        let blanks = " ".repeat(inner.saturating_sub(text.chars().count()));
        // Writing to a String cannot fail.
        let _ = writeln!(out, "│ {}{blanks} │", paint(text, code));
    }
    let _ = write!(out, "└{}┘", "─".repeat(inner + 2));
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_line_of_a_box_is_longer_than_the_others() {
        let screen = Screen {
            title: "RECEIVE  ASN 80041  ACME".into(),
            message: "x".repeat(200),
            tone: Tone::Stop,
            prompt: "Scan the next case".into(),
            ..Screen::default()
        };
        let text = boxed(&screen, &Words::new("en"), 44, false);
        assert!(text.lines().all(|line| line.chars().count() == 44), "{text}");
        assert!(text.contains("■ STOP"), "{text}");
        assert!(!text.contains('\u{1b}'));
    }

    #[test]
    fn text_wraps_at_blanks_and_long_codes_are_cut() {
        assert_eq!(wrap("Scan the next case", 9), ["Scan the", "next case"]);
        assert_eq!(wrap("abcdefghij k", 4), ["abcd", "efgh", "ij k"]);
    }
}
