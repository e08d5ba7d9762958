//! The studio: a page in `serve` where a section becomes a feed by looking and clicking.
//!
//! Paste an address, and the section stands there with its cards outlined and the feed beside it;
//! a click on a card takes its kind out or in, a click in an article says which element a field
//! is. What is saved is the definition a person would write, and all of it is server-rendered: the
//! definition travels in the form, scripts only turn clicks into forms.
//!
//! It can make this machine fetch pages and write definitions, so it is there only on loopback or
//! behind a password, answers only to the names of this machine where there is none (a page
//! elsewhere could otherwise point its own name here), and takes no form without the key that only
//! its own pages carry. Pages of sites are shown without their scripts, in a sandbox.

mod drawing;
mod form;
mod kinds;
mod looks;
mod page;

use std::net::IpAddr;
use std::path::PathBuf;
use std::sync::{Arc, Weak};

use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use bytes::Bytes;
use chrono::Utc;
use http_body_util::{BodyExt, Full, Limited};
use hyper::body::Incoming;
use hyper::header::{CACHE_CONTROL, CONTENT_SECURITY_POLICY, CONTENT_TYPE, HOST, HeaderValue, ORIGIN};
use hyper::{Method, Request, Response, StatusCode};
use sha2::{Digest, Sha256};
use tokio::runtime::Handle;
use tokio_util::task::AbortOnDropHandle;

pub use drawing::{Drawn, draw_article, draw_section};
pub use page::{of_article, of_section};

use crate::config::{Definition, Feed, FeedId, feed_of_definition};
use crate::pipeline::Desk;
use crate::report::Trouble;
use form::{Form, Wish};
use looks::{Look, Looks};

/// The largest form: a definition with its selectors.
const LARGEST_FORM_BYTES: usize = 64 * 1024;

/// The studio of the running server.
pub struct Studio {
    desk: Weak<Desk>,
    feeds: PathBuf,
    /// Only who has seen a page of the studio knows it.
    key: String,
    /// Whether whoever comes this far knew the password.
    has_password: bool,
    looks: Looks,
    /// Where pages are fetched, as they are for refreshes: connections to sites belong to it.
    runtime: Handle,
}

type Answer = Response<Full<Bytes>>;

impl Studio {
    /// A studio that works where the desk does: it is made within that runtime.
    pub fn new(desk: Weak<Desk>, feeds: PathBuf, has_password: bool) -> Studio {
        let looks = Looks::default();
        Studio { desk, feeds, key: looks::secret(), has_password, looks, runtime: Handle::current() }
    }

    /// Whether a request is for the studio.
    pub fn is_asked(path: &str) -> bool {
        path == "/studio" || path.starts_with("/studio/")
    }

    /// Answers a request for the studio. What is asked for is no longer made when nobody waits for it;
    /// the thread of the server only waits.
    pub async fn answer(self: Arc<Self>, request: Request<Incoming>) -> Answer {
        let runtime = self.runtime.clone();
        let answered = AbortOnDropHandle::new(runtime.spawn(async move { self.answered(request).await }));
        answered.await.unwrap_or_else(|_| plain(StatusCode::INTERNAL_SERVER_ERROR, "a fault; the log says which"))
    }

    async fn answered(&self, request: Request<Incoming>) -> Answer {
        if !self.has_password && !is_of_this_machine(&request) {
            return plain(StatusCode::FORBIDDEN, "the studio answers only to the names of this machine");
        }
        let path = request.uri().path().to_owned();
        match (request.method(), path.as_str()) {
            (&Method::GET, "/studio" | "/studio/") => html(page::start(&self.key, &self.names(), None)),
            (&Method::GET, "/studio/studio.css") => {
                file("text/css; charset=utf-8", include_str!("templates/studio.css"))
            }
            (&Method::GET, "/studio/icon.svg") => file("image/svg+xml", include_str!("../render/templates/icon.svg")),
            (&Method::GET, "/studio/studio.js") => {
                file("text/javascript; charset=utf-8", include_str!("templates/studio.js"))
            }
            (&Method::GET, path) => match path.strip_prefix("/studio/view/").and_then(|id| self.looks.view(id)) {
                Some(view) => inside(view),
                None => plain(StatusCode::NOT_FOUND, "this view is no longer kept; look again"),
            },
            (&Method::POST, "/studio/look" | "/studio/open" | "/studio/change" | "/studio/save") => {
                self.posted(request, &path).await
            }
            _ => plain(StatusCode::NOT_FOUND, "there is no such page"),
        }
    }

