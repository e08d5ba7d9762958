//! Article pages: parsing them, reading them, cleaning what was read. All pages in turn, so that
//! the figures can be added and divided.

use std::hint::black_box;

use chrono::Utc;
use divan::Bencher;
use divan::counter::BytesCount;
use ressort::article::{Article, Context, body, extract, hints};
use ressort::html::{Document, clean};

use super::pages::{ARTICLES, Page, Pages, feed};

/// Rounds over all pages; the pages average what one page alone would scatter.
const ROUNDS: u32 = 9;

#[divan::bench(args = ARTICLES.iter(), sample_count = ROUNDS, sample_size = 1)]
fn parse(bencher: Bencher<'_, '_>, articles: &Pages) {
    bencher.counter(BytesCount::new(articles.size_bytes())).bench_local(|| {
        for page in &articles.pages {
            drop(black_box(page.parse()));
        }
    });
}

#[divan::bench(args = ARTICLES.iter(), sample_count = ROUNDS, sample_size = 1)]
fn extract_fields_and_text(bencher: Bencher<'_, '_>, articles: &Pages) {
    each(bencher, articles, |document, context| drop(black_box(extract(document, context))));
}

/// Of these, what is known before the text is looked for.
#[divan::bench(args = ARTICLES.iter(), sample_count = ROUNDS, sample_size = 1)]
fn extract_fields(bencher: Bencher<'_, '_>, articles: &Pages) {
    each(bencher, articles, |document, context| drop(black_box(hints(document, context))));
}

/// Of these, the text.
#[divan::bench(args = ARTICLES.iter(), sample_count = ROUNDS, sample_size = 1)]
fn extract_text(bencher: Bencher<'_, '_>, articles: &Pages) {
    let documents = parsed(articles);
    let known: Vec<_> = documents
        .iter()
        .map(|(page, document)| {
            let feed = feed(&page.url);
            hints(document, &Context { feed: &feed, now: Utc::now(), teaser: None })
        })
        .collect();
    bencher.counter(BytesCount::new(articles.size_bytes())).bench_local(|| {
        for ((_, document), hints) in documents.iter().zip(&known) {
            black_box(body::read(document, hints));
        }
    });
}

#[divan::bench(args = ARTICLES.iter(), sample_count = ROUNDS, sample_size = 1)]
fn clean_text(bencher: Bencher<'_, '_>, articles: &Pages) {
    let read: Vec<(String, &Page)> = articles.pages.iter().map(|page| (read(page).html(), page)).collect();
    bencher.counter(BytesCount::new(articles.size_bytes())).bench_local(|| {
        for (html, page) in &read {
            black_box(clean::clean(html, &page.url));
        }
    });
}

/// What a page says.
pub fn read(page: &Page) -> Article {
    let feed = feed(&page.url);
    extract(&page.parse(), &Context { feed: &feed, now: Utc::now(), teaser: None })
}

fn each(bencher: Bencher<'_, '_>, articles: &Pages, step: impl Fn(&Document, &Context<'_>)) {
    let documents = parsed(articles);
    let feed = feed(&articles.pages[0].url);
    let context = Context { feed: &feed, now: Utc::now(), teaser: None };
    bencher.counter(BytesCount::new(articles.size_bytes())).bench_local(|| {
        for (_, document) in &documents {
            step(document, &context);
        }
    });
}

fn parsed(articles: &Pages) -> Vec<(&Page, Document)> {
    articles.pages.iter().map(|page| (page, page.parse())).collect()
}
