//! Pictures, films and posts between the paragraphs: which of them are the article's.
//!
//! None of them counts as text. A picture becomes a figure with its caption, a film or map that
//! the page shows in a frame becomes a link to it, the post of a network becomes a quote.

use std::ops::Range;

use scraper::ElementRef;
use url::Url;

use super::names::Names;
use super::notices;
use super::outline::{Kind, Outline, Passage, Piece, Tag};
use super::survey::Survey;
use crate::article::{Block, caption, pictures};
use crate::html::entities::escape;
use crate::html::picture::is_hidden;
use crate::html::{Document, text};

/// Something between two passages of the text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Medium {
    /// By index into the outline, with the passages that are its caption.
    Picture {
        at: usize,
        caption: Vec<usize>,
    },
    Embed {
        at: usize,
    },
    /// A post, with the passages it consists of.
    Post {
        passages: Vec<usize>,
    },
}

impl Medium {
    /// Where it stands in the outline.
    pub fn at(&self) -> usize {
        match self {
            Medium::Picture { at, .. } | Medium::Embed { at } => *at,
            Medium::Post { passages } => passages[0],
        }
    }
}

/// Boxes whose pictures are not the article's.
const FOREIGN: Names = Names(
    Names::RELATED.0
        | Names::TEASER.0
        | Names::NEWSLETTER.0
        | Names::AUTHOR.0
        | Names::SHARE.0
        | Names::COMMENT.0
        | Names::ADVERT.0
        | Names::PROMOTION.0
        | Names::NAVIGATION.0
        | Names::CONSENT.0
        | Names::PAYWALL.0,
);

/// More text than this in the box of a picture is no caption.
const LONGEST_CAPTION: u32 = 600;

/// Smaller pictures, in pixels, are icons and pixels that count readers.
const SMALLEST: u32 = 60;

/// The media that stand between the first and the last of the kept passages, given by index
/// into the outline.
pub fn between(survey: &Survey<'_, '_>, kept: &[usize]) -> Vec<Medium> {
    let outline = survey.outline;
    let (Some(&first), Some(&last)) = (kept.first(), kept.last()) else { return Vec::new() };
    let last = gallery_end(survey, last);
    let mut media = Vec::new();
    let mut at = first;
    while at < last {
        let passage = &outline.passages[at];
        let (found, next) = match passage.kind {
            Kind::Text => post(outline, at).filter(|_| kept.binary_search(&at).is_err()).unwrap_or((None, at + 1)),
            Kind::Picture => (picture(survey, kept, at), at + 1),
            Kind::Embed => (frame(survey, kept, at).map(|_| Medium::Embed { at }), at + 1),
        };
        media.extend(found);
        at = next.max(at + 1);
    }
    media
}

/// Where the pictures end that follow the text, each in a figure with its caption.
fn gallery_end(survey: &Survey<'_, '_>, last: usize) -> usize {
    let outline = survey.outline;
    let figure_of = |at: usize| {
        let around = outline.around(outline.passages[at].place).take_while(|&place| place != survey.core);
        around.filter(|&place| outline.places[place].tag == Tag::Figure).last()
    };
    let mut end = last;
    for at in last + 1..outline.places[survey.core].passages.end {
        let Some(figure) = figure_of(at) else { break };
        let inside = &outline.passages[outline.places[figure].passages.clone()];
        let has = |kind| inside.iter().any(|passage| passage.kind == kind);
        if !(has(Kind::Picture) && has(Kind::Text)) {
            break;
        }
        end = at + 1;
    }
    end
}

fn post(outline: &Outline<'_>, at: usize) -> Option<(Option<Medium>, usize)> {
    let quote = outline.around(outline.passages[at].block).find(|&place| {
        let place = &outline.places[place];
        place.tag == Tag::Quote && notices::is_post(place.class)
    })?;
    let inside = outline.places[quote].passages.clone();
    let passages = (at..inside.end).filter(|&at| outline.passages[at].kind == Kind::Text).collect();
    Some((Some(Medium::Post { passages }), inside.end))
}

/// The outermost box around a passage that holds no kept one, if it can be the article's.
fn frame(survey: &Survey<'_, '_>, kept: &[usize], at: usize) -> Option<usize> {
    let outline = survey.outline;
    let free = |place: usize| {
        let inside = &outline.places[place].passages;
        let from = kept.partition_point(|index| *index < inside.start);
        kept.get(from).is_none_or(|index| *index >= inside.end)
    };
    let boxes: Vec<usize> =
        outline.around(outline.passages[at].place).take_while(|&place| place != survey.core && free(place)).collect();
    let foreign = boxes.iter().any(|&place| {
        survey.tells(place).has(FOREIGN)
            || outline.places[place].hidden
            || matches!(outline.places[place].tag, Tag::Nav | Tag::Aside | Tag::Footer | Tag::Form)
    });
    (!foreign).then(|| boxes.last().copied().unwrap_or(outline.passages[at].place))
}

