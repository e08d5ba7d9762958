//! Writing what is published: each file whole, only if it changed, feed files after the pages
//! they name.
//!
//! A [`Place`] is a directory ([`directory`]) or a bucket (`bucket`). Whoever publishes first
//! asks for the [`Versions`] of what stands there, then makes the new files from the store, then
//! writes them on condition that nothing was written meanwhile: of two writers none overwrites
//! something newer.

#[cfg(feature = "buckets")]
mod bucket;
mod directory;
mod hook;

#[cfg(feature = "buckets")]
use std::collections::BTreeMap;
use std::collections::BTreeSet;
use std::path::PathBuf;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use crate::config::{BucketSettings, Target};
use crate::render::{FeedFile, check_xml};

pub use hook::after_publishing;

/// How names of unfinished files begin; they are never served, and removed at the next start.
pub const UNFINISHED: &str = ".unfinished-";

/// Why something could not be published.
#[derive(Debug, thiserror::Error)]
#[error("{path} cannot be {}: {reason}", if *.is_reading { "read" } else { "written" })]
pub struct PublishError {
    pub path: String,
    pub reason: String,
    /// It was reading that failed.
    pub is_reading: bool,
    /// Another writer was faster; the files have to be made anew.
    pub is_conflict: bool,
}

impl PublishError {
    fn writing(path: impl Into<String>, reason: impl Into<String>) -> PublishError {
        PublishError { path: path.into(), reason: reason.into(), is_reading: false, is_conflict: false }
    }
}

/// What stands at each path, as far as a writer needs to know; empty for a directory, where a
/// rename needs no condition.
#[derive(Debug, Default)]
pub struct Versions(#[cfg(feature = "buckets")] BTreeMap<String, bucket::Version>);

/// Where feeds are published, opened.
pub struct Place {
    kind: Kind,
    /// What was written or removed since the hook was run.
    changed: Mutex<BTreeSet<String>>,
}

enum Kind {
    Directory(PathBuf),
    #[cfg(feature = "buckets")]
    Bucket(bucket::Bucket),
}

impl Place {
    /// Opens the place.
    ///
    /// # Errors
    /// [`PublishError`] if a bucket's settings or credentials make no sense. It is not asked yet.
    pub fn open(target: &Target, settings: &BucketSettings) -> Result<Place, PublishError> {
        let kind = match target {
            Target::Directory(root) => Kind::Directory(root.clone()),
            #[cfg(feature = "buckets")]
            Target::Bucket(address) => Kind::Bucket(bucket::Bucket::open(address, settings)?),
            #[cfg(not(feature = "buckets"))]
            Target::Bucket(address) => {
                // No address of a bucket is accepted by such a build.
                let _ = settings;
                return Err(PublishError::writing(address.to_string(), "this build knows no buckets"));
            }
        };
        Ok(Place { kind, changed: Mutex::default() })
    }

    /// Removes what a run that was cut off left behind. Nobody else may be writing.
    pub fn remove_unfinished(&self) {
        match &self.kind {
            Kind::Directory(root) => directory::remove_unfinished(root),
            // An object is there as a whole or not at all.
            #[cfg(feature = "buckets")]
            Kind::Bucket(_) => {}
        }
    }

    /// Whether all of these are there; what they hold is not looked at.
    pub async fn are_published(&self, paths: &[String]) -> bool {
        match &self.kind {
            Kind::Directory(root) => paths.iter().all(|path| root.join(path).is_file()),
            #[cfg(feature = "buckets")]
            Kind::Bucket(bucket) => bucket.are_published(paths).await,
        }
    }

    /// What stands at these paths now.
    pub async fn versions(&self, paths: &[String]) -> Result<Versions, PublishError> {
        match &self.kind {
            Kind::Directory(_) => {
                let _ = paths;
                Ok(Versions::default())
            }
            #[cfg(feature = "buckets")]
            Kind::Bucket(bucket) => bucket.versions(paths).await,
        }
    }

    /// Publishes files, in order; returns those that were new or different. Readers may keep them for
    /// `max_age`.
    ///
    /// # Errors
    /// [`PublishError`] at the first file that cannot be written; the ones after it are not tried, and in a directory
    /// those before it are not replaced.
    pub async fn publish<'f>(
        &self,
        files: &'f [FeedFile],
        versions: &Versions,
        max_age: Duration,
    ) -> Result<Vec<&'f FeedFile>, PublishError> {
        for file in files.iter().filter(|file| file.path.ends_with(".xml")) {
            // The last look: one bad byte, and readers drop the whole feed.
            check_xml(&file.bytes).map_err(|error| PublishError::writing(&file.path, error.to_string()))?;
        }
        let mut changed = Vec::new();
        let mut note = |file: &'f FeedFile| {
            self.changed().insert(file.path.clone());
            changed.push(file);
        };
        match &self.kind {
            Kind::Directory(root) => {
                let _ = (versions, max_age);
                directory::publish(root, files, &mut note)?;
            }
            #[cfg(feature = "buckets")]
            Kind::Bucket(bucket) => {
                for file in files {
                    if bucket.publish(file, versions, max_age).await? {
                        note(file);
                    }
                }
            }
        }
        Ok(changed)
    }

    /// A file as it was published; `None` if there is none.
    pub async fn read(&self, path: &str) -> Result<Option<Vec<u8>>, PublishError> {
        match &self.kind {
            Kind::Directory(root) => directory::read(root, path),
            #[cfg(feature = "buckets")]
            Kind::Bucket(bucket) => bucket.read(path).await,
        }
    }

    /// Removes what was published at these paths. What somebody else put into a bucket stays.
    pub async fn remove(&self, paths: &[String]) -> Result<(), PublishError> {
        for path in paths {
            let is_removed = match &self.kind {
                Kind::Directory(root) => directory::remove(root, path)?,
                #[cfg(feature = "buckets")]
                Kind::Bucket(bucket) => bucket.remove(path).await?,
            };
            if is_removed {
                self.changed().insert(path.clone());
            }
        }
        Ok(())
    }

    /// What was written or removed since the last call.
    pub fn take_changed(&self) -> BTreeSet<String> {
        std::mem::take(&mut *self.changed())
    }

    fn changed(&self) -> std::sync::MutexGuard<'_, BTreeSet<String>> {
        // Only insertions: a panic leaves nothing half done.
        self.changed.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
