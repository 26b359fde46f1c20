//! A grey picture of our own, and what is done to it before a decoder looks: scale, turn, blur, sharpen, threshold.

use super::{Frame, Point};

/// A picture in grey, rows without padding, and where its pixels lie in the camera's frame.
#[derive(Debug, Clone)]
pub(super) struct Plane {
    width: usize,
    height: usize,
    luma: Vec<u8>,
    /// Plane to frame: `x' = a·x + b·y + c`, `y' = d·x + e·y + f`.
    place: [f32; 6],
}

/// How a plane becomes black and white.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Threshold {
    /// Against the mean of the surroundings; the divisor of the longer side gives the window.
    Local(usize),
    /// One value for all: Otsu's, which parts the histogram into the two narrowest halves.
    Global,
}

/// A picture in black and white: 1 is black.
#[derive(Debug, Clone)]
pub(super) struct Sheet {
    pub(super) width: usize,
    pub(super) height: usize,
    pub(super) dark: Vec<bool>,
}

/// Less difference than this within a window is paper, not print.
const FAINT: u32 = 12;

impl Plane {
    /// The frame without its padding.
    pub(super) fn of(frame: &Frame<'_>) -> Self {
        let mut luma = Vec::with_capacity(frame.width * frame.height);
        for row in frame.luma.chunks(frame.stride).take(frame.height) {
            luma.extend_from_slice(&row[..frame.width]);
        }
        Plane {
            width: frame.width,
            height: frame.height,
            luma,
            place: [1.0, 0.0, 0.0, 0.0, 1.0, 0.0],
        }
    }

    pub(super) const fn width(&self) -> usize {
        self.width
    }

    pub(super) const fn height(&self) -> usize {
        self.height
    }

    pub(super) const fn pixels(&self) -> usize {
        self.width * self.height
    }

    /// Where a point of this plane lies in the frame.
    pub(super) fn place(&self, x: f32, y: f32) -> Point {
        let [a, b, c, d, e, f] = self.place;
        Point {
            x: a * x + b * y + c,
            y: d * x + e * y + f,
        }
    }

    /// Brightness between pixels; outside it is that of the nearest edge.
    pub(super) fn at(&self, x: f32, y: f32) -> f32 {
        let x = (x - 0.5).clamp(0.0, (self.width - 1) as f32);
        let y = (y - 0.5).clamp(0.0, (self.height - 1) as f32);
        let (left, top) = (x as usize, y as usize);
        let (right, below) = ((left + 1).min(self.width - 1), (top + 1).min(self.height - 1));
        let (u, v) = (x - left as f32, y - top as f32);
        let pixel = |x: usize, y: usize| f32::from(self.luma[y * self.width + x]);
        let upper = pixel(left, top) * (1.0 - u) + pixel(right, top) * u;
        let lower = pixel(left, below) * (1.0 - u) + pixel(right, below) * u;
        upper * (1.0 - v) + lower * v
    }

    /// Each `n` by `n` pixels become one: their mean.
    pub(super) fn shrunk(&self, n: usize) -> Self {
        let (width, height) = ((self.width / n).max(1), (self.height / n).max(1));
        let mut luma = Vec::with_capacity(width * height);
        for y in 0..height {
            for x in 0..width {
                let mut sum = 0_u32;
                let mut count = 0_u32;
                for row in (y * n)..(y * n + n).min(self.height) {
                    let from = row * self.width;
                    for pixel in &self.luma[from + x * n..from + (x * n + n).min(self.width)] {
                        sum += u32::from(*pixel);
                        count += 1;
                    }
                }
                luma.push(u8::try_from(sum / count.max(1)).unwrap_or(u8::MAX));
            }
        }
        self.moved(width, height, luma, [n as f32, 0.0, 0.0, 0.0, n as f32, 0.0])
    }

    /// `n` times as large in each direction.
    pub(super) fn enlarged(&self, n: usize) -> Self {
        let (width, height) = (self.width * n, self.height * n);
        let step = 1.0 / n as f32;
        let mut luma = Vec::with_capacity(width * height);
        for y in 0..height {
            for x in 0..width {
                luma.push(self.at((x as f32 + 0.5) * step, (y as f32 + 0.5) * step) as u8);
            }
        }
        self.moved(width, height, luma, [step, 0.0, 0.0, 0.0, step, 0.0])
    }

