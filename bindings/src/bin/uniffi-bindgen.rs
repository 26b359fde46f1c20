//! Writes the Kotlin and Swift side of the library: `cargo xtask bindgen` calls it.

fn main() {
    uniffi::uniffi_bindgen_main();
}
