//! A feed definition, `feeds/NAME.toml`, and the feed it makes together with site and settings.

use std::sync::Arc;
use std::time::Duration;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use url::Url;

use super::Schedule;
use super::settings::{Access, Settings};
use super::site::{ArticleSelectors, Site, TeaserSelectors};
use super::values::{Address, FeedId, Language, Pattern, Span};
use super::zone::Zone;

/// `feeds/NAME.toml`: a section page that is wanted as a feed. Only `url` is needed.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Definition {
    /// The section page; it may also be an RSS, Atom or JSON feed or a news sitemap, whose articles
    /// are then read in full.
    pub url: Address,
    /// The name of the feed; by default what the page calls itself.
    pub title: Option<String>,
    /// The language of the feed; by default what the page declares.
    pub language: Option<Language>,
    /// When to look, as a cron line in the site's time zone.
    pub schedule: Option<Schedule>,
    /// The zone of the schedule and of dates that carry none.
    pub time_zone: Option<Zone>,
    /// Full text, or only the summary.
    pub content: Option<Content>,
    /// Where to look for articles: by default the page alone. Several are joined.
    #[serde(default)]
    pub sources: Vec<SourceKind>,
    /// How many pages of the section to read.
    pub pages: Option<u8>,
    /// How pages are fetched: plainly, or through a browser that runs their scripts.
    #[serde(default)]
    pub render: Render,
    /// Which of the found articles belong to the section.
    #[serde(default)]
    pub section: SectionRule,
    /// Further hosts whose articles belong to the site.
    #[serde(default)]
    pub extra_hosts: Vec<String>,
    /// Only addresses that match one of these.
    #[serde(default)]
    pub include_urls: Vec<Pattern>,
    /// No addresses that match one of these.
    #[serde(default)]
    pub exclude_urls: Vec<Pattern>,
    /// An article that stays incomplete is held back for this many attempts, then published with
    /// its teaser only.
    pub hold: Option<u32>,
    #[serde(default)]
    pub keep: KeepDefinition,
    #[serde(default)]
    pub filter: Filter,
    /// Overrides for the section page.
    #[serde(default)]
    pub select: TeaserSelectors,
    /// Overrides for the article pages.
    #[serde(default)]
    pub article: ArticleSelectors,
}

impl Definition {
    /// The smallest definition.
    pub fn of(url: Url) -> Definition {
        Definition {
            url: Address(url),
            title: None,
            language: None,
            schedule: None,
            time_zone: None,
            content: None,
            sources: Vec::new(),
            pages: None,
            render: Render::default(),
            section: SectionRule::default(),
            extra_hosts: Vec::new(),
            include_urls: Vec::new(),
            exclude_urls: Vec::new(),
            hold: None,
            keep: KeepDefinition::default(),
            filter: Filter::default(),
            select: TeaserSelectors::default(),
            article: ArticleSelectors::default(),
        }
    }
}

/// How much of an article a feed carries.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Content {
    Full,
    Summary,
}

/// Where teasers come from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum SourceKind {
    /// The links of the section page.
    Page,
    /// The feed that the site itself has for the section.
    Feed,
    /// The news sitemap of the paper: what of it lies below the section's address.
    Sitemap,
}

impl SourceKind {
    /// The word it is written as.
    pub fn as_str(self) -> &'static str {
        match self {
            SourceKind::Page => "page",
            SourceKind::Feed => "feed",
            SourceKind::Sitemap => "sitemap",
        }
    }

    /// What it is, in words.
    pub fn describe(self) -> &'static str {
        match self {
            SourceKind::Page => "section page",
            SourceKind::Feed => "feed of its own for the section",
            SourceKind::Sitemap => "news sitemap",
        }
    }
}

/// How pages are fetched.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Render {
    /// Plain HTTP.
    #[default]
    Http,
    /// A headless Chromium, for pages that are empty without JavaScript.
    Browser,
}

/// Which of the articles on a section page belong to the section.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum SectionRule {
    /// What the page itself shows to be its own.
    #[default]
    Page,
    /// Only addresses below the section's path.
    Prefix,
    /// Only articles whose breadcrumb names the section.
    Breadcrumb,
    /// Everything.
    Off,
}

/// Which articles become entries. All that is given must hold.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct Filter {
    /// Only titles that match one of these.
    pub keep_titles: Vec<Pattern>,
    /// No titles that match one of these.
    pub drop_titles: Vec<Pattern>,
    /// Only articles in one of these categories (from the breadcrumb).
    pub categories: Vec<String>,
    pub drop_categories: Vec<String>,
    /// Only articles by one of these authors.
    pub authors: Vec<String>,
    pub drop_authors: Vec<String>,
    /// What happens to articles behind a paywall.
    pub paid: Paid,
    /// Only these kinds; by default all but advertisements.
    pub kinds: Vec<crate::section::Kind>,
    /// Only articles in one of these languages.
    pub languages: Vec<Language>,
    /// Only articles with at least this many words of text.
    pub min_words: Option<u32>,
}

/// What happens to articles behind a paywall.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Paid {
    #[default]
    Keep,
    Drop,
    Only,
}

/// How long entries stay, as written.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct KeepDefinition {
    /// At least this many entries stay in the feed.
    pub entries: Option<u32>,
    /// Everything younger than this stays as well.
    pub at_least: Option<Span>,
    /// What is older stays in an archive, a page for each week, until it is older than this;
    /// without it there is none. It needs a `base_url`.
    pub archive: Option<Span>,
}

