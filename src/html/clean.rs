//! The one sanitiser. Whatever HTML is published passes it last.
//!
//! Three steps, so that no input is too hostile and no output too odd: the guard refuses what
//! would cost too much, `simplify` writes what is left in the few elements
//! that all readers show alike, and ammonia holds the result against an allow-list.

use std::collections::{HashMap, HashSet};
use std::sync::LazyLock;

use ammonia::{Builder, UrlRelative};
use unicode_normalization::{UnicodeNormalization, is_nfc};
use url::Url;

use super::guard::{self, Limits};
use super::simplify::simplify;

/// All that is ever published.
const TAGS: [&str; 36] = [
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
];

static ALLOWED: LazyLock<Builder<'static>> = LazyLock::new(|| {
    let mut builder = Builder::empty();
    builder
        .tags(HashSet::from(TAGS).union(&HashSet::from(["tr", "ul"])).copied().collect())
        .tag_attributes(HashMap::from([
            ("a", HashSet::from(["href"])),
            ("img", HashSet::from(["src", "alt", "width", "height"])),
            ("td", HashSet::from(["colspan", "rowspan"])),
            ("th", HashSet::from(["colspan", "rowspan"])),
            ("ol", HashSet::from(["start"])),
        ]))
        .url_schemes(HashSet::from(["http", "https"]))
        .url_relative(UrlRelative::Deny)
        .link_rel(Some("noopener noreferrer"))
        .strip_comments(true);
    builder
});

/// Makes a fragment fit to publish: harmless, simple, every address absolute and http(s).
/// Empty if it is more complex than any article.
pub fn clean(fragment: &str, base: &Url) -> String {
    match guard::parse(fragment, &Limits::default()) {
        Ok(html) => composed(ALLOWED.clean(&simplify(&html, base)).to_string()),
        Err(_too_complex) => String::new(),
    }
}

