//! The pages for people: `index.html` of the directory, and one for every feed.
//!
//! A page is one file: style and script stand inside, held by the hashes of its content security
//! policy, so that it works from any host, from a bucket, and from a disk. Without scripts only
//! the copy buttons and the search box are missing. Templates are in `templates/`.

use std::sync::LazyLock;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use bytes::Bytes;
use minijinja::syntax::SyntaxConfig;
use minijinja::value::Serde;
use minijinja::{AutoEscape, Environment, Value, context};
use serde::Serialize;
use sha2::{Digest, Sha256};

use super::story::{self, Moment, safe};
use super::{FeedFile, Format, Overview, State};
use crate::html::entities::escaped;
use crate::html::{address, text};

const STYLE: &str = include_str!("templates/style.css");
const SCRIPT: &str = include_str!("templates/page.js");
const ICON: &str = include_str!("templates/icon.svg");

const TEMPLATES: [(&str, &str); 3] = [
    ("index.html", include_str!("templates/index.html")),
    ("feed.html", include_str!("templates/feed.html")),
    ("parts.html", include_str!("templates/parts.html")),
];

/// Stories on the front page: one large, four beside it, two rows of four below.
const FRONT_PAGE_STORIES: usize = 13;

/// Stories on the page of a feed; the feed itself has more.
const FEED_PAGE_STORIES: usize = 40;

/// Feeds that a browser offers by itself on the front page; beyond that the list is quicker.
const ANNOUNCED_FEEDS: usize = 20;

/// From this many feeds on a search box helps.
const SEARCHED_FEEDS: usize = 8;

/// The policy of all pages, also for the `Content-Security-Policy` header of a server.
pub fn content_security_policy() -> &'static str {
    static POLICY: LazyLock<String> = LazyLock::new(|| {
        let hash = |text: &str| STANDARD.encode(Sha256::digest(text));
        format!(
            "default-src 'none'; style-src 'sha256-{}'; script-src 'sha256-{}'; img-src https: http: data:; \
             base-uri 'none'; form-action 'none'",
            hash(STYLE),
            hash(SCRIPT),
        )
    });
    &POLICY
}

/// Renders pages.
pub struct Pages {
    /// Made when there is something to render.
    environment: LazyLock<Environment<'static>>,
}

impl Default for Pages {
    fn default() -> Self {
        Pages { environment: LazyLock::new(Pages::environment) }
    }
}

impl Pages {
    fn environment() -> Environment<'static> {
        let mut environment = Environment::new();
        let syntax = SyntaxConfig::builder().trim_blocks(true).lstrip_blocks(true).keep_trailing_newline(true).build();
        environment.set_syntax(syntax.expect("the usual delimiters"));
        environment.set_formatter(|out, state, value| match (state.auto_escape(), value.as_str()) {
            // The usual formatter also escapes `/`, which only makes addresses unreadable.
            (AutoEscape::Html, Some(text)) if !value.is_safe() => Ok(out.write_str(&escaped(text))?),
            _ => minijinja::escape_formatter(out, state, value),
        });
        for (name, source) in TEMPLATES {
            environment.add_template(name, source).expect("a test renders every template");
        }
        environment
    }
}

/// A line of the list of feeds, and the head of a feed's own page.
#[derive(Serialize)]
struct Line {
    id: String,
    title: String,
    description: Option<String>,
    page: Value,
    home_page: Option<Value>,
    host: String,
    icon: Option<Value>,
    /// Stands for the icon of a site that has none.
    initial: String,
    language: Option<String>,
    entries: usize,
    newest: Option<Moment>,
    is_full: bool,
    health: Condition,
    addresses: Vec<Address>,
}

/// How a feed is doing, in words.
#[derive(Serialize)]
struct Condition {
    /// `ok`, `notice` or `trouble`: its colour.
    level: &'static str,
    words: &'static str,
    since: Moment,
    message: Option<Value>,
    hint: Option<Value>,
}

/// Where a feed can be subscribed to.
#[derive(Serialize)]
struct Address {
    name: &'static str,
    media_type: &'static str,
    /// Seen from the page.
    href: Value,
    /// The public address, to be copied.
    shown: String,
    /// The same to be read, with places where a line may break.
    broken: Value,
}

