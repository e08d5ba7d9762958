//! The lead image with its caption and credit.
//!
//! `og:image` and the structured data know which picture it is but often in a crop for social
//! networks; the figure nearest the headline has it as readers see it, with what is written
//! below. A figure that a witness confirms wins, then the first figure before the text.

use scraper::ElementRef;
use url::Url;

use super::caption::{self, Caption};
use super::evidence::{Evidence, Spot, Tag};
use super::marks::{self, Marks};
use super::{Found, Image, Source, first};
use super::{figure, pictures};
use crate::config::Css;
use crate::html::json_ld::{self, Node};
use crate::html::text;

pub fn image(evidence: &Evidence<'_>) -> Option<Found<Image>> {
    let mut found = first(SOURCES, evidence)?;
    if let Some(node) = described(evidence, &found.value.url) {
        let texts = of_node(node);
        found.value.caption = found.value.caption.or(texts.caption);
        found.value.credit = found.value.credit.or(texts.credit);
    }
    let rules = &evidence.context.feed.article;
    let selected = |css: Option<&Css>| Some(text::text_of(evidence.selected(css)?)).filter(|text| !text.is_empty());
    if let Some(whole) = selected(rules.caption.as_ref()) {
        let apart = caption::apart(&whole);
        (found.value.caption, found.value.credit) = (apart.caption, apart.credit.or(found.value.credit));
    }
    if let Some(credit) = selected(rules.credit.as_ref()) {
        found.value.credit = Some(caption::without_label(&credit)).filter(|credit| !credit.is_empty());
    }
    Some(found)
}

const SOURCES: &[Source<Image>] = &[
    ("selector", selected),
    ("figure", |evidence| confirmed(evidence, head(evidence))),
    ("figure", leading),
    ("figure", |evidence| confirmed(evidence, evidence.tagged(Tag::Image).filter(|spot| is_content(spot)))),
    ("opengraph", |evidence| declared(evidence, &["og:image:secure_url", "og:image", "og:image:url"])),
    ("json-ld", structured),
];

fn selected(evidence: &Evidence<'_>) -> Option<Image> {
    let element = evidence.selected(evidence.context.feed.article.image.as_ref())?;
    let inner = element.descendants().filter_map(ElementRef::wrap);
    let picture =
        std::iter::once(element).chain(inner).find(|inner| matches!(inner.value().name(), "img" | "amp-img"))?;
    with_caption(evidence, picture)
}

/// How far before the headline and behind the start of the text a lead image stands, in elements.
const BEFORE: usize = 120;
const BEHIND: usize = 12;

/// Pictures of the article's head in document order.
fn head<'e, 'a>(evidence: &'e Evidence<'a>) -> impl Iterator<Item = &'e Spot<'a>> {
    let headline = evidence.headline_spot().map_or(0, |spot| spot.at);
    let from = headline.saturating_sub(BEFORE);
    let to = match evidence.text_start {
        usize::MAX => headline.saturating_add(400),
        start => start.saturating_add(BEHIND),
    };
    evidence.tagged(Tag::Image).filter(move |spot| spot.at >= from && spot.at <= to).filter(|spot| is_content(spot))
}

/// The first picture that a witness knows.
fn confirmed<'e, 'a: 'e>(
    evidence: &'e Evidence<'a>,
    mut pictures: impl Iterator<Item = &'e Spot<'a>>,
) -> Option<Image> {
    let witnesses = witnesses(evidence);
    let is_known = |url: &Url| witnesses.iter().any(|witness| pictures::is_same(url, witness));
    let found = pictures.find(|spot| pictures::addresses(evidence.document, spot.element).iter().any(is_known))?;
    with_caption(evidence, found.element)
}

/// The first picture between headline and text.
fn leading(evidence: &Evidence<'_>) -> Option<Image> {
    let headline = evidence.headline_spot()?.at;
    let is_framed = |spot: &&Spot<'_>| {
        figure::boxes(spot.element)
            .take(8)
            .any(|around| around.value().name() == "figure" || marks::of(around).has(Marks::IMAGE))
    };
    let mut after =
        head(evidence).filter(|spot| spot.at >= headline && spot.at <= evidence.text_start).filter(is_framed);
    with_caption(evidence, after.next()?.element)
}

/// Pictures that witnesses name: the lead image in a few crops.
const MOST_WITNESSES: usize = 20;

