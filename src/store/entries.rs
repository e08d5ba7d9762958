//! Entries: which articles are known, and what the feed shows of them.

use std::collections::HashMap;

use chrono::{DateTime, Utc};

use super::database::{Connection, Row, query};
use super::feeds::write_feed;
use super::{FeedRecord, Store, StoreError, placeholders, seconds, time, write_note};
use crate::config::{FeedId, Keep};
use crate::entry::{Entry, EntryId};

/// SQLite allows 32,766 bound values, PostgreSQL 65,535; a section page has a few hundred links.
const VALUES_PER_QUERY: usize = 500;

/// How an article stands in the store.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum EntryState {
    /// With its text.
    Full,
    /// Only with its teaser; shown.
    Teaser,
    /// Only with its teaser; held back for now.
    Held,
    /// Read, and found to be no article.
    Rejected,
    /// Aged out of every feed; only its id is remembered.
    Gone,
}

impl EntryState {
    fn as_str(self) -> &'static str {
        match self {
            EntryState::Full => "full",
            EntryState::Teaser => "teaser",
            EntryState::Held => "held",
            EntryState::Rejected => "rejected",
            EntryState::Gone => "gone",
        }
    }

    fn parse(text: &str) -> EntryState {
        match text {
            "full" => EntryState::Full,
            "teaser" => EntryState::Teaser,
            "held" => EntryState::Held,
            "rejected" => EntryState::Rejected,
            _ => EntryState::Gone,
        }
    }
}

/// What is known of an article before it is looked at again.
#[derive(Debug, Clone, PartialEq)]
pub struct Known {
    pub id: EntryId,
    pub state: EntryState,
    pub entry: Option<Entry>,
    pub first_seen: DateTime<Utc>,
    /// When to read it again.
    pub next_check: Option<DateTime<Utc>>,
    /// How often it was read.
    pub checks: u32,
    /// Hashes of its text blocks.
    pub blocks: Vec<u64>,
}

/// An article as a section page showed it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Seen {
    pub entry: EntryId,
    /// A hash of the teaser.
    pub teaser: String,
}

/// Everything one refresh changes, committed at once.
#[derive(Debug, Default)]
pub struct Change {
    /// New and changed articles.
    pub entries: Vec<(String, Known)>,
    /// What is to be noted of what the section page shows now.
    pub seen: Vec<Seen>,
    /// Addresses that lead to an article other than their number says.
    pub aliases: Vec<(String, EntryId)>,
    /// Whether a reader of the feed sees a difference.
    pub is_visible: bool,
}

impl Change {
    /// Whether there is nothing to commit.
    pub fn is_empty(&self) -> bool {
        self.entries.is_empty() && self.seen.is_empty() && self.aliases.is_empty()
    }
}

impl Store {
    /// What is known of these articles. Entries that are not asked for by `with_entries` come
    /// without their record, which is most of the data.
    pub async fn known(&self, ids: &[EntryId]) -> Result<HashMap<EntryId, Known>, StoreError> {
        let mut known = HashMap::new();
        for ids in ids.chunks(VALUES_PER_QUERY) {
            let sql = format!(
                "SELECT id, state, NULL AS record, NULL AS html, first_seen, next_check, checks, NULL AS blocks FROM entry \
                 WHERE id IN ({})",
                placeholders(1, ids.len())
            );
            let articles = query(sql)
                .bind_all(ids.iter().map(EntryId::as_str))
                .fetch_all(&mut self.database.connection().await?, known_of_row)
                .await?;
            known.extend(articles.into_iter().map(|article| (article.id.clone(), article)));
        }
        Ok(known)
    }

    /// One article with everything that is known of it.
    pub async fn article(&self, id: &EntryId) -> Result<Option<Known>, StoreError> {
        query("SELECT id, state, record, html, first_seen, next_check, checks, blocks FROM entry WHERE id = $1")
            .bind(id.as_str())
            .fetch_optional(&mut self.database.connection().await?, known_of_row)
            .await
    }

    /// Articles of a feed that are due to be read again, the longest due first.
    pub async fn due(&self, feed: &FeedId, now: DateTime<Utc>, limit: usize) -> Result<Vec<Known>, StoreError> {
        query(
            "SELECT entry.id, state, record, html, first_seen, entry.next_check, checks, blocks FROM membership \
             JOIN entry ON entry.id = membership.entry \
             WHERE feed = $1 AND membership.next_check <= $2 ORDER BY membership.next_check LIMIT $3",
        )
        .bind(feed.as_str())
        .bind(seconds(now))
        .bind(limit as i64)
        .fetch_all(&mut self.database.connection().await?, known_of_row)
        .await
    }

