//! The routes of devices and machines. Each is described where it is mounted (`openapi`).

use super::{bring, devices, entries, live, metrics, numbers, pull, ready, site};
use crate::metrics::OPENMETRICS;
use crate::openapi::{About, Asks, Route, of};
use axum::http::StatusCode;
use axum::routing::{get, post};
use lotline_record::wire::{Code, NDJSON};
use serde_json::{Value, json};

const JSON: &str = "application/json";

fn about(name: &'static str, says: &'static str, asks: Asks) -> About {
    About {
        name,
        says,
        asks,
        query: Vec::new(),
        headers: Vec::new(),
        body: None,
        answers: Vec::new(),
        problems: Vec::new(),
    }
}

fn number() -> Value {
    json!({ "type": "integer", "minimum": 0, "maximum": 9_007_199_254_740_991_u64 })
}

fn file() -> Value {
    json!({ "type": "string", "contentMediaType": "application/vnd.sqlite3" })
}

/// All of them.
pub(crate) fn routes() -> Vec<Route> {
    let mut all = watched();
    all.push(brought());
    all.extend(crate::epcis::routes());
    all.extend([
        Route {
            method: "POST",
            path: "/v1/enrol",
            to: post(devices::enrol),
            about: About {
                body: Some((JSON, of("EnrolRequest"))),
                answers: vec![(200, Some((JSON, of("EnrolReply"))), "Enrolled, now or before.")],
                problems: vec![Code::BadRequest, Code::BadCode, Code::TooLarge],
                ..about("enrol", "Use a one-time code for a device's key.", Asks::Key)
            },
        },
        Route {
            method: "POST",
            path: "/v1/token",
            to: post(devices::token),
            about: About {
                answers: vec![(200, Some((JSON, of("TokenReply"))), "A token for 15 minutes.")],
                problems: vec![Code::UnknownDevice],
                ..about("token", "Buy an access token with a proof of the enrolled key.", Asks::Key)
            },
        },
        Route {
            method: "POST",
            path: "/v1/entries",
            to: post(entries::push),
            about: About {
                headers: vec![("content-encoding", "`zstd`, `gzip` or `identity`.")],
                body: Some((NDJSON, json!({ "type": "string", "description": "One line an entry, its exact bytes; at most 1,000 and 4 MiB." }))),
                answers: vec![(200, Some((JSON, of("PushReply"))), "Durable up to there.")],
                problems: vec![
                    Code::BadRequest,
                    Code::BadEnvelope,
                    Code::Training,
                    Code::Gap,
                    Code::Fork,
                    Code::TooLarge,
                ],
                ..about("push", "Send entries. The proof names the last one's position and hash.", Asks::Device)
            },
        },
        Route {
            method: "GET",
            path: "/v1/changes",
            to: get(pull::changes),
            about: About {
                query: vec![
                    ("cursor", true, number(), "The cursor after the last page."),
                    ("limit", false, number(), "How many rows, about; 2,000 without it, 10,000 at most."),
                    ("server_epoch", false, json!({ "type": "string" }), "Which history the cursor belongs to."),
                ],
                answers: vec![(200, Some((JSON, of("Page"))), "Rows after the cursor.")],
                problems: vec![Code::BadRequest, Code::CursorUnknown],
                ..about("changes", "Fetch what changed.", Asks::Device)
            },
        },
        Route {
            method: "GET",
            path: "/v1/urgent",
            to: get(pull::urgent),
            about: About {
                query: vec![
                    ("cursor", true, number(), "Up to where such rows are here; 0: none are."),
                    ("limit", false, number(), "How many rows, about; 2,000 without it, 10,000 at most."),
                    ("server_epoch", false, json!({ "type": "string" }), "Which history the cursor belongs to."),
                ],
                answers: vec![(200, Some((JSON, of("Page"))), "Rows of policy, blocks, people and lock-outs alone.")],
                problems: vec![Code::BadRequest, Code::CursorUnknown],
                ..about(
                    "urgent",
                    "Fetch what must stop work at once, and say by the cursor what of it is here.",
                    Asks::Device,
                )
            },
        },
        Route {
            method: "GET",
            path: "/v1/focus",
            to: get(pull::focus),
            about: About {
                answers: vec![(200, Some((JSON, of("Page"))), "Open documents and tasks, and what they refer to.")],
                ..about("focus", "Fetch today's work, for a device without a picture.", Asks::Device)
            },
        },
        Route {
            method: "GET",
            path: "/v1/site",
            to: get(site::site),
            about: About {
                headers: vec![
                    ("range", "`bytes=FIRST-` goes on after a cut (RFC 9110, section 14)."),
                    ("if-range", "The entity tag of the file that was begun."),
                ],
                answers: vec![
                    (200, Some(("application/vnd.sqlite3", file())), "The whole picture."),
                    (206, Some(("application/vnd.sqlite3", file())), "The part of it that was asked for."),
                    (416, None, "There is no such part."),
                ],
                ..about("site", "Fetch the whole picture as a file.", Asks::Device)
            },
        },
        Route {
            method: "POST",
            path: "/v1/numbers",
            to: post(numbers::exchange),
            about: About {
                headers: vec![("content-encoding", "`zstd`, `gzip` or `identity`.")],
                body: Some((JSON, of("NumbersRequest"))),
                answers: vec![(200, Some((JSON, of("NumbersReply"))), "Leases.")],
                problems: vec![Code::BadRequest, Code::TooLarge],
                ..about("numbers", "Show the leases of own numbers, and lease more.", Asks::Device)
            },
        },
        Route {
            method: "GET",
            path: "/v1/live",
            to: get(live::live),
            about: About {
                query: vec![
                    ("urgent", false, number(), "Up to where rows of `/v1/urgent` are here."),
                    ("server_epoch", false, json!({ "type": "string" }), "Which history that belongs to."),
                ],
                problems: vec![Code::BadRequest],
                answers: vec![(
                    200,
                    Some(("text/event-stream", json!({ "type": "string" }))),
                    "Events `changed` with the cursor and `urgent` with a page, without an end.",
                )],
                ..about("live", "Hear that something changed, while a screen is on.", Asks::Device)
            },
        },
    ]);
    all
}

