//! One time for the whole world, and what a device's clocks make of it.

use lotline_core::platform::{Clock, Ids, Now};
use std::sync::atomic::{AtomicI64, AtomicU64, Ordering};
use std::sync::{Arc, Mutex};

/// 2026-11-21T08:00Z: when the world begins, in milliseconds since 1970.
pub const BEGINS_MS: i64 = 1_795_248_000_000;

/// Milliseconds since the world began.
pub type Time = Arc<AtomicU64>;

/// A device's clocks.
#[derive(Debug)]
pub struct DeviceClock {
    time: Time,
    booted_at: AtomicU64,
    boots: AtomicU64,
    off_ms: AtomicI64,
    zone_min: AtomicI64,
}

impl DeviceClock {
    /// Right, and booted with the world.
    pub fn new(time: Time) -> Self {
        DeviceClock {
            time,
            booted_at: AtomicU64::new(0),
            boots: AtomicU64::new(1),
            off_ms: AtomicI64::new(0),
            zone_min: AtomicI64::new(60),
        }
    }

    /// Milliseconds since boot.
    pub fn mono_ms(&self) -> u64 {
        self.time.load(Ordering::SeqCst) - self.booted_at.load(Ordering::SeqCst)
    }

    /// When that is on the world's clock.
    pub fn world_ms(&self, mono_ms: u64) -> u64 {
        self.booted_at.load(Ordering::SeqCst).saturating_add(mono_ms)
    }

    /// Begins anew.
    pub fn reboot(&self) {
        self.boots.fetch_add(1, Ordering::SeqCst);
        self.booted_at.store(self.time.load(Ordering::SeqCst), Ordering::SeqCst);
    }

    /// Sets the wall clock `off_ms` before the right time, in that zone.
    pub fn set(&self, off_ms: i64, zone_min: i64) {
        self.off_ms.store(off_ms, Ordering::SeqCst);
        self.zone_min.store(zone_min, Ordering::SeqCst);
    }
}

impl Clock for DeviceClock {
    fn now(&self) -> Now {
        let time = i64::try_from(self.time.load(Ordering::SeqCst)).unwrap();
        Now {
            wall_ms: BEGINS_MS + time + self.off_ms.load(Ordering::SeqCst),
            zone_min: i32::try_from(self.zone_min.load(Ordering::SeqCst)).unwrap(),
            mono_ms: self.mono_ms(),
            boot: format!("boot-{}", self.boots.load(Ordering::SeqCst)),
        }
    }
}

/// Names and jitter from a seed.
#[derive(Debug)]
pub struct SeededIds(pub Arc<Mutex<crate::dice::Dice>>);

impl Ids for SeededIds {
    fn entry(&self, _: i64) -> String {
        format!("{:016x}", self.0.lock().unwrap().roll())
    }

    fn below(&self, below: u64) -> u64 {
        self.0.lock().unwrap().roll() % below.max(1)
    }
}
