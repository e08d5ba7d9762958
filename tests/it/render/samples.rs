//! Files for validators that are no Rust: `tests/validate/run` reads what this writes.

use std::collections::HashSet;
use std::path::{Path, PathBuf};

use proptest::prelude::*;
use proptest::strategy::ValueTree;
use proptest::test_runner::TestRunner;
use ressort::entry::Entry;
use ressort::render::{self, FeedInfo, Format};

use super::feeds::well_formed;
use super::press::Press;
use super::{generated, hostile, paper};

#[test]
fn writes_samples_for_other_validators() {
    write("paper", &paper::info(), &paper::entries());
    write("hostile", &hostile::hostile_info(), &hostile::hostile_entries());
    write("generated", &paper::info(), &generated_entries());
    write("empty", &paper::info(), &[]);
}

#[test]
fn writes_two_editions_for_real_readers() {
    let press = Press::new();
    let root = Path::new(env!("CARGO_TARGET_TMPDIR")).join("readers");
    for (number, feed) in press.overviews().iter().take(3).enumerate() {
        write_to(&root.join("morning").join(feed.info.id.as_str()), feed.info, feed.entries);
        let mut entries = feed.entries.to_vec();
        if number == 0 {
            entries[0].title = "Der Haushalt steht, der Deich wird höher".to_owned();
            entries[0].updated = paper::date("2026-02-05T21:00:00+01:00");
            entries.push(Entry {
                html: "<p>Die Beteiligung lag bei 61 Prozent.</p>".to_owned(),
                ..paper::bare(5000, "Güterbahnhof: Havelstedt sagt Ja", "2026-02-05T20:30:00+01:00")
            });
        }
        write_to(&root.join("evening").join(feed.info.id.as_str()), feed.info, &entries);
    }
}

/// The same in every run.
fn generated_entries() -> Vec<Entry> {
    let mut runner = TestRunner::deterministic();
    let strategy = prop::collection::vec(generated::entry(), 150);
    let mut entries = strategy.new_tree(&mut runner).unwrap().current();
    let mut ids = HashSet::new();
    entries.retain(|entry| ids.insert(entry.id.clone()));
    entries
}

/// Files that the program published, for the validators as well.
pub fn hand_over(name: &str, directory: &Path) {
    let place = Path::new(env!("CARGO_TARGET_TMPDIR")).join("validate").join(name);
    std::fs::create_dir_all(&place).unwrap();
    for format in Format::ALL {
        let bytes = std::fs::read(directory.join(format.file_name())).unwrap();
        well_formed(format, &bytes);
        std::fs::write(place.join(format.file_name()), bytes).unwrap();
    }
}

pub fn write(name: &str, info: &FeedInfo, entries: &[Entry]) {
    write_to(&Path::new(env!("CARGO_TARGET_TMPDIR")).join("validate").join(name), info, entries);
}

fn write_to(directory: &Path, info: &FeedInfo, entries: &[Entry]) {
    std::fs::create_dir_all(directory).unwrap();
    for (format, file) in Format::ALL.into_iter().zip(render::feeds(info, entries)) {
        well_formed(format, &file.bytes);
        std::fs::write(directory.join(format.file_name()), &file.bytes).unwrap();
    }
}

/// All files below a directory, in the order of their paths.
pub fn files_below(directory: &Path) -> Vec<PathBuf> {
    let mut files = Vec::new();
    let mut waiting = vec![directory.to_owned()];
    while let Some(directory) = waiting.pop() {
        for entry in std::fs::read_dir(directory).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() { waiting.push(path) } else { files.push(path) }
        }
    }
    files.sort();
    files
}