fn fates() -> Value {
    json!({
        "type": "object",
        "required": ["taken", "same", "older", "aside", "problems"],
        "properties": {
            "taken": number(), "same": number(), "older": number(), "aside": number(),
            "problems": { "type": "array", "items": {
                "type": "object",
                "required": ["record", "name", "why"],
                "properties": { "record": number(), "name": { "type": "string" }, "why": { "type": "string" } },
            } },
        },
    })
}

/// Back-ends ask these.
fn brought() -> Route {
    Route {
        method: "POST",
        path: "/v1/inbound",
        to: post(bring::bring),
        about: About {
            body: Some((
                NDJSON,
                json!({ "type": "string", "description": "One JSON record a line, or one JSON array of them; at most 5,000 and 8 MiB. docs/wms.md says what a record holds." }),
            )),
            answers: vec![(
                200,
                Some((JSON, fates())),
                "What became of each record; those kept aside are named.",
            )],
            problems: vec![Code::BadRequest, Code::TooLarge],
            ..about(
                "inbound",
                "Bring items, lots, partners, ship notices, orders and tasks. The same records again change nothing.",
                Asks::BackEnd,
            )
        },
    }
}

/// What watches the gateway asks these.
fn watched() -> Vec<Route> {
    vec![
        Route {
            method: "GET",
            path: "/v1/health",
            to: get(async || StatusCode::NO_CONTENT),
            about: About {
                answers: vec![(204, None, "The process lives.")],
                ..about("health", "Whether the process lives.", Asks::Anyone)
            },
        },
        Route {
            method: "GET",
            path: "/v1/ready",
            to: get(ready::ready),
            about: About {
                answers: vec![(204, None, "What comes now is done now.")],
                problems: vec![Code::Unavailable],
                ..about(
                    "ready",
                    "Whether it takes work; else the problem names what is in the way.",
                    Asks::Anyone,
                )
            },
        },
        Route {
            method: "GET",
            path: "/metrics",
            to: get(metrics::metrics),
            about: About {
                answers: vec![(
                    200,
                    Some((OPENMETRICS, json!({ "type": "string" }))),
                    "What docs/operations.md lists.",
                )],
                ..about("metrics", "What the gateway counts of itself.", Asks::Operator)
            },
        },
    ]
}
