//! The codes in a camera's frame, for the shells: what each says goes to `act` as an `Input` like every other scan.

use crate::handheld::caught;
use lotline_core::Error;
use lotline_core::frame::{Effort, Frame, FrameScan, Point, read};

/// A code in a frame.
#[derive(Debug, Clone, PartialEq, uniffi::Record)]
pub struct FrameCode {
    /// What a scanner would have sent, for `Input.Scan`: FNC1 between elements is GS (0x1D).
    pub bytes: Vec<u8>,
    /// The AIM identifier, such as `]d2` (ISO/IEC 15424), for `Input.Scan`.
    pub symbology: String,
    /// Its four corners in pixels of the frame, going round: for the outline on the viewfinder.
    pub corners: Vec<Point>,
}

impl From<FrameScan> for FrameCode {
    fn from(scan: FrameScan) -> Self {
        FrameCode {
            bytes: scan.bytes,
            symbology: scan.symbology,
            corners: scan.corners.to_vec(),
        }
    }
}

/// Reads the codes in a camera's luma plane: one byte a pixel, 0 black, `height` rows of `width` pixels, `stride` bytes
/// apart. It blocks, and works as long as a preview allows: on a thread of its own, the newest frame at a time. No code is
/// an empty list. Sizes that do not fit the bytes are a fault with the code `bad_frame`.
#[uniffi::export]
pub fn read_frame(luma: &[u8], width: u32, height: u32, stride: u32) -> Result<Vec<FrameCode>, Error> {
    caught(|| {
        let frame = Frame::new(luma, width, height, stride)?;
        let scans = read(&frame, Effort::PREVIEW);
        Ok(scans.into_iter().map(FrameCode::from).collect())
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use lotline_core::Remedy;
    use lotline_scan::print::{Message, Resolution, Sheet, Symbol};
    use lotline_scan::{Form, Options, Scratch, read_with};

    #[test]
    fn a_frame_gives_what_a_scanner_would_have_sent_and_where_it_stands() {
        let text = b"(01)09506000134352(10)ABC123(21)SN0000001";
        let mut scratch = Scratch::new();
        let label = read_with(text, None, Form::Bracketed, &Options::new(2026), &mut scratch).unwrap();
        let message = Message::of(&label).unwrap();
        let picture = Sheet::bare(&message, Symbol::DataMatrix, Resolution::Dpi203)
            .unwrap()
            .picture();
        // As a camera gives it: rows longer than the picture.
        let (width, height) = (picture.width(), picture.height());
        let row = usize::try_from(width).unwrap();
        let luma: Vec<u8> = picture.luma().collect();
        let padded: Vec<u8> = luma.chunks(row).flat_map(|row| [row, &[0x55; 16]].concat()).collect();
        let codes = read_frame(&padded, width, height, width + 16).unwrap();
        assert_eq!(codes.len(), 1, "{codes:?}");
        assert_eq!(codes[0].bytes, b"010950600013435210ABC123\x1d21SN0000001");
        assert_eq!((codes[0].symbology.as_str(), codes[0].corners.len()), ("]d2", 4));
        assert_eq!(read_frame(&[255; 64 * 48], 64, 48, 64), Ok(Vec::new()));
    }

    #[test]
    fn sizes_that_do_not_fit_are_a_typed_fault() {
        for (width, height, stride) in [(0, 0, 0), (10, 10, 9), (10, 11, 10), (u32::MAX, u32::MAX, u32::MAX)] {
            let error = read_frame(&[0; 100], width, height, stride).unwrap_err();
            let fault = error.fault();
            assert_eq!(
                (fault.remedy, fault.code.as_str()),
                (Remedy::Bug, "bad_frame"),
                "{width} x {height}"
            );
            assert!(fault.message.contains("camera frame"), "{}", fault.message);
        }
    }
}
