//! A line across the picture becomes bars and spaces, and what several lines say becomes a linear code.

use super::Point;
use super::content::Content;
use super::plane::{Plane, parting};

/// A straight line across a plane, from edge to edge.
#[derive(Debug, Clone, Copy)]
pub(super) struct Line {
    pub(super) from: Point,
    pub(super) to: Point,
}

/// Where a bar begins and ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Edges {
    /// Where the brightness passes the middle between the darkest and the brightest of its surroundings: sharp pictures,
    /// uneven light.
    Middle,
    /// Where the sharpened brightness passes one value for the whole line: even light, bars too narrow to reach their own
    /// darkness.
    Level,
    /// Where the brightness changes fastest: blurred pictures, in which narrow bars never become as dark as wide ones.
    Steepest,
}

/// Samples for one pixel along a line: an edge is known to a quarter of a pixel.
const FINE: usize = 4;

/// Differences below this are paper or noise.
const FAINT: f32 = 10.0;

/// Parallel lines across the plane, `spacing` pixels apart, at this angle.
pub(super) fn across(plane: &Plane, degrees: f32, spacing: f32) -> Vec<Line> {
    let (sin, cos) = degrees.to_radians().sin_cos();
    let (w, h) = (plane.width() as f32, plane.height() as f32);
    let reach = f32::midpoint(w * sin.abs(), h * cos.abs());
    let count = (reach / spacing) as i32;
    (-count..=count)
        .filter_map(|n| {
            let offset = n as f32 * spacing;
            let middle = Point {
                x: w / 2.0 - sin * offset,
                y: h / 2.0 + cos * offset,
            };
            clipped(middle, cos, sin, w, h)
        })
        .collect()
}

/// The part of a line through `middle` that lies within the plane.
fn clipped(middle: Point, dx: f32, dy: f32, w: f32, h: f32) -> Option<Line> {
    let (mut first, mut last) = (f32::MIN, f32::MAX);
    for (at, by, most) in [(middle.x, dx, w), (middle.y, dy, h)] {
        if by.abs() < 1e-6 {
            if at < 0.0 || at > most {
                return None;
            }
            continue;
        }
        let (a, b) = (-at / by, (most - at) / by);
        first = first.max(a.min(b));
        last = last.min(a.max(b));
    }
    let point = |t: f32| Point {
        x: middle.x + dx * t,
        y: middle.y + dy * t,
    };
    (last - first >= 16.0).then(|| Line {
        from: point(first),
        to: point(last),
    })
}

impl Line {
    pub(super) fn length(&self) -> f32 {
        (self.to.x - self.from.x).hypot(self.to.y - self.from.y)
    }

    /// The point after this part of the line, 0 to 1.
    fn at(&self, part: f32) -> Point {
        Point {
            x: self.from.x + (self.to.x - self.from.x) * part,
            y: self.from.y + (self.to.y - self.from.y) * part,
        }
    }

    /// Bars (true) and spaces along the line, [`FINE`] to a pixel; brightness is the mean of `breadth` parallel lines.
    pub(super) fn bars(&self, plane: &Plane, edges: Edges, breadth: usize) -> Vec<bool> {
        let profile = self.profile(plane, breadth);
        match edges {
            Edges::Middle => middle(&profile),
            Edges::Level => level(&profile),
            Edges::Steepest => steepest(&profile),
        }
    }

    fn profile(&self, plane: &Plane, breadth: usize) -> Vec<f32> {
        let length = self.length();
        let count = length as usize * FINE;
        let (dx, dy) = ((self.to.x - self.from.x) / length, (self.to.y - self.from.y) / length);
        let broad = breadth.max(1);
        (0..count)
            .map(|n| {
                let point = self.at((n as f32 + 0.5) / count as f32);
                let sum: f32 = (0..broad)
                    .map(|k| {
                        let aside = k as f32 - (broad - 1) as f32 / 2.0;
                        plane.at(point.x - dy * aside, point.y + dx * aside)
                    })
                    .sum();
                sum / broad as f32
            })
            .collect()
    }
}

