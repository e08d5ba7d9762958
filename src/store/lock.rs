//! One writer at a time: an advisory lock on a file beside the state.

use std::fs::{File, OpenOptions};
use std::io::{Read, Seek, Write};
use std::path::Path;

use rustix::fs::{FlockOperation, flock};

use super::StoreError;
use super::recovery::beside;

/// The lock on a SQLite state. The file holds the process number while the lock is held, and is
/// empty after an orderly end; the lock itself ends with the process, however that ends.
#[derive(Debug)]
pub struct Lock {
    file: File,
    /// The file still held a process number: its process did not end in order.
    pub previous_crashed: bool,
}

impl Lock {
    /// Takes the lock of the state at `path`.
    ///
    /// # Errors
    /// [`StoreError::Held`] with the holder's process number, or [`StoreError::Unusable`].
    pub fn take(path: &Path) -> Result<Lock, StoreError> {
        let lock_path = beside(path, ".lock");
        let unusable =
            |error: std::io::Error| StoreError::Unusable { path: path.to_owned(), reason: error.to_string() };
        if let Some(parent) = lock_path.parent().filter(|parent| !parent.as_os_str().is_empty()) {
            std::fs::create_dir_all(parent).map_err(unusable)?;
        }
        let mut file = OpenOptions::new()
            .read(true)
            .write(true)
            .create(true)
            .truncate(false)
            .open(&lock_path)
            .map_err(unusable)?;
        let mut holder = String::new();
        file.read_to_string(&mut holder).map_err(unusable)?;
        let pid = holder.trim().parse().ok();
        if let Err(error) = flock(&file, FlockOperation::NonBlockingLockExclusive) {
            return match error {
                rustix::io::Errno::WOULDBLOCK => Err(StoreError::Held { path: path.to_owned(), pid }),
                other => Err(unusable(other.into())),
            };
        }
        let lock = Lock { file, previous_crashed: pid.is_some() };
        lock.write(&std::process::id().to_string()).map_err(unusable)?;
        Ok(lock)
    }

    /// Gives the lock back in order.
    pub fn release(self) {
        // A failure only makes the next run check the database once more.
        let _ = self.write("");
    }

    fn write(&self, text: &str) -> std::io::Result<()> {
        let mut file = &self.file;
        file.set_len(0)?;
        file.rewind()?;
        file.write_all(text.as_bytes())
    }
}
