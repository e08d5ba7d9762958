//! One request and its answer: no redirects followed, no second try, every byte counted and
//! every stage timed.

use std::time::Duration;

use reqwest::header::{ACCEPT_ENCODING, CONTENT_ENCODING, CONTENT_LENGTH, HeaderMap, HeaderValue, TRANSFER_ENCODING};
use reqwest::redirect::Policy;
use reqwest::{Client, Response, StatusCode, Version};
use tokio::time::{Instant, timeout_at};
use url::Url;

use super::addresses::{Names, Reach, Resolver};
use super::browser::Browser;
use super::decoding::{self, Decoder, Undecodable};
use super::explain::explain;
use super::room::{LARGE_PAGE_BYTES, Room, Rooms};
use super::{FetchError, SetupError, Stage, trust};
use crate::config::Settings;

/// Less than this for longer than a third of the whole time allowed is a server that keeps us
/// waiting on purpose or by mistake; the slowest modems were five times faster.
const LOWEST_BYTES_PER_SECOND: f64 = 1024.0;

/// An idle connection is kept at least as long as the longest gap, so that a host is asked
/// over one connection.
const KEEP_IDLE: Duration = Duration::from_secs(90);

/// So much is decompressed before it is looked how much came out: a gzip expands to at most 1,032
/// times its size (<https://zlib.net/zlib_tech.html>).
const PART_BYTES: usize = 4 * 1024;

/// News sites send up to 20 kB of security headers; hyper's own limit for HTTP/2 is 16 kB.
const LARGEST_HEADERS_BYTES: u32 = 64 * 1024;

/// The client for the open web.
pub struct Web {
    client: Client,
    reach: Reach,
    patience: Patience,
    rooms: Rooms,
    pub browser: Browser,
}

/// How long each stage of an answer may take.
#[derive(Debug, Clone, Copy)]
struct Patience {
    total: Duration,
    /// From the name to the end of the handshake.
    connecting: Duration,
    headers: Duration,
    /// The longest silence between two pieces, and how long a trickle is borne.
    silence: Duration,
}

impl Patience {
    fn of(total: Duration) -> Patience {
        Patience { total, connecting: total / 3, headers: total * 2 / 3, silence: total / 3 }
    }
}

/// What happens to an answer that is larger than its limit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Overflow {
    Fail,
    /// The beginning is enough.
    Cut,
}

/// The head of an answer; its body is still on the way.
pub struct Reply {
    pub status: StatusCode,
    response: Response,
    patience: Patience,
    rooms: Rooms,
    host: String,
    deadline: Instant,
}

/// A body.
pub struct Body {
    pub bytes: Vec<u8>,
    /// Whether the end was marked, by length, chunks or encoding. Without, a page that broke
    /// off looks like one that ended.
    pub is_whole: bool,
    pub room: Room,
}

impl Web {
    pub fn new(settings: &Settings, names: Names) -> Result<Web, SetupError> {
        let proxy = settings.fetch.proxy.as_ref().map(|proxy| &proxy.0);
        let reach = if settings.allow_private_addresses { Reach::Everywhere } else { Reach::Public };
        let proxy_host = proxy.and_then(|proxy| proxy.host_str()).map(str::to_owned);
        let patience = Patience::of(settings.fetch.timeout.0);
        let resolver = Resolver { names, reach, proxy: proxy_host };
        let mut client = Client::builder()
            .tls_backend_preconfigured(trust::client_config(settings.fetch.authorities.as_deref())?)
            .dns_resolver(resolver.clone())
            .user_agent(user_agent(settings))
            .referer(false)
            .redirect(Policy::none())
            .connect_timeout(patience.connecting)
            .pool_max_idle_per_host(1)
            .pool_idle_timeout(KEEP_IDLE)
            .http2_max_header_list_size(LARGEST_HEADERS_BYTES)
            .no_proxy();
        if let Some(proxy) = proxy {
            client = client.proxy(reqwest::Proxy::all(proxy.clone()).map_err(|_| SetupError::Client)?);
        }
        let client = client.build().map_err(|_| SetupError::Client)?;
        let browser = Browser::new(resolver, proxy.cloned(), user_agent(settings), patience.total);
        Ok(Web { client, reach, patience, rooms: Rooms::default(), browser })
    }

    /// How long an attempt may take, all redirects included.
    pub fn time_allowed(&self) -> Duration {
        self.patience.total
    }

