//! The routes of partners. Each is described where it is mounted (`openapi`).

use super::{ask, browse, capture};
use crate::openapi::{About, Asks, Route};
use axum::routing::{MethodFilter, get, on, post};
use lotline_record::wire::{Code, PROBLEM_JSON};
use serde_json::{Value, json};

const JSON: &str = "application/json";
const LD: &str = "application/ld+json";

fn object() -> Value {
    json!({ "type": "object" })
}

fn text() -> Value {
    json!({ "type": "string" })
}

/// The standard's problem (EPCIS 2.0 section 12.6).
fn problem() -> Value {
    json!({
        "type": "object",
        "required": ["type", "title", "status"],
        "properties": { "type": text(), "title": text(), "status": { "type": "integer" } },
    })
}

type Said = (u16, Option<(&'static str, Value)>, &'static str);

fn refused(status: u16, says: &'static str) -> Said {
    (status, Some((PROBLEM_JSON, problem())), says)
}

fn about(name: &'static str, says: &'static str, mut answers: Vec<Said>) -> About {
    answers.push(refused(401, "SecurityException: no token, or a wrong one."));
    About {
        name,
        says,
        asks: Asks::Partner,
        query: Vec::new(),
        headers: Vec::new(),
        body: None,
        answers,
        problems: vec![Code::Internal, Code::Unavailable],
    }
}

fn queried(mut about: About) -> About {
    let number = || json!({ "type": "integer", "minimum": 1 });
    about.query = vec![
        (
            "perPage",
            false,
            number(),
            "Events a page: 30 without it, 1,000 at most.",
        ),
        ("nextPageToken", false, text(), "Of the `Link` of the page before."),
        (
            "eventType",
            false,
            text(),
            "One of the five; beside it every parameter of the standard's simple event query.",
        ),
    ];
    about.answers.push(refused(400, "QueryParameterException."));
    about.answers.push(refused(404, "NoSuchResourceException."));
    about.answers.push(refused(
        413,
        "QueryTooLargeException: more events than `maxEventCount`.",
    ));
    about
}

fn route(
    method: &'static str,
    path: &'static str,
    to: axum::routing::MethodRouter<std::sync::Arc<crate::http::App>>,
    about: About,
) -> Route {
    Route {
        method,
        path,
        to,
        about,
    }
}

/// All of them.
pub(crate) fn routes() -> Vec<Route> {
    let answer = || (200, Some((LD, object())), "An EPCISQueryDocument.");
    let members = || (200, Some((LD, object())), "A collection of names.");
    let served = || (204, None, "What the server bears, in its headers.");
    let options = || on(MethodFilter::OPTIONS, browse::options);
    let mut all = vec![
        route(
            "GET",
            "/epcis",
            get(browse::top),
            about("epcis", "List the top-level resources.", vec![members()]),
        ),
        route(
            "OPTIONS",
            "/epcis",
            options(),
            about("epcisOptions", "Versions and limits.", vec![served()]),
        ),
        route(
            "POST",
            "/epcis/capture",
            post(capture::capture),
            About {
                headers: vec![(
                    "gs1-capture-error-behaviour",
                    "`rollback`, which is meant without it, or `proceed`.",
                )],
                body: Some((LD, object())),
                ..about(
                    "epcisCapture",
                    "Capture a document of events.",
                    vec![
                        (
                            202,
                            Some((JSON, object())),
                            "Captured as far as the job says; its address is in `Location`.",
                        ),
                        refused(400, "ValidationException: nothing was captured."),
                        refused(413, "CaptureLimitExceededException."),
                        refused(415, "UnsupportedMediaTypeException."),
                    ],
                )
            },
        ),
        route(
            "GET",
            "/epcis/capture",
            get(capture::jobs),
            about(
                "epcisJobs",
                "List the newest capture jobs.",
                vec![(
                    200,
                    Some((JSON, json!({ "type": "array", "items": object() }))),
                    "Up to 100.",
                )],
            ),
        ),
        route(
            "OPTIONS",
            "/epcis/capture",
            options(),
            about("epcisCaptureOptions", "Limits of capture.", vec![served()]),
        ),
        route(
            "GET",
            "/epcis/capture/{job}",
            get(capture::job),
            about(
                "epcisJob",
                "What became of a capture.",
                vec![
                    (200, Some((JSON, object())), "The job."),
                    refused(400, "QueryParameterException."),
                    refused(404, "NoSuchResourceException."),
                ],
            ),
        ),
        route(
            "POST",
            "/epcis/events",
            post(capture::event),
            About {
                body: Some((LD, object())),
                ..about(
                    "epcisCaptureEvent",
                    "Capture one event.",
                    vec![
                        (201, None, "Captured; its address is in `Location`."),
                        refused(400, "ValidationException."),
                        refused(409, "ResourceAlreadyExistsException: an event of that name is here."),
                        refused(413, "CaptureLimitExceededException."),
                        refused(415, "UnsupportedMediaTypeException."),
                    ],
                )
            },
        ),
        route(
            "GET",
            "/epcis/events",
            get(ask::events),
            queried(about("epcisEvents", "Ask for events.", vec![answer()])),
        ),
        route(
            "OPTIONS",
            "/epcis/events",
            options(),
            about("epcisEventsOptions", "Versions and limits.", vec![served()]),
        ),
    ];
    all.extend(browsed());
    all
}

/// One event, the top-level resources, and what is known of goods by their Digital Link.
fn browsed() -> Vec<Route> {
    let not_there = || {
        vec![
            refused(400, "QueryParameterException."),
            refused(404, "NoSuchResourceException."),
        ]
    };
    let with = |said: Said| {
        let mut answers = not_there();
        answers.push(said);
        answers
    };
    let linkset = || {
        with((
            200,
            Some(("application/linkset+json", object())),
            "Where its events are.",
        ))
    };
    vec![
        route(
            "GET",
            "/epcis/events/{event}",
            get(ask::event),
            about(
                "epcisEvent",
                "One event by its name.",
                with((200, Some((LD, object())), "The event.")),
            ),
        ),
        route(
            "GET",
            "/epcis/{resource}",
            get(browse::list),
            about(
                "epcisResource",
                "The members of a resource.",
                with((200, Some((LD, object())), "A collection of names.")),
            ),
        ),
        route(
            "GET",
            "/epcis/{resource}/{member}",
            get(browse::member),
            about(
                "epcisMember",
                "What is behind a member.",
                with((200, Some((LD, object())), "A collection of names.")),
            ),
        ),
        route(
            "GET",
            "/epcis/{resource}/{member}/events",
            get(browse::within),
            queried(about(
                "epcisMemberEvents",
                "The events of a member.",
                vec![(200, Some((LD, object())), "An EPCISQueryDocument.")],
            )),
        ),
        route(
            "GET",
            "/epcis/id/{ai}/{key}",
            get(browse::resolve),
            about("epcisResolveKey", "What is known of a GS1 key.", linkset()),
        ),
        route(
            "GET",
            "/epcis/id/{ai}/{key}/{qualifier}/{value}",
            get(browse::resolve),
            about("epcisResolve", "What is known of a lot or a unit.", linkset()),
        ),
    ]
}
