//! The bytes of an answer: decompressed as they come in, and counted.
//!
//! The limit holds for what comes out, not for what is sent: a gzip of one megabyte can hold a
//! gigabyte. A compressed answer also knows its own end, so that a cut is noticed even where
//! the connection does not tell.

use std::io::{self, Write};

use brotli::DecompressorWriter;
use flate2::write::MultiGzDecoder;

/// What is said to sites about the encodings we read.
pub const ACCEPTED: &str = "gzip, br";

/// What is made ready for a compressed page: of 204 real ones, half expand 5.7 times or less, and two
/// more than eight times.
const USUAL_EXPANSION: usize = 8;

/// No more is made ready for what has not come yet.
const MOST_EXPECTED_BYTES: usize = 1 << 20;

const BROTLI_BUFFER_BYTES: usize = 16 * 1024;

/// Takes an answer piece by piece.
pub enum Decoder {
    Identity(Capped),
    Gzip(Box<MultiGzDecoder<Capped>>),
    Brotli(Box<DecompressorWriter<Capped>>),
}

/// Why an answer cannot be decoded.
#[derive(Debug, PartialEq, Eq)]
pub enum Undecodable {
    /// More than the limit came out.
    Full,
    /// The bytes are not what `Content-Encoding` says.
    Wrong,
    /// The end is missing.
    CutOff,
}

/// A vector that refuses to grow beyond a limit.
pub struct Capped {
    bytes: Vec<u8>,
    limit_bytes: usize,
    is_full: bool,
}

impl Write for Capped {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let room = self.limit_bytes - self.bytes.len();
        self.bytes.extend_from_slice(&bytes[..bytes.len().min(room)]);
        self.is_full |= bytes.len() > room;
        match self.is_full {
            true => Err(io::ErrorKind::FileTooLarge.into()),
            false => Ok(bytes.len()),
        }
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl Decoder {
    /// A decoder for what `Content-Encoding` says; `None` if we do not know it. `length_bytes` is what
    /// the answer says of its length, as it is sent.
    pub fn new(content_encoding: &str, length_bytes: Option<u64>, limit_bytes: usize) -> Option<Decoder> {
        let times = if content_encoding.is_empty() { 1 } else { USUAL_EXPANSION };
        let expected = length_bytes.and_then(|length| usize::try_from(length).ok()).unwrap_or_default();
        let expected = expected.saturating_mul(times).min(limit_bytes).min(MOST_EXPECTED_BYTES);
        let sink = Capped { bytes: Vec::with_capacity(expected), limit_bytes, is_full: false };
        match content_encoding.trim().to_ascii_lowercase().as_str() {
            "" | "identity" => Some(Decoder::Identity(sink)),
            "gzip" | "x-gzip" => Some(Decoder::Gzip(Box::new(MultiGzDecoder::new(sink)))),
            "br" => Some(Decoder::Brotli(Box::new(DecompressorWriter::new(sink, BROTLI_BUFFER_BYTES)))),
            _ => None,
        }
    }

    /// Whether the encoding itself marks the end.
    pub fn knows_its_end(&self) -> bool {
        !matches!(self, Decoder::Identity(_))
    }

    pub fn push(&mut self, piece: &[u8]) -> Result<(), Undecodable> {
        let done = match self {
            Decoder::Identity(sink) => sink.write_all(piece),
            Decoder::Gzip(decoder) => decoder.write_all(piece),
            Decoder::Brotli(decoder) => decoder.write_all(piece),
        };
        done.map_err(|_| if self.sink().is_full { Undecodable::Full } else { Undecodable::Wrong })
    }

    /// How much came out so far.
    pub fn size_bytes(&self) -> usize {
        self.sink().bytes.len()
    }

    /// What came out so far, whatever happened.
    pub fn bytes_so_far(self) -> Vec<u8> {
        match self {
            Decoder::Identity(sink) => sink.bytes,
            Decoder::Gzip(mut decoder) => std::mem::take(&mut decoder.get_mut().bytes),
            Decoder::Brotli(mut decoder) => std::mem::take(&mut decoder.get_mut().bytes),
        }
    }

    /// The whole, after the last piece.
    pub fn finish(mut self) -> Result<Vec<u8>, Undecodable> {
        let done = match &mut self {
            Decoder::Identity(_) => Ok(()),
            Decoder::Gzip(decoder) => decoder.try_finish(),
            Decoder::Brotli(decoder) => decoder.close(),
        };
        match done {
            Ok(()) => Ok(self.bytes_so_far()),
            Err(_) if self.sink().is_full => Err(Undecodable::Full),
            Err(_) => Err(Undecodable::CutOff),
        }
    }

    fn sink(&self) -> &Capped {
        match self {
            Decoder::Identity(sink) => sink,
            Decoder::Gzip(decoder) => decoder.get_ref(),
            Decoder::Brotli(decoder) => decoder.get_ref(),
        }
    }
}

#[cfg(test)]
mod tests {
    use flate2::Compression;
    use flate2::write::GzEncoder;

    use super::*;

    fn gzip(bytes: &[u8]) -> Vec<u8> {
        let mut encoder = GzEncoder::new(Vec::new(), Compression::fast());
        encoder.write_all(bytes).unwrap();
        encoder.finish().unwrap()
    }

    fn brotli(bytes: &[u8]) -> Vec<u8> {
        let mut out = Vec::new();
        brotli::CompressorWriter::new(&mut out, 4096, 4, 22).write_all(bytes).unwrap();
        out
    }

    fn decode(encoding: &str, bytes: &[u8], limit: usize) -> Result<Vec<u8>, Undecodable> {
        let mut decoder = Decoder::new(encoding, None, limit).unwrap();
        for piece in bytes.chunks(7) {
            decoder.push(piece)?;
        }
        decoder.finish()
    }

    #[test]
    fn decodes_cuts_and_refuses() {
        let page = b"<p>a page</p>".repeat(100);
        for (encoding, bytes) in [("", page.clone()), ("gzip", gzip(&page)), ("BR", brotli(&page))] {
            assert_eq!(decode(encoding, &bytes, page.len()).as_deref(), Ok(page.as_slice()), "{encoding}");
            assert_eq!(decode(encoding, &bytes, page.len() - 1), Err(Undecodable::Full), "{encoding}");
            if !encoding.is_empty() {
                let cut = decode(encoding, &bytes[..bytes.len() - 9], page.len());
                assert_eq!(cut, Err(Undecodable::CutOff), "{encoding}");
                assert_eq!(decode(encoding, b"<!doctype html><p>plain</p>", 99), Err(Undecodable::Wrong), "{encoding}");
            }
        }
        let mut bomb = Decoder::new("gzip", None, 1000).unwrap();
        assert_eq!(bomb.push(&gzip(&vec![0; 1 << 20])), Err(Undecodable::Full));
        assert_eq!(bomb.bytes_so_far().len(), 1000, "no more is kept than allowed");
        let members = [gzip(b"a"), gzip(b"b")].concat();
        assert_eq!(decode("gzip", &members, 9), Ok(b"ab".to_vec()));
        assert!(Decoder::new("gzip, gzip", None, 9).is_none());
        assert!(Decoder::new("zstd", None, 9).is_none());
    }
}
