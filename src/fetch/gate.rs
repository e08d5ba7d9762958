//! The way out for the browser: a proxy on loopback that connects only to public addresses.
//!
//! A page can make a browser ask for anything, `http://169.254.169.254/` as well, and a browser
//! resolves names on its own. So it is told to ask for everything through this gate, which
//! resolves names as the fetcher does and lets nothing else pass.

use std::io;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use tokio::io::{AsyncRead, AsyncReadExt, AsyncWriteExt, copy, copy_bidirectional};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinSet;
use url::Url;

use super::addresses::Resolver;

const LARGEST_HEAD_BYTES: usize = 64 * 1024;

/// A page with more open connections than this is not one that is read.
const MOST_CONNECTIONS: usize = 64;

/// No connection outlives the browser, and no browser this.
const LONGEST_CONNECTION: Duration = Duration::from_secs(120);

/// A gate that is open; it closes when this is dropped.
pub struct Gate {
    pub address: SocketAddr,
    _passing: JoinSet<()>,
}

impl Gate {
    pub async fn open(resolver: Arc<Resolver>) -> io::Result<Gate> {
        let listener = TcpListener::bind("127.0.0.1:0").await?;
        let address = listener.local_addr()?;
        let mut passing = JoinSet::new();
        passing.spawn(async move {
            let mut connections = JoinSet::new();
            // Without another descriptor the browser has to do with the connections it has.
            while let Ok((stream, _)) = listener.accept().await {
                while connections.try_join_next().is_some() {}
                if connections.len() < MOST_CONNECTIONS {
                    let resolver = resolver.clone();
                    // What fails is the page's own picture or script.
                    connections.spawn(async move {
                        drop(tokio::time::timeout(LONGEST_CONNECTION, pass(stream, &resolver)).await)
                    });
                }
            }
        });
        Ok(Gate { address, _passing: passing })
    }
}

/// Passes one connection on: a tunnel (`CONNECT host:port`), or one plain request.
async fn pass(mut browser: TcpStream, resolver: &Resolver) -> io::Result<()> {
    let head = read_head(&mut browser).await?;
    let Some(wanted) = Wanted::read(&head) else {
        return refuse(&mut browser, "400 Bad Request").await;
    };
    let Some(mut site) = connect(resolver, &wanted).await else {
        return refuse(&mut browser, "403 Forbidden").await;
    };
    match &wanted.forward {
        Some(head) => {
            site.write_all(head).await?;
            exchange(browser, site).await
        }
        None => {
            browser.write_all(b"HTTP/1.1 200 OK\r\n\r\n").await?;
            copy_bidirectional(&mut browser, &mut site).await.map(drop)
        }
    }
}

/// One request, whose head is sent already, and its answer. The browser is told that there will
/// be no other: it could be one to another site.
async fn exchange(mut browser: TcpStream, mut site: TcpStream) -> io::Result<()> {
    let (mut from_browser, mut to_browser) = browser.split();
    let (mut from_site, mut to_site) = site.split();
    let answer = async {
        let head = read_head(&mut from_site).await?;
        let line_end = head.iter().position(|byte| *byte == b'\n').map_or(head.len(), |end| end + 1);
        to_browser.write_all(&head[..line_end]).await?;
        to_browser.write_all(CLOSE).await?;
        to_browser.write_all(&without_connection_headers(&head[line_end..])).await?;
        copy(&mut from_site, &mut to_browser).await?;
        to_browser.shutdown().await
    };
    let request = async {
        // The browser has nothing more to say; the answer may still be coming.
        copy(&mut from_browser, &mut to_site).await?;
        std::future::pending().await
    };
    tokio::select! {
        done = answer => done,
        failed = request => failed,
    }
}

const CLOSE: &[u8] = b"connection: close\r\n";

async fn read_head(stream: &mut (impl AsyncRead + Unpin)) -> io::Result<Vec<u8>> {
    let mut head = Vec::new();
    while !head.windows(4).any(|end| end == b"\r\n\r\n") {
        if head.len() > LARGEST_HEAD_BYTES || stream.read_buf(&mut head).await? == 0 {
            return Err(io::ErrorKind::InvalidData.into());
        }
    }
    Ok(head)
}

/// Where a request wants to go.
#[derive(Debug, PartialEq, Eq)]
struct Wanted {
    host: String,
    port: u16,
    /// The head of a plain request as the site expects it; absent for a tunnel.
    forward: Option<Vec<u8>>,
}

impl Wanted {
    fn read(head: &[u8]) -> Option<Wanted> {
        let line_end = head.windows(2).position(|end| end == b"\r\n")?;
        let line = std::str::from_utf8(&head[..line_end]).ok()?;
        let mut parts = line.split(' ');
        let (method, target, version) = (parts.next()?, parts.next()?, parts.next()?);
        let url = match method {
            "CONNECT" => Url::parse(&format!("https://{target}/")).ok()?,
            _ => Url::parse(target).ok().filter(|url| url.scheme() == "http")?,
        };
        let host = url.host_str()?.trim_matches(['[', ']']).to_owned();
        let port = url.port_or_known_default()?;
        let forward = (method != "CONNECT").then(|| {
            let query = url.query().map(|query| format!("?{query}")).unwrap_or_default();
            let line = format!("{method} {}{query} {version}\r\n", url.path());
            let rest = without_connection_headers(&head[line_end + 2..]);
            [line.as_bytes(), CLOSE, &rest].concat()
        });
        Some(Wanted { host, port, forward })
    }
}

