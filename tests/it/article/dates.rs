//! The dates of an article, from every place a page can have them.

use super::{PROSE, URL, read};

fn check(head: &str, body: &str, published: Option<&str>, modified: Option<&str>) {
    let page = format!(
        "<html lang=de><head>{head}</head><body><article><h1>Der Rat kauft die alte Mühle</h1>{body}{PROSE}</article></body></html>"
    );
    let article = read(&page, URL);
    let shown = |date: Option<chrono::DateTime<chrono::FixedOffset>>| date.map(|date| date.to_rfc3339());
    assert_eq!(shown(article.published).as_deref(), published, "{head}{body}");
    assert_eq!(shown(article.modified).as_deref(), modified, "{head}{body}");
}

fn structured(properties: &str) -> String {
    format!(
        r#"<script type="application/ld+json">{{"@type": "NewsArticle", "headline": "Der Rat kauft die alte Mühle", {properties}}}</script>"#
    )
}

#[test]
fn takes_structured_data_before_what_is_visible() {
    let head = structured(r#""datePublished": "2026-02-05T10:15:00+0100", "dateModified": "2026-02-05T12:00:00Z""#);
    check(&head, "<p>4. Februar 2026</p>", Some("2026-02-05T10:15:00+01:00"), Some("2026-02-05T12:00:00+00:00"));
}

#[test]
fn reads_meta_time_and_text_in_turn() {
    check(
        "<meta property='article:published_time' content='2026-02-05T10:15:00Z'>",
        "",
        Some("2026-02-05T10:15:00+00:00"),
        None,
    );
    check("", "<time datetime='2026-02-05T10:15:00+01:00'>gestern</time>", Some("2026-02-05T10:15:00+01:00"), None);
    check("", "<p>05.02.2026, 10:15 Uhr</p>", Some("2026-02-05T10:15:00+01:00"), None);
    check("", "<div class=published-date>5. Februar 2026</div>", Some("2026-02-05T00:00:00+01:00"), None);
}

#[test]
fn completes_a_day_with_the_time_of_another_source() {
    check(
        &structured(r#""datePublished": "2026-02-05""#),
        "<p>5. Februar 2026, 10:15 Uhr</p>",
        Some("2026-02-05T10:15:00+01:00"),
        None,
    );
    // Another day completes nothing.
    check(
        &structured(r#""datePublished": "2026-02-05""#),
        "<p>4. Februar 2026, 10:15 Uhr</p>",
        Some("2026-02-05T00:00:00+01:00"),
        None,
    );
}

#[test]
fn tells_publication_from_change() {
    let line = "<p>Stand: 06.02.2026, 12:00 Uhr, erstellt: 05.02.2026, 10:15 Uhr</p>";
    check("", line, Some("2026-02-05T10:15:00+01:00"), Some("2026-02-06T12:00:00+01:00"));
    // The only date there is.
    check(
        "",
        "<p>Stand: 06.02.2026, 12:00 Uhr</p>",
        Some("2026-02-06T12:00:00+01:00"),
        Some("2026-02-06T12:00:00+01:00"),
    );
}

#[test]
fn ignores_a_change_before_the_publication() {
    let head = structured(r#""datePublished": "2026-02-05T10:15:00Z", "dateModified": "2026-02-01T10:15:00Z""#);
    check(&head, "", Some("2026-02-05T10:15:00+00:00"), None);
}

#[test]
fn invents_no_date() {
    check("", "", None, None);
    check("<meta property='article:published_time' content='1970-01-01T00:00:00Z'>", "", None, None);
    check("<meta property='article:published_time' content='2099-12-31'>", "", None, None);
    check(&structured(r#""datePublished": "0001-01-01T00:00:00""#), "", None, None);
    // A date in a sentence, in another article's teaser, below a picture.
    check(
        "",
        "<p>Am 3. Februar 2026 war die Stadtverordnetenversammlung noch anderer Meinung gewesen als heute Abend.</p>",
        None,
        None,
    );
    check(
        "",
        "<aside><a href=/anderes-1.html>Anderes</a> <time datetime=2026-02-01>1. Februar 2026</time></aside>",
        None,
        None,
    );
    check("", "<figure><img src=a.jpg><figcaption>Die Mühle am 2. Februar 2026</figcaption></figure>", None, None);
}

#[test]
fn reads_times_without_zone_in_the_zone_of_the_site() {
    let check = |language: &str, url: &str, want: &str| {
        let page = format!("<html lang={language}><h1>Der Rat kauft die Mühle</h1><p>05.07.2025, 10:15 Uhr</p>{PROSE}");
        let published = read(&page, url).published.map(|date| date.to_rfc3339());
        assert_eq!(published.as_deref(), Some(want), "{language} {url}");
    };
    check("en", "https://www.beispiel.de/politik/muehle-12345678.html", "2025-07-05T10:15:00+02:00");
    // Nobody named a zone: that of the language.
    check("de", "https://www.beispiel.example/politik/muehle-12345678.html", "2025-07-05T10:15:00+02:00");
    check("en-GB", "https://www.beispiel.example/politik/muehle-12345678.html", "2025-07-05T10:15:00+01:00");
    check("en", "https://www.beispiel.example/politik/muehle-12345678.html", "2025-07-05T10:15:00+00:00");
}

#[test]
fn notes_a_contradiction_of_machines() {
    let head = structured(r#""datePublished": "2026-02-05T10:15:00Z""#);
    let page = |meta: &str| format!("<html lang=de><head>{head}{meta}</head><h1>Der Rat kauft die Mühle</h1>{PROSE}");
    let article = read(&page("<meta property='article:published_time' content='2026-01-01T10:15:00Z'>"), URL);
    assert_eq!(article.provenance.get("published"), Some(&"json-ld"));
    assert_eq!(article.provenance.get("published_contradiction"), Some(&"meta"));
    let article = read(&page("<meta property='article:published_time' content='2026-02-05T11:15:00Z'>"), URL);
    assert_eq!(article.provenance.get("published_contradiction"), None);
}
