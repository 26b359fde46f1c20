//! International Bank Account Number, ISO 13616 with the check of ISO/IEC 7064 MOD 97-10.

use super::{LintResult, lists, refuse, refuse_all};
use crate::code::Code;

const LONGEST: usize = 34;
/// ISO 13616 names no shortest number; the reference engine asks for more than ten characters.
const TOO_SHORT: usize = 10;

/// Country letters, two check digits, account.
pub(super) fn iban(value: &[u8]) -> LintResult {
    if value.len() < 4 {
        return refuse_all(Code::IbanTooShort, value);
    }
    if !lists::is_country_letters(&value[..2]) {
        return refuse(Code::IllegalIbanCountryCode, 0, 2);
    }
    if value.len() > LONGEST {
        return refuse_all(Code::IbanTooLong, value);
    }
    if value.len() <= TOO_SHORT {
        return refuse_all(Code::IbanTooShort, value);
    }
    // The first four characters are moved to the end, letters count from ten.
    let mut rest = 0_u32;
    for at in (4..value.len()).chain(0..4) {
        rest = match value[at] {
            digit @ b'0'..=b'9' => rest * 10 + u32::from(digit - b'0'),
            letter @ b'A'..=b'Z' => rest * 100 + u32::from(letter - b'A') + 10,
            _ => return refuse(Code::InvalidIbanCharacter, at, 1),
        } % 97;
    }
    if rest == 1 {
        Ok(())
    } else {
        refuse(Code::IncorrectIbanChecksum, 2, 2)
    }
}