fn picture(survey: &Survey<'_, '_>, kept: &[usize], at: usize) -> Option<Medium> {
    let outline = survey.outline;
    let outer = frame(survey, kept, at)?;
    let texts = |range: Range<usize>| range.filter(|&other| outline.passages[other].kind == Kind::Text);
    let inside = outline.places[outer].passages.clone();
    let heading = |other: usize| matches!(outline.places[outline.passages[other].block].tag, Tag::Heading(_));
    let (letters, linked) = texts(inside.clone()).fold((0, 0), |(letters, linked), other| {
        let measure = outline.passages[other].measure;
        (letters + measure.letters, linked + measure.linked)
    });
    let is_figure = outline.around(outline.passages[at].place).any(|place| outline.places[place].tag == Tag::Figure);
    let leads_elsewhere = linked * 2 > letters
        || texts(inside.clone())
            .any(|other| notices::is_pointer(outline.text(&outline.passages[other]), &outline.passages[other].measure));
    if texts(inside.clone()).any(heading) && !is_figure || leads_elsewhere && letters > 0 {
        return None;
    }
    // In a gallery each picture has a box of its own.
    let pictures = |range: Range<usize>| range.filter(|&other| outline.passages[other].kind == Kind::Picture).count();
    let own = outline
        .around(outline.passages[at].place)
        .take_while(|&place| place != survey.core && pictures(outline.places[place].passages.clone()) == 1)
        .take_while(|&place| {
            inside.start <= outline.places[place].passages.start && outline.places[place].passages.end <= inside.end
        })
        .last();
    // "Image" before the caption is for screen readers.
    let spoken = |other: &usize| survey.tells(outline.passages[*other].place).has(Names::HIDDEN);
    let caption = own.map(|own| texts(outline.places[own].passages.clone()).filter(|other| !spoken(other)).collect());
    let caption: Vec<usize> = caption.unwrap_or_default();
    let letters: u32 = caption.iter().map(|&other| outline.passages[other].measure.letters).sum();
    Some(Medium::Picture { at, caption: if letters <= LONGEST_CAPTION { caption } else { Vec::new() } })
}

/// The element a picture or embed is.
pub fn element<'a>(outline: &Outline<'a>, passage: &Passage) -> Option<ElementRef<'a>> {
    outline.pieces[passage.pieces.clone()].iter().find_map(|piece| match piece {
        Piece::Element(element) => Some(*element),
        _ => None,
    })
}

/// Writes a picture with its caption; `seen` are those already shown.
pub fn figure(document: &Document, picture: ElementRef<'_>, below: &str, seen: &mut Vec<Url>) -> Option<Block> {
    let side = |name: &str| picture.attr(name).and_then(|value| value.trim_end_matches("px").parse::<u32>().ok());
    let is_small = [side("width"), side("height")].into_iter().flatten().any(|side| side < SMALLEST);
    if is_small || is_hidden(picture.value()) {
        return None;
    }
    let url = pictures::best(document, picture)?;
    if seen.iter().any(|other| *other == url || pictures::is_same(other, &url)) {
        return None;
    }
    let mut html = String::from("<figure><img src=\"");
    escape(url.as_str(), &mut html);
    html.push_str("\" alt=\"");
    escape(&picture.attr("alt").map(text::line).unwrap_or_default(), &mut html);
    html.push_str("\">");
    seen.push(url);
    let apart = caption::apart(below);
    if apart.caption.is_some() || apart.credit.is_some() {
        html.push_str("<figcaption>");
        escape(apart.caption.as_deref().unwrap_or_default(), &mut html);
        if let Some(credit) = &apart.credit {
            html.push_str(if apart.caption.is_some() { " <cite>" } else { "<cite>" });
            escape(credit, &mut html);
            html.push_str("</cite>");
        }
        html.push_str("</figcaption>");
    }
    html.push_str("</figure>");
    Some(Block { html, text: String::new() })
}

/// Hosts whose frames are advertisements or count readers.
const FRAMES_OF_OTHERS: &[&str] = &[
    "doubleclick.",
    "googlesyndication.",
    "googletagmanager.",
    "adservice.",
    "amazon-adsystem.",
    "taboola.",
    "outbrain.",
    "recaptcha.",
    "facebook.com/plugins",
    "consent",
    "cmp.",
    "newsletter",
    "criteo.",
    "teads.",
    "ads.",
];

/// Writes a film, map or chart that is shown in a frame, as a link to it.
pub fn embed(document: &Document, element: ElementRef<'_>) -> Option<Block> {
    let own =
        ["src", "data-src", "data-lazy-src", "data-url"].iter().find_map(|name| document.link(element.attr(name)?));
    let inner = || {
        let sources = element.descendants().filter_map(ElementRef::wrap);
        sources.filter(|inner| inner.value().name() == "source").find_map(|inner| document.link(inner.attr("src")?))
    };
    let source = own.or_else(inner)?;
    let host = source.host_str()?.trim_start_matches("www.").to_owned();
    // Streams that only a script can play.
    let is_stream = source.path().ends_with(".m3u8") || source.path().ends_with(".mpd");
    if is_stream || FRAMES_OF_OTHERS.iter().any(|other| source.as_str().contains(other)) {
        return None;
    }
    let title = ["title", "aria-label"].iter().find_map(|name| element.attr(name)).map(text::line);
    let mut html = String::from("<p><a href=\"");
    escape(source.as_str(), &mut html);
    html.push_str("\">");
    escape(&title.filter(|title| !title.is_empty()).unwrap_or(host), &mut html);
    html.push_str("</a></p>");
    Some(Block { html, text: String::new() })
}
