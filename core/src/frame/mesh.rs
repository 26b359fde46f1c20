//! A Data Matrix on a bent or stretched surface: a mesh laid over it and moved until it fits.
//!
//! Four corners and a perspective are enough for a flat label. On a bottle, on film or in a picture that a printer or a
//! camera has stretched unevenly, modules in the middle lie half a module off, and with many modules that is too many
//! errors. Two things are known of every Data Matrix (ISO/IEC 16022, 5.1 and 5.2): what its alignment patterns look like,
//! around each of its regions, and that a module is one colour all over. The mesh's nodes move to where both hold best.

use super::Point;
use super::plane::Sheet;

/// A mesh over a symbol of some rows and columns of modules.
#[derive(Debug, Clone)]
pub(super) struct Mesh {
    columns: Axis,
    rows: Axis,
    /// Row by row.
    nodes: Vec<Point>,
}

/// One direction: how many modules, how many of them a region takes with its alignment patterns, and how many patches of
/// the mesh lie along it.
#[derive(Debug, Clone, Copy)]
struct Axis {
    modules: usize,
    region: usize,
    patches: usize,
}

/// Patches along one region.
const PATCHES: usize = 2;

/// An alignment pattern's module counts as much as this many others.
const KNOWN: f32 = 2.0;

impl Axis {
    /// Regions have at most 26 modules with their alignment patterns, and all are equal (ISO/IEC 16022, table 7).
    fn new(modules: usize) -> Option<Self> {
        let regions = match modules {
            8..=26 => 1,
            28..=52 => 2,
            64..=104 => 4,
            120..=144 => 6,
            _ => return None,
        };
        modules.is_multiple_of(regions).then_some(Axis {
            modules,
            region: modules / regions,
            patches: regions * PATCHES,
        })
    }

    /// Where a place, counted in modules, lies in a patch; 0 to 1 within it.
    fn part(&self, patch: usize, module: f32) -> f32 {
        module * self.patches as f32 / self.modules as f32 - patch as f32
    }

    /// The patch that the middle of a module lies in.
    const fn patch(&self, module: usize) -> usize {
        (2 * module + 1) * self.patches / (2 * self.modules)
    }

    /// The modules whose middle lies in a patch.
    fn within(&self, patch: usize) -> std::ops::Range<usize> {
        let first = |patch: usize| {
            (2 * patch * self.modules)
                .div_ceil(self.patches)
                .saturating_sub(1)
                .div_ceil(2)
        };
        first(patch)..first(patch + 1)
    }
}

impl Mesh {
    /// A mesh between corners: upper left, upper right, lower right, lower left, the solid sides of the alignment pattern
    /// at the left and below. Nothing when no Data Matrix has so many modules.
    pub(super) fn new(corners: [Point; 4], columns: usize, rows: usize) -> Option<Self> {
        let (columns, rows) = (Axis::new(columns)?, Axis::new(rows)?);
        let view = View::new(corners)?;
        let mut nodes = Vec::with_capacity((columns.patches + 1) * (rows.patches + 1));
        for row in 0..=rows.patches {
            for column in 0..=columns.patches {
                nodes.push(view.at(column as f32 / columns.patches as f32, row as f32 / rows.patches as f32));
            }
        }
        Some(Mesh { columns, rows, nodes })
    }

    /// Moves the nodes, one after the other, to where the sheet fits best.
    pub(super) fn fit(&mut self, sheet: &Sheet) {
        let module = self.module();
        for step in [0.6, 0.35, 0.2, 0.1] {
            for _ in 0..3 {
                let mut moved = false;
                for node in 0..self.nodes.len() {
                    moved |= self.settle(sheet, node, step * module);
                }
                if !moved {
                    break;
                }
            }
        }
    }

    /// Moves one node to the best of its eight neighbours, if that is better than where it is.
    fn settle(&mut self, sheet: &Sheet, node: usize, step: f32) -> bool {
        let start = self.nodes[node];
        let (mut best, mut score) = (start, self.around(sheet, node));
        for (dx, dy) in [(-1, 0), (1, 0), (0, -1), (0, 1), (-1, -1), (1, -1), (-1, 1), (1, 1)] {
            self.nodes[node] = Point {
                x: start.x + dx as f32 * step,
                y: start.y + dy as f32 * step,
            };
            let here = self.around(sheet, node);
            if here > score + 1e-3 {
                (best, score) = (self.nodes[node], here);
            }
        }
        self.nodes[node] = best;
        best != start
    }

    /// How well the patches at a node fit.
    fn around(&self, sheet: &Sheet, node: usize) -> f32 {
        let wide = self.columns.patches + 1;
        let (column, row) = (node % wide, node / wide);
        let rows = row.saturating_sub(1)..(row + 1).min(self.rows.patches);
        rows.flat_map(|y| {
            let columns = column.saturating_sub(1)..(column + 1).min(self.columns.patches);
            columns.map(move |x| (x, y))
        })
        .map(|(x, y)| self.patch_fits(sheet, x, y))
        .sum()
    }

