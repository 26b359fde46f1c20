//! Words of the Core Business Vocabulary 2.0: in JSON-LD they stand short, in XML and in hashes as URIs.

/// Business steps (CBV 2.0 section 7.1).
const BIZ_STEPS: &[&str] = &[
    "accepting",
    "arriving",
    "assembling",
    "collecting",
    "commissioning",
    "consigning",
    "creating_class_instance",
    "cycle_counting",
    "decommissioning",
    "departing",
    "destroying",
    "disassembling",
    "dispensing",
    "encoding",
    "entering_exiting",
    "holding",
    "inspecting",
    "installing",
    "killing",
    "loading",
    "other",
    "packing",
    "picking",
    "receiving",
    "removing",
    "repackaging",
    "repairing",
    "replacing",
    "reserving",
    "retail_selling",
    "shipping",
    "staging_outbound",
    "stock_taking",
    "stocking",
    "storing",
    "transporting",
    "unloading",
    "unpacking",
    "void_shipping",
    "sensor_reporting",
    "sampling",
];

/// Dispositions (CBV 2.0 section 7.2).
const DISPOSITIONS: &[&str] = &[
    "active",
    "container_closed",
    "damaged",
    "destroyed",
    "dispensed",
    "disposed",
    "encoded",
    "expired",
    "in_progress",
    "in_transit",
    "inactive",
    "no_pedigree_match",
    "non_sellable_other",
    "partially_dispensed",
    "recalled",
    "reserved",
    "retail_sold",
    "returned",
    "sellable_accessible",
    "sellable_not_accessible",
    "stolen",
    "unknown",
    "available",
    "completeness_verified",
    "completeness_inferred",
    "conformant",
    "container_open",
    "mismatch_instance",
    "mismatch_class",
    "mismatch_quantity",
    "needs_replacement",
    "non_conformant",
    "unavailable",
];

/// Business transaction types (CBV 2.0 section 7.3).
const TRANSACTION_TYPES: &[&str] = &[
    "bol",
    "cert",
    "desadv",
    "inv",
    "pedigree",
    "po",
    "poc",
    "prodorder",
    "recadv",
    "rma",
    "testprd",
    "testres",
    "upevt",
];

/// Source and destination types (CBV 2.0 section 7.4).
const SOURCE_TYPES: &[&str] = &["owning_party", "possessing_party", "location"];

/// Reasons of an error declaration (CBV 2.0 section 7.5).
const ERROR_REASONS: &[&str] = &["did_not_occur", "incorrect_data"];

/// What a sensor report measures (GS1 web vocabulary).
const MEASUREMENTS: &[&str] = &[
    "AbsoluteHumidity",
    "AbsorbedDose",
    "AbsorbedDoseRate",
    "Acceleration",
    "Radioactivity",
    "Altitude",
    "AmountOfSubstance",
    "AmountOfSubstancePerUnitVolume",
    "Angle",
    "AngularAcceleration",
    "AngularMomentum",
    "AngularVelocity",
    "Area",
    "Capacitance",
    "Conductance",
    "Conductivity",
    "Count",
    "Density",
    "Dimensionless",
    "DoseEquivalent",
    "DoseEquivalentRate",
    "DynamicViscosity",
    "ElectricCharge",
    "ElectricCurrent",
    "ElectricCurrentDensity",
    "ElectricFieldStrength",
    "Energy",
    "Exposure",
    "Force",
    "Frequency",
    "Illuminance",
    "Inductance",
    "Irradiance",
    "KinematicViscosity",
    "Length",
    "LinearMomentum",
    "Luminance",
    "LuminousFlux",
    "LuminousIntensity",
    "MagneticFlux",
    "MagneticFluxDensity",
    "MagneticVectorPotential",
    "Mass",
    "MassConcentration",
    "MassFlowRate",
    "MassPerAreaTime",
    "MemoryCapacity",
    "MolalityOfSolute",
    "MolarEnergy",
    "MolarMass",
    "MolarVolume",
    "Power",
    "Pressure",
    "RadiantFlux",
    "RadiantIntensity",
    "RelativeHumidity",
    "Resistance",
    "Resistivity",
    "SolidAngle",
    "SpecificVolume",
    "Speed",
    "SurfaceDensity",
    "SurfaceTension",
    "Temperature",
    "Time",
    "Torque",
    "Voltage",
    "Volume",
    "VolumeFlowRate",
    "VolumeFraction",
    "VolumetricFlux",
    "Wavenumber",
];

