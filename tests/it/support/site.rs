//! A web site on loopback: pages by path, and a record of who asked for what.
//!
//! ```ignore
//! let site = Site::new().page("/politik/", "<a href=…>").on("/a", Answer::new(410)).start();
//! fetch(site.url("/politik/"));
//! assert_eq!(site.count("/politik/"), 1);
//! ```
//!
//! A path nobody described answers 404, robots.txt as well. Each site has a port of its own;
//! [`Site::start_on`] gives it an address of its own (127.0.0.2 …), that is, another host.

use std::collections::HashMap;
use std::io::{self, BufRead, BufReader, Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::{Duration, Instant};

use rustls::{ServerConfig, ServerConnection, StreamOwned};
use url::Url;

use super::Answer;

type Live = Arc<dyn Fn(&Seen) -> Answer + Send + Sync>;

/// A site being described.
#[derive(Default)]
pub struct Site {
    pages: HashMap<String, Page>,
}

enum Page {
    Same(Answer),
    /// One after the other; the last one stays.
    InTurn(Vec<Answer>),
    Live(Live),
}

/// A request as it came in.
#[derive(Debug, Clone)]
pub struct Seen {
    pub method: String,
    /// With the query.
    pub path: String,
    pub headers: Vec<(String, String)>,
    pub began: Instant,
    /// When the answer was sent; absent while it is under way.
    pub ended: Option<Instant>,
}

impl Seen {
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str())
    }
}

impl Site {
    pub fn new() -> Site {
        Site::default()
    }

    pub fn page(self, path: &str, html: &str) -> Site {
        self.on(path, Answer::html(html))
    }

    pub fn on(mut self, path: &str, answer: Answer) -> Site {
        self.pages.insert(path.to_owned(), Page::Same(answer));
        self
    }

    pub fn in_turn(mut self, path: &str, answers: impl IntoIterator<Item = Answer>) -> Site {
        let answers: Vec<Answer> = answers.into_iter().collect();
        self.pages.insert(path.to_owned(), Page::InTurn(answers));
        self
    }

    /// Answers by looking at the request.
    pub fn live(mut self, path: &str, answer: impl Fn(&Seen) -> Answer + Send + Sync + 'static) -> Site {
        self.pages.insert(path.to_owned(), Page::Live(Arc::new(answer)));
        self
    }

    /// Begins to answer on 127.0.0.1.
    pub fn start(self) -> Running {
        self.start_on("127.0.0.1")
    }

    /// Begins to answer on another address of this machine: 127.0.0.2 is another host.
    pub fn start_on(self, address: &str) -> Running {
        self.run(address, None)
    }

    /// Begins to answer over TLS.
    pub fn start_secure(self, config: Arc<ServerConfig>) -> Running {
        self.run("127.0.0.1", Some(config))
    }

    fn run(self, address: &str, tls: Option<Arc<ServerConfig>>) -> Running {
        let listener = TcpListener::bind((address, 0)).expect("a free port on loopback");
        let scheme = if tls.is_some() { "https" } else { "http" };
        let address = listener.local_addr().expect("a bound socket has an address");
        let shared = Arc::new(Shared { pages: Mutex::new(self.pages), ..Shared::default() });
        let accepting = shared.clone();
        thread::spawn(move || {
            for stream in listener.incoming() {
                if accepting.has_stopped.load(Ordering::SeqCst) {
                    return;
                }
                let (Ok(stream), shared, tls) = (stream, accepting.clone(), tls.clone()) else { continue };
                thread::spawn(move || shared.serve(stream, tls));
            }
        });
        Running { shared, scheme, address }
    }
}

#[derive(Default)]
struct Shared {
    pages: Mutex<HashMap<String, Page>>,
    seen: Mutex<Vec<Seen>>,
    under_way: AtomicUsize,
    most_under_way: AtomicUsize,
    connections: AtomicUsize,
    has_stopped: AtomicBool,
}

impl Shared {
    fn serve(&self, stream: TcpStream, tls: Option<Arc<ServerConfig>>) {
        self.connections.fetch_add(1, Ordering::SeqCst);
        stream.set_nodelay(true).expect("an open socket");
        stream.set_read_timeout(Some(Duration::from_secs(30))).expect("an open socket");
        // Clients of these tests break off in every possible way; none of it matters here.
        let _ = match tls {
            Some(config) => {
                let session = ServerConnection::new(config).expect("a usable configuration");
                self.answer_all(StreamOwned::new(session, stream))
            }
            None => self.answer_all(stream),
        };
    }

