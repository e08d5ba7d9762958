//! A newspaper of our own making: a section of thirty articles, each with its page, in markup as
//! large publishers have it, with the menus and scripts that make up most of a real page.
//!
//! Every word is made up. Articles are numbered, the newest has the highest number; of each three
//! numbers an edition brings three new ones.

use chrono::{DateTime, TimeDelta, Utc};
use url::Url;

/// How many articles the section shows.
pub const ARTICLES: usize = 30;

/// How many of them are new in each edition.
pub const NEW_PER_EDITION: usize = 3;

/// The paper, as printed on one day for one address.
#[derive(Clone)]
pub struct Paper {
    root: Url,
    printed: DateTime<Utc>,
}

impl Paper {
    /// A paper at `root`, whose articles are at most two hours old at `printed`.
    pub fn new(root: Url, printed: DateTime<Utc>) -> Paper {
        Paper { root, printed }
    }

    /// The address of the section.
    pub fn section_url(&self) -> Url {
        self.root.join("/politik/").expect("a path")
    }

    /// The address of an article.
    pub fn article_url(&self, number: usize) -> Url {
        let path = format!("/politik/{}-{}.html", slug(number), FIRST_NUMBER + number);
        self.root.join(&path).expect("a path")
    }

    /// The numbers of the articles that the section shows in an edition, newest first.
    pub fn numbers(edition: usize) -> impl DoubleEndedIterator<Item = usize> {
        let oldest = edition * NEW_PER_EDITION;
        (oldest..oldest + ARTICLES).rev()
    }

    /// The section page of an edition.
    pub fn section(&self, edition: usize) -> String {
        let teasers: String = Self::numbers(edition).map(|number| self.teaser(number)).collect();
        let main = format!("<main class='page-main'><h1>Politik</h1><div class='teaser-list'>{teasers}</div></main>");
        page("Politik: Nachrichten aus Hohenau", "", &main)
    }

    /// The page at a path, if the paper has one there.
    pub fn at(&self, path: &str, edition: usize) -> Option<String> {
        if path == "/politik/" {
            return Some(self.section(edition));
        }
        let number =
            path.strip_suffix(".html")?.rsplit('-').next()?.parse::<usize>().ok()?.checked_sub(FIRST_NUMBER)?;
        Some(self.article(number))
    }

    fn teaser(&self, number: usize) -> String {
        let (title, url) = (title(number), self.article_url(number));
        format!(
            "<div class='box box--{number}'><div class='teaser teaser--even'><div class='teaser-image'>\
             <img srcset='/bild-{number}-a.jpg 320w, /bild-{number}-b.jpg 960w' src='/bild-{number}.jpg' alt=''></div>\
             <div class='teaser-content'><p class='teaser-kicker'><span>Landtag</span></p>\
             <h3 class='teaser-headline'><span>{title}</span></h3>\
             <div class='teaser-text'><span>{}</span></div><time datetime='{}'></time></div>\
             <a class='teaser-link' href='{url}'>{title}</a></div></div>",
            sentence(number, 0),
            self.published(number).to_rfc3339(),
        )
    }

