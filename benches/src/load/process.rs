//! What processes use, as Linux counts it.

use std::fs;

/// Ticks of a processor's time in a second (`USER_HZ`, 100 on every Linux).
const TICKS: f64 = 100.0;

/// Processor seconds so far, by whose they are.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Used {
    pub(super) gateway: f64,
    pub(super) clients: f64,
    pub(super) postgres: f64,
}

impl Used {
    pub(super) fn now(gateway: u32) -> Self {
        Used {
            gateway: seconds(gateway, false),
            clients: seconds(std::process::id(), false),
            postgres: postgres(),
        }
    }

    pub(super) fn since(self, before: Used) -> Used {
        Used {
            gateway: self.gateway - before.gateway,
            clients: self.clients - before.clients,
            postgres: self.postgres - before.postgres,
        }
    }
}

/// The fields of `/proc/PID/stat` from the state on; its name may hold anything.
fn stat(pid: u32) -> Option<(String, Vec<String>)> {
    let text = fs::read_to_string(format!("/proc/{pid}/stat")).ok()?;
    let (name, rest) = (text.split_once('(')?.1.rsplit_once(')')?.0, text.rsplit_once(')')?.1);
    Some((
        name.to_owned(),
        rest.split_whitespace().map(ToOwned::to_owned).collect(),
    ))
}

fn seconds(pid: u32, with_ended_children: bool) -> f64 {
    let Some((_, fields)) = stat(pid) else { return 0.0 };
    // utime and stime are fields 14 and 15 of proc_pid_stat(5), cutime and cstime come next.
    let upto = if with_ended_children { 15 } else { 13 };
    let ticks: f64 = fields[11..upto]
        .iter()
        .filter_map(|field| field.parse::<f64>().ok())
        .sum();
    ticks / TICKS
}

/// PostgreSQL's server is a child of whoever started this process (`with-postgres`); its sessions are children of it.
fn postgres() -> f64 {
    let parent = std::os::unix::process::parent_id();
    let all: Vec<(u32, u32)> = fs::read_dir("/proc")
        .into_iter()
        .flatten()
        .flatten()
        .filter_map(|entry| entry.file_name().to_str()?.parse::<u32>().ok())
        .filter_map(|pid| {
            let (name, fields) = stat(pid)?;
            (name == "postgres").then_some((pid, fields[1].parse().ok()?))
        })
        .collect();
    let Some((server, _)) = all.iter().find(|(_, of)| *of == parent) else {
        return 0.0;
    };
    let sessions = all.iter().filter(|(_, of)| of == server);
    seconds(*server, true) + sessions.map(|(pid, _)| seconds(*pid, false)).sum::<f64>()
}

/// Memory in use, in MiB: of it what belongs to no file.
pub(super) fn memory(pid: u32) -> (f64, f64) {
    let text = fs::read_to_string(format!("/proc/{pid}/status")).unwrap_or_default();
    let of = |name: &str| {
        let line = text
            .lines()
            .find_map(|line| line.strip_prefix(name))
            .unwrap_or_default();
        let kib = line.split_whitespace().next().and_then(|word| word.parse::<f64>().ok());
        kib.unwrap_or_default() / 1024.0
    };
    (of("VmRSS:"), of("RssAnon:"))
}

/// What else runs here: the load average of the last minute.
pub(crate) fn load_average() -> String {
    let text = fs::read_to_string("/proc/loadavg").unwrap_or_default();
    text.split(' ').next().unwrap_or_default().to_owned()
}