/// What a sensor report warns of (GS1 web vocabulary).
const ALERTS: &[&str] = &["ALARM_CONDITION", "ERROR_CONDITION"];

/// Which part of a measurement (CBV 2.0 section 7.6).
const COMPONENTS: &[&str] = &[
    "x",
    "y",
    "z",
    "axial_distance",
    "azimuth",
    "height",
    "spherical_radius",
    "polar_angle",
    "elevation_angle",
    "easting",
    "northing",
    "latitude",
    "longitude",
    "altitude",
];

/// A vocabulary: its words, and how it calls them elsewhere.
pub(super) struct Vocabulary {
    /// The short words.
    pub words: &'static [&'static str],
    /// Before the word in a web URI.
    pub web: &'static str,
    /// Before the word in a URN, as EPCIS 1.2 writes it; the GS1 web vocabulary has none.
    pub urn: Option<&'static str>,
}

macro_rules! vocabularies {
    ($($name:ident: $words:ident, $web:literal, $urn:expr;)*) => {
        $(pub(super) const $name: Vocabulary = Vocabulary { words: $words, web: $web, urn: $urn };)*
    };
}

vocabularies! {
    BIZ_STEP: BIZ_STEPS, "https://ref.gs1.org/cbv/BizStep-", Some("urn:epcglobal:cbv:bizstep:");
    DISPOSITION: DISPOSITIONS, "https://ref.gs1.org/cbv/Disp-", Some("urn:epcglobal:cbv:disp:");
    TRANSACTION: TRANSACTION_TYPES, "https://ref.gs1.org/cbv/BTT-", Some("urn:epcglobal:cbv:btt:");
    SOURCE: SOURCE_TYPES, "https://ref.gs1.org/cbv/SDT-", Some("urn:epcglobal:cbv:sdt:");
    REASON: ERROR_REASONS, "https://ref.gs1.org/cbv/ER-", Some("urn:epcglobal:cbv:er:");
    MEASUREMENT: MEASUREMENTS, "https://gs1.org/voc/", None;
    ALERT: ALERTS, "https://gs1.org/voc/", None;
    COMPONENT: COMPONENTS, "https://ref.gs1.org/cbv/Comp-", None;
}

impl Vocabulary {
    /// Whether the word is one of it.
    pub fn has(&self, word: &str) -> bool {
        self.words.contains(&word)
    }

    /// The short word of any of its forms; anything else as it is. CBV 2.0 section 3.
    pub fn short<'t>(&self, text: &'t str) -> &'t str {
        let curie = |curie: &str, base: &str| {
            let stem = self.web.strip_prefix(base)?;
            text.strip_prefix(curie)?.strip_prefix(stem)
        };
        let behind = text
            .strip_prefix(self.web)
            .or_else(|| text.strip_prefix(self.urn?))
            .or_else(|| curie("cbv:", "https://ref.gs1.org/cbv/"))
            .or_else(|| curie("gs1:", "https://gs1.org/voc/"));
        behind.filter(|word| self.has(word)).unwrap_or(text)
    }

    /// The web URI of a short word; anything else as it is.
    pub fn long(&self, text: &str) -> String {
        let short = self.short(text);
        if self.has(short) {
            format!("{}{short}", self.web)
        } else {
            text.to_owned()
        }
    }

    /// The URN of a short word, as EPCIS 1.2 wants it; anything else as it is.
    pub fn as_urn(&self, text: &str) -> String {
        match self.urn {
            Some(urn) if self.has(text) => format!("{urn}{text}"),
            _ => text.to_owned(),
        }
    }
}
