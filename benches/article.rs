//! What reading an article costs beside the parse of its page.
//!
//! `RESSORT_CORPUS=… cargo bench --bench article` takes the pages of the corpus, or generated ones
//! where it is absent, and prints milliseconds per page and per megabyte of parse, extraction and
//! cleaning: the least of several rounds, because other programs can only make it slower.

use std::fs;
use std::io::Read;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::{Duration, Instant};

use chrono::Utc;
use flate2::read::GzDecoder;
use ressort::article::{Context, body, extract, hints};
use ressort::config::{Definition, Feed, Settings};
use ressort::html::{Document, Limits, clean};
use url::Url;

const ROUNDS: usize = 7;

fn main() {
    let pages = corpus().unwrap_or_else(generated);
    let url = Url::parse("https://www.example.org/politik/artikel-12345678.html").expect("an address");
    let name = "bench".parse().expect("a legal name");
    let feed = Feed::new(name, Definition::of(url.clone()), Arc::default(), &Settings::default());
    let context = Context { feed: &feed, now: Utc::now(), teaser: None };
    let mut least = [Duration::ZERO; 5];
    for page in &pages {
        let mut best = [Duration::MAX; 5];
        for _ in 0..ROUNDS {
            let started = Instant::now();
            let document = Document::parse(page, &url, &Limits::default()).expect("within limits");
            let parsed = Instant::now();
            let article = extract(&document, &context);
            let extracted = Instant::now();
            let html = clean::clean(&article.html(), &url);
            let cleaned = Instant::now();
            let hints = hints(&document, &context);
            let hinted = Instant::now();
            let text = body::read(&document, &hints);
            let read = Instant::now();
            std::hint::black_box((html, text));
            let took = [parsed - started, extracted - parsed, cleaned - extracted, hinted - cleaned, read - hinted];
            for (best, took) in best.iter_mut().zip(took) {
                *best = took.min(*best);
            }
        }
        for (sum, best) in least.iter_mut().zip(best) {
            *sum += best;
        }
    }
    let megabytes = pages.iter().map(String::len).sum::<usize>() as f64 / 1e6;
    println!("{} pages, {megabytes:.1} MB", pages.len());
    let parse = least[0].as_secs_f64();
    let names = ["parse", "extract", "clean", "of these, the hints", "of these, the text"];
    for (name, time) in names.iter().zip(least) {
        let seconds = time.as_secs_f64();
        let (page, megabyte) = (seconds * 1e3 / pages.len() as f64, seconds * 1e3 / megabytes);
        println!("{name:22} {page:7.3} ms/page {megabyte:7.3} ms/MB {:5.2} of the parse", seconds / parse);
    }
}

fn corpus() -> Option<Vec<String>> {
    let root = std::env::var_os("RESSORT_CORPUS").map(PathBuf::from)?;
    let mut paths: Vec<PathBuf> =
        fs::read_dir(root.join("articles/pages")).ok()?.map(|entry| entry.expect("a readable folder").path()).collect();
    paths.sort();
    let read = |path: &PathBuf| {
        let mut bytes = Vec::new();
        GzDecoder::new(fs::File::open(path).expect("a readable page")).read_to_end(&mut bytes).expect("gzip");
        ressort::fetch::encoding::decode(bytes, None)
    };
    Some(paths.iter().map(read).collect())
}

fn generated() -> Vec<String> {
    eprintln!("RESSORT_CORPUS is not set: measuring generated pages");
    let paragraph = "<p class='text'>Der Stadtrat hat am Montag <a href='/a'>beschlossen</a>, die Brücke zu bauen.</p>";
    let menu = "<li><a href='/ressort/'>Ressort</a></li>".repeat(200);
    let page = |n: usize| {
        format!(
            "<html lang=de><body><nav><ul>{menu}</ul></nav><article><h1>Brücke</h1>{}</article></body></html>",
            paragraph.repeat(n)
        )
    };
    (5..50).map(page).collect()
}
