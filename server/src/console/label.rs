//! Labels: composed on a page, previewed as the very picture that is printed, and handed out as ZPL (requirement A9).
//! Nothing is asked of anybody outside, and nothing is kept: own numbers are taken by the handhelds that lease them.

use crate::edge;
use crate::http::{App, Failure};
use askama::Template;
use axum::extract::{Query, State};
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{Html, IntoResponse, Response};
use lotline_record::model::Day;
use lotline_scan::print::{LabelKind, Message, PrintError, Resolution, Sheet, Symbol};
use lotline_scan::{Form, Options, ScanError, Scratch, read_with};
use serde::{Deserialize, Serialize};
use std::fmt::Write;
use std::num::NonZeroU16;
use std::sync::Arc;

/// The form's fields; an empty one is left out.
#[derive(Debug, Default, Clone, Deserialize, Serialize)]
#[serde(default)]
pub(super) struct Composed {
    gtin: String,
    lot: String,
    /// As a browser sends a day: `2027-06-30`.
    expiry: String,
    serial: String,
    sscc: String,
    caption: String,
    /// `gs1-128`, `datamatrix`, or what is usual for the label.
    symbol: String,
}

/// Why there is no label.
#[derive(Debug, thiserror::Error)]
enum Problem {
    #[error("Fill in at least one of GTIN, lot, serial and SSCC.")]
    Empty,
    #[error("{0:?} is no day as 2027-06-30.")]
    Day(String),
    #[error("{0}.")]
    Elements(ScanError),
    #[error("{0}.")]
    Print(PrintError),
}

/// A field's length at most: what is longer is no element, and a caption of that length fits no label.
const LONGEST: usize = 90;

impl Composed {
    fn bracketed(&self) -> Result<String, Problem> {
        let mut text = String::new();
        let mut add = |ai: &str, value: &str| {
            let value: String = value.trim().chars().take(LONGEST).collect();
            if !value.is_empty() {
                // Writing to a String cannot fail.
                let _ = write!(text, "({ai}){}", value.replace('(', "\\("));
            }
        };
        add("00", &self.sscc);
        add("01", &self.gtin);
        let expiry = self.expiry.trim();
        if !expiry.is_empty() {
            let day: Day = expiry.parse().map_err(|_| Problem::Day(expiry.to_owned()))?;
            let plain: String = day.to_string().chars().filter(char::is_ascii_digit).collect();
            add("17", plain.get(2..).unwrap_or_default());
        }
        add("10", &self.lot);
        add("21", &self.serial);
        if text.is_empty() { Err(Problem::Empty) } else { Ok(text) }
    }

    fn sheet(&self) -> Result<(Sheet, Message), Problem> {
        let text = self.bracketed()?;
        let mut scratch = Scratch::new();
        let options = Options::new(edge::year());
        let label =
            read_with(text.as_bytes(), None, Form::Bracketed, &options, &mut scratch).map_err(Problem::Elements)?;
        let kind = LabelKind::of(&label);
        let symbol = match self.symbol.as_str() {
            "gs1-128" => Symbol::Gs1128,
            "datamatrix" => Symbol::DataMatrix,
            _ => kind.symbol(),
        };
        let caption: String = self.caption.trim().chars().take(LONGEST).collect();
        let sheet =
            Sheet::new(kind, &label, symbol, kind.media(Resolution::Dpi203), &caption).map_err(Problem::Print)?;
        let message = Message::of(&label).map_err(Problem::Print)?;
        Ok((sheet, message))
    }
}

#[derive(Template)]
#[template(path = "label.html")]
struct Page {
    site: String,
    asked: Composed,
    /// The same label as a query, for picture and download.
    query: String,
    bracketed: String,
    problem: String,
}

pub(super) async fn page(
    State(app): State<Arc<App>>,
    Query(asked): Query<Composed>,
) -> Result<(StatusCode, Html<String>), Failure> {
    let site = app.run(|app| app.ledger().site()).await?.site.to_string();
    let fresh = serde_json::to_value(&asked).ok() == serde_json::to_value(Composed::default()).ok();
    let (bracketed, problem) = match asked.sheet() {
        Ok((_, message)) => (message.to_string(), String::new()),
        Err(_) if fresh => (String::new(), String::new()),
        Err(problem) => (String::new(), problem.to_string()),
    };
    let status = if problem.is_empty() {
        StatusCode::OK
    } else {
        StatusCode::UNPROCESSABLE_ENTITY
    };
    let query = serde_urlencoded::to_string(&asked).unwrap_or_default();
    let page = Page {
        site,
        asked,
        query,
        bracketed,
        problem,
    };
    Ok((status, super::html(page.render())?))
}

pub(super) async fn svg(Query(asked): Query<Composed>) -> Response {
    match asked.sheet() {
        Ok((sheet, _)) => ([(header::CONTENT_TYPE, "image/svg+xml")], sheet.svg().to_string()).into_response(),
        Err(problem) => refused(&problem),
    }
}

pub(super) async fn zpl(Query(asked): Query<Composed>) -> Response {
    match asked.sheet() {
        Ok((sheet, _)) => (
            [
                (header::CONTENT_TYPE, HeaderValue::from_static("application/zpl")),
                (
                    header::CONTENT_DISPOSITION,
                    HeaderValue::from_static("attachment; filename=\"label.zpl\""),
                ),
            ],
            sheet.zpl(NonZeroU16::MIN).to_string(),
        )
            .into_response(),
        Err(problem) => refused(&problem),
    }
}

fn refused(problem: &Problem) -> Response {
    (
        StatusCode::UNPROCESSABLE_ENTITY,
        [(header::CONTENT_TYPE, "text/plain; charset=utf-8")],
        problem.to_string(),
    )
        .into_response()
}
