//! What is written reads back the same: the preview's image goes through a decoder that is not ours.

use lotline_scan::print::{LabelKind, Media, Message, Picture, PrintError, Resolution, Sheet, Symbol};
use lotline_scan::{Form, Label, Options, Scratch, check_digit, read, read_with};
use proptest::prelude::*;
use rxing::{BarcodeFormat, DecodeHints, RXingResultMetadataType, RXingResultMetadataValue, helpers};

const RESOLUTIONS: [Resolution; 3] = [Resolution::Dpi203, Resolution::Dpi300, Resolution::Dpi600];

/// What a scanner would send for the one symbol in the picture, symbology identifier in front.
fn scanned(picture: &Picture, symbol: Symbol) -> Vec<u8> {
    let format = match symbol {
        Symbol::DataMatrix => BarcodeFormat::DATA_MATRIX,
        _ => BarcodeFormat::CODE_128,
    };
    let mut hints = DecodeHints {
        // Without it the decoder drops inner FNC1 of GS1-128.
        AssumeGs1: Some(true),
        ..DecodeHints::default()
    };
    let luma = picture.luma().collect();
    let found = helpers::detect_in_luma_with_hints(luma, picture.width(), picture.height(), Some(format), &mut hints)
        .expect("the picture holds a symbol");
    let mut text = found.getText().as_bytes().to_vec();
    if symbol == Symbol::Gs1128 && text.ends_with(b"\x1d") {
        // The decoder takes a check character of value 102 for one more FNC1.
        text.pop();
    }
    if symbol == Symbol::DataMatrix {
        let Some(RXingResultMetadataValue::SymbologyIdentifier(identifier)) = found
            .getRXingResultMetadata()
            .get(&RXingResultMetadataType::SYMBOLOGY_IDENTIFIER)
        else {
            panic!("no symbology identifier");
        };
        text.splice(0..0, identifier.bytes());
    }
    text
}

