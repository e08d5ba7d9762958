//! Thousands of small news sites on loopback, and a record of who was asked when.

use std::collections::HashMap;
use std::convert::Infallible;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Instant;

use bytes::Bytes;
use chrono::{DateTime, TimeDelta, Utc};
use http_body_util::Full;
use hyper::header::{CONTENT_TYPE, ETAG, HeaderValue, IF_NONE_MATCH};
use hyper::{Request, Response, StatusCode};
use hyper_util::rt::TokioIo;
use tokio::net::TcpListener;

/// Sections of one site: so many feeds share a host and its pauses.
const SECTIONS_PER_SITE: usize = 4;

/// Numbers of articles: those of one section lie within so many.
const ARTICLES_PER_SECTION: usize = 1_000;

/// All sites: one server, asked under many addresses of this machine.
#[derive(Clone)]
pub struct Sites {
    port: u16,
    articles: usize,
    printed: DateTime<Utc>,
    /// How many articles were added to every section, and to each one alone.
    edition: Arc<AtomicUsize>,
    asked: Arc<Mutex<HashMap<usize, Vec<Instant>>>>,
    articles_asked: Arc<AtomicUsize>,
}

impl Sites {
    /// Begins to answer; every section begins with so many articles.
    pub async fn start(articles: usize) -> std::io::Result<Sites> {
        let listener = TcpListener::bind("0.0.0.0:0").await?;
        let sites = Sites {
            port: listener.local_addr()?.port(),
            articles,
            printed: Utc::now() - TimeDelta::days(3),
            edition: Arc::default(),
            asked: Arc::default(),
            articles_asked: Arc::default(),
        };
        let served = sites.clone();
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                let sites = served.clone();
                tokio::spawn(async move {
                    let answer = hyper::service::service_fn(move |request| {
                        let answer = sites.answer(&request);
                        async move { Ok::<_, Infallible>(answer) }
                    });
                    // A worker that is killed breaks off, which is what is tried here.
                    let _ =
                        hyper::server::conn::http1::Builder::new().serve_connection(TokioIo::new(stream), answer).await;
                });
            }
        });
        Ok(sites)
    }

    /// The address of a section.
    pub fn section(&self, number: usize) -> String {
        let site = number / SECTIONS_PER_SITE;
        format!("http://127.{}.{}.{}:{}/s/{number}/", 1 + site / 62_500, site / 250 % 250, 1 + site % 250, self.port)
    }

    /// Every section has one more article from now on.
    pub fn next_edition(&self) {
        self.edition.fetch_add(1, Ordering::Relaxed);
    }

    /// When each section was asked for, since the last call.
    pub fn take_asked(&self) -> HashMap<usize, Vec<Instant>> {
        std::mem::take(&mut *self.asked.lock().unwrap_or_else(PoisonError::into_inner))
    }

    /// How many articles were asked for in all.
    pub fn articles_asked(&self) -> usize {
        self.articles_asked.load(Ordering::Relaxed)
    }

    fn answer(&self, request: &Request<hyper::body::Incoming>) -> Response<Full<Bytes>> {
        let parts: Vec<&str> = request.uri().path().trim_matches('/').split('/').collect();
        match parts.as_slice() {
            ["s", section] => {
                let Ok(number) = section.parse() else { return status(StatusCode::NOT_FOUND) };
                let mut asked = self.asked.lock().unwrap_or_else(PoisonError::into_inner);
                asked.entry(number).or_default().push(Instant::now());
                drop(asked);
                let count = self.articles + self.edition.load(Ordering::Relaxed);
                let tag = format!("\"{number}-{count}\"");
                if request.headers().get(IF_NONE_MATCH).is_some_and(|known| known.as_bytes() == tag.as_bytes()) {
                    return status(StatusCode::NOT_MODIFIED);
                }
                let mut answer = html(self.section_page(number, count));
                if let Ok(tag) = HeaderValue::from_str(&tag) {
                    answer.headers_mut().insert(ETAG, tag);
                }
                answer
            }
            ["s", section, article] => {
                self.articles_asked.fetch_add(1, Ordering::Relaxed);
                let number = article.rsplit('-').next().and_then(|end| end.strip_suffix(".html"));
                match number.and_then(|number| number.parse::<usize>().ok()) {
                    Some(number) => html(self.article_page(section, number % ARTICLES_PER_SECTION)),
                    None => status(StatusCode::NOT_FOUND),
                }
            }
            _ => status(StatusCode::NOT_FOUND),
        }
    }

    fn section_page(&self, section: usize, count: usize) -> String {
        let teasers: String = (0..count)
            .rev()
            .map(|article| {
                format!(
                    "<article class=\"teaser\"><h2><a href=\"/s/{section}/gemeinde-fasst-beschluss-nach-langem-streit-{}.html\">{}</a></h2>\
                     <p>Der Rat der Gemeinde {section} hat am Abend nach langer Aussprache Beschluss {article} gefasst.</p></article>",
                    (1_000 + section) * ARTICLES_PER_SECTION + article,
                    headline(section, article)
                )
            })
            .collect();
        format!(
            "<!doctype html><html lang=\"de\"><head><title>Politik {section}</title></head><body>\
             <header><nav><a href=\"/\">Start</a> <a href=\"/impressum\">Impressum</a></nav></header>\
             <main><h1>Politik</h1>{teasers}</main><footer><a href=\"/datenschutz\">Datenschutz</a></footer></body></html>"
        )
    }

    fn article_page(&self, section: &str, article: usize) -> String {
        let published = (self.printed + TimeDelta::minutes(article as i64)).to_rfc3339();
        let title = headline(section.parse().unwrap_or_default(), article);
        let seed = section.parse::<usize>().unwrap_or_default() * ARTICLES_PER_SECTION + article;
        let text: String = (0..6).map(|number| paragraph(seed * 6 + number)).collect();
        format!(
            "<!doctype html><html lang=\"de\"><head><title>{title}</title><script type=\"application/ld+json\">\
             {{\"@context\":\"https://schema.org\",\"@type\":\"NewsArticle\",\"headline\":\"{title}\",\
             \"datePublished\":\"{published}\",\"author\":{{\"@type\":\"Person\",\"name\":\"Rita Feldmann\"}}}}</script></head>\
             <body><main><article><h1>{title}</h1>{text}</article></main></body></html>"
        )
    }
}

