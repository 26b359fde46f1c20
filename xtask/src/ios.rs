//! `cargo xtask ios`: the framework (`XCFramework`) that Xcode takes, with the Swift that calls it. On a Mac by Apple's own compiler; on Linux the
//! device's slice of the plain variant, its C code compiled by zig, so that layout and symbols can be checked. docs/guides/ios.md.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::failure::Failure;
use crate::{bindgen, device, install, run, tree};

/// The C compiler with Darwin's headers, from PyPI: what it takes for a target changes with its version.
const ZIG: &str = "ziglang==0.17.0";

/// What rustc calls an iPhone or iPad.
const TARGET: &str = "aarch64-apple-ios";

/// The least that the app runs on. `platforms` in `ios/Package.swift` says the same.
const LEAST: &str = "17.0";

/// What Apple calls the slice.
const SLICE: &str = "ios-arm64";

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
    for module in ["LotlineFFI", "LotlineCoreFFI"] {
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

/// Every function that the headers declare is in the library, none of the tests' is, and each object is for an iPhone.
fn check(framework: &Path) -> Result<(), Failure> {
    let slice = framework.join(SLICE);
    let library = slice.join("liblotline.a");
    let mut declared = BTreeSet::new();
    for module in ["LotlineFFI", "LotlineCoreFFI"] {
        let header = slice.join("Headers").join(format!("{module}.h"));
        let text = fs::read_to_string(&header).map_err(|e| failed(&header, &e))?;
        declared.extend(functions(&text));
    }
    let bytes = fs::read(&library).map_err(|e| failed(&library, &e))?;
    let defined = index(&bytes)
        .ok_or_else(|| Failure::check("no index of symbols", library.display().to_string(), "see ar(5)"))?;
    let missing: Vec<&String> = declared.iter().filter(|name| !defined.contains(*name)).collect();
    println!(
        "{} functions declared, {} of them in the library; {} MB",
        declared.len(),
        declared.iter().filter(|name| defined.contains(*name)).count(),
        fs::metadata(&library).map_or(0, |m| m.len()) / 1_000_000
    );
    if declared.is_empty() || !missing.is_empty() || defined.iter().any(|name| name.contains("method_scenario")) {
        return Err(Failure::check(
            format!("the library lacks {missing:?}, or has the tests' scenarios"),
            library.display().to_string(),
            "see xtask/src/ios.rs",
        ));
    }
    Ok(())
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

/// What a Darwin archive defines, without the underscore in front: its first member is the index (ar(5), ranlib(5)), pairs of a
/// name's place and its member's, then the names. Numbers have 32 bits there, or 64 where the index is called so.
fn index(archive: &[u8]) -> Option<BTreeSet<String>> {
    let rest = archive.strip_prefix(b"!<arch>\n")?;
    let (header, rest) = rest.split_at_checked(60)?;
    let field = |from: usize, to: usize| std::str::from_utf8(header.get(from..to)?).ok().map(str::trim);
    let size: usize = field(48, 58)?.parse().ok()?;
    let member = rest.get(..size)?;
    let named: usize = field(0, 16)?.strip_prefix("#1/")?.parse().ok()?;
    let (name, content) = member.split_at_checked(named)?;
    let wide = if name.starts_with(b"__.SYMDEF_64") {
        8
    } else if name.starts_with(b"__.SYMDEF") {
        4
    } else {
        return None;
    };
    let number = |from: usize| -> Option<usize> {
        let mut bytes = [0; 8];
        bytes[..wide].copy_from_slice(content.get(from..from + wide)?);
        usize::try_from(u64::from_le_bytes(bytes)).ok()
    };
    let pairs = number(0)?;
    let names = content.get(wide + pairs + wide..)?;
    let mut found = BTreeSet::new();
    for pair in 0..pairs / (2 * wide) {
        let start = number(wide + pair * 2 * wide)?;
        let name = names.get(start..)?.split(|byte| *byte == 0).next()?;
        let name = String::from_utf8_lossy(name);
        found.insert(name.strip_prefix('_').unwrap_or(&name).to_owned());
    }
    Some(found)
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

    #[test]
    fn the_index_of_a_darwin_archive_says_what_is_in_it() {
        let mut content = b"__.SYMDEF\0\0\0".to_vec();
        content.extend(16u32.to_le_bytes());
        for (name, member) in [(0u32, 0u32), (9, 96)] {
            content.extend(name.to_le_bytes());
            content.extend(member.to_le_bytes());
        }
        content.extend(12u32.to_le_bytes());
        content.extend(b"_uniffi_\0_x\0");
        let mut archive = format!("!<arch>\n{:<48}{:<10}`\n", "#1/12", content.len()).into_bytes();
        archive.extend(content);
        let names: Vec<String> = index(&archive).unwrap().into_iter().collect();
        assert_eq!(names, ["uniffi_", "x"]);
        assert_eq!(index(b"!<arch>\nno index"), None);
    }
}
