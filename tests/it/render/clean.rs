//! The sanitiser against markup nobody would think of.

use proptest::prelude::*;
use ressort::html::clean::clean;
use ressort::html::{Document, Limits};

use super::paper::url;
use crate::support::same_cases;

const ELEMENTS: [&str; 62] = [
    "a",
    "abbr",
    "article",
    "aside",
    "b",
    "blockquote",
    "body",
    "br",
    "button",
    "caption",
    "center",
    "code",
    "col",
    "dd",
    "div",
    "dl",
    "dt",
    "em",
    "figcaption",
    "figure",
    "font",
    "form",
    "frameset",
    "h1",
    "h3",
    "head",
    "hr",
    "html",
    "i",
    "iframe",
    "img",
    "li",
    "math",
    "mglyph",
    "mi",
    "mtext",
    "nobr",
    "noscript",
    "object",
    "ol",
    "option",
    "p",
    "picture",
    "plaintext",
    "pre",
    "ruby",
    "script",
    "select",
    "span",
    "strong",
    "style",
    "svg",
    "table",
    "tbody",
    "td",
    "template",
    "textarea",
    "title",
    "tr",
    "ul",
    "x-y",
    "xmp",
];

const ATTRIBUTES: [&str; 14] = [
    "",
    " href=javascript:alert(1)",
    " href='https://u:p@example.org/ü'",
    " href=/a?b=1&c=2",
    " src=x.jpg onerror=alert(1)",
    " src=\"data:text/html,<script>x</script>\" data-src=//cdn.example.org/b.jpg",
    " srcset='x.jpg 2x, javascript:x 3x'",
    " style='background:url(javascript:x)'",
    " onclick=\"x('>')\"",
    " title='</style><script>x</script>' alt=\"--><img src=x onerror=y>\"",
    " xlink:href=javascript:x",
    " colspan=9999999 rowspan=2 start=-1 width=1",
    " encoding=text/html",
    " /",
];

const TEXTS: [&str; 14] = [
    "Wort",
    " ",
    "\n",
    "&amp;",
    "&lt;script&gt;",
    "<!-- -->",
    "<![CDATA[x]]>",
    "\u{338}",
    "u\u{308}",
    "&#0;",
    "&nbsp;",
    "\u{b}",
    "]]>",
    "--!>",
];

fn soup() -> impl Strategy<Value = String> {
    let open = (prop::sample::select(&ELEMENTS[..]), prop::sample::select(&ATTRIBUTES[..]))
        .prop_map(|(name, attribute)| format!("<{name}{attribute}>"));
    let close = prop::sample::select(&ELEMENTS[..]).prop_map(|name| format!("</{name}>"));
    let text = prop::sample::select(&TEXTS[..]).prop_map(str::to_owned);
    prop::collection::vec(prop_oneof![4 => open, 2 => close, 4 => text, 1 => "\\PC{0,8}"], 0..40)
        .prop_map(|parts| parts.concat())
}

/// Every element and attribute that may ever be published.
fn is_allowed(element: &str, attribute: &str, value: &str) -> bool {
    match (element, attribute) {
        ("a", "href") | ("img", "src") => value.starts_with("https://") || value.starts_with("http://"),
        ("a", "rel") => value == "noopener noreferrer",
        ("img", "alt") => true,
        ("img", "width" | "height") | ("td" | "th", "colspan" | "rowspan") | ("ol", "start") => {
            value.bytes().all(|byte| byte.is_ascii_digit())
        }
        _ => false,
    }
}

const ALLOWED: [&str; 41] = [
    "html",
    "head",
    "body",
    "a",
    "abbr",
    "blockquote",
    "br",
    "caption",
    "cite",
    "code",
    "dd",
    "del",
    "dl",
    "dt",
    "em",
    "figcaption",
    "figure",
    "h2",
    "h3",
    "h4",
    "h5",
    "h6",
    "hr",
    "img",
    "ins",
    "li",
    "ol",
    "p",
    "pre",
    "q",
    "strong",
    "sub",
    "sup",
    "table",
    "tbody",
    "td",
    "tfoot",
    "th",
    "thead",
    "tr",
    "ul",
];

proptest! {
    #![proptest_config(same_cases(3000))]

    #[test]
    fn only_harmless_markup_comes_out(dirty in soup()) {
        let base = url("https://example.org/politik/");
        let cleaned = clean(&dirty, &base);
        let document = Document::parse(&cleaned, &base, &Limits::default()).unwrap();
        for element in document.elements() {
            let name = element.value().name();
            prop_assert!(ALLOWED.contains(&name), "<{name}> in {cleaned}\nfrom {dirty}");
            for (attribute, value) in element.value().attrs() {
                prop_assert!(is_allowed(name, attribute, value), "{attribute}={value} in {cleaned}\nfrom {dirty}");
            }
        }
        let illegal = cleaned.chars().find(|c| c.is_control() && *c != '\n');
        prop_assert!(illegal.is_none(), "{illegal:?}");
    }

    #[test]
    fn what_is_clean_stays_as_it_is(dirty in soup()) {
        let base = url("https://example.org/politik/");
        let once = clean(&dirty, &base);
        prop_assert_eq!(clean(&once, &base), once, "from {}", dirty);
    }
}