fn without_connection_headers(rest: &[u8]) -> Vec<u8> {
    let mut kept = Vec::with_capacity(rest.len());
    let mut lines = rest.split_inclusive(|byte| *byte == b'\n');
    for line in lines.by_ref() {
        let lower = line.to_ascii_lowercase();
        if !lower.starts_with(b"connection:") && !lower.starts_with(b"keep-alive:") && !lower.starts_with(b"proxy-") {
            kept.extend_from_slice(line);
        }
        if line == b"\r\n" {
            break;
        }
    }
    lines.for_each(|line| kept.extend_from_slice(line));
    kept
}

async fn connect(resolver: &Resolver, wanted: &Wanted) -> Option<TcpStream> {
    for address in resolver.addresses(&wanted.host).await.ok()? {
        if let Ok(stream) = TcpStream::connect((address, wanted.port)).await {
            return Some(stream);
        }
    }
    None
}

async fn refuse(browser: &mut TcpStream, status: &str) -> io::Result<()> {
    browser.write_all(format!("HTTP/1.1 {status}\r\ncontent-length: 0\r\nconnection: close\r\n\r\n").as_bytes()).await
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fetch::addresses::{Names, Reach};

    #[test]
    fn reads_where_requests_want_to_go() {
        fn check(head: &str, host: &str, port: u16, forward: Option<&str>) {
            let wanted = Wanted::read(head.as_bytes()).unwrap();
            let forwarded = wanted.forward.map(|head| String::from_utf8(head).unwrap());
            assert_eq!((wanted.host.as_str(), wanted.port, forwarded.as_deref()), (host, port, forward));
        }
        check("CONNECT example.org:443 HTTP/1.1\r\nHost: example.org:443\r\n\r\n", "example.org", 443, None);
        check("CONNECT [::1]:8443 HTTP/1.1\r\n\r\n", "::1", 8443, None);
        check("CONNECT 2130706433:443 HTTP/1.1\r\n\r\n", "127.0.0.1", 443, None);
        check(
            "POST http://example.org/a?b=c HTTP/1.1\r\nHost: example.org\r\nProxy-Connection: keep-alive\r\n\r\nconnection: x",
            "example.org",
            80,
            Some("POST /a?b=c HTTP/1.1\r\nconnection: close\r\nHost: example.org\r\n\r\nconnection: x"),
        );
        for head in ["GET / HTTP/1.1\r\n\r\n", "GET file:///etc/passwd HTTP/1.1\r\n\r\n", "GET\r\n\r\n", "\r\n\r\n"] {
            assert_eq!(Wanted::read(head.as_bytes()), None, "{head}");
        }
    }

    /// What comes back for a request through the gate to a site that answers "secret", and
    /// whether the site saw it.
    async fn through(reach: Reach, host: &str, tunnel: bool) -> (String, bool) {
        let site = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let port = site.local_addr().unwrap().port();
        let site = tokio::spawn(async move {
            let (mut stream, _) = site.accept().await.unwrap();
            read_head(&mut stream).await.unwrap();
            let answer = b"HTTP/1.1 200 OK\r\nconnection: keep-alive\r\ncontent-length: 6\r\n\r\nsecret";
            stream.write_all(answer).await.unwrap();
        });
        let gate = Gate::open(Arc::new(Resolver { names: Names::System, reach, proxy: None })).await.unwrap();
        let mut browser = TcpStream::connect(gate.address).await.unwrap();
        let request = match tunnel {
            true => format!("CONNECT {host}:{port} HTTP/1.1\r\n\r\n"),
            false => format!("GET http://{host}:{port}/ HTTP/1.1\r\n\r\n"),
        };
        browser.write_all(request.as_bytes()).await.unwrap();
        if tunnel {
            let head = String::from_utf8(read_head(&mut browser).await.unwrap()).unwrap();
            if !head.starts_with("HTTP/1.1 200") {
                return (head, site.is_finished());
            }
            browser.write_all(b"GET / HTTP/1.1\r\n\r\n").await.unwrap();
        }
        let mut answer = String::new();
        browser.read_to_string(&mut answer).await.unwrap();
        (answer, site.is_finished())
    }

    #[tokio::test]
    async fn lets_nothing_private_pass() {
        for tunnel in [false, true] {
            for host in ["127.0.0.1", "localhost", "localhost.", "[::ffff:127.0.0.1]", "2130706433", "0x7f.1"] {
                let (answer, was_asked) = through(Reach::Public, host, tunnel).await;
                assert!(answer.starts_with("HTTP/1.1 403") && !was_asked, "{host}: {answer}");
            }
            let (answer, was_asked) = through(Reach::Everywhere, "127.0.0.1", tunnel).await;
            assert!(answer.ends_with("secret") && was_asked, "{answer}");
            assert_eq!(answer.contains("connection: close"), !tunnel, "no second request to another site: {answer}");
        }
    }
}
