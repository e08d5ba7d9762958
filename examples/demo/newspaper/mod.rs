//! A small newspaper of our own making, served on loopback: a politics section and its articles,
//! in the kind of markup a large German publisher uses, with everything that makes such pages
//! hard: links laid over cards, pictures that come later, an advertisement slot, galleries,
//! a promotion in the middle of a text, a paywalled piece, a live ticker.

mod picture;

use std::convert::Infallible;
use std::net::SocketAddr;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, RwLock};

use base64::Engine;
use bytes::Bytes;
use chrono::{DateTime, Duration, FixedOffset, Utc};
use http_body_util::Full;
use hyper::{Request, Response, StatusCode};
use hyper_util::rt::TokioIo;
use ressort::config::Zone;
use serde::Deserialize;
use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;

#[derive(Deserialize)]
struct Issue {
    article: Vec<Story>,
    later: Vec<Story>,
    headline: Vec<Headline>,
}

#[derive(Clone, Deserialize)]
#[serde(deny_unknown_fields)]
struct Story {
    number: u64,
    slug: String,
    kicker: String,
    title: String,
    seo_title: Option<String>,
    lede: String,
    authors: Vec<String>,
    minutes_ago: i64,
    #[serde(default)]
    paid: bool,
    caption: Option<String>,
    credit: Option<String>,
    hue: u16,
    topics: Vec<String>,
    text: String,
}

#[derive(Deserialize)]
struct Headline {
    number: u64,
    title: String,
    slug: String,
}

/// The running newspaper.
#[derive(Clone)]
pub struct Newspaper {
    pub address: SocketAddr,
    desk: Arc<Desk>,
    open: CancellationToken,
}

struct Desk {
    stories: RwLock<Vec<Story>>,
    printed: DateTime<Utc>,
    requests: AtomicUsize,
}

impl Newspaper {
    /// Prints the paper of `printed` and hands it out on a free port of loopback.
    pub async fn start(printed: DateTime<Utc>) -> std::io::Result<Newspaper> {
        let listener = TcpListener::bind("127.0.0.1:0").await?;
        let address = listener.local_addr()?;
        let stories = RwLock::new(issue().article);
        let desk = Arc::new(Desk { stories, printed, requests: AtomicUsize::new(0) });
        let paper = Newspaper { address, desk, open: CancellationToken::new() };
        let served = paper.clone();
        tokio::spawn(async move {
            while let Some(Ok((stream, _))) = served.open.run_until_cancelled(listener.accept()).await {
                let paper = served.clone();
                let answer = hyper::service::service_fn(move |request| {
                    let paper = paper.clone();
                    async move { Ok::<_, Infallible>(paper.answer(&request)) }
                });
                tokio::spawn(hyper::server::conn::http1::Builder::new().serve_connection(TokioIo::new(stream), answer));
            }
        });
        Ok(paper)
    }

    /// The address of the politics section.
    pub fn section(&self) -> String {
        format!("http://{}/politik/", self.address)
    }

    /// The titles of the first edition's articles with the passages of their texts.
    #[cfg(test)]
    pub fn passages() -> Vec<(String, Vec<String>)> {
        let marks = |line: &str| line.trim_start_matches(['#', '>', '-', '|', ' ']).replace("**", "");
        let passages = |story: &Story| {
            let lines = story.text.lines().filter(|line| !line.contains("---") && !line.starts_with("@@"));
            lines.map(marks).filter(|line| !line.is_empty()).collect()
        };
        issue().article.iter().map(|story| (story.title.clone(), passages(story))).collect()
    }

    /// Changes one headline and brings one new article.
    pub fn next_edition(&self) {
        let issue = issue();
        let mut stories = self.desk.stories.write().expect("nobody panicked");
        for headline in issue.headline {
            for story in stories.iter_mut().filter(|story| story.number == headline.number) {
                story.title.clone_from(&headline.title);
                story.slug.clone_from(&headline.slug);
            }
        }
        stories.splice(0..0, issue.later);
    }

