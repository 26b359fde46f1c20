//! What is in a library for Apple's devices: an archive in Darwin's form (ar(5), ranlib(5)) of Mach-O objects (`mach-o/loader.h`).

use std::collections::BTreeSet;

/// `PLATFORM_IOS`.
pub const IPHONE: u32 = 2;

/// An object of an archive.
#[derive(Debug)]
pub struct Object {
    /// What the archive calls it.
    pub name: String,
    /// For which platform, and from which version on: sixteen bits, eight, eight. None where it does not say, or is no object for arm64.
    pub made_for: Option<(u32, u32)>,
}

/// What an archive defines, without the underscore in front: its first member is the index, pairs of a name's place and its member's,
/// then the names. Numbers have 32 bits there, or 64 where the index is called so.
pub fn index(archive: &[u8]) -> Option<BTreeSet<String>> {
    let (name, content) = members(archive)?.into_iter().next()?;
    let wide = if name.starts_with("__.SYMDEF_64") {
        8
    } else if name.starts_with("__.SYMDEF") {
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

/// Every member but the index. None where the archive ends within one.
pub fn objects(archive: &[u8]) -> Option<Vec<Object>> {
    let members = members(archive)?.into_iter();
    let objects = members.filter(|(name, _)| !name.starts_with("__.SYMDEF"));
    Some(
        objects
            .map(|(name, content)| Object {
                name,
                made_for: made_for(content),
            })
            .collect(),
    )
}

/// Name and content of each member. A name that is long stands in front of the content.
fn members(archive: &[u8]) -> Option<Vec<(String, &[u8])>> {
    let mut rest = archive.strip_prefix(b"!<arch>\n")?;
    let mut found = Vec::new();
    while !rest.is_empty() {
        let (header, after) = rest.split_at_checked(60)?;
        let field = |from: usize, to: usize| std::str::from_utf8(header.get(from..to)?).ok().map(str::trim);
        let size: usize = field(48, 58)?.parse().ok()?;
        let (member, after) = after.split_at_checked(size)?;
        found.push(match field(0, 16)?.strip_prefix("#1/") {
            Some(length) => {
                let (name, content) = member.split_at_checked(length.parse().ok()?)?;
                let name = name.split(|byte| *byte == 0).next().unwrap_or_default();
                (String::from_utf8_lossy(name).into_owned(), content)
            }
            None => (field(0, 16)?.trim_end_matches('/').to_owned(), member),
        });
        // Members begin at even places.
        rest = after.get(size % 2..).unwrap_or_default();
    }
    Some(found)
}

fn made_for(object: &[u8]) -> Option<(u32, u32)> {
    const MAGIC_64: u32 = 0xfeed_facf;
    const ARM64: u32 = 0x0100_000c;
    const LC_VERSION_MIN_IPHONEOS: u32 = 0x25;
    const LC_BUILD_VERSION: u32 = 0x32;
    let number = |from: usize| Some(u32::from_le_bytes(object.get(from..from + 4)?.try_into().ok()?));
    if (number(0)?, number(4)?) != (MAGIC_64, ARM64) {
        return None;
    }
    let mut at = 32;
    for _ in 0..number(16)? {
        match number(at)? {
            LC_BUILD_VERSION => return Some((number(at + 8)?, number(at + 12)?)),
            LC_VERSION_MIN_IPHONEOS => return Some((IPHONE, number(at + 8)?)),
            _ => at += usize::try_from(number(at + 4)?).ok()?,
        }
    }
    None
}

#[cfg(test)]
pub mod tests {
    use super::*;

    fn member(name: &str, content: &[u8]) -> Vec<u8> {
        let size = name.len() + content.len();
        let mut all = format!("{:<48}{size:<10}`\n", format!("#1/{}", name.len())).into_bytes();
        all.extend(name.as_bytes());
        all.extend(content);
        if size % 2 == 1 {
            all.push(b'\n');
        }
        all
    }

    /// An archive that defines `names`, with one object for that platform.
    pub fn archive(names: &[String], platform: u32, least: u32) -> Vec<u8> {
        let mut pairs = Vec::new();
        let mut text = Vec::new();
        for name in names {
            pairs.extend(u32::try_from(text.len()).unwrap().to_le_bytes());
            pairs.extend(0u32.to_le_bytes());
            text.extend(name.as_bytes());
            text.push(0);
        }
        let mut index = u32::try_from(pairs.len()).unwrap().to_le_bytes().to_vec();
        index.extend(pairs);
        index.extend(u32::try_from(text.len()).unwrap().to_le_bytes());
        index.extend(text);
        // The header, a command of another kind, and the one that says what for.
        let words = [0xfeed_facf_u32, 0x0100_000c, 0, 1, 2, 32, 0, 0];
        let commands = [0x1b, 8, 0x32, 24, platform, least, 0, 0];
        let object: Vec<u8> = words.iter().chain(&commands).flat_map(|w| w.to_le_bytes()).collect();
        let mut archive = b"!<arch>\n".to_vec();
        archive.extend(member("__.SYMDEF\0\0\0", &index));
        archive.extend(member("lotline.o\0\0\0", &object));
        archive
    }

    #[test]
    fn an_archive_says_what_it_defines_and_what_its_objects_are_for() {
        let names = ["_uniffi_".to_owned(), "_x".to_owned()];
        let archive = archive(&names, IPHONE, 17 << 16);
        let defined: Vec<String> = index(&archive).unwrap().into_iter().collect();
        assert_eq!(defined, ["uniffi_", "x"]);
        let objects = objects(&archive).unwrap();
        assert_eq!((objects.len(), objects[0].name.as_str()), (1, "lotline.o"));
        assert_eq!(objects[0].made_for, Some((IPHONE, 17 << 16)));
    }

    #[test]
    fn what_is_cut_off_or_no_archive_is_none_and_no_panic() {
        let archive = archive(&["_x".to_owned()], IPHONE, 0);
        for end in 0..archive.len() {
            let cut = &archive[..end];
            assert!(objects(cut).is_none() || end == 8 || end > 60, "{end}");
        }
        assert_eq!(index(b"!<arch>\nno index"), None);
        assert_eq!(made_for(b"\xcf\xfa\xed\xfe"), None);
    }
}
