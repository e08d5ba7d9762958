//! What a feed remembers of its section page, and what a new look at the page is worth.
//!
//! Remembered are forms of address first and the last two elements of cards second, never whole
//! paths: of the articles a page shows a year later the forms of address still cover 93 %, the
//! last two elements 76 %, class paths 67 %. Counts of earlier runs say whether a page lost its
//! articles (over four years of monthly looks at eleven sections the count stayed within 0.77 to
//! 1.64 of its median, 98 times of 100), and known articles say whether it is still the same page.
//!
//! The pipeline reads a page with [`super::teasers_remembering`], asks [`Memory::judge`] what it is
//! worth, and calls [`Memory::learn`] once the articles are accepted; what the article pages turn
//! out to be goes into [`Memory::confirm`] and [`Memory::reject`]. A memory is plain data: the
//! store keeps it as JSON.

use std::collections::BTreeMap;

use chrono::{DateTime, Duration, Utc};
use serde::{Deserialize, Serialize};
use url::Url;

use super::Section;
use super::address::Address;
use super::native::Found;
use crate::entry::normalised;

/// How many runs the usual number of articles is taken from.
const RUNS: usize = 20;

/// Fewer articles than this share of the usual number are a page that lost its articles, more than
/// the other one a page that shows something else.
const FEWEST: f32 = 0.4;
const MOST: f32 = 2.5;

/// A page looked at within a day shows at least this share of articles that are known (after one
/// hour 0.79 to 0.99, after six 0.21 or more, on nine sections).
const KNOWN_SHARE: f32 = 0.2;

/// The remembered structure must cover this share of the articles, else the layout changed.
const COVERED_SHARE: f32 = 0.5;

/// After this time nothing on the page need be known.
const FRESH: Duration = Duration::hours(24);

/// A structure not seen for this long is forgotten once another took its place.
const FORGOTTEN_AFTER: Duration = Duration::days(7);

/// How long an address is known to be no article.
const REJECTED_FOR: Duration = Duration::days(30);

/// A form of address is no article's after so many of them were none and not one was.
const REJECTIONS: u32 = 3;

/// What outweighs every other sign that a link is an article, in log-odds.
const NEVER: f32 = -8.0;

/// Structures kept of each kind; a page has three or four.
const MOST_FORMS: usize = 40;

const MOST_REJECTED: usize = 500;

/// What a feed remembers of its section page.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Memory {
    /// Forms of address, as [`super::Structure`] has them.
    pub templates: BTreeMap<String, Form>,
    /// The last two elements of cards.
    pub signatures: BTreeMap<String, Form>,
    /// How many articles the last good runs found, the newest last.
    pub counts: Vec<usize>,
    /// When the page last was as it should be.
    pub last_good: Option<DateTime<Utc>>,
    /// How often the layout changed.
    pub generation: u32,
    /// Addresses that turned out to be no articles, and when.
    pub rejected: BTreeMap<String, DateTime<Utc>>,
    /// The section's own feed and the paper's news sitemap.
    pub sources: Found,
}

/// How a form of address or a kind of card has proved itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Form {
    /// Runs that found articles of this form.
    pub runs: u32,
    /// Articles of this form that were read and were articles.
    pub confirmed: u32,
    /// Pages of this form that were read and were none.
    pub rejected: u32,
    pub last_seen: DateTime<Utc>,
}

/// What a look at the page is worth.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(rename_all = "snake_case", tag = "state")]
pub enum Health {
    /// As it should be: take the articles and learn.
    Good,
    /// The model finds articles, but not where they used to be. Take them and learn if at least
    /// `to_verify` of the new ones prove to be articles; log the change once.
    Changed {
        /// The kinds of card most articles had before and have now.
        before: String,
        after: String,
        to_verify: usize,
    },
    /// Not the page it should be: the feed stays as it is, nothing is learned.
    Degraded { trouble: Trouble },
}

