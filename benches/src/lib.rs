//! Lotline side by side with peers, one room a comparison.
//!
//! Every bench prints a table with ratios against peers measured in the same run, counts work where it can, and answers
//! with an exit code: 0 all limits held, 1 one was missed. A peer that is not at hand prints `MISSING`.

pub mod act;
pub mod load;
pub mod read;
pub mod site;
pub mod sync;
