//! Quantities: a number with its unit and the factor to the item's base unit, as captured.

use rust_decimal::Decimal;
use rust_decimal::prelude::ToPrimitive;
use serde::{Deserialize, Serialize};
use std::fmt;
use std::iter::Sum;
use std::ops::Neg;

/// Why a quantity cannot be used.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum QuantityError {
    /// Not a decimal number.
    #[error("{text:?} is not a number")]
    NotANumber {
        /// What was given, cut to 40 characters.
        text: String,
    },
    /// Zero or below, where only a positive quantity makes sense.
    #[error("a quantity of {n} is not above zero")]
    NotPositive {
        /// What was given.
        n: Decimal,
    },
    /// More than the largest amount a line may hold.
    #[error("{n} is more than the largest quantity that can be recorded ({most})")]
    TooLarge {
        /// What was given.
        n: Decimal,
        /// The largest quantity in base units.
        most: u64,
    },
    /// Finer than a millionth of the base unit.
    #[error("{n} has more decimals than can be recorded (6)")]
    TooFine {
        /// What was given.
        n: Decimal,
    },
}

/// An amount of the item's base unit in millionths. Stored as an integer, so sums in SQL are exact.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Amount(i64);

impl Amount {
    /// Nothing.
    pub const ZERO: Amount = Amount(0);
    /// Millionths per base unit.
    pub const SCALE: i64 = 1_000_000;
    /// The largest amount of one line, in base units.
    pub const MOST: u64 = 1_000_000_000;

    /// From millionths, as stored.
    pub const fn from_micros(micros: i64) -> Self {
        Amount(micros)
    }

    /// Whole base units.
    pub const fn whole(units: u32) -> Self {
        Amount(units as i64 * Self::SCALE)
    }

    /// Millionths, as stored.
    pub const fn micros(self) -> i64 {
        self.0
    }

    /// True above zero.
    pub const fn is_positive(self) -> bool {
        self.0 > 0
    }

    /// Sum; saturates at the ends of the range, which no warehouse reaches (9 · 10^12 base units).
    #[must_use]
    pub const fn plus(self, other: Self) -> Self {
        Amount(self.0.saturating_add(other.0))
    }

    /// Difference; saturates like [`Amount::plus`].
    #[must_use]
    pub const fn minus(self, other: Self) -> Self {
        Amount(self.0.saturating_sub(other.0))
    }

    /// The amount as an exact decimal of base units.
    pub fn decimal(self) -> Decimal {
        Decimal::new(self.0, 6).normalize()
    }
}

impl Neg for Amount {
    type Output = Amount;
    fn neg(self) -> Amount {
        Amount(self.0.saturating_neg())
    }
}

impl Sum for Amount {
    fn sum<I: Iterator<Item = Amount>>(amounts: I) -> Amount {
        amounts.fold(Amount::ZERO, Amount::plus)
    }
}

/// As few digits as say it exactly. By hand: a screen shows dozens of amounts, and dividing a decimal costs more than
/// all else of it.
impl fmt::Display for Amount {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let sign = if self.0 < 0 { "-" } else { "" };
        let all = self.0.unsigned_abs();
        let scale = Self::SCALE.unsigned_abs();
        let (whole, mut part, mut digits) = (all / scale, all % scale, 6);
        if part == 0 {
            return write!(f, "{sign}{whole}");
        }
        while part.is_multiple_of(10) {
            part /= 10;
            digits -= 1;
        }
        write!(f, "{sign}{whole}.{part:0digits$}")
    }
}

/// A unit code as the warehouse's own system writes it: `EA`, `CS`, `KG`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Unit(pub String);

impl Unit {
    /// The unit `EA` (each).
    pub fn each() -> Self {
        Unit("EA".into())
    }
}

impl fmt::Display for Unit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// What was counted: `n` of unit `u`, each worth `f` base units at the time of capture (a case of 12 may become one of
/// 10 while old cases are in stock, so the factor is part of the fact).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Quantity {
    /// How many, as a decimal string.
    #[serde(with = "rust_decimal::serde::str")]
    pub n: Decimal,
    /// Of which unit.
    pub u: Unit,
    /// Base units in one of `u`; left out when 1.
    #[serde(default = "one", skip_serializing_if = "is_one")]
    pub f: u32,
}

fn one() -> u32 {
    1
}

