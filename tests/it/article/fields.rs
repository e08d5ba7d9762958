//! Every other field: which source wins, and what is taken off.

use super::{PROSE, URL, read, read_with, teaser};

fn page(head: &str, top: &str, bottom: &str) -> String {
    format!("<html lang=de><head>{head}</head><body><article>{top}{PROSE}{bottom}</article></body></html>")
}

mod title {
    use super::*;

    fn check(head: &str, top: &str, want: &str) {
        assert_eq!(read(&page(head, top, ""), URL).title.as_deref(), Some(want), "{head}{top}");
    }

    #[test]
    fn is_the_headline_that_a_witness_confirms() {
        check(
            "<title>Mühle kaufen: Rat entscheidet | Musterblatt</title><meta property=og:title content='Der Rat kauft die Mühle'>",
            "<h1>Der Rat kauft die Mühle</h1>",
            "Der Rat kauft die Mühle",
        );
        // Structured data is often written for search engines.
        let structured = r#"<script type="application/ld+json">{"@type":"NewsArticle","headline":"Mühle kaufen: Rat entscheidet"}</script>"#;
        check(
            &format!("{structured}<meta property=og:title content='Der Rat kauft die Mühle'>"),
            "<h1>Der Rat kauft die Mühle</h1>",
            "Der Rat kauft die Mühle",
        );
    }

    #[test]
    fn is_the_visible_heading_when_the_h1_is_for_search_engines() {
        let head =
            "<title>Mühle kaufen: Rat entscheidet</title><meta property=og:title content='Teures Erbe am Fluss'>";
        check(head, "<h1>Mühle kaufen: Rat entscheidet</h1><h2>Teures Erbe am Fluss</h2>", "Teures Erbe am Fluss");
    }

    #[test]
    fn is_what_social_networks_get_when_the_h1_repeats_the_search_title() {
        let search = "<title>Mühle kaufen: Rat entscheidet | Musterblatt</title>";
        let social = "<meta property=og:title content='Teures Erbe am Fluss'>";
        let heading = "<h1>Mühle kaufen: Rat entscheidet</h1>";
        let second = "<meta name=twitter:title content='Teures Erbe am Fluss'>";
        check(&format!("{search}{social}{second}"), heading, "Teures Erbe am Fluss");
        // One witness is not enough against the heading people see.
        check(&format!("{search}{social}"), heading, "Mühle kaufen: Rat entscheidet");
    }

    #[test]
    fn has_neither_site_nor_section_nor_date() {
        check(
            "<meta property=og:title content='Der Rat kauft die Mühle | Musterblatt'><meta property=og:site_name content=Musterblatt>",
            "",
            "Der Rat kauft die Mühle",
        );
        check(
            "<title>Der Rat kauft die Mühle - Politik - Musterblatt.example</title><meta property=article:section content=Politik>",
            "",
            "Der Rat kauft die Mühle",
        );
        check("<title>Der Rat kauft die Mühle – Musterblatt – 05.02.2026</title>", "", "Der Rat kauft die Mühle");
        check("<title>Alt - neu: Was der Rat will</title>", "", "Alt - neu: Was der Rat will");
    }

    #[test]
    fn is_not_the_name_of_the_site_or_of_a_box() {
        let top = "<h1>Musterblatt</h1><h1>Der Rat kauft die Mühle</h1>";
        check("<title>Der Rat kauft die Mühle - Musterblatt</title>", top, "Der Rat kauft die Mühle");
    }

    #[test]
    fn agrees_with_the_teaser_where_the_page_disagrees_with_itself() {
        let head = "<title>C</title><meta property=og:title content='Teures Erbe am Fluss'>";
        let page = page(head, "<h1>Musterhausen kauft seine Mühle zurück</h1>", "");
        let teaser = teaser("Teures Erbe am Fluss", URL);
        assert_eq!(read_with(&page, URL, Some(&teaser)).title.as_deref(), Some("Teures Erbe am Fluss"));
    }