impl Pages {
    /// The front page: the newest stories, and all feeds in the order given.
    pub fn index(&self, title: &str, feeds: &[Overview<'_>]) -> FeedFile {
        let changed = feeds.iter().filter_map(|feed| feed.totals.changed).max().map(Moment::of);
        let stories = story::front_page(feeds, FRONT_PAGE_STORIES);
        let lines: Vec<Line> = feeds.iter().map(|feed| Line::new(feed, "")).collect();
        let page = context! {
            title => text::line(title),
            feeds => Serde(lines),
            stories => Serde(stories),
            changed => Serde(changed),
            announced => if feeds.len() <= ANNOUNCED_FEEDS { feeds.len() } else { 0 },
            is_searched => feeds.len() >= SEARCHED_FEEDS,
        };
        self.render("index.html", "index.html".to_owned(), page)
    }

    /// The page of one feed.
    pub fn feed(&self, directory_title: &str, feed: &Overview<'_>) -> FeedFile {
        let page = context! {
            directory_title => text::line(directory_title),
            feed => Serde(Line::new(feed, "../")),
            days => Serde(story::days(feed, FEED_PAGE_STORIES)),
            changed => Serde(feed.totals.changed.map(Moment::of)),
        };
        self.render("feed.html", feed.info.path_of("index.html"), page)
    }

    fn render(&self, template: &str, path: String, page: Value) -> FeedFile {
        let frame = context! {
            policy => safe(content_security_policy()),
            style => Value::from_safe_string(STYLE.to_owned()),
            script => Value::from_safe_string(SCRIPT.to_owned()),
            own_icon => safe(&format!("data:image/svg+xml;base64,{}", STANDARD.encode(ICON))),
            ..page
        };
        let template = self.environment.get_template(template).expect("a template of the table");
        let html = template.render(frame).expect("a test renders every template");
        FeedFile { path, bytes: Bytes::from(html), media_type: "text/html" }
    }
}

impl Line {
    fn new(overview: &Overview<'_>, root: &str) -> Line {
        let info = overview.info;
        let own = |file_name: &str| if root.is_empty() { info.path_of(file_name) } else { file_name.to_owned() };
        Line {
            id: info.id.to_string(),
            title: info.shown_title(),
            description: info.shown_description(),
            page: safe(&own("index.html")),
            home_page: address(&info.home_page).as_deref().map(safe),
            host: info.home_page.host_str().unwrap_or_default().trim_start_matches("www.").to_owned(),
            icon: info.icon.as_ref().and_then(address).as_deref().map(safe),
            initial: info.shown_title().chars().take(1).collect(),
            language: info.tag(),
            entries: overview.totals.items,
            newest: overview.totals.newest.map(Moment::of),
            is_full: info.content == crate::config::Content::Full,
            health: Condition::new(overview),
            addresses: Format::ALL
                .map(|format| {
                    let shown = info.url_of(format.file_name()).unwrap_or_else(|| own(format.file_name()));
                    Address {
                        name: format.name(),
                        media_type: format.media_type(),
                        href: safe(&own(format.file_name())),
                        broken: Value::from_safe_string(escaped(&shown).replace('/', "/<wbr>")),
                        shown,
                    }
                })
                .into(),
        }
    }
}

impl Condition {
    fn new(overview: &Overview<'_>) -> Condition {
        let health = overview.health;
        let (level, words) = match health.state {
            State::New => ("notice", "Not read yet"),
            State::Ok => ("ok", "Up to date"),
            State::Changed => ("notice", "Page was rebuilt"),
            State::Degraded => ("notice", "Page yields too little"),
            State::Failing => ("trouble", "Page cannot be read"),
            State::Disabled => ("trouble", "Switched off"),
        };
        // The zone of the publisher, which the stories are shown in.
        let offset = overview.totals.newest.map(|newest| *newest.offset());
        let since = match offset {
            Some(offset) => health.since.with_timezone(&offset),
            None => health.since.fixed_offset(),
        };
        let (message, hint) = (health.message.as_deref().map(sentence), health.hint.as_deref().map(sentence));
        Condition { level, words, since: Moment::of(since), message, hint }
    }
}

/// A message for the operator: what stands between backticks can be typed.
fn sentence(text: &str) -> Value {
    let text = text::line(text);
    let parts = text.split('`').enumerate().map(|(number, part)| match number % 2 {
        0 => escaped(part),
        _ => format!("<code>{}</code>", escaped(part)),
    });
    Value::from_safe_string(parts.collect())
}
