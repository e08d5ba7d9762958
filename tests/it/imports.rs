//! Files of other programs, as those document them, become definitions that `check` accepts.

use super::newsroom::Newsroom;

/// Imports a file of `tests/imports/` and returns what was said, and the newsroom.
fn import(file: &str) -> (String, Newsroom) {
    let newsroom = Newsroom::new();
    let path = format!("{}/tests/imports/{file}", env!("CARGO_MANIFEST_DIR"));
    let said = newsroom.ressort(&["import", &path]).expect(0).stdout();
    newsroom.ressort(&["check"]).expect(0);
    (said, newsroom)
}

fn definition(newsroom: &Newsroom, name: &str) -> String {
    let path = newsroom.path(&format!("feeds/{name}.toml"));
    std::fs::read_to_string(&path).unwrap_or_else(|error| panic!("{name}: {error}"))
}

#[track_caller]
fn says(said: &str, all: &[&str]) {
    for wanted in all {
        assert!(said.contains(wanted), "`{wanted}` is missing:\n{said}");
    }
}

#[test]
fn opml_with_the_extensions_of_freshrss() {
    let (said, newsroom) = import("freshrss.opml");
    assert_eq!(
        definition(&newsroom, "der-talbote-politik"),
        "title = \"Der Talbote: Politik\"\nurl = \"https://talbote.example/politik/rssfeed.rdf\"\n"
    );
    assert_eq!(
        definition(&newsroom, "kreisblatt"),
        "title = \"Kreisblatt\"\nurl = \"https://kreisblatt.example/feed/\"\nschedule = \"0 * * * *\"\n\n\
         [article]\nbody = \"div.main, .summary\"\nexclude = \".footer, .aside\"\n"
    );
    assert_eq!(
        definition(&newsroom, "example"),
        "title = \"Example\"\nurl = \"https://www.example.net/page.html\"\n\n[article]\nbody = \"article\"\n\n\
         [select]\nimage = \"img\"\nitem = 'div[class=\"news-item\"]'\nlink = 'a[href]:not([href=\"\"])'\ntitle = \"h2\"\n"
    );
    assert!(!definition(&newsroom, "by-ancestor").contains("[select]"));
    says(&definition(&newsroom, "bridged"), &["url = \"https://example.com/blog/\"", "link = \"a.article\""]);
    says(
        &said,
        &[
            "5 of 6 written",
            "not carried over: xPathItemAuthor: authors are read from the article",
            "not carried over: filtersActionRead: articles are marked as read by the reader",
            "not carried over: CURLOPT_USERAGENT: requests are made by ressort's own rules",
            "goes along `ancestor::`, which a selector cannot",
            "the type `JSON+DotNotation` has no counterpart",
        ],
    );
}

#[test]
fn a_feed_config_of_html2rss() {
    let (said, newsroom) = import("news.yml");
    assert_eq!(
        definition(&newsroom, "kreisamt-news"),
        "title = \"Kreisamt: News\"\nurl = \"https://kreisamt.example/news\"\nlanguage = \"en\"\ntime_zone = \"Europe/Vienna\"\n\
         schedule = \"0 */6 * * *\"\npages = 3\nrender = \"browser\"\n\n[select]\nitem = \"article[id^='post-']\"\nlink = \"a\"\n\
         published = \"time\"\nsummary = \".post-content\"\ntitle = \"h2\"\n"
    );
    says(
        &said,
        &[
            "not carried over: headers: requests are made by ressort's own rules",
            "not carried over: items.order",
            "not carried over: description.post_process",
            "not carried over: author: the extractor `static` has no counterpart",
            "not carried over: guid",
            "not carried over: categories",
        ],
    );
}

#[test]
fn a_feeds_yml_of_html2rss_web() {
    let (said, newsroom) = import("feeds.yml");
    says(
        &definition(&newsroom, "questions"),
        &["item = \"#hot-network-questions > ul > li\"", "link = \"a\"", "title = \"a\""],
    );
    says(&said, &["1 of 2 written", "needs parameters"]);
}

