//! What something costs, measured so that other programs on the machine do not count.

use std::fs;
use std::time::Duration;

/// What this thread has used of the processor.
pub fn cpu_time() -> Duration {
    let statistics = fs::read_to_string("/proc/thread-self/schedstat").expect("Linux");
    let nanoseconds = statistics.split(' ').next().expect("a field").parse().expect("a number");
    Duration::from_nanos(nanoseconds)
}