    fn patch_fits(&self, sheet: &Sheet, x: usize, y: usize) -> f32 {
        let mut sum = 0.0;
        for row in self.rows.within(y) {
            for column in self.columns.within(x) {
                let dark = self.darkness(sheet, (column, row), (x, y));
                sum += (2.0 * dark - 1.0).abs();
                if let Some(wanted) = self.known(column, row) {
                    sum += KNOWN * if wanted { dark } else { 1.0 - dark };
                }
            }
        }
        sum
    }

    /// The colour of a module of an alignment pattern: solid at the left of and below each region, alternating above and
    /// at the right of it.
    fn known(&self, column: usize, row: usize) -> Option<bool> {
        let (x, y) = (column % self.columns.region, row % self.rows.region);
        if x == 0 || y == self.rows.region - 1 {
            Some(true)
        } else if y == 0 {
            Some(x % 2 == 0)
        } else if x == self.columns.region - 1 {
            Some(y % 2 == 1)
        } else {
            None
        }
    }

    /// The part of a module that is dark, by five places in it; `patch` is the one it lies in.
    fn darkness(&self, sheet: &Sheet, module: (usize, usize), patch: (usize, usize)) -> f32 {
        const PLACES: [(f32, f32); 5] = [(0.5, 0.5), (0.25, 0.25), (0.75, 0.25), (0.25, 0.75), (0.75, 0.75)];
        let dark = PLACES
            .iter()
            .filter(|(u, v)| {
                let (u, v) = (module.0 as f32 + u, module.1 as f32 + v);
                sheet.is_dark(self.at(patch, self.columns.part(patch.0, u), self.rows.part(patch.1, v)))
            })
            .count();
        dark as f32 / PLACES.len() as f32
    }

    /// Where a place in a patch (0 to 1 each way) lies on the sheet.
    fn at(&self, (x, y): (usize, usize), u: f32, v: f32) -> Point {
        let wide = self.columns.patches + 1;
        let node = y * wide + x;
        let (a, b) = (self.nodes[node], self.nodes[node + 1]);
        let (c, d) = (self.nodes[node + wide], self.nodes[node + wide + 1]);
        let (left, right) = (a.x + (c.x - a.x) * v, b.x + (d.x - b.x) * v);
        let (top, below) = (a.y + (c.y - a.y) * v, b.y + (d.y - b.y) * v);
        Point {
            x: left + (right - left) * u,
            y: top + (below - top) * u,
        }
    }

    /// The width of a module, about.
    fn module(&self) -> f32 {
        let (first, last) = (self.nodes[0], self.nodes[self.nodes.len() - 1]);
        (last.x - first.x).hypot(last.y - first.y) / (self.columns.modules as f32).hypot(self.rows.modules as f32)
    }

    /// Row by row, whether each module is dark.
    pub(super) fn modules(&self, sheet: &Sheet) -> Vec<Vec<bool>> {
        (0..self.rows.modules)
            .map(|row| {
                (0..self.columns.modules)
                    .map(|column| {
                        let patch = (self.columns.patch(column), self.rows.patch(row));
                        self.darkness(sheet, (column, row), patch) > 0.5
                    })
                    .collect()
            })
            .collect()
    }

    /// The four corners, going round.
    pub(super) fn corners(&self) -> [Point; 4] {
        let (wide, last) = (self.columns.patches, self.nodes.len() - 1);
        [
            self.nodes[0],
            self.nodes[wide],
            self.nodes[last],
            self.nodes[last - wide],
        ]
    }
}

/// The unit square seen in perspective.
struct View([f32; 8]);

impl View {
    fn new([a, b, c, d]: [Point; 4]) -> Option<Self> {
        let (dx, dy) = (a.x - b.x + c.x - d.x, a.y - b.y + c.y - d.y);
        let (ux, uy) = (b.x - c.x, b.y - c.y);
        let (vx, vy) = (d.x - c.x, d.y - c.y);
        let all = ux * vy - vx * uy;
        if all.abs() < 1e-3 {
            return None;
        }
        let (g, h) = ((dx * vy - vx * dy) / all, (ux * dy - dx * uy) / all);
        Some(View([
            b.x - a.x + g * b.x,
            d.x - a.x + h * d.x,
            a.x,
            b.y - a.y + g * b.y,
            d.y - a.y + h * d.y,
            a.y,
            g,
            h,
        ]))
    }

    fn at(&self, u: f32, v: f32) -> Point {
        let [a, b, c, d, e, f, g, h] = self.0;
        let depth = g * u + h * v + 1.0;
        Point {
            x: (a * u + b * v + c) / depth,
            y: (d * u + e * v + f) / depth,
        }
    }
}
