//! A directory: a file is written beside its target, flushed to the disk and renamed over it; when all
//! are in place, their directories are flushed. Whoever reads sees the old file or the new one, also
//! after a power cut.

use std::collections::BTreeSet;
use std::fs::{self, File};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use super::{PublishError, UNFINISHED};
use crate::render::FeedFile;

/// Writes a file if it is new or different; tells whether it was. It is there for good once its
/// directory is flushed.
pub fn publish(root: &Path, file: &FeedFile) -> Result<bool, PublishError> {
    let path = root.join(&file.path);
    let write = || -> io::Result<bool> {
        if holds(&path, &file.bytes)? {
            return Ok(false);
        }
        let directory = directory_of(root, &file.path);
        fs::create_dir_all(&directory)?;
        replace(&directory, &path, &file.bytes)?;
        Ok(true)
    };
    write().map_err(|error| PublishError::writing(path.display().to_string(), reason(&error)))
}

/// Flushes the directories of these files to the disk, each once.
pub fn flush(root: &Path, files: &[&FeedFile]) -> Result<(), PublishError> {
    let directories: BTreeSet<PathBuf> = files.iter().map(|file| directory_of(root, &file.path)).collect();
    for directory in directories {
        File::open(&directory)
            .and_then(|opened| opened.sync_all())
            .map_err(|error| PublishError::writing(directory.display().to_string(), reason(&error)))?;
    }
    Ok(())
}

fn directory_of(root: &Path, path: &str) -> PathBuf {
    root.join(path).parent().unwrap_or(root).to_owned()
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

fn replace(directory: &Path, path: &Path, bytes: &[u8]) -> io::Result<()> {
    use std::os::unix::fs::PermissionsExt;
    let mut unfinished = tempfile::Builder::new()
        .prefix(UNFINISHED)
        // Web servers run as somebody else; `tempfile` would keep the file to ourselves.
        .permissions(fs::Permissions::from_mode(0o644))
        .tempfile_in(directory)?;
    unfinished.write_all(bytes)?;
    unfinished.as_file().sync_all()?;
    unfinished.persist(path).map_err(|error| error.error)?;
    Ok(())
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
