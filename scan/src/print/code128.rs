//! Code 128 (ISO/IEC 15417) as GS1-128 uses it: start, FNC1, data in code sets B and C, check character, stop.

use alloc::string::String;
use alloc::vec::Vec;

use super::message::{FNC1, Message, Symbol};
use super::{PrintError, zpl};

/// The most characters of data, AIs and separators included, the FNC1 in front not (General Specifications 5.4.2).
const MOST: usize = 48;

const SWITCH_TO_C: u8 = 99;
const SWITCH_TO_B: u8 = 100;
const FUNCTION_1: u8 = 102;
const START_B: u8 = 104;
const START_C: u8 = 105;
const STOP: u8 = 106;

/// Widths of bars and spaces by symbol character value; the stop has a bar more, of two modules.
const WIDTHS: [&[u8]; 107] = [
    b"212222", b"222122", b"222221", b"121223", b"121322", b"131222", b"122213", b"122312", b"132212", b"221213",
    b"221312", b"231212", b"112232", b"122132", b"122231", b"113222", b"123122", b"123221", b"223211", b"221132",
    b"221231", b"213212", b"223112", b"312131", b"311222", b"321122", b"321221", b"312212", b"322112", b"322211",
    b"212123", b"212321", b"232121", b"111323", b"131123", b"131321", b"112313", b"132113", b"132311", b"211313",
    b"231113", b"231311", b"112133", b"112331", b"132131", b"113123", b"113321", b"133121", b"313121", b"211331",
    b"231131", b"213113", b"213311", b"213131", b"311123", b"311321", b"331121", b"312113", b"312311", b"332111",
    b"314111", b"221411", b"431111", b"111224", b"111422", b"121124", b"121421", b"141122", b"141221", b"112214",
    b"112412", b"122114", b"122411", b"142112", b"142211", b"241211", b"221114", b"413111", b"241112", b"134111",
    b"111242", b"121142", b"121241", b"114212", b"124112", b"124211", b"411212", b"421112", b"421211", b"212141",
    b"214121", b"412121", b"111143", b"111341", b"131141", b"114113", b"114311", b"411113", b"411311", b"113141",
    b"114131", b"311141", b"411131", b"211412", b"211214", b"211232", b"2331112",
];

/// The two code sets that GS1 data needs: it has no control characters.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Set {
    /// One character of ASCII a symbol character.
    B,
    /// Two digits a symbol character.
    C,
}

impl Set {
    const fn other(self) -> Self {
        match self {
            Set::B => Set::C,
            Set::C => Set::B,
        }
    }
}

/// A GS1-128 symbol.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Code128 {
    /// From the start to the last character of data.
    values: Vec<u8>,
}

impl Code128 {
    /// Encodes a message in as few symbol characters as code sets B and C allow.
    ///
    /// # Errors
    /// [`PrintError::TooLong`] beyond 48 characters.
    pub fn encode(message: &Message) -> Result<Self, PrintError> {
        let data = message.encoded();
        let len = data.len() - 1;
        if len > MOST {
            return Err(PrintError::TooLong {
                symbol: Symbol::Gs1128,
                len,
                most: MOST,
            });
        }
        Ok(Self {
            values: shortest(&data),
        })
    }

    /// Encodes text that is no GS1 message, without FNC1: what stands on badges and places (symbology identifier `]C0`).
    ///
    /// # Errors
    /// [`PrintError::TooLong`] beyond 48 characters, [`PrintError::Character`] for what code sets B and C have not: printable
    /// ASCII alone. Empty text is [`PrintError::NoElements`].
    pub fn plain(text: &str) -> Result<Self, PrintError> {
        if text.is_empty() {
            return Err(PrintError::NoElements);
        }
        if let Some(at) = text.bytes().position(|byte| !(b' '..=b'~').contains(&byte)) {
            return Err(PrintError::Character { at });
        }
        if text.len() > MOST {
            return Err(PrintError::TooLong {
                symbol: Symbol::Gs1128,
                len: text.len(),
                most: MOST,
            });
        }
        let mut values = shortest(text.as_bytes());
        if values.get(..2) == Some(&[START_C, SWITCH_TO_B]) {
            values.splice(..2, [START_B]);
        }
        Ok(Self { values })
    }

