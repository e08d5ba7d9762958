//! What a refresh sets out to read: what is new, what changed its headline, and what is young
//! enough to be corrected.

use chrono::{DateTime, TimeDelta, Utc};

use super::Desk;
use super::teasers::{Look, Shown};
use crate::config::Feed;
use crate::entry::{Entry, EntryId};
use crate::report::Trouble;
use crate::section::Teaser;
use crate::store::{EntryState, Known, Seen};

/// What a refresh sets out to do.
#[derive(Debug, Default)]
pub struct Plan {
    /// Articles to read, in the order of the page.
    pub tasks: Vec<Task>,
    /// What the section page shows of articles that need not be read, where it is to be noted.
    pub seen: Vec<Seen>,
    /// New articles that did not fit into this run.
    pub left: usize,
}

/// An article to read.
#[derive(Debug)]
pub struct Task {
    pub id: EntryId,
    pub teaser: Teaser,
    /// What is known of it; absent when it is new.
    pub known: Option<Known>,
    /// Whether the section page shows it now, with the hash of its teaser.
    pub seen: Option<String>,
}

/// How often it is noted that the page still shows an article in the same words. What this is for counts in days.
const NOTED_EVERY: TimeDelta = TimeDelta::hours(6);

/// Decides what to read.
pub async fn plan(feed: &Feed, desk: &Desk, look: Option<&Look>, now: DateTime<Utc>) -> Result<Plan, Trouble> {
    let mut plan = Plan::default();
    let room = desk.settings.fetch.articles_per_run;
    let shown = look.map(|look| look.shown.as_slice()).unwrap_or_default();
    let ids: Vec<EntryId> = shown.iter().map(|shown| shown.id.clone()).collect();
    let known = desk.store.known(&ids).await?;
    for Shown { id, teaser, hash, hash_before, noted } in shown {
        let headline_changed = hash_before.as_ref().is_some_and(|before| before != hash);
        let task = |known| Task { id: id.clone(), teaser: teaser.clone(), known, seen: Some(hash.clone()) };
        match known.get(id) {
            None if plan.tasks.len() < room => plan.tasks.push(task(None)),
            None => plan.left += 1,
            Some(known) if headline_changed && is_worth_rereading(known, now) => {
                plan.tasks.push(task(desk.store.article(id).await?));
            }
            Some(_) if hash_before.as_ref() == Some(hash) && noted.is_some_and(|noted| now - noted < NOTED_EVERY) => {}
            Some(_) => plan.seen.push(Seen { entry: id.clone(), teaser: hash.clone() }),
        }
    }
    let room = room.saturating_sub(plan.tasks.len());
    for known in desk.store.due(&feed.id, now, room).await? {
        if let Some(teaser) = known.entry.as_ref().map(teaser_of_entry)
            && plan.tasks.iter().all(|task| task.id != known.id)
        {
            plan.tasks.push(Task { id: known.id.clone(), teaser, known: Some(known), seen: None });
        }
    }
    Ok(plan)
}

/// An article whose headline is being tried out in several versions changes it all day; after a
/// dozen looks, or three days, it is left alone.
fn is_worth_rereading(known: &Known, now: DateTime<Utc>) -> bool {
    let is_shown = matches!(known.state, EntryState::Full | EntryState::Teaser | EntryState::Held);
    is_shown && known.checks < 12 && now - known.first_seen < chrono::Duration::days(3)
}

fn teaser_of_entry(entry: &Entry) -> Teaser {
    Teaser {
        url: entry.url.clone(),
        title: entry.title.clone(),
        kicker: entry.kicker.clone(),
        summary: entry.lede.clone(),
        image: entry.image.as_ref().map(|image| image.url.clone()),
        published: Some(entry.published),
        authors: entry.authors.clone(),
        paywalled: entry.paywalled,
        kind: entry.kind,
        score: 1.0,
    }
}