    async fn posted(&self, request: Request<Incoming>, path: &str) -> Answer {
        if !is_own_origin(&request) {
            return plain(StatusCode::FORBIDDEN, "the form comes from another site");
        }
        let Ok(body) = Limited::new(request.into_body(), LARGEST_FORM_BYTES).collect().await else {
            return plain(StatusCode::PAYLOAD_TOO_LARGE, "the form is too large");
        };
        let form = Form::read(&body.to_bytes());
        if form.get("key") != Some(self.key.as_str()) {
            return plain(StatusCode::FORBIDDEN, "this page is of an earlier start of the server; open /studio anew");
        }
        let Some(desk) = self.desk.upgrade() else {
            return plain(StatusCode::SERVICE_UNAVAILABLE, "the server is ending");
        };
        let made = match path {
            "/studio/look" => self.look(&desk, &form).await,
            "/studio/open" => self.open(&desk, &form).await,
            "/studio/change" => self.change(&desk, &form).await,
            _ => self.save(&desk, &form),
        };
        match made {
            Ok(page) => html(page),
            Err(message) => html(page::start(&self.key, &self.names(), Some(&message))),
        }
    }

    /// Fetches a section and shows it.
    async fn look(&self, desk: &Desk, form: &Form) -> Result<String, String> {
        let asked = form.get("address").unwrap_or_default().trim().to_owned();
        let target = crate::commands::add::understand(&asked).map_err(|failure| failure.to_string())?;
        let feed = self.feed(&target.definition, desk)?;
        let scouted = crate::scout::look(&desk.fetcher, feed, Utc::now(), &|_| ()).await;
        let scouted = scouted.map_err(|trouble| in_words(&trouble, &asked))?;
        let mut definition = target.definition;
        definition.url.0 = scouted.feed.url.clone();
        definition.render = scouted.feed.render;
        let name = target.name.unwrap_or_else(|| crate::commands::add::name_of_url(&scouted.feed.url));
        let look = Look { definition, name, opened: None, page: scouted.page, article: None };
        self.shown(look, desk).await
    }

    /// Opens the definition of a feed there is, and shows its section.
    async fn open(&self, desk: &Desk, form: &Form) -> Result<String, String> {
        let name: FeedId = form.get("feed").unwrap_or_default().parse()?;
        let text = self.written(&name)?;
        let definition: Definition =
            toml::from_str(&text).map_err(|error| format!("{name}.toml has a mistake: {error}"))?;
        let feed = self.feed(&definition, desk)?;
        let page = crate::scout::fetch(&desk.fetcher, &feed, Utc::now()).await;
        let page = page.map_err(|trouble| in_words(&trouble, definition.url.0.as_str()))?;
        self.shown(Look { definition, name, opened: Some(text), page, article: None }, desk).await
    }

    /// The names of the feeds there are, sorted.
    fn names(&self) -> Vec<String> {
        // Without the directory there are none yet.
        let files = std::fs::read_dir(&self.feeds).into_iter().flatten().flatten();
        let names = files.filter_map(|file| file.file_name().to_str()?.strip_suffix(".toml").map(str::to_owned));
        let mut names: Vec<String> = names.filter(|name| name.parse::<FeedId>().is_ok()).collect();
        names.sort();
        names
    }

    fn written(&self, name: &FeedId) -> Result<String, String> {
        let path = self.feeds.join(format!("{name}.toml"));
        std::fs::read_to_string(&path).map_err(|error| format!("{} cannot be read: {error}", path.display()))
    }

    /// Changes the definition of a look, or reads one of its articles, and shows it anew.
    async fn change(&self, desk: &Desk, form: &Form) -> Result<String, String> {
        let mut look =
            self.looks.get(form.get("look").unwrap_or_default()).ok_or("this look is no longer kept; look again")?;
        if let Some(text) = form.get("definition").filter(|text| !text.trim().is_empty()) {
            look.definition = toml::from_str(text).map_err(|error| format!("the definition has a mistake: {error}"))?;
        }
        let wish = form.wish();
        if let Wish::Read(url) = &wish {
            let mut feed = self.feed(&look.definition, desk)?;
            feed.url = url.parse().map_err(|_| format!("`{url}` is not an address"))?;
            let page = crate::scout::fetch(&desk.fetcher, &feed, Utc::now()).await;
            look.article = Some(page.map_err(|trouble| in_words(&trouble, url))?);
        }
        let changed = look.clone();
        let settings = desk.settings.clone();
        let changed = tokio::task::spawn_blocking(move || looks::changed(changed, &wish, &settings)).await;
        look.definition = changed.map_err(|error| error.to_string())??;
        self.shown(look, desk).await
    }

    fn save(&self, desk: &Desk, form: &Form) -> Result<String, String> {
        let text = form.get("definition").unwrap_or_default();
        let definition: Definition =
            toml::from_str(text).map_err(|error| format!("the definition has a mistake: {error}"))?;
        let name: FeedId = form.get("name").unwrap_or_default().parse()?;
        let path = self.feeds.join(format!("{name}.toml"));
        let text = match form.get("opened") {
            None => {
                let text = definition.to_toml();
                crate::commands::writing::write(&path, &text).map_err(|failure| failure.to_string())?;
                text
            }
            Some(opened) => {
                let before = self.written(&name)?;
                if fingerprint(&before) != opened {
                    return Err(format!("{name}.toml was changed meanwhile and is as it was; open it again"));
                }
                let text = crate::config::edited(&before, &definition)?;
                crate::commands::writing::replace(&path, &text).map_err(|failure| failure.to_string())?;
                text
            }
        };
        // The definitions are read anew as at any hangup; without it the next start would do it.
        let _ = rustix::process::kill_process(rustix::process::getpid(), rustix::process::Signal::HUP);
        let base = desk.settings.base_url.as_ref().map(ToString::to_string).unwrap_or_default();
        Ok(page::saved(&name, &path, &text, &base))
    }

