//! The operator's command after something was published: to purge a cache, to copy, to commit.

use std::collections::BTreeSet;
use std::process::Stdio;
use std::time::Duration;

use tokio::io::AsyncWriteExt;
use tokio::process::Command;

/// A command that takes longer is ended; no feed is refreshed late because of it.
const LONGEST_COMMAND: Duration = Duration::from_secs(60);

/// Runs the command with the paths that changed on its standard input, one a line. What goes wrong
/// with it is said and changes nothing: everything is published already.
pub async fn after_publishing(command: &str, changed: &BTreeSet<String>) {
    match tokio::time::timeout(LONGEST_COMMAND, run(command, changed)).await {
        Ok(Ok(())) => tracing::debug!("`after_publishing` was told of {} files", changed.len()),
        Ok(Err(reason)) => tracing::warn!("the command of `after_publishing` failed: {reason}"),
        Err(_) => tracing::warn!(
            "the command of `after_publishing` took more than {} seconds and was ended",
            LONGEST_COMMAND.as_secs()
        ),
    }
}

async fn run(command: &str, changed: &BTreeSet<String>) -> Result<(), String> {
    // stdout is for results of ours; what the command says goes to stderr.
    let mut child = Command::new("sh")
        .args(["-c", command])
        .stdin(Stdio::piped())
        .stdout(std::io::stderr())
        .kill_on_drop(true)
        .spawn()
        .map_err(|error| error.to_string())?;
    if let Some(mut stdin) = child.stdin.take() {
        let paths: String = changed.iter().map(|path| format!("{path}\n")).collect();
        // A command that does not read what changed has closed its end.
        let _ = stdin.write_all(paths.as_bytes()).await;
    }
    let status = child.wait().await.map_err(|error| error.to_string())?;
    if status.success() { Ok(()) } else { Err(status.to_string()) }
}
