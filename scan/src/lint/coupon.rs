//! North American coupons: AI 8110 (GS1 US, "North American Coupon Application Guideline Using GS1 DataBar Expanded
//! Symbols") and AI 8112 (positive offer file).
//!
//! Both are digits in which some fields are preceded by a digit that tells their length. [`Fields`] walks them; the two
//! linters name the fields in order.

use super::{LintResult, digits, refuse, text, time};
use crate::code::Code;

/// The digits not yet read.
struct Fields<'a> {
    value: &'a [u8],
    at: usize,
}

/// Which digits may stand in a one-digit field.
type Allowed = fn(u8) -> bool;

impl<'a> Fields<'a> {
    fn peek(&self) -> Option<u8> {
        self.value.get(self.at).copied()
    }

    /// A missing field is the fault of the whole value.
    fn missing(&self, code: Code) -> LintResult {
        refuse(code, 0, self.value.len())
    }

    /// One digit out of those allowed.
    fn digit(&mut self, missing: Code, invalid: Code, allowed: Allowed) -> Result<u8, super::LintError> {
        let Some(digit) = self.peek() else {
            self.missing(missing)?;
            return Ok(0);
        };
        let number = digit - b'0';
        if !allowed(number) {
            refuse(invalid, self.at, 1)?;
        }
        self.at += 1;
        Ok(number)
    }

    /// `len` digits, at least one.
    fn take(&mut self, len: usize, truncated: Code) -> Result<&'a [u8], super::LintError> {
        let rest = self.value.len() - self.at;
        if rest == 0 {
            self.missing(truncated)?;
        }
        if rest < len {
            refuse(truncated, self.at, rest)?;
        }
        let field = &self.value[self.at..self.at + len];
        self.at += len;
        Ok(field)
    }

    /// A field behind its length digit; the digit counts from `shortest`.
    fn sized(
        &mut self,
        shortest: usize,
        allowed: Allowed,
        [missing, invalid, truncated]: [Code; 3],
    ) -> Result<(usize, &'a [u8]), super::LintError> {
        let digit = self.digit(missing, invalid, allowed)?;
        let start = self.at;
        Ok((start, self.take(usize::from(digit) + shortest, truncated)?))
    }

    /// A company prefix behind its length digit. Length digit 9 stands for none, where `allowed` lets it through.
    fn company(&mut self, allowed: Allowed, codes: [Code; 3]) -> LintResult {
        if self.peek() == Some(b'9') && allowed(9) {
            self.at += 1;
            return Ok(());
        }
        let (start, prefix) = self.sized(6, allowed, codes)?;
        match text::company_prefix(prefix, 0) {
            Ok(()) => Ok(()),
            Err(error) => refuse(error.code, start, prefix.len()),
        }
    }

    /// Purchase requirement, its code and its family code.
    fn purchase(&mut self, codes: &PurchaseCodes) -> LintResult {
        self.sized(0, |n| matches!(n, 1..=5), codes.requirement)?;
        self.digit(codes.code_missing, codes.code_invalid, |n| n <= 4 || n == 9)?;
        self.take(3, codes.family)?;
        Ok(())
    }

    /// Enters an optional field if its number comes next.
    fn optional(&mut self, number: u8) -> bool {
        let here = self.peek() == Some(number);
        self.at += usize::from(here);
        here
    }

    fn date(&mut self, year: u16, short: Code, invalid: Code) -> Result<(usize, &'a [u8]), super::LintError> {
        let start = self.at;
        let date = self.take(6, short)?;
        if time::yymmdd(date, year).is_err() {
            refuse(invalid, start, 6)?;
        }
        Ok((start, date))
    }

    fn end(&self) -> LintResult {
        let rest = self.value.len() - self.at;
        if rest == 0 {
            Ok(())
        } else {
            refuse(Code::CouponExcessData, self.at, rest)
        }
    }
}

struct PurchaseCodes {
    requirement: [Code; 3],
    code_missing: Code,
    code_invalid: Code,
    family: Code,
}

const FIRST: PurchaseCodes = PurchaseCodes {
    requirement: [
        Code::CouponMissing1stPurchaseRequirementVli,
        Code::CouponInvalid1stPurchaseRequirementLength,
        Code::CouponTruncated1stPurchaseRequirement,
    ],
    code_missing: Code::CouponMissing1stPurchaseRequirementCode,
    code_invalid: Code::CouponInvalid1stPurchaseRequirementCode,
    family: Code::CouponTruncated1stPurchaseFamilyCode,
};

const SECOND: PurchaseCodes = PurchaseCodes {
    requirement: [
        Code::CouponMissing2ndPurchaseRequirementVli,
        Code::CouponInvalid2ndPurchaseRequirementLength,
        Code::CouponTruncated2ndPurchaseRequirement,
    ],
    code_missing: Code::CouponMissing2ndPurchaseRequirementCode,
    code_invalid: Code::CouponInvalid2ndPurchaseRequirementCode,
    family: Code::CouponTruncated2ndPurchaseFamilyCode,
};

