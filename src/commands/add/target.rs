//! What `add` is asked for: an address, an address without its scheme, or a name of the catalogue.

use url::Url;

use super::Failure;
use crate::catalogue;
use crate::config::{Address, Definition, FeedId};

/// What is to be added.
#[derive(Debug, Clone, PartialEq)]
pub struct Target {
    pub definition: Definition,
    /// The name it has in the catalogue.
    pub name: Option<FeedId>,
}

/// Understands what was typed.
pub fn understand(asked: &str) -> Result<Target, Failure> {
    if let Some(listed) = catalogue::find(asked) {
        return Ok(Target { definition: listed.definition(), name: Some(listed.name) });
    }
    let typed =
        if asked.contains("://") || !looks_like_address(asked) { asked.to_owned() } else { format!("https://{asked}") };
    match typed.parse::<Address>() {
        Ok(url) => Ok(Target { definition: Definition::of(without_fragment(url.0)), name: None }),
        Err(message) => Err(wrong(asked, message)),
    }
}

fn wrong(asked: &str, message: String) -> Failure {
    let suggestions: Vec<String> =
        catalogue::suggestions(asked).iter().map(|name| format!("`ressort add {name}`")).collect();
    let hint = match suggestions.is_empty() {
        true => "copy the address of the section from your browser; `ressort catalogue` lists what is known by name"
            .to_owned(),
        false => format!("did you mean {}?", suggestions.join(", ")),
    };
    Failure::usage(message, hint)
}

/// `merkur.de/politik`, but not `merkur`.
fn looks_like_address(text: &str) -> bool {
    let host = text.split('/').next().unwrap_or_default();
    let name = host.split(':').next().unwrap_or_default();
    (name.contains('.') || name == "localhost") && !text.contains(char::is_whitespace)
}

fn without_fragment(mut url: Url) -> Url {
    url.set_fragment(None);
    url
}

/// `merkur-politik` of `https://www.merkur.de/politik/`.
pub fn name_of_url(url: &Url) -> FeedId {
    let host = url.host_str().unwrap_or_default();
    let registered = crate::section::publisher(host);
    let is_number = host.parse::<std::net::IpAddr>().is_ok();
    let paper = if is_number { registered } else { registered.split('.').next().unwrap_or_default() };
    let parts = url.path().split('/').filter(|part| !part.is_empty());
    let mut words = parts.map(|part| part.split(['.', '!']).next().unwrap_or_default());
    let section = words.rfind(|part| !matches!(*part, "" | "index" | "home" | "startseite" | "de" | "en"));
    let joined = [Some(paper), section].into_iter().flatten().collect::<Vec<_>>().join("-");
    let legal: String =
        joined.to_lowercase().chars().map(|c| if c.is_ascii_alphanumeric() { c } else { '-' }).collect();
    let parts: Vec<&str> = legal.split('-').filter(|part| !part.is_empty()).collect();
    let short: String = parts.join("-").chars().take(48).collect();
    short.trim_end_matches('-').parse().unwrap_or_else(|_| "feed".parse().expect("a legal name"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_feeds_after_paper_and_section() {
        let check = |url: &str, name: &str| assert_eq!(name_of_url(&url.parse().unwrap()).as_str(), name, "{url}");
        check("https://www.merkur.de/politik/", "merkur-politik");
        check("https://www.zeit.de/politik/index", "zeit-politik");
        check("https://www.bbc.co.uk/news/politics", "bbc-politics");
        check("https://taz.de/Politik/!p4615/", "taz-politik");
        check("https://www.merkur.de/", "merkur");
        check("http://127.0.0.1:8080/politik/", "127-0-0-1-politik");
        check("https://example.org/%C3%A4%C3%B6/", "example-c3-a4-c3-b6");
    }

    #[test]
    fn understands_what_people_type() {
        let url = |asked: &str| understand(asked).map(|target| target.definition.url.to_string()).ok();
        assert_eq!(url("merkur-politik").as_deref(), Some("https://www.merkur.de/politik/"));
        assert_eq!(url("merkur.de/politik").as_deref(), Some("https://www.merkur.de/politik/"));
        assert_eq!(url("example.org/news").as_deref(), Some("https://example.org/news"));
        assert_eq!(url("example.org:8080/news#top").as_deref(), Some("https://example.org:8080/news"));
        assert_eq!(url("http://example.org/a").as_deref(), Some("http://example.org/a"));
        for wrong in ["merkur", "ftp://example.org/", "https://", "zwei worte.de", ""] {
            assert_eq!(url(wrong), None, "{wrong}");
        }
    }
}
