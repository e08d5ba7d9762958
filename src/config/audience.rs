//! Who reads what the program says: readers of feeds, those who are told how feeds are doing, and
//! whatever reads the log.

use std::fmt;
use std::str::FromStr;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::values::{Address, written_as_string};

/// What public feeds carry of articles whose site reserves text and data mining
/// (<https://www.w3.org/2022/tdmrep>, `noai`). Private feeds carry all of it.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Reservations {
    /// The teaser: title, lede, picture, link.
    #[default]
    Excerpt,
    /// Nothing.
    Skip,
    /// What other articles carry, because the publisher agreed.
    Ignore,
}

/// How log lines are written.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema, clap::ValueEnum)]
#[serde(rename_all = "snake_case")]
pub enum LogFormat {
    #[default]
    Text,
    Json,
}

/// Who is told how feeds are doing, without looking at them.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct NotifySettings {
    /// Told by a POST of JSON when a feed falls ill and when it is well again.
    pub webhook: Option<Address>,
    /// Asked after each `run` and every five minutes by `serve`; `/fail` is appended after a run
    /// in which a feed failed. Services such as healthchecks.io raise an alarm when it stays away.
    pub ping: Option<Address>,
}

/// A path that cannot be guessed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct SecretPath(String);

impl SecretPath {
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for SecretPath {
    type Err = String;
    fn from_str(text: &str) -> Result<Self, String> {
        let is_plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_');
        match (16..=128).contains(&text.len()) && text.chars().all(is_plain) {
            true => Ok(SecretPath(text.to_owned())),
            // The value stays out of the message: it may be a real secret with one wrong letter.
            false => Err("a secret path has 16 to 128 letters, digits, `-` or `_`".to_owned()),
        }
    }
}

impl fmt::Display for SecretPath {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

written_as_string!(SecretPath, "SecretPath", {"type": "string", "pattern": "^[A-Za-z0-9_-]{16,128}$"});
