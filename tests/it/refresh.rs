//! A section page becomes three feeds, and the feeds follow it.

use std::time::SystemTime;

use feed_rs::model::{Entry, Feed};

use super::newsroom::{Newspaper, Newsroom, now};

fn entry<'a>(feed: &'a Feed, title: &str) -> &'a Entry {
    let has_title = |entry: &&Entry| entry.title.as_ref().is_some_and(|found| found.content.contains(title));
    feed.entries.iter().find(has_title).unwrap_or_else(|| panic!("no entry `{title}`"))
}

fn content(entry: &Entry) -> String {
    let body = entry.content.as_ref().and_then(|content| content.body.clone());
    body.or_else(|| entry.summary.as_ref().map(|summary| summary.content.clone())).unwrap_or_default()
}

#[tokio::test(flavor = "multi_thread")]
async fn publishes_every_article_with_everything_it_has() {
    let paper = Newspaper::start(now()).await.unwrap();
    let newsroom = Newsroom::of(&paper);
    newsroom.ressort(&["run"]).expect(0);

    for feed in newsroom.feeds() {
        // Thirteen articles and a gallery; the advertisement and the newsletter box are not among them.
        assert_eq!(feed.entries.len(), 14, "{:?}", feed.feed_type);
        for entry in &feed.entries {
            let body = content(entry);
            assert!(body.len() > 200, "{:?} has no full text: {body}", entry.title);
            assert!(!body.contains("gratis"), "{:?} carries an advertisement", entry.title);
        }
        let story = entry(&feed, "Landtag streitet bis in die Nacht");
        let body = content(story);
        assert_eq!(story.title.as_ref().unwrap().content, "Landtag streitet bis in die Nacht über den Haushalt");
        assert!(body.contains("<img src=") && body.contains("1200/landtag-streitet"), "the large picture: {body}");
        assert!(body.contains("Um kurz nach Mitternacht brannte im Plenarsaal noch Licht"), "the caption");
        assert!(body.contains("Ida Morgenthal/Talfoto"), "the credit");
        assert!(body.contains("Neun Stunden, drei Unterbrechungen"), "the lede");
        assert!(body.contains("Der Streit um die Rücklage</h"), "a subheading");
        assert!(body.contains("Was die Gemeinden bekommen</h"), "the heading of a list");
        assert!(body.contains("<li>85 Millionen Euro für Brücken und Ortsstraßen</li>"), "a list: {body}");
        assert!(body.contains("Verfassungsgerichtshof überprüfen zu lassen"), "the last sentence");
        let authors: Vec<&str> =
            story.authors.iter().map(|author| author.name.as_deref().unwrap_or_default()).collect();
        assert_eq!(authors.join(", "), "Katharina Leitgeb, Jonas Ammersdorf");
        let categories: Vec<&str> = story.categories.iter().map(|category| category.term.as_str()).collect();
        assert!(categories.contains(&"Politik") && !categories.contains(&"Startseite"), "{categories:?}");
        assert!(content(entry(&feed, "Ein Bündnis auf Probe")).contains("Zu den Autoren"));
        let poll = content(entry(&feed, "Den Gemeinderäten vertrauen mehr Menschen"));
        assert!(poll.contains("<td>71 %</td>") && poll.contains("<td>Bund</td>"), "a table: {poll}");
        let interview = content(entry(&feed, "Energieministerin Sorbach"));
        assert!(interview.contains("Und wie heizen Sie selbst?"), "the last question: {interview}");
        let tax = content(entry(&feed, "Reform der Grundsteuer"));
        assert!(tax.contains("<blockquote>") && tax.contains("Ein Bescheid ist kein Naturgesetz"), "a quote: {tax}");
        let gallery = content(entry(&feed, "Die Nacht im Landtag in Bildern"));
        assert_eq!(gallery.matches("<figure>").count(), 4, "the pictures of a gallery: {gallery}");
        assert!(gallery.contains("Die Talbrücke bei Altenwerth ist seit Oktober gesperrt"), "a caption: {gallery}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn keeps_every_passage_of_every_article() {
    let paper = Newspaper::start(now()).await.unwrap();
    let newsroom = Newsroom::of(&paper);
    newsroom.ressort(&["run"]).expect(0);

    let [_, _, feed] = newsroom.feeds();
    let mut lost = Vec::new();
    for (title, passages) in Newspaper::passages() {
        let words = squeezed(&content(entry(&feed, &title)));
        let missing = passages.into_iter().filter(|passage| !words.contains(&squeezed(passage)));
        lost.extend(missing.map(|passage| format!("{title}: {passage}")));
    }
    assert!(lost.is_empty(), "{lost:#?}");
}

/// Letters and digits outside of tags.
fn squeezed(html: &str) -> String {
    let mut in_tag = false;
    let mut kept = String::new();
    for c in html.replace("&amp;", "&").chars() {
        match c {
            '<' => in_tag = true,
            '>' => in_tag = false,
            c if !in_tag && c.is_alphanumeric() => kept.push(c),
            _ => {}
        }
    }
    kept
}

#[tokio::test(flavor = "multi_thread")]
async fn the_three_formats_say_the_same() {
    let paper = Newspaper::start(now()).await.unwrap();
    let newsroom = Newsroom::of(&paper);
    newsroom.ressort(&["run"]).expect(0);

    for name in ["rss.xml", "atom.xml"] {
        let text = std::fs::read_to_string(newsroom.path(&format!("out/politik/{name}"))).unwrap();
        roxmltree::Document::parse(&text).unwrap_or_else(|error| panic!("{name}: {error}"));
    }
    let [rss, atom, json] = newsroom.feeds().map(|feed| {
        let said = |entry: &Entry| {
            let link =
                entry.links.iter().find(|link| link.rel.as_deref().is_none_or(|rel| rel == "alternate")).unwrap();
            let title = entry.title.as_ref().unwrap().content.clone();
            (entry.id.clone(), title, link.href.clone(), entry.published.unwrap())
        };
        feed.entries.iter().map(said).collect::<Vec<_>>()
    });
    assert_eq!(rss, atom);
    assert_eq!(rss, json);
}

#[tokio::test(flavor = "multi_thread")]
async fn asks_once_and_writes_nothing_when_nothing_changed() {
    let paper = Newspaper::start(now()).await.unwrap();
    let newsroom = Newsroom::of(&paper);
    newsroom.ressort(&["run"]).expect(0);
    let written = |newsroom: &Newsroom| -> Vec<(String, SystemTime)> {
        let modified = |name: &String| newsroom.path(&format!("out/{name}")).metadata().unwrap().modified().unwrap();
        newsroom.published().keys().map(|name| (name.clone(), modified(name))).collect()
    };
    let before = written(&newsroom);
    paper.requests();

    newsroom.ressort(&["run"]).expect(0);

    assert_eq!(paper.requests(), 1);
    assert_eq!(written(&newsroom), before);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_new_headline_updates_its_entry_in_place() {
    let paper = Newspaper::start(now()).await.unwrap();
    let newsroom = Newsroom::of(&paper);
    newsroom.ressort(&["run"]).expect(0);
    let [before, ..] = newsroom.feeds();
    paper.requests();

    paper.next_edition();
    newsroom.ressort(&["run"]).expect(0);

    // The section, the article with the new headline, the new article.
    assert_eq!(paper.requests(), 3);
    for feed in newsroom.feeds() {
        assert_eq!(feed.entries.len(), 15);
        let (old, new) = (entry(&before, "bis zum Sommer gesperrt"), entry(&feed, "öffnet einspurig schon im April"));
        assert_eq!(old.id, new.id);
        assert_eq!(old.published, new.published);
        assert!(feed.entries.iter().all(|entry| !entry.title.as_ref().unwrap().content.contains("bis zum Sommer")));
        assert!(content(entry(&feed, "Hohenau hat ein Ergebnis")).contains("312 Stimmen"));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_unreachable_site_leaves_what_is_published() {
    let paper = Newspaper::start(now()).await.unwrap();
    let newsroom = Newsroom::of(&paper);
    newsroom.ressort(&["run"]).expect(0);
    let feeds = |newsroom: &Newsroom| -> Vec<Vec<u8>> {
        newsroom
            .published()
            .into_iter()
            // The feed's page may say that the site is away; its feed files may not change.
            .filter(|(name, _)| name.starts_with("politik/") && !name.ends_with(".html"))
            .map(|(_, bytes)| bytes)
            .collect()
    };
    let before = feeds(&newsroom);
    paper.close();
    tokio::time::sleep(std::time::Duration::from_millis(50)).await;

    let run = newsroom.ressort(&["run"]).expect(1);

    let said = run.stderr();
    assert!(said.contains("error: politik: no connection to 127.0.0.1"), "{said}");
    let status = std::fs::read_to_string(newsroom.path("out/status.json")).unwrap();
    assert!(status.contains("\"state\": \"failing\""), "{status}");
    assert_eq!(feeds(&newsroom), before);
}
