//! Verification of returned units: somebody outside is asked whether a unit is genuine. Offline nobody is; the unit waits,
//! unpickable, and is asked for at the next try.

use super::Handheld;
use crate::Error;
use crate::platform::{AskedUnit, Genuine, Verifier};
use crate::store::Draft;
use lotline_record::entry::Position;
use lotline_record::entry::{Body, VerificationAnswer};
use lotline_record::model::{Block, BlockKind, Scope, SerialKey, SerialNumber, SerialScheme};
use lotline_record::stock::exception_name;
use lotline_record::text::{Arg, Message};

/// What one round of asking came to.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
#[cfg_attr(feature = "uniffi", derive(uniffi::Record))]
pub struct Verified {
    /// Units that waited.
    pub waiting: u64,
    /// Genuine: released.
    pub active: u64,
    /// Not known, or an alert: an exception each, the unit stays blocked.
    pub refused: u64,
    /// No answer; they wait on.
    pub unanswered: u64,
}

impl Handheld {
    /// Asks for every returned unit that waits for its verification.
    ///
    /// # Errors
    /// `storage`. That nobody answers is no error but [`Verified::unanswered`].
    pub fn verify_now(&self, verifier: &dyn Verifier) -> Result<Verified, Error> {
        let waiting = self.with_picture(|picture| picture.open_blocks(BlockKind::Verification))?;
        let mut report = Verified {
            waiting: waiting.len() as u64,
            ..Verified::default()
        };
        if waiting.is_empty() {
            return Ok(report);
        }
        // Before anybody is asked: a provider without a name has answered nothing.
        let by = verifier.name();
        for block in waiting {
            let Some(unit) = unit_of(&block.scope) else { continue };
            let asked = AskedUnit {
                maker_key: unit.maker_key.clone(),
                serial: unit.serial.to_string(),
            };
            let Ok(answer) = verifier.verify(asked) else {
                report.unanswered += 1;
                continue;
            };
            let answer = match answer {
                Genuine::Active => VerificationAnswer::Active,
                Genuine::Inactive => VerificationAnswer::Inactive,
                Genuine::Alert => VerificationAnswer::Alert,
            };
            self.answered(&block, &unit, answer, by.clone())?;
            if answer == VerificationAnswer::Active {
                report.active += 1;
            } else {
                report.refused += 1;
            }
        }
        Ok(report)
    }

    fn answered(&self, block: &Block, unit: &SerialKey, answer: VerificationAnswer, by: String) -> Result<(), Error> {
        self.guarded(|desk| {
            let moment = self.moment(desk)?;
            let mut drafts = vec![Draft::new(Body::Verified {
                serial: unit.clone(),
                block: block.block.clone(),
                answer,
                by,
            })];
            if answer != VerificationAnswer::Active {
                let at = Position::new(moment.next.epoch(), moment.next.seq() + 1);
                let message = Message::new("exception-verification")
                    .with("serial", Arg::text(&unit.serial))
                    .with("answer", Arg::text(answer.as_str()));
                drafts.push(Draft::new(Body::Raised {
                    exception: exception_name(&moment.device, at)
                        .ok_or_else(|| Error::bug("an exception without a name"))?,
                    code: "verification".to_owned(),
                    message,
                    goods: None,
                    at: None,
                    line: None,
                    known_expiry: None,
                }));
            }
            let author = self.author(&moment, None);
            self.store.append(&author, drafts, Some(&desk.to_json()?)).map(|_| ())
        })
    }
}

fn unit_of(scope: &Scope) -> Option<SerialKey> {
    let Scope::Serial { maker_key, serial } = scope else {
        return None;
    };
    Some(SerialKey {
        scheme: SerialScheme::Gtin,
        maker_key: maker_key.clone(),
        serial: SerialNumber::new(serial).ok()?,
    })
}
