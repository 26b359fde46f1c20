//! A device's habits: learned from any bytes, applied to any bytes.
#![no_main]

use lotline_fuzz::{YEAR, whole};
use lotline_scan::profile::learn;
use lotline_scan::{Form, Options, Scratch, read_with};

// What the device sent for the calibration label, and after a line feed what it sent next.
libfuzzer_sys::fuzz_target!(|sent: &[u8]| {
    let mut sent = sent.splitn(2, |byte| *byte == b'\n');
    let (Some(calibration), Some(data)) = (sent.next(), sent.next()) else {
        return;
    };
    let Ok(profile) = learn(calibration) else { return };
    let (mut room, mut scratch) = (Scratch::new(), Scratch::new());
    if let Ok(restored) = profile.restore(data, &mut room) {
        let options = profile.options(Options::new(YEAR));
        match read_with(restored, None, Form::Scan, &options, &mut scratch) {
            Ok(label) => whole(&label),
            Err(error) => assert!(profile.position(data, error.at as usize) <= data.len()),
        }
    }
});
