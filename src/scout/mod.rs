//! A first look at a section somebody wants: what would become of it as a feed.
//!
//! [`scout`] fetches the page, finds its articles, holds the site's own feeds against them and
//! reads two articles. Nothing is kept. `add` prints what it found, the studio draws it.

mod menu;
mod native;

use chrono::{DateTime, Utc};

pub use menu::{MenuEntry, menu};
pub use native::Native;

use crate::article::{Article, Verdict};
use crate::config::{Feed, Render};
use crate::fetch::{Fetcher, Follow, Page, Request, Room, browser};
use crate::html::{Document, Limits};
use crate::pipeline::{read_article, read_section};
use crate::report::Trouble;
use crate::section::{Kind, Section, Teaser};

/// Articles that are read to show what the text will be.
const SAMPLES: usize = 2;

/// A page with fewer articles is none that anybody wants as a feed, or not what it seems.
const FEWEST_ARTICLES: usize = 3;

/// The text of an article has at least so many words; what a list says between its links has not.
const ARTICLE_WORDS: usize = 150;

/// What was found.
pub struct Scouted {
    /// With `render` as it has to be, and the address the page moved to.
    pub feed: Feed,
    pub page: Page,
    pub section: Section,
    pub native: Vec<Native>,
    pub samples: Vec<Sample>,
}

/// An article that was read for a look at its text.
pub struct Sample {
    pub teaser: Teaser,
    pub article: Result<Article, Trouble>,
}

/// What is being done, for whoever waits.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Step {
    Page,
    Browser,
    NativeFeed(String),
    Article(String),
}

/// Fetches the section page and finds its articles.
///
/// # Errors
/// Why it is no section that could be read.
pub async fn look(
    fetcher: &Fetcher,
    mut feed: Feed,
    now: DateTime<Utc>,
    step: &(dyn Fn(Step) + Sync),
) -> Result<Scouted, Trouble> {
    step(Step::Page);
    let mut page = fetch(fetcher, &feed, now).await?;
    if let Some(moved) = &page.moved_to {
        feed.url = moved.clone();
    }
    let mut section = read_section(&page.text, &page.url, &feed, None, page.date.unwrap_or(now))?;
    if section.needs_browser && feed.render == Render::Http && browser::is_installed() {
        step(Step::Browser);
        feed.render = Render::Browser;
        page = fetch(fetcher, &feed, now).await?;
        section = read_section(&page.text, &page.url, &feed, None, page.date.unwrap_or(now))?;
    }
    objections(&feed, &page, &section, now)?;
    Ok(Scouted { feed, page, section, native: Vec::new(), samples: Vec::new() })
}

/// Looks at the page, at the site's own feeds, and at two articles.
///
/// # Errors
/// As [`look`]; feeds and articles that cannot be read are part of what was found.
pub async fn scout(
    fetcher: &Fetcher,
    feed: Feed,
    now: DateTime<Utc>,
    step: &(dyn Fn(Step) + Sync),
) -> Result<Scouted, Trouble> {
    let mut scouted = look(fetcher, feed, now, step).await?;
    for url in native::addresses(&scouted) {
        step(Step::NativeFeed(url.to_string()));
        scouted.native.extend(native::read(fetcher, &url, &scouted.section, now).await);
    }
    let is_read = |teaser: &&Teaser| matches!(teaser.kind, Kind::Article | Kind::Live);
    let mut teasers: Vec<Teaser> = scouted.section.teasers.iter().filter(is_read).cloned().collect();
    // A bare link may lead to a gallery or a game; what the page introduces is worth a look.
    teasers.sort_by_key(|teaser| teaser.summary.is_none());
    teasers.truncate(SAMPLES);
    for teaser in teasers {
        step(Step::Article(teaser.title.clone()));
        let article = article(fetcher, &scouted.feed, &teaser, now).await;
        scouted.samples.push(Sample { teaser, article });
    }
    Ok(scouted)
}

/// Reads one article.
///
/// # Errors
/// Why it could not be read.
pub async fn article(fetcher: &Fetcher, feed: &Feed, teaser: &Teaser, now: DateTime<Utc>) -> Result<Article, Trouble> {
    let request =
        Request { follow: Follow::Site(&feed.extra_hosts), render: feed.render, ..Request::page(&teaser.url, now) };
    read_article(&fetcher.get(request).await?.page()?, feed, Some(teaser), now)
}

/// Fetches a page wherever it leads: whoever asks for the first time may name an old address. It is
/// kept for as long as somebody looks at it.
///
/// # Errors
/// Why there is no page.
pub async fn fetch(fetcher: &Fetcher, feed: &Feed, now: DateTime<Utc>) -> Result<Page, Trouble> {
    let request = Request {
        follow: Follow::Anywhere,
        render: feed.render,
        language: feed.language.as_ref(),
        ..Request::page(&feed.url, now)
    };
    Ok(Page { room: Room::default(), ..fetcher.get(request).await?.page()? })
}

/// Why the page is no section.
fn objections(feed: &Feed, page: &Page, section: &Section, now: DateTime<Utc>) -> Result<(), Trouble> {
    let url = page.url.to_string();
    if section.needs_browser {
        return Err(Trouble::NeedsBrowser { url });
    }
    let article = read_article(page, feed, None, now)?;
    let found = section.teasers.len();
    if is_article(&article, found) {
        return Err(Trouble::Wall { url, what: "an article" });
    }
    if found >= FEWEST_ARTICLES {
        return Ok(());
    }
    if asks_for_password(page)? {
        return Err(Trouble::Wall { url, what: "a login" });
    }
    match article.verdict {
        Verdict::Wall => Err(Trouble::Wall { url, what: "a consent wall, a bot check or a login" }),
        Verdict::Missing => Err(Trouble::Wall { url, what: "an error page" }),
        _ => Err(Trouble::NoArticles { url, last_time: None }),
    }
}

/// Lists have text too, and some call themselves articles; a date for machines beside a long text
/// tells them apart (of 32 lists none has both, of 40 articles 38).
fn is_article(article: &Article, links: usize) -> bool {
    let is_dated = article.provenance.get("published").is_some_and(|source| *source == "json-ld");
    article.verdict == Verdict::Article
        && article.text().split_whitespace().count() >= ARTICLE_WORDS
        && (is_dated || links < FEWEST_ARTICLES)
}

fn asks_for_password(page: &Page) -> Result<bool, Trouble> {
    let document = Document::parse(&page.text, &page.url, &Limits::default())?;
    Ok(document.elements().any(|element| element.value().name() == "input" && element.attr("type") == Some("password")))
}
