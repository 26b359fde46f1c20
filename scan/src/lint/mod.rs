//! The linters of the GS1 Syntax Dictionary: one rule each about the content of one component of an AI.
//!
//! A linter sees one component alone. Positions count from its start. Names are the dictionary's, results the reference
//! engine's (`tests/fixtures/gs1/unit_linters.jsonl` holds 5,671 of them).

mod coupon;
mod iban;
mod lists;
mod numbers;
mod text;
mod time;

use core::fmt;

use crate::code::Code;
use crate::cset::Cset;
use crate::{check, cset};

/// Where and why a component is wrong.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LintError {
    /// The reason.
    pub code: Code,
    /// First wrong byte, counted from the start of the component.
    pub at: u16,
    /// How many bytes are wrong.
    pub len: u16,
}

impl fmt::Display for LintError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.code.message())
    }
}

impl core::error::Error for LintError {}

/// What a linter answers.
pub type LintResult = Result<(), LintError>;

/// Refuses `len` bytes from `at`. Components are far shorter than 64 KiB; longer test input is named as far as it fits.
#[cold]
pub(crate) fn refuse(code: Code, at: usize, len: usize) -> LintResult {
    let short = |n: usize| u16::try_from(n).unwrap_or(u16::MAX);
    Err(LintError {
        code,
        at: short(at),
        len: short(len),
    })
}

/// Refuses the whole component.
pub(crate) fn refuse_all(code: Code, value: &[u8]) -> LintResult {
    refuse(code, 0, value.len())
}

macro_rules! linters {
    ($($variant:ident $name:literal $doc:literal;)*) => {
        /// A linter by name. The dictionary writes the names in lower case: [`Linter::from_name`].
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        #[non_exhaustive]
        pub enum Linter {
            $(#[doc = $doc] $variant,)*
        }

        impl Linter {
            /// Every linter there is.
            pub const ALL: &'static [Linter] = &[$(Linter::$variant,)*];

            /// The dictionary's name, such as `csum`.
            #[must_use]
            pub const fn as_str(self) -> &'static str {
                match self { $(Linter::$variant => $name,)* }
            }
        }
    };
}

linters! {
    Csetnumeric "csetnumeric" "Digits only (`N`).";
    Cset82 "cset82" "GS1 character set 82 (`X`).";
    Cset39 "cset39" "GS1 character set 39 (`Y`).";
    Cset64 "cset64" "The base64url alphabet with correct padding (`Z`).";
    Csum "csum" "A check digit at the end, General Specifications 7.9.1.";
    Csumalpha "csumalpha" "A pair of check characters at the end, General Specifications 7.9.5.";
    Gcppos1 "gcppos1" "A GS1 Company Prefix at the start.";
    Gcppos2 "gcppos2" "A GS1 Company Prefix after the first character.";
    Hasnondigit "hasnondigit" "At least one character that is no digit.";
    Hh "hh" "An hour.";
    Hhmi "hhmi" "An hour and a minute.";
    Hyphen "hyphen" "Hyphens only.";
    Iban "iban" "An International Bank Account Number, ISO 13616.";
    Importeridx "importeridx" "One character of an importer index.";
    Iso3166 "iso3166" "A country's number.";
    Iso3166999 "iso3166999" "A country's number, or 999.";
    Iso3166alpha2 "iso3166alpha2" "A country's two letters.";
    Iso4217 "iso4217" "A currency's number.";
    Iso5218 "iso5218" "A code for biological sex.";
    Latitude "latitude" "A latitude in ten digits.";
    Longitude "longitude" "A longitude in ten digits.";
    Mediatype "mediatype" "An AIDC media type.";
    Mi "mi" "A minute.";
    Nonzero "nonzero" "A number above zero.";
    Nozeroprefix "nozeroprefix" "A number without leading zero.";
    Packagetype "packagetype" "A GS1 package type.";
    Pcenc "pcenc" "Text in which % introduces two hexadecimal digits.";
    Pieceoftotal "pieceoftotal" "Piece and total, half of the digits each.";
    Posinseqslash "posinseqslash" "Position and end with / between.";
    Ss "ss" "A second.";
    Winding "winding" "A winding direction.";
    Yesno "yesno" "0 or 1.";
    Yymmd0 "yymmd0" "A date in six digits; day 00 stands for the end of the month.";
    Yymmdd "yymmdd" "A date in six digits.";
    Yyyymmd0 "yyyymmd0" "A date in eight digits; day 00 stands for the end of the month.";
    Yyyymmdd "yyyymmdd" "A date in eight digits.";
    Zero "zero" "Zeros only.";
    Couponcode "couponcode" "A North American coupon code, AI 8110.";
    Couponposoffer "couponposoffer" "A North American positive offer file, AI 8112.";
}

