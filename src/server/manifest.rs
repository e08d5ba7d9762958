//! What can be asked for: names, and what stands behind each.

use std::collections::{HashMap, HashSet};
use std::fmt;
use std::io;
use std::path::PathBuf;
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::sync::{Arc, OnceLock, PoisonError, RwLock};
use std::time::Duration;

use bytes::Bytes;
use chrono::{DateTime, Utc};
use tokio::sync::Semaphore;

use super::forms::Forms;
use super::sendfile::MOST_BODIES;
use crate::render::Format;

/// How much of what lies on disk is kept in memory, compressed forms and pages included, unless said
/// otherwise: some two hundred feeds of 150 kB.
const DEFAULT_CACHE_BYTES: usize = 64 << 20;

/// The files that are served, by their names: `merkur-politik/rss.xml`.
pub struct Manifest {
    files: RwLock<HashMap<String, Arc<Served>>>,
    /// What was served once and is not to come back.
    gone: RwLock<HashSet<String>>,
    cache_bytes: usize,
    /// A little more than there is after files were taken away; corrected by `make_room`.
    cached_bytes: AtomicUsize,
    /// Places for pages.
    pub(super) places: Arc<Semaphore>,
    /// Counts up with each use of a file on disk, so that the one unused for longest is known.
    clock: AtomicU64,
}

/// A file that is served.
#[derive(Debug, Clone)]
pub struct File {
    /// With the charset, where the type has one: `application/rss+xml; charset=utf-8`.
    pub media_type: &'static str,
    /// How long readers and proxies may keep it: until the next refresh.
    pub max_age: Duration,
    pub modified: DateTime<Utc>,
    /// The `Content-Security-Policy`.
    pub policy: &'static str,
    /// Whether scripts of other sites may read it, as web readers of feeds do.
    pub for_all_origins: bool,
    pub content: Content,
}

impl File {
    /// Whether it is a feed, which readers read and people cannot.
    pub fn is_feed(&self) -> bool {
        Format::ALL.iter().any(|format| self.media_type.starts_with(format.media_type()))
    }
}

/// The policy of what is no page: nothing is loaded, whatever a browser takes it for.
pub const NO_CONTENT_POLICY: &str = "default-src 'none'; frame-ancestors 'none'";

/// Where the bytes of a file come from.
#[derive(Clone)]
pub enum Content {
    Bytes(Bytes),
    /// Read when it is asked for, and forgotten when memory is short.
    Disk(PathBuf),
    /// Made for each request, such as `/health`.
    Live(Arc<dyn Fn() -> Live + Send + Sync>),
}

/// An answer made on the spot.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Live {
    pub status: u16,
    pub body: Bytes,
}

impl fmt::Debug for Content {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Content::Bytes(bytes) => write!(f, "Bytes({})", bytes.len()),
            Content::Disk(path) => write!(f, "Disk({path:?})"),
            Content::Live(_) => write!(f, "Live"),
        }
    }
}

impl Default for Manifest {
    fn default() -> Self {
        Manifest::with_cache(DEFAULT_CACHE_BYTES)
    }
}

impl Manifest {
    /// An empty manifest that keeps at most so many bytes of files on disk.
    pub fn with_cache(cache_bytes: usize) -> Manifest {
        Manifest {
            files: RwLock::default(),
            gone: RwLock::default(),
            cache_bytes,
            cached_bytes: AtomicUsize::new(0),
            places: Arc::new(Semaphore::new(MOST_BODIES)),
            clock: AtomicU64::new(0),
        }
    }

    /// Serves a file from now on, in the place of one of the same name.
    pub fn put(&self, name: &str, file: File) {
        let served =
            Arc::new(Served { file, forms: RwLock::default(), fixed: OnceLock::new(), last_used: AtomicU64::new(0) });
        let mut files = self.files.write().unwrap_or_else(PoisonError::into_inner);
        files.insert(name.to_owned(), served);
        self.gone.write().unwrap_or_else(PoisonError::into_inner).remove(name);
    }

    /// No longer serves a file, and says that it is gone for good: readers stop asking for it.
    pub fn withdraw(&self, name: &str) {
        self.remove(name);
        self.gone.write().unwrap_or_else(PoisonError::into_inner).insert(name.to_owned());
    }

