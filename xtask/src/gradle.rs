//! Gradle's files in `android/`: no Gradle of today comes from a registry that this project uses, so nothing here runs them. What they
//! name is compared with what is there, and with what Maven's tests take.

use std::fs;

use crate::failure::Failure;
use crate::{device, tree};

/// Compare; every fault is told.
pub fn check() -> Result<(), Failure> {
    let read = |path: &str| fs::read_to_string(tree::root().join("android").join(path)).unwrap_or_default();
    let faults = faults(&read, &|path| tree::root().join("android").join(path).exists());
    for fault in &faults {
        eprintln!("{fault}");
    }
    if faults.is_empty() {
        return Ok(());
    }
    Err(Failure::check(
        format!("{} faults in Gradle's files", faults.len()),
        "android/",
        "see above",
    ))
}

/// Modules with a build file, beside the top.
const MODULES: [&str; 3] = ["bindings", "handheld", "app"];

fn faults(read: &dyn Fn(&str) -> String, exists: &dyn Fn(&str) -> bool) -> Vec<String> {
    let mut faults = Vec::new();
    let mut hold = |holds: bool, what: String| {
        if !holds {
            faults.push(what);
        }
    };
    let settings = read("settings.gradle.kts");
    let maven = read("pom.xml");
    let catalogue = Catalogue::read(&read("gradle/libs.versions.toml"));
    for module in MODULES {
        hold(
            settings.contains(&format!("\":{module}\"")),
            format!("settings.gradle.kts does not name :{module}"),
        );
        hold(
            maven.contains(&format!("<module>{module}</module>")),
            format!("pom.xml does not name {module}"),
        );
    }
    let builds = MODULES.iter().map(|module| format!("{module}/")).chain([String::new()]);
    for folder in builds {
        let file = format!("{folder}build.gradle.kts");
        let text = read(&file);
        hold(!text.is_empty(), format!("{file} is not there"));
        for name in names(&text, "libs.") {
            hold(
                catalogue.knows(&name),
                format!("{file}: libs.{name} is not in the catalogue"),
            );
        }
        for rules in quoted(&text).filter(|word| word.ends_with("-rules.pro")) {
            hold(
                exists(&format!("{folder}{rules}")),
                format!("{file}: {rules} is not there"),
            );
        }
        for project in quoted(&text).filter_map(|word| word.strip_prefix(':')) {
            hold(
                settings.contains(&format!("\":{project}\"")),
                format!("{file}: no module {project}"),
            );
        }
    }
    for reference in &catalogue.references {
        hold(
            catalogue.version(reference).is_some(),
            format!("the catalogue has no version {reference}"),
        );
    }

    // The same things as in the tests.
    for (name, tag) in [("kotlin", "kotlin.version"), ("lotline", "version")] {
        let other = between(&maven, &format!("<{tag}>"), "<");
        hold(catalogue.version(name) == other, format!("{name}: Maven has {other:?}"));
    }
    let jna = maven
        .split_once("<artifactId>jna</artifactId>")
        .and_then(|(_, rest)| between(rest, "<version>", "<"));
    hold(catalogue.version("jna") == jna, format!("jna: Maven has {jna:?}"));
    hold(
        catalogue.version("minSdk") == Some(device::PLATFORM),
        "minSdk is not the platform that cargo builds for".to_owned(),
    );
    let framework = between(&read("app/pom.xml"), "<version>14-robolectric", "<").is_some();
    hold(
        catalogue.version("compileSdk") == Some("34") && framework,
        "Android 14 is SDK 34: the tests and the build differ".to_owned(),
    );

    let app = read("app/build.gradle.kts");
    let namespace = between(&app, "namespace = \"", "\"");
    let manifest = read("app/src/main/AndroidManifest.xml");
    hold(
        namespace == between(&manifest, "package=\"", "\""),
        "the manifest's package is not the namespace".to_owned(),
    );
    for (abi, _) in device::ABIS {
        hold(
            app.contains(&format!("\"{abi}\"")),
            format!("app/build.gradle.kts has no APK for {abi}"),
        );
    }
    let rules = read("app/proguard-rules.pro") + &read("bindings/consumer-rules.pro");
    for class in names(&rules, "lotline.app.")
        .iter()
        .filter(|name| name.contains(char::is_uppercase))
    {
        let file = format!("app/src/main/kotlin/lotline/app/{}.kt", class.replace('.', "/"));
        let folder = file.rsplit_once('/').map_or("", |(folder, _)| folder);
        let declared = exists(&file)
            || read(&format!("{folder}/Provider.kt")).contains(class.rsplit('.').next().unwrap_or_default());
        hold(
            declared,
            format!("a rule keeps lotline.app.{class}, which is not there"),
        );
    }
    faults
}

