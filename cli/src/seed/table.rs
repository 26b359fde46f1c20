//! Rows, value by value in the declared order of their table.

use super::Options;
use lotline_record::model::SiteId;
use lotline_record::wire::{Cell, Row};

/// Something that can stand in a cell.
pub trait Value {
    /// The cell.
    fn cell(self) -> Cell;
}

impl Value for &str {
    fn cell(self) -> Cell {
        Cell::Text(self.to_owned())
    }
}

impl Value for String {
    fn cell(self) -> Cell {
        Cell::Text(self)
    }
}

impl Value for i64 {
    fn cell(self) -> Cell {
        Cell::Int(self)
    }
}

impl<T: Value> Value for Option<T> {
    fn cell(self) -> Cell {
        self.map_or(Cell::Null, T::cell)
    }
}

/// Nothing.
pub const fn null() -> Option<i64> {
    None
}

/// A row in the making.
pub struct Line(Row);

impl Line {
    /// The beginning of a row of `table`: the site.
    pub fn of(options: &Options, table: &str) -> Self {
        Self::of_site(&options.site, table)
    }

    /// The same, of a site alone.
    pub fn of_site(site: &SiteId, table: &str) -> Self {
        Line(Row {
            t: table.to_owned(),
            c: 0,
            gone: false,
            r: vec![site.as_str().cell()],
        })
    }

    /// The next column.
    pub fn add(mut self, value: impl Value) -> Self {
        self.0.r.push(value.cell());
        self
    }

    /// The row.
    pub fn row(self) -> Row {
        self.0
    }
}