    async fn shown(&self, look: Look, desk: &Desk) -> Result<String, String> {
        let feed = self.feed(&look.definition, desk)?;
        let drawn = {
            let look = look.clone();
            // A page that makes a parser panic must not take the server with it.
            tokio::task::spawn_blocking(move || looks::drawn(&look, &feed))
                .await
                .map_err(|error| error.to_string())??
        };
        let views = self.looks.keep(look.clone(), &drawn);
        Ok(page::look(&self.key, &look, &drawn, &views))
    }

    fn feed(&self, definition: &Definition, desk: &Desk) -> Result<Feed, String> {
        let id: FeedId = "inspected".parse().expect("a legal name");
        let feed = feed_of_definition(id, definition.clone(), &self.feeds, &desk.settings);
        feed.map_err(|problems| problems.to_string())
    }
}

/// Tells one state of a file from another.
fn fingerprint(text: &str) -> String {
    BASE64_STANDARD.encode(Sha256::digest(text))
}

fn in_words(trouble: &Trouble, asked: &str) -> String {
    let hint = trouble.hint_for_address(asked).map(|hint| format!(" ({hint})")).unwrap_or_default();
    format!("{trouble}{hint}")
}

/// Whether the request names this machine: a name of somebody else's may lead here too
/// (<https://en.wikipedia.org/wiki/DNS_rebinding>).
fn is_of_this_machine<B>(request: &Request<B>) -> bool {
    let host = request.headers().get(HOST).and_then(|host| host.to_str().ok()).unwrap_or_default();
    let name = match host.strip_prefix('[') {
        Some(rest) => rest.split(']').next().unwrap_or_default(),
        None => host.split(':').next().unwrap_or_default(),
    };
    name == "localhost" || name.ends_with(".localhost") || name.parse::<IpAddr>().is_ok_and(|ip| ip.is_loopback())
}

fn is_own_origin<B>(request: &Request<B>) -> bool {
    let header = |name| request.headers().get(name).and_then(|value: &HeaderValue| value.to_str().ok());
    match (header(ORIGIN), header(HOST)) {
        (Some(origin), Some(host)) => origin.split("://").nth(1) == Some(host),
        (None, _) => true,
        (Some(_), None) => false,
    }
}

fn html(body: String) -> Answer {
    const POLICY: &str = "default-src 'none'; style-src 'self'; script-src 'self'; frame-src 'self'; img-src http: https:; \
                          form-action 'self'; base-uri 'none'; frame-ancestors 'none'";
    made(StatusCode::OK, "text/html; charset=utf-8", POLICY, body)
}

/// A site's page: its pictures and styles, none of its scripts, only ours (by its hash).
fn inside(body: String) -> Answer {
    const POLICY: &str = "default-src 'none'; img-src http: https: data:; style-src http: https: 'unsafe-inline'; \
                          font-src http: https: data:; script-src 'sha256-HASH'; base-uri 'none'; form-action 'none'; \
                          frame-ancestors 'self'; sandbox allow-scripts";
    let policy = POLICY.replace("HASH", &BASE64_STANDARD.encode(Sha256::digest(drawing::SCRIPT)));
    let mut answer = made(StatusCode::OK, "text/html; charset=utf-8", "", body);
    let policy = HeaderValue::from_str(&policy).expect("letters, digits and signs");
    answer.headers_mut().insert(CONTENT_SECURITY_POLICY, policy);
    answer
}

fn file(media_type: &'static str, body: &str) -> Answer {
    made(StatusCode::OK, media_type, crate::server::NO_CONTENT_POLICY, body.to_owned())
}

fn plain(status: StatusCode, message: &str) -> Answer {
    let mut answer =
        made(status, "text/plain; charset=utf-8", crate::server::NO_CONTENT_POLICY, format!("{message}\n"));
    crate::server::say_when_to_come_back(&mut answer);
    answer
}

fn made(status: StatusCode, media_type: &'static str, policy: &'static str, body: String) -> Answer {
    let mut answer = Response::new(Full::new(Bytes::from(body)));
    *answer.status_mut() = status;
    let headers = answer.headers_mut();
    headers.insert(CONTENT_TYPE, HeaderValue::from_static(media_type));
    headers.insert(CONTENT_SECURITY_POLICY, HeaderValue::from_static(policy));
    headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
    headers.insert("x-content-type-options", HeaderValue::from_static("nosniff"));
    headers.insert("referrer-policy", HeaderValue::from_static("same-origin"));
    answer
}
