//! What holds for everything that is ever read from a page. Shared with the fuzz target.

use ressort::article::Article;
use ressort::html::clean;
use scraper::{Html, Node};
use url::Url;

/// Addresses are absolute and of the web, texts hold nothing XML forbids, and the text's HTML is
/// nothing but text.
pub fn publishable(article: &Article, what: &str) {
    let image = article.image.as_ref();
    let source = article.source.as_ref();
    let addresses = [
        Some(&article.url),
        image.map(|image| &image.url),
        article.next_page.as_ref(),
        article.alternative.as_ref(),
        source.and_then(|source| source.url.as_ref()),
    ];
    for url in addresses.into_iter().flatten() {
        assert!(matches!(url.scheme(), "http" | "https") && url.host_str().is_some(), "{what}: {url}");
    }
    let single = [article.title.as_ref(), article.kicker.as_ref(), article.lede.as_ref(), article.language.as_ref()];
    let captions = [
        image.and_then(|image| image.caption.as_ref()),
        image.and_then(|image| image.credit.as_ref()),
        source.map(|source| &source.name),
    ];
    let lists = [&article.authors, &article.categories, &article.topics].into_iter().flatten();
    for line in single.into_iter().chain(captions).flatten().chain(lists) {
        assert!(!line.contains(is_illegal), "{what}: {line:?}");
        assert_eq!(line.trim(), line, "{what}: white space around a field");
        assert!(!line.is_empty(), "{what}: an empty field");
    }
    for block in &article.body {
        assert!(!block.text.contains(|c: char| c.is_control() && c != '\n'), "{what}: {:?}", block.text);
    }
    harmless(&clean::clean(&article.html(), &article.url), what);
}

fn is_illegal(c: char) -> bool {
    c.is_control() || ('\u{202a}'..='\u{202e}').contains(&c) || (c as u32) & 0xfffe == 0xfffe
}

/// The elements of a text, with the attributes they may have.
const ELEMENTS: &str = "a abbr blockquote br caption cite code dd del dl dt em figcaption figure h2 h3 h4 h5 h6 hr img ins \
    li ol p pre q strong sub sup table tbody td tfoot th thead tr ul";
const ATTRIBUTES: &str = "href rel src alt width height colspan rowspan start";

/// No script, no handler, no address but absolute ones of the web, nothing XML forbids.
pub fn harmless(html: &str, what: &str) {
    let known = |names: &str, name: &str| names.split_ascii_whitespace().any(|known| known == name);
    assert!(!html.contains(|c: char| is_illegal(c) && !matches!(c, '\n' | '\t')), "{what}: {html:?}");
    for node in Html::parse_fragment(html).tree.values() {
        let Node::Element(element) = node else { continue };
        let name = element.name();
        // The parser puts a document around the fragment.
        assert!(matches!(name, "html" | "head" | "body") || known(ELEMENTS, name), "{what}: <{name}>");
        for (name, value) in element.attrs() {
            assert!(known(ATTRIBUTES, name), "{what}: {name}={value}");
            if matches!(name, "href" | "src") {
                let url = Url::parse(value).unwrap_or_else(|error| panic!("{what}: {value}: {error}"));
                assert!(matches!(url.scheme(), "http" | "https") && url.host_str().is_some(), "{what}: {url}");
            }
        }
    }
}
