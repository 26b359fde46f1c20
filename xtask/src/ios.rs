//! `cargo xtask ios`: the framework (`XCFramework`) that Xcode takes, with the Swift that calls it. On a Mac by Apple's own compiler; on Linux the
//! device's slice of the plain variant, its C code compiled by zig, so that layout and symbols can be checked. docs/guides/ios.md.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::failure::Failure;
use crate::{archive, bindgen, device, install, run, tree};

/// The C compiler with Darwin's headers, from PyPI: what it takes for a target changes with its version.
const ZIG: &str = "ziglang==0.17.0";

/// What rustc calls an iPhone or iPad.
const TARGET: &str = "aarch64-apple-ios";

/// The least that the app runs on. `platforms` in `ios/Package.swift` says the same.
const LEAST: &str = "17.0";

/// What Apple calls the slice.
const SLICE: &str = "ios-arm64";

/// What the generated Swift imports of it.
const MODULES: [&str; 2] = ["LotlineFFI", "LotlineCoreFFI"];

/// Where to lay it down.
#[derive(clap::Args)]
pub struct Ios {
    /// The folder for `Lotline.xcframework`
    #[arg(long, value_name = "DIR", default_value = "ios")]
    out: PathBuf,
}

/// Build, lay down, look at it.
///
/// # Errors
/// What is missing or failed, or a framework that is not as Xcode wants it.
pub fn run(ios: &Ios) -> Result<(), Failure> {
    let library = library()?;
    let bindings = bindings(&library)?;
    bindgen::lay_down_swift(&bindings)?;
    let framework = tree::root().join(&ios.out).join("Lotline.xcframework");
    lay_down(&library, &bindings, &framework)?;
    check(&framework)?;
    println!("{}", framework.display());
    Ok(())
}

/// `liblotline.a` for the device. On a Mac with encrypted files, as every device build has them; on Linux without: OpenSSL's build
/// wants Apple's own tools.
fn library() -> Result<PathBuf, Failure> {
    device::rust_for(TARGET)?;
    let mut cargo = tree::cargo();
    // The archive alone: for the other kind of library a linker of Apple's would be called.
    cargo
        .args(["rustc", "--crate-type", "staticlib", "--target", TARGET, "--target-dir"])
        .arg(tree::target_dir());
    let features = if cfg!(target_os = "macos") {
        "--features=encrypted"
    } else {
        "--features="
    };
    cargo.args(device::BUILD.iter().filter(|arg| !arg.starts_with("--features")));
    cargo.arg(features).env("IPHONEOS_DEPLOYMENT_TARGET", LEAST);
    if !cfg!(target_os = "macos") {
        let scripts = tree::root().join("xtask/scripts/ios");
        cargo
            .env("ZIG_DIR", zig()?)
            // Any folder: its place is asked for, and nothing is taken from it.
            .env("SDKROOT", &scripts)
            .env("CC_aarch64_apple_ios", scripts.join("cc"))
            .env("AR_aarch64_apple_ios", scripts.join("ar"));
    }
    run::check(&mut cargo)?;
    Ok(tree::target_dir().join(TARGET).join("device/liblotline.a"))
}

/// Swift and headers, read from the very library that they call: the workspace's own has the tests' scenarios in it.
fn bindings(library: &Path) -> Result<PathBuf, Failure> {
    let folder = tree::target_dir().join("bindings/ios");
    bindgen::write("swift", &bindgen::build()?, library, &folder)?;
    Ok(folder)
}

/// The folder of zig's wheel, installed once into an environment of its own.
fn zig() -> Result<PathBuf, Failure> {
    let home = tree::cache_dir().join(format!("tools/zig-{}", tree::key_of(ZIG.as_bytes())));
    let python = home.join("bin/python");
    if !python.is_file() {
        eprintln!("installing zig (pip, once; 100 MB)");
        install::from_pypi("zig", &home, &[ZIG.as_ref()])?;
    }
    let mut asked = Command::new(&python);
    asked.args(["-c", "import ziglang, os; print(os.path.dirname(ziglang.__file__))"]);
    Ok(PathBuf::from(run::said(&mut asked)?.trim()))
}

