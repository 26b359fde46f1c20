//! An entry of some device: linked to a chain, opened, and printed.
#![no_main]

use lotline_record::entry::{Envelope, Position, Sealed, Tip, genesis, link};

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    if let Ok(envelope) = serde_json::from_slice::<Envelope>(bytes) {
        let hash = if envelope.seq == 1 && !envelope.training {
            genesis(&envelope.device, envelope.epoch, None)
        } else {
            envelope.prev
        };
        let mut tip = Tip {
            device: envelope.device.clone(),
            epoch: envelope.epoch,
            seq: envelope.seq.saturating_sub(1),
            hash,
            training: envelope.training,
        };
        let before = tip.clone();
        match link(&mut tip, bytes) {
            Ok(sealed) => assert!(sealed.bytes == bytes && tip.seq == envelope.seq),
            Err(error) => assert!(tip == before, "a refused entry moved the chain: {error}"),
        }
    }
    if let Ok(entry) = Sealed::from_stored(Position::new(1, 1), bytes.to_vec()).open() {
        let again = serde_json::to_vec(&entry).expect("an entry that was read can be written");
        let back = Sealed::from_stored(Position::new(1, 1), again).open();
        assert!(
            back.is_ok_and(|back| back == entry),
            "written and read again it is another"
        );
    }
});
