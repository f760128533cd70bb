//! What Linux says of a process and of the machine.

use std::{fs, time::Duration};

/// What a process has used.
pub struct Usage {
    /// CPU time.
    pub cpu: Duration,
    /// The most memory that was resident, in KiB.
    pub memory: u64,
}

/// What the process has used until now.
pub fn usage(id: u32) -> Usage {
    let threads = fs::read_dir(format!("/proc/{id}/task")).into_iter().flatten().flatten();
    let spent = threads.filter_map(|thread| first_number(&fs::read_to_string(thread.path().join("schedstat")).ok()?));
    let status = fs::read_to_string(format!("/proc/{id}/status")).unwrap_or_default();
    let memory = status.lines().find_map(|line| first_number(line.strip_prefix("VmHWM:")?));
    let living = Duration::from_nanos(spent.sum());
    Usage { cpu: living.max(counted(id).unwrap_or_default()), memory: memory.unwrap_or_default() }
}

/// The CPU time also of threads that have ended, to a hundredth of a second; rounded down, so that the living ones are told exactly.
fn counted(id: u32) -> Option<Duration> {
    let stat = fs::read_to_string(format!("/proc/{id}/stat")).ok()?;
    let fields: Vec<&str> = stat.rsplit_once(')')?.1.split_whitespace().collect();
    let ticks: u64 = fields.get(11)?.parse::<u64>().ok()? + fields.get(12)?.parse::<u64>().ok()?;
    Some(Duration::from_millis(10 * ticks.saturating_sub(2)))
}

/// The processor and how many there are.
pub fn machine() -> String {
    let about = fs::read_to_string("/proc/cpuinfo").unwrap_or_default();
    let model = about.lines().find_map(|line| line.strip_prefix("model name")?.split_once(": "));
    let count = std::thread::available_parallelism().map_or(1, usize::from);
    format!("{count} cores of {}", model.map_or("an unknown processor", |(_, name)| name))
}

fn first_number(text: &str) -> Option<u64> {
    text.split_whitespace().next()?.parse().ok()
}