#[test]
fn addresses_of_rss_bridge() {
    let (said, newsroom) = import("bridges.txt");
    assert_eq!(
        definition(&newsroom, "example-blog"),
        "url = \"https://example.com/blog/\"\ninclude_urls = [\"/blog/article/.*\"]\n\n[article]\nbody = \"article.content\"\n\
         exclude = \"div.ads, div.comments\"\n\n[select]\nlink = \"a.article\"\n"
    );
    says(&definition(&newsroom, "example-news"), &["item = \"div.card\""]);
    says(&said, &["not carried over: title_cleanup", "not carried over: limit: see `[keep]`"]);
}

#[test]
fn the_sample_configuration_of_rsspls() {
    let (said, newsroom) = import("feeds.toml");
    assert_eq!(
        definition(&newsroom, "wezm"),
        "title = \"My Great RSS Feed\"\nurl = \"https://www.wezm.example/\"\n\n[select]\nitem = \"article\"\nlink = \"h3 a\"\n\
         published = \"time\"\nsummary = \".post-body\"\ntitle = \"h3\"\n"
    );
    says(&definition(&newsroom, "example"), &["link = \"a\"", "title = \"a\"", "published = \"time\""]);
    says(&said, &["date.format `[day padding:none]/[month padding:none]/[year]`: dates are read without a format"]);
}

#[test]
fn a_site_config_of_full_text_rss_becomes_facts_about_the_site() {
    let (said, newsroom) = import("talbote.example.txt");
    assert_eq!(
        definition(&newsroom, "sites/talbote.example"),
        "hosts = [\"talbote.example\"]\n\n[article]\nauthor = 'a[rel=\"author\"]'\n\
         body = 'div[id=\"id-Article-body\"], article div[class~=\"text\"]'\n\
         exclude = 'aside, [id*=\"id-Article-advert\"], [class*=\"id-Article-advert\"], img[src*=\"/counter/\"]'\n\
         published = \"time\"\ntitle = 'h1[class=\"headline\"]'\n"
    );
    says(
        &said,
        &[
            "not carried over: strip: `//p[last()]` counts elements",
            "not carried over: find_string: pages are read as they are",
            "not carried over: single_page_link: pages of an article are followed without being told",
            "not carried over: http_header(user-agent): requests are made by ressort's own rules",
        ],
    );
    assert!(!said.contains("tidy") && !said.contains("test_url"), "{said}");
}

#[test]
fn what_is_there_stays_and_a_dry_run_writes_nothing() {
    let newsroom = Newsroom::new();
    newsroom.define("blog", "url = 'https://example.com/blog/'");
    let path = format!("{}/tests/imports/bridges.txt", env!("CARGO_MANIFEST_DIR"));
    let said = newsroom.ressort(&["import", "--dry-run", &path]).expect(0).stdout();
    says(&said, &["is feed `blog` already", "1 of 2 would be written"]);
    assert_eq!(std::fs::read_dir(newsroom.path("feeds")).unwrap().count(), 1);
    let json = newsroom.ressort(&["import", "--dry-run", "--json", &path]).expect(0).stdout();
    let json: serde_json::Value = serde_json::from_str(&json).unwrap();
    assert_eq!(json[0]["known_as"], "blog");
    assert_eq!(json[1]["definition"], "url = \"https://example.org/news\"\n\n[select]\nitem = \"div.card\"\n");
}

#[test]
fn what_is_something_else_is_refused_with_a_reason() {
    let check = |name: &str, text: &str, wanted: &str| {
        let newsroom = Newsroom::new();
        std::fs::write(newsroom.path(name), text).unwrap();
        let said = newsroom.ressort(&["import", name]).expect(2).stderr();
        assert!(said.contains(wanted) && said.contains("hint: "), "{name}: {said}");
    };
    check("a.opml", "<opml><body><outline", "no XML");
    check("a.opml", "<!DOCTYPE opml [<!ENTITY a \"b\">]><opml version=\"2.0\"><body/></opml>", "no XML");
    check("a.yml", "a: [", "no YAML");
    check("a.yml", "a: b", "there is no `channel.url`");
    check("feeds.toml", "[rsspls]\n[[feed]]\ntitle = 1", "no configuration of rsspls");
    check("a.html", "<html></html>", "it cannot be told what this file is");
    let newsroom = Newsroom::new();
    let said = newsroom.ressort(&["import", "missing.opml"]).expect(2).stderr();
    assert!(said.contains("missing.opml: cannot be read"), "{said}");
}