/// Why a page cannot be used.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case", tag = "trouble")]
pub enum Trouble {
    /// It is empty until its scripts run.
    NeedsBrowser,
    /// No article at all.
    NoArticles { usual: usize },
    /// Far fewer articles than usual.
    TooFew { found: usize, usual: usize },
    /// Far more articles than usual, and hardly a known one among them.
    Unfamiliar { found: usize, usual: usize },
}

impl Memory {
    /// What a look at the page is worth. `is_known` says whether an address is an article that was
    /// seen within the last two days.
    pub fn judge(&self, section: &Section, is_known: &dyn Fn(&Url) -> bool, now: DateTime<Utc>) -> Health {
        let degraded = |trouble| Health::Degraded { trouble };
        let found = section.teasers.len();
        let usual = self.usual();
        if section.needs_browser {
            return degraded(Trouble::NeedsBrowser);
        }
        if found == 0 {
            return degraded(Trouble::NoArticles { usual: usual.unwrap_or_default() });
        }
        let Some(usual) = usual else { return Health::Good };
        let ratio = found as f32 / usual.max(1) as f32;
        if ratio < FEWEST {
            return degraded(Trouble::TooFew { found, usual });
        }
        let known = section.teasers.iter().filter(|teaser| is_known(&teaser.url)).count() as f32 / found as f32;
        let is_fresh = self.last_good.is_some_and(|last| now - last <= FRESH);
        let is_familiar = known >= KNOWN_SHARE || !is_fresh;
        let is_covered = self.covers(section) >= COVERED_SHARE;
        match (is_covered, ratio <= MOST, is_familiar) {
            (true, true, _) if is_familiar || known > 0.0 => Health::Good,
            (true, false, true) => Health::Good,
            (false, false, false) => degraded(Trouble::Unfamiliar { found, usual }),
            _ => Health::Changed {
                before: most_frequent(self.signatures.iter().map(|(name, form)| (name, form.runs as usize))),
                after: most_frequent(section.structure.signatures.iter().map(|(name, count)| (name, *count))),
                to_verify: 3,
            },
        }
    }

    /// Learns from a page whose articles were accepted.
    pub fn learn(&mut self, section: &Section, now: DateTime<Utc>) {
        let found = section.teasers.len();
        if found == 0 {
            return;
        }
        if self.last_good.is_some() && self.covers(section) < COVERED_SHARE {
            self.generation += 1;
            // What the page was like before tells nothing about how many it shows now.
            self.counts.clear();
        }
        learn_forms(&mut self.templates, &section.structure.templates, found, now);
        learn_forms(&mut self.signatures, &section.structure.signatures, found, now);
        self.counts.push(found);
        let surplus = self.counts.len().saturating_sub(RUNS);
        self.counts.drain(..surplus);
        self.rejected.retain(|_, at| now - *at < REJECTED_FOR);
        self.last_good = Some(now);
    }

    /// An article that was read and is one.
    pub fn confirm(&mut self, url: &Url) {
        self.rejected.remove(&normalised(url));
        if let Some(form) = self.templates.get_mut(&Address::of(url).template) {
            form.confirmed += 1;
        }
    }

    /// A page that was read and is no article.
    pub fn reject(&mut self, url: &Url, now: DateTime<Utc>) {
        if self.rejected.len() < MOST_REJECTED {
            self.rejected.insert(normalised(url), now);
        }
        let fresh = Form { runs: 0, confirmed: 0, rejected: 0, last_seen: now };
        let form = self.templates.entry(Address::of(url).template).or_insert(fresh);
        form.rejected += 1;
        form.last_seen = now;
    }

    /// What the past adds to the certainty of a link, in log-odds.
    pub(super) fn prior(&self, url: &Url, template: &str, signature: &str) -> f32 {
        // One run may have been an accident.
        let is_proven = |form: &Form| form.runs >= 2;
        let of_template = match self.templates.get(template) {
            Some(form) if form.confirmed == 0 && form.rejected >= REJECTIONS => NEVER,
            Some(form) if is_proven(form) => 1.0,
            _ => 0.0,
        };
        let of_signature = if self.signatures.get(signature).is_some_and(is_proven) { 0.5 } else { 0.0 };
        let of_url = if self.rejected.contains_key(&normalised(url)) { NEVER } else { 0.0 };
        of_template + of_signature + of_url
    }

