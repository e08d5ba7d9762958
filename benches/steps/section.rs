//! The section page: parsing it, and finding its articles.

use chrono::Utc;
use divan::Bencher;
use divan::counter::BytesCount;
use ressort::section::{self, Context};

use super::pages::{Pages, SECTIONS, feed};

#[divan::bench(args = SECTIONS.iter())]
fn parse(bencher: Bencher<'_, '_>, section: &Pages) {
    bencher.counter(BytesCount::new(section.size_bytes())).bench(|| section.pages[0].parse());
}

#[divan::bench(args = SECTIONS.iter())]
fn detect(bencher: Bencher<'_, '_>, section: &Pages) {
    let page = &section.pages[0];
    let (document, feed) = (page.parse(), feed(&page.url));
    let context = Context { feed: &feed, now: Utc::now() };
    bencher.counter(BytesCount::new(section.size_bytes())).bench_local(|| section::teasers(&document, &context));
}