    /// Which articles these addresses were found to lead to.
    pub async fn aliases(&self, addresses: &[String]) -> Result<HashMap<String, EntryId>, StoreError> {
        let mut aliases = HashMap::new();
        for addresses in addresses.chunks(VALUES_PER_QUERY) {
            let sql =
                format!("SELECT address, entry FROM alias WHERE address IN ({})", placeholders(1, addresses.len()));
            let found = query(sql)
                .bind_all(addresses)
                .fetch_all(&mut self.database.connection().await?, |row| Ok((row.get(0)?, entry_id(row, 1)?)))
                .await?;
            aliases.extend(found);
        }
        Ok(aliases)
    }

    /// When it was last noted that the section page shows each of these articles, and the hash of its teaser then.
    pub async fn members(
        &self,
        feed: &FeedId,
        ids: &[EntryId],
    ) -> Result<Vec<(EntryId, DateTime<Utc>, String)>, StoreError> {
        let mut members = Vec::new();
        for ids in ids.chunks(VALUES_PER_QUERY) {
            let sql = format!(
                "SELECT entry, seen, teaser FROM membership WHERE feed = $1 AND entry IN ({})",
                placeholders(2, ids.len())
            );
            let found = query(sql)
                .bind(feed.as_str())
                .bind_all(ids.iter().map(EntryId::as_str))
                .fetch_all(&mut self.database.connection().await?, |row| {
                    Ok((entry_id(row, 0)?, time(row.get(1)?).unwrap_or_default(), row.get(2)?))
                })
                .await?;
            members.extend(found);
        }
        Ok(members)
    }

    /// The text blocks of the site's newest articles, to find what repeats.
    pub async fn blocks_of_site(&self, site: &str, limit: usize) -> Result<Vec<(EntryId, Vec<u64>)>, StoreError> {
        query("SELECT id, blocks FROM entry WHERE site = $1 AND blocks IS NOT NULL ORDER BY first_seen DESC LIMIT $2")
            .bind(site)
            .bind(limit as i64)
            .fetch_all(&mut self.database.connection().await?, |row| {
                Ok((entry_id(row, 0)?, blocks_of_text(row.get(1)?)))
            })
            .await
    }

    /// Commits what a refresh changed, all or nothing. When it returns, the power may fail.
    pub async fn commit(
        &self,
        feed: &FeedId,
        record: &FeedRecord,
        change: &Change,
        now: DateTime<Utc>,
    ) -> Result<(), StoreError> {
        for _ in 0..COLLISIONS {
            match self.try_commit(feed, record, change, now).await {
                Err(error) if error.is_collision() => {}
                done => return done,
            }
        }
        self.try_commit(feed, record, change, now).await
    }

    async fn try_commit(
        &self,
        feed: &FeedId,
        record: &FeedRecord,
        change: &Change,
        now: DateTime<Utc>,
    ) -> Result<(), StoreError> {
        // The entries are published after this.
        let mut transaction = self.database.begin_lasting().await?;
        self.check_held_in(&mut transaction, feed).await?;
        let mut entries: Vec<&(String, Known)> = change.entries.iter().collect();
        // Feeds share articles: in one order everywhere, two workers do not wait for each other.
        entries.sort_by(|(_, a), (_, b)| a.id.cmp(&b.id));
        for (site, known) in entries {
            write_entry(&mut transaction, site, known).await?;
        }
        let written: Vec<&EntryId> = change.entries.iter().map(|(_, known)| &known.id).collect();
        for ids in written.chunks(VALUES_PER_QUERY) {
            let sql = format!(
                "UPDATE membership SET next_check = (SELECT next_check FROM entry WHERE entry.id = membership.entry) \
                 WHERE entry IN ({})",
                placeholders(1, ids.len())
            );
            query(sql).bind_all(ids.iter().map(|id| id.as_str())).execute(&mut transaction).await?;
        }
        for (address, entry) in &change.aliases {
            query("INSERT INTO alias (address, entry) VALUES ($1, $2) ON CONFLICT (address) DO UPDATE SET entry = excluded.entry")
                .bind(address)
                .bind(entry.as_str())
                .execute(&mut transaction)
                .await?;
        }
        for seen in change.seen.chunks(VALUES_PER_QUERY / 4) {
            // The date comes from the entry, so that a feed can be read in order by one index.
            let rows: Vec<String> =
                (0..seen.len()).map(|row| format!("(${}, ${})", 3 + 2 * row, 4 + 2 * row)).collect();
            let sql = format!(
                "WITH shown (entry, teaser) AS (VALUES {}) \
                 INSERT INTO membership (feed, entry, published, next_check, seen, teaser) \
                 SELECT $1, shown.entry, entry.published, entry.next_check, $2, shown.teaser FROM shown JOIN entry ON entry.id = shown.entry \
                 WHERE true ON CONFLICT (feed, entry) DO UPDATE SET seen = excluded.seen, teaser = excluded.teaser",
                rows.join(", ")
            );
            let shown = seen.iter().flat_map(|seen| [seen.entry.as_str(), seen.teaser.as_str()]);
            query(sql).bind(feed.as_str()).bind(seconds(now)).bind_all(shown).execute(&mut transaction).await?;
        }
        write_feed(&mut transaction, feed, record).await?;
        transaction.commit().await
    }

