//! Memory for large pages, from their download until they are parsed.
//!
//! A parsed page is several times as large as its text, and few are parsed at a time; the others
//! wait. Small ones may: there are no more of them than refreshes under way. Each of the large ones
//! needs a room first, and its site has to wait meanwhile.

use std::sync::Arc;

use tokio::sync::{OwnedSemaphorePermit, Semaphore};

/// A page is large from here on; of 205 real pages four are.
pub const LARGE_PAGE_BYTES: usize = 1 << 20;

/// So many large pages are in memory at a time. At ten mebibytes each they fit, parsed, into a
/// machine of half a gigabyte.
const LARGE_PAGES: usize = 4;

/// All rooms there are.
#[derive(Debug, Clone)]
pub struct Rooms(Arc<Semaphore>);

impl Default for Rooms {
    fn default() -> Rooms {
        Rooms(Arc::new(Semaphore::new(LARGE_PAGES)))
    }
}

impl Rooms {
    /// Waits for a room.
    pub async fn take(&self) -> Room {
        Room(Some(self.0.clone().acquire_owned().await.expect("nobody closes the semaphore")))
    }
}

/// Given back when it is dropped. A small page has none, nor has the copy of a large one.
#[derive(Debug, Default)]
pub struct Room(Option<OwnedSemaphorePermit>);

impl Room {
    pub fn is_taken(&self) -> bool {
        self.0.is_some()
    }
}

impl Clone for Room {
    fn clone(&self) -> Room {
        Room(None)
    }
}

/// Where a page lies makes no difference to what it says.
impl PartialEq for Room {
    fn eq(&self, _: &Room) -> bool {
        true
    }
}
