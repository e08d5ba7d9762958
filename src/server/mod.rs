//! The built-in web server: hands out what was published, and nothing else.
//!
//! It knows the files of its [`Manifest`] by their names and has them in memory, compressed
//! once. No part of a request ever becomes a path of the file system, so that there is nothing
//! to climb out of. It is fit to stand on the open internet alone, and about as fast as nginx.
//!
//! It has a thread of its own ([`start`]), on which one task serves one connection
//! ([`connection`]); how many there may be, and how long each may take, is bounded. What a request
//! comes to is a pure function of request and file ([`answer`]).
//!
//! Ranges are not served: whoever reads a feed reads all of it, and RFC 9110 §14.2 allows to
//! ignore them.

mod admission;
mod answer;
mod conditions;
mod connection;
mod forms;
mod manifest;
mod sendfile;

use std::future::Future;
use std::io;
use std::sync::Arc;
use std::time::Duration;

use tokio::net::{TcpListener, TcpStream};
use tokio::runtime::Builder;
use tokio::sync::{oneshot, watch};
use tokio::task::JoinSet;

pub use answer::say_when_to_come_back;
pub use forms::{Encoding, compress};
pub use manifest::{Content, File, Live, Manifest, NO_CONTENT_POLICY};

use crate::studio::Studio;
use admission::Admission;

/// How the server treats connections.
#[derive(Clone)]
pub struct Options {
    /// The most connections at once.
    pub connections: usize,
    /// The most connections from one address (of IPv6, one network of 64 bits). Not counted on
    /// loopback, where a proxy stands that has limits of its own.
    pub connections_per_address: usize,
    /// How long a new connection may say nothing, and how long the head of a request may take.
    pub head_timeout: Duration,
    /// How long a connection is kept between two requests.
    pub keep_alive: Duration,
    /// How long a reader may take for each [`connection::LEAST_PROGRESS_BYTES`].
    pub write_timeout: Duration,
    /// How long connections may go on after the stop signal.
    pub drain: Duration,
    /// What readers must know, as the password of HTTP Basic; any name will do.
    pub password: Option<String>,
    /// What the path of everything but [`answer::OPEN`] must begin with; nothing else is there.
    pub secret_path: Option<String>,
    /// Where sections become feeds by clicking, if that is allowed here.
    pub studio: Option<Arc<Studio>>,
}

impl Default for Options {
    fn default() -> Self {
        Options {
            connections: 256,
            connections_per_address: 16,
            head_timeout: Duration::from_secs(10),
            keep_alive: Duration::from_secs(15),
            write_timeout: Duration::from_secs(30),
            drain: Duration::from_secs(5),
            password: None,
            secret_path: None,
            studio: None,
        }
    }
}

/// After a failed accept (too many open files), the first pause and the longest.
const SHORTEST_PAUSE: Duration = Duration::from_millis(50);
const LONGEST_PAUSE: Duration = Duration::from_secs(1);

/// Serves on a thread of its own until `stop` is ready and the connections have ended; tells then.
/// If it ends in a fault it tells nothing.
///
/// One thread gives out more than a hundred thousand answers a second. On the threads that refresh,
/// answers would wait for pages being inflated and feeds being rendered, which takes milliseconds;
/// on several threads they wait for one another: where two cores are shared with those who ask, two
/// threads give out a fifth less than one. What takes longer than an answer (reading a file,
/// compressing it) is done on threads for that.
///
/// # Errors
/// If the system gives no thread or no descriptor for it.
pub fn start(
    listener: std::net::TcpListener,
    manifest: Arc<Manifest>,
    options: Options,
    stop: impl Future<Output = ()> + Send + 'static,
) -> io::Result<oneshot::Receiver<()>> {
    let runtime = Builder::new_current_thread().enable_io().enable_time().build()?;
    listener.set_nonblocking(true)?;
    let listener = {
        let _inside = runtime.enter();
        TcpListener::from_std(listener)?
    };
    let (ended, has_ended) = oneshot::channel();
    std::thread::Builder::new().name("server".to_owned()).spawn(move || {
        runtime.block_on(serve(listener, manifest, options, stop));
        // Whoever started it need not wait for its end.
        let _ = ended.send(());
    })?;
    Ok(has_ended)
}

async fn serve(listener: TcpListener, manifest: Arc<Manifest>, options: Options, stop: impl Future<Output = ()>) {
    let options = Arc::new(options);
    let admission = Admission::new(&options);
    let (stopping, has_stopped) = watch::channel(false);
    let mut connections = JoinSet::new();
    let mut pause = SHORTEST_PAUSE;
    let mut stop = std::pin::pin!(stop);
    loop {
        let accepted = tokio::select! {
            () = &mut stop => break,
            // Ended connections are taken out of the set, else it would grow for ever.
            Some(_) = connections.join_next() => continue,
            accepted = listener.accept() => accepted,
        };
        match accepted {
            Ok((stream, peer)) => {
                pause = SHORTEST_PAUSE;
                match admission.admit(peer.ip()) {
                    Some(place) => {
                        let (manifest, options, stop) = (manifest.clone(), options.clone(), has_stopped.clone());
                        connections.spawn(connection::serve(stream, manifest, options, stop, place));
                    }
                    None => turn_away(&stream),
                }
            }
            // The peer was gone before it was accepted; the next one may not be.
            Err(error) if is_of_one_connection(&error) => {}
            // Trying at once would spin; waiting for ever would never recover.
            Err(error) => {
                if pause == SHORTEST_PAUSE {
                    tracing::warn!("no connection can be accepted for now: {}", error.kind());
                }
                tokio::select! {
                    () = &mut stop => break,
                    () = tokio::time::sleep(pause) => {}
                }
                pause = (pause * 2).min(LONGEST_PAUSE);
            }
        }
    }
    drop(listener);
    // Nobody is left to be told only if there are no connections.
    let _ = stopping.send(true);
    let ended = async { while connections.join_next().await.is_some() {} };
    if tokio::time::timeout(options.drain, ended).await.is_err() {
        connections.shutdown().await;
    }
}

fn is_of_one_connection(error: &io::Error) -> bool {
    use io::ErrorKind::{ConnectionAborted, ConnectionRefused, ConnectionReset, Interrupted};
    matches!(error.kind(), ConnectionAborted | ConnectionRefused | ConnectionReset | Interrupted)
}

/// Says that there is no place. Fits into any send buffer; whoever cannot take it has to do
/// without.
fn turn_away(stream: &TcpStream) {
    const FULL: &[u8] =
        b"HTTP/1.1 503 Service Unavailable\r\nretry-after: 10\r\ncontent-length: 0\r\nconnection: close\r\n\r\n";
    let _ = stream.try_write(FULL);
}