    /// The entries a feed shows, newest first: the last `keep.entries` and everything younger
    /// than `keep.at_least`.
    pub async fn window(&self, feed: &FeedId, keep: Keep, now: DateTime<Utc>) -> Result<Vec<Entry>, StoreError> {
        let young = seconds(now) - keep.at_least.as_secs() as i64;
        query(
            "SELECT record, html FROM membership JOIN entry ON entry.id = membership.entry \
             WHERE feed = $1 AND gone = 0 AND state IN ('full', 'teaser') \
             ORDER BY membership.published DESC, entry.id \
             LIMIT (SELECT CASE WHEN COUNT(*) > $2 THEN COUNT(*) ELSE $2 END FROM membership \
                    WHERE feed = $1 AND gone = 0 AND published > $3)",
        )
        .bind(feed.as_str())
        .bind(i64::from(keep.entries))
        .bind(young)
        .fetch_all(&mut self.database.connection().await?, |row| entry(row.get(0)?, row.get(1)?))
        .await
    }

    /// The newest entries of all feeds, each with the feed that showed it; without their texts, which are most of
    /// the data, unless these are wanted.
    pub async fn newest(&self, limit: usize, with_texts: bool) -> Result<Vec<(String, Entry)>, StoreError> {
        let html = if with_texts { "html" } else { "NULL" };
        query(format!(
            "SELECT membership.feed, record, {html} FROM membership JOIN entry ON entry.id = membership.entry \
             WHERE gone = 0 AND state IN ('full', 'teaser') \
             ORDER BY membership.published DESC, membership.entry, membership.feed LIMIT $1",
        ))
        .bind(limit as i64)
        .fetch_all(&mut self.database.connection().await?, |row| Ok((row.get(0)?, entry(row.get(1)?, row.get(2)?)?)))
        .await
    }

    /// Forgets the texts of articles that are in no feed's window any more. Their ids stay, so
    /// that an old teaser that comes back does not return as new; ids that no section has shown
    /// for `tombstones` days are forgotten as well.
    pub async fn forget(&self, feed: &FeedId, keep: Keep, now: DateTime<Utc>) -> Result<u64, StoreError> {
        match self.try_forget(feed, keep, now).await {
            // The next time will do.
            Err(error) if error.is_collision() => Ok(0),
            done => done,
        }
    }

    async fn try_forget(&self, feed: &FeedId, keep: Keep, now: DateTime<Utc>) -> Result<u64, StoreError> {
        let young = seconds(now) - keep.at_least.as_secs() as i64;
        let mut transaction = self.database.begin().await?;
        // The oldest date still inside the window; what has the same date may be inside as well.
        let edge: Option<i64> = query(
            "SELECT membership.published FROM membership JOIN entry ON entry.id = membership.entry \
             WHERE feed = $1 AND gone = 0 AND state IN ('full', 'teaser') \
             ORDER BY membership.published DESC LIMIT 1 OFFSET $2",
        )
        .bind(feed.as_str())
        .bind(i64::from(keep.entries.max(1)) - 1)
        .fetch_optional(&mut transaction, |row| row.get(0))
        .await?;
        let Some(edge) = edge else { return Ok(0) };
        // An archive lets go of whole weeks.
        let archived = keep.archive.map_or(i64::MAX, |span| seconds(now) - span.as_secs() as i64 - 7 * 86_400);
        let edge = edge.min(young).min(archived);
        // What another feed still shows stays, for as long as that one says.
        write_note(&mut transaction, &format!("{EDGE_NOTE}{feed}"), &edge.to_string()).await?;
        let unseen = seconds(now) - TOMBSTONE_DAYS * 86_400;
        let gone = query(
            "UPDATE entry SET state = 'gone', record = NULL, html = NULL, blocks = NULL, next_check = NULL \
             WHERE state IN ('full', 'teaser', 'held') AND id IN \
             (SELECT entry FROM membership WHERE feed = $1 AND gone = 0 AND published < $2) AND NOT EXISTS \
             (SELECT 1 FROM membership AS other LEFT JOIN meta ON meta.name = $4 || other.feed \
              WHERE other.entry = entry.id AND other.feed <> $1 \
              AND other.published >= COALESCE(CAST(meta.value AS BIGINT), $3))",
        )
        .bind(feed.as_str())
        .bind(edge)
        .bind(young)
        .bind(EDGE_NOTE)
        .execute(&mut transaction)
        .await?;
        query("UPDATE membership SET gone = 1, next_check = NULL WHERE feed = $1 AND gone = 0 AND published < $2")
            .bind(feed.as_str())
            .bind(edge)
            .execute(&mut transaction)
            .await?;
        query("DELETE FROM membership WHERE feed = $1 AND gone = 1 AND seen < $2")
            .bind(feed.as_str())
            .bind(unseen)
            .execute(&mut transaction)
            .await?;
        query("DELETE FROM entry WHERE state IN ('gone', 'rejected') AND first_seen < $1 AND NOT EXISTS (SELECT 1 FROM membership WHERE membership.entry = entry.id)")
            .bind(unseen)
            .execute(&mut transaction)
            .await?;
        transaction.commit().await?;
        Ok(gone)
    }
}