    /// No longer serves a file.
    pub fn remove(&self, name: &str) {
        let mut files = self.files.write().unwrap_or_else(PoisonError::into_inner);
        files.remove(name);
    }

    /// The names that are served and begin so.
    pub fn names_below(&self, beginning: &str) -> Vec<String> {
        let files = self.files.read().unwrap_or_else(PoisonError::into_inner);
        files.keys().filter(|name| name.starts_with(beginning)).cloned().collect()
    }

    /// The names that are served, sorted.
    pub fn names(&self) -> Vec<String> {
        let files = self.files.read().unwrap_or_else(PoisonError::into_inner);
        let mut names: Vec<String> = files.keys().cloned().collect();
        names.sort();
        names
    }

    pub(super) fn is_gone(&self, name: &str) -> bool {
        self.gone.read().unwrap_or_else(PoisonError::into_inner).contains(name)
    }

    pub(super) fn find(&self, name: &str) -> Option<Arc<Served>> {
        self.files.read().unwrap_or_else(PoisonError::into_inner).get(name).cloned()
    }

    /// The forms of a file, if they are in memory.
    pub(super) fn forms_in_memory(&self, served: &Served) -> Option<Arc<Forms>> {
        match &served.file.content {
            Content::Bytes(bytes) => {
                Some(served.fixed.get_or_init(|| Arc::new(Forms::new(bytes.clone(), &served.file))).clone())
            }
            Content::Disk(_) => {
                served.last_used.store(self.clock.fetch_add(1, Ordering::Relaxed), Ordering::Relaxed);
                served.forms.read().unwrap_or_else(PoisonError::into_inner).clone()
            }
            Content::Live(_) => None,
        }
    }

    /// Reads a file from disk, and lets go of others if there is no room for it.
    pub(super) async fn read(&self, served: &Arc<Served>, path: PathBuf) -> io::Result<Arc<Forms>> {
        let reading = served.clone();
        let read = move || -> io::Result<Arc<Forms>> {
            let bytes = Bytes::from(std::fs::read(path)?);
            Ok(Arc::new(Forms::new(bytes, &reading.file)))
        };
        let forms = tokio::task::spawn_blocking(read).await.map_err(io::Error::other)??;
        *served.forms.write().unwrap_or_else(PoisonError::into_inner) = Some(forms.clone());
        self.note_growth(forms.size_bytes());
        Ok(forms)
    }

    /// Notes that forms grew, by being read or compressed.
    pub(super) fn note_growth(&self, bytes: usize) {
        if self.cached_bytes.fetch_add(bytes, Ordering::Relaxed) + bytes > self.cache_bytes {
            self.make_room();
        }
    }

    /// Lets go of the files unused for longest, and counts anew: what was compressed while it
    /// was let go of has been counted wrongly.
    fn make_room(&self) {
        let files = self.files.read().unwrap_or_else(PoisonError::into_inner);
        let mut on_disk: Vec<(u64, usize, &Arc<Served>)> = files
            .values()
            .filter_map(|served| {
                let size_bytes = served.forms.read().unwrap_or_else(PoisonError::into_inner).as_ref()?.size_bytes();
                Some((served.last_used.load(Ordering::Relaxed), size_bytes, served))
            })
            .collect();
        on_disk.sort_by_key(|(last_used, ..)| *last_used);
        let mut cached: usize = on_disk.iter().map(|(_, size_bytes, _)| size_bytes).sum();
        for (_, size_bytes, served) in on_disk {
            if cached <= self.cache_bytes {
                break;
            }
            served.forms.write().unwrap_or_else(PoisonError::into_inner).take();
            cached -= size_bytes;
        }
        self.cached_bytes.store(cached, Ordering::Relaxed);
    }
}

/// A file and what was made of it.
pub(super) struct Served {
    pub file: File,
    /// Of a file on disk; comes and goes.
    forms: RwLock<Option<Arc<Forms>>>,
    /// Of a file in memory; made once.
    fixed: OnceLock<Arc<Forms>>,
    last_used: AtomicU64,
}
