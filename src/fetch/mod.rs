//! The only part of the program that opens connections to sites.
//!
//! [`Fetcher::get`] is the story of one page: wait for the turn at its host, obey robots.txt,
//! ask, follow redirects, ask once more if the answer broke off. Every address is checked
//! before it is connected to ([`addresses`]), every byte counted ([`decoding`]), every stage
//! timed ([`http`]).
//!
//! What is not done here: reading what a page says (`section/`, `article/`), and deciding when
//! to come back after a failure (the scheduler, with [`backoff`]).

pub mod addresses;
mod answer;
pub mod browser;
mod decoding;
mod disk;
pub mod encoding;
mod error;
mod explain;
mod fetcher;
mod gate;
mod hosts;
mod http;
mod notify;
mod hub;
mod pauses;
mod redirects;
mod reservation;
mod robots;
mod room;
mod trust;
mod walls;

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use url::Url;

pub use error::{Class, FetchError, Stage};
pub use fetcher::{Fetcher, SetupError};
pub use hosts::{HostState, host_of};
pub use hub::tell_hub;
pub use notify::{Message, Messenger};
pub use pauses::backoff;
pub use reservation::{Reservation, ReservedParts};
pub use robots::RobotsRecord;
pub use room::{LARGE_PAGE_BYTES, Room};

use crate::config::{Language, Render};

/// What is asked for.
#[derive(Debug, Clone)]
pub struct Request<'a> {
    pub url: &'a Url,
    pub now: DateTime<Utc>,
    /// What the last answer said of itself; the answer may then be "not modified".
    pub validators: Option<&'a Validators>,
    pub expects: Expects,
    pub follow: Follow<'a>,
    pub render: Render,
    /// The language to ask for, where a site has several.
    pub language: Option<&'a Language>,
}

impl<'a> Request<'a> {
    /// The plain request for a page. Further wishes:
    /// `Request { validators: Some(&known), ..Request::page(&url, now) }`.
    pub fn page(url: &'a Url, now: DateTime<Utc>) -> Request<'a> {
        Request {
            url,
            now,
            validators: None,
            expects: Expects::Page,
            follow: Follow::Site(&[]),
            render: Render::Http,
            language: None,
        }
    }
}

/// What kind of document an address leads to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Expects {
    /// HTML.
    Page,
    /// RSS, Atom, JSON Feed, a sitemap. The declared encoding of XML is taken out of the text,
    /// which is UTF-8 by then.
    Feed,
}

/// Which redirects are followed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Follow<'a> {
    /// Within the site, and to these hosts and those below them. A redirect that leads
    /// elsewhere is a consent wall, a login or an advertisement more often than the page.
    Site(&'a [String]),
    Anywhere,
}

/// What an answer says of itself, sent back verbatim (RFC 9110 §13).
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Validators {
    pub etag: Option<String>,
    pub last_modified: Option<String>,
}

/// An answer.
#[derive(Debug, Clone, PartialEq)]
pub enum Fetched {
    Page(Box<Page>),
    /// 304: nothing changed since the validators were given.
    NotModified,
}

impl Fetched {
    /// The page that was asked for without validators; "not modified" is the server's mistake then.
    ///
    /// # Errors
    /// [`FetchError::Broken`]
    pub fn page(self) -> Result<Page, FetchError> {
        match self {
            Fetched::Page(page) => Ok(*page),
            Fetched::NotModified => Err(FetchError::Broken { reason: "not modified without a condition".into() }),
        }
    }
}

/// A fetched document, decoded.
#[derive(Debug, Clone, PartialEq)]
pub struct Page {
    /// The address after redirects.
    pub url: Url,
    pub text: String,
    pub validators: Validators,
    /// The site's clock (`Date`), which relative times on the page count from.
    pub date: Option<DateTime<Utc>>,
    /// Where the page moved to for good (301, 308 on every hop).
    pub moved_to: Option<Url>,
    /// The page may have broken off: nothing marked the end of the answer, and the closing tags
    /// are missing, also on a second try.
    pub cut_off: bool,
    /// What the site reserves with regard to text and data mining.
    pub reservation: Reservation,
    /// The memory it takes; whoever keeps a page for long gives it up.
    pub room: Room,
}