/// Dark where below the middle of the least and the greatest within a window of a twelfth of the line.
fn middle(profile: &[f32]) -> Vec<bool> {
    let (least, most) = surroundings(profile, profile.len() / 24);
    profile
        .iter()
        .zip(least.iter().zip(&most))
        .map(|(value, (least, most))| most - least > FAINT && *value < f32::midpoint(*least, *most))
        .collect()
}

/// The least and the greatest around each position.
fn surroundings(profile: &[f32], radius: usize) -> (Vec<f32>, Vec<f32>) {
    let radius = radius.clamp(6 * FINE, 48 * FINE);
    (
        sliding(profile, radius, |a, b| a <= b),
        sliding(profile, radius, |a, b| a >= b),
    )
}

/// The least (or greatest, by `before`) value within `radius` of each position, in one pass with a queue.
fn sliding(profile: &[f32], radius: usize, before: impl Fn(f32, f32) -> bool) -> Vec<f32> {
    let mut queue: std::collections::VecDeque<usize> = std::collections::VecDeque::new();
    let mut out = Vec::with_capacity(profile.len());
    let mut next = 0;
    for at in 0..profile.len() {
        while next < profile.len() && next <= at + radius {
            while queue.back().is_some_and(|last| before(profile[next], profile[*last])) {
                queue.pop_back();
            }
            queue.push_back(next);
            next += 1;
        }
        while queue.front().is_some_and(|first| first + radius < at) {
            queue.pop_front();
        }
        out.push(queue.front().map_or(profile[at], |first| profile[*first]));
    }
    out
}

/// Dark where the sharpened profile is below the value that parts the line best (Otsu's).
fn level(profile: &[f32]) -> Vec<bool> {
    let sharp: Vec<f32> = (0..profile.len())
        .map(|at| {
            let before = profile[at.saturating_sub(FINE)];
            let after = profile[(at + FINE).min(profile.len() - 1)];
            (2.0 * profile[at] - f32::midpoint(before, after)).clamp(0.0, 255.0)
        })
        .collect();
    let mut histogram = [0_u64; 256];
    for value in &sharp {
        histogram[*value as usize] += 1;
    }
    let level = f32::from(parting(&histogram));
    sharp.iter().map(|value| *value <= level).collect()
}

/// Dark from each steepest fall to the next steepest rise.
///
/// Falls and rises are told from noise by how far they go: only a way of at least an eighth of the contrast around counts
/// as one, whatever its shape.
fn steepest(profile: &[f32]) -> Vec<bool> {
    let profile = smoothed(profile);
    let (least, most) = surroundings(&profile, profile.len() / 24);
    let mut dark = vec![false; profile.len()];
    let turns = turns(&profile, |at| ((most[at] - least[at]) / 8.0).max(FAINT / 2.0));
    // Between a peak and the dip after it lies a fall, then a rise to the next peak.
    let mut fall = None;
    for pair in turns.windows(2) {
        let edge = steepest_between(&profile, pair[0], pair[1]);
        if profile[pair[1]] < profile[pair[0]] {
            fall = Some(edge);
        } else if let Some(from) = fall.take() {
            dark[from.min(edge)..edge].fill(true);
        }
    }
    dark
}

/// The mean over one pixel: what stands between two pixels is a curve then, and has a steepest place.
fn smoothed(profile: &[f32]) -> Vec<f32> {
    (0..profile.len())
        .map(|at| {
            let part = &profile[at.saturating_sub(FINE / 2)..(at + FINE / 2 + 1).min(profile.len())];
            part.iter().sum::<f32>() / part.len() as f32
        })
        .collect()
}

/// Peaks and dips in turn: each at least `way` from the one before.
fn turns(profile: &[f32], way: impl Fn(usize) -> f32) -> Vec<usize> {
    let mut turns = Vec::new();
    let (mut low, mut high) = (0, 0);
    let mut rising: Option<bool> = None;
    for at in 0..profile.len() {
        if profile[at] < profile[low] {
            low = at;
        }
        if profile[at] > profile[high] {
            high = at;
        }
        if rising != Some(false) && profile[high] - profile[at] >= way(at) {
            turns.push(high);
            (rising, low) = (Some(false), at);
        } else if rising != Some(true) && profile[at] - profile[low] >= way(at) {
            turns.push(low);
            (rising, high) = (Some(true), at);
        }
    }
    turns.extend(match rising {
        Some(true) => Some(high),
        Some(false) => Some(low),
        None => None,
    });
    turns
}

