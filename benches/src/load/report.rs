//! The table: each figure, its budget, and whether that held.

use std::fmt;

/// A figure.
#[derive(Debug)]
pub struct Line {
    /// What was looked at.
    pub what: String,
    /// What was seen.
    pub figure: String,
    /// What it may be at most, or must be at least; `None`: only told.
    pub budget: Option<Budget>,
}

/// What is asked of a figure.
#[derive(Debug)]
pub struct Budget {
    /// In words.
    pub words: String,
    /// Whether it held.
    pub held: bool,
    /// Whether it is about time: what a busy machine may miss.
    pub timed: bool,
}

/// What was measured.
#[derive(Debug, Default)]
pub struct Report {
    /// In the order of the phases.
    pub lines: Vec<Line>,
}

impl Report {
    /// Only told.
    pub(super) fn tell(&mut self, what: impl Into<String>, figure: impl Into<String>) {
        self.put(what.into(), figure.into(), None);
    }

    /// Must hold wherever it runs.
    pub(super) fn must(&mut self, what: impl Into<String>, figure: impl Into<String>, words: &str, held: bool) {
        let budget = Budget {
            words: words.to_owned(),
            held,
            timed: false,
        };
        self.put(what.into(), figure.into(), Some(budget));
    }

    /// Must hold on a machine that does nothing else.
    pub(super) fn timed(&mut self, what: impl Into<String>, figure: impl Into<String>, words: &str, held: bool) {
        let budget = Budget {
            words: words.to_owned(),
            held,
            timed: true,
        };
        self.put(what.into(), figure.into(), Some(budget));
    }

    fn put(&mut self, what: String, figure: String, budget: Option<Budget>) {
        self.lines.push(Line { what, figure, budget });
    }

    /// What must hold and does not; with `quick`, of what is no matter of time.
    pub fn missed(&self, quick: bool) -> Vec<&Line> {
        let missed = |line: &&Line| {
            line.budget
                .as_ref()
                .is_some_and(|budget| !(budget.held || quick && budget.timed))
        };
        self.lines.iter().filter(missed).collect()
    }
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "| what | figure | budget | |")?;
        writeln!(f, "|---|---|---|---|")?;
        for Line { what, figure, budget } in &self.lines {
            let (words, held) = match budget {
                Some(budget) if budget.held => (budget.words.as_str(), "ok"),
                Some(budget) => (budget.words.as_str(), "**MISSED**"),
                None => ("", ""),
            };
            writeln!(f, "| {what} | {figure} | {words} | {held} |")?;
        }
        Ok(())
    }
}
