//! Writing definitions: the only files of the operator that are ever written.

use std::io::Write;
use std::path::{Path, PathBuf};

use super::Failure;

/// Writes the definition, never over one that is there.
pub fn write(path: &Path, text: &str) -> Result<(), Failure> {
    let directory = path.parent().unwrap_or(Path::new("."));
    let write = || -> std::io::Result<()> {
        std::fs::create_dir_all(directory)?;
        let mut file = tempfile::Builder::new().prefix(".unfinished-").tempfile_in(directory)?;
        file.write_all(text.as_bytes())?;
        file.as_file().sync_all()?;
        let permissions = std::os::unix::fs::PermissionsExt::from_mode(0o644);
        file.as_file().set_permissions(permissions)?;
        file.persist_noclobber(path).map_err(|error| error.error)?;
        Ok(())
    };
    write().map_err(|error| cannot_write(path, &error))
}

/// Writes a definition over the one that is there.
pub fn replace(path: &Path, text: &str) -> Result<(), Failure> {
    let directory = path.parent().unwrap_or(Path::new("."));
    let write = || -> std::io::Result<()> {
        let mut file = tempfile::Builder::new().prefix(".unfinished-").tempfile_in(directory)?;
        file.write_all(text.as_bytes())?;
        file.as_file().sync_all()?;
        file.as_file().set_permissions(std::fs::metadata(path)?.permissions())?;
        file.persist(path).map_err(|error| error.error)?;
        Ok(())
    };
    write().map_err(|error| cannot_write(path, &error))
}

fn cannot_write(path: &Path, error: &std::io::Error) -> Failure {
    let directory: PathBuf = path.parent().unwrap_or(Path::new(".")).to_owned();
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
