//! What a decoder says becomes what a scanner would send: bytes and AIM identifier.

use lotline_scan::has_check_digit;

/// Bytes without the AIM identifier, and the identifier.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Content {
    pub(super) bytes: Vec<u8>,
    pub(super) symbology: String,
    /// Digits without a check of their own, or with a weak one: more lines have to agree.
    weak: bool,
}

/// FNC1 between elements, as it is sent.
const GS: u8 = 0x1D;

impl Content {
    fn new(symbology: impl Into<String>, bytes: impl Into<Vec<u8>>) -> Self {
        Content {
            bytes: bytes.into(),
            symbology: symbology.into(),
            weak: false,
        }
    }

    fn weak(self) -> Self {
        Content { weak: true, ..self }
    }

    /// A matrix code: its text, and the identifier the decoder gives.
    pub(super) fn of_matrix(identifier: &str, text: &str) -> Self {
        Self::new(identifier, bytes_of(text))
    }

    /// An EAN-8, EAN-13 or UPC-A: the digits. UPC-A is sent as EAN-13 (`]E0`, ISO/IEC 15424).
    pub(super) fn of_ean(digits: &str) -> Option<Self> {
        let digits = digits.as_bytes();
        if !digits.iter().all(u8::is_ascii_digit) || !has_check_digit(digits) {
            return None;
        }
        match digits.len() {
            8 => Some(Self::new("]E4", digits)),
            12 => Some(Self::new("]E0", [b"0", digits].concat())),
            13 => Some(Self::new("]E0", digits)),
            _ => None,
        }
    }

    /// A UPC-E: number system, six digits and check digit of the UPC-A it stands for (General Specifications 5.2.2.4). It
    /// is sent as that UPC-A, hence as EAN-13.
    pub(super) fn of_upc_e(digits: &str) -> Option<Self> {
        let &[system @ (b'0' | b'1'), a, b, c, d, e, last, check] = digits.as_bytes() else {
            return None;
        };
        let body = match last {
            b'0'..=b'2' => [a, b, last, b'0', b'0', b'0', b'0', c, d, e],
            b'3' => [a, b, c, b'0', b'0', b'0', b'0', b'0', d, e],
            b'4' => [a, b, c, d, b'0', b'0', b'0', b'0', b'0', e],
            _ => [a, b, c, d, e, b'0', b'0', b'0', b'0', last],
        };
        let digits = [&[b'0', system][..], &body, &[check]].concat();
        (digits.iter().all(u8::is_ascii_digit) && has_check_digit(&digits)).then(|| Self::new("]E0", digits).weak())
    }

    /// Interleaved 2 of 5: fourteen digits with a right check digit are an ITF-14 (`]I1`), others are `]I0`.
    pub(super) fn of_itf(digits: &str) -> Option<Self> {
        let bytes = digits.as_bytes();
        if !bytes.iter().all(u8::is_ascii_digit) {
            return None;
        }
        let checked = bytes.len() == 14 && has_check_digit(bytes);
        Some(Self::new(if checked { "]I1" } else { "]I0" }, bytes).weak())
    }

    /// GS1 DataBar (omnidirectional, truncated, stacked): a GTIN is sent with its AI (General Specifications 5.5).
    pub(super) fn of_databar(gtin: &str) -> Option<Self> {
        let digits = gtin.as_bytes();
        let good = digits.len() == 14 && digits.iter().all(u8::is_ascii_digit) && has_check_digit(digits);
        good.then(|| Self::new("]e0", [b"01", digits].concat()))
    }

    /// GS1 DataBar Expanded: the decoder writes `(AI)value`; what is sent is an element string with GS after each value
    /// whose AI has no predefined length (General Specifications 7.8.5), but not at the end.
    pub(super) fn of_databar_expanded(bracketed: &str) -> Option<Self> {
        let mut bytes = Vec::with_capacity(bracketed.len());
        let mut rest = bracketed;
        loop {
            let (ai, after) = ai_at(rest)?;
            let (value, next) = if let Some(length) = predefined_length(ai) {
                after.split_at_checked(length)?
            } else {
                let end = (0..after.len())
                    .find(|at| after.is_char_boundary(*at) && ai_at(&after[*at..]).is_some())
                    .unwrap_or(after.len());
                after.split_at(end)
            };
            if value.is_empty() || !value.is_ascii() {
                return None;
            }
            bytes.extend_from_slice(ai.as_bytes());
            bytes.extend_from_slice(value.as_bytes());
            if next.is_empty() {
                return Some(Self::new("]e0", bytes));
            }
            if predefined_length(ai).is_none() {
                bytes.push(GS);
            }
            rest = next;
        }
    }

