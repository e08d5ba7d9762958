//! The state, with more and more entries in it. What a look costs must not depend on how many.

use chrono::{DateTime, TimeDelta, Utc};
use divan::Bencher;
use ressort::config::Feed;
use ressort::entry::EntryId;
use ressort::store::{FeedRecord, Store};
use url::Url;

use super::stock::{Office, Old, RUNTIME, STORED, article, change, feed};

/// Articles on the section page.
const SHOWN: usize = 30;

/// A state with so many entries, and the feed they are of.
struct Stored {
    office: Office,
    feed: Feed,
    now: DateTime<Utc>,
}

impl Stored {
    fn new(entries: usize, old: Old) -> Stored {
        let feed = feed(Url::parse("https://www.tageblatt.example/politik/").expect("an address"), old);
        let (office, now) = (Office::new(), Utc::now());
        RUNTIME.block_on(office.fill(&feed, entries, now));
        Stored { office, feed, now }
    }

    async fn record(&self, store: &Store) -> FeedRecord {
        store.feed(&self.feed.id).await.expect("a record")
    }
}

/// Reading the sixty entries that the feed shows.
#[divan::bench(args = STORED)]
fn window(bencher: Bencher<'_, '_>, entries: usize) {
    let stored = Stored::new(entries, Old::Kept);
    let store = RUNTIME.block_on(stored.office.store());
    bencher.bench_local(|| {
        RUNTIME.block_on(store.window(&stored.feed.id, stored.feed.keep, stored.now)).expect("a window")
    });
}

/// A look at a section that is the same as last time.
#[divan::bench(args = STORED)]
fn unchanged(bencher: Bencher<'_, '_>, entries: usize) {
    let stored = Stored::new(entries, Old::Kept);
    let store = RUNTIME.block_on(stored.office.store());
    bencher.bench_local(|| {
        RUNTIME.block_on(async {
            let record = stored.record(&store).await;
            let due = store.due(&stored.feed.id, stored.now, SHOWN).await.expect("what is due");
            assert!(due.is_empty(), "all articles are settled");
            let after = FeedRecord { last_run: Some(stored.now), ..record.clone() };
            store.save_feed(&stored.feed.id, &after).await.expect("a commit");
        });
    });
}

/// A look that finds three new articles among thirty, up to what is published.
#[divan::bench(args = STORED)]
fn three_new(bencher: Bencher<'_, '_>, entries: usize) {
    look(bencher, &Stored::new(entries, Old::Kept));
}

/// The same where of old entries only the ids are remembered.
#[divan::bench(args = STORED)]
fn three_new_others_forgotten(bencher: Bencher<'_, '_>, entries: usize) {
    look(bencher, &Stored::new(entries, Old::Forgotten));
}

fn look(bencher: Bencher<'_, '_>, stored: &Stored) {
    let Stored { feed, now, .. } = stored;
    let fresh = || {
        let office = stored.office.copy();
        let store = RUNTIME.block_on(office.store());
        (office, store)
    };
    bencher.with_inputs(fresh).bench_local_values(|(office, store)| {
        RUNTIME.block_on(async {
            let record = stored.record(&store).await;
            let shown: Vec<_> = (0..SHOWN)
                .map(|number| {
                    article(
                        feed,
                        &format!("neu-{}", 61_000_000 + number),
                        number,
                        *now - TimeDelta::minutes(number as i64),
                    )
                })
                .collect();
            let ids: Vec<EntryId> = shown.iter().map(|article| article.id.clone()).collect();
            store.aliases(&ids.iter().map(EntryId::to_string).collect::<Vec<_>>()).await.expect("aliases");
            store.members(&feed.id, &ids).await.expect("members");
            store.known(&ids).await.expect("what is known");
            store.due(&feed.id, *now, SHOWN).await.expect("what is due");
            store.blocks_of_site("tageblatt.example", 200).await.expect("blocks");
            let change = change(shown.into_iter().take(3));
            store.commit(&feed.id, &record, &change, *now).await.expect("a commit");
            store.window(&feed.id, feed.keep, *now).await.expect("a window");
            store.forget(&feed.id, feed.keep, *now).await.expect("forgetting");
            let after = FeedRecord { published: Some("new".to_owned()), ..record.clone() };
            store.save_feed(&feed.id, &after).await.expect("a commit");
        });
        // Their ends are not measured.
        (office, store)
    });
}
