//! Selectors and rules of the feed, each in place of one automatic choice.

use super::paper::*;

fn html() -> String {
    page(&format!("<div id='oben'>{}</div><div id='unten'>{}</div>", cards(0..6), cards(6..12)))
}

#[test]
fn looks_only_where_the_feed_says() {
    assert_found(&read_as(&html(), "select.scope = '#unten'"), 6..12);
    assert_found(&read_as(&html(), "select.exclude = '#unten'"), 0..6);
    assert_found(&read_as(&html(), "include_urls = ['410020[0-3]']"), 0..4);
    assert_found(&read_as(&html(), "exclude_urls = ['410020[0-3]']"), 4..12);
}

#[test]
fn takes_the_items_the_feed_names_though_they_do_not_look_like_articles() {
    let item = |n: usize| {
        format!(
            "<li class='zeile'><a class='rubrik' href='/thema/kurz/'>Kurz</a> <a class='ziel' href='/m/{n}'>Nr. {n}</a></li>"
        )
    };
    let html = page(&format!("<ul>{}</ul>{}", (1..5).map(item).collect::<String>(), cards(0..12)));
    let section = read_as(&html, "select.item = '.zeile'\nselect.link = '.ziel'");
    let found: Vec<_> = section.teasers.iter().map(|teaser| (teaser.url.path(), teaser.title.as_str())).collect();
    assert_eq!(found, [("/m/1", "Nr. 1"), ("/m/2", "Nr. 2"), ("/m/3", "Nr. 3"), ("/m/4", "Nr. 4")]);
    assert_eq!(read_as(&html, "select.link = 'a.ziel'").teasers.len(), 4);
}

#[test]
fn reads_each_field_where_the_feed_says() {
    let card = |n: usize| {
        format!(
            "<article><h2><a href='{}'>{}</a></h2><em>Langer Titel {n}</em><i>Ort {n}</i><q>Kurzer Text {n}</q><b data-date='2026-02-0{}'></b><u>Erika Probe</u><span class='bild'><img src='/b{n}.jpg'></span></article>",
            address(n),
            HEADLINES[n],
            n % 5 + 1
        )
    };
    let html = page(&(0..12).map(card).collect::<String>());
    let section = read_as(
        &html,
        "[select]\ntitle = 'em'\nkicker = 'i'\nsummary = 'q'\npublished = 'b'\nauthor = 'u'\nimage = '.bild'",
    );
    assert_eq!(numbers(&section), (0..12).collect::<Vec<_>>());
    let teaser = &section.teasers[1];
    assert_eq!(teaser.title, "Langer Titel 1");
    assert_eq!(teaser.kicker.as_deref(), Some("Ort 1"));
    assert_eq!(teaser.summary.as_deref(), Some("Kurzer Text 1"));
    assert_eq!(teaser.published.unwrap().to_rfc3339(), "2026-02-02T00:00:00+00:00");
    assert_eq!(teaser.authors, ["Erika Probe"]);
    assert_eq!(teaser.image.as_ref().unwrap().path(), "/b1.jpg");
    assert!(section.unmatched.is_empty());
}

#[test]
fn falls_back_to_the_automatic_choice_where_a_selector_stopped_matching() {
    let section = read_as(&html(), "[select]\nitem = '.weg'\ntitle = '.auch-weg'\nscope = '#fort'");
    assert_found(&section, 0..12);
    assert_eq!(section.unmatched, ["scope", "item", "title"]);
}

#[test]
fn lets_further_hosts_in_and_keeps_others_out() {
    let sister = |n: usize| card(n).replace("href=\"/politik/", "href=\"https://www.abendpost.example/politik/");
    let html = page(&format!("{}{}", cards(0..8), (8..12).map(sister).collect::<String>()));
    assert_found(&read(&html), 0..8);
    assert_eq!(read_as(&html, "extra_hosts = ['abendpost.example']").teasers.len(), 12);
}

#[test]
fn keeps_to_the_path_of_the_section_if_told_so() {
    let html = html().replacen("/politik/", "/wirtschaft/", 1);
    let moved = html.matches("/wirtschaft/").count();
    assert!(moved >= 1);
    let one_elsewhere = page(&format!("{}{}", cards(0..11), card(11).replace("/politik/", "/region/")));
    assert_eq!(read(&one_elsewhere).teasers.len(), 12);
    assert_found(&read_as(&one_elsewhere, "section = 'prefix'"), 0..11);
}