    /// Closes the paper: connections are refused from now on.
    pub fn close(&self) {
        self.open.cancel();
    }

    /// How many requests came in since the last call.
    pub fn requests(&self) -> usize {
        self.desk.requests.swap(0, Ordering::Relaxed)
    }

    fn answer(&self, request: &Request<hyper::body::Incoming>) -> Response<Full<Bytes>> {
        self.desk.requests.fetch_add(1, Ordering::Relaxed);
        let path = request.uri().path();
        let stories = self.desk.stories.read().expect("nobody panicked");
        let number = path.trim_end_matches(".html").trim_end_matches(".png").rsplit('-').next().unwrap_or_default();
        let story = stories.iter().find(|story| story.number.to_string() == number);
        let (status, kind, body): (u16, &str, Vec<u8>) = match (path, story) {
            ("/politik/", _) => (200, "text/html; charset=utf-8", self.section_page(&stories).into()),
            ("/", _) => (200, "text/html; charset=utf-8", self.home_page(&stories).into()),
            (GALLERY_PATH, _) => (200, "text/html; charset=utf-8", self.gallery_page(&stories).into()),
            (_, Some(story)) if path.starts_with("/bilder/") => {
                (200, "image/png", picture::png(width_of(path), f32::from(story.hue), story.number))
            }
            (_, Some(story)) if path.ends_with(".html") => {
                (200, "text/html; charset=utf-8", self.article_page(story).into())
            }
            _ => (
                404,
                "text/html; charset=utf-8",
                "<!DOCTYPE html><title>Nicht gefunden</title><h1>Nicht gefunden</h1>".into(),
            ),
        };
        let mut response = Response::new(Full::new(Bytes::from(body)));
        *response.status_mut() = StatusCode::from_u16(status).expect("a valid status");
        response.headers_mut().insert("content-type", hyper::header::HeaderValue::from_static(kind));
        response
    }

    fn home_page(&self, stories: &[Story]) -> String {
        let cards: String = stories.iter().enumerate().map(|(index, story)| self.card(story, index)).collect();
        let main = format!("<main class=id-Page-main><div class=id-Teaser>{cards}</div></main>");
        page("Nachrichten aus Hohenau", "", &main)
    }

    fn section_page(&self, stories: &[Story]) -> String {
        let mut cards = String::new();
        for (index, story) in stories.iter().enumerate() {
            cards += &self.card(story, index);
            match index {
                2 => cards += ADVERTISEMENT,
                5 => cards += NEWSLETTER,
                _ => {}
            }
        }
        let most_read: String = stories
            .iter()
            .rev()
            .take(3)
            .map(|story| {
                format!("<li class=id-Ranking-item><a href=\"{}\">{}</a></li>", path(story), escape(&story.title))
            })
            .collect();
        page(
            "Politik: Nachrichten aus Hohenau und dem Land",
            "",
            &format!(
                "<nav class=id-Breadcrumb role=navigation><ol class=id-Breadcrumb-list><li><a href=\"/\">Startseite</a></li>\
                 <li><h1><span>Politik</span></h1></li></ol></nav>\
                 <main class=id-Page-main><div class=id-Teaser>{cards}</div></main>\
                 <aside class=id-Ranking><h2>Meistgelesen</h2><ol>{most_read}</ol></aside>"
            ),
        )
    }

