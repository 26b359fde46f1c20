//! The same label as two laws see it: the unique identifier of an EU pack and the product identifier of a US package.

use core::fmt;

use crate::date::Moment;
use crate::key::Gtin;
use crate::label::{Kind, Label};

/// A product code of one of the two systems in use on EU packs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ProductCode<'l> {
    /// GS1: AI 01, or 8P of an IFA label.
    Gtin(Gtin),
    /// IFA: 9N.
    Ppn(&'l str),
}

impl fmt::Display for ProductCode<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            ProductCode::Gtin(gtin) => gtin.fmt(f),
            ProductCode::Ppn(ppn) => f.write_str(ppn),
        }
    }
}

/// The unique identifier of a medicine's pack: Delegated Regulation (EU) 2016/161, article 4(b).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct EuFmd<'l> {
    /// The product code.
    pub product_code: ProductCode<'l>,
    /// The serial number, at most twenty characters.
    pub serial: Option<&'l str>,
    /// A national reimbursement or identification number, where the member state wants one: AI 710 to 717, or the PZN of a
    /// PPN.
    pub national_number: Option<&'l str>,
    /// The lot.
    pub lot: Option<&'l str>,
    /// The last day of use.
    pub expiry: Option<Moment>,
}

/// The product identifier of a package or homogenous case: DSCSA, 21 USC 360eee (14) and (20).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Dscsa<'l> {
    /// The GTIN that carries the National Drug Code.
    pub gtin: Gtin,
    /// There is one in it: [`Gtin::ndc`].
    pub has_ndc: bool,
    /// The serial number, at most twenty characters.
    pub serial: Option<&'l str>,
    /// The lot.
    pub lot: Option<&'l str>,
    /// The last day of use.
    pub expiry: Option<Moment>,
}

fn missing<const N: usize>(parts: [(&'static str, bool); N]) -> impl Iterator<Item = &'static str> {
    parts.into_iter().filter_map(|(name, there)| (!there).then_some(name))
}

impl EuFmd<'_> {
    /// What the regulation asks for and the label does not say. The national number depends on the member state.
    pub fn missing(&self) -> impl Iterator<Item = &'static str> {
        missing([
            ("serial", self.serial.is_some_and(|serial| serial.len() <= 20)),
            ("lot", self.lot.is_some()),
            ("expiry", self.expiry.is_some()),
        ])
    }
}

impl Dscsa<'_> {
    /// What the law asks for and the label does not say.
    pub fn missing(&self) -> impl Iterator<Item = &'static str> {
        missing([
            ("ndc", self.has_ndc),
            ("serial", self.serial.is_some_and(|serial| serial.len() <= 20)),
            ("lot", self.lot.is_some()),
            ("expiry", self.expiry.is_some()),
        ])
    }
}

impl Label<'_> {
    /// The label as the EU's Falsified Medicines Directive sees it. `None` if it names no such product.
    #[must_use]
    pub fn eu_fmd(&self) -> Option<EuFmd<'_>> {
        let ppn = self.ppn();
        let product_code = match (ppn.and_then(|ppn| ppn.ppn), self.gtin()) {
            (Some(ppn), _) => ProductCode::Ppn(ppn),
            (None, Some(gtin)) => ProductCode::Gtin(gtin),
            (None, None) => return None,
        };
        let national = || {
            self.elements()
                .find(|element| is_national(element.ai))
                .map(|element| element.value)
        };
        Some(EuFmd {
            product_code,
            serial: self.serial(),
            national_number: ppn.and_then(|ppn| ppn.pzn).or_else(national),
            lot: self.lot(),
            expiry: self.expiry_moment(),
        })
    }

    /// The label as the Drug Supply Chain Security Act sees it. `None` if it names no trade item.
    #[must_use]
    pub fn dscsa(&self) -> Option<Dscsa<'_>> {
        let gtin = self
            .gtin()
            .filter(|_| matches!(self.kind(), Kind::Gs1 | Kind::Ean | Kind::Epc))?;
        Some(Dscsa {
            gtin,
            has_ndc: gtin.ndc().is_some(),
            serial: self.serial(),
            lot: self.lot(),
            expiry: self.expiry_moment(),
        })
    }
}

/// National Healthcare Reimbursement Numbers, General Specifications 3.7.
fn is_national(ai: &str) -> bool {
    ai.len() == 3 && ai.starts_with("71")
}
