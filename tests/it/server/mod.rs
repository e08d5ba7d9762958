//! The rows S1 to S6 of the fault table: the built-in server against readers of every kind.
//!
//! | rows | file |
//! | --- | --- |
//! | S1 slow and many readers, S2 no descriptors left, S6 shutdown | `connections.rs` |
//! | S3 paths, S4 methods and conditions, S5 headers | `answers.rs` |
//! | bodies that the kernel sends from pages of its own | `large.rs` |
//!
//! The limit for each address is tested in `src/server/admission.rs`: on one machine all
//! readers come from loopback, which has none.

mod answers;
mod connections;
mod large;

use std::collections::HashMap;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::Arc;
use std::time::Duration;

use ressort::server::{Content, File, Manifest, NO_CONTENT_POLICY, Options, start};
use tokio::sync::oneshot;

/// A server as `ressort serve` starts it.
struct Server {
    address: SocketAddr,
    manifest: Arc<Manifest>,
    running: Option<(oneshot::Sender<()>, oneshot::Receiver<()>)>,
}

impl Server {
    fn start(manifest: Manifest, options: Options) -> Server {
        let manifest = Arc::new(manifest);
        let (stop, stopped) = oneshot::channel();
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap();
        let stopped = async { stopped.await.unwrap_or_default() };
        let ended = start(listener, manifest.clone(), options, stopped).unwrap();
        Server { address, manifest, running: Some((stop, ended)) }
    }

    fn connect(&self) -> Client {
        Client::new(TcpStream::connect(self.address).unwrap())
    }

    /// One request on a connection of its own.
    fn ask(&self, method: &str, path: &str, headers: &[(&str, &str)]) -> Answer {
        self.connect().ask(method, path, headers)
    }

    fn get(&self, path: &str) -> Answer {
        self.ask("GET", path, &[])
    }

    /// Tells it to stop and waits until it has.
    fn stop(&mut self) {
        if let Some((stop, ended)) = self.running.take() {
            let _ = stop.send(()); // it may have ended on its own
            ended.blocking_recv().expect("a server that does not panic");
        }
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.stop();
    }
}

/// One connection to the server.
struct Client {
    stream: BufReader<TcpStream>,
}

#[derive(Debug)]
struct Answer {
    status: u16,
    headers: HashMap<String, String>,
    body: Vec<u8>,
}

impl Answer {
    fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name).map(String::as_str)
    }

    fn text(&self) -> &str {
        std::str::from_utf8(&self.body).unwrap()
    }
}

impl Client {
    fn new(stream: TcpStream) -> Client {
        stream.set_read_timeout(Some(Duration::from_secs(20))).unwrap();
        Client { stream: BufReader::new(stream) }
    }

    fn send(&mut self, bytes: &[u8]) {
        self.stream.get_mut().write_all(bytes).unwrap();
    }

    fn ask(&mut self, method: &str, path: &str, headers: &[(&str, &str)]) -> Answer {
        let headers: String = headers.iter().map(|(name, value)| format!("{name}: {value}\r\n")).collect();
        self.send(format!("{method} {path} HTTP/1.1\r\nhost: feeds.test\r\n{headers}\r\n").as_bytes());
        self.read(method == "HEAD").expect("an answer")
    }

    /// The next answer, or `None` where the connection ends instead.
    fn read(&mut self, is_head: bool) -> Option<Answer> {
        let mut line = String::new();
        if self.stream.read_line(&mut line).ok()? == 0 {
            return None;
        }
        let status = line.split(' ').nth(1)?.parse().ok()?;
        let mut headers = HashMap::new();
        loop {
            let mut line = String::new();
            self.stream.read_line(&mut line).ok()?;
            match line.trim_end().split_once(": ") {
                Some((name, value)) => headers.insert(name.to_owned(), value.to_owned()),
                None => break,
            };
        }
        let has_body = !is_head && !matches!(status, 204 | 304);
        let length = headers.get("content-length").map_or(0, |length| length.parse().unwrap());
        let mut body = vec![0; if has_body { length } else { 0 }];
        self.stream.read_exact(&mut body).ok()?;
        Some(Answer { status, headers, body })
    }

    /// Whether the server closes the connection, within so many milliseconds.
    fn is_closed_within(&mut self, milliseconds: u64) -> bool {
        self.stream.get_ref().set_read_timeout(Some(Duration::from_millis(milliseconds))).unwrap();
        let mut byte = [0];
        match self.stream.read(&mut byte) {
            Ok(count) => count == 0,
            Err(error) => error.kind() == std::io::ErrorKind::ConnectionReset,
        }
    }
}

/// A feed as the pipeline publishes it.
fn feed(content: Content) -> File {
    File {
        media_type: "application/rss+xml; charset=utf-8",
        max_age: Duration::from_secs(900),
        modified: "2026-03-01T12:00:00Z".parse().unwrap(),
        policy: NO_CONTENT_POLICY,
        for_all_origins: true,
        content,
    }
}

fn page(html: &'static str) -> File {
    File {
        media_type: "text/html; charset=utf-8",
        policy: "default-src 'none'; style-src 'unsafe-inline'",
        for_all_origins: false,
        ..feed(Content::Bytes(html.into()))
    }
}

/// Text of a feed's size that can be compressed.
fn rss() -> String {
    let items: String = (0..500).map(|item| format!("<item><title>Headline {item}</title></item>\n")).collect();
    format!("<rss version=\"2.0\"><channel>\n{items}</channel></rss>\n")
}

fn one_feed() -> Manifest {
    let manifest = Manifest::default();
    manifest.put("politik/rss.xml", feed(Content::Bytes(rss().into())));
    manifest
}
