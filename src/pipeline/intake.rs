//! What is kept of the articles that were read.

use std::collections::{HashMap, HashSet};

use chrono::{DateTime, Duration, Utc};
use url::Url;

use super::plan::{Plan, Task};
use super::reading::{self, Outcome};
use super::{Desk, Progress};
use crate::article::repeats::{self, Fingerprint, fingerprint};
use crate::article::{Article, Verdict};
use crate::config::Feed;
use crate::entry::{Entry, EntryId, key_of_url, normalised, site_of_url};
use crate::fetch::FetchError;
use crate::report::Trouble;
use crate::store::{Change, EntryState, Known, Seen};

/// When a young article is read again: after its first look, its second, … Corrections mostly
/// come within hours; then it is left alone.
const LOOKS_AFTER_HOURS: [i64; 4] = [1, 3, 9, 24];

/// An article older than this when it is first seen will hardly be corrected any more.
const YOUNG_HOURS: i64 = 36;

/// An incomplete article is tried again after this many minutes, doubled with every attempt.
const RETRY_AFTER_MINUTES: i64 = 20;

/// Attempts at an article that stays incomplete; then its teaser is all there will be.
const ATTEMPTS: u32 = 6;

/// Articles of a site whose blocks are compared with a new one's.
const COMPARED_ARTICLES: usize = 200;

/// The same text on so many other articles, under a headline that no teaser promised, is a consent
/// wall or an error page.
const SHARED_TEXT: usize = 2;

/// On so many it is one whatever the headline: a wall may keep the article's above it, and no story
/// is printed under six headlines of one site.
const SHARED_BY_ALL: usize = 5;

/// What a refresh takes in.
#[derive(Debug, Default)]
pub struct Intake {
    pub change: Change,
    pub progress: Progress,
    /// New pages that proved to be articles, and those that proved to be none.
    pub verified: Vec<Url>,
    pub refuted: Vec<Url>,
}

/// An article that was read, with all that is known of it.
struct Read {
    task: Task,
    site: String,
    result: Result<Article, Trouble>,
    /// Whether its site reserves text and data mining.
    is_reserved: bool,
    /// Of its blocks as they stood on the page.
    fingerprints: Vec<u64>,
}

/// Turns what was read into what is kept.
pub async fn take_in(
    feed: &Feed,
    desk: &Desk,
    plan: Plan,
    read: Vec<Outcome>,
    now: DateTime<Utc>,
) -> Result<Intake, Trouble> {
    let mut intake = Intake::default();
    intake.change.seen = plan.seen;
    intake.progress.left = plan.left;
    let mut taken: HashSet<EntryId> = HashSet::new();
    let mut articles = Vec::new();
    for (task, outcome) in plan.tasks.into_iter().zip(read) {
        let Some(result) = outcome else {
            intake.progress.left += usize::from(task.known.is_none());
            continue;
        };
        let (result, is_reserved) = match result {
            Ok(reading::Read { article, is_reserved }) => (Ok(article), is_reserved),
            Err(trouble) => (Err(trouble), false),
        };
        if let Err(trouble) = &result {
            tracing::debug!(feed = %feed.id, url = %task.teaser.url, "{}: {}: {trouble}", feed.id, task.teaser.url);
        }
        let task = match &result {
            Ok(article) if task.known.is_none() => at_home(feed, desk, task, article, &mut intake.change).await?,
            _ => task,
        };
        if let Some(hash) = &task.seen {
            intake.change.seen.push(Seen { entry: task.id.clone(), teaser: hash.clone() });
        }
        // Of two teasers of one article on one page the first is enough.
        if taken.insert(task.id.clone()) {
            let body = result.as_ref().map(|article| article.body.as_slice()).unwrap_or_default();
            let fingerprints = body.iter().filter_map(fingerprint).map(|Fingerprint(hash)| hash).collect();
            articles.push(Read { site: site_of_url(&task.teaser.url), task, result, is_reserved, fingerprints });
        }
    }
    drop_repeats(desk, &mut articles).await?;
    for (position, read) in articles.into_iter().enumerate() {
        let is_new = read.task.known.is_none();
        match &read.result {
            Ok(article) if is_new && article.verdict == Verdict::Article => {
                intake.verified.push(read.task.teaser.url.clone());
            }
            Ok(article) if is_new && article.verdict == Verdict::Listing => {
                intake.refuted.push(read.task.teaser.url.clone());
            }
            _ => {}
        }
        // What has no date of its own keeps the order of the page.
        let seen = if is_new { now - Duration::seconds(position as i64) } else { now };
        let site = read.site.clone();
        let (known, is_visible) = judged(feed, read, seen);
        if is_visible {
            intake.change.is_visible = true;
            intake.progress.new += usize::from(is_new);
            intake.progress.updated += usize::from(!is_new);
        }
        intake.change.entries.push((site, known));
    }
    Ok(intake)
}

/// The text blocks of a site's newest articles.
struct KnownBlocks {
    memory: repeats::Memory,
    articles: Vec<(EntryId, Vec<u64>)>,
}

