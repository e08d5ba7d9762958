//! What a request comes to.

use std::sync::Arc;

use bytes::Bytes;
use http_body_util::Full;
use hyper::header::{
    ACCEPT_ENCODING, ACCESS_CONTROL_ALLOW_HEADERS, ACCESS_CONTROL_ALLOW_METHODS, ACCESS_CONTROL_MAX_AGE, ALLOW,
    AUTHORIZATION, CACHE_CONTROL, CONTENT_LENGTH, CONTENT_TYPE, ETAG, HeaderMap, HeaderValue, LAST_MODIFIED, LOCATION,
    RETRY_AFTER, VARY, WWW_AUTHENTICATE,
};
use hyper::{Method, Request, Response, StatusCode};

use super::Options;
use super::conditions;
use super::forms::{Encoding, FEED_VARIES, Form, Forms, base_headers};
use super::manifest::{Content, Manifest, Served};
use super::sendfile::Pages;

/// What can be done with a file.
const METHODS: HeaderValue = HeaderValue::from_static("GET, HEAD, OPTIONS");

/// The file that stands for a directory.
const INDEX: &str = "index.html";

/// What is told to everybody, also where feeds are private: whether the program works. Whoever
/// starts it again when it does not (a container, a supervisor) has no password.
pub const OPEN: [&str; 1] = ["health"];

/// Where the body has [`Pages`], they are among the extensions.
pub type Answer = Response<Full<Bytes>>;

/// Answers a request; its body, if it has one, is not looked at.
pub async fn answer<B>(request: &Request<B>, manifest: &Manifest, options: &Options) -> Answer {
    let path = request.uri().path();
    let Some(mut name) = path.strip_prefix('/') else { return plain(StatusCode::NOT_FOUND) };
    let is_open = OPEN.contains(&name);
    let password = options.password.as_deref().filter(|_| !is_open);
    if !is_welcome(request.headers(), password) {
        return unauthorized();
    }
    let is_closed = !is_open && (options.password.is_some() || options.secret_path.is_some());
    if let Some(secret) = options.secret_path.as_deref().filter(|_| !is_open) {
        match name.split_once('/') {
            Some((given, rest)) if is_same(given.as_bytes(), secret.as_bytes()) => name = rest,
            // As if there were nothing: who knocks at every door learns nothing.
            _ => return plain(StatusCode::NOT_FOUND),
        }
    }
    let served = match name {
        "" => manifest.find(INDEX),
        _ if name.ends_with('/') => manifest.find(&format!("{name}{INDEX}")),
        _ => manifest.find(name),
    };
    let Some(served) = served else {
        return match manifest.find(&format!("{name}/{INDEX}")) {
            Some(_) if !name.is_empty() && !name.ends_with('/') => to_directory(name),
            _ if manifest.is_gone(name) => plain(StatusCode::GONE),
            _ => plain(StatusCode::NOT_FOUND),
        };
    };
    let page = page_beside(name, &served, request.headers(), manifest);
    let mut answer = match *request.method() {
        Method::GET if let Some(page) = &page => page_instead(request.headers(), manifest, page).await,
        Method::HEAD if let Some(page) = &page => without_body(page_instead(request.headers(), manifest, page).await),
        Method::GET => file(request.headers(), manifest, &served).await,
        // The same with its length, without its body.
        Method::HEAD => without_body(file(request.headers(), manifest, &served).await),
        Method::OPTIONS => allowed(&served),
        _ => {
            let mut answer = plain(StatusCode::METHOD_NOT_ALLOWED);
            answer.headers_mut().insert(ALLOW, METHODS);
            answer
        }
    };
    if is_closed {
        keep_private(answer.headers_mut());
    }
    answer
}

/// Whether whoever asks knows the password, where there is one.
pub fn is_welcome(headers: &HeaderMap, password: Option<&str>) -> bool {
    password.is_none_or(|password| knows(headers, password))
}