fn headline(section: usize, article: usize) -> String {
    format!("Gemeinde {section} fasst Beschluss {article} nach langem Streit im Rat")
}

/// A paragraph like no other: what a site repeats is no text of its articles.
fn paragraph(seed: usize) -> String {
    let mut state = seed as u64;
    let mut word = || {
        // Knuth's MMIX generator; its high bits are the random ones.
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        WORDS[(state >> 33) as usize % WORDS.len()]
    };
    let sentences: String = (0..3)
        .map(|_| {
            format!(
                "Der {} hat am {} über {} und {} beraten, {} und {}. ",
                word(),
                word(),
                word(),
                word(),
                word(),
                word()
            )
        })
        .collect();
    format!("<p>{sentences}</p>")
}

const WORDS: [&str; 24] = [
    "Haushalt",
    "Abend",
    "Rat",
    "Ausschuss",
    "Verkehr",
    "Sommer",
    "Bahnhof",
    "Schulbau",
    "Antrag",
    "Mittwoch",
    "Radweg",
    "Bürgermeister",
    "Streit",
    "Kindergarten",
    "Brücke",
    "Gebühren",
    "Markt",
    "Stadtwald",
    "Vertrag",
    "Verwaltung",
    "Mehrheit",
    "Freibad",
    "Feuerwehr",
    "Rathaus",
];

fn html(text: String) -> Response<Full<Bytes>> {
    let mut answer = Response::new(Full::new(Bytes::from(text)));
    answer.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static("text/html; charset=utf-8"));
    answer
}

fn status(status: StatusCode) -> Response<Full<Bytes>> {
    let mut answer = Response::new(Full::default());
    *answer.status_mut() = status;
    answer
}
