use std::collections::HashSet;
use std::path::Path;

use ressort::html::{Document, Limits};
use ressort::render::{self, FeedFile, Health, Overview, Pages, State, check_xml, content_security_policy};

use super::hostile::{hostile_entries, hostile_info};
use super::paper;
use super::press::Press;

/// Everything that is published for the press.
fn publish(overviews: &[Overview<'_>]) -> Vec<FeedFile> {
    let pages = Pages::default();
    let feeds = overviews
        .iter()
        .flat_map(|feed| render::feeds(feed.info, feed.entries).into_iter().chain([pages.feed("Ressort", feed)]));
    let mut files: Vec<FeedFile> = feeds.collect();
    files.push(pages.index("Ressort", overviews));
    files.push(render::opml("Ressort", overviews));
    files.push(render::status(overviews));
    files.extend(render::sitemap(overviews[0].info.base_url.as_ref(), overviews));
    files
}

fn text_of<'a>(files: &'a [FeedFile], path: &str) -> &'a str {
    let file = files.iter().find(|file| file.path == path).unwrap_or_else(|| panic!("no {path}"));
    std::str::from_utf8(&file.bytes).unwrap()
}

fn healthy() -> Health {
    Health { state: State::Ok, since: paper::date("2026-02-01T00:00:00Z").to_utc(), message: None, hint: None }
}

#[test]
fn writes_the_press_for_screens() {
    let directory = Path::new(env!("CARGO_TARGET_TMPDIR")).join("press");
    for file in publish(&Press::new().overviews()) {
        let path = directory.join(&file.path);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, &file.bytes).unwrap();
    }
}

#[test]
fn the_page_of_a_feed() {
    let (info, entries, health) = (paper::info(), paper::entries(), healthy());
    let overview = Overview::new(&info, &health, &entries);
    insta::assert_snapshot!(without_style(&Pages::default().feed("Ressort", &overview)));
}

#[test]
fn the_front_page() {
    let (info, entries, health) = (paper::info(), paper::entries(), healthy());
    let overview = Overview::new(&info, &health, &entries);
    insta::assert_snapshot!(without_style(&Pages::default().index("Ressort", &[overview])));
}

/// The page without what is the same on all of them.
fn without_style(file: &FeedFile) -> String {
    let text = std::str::from_utf8(&file.bytes).unwrap();
    let cut = |text: &str, from: &str, to: &str| {
        let (before, rest) = text.split_once(from).unwrap();
        format!("{before}{from}…{to}{}", rest.split_once(to).unwrap().1)
    };
    let text = cut(text, "<style>", "</style>");
    let text = cut(&text, "<script>", "</script>");
    cut(&text, "Content-Security-Policy\" content=\"", "\">")
}

#[test]
fn the_other_files_of_a_directory() {
    let press = Press::new();
    let files = publish(&press.overviews()[..2]);
    insta::assert_snapshot!("feeds.opml", text_of(&files, "feeds.opml"));
    insta::assert_snapshot!("status.json", text_of(&files, "status.json"));
    insta::assert_snapshot!("sitemap.xml", text_of(&files, "sitemap.xml"));
    check_xml(text_of(&files, "feeds.opml").as_bytes()).unwrap();
    check_xml(text_of(&files, "sitemap.xml").as_bytes()).unwrap();
}

#[test]
fn every_link_between_pages_leads_to_a_file() {
    let press = Press::new();
    let files = publish(&press.overviews());
    let root = paper::url("https://feeds.example.org/");
    let paths: HashSet<String> = files.iter().map(|file| root.join(&file.path).unwrap().to_string()).collect();
    let mut links = 0;
    for file in files.iter().filter(|file| file.media_type == "text/html") {
        let here = root.join(&file.path).unwrap();
        let page = Document::parse(std::str::from_utf8(&file.bytes).unwrap(), &here, &Limits::default()).unwrap();
        for href in page.elements().filter_map(|element| element.attr("href")).filter(|href| !href.starts_with("data:"))
        {
            let target = here.join(href).unwrap();
            if target.host() == root.host() && target.fragment().is_none() {
                assert!(paths.contains(target.as_str()), "{href} on {}", file.path);
                links += 1;
            }
        }
    }
    assert!(links > 12 * 10, "{links} links");
}

