//! The addresses of an article: its own, and the one of its next page.

use url::Url;

use super::evidence::{Evidence, Tag};
use crate::entry::normalised;

/// The address the page calls its own, if it can be believed, else the one it was fetched from.
pub fn own(evidence: &Evidence<'_>) -> (Url, &'static str) {
    let fetched = &evidence.document.url;
    let claims = [
        (evidence.link("canonical"), "link-canonical"),
        (evidence.meta(&["og:url"]).and_then(|url| evidence.document.link(url)), "opengraph"),
    ];
    for (claim, name) in claims {
        if let Some(url) = claim.filter(|url| is_credible(url, fetched)) {
            return (without_fragment(url), name);
        }
    }
    (without_fragment(fetched.clone()), "address")
}

fn without_fragment(mut url: Url) -> Url {
    url.set_fragment(None);
    url
}

/// Some sites send every page to their home page, some to the paper a text was taken from.
fn is_credible(claim: &Url, fetched: &Url) -> bool {
    let is_home = claim.path().trim_end_matches('/').is_empty() && claim.query().is_none();
    let fetched_is_home = fetched.path().trim_end_matches('/').is_empty();
    same_site(claim, fetched) && (!is_home || fetched_is_home)
}

/// Labels below a country's own that names are registered under.
const COUNTRY_LABELS: &[&str] = &[
    "co", "com", "org", "net", "gov", "edu", "ac", "or", "ne", "go", "gob", "gouv", "nom", "ltd", "plc", "asn", "info",
    "web", "mil",
];

/// Whether two addresses belong to one site: hosts that differ only in their subdomain.
pub fn same_site(one: &Url, other: &Url) -> bool {
    match (one.host_str(), other.host_str()) {
        (Some(one), Some(other)) => registered(one) == registered(other),
        _ => false,
    }
}

/// The name a site has registered: `example` of `www.example.co.uk`.
pub fn site_label(host: &str) -> &str {
    registered(host).split('.').next().unwrap_or(host)
}

/// A host without its subdomains: `example.co.uk`.
fn registered(host: &str) -> &str {
    let mut dots = host.rmatch_indices('.').map(|(at, _)| at);
    let (Some(last), Some(second)) = (dots.next(), dots.next()) else { return host };
    // "www.example.co.uk": the second label belongs to the country.
    let belongs_to_country = host.len() - last <= 3 && COUNTRY_LABELS.contains(&&host[second + 1..last]);
    match (belongs_to_country, dots.next()) {
        (true, Some(third)) => &host[third + 1..],
        (true, None) => host,
        (false, _) => &host[second + 1..],
    }
}

impl Evidence<'_> {
    /// Whether an address on the page is the page's own.
    pub fn is_own_address(&self, address: &str) -> bool {
        let Some(url) = self.document.link(address) else { return false };
        let canonical = self.link("canonical");
        let own = [Some(&self.document.url), canonical.as_ref()];
        own.into_iter().flatten().any(|own| normalised(own) == normalised(&url))
    }
}

/// The following page of an article that is split over several.
///
/// `rel=next` alone is not enough: many sites use it for the next article. The page must be the
/// same address with a page number.
pub fn next_page(evidence: &Evidence<'_>, own: &Url) -> Option<Url> {
    let current = page_number(own, &evidence.document.url).unwrap_or(1);
    let next = (current + 1).to_string();
    // Resolving each of a thousand links costs more than looking for the number first.
    let slug = own.path().trim_end_matches('/').rsplit('/').next().unwrap_or_default();
    let stem = slug.split('.').next().unwrap_or_default();
    let stem = stem.trim_end_matches(|c: char| c.is_ascii_digit());
    let may_be = |href: &&str| href.contains(next.as_str()) && (href.starts_with('?') || href.contains(stem));
    let links = evidence.spots().iter().filter(|spot| spot.tag == Tag::Link);
    let hrefs = links.filter_map(|spot| spot.element.attr("href")).filter(may_be);
    let mut candidates = evidence.link("next").into_iter().chain(hrefs.filter_map(|href| evidence.document.link(href)));
    candidates.find(|url| page_number(own, url) == Some(current + 1)).map(without_fragment)
}

/// The number a page has within its article: `/slug/2`, `/slug/seite-2`, `?page=2`, `slug-2.html`.
fn page_number(article: &Url, page: &Url) -> Option<u32> {
    if article.host_str() != page.host_str() {
        return None;
    }
    let query = page
        .query_pairs()
        .find(|(name, _)| matches!(name.as_ref(), "page" | "seite" | "p" | "pagina" | "pg" | "seite_nr"));
    let base = article.path().trim_end_matches('/');
    let path = page.path().trim_end_matches('/');
    if let Some((_, number)) = query
        && path == base
    {
        return number.parse().ok().filter(|number| (1..100).contains(number));
    }
    if path == base {
        return None;
    }
    let (base_stem, base_ending) = base.rsplit_once('.').unwrap_or((base, ""));
    let (stem, ending) = path.rsplit_once('.').unwrap_or((path, ""));
    // The article may itself be a numbered page.
    let first = numbered(base_stem).map_or(base_stem, |(stem, _)| stem);
    let (rest, number) = numbered(stem)?;
    (rest == first && ending == base_ending && (2..100).contains(&number)).then_some(number)
}

/// Splits `slug/seite-2`, `slug/2`, `slug-2` and `slug,seite2` into slug and number.
fn numbered(path: &str) -> Option<(&str, u32)> {
    let digits = path.bytes().rev().take_while(u8::is_ascii_digit).count();
    if !(1..=2).contains(&digits) {
        return None;
    }
    let (rest, number) = path.split_at(path.len() - digits);
    let stem = ["/seite-", "/seite", "/page-", "/page/", "/page", "/pagina-", "/pagina/", "/", "-", ",", "_"]
        .iter()
        .find_map(|mark| rest.strip_suffix(mark))?;
    Some((stem, number.parse().ok()?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn knows_the_pages_of_one_article() {
        let check = |article: &str, page: &str, want: Option<u32>| {
            let (article, page) = (Url::parse(article).unwrap(), Url::parse(page).unwrap());
            assert_eq!(page_number(&article, &page), want, "{article} {page}");
        };
        check("https://a.example/x", "https://a.example/x/seite-2", Some(2));
        check("https://a.example/x", "https://a.example/x?page=2", Some(2));
        check("https://a.example/x", "https://a.example/x/2", Some(2));
        check("https://a.example/x-1.html", "https://a.example/x-2.html", Some(2));
        check("https://a.example/x/seite-2", "https://a.example/x/seite-3", Some(3));
        check("https://a.example/x", "https://a.example/y/2", None);
        check("https://a.example/x", "https://b.example/x/2", None);
        check("https://a.example/x", "https://a.example/x", None);
        check("https://a.example/x-12345678.html", "https://a.example/y-12345679.html", None);
    }

    #[test]
    fn knows_hosts_of_one_site() {
        let check = |one: &str, other: &str, want| {
            assert_eq!(same_site(&Url::parse(one).unwrap(), &Url::parse(other).unwrap()), want, "{one} {other}");
        };
        check("https://www.example.org/", "https://m.example.org/", true);
        check("https://www.example.co.uk/", "https://other.co.uk/", false);
        check("https://www.example.org/", "https://example.com/", false);
        assert_eq!(site_label("www.ndr.de"), "ndr");
        assert_eq!(site_label("news.example.com.tr"), "example");
    }
}
