//! Every sample picture, bad input, and random bytes.

use super::*;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

/// Pictures read, at least, by what their names begin with. A figure here may only rise.
const FLOOR: [(&str, usize); 7] = [
    ("code128", 10),
    ("datamatrix", 34),
    ("ean13", 7),
    ("ean8", 2),
    ("itf", 2),
    ("qrcode", 16),
    ("rssexpanded", 2),
];

fn pictures() -> Vec<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/scan-images");
    let mut all: Vec<PathBuf> = std::fs::read_dir(folder)
        .expect("the pictures are there")
        .map(|entry| entry.expect("a readable folder").path())
        .filter(|path| {
            path.extension()
                .is_some_and(|e| e == "png" || e == "jpg" || e == "webp")
        })
        .collect();
    all.sort();
    all
}

#[test]
fn no_picture_is_read_wrongly_and_no_fewer_are_read_than_before() {
    let all = pictures();
    // A picture is read alike wherever it is read: the processor's cores share the work.
    let shares = std::thread::available_parallelism().map_or(1, usize::from);
    let answers = std::thread::scope(|scope| {
        let all = &all;
        let answered = |path: &PathBuf| (kind(path), answered_rightly(path));
        let share = move |first: usize| all.iter().skip(first).step_by(shares).map(answered).collect::<Vec<_>>();
        let working: Vec<_> = (0..shares).map(|first| scope.spawn(move || share(first))).collect();
        working
            .into_iter()
            .map(|share| share.join().expect("every answer is right"))
            .collect::<Vec<_>>()
            .concat()
    });
    let mut read_of: BTreeMap<String, (usize, usize)> = BTreeMap::new();
    let mut looks: BTreeMap<String, Vec<u64>> = BTreeMap::new();
    for (kind, answered) in answers {
        looks.entry(kind.clone()).or_default().extend(answered);
        let (read, all) = read_of.entry(kind).or_default();
        *read += usize::from(answered.is_some());
        *all += 1;
    }
    for (kind, looks) in &mut looks {
        looks.sort_unstable();
        let (median, most) = (looks[looks.len() / 2], looks[looks.len() - 1]);
        let (read, all) = read_of[kind];
        println!("{kind}: {read} of {all} read, each pixel looked at {median} times, at most {most}");
    }
    for (kind, floor) in FLOOR {
        assert!(
            read_of[kind].0 >= floor,
            "{kind}: {:?} read, {floor} before",
            read_of[kind]
        );
    }
    assert_eq!(read_of.values().map(|(_, all)| all).sum::<usize>(), 76);
}

/// What a picture's name begins with.
fn kind(path: &Path) -> String {
    let name = path.file_name().expect("a file").to_string_lossy();
    name.split('-').next().unwrap_or(&name).to_owned()
}

/// How often each pixel was looked at, if anything is read; and everything that is read is what stands beside the picture.
fn answered_rightly(path: &PathBuf) -> Option<u64> {
    let name = path.file_name().expect("a file").to_string_lossy();
    let luma = image::open(path).expect("a picture").to_luma8();
    let frame = Frame::new(luma.as_raw(), luma.width(), luma.height(), luma.width()).expect("a frame");
    let (codes, looks) = read_with(&frame, Effort::PICTURE);
    let text = std::fs::read_to_string(path.with_extension("txt")).expect("what it says");
    let wanted: Vec<u8> = text.chars().map(|c| u8::try_from(c).unwrap_or(b'?')).collect();
    for code in &codes {
        assert_eq!(code.bytes, wanted, "{name}: {}", String::from_utf8_lossy(&code.bytes));
        for corner in code.corners {
            let within = |at: f32, most: u32| (-2.0..=most as f32 + 2.0).contains(&at);
            assert!(
                within(corner.x, luma.width()) && within(corner.y, luma.height()),
                "{name}: {code:?}"
            );
        }
    }
    if let (Some(code), Ok(facts)) = (
        codes.first(),
        std::fs::read_to_string(path.with_extension("result.txt")),
    ) {
        let identifier = facts.lines().find_map(|line| line.strip_prefix("symbologyIdentifier="));
        // The rectangular extension has identifiers of its own (ISO/IEC 21471) that no reader of GS1 data knows.
        let identifier = match identifier {
            Some("]d7") => Some("]d1"),
            Some("]d8") => Some("]d2"),
            other => other,
        };
        assert!(
            identifier.is_none_or(|wanted| wanted == code.symbology),
            "{name}: {code:?}"
        );
    }
    let pixels = u64::from(luma.width()) * u64::from(luma.height());
    (!codes.is_empty()).then(|| looks.div_ceil(pixels))
}

