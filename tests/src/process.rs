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

/// The ports on which a process listens.
///
/// # Panics
/// There is no such process, or it is another user's.
pub fn listeners(id: u32) -> Vec<u16> {
    let descriptors = fs::read_dir(format!("/proc/{id}/fd")).expect("a process of ours");
    let links = descriptors.filter_map(|entry| fs::read_link(entry.ok()?.path()).ok());
    let sockets: Vec<String> = links.map(|link| link.to_string_lossy().into_owned()).collect();
    let tables = ["tcp", "tcp6", "udp", "udp6"].map(|table| fs::read_to_string(format!("/proc/{id}/net/{table}")));
    let rows = tables.iter().flatten().flat_map(|table| table.lines().skip(1));
    rows.filter_map(|row| listener(row, &sockets)).collect()
}

/// The port of a row of `/proc/net`, where one of these sockets listens on it.
fn listener(row: &str, sockets: &[String]) -> Option<u16> {
    let fields: Vec<&str> = row.split_whitespace().collect();
    // A listener of TCP is in state 0A; a bound socket of UDP in 07.
    let listens = matches!(*fields.get(3)?, "0A" | "07") && sockets.contains(&format!("socket:[{}]", fields.get(9)?));
    u16::from_str_radix(fields.get(1)?.rsplit(':').next()?, 16).ok().filter(|_| listens)
}

fn first_number(text: &str) -> Option<u64> {
    text.split_whitespace().next()?.parse().ok()
}
