//! The console's labels: what the page previews is what a scanner reads.

use super::device::*;
use lotline_scan::{Form, Options, Scratch, read_with};
use rxing::{BarcodeFormat, DecodeHints, RXingResultMetadataType, RXingResultMetadataValue, helpers};

/// An answer of the console: status, kind, body.
async fn get(base: &str, path: &str, query: &[(&str, &str)]) -> (u16, String, String) {
    let query = serde_urlencoded::to_string(query).unwrap();
    let response = client().get(format!("{base}{path}?{query}")).send().await.unwrap();
    let status = response.status().as_u16();
    let header = |name: &str| response.headers()[name].to_str().unwrap().to_owned();
    assert!(header("content-security-policy").contains("default-src 'none'"));
    let kind = header("content-type");
    (status, kind, response.text().await.unwrap())
}

/// Width, height and dots of the picture: our SVG draws dark runs as `M x y h w v h h -w z`, one unit a dot.
fn dots(svg: &str) -> (u32, u32, Vec<u8>) {
    let between = |text: &str, a: &str, b: &str| {
        let from = text.find(a).unwrap() + a.len();
        text[from..from + text[from..].find(b).unwrap()].to_owned()
    };
    let size = between(svg, "viewBox=\"0 0 ", "\"");
    let (width, height) = size.split_once(' ').unwrap();
    let (width, height): (u32, u32) = (width.parse().unwrap(), height.parse().unwrap());
    let mut luma = vec![0xFF; (width * height) as usize];
    for path in svg.split("<path d=\"").skip(1) {
        let path = &path[..path.find('"').unwrap()];
        for run in path.split('z').filter(|run| !run.is_empty()) {
            let numbers: Vec<u32> = run
                .split(|c: char| !c.is_ascii_digit())
                .filter_map(|number| number.parse().ok())
                .collect();
            let [x, y, wide, high, _] = numbers[..] else {
                panic!("{run}");
            };
            for row in y..y + high {
                let from = (row * width + x) as usize;
                luma[from..from + wide as usize].fill(0);
            }
        }
    }
    (width, height, luma)
}

/// What a scanner sends for the symbol in the picture, symbology identifier in front.
fn scanned(svg: &str, format: BarcodeFormat) -> String {
    let (width, height, luma) = dots(svg);
    let mut hints = DecodeHints {
        // Without it the decoder drops inner FNC1 of GS1-128.
        AssumeGs1: Some(true),
        ..DecodeHints::default()
    };
    let found = helpers::detect_in_luma_with_hints(luma, width, height, Some(format), &mut hints).unwrap();
    let text = found.getText().to_owned();
    match found
        .getRXingResultMetadata()
        .get(&RXingResultMetadataType::SYMBOLOGY_IDENTIFIER)
    {
        Some(RXingResultMetadataValue::SymbologyIdentifier(identifier)) if !text.starts_with(']') => {
            format!("{identifier}{text}")
        }
        _ => text,
    }
}

fn elements(data: &str, form: Form) -> Vec<(String, String)> {
    let mut scratch = Scratch::new();
    let label = read_with(data.as_bytes(), None, form, &Options::new(2026), &mut scratch).unwrap();
    label
        .elements()
        .map(|element| (element.ai.to_owned(), element.value.to_owned()))
        .collect()
}

const GTIN: (&str, &str) = ("gtin", "09506000134352");

/// The form's fields as they are typed.
type Fields = &'static [(&'static str, &'static str)];

#[tokio::test]
async fn the_preview_of_every_kind_of_label_decodes_to_its_elements_with_every_fnc1() {
    let folder = tempfile::tempdir().unwrap();
    let running = start(folder.path()).await;
    let base = format!("http://{}", running.addr());
    let cases: [(Fields, BarcodeFormat, &str); 5] = [
        (&[GTIN], BarcodeFormat::DATA_MATRIX, "]d20109506000134352"),
        (
            &[GTIN, ("lot", "AB(1"), ("expiry", "2026-06-30")],
            BarcodeFormat::DATA_MATRIX,
            "]d201095060001343521726063010AB(1",
        ),
        (
            &[GTIN, ("lot", "ABC123"), ("serial", "SN1"), ("caption", "Gauze <10>")],
            BarcodeFormat::DATA_MATRIX,
            "]d2010950600013435210ABC123\u{1d}21SN1",
        ),
        (
            &[GTIN, ("lot", "ABC123"), ("symbol", "gs1-128")],
            BarcodeFormat::CODE_128,
            "]C1010950600013435210ABC123",
        ),
        (
            &[("sscc", "095060000000000015")],
            BarcodeFormat::CODE_128,
            "]C100095060000000000015",
        ),
    ];
    for (query, format, expected) in cases {
        let (status, kind, svg) = get(&base, "/console/label.svg", query).await;
        assert_eq!((status, kind.as_str()), (200, "image/svg+xml"), "{svg}");
        let data = scanned(&svg, format);
        assert_eq!(data, expected, "{query:?}");
        let (status, _, page) = get(&base, "/console/label", query).await;
        assert!(status == 200 && page.contains("/console/label.svg?"), "{page}");
        let alt = page.split("alt=\"").nth(1).unwrap().split('"').next().unwrap();
        assert_eq!(
            elements(&alt.replace("&#40;", "("), Form::Bracketed),
            elements(&data, Form::Scan)
        );
        let (status, kind, zpl) = get(&base, "/console/label.zpl", query).await;
        assert_eq!((status, kind.as_str()), (200, "application/zpl"));
        assert!(zpl.starts_with("^XA") && zpl.trim_end().ends_with("^XZ"), "{zpl}");
    }
}

#[tokio::test]
async fn what_is_no_label_is_said_on_the_page_and_nothing_typed_becomes_markup() {
    let folder = tempfile::tempdir().unwrap();
    let running = start(folder.path()).await;
    let base = format!("http://{}", running.addr());
    let (status, _, page) = get(&base, "/console/label", &[]).await;
    assert!(status == 200 && !page.contains("role=\"alert\"") && !page.contains("<img"));
    let evil = "\"><script>x</script>";
    let cases: [(Fields, &str); 5] = [
        (&[("gtin", "09506000134353")], "check digit"),
        (&[("caption", "alone")], "at least one"),
        (&[("gtin", "09506000134352"), ("expiry", "30.06.2026")], "is no day"),
        (&[("gtin", "09506000134352"), ("lot", "A B")], "AI (10)"),
        (&[("sscc", "1")], "AI (00)"),
    ];
    for (query, said) in cases {
        for path in ["/console/label", "/console/label.svg", "/console/label.zpl"] {
            let (status, kind, body) = get(&base, path, query).await;
            assert_eq!(status, 422, "{path} {query:?}: {body}");
            assert!(body.contains(said), "{path} {query:?}: {body}");
            assert!(kind.starts_with("text/"), "{kind}");
        }
    }
    // These twenty characters are a lot number by the standard.
    let marked = [("gtin", "09506000134352"), ("lot", evil), ("caption", evil)];
    for path in ["/console/label", "/console/label.svg"] {
        let (status, _, body) = get(&base, path, &marked).await;
        assert!(status == 200 && !body.contains("<script"), "{body}");
    }
}