#[test]
fn readers_find_the_feeds_of_a_page_by_themselves() {
    let press = Press::new();
    let files = publish(&press.overviews());
    for (path, count) in [("havelstedt-politik/index.html", 3), ("index.html", 36)] {
        let page =
            Document::parse(text_of(&files, path), &paper::url("https://feeds.example.org/"), &Limits::default());
        let page = page.unwrap();
        let alternates = page.elements().filter(|element| element.attr("rel") == Some("alternate"));
        assert_eq!(alternates.filter(|element| element.attr("type").is_some()).count(), count, "{path}");
    }
}

#[test]
fn hostile_strings_stay_text_on_pages() {
    let (info, entries) = (hostile_info(), hostile_entries());
    let health = Health {
        state: State::Failing,
        message: Some("<script>alert(1)</script> `<b>`".to_owned()),
        hint: Some("\"'><img src=x onerror=alert(1)>".to_owned()),
        ..healthy()
    };
    let overview = Overview::new(&info, &health, &entries);
    for file in publish(&[overview]).iter().filter(|file| file.media_type == "text/html") {
        let text = std::str::from_utf8(&file.bytes).unwrap();
        let page = Document::parse(text, &paper::url("https://example.org/"), &Limits::default()).unwrap();
        let scripts: Vec<_> = page.elements().filter(|element| element.value().name() == "script").collect();
        assert_eq!(scripts.len(), 1, "{}", file.path);
        for element in page.elements() {
            for (name, value) in element.value().attrs() {
                assert!(!name.starts_with("on"), "{name} in {}", file.path);
                assert!(!value.trim_start().to_lowercase().starts_with("javascript:"), "{value} in {}", file.path);
            }
        }
        assert!(!text.contains("secret@"));
        assert!(!text.contains("<img src=x"), "{}", file.path);
    }
}

#[test]
fn pages_say_nothing_that_changes_by_itself() {
    let press = Press::new();
    let (first, second) = (publish(&press.overviews()), publish(&press.overviews()));
    assert_eq!(first, second);
}

#[test]
fn one_policy_holds_for_all_pages() {
    let press = Press::new();
    for file in publish(&press.overviews()).iter().filter(|file| file.media_type == "text/html") {
        let text = std::str::from_utf8(&file.bytes).unwrap();
        let page = Document::parse(text, &paper::url("https://example.org/"), &Limits::default()).unwrap();
        let policy = page.elements().find(|element| element.attr("http-equiv").is_some()).unwrap();
        assert_eq!(policy.attr("content"), Some(content_security_policy()));
    }
}

#[test]
fn thousands_of_feeds_fit_on_the_front_page() {
    let (info, health) = (paper::info(), healthy());
    let overview = Overview::new(&info, &health, &[]);
    let page = Pages::default().index("Ressort", &vec![overview; 2000]);
    assert!(page.bytes.len() < 4_000_000, "{} bytes", page.bytes.len());
    let page = Pages::default().feed("Ressort", &overview);
    assert!(std::str::from_utf8(&page.bytes).unwrap().contains("No entries yet."));
}

#[test]
fn a_directory_without_public_address_works_with_relative_links() {
    let (info, entries, health) = (paper::info(), paper::entries(), healthy());
    let info = render::FeedInfo { base_url: None, ..info };
    let files = publish(&[Overview::new(&info, &health, &entries)]);
    assert!(text_of(&files, "feeds.opml").contains("xmlUrl=\"havelstedt-politik/rss.xml\""));
    assert!(text_of(&files, "status.json").contains("\"rss\": \"havelstedt-politik/rss.xml\""));
    assert!(text_of(&files, "havelstedt-politik/index.html").contains("href=\"rss.xml\""));
    assert!(!text_of(&files, "havelstedt-politik/atom.xml").contains("rel=\"self\""));
    assert!(!files.iter().any(|file| file.path == "sitemap.xml"));
}
