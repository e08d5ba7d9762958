//! `ressort add`: from an address to a definition, on loopback.

use super::newsroom::{Newspaper, Newsroom, now};
use crate::support::{Answer, Site, corpus};

/// A section whose own feed has summaries of some of its articles.
fn paper_with_own_feed() -> Site {
    let cards: String = (1..=9)
        .map(|number| {
            format!(
                "<article class=card><h3><a href=\"/politik/der-kreistag-beschliesst-den-plan-{number}-7000{number}.html\">Der \
                 Kreistag beschließt den Plan Nummer {number} nach langer Debatte</a></h3><p>Die Mehrheit war knapp, die \
                 Opposition kündigt eine Klage an und will weiter verhandeln.</p></article>"
            )
        })
        .collect();
    let items: String = (1..=4)
        .map(|number| {
            format!(
                "<item><title>Plan {number}</title><link>/politik/der-kreistag-beschliesst-den-plan-{number}-7000{number}.html</link>\
                 <description>Kurz.</description></item>"
            )
        })
        .collect();
    let page = format!(
        "<!doctype html><html lang=de><head><title>Politik | Der Kreisbote</title>\
         <link rel=alternate type=application/rss+xml href=/politik/rss.xml></head><body><main>{cards}</main></body></html>"
    );
    let text = "<p>Der Kreistag hat am Montag nach einer langen Debatte den Plan beschlossen, wie die Verwaltung mitteilte.</p>";
    let article = format!(
        "<!doctype html><html lang=de><head><title>Der Plan</title><meta property=og:type content=article></head><body>\
         <article><h1>Der Kreistag beschließt den Plan nach langer Debatte</h1>{}</article></body></html>",
        text.repeat(12)
    );
    let mut site = Site::new().page("/politik/", &page).live("/politik/rss.xml", move |seen| {
        let host = seen.header("host").unwrap_or_default().to_owned();
        let items = items.replace("<link>/", &format!("<link>http://{host}/"));
        Answer::new(200)
            .header("content-type", "application/rss+xml")
            .body(format!("<rss version=\"2.0\"><channel><title>Politik</title><link>/</link><description>-</description>{items}</channel></rss>"))
    });
    for number in 1..=9 {
        site = site.page(&format!("/politik/der-kreistag-beschliesst-den-plan-{number}-7000{number}.html"), &article);
    }
    site
}

#[tokio::test(flavor = "multi_thread")]
async fn an_address_becomes_a_definition_after_a_look_at_it() {
    let paper = Newspaper::start(now()).await.unwrap();
    let newsroom = Newsroom::new();
    let run = newsroom.ressort(&["add", &paper.section(), "--name", "talbote"]).expect(0);
    let said = run.stdout();
    for wanted in [
        "breadcrumb  Startseite › Politik",
        "found       14 articles, 2 of them paid",
        "own feed    none found",
        "Landtag streitet bis in die Nacht über den Haushalt",
        "[image]",
        "[paid",
        "Katharina Leitgeb · Jonas Ammersdorf",
        "Neun Stunden, drei Unterbrechungen",
        "words in",
        "feeds/talbote.toml",
        "RSS        http://127.0.0.1:8080/talbote/rss.xml",
        "Atom       http://127.0.0.1:8080/talbote/atom.xml",
        "JSON Feed  http://127.0.0.1:8080/talbote/feed.json",
    ] {
        assert!(said.contains(wanted), "`{wanted}` is missing:\n{said}");
    }
    let definition = std::fs::read_to_string(newsroom.path("feeds/talbote.toml")).unwrap();
    assert!(definition.contains(&format!("url = \"{}\"", paper.section())), "{definition}");
    assert_eq!(definition.lines().count(), 2, "only what is needed: {definition}");
    newsroom.ressort(&["check"]).expect(0);
    newsroom.ressort(&["run"]).expect(0);
    assert!(newsroom.path("out/talbote/rss.xml").exists());
}

