//! Genealogy: what went into a run and what came out of it, followed generation by generation over any record.

use crate::model::{Amount, RunId};
pub use crate::model::{Made, Member};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// So many generations are followed; a tree that goes on says so.
pub const DEEPEST: usize = 12;
/// So many branches are followed; a tree that has more says so.
pub const MOST: usize = 500;

/// Which way a genealogy is followed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Descent {
    /// What it was made of.
    Parents,
    /// What was made of it.
    Children,
}

impl Descent {
    /// Kinds of history on the side where the subject stands, and on the side of its kin.
    pub const fn sides(self) -> (&'static str, &'static str) {
        match self {
            Descent::Parents => ("produced", "consumed"),
            Descent::Children => ("consumed", "produced"),
        }
    }
}

/// What went into a run or came out of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Kin {
    /// In which run.
    pub run: RunId,
    /// Which goods.
    #[serde(flatten)]
    pub member: Member,
    /// How much, in base units.
    pub amount: Amount,
}

/// A record that knows runs.
pub trait Kinship {
    /// Why it cannot be read.
    type Error;

    /// One generation, run by run. What was taken back does not count.
    ///
    /// # Errors
    /// The record's own.
    fn kin(&self, of: &Member, descent: Descent) -> Result<Vec<Kin>, Self::Error>;
}

/// A branch of a tree.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Branch {
    /// Generations from the root, from 1.
    pub depth: usize,
    /// Where in the tree it hangs; `None`: at the root.
    pub parent: Option<usize>,
    /// What it is.
    pub kin: Kin,
    /// Its own branches stand elsewhere in the tree: it came up before, or goes round in circles.
    pub again: bool,
}

/// A genealogy one way, each branch before its own branches.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Tree {
    /// The branches in the order in which a tree is drawn.
    pub branches: Vec<Branch>,
    /// It goes on deeper or wider than it was followed.
    pub cut: bool,
}

/// Follows all kin of `root` one way. Each member is followed once, so that what goes round in circles ends.
///
/// # Errors
/// The record's own.
pub fn tree<K: Kinship + ?Sized>(record: &K, root: &Member, descent: Descent) -> Result<Tree, K::Error> {
    let mut tree = Tree::default();
    let mut followed = vec![root.clone()];
    grow(record, root, None, descent, &mut followed, &mut tree)?;
    Ok(tree)
}

fn grow<K: Kinship + ?Sized>(
    record: &K,
    of: &Member,
    parent: Option<usize>,
    descent: Descent,
    followed: &mut Vec<Member>,
    tree: &mut Tree,
) -> Result<(), K::Error> {
    let depth = parent.map_or(1, |at| tree.branches[at].depth + 1);
    let found = record.kin(of, descent)?;
    if depth > DEEPEST {
        tree.cut |= !found.is_empty();
        return Ok(());
    }
    for kin in found {
        if tree.branches.len() >= MOST {
            tree.cut = true;
            return Ok(());
        }
        let again = followed.contains(&kin.member);
        let member = kin.member.clone();
        tree.branches.push(Branch {
            depth,
            parent,
            kin,
            again,
        });
        if !again {
            followed.push(member.clone());
            let here = tree.branches.len() - 1;
            grow(record, &member, Some(here), descent, followed, tree)?;
        }
    }
    Ok(())
}

impl Tree {
    /// The way from `root` down to a branch of what it was made of, the nearest generation first.
    pub fn way(&self, root: &Member, branch: usize) -> Vec<Made> {
        let mut way = Vec::new();
        let mut at = Some(branch);
        while let Some(branch) = at.and_then(|at| self.branches.get(at)) {
            let made = branch
                .parent
                .and_then(|up| self.branches.get(up))
                .map_or_else(|| root.clone(), |up| up.kin.member.clone());
            way.push(Made {
                made,
                run: branch.kin.run.clone(),
                of: branch.kin.member.clone(),
            });
            at = branch.parent;
        }
        way.reverse();
        way
    }
}

/// Whether a kind of history adds to a side of a run or takes back from it; `None` when it is of neither.
fn adds(kind: &str, side: &str) -> Option<bool> {
    if kind == side {
        Some(true)
    } else {
        (kind.strip_prefix("undone:") == Some(side)).then_some(false)
    }
}

