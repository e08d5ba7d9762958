//! What a section page says of itself beside its articles: the icon of the site, and what the
//! section is about.

use std::collections::HashMap;

use serde::{Deserialize, Serialize};
use url::Url;

use super::Desk;
use crate::config::{Feed, FeedId};
use crate::html::{Document, text};
use crate::report::Trouble;
use crate::store::StoreError;

/// Icon and description of a section.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Masthead {
    pub description: Option<String>,
    pub icon: Option<Url>,
}

/// Descriptions are written for search engines, which show about 160 characters of them.
const DESCRIPTION_LIMIT: usize = 300;

/// Readers show icons at 16 to 64 pixels, on dense screens at twice that.
const BEST_SIZE: u32 = 128;

/// What Apple's own default is, for icons that do not say.
const TOUCH_ICON_SIZE: u32 = 180;

/// What the others are mostly.
const ICON_SIZE: u32 = 16;

impl Masthead {
    /// Reads the head of a page.
    pub fn of(document: &Document) -> Masthead {
        let (mut descriptions, mut icons) = ([None, None], Vec::new());
        for element in document.elements() {
            match element.value().name() {
                // What stands in the body belongs to an article or an advertisement.
                "body" => break,
                "meta" => {
                    let name = element.attr("name").or_else(|| element.attr("property")).unwrap_or_default();
                    let place = ["description", "og:description"].iter().position(|own| own.eq_ignore_ascii_case(name));
                    let content = element.attr("content").map(text::line).filter(|line| !line.is_empty());
                    if let (Some(place), Some(content)) = (place, content) {
                        descriptions[place].get_or_insert(content);
                    }
                }
                "link" => {
                    let icon = || {
                        let of = |attribute| element.attr(attribute).unwrap_or_default();
                        Some((fitness(of("rel"), of("sizes"), of("href"))?, document.link(of("href"))?))
                    };
                    icons.extend(icon());
                }
                _ => {}
            }
        }
        let description = descriptions.into_iter().flatten().next();
        Masthead {
            description: description.map(|description| text::shorten(&description, DESCRIPTION_LIMIT)),
            // The first of those that fit best.
            icon: icons.into_iter().rev().max_by_key(|(fitness, _)| *fitness).map(|(_, url)| url),
        }
    }
}

/// How well an icon suits a feed: first by its kind, then by its size. `None` for links to
/// something else, and for masks, which have no colour.
///
/// RSS allows PNG, JPEG and GIF; readers that show icons know those best.
fn fitness(relation: &str, sizes: &str, address: &str) -> Option<(u8, i64)> {
    let is = |wanted: &str| relation.split_ascii_whitespace().any(|own| own.eq_ignore_ascii_case(wanted));
    let is_touch = is("apple-touch-icon") || is("apple-touch-icon-precomposed");
    if !is_touch && !is("icon") {
        return None;
    }
    let path = address.split(['?', '#']).next().unwrap_or_default().to_ascii_lowercase();
    let kind = match path.rsplit_once('.').map(|(_, ending)| ending) {
        Some("png" | "jpg" | "jpeg" | "gif") => 3,
        Some("svg") => 1,
        Some("ico") => 0,
        _ => 2,
    };
    let declared = sizes.split_ascii_whitespace().filter_map(|size| size.split(['x', 'X']).next()?.parse().ok()).max();
    let size: u32 = declared.unwrap_or(if is_touch { TOUCH_ICON_SIZE } else { ICON_SIZE });
    Some((kind, -i64::from(size.abs_diff(BEST_SIZE))))
}

/// How the notes are called.
const NOTE: &str = "masthead ";

/// Keeps what a section page said of itself.
pub async fn keep(feed: &Feed, desk: &Desk, masthead: &Masthead) -> Result<(), Trouble> {
    let text = serde_json::to_string(masthead).map_err(StoreError::from)?;
    let name = format!("{NOTE}{}", feed.id);
    if desk.store.note(&name).await?.as_ref() != Some(&text) {
        desk.store.set_note(&name, &text).await?;
    }
    Ok(())
}

/// What the section page of a feed said last.
pub async fn recall(feed: &FeedId, desk: &Desk) -> Result<Masthead, Trouble> {
    let note = desk.store.note(&format!("{NOTE}{feed}")).await?;
    Ok(note.map(|text| read(&text)).unwrap_or_default())
}

/// What all section pages said last, by feed.
pub async fn recall_all(desk: &Desk) -> Result<HashMap<String, Masthead>, Trouble> {
    let notes = desk.store.notes(NOTE).await?;
    Ok(notes.into_iter().map(|(name, text)| (name[NOTE.len()..].to_owned(), read(&text))).collect())
}

/// Written by another version, it says nothing.
fn read(text: &str) -> Masthead {
    serde_json::from_str(text).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::html::Limits;

    #[test]
    fn finds_the_icon_that_suits_a_feed() {
        fn check(head: &str, want: Option<&str>) {
            let url = Url::parse("https://www.example.org/politik/").unwrap();
            let page = format!("<html><head>{head}</head><body><link rel=icon href=/body.png></body></html>");
            let document = Document::parse(&page, &url, &Limits::default()).unwrap();
            let icon = Masthead::of(&document).icon.map(|icon| icon.path().to_owned());
            assert_eq!(icon.as_deref(), want, "{head}");
        }
        check("", None);
        check("<link rel=stylesheet href=a.css><link rel=mask-icon href=/mask.svg>", None);
        check("<link rel='shortcut icon' href=/favicon.ico>", Some("/favicon.ico"));
        check("<link rel=icon href=/favicon.ico><link rel=apple-touch-icon href=/touch.png>", Some("/touch.png"));
        check(
            "<link rel=icon sizes=16x16 href=/16.png><link rel=icon sizes=192x192 href=/192.png><link rel=icon sizes=512x512 href=/512.png>",
            Some("/192.png"),
        );
        check("<link rel=icon type=image/svg+xml href=/i.svg><link rel=icon href=/i.ico>", Some("/i.svg"));
        check("<link rel=icon href=/a.png><link rel=icon href=/b.png>", Some("/a.png"));
        check("<link rel=icon href='data:image/png;base64,AAAA'>", None);
    }

    #[test]
    fn reads_what_the_section_is_about() {
        let url = Url::parse("https://www.example.org/politik/").unwrap();
        let page =
            "<meta property=og:description content='Kurz'><meta name=Description content='  Alles   aus dem Landtag '>";
        let document = Document::parse(page, &url, &Limits::default()).unwrap();
        assert_eq!(Masthead::of(&document).description.as_deref(), Some("Alles aus dem Landtag"));
    }
}
