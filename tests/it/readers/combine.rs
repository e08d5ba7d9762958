//! Several sections as one feed.

use chrono::{DateTime, Duration, Utc};
use ressort::pipeline::publish_directory;
use serde_json::Value;

use super::desk::Office;
use super::gazette::{Chance, article_page, card, prose, section_page, sentence};
use crate::newsroom::Newsroom;
use crate::render::samples::hand_over;
use crate::support::{Answer, Running, Site};

struct Piece {
    path: String,
    title: String,
    lede: String,
    text: Vec<String>,
    published: DateTime<Utc>,
}

/// So many pieces that nobody else has.
fn own_pieces(seed: u64, count: u64) -> Vec<Piece> {
    let mut chance = Chance(seed);
    (0..count)
        .map(|number| Piece {
            path: format!("/politik/artikel-{}.html", 8_000_000 + seed * 1000 + number),
            title: sentence(&mut chance),
            lede: format!("{}. {}.", sentence(&mut chance), sentence(&mut chance)),
            text: prose(&mut chance, 5),
            published: Utc::now() - Duration::minutes(60 + 20 * number as i64),
        })
        .collect()
}

/// What an agency sent, as one paper prints it: with a headline of its own, shorter by so many paragraphs.
fn agency_piece(number: u64, title: &str, paragraphs: usize, minutes_ago: i64) -> Piece {
    let mut chance = Chance(99);
    let (lede, mut text) = (format!("{}.", sentence(&mut chance)), prose(&mut chance, 8));
    text.truncate(paragraphs);
    text[0] = format!("Bonn (dpa) – {}", text[0]);
    Piece {
        path: format!("/politik/agentur-{number}.html"),
        title: title.to_owned(),
        lede,
        text,
        published: Utc::now() - Duration::minutes(minutes_ago),
    }
}

fn print(site: &Running, section: &str, pieces: &[&Piece]) {
    let mut cards = String::new();
    for Piece { path, title, lede, text, published } in pieces {
        site.set(path, Answer::html(article_page(site.url(path).as_str(), title, lede, text, *published)));
        cards += &card(path, title, lede);
    }
    site.set(section, Answer::html(section_page("", &cards)));
}

const COMBINED: &str = "base_url = 'https://feeds.example.org/'\n\
    [[combine]]\nname = 'alle'\ntitle = 'Politik aus drei Zeitungen'\nfeeds = ['*-politik', 'nord-land']\n";

