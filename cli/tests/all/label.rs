use super::tool::Home;
use std::process::Stdio;

const LOT: &str = "(01)09506000134352(17)260630(10)ABC123";

/// Standard output as bytes.
fn bytes(home: &Home, arguments: &[&str]) -> Vec<u8> {
    let out = home.command(arguments).stdin(Stdio::null()).output().unwrap();
    assert!(out.status.success(), "{}", String::from_utf8_lossy(&out.stderr));
    out.stdout
}

#[test]
fn elements_become_zpl_in_a_pipe() {
    let home = Home::new();
    let plain = home.run(&["label", LOT]).good();
    assert_eq!(plain, home.run(&["label", LOT, "--as", "zpl"]).good());
    assert!(plain.starts_with("^XA\n") && plain.ends_with("^PQ1\n^XZ\n"), "{plain}");
    assert!(plain.contains("^FD_101095060001343521726063010ABC123^FS"), "{plain}");
    let many = home
        .run(&[
            "label",
            LOT,
            "--symbol",
            "gs1-128",
            "--copies",
            "3",
            "--dpi",
            "300",
            "--caption",
            "A^XZ~JR",
        ])
        .good();
    assert!(
        many.contains("^PW1200^LL600") && many.contains("^FD>;>8010950600013435217260630") && many.contains("^PQ3")
    );
    assert!(many.contains("^FDA\\5EXZ\\7EJR^FS"), "{many}");
}

#[test]
fn an_image_is_png_with_its_true_size_in_a_pipe_and_in_a_file() {
    let home = Home::new();
    let piped = bytes(&home, &["label", LOT, "--as", "png"]);
    home.run(&["label", LOT, "-o", "lot.png"]).good();
    assert_eq!(piped, std::fs::read(home.path("lot.png")).unwrap());
    let reader = png::Decoder::new(std::io::Cursor::new(&piped)).read_info().unwrap();
    let info = reader.info();
    assert_eq!((info.width, info.height), (800, 400));
    assert_eq!(info.pixel_dims.map(|dims| dims.xppu), Some(8000));
    for form in ["gs1-128", "datamatrix"] {
        let symbol = bytes(&home, &["label", LOT, "--as", form]);
        assert!(symbol.starts_with(b"\x89PNG"), "{form}");
        home.run(&["label", LOT, "--as", form, "-o", "symbol.svg"]).good();
        let svg = std::fs::read_to_string(home.path("symbol.svg")).unwrap();
        assert!(svg.starts_with("<svg") && !svg.contains("<text"), "{svg}");
    }
}

#[test]
fn a_wrong_element_is_named_with_its_ai_and_place() {
    let home = Home::new();
    let err = home.run(&["label", "(01)09506000134353(10)A"]).fails(2);
    assert!(
        err.contains("AI (01)") && err.contains("check digit") && err.contains("at byte 17"),
        "{err}"
    );
    let err = home.run(&["label", "(10)A b"]).fails(2);
    assert!(err.contains("AI (10)") && err.contains("at byte 5"), "{err}");
    let err = home.run(&["label", "no brackets"]).fails(2);
    assert!(err.contains("at byte 0"), "{err}");
    home.run(&["label", ""]).fails(2);
}

#[test]
fn what_is_too_long_missing_or_too_large_is_said() {
    let home = Home::new();
    let long = "(01)09506000134352(10)ABCDEFGHIJKLMNOPQRST(21)ABCDEFGHIJKLMNOPQRST";
    let err = home.run(&["label", long, "--as", "gs1-128"]).fails(2);
    assert!(
        err.contains("61 characters") && err.contains("48") && err.contains("--as datamatrix"),
        "{err}"
    );
    let err = home.run(&["label", LOT, "--kind", "sscc"]).fails(2);
    assert!(
        err.contains("a SSCC label needs AI 00") || err.contains("SSCC label needs AI 00"),
        "{err}"
    );
    let err = home.run(&["label", LOT, "--size", "20x10"]).fails(2);
    assert!(err.contains("does not fit") && err.contains("mm needed"), "{err}");
    let err = home.run(&["label", LOT, "--size", "5x5"]).fails(2);
    assert!(err.contains("10 to 1000 mm"), "{err}");
    let err = home.run(&["label", LOT, "-o", "lot.pdf"]).fails(2);
    assert!(err.contains(".zpl, .png or .svg"), "{err}");
    assert!(!home.path("lot.pdf").exists());
}

#[test]
fn facts_come_as_json() {
    let home = Home::new();
    let facts = home.run(&["label", "(10)A1(01)09506000134352(21)7", "--json"]).json();
    assert_eq!(facts["kind"], "serial");
    assert_eq!(facts["bracketed"], "(01)09506000134352(10)A1(21)7");
    assert_eq!(facts["scans"][0], "]d2010950600013435210A1\u{1d}217");
    assert_eq!(facts["scans"][1], "]C1010950600013435210A1\u{1d}217");
    assert_eq!(facts["elements"][1], serde_json::json!(["10", "A1"]));
    // What a scanner would send reads back.
    let line = serde_json::json!({ "data": facts["scans"][0] });
    let read = home.feed(&["read"], format!("{line}\n")).json();
    assert_eq!(
        (&read["ok"], &read["bracketed"]),
        (&serde_json::json!(true), &facts["bracketed"])
    );
}