/// How often a commit is tried again that was in another worker's way.
const COLLISIONS: usize = 3;

/// How the notes are called that say which entries a feed still shows: those published since then,
/// in seconds.
pub(super) const EDGE_NOTE: &str = "edge ";

/// Old teasers come back after months: on anniversaries, in "more on this" boxes.
const TOMBSTONE_DAYS: i64 = 200;

async fn write_entry(connection: &mut Connection<'_>, site: &str, known: &Known) -> Result<(), StoreError> {
    let record = |entry: &Entry| serde_json::to_string(&Entry { html: String::new(), ..entry.clone() });
    let html = known.entry.as_ref().map(|entry| entry.html.as_str());
    let published = known.entry.as_ref().map_or(known.first_seen, |entry| entry.published.to_utc());
    query(
        "INSERT INTO entry (id, site, state, record, published, first_seen, next_check, checks, blocks, html) \
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10) \
         ON CONFLICT (id) DO UPDATE SET state = excluded.state, record = excluded.record, \
         next_check = excluded.next_check, checks = excluded.checks, blocks = excluded.blocks, \
         html = excluded.html",
    )
    .bind(known.id.as_str())
    .bind(site)
    .bind(known.state.as_str())
    .bind(known.entry.as_ref().map(record).transpose()?)
    .bind(seconds(published))
    .bind(seconds(known.first_seen))
    .bind(known.next_check.map(seconds))
    .bind(i64::from(known.checks))
    .bind(Some(text_of_blocks(&known.blocks)).filter(|text| !text.is_empty()))
    .bind(html)
    .execute(connection)
    .await?;
    Ok(())
}

/// An entry of its record and its text.
pub(super) fn entry(record: &str, html: Option<String>) -> Result<Entry, StoreError> {
    let mut entry: Entry = serde_json::from_str(record)?;
    // Older records have it themselves.
    if let Some(html) = html {
        entry.html = html;
    }
    Ok(entry)
}

fn entry_id(row: Row<'_>, column: usize) -> Result<EntryId, StoreError> {
    Ok(EntryId::published(row.get(column)?))
}

fn known_of_row(row: Row<'_>) -> Result<Known, StoreError> {
    let record: Option<&str> = row.named("record")?;
    Ok(Known {
        id: EntryId::published(row.named("id")?),
        state: EntryState::parse(row.named("state")?),
        entry: record.map(|record| entry(record, row.named("html")?)).transpose()?,
        first_seen: time(row.named("first_seen")?).unwrap_or_default(),
        next_check: time(row.named("next_check")?),
        checks: row.named::<i64>("checks")?.try_into().unwrap_or(u32::MAX),
        blocks: row.named::<Option<&str>>("blocks")?.map(blocks_of_text).unwrap_or_default(),
    })
}

/// Block hashes as sixteen hexadecimal digits each.
fn text_of_blocks(blocks: &[u64]) -> String {
    blocks.iter().map(|block| format!("{block:016x}")).collect()
}

fn blocks_of_text(text: &str) -> Vec<u64> {
    text.as_bytes()
        .chunks(16)
        .filter_map(|digits| u64::from_str_radix(std::str::from_utf8(digits).ok()?, 16).ok())
        .collect()
}
