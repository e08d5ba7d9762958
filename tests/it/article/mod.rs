//! Article pages in, fields out.

pub mod corpus;
mod dates;
mod fields;
mod fuzz;
mod publishable;
mod seed;
mod sites;
mod verdicts;

use chrono::{DateTime, TimeZone, Utc};
use ressort::article::{Article, Context, extract};
use ressort::config::{Feed, Settings, feed_of_url};
use ressort::html::{Document, Limits};
use ressort::section::{Kind, Teaser};
use url::Url;

/// The time all pages are read at.
pub fn now() -> DateTime<Utc> {
    Utc.with_ymd_and_hms(2026, 2, 6, 18, 0, 0).single().expect("an existing time")
}

pub fn feed(url: &str) -> Feed {
    let url = Url::parse(url).expect("an address");
    let settings = Settings::default();
    feed_of_url(url, &settings.feeds, &settings).expect("no site files that could be wrong")
}

/// Reads a page as the article at an address.
pub fn read(page: &str, url: &str) -> Article {
    read_with(page, url, None)
}

/// The same with what the section page said.
pub fn read_with(page: &str, url: &str, teaser: Option<&Teaser>) -> Article {
    read_at(page, url, teaser, now())
}

/// The same at another time.
pub fn read_at(page: &str, url: &str, teaser: Option<&Teaser>, now: DateTime<Utc>) -> Article {
    read_within_limits(page, url, teaser, now).expect("a page within the limits")
}

/// The same, `None` for a page that costs too much to look at.
pub fn read_within_limits(page: &str, url: &str, teaser: Option<&Teaser>, now: DateTime<Utc>) -> Option<Article> {
    let feed = feed(url);
    let address = Url::parse(url).expect("an address");
    let document = Document::parse(page, &address, &Limits::default()).ok()?;
    Some(extract(&document, &Context { feed: &feed, now, teaser }))
}

pub fn teaser(title: &str, url: &str) -> Teaser {
    Teaser {
        url: Url::parse(url).expect("an address"),
        title: title.to_owned(),
        kicker: None,
        summary: None,
        image: None,
        published: None,
        authors: Vec::new(),
        paywalled: false,
        kind: Kind::Article,
        score: 1.0,
    }
}

/// Three paragraphs, so that a page has a text.
pub const PROSE: &str = "<p>Der Rat der Stadt Musterhausen hat am Donnerstag nach langer Debatte beschlossen, die alte Mühle am Fluss zu kaufen und sie den Vereinen zu überlassen.</p>\
<p>Die Bürgermeisterin sprach von einem guten Tag für die Stadt. Die Mühle stehe seit Jahren leer, und jeder Winter habe dem Dach mehr geschadet als der vorige.</p>\
<p>Die Opposition hielt dagegen, dass niemand wisse, was die Sanierung am Ende kosten werde. Ein Gutachten soll bis zum Sommer vorliegen, sagte der Kämmerer.</p>";

/// The address most pages are read at.
pub const URL: &str = "https://www.musterblatt.example/politik/muehle-12345678.html";