/// `libs.versions.toml`, as far as it is used here.
#[derive(Default)]
struct Catalogue {
    versions: Vec<(String, String)>,
    libraries: Vec<String>,
    plugins: Vec<String>,
    references: Vec<String>,
}

impl Catalogue {
    fn read(text: &str) -> Self {
        let (mut all, mut part) = (Self::default(), "");
        for line in text.lines().map(str::trim).filter(|line| !line.starts_with('#')) {
            if let Some(name) = line.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')) {
                part = name;
                continue;
            }
            let Some((name, value)) = line.split_once(" = ") else {
                continue;
            };
            match part {
                "versions" => all.versions.push((name.to_owned(), value.trim_matches('"').to_owned())),
                "libraries" => all.libraries.push(name.replace('-', ".")),
                "plugins" => all.plugins.push(name.replace('-', ".")),
                _ => {}
            }
            all.references
                .extend(between(value, "version.ref = \"", "\"").map(str::to_owned));
        }
        all
    }

    fn version(&self, name: &str) -> Option<&str> {
        self.versions
            .iter()
            .find(|(known, _)| known == name)
            .map(|(_, value)| value.as_str())
    }

    /// `name` as a build file writes it behind `libs.`, perhaps with `.get` at its end.
    fn knows(&self, name: &str) -> bool {
        let name = name.strip_suffix(".get").unwrap_or(name);
        if name == "versions.toml" {
            return true;
        }
        match name.split_once('.') {
            Some(("versions", rest)) => self.version(rest).is_some(),
            Some(("plugins", rest)) => self.plugins.iter().any(|known| known == rest),
            _ => self.libraries.iter().any(|known| known == name),
        }
    }
}

/// Dotted names that stand behind `mark`.
fn names(text: &str, mark: &str) -> Vec<String> {
    let behind = text.match_indices(mark).map(|(at, _)| &text[at + mark.len()..]);
    behind
        .map(|rest| {
            let end = rest
                .find(|c: char| !(c.is_alphanumeric() || c == '.'))
                .unwrap_or(rest.len());
            rest[..end].trim_end_matches('.').to_owned()
        })
        .filter(|name| !name.is_empty())
        .collect()
}

/// What stands between double quotes.
fn quoted(text: &str) -> impl Iterator<Item = &str> {
    text.split('"').skip(1).step_by(2)
}

fn between<'a>(text: &'a str, from: &str, to: &str) -> Option<&'a str> {
    text.split_once(from)?.1.split_once(to).map(|(inner, _)| inner)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn with(file: &str, from: &str, to: &str) -> Vec<String> {
        let root = tree::root().join("android");
        let read = |path: &str| {
            let text = fs::read_to_string(root.join(path)).unwrap_or_default();
            if path == file {
                assert!(text.contains(from), "{file} says {from}");
                text.replace(from, to)
            } else {
                text
            }
        };
        faults(&read, &|path| root.join(path).exists())
    }

    #[test]
    fn gradles_files_name_what_is_there() {
        assert_eq!(with("pom.xml", "", ""), Vec::<String>::new());
    }

    #[test]
    fn what_differs_or_is_not_there_is_told() {
        for (file, from, to) in [
            ("settings.gradle.kts", "\":handheld\"", "\":hand\""),
            ("app/build.gradle.kts", "libs.versions.minSdk", "libs.versions.minSkd"),
            ("app/build.gradle.kts", "proguard-rules.pro", "other-rules.pro"),
            ("app/build.gradle.kts", "\"x86\"", "\"mips\""),
            (
                "app/build.gradle.kts",
                "namespace = \"lotline.app\"",
                "namespace = \"lotline.other\"",
            ),
            (
                "gradle/libs.versions.toml",
                "version.ref = \"jna\"",
                "version.ref = \"jan\"",
            ),
            ("gradle/libs.versions.toml", "kotlin = \"2", "kotlin = \"3"),
            ("gradle/libs.versions.toml", "minSdk = \"26\"", "minSdk = \"24\""),
            (
                "app/proguard-rules.pro",
                "lotline.app.rfid.RfidProvider",
                "lotline.app.rfid.Gone",
            ),
        ] {
            let faults = with(file, from, to);
            assert!(!faults.is_empty(), "{file}: {to}");
        }
    }
}
