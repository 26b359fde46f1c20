//! A genealogy both ways, as a tree.

use super::{Cell, Known, Report, Row};
use crate::text::{Arg, Message};
use crate::trace::kin::{Branch, Descent, Member, Tree};

/// What `root` was made of and what was made of it. `name` gives what people call an item.
pub fn genealogy(root: &Member, up: &Tree, down: &Tree, name: impl Fn(&Member) -> String, known: Known) -> Report {
    let mut rows = Vec::new();
    for (tree, descent) in [(up, Descent::Parents), (down, Descent::Children)] {
        rows.extend(tree.branches.iter().map(|branch| row(branch, descent, &name)));
    }
    Report {
        name: "genealogy",
        title: Message::new("report-genealogy-title").with("subject", Arg::Text(root.name())),
        summary: Vec::new(),
        columns: &[
            "item",
            "way",
            "generation",
            "owner",
            "key",
            "lot",
            "serial",
            "amount",
            "run",
            "again",
        ],
        rows,
        cut: up.cut || down.cut,
        known,
    }
}

fn row(branch: &Branch, descent: Descent, name: &impl Fn(&Member) -> String) -> Row {
    let (id, way) = match descent {
        Descent::Parents => ("kin-made-of", "way-made-of"),
        Descent::Children => ("kin-used-for", "way-used-for"),
    };
    let member = &branch.kin.member;
    let called = name(member);
    let lot = member.lot.as_ref().map_or_else(String::new, ToString::to_string);
    let said = Message::new(id)
        .with("item", Arg::text(&called))
        .with("amount", Arg::Amount(branch.kin.amount))
        // A blank between the two, where there are both.
        .with(
            "lot",
            Arg::Text(match &member.serial {
                Some(_) if !lot.is_empty() => format!("{lot} "),
                _ => lot.clone(),
            }),
        )
        .with("serial", Arg::Text(member.serial.clone().unwrap_or_default()));
    Row {
        depth: branch.depth,
        // Dots stand the same way round in every script, and a screen reader passes over them.
        text: Message::new(if branch.again { "tree-line-again" } else { "tree-line" })
            .with("indent", Arg::Text("· ".repeat(branch.depth - 1)))
            .with("what", Arg::Message(Box::new(said))),
        detail: Message::new("kin-detail")
            .with("depth", Arg::count(branch.depth))
            .with("run", Arg::text(&branch.kin.run)),
        cells: vec![
            Cell::Text(called),
            Cell::Words(Message::new(way)),
            Cell::Number(i64::try_from(branch.depth).unwrap_or(i64::MAX)),
            Cell::text(Some(&member.owner)),
            Cell::text(Some(&member.item)),
            Cell::text(member.lot.as_ref()),
            Cell::text(member.serial.as_ref()),
            Cell::Amount(branch.kin.amount),
            Cell::text(Some(&branch.kin.run)),
            if branch.again {
                Cell::Words(Message::new("tree-again"))
            } else {
                Cell::Empty
            },
        ],
        alert: false,
    }
}
