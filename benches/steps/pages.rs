//! The pages that are measured: invented ones, and those of publishers where they are at hand.
//!
//! Publishers' pages are no part of the project; `RESSORT_CORPUS` names their directory, by default
//! `../shared/corpus` beside the project.

use std::fmt;
use std::fs;
use std::path::PathBuf;
use std::sync::LazyLock;

use chrono::DateTime;
use ressort::config::{Definition, Feed, Settings};
use ressort::html::{Document, Limits};
use url::Url;

use super::corpus::{corpus, unpacked};
use super::paper::Paper;

/// A page and its address.
pub struct Page {
    pub url: Url,
    pub text: String,
}

impl Page {
    pub fn parse(&self) -> Document {
        Document::parse(&self.text, &self.url, &Limits::default()).expect("a page within the limits")
    }
}

/// Pages that are measured together.
pub struct Pages {
    name: String,
    pub pages: Vec<Page>,
}

impl Pages {
    pub fn size_bytes(&self) -> usize {
        self.pages.iter().map(|page| page.text.len()).sum()
    }
}

impl fmt::Display for Pages {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}, {} kB", self.name, self.size_bytes() / 1000)
    }
}

/// A section of the invented paper, and a small, a usual and two large ones of the real ones.
pub static SECTIONS: LazyLock<Vec<Pages>> = LazyLock::new(|| {
    let paper = paper();
    let invented = Page { url: paper.section_url(), text: paper.section(0) };
    let mut sections = vec![Pages { name: "invented".to_owned(), pages: vec![invented] }];
    let names = ["de-fr-politik-2026", "de-spiegel-politik-2026", "de-fr-index-2026", "en-wired-home-2024"];
    sections.extend(names.iter().filter_map(|name| real_section(name)));
    sections
});

/// The articles of the invented paper together, and all real ones together.
pub static ARTICLES: LazyLock<Vec<Pages>> = LazyLock::new(|| {
    let paper = paper();
    let invented = Paper::numbers(0).map(|number| Page { url: paper.article_url(number), text: paper.article(number) });
    let mut articles = vec![Pages { name: "30 invented".to_owned(), pages: invented.collect() }];
    articles.extend(real_articles());
    articles
});

/// A paper that nobody has to ask for.
fn paper() -> Paper {
    let printed = DateTime::from_timestamp(1_770_300_000, 0).expect("an existing time");
    Paper::new(Url::parse("https://www.tageblatt.example/").expect("an address"), printed)
}

/// A feed of the section at an address.
pub fn feed(url: &Url) -> Feed {
    let id = "bench".parse().expect("a legal name");
    Feed::new(id, Definition::of(url.clone()), Default::default(), &Settings::default())
}

fn real_section(name: &str) -> Option<Pages> {
    let sections = corpus("sections")?;
    let index = fs::read_to_string(sections.join("INDEX.tsv")).ok()?;
    let url = index.lines().find_map(|line| line.strip_prefix(name)?.split('\t').nth(1).map(str::to_owned))?;
    let page = Page { url: Url::parse(&url).ok()?, text: unpacked(&sections.join(format!("{name}.html.gz"))) };
    Some(Pages { name: name.to_owned(), pages: vec![page] })
}

fn real_articles() -> Option<Pages> {
    let folder = fs::read_dir(corpus("articles/pages")?).ok()?;
    let mut paths: Vec<PathBuf> = folder.flatten().map(|entry| entry.path()).collect();
    paths.sort();
    // Their own addresses stand on the pages.
    let url = Url::parse("https://www.example.org/politik/artikel-12345678.html").expect("an address");
    let page = |path: &PathBuf| Page { url: url.clone(), text: unpacked(path) };
    let pages: Vec<Page> = paths.iter().map(page).collect();
    Some(Pages { name: format!("{} real", pages.len()), pages })
}
