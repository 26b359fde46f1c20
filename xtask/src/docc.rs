//! The pages about `LotlineKit`, by the toolchain's own `docc`: every link leads somewhere, and every public name says what it is.

use std::fs;
use std::path::{Path, PathBuf};

use crate::failure::Failure;
use crate::{run, swift, tree};

/// The modules that others build on: the first has pages of its own.
const MODULES: [&str; 2] = ["LotlineKit", "LotlineDevice"];

/// Read the built modules' public names, see that each is documented, and have `docc` put the pages together: its warnings are errors.
pub fn check() -> Result<(), Failure> {
    // Xcode has its own, which builds the same pages.
    if cfg!(target_os = "macos") {
        return Ok(());
    }
    let package = swift::package();
    let (graphs, pages) = (
        tree::target_dir().join("docc/graphs"),
        tree::target_dir().join("docc/pages"),
    );
    for folder in [&graphs, &pages] {
        if folder.exists() {
            fs::remove_dir_all(folder).map_err(|e| failed(folder, &e))?;
        }
        fs::create_dir_all(folder).map_err(|e| failed(folder, &e))?;
    }
    for module in MODULES {
        let mut extract = swift::program("swift-symbolgraph-extract", &package);
        extract
            .args([
                "-module-name",
                module,
                "-minimum-access-level",
                "public",
                "-pretty-print",
            ])
            .args(["-target", &triple(&package)?, "-output-dir"])
            .arg(&graphs);
        swift::against(&mut extract, &package);
        run::quietly("swift-symbolgraph-extract", &mut extract)?;
        let graph = graphs.join(format!("{module}.symbols.json"));
        let text = fs::read_to_string(&graph).map_err(|e| failed(&graph, &e))?;
        let (names, silent) = names(&text);
        if names == 0 {
            return Err(Failure::check("no public name", module, "see xtask/src/docc.rs"));
        }
        if let Some(name) = silent.first() {
            let what = format!("{} public names say nothing, {name} among them", silent.len());
            return Err(Failure::check(what, module, "write what each is above it"));
        }
        println!("{module}: {names} public names, each documented");
    }
    // Only the first has pages.
    for module in &MODULES[1..] {
        let graph = graphs.join(format!("{module}.symbols.json"));
        fs::remove_file(&graph).map_err(|e| failed(&graph, &e))?;
    }
    let mut docc = swift::program("docc", &package);
    docc.arg("convert")
        .arg(format!("LotlineKit/Sources/{0}/{0}.docc", MODULES[0]))
        .arg("--additional-symbol-graph-dir")
        .arg(&graphs)
        .args(["--fallback-display-name", MODULES[0]])
        .args([
            "--fallback-bundle-identifier",
            "lotline.LotlineKit",
            "--warnings-as-errors",
        ])
        .arg("--output-path")
        .arg(&pages);
    run::check(&mut docc)
}

/// What the compiler calls this machine: the folder that SwiftPM built into is named so.
fn triple(package: &Path) -> Result<String, Failure> {
    let built = package.join(".build/debug");
    let at = fs::read_link(&built).map_err(|e| failed(&built, &e))?;
    let parts: Vec<_> = at.components().rev().collect();
    let name = parts.get(1).map(|part| part.as_os_str().to_string_lossy().into_owned());
    name.ok_or_else(|| Failure::check("no platform's folder", at.display().to_string(), "run swift build"))
}

/// How many public names a pretty-printed symbol graph has, and those without a comment. What the compiler makes up itself is
/// nobody's to describe.
fn names(graph: &str) -> (usize, Vec<String>) {
    let (mut count, mut silent) = (0, Vec::new());
    let (mut name, mut said) = (None, false);
    for line in graph.lines() {
        match line {
            "    {" => (name, said) = (None, false),
            "    }" | "    }," => {
                let ours = name.take().filter(|name: &String| !name.contains("::SYNTHESIZED::"));
                count += usize::from(ours.is_some());
                silent.extend(ours.filter(|_| !said));
            }
            "      \"docComment\": {" => said = true,
            line => {
                if let Some(precise) = line.strip_prefix("        \"precise\": \"") {
                    name = Some(precise.trim_end_matches([',', '"']).to_owned());
                }
            }
        }
    }
    (count, silent)
}

fn failed(path: &Path, e: &std::io::Error) -> Failure {
    Failure::check(e.to_string(), PathBuf::from(path).display().to_string(), "see above")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_public_name_without_a_comment_is_found_and_what_the_compiler_made_up_is_not() {
        let symbol = |name: &str, said: bool| {
            let comment = if said {
                "      \"docComment\": {\n        \"lines\": []\n      },\n"
            } else {
                ""
            };
            format!("    {{\n      \"identifier\": {{\n        \"precise\": \"{name}\",\n      }},\n{comment}    }},\n")
        };
        let graph = [
            symbol("s:A", true),
            symbol("s:B", false),
            symbol("s:C::SYNTHESIZED::s:D", false),
        ];
        let all = format!("{{\n  \"symbols\": [\n{}  ]\n}}\n", graph.concat());
        assert_eq!(names(&all), (2, vec!["s:B".to_owned()]));
        assert_eq!(names(""), (0, Vec::new()));
    }
}
