use super::tool::{Home, Ran, text};
use serde_json::{Value, json};
use std::path::PathBuf;

const LOT: &str = "(01)09506000134352(10)ABC123(21)SN0000001";

fn sample(name: &str) -> PathBuf {
    let samples = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../core/tests/fixtures/scan-images");
    samples.join(name)
}

/// One JSON object a line, whatever the exit code.
fn lines(ran: &Ran) -> Vec<Value> {
    assert!(!ran.err.contains("panicked"), "{}", ran.err);
    let parse = |line| serde_json::from_str(line).unwrap_or_else(|e| panic!("{e}: {line}"));
    ran.out.lines().map(parse).collect()
}

/// The pixels of a picture in grey with 8 bits, and its size.
fn pixels(bytes: &[u8]) -> (Vec<u8>, u32, u32) {
    let mut decoder = png::Decoder::new(std::io::Cursor::new(bytes));
    decoder.set_transformations(png::Transformations::EXPAND);
    let mut reader = decoder.read_info().unwrap();
    assert_eq!(reader.output_color_type().0, png::ColorType::Grayscale);
    let mut luma = vec![0; reader.output_buffer_size().unwrap()];
    let info = reader.next_frame(&mut luma).unwrap();
    luma.truncate(info.buffer_size());
    (luma, info.width, info.height)
}

#[test]
fn a_code_is_answered_as_read_would_with_its_file_and_place() {
    let home = Home::new();
    let file = text(&sample("datamatrix-1--gs1-figure-4.15.1-2-32x32.png"));
    let got = home.run(&["read-image", &file]).json();
    assert_eq!((&got["file"], &got["symbology"]), (&json!(file), &json!("]d2")));
    let line = json!({"data": got["data"], "symbology": got["symbology"]}).to_string();
    let mut plain = home.feed(&["read"], line + "\n").json();
    for name in ["data", "symbology", "file", "position"] {
        plain[name] = got[name].clone();
    }
    assert_eq!(got, plain);
    let corners: Vec<[f64; 2]> = serde_json::from_value(got["position"].clone()).unwrap();
    let wanted = [[1.0, 1.0], [65.0, 1.0], [65.0, 65.0], [1.0, 65.0]];
    for (got, wanted) in corners.iter().zip(wanted) {
        assert!(
            (got[0] - wanted[0]).abs() < 2.0 && (got[1] - wanted[1]).abs() < 2.0,
            "{corners:?}"
        );
    }
}

#[test]
fn printed_labels_are_read_back_with_their_separators() {
    let home = Home::new();
    for (form, symbology) in [("gs1-128", "]C1"), ("datamatrix", "]d2")] {
        home.run(&["label", LOT, "--as", form, "-o", "label.png"]).good();
        let got = home.run(&["read-image", "label.png"]).json();
        assert_eq!(got["data"], "010950600013435210ABC123\u{1d}21SN0000001", "{form}");
        assert_eq!((&got["symbology"], &got["bracketed"]), (&json!(symbology), &json!(LOT)));
    }
}

#[test]
fn what_is_transparent_lies_on_paper() {
    let home = Home::new();
    home.run(&["label", LOT, "--as", "datamatrix", "-o", "label.png"])
        .good();
    let (luma, width, height) = pixels(&std::fs::read(home.path("label.png")).unwrap());
    let file = std::fs::File::create(home.path("clear.png")).unwrap();
    let mut encoder = png::Encoder::new(file, width, height);
    encoder.set_color(png::ColorType::GrayscaleAlpha);
    // Black throughout, and to be seen where it is printed.
    let clear: Vec<u8> = luma.iter().flat_map(|luma| [0, 255 - luma]).collect();
    encoder.write_header().unwrap().write_image_data(&clear).unwrap();
    assert_eq!(home.run(&["read-image", "clear.png"]).json()["bracketed"], LOT);
}

#[test]
fn several_codes_in_a_picture_are_a_line_each() {
    let home = Home::new();
    home.run(&["label", LOT, "--as", "datamatrix", "-o", "label.png"])
        .good();
    let (luma, width, height) = pixels(&std::fs::read(home.path("label.png")).unwrap());
    let file = std::fs::File::create(home.path("two.png")).unwrap();
    let mut encoder = png::Encoder::new(file, width, 2 * height);
    encoder.set_color(png::ColorType::Grayscale);
    encoder
        .write_header()
        .unwrap()
        .write_image_data(&luma.repeat(2))
        .unwrap();
    let ran = home.run(&["read-image", "two.png"]);
    let places: Vec<_> = lines(&ran)
        .iter()
        .map(|line| line["position"][0][1].as_f64().unwrap())
        .collect();
    assert_eq!((ran.code, places.len()), (0, 2), "{}", ran.out);
    assert!((places[1] - places[0]).abs() > f64::from(height) / 2.0, "{places:?}");
}

