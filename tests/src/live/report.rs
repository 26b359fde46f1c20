//! The table, and whether the limits held.

use super::{Kind, Line};
use std::fmt;
use std::time::Duration;

/// What was measured.
#[derive(Debug)]
pub struct Report {
    /// A device each.
    pub lines: Vec<Line>,
    /// How many the console named as not reached before the sleeping ones woke.
    pub not_reached: usize,
    /// How long the placing itself took.
    pub placing: Duration,
    /// Scans on a good network, from the tone to the console; `None`: never.
    pub scans: Vec<Option<Duration>>,
    /// The limit.
    pub within: Duration,
}

fn seconds(time: Option<Duration>) -> String {
    time.map_or_else(|| "never".to_owned(), |time| format!("{:.2} s", time.as_secs_f64()))
}

/// The value that `percent` of all are not above; `None` is above all others.
fn percentile(times: &[Option<Duration>], percent: usize) -> Option<Duration> {
    let mut sorted: Vec<Duration> = times.iter().map(|time| time.unwrap_or(Duration::MAX)).collect();
    sorted.sort_unstable();
    let at = (sorted.len() * percent).div_ceil(100).saturating_sub(1);
    sorted.get(at).copied().filter(|time| *time < Duration::MAX)
}

impl Report {
    fn of(&self, kind: Kind) -> Vec<Option<Duration>> {
        let lines = self.lines.iter().filter(|line| line.kind == kind);
        lines.map(|line| line.has).collect()
    }

    /// Whether every device that listened had it in time, those that slept after they woke, the console named exactly the
    /// sleeping ones, and scans were at the console in time.
    pub fn held(&self) -> bool {
        let in_time =
            |times: &[Option<Duration>]| times.iter().all(|time| time.is_some_and(|time| time <= self.within));
        let asleep = self.of(Kind::Asleep);
        in_time(&self.of(Kind::Good))
            && in_time(&self.of(Kind::Slow))
            && asleep.iter().all(Option::is_some)
            && self.not_reached == asleep.len()
            && percentile(&self.scans, 95).is_some_and(|time| time < self.within)
    }
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(
            f,
            "| handheld | network | queue | has the recall after | the console says so after |"
        )?;
        writeln!(f, "|---|---|---|---|---|")?;
        for line in &self.lines {
            let network = match line.kind {
                Kind::Good => "good",
                Kind::Slow => "20 kbit/s",
                Kind::Asleep => "asleep; after waking",
            };
            let (has, shown) = (seconds(line.has), seconds(line.shown));
            writeln!(f, "| {} | {network} | {} | {has} | {shown} |", line.device, line.queue)?;
        }
        writeln!(f)?;
        for (kind, words) in [
            (Kind::Good, "on a good network"),
            (Kind::Slow, "at 20 kbit/s, with a long queue"),
            (Kind::Asleep, "asleep, from their waking, with a long queue"),
        ] {
            let times = self.of(kind);
            let [half, most, last] = [50, 95, 100].map(|percent| seconds(percentile(&times, percent)));
            writeln!(f, "{} {words}: p50 {half}, p95 {most}, last {last}", times.len())?;
        }
        let (reached, named) = (self.lines.len() - self.of(Kind::Asleep).len(), self.not_reached);
        writeln!(
            f,
            "the console named {named} that were not reached while {reached} listened"
        )?;
        let [half, most, last] = [50, 95, 100].map(|percent| seconds(percentile(&self.scans, percent)));
        writeln!(
            f,
            "{} scans to the console: p50 {half}, p95 {most}, last {last}",
            self.scans.len()
        )?;
        writeln!(f, "placing it took {}", seconds(Some(self.placing)))
    }
}