    fn card(&self, story: &Story, index: usize) -> String {
        let style = if index == 0 { "overlayStyle" } else { "blockStyle" };
        let heading = if index == 0 { "h2" } else { "h3" };
        let title = escape(&story.title);
        let image = match (&story.caption, index) {
            (None, _) => String::new(),
            (Some(_), 0..=3) => format!("<div class=id-Teaser-el-image>{}</div>", self.img(story, &title)),
            // Further down pictures come when they are scrolled to.
            (Some(_), _) => {
                let later = base64::prelude::BASE64_STANDARD.encode(self.img(story, &title));
                let conf = format!(
                    r#"{{"triggeredEvent":{{"name":"CONTENT_INSERT","conf":{{"srcType":"html","src":"{later}"}}}}}}"#
                );
                format!(
                    "<div class=id-Teaser-el-image><span class=id-MediaPlaceholder data-id-mconf=\"{}\"></span><noscript>{}</noscript></div>",
                    escape(&conf),
                    self.img(story, &title)
                )
            }
        };
        let paid = if story.paid {
            "<span class=id-Teaser-el-paid aria-label=\"abopflichtiger Inhalt\">Plus</span>"
        } else {
            ""
        };
        let gallery = if index == 0 {
            format!(
                "<ul class=id-Teaser-el-related><li class=id-Teaser-el-related-item><a class=id-Teaser-el-related-item-gallery-link \
                 href=\"{GALLERY_PATH}\" title=\"Fotostrecke zu diesem Artikel: {GALLERY_TITLE}\">{GALLERY_TITLE}</a></li></ul>"
            )
        } else {
            String::new()
        };
        let time = match index {
            // Only the lower list says when.
            0..=4 => String::new(),
            _ => format!("<time class=id-DateTime datetime=\"{}\"></time>", self.published(story).to_rfc3339()),
        };
        format!(
            "<div class=\"id-LinkOverlay id-Teaser-el id-Teaser-el--{style}\">{image}<div class=id-Teaser-el-content>{gallery}{time}\
             <p class=id-Teaser-el-content-kicker><span class=id-Teaser-el-content-kicker-text>{}</span></p>{paid}\
             <{heading} class=id-Teaser-el-content-headline><span class=id-Teaser-el-content-headline-text>{title}</span></{heading}>\
             <div class=id-Teaser-el-content-text><span class=id-Teaser-el-content-text-text>{}</span></div></div>\
             <a href=\"{}\" class=id-LinkOverlay-link title=\"{title}\">{title}</a></div>",
            escape(&story.kicker),
            escape(&story.lede),
            path(story)
        )
    }

    fn article_page(&self, story: &Story) -> String {
        let url = format!("http://{}{}", self.address, path(story));
        let published = self.published(story);
        let seo_title = story.seo_title.as_deref().unwrap_or(&story.title);
        let image = format!("http://{}{}", self.address, image_path(story, 1200));
        let ld = serde_json::json!({
            "@context": "http://schema.org", "@type": "WebPage",
            "mainEntity": {
                "@type": "NewsArticle", "headline": seo_title, "description": story.lede, "url": url,
                "datePublished": published.format("%Y-%m-%dT%H:%M:%S%z").to_string(),
                "author": story.authors.iter().map(|name| serde_json::json!({"@type": "Person", "name": name})).collect::<Vec<_>>(),
                "image": story.caption.as_ref().map(|_| image.clone()),
                "isAccessibleForFree": !story.paid, "keywords": story.topics,
                "publisher": {"@type": "Organization", "name": "Der Talbote"}
            }
        });
        let head = format!(
            "<link rel=canonical href=\"{url}\"><meta property=og:type content=article><meta property=og:title content=\"{}\">\
             <meta name=description content=\"{}\"><script type=\"application/ld+json\">{ld}</script>",
            escape(&story.title),
            escape(&story.lede)
        );
        let figure = match (&story.caption, &story.credit) {
            (Some(caption), Some(credit)) => format!(
                "<figure class=id-StoryElement-image>{}<figcaption class=id-StoryElement-image-caption>{}. © {}</figcaption></figure>",
                self.img(story, ""),
                escape(caption),
                escape(credit)
            ),
            _ => String::new(),
        };
        let visible = published.with_timezone(&berlin()).format("%d.%m.%Y, %H:%M Uhr");
        let authors: Vec<String> = story
            .authors
            .iter()
            .map(|name| format!("<a class=id-StoryElement-authors-link href=\"/autoren/\">{}</a>", escape(name)))
            .collect();
        page(
            seo_title,
            &head,
            &format!(
                "<article class=id-Page-mainContent><ol class=id-DonaldBreadcrumb><li class=id-Breadcrumb-item><a href=\"/\">Startseite</a></li>\
                 <li class=id-Breadcrumb-item><a href=\"/politik/\">Politik</a></li></ol>\
                 <p class=id-StoryElement-kicker>{}</p><h1 class=id-StoryElement-headline>{}</h1>\
                 <p class=id-StoryElement-timestamp>Stand: <time datetime=\"{}\">{visible}</time></p>\
                 <p class=id-StoryElement-authors>Von: {}</p>\
                 <p class=id-StoryElement-interactionBar><a href=\"#id-Comments\"><span>Kommentare</span></a></p>{figure}\
                 <p class=id-StoryElement-leadText>{}</p>{}</article>\
                 <div class=id-Recommendation><h3>Auch interessant</h3><a href=\"/politik/anderes-zr-70030001.html\">Ganz etwas anderes: der Kürbis des Jahres</a></div>\
                 <div class=id-Comments id=id-Comments><h3>Kommentare</h3></div>",
                escape(&story.kicker),
                escape(&story.title),
                published.format("%Y-%m-%d %H:%M"),
                authors.join(", "),
                escape(&story.lede),
                body(story)
            ),
        )
    }