#[test]
fn the_gaps_between_the_bars_of_another_code_are_no_ean() {
    // White on black, the spaces of this Code 128 make guards, digits and a right check digit, on every line the same.
    let (mut luma, width, height) = picture("code128-1--6.png");
    for pixel in &mut luma {
        *pixel = 255 - *pixel;
    }
    let codes = read(
        &Frame::new(&luma, width, height, width).expect("a frame"),
        Effort::PICTURE,
    );
    assert!(codes.is_empty(), "{codes:?}");
}

#[test]
fn a_buffer_that_does_not_fit_its_sizes_is_refused_with_what_is_missing() {
    let luma = vec![0; 100];
    let fails = |width, height, stride| Frame::new(&luma, width, height, stride).expect_err("no frame");
    assert_eq!(fails(0, 0, 0), FrameError::Empty { width: 0, height: 0 });
    assert_eq!(fails(0, 5, 5), FrameError::Empty { width: 0, height: 5 });
    assert_eq!(fails(10, 10, 9), FrameError::StrideTooShort { width: 10, stride: 9 });
    assert_eq!(
        fails(10, 10, 11),
        FrameError::BufferTooShort {
            needed: 109,
            given: 100
        }
    );
    assert_eq!(
        fails(10_000, 10_000, 10_000),
        FrameError::TooLarge { pixels: 100_000_000 }
    );
    assert_eq!(
        fails(u32::MAX, u32::MAX, u32::MAX),
        FrameError::TooLarge {
            pixels: 18_446_744_065_119_617_025
        }
    );
    assert!(Frame::new(&luma, 10, 10, 10).is_ok());
    assert!(Frame::new(&luma, 8, 9, 11).is_ok(), "the last row needs no padding");
}

#[test]
fn padding_after_each_row_is_no_part_of_the_picture() {
    let (luma, width, height) = picture("datamatrix-2--02.webp");
    let stride = width + 13;
    let mut padded = Vec::new();
    for row in luma.chunks(width as usize) {
        padded.extend_from_slice(row);
        padded.extend([0x55; 13]);
    }
    let plain = Frame::new(&luma, width, height, width).expect("a frame");
    let wide = Frame::new(&padded, width, height, stride).expect("a frame");
    let codes = read(&wide, Effort::PREVIEW);
    assert_eq!(codes.len(), 1);
    assert_eq!(codes, read(&plain, Effort::PREVIEW));
}

