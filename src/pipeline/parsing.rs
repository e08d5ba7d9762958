//! The threads on which pages are parsed: one a core, and each does the next page that it can.
//!
//! A parsed page is several times as large as its text, and memory that a thread has touched is
//! cheaper than new memory: whoever worked last is the next to work, and a second thread begins
//! only when there are two pages at once.

use std::any::Any;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::mpsc::{self, Sender};
use std::sync::{Arc, Mutex, PoisonError};

use tokio::sync::{Semaphore, oneshot};

use crate::fetch::LARGE_PAGE_BYTES;
use crate::report::Trouble;

/// Parsing a page takes stack; two mebibytes are not much for a tree 256 elements deep.
pub const STACK_BYTES: usize = 16 << 20;

type Work = Box<dyn FnOnce() + Send>;

/// What pages are parsed by. Threads begin when they are needed, and end with this.
pub struct Parsers {
    has_threads: bool,
    /// One for each page that may be parsed at a time.
    pub places: Semaphore,
    /// Large pages are parsed one at a time.
    large: Semaphore,
    /// Threads without work; the last one was at work last. Every change is one push or pop: a panic
    /// leaves nothing half done.
    idle: Arc<Mutex<Vec<Sender<Work>>>>,
}

impl Default for Parsers {
    /// A thread for each core.
    fn default() -> Parsers {
        Parsers::of(true, std::thread::available_parallelism().map_or(1, usize::from))
    }
}

impl Parsers {
    /// No threads: for whoever refreshes one feed and has nothing else to do meanwhile. A page is then
    /// parsed where it came in, in memory that is there already.
    pub fn none() -> Parsers {
        Parsers::of(false, 1)
    }

    fn of(has_threads: bool, places: usize) -> Parsers {
        Parsers { has_threads, places: Semaphore::new(places), large: Semaphore::new(1), idle: Arc::default() }
    }

    /// Runs what parses a page of this size on a thread where it may take its time.
    ///
    /// # Errors
    /// [`Trouble::Fault`] if it panics, which must not take the program with it, or if there are no
    /// threads to be had.
    pub async fn run<T: Send + 'static>(
        &self,
        page_bytes: usize,
        work: impl FnOnce() -> T + Send + 'static,
    ) -> Result<T, Trouble> {
        let _only = match page_bytes > LARGE_PAGE_BYTES {
            true => Some(self.large.acquire().await.expect("nobody closes it")),
            false => None,
        };
        let _place = self.places.acquire().await.expect("nobody closes it while pages are read");
        if !self.has_threads {
            return catch_unwind(AssertUnwindSafe(work)).map_err(|panic| Trouble::Fault(words_of(&*panic)));
        }
        let idle = self.idle.lock().unwrap_or_else(PoisonError::into_inner).pop();
        let thread = match idle {
            Some(thread) => thread,
            None => spawn().map_err(|error| Trouble::Fault(format!("no thread can be started: {error}")))?,
        };
        let (tell, told) = oneshot::channel();
        let (idle, again) = (self.idle.clone(), thread.clone());
        let work = move || {
            let done = catch_unwind(AssertUnwindSafe(work));
            idle.lock().unwrap_or_else(PoisonError::into_inner).push(again);
            // Whoever asked may have gone meanwhile.
            let _ = tell.send(done);
        };
        thread.send(Box::new(work)).map_err(|_| Trouble::Fault("a thread ended".to_owned()))?;
        match told.await {
            Ok(Ok(done)) => Ok(done),
            Ok(Err(panic)) => Err(Trouble::Fault(words_of(&*panic))),
            Err(_) => Err(Trouble::Fault("a thread ended".to_owned())),
        }
    }
}

fn spawn() -> std::io::Result<Sender<Work>> {
    let (sender, work) = mpsc::channel::<Work>();
    let thread = std::thread::Builder::new().name("parser".to_owned()).stack_size(STACK_BYTES);
    thread.spawn(move || work.into_iter().for_each(|work| work()))?;
    Ok(sender)
}

/// What a panic said.
pub fn words_of(panic: &(dyn Any + Send)) -> String {
    let words = panic.downcast_ref::<&str>().map(|words| (*words).to_owned());
    words.or_else(|| panic.downcast_ref::<String>().cloned()).unwrap_or_else(|| "it does not say which".to_owned())
}
