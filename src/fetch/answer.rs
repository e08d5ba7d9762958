//! What is asked of a site, and what its answer comes to.

use chrono::DateTime;
use reqwest::StatusCode;
use reqwest::header::{
    ACCEPT, ACCEPT_LANGUAGE, CONTENT_TYPE, DATE, ETAG, HeaderMap, HeaderValue, IF_MODIFIED_SINCE, IF_NONE_MATCH,
    LAST_MODIFIED, LOCATION, RETRY_AFTER,
};
use url::Url;

use super::hosts::Turn;
use super::http::{Body, Overflow, Reply};
use super::pauses::retry_after;
use super::{Expects, FetchError, Page, Request, Reservation, Validators, encoding, walls};

/// Of an answer that is no page this much is read: enough to recognise a bot check, and to
/// keep the connection.
pub const ASIDE_BYTES: usize = 64 * 1024;

/// A page or feed that broke off misses these; they stand in the last kilobyte of any whole one.
const CLOSING_TAGS: [&[u8]; 6] = [b"</html", b"</body", b"</rss", b"</feed", b"</rdf:rdf", b"</urlset"];

/// What one answer comes to.
pub enum Answer {
    Page(Box<Page>),
    NotModified,
    Redirect { to: Url, is_permanent: bool },
}

/// The headers of a request: what is wanted, and what is known already.
pub fn wanted(request: &Request<'_>) -> HeaderMap {
    let accept = match request.expects {
        Expects::Page => "text/html,application/xhtml+xml;q=0.9,*/*;q=0.1",
        Expects::Feed => {
            "application/rss+xml,application/atom+xml,application/feed+json,application/xml;q=0.9,text/xml;q=0.9,*/*;q=0.1"
        }
    };
    let mut headers = HeaderMap::from_iter([(ACCEPT, HeaderValue::from_static(accept))]);
    let language = request.language.map(|language| format!("{language},{};q=0.9,*;q=0.1", language.primary()));
    let validators = request.validators.cloned().unwrap_or_default();
    let given =
        [(ACCEPT_LANGUAGE, language), (IF_NONE_MATCH, validators.etag), (IF_MODIFIED_SINCE, validators.last_modified)];
    for (name, value) in given {
        // What cannot be sent came from a broken header, and does not identify anything.
        if let Some(value) = value.and_then(|value| HeaderValue::from_str(&value).ok()) {
            headers.insert(name, value);
        }
    }
    headers
}

/// What an answer means, by its status first.
pub async fn understand(
    reply: Reply,
    turn: &Turn,
    url: &Url,
    request: &Request<'_>,
    largest_page_bytes: usize,
) -> Result<Answer, FetchError> {
    let status = reply.status;
    if walls::is_refusal(status, reply.headers()) {
        return Err(FetchError::Blocked { status: status.as_u16() });
    }
    let wait = reply.header(RETRY_AFTER).and_then(|value| retry_after(value, request.now));
    match status {
        StatusCode::TOO_MANY_REQUESTS => return Err(FetchError::Paused { until: turn.pause(wait, request.now) }),
        StatusCode::SERVICE_UNAVAILABLE if wait.is_some() => {
            return Err(FetchError::Paused { until: turn.pause(wait, request.now) });
        }
        _ => turn.end_pause(),
    }
    match status.as_u16() {
        200 | 202 | 203 => read_page(reply, url, request, largest_page_bytes).await,
        304 if request.validators.is_some() => Ok(Answer::NotModified),
        301 | 302 | 303 | 307 | 308 => {
            let is_permanent = matches!(status.as_u16(), 301 | 308);
            let to = reply.header(LOCATION).and_then(|location| url.join(location.trim()).ok());
            // Read to the end, so that the connection can be used again; what it says and
            // whether it breaks off does not matter.
            let _ = reply.body(ASIDE_BYTES, Overflow::Cut).await;
            let to = to.filter(|to| matches!(to.scheme(), "http" | "https") && to.has_host());
            match to {
                Some(to) => Ok(Answer::Redirect { to, is_permanent }),
                None => Err(FetchError::Broken { reason: "it redirects to nowhere".to_owned() }),
            }
        }
        404 | 410 => {
            let _ = reply.body(ASIDE_BYTES, Overflow::Cut).await; // as above
            Err(FetchError::Missing { status: status.as_u16() })
        }
        500.. => match reply.body(ASIDE_BYTES, Overflow::Cut).await {
            Ok(body) if walls::is_bot_check(&body.bytes) => Err(FetchError::Blocked { status: status.as_u16() }),
            _ => Err(FetchError::Server { status: status.as_u16() }),
        },
        _ => Err(FetchError::Status { status: status.as_u16() }),
    }
}

async fn read_page(
    reply: Reply,
    url: &Url,
    request: &Request<'_>,
    largest_page_bytes: usize,
) -> Result<Answer, FetchError> {
    let content_type = reply.header(CONTENT_TYPE).map(str::to_owned);
    if let Some(media_type) = content_type.as_deref().and_then(|value| unreadable(value, request.expects)) {
        return Err(FetchError::NotAPage { media_type });
    }
    let status = reply.status.as_u16();
    let header = |name| reply.header(name).map(str::to_owned);
    let validators = Validators { etag: header(ETAG), last_modified: header(LAST_MODIFIED) };
    let date = reply.header(DATE).and_then(|date| DateTime::parse_from_rfc2822(date).ok());
    let reservation = Reservation::of(reply.headers());
    let body = reply.body(largest_page_bytes, Overflow::Fail).await?;
    if body.bytes.iter().all(u8::is_ascii_whitespace) {
        return Err(FetchError::Empty);
    }
    if body.bytes.starts_with(&[0x1f, 0x8b]) {
        return Err(FetchError::Broken { reason: "it is compressed twice, or without saying so".to_owned() });
    }
    if walls::is_bot_check(&body.bytes) {
        return Err(FetchError::Blocked { status });
    }
    Ok(Answer::Page(Box::new(Page {
        url: url.clone(),
        cut_off: request.expects == Expects::Page && looks_cut_off(&body),
        text: match request.expects {
            Expects::Page => encoding::decode(body.bytes, content_type.as_deref()),
            Expects::Feed => encoding::decode_xml(body.bytes, content_type.as_deref()),
        },
        validators,
        date: date.map(|date| date.to_utc()),
        moved_to: None,
        reservation,
        room: body.room,
    })))
}

/// The media type, if it is one that cannot hold what was asked for.
fn unreadable(content_type: &str, expects: Expects) -> Option<String> {
    let media_type = content_type.split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
    let is_text = media_type.is_empty() || media_type.starts_with("text/") || media_type.ends_with("xml");
    let is_readable = match expects {
        // The address of a section may lead to its feed.
        Expects::Page => is_text || media_type == "application/feed+json",
        // Feeds are served as anything.
        Expects::Feed => is_text || media_type.ends_with("json") || media_type == "application/octet-stream",
    };
    (!is_readable).then_some(media_type)
}

fn looks_cut_off(body: &Body) -> bool {
    if body.is_whole {
        return false;
    }
    let tail = body.bytes[body.bytes.len().saturating_sub(1024)..].to_ascii_lowercase();
    !CLOSING_TAGS.iter().any(|tag| tail.windows(tag.len()).any(|window| window == *tag))
}
