//! The section page: which of its links are articles, and what it says of each.
//!
//! Everything here is a pure function of the page, the feed and the time.

mod address;
mod blocks;
mod candidates;
mod cards;
mod declared;
mod facts;
pub mod features;
mod groups;
mod headings;
mod item_list;
mod marks;
pub mod memory;
pub mod model;
pub mod native;
mod outline;
mod picture;
mod proposal;
mod select;
mod state;
pub mod survey;
mod teaser;
mod titles;
pub mod training;
mod views;
mod weights;
mod words;

use std::collections::BTreeMap;

use chrono::{DateTime, FixedOffset, Utc};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use url::Url;

pub use address::registrable as publisher;
pub use blocks::{Block, Reason};
pub use proposal::Proposal;

use crate::config::{Feed, Language};
use crate::dates::Locale;
use crate::entry::normalised;
use crate::html::Document;
use marks::Marks;
use memory::Memory;
use model::Model;
use select::Fields;
use survey::Survey;

/// What a section page says of one article.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Teaser {
    /// Absolute, without fragment and tracking parameters.
    pub url: Url,
    /// The headline without kicker and paid mark.
    pub title: String,
    pub kicker: Option<String>,
    pub summary: Option<String>,
    pub image: Option<Url>,
    pub published: Option<DateTime<FixedOffset>>,
    pub authors: Vec<String>,
    pub paywalled: bool,
    pub kind: Kind,
    /// How certain it is that this is an article of the section, 0 to 1.
    pub score: f32,
}

/// What an article is.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    #[default]
    Article,
    Video,
    Podcast,
    Gallery,
    Live,
    Ad,
}

/// A feed that the site itself offers for the section.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct NativeFeed {
    pub url: Url,
    pub title: Option<String>,
    /// It is the section's and not the whole paper's, by its address and title.
    pub is_own: bool,
}

/// Everything a section page yields.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Section {
    pub url: Url,
    pub title: Option<String>,
    pub language: Option<String>,
    /// From the root ("Startseite") to the section itself.
    pub breadcrumb: Vec<String>,
    pub native_feeds: Vec<NativeFeed>,
    /// Where a feed of the section may lie though the page does not say so.
    #[serde(skip)]
    pub feed_guesses: Vec<Url>,
    /// In document order.
    pub teasers: Vec<Teaser>,
    /// What the page consists of: blocks of teasers and what was left out.
    pub blocks: Vec<Block>,
    /// The forms that addresses and cards of the teasers have, for [`memory`].
    pub structure: Structure,
    /// The following page of the section, if it has several.
    pub next_page: Option<Url>,
    /// The page is empty until its scripts run: `render = "browser"` is needed.
    pub needs_browser: bool,
    /// The feed's selectors that matched nothing; the automatic choice stood in for them.
    pub unmatched: Vec<&'static str>,
    /// What to write in their place.
    pub proposals: Vec<Proposal>,
}

/// The forms of addresses and cards, each with how many teasers have it.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Structure {
    pub templates: BTreeMap<String, usize>,
    pub signatures: BTreeMap<String, usize>,
}

/// What is known before the page is looked at.
pub struct Context<'a> {
    pub feed: &'a Feed,
    /// The time of the answer, which relative times on the page count from.
    pub now: DateTime<Utc>,
}

/// Finds the articles of a section page.
pub fn teasers(document: &Document, context: &Context<'_>) -> Section {
    teasers_by(document, context, None, &Model::trained())
}

/// The same, helped by what the feed remembers of the page.
pub fn teasers_remembering(document: &Document, context: &Context<'_>, memory: &Memory) -> Section {
    teasers_by(document, context, Some(memory), &Model::trained())
}

/// The same with other weights than the trained ones.
pub fn teasers_by(document: &Document, context: &Context<'_>, memory: Option<&Memory>, model: &Model) -> Section {
    let feed = context.feed;
    let mut survey = Survey::of(document, feed, model);
    let mut scores = survey.judge(model);
    if let Some(memory) = memory {
        survey.remember(memory, &mut scores);
    }
    let mut chosen = select::choose(&survey, &feed.select);
    chosen.give_way(&scores, memory.and_then(Memory::usual));
    let is_chosen = select::settle(&chosen, &mut survey, &mut scores);
    let mut fates = blocks::decide(&survey, &scores, feed.section, &is_chosen);

    let language = document.declared_language().and_then(Language::declared);
    let language = language.or_else(|| feed.language.clone()).map(|language| language.as_str().to_owned());
    let locale = Locale { zone: feed.zone, now: context.now, language: language.as_deref() };
    let mut marks = Marks::default();
    let mut fields = Fields::of(&feed.select);
    let mut structure = Structure::default();
    let dates = item_list::dates(document, &survey.declared.data, feed.zone);
    let mut teasers = Vec::new();
    let articles = blocks::articles(&fates);
    for &at in &articles {
        let mut teaser = teaser::read(document, &survey, at, scores[at], &locale, &mut marks, &mut fields);
        if teaser.title.is_empty() {
            fates[at].left_out = Some(Reason::NotArticles);
            continue;
        }
        if teaser.kind == Kind::Ad && !feed.filter.kinds.contains(&Kind::Ad) {
            fates[at].left_out = Some(Reason::Advertisement);
            continue;
        }
        teaser.published = teaser.published.or_else(|| dates.get(&normalised(&teaser.url)).copied());
        *structure.templates.entry(survey.candidates[at].address.template.clone()).or_default() += 1;
        *structure.signatures.entry(survey.outline.signature(survey.cards[at])).or_default() += 1;
        teasers.push(teaser);
    }
    let (outline, declared) = (&survey.outline, &survey.declared);
    let mut blocks = blocks::blocks(&survey, &scores, &fates);
    let mut needs_browser = facts::is_shell(declared, outline);
    if teasers.is_empty() && (needs_browser || outline.links.len() <= state::FEW_LINKS) {
        teasers = state::teasers(document, feed, model);
        needs_browser &= teasers.is_empty();
        blocks.splice(0..0, state::block(&teasers, &mut structure));
    }
    let unmatched: Vec<&'static str> = survey.unmatched().chain(chosen.unmatched).chain(fields.unmatched()).collect();
    let breadcrumb = facts::breadcrumb(outline, &declared.data);
    let title = facts::title(declared, outline, &breadcrumb);
    Section {
        url: document.url.clone(),
        native_feeds: facts::native_feeds(document, declared, outline, title.as_deref()),
        feed_guesses: facts::native_feed_guesses(document, declared, &feed.site),
        title,
        language,
        breadcrumb,
        next_page: facts::next_page(document, declared, outline),
        needs_browser,
        proposals: proposal::proposals(&survey, &articles, &unmatched),
        unmatched,
        blocks,
        structure,
        teasers,
    }
}
