//! What a section page says of itself: name, breadcrumb, feeds of its own, the next page.

use scraper::ElementRef;
use url::Url;

use super::NativeFeed;
use super::declared::Declared;
use super::native::is_of_section;
use super::outline::{Outline, Places};
use crate::config::Site;
use crate::html::json_ld::JsonLd;
use crate::html::{Document, text};

/// What the section is called: the last step of the breadcrumb, the only `h1`, or `<title>`
/// without the name of the paper.
pub(super) fn title(declared: &Declared<'_>, outline: &Outline<'_>, breadcrumb: &[String]) -> Option<String> {
    let is_headline =
        |at: usize| outline.slots[at].places.has(Places::LINK) || !outline.within(&outline.links, at).is_empty();
    let mut headings = outline.slots.iter().enumerate().filter(|(at, slot)| slot.name == "h1" && !is_headline(*at));
    let heading = headings.next().filter(|_| headings.next().is_none()).map(|(at, _)| outline.text_of(at));
    let named = |name: &String| (2..=60).contains(&name.chars().count());
    let last = breadcrumb.last().filter(|_| breadcrumb.len() > 1).cloned();
    heading
        .filter(named)
        .or(last)
        .or_else(|| declared.title().map(|title| without_site(&title).to_owned()))
        .filter(|title| !title.is_empty())
}

/// The part of a `<title>` before the first separator: "Politik: Nachrichten | Zeitung".
fn without_site(title: &str) -> &str {
    let first = [" | ", " - ", " – ", " — ", " · ", " :: "].iter().filter_map(|joint| title.find(joint)).min();
    first.map_or(title, |at| title[..at].trim())
}

/// From the root to the section: structured data first, then what the page shows.
pub(super) fn breadcrumb(outline: &Outline<'_>, data: &JsonLd) -> Vec<String> {
    let declared = data.of_type(&["BreadcrumbList"]).map(|list| {
        let mut steps: Vec<(f64, String)> = list
            .nodes("itemListElement")
            .enumerate()
            .filter_map(|(at, step)| {
                let position = step.value("position").and_then(|position| position.as_f64()).unwrap_or(at as f64);
                let name = step.text("name").or_else(|| step.node("item")?.text("name"))?;
                Some((position, name))
            })
            .collect();
        steps.sort_by(|a, b| a.0.total_cmp(&b.0));
        steps.into_iter().map(|(_, name)| name).collect::<Vec<_>>()
    });
    declared.max_by_key(Vec::len).filter(|steps| steps.len() > 1).unwrap_or_else(|| shown_breadcrumb(outline))
}

fn shown_breadcrumb(outline: &Outline<'_>) -> Vec<String> {
    let is_breadcrumb = |at: &usize| {
        let slot = &outline.slots[*at];
        let label = || slot.element.value().attr("aria-label").unwrap_or_default().to_lowercase();
        slot.class.to_ascii_lowercase().contains("breadcrumb")
            || matches!(slot.name, "nav" | "ol") && (label().contains("breadcrumb") || label().contains("brotkrumen"))
    };
    let Some(trail) = (0..outline.slots.len()).find(is_breadcrumb) else { return Vec::new() };
    let end = outline.slots[trail].end;
    let items: Vec<usize> = (trail..end).filter(|&at| outline.slots[at].name == "li").collect();
    let links = || outline.within(&outline.links, trail).to_vec();
    let steps = if items.is_empty() { links() } else { items };
    let clean = |at: usize| {
        let name = outline.text_of(at);
        name.trim_matches(|c: char| c.is_whitespace() || matches!(c, '>' | '›' | '»' | '/' | '|' | '•')).to_owned()
    };
    steps.into_iter().take(8).map(clean).filter(|name| !name.is_empty() && name.chars().count() <= 60).collect()
}

/// The feeds a page offers, by the tells that RSSHub Radar uses too.
pub(super) fn native_feeds(
    document: &Document,
    declared: &Declared<'_>,
    outline: &Outline<'_>,
    section: Option<&str>,
) -> Vec<NativeFeed> {
    let mut feeds: Vec<NativeFeed> = Vec::new();
    let mut add = |url: Option<Url>, title: Option<&str>| {
        let Some(url) = url.filter(|url| feeds.iter().all(|known| known.url != *url)) else { return };
        let title = title.map(text::line).filter(|title| !title.is_empty());
        let is_own = is_of_section(&url, title.as_deref(), &document.url, section);
        feeds.push(NativeFeed { url, title, is_own });
    };
    for link in &declared.links {
        let is_alternate = link
            .attr("rel")
            .is_some_and(|rel| rel.split_ascii_whitespace().any(|rel| rel.eq_ignore_ascii_case("alternate")));
        if is_alternate && link.attr("type").is_some_and(is_feed_type) {
            add(link.attr("href").and_then(|href| document.link(href)), link.attr("title"));
        }
    }
    for &at in &outline.links {
        let slot = &outline.slots[at];
        let Some(href) = slot.element.value().attr("href") else { continue };
        let href = href.strip_prefix("feed:").map_or(href, |rest| rest.trim_start_matches("//"));
        if is_feed_address(href) {
            add(document.link(href), Some(&outline.text_of(at)));
        }
    }
    // The section's own come first; the sort is stable.
    feeds.sort_by_key(|feed| !feed.is_own);
    feeds.truncate(20);
    feeds
}

fn is_feed_type(kind: &str) -> bool {
    let kind = kind.trim().to_ascii_lowercase();
    ["application/rss+xml", "application/atom+xml", "application/rdf+xml", "application/feed+json", "text/rss+xml"]
        .contains(&kind.as_str())
}