    /// Turned by `degrees`, in a picture large enough to hold all of it.
    pub(super) fn turned(&self, degrees: f32) -> Self {
        let (sin, cos) = degrees.to_radians().sin_cos();
        let (w, h) = (self.width as f32, self.height as f32);
        let width = (w * cos.abs() + h * sin.abs()).ceil();
        let height = (w * sin.abs() + h * cos.abs()).ceil();
        let c = w / 2.0 - f32::midpoint(cos * width, sin * height);
        let f = h / 2.0 - (cos * height - sin * width) / 2.0;
        let mut luma = Vec::with_capacity(width as usize * height as usize);
        for y in 0..height as usize {
            let y = y as f32 + 0.5;
            for x in 0..width as usize {
                let x = x as f32 + 0.5;
                luma.push(self.at(cos * x + sin * y + c, cos * y - sin * x + f) as u8);
            }
        }
        self.moved(width as usize, height as usize, luma, [cos, sin, c, -sin, cos, f])
    }

    /// The mean of each pixel and its eight neighbours.
    pub(super) fn blurred(&self) -> Self {
        self.around(|_, sum| sum / 9)
    }

    /// Each pixel moved away from the mean of its neighbours by as much as it differs.
    pub(super) fn sharpened(&self) -> Self {
        self.around(|pixel, sum| 2 * pixel - sum / 9)
    }

    fn around(&self, f: impl Fn(i32, i32) -> i32) -> Self {
        let mut luma = Vec::with_capacity(self.luma.len());
        for y in 0..self.height {
            let rows = [y.saturating_sub(1), y, (y + 1).min(self.height - 1)];
            for x in 0..self.width {
                let columns = [x.saturating_sub(1), x, (x + 1).min(self.width - 1)];
                let mut sum = 0;
                for row in rows {
                    for column in columns {
                        sum += i32::from(self.luma[row * self.width + column]);
                    }
                }
                let value = f(i32::from(self.luma[y * self.width + x]), sum).clamp(0, 255);
                luma.push(u8::try_from(value).unwrap_or(u8::MAX));
            }
        }
        self.moved(self.width, self.height, luma, [1.0, 0.0, 0.0, 0.0, 1.0, 0.0])
    }

    /// A plane made of this one; `by` takes its points to this one's.
    fn moved(&self, width: usize, height: usize, luma: Vec<u8>, by: [f32; 6]) -> Self {
        let [a, b, c, d, e, f] = self.place;
        let [g, h, i, j, k, l] = by;
        Plane {
            width,
            height,
            luma,
            place: [
                a * g + b * j,
                a * h + b * k,
                a * i + b * l + c,
                d * g + e * j,
                d * h + e * k,
                d * i + e * l + f,
            ],
        }
    }

    /// In black and white.
    pub(super) fn sheet(&self, threshold: Threshold) -> Sheet {
        let dark = match threshold {
            Threshold::Global => {
                let level = self.otsu();
                self.luma.iter().map(|pixel| *pixel <= level).collect()
            }
            Threshold::Local(divisor) => self.local(divisor),
        };
        Sheet {
            width: self.width,
            height: self.height,
            dark,
        }
    }

    fn otsu(&self) -> u8 {
        let mut histogram = [0_u64; 256];
        for pixel in &self.luma {
            histogram[usize::from(*pixel)] += 1;
        }
        parting(&histogram)
    }

    /// Against the mean of a square around each pixel, by sums over rectangles. Where the square holds no contrast, its
    /// mean is compared with that of the whole: the inside of a thick bar is dark, paper is light.
    fn local(&self, divisor: usize) -> Vec<bool> {
        let (w, h) = (self.width, self.height);
        let radius = (w.max(h) / divisor / 2).clamp(4, 64);
        // One row and column of zeros before the first; 32 bits hold the sum of 16 million white pixels, and only
        // differences count, so that larger sums may wrap.
        let mut sums = vec![0_u32; (w + 1) * (h + 1)];
        let mut squares = vec![0_u64; (w + 1) * (h + 1)];
        for y in 0..h {
            let (mut sum, mut square) = (0_u32, 0_u64);
            for x in 0..w {
                let value = u32::from(self.luma[y * w + x]);
                sum = sum.wrapping_add(value);
                square += u64::from(value * value);
                let at = (y + 1) * (w + 1) + x + 1;
                sums[at] = sums[at - w - 1].wrapping_add(sum);
                squares[at] = squares[at - w - 1] + square;
            }
        }
        let level = u32::from(self.otsu());
        let mut dark = Vec::with_capacity(w * h);
        for y in 0..h {
            let (top, below) = (y.saturating_sub(radius), (y + radius + 1).min(h));
            for x in 0..w {
                let (left, right) = (x.saturating_sub(radius), (x + radius + 1).min(w));
                let corner = |x: usize, y: usize| y * (w + 1) + x;
                let (a, b, c, d) = (
                    corner(left, top),
                    corner(right, top),
                    corner(left, below),
                    corner(right, below),
                );
                let count = ((right - left) * (below - top)) as u64;
                let sum = u64::from(
                    sums[d]
                        .wrapping_sub(sums[b])
                        .wrapping_sub(sums[c])
                        .wrapping_add(sums[a]),
                );
                let square = squares[d] + squares[a] - squares[b] - squares[c];
                let mean = u32::try_from(sum / count).unwrap_or(u32::MAX);
                let variance = (square / count).saturating_sub((sum / count) * (sum / count));
                let value = u32::from(self.luma[y * w + x]);
                dark.push(if variance < u64::from(FAINT * FAINT) {
                    mean < level && value < level
                } else {
                    value <= mean
                });
            }
        }
        dark
    }
}

