//! Trade items without AIs: EAN/UPC (General Specifications 5.2) with add-on and composite part (5.11), UPC-E (5.2.2.5,
//! expansion in 7.10), ITF-14 (5.3).

use crate::ai::associations::Seen;
use crate::ai::table;
use crate::carrier::{AimId, Carrier};
use crate::code::Code;
use crate::error::ScanError;
use crate::key::Gtin;
use crate::label::{Kind, Label};
use crate::lenient;
use crate::options::Options;
use crate::reader;
use crate::warning::Flag;

/// Starts the composite part behind EAN/UPC digits.
const COMPOSITE: &[u8] = b"|]e0";

/// Reads the digits from `label.from` on, and what may follow them.
#[cold]
pub(crate) fn read(label: &mut Label<'_>, data: &[u8], carrier: Carrier, options: Options) -> Result<(), ScanError> {
    let (from, to) = (label.from, label.to);
    let rest = &data[from..to];
    let given = rest.iter().position(|&byte| byte == b'|').unwrap_or(rest.len());
    // Interleaved 2 of 5 may hold other numbers, too.
    if carrier == Carrier::Itf14 && given != 14 {
        return Ok(());
    }
    let (len, add_on) = match carrier {
        Carrier::Ean8 => (8, 0),
        Carrier::Itf14 => (14, 0),
        Carrier::EanWithAddOn => match given {
            14 | 17 => (12, given - 12),
            15 | 18 => (13, given - 13),
            _ => (13, 2),
        },
        // Scanners that are told to send UPC-A and UPC-E as such leave out zeros.
        _ if !options.strict && given == 12 => (12, 0),
        Carrier::UpcE if (6..=8).contains(&given) => (given, 0),
        Carrier::Ean13 if !options.strict && given == 8 => (8, 0),
        _ => (13, 0),
    };
    let short_upc = carrier != Carrier::Ean8 && len <= 8;
    let Some(digits) = rest.get(..len) else {
        return Err(ScanError::at(Code::PrimaryScanDataIsTooShort, to));
    };
    let behind = &rest[(len + add_on).min(rest.len())..];
    let composite = behind.starts_with(COMPOSITE);
    if rest.len() > len + add_on && !composite {
        return Err(ScanError::at(Code::PrimaryMessageIsTooLong, from + len + add_on));
    }
    let all = &rest[..(len + add_on).min(rest.len())];
    if let Some(at) = all.iter().position(|byte| !byte.is_ascii_digit()) {
        return Err(ScanError::at(Code::PrimaryMessageMayOnlyContainDigits, from + at));
    }
    if all.len() < len + add_on {
        return Err(ScanError::at(Code::PrimaryScanDataIsTooShort, to));
    }
    let gtin = if short_upc {
        label.flags.add(Flag::UpcEExpanded);
        Gtin::from_upc_e(digits)
    } else {
        Gtin::from_bytes(digits)
    };
    let Ok(gtin) = gtin else {
        return Err(ScanError::at(Code::PrimaryMessageCheckDigitIsIncorrect, from + len - 1));
    };
    label.kind = Kind::Ean;
    if carrier == Carrier::UpcE {
        label.symbology = Some(AimId::EAN13);
    }
    label.primary = Some(gtin);
    label.primary_listed = !options.strict;
    if composite {
        let start = from + len + add_on + COMPOSITE.len();
        let mut seen = Seen::new();
        if !options.strict {
            // The EAN/UPC digits are the item's AI 01, so that what depends on it is satisfied.
            seen.add(table::GTIN);
        }
        let result = reader::elements(label, data, start, to, options, &mut seen);
        if options.strict {
            return result;
        }
        return lenient::settle(label, data, start, &seen, options, result);
    }
    Ok(())
}
