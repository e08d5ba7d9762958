//! A state that is damaged is moved aside, never deleted.

use std::fs::File;
use std::io::Read;
use std::path::{Path, PathBuf};

use chrono::{DateTime, Utc};

use super::StoreError;

/// Whether the file is shorter than its header says, or has no SQLite header at all: it was cut
/// off or overwritten (<https://sqlite.org/fileformat.html#the_database_header>).
pub fn looks_cut_off(path: &Path) -> bool {
    let mut header = [0; 100];
    let Ok(mut file) = File::open(path) else { return false };
    let Ok(length) = file.metadata().map(|metadata| metadata.len()) else { return false };
    // An empty file is a new database; beside a log the file may be behind until it is opened.
    if length == 0 || beside(path, "-wal").exists() {
        return false;
    }
    if file.read_exact(&mut header).is_err() || !header.starts_with(b"SQLite format 3\0") {
        return true;
    }
    let word = |at: usize| u32::from_be_bytes([header[at], header[at + 1], header[at + 2], header[at + 3]]);
    let page_bytes = match u16::from_be_bytes([header[16], header[17]]) {
        1 => 65_536,
        bytes => u64::from(bytes),
    };
    // The page count only holds if the counter at 92 equals the one at 24.
    word(24) == word(92) && length < u64::from(word(28)) * page_bytes
}

/// Asks SQLite to look through the whole file; done after a run that did not end in order.
pub fn check(connection: &rusqlite::Connection) -> Result<(), StoreError> {
    let verdict: String = connection.query_row("PRAGMA quick_check(1)", (), |row| row.get(0))?;
    match verdict.as_str() {
        "ok" => Ok(()),
        other => Err(StoreError::Damaged(other.to_owned())),
    }
}

/// Renames the database and what lies beside it to `NAME.corrupt-DATE`.
pub fn move_aside(path: &Path, now: DateTime<Utc>) -> Result<PathBuf, StoreError> {
    let stamp = now.format("%Y%m%d-%H%M%S");
    let target = beside(path, &format!(".corrupt-{stamp}"));
    std::fs::rename(path, &target)
        .map_err(|error| StoreError::Unusable { path: path.to_owned(), reason: error.to_string() })?;
    for suffix in ["-wal", "-shm"] {
        let from = beside(path, suffix);
        match std::fs::rename(&from, beside(path, &format!(".corrupt-{stamp}{suffix}"))) {
            // SQLite removes them itself when the last connection ends.
            Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
                return Err(StoreError::Unusable { path: from, reason: error.to_string() });
            }
            _ => {}
        }
    }
    Ok(target)
}

/// `state.db` → `state.db-wal`
pub fn beside(path: &Path, suffix: &str) -> PathBuf {
    let mut name = path.file_name().unwrap_or_default().to_owned();
    name.push(suffix);
    path.with_file_name(name)
}