    /// The page of an article: twelve paragraphs.
    pub fn article(&self, number: usize) -> String {
        let (headline, lede, url) = (title(number), sentence(number, 0), self.article_url(number));
        let published = self.published(number).to_rfc3339();
        let image = self.root.join(&format!("/bild-{number}-b.jpg")).expect("a path");
        let data = serde_json::json!({
            "@context": "https://schema.org", "@type": "NewsArticle", "headline": headline, "description": lede,
            "url": url, "datePublished": published, "author": [{"@type": "Person", "name": "Katharina Leitgeb"}],
            "image": image, "publisher": {"@type": "Organization", "name": "Tageblatt"}
        });
        let head = format!(
            "<link rel='canonical' href='{url}'><meta property='og:type' content='article'>\
             <meta property='og:title' content='{headline}'><meta name='description' content='{lede}'>\
             <script type='application/ld+json'>{data}</script>"
        );
        let paragraphs: String = (1..=12)
            .map(|place| {
                let heading =
                    if place % 6 == 0 { format!("<h2>{}</h2>", words(number, place, 4)) } else { String::new() };
                let text: String = (0..2).map(|part| sentence(number, place * 2 + part)).collect();
                format!("{heading}<p class='article-text'>{text}<a href='/thema/{place}/'>Mehr dazu</a>.</p>")
            })
            .collect();
        let others: String =
            (1..=20).map(|other| format!("<li><a href='/politik/'>{}</a></li>", title(number + other))).collect();
        let main = format!(
            "<article class='page-main'><ol class='breadcrumb'><li><a href='/'>Startseite</a></li>\
             <li><a href='/politik/'>Politik</a></li></ol><p class='article-kicker'>Landtag</p><h1>{headline}</h1>\
             <p class='article-authors'>Von <a href='/autoren/leitgeb/'>Katharina Leitgeb</a></p>\
             <time datetime='{published}'></time><figure><img src='{image}' alt=''>\
             <figcaption>Der Saal am Abend. © Ida Morgenthal</figcaption></figure>\
             <p class='article-lede'>{lede}</p>{paragraphs}</article>\
             <aside class='more'><h3>Auch interessant</h3><ul>{others}</ul></aside>"
        );
        page(&headline, &head, &main)
    }

    fn published(&self, number: usize) -> DateTime<Utc> {
        self.printed - TimeDelta::hours(2) + TimeDelta::minutes(number as i64)
    }
}

/// Numbers of articles have eight digits, as a content management system gives them.
const FIRST_NUMBER: usize = 41_002_000;

fn title(number: usize) -> String {
    format!("Streit um {}: {}", words(number, 100, 1), words(number, 101, 4))
}

fn slug(number: usize) -> String {
    words(number, 101, 4).to_lowercase().replace(' ', "-")
}

fn sentence(article: usize, place: usize) -> String {
    format!("Der Rat der Gemeinde hat am Abend über {} beraten und dann vertagt. ", words(article, place, 9))
}

/// So many words; the same for the same article and place, others for any other.
fn words(article: usize, place: usize, count: usize) -> String {
    let mut state = (article * 1_000 + place) as u64;
    let word = |_| {
        // Knuth's MMIX generator; its high bits are the random ones.
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        let (a, b) = ((state >> 33) as usize, (state >> 45) as usize);
        format!("{}{}", BEGINNINGS[a % BEGINNINGS.len()], ENDS[b % ENDS.len()])
    };
    (0..count).map(word).collect::<Vec<_>>().join(" ")
}

const BEGINNINGS: [&str; 12] = [
    "Haushalts",
    "Verkehrs",
    "Schul",
    "Wasser",
    "Wald",
    "Brand",
    "Markt",
    "Hafen",
    "Stadt",
    "Land",
    "Deich",
    "Brunnen",
];
const ENDS: [&str; 12] = [
    "streit",
    "plan",
    "gebühr",
    "ordnung",
    "antrag",
    "vertrag",
    "ausschuss",
    "bericht",
    "frage",
    "schutz",
    "bau",
    "fest",
];

/// A page with the menus and scripts of a real one: some 150 kB.
fn page(title: &str, head: &str, main: &str) -> String {
    let item = |number| {
        format!("<li class='nav-item'><a class='nav-link' href='/ressort-{number}/'>Ressort {number}</a></li>")
    };
    let menu: String = (0..150).map(item).collect();
    let state: String =
        (0..400).map(|number| format!("{{\"id\":{number},\"slot\":\"{}\"}},", words(number, 0, 8))).collect();
    format!(
        "<!DOCTYPE html><html lang='de'><head><meta charset='utf-8'><title>{title} | Tageblatt</title>{head}</head><body>\
         <header><a href='/'>Tageblatt</a><nav><ul>{menu}</ul></nav></header>{main}<script>var state = [{state}];</script>\
         <footer><ul>{menu}</ul></footer></body></html>"
    )
}
