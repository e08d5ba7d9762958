//! The forms of a file: plain, gzip, brotli, each with the headers that go with it.
//!
//! Compressing a feed of 150 kB takes 8 ms and more, serving it 20 µs: each form is made once,
//! when it is asked for first, and each has an `ETag` of its own. (A server that gives them all
//! the same confuses caches: <https://github.com/FreshRSS/FreshRSS/pull/1199>.)

use std::io::Write;
use std::sync::Arc;

use brotli::CompressorWriter;
use bytes::Bytes;
use flate2::Compression;
use flate2::write::GzEncoder;
use hyper::header::{
    ACCESS_CONTROL_ALLOW_ORIGIN, CACHE_CONTROL, CONTENT_ENCODING, CONTENT_SECURITY_POLICY, CONTENT_TYPE, ETAG,
    HeaderMap, HeaderName, HeaderValue, LAST_MODIFIED, REFERRER_POLICY, VARY, X_CONTENT_TYPE_OPTIONS,
};
use sha2::{Digest, Sha256};
use tokio::sync::{OnceCell, Semaphore};

use super::manifest::File;
use super::sendfile::Pages;
use crate::digest::hex;

/// Less is not worth the header.
const SMALLEST_BYTES: usize = 512;

/// Of a feed of 150 kB: 35 ms for 27 kB; the highest, 11, takes ten times as long for 1 kB less.
const BROTLI_QUALITY: u32 = 9;
const BROTLI_WINDOW: u32 = 22;
const BROTLI_BUFFER_BYTES: usize = 16 * 1024;

/// How a file is sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Encoding {
    Identity,
    Gzip,
    Brotli,
}

impl Encoding {
    /// The name in headers.
    pub fn name(self) -> &'static str {
        match self {
            Encoding::Identity => "identity",
            Encoding::Gzip => "gzip",
            Encoding::Brotli => "br",
        }
    }

    /// What it adds to the `ETag`.
    fn suffix(self) -> &'static str {
        match self {
            Encoding::Identity => "",
            Encoding::Gzip => "-gzip",
            Encoding::Brotli => "-br",
        }
    }
}

/// A file in one encoding.
pub struct Form {
    pub body: Bytes,
    /// Of the whole answer.
    pub headers: HeaderMap,
    pages: OnceCell<Option<Arc<Pages>>>,
}

impl Form {
    fn new(body: Bytes, headers: HeaderMap) -> Arc<Form> {
        Arc::new(Form { body, headers, pages: OnceCell::new() })
    }

    /// The pages of the body, if it is large. Returns them, and how many bytes they take if this
    /// call made them.
    pub async fn pages(&self, places: &Arc<Semaphore>) -> (Option<&Arc<Pages>>, usize) {
        if !Pages::are_worthwhile(&self.body) {
            return (None, 0);
        }
        let mut made_bytes = 0;
        let make = async || {
            let (body, places) = (self.body.clone(), places.clone());
            // Fails only when the program is about to end.
            let pages = tokio::task::spawn_blocking(move || Pages::of(&body, &places)).await.ok()??;
            made_bytes = self.body.len();
            Some(pages)
        };
        (self.pages.get_or_init(make).await.as_ref(), made_bytes)
    }

    fn size_bytes(&self) -> usize {
        let has_pages = self.pages.get().is_some_and(Option::is_some);
        self.body.len() * (1 + usize::from(has_pages))
    }
}

/// A file in all its encodings.
pub struct Forms {
    plain: Arc<Form>,
    gzip: OnceCell<Option<Arc<Form>>>,
    brotli: OnceCell<Option<Arc<Form>>>,
    /// The part of the `ETag` that all forms share.
    pub hash: String,
    not_modified: HeaderMap,
    etags: [HeaderValue; 3],
}

impl Forms {
    pub fn new(body: Bytes, file: &File) -> Forms {
        let hash = hex(&Sha256::digest(&body)[..16]);
        let etags = [Encoding::Identity, Encoding::Gzip, Encoding::Brotli].map(|encoding| etag(&hash, encoding));
        let headers = headers(file, &etags[0], Encoding::Identity);
        let mut not_modified = headers.clone();
        not_modified.remove(CONTENT_TYPE);
        let plain = Form::new(body, headers);
        Forms { plain, gzip: OnceCell::new(), brotli: OnceCell::new(), hash, not_modified, etags }
    }

    /// The headers that a 304 must have (RFC 9110 §15.4.5), for a form that the reader has.
    pub fn not_modified(&self, encoding: Encoding) -> HeaderMap {
        let mut headers = self.not_modified.clone();
        headers.insert(ETAG, self.etags[encoding as usize].clone());
        headers
    }

    /// The encoding to use where this one is wanted: the plain form if it gains nothing.
    pub fn worthwhile(&self, encoding: Encoding) -> Encoding {
        let is_useless = |form: &OnceCell<Option<Arc<Form>>>| form.get().is_some_and(Option::is_none);
        let is_small = self.plain.body.len() < SMALLEST_BYTES;
        match encoding {
            Encoding::Gzip if is_small || is_useless(&self.gzip) => Encoding::Identity,
            Encoding::Brotli if is_small || is_useless(&self.brotli) => Encoding::Identity,
            other => other,
        }
    }

