//! Pull: rows of the picture that changed after a cursor.

use crate::entry::Instant;
use serde::{Deserialize, Serialize};

/// A value in a row.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum Cell {
    /// NULL.
    Null,
    /// An integer below 2^53.
    Int(i64),
    /// Text.
    Text(String),
}

/// One changed row, as it is now.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Row {
    /// Name of the table.
    pub t: String,
    /// Number of the change that last touched it.
    pub c: u64,
    /// True for a tombstone.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub gone: bool,
    /// Values in the order of the table's columns.
    pub r: Vec<Cell>,
}

/// Up to which of the asking device's own entries the rows already count.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default, Serialize, Deserialize)]
pub struct Included {
    /// Epoch; 0 when no entry is counted yet.
    pub epoch: u32,
    /// Sequence.
    pub seq: u64,
}

/// How far the asking device's entries got beyond the gateway.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct WmsCounts {
    /// Movements durable at the gateway and not yet taken by the warehouse's own system.
    pub at_gateway: u64,
    /// Movements it has taken.
    pub in_wms: u64,
}

/// The answer to `GET /v1/changes?cursor=…&limit=…`. Rows of one change are never split over pages.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Page {
    /// Which history of the server the cursors belong to; another one means a fresh snapshot.
    pub server_epoch: String,
    /// The cursor asked from.
    pub from: u64,
    /// The cursor these rows lead to.
    pub to: u64,
    /// Whether more rows wait beyond `to`.
    pub more: bool,
    /// Up to which own entries the rows count.
    pub included: Included,
    /// How far own movements got.
    pub counts: WmsCounts,
    /// The server's clock when it answered.
    pub now: Instant,
    /// The rows.
    pub rows: Vec<Row>,
}