    #[test]
    fn leaves_the_kicker_in_its_element_to_the_kicker() {
        let head = "<meta property=og:title content='Der Rat kauft die Mühle'>";
        let article = read(
            &page(head, "<h1><span class=kicker>Musterhausen:</span> <span>Der Rat kauft die Mühle</span></h1>", ""),
            URL,
        );
        assert_eq!(article.title.as_deref(), Some("Der Rat kauft die Mühle"));
        assert_eq!(article.kicker.as_deref(), Some("Musterhausen"));
        // The page says itself what is what, whatever it gives to social networks.
        check(
            "<meta property=og:title content='Nach langem Streit: Der Rat kauft die Mühle'>",
            "<h1 class=crumb>Rat kauft Mühle</h1><h2><span data-kicker='Nach langem Streit'>Nach langem Streit</span> <div data-headline='Der Rat kauft die Mühle'>Der Rat kauft die Mühle</div></h2>",
            "Der Rat kauft die Mühle",
        );
    }
}

#[test]
fn kickers_are_no_paid_marks_sections_or_dates() {
    let check = |top: &str, want: Option<&str>| {
        let head = "<meta property=article:section content=Politik>";
        let article = read(&page(head, &format!("{top}<h1>Der Rat kauft die Mühle</h1>"), ""), URL);
        assert_eq!(article.kicker.as_deref(), want, "{top}");
    };
    check("<p class=kicker>Musterhausen</p>", Some("Musterhausen"));
    check("<p class=kicker>Premium</p>", None);
    check("<p class=kicker>Politik</p>", None);
    check("<p class=kicker>Ausgabe vom 05.02.2026</p>", None);
    check("<p>Musterhausen</p>", None);
}

mod lede {
    use super::*;

    fn check(head: &str, top: &str, want: Option<&str>) {
        let article = read(&page(head, &format!("<h1>Der Rat kauft die Mühle</h1>{top}"), ""), URL);
        assert_eq!(article.lede.as_deref(), want, "{head}{top}");
        assert!(!article.text().contains("Ein Beschluss mit Folgen"), "the lede stands in the text too: {top}");
    }

    const LEDE: &str =
        "Ein Beschluss mit Folgen: Musterhausen kauft die Mühle. Was die Sanierung kostet, weiß niemand.";

    #[test]
    fn is_what_is_named_so_or_set_in_another_way() {
        check("", &format!("<p class=article-lead>{LEDE}</p>"), Some(LEDE));
        check("", &format!("<p class=bold>{LEDE}</p>"), Some(LEDE));
        check("", &format!("<p><strong>{LEDE}</strong></p>"), Some(LEDE));
        check("", &format!("<h2>{LEDE}</h2>"), Some(LEDE));
        check(
            &format!("<meta name=description content='{LEDE}'>"),
            &format!("<div><div>{LEDE}</div></div>"),
            Some(LEDE),
        );
    }

    #[test]
    fn is_the_description_only_when_that_is_whole_and_not_the_text() {
        check(&format!("<meta name=description content='{LEDE}'>"), "", Some(LEDE));
        check(
            "<meta name=description content='Der Rat der Stadt Musterhausen hat am Donnerstag nach langer Debatte beschlossen, die alte Mühle …'>",
            "",
            None,
        );
        check(
            "<meta name=description content='Der Rat der Stadt Musterhausen hat am Donnerstag nach langer Debatte beschlossen, die alte Mühle am Fluss zu kaufen und sie den Vereinen zu überlassen.'>",
            "",
            None,
        );
    }

    #[test]
    fn is_no_caption_no_byline_and_no_date() {
        check(
            "",
            "<figure><img src=a.jpg><figcaption>Die Mühle am Fluss steht seit vielen Jahren leer und verfällt.</figcaption></figure>",
            None,
        );
        check("", "<p class=byline>Von Anna Muster und Ben Beispiel, Redakteure im Rathaus.</p>", None);
        check("", "<p class=small>Aktualisiert am 5. Februar 2026, 10:15 Uhr.</p>", None);
    }
}

mod authors {
    use super::*;

    fn check(head: &str, top: &str, want: &[&str]) {
        let article = read(&page(head, &format!("<h1>Der Rat kauft die Mühle</h1>{top}"), ""), URL);
        assert_eq!(article.authors, want, "{head}{top}");
    }

