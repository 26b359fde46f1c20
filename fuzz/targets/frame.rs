//! A camera's frame of any size.
#![no_main]

use lotline_core::frame::{Effort, Frame, read_with};

libfuzzer_sys::fuzz_target!(|given: (u8, u8, &[u8])| {
    let (width, pad, luma) = given;
    let width = u32::from(width);
    let stride = width + u32::from(pad % 4);
    let height = u32::try_from(luma.len()).unwrap_or(0) / stride.max(1);
    if let Ok(frame) = Frame::new(luma, width, height, stride) {
        let (_, spent) = read_with(&frame, Effort::pixels(200_000));
        assert!(spent <= 200_000);
    }
});
