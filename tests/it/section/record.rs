//! What a card says of its article.

use ressort::section::{Kind, Teaser};

use super::paper::*;

/// Reads one card among eleven plain ones.
fn teaser(inner: &str) -> Teaser {
    let card = format!("<article class='teaser'>{inner}</article>");
    let section = read(&page(&format!("{card}{}", cards(1..12))));
    assert_eq!(numbers(&section), (0..12).collect::<Vec<_>>(), "{inner}");
    section.teasers[0].clone()
}

fn headline() -> String {
    format!("<h2><a href='{}'>{}</a></h2>", address(0), HEADLINES[0])
}

#[test]
fn takes_the_largest_picture_wherever_it_is_kept() {
    let check = |picture: &str, want: &str| {
        let found = teaser(&format!("<figure>{picture}</figure>{}", headline())).image;
        assert_eq!(found.as_ref().map(|url| url.path()), Some(want).filter(|want| !want.is_empty()), "{picture}");
    };
    check("<img src='/a.jpg'>", "/a.jpg");
    check("<img src='/a.jpg' srcset='/b.jpg 320w, /c.jpg 1280w, /d.jpg 640w'>", "/c.jpg");
    check("<img src='data:image/gif;base64,R0lGODlhAQABAAAAACw=' data-src='/lazy.jpg'>", "/lazy.jpg");
    check("<img src='/platz/placeholder.png' data-srcset='/s.jpg 400w, /l.jpg 800w'>", "/l.jpg");
    check(
        "<picture><source type='image/avif' srcset='/a.avif 900w'><source srcset='/p.jpg 700w'><img src='/a.jpg'></picture>",
        "/p.jpg",
    );
    check("<noscript><img src='/ohne-skript.jpg' width='800'></noscript>", "/ohne-skript.jpg");
    check("<img src='/zaehler.gif' width='1' height='1'><img src='/logo.svg'>", "");
    check("<div style=\"background-image: url('/hintergrund.jpg')\"></div>", "/hintergrund.jpg");
}

#[test]
fn reads_pictures_from_the_settings_of_scripts() {
    use base64::Engine;
    let markup = "<img srcset=\"/klein.jpg 300w, /gross.jpg 900w\" alt=\"Ein Deich\">";
    let encoded = base64::engine::general_purpose::STANDARD.encode(markup);
    let settings =
        format!(r#"{{"triggerOnce":true,"event":{{"name":"INSERT","conf":{{"srcType":"html","src":"{encoded}"}}}}}}"#);
    let found = teaser(&format!("<span class='placeholder' data-conf='{settings}'></span>{}", headline()));
    assert_eq!(found.image.unwrap().path(), "/gross.jpg");
}

#[test]
fn reads_dates_for_machines_before_those_for_people() {
    let check = |label: &str, want: Option<&str>| {
        let found = teaser(&format!("{}{label}", headline())).published;
        assert_eq!(found.map(|date| date.to_rfc3339()).as_deref(), want, "{label}");
    };
    check("<time datetime='2026-02-05T08:15:00+01:00'>vor Stunden</time>", Some("2026-02-05T08:15:00+01:00"));
    check("<time datetime='2026-02-05T08:15'>8:15</time>", Some("2026-02-05T08:15:00+00:00"));
    check("<span data-timestamp='1770279300'></span>", Some("2026-02-05T08:15:00+00:00"));
    check("<span class='date'>5. Februar 2026, 8:15 Uhr</span>", Some("2026-02-05T08:15:00+00:00"));
    check("<span class='x'>vor 3 Stunden</span>", Some("2026-02-05T09:00:00+00:00"));
    check("<p>Am 4. Februar 2026 begann der Umbau des Deiches, der bis in den Sommer dauern soll.</p>", None);
}

#[test]
fn reads_kicker_and_summary_and_nothing_else_of_the_card() {
    let found = teaser(&format!(
        "<span class='kicker'>Küste:</span>{}<p>{}</p><span class='author'>Von Erika Probe und Hans Muster</span><button>Artikel auf die Merkliste setzen und später lesen</button>",
        headline(),
        summary(0)
    ));
    assert_eq!(found.kicker.as_deref(), Some("Küste"));
    assert_eq!(found.summary, Some(summary(0)));
    assert_eq!(found.authors, ["Erika Probe", "Hans Muster"]);
}

#[test]
fn splits_headings_of_two_lines() {
    let check = |heading: &str| {
        let found = teaser(&format!("<h2><a href='{}'>{heading}</a></h2>", address(0)));
        assert_eq!((found.kicker.as_deref(), found.title.as_str()), (Some("Küste"), HEADLINES[0]), "{heading}");
    };
    check(&format!("<span class='kicker'>Küste</span> <span>{}</span>", HEADLINES[0]));
    check(&format!("<span class='block'>Küste<span class='sr-only'>: </span></span><span>{}</span>", HEADLINES[0]));
    check(&format!("<div>Küste</div><div>{}</div>", HEADLINES[0]));
    check(&format!("<span>Küste:</span> <span>{}</span>", HEADLINES[0]));
}

#[test]
fn completes_headlines_that_the_page_cuts() {
    let cut = &HEADLINES[0][..20];
    let found = teaser(&format!("<h2><a href='{}' title='{}'>{cut}…</a></h2>", address(0), HEADLINES[0]));
    assert_eq!(found.title, HEADLINES[0]);
}

#[test]
fn reads_marks_of_paid_articles_and_other_forms() {
    let check = |mark: &str, is_paid: bool, kind: Kind| {
        let found = teaser(&format!("{mark}{}<p>{}</p>", headline(), summary(0)));
        assert_eq!((found.paywalled, found.kind), (is_paid, kind), "{mark}");
    };
    check("", false, Kind::Article);
    check("<span aria-label='T+ (abopflichtiger Inhalt)'></span>", true, Kind::Article);
    check("<i class='icon teaser__premium-icon'></i>", true, Kind::Article);
    check("<svg class='tplus-logo'><use href='#svg-tplus'></use></svg>", true, Kind::Article);
    check("<span data-flag='plus-paid'></span>", true, Kind::Article);
    check("<span>T+</span>", true, Kind::Article);
    check("<span class='label'>Video</span>", false, Kind::Video);
    check("<span class='label'>Fotostrecke</span>", false, Kind::Gallery);
    check("<span class='label'>Liveblog</span>", false, Kind::Live);
    check("<span class='label'>Podcast</span>", false, Kind::Podcast);
}

#[test]
fn takes_a_headline_apart_where_an_attribute_names_it() {
    // One heading holds kicker, headline and byline, with no element of its own for any of them.
    let card = |number: usize| {
        let headline = HEADLINES[number];
        format!(
            "<article aria-label='{headline}'><h2><a href='{}' title='{headline}'><span><span>Meinung</span> <span>•</span><span>Deiche</span></span> <span>{headline}</span> <span>Ein Kommentar von Erika Probe</span></a></h2><p>{}</p></article>",
            address(number),
            summary(number)
        )
    };
    let section = read(&page(&(0..9).map(card).collect::<String>()));
    assert_found(&section, 0..9);
    assert_eq!(section.teasers[2].kicker.as_deref(), Some("Deiche"));
    // A title that merely begins like the headline is no part of it.
    let short = |number: usize| {
        let headline = HEADLINES[number];
        let cut = headline.rsplit_once(' ').unwrap().0;
        format!("<article><h2><a href='{}' title='{cut}'>{headline}</a></h2></article>", address(number))
    };
    assert_found(&read(&page(&(0..9).map(short).collect::<String>())), 0..9);
}
