//! Saved pages in the place of the web: `DIR/HOST/PATH`, for tests and for looking at a site
//! without asking it again.

use std::fs;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use super::{Expects, FetchError, Fetched, Page, Request, Reservation, Room, Validators, encoding, host_of};

/// A directory of saved pages.
pub struct Disk {
    directory: PathBuf,
}

impl Disk {
    pub fn new(directory: PathBuf) -> Disk {
        Disk { directory }
    }

    /// `https://example.org/politik/a?page=2` is `example.org/politik/a?page=2`, else without
    /// the query; below each, `PATH.html` and `PATH/index.html` are tried.
    pub fn get(&self, request: &Request<'_>) -> Result<Fetched, FetchError> {
        // Dot segments are gone: `Url` resolves them, and knows no others.
        let path = request.url.path().trim_start_matches('/');
        let whole = self.directory.join(host_of(request.url)).join(path);
        let with_query = request.url.query().map(|query| suffixed(&whole, &format!("?{query}")));
        let candidates =
            [with_query, Some(whole.clone()), Some(suffixed(&whole, ".html")), Some(whole.join("index.html"))];
        for candidate in candidates.into_iter().flatten() {
            match fs::read(&candidate) {
                Ok(bytes) => return Ok(Fetched::Page(Box::new(page(request, bytes)))),
                Err(error) if is_absent(error.kind()) => {}
                Err(error) => {
                    return Err(FetchError::Broken { reason: format!("{}: {error}", candidate.display()) });
                }
            }
        }
        Err(FetchError::Missing { status: 404 })
    }
}

fn is_absent(kind: ErrorKind) -> bool {
    matches!(kind, ErrorKind::NotFound | ErrorKind::NotADirectory | ErrorKind::IsADirectory)
}

fn suffixed(path: &Path, suffix: &str) -> PathBuf {
    let mut path = path.as_os_str().to_owned();
    path.push(suffix);
    PathBuf::from(path)
}

fn page(request: &Request<'_>, bytes: Vec<u8>) -> Page {
    Page {
        url: request.url.clone(),
        text: match request.expects {
            Expects::Page => encoding::decode(bytes, None),
            Expects::Feed => encoding::decode_xml(bytes, None),
        },
        validators: Validators::default(),
        date: None,
        moved_to: None,
        cut_off: false,
        reservation: Reservation::default(),
        room: Room::default(),
    }
}
