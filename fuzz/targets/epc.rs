//! A tag's memory: what is decoded encodes to the same bits, and its URIs mean the same tag.
#![no_main]

use lotline_scan::{Epc, Form};

libfuzzer_sys::fuzz_target!(|memory: &[u8]| {
    if let Ok(epc) = Epc::decode(memory) {
        let bits = epc.encode();
        assert_eq!(Epc::decode(bits.as_bytes()), Ok(epc), "encoded otherwise");
        let uri = epc.tag_uri();
        if uri.exists() {
            assert_eq!(
                Epc::from_tag_uri(&uri.to_string()).map(|again| again.encode()),
                Ok(bits),
                "{uri}"
            );
        }
    }
    let hex: String = memory.iter().map(|byte| format!("{byte:02X}")).collect();
    lotline_fuzz::every_way(hex.as_bytes(), Form::Epc);
    lotline_fuzz::every_way(memory, Form::Epc);
});
