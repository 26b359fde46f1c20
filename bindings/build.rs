//! What the linker of a device's library is told.

/// Pages of 16 KB (Android 15 and later, "Support 16 KB page sizes"): the segments of a 64-bit library start on such borders.
const PAGES: &str = "-Wl,-z,max-page-size=16384";

fn main() {
    println!("cargo::rerun-if-changed=build.rs");
    let target = |name: &str| std::env::var(format!("CARGO_CFG_TARGET_{name}")).unwrap_or_default();
    if target("OS") == "android" {
        println!("cargo::rustc-link-arg-cdylib=-Wl,-soname,liblotline.so");
        if target("POINTER_WIDTH") == "64" {
            println!("cargo::rustc-link-arg-cdylib={PAGES}");
        }
    }
}
