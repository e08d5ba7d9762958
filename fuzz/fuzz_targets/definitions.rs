//! Definitions of any text: either a feed that can run, or mistakes with their place.

#![no_main]

use std::path::PathBuf;
use std::sync::LazyLock;

use chrono::DateTime;
use libfuzzer_sys::fuzz_target;
use ressort::config::{Settings, load_feeds};

/// A directory of this process, in memory where the system has such.
static DIRECTORY: LazyLock<PathBuf> = LazyLock::new(|| {
    let memory = PathBuf::from("/dev/shm");
    let parent = if memory.is_dir() { memory } else { std::env::temp_dir() };
    let directory = parent.join(format!("ressort-fuzz-{}", std::process::id()));
    std::fs::create_dir_all(&directory).expect("a writable directory");
    directory
});

fuzz_target!(|text: &str| {
    std::fs::write(DIRECTORY.join("fuzzed.toml"), text).expect("a writable file");
    match load_feeds(&DIRECTORY, &Settings::default()) {
        Ok(feeds) => {
            let feed = &feeds[0];
            let now = DateTime::from_timestamp(1_772_366_400, 0).expect("1 March 2026");
            // What was accepted can run: it is due at some time, after now.
            assert!(feed.schedule.next_after(now, feed.zone).is_some_and(|next| next > now), "{text:?}");
            assert!(matches!(feed.url.scheme(), "http" | "https"));
        }
        Err(problems) => {
            assert!(!problems.0.is_empty() && !problems.to_string().is_empty());
            let lines = text.lines().count() + 1;
            assert!(problems.0.iter().all(|problem| problem.line().is_none_or(|line| line <= lines)), "{text:?}");
        }
    }
});