/// The middle of the steepest stretch between a peak and a dip.
fn steepest_between(profile: &[f32], from: usize, to: usize) -> usize {
    let slope = |at: usize| (profile[at + 1] - profile[at]).abs();
    let best = (from..to).map(slope).fold(0.0, f32::max);
    let steep = |at: &usize| slope(*at) >= best * 0.98;
    let first = (from..to).find(steep).unwrap_or(from);
    let last = (first..to).take_while(steep).last().unwrap_or(first);
    usize::midpoint(first, last) + 1
}

/// Where on a line a code may begin, each as a line of its own that is white up to there.
///
/// A code begins with a quiet zone and at least [`FEWEST`] bars and spaces. Ink spreads or print is thin: then every bar is
/// wider than it should be by as much as every space is narrower. The narrowest of both should be equal, so the edges are
/// moved until they are; the code is given as it is first.
pub(super) fn beginnings(bars: &[bool]) -> Vec<Vec<bool>> {
    let runs = runs(bars);
    let mut out = Vec::new();
    for first in (0..runs.len()).filter(|n| runs[*n].dark) {
        let after = &runs[first..(first + SAMPLE).min(runs.len())];
        if after.len() < FEWEST || out.len() >= MOST_BEGINNINGS {
            break;
        }
        let quiet = if first == 0 { 0 } else { runs[first - 1].length };
        if quiet >= after[0].length + after[1].length + after[2].length {
            let thin = too_thin(after);
            out.push(evened(bars.len(), &runs[first..], 0));
            if thin.unsigned_abs() >= FINE / 2 {
                out.push(evened(bars.len(), &runs[first..], thin));
            }
        }
    }
    out
}

/// Whether it is light beside an EAN/UPC that lies between these parts of the line, from the middle of one guard to that
/// of the other. Seven modules are asked for at the least (General Specifications 5.2.3.4), and print keeps to five. What
/// lies beyond the line's end is not seen, and counts as light.
pub(super) fn quiet(bars: &[bool], (from, to): (f32, f32), modules: u16) -> bool {
    const ZONE: f32 = 5.0;
    const GUARD: f32 = 2.5;
    let count = bars.len() as f32;
    let module = (to - from) * count / f32::from(modules);
    let light = |from: f32, to: f32| {
        let at = |place: f32| (place.max(0.0) as usize).min(bars.len());
        !bars[at(from)..at(to).max(at(from))].contains(&true)
    };
    let (from, to) = (from * count, to * count);
    light(from - (GUARD + ZONE) * module, from - GUARD * module)
        && light(to + (GUARD + 1.5) * module, to + (GUARD + ZONE) * module)
}

/// The line with the edges of all bars moved so that bars and spaces are even.
pub(super) fn even(bars: &[bool]) -> Vec<bool> {
    let runs = runs(bars);
    evened(bars.len(), &runs, too_thin(&runs))
}

/// Bars and spaces of the shortest code: an Interleaved 2 of 5 of six digits.
const FEWEST: usize = 37;

/// Bars and spaces after the beginning from which their widths are compared.
const SAMPLE: usize = 60;

/// More quiet zones than this on one line are paper with print.
const MOST_BEGINNINGS: usize = 24;

#[derive(Debug, Clone, Copy)]
struct Run {
    dark: bool,
    from: usize,
    length: usize,
}

fn runs(bars: &[bool]) -> Vec<Run> {
    let mut from = 0;
    bars.chunk_by(|a, b| a == b)
        .map(|run| {
            let start = from;
            from += run.len();
            Run {
                dark: run[0],
                from: start,
                length: run.len(),
            }
        })
        .collect()
}

