//! Whatever a page holds: no panic, and nothing that cannot be published.

use super::{URL, read};
use ressort::article::Article;

/// A page with a bit of everything, to be cut and mangled.
const PAGE: &str = include_str!("../../sites/ippen/article.html");

#[test]
fn survives_every_prefix_of_a_page() {
    for end in (0..PAGE.len()).step_by(37).filter(|end| PAGE.is_char_boundary(*end)) {
        publishable(&read(&PAGE[..end], URL), "a prefix");
    }
}

#[test]
fn survives_mangled_pages() {
    // A small generator of our own: the same pages on every run.
    let mut state = 0x2545_f491_4f6c_dd1d_u64;
    let mut next = |limit: usize| {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        (state % limit.max(1) as u64) as usize
    };
    let pieces = [
        "<",
        ">",
        "\"",
        "</article>",
        "<h1>",
        "<figure>",
        "<a href=x>",
        "\u{0}",
        "\u{202e}",
        "{",
        "]",
        "&#xd83d;",
        "<time datetime=",
        "<table><tr>",
        "<p>",
        "\u{fffe}",
        "Von ",
        "©",
    ];
    for _ in 0..150 {
        let mut page = PAGE.to_owned();
        for _ in 0..12 {
            let at = page.floor_char_boundary(next(page.len()));
            let end = page.floor_char_boundary((at + next(60)).min(page.len()));
            page.replace_range(at..end.max(at), pieces[next(pieces.len())]);
        }
        publishable(&read(&page, URL), "a mangled page");
    }
}

#[test]
fn survives_hostile_values() {
    let long = "x".repeat(200_000);
    for value in [
        long.as_str(),
        "\\ud83d",
        "javascript:alert(1)",
        "//",
        "data:text/html,x",
        "&lt;script&gt;alert(1)&lt;/script&gt;",
        "\u{b}\u{fffe}\u{202e}",
        "http://[",
        "🦀",
        "İ",
    ] {
        let page = format!(
            "<html lang='{value}'><head><title>{value}</title><meta property=og:title content='{value}'><meta property=og:image content='{value}'><meta name=author content='{value}'><meta property=article:published_time content='{value}'><meta name=keywords content='{value}'><link rel=canonical href='{value}'>
             <script type=application/ld+json>{{\"@type\":\"NewsArticle\",\"headline\":\"{value}\",\"author\":\"{value}\",\"image\":\"{value}\",\"datePublished\":\"{value}\",\"articleBody\":\"{value}\"}}</script></head>
             <body><nav class=breadcrumb><a href=/>Start</a><a href='{value}'>{value}</a></nav><h1>{value}</h1><p class=byline>Von {value}</p><figure><img src='{value}' srcset='{value} 2x'><figcaption>{value} © {value}</figcaption></figure><p class=lead>{value}</p><p>{value}</p></body></html>"
        );
        publishable(&read(&page, URL), value.get(..20).unwrap_or(value));
    }
}

/// Addresses are absolute and of the web, texts hold nothing XML forbids.
pub fn publishable(article: &Article, what: &str) {
    let image = article.image.as_ref();
    let source = article.source.as_ref();
    let addresses = [
        Some(&article.url),
        image.map(|image| &image.url),
        article.next_page.as_ref(),
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
        let is_illegal =
            |c: char| c.is_control() || ('\u{202a}'..='\u{202e}').contains(&c) || (c as u32) & 0xfffe == 0xfffe;
        assert!(!line.contains(is_illegal), "{what}: {line:?}");
        assert_eq!(line.trim(), line, "{what}: white space around a field");
        assert!(!line.is_empty(), "{what}: an empty field");
    }
    for block in &article.body {
        assert!(!block.text.contains(|c: char| c.is_control() && c != '\n'), "{what}: {:?}", block.text);
    }
}

#[test]
fn costs_no_more_than_a_page_of_its_size_should() {
    let many = |piece: &str| piece.repeat(40_000);
    let nodes = |piece: &str| (0..8_000).map(|i| piece.replace('#', &i.to_string())).collect::<String>();
    let pages = [
        ("tags", nodes("<ul class=tags><li><a href=/t/#>t#</a></ul>")),
        ("times", format!("<h1>Die Mühle</h1><div>{}</div>", nodes("<time>5. Februar 2026, # Uhr</time> "))),
        ("headings", nodes("<h2><span class=kicker>K#</span> Die Mühle am Fluss #</h2>")),
        (
            "pictures",
            nodes(
                "<figure><img src=/i/#.jpg srcset='/i/#-1.jpg 1w, /i/#-2.jpg 2w'><figcaption>B # © F</figcaption></figure>",
            ),
        ),
        ("bylines", nodes("<p class=byline>Von Anna Muster #</p>")),
        ("keywords", format!("<meta name=keywords content='{}'>", many("Mühle,"))),
        ("author", format!("<meta name=author content='{}'>", many("Anna Muster, "))),
        (
            "title",
            format!("<title>A{}</title><meta property=og:site_name content=Musterblatt>", many(" | Musterblatt")),
        ),
        (
            "open tags in data",
            format!(
                "<script type=application/ld+json>{{\"@type\":\"Article\",\"headline\":\"{}\"}}</script>",
                many("<a ")
            ),
        ),
        (
            "references",
            format!(
                "<script type=application/ld+json>{{\"@type\":\"Article\",\"headline\":\"A\",\"author\":[{}]}}</script>",
                vec!["{\"@id\":\"#p\"}"; 20_000].join(",")
            ),
        ),
        (
            "images in data",
            format!(
                "<script type=application/ld+json>{{\"@type\":\"Article\",\"headline\":\"A\",\"image\":[{}]}}</script>{}",
                vec!["\"/i/9876543.jpg\""; 5_000].join(","),
                nodes("<figure><img src=/x/#.jpg></figure>")
            ),
        ),
        ("broken data", format!("<script type=application/ld+json>{}</script>", many("{\"a\": \"b\" ,,"))),
        ("links", nodes("<a href='/politik/muehle-12345678/seite-#'>#</a>")),
        ("asides", format!("{}{PROSE}", "<aside class=related><p>x</p>".repeat(200), PROSE = super::PROSE)),
    ];
    for (name, page) in pages {
        let started = std::time::Instant::now();
        publishable(&read(&page, URL), name);
        // Unoptimised and on a busy machine; the quadratic ways took minutes.
        assert!(started.elapsed().as_secs() < 20, "{name} took {:?}", started.elapsed());
        println!("{name}: {:?}", started.elapsed());
    }
}
