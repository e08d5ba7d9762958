//! News sitemaps: the articles of the last two days, with headline and date
//! (<https://www.sitemaps.org/protocol.html>,
//! <https://developers.google.com/search/docs/crawling-indexing/sitemaps/news-sitemap>).

use quick_xml::Reader;
use quick_xml::events::Event;
use url::Url;

use super::feed::root;
use super::{MOST_ITEMS, Offer, Unreadable};
use crate::config::Feed;
use crate::dates;
use crate::html::{entities, resolve, text};
use crate::section::candidates::{clean, is_wanted};
use crate::section::{Kind, Teaser};

/// More sitemaps than this one index does not need to name before those for news.
const MOST_SITEMAPS: usize = 500;

/// Whether a document is a sitemap or an index of sitemaps, by its first element.
pub fn is_sitemap(text: &str) -> bool {
    let name = root(text).strip_prefix('<').unwrap_or_default();
    let name = name.split(|c: char| c.is_whitespace() || c == '>').next().unwrap_or_default();
    matches!(name.rsplit(':').next().unwrap_or_default(), "urlset" | "sitemapindex")
}

/// What an element says of the address it stands in.
#[derive(Default)]
struct Item {
    address: String,
    title: String,
    date: String,
    picture: String,
    is_news: bool,
}

pub(super) fn read(source: &str, url: &Url, feed: &Feed) -> Result<Offer, Unreadable> {
    let mut reader = Reader::from_str(root(source));
    let mut offer = Offer::default();
    let mut path: Vec<String> = Vec::new();
    let mut item = Item::default();
    loop {
        match reader.read_event().map_err(|error| Unreadable(error.to_string()))? {
            Event::Start(start) => {
                // Names of no known meaning may be as deep as they like; the way back is counted.
                path.push(start.local_name().as_ref().to_owned());
                item.is_news |= path.last().is_some_and(|name| name == "news");
            }
            Event::Text(text) => item.take(&path, &text),
            Event::CData(text) => item.take(&path, &text),
            Event::GeneralRef(reference) => item.take(&path, &entities::decode(&format!("&{};", &*reference))),
            Event::End(_) => {
                match path.pop().as_deref() {
                    Some("url") => offer.teasers.extend(std::mem::take(&mut item).teaser(url, feed)),
                    Some("sitemap") => {
                        offer.sitemaps.extend(resolve(url, std::mem::take(&mut item).address.trim()));
                    }
                    _ => {}
                }
                if offer.teasers.len() >= MOST_ITEMS || offer.sitemaps.len() >= MOST_SITEMAPS {
                    break;
                }
            }
            Event::Eof => break,
            _ => {}
        }
    }
    offer.sitemaps.sort_by_key(|sitemap| !is_for_news(sitemap));
    Ok(offer)
}

/// Whether a sitemap is one for news, by its address.
fn is_for_news(sitemap: &Url) -> bool {
    sitemap.path().to_ascii_lowercase().contains("news")
}

impl Item {
    fn take(&mut self, path: &[String], text: &str) {
        let [.., parent, name] = path else { return };
        let field = match (parent.as_str(), name.as_str()) {
            ("url" | "sitemap", "loc") => &mut self.address,
            ("news", "title") => &mut self.title,
            ("news", "publication_date") => &mut self.date,
            ("image", "loc") if self.picture.is_empty() => &mut self.picture,
            _ => return,
        };
        // The protocol allows 2,048 characters for an address; headlines are shorter.
        if field.len() < 4096 {
            field.push_str(text);
        }
    }

    /// Only what the sitemap calls news; a plain one lists the archive.
    fn teaser(self, base: &Url, feed: &Feed) -> Option<Teaser> {
        let title = text::line(&self.title);
        if !self.is_news || title.is_empty() {
            return None;
        }
        let url = clean(resolve(base, self.address.trim())?);
        if !is_wanted(&url, feed) {
            return None;
        }
        Some(Teaser {
            url,
            title,
            kicker: None,
            summary: None,
            image: resolve(base, self.picture.trim()),
            published: dates::machine(self.date.trim(), feed.zone).map(|date| date.at),
            authors: Vec::new(),
            paywalled: false,
            kind: Kind::Article,
            score: 1.0,
        })
    }
}
