//! Turns the GS1 Syntax Dictionary (`gs1/gs1-syntax-dictionary.txt`) into the tables of `src/ai/table.rs`.
//!
//! The grammar is the one the dictionary describes in its own header: `AIs [Flags] Specification [Attributes] [# Title]`.
//! Whatever this file does not understand stops the build: a table with a hole in it would misread labels.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::Path;
use std::{env, fs};

struct Component {
    cset: char,
    min: usize,
    max: usize,
    optional: bool,
    linters: Vec<String>,
}

struct Entry {
    ai: String,
    fixed: bool,
    components: Vec<Component>,
    exclusive: Vec<String>,
    requisite: Vec<String>,
    /// Flag `?`: permitted in the query of a Digital Link URI.
    attribute: bool,
    /// A primary key of Digital Link URIs: the sequences of qualifiers that may follow it, of which one counts.
    qualifiers: Option<Vec<Vec<String>>>,
    title: String,
}

fn main() {
    let root = env::var("CARGO_MANIFEST_DIR").expect("cargo sets CARGO_MANIFEST_DIR");
    let out = env::var("OUT_DIR").expect("cargo sets OUT_DIR");
    let source = Path::new(&root).join("gs1/gs1-syntax-dictionary.txt");
    println!("cargo::rerun-if-changed={}", source.display());
    println!("cargo::rerun-if-changed=build.rs");
    let text = fs::read_to_string(&source).expect("the GS1 Syntax Dictionary is part of the source");
    let mut entries: Vec<Entry> = text.lines().flat_map(parse_line).collect();
    entries.sort_by(|a, b| a.ai.cmp(&b.ai));
    fs::write(Path::new(&out).join("ai_table.rs"), render(&entries)).expect("OUT_DIR is writable");
}

fn parse_line(line: &str) -> Vec<Entry> {
    let line = line.trim();
    if line.is_empty() || line.starts_with('#') {
        return Vec::new();
    }
    let (body, title) = line.split_once('#').unwrap_or((line, ""));
    let mut words = body.split_whitespace().peekable();
    let ais = words.next().expect("a line that is no comment names its AI");
    let flags = match words.peek() {
        Some(word) if !word.starts_with(|c: char| c.is_ascii_alphabetic() || c == '[') => words.next().unwrap_or(""),
        _ => "",
    };
    let (mut exclusive, mut requisite) = (Vec::new(), Vec::new());
    let mut qualifiers: Option<Vec<Vec<String>>> = None;
    let mut components: Vec<Component> = Vec::new();
    for word in words {
        if let Some(list) = word.strip_prefix("ex=") {
            exclusive.extend(list.split(',').map(str::to_owned));
        } else if let Some(list) = word.strip_prefix("req=") {
            requisite.push(list.to_owned());
        } else if word == "dlpkey" {
            qualifiers.get_or_insert_default().push(Vec::new());
        } else if let Some(list) = word.strip_prefix("dlpkey=") {
            let sequences = list.split('|').map(|one| one.split(',').map(str::to_owned).collect());
            qualifiers.get_or_insert_default().extend(sequences);
        } else {
            components.push(component(word));
        }
    }
    assert!(!components.is_empty(), "no components: {line}");
    span(ais)
        .into_iter()
        .map(|ai| Entry {
            ai,
            fixed: flags.contains('*'),
            components: components.iter().map(Component::copy).collect(),
            exclusive: exclusive.clone(),
            requisite: requisite.clone(),
            attribute: flags.contains('?'),
            qualifiers: qualifiers.clone(),
            title: title.trim().to_owned(),
        })
        .collect()
}

impl Component {
    fn copy(&self) -> Self {
        Self {
            linters: self.linters.clone(),
            ..*self
        }
    }
}

/// `3100-3105` -> the six AIs it stands for.
fn span(ais: &str) -> Vec<String> {
    let Some((first, last)) = ais.split_once('-') else {
        return vec![ais.to_owned()];
    };
    let width = first.len();
    let (from, to): (u16, u16) = (first.parse().expect("AI"), last.parse().expect("AI"));
    (from..=to).map(|ai| format!("{ai:0width$}")).collect()
}

/// `N6,yymmd0`, `X..20`, `[N4],hhmi`.
fn component(word: &str) -> Component {
    let mut parts = word.split(',');
    let spec = parts.next().unwrap_or("");
    let optional = spec.starts_with('[');
    let spec = spec.trim_start_matches('[').trim_end_matches(']');
    let cset = spec.chars().next().expect("a component names its character set");
    assert!("NXYZ".contains(cset), "unknown character set in {word}");
    let length = &spec[1..];
    let (min, max) = match length.strip_prefix("..") {
        Some(max) => (1, max.parse().expect("length")),
        None => (length.parse().expect("length"), length.parse().expect("length")),
    };
    Component {
        cset,
        min,
        max,
        optional,
        linters: parts.map(str::to_owned).collect(),
    }
}

/// The positions in the table that a pattern such as `01` or `31nn` stands for.
fn pattern(entries: &[Entry], text: &str) -> String {
    let digits = text.trim_end_matches('n');
    let hit = |e: &Entry| e.ai.len() == text.len() && e.ai.starts_with(digits);
    let first = entries.iter().position(hit);
    let last = entries.iter().rposition(hit);
    let (Some(first), Some(last)) = (first, last) else {
        panic!("pattern {text} matches no AI");
    };
    assert!(
        entries[first..=last].iter().all(hit),
        "pattern {text} is not one run of AIs"
    );
    format!("Pattern {{ from: {first}, to: {}, text: \"{text}\" }}", last + 1)
}

