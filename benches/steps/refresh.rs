//! Whole refreshes against the newspaper on loopback: from the section page to the files.

use std::net::{Ipv4Addr, SocketAddr};
use std::sync::{Arc, LazyLock};

use chrono::Utc;
use divan::Bencher;
use ressort::commands::run::open_desk;
use ressort::config::Feed;
use ressort::pipeline::{self, Desk, Parsers};

use super::paper::{ARTICLES, NEW_PER_EDITION};
use super::site::Site;
use super::stock::{Office, Old, RUNTIME, STORED, feed};

/// Whole refreshes take long enough that a few are enough.
const ROUNDS: u32 = 25;

static SITE: LazyLock<Arc<Site>> =
    LazyLock::new(|| Site::start(SocketAddr::from((Ipv4Addr::LOCALHOST, 0)), Utc::now()).expect("a free port"));

/// Thirty articles, and nothing known of them.
#[divan::bench(sample_count = ROUNDS, sample_size = 1)]
fn cold(bencher: Bencher<'_, '_>) {
    let feed = feed(SITE.paper.section_url(), Old::Kept);
    SITE.set_edition(0);
    bencher.with_inputs(|| Place::at(Office::new())).bench_local_values(|place| refresh(place, &feed, ARTICLES));
}

/// Nothing changed since last time, with so many entries stored.
#[divan::bench(args = STORED, sample_count = ROUNDS, sample_size = 1)]
fn unchanged(bencher: Bencher<'_, '_>, entries: usize) {
    let feed = feed(SITE.paper.section_url(), Old::Kept);
    let office = looked_at_once(&feed, entries);
    bencher.with_inputs(|| Place::at(office.copy())).bench_local_values(|place| refresh(place, &feed, 0));
}

/// Three of thirty articles are new, with so many entries stored.
#[divan::bench(args = STORED, sample_count = ROUNDS, sample_size = 1)]
fn three_new(bencher: Bencher<'_, '_>, entries: usize) {
    next_edition(bencher, entries, Old::Kept);
}

/// The same where of old entries only the ids are remembered.
#[divan::bench(args = STORED, sample_count = ROUNDS, sample_size = 1)]
fn three_new_others_forgotten(bencher: Bencher<'_, '_>, entries: usize) {
    next_edition(bencher, entries, Old::Forgotten);
}

fn next_edition(bencher: Bencher<'_, '_>, entries: usize, old: Old) {
    let feed = feed(SITE.paper.section_url(), old);
    let office = looked_at_once(&feed, entries);
    SITE.set_edition(1);
    bencher.with_inputs(|| Place::at(office.copy())).bench_local_values(|place| refresh(place, &feed, NEW_PER_EDITION));
}

/// Where a refresh happens.
struct Place {
    desk: Desk,
    _office: Office,
}

impl Place {
    fn at(office: Office) -> Place {
        let desk =
            RUNTIME.block_on(open_desk(office.settings(), Parsers::default())).map_err(|failure| failure.to_string());
        Place { desk: desk.expect("a state of its own"), _office: office }
    }
}

fn refresh(place: Place, feed: &Feed, new: usize) -> Place {
    let report = RUNTIME.block_on(pipeline::refresh(feed, &place.desk, Utc::now()));
    assert!(report.trouble.is_none() && report.progress.new == new, "{:?}", report.progress);
    place
}

/// A state with so many entries, in which the first edition is known and published.
fn looked_at_once(feed: &Feed, entries: usize) -> Office {
    SITE.set_edition(0);
    let office = Office::new();
    RUNTIME.block_on(office.fill(feed, entries, Utc::now()));
    let place = refresh(Place::at(office), feed, ARTICLES);
    RUNTIME.block_on(place.desk.store.close());
    place._office
}
