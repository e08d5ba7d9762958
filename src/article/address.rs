//! The addresses of an article: its own, the one of its next page, and of the same page in
//! another form.

use url::Url;

use super::evidence::{Evidence, Spot, Tag};
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
/// same address with the next number; and an ordinary link must say that it turns the page,
/// because parts of a series are numbered too.
pub fn next_page(evidence: &Evidence<'_>, own: &Url) -> Option<Url> {
    let fetched = &evidence.document.url;
    // Resolving each of a thousand links costs more than looking at what it is written like.
    let slugs = [fetched, own].map(|url| slug(url.path()));
    let may_be = |href: &&str| href.starts_with('?') || slugs.iter().any(|slug| href.contains(slug));
    let links = evidence.spots().iter().filter(|spot| spot.tag == Tag::Link);
    let near = links.filter_map(|spot| spot.element.attr("href").filter(may_be).map(|href| (spot, href)));
    let turns = near.filter(|(spot, _)| turns_page(evidence, spot));
    let mut candidates =
        evidence.link("next").into_iter().chain(turns.filter_map(|(_, href)| evidence.document.link(href)));
    candidates.find(|url| follows(fetched, own, url)).map(without_fragment)
}

/// The same article for printers or as AMP: one page without what scripts would add.
pub fn alternative(evidence: &Evidence<'_>) -> Option<Url> {
    let found = evidence.link("amphtml").or_else(|| evidence.link_for_print())?;
    let is_another = normalised(&found) != normalised(&evidence.document.url);
    (is_another && same_site(&found, &evidence.document.url)).then(|| without_fragment(found))
}

/// Words of links that turn the page, beside its bare number.
const TURNS: &[&str] = &[
    "seite",
    "page",
    "weiter",
    "next",
    "nächste",
    "suivant",
    "página",
    "pagina",
    "siguiente",
    "sida",
    "side",
    "strona",
    "следующ",
    "»",
    "›",
    "→",
    ">",
];

/// The longest text of such a link, in bytes.
const LONGEST_TURN: usize = 60;

fn turns_page(evidence: &Evidence<'_>, link: &Spot<'_>) -> bool {
    if link.element.attr("rel").is_some_and(|rel| rel.eq_ignore_ascii_case("next")) {
        return true;
    }
    if evidence.length_of(link) > LONGEST_TURN {
        return false;
    }
    let text = evidence.text_of(link).to_lowercase();
    let is_number = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    is_number || TURNS.iter().any(|word| text.contains(word))
}

/// Whether an address is that of the page after this one, whose own address may name the first.
fn follows(fetched: &Url, own: &Url, next: &Url) -> bool {
    let Some((first, number)) = numbered_page(next).filter(|(_, number)| (2..100).contains(number)) else {
        return false;
    };
    let current = |page: &Url| {
        if page.host_str() != next.host_str() {
            return None;
        }
        let itself = numbered_page(page).filter(|(stem, _)| *stem == first).map(|(_, number)| number);
        itself.or_else(|| (stem_of(page) == first).then_some(1))
    };
    current(fetched).or_else(|| current(own)).is_some_and(|current| number == current + 1)
}

/// What a page's address has in common with the other pages of its article, and its number:
/// `/slug/2`, `/slug/seite-2`, `?page=2`, `slug-2.html`.
fn numbered_page(page: &Url) -> Option<(String, u32)> {
    let is_number = |name: &str| matches!(name, "page" | "seite" | "p" | "pagina" | "pg" | "seite_nr");
    if let Some((_, number)) = page.query_pairs().find(|(name, _)| is_number(name)) {
        return Some((stem_of(page), number.parse().ok()?));
    }
    let stem = stem_of(page);
    let (first, number) = numbered(&stem)?;
    Some((first.to_owned(), number))
}

/// The last part of a path without ending and number.
fn slug(path: &str) -> &str {
    let last = path.trim_end_matches('/').rsplit('/').next().unwrap_or_default();
    last.split('.').next().unwrap_or_default().trim_end_matches(|c: char| c.is_ascii_digit())
}

/// A path without its ending, which the first page may have and the others lack.
fn stem_of(page: &Url) -> String {
    let path = page.path().trim_end_matches('/');
    let ending = path.rfind('.').filter(|dot| path.len() - dot <= LONGEST_ENDING && !path[*dot..].contains('/'));
    path[..ending.unwrap_or(path.len())].to_owned()
}

/// ".html" and the like.
const LONGEST_ENDING: usize = 6;

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
    fn knows_the_next_page_of_an_article() {
        let check = |fetched: &str, own: &str, page: &str, want: bool| {
            let [fetched, own, page] =
                [fetched, own, page].map(|path| Url::parse("https://a.example").unwrap().join(path).unwrap());
            assert_eq!(follows(&fetched, &own, &page), want, "{fetched} {own} {page}");
        };
        check("/x", "/x", "/x/seite-2", true);
        check("/x", "/x", "/x?page=2", true);
        check("/x", "/x", "/x/2", true);
        check("/x", "/x", "/x/3", false);
        check("/x-1.html", "/x-1.html", "/x-2.html", true);
        check("/x.html", "/x.html", "/x-2.html", true);
        check("/x.html", "/x.html", "/x/seite-2", true);
        check("/x/seite-2", "/x/seite-2", "/x/seite-3", true);
        check("/x/seite-2", "/x", "/x/seite-3", true);
        check("/x/seite-2", "/x", "/x/seite-2", false);
        check("/x?page=2", "/x", "/x?page=3", true);
        check("/haushalt-2", "/haushalt-2", "/haushalt-2/seite-2", true);
        check("/12345", "/x", "/x/2", true);
        check("/x", "/x", "/y/2", false);
        check("/x", "/x", "https://b.example/x/2", false);
        check("/x", "/x", "/x", false);
        check("/x-12345678.html", "/x-12345678.html", "/y-12345679.html", false);
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
