//! What the article pages turn out to be is remembered: addresses and forms of address that are no
//! articles are not asked for again, and selectors that stopped matching give way.

use crate::newsroom::Newsroom;
use crate::support::{Running, Site};

use super::offers::{article, newsroom, published, shown};
use super::paper::*;

/// A hub that looks like an article on the section page: a card with a long title.
fn hub(number: usize) -> (String, String) {
    let path =
        format!("/dossier/alles-ueber-das-grosse-thema-{}", ["deich", "hafen", "forst", "schule", "bahn"][number]);
    let card = format!(
        r#"<article class="teaser"><a href="{path}"><img src="/bild/{number}.jpg" width="640" alt=""><h2>Alles über das große Thema, Teil {number}</h2></a><p>{}</p></article>"#,
        summary(number)
    );
    (path, card)
}

fn listing() -> String {
    let cards: String =
        (0..24).map(|n| format!("<div><h3><a href='{}'>{}</a></h3></div>", address(n), HEADLINES[n])).collect();
    page(&format!("<h1>Dossier</h1>{cards}"))
}

fn section(articles: std::ops::Range<usize>, hubs: std::ops::Range<usize>) -> String {
    page(&format!("{}{}", cards(articles), hubs.map(|number| hub(number).1).collect::<String>()))
}

fn paper(section: &str) -> Running {
    let site = (0..24).fold(Site::new().page("/politik/", section), |site, n| site.page(&address(n), &article(n)));
    (0..5).fold(site, |site, n| site.page(&hub(n).0, &listing())).start()
}

fn run(newsroom: &Newsroom) {
    newsroom.ressort(&["run"]).expect(0);
}

#[test]
fn hubs_that_look_like_articles_are_asked_for_once_and_then_known_by_their_form() {
    let site = paper(&section(0..10, 0..3));
    let newsroom = newsroom(&site, "/politik/", "");
    run(&newsroom);
    assert_eq!(shown(&published(&newsroom)), (0..10).collect::<Vec<_>>());
    assert_eq!((0..3).map(|n| site.count(&hub(n).0)).collect::<Vec<_>>(), [1, 1, 1], "each was looked at");

    site.set("/politik/", crate::support::Answer::html(section(1..12, 0..5)));
    run(&newsroom);
    assert_eq!(shown(&published(&newsroom)), (0..12).collect::<Vec<_>>());
    assert_eq!((0..3).map(|n| site.count(&hub(n).0)).collect::<Vec<_>>(), [1, 1, 1], "and never again");
    assert_eq!((3..5).map(|n| site.count(&hub(n).0)).collect::<Vec<_>>(), [0, 0], "nor are others of that form");
}

#[test]
fn a_selector_that_stopped_matching_gives_way_and_a_replacement_is_proposed() {
    let old = section(0..10, 0..0);
    let site = paper(&old);
    let newsroom =
        newsroom(&site, "/politik/", "[select]\nitem = \"article.teaser\"\ntitle = \"h2\"\nauthor = \".autor\"");
    run(&newsroom);
    // The page is rebuilt: other elements, other classes.
    let new = section(2..12, 0..0)
        .replace("<article class=\"teaser\">", "<div class=\"story\">")
        .replace("</article>", "</div>")
        .replace("<h2>", "<h3 class=\"story-headline\">")
        .replace("</h2>", "</h3>");
    site.set("/politik/", crate::support::Answer::html(new));
    run(&newsroom);

    assert_eq!(shown(&published(&newsroom)), (0..12).collect::<Vec<_>>(), "the automatic choice stands in");
    let status = newsroom.ressort(&["status"]).stdout();
    assert!(status.contains("degraded"), "{status}");
    assert!(status.contains("the selectors for item, title, author match nothing on the page any more"), "{status}");
    assert!(status.contains("`item = \"div.story\"`, `title = \"h3.story-headline\"`"), "{status}");
    assert!(status.contains("take `author` out under `[select]` in feeds/politik.toml"), "{status}");
}

#[test]
fn a_page_that_is_empty_without_javascript_names_the_setting_that_helps() {
    let site =
        Site::new().page("/politik/", "<html><body><div id='root'></div><script src='/app.js'></script></body></html>");
    let site = site.start();
    let newsroom = newsroom(&site, "/politik/", "");
    let said = newsroom.ressort(&["run"]).expect(1).stderr();
    assert!(said.contains("is empty without JavaScript"), "{said}");
    assert!(said.contains("set `render = \"browser\"` in feeds/politik.toml"), "{said}");
}

#[test]
fn further_pages_of_a_section_are_read_as_far_as_the_definition_says() {
    let pager = |current: usize| {
        let link = |n: usize| {
            if n == current { format!("<span>{n}</span>") } else { format!("<a href='/politik/?page={n}'>{n}</a>") }
        };
        format!("<div class='pager'>{}</div>", (1..5).map(link).collect::<String>())
    };
    let of = |n: usize| page(&format!("{}{}", cards((n - 1) * 6..n * 6), pager(n)));
    let site = (0..24).fold(Site::new(), |site, n| site.page(&address(n), &article(n)));
    let site = (2..5).fold(site.page("/politik/", &of(1)), |site, n| site.page(&format!("/politik/?page={n}"), &of(n)));
    let site = site.start();
    let newsroom = newsroom(&site, "/politik/", "pages = 3");
    run(&newsroom);
    assert_eq!(shown(&published(&newsroom)), (0..18).collect::<Vec<_>>());
    assert_eq!(site.count("/politik/?page=4"), 0);
}
