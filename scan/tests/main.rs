//! The tests of `lotline-scan` against what others say: GS1's vectors, an allocator that counts, random input.

mod epc;
mod no_allocation;
mod properties;
mod reading;
mod vectors;
