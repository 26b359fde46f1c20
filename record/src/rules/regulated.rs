//! What numbers look like and what goods must come with: by format rules (C5) and by regulation (C6).

use super::{Facts, Judgement};
use crate::model::{Characters, Duty, Field, FormatRule, Mismatch, NumberKind};
use crate::text::{Arg, Message};

/// What follows from the facts of a rule of this room; accepts those of another one.
pub(super) fn judge(facts: &Facts) -> Judgement {
    match facts {
        Facts::NumberFormat { of, number, by } => number_format(*of, number, by),
        Facts::ProfileFields { profiles, .. } => {
            for profile in profiles {
                for clause in profile.clauses() {
                    let Duty::Field(field) = clause.duty else { continue };
                    if is_missing(field, facts) {
                        return Judgement::stop(
                            Message::new("stop-profile-field")
                                .with("field", Arg::text(field.as_str()))
                                .with("profile", Arg::text(profile.name()))
                                .with("source", Arg::text(clause.source)),
                        );
                    }
                }
            }
            Judgement::ACCEPT
        }
        _ => Judgement::ACCEPT,
    }
}

fn is_missing(field: Field, facts: &Facts) -> bool {
    let Facts::ProfileFields {
        lot,
        serial,
        serial_level,
        expiry,
        origin,
        known_lot,
        source,
        ..
    } = facts
    else {
        return false;
    };
    match field {
        Field::Lot => !lot,
        Field::Serial => *serial_level && !serial,
        Field::Expiry => !expiry,
        Field::LotOrSerial => !lot && !serial,
        Field::Origin => !known_lot && origin.is_none(),
        Field::Source => !source,
    }
}

fn number_format(of: NumberKind, number: &str, by: &FormatRule) -> Judgement {
    let format = &by.format;
    let (wrong, asked, found) = match format.mismatch(number) {
        None => return Judgement::ACCEPT,
        Some(Mismatch::Length(found)) => ("length", format!("{}–{}", format.min, format.max), found.to_string()),
        Some(Mismatch::Character(found)) => ("character", characters(format.characters), found.to_string()),
        Some(Mismatch::Prefix) => ("prefix", format.prefixes.join(", "), number.to_owned()),
        Some(Mismatch::Date(date)) => ("date", date.form.as_str().to_owned(), date.at.to_string()),
    };
    Judgement::stop(
        Message::new("stop-number-format")
            .with("of", Arg::text(of.as_str()))
            .with("number", Arg::text(number))
            .with("name", Arg::text(&by.name))
            .with("wrong", Arg::text(wrong))
            .with("asked", Arg::text(asked))
            .with("found", Arg::text(found)),
    )
}

/// Which characters are asked for, as everybody reads them.
fn characters(asked: Characters) -> String {
    match asked {
        Characters::Any => "",
        Characters::Digits => "0–9",
        Characters::Capitals => "A–Z",
        Characters::DigitsAndCapitals => "0–9 A–Z",
        Characters::DigitsAndLetters => "0–9 A–Z a–z",
    }
    .to_owned()
}
