//! A tag as a label: its GS1 elements behind a copy of its memory.

use super::Epc;
use crate::ai::table::{self, Found};
use crate::code::Code;
use crate::elements::{Elements, Slot};
use crate::error::ScanError;
use crate::label::{Kind, Label};
use crate::warning::Flag;

/// Reads the tag memory in the label's content, hexadecimal digits, into a label that borrows from `scratch`.
pub(crate) fn read<'a>(label: &Label<'_>, data: &[u8], scratch: &'a mut [u8]) -> Result<Label<'a>, ScanError> {
    let (from, to) = (label.from, label.to);
    let epc = Epc::from_hex_bytes(&data[from..to]).map_err(|error| {
        // Four bits a digit.
        let at = usize::from(error.at);
        let digit = if error.code == Code::EpcNotHexadecimal {
            at
        } else {
            at / 4
        };
        ScanError::at(error.code, (from + digit).min(to))
    })?;
    let too_long = ScanError::at(Code::DataTooLong, to);
    scratch.get_mut(..to).ok_or(too_long)?.copy_from_slice(&data[..to]);
    let mut elements = Elements::new();
    let mut at = to;
    for element in epc.elements() {
        let value = element.value.as_bytes();
        scratch
            .get_mut(at..at + value.len())
            .ok_or(too_long)?
            .copy_from_slice(value);
        if let Some(index) = table::known(element.ai.as_bytes()) {
            elements.push(Slot::new(&Found::Known(index), at, at, value.len()));
        }
        at += value.len();
    }
    let mut label = label.over(scratch, &elements);
    label.kind = Kind::Epc;
    if epc.has_more_data() {
        label.flags.add(Flag::MoreDataOnTag);
    }
    Ok(label)
}
