//! Tag URIs and pure identity URIs.
#![no_main]

use lotline_scan::Epc;

libfuzzer_sys::fuzz_target!(|text: &str| {
    if let Ok(epc) = Epc::from_tag_uri(text) {
        assert_eq!(Epc::decode(epc.encode().as_bytes()), Ok(epc), "{text}");
    }
    for filter in [0, 7, 8] {
        if let Ok(epc) = Epc::from_id_uri(text, filter) {
            let again = Epc::from_id_uri(&epc.id_uri().to_string(), filter);
            assert_eq!(again, Ok(epc), "{text}");
            assert_eq!(Epc::decode(epc.encode().as_bytes()), Ok(epc), "{text}");
        }
    }
});