    /// How many modules wide it is, without the quiet zones (ten modules on either side).
    #[must_use]
    pub fn width(&self) -> u32 {
        // Eleven a character, the check character too, thirteen for the stop.
        (0..=self.values.len()).fold(13, |width, _| width + 11)
    }

    /// The modules from left to right, true for dark.
    #[must_use]
    pub fn modules(&self) -> Vec<bool> {
        let all = self.values.iter().copied().chain([self.check(), STOP]);
        let mut out = Vec::with_capacity(self.values.len() * 11 + 24);
        for value in all {
            for (number, width) in WIDTHS[usize::from(value)].iter().enumerate() {
                out.extend((b'0'..*width).map(|_| number % 2 == 0));
            }
        }
        out
    }

    /// The weighted sum of all characters modulo 103, the start and the first character with weight 1.
    fn check(&self) -> u8 {
        let weighted = self.values.iter().zip([1].into_iter().chain(1_u32..));
        let sum: u32 = weighted.map(|(value, weight)| u32::from(*value) * weight).sum();
        u8::try_from(sum % 103).unwrap_or(0)
    }

    /// The symbol characters as the field data of ZPL's `^BC` in mode N, where `>` begins an invocation code.
    pub(super) fn field_data(&self) -> String {
        let mut out = String::new();
        let mut set = Set::C;
        for &value in &self.values {
            match (value, set) {
                (START_C, _) => out.push_str(">;"),
                (START_B, _) => {
                    out.push_str(">:");
                    set = Set::B;
                }
                (FUNCTION_1, _) => out.push_str(">8"),
                (SWITCH_TO_C, Set::B) => {
                    out.push_str(">5");
                    set = Set::C;
                }
                (SWITCH_TO_B, Set::C) => {
                    out.push_str(">6");
                    set = Set::B;
                }
                (_, Set::C) => {
                    out.push(char::from(b'0' + value / 10));
                    out.push(char::from(b'0' + value % 10));
                }
                (_, Set::B) => match char::from(value + b' ') {
                    '>' => out.push_str(">0"),
                    plain => out.push(plain),
                },
            }
        }
        zpl::escaped(&out)
    }
}

/// One step in a set at the start of `rest`: the symbol character, and how many bytes it takes.
fn step(set: Set, rest: &[u8]) -> Option<(u8, usize)> {
    match (set, rest) {
        (_, [FNC1, ..]) => Some((FUNCTION_1, 1)),
        (Set::B, [byte @ b' '..=b'~', ..]) => Some((byte - b' ', 1)),
        (Set::C, [a @ b'0'..=b'9', b @ b'0'..=b'9', ..]) => Some(((a - b'0') * 10 + (b - b'0'), 2)),
        _ => None,
    }
}

/// From the end on: how many symbol characters the rest costs in either set, then the cheapest way from start C.
fn shortest(data: &[u8]) -> Vec<u8> {
    const NEVER: usize = usize::MAX / 4;
    // [staying in B, staying in C] at each place; a switch costs one more and is followed by a step.
    let mut stay = alloc::vec![[0; 2]; data.len() + 1];
    let cost = |stay: &[[usize; 2]], at: usize, set: Set| {
        let here: [usize; 2] = stay[at];
        here[set as usize].min(here[set.other() as usize] + 1)
    };
    for at in (0..data.len()).rev() {
        for set in [Set::B, Set::C] {
            stay[at][set as usize] = step(set, &data[at..]).map_or(NEVER, |(_, len)| 1 + cost(&stay, at + len, set));
        }
    }
    // An AI begins with two digits, so every message can start in set C. Starting in B to straighten out an odd digit far
    // behind would save a character now and then; people and verifiers expect start C before FNC1.
    let mut set = Set::C;
    let mut out = Vec::with_capacity(data.len() + 2);
    out.push(START_C);
    let mut at = 0;
    while at < data.len() {
        if stay[at][set as usize] > stay[at][set.other() as usize] + 1 {
            set = set.other();
            out.push(if set == Set::C { SWITCH_TO_C } else { SWITCH_TO_B });
        }
        let Some((value, len)) = step(set, &data[at..]) else {
            // Every character of a label is in set B.
            break;
        };
        out.push(value);
        at += len;
    }
    out
}