/// The positions of the qualifiers of a primary key.
fn sequences(entries: &[Entry], sequences: Option<&Vec<Vec<String>>>) -> String {
    let Some(sequences) = sequences else {
        return "None".to_owned();
    };
    let position = |ai: &String| entries.iter().position(|e| e.ai == *ai).expect("a qualifier is an AI");
    let list: Vec<String> = sequences
        .iter()
        .map(|one| format!("&{:?}", one.iter().map(position).collect::<Vec<_>>()))
        .collect();
    format!("Some(&[{}])", list.join(", "))
}

fn variant(linter: &str) -> String {
    let (head, tail) = linter.split_at(1);
    format!("Linter::{}{tail}", head.to_uppercase())
}

fn render(entries: &[Entry]) -> String {
    let mut out = String::new();
    let mut w = |line: String| {
        out.push_str(&line);
        out.push('\n');
    };
    w(format!(
        "/// How many AIs the dictionary holds.\npub(crate) const COUNT: usize = {};",
        entries.len()
    ));
    w(format!("pub(crate) static ENTRIES: [Entry; {}] = [", entries.len()));
    for e in entries {
        let min: usize = e.components.iter().filter(|c| !c.optional).map(|c| c.min).sum();
        let max: usize = e.components.iter().map(|c| c.max).sum();
        assert!(!e.fixed || min == max, "AI {} is marked fixed but is not", e.ai);
        let mut components = String::new();
        for c in &e.components {
            let linters: Vec<String> = c.linters.iter().map(|l| variant(l)).collect();
            let _ = write!(
                components,
                "Component {{ cset: Cset::{}, min: {}, max: {}, optional: {}, linters: &[{}] }}, ",
                c.cset,
                c.min,
                c.max,
                c.optional,
                linters.join(", ")
            );
        }
        let exclusive: Vec<String> = e.exclusive.iter().map(|t| pattern(entries, t)).collect();
        let requisite: Vec<String> = e
            .requisite
            .iter()
            .map(|list| {
                let groups: Vec<String> = list
                    .split(',')
                    .map(|group| {
                        let all: Vec<String> = group.split('+').map(|t| pattern(entries, t)).collect();
                        format!("&[{}]", all.join(", "))
                    })
                    .collect();
                format!("Requisite {{ any_of: &[{}], text: \"{list}\" }}", groups.join(", "))
            })
            .collect();
        let named = e
            .exclusive
            .iter()
            .chain(e.requisite.iter())
            .flat_map(|list| list.split([',', '+']));
        assert!(
            named.into_iter().all(|name| name != e.ai),
            "AI {} is paired with itself",
            e.ai
        );
        w(format!(
            "    Entry {{ ai: \"{}\", fixed: {}, min: {min}, max: {max}, components: &[{components}], exclusive: &[{}], requisite: &[{}], attribute: {}, qualifiers: {}, title: {:?} }},",
            e.ai,
            e.fixed,
            exclusive.join(", "),
            requisite.join(", "),
            e.attribute,
            sequences(entries, e.qualifiers.as_ref()),
            e.title
        ));
    }
    w("];".to_owned());
    render_prefixes(entries, &mut w);
    out
}

/// Two digits say how long an AI is; the digits after them pick its slot.
fn render_prefixes(entries: &[Entry], w: &mut impl FnMut(String)) {
    let mut by_prefix: BTreeMap<usize, Vec<usize>> = BTreeMap::new();
    for (index, e) in entries.iter().enumerate() {
        by_prefix
            .entry(e.ai[..2].parse().expect("digits"))
            .or_default()
            .push(index);
    }
    let mut slots: Vec<u16> = Vec::new();
    let mut prefixes = [(0_usize, 0_usize); 100];
    for (prefix, indexes) in &by_prefix {
        let length = entries[indexes[0]].ai.len();
        assert!(
            indexes.iter().all(|&i| entries[i].ai.len() == length),
            "AIs of prefix {prefix} differ in length"
        );
        let start = slots.len();
        slots.resize(
            start + 10_usize.pow(u32::try_from(length - 2).expect("short")),
            u16::MAX,
        );
        for &index in indexes {
            let rest = &entries[index].ai[2..];
            let at = if rest.is_empty() {
                0
            } else {
                rest.parse().expect("digits")
            };
            slots[start + at] = u16::try_from(index).expect("few AIs");
        }
        prefixes[*prefix] = (length, start);
    }
    w("pub(crate) static PREFIXES: [Prefix; 100] = [".to_owned());
    for (length, start) in prefixes {
        w(format!("    Prefix {{ ai_len: {length}, slots: {start} }},"));
    }
    w("];".to_owned());
    w(format!("pub(crate) static SLOTS: [u16; {}] = {slots:?};", slots.len()));
    for (name, ai) in [
        ("GTIN", "01"),
        ("DOCUMENT", "253"),
        ("COUPON", "255"),
        ("ASSET", "8003"),
        ("SIGNATURE", "8030"),
    ] {
        let index = entries.iter().position(|e| e.ai == ai).expect("a well-known AI");
        w(format!("pub(crate) const {name}: u16 = {index};"));
    }
}
