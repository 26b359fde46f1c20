//! The one public error. It answers: what can the person do?

use crate::frame::FrameError;
use lotline_record::wire::Code;

/// What the person can do about it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[cfg_attr(feature = "uniffi", derive(uniffi::Enum))]
pub enum Remedy {
    /// Try the same again.
    Retry,
    /// Scan once more.
    Rescan,
    /// A supervisor has to look.
    CallSupervisor,
    /// Sign in again.
    SignIn,
    /// Make room on the device.
    FreeSpace,
    /// Install the newer app.
    UpdateApp,
    /// A fault of ours; it is recorded.
    Bug,
}

/// An error at the core's door.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{message}")]
#[cfg_attr(feature = "uniffi", derive(uniffi::Record))]
pub struct Fault {
    /// What the person can do.
    pub remedy: Remedy,
    /// A stable word: a problem code of the wire, or `storage`, `damaged`, `newer_database`, `wrong_key`, `panic`, `busy`,
    /// `bad_frame`, `training`.
    pub code: String,
    /// What and where, for a log; never a PIN or key.
    pub message: String,
}

/// An error at the core's door, as the boundary throws it.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[cfg_attr(feature = "uniffi", derive(uniffi::Error))]
pub enum HandheldError {
    /// See the fault.
    #[error("{fault}")]
    Failed {
        /// What happened and what to do.
        fault: Fault,
    },
}

impl HandheldError {
    /// An error with its remedy.
    pub fn new(remedy: Remedy, code: impl Into<String>, message: impl Into<String>) -> Self {
        HandheldError::Failed {
            fault: Fault {
                remedy,
                code: code.into(),
                message: message.into(),
            },
        }
    }

    /// An error of the wire.
    pub fn wire(code: Code, message: impl Into<String>) -> Self {
        let remedy = match code {
            Code::Unauthorized | Code::UnknownDevice | Code::BadCode => Remedy::SignIn,
            Code::Revoked => Remedy::CallSupervisor,
            Code::UpgradeRequired => Remedy::UpdateApp,
            Code::BadRequest | Code::BadEnvelope | Code::Training | Code::Internal => Remedy::Bug,
            _ => Remedy::Retry,
        };
        Self::new(remedy, code.as_str(), message)
    }

    /// What belongs to the record alone was asked of a training, or the other way round.
    pub fn training(message: impl Into<String>) -> Self {
        Self::new(Remedy::Bug, "training", message)
    }

    /// A fault of ours.
    pub fn bug(message: impl Into<String>) -> Self {
        Self::new(Remedy::Bug, "bug", message)
    }

    /// A panic that was caught at the door: its words go to the log, not to the person.
    pub fn caught(panic: &(dyn std::any::Any + Send)) -> Self {
        let what = panic
            .downcast_ref::<&str>()
            .copied()
            .or_else(|| panic.downcast_ref::<String>().map(String::as_str))
            .unwrap_or("a panic without words");
        tracing::error!(what, "a panic was caught at the door");
        Self::new(Remedy::Bug, "panic", "something in the core failed; nothing was lost")
    }

    /// What happened and what to do.
    pub const fn fault(&self) -> &Fault {
        let HandheldError::Failed { fault } = self;
        fault
    }
}

impl From<FrameError> for HandheldError {
    /// The shell gives sizes and bytes of one frame: where they do not fit, no person can help.
    fn from(error: FrameError) -> Self {
        Self::new(Remedy::Bug, "bad_frame", error.to_string())
    }
}
