//! What the built-in server hands out of what is published.
//!
//! Every file that is published is put on the shelf; nothing else can be asked for.

use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, SystemTime};

use chrono::{DateTime, Utc};

use crate::config::{Feed, FeedId, Target};
use crate::render::{content_security_policy, paths_of, paths_of_week};
use crate::server::{Content, File, Live, Manifest, NO_CONTENT_POLICY};
use crate::vitals::Vitals;

/// Readers ask again after this long even if the feed is refreshed less often, so that a
/// correction reaches them; several of them obey `max-age` to the letter and deliver late.
pub const LONGEST_MAX_AGE: Duration = Duration::from_secs(900);
pub const SHORTEST_MAX_AGE: Duration = Duration::from_secs(300);

/// How long readers and caches may keep the files of a feed that is refreshed so often.
pub fn max_age(period: Duration) -> Duration {
    period.clamp(SHORTEST_MAX_AGE, LONGEST_MAX_AGE)
}

/// Names beside the feeds.
const DIRECTORY_NAMES: [&str; 4] = ["index.html", "feeds.opml", "status.json", "sitemap.xml"];

/// The shelf of the running server.
#[derive(Clone)]
pub struct Shelf {
    pub manifest: Arc<Manifest>,
    target: Target,
}

impl Shelf {
    pub fn new(target: Target, vitals: &Arc<Vitals>) -> Shelf {
        let shelf = Shelf { manifest: Arc::default(), target };
        let (of_health, of_metrics) = (vitals.clone(), vitals.clone());
        shelf.put_live("health", "application/json; charset=utf-8", move || {
            let (is_well, body) = of_health.health(Utc::now());
            Live { status: if is_well { 200 } else { 503 }, body: body.into() }
        });
        shelf.put_live("metrics", "text/plain; version=0.0.4; charset=utf-8", move || Live {
            status: 200,
            body: of_metrics.metrics(Utc::now()).into(),
        });
        shelf
    }

    fn put_live(&self, name: &str, media_type: &'static str, live: impl Fn() -> Live + Send + Sync + 'static) {
        let content = Content::Live(Arc::new(live));
        let file = File { for_all_origins: false, ..file(media_type, Duration::ZERO, Utc::now(), content) };
        self.manifest.put(name, file);
    }

    /// Puts out what an earlier run published of these feeds.
    pub fn put_out<'a>(&self, feeds: impl Iterator<Item = &'a Feed>) {
        self.put(DIRECTORY_NAMES, SHORTEST_MAX_AGE);
        for feed in feeds {
            self.put_feed(feed);
        }
    }

    /// Puts out the files of a feed as they are published now.
    pub fn put_feed(&self, feed: &Feed) {
        let period = feed.schedule.period(Utc::now(), feed.zone).to_std().unwrap_or(SHORTEST_MAX_AGE);
        self.put_files(&feed.id, period);
    }

    /// Puts out the files of a feed that is refreshed so often.
    pub fn put_files(&self, id: &FeedId, period: Duration) {
        let max_age = max_age(period);
        self.put(paths_of(id.as_str()), max_age);
        self.put_archive(id, max_age);
    }

    /// Takes in what was published of a feed that is no longer defined.
    pub fn withdraw(&self, id: &str) {
        let directory = format!("{id}/");
        for name in paths_of(id).into_iter().chain([directory.clone()]).chain(self.manifest.names_below(&directory)) {
            self.manifest.withdraw(&name);
        }
    }

    /// Puts out the pages of a feed's archive, and takes in those that are gone.
    fn put_archive(&self, id: &FeedId, max_age: Duration) {
        let Target::Directory(root) = &self.target else { return };
        let archive = format!("{id}/archive/");
        // Most feeds have none.
        let weeks = std::fs::read_dir(root.join(&archive)).into_iter().flatten().flatten();
        let weeks = weeks.filter_map(|week| week.file_name().into_string().ok());
        for name in self.manifest.names_below(&archive) {
            if !root.join(&name).is_file() {
                self.manifest.withdraw(&name);
            }
        }
        self.put(weeks.flat_map(|week| paths_of_week(id.as_str(), &week)), max_age);
    }

    /// Puts out the files of the whole directory as they are published now.
    pub fn put_directory(&self) {
        self.put(DIRECTORY_NAMES, SHORTEST_MAX_AGE);
    }

    fn put(&self, names: impl IntoIterator<Item = impl AsRef<str>>, max_age: Duration) {
        // A bucket has a server of its own.
        let Target::Directory(root) = &self.target else { return };
        for name in names {
            let name = name.as_ref();
            let path = root.join(name);
            match modified(&path) {
                Some(modified) => {
                    self.manifest.put(name, file(media_type(name), max_age, modified, Content::Disk(path)));
                }
                None => self.manifest.remove(name),
            }
        }
    }
}

fn modified(path: &Path) -> Option<DateTime<Utc>> {
    let modified: SystemTime = path.metadata().and_then(|metadata| metadata.modified()).ok()?;
    Some(modified.into())
}

fn file(media_type: &'static str, max_age: Duration, modified: DateTime<Utc>, content: Content) -> File {
    let is_page = media_type.starts_with("text/html");
    let policy = if is_page { content_security_policy() } else { NO_CONTENT_POLICY };
    File { media_type, max_age, modified, policy, for_all_origins: !is_page, content }
}

fn media_type(name: &str) -> &'static str {
    match name.rsplit('/').next().unwrap_or_default() {
        "rss.xml" => "application/rss+xml; charset=utf-8",
        "atom.xml" => "application/atom+xml; charset=utf-8",
        "feed.json" => "application/feed+json; charset=utf-8",
        "status.json" => "application/json; charset=utf-8",
        "feeds.opml" => "text/x-opml; charset=utf-8",
        "sitemap.xml" => "application/xml; charset=utf-8",
        _ => "text/html; charset=utf-8",
    }
}
