//! Which node of the structured data is the article of this page.
//!
//! A page may describe several: the articles it links to, the entries of a live blog, the film
//! above the text. The first one is not always the page's own.

use super::evidence::Evidence;
use crate::html::json_ld::{JsonLd, Node};

/// Types that are an article, or stand in its place.
const ARTICLES: &[&str] = &[
    "NewsArticle",
    "Article",
    "ReportageNewsArticle",
    "AnalysisNewsArticle",
    "OpinionNewsArticle",
    "BackgroundNewsArticle",
    "ReviewNewsArticle",
    "AskPublicNewsArticle",
    "AdvertiserContentArticle",
    "SatiricalArticle",
    "LiveBlogPosting",
    "BlogPosting",
    "ScholarlyArticle",
    "TechArticle",
    "Report",
    "Review",
    "CriticReview",
    "Recipe",
    "SocialMediaPosting",
    "DiscussionForumPosting",
];

/// Types that only count where there is no article: they then describe the whole page.
const LESSER: &[&str] = &["WebPage", "ItemPage", "VideoObject", "PodcastEpisode", "ImageGallery", "MediaGallery"];

/// Candidates beyond this many are the entries of a list or live blog.
const MOST_CANDIDATES: usize = 40;

/// The node of this page's article.
pub fn own_article<'a>(evidence: &Evidence<'a>) -> Option<Node<'a>> {
    let data: &'a JsonLd = evidence.data;
    best(evidence, data, ARTICLES).or_else(|| best(evidence, data, LESSER))
}

fn best<'a>(evidence: &Evidence<'a>, data: &'a JsonLd, types: &'static [&'static str]) -> Option<Node<'a>> {
    let candidates = data.of_type(types).filter(|node| {
        node.string("headline").or(node.string("name")).is_some() || node.string("datePublished").is_some()
    });
    let mut best: Option<(u32, Node<'a>)> = None;
    for node in candidates.take(MOST_CANDIDATES) {
        let worth = worth(evidence, node);
        // The first of equals: outer nodes come before the ones inside.
        if best.is_none_or(|(most, _)| worth > most) {
            best = Some((worth, node));
        }
    }
    best.map(|(_, node)| node)
}

fn worth(evidence: &Evidence<'_>, node: Node<'_>) -> u32 {
    let own_address = ["url", "mainEntityOfPage", "@id"]
        .into_iter()
        .flat_map(|key| node.addresses(key))
        .any(|address| evidence.is_own_address(address));
    let titles = [evidence.meta_line(&["og:title", "twitter:title"]), Some(evidence.page_title().to_owned())];
    let own_title = node.text("headline").is_some_and(|headline| {
        titles
            .iter()
            .flatten()
            .any(|title| super::title::is_same(title, &headline) || title.contains(headline.as_str()))
    });
    8 * u32::from(own_address)
        + 4 * u32::from(own_title)
        + 2 * u32::from(node.value("datePublished").is_some())
        + u32::from(node.value("author").is_some())
        + u32::from(node.value("articleBody").is_some())
        + u32::from(node.value("headline").is_some())
}
