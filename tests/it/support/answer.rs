//! What a site of the tests answers, honest or not.

use std::io::{self, Write};
use std::time::{Duration, Instant};

use flate2::Compression;
use flate2::write::GzEncoder;

/// One answer: status, headers, body, and how they are sent.
#[derive(Debug, Clone)]
pub struct Answer {
    status: u16,
    headers: Vec<(String, String)>,
    body: Vec<u8>,
    framing: Framing,
    pace: Pace,
    delay: Duration,
    /// The first answer of a pair: given only to who does not know the page yet.
    etag: Option<String>,
}

/// How the end of the body is marked.
#[derive(Debug, Clone)]
enum Framing {
    Length,
    /// `Content-Length` says this, whatever is true.
    ClaimedLength(usize),
    Chunked,
    /// Only by closing the connection.
    Close,
    /// The body is all that is sent, its own head included.
    Raw,
}

/// How fast the body is sent.
#[derive(Debug, Clone)]
enum Pace {
    AtOnce,
    /// One byte each time.
    Drip(Duration),
    /// This much, then nothing until the client goes away.
    StallAfter(usize),
    /// Again and again until the client goes away.
    Endless,
    /// Nothing at all, not even a status.
    Never,
}

/// No test waits longer than this for a client to go away.
const LONGEST_STALL: Duration = Duration::from_secs(30);

impl Answer {
    /// A page: 200, `text/html; charset=utf-8`.
    pub fn html(body: impl Into<String>) -> Answer {
        Answer::new(200).header("content-type", "text/html; charset=utf-8").body(body.into())
    }

    /// An answer without headers and body.
    pub fn new(status: u16) -> Answer {
        Answer {
            status,
            headers: Vec::new(),
            body: Vec::new(),
            framing: Framing::Length,
            pace: Pace::AtOnce,
            delay: Duration::ZERO,
            etag: None,
        }
    }

    pub fn redirect(status: u16, to: &str) -> Answer {
        Answer::new(status).header("location", to)
    }

    /// These bytes and nothing else.
    pub fn raw(bytes: impl Into<Vec<u8>>) -> Answer {
        Answer { framing: Framing::Raw, ..Answer::new(200).body(bytes) }
    }

    /// Takes the request and says nothing.
    pub fn silence() -> Answer {
        Answer { pace: Pace::Never, ..Answer::new(200) }
    }

    pub fn header(mut self, name: &str, value: &str) -> Answer {
        self.headers.retain(|(known, _)| known != name || name == "x-robots-tag");
        self.headers.push((name.to_owned(), value.to_owned()));
        self
    }

    pub fn body(mut self, body: impl Into<Vec<u8>>) -> Answer {
        self.body = body.into();
        self
    }

    /// Answers 304 to who sends this tag back.
    pub fn etag(mut self, etag: &str) -> Answer {
        self.etag = Some(etag.to_owned());
        self.header("etag", etag)
    }

    /// Compresses the body and says so.
    pub fn gzip(self) -> Answer {
        let compressed = gzip(&self.body);
        self.header("content-encoding", "gzip").body(compressed)
    }

    /// Compresses the body and says so.
    pub fn brotli(self) -> Answer {
        let mut compressed = Vec::new();
        brotli::CompressorWriter::new(&mut compressed, 4096, 5, 22).write_all(&self.body).expect("a vector takes all");
        self.header("content-encoding", "br").body(compressed)
    }

    pub fn chunked(self) -> Answer {
        Answer { framing: Framing::Chunked, ..self }
    }

    /// Nothing but the closed connection marks the end.
    pub fn unframed(self) -> Answer {
        Answer { framing: Framing::Close, ..self }
    }

    pub fn claiming_length(self, length: usize) -> Answer {
        Answer { framing: Framing::ClaimedLength(length), ..self }
    }

    /// Closes the connection afterwards, whatever was announced.
    pub fn unkept(self) -> Answer {
        self.header("connection", "close")
    }