fn witnesses(evidence: &Evidence<'_>) -> Vec<Url> {
    let declared = ["og:image", "twitter:image", "twitter:image:src", "thumbnail", "og:image:url"];
    let metas = declared.iter().flat_map(|name| evidence.metas(name));
    let structured = evidence
        .article
        .map(|article| [article.addresses("image"), article.addresses("thumbnailUrl")].concat())
        .unwrap_or_default();
    metas.chain(structured).filter_map(|address| evidence.document.link(address)).take(MOST_WITNESSES).collect()
}

fn declared(evidence: &Evidence<'_>, names: &[&str]) -> Option<Image> {
    let url = names
        .iter()
        .flat_map(|name| evidence.metas(name))
        .filter_map(|address| evidence.document.link(address))
        .find(|url| !pictures::is_stand_in(url))?;
    Some(Image { url, caption: None, credit: None })
}

fn structured(evidence: &Evidence<'_>) -> Option<Image> {
    let addresses = evidence.article?.addresses("image");
    let url = addresses
        .iter()
        .filter_map(|address| evidence.document.link(address))
        .find(|url| !pictures::is_stand_in(url))?;
    Some(Image { url, caption: None, credit: None })
}

/// The node that describes a picture.
fn described<'a>(evidence: &Evidence<'a>, url: &Url) -> Option<Node<'a>> {
    let article = evidence.article?;
    article.nodes("image").find(|node| {
        ["url", "contentUrl"]
            .iter()
            .filter_map(|key| node.string(key))
            .filter_map(|address| evidence.document.link(address))
            .any(|own| pictures::is_same(&own, url))
    })
}

fn of_node(node: Node<'_>) -> Caption {
    let line = |key| node.text(key).filter(|text: &String| text.chars().count() < 600);
    let whole = line("caption").map(|whole| caption::apart(&json_ld::line(&whole))).unwrap_or_default();
    let credit = ["creditText", "copyrightNotice", "copyrightHolder", "author", "creator"].into_iter().find_map(line);
    Caption {
        caption: whole.caption,
        credit: whole
            .credit
            .or(credit.map(|credit| caption::without_label(&credit)))
            .filter(|credit| !credit.is_empty()),
    }
}

/// How many elements a portrait, its link and a few words are made of.
const LARGEST_PORTRAIT: usize = 20;

/// Not a portrait of the author, an icon, a pixel.
fn is_content(spot: &Spot<'_>) -> bool {
    let size = |name| spot.element.attr(name).and_then(|value| value.trim_end_matches("px").parse::<u32>().ok());
    // `width="16" height="9"` is a ratio, `width="24" height="24"` an icon.
    let is_small = match (size("width"), size("height")) {
        (Some(width), Some(height)) if width <= 32 && height <= 32 => width == height,
        (width, height) => [width, height].into_iter().flatten().any(|size| (1..100).contains(&size)),
    };
    let is_portrait = |around: ElementRef<'_>| {
        let names = marks::of(around);
        names.has(Marks::BYLINE) && !names.has(Marks::CAPTION) || names.has(Marks::BIOGRAPHY)
    };
    // A portrait stands in a small box with a link to the author's page, or that link is its caption.
    let is_signed = |around: ElementRef<'_>| {
        let inner: Vec<ElementRef<'_>> =
            around.descendants().filter_map(ElementRef::wrap).take(LARGEST_PORTRAIT + 1).collect();
        let links_author =
            |link: &&ElementRef<'_>| link.value().name() == "a" && super::authors::leads_to_author(**link);
        let in_caption = |link: &ElementRef<'_>| {
            link.ancestors().filter_map(ElementRef::wrap).take(4).any(|outer| outer.value().name() == "figcaption")
        };
        let is_small = inner.len() <= LARGEST_PORTRAIT;
        let has_more = inner.iter().any(|inner| matches!(inner.value().name(), "figcaption" | "h1" | "h2"));
        inner.iter().find(links_author).is_some_and(|link| in_caption(link) || is_small && !has_more)
    };
    let mut around = figure::boxes(spot.element).take(6).chain([spot.element]);
    !is_small && !around.any(is_portrait) && !figure::boxes(spot.element).take(3).any(is_signed)
}

fn with_caption(evidence: &Evidence<'_>, picture: ElementRef<'_>) -> Option<Image> {
    let url = pictures::best(evidence.document, picture)?;
    let written = figure::below(picture);
    Some(Image { url, caption: written.caption, credit: written.credit })
}
