//! The same page through the years: what is remembered, and what a changed layout does.

use chrono::Duration;
use ressort::entry::key_of_url;
use ressort::html::{Document, Limits};
use ressort::section::memory::{Health, Memory};
use ressort::section::{self, Context, Section};
use url::Url;

use super::paper::*;

fn read_with(memory: &Memory, html: &str) -> Section {
    let url = Url::parse(SECTION).unwrap();
    let document = Document::parse(html, &url, &Limits::default()).unwrap();
    section::teasers_remembering(&document, &Context { feed: &feed(SECTION, ""), now: now() }, memory)
}

/// A memory after a week of looks at plain pages.
fn settled() -> Memory {
    let mut memory = Memory::default();
    for day in 0..7 {
        let section = read_with(&memory, &page(&cards(0..12)));
        assert_eq!(memory.judge(&section, &|_| true, now() + Duration::days(day)), Health::Good);
        memory.learn(&section, now() + Duration::days(day));
    }
    memory
}

fn later() -> chrono::DateTime<chrono::Utc> {
    now() + Duration::days(6) + Duration::hours(1)
}

#[test]
fn hashed_class_names_may_change_with_every_release() {
    let release = |hash: &str| {
        page(&cards(0..12)).replace("class=\"teaser\"", &format!("class=\"css-{hash} Teaser_card__{hash} sc-{hash}\""))
    };
    let mut memory = Memory::default();
    memory.learn(&read_with(&memory, &release("1x9KqZ")), now());
    let section = read_with(&memory, &release("7bWvT2"));
    assert_found(&section, 0..12);
    assert_eq!(memory.judge(&section, &|_| true, now() + Duration::hours(1)), Health::Good);
    assert_eq!(memory.signatures.len(), 1);
}

#[test]
fn a_new_layout_is_found_without_help_and_noticed() {
    let memory = settled();
    let row = |n: usize| {
        format!("<div class='zeile'><h4><a href='/nachricht/{}'>{}</a></h4></div>", 700_100 + n, HEADLINES[n])
    };
    let section = read_with(&memory, &page(&(0..12).map(row).collect::<String>()));
    assert_eq!(section.teasers.len(), 12);
    let health = memory.judge(&section, &|_| false, later());
    assert!(matches!(health, Health::Changed { to_verify: 3, .. }), "{health:?}");
}

#[test]
fn a_page_that_lost_its_articles_is_not_believed() {
    let memory = settled();
    let judge = |content: &str| {
        let section = read_with(&memory, &page(content));
        memory.judge(&section, &|_| true, later())
    };
    assert!(matches!(judge("<p>Wir sind gleich zurück.</p>"), Health::Degraded { .. }));
    assert!(matches!(judge(&cards(0..3)), Health::Degraded { .. }));
    assert_eq!(judge(&cards(0..6)), Health::Good);
    assert_eq!(judge(&cards(0..24)), Health::Good);
}

#[test]
fn headline_and_slug_may_change_and_the_article_stays_the_same() {
    let site = Default::default();
    let before = read(&page(&cards(0..12)));
    let after = read(
        &page(&cards(0..12))
            .replace("landtag-streitet-ueber", "parlament-uneins-ueber")
            .replace(HEADLINES[0], "Parlament uneins über die Pflege der Deiche"),
    );
    assert_eq!(after.teasers[0].title, "Parlament uneins über die Pflege der Deiche");
    assert_ne!(before.teasers[0].url, after.teasers[0].url);
    assert_eq!(key_of_url(&before.teasers[0].url, &site), key_of_url(&after.teasers[0].url, &site));
}

#[test]
fn what_turned_out_to_be_no_article_is_left_out_next_time() {
    let mut memory = settled();
    let url = Url::parse(SECTION).unwrap().join(&address(3)).unwrap();
    memory.reject(&url, now());
    let found = numbers(&read_with(&memory, &page(&cards(0..12))));
    assert!(!found.contains(&3) && found.len() == 11, "{found:?}");
}
