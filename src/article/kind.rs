//! What an article is: text, film, pictures, a live blog, an advertisement.

use super::evidence::Evidence;
use super::{Found, Source, first};
use crate::section::Kind;

pub fn kind(evidence: &Evidence<'_>) -> Option<Found<Kind>> {
    first(SOURCES, evidence)
}

const SOURCES: &[Source<Kind>] = &[("json-ld", structured), ("opengraph", declared), ("address", addressed)];

fn structured(evidence: &Evidence<'_>) -> Option<Kind> {
    let article = evidence.article?;
    let kinds: [(&[&str], Kind); 5] = [
        (&["LiveBlogPosting"], Kind::Live),
        (&["AdvertiserContentArticle"], Kind::Ad),
        (&["ImageGallery", "MediaGallery"], Kind::Gallery),
        (&["PodcastEpisode"], Kind::Podcast),
        (&["VideoObject"], Kind::Video),
    ];
    kinds.iter().find(|(types, _)| article.is_any(types)).map(|(_, kind)| *kind)
}

fn declared(evidence: &Evidence<'_>) -> Option<Kind> {
    let kind = evidence.meta(&["og:type"])?.to_ascii_lowercase();
    let no_text = evidence.text_start == usize::MAX;
    match kind.as_str() {
        kind if kind.starts_with("video") && no_text => Some(Kind::Video),
        kind if kind.starts_with("music") && no_text => Some(Kind::Podcast),
        _ => None,
    }
}

/// Segments and words of addresses that publishers keep for one kind.
const WORDS: [(&str, Kind); 14] = [
    ("video", Kind::Video),
    ("videos", Kind::Video),
    ("podcast", Kind::Podcast),
    ("podcasts", Kind::Podcast),
    ("fotostrecke", Kind::Gallery),
    ("fotostrecken", Kind::Gallery),
    ("bildergalerie", Kind::Gallery),
    ("gallery", Kind::Gallery),
    ("galerie", Kind::Gallery),
    ("slideshow", Kind::Gallery),
    ("liveblog", Kind::Live),
    ("liveticker", Kind::Live),
    ("live-blog", Kind::Live),
    ("advertorial", Kind::Ad),
];

fn addressed(evidence: &Evidence<'_>) -> Option<Kind> {
    let path = evidence.document.url.path().to_ascii_lowercase();
    let segments: Vec<&str> = path.split('/').collect();
    let (slug, folders) = segments.split_last()?;
    let folder = WORDS.iter().find(|(word, _)| folders.contains(word));
    let in_slug = WORDS
        .iter()
        .filter(|(word, _)| matches!(*word, "liveblog" | "liveticker" | "live-blog" | "fotostrecke" | "bildergalerie"));
    let no_text = evidence.text_start == usize::MAX;
    folder
        .filter(|(_, kind)| !matches!(kind, Kind::Video | Kind::Podcast) || no_text)
        .or_else(|| in_slug.into_iter().find(|(word, _)| slug.contains(word)))
        .map(|(_, kind)| *kind)
}
