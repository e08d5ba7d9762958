//! Large bodies, given to sockets as pages of the kernel instead of being copied into them.
//!
//! Of the 35 µs of processor time that a plain answer of 153 kB took, half went into copying the
//! body; with `sendfile` it takes 25. So the kernel is given a copy of a body when it is sent first,
//! as a file that is nowhere but in memory: no disk is waited for, and nobody can change it. (From
//! the published file it would take 2 µs less still; but the one thread that answers would then
//! wait for whatever disk that is on.) The copy in our own memory is still needed: hyper is given
//! it, the other forms are made from it, and it is sent where `sendfile` cannot be used.
//!
//! hyper only ever asks its socket to write slices of memory. So a connection is told which
//! [`Pages`] it is about to send, and of the slices that hyper writes, those that lie in the memory
//! of that body are sent from its pages. Whatever hyper writes, and in which order, what arrives is
//! the same.

use std::fs::File;
use std::io::{self, IoSlice, Write};
use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Context, Poll};

use bytes::Bytes;
use tokio::io::Interest;
use tokio::net::TcpStream;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

/// So many bodies have pages at once, each of which takes a descriptor: a process often may have
/// 1,024, of which readers take 256. Other bodies are copied.
pub const MOST_BODIES: usize = 64;

/// To a reader on another core, a body of 20 kB is copied as fast; of 32 kB, copying takes 3 % more of
/// the processor, of 40 kB 7, of 64 kB a fifth. Less than that does not pay for a descriptor and for a
/// second copy of the body. (A reader on the same core has the copy in its cache: for all of these,
/// pages then take 6 to 14 % more.)
const SMALLEST_BYTES: usize = 32 * 1024;

/// A body, as pages of the kernel.
pub struct Pages {
    file: File,
    /// The same bytes, where hyper reads them.
    body: Bytes,
    _place: OwnedSemaphorePermit,
}

impl Pages {
    /// Whether it pays to have pages of a body.
    pub fn are_worthwhile(body: &Bytes) -> bool {
        cfg!(target_os = "linux") && body.len() >= SMALLEST_BYTES
    }

    /// Gives the kernel a copy of a body. `None` if there is no place, or the system does not allow it.
    pub fn of(body: &Bytes, places: &Arc<Semaphore>) -> Option<Arc<Pages>> {
        let place = places.clone().try_acquire_owned().ok()?;
        let mut file = system::file_in_memory().ok()?;
        file.write_all(body).ok()?;
        Some(Arc::new(Pages { file, body: body.clone(), _place: place }))
    }

    /// Where in the body a slice stands, if it is a part of it.
    fn position(&self, slice: &[u8]) -> Option<usize> {
        let position = slice.as_ptr().addr().checked_sub(self.body.as_ptr().addr())?;
        (position + slice.len() <= self.body.len()).then_some(position)
    }
}

/// The body that a connection sends, if it has pages: who answers says so, the socket looks.
#[derive(Clone, Default)]
pub struct Sending(Arc<Mutex<Option<Arc<Pages>>>>);

impl Sending {
    /// Says which body is sent next.
    pub fn begin(&self, pages: Arc<Pages>) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = Some(pages);
    }

    /// Writes some of these slices, as `poll_write_vectored` does. `None` if they are to be written
    /// as they are.
    pub fn poll_write(
        &self,
        stream: &TcpStream,
        context: &mut Context<'_>,
        slices: &[IoSlice<'_>],
    ) -> Option<Poll<io::Result<usize>>> {
        let mut sending = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let pages = sending.as_ref()?;
        let position = |index: usize| pages.position(slices.get(index)?);
        position(0).or_else(|| position(1))?;
        let write = || match position(0) {
            Some(position) => system::send_pages(stream, &pages.file, position as u64, slices[0].len()),
            // The head, which would otherwise become a packet of its own.
            None => system::send_with_more_to_come(stream, &slices[0]),
        };
        let written = loop {
            match stream.poll_write_ready(context) {
                Poll::Ready(Ok(())) => {}
                other => return Some(other.map_ok(|()| 0)),
            }
            match stream.try_io(Interest::WRITABLE, write) {
                // No longer writable, as is known now.
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => {}
                written => break written,
            }
        };
        match written {
            Ok(count) if count > 0 => {
                let is_last = position(0).is_some_and(|position| position + count == pages.body.len());
                if is_last {
                    *sending = None;
                }
                Some(Poll::Ready(Ok(count)))
            }
            // If it is the socket that is at fault, the usual way says so.
            _ => {
                *sending = None;
                None
            }
        }
    }
}

#[cfg(target_os = "linux")]
mod system {
    use std::fs::File;
    use std::io;

    use rustix::fs::{MemfdFlags, memfd_create, sendfile};
    use rustix::io::retry_on_intr;
    use rustix::net::{SendFlags, send};
    use tokio::net::TcpStream;

    pub fn file_in_memory() -> io::Result<File> {
        let create = |flags| memfd_create("body", MemfdFlags::CLOEXEC | flags);
        // Linux before 6.3 does not know that files can be marked as no programs.
        let file = create(MemfdFlags::NOEXEC_SEAL).or_else(|_| create(MemfdFlags::empty()))?;
        Ok(File::from(file))
    }

