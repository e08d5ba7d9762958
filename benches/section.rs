//! How long a section page takes: parsing it, and finding its articles.
//!
//! `cargo bench --bench section`. The real pages are not part of the project; `RESSORT_CORPUS`
//! names their directory, by default `../shared/corpus` beside the project.

use std::fmt;
use std::io::Read;
use std::path::{Path, PathBuf};
use std::sync::LazyLock;

use chrono::Utc;
use divan::Bencher;
use divan::counter::BytesCount;
use flate2::read::GzDecoder;
use ressort::config::{Definition, Feed, Settings};
use ressort::fetch::encoding;
use ressort::html::{Document, Limits};
use ressort::section::{self, Context};
use url::Url;

fn main() {
    divan::main();
}

#[derive(Clone)]
struct Page {
    name: String,
    url: Url,
    text: String,
}

impl fmt::Display for Page {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} ({} kB)", self.name, self.text.len() / 1000)
    }
}

/// A generated page, and a small, a usual and a large one of the real ones.
static PAGES: LazyLock<Vec<Page>> = LazyLock::new(|| {
    let mut pages = vec![generated()];
    pages.extend(
        ["de-fr-politik-2026", "de-spiegel-politik-2026", "de-fr-index-2026", "en-wired-home-2024"]
            .iter()
            .filter_map(|name| real(name)),
    );
    pages
});

/// Forty teasers as the papers of one house have them, a menu of 60 entries, and the scripts that
/// make up most of a real page.
fn generated() -> Page {
    let menu: String =
        (0..60).map(|n| format!("<li class='nav-item'><a href='/ressort-{n}/'>Ressort {n}</a></li>")).collect();
    let teaser = |n: usize| {
        format!(
            "<div class='box box--{n}'><div class='teaser teaser--even'><div class='teaser-image'><img srcset='/bild-{n}-a.jpg 320w, /bild-{n}-b.jpg 960w' src='/bild-{n}.jpg' alt=''></div>
            <div class='teaser-content'><p class='teaser-kicker'><span>Landtag</span></p><h3 class='teaser-headline'><span>Landtag streitet zum {n}. Mal über die Pflege der Deiche</span></h3>
            <div class='teaser-text'><span>Was die Beteiligten dazu sagen, und wie es in den kommenden Wochen weitergehen soll.</span></div><time datetime='2026-02-05T08:{:02}:00+01:00'>8 Uhr</time></div>
            <a class='teaser-link' href='//www.tageblatt.example/politik/landtag-streitet-ueber-deiche-{}.html'>Landtag streitet zum {n}. Mal über die Pflege der Deiche</a></div></div>",
            n % 60,
            4_100_200 + n
        )
    };
    let teasers: String = (0..40).map(teaser).collect();
    let script = format!("<script>var state = [{}];</script>", "0,".repeat(60_000));
    Page {
        name: "generated".to_owned(),
        url: Url::parse("https://www.tageblatt.example/politik/").expect("an address"),
        text: format!("<html lang='de'><body><nav><ul>{menu}</ul></nav><main>{teasers}</main>{script}</body></html>"),
    }
}

fn real(name: &str) -> Option<Page> {
    let beside = Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/corpus");
    let corpus = std::env::var_os("RESSORT_CORPUS").map_or(beside, PathBuf::from).join("sections");
    let index = std::fs::read_to_string(corpus.join("INDEX.tsv")).ok()?;
    let url = index.lines().find_map(|line| line.strip_prefix(name)?.split('\t').nth(1).map(str::to_owned))?;
    let mut bytes = Vec::new();
    GzDecoder::new(std::fs::File::open(corpus.join(format!("{name}.html.gz"))).ok()?).read_to_end(&mut bytes).ok()?;
    Some(Page { name: name.to_owned(), url: Url::parse(&url).ok()?, text: encoding::decode(bytes, None) })
}

fn document(page: &Page) -> Document {
    Document::parse(&page.text, &page.url, &Limits::default()).expect("a page within the limits")
}

fn feed(page: &Page) -> Feed {
    let id = "bench".parse().expect("a legal name");
    Feed::new(id, Definition::of(page.url.clone()), Default::default(), &Settings::default())
}

#[divan::bench(args = PAGES.iter())]
fn parse(bencher: Bencher<'_, '_>, page: &Page) {
    bencher.counter(BytesCount::of_str(&page.text)).bench(|| document(page));
}

#[divan::bench(args = PAGES.iter())]
fn detect(bencher: Bencher<'_, '_>, page: &Page) {
    let (document, feed) = (document(page), feed(page));
    let context = Context { feed: &feed, now: Utc::now() };
    bencher.counter(BytesCount::of_str(&page.text)).bench_local(|| section::teasers(&document, &context));
}