/// What `xcodebuild -create-xcframework` lays down: the library, both headers, one module map, a list of the slices.
fn lay_down(library: &Path, headers: &Path, framework: &Path) -> Result<(), Failure> {
    let slice = framework.join(SLICE);
    if framework.exists() {
        fs::remove_dir_all(framework).map_err(|e| failed(framework, &e))?;
    }
    let beside = slice.join("Headers");
    fs::create_dir_all(&beside).map_err(|e| failed(&beside, &e))?;
    copy(library, &slice.join("liblotline.a"))?;
    let mut map = String::new();
    for module in MODULES {
        let header = format!("{module}.h");
        copy(&headers.join(&header), &beside.join(&header))?;
        for line in [
            &format!("module {module} {{"),
            &format!("  header \"{header}\""),
            "  export *",
            "}",
        ] {
            map.push_str(line);
            map.push('\n');
        }
    }
    write(&beside.join("module.modulemap"), &map)?;
    write(&framework.join("Info.plist"), &list())
}

/// Apple, "Creating a static framework"; the keys are those that `xcodebuild` writes.
fn list() -> String {
    format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n\
         <!DOCTYPE plist PUBLIC \"-//Apple//DTD PLIST 1.0//EN\" \"http://www.apple.com/DTDs/PropertyList-1.0.dtd\">\n\
         <plist version=\"1.0\"><dict>\n\
         <key>AvailableLibraries</key><array><dict>\n\
         <key>BinaryPath</key><string>liblotline.a</string>\n\
         <key>HeadersPath</key><string>Headers</string>\n\
         <key>LibraryIdentifier</key><string>{SLICE}</string>\n\
         <key>LibraryPath</key><string>liblotline.a</string>\n\
         <key>SupportedArchitectures</key><array><string>arm64</string></array>\n\
         <key>SupportedPlatform</key><string>ios</string>\n\
         </dict></array>\n\
         <key>CFBundlePackageType</key><string>XFWK</string>\n\
         <key>XCFrameworkFormatVersion</key><string>1.0</string>\n\
         </dict></plist>\n"
    )
}

/// The framework is as Xcode wants it: nothing missing and nothing besides, a list that names what is there, a module for each header, every
/// declared function in the library, none of the tests', each object for an iPhone.
fn check(framework: &Path) -> Result<(), Failure> {
    let slice = framework.join(SLICE);
    let library = slice.join("liblotline.a");
    let mut wanted: BTreeSet<PathBuf> = [framework.join("Info.plist"), library.clone()].into();
    let headers = slice.join("Headers");
    wanted.insert(headers.join("module.modulemap"));
    wanted.extend(MODULES.map(|module| headers.join(format!("{module}.h"))));
    let mut there = BTreeSet::new();
    files(framework, &mut there)?;
    if let Some(path) = wanted.symmetric_difference(&there).next() {
        let what = if wanted.contains(path) {
            "is missing"
        } else {
            "has no place there"
        };
        return Err(wrong(what, path));
    }
    check_list(&framework.join("Info.plist"))?;
    check_map(&headers.join("module.modulemap"))?;
    let mut declared = BTreeSet::new();
    for module in MODULES {
        declared.extend(functions(&read(&headers.join(format!("{module}.h")))?));
    }
    let bytes = fs::read(&library).map_err(|e| failed(&library, &e))?;
    let defined = archive::index(&bytes).ok_or_else(|| wrong("has no index of symbols", &library))?;
    if declared.is_empty() {
        return Err(wrong("declares no function", &headers));
    }
    if let Some(name) = declared.iter().find(|name| !defined.contains(*name)) {
        return Err(wrong(&format!("lacks {name}"), &library));
    }
    if let Some(name) = defined.iter().find(|name| name.contains("method_scenario")) {
        return Err(wrong(&format!("has the tests' {name}"), &library));
    }
    let objects = archive::objects(&bytes).ok_or_else(|| wrong("is no archive", &library))?;
    for object in &objects {
        match object.made_for {
            Some((archive::IPHONE, least)) if least <= least_version() => {}
            other => return Err(wrong(&format!("has {} for {other:?}", object.name), &library)),
        }
    }
    println!(
        "{} functions declared, each in the library; {} objects for an iPhone, {LEAST} or before; {} MB",
        declared.len(),
        objects.len(),
        bytes.len() / 1_000_000
    );
    Ok(())
}