/// What is behind a password must not lie in a cache that others share.
fn keep_private(headers: &mut HeaderMap) {
    let public = headers.get(CACHE_CONTROL).and_then(|value| value.to_str().ok()?.strip_prefix("public"));
    if let Some(private) = public.and_then(|rest| HeaderValue::from_str(&format!("private{rest}")).ok()) {
        headers.insert(CACHE_CONTROL, private);
    }
}

/// The page of a feed, for whoever opens the feed itself in a browser.
fn page_beside(name: &str, served: &Served, headers: &HeaderMap, manifest: &Manifest) -> Option<Arc<Served>> {
    if !served.file.is_feed() || !conditions::is_browser_at_address(headers) {
        return None;
    }
    let (directory, _) = name.rsplit_once('/')?;
    manifest.find(&format!("{directory}/{INDEX}"))
}

/// A page at the address of a feed. It is kept nowhere: a cache that does not understand `Vary`
/// would hand it to readers.
async fn page_instead(headers: &HeaderMap, manifest: &Manifest, page: &Arc<Served>) -> Answer {
    // What else is asked, such as whether it changed, is asked of the feed.
    let encodings = headers.get_all(ACCEPT_ENCODING).iter().map(|value| (ACCEPT_ENCODING, value.clone())).collect();
    let mut answer = file(&encodings, manifest, page).await;
    let headers = answer.headers_mut();
    headers.remove(ETAG);
    headers.remove(LAST_MODIFIED);
    headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
    headers.insert(VARY, FEED_VARIES);
    answer
}

async fn file(headers: &HeaderMap, manifest: &Manifest, served: &Arc<Served>) -> Answer {
    if let Content::Live(live) = &served.file.content {
        return live_answer(&live(), served);
    }
    let forms = match (manifest.forms_in_memory(served), &served.file.content) {
        (Some(forms), _) => forms,
        (None, Content::Disk(path)) => match manifest.read(served, path.clone()).await {
            Ok(forms) => forms,
            Err(error) => {
                tracing::warn!("{} cannot be served: {}", path.display(), error.kind());
                return plain(StatusCode::SERVICE_UNAVAILABLE);
            }
        },
        (None, _) => return plain(StatusCode::NOT_FOUND),
    };
    let encoding = forms.worthwhile(conditions::encoding(headers));
    if let Some(known) = conditions::known_form(headers, &forms, encoding, served.file.modified) {
        return not_modified(&forms, known);
    }
    let (form, made_bytes) = match forms.ready(encoding) {
        Some(form) => (form, 0),
        None => forms.make(encoding, &served.file).await,
    };
    let (pages, more_bytes) = form.pages(&manifest.places).await;
    if made_bytes + more_bytes > 0 && matches!(served.file.content, Content::Disk(_)) {
        manifest.note_growth(made_bytes + more_bytes);
    }
    whole(form, pages)
}

fn whole(form: &Form, pages: Option<&Arc<Pages>>) -> Answer {
    let mut answer = Response::new(Full::new(form.body.clone()));
    *answer.headers_mut() = form.headers.clone();
    if let Some(pages) = pages {
        answer.extensions_mut().insert(pages.clone());
    }
    answer
}

fn not_modified(forms: &Forms, known: Encoding) -> Answer {
    let mut answer = empty(StatusCode::NOT_MODIFIED);
    *answer.headers_mut() = forms.not_modified(known);
    answer
}

