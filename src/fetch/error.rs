//! Why there is no page, in our words.

use std::time::Duration;

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use url::Url;

use crate::config::Span;

/// Why there is no page.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum FetchError {
    #[error("the name `{host}` cannot be resolved")]
    Dns { host: String },
    #[error("no connection to {host}: {reason}")]
    Connect { host: String, reason: String },
    #[error("no secure connection to {host}: {reason}")]
    Tls { host: String, reason: String },
    #[error("{waiting_for} took longer than {}", Span(*allowed))]
    Timeout { waiting_for: Stage, allowed: Duration },
    #[error("the answer is larger than {limit_bytes} bytes")]
    TooLarge { limit_bytes: usize },
    #[error("the answer broke off before its end")]
    CutOff,
    #[error("the answer is empty")]
    Empty,
    #[error("the answer cannot be read: {reason}")]
    Broken { reason: String },
    #[error("the answer is not a page but `{media_type}`")]
    NotAPage { media_type: String },
    #[error("{url} redirects too often or in a circle")]
    Redirects { url: Url },
    #[error("{url} redirects from https to http")]
    Downgrade { url: Url },
    #[error("the page redirects to another site: {to}")]
    Elsewhere { to: Url },
    #[error("{host} is a private address")]
    PrivateAddress { host: String },
    #[error("robots.txt of {host} does not allow {path}")]
    Robots { host: String, path: String },
    #[error("robots.txt of {host} cannot be read ({reason}), which counts as a ban")]
    RobotsUnreachable { host: String, reason: String },
    #[error("the site refuses us (status {status})")]
    Blocked { status: u16 },
    #[error("the host asks for a pause until {}", until.format("%Y-%m-%d %H:%M UTC"))]
    Paused { until: DateTime<Utc> },
    #[error("the page does not exist (status {status})")]
    Missing { status: u16 },
    #[error("the site has an error (status {status})")]
    Server { status: u16 },
    #[error("the site answers with status {status}")]
    Status { status: u16 },
    #[error("the browser failed: {reason}")]
    Browser { reason: String },
}

/// What was waited for when time ran out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stage {
    Connection,
    Headers,
    Body,
}

impl std::fmt::Display for Stage {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Stage::Connection => "the connection",
            Stage::Headers => "the beginning of the answer",
            Stage::Body => "the answer",
        })
    }
}

/// The kinds of failure that are told apart in `status.json`, metrics and hints.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Class {
    Dns,
    Connect,
    Tls,
    Timeout,
    TooLarge,
    Broken,
    Redirect,
    PrivateAddress,
    Robots,
    Blocked,
    Paused,
    Missing,
    Server,
    Browser,
}

impl Class {
    /// The word it is written as.
    pub fn as_str(self) -> &'static str {
        match self {
            Class::Dns => "dns",
            Class::Connect => "connect",
            Class::Tls => "tls",
            Class::Timeout => "timeout",
            Class::TooLarge => "too_large",
            Class::Broken => "broken",
            Class::Redirect => "redirect",
            Class::PrivateAddress => "private_address",
            Class::Robots => "robots",
            Class::Blocked => "blocked",
            Class::Paused => "paused",
            Class::Missing => "missing",
            Class::Server => "server",
            Class::Browser => "browser",
        }
    }
}

impl FetchError {
    pub fn class(&self) -> Class {
        match self {
            FetchError::Dns { .. } => Class::Dns,
            FetchError::Connect { .. } => Class::Connect,
            FetchError::Tls { .. } => Class::Tls,
            FetchError::Timeout { .. } => Class::Timeout,
            FetchError::TooLarge { .. } => Class::TooLarge,
            FetchError::CutOff | FetchError::Empty | FetchError::Broken { .. } | FetchError::NotAPage { .. } => {
                Class::Broken
            }
            FetchError::Redirects { .. } | FetchError::Downgrade { .. } | FetchError::Elsewhere { .. } => {
                Class::Redirect
            }
            FetchError::PrivateAddress { .. } => Class::PrivateAddress,
            FetchError::Robots { .. } | FetchError::RobotsUnreachable { .. } => Class::Robots,
            FetchError::Blocked { .. } => Class::Blocked,
            FetchError::Paused { .. } => Class::Paused,
            FetchError::Missing { .. } => Class::Missing,
            FetchError::Server { .. } | FetchError::Status { .. } => Class::Server,
            FetchError::Browser { .. } => Class::Browser,
        }
    }

    /// Whether the same request may well succeed later without anybody doing something.
    pub fn is_transient(&self) -> bool {
        match self {
            FetchError::Dns { .. }
            | FetchError::Connect { .. }
            | FetchError::Timeout { .. }
            | FetchError::CutOff
            | FetchError::Empty
            | FetchError::RobotsUnreachable { .. }
            | FetchError::Paused { .. }
            | FetchError::Server { .. }
            | FetchError::Browser { .. } => true,
            FetchError::Tls { .. }
            | FetchError::TooLarge { .. }
            | FetchError::Broken { .. }
            | FetchError::NotAPage { .. }
            | FetchError::Redirects { .. }
            | FetchError::Downgrade { .. }
            | FetchError::Elsewhere { .. }
            | FetchError::PrivateAddress { .. }
            | FetchError::Robots { .. }
            | FetchError::Blocked { .. }
            | FetchError::Missing { .. }
            | FetchError::Status { .. } => false,
        }
    }

    /// Whether it is worth asking once more after a few seconds: a connection that failed or
    /// broke, a server that stumbled.
    pub(super) fn is_worth_a_second_try(&self) -> bool {
        match self {
            FetchError::Connect { .. } | FetchError::CutOff | FetchError::Empty | FetchError::Server { .. } => true,
            FetchError::Timeout { waiting_for, .. } => *waiting_for == Stage::Connection,
            _ => false,
        }
    }
}
