//! `lotline-scan`: what does the label say?
//!
//! Raw scan in, [`Label`] out, or a [`ScanError`] that says what is wrong and at which byte. Follows the GS1 General
//! Specifications (element strings, section 3 and 7.8; check digits 7.9; dates 7.12) with tables generated from the GS1
//! Syntax Dictionary, release 2026-01-27, and gives the results of GS1's Barcode Syntax Engine 1.4.1 in strict mode.
//!
//! Pure: no clock, no I/O, no allocation, no dependencies, `no_std`. The feature `print` adds the way back, from elements
//! to labels; it allocates.
//!
//! ```
//! use lotline_scan::{AimId, Form, Options, read};
//!
//! let label = read(b"]d201095060001343521726063010ABC123\x1d21SN0000001", None, Form::Scan, &Options::new(2026))?;
//! assert_eq!(label.gtin().map(|gtin| gtin.to_string()).as_deref(), Some("09506000134352"));
//! assert_eq!(label.lot(), Some("ABC123"));
//! assert_eq!(label.expiry().map(|day| day.to_string()).as_deref(), Some("2026-06-30"));
//! assert_eq!(
//!     label.bracketed().map(|text| text.to_string()).as_deref(),
//!     Some("(01)09506000134352(17)260630(10)ABC123(21)SN0000001"),
//! );
//!
//! let error = read(b"0109506000134353", Some(AimId::GS1_DATAMATRIX), Form::Scan, &Options::new(2026)).unwrap_err();
//! assert_eq!(error.to_string(), "AI (01): the check digit is wrong, at byte 15");
//! # Ok::<(), lotline_scan::ScanError>(())
//! ```
#![no_std]

#[cfg(feature = "print")]
extern crate alloc;
#[cfg(test)]
extern crate std;

/// The examples of the README are tests.
#[cfg(all(doctest, feature = "print"))]
#[doc = include_str!("../README.md")]
struct Readme;

mod ai;
mod ambiguity;
mod bracketed;
mod carrier;
mod check;
mod code;
mod cset;
mod date;
mod digital_link;
mod ean;
mod element_string;
mod elements;
mod epc;
mod error;
pub mod hibc;
pub mod isbt128;
mod iso15434;
mod key;
mod label;
mod lenient;
mod lint;
mod options;
#[cfg(feature = "print")]
pub mod print;
pub mod profile;
mod reader;
mod typed;
mod views;
mod warning;

pub use ai::{AiText, title};
pub use ambiguity::{MOST_READINGS, Reading, Readings};
pub use carrier::{AimId, Carrier, UnknownSymbology};
pub use check::{check_digit, has_check_digit};
pub use code::Code;
pub use date::{Date, Moment, Time, days_in_month, full_year};
pub use digital_link::{DigitalLink, IgnoredParameters};
pub use epc::{Epc, EpcBits, EpcElement, EpcError, EpcUri, EpcValue, Scheme};
pub use error::{Finding, ScanError};
pub use hibc::{Hibc, HibcPrimary};
pub use isbt128::Isbt128;
pub use iso15434::Ppn;
pub use key::{Gtin, KeyError, Sscc};
pub use label::{Bracketed, Dated, Element, Kind, Label};
pub use lint::{LintError, LintResult, Linter, lint};
pub use options::{Device, Options};
pub use profile::{AimHabit, Profile};
pub use reader::{Form, Scratch, read, read_with, readings};
pub use views::{Dscsa, EuFmd, ProductCode};
pub use warning::{Warning, WarningCode};