// serde asks for a reference here.
#[allow(clippy::trivially_copy_pass_by_ref)]
fn is_one(f: &u32) -> bool {
    *f == 1
}

impl Quantity {
    /// `n` of `unit`, each worth `factor` base units.
    ///
    /// # Errors
    /// [`QuantityError`] when `n` is not above zero, too large or too fine.
    pub fn new(n: Decimal, unit: Unit, factor: u32) -> Result<Self, QuantityError> {
        let quantity = Quantity { n, u: unit, f: factor };
        quantity.base()?;
        Ok(quantity)
    }

    /// One of `unit`.
    pub fn one(unit: Unit, factor: u32) -> Self {
        Quantity {
            n: Decimal::ONE,
            u: unit,
            f: factor,
        }
    }

    /// Reads what a person typed: digits with an optional decimal point or comma.
    ///
    /// # Errors
    /// [`QuantityError`] says what is wrong with it.
    pub fn parse(text: &str, unit: Unit, factor: u32) -> Result<Self, QuantityError> {
        let plain = text.trim().replace(',', ".");
        let n = plain.parse::<Decimal>().map_err(|_| QuantityError::NotANumber {
            text: text.chars().take(40).collect(),
        })?;
        Self::new(n, unit, factor)
    }

    /// The quantity in base units.
    ///
    /// # Errors
    /// [`QuantityError`] when it is not above zero, too large or too fine.
    pub fn base(&self) -> Result<Amount, QuantityError> {
        if self.n <= Decimal::ZERO {
            return Err(QuantityError::NotPositive { n: self.n });
        }
        let too_large = || QuantityError::TooLarge {
            n: self.n,
            most: Amount::MOST,
        };
        let base = self.n.checked_mul(Decimal::from(self.f)).ok_or_else(too_large)?;
        if base > Decimal::from(Amount::MOST) {
            return Err(too_large());
        }
        let micros = base.checked_mul(Decimal::from(Amount::SCALE)).ok_or_else(too_large)?;
        if !micros.is_integer() {
            return Err(QuantityError::TooFine { n: self.n });
        }
        micros.to_i64().map(Amount).ok_or_else(too_large)
    }
}

impl fmt::Display for Quantity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.n.normalize(), self.u)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_case_of_twelve_is_twelve_base_units() {
        let q = Quantity::parse("2", Unit("CS".into()), 12).unwrap();
        assert_eq!(q.base().unwrap(), Amount::whole(24));
        assert_eq!(serde_json::to_string(&q).unwrap(), r#"{"n":"2","u":"CS","f":12}"#);
    }

    #[test]
    fn quantities_below_or_beyond_reason_are_refused() {
        let ea = || Unit::each();
        assert!(matches!(
            Quantity::parse("-1", ea(), 1),
            Err(QuantityError::NotPositive { .. })
        ));
        assert!(matches!(
            Quantity::parse("0", ea(), 1),
            Err(QuantityError::NotPositive { .. })
        ));
        assert!(matches!(
            Quantity::parse("1000000000000", ea(), 1),
            Err(QuantityError::TooLarge { .. })
        ));
        assert!(matches!(
            Quantity::parse("79228162514264337593543950335", ea(), 9),
            Err(QuantityError::TooLarge { .. })
        ));
        assert!(matches!(
            Quantity::parse("0.0000001", ea(), 1),
            Err(QuantityError::TooFine { .. })
        ));
        assert!(matches!(
            Quantity::parse("seven", ea(), 1),
            Err(QuantityError::NotANumber { .. })
        ));
    }

    #[test]
    fn an_amount_is_written_as_its_decimal_is() {
        let near = [
            0,
            1,
            10,
            999_999,
            1_000_000,
            1_000_001,
            1_500_000,
            12_034_000,
            i64::MAX - 7,
        ];
        for micros in near.into_iter().flat_map(|n| [n, -n]).chain([i64::MIN]) {
            let amount = Amount::from_micros(micros);
            assert_eq!(amount.to_string(), amount.decimal().to_string());
        }
    }

    #[test]
    fn a_comma_is_a_decimal_point() {
        assert_eq!(
            Quantity::parse(" 1,5 ", Unit("KG".into()), 1)
                .unwrap()
                .base()
                .unwrap()
                .micros(),
            1_500_000
        );
    }
}