#[test]
fn codes_of_different_kinds_in_one_frame_are_all_found_each_where_it_is() {
    let names = [
        "datamatrix-1--gs1-figure-4.15.1-2-32x32.png",
        "qrcode-2--gs1-figure-4.15.1-2.png",
        "code128-1--1.png",
        "ean8-1--1.png",
    ];
    let parts = names.map(picture);
    // A camera's preview.
    let (width, height) = (1280, 960);
    let mut luma = vec![255; (width * height) as usize];
    let mut top = 20;
    let mut tops = Vec::new();
    for (part, w, h) in &parts {
        for (row, line) in part.chunks(*w as usize).enumerate() {
            let at = (top as usize + row) * width as usize + 20;
            luma[at..at + line.len()].copy_from_slice(line);
        }
        tops.push((top as f32, (top + h) as f32));
        top += h + 40;
    }
    let frame = Frame::new(&luma, width, height, width).expect("a frame");
    let (codes, spent) = read_with(&frame, Effort::PREVIEW);
    println!("a preview of {width} x {height}: {spent} pixels looked at");
    for (symbology, (from, to)) in ["]d2", "]Q3", "]C1", "]E4"].into_iter().zip(tops) {
        let code = codes.iter().find(|code| code.symbology == symbology).expect(symbology);
        assert!(
            code.corners.iter().all(|p| p.y >= from - 2.0 && p.y <= to + 2.0),
            "{code:?}"
        );
    }
    assert_eq!(codes.len(), 4, "{codes:?}");
}

#[test]
fn the_same_label_twice_is_two_codes() {
    let (luma, width, height) = picture("datamatrix-2--02.webp");
    let mut both = Vec::new();
    for row in luma.chunks(width as usize) {
        both.extend_from_slice(row);
        both.extend_from_slice(row);
    }
    let frame = Frame::new(&both, 2 * width, height, 2 * width).expect("a frame");
    let codes = read(&frame, Effort::PREVIEW);
    assert_eq!(codes.len(), 2, "{codes:?}");
    assert!((codes[0].corners[0].x - codes[1].corners[0].x).abs() > width as f32 / 2.0);
}

#[test]
fn work_is_counted_and_ends_with_the_effort_given() {
    // Grey noise holds no code: every try is made that the effort allows.
    let luma = noise(320 * 240, 7);
    let frame = Frame::new(&luma, 320, 240, 320).expect("a frame");
    let mut last = 0;
    for effort in [0, 100_000, 500_000, 2_000_000] {
        let (codes, spent) = read_with(&frame, Effort::pixels(effort));
        assert!(codes.is_empty() && spent <= effort, "{spent} of {effort}");
        assert!(
            spent >= last && (effort < 100_000 || spent >= effort / 4),
            "{spent} of {effort}"
        );
        last = spent;
    }
    assert_eq!(
        read_with(&frame, Effort::pixels(500_000)),
        read_with(&frame, Effort::pixels(500_000))
    );
}

#[test]
fn random_bytes_of_any_size_are_no_code_and_no_panic() {
    for (seed, (width, height)) in [
        (1, 1),
        (1, 400),
        (400, 1),
        (2, 2),
        (17, 3),
        (64, 48),
        (97, 101),
        (160, 120),
    ]
    .into_iter()
    .enumerate()
    {
        for contrast in [255, 24, 1] {
            let luma: Vec<u8> = noise(width * height, seed as u64 + 1)
                .iter()
                .map(|v| v % contrast)
                .collect();
            let (w, h) = (width as u32, height as u32);
            let codes = read(&Frame::new(&luma, w, h, w).expect("a frame"), Effort::PICTURE);
            assert!(codes.is_empty(), "{w} x {h}: {codes:?}");
        }
    }
    for value in [0, 128, 255] {
        let luma = vec![value; 96 * 64];
        assert!(read(&Frame::new(&luma, 96, 64, 96).expect("a frame"), Effort::PICTURE).is_empty());
    }
}

fn picture(name: &str) -> (Vec<u8>, u32, u32) {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/scan-images");
    let luma = image::open(folder.join(name)).expect("a picture").to_luma8();
    let (width, height) = luma.dimensions();
    (luma.into_raw(), width, height)
}

/// The same noise for the same seed (xorshift).
fn noise(count: usize, seed: u64) -> Vec<u8> {
    let mut state = seed.wrapping_mul(0x9E37_79B9_7F4A_7C15) | 1;
    (0..count)
        .map(|_| {
            state ^= state << 13;
            state ^= state >> 7;
            state ^= state << 17;
            (state >> 32) as u8
        })
        .collect()
}
