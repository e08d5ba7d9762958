//! One connection: requests in, answers out, nobody waited for too long.
//!
//! hyper can time the head of a request; it cannot tell a reader that takes one byte a second
//! from one that reads. So each connection carries a [`Pulse`] that its socket and its requests
//! set, and one timer looks at it when a deadline may have passed.

use std::convert::Infallible;
use std::io::{self, IoSlice};
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::task::{Context, Poll};
use std::time::Duration;

use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::TokioIo;
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::TcpStream;
use tokio::sync::watch;
use tokio::time::Instant;

use super::admission::Place;
use super::answer;
use super::sendfile::{Pages, Sending};
use super::{Manifest, Options};
use crate::studio::Studio;

/// What a slow reader must have taken when its time is up, to be given more: a modem's worth.
pub const LEAST_PROGRESS_BYTES: u64 = 64 * 1024;

/// The head of a request may be so long.
const LARGEST_HEAD_BYTES: usize = 16 * 1024;

/// Serves a connection until it ends, takes too long, or the server stops.
pub async fn serve(
    stream: TcpStream,
    manifest: Arc<Manifest>,
    options: Arc<Options>,
    mut stop: watch::Receiver<bool>,
    _place: Place,
) {
    // Without it answers wait 40 ms for the acknowledgement of the one before.
    if stream.set_nodelay(true).is_err() {
        return;
    }
    let pulse = Arc::new(Pulse::new());
    let sending = Sending::default();
    let io = TokioIo::new(Watched { stream, pulse: pulse.clone(), sending: sending.clone() });
    let service = {
        let (pulse, options) = (pulse.clone(), options.clone());
        service_fn(move |request: hyper::Request<hyper::body::Incoming>| {
            pulse.begin(Phase::Answering);
            let (manifest, options, pulse, sending) =
                (manifest.clone(), options.clone(), pulse.clone(), sending.clone());
            async move {
                let password = options.password.as_deref();
                let studio = options.studio.as_ref().filter(|_| Studio::is_asked(request.uri().path()));
                Ok::<_, Infallible>(match studio.filter(|_| answer::is_welcome(request.headers(), password)) {
                    Some(studio) => {
                        // Looking at a site takes longer than handing out a file.
                        let answer = studio.clone().answer(request).await;
                        pulse.begin(Phase::Answering);
                        answer
                    }
                    None => {
                        let mut answer = answer::answer(&request, &manifest, &options).await;
                        if let Some(pages) = answer.extensions_mut().remove::<Arc<Pages>>() {
                            sending.begin(pages);
                        }
                        answer
                    }
                })
            }
        })
    };
    let mut builder = http1::Builder::new();
    builder.header_read_timeout(None).max_buf_size(LARGEST_HEAD_BYTES);
    let mut connection = std::pin::pin!(builder.serve_connection(io, service));
    let mut deadline = std::pin::pin!(tokio::time::sleep(options.head_timeout));
    loop {
        tokio::select! {
            // Whatever the other side did wrong, it is only its own loss.
            _ = connection.as_mut() => return,
            () = deadline.as_mut() => match pulse.time_left(&options) {
                Some(time_left) => deadline.as_mut().reset(Instant::now() + time_left),
                None => return,
            },
            _ = stop.wait_for(|has_stopped| *has_stopped), if !*stop.borrow() => {
                connection.as_mut().graceful_shutdown();
            }
        }
    }
}

/// What a connection is doing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Phase {
    /// Nothing came yet.
    New = 0,
    /// The head of a request is coming in.
    Asking = 1,
    /// The answer is made, on its way, or done.
    Answering = 2,
    /// The answer waits for the reader.
    Blocked = 3,
}

/// What a connection is doing, and since when. Socket and requests set it, the timer reads it.
struct Pulse {
    created: Instant,
    /// Milliseconds since `created`, times four, plus the phase: one value, so that both fit.
    state: AtomicU64,
    /// How much was written since the phase began.
    written: AtomicU64,
}

impl Pulse {
    fn new() -> Pulse {
        Pulse { created: Instant::now(), state: AtomicU64::new(Phase::New as u64), written: AtomicU64::new(0) }
    }