    /// The usual number of articles; `None` before the first good run.
    pub fn usual(&self) -> Option<usize> {
        let mut counts = self.counts.clone();
        counts.sort_unstable();
        counts.get(counts.len() / 2).copied()
    }

    /// The share of a page's articles whose form of address or kind of card is remembered.
    fn covers(&self, section: &Section) -> f32 {
        let share = |known: &BTreeMap<String, Form>, seen: &BTreeMap<String, usize>| {
            let all: usize = seen.values().sum();
            let covered = seen.iter().filter(|(name, _)| known.get(*name).is_some_and(|form| form.runs > 0));
            covered.map(|(_, count)| count).sum::<usize>() as f32 / all.max(1) as f32
        };
        let structure = &section.structure;
        // Either will do: papers change their addresses or their layout, hardly ever both.
        share(&self.templates, &structure.templates).max(share(&self.signatures, &structure.signatures))
    }
}

fn learn_forms(known: &mut BTreeMap<String, Form>, seen: &BTreeMap<String, usize>, found: usize, now: DateTime<Utc>) {
    for (name, count) in seen {
        // A single link of its kind may be a mistake; a mistake must not become a rule.
        if *count * 10 < found && *count < 3 {
            continue;
        }
        let form = known.entry(name.clone()).or_insert(Form { runs: 0, confirmed: 0, rejected: 0, last_seen: now });
        form.runs += 1;
        form.last_seen = now;
    }
    if seen.keys().any(|name| known.contains_key(name)) {
        known.retain(|name, form| {
            let is_off = form.rejected > 0 && now - form.last_seen < REJECTED_FOR;
            seen.contains_key(name) || is_off || now - form.last_seen < FORGOTTEN_AFTER
        });
    }
    while known.len() > MOST_FORMS {
        let oldest = known.iter().min_by_key(|(_, form)| form.last_seen).map(|(name, _)| name.clone());
        known.remove(&oldest.expect("the map is not empty"));
    }
}