    pub fn send_pages(stream: &TcpStream, file: &File, mut position: u64, count: usize) -> io::Result<usize> {
        Ok(retry_on_intr(|| sendfile(stream, file, Some(&mut position), count))?)
    }

    pub fn send_with_more_to_come(stream: &TcpStream, bytes: &[u8]) -> io::Result<usize> {
        Ok(retry_on_intr(|| send(stream, bytes, SendFlags::MORE))?)
    }
}

/// Elsewhere all bodies are copied.
#[cfg(not(target_os = "linux"))]
mod system {
    use std::fs::File;
    use std::io;

    use tokio::net::TcpStream;

    pub fn file_in_memory() -> io::Result<File> {
        Err(io::ErrorKind::Unsupported.into())
    }

    pub fn send_pages(_: &TcpStream, _: &File, _: u64, _: usize) -> io::Result<usize> {
        Err(io::ErrorKind::Unsupported.into())
    }

    pub fn send_with_more_to_come(_: &TcpStream, _: &[u8]) -> io::Result<usize> {
        Err(io::ErrorKind::Unsupported.into())
    }
}

#[cfg(all(test, target_os = "linux"))]
mod tests {
    use std::future::poll_fn;
    use std::io::Read;

    use super::*;

    /// A body in which no part is like another.
    fn body() -> Bytes {
        (0..1_000_000_u32).flat_map(u32::to_le_bytes).collect()
    }

    fn pages_of(body: &Bytes) -> Arc<Pages> {
        Pages::of(body, &Arc::new(Semaphore::new(1))).expect("a place")
    }

    /// Writes what hyper would, and returns what arrived, and how many bytes of it were left to the
    /// usual way of writing.
    async fn sent(sending: &Sending, written: &[&[u8]]) -> (Vec<u8>, usize) {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let mut reader = std::net::TcpStream::connect(listener.local_addr().unwrap()).unwrap();
        let (stream, _) = listener.accept().await.unwrap();
        let reading = std::thread::spawn(move || {
            let mut arrived = Vec::new();
            // After the buffers of both sides are full.
            std::thread::sleep(std::time::Duration::from_millis(50));
            reader.read_to_end(&mut arrived).map(|_| arrived)
        });
        let mut slices: Vec<IoSlice<'_>> = written.iter().map(|slice| IoSlice::new(slice)).collect();
        let (mut rest, mut left) = (slices.as_mut_slice(), 0);
        while !rest.is_empty() {
            let write = |context: &mut Context<'_>| match sending.poll_write(&stream, context, rest) {
                Some(written) => written.map(Some),
                None => Poll::Ready(None),
            };
            let count = match poll_fn(write).await {
                Some(count) => count.unwrap(),
                None => {
                    stream.writable().await.unwrap();
                    // It may turn out that it is not.
                    let count = stream.try_write_vectored(rest).unwrap_or(0);
                    left += count;
                    count
                }
            };
            IoSlice::advance_slices(&mut rest, count);
        }
        drop(stream);
        (reading.join().unwrap().unwrap(), left)
    }

    #[tokio::test]
    async fn sends_a_body_from_its_pages_and_everything_else_as_it_is() {
        let (body, other) = (body(), Bytes::from(vec![b'x'; 300_000]));
        let sending = Sending::default();
        let check = async |slices: &[&[u8]], want_left: usize| {
            let (arrived, left) = sent(&sending, slices).await;
            assert!(arrived == slices.concat());
            assert_eq!(left, want_left);
        };
        check(&[b"head", &body], 4 + body.len()).await;
        sending.begin(pages_of(&body));
        check(&[b"head", &other], 4 + other.len()).await;
        check(&[b"head", &body[..500_000]], 0).await;
        check(&[&body[500_000..], b"next head", &other], 9 + other.len()).await;
        check(&[b"head", &body], 4 + body.len()).await;
    }

    #[tokio::test]
    async fn goes_on_from_memory_where_pages_are_missing() {
        let body = body();
        let sending = Sending::default();
        let pages = pages_of(&body);
        pages.file.set_len(1_000_000).unwrap();
        sending.begin(pages);
        let (arrived, left) = sent(&sending, &[b"head", &body]).await;
        assert!(arrived == [b"head", body.as_ref()].concat());
        assert_eq!(left, 3_000_000);
    }

    #[test]
    fn there_are_only_so_many_and_places_are_free_again() {
        let (body, places) = (Bytes::from(vec![b'x'; SMALLEST_BYTES]), Arc::new(Semaphore::new(2)));
        let first = Pages::of(&body, &places);
        let second = Pages::of(&body, &places);
        assert!(first.is_some() && second.is_some() && Pages::of(&body, &places).is_none());
        drop(first);
        assert!(Pages::of(&body, &places).is_some());
        assert!(Pages::are_worthwhile(&body) && !Pages::are_worthwhile(&body.slice(1..)));
    }
}