    fn gallery_page(&self, stories: &[Story]) -> String {
        let pictures: String = stories
            .iter()
            .filter_map(|story| Some((story, story.caption.as_ref()?, story.credit.as_ref()?)))
            .take(4)
            .map(|(story, caption, credit)| {
                let img = self.img(story, "");
                format!(
                    "<figure class=id-Gallery-image>{img}<figcaption>{}. © {}</figcaption></figure>",
                    escape(caption),
                    escape(credit)
                )
            })
            .collect();
        let head = "<meta property=og:type content=article>";
        let main = format!(
            "<article class=id-Page-mainContent><h1 class=id-StoryElement-headline>{GALLERY_TITLE}</h1>\
             <p class=id-StoryElement-leadText>Vier Bilder aus einer langen Woche, in der wenig geschlafen und viel gerechnet wurde.</p>\
             <p class=id-StoryElement-paragraph>Unsere Fotografin hat Abgeordnete, Wahlhelfer und eine Brücke begleitet. Ihre Bilder zeigen, \
             wie Politik aussieht, wenn gerade niemand eine Rede hält.</p>{pictures}</article>"
        );
        page(GALLERY_TITLE, head, &main)
    }

    fn published(&self, story: &Story) -> DateTime<FixedOffset> {
        (self.desk.printed - Duration::minutes(story.minutes_ago)).with_timezone(&berlin()).fixed_offset()
    }

    fn img(&self, story: &Story, alt: &str) -> String {
        let at = |width| format!("//{}{}", self.address, image_path(story, width));
        format!("<img src=\"{}\" srcset=\"{} 480w, {} 1200w\" alt=\"{alt}\">", at(480), at(480), at(1200))
    }
}

fn issue() -> Issue {
    toml::from_str(include_str!("articles.toml")).expect("the demo newspaper is well-formed")
}

fn path(story: &Story) -> String {
    format!("/politik/{}-zr-{}.html", story.slug, story.number)
}

/// The width in `/bilder/1200/…`; no larger than what the paper offers.
fn width_of(path: &str) -> u32 {
    path.split('/').nth(2).and_then(|width| width.parse().ok()).unwrap_or(480).clamp(16, 1200)
}

fn image_path(story: &Story, width: u32) -> String {
    format!("/bilder/{width}/{}-{}.png", story.slug, story.number)
}