fn most_frequent<'a>(names: impl Iterator<Item = (&'a String, usize)>) -> String {
    names.max_by_key(|(_, count)| *count).map(|(name, _)| name.clone()).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::section::{Kind, Structure, Teaser};

    fn section(count: usize, first: usize, template: &str, signature: &str) -> Section {
        let teaser = |number: usize| Teaser {
            url: Url::parse(&format!("https://example.org/politik/eine-lange-meldung-{}.html", 1_000_000 + number))
                .unwrap(),
            title: format!("Meldung {number}"),
            kicker: None,
            summary: None,
            image: None,
            published: None,
            authors: Vec::new(),
            paywalled: false,
            kind: Kind::Article,
            score: 0.9,
        };
        let forms = |name: &str| BTreeMap::from([(name.to_owned(), count)]);
        Section {
            url: Url::parse("https://example.org/politik/").unwrap(),
            title: None,
            language: None,
            breadcrumb: Vec::new(),
            native_feeds: Vec::new(),
            feed_guesses: Vec::new(),
            teasers: (first..first + count).map(teaser).collect(),
            blocks: Vec::new(),
            structure: Structure { templates: forms(template), signatures: forms(signature) },
            next_page: None,
            needs_browser: false,
            unmatched: Vec::new(),
            proposals: Vec::new(),
        }
    }

    fn at(hour: i64) -> DateTime<Utc> {
        DateTime::from_timestamp(1_770_000_000 + hour * 3600, 0).unwrap()
    }

    const OLD: (&str, &str) = ("example.org/w/slug#.html", "ul.list > li.teaser");
    const NEW: (&str, &str) = ("example.org/w/slug", "div.grid > article.card");

    fn after_ten_runs() -> Memory {
        let mut memory = Memory::default();
        for hour in 0..10 {
            memory.learn(&section(30, hour as usize, OLD.0, OLD.1), at(hour));
        }
        memory
    }

    #[test]
    fn judges_by_count_overlap_and_structure() {
        let memory = after_ten_runs();
        let known = |url: &Url| {
            let number: usize = url.path().rsplit('-').next().unwrap().trim_end_matches(".html").parse().unwrap();
            number < 1_000_040
        };
        let check = |count, first, form: (&str, &str), hour, want: &str| {
            let health = memory.judge(&section(count, first, form.0, form.1), &known, at(hour));
            let name = match health {
                Health::Good => "good",
                Health::Changed { .. } => "changed",
                Health::Degraded { .. } => "degraded",
            };
            assert_eq!(name, want, "{count} articles from {first} on with {form:?} after {hour} h");
        };
        check(30, 10, OLD, 10, "good");
        check(28, 15, OLD, 10, "good");
        check(9, 10, OLD, 10, "degraded");
        check(0, 10, OLD, 10, "degraded");
        check(90, 10, OLD, 10, "good");
        check(90, 100, NEW, 10, "degraded");
        check(30, 10, NEW, 10, "changed");
        check(30, 100, NEW, 10, "changed");
        check(30, 100, OLD, 10, "changed");
        check(30, 100, OLD, 60, "good");
        check(30, 10, (OLD.0, NEW.1), 10, "good");
        check(30, 10, (NEW.0, OLD.1), 10, "good");
        assert_eq!(Memory::default().judge(&section(3, 0, OLD.0, OLD.1), &known, at(0)), Health::Good);
    }

    #[test]
    fn relearns_a_changed_layout_and_keeps_the_old_one_for_a_week() {
        let mut memory = after_ten_runs();
        let changed = memory.judge(&section(12, 10, NEW.0, NEW.1), &|_| true, at(10));
        let Health::Changed { before, after, .. } = changed else { panic!("{changed:?}") };
        assert_eq!((before.as_str(), after.as_str()), (OLD.1, NEW.1));
        memory.learn(&section(12, 10, NEW.0, NEW.1), at(10));
        assert_eq!((memory.generation, memory.usual()), (1, Some(12)));
        assert!(memory.signatures.contains_key(OLD.1));
        assert_eq!(memory.judge(&section(12, 12, NEW.0, NEW.1), &|_| true, at(11)), Health::Good);
        memory.learn(&section(12, 12, NEW.0, NEW.1), at(10 + 8 * 24));
        assert!(!memory.signatures.contains_key(OLD.1));
    }

    #[test]
    fn remembers_what_was_no_article() {
        let mut memory = after_ten_runs();
        let hub = Url::parse("https://example.org/thema/wahlen").unwrap();
        let template = Address::of(&hub).template;
        assert_eq!(memory.prior(&hub, &template, ""), 0.0);
        memory.reject(&hub, at(10));
        assert!(memory.prior(&hub, &template, "") < -3.0);
        let other = Url::parse("https://example.org/thema/haushalt").unwrap();
        assert_eq!(memory.prior(&other, &template, ""), 0.0);
        for topic in ["rente", "verkehr"] {
            memory.reject(&Url::parse(&format!("https://example.org/thema/{topic}")).unwrap(), at(10));
        }
        assert!(memory.prior(&other, &template, "") < -1.0);
        memory.confirm(&other);
        assert_eq!(memory.prior(&other, &template, ""), 0.0);
        let article = Url::parse("https://example.org/politik/eine-lange-meldung-1000001.html").unwrap();
        assert!(memory.prior(&article, OLD.0, OLD.1) > 1.0);
    }

    #[test]
    fn survives_the_store() {
        let memory = after_ten_runs();
        let json = serde_json::to_string(&memory).unwrap();
        assert_eq!(serde_json::from_str::<Memory>(&json).unwrap(), memory);
        assert_eq!(serde_json::from_str::<Memory>("{}").unwrap(), Memory::default());
    }
}
