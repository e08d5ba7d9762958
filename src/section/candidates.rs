//! The links of a page, one candidate for each address they lead to.

use std::collections::HashMap;

use url::Url;

use super::address::{Address, bare_host, brand, registrable};
use super::outline::{Outline, Places};
use super::titles::{self, Title};
use crate::config::Feed;
use crate::entry::{is_tracking, normalised};
use crate::html::Document;

/// An address the page links to, with all links that lead there: picture, headline and
/// "read more" of a teaser are one candidate.
pub(super) struct Candidate {
    /// Without fragment and tracking parameters.
    pub url: Url,
    pub address: Address,
    /// The links, in document order.
    pub links: Vec<usize>,
    /// The link that carries the title.
    pub home: usize,
    pub title: Title,
    pub is_same_site: bool,
    pub is_same_host: bool,
}

/// More addresses than any page of a paper has; the rest of a hostile page is not looked at.
const MOST_CANDIDATES: usize = 4000;

/// The same for links; the largest home pages have about two thousand.
const MOST_LINKS: usize = 12_000;

/// Collects the candidates of a page in the order of their first link.
pub(super) fn candidates(document: &Document, outline: &Outline<'_>, feed: &Feed) -> Vec<Candidate> {
    let own_key = normalised(&document.url);
    let site = Site::of(&document.url, feed);
    let mut found: Vec<Candidate> = Vec::new();
    let mut by_key: HashMap<String, usize> = HashMap::new();
    let mut by_reference: HashMap<&str, Option<usize>> = HashMap::new();
    for &link in outline.links.iter().take(MOST_LINKS) {
        let slot = &outline.slots[link];
        let Some(reference) = slot.element.value().attr("href") else { continue };
        if !slot.places.has(Places::IN_SCOPE) {
            continue;
        }
        let known = by_reference.entry(reference).or_insert_with(|| {
            let url = clean(document.link(reference)?);
            let key = normalised(&url);
            if key == own_key || found.len() >= MOST_CANDIDATES || !is_wanted(&url, feed) {
                return None;
            }
            Some(*by_key.entry(key).or_insert_with(|| {
                found.push(Candidate {
                    address: Address::of(&url),
                    links: Vec::new(),
                    home: link,
                    title: Title { text: String::new(), kicker: None, origin: titles::Origin::Attribute, slot: link },
                    is_same_site: site.has(&url),
                    is_same_host: bare_host(&url) == site.host,
                    url,
                });
                found.len() - 1
            }))
        });
        if let Some(at) = *known {
            found[at].links.push(link);
        }
    }
    for candidate in &mut found {
        choose_home(outline, candidate);
    }
    found
}

/// Drops the fragment and what says where a reader came from: known tracking parameters, and the
/// whole query where the path alone already names the article (`…/2016/10/31/a-slug/?tid=pm_pop`).
pub(super) fn clean(mut url: Url) -> Url {
    url.set_fragment(None);
    if url.query().is_none() {
        return url;
    }
    let names_article = Address::of_path(&url).tells.names_article();
    let keeps = |name: &str, value: &str| !is_tracking(name) && (!names_article || is_number_of_article(name, value));
    let kept: Vec<(String, String)> = url
        .query_pairs()
        .filter(|(name, value)| keeps(name, value))
        .map(|(name, value)| (name.into_owned(), value.into_owned()))
        .collect();
    if kept.is_empty() {
        url.set_query(None);
    } else if kept.len() < url.query_pairs().count() {
        url.query_pairs_mut().clear().extend_pairs(kept);
    }
    url
}

fn is_number_of_article(name: &str, value: &str) -> bool {
    let name = name.to_ascii_lowercase();
    name == "p"
        || name == "id"
        || name.ends_with("id") && value.len() >= 4 && value.bytes().any(|b| b.is_ascii_digit())
        || value.len() >= 5 && value.bytes().all(|b| b.is_ascii_digit())
}

pub(super) fn is_wanted(url: &Url, feed: &Feed) -> bool {
    let address = url.as_str();
    (feed.include_urls.is_empty() || feed.include_urls.iter().any(|pattern| pattern.is_match(address)))
        && !feed.exclude_urls.iter().any(|pattern| pattern.is_match(address))
}

/// Which hosts belong to the paper.
struct Site<'a> {
    host: &'a str,
    registrable: &'a str,
    extra: &'a [String],
}

impl<'a> Site<'a> {
    fn of(url: &'a Url, feed: &'a Feed) -> Site<'a> {
        let host = bare_host(url);
        Site { host, registrable: registrable(host), extra: &feed.extra_hosts }
    }

    fn has(&self, url: &Url) -> bool {
        let host = bare_host(url);
        registrable(host) == self.registrable
            || self.registrable.len() > 6 && brand(host) == brand(self.host)
            || self.extra.iter().any(|own| {
                let own = own.strip_prefix("www.").unwrap_or(own);
                host == own || host.strip_suffix(own).is_some_and(|rest| rest.ends_with('.'))
            })
    }
}

/// The link with the best title; of equal ones the first, and any before one in a menu or among
/// links to related articles.
fn choose_home(outline: &Outline<'_>, candidate: &mut Candidate) {
    let mut best = None;
    // A page that links one address a hundred times is no page of a paper.
    for &link in candidate.links.iter().take(12) {
        let title = titles::of_link(outline, link);
        let places = outline.slots[link].places;
        let is_menu = places.has(Places::NAV) || places.has(Places::FOOTER);
        // Below a teaser of another article the link says less than in its own.
        let is_related = outline.ancestors(link).take(4).any(|at| outline.slots[at].tokens.is_related);
        let quality = titles::rank(&title);
        let rank = (!is_menu, !is_related && quality.0 > 0, quality);
        if best.as_ref().is_none_or(|(held, _, _)| rank > *held) {
            best = Some((rank, link, title));
        }
    }
    if let Some((_, link, title)) = best {
        candidate.home = link;
        candidate.title = title;
    }
}
