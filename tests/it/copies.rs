//! One text under several addresses: an article printed in several places, or a wall.

use crate::newsroom::Newsroom;
use crate::support::Site;

const TITLES: [&str; 6] = [
    "Der Rat beschließt die neue Brücke über den Fluss",
    "Streit um das Freibad endet mit einem Vergleich",
    "Die Bahn verspricht dem Tal einen dichteren Fahrplan",
    "Wie das Dorf seinen letzten Laden gerettet hat",
    "Landtag streitet über Geld für kleine Schulen",
    "Bürgermeisterin kündigt Rückzug zum Jahresende an",
];

fn text(about: &str) -> String {
    (1..7).map(|number| format!("<p>Über {about} ist im {number}. Absatz dieses Berichts zu lesen, was die Beteiligten am Montag dazu gesagt haben und was nun folgen soll.</p>")).collect()
}

/// A section with six articles; what stands on the page of each.
fn site(article: impl Fn(usize) -> String) -> Site {
    let address = |number: usize| format!("/politik/bericht-9300{number:04}.html");
    let card = |number: usize| {
        format!(
            "<article><h2><a href=\"{}\">{}</a></h2><p>Was dahinter steht.</p></article>",
            address(number),
            TITLES[number]
        )
    };
    let cards: String = (0..TITLES.len()).map(card).collect();
    let section = format!("<html lang=de><title>Politik</title><main><h1>Politik</h1>{cards}</main>");
    (0..TITLES.len()).fold(Site::new().page("/politik/", &section), |site, number| {
        let page = format!("<html lang=de><title>x</title><main><article>{}</article></main>", article(number));
        site.page(&address(number), &page)
    })
}

fn read(site: Site) -> Vec<(String, String)> {
    let site = site.start();
    let newsroom = Newsroom::new();
    newsroom.define("politik", &format!("url = \"{}\"\n", site.url("/politik/")));
    newsroom.ressort(&["run"]).expect(0);
    let [feed, ..] = newsroom.feeds();
    let entry = |entry: feed_rs::model::Entry| {
        let content = entry.content.and_then(|content| content.body).unwrap_or_default();
        (entry.title.unwrap().content, content)
    };
    feed.entries.into_iter().map(entry).collect()
}

#[test]
fn a_text_printed_under_several_headlines_is_an_article_each_time() {
    // The first four are one story from an agency.
    let entries = read(site(|number| {
        let about = if number < 4 { "den Haushalt" } else { TITLES[number] };
        format!("<h1>{}</h1>{}", TITLES[number], text(about))
    }));
    assert_eq!(entries.len(), 6);
    for (title, content) in entries {
        assert!(content.contains("6. Absatz"), "{title}: {content}");
    }
}

#[test]
fn a_page_that_is_the_same_whatever_was_asked_for_is_no_article() {
    let entries = read(site(|number| {
        if number < 4 {
            format!("<h1>Weiter mit Werbung oder im Abo</h1>{}", text("unsere Partner"))
        } else {
            format!("<h1>{}</h1>{}", TITLES[number], text(TITLES[number]))
        }
    }));
    for (title, content) in &entries {
        assert!(!content.contains("unsere Partner"), "{title}: {content}");
    }
    let full = entries.iter().filter(|(_, content)| content.contains("6. Absatz")).count();
    assert_eq!(full, 2, "{entries:?}");
}
