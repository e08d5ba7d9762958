//! A directory: files are written beside their targets, flushed to the disk and renamed over them, and
//! their directories are flushed. Whoever reads sees the old file or the new one, also after a power cut.

use std::collections::BTreeSet;
use std::fs::{self, File};
use std::io::{self, Write};
use std::os::unix::fs::PermissionsExt;
use std::path::Path;

use tempfile::NamedTempFile;

use super::{PublishError, UNFINISHED};
use crate::render::FeedFile;

/// Writes the files that are new or different, and replaces them in order, calling `replaced` for each.
///
/// All are written before one is flushed: the disk then has to bring its journal up to date once, not once a file.
/// If one cannot be written, none is replaced.
pub fn publish<'f>(
    root: &Path,
    files: &'f [FeedFile],
    mut replaced: impl FnMut(&'f FeedFile),
) -> Result<(), PublishError> {
    let mut unfinished = Vec::new();
    for file in files {
        let path = root.join(&file.path);
        let written = write_beside(&path, &file.bytes).map_err(|error| failed(&path, &error))?;
        unfinished.extend(written.map(|written| (file, path, written)));
    }
    for (_, _, written) in &unfinished {
        begin_flushing(written.as_file());
    }
    for (_, path, written) in &unfinished {
        written.as_file().sync_all().map_err(|error| failed(path, &error))?;
    }
    let mut directories = BTreeSet::new();
    for (file, path, written) in unfinished {
        written.persist(&path).map_err(|error| failed(&path, &error.error))?;
        replaced(file);
        directories.extend(path.parent().map(Path::to_owned));
    }
    for directory in directories {
        let flushed = File::open(&directory).and_then(|opened| opened.sync_all());
        flushed.map_err(|error| failed(&directory, &error))?;
    }
    Ok(())
}

/// Has the kernel write a file to the disk meanwhile: what the first flush then waits for is that of all files. To say
/// that it will not be read again does no more as long as it is not on the disk
/// (<https://man7.org/linux/man-pages/man2/posix_fadvise.2.html>).
fn begin_flushing(file: &File) {
    #[cfg(target_os = "linux")]
    let _ = rustix::fs::fadvise(file, 0, None, rustix::fs::Advice::DontNeed);
    #[cfg(not(target_os = "linux"))]
    let _ = file;
}

fn failed(path: &Path, error: &io::Error) -> PublishError {
    PublishError::writing(path.display().to_string(), reason(error))
}

/// A file as it was published; `None` if there is none.
pub fn read(root: &Path, path: &str) -> Result<Option<Vec<u8>>, PublishError> {
    let path = root.join(path);
    match fs::read(&path) {
        Ok(bytes) => Ok(Some(bytes)),
        Err(error) if is_absent(&error) => Ok(None),
        Err(error) => {
            Err(PublishError { is_reading: true, ..PublishError::writing(path.display().to_string(), reason(&error)) })
        }
    }
}

/// Removes a file, and the directories it was the last in; tells whether it was there.
pub fn remove(root: &Path, path: &str) -> Result<bool, PublishError> {
    let path = root.join(path);
    match fs::remove_file(&path) {
        Ok(()) => {}
        Err(error) if is_absent(&error) => return Ok(false),
        Err(error) => return Err(PublishError::writing(path.display().to_string(), reason(&error))),
    }
    for directory in path.ancestors().skip(1).take_while(|directory| *directory != root) {
        // Fails while something lies there, which is as it should be.
        if fs::remove_dir(directory).is_err() {
            break;
        }
    }
    Ok(true)
}

/// Removes what an interrupted run left behind.
pub fn remove_unfinished(root: &Path) {
    remove_unfinished_below(root, DEEPEST);
}

/// `merkur-politik/archive/2026-W06/`
const DEEPEST: usize = 3;

fn remove_unfinished_below(directory: &Path, levels: usize) {
    for entry in fs::read_dir(directory).into_iter().flatten().flatten() {
        let path = entry.path();
        if entry.file_name().to_string_lossy().starts_with(UNFINISHED) {
            if let Err(error) = fs::remove_file(&path) {
                tracing::warn!("{} cannot be removed: {error}", path.display());
            }
        } else if levels > 0 && entry.file_type().is_ok_and(|kind| kind.is_dir()) {
            remove_unfinished_below(&path, levels - 1);
        }
    }
}

/// Whether nothing lies at a path, also because what should be a directory is none: whoever writes
/// there is told.
fn is_absent(error: &io::Error) -> bool {
    matches!(error.kind(), io::ErrorKind::NotFound | io::ErrorKind::NotADirectory)
}

fn holds(path: &Path, bytes: &[u8]) -> io::Result<bool> {
    match fs::metadata(path) {
        Ok(metadata) if metadata.len() == bytes.len() as u64 => Ok(fs::read(path)? == bytes),
        Ok(_) => Ok(false),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(false),
        Err(error) => Err(error),
    }
}

/// Writes what is to stand at a path into a file beside it; `None` if it stands there already.
fn write_beside(path: &Path, bytes: &[u8]) -> io::Result<Option<NamedTempFile>> {
    if holds(path, bytes)? {
        return Ok(None);
    }
    let directory = path.parent().unwrap_or(Path::new("."));
    fs::create_dir_all(directory)?;
    let mut unfinished = tempfile::Builder::new()
        .prefix(UNFINISHED)
        // Web servers run as somebody else; `tempfile` would keep the file to ourselves.
        .permissions(fs::Permissions::from_mode(0o644))
        .tempfile_in(directory)?;
    unfinished.write_all(bytes)?;
    Ok(Some(unfinished))
}

fn reason(error: &io::Error) -> String {
    match error.kind() {
        io::ErrorKind::StorageFull => "the disk is full".to_owned(),
        io::ErrorKind::QuotaExceeded => "the disk quota is used up".to_owned(),
        io::ErrorKind::ReadOnlyFilesystem => "the file system is read-only".to_owned(),
        io::ErrorKind::PermissionDenied => "permission denied".to_owned(),
        _ => error.to_string(),
    }
}