impl Sheet {
    /// Whether the pixel at a point is black; there is none outside.
    pub(super) fn is_dark(&self, point: Point) -> bool {
        // A negative number is cut off at zero, and not a number is zero.
        let (x, y) = (point.x as usize, point.y as usize);
        x < self.width && y < self.height && self.dark[y * self.width + x]
    }

    /// Black for white.
    pub(super) fn inverted(mut self) -> Self {
        for dark in &mut self.dark {
            *dark = !*dark;
        }
        self
    }

    /// Gaps of one or two pixels within black are filled: dots grow together into modules.
    pub(super) fn closed(&self) -> Self {
        self.grown(true).grown(false)
    }

    /// Black (or white) grows by one pixel in each direction.
    fn grown(&self, black: bool) -> Self {
        let (w, h) = (self.width, self.height);
        let mut dark = Vec::with_capacity(w * h);
        for y in 0..h {
            let rows = [y.saturating_sub(1), y, (y + 1).min(h - 1)];
            for x in 0..w {
                let columns = [x.saturating_sub(1), x, (x + 1).min(w - 1)];
                let any = rows
                    .iter()
                    .any(|row| columns.iter().any(|column| self.dark[row * w + column] == black));
                dark.push(any == black);
            }
        }
        Sheet {
            width: w,
            height: h,
            dark,
        }
    }

    /// Makes what lies within the four corners white, with a margin of some pixels, so that the next symbol is found.
    pub(super) fn wipe(&mut self, corners: &[Point; 4]) {
        const MARGIN: f32 = 2.0;
        let (w, h) = (self.width as f32, self.height as f32);
        let (mut left, mut right, mut top, mut below) = (w, 0.0_f32, h, 0.0_f32);
        for corner in corners {
            left = left.min(corner.x);
            right = right.max(corner.x);
            top = top.min(corner.y);
            below = below.max(corner.y);
        }
        let clip = |value: f32, most: usize| (value.max(0.0) as usize).min(most);
        let area = area(corners);
        for y in clip(top - MARGIN, self.height)..clip(below + MARGIN + 1.0, self.height) {
            for x in clip(left - MARGIN, self.width)..clip(right + MARGIN + 1.0, self.width) {
                let point = Point {
                    x: x as f32 + 0.5,
                    y: y as f32 + 0.5,
                };
                if within(point, corners, area, MARGIN) {
                    self.dark[y * self.width + x] = false;
                }
            }
        }
    }
}

/// The value that parts a histogram into two with the greatest variance between them (Otsu's method).
pub(super) fn parting(histogram: &[u64; 256]) -> u8 {
    let total: f64 = histogram.iter().map(|n| *n as f64).sum();
    let all: f64 = (0_u32..).zip(histogram).map(|(v, n)| f64::from(v) * *n as f64).sum();
    let (mut below, mut sum, mut best, mut level) = (0.0, 0.0, -1.0, 127);
    for (value, count) in (0_u8..=255).zip(histogram) {
        below += *count as f64;
        sum += f64::from(value) * *count as f64;
        let above = total - below;
        if below == 0.0 || above == 0.0 {
            continue;
        }
        let apart = sum / below - (all - sum) / above;
        let between = below * above * apart * apart;
        if between > best {
            (best, level) = (between, value);
        }
    }
    level
}

/// Twice the signed area, for the direction in which the corners go round.
fn area(corners: &[Point; 4]) -> f32 {
    (0..4)
        .map(|i| {
            let (a, b) = (&corners[i], &corners[(i + 1) % 4]);
            a.x * b.y - b.x * a.y
        })
        .sum()
}

fn within(point: Point, corners: &[Point; 4], area: f32, margin: f32) -> bool {
    (0..4).all(|i| {
        let (a, b) = (&corners[i], &corners[(i + 1) % 4]);
        let (dx, dy) = (b.x - a.x, b.y - a.y);
        let side = (dx * (point.y - a.y) - dy * (point.x - a.x)) * area.signum();
        side >= -margin * (dx * dx + dy * dy).sqrt()
    })
}