#[test]
fn every_file_is_answered_and_one_that_cannot_be_opened_is_named() {
    let home = Home::new();
    std::fs::write(home.path("text.png"), "no picture").unwrap();
    std::fs::write(home.path("empty.jpg"), "").unwrap();
    let good = text(&sample("ean13-1--34.webp"));
    let ran = home.run(&["read-image", "text.png", "nowhere.png", &good, "empty.jpg", "."]);
    let got = lines(&ran);
    let codes: Vec<_> = got
        .iter()
        .map(|line| line["error"]["code"].as_str().unwrap_or("ok"))
        .collect();
    assert_eq!(
        codes,
        [
            "UNREADABLE_FILE",
            "UNREADABLE_FILE",
            "ok",
            "UNREADABLE_FILE",
            "UNREADABLE_FILE"
        ]
    );
    let files: Vec<_> = got.iter().map(|line| line["file"].as_str().unwrap()).collect();
    assert_eq!(files, ["text.png", "nowhere.png", &good, "empty.jpg", "."]);
    assert!(
        got.iter()
            .all(|line| line["ok"] == true || line["error"]["message"] != "")
    );
    let error = ran.fails(2);
    assert!(error.contains("(text.png)"), "{error}");
}

#[test]
fn a_picture_without_a_code_is_an_answer() {
    let home = Home::new();
    let file = std::fs::File::create(home.path("grey.png")).unwrap();
    let mut encoder = png::Encoder::new(file, 40, 30);
    encoder.set_color(png::ColorType::Grayscale);
    encoder.write_header().unwrap().write_image_data(&[128; 1200]).unwrap();
    let got = home.run(&["read-image", "grey.png"]).json();
    assert_eq!(
        (&got["ok"], &got["error"]["code"], &got["file"]),
        (&json!(false), &json!("NO_CODE"), &json!("grey.png"))
    );
    assert!(got.get("position").is_none() && got.get("data").is_none(), "{got}");
}

#[test]
fn damaged_pictures_are_answered_line_by_line() {
    let home = Home::new();
    let mut names = Vec::new();
    for sample_name in [
        "datamatrix-1--gs1-figure-4.15.1-2-32x32.png",
        "qrcode-2--#199b.jpg",
        "datamatrix-2--02.webp",
    ] {
        let whole = std::fs::read(sample(sample_name)).unwrap();
        let ending = sample_name.rsplit('.').next().unwrap();
        for part in [1, 3, 5, 7, 9] {
            let cut = format!("cut-{part}.{ending}");
            std::fs::write(home.path(&cut), &whole[..whole.len() * part / 10]).unwrap();
            let spoilt = format!("spoilt-{part}.{ending}");
            let mut bytes = whole.clone();
            let at = bytes.len() * part / 10;
            bytes[at] ^= 0xFF;
            std::fs::write(home.path(&spoilt), bytes).unwrap();
            names.extend([cut, spoilt]);
        }
    }
    // A size that no memory holds, in an otherwise proper file.
    let huge = std::fs::File::create(home.path("huge.png")).unwrap();
    let mut huge = png::Encoder::new(huge, 1_000_000, 1_000_000).write_header().unwrap();
    huge.write_chunk(png::chunk::IDAT, b"x").unwrap();
    drop(huge);
    names.push("huge.png".to_owned());
    let arguments: Vec<&str> = std::iter::once("read-image")
        .chain(names.iter().map(String::as_str))
        .collect();
    let ran = home.run(&arguments);
    let got = lines(&ran);
    let files: Vec<_> = got.iter().map(|line| line["file"].as_str().unwrap()).collect();
    assert_eq!(files, names, "one answer each, in order");
    for line in &got {
        let whole = ["UNREADABLE_FILE", "NO_CODE"].contains(&line["error"]["code"].as_str().unwrap_or(""));
        assert!(whole || line["data"].is_string(), "{line}");
    }
    let huge = &got.last().unwrap()["error"];
    assert_eq!(
        (&huge["code"], &huge["message"]),
        (&json!("UNREADABLE_FILE"), &json!("Memory limit exceeded"))
    );
    ran.fails(2);
}
