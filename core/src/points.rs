//! Named points between two steps that a crash must not come between unnoticed. In what ships, reaching one is nothing; a
//! test watches them and kills the process there.

/// Where the process is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Point {
    /// An input's entries are written, their commit has not begun.
    BeforeCommit,
    /// They are committed; no screen was given yet.
    AfterCommit,
    /// Own effects are written and not committed.
    BeforeBehind,
    /// They are committed.
    AfterBehind,
    /// A batch is read, nothing of it was sent.
    BeforePush,
    /// The gateway's answer is here, the mark is where it was.
    BeforeMark,
    /// The mark is moved and not committed.
    InsideMark,
    /// A page's rows are written and not committed.
    InsidePage,
    /// A page is committed, what it includes is not dropped from own effects.
    AfterPage,
    /// The old picture's logs are gone, the new one has not taken its place.
    InsideSwap,
    /// Nothing was written back yet.
    BeforeCheckpoint,
    /// The journal is written back, the picture is not.
    InsideCheckpoint,
}

#[cfg(feature = "scenario")]
impl Point {
    /// All of them, in the order of a scan's way.
    pub const ALL: [Point; 12] = [
        Point::BeforeCommit,
        Point::AfterCommit,
        Point::BeforeBehind,
        Point::AfterBehind,
        Point::BeforePush,
        Point::BeforeMark,
        Point::InsideMark,
        Point::InsidePage,
        Point::AfterPage,
        Point::InsideSwap,
        Point::BeforeCheckpoint,
        Point::InsideCheckpoint,
    ];
}

#[cfg(feature = "scenario")]
static WATCH: std::sync::OnceLock<Box<dyn Fn(Point) + Send + Sync>> = std::sync::OnceLock::new();

/// Has `watch` called at each point, on the thread that reaches it, for the life of the process. Only the first watch counts.
#[cfg(feature = "scenario")]
pub fn watch(watch: impl Fn(Point) + Send + Sync + 'static) {
    // A second one is not heard.
    let _ = WATCH.set(Box::new(watch));
}

/// The process is there.
#[cfg(feature = "scenario")]
pub(crate) fn reached(point: Point) {
    if let Some(watch) = WATCH.get() {
        watch(point);
    }
}

/// The process is there.
#[cfg(not(feature = "scenario"))]
pub(crate) const fn reached(_: Point) {}
