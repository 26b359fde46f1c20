//! Temperature and humidity where goods stand.

use super::Judgement;
use super::facts::Facts;
use crate::model::{Amount, Climate};
use crate::text::{Arg, Message};

/// Tenths of a degree that any place of a warehouse can have: what lies outside was misread or mistyped.
const PLAUSIBLE: (i32, i32) = (-900, 600);

/// Tenths as people read them.
pub fn tenths(value: i32) -> Arg {
    Arg::Amount(Amount::from_micros(i64::from(value) * 100_000))
}

/// The rules of this room; others are accepted.
pub(super) fn judge(facts: &Facts) -> Judgement {
    match facts {
        Facts::Plausible { celsius, humidity } => {
            let cold_or_hot = !(PLAUSIBLE.0..=PLAUSIBLE.1).contains(celsius);
            let value = match humidity {
                _ if cold_or_hot => *celsius,
                Some(humidity) if !(0..=1_000).contains(humidity) => *humidity,
                _ => return Judgement::ACCEPT,
            };
            Judgement::stop(Message::new("stop-implausible").with("value", tenths(value)))
        }
        Facts::InClimate {
            subject,
            climate: Some(climate),
            celsius,
            humidity,
        } => {
            let out = |value: i32, (low, high): (i32, i32), id| {
                let words = Message::new(id)
                    .with("subject", Arg::text(subject))
                    .with("class", Arg::text(&climate.class))
                    .with("value", tenths(value))
                    .with("low", tenths(low))
                    .with("high", tenths(high));
                (!(low..=high).contains(&value)).then(|| Judgement::stop(words))
            };
            let moist = humidity.zip(climate.humidity);
            out(*celsius, climate.celsius, "stop-excursion")
                .or_else(|| moist.and_then(|(value, limits)| out(value, limits, "stop-humidity")))
                .unwrap_or(Judgement::ACCEPT)
        }
        _ => Judgement::ACCEPT,
    }
}

impl Climate {
    /// Whether it is the one of a place, by its name or its zone.
    pub fn is_of(&self, place: &str, zone: Option<&str>) -> bool {
        let named = |names: &[String], name: &str| names.iter().any(|known| known == name);
        named(&self.places, place) || zone.is_some_and(|zone| named(&self.zones, zone))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::Outcome;

    fn cold() -> Climate {
        Climate {
            class: "cold".into(),
            zones: vec!["C".into()],
            places: vec!["A-01".into()],
            items: Vec::new(),
            celsius: (20, 80),
            humidity: Some((300, 600)),
        }
    }

    #[test]
    fn a_limit_itself_is_within_and_a_tenth_beyond_it_is_not() {
        let with = |celsius, humidity| {
            Facts::InClimate {
                subject: "A-01".into(),
                climate: Some(cold()),
                celsius,
                humidity,
            }
            .judge()
        };
        for (celsius, outcome) in [
            (20, Outcome::Accept),
            (80, Outcome::Accept),
            (19, Outcome::Stop),
            (81, Outcome::Stop),
        ] {
            assert_eq!(with(celsius, None).outcome, outcome, "{celsius}");
        }
        for (humidity, outcome) in [
            (300, Outcome::Accept),
            (600, Outcome::Accept),
            (299, Outcome::Stop),
            (601, Outcome::Stop),
        ] {
            assert_eq!(with(50, Some(humidity)).outcome, outcome, "{humidity}");
        }
        assert_eq!(
            with(81, Some(601)).message.unwrap().id,
            "stop-excursion",
            "the temperature is named first"
        );
    }

    #[test]
    fn what_no_place_can_have_is_a_misreading() {
        let with = |celsius, humidity| Facts::Plausible { celsius, humidity }.judge().outcome;
        for (celsius, humidity) in [(-901, None), (601, None), (50, Some(1_001)), (50, Some(-1))] {
            assert_eq!(with(celsius, humidity), Outcome::Stop, "{celsius} {humidity:?}");
        }
        for (celsius, humidity) in [(-900, None), (600, Some(0)), (0, Some(1_000))] {
            assert_eq!(with(celsius, humidity), Outcome::Accept, "{celsius} {humidity:?}");
        }
    }

    #[test]
    fn a_place_has_the_climate_of_its_name_or_of_its_zone() {
        let of = |place, zone| cold().is_of(place, zone);
        assert!(of("A-01", None) && of("B-09", Some("C")));
        assert!(!of("B-09", None) && !of("B-09", Some("D")));
    }
}
