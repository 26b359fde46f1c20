//! Lines of text on a label: how wide they run, and how elements are set in lines.

use alloc::string::String;
use alloc::vec::Vec;

/// How wide `count` characters run at a height. Printers' scalable fonts are proportional; six tenths of the height is
/// more than capitals and digits take, so that what fits here fits there.
pub(super) fn width(count: usize, height: u32) -> u32 {
    u32::try_from(count).unwrap_or(u32::MAX).saturating_mul(height) * 6 / 10
}

/// How many characters fit in a width.
pub(super) fn room(width: u32, height: u32) -> usize {
    usize::try_from(width * 10 / (height * 6).max(1)).unwrap_or(0)
}

/// Sets pieces in lines of at most `room` characters. A piece is kept in one line (General Specifications 4.14); only one
/// that is longer than a line by itself is broken.
pub(super) fn lines(pieces: impl Iterator<Item = String>, room: usize) -> Vec<String> {
    let mut out: Vec<String> = Vec::new();
    let room = room.max(1);
    for piece in pieces {
        let len = piece.chars().count();
        if let Some(last) = out.last_mut()
            && last.chars().count() + 1 + len <= room
        {
            last.push(' ');
            last.push_str(&piece);
            continue;
        }
        let mut rest: Vec<char> = piece.chars().collect();
        while rest.len() > room {
            let tail = rest.split_off(room);
            out.push(rest.into_iter().collect());
            rest = tail;
        }
        out.push(rest.into_iter().collect());
    }
    out
}

/// Text for one line: control characters become blanks, what is too long ends in an ellipsis.
pub(super) fn one_line(text: &str, room: usize) -> String {
    let mut out: Vec<char> = text
        .trim()
        .chars()
        .map(|c| if c.is_control() { ' ' } else { c })
        .collect();
    if out.len() > room {
        out.truncate(room.saturating_sub(1));
        out.push('…');
    }
    out.into_iter().collect()
}

#[cfg(test)]
mod tests {
    use std::string::{String, ToString};

    use super::{lines, one_line};

    #[test]
    fn an_element_is_broken_only_where_a_line_cannot_hold_it() {
        let pieces = ["(01)09506000134352", "(17)260630", "(10)ABCDEFGHIJKLMNOPQRST"];
        let set = |room| lines(pieces.iter().map(ToString::to_string), room);
        assert_eq!(set(30), ["(01)09506000134352 (17)260630", "(10)ABCDEFGHIJKLMNOPQRST"]);
        assert_eq!(set(18)[2..], ["(10)ABCDEFGHIJKLMN", "OPQRST"].map(String::from));
        assert_eq!(set(0).concat(), pieces.concat());
    }

    #[test]
    fn a_caption_has_one_line_and_no_control_characters() {
        assert_eq!(one_line(" Gauze\n10 ", 20), "Gauze 10");
        assert_eq!(one_line("Verbandmull", 8), "Verband…");
    }
}
