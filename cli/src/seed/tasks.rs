//! What the warehouse's own system has put into the work queue.

use lotline_record::model::TaskKind;

/// A task.
pub struct Task {
    /// Its number.
    pub task: &'static str,
    /// What it asks for.
    pub kind: TaskKind,
    /// Whose goods.
    pub owner: &'static str,
    /// 1 before 2.
    pub priority: i64,
    /// Where it begins.
    pub place: &'static str,
    /// Where the goods go.
    pub to: Option<&'static str>,
    /// What it takes.
    pub equipment: Option<&'static str>,
    /// The order it picks.
    pub document: Option<&'static str>,
    /// Item, lot and base units.
    pub goods: Option<(&'static str, &'static str, i64)>,
}

/// All tasks.
pub const TASKS: &[Task] = &[
    Task {
        task: "T-701",
        kind: TaskKind::Move,
        owner: "ACME",
        priority: 1,
        place: "A-01-01",
        to: Some("A-01-02"),
        equipment: None,
        document: None,
        goods: Some(("P500", "L2511C", 2)),
    },
    Task {
        task: "T-702",
        kind: TaskKind::Pick,
        owner: "ACME",
        priority: 2,
        place: "A-01-01",
        to: None,
        equipment: None,
        document: Some("5512"),
        goods: None,
    },
    Task {
        task: "T-703",
        kind: TaskKind::Count,
        owner: "BRIO",
        priority: 3,
        place: "A-09-01",
        to: None,
        equipment: None,
        document: None,
        goods: None,
    },
    // No cart of the site is good for it: it is offered once the policy says which one is.
    Task {
        task: "T-704",
        kind: TaskKind::Move,
        owner: "BRIO",
        priority: 1,
        place: "A-04-01",
        to: Some("A-03-02"),
        equipment: Some("fork"),
        document: None,
        goods: Some(("MILK1", "M7781", 24)),
    },
];
