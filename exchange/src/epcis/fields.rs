//! Which fields each kind of event has, and what they hold (EPCIS 2.0 section 7.4; the standard's JSON schema).

use super::event::Kind;
use super::words::{self, Vocabulary};

/// What a field holds.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Field {
    Text,
    Flag,
    Number,
    Time,
    Offset,
    Uri,
    Hex,
    /// One URI or a list of them.
    Uris,
    /// A list of instance identifiers; with `true` each only once.
    Things(bool),
    /// The identifier of one thing.
    Thing,
    Quantities,
    Action,
    Word(Voc),
    Persistent,
    Place,
    Transactions,
    Sources,
    Destinations,
    Sensors,
    Ilmd,
    Declaration,
    Context,
}

#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Voc {
    Step,
    Disposition,
    Transaction,
    Source,
    Reason,
    Measurement,
    Alert,
    Component,
}

impl Voc {
    /// Its words.
    pub fn vocabulary(self) -> &'static Vocabulary {
        match self {
            Voc::Step => &words::BIZ_STEP,
            Voc::Disposition => &words::DISPOSITION,
            Voc::Transaction => &words::TRANSACTION,
            Voc::Source => &words::SOURCE,
            Voc::Reason => &words::REASON,
            Voc::Measurement => &words::MEASUREMENT,
            Voc::Alert => &words::ALERT,
            Voc::Component => &words::COMPONENT,
        }
    }
}

pub(super) type Fields = &'static [(&'static str, Field)];

pub(super) const COMMON: Fields = &[
    ("@context", Field::Context),
    ("type", Field::Text),
    ("eventTime", Field::Time),
    ("recordTime", Field::Time),
    ("eventTimeZoneOffset", Field::Offset),
    ("eventID", Field::Uri),
    ("certificationInfo", Field::Uris),
    ("errorDeclaration", Field::Declaration),
    ("bizStep", Field::Word(Voc::Step)),
    ("disposition", Field::Word(Voc::Disposition)),
    ("readPoint", Field::Place),
    ("bizLocation", Field::Place),
    ("bizTransactionList", Field::Transactions),
    ("sourceList", Field::Sources),
    ("destinationList", Field::Destinations),
    ("sensorElementList", Field::Sensors),
];
pub(super) const OBJECT: Fields = &[
    ("action", Field::Action),
    ("epcList", Field::Things(true)),
    ("quantityList", Field::Quantities),
    ("persistentDisposition", Field::Persistent),
    ("ilmd", Field::Ilmd),
];
pub(super) const PARENTED: Fields = &[
    ("action", Field::Action),
    ("parentID", Field::Thing),
    ("childEPCs", Field::Things(false)),
    ("childQuantityList", Field::Quantities),
];
pub(super) const TRANSACTION: Fields = &[
    ("action", Field::Action),
    ("parentID", Field::Thing),
    ("epcList", Field::Things(false)),
    ("quantityList", Field::Quantities),
];
pub(super) const TRANSFORMATION: Fields = &[
    ("inputEPCList", Field::Things(true)),
    ("inputQuantityList", Field::Quantities),
    ("outputEPCList", Field::Things(true)),
    ("outputQuantityList", Field::Quantities),
    ("transformationID", Field::Uri),
    ("persistentDisposition", Field::Persistent),
    ("ilmd", Field::Ilmd),
];
pub(super) const METADATA: Fields = &[
    ("time", Field::Time),
    ("deviceID", Field::Uri),
    ("deviceMetadata", Field::Uri),
    ("rawData", Field::Uri),
    ("startTime", Field::Time),
    ("endTime", Field::Time),
    ("dataProcessingMethod", Field::Uri),
    ("bizRules", Field::Uri),
];
pub(super) const REPORT: Fields = &[
    ("type", Field::Word(Voc::Measurement)),
    ("exception", Field::Word(Voc::Alert)),
    ("deviceID", Field::Uri),
    ("deviceMetadata", Field::Uri),
    ("rawData", Field::Uri),
    ("dataProcessingMethod", Field::Uri),
    ("bizRules", Field::Uri),
    ("time", Field::Time),
    ("microorganism", Field::Uri),
    ("chemicalSubstance", Field::Uri),
    ("coordinateReferenceSystem", Field::Uri),
    ("value", Field::Number),
    ("component", Field::Word(Voc::Component)),
    ("stringValue", Field::Text),
    ("booleanValue", Field::Flag),
    ("hexBinaryValue", Field::Hex),
    ("uriValue", Field::Uri),
    ("minValue", Field::Number),
    ("maxValue", Field::Number),
    ("meanValue", Field::Number),
    ("sDev", Field::Number),
    ("percRank", Field::Number),
    ("percValue", Field::Number),
    ("uom", Field::Text),
];
pub(super) const DECLARATION: Fields = &[
    ("declarationTime", Field::Time),
    ("reason", Field::Word(Voc::Reason)),
    ("correctiveEventIDs", Field::Uris),
];

pub(super) const fn own(kind: Kind) -> Fields {
    match kind {
        Kind::Object => OBJECT,
        Kind::Aggregation | Kind::Association => PARENTED,
        Kind::Transaction => TRANSACTION,
        Kind::Transformation => TRANSFORMATION,
    }
}
