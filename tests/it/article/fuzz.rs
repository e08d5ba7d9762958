//! Whatever a page holds: no panic, and nothing that cannot be published.

use super::publishable::publishable;
use super::{URL, read};

/// A page with a bit of everything, to be cut and mangled.
const PAGE: &str = include_str!("../../sites/ippen/article.html");

#[test]
fn survives_every_prefix_of_a_page() {
    for end in (0..PAGE.len()).step_by(37).filter(|end| PAGE.is_char_boundary(*end)) {
        publishable(&read(&PAGE[..end], URL), "a prefix");
    }
}

#[test]
fn survives_the_seeds_of_the_fuzzer() {
    let folders = ["fuzz/seeds/article", "tests/sites/ippen"];
    let seeds = folders.map(|folder| std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join(folder));
    let mut articles = 0;
    for seed in seeds.iter().flat_map(|seeds| std::fs::read_dir(seeds).expect("the seeds are part of the project")) {
        let path = seed.expect("a readable folder").path();
        let page = std::fs::read_to_string(&path).expect("a seed");
        let article = read(&page, URL);
        articles += usize::from(!article.body.is_empty());
        publishable(&article, &path.display().to_string());
        for end in (0..page.len()).step_by(53).filter(|end| page.is_char_boundary(*end)) {
            publishable(&read(&page[..end], URL), "a prefix of a seed");
        }
    }
    assert!(articles >= 5, "only {articles} seeds have a text");
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