/// `LEAST` as a load command writes it: sixteen bits, eight, eight.
fn least_version() -> u32 {
    let (major, minor) = LEAST.split_once('.').unwrap_or((LEAST, "0"));
    major.parse::<u32>().unwrap_or(0) << 16 | minor.parse::<u32>().unwrap_or(0) << 8
}

/// The list names the one slice, and files that are there.
fn check_list(list: &Path) -> Result<(), Failure> {
    let text = read(list)?;
    for (key, value) in [
        ("LibraryIdentifier", SLICE),
        ("LibraryPath", "liblotline.a"),
        ("BinaryPath", "liblotline.a"),
        ("HeadersPath", "Headers"),
        ("SupportedPlatform", "ios"),
        ("CFBundlePackageType", "XFWK"),
        ("XCFrameworkFormatVersion", "1.0"),
    ] {
        if !text.contains(&format!("<key>{key}</key><string>{value}</string>")) {
            return Err(wrong(&format!("does not say that {key} is {value}"), list));
        }
    }
    Ok(())
}

/// The map has the modules that the generated Swift imports, each with its own header.
fn check_map(map: &Path) -> Result<(), Failure> {
    let text = read(map)?;
    let words: Vec<&str> = text.split_whitespace().collect();
    for module in MODULES {
        let header = format!("\"{module}.h\"");
        if !words
            .windows(5)
            .any(|w| w == ["module", module, "{", "header", &header])
        {
            return Err(wrong(&format!("has no module {module} with its header"), map));
        }
    }
    Ok(())
}

fn files(folder: &Path, found: &mut BTreeSet<PathBuf>) -> Result<(), Failure> {
    for entry in fs::read_dir(folder).map_err(|e| failed(folder, &e))? {
        let path = entry.map_err(|e| failed(folder, &e))?.path();
        if path.is_dir() {
            files(&path, found)?;
        } else {
            found.insert(path);
        }
    }
    Ok(())
}

fn wrong(what: &str, path: &Path) -> Failure {
    Failure::check(what.to_owned(), path.display().to_string(), "see xtask/src/ios.rs")
}

fn read(path: &Path) -> Result<String, Failure> {
    fs::read_to_string(path).map_err(|e| failed(path, &e))
}

/// The names of UniFFI's functions that a header declares.
fn functions(header: &str) -> BTreeSet<String> {
    header
        .split(|c: char| !(c.is_ascii_alphanumeric() || c == '_'))
        .filter(|word| word.starts_with("uniffi_lotline") || word.starts_with("ffi_lotline"))
        .filter(|word| header.contains(&format!("{word}(")))
        .map(str::to_owned)
        .collect()
}

fn copy(from: &Path, to: &Path) -> Result<(), Failure> {
    fs::copy(from, to).map(|_| ()).map_err(|e| failed(from, &e))
}

fn write(to: &Path, text: &str) -> Result<(), Failure> {
    fs::write(to, text).map_err(|e| failed(to, &e))
}