#[cfg(test)]
mod tests {
    use super::{Code128, MOST, START_B, WIDTHS};
    use crate::print::{Message, PrintError, Symbol};
    use crate::{Form, Options, read};

    fn message(text: &str) -> Message {
        let label = read(text.as_bytes(), None, Form::Bracketed, &Options::new(2026)).expect(text);
        Message::of(&label).expect(text)
    }

    fn field(text: &str) -> std::string::String {
        Code128::encode(&message(text)).expect(text).field_data()
    }

    #[test]
    fn all_characters_are_eleven_modules_wide_and_none_is_like_another() {
        for (value, widths) in WIDTHS.iter().enumerate() {
            let sum: u32 = widths.iter().map(|width| u32::from(width - b'0')).sum();
            assert_eq!(sum, if value == 106 { 13 } else { 11 }, "{value}");
            assert!(WIDTHS[..value].iter().all(|other| other != widths), "{value}");
            // Bars take an even number of modules (ISO/IEC 15417 4.3.2), which catches a slip of the pen.
            let bars: u32 = widths.iter().step_by(2).map(|width| u32::from(width - b'0')).sum();
            assert!(value == 106 || bars.is_multiple_of(2), "{value}");
        }
    }

    #[test]
    fn plain_text_has_no_fnc1_and_begins_in_the_set_it_needs() {
        let field = |text| Code128::plain(text).map(|symbol| symbol.field_data());
        assert_eq!(field("B-1042").as_deref(), Ok(">:B->51042"));
        assert_eq!(field("1042").as_deref(), Ok(">;1042"));
        assert_eq!(Code128::plain("B-1042").map(|symbol| symbol.values[0]), Ok(START_B));
        assert_eq!(field("A\u{1d}B"), Err(PrintError::Character { at: 1 }));
        assert_eq!(field(""), Err(PrintError::NoElements));
        let long = "x".repeat(MOST + 1);
        assert!(matches!(field(&long), Err(PrintError::TooLong { len, .. }) if len == MOST + 1));
    }

    #[test]
    fn digits_go_in_pairs_and_a_switch_happens_only_where_it_saves() {
        // An SSCC is all digits: set C from the start.
        assert_eq!(field("(00)376104250021234569"), ">;>800376104250021234569");
        // A lone letter between digits.
        assert_eq!(field("(01)09506000134352(10)A1"), ">;>8010950600013435210>6A1");
        // An odd digit and a separator.
        assert_eq!(
            field("(01)09506000134352(10)12345(21)678901"),
            ">;>80109506000134352101234>65>8>521678901"
        );
        // Four digits behind letters pay for the switch, two do not.
        assert_eq!(
            field("(01)09506000134352(10)ABCD1234"),
            ">;>8010950600013435210>6ABCD>51234"
        );
        assert_eq!(field("(01)09506000134352(10)ABCD12"), ">;>8010950600013435210>6ABCD12");
    }

    #[test]
    fn what_zpl_would_take_for_its_own_is_written_by_its_code() {
        assert_eq!(field("(01)09506000134352(10)A>8B_"), ">;>8010950600013435210>6A>08B_");
    }

    #[test]
    fn forty_eight_characters_are_the_most() {
        let most = message("(01)09506000134352(10)ABCDEFGHIJKLMNOPQRST(30)1234567");
        assert_eq!(most.encoded().len(), 1 + MOST);
        assert!(Code128::encode(&most).is_ok());
        let over = message("(01)09506000134352(10)ABCDEFGHIJKLMNOPQRST(30)12345678");
        assert_eq!(
            Code128::encode(&over),
            Err(PrintError::TooLong {
                symbol: Symbol::Gs1128,
                len: 49,
                most: 48
            })
        );
    }
}
