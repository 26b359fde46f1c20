//! The read path allocates nothing: an allocator that counts says so.
#![allow(unsafe_code)] // GlobalAlloc is an unsafe trait; this is the counting allocator that contracts name.

use std::alloc::{GlobalAlloc, Layout, System};
use std::cell::Cell;
use std::fmt::Write;

use lotline_scan::{AimId, Epc, Form, Options, Scheme, Scratch, read, read_with};

struct Counting;

thread_local! {
    static COUNT: Cell<u64> = const { Cell::new(0) };
}

// SAFETY: every call goes to the system's allocator unchanged; counting touches a thread local without destructor.
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        COUNT.with(|count| count.set(count.get() + 1));
        // SAFETY: passed on as it came.
        unsafe { System.alloc(layout) }
    }

    unsafe fn dealloc(&self, memory: *mut u8, layout: Layout) {
        // SAFETY: passed on as it came.
        unsafe { System.dealloc(memory, layout) }
    }
}

#[global_allocator]
static ALLOCATOR: Counting = Counting;

fn allocations(work: impl FnOnce()) -> u64 {
    let before = COUNT.with(Cell::get);
    work();
    COUNT.with(Cell::get) - before
}

/// Counts what is written and keeps nothing.
struct Sink(usize);

impl Write for Sink {
    fn write_str(&mut self, text: &str) -> std::fmt::Result {
        self.0 += text.len();
        Ok(())
    }
}

#[test]
fn reading_asking_and_refusing_allocate_nothing() {
    let options = Options::new(2026);
    let mut scratch = Scratch::new();
    let good: [&[u8]; 4] = [
        b"]d201095060001343521726063010ABC123\x1d21SN0000001",
        b"]C100376104250021234569\r\n",
        b"]E09506000134352|]e03103000150",
        b"9506000134352",
    ];
    let bad: [&[u8]; 4] = [b"]d20109506000134353", b"]d21726023010A", b"]X1", b"\0\xFF"];
    let counted = allocations(|| {
        for data in good {
            let label = read(data, None, Form::Scan, &options).expect("good");
            let mut sink = Sink(0);
            write!(sink, "{}", label.bracketed().expect("elements")).expect("a sink takes all");
            for element in label.elements() {
                write!(sink, "{}{}", element.ai, element.value).expect("a sink takes all");
            }
            write!(
                sink,
                "{:?}{:?}{:?}{:?}",
                label.gtin(),
                label.sscc(),
                label.expiry(),
                label.count()
            )
            .expect("sink");
            assert!(label.warnings().count() <= 1 && label.dates().count() <= 1 && sink.0 > 0);
        }
        for data in bad {
            let error = read(data, None, Form::Scan, &options).expect_err("bad");
            let mut sink = Sink(0);
            write!(sink, "{error}").expect("a sink takes all");
        }
        let text = br"(01)09506000134352(10)AB\(C";
        let label = read_with(text, None, Form::Bracketed, &options, &mut scratch).expect("good");
        assert_eq!(label.lot(), Some("AB(C"));
        assert!(read(b"^0109506000134352", Some(AimId::GS1_128), Form::Raw, &options).is_ok());
    });
    assert_eq!(counted, 0);
    assert_eq!(
        allocations(|| drop(std::hint::black_box(Box::new(1_u64)))),
        1,
        "the allocator counts"
    );
}

#[test]
fn reading_and_writing_digital_links_allocates_nothing() {
    let mut options = Options::new(2026);
    options.zero_suppressed_gtin = true;
    let mut scratch = Scratch::new();
    let good: [&[u8]; 3] = [
        b"https://id.gs1.org/01/09506000134352/10/ABC123/21/SN0000001?17=260630",
        b"https://shop.example/x/01/9506000134352/10/A%2FB?17=260630&lang=de&98=%25",
        b"http://a/414/9521141123454/254/32a%2Fb#there",
    ];
    let bad: [&[u8]; 3] = [
        b"https://a/01/09506000134352/10/A%20B",
        b"https://a/01/09506000134352?10=A&10=A",
        b"https://a/b",
    ];
    let counted = allocations(|| {
        for data in good {
            let label = read_with(data, None, Form::Raw, &options, &mut scratch).expect("good");
            let mut sink = Sink(0);
            let link = label.digital_link().expect("a key");
            write!(sink, "{link}{}", label.bracketed().expect("elements")).expect("a sink takes all");
            assert!(label.ignored_parameters().count() <= 1 && sink.0 > 0);
        }
        for data in bad {
            let error = read_with(data, None, Form::Raw, &options, &mut scratch).expect_err("bad");
            let mut sink = Sink(0);
            write!(sink, "{error}").expect("a sink takes all");
        }
    });
    assert_eq!(counted, 0);
}

#[test]
fn reading_and_writing_tags_allocates_nothing() {
    let options = Options::new(2026);
    let mut scratch = Scratch::new();
    let counted = allocations(|| {
        for hex in [
            "3066C4409047E140075BCD15",
            "3666C4409047E159B2C2BF100000000000000000000000000000",
            "FB342CDE795211411234538566CB0AFC4",
            "3F76451FD612640000019907",
        ] {
            let epc = Epc::from_hex(hex).expect("an EPC");
            let mut sink = Sink(0);
            for element in epc.elements() {
                write!(sink, "{}{}", element.ai, element.value).expect("a sink takes all");
            }
            write!(sink, "{}{}{}", epc.tag_uri(), epc.id_uri(), epc.encode()).expect("a sink takes all");
            assert_eq!(Epc::decode(epc.encode().as_bytes()), Ok(epc));
            let label = read_with(hex.as_bytes(), None, Form::Epc, &options, &mut scratch).expect("an EPC");
            assert!(label.elements().count() > 0 && label.epc() == Some(epc) && sink.0 > 0);
        }
        assert!(Epc::from_tag_uri("urn:epc:tag:sgtin-198:3.95060001343.05.32a%2Fb").is_ok());
        assert!(Epc::from_id_uri("urn:epc:id:sgln:9521141.12345.5678", 3).is_ok());
        let elements = [("01", "79521141123453"), ("21", "32a/b")];
        assert!(Epc::from_elements(Scheme::SgtinPlus, &elements, 0, 3).is_ok());
        assert!(Epc::from_hex("307EC4409047E140075BCD15").is_err());
    });
    assert_eq!(counted, 0);
}
