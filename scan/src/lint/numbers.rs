//! Linters about numbers: zero, piece of total, position in a sequence, coordinates.

use super::{LintResult, digits, refuse, refuse_all};
use crate::code::Code;

/// A number above zero.
pub(super) fn non_zero(value: &[u8]) -> LintResult {
    digits(value)?;
    if value.iter().all(|&b| b == b'0') {
        refuse_all(Code::IllegalZeroValue, value)
    } else {
        Ok(())
    }
}

/// A number without leading zero.
pub(super) fn no_zero_prefix(value: &[u8]) -> LintResult {
    if value.first() == Some(&b'0') {
        return refuse(Code::IllegalZeroPrefix, 0, 1);
    }
    digits(value)
}

/// Ten digits up to `limit`: degrees times ten million.
pub(super) fn at_most(value: &[u8], limit: u64, wrong_length: Code, too_big: Code) -> LintResult {
    if value.len() != 10 {
        return refuse_all(wrong_length, value);
    }
    digits(value)?;
    let number = value.iter().fold(0, |sum, b| sum * 10 + u64::from(b - b'0'));
    if number > limit {
        refuse_all(too_big, value)
    } else {
        Ok(())
    }
}

/// Piece and total in equally many digits, as in `0102` for the first of two (General Specifications 3.9.4).
pub(super) fn piece_of_total(value: &[u8]) -> LintResult {
    digits(value)?;
    if value.is_empty() || value.len() % 2 == 1 {
        return refuse_all(Code::InvalidLengthForPieceOfTotal, value);
    }
    let half = value.len() / 2;
    let (piece, total) = value.split_at(half);
    let zero = |number: &[u8]| number.iter().all(|&b| b == b'0');
    if zero(piece) {
        refuse(Code::ZeroPieceNumber, 0, half)
    } else if zero(total) {
        refuse(Code::ZeroTotalPieces, half, half)
    } else if piece > total {
        refuse_all(Code::PieceNumberExceedsTotal, value)
    } else {
        Ok(())
    }
}

/// `position/end`, both from one, without leading zeros.
pub(super) fn position_in_sequence(value: &[u8]) -> LintResult {
    let malformed = || refuse_all(Code::PositionInSequenceMalformed, value);
    let Some(slash) = value.iter().position(|b| !b.is_ascii_digit()) else {
        return malformed();
    };
    let (position, end) = (&value[..slash], &value[slash + 1..]);
    if value[slash] != b'/' || position.is_empty() || end.is_empty() || !end.iter().all(u8::is_ascii_digit) {
        return malformed();
    }
    if position[0] == b'0' {
        return refuse(Code::IllegalZeroPrefix, 0, slash);
    }
    if end[0] == b'0' {
        return refuse(Code::IllegalZeroPrefix, slash + 1, end.len());
    }
    // Without leading zeros the longer number is the greater one.
    if (position.len(), position) > (end.len(), end) {
        return refuse_all(Code::PositionExceedsEnd, value);
    }
    Ok(())
}
