//! The directories and the state: can they be written, and is anybody there?

use std::net::TcpListener;
use std::path::{Path, PathBuf};

use chrono::Utc;

use super::Finding;
use crate::config::Settings;
use crate::publish::UNFINISHED;
use crate::store::{Mode, Store};

/// Directories, permissions, state and port.
pub async fn check(settings: &Settings) -> Vec<Finding> {
    let mut findings = Vec::new();
    // What is no directory or file is looked at by what it is.
    if let Some(out) = settings.publish.to_string().strip_prefix("dir:") {
        findings.push(writable("output", Path::new(out), "--out DIR"));
    }
    if let Some(path) = settings.state.to_string().strip_prefix("sqlite:").map(Path::new) {
        let directory = path.parent().filter(|parent| !parent.as_os_str().is_empty()).unwrap_or(Path::new("."));
        findings.push(writable("state", directory, "--state FILE"));
        if path.exists() {
            findings.push(state(settings, path).await);
        }
    }
    findings.push(port(&settings.listen));
    findings
}

/// Tries to write, in the directory or in the nearest one above that exists.
fn writable(check: &'static str, directory: &Path, option: &str) -> Finding {
    let directory = std::path::absolute(directory).unwrap_or_else(|_| directory.to_owned());
    let nearest: PathBuf = directory.ancestors().find(|path| path.exists()).unwrap_or(Path::new("/")).to_owned();
    if !nearest.is_dir() {
        return Finding::bad(
            check,
            format!("{} is no directory", nearest.display()),
            format!("name another with `{option}`"),
        );
    }
    match tempfile::Builder::new().prefix(UNFINISHED).tempfile_in(&nearest) {
        Ok(_) if nearest == directory => Finding::good(check, format!("{} can be written", directory.display())),
        Ok(_) => Finding::good(check, format!("{} will be made", directory.display())),
        Err(error) => Finding::bad(
            check,
            format!("{} cannot be written: {}", nearest.display(), error.kind()),
            format!("give {} to the user that runs ressort, or name another place with `{option}`", nearest.display()),
        ),
    }
}

async fn state(settings: &Settings, path: &Path) -> Finding {
    const CHECK: &str = "state";
    match Store::open(&settings.state, Mode::Read, Utc::now()).await {
        Ok(store) => {
            store.close().await;
            Finding::good(CHECK, format!("{} can be read", path.display()))
        }
        Err(error) => {
            Finding::bad(CHECK, error.to_string(), "`ressort run` moves a damaged state aside and rebuilds it")
        }
    }
}

fn port(listen: &str) -> Finding {
    match TcpListener::bind(listen) {
        Ok(_) => Finding::good("port", format!("`serve` can listen on {listen}")),
        Err(error) if error.kind() == std::io::ErrorKind::AddrInUse => Finding::doubtful(
            "port",
            format!("{listen} is taken"),
            "fine if `ressort serve` runs; else choose another with `--listen 127.0.0.1:PORT`",
        ),
        Err(error) => Finding::doubtful(
            "port",
            format!("`serve` cannot listen on {listen}: {}", error.kind()),
            "name an address of this machine with `--listen ADDRESS:PORT`",
        ),
    }
}