fn is_feed_address(href: &str) -> bool {
    let path = href.split(['?', '#']).next().unwrap_or_default().to_ascii_lowercase();
    let last = path.trim_end_matches('/').rsplit('/').next().unwrap_or_default();
    matches!(
        last,
        "rss" | "feed" | "atom" | "rss.xml" | "feed.xml" | "atom.xml" | "index.rdf" | "rssfeed.rdf" | "feed.json"
    ) || last.ends_with(".rss")
        || last.ends_with(".rdf")
}

/// Where a section's own feed may lie though the page does not say so: what is known of the site,
/// and where WordPress has it. Each must be fetched to know.
pub(super) fn native_feed_guesses(document: &Document, declared: &Declared<'_>, site: &Site) -> Vec<Url> {
    let mut section = document.url.clone();
    section.set_query(None);
    section.set_fragment(None);
    if !section.path().ends_with('/') && !section.path().rsplit('/').next().unwrap_or_default().contains('.') {
        section.set_path(&format!("{}/", section.path()));
    }
    let is_wordpress = declared.links.iter().any(|link| link.attr("rel") == Some("https://api.w.org/"));
    let of_site = site.native_feed.as_deref();
    let of_wordpress = is_wordpress.then_some("feed/");
    of_site.into_iter().chain(of_wordpress).filter_map(|path| section.join(path).ok()).collect()
}

/// The following page of the section: `rel=next`, the number after this one, "Weiter".
pub(super) fn next_page(document: &Document, declared: &Declared<'_>, outline: &Outline<'_>) -> Option<Url> {
    let is_next = |element: ElementRef<'_>| {
        element.attr("rel").is_some_and(|rel| rel.split_ascii_whitespace().any(|rel| rel.eq_ignore_ascii_case("next")))
    };
    // "Next" may also turn a carousel or lead to the next topic.
    let own = |url: &Url| {
        let is_below = url.path().starts_with(document.url.path().trim_end_matches('/'));
        let is_later = current_page(url).is_some_and(|page| page >= 2);
        url.host_str() == document.url.host_str()
            && *url != document.url
            && (is_later || is_below && document.url.path().len() > 1)
    };
    let links = outline.links.iter().map(|&at| outline.slots[at].element);
    let mut nexts = declared.links.iter().copied().chain(links).filter(|element| is_next(*element));
    let declared = nexts.find_map(|element| document.link(element.attr("href")?));
    declared
        .filter(own)
        .or_else(|| numbered(document, outline).filter(own))
        .or_else(|| named(document, outline).filter(own))
}

/// The link with the number after the current one in a row of numbers.
fn numbered(document: &Document, outline: &Outline<'_>) -> Option<Url> {
    let number = |at: usize| {
        let text = outline.raw_text(at).trim();
        if text.is_empty() || text.len() > 3 { None } else { text.parse::<u32>().ok() }
    };
    let numbers: Vec<(usize, u32)> = outline.links.iter().filter_map(|&at| Some((at, number(at)?))).collect();
    // A row of pages has at least two numbers in one box.
    let rows = numbers.windows(2).filter(|pair| pair[1].1 == pair[0].1 + 1 && pair[1].0 - pair[0].0 < 12);
    let current = current_page(&document.url).unwrap_or(1);
    let in_row: Vec<(usize, u32)> = rows.flat_map(|pair| pair.iter().copied()).collect();
    let next = in_row.iter().find(|(_, number)| *number == current + 1)?;
    document.link(outline.slots[next.0].element.value().attr("href")?)
}

/// Which page of a section an address is: `?page=3`, `/seite-3/`, `/page/3/`.
fn current_page(url: &Url) -> Option<u32> {
    let of_query =
        url.query_pairs().find(|(name, _)| matches!(&**name, "page" | "p" | "seite" | "pg" | "paged" | "pagina"));
    if let Some((_, value)) = of_query {
        return value.parse().ok();
    }
    let parts: Vec<&str> = url.path().split('/').filter(|part| !part.is_empty()).collect();
    let (last, before) = (parts.last()?, parts.get(parts.len().checked_sub(2)?));
    let of_prefix = ["page-", "seite-", "p"].iter().find_map(|prefix| last.strip_prefix(prefix)?.parse().ok());
    of_prefix.or_else(|| {
        before.filter(|before| matches!(**before, "page" | "seite" | "pagina")).and_then(|_| last.parse().ok())
    })
}

fn named(document: &Document, outline: &Outline<'_>) -> Option<Url> {
    const NAMES: [&str; 14] = [
        "weiter",
        "nächste seite",
        "nächste",
        "ältere artikel",
        "ältere beiträge",
        "next",
        "next page",
        "older posts",
        "suivant",
        "page suivante",
        "siguiente",
        "successiva",
        "volgende",
        "›",
    ];
    let is_pager = |at: usize| {
        outline.ancestors(at).take(5).any(|around| {
            let slot = &outline.slots[around];
            let class = slot.class.to_ascii_lowercase();
            ["pag", "pager", "navigation", "nav-links"].iter().any(|word| class.contains(word))
                || slot.places.has(Places::NAV)
        })
    };
    outline.links.iter().rev().find_map(|&at| {
        let raw = outline.raw_text(at);
        let is_next = raw.len() <= 40
            && NAMES.contains(
                &text::squash(raw).to_lowercase().trim_matches(|c: char| !c.is_alphanumeric() && c != '›').trim(),
            );
        if !is_next || !is_pager(at) {
            return None;
        }
        document.link(outline.slots[at].element.value().attr("href")?)
    })
}

/// A page that is empty until its scripts run: hardly a link, and the root of an application.
pub(super) fn is_shell(declared: &Declared<'_>, outline: &Outline<'_>) -> bool {
    outline.links.len() <= 2 && declared.has_application_root
}