/// The text of a story as the publisher's markup: paragraphs, subheadings, lists, a quote, a table.
fn body(story: &Story) -> String {
    let mut html = String::new();
    for block in story.text.trim().split("\n\n") {
        html += &match block {
            "@@ anzeige @@" => PROMOTION.to_owned(),
            _ if block.starts_with("## ") => {
                format!("<h2 class=id-StoryElement-crosshead>{}</h2>", inline(&block[3..]))
            }
            _ if block.starts_with("> ") => format!("<blockquote>{}</blockquote>", inline(&block[2..])),
            _ if block.starts_with("- ") => {
                let items: String = block.lines().map(|line| format!("<li>{}</li>", inline(&line[2..]))).collect();
                format!("<ul class=id-StoryElement-list>{items}</ul>")
            }
            _ if block.starts_with('|') => {
                let cells = |line: &str| {
                    line.trim_matches('|')
                        .split('|')
                        .map(|cell| format!("<td>{}</td>", inline(cell.trim())))
                        .collect::<String>()
                };
                let rows: String = block
                    .lines()
                    .filter(|line| !line.contains("---"))
                    .map(|line| format!("<tr>{}</tr>", cells(line)))
                    .collect();
                format!("<table class=id-StoryElement-table>{rows}</table>")
            }
            _ => format!("<p class=id-StoryElement-paragraph>{}</p>", inline(block)),
        };
    }
    html
}

fn inline(text: &str) -> String {
    let parts: Vec<String> = text.split("**").map(escape).collect();
    parts
        .iter()
        .enumerate()
        .map(|(index, part)| if index % 2 == 1 { format!("<strong>{part}</strong>") } else { part.clone() })
        .collect()
}

fn escape(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('"', "&quot;")
}

fn page(title: &str, head: &str, main: &str) -> String {
    let menu: String = ["Politik", "Wirtschaft", "Sport", "Kultur", "Wetter"]
        .map(|name| format!("<li><a href=\"/{}/\">{name}</a></li>", name.to_lowercase()))
        .concat();
    format!(
        "<!DOCTYPE html><html lang=de><head><meta charset=utf-8><title>{} | Der Talbote</title>{head}</head><body class=id-Page>\
         <header class=id-SiteHeader><a href=\"/\">Der Talbote</a><nav class=id-MainNav><ul>{menu}</ul></nav></header>{main}\
         <footer class=id-SiteFooter><ul><li><a href=\"/impressum/\">Impressum</a></li><li><a href=\"/datenschutz/\">Datenschutz</a></li></ul></footer>\
         </body></html>",
        escape(title)
    )
}

const GALLERY_PATH: &str = "/politik/nacht-im-landtag-bilder-zr-70020001.html";
const GALLERY_TITLE: &str = "Die Nacht im Landtag in Bildern";

const ADVERTISEMENT: &str = "<div class=\"id-LinkOverlay id-Teaser-el id-Teaser-el--proBEEP id-Teaser-el--nativeBEEPtemplate\">\
    <div class=id-Teaser-el-content><p><span data-placeholder-id=kicker></span></p><h3><span data-placeholder-id=title></span></h3></div>\
    <a class=id-LinkOverlay-link data-placeholder-id=clickUrl href=\"\"></a></div>";

const NEWSLETTER: &str = "<div class=id-Newsletter><h3>Der Talbote am Morgen</h3><p>Alles Wichtige um sechs Uhr in Ihrem Postfach.</p>\
    <a href=\"/newsletter/\">Jetzt anmelden</a></div>";

const PROMOTION: &str = "<div class=id-StoryElement-factBox><h3>Den Valley Observer vier Wochen gratis lesen</h3>\
    <p>Ihr Ticket zur ganzen Welt: Holen Sie sich Recherchen und Reportagen vier Wochen lang gratis.</p>\
    <a href=\"/angebot/?utm_source=box\">Jetzt sichern</a></div>";

fn berlin() -> Zone {
    Zone::named("Europe/Berlin").expect("a name of the database")
}