    pub fn after(self, delay: Duration) -> Answer {
        Answer { delay, ..self }
    }

    pub fn dripping(self, every: Duration) -> Answer {
        Answer { pace: Pace::Drip(every), ..self }
    }

    pub fn stalling_after(self, bytes: usize) -> Answer {
        Answer { pace: Pace::StallAfter(bytes), ..self }
    }

    /// The body again and again, for as long as somebody reads.
    pub fn endless(self) -> Answer {
        Answer { pace: Pace::Endless, ..self }
    }

    /// Waits as long as the answer shall take.
    pub(super) fn wait(&self) {
        std::thread::sleep(self.delay);
    }

    /// Whether it takes its time to be sent.
    pub(super) fn is_slow(&self) -> bool {
        !matches!(self.pace, Pace::AtOnce)
    }

    /// Sends the answer. Returns whether the connection can be used again.
    pub(super) fn send(&self, out: &mut impl Write, if_none_match: Option<&str>, head_only: bool) -> io::Result<bool> {
        if matches!(self.pace, Pace::Never) {
            std::thread::sleep(LONGEST_STALL);
            return Ok(false);
        }
        if matches!(self.framing, Framing::Raw) {
            self.send_paced(out, &self.body)?;
            return Ok(false);
        }
        let is_known = self.etag.is_some() && self.etag.as_deref() == if_none_match;
        let status = if is_known { 304 } else { self.status };
        let mut head = format!("HTTP/1.1 {status} Whatever\r\n");
        for (name, value) in &self.headers {
            head += &format!("{name}: {value}\r\n");
        }
        if is_known {
            out.write_all(format!("{head}\r\n").as_bytes())?;
            return Ok(true);
        }
        match self.framing {
            Framing::Length => head += &format!("content-length: {}\r\n", self.body.len()),
            Framing::ClaimedLength(length) => head += &format!("content-length: {length}\r\n"),
            Framing::Chunked => head += "transfer-encoding: chunked\r\n",
            Framing::Close | Framing::Raw => head += "connection: close\r\n",
        }
        out.write_all(format!("{head}\r\n").as_bytes())?;
        if head_only {
            return Ok(true);
        }
        match self.framing {
            Framing::Chunked => {
                loop {
                    out.write_all(format!("{:x}\r\n", self.body.len()).as_bytes())?;
                    self.send_paced(out, &self.body)?;
                    out.write_all(b"\r\n")?;
                    if !matches!(self.pace, Pace::Endless) {
                        break;
                    }
                }
                out.write_all(b"0\r\n\r\n")?;
            }
            _ => self.send_paced(out, &self.body)?,
        }
        out.flush()?;
        let closes = self.headers.iter().any(|(name, value)| name == "connection" && value == "close");
        Ok(!closes && !matches!(self.framing, Framing::Close))
    }

    fn send_paced(&self, out: &mut impl Write, bytes: &[u8]) -> io::Result<()> {
        match self.pace {
            Pace::AtOnce | Pace::Never => out.write_all(bytes),
            Pace::Drip(every) => bytes.iter().try_for_each(|byte| {
                out.write_all(&[*byte])?;
                out.flush()?;
                std::thread::sleep(every);
                Ok(())
            }),
            Pace::StallAfter(count) => {
                out.write_all(&bytes[..count.min(bytes.len())])?;
                out.flush()?;
                std::thread::sleep(LONGEST_STALL);
                Ok(())
            }
            Pace::Endless if matches!(self.framing, Framing::Chunked) => out.write_all(bytes),
            Pace::Endless => {
                let started = Instant::now();
                while started.elapsed() < LONGEST_STALL {
                    out.write_all(bytes)?;
                }
                Ok(())
            }
        }
    }
}

pub fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::fast());
    encoder.write_all(bytes).expect("a vector takes all");
    encoder.finish().expect("a vector takes all")
}
