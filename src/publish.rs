//! Writing what is published: each file whole, and only if it changed.
//!
//! A file is written beside its target, flushed to the disk, renamed over it, and the directory
//! flushed: whoever reads sees the old file or the new one, also after a power cut.

use std::fs::{self, File};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use crate::config::Target;
use crate::render::{FeedFile, check_xml};

/// How names of unfinished files begin; they are never served, and removed at the next start.
const UNFINISHED: &str = ".unfinished-";

/// Why a file could not be published. What stood there before still stands.
#[derive(Debug, thiserror::Error)]
#[error("{} cannot be written: {reason}", .path.display())]
pub struct PublishError {
    pub path: PathBuf,
    pub reason: String,
}

/// Publishes files, in order; returns how many of them were new or different.
///
/// # Errors
/// [`PublishError`] at the first file that cannot be written; the ones after it are not tried.
pub fn publish(target: &Target, files: &[FeedFile]) -> Result<usize, PublishError> {
    for file in files.iter().filter(|file| file.path.ends_with(".xml")) {
        // The last look: one bad byte, and readers drop the whole feed.
        check_xml(&file.bytes)
            .map_err(|error| PublishError { path: file.path.clone().into(), reason: error.to_string() })?;
    }
    let Target::Directory(root) = target;
    let mut written = 0;
    for file in files {
        let path = root.join(&file.path);
        let write = || -> io::Result<bool> {
            let directory = path.parent().unwrap_or(root);
            if holds(&path, &file.bytes)? {
                return Ok(false);
            }
            fs::create_dir_all(directory)?;
            replace(directory, &path, &file.bytes)?;
            Ok(true)
        };
        match write() {
            Ok(changed) => written += usize::from(changed),
            Err(error) => return Err(PublishError { path, reason: reason(&error) }),
        }
    }
    Ok(written)
}

/// Whether all of these are there; what they hold is not looked at.
pub fn are_published(target: &Target, paths: impl IntoIterator<Item = String>) -> bool {
    let Target::Directory(root) = target;
    paths.into_iter().all(|path| root.join(path).is_file())
}

/// A file as it was published.
pub fn read(target: &Target, path: &str) -> io::Result<Vec<u8>> {
    let Target::Directory(root) = target;
    fs::read(root.join(path))
}

/// Removes what an interrupted run left behind.
pub fn remove_unfinished(target: &Target) {
    let Target::Directory(root) = target;
    let directories =
        fs::read_dir(root).into_iter().flatten().flatten().map(|entry| entry.path()).filter(|path| path.is_dir());
    for directory in std::iter::once(root.clone()).chain(directories) {
        for entry in fs::read_dir(&directory).into_iter().flatten().flatten() {
            if entry.file_name().to_string_lossy().starts_with(UNFINISHED)
                && let Err(error) = fs::remove_file(entry.path())
            {
                tracing::warn!("{} cannot be removed: {error}", entry.path().display());
            }
        }
    }
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
    File::open(directory)?.sync_all()
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
