//! The devices' and machines' routes as an OpenAPI 3.1 document, made from the very table that the router is made from: a
//! route that is not described cannot be reached.
//!
//! The console's pages are for people and stand in no document. `docs/openapi.json` is the dump; a test compares. What the
//! document says is held against the running gateway by `cargo xtask test --openapi`.

mod schema;

use crate::http::App;
use axum::routing::MethodRouter;
use lotline_record::wire::{Code, PROBLEM_JSON};
use serde_json::{Map, Value, json};
use std::collections::BTreeMap;
use std::sync::Arc;

/// A route: what is asked, who answers, and what is told of it.
pub(crate) struct Route {
    pub method: &'static str,
    pub path: &'static str,
    pub to: MethodRouter<Arc<App>>,
    pub about: About,
}

/// Status, media type and schema of an answer where it has a body, and what it says.
type Said = (u16, Option<(&'static str, Value)>, &'static str);

/// What is told of a route.
pub(crate) struct About {
    /// Its name in generated clients.
    pub name: &'static str,
    /// In one sentence.
    pub says: &'static str,
    pub asks: Asks,
    /// Name, whether it must be there, schema, and what it says.
    pub query: Vec<(&'static str, bool, Value, &'static str)>,
    /// Name and what it says of optional headers.
    pub headers: Vec<(&'static str, &'static str)>,
    /// Media type and schema of the body.
    pub body: Option<(&'static str, Value)>,
    /// Answers that are no problem.
    pub answers: Vec<Said>,
    /// Problems beside those that everybody of its kind may meet.
    pub problems: Vec<Code>,
}

/// Who may ask.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Asks {
    /// Anyone.
    Anyone,
    /// Whoever proves a key, with a nonce of the gateway's.
    Key,
    /// An enrolled device with its token.
    Device,
    /// This machine, or whoever shows the token of the metrics.
    Operator,
    /// Whoever shows a token of `inbound`.
    BackEnd,
    /// A trading partner that shows the token of EPCIS.
    Partner,
}

impl Asks {
    fn problems(self) -> &'static [Code] {
        match self {
            // What a partner may not, the standard says in its own words.
            Asks::Anyone | Asks::Partner => &[],
            Asks::Operator | Asks::BackEnd => &[Code::Unauthorized, Code::Internal, Code::Unavailable],
            Asks::Key => &[
                Code::Unauthorized,
                Code::UseDpopNonce,
                Code::Revoked,
                Code::RateLimited,
                Code::Internal,
                Code::Unavailable,
            ],
            Asks::Device => &[
                Code::Unauthorized,
                Code::UnknownDevice,
                Code::Revoked,
                Code::RateLimited,
                Code::Internal,
                Code::Unavailable,
            ],
        }
    }

    fn security(self) -> Value {
        match self {
            Asks::Anyone => json!([]),
            Asks::Key => json!([{ "proof": [] }]),
            Asks::Device => json!([{ "proof": [], "token": [] }]),
            // Either of them.
            Asks::Operator => json!([{}, { "metrics_token": [] }]),
            Asks::BackEnd => json!([{ "inbound_token": [] }]),
            Asks::Partner => json!([{ "epcis_token": [] }]),
        }
    }
}

/// A member of the document's schemas.
pub(crate) fn of(name: &str) -> Value {
    json!({ "$ref": format!("#/components/schemas/{name}") })
}

/// The whole document.
pub(crate) fn document(routes: &[Route]) -> Value {
    let mut paths: BTreeMap<&str, Map<String, Value>> = BTreeMap::new();
    for route in routes {
        let method = route.method.to_lowercase();
        paths
            .entry(route.path)
            .or_default()
            .insert(method, operation(&route.about, route.path));
    }
    json!({
        "openapi": "3.1.1",
        "info": {
            "title": "Lotline gateway",
            "version": env!("CARGO_PKG_VERSION"),
            "summary": "How handhelds, and machines that watch it, speak with the gateway.",
            "description": "Normative is docs/protocol.md: what a proof holds, what is signed, and what each answer means to a device.",
            "license": { "name": "MIT OR Apache-2.0", "identifier": "MIT OR Apache-2.0" },
        },
        "servers": [{ "url": "/" }],
        "paths": paths,
        "components": {
            "schemas": schema::all(),
            "headers": {
                "Request": { "description": "How the request is called in the gateway's log.", "schema": { "type": "string" } },
                "Nonce": { "description": "To be named by the next proof.", "schema": { "type": "string" } },
                "RetryAfter": { "description": "Seconds to wait.", "schema": { "type": "integer", "minimum": 0 } },
            },
            "securitySchemes": {
                "proof": { "type": "apiKey", "in": "header", "name": "DPoP", "description": "A proof of the device's key for this very request (RFC 9449)." },
                "token": { "type": "apiKey", "in": "header", "name": "Authorization", "description": "`DPoP TOKEN`: of POST /v1/token, bound to the key." },
                "epcis_token": { "type": "http", "scheme": "bearer", "description": "The gateway's epcis_token." },
                "metrics_token": { "type": "http", "scheme": "bearer", "description": "The gateway's metrics_token." },
                "inbound_token": { "type": "http", "scheme": "bearer", "description": "A token of the gateway's `inbound`." },
            },
        },
    })
}

