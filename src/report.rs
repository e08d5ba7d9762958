//! What became of a refresh, in words: the state of a feed, what is wrong, what to do.
//!
//! Hints are made here and nowhere else, from what happened.

use std::fmt;

use crate::fetch::FetchError;
use crate::health::State;
use crate::html::TooComplex;
use crate::pipeline::{Notice, Progress};
use crate::publish::PublishError;
use crate::section::Proposal;
use crate::store::{FeedRecord, StoreError};

/// Why a feed could not be refreshed, or not as it should be.
#[derive(Debug, thiserror::Error)]
pub enum Trouble {
    #[error("{0}")]
    Fetch(#[from] FetchError),
    #[error("the page is gone for good (status 410 for days) and no longer asked for")]
    Gone,
    #[error("{0}")]
    TooComplex(#[from] TooComplex),
    #[error("no articles found on {url}{}; the published feed is kept", last_time_words(*.last_time))]
    NoArticles { url: String, last_time: Option<usize> },
    #[error("only {found} articles found on {url} ({usual} as a rule); the published feed is kept")]
    FewArticles { url: String, found: usize, usual: usize },
    #[error("{found} unknown articles in an unknown layout on {url} ({usual} as a rule); the published feed is kept")]
    Unfamiliar { url: String, found: usize, usual: usize },
    #[error("{url} cannot be read: {reason}")]
    BrokenFeed { url: String, reason: String },
    #[error("{url} is empty without JavaScript")]
    NeedsBrowser { url: String },
    #[error("{url} is not the section but {what}")]
    Wall { url: String, what: &'static str },
    #[error("the refresh took too long and was cut off; what was read is kept for the next one")]
    Overdue,
    #[error("{0}")]
    Store(#[from] StoreError),
    #[error("{0}")]
    Publish(#[from] PublishError),
    #[error("a page could not be read because of a fault in ressort: {0}")]
    Fault(String),
}

fn last_time_words(count: Option<usize>) -> String {
    count.map(|count| format!(" ({count} last time)")).unwrap_or_default()
}

impl Trouble {
    /// The state a feed is in because of it.
    pub fn state(&self) -> State {
        match self {
            Trouble::Gone => State::Disabled,
            Trouble::Fetch(FetchError::Missing { .. })
            | Trouble::NoArticles { .. }
            | Trouble::FewArticles { .. }
            | Trouble::Unfamiliar { .. }
            | Trouble::NeedsBrowser { .. }
            | Trouble::Wall { .. } => State::Degraded,
            _ => State::Failing,
        }
    }

    /// Whether it says nothing of the feed, which is then as due as it was.
    pub fn is_passing(&self) -> bool {
        matches!(self, Trouble::Store(error) if error.is_passing())
    }

    /// The kind of failure, as metrics name it.
    pub fn class(&self) -> &'static str {
        match self {
            Trouble::Fetch(error) => error.class().as_str(),
            Trouble::Gone => "missing",
            Trouble::TooComplex(_) => "complex",
            Trouble::NoArticles { .. } | Trouble::FewArticles { .. } | Trouble::Unfamiliar { .. } => "layout",
            Trouble::NeedsBrowser { .. } => "scripts",
            Trouble::BrokenFeed { .. } => "feed",
            Trouble::Wall { .. } => "wall",
            Trouble::Overdue => "overdue",
            Trouble::Store(_) => "store",
            Trouble::Publish(_) => "publish",
            Trouble::Fault(_) => "fault",
        }
    }

    /// What to do about it, if there is something to do.
    pub fn hint(&self, name: &str) -> Option<String> {
        let hint = match self {
            Trouble::Gone => {
                format!("correct `url` in feeds/{name}.toml or remove the file; `ressort run {name}` asks once more")
            }
            Trouble::Fetch(FetchError::PrivateAddress { .. }) => {
                "if it is meant, allow it with `allow_private_addresses = true` or RESSORT_ALLOW_PRIVATE_ADDRESSES=1"
                    .to_owned()
            }
            Trouble::Fetch(FetchError::Robots { .. }) => {
                "the site does not want this page to be read by programs".to_owned()
            }
            Trouble::Fetch(FetchError::RobotsUnreachable { .. }) => {
                "the page is asked for again when robots.txt can be read".to_owned()
            }
            Trouble::Fetch(FetchError::Dns { .. }) => {
                "check the address, and whether this machine has a name server".to_owned()
            }
            Trouble::Fetch(FetchError::Tls { .. }) => {
                "certificates are never ignored; check this machine's clock and root certificates".to_owned()
            }
            Trouble::Fetch(FetchError::Missing { .. }) => {
                format!("the section may have moved; open it in a browser and correct `url` in feeds/{name}.toml")
            }
            Trouble::Fetch(FetchError::Connect { .. } | FetchError::Timeout { .. }) => {
                "is this machine online, and does the address open in a browser? A feed is tried again by itself".to_owned()
            }
            Trouble::Fetch(FetchError::Blocked { .. }) => {
                "ressort does not evade refusals; the section may have a feed of its own, or the site may allow you if you set `contact` and ask"
                    .to_owned()
            }
            Trouble::Fetch(FetchError::NotAPage { .. }) => {
                "name the page that lists the articles, as you see it in a browser".to_owned()
            }
            Trouble::Fetch(FetchError::Paused { .. }) => "nothing needs to be done; it is asked again then".to_owned(),
            Trouble::Fetch(FetchError::Server { .. } | FetchError::Empty | FetchError::CutOff) => {
                "the site has a fault; it is asked again by itself".to_owned()
            }
            Trouble::Fetch(FetchError::Browser { .. }) => {
                "`render = \"browser\"` needs Chromium on this machine; `ressort doctor` says whether it is found".to_owned()
            }
            Trouble::Fetch(FetchError::Elsewhere { to }) => {
                format!("if {to} is the section now, correct `url` in feeds/{name}.toml; or allow its host with `extra_hosts`")
            }
            Trouble::Fetch(FetchError::TooLarge { .. }) => "`fetch.max_page` sets the largest page".to_owned(),
            Trouble::NoArticles { .. } | Trouble::FewArticles { .. } | Trouble::Unfamiliar { .. } => {
                format!("the page may have changed; compare with `ressort inspect {name}`")
            }
            Trouble::NeedsBrowser { .. } => {
                format!("set `render = \"browser\"` in feeds/{name}.toml; it needs Chromium on this machine")
            }
            Trouble::Wall { what: "an article", .. } => {
                "name the section the article stands in, such as `https://www.example.org/politics/`".to_owned()
            }
            Trouble::Wall { what: "a login", .. } => {
                "ressort reads what anybody can read; open the address in a private window of your browser to see what it sees"
                    .to_owned()
            }
            Trouble::Wall { .. } => {
                "ressort does not click consent or pass bot checks; the section may have a feed of its own".to_owned()
            }
            Trouble::Publish(_) => "what was published before still stands; the next run publishes the rest".to_owned(),
            Trouble::Store(StoreError::Held { .. }) => {
                "wait for it to end, or name another state with `--state`".to_owned()
            }
            Trouble::Store(StoreError::Sqlite(_)) => {
                "is its disk full, or is another program at the file? The next run goes on where this one stopped".to_owned()
            }
            #[cfg(feature = "postgres")]
            Trouble::Store(StoreError::Postgres(_)) => {
                "is the database up, and is its address right? The next run goes on where this one stopped".to_owned()
            }
            Trouble::Store(StoreError::Newer { .. }) => {
                "use that version, or name another state with `--state`".to_owned()
            }
            _ => return None,
        };
        Some(hint)
    }
}

impl Trouble {
    /// The hint where there is no definition yet that could be corrected, only an address.
    pub fn hint_for_address(&self, asked: &str) -> Option<String> {
        Some(match self {
            Trouble::Fetch(FetchError::Missing { .. }) => {
                "the section may have moved; open it in a browser and copy its address".to_owned()
            }
            Trouble::NeedsBrowser { .. } => {
                "install Chromium; ressort then reads the page with it (`render = \"browser\"`)".to_owned()
            }
            Trouble::NoArticles { .. } => format!(
                "open the address in a browser: does it list articles? `ressort inspect {asked}` shows what was found and left out"
            ),
            _ => return self.hint("NAME"),
        })
    }
}

impl Notice {
    /// The state a feed is in because of it.
    pub fn state(&self) -> State {
        match self {
            Notice::LayoutChanged { .. } | Notice::Moved { .. } => State::Changed,
            Notice::Unmatched { .. } | Notice::NoSource { .. } => State::Degraded,
        }
    }

    pub fn hint(&self, name: &str) -> String {
        match self {
            Notice::LayoutChanged { .. } => {
                format!("nothing needs to be done; `ressort inspect {name}` shows what is found now")
            }
            Notice::Moved { to } => format!("write `url = \"{to}\"` in feeds/{name}.toml"),
            Notice::NoSource { missing } => {
                let names: Vec<String> = missing.iter().map(|source| format!("`{}`", source.as_str())).collect();
                format!("take {} out of `sources` in feeds/{name}.toml", names.join(" and "))
            }
            Notice::Unmatched { fields, proposals } => {
                let written =
                    proposals.iter().map(|Proposal { field, selector }| format!("`{field} = \"{selector}\"`"));
                let proposed = written.collect::<Vec<_>>().join(", ");
                let is_without = |field: &&&'static str| proposals.iter().all(|proposal| proposal.field != **field);
                let without = fields.iter().filter(is_without).map(|field| format!("`{field}`"));
                let without = without.collect::<Vec<_>>().join(", ");
                let mut advice = Vec::new();
                if !proposed.is_empty() {
                    advice.push(format!("write {proposed}"));
                }
                if !without.is_empty() {
                    advice.push(format!("take {without} out"));
                }
                format!(
                    "{} under `[select]` in feeds/{name}.toml; compare with `ressort inspect {name}`",
                    advice.join(" and ")
                )
            }
        }
    }
}

impl fmt::Display for Notice {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Notice::LayoutChanged { before, after } => {
                write!(f, "the page was rebuilt: articles stood in `{before}` and now stand in `{after}`")
            }
            Notice::Moved { to } => write!(f, "the section moved to {to} for good"),
            Notice::NoSource { missing } => {
                let names: Vec<&str> = missing.iter().map(|source| source.describe()).collect();
                write!(f, "the site has no {} that could be found", names.join(" and no "))
            }
            Notice::Unmatched { fields, .. } => {
                let is_one = fields.len() == 1;
                write!(
                    f,
                    "the selector{} for {} match{} nothing on the page any more; the automatic choice stands in",
                    if is_one { "" } else { "s" },
                    fields.join(", "),
                    if is_one { "es" } else { "" },
                )
            }
        }
    }
}

/// What became of one refresh.
#[derive(Debug)]
pub struct Report {
    pub before: State,
    pub state: State,
    pub progress: Progress,
    pub trouble: Option<Trouble>,
}

impl Report {
    /// A refresh that did not even reach the store.
    pub fn failed(record: &FeedRecord, trouble: Trouble) -> Report {
        Report { before: record.state, state: State::Failing, progress: Progress::default(), trouble: Some(trouble) }
    }

    /// Whether the feed is worse off than it should be.
    pub fn is_failure(&self) -> bool {
        self.trouble.is_some()
    }

    /// Whether the state is another than before, which is what is worth a line in the log.
    pub fn is_transition(&self) -> bool {
        let is_passing = self.trouble.as_ref().is_some_and(Trouble::is_passing);
        self.before != self.state && !is_passing && !(self.before == State::New && self.state == State::Ok)
    }
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(trouble) = &self.trouble {
            return write!(f, "{trouble}");
        }
        let Progress { new, updated, left, written, .. } = &self.progress;
        match (new, updated, written) {
            (0, 0, 0) => f.write_str("nothing changed")?,
            (0, 0, written) => write!(f, "{written} files published anew")?,
            (new, 0, _) => write!(f, "{new} new")?,
            (new, updated, _) => write!(f, "{new} new, {updated} updated")?,
        }
        if *left > 0 {
            write!(f, ", {left} left for the next run")?;
        }
        Ok(())
    }
}