    fn begin(&self, phase: Phase) {
        let now = self.created.elapsed().as_millis() as u64;
        self.state.store(now * 4 + phase as u64, Ordering::Relaxed);
        self.written.store(0, Ordering::Relaxed);
    }

    fn phase(&self) -> (Phase, Duration) {
        let state = self.state.load(Ordering::Relaxed);
        let phase = match state % 4 {
            0 => Phase::New,
            1 => Phase::Asking,
            2 => Phase::Answering,
            _ => Phase::Blocked,
        };
        (phase, Duration::from_millis(state / 4))
    }

    fn has_read(&self) {
        // Bytes that come while an answer is under way belong to the next request, whose time
        // begins when that answer is done; a reader cannot gain by it.
        if matches!(self.phase().0, Phase::New | Phase::Answering) {
            self.begin(Phase::Asking);
        }
    }

    fn has_written(&self, bytes: usize) {
        match self.phase().0 {
            Phase::Blocked
                if self.written.fetch_add(bytes as u64, Ordering::Relaxed) + (bytes as u64) < LEAST_PROGRESS_BYTES => {}
            // The time between two requests begins with the last byte written.
            Phase::Blocked | Phase::Answering => self.begin(Phase::Answering),
            Phase::New | Phase::Asking => {}
        }
    }

    fn is_blocked(&self) {
        if self.phase().0 != Phase::Blocked {
            self.begin(Phase::Blocked);
        }
    }

    /// How long the phase may still last; `None` if it has lasted too long.
    fn time_left(&self, options: &Options) -> Option<Duration> {
        let (phase, since) = self.phase();
        let allowed = match phase {
            Phase::New | Phase::Asking => options.head_timeout,
            Phase::Answering => options.keep_alive,
            Phase::Blocked => options.write_timeout,
        };
        let time_left = (since + allowed).saturating_sub(self.created.elapsed());
        (!time_left.is_zero()).then_some(time_left)
    }
}

/// A socket that tells the pulse what happens on it, and sends large bodies without copying them.
struct Watched {
    stream: TcpStream,
    pulse: Arc<Pulse>,
    sending: Sending,
}

impl Watched {
    fn note(&self, written: Poll<io::Result<usize>>) -> Poll<io::Result<usize>> {
        match &written {
            Poll::Ready(Ok(bytes)) => self.pulse.has_written(*bytes),
            Poll::Pending => self.pulse.is_blocked(),
            Poll::Ready(Err(_)) => {}
        }
        written
    }
}

impl AsyncRead for Watched {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let before = buffer.filled().len();
        let read = Pin::new(&mut self.stream).poll_read(context, buffer);
        if buffer.filled().len() > before {
            self.pulse.has_read();
        }
        read
    }
}

impl AsyncWrite for Watched {
    fn poll_write(mut self: Pin<&mut Self>, context: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        let written = Pin::new(&mut self.stream).poll_write(context, bytes);
        self.note(written)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        parts: &[IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        let written = match self.sending.poll_write(&self.stream, context, parts) {
            Some(written) => written,
            None => Pin::new(&mut self.stream).poll_write_vectored(context, parts),
        };
        self.note(written)
    }

    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_flush(context)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(context)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_reader_must_take_enough_to_be_given_more_time() {
        fn time_left_after(written: u64) -> Option<Duration> {
            let options = Options { write_timeout: Duration::from_millis(60), ..Options::default() };
            let pulse = Pulse::new();
            pulse.begin(Phase::Answering);
            pulse.is_blocked();
            std::thread::sleep(Duration::from_millis(40));
            pulse.has_written(written as usize);
            pulse.is_blocked();
            std::thread::sleep(Duration::from_millis(40));
            pulse.time_left(&options)
        }
        assert_eq!(time_left_after(LEAST_PROGRESS_BYTES - 1), None);
        let began = Instant::now();
        let time_left = time_left_after(LEAST_PROGRESS_BYTES);
        // On a busy machine the second pause may take longer than there is time.
        assert!(time_left.is_some() || began.elapsed() > Duration::from_millis(95));
    }
}