/// What stands on a side of a run, or the runs on whose side something stands: sums of lines of history as (what, kind,
/// base units in millionths). What was taken back does not count, and nothing that comes to zero.
pub fn standing<T: Ord>(
    lines: impl IntoIterator<Item = (T, String, i64)>,
    side: &str,
) -> impl Iterator<Item = (T, Amount)> {
    let mut sums: BTreeMap<T, i64> = BTreeMap::new();
    for (what, kind, amount) in lines {
        if let Some(adds) = adds(&kind, side) {
            *sums.entry(what).or_default() += if adds { amount } else { -amount };
        }
    }
    let present = sums.into_iter().filter(|(_, amount)| *amount > 0);
    present.map(|(what, amount)| (what, Amount::from_micros(amount)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::convert::Infallible;

    struct Runs(Vec<(&'static str, &'static str, &'static str)>);

    fn member(lot: &str) -> Member {
        Member {
            owner: "ACME".parse().unwrap(),
            item: "P500".parse().unwrap(),
            lot: lot.parse().ok(),
            serial: None,
        }
    }

    impl Kinship for Runs {
        type Error = Infallible;
        fn kin(&self, of: &Member, descent: Descent) -> Result<Vec<Kin>, Infallible> {
            let name = of.name();
            let found = self.0.iter().filter_map(|(run, from, into)| {
                let (here, there) = match descent {
                    Descent::Parents => (into, from),
                    Descent::Children => (from, into),
                };
                (*here == name).then(|| Kin {
                    run: run.parse().unwrap(),
                    member: member(there),
                    amount: Amount::whole(1),
                })
            });
            Ok(found.collect())
        }
    }

    fn drawn(tree: &Tree) -> Vec<String> {
        let line = |b: &Branch| {
            format!(
                "{}{}{}",
                b.depth,
                b.kin.member.name(),
                if b.again { " again" } else { "" }
            )
        };
        tree.branches.iter().map(line).collect()
    }

    #[test]
    fn a_tree_shows_each_branch_under_its_own_and_what_comes_up_twice_is_followed_once() {
        let runs = Runs(vec![
            ("R1", "A", "C"),
            ("R1", "B", "C"),
            ("R2", "C", "D"),
            ("R3", "C", "E"),
            ("R4", "D", "E"),
        ]);
        let down = tree(&runs, &member("A"), Descent::Children).unwrap();
        assert_eq!(drawn(&down), ["1C", "2D", "3E", "2E again"]);
        let up = tree(&runs, &member("E"), Descent::Parents).unwrap();
        assert_eq!(drawn(&up), ["1C", "2A", "2B", "1D", "2C again"]);
        let way: Vec<_> = up
            .way(&member("E"), 2)
            .iter()
            .map(|m| (m.made.name(), m.of.name()))
            .collect();
        assert_eq!(way, [("E".into(), "C".into()), ("C".into(), "B".into())]);
    }

    #[test]
    fn what_goes_round_in_circles_ends() {
        let runs = Runs(vec![("R1", "A", "B"), ("R2", "B", "A"), ("R3", "A", "A")]);
        let down = tree(&runs, &member("A"), Descent::Children).unwrap();
        assert_eq!(
            (drawn(&down), down.cut),
            (vec!["1B".into(), "2A again".into(), "1A again".into()], false)
        );
    }

    #[test]
    fn a_tree_deeper_than_it_is_followed_says_so() {
        let names: Vec<&'static str> = (0..20).map(|n| &*Box::leak(format!("L{n}").into_boxed_str())).collect();
        let chain = |most: usize| Runs(names.windows(2).take(most).map(|w| ("R", w[0], w[1])).collect());
        let whole = tree(&chain(DEEPEST), &member("L0"), Descent::Children).unwrap();
        assert_eq!((whole.branches.len(), whole.cut), (DEEPEST, false));
        let deep = tree(&chain(DEEPEST + 1), &member("L0"), Descent::Children).unwrap();
        assert_eq!((deep.branches.len(), deep.cut), (DEEPEST, true));
    }
}
