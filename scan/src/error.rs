//! Why a label was refused: what is wrong, in which AI, at which byte.

use core::fmt;

use crate::ai::AiText;
use crate::code::Code;
use crate::lint::Linter;

/// What one linter found.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Finding {
    /// The linter; a character set counts as one.
    pub linter: Linter,
    /// What it says.
    pub code: Code,
}

/// A label that cannot be read, and why.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct ScanError {
    /// The reason, by the reference engine's name.
    pub code: Code,
    /// The AI it is about.
    pub ai: Option<AiText>,
    /// The first byte that is wrong, counted from the start of the data that was given.
    pub at: u32,
    /// How many bytes are wrong; 0 where that cannot be said.
    pub len: u32,
    /// The rule about the content that was broken, for [`Code::AiLinterError`].
    pub linter: Option<Finding>,
    /// The other AI, for [`Code::InvalidAiPairs`].
    pub with: Option<AiText>,
    /// The AIs of which one group is needed, for [`Code::RequiredAisNotSatisfied`]: `01,02,8006` means any of them, `+` joins
    /// those that must come together, `n` is any digit.
    pub requires: Option<&'static str>,
}

impl ScanError {
    /// An error that is about no AI.
    #[cold]
    pub(crate) fn at(code: Code, at: usize) -> Self {
        let at = u32::try_from(at).unwrap_or(u32::MAX);
        Self {
            code,
            ai: None,
            at,
            len: 0,
            linter: None,
            with: None,
            requires: None,
        }
    }

    /// The most precise code: the linter's where there is one.
    #[must_use]
    pub fn reason(&self) -> Code {
        self.linter.map_or(self.code, |finding| finding.code)
    }
}

impl fmt::Display for ScanError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(ai) = self.ai {
            write!(f, "AI ({ai}): ")?;
        }
        f.write_str(self.reason().message())?;
        if let Some(with) = self.with {
            write!(f, " (with AI ({with}))")?;
        }
        if let Some(requires) = self.requires {
            write!(f, " (needs {requires})")?;
        }
        write!(f, ", at byte {}", self.at)
    }
}

impl core::error::Error for ScanError {}
