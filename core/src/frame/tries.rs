//! What is tried, in which order, and when it is enough.

use super::decoder::{Decoder, OnLine, Rxing};
use super::line::{Edges, Votes, across, beginnings, even, quiet};
use super::plane::{Plane, Threshold};
use super::{Frame, FrameScan, Point};

/// How much work a frame may cost, counted in pixels looked at: those of each picture made from the frame, and those
/// along each line. Always the same for the same frame, on every device; what a decoder does on a picture grows with it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Effort(u64);

impl Effort {
    /// For a camera's preview, of which the next frame comes at once: about three passes over 1280 by 960 pixels.
    pub const PREVIEW: Effort = Effort(8_000_000);
    /// For a single picture: everything that is known to help, on pictures of a few million pixels.
    pub const PICTURE: Effort = Effort(400_000_000);

    /// So many pixels.
    pub const fn pixels(pixels: u64) -> Self {
        Effort(pixels)
    }
}

/// The codes in a frame, in the order found, each place once.
pub fn read(frame: &Frame<'_>, effort: Effort) -> Vec<FrameScan> {
    Search::new(frame, effort, Rxing::new()).run().0
}

/// As [`read`], and how many pixels were looked at.
pub fn read_with(frame: &Frame<'_>, effort: Effort) -> (Vec<FrameScan>, u64) {
    Search::new(frame, effort, Rxing::new()).run()
}

/// How the picture is changed before anything else.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Change {
    None,
    Shrunk(usize),
    Enlarged(usize),
    Turned(f32),
    Blurred,
    Sharpened,
    EnlargedBlurred(usize),
}

