//! The tests of `lotline-scan` against what others say: GS1's vectors, an allocator that counts, random input, a
//! decoder of images.

mod agencies;
mod alone;
mod ambiguity;
mod digital_link;
mod epc;
mod every_ai;
mod no_allocation;
mod printing;
mod properties;
mod reading;
mod spoiled;
mod vectors;