const THIRD: PurchaseCodes = PurchaseCodes {
    requirement: [
        Code::CouponMissing3rdPurchaseRequirementVli,
        Code::CouponInvalid3rdPurchaseRequirementLength,
        Code::CouponTruncated3rdPurchaseRequirement,
    ],
    code_missing: Code::CouponMissing3rdPurchaseRequirementCode,
    code_invalid: Code::CouponInvalid3rdPurchaseRequirementCode,
    family: Code::CouponTruncated3rdPurchaseFamilyCode,
};

const SERIAL: [Code; 3] =
    // Any digit is a length here, so the middle code is never used.
    [
        Code::CouponMissingSerialNumberVli,
        Code::CouponMissingSerialNumberVli,
        Code::CouponTruncatedSerialNumber,
    ];

/// AI 8110.
pub(super) fn coupon_code(value: &[u8], reference_year: u16) -> LintResult {
    digits(value)?;
    let mut fields = Fields { value, at: 0 };
    fields.company(
        |n| n <= 6,
        [
            Code::CouponMissingGcpVli,
            Code::CouponInvalidGcpLength,
            Code::CouponTruncatedGcp,
        ],
    )?;
    fields.take(6, Code::CouponTruncatedOfferCode)?;
    fields.sized(
        0,
        |n| matches!(n, 1..=5),
        [
            Code::CouponMissingSaveValueVli,
            Code::CouponInvalidSaveValueLength,
            Code::CouponTruncatedSaveValue,
        ],
    )?;
    fields.purchase(&FIRST)?;
    if fields.optional(b'1') {
        fields.digit(
            Code::CouponMissingAdditionalPurchaseRulesCode,
            Code::CouponInvalidAdditionalPurchaseRulesCode,
            |n| n <= 3,
        )?;
        fields.purchase(&SECOND)?;
        fields.company(
            |n| n <= 6 || n == 9,
            [
                Code::CouponMissing2ndPurchaseGcpVli,
                Code::CouponInvalid2ndPurchaseGcpLength,
                Code::CouponTruncated2ndPurchaseGcp,
            ],
        )?;
    }
    if fields.optional(b'2') {
        fields.purchase(&THIRD)?;
        fields.company(
            |n| n <= 6 || n == 9,
            [
                Code::CouponMissing3rdPurchaseGcpVli,
                Code::CouponInvalid3rdPurchaseGcpLength,
                Code::CouponTruncated3rdPurchaseGcp,
            ],
        )?;
    }
    validity(&mut fields, reference_year)?;
    if fields.optional(b'5') {
        fields.sized(6, |_| true, SERIAL)?;
    }
    if fields.optional(b'6') {
        fields.company(
            |n| matches!(n, 1..=7),
            [
                Code::CouponMissingRetailerGcpOrGlnVli,
                Code::CouponInvalidRetailerGcpOrGlnLength,
                Code::CouponTruncatedRetailerGcpOrGln,
            ],
        )?;
    }
    if fields.optional(b'9') {
        fields.digit(
            Code::CouponMissingSaveValueCode,
            Code::CouponInvalidSaveValueCode,
            |n| matches!(n, 0..=2 | 5 | 6),
        )?;
        fields.digit(
            Code::CouponMissingSaveValueAppliesToItem,
            Code::CouponInvalidSaveValueAppliesToItem,
            |n| n <= 2,
        )?;
        fields.digit(
            Code::CouponMissingStoreCouponFlag,
            Code::CouponMissingStoreCouponFlag,
            |_| true,
        )?;
        fields.digit(
            Code::CouponMissingDontMultiplyFlag,
            Code::CouponInvalidDontMultiplyFlag,
            |n| n <= 1,
        )?;
    }
    fields.end()
}

/// The optional fields 3 (expiration) and 4 (start). Six digits of each are compared as they stand, like the reference
/// engine does: a coupon does not live through a turn of the century.
fn validity(fields: &mut Fields<'_>, year: u16) -> LintResult {
    let mut expiration = None;
    if fields.optional(b'3') {
        let (_, date) = fields.date(
            year,
            Code::CouponTooShortForExpirationDate,
            Code::CouponInvalidExipirationDate,
        )?;
        expiration = Some(date);
    }
    if fields.optional(b'4') {
        let (at, start) = fields.date(year, Code::CouponTooShortForStartDate, Code::CouponInvalidStartDate)?;
        if expiration.is_some_and(|expiration| start > expiration) {
            // From the field number of the expiration date to the end of the start date.
            return refuse(Code::CouponExpirationBeforeStart, at - 8, 14);
        }
    }
    Ok(())
}

/// AI 8112.
pub(super) fn positive_offer(value: &[u8]) -> LintResult {
    digits(value)?;
    let mut fields = Fields { value, at: 0 };
    fields.digit(Code::CouponMissingFormatCode, Code::CouponInvalidFormatCode, |n| n <= 1)?;
    fields.sized(
        6,
        |n| n <= 6,
        [
            Code::CouponMissingFunderVli,
            Code::CouponInvalidFunderLength,
            Code::CouponTruncatedFunder,
        ],
    )?;
    fields.take(6, Code::CouponTruncatedOfferCode)?;
    fields.sized(6, |_| true, SERIAL)?;
    fields.end()
}
