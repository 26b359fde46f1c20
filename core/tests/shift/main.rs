//! The main job through the public door, on real SQLite files: receive, put away, pick, be stopped, be resolved.

#![allow(clippy::unwrap_used, reason = "a test that panics has failed, and says where")]

mod adjust;
mod budget;
mod count;
mod cross_dock;
mod dispose;
mod double_fire;
mod doubt;
mod drill;
mod exceptions;
mod flows;
mod hold;
mod inspect;
mod look_up;
mod memory;
mod move_goods;
mod opening;
mod pack;
mod pallet;
mod people;
mod pick;
mod put_away;
mod queue;
mod recall;
mod receive;
mod record;
mod regulated;
mod relabel;
mod replenish;
mod report;
mod returns;
mod run;
mod sensor;
mod serial_range;
mod settings;
mod shift_end;
mod ship;
mod site;
mod stops;
mod sweep;
mod tags;
mod time;
mod told_serials;
mod training;
mod words;
