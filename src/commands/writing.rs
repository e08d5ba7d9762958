//! Writing definitions: the only files of the operator that are ever written.

use std::fs::Permissions;
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use tempfile::NamedTempFile;

use super::Failure;
use crate::publish::UNFINISHED;

/// Writes the definition, never over one that is there.
pub fn write(path: &Path, text: &str) -> Result<(), Failure> {
    let write = || -> io::Result<()> {
        std::fs::create_dir_all(directory_of(path))?;
        let file = unfinished(path, text, std::os::unix::fs::PermissionsExt::from_mode(0o644))?;
        file.persist_noclobber(path)?;
        Ok(())
    };
    write().map_err(|error| cannot_write(path, &error))
}

/// Writes a definition over the one that is there.
pub fn replace(path: &Path, text: &str) -> Result<(), Failure> {
    let write = || -> io::Result<()> {
        unfinished(path, text, std::fs::metadata(path)?.permissions())?.persist(path)?;
        Ok(())
    };
    write().map_err(|error| cannot_write(path, &error))
}

/// The whole file beside its place, on the disk.
fn unfinished(path: &Path, text: &str, permissions: Permissions) -> io::Result<NamedTempFile> {
    let mut file = tempfile::Builder::new().prefix(UNFINISHED).tempfile_in(directory_of(path))?;
    file.write_all(text.as_bytes())?;
    file.as_file().sync_all()?;
    file.as_file().set_permissions(permissions)?;
    Ok(file)
}

fn directory_of(path: &Path) -> &Path {
    path.parent().unwrap_or(Path::new("."))
}

fn cannot_write(path: &Path, error: &std::io::Error) -> Failure {
    let directory: PathBuf = directory_of(path).to_owned();
    let (reason, hint) = match error.kind() {
        std::io::ErrorKind::AlreadyExists => {
            ("it is there already".to_owned(), "choose another name with `--name NAME`".to_owned())
        }
        std::io::ErrorKind::PermissionDenied | std::io::ErrorKind::ReadOnlyFilesystem => (
            "permission denied".to_owned(),
            format!("make {} writable, or name another directory with `--feeds DIR`", directory.display()),
        ),
        _ => (error.to_string(), "name another directory with `--feeds DIR`".to_owned()),
    };
    Failure::Failed { code: 1, message: format!("{} cannot be written: {reason}", path.display()), hint: Some(hint) }
}