    fn answer_all(&self, stream: impl Read + Write) -> io::Result<()> {
        let mut stream = BufReader::new(stream);
        while let Some(seen) = read_request(&mut stream)? {
            let answer = self.answer_to(&seen);
            let index = {
                let mut all = self.seen.lock().unwrap();
                all.push(seen.clone());
                all.len() - 1
            };
            let under_way = self.under_way.fetch_add(1, Ordering::SeqCst) + 1;
            self.most_under_way.fetch_max(under_way, Ordering::SeqCst);
            answer.wait();
            // The client may have the whole answer, and ask again, before this thread goes on.
            let end = || {
                self.under_way.fetch_sub(1, Ordering::SeqCst);
                self.seen.lock().unwrap()[index].ended = Some(Instant::now());
            };
            if !answer.is_slow() {
                end();
            }
            let reusable = answer.send(stream.get_mut(), seen.header("if-none-match"), seen.method == "HEAD");
            if answer.is_slow() {
                end();
            }
            if !reusable? {
                return stream.get_mut().flush();
            }
            stream.get_mut().flush()?;
        }
        Ok(())
    }

    fn answer_to(&self, seen: &Seen) -> Answer {
        let mut pages = self.pages.lock().unwrap();
        let live = match pages.get_mut(&seen.path) {
            Some(Page::Same(answer)) => return answer.clone(),
            Some(Page::InTurn(answers)) if answers.len() > 1 => return answers.remove(0),
            Some(Page::InTurn(answers)) => return answers[0].clone(),
            Some(Page::Live(live)) => live.clone(),
            None => return Answer::new(404),
        };
        drop(pages);
        live(seen)
    }
}

fn read_request(stream: &mut impl BufRead) -> io::Result<Option<Seen>> {
    let mut line = String::new();
    if stream.read_line(&mut line)? == 0 {
        return Ok(None);
    }
    let mut parts = line.split_whitespace();
    let method = parts.next().unwrap_or_default().to_owned();
    let path = parts.next().unwrap_or_default().to_owned();
    let mut headers = Vec::new();
    loop {
        let mut line = String::new();
        stream.read_line(&mut line)?;
        match line.trim_end().split_once(':') {
            Some((name, value)) => headers.push((name.to_ascii_lowercase(), value.trim().to_owned())),
            None => break,
        }
    }
    Ok(Some(Seen { method, path, headers, began: Instant::now(), ended: None }))
}

/// A site that answers; it stops when this is dropped.
pub struct Running {
    shared: Arc<Shared>,
    scheme: &'static str,
    address: SocketAddr,
}

impl Running {
    pub fn url(&self, path: &str) -> Url {
        self.url_as(&self.address.ip().to_string(), path)
    }

    /// The address of a page under another name of the host.
    pub fn url_as(&self, host: &str, path: &str) -> Url {
        format!("{}://{host}:{}{path}", self.scheme, self.address.port()).parse().expect("an address")
    }

    /// From now on, answers a path in another way.
    pub fn set(&self, path: &str, answer: Answer) {
        self.shared.pages.lock().unwrap().insert(path.to_owned(), Page::Same(answer));
    }

    /// All requests so far, in the order they came in.
    pub fn seen(&self) -> Vec<Seen> {
        self.shared.seen.lock().unwrap().clone()
    }

    /// How often a path was asked for.
    pub fn count(&self, path: &str) -> usize {
        self.shared.seen.lock().unwrap().iter().filter(|seen| seen.path == path).count()
    }

    /// The most requests that were under way at once.
    pub fn most_at_once(&self) -> usize {
        self.shared.most_under_way.load(Ordering::SeqCst)
    }

    pub fn connections(&self) -> usize {
        self.shared.connections.load(Ordering::SeqCst)
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        self.shared.has_stopped.store(true, Ordering::SeqCst);
        // Wakes the accepting thread; if nobody accepts any more, all is well.
        let _ = TcpStream::connect_timeout(&self.address, Duration::from_millis(200));
    }
}