fn live_answer(live: &super::Live, served: &Served) -> Answer {
    let mut answer = Response::new(Full::new(live.body.clone()));
    *answer.status_mut() = StatusCode::from_u16(live.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    *answer.headers_mut() = base_headers(&served.file);
    answer.headers_mut().insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
    say_when_to_come_back(&mut answer);
    answer
}

/// A disk that does not answer, or feeds that are late, are not mended within seconds.
const COME_BACK_AFTER_SECONDS: HeaderValue = HeaderValue::from_static("60");

/// Readers that get no date ask again as they please (RFC 9110 §10.2.3).
pub fn say_when_to_come_back(answer: &mut Answer) {
    if answer.status() == StatusCode::SERVICE_UNAVAILABLE {
        answer.headers_mut().insert(RETRY_AFTER, COME_BACK_AFTER_SECONDS);
    }
}

fn allowed(served: &Served) -> Answer {
    let mut answer = empty(StatusCode::NO_CONTENT);
    let mut headers = base_headers(&served.file);
    headers.remove(CONTENT_TYPE);
    headers.insert(ALLOW, METHODS);
    if served.file.for_all_origins {
        headers.insert(ACCESS_CONTROL_ALLOW_METHODS, METHODS);
        headers.insert(
            ACCESS_CONTROL_ALLOW_HEADERS,
            HeaderValue::from_static("if-none-match, if-modified-since, cache-control"),
        );
        headers.insert(ACCESS_CONTROL_MAX_AGE, HeaderValue::from_static("86400"));
    }
    *answer.headers_mut() = headers;
    answer
}

/// The address of a directory ends in `/`, so that links in its page lead where they should.
/// Relative, because nobody knows under which name and below which path a proxy hands it out.
fn to_directory(name: &str) -> Answer {
    let last = name.rsplit('/').next().unwrap_or(name);
    let mut answer = empty(StatusCode::PERMANENT_REDIRECT);
    if let Ok(location) = HeaderValue::from_str(&format!("{last}/")) {
        answer.headers_mut().insert(LOCATION, location);
    }
    answer
}

fn unauthorized() -> Answer {
    let mut answer = plain(StatusCode::UNAUTHORIZED);
    answer.headers_mut().insert(WWW_AUTHENTICATE, HeaderValue::from_static("Basic realm=\"feeds\", charset=\"UTF-8\""));
    answer
}

/// Whether the password was given, compared in a time that does not tell how much of it is right.
fn knows(headers: &HeaderMap, password: &str) -> bool {
    use base64::Engine as _;
    let given = || -> Option<Vec<u8>> {
        let (scheme, value) = headers.get(AUTHORIZATION)?.to_str().ok()?.split_once(' ')?;
        let decoded = scheme
            .eq_ignore_ascii_case("basic")
            .then(|| base64::engine::general_purpose::STANDARD.decode(value.trim()).ok())??;
        let colon = decoded.iter().position(|&byte| byte == b':')?;
        Some(decoded[colon + 1..].to_vec())
    };
    is_same(&given().unwrap_or_default(), password.as_bytes())
}

/// Compares in a time that depends on the lengths alone.
fn is_same(given: &[u8], secret: &[u8]) -> bool {
    let differences = given.iter().zip(secret).fold(0, |all, (a, b)| all | (a ^ b));
    differences == 0 && given.len() == secret.len()
}

/// A status and its name.
fn plain(status: StatusCode) -> Answer {
    let text = format!("{status}\n");
    let mut answer = Response::new(Full::new(Bytes::from(text)));
    *answer.status_mut() = status;
    let headers = answer.headers_mut();
    headers.insert(CONTENT_TYPE, HeaderValue::from_static("text/plain; charset=utf-8"));
    headers.insert(hyper::header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
    say_when_to_come_back(&mut answer);
    answer
}

fn empty(status: StatusCode) -> Answer {
    let mut answer = Response::new(Full::default());
    *answer.status_mut() = status;
    answer
}

fn without_body(mut answer: Answer) -> Answer {
    let length = hyper::body::Body::size_hint(answer.body()).exact().unwrap_or_default();
    if answer.status() != StatusCode::NOT_MODIFIED {
        answer.headers_mut().insert(CONTENT_LENGTH, HeaderValue::from(length));
    }
    *answer.body_mut() = Full::default();
    answer.extensions_mut().clear();
    answer
}