fn failed(path: &Path, e: &std::io::Error) -> Failure {
    Failure::check(e.to_string(), path.display().to_string(), "see above")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn functions_are_told_from_the_words_around_them() {
        let header = "#ifndef UNIFFI_FFIDEF_UNIFFI_LOTLINE_FN_ACT\nuint64_t uniffi_lotline_fn_act(uint64_t a\n);\n\
                      void ffi_lotline_rustbuffer_free(RustBuffer b);\ntypedef void (*uniffi_lotline_type)";
        let names: Vec<String> = functions(header).into_iter().collect();
        assert_eq!(names, ["ffi_lotline_rustbuffer_free", "uniffi_lotline_fn_act"]);
    }

    /// A framework as it should be, on a small library.
    fn sound(folder: &Path) -> PathBuf {
        for module in MODULES {
            let text = format!("void uniffi_lotline_fn_{module}(void);\n");
            fs::write(folder.join(format!("{module}.h")), text).unwrap();
        }
        let library = folder.join("liblotline.a");
        let names = MODULES.map(|module| format!("_uniffi_lotline_fn_{module}"));
        fs::write(&library, archive::tests::archive(&names, archive::IPHONE, 17 << 16)).unwrap();
        let framework = folder.join("Lotline.xcframework");
        lay_down(&library, folder, &framework).unwrap();
        framework
    }

    fn changed(path: &Path, from: &str, to: &str) {
        let text = fs::read_to_string(path).unwrap();
        assert!(text.contains(from), "{}", path.display());
        fs::write(path, text.replacen(from, to, 1)).unwrap();
    }

    #[test]
    fn a_framework_that_lacks_anything_is_refused_by_name() {
        type Break = fn(&Path);
        let breaks: [(&str, Break); 10] = [
            ("Info.plist", |at| fs::remove_file(at.join("Info.plist")).unwrap()),
            ("LotlineFFI.h", |at| {
                fs::remove_file(at.join("ios-arm64/Headers/LotlineFFI.h")).unwrap();
            }),
            ("module.modulemap", |at| {
                fs::remove_file(at.join("ios-arm64/Headers/module.modulemap")).unwrap();
            }),
            ("has no place there", |at| fs::write(at.join("notes.txt"), "").unwrap()),
            ("LibraryIdentifier", |at| {
                changed(&at.join("Info.plist"), "ios-arm64", "ios-x86");
            }),
            ("LotlineCoreFFI with its header", |at| {
                changed(
                    &at.join("ios-arm64/Headers/module.modulemap"),
                    "LotlineCoreFFI.h",
                    "LotlineFFI.h",
                );
            }),
            ("lacks uniffi_lotline_fn_gone", |at| {
                fs::write(
                    at.join("ios-arm64/Headers/LotlineFFI.h"),
                    "void uniffi_lotline_fn_gone(void);",
                )
                .unwrap();
            }),
            ("no index of symbols", |at| {
                fs::write(at.join("ios-arm64/liblotline.a"), b"!<arch>\n").unwrap();
            }),
            ("for Some((1,", |at| {
                let names = MODULES.map(|module| format!("_uniffi_lotline_fn_{module}"));
                fs::write(
                    at.join("ios-arm64/liblotline.a"),
                    archive::tests::archive(&names, 1, 17 << 16),
                )
                .unwrap();
            }),
            ("the tests'", |at| {
                let mut names = MODULES.map(|module| format!("_uniffi_lotline_fn_{module}")).to_vec();
                names.push("_uniffi_lotline_fn_method_scenario_step".to_owned());
                fs::write(
                    at.join("ios-arm64/liblotline.a"),
                    archive::tests::archive(&names, archive::IPHONE, 17 << 16),
                )
                .unwrap();
            }),
        ];
        let folder = std::env::temp_dir().join(format!("lotline-ios-{}", std::process::id()));
        fs::create_dir_all(&folder).unwrap();
        check(&sound(&folder)).unwrap();
        for (said, breaks) in breaks {
            let framework = sound(&folder);
            breaks(&framework);
            let failure = check(&framework).unwrap_err().to_string();
            assert!(failure.contains(said), "{said}: {failure}");
        }
        fs::remove_dir_all(&folder).unwrap();
    }
}
