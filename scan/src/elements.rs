//! Where the elements of a label lie in its data.
//!
//! Six bytes each: which AI, where its value begins, how long it is. At most 64 of them, like the reference engine.

use crate::ai::table::{self, Found};

/// The most elements that one label may have.
pub(crate) const MOST: usize = 64;

/// One element.
#[derive(Clone, Copy)]
pub(crate) struct Slot {
    /// Position in the table; for an AI that is not there, where its digits begin.
    ai: u16,
    value: u16,
    value_len: u8,
    /// How many digits an AI has that is not in the table, else 0.
    unknown_len: u8,
}

impl Slot {
    const NONE: Slot = Slot {
        ai: 0,
        value: 0,
        value_len: 0,
        unknown_len: 0,
    };

    /// `ai_at` and `value_at` are below 8,192, `value_len` is at most 90: the readers check before.
    #[inline]
    #[allow(clippy::cast_possible_truncation)]
    pub fn new(found: &Found, ai_at: usize, value_at: usize, value_len: usize) -> Self {
        let (ai, unknown_len) = match *found {
            Found::Known(index) => (index, 0),
            Found::Unknown(len, _) => (ai_at as u16, len),
        };
        Self {
            ai,
            value: value_at as u16,
            value_len: value_len as u8,
            unknown_len,
        }
    }

    /// Position in the table, if it is there.
    #[inline]
    pub fn index(self) -> Option<u16> {
        (self.unknown_len == 0).then_some(self.ai)
    }

    /// The AI's digits.
    pub fn ai(self, data: &[u8]) -> &[u8] {
        match self.index() {
            Some(index) => table::entry(index).ai.as_bytes(),
            None => &data[usize::from(self.ai)..][..usize::from(self.unknown_len)],
        }
    }

    /// The value.
    pub fn value(self, data: &[u8]) -> &[u8] {
        &data[self.start()..][..self.len()]
    }

    /// Where the value begins.
    pub fn start(self) -> usize {
        usize::from(self.value)
    }

    /// How long the value is.
    pub fn len(self) -> usize {
        usize::from(self.value_len)
    }
}

/// The elements of one label in the order read.
#[derive(Clone, Copy)]
pub(crate) struct Elements {
    slots: [Slot; MOST],
    len: u8,
    /// Before which element the composite part begins, `u8::MAX` if there is none.
    composite: u8,
}

impl Elements {
    pub const fn new() -> Self {
        Self {
            slots: [Slot::NONE; MOST],
            len: 0,
            composite: u8::MAX,
        }
    }

    /// Adds an element, or says no if there are too many. The mark of a composite part takes a place, like in the
    /// reference engine.
    #[inline]
    pub fn push(&mut self, slot: Slot) -> bool {
        let at = usize::from(self.len);
        if at >= MOST - 1 && (at >= MOST || self.composite != u8::MAX) {
            return false;
        }
        self.slots[at] = slot;
        self.len += 1;
        true
    }

    /// Takes the last element off again.
    pub fn pop(&mut self) -> Option<Slot> {
        self.len = self.len.checked_sub(1)?;
        Some(self.slots[usize::from(self.len)])
    }

    /// The composite part begins here; no if there is no place left.
    pub fn begin_composite(&mut self) -> bool {
        self.composite = self.len;
        usize::from(self.len) < MOST
    }

    pub fn composite(&self) -> Option<usize> {
        (self.composite != u8::MAX).then_some(usize::from(self.composite))
    }

    pub fn iter(&self) -> impl Iterator<Item = Slot> + Clone {
        self.slots[..usize::from(self.len)].iter().copied()
    }

    /// Element number `number`.
    pub fn get(&self, number: usize) -> Option<Slot> {
        self.slots[..usize::from(self.len)].get(number).copied()
    }

    pub fn len(&self) -> usize {
        usize::from(self.len)
    }

    pub fn is_empty(&self) -> bool {
        self.len == 0
    }
}
