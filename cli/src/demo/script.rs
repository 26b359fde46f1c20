//! The shift as a table: who does what, and how it must be answered. A label is named by its short name in
//! `lotline seed --labels`.

use lotline_core::screen::Tone;

/// Which handheld.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Who {
    /// The first.
    A,
    /// The second.
    B,
}

/// What happens.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Act {
    /// Scan badge, enter PIN.
    SignIn(&'static str),
    /// Scan the label of that name.
    Scan(&'static str),
    /// The same label, so many times, one pack after the other.
    ScanTimes(&'static str, u32),
    /// Scan a code that is on no label of the goods: a seal, a carton.
    Raw(&'static str),
    /// Type into the field that is asked for.
    Enter(&'static str),
    /// Choose an action by its id, or by what its id begins with.
    Choose(&'static str),
    /// Acknowledge the stop.
    Acknowledge,
    /// Scan one's badge and enter one's PIN as a signature.
    Sign(&'static str),
    /// SIGKILL the process, start it again, and land on the same step.
    Kill(&'static str),
    /// Send and fetch.
    Sync,
}

/// One step.
#[derive(Debug, Clone, Copy)]
pub struct Step {
    /// On which handheld.
    pub who: Who,
    /// What.
    pub act: Act,
    /// The tone that must come back; `None`: any but a stop.
    pub tone: Option<Tone>,
    /// Draw the screen that comes back.
    pub show: bool,
}

/// A part of the shift.
#[derive(Debug, Clone, Copy)]
pub struct Scene {
    /// What it is about.
    pub title: &'static str,
    /// What the network does before it.
    pub network: Network,
    /// Its steps.
    pub steps: &'static [Step],
}

/// What the network does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Network {
    /// Stays as it is.
    Same,
    /// Is cut.
    Cut,
    /// Comes back.
    Back,
}

const fn step(who: Who, act: Act) -> Step {
    Step {
        who,
        act,
        tone: None,
        show: false,
    }
}

const fn show(who: Who, act: Act) -> Step {
    Step {
        who,
        act,
        tone: None,
        show: true,
    }
}

const fn good(who: Who, label: &'static str) -> Step {
    Step {
        who,
        act: Act::Scan(label),
        tone: None,
        show: false,
    }
}

const fn times(who: Who, label: &'static str, times: u32) -> Step {
    Step {
        who,
        act: Act::ScanTimes(label, times),
        tone: None,
        show: false,
    }
}

const fn stop(who: Who, label: &'static str) -> Step {
    Step {
        who,
        act: Act::Scan(label),
        tone: Some(Tone::Stop),
        show: true,
    }
}

use Act::{Acknowledge, Choose, Enter, Kill, Raw, Sign, SignIn, Sync};
use Who::{A, B};

/// The shift.
pub const SHIFT: &[Scene] = &[
    Scene {
        title: "Goods in: pharma at DOCK-1, food and electronics at DOCK-2",
        network: Network::Same,
        steps: &[
            step(A, SignIn("B-1042")),
            step(A, Choose("receive")),
            show(A, Choose("document:80041")),
            times(A, "p500-case", 6),
            good(A, "p500-case-known"),
            stop(A, "p500-case-contradicts"),
            show(A, Choose("put_aside")),
            good(A, "amox-in-1"),
            good(A, "amox-in-2"),
            good(A, "amox-in-3"),
            good(A, "amox-in-4"),
            // The case put aside is still open: the receipt ends short of it until a supervisor has looked.
            step(A, Choose("short")),
            step(B, SignIn("B-1043")),
            step(B, Choose("receive")),
            step(B, Choose("document:80042")),
            times(B, "oats-case", 5),
            show(B, Act::Scan("milk-pallet")),
            step(B, Choose("done")),
            step(B, Choose("receive")),
            step(B, Choose("document:80043")),
            good(B, "ssd-in-1"),
            good(B, "ssd-in-2"),
            good(B, "ssd-in-3"),
            good(B, "ssd-in-4"),
            times(B, "cell-case", 3),
            step(B, Choose("done")),
            show(A, Sync),
            step(B, Sync),
        ],
    },
    Scene {
        title: "The network is cut: put away, as lift and drop",
        network: Network::Cut,
        steps: &[
            step(A, Choose("put_away")),
            times(A, "p500-case", 3),
            good(A, "place-A-01-03"),
            times(A, "p500-case", 3),
            show(A, Act::Scan("place-A-01-04")),
            step(A, Choose("done")),
            step(B, Choose("put_away")),
            good(B, "milk-pallet"),
            good(B, "place-A-04-02"),
            times(B, "oats-case", 2),
            good(B, "place-A-03-03"),
            step(B, Choose("done")),
        ],
    },
    Scene {
        title: "Still offline: a supervisor settles the other expiry, with badge and PIN",
        network: Network::Same,
        steps: &[
            step(A, Choose("sign_out")),
            step(A, SignIn("B-2001")),
            show(A, Choose("exceptions")),
            show(A, Choose("exception:")),
            step(A, Choose("resolve:relabel")),
            show(A, Sign("B-2001")),
            step(A, Choose("back")),
            step(A, Choose("sign_out")),
            step(A, SignIn("B-1042")),
        ],
    },
    Scene {
        title: "Still offline: pick by first expired, first out",
        network: Network::Same,
        steps: &[
            step(A, Choose("pick")),
            show(A, Choose("document:5512")),
            good(A, "place-A-01-01"),
            stop(A, "p500-expired"),
            step(A, Acknowledge),
            times(A, "p500-first", 3),
            show(A, Kill("B-1042")),
            times(A, "p500-first", 4),
            good(A, "place-A-02-01"),
            good(A, "amox-1"),
            good(A, "amox-2"),
            show(A, Act::Scan("place-STAGE-1")),
            step(B, Choose("pick")),
            step(B, Choose("document:5513")),
            good(B, "place-A-03-01"),
            times(B, "oats-first", 4),
            good(B, "place-A-04-01"),
            times(B, "milk-first", 2),
            good(B, "place-STAGE-1"),
            step(B, Choose("pick")),
            step(B, Choose("document:5514")),
            good(B, "place-A-06-01"),
            good(B, "ssd-1"),
            good(B, "ssd-2"),
            good(B, "place-A-05-02"),
            times(B, "cell", 4),
            show(B, Act::Scan("place-STAGE-1")),
        ],
    },
    Scene {
        title: "The network is back: everything goes up, in order, once",
        network: Network::Back,
        steps: &[show(A, Sync), show(B, Sync)],
    },
];

/// What comes back from the warehouse's own system when the shift seems over.
pub const REFUSED: Scene = Scene {
    title: "The WMS has looked at a pick and will not have it: it comes back as an exception",
    network: Network::Same,
    steps: &[
        step(A, Choose("sign_out")),
        step(A, SignIn("B-2001")),
        show(A, Choose("exceptions")),
        step(A, Choose("exception:srv-wms-")),
        show(A, Choose("resolve:accept")),
        show(A, Sign("B-2001")),
        show(A, Sync),
    ],
};

/// The label of a carton that nothing was ever in.
const CARTON: &str = "]C100395220000000007015";
/// The label of a pallet that nothing was ever on.
const PALLET: &str = "]C100395220000000007022";

/// What `--long` adds before the network comes back: the rest of the work, offline.
pub const LONG: &[Scene] = &[
    Scene {
        title: "A long shift: load after load is moved from bin to bin, offline",
        network: Network::Same,
        steps: &[
            step(A, Choose("more")),
            step(A, Choose("move")),
            good(A, "place-A-01-02"),
            times(A, "p500-later", 10),
            good(A, "place-A-07-01"),
            good(A, "place-A-01-02"),
            times(A, "p500-later", 10),
            good(A, "place-A-07-02"),
            step(A, Choose("done")),
        ],
    },
    Scene {
        title: "Counted blind, a loss booked, and a lot held and released by a second person",
        network: Network::Same,
        steps: &[
            step(A, Choose("more")),
            step(A, Choose("count")),
            good(A, "place-A-02-04"),
            good(A, "insulin"),
            step(A, Enter("40")),
            show(A, Choose("done")),
            step(A, Choose("done")),
            step(A, Choose("more")),
            step(A, Choose("adjust")),
            good(A, "place-A-05-02"),
            step(A, Choose("reason:lost")),
            good(A, "cell"),
            show(A, Enter("2")),
            step(A, Choose("done")),
            step(A, Choose("more")),
            step(A, Choose("hold")),
            good(A, "amox-3"),
            step(A, Choose("hold:lot")),
            step(A, Choose("kind:hold")),
            show(A, Choose("reason:damaged")),
            good(A, "amox-3"),
            step(A, Choose("release:")),
            step(A, Choose("reason:")),
            show(A, Sign("B-2001")),
            step(A, Choose("back")),
            step(A, Choose("done")),
        ],
    },
    Scene {
        title: "A pallet is built, an order packed, loaded, sealed and shipped",
        network: Network::Same,
        steps: &[
            step(B, Choose("more")),
            step(B, Choose("pallet")),
            good(B, "place-DOCK-2"),
            step(B, Raw(PALLET)),
            good(B, "ssd-in-1"),
            show(B, Act::Scan("ssd-in-2")),
            step(B, Choose("close")),
            step(B, Choose("back")),
            step(B, Choose("done")),
            step(B, Choose("more")),
            step(B, Choose("pack")),
            step(B, Choose("document:5513")),
            step(B, Raw(CARTON)),
            times(B, "oats-first", 4),
            times(B, "milk-first", 2),
            step(B, Choose("close")),
            show(B, Choose("verify")),
            step(B, Choose("more")),
            step(B, Choose("ship")),
            step(B, Choose("document:5513")),
            good(B, "place-TRAILER-1"),
            step(B, Raw(CARTON)),
            step(B, Choose("close")),
            step(B, Raw("]C0SEAL-77")),
            show(B, Choose("ship")),
        ],
    },
    Scene {
        title: "Quality recalls a lot, a temperature is read, expired goods are destroyed",
        network: Network::Same,
        steps: &[
            step(B, Choose("more")),
            step(B, Choose("sensor")),
            good(B, "place-A-02-04"),
            show(B, Enter("5")),
            step(B, Choose("done")),
            step(B, Choose("more")),
            step(B, Choose("dispose")),
            good(B, "place-A-01-01"),
            step(B, Choose("reason:expired")),
            good(B, "p500-expired"),
            step(B, Enter("9")),
            step(B, Choose("sign")),
            step(B, Choose("none")),
            show(B, Sign("B-2001")),
            step(B, Choose("done")),
            step(B, Choose("sign_out")),
            step(B, SignIn("B-3001")),
            step(B, Choose("more")),
            step(B, Choose("recall")),
            step(B, Choose("new:")),
            good(B, "oats-first"),
            step(B, Choose("hold:lot")),
            show(B, Choose("reason:maker")),
            step(B, Choose("back")),
            step(B, Choose("back")),
            step(B, Choose("sign_out")),
            step(B, SignIn("B-1043")),
            step(B, Choose("more")),
            show(B, Choose("shift_end")),
            step(B, Choose("back")),
        ],
    },
];
