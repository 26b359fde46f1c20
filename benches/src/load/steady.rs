//! The steady phase: each device sends what it has as soon as it has it, for minutes.

use super::check::Database;
use super::http::Http;
use super::process::{self, Used};
use super::{Asked, Run, applied, behind, now, pause, together, used, wall, well};
use p256::ecdsa::SigningKey;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::Duration;

/// How far stock and exceptions may be behind.
const LAG: f64 = 2.0;
/// What the slowest push in a hundred may take.
const PUSH: Duration = Duration::from_millis(500);
/// One device in so many sends minutes after its clock.
const LATE: usize = 100;
/// How much the gateway's own memory may grow in the second half of the steady phase, in MiB.
const GROWS: f64 = 16.0;

/// The value that `percent` of all are not above.
fn percentile(sorted: &[Duration], percent: usize) -> Duration {
    let at = (sorted.len() * percent).div_ceil(100).saturating_sub(1);
    sorted.get(at).copied().unwrap_or_default()
}

fn ms(time: Duration) -> f64 {
    time.as_secs_f64() * 1_000.0
}

impl Run<'_> {
    /// The day as it is, but ten times as busy.
    pub(super) fn steady(&mut self) {
        let Asked {
            devices, rate, steady, ..
        } = *self.asked;
        (self.say)(&format!("{rate} entries a second for {} s", steady.as_secs()));
        let (pid, address) = (self.gateway.pid(), self.gateway.address());
        let load = process::load_average();
        for device in &mut self.devices {
            device.took.clear();
        }
        let before_sent = self.sent();
        let held_before: u64 = self.devices.iter().map(|device| device.held_back).sum();
        let (began, before) = (now(), Used::now(pid));
        let done = AtomicBool::new(false);
        let every = Duration::from_secs_f64(devices as f64 / rate);
        // They were away for minutes, or for a third of a short run.
        let away = (steady / 3).min(Duration::from_mins(5));
        let most_waiting = AtomicU64::new(0);
        let (normal, extra) = self.devices.split_at_mut(devices);
        let forger = &mut extra[1];
        let shift = &self.shift;
        let (samples, forged) = std::thread::scope(|scope| {
            let sampler = scope.spawn(|| {
                let (mut http, mut samples) = (Http::new(address), Vec::new());
                while !done.load(Ordering::Relaxed) {
                    samples.push((behind(&mut http), process::memory(pid)));
                    pause(Duration::from_millis(250));
                }
                samples
            });
            let forging = scope.spawn(|| {
                pause(steady / 2);
                for _ in 0..2 {
                    forger.capture(shift, wall());
                }
                forger.forge(shift, &SigningKey::from_slice(&[9; 32]).unwrap())
            });
            well(together(normal, |device| {
                let number = device.number();
                let is_late = number % LATE == 1;
                let first = every.mul_f64(number as f64 / devices as f64);
                let (mut due, mut sends_at) = (first, if is_late { away } else { Duration::ZERO });
                while due < steady {
                    pause((began + due).saturating_duration_since(now()));
                    while due < steady && began + due <= now() {
                        device.capture(shift, wall());
                        due += every;
                    }
                    most_waiting.fetch_max(device.waiting() as u64, Ordering::Relaxed);
                    if now() - began >= sends_at {
                        device.drain(lotline_record::wire::BATCH_ENTRIES)?;
                        if is_late {
                            sends_at += away;
                        }
                    }
                }
                device.drain(lotline_record::wire::BATCH_ENTRIES)
            }));
            let forged = forging.join().unwrap();
            done.store(true, Ordering::Relaxed);
            (sampler.join().unwrap(), forged)
        });
        let took = now() - began;
        let usage = Used::now(pid).since(before);
        let drained = applied(&self.gateway);
        let sent = self.sent() - before_sent;
        let lags: Vec<f64> = samples
            .iter()
            .filter_map(|(behind, _)| behind.map(|behind| behind.seconds))
            .collect();
        let most = lags.iter().copied().fold(0.0, f64::max);
        let mut times: Vec<Duration> = self.devices.iter().flat_map(|device| device.took.clone()).collect();
        times.sort_unstable();
        let rate_seen = sent as f64 / took.as_secs_f64();
        self.report.timed(
            format!("steady for {} s (load average before it {load})", steady.as_secs()),
            format!(
                "{rate_seen:.0} entries/s by {} pushes, {:.0}/s",
                times.len(),
                times.len() as f64 / took.as_secs_f64()
            ),
            &format!("≥ {:.0} entries/s", rate * 0.99),
            rate_seen >= rate * 0.99,
        );
        self.report.tell("meanwhile", used(usage, took));
        self.report.timed(
            "stock and exceptions behind what is received",
            format!(
                "at most {most:.2} s in {} looks; drained {:.2} s after the end",
                lags.len(),
                drained.as_secs_f64()
            ),
            "≤ 2 s",
            most <= LAG && drained.as_secs_f64() <= LAG,
        );
        let [half, p99, last] = [50, 99, 100].map(|percent| percentile(&times, percent));
        self.report.timed(
            "a push, from the device's side",
            format!(
                "p50 {:.0} ms, p99 {:.0} ms, longest {:.0} ms",
                ms(half),
                ms(p99),
                ms(last)
            ),
            "p99 < 500 ms",
            p99 < PUSH,
        );
        let memories: Vec<(f64, f64)> = samples.iter().map(|(_, memory)| *memory).collect();
        let mean = |part: &[(f64, f64)]| part.iter().map(|(_, own)| own).sum::<f64>() / part.len().max(1) as f64;
        let n = memories.len();
        let (middle, end) = (mean(&memories[n / 2..n * 5 / 8]), mean(&memories[n * 7 / 8..]));
        let (rss, own) = memories.last().copied().unwrap_or_default();
        self.report.timed(
            "the gateway's memory",
            format!(
                "{rss:.0} MiB, {own:.0} of it its own; {:+.1} MiB from the middle to the end",
                end - middle
            ),
            &format!("≤ {GROWS} MiB more"),
            end - middle <= GROWS,
        );
        let held: u64 = self.devices.iter().map(|device| device.held_back).sum();
        self.report.tell(
            "answered 429 or 503 meanwhile",
            format!(
                "{}, each sent again after `Retry-After`; longest queue {}",
                held - held_before,
                most_waiting.into_inner()
            ),
        );
        let forged = well(vec![forged])[0];
        let forger = self.devices[devices + 1].tip.device.to_string();
        let named = Database::of(&self.gateway).number(
            "count(*)",
            "alarm",
            &format!("WHERE code = 'bad_envelope' AND device = '{forger}'"),
        );
        self.report.must(
            "an entry of another chain, and a proof by another key",
            format!("answered {} and {}; {named} alarm names {forger}", forged[0], forged[1]),
            "400, 401, 1 alarm",
            forged == [400, 401] && named == 1,
        );
        let found = self.read_back();
        self.report.must(
            "of what was sent, there once and whole",
            format!("{} of {}", found.entries, self.sent()),
            "all",
            found.is_all_of(&self.devices),
        );
        self.wrong(&found);
    }
}