    /// The form in an encoding, if it was made already; the plain one if the encoding gains
    /// nothing.
    pub fn ready(&self, encoding: Encoding) -> Option<&Arc<Form>> {
        let made = match encoding {
            Encoding::Identity => return Some(&self.plain),
            Encoding::Gzip => self.gzip.get(),
            Encoding::Brotli => self.brotli.get(),
        };
        made.map(|form| form.as_ref().unwrap_or(&self.plain))
    }

    /// Makes the form in an encoding. Returns it, and how many bytes it takes if this call made it.
    pub async fn make(&self, encoding: Encoding, file: &File) -> (&Arc<Form>, usize) {
        let cell = match encoding {
            Encoding::Identity => return (&self.plain, 0),
            Encoding::Gzip => &self.gzip,
            Encoding::Brotli => &self.brotli,
        };
        let mut made_bytes = 0;
        let make = async || {
            let body = self.plain.body.clone();
            // Fails only when the program is about to end, or the compressor panics.
            let compressed = tokio::task::spawn_blocking(move || compress(encoding, &body)).await.ok()?;
            let is_smaller = compressed.len() < self.plain.body.len();
            made_bytes = compressed.len();
            let headers = headers(file, &self.etags[encoding as usize], encoding);
            is_smaller.then(|| Form::new(compressed, headers))
        };
        let form = cell.get_or_init(make).await.as_ref().unwrap_or(&self.plain);
        (form, made_bytes)
    }

    pub fn size_bytes(&self) -> usize {
        let of = |form: &OnceCell<Option<Arc<Form>>>| {
            form.get().and_then(Option::as_ref).map_or(0, |form| form.size_bytes())
        };
        self.plain.size_bytes() + of(&self.gzip) + of(&self.brotli)
    }
}

fn etag(hash: &str, encoding: Encoding) -> HeaderValue {
    HeaderValue::from_str(&format!("\"{hash}{}\"", encoding.suffix())).expect(WRITTEN_BY_US)
}

const WRITTEN_BY_US: &str = "made of characters that headers may hold";

/// What is sent of these bytes in an encoding.
pub fn compress(encoding: Encoding, bytes: &[u8]) -> Bytes {
    let mut out = Vec::with_capacity(bytes.len() / 4);
    const NEVER_FAILS: &str = "a vector takes all that is written to it";
    match encoding {
        Encoding::Identity => out.extend_from_slice(bytes),
        Encoding::Gzip => {
            let mut encoder = GzEncoder::new(&mut out, Compression::best());
            encoder.write_all(bytes).expect(NEVER_FAILS);
            encoder.finish().expect(NEVER_FAILS);
        }
        Encoding::Brotli => {
            let mut encoder = CompressorWriter::new(&mut out, BROTLI_BUFFER_BYTES, BROTLI_QUALITY, BROTLI_WINDOW);
            encoder.write_all(bytes).expect(NEVER_FAILS);
            encoder.flush().expect(NEVER_FAILS);
        }
    }
    out.shrink_to_fit();
    Bytes::from(out)
}

fn headers(file: &File, etag: &HeaderValue, encoding: Encoding) -> HeaderMap {
    let mut headers = base_headers(file);
    headers.insert(ETAG, etag.clone());
    let modified = file.modified.format("%a, %d %b %Y %H:%M:%S GMT").to_string();
    headers.insert(LAST_MODIFIED, HeaderValue::from_str(&modified).expect(WRITTEN_BY_US));
    let max_age = format!("public, max-age={}", file.max_age.as_secs());
    headers.insert(CACHE_CONTROL, HeaderValue::from_str(&max_age).expect(WRITTEN_BY_US));
    headers.insert(VARY, if file.is_feed() { FEED_VARIES } else { HeaderValue::from_static("accept-encoding") });
    if encoding != Encoding::Identity {
        headers.insert(CONTENT_ENCODING, HeaderValue::from_static(encoding.name()));
    }
    headers
}

/// At the address of a feed browsers get a page.
pub const FEED_VARIES: HeaderValue = HeaderValue::from_static("accept, accept-encoding");

/// What every answer says, whatever becomes of it.
pub fn base_headers(file: &File) -> HeaderMap {
    let mut headers = HeaderMap::with_capacity(12);
    headers.insert(CONTENT_TYPE, HeaderValue::from_static(file.media_type));
    headers.insert(CONTENT_SECURITY_POLICY, HeaderValue::from_static(file.policy));
    headers.insert(X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    headers.insert(REFERRER_POLICY, HeaderValue::from_static("no-referrer"));
    if file.for_all_origins {
        headers.insert(ACCESS_CONTROL_ALLOW_ORIGIN, HeaderValue::from_static("*"));
        headers
            .insert(HeaderName::from_static("cross-origin-resource-policy"), HeaderValue::from_static("cross-origin"));
    }
    headers
}
