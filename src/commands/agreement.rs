//! Workers on one state go by the same definitions: those of the worker that was told last.
//!
//! A worker that starts, or is told to read its definitions anew, writes them into the state if
//! they differ from those that hold; the others follow within seconds. So a change is rolled out by
//! changing it for one worker.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use sha2::{Digest, Sha256};
use tokio::sync::watch;

use crate::config::{Feed, Problems, Settings, load_feeds};
use crate::digest::hex;
use crate::pipeline::Desk;
use crate::report::Trouble;
use crate::schedule::Feeds;
use crate::store::StoreError;

/// How often a worker looks whether others have newer definitions.
const LOOK_EVERY: Duration = Duration::from_secs(5);

/// Definition files by their paths below their directory.
type Files = BTreeMap<String, String>;

/// Makes the definitions of this directory hold for all workers.
///
/// # Errors
/// What the store says; a file that cannot be read is the caller's trouble already.
pub async fn announce(desk: &Desk, directory: &Path) -> Result<(), Trouble> {
    if desk.store.is_shared() {
        let files = read(directory);
        let version = version(&files);
        if desk.store.definitions_version().await?.as_ref() != Some(&version) {
            desk.store.set_definitions(&version, &files).await?;
        }
    }
    Ok(())
}

/// Follows the definitions that other workers announce.
pub async fn follow(desk: Arc<Desk>, directory: &Path, feeds: watch::Sender<Arc<Feeds>>) {
    if !desk.store.is_shared() {
        return;
    }
    let mut current = Some(version(&read(directory)));
    while desk.stop.run_until_cancelled(tokio::time::sleep(LOOK_EVERY)).await.is_some() {
        match desk.store.definitions_version().await {
            Ok(newest) if newest == current => {}
            Ok(_) => match adopt(&desk).await {
                Ok((newest, loaded)) => {
                    tracing::info!("{} definitions taken over from another worker", loaded.len());
                    if let Some(shelf) = &desk.shelf {
                        shelf.put_out(loaded.iter());
                    }
                    let by_name = loaded.into_iter().map(|feed| (feed.id.to_string(), Arc::new(feed))).collect();
                    feeds.send_replace(Arc::new(by_name));
                    current = newest;
                }
                Err(message) => tracing::error!("the definitions of another worker are not in effect: {message}"),
            },
            Err(error) => tracing::debug!("{error}"),
        }
    }
}

async fn adopt(desk: &Desk) -> Result<(Option<String>, Vec<Feed>), String> {
    let (version, files) = desk.store.definitions().await.map_err(|error: StoreError| error.to_string())?;
    let loaded = load(&files, &desk.settings).map_err(|error| error.to_string())?;
    Ok((version, loaded.map_err(|problems| problems.to_string())?))
}

/// Reads definitions as if they lay in a directory of their own.
fn load(files: &Files, settings: &Settings) -> std::io::Result<Result<Vec<Feed>, Problems>> {
    let directory = tempfile::tempdir()?;
    std::fs::create_dir(directory.path().join(SITES))?;
    for (path, text) in files {
        // Another worker's paths are not trusted to stay inside.
        if path.split('/').all(|part| !part.is_empty() && part != "..") {
            std::fs::write(directory.path().join(path), text)?;
        }
    }
    Ok(load_feeds(directory.path(), settings))
}

/// Where facts about sites lie.
const SITES: &str = "sites";

/// The definition files of a directory; those that cannot be read have been complained of.
fn read(directory: &Path) -> Files {
    let mut files = Files::new();
    for (folder, prefix) in [(directory.to_owned(), String::new()), (directory.join(SITES), format!("{SITES}/"))] {
        for entry in std::fs::read_dir(folder).into_iter().flatten().flatten() {
            let name = entry.file_name().to_string_lossy().into_owned();
            if let (true, Ok(text)) = (name.ends_with(".toml"), std::fs::read_to_string(entry.path())) {
                files.insert(format!("{prefix}{name}"), text);
            }
        }
    }
    files
}

fn version(files: &Files) -> String {
    let mut hash = Sha256::new();
    for (path, text) in files {
        hash.update(format!("{path}\n{}\n{text}", text.len()));
    }
    hex(&hash.finalize())
}
