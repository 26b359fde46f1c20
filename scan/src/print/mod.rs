//! Labels out: what was read or composed becomes a GS1 `DataMatrix` or a GS1-128, on paper and as a picture.
//!
//! A [`Message`] holds the elements in the order in which they are encoded. A [`Sheet`] places its symbols and texts on a
//! medium, in printer dots, once; [`Sheet::zpl`] writes that for a Zebra printer, [`Sheet::picture`], [`Sheet::svg`] and
//! [`Sheet::terminal`] draw the same for the eye, so that a preview shows what is printed.
//!
//! Follows the GS1 General Specifications: element strings 7.8, GS1-128 5.4, GS1 `DataMatrix` 5.6, human readable
//! interpretation 4.14; ISO/IEC 15417 (Code 128), ISO/IEC 16022 (Data Matrix ECC 200), and Zebra's ZPL II Programming Guide.
//!
//! ```
//! use core::num::NonZeroU16;
//! use lotline_scan::print::{LabelKind, Media, Message, Resolution, Sheet, Symbol};
//! use lotline_scan::{Form, Options, read};
//!
//! let label = read(b"(10)ABC123(01)09506000134352(17)260630", None, Form::Bracketed, &Options::new(2026))?;
//! let message = Message::of(&label)?;
//! // Predefined lengths first, so that no separator is needed.
//! assert_eq!(message.scanned(Symbol::DataMatrix), b"]d201095060001343521726063010ABC123");
//!
//! let sheet = Sheet::new(LabelKind::Lot, &label, Symbol::DataMatrix, Media::unit(Resolution::Dpi203), "Gauze 10 × 10")?;
//! let zpl = sheet.zpl(NonZeroU16::MIN).to_string();
//! assert!(zpl.contains("^FD_101095060001343521726063010ABC123^FS"));
//! # Ok::<(), Box<dyn core::error::Error>>(())
//! ```

mod code128;
mod data_matrix;
mod error;
mod media;
mod message;
mod picture;
mod sheet;
mod svg;
mod terminal;
mod text;
mod zpl;

pub use code128::Code128;
pub use data_matrix::DataMatrix;
pub use error::PrintError;
pub use media::{Media, Resolution};
pub use message::{Message, Symbol};
pub use picture::Picture;
pub use sheet::{LabelKind, Sheet};
pub use svg::Svg;
pub use terminal::Terminal;
pub use zpl::Zpl;
