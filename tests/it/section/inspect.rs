//! What `ressort inspect` says of a section to whoever looks at it.

use super::paper::*;
use crate::newsroom::Newsroom;

fn inspected(html: &str, definition: &str) -> String {
    let newsroom = Newsroom::new();
    newsroom.define("politik", &format!("url = \"{SECTION}\"\n{definition}"));
    std::fs::write(newsroom.path("page.html"), html).unwrap();
    newsroom.ressort(&["inspect", "politik", "--from", "page.html"]).expect(0).stdout()
}

#[test]
fn shows_blocks_and_what_was_left_out_with_the_reason() {
    let foreign: String = (0..4)
        .map(|n| format!("<li><a href='https://www.andernorts.example/ein-langer-artikel-{n}.html'>Ein langer Artikel Nummer {n}</a></li>"))
        .collect();
    let html = page(&format!(
        "<section><h2 class='headline'>Aus dem Landtag</h2>{}</section><section><h2 class='headline'>Aus den Kreisen</h2>{}</section><aside><h3>Meistgelesen</h3><ul>{}</ul></aside><ul>{foreign}</ul>",
        cards(0..5),
        cards(5..12),
        (12..16)
            .map(|n| format!("<li><a href='{}'>{}</a></li>", address(n).replace("/politik/", "/sport/"), HEADLINES[n]))
            .collect::<String>(),
    ))
    .replace("</title>", "</title><link rel='alternate' type='application/rss+xml' title='Politik' href='/politik/rss.xml'>");
    let said = inspected(&html, "");
    let at = |part: &str| said.find(part).unwrap_or_else(|| panic!("no `{part}` in\n{said}"));
    let parts = [
        "own feed    https://www.tageblatt.example/politik/rss.xml (Politik); `sources = [\"page\", \"feed\"]` joins it",
        "Aus dem Landtag: 5 articles",
        HEADLINES[0],
        "Aus den Kreisen: 7 articles",
        HEADLINES[11],
        "left out: ",
    ];
    let places: Vec<usize> = parts.iter().map(|part| at(part)).collect();
    let in_order = said.find("found       12 articles, 12 with summary, 12 with picture").is_some();
    assert!(in_order, "{said}");
    assert!(places[1..].is_sorted(), "{said}");
    at("4 most read, from all sections");
    at("Meistgelesen: ");
    at("4 to other sites (`extra_hosts` lets them in)");
    at("andernorts.example 4");
    at("menus, services, topics: no articles");
    assert!(!said.contains('\u{1b}'), "no emphasis where nobody looks: {said}");
}

#[test]
fn says_what_a_selector_should_be_that_matches_nothing() {
    let said = inspected(&page(&cards(0..12)), "[select]\nitem = \"li.alt\"");
    let want = "selector `item` matches nothing; the automatic choice stands in for it; `item = \"article.teaser\"` would do the same";
    assert!(said.contains(want), "{said}");
}

#[test]
fn says_that_a_page_needs_a_browser() {
    let said = inspected("<html><body><div id='root'></div></body></html>", "");
    assert!(said.contains("it needs `render = \"browser\"`"), "{said}");
}