/// The same articles as a feed of another format.
fn own_feed(format: &'static str) -> impl Fn(&str) -> Answer + Send + Sync + 'static {
    move |host| {
        let entries: Vec<(String, String)> = (1..=4)
            .map(|number| {
                let path = format!("politik/der-kreistag-beschliesst-den-plan-{number}-7000{number}.html");
                (format!("Plan {number}"), format!("http://{host}/{path}"))
            })
            .collect();
        match format {
            "atom" => {
                let entries: String = entries
                    .iter()
                    .map(|(title, url)| {
                        format!("<entry><id>{url}</id><title>{title}</title><link href=\"{url}\"/><updated>2026-02-05T10:00:00Z</updated></entry>")
                    })
                    .collect();
                Answer::new(200).header("content-type", "application/atom+xml").body(format!(
                    "<feed xmlns=\"http://www.w3.org/2005/Atom\"><title>Kreisbote: Politik</title><id>urn:a</id><updated>2026-02-05T10:00:00Z</updated>{entries}</feed>"
                ))
            }
            _ => {
                let items: Vec<String> = entries
                    .iter()
                    .map(|(title, url)| {
                        format!(
                            "{{\"id\":\"{url}\",\"url\":\"{url}\",\"title\":\"{title}\",\"content_text\":\"Kurz.\"}}"
                        )
                    })
                    .collect();
                Answer::new(200).header("content-type", "application/feed+json").body(format!(
                    "{{\"version\":\"https://jsonfeed.org/version/1.1\",\"title\":\"Kreisbote: Politik\",\"items\":[{}]}}",
                    items.join(",")
                ))
            }
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_address_of_a_feed_becomes_a_feed_with_full_text() {
    let live = |format| {
        let answer = own_feed(format);
        move |seen: &crate::support::Seen| answer(seen.header("host").unwrap_or_default())
    };
    let site =
        paper_with_own_feed().live("/politik/atom.xml", live("atom")).live("/politik/feed.json", live("json")).start();
    for name in ["rss.xml", "atom.xml", "feed.json"] {
        let newsroom = Newsroom::new();
        let url = site.url(&format!("/politik/{name}")).to_string();
        let said = newsroom.ressort(&["add", &url, "--name", "kreis", "--yes"]).expect(0).stdout();
        assert!(said.contains("found       4 articles"), "{name}: {said}");
        assert!(said.contains("words in"), "{name}: {said}");
        assert!(said.contains("this is a feed itself") && !said.contains("own feed"), "{name}: {said}");
        let definition = std::fs::read_to_string(newsroom.path("feeds/kreis.toml")).unwrap();
        assert!(definition.contains(&format!("url = \"{url}\"")), "{definition}");
        newsroom.ressort(&["run"]).expect(0);
        let feed = std::fs::read_to_string(newsroom.path("out/kreis/feed.json")).unwrap();
        assert_eq!(feed.matches("wie die Verwaltung mitteilte").count(), 4 * 12, "{name}: {feed}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_list_of_feeds_that_is_imported_gets_full_text_at_the_next_run() {
    let site = paper_with_own_feed().start();
    let newsroom = Newsroom::new();
    let url = site.url("/politik/rss.xml");
    let list = format!(
        "<?xml version=\"1.0\"?><opml version=\"2.0\"><head><title>Abos</title></head><body><outline text=\"Kreis\">\
         <outline type=\"rss\" text=\"Kreisbote\" xmlUrl=\"{url}\"/></outline></body></opml>"
    );
    std::fs::write(newsroom.path("abos.opml"), list).unwrap();
    newsroom.ressort(&["import", "abos.opml"]).expect(0);
    newsroom.ressort(&["run"]).expect(0);
    let feed = std::fs::read_to_string(newsroom.path("out/kreisbote/feed.json")).unwrap();
    assert_eq!(feed.matches("wie die Verwaltung mitteilte").count(), 4 * 12, "{feed}");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_there_is_not_written_again() {
    let paper = Newspaper::start(now()).await.unwrap();
    let newsroom = Newsroom::of(&paper);
    let before = std::fs::read_to_string(newsroom.path("feeds/politik.toml")).unwrap();
    let said = newsroom.ressort(&["add", &paper.section()]).expect(0).stdout();
    assert!(said.contains("is feed `politik` already; nothing was written"), "{said}");
    assert_eq!(std::fs::read_to_string(newsroom.path("feeds/politik.toml")).unwrap(), before);
    assert_eq!(std::fs::read_dir(newsroom.path("feeds")).unwrap().count(), 1);

    let newsroom = Newsroom::new();
    newsroom.define("politik", "url = 'https://example.org/'");
    let said = newsroom.ressort(&["add", &paper.section(), "--name", "politik"]).expect(2).stderr();
    assert!(
        said.contains("there is a feed `politik` already, of another section") && said.contains("--name"),
        "{said}"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_dry_run_writes_nothing() {
    let paper = Newspaper::start(now()).await.unwrap();
    let newsroom = Newsroom::new();
    let said = newsroom.ressort(&["add", &paper.section(), "--dry-run"]).expect(0).stdout();
    assert!(said.contains("Nothing was written") && said.contains("feeds/127-0-0-1-politik.toml"), "{said}");
    assert_eq!(std::fs::read_dir(newsroom.path("feeds")).unwrap().count(), 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn json_says_everything_the_preview_shows() {
    let paper = Newspaper::start(now()).await.unwrap();
    let newsroom = Newsroom::new();
    let run =
        newsroom.ressort(&["add", &paper.section(), "--json", "--base-url", "https://feeds.example.org/"]).expect(0);
    let json: serde_json::Value = serde_json::from_str(&run.stdout()).unwrap();
    assert_eq!(json["written"], true);
    assert_eq!(json["articles"].as_array().unwrap().len(), 14);
    assert_eq!(json["samples"].as_array().unwrap().len(), 2);
    assert!(json["samples"][0]["text"].as_str().unwrap().len() > 500);
    assert_eq!(json["breadcrumb"][1], "Politik");
    assert_eq!(json["addresses"]["atom"], "https://feeds.example.org/127-0-0-1-politik/atom.xml");
    assert!(newsroom.path(json["path"].as_str().unwrap()).exists());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_home_page_leads_to_its_sections() {
    let paper = Newspaper::start(now()).await.unwrap();
    let home = format!("http://{}/", paper.address);
    let newsroom = Newsroom::new();
    let said = newsroom.ressort(&["add", &home]).expect(2).stderr();
    assert!(said.contains("is a home page; it leads to these sections"), "{said}");
    assert!(said.contains(" 1  Politik") && said.contains("Wirtschaft"), "{said}");
    assert!(said.contains(&format!("hint: name one: `ressort add {}`", paper.section())), "{said}");

    let said = newsroom.ressort(&["add", &home, "--yes"]).expect(0).stdout();
    assert!(said.contains("found       14 articles"), "{said}");
    let definition = std::fs::read_to_string(newsroom.path("feeds/127-0-0-1-politik.toml")).unwrap();
    assert!(definition.contains("/politik/"), "{definition}");

    let said = newsroom.ressort(&["add", &home, "--whole-page", "--name", "alles"]).expect(0).stdout();
    assert!(said.contains("feeds/alles.toml"), "{said}");
}

#[test]
fn the_sites_own_feed_is_held_against_the_page() {
    let site = paper_with_own_feed().start();
    let newsroom = Newsroom::new();
    let said = newsroom.ressort(&["add", site.url("/politik/").as_str(), "--yes"]).expect(0).stdout();
    let wanted =
        format!("own feed    {}: 4 items, summaries only; has 4 of these 9 articles", site.url("/politik/rss.xml"));
    assert!(said.contains(&wanted), "{said}");
}

#[test]
fn the_catalogue_is_usable_by_name_and_by_address() {
    for asked in ["merkur-politik", "merkur.de/politik", "https://www.merkur.de/politik/"] {
        let newsroom = Newsroom::new();
        newsroom.ressort(&["add", asked, "--unseen", "--yes"]).expect(0);
        let definition = std::fs::read_to_string(newsroom.path("feeds/merkur-politik.toml")).unwrap();
        assert_eq!(
            definition,
            "title = \"Münchner Merkur: Politik\"\nurl = \"https://www.merkur.de/politik/\"\nlanguage = \"de\"\n\
             time_zone = \"Europe/Berlin\"\n"
        );
        newsroom.ressort(&["check"]).expect(0);
    }
}

#[test]
fn the_catalogue_is_searched_by_words() {
    let newsroom = Newsroom::new();
    let said = newsroom.ressort(&["catalogue", "spiegel"]).expect(0).stdout();
    assert!(said.starts_with("Deutschland\n") && said.contains("spiegel-politik"), "{said}");
    assert!(!said.contains("merkur") && said.contains("tested on a saved page"), "{said}");
    let json = newsroom.ressort(&["catalogue", "--json"]).expect(0).stdout();
    let json: serde_json::Value = serde_json::from_str(&json).unwrap();
    assert!(json.as_array().unwrap().len() >= 60);
    newsroom.ressort(&["catalogue", "nothing-like-this"]).expect(2);
}

/// Every section of the catalogue that claims a saved page is read from it, where the pages are.
#[test]
fn saved_pages_of_the_catalogue_yield_articles() {
    let Some(sections) = corpus("sections") else { return };
    let index = std::fs::read_to_string(sections.join("INDEX.tsv")).unwrap();
    let pages: Vec<Vec<&str>> = index.lines().map(|line| line.split('\t').collect()).collect();
    let listed = ressort::catalogue::countries().into_iter().flat_map(|country| country.section);
    for listed in listed.filter(|listed| listed.saved_page.is_some()) {
        let page = pages.iter().find(|page| page[1] == listed.url().as_str());
        let page = page.unwrap_or_else(|| panic!("{} claims a page that is not there", listed.name));
        let file = std::fs::File::open(sections.join(format!("{}.html.gz", page[0]))).unwrap();
        let newsroom = Newsroom::new();
        std::io::copy(
            &mut flate2::read::GzDecoder::new(file),
            &mut std::fs::File::create(newsroom.path("page.html")).unwrap(),
        )
        .unwrap();
        let json = newsroom.ressort(&["inspect", "--from", "page.html", "--json", page[1]]).expect(0).stdout();
        let json: serde_json::Value = serde_json::from_str(&json).unwrap();
        let found = json["teasers"].as_array().unwrap().len();
        assert!(found >= 15, "{}: {found} articles", listed.name);
    }
}