fn carriers(item: &Value) -> Vec<&str> {
    item["_ressort"]["carriers"].as_array().unwrap().iter().map(|one| one["feed"].as_str().unwrap()).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn an_agency_piece_in_three_papers_appears_once_with_links_to_the_others() {
    let sites = ["127.0.0.1", "127.0.0.2", "127.0.0.3"].map(|address| Site::new().start_on(address));
    let headlines = ["Kabinett einigt sich über Nacht", "Nachtsitzung bringt Einigung", "So sieht der Kompromiss aus"];
    let mut all: Vec<Vec<Piece>> = (0..3).map(|paper| own_pieces(paper + 1, 6)).collect();
    for (paper, pieces) in all.iter_mut().enumerate() {
        pieces.push(agency_piece(81 + paper as u64, headlines[paper], 8 - paper, 50 - 10 * paper as i64));
    }
    let office = Office::with(COMBINED).await;
    // The settings name it, so that it must be there before anything is read.
    let land = format!("url = '{}'\ntitle = 'nord-land'\nlanguage = 'de'", sites[0].url("/land/"));
    let land = office.define_first("nord-land", &land, "nord-politik", "url = 'https://nord.example/'");
    let mut now = Utc::now();
    for (name, (site, pieces)) in ["nord-politik", "ost-politik", "west-politik"].iter().zip(sites.iter().zip(&all)) {
        print(site, "/politik/", &pieces.iter().collect::<Vec<_>>());
        let feed =
            office.define(name, &format!("url = '{}'\ntitle = '{name}'\nlanguage = 'de'", site.url("/politik/")));
        now += Duration::minutes(1);
        assert!(office.refresh(&feed, now).await.trouble.is_none());
    }
    // A second section of the first paper, with articles of the first.
    print(&sites[0], "/land/", &all[0].iter().collect::<Vec<_>>());
    assert!(office.refresh(&land, now).await.trouble.is_none());
    publish_directory(&office.feeds(), &office.desk).await.unwrap();

    let items = office.items("alle");
    assert_eq!(items.len(), 3 * 6 + 1, "{:#?}", items.iter().map(|item| &item["title"]).collect::<Vec<_>>());
    let agency: Vec<&Value> =
        items.iter().filter(|item| item["content_html"].as_str().unwrap().contains("(dpa)")).collect();
    assert_eq!(agency.len(), 1);
    // The one that was seen first, with its own id; the same as in its own feed.
    assert_eq!(agency[0]["title"], headlines[0]);
    assert!(office.items("nord-politik").iter().any(|item| item["id"] == agency[0]["id"]));
    assert_eq!(carriers(agency[0]).len(), 3);
    let html = agency[0]["content_html"].as_str().unwrap();
    let others = format!(
        "Auch bei <a href=\"{}\" rel=\"noopener noreferrer\">ost-politik</a>, <a href=\"{}\" rel=\"noopener noreferrer\">west-politik</a></p>",
        sites[1].url("/politik/agentur-82.html"),
        sites[2].url("/politik/agentur-83.html")
    );
    assert!(html.ends_with(&others), "{html}");
    let atom = office.text("alle/atom.xml");
    assert_eq!(atom.matches("rel=\"related\"").count(), 2, "{atom}");
    let rss = office.text("alle/rss.xml");
    assert_eq!(rss.matches("<source url=\"https://feeds.example.org/").count(), 19, "{rss}");
    assert!(rss.contains("<language>de</language>"));

    hand_over("combined", &office.path("alle"));

    // Nothing changes: nothing is written, and the index names it like any other feed.
    let before = std::fs::metadata(office.path("alle/rss.xml")).unwrap().modified().unwrap();
    assert_eq!(publish_directory(&office.feeds(), &office.desk).await.unwrap(), 0);
    assert_eq!(std::fs::metadata(office.path("alle/rss.xml")).unwrap().modified().unwrap(), before);
    // Nor is it made: what somebody wrote into a file would be mended.
    std::fs::write(office.path("alle/rss.xml"), "not ours").unwrap();
    assert_eq!(publish_directory(&office.feeds(), &office.desk).await.unwrap(), 0);
    // But for a file that is missing all are looked at.
    std::fs::remove_file(office.path("alle/atom.xml")).unwrap();
    assert_eq!(publish_directory(&office.feeds(), &office.desk).await.unwrap(), 2);
    assert_eq!((office.text("alle/rss.xml"), office.text("alle/atom.xml")), (rss, atom));
    assert!(office.text("feeds.opml").contains("xmlUrl=\"https://feeds.example.org/alle/rss.xml\""));
    assert!(office.text("index.html").contains("Politik aus drei Zeitungen"));
    assert!(office.text("alle/index.html").contains("href=\"../ost-politik/index.html\""));

    // The first paper takes its copy from the page and changes the headline; a fourth look comes.
    // Another paper's copy does not take its place.
    all[0][6].title = "Einigung: Was jetzt gilt".to_owned();
    print(&sites[0], "/politik/", &all[0].iter().collect::<Vec<_>>());
    let feeds = office.feeds();
    let nord = feeds.iter().find(|feed| feed.id.as_str() == "nord-politik").unwrap();
    office.refresh(nord, now + Duration::hours(2)).await;
    publish_directory(&feeds, &office.desk).await.unwrap();
    let after = office.items("alle");
    assert_eq!(after.len(), items.len());
    let same = after.iter().find(|item| item["id"] == agency[0]["id"]).unwrap();
    assert_eq!(same["title"], "Einigung: Was jetzt gilt");
    assert_eq!(same["date_published"], agency[0]["date_published"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn reports_of_one_event_stay_apart_and_filters_hold() {
    let sites = ["127.0.0.1", "127.0.0.2"].map(|address| Site::new().start_on(address));
    let office = Office::with(
        "[[combine]]\nname = 'alle'\nfeeds = ['*']\n[combine.filter]\ndrop_titles = ['Nur für den Norden']\n",
    )
    .await;
    let speech = prose(&mut Chance(7), 1).remove(0);
    for (paper, site) in sites.iter().enumerate() {
        let mut pieces = own_pieces(11 + paper as u64, 5);
        // Both quote the same speech in texts of their own.
        pieces[0].text[2] = speech.clone();
        pieces[1].title = if paper == 0 { "Nur für den Norden" } else { "Für alle" }.to_owned();
        print(site, "/politik/", &pieces.iter().collect::<Vec<_>>());
        let feed = office.define(["nord", "ost"][paper], &format!("url = '{}'", site.url("/politik/")));
        assert!(office.refresh(&feed, Utc::now()).await.trouble.is_none());
    }
    publish_directory(&office.feeds(), &office.desk).await.unwrap();
    let items = office.items("alle");
    assert_eq!(items.len(), 9);
    assert!(items.iter().all(|item| carriers(item).len() == 1 && item["title"] != "Nur für den Norden"));
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_no_longer_defined_leaves_the_directory() {
    let sites = ["127.0.0.1", "127.0.0.2"].map(|address| Site::new().start_on(address));
    let office =
        Office::with("base_url = 'https://feeds.example.org/'\n[[combine]]\nname = 'alle'\nfeeds = ['*']\n").await;
    for (paper, site) in sites.iter().enumerate() {
        print(site, "/politik/", &own_pieces(21 + paper as u64, 9).iter().collect::<Vec<_>>());
        let keep = "[keep]\nentries = 5\nat_least = '1h'\narchive = '90d'";
        let feed = office.define(["nord", "ost"][paper], &format!("url = '{}'\n{keep}", site.url("/politik/")));
        // Twelve days later the week of the articles is over.
        assert!(office.refresh(&feed, Utc::now()).await.trouble.is_none());
        print(site, "/politik/", &own_pieces(31 + paper as u64, 8).iter().collect::<Vec<_>>());
        assert!(office.refresh(&feed, Utc::now() + Duration::days(12)).await.trouble.is_none());
    }
    publish_directory(&office.feeds(), &office.desk).await.unwrap();
    let is_there = |office: &Office, names: [&str; 3]| names.map(|name| office.path(name).exists());
    let published = ["alle/rss.xml", "ost/rss.xml", "ost/archive"];
    assert_eq!(is_there(&office, published), [true; 3]);
    // Somebody else's file is none of ours.
    std::fs::write(office.path("ost/notes.txt"), "mine").unwrap();

    let mut office = office.with_settings(|settings| settings.combine.clear()).await;
    let shelf = office.open_shelf();
    office.undefine("ost");
    let defined: Vec<_> = office.feeds().iter().map(|feed| (feed.id.clone(), feed.url.clone())).collect();
    office.desk.store.schedule(&defined, Utc::now()).await.unwrap();
    publish_directory(&office.feeds(), &office.desk).await.unwrap();
    assert_eq!(is_there(&office, published), [false; 3]);
    assert_eq!(is_there(&office, ["ost/notes.txt", "nord/rss.xml", "nord/archive"]), [true; 3]);
    assert!(!office.path("alle").exists());
    let served = shelf.manifest.names();
    assert!(served.iter().any(|name| name.starts_with("nord/archive/")), "{served:?}");
    assert!(served.iter().all(|name| !name.starts_with("ost/") && !name.starts_with("alle/")), "{served:?}");
    for page in ["index.html", "feeds.opml", "status.json"] {
        assert!(!office.text(page).contains("ost/rss.xml") && !office.text(page).contains("alle/rss.xml"), "{page}");
    }
}

#[test]
fn mistakes_in_combined_feeds_have_their_place() {
    fn check(settings: &str, want: &[&str]) {
        let newsroom = Newsroom::new();
        newsroom.define("nord-politik", "url = 'https://nord.example/politik/'");
        std::fs::write(newsroom.path("ressort.toml"), settings).unwrap();
        let said = newsroom.ressort(&["check"]).expect(2).stderr();
        for words in want {
            assert!(said.contains(words), "no `{words}` in\n{said}");
        }
    }
    check(
        "[[combine]]\nname = 'alle'\nfeeds = ['nord-politk']\n",
        &[
            "error: there is no feed `nord-politk`",
            "ressort.toml:3:10",
            "^^^^^^^^^^^^^",
            "did you mean `nord-politik`?",
        ],
    );
    check(
        "[[combine]]\nname = 'nord-politik'\nfeeds = ['*']\n",
        &["there is a feed `nord-politik` already", "ressort.toml:2:8", "^^^^^^^^^^^^^^"],
    );
    check(
        "[[combine]]\nname = 'a'\nfeeds = ['*']\n[[combine]]\nname = 'a'\nfeeds = ['*']\n",
        &["two combined feeds are called `a`", "ressort.toml:5:8"],
    );
    check("[[combine]]\nname = 'a'\nfeeds = []\n", &["the combined feed `a` is made of nothing", "ressort.toml:2:8"]);
    check("[[combine]]\nname = 'Ä'\nfeeds = ['*']\n", &["`Ä` cannot be the name of a feed", "ressort.toml:2:8"]);
    check("[[combine]]\nname = 'a'\nfeed = ['*']\n", &["unknown key `feed`", "did you mean `feeds`?"]);
}
