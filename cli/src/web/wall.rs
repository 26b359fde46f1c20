//! The wall of labels beside the handheld: each is drawn as the code that it is, and a click on it is a scan of it.

use crate::edge;
use crate::seed::Sample;
use lotline_core::Input;
use lotline_scan::print::{Message, PrintError, Resolution, Sheet, Symbol};
use lotline_scan::{Device, Form, Options, ScanError, Scratch, read_with};

/// Which part of the wall a label hangs on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Part {
    /// To sign in with.
    Badges,
    /// What comes in.
    In,
    /// What goes out.
    Out,
    /// What the handheld must say something about.
    Odd,
    /// Where goods stand.
    Places,
}

/// Every part, in the order of a shift, with what stands above it.
pub const PARTS: [(Part, &str); 5] = [
    (Part::Badges, "Badges"),
    (Part::In, "Coming in"),
    (Part::Odd, "Not as it should be"),
    (Part::Out, "Going out"),
    (Part::Places, "Places"),
];

/// A label on the wall.
#[derive(Debug, Clone)]
pub struct Hung {
    /// Where.
    pub part: Part,
    /// Its short name.
    pub id: String,
    /// What it is on.
    pub caption: String,
    /// The human readable interpretation, a line each.
    pub printed: Vec<String>,
    /// The symbol.
    pub svg: String,
    /// Its kind: `GS1 DataMatrix`, `GS1-128`, `Code 128`.
    pub kind: &'static str,
    data: String,
}

/// Why a label cannot be drawn.
#[derive(Debug, thiserror::Error)]
pub enum WallError {
    /// It is none.
    #[error("{id}: {error}")]
    Read {
        /// Which.
        id: String,
        /// Why.
        error: ScanError,
    },
    /// It does not print.
    #[error("{id}: {error}")]
    Print {
        /// Which.
        id: String,
        /// Why.
        error: PrintError,
    },
}

/// A courier's sticker: a code that every scanner reads and that says nothing here.
const STICKER: (&str, &str, &str) = (
    "courier",
    "A courier's sticker, which says nothing here",
    "]C0PARCEL 7 OF 9 #4471",
);

fn part(id: &str) -> Part {
    match id {
        _ if id.starts_with("badge-") => Part::Badges,
        _ if id.starts_with("place-") => Part::Places,
        "p500-case-contradicts" | "p500-expired" | "insulin-recalled" | "unknown" => Part::Odd,
        _ if id.ends_with("-case") || id.ends_with("-case-known") || id.contains("-in-") || id == "milk-pallet" => {
            Part::In
        }
        _ => Part::Out,
    }
}

/// Hangs up the site's labels and a courier's sticker.
///
/// # Errors
/// When one cannot be drawn: a fault of the tables.
pub fn hang(samples: Vec<Sample>) -> Result<Vec<Hung>, WallError> {
    let (id, caption, data) = STICKER;
    let sticker = Sample {
        id: id.into(),
        caption: caption.into(),
        data: data.into(),
    };
    let mut wall = Vec::with_capacity(samples.len() + 1);
    for sample in samples {
        let part = part(&sample.id);
        wall.push(drawn(part, sample)?);
    }
    wall.push(drawn(Part::Odd, sticker)?);
    Ok(wall)
}

/// The symbol, what stands in clear beside it, and its kind.
type Drawing = (Sheet, Vec<String>, &'static str);

fn drawn(part: Part, sample: Sample) -> Result<Hung, WallError> {
    let Sample { id, caption, data } = sample;
    let (sheet, printed, kind) = draw(&id, &data)?;
    Ok(Hung {
        part,
        id,
        caption,
        printed,
        svg: sheet.svg().to_string(),
        kind,
        data,
    })
}

fn draw(id: &str, data: &str) -> Result<Drawing, WallError> {
    let print = |error| WallError::Print { id: id.into(), error };
    let mut symbols = [Symbol::DataMatrix, Symbol::Gs1128].into_iter();
    let Some(symbol) = symbols.find(|symbol| data.starts_with(symbol.aim())) else {
        // After the AIM identifier: what the bars of a badge or a place say.
        let text = data.get(3..).unwrap_or_default();
        let sheet = Sheet::plain(text, Resolution::Dpi203).map_err(print)?;
        return Ok((sheet, vec![text.to_owned()], "Code 128"));
    };
    let mut scratch = Scratch::new();
    // These are as they were made: none has lost a separator.
    let options = Options {
        device: Device::UNKNOWN.separator_works(),
        ..Options::new(edge::year())
    };
    let label = read_with(data.as_bytes(), None, Form::Scan, &options, &mut scratch)
        .map_err(|error| WallError::Read { id: id.into(), error })?;
    let message = Message::of(&label).map_err(print)?;
    let sheet = Sheet::bare(&message, symbol, Resolution::Dpi203).map_err(print)?;
    let kind = match symbol {
        Symbol::DataMatrix => "GS1 DataMatrix",
        _ => "GS1-128",
    };
    Ok((sheet, message.interpretation().collect(), kind))
}

impl Hung {
    /// A scan of it: what a scanner sends, the AIM identifier in front.
    pub fn scan(&self) -> Input {
        Input::scan(self.data.as_bytes())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::command::seed::Site;
    use crate::seed::labels;
    use lotline_core::frame::{Effort, Frame, read};

    fn wall() -> Vec<Hung> {
        let site = Site::new("S1".parse().unwrap());
        hang(labels(&site.options(Vec::new()))).unwrap()
    }

    #[test]
    fn every_part_of_the_wall_has_labels_with_what_they_say_in_clear() {
        let wall = wall();
        for (part, title) in PARTS {
            assert!(wall.iter().any(|hung| hung.part == part), "{title} is empty");
        }
        for hung in &wall {
            assert!(hung.svg.starts_with("<svg") && !hung.printed.is_empty(), "{}", hung.id);
        }
    }

    #[test]
    fn a_camera_reads_from_a_drawing_what_a_click_on_it_scans() {
        // One of each kind and part: all of them take a camera long.
        for id in [
            "badge-1042",
            "place-A-01-01",
            "p500-case",
            "p500-expired",
            "amox-in-1",
            "milk-pallet",
            "courier",
        ] {
            let hung = wall().into_iter().find(|hung| hung.id == id).unwrap();
            let (sheet, ..) = draw(id, &hung.data).unwrap();
            let picture = sheet.picture();
            let luma: Vec<u8> = picture.luma().collect();
            let frame = Frame::new(&luma, picture.width(), picture.height(), picture.width()).unwrap();
            let seen = read(&frame, Effort::PICTURE);
            let seen: Vec<String> = seen
                .iter()
                .map(|scan| scan.symbology.clone() + &String::from_utf8_lossy(&scan.bytes))
                .collect();
            assert!(same(&seen, &hung.data), "{id}: {seen:?}, not {:?}", hung.data);
        }
    }

    /// A symbol has the elements of predefined length first: compared without regard to their order.
    fn same(seen: &[String], data: &str) -> bool {
        let sorted = |text: &str| {
            let mut bytes: Vec<u8> = text.bytes().filter(|b| *b != 0x1d).collect();
            bytes.sort_unstable();
            bytes
        };
        seen.len() == 1 && seen[0][..3] == data[..3] && sorted(&seen[0]) == sorted(data)
    }
}