/// How long entries stay in the feed: the union of both.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Keep {
    pub entries: u32,
    pub at_least: Duration,
    /// How long entries beyond both stay in the archive, if there is one.
    pub archive: Option<Duration>,
}

/// Fifty to a hundred items are what readers expect of a feed.
const DEFAULT_KEEP_ENTRIES: u32 = 60;

/// Entries younger than this stay even beyond `keep.entries`, so that a busy news week does not
/// push articles out between two visits of a reader.
const DEFAULT_KEEP_AT_LEAST: Duration = Duration::from_secs(7 * 24 * 60 * 60);

/// liferea, rss2email and Thunderbird never take an update of a known id, so an entry should be
/// complete when it first appears; but a page that stays closed is news as well.
const DEFAULT_HOLD: u32 = 3;

/// Sections change about once an hour (0.2 to 1.5 new articles an hour on nine German sections,
/// an article stays 4 hours or longer); twice an hour misses nothing and burdens nobody.
const DEFAULT_SCHEDULE: &str = "*/30 * * * *";

/// A feed with everything decided: definition over site facts over settings.
#[derive(Debug, Clone)]
pub struct Feed {
    pub id: FeedId,
    pub url: Url,
    pub title: Option<String>,
    pub language: Option<Language>,
    pub schedule: Schedule,
    pub zone: Zone,
    pub content: Content,
    pub sources: Vec<SourceKind>,
    pub pages: u8,
    pub render: Render,
    pub section: SectionRule,
    pub extra_hosts: Vec<String>,
    pub include_urls: Vec<Pattern>,
    pub exclude_urls: Vec<Pattern>,
    pub hold: u32,
    pub keep: Keep,
    pub filter: Filter,
    pub select: TeaserSelectors,
    pub article: ArticleSelectors,
    pub site: Arc<Site>,
}

impl Feed {
    pub fn new(id: FeedId, definition: Definition, site: Arc<Site>, settings: &Settings) -> Feed {
        let zone = definition.time_zone.or(site.time_zone).or(settings.time_zone);
        Feed {
            id,
            zone: zone.unwrap_or_else(|| zone_of_country(&definition.url.0)),
            title: definition.title,
            language: definition.language.or_else(|| site.language.clone()),
            schedule: definition
                .schedule
                .or_else(|| settings.schedule.clone())
                .unwrap_or_else(|| DEFAULT_SCHEDULE.parse().expect("a valid line")),
            content: definition.content.or(settings.content).unwrap_or(match settings.access {
                None | Some(Access::Private) => Content::Full,
                Some(Access::Public) => Content::Summary,
            }),
            sources: if definition.sources.is_empty() { vec![SourceKind::Page] } else { definition.sources },
            pages: definition.pages.unwrap_or(1).max(1),
            render: definition.render,
            section: definition.section,
            extra_hosts: definition.extra_hosts,
            include_urls: definition.include_urls,
            exclude_urls: definition.exclude_urls,
            hold: definition.hold.unwrap_or(DEFAULT_HOLD),
            keep: Keep {
                entries: definition.keep.entries.or(settings.keep.entries).unwrap_or(DEFAULT_KEEP_ENTRIES),
                at_least: definition
                    .keep
                    .at_least
                    .or(settings.keep.at_least)
                    .map_or(DEFAULT_KEEP_AT_LEAST, |span| span.0),
                archive: definition.keep.archive.or(settings.keep.archive).map(|span| span.0),
            },
            filter: definition.filter,
            select: definition.select.over(&site.select),
            article: definition.article.over(&site.article),
            url: definition.url.0,
            site,
        }
    }
}

/// The zone most of a country's papers are made in, by the top-level domain; UTC if unknown.
/// Countries with several zones are left out: a wrong zone is worse than none.
const ZONES_BY_COUNTRY: [(&str, &str); 26] = [
    ("at", "Europe/Vienna"),
    ("be", "Europe/Brussels"),
    ("bg", "Europe/Sofia"),
    ("ch", "Europe/Zurich"),
    ("cz", "Europe/Prague"),
    ("de", "Europe/Berlin"),
    ("dk", "Europe/Copenhagen"),
    ("ee", "Europe/Tallinn"),
    ("es", "Europe/Madrid"),
    ("fi", "Europe/Helsinki"),
    ("fr", "Europe/Paris"),
    ("gr", "Europe/Athens"),
    ("hu", "Europe/Budapest"),
    ("ie", "Europe/Dublin"),
    ("it", "Europe/Rome"),
    ("jp", "Asia/Tokyo"),
    ("kr", "Asia/Seoul"),
    ("lu", "Europe/Luxembourg"),
    ("nl", "Europe/Amsterdam"),
    ("no", "Europe/Oslo"),
    ("pl", "Europe/Warsaw"),
    ("ro", "Europe/Bucharest"),
    ("se", "Europe/Stockholm"),
    ("tr", "Europe/Istanbul"),
    ("ua", "Europe/Kyiv"),
    ("uk", "Europe/London"),
];

fn zone_of_country(url: &Url) -> Zone {
    let country = url.host_str().unwrap_or_default().rsplit('.').next().unwrap_or_default();
    let listed = ZONES_BY_COUNTRY.iter().find(|(code, _)| *code == country);
    listed.map_or(Zone::UTC, |(_, name)| Zone::named(name).expect("a name of the database"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn all_zones_of_countries_are_in_the_database() {
        for (country, name) in ZONES_BY_COUNTRY {
            assert!(Zone::named(name).is_some(), "{country}: {name}");
        }
    }
}