    /// Code 128 by its codewords, from the start character to the stop pattern (ISO/IEC 15417). The codewords are read
    /// here and not by the decoder, which takes a check character that happens to be FNC1 for data.
    pub(super) fn of_code128(codewords: &[u8]) -> Option<Self> {
        let [start @ 103..=105, data @ .., check, 106] = codewords else {
            return None;
        };
        let sum = data
            .iter()
            .zip(1_u32..)
            .fold(u32::from(*start), |sum, (word, weight)| sum + weight * u32::from(*word));
        if sum % 103 != u32::from(*check) {
            return None;
        }
        let mut set = match start {
            103 => Set::A,
            104 => Set::B,
            _ => Set::C,
        };
        let mut bytes = Vec::with_capacity(2 * data.len());
        let mut symbology = "]C0";
        let (mut shifted, mut high, mut high_once) = (None, false, false);
        let mut fresh = true;
        for word in data {
            let now = shifted.take().unwrap_or(set);
            match (now, *word) {
                (_, 102) if fresh => symbology = "]C1",
                // In second place, after a letter or two digits, it names an industry's format and is not sent.
                (_, 102) if symbology == "]C0" && second_place(&bytes) => symbology = "]C2",
                (_, 102) => bytes.push(GS),
                (Set::C, pair @ 0..=99) => bytes.extend([b'0' + pair / 10, b'0' + pair % 10]),
                (Set::A | Set::C, 100) => set = Set::B,
                (Set::B | Set::C, 101) => set = Set::A,
                (Set::A | Set::B, 99) => set = Set::C,
                // FNC4 once is for the next character, twice until twice again.
                (Set::A, 101) | (Set::B, 100) if high_once => (high, high_once) = (!high, false),
                (Set::A, 101) | (Set::B, 100) => high_once = true,
                (Set::A, 98) => shifted = Some(Set::B),
                (Set::B, 98) => shifted = Some(Set::A),
                // FNC2 asks to be kept for the next symbol, which is no scanner's default: nothing is sent for it.
                (_, 97) => {}
                (Set::A | Set::B, word @ 0..=95) => {
                    let low = match now {
                        Set::A if word >= 64 => word - 64,
                        _ => word + 32,
                    };
                    bytes.push(if high == high_once { low } else { low + 128 });
                    high_once = false;
                }
                // FNC3 programs the reader, and no other word exists.
                _ => return None,
            }
            fresh &= matches!(word, 99..=101);
        }
        (!bytes.is_empty()).then(|| Self::new(symbology, bytes))
    }

    /// How many lines have to agree. A digit of an EAN is told from another by the width of one module, and one check
    /// digit lets every tenth slip of the kind pass; Interleaved 2 of 5 has none, and UPC-E hides in other bars.
    pub(super) fn lines_needed(&self) -> u32 {
        match self.symbology.as_str() {
            _ if self.weak => 5,
            "]E0" | "]E4" => 3,
            _ => 2,
        }
    }

    /// Whether its check is so strong that a misread line does not pass it and say the same as another: Code 128 has a
    /// check character by 103 beside what each character's widths must sum to.
    pub(super) fn is_strong(&self) -> bool {
        self.symbology.starts_with("]C")
    }

    /// The modules between the middles of the guards, of an EAN/UPC: its guards are so short that bars of other codes hold
    /// them, and only the quiet zones tell. Others check their own, or need none.
    pub(super) fn modules(&self) -> Option<u16> {
        match (self.symbology.as_str(), self.weak) {
            ("]E0", false) => Some(92),
            ("]E0", true) => Some(48),
            ("]E4", _) => Some(64),
            _ => None,
        }
    }

    /// A shorter reading of the same bars: of Interleaved 2 of 5 within any other code.
    pub(super) fn part_of(&self, other: &Content) -> bool {
        self.symbology == "]I0" && other.symbology != "]I0" && self.bytes.len() < other.bytes.len()
    }
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Set {
    A,
    B,
    C,
}

fn second_place(bytes: &[u8]) -> bool {
    match bytes {
        [letter] => letter.is_ascii_alphabetic(),
        [a, b] => a.is_ascii_digit() && b.is_ascii_digit(),
        _ => false,
    }
}

/// `(17)260630…` is 17 and what follows.
fn ai_at(text: &str) -> Option<(&str, &str)> {
    let (ai, rest) = text.strip_prefix('(')?.split_once(')')?;
    ((2..=4).contains(&ai.len()) && ai.bytes().all(|b| b.is_ascii_digit())).then_some((ai, rest))
}

/// Characters of a value after an AI that needs no separator (General Specifications, figure 7.8.5-2).
fn predefined_length(ai: &str) -> Option<usize> {
    match ai.as_bytes() {
        b"00" => Some(18),
        b"01" | b"02" | b"03" => Some(14),
        b"04" => Some(16),
        [b'1', b'1'..=b'9'] => Some(6),
        b"20" => Some(2),
        [b'3', b'1'..=b'6', ..] => Some(6),
        [b'4', b'1', ..] => Some(13),
        _ => None,
    }
}

/// Text as the bytes of ISO/IEC 8859-1 where it fits, else as UTF-8.
fn bytes_of(text: &str) -> Vec<u8> {
    text.chars()
        .map(|c| u8::try_from(u32::from(c)).ok())
        .collect::<Option<Vec<u8>>>()
        .unwrap_or_else(|| text.as_bytes().to_vec())
}