impl Linter {
    /// The linter of that name.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|linter| linter.as_str() == name)
    }
}

impl fmt::Display for Linter {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// Checks one component. `reference_year` decides the century of two-digit years (29 February exists in 2000, not in
/// 1900 or 2100).
pub fn lint(linter: Linter, value: &[u8], reference_year: u16) -> LintResult {
    match linter {
        Linter::Csetnumeric => cset::check(Cset::N, value),
        Linter::Cset82 => cset::check(Cset::X, value),
        Linter::Cset39 => cset::check(Cset::Y, value),
        Linter::Cset64 => cset::check(Cset::Z, value),
        Linter::Csum => check::csum(value),
        Linter::Csumalpha => check::csumalpha(value),
        Linter::Gcppos1 => text::company_prefix(value, 0),
        Linter::Gcppos2 => text::company_prefix(value, 1),
        Linter::Hasnondigit => text::has_non_digit(value),
        Linter::Hh => time::hh(value),
        Linter::Hhmi => time::hhmi(value),
        Linter::Hyphen => text::hyphen(value),
        Linter::Iban => iban::iban(value),
        Linter::Importeridx => text::importer_index(value),
        Linter::Iso3166 => one_of(lists::is_country_number(value), Code::NotIso3166, value),
        Linter::Iso3166999 => one_of(
            value == b"999" || lists::is_country_number(value),
            Code::NotIso3166Or999,
            value,
        ),
        Linter::Iso3166alpha2 => one_of(lists::is_country_letters(value), Code::NotIso3166Alpha2, value),
        Linter::Iso4217 => one_of(lists::is_currency_number(value), Code::NotIso4217, value),
        Linter::Iso5218 => one_of(
            matches!(value, b"0" | b"1" | b"2" | b"9"),
            Code::InvalidBiologicalSexCode,
            value,
        ),
        Linter::Latitude => numbers::at_most(value, 1_800_000_000, Code::LatitudeInvalidLength, Code::InvalidLatitude),
        Linter::Longitude => numbers::at_most(
            value,
            3_600_000_000,
            Code::LongitudeInvalidLength,
            Code::InvalidLongitude,
        ),
        Linter::Mediatype => one_of(lists::is_media_type(value), Code::InvalidMediaType, value),
        Linter::Mi => time::mi(value),
        Linter::Nonzero => numbers::non_zero(value),
        Linter::Nozeroprefix => numbers::no_zero_prefix(value),
        Linter::Packagetype => one_of(lists::is_package_type(value), Code::InvalidPackageType, value),
        Linter::Pcenc => text::percent_encoded(value),
        Linter::Pieceoftotal => numbers::piece_of_total(value),
        Linter::Posinseqslash => numbers::position_in_sequence(value),
        Linter::Ss => time::ss(value),
        Linter::Winding => one_of(
            matches!(value, b"0" | b"1" | b"9"),
            Code::InvalidWindingDirection,
            value,
        ),
        Linter::Yesno => one_of(matches!(value, b"0" | b"1"), Code::NotZeroOrOne, value),
        Linter::Yymmd0 => time::yymmd0(value, reference_year),
        Linter::Yymmdd => time::yymmdd(value, reference_year),
        Linter::Yyyymmd0 => time::yyyymmd0(value),
        Linter::Yyyymmdd => time::yyyymmdd(value),
        Linter::Zero => one_of(
            !value.is_empty() && value.iter().all(|&b| b == b'0'),
            Code::NotZero,
            value,
        ),
        Linter::Couponcode => coupon::coupon_code(value, reference_year),
        Linter::Couponposoffer => coupon::positive_offer(value),
    }
}

/// Does a linter let these digits pass? The answer of [`lint`], without looking again whether they are digits.
#[inline]
pub(crate) fn passes_digits(linter: Linter, digits: &[u8], reference_year: u16) -> bool {
    match linter {
        Linter::Csum => check::ends_in_check_digit(digits),
        Linter::Gcppos1 | Linter::Gcppos2 if digits.len() > 4 => true,
        Linter::Yymmd0 if digits.len() == 6 => time::six_digits_are_yymmd0(digits, reference_year),
        _ => lint(linter, digits, reference_year).is_ok(),
    }
}

/// Takes what is on a list, refuses the whole component otherwise.
fn one_of(listed: bool, code: Code, value: &[u8]) -> LintResult {
    if listed { Ok(()) } else { refuse_all(code, value) }
}

/// Refuses the first byte that is no digit.
pub(crate) fn digits(value: &[u8]) -> LintResult {
    cset::check(Cset::N, value)
}

#[cfg(test)]
mod tests {
    use std::string::ToString;
    use std::vec::Vec;