    /// Asks once.
    pub async fn ask(&self, url: &Url, mut headers: HeaderMap, time_left: Duration) -> Result<Reply, FetchError> {
        self.reach.check(url)?;
        headers.insert(ACCEPT_ENCODING, HeaderValue::from_static(decoding::ACCEPTED));
        let host = url.host_str().unwrap_or_default().to_owned();
        let now = Instant::now();
        let deadline = now + time_left;
        let until = deadline.min(now + self.patience.headers);
        let response = timeout_at(until, self.client.get(url.clone()).headers(headers).send())
            .await
            .map_err(|_| FetchError::Timeout { waiting_for: Stage::Headers, allowed: until - now })?
            .map_err(|error| explain(&error, &host, self.patience.connecting))?;
        let (patience, rooms) = (self.patience, self.rooms.clone());
        Ok(Reply { status: response.status(), response, patience, rooms, host, deadline })
    }
}

/// `ressort/0.1.0 (+contact)`: who asks, and where the operator can be told to stop.
fn user_agent(settings: &Settings) -> String {
    let version = env!("CARGO_PKG_VERSION");
    match &settings.contact {
        Some(contact) => format!("ressort/{version} (+{contact})"),
        None => format!("ressort/{version}"),
    }
}

impl Reply {
    pub fn headers(&self) -> &HeaderMap {
        self.response.headers()
    }

    /// A header as text.
    pub fn header(&self, name: impl reqwest::header::AsHeaderName) -> Option<&str> {
        self.headers().get(name)?.to_str().ok()
    }

    /// Reads the body. A large one waits for a room, which is no fault of its host.
    pub async fn body(mut self, limit_bytes: usize, overflow: Overflow) -> Result<Body, FetchError> {
        let too_large = FetchError::TooLarge { limit_bytes };
        let encoding = content_encoding(self.headers());
        let length = self.header(CONTENT_LENGTH).and_then(|length| length.parse::<u64>().ok());
        let mut decoder = Decoder::new(&encoding, length, limit_bytes).ok_or_else(|| FetchError::Broken {
            reason: format!("it is encoded as `{encoding}`, which nobody asked for"),
        })?;
        if overflow == Overflow::Fail && length.is_some_and(|length| length > limit_bytes as u64) {
            // Compressed or not, it will be larger than the limit.
            return Err(too_large);
        }
        let is_whole = self.response.version() >= Version::HTTP_2
            || length.is_some()
            || self.headers().contains_key(TRANSFER_ENCODING)
            || decoder.knows_its_end();
        let mut started = Instant::now();
        let mut received = 0;
        let mut room = Room::default();
        while let Some(piece) = self.next_piece().await? {
            received += piece.len();
            for part in piece.chunks(PART_BYTES) {
                match decoder.push(part) {
                    Ok(()) => {}
                    Err(Undecodable::Full) if overflow == Overflow::Cut => {
                        return Ok(Body { bytes: decoder.bytes_so_far(), is_whole: true, room });
                    }
                    Err(Undecodable::Full) => return Err(too_large),
                    Err(_) => return Err(undecodable(&encoding)),
                }
                if decoder.size_bytes() > LARGE_PAGE_BYTES && !room.is_taken() {
                    let waiting_since = Instant::now();
                    room = self.rooms.take().await;
                    let waited = waiting_since.elapsed();
                    started += waited;
                    self.deadline += waited;
                }
            }
            let elapsed = started.elapsed();
            if elapsed > self.patience.silence && (received as f64) < elapsed.as_secs_f64() * LOWEST_BYTES_PER_SECOND {
                return Err(FetchError::Timeout { waiting_for: Stage::Body, allowed: self.patience.total });
            }
        }
        match decoder.finish() {
            Ok(bytes) => Ok(Body { bytes, is_whole, room }),
            Err(Undecodable::Full) => Err(too_large),
            Err(_) if received == 0 => Ok(Body { bytes: Vec::new(), is_whole, room }),
            Err(_) => Err(FetchError::CutOff),
        }
    }

    async fn next_piece(&mut self) -> Result<Option<bytes::Bytes>, FetchError> {
        let now = Instant::now();
        let (until, allowed) = match now + self.patience.silence {
            until if until < self.deadline => (until, self.patience.silence),
            _ => (self.deadline, self.patience.total),
        };
        match timeout_at(until, self.response.chunk()).await {
            Ok(Ok(piece)) => Ok(piece),
            Ok(Err(error)) => Err(explain(&error, &self.host, self.patience.connecting)),
            Err(_) => Err(FetchError::Timeout { waiting_for: Stage::Body, allowed }),
        }
    }
}

/// All `Content-Encoding` headers as one value (RFC 9110 §5.3).
fn content_encoding(headers: &HeaderMap) -> String {
    let values = headers.get_all(CONTENT_ENCODING).into_iter().map(|value| value.to_str().unwrap_or("?"));
    values.collect::<Vec<_>>().join(", ")
}

fn undecodable(encoding: &str) -> FetchError {
    FetchError::Broken { reason: format!("it says to be encoded as `{encoding}` but is not") }
}
