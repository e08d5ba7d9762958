//! The newspaper on loopback, as a server that answers at once: pages compressed beforehand, an
//! `ETag` for each, connections kept. `/edition/1` brings the next edition.

use std::collections::HashMap;
use std::io::{BufRead, BufReader, Result, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::thread;

use bytes::Bytes;
use chrono::{DateTime, Utc};
use flate2::Compression;
use flate2::write::GzEncoder;
use url::Url;

use super::paper::Paper;

/// The site; it answers until the program ends.
pub struct Site {
    pub paper: Paper,
    edition: AtomicUsize,
    /// Pages by path and edition, compressed.
    made: Mutex<HashMap<(String, usize), Option<Bytes>>>,
}

impl Site {
    /// Prints the paper of `printed` and hands it out at an address; port 0 takes any that is free.
    pub fn start(address: SocketAddr, printed: DateTime<Utc>) -> Result<Arc<Site>> {
        let listener = TcpListener::bind(address)?;
        let root = Url::parse(&format!("http://{}/", listener.local_addr()?)).expect("an address");
        let paper = Paper::new(root, printed);
        let site = Arc::new(Site { paper, edition: AtomicUsize::new(0), made: Mutex::default() });
        let serving = site.clone();
        thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let site = serving.clone();
                // A client that breaks off harms nobody.
                thread::spawn(move || site.serve(stream).ok());
            }
        });
        Ok(site)
    }

    /// From now on the section shows this edition.
    pub fn set_edition(&self, edition: usize) {
        self.edition.store(edition, Ordering::SeqCst);
    }

    fn serve(&self, stream: TcpStream) -> Result<()> {
        stream.set_nodelay(true)?;
        let mut requests = BufReader::new(stream.try_clone()?);
        let mut answers = stream;
        while let Some((path, known)) = read_request(&mut requests)? {
            match path.strip_prefix("/edition/").and_then(|number| number.parse().ok()) {
                Some(edition) => {
                    self.set_edition(edition);
                    answers.write_all(b"HTTP/1.1 204 No Content\r\n\r\n")?;
                }
                None => answers.write_all(&self.answer(path, known))?,
            }
        }
        Ok(())
    }

    fn answer(&self, path: String, known: Option<String>) -> Vec<u8> {
        let edition = self.edition.load(Ordering::SeqCst);
        let etag = format!("\"{edition}\"");
        let Some(body) = self.compressed(path, edition) else {
            return b"HTTP/1.1 404 Not Found\r\ncontent-length: 0\r\n\r\n".to_vec();
        };
        if known.as_ref() == Some(&etag) {
            return format!("HTTP/1.1 304 Not Modified\r\netag: {etag}\r\n\r\n").into_bytes();
        }
        let head = format!(
            "HTTP/1.1 200 OK\r\ncontent-type: text/html; charset=utf-8\r\ncontent-encoding: gzip\r\netag: {etag}\r\n\
             content-length: {}\r\n\r\n",
            body.len()
        );
        [head.as_bytes(), &body].concat()
    }

    fn compressed(&self, path: String, edition: usize) -> Option<Bytes> {
        let mut made = self.made.lock().expect("nobody panicked");
        let make = |(path, edition): &(String, usize)| {
            let page = self.paper.at(path, *edition)?;
            let mut encoder = GzEncoder::new(Vec::new(), Compression::default());
            encoder.write_all(page.as_bytes()).and_then(|()| encoder.finish()).ok().map(Bytes::from)
        };
        made.entry((path, edition)).or_insert_with_key(make).clone()
    }
}

/// The path that is asked for, and the `ETag` that is known.
fn read_request(requests: &mut impl BufRead) -> Result<Option<(String, Option<String>)>> {
    let (mut first, mut known) = (String::new(), None);
    if requests.read_line(&mut first)? == 0 {
        return Ok(None);
    }
    loop {
        let mut line = String::new();
        if requests.read_line(&mut line)? == 0 || line.trim_end().is_empty() {
            break;
        }
        match line.split_once(':') {
            Some((name, value)) if name.eq_ignore_ascii_case("if-none-match") => known = Some(value.trim().to_owned()),
            _ => {}
        }
    }
    Ok(Some((first.split(' ').nth(1).unwrap_or_default().to_owned(), known)))
}