fn operation(about: &About, path: &str) -> Value {
    let named = path
        .split('/')
        .filter_map(|part| part.strip_prefix('{')?.strip_suffix('}'));
    let mut parameters: Vec<Value> = named
        .map(|name| json!({ "name": name, "in": "path", "required": true, "schema": { "type": "string", "minLength": 1 } }))
        .collect();
    for (name, required, schema, says) in &about.query {
        parameters
            .push(json!({ "name": name, "in": "query", "required": required, "schema": schema, "description": says }));
    }
    for (name, says) in &about.headers {
        parameters.push(json!({ "name": name, "in": "header", "schema": { "type": "string" }, "description": says }));
    }
    let mut operation = json!({
        "operationId": about.name,
        "summary": about.says,
        "security": about.asks.security(),
        "responses": responses(about),
    });
    if !parameters.is_empty() {
        operation["parameters"] = parameters.into();
    }
    if let Some((media, schema)) = &about.body {
        operation["requestBody"] = json!({ "required": true, "content": { *media: { "schema": schema } } });
    }
    operation
}

fn responses(about: &About) -> Value {
    let named = json!({ "lotline-request": { "$ref": "#/components/headers/Request" } });
    let mut out = Map::new();
    for (status, content, says) in &about.answers {
        let mut answer = json!({ "description": says, "headers": named });
        if let Some((media, schema)) = content {
            answer["content"] = json!({ *media: { "schema": schema } });
        }
        out.insert(status.to_string(), answer);
    }
    let mut problems: BTreeMap<u16, Vec<Code>> = BTreeMap::new();
    for code in about.asks.problems().iter().chain(&about.problems) {
        let codes = problems.entry(code.status()).or_default();
        if !codes.contains(code) {
            codes.push(*code);
        }
    }
    for (status, codes) in problems {
        let words: Vec<&str> = codes.iter().map(|code| code.as_str()).collect();
        let mut headers = named.clone();
        if codes.contains(&Code::UseDpopNonce) {
            headers["dpop-nonce"] = json!({ "$ref": "#/components/headers/Nonce" });
        }
        if codes
            .iter()
            .any(|code| matches!(code, Code::RateLimited | Code::Unavailable))
        {
            headers["retry-after"] = json!({ "$ref": "#/components/headers/RetryAfter" });
        }
        let answer = json!({
            "description": words.join(", "),
            "headers": headers,
            "content": { PROBLEM_JSON: { "schema": {
                "allOf": [of("Problem"), { "type": "object", "properties": { "code": { "enum": words } } }],
            } } },
        });
        out.insert(status.to_string(), answer);
    }
    out.into()
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::path::Path;

    /// The dump that is checked in is the document that is served. Record with `LOTLINE_BLESS=1`.
    #[test]
    fn the_openapi_dump_is_current() {
        let document = serde_json::to_string_pretty(&document(&crate::http::routes())).unwrap() + "\n";
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../docs/openapi.json");
        if std::env::var_os("LOTLINE_BLESS").is_some() {
            std::fs::write(&path, &document).unwrap();
        }
        let checked_in = std::fs::read_to_string(&path).unwrap_or_default();
        assert_eq!(checked_in, document, "docs/openapi.json is out of date");
    }

    #[test]
    fn every_reference_leads_somewhere_and_every_schema_is_used() {
        fn references(value: &Value, out: &mut Vec<String>) {
            match value {
                Value::Object(members) => {
                    if let Some(Value::String(to)) = members.get("$ref") {
                        out.push(to.clone());
                    }
                    members.values().for_each(|member| references(member, out));
                }
                Value::Array(items) => items.iter().for_each(|item| references(item, out)),
                _ => {}
            }
        }
        let document = document(&crate::http::routes());
        let mut found = Vec::new();
        references(&document, &mut found);
        for to in &found {
            let pointer = to.strip_prefix('#').unwrap();
            assert!(document.pointer(pointer).is_some(), "{to}");
        }
        for name in document["components"]["schemas"].as_object().unwrap().keys() {
            assert!(
                found.contains(&format!("#/components/schemas/{name}")),
                "{name} is used by nothing"
            );
        }
    }
}