/// One try.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Try {
    /// Matrix codes in black and white.
    Sheet(Change, Threshold, Print),
    /// Linear codes along lines at these angles.
    Lines(Change, Edges, &'static [f32], usize),
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Print {
    Dark,
    Light,
    Dots,
}

/// In the order of what they bring for what they cost. The first [`ALWAYS`] are made on every frame, so that several codes
/// of different kinds are found; the others only until one has found something.
const TRIES: &[Try] = &[
    Try::Sheet(Change::None, Threshold::Local(8), Print::Dark),
    Try::Lines(Change::None, Edges::Middle, &[0.0, 90.0], 1),
    Try::Sheet(Change::None, Threshold::Global, Print::Dark),
    Try::Lines(Change::None, Edges::Steepest, &[0.0, 90.0], 3),
    Try::Lines(Change::None, Edges::Level, &[0.0, 90.0], 1),
    Try::Sheet(Change::None, Threshold::Local(8), Print::Light),
    Try::Sheet(Change::Shrunk(2), Threshold::Local(8), Print::Dark),
    Try::Sheet(Change::Enlarged(2), Threshold::Local(8), Print::Dark),
    Try::Sheet(Change::None, Threshold::Local(24), Print::Dark),
    Try::Lines(
        Change::None,
        Edges::Middle,
        &[15.0, -15.0, 30.0, -30.0, 45.0, -45.0, 60.0, -60.0, 75.0, -75.0],
        1,
    ),
    Try::Sheet(Change::Blurred, Threshold::Local(8), Print::Dark),
    Try::Sheet(Change::Sharpened, Threshold::Local(8), Print::Dark),
    Try::Sheet(Change::None, Threshold::Local(8), Print::Dots),
    Try::Sheet(Change::Turned(10.0), Threshold::Local(8), Print::Dark),
    Try::Sheet(Change::Turned(45.0), Threshold::Local(8), Print::Dark),
    Try::Sheet(Change::EnlargedBlurred(3), Threshold::Local(8), Print::Dark),
    Try::Lines(Change::None, Edges::Steepest, &[5.0, -5.0, 10.0, -10.0, 85.0, 95.0], 5),
    Try::Lines(Change::None, Edges::Middle, &[5.0, -5.0, 10.0, -10.0, 85.0, 95.0], 3),
    Try::Lines(Change::Sharpened, Edges::Middle, &[0.0, 90.0], 3),
    Try::Lines(
        Change::Sharpened,
        Edges::Level,
        &[0.0, 5.0, -5.0, 10.0, -10.0, 85.0, 90.0, 95.0],
        5,
    ),
    Try::Sheet(Change::Shrunk(3), Threshold::Local(8), Print::Dark),
    Try::Sheet(Change::Shrunk(2), Threshold::Local(8), Print::Light),
    Try::Sheet(Change::Blurred, Threshold::Local(8), Print::Light),
];

/// Tries made on every frame.
const ALWAYS: usize = 4;

/// Larger pictures are made smaller first: a code that fills a good part of the frame needs no more pixels.
const FIRST_LOOK: usize = 3_000_000;

/// Rows between the lines along which linear codes are looked for, at least this many lines to a picture's side.
const LINES: usize = 120;

struct Search<D> {
    decoder: D,
    base: Plane,
    left: u64,
    spent: u64,
    found: Vec<FrameScan>,
    /// Lines of all tries, of the codes whose check is strong enough for that.
    gathered: Votes,
}

impl<D: Decoder> Search<D> {
    fn new(frame: &Frame<'_>, effort: Effort, decoder: D) -> Self {
        let plane = Plane::of(frame);
        let fold = (1..64).find(|n| plane.pixels() / (n * n) <= FIRST_LOOK).unwrap_or(1);
        let mut search = Search {
            decoder,
            base: if fold > 1 { plane.shrunk(fold) } else { plane },
            left: effort.0,
            spent: 0,
            found: Vec::new(),
            gathered: Votes::default(),
        };
        search.spend(frame.width * frame.height);
        search
    }

    fn run(mut self) -> (Vec<FrameScan>, u64) {
        for (number, one) in TRIES.iter().enumerate() {
            if number >= ALWAYS && !self.found.is_empty() {
                break;
            }
            if self.attempt(*one).is_none() {
                break;
            }
        }
        (self.found, self.spent)
    }

    /// Counts work; nothing when there is not enough left for it.
    fn spend(&mut self, pixels: usize) -> Option<()> {
        self.left = self.left.checked_sub(pixels as u64)?;
        self.spent += pixels as u64;
        Some(())
    }

    /// One try; nothing when there is too little effort left for it.
    fn attempt(&mut self, one: Try) -> Option<()> {
        match one {
            Try::Sheet(change, threshold, print) => {
                let plane = self.changed(change)?;
                self.spend(2 * plane.pixels())?;
                let sheet = plane.sheet(threshold);
                let mut sheet = match print {
                    Print::Dark => sheet,
                    Print::Light => sheet.inverted(),
                    Print::Dots => sheet.closed(),
                };
                for code in self.decoder.sheet(&mut sheet) {
                    let corners = code.corners.map(|corner| plane.place(corner.x, corner.y));
                    self.add(code.content, corners);
                }
            }
            Try::Lines(change, edges, angles, breadth) => {
                let plane = self.changed(change)?;
                for angle in angles {
                    let mut votes = Votes::default();
                    self.decoder.turn();
                    let spacing = (plane.width().min(plane.height()) / LINES).clamp(1, 8) as f32;
                    for line in across(&plane, *angle, spacing) {
                        self.spend(breadth * line.length() as usize)?;
                        let mut bars = line.bars(&plane, edges, breadth);
                        for one in self.on_line(&bars) {
                            votes.cast(&plane, &line, one.content, one.from, one.to);
                        }
                        bars.reverse();
                        for one in self.on_line(&bars) {
                            votes.cast(&plane, &line, one.content, 1.0 - one.from, 1.0 - one.to);
                        }
                    }
                    let alone = votes.counted();
                    let together = self.gathered.gather(votes);
                    for (content, corners) in alone.into_iter().chain(together) {
                        self.add(content, corners);
                    }
                }
            }
        }
        Some(())
    }

    /// The codes on a line in this direction.
    fn on_line(&mut self, bars: &[bool]) -> Vec<OnLine> {
        let mut found = self.decoder.line(&even(bars));
        let mut end = 0.0;
        for beginning in beginnings(bars) {
            let at = beginning.iter().position(|bar| *bar).unwrap_or(0);
            // Within a code that was read there are no others.
            if (at as f32) < end * bars.len() as f32 {
                continue;
            }
            if let Some(code) = self.decoder.beginning(&beginning)
                && code
                    .content
                    .modules()
                    .is_none_or(|modules| quiet(bars, (code.from, code.to), modules))
            {
                end = code.to;
                found.push(code);
            }
        }
        found
    }

    fn changed(&mut self, change: Change) -> Option<Plane> {
        let pixels = self.base.pixels();
        let cost = match change {
            Change::None => 0,
            Change::Shrunk(_) | Change::Blurred | Change::Sharpened => pixels,
            Change::Turned(_) => 2 * pixels,
            Change::Enlarged(n) | Change::EnlargedBlurred(n) => n * n * pixels,
        };
        self.spend(cost)?;
        Some(match change {
            Change::None => self.base.clone(),
            Change::Shrunk(n) => self.base.shrunk(n),
            Change::Enlarged(n) => self.base.enlarged(n),
            Change::EnlargedBlurred(n) => self.base.enlarged(n).blurred(),
            Change::Turned(degrees) => self.base.turned(degrees),
            Change::Blurred => self.base.blurred(),
            Change::Sharpened => self.base.sharpened(),
        })
    }

    /// A code, unless it was found at this place before.
    fn add(&mut self, content: super::content::Content, corners: [Point; 4]) {
        let known = self.found.iter().any(|other| {
            other.bytes == content.bytes && other.symbology == content.symbology && near(&other.corners, &corners)
        });
        if !known {
            self.found.push(FrameScan {
                bytes: content.bytes,
                symbology: content.symbology,
                corners,
            });
        }
    }
}

/// Whether the middle of one lies within half a length of the middle of the other.
fn near(a: &[Point; 4], b: &[Point; 4]) -> bool {
    let middle = |c: &[Point; 4]| {
        let (x, y) = c.iter().fold((0.0, 0.0), |(x, y), p| (x + p.x, y + p.y));
        (x / 4.0, y / 4.0)
    };
    let long = |c: &[Point; 4]| (c[0].x - c[2].x).hypot(c[0].y - c[2].y);
    let ((ax, ay), (bx, by)) = (middle(a), middle(b));
    (ax - bx).hypot(ay - by) <= long(a).max(long(b)) / 2.0
}
