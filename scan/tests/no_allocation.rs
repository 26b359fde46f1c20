//! The read path allocates nothing: an allocator that counts says so.
#![allow(unsafe_code)] // GlobalAlloc is an unsafe trait; this is the counting allocator that contracts name.

use std::alloc::{GlobalAlloc, Layout, System};
use std::cell::Cell;
use std::fmt::Write;

use lotline_scan::{AimId, Form, Options, Scratch, read, read_with};

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
