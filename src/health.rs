//! How a feed is doing.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

/// How a feed is doing, for `status.json`, pages and `ressort status`.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Health {
    pub state: State,
    /// When the feed came into that state.
    pub since: DateTime<Utc>,
    /// What happened, in a sentence for the operator. Absent when all is well.
    pub message: Option<String>,
    /// What can be done about it.
    pub hint: Option<String>,
}

/// The states of a feed.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum State {
    /// Never refreshed.
    #[default]
    New,
    Ok,
    /// The section page was rebuilt; what was found there is believed again.
    Changed,
    /// The page yields too little; the last good feed is still published.
    Degraded,
    /// The page cannot be read at all; the last good feed is still published.
    Failing,
    /// The page is gone for good and no longer asked for.
    Disabled,
}

impl State {
    pub const ALL: [State; 6] =
        [State::New, State::Ok, State::Changed, State::Degraded, State::Failing, State::Disabled];

    /// The word it is written as, in files and in the state.
    pub fn as_str(self) -> &'static str {
        match self {
            State::New => "new",
            State::Ok => "ok",
            State::Changed => "changed",
            State::Degraded => "degraded",
            State::Failing => "failing",
            State::Disabled => "disabled",
        }
    }

    /// Whether somebody should look after it.
    pub fn is_ill(self) -> bool {
        matches!(self, State::Degraded | State::Failing | State::Disabled)
    }
}