    use super::{Linter, lint, passes_digits};
    use crate::code::Code;

    #[test]
    fn the_short_way_for_digits_agrees_with_every_linter() {
        for &linter in Linter::ALL {
            for len in 0..24_u8 {
                for seed in 0..40 {
                    let digits: Vec<u8> = (0..len).map(|at| b'0' + (at * 7 + seed) % 10).collect();
                    // The shortest values never reach it: the length of the component is checked before.
                    if len > 0 {
                        assert_eq!(
                            passes_digits(linter, &digits, 2026),
                            lint(linter, &digits, 2026).is_ok(),
                            "{linter}"
                        );
                    }
                }
            }
        }
    }

    #[test]
    fn the_short_way_takes_six_digits_for_a_date_and_no_others() {
        for (digits, date) in [
            (&b"260630"[..], true),
            (b"26063", false),
            (b"2606301", false),
            (b"260631", false),
        ] {
            assert_eq!(passes_digits(Linter::Yymmd0, digits, 2026), date);
        }
    }

    #[test]
    fn what_the_vectors_leave_out_is_refused_at_the_right_place() {
        let refused = |linter, value: &[u8]| lint(linter, value, 2026).map_err(|e| (e.code, e.at, e.len));
        assert_eq!(refused(Linter::Gcppos1, b"123"), Err((Code::TooShortForGcp, 0, 3)));
        assert_eq!(refused(Linter::Gcppos1, b"12A4"), Err((Code::InvalidGcpPrefix, 2, 1)));
        assert_eq!(refused(Linter::Gcppos2, b"1"), Err((Code::TooShortForGcp, 0, 1)));
        assert_eq!(refused(Linter::Gcppos2, b"1234"), Err((Code::TooShortForGcp, 1, 3)));
        assert_eq!(refused(Linter::Gcppos2, b"A12B4"), Err((Code::InvalidGcpPrefix, 3, 1)));
        assert_eq!(
            refused(Linter::Iban, b"0071"),
            Err((Code::IllegalIbanCountryCode, 0, 2))
        );
        assert_eq!(refused(Linter::Iban, b"BE71096123"), Err((Code::IbanTooShort, 0, 10)));
        assert_eq!(
            refused(Linter::Iban, b"BE710961231"),
            Err((Code::IncorrectIbanChecksum, 2, 2))
        );
    }

    #[test]
    fn every_linter_is_found_by_its_name_and_survives_any_byte() {
        for &linter in Linter::ALL {
            assert_eq!(Linter::from_name(linter.as_str()), Some(linter));
            assert_eq!(linter.to_string(), linter.as_str());
            for len in 0..110 {
                for byte in [0_u8, b'0', b'9', b'%', b'/', b'=', 0xFF] {
                    let _ = lint(linter, &[byte; 110][..len], 2026);
                }
            }
        }
        assert_eq!(Linter::from_name("CSUM"), None);
    }
}