/// By how much bars are narrower than spaces, judged by the narrow ones of both.
fn too_thin(runs: &[Run]) -> isize {
    let narrow = |dark: bool| {
        let mut lengths: Vec<usize> = runs
            .iter()
            .filter(|run| run.dark == dark)
            .map(|run| run.length)
            .collect();
        lengths.sort_unstable();
        lengths.get(lengths.len() / 4).copied().unwrap_or(0).cast_signed()
    };
    narrow(false) - narrow(true)
}

fn evened(length: usize, runs: &[Run], thin: isize) -> Vec<bool> {
    let mut dark = vec![false; length];
    // Half the difference is what each run is off by, and a bar has two edges to move.
    let (before, after) = (thin / 4, thin / 2 - thin / 4);
    for run in runs.iter().filter(|run| run.dark) {
        let from = run.from.saturating_add_signed(-before).min(length);
        let to = (run.from + run.length).saturating_add_signed(after).min(length);
        if from < to {
            dark[from..to].fill(true);
        }
    }
    dark
}

/// What lines said, and where.
#[derive(Debug, Default)]
pub(super) struct Votes(Vec<Vote>);

#[derive(Debug)]
struct Vote {
    content: Content,
    lines: u32,
    /// The ends on the first and on the last line that said so, in the frame.
    first: (Point, Point),
    last: (Point, Point),
}

impl Votes {
    /// A line read this between these parts of itself (0 to 1).
    pub(super) fn cast(&mut self, plane: &Plane, line: &Line, content: Content, from: f32, to: f32) {
        let place = |part: f32| {
            let point = line.at(part);
            plane.place(point.x, point.y)
        };
        let ends = (place(from), place(to));
        let near = |vote: &Vote| vote.content == content && apart(vote.last, ends) < 0.5;
        match self.0.iter_mut().find(|vote| near(vote)) {
            Some(vote) => {
                vote.lines += 1;
                vote.last = ends;
            }
            None => self.0.push(Vote {
                content,
                lines: 1,
                first: ends,
                last: ends,
            }),
        }
    }

    /// Takes in the lines of another try or angle, of codes whose check is strong: one line may say it here and another
    /// there. Gives the codes that enough lines agree on now.
    pub(super) fn gather(&mut self, more: Votes) -> Vec<(Content, [Point; 4])> {
        for new in more.0.into_iter().filter(|vote| vote.content.is_strong()) {
            let known = |vote: &Vote| vote.content == new.content && apart(vote.last, new.first) < 0.5;
            match self.0.iter_mut().find(|vote| known(vote)) {
                Some(vote) => vote.lines += new.lines,
                None => self.0.push(new),
            }
        }
        self.counted()
    }

    /// The codes that enough lines agree on. Where two readings claim one place, the one with three times the lines of
    /// the other counts, else neither.
    pub(super) fn counted(&self) -> Vec<(Content, [Point; 4])> {
        self.0
            .iter()
            .filter(|vote| vote.lines >= vote.content.lines_needed())
            .filter(|vote| {
                self.0
                    .iter()
                    .filter(|other| other.content != vote.content && same_place(other, vote))
                    .all(|other| other.content.part_of(&vote.content) || vote.lines >= 3 * other.lines)
            })
            .map(|vote| {
                let corners = [vote.first.0, vote.first.1, vote.last.1, vote.last.0];
                (vote.content.clone(), corners)
            })
            .collect()
    }
}

/// How far the middles of two stretches are from each other, in lengths of the longer.
fn apart(a: (Point, Point), b: (Point, Point)) -> f32 {
    let middle = |(from, to): (Point, Point)| Point {
        x: f32::midpoint(from.x, to.x),
        y: f32::midpoint(from.y, to.y),
    };
    let long = |(from, to): (Point, Point)| (to.x - from.x).hypot(to.y - from.y);
    let (p, q) = (middle(a), middle(b));
    (p.x - q.x).hypot(p.y - q.y) / long(a).max(long(b)).max(1.0)
}

fn same_place(a: &Vote, b: &Vote) -> bool {
    [a.first, a.last]
        .iter()
        .any(|x| [b.first, b.last].iter().any(|y| apart(*x, *y) < 0.5))
}