/// Composes the text between the tags (NFC). Over a tag's end it must not reach: `<p>` and
/// U+0338 would become `<p≯`.
fn composed(html: String) -> String {
    if is_nfc(&html) {
        return html;
    }
    let parts = html.split_inclusive('>').flat_map(|part| {
        let (text, tag) = part.split_at(part.find('<').unwrap_or(part.len()));
        text.nfc().chain(tag.nfc())
    });
    parts.collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(dirty: &str, want: &str) {
        let base = Url::parse("https://example.org/politik/a.html").unwrap();
        assert_eq!(clean(dirty, &base), want, "{dirty}");
        assert_eq!(clean(want, &base), want, "a second time: {dirty}");
    }

    #[test]
    fn scripts_and_handlers_go() {
        check("<p onclick=x()>a<script>b</script></p>", "<p>a</p>");
        check("<p>a<script>b", "<p>a</p>");
        check("<style>p{}</style><p style=color:red class=x id=y>a</p>", "<p>a</p>");
        check("<p>a<noscript><img src=x onerror=y></noscript></p>", "<p>a</p>");
        check("<p>a</p><iframe src=//b></iframe><object data=c>d</object><embed src=e>", "<p>a</p>");
        check("<form action=/x><p>a</p><input value=b><button>c</button><textarea>d</textarea></form>", "<p>a</p>");
        check("<meta http-equiv=refresh content='0;url=javascript:x'><p>a</p>", "<p>a</p>");
        check(
            "<base href=//evil.example/><p><a href=b>a</a></p>",
            "<p><a href=\"https://example.org/politik/b\" rel=\"noopener noreferrer\">a</a></p>",
        );
        check("<link rel=stylesheet href=x><!-- b --><p>a<!--> c --></p>", "<p>a c --&gt;</p>");
        check("<img src=x.jpg onerror=alert(1)>", "<p><img src=\"https://example.org/politik/x.jpg\" alt=\"\"></p>");
        check("<template><p>a</p></template><p>b</p>", "<p>b</p>");
        check("<video src=a><p>b</p></video><audio src=c></audio>", "");
    }

    #[test]
    fn foreign_markup_and_mutations_go() {
        check("<svg onload=x><circle/></svg><p>a</p>", "<p>a</p>");
        check(
            "<svg><style><img src=x onerror=y></style></svg><p>a</p>",
            "<p><img src=\"https://example.org/politik/x\" alt=\"\"></p><p>a</p>",
        );
        check(
            "<svg><p><style><a title=\"</style><img src=x onerror=y>\">",
            "<p><img src=\"https://example.org/politik/x\" alt=\"\">\"&gt;</p>",
        );
        check("<math><mtext><table><mglyph><style><!--</style><img title=\"--&gt;&lt;img src=x onerror=y&gt;\">", "");
        check(
            "<math><annotation-xml encoding=\"text/html\"><p onclick=x>a</p></annotation-xml></math><p>b</p>",
            "<p>a</p><p>b</p>",
        );
        check(
            "<noscript><p title=\"</noscript><img src=x onerror=y>\"></noscript><p>a</p>",
            "<p><img src=\"https://example.org/politik/x\" alt=\"\">\"&gt;</p><p>a</p>",
        );
        check("<p>a<xmp><script>b</script></xmp></p>", "<p>a</p><p>&lt;script&gt;b&lt;/script&gt;</p>");
        check("<select><option><p>a</p></option></select><p>b</p>", "<p>b</p>");
        check("<p>&lt;script&gt;alert(1)&lt;/script&gt;</p>", "<p>&lt;script&gt;alert(1)&lt;/script&gt;</p>");
        check("<plaintext><script>a</script>", "<p>&lt;script&gt;a&lt;/script&gt;</p>");
        // Composed with the bracket before it, U+0338 would swallow it.
        check("<p>\u{338}a</p>", "<p>\u{338}a</p>");
        check("<p>a&#0;b&#11;c&#xFFFF;d&#x202e;e</p>", "<p>abcde</p>");
    }

    #[test]
    fn addresses_are_of_the_web_and_absolute() {
        let linked = |address: &str| format!("<p><a href=\"{address}\" rel=\"noopener noreferrer\">a</a></p>");
        check("<a href=/b?c=1&d=2>a</a>", &linked("https://example.org/b?c=1&amp;d=2"));
        check("<a href='//other.example'>a</a>", &linked("https://other.example/"));
        check("<a href=' https://user:pass@example.org/ü b '>a</a>", &linked("https://example.org/%C3%BC%20b"));
        check("<a target=_blank ping=//x rel=opener href=b>a</a>", &linked("https://example.org/politik/b"));
        for evil in [
            "javascript:x()",
            " java\tscript:x()",
            "&#106;avascript:x()",
            "JaVaScRiPt:x()",
            "&#x1;javascript:x()",
            "java&#10;script&colon;x()",
            "data:text/html,<script>x</script>",
            "vbscript:x",
            "file:///etc/passwd",
            "blob:https://example.org/x",
            "view-source:https://example.org/",
            "mailto:a@example.org",
            "ftp://example.org/",
            "feed:https://example.org/",
            "#teil",
            "https://",
            "https://[",
            "http://a b/",
        ] {
            check(&format!("<p><a href=\"{evil}\">a</a></p>"), "<p>a</p>");
            check(&format!("<p>a<img src=\"{evil}\"></p>"), "<p>a</p>");
            check(&format!("<p>a<img srcset=\"{evil}, {evil} 2x\"></p>"), "<p>a</p>");
        }
    }

    #[test]
    fn pictures_get_their_address_and_counters_go() {
        let shown = |rest: &str| format!("<p><img src=\"https://example.org/politik/b.jpg\" alt=\"\"{rest}></p>");
        check("<img src=b.jpg width=300 height='200px'>", &shown(" width=\"300\""));
        check("<img src=data:image/gif;base64,R0lGOD data-src=b.jpg>", &shown(""));
        check("<img src=/img/placeholder.svg data-lazy-src=b.jpg>", &shown(""));
        check("<img src=a.jpg srcset='a.jpg 300w, b.jpg 1200w, c.jpg 4000w' sizes=100vw>", &shown(""));
        check("<picture><source srcset='b.jpg 900w' media='(min-width:1px)'><img src=data:,></picture>", &shown(""));
        check("<picture><source srcset=x.webp><img src=b.jpg></picture>", &shown(""));
        check(
            "<img alt='Ein  \"Bild\"' src=b.jpg>",
            "<p><img src=\"https://example.org/politik/b.jpg\" alt=\"Ein &quot;Bild&quot;\"></p>",
        );
        check("<p>a<img src=b.jpg width=1 height=1></p>", "<p>a</p>");
        check("<p>a<img src=b.jpg style='DISPLAY : none !important'></p>", "<p>a</p>");
        check("<p>a<img src=//vg07.met.vgwort.de/na/1a2b3c></p>", "<p>a</p>");
        check("<p>a<img src=//stats.example.org/matomo.php?idsite=1></p>", "<p>a</p>");
        check("<p>a<img src=//notvgwort.de/b.jpg></p>", "<p>a<img src=\"https://notvgwort.de/b.jpg\" alt=\"\"></p>");
        check("<p>a<img></p>", "<p>a</p>");
    }

    #[test]
    fn markup_becomes_what_all_readers_show() {
        check("<p><b>a</b> <i>b</i> <strike>c</strike></p>", "<p><strong>a</strong> <em>b</em> <del>c</del></p>");
        check("<h1>a</h1><center>b</center>", "<h2>a</h2><p>b</p>");
        check("a<div>b</div>c <span>d</span><br><br>e", "<p>a</p><p>b</p><p>c d<br><br>e</p>");
        check("<div><div>\n a\n</div><section><p> b </p></section></div>", "<p>a</p><p>b</p>");
        check("<p></p><p>&nbsp;</p><div><br></div><ul><li></li></ul><p>a<b></b></p>", "<p>a</p>");
        check("<p>a<b> </b>b</p>", "<p>a b</p>");
        check("<ul><li><div>a</div><div>b</div></li><li><p>c</p></li></ul>", "<ul><li>a b</li><li><p>c</p></li></ul>");
        check("<p>a<button><p>b</p></button>c</p>", "<p>ac</p>");
        check("<blockquote>a<footer>b</footer></blockquote>", "<blockquote><p>a</p><p>b</p></blockquote>");
        check(
            "<a href=b><figure><img src=b.jpg><figcaption>c</figcaption></figure></a>",
            "<figure><img src=\"https://example.org/politik/b.jpg\" alt=\"\"><figcaption>c</figcaption></figure>",
        );
        check(
            "<table><tr><td colspan=2 bgcolor=red>a<td></table>",
            "<table><tbody><tr><td colspan=\"2\">a</td><td></td></tr></tbody></table>",
        );
        check("<ol start=3 type=a><li value=9>a</ol>", "<ol start=\"3\"><li>a</li></ol>");
        check("<figure><video src=a></video><figcaption>b</figcaption></figure><p>c</p>", "<p>c</p>");
        check("<dl><figure><figcaption>]]>", "");
        check("<ul><li><figure><figcaption>a</figcaption></figure></li><li>b</li></ul>", "<ul><li>b</li></ul>");
        check(
            "<figure><pre>a</pre><figcaption>b</figcaption></figure>",
            "<figure><pre>a</pre><figcaption>b</figcaption></figure>",
        );
        check("<pre>\n\n  a\n    b</pre>", "<pre>  a\n    b</pre>");
        check("<my-text><p>a</p></my-text>", "<p>a</p>");
        check("a &amp; b &lt; c", "<p>a &amp; b &lt; c</p>");
        check("", "");
    }

    #[test]
    fn what_is_too_complex_is_empty_and_quick() {
        let base = Url::parse("https://example.org/").unwrap();
        for hostile in ["<div>", "<b>", "<svg><g>", "<table><tr><td>", "<font size=1>", "<a href=x>", "<p><b id=1>"] {
            let started = std::time::Instant::now();
            clean(&hostile.repeat(100_000), &base);
            assert!(started.elapsed().as_secs() < 8, "{hostile}: {:?}", started.elapsed());
        }
    }
}