/// Takes out of every text what stands on other articles of its site too, and recognises pages
/// that are the same whatever was asked for.
async fn drop_repeats(desk: &Desk, articles: &mut [Read]) -> Result<(), Trouble> {
    let mut sites: HashMap<String, KnownBlocks> = HashMap::new();
    for read in articles.iter() {
        if !sites.contains_key(&read.site) {
            let articles = desk.store.blocks_of_site(&read.site, COMPARED_ARTICLES).await?;
            let seen = articles
                .iter()
                .flat_map(|(id, blocks)| blocks.iter().map(|hash| (Fingerprint(*hash), id.as_str().to_owned())));
            let memory = repeats::Memory::of(seen);
            sites.insert(read.site.clone(), KnownBlocks { memory, articles });
        }
        let site = sites.get_mut(&read.site).expect("inserted above");
        if read.result.is_ok() {
            let id = read.task.id.as_str();
            read.fingerprints.iter().for_each(|hash| site.memory.note(Fingerprint(*hash), id));
            site.articles.retain(|(id, _)| *id != read.task.id);
            site.articles.push((read.task.id.clone(), read.fingerprints.clone()));
        }
    }
    for read in articles.iter_mut() {
        let site = &sites[&read.site];
        let Ok(article) = &mut read.result else { continue };
        let same =
            site.articles.iter().filter(|(id, blocks)| *id != read.task.id && *blocks == read.fingerprints).count();
        let is_wall = same >= SHARED_BY_ALL || (same >= SHARED_TEXT && !article.is_headed(&read.task.teaser.title));
        if is_wall && !read.fingerprints.is_empty() {
            article.verdict = Verdict::Wall;
        }
        article.body = site.memory.own(read.task.id.as_str(), &article.body);
    }
    Ok(())
}

/// A new article may turn out to be a known one: its page names another address as its own.
async fn at_home(
    feed: &Feed,
    desk: &Desk,
    task: Task,
    article: &Article,
    change: &mut Change,
) -> Result<Task, Trouble> {
    let own = key_of_url(&article.url, &feed.site);
    let asked = key_of_url(&task.teaser.url, &feed.site);
    // A page that calls the section or the home page its own address is mistaken.
    let is_mistaken = article.url.path() == "/" || normalised(&article.url) == normalised(&feed.url);
    if own == asked || is_mistaken || article.verdict != Verdict::Article {
        return Ok(task);
    }
    let id = EntryId::of_key(&own);
    let known = desk.store.article(&id).await?;
    let has_number = asked.contains('#');
    // A number in the address is the stronger sign, unless the other one is already known.
    if has_number && known.is_none() {
        return Ok(task);
    }
    change.aliases.push((normalised(&task.teaser.url), id.clone()));
    Ok(Task { id, known, ..task })
}

/// What is kept of an article after a look at it, and whether a reader sees a difference.
fn judged(feed: &Feed, read: Read, now: DateTime<Utc>) -> (Known, bool) {
    let Read { task: Task { id, teaser, known, .. }, result, is_reserved, fingerprints, .. } = read;
    let (first_seen, checks) = known.as_ref().map_or((now, 0), |known| (known.first_seen, known.checks));
    let before = known.and_then(|known| known.entry.map(|entry| (known.state, entry)));
    let keep = |state, entry, next_check| Known {
        id: id.clone(),
        state,
        entry,
        first_seen,
        next_check,
        checks: checks + 1,
        blocks: fingerprints.clone(),
    };
    match &result {
        Ok(article) if article.verdict == Verdict::Article && !article.body.is_empty() => {
            let mut newer = Entry::new(id.clone(), &teaser, Some(article), feed.zone, now);
            newer.is_reserved = is_reserved;
            let next = next_look(&newer, first_seen, checks, now);
            match before {
                None => (keep(EntryState::Full, Some(newer), next), true),
                Some((state, mut entry)) => {
                    let has_new_text = !entry.has_text();
                    if has_new_text && checks == 0 {
                        // Restored from a file without texts: readers of it saw no other one.
                        entry.html.clone_from(&newer.html);
                    }
                    let changed = entry.absorb(newer, now);
                    let is_visible = changed || has_new_text || state == EntryState::Held;
                    (keep(EntryState::Full, Some(entry), next), is_visible)
                }
            }
        }
        Ok(article) if article.verdict == Verdict::Listing && before.is_none() => {
            (keep(EntryState::Rejected, None, None), false)
        }
        _ => {
            let is_final = matches!(&result, Err(trouble) if is_permanent(trouble));
            let retry = Duration::minutes(RETRY_AFTER_MINUTES << checks.min(6));
            let next = (!is_final && checks + 1 < ATTEMPTS).then(|| now + retry);
            match before {
                Some((EntryState::Full, entry)) => (keep(EntryState::Full, Some(entry), None), false),
                Some((EntryState::Teaser, entry)) => (keep(EntryState::Teaser, Some(entry), next), false),
                other => {
                    let entry =
                        other.map_or_else(|| Entry::new(id.clone(), &teaser, None, feed.zone, now), |(_, entry)| entry);
                    let state = if is_final || checks + 1 >= feed.hold { EntryState::Teaser } else { EntryState::Held };
                    (keep(state, Some(entry), next), state == EntryState::Teaser)
                }
            }
        }
    }
}

/// When to read a complete article again.
fn next_look(entry: &Entry, first_seen: DateTime<Utc>, checks: u32, now: DateTime<Utc>) -> Option<DateTime<Utc>> {
    if now - entry.published.to_utc() > Duration::hours(YOUNG_HOURS) {
        return None;
    }
    let hours = LOOKS_AFTER_HOURS.get(checks as usize)?;
    Some((first_seen + Duration::hours(*hours)).max(now + Duration::hours(1)))
}

/// Whether asking again will not help.
fn is_permanent(trouble: &Trouble) -> bool {
    matches!(
        trouble,
        Trouble::Fetch(
            FetchError::Missing { .. }
                | FetchError::Robots { .. }
                | FetchError::PrivateAddress { .. }
                | FetchError::Downgrade { .. }
                | FetchError::TooLarge { .. }
        ) | Trouble::TooComplex(_)
            | Trouble::Fault(_)
    )
}
