//! What something costs, measured so that other programs on the machine do not count.

use std::fs;
use std::time::Duration;

/// What this thread has used of the processor.
pub fn cpu_time() -> Duration {
    let statistics = fs::read_to_string("/proc/thread-self/schedstat").expect("Linux");
    let nanoseconds = statistics.split(' ').next().expect("a field").parse().expect("a number");
    Duration::from_nanos(nanoseconds)
}

/// The most memory that a process of ours has used, in MiB. Nothing is known of one that has only been
/// forked: until it is our program, its memory is that of the tests.
pub fn peak_mib(process: u32) -> Option<f64> {
    let status = fs::read_to_string(format!("/proc/{process}/status")).ok()?;
    let value = |name: &str| status.lines().find_map(|line| line.strip_prefix(name)).map(str::trim);
    if value("Name:")? != "ressort" {
        return None;
    }
    Some(value("VmHWM:")?.strip_suffix(" kB")?.parse::<f64>().ok()? / 1024.0)
}