fn with_label<T>(text: &str, use_it: impl FnOnce(&Label<'_>) -> T) -> T {
    let mut scratch = Scratch::new();
    let label = read_with(
        text.as_bytes(),
        None,
        Form::Bracketed,
        &Options::new(2026),
        &mut scratch,
    )
    .expect(text);
    use_it(&label)
}

fn sheet(kind: LabelKind, text: &str, symbol: Symbol, media: Media) -> Result<Sheet, PrintError> {
    with_label(text, |label| {
        Sheet::new(kind, label, symbol, media, "Gauze 10 × 10 cm, sterile")
    })
}

fn elements(label: &Label<'_>) -> Vec<(String, String)> {
    let mut all: Vec<_> = label
        .elements()
        .map(|e| (e.ai.to_owned(), e.value.to_owned()))
        .collect();
    all.sort();
    all
}

/// Draws, decodes, reads, and compares elements and every FNC1.
fn comes_back(text: &str, symbol: Symbol, sheet: &Sheet) {
    let raw = scanned(&sheet.picture(), symbol);
    with_label(text, |label| {
        let message = Message::of(label).expect(text);
        assert_eq!(
            String::from_utf8_lossy(&raw),
            String::from_utf8_lossy(&message.scanned(symbol)),
            "{text}"
        );
        // Strict: the picture has every FNC1, so a message that needs none is not in doubt.
        let back = read(&raw, None, Form::Scan, &Options::strict(2026)).expect(text);
        assert_eq!(elements(&back), elements(label));
        with_label(&message.to_string(), |again| {
            assert_eq!(elements(again), elements(label));
        });
    });
}

#[test]
fn every_kind_of_label_reads_back_at_every_resolution() {
    let labels = [
        (LabelKind::Item, "(01)09506000134352"),
        (LabelKind::Lot, "(01)09506000134352(17)260630(10)ABC123"),
        (LabelKind::Lot, "(10)abc-12/4(01)09506000134352(3103)001250(15)270100"),
        (LabelKind::Serial, "(01)09506000134352(17)260630(10)ABC123(21)SN0000001"),
        (LabelKind::Serial, "(8004)9506000111112222"),
    ];
    for resolution in RESOLUTIONS {
        for (kind, text) in &labels {
            for symbol in [Symbol::DataMatrix, Symbol::Gs1128] {
                // Some are too long for one GS1-128 of this width: those are cut, see below.
                if symbol == Symbol::Gs1128 && text.len() > 40 {
                    continue;
                }
                let sheet = sheet(*kind, text, symbol, Media::unit(resolution)).expect(text);
                comes_back(text, symbol, &sheet);
            }
        }
        let sscc = "(00)095060000000000015";
        for symbol in [Symbol::DataMatrix, Symbol::Gs1128] {
            let sheet = sheet(LabelKind::Sscc, sscc, symbol, Media::logistic(resolution)).expect(sscc);
            comes_back(sscc, symbol, &sheet);
        }
    }
}

#[test]
fn bare_symbols_read_back() {
    let text = "(01)09506000134352(10)A_1>(21)x;y:z(17)260630";
    for resolution in RESOLUTIONS {
        for symbol in [Symbol::DataMatrix, Symbol::Gs1128] {
            let sheet = with_label(text, |label| {
                Sheet::bare(&Message::of(label).expect(text), symbol, resolution).expect(text)
            });
            comes_back(text, symbol, &sheet);
        }
    }
}

#[test]
fn a_data_matrix_stands_upright() {
    // Decoders read mirror images too, so they would not tell.
    let text = "(01)09506000134352";
    let sheet = with_label(text, |label| {
        Sheet::bare(&Message::of(label).expect(text), Symbol::DataMatrix, Resolution::Dpi203).expect(text)
    });
    let picture = sheet.picture();
    let side = usize::try_from(picture.width()).expect("small");
    let dark = |row: usize, column: usize| picture.dots()[row * side + column];
    // Two modules of four dots are quiet; then the solid sides are left and bottom (ISO/IEC 16022 4.2.1).
    let (first, last) = (8, side - 9);
    assert!((first..=last).all(|row| dark(row, first)));
    assert!((first..=last).all(|column| dark(last, column)));
    assert!(!(first..=last).all(|column| dark(first, column)));
    assert!(!(first..=last).all(|row| dark(row, last)));
}

#[test]
fn a_logistic_label_keeps_its_sscc_apart_and_at_the_bottom() {
    let text = "(02)09506000134352(37)48(10)ABC123(00)095060000000000015(17)260630";
    let sheet = sheet(
        LabelKind::Sscc,
        text,
        Symbol::Gs1128,
        Media::logistic(Resolution::Dpi203),
    )
    .expect(text);
    let texts: Vec<&str> = sheet.texts().collect();
    assert_eq!(texts[0], "Gauze 10 × 10 cm, sterile");
    assert_eq!(texts[1], "USE BY or EXPIRY: 2026-06-30");
    assert_eq!(texts.last(), Some(&"(00)095060000000000015"));
    let all = texts.concat();
    for element in ["(02)09506000134352", "(37)48", "(10)ABC123", "(17)260630"] {
        assert!(all.contains(element), "{element} in {texts:?}");
    }
    // Cut out the lowest symbol: it holds the SSCC and nothing else.
    let picture = sheet.picture();
    let (width, height) = (picture.width(), picture.height());
    let from = usize::try_from(height * 3 / 4 * width).expect("small");
    let luma: Vec<u8> = picture.luma().skip(from).collect();
    let rows = u32::try_from(luma.len()).expect("small") / width;
    let mut hints = DecodeHints {
        AssumeGs1: Some(true),
        ..DecodeHints::default()
    };
    let found = helpers::detect_in_luma_with_hints(luma, width, rows, Some(BarcodeFormat::CODE_128), &mut hints)
        .expect("the lowest symbol");
    assert_eq!(found.getText(), "]C100095060000000000015");
}

#[test]
fn what_a_label_is_about_must_be_on_it() {
    let media = Media::unit(Resolution::Dpi203);
    let missing = |kind, ai| Some(PrintError::Missing { kind, ai });
    let error = |kind, text| sheet(kind, text, Symbol::DataMatrix, media).err();
    let item = "(01)09506000134352";
    assert_eq!(
        error(LabelKind::Item, "(8004)9506000111112222"),
        missing(LabelKind::Item, "01")
    );
    assert_eq!(error(LabelKind::Lot, item), missing(LabelKind::Lot, "10"));
    assert_eq!(error(LabelKind::Serial, item), missing(LabelKind::Serial, "21"));
    assert_eq!(error(LabelKind::Sscc, item), missing(LabelKind::Sscc, "00"));
    assert_eq!(error(LabelKind::Any, item), None);
}

#[test]
fn a_label_that_outgrows_its_medium_is_refused_with_both_sizes() {
    let small = Media::new(20, 10, Resolution::Dpi203).expect("a medium");
    let text = "(01)09506000134352(17)260630(10)ABCDEFGHIJKLMNOPQRST(21)ABCDEFGHIJKLMNOPQRST";
    for symbol in [Symbol::DataMatrix, Symbol::Gs1128] {
        let Err(PrintError::DoesNotFit { needs, has, .. }) = sheet(LabelKind::Any, text, symbol, small) else {
            panic!("{symbol} on 20 × 10 mm");
        };
        assert!(needs > has, "{needs} > {has}");
    }
    assert_eq!(Media::new(9, 50, Resolution::Dpi203), Err(PrintError::Medium));
    assert_eq!(Media::new(50, 1001, Resolution::Dpi203), Err(PrintError::Medium));
}

#[test]
fn a_composite_part_is_refused_and_an_ean_is_an_item() {
    let composite = with_label("(01)09506000134352|(10)A1", Message::of);
    assert_eq!(composite, Err(PrintError::Composite));
    let read = |data: &'static [u8]| read(data, None, Form::Scan, &Options::new(2026)).expect("a label");
    let message = Message::of(&read(b"]E09506000134352")).expect("an item");
    assert_eq!(message.to_string(), "(01)09506000134352");
    assert_eq!(Message::of(&read(b"]d1PLAIN")), Err(PrintError::NoElements));
}

#[test]
fn an_svg_draws_as_many_dark_modules_as_the_picture() {
    let text = "(01)09506000134352(10)A<&>1";
    let sheet = with_label(text, |label| {
        Sheet::new(
            LabelKind::Lot,
            label,
            Symbol::DataMatrix,
            Media::unit(Resolution::Dpi203),
            "<script>&\"\u{1b}\"",
        )
        .expect(text)
    });
    let svg = sheet.svg().to_string();
    assert!(
        svg.contains("&lt;script&gt;&amp;&quot;") && !svg.contains("<script") && !svg.contains('\u{1b}'),
        "{svg}"
    );
    assert!(svg.contains("(10)A&lt;&amp;&gt;1") && svg.starts_with("<svg") && svg.ends_with("</svg>"));
    // Each run is M x y h WIDE v HIGH: the dark area, text aside, is the sum.
    let path = svg
        .split("<path d=\"")
        .nth(1)
        .and_then(|rest| rest.split('"').next())
        .expect("a path");
    let area: usize = path
        .split('M')
        .skip(1)
        .map(|run| {
            let sides: Vec<usize> = run
                .split(['h', 'v', '-', 'z'])
                .skip(1)
                .filter_map(|n| n.parse().ok())
                .collect();
            sides[0] * sides[1]
        })
        .sum();
    let bare = with_label(text, |label| {
        Sheet::bare(&Message::of(label).expect(text), Symbol::DataMatrix, Resolution::Dpi203).expect(text)
    });
    let dark = bare.picture().dots().iter().filter(|dark| **dark).count();
    // The bare symbol has four dots a module, so sixteen a dark one.
    let (wide, _) = sheet.size();
    assert!(
        wide > 0 && area.is_multiple_of(dark / 16),
        "{area} is no multiple of {dark}"
    );
}

#[test]
fn a_terminal_shows_the_same_modules_and_the_text_below() {
    let sheet = sheet(
        LabelKind::Lot,
        "(01)09506000134352(10)A1",
        Symbol::DataMatrix,
        Media::unit(Resolution::Dpi203),
    )
    .expect("a sheet");
    let shown = sheet.terminal().to_string();
    assert!(shown.contains("(01)09506000134352") && shown.contains('▀'), "{shown}");
    // Through the decoder again: each character is two modules, one above the other.
    let lines: Vec<Vec<char>> = shown
        .lines()
        .filter(|line| line.contains(['█', '▀', '▄']))
        .map(|line| line.chars().collect())
        .collect();
    let (columns, scale) = (lines[0].len(), 4);
    let mut luma = Vec::new();
    for line in &lines {
        for lower in [false, true] {
            let row: Vec<u8> = line
                .iter()
                .flat_map(|c| {
                    let light = *c == '█' || (*c == '▀' && !lower) || (*c == '▄' && lower);
                    [if light { 255 } else { 0 }; 4]
                })
                .collect();
            (0..scale).for_each(|_| luma.extend(&row));
        }
    }
    let (width, height) = (columns * scale, lines.len() * 2 * scale);
    let found = helpers::detect_in_luma(
        luma,
        u32::try_from(width).expect("small"),
        u32::try_from(height).expect("small"),
        Some(BarcodeFormat::DATA_MATRIX),
    )
    .expect("a symbol");
    assert_eq!(found.getText(), "010950600013435210A1");
}

/// Elements of the warehouse, each AI at most once.
fn any_label() -> impl Strategy<Value = String> {
    let set_82 = "[!\"%&'()*+,./0-9:;<=>?A-Z_a-z-]{1,20}";
    let optional = |ai: &'static str, value: &'static str| {
        proptest::option::of(value)
            .prop_map(move |value| value.map_or(String::new(), |value| format!("({ai}){}", value.replace('(', "\\("))))
    };
    let all = (
        "[0-9]{13}".prop_map(|body| {
            format!(
                "(01){body}{}",
                char::from(check_digit(body.as_bytes()).expect("digits"))
            )
        }),
        optional("10", set_82),
        optional("21", set_82),
        optional("17", "2[0-9](0[1-9]|1[0-2])(0[0-9]|1[0-9]|2[0-8])"),
        optional("30", "[0-9]{1,8}"),
        optional("3103", "[0-9]{6}"),
        optional("240", set_82),
        optional("99", set_82),
    );
    all.prop_flat_map(|(gtin, a, b, c, d, e, f, g)| {
        Just(vec![gtin, a, b, c, d, e, f, g])
            .prop_shuffle()
            .prop_map(|parts| parts.concat())
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(300))]

    #[test]
    fn any_elements_written_as_a_symbol_read_back(text in any_label()) {
        for symbol in [Symbol::DataMatrix, Symbol::Gs1128] {
            let drawn = with_label(&text, |label| {
                Sheet::bare(&Message::of(label).expect("elements"), symbol, Resolution::Dpi203)
            });
            match drawn {
                Ok(sheet) => comes_back(&text, symbol, &sheet),
                Err(PrintError::TooLong { symbol: Symbol::Gs1128, len, most: 48 }) => prop_assert!(len > 48),
                Err(other) => prop_assert!(false, "{text}: {other}"),
            }
        }
    }

    #[test]
    fn no_elements_and_no_medium_make_the_layout_panic(
        text in any_label(),
        width in 10_u32..300,
        height in 10_u32..300,
        caption in ".{0,80}",
    ) {
        for resolution in RESOLUTIONS {
            let media = Media::new(width, height, resolution).expect("a medium");
            for symbol in [Symbol::DataMatrix, Symbol::Gs1128] {
                let made = with_label(&text, |label| Sheet::new(LabelKind::Any, label, symbol, media, &caption));
                if let Ok(sheet) = made {
                    let zpl = sheet.zpl(core::num::NonZeroU16::MIN).to_string();
                    prop_assert!(zpl.starts_with("^XA\n") && zpl.ends_with("^XZ\n"));
                }
            }
        }
    }
}
