//! What a section page says of itself.

use super::paper::*;

#[test]
fn reads_name_breadcrumb_and_language() {
    let trail =
        r#"<ol class="breadcrumb"><li><a href="/">Startseite</a></li><li><a href="/politik/">Politik</a></li></ol>"#;
    let section = read(&page(&format!("{trail}<h1>Politik</h1>{}", cards(0..12))));
    assert_eq!(section.title.as_deref(), Some("Politik"));
    assert_eq!(section.breadcrumb, ["Startseite", "Politik"]);
    assert_eq!(section.language.as_deref(), Some("de"));

    let data = r#"<script type="application/ld+json">{"@type":"BreadcrumbList","itemListElement":[
        {"@type":"ListItem","position":2,"item":{"@id":"/politik/","name":"Politik"}},{"@type":"ListItem","position":1,"name":"Tageblatt"}]}</script>"#;
    assert_eq!(read(&page(&format!("{data}{}", cards(0..12)))).breadcrumb, ["Tageblatt", "Politik"]);
    assert_eq!(read(&page(&cards(0..12))).title.as_deref(), Some("Politik: Nachrichten"));
}

#[test]
fn finds_the_sections_own_feeds() {
    let html = page(&format!("{}<a href='feed://www.tageblatt.example/politik/rssfeed.rdf'>RSS</a>", cards(0..12))).replace(
        "<head>",
        "<head><link rel='alternate' type='application/rss+xml' title='Politik' href='/politik/feed/'><link rel='alternate' hreflang='en' href='/en/'>",
    );
    let feeds: Vec<String> = read(&html).native_feeds.into_iter().map(|feed| feed.url.to_string()).collect();
    assert_eq!(feeds[0], "https://www.tageblatt.example/politik/feed/");
    assert_eq!(feeds.len(), 2, "{feeds:?}");
}

#[test]
fn finds_the_next_page() {
    let check = |pager: &str, want: Option<&str>| {
        let next = read(&page(&format!("{}{pager}", cards(0..12)))).next_page;
        assert_eq!(
            next.as_ref().map(|url| url.as_str()),
            want.map(|path| format!("https://www.tageblatt.example{path}")).as_deref(),
            "{pager}"
        );
    };
    check("", None);
    check("<a rel='next' href='/politik/seite-2/'>›</a>", Some("/politik/seite-2/"));
    check(
        "<div class='pager'><span>1</span><a href='?page=2'>2</a><a href='?page=3'>3</a></div>",
        Some("/politik/?page=2"),
    );
    check("<div class='pagination'><a href='/politik/2'>Nächste Seite</a></div>", Some("/politik/2"));
    check("<a class='carousel' rel='next' href='/wetter/'>Weiter</a>", None);
}

#[test]
fn recognises_a_page_that_is_empty_without_scripts() {
    let shell = "<html><head><title>Tageblatt</title></head><body><noscript>Bitte JavaScript einschalten</noscript><div id='root'></div><script src='/app.js'></script></body></html>";
    let section = read(shell);
    assert!(section.needs_browser && section.teasers.is_empty());
    assert!(!read(&page(&cards(0..12))).needs_browser);
    assert!(!read("<p>Wartungsarbeiten</p>").needs_browser);
}
