//! Which handhelds have which block or recall, and which were not reached.

use super::html;
use super::page::{ago, when};
use crate::http::{App, Failure};
use crate::ledger::{BlockReach, DeviceReach};
use askama::Template;
use axum::extract::{Query, State};
use axum::response::Html;
use lotline_record::model::BlockId;
use serde::Deserialize;
use std::sync::Arc;

/// Blocks on the page, the newest.
const SHOWN: usize = 50;
/// Handhelds that are named where a block did not reach them.
const NAMED: usize = 5;

#[derive(Template)]
#[template(path = "reach.html")]
struct Page {
    block: String,
    blocks: Vec<Block>,
    devices: Option<Vec<Device>>,
    has: usize,
}

struct Block {
    line: BlockReach,
    about: String,
    of: usize,
    missing: String,
}

struct Device {
    device: String,
    name: String,
    has: bool,
    since: String,
    listens: bool,
    contact: String,
}

#[derive(Deserialize)]
pub(super) struct Which {
    #[serde(default)]
    block: String,
}

pub(super) fn names(missing: &[DeviceReach]) -> String {
    let mut names: Vec<String> = missing.iter().take(NAMED).map(|device| device.name.clone()).collect();
    if missing.len() > NAMED {
        names.push(format!("{} more", missing.len() - NAMED));
    }
    names.join(", ")
}

fn block(line: BlockReach) -> Block {
    Block {
        about: format!("{} {}", line.scope_of.replace('_', " "), line.scope_key).replace('\u{1f}', " "),
        of: line.has + line.missing.len(),
        missing: names(&line.missing),
        line,
    }
}

pub(super) async fn page(
    State(app): State<Arc<App>>,
    Query(Which { block: asked }): Query<Which>,
) -> Result<Html<String>, Failure> {
    let page = app
        .run(move |app| {
            let Ok(id) = asked.parse::<BlockId>() else {
                let blocks = app.ledger().reach(SHOWN)?.into_iter().map(block).collect();
                return Ok(Page {
                    block: String::new(),
                    blocks,
                    devices: None,
                    has: 0,
                });
            };
            let devices = app.ledger().reach_of(&id)?.map(|devices| {
                let line = |device: DeviceReach| Device {
                    has: device.since.is_some(),
                    since: device.since.map(when).unwrap_or_default(),
                    listens: app.listens(&device.device),
                    contact: ago(device.contact),
                    device: device.device.to_string(),
                    name: device.name,
                };
                devices.into_iter().map(line).collect::<Vec<_>>()
            });
            Ok(Page {
                block: asked,
                has: devices.iter().flatten().filter(|device| device.has).count(),
                blocks: Vec::new(),
                devices,
            })
        })
        .await?;
    html(page.render())
}
