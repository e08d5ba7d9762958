//! Selectors for what is pointed at: kinds of cards, and single elements.

use scraper::ElementRef;

use crate::config::Css;
use crate::html::Document;

/// Words in classes that count places or say a state, and come and go.
const FLEETING: [&str; 14] = [
    "active",
    "current",
    "even",
    "first",
    "hover",
    "is",
    "last",
    "lazy",
    "lazyload",
    "lazyloaded",
    "loaded",
    "odd",
    "selected",
    "visible",
];

/// Elements around one that a selector may name.
const STEPS: usize = 3;

/// The kind of a card: what cards that are made alike have in common.
pub fn of_card(card: ElementRef<'_>) -> String {
    let own = simple(card);
    if own.contains('.') {
        return own;
    }
    let parents = card.ancestors().filter_map(ElementRef::wrap).take(STEPS);
    let mut path = own;
    for parent in parents.filter(|parent| !matches!(parent.value().name(), "html" | "body")) {
        let step = simple(parent);
        let is_named = step.contains('.');
        path = format!("{step} > {path}");
        if is_named {
            break;
        }
    }
    path
}

/// A selector whose first match is the element with this number in the drawn page.
pub fn of_element(document: &Document, number: usize) -> Option<String> {
    let element = document.elements().nth(number)?;
    let is_first = |selector: &str| {
        let css = selector.parse::<Css>().ok();
        css.is_some_and(|css| document.html.select(css.selector()).next() == Some(element))
    };
    if let Some(id) = element.attr("id").filter(|id| is_lasting(id)) {
        let selector = format!("#{id}");
        if is_first(&selector) {
            return Some(selector);
        }
    }
    let mut path = simple(element);
    for parent in element.ancestors().filter_map(ElementRef::wrap).take(STEPS) {
        if is_first(&path) {
            return Some(path);
        }
        path = format!("{} > {path}", simple(parent));
    }
    is_first(&path).then_some(path)
}

/// `li.teaser.teaser--large`
fn simple(element: ElementRef<'_>) -> String {
    let classes: String =
        element.value().classes().filter(|class| is_lasting(class)).map(|class| format!(".{class}")).collect();
    format!("{}{classes}", element.value().name())
}

/// Whether a class or id will be there tomorrow: a word, no number, hash or state.
fn is_lasting(name: &str) -> bool {
    let is_word = name.starts_with(|c: char| c.is_ascii_alphabetic())
        && name.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '-' | '_'));
    let is_made = ["css-", "sc-", "jsx-", "svelte-"].iter().any(|prefix| name.starts_with(prefix));
    let digits = name.chars().filter(char::is_ascii_digit).count();
    let last = name.rsplit(['-', '_']).next().unwrap_or_default().to_ascii_lowercase();
    is_word && !is_made && digits <= 2 && !FLEETING.contains(&last.as_str())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::html::Limits;

    fn document() -> Document {
        let page = "<html><body><main id=main><ul class=list><li><a href=/a>a</a></li></ul>\
            <div class='card card--wide css-1x2y3 is-active card--even'><p>b</p></div>\
            <div class='card'><p class=lead>c</p><p>d</p></div></main></body></html>";
        Document::parse(page, &"https://example.org/".parse().unwrap(), &Limits::default()).unwrap()
    }

    #[test]
    fn kinds_are_what_cards_have_in_common() {
        let document = document();
        let kind =
            |name: &str, at: usize| of_card(document.elements().filter(|e| e.value().name() == name).nth(at).unwrap());
        assert_eq!(kind("li", 0), "ul.list > li");
        assert_eq!(kind("div", 0), "div.card.card--wide");
        assert_eq!(kind("div", 1), "div.card");
    }

    #[test]
    fn an_element_is_found_by_its_selector() {
        let document = document();
        for (number, element) in document.elements().enumerate() {
            let Some(selector) = of_element(&document, number) else { continue };
            let css: Css = selector.parse().unwrap();
            assert_eq!(document.html.select(css.selector()).next(), Some(element), "{selector}");
        }
        let lead = document.elements().position(|element| element.attr("class") == Some("lead")).unwrap();
        assert_eq!(of_element(&document, lead).as_deref(), Some("p.lead"));
        assert_eq!(of_element(&document, 999), None);
    }
}