    fn structured(author: &str) -> String {
        format!(
            r#"<script type="application/ld+json">{{"@type":"NewsArticle","headline":"Der Rat kauft die Mühle","publisher":{{"name":"Musterblatt"}},"author":{author}}}</script>"#
        )
    }

    #[test]
    fn are_read_from_every_shape_of_structured_data() {
        check(&structured(r#""Anna Muster""#), "", &["Anna Muster"]);
        check(&structured(r#""Anna Muster, Ben Beispiel""#), "", &["Anna Muster", "Ben Beispiel"]);
        check(&structured(r#"{"@type":"Person","name":"Anna Muster"}"#), "", &["Anna Muster"]);
        check(
            &structured(r#"[{"@type":"Person","name":"Anna Muster"},{"@type":"Organization","name":"dpa"}]"#),
            "",
            &["Anna Muster", "dpa"],
        );
        check(&structured(r#"{"@type":"Person","givenName":"Anna","familyName":"Muster"}"#), "", &["Anna Muster"]);
        check(&structured(r#"[{"name":["Anna Muster","Ben Beispiel"]}]"#), "", &["Anna Muster"]);
    }

    #[test]
    fn are_the_persons_of_the_byline_where_structured_data_names_the_paper() {
        let head = structured(r#"{"@type":"Organization","name":"Musterblatt"}"#);
        check(&head, "<span class=article__author>Von Anna Muster, Musterhausen</span>", &["Anna Muster"]);
        check(&head, "<p>Von Anna Muster und Ben Beispiel</p>", &["Anna Muster", "Ben Beispiel"]);
        check(&head, "", &["Musterblatt"]);
    }

    #[test]
    fn are_never_the_editors_at_large_or_an_address() {
        check("<meta name=author content='Redaktion Musterblatt'>", "", &[]);
        check("<meta property=article:author content='https://www.facebook.com/musterblatt'>", "", &[]);
        check(&structured(r#"{"name":"Online-Redaktion"}"#), "<p>Von unserer Redaktion</p>", &[]);
    }

    #[test]
    fn are_not_the_photographers_or_other_articles_authors() {
        check(
            "",
            "<figure><img src=a.jpg><figcaption>Die Mühle <span class=author>Lisa Linse</span></figcaption></figure>",
            &[],
        );
        check("", "<aside class=related><p class=byline>Von Karl Anders</p></aside>", &[]);
    }

    #[test]
    fn are_found_without_names_of_elements() {
        check(
            "",
            "<p>Von <a href=/autoren/17/>Anna Muster</a>, <a href=/autoren/18/>Ben Beispiel</a></p>",
            &["Anna Muster", "Ben Beispiel"],
        );
        check("", "<p>Von Anna Muster</p>", &["Anna Muster"]);
    }
}

mod image {
    use super::*;

    fn check(head: &str, top: &str, url: &str, caption: Option<&str>, credit: Option<&str>) {
        let image = read(&page(head, &format!("<h1>Der Rat kauft die Mühle</h1>{top}"), ""), URL).image;
        let image = image.unwrap_or_else(|| panic!("no image: {head}{top}"));
        assert_eq!(image.url.as_str(), url, "{top}");
        assert_eq!((image.caption.as_deref(), image.credit.as_deref()), (caption, credit), "{top}");
    }

    #[test]
    fn is_the_figure_in_its_largest_sensible_size() {
        let figure = "<figure><img src=/i/muehle-300.jpg srcset='/i/muehle-600.jpg 600w, /i/muehle-1200.jpg 1200w, /i/muehle-4800.jpg 4800w'><figcaption>Die Mühle. Foto: Lisa Linse/dpa</figcaption></figure>";
        check(
            "",
            figure,
            "https://www.musterblatt.example/i/muehle-1200.jpg",
            Some("Die Mühle."),
            Some("Lisa Linse/dpa"),
        );
    }

    #[test]
    fn is_read_behind_lazy_loading() {
        let figure = "<figure><img src='data:image/gif;base64,R0lGOD' data-src=/i/muehle.jpg><figcaption><p>Die Mühle</p><p class=credit>(Foto: Lisa Linse)</p></figcaption></figure>";
        check("", figure, "https://www.musterblatt.example/i/muehle.jpg", Some("Die Mühle"), Some("Lisa Linse"));
        let picture = "<picture><source type=image/avif srcset='/i/m.avif 900w'><source type=image/webp srcset='/i/m.webp 900w'><img src=/i/blank.gif></picture>";
        check(
            "",
            &format!("<div class=hero-image>{picture}<span>Die Mühle</span> <small>Lisa Linse</small></div>"),
            "https://www.musterblatt.example/i/m.webp",
            Some("Die Mühle"),
            Some("Lisa Linse"),
        );
    }

    #[test]
    fn is_neither_portrait_nor_logo() {
        let head = "<meta property=og:image content=https://www.musterblatt.example/i/muehle-social.jpg>";
        let portrait = "<figure><img src=/i/anna.jpg><figcaption>Von <a rel=author href=/autor/anna>Anna Muster</a></figcaption></figure>";
        check(head, portrait, "https://www.musterblatt.example/i/muehle-social.jpg", None, None);
        let page = page("<meta property=og:image content=/i/logo.png>", "<h1>Der Rat kauft die Mühle</h1>", "");
        assert_eq!(read(&page, URL).image, None);
    }

    #[test]
    fn takes_caption_and_credit_from_structured_data_where_the_page_shows_none() {
        let head = r#"<script type="application/ld+json">{"@type":"NewsArticle","headline":"Der Rat kauft die Mühle","image":{"@type":"ImageObject","url":"/i/muehle.jpg","caption":"Die Mühle","creditText":"Foto: Lisa Linse"}}</script>"#;
        check(head, "", "https://www.musterblatt.example/i/muehle.jpg", Some("Die Mühle"), Some("Lisa Linse"));
    }
}

#[test]
fn categories_are_the_breadcrumb_without_its_root() {
    let check = |top: &str, want: &[&str]| {
        assert_eq!(
            read(&page("", &format!("{top}<h1>Der Rat kauft die Mühle</h1>"), ""), URL).categories,
            want,
            "{top}"
        );
    };
    check(
        "<nav class=breadcrumb><a href=/>Startseite</a> › <a href=/politik/>Politik</a> › <a href=/politik/lokal/>Lokales</a></nav>",
        &["Politik", "Lokales"],
    );
    check("<ol><li><a href=/>Übersicht</a></li><li><a href=/politik/>Politik</a></li></ol>", &["Politik"]);
    // The navigation leads to the folder the article lies in.
    check("<nav><a href=/politik/>Politik</a><a href=/sport/>Sport</a></nav>", &["Politik"]);
    check("<nav><a href=/politik/muehle-12345678.html>Der Rat</a><a href=/>Start</a></nav>", &[]);
    let head = r#"<script type="application/ld+json">{"@type":"BreadcrumbList","itemListElement":[
        {"@type":"ListItem","position":2,"item":{"@id":"/politik/","name":"Politik"}},
        {"@type":"ListItem","position":1,"item":{"@id":"/","name":"Musterblatt"}},
        {"@type":"ListItem","position":3,"name":"Der Rat kauft die Mühle"}]}</script>"#;
    assert_eq!(read(&page(head, "<h1>Der Rat kauft die Mühle</h1>", ""), URL).categories, ["Politik"]);
}

#[test]
fn topics_are_no_codes() {
    let check = |head: &str, bottom: &str, want: &[&str]| {
        assert_eq!(read(&page(head, "<h1>Der Rat kauft die Mühle</h1>", bottom), URL).topics, want, "{head}{bottom}");
    };
    check("<meta name=keywords content='Mühle, Stadtrat, mühle, 100312362, cat_politik'>", "", &["Mühle", "Stadtrat"]);
    check(
        "<meta property=article:tag content=Mühle><meta property=article:tag content=Stadtrat>",
        "",
        &["Mühle", "Stadtrat"],
    );
    check(
        "",
        "<ul class=tags><li><a href=/t/1>Mühle</a></li><li><a href=/t/2>Stadtrat</a></li></ul>",
        &["Mühle", "Stadtrat"],
    );
}

#[test]
fn paid_articles_are_marked() {
    let check = |free: &str, want: bool| {
        let head =
            format!(r#"<script type="application/ld+json">{{"@type":"NewsArticle","headline":"A",{free}}}</script>"#);
        assert_eq!(read(&page(&head, "<h1>A</h1>", ""), URL).paywalled, want, "{free}");
    };
    check(r#""isAccessibleForFree":false"#, true);
    check(r#""isAccessibleForFree":"False""#, true);
    check(r#""isAccessibleForFree":"http://schema.org/False""#, true);
    check(r#""isAccessibleForFree":true"#, false);
    check(r#""hasPart":{"@type":"WebPageElement","isAccessibleForFree":"False","cssSelector":".paywall"}"#, true);
    check(r#""name":"B""#, false);
}

#[test]
fn the_first_medium_is_found_in_the_text() {
    let note = "<p>Dieser Artikel war zuerst am 5. Februar 2026 in englischer Sprache bei der „<a href=https://beispielpost.example/en/mill>Beispielpost</a>“ erschienen – im Zuge einer Kooperation steht er nun auch hier.</p>";
    let source = read(&page("", "<h1>Der Rat kauft die Mühle</h1>", note), URL).source.expect("a source");
    assert_eq!(source.name, "Beispielpost");
    assert_eq!(source.url.expect("its address").as_str(), "https://beispielpost.example/en/mill");
}

#[test]
fn the_next_page_is_followed_only_within_the_article() {
    let check = |bottom: &str, want: Option<&str>| {
        let next =
            read(&page("", "<h1>Der Rat kauft die Mühle</h1>", bottom), "https://www.musterblatt.example/muehle")
                .next_page;
        assert_eq!(next.as_ref().map(url::Url::as_str), want, "{bottom}");
    };
    check("<a href=/muehle/seite-2>Weiter</a>", Some("https://www.musterblatt.example/muehle/seite-2"));
    check("<a href='?page=2'>2</a>", Some("https://www.musterblatt.example/muehle?page=2"));
    check("<a rel=next href=/anderer-artikel>Nächster Artikel</a>", None);
}

#[test]
fn the_address_is_the_pages_own_where_it_can_be_believed() {
    let check = |canonical: &str, want: &str| {
        let head = format!("<link rel=canonical href='{canonical}'>");
        assert_eq!(read(&page(&head, "<h1>A</h1>", ""), URL).url.as_str(), want);
    };
    check("/politik/neuer-titel-12345678.html", "https://www.musterblatt.example/politik/neuer-titel-12345678.html");
    check("https://www.musterblatt.example/", URL);
    check("https://anderes-blatt.example.org/x", URL);
    check("javascript:alert(1)", URL);
}

#[test]
fn selectors_come_first_and_give_way() {
    let feed = |rules: &str| -> ressort::config::Feed {
        let settings = ressort::config::Settings::default();
        let directory = tempfile::tempdir().expect("a directory");
        let definition = format!("url = \"https://www.musterblatt.example/politik/\"\n[article]\n{rules}");
        std::fs::write(directory.path().join("musterblatt.toml"), definition).expect("a file");
        ressort::config::load_feeds(directory.path(), &settings).expect("a definition").remove(0)
    };
    let url = url::Url::parse(URL).expect("an address");
    let page = page(
        "",
        "<h1>Der Rat kauft die Mühle</h1><div id=real>Das Erbe</div><div id=who>Anna Muster</div><figure><img src=/i/m.jpg></figure><div id=below>Die Mühle. Foto: Lisa Linse</div>",
        "",
    );
    let document = ressort::html::Document::parse(&page, &url, &ressort::html::Limits::default()).expect("a page");
    let title = |rules: &str| {
        let feed = feed(rules);
        let context = ressort::article::Context { feed: &feed, now: super::now(), teaser: None };
        let article = ressort::article::extract(&document, &context);
        (article.title.unwrap_or_default(), article.provenance["title"], article.authors)
    };
    assert_eq!(
        title("title = \"#real\"\nauthor = \"#who\""),
        ("Das Erbe".to_owned(), "selector", vec!["Anna Muster".to_owned()])
    );
    assert_eq!(title("title = \"#gone\""), ("Der Rat kauft die Mühle".to_owned(), "heading", vec![]));
}
